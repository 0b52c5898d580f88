"""VHD-14: the name of the file, and of the blob it becomes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.checks.vhd_samples import found, reading, refused
from wizard.checks.vhd_name import suggested_name
from wizard.disk.recognise import FileKind
from wizard.disk.refused import Refusal


@pytest.mark.parametrize(
    ("name", "outcome", "suggested"),
    [
        ("image.vhd", "passed", None),
        ("My_Image-1.0.vhd", "passed", None),
        ("a.vhd", "passed", None),
        ("image.VHD", "warning", "image.vhd"),
        ("image.Vhd", "warning", "image.vhd"),
        ("image.vhdx", "passed", "image.vhd"),
        ("image.img", "passed", "image.vhd"),
        ("image", "passed", "image.vhd"),
        (".vhd", "failed", "image.vhd"),
        ("vhd", "passed", "vhd.vhd"),
        ("my image (1).qcow2.raw", "passed", "my-image-1-.qcow2.vhd"),
        ("my image.vhd", "failed", "my-image.vhd"),
        ("100%.vhd", "failed", "100.vhd"),
        ('a"b.vhd', "failed", "a-b.vhd"),
        ("a'b.vhd", "failed", "a-b.vhd"),
        ("a+b.vhd", "failed", "a-b.vhd"),
        ("a(1).vhd", "failed", "a-1.vhd"),
        ("镜像.vhd", "failed", "image.vhd"),
        ("产品 v2.vhd", "failed", "v2.vhd"),
        ("a\tb.vhd", "failed", "a-b.vhd"),
    ],
)
def test_vhd_14(name: str, outcome: str, suggested: str | None) -> None:
    finding = found("VHD-14", reading(name=name))
    assert (finding.outcome, finding.facts.get("suggested")) == (outcome, suggested)


def test_the_characters_are_named() -> None:
    assert "a space, %" in str(found("VHD-14", reading(name="50 %.vhd")).reason).replace(
        "%, a space", "a space, %"
    )
    assert "U+0009" in str(found("VHD-14", reading(name="a\tb.vhd")).reason)


def test_another_ending_becomes_vhd_on_the_way() -> None:
    finding = found("VHD-14", reading(kind=FileKind.VHDX, name="my image.vhdx"))
    assert (finding.outcome, str(finding.reason)) == ("passed", "It will be stored as my-image.vhd")


def test_the_name_of_what_cannot_be_sent_is_not_the_one_that_counts() -> None:
    assert (
        found("VHD-14", refused(FileKind.QCOW2, Refusal.NEEDS_QEMU_IMG, path="/a/image.qcow2")).outcome
        == "skipped"
    )
    assert (
        found("VHD-14", refused(FileKind.QCOW2, Refusal.NEEDS_QEMU_IMG, path="/a/bad name.vhd")).outcome
        == "failed"
    )


@given(st.text(min_size=1, max_size=40))
def test_every_suggestion_passes(name: str) -> None:
    better = suggested_name(name.replace("/", "").replace("\\", "").replace("\0", "") or "x")
    assert found("VHD-14", reading(name=better)).outcome == "passed"
