"""The part of YAML that cloud-init's and netplan's files are written in: mappings, lists and plain values, with lines.

No anchors, aliases, tags or merge keys: what they say is taken as plain text, so that a small file cannot become a large
tree. What is not understood is left out. Bounded in lines, depth and values; nothing is raised, whatever the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

_LINES_MOST: Final = 5_000
_DEPTH_MOST: Final = 32
_FLOW_MOST: Final = 4_000  # characters of one value in brackets, which may go over several lines


@dataclass(slots=True)
class Node:
    """A value and the line on which it stands, counted from 1: a text, a list or a mapping; one of them at a time."""

    line: int = 0
    text: str = ""
    items: list[Node] = field(default_factory=list)
    keys: dict[str, Node] = field(default_factory=dict)

    def get(self, *path: str) -> Node | None:
        """The value at this path of keys, None where there is none."""
        node: Node | None = self
        for key in path:
            node = node.keys.get(key) if node is not None else None
        return node

    @property
    def words(self) -> tuple[str, ...]:
        """A list of plain values; a single one stands for a list of one."""
        return tuple(each.text for each in self.items) if self.items else ((self.text,) if self.text else ())

    @property
    def truth(self) -> bool | None:
        """As YAML 1.1 reads it; None where it is no truth value."""
        said = self.text.lower()
        if said in ("true", "yes", "on", "y"):
            return True
        return False if said in ("false", "no", "off", "n") else None


@dataclass(slots=True)
class _Line:
    number: int
    indent: int
    text: str


def parse(lines: Sequence[str]) -> Node:
    """The document's mapping; an empty one where it has none."""
    waiting = _significant(lines[:_LINES_MOST])
    if waiting and waiting[0].text.startswith("{"):
        whole = " ".join(each.text for each in waiting[:_FLOW_MOST])
        return _Flow(whole[:_FLOW_MOST], waiting[0].number).value(0)
    waiting.reverse()
    return _block(waiting, 0) if waiting else Node()


def _significant(lines: Sequence[str]) -> list[_Line]:
    """Lines that say something: without blank lines and comments, block scalars and what follows a second document."""
    kept: list[_Line] = []
    scalar: int | None = None  # how far the key of a block scalar is indented
    flow = ""
    for number, line in enumerate(lines, 1):
        text = _without_comment(line).rstrip()
        stripped = text.lstrip(" ")
        indent = len(text) - len(stripped)
        if flow and kept:
            flow += " " + stripped
            kept[-1].text = flow
            if _closed(flow) or len(flow) > _FLOW_MOST:
                flow = ""
            continue
        if not stripped:
            continue
        if scalar is not None and indent > scalar:
            continue
        scalar = None
        if stripped.startswith(("---", "...", "%")) and indent == 0:
            if kept:
                break
            continue
        kept.append(_Line(number, indent, stripped))
        if _begins_scalar(stripped):
            scalar = indent
        elif not _closed(stripped):
            flow = stripped
    return kept


def _block(waiting: list[_Line], depth: int) -> Node:
    """The mapping or list that begins with the next line; `waiting` has the next line last."""
    node = Node(waiting[-1].number)
    indent, is_list = waiting[-1].indent, _is_item(waiting[-1])
    while waiting and waiting[-1].indent >= indent:
        if waiting[-1].indent == indent and _is_item(waiting[-1]) is not is_list:
            break
        line = waiting.pop()
        if line.indent > indent or depth > _DEPTH_MOST:
            continue
        if is_list:
            rest = line.text[1:].lstrip()
            inner = line.indent + len(line.text) - len(rest)
            if not rest:
                if waiting and waiting[-1].indent > indent:
                    node.items.append(_block(waiting, depth + 1))
            elif _key_of(rest) is not None and rest[0] not in "[{":
                waiting.append(_Line(line.number, inner, rest))
                node.items.append(_block(waiting, depth + 1))
            else:
                node.items.append(_value(rest, line.number))
            continue
        key = _key_of(line.text)
        if key is None:
            continue
        name, rest = key
        if rest and not _begins_scalar(line.text):
            node.keys[name] = _value(rest, line.number)
        elif not rest and _has_children(waiting, indent):
            child = _block(waiting, depth + 1)
            child.line = line.number
            node.keys[name] = child
        else:
            node.keys[name] = Node(line.number)
    return node


