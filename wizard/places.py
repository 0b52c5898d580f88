"""Where the program's own files and the person's folders are."""

from __future__ import annotations

import os
from pathlib import Path


def folder(name: str) -> Path:
    """The folder `i18n` or `resources`: beside this file where installed, beside the package in a source tree."""
    here = Path(__file__).resolve().parent
    installed = here / name
    return installed if installed.is_dir() else here.parent / name


def user_config_folder() -> Path:
    """Where settings live; the environment variable IMAGE_WIZARD_HOME moves it."""
    return _home("config")


def user_data_folder() -> Path:
    """Where journeys, logs and the practice cloud live; the environment variable IMAGE_WIZARD_HOME moves it."""
    return _home("data")


def _home(kind: str) -> Path:
    home = os.environ.get("IMAGE_WIZARD_HOME")
    if home:
        return Path(home).absolute() / kind
    import platformdirs

    chosen = platformdirs.user_config_path if kind == "config" else platformdirs.user_data_path
    return chosen("MarketplaceImageWizard", appauthor=False)
