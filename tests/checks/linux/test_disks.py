"""LIN-09, LIN-10 and LIN-11, each at its boundary, and cures that leave a system without swap."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

from tests.disk.images import needs_shell
from tests.inspection.memory_tree import files
from wizard.checks.linux.disks import CHECKS
from wizard.inspection.found.inside import Inside, Unread, Why
from wizard.inspection.found.mounts import Mounts
from wizard.inspection.found.volumes import FoundVolume
from wizard.inspection.linux.mounts import read_mounts
from wizard.step import Finding

JUDGES = {each.rule: each for each in CHECKS}
ROOT = FoundVolume(2, 2**30, 2**34, "ext", uuid="aaaa", mounted="/")
EFI = FoundVolume(1, 2**20, 2**29, "fat", mounted="/boot/efi")
SWAP = FoundVolume(3, 2**35, 2**30, "swap", label="swap", uuid="bbbb", partition_uuid="12345678-03")
SIGNED = bytes(4086) + b"SWAPSPACE2"


def mounts(fstab: str = "", **more: bytes | str) -> Mounts:
    return read_mounts(files({"/etc/fstab": fstab, **more}))


def judged(rule: str, *volumes: FoundVolume, mounts: Mounts | None = None) -> Finding:
    unread = (Unread("mounts", Why.DAMAGED.value),) if mounts is None else ()
    return JUDGES[rule].finding(inside=Inside(volumes=volumes, system="linux", mounts=mounts, unread=unread))


@pytest.mark.parametrize(
    ("fstab", "outcome"),
    [
        ("", "warning"),  # there, and nothing uses it
        ("UUID=BBBB none swap sw 0 0", "failed"),
        ("LABEL=swap none swap sw 0 0", "failed"),
        ("PARTUUID=12345678-03 none swap", "failed"),
        ("/dev/sda3 none swap sw 0 0", "failed"),
        ("/dev/disk/by-uuid/bbbb none swap sw 0 0", "failed"),
        ("#UUID=bbbb none swap sw 0 0", "warning"),
        ("UUID=bbbb none swap noauto 0 0", "warning"),
    ],
)
def test_lin_09_a_swap_partition(fstab: str, outcome: str) -> None:
    finding = judged("LIN-09", EFI, ROOT, SWAP, mounts=mounts(fstab))
    assert finding.outcome == outcome
    assert "partition 3" in str(finding.reason)
    assert [str(each) for each in finding.seen_at] == (
        [f"/etc/fstab line 1: {fstab}"] if outcome == "failed" else []
    )


@pytest.mark.parametrize(
    ("fstab", "more", "outcome"),
    [
        ("", {}, "passed"),
        ("UUID=aaaa / ext4 defaults 0 1", {}, "passed"),
        ("/swapfile none swap sw 0 0", {"/swapfile": SIGNED}, "failed"),
        ("/my\\040swap none swap sw 0 0", {"/my swap": SIGNED}, "failed"),
        ("", {"/swapfile": SIGNED}, "warning"),
        ("", {"/swap.img": SIGNED}, "warning"),
        ("", {"/swapfile": "a file of that name"}, "passed"),
        ("/swapfile none swap sw 0 0", {}, "warning"),
        ("UUID=cccc none swap sw 0 0", {}, "warning"),
        ("/dev/disk/cloud/azure_resource-part2 none swap sw 0 0", {}, "passed"),
        ("/dev/sdb2 none swap sw 0 0", {}, "passed"),
        ("/mnt/resource/swapfile none swap sw 0 0", {}, "passed"),
        ("/dev/zram0 none swap sw 0 0", {}, "passed"),
        ("", {"/etc/systemd/system/x.swap": "[Swap]\nWhat=/swapfile\n", "/swapfile": SIGNED}, "failed"),
        ("", {"/swapfile": bytes(65526) + b"SWAPSPACE2"}, "warning"),
    ],
)
def test_lin_09_swap_files_and_lines(fstab: str, more: dict[str, bytes | str], outcome: str) -> None:
    finding = judged("LIN-09", EFI, ROOT, mounts=mounts(fstab, **more))
    assert finding.outcome == outcome, str(finding.reason)


def test_lin_09_a_logical_volume() -> None:
    swap = FoundVolume(3, 2**35, 2**30, "swap", "vg-sys/swap_1")
    finding = judged("LIN-09", EFI, ROOT, swap, mounts=mounts("/dev/mapper/vg--sys-swap_1 none swap sw 0 0"))
    assert finding.outcome == "failed"
    assert "vg-sys/swap_1" in str(finding.reason)


def test_lin_09_a_partition_that_is_set_aside_for_swap() -> None:
    aside = FoundVolume(3, 2**35, 2**30, "empty", role="linux_swap")
    assert judged("LIN-09", EFI, ROOT, aside, mounts=mounts()).outcome == "warning"
    other = FoundVolume(3, 2**35, 2**30, "ext", role="linux_swap")
    assert judged("LIN-09", EFI, ROOT, other, mounts=mounts()).outcome == "passed"


def test_lin_09_where_the_system_was_not_read() -> None:
    assert judged("LIN-09", EFI, ROOT).outcome == "skipped"
    assert judged("LIN-09", EFI, SWAP).outcome == "failed"


@needs_shell
def test_the_cure_of_lin_09(tmp_path: Path) -> None:
    fstab = (
        "# /etc/fstab\n"
        "UUID=aaaa / ext4 defaults 0 1\n"
        "/swapfile none swap sw 0 0\n"
        "  UUID=bbbb\tnone\tswap\tsw\n"
        "/dev/disk/cloud/azure_resource-part2 none swap sw 0 0\n"
        "/mnt/resource/swapfile none swap sw 0 0\n"
        "/dev/sda4 /swap ext4 defaults 0 2\n"
        "# /old none swap sw 0 0\n"
    )
    left, file = tmp_path / "fstab", tmp_path / "it's a swapfile"
    left.write_text(fstab)
    file.write_bytes(SIGNED)
    found = mounts(fstab, **{"/swapfile": SIGNED})
    commands = judged("LIN-09", EFI, ROOT, SWAP, mounts=found).commands
    script = "\n".join(commands).replace("/etc/fstab", shlex.quote(str(left)))
    script = script.replace("swapoff -a", ":").replace("/swapfile", "/nothing/of/that/name")
    for _ in range(2):
        subprocess.run(["sh", "-e", "-c", script], check=True, timeout=20)
        assert left.read_text() == (
            "# /etc/fstab\n"
            "UUID=aaaa / ext4 defaults 0 1\n"
            "# /swapfile none swap sw 0 0\n"
            "# UUID=bbbb\tnone\tswap\tsw\n"
            "/dev/disk/cloud/azure_resource-part2 none swap sw 0 0\n"
            "/mnt/resource/swapfile none swap sw 0 0\n"
            "/dev/sda4 /swap ext4 defaults 0 2\n"
            "# /old none swap sw 0 0\n"
        )
    assert "rm -f /swapfile" in commands


@needs_shell
def test_a_name_that_was_made_to_harm_stays_a_name(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    evil = f"/x'$(touch\\040{trap})`touch\\040{trap}`;touch\\040{trap};"
    found = mounts(f"{evil} none swap sw 0 0", **{evil.replace("\\040", " "): SIGNED})
    finding = judged("LIN-09", ROOT, mounts=found)
    assert finding.outcome == "failed"
    script = "\n".join(each for each in finding.commands if "/etc/fstab" not in each)
    subprocess.run(["sh", "-c", script], check=True, timeout=20)
    assert not trap.exists()


@pytest.mark.parametrize(
    ("volumes", "outcome"),
    [
        ((EFI, ROOT), "passed"),
        ((EFI, ROOT, FoundVolume(4, 0, 1, "ext", mounted="/boot")), "passed"),
        ((EFI, ROOT, SWAP), "passed"),  # LIN-09 tells of it
        ((EFI, ROOT, FoundVolume(4, 0, 1, "unknown")), "passed"),
        ((EFI, ROOT, FoundVolume(4, 0, 1, "ext", mounted="/var")), "warning"),
        ((EFI, ROOT, FoundVolume(4, 0, 1, "xfs")), "warning"),
        ((EFI,), "skipped"),
        ((), "skipped"),
    ],
)
def test_lin_10(volumes: tuple[FoundVolume, ...], outcome: str) -> None:
    assert judged("LIN-10", *volumes, mounts=mounts() if volumes else None).outcome == outcome


def test_lin_10_shows_the_line() -> None:
    var = FoundVolume(4, 0, 1, "ext", uuid="dddd", mounted="/var")
    finding = judged("LIN-10", ROOT, var, mounts=mounts("UUID=aaaa / ext4\nUUID=dddd /var ext4 defaults 0 2"))
    assert [str(each) for each in finding.seen_at] == ["/etc/fstab line 2: UUID=dddd /var ext4 defaults 0 2"]
    assert "partition 4 at /var" in str(finding.reason)


@pytest.mark.parametrize(
    ("volumes", "outcome", "said"),
    [
        ((EFI, ROOT), "passed", "no LVM"),
        ((EFI, FoundVolume(2, 0, 1, "lvm")), "warning", "LVM on partition 2"),
        (
            (EFI, FoundVolume(2, 0, 1, "lvm"), FoundVolume(2, 0, 1, "ext", "vg/root")),
            "warning",
            "volume group vg",
        ),
        (
            (FoundVolume(2, 0, 1, "lvm"), FoundVolume(2, 0, 1, "lvm", "vg/thin")),
            "warning",
            "LVM on partition 2 with",
        ),
        ((), "skipped", ""),
    ],
)
def test_lin_11(volumes: tuple[FoundVolume, ...], outcome: str, said: str) -> None:
    finding = judged("LIN-11", *volumes)
    assert finding.outcome == outcome
    assert said in str(finding.reason)


@pytest.mark.parametrize("rule", JUDGES)
def test_they_are_of_linux(rule: str) -> None:
    applies = JUDGES[rule].applies
    assert applies is not None
    assert applies(inside=Inside(system="linux"), build_path=None)
    assert not applies(inside=Inside(system="windows"), build_path="linux_local")
