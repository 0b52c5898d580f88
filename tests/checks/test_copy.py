"""The rules of a VHD that came into its container by another way than ours."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.checks.copy import CHECKS
from wizard.disk.reading import DiskReading
from wizard.disk.recognise import FileKind
from wizard.disk.vhd_footer import DiskType, Footer, fixed_footer
from wizard.results import StorageAccount, VhdBlob
from wizard.step import Finding, Outcome
from wizard.transfer.read_back import BlobReading

MIB, GIB = 1024**2, 1024**3
SIZE = 40 * GIB


def blob_of(made: Footer | None = None, /, **wrong: Any) -> BlobReading:
    """What is read back of a sound VHD of 40 GiB, or of one with something wrong."""
    raw = (made or fixed_footer(SIZE)).build()
    good = BlobReading(
        kind="PageBlob",
        length=SIZE + 512,
        etag="1",
        complete=None,
        lease="available",
        copy_status="",
        footer=raw,
        footer_digest="f",
        ranges_digest="r",
        range_count=2,
        data_bytes=MIB,
    )
    return replace(good, **wrong)


VHD_BLOB = VhdBlob(StorageAccount("a"), "vhds", "image.vhd", "u", SIZE + 512, "1", MIB, 2, "r", "f", "id")


def judge(rule: str, blob_reading: BlobReading | None, **reach: Any) -> Finding:
    footer = Footer.parse(blob_reading.footer) if blob_reading is not None and blob_reading.footer else None
    reading = DiskReading("image.vhd", kind=FileKind.FIXED_VHD, footer=footer, size=SIZE)
    in_reach = {
        "blob_reading": blob_reading,
        "footer": footer,
        "reading": reading,
        "vhd_blob": VHD_BLOB,
        "way": "link",
        "build_path": "linux_blob",
    } | reach
    check = next(each for each in CHECKS if each.rule == rule)
    return check.finding(**{name: in_reach[name] for name in inspect.signature(check.judge).parameters})


@pytest.mark.parametrize("rule", [check.rule for check in CHECKS])
def test_a_sound_vhd_breaks_no_rule(rule: str) -> None:
    # Without a partition table in reach, what depends on one is left out.
    assert judge(rule, blob_of()).outcome in (Outcome.PASSED, Outcome.SKIPPED)


@pytest.mark.parametrize("rule", [check.rule for check in CHECKS])
def test_a_blob_that_is_gone_raises_nothing(rule: str) -> None:
    found = judge(rule, None, reading=DiskReading("image.vhd"))
    assert found.outcome is not Outcome.WARNING
    assert found.outcome is not Outcome.FAILED or found.cure is not None


def sealed(**fields: Any) -> Footer:
    return replace(fixed_footer(SIZE), **fields).sealed()


@pytest.mark.parametrize(
    ("rule", "blob", "outcome"),
    [
        ("VHD-13", blob_of(kind="BlockBlob", footer=b""), "failed"),
        ("VHD-01", blob_of(sealed(cookie=b"conectiy")), "failed"),
        ("VHD-02", blob_of(sealed(disk_type=DiskType.DYNAMIC)), "failed"),
        ("VHD-02", blob_of(sealed(disk_type=DiskType.DIFFERENCING)), "failed"),
        ("VHD-02", blob_of(sealed(disk_type=7)), "failed"),
        ("VHD-02", blob_of(sealed(cookie=b"conectiy")), "skipped"),
        ("VHD-03", blob_of(sealed(current_size=SIZE - 1)), "failed"),
        ("VHD-03", blob_of(sealed(current_size=SIZE - MIB)), "passed"),
        ("VHD-04", blob_of(length=SIZE + 511), "failed"),
        ("VHD-04", blob_of(length=SIZE), "failed"),
        ("VHD-06", blob_of(replace(fixed_footer(SIZE), checksum=1)), "failed"),
        ("VHD-07", blob_of(sealed(original_size=SIZE - MIB)), "warning"),
        ("VHD-07", blob_of(sealed(data_offset=512)), "warning"),
        ("VHD-07", blob_of(sealed(version=0x20000)), "warning"),
        ("as-source", blob_of(length=SIZE), "failed"),
        ("as-source", blob_of(footer_digest="other"), "failed"),
        ("as-source", blob_of(ranges_digest="other"), "warning"),
        ("unchanged", blob_of(etag="2"), "warning"),
        ("SAS-12", blob_of(copy_status="pending"), "failed"),
        ("SAS-12", blob_of(copy_status="failed"), "failed"),
        ("SAS-12", blob_of(copy_status="aborted"), "failed"),
        ("SAS-12", blob_of(copy_status="success"), "passed"),
        ("SAS-12", blob_of(complete=False), "failed"),
        ("SAS-12", blob_of(complete=True), "passed"),
        ("SAS-12", blob_of(lease="leased"), "warning"),
        ("SAS-12", blob_of(lease="breaking"), "warning"),
        ("SAS-12", blob_of(lease="expired"), "passed"),
    ],
)
def test_what_breaks_a_rule(rule: str, blob: BlobReading, outcome: str) -> None:
    found = judge(rule, blob)
    assert found.outcome == outcome
    assert (found.cure is not None) == (outcome in ("failed", "warning"))


@pytest.mark.parametrize(
    ("name", "outcome"), [("a b.vhd", "failed"), ("abcd", "failed"), ("a.vhd", "passed")]
)
def test_the_name(name: str, outcome: str) -> None:
    assert judge("VHD-14", blob_of(), vhd_blob=replace(VHD_BLOB, name=name)).outcome == outcome


@pytest.mark.parametrize(
    ("way", "vhd_blob"), [("as_is", VHD_BLOB), ("link", replace(VHD_BLOB, footer_digest=""))]
)
def test_where_there_is_no_source_nothing_is_compared(way: str, vhd_blob: VhdBlob) -> None:
    assert judge("as-source", blob_of(footer_digest="x"), way=way, vhd_blob=vhd_blob).outcome == "skipped"


@given(st.binary(min_size=512, max_size=512), st.integers(0, 2**63))
def test_whatever_the_last_bytes_are_no_rule_raises(raw: bytes, length: int) -> None:
    for check in CHECKS:
        found = judge(check.rule, blob_of(footer=raw, length=length))
        assert found.outcome in tuple(Outcome)
