"""The whole application: journeys, practice, settings, closing; over real files and the real practice cloud."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from tests.small_steps import LONG, a_step
from tests.ui.tools import TIMEOUT, button, click, texts
from ui.app import PRACTICE, REAL, App
from ui.clouds import Readiness
from ui.language import LANGUAGE
from ui.pages.new_journey import NewJourneyDialog
from ui.pages.settings import SettingsDialog
from ui.theme import THEME
from ui.widgets.dialog import Dialog, Notice
from ui.widgets.error_dialog import ErrorDialog
from wizard.journeys.journey_file import JourneyFile
from wizard.journeys.journey_log import logs_folder
from wizard.messages import CHINESE, msg
from wizard.practice.limits import LIMITS
from wizard.settings import load_settings
from wizard.step import Action, State
from wizard.tasks import Task


def wait_open(app: App, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: app.open is not None, timeout=TIMEOUT)


def dialog(app: App, kind: type[Dialog]) -> Any:
    found = [each for each in app.window.findChildren(kind) if each.isVisible()]
    assert len(found) == 1, found
    return found[0]


def test_a_new_journey(app: App, qtbot: QtBot, tmp_path: Path) -> None:
    app.use_settings(replace(app.settings, journeys_folder=str(tmp_path)))
    click(qtbot, app.window.welcome.new)
    asked = dialog(app, NewJourneyDialog)
    assert not asked.accept_button.isEnabled()
    qtbot.keyClicks(asked.edit, "Contoso: Gateway")
    assert asked.place.text() == str(tmp_path / "Contoso- Gateway.imagewizard")
    click(qtbot, asked.accept_button)
    wait_open(app, qtbot)

    assert app.open is not None
    assert app.open.file.path.exists()
    assert app.window.header.name.text() == "Contoso: Gateway"
    assert app.settings.recent == (str(tmp_path / "Contoso- Gateway.imagewizard"),)
    assert not app.window.band.isVisible()
    qtbot.waitUntil(lambda: app.doors[REAL].readiness is Readiness.READY, timeout=TIMEOUT)
    assert app.open.engine.cloud is app.doors[REAL].cloud


def test_leaving_and_opening_it_again(app: App, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "Mine.imagewizard"
    app.journeys.create(path, "Mine", REAL)
    wait_open(app, qtbot)
    assert app.open is not None
    app.open.engine.answer("build_path", "build_path", "linux_local")
    app.open.view.open_step("build_path")
    click(qtbot, app.window.header.home)
    assert app.open is None
    assert app.window.pages.currentWidget() is app.window.welcome
    assert "Mine" in texts(app.window.welcome)

    app.open_journey(str(path))
    wait_open(app, qtbot)
    assert app.open is not None
    assert app.open.engine.answer_of("build_path", "build_path") == "linux_local"


def test_a_journey_that_is_open_elsewhere_can_be_read(app: App, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "Mine.imagewizard"
    held = JourneyFile.create(path, "Mine", REAL)
    try:
        app.open_journey(str(path))
        qtbot.waitUntil(lambda: bool(app.window.findChildren(ErrorDialog)), timeout=TIMEOUT)
        trouble = dialog(app, ErrorDialog)
        assert any("already open" in text for text in texts(trouble))
        click(qtbot, button(trouble, "Open for reading only"))
        wait_open(app, qtbot)

        assert app.open is not None
        assert app.open.engine.read_only is not None
        assert "Read only" in texts(app.window.header)
        assert "This journey was opened for reading only." in texts(app.open.view)
    finally:
        held.close()


def test_a_journey_that_cannot_be_read_says_why(app: App, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "Mine.imagewizard"
    path.write_text("{", encoding="utf-8")
    app.open_journey(str(path))
    qtbot.waitUntil(lambda: bool(app.window.findChildren(ErrorDialog)), timeout=TIMEOUT)

    trouble = dialog(app, ErrorDialog)
    assert any("damaged" in text for text in texts(trouble))
    click(qtbot, button(trouble, "Copy details"))
    assert "damaged" in QApplication.clipboard().text()
    assert app.open is None


def test_a_recent_journey_that_is_gone_is_forgotten(app: App, qtbot: QtBot, tmp_path: Path) -> None:
    gone, there = str(tmp_path / "Gone.imagewizard"), str(tmp_path / "There.imagewizard")
    app.use_settings(replace(app.settings, recent=(gone, there)))
    app.open_journey(gone)
    qtbot.waitUntil(lambda: bool(app.window.findChildren(ErrorDialog)), timeout=TIMEOUT)

    assert app.settings.recent == (there,)
    assert "Gone" not in texts(app.window.welcome)


def test_a_journey_of_an_unknown_cloud(app: App, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "Mine.imagewizard"
    JourneyFile.create(path, "Mine", "MoonCloud").close()
    app.open_journey(str(path))
    qtbot.waitUntil(lambda: bool(app.window.findChildren(ErrorDialog)), timeout=TIMEOUT)

    assert any("MoonCloud" in text for text in texts(dialog(app, ErrorDialog)))
    JourneyFile.open(path).close()  # nobody holds it


def test_a_notice_can_be_put_away(app: App, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "Mine.imagewizard"
    JourneyFile.create(path, "Mine", REAL).close()
    JourneyFile.open(path).close()  # keeps a copy
    path.write_text("{", encoding="utf-8")
    app.open_journey(str(path))
    wait_open(app, qtbot)
    qtbot.waitUntil(
        lambda: app.open is not None and any("set aside" in text for text in texts(app.open.view)),
        timeout=TIMEOUT,
    )
    assert app.open is not None
    notice = next(text for text in texts(app.open.view) if "set aside" in text)
    away = next(
        each
        for each in app.open.view.findChildren(type(app.window.header.home))
        if each.accessibleName() == "Put away"
    )
    click(qtbot, away)
    assert notice not in texts(app.open.view)


def test_practice_cannot_be_mistaken(app: App, qtbot: QtBot) -> None:
    app.begin(practice=True)
    wait_open(app, qtbot)

    assert app.window.band.isVisible()
    assert app.window.header.practice.isVisible()
    assert app.window.windowTitle().startswith("PRACTICE")
    click(qtbot, app.window.header.practice)
    explained = dialog(app, Notice)
    assert {str(limit) for limit in LIMITS} <= set(texts(explained))
    explained.reject()
    app.leave()
    assert not app.window.band.isVisible()
    assert not app.window.windowTitle().startswith("PRACTICE")


def test_practice_starts_beside_the_window_and_ends_with_it(app: App, qtbot: QtBot) -> None:
    app.begin(practice=True)
    wait_open(app, qtbot)
    assert app.open is not None
    app.open.view.open_step("disk_image")  # the window is usable meanwhile
    qtbot.waitUntil(lambda: app.doors[PRACTICE].readiness is Readiness.READY, timeout=TIMEOUT)
    assert app.open.engine.cloud is app.doors[PRACTICE].cloud
    assert app.window.header.cloud.text() == "Practice cloud"
    click(qtbot, app.window.header.cloud)
    explained = dialog(app, Notice)
    assert any("127.0.0.1" in text for text in texts(explained))
    explained.reject()
    app.end()
    assert app.local is not None
    assert not app.local.running


def test_the_practice_journey_of_last_time(app: App, qtbot: QtBot) -> None:
    app.start_practice()
    wait_open(app, qtbot)
    assert app.open is not None
    first = app.open.file.path
    app.leave()
    app.start_practice()
    wait_open(app, qtbot)
    assert app.open is not None
    assert app.open.file.path == first


def test_a_cloud_that_does_not_come_says_so_and_can_be_wanted_again(
    app: App, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wizard.errors import WizardError
    from wizard.practice.cloud import PracticeCloud

    start = PracticeCloud.start

    def broken(self: PracticeCloud) -> Any:
        raise WizardError(msg("Node is missing"), msg("Install it."))

    monkeypatch.setattr(PracticeCloud, "start", broken)
    app.begin(practice=True)
    qtbot.waitUntil(lambda: app.doors[PRACTICE].readiness is Readiness.FAILED, timeout=TIMEOUT)
    wait_open(app, qtbot)
    assert app.open is not None
    view = app.open.view
    qtbot.waitUntil(lambda: "Node is missing. Install it." in texts(view), timeout=TIMEOUT)
    assert app.window.header.cloud.text() == "Practice cloud · not there"

    monkeypatch.setattr(PracticeCloud, "start", start)
    click(qtbot, app.window.header.cloud)
    qtbot.waitUntil(lambda: app.doors[PRACTICE].readiness is Readiness.READY, timeout=TIMEOUT)
    assert "Node is missing. Install it." not in texts(app.open.view)


@pytest.fixture
def working(app: App, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A journey with work under way that goes on until it is stopped."""
    begun = threading.Event()

    def work(task: Task) -> Mapping[str, Any]:
        begun.set()
        while True:
            task.report(1, 10, phase=msg("Copying"), in_bytes=True)
            task.sleep(0.01)

    step = a_step(
        actions=(Action("work", msg("Upload"), work, primary=True, can_pause=True, gives=("account",)),)
    )
    monkeypatch.setattr(App, "_steps", lambda self, cloud_id: (step,))
    app.journeys.create(tmp_path / "Mine.imagewizard", "Mine", REAL)
    wait_open(app, qtbot)
    assert app.open is not None
    app.open.view.current.do_primary()
    assert begun.wait(LONG)
    return app.open


