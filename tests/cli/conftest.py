"""Commands are run in this process as a person would run them: words in, exit status and two streams out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.cloud import *  # noqa: F403
from wizard.cli import main


@dataclass(frozen=True)
class Run:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        """The JSON object on standard output; fails where anything else is there."""
        read = json.loads(self.out)
        assert isinstance(read, dict)
        return read

    def outcome(self, rule: str) -> str:
        """What the finding of that rule says."""
        return {each["rule"]: each["outcome"] for each in self.data["findings"]}[rule]


Command = Callable[..., Run]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs `image-wizard` with these words."""

    def run(*words: object) -> Run:
        status = main(None, [str(word) for word in words])
        out, err = capsys.readouterr()
        return Run(status, out, err)

    return run
