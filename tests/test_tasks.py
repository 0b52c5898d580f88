"""Long work: what it reports, how it is stopped, and that the pool lets go of it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from wizard import tasks
from wizard.errors import Cancelled, WizardError
from wizard.messages import msg
from wizard.tasks import Progress, Task, TaskPool, TaskState, Transfer

LONG = 20.0


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(tasks, "time", clock)
    return clock


@pytest.fixture
def pool() -> Iterator[TaskPool]:
    pool = TaskPool(2)
    yield pool
    assert pool.stop(LONG)


def heard(task: Task) -> list[tuple[TaskState, Progress]]:
    """Everything that a listener of the task is told from now on."""
    told: list[tuple[TaskState, Progress]] = []
    task.listen(lambda each: told.append((each.state, each.progress)))
    return told


def a_task(**more: Any) -> Task:
    return Task(msg("Work"), **more)


class Waiting:
    """Work that says that it has begun, and goes on until it is let go or stopped."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.let_go = threading.Event()

    def __call__(self, task: Task) -> str:
        self.begun.set()
        while not self.let_go.wait(0.01):
            task.check_stop()
        return "done"


# One task


def test_it_tells_how_it_went() -> None:
    task = a_task()
    told = heard(task)
    assert (task.state, task.ended) == (TaskState.WAITING, False)
    task.run(lambda _: 42)
    assert (task.state, task.ended, task.result, task.error) == (TaskState.DONE, True, 42, None)
    assert [state for state, _ in told] == [TaskState.RUNNING, TaskState.DONE]


def test_what_it_raises_is_an_error_a_person_can_read() -> None:
    task = a_task()
    told = heard(task)
    task.run(lambda _: {}["x"])
    assert task.state is TaskState.FAILED
    assert isinstance(task.error, WizardError)
    assert "KeyError" in task.error.details["error"]
    assert told[-1][0] is TaskState.FAILED


def test_a_stop_from_outside_is_no_end_that_hangs() -> None:
    task = a_task()

    def interrupted(_: Task) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        task.run(interrupted)
    assert (task.state, task.ended) == (TaskState.CANCELLED, True)


def test_at_most_ten_reports_a_second_get_through(clock: Clock) -> None:
    task = a_task()
    told = heard(task)

    def work(task: Task) -> None:
        for done in range(1000):
            clock.now += 0.01
            task.report(done, 1000)

    task.run(work)
    # Ten seconds of work, and its beginning and end.
    assert 90 <= len(told) - 2 <= 100
    assert told[-1] == (TaskState.DONE, Progress(None, 999, 1000))


def test_a_new_phase_is_told_at_once(clock: Clock) -> None:
    task = a_task()
    told = heard(task)
    reading, sending = msg("Reading"), msg("Sending")

    def work(task: Task) -> None:
        task.report(1, 9, phase=reading)
        task.report(2, 9, phase=reading)
        task.report(3, 9)
        task.report(4, 9, phase=sending, skipped=5, in_bytes=True)

    task.run(work)
    assert [progress for _, progress in told[1:-1]] == [
        Progress(reading, 1, 9),
        Progress(sending, 4, 9, 5, True),
    ]


def test_the_phase_stays_until_there_is_another() -> None:
    task = a_task()
    task.report(1, 9, phase=msg("Reading"))
    task.report(2, 9)
    assert task.progress == Progress(msg("Reading"), 2, 9)


def test_the_figures_of_a_transfer_are_those_of_the_last_report() -> None:
    task = a_task()
    figures = Transfer(allocated=9, skipped=2, sent=3, to_do=4, connections=4)
    task.report(5, 9, in_bytes=True, transfer=figures)
    assert task.progress == Progress(None, 5, 9, 0, True, figures)
    task.report(1, 2, phase=msg("Checking"))
    assert task.progress.transfer is None


def test_there_is_no_limit_of_speed_until_somebody_sets_one() -> None:
    task = a_task()
    assert task.speed_limit is None
    seen: list[int | None] = []

    def work(running: Task) -> None:
        seen.append(running.speed_limit)
        task.speed_limit = None
        seen.append(running.speed_limit)

    task.speed_limit = 1000
    task.run(work)
    assert seen == [1000, None]


