"""Chapter `ssh`: the SSH server's configuration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MATCH_ALL: Final = "all"

_UNITS: Final = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_SECONDS_MOST: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Setting:
    """A line of the configuration. `match`: the conditions of the Match block that it stands in, "" outside of any."""

    keyword: str = ""
    value: str = ""
    file: str = ""
    line: int = 0
    match: str = ""

    @property
    def seconds(self) -> int | None:
        """A time of sshd_config(5) ("180", "3m", "1h30m") in seconds; None where it is none."""
        total, number = 0, ""
        for sign in (*self.value, ""):
            if sign.isascii() and sign.isdecimal():
                number += sign
            elif (number or sign) and (not number or sign.lower() not in _UNITS or len(number) > 10):
                return None
            else:
                total += int(number or 0) * _UNITS[sign.lower()]
                number = ""
        return total if self.value and total <= _SECONDS_MOST else None


@dataclass(frozen=True, slots=True)
class Ssh:
    """sshd_config with everything it includes, in sshd's own order, as far as rules ask.

    `installed`: whether there is an SSH server at all. `file`: the main file, "" where there is none; `files`: all that
    were read. `settings`: lines of the keywords in wizard.inspection.linux.sshd_config, also those without effect because
    an earlier one counts. `drop_in`: the folder whose *.conf files come before everything else, "" where there is none.
    `complete`: False where there were more files or lines than are read.
    """

    installed: bool = False
    file: str = ""
    files: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()
    drop_in: str = ""
    complete: bool = True

    def effective(self, keyword: str) -> Setting | None:
        """The line that counts for every connection: of `Match all`, else the first outside of any Match; None: the default."""
        said = [each for each in self.settings if each.keyword == keyword]
        everywhere = (each for each in said if each.match == MATCH_ALL)
        return next(everywhere, next((each for each in said if not each.match), None))

    def values(self, keyword: str) -> tuple[Setting, ...]:
        """Every line that holds for all connections, for keywords that may be said more than once (Port)."""
        return tuple(
            each for each in self.settings if each.keyword == keyword and each.match in ("", MATCH_ALL)
        )

    def sometimes(self, keyword: str) -> tuple[Setting, ...]:
        """What counts for some connections only."""
        return tuple(
            each for each in self.settings if each.keyword == keyword and each.match not in ("", MATCH_ALL)
        )

    def without_effect(self, keyword: str) -> tuple[Setting, ...]:
        """Lines that say it too late."""
        first = self.effective(keyword)
        return tuple(each for each in self.values(keyword) if each != first)
