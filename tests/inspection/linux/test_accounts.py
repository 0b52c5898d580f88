"""Users, what kind of password each has (never the password), sudo, and the rights of the files about them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inspection.memory_tree import Held, Link, files
from wizard.inspection.found.accounts import Accounts
from wizard.inspection.linux.accounts import read_accounts
from wizard.inspection.linux.users import USERS_MOST, kind_of
from wizard.results import from_json, to_json

SHA_512 = "$6$rounds=5000$saltsaltsalt$" + "Q" * 86

DEBIAN_PASSWD = """\
root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
sync:x:4:65534:sync:/bin:/bin/sync
_apt:x:100:65534::/nonexistent:/usr/sbin/nologin
ada:x:1000:1000:Ada Lovelace,,,:/home/ada:/bin/bash
zed:x:1001:1001::/home/zed:/bin/zsh
old:x:1002:1002::/home/old:
"""
DEBIAN_SHADOW = f"""\
root:*:19900:0:99999:7:::
daemon:*:19900:0:99999:7:::
sync:*:19900:0:99999:7:::
_apt:!:19900::::::
ada:{SHA_512}:19900:0:99999:7:::
zed:!{SHA_512}:19900:0:99999:7:::
old::19900:0:99999:7:::
"""


def accounts(content: dict[str, bytes | str | Held | Link | None]) -> Accounts:
    shells: dict[str, bytes | str | Held | Link | None] = {
        "/usr/bin/bash": "", "/usr/bin/sh": "", "/usr/sbin/nologin": "", "/bin": Link("usr/bin")
    }  # fmt: skip
    return read_accounts(files(shells | content))


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("", "empty"),
        ("x", "x"),
        ("*", "star"),
        ("!", "locked"),
        ("!!", "locked"),
        ("!*", "locked"),
        ("*LOCK*", "star"),
        ("*NP*", "star"),
        ("!unset", "locked"),
        (SHA_512, "hash"),
        ("!" + SHA_512, "locked_hash"),
        ("!!" + SHA_512, "locked_hash"),
        ("$y$j9T$saltsalt$" + "a" * 43, "hash"),
        ("$1$saltsalt$" + "a" * 22, "hash"),
        ("aaJ8sQpWc3Zxk", "hash"),
        ("!aaJ8sQpWc3Zxk", "locked_hash"),
        ("plain", "hash"),
        ("NP!", "locked"),
    ],
)
def test_the_kind_of_a_password_field(field: str, kind: str) -> None:
    assert kind_of(field) == kind


def test_users_of_debian() -> None:
    found = accounts({"/etc/passwd": DEBIAN_PASSWD, "/etc/shadow": Held(DEBIAN_SHADOW, 0o640)})

    assert [(each.name, each.password, each.can_log_in) for each in found.users] == [
        ("root", "star", True),
        ("daemon", "star", False),
        ("sync", "star", False),
        ("_apt", "locked", False),
        ("ada", "hash", True),
        ("zed", "locked_hash", False),  # its shell is not on the disk
        ("old", "empty", True),  # no shell named: /bin/sh
    ]
    ada = found.user("ada")
    assert ada is not None
    assert (ada.uid, ada.home, ada.password_file, ada.password_line) == (1000, "/home/ada", "/etc/shadow", 5)


def test_no_part_of_a_hash_is_kept() -> None:
    found = accounts(
        {
            "/etc/passwd": DEBIAN_PASSWD + f"bob:{SHA_512}:1003:1003::/home/bob:/bin/bash\n",
            "/etc/shadow": DEBIAN_SHADOW,
        }
    )

    assert "saltsalt" not in str(found)
    assert "QQQ" not in str(found)
    assert from_json(Accounts, to_json(found)) == found


def test_a_hash_counts_wherever_it_stands() -> None:
    found = accounts(
        {
            "/etc/passwd": f"root:{SHA_512}:0:0::/root:/bin/bash\ntwo:*:1:1::/:/bin/sh\nthree::2:2::/:/bin/sh\n",
            "/etc/shadow": f"root:*:1::::::\ntwo:{SHA_512}:1::::::\nthree:!:1::::::\ngone:{SHA_512}:1::::::\nquiet:*:1\n",
        }
    )

    assert [(each.name, each.password, each.password_file, each.uid) for each in found.users] == [
        ("root", "hash", "/etc/passwd", 0),
        ("two", "hash", "/etc/shadow", 1),
        ("three", "empty", "/etc/passwd", 2),
        ("gone", "hash", "/etc/shadow", -1),
    ]


def test_without_a_shadow_file() -> None:
    found = accounts({"/etc/passwd": "root:x:0:0:root:/root:/bin/sh\n"})

    assert (found.has_shadow, [each.password for each in found.users]) == (False, ["missing"])
    assert found.users[0].is_locked


def test_freebsd_like_passwords_are_read_too() -> None:
    found = accounts(
        {
            "/etc/passwd": "root:*:0:0:root:/root:/bin/sh\n",
            "/etc/master.passwd": f"# $FreeBSD$\nroot:{SHA_512}:0:0::0:0:root:/root:/bin/sh\n",
        }
    )

    assert [(each.password, each.password_file, each.password_line) for each in found.users] == [
        ("hash", "/etc/master.passwd", 2)
    ]


def test_odd_lines_are_no_users() -> None:
    odd = "+::::::\n#root:x:0:0::/:/bin/sh\n:x:0:0::/:/bin/sh\na:x:zero:0::/:/bin/sh\nb:x:0\nc:x:1:1::/:/bin/sh\nc:x:0:0::/:/bin/sh\n"

    assert [(each.name, each.uid) for each in accounts({"/etc/passwd": odd}).users] == [("c", 1)]


def test_not_more_users_than_are_kept() -> None:
    many = "".join(f"u{n}:x:{n}:{n}::/home/u{n}:/bin/sh\n" for n in range(1, USERS_MOST + 10))
    found = accounts({"/etc/passwd": many})

    assert (len(found.users), found.complete) == (USERS_MOST, False)


def test_groups_that_may_use_sudo() -> None:
    found = accounts(
        {
            "/etc/passwd": DEBIAN_PASSWD,
            "/etc/group": "root:x:0:\nsudo:x:27:ada,zed\nwheel:x:10:ada\nusers:x:100:old\n",
        }
    )

    assert {each.name: each.groups for each in found.users if each.groups} == {
        "ada": ("sudo", "wheel"),
        "zed": ("sudo",),
    }


def test_rights_of_the_files_about_accounts() -> None:
    found = accounts(
        {
            "/etc/passwd": Held("", 0o666, 7),
            "/etc/shadow": Held("", 0o640),
            "/etc/ssh/sshd_config": Held("", 0o600),
        }
    )

    assert [(each.path, each.mode, each.owner) for each in found.rights] == [
        ("/etc/passwd", 0o666, 7),
        ("/etc/shadow", 0o640, 0),
        ("/etc/ssh/sshd_config", 0o600, 0),
    ]


SUSE_SUDOERS = """\
Defaults always_set_home
Defaults targetpw   # ask for the password of the target user i.e. root
ALL   ALL=(ALL) ALL   # WARNING! Only use this together with 'Defaults targetpw'!
root ALL=(ALL) ALL
## Read drop-in files from /etc/sudoers.d
@includedir /etc/sudoers.d
"""


def test_sudoers_of_suse() -> None:
    found = accounts({"/etc/sudoers": SUSE_SUDOERS})

    assert [(each.what, each.line) for each in found.sudo] == [("targetpw", 2), ("everyone", 3)]
    assert [each.line for each in found.asks_for_targets_password] == [2]


def test_sudo_reads_its_folder_in_order_and_leaves_out_what_it_leaves_out() -> None:
    found = accounts(
        {
            "/etc/sudoers": "#includedir sudoers.d\n#include /etc/sudoers.last\n",
            "/etc/sudoers.d/90-cloud": "ada ALL=(ALL) NOPASSWD:ALL\n",
            "/etc/sudoers.d/10-first": "Defaults env_reset, \\\n  targetpw\n",
            "/etc/sudoers.d/50.conf": "Defaults targetpw\n",
            "/etc/sudoers.d/60~": "Defaults targetpw\n",
            "/etc/sudoers.last": "Defaults !targetpw\n#include /etc/sudoers.last\n",
        }
    )

    assert found.sudo_files[:4] == (
        "/etc/sudoers",
        "/etc/sudoers.d/10-first",
        "/etc/sudoers.d/90-cloud",
        "/etc/sudoers.last",
    )
    assert [(each.what, each.file.rpartition("/")[2]) for each in found.sudo[:3]] == [
        ("targetpw", "10-first"),
        ("nopasswd", "90-cloud"),
        ("not_targetpw", "sudoers.last"),
    ]
    assert found.asks_for_targets_password == ()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Defaults targetpw", ["targetpw"]),
        ("Defaults\ttargetpw", ["targetpw"]),
        ("Defaults:ada targetpw", ["targetpw"]),
        ("Defaults !targetpw", ["not_targetpw"]),
        ("Defaults !!targetpw", ["targetpw"]),
        ("Defaults:ada !targetpw", []),
        ("# Defaults targetpw", []),
        ("#Defaults targetpw", []),
        ("Defaults targetpwx", []),
        ("ada ALL=(ALL) NOPASSWD: /bin/ls", ["nopasswd"]),
        ("ALL ALL=(ALL:ALL) ALL", ["everyone"]),
        ("%ALL ALL=(ALL) ALL", []),
    ],
)
def test_a_line_of_sudoers(line: str, said: list[str]) -> None:
    assert [each.what for each in accounts({"/etc/sudoers": line}).sudo] == said


def test_suse_keeps_the_vendors_file_elsewhere() -> None:
    found = accounts({"/usr/etc/sudoers": SUSE_SUDOERS})

    assert found.sudo_files == ("/usr/etc/sudoers",)


def test_a_disk_without_any_of_it() -> None:
    assert read_accounts(files({})) == Accounts(has_shadow=False)


@given(st.binary(max_size=400), st.binary(max_size=400), st.binary(max_size=400))
def test_any_bytes_make_a_record(passwd: bytes, shadow: bytes, sudoers: bytes) -> None:
    found = accounts({"/etc/passwd": passwd, "/etc/shadow": shadow, "/etc/sudoers": sudoers})

    assert from_json(Accounts, to_json(found)) == found


@given(
    st.lists(st.sampled_from(["Defaults targetpw", "Defaults !targetpw", "@include /etc/sudoers", "\\", "x"]))
)
def test_sudoers_that_include_themselves_end(lines: list[str]) -> None:
    assert len(accounts({"/etc/sudoers": "\n".join(lines)}).sudo) <= 200
