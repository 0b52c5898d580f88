"""An open journey: its steps, the page of one of them, and the guide beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui.language import say
from ui.step_page import StepPage
from ui.theme import THEME
from ui.widgets.guide_pane import GuidePane
from ui.widgets.parts.buttons import Button
from ui.widgets.parts.cards import Banner, column, row
from ui.widgets.states import of_state
from ui.widgets.stepper import Stepper
from wizard.core.engine import Engine
from wizard.messages import Message, msg
from wizard.step import State
from wizard.tasks import Task

GUIDE_FOLDS_UNDER = 1100
COMPACT_UNDER = 760


class JourneyView(QWidget):
    """Stepper | page | guide. `began` tells of a task: itself, its step, the action it does (empty: none)."""

    began = Signal(object, str, str)
    finished = Signal()
    guide_toggled = Signal(bool)

    def __init__(self, engine: Engine, *, guide_open: bool) -> None:
        super().__init__()
        self.engine = engine
        self._pages: dict[str, StepPage] = {}
        self._states: dict[str, State] = {}
        self._guide_wished = guide_open
        self._guide_over = False
        self.step_id = engine.steps[0].id
        self.stepper = Stepper(engine.steps)
        self.stepper.opened.connect(self.open_step)
        self.banners = column(gap=8)
        self.banners.setContentsMargins(16, 0, 16, 0)
        self._shown: dict[str, Banner] = {}
        self.pages = QStackedWidget()
        self.guide = GuidePane()
        self.guide.closed.connect(self._close_guide)
        self._middle = column()
        self._middle.addLayout(self.banners)
        self._middle.addWidget(self.pages, 1)
        self._line = row(self, gap=0)
        self._line.addWidget(self.stepper)
        self._line.addLayout(self._middle, 1)
        self._line.addWidget(self.guide)
        THEME.changed.connect(self._fit)

    def open_step(self, step_id: str) -> None:
        """Bring the page of that step to the front."""
        if step_id in self._pages and self.pages.currentWidget() is self._pages[step_id]:
            self.stepper.choose(step_id)
            return
        if self._pages.get(self.step_id) is not None:
            self._pages[self.step_id].commit()
        self.step_id = step_id
        page = self.page(step_id)
        self.pages.setCurrentWidget(page)
        self.stepper.choose(step_id)
        self.guide.show_step(page.step)
        page.opened()
        self.refresh()

    def page(self, step_id: str) -> StepPage:
        """The page of a step; it is drawn when it is first asked for."""
        page = self._pages.get(step_id)
        if page is None:
            ids = [step.id for step in self.engine.steps]
            page = StepPage(
                self.engine,
                self.engine.step(step_id),
                first=step_id == ids[0],
                last=step_id == ids[-1],
            )
            page.began.connect(self._began)
            page.back_wished.connect(self.go_back)
            page.continue_wished.connect(self.go_on)
            page.guide_wished.connect(self._find_in_guide)
            self._pages[step_id] = page
            self.pages.addWidget(page)
        return page

    @property
    def current(self) -> StepPage:
        """The page in front."""
        return self.page(self.step_id)

    def open_first_open(self) -> None:
        """Open the first step that is not done."""
        done = (State.DONE, State.WARNING, State.SKIPPED)
        ids = [step.id for step in self.engine.steps]
        self.open_step(
            next((step_id for step_id in ids if self.engine.status(step_id).state not in done), ids[-1])
        )

    def open_number(self, number: int) -> None:
        """Open a step by its number, from 1."""
        if 1 <= number <= len(self.engine.steps):
            self.open_step(self.engine.steps[number - 1].id)
            self.current.first_focus().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def go_on(self) -> None:
        """Open the next step; after the last one the journey is finished."""
        self._move(1)

    def open_next(self) -> None:
        """Open the next step, if there is one."""
        if self.step_id != self.engine.steps[-1].id:
            self._move(1)

    def go_back(self) -> None:
        """Open the step before."""
        self._move(-1)

    def refresh(self) -> None:
        """Show what the engine knows."""
        for step in self.engine.steps:
            status = self.engine.status(step.id)
            task = self.engine.running(step.id)
            self.stepper.show_status(step.id, status, _share(task))
            if self._states.get(step.id) not in (None, status.state) and step.id == self.step_id:
                self._announce(step.title, status.state)
            self._states[step.id] = status.state
        self.current.refresh()
        self.current.auto_check()

    def show_banner(
        self, key: str, words: Message | None, tone: str = "warning", button: Button | None = None
    ) -> None:
        """Show a banner above the page under that key, or take it away."""
        banner = self._shown.get(key)
        if words is None:
            if banner is not None:
                del self._shown[key]
                self.banners.removeWidget(banner)
                banner.hide()
                banner.deleteLater()
        elif banner is None:
            banner = Banner(words, tone)
            if button is not None:
                banner.line.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
            self._shown[key] = banner
            self.banners.addWidget(banner)
        else:
            banner.say(words)
        self.banners.setContentsMargins(16, 12 if self._shown else 0, 16, 0)

    def take_file(self, paths: Sequence[Path]) -> bool:
        """Give dropped files to the first field of the open step that takes them."""
        from ui.widgets.fields.file_field import FileField

        for line in self.current.rows:
            if isinstance(line.field, FileField) and line.isVisibleTo(self) and line.field.take(paths):
                return True
        return False

    def toggle_guide(self) -> None:
        """Show the guide, or put it away."""
        self._set_guide(not self.guide.isVisible())

    def _set_guide(self, shown: bool) -> None:
        if self._guide_over or self._narrow():
            self._guide_over = shown and self._narrow()
        else:
            self._guide_wished = shown
            self.guide_toggled.emit(shown)
        self._fit()
        if shown:
            self.guide.page.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _close_guide(self) -> None:
        self._set_guide(False)
        self.current.first_focus().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _find_in_guide(self, rule: str) -> None:
        if not self.guide.isVisible():
            self._set_guide(True)
        self.guide.find_rule(rule)

    def _narrow(self) -> bool:
        return self.width() / THEME.scale < GUIDE_FOLDS_UNDER

    def _fit(self) -> None:
        """Fold what there is no room for: the guide first, then the words of the stepper."""
        narrow = self._narrow()
        self.stepper.set_compact(self.width() / THEME.scale < COMPACT_UNDER)
        beside = self._guide_wished and not narrow
        if not narrow:
            self._guide_over = False
        inside = self._line.indexOf(self.guide) >= 0
        if beside and not inside:
            self._line.addWidget(self.guide)
        elif not beside and inside:
            self._line.removeWidget(self.guide)
        self.guide.setVisible(beside or self._guide_over)
        if self._guide_over:
            wide = self.guide.width()
            self.guide.setGeometry(self.width() - wide, 0, wide, self.height())
            self.guide.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold or unfold."""
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter does what the primary button says; Escape puts away a guide that lies over the page."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.current.do_primary()
        elif event.key() == Qt.Key.Key_Escape and self._guide_over:
            self._close_guide()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """A new font changes what there is room for."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _move(self, by: int) -> None:
        ids = [step.id for step in self.engine.steps]
        place = ids.index(self.step_id) + by
        while 0 <= place < len(ids) and self.engine.status(ids[place]).state is State.SKIPPED:
            place += by  # still open to whoever chooses it in the list
        if place >= len(ids):
            self.finished.emit()
        elif place >= 0:
            self.open_step(ids[place])
            self.current.first_focus().setFocus(Qt.FocusReason.OtherFocusReason)

    def _began(self, task: Task, action_id: str) -> None:
        self.began.emit(task, self.step_id, action_id)

    def _announce(self, title: Message, state: State) -> None:
        words = say(msg("{step}: {state}", step=title, state=of_state(state).word))
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))


def _share(task: Task | None) -> str:
    """How far a task is, as 46 %."""
    if task is None or not task.progress.total:
        return ""
    return f"{min(100, int(100 * task.progress.done / task.progress.total))} %"
