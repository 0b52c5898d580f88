"""The disk that is being sent: read at any place, and its file watched so that it stays the same."""

from __future__ import annotations

import hashlib
import itertools
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, Protocol

from wizard.errors import WizardError
from wizard.messages import msg
from wizard.transfer.ranges import PAGE, Stretch, joined
from wizard.transfer.resuming.identity import Identity, sample_of
from wizard.transfer.stretches import Stretches

_LOOK_EVERY: Final = 1.0  # seconds between two looks at the file


class Disk(Protocol):
    """A fixed VHD to be sent, whatever file it is read from; wizard.disk.as_vhd has one. For one thread at a time.

    The same disk gives the same bytes in every session and on every computer.
    """

    @property
    def path(self) -> Path:
        """The file that it is read from."""

    @property
    def length(self) -> int:
        """How many bytes the VHD has, its footer with it: whole pages."""

    @property
    def footer(self) -> bytes:
        """Its last 512 bytes."""

    def extents(self) -> Iterable[Stretch]:
        """Where there may be data, ascending and apart; everything else is zeros. May raise OSError and WizardError."""

    def read_at(self, start: int, length: int) -> bytes:
        """Exactly these bytes; may raise OSError and WizardError."""


class Source:
    """A disk and its file. Raises WizardError for a file that is gone, changed or unreadable."""

    def __init__(self, disk: Disk) -> None:
        self.path = disk.path
        self.length = disk.length
        self.footer = disk.footer
        self._disk = disk
        self._seen = self._look()
        self._last_look = time.monotonic()
        self.identity = Identity(
            length=self.length,
            modified_ns=self._seen.st_mtime_ns,
            footer_digest=hashlib.sha256(self.footer).hexdigest(),
            sample=sample_of(self.read_at, self.length),
            file_bytes=self._seen.st_size,
        )

    def read_at(self, start: int, length: int) -> bytes:
        """These bytes, all of them."""
        try:
            data = self._disk.read_at(start, length)
        except OSError as error:
            self.check()
            raise WizardError(
                msg("{path} cannot be read at byte {byte}", path=str(self.path), byte=start),
                msg(
                    "Check the disk the file is on, or the network if it is a shared folder, then start again. "
                    "What was sent is kept."
                ),
                {"error": str(error)},
            ) from error
        if len(data) != length:
            raise self.changed()
        return data

    def extents(self, looked: Callable[[], None]) -> Stretches:
        """Where there may be data: whole pages, what is nearly together made one; `looked` is called now and then."""
        found = Stretches(self.length)
        try:
            everything = itertools.chain(self._disk.extents(), ((self.length - PAGE, PAGE),))
            for number, (first, beyond) in enumerate(joined(everything, self.length)):
                if number % 1000 == 0:
                    looked()
                found.add(first, beyond - first)
        except OSError as error:
            self.check()
            raise WizardError(
                msg("{path} cannot be read", path=str(self.path)),
                msg(
                    "Check the disk the file is on, or the network if it is a shared folder, then start again."
                ),
                {"error": str(error)},
            ) from error
        return found

    def watch(self) -> None:
        """Look whether the file is still the same, at most once a second; cheap: call it often."""
        if time.monotonic() - self._last_look >= _LOOK_EVERY:
            self.check()

    def check(self) -> None:
        """Look now whether the file is still the same."""
        self._last_look = time.monotonic()
        seen = self._look()
        if (seen.st_size, seen.st_mtime_ns) != (self._seen.st_size, self._seen.st_mtime_ns):
            raise self.changed()
        # Windows lets no open file be replaced, and numbers a file on a network drive anew at each look.
        if os.name != "nt" and (seen.st_dev, seen.st_ino) != (self._seen.st_dev, self._seen.st_ino):
            raise self.changed()

    def changed(self) -> WizardError:
        """The error for a file that is not what it was."""
        return WizardError(
            msg("{path} was changed while it was being uploaded", path=str(self.path)),
            msg(
                "Close whatever writes to it, a running virtual machine above all. Check the image again, then upload it anew "
                "and allow the unfinished blob to be overwritten."
            ),
        )

    def _look(self) -> os.stat_result:
        try:
            return self.path.stat()
        except OSError as error:
            raise WizardError(
                msg("{path} has gone while it was being uploaded", path=str(self.path)),
                msg("Put the file back in its place, unchanged, then start again. What was sent is kept."),
                {"error": str(error)},
            ) from error
