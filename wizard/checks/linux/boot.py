"""The rules about the kernel command line: LIN-04 to LIN-08."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from wizard.checks.inside_words import is_linux, known
from wizard.checks.linux.kernel_options import add_option, remove_options, usual
from wizard.groups import Group
from wizard.messages import msg
from wizard.rules_data import load
from wizard.step import Check, Finding, failed, passed, skipped, warning
from wizard.where import Where

if TYPE_CHECKING:
    from wizard.inspection.found.boot import Boot, BootEntry
    from wizard.inspection.found.inside import Inside

_PLACES_MOST: Final = 10

_NO_ENTRY: Final = msg("No boot loader was found whose configuration the wizard can read")


def serial_console(inside: Inside) -> Finding:
    """LIN-04: console=ttyS0, on ARM ttyAMA0: the only option whose absence fails."""
    consoles = load("kernel_options")["console"]
    return _has(inside, str(consoles["arm64" if _is_arm(inside) else "x86-64"]), failed)


def early_messages(inside: Inside) -> Finding:
    """LIN-05: earlyprintk=ttyS0, which processors other than x86 do not have."""
    if _is_arm(inside):
        return skipped(msg("An ARM system has no such option"))
    asked = load("kernel_options")["earlyprintk"]
    return _has(inside, str(asked["option"]), warning, *asked["same"])


def root_delay(inside: Inside) -> Finding:
    """LIN-06: rootdelay=300, which older lists ask for and the newest does not."""
    return _has(inside, str(load("kernel_options")["rootdelay"]["option"]), warning)


def nothing_hides_messages(inside: Inside) -> Finding:
    """LIN-07: without rhgb and quiet, which hide messages, and without crashkernel=auto, which takes memory."""
    boot = _boot(inside)
    if isinstance(boot, Finding):
        return boot
    unwanted = tuple(load("kernel_options")["unwanted"]["options"])
    found = _found(usual(boot), unwanted)
    later = tuple(each for each in unwanted if boot.defaults is not None and boot.defaults.has(each))
    options = tuple(dict.fromkeys((*found, *later)))
    if not options:
        return passed(
            msg("The kernel command line has none of {options}", options=unwanted),
            seen_at=_places(usual(boot)),
        )
    reason = (
        msg("The kernel command line has {options}", options=options)
        if found
        else msg(
            "The next update of the boot loader puts {options} on the kernel command line", options=options
        )
    )
    return warning(
        reason,
        msg(
            "Take it off. Without rhgb and quiet, all messages reach the serial console; crashkernel=auto takes 128 MB of "
            "memory or more."
        ),
        seen_at=_places(each for each in usual(boot) if each.has(*options)) or _default_places(boot, options),
        commands=remove_options(boot, inside.distribution, options),
    )


def nothing_forbidden(inside: Inside) -> Finding:
    """LIN-08: no entry has what keeps Azure's CD drive away; RHEL before 6.6 needs numa=off."""
    boot = _boot(inside)
    if isinstance(boot, Finding):
        return boot
    data = load("kernel_options")
    forbidden = tuple(data["forbidden"]["options"])
    found = _found(boot.entries, forbidden)
    cure = msg("Take it off the kernel command line: with it, Azure’s provisioning disc is not found.")
    if found:
        return failed(
            msg("The kernel command line has {options}", options=found),
            cure,
            seen_at=_places(each for each in boot.entries if each.has(*found)),
            commands=remove_options(boot, inside.distribution, found),
        )
    numa = _numa(inside, boot)
    if numa is not None:
        return numa
    later = tuple(each for each in forbidden if boot.defaults is not None and boot.defaults.has(each))
    if later:
        return warning(
            msg(
                "The next update of the boot loader puts {options} on the kernel command line", options=later
            ),
            cure,
            seen_at=_default_places(boot, later),
            commands=remove_options(boot, inside.distribution, later),
        )
    return passed(msg("No boot entry has {options}", options=forbidden), seen_at=_places(usual(boot)))


