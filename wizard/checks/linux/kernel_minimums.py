"""Whether a kernel holds the fixes of TCP SACK panic, by the table resources/rules/kernel_minimums.json (LIN-34)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from wizard.rules_data import load

if TYPE_CHECKING:
    from wizard.inspection.found.distribution import Distribution

Numbers = tuple[int, ...]

_VERSION: Final = re.compile(r"(\d{1,9}(?:\.\d{1,9}){1,3})(?:-(\d{1,9}(?:\.\d{1,9}){0,5}))?(.*)", re.DOTALL)
_NUMBER: Final = re.compile(r"\d{1,9}")
# What a Debian kernel says of the package it came in: "#1 SMP Debian 4.9.168-1+deb9u3 (2019-06-16)".
_IN_BANNER: Final = re.compile(r"\bDebian (\d[\w.+~-]{0,80})")


class Fix(StrEnum):
    """Whether the fixes are in."""

    IN = "in"
    MISSING = "missing"
    DOUBTFUL = (
        "doubtful"  # older than the kernel that Linux fixed; the distribution may have taken the fix over
    )
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Judged:
    """The answer, and the oldest fixed kernel that it was measured by; "" where none was."""

    fix: Fix
    least: str = ""


def sack_fix(version: str, banner: str, distribution: Distribution | None) -> Judged:
    """Judges a kernel by its version (uname -r) and by what its image says of itself."""
    match = _VERSION.match(version[:256])
    if match is None:
        return Judged(Fix.UNKNOWN)
    upstream, release, rest = _numbers(match[1]), _numbers(match[2] or ""), match[3]
    data = load("kernel_minimums")
    if upstream >= _numbers(data["upstream"]["from"]):
        return Judged(Fix.IN)
    for table in data["distributions"]:
        if distribution is not None and distribution.id in table["ids"] and _is_of(rest, table):
            judged = _by_table(table, upstream, release, rest, banner, distribution)
            if judged.fix is not Fix.UNKNOWN:
                return judged
    own = distribution is not None and any(distribution.id in each["ids"] for each in data["distributions"])
    return _by_upstream(upstream, own)


def _is_of(rest: str, table: Mapping[str, Any]) -> bool:
    wanted, unwanted = table.get("kernels", ()), table.get("not_kernels", ())
    return (not wanted or any(each in rest for each in wanted)) and not any(each in rest for each in unwanted)


def _by_table(
    table: Mapping[str, Any],
    upstream: Numbers,
    release: Numbers,
    rest: str,
    banner: str,
    distribution: Distribution,
) -> Judged:
    numbers = distribution.numbers
    for each in table.get("fixed_from", ()):
        if numbers >= _numbers(each["first"]) and (
            "before" not in each or numbers < _numbers(each["before"])
        ):
            return Judged(Fix.IN)
    if table["match"] == "branch":
        return _by_branch(table, upstream, release)
    version = (*upstream, *release)
    if table["match"] == "banner":
        said = _IN_BANNER.search(banner[:512])
        # A rebuild for an older release (~deb8u1, ~bpo9+1) holds what its source held.
        version = _numbers(said[1].partition("~")[0]) if said is not None else ()
    if not version:
        return Judged(Fix.UNKNOWN)
    row = _row(table, version, rest.rpartition("-")[2], numbers)
    return _measured(version, row["least"], table) if row is not None else Judged(Fix.UNKNOWN)


def _by_branch(table: Mapping[str, Any], upstream: Numbers, release: Numbers) -> Judged:
    rows = {
        _parts(row["least"])[1][0]: row["least"]
        for row in table["rows"]
        if _parts(row["least"])[0] == upstream
    }
    if not rows or not release:
        return Judged(Fix.UNKNOWN)
    branch = release[0]
    if branch in rows:
        return _measured((*upstream, *release), rows[branch], table)
    if branch > max(rows):
        return Judged(Fix.IN, rows[max(rows)])
    return Judged(Fix.MISSING, rows[min(rows)]) if branch < min(rows) else Judged(Fix.UNKNOWN)


def _row(
    table: Mapping[str, Any], version: Numbers, flavour: str, release: Numbers
) -> Mapping[str, Any] | None:
    """The row for this release, flavour and upstream version; one that names the flavour before one that does not."""
    same = 2 if table["match"] == "banner" else 3  # 4.9.168 stands for all of 4.9 in a stable Debian
    count = 1 if table.get("by") == "major" else 2
    fitting = [
        row
        for row in table["rows"]
        if ("release" not in row or _first(release, count) == _first(_numbers(row["release"]), count))
        and ("flavours" not in row or flavour in row["flavours"])
        and (table.get("whole") or _parts(row["least"])[0][:same] == version[:same])
    ]
    named = [row for row in fitting if "flavours" in row]
    return next(iter(named or fitting), None)


def _measured(version: Numbers, least: str, table: Mapping[str, Any]) -> Judged:
    wanted = _numbers(least)
    if table.get("without_rebuild"):
        wanted = wanted[: max(len(version), 3)]
    return Judged(Fix.IN if version >= wanted else Fix.MISSING, least)


def _by_upstream(upstream: Numbers, own_table: bool) -> Judged:
    for least in load("kernel_minimums")["upstream"]["fixed"]:
        wanted = _numbers(least)
        if upstream[:2] == wanted[:2]:
            if upstream >= wanted:
                return Judged(Fix.IN, least)
            return Judged(Fix.UNKNOWN if own_table else Fix.DOUBTFUL, least)
    return Judged(Fix.UNKNOWN)


def _first(release: Numbers, count: int) -> Numbers:
    """The first numbers of a release; 15 is 15.0."""
    return (*release, 0)[:count]


def _parts(least: str) -> tuple[Numbers, Numbers]:
    upstream, _dash, release = least.partition("-")
    return _numbers(upstream), _numbers(release)


def _numbers(text: str) -> Numbers:
    return tuple(int(each) for each in _NUMBER.findall(text[:256]))
