"""Secrets that people put on a kernel command line are masked before it goes into a record."""

from __future__ import annotations

import re
from typing import Final

_NAMED: Final = re.compile(r"(?i)([\w.:-]{0,80}(?:pass|pwd|secret|token)[\w.:-]{0,80}=)[^\s'\"]+")
_IN_ADDRESS: Final = re.compile(r"(://|iscsi:)[^\s/@]{1,256}@")


def without_secrets(line: str) -> str:
    """The line with the values of passwords, tokens and the like, and the names before an @ in addresses, as "…"."""
    return _IN_ADDRESS.sub(r"\1…@", _NAMED.sub(r"\1…", line))
