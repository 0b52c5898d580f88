"""Records out of what the reader sent. An image may have made it send anything."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final

from wizard.inspection.reader.frames import NonsenseError
from wizard.results import from_json

# Control characters, marks that turn the direction of writing, halves of characters.
_UNSHOWABLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_LARGEST: Final = 2**63
_WRONG: Final = (TypeError, KeyError, ValueError, OverflowError, RecursionError, StopIteration)


def record(kind: Any, content: bytes) -> Any:
    """The record of this type in this JSON; raises NonsenseError where it is none.

    Its numbers are finite and fit into 64 bits, its texts can be shown and stored.
    """
    try:
        data = json.loads(content, parse_int=_whole, parse_float=_finite, parse_constant=_finite)
        return from_json(kind, _clean(data))
    except _WRONG as error:
        raise NonsenseError(type(error).__name__) from error


def _clean(data: Any) -> Any:
    if isinstance(data, str):
        return _UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", data)
    if isinstance(data, list):
        return [_clean(each) for each in data]
    if isinstance(data, dict):
        return {name: _clean(each) for name, each in data.items()}
    return data


def _whole(text: str) -> int:
    number = int(text)
    if not -_LARGEST <= number < _LARGEST:
        raise ValueError("too large")
    return number


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("no number")
    return number
