"""XFS where no mkfs leads to: files in thousands of pieces, names that are no text, and structures that contradict themselves."""

from __future__ import annotations

import contextlib
import stat
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.images.disks import needs_xfs, xfs
from tests.images.linux_systems import debian
from tests.inspection.volumes.held_disk import HeldDisk, whole
from tests.inspection.volumes.xfs_disks import BLOCK, INODES, TREE, content, xfs_of_many_pieces
from wizard.inspection.system_files import Files
from wizard.inspection.tree import Entry, Kind
from wizard.inspection.volumes.trees.xfs import XfsTree

COUNT = 3000
SIZE = 16 * 1024 * 1024
INODE = INODES * BLOCK
FILE = INODE + 512


def disk(pieces: dict[int, bytes]) -> HeldDisk:
    return HeldDisk(SIZE, pieces)


def files(pieces: dict[int, bytes]) -> Files:
    return Files(XfsTree(disk(pieces).window()))


def changed(place: int, data: bytes, pieces: dict[int, bytes] | None = None) -> dict[int, bytes]:
    """The pieces with these bytes over them."""
    pieces = pieces or xfs_of_many_pieces(5)
    start = max(each for each in pieces if each <= place)
    old = pieces[start].ljust(place - start + len(data), b"\0")
    return {**pieces, start: old[: place - start] + data + old[place - start + len(data) :]}


def test_a_file_in_thousands_of_pieces() -> None:
    found = files(xfs_of_many_pieces(COUNT))

    assert found.names("/") == ("big",)
    file = found.content("/big")
    assert file is not None
    assert file.size == 2 * COUNT * BLOCK
    assert file.read_at(0, file.size) == content(COUNT)
    for start, length in ((1000, 3000), (file.size - 5, 100), (4321 * BLOCK + 7, 2 * BLOCK)):
        assert file.read_at(start, length) == content(COUNT)[start : start + length]


@pytest.mark.parametrize(
    ("place", "data"),
    [
        (TREE * BLOCK, b"XXXX"),
        (TREE * BLOCK + 4, b"\0\1\0\0"),
        (TREE * BLOCK + 4, b"\0\1\xff\xff"),
        (TREE * BLOCK + 4, b"\0\2\0\1"),  # a level that goes up again
        ((TREE + 1) * BLOCK + 6, b"\xff\xff"),
        ((TREE + 1) * BLOCK + 72, b"\x7f" * 16),  # a place that no disk has
        ((TREE + 1) * BLOCK + 72, struct.pack(">Q", 50 << 9)),  # not in order
        (FILE + 176, b"\xff\xff\0\1"),
        (FILE + 176, b"\0\0\0\1"),
        (FILE + 5, b"\7"),
        (FILE + 90, b"\0\1"),  # on another device
        (FILE, b"no"),
        (FILE + 2, b"\x41\xff"),  # a folder, says the inode
        (FILE + 56, b"\xff" * 8),
        (FILE + 82, b"\xff"),
    ],
)
def test_a_damaged_file_is_not_read_wrongly(place: int, data: bytes) -> None:
    found = files(changed(place, data))
    assert found.names("/") == ("big",)
    with pytest.raises(OSError, match="error"):
        found.read("/big", 100)


def test_a_link_too_long_for_its_inode() -> None:
    target = b"/far" * 240
    record = struct.pack(">QQ", 0, 500 << 21 | 1)
    pieces = changed(FILE + 2, struct.pack(">HBB", 0o120777, 3, 2), changed(INODE + 188, b"\7"))
    pieces = changed(FILE + 56, struct.pack(">Q", len(target)), changed(FILE + 176, record, pieces))
    pieces = changed(FILE + 76, struct.pack(">I", 1), pieces)
    pieces[500 * BLOCK] = b"XSLM".ljust(56, b"\0") + target
    link = files(pieces).find("/big", follow=False)

    assert link is not None
    assert (link.kind, link.target(), link.size) == (Kind.LINK, target.decode(), 0)
    again = files({**pieces, 500 * BLOCK: target}).find("/big", follow=False)
    assert again is not None
    with pytest.raises(OSError, match="error"):
        again.target()


def test_more_extents_than_there_is_room_for_are_not_read() -> None:
    with pytest.raises(OSError, match="error"):
        files(changed(FILE + 76, b"\xff" * 4, changed(FILE + 5, b"\2"))).read("/big", 100)


