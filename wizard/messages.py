"""Sentences to be translated later: text and parameters, without a language.

A message is rendered where it is shown, so the language can change at any moment, the command line speaks both
languages, and a report can carry both side by side.
"""

from __future__ import annotations

import gettext
import string
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Union, cast

from wizard.places import folder

ENGLISH: Final = "en"
CHINESE: Final = "zh_CN"
LANGUAGES: Final = (CHINESE, ENGLISH)

# What a text with a wrong placeholder raises: {gone}, {0}, {name:d}, {name.part}, {name[0]}, a lone brace.
_UNFILLABLE: Final = (LookupError, ValueError, AttributeError, TypeError)

Parameter = Union[str, int, float, "Message", "tuple[Parameter, ...]"]


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence in English with the values for its {placeholders}; `many` and `n` make it a counted one."""

    text: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict, hash=False)
    many: str | None = None
    n: int = 1

    def __str__(self) -> str:
        """The English sentence, for logs and for whoever forgot to render."""
        return render(self, ENGLISH)


def msg(text: str, /, **parameters: Parameter) -> Message:
    """A sentence to be translated; `text` is a literal, its values go in by name."""
    return Message(text, parameters)


def plural(one: str, many: str, /, *, n: int, **parameters: Parameter) -> Message:
    """A counted sentence; `n` chooses the form and is itself the value of {n}."""
    return Message(one, {"n": n, **parameters}, many, n)


def render(message: Message, language: str) -> str:
    """The sentence in `language`; a translation that is missing or broken falls back to English."""
    translated = _translated(message, language)
    source = message.text if message.many is None or message.n == 1 else message.many
    for candidate in (translated, source):
        try:
            return _fill(candidate, message.parameters, language)
        except _UNFILLABLE:
            continue
    return source


def to_json(message: Message) -> dict[str, Any]:
    """The message as a JSON object, for the journey's file."""
    data: dict[str, Any] = {"text": message.text}
    if message.parameters:
        data["parameters"] = {name: _parameter_to_json(value) for name, value in message.parameters.items()}
    if message.many is not None:
        data |= {"many": message.many, "n": message.n}
    return data


def from_json(data: Mapping[str, Any]) -> Message:
    """The message that `to_json` wrote; raises KeyError, TypeError or ValueError for anything else."""
    if not isinstance(data, Mapping):
        raise TypeError("not a message")
    text, many, n, parameters = data["text"], data.get("many"), data.get("n", 1), data.get("parameters", {})
    if not (isinstance(text, str) and isinstance(many, str | None) and isinstance(n, int)):
        raise TypeError("not a message")
    if not isinstance(parameters, Mapping):
        raise TypeError("not a message's parameters")
    return Message(text, {name: _parameter_from_json(value) for name, value in parameters.items()}, many, n)


def forget_catalogues() -> None:
    """Read the compiled catalogues again when next needed (they were compiled anew)."""
    _catalogue.cache_clear()


def _translated(message: Message, language: str) -> str:
    if language == ENGLISH:
        return message.text if message.many is None or message.n == 1 else message.many
    catalogue = _catalogue(language)
    if message.many is None:
        return catalogue.gettext(message.text) if message.text else ""
    return catalogue.ngettext(message.text, message.many, message.n)


def _fill(text: str, parameters: Mapping[str, Parameter], language: str) -> str:
    values = {name: _shown(value, language) for name, value in parameters.items()}
    return string.Formatter().vformat(text, (), values)


def _shown(value: Parameter, language: str) -> str | int | float:
    if isinstance(value, Message):
        return render(value, language)
    if isinstance(value, tuple):
        separator = "、" if language == CHINESE else ", "
        return separator.join(str(_shown(item, language)) for item in value)
    return value


def _parameter_to_json(value: Parameter) -> Any:
    if isinstance(value, Message):
        return {"message": to_json(value)}
    if isinstance(value, tuple):
        return [_parameter_to_json(item) for item in value]
    return value


def _parameter_from_json(value: Any) -> Parameter:
    if isinstance(value, Mapping):
        return from_json(value["message"])
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(_parameter_from_json(item) for item in value)
    if not isinstance(value, str | int | float):
        raise TypeError("not a message's parameter")
    return cast(Parameter, value)


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> gettext.NullTranslations:
    try:
        with (folder("i18n") / language / "wizard.mo").open("rb") as file:
            return gettext.GNUTranslations(file)
    except (OSError, ValueError, LookupError, struct.error):  # not there, or damaged
        return gettext.NullTranslations()
