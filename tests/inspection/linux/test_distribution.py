"""Chapter `distribution`: as the distributions write these files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inspection.memory_tree import Link, files
from wizard.inspection.found.distribution import Distribution
from wizard.inspection.linux.distribution import read_distribution

OS = "/usr/lib/os-release"


def os_release(**fields: str) -> dict[str, bytes | str | Link | None]:
    """os-release where systemd wants it, with the usual link."""
    text = "".join(f"{key}={value}\n" for key, value in fields.items())
    return {OS: text, "/etc/os-release": Link("../usr/lib/os-release")}


UBUNTU = os_release(
    PRETTY_NAME='"Ubuntu 22.04.4 LTS"',
    NAME='"Ubuntu"',
    VERSION_ID='"22.04"',
    VERSION='"22.04.4 LTS (Jammy Jellyfish)"',
    ID="ubuntu",
    ID_LIKE="debian",
)
CENTOS_7 = os_release(
    NAME='"CentOS Linux"',
    VERSION='"7 (Core)"',
    ID='"centos"',
    ID_LIKE='"rhel fedora"',
    VERSION_ID='"7"',
    PRETTY_NAME='"CentOS Linux 7 (Core)"',
)


@pytest.mark.parametrize(
    ("content", "said", "family"),
    [
        (UBUNTU | {"/etc/debian_version": "bookworm/sid\n"}, ("ubuntu", "22.04", "22.04"), "debian"),
        (
            os_release(ID="debian", VERSION_ID='"12"') | {"/etc/debian_version": "12.5\n"},
            ("debian", "12", "12.5"),
            "debian",
        ),
        (
            CENTOS_7
            | {
                "/etc/centos-release": "CentOS Linux release 7.9.2009 (Core)\n",
                "/etc/redhat-release": Link("centos-release"),
            },
            ("centos", "7", "7.9.2009"),
            "redhat",
        ),
        (
            os_release(ID='"ol"', VERSION_ID='"8.8"', ID_LIKE='"fedora"')
            | {
                "/etc/oracle-release": "Oracle Linux Server release 8.8\n",
                "/etc/redhat-release": "Red Hat Enterprise Linux release 8.8 (Ootpa)\n",
            },
            ("ol", "8.8", "8.8"),
            "redhat",
        ),
        (
            os_release(ID='"rocky"', VERSION_ID='"9.4"', ID_LIKE='"rhel centos fedora"'),
            ("rocky", "9.4", "9.4"),
            "redhat",
        ),
        (os_release(ID='"sles"', VERSION_ID='"15.5"', ID_LIKE='"suse"'), ("sles", "15.5", "15.5"), "suse"),
        (
            os_release(ID="azurelinux", VERSION_ID='"3.0"')
            | {"/etc/azurelinux-release": "Microsoft Azure Linux 3.0.20240824\n"},
            ("azurelinux", "3.0", "3.0.20240824"),
            "azurelinux",
        ),
        (
            os_release(
                NAME='"openEuler"', VERSION='"22.03 (LTS-SP4)"', ID='"openEuler"', VERSION_ID='"22.03"'
            ),
            ("openeuler", "22.03", "22.03-LTS-SP4"),
            "redhat",
        ),
        (
            os_release(ID='"anolis"', VERSION_ID='"8.8"', ID_LIKE='"rhel fedora centos"'),
            ("anolis", "8.8", "8.8"),
            "redhat",
        ),
        (
            os_release(ID='"alinux"', VERSION_ID='"3"', ID_LIKE='"rhel fedora centos anolis"'),
            ("alinux", "3", "3"),
            "redhat",
        ),
        (os_release(ID='"tencentos"', VERSION_ID='"3.1"'), ("tencentos", "3.1", "3.1"), "redhat"),
        (os_release(ID='"opencloudos"', VERSION_ID='"9.0"'), ("opencloudos", "9.0", "9.0"), "redhat"),
        (os_release(ID="arch"), ("arch", "", ""), "arch"),
        (
            os_release(ID="flatcar", ID_LIKE="coreos", VERSION_ID="3815.2.0"),
            ("flatcar", "3815.2.0", "3815.2.0"),
            "flatcar",
        ),
        (os_release(ID="gentoo"), ("gentoo", "", ""), ""),
        # One name, two families.
        (os_release(ID="kylin", VERSION_ID='"v10"', ID_LIKE="debian"), ("kylin", "v10", "v10"), "debian"),
        (
            os_release(ID='"kylin"', VERSION_ID='"V10"') | {"/usr/bin/dnf": ""},
            ("kylin", "V10", "V10"),
            "redhat",
        ),
        (os_release(ID='"uos"', VERSION_ID='"20"') | {"/usr/bin/dnf": ""}, ("uos", "20", "20"), "redhat"),
        (os_release(ID="uos", VERSION_ID='"20"') | {"/usr/bin/apt-get": ""}, ("uos", "20", "20"), "debian"),
        # Before os-release.
        ({"/etc/redhat-release": "CentOS release 6.10 (Final)\n"}, ("centos", "6.10", "6.10"), "redhat"),
        (
            {"/etc/redhat-release": "Red Hat Enterprise Linux Server release 6.9 (Santiago)\n"},
            ("rhel", "6.9", "6.9"),
            "redhat",
        ),
        (
            {
                "/etc/oracle-release": "Oracle Linux Server release 6.10\n",
                "/etc/redhat-release": "Red Hat Enterprise Linux Server release 6.10 (Santiago)\n",
            },
            ("ol", "6.10", "6.10"),
            "redhat",
        ),
        (
            {"/etc/SuSE-release": "SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\nPATCHLEVEL = 4\n"},
            ("sles", "11.4", "11.4"),
            "suse",
        ),
        ({"/etc/debian_version": "6.0.10\n"}, ("debian", "6.0.10", "6.0.10"), "debian"),
        (
            {
                "/etc/lsb-release": 'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=10.04\nDISTRIB_DESCRIPTION="Ubuntu 10.04.4 LTS"\n',
                "/etc/debian_version": "squeeze/sid\n",
            },
            ("ubuntu", "10.04", "10.04"),
            "debian",
        ),
        (
            {"/etc/mariner-release": "CBL-Mariner 2.0.20231230\n"},
            ("mariner", "2.0.20231230", "2.0.20231230"),
            "azurelinux",
        ),
        ({}, ("", "", ""), ""),
    ],
)
def test_what_a_system_calls_itself(
    content: dict[str, bytes | str | Link | None], said: tuple[str, str, str], family: str
) -> None:
    found = read_distribution(files(content))
    assert (found.id, found.version, found.exact_version, found.family) == (*said, family)


def test_where_it_is_said() -> None:
    found = read_distribution(
        files(CENTOS_7 | {"/etc/centos-release": "CentOS Linux release 7.9.2009 (Core)\n"})
    )
    assert (found.file, found.point_file) == ("/etc/os-release", "/etc/centos-release")
    assert (found.name, found.like, found.numbers) == (
        "CentOS Linux 7 (Core)",
        ("rhel", "fedora"),
        (7, 9, 2009),
    )
    below = read_distribution(files({OS: "ID=debian\n"}))
    assert below.file == OS


@pytest.mark.parametrize(
    ("point", "numbers"),
    [
        ("22.04", (22, 4)),
        ("22.03-LTS-SP4", (22, 3)),
        ("V10", ()),
        ("", ()),
        ("8", (8,)),
        ("9" * 40, (999999999,)),
    ],
)
def test_the_numbers_of_a_version(point: str, numbers: tuple[int, ...]) -> None:
    assert Distribution(point=point).numbers == numbers


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ('"Debian GNU/Linux 12"', "Debian GNU/Linux 12"),
        ("'Debian GNU/Linux'", "Debian GNU/Linux"),
        ("Debian", "Debian"),
        (r'"A \"B\" \$C"', 'A "B" $C'),
        ('"open', '"open'),
        ("$(reboot)", "$(reboot)"),
        ("\x1b[31mred", "\N{REPLACEMENT CHARACTER}[31mred"),
    ],
)
def test_values_as_a_shell_reads_them(value: str, name: str) -> None:
    assert read_distribution(files(os_release(ID="debian", PRETTY_NAME=value))).name == name


@given(text=st.binary(max_size=500))
def test_any_bytes(text: bytes) -> None:
    for path in (OS, "/etc/redhat-release", "/etc/SuSE-release", "/etc/lsb-release", "/etc/debian_version"):
        found = read_distribution(files({path: text}))
        assert len(found.id) <= 100
        assert found.name.isprintable()
