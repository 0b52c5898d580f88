"""The list of checks: trouble on top and open, the rest quiet and foldable, nothing told by colour alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.tools import button, click, texts
from ui.language import LANGUAGE, say
from ui.widgets.checks.check_list import CheckList
from wizard.core.engine import CheckRow
from wizard.messages import CHINESE, msg
from wizard.step import Check, Finding, Fix, Outcome, failed, passed, skipped, warning


def judge() -> Finding:
    return passed(msg("Good"))


def checks(count: int) -> tuple[Check, ...]:
    return tuple(Check(f"VHD-{n:02}", msg("Rule {n}", n=n), judge) for n in range(1, count + 1))


@pytest.fixture
def card(qtbot: QtBot) -> CheckList:
    made = CheckList(checks(8), msg("The disk"))
    qtbot.addWidget(made)
    made.resize(640, 400)
    made.show()
    return made


def show(
    card: CheckList, findings: Sequence[Finding | None], *, stale: bool = False, running: bool = False
) -> None:
    rows = [CheckRow(check, finding, stale) for check, finding in zip(checks(8), findings, strict=True)]
    card.show_rows(rows, running, None)
    QApplication.processEvents()  # what was put into a layout is shown a moment later


GOOD = passed(msg("Seen"))
BAD = failed(msg("30 GiB and 3 bytes"), msg("Resize it."), fix=Fix(msg("Resize"), {}, "check"), size=3)


def test_before_anything_was_checked(card: CheckList) -> None:
    show(card, [None] * 8)

    assert {"The disk", "8 checks: not run yet", "Check"} <= set(texts(card))
    assert not card.fold.isVisible()


def test_when_all_is_well_nothing_is_folded(card: CheckList) -> None:
    show(card, [GOOD] * 7 + [skipped(msg("No data disks"))])

    assert {"8 checks: 7 passed, 1 skipped", "Check again", "No data disks"} <= set(texts(card))
    assert all(row.isVisible() for row in card._rows.values())


def test_trouble_is_on_top_and_open_the_rest_is_folded(card: CheckList, qtbot: QtBot) -> None:
    show(card, [GOOD, GOOD, BAD, GOOD, warning(msg("Old"), msg("Renew it.")), GOOD, GOOD, GOOD])

    seen = texts(card)
    assert "8 checks: 1 problem, 1 warning, 6 passed" in seen
    assert {"30 GiB and 3 bytes", "Resize it.", "Resize", "Renew it.", "Show 6 more"} <= set(seen)
    assert [rule for rule, row in card._rows.items() if row.isVisible()] == ["VHD-03", "VHD-05"]
    click(qtbot, card.fold)
    assert all(row.isVisible() for row in card._rows.values())
    show(card, [GOOD, GOOD, BAD, *[GOOD] * 5])
    assert all(row.isVisible() for row in card._rows.values())  # as the person wished
    qtbot.wait(20)
    assert card._rows["VHD-03"].y() < card._rows["VHD-01"].y()


def test_few_quiet_rows_stay(qtbot: QtBot) -> None:
    card = CheckList(checks(3), None)
    qtbot.addWidget(card)
    card.show()
    card.show_rows(
        [
            CheckRow(check, finding, False)
            for check, finding in zip(checks(3), [BAD, GOOD, GOOD], strict=True)
        ],
        False,
        None,
    )
    assert all(row.isVisible() for row in card._rows.values())


def test_the_cure_is_asked_for(card: CheckList, qtbot: QtBot) -> None:
    show(card, [BAD, *[GOOD] * 7])
    row = card._rows["VHD-01"]
    fix = next(each for each in row.findChildren(type(card.button)) if each.text() == "Resize")
    with qtbot.waitSignal(card.fix_wished) as wished:
        click(qtbot, fix)
    assert wished.args == [BAD.fix]
    link = next(each for each in row.findChildren(type(card.button)) if each.text() == "In the guide")
    with qtbot.waitSignal(card.guide_wished) as wished:
        click(qtbot, link)
    assert wished.args == ["VHD-01"]


def test_details_are_copied_in_both_languages(card: CheckList, qtbot: QtBot) -> None:
    LANGUAGE.use(CHINESE)
    show(card, [BAD, *[GOOD] * 7])
    click(qtbot, button(card._rows["VHD-01"], say(msg("Copy details"))))

    copied = QApplication.clipboard().text()
    assert copied.startswith("VHD-01: ")
    assert "failed: " in copied
    assert "size: 3" in copied


def test_what_is_stale_says_so(card: CheckList) -> None:
    show(card, [BAD, *[GOOD] * 7], stale=True)

    assert "8 checks: something has changed since, check again" in texts(card)
    assert not card.has_trouble
    assert "No longer true" in card._rows["VHD-01"].accessibleName()


def test_while_they_run(card: CheckList) -> None:
    show(card, [None] * 8, running=True)

    assert "8 checks: under way" in texts(card)
    assert not card.button.isEnabled()
    assert "Under way" in card._rows["VHD-01"].accessibleName()


def test_held_back_says_why(card: CheckList) -> None:
    card.show_rows([CheckRow(check, None, False) for check in checks(8)], False, msg("First: Upload"))

    assert "First: Upload" in texts(card)
    assert not card.button.isEnabled()


@pytest.mark.parametrize(
    ("finding", "word"),
    [
        (passed(msg("Seen")), "Passed"),
        (warning(msg("Old"), msg("Renew.")), "Warning"),
        (failed(msg("Bad"), msg("Mend.")), "Failed"),
        (skipped(msg("None")), "Skipped"),
    ],
)
def test_every_outcome_has_a_word(card: CheckList, finding: Finding, word: str) -> None:
    show(card, [finding, *[GOOD] * 7])

    assert card._rows["VHD-01"].accessibleName() == f"Rule 1. {word}. {finding.reason}"
    assert finding.outcome in Outcome
