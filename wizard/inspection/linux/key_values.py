"""Files of settings, line by line: KEY=value as the shell reads it, and keys in [sections]."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from wizard.inspection.system_files import Files
from wizard.where import Where, where

_LINES_MOST: Final = 20_000  # of one file; more than any settings file has


@dataclass(frozen=True, slots=True)
class KeyValue:
    """A setting: `section` is "" in files that have none; `line` counts from 1; `text` is the whole line."""

    key: str
    value: str
    line: int
    text: str
    section: str = ""

    def at(self, path: str) -> Where:
        """Its place in this file."""
        return where(path, self.line, self.text)


def shell_values(lines: Iterable[str]) -> tuple[KeyValue, ...]:
    """KEY=value lines as in /etc/sysconfig: quotes taken off, comments left out."""
    return tuple(_shell_values(lines))


def sectioned_values(lines: Iterable[str]) -> tuple[KeyValue, ...]:
    """key=value lines below [section] lines, as NetworkManager's and systemd's files have them; sections in lower case."""
    return tuple(_sectioned_values(lines))


def last(values: Iterable[KeyValue], *keys: str) -> KeyValue | None:
    """The last setting of one of these keys: the one in force."""
    found = None
    for each in values:
        if each.key in keys:
            found = each
    return found


def shell_setting(files: Files, path: str, key: str) -> tuple[str | None, Where | None]:
    """The value in force of one key of a file, and its place; None where nothing sets it."""
    found = last(shell_values(files.lines(path)), key)
    return (found.value, found.at(path)) if found is not None else (None, None)


def _shell_values(lines: Iterable[str]) -> Iterator[KeyValue]:
    for number, line in _numbered(lines):
        text = line.strip().removeprefix("export ").lstrip()
        key, equals, value = text.partition("=")
        if equals and not key.startswith("#") and key and not any(each.isspace() for each in key):
            yield KeyValue(key, _unquoted(value), number, line)


def _sectioned_values(lines: Iterable[str]) -> Iterator[KeyValue]:
    section = ""
    for number, line in _numbered(lines):
        text = line.strip()
        if text.startswith("[") and "]" in text:
            section = text[1 : text.index("]")].strip().lower()
        elif text and text[0] not in "#;":
            key, equals, value = text.partition("=")
            if equals:
                yield KeyValue(key.strip(), value.strip(), number, line, section)


def _numbered(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, 1):
        if number > _LINES_MOST:
            return
        yield number, line


def _unquoted(value: str) -> str:
    value = value.strip()
    if value[:1] in ('"', "'"):
        end = value.find(value[0], 1)
        return value[1:end] if end > 0 else value[1:]
    return value.split(" #", 1)[0].split("\t#", 1)[0].rstrip(" \t;")
