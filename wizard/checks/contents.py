"""Every rule about what is inside a disk, in the order of the rule book. The only list of them."""

from __future__ import annotations

from typing import Final

from wizard.step import Check

CHECKS: Final[tuple[Check, ...]] = ()
