"""LIN-02, LIN-12, LIN-13, LIN-32, LIN-35, LIN-36 and LIN-37, each at its boundary."""

from __future__ import annotations

from typing import Any

import pytest

from wizard.checks.linux import packages as unwanted
from wizard.checks.linux import versions
from wizard.inspection.found.agent import Agent, Setting
from wizard.inspection.found.distribution import Distribution
from wizard.inspection.found.inside import Inside, Unread, Why
from wizard.inspection.found.packages import Package, Packages, Program
from wizard.rules_data import load
from wizard.step import Finding

CHECKS = {check.rule: check for check in (*versions.CHECKS, *unwanted.CHECKS)}
UBUNTU = Distribution("ubuntu", "22.04", ("debian",), "Ubuntu 22.04.4 LTS", "/etc/os-release")
RHEL_8 = Distribution("rhel", "8.10", ("fedora",), "Red Hat Enterprise Linux 8.10 (Ootpa)", "/etc/os-release")
UPDATES = Agent("/usr/sbin/waagent", "/etc/waagent.conf")
STAYS = Agent("/usr/sbin/waagent", "/etc/waagent.conf", (Setting("AutoUpdate.Enabled", "n", 3),))


def found(rule: str, inside: Inside) -> Finding:
    return CHECKS[rule].finding(inside=inside)


def linux(
    *installed: tuple[str, str], distribution: Distribution = UBUNTU, agent: Agent | None = None, **more: Any
) -> Inside:
    """A system with these packages."""
    kept = tuple(Package(name, version, "amd64") for name, version in installed)
    packages = Packages(kept, **({"kind": "dpkg", "file": "/var/lib/dpkg/status", "count": 500} | more))
    return Inside(system="linux", distribution=distribution, packages=packages, agent=agent)


@pytest.mark.parametrize("rule", CHECKS)
def test_what_was_not_read_is_not_judged(rule: str) -> None:
    inside = Inside(system="linux", distribution=UBUNTU, unread=(Unread("packages", Why.TOO_LONG.value),))
    assert found(rule, inside).outcome == "skipped"


@pytest.mark.parametrize("rule", ["LIN-02", "LIN-12", "LIN-35", "LIN-36", "LIN-37"])
@pytest.mark.parametrize("more", [{"kind": "", "file": "", "count": 0}, {"whole": False}])
def test_absence_is_no_finding_where_the_database_does_not_tell(rule: str, more: dict[str, Any]) -> None:
    assert found(rule, linux(**more)).outcome == "skipped"


@pytest.mark.parametrize(
    ("version", "agent", "outcome"),
    [
        ("2.2.40-0ubuntu1", UPDATES, "failed"),
        ("2.2.41-0ubuntu1", UPDATES, "passed"),
        ("2.2.41-0ubuntu1", STAYS, "warning"),
        ("2.2.41-0ubuntu1", None, "warning"),
        ("2.2.53-1", STAYS, "warning"),
        ("2.2.53.1-1", STAYS, "passed"),
        ("2.9.1.1-4", None, "passed"),
    ],
)
def test_lin_02(version: str, agent: Agent | None, outcome: str) -> None:
    finding = found("LIN-02", linux(("walinuxagent", version), agent=agent))
    assert finding.outcome == outcome
    assert version in str(finding.seen_at[0])
    assert finding.commands == (
        () if outcome == "passed" else ("apt-get update && apt-get install -y --only-upgrade walinuxagent",)
    )


def test_lin_02_without_an_agent() -> None:
    finding = found("LIN-02", linux())
    assert (finding.outcome, finding.commands) == (
        "failed",
        ("apt-get update && apt-get install -y walinuxagent",),
    )
    red = found("LIN-02", linux(distribution=RHEL_8))
    assert "WALinuxAgent" in red.commands[0]
    assert found("LIN-02", linux(distribution=Distribution("gentoo"))).commands == ()


@pytest.mark.parametrize(
    ("distribution", "package"),
    [
        (Distribution("debian", "12"), "waagent"),
        (Distribution("linuxmint", "21", ("ubuntu", "debian")), "walinuxagent"),
        (Distribution("openeuler", "24.03"), "WALinuxAgent"),
        (Distribution("azurelinux", "3.0"), "WALinuxAgent"),
        (Distribution("sles", "15.7"), "python-azure-agent"),
    ],
)
def test_lin_02_names_the_agent_as_the_distribution_does(distribution: Distribution, package: str) -> None:
    assert f" {package}" in found("LIN-02", linux(distribution=distribution)).commands[0]


