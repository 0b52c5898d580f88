"""What the reader does: it opens the disk that the wizard reads for it, and tells chapter by chapter what is in it."""

from __future__ import annotations

import json
import os
from typing import Any, BinaryIO

from wizard.inspection.chapters import CHAPTERS, Chapter
from wizard.inspection.found.inside import Unread, Why
from wizard.inspection.reader import frames
from wizard.inspection.reader.frames import Opened, Work
from wizard.inspection.reader.own_limits import limit_myself
from wizard.inspection.system_files import Budget, Files, TooMuchError
from wizard.inspection.volumes.blocked import BlockedError
from wizard.inspection.volumes.opened_disk import OpenedDisk, open_disk
from wizard.results import from_json, to_json


def main() -> None:
    """Serve the wizard at the other end of standard input and output, then end."""
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # Whatever else is printed in this process must not get among the frames.
    os.dup2(2, 1)
    wizard = _Wizard(source, target)
    try:
        serve(wizard)
    except (EOFError, OSError):
        os._exit(1)  # the wizard is gone: nobody hears what is left to say


class _Wizard:
    """The other end."""

    def __init__(self, source: BinaryIO, target: BinaryIO) -> None:
        self._source, self._target = source, target

    def work(self) -> Work:
        """What is to be done."""
        self.tell(frames.HELLO, frames.NUMBER.pack(os.getpid()))
        work: Work = from_json(Work, json.loads(frames.read(self._source, frames.FROM_WIZARD)[1]))
        return work

    def tell(self, kind: bytes, content: bytes = b"") -> None:
        """Send one frame."""
        frames.write(self._target, kind, content)

    def read_at(self, offset: int, length: int) -> bytes:
        """These bytes of the disk, fewer where it ends. Never comes back where the wizard is gone."""
        pieces = []
        try:
            while length > 0:
                asked = min(length, frames.READ_MOST)
                self.tell(frames.READ, frames.REQUEST.pack(offset, asked))
                piece = frames.read(self._source, frames.FROM_WIZARD)[1]
                pieces.append(piece)
                if len(piece) < asked:
                    break
                offset, length = offset + asked, length - asked
        except (EOFError, OSError):
            os._exit(1)  # a reader of file systems would take an error for a damaged disk, and go on
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def serve(wizard: _Wizard) -> None:
    """Do the work that the wizard asks for; raises EOFError and OSError where it is gone."""
    work = wizard.work()
    limit_myself(work.memory, work.seconds)
    disk = _opened(wizard, work.size)
    chapters = [each for each in CHAPTERS if each.system == disk.system] if disk.files is not None else []
    unread = () if disk.files is not None else (Unread("", disk.why, disk.detail),)
    opened = Opened(disk.volumes, disk.system, tuple(each.name for each in chapters), unread)
    wizard.tell(frames.OPENED, _as_json(opened))
    for chapter in chapters:
        if chapter.name not in work.leave_out and disk.files is not None:
            wizard.tell(frames.BEGINS, chapter.name.encode())
            wizard.tell(*_read(chapter, disk.files))
    wizard.tell(frames.END)


def _opened(wizard: _Wizard, size: int) -> OpenedDisk:
    """The disk, or why nothing of it can be read."""
    try:
        return open_disk(wizard.read_at, size)
    except Exception as error:
        why, detail = _why(error)
        return OpenedDisk(why=why.value, detail=detail)


def _read(chapter: Chapter, files: Files) -> tuple[bytes, bytes]:
    """The frame that tells what a chapter's reader found, or why it found nothing."""
    files.budget = Budget()  # what one chapter spends, the next one does not miss
    try:
        content = _as_json(chapter.read(files))
        if len(content) > frames.FROM_READER[frames.CHAPTER]:
            raise TooMuchError("record")
    except Exception as error:
        why, detail = _why(error)
        return frames.UNREAD, _as_json(Unread(chapter.name, why.value, detail))
    return frames.CHAPTER, content


def _why(error: Exception) -> tuple[Why, str]:
    """What a failure of reading comes to; of the image's content nothing is told."""
    if isinstance(error, BlockedError):
        return error.why, error.detail
    if isinstance(error, OSError):
        return Why.DAMAGED, ""
    if isinstance(error, TooMuchError):
        return Why.TOO_MUCH, str(error)
    too_much = isinstance(error, MemoryError | RecursionError)
    return Why.TOO_MUCH if too_much else Why.CRASHED, type(error).__name__


def _as_json(value: Any) -> bytes:
    return json.dumps(to_json(value), separators=(",", ":")).encode("ascii")
