"""LIN-34: every row of the table at its boundary; what the table does not know is never blamed by it."""

from __future__ import annotations

import pytest

from wizard.checks.linux.kernel import CHECKS
from wizard.inspection.found.distribution import Distribution
from wizard.inspection.found.inside import Inside
from wizard.inspection.found.kernel import InstalledKernel, Kernel
from wizard.rules_data import load
from wizard.step import Finding


def judged(version: str, identity: str = "", release: str = "", banner: str = "") -> Finding:
    seen = Inside(
        system="linux",
        distribution=Distribution(id=identity, version=release) if identity else None,
        kernel=Kernel((InstalledKernel(version, f"/boot/vmlinuz-{version}", banner),), version, "boot"),
    )
    (check,) = (each for each in CHECKS if each.rule == "LIN-34")
    return check.finding(inside=seen)


@pytest.mark.parametrize(
    ("version", "identity", "release", "outcome"),
    [
        ("4.4.0-150-generic", "ubuntu", "14.04", "failed"),
        ("4.4.0-151-generic", "ubuntu", "14.04", "passed"),
        ("4.15.0-1048-azure", "ubuntu", "14.04", "failed"),
        ("4.15.0-1049-azure", "ubuntu", "14.04", "passed"),
        ("4.15.0-1048-azure", "ubuntu", "16.04", "failed"),
        ("4.15.0-1049-azure", "ubuntu", "16.04", "passed"),
        ("4.15.0-51-generic", "ubuntu", "18.04", "failed"),
        ("4.15.0-52-lowlatency", "ubuntu", "18.04", "passed"),
        ("4.18.0-1022-azure", "ubuntu", "18.04", "failed"),
        ("4.18.0-1023-azure", "ubuntu", "18.04", "passed"),
        ("5.0.0-1024-azure", "ubuntu", "18.04", "failed"),
        ("5.0.0-1025-azure", "ubuntu", "18.04", "passed"),
        ("5.0.0-1009-azure", "ubuntu", "19.04", "failed"),
        ("5.0.0-1010-azure", "ubuntu", "19.04", "passed"),
        ("5.0.0-16-generic", "ubuntu", "19.04", "failed"),
        ("5.3.0-1004-azure", "ubuntu", "19.04", "passed"),
        ("4.15.0-1041-aws", "ubuntu", "18.04", "skipped"),
        ("6.8.0-1052-azure", "ubuntu", "24.04", "passed"),
        ("2.6.32-754.15.2.el6.x86_64", "rhel", "6.10", "failed"),
        ("2.6.32-754.15.3.el6.x86_64", "centos", "6.10", "passed"),
        ("3.10.0-229.el7.x86_64", "rhel", "7.1", "failed"),
        ("3.10.0-327.79.1.el7.x86_64", "rhel", "7.2", "failed"),
        ("3.10.0-327.79.2.el7.x86_64", "rhel", "7.2", "passed"),
        ("3.10.0-514.66.1.el7.x86_64", "rhel", "7.3", "failed"),
        ("3.10.0-514.66.2.el7.x86_64", "rhel", "7.3", "passed"),
        ("3.10.0-600.el7.x86_64", "rhel", "7.3", "skipped"),
        ("3.10.0-957.el7.x86_64", "centos", "7.6", "failed"),
        ("3.10.0-957.21.2.el7.x86_64", "centos", "7.6", "failed"),
        ("3.10.0-957.21.3.el7.x86_64", "ol", "7.6", "passed"),
        ("3.10.0-1062.el7.x86_64", "centos", "7.7", "failed"),
        ("3.10.0-1062.1.1.el7.x86_64", "centos", "7.7", "passed"),
        ("3.10.0-1160.el7.x86_64", "centos", "7.9", "passed"),
        ("4.18.0-80.4.1.el8_0.x86_64", "rhel", "8.0", "failed"),
        ("4.18.0-80.4.2.el8_0.x86_64", "rhel", "8.0", "passed"),
        ("4.18.0-147.el8.x86_64", "rhel", "8.1", "passed"),
        ("4.18.0-553.el8_10.x86_64", "almalinux", "8.10", "passed"),
        ("5.14.0-570.el9_6.x86_64", "rocky", "9.6", "passed"),
        ("4.14.35-1902.1.9.el7uek.x86_64", "ol", "7.6", "failed"),
        ("4.14.35-1902.2.0.el7uek.x86_64", "ol", "7.6", "passed"),
        ("4.1.12-124.28.2.el7uek.x86_64", "ol", "7.5", "failed"),
        ("4.1.12-124.28.3.el7uek.x86_64", "ol", "7.5", "passed"),
        ("5.4.17-2136.el8uek.x86_64", "ol", "8.10", "passed"),
        ("3.0.101-108.90-default", "sles", "11.4", "failed"),
        ("3.0.101-108.95-default", "sles", "11.4", "passed"),
        ("4.4.176-94.88-default", "sles", "12.3", "failed"),
        ("4.4.180-94.97-default", "sles", "12.3", "passed"),
        ("4.4.180-4.28-azure", "sles", "12.3", "failed"),
        ("4.4.180-4.31-azure", "sles", "12.3", "passed"),
        ("4.12.14-6.12-azure", "sles", "12.4", "failed"),
        ("4.12.14-6.15-azure", "sles_sap", "12.4", "passed"),
        ("4.12.14-95.16-default", "sles_sap", "12.4", "failed"),
        ("4.12.14-95.19-default", "sles_sap", "12.4", "passed"),
        ("4.12.14-122.1-default", "sles", "12.5", "passed"),
        ("4.12.14-150.17-default", "sles", "15", "failed"),
        ("4.12.14-150.22-default", "sles", "15", "passed"),
        ("4.12.14-5.27-azure", "sles", "15", "failed"),
        ("4.12.14-5.30-azure", "sles", "15", "passed"),
        ("4.12.14-195-default", "sles", "15.1", "failed"),
        ("4.12.14-197.4-default", "sles", "15.1", "passed"),
        ("5.3.18-24.12-default", "sles", "15.2", "passed"),
        ("3.12.74-60-default", "sles", "12.0", "skipped"),
        ("4.4.181", "amzn", "2", "warning"),
        ("4.4.182", "amzn", "2", "passed"),
        ("4.9.181", "", "", "warning"),
        ("4.9.182", "", "", "passed"),
        ("4.14.126", "", "", "warning"),
        ("4.14.127", "", "", "passed"),
        ("4.19.51", "", "", "warning"),
        ("4.19.90-2112.8.0.0131.oe1", "openeuler", "20.03", "passed"),
        ("5.1.10", "", "", "warning"),
        ("5.1.11-arch1-1", "arch", "", "passed"),
        ("5.2.0-rc7", "", "", "passed"),
        ("7.0.0-1-generic", "ubuntu", "27.04", "passed"),
        ("3.10.0-862.14.1.5.h328.eulerosv2r7.x86_64", "euleros", "2.0", "skipped"),
        ("4.18.0-147.5.1.el8", "nobody", "8", "skipped"),
        ("5.0.0", "", "", "skipped"),
        ("custom", "", "", "skipped"),
    ],
)
def test_lin_34(version: str, identity: str, release: str, outcome: str) -> None:
    finding = judged(version, identity, release)
    assert finding.outcome == outcome, str(finding.reason)
    assert version in str(finding.reason)


