"""Start to first paint: the wizard beside a bare PySide6 window, in turns, in the same run. Asserts nothing.

    python -m tests.benchmarks.start [rounds]

Each start is a process of its own; the time runs from before it is spawned until its window has painted once.
Aim: at most 1.3 times the bare window.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# The bare window has what any window has: a title in a font, painted once.
BARE = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel
class Window(QLabel):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, done)
def done():
    print(repr(time.time()), flush=True)
    app.quit()
app = QApplication(sys.argv[:1])
window = Window("Marketplace Image Wizard")
window.resize(1180, 760)
window.show()
app.exec()
"""

OURS = """
import time
from ui import start
fill = start.Start._fill
def timed(self):
    print(repr(time.time()), flush=True)
    fill(self)
    start.QTimer.singleShot(0, self.tell)  # behind the paint that the filling asked for
def tell(self):
    print(repr(time.time()), flush=True)
    start.QApplication.quit()
start.Start._fill, start.Start.tell = timed, tell
from PySide6.QtCore import QTimer
start.QTimer = QTimer
from ui.command import main
main()
"""


def start(code: str, home: str) -> list[float]:
    """Seconds from spawning the process to each time that it printed."""
    environment = dict(os.environ, IMAGE_WIZARD_HOME=home, PYTHONPATH=str(ROOT))
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    began = time.time()
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, cwd=ROOT
    )
    return [float(moment) - began for moment in ended.stdout.split()]


def main() -> None:
    """Measure in turns and print a table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    bare: list[float] = []
    ours: list[list[float]] = []
    with tempfile.TemporaryDirectory() as home:
        start(BARE, home), start(OURS, home)  # the disk cache is warm from here on
        for _ in range(rounds):
            bare += start(BARE, home)
            ours.append(start(OURS, home))
    first, whole = (list(times) for times in zip(*ours, strict=True))
    print(f"{'start until':<34}{'median':>9}{'best':>9}{'worst':>9}")
    for name, times in (
        ("a bare PySide6 window is painted", bare),
        ("the wizard's window is painted", first),
        ("its welcome page is painted", whole),
    ):
        print(f"{name:<34}{statistics.median(times):>8.3f}s{min(times):>8.3f}s{max(times):>8.3f}s")
    print(
        f"first paint, ratio of medians: {statistics.median(first) / statistics.median(bare):.2f} (aim: at most 1.30)"
    )


if __name__ == "__main__":
    main()