def _numa(inside: Inside, boot: Boot) -> Finding | None:
    """RHEL and its kin before 6.6 do not bear more than one NUMA node on Hyper-V."""
    data = load("kernel_options")["numa"]
    distribution = inside.distribution
    before = tuple(data["before"])
    if (
        distribution is None
        or distribution.id not in data["ids"]
        or not distribution.numbers
        or distribution.numbers >= before
    ):
        return None
    option = str(data["option"])
    without = [each for each in usual(boot) if not each.has(option)]
    if not without:
        return None
    return failed(
        msg("{option} is not on the kernel command line, and a kernel this old needs it", option=option),
        msg(
            "Add {option} to the kernel command line, or update the system to release 6.6 or newer.",
            option=option,
        ),
        seen_at=_places(without),
        commands=add_option(boot, distribution, option),
    )


def _has(inside: Inside, option: str, bad: Callable[..., Finding], *same: str) -> Finding:
    """What comes of an option that every usual entry should have; `same` does as well."""
    boot = _boot(inside)
    if isinstance(boot, Finding):
        return boot
    entries = usual(boot)
    without = [each for each in entries if not each.has(option, *same)]
    commands = add_option(boot, inside.distribution, option)
    cure = msg(
        "Add {option} to the kernel command line, and write the boot loader’s configuration anew.",
        option=option,
    )
    if len(without) == len(entries):
        return bad(
            msg("{option} is not on the kernel command line", option=option),
            cure,
            seen_at=_places(without),
            commands=commands,
        )
    if without:
        return warning(
            msg("{option} is on one kernel command line and not on another", option=option),
            cure,
            seen_at=_places(without),
            commands=commands,
        )
    defaults = boot.defaults
    if defaults is not None and defaults.whole and not defaults.has(option, *same):
        return warning(
            msg(
                "{option} is on the kernel command line, but the next update of the boot loader takes it off",
                option=option,
            ),
            msg("Add {option} where the boot entries are made from, so that it lasts.", option=option),
            seen_at=(*_places(entries[:1]), *(each.where for each in defaults.lines))[:_PLACES_MOST],
            commands=commands,
        )
    return passed(msg("{option} is on the kernel command line", option=option), seen_at=_places(entries))


def _boot(inside: Inside) -> Boot | Finding:
    boot = known(inside.boot, inside, "boot")
    if isinstance(boot, Finding) or usual(boot):
        return boot
    return skipped(_NO_ENTRY)


def _is_arm(inside: Inside) -> bool:
    return inside.machine is not None and inside.machine.architectures == ("arm64",)


def _found(entries: tuple[BootEntry, ...], options: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for each in options if any(entry.has(each) for entry in entries))


def _places(entries: Iterable[BootEntry]) -> tuple[Where, ...]:
    return tuple(dict.fromkeys(each.where for each in entries))[:_PLACES_MOST]


def _default_places(boot: Boot, options: tuple[str, ...]) -> tuple[Where, ...]:
    lines = boot.defaults.lines if boot.defaults is not None else ()
    return tuple(each.where for each in lines if any(option in each.text for option in options))[
        :_PLACES_MOST
    ]


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "LIN-04",
        msg("The kernel speaks to the serial console"),
        serial_console,
        group=Group.BOOT,
        applies=is_linux,
    ),
    Check(
        "LIN-05",
        msg("The kernel’s first messages reach the serial console"),
        early_messages,
        group=Group.BOOT,
        applies=is_linux,
    ),
    Check(
        "LIN-06",
        msg("The kernel waits for a slow system disk"),
        root_delay,
        group=Group.BOOT,
        applies=is_linux,
    ),
    Check(
        "LIN-07",
        msg("No kernel option hides messages or takes memory"),
        nothing_hides_messages,
        group=Group.BOOT,
        applies=is_linux,
    ),
    Check(
        "LIN-08",
        msg("No kernel option disturbs Azure"),
        nothing_forbidden,
        group=Group.BOOT,
        applies=is_linux,
    ),
)
