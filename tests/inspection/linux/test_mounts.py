"""/etc/fstab and swap as they are written, and anything else in their place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inspection.memory_tree import Held, Link, files
from wizard.inspection.found.mounts import FstabEntry, Mounts, Swap, named_volume
from wizard.inspection.found.volumes import FoundVolume
from wizard.inspection.linux.mounts import read_mounts

SIGNED = bytes(4086) + b"SWAPSPACE2"
UBUNTU = """# /etc/fstab: static file system information.
# <file system> <mount point>   <type>  <options>       <dump>  <pass>
LABEL=cloudimg-rootfs\t/\t ext4\tdiscard,commit=30,errors=remount-ro\t0 1
LABEL=UEFI\t/boot/efi\tvfat\tumask=0077\t0 1
/swap.img       none    swap    sw      0       0
"""


def test_the_lines() -> None:
    found = read_mounts(files({"/etc/fstab": UBUNTU + "\nUUID=1 /with\\040space\nnonsense\n"}))
    assert [(each.device, each.path, each.kind, each.line) for each in found.entries] == [
        ("LABEL=cloudimg-rootfs", "/", "ext4", 3),
        ("LABEL=UEFI", "/boot/efi", "vfat", 4),
        ("/swap.img", "none", "swap", 5),
        ("UUID=1", "/with space", "auto", 7),
    ]
    assert found.entries[0].options == ("discard", "commit=30", "errors=remount-ro")
    assert found.entries[3].options == ("defaults",)
    assert found.entries[1].text == "LABEL=UEFI\t/boot/efi\tvfat\tumask=0077\t0 1"


def test_swap_wherever_it_is_spoken_of_is_told_once() -> None:
    found = read_mounts(
        files(
            {
                "/etc/fstab": UBUNTU,
                "/swap.img": Held(SIGNED, size=2**31),
                "/var/swapfile": SIGNED,
                "/swapfile": Link("var/swapfile"),
                "/etc/systemd/system/dev-sda3.swap": "[Unit]\n[Swap]\nWhat = /dev/sda3\n",
                "/etc/systemd/system/sshd.service": "What=/dev/sda4",
            }
        )
    )
    assert found.swaps == (
        Swap("/swap.img", 2**31, "/etc/fstab", 5, "/swap.img       none    swap    sw      0       0"),
        Swap("/dev/sda3", None, "/etc/systemd/system/dev-sda3.swap", 3, "What = /dev/sda3"),
        Swap("/swapfile", len(SIGNED)),
    )


def test_nothing_at_all() -> None:
    assert read_mounts(files({"/etc": None})) == Mounts()


ROOT = FoundVolume(
    2, 0, 1, "ext", label="my root", uuid="AbC-1", partition_label="p 2", partition_uuid="0f-02"
)
LOGICAL = FoundVolume(3, 0, 1, "xfs", name="vg-a/lv-b", uuid="d")


@pytest.mark.parametrize(
    ("device", "volume"),
    [
        ("UUID=abc-1", ROOT),
        ('UUID="ABC-1"', ROOT),
        ("LABEL=my\\040root", ROOT),
        ("PARTUUID=0F-02", ROOT),
        ("PARTLABEL=p\\0402", ROOT),
        ("/dev/disk/by-uuid/AbC-1", ROOT),
        ("/dev/disk/by-label/my\\x20root", ROOT),
        ("/dev/disk/by-partuuid/0f-02", ROOT),
        ("/dev/disk/by-partlabel/p\\x202", ROOT),
        ("/dev/sda2", ROOT),
        ("/dev/vda2", ROOT),
        ("/dev/nvme0n1p2", ROOT),
        ("/dev/disk/azure/root-part2", ROOT),
        ("/dev/disk/cloud/azure_root-part2", ROOT),
        ("/dev/mapper/vg--a-lv--b", LOGICAL),
        ("/dev/vg-a/lv-b", LOGICAL),
        ("UUID=d", LOGICAL),
        ("LABEL=My root", None),
        ("UUID=", None),
        ("LABEL=", None),
        ("/dev/sda3", None),  # of a partition that holds LVM, it is not what is mounted
        ("/dev/sdb2", None),
        ("/dev/sda", None),
        ("/dev/mapper/", None),
        ("tmpfs", None),
        ("", None),
    ],
)
def test_which_volume_is_meant(device: str, volume: FoundVolume | None) -> None:
    assert named_volume(device, (FoundVolume(1, 0, 1, "fat"), ROOT, LOGICAL)) is volume
    assert FstabEntry(device, "/", "ext4", (), 1, "").volume((ROOT, LOGICAL)) is volume


@given(st.binary(max_size=400))
def test_any_fstab(data: bytes) -> None:
    found = read_mounts(files({"/etc/fstab": data, "/etc/systemd/system/a.swap": data, "/swapfile": data}))
    assert all(each.device and each.line > 0 for each in found.entries)
    for each in found.entries:
        each.volume((ROOT, LOGICAL))
