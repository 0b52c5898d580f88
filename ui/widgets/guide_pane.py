"""The guide's text for the open step, in the language shown."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import (
    QDesktopServices,
    QFont,
    QPainter,
    QPaintEvent,
    QPalette,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from ui.language import LANGUAGE
from ui.theme import THEME
from ui.widgets.parts.buttons import Button
from ui.widgets.parts.cards import column, row
from ui.widgets.parts.names import name
from ui.widgets.parts.scroll import thin_bars
from ui.widgets.parts.text import Label
from wizard.messages import CHINESE, ENGLISH, msg
from wizard.places import folder
from wizard.step import Step

WIDTH = 272


class GuidePane(QWidget):
    """A page of Markdown beside the step. `closed` tells that the person put it away."""

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._step: Step | None = None
        self.heading = Label("", "caption_strong", tone="muted")
        self.away = Button("", "quiet", icon="dismiss", name=msg("Put the guide away"))
        self.away.clicked.connect(self.closed)
        self.page = QTextBrowser()
        self.page.setFrameShape(QFrame.Shape.NoFrame)
        self.page.setOpenLinks(False)
        self.page.anchorClicked.connect(self._open)
        self.page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.page.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.page.document().setDocumentMargin(0)
        self.page.document().setIndentWidth(18)
        name(self.page, msg("Guide"))
        thin_bars(self.page)
        ground = self.page.palette()
        ground.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.page.setPalette(ground)
        head = row(gap=8)
        head.addWidget(self.heading, 1)
        head.addWidget(self.away)
        whole = column(self, gap=8)
        whole.setContentsMargins(20, 10, 8, 12)
        whole.addLayout(head)
        whole.addWidget(self.page, 1)
        self._resize()
        LANGUAGE.changed.connect(self.retranslate)
        THEME.changed.connect(self._retheme)

    def show_step(self, step: Step) -> None:
        """Show the guide's text for that step."""
        if step is not self._step:
            self._step = step
            self.retranslate()
            self.page.verticalScrollBar().setValue(0)

    def find_rule(self, rule: str) -> None:
        """Scroll to where the guide speaks of the rule; to the top where it does not."""
        self.page.moveCursor(QTextCursor.MoveOperation.Start)
        if self.page.find(rule):
            return
        self.page.find(rule.split("-", maxsplit=1)[0], QTextDocument.FindFlag.FindWholeWords)

    def retranslate(self) -> None:
        """Show the text in the language in force, at the same place."""
        if self._step is None:
            return
        self.heading.say(msg("Guide · section {number}", number=self._step.guide))
        bar = self.page.verticalScrollBar()
        place = bar.value() / bar.maximum() if bar.maximum() else 0.0
        self.page.setMarkdown(guide_text(self._step.id, LANGUAGE.code) or LANGUAGE.say(self._step.purpose))
        self._format()
        bar.setValue(round(place * bar.maximum()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A card's ground with a line at its left."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), THEME.color("card"))
        painter.fillRect(0, 0, 1, self.height(), THEME.color("outline"))

    def _format(self) -> None:
        """Give the document our type scale: Markdown brings only its structure."""
        document = self.page.document()
        document.setDefaultFont(THEME.font("body"))
        cursor = QTextCursor(document)
        cursor.beginEditBlock()
        block = document.begin()
        while block.isValid():
            level = block.blockFormat().headingLevel()
            shape = QTextBlockFormat(block.blockFormat())
            chinese = LANGUAGE.code == CHINESE
            shape.setLineHeight(
                THEME.px(22 if chinese or level == 1 else 20),
                QTextBlockFormat.LineHeightTypes.MinimumHeight.value,
            )
            in_list = block.textList() is not None
            if shape.hasProperty(QTextFormat.Property.BlockCodeFence):
                shape.setNonBreakableLines(False)
                shape.setBackground(THEME.color("window"))
            shape.setTopMargin(0 if not level or block == document.begin() else THEME.px(14))
            shape.setBottomMargin(THEME.px(4 if level or in_list else 10))
            cursor.setPosition(block.position())
            cursor.setBlockFormat(shape)
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            if level:
                words = QTextCharFormat()
                words.setFont(THEME.font("card_title" if level == 1 else "strong"))
                words.setProperty(QTextFormat.Property.FontSizeAdjustment, 0)
                cursor.mergeCharFormat(words)
            block = block.next()
        self._format_pieces(document, cursor)
        cursor.endEditBlock()

    def _format_pieces(self, document: QTextDocument, cursor: QTextCursor) -> None:
        """Links take the accent's colour, code our fixed letters."""
        block = document.begin()
        while block.isValid():
            pieces = block.begin()
            while not pieces.atEnd():
                piece = pieces.fragment()
                style = piece.charFormat()
                change = QTextCharFormat()
                if style.isAnchor():
                    change.setForeground(THEME.color("accent"))
                    change.setFontUnderline(False)
                elif style.fontFixedPitch():
                    change.setFontFamilies(THEME.font("fixed").families())
                    change.setProperty(QTextFormat.Property.FontPixelSize, THEME.px(12))
                    change.setBackground(THEME.color("window"))
                elif style.fontWeight() > QFont.Weight.Medium and not block.blockFormat().headingLevel():
                    change.setFontWeight(QFont.Weight.DemiBold)
                if not change.isEmpty():
                    cursor.setPosition(piece.position())
                    cursor.setPosition(piece.position() + piece.length(), QTextCursor.MoveMode.KeepAnchor)
                    cursor.mergeCharFormat(change)
                pieces += 1
            block = block.next()

    def _retheme(self) -> None:
        self._resize()
        self.retranslate()

    def _resize(self) -> None:
        self.setFixedWidth(min(THEME.px(WIDTH), 420))

    def _open(self, address: QUrl) -> None:
        if address.scheme() in ("http", "https"):
            QDesktopServices.openUrl(address)


def guide_text(step_id: str, language: str) -> str:
    """The guide's Markdown for a step; the English one where there is none in that language; empty where there is none."""
    for code in (language, ENGLISH):
        try:
            return (folder("i18n") / code / "guide" / f"{step_id}.md").read_text(encoding="utf-8")
        except OSError:
            continue
    return ""
