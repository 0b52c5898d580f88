"""The line to the server: how long it waits, when it gives up, what it says meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from wizard.errors import Cancelled, WizardError
from wizard.messages import msg
from wizard.transfer import line as line_module
from wizard.transfer.line import Line, Patience
from wizard.transfer.page_blob import Interrupted


class Time:
    """A clock that moves only when somebody waits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(line_module.time, "monotonic", lambda: self.now)

    def runs(self, line: Line) -> Line:
        line._closed = _Waiting(self)
        return line


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


def failing(times: int, *, busy: bool = False, wait: float | None = None) -> Callable[[], str]:
    left = [times]

    def request() -> str:
        if left[0]:
            left[0] -= 1
            raise Interrupted(WizardError(msg("Down"), msg("Wait.")), busy=busy, wait=wait)
        return "answer"

    return request


@pytest.mark.parametrize(
    ("failures", "waited"),
    [(0, 0), (1, 1), (2, 1 + 2), (5, 1 + 2 + 4 + 8 + 16), (7, 1 + 2 + 4 + 8 + 16 + 30 + 30)],
)
def test_the_waits_double_up_to_the_longest(time: Time, failures: int, waited: int) -> None:
    line = time.runs(Line(Patience(at_first=1000)))
    assert line.call(failing(failures)) == "answer"
    assert time.now - 1000 == pytest.approx(waited, abs=0.01)


def test_the_server_may_ask_for_more(time: Time) -> None:
    line = time.runs(Line(Patience()))
    line.call(failing(1, wait=12.0))
    assert time.now - 1000 == pytest.approx(12, abs=0.01)


def test_an_address_that_never_worked_is_given_up_soon_and_in_its_own_words(time: Time) -> None:
    line = time.runs(Line(Patience()))
    with pytest.raises(WizardError) as given_up:
        line.call(failing(1000))
    assert 20 <= time.now - 1000 < 60
    assert str(given_up.value.cure) == "Wait."


def test_one_that_worked_is_waited_for_ten_minutes(time: Time) -> None:
    line = time.runs(Line(Patience()))
    line.call(failing(0))
    with pytest.raises(WizardError) as given_up:
        line.call(failing(1000))
    assert 600 <= time.now - 1000 <= 630
    assert "goes on where it stopped" in str(given_up.value.cure)


def test_a_request_that_never_works_is_given_up_though_others_do(time: Time) -> None:
    line = time.runs(Line(Patience()))

    def one_that_never_works() -> str:
        line._worked()  # another thread's request came through
        time.now += 1
        raise Interrupted(WizardError(msg("Down"), msg("Wait.")))

    with pytest.raises(WizardError):
        line.call(one_that_never_works)
    assert 600 <= time.now - 1000 <= 640


@pytest.mark.parametrize(
    ("busy", "said"),
    [
        (False, "The connection is lost; trying again in {n} second"),
        (True, "The server is busy; trying again in {n} second"),
    ],
)
def test_what_is_said_meanwhile(time: Time, busy: bool, said: str) -> None:
    line = time.runs(Line(Patience(at_first=1000)))
    heard: list[str] = []
    assert line.trouble() is None
    line.call(failing(3, busy=busy), meanwhile=lambda: heard.append(str(line.trouble())))
    assert set(heard) == {said.format(n=1), *(f"{said.format(n=n)}s" for n in (2, 3, 4))}
    assert line.trouble() is None


def test_threads_that_fail_together_wait_once(time: Time) -> None:
    line = time.runs(Line(Patience()))
    error = Interrupted(WizardError(msg("Down"), msg("Wait.")))
    for _ in range(6):
        line._failed(error, time.now)
    assert str(line.trouble()) == "The connection is lost; trying again in 1 second"


def test_a_closed_line_is_not_used(time: Time) -> None:
    line = Line(Patience())
    line.close()
    with pytest.raises(Cancelled):
        line.call(failing(0))


def test_other_errors_pass_through() -> None:
    def request() -> None:
        raise WizardError(msg("No"), msg("Never."))

    with pytest.raises(WizardError, match="No"):
        Line(Patience()).call(request)
