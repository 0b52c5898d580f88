"""The rules about the kernel's age (LIN-34), and about time zone and NVMe (LIN-52)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wizard.checks.inside_words import is_linux, known
from wizard.checks.linux.kernel_minimums import Fix, sack_fix
from wizard.checks.linux.module_state import NO_KERNEL, at_start
from wizard.groups import Group
from wizard.messages import msg
from wizard.step import Check, Finding, failed, passed, skipped, warning
from wizard.where import where

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside

_DEBIAN_ZONE: Final = "/etc/timezone"


def kernel_is_fixed(inside: Inside) -> Finding:
    """LIN-34: the kernel that starts holds the fixes of TCP SACK panic; what no table knows is not judged."""
    kernels = known(inside.kernel, inside, "kernel")
    if isinstance(kernels, Finding):
        return kernels
    kernel = kernels.starts
    if kernel is None:
        return skipped(NO_KERNEL)
    judged = sack_fix(kernel.version, kernel.banner, inside.distribution)
    places = (where(kernel.image or f"/lib/modules/{kernel.version}"),)
    cure = msg(
        "Update the kernel and start it once. Where your kernel has the fixes under an older version, ask Microsoft’s support "
        "to approve it."
    )
    if judged.fix is Fix.IN:
        return passed(
            msg("Kernel {version} holds the fixes of TCP SACK panic", version=kernel.version),
            seen_at=places,
            kernel=kernel.version,
            least=judged.least,
        )
    if judged.fix is Fix.MISSING:
        return failed(
            msg(
                "Kernel {version} is older than {least}, the first with the fixes of TCP SACK panic (CVE-2019-11477)",
                version=kernel.version,
                least=judged.least,
            ),
            cure,
            seen_at=places,
            kernel=kernel.version,
            least=judged.least,
        )
    if judged.fix is Fix.DOUBTFUL:
        return warning(
            msg(
                "Kernel {version} is older than {least}, in which Linux fixed TCP SACK panic (CVE-2019-11477). The "
                "distribution may have taken the fixes over",
                version=kernel.version,
                least=judged.least,
            ),
            cure,
            seen_at=places,
            kernel=kernel.version,
            least=judged.least,
        )
    return skipped(
        msg(
            "No table says whether kernel {version} holds the fixes of TCP SACK panic", version=kernel.version
        ),
        None,
        kernel=kernel.version,
    )


def time_zone_and_nvme(inside: Inside) -> Finding:
    """LIN-52: the time zone is UTC. Without the driver of NVMe the image must not claim to support it."""
    zone = known(inside.time_zone, inside, "time_zone")
    if isinstance(zone, Finding):
        return zone
    places = (where(zone.file, 0, zone.name or zone.rule),) if zone.file else ()
    if zone.utc is None:
        return skipped(msg("The time zone cannot be told from /etc/localtime"))
    if not zone.utc:
        debian = inside.distribution is not None and inside.distribution.family == "debian"
        return warning(
            msg("The time zone is {name}", name=zone.name or zone.rule),
            msg("Set it to UTC; a customer in any country expects that of a server."),
            seen_at=places,
            commands=(
                "ln -sf /usr/share/zoneinfo/Etc/UTC /etc/localtime",
                *((f"echo Etc/UTC > {_DEBIAN_ZONE}",) if debian else ()),
            ),
        )
    kernel = inside.kernel.starts if inside.kernel is not None else None
    nvme = at_start(kernel, "nvme") if kernel is not None else None
    if nvme is None:
        reason = msg(
            "The time zone is UTC. Whether the driver of NVMe disks is there from the start was not seen"
        )
    elif nvme:
        reason = msg("The time zone is UTC, and the driver of NVMe disks is there from the start")
    else:
        reason = msg(
            "The time zone is UTC. The driver of NVMe disks is not in the initial RAM disk: do not claim that the image "
            "supports NVMe"
        )
    return passed(reason, seen_at=places, nvme=nvme)


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "LIN-34",
        msg("The kernel holds the fixes of TCP SACK panic"),
        kernel_is_fixed,
        group=Group.BOOT,
        applies=is_linux,
    ),
    Check(
        "LIN-52",
        msg("The time zone is UTC"),
        time_zone_and_nvme,
        group=Group.SYSTEM,
        applies=is_linux,
    ),
)