def _has_children(waiting: list[_Line], indent: int) -> bool:
    if not waiting:
        return False
    below = waiting[-1]
    return below.indent > indent or (below.indent == indent and _is_item(below))


def _is_item(line: _Line) -> bool:
    return line.text == "-" or line.text.startswith("- ")


def _key_of(text: str) -> tuple[str, str] | None:
    """A line's key and what follows the colon; None where it has no key."""
    if text[:1] in ('"', "'"):
        end = text.find(text[0], 1)
        after = text[end + 1 :].lstrip()
        return (text[1:end], after[1:].strip()) if end > 0 and after.startswith(":") else None
    if text.endswith(":") and ": " not in text:
        return text[:-1].strip(), ""
    name, colon, rest = text.partition(": ")
    return (name.strip(), rest.strip()) if colon else None


def _value(text: str, line: int) -> Node:
    """A value on its key's line: in brackets, in quotes, or plain."""
    if text[:1] in ("[", "{"):
        return _Flow(text[:_FLOW_MOST], line).value(0)
    return Node(line, _plain(text))


class _Flow:
    """A value in brackets: [a, b] or {a: b}, one in another."""

    def __init__(self, text: str, line: int) -> None:
        self._text, self._line, self._at = text, line, 0

    def value(self, depth: int) -> Node:
        """What stands at the place reached."""
        opening = self._text[self._at : self._at + 1]
        if opening not in ("[", "{") or not opening or depth > _DEPTH_MOST:
            return Node(self._line, _plain(self._word()))
        node = Node(self._line)
        self._at += 1
        while self._skip_to_next():
            if opening == "[":
                node.items.append(self.value(depth + 1))
                continue
            name = _plain(self._word(":"))
            if self._text[self._at : self._at + 1] == ":":
                self._at += 1
                self._skip_blanks()
                node.keys[name] = self.value(depth + 1)
            elif name:
                node.keys[name] = Node(self._line)
        return node

    def _skip_to_next(self) -> bool:
        """To the next item; False, and beyond the bracket, where there is none."""
        while self._at < len(self._text) and self._text[self._at] in " \t,:":
            self._at += 1
        if self._at >= len(self._text):
            return False
        if self._text[self._at] in "]}":
            self._at += 1
            return False
        return True

    def _skip_blanks(self) -> None:
        while self._text[self._at : self._at + 1] in (" ", "\t"):
            self._at += 1

    def _word(self, also: str = "") -> str:
        """A plain or quoted text up to the next sign of the brackets' own."""
        start = self._at
        quote = self._text[start : start + 1]
        if quote in ('"', "'"):
            end = self._text.find(quote, start + 1)
            self._at = end + 1 if end > 0 else len(self._text)
            return self._text[start : self._at]
        while self._at < len(self._text):
            sign = self._text[self._at]
            after = self._text[self._at + 1 : self._at + 2]
            if sign in ",[]{}" or (sign in also and after in ("", " ", "\t")):
                break
            self._at += 1
        if self._at == start:  # a bracket deeper than we go: pass it over, so that this ends
            self._at += 1
        return self._text[start : self._at].strip()


def _plain(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] in ('"', "'") and text[-1] == text[0]:
        return text[1:-1]
    return "" if text in ("~", "null", "Null", "NULL") else text


def _begins_scalar(text: str) -> bool:
    """Whether a text of several lines follows: key: |, - >-, key: &anchor |2."""
    before, blank, sign = text.rpartition(" ")
    return bool(blank and before) and sign[:1] in ("|", ">") and set(sign[1:]) <= set("+-123456789")


def _closed(text: str) -> bool:
    """Whether every bracket of a value that begins with one is closed on the line."""
    key = _key_of(text)
    value = key[1] if key is not None else text.removeprefix("- ").lstrip()
    if value[:1] not in ("[", "{"):
        return True
    depth = 0
    quote = ""
    for sign in value:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
    return depth <= 0


def _without_comment(line: str) -> str:
    """The line up to a # that begins a comment: at its start or after a blank, outside quotes."""
    if "#" not in line:
        return line
    quote = ""
    for at, sign in enumerate(line):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'" and (at == 0 or line[at - 1] in " \t[{,:"):
            quote = sign
        elif sign == "#" and (at == 0 or line[at - 1] in " \t"):
            return line[:at]
    return line
