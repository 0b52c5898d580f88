"""Finds checks by words: in rule, title, reason, and the places where something was seen, in the language shown."""

from __future__ import annotations

from collections.abc import Sequence

from ui.language import LANGUAGE, say
from ui.widgets.checks.details import place_in_words
from wizard.core.engine import CheckRow


class Matching:
    """Remembers what each row says, so that a letter more costs little."""

    def __init__(self) -> None:
        self._said: dict[str, tuple[CheckRow, str, str]] = {}

    def has(self, line: CheckRow, words: Sequence[str]) -> bool:
        """Whether the row holds all the words (given without upper case)."""
        return not words or all(word in self._text(line) for word in words)

    def _text(self, line: CheckRow) -> str:
        known = self._said.get(line.check.rule)
        if known is not None and known[0] == line and known[1] == LANGUAGE.code:
            return known[2]
        parts = [line.check.rule, say(line.check.title)]
        if line.finding is not None:
            parts.append(say(line.finding.reason))
            parts += [say(place_in_words(seen)) for seen in line.finding.seen_at]
        text = "\n".join(parts).casefold()
        self._said[line.check.rule] = (line, LANGUAGE.code, text)
        return text
