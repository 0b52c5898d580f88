"""VHD-05, VHD-08, VHD-09 and VHD-19, each at its boundary. Lower limits are in 1000s, upper ones in 1024s."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

import pytest

from tests.checks.vhd_samples import LINUX, WINDOWS, found, reading, refused
from wizard.disk.recognise import FileKind
from wizard.disk.refused import Refusal
from wizard.disk.vhd_footer import fixed_footer
from wizard.rules_data import load

MIB = 1024**2
GIB = 1024**3
GB = 1000**3


@pytest.mark.parametrize(
    ("size", "outcome"),
    [
        (0, "failed"),
        (19 * MIB, "failed"),
        (20 * MIB - 1, "failed"),
        (20 * MIB, "passed"),
        (21 * MIB, "passed"),
    ],
)
def test_vhd_05(size: int, outcome: str) -> None:
    finding = found("VHD-05", reading(size))
    assert finding.outcome == outcome
    assert finding.facts["least_bytes"] == 20 * MIB


@pytest.mark.parametrize(
    ("size", "outcome"),
    [
        (MIB, "failed"),
        (GB - 1, "failed"),
        (GB, "warning"),
        (GIB - MIB, "warning"),
        (GIB, "warning"),
        (30 * GB, "warning"),
        (30 * GIB - MIB, "warning"),
        (30 * GIB, "passed"),
        (128 * GIB, "passed"),
        (1023 * GB, "passed"),
        (1023 * GIB, "passed"),
        (1023 * GIB + 1, "failed"),
        (1024 * GIB, "failed"),
        (2**64 - 1, "failed"),
    ],
)
def test_vhd_08(size: int, outcome: str) -> None:
    finding = found("VHD-08", reading(size), LINUX)

    assert finding.outcome == outcome
    assert finding.facts["bytes"] == size
    assert (finding.facts["gib"], finding.facts["gb"]) == (round(size / GIB, 3), round(size / GB, 3))
    assert (finding.facts["least_as_written"], finding.facts["most_as_written"]) == ("1 GB", "1023 GB")


@pytest.mark.parametrize(
    ("size", "outcome"),
    [
        (20 * GIB, "failed"),
        (30 * GB - 1, "failed"),
        (30 * GB, "warning"),
        (30 * GIB, "warning"),
        (127 * GIB - MIB, "warning"),
        (127 * GIB, "passed"),
        (127 * GIB + MIB, "warning"),
        (128 * GIB - MIB, "warning"),
        (128 * GIB, "passed"),
        (128 * GIB + MIB, "warning"),
        (250 * GB, "warning"),
        (250 * GIB, "warning"),
        (250 * GIB + 1, "failed"),
        (251 * GIB, "failed"),
    ],
)
def test_vhd_09(size: int, outcome: str) -> None:
    finding = found("VHD-09", reading(size), WINDOWS)

    assert finding.outcome == outcome
    assert finding.facts["bytes"] == size
    assert (finding.facts["least_as_written"], finding.facts["most_as_written"]) == ("30 GB", "250 GB")


def test_azures_own_windows_disk_is_one_that_passes() -> None:
    assert 127 * GIB == 136_365_211_648
    assert found("VHD-09", reading(136_365_211_648), WINDOWS).outcome == "passed"


@pytest.mark.parametrize(
    ("rule", "build_path", "outcome"),
    [
        ("VHD-08", LINUX, "passed"),
        ("VHD-08", WINDOWS, "skipped"),
        ("VHD-08", "", "skipped"),
        ("VHD-09", WINDOWS, "passed"),
        ("VHD-09", LINUX, "skipped"),
        ("VHD-09", "", "skipped"),
    ],
)
def test_each_system_has_its_own_rule(rule: str, build_path: str, outcome: str) -> None:
    assert found(rule, reading(127 * GIB), build_path).outcome == outcome


def test_the_cure_for_a_disk_too_small_names_a_size_that_fits() -> None:
    assert f"-SizeBytes {GIB}" in str(found("VHD-08", reading(100 * MIB)).cure)
    assert f"-SizeBytes {28 * GIB}" in str(found("VHD-09", reading(GIB), WINDOWS).cure)
    assert found("VHD-09", reading(28 * GIB), WINDOWS).outcome == "warning"


@pytest.mark.parametrize(
    ("size", "data", "outcome"),
    [
        (30 * GIB, 0, "passed"),
        (250 * GIB, 0, "passed"),
        (250 * GIB + MIB, 50 * GIB + MIB, "passed"),
        (250 * GIB + MIB, 50 * GIB + MIB - 1, "warning"),
        (400 * GIB, 200 * GIB, "passed"),
        (400 * GIB, 200 * GIB - 1, "warning"),
        (400 * GIB, 400 * GIB, "skipped"),  # no holes: nobody can tell
        (500 * GIB, 300 * GIB, "passed"),
        (500 * GIB + MIB, 499 * GIB, "warning"),
        (500 * GIB + MIB, 500 * GIB + MIB, "warning"),
    ],
)
def test_vhd_19(size: int, data: int, outcome: str) -> None:
    finding = found("VHD-19", reading(size, data_bytes=data))
    assert finding.outcome == outcome
    assert finding.facts["unused_bytes"] == (size - data if data < size else None)


@pytest.mark.parametrize("kind", [FileKind.FIXED_VHD, FileKind.DYNAMIC_VHD, FileKind.VHDX, FileKind.RAW_DISK])
def test_the_size_of_the_disk_is_judged_in_every_format(kind: FileKind) -> None:
    small, large = reading(19 * MIB, kind=kind), reading(600 * GIB, kind=kind)
    assert (found("VHD-05", small).outcome, found("VHD-08", small).outcome) == ("failed", "failed")
    assert (found("VHD-08", large).outcome, found("VHD-19", large).outcome) == ("passed", "warning")
    assert found("VHD-09", large, WINDOWS).outcome == "failed"


def test_of_a_disk_that_cannot_be_read_the_footer_still_tells_the_size() -> None:
    seen = refused(FileKind.DIFFERENCING_VHD, Refusal.DIFFERENCING, footer=fixed_footer(30 * GIB))
    assert (found("VHD-05", seen).outcome, found("VHD-08", seen).outcome) == ("passed", "passed")
    assert found("VHD-05", refused(FileKind.VHDX, Refusal.LOG_TO_REPLAY)).outcome == "skipped"


@pytest.mark.parametrize(
    ("kind", "said", "with_hyper_v"),
    [
        (FileKind.FIXED_VHD, "driver=vpc", True),
        (FileKind.DYNAMIC_VHD, "driver=vpc", True),
        (FileKind.VHDX, "-f vhdx", True),
        (FileKind.RAW_DISK, "-f raw", False),
    ],
)
def test_every_format_is_enlarged_in_its_own_way(kind: FileKind, said: str, with_hyper_v: bool) -> None:
    cure = str(found("VHD-08", reading(100 * MIB, kind=kind)).cure)
    assert said in cure
    assert ("Resize-VHD" in cure) is with_hyper_v


def test_every_figure_has_its_source_and_date() -> None:
    data = load("vhd_limits")
    assert date.fromisoformat(data["checked_on"]) >= date(2026, 11, 20)
    groups = [value for value in data.values() if isinstance(value, dict) and "rule" in value]
    assert len(groups) == 6
    for group in groups:
        assert group["sources"]
        assert all(
            data["sources"][source]["title"] and data["sources"][source]["date"]
            for source in group["sources"]
        )


def test_figures_are_read_once_and_cannot_be_changed() -> None:
    assert load("vhd_limits") is load("vhd_limits")
    with pytest.raises(TypeError):
        cast(dict[str, Any], load("vhd_limits"))["smallest"] = 1
    with pytest.raises(FileNotFoundError):
        load("no_such_figures")
