"""What a person's answers may be: whether one fits its input, what is wrong with it, and a mark that names it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from wizard.journeys.journey import mark
from wizard.messages import Message, msg
from wizard.step import Choice, File, Input, Number, SecretText, Text, Ticks, Verdicts, YesNo

_UNSEEN: Final = "?"
_GONE: Final = "gone"


def fits(asked: Input, value: Any) -> bool:
    """Whether the value is of the kind that the input asks for (a file may have been edited by hand)."""
    if isinstance(asked, Number):
        return type(value) is int
    if isinstance(asked, YesNo):
        return isinstance(value, bool)
    if isinstance(asked, File) and asked.many:
        return isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
    if isinstance(asked, Ticks):
        return isinstance(value, Mapping) and all(isinstance(each, Mapping) for each in value.values())
    if isinstance(asked, Verdicts):
        return isinstance(value, Mapping) and all(isinstance(each, str) for each in value.values())
    return isinstance(value, str) or not isinstance(asked, Text | SecretText | Choice | File)


def is_empty(value: Any) -> bool:
    """Whether nothing was answered."""
    return value is None or value in ("", [], ())


def problem(asked: Input, value: Any) -> Message | None:
    """What is wrong with the answer to an input that applies; None where nothing is."""
    if is_empty(value):
        is_list = isinstance(asked, Ticks | Verdicts)
        return (
            msg("Still to be given: {input}", input=asked.label) if asked.required and not is_list else None
        )
    if isinstance(asked, Number) and not asked.least <= value <= asked.most:
        return msg("{input}: from {least} to {most}", input=asked.label, least=asked.least, most=asked.most)
    said = asked.valid(value) if asked.valid is not None else None
    if said is None and isinstance(asked, Choice) and asked.load is None and not asked.free:
        known = [option.value for option in asked.options]
        return None if value in known else msg("{input}: choose one of the list", input=asked.label)
    return said


def answer_mark(asked: Input, value: Any, files: Mapping[str, str]) -> str:
    """A short name for an answer; for files with what was last seen of them (see `file_mark`)."""
    if isinstance(asked, File) and not asked.folder:
        return "/".join([mark(value), *(files.get(path, _UNSEEN) for path in paths(value))])
    return mark(value)


def same_mark(now: str, then: str) -> bool:
    """Whether two marks name the same value.

    A file that was not looked at yet counts as unchanged. So does one that is gone by now: what was made from it, an
    uploaded disk above all, is as good as before; only whoever needs the file itself misses it.
    """
    if now == then:
        return True
    parts, before = now.split("/"), then.split("/")
    return len(parts) == len(before) and all(
        a == b or a in (_UNSEEN, _GONE) or b == _UNSEEN for a, b in zip(parts, before, strict=True)
    )


def paths(value: Any) -> list[str]:
    """The paths in the answer to a File input."""
    if isinstance(value, str):
        return [value] if value else []
    return [str(each) for each in value] if isinstance(value, list | tuple) else []


def file_mark(path: str) -> str:
    """Size and time of a file (long work: it may lie on a slow network)."""
    try:
        seen = Path(path).stat()
    except (OSError, ValueError):  # no file can have such a name
        return _GONE
    return f"{seen.st_size}:{seen.st_mtime_ns}"
