"""A GRUB 2 script as a tree of its blocks; what is cut off or does not fit together is taken as far as it goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from wizard.inspection.linux.boot.script_words import Command, Word, commands, plain

_DEPTH_MOST: Final = 48


@dataclass(slots=True)
class Simple:
    """A command."""

    words: tuple[Word, ...]
    line: int


@dataclass(slots=True)
class Choice:
    """if … elif … else … fi: conditions with what they lead to; a condition is the last of its commands, [] is else."""

    branches: list[tuple[list[Node], list[Node]]] = field(default_factory=list)


@dataclass(slots=True)
class Block:
    """A command with a body in braces: menuentry, submenu, function; or a for loop."""

    words: tuple[Word, ...]
    line: int
    body: list[Node]


Node = Simple | Choice | Block


def tree_of(text: str) -> list[Node]:
    """The script's commands and blocks."""
    return _Parser(commands(text)).body((), 0)


class _Parser:
    def __init__(self, source: Iterator[Command]) -> None:
        self._source = source
        self._next = next(source, None)

    def _take(self) -> Command:
        taken = self._next
        if taken is None:
            raise AssertionError("only asked where there is a next one")
        self._next = next(self._source, None)
        return taken

    def body(self, until: tuple[str, ...], depth: int) -> list[Node]:
        """The commands up to one of these words, which is left standing."""
        nodes: list[Node] = []
        while self._next is not None and self._next.name not in until:
            command = self._take()
            if depth >= _DEPTH_MOST:
                continue
            if command.name == "if":
                nodes.append(self._choice(depth + 1))
            elif command.name in ("while", "until"):
                # How often it would turn is not known, so it does not turn at all.
                self.body(("done",), depth + 1)
                self._skip("done")
            elif command.name == "for":
                self._skip("do")
                nodes.append(Block(command.words, command.line, self.body(("done",), depth + 1)))
                self._skip("done")
            elif command.opens:
                nodes.append(Block(command.words[:-1], command.line, self.body(("}",), depth + 1)))
                self._skip("}")
            elif command.name not in ("}", "fi", "done", "then", "do", "else", "elif"):
                nodes.append(Simple(command.words, command.line))
        return nodes

    def _choice(self, depth: int) -> Choice:
        choice = Choice()
        while True:
            condition = self.body(("then", "fi", "}"), depth)
            self._skip("then")
            choice.branches.append((condition, self.body(("elif", "else", "fi", "}"), depth)))
            if self._next is None or self._next.name != "elif":
                break
            self._take()
        if self._next is not None and self._next.name == "else":
            self._take()
            choice.branches.append(([], self.body(("fi", "}"), depth)))
        self._skip("fi")
        return choice

    def _skip(self, word: str) -> None:
        if self._next is not None and self._next.name == word:
            self._take()


def keyword(node: Simple | Block) -> str:
    """The first word of a command, where it is plain text."""
    return plain(node.words[0]) if node.words else ""
