"""The rule about cloud-init: it looks to Azure alone, and it and the agent do not do the same work twice (LIN-22)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wizard.checks.inside_words import is_linux, known
from wizard.checks.linux.commands import set_key
from wizard.checks.linux.marks import Mark, commands, places, said
from wizard.groups import Group
from wizard.messages import msg
from wizard.step import Check, Finding, passed, skipped, warning
from wizard.where import where

if TYPE_CHECKING:
    from wizard.inspection.found.agent import Agent
    from wizard.inspection.found.cloud_init import CloudInit
    from wizard.inspection.found.inside import Inside

_FOLDER: Final = "/etc/cloud/cloud.cfg.d"
# The first is Microsoft's name for it. A file that comes later by name would undo it; then the second one is written.
_NAMES: Final = ("91-azure_datasource.cfg", "zz-azure_datasource.cfg")


def provisions_on_azure(inside: Inside) -> Finding:
    """LIN-22, as Microsoft's text on preparing Linux has it; where cloud-init does the provisioning."""
    cloud_init = known(inside.cloud_init, inside, "cloud_init")
    if isinstance(cloud_init, Finding):
        return cloud_init
    if not cloud_init.installed:
        return skipped(msg("cloud-init is not installed; the agent sets new machines up"))
    agent = inside.agent
    chosen = agent.value("Provisioning.Agent") if agent is not None and agent.config else ""
    facts: dict[str, Any] = {"sources": list(cloud_init.sources), "provisioning_agent": chosen}
    if cloud_init.off_at and chosen in ("waagent", "disabled"):
        return skipped(msg("cloud-init is switched off; the agent sets new machines up"), **facts)
    marks = [*_of_cloud_init(cloud_init), *(_of_agent(agent) if agent is not None and agent.config else [])]
    if not marks:
        return passed(
            msg("cloud-init sets new machines up from Azure’s data, and the agent leaves that to it"),
            seen_at=tuple(
                each for each in (cloud_init.sources_at, cloud_init.network_config_at) if each is not None
            ),
            **facts,
        )
    return warning(
        msg("cloud-init is not set up as Microsoft advises: {what}", what=said(marks)),
        msg(
            "Let cloud-init take its data from Azure alone and leave the network to the system, and let the agent leave "
            "both provisioning and the temporary disk to cloud-init."
        ),
        seen_at=places(marks),
        commands=commands(marks),
        **facts,
    )


def _of_cloud_init(cloud_init: CloudInit) -> list[Mark]:
    marks = []
    if cloud_init.off_at:
        marks.append(
            Mark(
                msg("a file switches it off although the agent counts on it"),
                (where(cloud_init.off_at),),
                (f"rm -f {cloud_init.off_at}",),
            )
        )
    at = (cloud_init.sources_at,) if cloud_init.sources_at is not None else ()
    for_azure = _for_azure_alone(cloud_init)
    if not cloud_init.sources:
        marks.append(Mark(msg("it has no list of data sources and tries every cloud"), at, for_azure))
    elif "Azure" not in cloud_init.sources:
        marks.append(
            Mark(msg("Azure is not among its data sources: {names}", names=cloud_init.sources), at, for_azure)
        )
    elif set(cloud_init.sources) - {"Azure", "None"}:
        marks.append(
            Mark(msg("it looks for other clouds too: {names}", names=cloud_init.sources), at, for_azure)
        )
    if cloud_init.network_config is not False and not cloud_init.network_off:
        place = cloud_init.network_config_at
        marks.append(
            Mark(
                msg("it configures the network from Azure’s data (apply_network_config)"),
                (place,) if place is not None else (),
                for_azure,
            )
        )
    if cloud_init.swap_files:
        marks.append(Mark(msg("it makes a swap file on the system disk"), cloud_init.swap_files))
    return marks


def _for_azure_alone(cloud_init: CloudInit) -> tuple[str, ...]:
    """A line that writes a file with Azure's settings, under a name that comes after whatever sets them now."""
    set_at = (cloud_init.sources_at, cloud_init.network_config_at)
    later = any(
        each.path.rpartition("/")[2] > _NAMES[0] for each in set_at if each and each.path.startswith(_FOLDER)
    )
    lines = ("datasource_list: [ Azure ]", "datasource:", "  Azure:", "    apply_network_config: false")
    words = " ".join(f"'{line}'" for line in lines)
    return (f"printf '%s\\n' {words} > {_FOLDER}/{_NAMES[1 if later else 0]}",)


def _of_agent(agent: Agent) -> list[Mark]:
    """What the agent would do beside cloud-init."""
    marks = []
    if agent.value("Provisioning.Agent") not in ("cloud-init", "auto"):
        marks.append(
            Mark(
                msg("the agent is told that cloud-init does not set machines up (Provisioning.Agent)"),
                (agent.place("Provisioning.Agent"),),
                set_key(agent.config, "Provisioning.Agent", "auto"),
            )
        )
    for key, what in (
        ("ResourceDisk.Format", msg("the agent formats the temporary disk as well (ResourceDisk.Format)")),
        ("ResourceDisk.EnableSwap", msg("the agent makes swap space as well (ResourceDisk.EnableSwap)")),
    ):
        if agent.switch(key):
            marks.append(Mark(what, (agent.place(key),), set_key(agent.config, key, "n")))
    return marks


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "LIN-22",
        msg("cloud-init, where it is installed, is set up for Azure"),
        provisions_on_azure,
        group=Group.AGENT,
        applies=is_linux,
    ),
)
