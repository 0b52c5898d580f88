"""Holes in files: made, found again, and never a reason to fail."""

from __future__ import annotations

import itertools
import os
import struct
import sys
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.disk.images import MIB, write
from wizard.disk.files import extents
from wizard.disk.files.extents import allocated_extents
from wizard.disk.files.sparse import make_sparse
from wizard.disk.files.windows_files import FSCTL_QUERY_ALLOCATED_RANGES, device_control

HOLES = pytest.mark.skipif(
    sys.platform not in ("linux", "win32", "darwin"),
    reason="this system is not known to have files with holes",
)


@HOLES
def test_a_large_file_with_little_data_has_little_data(tmp_path: Path) -> None:
    path = write(tmp_path / "sparse", 8 * 1024 * MIB, {0: b"a", 1024 * MIB: b"b" * MIB})
    with path.open("rb") as file:
        found = list(allocated_extents(file, path.stat().st_size))

    assert sum(length for _, length in found) < 4 * MIB
    assert any(start <= 1024 * MIB and start + length >= 1025 * MIB for start, length in found)


def test_extents_stay_within_what_was_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path / "file", 4 * MIB, {0: b"x" * 4 * MIB})
    with path.open("rb") as file:
        assert list(allocated_extents(file, MIB)) == [(0, MIB)]
        assert list(allocated_extents(file, 0)) == []


def test_extents_in_order_cover_all_that_is_not_zero(tmp_path: Path) -> None:
    pieces = {at * MIB: b"data" for at in (0, 3, 4, 9, 31)}
    path = write(tmp_path / "file", 32 * MIB, pieces)
    with path.open("rb") as file:
        found = list(allocated_extents(file, 32 * MIB))

    assert found == sorted(found)
    assert all(a[0] + a[1] < b[0] for a, b in itertools.pairwise(found))
    for at in pieces:
        assert any(start <= at and at + 4 <= start + length for start, length in found)


def test_asking_leaves_the_position_as_it_was(tmp_path: Path) -> None:
    path = write(tmp_path / "file", 8 * MIB, {0: b"ab", 4 * MIB: b"cd"})
    with path.open("rb") as file:
        file.seek(4 * MIB)
        for _ in allocated_extents(file, 8 * MIB):
            assert file.read(2) == b"cd"
            file.seek(4 * MIB)


def test_a_file_system_that_cannot_tell_gives_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: Any) -> int:
        raise OSError(22, "Invalid argument")

    path = write(tmp_path / "file", 2 * MIB, {})
    with path.open("rb") as file, monkeypatch.context() as patch:
        patch.setattr(os, "lseek", refuses)
        patch.setattr(extents, "device_control", refuses)
        assert list(allocated_extents(file, 2 * MIB)) == [(0, 2 * MIB)]


def test_a_file_that_became_shorter_ends_early(tmp_path: Path) -> None:
    path = write(tmp_path / "file", MIB, {0: b"x" * MIB})
    with path.open("rb") as file:
        assert next(iter(allocated_extents(file, 64 * MIB)))[1] >= MIB


class Windows:
    """Answers as FSCTL_QUERY_ALLOCATED_RANGES does, a few ranges at a time."""

    def __init__(self, ranges: list[tuple[int, int]], at_once: int) -> None:
        self.ranges, self.at_once, self.questions = ranges, at_once, 0

    def __call__(self, file: BinaryIO, code: int, question: bytes, answer_bytes: int) -> tuple[bytes, bool]:
        assert code == FSCTL_QUERY_ALLOCATED_RANGES
        self.questions += 1
        start, length = struct.unpack("<qq", question)
        inside = [
            (max(at, start), min(at + size, start + length) - max(at, start))
            for at, size in self.ranges
            if at < start + length and at + size > start
        ]
        told = inside[: min(self.at_once, answer_bytes // 16)]
        return b"".join(struct.pack("<qq", *each) for each in told), len(told) < len(inside)


def on_windows(
    answers: Any, length: int, monkeypatch: pytest.MonkeyPatch, file: BinaryIO
) -> list[tuple[int, int]]:
    with monkeypatch.context() as patch:
        patch.setattr(extents, "device_control", answers)
        patch.setattr(sys, "platform", "win32")
        return list(allocated_extents(file, length))


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 5)), max_size=12),
    st.integers(1, 4),
    st.integers(0, 60),
)
def test_windows_ranges_are_asked_for_until_all_are_told(
    spread: list[tuple[int, int]], at_once: int, length: int
) -> None:
    covered = {block for start, size in spread for block in range(start, start + size)}
    ranges: list[tuple[int, int]] = []
    for block in sorted(covered):
        if ranges and ranges[-1][0] + ranges[-1][1] == block * 64:
            ranges[-1] = (ranges[-1][0], ranges[-1][1] + 64)
        else:
            ranges.append((block * 64, 64))

    with pytest.MonkeyPatch.context() as patch, Path(os.devnull).open("rb") as file:
        found = on_windows(Windows(ranges, at_once), length * 64, patch, file)

    seen = {block for start, size in found for block in range(start // 64, (start + size) // 64)}
    assert seen == {block for block in covered if block < length}


def test_windows_answers_that_lead_nowhere_end(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path(os.devnull).open("rb") as file:
        assert on_windows(lambda *_: (b"", True), MIB, monkeypatch, file) == []
        assert on_windows(lambda *_: (struct.pack("<qq", 0, 0), True), MIB, monkeypatch, file) == []
        assert on_windows(lambda *_: (b"short", False), MIB, monkeypatch, file) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows answers this question")
def test_elsewhere_the_windows_question_is_an_os_error(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file, pytest.raises(OSError, match="Windows"):
        device_control(file, FSCTL_QUERY_ALLOCATED_RANGES, b"", 0)


def test_making_a_file_sparse_is_no_promise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: Any) -> None:
        raise OSError(50, "Not supported")

    with (tmp_path / "file").open("wb") as file:
        assert make_sparse(file)
        with monkeypatch.context() as patch:
            patch.setattr("wizard.disk.files.sparse.device_control", refuses)
            patch.setattr(sys, "platform", "win32")
            assert not make_sparse(file)