def test_reports_of_several_threads_keep_to_the_limit(clock: Clock) -> None:
    task = a_task()
    told = heard(task)
    threads = [
        threading.Thread(target=lambda: [task.report(each, 500) for each in range(500)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 1


def test_cancel_bites_at_the_report() -> None:
    task = a_task()
    reached: list[int] = []

    def work(task: Task) -> None:
        for done in range(10):
            task.report(done, 10)
            reached.append(done)
            if done == 3:
                task.cancel()

    task.run(work)
    assert reached == [0, 1, 2, 3]
    assert task.state is TaskState.CANCELLED
    assert task.progress.done == 3
    assert task.stopping


@pytest.mark.parametrize(
    "stops", [lambda task: task.check_stop(), lambda task: task.sleep(0), lambda task: task.sleep(LONG)]
)
def test_cancel_bites_wherever_the_work_waits(stops: Callable[[Task], None]) -> None:
    task = a_task()
    task.cancel()
    with pytest.raises(Cancelled):
        stops(task)


def test_it_sleeps_no_longer_than_until_it_is_stopped() -> None:
    task = a_task()
    task.sleep(0)
    threading.Timer(0.05, task.cancel).start()
    with pytest.raises(Cancelled):
        task.sleep(LONG * 10)


@pytest.mark.parametrize(
    ("wishes", "state"),
    [
        (("cancel",), TaskState.CANCELLED),
        (("pause",), TaskState.PAUSED),
        (("pause", "cancel"), TaskState.CANCELLED),
        (("cancel", "pause"), TaskState.CANCELLED),
        (("pause", "pause"), TaskState.PAUSED),
    ],
)
def test_pause_and_cancel(wishes: tuple[str, ...], state: TaskState) -> None:
    task = a_task(can_pause=True)

    def work(task: Task) -> None:
        for wish in wishes:
            getattr(task, wish)()
        task.report()

    task.run(work)
    assert task.state is state
    assert task.error is None


def test_what_is_cancelled_before_its_turn_never_begins() -> None:
    task = a_task()
    task.cancel()
    begun: list[Task] = []
    task.run(begun.append)
    assert (begun, task.state) == ([], TaskState.CANCELLED)


def test_work_that_was_done_before_the_stop_was_noticed_is_done() -> None:
    task = a_task()

    def work(task: Task) -> int:
        task.cancel()
        return 1

    task.run(work)
    assert (task.state, task.result) == (TaskState.DONE, 1)


def test_a_listener_that_raises_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    task = a_task()
    told = []

    def broken(_: Task) -> None:
        raise RuntimeError("the window is gone")

    task.listen(broken)
    task.listen(lambda each: told.append(each.state))
    task.run(lambda each: each.report(1, 2, phase=msg("x")))
    assert task.state is TaskState.DONE
    assert told == [TaskState.RUNNING, TaskState.RUNNING, TaskState.DONE]
    assert "the window is gone" in caplog.text


# The pool


def test_the_pool_runs_what_it_is_given(pool: TaskPool) -> None:
    tasks = [a_task() for _ in range(20)]
    for number, task in enumerate(tasks):
        pool.start(task, lambda _, number=number: number)
    assert all(task.wait(LONG) for task in tasks)
    assert [task.result for task in tasks] == list(range(20))
    assert pool.running == ()


def test_no_more_at_once_than_it_has_threads(pool: TaskPool) -> None:
    works, tasks = [Waiting() for _ in range(3)], [a_task() for _ in range(3)]
    for task, work in zip(tasks, works, strict=True):
        pool.start(task, work)
    assert works[0].begun.wait(LONG)
    assert works[1].begun.wait(LONG)
    assert not works[2].begun.is_set()
    assert tasks[2].state is TaskState.WAITING
    assert pool.running == tuple(tasks)
    works[0].let_go.set()
    assert works[2].begun.wait(LONG)
    for work in works:
        work.let_go.set()
    assert all(task.wait(LONG) for task in tasks)


def test_work_that_breaks_its_thread_leaves_the_pool_at_work(pool: TaskPool) -> None:
    def broken(_: Task) -> None:
        raise SystemExit

    tasks = [a_task() for _ in range(4)]
    for task in tasks:
        pool.start(task, broken)
    last = a_task()
    pool.start(last, lambda _: 1)
    assert last.wait(LONG)
    assert last.state is TaskState.DONE
    assert {task.state for task in tasks} == {TaskState.CANCELLED}


def test_stop_pauses_what_can_be_paused_and_cancels_the_rest() -> None:
    pool = TaskPool(2)
    works, tasks = [Waiting() for _ in range(3)], [a_task(can_pause=each) for each in (True, False, False)]
    for task, work in zip(tasks, works, strict=True):
        pool.start(task, work)
    assert works[0].begun.wait(LONG)
    assert works[1].begun.wait(LONG)
    assert pool.stop(LONG)
    assert [task.state for task in tasks] == [TaskState.PAUSED, TaskState.CANCELLED, TaskState.CANCELLED]
    assert not works[2].begun.is_set()
    assert pool.running == ()


def test_stop_says_that_something_is_still_at_work() -> None:
    pool = TaskPool(1)
    let_go, begun = threading.Event(), threading.Event()

    def deaf(_: Task) -> None:
        begun.set()
        let_go.wait(LONG)

    task = a_task()
    pool.start(task, deaf)
    assert begun.wait(LONG)
    assert not pool.stop(0.05)
    assert pool.running == (task,)
    let_go.set()
    assert task.wait(LONG)


def test_after_stop_nothing_begins() -> None:
    pool = TaskPool(1)
    assert pool.stop()
    task, begun = a_task(), []
    pool.start(task, begun.append)
    assert (task.state, task.ended, begun) == (TaskState.CANCELLED, True, [])


def test_work_that_hangs_does_not_keep_the_program_alive() -> None:
    program = (
        "import threading\n"
        "from wizard.messages import msg\n"
        "from wizard.tasks import Task, TaskPool\n"
        "pool, begun = TaskPool(), threading.Event()\n"
        "pool.start(Task(msg('x')), lambda _: (begun.set(), threading.Event().wait()))\n"
        "begun.wait()\n"
        "print(pool.stop(0.1))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert ended.stdout == "False\n"
