"""What the window's tests share: a bench to show small steps on, and eyes for clipped words and nameless widgets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QLabel,
    QPushButton,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.small_steps import LONG, World
from ui.journeys.view import JourneyView
from ui.step_page import StepPage
from ui.task_bridge import TaskBridge
from ui.widgets.header import Pill
from ui.widgets.parts.text import Elided
from wizard.core.engine import Engine
from wizard.step import Step

TIMEOUT = round(LONG * 1000)


class Bench:
    """A journey's view over small steps, kept fresh as the program keeps it."""

    def __init__(self, world: World, qtbot: QtBot) -> None:
        self.world, self.qtbot = world, qtbot
        self.bridge = TaskBridge()
        self.view: JourneyView | None = None

    def show(
        self, *steps: Step, engine: Engine | None = None, size: tuple[int, int] = (1180, 700)
    ) -> StepPage:
        """Show the first of these steps; returns its page."""
        engine = engine or self.world.engine(*steps)
        engine.listen(self.bridge.poke)
        self.view = JourneyView(engine, guide_open=True)
        self.qtbot.addWidget(self.view)
        self.bridge.delivered.connect(self.view.refresh)
        self.view.resize(*size)
        self.view.open_step(engine.steps[0].id)
        with self.qtbot.waitExposed(self.view):
            self.view.show()
        self.settle()
        return self.view.current

    def settle(self) -> None:
        """Let the layouts find their heights."""
        self.qtbot.wait(20)

    def until(self, wished: Callable[[], Any]) -> None:
        """Wait until it is so."""
        self.qtbot.waitUntil(lambda: bool(wished()), timeout=TIMEOUT)

    def close(self) -> None:
        """Let the view go before its engine ends."""
        if self.view is not None:
            self.bridge.delivered.disconnect(self.view.refresh)


def activate(qtbot: QtBot, widget: QWidget) -> None:
    """Bring its window to the front, so that the keyboard is its own."""
    with qtbot.waitActive(widget):
        widget.activateWindow()


def texts(widget: QWidget) -> list[str]:
    """All words that can be seen in it."""
    labels = [each.text().replace("\u200b", "") for each in widget.findChildren(QLabel) if each.isVisible()]
    buttons = [each.text() for each in widget.findChildren(QAbstractButton) if each.isVisible()]
    return [text for text in labels + buttons if text]


def button(widget: QWidget, text: str) -> QPushButton:
    """The visible button with that text."""
    found = [each for each in widget.findChildren(QPushButton) if each.isVisible() and each.text() == text]
    assert len(found) == 1, f"{len(found)} buttons say {text!r}: {texts(widget)}"
    return found[0]


def click(qtbot: QtBot, target: QWidget) -> None:
    """Click it with the left button."""
    qtbot.mouseClick(target, Qt.MouseButton.LeftButton)


def focusable(widget: QWidget) -> Iterator[QWidget]:
    """Every widget in it that takes the focus by keyboard, and can be seen."""
    for each in [widget, *widget.findChildren(QWidget)]:
        by_tab = each.focusPolicy() & Qt.FocusPolicy.TabFocus
        if by_tab and each.isVisible() and each.focusProxy() is None:
            yield each


def clipped(widget: QWidget) -> list[str]:
    """What cannot be read whole: words cut off, and widgets that stick out of what holds them."""
    found = []
    for each in widget.findChildren(QWidget):
        if not each.isVisible() or isinstance(each, QScrollBar):
            continue
        trouble = _cut(each) or _sticks_out(each)
        if trouble:
            found.append(f"{type(each).__name__} {_words(each)!r}: {trouble}")
    return found


def _cut(widget: QWidget) -> str:
    if isinstance(widget, Elided):
        return "" if widget.height() >= widget.fontMetrics().height() else "too low"
    if isinstance(widget, QLabel) and widget.text():
        return _cut_label(widget)
    if isinstance(widget, QPushButton | Pill):
        need = widget.sizeHint()
        if widget.width() < need.width() or widget.height() < need.height() - 1:
            return f"needs {need.width()}x{need.height()}, has {widget.width()}x{widget.height()}"
    return ""


def _cut_label(label: QLabel) -> str:
    inside = label.contentsRect()
    if not label.wordWrap():
        need = label.sizeHint()
        if label.width() < need.width() or label.height() < need.height():
            return f"needs {need.width()}x{need.height()}, has {label.width()}x{label.height()}"
        return ""
    metrics = label.fontMetrics()
    words = label.text().replace("\u200b", " ").split()
    longest = max((metrics.horizontalAdvance(word) for word in words if word.isascii()), default=0)
    if longest > inside.width() + 1:
        return f"a word is {longest} wide, there are {inside.width()}"
    need_height = label.heightForWidth(label.width())
    if need_height > label.height() + 1:
        return f"needs {need_height} high, has {label.height()}"
    return ""


def _sticks_out(widget: QWidget) -> str:
    parent = widget.parentWidget()
    if parent is None or widget.isWindow() or _scrolls(parent):
        return ""
    room = QRect(-1, -1, parent.width() + 2, parent.height() + 2)
    if room.contains(widget.geometry()):
        return ""
    return f"{widget.geometry().getRect()} in {type(parent).__name__} {parent.width()}x{parent.height()}"


def _scrolls(parent: QWidget) -> bool:
    above = parent.parentWidget()
    return isinstance(above, QAbstractScrollArea) and above.viewport() is parent


def _words(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    return str(text())[:60] if callable(text) else widget.accessibleName()[:60]
