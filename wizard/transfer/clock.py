"""A clock that is wrong is said: signatures hold by the server's clock, and a link made with a wrong one may never hold."""

from __future__ import annotations

from typing import Final

from wizard.messages import Message, msg, plural

TOLERATED: Final = 300.0
"""Seconds by which two clocks may differ without a word."""


def clock_notice(ahead: float | None) -> Message | None:
    """What to say of a clock that is so many seconds ahead of the server's; None where it is right, or nothing is known."""
    if ahead is None or abs(ahead) <= TOLERATED:
        return None
    by = _how_long(abs(ahead))
    if ahead > 0:
        return msg("This computer’s clock is {time} ahead of the server’s: set it right", time=by)
    return msg("This computer’s clock is {time} behind the server’s: set it right", time=by)


def _how_long(seconds: float) -> Message:
    minutes = round(seconds / 60)
    hours = round(seconds / 3600)
    if hours >= 24:
        return plural("{n} day", "{n} days", n=round(hours / 24))
    if minutes >= 60:
        return plural("{n} hour", "{n} hours", n=hours)
    return plural("{n} minute", "{n} minutes", n=minutes)
