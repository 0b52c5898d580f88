"""Versions of packages, older or newer: by the rules of dpkg (deb-version(7)) and of rpm (rpm-version(7))."""

from __future__ import annotations

import re
from typing import Final

_MOST: Final = 256  # characters of a version that are looked at
_RPM_PIECE: Final = re.compile(r"[0-9]+|[a-zA-Z]+|~|\^")
_DPKG_PIECE: Final = re.compile(r"([^0-9]*)([0-9]*)")


def at_least(version: str, minimum: str) -> bool:
    """Whether a package's version is the minimum or newer, on any distribution.

    The epoch counts only where the minimum names one ("1:2.0"), the distribution's own revision ("-12.el8") likewise.
    """
    epoch, upstream, revision = split(version)
    least_epoch, least_upstream, least_revision = split(minimum)
    order = _numbers(epoch, least_epoch) if ":" in minimum else 0
    order = order or compare_rpm(upstream, least_upstream)
    return (order or (compare_rpm(revision, least_revision) if least_revision else 0)) >= 0


def upstream(version: str) -> str:
    """The version as its makers call it, without the epoch and the distribution's revision: "1.1.1k" of "1:1.1.1k-12.el8"."""
    return split(version)[1]


def split(version: str) -> tuple[str, str, str]:
    """Epoch, upstream version and revision; "" for what is not there."""
    version = version[:_MOST]
    epoch, colon, rest = version.partition(":")
    if not colon:
        epoch, rest = "", version
    upstream, _dash, revision = rest.rpartition("-")
    return (epoch, upstream, revision) if upstream else (epoch, rest, "")


def compare(first: str, second: str, kind: str = "rpm") -> int:
    """Less than 0 where the first is older, 0 where both are alike, more than 0 where it is newer.

    Whole versions with epoch and revision, in the manner of `kind`: that of Packages ("dpkg"; all others as rpm does).
    """
    by = compare_dpkg if kind == "dpkg" else compare_rpm
    (epoch, upstream, revision), (epoch2, upstream2, revision2) = split(first), split(second)
    return _numbers(epoch, epoch2) or by(upstream, upstream2) or by(revision, revision2)


def compare_rpm(first: str, second: str) -> int:
    """Two versions without epoch and release, as rpm orders them: numbers after letters, ~ before the end, ^ behind it."""
    mine, other = _RPM_PIECE.findall(first[:_MOST]), _RPM_PIECE.findall(second[:_MOST])
    for index in range(max(len(mine), len(other))):
        a = mine[index] if index < len(mine) else ""
        b = other[index] if index < len(other) else ""
        if a == b:
            continue
        if "~" in (a, b):
            return -1 if a == "~" else 1
        if "^" in (a, b):
            return _caret(a, b)
        if not a or not b:
            return 1 if a else -1
        if a.isdigit() and b.isdigit():
            order = _numbers(a, b)
            if order:
                return order
            continue
        if a.isdigit() or b.isdigit():
            return 1 if a.isdigit() else -1
        return 1 if a > b else -1
    return 0


def _caret(a: str, b: str) -> int:
    """^ is newer than the end and older than anything else."""
    if a == "^":
        return -1 if b else 1
    return 1 if a else -1


def compare_dpkg(first: str, second: str) -> int:
    """Two versions without epoch and revision, as dpkg orders them: letters before other signs, ~ before the end."""
    mine, other = _DPKG_PIECE.findall(first[:_MOST]), _DPKG_PIECE.findall(second[:_MOST])
    for index in range(max(len(mine), len(other))):
        signs, number = mine[index] if index < len(mine) else ("", "")
        signs2, number2 = other[index] if index < len(other) else ("", "")
        order = _signs(signs, signs2) or _numbers(number, number2)
        if order:
            return order
    return 0


def _signs(a: str, b: str) -> int:
    for index in range(max(len(a), len(b))):
        mine, other = (_weight(each[index : index + 1]) for each in (a, b))
        if mine != other:
            return -1 if mine < other else 1
    return 0


def _weight(sign: str) -> int:
    if sign == "~":
        return -1
    if not sign:
        return 0
    return ord(sign) if sign.isascii() and sign.isalpha() else ord(sign) + 0x110000


def _numbers(a: str, b: str) -> int:
    """Two runs of digits by their value; anything else counts as 0."""
    a, b = (each.lstrip("0") if each.isascii() and each.isdigit() else "" for each in (a, b))
    return (len(a) > len(b)) - (len(a) < len(b)) or (a > b) - (a < b)
