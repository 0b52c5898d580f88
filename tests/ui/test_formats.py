"""Times as a person reads them, also those that no clock of this computer shows."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ui.widgets.parts.formats import local, utc


@pytest.fixture(params=["Asia/Shanghai", "America/New_York", "UTC"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if sys.platform == "win32":
        pytest.skip("Windows sets its zone otherwise")
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def test_the_clock_of_this_computer(zone: str) -> None:
    shown = {"Asia/Shanghai": "16:30", "America/New_York": "03:30", "UTC": "08:30"}[zone]
    assert local(datetime(2026, 11, 19, 8, 30, tzinfo=UTC)) == f"2026-11-19 {shown}"


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_time_are_shown(zone: str, year: int) -> None:
    day = (1, 1) if year == 1 else (12, 31)
    assert local(datetime(year, *day, 23, 59, tzinfo=UTC))


def test_a_clock_that_ends_sooner_shows_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows: OSError, errno 22, from the year 3001 on."""

    class Far(datetime):
        def astimezone(self, tz: object = None) -> datetime:
            if tz is None:
                raise OSError(22, "Invalid argument")
            return super().astimezone(UTC)

    far = Far(3001, 1, 1, tzinfo=UTC)
    assert local(far) == utc(far) == "3001-01-01 00:00 UTC"
