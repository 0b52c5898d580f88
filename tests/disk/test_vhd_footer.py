"""The footer: every field where the specification puts it, and no bytes that bring the reader down."""

from __future__ import annotations

import json
import struct
import subprocess
import uuid
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.disk.images import MIB, needs_qemu, run, write
from wizard.disk.vhd_footer import FOOTER_BYTES, LARGEST_GEOMETRY, DiskType, Footer, checksum, fixed_footer

WHEN = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
ID = uuid.UUID("01234567-89ab-cdef-0123-456789abcdef")


def test_a_fixed_footer_has_every_field_where_the_specification_puts_it() -> None:
    data = fixed_footer(64 * MIB, unique_id=ID, when=WHEN).build()

    assert len(data) == FOOTER_BYTES
    assert data[0:8] == b"conectix"
    assert data[8:12] == bytes.fromhex("00000002")
    assert data[12:16] == bytes.fromhex("00010000")
    assert data[16:24] == b"\xff" * 8
    assert struct.unpack(">I", data[24:28])[0] == (WHEN - datetime(2000, 1, 1, tzinfo=UTC)).total_seconds()
    assert data[28:32] == b"miw "
    assert struct.unpack(">QQ", data[40:56]) == (64 * MIB, 64 * MIB)
    assert struct.unpack(">HBB", data[56:60]) == LARGEST_GEOMETRY
    assert struct.unpack(">I", data[60:64])[0] == 2
    assert struct.unpack(">I", data[64:68])[0] == ~(sum(data[:64]) + sum(data[68:])) & 0xFFFFFFFF
    assert data[68:84] == ID.bytes
    assert not any(data[84:])


def test_what_was_built_is_read_back_the_same() -> None:
    footer = fixed_footer(64 * MIB, creator=b"win ", unique_id=ID, when=WHEN)

    assert Footer.parse(footer.build()) == footer
    assert footer.cookie_valid
    assert footer.checksum_valid
    assert footer.geometry_is_largest
    assert (footer.created, footer.creator_name, footer.disk_type) == (WHEN, "win", DiskType.FIXED)


@pytest.mark.parametrize("when", [datetime(1999, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)])
def test_a_time_the_footer_cannot_say_is_the_nearest_it_can(when: datetime) -> None:
    assert fixed_footer(MIB, when=when).timestamp in (0, 0xFFFFFFFF)


@given(st.binary(min_size=FOOTER_BYTES, max_size=FOOTER_BYTES))
def test_any_512_bytes_are_parsed_and_built_back_to_the_last_bit(data: bytes) -> None:
    assert Footer.parse(data).build() == data


@given(st.binary(max_size=700))
def test_nothing_that_is_parsed_raises(data: bytes) -> None:
    footer = Footer.parse(data)
    assert footer.sealed().checksum_valid
    assert isinstance(footer.creator_name, str)
    assert footer.geometry_bytes >= 0
    assert footer.created.tzinfo is UTC


@given(st.binary(min_size=FOOTER_BYTES, max_size=FOOTER_BYTES), st.integers(0, 511), st.integers(1, 255))
def test_a_changed_byte_breaks_the_checksum(data: bytes, place: int, change: int) -> None:
    sealed = Footer.parse(data).sealed().build()
    broken = sealed[:place] + bytes([sealed[place] ^ change]) + sealed[place + 1 :]
    assert not Footer.parse(broken).checksum_valid


def test_the_checksum_leaves_itself_out() -> None:
    footer = fixed_footer(MIB)
    assert checksum(footer.build()) == checksum(replace(footer, checksum=0xDEADBEEF).build())


def test_every_field_of_the_512_bytes_is_kept() -> None:
    assert len(fields(Footer)) == 18


@needs_qemu
@pytest.mark.parametrize("creator", [b"miw ", b"win ", b"what"])
def test_qemu_reads_our_footer_at_its_size(tmp_path: Path, creator: bytes) -> None:
    size = 77 * MIB
    path = write(tmp_path / "ours.vhd", size + 512, {size: fixed_footer(size, creator=creator).build()})

    said = subprocess.run(
        ["qemu-img", "info", "-f", "vpc", "--output=json", str(path)],
        check=True,
        capture_output=True,
        timeout=60,
    )

    assert json.loads(said.stdout)["virtual-size"] == size


@needs_qemu
def test_we_read_the_footer_that_qemu_writes(tmp_path: Path) -> None:
    path = tmp_path / "theirs.vhd"
    run("qemu-img", "create", "-f", "vpc", "-o", "subformat=fixed,force_size=on", path, "77M")

    footer = Footer.parse(path.read_bytes()[-FOOTER_BYTES:])

    assert footer.cookie_valid
    assert footer.checksum_valid
    assert (footer.current_size, footer.original_size) == (77 * MIB, 77 * MIB)
    assert (footer.creator, footer.disk_type) == (b"qem2", DiskType.FIXED)
