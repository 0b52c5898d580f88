"""A program that runs beside the wizard: no shell, no window, its output held in bounds, and never left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import IO, Any, Final, Self

OUTPUT_MOST: Final = 4 * 1024 * 1024
"""Of what a program says only this much is kept, the newest, in bytes."""

_ENDS_WITHIN: Final = 10.0  # seconds after it was killed


class Child:
    """A running program; at the end of the `with` block it is ended, if it has not ended by itself.

    Raises OSError where it cannot be started.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | {"LC_ALL": "C", "LANGUAGE": ""},
            bufsize=0,
            **_options(),
        )
        self._said = (bytearray(), bytearray())
        self._readers = [
            threading.Thread(target=_read, args=(stream, said), daemon=True)
            for stream, said in zip((self._process.stdout, self._process.stderr), self._said, strict=True)
        ]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self.wait(_ENDS_WITHIN)
        for reader, stream in zip(self._readers, (self._process.stdout, self._process.stderr), strict=True):
            reader.join(_ENDS_WITHIN)
            if stream is not None and not reader.is_alive():
                stream.close()

    @property
    def status(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.poll()

    @property
    def output(self) -> bytes:
        """The end of what it wrote on standard output so far."""
        return bytes(self._said[0])

    @property
    def complaint(self) -> str:
        """The end of what it wrote on standard error so far."""
        return bytes(self._said[1][-4096:]).decode("utf-8", "replace")

    def wait(self, seconds: float) -> bool:
        """Wait that long at the most; whether it has ended, and all it said has been read."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        for reader in self._readers:
            reader.join(_ENDS_WITHIN)
        return True


def _read(stream: IO[bytes], said: bytearray) -> None:
    while chunk := stream.read(65536):
        said += chunk
        if len(said) > OUTPUT_MOST:
            del said[: len(said) - OUTPUT_MOST]


def _options() -> dict[str, Any]:
    """For Popen: no console window, and Ctrl+C in the wizard's console is for the wizard alone."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    else:
        return {"process_group": 0}
