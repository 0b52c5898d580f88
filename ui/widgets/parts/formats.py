"""Times as a person reads them."""

from __future__ import annotations

from datetime import UTC, datetime


def utc(moment: datetime) -> str:
    """Date and time in UTC: 2026-11-19 08:30 UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def local(moment: datetime) -> str:
    """Date and time on this computer's clock: 2026-11-19 16:30. In UTC where the clock does not reach.

    Links end on the last day of 9999: in China that is a day later, and to Windows' clock the year 3000 is the last.
    """
    try:
        return moment.astimezone().strftime("%Y-%m-%d %H:%M")
    except (OverflowError, OSError, ValueError):
        return utc(moment)
