"""The words of a command reach it as they were typed, and what is said of wrong ones repeats no secret."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer.core

from tests.cli.conftest import Command
from tests.cli.test_check_sas import LINK, SIGNATURE
from wizard.cli import main


@pytest.mark.parametrize(
    "words", [(LINK,), ("check", "sas", "-", LINK), ("check", "sas", "--now", LINK, LINK)]
)
def test_wrong_words_are_told_without_the_signature(command: Command, words: tuple[str, ...]) -> None:
    run = command(*words)
    assert run.status == 2
    assert run.err
    assert SIGNATURE[:20] not in run.out + run.err


def test_windows_expands_no_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "disk1.vhd").write_bytes(b"another file, which the name read as a pattern would mean")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["image-wizard", "check", "disk", "disk[1].vhd"])
    monkeypatch.setattr(typer.core, "os", SimpleNamespace(name="nt", environ=os.environ))
    assert main() == 2
    assert "disk[1].vhd" in capsys.readouterr().err
