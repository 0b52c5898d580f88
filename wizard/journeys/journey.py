"""One image on its way: answers, results, findings. Every step's state is worked out from these, never stored."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from wizard import results
from wizard.step import Finding


@dataclass(frozen=True, slots=True)
class StoredResult:
    """A result, what it was made from (name: mark of its value then), when (ISO 8601 UTC), and the id of the step that gave it."""

    value: Any
    made_from: Mapping[str, str]
    at: str
    step: str = ""


@dataclass(frozen=True, slots=True)
class StoredFindings:
    """What the checks of a step found, from what, and when (ISO 8601 UTC)."""

    findings: tuple[Finding, ...]
    made_from: Mapping[str, str]
    at: str


@dataclass(slots=True)
class Journey:
    """`cloud` is the id of the cloud it is made for (see wizard.services.endpoints); answers are by step and input.

    Of several steps that give the same result, `results` has the last one's; `set_aside` those of the others, by result and
    step, so that a person who chooses the other way again finds them there.
    """

    name: str
    cloud: str
    created: str = field(default_factory=lambda: iso(datetime.now(UTC)))
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    results: dict[str, StoredResult] = field(default_factory=dict)
    findings: dict[str, StoredFindings] = field(default_factory=dict)
    set_aside: dict[str, dict[str, StoredResult]] = field(default_factory=dict)


def mark(value: Any) -> str:
    """A short name for a value: equal values have equal marks."""
    # The same texts and results are asked for again whenever somebody looks where the steps stand.
    if type(value) is str or value.__class__ in _RECORDS:
        return _remembered_mark(value)
    return _mark(value)


def iso(moment: datetime) -> str:
    """A point in time as it is kept: ISO 8601, UTC, whole seconds."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


_RECORDS: Final = frozenset(results.TYPES.values())


def _mark(value: Any) -> str:
    text = json.dumps(results.to_json(value), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


_remembered_mark = lru_cache(maxsize=512)(_mark)


def shown(moment: str) -> str:
    """A point in time that `iso` wrote, as people read it: 2026-11-21 08:30 UTC. Anything else stays as it is."""
    try:
        return f"{datetime.fromisoformat(moment).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError):
        return moment
