"""rpm's databases made by hand, for the readers' tests: headers, and the files that hold them."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

BIG, LITTLE = ">", "<"
_I18N_STRING, _STRING, _STRINGS, _INT32 = 9, 6, 8, 4


def header(
    name: str,
    version: str,
    release: str,
    epoch: int | None = None,
    architecture: str = "x86_64",
    *,
    files: int = 20,
) -> bytes:
    """A header as rpm keeps it of an installed package; `files` names follow what is asked for, as in a real one."""
    data, entries = b"", []

    def add(tag: int, kind: int, value: bytes, count: int = 1) -> None:
        nonlocal data
        if kind == _INT32:
            data += b"\0" * (-len(data) % 4)
        entries.append((tag, kind, len(data), count))
        data += value

    add(100, _STRINGS, b"C\0")
    add(1000, _STRING, name.encode() + b"\0")
    add(1001, _STRING, version.encode() + b"\0")
    add(1002, _STRING, release.encode() + b"\0")
    if epoch is not None:
        add(1003, _INT32, struct.pack(">i", epoch))
    add(1004, _I18N_STRING, b"What it is for, in a line\0")
    add(1005, _I18N_STRING, b"What it is for, at length. " * 20 + b"\0")
    if architecture:
        add(1022, _STRING, architecture.encode() + b"\0")
    add(1117, _STRINGS, b"".join(b"file%06d\0" % each for each in range(files)), files)
    index = b"".join(struct.pack(">iIiI", *entry) for entry in entries)
    return struct.pack(">II", len(entries), len(data)) + index + data


def ndb(headers: Sequence[bytes]) -> bytes:
    """Packages.db: one page of slots after another, then the blobs, each padded to 16 bytes."""
    pages = -(-(len(headers) + 2) * 16 // 4096)
    slots, blobs, place = b"", b"", pages * 4096 // 16
    for index, each in enumerate(headers, 1):
        blob = struct.pack("<4sIII", b"BlbS", index, 1, len(each)) + each
        blob += b"\0" * (-(len(blob) + 12) % 16) + struct.pack("<II4s", 0, len(each), b"BlbE")
        slots += struct.pack("<4sIII", b"Slot", index, place, len(blob) // 16)
        blobs += blob
        place += len(blob) // 16
    free = (pages * 4096 - 32 - len(slots)) // 16
    start = struct.pack("<4sIIII", b"RpmP", 0, 1, pages, len(headers) + 1).ljust(32, b"\0")
    return start + slots + struct.pack("<4sIII", b"Slot", 0, 0, 0) * free + blobs


def bdb(headers: Sequence[bytes], order: str = LITTLE, page: int = 4096) -> bytes:
    """Packages of Berkeley DB: a page of facts, the buckets, and pages that the headers overflow to."""
    buckets = len(headers) // 6 + 2
    per_bucket: list[list[tuple[bytes, bytes]]] = [[] for _each in range(buckets)]
    overflow: list[bytes] = []
    first_free = buckets + 1
    for index, each in enumerate((b"", *headers)):
        key = struct.pack(order + "I", index)
        if index == 0:
            item = b"\x01" + struct.pack(order + "I", len(headers))
        elif len(each) < page // 8:
            item = b"\x01" + each
        else:
            item = struct.pack(order + "B3xII", 3, first_free + len(overflow), len(each))
            pieces = [each[start : start + page - 26] for start in range(0, len(each), page - 26)]
            for number, piece in enumerate(pieces, 1):
                at = first_free + len(overflow)
                following = at + 1 if number < len(pieces) else 0
                overflow.append(_page_head(order, at, 0, following, 1, len(piece), 7) + piece)
        per_bucket[index % buckets].append((b"\x01" + key, item))
    facts = bytearray(page)
    struct.pack_into(order + "III", facts, 12, 0x061561, 9, page)
    facts[25] = 8
    struct.pack_into(order + "I", facts, 32, buckets + len(overflow))
    struct.pack_into(order + "III", facts, 72, buckets - 1, 2 * buckets - 1, buckets - 1)
    struct.pack_into(order + "32I", facts, 96, *(1 for _each in range(32)))
    pages = [bytes(facts)]
    for number, pairs in enumerate(per_bucket, 1):
        body, places, end = bytearray(page), [], page
        for item in (each for pair in pairs for each in pair):
            end -= len(item)
            body[end : end + len(item)] = item
            places.append(end)
        head = _page_head(order, number, 0, 0, len(places), end, 13)
        body[: 26 + 2 * len(places)] = head + struct.pack(f"{order}{len(places)}H", *places)
        pages.append(bytes(body))
    return b"".join(each.ljust(page, b"\0") for each in (*pages, *overflow))


def _page_head(order: str, number: int, before: int, after: int, entries: int, held: int, kind: int) -> bytes:
    return struct.pack(order + "8xIIIHHBB", number, before, after, entries, held, 0, kind)


_SCHEMA = "CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)"


def sqlite(headers: Sequence[bytes], page: int = 4096) -> bytes:
    """rpmdb.sqlite, with another table before rpm's own."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(f"PRAGMA page_size = {page}")
        database.execute("CREATE TABLE 'Name' (key 'TEXT' NOT NULL, hnum INTEGER NOT NULL)")
        database.execute(_SCHEMA)
        database.executemany("INSERT INTO Packages (blob) VALUES (?)", [(each,) for each in headers])
        database.commit()
        return database.serialize()


def sqlite_unfinished(headers: Sequence[bytes], late: Sequence[bytes], folder: Path) -> tuple[bytes, bytes]:
    """rpmdb.sqlite and its write-ahead log, as they lie on a disk that was not shut down: `late` are in the log alone."""
    path = folder / "rpmdb.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(_SCHEMA)
        database.executemany("INSERT INTO Packages (blob) VALUES (?)", [(each,) for each in headers])
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("PRAGMA wal_autocheckpoint = 0")
        database.executemany("INSERT INTO Packages (blob) VALUES (?)", [(each,) for each in late])
        database.commit()
        return path.read_bytes(), path.with_name("rpmdb.sqlite-wal").read_bytes()
