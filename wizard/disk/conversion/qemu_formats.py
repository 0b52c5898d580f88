"""What QCOW2, VMDK and VDI files say of themselves, looked at before qemu-img may open them.

Such a file may name any other file of the computer as a part of its disk, or a server, and qemu-img would read it. So
only those are let through that are whole by themselves, or are a VMDK's plain parts beside its descriptor.
Layouts: QEMU's docs/interop/qcow2.txt; VMware's Virtual Disk Format 5.0; VirtualBox's VDICore.h.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import Final

from wizard.disk.files.file_access import system_path
from wizard.disk.files.window import MOST_AT_ONCE, Window
from wizard.disk.opening import open_file
from wizard.disk.recognise import FileKind
from wizard.disk.refused import Refusal, RefusedImage, cut_off, damaged, not_converted
from wizard.messages import Message, msg

SECTOR: Final = 512

# Magic, version, backing file's offset, its length, cluster bits, size, encryption; of version 3 its features behind.
_QCOW2: Final = struct.Struct(">4sIQIIQI")
_FEATURES: Final = slice(72, 80)
_CORRUPT: Final = 1 << 1
_EXTERNAL_DATA: Final = 1 << 2

_DESCRIPTOR: Final = b"# Disk DescriptorFile"
_DESCRIPTOR_MOST: Final = 20 * SECTOR  # what QEMU looks at of a descriptor within a disk
_SPARSE: Final = struct.Struct("<4sIIQQQQ")
# A line of a descriptor, read as QEMU does: white space of any kind between its words, a new line as well.
_PART: Final = re.compile(rb'(?<!\S)RW\s+([+-]?\d+)\s+(\S+?)\s*"([^"\r\n]*)"')
_PARTS_MOST: Final = 1000
_PLAIN: Final = (b"FLAT", b"VMFS")
_WITH_HEADER: Final = (b"SPARSE", b"VMFSSPARSE")
_PARENT: Final = re.compile(rb"(?i)parentCID\s*=\s*([0-9a-f]+)")
_NO_PARENT: Final = 0xFFFFFFFF

_VDI_KIND_AT: Final = 0x4C
_VDI_SIZE_AT: Final = 0x170
_VDI_LINKS: Final = slice(0x1A8, 0x1C8)
_VDI_BYTES: Final = 0x1C8
_VDI_WHOLE: Final = (1, 2)  # dynamic and fixed


@dataclass(frozen=True, slots=True)
class QemuDisk:
    """A disk that qemu-img may read: `driver` is QEMU's name of the format, `files` all that belong to it.

    `size`: of the virtual disk by the file's own words, in bytes.
    """

    path: Path
    kind: FileKind
    driver: str
    size: int
    files: tuple[Path, ...]


def look_into(path: Path, kind: FileKind) -> QemuDisk:
    """The disk in this file, where it may be given to qemu-img; raises RefusedImage with the reason where not, OSError."""
    with open_file(path) as file:
        window = Window(file, Path(system_path(str(path))).stat().st_size)
        head = window.read_at(0, MOST_AT_ONCE)
        if kind is FileKind.QCOW2:
            return QemuDisk(path, kind, "qcow2", _qcow2(head), (path,))
        if kind is FileKind.VDI:
            return QemuDisk(path, kind, "vdi", _vdi(head), (path,))
        if kind is FileKind.VMDK:
            return _vmdk(path, window, head)
    raise not_converted(kind)


def _qcow2(head: bytes) -> int:
    """The size; raises RefusedImage for a disk that needs another file, a password or a repair."""
    kind = FileKind.QCOW2
    if len(head) < _QCOW2.size:
        raise cut_off(kind)
    _, version, backing, _, _, size, encryption = _QCOW2.unpack_from(head)
    if version not in (2, 3):
        raise _unknown(kind, msg("version {version}", version=version))
    if backing:
        raise _needs_another(kind)
    features = int.from_bytes(head[_FEATURES], "big") if version == 3 else 0
    if features & _EXTERNAL_DATA:
        raise RefusedImage(
            msg("The data of this disk lies in another file that it names"),
            msg("Convert it where both files are, with qemu-img convert -O qcow2, then choose the new one."),
            kind=kind,
            refusal=Refusal.DIFFERENCING,
        )
    if encryption:
        raise RefusedImage(
            msg("This disk is encrypted"),
            msg("Decrypt it with the program that encrypted it, then choose the decrypted disk."),
            kind=kind,
            refusal=Refusal.UNKNOWN_FEATURE,
        )
    if features & _CORRUPT:
        raise damaged(kind, msg("QEMU has marked it as corrupt"))
    return _checked(kind, int(size))


def _vdi(head: bytes) -> int:
    """The size; raises RefusedImage for a disk that needs another one."""
    if len(head) < _VDI_BYTES:
        raise cut_off(FileKind.VDI)
    (image_type,) = struct.unpack_from("<I", head, _VDI_KIND_AT)
    if image_type not in _VDI_WHOLE or any(head[_VDI_LINKS]):
        raise _needs_another(FileKind.VDI)
    return _checked(FileKind.VDI, int.from_bytes(head[_VDI_SIZE_AT : _VDI_SIZE_AT + 8], "little"))


def _vmdk(path: Path, window: Window, head: bytes) -> QemuDisk:
    if head.startswith(_DESCRIPTOR):
        size, files = _parts(path, head)
        return QemuDisk(path, FileKind.VMDK, "vmdk", size, (path, *files))
    size, descriptor_at = _sparse_header(head)
    # QEMU looks for a parent behind the header, wherever the header says that the descriptor is.
    for at in {SECTOR, descriptor_at}:
        _refuse_parent(window.read_at(at, _DESCRIPTOR_MOST) if at else b"")
    own = window.read_at(descriptor_at, len(_DESCRIPTOR))
    if head.startswith(b"KDMV") and (not descriptor_at or own != _DESCRIPTOR):
        raise RefusedImage(
            msg("This is only one part of a VMDK"),
            msg(
                "Choose the small .vmdk file beside it that has the name without a number; it names all parts of the disk."
            ),
            kind=FileKind.VMDK,
            refusal=Refusal.DIFFERENCING,
        )
    return QemuDisk(path, FileKind.VMDK, "vmdk", size, (path,))


def _sparse_header(head: bytes) -> tuple[int, int]:
    """Size and where the descriptor lies, in bytes, of a VMDK that holds its data itself."""
    if len(head) < _SPARSE.size:
        raise cut_off(FileKind.VMDK)
    magic, _, _, capacity, _, descriptor_at, _ = _SPARSE.unpack_from(head)
    if magic == b"COWD":
        (sectors,) = struct.unpack_from("<I", head, 12)
        return _checked(FileKind.VMDK, sectors * SECTOR), 0
    if magic != b"KDMV" or not capacity:
        # Without a size QEMU would take the descriptor within for one that names other files.
        raise damaged(FileKind.VMDK, msg("its header is not sound"))
    return _checked(FileKind.VMDK, capacity * SECTOR), descriptor_at * SECTOR


def _parts(path: Path, descriptor: bytes) -> tuple[int, list[Path]]:
    """Size and the files of a disk that a descriptor describes; each must lie plainly beside it."""
    _refuse_parent(descriptor)
    size = 0
    files: list[Path] = []
    for found in _PART.finditer(descriptor):
        sectors, form, written = int(found[1]), found[2], found[3]
        name = written.decode("utf-8", "surrogateescape")
        if len(files) == _PARTS_MOST or sectors <= 0 or form not in _PLAIN + _WITH_HEADER:
            raise _unknown(FileKind.VMDK, msg("a part of the form {form}", form=_printable(form)))
        if set(name) & set("/\\:\0") or name in ("", ".", ".."):
            raise RefusedImage(
                msg("This VMDK names a part outside its own folder: {name}", name=_printable(written)),
                msg("Export the virtual machine again as one .vmdk or .ova file, and unpack the .ova."),
                kind=FileKind.VMDK,
                refusal=Refusal.DIFFERENCING,
            )
        files.append(_plain_file(path.with_name(name)))
        if form in _WITH_HEADER:
            with files[-1].open("rb") as file:
                _sparse_header(file.read(SECTOR))
        size += sectors * SECTOR
    if not files:
        raise damaged(FileKind.VMDK, msg("it names no part that holds data"))
    return _checked(FileKind.VMDK, size), files


def _plain_file(path: Path) -> Path:
    try:
        mode = Path(system_path(str(path))).lstat().st_mode
    except FileNotFoundError as error:
        raise RefusedImage(
            msg("A part of this VMDK is missing: {name}", name=path.name),
            msg("Copy all files of the disk into one folder, with the names that they had."),
            kind=FileKind.VMDK,
            refusal=Refusal.CUT_OFF,
        ) from error
    if not S_ISREG(mode):  # a link could lead anywhere
        raise RefusedImage(
            msg("A part of this VMDK is no plain file: {name}", name=path.name),
            msg("Copy all files of the disk into one folder, with the names that they had."),
            kind=FileKind.VMDK,
            refusal=Refusal.DIFFERENCING,
        )
    return path


def _refuse_parent(descriptor: bytes) -> None:
    parents = [int(each, 16) for each in _PARENT.findall(descriptor)]
    if b"parentFileNameHint" in descriptor or any(each != _NO_PARENT for each in parents):
        raise _needs_another(FileKind.VMDK)


def _needs_another(kind: FileKind) -> RefusedImage:
    cures: dict[FileKind, Message] = {
        FileKind.QCOW2: msg(
            "Merge it with its backing file where both are, with qemu-img convert -O qcow2, then choose the new one."
        ),
        FileKind.VMDK: msg(
            "Delete the snapshots of the virtual machine, or export it, then choose the disk of the export."
        ),
        FileKind.VDI: msg(
            "Delete the snapshots of the virtual machine, or clone its disk, then choose the clone."
        ),
    }
    return RefusedImage(
        msg("This disk holds only what differs from another disk"),
        cures[kind],
        kind=kind,
        refusal=Refusal.DIFFERENCING,
    )


def _unknown(kind: FileKind, how: Message) -> RefusedImage:
    return RefusedImage(
        msg("This disk uses something that is not known here: {how}", how=how),
        msg("Convert it to VHD or VHDX with the program that made it, then choose that."),
        kind=kind,
        refusal=Refusal.UNKNOWN_FEATURE,
    )


def _checked(kind: FileKind, size: int) -> int:
    # QEMU itself counts in signed 64-bit numbers.
    if not 0 < size < 2**63:
        raise damaged(kind, msg("its size is impossible"), size=size)
    return size


def _printable(text: bytes) -> str:
    return "".join(letter for letter in text.decode("utf-8", "replace")[:100] if letter.isprintable())
