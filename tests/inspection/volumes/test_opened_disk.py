"""Whole disks, made of real file systems: their volumes, the system among them, and its files put together."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from tests.disk.images import BASIC_DATA, EFI_SYSTEM, LINUX, MIB, SECTOR, Part, gpt, mbr, run
from tests.images.disks import (
    esp,
    ext4,
    needs,
    needs_ext4,
    needs_fat,
    needs_wim,
    needs_xfs,
    ntfs,
    program,
    xfs,
)
from tests.images.linux_systems import Content
from tests.inspection.memory_tree import Link
from tests.inspection.volumes.held_disk import HeldDisk, whole
from tests.inspection.volumes.lvm_disks import EXTENT, FIRST_EXTENT, metadata, physical_volume, pv_id
from tests.inspection.volumes.xfs_disks import BLOCK, INODES, xfs_of_many_pieces
from wizard.inspection.volumes.opened_disk import OpenedDisk

LVM = "E6D6D379-F507-44C2-A23C-238F2A3DF928"
ROOT = "11111111-2222-4333-8444-555555555555"
BOOT = "22222222-2222-4333-8444-555555555555"
VAR = "33333333-2222-4333-8444-555555555555"
START = MIB

needs_swap = needs("mkswap", "util-linux")


def root(fstab: str = "", **more: str) -> Content:
    """As little as makes a Linux root."""
    return {
        "/etc/fstab": fstab,
        "/etc/os-release": Link("../usr/lib/os-release"),
        "/usr/lib/os-release": "ID=debian\n",
        "/usr/bin/sh": "sh",
        "/bin": Link("usr/bin"),
        "/boot/efi": None,
        "/var": None,
        **more,
    }


def on_gpt(*images: Path | int, types: tuple[str, ...] = (), size: int = 512 * MIB) -> HeldDisk:
    """A GPT disk with each image in a partition of its own; a number is a partition of so many bytes of nothing."""
    parts, pieces, first = [], {}, START // SECTOR
    for number, each in enumerate(images):
        length = each if isinstance(each, int) else each.stat().st_size
        last = first + -(-length // MIB) * 2048 - 1
        kind = types[number] if number < len(types) else LINUX
        parts.append(Part(first, last, kind, f"part {number + 1}"))
        if not isinstance(each, int):
            pieces[first * SECTOR] = each
        first = last + 1
    return HeldDisk(size, {**gpt(size, parts), **pieces})


def unique(number: int, disk: OpenedDisk) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, str(disk.volumes[number].start // SECTOR)))


def places(disk: OpenedDisk) -> dict[str, tuple[str, str]]:
    return {each.name or str(each.partition): (each.kind, each.mounted) for each in disk.volumes}


@needs_ext4
@needs_fat
def test_a_linux_on_gpt(tmp_path: Path) -> None:
    fstab = (
        f"UUID={ROOT} / ext4 defaults 0 1\n"
        f'UUID="{BOOT.upper()}" /boot ext4 defaults 0 2\n'
        "LABEL=UEFI /boot/efi vfat umask=0077 0 1\n"
        "/dev/sdb1 /mnt auto nofail 0 2\n"
    )
    boot = ext4({"/grub/grub.cfg": "menu", "/efi": None}, tmp_path, 8 * MIB, uuid=BOOT, label="boot")
    disk = on_gpt(
        esp(tmp_path),
        boot,
        ext4(root(fstab), tmp_path, 16 * MIB, uuid=ROOT),
        types=(EFI_SYSTEM, LINUX, LINUX),
    ).opened()

    assert (disk.system, disk.why) == ("linux", "")
    assert places(disk) == {"1": ("fat", "/boot/efi"), "2": ("ext", "/boot"), "3": ("ext", "/")}
    assert disk.files is not None
    assert disk.files.text("/boot/grub/grub.cfg") == "menu"
    assert disk.files.text("/etc/os-release") == "ID=debian\n"
    assert disk.files.is_file("/boot/efi/EFI/Boot/bootx64.efi")
    last = disk.volumes[2]
    assert (last.partition, last.start, last.length) == (3, START + 24 * MIB, 16 * MIB)
    assert (last.label, last.uuid, last.read, last.role) == ("root", ROOT, True, "linux")
    assert (last.partition_label, last.partition_uuid) == ("part 3", unique(2, disk))
    assert last.total_bytes == 16 * MIB
    assert last.free_bytes is not None
    assert 8 * MIB < last.free_bytes < 16 * MIB


@needs_xfs
@needs_swap
def test_a_linux_on_mbr_with_swap(tmp_path: Path) -> None:
    swap = tmp_path / "swap"
    with swap.open("wb") as file:
        file.truncate(8 * MIB)
    run(program("mkswap"), "-L", "of old", "-U", VAR, swap)
    image = xfs(root("/dev/sda5 swap swap defaults 0 0\n"), tmp_path, 300 * MIB, uuid=ROOT)
    table = mbr((0x80, 0x83, 2048, 300 * 2048), (0, 0x05, 400 * 2048, 20 * 2048))
    inner = mbr((0, 0x82, 2048, 8 * 2048))
    disk = HeldDisk(512 * MIB, {0: table, 400 * MIB: inner, START: image, 401 * MIB: swap}).opened()

    assert (disk.system, places(disk)) == ("linux", {"1": ("xfs", "/"), "5": ("swap", "")})
    first, second = disk.volumes
    assert (first.partition_uuid, second.partition_uuid) == ("12345678-01", "12345678-05")
    assert (first.label, first.uuid, first.total_bytes) == ("root", ROOT, 300 * MIB)
    assert (second.label, second.uuid, second.total_bytes, second.why) == ("of old", VAR, 8 * MIB, "")


@needs_ext4
@pytest.mark.parametrize("device", ["/dev/mapper/vg--sys-var", "/dev/vg-sys/var", f"UUID={VAR}", "LABEL=var"])
def test_a_linux_on_lvm(tmp_path: Path, device: str) -> None:
    text = metadata("vg-sys", {"root": ((0, 0, 2), (0, 10, 2)), "var": ((0, 2, 2),), "swap": ((0, 20, 1),)})
    disk = on_gpt(100 * MIB, types=(LVM,))
    for offset, piece in physical_volume(0, 100 * MIB, text).items():
        disk.put(START + offset, piece)
    data = START + FIRST_EXTENT
    image = ext4(
        root(f"/dev/mapper/vg--sys-root / ext4 d 0 1\n{device} /var ext4 d 0 1"), tmp_path, 4 * EXTENT
    )
    disk.put(data, image, 0, 2 * EXTENT)
    disk.put(data + 10 * EXTENT, image, 2 * EXTENT)
    disk.put(data + 2 * EXTENT, ext4({"/lib/x": "y"}, tmp_path, 2 * EXTENT, uuid=VAR, label="var"))
    opened = disk.opened()

    assert places(opened) == {
        "1": ("lvm", ""),
        "vg-sys/root": ("ext", "/"),
        "vg-sys/var": ("ext", "/var"),
        "vg-sys/swap": ("empty", ""),
    }
    assert opened.volumes[0].uuid == pv_id(0)
    assert (opened.volumes[2].partition, opened.volumes[2].start) == (1, data + 2 * EXTENT)
    assert opened.files is not None
    assert opened.files.text("/var/lib/x") == "y"
    assert opened.files.text("/usr/bin/sh") == "sh"


def test_a_linux_on_lvm_that_cannot_be_put_together() -> None:
    text = metadata("vg", {"root": ((0, 0, 5),)}, kinds={"root": "thin"})
    disk = HeldDisk(100 * MIB, physical_volume(0, 100 * MIB, text)).opened()
    assert places(disk) == {"0": ("lvm", ""), "vg/root": ("lvm", "")}
    assert (disk.system, disk.files, disk.why, disk.detail) == ("linux", None, "cannot_read", "lvm")


@needs_ext4
def test_a_disk_that_is_one_file_system(tmp_path: Path) -> None:
    disk = whole(ext4(root(), tmp_path, 16 * MIB)).opened()
    assert (disk.system, places(disk)) == ("linux", {"0": ("ext", "/")})


@needs_ext4
def test_a_usr_of_its_own_is_mounted_with_a_line_or_without(tmp_path: Path) -> None:
    apart = {"/lib/os-release": "ID=flatcar\n", "/bin/sh": "sh"}
    for fstab in ("PARTLABEL=part\\0401 /usr ext4 ro\n", ""):
        usr = ext4(apart, tmp_path, 8 * MIB, label="usr")
        plain = {path: what for path, what in root(fstab).items() if not path.startswith("/usr/")}
        system = ext4({**plain, "/usr": None}, tmp_path, 16 * MIB)
        disk = on_gpt(usr, system).opened()
        assert places(disk)["1"] == ("ext", "/usr")
        assert disk.files is not None
        assert disk.files.text("/etc/os-release") == "ID=flatcar\n"
        assert disk.files.is_file("/bin/sh")


@needs_ext4
@needs_fat
def test_an_efi_partition_without_a_line_is_found_where_it_belongs(tmp_path: Path) -> None:
    disk = on_gpt(esp(tmp_path), ext4(root(), tmp_path, 16 * MIB), types=(EFI_SYSTEM, LINUX)).opened()
    assert places(disk)["1"] == ("fat", "/boot/efi")


@needs_ext4
@pytest.mark.parametrize(
    ("line", "blocked"),
    [
        ("UUID=99999999-2222-4333-8444-555555555555 /var ext4 defaults", True),
        ("/dev/disk/by-partlabel/part\\x201 /var btrfs defaults", True),
        ("UUID=99999999-2222-4333-8444-555555555555 /var ext4 nofail", False),
        ("UUID=99999999-2222-4333-8444-555555555555 /var ext4 noauto", False),
        ("UUID=99999999-2222-4333-8444-555555555555 /data ext4 defaults", False),
        ("server:/export /var nfs defaults", False),
        ("tmpfs /var tmpfs defaults", False),
        ("/srv/var /var none bind", False),
    ],
)
def test_nothing_is_said_of_what_lies_on_a_volume_that_cannot_be_read(
    tmp_path: Path, line: str, blocked: bool
) -> None:
    content = root(f"{line}\n", **{"/var/log/old": "hidden by the mount"})
    disk = on_gpt(4 * MIB, ext4(content, tmp_path, 16 * MIB)).opened()
    assert disk.files is not None
    assert disk.files.text("/usr/lib/os-release") == "ID=debian\n"
    if blocked:
        with pytest.raises(OSError, match="error"):
            disk.files.find("/var/log/old")
        with pytest.raises(OSError, match="error"):
            disk.files.names("/var")
        with pytest.raises(OSError, match="error"):
            list(disk.files.walk("/var"))
        assert [path for path, _ in disk.files.walk("/usr")] == [
            "/usr/bin",
            "/usr/lib",
            "/usr/lib/os-release",
            "/usr/bin/sh",
        ]
    else:
        assert disk.files.exists("/var/log/old")


@needs_wim
@needs_fat
def test_a_windows(tmp_path: Path) -> None:
    content: Content = {
        "/Windows/System32/config/SOFTWARE": b"regf" * 5000,
        "/Windows/System32/ntoskrnl.exe": b"MZ",
        "/link": Link("Windows/System32"),
    }
    more = {"/EFI/Microsoft/Boot/BCD": b"regf"}
    disk = on_gpt(
        esp(tmp_path, more=more),
        MIB,
        ntfs(content, tmp_path, 32 * MIB),
        types=(EFI_SYSTEM, BASIC_DATA, BASIC_DATA),
    ).opened()

    assert (disk.system, places(disk)["3"]) == ("windows", ("ntfs", "C:"))
    assert disk.files is not None
    assert disk.files.read("/windows/system32/CONFIG/software") == b"regf" * 5000
    assert disk.files.real_path("/windows/system32") == "/Windows/System32"
    assert disk.files.read("/$EFI/EFI/microsoft/boot/bcd") == b"regf"
    assert "$EFI" not in disk.files.names("/")
    found = disk.volumes[2]
    assert (found.label, found.read) == ("Windows", True)
    assert found.free_bytes is not None
    assert found.total_bytes is not None
    assert 20 * MIB < found.free_bytes < found.total_bytes <= 32 * MIB


def head(offset: int, mark: bytes) -> bytes:
    return (bytes(offset) + mark).ljust(70000, b"\0")


@pytest.mark.parametrize(
    ("content", "kind", "system", "why", "detail"),
    [
        (head(3, b"-FVE-FS-"), "bitlocker", "windows", "cannot_read", "bitlocker"),
        (head(0, b"LUKS\xba\xbe\0\x02"), "luks", "linux", "cannot_read", "luks"),
        (head(0x10040, b"_BHRfS_M"), "btrfs", "linux", "cannot_read", "btrfs"),
        (head(3, b"EXFAT   "), "exfat", "", "cannot_read", "exfat"),
        (head(3, b"ReFS\0\0\0\0"), "refs", "windows", "cannot_read", "refs"),
        (head(0, b"something else"), "unknown", "", "cannot_read", ""),
        (head(1080, b"\x53\xef"), "ext", "linux", "damaged", "ext"),
        (head(0, b"XFSB".ljust(100, b"\0") + b"\0\5"), "xfs", "linux", "damaged", "xfs"),
        (head(3, b"NTFS    "), "ntfs", "windows", "damaged", "ntfs"),
        (head(512, b"LABELONE"), "lvm", "", "no_system", ""),
        (head(4086, b"SWAPSPACE2"), "swap", "", "no_system", ""),
        (bytes(70000), "empty", "", "no_system", ""),
    ],
)
def test_what_cannot_be_read_is_named(content: bytes, kind: str, system: str, why: str, detail: str) -> None:
    disk = HeldDisk(64 * MIB, {**gpt(64 * MIB, (Part(2048, 4095),)), START: content}).opened()
    assert [each.kind for each in disk.volumes] == [kind]
    assert not disk.volumes[0].read
    assert (disk.system, disk.files, disk.why, disk.detail) == (system, None, why, detail)


def test_damage_that_may_hide_a_system_is_told() -> None:
    sound = HeldDisk(16 * MIB, xfs_of_many_pieces(3)).opened()
    assert (sound.system, sound.why, sound.detail) == ("", "no_system", "")
    pieces = xfs_of_many_pieces(3)
    inodes = pieces[INODES * BLOCK]
    pieces[INODES * BLOCK] = inodes[:176] + b"\xff" + inodes[177:]  # more entries than there is room for
    assert HeldDisk(16 * MIB, pieces).opened() == OpenedDisk(
        sound.volumes, "linux", None, why="damaged", detail="xfs"
    )


def test_a_disk_of_nothing() -> None:
    for size in (512, 4096, MIB):
        assert HeldDisk(size, {}).opened().why == "no_system"


def test_a_partition_beyond_the_end_of_the_disk_is_damaged() -> None:
    content = head(1080, b"\x53\xef")
    table = mbr((0x80, 0x83, 2048, 100), (0, 0x83, 2**31, 2**31))
    disk = HeldDisk(4 * MIB, {0: table, START: content}).opened()
    assert [each.kind for each in disk.volumes] == ["ext", "empty"]
    assert disk.why == "damaged"
