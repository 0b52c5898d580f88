"""What was found inside the disk in the shape of the self-test's answer (CRT-05), so that both can be laid side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from wizard.messages import ENGLISH
from wizard.reports.summary import CheckSummary, JourneySummary
from wizard.reports.words import harmless, shown
from wizard.step import Outcome, worst

SCHEMA_VERSION: Final = 1

# The self-test's own numbers and what it asks for there (CRT-06), and the rules that say the same.
_TESTS: Final[tuple[tuple[str, tuple[str, ...], str], ...]] = (
    ("39", ("LIN-02",), ""),
    ("40", ("LIN-04", "LIN-05", "LIN-06"), "console=ttyS0#earlyprintk=ttyS0#rootdelay=300"),
    ("41", ("LIN-09",), ""),
    ("42", ("LIN-10",), ""),
    ("44", ("LIN-12",), ""),
    ("45", ("LIN-13",), ""),
    ("46", ("LIN-14",), "ClientAliveInterval 180"),
    ("48", ("LIN-01",), "1024"),
    ("49", ("VHD-16",), "x86_64,amd64"),
    ("50", ("LIN-35",), ""),
    ("51", ("LIN-03",), ""),
    ("52", ("LIN-34",), ""),
)

# "Passed" and "Warning" were seen in its answers; "Failed" follows from them. What was not judged is not in them at all.
_RESULTS: Final[Mapping[Outcome, str]] = {
    Outcome.PASSED: "Passed",
    Outcome.WARNING: "Warning",
    Outcome.FAILED: "Failed",
    Outcome.SKIPPED: "Skipped",
}


def self_test(summary: JourneySummary) -> str | None:
    """The JSON text, in English as the service answers; None where nothing inside a disk was judged.

    First the self-test's own cases under its numbers, then every other finding under the id of its rule.
    """
    found = {
        check.finding.rule: check
        for step in summary.steps
        for check in step.checks
        if not check.stale and check.finding.rule.startswith(("LIN-", "WIN-", "VHD-", "PRE-07", "PRE-08"))
    }
    if not any(rule.startswith(("LIN-", "WIN-")) for rule in found):
        return None
    kernel = _fact(found, "LIN-34", "kernel")
    answer = {
        "SchemaVersion": SCHEMA_VERSION,
        "AppCertificationCategory": "Microsoft Single VM Certification",
        "ProviderID": "Marketplace Image Wizard",
        "OSName": "Windows" if any(rule.startswith("WIN-") for rule in found) else "Linux",
        "OSDistro": _fact(found, "PRE-07", "name") or _fact(found, "WIN-24", "product"),
        "KernelVersion": kernel.partition("-")[0],
        "KernelFullVersion": kernel,
        "OSVersion": _fact(found, "PRE-07", "version") or _fact(found, "WIN-24", "version"),
        "CreatedDate": summary.written,
        "TestResult": _RESULTS[worst([check.finding.outcome for check in found.values()])],
        "APIVersion": summary.wizard_version,
        "Tests": list(_tests(found)),
    }
    return json.dumps(
        {"TrackingId": summary.id, "Response": json.dumps(harmless(answer), ensure_ascii=False)},
        ensure_ascii=False,
        indent=2,
    )


def _fact(found: Mapping[str, CheckSummary], rule: str, name: str) -> str:
    """What the finding of a rule tells beside its reason; "" where it does not."""
    return str(found[rule].finding.facts.get(name, "")) if rule in found else ""


def _tests(found: Mapping[str, CheckSummary]) -> Iterator[dict[str, Any]]:
    told: set[str] = set()
    for number, rules, required in _TESTS:
        checks = [found[rule] for rule in rules if rule in found]
        if checks:
            told.update(rules)
            yield _test(number, checks, required)
    for rule, check in found.items():
        if rule not in told:
            yield _test(rule, [check], "")


def _test(number: str, checks: list[CheckSummary], required: str) -> dict[str, Any]:
    outcomes = [check.finding.outcome for check in checks]
    judged = any(outcome is not Outcome.SKIPPED for outcome in outcomes)
    return {
        "TestID": number,
        "TestCaseName": shown(checks[0].title, ENGLISH),
        "Description": ", ".join(check.finding.rule for check in checks),
        "Result": _RESULTS[worst(outcomes) if judged else Outcome.SKIPPED],
        "ActualValue": "; ".join(shown(check.finding.reason, ENGLISH) for check in checks),
        "RequiredValue": required or shown(checks[0].title, ENGLISH),
    }
