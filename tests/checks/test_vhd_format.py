"""VHD-01 to VHD-04, VHD-06 and VHD-07, each at its boundary."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.checks.vhd_samples import found, reading, refused
from wizard.disk.reading import Sent
from wizard.disk.recognise import FileKind
from wizard.disk.refused import Refusal
from wizard.disk.vhd_footer import Footer, fixed_footer
from wizard.messages import msg
from wizard.step import Fix

MIB = 1024**2
GIB = 1024**3
SIZE = 30 * GIB


def with_footer(size: int = SIZE, **fields: Any) -> Footer:
    return replace(fixed_footer(size), **fields).sealed()


MADE = (FileKind.DYNAMIC_VHD, FileKind.VHDX, FileKind.RAW_DISK)
FORMAT_RULES = ("VHD-01", "VHD-02", "VHD-03", "VHD-04", "VHD-06", "VHD-07")


def test_a_fixed_vhd_keeps_vhd_02() -> None:
    finding = found("VHD-02", reading())
    assert (finding.outcome, finding.facts) == ("passed", {"kind": "fixed_vhd", "disk_type": 2})


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (FileKind.DYNAMIC_VHD, "A dynamic VHD: it will be sent as a fixed VHD, and the file stays as it is"),
        (FileKind.VHDX, "A VHDX: it will be sent as a fixed VHD, and the file stays as it is"),
        (FileKind.RAW_DISK, "A raw disk: it will be sent as a fixed VHD, and the file stays as it is"),
    ],
)
def test_vhd_02_says_what_is_made_of_other_formats(kind: FileKind, said: str) -> None:
    seen = reading(kind=kind)
    finding = found("VHD-02", seen)
    assert (finding.outcome, str(finding.reason)) == ("passed", said)
    assert (finding.facts["kind"], finding.facts["sent_bytes"]) == (kind.value, SIZE + 512)
    assert seen.sent is not None
    assert finding.facts["sent_unique_id"] == str(seen.sent.footer.unique_id)


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("rule", FORMAT_RULES)
def test_the_rules_of_the_footer_judge_the_one_that_is_made(rule: str, kind: FileKind) -> None:
    assert found(rule, reading(kind=kind, file_bytes=5000)).outcome == "passed"


@pytest.mark.parametrize(
    ("rule", "footer", "outcome"),
    [
        ("VHD-06", replace(fixed_footer(SIZE), checksum=1), "failed"),
        ("VHD-07", with_footer(original_size=1), "warning"),
    ],
)
def test_a_footer_made_wrongly_would_be_seen(rule: str, footer: Footer, outcome: str) -> None:
    seen = reading(kind=FileKind.VHDX, sent=Sent(SIZE + 512, footer))
    assert found(rule, seen).outcome == outcome


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        (FileKind.DIFFERENCING_VHD, Refusal.DIFFERENCING),
        (FileKind.VHDX, Refusal.DIFFERENCING),
        (FileKind.VHDX, Refusal.LOG_TO_REPLAY),
        (FileKind.VHDX, Refusal.LARGE_SECTORS),
        (FileKind.VHDX, Refusal.DAMAGED),
        (FileKind.VHDX, Refusal.CUT_OFF),
        (FileKind.VHDX, Refusal.UNKNOWN_FEATURE),
        (FileKind.VHDX, Refusal.TOO_MANY_BLOCKS),
        (FileKind.DYNAMIC_VHD, Refusal.CUT_OFF),
        (FileKind.DYNAMIC_VHD, Refusal.DAMAGED),
        (FileKind.FIXED_VHD, Refusal.CHECKPOINT),
        (FileKind.VHDX, Refusal.CHECKPOINT),
        (FileKind.VHD_OF_UNKNOWN_TYPE, Refusal.DAMAGED),
    ],
)
def test_what_cannot_be_sent_fails_vhd_02_in_the_readers_own_words(kind: FileKind, refusal: Refusal) -> None:
    finding = found("VHD-02", refused(kind, refusal))
    assert (finding.outcome, str(finding.reason), str(finding.cure)) == ("failed", "This is why", "Do this")
    assert finding.facts["refusal"] == refusal.value
    assert finding.fix is None


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
@pytest.mark.parametrize("kind", [FileKind.FIXED_VHD, FileKind.VHDX])
def test_vhd_03(kind: FileKind, size: int, outcome: str, next_size: int | None) -> None:
    finding = found("VHD-03", reading(size, kind=kind))

    assert finding.outcome == outcome
    assert finding.facts["bytes"] == size
    assert finding.facts.get("next_aligned_bytes") == next_size
    if next_size is not None:
        assert "--grow" in str(finding.cure)
        assert finding.fix == Fix(msg("Grow it on the way"), {"grow": True}, "check")


@pytest.mark.parametrize("size", [SIZE - 1, SIZE + 1, SIZE + 512, SIZE + MIB - 512])
def test_vhd_03_is_kept_by_growing(size: int) -> None:
    finding = found("VHD-03", reading(size), grow=True)
    assert finding.outcome == "passed"
    assert finding.facts["grown_by"] == -size % MIB
    assert f"{-size % MIB:,} bytes" in str(finding.reason)


def test_what_cannot_be_sent_is_not_grown() -> None:
    seen = refused(FileKind.DIFFERENCING_VHD, Refusal.DIFFERENCING, footer=with_footer(SIZE + 512))
    for grow in (False, True):
        finding = found("VHD-03", seen, grow=grow)
        assert (finding.outcome, finding.fix) == ("failed", None)
        assert str(finding.cure) == "Do this"


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


def test_vhd_04_says_how_much_is_sent_of_another_format() -> None:
    finding = found("VHD-04", reading(kind=FileKind.DYNAMIC_VHD, file_bytes=5000))
    assert (finding.facts["sent_bytes"], finding.facts["file_bytes"]) == (SIZE + 512, 5000)
    assert f"{SIZE + 512:,} bytes will be sent" in str(finding.reason)


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


@pytest.mark.parametrize("kind", [FileKind.FIXED_VHD, FileKind.VHDX])
def test_vhd_07_tells_what_else_is_odd(kind: FileKind) -> None:
    finding = found("VHD-07", reading(kind=kind, remarks=(msg("something is odd"),)))
    assert (finding.outcome, "something is odd" in str(finding.reason)) == ("warning", True)


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("VHD-04", {"file_bytes": SIZE + 1024}),
        ("VHD-06", {"footer": replace(fixed_footer(SIZE), checksum=1)}),
    ],
)
def test_what_another_rule_tells_of_a_fixed_vhd_is_not_told_twice(rule: str, fields: dict[str, Any]) -> None:
    seen = reading(remarks=(msg("something is odd"),), **fields)
    assert (found(rule, seen).outcome, found("VHD-07", seen).outcome) == ("failed", "passed")


@pytest.mark.parametrize("rule", ["VHD-04", "VHD-06", "VHD-07"])
def test_without_a_footer_nothing_is_said_of_its_fields(rule: str) -> None:
    finding = found(rule, refused(FileKind.SOMETHING_ELSE, Refusal.NO_DISK))
    assert (finding.outcome, str(finding.reason)) == ("skipped", "There is no footer to read this from")


@pytest.mark.parametrize("rule", ["VHD-04", "VHD-07"])
def test_a_differencing_vhd_is_not_judged_as_a_fixed_one(rule: str) -> None:
    seen = refused(FileKind.DIFFERENCING_VHD, Refusal.DIFFERENCING, footer=with_footer(disk_type=4))
    assert found(rule, seen).outcome == "skipped"


@pytest.mark.parametrize("name", ['a".vhd', "a$(x).vhd", "a`x`.vhd", "a,b.vhd", "a%b.vhd", "a\nb.vhd"])
def test_a_name_never_breaks_out_of_a_command(name: str) -> None:
    cure = str(found("VHD-08", reading(100 * MIB, name=name)).cure)
    assert '"disk-fixed.vhd"' in cure
    assert name not in cure
