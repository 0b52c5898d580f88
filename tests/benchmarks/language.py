"""How long a change of language takes, from the click until everything is drawn anew. Asserts nothing.

    python -m tests.benchmarks.language [rounds]

A walked journey is open, its pages are drawn: every page that was opened has to be said again. Aim: under 100 ms.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path


def main() -> None:
    """Walk a journey, open all its pages, change the language to and fro, print a table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        os.environ["IMAGE_WIZARD_HOME"] = home
        from tests.pictures import Pictures
        from tests.ui.walked import walk_engine

        stage = Pictures(100, Path(home))
        opened = stage.open_journey("Contoso Gateway 2.4")
        print(f"{'change of language':<34}{'median':>9}{'best':>9}{'worst':>9}")
        _row("the first page alone", _switch(stage, rounds))
        walk_engine(opened.engine, Path(home))
        for step in opened.engine.steps:
            opened.view.open_step(step.id)
            stage.idle()
        _row("all eight pages, walked", _switch(stage, rounds))
        print("(aim: under 0.100 s)")
        stage.app.end()


def _switch(stage: object, rounds: int) -> list[float]:
    """Seconds from the click until the window was painted in the other language."""
    from PySide6.QtCore import QCoreApplication, QEvent

    from tests.pictures import Pictures
    from wizard.messages import CHINESE, ENGLISH

    assert isinstance(stage, Pictures)
    times = []
    for place in range(2 * rounds):
        stage.rest(0.1)
        began = time.perf_counter()
        stage.window.header.language_wished.emit((CHINESE, ENGLISH)[place % 2])
        # What the change asked for: new layouts, then the paint.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        stage.window.repaint()
        QCoreApplication.processEvents()
        times.append(time.perf_counter() - began)
    return times[2:]


def _row(name: str, times: list[float]) -> None:
    print(f"{name:<34}{statistics.median(times):>8.3f}s{min(times):>8.3f}s{max(times):>8.3f}s")


if __name__ == "__main__":
    main()
