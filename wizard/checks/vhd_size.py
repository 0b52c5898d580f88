"""The rules about the size of the disk: VHD-05, VHD-08, VHD-09 and VHD-19. The figures: resources/rules/vhd_limits.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wizard.checks.vhd_words import resize_cure, size_of
from wizard.figures import exactly, in_units
from wizard.messages import Message, msg
from wizard.rules_data import load
from wizard.step import Finding, failed, passed, skipped, warning

if TYPE_CHECKING:
    from wizard.disk.reading import DiskReading

_GIB: Final = 1024**3

_SHRINK: Final = msg(
    "Shrink the file systems and partitions inside the virtual machine, then the disk; or build the system anew on a "
    "smaller disk."
)


def is_large_enough(reading: DiskReading) -> Finding:
    """VHD-05: at least 20 MB."""
    size, limit = size_of(reading), load("vhd_limits")["smallest"]
    if isinstance(size, Finding):
        return size
    facts = _facts(size) | {"least_bytes": limit["bytes"], "least_as_written": limit["as_written"]}
    if size >= limit["bytes"]:
        return passed(_disk_has(size), **facts)
    return failed(
        msg(
            "The disk has {size}; Azure takes none below {least}",
            size=in_units(size),
            least=limit["as_written"],
        ),
        msg("Choose the system disk of your virtual machine. A disk this small holds no system."),
        **facts,
    )


def suits_linux(reading: DiskReading, build_path: str) -> Finding:
    """VHD-08: a Linux system disk has 1 to 1,023 GB; under 30 GB some texts object."""
    other = _other_system(build_path, "linux", msg("This image is not Linux"))
    size, limit = other or size_of(reading), load("vhd_limits")["linux"]
    if isinstance(size, Finding):
        return size
    outside = _outside(reading, size, limit, msg("Linux"))
    if outside is not None:
        return outside
    facts = _limits(size, limit) | {"advised_least_bytes": limit["advised_least_bytes"]}
    if size < limit["advised_least_bytes"]:
        advised = limit["advised_least_bytes"]
        return warning(
            msg(
                "The disk has {size}. Certification takes it, but one text of the policy asks for {advised} or more",
                size=in_units(size),
                advised=limit["advised_least_as_written"],
            ),
            resize_cure(reading, advised, in_units(advised)),
            **facts,
        )
    return passed(_disk_has(size), **facts)


def suits_windows(reading: DiskReading, build_path: str) -> Finding:
    """VHD-09: a Windows system disk has 30 to 250 GB, and 127 or 128 GiB as Azure and the guide have it."""
    other = _other_system(build_path, "windows", msg("This image is not Windows"))
    size, limit = other or size_of(reading), load("vhd_limits")["windows"]
    if isinstance(size, Finding):
        return size
    outside = _outside(reading, size, limit, msg("Windows"))
    if outside is not None:
        return outside
    facts = _limits(size, limit) | {"usual_bytes": list(limit["usual_bytes"])}
    if size in limit["usual_bytes"]:
        return passed(_disk_has(size), **facts)
    return warning(
        msg(
            "The disk has {size}. Certification takes it, but the guide asks for a disk of 128 GB, and Azure’s own "
            "Windows disks have 127 GiB",
            size=in_units(size),
        ),
        msg("Build on an Azure-approved Windows image and leave the size of its disk as it is."),
        **facts,
    )


def size_fits_use(reading: DiskReading) -> Finding:
    """VHD-19: a very large disk, or a large one that is nearly empty, needs an exception."""
    size, limit = size_of(reading), load("vhd_limits")["oversize"]
    if isinstance(size, Finding):
        return size
    unused = max(size - reading.data_bytes, 0) if reading.has_holes else None
    facts = _facts(size) | {
        "data_bytes": reading.data_bytes if reading.has_holes else None,
        "unused_bytes": unused,
        "above_bytes": limit["above_bytes"],
        "always_above_bytes": limit["always_above_bytes"],
        "unused_above_bytes": limit["unused_above_bytes"],
    }
    cure = msg(
        "Build the system on a smaller disk, or ask the operator for an exception before you publish. A large disk costs "
        "every customer more."
    )
    if size > limit["always_above_bytes"]:
        return warning(
            msg("The disk has {size}; above 500 GB an exception is needed", size=in_units(size)),
            cure,
            **facts,
        )
    if size <= limit["above_bytes"]:
        return passed(
            msg("The disk has {size}; up to 250 GB no exception is needed", size=in_units(size)), **facts
        )
    if unused is None:
        return skipped(
            msg(
                "The disk has {size}; whether it holds that much cannot be told, because the file has no holes",
                size=in_units(size),
            ),
            **facts,
        )
    if unused > limit["unused_above_bytes"]:
        return warning(
            msg(
                "The disk has {size}, but {unused} of it are unused; such a disk needs an exception",
                size=in_units(size),
                unused=in_units(unused),
            ),
            cure,
            **facts,
        )
    return passed(
        msg("{data} of {size} are in use", data=in_units(reading.data_bytes), size=in_units(size)), **facts
    )


def _other_system(build_path: str, system: str, reason: Message) -> Finding | None:
    """Why a rule about one system does not apply to this build path; None where it does."""
    if not build_path:
        return skipped(msg("Which system it is was not said"), msg("Choose the build path first."))
    return None if build_path.startswith(system) else skipped(reason)


def _outside(reading: DiskReading, size: int, limit: dict[str, Any], system: Message) -> Finding | None:
    """The disk is too small or too large for the system; None where it is neither."""
    facts = _limits(size, limit)
    if size < limit["least_bytes"]:
        wanted = -(-limit["least_bytes"] // _GIB) * _GIB
        return failed(
            msg(
                "The disk has {size}; a {system} system disk needs at least {least}",
                size=in_units(size),
                system=system,
                least=limit["least_as_written"],
            ),
            resize_cure(reading, wanted, in_units(wanted)),
            **facts,
        )
    if size > limit["most_bytes"]:
        return failed(
            msg(
                "The disk has {size}; a {system} system disk has at most {most}",
                size=in_units(size),
                system=system,
                most=limit["most_as_written"],
            ),
            _SHRINK,
            **facts,
        )
    return None


def _disk_has(size: int) -> Message:
    return msg("The disk has {size} ({bytes} bytes)", size=in_units(size), bytes=exactly(size))


def _facts(size: int) -> dict[str, Any]:
    return {"bytes": size, "gib": round(size / _GIB, 3), "gb": round(size / 1000**3, 3)}


def _limits(size: int, limit: dict[str, Any]) -> dict[str, Any]:
    return _facts(size) | {
        name: limit[name] for name in ("least_bytes", "least_as_written", "most_bytes", "most_as_written")
    }
