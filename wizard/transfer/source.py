"""The disk that is being sent: read at any place, and watched so that it stays the same."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from wizard.errors import WizardError
from wizard.messages import msg
from wizard.transfer.mark import Identity
from wizard.transfer.ranges import PAGE

_COOKIE: Final = b"conectix"  # VHD-01
_LOOK_EVERY: Final = 1.0  # seconds between two looks at the file


class Source:
    """A fixed VHD, open for reading. Raises WizardError for a file that is gone, changed, unreadable, or no fixed VHD."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file: BinaryIO = path.open("rb", buffering=0)
        try:
            seen = os.fstat(self.file.fileno())
            self.length = seen.st_size
            self._modified_ns = seen.st_mtime_ns
            self._last_look = 0.0
            if self.length < 2 * PAGE or self.length % PAGE:
                raise self._no_vhd()
            self.footer = self.read_at(self.length - PAGE, PAGE)
            if not self.footer.startswith(_COOKIE):
                raise self._no_vhd()
        except BaseException:
            self.file.close()
            raise
        self.identity = Identity(self.length, self._modified_ns, hashlib.sha256(self.footer).hexdigest())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.close()

    def read_at(self, start: int, length: int) -> bytes:
        """These bytes, all of them."""
        try:
            self.file.seek(start)
            data = self.file.read(length)
            while len(data) < length:
                more = self.file.read(length - len(data))
                if not more:
                    raise self._changed()
                data += more
        except OSError as error:
            raise WizardError(
                msg("{path} cannot be read at byte {byte}", path=str(self.path), byte=start),
                msg(
                    "Check the disk the file is on, or the network if it is a shared folder, then start again. "
                    "What was sent is kept."
                ),
                {"error": str(error)},
            ) from error
        return data

    def watch(self) -> None:
        """Look whether the file is still the same, at most once a second; cheap: call it often."""
        if time.monotonic() - self._last_look >= _LOOK_EVERY:
            self.check()

    def check(self) -> None:
        """Look now whether the file is still the same."""
        self._last_look = time.monotonic()
        try:
            opened, named = os.fstat(self.file.fileno()), self.path.stat()
        except OSError as error:
            raise WizardError(
                msg("{path} has gone while it was being uploaded", path=str(self.path)),
                msg("Put the file back in its place, unchanged, then start again. What was sent is kept."),
                {"error": str(error)},
            ) from error
        for seen in (opened, named):
            if (seen.st_size, seen.st_mtime_ns) != (self.length, self._modified_ns):
                raise self._changed()
        # Windows lets no open file be replaced, and numbers a file on a network drive anew at each look.
        if os.name != "nt" and (opened.st_dev, opened.st_ino) != (named.st_dev, named.st_ino):
            raise self._changed()

    def _changed(self) -> WizardError:
        return WizardError(
            msg("{path} was changed while it was being uploaded", path=str(self.path)),
            msg(
                "Close whatever writes to it, a running virtual machine above all. Check the image again, then upload it anew "
                "and allow the unfinished blob to be overwritten."
            ),
        )

    def _no_vhd(self) -> WizardError:
        return WizardError(
            msg("{path} is not a fixed VHD", path=str(self.path)),
            msg("Choose a fixed VHD; the step Disk image says what is wrong with this file."),
            {"length": str(self.length)},
        )
