"""The copy page in each of its ways, and while a copy is under way: nothing is cut, the right button stands at the foot."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Walked
from tests.ui.test_clipping import LANGUAGES, SIZES, open_walked
from tests.ui.tools import clipped
from ui.app import App
from ui.language import LANGUAGE
from ui.theme import THEME
from wizard.results import CopyUnderWay, StorageAccount, VhdBlob

TO = VhdBlob(
    StorageAccount("practiceimages"),
    "vhds",
    "gateway-2.4.vhd",
    "http://127.0.0.1:40000/practiceimages/vhds/gateway-2.4.vhd",
    40 * 2**30 + 512,
    "",
    2**30,
    1,
    "r",
    "f",
    "id",
)
UNDER_WAY = CopyUnderWay("id", "https://contoso.blob.core.chinacloudapi.cn/builds/gateway-2.4.vhd", TO)


@LANGUAGES
@SIZES
def test_nothing_is_cut(
    app: App, walked: Walked, qtbot: QtBot, tmp_path: Path, language: str, scale: int
) -> None:
    LANGUAGE.use(language)
    THEME.apply(text_scale=scale)
    view = open_walked(app, walked, qtbot, tmp_path)
    app.window.resize(960, 640)
    engine = view.engine
    engine.answer("build_path", "build_path", "windows_blob")
    view.open_step("copy")
    for way in ("as_is", "account", "link"):
        engine.answer("copy", "way", way)
        qtbot.wait(80)
        assert clipped(app.window) == [], way
    step = engine.step("copy")
    engine.keep_results(step, step.action("copy"), {"copy_under_way": UNDER_WAY}, {})
    qtbot.wait(80)
    assert clipped(app.window) == [], "under way"


@pytest.mark.parametrize(
    ("way", "button"),
    [("as_is", "Use this blob"), ("account", "Copy"), ("link", "Copy"), ("", "Follow the copy")],
)
def test_the_one_button_is_what_the_way_is_for(
    app: App, walked: Walked, qtbot: QtBot, tmp_path: Path, way: str, button: str
) -> None:
    from ui.next_move import NextMove

    LANGUAGE.use("en")
    engine = open_walked(app, walked, qtbot, tmp_path).engine
    engine.answer("build_path", "build_path", "linux_blob")
    step = engine.step("copy")
    if way:
        engine.answer("copy", "way", way)
    else:
        engine.keep_results(step, step.action("copy"), {"copy_under_way": UNDER_WAY}, {})
    assert str(NextMove(engine, step, last=False).move().words) == button
