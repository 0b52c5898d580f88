"""Step 1 (guide 1): what this journey needs on this computer and in the account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from wizard.checks import prerequisites as checks
from wizard.messages import Message, msg, plural
from wizard.step import Check, Item, Step, Ticks
from wizard.step_parts.host import look_at_computer

if TYPE_CHECKING:
    from wizard.services.cloud import Cloud
    from wizard.settings import Settings
    from wizard.tasks import Task

ACCOUNT_ITEMS: Final = (
    Item(
        "china_account",
        msg("We have an Azure China account"),
        msg("Its name ends in .partner.onmschina.cn. Accounts of global Azure do not work here."),
        "PRE-01",
    ),
    Item(
        "publisher",
        msg("We are registered as a publisher"),
        msg("This takes a company registered in mainland China, with its business licence."),
        "PRE-02",
    ),
    Item(
        "offer_in_time",
        msg("Our first offer will be published in time"),
        msg("Within 60 days of signing; an older text says three months, so go by the 60 days."),
        "PRE-03",
    ),
    Item(
        "windows_base",
        msg("Windows: the image is based on a Windows Server or SQL Server image of Azure"),
        msg("SQL Server comes with its own base image. Visual Studio and Office need approval first."),
        "PRE-06",
    ),
    Item(
        "linux_base",
        msg("Linux: the image is based on a distribution that Azure endorses"),
        msg("Others may work too, but you have to prepare them for Azure yourself."),
        "PRE-07",
    ),
)
# Of the two about the operating system a person ticks the one that fits.
_NEEDED: Final = ("china_account", "publisher", "offer_in_time")
_EITHER: Final = ("windows_base", "linux_base")


def observe(cloud: Cloud, settings: Settings, task: Task) -> Mapping[str, Any]:
    """This computer, and how the cloud's addresses answer."""
    task.report(0, 2, phase=msg("Looking at this computer"))
    computer = look_at_computer(settings.journeys)
    task.report(1, 2, phase=msg("Asking the cloud’s addresses for an answer"))
    return {
        "computer": computer,
        "network": cloud.network_look(task),
        "is_practice": cloud.is_practice,
    }


def still_missing(account_ready: Mapping[str, Any] | None) -> Message | None:
    """The items nobody has ticked yet."""
    ticked = set(account_ready or {})
    open_items = sum(item not in ticked for item in _NEEDED) + (not ticked & set(_EITHER))
    if not open_items:
        return None
    return plural("{n} item is not confirmed yet", "{n} items are not confirmed yet", n=open_items)


STEP: Final = Step(
    id="prerequisites",
    title=msg("Prerequisites"),
    guide="1",
    purpose=msg("See whether this computer and your account are ready for the journey."),
    inputs=(
        Ticks(
            "account_ready",
            msg("Your account and your image"),
            help=msg("Only you can know this. Of the two about the base image, tick the one that fits."),
            items=ACCOUNT_ITEMS,
        ),
    ),
    checks=(
        Check("PRE-04", msg("The tool for the official certification is here"), checks.certification_tool),
        Check("other-tools", msg("Other tools of the guide"), checks.other_tools),
        Check("PRE-05", msg("The Azure CLI works with Azure China"), checks.cli_cloud),
        Check("PRE-11", msg("The clock is right"), checks.clock),
        Check("free-disk", msg("There is room on the disk"), checks.free_disk),
        Check("network", msg("The cloud can be reached"), checks.reachable),
        Check("proxy", msg("Proxy"), checks.proxy),
    ),
    checks_title=msg("This computer and the way to the cloud"),
    observe=observe,
    auto_check=True,
    missing=still_missing,
)