def test_lin_02_by_the_agent_s_own_files() -> None:
    old, new = (Program("waagent", each, f"/usr/lib/{each}/version.py") for each in ("2.2.40", "2.10.0.8"))
    package = ("walinuxagent", "2.2.40-1")
    assert found("LIN-02", linux(package, programs=(new,))).outcome == "passed"
    assert found("LIN-02", linux(package, programs=(old, new))).facts["version"] == "2.10.0.8"
    alone = found("LIN-02", linux(programs=(old,), kind="", file=""))
    assert (alone.outcome, alone.seen_at[0].path, alone.commands) == ("failed", old.file, ())
    silent = Program("waagent", "", "/usr/sbin/waagent")
    assert found("LIN-02", linux(programs=(silent,))).outcome == "skipped"
    assert found("LIN-02", linux(package, programs=(silent,))).outcome == "failed"


@pytest.mark.parametrize(
    ("installed", "outcome"),
    [
        ((("openssl", "0.9.7a-1"),), "failed"),
        ((("openssl", "0.9.8-1"),), "warning"),
        ((("openssl", "0.9.8zh-1"),), "warning"),
        ((("openssl", "1.0.1e-58.el6_10"),), "warning"),
        ((("openssl", "1:1.0.2-1"),), "passed"),
        ((("openssl", "1:1.0.2k-26.el7_9"),), "passed"),
        ((("openssl", "1.1.0l-1~deb9u6"),), "warning"),
        ((("openssl", "1.1.1-1"),), "passed"),
        ((("openssl", "1.1.1w-0+deb11u1"),), "passed"),
        ((("openssl", "3.0.0~beta1-1"),), "warning"),
        ((("openssl", "3.0.0-1"),), "passed"),
        ((("openssl", "4.2.0-1"),), "passed"),
        # The command counts before a library, the newest of several.
        ((("openssl", "1.1.0l-1"), ("libssl3", "3.0.2-1")), "warning"),
        ((("openssl-1_0_0", "1.0.1-1"), ("openssl-1_1", "1.1.1l-1")), "passed"),
        ((("libssl3t64", "3.0.13-0ubuntu3"),), "passed"),
        ((("openssl-libs", "1:1.1.1k-12.el8"),), "passed"),
        ((), "warning"),
    ],
)
def test_lin_12(installed: tuple[tuple[str, str], ...], outcome: str) -> None:
    assert found("LIN-12", linux(*installed)).outcome == outcome


@pytest.mark.parametrize(
    ("programs", "outcome", "version"),
    [
        ((("python3", "3.9", "/usr/bin/python3"),), "passed", "3.9"),
        ((("python3", "3.8", "/usr/bin/python3"),), "warning", "3.8"),
        ((("python3", "3.10", "/usr/bin/python3"),), "passed", "3.10"),
        # What a script starts counts, not what lies beside it.
        (
            (("python3", "3.6", "/usr/bin/python3"), ("python3.11", "3.11", "/usr/bin/python3.11")),
            "warning",
            "3.6",
        ),
        ((("platform-python", "3.6", "/usr/libexec/platform-python"),), "warning", "3.6"),
        ((("python", "2.7", "/usr/bin/python"),), "warning", "2.7"),
        ((("python", "2.5", "/usr/bin/python"),), "warning", "2.5"),
        ((("python3.12", "3.12", "/usr/local/bin/python3.12"),), "passed", "3.12"),
        ((("python3", "", "/usr/bin/python3"),), "skipped", ""),
    ],
)
def test_lin_13(programs: tuple[tuple[str, str, str], ...], outcome: str, version: str) -> None:
    finding = found("LIN-13", linux(programs=tuple(Program(*each) for each in programs)))
    assert (finding.outcome, finding.facts["version"]) == (outcome, version)


def test_lin_13_without_python_and_below_what_extensions_need() -> None:
    none = found("LIN-13", linux())
    assert (none.outcome, none.commands) == ("warning", ("apt-get update && apt-get install -y python3",))
    assert "extensions need it" in str(none.reason)
    old = found("LIN-13", linux(programs=(Program("python", "2.5", "/usr/bin/python"),)))
    assert "extensions do not run" in str(old.reason)


NETWORK_MANAGER = ("NetworkManager", "1:0.8.1-113.el6")