@pytest.mark.parametrize(
    ("version", "release", "package", "outcome"),
    [
        ("3.16.0-9-amd64", "8", "3.16.68-1", "failed"),
        ("3.16.0-9-amd64", "8", "3.16.68-2", "passed"),
        ("4.9.0-0.bpo.9-amd64", "8", "4.9.168-1+deb9u2~deb8u1", "failed"),
        ("4.9.0-0.bpo.9-amd64", "8", "4.9.168-1+deb9u3~deb8u1", "passed"),
        ("4.9.0-9-amd64", "9.9", "4.9.168-1+deb9u2", "failed"),
        ("4.9.0-9-amd64", "9.9", "4.9.168-1+deb9u3", "passed"),
        ("4.9.0-19-amd64", "9.13", "4.9.320-2", "passed"),
        ("4.19.0-0.bpo.5-amd64", "9", "4.19.37-4~bpo9+1", "failed"),
        ("4.19.0-0.bpo.5-amd64", "9", "4.19.37-5~bpo9+1", "passed"),
        ("4.9.0-9-amd64", "9.9", "", "skipped"),
        ("4.19.0-5-amd64", "10.0", "", "passed"),
        ("6.1.0-39-amd64", "12.12", "", "passed"),
    ],
)
def test_debian_is_judged_by_what_its_kernel_says_of_its_package(
    version: str, release: str, package: str, outcome: str
) -> None:
    banner = (
        f"{version} (debian-kernel@lists.debian.org) #1 SMP Debian {package} (2019-06-16)" if package else ""
    )
    assert judged(version, "debian", release, banner).outcome == outcome


def test_every_row_is_dated_and_has_its_source() -> None:
    data = load("kernel_minimums")
    assert data["checked"]
    rows = [row for table in data["distributions"] for row in table["rows"]]
    assert all(row["sources"] and set(row["sources"]) <= set(data["sources"]) for row in rows)


def test_without_a_kernel_nothing_is_judged() -> None:
    (check,) = (each for each in CHECKS if each.rule == "LIN-34")
    assert check.finding(inside=Inside(system="linux", kernel=Kernel())).outcome == "skipped"
    assert check.finding(inside=Inside(system="linux")).outcome == "skipped"
