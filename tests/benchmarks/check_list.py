"""How long the event loop is held up by 80 checks in sections: showing them, filtering, opening. Asserts nothing.

    python -m tests.benchmarks.check_list

Every fourth check failed, with places and commands. Aim: no turn of the event loop of 50 ms.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QWidget

from ui.theme import dress
from ui.widgets.checks.grouped_list import GroupedCheckList
from ui.widgets.parts.cards import column
from ui.widgets.parts.scroll import ScrollArea
from wizard.core.engine import CheckRow
from wizard.groups import Group
from wizard.messages import msg
from wizard.settings import Settings
from wizard.step import Check, Finding, Outcome, failed, passed
from wizard.where import where

_TURNS = 40


def main() -> None:
    """Show, filter and open; print a table."""
    application = QApplication([])
    dress(application, Settings(theme="light"))
    page = QWidget()
    area = ScrollArea(QWidget())
    inner = column(area.widget(), margin=24)
    column(page).addWidget(area)
    page.resize(690, 700)
    page.show()
    application.processEvents()
    groups = list(Group)
    checks = [
        Check(f"LIN-{n:02}", msg("Rule {n}", n=n), lambda: passed(msg("x")), group=groups[n % len(groups)])
        for n in range(80)
    ]
    rows = [CheckRow(check, _finding(n), False) for n, check in enumerate(checks)]
    card = GroupedCheckList(checks, msg("The disk"))
    inner.addWidget(card)
    inner.addStretch(1)
    print(f"{'80 checks, 20 failed':<34}{'the call':>12}{'longest turn':>14}{'together':>12}")
    _measure("found for the first time", lambda: card.show_rows(rows, False, None))
    for words in ("r", "rule 7", "rule 77", "nothing of that", "rule"):
        _measure(f"filter: {words}", lambda text=words: card.filter.edit.setText(text))
    _measure("filter cleared", card.filter.clear)
    _measure("passed ones only", card.filter.chips[Outcome.PASSED].click)
    _measure("filter cleared", card.filter.clear)
    _measure("all sections folded", lambda: _click_all(card))
    _measure("all sections opened", lambda: _click_all(card))
    print("(aim: under 50 ms for each call and each turn)")


def _measure(name: str, work: Callable[[], object]) -> None:
    began = time.perf_counter()
    work()
    call = time.perf_counter() - began
    turns = []
    for _ in range(_TURNS):
        began = time.perf_counter()
        QApplication.processEvents()
        turns.append(time.perf_counter() - began)
    together = call + sum(turns)
    print(f"{name:<34}{1000 * call:>9.1f} ms{1000 * max(turns):>11.1f} ms{1000 * together:>9.1f} ms")


def _click_all(card: GroupedCheckList) -> None:
    for section in card.sections.values():
        section.head.click()


def _finding(number: int) -> Finding:
    seen = tuple(where(f"/etc/ssh/sshd_config.d/{n}-cloud.conf", n, "PermitRootLogin yes") for n in range(4))
    if number % 4:
        return passed(msg("Seen {n} of them, all as they should be", n=number), seen_at=seen)
    words = msg("Seen {n} of them, and each is one too many for the certification", n=number)
    commands = ("sed -i s/yes/no/ /etc/ssh/sshd_config", "systemctl restart ssh")
    return failed(words, msg("Remove them."), seen_at=seen, commands=commands)


if __name__ == "__main__":
    main()
