"""The text in which LVM2 keeps its metadata: names with values, lists, and sections in braces (lvm2, lib/config)."""

from __future__ import annotations

import re
from typing import Final

Value = int | str | list[int | str]
Section = dict[str, "Value | Section"]

# Every way is as long as what it eats: nothing here is tried twice.
_TOKEN: Final = re.compile(r'[\s,]+|#[^\n]*|"(?:[^"\\]|\\.)*"|[{}\[\]=]|[^\s{}\[\]=,"#]+')
_DEPTH_MOST: Final = 16


class TextError(ValueError):
    """It is no such text."""


def parse(text: str) -> Section:
    """The text as sections within sections; raises TextError."""
    top: Section = {}
    open_sections = [top]
    name = ""
    values: list[int | str] | None = None  # of the list that is open
    assigned = False
    for token in _tokens(text):
        if values is not None:
            if token == "]":
                open_sections[-1][name], values, assigned = values, None, False
            else:
                values.append(_value(token))
        elif token == "[":
            if not assigned:
                raise TextError(token)
            values = []
        elif assigned:
            open_sections[-1][name], assigned = _value(token), False
        elif token == "=":
            assigned = True
        elif token == "{":
            below: Section = {}
            open_sections[-1][name] = below
            open_sections.append(below)
            if len(open_sections) > _DEPTH_MOST:
                raise TextError(token)
        elif token == "}":
            open_sections.pop()
            if not open_sections:
                raise TextError(token)
        else:
            name = token
    if len(open_sections) != 1 or values is not None:
        raise TextError("the end is missing")
    return top


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise TextError(text[at : at + 1])
        at = match.end()
        token = match.group()
        if token[0] not in "#," and not token[0].isspace():
            found.append(token)
    return found


def _value(token: str) -> int | str:
    if token.startswith('"'):
        return token[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    if len(token) <= 20 and token.lstrip("-").isascii() and token.lstrip("-").isdigit():
        return int(token)
    if token in "{}[]=":
        raise TextError(token)
    return token


def section(above: Section, name: str) -> Section:
    """A section, an empty one where there is none of that name."""
    found = above.get(name)
    return found if isinstance(found, dict) else {}


def number(above: Section, name: str) -> int:
    """A number; raises TextError where there is none of that name."""
    found = above.get(name)
    if not isinstance(found, int):
        raise TextError(name)
    return found


def words(above: Section, name: str) -> list[int | str]:
    """A list, an empty one where there is none of that name."""
    found = above.get(name)
    return found if isinstance(found, list) else []
