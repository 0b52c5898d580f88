"""Speed and time left: right from the first seconds on, over the last thirty later, and calm."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from wizard.tasks import Transfer
from wizard.transfer.sending.gauge import Gauge

MB = 1_000_000


class Sending:
    """A transfer with a clock of its own, reported ten times a second."""

    def __init__(self, to_do: int) -> None:
        self.now = 100.0
        self.gauge = Gauge(now=lambda: self.now)
        self.to_do = to_do
        self.moved = 0.0
        self.shown: list[Transfer] = []

    def run(self, seconds: float, speed: float, *, skipping: float = 0.0) -> Transfer:
        """Go on so fast; `skipping` bytes a second turn out to be zeros."""
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            self.moved += speed / 10
            self.to_do = max(0, round(self.to_do - (speed + skipping) / 10))
            self.read()
        return self.shown[-1]

    def read(self, connections: int = 4) -> Transfer:
        moved = round(self.moved)
        self.shown.append(
            self.gauge.read(
                allocated=1000,
                skipped=100,
                sent=moved // 2,
                moved=moved,
                to_do=self.to_do,
                connections=connections,
                retries=3,
            )
        )
        return self.shown[-1]


def test_what_was_counted_is_told_as_it_is() -> None:
    sending = Sending(700)
    sending.moved = 200
    assert sending.read() == Transfer(1000, 100, 100, 700, None, None, 4, 3)


def test_the_first_second_has_no_speed_and_then_it_is_right() -> None:
    sending = Sending(10_000 * MB)
    sending.read()
    assert sending.run(0.9, 10 * MB).per_second is None
    for _ in range(10):
        assert sending.run(1, 10 * MB).per_second == pytest.approx(10 * MB, rel=0.01)


def test_it_is_that_of_the_last_thirty_seconds() -> None:
    sending = Sending(100_000 * MB)
    sending.read()
    sending.run(300, 40 * MB)
    assert sending.run(15, 10 * MB).per_second == pytest.approx(25 * MB, rel=0.02)
    assert sending.run(15, 10 * MB).per_second == pytest.approx(10 * MB, rel=0.05)


def test_a_line_that_stands_still_has_no_speed_and_no_end() -> None:
    sending = Sending(100_000 * MB)
    sending.run(60, 40 * MB)
    assert sending.run(14, 0).seconds_left is not None
    assert sending.run(2, 0).seconds_left is None
    assert sending.run(17, 0).per_second == 0
    assert sending.run(40, 40 * MB).seconds_left is not None


def test_what_failed_and_is_sent_again_counts_once() -> None:
    sending = Sending(100_000 * MB)
    sending.run(10, 4 * MB)
    sending.moved -= 4 * MB
    assert sending.read().per_second == pytest.approx(3.6 * MB, rel=0.05)
    sending.moved = 0
    assert sending.read().per_second == 0


def test_after_the_computer_slept_it_begins_anew() -> None:
    sending = Sending(100_000 * MB)
    sending.run(60, 40 * MB)
    sending.now += 3600
    shown = sending.read()
    assert (shown.per_second, shown.seconds_left) == (None, None)
    assert sending.run(2, 5 * MB).per_second == pytest.approx(5 * MB, rel=0.05)


def test_before_it_is_known_what_there_is_to_do_nothing_counts() -> None:
    sending = Sending(0)
    sending.run(20, 0)
    sending.to_do = 600 * MB
    assert sending.run(4.5, MB).seconds_left == pytest.approx(596, abs=5)
    assert sending.run(60, MB).seconds_left == pytest.approx(536, abs=8)


def test_requests_that_fail_do_not_make_the_time_left_unknown() -> None:
    sending = Sending(600 * MB)
    for _ in range(20):
        sending.run(3, MB)
        sending.moved -= MB  # what had gone out of a request that failed
        sending.to_do += MB
        assert sending.run(2, MB).seconds_left is not None or sending.now < 110
    assert sending.shown[-1].seconds_left == pytest.approx(sending.to_do / (0.8 * MB), rel=0.2)


def test_the_time_left_is_not_guessed_in_the_first_seconds() -> None:
    sending = Sending(600 * MB)
    sending.read()
    assert sending.run(3.5, MB).seconds_left is None
    assert sending.run(1, MB).seconds_left == pytest.approx(596, abs=5)


def test_on_a_steady_line_it_counts_down_to_nothing() -> None:
    sending = Sending(120 * MB)
    sending.read()
    for passed in range(1, 121):
        left = sending.run(1, MB).seconds_left
        if passed > 5:
            assert left == pytest.approx(120 - passed, abs=3)


def test_zeros_that_are_left_out_count_as_done() -> None:
    sending = Sending(3000 * MB)
    sending.read()
    shown = sending.run(30, 10 * MB, skipping=40 * MB)
    assert shown.per_second == pytest.approx(10 * MB, rel=0.01)
    assert shown.seconds_left == pytest.approx(30, abs=2)


def seconds_left(sending: Sending) -> list[float]:
    return [each.seconds_left for each in sending.shown if each.seconds_left is not None]


@pytest.mark.parametrize("seed", range(5))
def test_a_line_by_fits_and_starts_does_not_shake_it(seed: int) -> None:
    chance = random.Random(seed)
    sending = Sending(6000 * MB)
    sending.read()
    for _ in range(200):
        sending.run(1, chance.choice([2, 8, 10, 20]) * MB)
    told = seconds_left(sending)
    assert all(b - a < 0.1 * a + 1 for a, b in pairwise(told))
    # Whoever looks again ten seconds later finds it near ten seconds less.
    assert all(abs(a - b - 10) < 0.5 * a + 10 for a, b in zip(told, told[100:], strict=False))


@pytest.mark.parametrize("factor", [0.01, 0.1, 10.0])
def test_it_never_jumps_and_still_gets_there(factor: float) -> None:
    sending = Sending(100_000 * MB)
    sending.run(100, 40 * MB)
    sending.shown.clear()
    sending.run(120, factor * 40 * MB)
    told = seconds_left(sending)
    assert all(a / 1.27 - 3 <= b <= a * 1.27 + 3 for a, b in pairwise(told))
    assert told[-1] == pytest.approx(sending.to_do / (factor * 40 * MB), rel=0.15)


def test_at_the_end_nothing_is_left() -> None:
    sending = Sending(10 * MB)
    sending.read()
    assert sending.run(11, MB).seconds_left == pytest.approx(0, abs=2)


def test_a_connection_between_two_requests_is_in_use() -> None:
    sending = Sending(10 * MB)
    sending.read(connections=6)
    sending.now += 1
    assert sending.read(connections=0).connections == 6
    sending.now += 1.5
    assert sending.read(connections=0).connections == 0


def test_it_keeps_little() -> None:
    sending = Sending(10**12)
    sending.run(600, MB)
    assert len(sending.gauge._pace._samples) < 200
    assert len(sending.gauge._connections) < 30
