"""The lock files hold anywhere: no registry, no folder of one computer, a digest for everything."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.house.tools import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")
AZURITE_LOCK = ROOT / "packaging" / "azurite" / "package-lock.json"
# Put together here, so that this file does not hold them itself.
REGISTRIES = ("registry." + "npmjs", "python" + "hosted.org", "pypi.org/" + "simple")
PINNED = re.compile(
    r"^([a-z0-9][a-z0-9.-]*)==(\S+)( ; .+?)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)",
    re.MULTILINE,
)


def pins(name: str) -> dict[str, str]:
    return {found[1]: found[2] for found in PINNED.finditer((ROOT / name).read_text("utf-8"))}


def wanted() -> dict[str, list[str]]:
    """The direct requirements in pyproject.toml, by where they stand."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = {
        name: [each for each in group if isinstance(each, str)]
        for name, group in project["dependency-groups"].items()
    }
    found = {
        "runtime": project["project"]["dependencies"],
        **project["project"]["optional-dependencies"],
        **groups,
    }
    return {name: [plain_name(each) for each in each_list] for name, each_list in found.items()}


def plain_name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found is not None
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def tracked() -> list[Path]:
    """The files of the repository; without Git, those that are not made by a program."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
        return [ROOT / name for name in listed.decode().split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        made = {
            ".venv",
            "build",
            "dist",
            ".git",
            "__pycache__",
            ".mypy_cache",
            ".ruff_cache",
            ".pytest_cache",
        }
        return [path for path in ROOT.rglob("*") if path.is_file() and not made.intersection(path.parts)]


@pytest.mark.parametrize("name", LOCKS)
def test_everything_is_pinned_with_digests_and_without_addresses(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    rest = PINNED.sub("", text)

    assert "://" not in text
    assert "http" not in text
    assert "file:" not in text
    assert not re.search(r"^\s*-", rest, re.MULTILINE), "an option beside the pinned packages"
    assert all(line.lstrip().startswith("#") or not line.strip() for line in rest.splitlines()), rest


def test_the_locks_hold_what_the_project_wants() -> None:
    direct, runtime, tools = wanted(), pins(LOCKS[0]), pins(LOCKS[1])

    assert not {*direct["runtime"], *direct["practice"], *direct["build"]} - set(runtime)
    assert not set(direct["dev"]) - set(tools)


def test_tools_are_added_to_the_same_versions() -> None:
    runtime, tools = pins(LOCKS[0]), pins(LOCKS[1])

    assert {name: tools.get(name) for name in runtime} == runtime


def test_azurite_is_locked_with_digests_and_without_addresses() -> None:
    text = AZURITE_LOCK.read_text("utf-8")
    packages = json.loads(text)["packages"]
    fetched = {path: package for path, package in packages.items() if path.startswith("node_modules/")}

    assert "://" not in text
    assert {package.get("resolved") for package in fetched.values()} == {None, "no-telemetry"}
    assert [path for path, each in fetched.items() if "integrity" not in each and not each.get("link")] == []


def test_azurite_is_locked_as_it_is_asked_for() -> None:
    asked = json.loads(AZURITE_LOCK.with_name("package.json").read_text("utf-8"))
    locked = json.loads(AZURITE_LOCK.read_text("utf-8"))["packages"]

    assert locked[""]["dependencies"] == asked["dependencies"]
    assert locked["node_modules/azurite"]["version"] == asked["dependencies"]["azurite"]
    assert locked["node_modules/esbuild"]["version"] == asked["devDependencies"]["esbuild"]


def test_no_file_names_a_registry_or_this_computer() -> None:
    here = [str(ROOT)] if len(ROOT.parts) > 2 else []
    found = [
        f"{path.relative_to(ROOT).as_posix()}: {sign}"
        for path in tracked()
        if path.is_file()
        for sign in (*REGISTRIES, *here)
        if sign.encode() in path.read_bytes()
    ]

    assert not found, "\n".join(found)


def test_no_lock_with_registry_addresses_is_kept() -> None:
    assert not (ROOT / "uv.lock").exists()
