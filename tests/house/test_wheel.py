"""The built package: what an installed wizard needs is in it, and is found there."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.tools import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project built as whoever installs it gets it, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


def test_it_holds_the_words_and_figures(wheel: Path) -> None:
    for name in (
        "i18n/zh_CN/wizard.mo",
        "i18n/zh_CN/guide/sas_uri.md",
        "i18n/en/guide/sas_uri.md",
        "resources/rules",
    ):
        assert (wheel / "wizard" / name).exists(), name
    assert (wheel / "wizard" / "practice" / "azurite_launcher.js").exists()


def test_it_brings_only_its_own_packages(wheel: Path) -> None:
    found = {path.name for path in wheel.iterdir() if not path.name.endswith(".dist-info")}

    assert found == {"wizard", "ui"}


def test_it_finds_them_where_it_is_installed(wheel: Path) -> None:
    program = (
        "from wizard.places import folder; print(folder('i18n'), folder('resources'));"
        "from wizard.rules_data import load; load('links')"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=wheel, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(wheel / "wizard" / "i18n"), str(wheel / "wizard" / "resources")]
