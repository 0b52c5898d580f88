"""A disk whose blocks lie anywhere in its file: what dynamic VHD and VHDX read in the same way."""

from __future__ import annotations

import io
from abc import abstractmethod
from collections.abc import Iterator

from wizard.disk.files.extents import Extent
from wizard.disk.formats.blocks import ABSENT, BlockMap
from wizard.disk.formats.file_image import FileImage


class BlockImage(FileImage):
    """A disk in blocks; its format says where they lie, and fills in what it reads of one."""

    _blocks: BlockMap

    def extents(self) -> Iterator[Extent]:
        """The blocks that are there, less the file's own holes."""
        return self._blocks.extents(self._source.extents(self.file_bytes), self.file_bytes)

    def read_at(self, offset: int, length: int) -> bytes:
        """Exactly these bytes of the disk."""
        self.check_within(offset, length)
        there = [run for run in self._blocks.runs(offset, length) if run[2] != ABSENT]
        if len(there) == 1 and there[0][1] == length and self._is_whole(offset, there[0][2]):
            return self._source.read_at(there[0][2], length)  # the usual case, without clearing memory first
        # Read into the answer's own memory, which BytesIO hands out without a copy. Joining pieces took ten times as
        # long: memory that is given back to the system after each answer has to be cleared before it is used again.
        answer = io.BytesIO(bytes(length))
        if there:
            with answer.getbuffer() as view:
                for start, size, place in there:
                    with view[start - offset : start - offset + size] as part:
                        self._fill(part, start, place)
        return answer.getvalue()

    def _is_whole(self, start: int, place: int) -> bool:  # noqa: ARG002  (whoever has bitmaps needs them)
        """Whether the stretch at `start`, which lies in the file at `place` in one piece, is as the file has it."""
        return True

    @abstractmethod
    def _fill(self, part: memoryview, start: int, place: int) -> None:
        """Put the disk's bytes from `start` on, which lie in the file at `place` in one piece, into zeros."""
