"""sshd_config in sshd's own order: the first value counts, files are included where they are named, Match ends with its file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inspection.memory_tree import Held, Link, files
from wizard.inspection.found.ssh import Setting, Ssh
from wizard.inspection.linux.ssh import read_ssh
from wizard.inspection.linux.sshd_config import words
from wizard.results import from_json, to_json

MAIN = "/etc/ssh/sshd_config"
DROP_IN = "/etc/ssh/sshd_config.d"


def ssh(content: dict[str, bytes | str | Held | Link | None] | str) -> Ssh:
    return read_ssh(files({MAIN: content} if isinstance(content, str) else content))


def value(found: Ssh, keyword: str) -> str | None:
    setting = found.effective(keyword)
    return setting.value if setting is not None else None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("PermitRootLogin no", ("permitrootlogin", ("no",))),
        ("  permitROOTlogin\tno  ", ("permitrootlogin", ("no",))),
        ("PermitRootLogin=no", ("permitrootlogin", ("no",))),
        ("PermitRootLogin = no", ("permitrootlogin", ("no",))),
        ('PermitRootLogin "no"', ("permitrootlogin", ("no",))),
        ("PermitRootLogin 'no' # not root", ("permitrootlogin", ("no",))),
        ('"PermitRootLogin" no', ("permitrootlogin", ("no",))),
        ('Banner "/etc/a b" c\\ d', ("banner", ("/etc/a b", "c d"))),
        ("Banner a#b", ("banner", ("a#b",))),
        ("PermitRootLogin no\r", ("permitrootlogin", ("no",))),
        ("# PermitRootLogin no", None),
        ("#PermitRootLogin no", None),
        ("PermitRootLogin", None),
        ("PermitRootLogin # no", None),
        ('PermitRootLogin "no', None),
        ("", None),
        ("=", None),
    ],
)
def test_the_words_of_a_line(line: str, said: tuple[str, tuple[str, ...]] | None) -> None:
    assert words(line) == said


def test_the_first_value_counts() -> None:
    found = ssh("PermitRootLogin no\nPermitRootLogin yes\nclientaliveinterval=180\n")

    assert (value(found, "PermitRootLogin"), value(found, "ClientAliveInterval")) == ("no", "180")
    assert [each.line for each in found.without_effect("PermitRootLogin")] == [2]


def test_drop_ins_of_ubuntu_and_the_red_hat_family_come_first() -> None:
    found = ssh(
        {
            MAIN: f"# comment\nInclude {DROP_IN}/*.conf\nPermitRootLogin no\n",
            f"{DROP_IN}/50-cloud-init.conf": "PasswordAuthentication no\n",
            f"{DROP_IN}/01-permitrootlogin.conf": "PermitRootLogin yes\n",
            f"{DROP_IN}/.hidden.conf": "PermitRootLogin no\n",
            f"{DROP_IN}/60-off.conf.bak": "Port 23\n",
            f"{DROP_IN}/50-redhat.conf": "Include /etc/crypto-policies/back-ends/opensshserver.config\nX11Forwarding yes\n",
            "/etc/crypto-policies/back-ends/opensshserver.config": Link(
                "/usr/share/crypto-policies/server.txt"
            ),
            "/usr/share/crypto-policies/server.txt": "Ciphers aes256-gcm@openssh.com\nClientAliveInterval 60\n",
        }
    )

    assert found.effective("PermitRootLogin") == Setting(
        "PermitRootLogin", "yes", f"{DROP_IN}/01-permitrootlogin.conf", 1
    )
    assert value(found, "ClientAliveInterval") == "60"
    assert found.files == (
        MAIN,
        f"{DROP_IN}/01-permitrootlogin.conf",
        f"{DROP_IN}/50-cloud-init.conf",
        f"{DROP_IN}/50-redhat.conf",
        "/etc/crypto-policies/back-ends/opensshserver.config",
    )
    assert found.drop_in == DROP_IN


def test_an_include_may_be_relative_and_name_several() -> None:
    found = ssh(
        {MAIN: "Include b.conf a.conf\n", "/etc/ssh/a.conf": "Port 1\n", "/etc/ssh/b.conf": "Port 2\n"}
    )

    assert [each.value for each in found.values("Port")] == ["2", "1"]


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        (f"Include {DROP_IN}/*.conf\nPort 22\n", DROP_IN),
        ("Include sshd_config.d/*.conf\n", DROP_IN),
        (f"X11Forwarding no\nInclude {DROP_IN}/*.conf\n", DROP_IN),
        (f"Port 22\nInclude {DROP_IN}/*.conf\n", ""),
        (f"Match user ada\nInclude {DROP_IN}/*.conf\n", ""),
        ("Include /etc/ssh/one.conf\n", ""),
        ("Port 22\n", ""),
    ],
)
def test_where_a_new_file_would_come_first(text: str, folder: str) -> None:
    assert ssh(text).drop_in == folder


def test_match_holds_for_what_follows_and_ends_with_its_file() -> None:
    found = ssh(
        {
            MAIN: f"Include {DROP_IN}/*.conf\nPermitRootLogin no\nMatch Address 10.0.0.0/8\nPermitRootLogin yes\n"
            "Include sometimes.conf\nMatch User root\nPasswordAuthentication no\n",
            f"{DROP_IN}/a.conf": "Match user bob\nPermitRootLogin without-password\n",
            f"{DROP_IN}/b.conf": "ClientAliveInterval 180\n",
            "/etc/ssh/sometimes.conf": "Port 23\nMatch user eve\nPort 24\n",
        }
    )

    assert (value(found, "PermitRootLogin"), value(found, "ClientAliveInterval")) == ("no", "180")
    assert [(each.value, each.match) for each in found.sometimes("PermitRootLogin")] == [
        ("without-password", "user bob"),
        ("yes", "Address 10.0.0.0/8"),
    ]
    assert [(each.value, each.match) for each in found.sometimes("Port")] == [
        ("23", "Address 10.0.0.0/8"),
        ("24", "Address 10.0.0.0/8 user eve"),
    ]
    assert value(found, "PasswordAuthentication") is None


def test_match_all_counts_for_everybody_and_comes_before_the_rest() -> None:
    found = ssh("PermitRootLogin no\nMatch user ada\nPort 1\nMatch ALL\nPermitRootLogin yes\n")

    assert value(found, "PermitRootLogin") == "yes"
    assert found.sometimes("PermitRootLogin") == ()


def test_suse_reads_the_vendors_file_where_etc_has_none() -> None:
    vendor = "/usr/etc/ssh/sshd_config"
    both = {vendor: "PermitRootLogin yes\n", MAIN: "PermitRootLogin no\n"}

    assert (ssh({vendor: both[vendor]}).file, ssh({**both}).file) == (vendor, MAIN)


def test_the_services_command_line_comes_first() -> None:
    found = ssh(
        {
            MAIN: "PermitRootLogin no\nPort 22\n",
            "/usr/lib/systemd/system/sshd.service": "[Service]\nExecStart=/usr/sbin/sshd -D $OPTIONS $PERMITROOTLOGIN\n",
            "/etc/sysconfig/sshd": 'OPTIONS="-u0 -o ClientAliveInterval=90"\nUNUSED="-oPort=24"\n',
            "/etc/sysconfig/sshd-permitrootlogin": "# by the installer\nPERMITROOTLOGIN='-oPermitRootLogin=yes'\n",
        }
    )

    assert found.effective("PermitRootLogin") == Setting(
        "PermitRootLogin", "yes", "/etc/sysconfig/sshd-permitrootlogin", 2
    )
    assert (value(found, "ClientAliveInterval"), value(found, "Port")) == ("90", "22")


def test_whether_there_is_a_server() -> None:
    assert ssh({}) == Ssh()
    assert ssh({"/usr/sbin/sshd": b"\x7fELF"}).installed
    assert ssh("").installed


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("180", 180),
        ("3m", 180),
        ("1h30M", 5400),
        ("1w", 604_800),
        ("0", 0),
        ("2m30", 150),
        ("", None),
        ("m", None),
        ("-1", None),
        ("3x", None),
        ("3 m", None),
        ("٣", None),
        ("99999999999", None),
        ("9999999999", None),
        ("1mm", None),
    ],
)
def test_a_time(text: str, seconds: int | None) -> None:
    assert Setting(value=text).seconds == seconds


def test_files_that_include_themselves_end() -> None:
    found = ssh({MAIN: "Include sshd_config sshd_config\nPermitRootLogin no\n"})

    assert (value(found, "PermitRootLogin"), found.complete) == ("no", False)
    assert len(found.files) <= 100


def test_more_lines_than_are_kept() -> None:
    found = ssh("Port 22\n" * 1000)

    assert (len(found.settings), found.complete) == (300, False)


LINES = st.sampled_from(
    [
        "PermitRootLogin yes",
        "PermitRootLogin no",
        "permitrootlogin=prohibit-password",
        "# x",
        "Port 22",
        "UsePAM yes",
    ]
)


@given(
    st.lists(LINES, max_size=6), st.dictionaries(st.from_regex(r"[a-zA-Z0-9]{1,4}", fullmatch=True), st.lists(LINES)),
    st.lists(LINES, max_size=6),
)  # fmt: skip
def test_order_is_that_of_one_long_file(
    before: list[str], drop_ins: dict[str, list[str]], after: list[str]
) -> None:
    found = ssh(
        {
            MAIN: "\n".join([*before, f"Include {DROP_IN}/*.conf", *after]),
            **{f"{DROP_IN}/{name}.conf": "\n".join(lines) for name, lines in drop_ins.items()},
        }
    )

    # By bytes of the whole name, as glob(3) sorts in sshd's locale.
    included = [line for name in sorted(f"{name}.conf" for name in drop_ins) for line in drop_ins[name[:-5]]]
    said = [
        line.replace("=", " ").split()[1]
        for line in (*before, *included, *after)
        if line.lower().startswith("permitrootlogin")
    ]
    assert value(found, "PermitRootLogin") == next(iter(said), None)
    assert [each.value for each in found.values("PermitRootLogin")] == said


@given(st.binary(max_size=500), st.binary(max_size=100))
def test_any_bytes_make_a_record(config: bytes, options: bytes) -> None:
    found = ssh(
        {
            MAIN: config,
            "/etc/default/ssh": b"SSHD_OPTS=" + options,
            "/lib/systemd/system/ssh.service": "ExecStart=/usr/sbin/sshd -D $SSHD_OPTS",
        }
    )

    assert from_json(Ssh, to_json(found)) == found
    assert all(each.seconds is None or each.seconds >= 0 for each in found.settings)
