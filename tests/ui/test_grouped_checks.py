"""Many checks: sections with trouble stand open, the others are one line; a filter, details, and what has changed."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.small_steps import a_step, word
from tests.ui.test_names import nameless
from tests.ui.tools import TIMEOUT, Bench, activate, button, click, clipped, texts
from ui.language import LANGUAGE, say
from ui.theme import THEME
from ui.widgets.checks import make_check_list
from ui.widgets.checks.check_list import CheckList
from ui.widgets.checks.check_row import CheckRowWidget
from ui.widgets.checks.folded_row import FoldedRow
from ui.widgets.checks.grouped_list import GroupedCheckList
from wizard.core.engine import CheckRow
from wizard.groups import Group
from wizard.messages import CHINESE, ENGLISH, msg
from wizard.step import Check, Finding, Fix, Outcome, Step, failed, passed, skipped, warning
from wizard.where import where

GROUPS = {
    "VHD-01": Group.FORMAT,
    "VHD-02": Group.FORMAT,
    "LIN-04": Group.BOOT,
    "LIN-05": Group.BOOT,
    "LIN-06": Group.BOOT,
    "LIN-14": Group.SECURITY,
    "LIN-16": Group.SECURITY,
    "LIN-02": Group.AGENT,
    "LIN-03": Group.AGENT,
}
CHECKS = tuple(
    Check(rule, msg("Title of {rule}", rule=rule), lambda: passed(msg("x")), group=group)
    for rule, group in GROUPS.items()
)
BTRFS = msg("It is btrfs")
GRUB = where("/etc/default/grub", 10, "quiet splash")


def findings(**changed: Finding) -> dict[str, Finding]:
    """What a check finds: trouble with starting, nothing to be said of the agent, all else well."""
    found: dict[str, Finding] = {rule: passed(msg("Seen")) for rule in GROUPS}
    found |= {
        "LIN-04": failed(
            msg("No console"), msg("Add it."), seen_at=(GRUB,), commands=("sed -i x", "update-grub")
        ),
        "LIN-06": warning(msg("No rootdelay"), msg("Set it."), fix=Fix(msg("Mend"), {}, "check")),
        "LIN-02": skipped(BTRFS),
        "LIN-03": skipped(BTRFS),
    }
    return found | {rule.replace("_", "-"): finding for rule, finding in changed.items()}


@pytest.fixture
def card(qtbot: QtBot) -> GroupedCheckList:
    made = make_check_list(CHECKS, msg("The disk"))
    assert isinstance(made, GroupedCheckList)
    qtbot.addWidget(made)
    made.resize(640, 900)
    made.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    made.setFocus()  # as the window has it: no ring until the keyboard is used
    made.show()
    return made


def show(card: GroupedCheckList, found: Mapping[str, Finding | None], **how: Any) -> None:
    rows = [
        CheckRow(check, found[check.rule], how.get("stale", False)) for check in CHECKS if check.rule in found
    ]
    card.show_rows(rows, how.get("running", False), how.get("held"))
    settle()


def settle() -> None:
    """Let rows and heights come to rest: each turn of the event loop makes some."""
    for _ in range(20):
        QApplication.processEvents()


def heads(card: GroupedCheckList) -> list[str]:
    """What the headings say, from top to bottom."""
    return [section.head.accessibleName() for section in card.sections.values() if section.isVisible()]


def rows(card: GroupedCheckList) -> list[QWidget]:
    """The rows that can be seen, from top to bottom."""
    settle()
    found = [*card.findChildren(FoldedRow), *card.findChildren(CheckRowWidget)]
    return sorted((row for row in found if row.isVisible()), key=lambda row: row.mapTo(card, QPoint()).y())


def rules(card: GroupedCheckList) -> list[str]:
    return [str(row.property("rule")) for row in rows(card)]


def row(card: GroupedCheckList, rule: str) -> QWidget:
    return next(each for each in rows(card) if each.property("rule") == rule)


def head(card: GroupedCheckList, group: Group) -> QWidget:
    return card.sections[group].head


def test_steps_without_groups_have_the_plain_list(qtbot: QtBot) -> None:
    plain = make_check_list((Check("X-01", msg("Good"), lambda: passed(msg("x"))),), None)
    qtbot.addWidget(plain)

    assert isinstance(plain, CheckList)


def test_before_anything_was_checked_every_section_is_one_line(card: GroupedCheckList) -> None:
    show(card, dict.fromkeys(GROUPS))

    assert heads(card) == [
        "Disk format. 2 not checked yet. Collapsed",
        "Starting up. 3 not checked yet. Collapsed",
        "Security. 2 not checked yet. Collapsed",
        "Azure agent. 2 not checked yet. Collapsed",
    ]
    assert rows(card) == []
    assert not card.filter.isVisible()


def test_trouble_is_open_and_on_top_the_rest_is_a_line(card: GroupedCheckList) -> None:
    show(card, findings())

    assert heads(card) == [
        "Disk format. 2 passed. Collapsed",
        "Starting up. 1 problem, 1 warning, 1 passed. Expanded",
        "Security. 2 passed. Collapsed",
        "Azure agent. 2 skipped. It is btrfs. Collapsed",
    ]
    assert rules(card) == ["LIN-04", "LIN-06"]
    assert card.has_trouble
    assert {"9 checks: 1 problem, 1 warning, 5 passed, 2 skipped", "Show 1 passed"} <= set(texts(card))


def test_failures_stand_above_warnings(card: GroupedCheckList) -> None:
    show(card, findings(LIN_04=warning(msg("Old"), msg("Renew.")), LIN_06=failed(msg("Bad"), msg("Mend."))))

    assert rules(card) == ["LIN-06", "LIN-04"]


def test_what_was_skipped_for_several_reasons_names_none(card: GroupedCheckList) -> None:
    show(card, findings(LIN_03=skipped(msg("No agent"))))

    assert "Azure agent. 2 skipped. Collapsed" in heads(card)


def test_what_is_in_order_is_shown_on_request(card: GroupedCheckList, qtbot: QtBot) -> None:
    show(card, findings())
    click(qtbot, button(card, "Show 1 passed"))
    assert rules(card) == ["LIN-04", "LIN-06", "LIN-05"]
    click(qtbot, button(card, "Fold what is in order"))
    assert rules(card) == ["LIN-04", "LIN-06"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_sections_open_and_fold_by_keyboard_and_stay_so(
    card: GroupedCheckList, qtbot: QtBot, key: Qt.Key
) -> None:
    show(card, findings())
    qtbot.keyClick(head(card, Group.FORMAT), key)
    qtbot.keyClick(head(card, Group.BOOT), key)
    assert rules(card) == ["VHD-01", "VHD-02"]
    show(card, findings())

    assert rules(card) == ["VHD-01", "VHD-02"]
    assert heads(card)[0].endswith("Expanded")
    assert heads(card)[1].endswith("Collapsed")


def test_rows_come_and_go(card: GroupedCheckList, qtbot: QtBot) -> None:
    show(card, findings())
    click(qtbot, head(card, Group.FORMAT))
    some = findings()
    for rule in ("LIN-04", "VHD-02", "LIN-02", "LIN-03"):
        del some[rule]
    show(card, some)
    assert rules(card) == ["VHD-01", "LIN-06"]
    assert len(heads(card)) == 3
    show(card, findings())

    assert rules(card) == ["VHD-01", "VHD-02", "LIN-04", "LIN-06"]
    assert len(heads(card)) == 4


def test_what_is_stale_or_under_way_says_so(card: GroupedCheckList) -> None:
    show(card, findings(), stale=True)
    assert heads(card)[1] == "Starting up. 3 to check again. Collapsed"
    assert not card.has_trouble
    show(card, findings(), stale=True, running=True)
    assert heads(card)[1] == "Starting up. Under way. Collapsed"
    assert not card.button.isEnabled()


# Rows


def test_trouble_says_where_what_to_do_and_who_asks(card: GroupedCheckList, qtbot: QtBot) -> None:
    show(card, findings(VHD_01=failed(msg("No footer"), msg("Convert it."), seen_at=(GRUB,))))

    seen = texts(row(card, "VHD-01"))
    assert {"/etc/default/grub line 10: quiet splash", "Convert it.", "Asked for by:"} <= set(seen)
    assert "Microsoft: troubleshoot virtual machine certification (2021-09-27, global)" in seen
    open_row = row(card, "LIN-04")
    assert {"sed -i x", "update-grub", "Run inside the machine, as an administrator"} <= set(texts(open_row))
    click(qtbot, button(open_row, "Copy commands"))
    assert QApplication.clipboard().text() == "sed -i x\nupdate-grub\n"


def test_copied_details_hold_places_and_commands_and_no_secret(card: GroupedCheckList, qtbot: QtBot) -> None:
    key = f"AccountKey={'QUJD' * 21}QQ=="
    bad = failed(
        msg("Left behind"),
        msg("Remove it."),
        seen_at=(where("/root/.env", 3, key),),
        commands=(f"rm /root/.env # {key}",),
    )
    show(card, findings(LIN_04=bad))
    assert not any(key in text for text in texts(card))
    click(qtbot, button(row(card, "LIN-04"), "Copy details"))
    copied = QApplication.clipboard().text()
    assert "/root/.env line 3: AccountKey=" in copied
    assert "rm /root/.env" in copied
    assert key not in copied
    click(qtbot, button(row(card, "LIN-04"), "Copy commands"))
    assert key not in QApplication.clipboard().text()


def test_of_many_places_the_first_few_are_shown(card: GroupedCheckList, qtbot: QtBot) -> None:
    many = tuple(where(f"/home/u{n}/.ssh/authorized_keys", 1) for n in range(9))
    show(card, findings(LIN_04=failed(msg("Keys"), msg("Remove them."), seen_at=many)))

    def places() -> list[str]:
        return [text for text in texts(row(card, "LIN-04")) if text.startswith("/home")]

    assert len(places()) == 5
    click(qtbot, button(card, "and 4 more"))
    settle()
    assert places() == [f"/home/u{n}/.ssh/authorized_keys line 1" for n in range(9)]


def test_a_passed_row_opens_and_folds(card: GroupedCheckList, qtbot: QtBot) -> None:
    show(card, findings(VHD_01=passed(msg("A footer"), seen_at=(where("/x", 2, "conectix"),))))
    click(qtbot, head(card, Group.FORMAT))
    activate(qtbot, card)
    folded = row(card, "VHD-01")
    assert folded.accessibleName() == "Title of VHD-01. Passed. A footer. Collapsed"
    folded.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(folded, Qt.Key.Key_Return)

    opened = row(card, "VHD-01")
    assert {"/x line 2: conectix", "Asked for by:"} <= set(texts(opened))
    chevron = QApplication.focusWidget()
    assert chevron.accessibleName() == "Title of VHD-01. Expanded"
    qtbot.keyClick(chevron, Qt.Key.Key_Space)
    assert QApplication.focusWidget() is row(card, "VHD-01") is folded
    click(qtbot, folded)
    opened = row(card, "VHD-01")
    qtbot.mouseClick(opened, Qt.MouseButton.LeftButton, pos=QPoint(80, 12))  # its title
    assert row(card, "VHD-01") is folded


def test_a_row_of_trouble_can_be_folded_and_stays_so(card: GroupedCheckList, qtbot: QtBot) -> None:
    show(card, findings())
    opened = row(card, "LIN-04")
    assert isinstance(opened, CheckRowWidget)
    assert opened.disclosure is not None
    click(qtbot, opened.disclosure)
    show(card, findings())

    assert row(card, "LIN-04").accessibleName() == "Title of LIN-04. Failed. No console. Collapsed"


def test_cure_and_guide_are_asked_for(card: GroupedCheckList, qtbot: QtBot) -> None:
    found = findings()
    show(card, found)
    with qtbot.waitSignal(card.fix_wished) as wished:
        click(qtbot, button(card, "Mend"))
    assert wished.args == [found["LIN-06"].fix]
    with qtbot.waitSignal(card.guide_wished) as wished:
        click(qtbot, button(row(card, "LIN-06"), "In the guide"))
    assert wished.args == ["LIN-06"]
    show(card, found, held=msg("Read only"))
    assert not button(card, "Mend").isEnabled()
    assert button(row(card, "LIN-04"), "Copy commands").isEnabled()


# Filter


def look_for(card: GroupedCheckList, words: str) -> None:
    card.filter.edit.setText(words)
    settle()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("lin-1", ["LIN-14", "LIN-16"]),
        ("GRUB quiet", ["LIN-04"]),
        ("quiet  rootdelay", []),
        ("title 05", ["LIN-05"]),
        ("no console", ["LIN-04"]),
        ("btrfs", ["LIN-02", "LIN-03"]),
        ("line 10", ["LIN-04"]),
    ],
)
def test_the_filter_looks_everywhere_and_opens_what_matches(
    card: GroupedCheckList, words: str, found: list[str]
) -> None:
    show(card, findings())
    look_for(card, words)

    assert rules(card) == found
    assert ("Nothing matches the filter." in texts(card)) == (not found)


def test_the_filter_reads_the_language_shown(card: GroupedCheckList) -> None:
    show(card, findings())
    look_for(card, say(msg("{path} line {n}", path="/etc/default/grub", n=10)))
    assert rules(card) == ["LIN-04"]
    LANGUAGE.use(CHINESE)
    look_for(card, say(msg("{path} line {n}", path="/etc/default/grub", n=10)))

    assert rules(card) == ["LIN-04"]


def test_chips_ask_for_outcomes(card: GroupedCheckList, qtbot: QtBot) -> None:
    show(card, findings())
    chips = card.filter.chips
    assert [chip.accessibleName() for chip in chips.values()] == [
        "Problems: 1",
        "Warnings: 1",
        "Passed: 5",
        "Skipped: 2",
    ]
    click(qtbot, chips[Outcome.WARNING])
    assert rules(card) == ["LIN-06"]
    assert "1 of 9 checks shown" in texts(card)
    qtbot.keyClick(chips[Outcome.SKIPPED], Qt.Key.Key_Space)
    assert rules(card) == ["LIN-06", "LIN-02", "LIN-03"]
    assert heads(card) == ["Starting up. 1 warning. Expanded", "Azure agent. 2 skipped. Expanded"]
    look_for(card, "lin-02")
    assert rules(card) == ["LIN-02"]


def test_an_outcome_that_nothing_came_to_is_not_asked_for(card: GroupedCheckList) -> None:
    show(card, {rule: passed(msg("Seen")) for rule in GROUPS})

    assert [chip.isEnabled() for chip in card.filter.chips.values()] == [False, False, True, False]


def test_without_the_filter_all_is_as_it_was(card: GroupedCheckList, qtbot: QtBot) -> None:
    show(card, findings())
    click(qtbot, head(card, Group.FORMAT))
    before = rules(card)
    click(qtbot, card.filter.chips[Outcome.SKIPPED])
    click(qtbot, head(card, Group.AGENT))
    assert rules(card) == []
    look_for(card, "nothing of the kind")
    click(qtbot, button(card, "Clear the filter"))

    assert rules(card) == before
    assert card.filter.edit.text() == ""
    assert not any(chip.isChecked() for chip in card.filter.chips.values())


def test_the_filter_stays_through_another_check(card: GroupedCheckList) -> None:
    show(card, findings())
    look_for(card, "lin-0")
    show(card, findings(LIN_04=passed(msg("There"))))

    assert rules(card) == ["LIN-06", "LIN-04", "LIN-05", "LIN-02", "LIN-03"]


def test_escape_empties_the_filter_and_enter_stays_in_it(card: GroupedCheckList, qtbot: QtBot) -> None:
    show(card, findings())
    qtbot.keyClicks(card.filter.edit, "lin-04")
    assert rules(card) == ["LIN-04"]
    qtbot.keyClick(card.filter.edit, Qt.Key.Key_Return)
    assert rules(card) == ["LIN-04"]
    qtbot.keyClick(card.filter.edit, Qt.Key.Key_Escape)

    assert rules(card) == ["LIN-04", "LIN-06"]


# What has changed


def test_the_first_check_changes_nothing(card: GroupedCheckList) -> None:
    show(card, dict.fromkeys(GROUPS))
    show(card, findings())

    assert not card.head.since.isVisible()


def test_what_was_solved_is_marked_until_the_next_check(card: GroupedCheckList) -> None:
    show(card, findings())
    show(card, findings(), running=True)
    again = findings(LIN_04=passed(msg("There")), LIN_14=failed(msg("900 seconds"), msg("Set 180.")))
    show(card, again)

    assert "Since the last check: 1 solved, 1 new" in texts(card)
    assert heads(card)[1] == "Starting up. 1 warning, 2 passed, 1 solved. Expanded"
    assert rules(card) == ["LIN-06", "LIN-04", "LIN-14"]
    assert row(card, "LIN-04").accessibleName() == "Title of LIN-04. Passed. Solved. There. Collapsed"
    assert "New" in row(card, "LIN-14").accessibleName()
    show(card, again)  # shown again, not checked again
    assert "Solved" in row(card, "LIN-04").accessibleName()
    show(card, findings(LIN_04=passed(msg("There")), LIN_14=failed(msg("900 seconds"), msg("Set 180."))))

    assert "Since the last check: nothing has changed" in texts(card)
    assert rules(card) == ["LIN-06", "LIN-14"]


def test_what_cannot_be_judged_any_more_is_not_solved(card: GroupedCheckList) -> None:
    show(card, findings())
    show(card, findings(LIN_04=skipped(BTRFS), LIN_06=failed(msg("Worse"), msg("Mend."))))

    assert "Since the last check: 1 new" in texts(card)


# For everyone


def test_tab_goes_from_top_to_bottom(card: GroupedCheckList, qtbot: QtBot) -> None:
    show(card, findings())
    click(qtbot, head(card, Group.SECURITY))
    click(qtbot, row(card, "LIN-14"))
    activate(qtbot, card)
    card.button.setFocus(Qt.FocusReason.TabFocusReason)
    order = [card.button]
    while len(order) < 60:
        qtbot.keyClick(order[-1], Qt.Key.Key_Tab)
        if QApplication.focusWidget() is card.button:
            break
        order.append(QApplication.focusWidget())

    settle()
    heights = [each.mapTo(card, QPoint()).y() for each in order]
    assert len(set(order)) == len(order) > 20
    assert set(rows(card)) & set(order) == {each for each in rows(card) if isinstance(each, FoldedRow)}
    assert all(below >= above for above, below in pairwise(heights))


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
@pytest.mark.parametrize("scale", [100, 200])
def test_nothing_is_cut_off_or_without_a_name(
    card: GroupedCheckList, qtbot: QtBot, language: str, scale: int
) -> None:
    LANGUAGE.use(language)
    THEME.apply(text_scale=scale)
    long = where(
        "/var/lib/" + "a-rather-long-name/" * 8 + "authorized_keys", 1234, "ssh-ed25519 " + "x" * 150
    )
    command = "sed -i -E 's/^[[:space:]]*ClientAliveInterval.*/" + "y" * 120 + "/' /etc/ssh/sshd_config"
    bad = failed(msg("Seen " * 40), msg("Do " * 40), seen_at=(long,) * 7, commands=(command, command))
    show(card, findings(LIN_04=bad, VHD_01=passed(msg("Seen " * 40), seen_at=(long,))))
    click(qtbot, head(card, Group.FORMAT))
    click(qtbot, row(card, "VHD-01"))
    card.setFixedWidth(640 - 16)
    card.setFixedHeight(card.heightForWidth(card.width()))
    qtbot.waitUntil(lambda: not clipped(card), timeout=TIMEOUT)

    assert card.minimumSizeHint().width() <= 640 - 16
    assert nameless(card) == []


def test_every_part_follows_language_and_theme(card: GroupedCheckList, qtbot: QtBot) -> None:
    show(card, findings())
    LANGUAGE.use(CHINESE)
    names = heads(card) + [each.accessibleName() for each in rows(card)]
    LANGUAGE.use(ENGLISH)
    assert all(now != then for now, then in zip(heads(card), names, strict=False))
    before = card.grab().toImage()
    THEME.apply("dark")
    QApplication.processEvents()
    assert card.grab().toImage() != before


# On the page of a step


def judge_ssh(word: str | None) -> Finding:
    return failed(msg("Bad"), msg("Mend.")) if word == "bad" else passed(msg("Good"))


def is_asked_for(word: str | None) -> bool:
    return word != "windows"


def a_grouped_step() -> Step:
    checks = (
        Check("VHD-01", msg("The format"), lambda: passed(msg("Fine")), group=Group.FORMAT),
        Check("LIN-14", msg("The keys"), judge_ssh, group=Group.SECURITY, applies=is_asked_for),
    )
    return a_step(inputs=(word(default="bad"),), checks=checks)


def test_ctrl_f_goes_to_the_filter_of_the_open_page(bench: Bench, qtbot: QtBot) -> None:
    page = bench.show(a_grouped_step())
    activate(qtbot, page.window())
    qtbot.keyClick(page.window(), Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is not page.checks.filter.edit  # nothing was found yet
    page.check()
    bench.until(lambda: page.checks.filter.isVisible())
    assert page.window().isActiveWindow()
    qtbot.keyClick(page.window(), Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is page.checks.filter.edit
    qtbot.keyClicks(page.checks.filter.edit, "lin-14")
    qtbot.keyClick(page.checks.filter.edit, Qt.Key.Key_Return)

    assert rules(page.checks) == ["LIN-14"]
    assert page.engine.running("first") is None


def test_checks_that_do_not_apply_are_not_there(bench: Bench) -> None:
    page = bench.show(a_grouped_step())
    page.check()
    bench.until(lambda: len(rows(page.checks)) == 1)
    assert len(heads(page.checks)) == 2
    page.engine.answer("first", "word", "windows")
    page.check()

    bench.until(lambda: heads(page.checks) == ["Disk format. 1 passed. Collapsed"])
    assert "1 check: 1 passed" in texts(page.checks)


def test_a_row_that_was_mended_says_so(bench: Bench) -> None:
    page = bench.show(a_grouped_step())
    page.check()
    bench.until(lambda: page.checks.has_trouble)
    page.engine.answer("first", "word", "good")
    page.check()
    bench.until(lambda: page.checks.head.since.isVisible())

    assert page.checks.head.since.text() == "Since the last check: 1 solved"
    assert heads(page.checks)[1] == "Security. 1 passed, 1 solved. Collapsed"
