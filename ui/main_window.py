"""The one window: header, the open page, and the drawer with the work under way.

Its parts are imported when it is filled: the frame alone is painted first (see ui/start.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStackedWidget

    from ui.journeys.view import JourneyView
    from ui.pages.welcome import WelcomePage
    from ui.widgets.drawer import Drawer
    from ui.widgets.header import Header, PracticeBand

LEAST = (960, 640)
OPENS = (1180, 760)


class MainWindow(QWidget):
    """Shows what it is given. `painted` tells of the first paint; `close_wished` asks whether it may close."""

    painted = Signal()
    close_wished = Signal()
    focused = Signal()
    journey_dropped = Signal(str)

    band: PracticeBand
    header: Header
    welcome: WelcomePage
    pages: QStackedWidget
    drawer: Drawer

    def __init__(self, ground: str) -> None:
        """`ground` is the colour of the empty frame."""
        super().__init__()
        self._ground = QColor(ground)
        self._painted = False
        self._may_close = False
        self._filled = False
        self.journey: JourneyView | None = None
        self._journey_name = ""
        self.setMinimumSize(*LEAST)
        self.resize(*OPENS)

    def fill(self, recent: tuple[str, ...]) -> None:
        """Put the header, the welcome page and the drawer in."""
        from PySide6.QtWidgets import QStackedWidget

        from ui.icons import app_icon
        from ui.language import LANGUAGE
        from ui.pages.welcome import WelcomePage
        from ui.theme import THEME
        from ui.widgets.drawer import Drawer
        from ui.widgets.header import Header, PracticeBand
        from ui.widgets.parts.cards import column

        self.band = PracticeBand()
        self.band.hide()
        self.header = Header()
        self.header.guide_wished.connect(self._toggle_guide)
        self.welcome = WelcomePage(recent)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.welcome)
        self.drawer = Drawer()
        whole = column(self, gap=0)
        whole.addWidget(self.band)
        whole.addWidget(self.header)
        whole.addWidget(self.pages, 1)
        whole.addWidget(self.drawer)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocus()  # no ring until the keyboard is used
        self.setWindowIcon(app_icon())
        self._filled = True
        LANGUAGE.changed.connect(self.retranslate)
        THEME.changed.connect(self._rethemed)
        self._shortcuts()
        self._rethemed()
        self.retranslate()

    def show_journey(self, view: JourneyView, name: str, *, practice: bool) -> None:
        """Bring an open journey to the front."""
        self.leave_journey()
        self.journey = view
        self._journey_name = name
        self.pages.addWidget(view)
        self.pages.setCurrentWidget(view)
        self.header.show_journey(name)
        self.header.cloud.show()
        self.show_practice(practice)
        self._fit()

    def leave_journey(self) -> None:
        """Back to the welcome page."""
        if self.journey is not None:
            self.pages.setCurrentWidget(self.welcome)
            self.pages.removeWidget(self.journey)
            self.journey.deleteLater()
            self.journey = None
        self._journey_name = ""
        self.header.show_journey(None)
        self.header.cloud.hide()
        self.drawer.clear()
        self.show_practice(False)

    def show_practice(self, practice: bool) -> None:
        """Show the signs of practice, or take them away."""
        self.band.setVisible(practice)
        self.header.practice.setVisible(practice)
        self.retranslate()

    def retranslate(self) -> None:
        """Name the window."""
        from ui.language import LANGUAGE, say
        from ui.widgets.header import PRODUCT
        from wizard.messages import msg

        parts = [self._journey_name, say(PRODUCT)]
        if self.header.practice.isVisibleTo(self):
            parts.insert(0, say(msg("PRACTICE")))
        self.setWindowTitle(" – ".join(part for part in parts if part))
        self.header.language.choose(LANGUAGE.code)

    def allow_close(self) -> None:
        """Close without asking again."""
        self._may_close = True
        self.close()

    def geometry_text(self) -> str:
        """Size and place, to be remembered."""
        return bytes(self.saveGeometry().toBase64().data()).decode()

    def restore(self, text: str) -> None:
        """Size and place as they were remembered."""
        if text:
            self.restoreGeometry(QByteArray.fromBase64(text.encode()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ground; the first paint starts what may take its time."""
        QPainter(self).fillRect(self.rect(), self._ground)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask first."""
        if self._may_close or not self._filled:
            event.accept()
        else:
            event.ignore()
            self.close_wished.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Coming to the front: files may have changed meanwhile."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.focused.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the header."""
        super().resizeEvent(event)
        self._fit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Any file may be dropped: a journey, or what the open step asks for."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Give the files to the open step, or open the journey."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if self.journey is not None and self.journey.take_file(paths):
            event.acceptProposedAction()
        elif paths and paths[0].suffix == ".imagewizard":
            event.acceptProposedAction()
            self.journey_dropped.emit(str(paths[0]))

    def _rethemed(self) -> None:
        from ui.theme import THEME

        self._ground = THEME.color("window")
        self._fit()
        self.update()

    def _fit(self) -> None:
        if self._filled:
            from ui.theme import THEME

            self.header.fit(self.width() / THEME.scale)

    def _shortcuts(self) -> None:
        from PySide6.QtGui import QKeySequence, QShortcut

        for number in range(1, 10):
            shortcut = QShortcut(QKeySequence(f"Alt+{number}"), self)
            shortcut.setProperty("number", number)
            shortcut.activated.connect(self._open_number)
        for keys, slot in (
            ("F1", self._toggle_guide),
            ("Ctrl+L", self._other_language),
            ("Ctrl+,", self.header.settings_wished.emit),
            ("Ctrl+N", self.welcome.new_wished.emit),
            ("Ctrl+O", self.welcome.open_wished.emit),
            ("Alt+Left", self._go_back),
            ("Alt+Right", self._go_on),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    def _open_number(self) -> None:
        if self.journey is not None:
            self.journey.open_number(int(self.sender().property("number")))

    def _toggle_guide(self) -> None:
        if self.journey is not None:
            self.journey.toggle_guide()

    def _go_back(self) -> None:
        if self.journey is not None:
            self.journey.go_back()

    def _go_on(self) -> None:
        if self.journey is not None:
            self.journey.open_next()

    def _other_language(self) -> None:
        from ui.language import LANGUAGE
        from wizard.messages import CHINESE, ENGLISH

        self.header.language_wished.emit(ENGLISH if LANGUAGE.code == CHINESE else CHINESE)
