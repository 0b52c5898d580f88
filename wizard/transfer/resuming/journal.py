"""The journal of an upload, in a file of its own: what a killed program would have known. Lines are only ever added to it.

Every line ends with a check value over itself and all lines before it. A line that was torn off at the end counts as never
written. A journal that is damaged in any other way is set aside and not used.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from io import FileIO
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from wizard.errors import WizardError
from wizard.files import write_atomically
from wizard.messages import msg
from wizard.transfer.ranges import Stretch
from wizard.transfer.resuming.identity import Identity
from wizard.transfer.resuming.progress import Progress

_FORMAT: Final = "image-wizard upload journal 1"
_LARGE: Final = 256 * 1024  # bytes, after which it is written anew with what counts alone
_MOST: Final = 4 * 1024 * 1024  # no journal of ours is as large
_SYNC_EVERY: Final = 1.0  # seconds between two times that the system is asked to put it on the disk
_LETS_GO_WITHIN: Final = 1.0  # seconds
_FAR: Final = 64 * 1024 * 1024  # bytes of the plan that nothing had to be sent for, after which that is noted


@dataclass(frozen=True, slots=True)
class Head:
    """Which upload it is about: its mark's number, the blob's address without a query, the lease's id, the source.

    `adopted`: the upload had been begun before this journal, so that what the server held was taken as it was.
    """

    upload: str
    url: str
    lease: str
    source: Identity
    adopted: bool


class JournalInUseError(WizardError):
    """The upload runs in another window or program of this computer."""


class Journal:
    """One file, used by one program at a time. `head` is None before `start`, where there was none or a damaged one.

    Nothing of it stops an upload: where the file cannot be written, `trouble` says why, the file is removed if that is possible,
    and nothing more is noted. For several threads.
    """

    def __init__(self, path: Path) -> None:
        """Open the journal at `path`; raises JournalInUseError."""
        self.path = path
        self.head: Head | None = None
        self.progress = Progress()
        self.trouble: OSError | None = None
        self.damaged = False
        self._file: FileIO | None = None
        self._check = 0
        self._size = 0
        self._noted = 0  # the frontier that stands in the file
        self._unsynced_since: float | None = None
        self._lock = threading.RLock()
        self._hold = FileLock(path.with_name(f".{path.name.lstrip('.')}.lock"), thread_local=False)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # A program that was killed while it started another holds on for a moment, through that one.
            self._hold.acquire(timeout=_LETS_GO_WITHIN, poll_interval=0.05)
        except Timeout:
            raise _in_use() from None
        except (
            OSError,
            RuntimeError,
        ) as error:  # the second is filelock's word for a file system without locks
            self.trouble = error if isinstance(error, OSError) else OSError(str(error))
            return
        try:
            self._read()
        except OSError as error:
            self.trouble = error

    def start(self, head: Head) -> None:
        """Begin a new one for this upload, in place of what was there; its progress is that of `self.progress`."""
        with self._lock:
            self.head = head
            self._rewrite()

    def go_on(self) -> None:
        """Go on with the one that was read."""
        with self._lock:
            self._rewrite()

    def doubt(self) -> None:
        """Note that what is there has to be compared; it stays noted for later sessions."""
        with self._lock:
            if not self.progress.doubted:
                self.progress.doubted = True
                self._write("v")

    def begin(self, stretches: Iterable[Stretch], frontier: int, chain: str) -> None:
        """Note that these are going to be sent, and that the plan is then begun up to `frontier`. Before they are sent."""
        with self._lock:
            lines = []
            for start, length in stretches:
                self.progress.begun((start, length))
                lines.append(f"b {start} {length}")
            self.progress.reached(frontier, chain)
            if self.progress.frontier > self._noted and (lines or frontier >= self._noted + _FAR):
                self._noted = self.progress.frontier
                lines.append(f"f {self._noted} {self.progress.chain}")
            self._write(*lines)

    def done(self, stretch: Stretch, etag: str) -> None:
        """Note that it has arrived, and the blob's ETag."""
        with self._lock:
            self.progress.done(stretch, _plain(etag))
            self._write(f"d {stretch[0]} {stretch[1]} {_plain(etag)}")

    def wrote(self, etag: str) -> None:
        """Note the blob's ETag after another write of ours."""
        with self._lock:
            self.progress.etags.append(_plain(etag))
            self._write(f"e {_plain(etag)}")

    def sync(self) -> None:
        """Ask the system to put it on the disk, where something was noted for a second; call it often."""
        with self._lock:
            since = self._unsynced_since
            if self._file is None or since is None or time.monotonic() - since < _SYNC_EVERY:
                return
            self._unsynced_since = None
            descriptor = os.dup(self._file.fileno())
        try:
            os.fsync(descriptor)  # not with the lock: a slow disk would hold up the senders
        except OSError as error:
            with self._lock:
                self._give_up(error)
        finally:
            os.close(descriptor)

    def finish(self) -> None:
        """Remove it: its upload is whole."""
        with self._lock:
            self._close_file()
            self.head = None
            with contextlib.suppress(OSError):
                self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let others use it."""
        with self._lock:
            if self._file is not None:
                with contextlib.suppress(OSError):
                    os.fsync(self._file.fileno())
            self._close_file()
            if not self._hold.is_locked:
                return
            if os.name != "nt" and self.trouble is None:
                # While it is held: whoever opened it meanwhile sees that it has gone, and takes a new one.
                with contextlib.suppress(OSError):
                    Path(self._hold.lock_file).unlink(missing_ok=True)
            self._hold.release()

    def _read(self) -> None:
        try:
            if self.path.stat().st_size > _MOST:
                raise _Damaged
            content = self.path.read_bytes()
        except FileNotFoundError:
            return
        except _Damaged:
            self._set_aside()
            return
        try:
            self._replay(content)
        except _Damaged:
            self.head, self.progress = None, Progress()
            self._set_aside()

    def _replay(self, content: bytes) -> None:
        if not content:
            return
        check, position = 0, 0
        while position < len(content):
            end = content.find(b"\n", position)
            payload = _checked(content[position:end], check) if end >= 0 else None
            if payload is None:
                # Torn by the end of the program or of the power, which may leave zeros behind.
                if end >= 0 and content[end + 1 :].strip(b"\0"):
                    raise _Damaged
                break
            check = zlib.crc32(payload, check)
            if self.head is None:
                self.head = _head(payload)
            else:
                _apply(payload.decode("ascii"), self.progress)
            position = end + 1
        if self.head is None:
            raise _Damaged
        self._noted = self.progress.frontier

    def _set_aside(self) -> None:
        self.damaged = True
        aside = self.path.with_name(f"{self.path.name}.damaged")
        with contextlib.suppress(OSError):
            self.path.replace(aside)

    def _rewrite(self) -> None:
        """Write it anew, whole or not at all, with what counts alone; go on behind that."""
        if self.trouble is not None or self.head is None:
            return
        self._close_file()
        self._check, progress = 0, self.progress
        payloads = (
            f"{_FORMAT} {json.dumps(asdict(self.head), separators=(',', ':'))}",
            f"f {progress.frontier} {progress.chain}",
            *(f"b {start} {length}" for start, length in progress.pending),
            *(f"e {etag}" for etag in progress.etags),
            *(("v",) if progress.doubted else ()),
        )
        text = "".join(self._line(each) for each in payloads)
        try:
            write_atomically(self.path, text)
            self._file = FileIO(str(self.path), "ab")
        except OSError as error:
            self._give_up(error)
            return
        self._size, self._noted, self._unsynced_since = len(text), progress.frontier, None

    def _write(self, *payloads: str) -> None:
        if self._file is None or not payloads:
            return
        data = "".join(self._line(each) for each in payloads).encode("ascii")
        rest = memoryview(data)
        try:
            while rest:  # to the system at once: killing the program loses nothing
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            self._give_up(error)
            return
        self._size += len(data)
        self._unsynced_since = self._unsynced_since or time.monotonic()
        if self._size > _LARGE:
            self._rewrite()

    def _line(self, payload: str) -> str:
        self._check = zlib.crc32(payload.encode("ascii"), self._check)
        return f"{payload} {self._check:08x}\n"

    def _give_up(self, error: OSError) -> None:
        """Note nothing any more; what stands in the file by now is true, but a later session must not take it for all."""
        self.trouble = error
        self._close_file()
        try:
            self.path.unlink(missing_ok=True)
        except OSError:
            with contextlib.suppress(OSError):
                os.truncate(self.path, 0)

    def _close_file(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None


class _Damaged(Exception):  # noqa: N818  (what the file is)
    """The file is no whole journal."""


def _checked(line: bytes, check: int) -> bytes | None:
    """The line without its check value, None where that does not fit."""
    payload, _, given = line.rpartition(b" ")
    return payload if payload and b"%08x" % zlib.crc32(payload, check) == given else None


def _head(payload: bytes) -> Head:
    text = payload.decode("ascii", "replace")
    if not text.startswith(f"{_FORMAT} "):
        raise _Damaged
    try:
        data = json.loads(text.removeprefix(f"{_FORMAT} "))
        return Head(
            upload=str(data["upload"]),
            url=str(data["url"]),
            lease=str(data["lease"]),
            source=Identity(**data["source"]),
            adopted=bool(data["adopted"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise _Damaged from error


def _apply(line: str, progress: Progress) -> None:
    """Take one line in."""
    try:
        match line.split(" ", 3):
            case ["b", start, length]:
                progress.begun((int(start), int(length)))
            case ["d", start, length, etag]:
                progress.done((int(start), int(length)), etag)
            case ["f", frontier, chain]:
                progress.reached(int(frontier), chain)
            case ["e", etag]:
                progress.etags.append(etag)
            case ["v"]:
                progress.doubted = True
            case _:
                raise _Damaged
    except ValueError as error:
        raise _Damaged from error


def _plain(etag: str) -> str:
    """As it can stand in a line; ETags are plain anyway."""
    return "".join(each if "!" <= each <= "~" else "?" for each in etag)


def _in_use() -> JournalInUseError:
    return JournalInUseError(
        msg("This upload is already under way on this computer, in another window or program"),
        msg("Go on there, or end it there first."),
    )
