"""Guide section 1: what the journey needs on this computer and on the way to the cloud."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from wizard.figures import in_units
from wizard.messages import Message, msg, plural
from wizard.step import Finding, failed, passed, skipped, warning

if TYPE_CHECKING:
    from wizard.services.records import NetworkLook
    from wizard.step_parts.host import Computer

CHINA_CLOUD: Final = "AzureChinaCloud"
_CHINA_MANAGEMENT: Final = "chinacloudapi.cn"

# PRE-11, in seconds. A SAS start one day back forgives more, a token does not.
CLOCK_WARNS_ABOVE: Final = 5 * 60
CLOCK_FAILS_ABOVE: Final = 15 * 60

# Design figures. A journey is small; its reports and the plan of an upload need a little room beside it. In practice
# the sample image and its copy in the practice cloud lie on this disk too.
JOURNEY_NEEDS: Final = 64 * 2**20
JOURNEY_WISHES: Final = 512 * 2**20
PRACTICE_NEEDS: Final = 256 * 2**20
PRACTICE_WISHES: Final = 1 * 2**30

TOOL_NAMES: Final = {
    "certification_tool": msg("Certification Test Tool for Azure"),
    "azure_cli": msg("Azure CLI"),
    "azure_powershell": msg("Azure PowerShell"),
    "storage_explorer": msg("Azure Storage Explorer"),
}


def certification_tool(computer: Computer) -> Finding:
    """PRE-04: the official report needs this tool, and the tool needs Windows. The wizard itself needs neither."""
    tool = computer.tool("certification_tool")
    if tool.where is not None:
        return passed(
            msg("The Certification Test Tool for Azure is on this computer"),
            where=tool.where,
            version=tool.version,
        )
    if not computer.windows:
        return skipped(
            msg(
                "The Certification Test Tool for Azure runs on Windows only, and this computer has another system"
            ),
            msg(
                "Run it on a Windows computer, or in a Windows VM in Azure, when you come to the step “Certification”."
            ),
        )
    return warning(
        msg("The Certification Test Tool for Azure was not found on this computer"),
        msg(
            "Download it before the step “Certification”, the only one that needs it. The guide has its address."
        ),
    )


def other_tools(computer: Computer) -> Finding:
    """PRE-04, the rest of it: the guide's other tools are welcome, but the wizard does their work itself."""
    found = tuple(
        msg("{tool} {version}", tool=TOOL_NAMES[tool.id], version=tool.version)
        if tool.version
        else TOOL_NAMES[tool.id]
        for tool in computer.tools
        if tool.where is not None and tool.id != "certification_tool"
    )
    where = [
        tool.where for tool in computer.tools if tool.where is not None and tool.id != "certification_tool"
    ]
    if found:
        return passed(msg("Found: {tools}. The wizard needs none of them.", tools=found), where=where)
    return passed(
        msg("The guide’s other tools are not installed. The wizard needs none of them."), where=where
    )


def cli_cloud(computer: Computer) -> Finding:
    """PRE-05: commands of the Azure CLI must go to Azure China; the wizard never uses the CLI itself."""
    cloud = computer.cli_cloud
    if cloud is None:
        return skipped(msg("There is no Azure CLI on this computer, and the wizard needs none"))
    if cloud.name == CHINA_CLOUD or _CHINA_MANAGEMENT in cloud.management_url:
        return passed(msg("The Azure CLI works with {cloud}", cloud=cloud.name), cloud=cloud.name)
    return warning(
        msg("The Azure CLI works with {cloud}, not with Azure China", cloud=cloud.name),
        msg("Before you use the CLI for this image, run: az cloud set --name AzureChinaCloud"),
        cloud=cloud.name,
    )


def clock(network: Sequence[NetworkLook]) -> Finding:
    """PRE-11: a wrong clock spoils the start and end of links, sign-in and encryption. Warns above 5 minutes, fails above 15."""
    known = [look.seconds_off for look in network if look.seconds_off is not None]
    if not known:
        return skipped(
            msg("No answer from the cloud told the time"), msg("Check again once the cloud can be reached.")
        )
    off = min(known, key=abs)  # an answer that was slow on its way makes the difference larger, never smaller
    if abs(off) <= CLOCK_WARNS_ABOVE:
        seconds = round(abs(off))
        return passed(
            plural(
                "This computer’s clock is within {n} second of the cloud’s",
                "This computer’s clock is within {n} seconds of the cloud’s",
                n=max(seconds, 1),
            ),
            seconds_off=off,
        )
    wrong = failed if abs(off) > CLOCK_FAILS_ABOVE else warning
    return wrong(
        _minutes_off(off),
        msg("Set this computer’s clock, best by a time server, and check again."),
        seconds_off=off,
    )


def free_disk(computer: Computer, is_practice: bool) -> Finding:
    """Room for the journey and its reports; in practice also for the sample image and its copy in the practice cloud."""
    if computer.space is None:
        return skipped(msg("The free space could not be read"))
    needs, wishes = (PRACTICE_NEEDS, PRACTICE_WISHES) if is_practice else (JOURNEY_NEEDS, JOURNEY_WISHES)
    free, place = computer.space.free, computer.space.path
    if free >= wishes:
        return passed(msg("{free} free at {place}", free=in_units(free), place=place), free=free)
    judge = failed if free < needs else warning
    return judge(
        msg("Only {free} free at {place}", free=in_units(free), place=place),
        msg("Free some space: {wishes} would be comfortable.", wishes=in_units(wishes)),
        free=free,
    )


def reachable(network: Sequence[NetworkLook]) -> Finding:
    """Whether the addresses of the cloud answer at all; nobody has to be signed in for that."""
    unreachable = [look for look in network if not look.reachable]
    facts = {
        look.url: "reachable" if look.reachable else str(look.error or "unreachable") for look in network
    }
    if not network:
        return skipped(msg("No address of the cloud was tried"))
    if not unreachable:
        return passed(
            plural("{n} address of the cloud answers", "{n} addresses of the cloud answer", n=len(network)),
            addresses=list(facts),
        )
    first = unreachable[0]
    return failed(
        msg(
            "{address} cannot be reached: {reason}", address=first.url, reason=first.error or msg("no answer")
        ),
        first.cure
        or msg("Check the network, the proxy and the firewall of this computer, then check again."),
        addresses=[f"{address}: {said}" for address, said in facts.items()],
    )


def proxy(network: Sequence[NetworkLook]) -> Finding:
    """Which proxy requests to the cloud go through, so that nobody has to guess. Never with its password."""
    in_use = tuple(dict.fromkeys(look.proxy for look in network if look.proxy))
    if in_use:
        return passed(msg("Requests go through the proxy {proxy}", proxy=in_use), proxy=list(in_use))
    return passed(msg("No proxy is in use"), proxy=[])


def _minutes_off(off: float) -> Message:
    minutes = max(round(abs(off) / 60), 1)
    if off > 0:
        return plural(
            "This computer’s clock is {n} minute ahead of the cloud’s",
            "This computer’s clock is {n} minutes ahead of the cloud’s",
            n=minutes,
        )
    return plural(
        "This computer’s clock is {n} minute behind the cloud’s",
        "This computer’s clock is {n} minutes behind the cloud’s",
        n=minutes,
    )
