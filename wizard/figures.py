"""Sizes, speeds and durations as people read them. Sizes are binary (1 GiB = 1,073,741,824 bytes)."""

from __future__ import annotations

from typing import Final

from wizard.messages import Message, msg, plural

# The same in every language.
_UNITS: Final = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
KIB_PER_SECOND: Final = "KiB/s"
"""The unit of a limit of speed, as speeds are shown."""


def in_units(size: float) -> str:
    """A size in bytes in the largest binary unit that leaves at least 1: "127 GiB", "1.5 MiB", "512 B"."""
    value, unit = _scaled(size)
    # Two digits are enough for the eye, but 1023.99 GiB must not look like the next unit.
    shown = f"{int(value * 100) / 100:.2f}".rstrip("0").rstrip(".")
    return f"{shown} {_UNITS[unit]}"


def exactly(size: int) -> str:
    """A size in bytes to the last one, its digits in groups of three: "136,365,211,648"."""
    return f"{size:,}"


def speed(bytes_per_second: float) -> str:
    """A speed with one decimal, so that it does not flicker: "41.0 MiB/s"."""
    value, unit = _scaled(bytes_per_second)
    return f"{value:.1f} {_UNITS[unit]}/s" if unit else f"{value:.0f} {_UNITS[unit]}/s"


def remaining(seconds: float) -> Message:
    """How long it still takes, calmly: rounded so that it seldom changes."""
    if seconds < 45:
        return msg("less than a minute left")
    minutes = round(seconds / 60)
    if minutes < 90:
        if minutes > 10:
            minutes = round(minutes / 5) * 5
        return plural("about {n} minute left", "about {n} minutes left", n=max(1, minutes))
    return plural("about {n} hour left", "about {n} hours left", n=round(minutes / 60))


def in_use(connections: int) -> Message:
    """With how many connections something is sent."""
    return plural("{n} connection", "{n} connections", n=connections)


def tried_again(retries: int) -> Message:
    """How many requests did not work at once."""
    return plural("{n} retry", "{n} retries", n=retries)


def _scaled(size: float) -> tuple[float, int]:
    value, unit = float(size), 0
    while abs(value) >= 1024 and unit < len(_UNITS) - 1:
        value /= 1024
        unit += 1
    return value, unit
