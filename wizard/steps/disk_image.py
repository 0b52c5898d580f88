"""Step 3 (guide 2.2 and 2.4): the VHD on this computer, read once and judged before a byte is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from wizard.checks.vhd import CHECKS
from wizard.disk.reading import DiskReading, read_disk
from wizard.figures import in_units
from wizard.messages import Message, msg
from wizard.results import DiskImage
from wizard.step import File, Step
from wizard.step_parts.disk_views import disk_facts, disk_map, kept_facts
from wizard.view import View

if TYPE_CHECKING:
    from wizard.tasks import Task


def read_image(image: str, task: Task) -> Mapping[str, Any]:
    """What the file is and holds; the image as a result only where it is a fixed VHD that could be read."""
    reading = read_disk(image, task)
    return {"reading": reading, "disk_image": _as_result(reading)}


def what_was_seen(reading: DiskReading | None, disk_image: DiskImage | None) -> Sequence[View]:
    """The disk as a map and its facts; after the journey was opened again, what was kept of them."""
    if reading is None:
        return (kept_facts(disk_image),) if disk_image is not None else ()
    if reading.trouble is not None:
        return ()
    drawn = disk_map(reading)
    return (disk_facts(reading),) if drawn is None else (drawn, disk_facts(reading))


def in_short(disk_image: DiskImage | None) -> Message | None:
    """Size and generation."""
    if disk_image is None:
        return None
    size = in_units(disk_image.virtual_bytes)
    if disk_image.generation is None:
        return msg("{size} fixed VHD", size=size)
    return msg("{size} fixed VHD, Generation {generation}", size=size, generation=disk_image.generation)


def _as_result(reading: DiskReading) -> DiskImage | None:
    if reading.footer is None or not reading.is_fixed:
        return None
    return DiskImage(
        path=reading.path,
        file_bytes=reading.file_bytes,
        modified_ns=reading.modified_ns,
        virtual_bytes=reading.footer.current_size,
        unique_id=str(reading.footer.unique_id),
        generation=reading.generation,
    )


STEP: Final = Step(
    id="disk_image",
    title=msg("Disk image"),
    guide="2.2, 2.4",
    purpose=msg("Choose the fixed VHD of your virtual machine. It is only read, never changed."),
    needs=("build_path",),
    inputs=(
        File(
            "image",
            msg("Disk image (VHD)"),
            help=msg("The disk of a generalised machine that is shut down. You can drop the file here."),
            patterns=("*.vhd", "*.vhdx", "*"),
        ),
    ),
    checks=CHECKS,
    checks_title=msg("What the certification looks at in the disk"),
    observe=read_image,
    gives=("disk_image",),
    auto_check=True,
    views=what_was_seen,
    summary=in_short,
)
