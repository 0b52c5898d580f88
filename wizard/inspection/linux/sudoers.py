"""Reads the sudoers files in sudo's own order, as far as rules ask: targetpw, NOPASSWD, and everybody may do everything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wizard.inspection.found.accounts import EVERYONE, NO_TARGETPW, NOPASSWD, TARGETPW, SudoLine
from wizard.inspection.system_files import Files

# SUSE keeps the vendor's file below /usr/etc, and reads it where /etc has none.
_ROOTS: Final = ("/etc/sudoers", "/usr/etc/sudoers")
_DEPTH_MOST: Final = 16
_FILES_MOST: Final = 200
_LINES_MOST: Final = 200
_READ_MOST: Final = 256 * 1024


def read_sudoers(files: Files) -> tuple[tuple[SudoLine, ...], tuple[str, ...]]:
    """The lines that rules ask about, and the files that were read, both in sudo's order (sudoers(5)); bounded."""
    root = next((each for each in _ROOTS if files.is_file(each)), "")
    read: list[str] = []
    found: list[SudoLine] = []
    if root:
        for line in _below(files, root, read, _DEPTH_MOST):
            found.append(line)
            if len(found) == _LINES_MOST:
                break
    return tuple(found), tuple(read)


def _below(files: Files, path: str, read: list[str], depth: int) -> Iterator[SudoLine]:
    if depth == 0 or len(read) >= _FILES_MOST or not files.is_file(path):
        return
    read.append(path)
    for number, text in _joined(files.lines(path, _READ_MOST)):
        word, _, rest = text.replace("\t", " ").partition(" ")
        if word in ("#include", "@include"):
            yield from _below(files, _beside(path, rest), read, depth - 1)
        elif word in ("#includedir", "@includedir"):
            folder = _beside(path, rest)
            for name in files.names(folder):
                # sudoers(5): names that end in ~ or contain a dot are left out.
                if not name.endswith("~") and "." not in name:
                    yield from _below(files, f"{folder.rstrip('/')}/{name}", read, depth - 1)
        else:
            yield from (SudoLine(what, path, number, text) for what in _said(text))


def _joined(lines: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Lines with those that a backslash continues, without blanks around them."""
    held, start = "", 0
    for number, line in enumerate(lines, 1):
        start = start or number
        if line.endswith("\\") and len(held) < _READ_MOST:
            held += line[:-1]
            continue
        yield start, (held + line).strip()
        held, start = "", 0
    if held:
        yield start, held.strip()


def _beside(path: str, rest: str) -> str:
    """The file that an include names; relative to the folder of the file that does."""
    name = rest.strip().strip('"').replace("\\ ", " ")
    return name if name.startswith("/") else f"{path.rpartition('/')[0]}/{name}"


def _said(text: str) -> Iterator[str]:
    """What a line says of what rules ask about."""
    if not text or text.startswith("#"):
        return
    text = text.partition("#")[0].rstrip()
    word, _, rest = text.replace("\t", " ").partition(" ")
    if word.startswith("Defaults"):
        for each in rest.split(","):
            negations = len(each.strip()) - len(each.strip().lstrip("!"))
            if each.strip().lstrip("!").strip() == TARGETPW:
                if negations % 2 == 0:
                    yield TARGETPW
                elif word == "Defaults":  # one that is bound to a user or host turns it off for that one only
                    yield NO_TARGETPW
        return
    if "NOPASSWD:" in text.replace(" ", ""):
        yield NOPASSWD
    if word == "ALL" and rest.replace(" ", "") in ("ALL=(ALL)ALL", "ALL=(ALL:ALL)ALL", "ALL=ALL"):
        yield EVERYONE
