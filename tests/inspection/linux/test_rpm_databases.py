"""rpm's databases: made by hand, by rpm and by Berkeley DB themselves, and spoilt."""

from __future__ import annotations

import shutil
import struct
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inspection.linux.rpm_files import BIG, bdb, header, ndb, sqlite, sqlite_unfinished
from tests.inspection.memory_tree import Held, MemoryTree, files
from wizard.inspection.found.packages import Package, Packages
from wizard.inspection.linux.packages import read_packages
from wizard.inspection.system_files import Budget, Files

SQLITE, NDB, BDB = "/var/lib/rpm/rpmdb.sqlite", "/usr/lib/sysimage/rpm/Packages.db", "/var/lib/rpm/Packages"

HEADERS = (
    header("bash", "4.4.20", "5.el8", files=3000),
    header("openssl", "1.1.1k", "12.el8_9", 1, files=400),
    header("openssl-libs", "1.1.1k", "12.el8_9", 1, files=2),
    header("glibc", "2.28", "251.el8_10.5", files=20_000),
    header("glibc", "2.28", "251.el8_10.5", 0, "i686", files=1),
    header("WALinuxAgent", "2.7.0.6", "9.el8", architecture="noarch", files=700),
    header("gpg-pubkey", "fd431d51", "4ae0493b", architecture="", files=0),
)
KEPT = {
    Package("openssl", "1:1.1.1k-12.el8_9", "x86_64"),
    Package("openssl-libs", "1:1.1.1k-12.el8_9", "x86_64"),
    Package("glibc", "2.28-251.el8_10.5", "x86_64"),
    Package("glibc", "2.28-251.el8_10.5", "i686"),
    Package("WALinuxAgent", "2.7.0.6-9.el8", "noarch"),
}
Made = Callable[[Sequence[bytes]], bytes]
ALL: list[tuple[str, Made]] = [
    (SQLITE, sqlite),
    (SQLITE, lambda headers: sqlite(headers, 512)),
    (SQLITE, lambda headers: sqlite(headers, 65536)),
    (NDB, ndb),
    (BDB, bdb),
    (BDB, lambda headers: bdb(headers, BIG)),
    (BDB, lambda headers: bdb(headers, page=1024)),
]


def read(path: str, data: bytes) -> Packages:
    return read_packages(files({path: data}))


@pytest.mark.parametrize(("path", "made"), ALL)
def test_every_package_is_counted_and_those_that_rules_ask_for_are_kept(path: str, made: Made) -> None:
    data = made(HEADERS)
    packages = read(path, data)
    assert (packages.kind, packages.file, packages.count, packages.whole) == ("rpm", path, len(HEADERS), True)
    assert (set(packages.installed), packages.bytes) == (KEPT, len(data))
    assert packages.tells_absence


@pytest.mark.parametrize(("path", "made"), ALL)
def test_many_packages(path: str, made: Made) -> None:
    many = [header(f"package{each}", f"1.{each}", "1", files=each % 90) for each in range(600)]
    packages = read(path, made((*many[:300], HEADERS[1], *many[300:])))
    assert (packages.count, packages.whole) == (601, True)
    assert packages.version_of("openssl") == "1:1.1.1k-12.el8_9"


@pytest.mark.parametrize(("path", "made"), ALL)
def test_of_large_headers_only_the_beginning_is_read(path: str, made: Made) -> None:
    data = made([header(f"package{each}", "1", "1", files=60_000) for each in range(8)])
    tree = files({path: data})
    before = tree.budget.bytes
    assert read_packages(tree).count == 8
    assert len(data) > 5_000_000
    assert before - tree.budget.bytes < 600_000