@pytest.mark.parametrize(
    ("identity", "version", "installed", "outcome"),
    [
        ("rhel", "6.10", (NETWORK_MANAGER,), "warning"),
        ("centos", "6.10", (NETWORK_MANAGER,), "warning"),
        ("centos", "6.10", (), "passed"),
        ("rhel", "7.0", (NETWORK_MANAGER,), "skipped"),
        ("fedora", "6", (NETWORK_MANAGER,), "skipped"),
        ("rhel", "", (NETWORK_MANAGER,), "skipped"),
    ],
)
def test_lin_32(identity: str, version: str, installed: tuple[tuple[str, str], ...], outcome: str) -> None:
    finding = found("LIN-32", linux(*installed, distribution=Distribution(identity, version)))
    assert finding.outcome == outcome
    assert bool(finding.commands) is (outcome == "warning")


@pytest.mark.parametrize(
    ("distribution", "package", "outcome"),
    [
        (UBUNTU, ("libc6", "2.35-0ubuntu3.8"), "passed"),
        (UBUNTU, ("libc6", "2.18-1"), "passed"),
        (Distribution("rhel", "7.0"), ("glibc", "2.17-55.el7"), "warning"),
        (Distribution("rhel", "7.0"), ("glibc", "2.17-55.el7_0.5"), "passed"),
        (Distribution("centos", "7", point="7.9.2009"), ("glibc", "2.17-326.el7_9"), "passed"),
        (Distribution("centos", "6.6"), ("glibc", "2.12-1.149.el6_6.4"), "warning"),
        (Distribution("centos", "6.10"), ("glibc", "2.12-1.212.el6_10.3"), "passed"),
        (Distribution("debian", "7"), ("libc6", "2.13-38+deb7u6"), "warning"),
        (Distribution("debian", "7"), ("libc6", "2.13-38+deb7u7"), "passed"),
        (Distribution("ubuntu", "12.04"), ("libc6", "2.15-0ubuntu10.9"), "warning"),
        (Distribution("ubuntu", "12.04"), ("libc6", "2.15-0ubuntu10.10"), "passed"),
        (Distribution("sles", "11.4"), ("glibc", "2.11.3-17.110.3"), "skipped"),
        (Distribution("euleros", "2.0"), ("glibc", "2.17-222"), "skipped"),
        (Distribution(), ("glibc", "2.17-1"), "skipped"),
    ],
)
def test_lin_35(distribution: Distribution, package: tuple[str, str], outcome: str) -> None:
    assert found("LIN-35", linux(package, distribution=distribution)).outcome == outcome


@pytest.mark.parametrize(
    ("installed", "outcome"),
    [
        ((), "passed"),
        ((("omi", "1.6.8.0"),), "failed"),
        ((("omi", "1.6.8.1"),), "passed"),
        ((("omi", "1.7.1.0"),), "passed"),
        ((("omi", "1.6.8-0"),), "failed"),
        ((("omi", "1.6.8-1"),), "passed"),
        ((("omi", "1.9.0-1"),), "passed"),
    ],
)
def test_lin_36(installed: tuple[tuple[str, str], ...], outcome: str) -> None:
    finding = found("LIN-36", linux(*installed))
    assert finding.outcome == outcome
    assert bool(finding.commands) is (outcome == "failed")


def test_lin_36_where_no_package_tells_the_version() -> None:
    server = Program("omiserver", "", "/opt/omi/bin/omiserver")
    assert found("LIN-36", linux(programs=(server,))).outcome == "skipped"


def test_lin_37() -> None:
    assert found("LIN-37", linux(("openssl", "3.0.2-1"))).outcome == "passed"
    defender = found("LIN-37", linux(("mdatp", "101.24052.0002")))
    assert (defender.outcome, defender.commands) == ("warning", ("apt-get purge -y mdatp",))
    # What an image sells may be one of these; only a person can decide.
    others = found("LIN-37", linux(("clamav-daemon", "1.0.3-1"), traces=("/usr/local/aegis",), whole=False))
    assert (others.outcome, others.commands) == ("warning", ())
    assert others.facts["software"] == ["ClamAV", "Alibaba Cloud Security Center"]
    assert [each.path for each in others.seen_at] == ["/var/lib/dpkg/status", "/usr/local/aegis"]


@pytest.mark.parametrize(
    "file",
    [
        "agent_versions",
        "openssl_versions",
        "python_versions",
        "omi_versions",
        "glibc_versions",
        "preinstalled",
    ],
)
def test_figures_name_their_sources(file: str) -> None:
    figures = load(file)
    figure_sources: list[str] = []

    def collect(value: Any) -> None:
        if isinstance(value, dict):
            figure_sources.extend(value.get("sources", ()))
            for each in value.values():
                collect(each)
        elif isinstance(value, list):
            for each in value:
                collect(each)

    collect({key: value for key, value in figures.items() if key != "sources"})
    assert figure_sources
    assert set(figure_sources) <= set(figures["sources"])
