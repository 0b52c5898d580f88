"""What the build adds to the sources: compiled catalogues, and i18n/ and resources/ inside the installed package."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuildHook(BuildHookInterface[Any]):
    """Found by hatchling through pyproject.toml; wizard/places.py looks where this puts the folders."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before a wheel ("standard" or "editable") or a source archive is written."""
        root = Path(self.root)
        _catalogues(root).compile_all(root)
        if self.target_name == "wheel" and version == "standard":
            for folder in ("i18n", "resources"):
                build_data["force_include"][str(root / folder)] = f"wizard/{folder}"


def _catalogues(root: Path) -> Any:
    # This folder is no package: as one it would hide the module `packaging` that pip and pytest need.
    spec = importlib.util.spec_from_file_location("catalogues", root / "packaging" / "catalogues.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
