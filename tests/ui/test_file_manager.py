"""Showing a file in its folder."""

from __future__ import annotations

from pathlib import PureWindowsPath
from types import SimpleNamespace

import pytest

from ui.widgets.views import files
from ui.widgets.views.files import show_in_folder


@pytest.mark.parametrize("name", ["report.md", "two words.md", "one,two.md", "a & b (1).md", "报告.md"])
def test_explorer_is_started_from_its_own_place_with_the_name_in_quotes(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    started: list[str] = []
    monkeypatch.setattr(files, "sys", SimpleNamespace(platform="win32"))
    monkeypatch.setattr(files.subprocess, "Popen", started.append)
    monkeypatch.setenv("SYSTEMROOT", r"D:\Windows")
    show_in_folder(PureWindowsPath(r"C:\Users\li\reports", name))  # type: ignore[arg-type]
    assert started == [rf'"D:\Windows\explorer.exe" /select,"C:\Users\li\reports\{name}"']
