"""Light, dark, high contrast; text from 100 to 200 %; contrast that can be read."""

from __future__ import annotations

from dataclasses import fields

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from ui import theme
from ui.language import LANGUAGE
from ui.theme import THEME
from ui.tokens import DARK, LIGHT, Tokens
from ui.widgets.parts.buttons import Button
from ui.widgets.parts.text import Label
from wizard.messages import CHINESE


def contrast(one: str, other: str) -> float:
    """WCAG's contrast of two colours."""

    def luminance(text: str) -> float:
        parts = [
            part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
            for part in QColor(text).getRgbF()[:3]
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_can_be_read(tokens: Tokens) -> None:
    for ground in (tokens.window, tokens.card):
        for ink in (tokens.text, tokens.muted, tokens.accent, tokens.failed):
            assert contrast(ink, ground) >= 4.5
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    for tone in ("passed", "warning", "failed", "accent"):
        assert contrast(getattr(tokens, tone), getattr(tokens, f"{tone}_tint")) >= 4.5
        assert contrast(tokens.text, getattr(tokens, f"{tone}_tint")) >= 4.5
        assert contrast(tokens.muted, getattr(tokens, f"{tone}_tint")) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_every_glyph_and_frame_can_be_seen(tokens: Tokens) -> None:
    for sign in (tokens.passed, tokens.warning, tokens.failed, tokens.pending, tokens.border, tokens.accent):
        assert contrast(sign, tokens.card) >= 3


def test_dark_and_light(qtbot: QtBot) -> None:
    with qtbot.waitSignal(THEME.changed):
        THEME.apply("dark")
    assert THEME.dark
    assert QApplication.palette().color(QPalette.ColorRole.Window) == QColor(DARK.window)
    THEME.apply("light")
    assert not THEME.dark


def test_no_colour_of_the_style_sheet_is_forgotten() -> None:
    sheet = QApplication.instance().styleSheet()

    assert "@" not in sheet.replace("*/", "").split("/*")[-1].split("\n", 1)[1]


def test_high_contrast_takes_every_colour_from_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "_wants_high_contrast", lambda: True)
    THEME.apply("light", 100)
    palette = QApplication.palette()
    system = {
        palette.color(group, role).name()
        for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Disabled)
        for role in QPalette.ColorRole
        if role != QPalette.ColorRole.NColorRoles
    }

    assert QApplication.instance().styleSheet() == ""
    assert {getattr(THEME.tokens, field.name).lower() for field in fields(Tokens)} <= system
    monkeypatch.undo()
    THEME.apply("light", 100)
    assert QApplication.instance().styleSheet() != ""


@pytest.mark.parametrize("scale", [100, 125, 150, 175, 200])
def test_text_grows(qtbot: QtBot, scale: int) -> None:
    label = Label("Text")
    qtbot.addWidget(label)
    THEME.apply(text_scale=scale)

    assert label.font().pixelSize() == round(14 * scale / 100)
    assert THEME.px(32) == round(32 * scale / 100)


def test_fonts_of_each_language() -> None:
    assert THEME.font("body").families()[0] == "Segoe UI Variable Text"
    assert THEME.font("page_title").pixelSize() == 28
    LANGUAGE.use(CHINESE)
    assert THEME.font("body").families()[0] == "Microsoft YaHei UI"
    assert THEME.font("page_title").pixelSize() == 26


def test_a_font_outlives_a_new_parent(qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QWidget

    from ui.widgets.parts.cards import column

    one, other, label = QWidget(), QWidget(), Label("Text", "strong")
    for widget in (one, other):
        qtbot.addWidget(widget)
    first, second = column(one), column(other)
    first.addWidget(label)
    one.show()
    second.addWidget(label)
    other.show()

    assert label.font().weight() == THEME.font("strong").weight()


def test_what_is_styled_takes_a_new_text_size_at_once(qtbot: QtBot) -> None:
    widgets = [Button("Pause"), QLineEdit()]
    for widget in widgets:
        qtbot.addWidget(widget)
        widget.show()
    for scale, size in ((150, 21), (200, 28), (100, 14), (125, 18)):
        THEME.apply(text_scale=scale)
        qtbot.wait(10)
        assert [widget.font().pixelSize() for widget in widgets] == [size, size]
