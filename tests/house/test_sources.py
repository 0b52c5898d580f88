"""What the sources of the program itself must not hold, and what the picture of the house must."""

from __future__ import annotations

import re

import pytest

from tests.house.tools import ROOT, parsed, place, sources

PROGRAM = sources("wizard", "ui")
# Put together here, so that this file does not hold them itself.
UNFINISHED = (
    "TO" + "DO",
    "FIX" + "ME",
    "XX" + "X ",
    "raise NotImplemented" + "Error",
    "pragma: no " + "cover",
    "type: " + "ignore",
)


@pytest.mark.parametrize("sign", UNFINISHED)
def test_nothing_is_unfinished_or_exempted(sign: str) -> None:
    found = [path.relative_to(ROOT).as_posix() for path in PROGRAM if sign in path.read_text("utf-8")]

    assert not found


def test_every_module_says_what_it_is_for() -> None:
    import ast

    assert [place(path, parsed(path)) for path in PROGRAM if ast.get_docstring(parsed(path)) is None] == []


def test_the_picture_of_the_house_names_every_room() -> None:
    picture = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    rooms = [path for folder in ("wizard", "ui") for path in sorted((ROOT / folder).iterdir())]
    names = [
        f"{path.name}/" if path.is_dir() else path.name
        for path in rooms
        if not path.name.startswith(("_", ".")) and (path.suffix == ".py" or path.is_dir())
    ]

    missing = [name for name in names if not re.search(rf"(?m)(^|\s){re.escape(name)}(\s|$)", picture)]

    assert not missing, f"docs/architecture.md does not name {', '.join(missing)}"
