"""Icons from resources/icons, tinted when they are loaded, sharp at every scale."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui.theme import THEME
from wizard.places import folder


@lru_cache(maxsize=256)
def pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """The icon as a picture of `size` device-independent pixels in that colour (#RRGGBB)."""
    picture = QPixmap(QSize(size, size) * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _renderer(name, colour).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture


def paint(painter: QPainter, name: str, colour: QColor | str, area: QRectF) -> None:
    """Draw the icon straight into `area`."""
    _renderer(name, QColor(colour).name()).render(painter, area)


def icon(name: str, token: str = "text", disabled: str = "disabled") -> QIcon:
    """The icon for a button, in the colours of the theme in force."""
    size = THEME.px(20)
    ratio = max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
    made = QIcon(pixmap(name, getattr(THEME.tokens, token), size, ratio))
    made.addPixmap(pixmap(name, getattr(THEME.tokens, disabled), size, ratio), QIcon.Mode.Disabled)
    return made


def app_icon() -> QIcon:
    """The program's own mark."""
    made = QIcon()
    for size in (16, 24, 32, 48, 256):
        made.addPixmap(pixmap("app", "", size))
    return made


@lru_cache(maxsize=128)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    source = (folder("resources") / "icons" / f"{name}.svg").read_bytes()
    if colour:
        source = source.replace(b"<svg ", f'<svg fill="{colour}" '.encode(), 1)
    return QSvgRenderer(QByteArray(source))
