"""dpkg's database: /var/lib/dpkg/status, and status.d where an image was put together without dpkg (deb822(5))."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from wizard.inspection.found.packages import Package
from wizard.inspection.system_files import Content, Files
from wizard.where import printable

STATUS: Final = "/var/lib/dpkg/status"
_PARTS: Final = "/var/lib/dpkg/status.d"
_READ_MOST: Final = 64 * 1024 * 1024
_PIECE: Final = 1024 * 1024
_LINE_MOST: Final = 1024  # of what is asked for; descriptions may be longer
_PARTS_MOST: Final = 20_000
_FIELDS: Final = (b"Package", b"Status", b"Version", b"Architecture")


def dpkg_databases(files: Files) -> tuple[str, ...]:
    """The database, where it is there."""
    return tuple(
        path
        for path, there in ((STATUS, files.is_file(STATUS)), (_PARTS, bool(files.names(_PARTS))))
        if there
    )


def dpkg_packages(files: Files, path: str) -> Iterator[Package | None]:
    """Every package that is installed; None where the database goes on beyond what is read."""
    if path == STATUS:
        content = files.content(path)
        if content is not None:
            yield from _paragraphs(_lines(content), status_needed=True)
            if content.size > _READ_MOST:
                yield None
        return
    names = [name for name in files.names(path) if not name.endswith(".md5sums")]
    for name in names[:_PARTS_MOST]:
        content = files.content(f"{path}/{name}")
        if content is not None:
            yield from _paragraphs(_lines(content), status_needed=False)
    if len(names) > _PARTS_MOST:
        yield None


def _paragraphs(lines: Iterable[bytes], *, status_needed: bool) -> Iterator[Package]:
    fields: dict[bytes, str] = {}
    for line in lines:
        if not line:
            yield from _package(fields, status_needed=status_needed)
            fields = {}
            continue
        key, colon, value = line.partition(b":")
        if colon and key in _FIELDS:
            fields[key] = printable(value.strip().decode("utf-8", "replace"))
    yield from _package(fields, status_needed=status_needed)


def _package(fields: dict[bytes, str], *, status_needed: bool) -> Iterator[Package]:
    # What is wanted ("install", "hold") comes first, what is the case comes last.
    state = fields.get(b"Status", "").split(" ")[-1]
    installed = state == "installed" or (not status_needed and not state)
    if installed and fields.get(b"Package") and fields.get(b"Version"):
        yield Package(fields[b"Package"], fields[b"Version"], fields.get(b"Architecture", ""))


def _lines(content: Content) -> Iterator[bytes]:
    """Lines without their ends, long ones cut; the file is read in pieces."""
    rest = b""
    for offset in range(0, min(content.size, _READ_MOST), _PIECE):
        *lines, rest = (rest + content.read_at(offset, _PIECE)).split(b"\n")
        for line in lines:
            yield line[:_LINE_MOST].rstrip(b"\r")
        rest = rest[:_LINE_MOST]
    if rest:
        yield rest
