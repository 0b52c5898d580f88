"""GRUB's command `test`, also written [ … ]: comparisons of texts and numbers, and questions about files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from wizard.inspection.linux.boot.boot_paths import in_system
from wizard.inspection.system_files import Files
from wizard.inspection.tree import Kind

_TEXTS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "=": lambda a, b: a == b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
}
_NUMBERS: Final[Mapping[str, Callable[[int, int], bool]]] = {
    "-eq": lambda a, b: a == b,
    "-ne": lambda a, b: a != b,
    "-lt": lambda a, b: a < b,
    "-le": lambda a, b: a <= b,
    "-gt": lambda a, b: a > b,
    "-ge": lambda a, b: a >= b,
}


def is_true(words: tuple[str, ...], files: Files) -> bool:
    """What the words between [ and ] come to; -a binds closer than -o, and what is not known is false."""
    return any(all(_term(term, files) for term in _split(part, "-a")) for part in _split(words[:1000], "-o"))


def _split(words: tuple[str, ...], at: str) -> list[tuple[str, ...]]:
    parts: list[tuple[str, ...]] = []
    start = 0
    for index, word in enumerate(words):
        if word == at:
            parts.append(words[start:index])
            start = index + 1
    return [*parts, words[start:]]


def _term(words: tuple[str, ...], files: Files) -> bool:
    negated = False
    while words[:1] == ("!",) and len(words) > 1:
        words, negated = words[1:], not negated
    return _plain_term(words, files) != negated


def _plain_term(words: tuple[str, ...], files: Files) -> bool:
    if len(words) == 1:
        return bool(words[0])
    if len(words) == 2:
        return _one(words[0], words[1], files)
    if len(words) == 3 and words[1] in _TEXTS:
        return _TEXTS[words[1]](words[0], words[2])
    if len(words) == 3 and words[1] in _NUMBERS:
        return _NUMBERS[words[1]](_number(words[0]), _number(words[2]))
    return False


def _one(sign: str, value: str, files: Files) -> bool:
    if sign in ("-n", "-z"):
        return bool(value) == (sign == "-n")
    entry = files.find(in_system(files, value)) if value else None
    if sign == "-e":
        return entry is not None
    if sign == "-d":
        return entry is not None and entry.kind is Kind.FOLDER
    if sign in ("-f", "-s"):
        return entry is not None and entry.kind is Kind.FILE and (sign == "-f" or entry.size > 0)
    return False


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
