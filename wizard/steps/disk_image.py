"""Step 3 (guide 2.2 and 2.4): the disk image on this computer, of any format, read and judged before a byte is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from wizard.checks import contents
from wizard.checks.vhd import CHECKS
from wizard.checks.vhd_words import TITLES
from wizard.disk.reading import DiskReading, read_disk
from wizard.figures import in_units
from wizard.inspection.found.inside import Inside
from wizard.messages import Message, msg
from wizard.results import DiskImage, WrittenReport
from wizard.step import Action, File, Step, YesNo
from wizard.step_parts.cleaning import (
    ask_before_replacing,
    has_something_to_clean,
    script_files,
    write_cleaning_script,
)
from wizard.step_parts.contents import look_into_file, today
from wizard.step_parts.conversion import before_converting, convert_image, has_to_be_converted
from wizard.step_parts.disk_views import disk_facts, disk_map, kept_facts
from wizard.step_parts.inside_views import what_a_customer_gets
from wizard.view import View

if TYPE_CHECKING:
    from wizard.tasks import Task

_MEBIBYTE: Final = 1024 * 1024


def read_image(image: str, grow: bool | None, task: Task) -> Mapping[str, Any]:
    """What the file is and holds; the image as a result only where it can be sent, now or after its conversion."""
    reading, inside = look_into_file(read_disk(image, task), task)
    return {
        "reading": reading,
        "inside": inside,
        "looked_on": today(),
        "disk_image": _as_result(reading, bool(grow)),
    }


def what_was_seen(
    reading: DiskReading | None,
    inside: Inside | None,
    disk_image: DiskImage | None,
    cleaning_script: WrittenReport | None,
) -> Sequence[View]:
    """The disk as a map, its facts, and what is inside; after the journey was opened again, what was kept of them."""
    script = script_files(cleaning_script)
    if reading is None:
        return (kept_facts(disk_image), *script) if disk_image is not None else script
    if reading.trouble is not None:
        return ()
    inside = inside or Inside()
    drawn = disk_map(reading, inside, grow=disk_image is not None and disk_image.grow)
    shown = (drawn, disk_facts(reading), what_a_customer_gets(inside))
    return (*(each for each in shown if each is not None), *script)


def in_short(disk_image: DiskImage | None) -> Message | None:
    """Size, generation, and what is made of another format."""
    if disk_image is None:
        return None
    size, title = in_units(disk_image.virtual_bytes), TITLES.get(disk_image.kind, msg("disk image"))
    short = (
        msg("{size} {format}", size=size, format=title)
        if disk_image.generation is None
        else msg(
            "{size} {format}, Generation {generation}",
            size=size,
            format=title,
            generation=disk_image.generation,
        )
    )
    if disk_image.kind == "fixed_vhd":
        return short
    return msg("{what}; will be sent as a fixed VHD", what=short)


def has_odd_size(disk_image: DiskImage | None) -> bool:
    """Whether the disk is one that VHD-03 refuses as it is."""
    return disk_image is not None and disk_image.virtual_bytes % _MEBIBYTE != 0 and disk_image.length > 0


def is_in_the_cloud(build_path: str | None) -> Message | None:
    """Skipped where the image is in a storage account: there the step Copy looks at it."""
    if build_path is None or not build_path.endswith("_blob"):
        return None
    return msg("The image is in a storage account already")


def _as_result(reading: DiskReading, grow: bool) -> DiskImage | None:
    if reading.needed_bytes and reading.virtual_bytes is not None:
        return DiskImage(
            path=reading.path,
            file_bytes=reading.file_bytes,
            modified_ns=reading.modified_ns,
            virtual_bytes=reading.virtual_bytes,
            unique_id="",
            generation=None,
            kind=reading.kind.value,
            needed_bytes=reading.needed_bytes,
        )
    if reading.size is None or reading.sent is None:
        return None
    return DiskImage(
        path=reading.path,
        file_bytes=reading.file_bytes,
        modified_ns=reading.modified_ns,
        virtual_bytes=reading.size,
        unique_id=str(reading.sent.footer.unique_id),
        generation=reading.generation,
        kind=reading.kind.value,
        length=reading.sent.length,
        grow=grow and reading.sent.grown_by > 0,
    )


STEP: Final = Step(
    id="disk_image",
    title=msg("Disk image"),
    guide="2.2, 2.4",
    purpose=msg(
        "Choose the disk of your virtual machine, in any format. It is only read, never changed; what goes to Azure is a "
        "fixed VHD."
    ),
    needs=("build_path",),
    inputs=(
        File(
            "image",
            msg("Disk image"),
            help=msg(
                "VHD, VHDX or a raw disk of a generalised machine that is shut down; VMDK, QCOW2 and VDI are converted "
                "first. You can drop the file here."
            ),
            patterns=("*.vhd", "*.vhdx", "*.vmdk", "*.qcow2", "*.vdi", "*.img", "*.raw", "*"),
        ),
        YesNo(
            "grow",
            msg("Grow the disk to a whole number of MiB on the way"),
            help=msg("Azure refuses any other size. Zeros are added at the end; the file stays as it is."),
            applies=has_odd_size,
            required=False,
        ),
        File(
            "folder",
            msg("Folder for the converted disk"),
            help=msg("Without one, it is put beside the image."),
            folder=True,
            applies=has_to_be_converted,
            required=False,
            volatile=True,
        ),
    ),
    actions=(
        Action(
            "convert",
            msg("Convert to a fixed VHD"),
            convert_image,
            sets=("image",),
            applies=has_to_be_converted,
            confirm=before_converting,
        ),
        Action(
            "clean",
            msg("Write a cleaning script"),
            write_cleaning_script,
            applies=has_something_to_clean,
            confirm=ask_before_replacing,
        ),
    ),
    keeps=("cleaning_script",),
    checks=(*CHECKS, *contents.CHECKS),
    checks_title=msg("What the certification looks at in the disk"),
    observe=read_image,
    gives=("disk_image",),
    auto_check=True,
    views=what_was_seen,
    summary=in_short,
    skip=is_in_the_cloud,
)
