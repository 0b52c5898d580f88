"""A combo box drawn by us: under a style sheet Fusion's own loses its arrow."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QFrame,
    QLineEdit,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from ui.icons import paint as paint_icon
from ui.theme import THEME
from ui.widgets.parts.frame import draw_frame
from ui.widgets.parts.scroll import thin_bars

DETAIL = Qt.ItemDataRole.UserRole + 1


class ComboBox(QComboBox):
    """One of many; each entry may have a second line. It does not turn with the wheel while the page scrolls."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong = False
        self.edit: QLineEdit | None = None
        view = QListView()
        view.setFrameShape(QFrame.Shape.NoFrame)
        thin_bars(view)
        self.setView(view)
        self.setItemDelegate(_Entry(self))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(12)

    def allow_typing(self, editable: bool) -> None:
        """A field without a frame of its own inside ours."""
        self.setEditable(editable)
        self.edit = self.lineEdit()
        if self.edit is not None:
            ground = self.edit.palette()
            ground.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)  # ours shows through
            self.edit.setPalette(ground)
            self.edit.setFrame(False)
            self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            self.edit.setCompleter(QCompleter(self))  # it completes nothing

    def sizeHint(self) -> QSize:
        """As high as every control."""
        return QSize(super().sizeHint().width(), THEME.px(32) + 2)

    def minimumSizeHint(self) -> QSize:
        """Long entries end in … instead of pushing the page apart."""
        return QSize(THEME.px(96), THEME.px(32) + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the field inside the frame."""
        super().resizeEvent(event)
        self._place_field()

    def showPopup(self) -> None:  # noqa: N802 (Qt's name)
        """As wide as the longest entry, within reason: what stands in its second line may decide."""
        body, caption = QFontMetrics(THEME.font("body")), QFontMetrics(THEME.font("caption"))
        need = 0
        for place in range(self.count()):
            detail = str(self.itemData(place, DETAIL) or "")
            need = max(need, body.horizontalAdvance(self.itemText(place)), caption.horizontalAdvance(detail))
        self.view().setMinimumWidth(max(self.width() - 2, min(need + 48, THEME.px(640))))
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The page scrolls, not the choice."""
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Frame, the chosen entry, and an arrow."""
        self._place_field()  # the style moves it at every change of the entries
        painter = QPainter(self)
        focused = self.hasFocus() or (self.edit is not None and self.edit.hasFocus())
        draw_frame(self, painter, focused=focused, wrong=self.wrong)
        side = THEME.px(16)
        area = QRectF(self.width() - side - 10, (self.height() - side) / 2, side, side)
        paint_icon(painter, "chevron_down", THEME.color("muted" if self.isEnabled() else "disabled"), area)
        if self.edit is not None:
            return
        chosen = self.currentIndex() >= 0
        text = self.currentText() if chosen else self.placeholderText()
        room = QRect(11, 0, self.width() - side - 30, self.height())
        painter.setFont(self.font())
        painter.setPen(THEME.color("disabled" if not self.isEnabled() else "text" if chosen else "muted"))
        shown = QFontMetrics(self.font()).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _place_field(self) -> None:
        place = QRect(10, 2, self.width() - THEME.px(32) - 12, self.height() - 4)
        if self.edit is not None and self.edit.geometry() != place:
            self.edit.setGeometry(place)


class _Entry(QStyledItemDelegate):
    """An entry of a combo box: its words and, smaller, what they mean."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """One line or two."""
        detail = index.data(DETAIL)
        return QSize(THEME.px(120), THEME.px(52 if detail else 34))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """A rounded ground where the mouse or the keyboard is, and a bar at the chosen one."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = option.rect.adjusted(4, 2, -4, -2)
        combo = self.parent()
        current = isinstance(combo, QComboBox) and combo.currentIndex() == index.row()
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver) or current:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(THEME.color("accent_tint" if current else "pressed"))
            painter.drawRoundedRect(area, 4, 4)
        if current:
            painter.setBrush(THEME.color("accent"))
            painter.drawRoundedRect(QRectF(area.left(), area.center().y() - 8, 3, 16), 1.5, 1.5)
        text = area.adjusted(10, 4, -8, -4)
        detail = index.data(DETAIL)
        painter.setPen(THEME.color("text"))
        painter.setFont(THEME.font("body"))
        metrics = painter.fontMetrics()
        where = Qt.AlignmentFlag.AlignTop if detail else Qt.AlignmentFlag.AlignVCenter
        painter.drawText(
            text,
            int(where),
            metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, text.width()),
        )
        if detail:
            painter.setPen(THEME.color("muted"))
            painter.setFont(THEME.font("caption"))
            metrics = painter.fontMetrics()
            shown = metrics.elidedText(str(detail), Qt.TextElideMode.ElideRight, text.width())
            painter.drawText(text, int(Qt.AlignmentFlag.AlignBottom), shown)
        painter.restore()
