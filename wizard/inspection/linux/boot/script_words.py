"""Words of a script as GRUB 2 and the shell write them: quotes, backslashes, $variables, comments. Nothing of it is run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

_COMMANDS_MOST: Final = 50_000
_PIECES_MOST: Final = 2_000  # of one command
_FILLED_MOST: Final = 16 * 1024  # characters that a command may come to when its variables are filled in

# These begin a command, and what stands behind them is one of its own.
_BEFORE_COMMANDS: Final = frozenset(("if", "elif", "then", "else", "while", "until", "do"))
_BLANKS: Final = " \t\r"
_ENDS: Final = "\n;"
_SPECIAL_NAMES: Final = "?@*#"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a word: text, or the name of a variable."""

    text: str
    variable: bool = False
    quoted: bool = False


Word = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """The words of one command. "{" at its end opens a block; a command of "}" alone ends one."""

    words: tuple[Word, ...]
    line: int

    @property
    def name(self) -> str:
        """Its first word, where that is plain text."""
        return plain(self.words[0])

    @property
    def opens(self) -> bool:
        """Whether it opens a block."""
        return plain(self.words[-1]) == "{"


def plain(word: Word) -> str:
    """A word of text without quotes and variables; "" for others."""
    return word[0].text if len(word) == 1 and not word[0].variable and not word[0].quoted else ""


def commands(text: str) -> Iterator[Command]:
    """The commands of a script, in their order; what comes behind 50,000 of them is left out."""
    words: list[Word] = []
    line, count = 1, 0
    for word, at in _words(text):
        if word is not None:
            if plain(word) == "}" and words:
                yield Command(tuple(words), line)
                words, count = [], count + 1
            first = not words
            words.append(word)
            line = at if first else line
            alone = first and (plain(word) in _BEFORE_COMMANDS or plain(word) == "}")
            if not (alone or plain(word) == "{"):
                continue
        if words:
            yield Command(tuple(words), line)
            words, count = [], count + 1
            if count >= _COMMANDS_MOST:
                return
    if words:
        yield Command(tuple(words), line)


def filled(words: tuple[Word, ...], variables: Mapping[str, str]) -> tuple[str, ...]:
    """Words with their variables filled in; a variable outside of quotes may come to several words, or to none."""
    results: list[str] = []
    room = _FILLED_MOST
    for word in words:
        current, begun = "", False
        for piece in word:
            value = variables.get(piece.text, "") if piece.variable else piece.text
            value = value[:room]
            room -= len(value)
            if not piece.variable or piece.quoted:
                current, begun = current + value, True
                continue
            parts = value.split()
            if not parts:
                continue
            if value[0].isspace() and begun:
                results.append(current)
                current = ""
            *whole, last = parts
            for each in whole:
                results.append(current + each)
                current = ""
            current, begun = current + last, True
            if value[-1].isspace():
                results.append(current)
                current, begun = "", False
        if begun:
            results.append(current)
    return tuple(results)


def _words(text: str) -> Iterator[tuple[Word | None, int]]:
    """Each word with its line; None ends a command."""
    at, line, end = 0, 1, len(text)
    while at < end:
        sign = text[at]
        if sign in _BLANKS:
            at += 1
        elif sign in _ENDS:
            yield None, line
            line += sign == "\n"
            at += 1
        elif sign == "#":
            at = _or_end(text.find("\n", at), end)
        elif text.startswith(("\\\n", "\\\r\n"), at):
            at = text.index("\n", at) + 1
            line += 1
        else:
            began = line
            word, after = _word(text, at)
            line += text.count("\n", at, after)
            at = after
            yield word, began
    yield None, line


def _word(text: str, at: int) -> tuple[Word, int]:
    pieces: list[Piece] = []
    plain_text = ""
    end = len(text)
    while at < end and text[at] not in _BLANKS and text[at] not in _ENDS:
        sign = text[at]
        if sign == "'":
            close = _or_end(text.find("'", at + 1), end)
            pieces += [Piece(plain_text)] if plain_text else []
            pieces.append(Piece(text[at + 1 : close], quoted=True))
            plain_text, at = "", close + 1
        elif sign == '"':
            pieces += [Piece(plain_text)] if plain_text else []
            inner, at = _in_quotes(text, at + 1)
            pieces += inner
            plain_text = ""
        elif sign == "\\":
            if text[at + 1 : at + 2] != "\n":
                plain_text += text[at + 1 : at + 2]
            at += 2
        elif sign == "$" and (name := _name(text, at)) is not None:
            pieces += [Piece(plain_text)] if plain_text else []
            pieces.append(Piece(name[0], variable=True))
            plain_text, at = "", name[1]
        else:
            stop = at + 1
            while stop < end and text[stop] not in " \t\r\n;'\"\\$":
                stop += 1
            plain_text, at = plain_text + text[at:stop], stop
    if plain_text or not pieces:
        pieces.append(Piece(plain_text))
    return tuple(pieces[:_PIECES_MOST]), min(at, end)


def _in_quotes(text: str, at: int) -> tuple[list[Piece], int]:
    pieces: list[Piece] = []
    plain_text, end = "", len(text)
    while at < end and text[at] != '"':
        sign = text[at]
        if sign == "\\" and text[at + 1 : at + 2] in ("$", '"', "\\", "`", "\n"):
            plain_text += "" if text[at + 1] == "\n" else text[at + 1]
            at += 2
        elif sign == "$" and (name := _name(text, at)) is not None:
            pieces += [Piece(plain_text, quoted=True), Piece(name[0], variable=True, quoted=True)]
            plain_text, at = "", name[1]
        else:
            stop = at + 1
            while stop < end and text[stop] not in '"\\$':
                stop += 1
            plain_text, at = plain_text + text[at:stop], stop
    return [*pieces, Piece(plain_text, quoted=True)], at + 1


def _name(text: str, at: int) -> tuple[str, int] | None:
    """The variable's name behind a dollar sign, and where it ends; None where it is a dollar sign only."""
    if text.startswith("${", at):
        close = text.find("}", at, at + 256)
        return (text[at + 2 : close], close + 1) if close > 0 else None
    after = at + 1
    if text[after : after + 1] and text[after] in _SPECIAL_NAMES:
        return text[after], after + 1
    stop = after
    while stop < len(text) and stop - after < 256 and (text[stop].isalnum() or text[stop] == "_"):
        stop += 1
    return (text[after:stop], stop) if stop > after else None


def _or_end(found: int, end: int) -> int:
    return found if found >= 0 else end
