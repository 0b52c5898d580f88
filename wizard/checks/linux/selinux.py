"""The rule about SELinux: Red Hat's own tests expect it enforcing (LIN-51)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wizard.checks.inside_words import is_linux, known
from wizard.groups import Group
from wizard.messages import msg
from wizard.step import Check, Finding, passed, skipped, warning
from wizard.where import where

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside

_CONFIG: Final = "/etc/selinux/config"


def selinux_enforces(inside: Inside) -> Finding:
    """LIN-51: enforcing on Red Hat's family; elsewhere what is seen is told. A relabel due at the first start warns."""
    network = known(inside.network, inside, "network")
    if isinstance(network, Finding):
        return network
    mode, at = network.selinux, network.selinux_at
    facts: dict[str, Any] = {"selinux": mode, "relabel": bool(network.relabel)}
    if not mode or at is None:
        return skipped(msg("{file} is not there or sets no mode: the system has no SELinux", file=_CONFIG))
    if network.relabel:
        return warning(
            msg(
                "{file} makes the first start label every file anew and restart, which takes minutes",
                file=network.relabel,
            ),
            msg("Start the machine once, so that this is done, then clean up and deprovision it."),
            seen_at=(where(network.relabel), at),
            **facts,
        )
    if mode == "enforcing":
        return passed(msg("SELinux is enforcing"), seen_at=(at,), **facts)
    family = inside.distribution.family if inside.distribution is not None else ""
    if family != "redhat":
        return passed(
            msg("SELinux is {mode}; this distribution does without it", mode=mode), seen_at=(at,), **facts
        )
    return warning(
        msg("SELinux is {mode}; Red Hat’s own test of images expects it enforcing", mode=mode),
        msg(
            "Set SELINUX=permissive in {file}, create /.autorelabel, start the machine, and try the product. Where the log "
            "tells of nothing that SELinux would forbid, set SELINUX=enforcing.",
            file=_CONFIG,
        ),
        seen_at=(at,),
        **facts,
    )


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "LIN-51",
        msg("SELinux is enforcing where the distribution uses it"),
        selinux_enforces,
        group=Group.SECURITY,
        applies=is_linux,
    ),
)
