"""What is loaded when the program starts: no Azure package, and no Qt where no window opens."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.house.tools import ROOT

SLOW = ("azure", "msal", "msal_extensions", "msrest", "keyring", "cryptography", "babel")
QT = ("PySide6", "shiboken6")


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("wizard.cli", (*SLOW, *QT)),
        ("wizard.steps", (*SLOW, *QT)),
        ("ui.command", (*SLOW, *QT)),
        ("ui.app", SLOW),
    ],
)
def test_importing_loads_nothing_slow(module: str, unwanted: tuple[str, ...]) -> None:
    program = f"import sys, {module}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert not set(unwanted) & set(done.stdout.split())
