"""Chapter `packages`: the databases of dpkg and pacman, programs by their files, and which names are kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inspection.linux.rpm_files import header, sqlite
from tests.inspection.memory_tree import Held, Link, files
from wizard.inspection.found.packages import Package, Program
from wizard.inspection.linux.packages import read_packages
from wizard.rules_data import load

STATUS = "/var/lib/dpkg/status"

UBUNTU = """\
Package: adduser
Status: install ok installed
Priority: important
Section: admin
Installed-Size: 624
Maintainer: Ubuntu Core Developers <ubuntu-devel-discuss@lists.ubuntu.com>
Architecture: all
Multi-Arch: foreign
Version: 3.118ubuntu5
Depends: passwd, debconf (>= 0.5) | debconf-2.0
Conffiles:
 /etc/deluser.conf 773fb95e98a27947de4a95abb3d3f2a2
Description: add and remove users and groups
 This package includes the 'adduser' and 'deluser' commands.
 .
 Version: 9.9 is not a field here.

Package: openssl
Status: install ok installed
Architecture: amd64
Version: 3.0.2-0ubuntu1.18
Description: Secure Sockets Layer toolkit

Package: libssl1.1
Status: deinstall ok config-files
Architecture: amd64
Version: 1.1.1f-1ubuntu2

Package: walinuxagent
Status: hold ok installed
Architecture: amd64
Version: 2.2.46-0ubuntu5.1

Package: omi
Status: install ok half-installed
Version: 1.6.8.0

Package: libc6
Status: install ok installed
Architecture: amd64
Version: 2.35-0ubuntu3.8

