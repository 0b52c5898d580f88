"""A whole Windows disk, with hives, programs and boot configuration where Windows has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.disk.images import BASIC_DATA, EFI_SYSTEM, MIB
from tests.images.disks import efi_and_drive, esp, gpt_disk, needs_fat, needs_ntfs, needs_wim, ntfs
from tests.images.linux_systems import Content
from tests.images.looking import judge, look, skipped, trouble
from tests.inspection.windows.sample import windows
from wizard.step import Outcome

pytestmark = [needs_fat, needs_ntfs, needs_wim, pytest.mark.timeout(300)]


def disk(folder: Path, content: Content) -> Path:
    """Generation 2: an EFI system partition with the boot configuration, and drive C."""
    boot, drive = efi_and_drive(content)
    parts = (esp(folder, more=boot), EFI_SYSTEM), (ntfs(drive, folder, 64 * MIB), BASIC_DATA)
    return gpt_disk(folder / "windows.vhd", *parts)


def test_a_generalised_server_raises_no_alarm(tmp_path: Path) -> None:
    found = judge(disk(tmp_path, windows()), "windows_local")

    assert trouble(found) == {}
    assert {"WIN-01", "WIN-05", "WIN-06", "WIN-07", "WIN-09", "WIN-13", "WIN-17", "VHD-15", "VHD-16"} <= {
        rule for rule, each in found.items() if each.outcome is Outcome.PASSED
    }, skipped(found)
    assert not any(rule.startswith("LIN-") for rule in found)


def test_what_the_machine_is(tmp_path: Path) -> None:
    inside = look(disk(tmp_path, windows()))

    assert inside.system == "windows"
    assert {each.mounted for each in inside.volumes} == {"C:", ""}
    assert inside.release is not None
    assert "Windows Server 2022" in inside.release.name


def test_what_is_wrong_is_found(tmp_path: Path) -> None:
    faulty = windows(files={"/Windows/Panther/unattend.xml": "<unattend/>"})

    found = judge(disk(tmp_path, faulty), "windows_local")

    assert set(trouble(found)) == {"WIN-17"}
    assert found["WIN-17"].seen_at[0].path == r"C:\Windows\Panther\unattend.xml"


def test_a_windows_published_as_linux_is_told(tmp_path: Path) -> None:
    found = judge(disk(tmp_path, windows()), "linux_local")

    assert found["VHD-15"].outcome is Outcome.FAILED


def test_a_fat_that_its_reader_gets_wrong_is_named_only(tmp_path: Path) -> None:
    boot = {"/EFI/Microsoft/Boot/BCD": b"regf"}
    small = esp(tmp_path, 8 * MIB, boot, bits=12)
    image = gpt_disk(
        tmp_path / "disk.vhd", (small, EFI_SYSTEM), (ntfs({"/a": "b"}, tmp_path, 64 * MIB), BASIC_DATA)
    )

    volumes = look(image).volumes

    assert [(each.kind, each.read, each.why) for each in volumes] == [
        ("fat", False, "cannot_read"),
        ("ntfs", True, ""),
    ]
