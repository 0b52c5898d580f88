"""What a build leaves behind: found by place and name, and by the first bytes of few files; never by what is in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inspection.memory_tree import Held, Link, MemoryTree, files
from wizard.inspection.found.leftovers import LeftoverGroup, Leftovers
from wizard.inspection.linux.leftovers.reading import read_leftovers
from wizard.inspection.system_files import Budget, Files, TooMuchError
from wizard.results import from_json, to_json

Content = dict[str, bytes | str | Held | Link | None]

TIB = 1024**4
OPENSSH = "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----\n"
PKCS8 = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----\n"
PUBLIC = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPractice ada@desk\n"
CLOUD_INIT_ROOT = (
    'no-port-forwarding,no-agent-forwarding,no-X11-forwarding,command="echo \'Please login as the user \\"ubuntu\\" '
    'rather than the user \\"root\\".\';echo;sleep 10;exit 142" ' + PUBLIC
)
PASSWD = """\
root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
postgres:x:109:117::/var/lib/postgresql:/bin/bash
git:x:110:118::/srv/git:/bin/false
slash:x:111:119::/:/bin/bash
ada:x:1000:1000::/home/ada:/bin/bash
"""


def left(content: Content, mounted: dict[str, MemoryTree] | None = None) -> Leftovers:
    system: Content = {
        "/etc/passwd": PASSWD, "/bin/bash": "", "/root": None, "/home/ada": None, "/var/log": None, "/tmp": None
    }  # fmt: skip
    return read_leftovers(files(system | content, mounted))


def kinds(found: Leftovers) -> dict[str, tuple[str, ...]]:
    return {each.kind: each.paths for each in found.groups}


def test_nothing_is_found_where_nothing_was_left() -> None:
    assert left({}) == Leftovers()


def test_histories_of_shells_in_every_home() -> None:
    found = left(
        {
            "/root/.bash_history": "a" * 1025,
            "/home/ada/.zsh_history": "b",
            "/home/ada/project/.sh_history": "",
            "/home/gone/.history": "c",
            "/home/ada/.bash_history": Link("/dev/null"),
            "/home/ada/bash_history": "no dot",
            "/var/lib/postgresql/.bash_history": "d",
            "/srv/git/.bash_history": "e",
            "/.bash_history": "f",
            "/etc/.bash_history": "nobody lives here",
        }
    )

    assert [(each.path, each.user, each.size, each.login) for each in found.histories] == [
        ("/.bash_history", "slash", 1, True),
        ("/home/ada/.zsh_history", "ada", 1, True),
        ("/home/ada/project/.sh_history", "ada", 0, True),
        ("/home/gone/.history", "", 1, False),
        ("/root/.bash_history", "root", 1025, True),
        ("/srv/git/.bash_history", "git", 1, False),
        ("/var/lib/postgresql/.bash_history", "postgres", 1, True),
    ]


def test_keys_to_log_in_with() -> None:
    found = left(
        {
            "/root/.ssh/authorized_keys": Held(CLOUD_INIT_ROOT, 0o600),
            "/home/ada/.ssh/authorized_keys": Held(f"# mine\n{PUBLIC}\n{PUBLIC}", 0o644, 1000),
            "/home/gone/.ssh/authorized_keys": PUBLIC,
            "/srv/git/.ssh/authorized_keys2": PUBLIC,
            "/etc/ssh/sshd_config": "AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/keys/%u\n",
            "/etc/ssh/keys/ada": PUBLIC,
        }
    )

    assert {
        each.path: (each.user, each.keys, each.harmless, each.login, each.mode, each.owner)
        for each in found.authorized_keys
    } == {
        "/root/.ssh/authorized_keys": ("root", 1, True, True, 0o600, 0),
        "/home/ada/.ssh/authorized_keys": ("ada", 2, False, True, 0o644, 1000),
        "/etc/ssh/keys/ada": ("ada", 1, False, True, 0o644, 0),
        "/srv/git/.ssh/authorized_keys2": ("git", 1, False, False, 0o644, 0),
        "/home/gone/.ssh/authorized_keys": ("", 1, False, False, 0o644, 0),
    }


@pytest.mark.parametrize(
    ("text", "keys", "harmless"),
    [
        ("", 0, False),
        ("# nothing\n\n", 0, False),
        (CLOUD_INIT_ROOT + PUBLIC, 2, False),
        (CLOUD_INIT_ROOT * 2, 2, True),
        (f'command="/bin/true" {PUBLIC}', 1, False),
    ],
)
def test_what_an_authorized_keys_file_holds(text: str, keys: int, harmless: bool) -> None:
    (file,) = left({"/root/.ssh/authorized_keys": text}).authorized_keys
    assert (file.keys, file.harmless, file.whole) == (keys, harmless, True)


def test_a_sparse_file_of_a_tebibyte_is_not_read() -> None:
    content: Content = {
        f"/root/{name}": Held(b"", size=TIB)
        for name in (".ssh/authorized_keys", "id_rsa", ".npmrc", ".netrc")
    }
    system = files({"/etc/passwd": PASSWD, "/bin/bash": "", **content})
    before = system.budget.bytes

    found = read_leftovers(system)

    assert before - system.budget.bytes < 1024 * 1024
    assert [(each.size, each.keys, each.whole) for each in found.authorized_keys] == [(TIB, 0, False)]
    assert kinds(found) == {"credentials": ("/root/.netrc",)}


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        ("/root/.ssh/id_rsa", OPENSSH, "private_keys"),
        ("/root/.ssh/work", OPENSSH, "private_keys"),
        ("/root/.ssh/id_rsa.pub", OPENSSH, ""),
        ("/root/.ssh/config", OPENSSH, ""),
        ("/home/ada/server.key", PKCS8, "private_keys"),
        ("/home/ada/deploy_key", OPENSSH, "private_keys"),
        ("/home/ada/both.pem", CERTIFICATE * 3 + PKCS8, "private_keys"),
        ("/home/ada/chain.pem", CERTIFICATE, "certificates"),
        ("/home/ada/azure.ppk", "PuTTY-User-Key-File-3: ssh-rsa\n", "private_keys"),
        ("/home/ada/ca.key", "-----BEGIN EC PARAMETERS-----\n-----BEGIN EC PRIVATE KEY-----\n", "private_keys"),
        ("/home/ada/secring.gpg", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n", "private_keys"),
        ("/home/ada/.gnupg/private-keys-v1.d/AB12.key", "(11:private-key", "private_keys"),
        ("/home/ada/answer.key", "a note", ""),
        ("/home/ada/id_rsa", "", ""),
        ("/etc/nginx/ssl/site.key", PKCS8, "private_keys"),
        ("/etc/ssl/private/ssl-cert-snakeoil.key", PKCS8, "keys_of_distribution"),
        ("/etc/pki/tls/private/localhost.key", PKCS8, "keys_of_distribution"),
        ("/etc/pacman.d/gnupg/private-keys-v1.d/AB12.key", "(11:private-key", "keys_of_distribution"),
        ("/etc/ssl/certs/odd.pem", PKCS8, ""),
        ("/etc/pki/tls/certs/ca-bundle.crt", CERTIFICATE, ""),
        ("/etc/ssh/ssh_host_ed25519_key", OPENSSH, "host_keys"),
        ("/etc/ssh/ssh_host_ed25519_key.pub", PUBLIC, ""),
        ("/etc/ssh/moduli", "x", ""),
        ("/opt/app/tests/certs/a.key", PKCS8, "keys_of_packages"),
        ("/opt/app/lib/python3.11/site-packages/moto/ca.key", PKCS8, ""),
        ("/home/ada/app/node_modules/x/a.pem", PKCS8, ""),
        ("/home/ada/.cargo/credentials.toml", "token", "credentials"),
        ("/home/ada/.m2/settings.xml", "<password>x</password>", "credentials"),
        ("/home/ada/tests/a.pem", PKCS8, "private_keys"),
        ("/opt/app/a.key", PKCS8, "private_keys"),
        ("/srv/www/a.key", PKCS8, "private_keys"),
        ("/var/lib/pgsql/data/server.key", PKCS8, "private_keys"),
        ("/usr/share/doc/a.key", PKCS8, ""),
        ("/home/ada/shop.pfx", b"0\x82", "key_stores"),
        ("/etc/tomcat/keystore.jks", b"\xfe\xed", "key_stores"),
        ("/opt/app/cacerts.jks", b"\xfe\xed", ""),
        ("/root/.ssh/known_hosts", "github.com ssh-rsa A", "known_hosts"),
        ("/root/.ssh/known_hosts.old", "github.com ssh-rsa A", "known_hosts"),
        ("/root/.ssh/known_hosts", "", ""),
        ("/home/ada/.aws/credentials", "[default]", "credentials"),
        ("/home/ada/.aws/config", "[default]", ""),
        ("/home/ada/.aws/sso/cache/ab.json", "{}", "credentials"),
        ("/root/.azure/msal_token_cache.json", "{}", "credentials"),
        ("/root/.git-credentials", "https://", "credentials"),
        ("/root/.kube/config", "apiVersion", "credentials"),
        ("/root/.aliyun/config.json", "{}", "credentials"),
        ("/root/.docker/config.json", '{"auths": {"a": {"auth": "x"}}}', "credentials"),
        ("/root/.docker/config.json", '{"psFormat": ""}', ""),
        ("/home/ada/.npmrc", "//registry/:_authToken=x", "credentials"),
        ("/home/ada/.npmrc", "# _authToken\nfund=false", ""),
        ("/opt/x/node_modules/y/.netrc", "machine", ""),
        ("/home/bitnami/bitnami_credentials", "x", "password_files"),
        ("/root/db-password.txt", "x", "password_files"),
        ("/opt/app/default credentials.md", "x", "password_files"),
        ("/opt/app/tests/passwords.txt", "x", ""),
        ("/root/notes.txt", "x", ""),
        ("/root/anaconda-ks.cfg", "rootpw --iscrypted $6$x\n", "password_files"),
        ("/root/anaconda-ks.cfg", "rootpw --lock\n", ""),
        ("/etc/cloud/cloud.cfg.d/99-installer.cfg", "users:\n - passwd: $6$x\n", "password_files"),
        ("/etc/cloud/cloud.cfg.d/99-installer.cfg", "#  plain_text_passwd: x\n", ""),
        ("/srv/app/.env", "DB_PASSWORD=x\n", "password_files"),
        ("/var/log/installer/autoinstall-user-data", "x", "password_files"),
        ("/root/.viminfo", "x", "other_histories"),
        ("/home/ada/.python_history", "x", "other_histories"),
        ("/var/log/syslog", "x", "logs"),
        ("/var/log/syslog.1", "x", "rotated_logs"),
        ("/var/log/syslog.2.gz", "x", "rotated_logs"),
        ("/var/log/messages-20260101", "x", "rotated_logs"),
        ("/var/log/nginx/access.log", "x", "logs"),
        ("/var/log/nginx/access.log", "", ""),
        ("/var/log/lastlog", "x", ""),
        ("/var/log/dpkg.log", "x", ""),
        ("/var/log/apt/history.log", "x", ""),
        ("/var/log/journal/0123/system.journal", "x", "journals"),
        ("/tmp/build.sh", "x", "temporary"),
        ("/var/tmp/a/b", "", "temporary"),
        ("/tmp/.X11-unix/x", "x", ""),
        ("/tmp/systemd-private-1-ntp/tmp/x", "x", ""),
        ("/var/crash/linux.0.crash", "x", "crash_dumps"),
        ("/var/crash/kexec_cmd", "x", ""),
        ("/var/lib/systemd/coredump/core.app.0.zst", "x", "crash_dumps"),
        ("/home/ada/core", "x", "crash_dumps"),
        ("/home/ada/core.4711", "x", "crash_dumps"),
        ("/core", "x", "crash_dumps"),
        ("/home/ada/src/core", "x", ""),
        ("/var/mail/ada", "x", "mail"),
        ("/var/mail/ada", "", ""),
        ("/var/cache/apt/archives/a.deb", "x", "package_caches"),
        ("/var/cache/apt/archives/lock", "", ""),
        ("/var/cache/dnf/a/b.solv", "x", "package_caches"),
        ("/root/.cache/pip/http/a", "x", "package_caches"),
        ("/home/ada/.cache/thumbnails/a", "x", ""),
        ("/etc/resolv.conf", "# by dhclient\nnameserver 10.0.0.1\n", "resolv_conf"),
        ("/etc/resolv.conf", "# empty\n", ""),
        ("/etc/resolv.conf", Link("/run/resolv.conf"), ""),
    ],
)  # fmt: skip
def test_what_a_file_is(path: str, text: str | bytes | Link, kind: str) -> None:
    assert kinds(left({path: text, "/run/resolv.conf": "nameserver 127.0.0.53\n"})) == (
        {kind: (path,)} if kind else {}
    )


def test_links_are_left_alone_and_folders_that_are_links_are_followed_once() -> None:
    found = left(
        {
            "/var/spool/mail/ada": "From",
            "/var/mail": Link("spool/mail"),
            "/root/id_rsa": Link("/usr/key"),
            "/usr/key": OPENSSH,
            "/srv/loop": Link("/srv"),
        }
    )

    assert kinds(found) == {"mail": ("/var/spool/mail/ada",)}


def test_what_is_mounted_is_seen_and_what_lies_below_the_mount_is_not() -> None:
    found = left(
        {"/var/log/below.log": "hidden", "/home/ada/below.pfx": "hidden"},
        {
            "/var/log": MemoryTree({"/syslog": "x" * 10}),
            "/home": MemoryTree({"/ada/.bash_history": "ls", "/ada/shop.pfx": "x"}),
        },
    )

    assert kinds(found) == {"key_stores": ("/home/ada/shop.pfx",), "logs": ("/var/log/syslog",)}
    assert [each.path for each in found.histories] == ["/home/ada/.bash_history"]


def test_many_files_are_counted_and_the_first_are_named() -> None:
    found = left({f"/var/log/app/{n:03}.log": "x" * n for n in range(1, 101)})

    (group,) = found.groups
    assert (group.kind, group.count, group.bytes, len(group.paths), group.largest) == (
        "logs", 100, 5050, 20, "/var/log/app/100.log"
    )  # fmt: skip
    assert found.bytes_of("logs", "mail") == 5050


def test_more_keys_than_are_looked_at() -> None:
    found = left({f"/opt/app/{n}.key": "no key" for n in range(601)})

    assert (found.groups, found.complete) == ((), False)


def test_keys_of_packages_do_not_use_up_what_may_be_looked_at() -> None:
    found = left({f"/opt/a/tests/{n}.pem": PKCS8 for n in range(900)} | {"/srv/a.key": PKCS8})

    assert found.group("private_keys") == LeftoverGroup(
        "private_keys", ("/srv/a.key",), 1, len(PKCS8), "/srv/a.key"
    )
    assert found.complete


def test_a_folder_deeper_than_anything_is_told() -> None:
    assert not left({"/srv" + "/d" * 60 + "/a.key": PKCS8}).complete


def test_the_budget_is_kept() -> None:
    tree = MemoryTree({f"/srv/{n}": "" for n in range(100)})
    with pytest.raises(TooMuchError):
        read_leftovers(Files(tree, budget=Budget(entries=50)))


@pytest.mark.parametrize(
    ("content", "by"),
    [
        ({}, ""),
        ({"/usr/bin/cloud-init": ""}, "cloud-init"),
        ({"/usr/bin/cloud-init": "", "/etc/cloud/cloud.cfg": "ssh_deletekeys: 1\n"}, "cloud-init"),
        ({"/usr/bin/cloud-init": "", "/etc/cloud/cloud.cfg": "ssh_deletekeys: false # x\n"}, ""),
        (
            {
                "/usr/bin/cloud-init": "",
                "/etc/cloud/cloud.cfg": "ssh_deletekeys: false\n",
                "/etc/cloud/cloud.cfg.d/9.cfg": "ssh_deletekeys: true\n",
            },
            "cloud-init",
        ),
        ({"/etc/waagent.conf": "Provisioning.RegenerateSshHostKeyPair=y\n"}, "waagent"),
        ({"/etc/waagent.conf": "#Provisioning.RegenerateSshHostKeyPair=y\n"}, ""),
        ({"/etc/waagent.conf": "Provisioning.RegenerateSshHostKeyPair=n\n"}, ""),
    ],
)
def test_who_makes_new_host_keys(content: Content, by: str) -> None:
    assert left(content).host_keys_made_by == by


def test_no_content_is_kept() -> None:
    found = left(
        {
            "/root/.ssh/id_rsa": OPENSSH,
            "/root/.bash_history": "mysql -pc2VjcmV0",
            "/root/.netrc": "c2VjcmV0",
            "/home/ada/.ssh/authorized_keys": f"{PUBLIC}# c2VjcmV0",
        }
    )

    assert "c2VjcmV0" not in str(found)
    assert from_json(Leftovers, to_json(found)) == found


PARTS = st.sampled_from(
    [
        "root",
        "home",
        "ada",
        ".ssh",
        "etc",
        "var",
        "log",
        "tmp",
        "id_rsa",
        "a.key",
        ".bash_history",
        "core",
        "..",
        "x\n",
    ]
)


@given(
    st.dictionaries(
        st.lists(PARTS, min_size=2, max_size=6).map("/".join), st.binary(max_size=80), max_size=12
    )
)
def test_any_tree_makes_a_record(content: dict[str, bytes]) -> None:
    found = left({f"/{path}": data for path, data in content.items()})

    assert from_json(Leftovers, to_json(found)) == found
