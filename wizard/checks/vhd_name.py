"""VHD-14: the file's name, which becomes the blob's name and a part of the address."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from wizard.checks.vhd_words import unreadable
from wizard.messages import Message, msg
from wizard.step import Finding, failed, passed, skipped, warning

if TYPE_CHECKING:
    from wizard.disk.reading import DiskReading

_NOT_PLAIN: Final = re.compile(r"[^A-Za-z0-9._-]+")


def name_fits(reading: DiskReading) -> Finding:
    """VHD-14: ends in .vhd; letters, digits, dots, dashes and underscores only. Another ending becomes .vhd on the way."""
    unjudged = unreadable(reading)
    if unjudged is not None:
        return unjudged
    name, better = reading.name, suggested_name(reading.name)
    if not name.lower().endswith(".vhd"):
        return (
            passed(msg("It will be stored as {name}", name=better), name=name, suggested=better)
            if reading.sent is not None
            else skipped(msg("The name of the VHD made from it will count"), name=name)
        )
    cure = msg("Rename the file, for example to {name}, and choose it again.", name=better)
    special = sorted(set("".join(_NOT_PLAIN.findall(name))))
    if special:
        spoken = tuple(_spoken(letter) for letter in special)
        return failed(
            msg("The name has characters that are refused in an address: {characters}", characters=spoken),
            cure,
            name=name,
            characters=special,
            suggested=better,
        )
    if len(name) <= len(".vhd"):
        return failed(msg("There is no name before .vhd"), cure, name=name, suggested=better)
    if not name.endswith(".vhd"):
        return warning(
            msg(
                "The name ends in {ending}; the addresses of blobs tell capital letters from small ones",
                ending=name[-4:],
            ),
            cure,
            name=name,
            suggested=better,
        )
    return passed(msg("{name} can be the name of a blob as it is", name=name), name=name)


def suggested_name(name: str) -> str:
    """A name close to this one that keeps VHD-14."""
    stem = name[:-4] if name.lower().endswith((".vhd", ".img", ".raw", ".iso")) else PurePath(name).stem
    plain = _NOT_PLAIN.sub("-", stem).strip("-._")
    return f"{plain or 'image'}.vhd"


def _spoken(letter: str) -> Message | str:
    if letter == " ":
        return msg("a space")
    return letter if letter.isprintable() else f"U+{ord(letter):04X}"
