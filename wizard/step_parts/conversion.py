"""The conversion of a VMDK, QCOW2 or VDI to a fixed VHD: asked about before it begins, and the new file chosen then."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wizard.checks.vhd_name import suggested_name
from wizard.disk.conversion.convert import convert
from wizard.disk.conversion.target_file import free_bytes
from wizard.figures import exactly, in_units
from wizard.messages import Message, msg
from wizard.results import DiskImage
from wizard.step import Confirmation

if TYPE_CHECKING:
    from wizard.tasks import Task

_MEBIBYTE: Final = 1024 * 1024


def has_to_be_converted(disk_image: DiskImage | None) -> bool:
    """Whether nothing can be sent of the disk as it is, but of a fixed VHD made from it."""
    return disk_image is not None and disk_image.needed_bytes > 0


def convert_image(disk_image: DiskImage | None, folder: str | None, task: Task) -> Mapping[str, Any]:
    """Make a fixed VHD of it; that is the step's image from then on. Raises what converting raises."""
    assert disk_image is not None
    source = Path(disk_image.path)
    target = target_of(source, folder)
    convert(source, target, task, grow=True)
    return {"image": str(target)}


def before_converting(disk_image: DiskImage | None, folder: str | None) -> Confirmation | None:
    """Where the new file will be, and how much room it takes."""
    if disk_image is None or not has_to_be_converted(disk_image):
        return None
    source = Path(disk_image.path)
    target = target_of(source, folder)
    return Confirmation(
        msg("Convert {name} to a fixed VHD?", name=source.name),
        _effect(disk_image, target),
        msg("Convert"),
    )


def target_of(source: Path, folder: str | None) -> Path:
    """Where the fixed VHD made of this image is put: under a name that it can keep (VHD-14), and that is free."""
    place = Path(folder) if folder else source.parent
    name = Path(suggested_name(source.name))
    target, number = place / name, 1
    while target.exists():
        number += 1
        target = place / f"{name.stem}-{number}{name.suffix}"
    return target


def _effect(disk_image: DiskImage, target: Path) -> Message:
    room = msg(
        "It is written as {path} and takes at most {needed}. The image itself stays as it is.",
        path=str(target),
        needed=in_units(disk_image.needed_bytes),
    )
    with contextlib.suppress(OSError):  # an unplugged drive: the conversion will say so
        room = msg(
            "It is written as {path} and takes at most {needed}; {free} are free there. The image itself stays as it is.",
            path=str(target),
            needed=in_units(disk_image.needed_bytes),
            free=in_units(free_bytes(target.parent)),
        )
    zeros = -disk_image.virtual_bytes % _MEBIBYTE
    if not zeros:
        return room
    return msg(
        "{room} {bytes} bytes of zeros are added at the end of the disk, so that its size is a whole number of MiB.",
        room=room,
        bytes=exactly(zeros),
    )
