"""Versions in order, against dpkg and rpm themselves where they are installed."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wizard.inspection.found.versions import at_least, compare, compare_dpkg, compare_rpm, upstream


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("1.0.2k", "1.1.1"),
        ("1.1.1", "1.1.1k"),
        ("1.1.1k", "1.1.1w"),
        ("2.2.41", "2.2.53.1"),
        ("2.2.9", "2.2.10"),
        ("3.0.0~rc1", "3.0.0"),
        ("1.0", "1.0^git1"),
        ("1.0^git1", "1.0.1"),
        ("0.9.8zh", "1.0.0"),
        ("2.17", "2.18"),
        ("", "1"),
    ],
)
def test_older_and_newer(older: str, newer: str) -> None:
    assert compare_rpm(older, newer) < 0 < compare_rpm(newer, older)
    assert compare_rpm(older, older) == 0


@pytest.mark.parametrize(
    ("version", "minimum", "enough"),
    [
        ("2.2.41", "2.2.41", True),
        ("2.2.40", "2.2.41", False),
        ("2.2.46-0ubuntu1~20.04.1", "2.2.41", True),
        ("2.7.0.6-9.el8", "2.2.53.1", True),
        ("1:1.0.1e-58.el6_10", "1.0.2", False),
        ("1:1.1.1k-12.el8", "1.1.1", True),
        ("1.1.1n-0+deb11u5", "1.1.1", True),
        ("3.0.0~beta2-1", "3.0.0", False),
        ("1.0.2k-fips", "1.0.2", True),
        # The revision counts where the minimum has one, the epoch likewise.
        ("2.17-55.el7", "2.17-55.el7_0.5", False),
        ("2.17-55.el7_0.5", "2.17-55.el7_0.5", True),
        ("2.17-326.el7_9", "2.17-55.el7_0.5", True),
        ("1:1.0", "2:0.1", False),
        ("2:1.0", "2.0", False),
        ("2.13-38+deb7u6", "2.13-38+deb7u7", False),
    ],
)
def test_at_least(version: str, minimum: str, enough: bool) -> None:
    assert at_least(version, minimum) is enough


@pytest.mark.parametrize(
    ("version", "own"),
    [
        ("1:1.1.1k-12.el8", "1.1.1k"),
        ("3.3.2-1", "3.3.2"),
        ("2.36", "2.36"),
        ("7.4p1-10+deb9u7", "7.4p1"),
        ("-1", "-1"),
    ],
)
def test_the_version_as_its_makers_call_it(version: str, own: str) -> None:
    assert upstream(version) == own


@pytest.mark.parametrize(("kind", "order"), [("dpkg", -1), ("rpm", -1), ("pacman", -1)])
def test_whole_versions(kind: str, order: int) -> None:
    assert compare("9.0-1", "1:1.0-1", kind) == order
    assert compare("1.0-1", "1.0-2", kind) == order
    assert compare("1.0-2", "1.0-2", kind) == 0


@given(first=st.text(max_size=300), second=st.text(max_size=300))
def test_any_text_has_a_place_in_the_order(first: str, second: str) -> None:
    for by in (compare_rpm, compare_dpkg, compare):
        assert by(first, first) == 0
        assert by(first, second) == -by(second, first)


VERSION = st.text("0123abAZ.~+", min_size=1, max_size=10).map(lambda text: f"1{text}")
OURS = settings(suppress_health_check=[HealthCheck.too_slow], max_examples=15, deadline=None)


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="dpkg is not installed")
@OURS
@given(pairs=st.lists(st.tuples(VERSION, VERSION), min_size=10, max_size=10))
def test_the_order_is_that_of_dpkg(pairs: list[tuple[str, str]]) -> None:
    for first, second in pairs:
        said = subprocess.run(
            ["dpkg", "--compare-versions", first, "lt", second], capture_output=True
        ).returncode
        assert (compare(first, second, "dpkg") < 0) is (said == 0), (first, second)


@pytest.mark.skipif(shutil.which("rpm") is None, reason="rpm is not installed")
@OURS
@given(pairs=st.lists(st.tuples(VERSION, VERSION), min_size=50, max_size=50))
def test_the_order_is_that_of_rpm(pairs: list[tuple[str, str]]) -> None:
    asked = "".join(f'print(rpm.vercmp("{first}","{second}").." ") ' for first, second in pairs)
    said = subprocess.run(
        ["rpm", "--eval", f"%{{lua:{asked}}}"], capture_output=True, text=True, check=True
    ).stdout
    assert [compare_rpm(*pair) for pair in pairs] == [int(each) for each in said.split()]
