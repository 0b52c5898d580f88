"""The longest pause of the window's event loop while 1 GiB is uploaded. Asserts nothing.

    python -m tests.benchmarks.event_loop [--data MIB]

The window is open at the upload's page and shows its progress; Azurite takes the blob. Aim: no pause of 50 ms.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QObject, QTimer

MIB: Final = 1024 * 1024
TICK_MS: Final = 2


class Watch(QObject):
    """Ticks as often as the event loop lets it, and notes how long it had to wait."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(self._timer.timerType().PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)

    def start(self) -> None:
        """Forget what was before."""
        self.pauses.clear()
        self._last = time.perf_counter()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.pauses.append(max(0.0, now - self._last - TICK_MS / 1000))
        self._last = now


def main() -> None:
    """Upload in the window, print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=int, default=1024, help="MiB to upload")
    data = parser.parse_args().data
    with tempfile.TemporaryDirectory() as home:
        os.environ["IMAGE_WIZARD_HOME"] = home
        from tests.pictures import Pictures

        stage = Pictures(100, Path(home))
        opened = stage.open_journey("Contoso Gateway 2.4")
        _prepare(opened.engine, data)
        opened.view.open_step("upload")
        stage.idle()
        watch = Watch()
        rest = _loop(stage, watch, None)
        began = time.perf_counter()
        opened.view.current.do_primary()
        busy = _loop(stage, watch, opened)
        seconds = time.perf_counter() - began
        print(f"{'pauses of the event loop':<34}{'median':>10}{'99 %':>10}{'longest':>10}")
        for name, pauses in (("at rest", rest), (f"while {data} MiB are uploaded", busy)):
            ordered = sorted(pauses)
            print(
                f"{name:<34}{1000 * statistics.median(ordered):>7.1f} ms"
                f"{1000 * ordered[int(0.99 * len(ordered))]:>7.1f} ms{1000 * ordered[-1]:>7.1f} ms"
            )
        print(f"(aim: under 50 ms; the upload took {seconds:.1f} s, {opened.engine.status('upload').state})")
        stage.app.end()


def _prepare(engine: Any, data: int) -> None:
    """A good image with so much data on it, read and checked, and where it goes."""
    from tests.ui.walked import answer_step
    from wizard.messages import msg
    from wizard.practice.actions import GOOD_IMAGE
    from wizard.tasks import Task

    engine.answer("build_path", "build_path", "linux_local")
    engine.perform("disk_image", GOOD_IMAGE, Task(msg("Image")))
    image = Path(engine.answer_of("disk_image", "image"))
    chance = random.Random(1)
    with image.open("r+b") as file:
        file.seek(1024 * MIB)
        for _ in range(data):
            file.write(chance.randbytes(MIB))
    engine.check("disk_image", Task(msg("Check")))
    answer_step(engine, engine.step("upload"), image.parent)


def _loop(stage: Any, watch: Watch, opened: Any) -> list[float]:
    """Let the window's own loop run: two seconds, or as long as the upload takes."""
    from PySide6.QtCore import QEventLoop

    loop = QEventLoop()
    ask = QTimer()
    ask.setInterval(100)
    end = time.perf_counter() + 2.0

    def over() -> None:
        running = opened.engine.running("upload") if opened is not None else time.perf_counter() < end
        if not running:
            loop.quit()

    ask.timeout.connect(over)
    ask.start()
    watch.start()
    loop.exec()
    return list(watch.pauses)


if __name__ == "__main__":
    main()