@pytest.mark.parametrize(("path", "made"), ALL)
def test_a_database_that_is_cut_off_does_not_say_what_is_missing(path: str, made: Made) -> None:
    data = made(HEADERS)
    for length in (0, 1, 100, 600, len(data) // 3, len(data) // 2):
        packages = read(path, data[:length])
        assert packages.count < len(HEADERS)
        assert not packages.tells_absence


@pytest.mark.parametrize(("path", "made"), ALL)
def test_an_empty_database_does_not_say_what_is_missing(path: str, made: Made) -> None:
    packages = read(path, made(()))
    assert (packages.count, packages.tells_absence) == (0, False)


@pytest.mark.parametrize("path", [SQLITE, NDB, BDB])
@given(data=st.binary(max_size=3000))
def test_any_bytes_are_no_database(path: str, data: bytes) -> None:
    assert not read(path, data).tells_absence


SPOILT = {path: made(HEADERS) for path, made in ((SQLITE, sqlite), (NDB, ndb), (BDB, bdb))}


@pytest.mark.parametrize("path", [SQLITE, NDB, BDB])
@given(data=st.data())
def test_a_spoilt_database_is_read_as_far_as_it_goes(path: str, data: st.DataObject) -> None:
    spoilt = bytearray(SPOILT[path])
    for _each in range(data.draw(st.integers(1, 8))):
        # Most of a database are names of files, which nobody reads.
        place = data.draw(st.one_of(st.integers(0, 200), st.integers(0, len(spoilt) - 4)))
        spoilt[place : place + 4] = data.draw(
            st.sampled_from([b"\0\0\0\0", b"\xff" * 4, b"\0\0\0\1", b"\1\0\0\0"])
        )
    tree = Files(MemoryTree({path: bytes(spoilt)}), budget=Budget(bytes=40_000_000))
    packages = read_packages(tree)
    assert packages.count <= 400
    assert len(packages.installed) <= packages.count


@given(data=st.binary(max_size=400))
def test_any_bytes_in_a_header(data: bytes) -> None:
    packages = read(NDB, ndb([data, struct.pack(">II", 3, 99) + data, HEADERS[1]]))
    assert packages.version_of("openssl") == "1:1.1.1k-12.el8_9"


def test_pages_in_a_circle_and_of_any_length() -> None:
    data = bytearray(bdb(HEADERS))
    for place in range(0, len(data), 4096):
        struct.pack_into("<I", data, place + 16, 1 + (place // 4096) % 3)
    assert read(BDB, bytes(data)).count <= len(HEADERS)
    lying = read_packages(files({NDB: Held(ndb(HEADERS), size=1 << 40)}))
    assert lying.version_of("openssl") == "1:1.1.1k-12.el8_9"


def test_a_database_of_nonsense_is_given_up() -> None:
    data = bytearray(ndb([HEADERS[2]] * 6000))
    for slot in range(6000 - 10):
        struct.pack_into("<I", data, 32 + slot * 16 + 8, 0)
    packages = read(NDB, bytes(data))
    assert (packages.count, packages.tells_absence) == (0, False)


def test_an_interior_page_that_names_itself() -> None:
    many = [header(f"package{each}", "1", "1", files=5) for each in range(300)]
    data = bytearray(sqlite(many))
    interior = next(place for place in range(4096, len(data), 4096) if data[place] == 5)
    own = (interior // 4096 + 1).to_bytes(4, "big")
    first = int.from_bytes(data[interior + 12 : interior + 14], "big")
    data[interior + first : interior + first + 4] = own
    packages = read(SQLITE, bytes(data))
    assert 0 < packages.count < 300
    assert not packages.tells_absence


def test_the_write_ahead_log_of_a_disk_that_was_not_shut_down(tmp_path: Path) -> None:
    database, log = sqlite_unfinished(HEADERS[:1], HEADERS[1:], tmp_path)
    packages = read_packages(files({SQLITE: database, f"{SQLITE}-wal": log}))
    assert (packages.count, set(packages.installed), packages.whole) == (len(HEADERS), KEPT, True)
    assert read(SQLITE, database).count == 1


def test_what_a_log_says_of_an_unfinished_transaction_does_not_count(tmp_path: Path) -> None:
    database, log = sqlite_unfinished(HEADERS[:1], HEADERS[1:], tmp_path)
    assert read_packages(files({SQLITE: database, f"{SQLITE}-wal": log[: 32 + 24 + 4096]})).count == 1
    older = bytearray(log)
    older[32 + 8] ^= 0xFF
    assert read_packages(files({SQLITE: database, f"{SQLITE}-wal": bytes(older)})).count == 1


@given(log=st.binary(max_size=500))
def test_any_bytes_in_the_log(log: bytes) -> None:
    magic = bytes.fromhex("377f0682002de21800001000")
    for data in (log, magic + log, (magic + log).ljust(9000, b"\0")):
        assert read_packages(files({SQLITE: SPOILT[SQLITE], f"{SQLITE}-wal": data})).count <= 2 * len(HEADERS)


def test_the_newest_form_counts_where_an_upgrade_left_an_older_one() -> None:
    packages = read_packages(files({SQLITE: sqlite(HEADERS), BDB: bdb(HEADERS)}))
    assert packages.file == SQLITE


@pytest.mark.skipif(
    shutil.which("rpm") is None or shutil.which("rpmbuild") is None,
    reason="rpm and rpmbuild are not installed",
)
def test_the_database_that_rpm_writes(tmp_path: Path) -> None:
    spec = tmp_path / "openssl.spec"
    spec.write_text(
        "Name: openssl\nEpoch: 1\nVersion: 3.0.7\nRelease: 27.el9\nSummary: s\nLicense: l\nBuildArch: noarch\n"
        "%description\nd\n%files\n"
    )
    top, root = tmp_path / "top", tmp_path / "root"
    _run("rpmbuild", "-bb", "--quiet", "-D", f"_topdir {top}", "-D", f"_dbpath {tmp_path}/none", str(spec))
    (package,) = top.rglob("*.rpm")
    at = ("--root", str(root), "-D", "_dbpath /var/lib/rpm", "-D", "_db_backend sqlite")
    _run("rpm", *at, "--initdb")
    _run("rpm", *at, "-i", "--justdb", "--nodeps", "--noscripts", "--ignorearch", str(package))
    folder = root / "var/lib/rpm"
    packages = read_packages(
        files({f"/var/lib/rpm/{each.name}": each.read_bytes() for each in folder.iterdir()})
    )
    assert packages.installed == (Package("openssl", "1:3.0.7-27.el9", "noarch"),)
    assert (packages.count, packages.whole) == (1, True)


_DB_FILE = r"""
use DB_File;
my $info = DB_File::HASHINFO->new;
$info->{bsize} = $ARGV[1];
my %h;
tie %h, 'DB_File', $ARGV[0], O_RDWR|O_CREAT, 0644, $info or die $!;
binmode STDIN;
my ($head, $n) = ('', 0);
$h{pack('V', 0)} = pack('V', 9999);
while (read(STDIN, $head, 4) == 4) { read(STDIN, my $blob, unpack('N', $head)); $h{pack('V', ++$n)} = $blob; }
untie %h;
"""


def _has_db_file() -> bool:
    perl = shutil.which("perl")
    return (
        perl is not None and subprocess.run([perl, "-MDB_File", "-e1"], capture_output=True).returncode == 0
    )


@pytest.mark.skipif(not _has_db_file(), reason="Perl with DB_File is not installed")
@pytest.mark.parametrize("page", [1024, 4096, 32768])
def test_the_database_that_berkeley_db_writes(tmp_path: Path, page: int) -> None:
    many = [header(f"package{each}", f"1.{each}", "1", files=each % 90) for each in range(500)]
    all_of_them = (*many, *HEADERS)
    told = b"".join(struct.pack(">I", len(each)) + each for each in all_of_them)
    _run("perl", "-e", _DB_FILE, str(tmp_path / "Packages"), str(page), told=told)
    packages = read(BDB, (tmp_path / "Packages").read_bytes())
    assert (packages.count, set(packages.installed), packages.whole) == (len(all_of_them), KEPT, True)


def _run(*command: str, told: bytes = b"") -> None:
    subprocess.run(command, input=told, check=True, capture_output=True, timeout=60)
