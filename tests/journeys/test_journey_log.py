"""The log tells what was done and what went wrong, holds no secret, and stays small."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from wizard.journeys.journey_log import JourneyLog, logs_folder

_log = logging.getLogger("wizard.something")


def test_it_holds_what_happened_and_no_secret() -> None:
    log = JourneyLog("one")
    _log.info("uploading to %s", "https://a.b/c?sp=rl&sig=abcdefghijklmnop&x=1")
    log.close()
    text = log.path.read_text(encoding="utf-8")
    assert "uploading to https://a.b/c?sp=rl&sig=" in text
    assert "abcdefghijklmnop" not in text


def test_after_closing_nothing_is_written() -> None:
    log = JourneyLog("two")
    _log.info("first")
    log.close()
    _log.info("second")
    assert "second" not in log.path.read_text(encoding="utf-8")


def test_it_stays_small() -> None:
    log = JourneyLog("three")
    for _ in range(60):
        _log.info("x" * 100_000)
    log.close()
    assert sum(each.stat().st_size for each in logs_folder().iterdir()) < 2_300_000


def test_without_a_place_for_it_the_work_goes_on(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "data").mkdir()
    (home / "data" / "logs").write_text("a file where the folder should be")
    log = JourneyLog("four")
    _log.warning("nobody reads this")
    log.close()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("odd", ["../../elsewhere/x", "/etc/x", "C:\\x", "x" * 1000, "", "a\0b"])
def test_a_journey_does_not_choose_where_its_log_goes(odd: str) -> None:
    log = JourneyLog(odd)
    _log.info("here")
    log.close()
    assert log.path.parent == logs_folder()
    assert "here" in log.path.read_text(encoding="utf-8")
