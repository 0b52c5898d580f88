"""PRE-07 and PRE-08: endorsed distributions, and releases by the day on which the disk was looked into."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from wizard.checks.linux.distribution import CHECKS
from wizard.inspection.found.distribution import Distribution
from wizard.inspection.found.inside import Inside, Unread, Why
from wizard.rules_data import load
from wizard.step import Finding

TODAY = date(2026, 11, 21)


def endorsed(inside: Inside) -> Finding:
    return CHECKS[0].finding(inside=inside)


def supported(inside: Inside, on: date = TODAY) -> Finding:
    return CHECKS[1].finding(inside=inside, looked_on=on)


def linux(identity: str, version: str = "", *, name: str = "", point: str = "") -> Inside:
    return Inside(
        system="linux",
        distribution=Distribution(
            identity, version, name=name or f"{identity} {version}", file="/etc/os-release", point=point
        ),
    )


@pytest.mark.parametrize(
    ("identity", "outcome"),
    [
        ("ubuntu", "passed"),
        ("debian", "passed"),
        ("rhel", "passed"),
        ("centos", "passed"),
        ("almalinux", "passed"),
        ("rocky", "passed"),
        ("ol", "passed"),
        ("sles", "passed"),
        ("sles_sap", "passed"),
        ("opensuse-leap", "passed"),
        ("flatcar", "passed"),
        ("azurelinux", "passed"),
        ("openeuler", "warning"),
        ("kylin", "warning"),
        ("arch", "warning"),
        ("", "warning"),
    ],
)
def test_pre_07(identity: str, outcome: str) -> None:
    assert endorsed(linux(identity, "1")).outcome == outcome


@pytest.mark.parametrize(
    ("inside", "on", "outcome"),
    [
        # The last day itself is within.
        (linux("ubuntu", "20.04"), date(2025, 5, 31), "passed"),
        (linux("ubuntu", "20.04"), date(2025, 6, 1), "warning"),
        (linux("ubuntu", "22.04"), TODAY, "passed"),
        (linux("ubuntu", "24.04"), TODAY, "passed"),
        (linux("ubuntu", "28.04"), TODAY, "passed"),
        (linux("ubuntu", "12.04"), TODAY, "warning"),
        (linux("debian", "12", point="12.5"), TODAY, "passed"),
        (linux("debian", "11", point="11.11"), TODAY, "warning"),
        (linux("debian", "11", point="11.11"), date(2026, 8, 31), "passed"),
        (linux("debian", ""), TODAY, "skipped"),
        (linux("rhel", "8.10"), TODAY, "passed"),
        (linux("rhel", "7.9"), TODAY, "warning"),
        (linux("rhel", "11.0"), TODAY, "passed"),
        (linux("centos", "7", name="CentOS Linux 7 (Core)", point="7.9.2009"), TODAY, "warning"),
        (linux("centos", "8", name="CentOS Stream 8"), date(2024, 1, 1), "passed"),
        (linux("centos", "8", name="CentOS Linux 8"), date(2024, 1, 1), "warning"),
        (linux("centos", "9", name="CentOS Stream 9"), TODAY, "passed"),
        (linux("centos", "10", name="CentOS Stream 10"), TODAY, "passed"),
        (linux("sles", "15.6"), TODAY, "warning"),
        (linux("sles", "15.7"), TODAY, "passed"),
        (linux("sles", "15.8"), TODAY, "passed"),
        (linux("sles", "16.0"), TODAY, "passed"),
        (linux("sles", "12.5"), TODAY, "warning"),
        (linux("sles", "10.4"), TODAY, "warning"),
        (linux("mariner", "2.0", point="2.0.20240112"), TODAY, "warning"),
        (linux("azurelinux", "3.0"), TODAY, "skipped"),
        (linux("openeuler", "22.03", point="22.03-LTS-SP4"), TODAY, "warning"),
        (linux("openeuler", "24.03", point="24.03-LTS-SP3"), TODAY, "passed"),
        (linux("openeuler", "24.03", point="24.03-LTS-SP9"), TODAY, "skipped"),
        (linux("openeuler", "26.09"), TODAY, "passed"),
        (linux("kylin", "V10"), TODAY, "skipped"),
        (linux("gentoo"), TODAY, "skipped"),
        (linux(""), TODAY, "skipped"),
    ],
)
def test_pre_08(inside: Inside, on: date, outcome: str) -> None:
    finding = supported(inside, on)
    assert (finding.rule, finding.outcome) == ("PRE-08", outcome)


def test_the_day_and_what_can_be_bought_are_told() -> None:
    finding = supported(linux("ubuntu", "20.04", name="Ubuntu 20.04.6 LTS"))
    assert str(finding.reason) == (
        "Since 2025-05-31, Ubuntu 20.04.6 LTS gets security updates only with Ubuntu Pro (until 2030-04-30)"
    )
    assert "Ubuntu Pro" in str(finding.cure)
    assert finding.facts["ends"] == "2025-05-31"
    later = supported(linux("ubuntu", "20.04", name="Ubuntu 20.04.6 LTS"), date(2030, 5, 1))
    assert str(later.reason) == "Ubuntu 20.04.6 LTS has had no security updates since 2030-04-30"


def test_who_has_half_a_year_left_hears_of_it() -> None:
    ends = date(2027, 4, 30)
    far, near = (supported(linux("ubuntu", "22.04"), ends - timedelta(days=days)) for days in (184, 183))
    assert "only; plan" not in str(far.reason)
    assert "until 2027-04-30 only; plan" in str(near.reason)


def test_an_unread_disk_is_not_judged() -> None:
    inside = Inside(system="linux", unread=(Unread("distribution", Why.DAMAGED.value),))
    assert [endorsed(inside).outcome, supported(inside).outcome] == ["skipped", "skipped"]


def test_the_table_is_sound() -> None:
    table = load("distributions")
    date.fromisoformat(table["checked"])
    for life in table["life"]:
        assert set(life["sources"]) <= set(table["sources"])
        assert life["by"] in ("major", "version", "point")
        for release in life["releases"]:
            ends = date.fromisoformat(release["ends"])
            if "paid_until" in release:
                assert life["paid"]
                assert date.fromisoformat(release["paid_until"]) > ends
    for sources in table["endorsed"]["ids"].values():
        assert set(sources) <= set(table["sources"])
