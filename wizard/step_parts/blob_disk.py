"""The disk inside a blob: what it is and its partitions, read from the server in a few small pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wizard.disk.partitions.partition_table import read_partitions
from wizard.disk.reading import DiskReading
from wizard.disk.recognise import FileKind, recognise
from wizard.disk.vhd_footer import FOOTER_BYTES
from wizard.messages import msg
from wizard.transfer.sending.line import Line, Patience

if TYPE_CHECKING:
    from wizard.tasks import Task
    from wizard.transfer.page_blob import PageBlob
    from wizard.transfer.read_back import BlobReading

_PIECE: Final = 64 * 1024  # what is asked for at once; a partition table lies in two or three such pieces


class _Pieces:
    """Reads a blob in whole pieces, each of them once."""

    def __init__(self, blob: PageBlob, length: int, task: Task) -> None:
        self._blob, self._length, self._task = blob, length, task
        self._line = Line(Patience(give_up_after=20.0))
        self._known: dict[int, bytes] = {}

    def read_at(self, offset: int, length: int) -> bytes:
        """These bytes, fewer where the blob ends."""
        end = min(offset + length, self._length)
        if not 0 <= offset < end:
            return b""
        first, last = offset // _PIECE, (end - 1) // _PIECE
        content = b"".join(self._piece(number) for number in range(first, last + 1))
        return content[offset - first * _PIECE : end - first * _PIECE]

    def _piece(self, number: int) -> bytes:
        if number not in self._known:
            self._task.check_stop()
            start = number * _PIECE
            size = min(_PIECE, self._length - start)
            self._known[number] = self._line.call(lambda: self._blob.read(start, size))
        return self._known[number]


def look_into(blob: PageBlob, reading: BlobReading, task: Task) -> DiskReading:
    """What the rules of a disk need to know of the one in this page blob; raises WizardError where it cannot be read."""
    task.report(phase=msg("Reading the disk’s partition table"))
    pieces = _Pieces(blob, reading.length if reading.footer else 0, task)
    found = recognise(pieces.read_at, reading.length if reading.footer else 0)
    footer, size, table = found.footer, None, None
    if found.kind is FileKind.FIXED_VHD and footer is not None:
        size = min(footer.current_size, reading.length - FOOTER_BYTES)
        table = read_partitions(lambda at, length: pieces.read_at(at, min(length, size - at)), size)
    return DiskReading(
        path=blob.name,
        kind=found.kind,
        file_bytes=reading.length,
        footer=footer,
        footer_offset=found.footer_offset,
        size=size,
        table=table,
        data_bytes=reading.data_bytes,
    )
