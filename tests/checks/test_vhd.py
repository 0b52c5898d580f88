"""The rules together: a good image, files that are none, and that nothing ever raises."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.checks.vhd_samples import LINUX, RULES, WINDOWS, found, outcomes
from tests.disk.images import (
    GIB,
    MIB,
    fixed_vhd,
    gen1,
    gen2,
    gpt,
    needs_qemu,
    needs_shell,
    read,
    run,
    without_qemu,
    write,
)
from tests.fuzz.running import Fuzz
from tests.fuzz.spoilt import SOUND, spoil
from wizard import messages, results
from wizard.checks.vhd import findings
from wizard.disk.opening import open_image
from wizard.disk.vhd_footer import fixed_footer


def test_the_rules_of_this_step_in_their_order() -> None:
    assert (
        "file",
        *(f"VHD-{number:02}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 14, 17, 19)),
        "partition-table",
    ) == RULES


@pytest.mark.parametrize(("pieces", "skipped"), [(gen2(30 * GIB), {"VHD-09"}), (gen1(30 * GIB), {"VHD-09"})])
def test_a_good_image_passes(tmp_path: Path, pieces: dict[int, bytes], skipped: set[str]) -> None:
    seen = read(fixed_vhd(tmp_path / "good.vhd", 30 * GIB, pieces))
    assert outcomes(seen) == {rule: "skipped" if rule in skipped else "passed" for rule in RULES}


def test_a_good_windows_image_passes(tmp_path: Path) -> None:
    seen = read(fixed_vhd(tmp_path / "good.vhd", 127 * GIB, gen2(127 * GIB)))
    assert outcomes(seen, WINDOWS) == {rule: "skipped" if rule == "VHD-08" else "passed" for rule in RULES}


def file_of(tmp_path: Path, name: str, length: int, pieces: dict[int, bytes]) -> Path:
    return write(tmp_path / name, length, pieces)


FOOTER = fixed_footer(MIB).build()
FORMATS = [
    ("vpc", "-o", "subformat=dynamic,force_size=on"),
    ("vhdx",),
    ("vhdx", "-o", "subformat=fixed"),
    ("raw",),
]


@pytest.mark.parametrize(
    ("name", "length", "pieces", "said"),
    [
        ("a.vhd", 0, {}, "The file is empty"),
        ("a.vhd", 1, {}, "The file has 1 byte;"),
        ("a.vhd", 511, {}, "The file has 511 bytes;"),
        ("a.vhd", MIB + 512, {MIB: b"conectiX" + FOOTER[8:]}, "is damaged"),
        ("a.vhd", MIB + 500, {MIB: FOOTER[:500]}, "only 500 bytes instead of 512"),
        ("a.vhd", MIB + 513, {MIB: FOOTER}, "1 byte follows the footer"),
        ("a.vhd", MIB + 4096, {MIB: FOOTER}, "3,584 bytes follow the footer"),
        ("a.iso", 64 * 1024, {0x8001: b"CD001"}, "ISO image"),
        ("a.zip", 4096, {0: b"PK\x03\x04"}, "archive"),
        ("a.wim", 4096, {0: b"MSWIM\0\0\0"}, "WIM file"),
        ("a.vhd", 4096, {0: b"%PDF-1.7"}, "are no VHD footer"),
    ],
)
def test_a_file_without_a_footer_fails_vhd_01_and_says_what_it_is(
    tmp_path: Path, name: str, length: int, pieces: dict[int, bytes], said: str
) -> None:
    seen = read(file_of(tmp_path, name, length, pieces))

    finding = found("VHD-01", seen)

    assert (finding.outcome, said in str(finding.reason)) == ("failed", True), str(finding.reason)
    others = outcomes(seen)
    del others["VHD-01"]
    assert set(others.values()) <= {"passed", "skipped", *(["failed"] if seen.footer else [])}


def test_a_vhd_that_ends_before_its_partitions_was_cut_off(tmp_path: Path) -> None:
    cut = {0: gen1(64 * MIB)[0]}
    judged = outcomes(read(file_of(tmp_path, "a.vhd", 32 * MIB, cut)))
    assert {rule for rule, outcome in judged.items() if outcome == "failed"} >= {"VHD-01", "partition-table"}
    # What is named as a raw disk never had a footer.
    judged = outcomes(read(file_of(tmp_path, "a.raw", 32 * MIB, cut)))
    assert (judged["VHD-01"], judged["partition-table"]) == ("passed", "failed")


@needs_qemu
@pytest.mark.parametrize(
    ("made", "name", "size", "broken"),
    [
        ("qcow2", "QCOW2", 30 * GIB, {"VHD-02"}),
        ("vmdk", "VMDK", 30 * GIB, {"VHD-02"}),
        ("vdi", "VDI", 30 * GIB, {"VHD-02"}),
        ("qcow2", "QCOW2", 30 * GIB + 512, {"VHD-02"}),
        ("vdi", "VDI", 1024 * GIB, {"VHD-02", "VHD-08"}),
    ],
)
def test_formats_to_be_converted_first_fail_vhd_02_and_are_judged_by_their_size(
    tmp_path: Path, made: str, name: str, size: int, broken: set[str]
) -> None:
    run("qemu-img", "create", "-f", made, tmp_path / "disk.img", str(size))

    judged = outcomes(seen := read(tmp_path / "disk.img"))

    assert {rule for rule, outcome in judged.items() if outcome == "failed"} == broken
    finding = found("VHD-02", seen)
    assert name in str(finding.reason)
    assert 'image-wizard disk convert "disk.img" "disk-fixed.vhd"' in str(finding.cure)
    assert finding.fix is not None
    assert finding.fix.action == "convert"
    assert judged["VHD-03"] == ("passed" if size % MIB == 0 else "skipped")  # it grows when it is converted


@needs_qemu
def test_where_qemu_img_is_missing_the_cure_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("qemu-img", "create", "-f", "qcow2", tmp_path / "disk.qcow2", "30G")
    without_qemu(monkeypatch, tmp_path)

    finding = found("VHD-02", read(tmp_path / "disk.qcow2"))

    assert (finding.outcome, finding.fix) == ("failed", None)
    assert "qemu-img, which is not installed" in str(finding.cure)
    assert "nstall" in str(finding.cure).replace("not installed", "")
    assert 'image-wizard disk convert "disk.qcow2" "disk-fixed.vhd"' in str(finding.cure)


@needs_qemu
def test_a_qcow2_over_another_disk_is_refused_in_its_own_words(tmp_path: Path) -> None:
    run("qemu-img", "create", "-f", "qcow2", tmp_path / "base.qcow2", "30G")
    run(
        "qemu-img",
        "create",
        "-f",
        "qcow2",
        "-F",
        "qcow2",
        "-b",
        tmp_path / "base.qcow2",
        tmp_path / "top.qcow2",
    )
    finding = found("VHD-02", read(tmp_path / "top.qcow2"))
    assert (finding.outcome, finding.fix) == ("failed", None)
    assert str(finding.reason) == "This disk holds only what differs from another disk"


@needs_qemu
@pytest.mark.parametrize("made", FORMATS)
def test_a_good_image_passes_in_every_format(tmp_path: Path, made: tuple[str, ...]) -> None:
    size = 30 * GIB
    raw = write(tmp_path / "source.raw", size, {**gen2(size), 200 * MIB: b"content" * 1000})
    image = tmp_path / f"good.{made[0]}"
    run("qemu-img", "convert", "-f", "raw", "-O", *made, raw, image)

    judged = outcomes(seen := read(image))

    assert judged == {rule: "skipped" if rule == "VHD-09" else "passed" for rule in RULES}
    assert str(found("VHD-14", seen).reason) == "It will be stored as good.vhd"


def test_a_dynamic_vhd_without_its_end_is_told_once(tmp_path: Path) -> None:
    footer = replace(fixed_footer(30 * GIB), disk_type=3).sealed()
    seen = read(write(tmp_path / "a.vhd", 5000, {0: footer.build()}))

    assert "The end of this dynamic VHD is missing" in str(found("VHD-01", seen).reason)
    assert str(found("VHD-02", seen).reason) == "VHD-01 says what is in the way"


@pytest.mark.parametrize("path", ["gone.vhd", "."])
def test_a_file_that_cannot_be_read_fails_alone(tmp_path: Path, path: str) -> None:
    judged = outcomes(read(tmp_path / path))
    assert judged.pop("file") == "failed"
    assert set(judged.values()) == {"skipped"}


@needs_qemu
def test_what_qemu_makes_fixed_passes_but_for_the_system_that_is_not_in_it(tmp_path: Path) -> None:
    run("qemu-img", "create", "-f", "vpc", "-o", "subformat=fixed,force_size=on", tmp_path / "a.vhd", "30G")
    judged = outcomes(read(tmp_path / "a.vhd"))
    assert {rule for rule, outcome in judged.items() if outcome == "failed"} == set()
    assert {rule for rule, outcome in judged.items() if outcome == "warning"} == {"VHD-17"}


@needs_qemu
def test_what_qemu_makes_without_force_size_is_no_whole_number_of_mebibytes(tmp_path: Path) -> None:
    run("qemu-img", "create", "-f", "vpc", "-o", "subformat=fixed", tmp_path / "a.vhd", "30G")
    judged = outcomes(read(tmp_path / "a.vhd"))
    assert {rule for rule, outcome in judged.items() if outcome == "failed"} == {"VHD-03"}


@needs_qemu
@needs_shell
@pytest.mark.parametrize("made", [*FORMATS, ("vpc", "-o", "subformat=fixed,force_size=on")])
def test_the_cure_for_a_disk_too_small_works_as_it_is_written(tmp_path: Path, made: tuple[str, ...]) -> None:
    raw = write(tmp_path / "source.raw", 64 * MIB, {**gen1(64 * MIB), 40 * MIB: b"content"})
    small = tmp_path / f"small.{made[0]}"
    run("qemu-img", "convert", "-f", "raw", "-O", *made, raw, small)

    run("sh", "-c", commands(str(found("VHD-08", read(small)).cure)), cwd=tmp_path)

    made_of_it = read(tmp_path / "small-fixed.vhd")
    assert (made_of_it.is_fixed, made_of_it.size) == (True, GIB)
    assert found("VHD-08", made_of_it).outcome == "warning"
    with open_image(tmp_path / "small-fixed.vhd") as image:
        assert image.read_at(40 * MIB, 7) == b"content"


def test_a_disk_of_odd_size_passes_once_it_may_grow(tmp_path: Path) -> None:
    size = 30 * GIB + 512
    seen = read(fixed_vhd(tmp_path / "odd.vhd", size, gen2(size)))

    finding = found("VHD-03", seen)
    assert (finding.outcome, finding.fix is not None) == ("failed", True)
    assert "The second copy of the partition table (GPT) moves to the new end" in str(finding.cure)

    finding = found("VHD-03", seen, grow=True)
    assert finding.outcome == "passed"
    assert "1,048,064 bytes. The second copy of the partition table" in str(finding.reason)


def commands(cure: str) -> str:
    """What stands in parentheses behind QEMU."""
    start = cure.index("with QEMU (") + len("with QEMU (")
    return cure[start : cure.index(")", start)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.binary(max_size=2048),
    st.binary(min_size=512, max_size=512),
    st.booleans(),
    st.sampled_from([LINUX, WINDOWS, ""]),
)
def test_no_file_makes_a_rule_raise_and_every_finding_can_be_kept(
    tmp_path: Path, head: bytes, end: bytes, cookie: bool, build_path: str
) -> None:
    path = tmp_path / "any.vhd"
    path.write_bytes(head + (b"conectix" + end[8:] if cookie else end))

    seen = read(path)
    judged = findings(seen, build_path)
    assert seen.size is not None or any(finding.outcome == "failed" for finding in judged)
    for finding in judged:
        json.dumps(results.to_json(finding.facts))
        json.dumps(messages.to_json(finding.reason))
        assert str(finding.reason)
        assert (finding.cure is not None) or finding.outcome in ("passed", "skipped")


@pytest.mark.parametrize("kind", SOUND)
def test_whatever_is_wrong_with_an_image_is_told_by_a_rule(tmp_path: Path, kind: str) -> None:
    seed = random.SystemRandom().randrange(10**6)
    spoilt = Fuzz(kind, seed, tmp_path)
    chance = random.Random(seed)
    read_whole = 0
    for _ in range(300):
        broken = spoil(spoilt.sound, chance)
        spoilt._write(broken)
        seen = read(spoilt.path)
        judged = findings(seen, LINUX, grow=chance.random() < 0.5)
        read_whole += seen.size is not None
        failed = {finding.rule for finding in judged if finding.outcome == "failed"}
        assert seen.size is not None or failed, (seed, broken.story)
        for finding in judged:
            json.dumps(results.to_json(finding.facts))
            whole = finding.cure is not None or finding.outcome in ("passed", "skipped")
            assert whole, (seed, finding.rule, broken.story)
    assert 0 < read_whole < 300


def test_damage_in_the_table_of_a_whole_image_is_told_by_its_rule(tmp_path: Path) -> None:
    pieces = gpt(30 * GIB, ())
    seen = read(fixed_vhd(tmp_path / "a.vhd", 30 * GIB, {**pieces, 512: bytes(512)}))
    assert found("partition-table", seen).outcome == "warning"
