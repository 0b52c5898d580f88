"""The line to the server: a fault delays its own request alone, an outage all of them; what is said, when it gives up."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from wizard.errors import Cancelled, WizardError
from wizard.messages import msg
from wizard.transfer.page_blob import Interrupted
from wizard.transfer.sending import line as line_module
from wizard.transfer.sending.line import Line, Patience

PATIENT = Patience(first=1.0, at_first=1000.0)


class Time:
    """A clock that moves only when somebody waits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(line_module.time, "monotonic", lambda: self.now)

    def runs(self, line: Line) -> Line:
        line._closed = _Waiting(self)
        return line

    @property
    def waited(self) -> float:
        return self.now - 1000


class _Waiting(threading.Event):
    def __init__(self, time: Time) -> None:
        super().__init__()
        self._time = time

    def wait(self, timeout: float | None = None) -> bool:
        self._time.now += timeout or 0.0
        return self.is_set()


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


def a_line(time: Time, patience: Patience = PATIENT) -> Line:
    """One whose waits do not vary."""
    return time.runs(Line(patience, chance=lambda: 0.5))


def down(*, busy: bool = False, wait: float | None = None) -> Interrupted:
    return Interrupted(WizardError(msg("Down"), msg("Wait.")), busy=busy, wait=wait)


def failing(times: int, *, busy: bool = False, wait: float | None = None) -> Callable[[], str]:
    left = [times]

    def request() -> str:
        if left[0]:
            left[0] -= 1
            raise down(busy=busy, wait=wait)
        return "answer"

    return request


# How long


@pytest.mark.parametrize(
    ("failures", "waited"),
    [(0, 0), (1, 1), (2, 1 + 2), (5, 1 + 2 + 4 + 8 + 16), (7, 1 + 2 + 4 + 8 + 16 + 30 + 30)],
)
def test_the_waits_double_up_to_the_longest(time: Time, failures: int, waited: int) -> None:
    line = a_line(time)
    assert line.call(failing(failures)) == "answer"
    assert time.waited == pytest.approx(waited, abs=0.01)
    assert line.retries == failures


def test_a_single_fault_delays_its_request_by_half_a_second_at_the_most(time: Time) -> None:
    for chance in (0.0, 0.5, 1.0):
        before = time.now
        time.runs(Line(Patience(), chance=lambda chance=chance: chance)).call(failing(1))
        assert 0.2 <= time.now - before <= 0.55


@pytest.mark.parametrize(("chance", "waited"), [(0.0, 0.75 * 7), (0.5, 7), (1.0, 1.25 * 7)])
def test_the_waits_vary_by_a_quarter(time: Time, chance: float, waited: float) -> None:
    time.runs(Line(PATIENT, chance=lambda: chance)).call(failing(3))
    assert time.waited == pytest.approx(waited, abs=0.01)


@pytest.mark.parametrize(("asked", "waited"), [(12.0, 12.0), (0.2, 1.0), (None, 1.0)])
def test_the_server_may_ask_for_more(time: Time, asked: float | None, waited: float) -> None:
    a_line(time).call(failing(1, wait=asked))
    assert time.waited == pytest.approx(waited, abs=0.01)


# Alone or all


def test_a_fault_does_not_hold_the_others_up(time: Time) -> None:
    line = a_line(time)
    line.call(failing(0))
    order: list[str] = []

    def another() -> None:
        line.call(failing(0))
        order.append(f"another at {time.waited:.0f}")

    tries = failing(1, wait=5.0)

    def one() -> str:
        try:
            return tries()
        except Interrupted:
            another()  # while the first has not come back yet
            raise

    line.call(one)
    order.append(f"one at {time.waited:.0f}")
    assert order == ["another at 0", "one at 5"]


def test_where_nothing_works_any_more_all_wait_together(time: Time) -> None:
    line = a_line(time)
    line.call(failing(0))
    started: list[float] = []
    fails = failing(4)

    def one() -> str:
        started.append(time.waited)
        return fails()

    def look() -> None:
        if line._down and len(started) == 3:
            time.now += 1  # whoever comes now waits as well
            line.call(lambda: started.append(time.waited))

    line.call(one, meanwhile=look)
    first, second, third, another, *rest = started
    assert (first, second, third) == pytest.approx((0, 1, 3), abs=0.2)
    assert another == pytest.approx(7, abs=0.2)
    assert rest


def test_threads_that_fail_together_wait_once(time: Time) -> None:
    line = a_line(time)
    said: set[str] = set()
    for _ in range(6):  # as six threads do, each with a request of its own
        failures = line_module._Failures(count=2)
        line._failed(down(), failures)
        said.add(str(line.trouble()))
    assert said == {"The connection is lost; trying again in 4 seconds"}


def test_who_waits_long_goes_on_as_soon_as_the_line_is_back(time: Time) -> None:
    line = a_line(time)
    fails = failing(5)
    waits: list[float] = []

    def look() -> None:
        waits.append(time.waited)
        if len(waits) > 1 and time.waited > 20:  # in its fifth wait, of 16 seconds
            line._worked()

    line.call(fails, meanwhile=look)
    assert 20 <= time.waited <= 20.5


def test_what_the_server_asked_for_is_kept_also_then(time: Time) -> None:
    line = a_line(time)
    line.call(failing(1, wait=9.0), meanwhile=line._worked)
    assert time.waited == pytest.approx(9, abs=0.01)


def test_each_failure_is_told_once(time: Time) -> None:
    told: list[bool] = []
    a_line(time).call(failing(3, busy=True), failed=lambda interrupted: told.append(interrupted.busy))
    assert told == [True, True, True]


