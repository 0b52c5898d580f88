"""VHD-15, VHD-16 and VHD-22, each at its boundary."""

from __future__ import annotations

import pytest

from tests.checks.vhd_samples import disk
from tests.disk.images import LINUX, LINUX_ROOT_ARM_64, LINUX_ROOT_X86_32, LINUX_ROOT_X86_64, MIB, Part, gpt
from wizard.checks.disk_contents import CHECKS
from wizard.disk.reading import DiskReading
from wizard.inspection.found.inside import Inside, Unread, Why, not_looked
from wizard.inspection.found.machine import Machine
from wizard.inspection.found.volumes import FoundVolume
from wizard.step import Finding

JUDGES = {each.rule: each for each in CHECKS}
SIZE = 64 * MIB
ROOT = FoundVolume(2, 2**30, 2**34, "ext", mounted="/")


def reading(*types: str) -> DiskReading:
    parts = [Part(2048 * (index + 1), 2048 * (index + 2) - 1, each) for index, each in enumerate(types)]
    return disk(gpt(SIZE, parts), SIZE)


def judged(
    rule: str, inside: Inside, *, build_path: str | None = None, types: tuple[str, ...] = ()
) -> Finding:
    in_reach = {"VHD-15": {"build_path": build_path}, "VHD-16": {"reading": reading(*types)}}.get(rule, {})
    return JUDGES[rule].finding(inside=inside, **in_reach)


@pytest.mark.parametrize(
    ("found", "build_path", "outcome"),
    [
        ("linux", "linux_local", "passed"),
        ("windows", "windows_blob", "passed"),
        ("linux", "windows_local", "failed"),
        ("windows", "linux_blob", "failed"),
        ("linux", None, "skipped"),
        ("linux", "", "skipped"),
        ("", "linux_local", "skipped"),
    ],
)
def test_vhd_15(found: str, build_path: str | None, outcome: str) -> None:
    finding = judged("VHD-15", Inside(system=found), build_path=build_path)
    assert finding.outcome == outcome, str(finding.reason)


def test_a_wrong_system_is_named() -> None:
    finding = judged("VHD-15", Inside(system="windows"), build_path="linux_local")
    assert "Windows" in str(finding.reason)
    assert "Linux" in str(finding.reason)


@pytest.mark.parametrize(
    ("architecture", "bits", "outcome"),
    [
        ("x86-64", 64, "passed"),
        ("arm64", 64, "passed"),
        ("x86-32", 32, "failed"),
        ("arm32", 32, "failed"),
        ("x86-64", 32, "failed"),  # x32
        ("riscv", 64, "failed"),
        ("machine-999", 0, "failed"),
    ],
)
def test_vhd_16_by_the_systems_own_programs(architecture: str, bits: int, outcome: str) -> None:
    machine = Machine((architecture,), bits, "/usr/lib/systemd/systemd")
    finding = judged("VHD-16", Inside(machine=machine), types=(LINUX_ROOT_X86_32,))
    assert finding.outcome == outcome
    assert [str(each) for each in finding.seen_at] == ["/usr/lib/systemd/systemd"]


@pytest.mark.parametrize("machine", [None, Machine()])
@pytest.mark.parametrize(
    ("types", "outcome"),
    [
        ((LINUX_ROOT_X86_64,), "passed"),
        ((LINUX_ROOT_ARM_64,), "passed"),
        ((LINUX_ROOT_X86_32,), "failed"),
        ((LINUX_ROOT_X86_32, LINUX_ROOT_X86_64), "warning"),
        ((LINUX,), "skipped"),
        ((), "skipped"),
    ],
)
def test_vhd_16_by_partition_types(machine: Machine | None, types: tuple[str, ...], outcome: str) -> None:
    assert judged("VHD-16", Inside(system="linux", machine=machine), types=types).outcome == outcome


def test_vhd_16_of_a_disk_that_nobody_looked_into() -> None:
    assert JUDGES["VHD-16"].finding(inside=not_looked(), reading=None).outcome == "skipped"


@pytest.mark.parametrize(
    ("volumes", "outcome"),
    [
        ((ROOT,), "passed"),
        ((ROOT, FoundVolume(3, 0, 1, "luks")), "warning"),
        ((FoundVolume(1, 0, 1, "fat"), FoundVolume(2, 0, 1, "luks")), "failed"),
        ((FoundVolume(1, 0, 1, "lvm"), FoundVolume(1, 0, 1, "luks", "vg/root")), "failed"),
        ((FoundVolume(3, 0, 1, "bitlocker"),), "failed"),
        ((FoundVolume(3, 0, 1, "ntfs", mounted="C:"), FoundVolume(4, 0, 1, "bitlocker")), "failed"),
        ((), "skipped"),
    ],
)
def test_vhd_22(volumes: tuple[FoundVolume, ...], outcome: str) -> None:
    assert judged("VHD-22", Inside(volumes=volumes)).outcome == outcome


def test_an_encrypted_volume_is_named() -> None:
    volumes = (
        FoundVolume(1, 0, 1, "lvm"),
        FoundVolume(1, 0, 1, "luks", "vg/root"),
        FoundVolume(4, 0, 1, "luks"),
    )
    finding = judged("VHD-22", Inside(volumes=volumes))
    assert "logical volume vg/root" in str(finding.reason)
    assert "partition 4" in str(finding.reason)


@pytest.mark.parametrize(
    ("unread", "said"),
    [
        (Unread("", Why.NO_SYSTEM), "No operating system"),
        (Unread("", Why.CANNOT_READ, "btrfs"), "btrfs"),
        (Unread("", Why.CANNOT_READ), "no file system that the wizard knows"),
    ],
)
def test_why_nothing_is_judged(unread: Unread, said: str) -> None:
    finding = judged("VHD-15", Inside(unread=(unread,)), build_path="linux_local")
    assert finding.outcome == "skipped"
    assert said in str(finding.reason)
