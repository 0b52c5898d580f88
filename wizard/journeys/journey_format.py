"""The journey's file as text: versioned JSON. Reading is strict, because a journey half understood is a journey lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from wizard import messages, results
from wizard.journeys.journey import Journey, StoredFindings, StoredResult
from wizard.messages import Message, Parameter
from wizard.redaction import redact
from wizard.step import Finding, Fix, Outcome
from wizard.where import Where

VERSION: Final = 1
KIND: Final = "marketplace-image-wizard journey"


class DamagedJourney(Exception):  # noqa: N818  (a state of a file, told to a person elsewhere)
    """The text is no journey, or not a whole one; `is_newer` where a newer version of the wizard may well read it."""

    def __init__(self, why: str, *, is_newer: bool = False) -> None:
        super().__init__(why)
        self.is_newer = is_newer


def encode(journey: Journey) -> str:
    """The journey as JSON. A key, token or signature that someone typed into a plain field is masked in it.

    Raises TypeError where something in it cannot be kept.
    """
    data: dict[str, Any] = {
        "kind": KIND,
        "version": VERSION,
        "id": journey.id,
        "name": redact(journey.name),
        "cloud": journey.cloud,
        "created": journey.created,
        "answers": _plain(journey.answers),
        "results": {name: _stored(each) for name, each in journey.results.items()},
        "findings": {step: _findings(each) for step, each in journey.findings.items()},
    }
    if journey.set_aside:
        data["set_aside"] = {
            name: {step: _stored(each) for step, each in by_step.items()}
            for name, by_step in journey.set_aside.items()
        }
    return json.dumps(data, ensure_ascii=False, indent=1)


def decode(text: str) -> tuple[Journey, int]:
    """The journey and the version of its file; raises DamagedJourney. A newer version is read as far as it is understood."""
    version = 0
    try:
        data = json.loads(text)
        if data["kind"] != KIND or type(data["version"]) is not int or data["version"] < 1:
            raise DamagedJourney("not a journey's file")
        version = data["version"]
        return _journey(data), version
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedJourney(f"{type(error).__name__}: {error}", is_newer=version > VERSION) from error


def _journey(data: Mapping[str, Any]) -> Journey:
    answers = {step: _object(given) for step, given in _object(data["answers"]).items()}
    # A result this version does not know (it was renamed, or a newer version made it) is left out: it can be made again.
    stored = {
        name: _read_stored(name, each)
        for name, each in _object(data["results"]).items()
        if name in results.TYPES
    }
    aside = {
        name: {step: _read_stored(name, each) for step, each in _object(by_step).items()}
        for name, by_step in _object(data.get("set_aside", {})).items()
        if name in results.TYPES
    }
    found = {step: _read_findings(each) for step, each in _object(data["findings"]).items()}
    name, cloud, created, identity = (_text(data[each]) for each in ("name", "cloud", "created", "id"))
    return Journey(name, cloud, created, identity, answers, stored, found, aside)


def _stored(each: StoredResult) -> dict[str, Any]:
    data = {"value": _plain(each.value), "made_from": dict(each.made_from), "at": each.at}
    return data | {"step": each.step} if each.step else data


def _read_stored(name: str, data: Mapping[str, Any]) -> StoredResult:
    value = results.from_json(results.TYPES[name], data["value"])
    return StoredResult(value, _marks(data["made_from"]), _text(data["at"]), _text(data.get("step", "")))


def _findings(each: StoredFindings) -> dict[str, Any]:
    return {
        "findings": [_finding(finding) for finding in each.findings],
        "made_from": dict(each.made_from),
        "at": each.at,
    }


def _read_findings(data: Mapping[str, Any]) -> StoredFindings:
    found = tuple(_read_finding(each) for each in data["findings"])
    return StoredFindings(found, _marks(data["made_from"]), _text(data["at"]))


def _finding(finding: Finding) -> dict[str, Any]:
    data: dict[str, Any] = {
        "rule": finding.rule,
        "outcome": finding.outcome.value,
        "reason": _message(finding.reason),
    }
    if finding.cure is not None:
        data["cure"] = _message(finding.cure)
    if finding.facts:
        data["facts"] = _plain(finding.facts)
    if finding.fix is not None:
        fix = finding.fix
        data["fix"] = {
            "label": _message(fix.label),
            "answers": _plain(fix.answers),
            "action": fix.action,
        }
    if finding.seen_at:
        data["seen_at"] = [_place(each) for each in finding.seen_at]
    if finding.commands:
        data["commands"] = _plain(finding.commands)
    return data


def _place(seen: Where) -> dict[str, Any]:
    return {"path": redact(seen.path), "line": seen.line, "text": redact(seen.text)}


def _read_finding(data: Mapping[str, Any]) -> Finding:
    cure, fix = data.get("cure"), data.get("fix")
    return Finding(
        Outcome(data["outcome"]),
        messages.from_json(data["reason"]),
        messages.from_json(cure) if cure is not None else None,
        _object(data.get("facts", {})),
        _read_fix(fix) if fix is not None else None,
        _text(data["rule"]),
        tuple(_read_place(each) for each in _list(data.get("seen_at", []))),
        tuple(_text(each) for each in _list(data.get("commands", []))),
    )


def _read_place(data: Mapping[str, Any]) -> Where:
    line = data["line"]
    if type(line) is not int:
        raise TypeError("not a line's number")
    return Where(_text(data["path"]), line, _text(data["text"]))


def _read_fix(data: Mapping[str, Any]) -> Fix:
    action = data["action"]
    if not isinstance(action, str | None):
        raise TypeError("not an action's id")
    return Fix(messages.from_json(data["label"]), _object(data["answers"]), action)


def _marks(data: Any) -> dict[str, str]:
    return {name: _text(value) for name, value in _object(data).items()}


def _object(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise TypeError("an object was expected")
    return data


def _list(data: Any) -> list[Any]:
    if not isinstance(data, list):
        raise TypeError("a list was expected")
    return data


def _text(data: Any) -> str:
    if not isinstance(data, str):
        raise TypeError("a text was expected")
    return data


def _plain(value: Any) -> Any:
    """The value as plain JSON values, with every secret in its texts masked (not in its names: they are ours)."""
    return _masked(results.to_json(value))


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {name: _masked(each) for name, each in value.items()}
    return [_masked(each) for each in value] if isinstance(value, list) else value


def _message(message: Message) -> dict[str, Any]:
    """The message with every secret in its values masked; its text is ours, and the key to its translation."""
    masked = {name: _masked_parameter(value) for name, value in message.parameters.items()}
    return messages.to_json(replace(message, parameters=masked))


def _masked_parameter(value: Parameter) -> Parameter:
    if isinstance(value, Message):
        return replace(
            value, parameters={name: _masked_parameter(each) for name, each in value.parameters.items()}
        )
    if isinstance(value, tuple):
        return tuple(_masked_parameter(each) for each in value)
    return redact(value) if isinstance(value, str) else value
