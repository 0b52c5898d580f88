"""The rules' figures: dated data in resources/rules, one file per subject, so that a figure can change without code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from wizard.places import folder


@cache
def load(name: str) -> Mapping[str, Any]:
    """The figures of resources/rules/`name`.json; raises FileNotFoundError where there is no such file."""
    text = (folder("resources") / "rules" / f"{name}.json").read_text(encoding="utf-8")
    return MappingProxyType(json.loads(text))
