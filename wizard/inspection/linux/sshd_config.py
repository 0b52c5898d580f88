"""Reads sshd_config(5) as sshd does: the first value counts, files are included where they are named, Match ends with its file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from wizard.inspection.found.ssh import MATCH_ALL, Setting
from wizard.inspection.system_files import Files

KEYWORDS: Final = (
    "AuthorizedKeysFile",
    "ClientAliveCountMax",
    "ClientAliveInterval",
    "PasswordAuthentication",
    "PermitEmptyPasswords",
    "PermitRootLogin",
    "Port",
)
FOLDER: Final = "/etc/ssh"  # what a relative Include is relative to

_BY_LOWER: Final = {each.lower(): each for each in KEYWORDS}
_DEPTH_MOST: Final = 16  # as sshd's own limit
_FILES_MOST: Final = 100
_SETTINGS_MOST: Final = 300
_READ_MOST: Final = 256 * 1024
_BLANKS: Final = " \t\r\f"


@dataclass(slots=True)
class Reading:
    """What was read so far. `drop_in`: the folder of the first Include, where that comes before all else."""

    files: list[str] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)
    drop_in: str = ""
    complete: bool = True


def read_config(files: Files, path: str, reading: Reading) -> None:
    """Add what this file and those it includes say."""
    _read(files, path, reading, "", _DEPTH_MOST)


def words(line: str) -> tuple[str, tuple[str, ...]] | None:
    """The keyword in lower case and its arguments; None for an empty line, a comment, or what sshd refuses."""
    line = line.strip(_BLANKS)
    if not line or line.startswith("#"):
        return None
    end = next((index for index, sign in enumerate(line) if sign in " \t="), len(line))
    keyword, rest = line[:end].strip('"').lower(), line[end:].lstrip(_BLANKS)
    arguments = _arguments(rest.removeprefix("="))
    return (keyword, arguments) if keyword and arguments else None


def _read(files: Files, path: str, reading: Reading, match: str, depth: int) -> None:
    if depth == 0 or len(reading.files) >= _FILES_MOST:
        reading.complete = False
        return
    if not files.is_file(path):
        return
    first = not reading.files
    reading.files.append(path)
    outer, inner = match, ""
    for number, line in enumerate(files.lines(path, _READ_MOST), 1):
        said = words(line)
        if said is None:
            continue
        keyword, arguments = said
        if keyword == "include":
            if first and not (reading.settings or reading.drop_in or inner):
                reading.drop_in = _drop_in(arguments[0])
            for pattern in arguments:
                for each in files.glob(pattern if pattern.startswith("/") else f"{FOLDER}/{pattern}"):
                    # A Match of the included file ends with it, and one around it holds for all of it.
                    _read(files, each, reading, _both(outer, inner), depth - 1)
        elif keyword == "match":
            inner = " ".join(arguments).lower() if len(arguments) == 1 else " ".join(arguments)
        elif keyword in _BY_LOWER:
            if len(reading.settings) >= _SETTINGS_MOST:
                reading.complete = False
                return
            reading.settings.append(
                Setting(_BY_LOWER[keyword], " ".join(arguments), path, number, _both(outer, inner))
            )


def _both(outer: str, inner: str) -> str:
    """The conditions of a Match within another's file; `all` adds none."""
    return " ".join(each for each in (outer, inner) if each not in ("", MATCH_ALL)) or outer or inner


def _drop_in(pattern: str) -> str:
    """The folder of an Include like /etc/ssh/sshd_config.d/*.conf."""
    folder, _, name = (pattern if pattern.startswith("/") else f"{FOLDER}/{pattern}").rpartition("/")
    return folder if name in ("*.conf", "*") and not any(sign in folder for sign in "*?[") else ""


def _arguments(text: str) -> tuple[str, ...]:
    """Words apart, quotes and backslashes heeded, up to a comment; none where a quote is not closed."""
    found: list[str] = []
    index, end = 0, len(text)
    while index < end:
        if text[index] in _BLANKS:
            index += 1
            continue
        if text[index] == "#":
            break
        signs: list[str] = []
        quote = ""
        while index < end and (quote or text[index] not in _BLANKS):
            sign, after = text[index], text[index + 1 : index + 2]
            if sign == "\\" and after and (after in "'\"\\" or (after == " " and not quote)):
                signs.append(after)
                index += 1
            elif sign in "'\"" and quote in ("", sign):
                quote = "" if quote else sign
            else:
                signs.append(sign)
            index += 1
        if quote:
            return ()
        found.append("".join(signs))
    return tuple(found)
