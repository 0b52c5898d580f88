"""VHD-01 to VHD-04, VHD-06 and VHD-07, each at its boundary."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.checks.vhd_samples import found, reading
from wizard.disk.recognise import FileKind
from wizard.disk.vhd_footer import Footer, fixed_footer

MIB = 1024**2
GIB = 1024**3
SIZE = 30 * GIB


def with_footer(size: int = SIZE, **fields: Any) -> Footer:
    return replace(fixed_footer(size), **fields).sealed()


@pytest.mark.parametrize(
    ("kind", "disk_type", "outcome", "cure"),
    [
        (FileKind.FIXED_VHD, 2, "passed", ""),
        (FileKind.DYNAMIC_VHD, 3, "failed", "qemu-img convert -O vpc -o subformat=fixed,force_size=on"),
        (FileKind.DYNAMIC_VHD, 3, "failed", "-VHDType Fixed"),
        (FileKind.DIFFERENCING_VHD, 4, "failed", "-VHDType Fixed"),
        (FileKind.VHD_OF_UNKNOWN_TYPE, 0, "failed", "Copy the file again"),
        (FileKind.VHD_OF_UNKNOWN_TYPE, 7, "failed", "Copy the file again"),
    ],
)
def test_vhd_02(kind: FileKind, disk_type: int, outcome: str, cure: str) -> None:
    finding = found("VHD-02", reading(kind=kind, footer=with_footer(disk_type=disk_type)))

    assert finding.outcome == outcome
    assert cure in str(finding.cure)
    assert finding.facts == {"kind": kind.value, "disk_type": disk_type}


def test_a_differencing_disk_is_not_given_to_qemu_which_cannot_read_it() -> None:
    seen = reading(kind=FileKind.DIFFERENCING_VHD, footer=with_footer(disk_type=4))
    assert "qemu" not in str(found("VHD-02", seen).cure)


@pytest.mark.parametrize(
    ("size", "outcome", "next_size"),
    [
        (SIZE, "passed", None),
        (SIZE - 1, "failed", SIZE),
        (SIZE + 1, "failed", SIZE + MIB),
        (SIZE + 512, "failed", SIZE + MIB),
        (SIZE + MIB - 512, "failed", SIZE + MIB),
        (SIZE + MIB, "passed", None),
        (0, "passed", None),
        (2**64 - 1, "failed", 2**64),
    ],
)
def test_vhd_03(size: int, outcome: str, next_size: int | None) -> None:
    finding = found("VHD-03", reading(footer=with_footer(size)))

    assert finding.outcome == outcome
    assert finding.facts["bytes"] == size
    assert finding.facts.get("next_aligned_bytes") == next_size
    if next_size is not None:
        assert f"-SizeBytes {next_size}" in str(finding.cure)
        assert f'.raw" {next_size}' in str(finding.cure)


@pytest.mark.parametrize(
    ("file_bytes", "outcome", "said"),
    [
        (SIZE + 512, "passed", ""),
        (SIZE + 511, "failed", "1 bytes are missing"),
        (SIZE, "failed", "512 bytes are missing"),
        (SIZE + 513, "failed", "1 bytes too many"),
        (SIZE + 1024, "failed", "512 bytes too many"),
        (512, "failed", "are missing"),
    ],
)
def test_vhd_04(file_bytes: int, outcome: str, said: str) -> None:
    finding = found("VHD-04", reading(file_bytes=file_bytes))
    assert finding.outcome == outcome
    assert said in str(finding.reason)
    assert finding.facts["file_bytes"] == file_bytes


def test_vhd_04_says_nothing_of_a_dynamic_disk() -> None:
    assert found("VHD-04", reading(kind=FileKind.DYNAMIC_VHD, file_bytes=5000)).outcome == "skipped"


def test_vhd_06() -> None:
    right = fixed_footer(SIZE)
    assert found("VHD-06", reading(footer=right)).outcome == "passed"

    wrong = found("VHD-06", reading(footer=replace(right, checksum=right.checksum ^ 1)))

    assert wrong.outcome == "failed"
    assert wrong.facts == {
        "checksum": f"0x{right.checksum ^ 1:08X}",
        "right_checksum": f"0x{right.checksum:08X}",
    }


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, None),
        ({"original_size": SIZE - MIB}, "the original size is"),
        ({"data_offset": 512}, "the data offset is set"),
        ({"version": 0x00020000}, "0x00020000"),
        # A geometry that does not match is no matter, where the creator means the current size.
        ({"creator": b"win ", "cylinders": 100}, None),
        ({"creator": b"qem2", "cylinders": 100}, None),
        ({"creator": b"vbox", "cylinders": 100}, None),
        ({"creator": b"vpc ", "cylinders": 65535}, None),
        ({"creator": b"vpc ", "cylinders": 100}, "cylinders, heads and sectors"),
        ({"creator": b"qemu", "cylinders": 100}, "cylinders, heads and sectors"),
    ],
)
def test_vhd_07(fields: dict[str, Any], said: str | None) -> None:
    finding = found("VHD-07", reading(footer=with_footer(**fields)))
    if said is None:
        assert finding.outcome == "passed"
    else:
        assert finding.outcome == "warning"
        assert said in str(finding.reason)


def test_vhd_07_names_everything_that_is_unusual() -> None:
    said = str(found("VHD-07", reading(footer=with_footer(original_size=1, data_offset=0, version=0))).reason)
    assert all(part in said for part in ("original size", "data offset", "format version"))


@pytest.mark.parametrize("rule", ["VHD-03", "VHD-04", "VHD-05", "VHD-06", "VHD-07", "VHD-08", "VHD-19"])
def test_without_a_footer_nothing_is_said_of_its_fields(rule: str) -> None:
    finding = found(rule, replace(reading(), kind=FileKind.SOMETHING_ELSE, footer=None))
    assert (finding.outcome, str(finding.reason)) == ("skipped", "There is no footer to read this from")


@pytest.mark.parametrize("name", ['a".vhd', "a$(x).vhd", "a`x`.vhd", "a,b.vhd", "a%b.vhd", "a\nb.vhd"])
def test_a_name_never_breaks_out_of_a_command(name: str) -> None:
    seen = reading(name=name, kind=FileKind.DYNAMIC_VHD, footer=with_footer(disk_type=3))
    cure = str(found("VHD-02", seen).cure)
    assert '"disk-fixed.vhd"' in cure
    assert name not in cure
