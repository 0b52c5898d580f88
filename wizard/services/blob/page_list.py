"""The answer to Get Page Ranges, read as it comes in: bounded, and without anything that XML can do beyond elements."""

from __future__ import annotations

from typing import Final
from xml.parsers import expat

from wizard.transfer.ranges import Stretch

MOST_BYTES: Final = 64 * 1024 * 1024
"""Of one answer: 16 GiB with a range every 128 KiB come to 8 MiB."""

_DEEPEST: Final = 8
_LONGEST_MARKER: Final = 16 * 1024


class NotAPageList(ValueError):  # noqa: N818  (what it is, not what happened)
    """The answer is no list of page ranges."""


class PageList:
    """`feed` takes the bytes, `end` says that was all; then `ranges` is whole and `next_marker` "" where no more follow."""

    def __init__(self, length: int) -> None:
        """`length`: of the blob, in bytes; no range may go beyond it."""
        self.ranges: list[Stretch] = []
        self.next_marker = ""
        self._length = length
        self._path: list[str] = []
        self._text: list[str] = []
        self._kept = 0
        self._range: dict[str, int] = {}
        self._parser = expat.ParserCreate("UTF-8")  # whatever else the answer says it is in
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._finish
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse

    def feed(self, data: bytes) -> None:
        """Read on; raises NotAPageList."""
        self._parse(data, False)

    def end(self) -> None:
        """Raises NotAPageList where something is missing."""
        self._parse(b"", True)

    def _parse(self, data: bytes, final: bool) -> None:
        try:
            self._parser.Parse(data, final)
        except expat.ExpatError as error:
            raise NotAPageList(str(error)) from error

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        if len(self._path) >= _DEEPEST or (not self._path and name != "PageList"):
            raise NotAPageList(f"an element {name[:40]}")
        self._path.append(name)
        self._text.clear()
        self._kept = 0
        if self._path == ["PageList", "PageRange"]:
            self._range = {}

    def _finish(self, _name: str) -> None:
        text = "".join(self._text).strip()
        match self._path:
            case ["PageList", "PageRange", "Start" | "End" as which]:
                if not text.isascii() or not text.isdigit() or len(text) > 20:
                    raise NotAPageList("a place that is no number")
                self._range[which] = int(text)
            case ["PageList", "PageRange"]:
                start, last = self._range.get("Start", -1), self._range.get("End", -1)
                if not 0 <= start <= last < self._length:
                    raise NotAPageList("a range that is none")
                self.ranges.append((start, last - start + 1))
            case ["PageList", "NextMarker"]:
                self.next_marker = text
        self._path.pop()
        self._text.clear()

    def _characters(self, data: str) -> None:
        self._kept += len(data)
        if self._kept > _LONGEST_MARKER:
            raise NotAPageList("a very long text")
        self._text.append(data)

    def _refuse(self, *_: object) -> None:
        raise NotAPageList("a document type or an entity")
