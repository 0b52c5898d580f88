"""Chapter `time_zone`: the time of day that the system shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_UTC: Final = frozenset(
    ("UTC", "Etc/UTC", "Etc/UCT", "UCT", "Etc/Universal", "Universal", "Etc/Zulu", "Zulu")
)


@dataclass(frozen=True, slots=True)
class TimeZone:
    """`name` ("Asia/Shanghai"; "" where nothing tells it), and the `file` that tells it. `rule`: what the file of the time zone
    itself says of today's time ("CST-8", "UTC0"), "" where it was not read.
    """

    name: str = ""
    file: str = ""
    rule: str = ""

    @property
    def utc(self) -> bool | None:
        """Whether it is Coordinated Universal Time; None where it is not known."""
        if self.rule:
            return self.rule in ("UTC0", "UCT0", "<UTC>0")
        return self.name in _UTC if self.name else None
