"""Facts, notes, files, links, the line of time, the map of a disk; and the clipboard that forgets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.tools import TIMEOUT, activate, button, click, clipped, texts
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
    said = set(texts(card))
    assert {"The disk · 30 GiB", "1: Linux", "29 GiB", "Footer", "512 B", "Data", "29 MiB"} <= said
    assert {"Holes: zeros, which are not sent", "29.97 GiB"} <= said
    assert "1: Linux, 29 GiB" in card.bar.accessibleName()
    LANGUAGE.use(CHINESE)
    qtbot.wait(10)
    assert "29 GiB" in texts(card)


def test_nothing_on_the_map_is_too_small_to_be_seen(qtbot: QtBot) -> None:
    card = show(qtbot, DISK)
    assert isinstance(card, DiskMapCard)
    assert all(area.width() >= 8 for _, area in card.bar.areas())


def many_parts(count: int, size: int = GIB) -> tuple[DiskPart, ...]:
    return tuple(
        DiskPart(number * size, size, "partition", msg("{n}: Linux", n=number + 1)) for number in range(count)
    )


MAPS = {
    "128 partitions": DiskMap(
        msg("The disk"), 128 * GIB, many_parts(128), tuple((n * GIB, 4096) for n in range(0, 128, 2))
    ),
    "16 TiB": DiskMap(msg("The disk"), 16 * 1024 * GIB, many_parts(16, 1024 * GIB), ((8 * 1024 * GIB, 512),)),
    "full": DiskMap(msg("The disk"), 30 * GIB, many_parts(1, 30 * GIB), ((0, 30 * GIB),)),
    "empty": DiskMap(msg("The disk"), 30 * GIB, (DiskPart(0, 30 * GIB, "free", msg("No partition table")),)),
    "no part at all": DiskMap(msg("The disk"), 512, (), ((0, 512),)),
}


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("width", [300, 640])
def test_every_disk_is_drawn_within_the_bar(qtbot: QtBot, name: str, width: int) -> None:
    view = MAPS[name]
    card = show(qtbot, view, width)
    assert isinstance(card, DiskMapCard)

    areas = card.bar.areas()
    reached = 0.0
    for part, area in areas:
        assert area.left() == pytest.approx(reached, abs=0.01)
        assert area.width() > 0
        reached = area.right()
        for left, shown in card.bar.data_in(part, area):
            assert area.left() - 0.01 <= left
            assert left + shown <= area.right() + 0.01 or shown == 1.0
    assert reached <= card.bar.width() + 0.01
    assert not card.grab().isNull()
    assert clipped(card) == []


def test_of_many_partitions_the_largest_are_named_and_the_rest_counted(qtbot: QtBot) -> None:
    card = show(qtbot, MAPS["128 partitions"])
    said = texts(card)
    assert [each for each in said if each.endswith(": Linux")] == [f"{n}: Linux" for n in range(1, 10)]
    assert {"119 more", "119 GiB"} <= set(said)


def test_holes_that_are_none_are_not_listed(qtbot: QtBot) -> None:
    assert "Holes: zeros, which are not sent" not in texts(show(qtbot, MAPS["full"]))


def test_data_is_counted_exactly_where_it_is_drawn_coarsely(qtbot: QtBot) -> None:
    card = show(qtbot, replace(MAPS["full"], data_bytes=4 * GIB))
    assert {"4 GiB", "26 GiB"} <= set(texts(card))


def test_the_keyboard_goes_from_stretch_to_stretch(qtbot: QtBot) -> None:
    card = show(qtbot, DISK)
    assert isinstance(card, DiskMapCard)
    bar = card.bar
    activate(qtbot, card)
    bar.setFocus(Qt.FocusReason.TabFocusReason)
    said = []
    for key in (None, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Home):
        if key is not None:
            qtbot.keyClick(bar, key)
        said.append(bar.accessibleDescription().split(" · ")[0])
        assert bar.accessibleDescription() in texts(card)
    assert said == ["Free", "1: Linux", "Footer", "Footer", "1: Linux", "Free"]
    qtbot.keyClick(bar, Qt.Key.Key_End)
    assert bar.accessibleDescription() == "Footer · from 30 GiB · 512 B"
    bar.clearFocus()
    assert bar.accessibleDescription() == ""


def test_the_mouse_tells_what_is_under_it(qtbot: QtBot) -> None:
    card = show(qtbot, DISK)
    assert isinstance(card, DiskMapCard)
    qtbot.mouseMove(card.bar, QPoint(card.bar.width() // 2, 5))
    qtbot.waitUntil(lambda: "1: Linux · from 1 MiB · 29 GiB" in texts(card), timeout=TIMEOUT)
    card.show_view(MAPS["empty"])
    assert "1: Linux · from 1 MiB · 29 GiB" not in texts(card)


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
