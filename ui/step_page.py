"""Draws any step: what it asks for, what it can do, what it checks, what it shows. It knows no rule."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.next_move import NextMove
from ui.theme import THEME
from ui.widgets.checks import make_check_list
from ui.widgets.confirm import ConfirmDialog
from ui.widgets.error_card import ErrorCard
from ui.widgets.fields.cards_field import CardsField
from ui.widgets.form_row import FormRow
from ui.widgets.page_actions import SecondaryActions
from ui.widgets.page_foot import PageFoot
from ui.widgets.parts.cards import Banner, Card, column
from ui.widgets.parts.names import name
from ui.widgets.parts.scroll import WIDTH as SCROLL_BAR
from ui.widgets.parts.scroll import ScrollArea
from ui.widgets.parts.text import Label
from ui.widgets.views import make_view
from wizard.core.engine import Engine
from wizard.errors import as_wizard_error
from wizard.messages import Message, msg
from wizard.step import Action, Confirmation, Fix, State, Step, Ticks, Verdicts
from wizard.tasks import Task
from wizard.view import View

TEXT_WIDTH = 640
_MARGIN = 28


class StepPage(QWidget):
    """One step. `began` tells of a task with the id of the action it does (empty: a check)."""

    began = Signal(object, str)
    back_wished = Signal()
    continue_wished = Signal()
    guide_wished = Signal(str)

    def __init__(self, engine: Engine, step: Step, *, first: bool, last: bool) -> None:
        super().__init__()
        self.engine, self.step = engine, step
        self.next = NextMove(engine, step, last=last)
        self._views: list[tuple[View, Any]] = []
        self._retry: str | None = None
        self._asking: tuple[ConfirmDialog, Action] | None = None
        self._had_error = False
        self.rows: list[FormRow] = []
        self._cards: list[tuple[QWidget, list[FormRow]]] = []
        self.title = Label(step.title, "page_title")
        self.purpose = Label(step.purpose, tone="muted")
        self.banner = Banner("")
        self.banner.hide()
        self.secondary = SecondaryActions(engine, step)
        self.secondary.wished.connect(self.run)
        self.error = ErrorCard()
        self.error.again_wished.connect(self._again)
        self.checks = make_check_list(step.checks, step.checks_title)
        self.checks.setHidden(not step.checks)
        self.checks.check_wished.connect(self.check)
        self.checks.fix_wished.connect(self._fix)
        self.checks.guide_wished.connect(self.guide_wished)
        self.foot = PageFoot(first=first)
        self.foot.back.clicked.connect(self.back_wished)
        self.foot.primary.clicked.connect(self.do_primary)
        self._view_list = column(gap=12)
        self._content = QWidget()
        self._column = column(self._content, gap=12)
        self._fill()
        self.area = ScrollArea(self._content)
        name(self.area, step.title)
        whole = column(self)
        whole.addWidget(self.area, 1)
        whole.addWidget(self.foot)
        # Cards and lists settle their heights one after the other; the error is scrolled to when they have.
        self._reveal = QTimer(self)
        self._reveal.setSingleShot(True)
        self._reveal.timeout.connect(self._show_error)

    # Showing

    def refresh(self) -> None:
        """Show what the engine knows, in place: focus, scroll position and half-typed words stay."""
        engine, step_id = self.engine, self.step.id
        status, running = engine.status(step_id), engine.running(step_id)
        self._show_banner(status.state, status.why)
        for widget, rows in self._cards:
            asked_for = [row.refresh() for row in rows]
            widget.setVisible(any(asked_for))
        self.secondary.refresh(locked=status.state is State.LOCKED)
        self._show_views(engine.views(step_id))
        if self.step.checks:
            held = engine.check_held_back(step_id)
            self.checks.show_rows(
                engine.rows(step_id), running is not None, held, told=status.state is State.LOCKED
            )
            self._order(trouble=self.checks.has_trouble)
        error = engine.error(step_id)
        self.error.show_error(error, again=self.next.can_retry(self._retry))
        if error is not None and not self._had_error:
            self._reveal.start(50)
        self._had_error = error is not None
        self.foot.show_move(self.next.move())

    def opened(self) -> None:
        """The page came to the front: check what checks itself."""
        self.refresh()
        self.auto_check()

    def auto_check(self) -> None:
        """Start the checks of a step that checks itself, when nothing is being typed."""
        if not any(row.field.typing for row in self.rows):
            task = self.engine.auto_check(self.step.id)
            if task is not None:
                self._started(task, "")

    def first_focus(self) -> QWidget:
        """Where the keyboard goes when the page is opened."""
        for row in self.rows:
            target = row.field.focus_target()
            if row.isVisibleTo(self) and target is not None and target.isEnabled():
                return target
        return self.foot.primary

    # Doing

    def do_primary(self) -> None:
        """Do what the primary button says."""
        self.commit()
        self.refresh()  # what was just typed may change what the button can do
        action = self.next.action
        if not self.foot.primary.isEnabled():
            return
        if action is not None:
            self.run(action.id)
        elif self.next.check_is_due:
            self.check()
        else:
            self.continue_wished.emit()

    def run(self, action_id: str) -> None:
        """Do an action, after asking where it has to be asked for."""
        self.commit()
        if self.engine.held_back(self.step.id, action_id) is not None:
            self.refresh()
            return
        try:
            asked = self.engine.confirmation(self.step.id, action_id)
        except Exception as error:
            self.error.show_error(as_wizard_error(error), again=False)
            return
        if asked is None:
            self._start(action_id)
        else:
            self._ask(asked, self.step.action(action_id))

    def check(self) -> None:
        """Run the checks."""
        self.commit()
        if self.engine.check_held_back(self.step.id) is None:
            self._retry = ""
            self._started(self.engine.start_check(self.step.id), "")

    def commit(self) -> None:
        """Give the engine what is still being typed."""
        for row in self.rows:
            row.field.commit()

    # Inside

    def _fill(self) -> None:
        self._column.addWidget(self.title)
        self._column.addWidget(self.purpose)
        self._column.addSpacing(4)
        self._column.addWidget(self.banner)
        for asked in self.step.inputs:
            line = FormRow(self.engine, self.step, asked)
            line.work_started.connect(self._field_began)
            self.rows.append(line)
            if isinstance(line.field, CardsField):
                self._column.addWidget(line)
                self._cards.append((line, [line]))
                continue
            alone = isinstance(asked, Ticks | Verdicts)
            if alone or not self._cards or not isinstance(self._cards[-1][0], _Form):
                self._cards.append((Card() if alone else _Form(), []))
                self._column.addWidget(self._cards[-1][0])
            card, lines = self._cards[-1]
            assert isinstance(card, Card)
            card.body.addWidget(line)
            lines.append(line)
        self._column.addWidget(self.secondary)
        self._column.addWidget(self.error)
        self._column.addLayout(self._view_list)
        self._column.addWidget(self.checks)
        self._column.addStretch(1)

    def _show_banner(self, state: State, why: Message | None) -> None:
        stale = self.engine.stale_because(self.step)
        words, tone, icon = None, "info", "info"
        if self.engine.read_only is None and state is State.STALE and stale is not None:
            words, tone, icon = msg("To be done again: {reason}.", reason=stale), "warning", "arrow_clockwise"
        elif state is State.LOCKED and why is not None:
            words, icon = (
                msg("You can read everything here, but not do it yet. {reason}.", reason=why),
                "lock_closed",
            )
        elif state is State.SKIPPED and why is not None:
            words, icon = why, "subtract_circle"
        self.banner.setVisible(words is not None)
        if words is not None:
            self.banner.say(words)
            self.banner.set_tone("warning" if tone == "warning" else None)
            self.banner.glyph.set(icon, "warning" if tone == "warning" else "pending")

    def _show_views(self, views: tuple[View, ...]) -> None:
        kinds = [type(view) for view in views]
        if kinds != [type(view) for view, _ in self._views]:
            for _, widget in self._views:
                self._view_list.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
            self._views = [(view, make_view(view)) for view in views]
            for _, widget in self._views:
                self._view_list.addWidget(widget)
            return
        for place, (view, (shown, widget)) in enumerate(zip(views, self._views, strict=True)):
            if view != shown:
                widget.show_view(view)
                self._views[place] = (view, widget)

    def _order(self, *, trouble: bool) -> None:
        """What was made stands above the checks that prove it; where they found trouble, they come first."""
        first, second = self._column.indexOf(self._view_list), self._column.indexOf(self.checks)
        if (first > second) != trouble:
            self._column.removeWidget(self.checks)
            place = self._column.indexOf(self._view_list)
            self._column.insertWidget(place if trouble else place + 1, self.checks)

    def _again(self) -> None:
        if self._retry:
            self.run(self._retry)
        elif self._retry == "":
            self.check()

    def _ask(self, asked: Confirmation, action: Action) -> None:
        dialog = ConfirmDialog(self, asked)
        self._asking = (dialog, action)
        dialog.accepted.connect(self._agreed)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _agreed(self) -> None:
        if self._asking is not None and self.engine.held_back(self.step.id, self._asking[1].id) is None:
            self._start(self._asking[1].id)

    def _start(self, action_id: str) -> None:
        self._retry = action_id
        self._started(self.engine.start(self.step.id, action_id), action_id)

    def _fix(self, fix: Fix) -> None:
        self.commit()
        task = self.engine.apply_fix(self.step.id, fix)
        if task is not None:
            self._started(task, "" if fix.action == "check" else fix.action or "")
        elif fix.action not in (None, "check"):
            self.run(str(fix.action))  # it asks first

    def _started(self, task: Task, action_id: str) -> None:
        self.began.emit(task, action_id)
        self.refresh()

    def _field_began(self, task: Task) -> None:
        self.began.emit(task, "")

    def _show_error(self) -> None:
        self.area.ensureWidgetVisible(self.error, 0, 24)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The text keeps a width that reads well; in a wide window it stands in the middle."""
        super().resizeEvent(event)
        room = event.size().width()
        widest = THEME.px(TEXT_WIDTH) if THEME.scale <= 1.25 else round(TEXT_WIDTH * 1.25)
        side = max(_MARGIN if room >= 600 else 16, (room - widest) // 2)
        self._column.setContentsMargins(side, 24, max(4, side - SCROLL_BAR), 24)
        self.foot.set_margin(side)


class _Form(Card):
    """The card of the plain inputs that follow each other."""
