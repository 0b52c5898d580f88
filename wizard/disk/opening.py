"""The one door to a disk image: what the file is, its reader, or why it is not read and what to do."""

from __future__ import annotations

import stat
from errno import EINVAL
from io import FileIO
from pathlib import Path
from typing import Final

from wizard.disk.files.file_access import InUseError, open_for_reading, system_path
from wizard.disk.files.window import Window
from wizard.disk.formats.dynamic_vhd import DynamicVhdImage
from wizard.disk.formats.file_image import FileImage, ImageFile
from wizard.disk.formats.fixed_vhd import FixedVhdImage
from wizard.disk.formats.raw import SECTOR, RawImage
from wizard.disk.formats.vhdx import VhdxImage
from wizard.disk.image import Image
from wizard.disk.recognise import FileKind, Recognised, recognise
from wizard.disk.refused import Refusal, RefusedImage, cut_off, not_converted
from wizard.disk.vhd_footer import FOOTER_BYTES
from wizard.messages import Message, msg

_CHECKPOINTS: Final = (".avhd", ".avhdx")
_RAW_NAMES: Final = (".raw", ".img", ".dd")

_BY_QEMU_IMG: Final = {
    FileKind.QCOW2: msg("QCOW2"),
    FileKind.VMDK: msg("VMDK"),
    FileKind.VDI: msg("VDI"),
}

_IMAGES: Final = (
    *_BY_QEMU_IMG,
    FileKind.PARALLELS,
    FileKind.VHDX,
    FileKind.DYNAMIC_VHD,
    FileKind.DIFFERENCING_VHD,
)

_NO_DISK: Final = {
    FileKind.WIM: (
        msg("This is a WIM file: files of a Windows, but no disk"),
        msg("Install from it into a virtual machine, then choose that machine’s disk."),
    ),
    FileKind.ISO: (
        msg("This is an ISO image: a CD or DVD, but no disk of a virtual machine"),
        msg("Install from it into a virtual machine, then choose that machine’s disk."),
    ),
    FileKind.ARCHIVE: (
        msg("This is an archive with packed files"),
        msg("Unpack it, then choose the disk inside."),
    ),
    FileKind.EMPTY: (
        msg("The file is empty"),
        msg("Copy or export the disk again, then choose it."),
    ),
}


def open_image(path: Path) -> Image:
    """The disk in this file: fixed VHD, dynamic VHD, VHDX or raw, told by its content and not by its name.

    While it is open, nobody on Windows can write into the file. Raises RefusedImage for everything else, OSError where
    the file cannot be opened or read.
    """
    file = open_file(path)
    try:
        source = ImageFile(file)
        found = recognise(Window(file, source.length).read_at, source.length)
        if path.suffix.lower() in _CHECKPOINTS:
            raise _checkpoint(found.kind)
        image = _reader(path, source, found)
        image.remarks += _image_inside(image)
        return image
    except BaseException:
        file.close()
        raise


def open_file(path: Path) -> FileIO:
    """The file, kept from changing as far as the system can. Raises RefusedImage for no file or one in use, OSError."""
    try:
        mode = Path(system_path(str(path))).stat().st_mode
    except ValueError as error:  # a path with a NUL
        raise OSError(EINVAL, str(error)) from error
    if not stat.S_ISREG(mode):
        folder = stat.S_ISDIR(mode)
        raise RefusedImage(
            msg("This is a folder, not a file") if folder else msg("This is a device or a pipe, not a file"),
            msg("Choose the file that holds the disk."),
            kind=FileKind.UNREADABLE,
            refusal=Refusal.NO_FILE,
        )
    try:
        return open_for_reading(path)
    except InUseError as error:
        raise RefusedImage(
            msg("Another program uses {name} and may change it meanwhile", name=path.name),
            msg(
                "Shut down the virtual machine that it belongs to. Where it is mounted, eject it (in PowerShell: "
                "Dismount-VHD). A copy or an export that still runs must end first. Then try again."
            ),
            kind=FileKind.UNREADABLE,
            refusal=Refusal.IN_USE,
            details={"error": str(error)},
        ) from error


