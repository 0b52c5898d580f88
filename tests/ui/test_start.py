"""What the start loads: the frame alone before the first paint, and no Azure package at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from ui import start

fill = start.Start._fill

def filled(self):
    print("painted", *sorted(sys.modules))
    fill(self)
    print("filled", *sorted(sys.modules))
    self.app.quit_now()

start.Start._fill = filled
from ui.command import main
main()
"""


def test_the_frame_is_painted_before_anything_else_is_loaded(tmp_path: Path) -> None:
    environment = dict(os.environ, IMAGE_WIZARD_HOME=str(tmp_path), QT_QPA_PLATFORM="offscreen")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    painted, filled = (
        set(line.split()) for line in done.stdout.splitlines() if line.startswith(("painted", "filled"))
    )

    heavy = ("azure", "msal", "requests", "cryptography", "typer")
    assert not {name for name in filled if name.split(".")[0] in heavy}
    assert not {
        name
        for name in painted
        if name.startswith(("ui.widgets", "ui.pages", "wizard.steps", "wizard.practice"))
    }
    assert not {
        name for name in filled if name.startswith(("wizard.steps", "wizard.practice", "wizard.services"))
    }