def test_closing_while_work_runs_asks(app: App, qtbot: QtBot, working: Any) -> None:
    app.window.close()
    asked = app.talks.dialog
    assert asked is not None
    assert {"Work is still under way", "Keep working", "Pause and close"} <= set(texts(asked))
    click(qtbot, button(asked, "Keep working"))
    assert working.busy
    assert app.window.isVisible()

    task = working.engine.running("first")
    app.window.close()
    click(qtbot, button(app.talks.dialog, "Pause and close"))
    qtbot.waitUntil(lambda: not app.window.isVisible(), timeout=TIMEOUT)
    assert task.state == "paused"


def test_leaving_the_journey_asks_too(app: App, qtbot: QtBot, working: Any) -> None:
    app.leave()
    click(qtbot, button(app.talks.dialog, "Pause and close"))
    assert app.open is None
    app.open_journey(str(working.file.path))  # it waits until it was let go
    wait_open(app, qtbot)
    assert app.open is not None
    assert app.open.engine.read_only is None


def test_pause_and_resume_in_the_drawer(app: App, qtbot: QtBot, working: Any) -> None:
    drawer = app.window.drawer
    task = working.engine.running("first")
    qtbot.waitUntil(lambda: "Upload: Copying" in texts(drawer), timeout=TIMEOUT)
    assert any("10 %" in text for text in texts(drawer))
    click(qtbot, button(drawer, "Pause"))
    qtbot.waitUntil(lambda: task.state == "paused" and "Resume" in texts(drawer), timeout=TIMEOUT)
    click(qtbot, button(drawer, "Resume"))
    qtbot.waitUntil(lambda: working.engine.running("first") not in (None, task), timeout=TIMEOUT)
    qtbot.waitUntil(lambda: "Cancel" in texts(drawer) and "Resume" not in texts(drawer), timeout=TIMEOUT)
    click(qtbot, button(drawer, "Cancel"))
    qtbot.waitUntil(lambda: working.engine.running("first") is None, timeout=TIMEOUT)
    assert working.engine.status("first").state is State.READY