Package: libc6
Status: install ok installed
Architecture: i386
Version: 2.35-0ubuntu3.8
"""


@pytest.mark.parametrize("text", [UBUNTU, UBUNTU.rstrip("\n"), UBUNTU.replace("\n", "\r\n")])
def test_of_dpkg_only_what_is_installed_counts(text: str) -> None:
    packages = read_packages(files({STATUS: text}))
    assert packages.installed == (
        Package("openssl", "3.0.2-0ubuntu1.18", "amd64"),
        Package("walinuxagent", "2.2.46-0ubuntu5.1", "amd64"),
        Package("libc6", "2.35-0ubuntu3.8", "amd64"),
        Package("libc6", "2.35-0ubuntu3.8", "i386"),
    )
    assert (packages.kind, packages.file, packages.count, packages.whole) == ("dpkg", STATUS, 5, True)
    assert packages.version_of("omi", "openssl") == "3.0.2-0ubuntu1.18"
    assert packages.version_of("omi") is None


def test_a_status_of_several_megabytes_is_read_in_pieces() -> None:
    many = "".join(
        f"Package: lib{each}\nStatus: install ok installed\nVersion: 1.{each}\nDescription: {'words ' * 90}\n\n"
        for each in range(5000)
    )
    packages = read_packages(files({STATUS: many + UBUNTU}))
    assert (packages.count, packages.version_of("openssl")) == (5005, "3.0.2-0ubuntu1.18")


def test_a_line_without_end_costs_no_memory() -> None:
    packages = read_packages(files({STATUS: UBUNTU + "\nPackage: glibc\nVersion: " + "9" * 3_000_000}))
    assert packages.count == 5


def test_images_put_together_without_dpkg_have_a_file_per_package() -> None:
    packages = read_packages(
        files(
            {
                "/var/lib/dpkg/status.d/openssl": "Package: openssl\nVersion: 3.0.11-1~deb12u2\nArchitecture: amd64\n",
                "/var/lib/dpkg/status.d/openssl.md5sums": "00 usr/bin/openssl\n",
                "/var/lib/dpkg/status.d/base": "Package: base-files\nVersion: 12.4\n",
            }
        )
    )
    assert packages.installed == (Package("openssl", "3.0.11-1~deb12u2", "amd64"),)
    assert (packages.kind, packages.count) == ("dpkg", 2)


def test_pacman_names_its_packages_by_folders() -> None:
    local = "/var/lib/pacman/local"
    packages = read_packages(
        files(
            {
                f"{local}/ALPM_DB_VERSION": "9\n",
                f"{local}/openssl-3.3.2-1/desc": "%NAME%\nopenssl\n\n%VERSION%\n3.3.2-1\n",
                f"{local}/glibc-2.40+r16+gaa533d58ff-2/desc": "%NAME%\nglibc\n",
                f"{local}/ca-certificates-20240618-1/desc": "%NAME%\nca-certificates\n",
            }
        )
    )
    assert set(packages.installed) == {
        Package("glibc", "2.40+r16+gaa533d58ff-2"),
        Package("openssl", "3.3.2-1"),
    }
    assert (packages.kind, packages.file, packages.count) == ("pacman", local, 3)


def test_the_tools_of_another_family_do_not_hide_the_system_s_own_database() -> None:
    rpm = {"/var/lib/rpm/rpmdb.sqlite": sqlite([header("openssl", "3.0.7", "27.el9")])}
    assert read_packages(files({STATUS: UBUNTU} | rpm)).kind == "dpkg"
    assert read_packages(files({STATUS: ""} | rpm)).kind == "rpm"


def test_without_any_database_nothing_is_said_of_what_is_missing() -> None:
    packages = read_packages(files({"/etc/os-release": "ID=gentoo\n"}))
    assert (packages.kind, packages.tells_absence) == ("", False)


@given(text=st.binary(max_size=2000))
def test_any_bytes_in_the_database_of_dpkg(text: bytes) -> None:
    for data in (text, UBUNTU.encode() + text, text + b"\n\n" + UBUNTU.encode()):
        assert read_packages(files({STATUS: data})).count <= 5 + data.count(b"\n\n")


def agent(version: str) -> str:
    """azurelinuxagent/common/version.py, as far as it matters."""
    return f'import os\n\nAGENT_NAME = "WALinuxAgent"\nAGENT_LONG_NAME = "Azure Linux Agent"\nAGENT_VERSION = \'{version}\'\n'


@pytest.mark.parametrize(
    ("content", "programs"),
    [
        (
            {
                "/usr/sbin/waagent": "#!/usr/bin/python3\n",
                "/usr/lib/python3/dist-packages/azurelinuxagent/common/version.py": agent("2.2.46"),
                "/usr/lib/python3/dist-packages/WALinuxAgent-2.2.45.egg-info/PKG-INFO": "Version: 2.2.45\n",
            },
            (
                ("2.2.46", "/usr/lib/python3/dist-packages/azurelinuxagent/common/version.py"),
                ("", "/usr/sbin/waagent"),
            ),
        ),
        (
            {"/usr/lib/python2.7/site-packages/WALinuxAgent-2.2.40-py2.7.egg/EGG-INFO/PKG-INFO": ""},
            (("2.2.40", "/usr/lib/python2.7/site-packages/WALinuxAgent-2.2.40-py2.7.egg"),),
        ),
        (
            {"/usr/local/lib/python3.9/site-packages/walinuxagent-2.11.1.4.dist-info/METADATA": ""},
            (("2.11.1.4", "/usr/local/lib/python3.9/site-packages/walinuxagent-2.11.1.4.dist-info"),),
        ),
        (
            {"/usr/sbin/waagent": '#!/usr/bin/python\nGuestAgentVersion = "WALinuxAgent-2.0.16"\n'},
            (("2.0.16", "/usr/sbin/waagent"),),
        ),
        ({"/usr/sbin/waagent": b"\x7fELF"}, (("", "/usr/sbin/waagent"),)),
        ({"/usr/lib/python3/dist-packages/azurelinuxagent/common/version.py": "AGENT_VERSION = get()\n"}, ()),
        ({}, ()),
    ],
)
def test_an_agent_that_no_package_brought(
    content: dict[str, bytes | str | Held | Link | None], programs: tuple[tuple[str, str], ...]
) -> None:
    found = read_packages(files(content)).programs
    assert [(each.version, each.file) for each in found if each.name == "waagent"] == list(programs)


@pytest.mark.parametrize(
    ("content", "programs"),
    [
        (
            {
                "/usr/bin/python3.11": "",
                "/usr/bin/python3": Link("python3.11"),
                "/usr/bin/python3-config": "",
            },
            {("python3", "3.11", "/usr/bin/python3"), ("python3.11", "3.11", "/usr/bin/python3.11")},
        ),
        (
            {
                "/usr/libexec/platform-python3.6": "",
                "/usr/libexec/platform-python": Link("./platform-python3.6"),
                "/usr/bin/python3": Link("/etc/alternatives/python3"),
                "/etc/alternatives/python3": Link("/usr/bin/python3.6"),
                "/usr/bin/python3.6": Link("../libexec/platform-python3.6"),
            },
            {
                ("python3", "3.6", "/usr/bin/python3"),
                ("platform-python", "3.6", "/usr/libexec/platform-python"),
                ("python3.6", "3.6", "/usr/bin/python3.6"),
            },
        ),
        (
            {
                "/usr/bin/python": Link("python2"),
                "/usr/bin/python2": Link("python2.7"),
                "/usr/bin/python2.7": "",
            },
            {
                ("python", "2.7", "/usr/bin/python"),
                ("python2", "2.7", "/usr/bin/python2"),
                ("python2.7", "2.7", "/usr/bin/python2.7"),
            },
        ),
        (
            {
                "/usr/local/bin/python3": "",
                "/usr/local/lib/python3.12/os.py": "",
                "/usr/lib/python3.6/os.py": "",
            },
            {("python3", "3.12", "/usr/local/bin/python3")},
        ),
        (
            {"/usr/bin/python3": "", "/usr/lib/python3.9/os.py": "", "/usr/lib64/python3.11/os.py": ""},
            {("python3", "", "/usr/bin/python3")},
        ),
        ({"/usr/bin/python3": Link("python3.11")}, set()),
        ({"/usr/bin/python3": None}, set()),
    ],
)
def test_the_interpreters_of_python(
    content: dict[str, bytes | str | Held | Link | None], programs: set[tuple[str, str, str]]
) -> None:
    found = read_packages(files(content)).programs
    assert set(found) == {Program(*each) for each in programs}


def test_omi_without_a_package_is_seen() -> None:
    found = read_packages(files({"/opt/omi/bin/omiserver": ""})).programs
    assert found == (Program("omiserver", "", "/opt/omi/bin/omiserver"),)


def test_what_other_software_left_behind_is_seen() -> None:
    packages = read_packages(files({"/usr/local/aegis/aegis_client/AliYunDun": "", STATUS: UBUNTU}))
    assert packages.traces == ("/usr/local/aegis",)


def test_whatever_package_a_rule_asks_for_is_kept() -> None:
    kept = {name for names in load("packages_kept")["names"].values() for name in names}
    asked = {name for each in load("preinstalled")["software"] for name in each["packages"]}
    openssl = load("openssl_versions")["packages"]
    asked.update(openssl["command"], openssl["library"])
    for file in ("agent_versions", "omi_versions", "glibc_versions"):
        asked.update(load(file)["packages"])
    assert asked <= kept
