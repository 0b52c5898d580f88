"""The rule about services: the SSH server, the agent and cloud-init's stages start at boot (LIN-23)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from wizard.checks.inside_words import is_linux, known
from wizard.checks.linux.commands import delete
from wizard.checks.linux.marks import Mark, commands, places, said
from wizard.groups import Group
from wizard.messages import Message, msg
from wizard.rules_data import load
from wizard.step import Check, Finding, failed, passed, skipped
from wizard.where import printable, where

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside
    from wizard.inspection.found.services import Services

_TITLES: Final[Mapping[str, Message]] = {
    "ssh": msg("the SSH server"),
    "agent": msg("the Azure Linux Agent"),
    "cloud_init": msg("cloud-init"),
}


def needed_services_start(inside: Inside) -> Finding:
    """LIN-23: each is enabled under one of its names and not masked. cloud-init counts where it does the provisioning."""
    services = known(inside.services, inside, "services")
    if isinstance(services, Finding):
        return services
    if not services.kind:
        return skipped(msg("What starts the services of this system is not known to the wizard"))
    cloud_init = known(inside.cloud_init, inside, "cloud_init")
    if isinstance(cloud_init, Finding):
        return cloud_init
    names = load("boot_services")
    needed: list[tuple[str, Sequence[str]]] = [
        ("ssh", names["ssh"]["one_of"]),
        ("agent", names["agent"]["one_of"]),
    ]
    if cloud_init.enabled and _cloud_init_provisions(inside, services, names["cloud_init"]["stages"]):
        needed += [("cloud_init", stage) for stage in names["cloud_init"]["stages"]]
    marks = [mark for what, one_of in needed if (mark := _not_starting(services, what, one_of)) is not None]
    if services.held_back:
        marks.append(
            Mark(
                msg("a file keeps the SSH server from starting"),
                tuple(where(path) for path in services.held_back),
                delete(*services.held_back),
            )
        )
    if services.kind == "systemd" and services.target.startswith(("rescue", "emergency")):
        marks.append(
            Mark(
                msg("the system starts into {target}", target=printable(services.target)),
                commands=("systemctl set-default multi-user.target",),
            )
        )
    facts: dict[str, Any] = {"init": services.kind, "target": services.target}
    started = [found for _, one_of in needed if (found := services.starts(*one_of)) is not None]
    if not marks:
        return passed(
            msg("These start at boot: {names}", names=tuple(printable(each.name) for each in started)),
            seen_at=tuple(where(each.by) for each in started),
            **facts,
        )
    return failed(
        msg("Not everything that Azure needs starts at boot: {what}", what=said(marks)),
        msg("Enable it. Where it is not installed, install it first."),
        seen_at=places(marks),
        commands=commands(marks),
        **facts,
    )


def _cloud_init_provisions(inside: Inside, services: Services, stages: Sequence[Sequence[str]]) -> bool:
    """Whether cloud-init sets new machines up: told so, or not told otherwise and enabled at least in part."""
    agent = inside.agent
    chosen = agent.value("Provisioning.Agent") if agent is not None and agent.config else "auto"
    if chosen == "cloud-init":
        return True
    return chosen == "auto" and any(services.starts(*stage) is not None for stage in stages)


def _not_starting(services: Services, what: str, one_of: Sequence[str]) -> Mark | None:
    """Why none of these starts; None where one does."""
    if services.starts(*one_of) is not None:
        return None
    masked = next((name for name in one_of if services.mask_of(name)), None)
    if masked is not None:
        return Mark(
            msg("{what} is masked ({name})", what=_TITLES[what], name=masked),
            (where(services.mask_of(masked)),),
            (f"systemctl unmask {masked}", f"systemctl enable {masked}"),
        )
    listed = next((found for name in one_of if (found := services.listed(name)) is not None), None)
    if listed is not None and listed.missing:
        return Mark(
            msg("{what} is enabled, but {name} is not there", what=_TITLES[what], name=listed.name),
            (where(listed.by),),
        )
    there = next((name for name in one_of if name in services.there), None)
    if there is None:
        return Mark(msg("{what} ({name}) is not there", what=_TITLES[what], name=one_of[0]))
    return Mark(
        msg("{what} is not enabled ({name})", what=_TITLES[what], name=there),
        commands=_enable(services, there),
    )


def _enable(services: Services, unit: str) -> tuple[str, ...]:
    name = unit.removesuffix(".service")
    if services.kind == "systemd":
        return (f"systemctl enable {unit}",)
    if services.kind == "upstart":
        return (f"rm -f /etc/init/{name}.override",)
    return (
        f"if command -v chkconfig >/dev/null; then chkconfig {name} on; else update-rc.d {name} defaults; fi",
    )


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "LIN-23",
        msg("The SSH server and the agent start at boot, and cloud-init where it is used"),
        needed_services_start,
        group=Group.SYSTEM,
        applies=is_linux,
    ),
)