def test_a_limit_of_speed_holds_at_once_and_for_what_begins_later(
    app: App, qtbot: QtBot, working: Any
) -> None:
    task = working.engine.running("first")
    assert task.speed_limit is None
    app.window.drawer.limit_wished.emit(500)
    assert (task.speed_limit, app.settings.upload_limit) == (512_000, 500)

    app.talks.open_settings()
    settings = dialog(app, SettingsDialog)
    assert settings.limit.field.text() == "500"
    settings.limit.field.setText("20")
    settings.limit.field.editingFinished.emit()
    assert (task.speed_limit, app.settings.upload_limit) == (20 * 1024, 20)

    task.pause()
    assert task.wait(LONG)
    qtbot.waitUntil(lambda: working.engine.running("first") is None, timeout=TIMEOUT)
    working.resume(task)
    qtbot.waitUntil(lambda: working.engine.running("first") is not None, timeout=TIMEOUT)
    assert working.engine.running("first").speed_limit == 20 * 1024
    app.window.drawer.limit_wished.emit(0)
    assert working.engine.running("first").speed_limit is None


def test_a_change_that_cannot_be_saved_is_said(
    app: App, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.journeys.create(tmp_path / "Mine.imagewizard", "Mine", REAL)
    wait_open(app, qtbot)
    assert app.open is not None

    def full(self: JourneyFile, text: str) -> None:
        raise OSError(28, "No space left on device", "Mine.imagewizard")

    monkeypatch.setattr(JourneyFile, "save", full)
    app.open.engine.answer("build_path", "build_path", "linux_local")
    opened = app.open
    qtbot.waitUntil(lambda: "Not saved" in texts(app.window.header), timeout=TIMEOUT)
    qtbot.waitUntil(
        lambda: any(text.startswith("The disk is full") for text in texts(opened.view)), timeout=TIMEOUT
    )
    app.window.close()
    asked = app.talks.dialog
    assert asked is not None
    assert "The last change is not saved" in texts(asked)
    click(qtbot, button(asked, "Stay"))
    assert app.window.isVisible()
    monkeypatch.undo()


def test_settings_count_at_once(app: App, qtbot: QtBot) -> None:
    click(qtbot, app.window.header.settings)
    settings = dialog(app, SettingsDialog)
    click(qtbot, settings.theme._segments["dark"])
    assert THEME.dark
    click(qtbot, settings.scale._segments["150"])
    assert THEME.scale == 1.5
    click(qtbot, settings.language._segments[CHINESE])
    assert LANGUAGE.code == CHINESE
    settings.person.setText("李伟")
    settings.person.editingFinished.emit()
    settings.reject()

    qtbot.waitUntil(lambda: load_settings().person == "李伟", timeout=TIMEOUT)
    saved = load_settings()
    assert (saved.theme, saved.text_scale, saved.language) == ("dark", 150, CHINESE)


def test_what_fails_at_the_end_keeps_nothing_else_from_ending(
    app: App, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "Mine.imagewizard"
    app.journeys.create(path, "Mine", REAL)
    wait_open(app, qtbot)

    def fail(*_: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(app.pool, "stop", fail)
    with pytest.raises(OSError, match="the disk is gone"):
        app.end()
    assert not app.window.isVisible()
    JourneyFile.open(path).close()
    monkeypatch.undo()


def test_the_logs_are_a_click_away(app: App, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    click(qtbot, app.window.header.settings)
    settings = dialog(app, SettingsDialog)
    click(qtbot, settings.logs)
    settings.reject()
    assert [Path(each) for each in opened] == [logs_folder()]
    assert logs_folder().is_dir()


def test_a_new_proxy_counts_at_once(app: App, qtbot: QtBot, tmp_path: Path) -> None:
    app.journeys.create(tmp_path / "Mine.imagewizard", "Mine", REAL)
    door = app.doors[REAL]
    qtbot.waitUntil(lambda: door.readiness is Readiness.READY, timeout=TIMEOUT)
    before = door.cloud
    app.use_settings(replace(app.settings, proxy="http://127.0.0.1:9"))
    qtbot.waitUntil(lambda: door.readiness is Readiness.READY, timeout=TIMEOUT)
    assert door.cloud is not before
    assert app.open is not None
    assert app.open.engine.cloud is door.cloud


def test_the_connection_is_tested(app: App, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    from wizard.services import connect
    from wizard.services.records import NetworkLook

    class Looks:
        looks = (NetworkLook("https://x", False, None, msg("Nobody answers"), msg("Check the proxy.")),)

        def network_look(self, task: Task) -> Any:
            return self.looks

    monkeypatch.setattr(connect, "azure_china", lambda settings: Looks())
    click(qtbot, app.window.header.settings)
    settings = dialog(app, SettingsDialog)
    click(qtbot, settings.test)
    qtbot.waitUntil(lambda: "Nobody answers. Check the proxy." in texts(settings), timeout=TIMEOUT)
    Looks.looks = (NetworkLook("https://x", True, None),)
    click(qtbot, settings.test)
    qtbot.waitUntil(lambda: "Azure China answers." in texts(settings), timeout=TIMEOUT)
    settings.reject()


def drop(app: App, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    app.window.dropEvent(
        QDropEvent(
            QPointF(100, 100),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )


def test_a_disk_dropped_anywhere_on_its_step(app: App, qtbot: QtBot, tmp_path: Path) -> None:
    app.journeys.create(tmp_path / "Mine.imagewizard", "Mine", REAL)
    wait_open(app, qtbot)
    assert app.open is not None
    image = tmp_path / "disk.vhd"
    image.write_bytes(b"x" * 1024)
    app.open.view.open_step("disk_image")
    qtbot.wait(20)
    drop(app, image)
    assert app.open.engine.answer_of("disk_image", "image") == str(image)


def test_a_journey_dropped_on_the_window(app: App, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "Mine.imagewizard"
    JourneyFile.create(path, "Mine", REAL).close()
    drop(app, path)
    wait_open(app, qtbot)
    assert app.open is not None
    assert app.open.file.path == path


def test_opening_by_the_dialog(
    app: App, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "Mine.imagewizard"
    JourneyFile.create(path, "Mine", REAL).close()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    click(qtbot, app.window.welcome.open)
    wait_open(app, qtbot)


def test_the_window_is_where_it_was(app: App, qtbot: QtBot) -> None:
    app.window.resize(1000, 700)
    app.end()

    assert load_settings().window != ""
