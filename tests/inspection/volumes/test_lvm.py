"""Physical volumes as LVM2 writes them, and anything else in their place."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.disk.images import MIB
from tests.inspection.volumes.held_disk import HeldDisk
from tests.inspection.volumes.lvm_disks import EXTENT, FIRST_EXTENT, metadata, physical_volume, pv_id
from wizard.inspection.volumes.lvm import LogicalVolume, PhysicalVolume, logical_volumes
from wizard.inspection.volumes.lvm import physical_volume as read_physical_volume
from wizard.inspection.volumes.lvm_text import TextError, parse
from wizard.inspection.volumes.window import Piece, Window

SIZE = 200 * MIB
START = 3 * MIB
TWO = {"root": ((0, 0, 10), (0, 20, 5)), "swap_1": ((0, 10, 2),)}


def found(text: str, *, number: int = 0, at: int = 512, start: int = START) -> PhysicalVolume:
    volume = read_physical_volume(HeldDisk(SIZE, physical_volume(number, SIZE, text, at=at)).window(), start)
    assert volume is not None
    return volume


def by_name(*volumes: PhysicalVolume) -> dict[str, LogicalVolume]:
    return {each.name: each for each in logical_volumes(volumes)}


@pytest.mark.parametrize("at", [512, 51200, FIRST_EXTENT - 4096 - 700])
def test_volumes_and_where_they_lie(at: int) -> None:
    """The text goes round from the end of its area to the beginning."""
    physical = found(metadata("vg-sys", TWO), at=at)

    assert (physical.uuid, physical.start) == (pv_id(0), START)
    data = START + FIRST_EXTENT
    assert logical_volumes([physical]) == (
        LogicalVolume(
            "vg-sys",
            "root",
            15 * EXTENT,
            (Piece(0, 10 * EXTENT, data), Piece(10 * EXTENT, 5 * EXTENT, data + 20 * EXTENT)),
        ),
        LogicalVolume("vg-sys", "swap_1", 2 * EXTENT, (Piece(0, 2 * EXTENT, data + 10 * EXTENT),)),
    )


def test_a_group_on_two_partitions() -> None:
    text = metadata("vg", {"root": ((0, 0, 3), (1, 7, 2))}, physical=2)
    both = by_name(found(text), found(text, number=1, start=900 * MIB))
    assert both["root"].pieces == (
        Piece(0, 3 * EXTENT, START + FIRST_EXTENT),
        Piece(3 * EXTENT, 2 * EXTENT, 900 * MIB + FIRST_EXTENT + 7 * EXTENT),
    )
    alone = by_name(found(text))["root"]
    assert (alone.size, alone.pieces, alone.way) == (5 * EXTENT, (), "")


def test_the_newest_metadata_counts() -> None:
    old, new = metadata("vg", {"old": ((0, 0, 1),)}), metadata("vg", {"new": ((0, 0, 1),)}, sequence=8)
    assert set(by_name(found(new), found(old, number=1))) == {"new"}
    assert set(by_name(found(old), found(new, number=1))) == {"new"}


def test_what_is_laid_out_another_way_is_named_not_read() -> None:
    text = metadata("vg", {"pool": ((0, 0, 1),), "root": ((0, 1, 4),)}, kinds={"pool": "thin"})
    volumes = by_name(found(text))
    assert (volumes["pool"].way, volumes["pool"].pieces) == ("thin", ())
    assert (volumes["root"].way, len(volumes["root"].pieces)) == ("", 1)
    assert set(by_name(found(metadata("vg", TWO, hidden=("root",))))) == {"swap_1"}


def test_no_physical_volume() -> None:
    assert read_physical_volume(HeldDisk(SIZE, {512: b"LABELONE" + bytes(504)}).window(), 0) is None
    assert read_physical_volume(HeldDisk(600, {}).window(), 0) is None
    whole = physical_volume(0, SIZE, metadata("vg", TWO))
    del whole[4096]
    without = read_physical_volume(HeldDisk(SIZE, whole).window(), 0)
    assert without == PhysicalVolume(pv_id(0), 0)
    assert logical_volumes([without]) == ()


def test_a_hole_between_segments_is_no_volume_to_read() -> None:
    text = metadata("vg", {"root": ((0, 0, 3), (0, 9, 2))}).replace("start_extent = 3", "start_extent = 4")
    assert by_name(found(text))["root"].pieces == ()


@pytest.mark.parametrize(
    "text",
    ["a {", "}", "a = [1, 2", "a = = 1", 'a = "open', "[1]", "{" * 40, "a {" * 40 + "}" * 40, "a = {"],
)
def test_what_is_no_such_text(text: str) -> None:
    with pytest.raises(TextError):
        parse(text)


def test_the_text() -> None:
    text = 'a = 1 # b = 2\nc { d = "x \\"y\\" { \\\\" e = [ "f", 3 ] g { } }\nh = -5 i = word'
    assert parse(text) == {"a": 1, "c": {"d": 'x "y" { \\', "e": ["f", 3], "g": {}}, "h": -5, "i": "word"}


@given(st.text(alphabet='ab1 ={}[],"#\\\n', max_size=200))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    with contextlib.suppress(TextError):
        assert isinstance(parse(text), dict)


@given(st.data())
def test_any_change_of_the_metadata_ends_well(data: st.DataObject) -> None:
    text = metadata("vg", TWO)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        text = (
            text[:at]
            + data.draw(st.sampled_from(["", "9" * 19, "-1", "{", "}", '"', "[", "=", "0"]))
            + text[at + 1 :]
        )
    for each in logical_volumes([PhysicalVolume(pv_id(0), 0, text)]):
        assert 0 <= each.size < 2**63
        assert all(0 <= piece.place < 2**63 and piece.length > 0 for piece in each.pieces)
        assert sum(piece.length for piece in each.pieces) in (0, each.size)


def test_libvslvm_says_the_same_of_what_it_reads() -> None:
    pyvslvm = pytest.importorskip("pyvslvm", reason="libvslvm-python is not installed (python3 dev.py setup)")
    # It refuses a volume that has two segments on one physical volume, which is what every lvextend makes.
    text = metadata("vg-sys", {"root": ((0, 0, 10),), "swap_1": ((0, 10, 2),)})
    disk = HeldDisk(SIZE, physical_volume(0, SIZE, text))
    for extent in range(30):
        disk.put(FIRST_EXTENT + extent * EXTENT, b"extent %d" % extent)
    window = disk.window()
    handle = pyvslvm.handle()
    handle.open_file_object(window)
    handle.open_physical_volume_files_as_file_objects([window])
    group = handle.get_volume_group()
    ours = by_name(found(text, start=0))

    assert group.get_number_of_logical_volumes() == len(ours)
    for index in range(len(ours)):
        theirs = group.get_logical_volume(index)
        volume = ours[theirs.get_name()]
        read = Window(disk.read_at, volume.pieces)
        assert theirs.get_size() == volume.size == read.size
        for offset in range(0, volume.size, EXTENT):
            assert theirs.read_buffer_at_offset(20, offset) == read.read_at(offset, 20)
            assert read.read_at(offset, 7) == b"extent "