def test_nodes_that_point_at_each_other_end() -> None:
    """Every step down is one level; a level too many and the same block again."""
    pieces = changed(TREE * BLOCK + 72 + (BLOCK - 72) // 16 * 8, struct.pack(">Q", TREE))
    with pytest.raises(OSError, match="error"):
        files(pieces).read("/big", 100)


@pytest.mark.parametrize(
    ("place", "data"),
    [
        (0, b"none"),
        (4, b"\0\0\0\3"),
        (4, bytes(4)),
        (84, bytes(4)),
        (84, b"\xff" * 4),
        (104, b"\xff\xff"),
        (106, b"\0\0"),
        (120, b"\xff"),
        (123, b"\x3f"),
        (124, b"\x3f"),
        (192, b"\xff"),
    ],
)
def test_a_superblock_that_cannot_be(place: int, data: bytes) -> None:
    with pytest.raises(OSError, match="error"):
        files(changed(place, data))


@pytest.mark.parametrize("name", [b"caf\xe9", b"\xff\xfe", b"x" * 200])
def test_names_that_are_no_text_have_one(name: bytes) -> None:
    found = files(xfs_of_many_pieces(3, name=name))
    (shown,) = found.names("/")
    assert (shown == name.decode("ascii", "replace")) == name.isascii()
    assert found.read(f"/{shown}") == content(3)


@pytest.mark.parametrize(
    "data", [b"\xff", b"\1\xff", b"\1\0\0\0\0\x10\xff", b"\x05\0\0\0\0\x10\1\0\0a\1\0\0\0\x11"]
)
def test_a_small_folder_that_ends_too_soon(data: bytes) -> None:
    found = files(changed(INODE + 176, data + bytes(100)))
    try:
        names = found.names("/")
    except OSError:
        return
    assert len(names) <= 255


def test_what_a_folder_tells_needs_no_inode() -> None:
    held = disk(xfs_of_many_pieces(5))
    tree = XfsTree(held.window())
    held.reads.clear()
    assert [(each.name, each.kind) for each in tree.root.children()] == [("big", Kind.FILE)]
    assert len(held.reads) == 1
    child = tree.root.child("big")
    assert child is not None
    assert (child.mode, child.owner, child.modified, child.target()) == (0o644, 0, 1_700_000_000, "")
    assert list(child.children()) == []
    assert child.child("x") is None
    assert child.read(-1, 5) == child.read(10**9, 5) == b""
    assert len(held.reads) == 2


@settings(max_examples=300)
@given(st.data())
def test_whatever_stands_there_is_read_or_refused(data: st.DataObject) -> None:
    pieces = xfs_of_many_pieces(60)
    for _ in range(data.draw(st.integers(1, 4))):
        start, length = data.draw(
            st.sampled_from(((0, 256), (INODE, 220), (FILE, 512), (TREE * BLOCK, 2200)))
        )
        place = start + data.draw(st.integers(0, length))
        pieces = changed(place, data.draw(st.binary(min_size=1, max_size=8)), pieces)
    with contextlib.suppress(OSError):
        found = files(pieces)
        for path, entry in found.walk("/"):
            assert "\0" not in path
            assert len(entry.read(0, 5000)) == min(entry.size, 5000)
            entry.target()


@needs_xfs
def test_libfsxfs_says_the_same_of_what_mkfs_made(tmp_path: Path) -> None:
    pyfsxfs = pytest.importorskip("pyfsxfs", reason="libfsxfs-python is not installed (python3 dev.py setup)")
    held = whole(
        xfs(
            {**debian(), **{f"/many/{number:04}": "x" * number for number in range(400)}},
            tmp_path,
            300 * 2**20,
        )
    )
    volume = pyfsxfs.volume()
    volume.open_file_object(held.window())

    def same(ours: Entry, theirs: Any) -> int:
        found = {each.get_name(): each for each in theirs.sub_file_entries}
        assert {each.name for each in ours.children()} == set(found)
        count = len(found)
        for each in ours.children():
            other = found[each.name]
            assert (each.number, each.mode) == (other.inode_number, stat.S_IMODE(other.file_mode))
            assert each.modified == other.get_modification_time_as_integer() // 10**9
            assert each.owner == other.owner_identifier
            if each.kind is Kind.FOLDER:
                count += same(each, other)
            elif each.kind is Kind.LINK:
                assert each.target() == other.symbolic_link_target
            else:
                assert each.size == other.size
                assert each.read(0, each.size) == (
                    other.read_buffer_at_offset(each.size, 0) if each.size else b""
                )
        return count

    assert same(XfsTree(held.window()).root, volume.get_root_directory()) > 500