# The end of patience


def test_an_address_that_never_worked_is_given_up_soon_and_in_its_own_words(time: Time) -> None:
    line = a_line(time, Patience())
    with pytest.raises(WizardError) as given_up:
        line.call(failing(1000))
    assert 20 <= time.waited < 60
    assert str(given_up.value.cure) == "Wait."


def test_one_that_worked_is_waited_for_ten_minutes(time: Time) -> None:
    line = a_line(time, Patience())
    line.call(failing(0))
    with pytest.raises(WizardError) as given_up:
        line.call(failing(1000))
    assert 600 <= time.waited <= 640
    assert "goes on where it stopped" in str(given_up.value.cure)


def test_a_request_that_never_works_is_given_up_though_others_do(time: Time) -> None:
    line = a_line(time, Patience())

    def one_that_never_works() -> str:
        line._worked()  # another thread's request came through
        time.now += 1
        raise down()

    with pytest.raises(WizardError):
        line.call(one_that_never_works)
    assert 600 <= time.waited <= 640


# What is said


@pytest.mark.parametrize("busy", [False, True])
def test_what_is_said_where_nothing_works_any_more(time: Time, busy: bool) -> None:
    line = a_line(time)
    heard: list[str] = []
    said = "The server is busy" if busy else "The connection is lost"
    assert line.trouble() is None
    line.call(failing(3, busy=busy), meanwhile=lambda: heard.append(str(line.trouble())))
    assert line.trouble() is None
    # The first wait, of a second, is not worth a word; the next are of two and four.
    heard = [each for each in heard if each != "None"]
    seconds = [f"{said}; trying again in {n} second{'s' * (n > 1)}" for n in (4, 3, 2, 1)]
    assert set(heard) == set(seconds)
    assert heard[-1] == seconds[-1]


@pytest.mark.parametrize("busy", [False, True])
def test_while_it_is_tried_again_that_is_said(time: Time, busy: bool) -> None:
    line = a_line(time)
    heard: list[str] = []
    fails = failing(4, busy=busy)

    def request() -> str:
        heard.append(str(line.trouble()))
        return fails()

    line.call(request)
    said = "The server is busy" if busy else "The connection is lost"
    assert heard == ["None", "None", "None", f"{said}; trying again", f"{said}; trying again"]


def test_a_long_wait_is_said_at_once_where_nothing_else_is_under_way(time: Time) -> None:
    line = a_line(time)
    heard: list[str] = []
    line.call(failing(1, busy=True, wait=3.0), meanwhile=lambda: heard.append(str(line.trouble())))
    assert heard[0] == "The server is busy; trying again in 3 seconds"


def test_a_fault_while_others_work_is_not_worth_a_word(time: Time) -> None:
    line = a_line(time)
    heard: list[str] = []

    def one() -> None:
        line.call(failing(1, busy=True, wait=3.0), meanwhile=lambda: heard.append(str(line.trouble())))

    line.call(one)  # the other one is under way all the time
    assert set(heard) == {"None"}


@pytest.mark.parametrize(
    ("still", "said"),
    [
        (9.9, "None"),
        (10.0, "Nothing has moved for 10 seconds; waiting for the line"),
        (45.5, "Nothing has moved for 45 seconds; waiting for the line"),
    ],
)
def test_a_line_that_stands_still_is_noticed(time: Time, still: float, said: str) -> None:
    line = a_line(time)

    def request() -> str:
        time.now += 100
        line.moved()
        time.now += still
        return str(line.trouble())

    assert line.call(request) == said
    assert line.trouble() is None


def test_without_anything_under_way_nothing_stands_still(time: Time) -> None:
    line = a_line(time)
    line.call(failing(0))
    time.now += 100
    assert line.trouble() is None
    assert line.call(lambda: line.trouble()) is None


def test_to_wait_on_purpose_is_not_to_stand_still(time: Time) -> None:
    line = a_line(time)

    def slow() -> set[str]:
        said = set()
        for _ in range(100):
            line.pause(1.0)
            said.add(str(line.trouble()))
        return said

    assert line.call(slow) == {"None"}


# Stopping


def test_a_closed_line_is_not_used() -> None:
    line = Line(Patience())
    line.close()
    with pytest.raises(Cancelled):
        line.call(failing(0))


def test_closing_ends_a_wait_on_purpose(time: Time) -> None:
    line = a_line(time)
    line.close()
    with pytest.raises(Cancelled):
        line.pause(100.0)


def test_closing_ends_the_waits_between_tries(time: Time) -> None:
    line = a_line(time, Patience(first=50.0, longest=50.0))
    line.call(failing(0))
    with pytest.raises(Cancelled):
        line.call(failing(1), failed=lambda _: line.close())
    assert time.waited < 1


def test_a_wish_to_stop_is_heard_in_the_middle_of_a_slow_request() -> None:
    let_go = threading.Event()
    asked: list[int] = []

    def stop() -> None:
        asked.append(1)
        raise Cancelled

    with pytest.raises(Cancelled):
        Line(Patience()).call(lambda: let_go.wait(60), meanwhile=stop)
    let_go.set()
    assert asked == [1]


def test_other_errors_pass_through() -> None:
    def request() -> None:
        raise WizardError(msg("No"), msg("Never."))

    for meanwhile in (None, lambda: None):
        with pytest.raises(WizardError, match="No"):
            Line(Patience()).call(request, meanwhile=meanwhile)
