"""Colours, type and sizes as tokens by role; follows the system, and can be set to light or dark.

Everything the window draws asks here. Under a high-contrast scheme the style sheet is dropped and every colour
comes from the system's palette.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from ui.language import LANGUAGE
from ui.tokens import DARK, LIGHT, Tokens
from wizard.messages import CHINESE
from wizard.places import folder
from wizard.settings import Settings

_LATIN: Final = ("Segoe UI Variable Text", "Segoe UI")
_CHINESE: Final = ("Microsoft YaHei UI",)
_ELSEWHERE: Final = ("PingFang SC", "Noto Sans CJK SC")
_FIXED: Final = ("Cascadia Mono", "Consolas", "Menlo", "DejaVu Sans Mono", "Noto Sans Mono CJK SC")

# Role: size in px at 100 %, weight.
_TYPE: Final = {
    "caption": (12, QFont.Weight.Normal),
    "caption_strong": (12, QFont.Weight.DemiBold),
    "body": (14, QFont.Weight.Normal),
    "strong": (14, QFont.Weight.DemiBold),
    "card_title": (16, QFont.Weight.DemiBold),
    "page_title": (28, QFont.Weight.DemiBold),
    "fixed": (13, QFont.Weight.Normal),
}
_PAGE_TITLE_CHINESE: Final = 26


class Theme(QObject):
    """The look in force. `changed` tells whoever keeps something made from it (an icon, a font)."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens = LIGHT
        self.high_contrast = False
        self.scale = 1.0
        self._wished = "system"
        self._applied: tuple[object, ...] = ()

    @property
    def dark(self) -> bool:
        """Whether the ground is darker than the text."""
        return QColor(self.tokens.window).lightness() < QColor(self.tokens.text).lightness()

    def px(self, size: float) -> int:
        """A size given for 100 % text, at the text size in force."""
        return round(size * self.scale)

    def color(self, name: str) -> QColor:
        """The token of that name as a colour."""
        return QColor(getattr(self.tokens, name))

    def font(self, role: str = "body") -> QFont:
        """The font for a role of the type scale, in the language in force."""
        size, weight = _TYPE[role]
        chinese = LANGUAGE.code == CHINESE
        if role == "page_title" and chinese:
            size = _PAGE_TITLE_CHINESE
        font = QFont()
        font.setFamilies(_FIXED if role == "fixed" else _families(chinese))
        font.setPixelSize(self.px(size))
        font.setWeight(weight)
        font.clearFeatures()  # a new font begins as a copy of the application's
        if not chinese:
            # Fonts made for Chinese give quotation marks the width of a Chinese character; English wants narrow ones.
            font.setFeature(QFont.Tag("pwid"), 1)
        return font

    def start(self) -> None:
        """Follow the system and the language from now on."""
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow_system)
        if hasattr(hints, "accessibility"):
            hints.accessibility().contrastPreferenceChanged.connect(self._follow_system)
        LANGUAGE.changed.connect(self._apply_font)

    def apply(self, wished: str | None = None, text_scale: int | None = None) -> None:
        """Put on a theme (system, light or dark) and a text size in per cent; None leaves it as it is."""
        self._wished = wished or self._wished
        if text_scale is not None:
            self.scale = text_scale / 100
        schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        hints = QGuiApplication.styleHints()
        # Also turns the title bar and the file dialogs.
        hints.setColorScheme(schemes.get(self._wished, Qt.ColorScheme.Unknown))
        self._put_on()

    def _follow_system(self) -> None:
        self._put_on()

    def _put_on(self) -> None:
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            return
        hints = QGuiApplication.styleHints()
        self.high_contrast = _wants_high_contrast()
        dark = self._wished == "dark" or (
            self._wished == "system" and hints.colorScheme() == Qt.ColorScheme.Dark
        )
        tokens = DARK if dark else LIGHT
        wanted = (tokens, self.scale, self.high_contrast)
        if wanted == self._applied:
            return
        self._applied = wanted
        self.tokens = tokens
        self._apply_font()  # before the style sheet: what is styled takes the font that is there then
        if self.high_contrast:
            app.setPalette(QPalette())
            self.tokens = _from_palette(app.palette())
            app.setStyleSheet("")
        else:
            app.setPalette(_palette(tokens))
            app.setStyleSheet(self._style_sheet())
        self.changed.emit()

    def _apply_font(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            font = self.font("body")
            if font != app.font():
                app.setFont(font)

    def _style_sheet(self) -> str:
        text = (folder("resources") / "style" / "window.qss").read_text(encoding="utf-8")
        values = {field.name: getattr(self.tokens, field.name) for field in fields(Tokens)}
        values |= {f"px{size}": f"{self.px(size)}px" for size in (4, 12, 16, 18, 20, 24, 32)}
        for name in sorted(values, key=len, reverse=True):
            text = text.replace(f"@{name}", values[name])
        return text


def _families(chinese: bool) -> list[str]:
    first, second = (_CHINESE, _LATIN) if chinese else (_LATIN, _CHINESE)
    return [*first, *second, *_ELSEWHERE]


def _wants_high_contrast() -> bool:
    hints = QGuiApplication.styleHints()
    if not hasattr(hints, "accessibility"):
        return False
    return bool(hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast)


def _palette(tokens: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for names, colour in (
        ((role.Window, role.AlternateBase), tokens.window),
        ((role.Base, role.ToolTipBase, role.Button), tokens.card),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText), tokens.text),
        ((role.PlaceholderText,), tokens.muted),
        ((role.Highlight, role.Accent), tokens.accent),
        ((role.HighlightedText,), tokens.on_accent),
        ((role.Link, role.LinkVisited), tokens.accent),
        ((role.BrightText,), tokens.failed),
        ((role.Mid, role.Dark), tokens.border),
        ((role.Light, role.Midlight), tokens.outline),
    ):
        for name in names:
            palette.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(tokens.disabled))
    return palette


def _from_palette(palette: QPalette) -> Tokens:
    """Every token out of the system's few high-contrast colours."""

    def of(role: QPalette.ColorRole) -> str:
        return palette.color(role).name()

    role = QPalette.ColorRole
    ground, text, accent, on_accent = (
        of(role.Window),
        of(role.WindowText),
        of(role.Highlight),
        of(role.HighlightedText),
    )
    values = dict.fromkeys((field.name for field in fields(Tokens)), text)
    values |= dict.fromkeys(
        ("window", "card", "field", "hover", "pressed", "disabled_ground", "accent_tint"), ground
    )
    values |= dict.fromkeys(("passed_tint", "warning_tint", "failed_tint"), ground)
    values |= dict.fromkeys(("accent", "accent_hover", "accent_pressed"), accent)
    values |= {
        "on_accent": on_accent,
        "disabled": palette.color(QPalette.ColorGroup.Disabled, role.WindowText).name(),
    }
    return Tokens(**values)


THEME: Final = Theme()


def dress(application: QApplication, settings: Settings) -> None:
    """Give the Qt application our look, and the language of the settings."""
    application.setApplicationName("Marketplace Image Wizard")
    application.setStyle(QStyleFactory.create("Fusion"))
    LANGUAGE.use(settings.language)
    THEME.start()
    THEME.apply(settings.theme, settings.text_scale)
