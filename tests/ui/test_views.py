"""Facts, notes, files, links, the line of time, the map of a disk; and the clipboard that forgets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.tools import button, click, clipped, texts
from ui.language import LANGUAGE
from ui.theme import THEME
from ui.widgets.parts.clipboard import SecretClipboard
from ui.widgets.views import make_view
from ui.widgets.views.disk_map import DiskMapCard
from ui.widgets.views.link import LinkCard
from wizard.messages import CHINESE, msg
from wizard.redaction import Secret
from wizard.view import DiskMap, DiskPart, Facts, Files, Link, Moment, Note, Timeline, View

GIB = 1024**3
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
WHOLE = "https://a.blob.core.chinacloudapi.cn/vhds/a.vhd?sp=rl&sig=abcdefghijklmnop"
MASKED = "https://a.blob.core.chinacloudapi.cn/vhds/a.vhd?sp=rl&sig=••••••••"
LINK = Link(msg("SAS URI"), MASKED, Secret(WHOLE))
LINE = Timeline(
    msg("The link"),
    Moment(NOW - timedelta(days=1), msg("Starts")),
    Moment(NOW + timedelta(days=60), msg("Ends")),
    (Moment(NOW + timedelta(days=20), msg("Three weeks")),),
    NOW,
)
DISK = DiskMap(
    msg("The disk"),
    30 * GIB,
    (
        DiskPart(0, 1024**2, "free", msg("Free")),
        DiskPart(1024**2, 29 * GIB, "partition", msg("1: Linux")),
        DiskPart(30 * GIB, 512, "footer", msg("Footer")),
    ),
    tuple((n * GIB, 1024**2) for n in range(29)),
)
VIEWS: tuple[View, ...] = (
    LINK,
    LINE,
    DISK,
    Note(msg("Mind the gap"), warning=True),
    Facts(msg("Facts"), ((msg("Address"), msg("https://portal.azure.cn/")), (msg("Name"), msg("vhds")))),
    Files(msg("Report"), (Path("/tmp/report.md"),)),
)


def show(qtbot: QtBot, view: View, width: int = 600) -> QWidget:
    widget = make_view(view)
    qtbot.addWidget(widget)
    widget.show()
    widget.resize(width, max(widget.sizeHint().height(), widget.heightForWidth(width)))
    qtbot.wait(20)
    return widget


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: type(view).__name__)
@pytest.mark.parametrize("scale", [100, 200])
@pytest.mark.parametrize("width", [380, 640])
def test_nothing_is_cut_off(qtbot: QtBot, view: View, scale: int, width: int) -> None:
    THEME.apply(text_scale=scale)
    widget = show(qtbot, view, width)

    assert clipped(widget) == []
    assert not widget.grab().isNull()


def test_a_link_is_masked_until_it_is_shown(qtbot: QtBot) -> None:
    card = show(qtbot, LINK)
    assert isinstance(card, LinkCard)
    assert MASKED in texts(card)
    click(qtbot, button(card, "Show"))
    assert WHOLE in texts(card)
    click(qtbot, button(card, "Hide"))
    assert WHOLE not in texts(card)


def test_another_link_is_masked_again(qtbot: QtBot) -> None:
    card = show(qtbot, LINK)
    assert isinstance(card, LinkCard)
    click(qtbot, button(card, "Show"))
    other = Secret(WHOLE + "x")
    card.show_view(Link(msg("SAS URI"), MASKED, other))
    assert other.reveal() not in texts(card)


def test_copying_says_that_it_is_forgotten(qtbot: QtBot) -> None:
    card = show(qtbot, LINK)
    assert isinstance(card, LinkCard)
    click(qtbot, button(card, "Copy"))
    qtbot.wait(10)
    assert QGuiApplication.clipboard().text() == WHOLE
    assert "The whole link is copied. It leaves the clipboard in 60 seconds." in texts(card)
    card._clipboard.clear()
    assert QGuiApplication.clipboard().text() == ""
    assert "The link was taken out of the clipboard." in texts(card)


def test_a_link_without_its_secret(qtbot: QtBot) -> None:
    card = show(qtbot, Link(msg("SAS URI"), MASKED, None, msg("Create it again to copy it.")))
    assert "Create it again to copy it." in texts(card)
    assert "Show" not in texts(card)
    click(qtbot, button(card, "Copy"))
    assert QGuiApplication.clipboard().text() == MASKED


def test_the_clipboard_forgets_only_what_is_ours(qtbot: QtBot) -> None:
    clipboard = SecretClipboard()
    clipboard.copy(Secret("our-secret-link"))
    QGuiApplication.clipboard().setText("something of the person's")
    clipboard.clear()
    assert QGuiApplication.clipboard().text() == "something of the person's"


def test_the_clipboard_forgets_by_itself(qtbot: QtBot) -> None:
    clipboard = SecretClipboard()
    clipboard._timer.setInterval(10)
    with qtbot.waitSignal(clipboard.cleared):
        clipboard.copy(Secret("our-secret-link"))
    assert QGuiApplication.clipboard().text() == ""


def test_no_history_keeps_a_secret(qtbot: QtBot) -> None:
    SecretClipboard().copy(Secret("our-secret-link"))
    formats = QGuiApplication.clipboard().mimeData().formats()
    assert any("ExcludeClipboardContentFromMonitorProcessing" in each for each in formats)


def test_the_line_of_time_reads_itself_out(qtbot: QtBot) -> None:
    card = show(qtbot, LINE)
    names = [each.accessibleName() for each in card.findChildren(QWidget) if each.accessibleName()]
    assert any("Three weeks: 2026-12-11 12:00 UTC" in name for name in names)


@pytest.mark.parametrize(
    "now", [NOW - timedelta(days=30), NOW, NOW + timedelta(days=90)], ids=["before", "while", "after"]
)
def test_the_line_is_drawn_wherever_now_is(qtbot: QtBot, now: datetime) -> None:
    card = show(qtbot, Timeline(LINE.title, LINE.starts, LINE.ends, LINE.between, now))
    assert not card.grab().isNull()


def test_the_map_names_every_part(qtbot: QtBot) -> None:
    card = show(qtbot, DISK)
    assert isinstance(card, DiskMapCard)
    assert {"The disk · 30 GiB", "1: Linux", "29 GiB", "Footer", "512 B", "Data", "29 MiB"} <= set(
        texts(card)
    )
    LANGUAGE.use(CHINESE)
    qtbot.wait(10)
    assert "29 GiB" in texts(card)


def test_nothing_on_the_map_is_too_small_to_be_seen(qtbot: QtBot) -> None:
    card = show(qtbot, DISK)
    assert isinstance(card, DiskMapCard)
    assert all(area.width() >= 8 for _, area in card._bar._areas())


def test_an_address_opens_in_the_browser(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    card = show(qtbot, VIEWS[4])
    opener = next(
        each for each in card.findChildren(QWidget) if each.accessibleName().startswith("Open https")
    )
    click(qtbot, opener)
    assert opened == ["https://portal.azure.cn/"]


def test_files_are_opened(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    card = show(qtbot, VIEWS[5])
    click(qtbot, button(card, "Open"))
    click(qtbot, button(card, "Show in folder"))
    assert opened[0] == "/tmp/report.md"
    assert len(opened) == 2
