"""Rules judged together get what they ask for by name; one that does not apply says nothing."""

from __future__ import annotations

import pytest

from wizard.checks.judging import findings
from wizard.messages import msg
from wizard.step import Check, Finding, passed


def says(size: int, _unit: str = "bytes") -> Finding:
    return passed(msg("{size} {unit}", size=size, unit=_unit))


CHECKS = (
    Check("B", msg("Always"), says),
    Check(
        "A",
        msg("For Linux"),
        lambda name: passed(msg("{name}", name=name)),
        applies=lambda system: system == "linux",
    ),
)


@pytest.mark.parametrize(("system", "rules"), [("linux", ["B", "A"]), ("windows", ["B"])])
def test_rules_that_apply_judge_in_their_order(system: str, rules: list[str]) -> None:
    found = findings(CHECKS, {"size": 1, "name": "disk", "system": system, "more": None})
    assert [each.rule for each in found] == rules
    assert str(found[0].reason) == "1 bytes"


def test_what_is_asked_for_and_not_there_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="name"):
        findings(CHECKS, {"size": 1, "system": "linux"})
