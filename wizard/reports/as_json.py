"""The report for programs: one JSON object with a versioned layout, described in docs/report.md."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final

from wizard import results
from wizard.messages import Message
from wizard.reports.summary import CheckSummary, ConfirmedItem, JourneySummary, StepSummary, TestVerdict
from wizard.reports.words import file_name, harmless, in_all_languages
from wizard.results import DiskImage
from wizard.step import worst

KIND: Final = "marketplace-image-wizard report"
VERSION: Final = 1


def as_json(summary: JourneySummary) -> str:
    """The report as JSON text (indented, UTF-8). Every sentence is there in every language."""
    found = [check.finding.outcome for step in summary.steps for check in step.checks if not check.stale]
    address = summary.address
    data = {
        "kind": KIND,
        "version": VERSION,
        "practice": summary.is_practice,
        "written": summary.written,
        "wizard": {"version": summary.wizard_version, "system": summary.system},
        "journey": {
            "name": summary.name,
            "id": summary.id,
            "cloud": summary.cloud,
            "created": summary.created,
        },
        "finished": not summary.unfinished,
        "outcome": worst(found).value,
        "missing": [
            {"step": step.id, "state": step.state.value, "why": _text(step.why)}
            for step in summary.unfinished
        ],
        "address": None
        if address is None
        else {
            "url": address.url,
            "kind": "sas" if address.is_sas else "public",
            "ends": address.ends or None,
        },
        "steps": [_step(step) for step in summary.steps],
    }
    return json.dumps(harmless(data), ensure_ascii=False, indent=2) + "\n"


def _step(step: StepSummary) -> dict[str, Any]:
    return {
        "id": step.id,
        "guide": step.guide,
        "title": _text(step.title),
        "state": step.state.value,
        "why": _text(step.why),
        "checked": step.checked or None,
        "answers": [{"label": _text(label), "value": _text(value)} for label, value in step.answers],
        "findings": [_finding(check) for check in step.checks],
        "confirmed": [_confirmed(item) for item in step.confirmed],
        "verdicts": [_verdict(test) for test in step.verdicts],
        "results": {name: _result(value) for name, value in (step.results or {}).items()},
    }


def _finding(check: CheckSummary) -> dict[str, Any]:
    finding = check.finding
    return {
        "rule": finding.rule,
        "title": _text(check.title),
        "outcome": finding.outcome.value,
        "reason": _text(finding.reason),
        "cure": _text(finding.cure),
        "facts": results.to_json(finding.facts),
        "seen_at": [{"path": seen.path, "line": seen.line, "text": seen.text} for seen in finding.seen_at],
        "commands": list(finding.commands),
        "stale": check.stale,
    }


def _confirmed(item: ConfirmedItem) -> dict[str, Any]:
    return {
        "rule": item.rule,
        "item": _text(item.label),
        "proof": _text(item.proof),
        "by": item.by or None,
        "at": item.at or None,
    }


def _verdict(test: TestVerdict) -> dict[str, Any]:
    return {
        "rule": test.rule,
        "test": _text(test.label),
        "verdict": test.verdict.value if test.verdict else None,
    }


def _result(value: Any) -> Any:
    return results.to_json(
        replace(value, path=file_name(value.path)) if isinstance(value, DiskImage) else value
    )


def _text(message: Message | None) -> dict[str, str] | None:
    return in_all_languages(message) if message is not None else None
