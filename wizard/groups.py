"""What checks are about, where a step has so many that they are shown in groups."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from wizard.messages import Message, msg


class Group(StrEnum):
    """In the order shown."""

    FORMAT = "format"
    BOOT = "boot"
    SYSTEM = "system"
    SECURITY = "security"
    AGENT = "agent"
    CLEAN_UP = "clean_up"


GROUP_TITLES: Final[Mapping[Group, Message]] = {
    Group.FORMAT: msg("Disk format"),
    Group.BOOT: msg("Starting up"),
    Group.SYSTEM: msg("System"),
    Group.SECURITY: msg("Security"),
    Group.AGENT: msg("Azure agent"),
    Group.CLEAN_UP: msg("Cleaning up"),
}
