"""A sound disk in a file with some of its bytes spoilt, to be looked into."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from tests.fuzz.spoilt import Spoilt


class SpoiltDisk:
    """What wizard.inspection.inspect.look_inside wants: its size, and what stands where."""

    def __init__(self, image: Path, spoilt: Spoilt) -> None:
        self._file = image.open("rb")
        self._spoilt = spoilt
        self.size = max(spoilt.length // 512, 1) * 512

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def read_at(self, offset: int, length: int) -> bytes:
        length = min(length, self.size - offset)
        self._file.seek(offset)
        data = bytearray(self._file.read(length).ljust(length, b"\0"))
        for start, piece in self._spoilt.over.items():
            first, last = max(start, offset), min(start + len(piece), offset + length)
            if first < last:
                data[first - offset : last - offset] = piece[first - start : last - start]
        return bytes(data)
