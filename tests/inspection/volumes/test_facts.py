"""What a volume says of itself is told as blkid(8) tells it, and nothing that cannot be."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

import pytest

from tests.disk.images import MIB, run
from tests.images.disks import needs, needs_ext4, needs_fat, needs_ntfs, program
from tests.inspection.volumes.held_disk import HeldDisk, whole

needs_btrfs = needs("mkfs.btrfs", "btrfs-progs")
needs_blkid = needs("blkid", "util-linux")


@needs_ext4
@needs_blkid
@needs_btrfs
@needs_fat
@needs_ntfs
def test_labels_and_uuids_are_those_of_blkid(tmp_path: Path) -> None:
    images = {name: tmp_path / name for name in ("fat16", "fat32", "btrfs", "ext", "swap", "ntfs")}
    for name, image in images.items():
        with image.open("wb") as file:
            file.truncate({"btrfs": 120, "fat32": 64}.get(name, 16) * MIB)
    for line in (
        ("mkfs.vfat", "-F", "16", "-n", "SIXTEEN", images["fat16"]),
        ("mkfs.vfat", "-F", "32", images["fat32"]),
        ("mkfs.btrfs", "-q", "-L", "of btrfs", images["btrfs"]),
        ("mkfs.ext4", "-q", "-L", "of ext", images["ext"]),
        ("mkswap", "-L", "of swap", images["swap"]),
        ("mkntfs", "-q", "-F", "-Q", "-L", "of ntfs", images["ntfs"]),
    ):
        run(program(str(line[0])), *line[1:])
    for image in images.values():
        command = [program("blkid"), "-p", "-o", "export", str(image)]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        blkid = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
        (found,) = whole(image).opened().volumes
        assert (found.label, found.uuid) == (blkid.get("LABEL", "").replace("\\", ""), blkid["UUID"]), (
            image.name
        )


@pytest.mark.parametrize("kind", ["ext", "xfs", "btrfs"])
def test_sizes_that_cannot_be_are_not_told(kind: str) -> None:
    content = {
        "ext": struct.pack("<II", 2**32 - 1, 2**32 - 1).rjust(1024 + 12, b"\0")
        + struct.pack("<I", 2**32 - 1)
        + bytes(8)
        + struct.pack("<I", 30)
        + bytes(28)
        + b"\x53\xef",
        "xfs": b"XFSB" + struct.pack(">IQ", 2**31, 2**60),
        "btrfs": b"_BHRfS_M".rjust(0x10048, b"\0").ljust(0x10070, b"\0") + b"\xff" * 16,
    }[kind]
    (found,) = HeldDisk(MIB, {0: content}).opened().volumes
    assert found.kind == kind
    assert found.total_bytes is None or 0 <= (found.free_bytes or 0) <= found.total_bytes < 2**63