def _reader(path: Path, source: ImageFile, found: Recognised) -> FileImage:
    footer, kind = found.footer, found.kind
    if found.cut_off and kind is FileKind.DYNAMIC_VHD:
        raise cut_off(kind, file_bytes=source.length)
    if kind is FileKind.FIXED_VHD and footer is not None:
        return FixedVhdImage(source, footer)
    if kind is FileKind.DYNAMIC_VHD and footer is not None:
        return DynamicVhdImage(source, footer, source.length - FOOTER_BYTES)
    if kind is FileKind.VHDX:
        return VhdxImage(source)
    named_raw = path.suffix.lower() in _RAW_NAMES and source.length % SECTOR == 0
    if kind is FileKind.RAW_DISK or (kind is FileKind.SOMETHING_ELSE and named_raw):
        return RawImage(source)
    raise _refused(found)


def _refused(found: Recognised) -> RefusedImage:
    """Why a file of such a kind is not read."""
    kind = found.kind
    if kind in _BY_QEMU_IMG:
        return RefusedImage(
            msg("This is a {format} disk; it must be converted first", format=_BY_QEMU_IMG[kind]),
            msg("Convert it to a fixed VHD with image-wizard disk convert, then choose that."),
            kind=kind,
            refusal=Refusal.NEEDS_QEMU_IMG,
        )
    if kind is FileKind.PARALLELS:
        return not_converted(kind)
    if kind is FileKind.DIFFERENCING_VHD:
        return RefusedImage(
            msg("This is a differencing VHD; it holds only what differs from another disk"),
            msg(
                "Merge it with its parent in Hyper-V (Edit Disk, Merge; for a checkpoint, delete the checkpoint), then "
                "choose the merged disk."
            ),
            kind=kind,
            refusal=Refusal.DIFFERENCING,
        )
    if kind is FileKind.VHD_OF_UNKNOWN_TYPE:
        return RefusedImage(
            msg("The footer of this VHD names no type of disk that is known"),
            msg("Export or make the disk again as a fixed VHD."),
            kind=kind,
            refusal=Refusal.DAMAGED,
            details={"disk_type": str(found.footer.disk_type if found.footer is not None else "")},
        )
    if kind is FileKind.FOOTER_CUT_OFF:
        return cut_off(FileKind.FIXED_VHD)
    if kind is FileKind.FOOTER_DAMAGED:
        return _damaged_footer(kind, msg("The footer of this VHD is damaged"))
    if kind is FileKind.FOOTER_NOT_AT_END:
        return _damaged_footer(kind, msg("Something lies behind the footer of this VHD"))
    return _no_disk(kind)


def _damaged_footer(kind: FileKind, what: Message) -> RefusedImage:
    return RefusedImage(
        what,
        msg("Copy the file again from where it was made. If it is the same there, make the VHD again."),
        kind=kind,
        refusal=Refusal.DAMAGED,
    )


def _no_disk(kind: FileKind) -> RefusedImage:
    what, cure = _NO_DISK.get(
        kind,
        (
            msg("No disk image was found in this file"),
            msg(
                "Choose a VHD, VHDX or raw disk. A raw disk without a partition table must be named .raw or .img."
            ),
        ),
    )
    return RefusedImage(what, cure, kind=kind, refusal=Refusal.NO_DISK)


def _checkpoint(kind: FileKind) -> RefusedImage:
    return RefusedImage(
        msg("This is a checkpoint’s disk; it holds only what changed since the checkpoint"),
        msg(
            "Delete the checkpoint in Hyper-V and wait until it is merged, or export the virtual machine, then choose "
            "the .vhd or .vhdx file."
        ),
        kind=kind,
        refusal=Refusal.CHECKPOINT,
    )


def _image_inside(image: FileImage) -> tuple[Message, ...]:
    """A remark where the disk itself looks like an image file, which a conversion took for a raw disk."""
    found = recognise(image.read_within, image.size)
    if found.kind is FileKind.FIXED_VHD and found.footer is not None and found.footer.checksum_valid:
        return (
            msg(
                "The disk ends in another VHD’s footer: it was probably converted from a fixed VHD that was taken for a "
                "raw disk (with qemu-img, say -f vpc)"
            ),
        )
    if found.kind in _IMAGES:
        return (
            msg(
                "The disk’s content is itself an image file, so no virtual machine can start from it: the file was "
                "probably renamed, or taken for a raw disk when it was converted"
            ),
        )
    return ()
