"""The top of the window: what is open, whether it is saved, which cloud, which language."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.icons import paint as paint_icon
from ui.language import LANGUAGE, NAMES, Words, say
from ui.theme import THEME
from ui.widgets.parts.buttons import Button, Switch
from ui.widgets.parts.cards import Glyph, row
from ui.widgets.parts.names import name
from ui.widgets.parts.text import Elided, Label
from wizard.messages import LANGUAGES, Message, msg

PRODUCT = msg("Marketplace Image Wizard")


class Pill(QAbstractButton):
    """A rounded button with an icon and a few words, in the colours of a tone."""

    def __init__(self, words: Words, icon: str, tone: str | None = None) -> None:
        super().__init__()
        self._words, self._icon, self._tone = words, icon, tone
        self._short = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.retranslate()
        LANGUAGE.changed.connect(self.retranslate)
        THEME.changed.connect(self.updateGeometry)

    def say(self, words: Words, icon: str | None = None, tone: str | None = None) -> None:
        """Show these words from now on."""
        self._words, self._icon, self._tone = words, icon or self._icon, tone
        self.retranslate()

    def set_short(self, short: bool) -> None:
        """Show the icon alone."""
        if short != self._short:
            self._short = short
            self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language in force."""
        self.setText(say(self._words))
        self.setAccessibleName(self.text())
        self.setToolTip(self.text() if self._short else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Icon and words."""
        high = THEME.px(28)
        if self._short:
            return QSize(high + 8, high)
        wide = QFontMetrics(THEME.font("caption_strong")).horizontalAdvance(self.text())
        return QSize(wide + THEME.px(16) + 34, high)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A capsule."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        colour = THEME.color(self._tone or "muted")
        focused = self.hasFocus()
        frame = (
            THEME.color("accent")
            if focused
            else THEME.color(self._tone)
            if self._tone
            else THEME.color("outline")
        )
        painter.setPen(QPen(frame, 2 if focused else 1))
        ground = f"{self._tone}_tint" if self._tone else "hover" if self.underMouse() else "card"
        painter.setBrush(THEME.color(ground))
        painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
        side = THEME.px(16)
        left = (self.width() - side) / 2 if self._short else 12
        paint_icon(painter, self._icon, colour, QRectF(left, (self.height() - side) / 2, side, side))
        if not self._short:
            painter.setPen(colour)
            painter.setFont(THEME.font("caption_strong" if self._tone else "caption"))
            words = QRectF(18 + side, 0, self.width() - side - 20, self.height())
            painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), self.text())


class PracticeBand(QWidget):
    """Stripes across the whole window: nobody mistakes practice for the real cloud."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(8)
        name(self, msg("Practice: nothing here is real"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Slanted stripes in the colour of a warning."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), THEME.color("warning_tint"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(THEME.color("stripe"))
        high = self.height()
        for left in range(-high, self.width() + high, 24):
            painter.drawPolygon(
                QPolygonF(
                    [
                        QPointF(left, high),
                        QPointF(left + high, 0),
                        QPointF(left + high + 12, 0),
                        QPointF(left + 12, high),
                    ]
                )
            )


class Header(QWidget):
    """One row. Signals say what was asked for; it decides nothing."""

    home_wished = Signal()
    practice_wished = Signal()
    cloud_wished = Signal()
    guide_wished = Signal()
    settings_wished = Signal()
    language_wished = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._journey: str | None = None
        self.home = Button("", "quiet", icon="home", name=msg("Back to the welcome page"))
        self.home.clicked.connect(self.home_wished)
        self.title = Label(PRODUCT, "strong", wrap=False)
        self.name = Elided("", tone="muted", middle=True)
        self.saved_glyph = Glyph("checkmark", "passed", size=16)
        self.saved = Label("", "caption", tone="muted", wrap=False)
        self.practice = Pill(msg("Practice"), "beaker", "warning")
        self.practice.clicked.connect(self.practice_wished)
        self.cloud = Pill("", "cloud")
        self.cloud.clicked.connect(self.cloud_wished)
        names = [(code, NAMES[code], None) for code in LANGUAGES]
        self.language = Switch(names, msg("Language"))
        self.language.chosen.connect(self.language_wished)
        self.guide = Button("", "quiet", icon="book_open", name=msg("Guide (F1)"))
        self.guide.clicked.connect(self.guide_wished)
        self.settings = Button("", "quiet", icon="settings", name=msg("Settings"))
        self.settings.clicked.connect(self.settings_wished)
        line = row(self, gap=8)
        line.setContentsMargins(12, 8, 12, 8)
        line.addWidget(self.home)
        line.addWidget(self.title)
        line.addSpacing(4)
        line.addWidget(self.name)
        line.addSpacing(8)
        line.addWidget(self.saved_glyph)
        line.addWidget(self.saved)
        line.addStretch(1)
        for each in (self.practice, self.cloud, self.language, self.guide, self.settings):
            line.addWidget(each)
        self.practice.hide()
        self.cloud.hide()
        self.show_journey(None)

    def show_journey(self, name: str | None) -> None:
        """Show the name of the open journey, or none."""
        self._journey = name
        self.name.setText(name or "")
        self.home.setVisible(name is not None)
        for each in (self.name, self.saved, self.saved_glyph, self.guide):
            each.setVisible(name is not None)

    def show_saved(self, words: Message, icon: str, token: str) -> None:
        """Show whether the journey is on disk."""
        self.saved.say(words)
        self.saved_glyph.set(icon, token, words)

    def fit(self, width: float) -> None:
        """Leave out what there is no room for; `width` is the window's at 100 % text."""
        self.title.setVisible(self._journey is None or width >= 900)
        self.saved.setVisible(self._journey is not None and width >= 780)
        self.cloud.set_short(width < 700)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A card's ground with a line under it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), THEME.color("card"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, THEME.color("outline"))
