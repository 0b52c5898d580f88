"""How many connections: what the line gives, never more than the server takes, and back again slowly."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.transfer.lines import MB, RANGE, SimulatedLine, ride
from wizard.transfer.sending.connections import FIRST, MOST, Connections


def test_small_work_begins_with_four_at_once() -> None:
    assert Connections(0.0).count == FIRST == 4


@pytest.mark.parametrize("each", [30, 3, 0.3])
def test_where_each_connection_is_held_back_there_are_as_many_as_may_be(each: float) -> None:
    line = SimulatedLine(each=each * MB)
    connections, went = ride(line, 60 + 400 / each)
    assert connections.count == MOST
    assert went.counts == sorted(went.counts)


def test_one_more_is_tried_every_couple_of_seconds() -> None:
    _, went = ride(SimulatedLine(each=10 * MB), 20)
    assert went.counts[:2] == [4, 4]
    assert went.counts[6] >= 5
    assert went.counts[-1] == 8


@pytest.mark.parametrize("total", [100, 10, 1])
def test_where_the_line_is_full_more_are_tried_and_given_up(total: float) -> None:
    _, went = ride(SimulatedLine(total=total * MB), 600, seed=3)
    assert max(went.counts) <= 7
    assert went.usual(100, 600) < 5.5
    assert went.arrived > 0.85 * 600 * total * MB


def test_tries_that_bring_nothing_become_rare() -> None:
    _, went = ride(SimulatedLine(total=50 * MB, noise=0.0, overhead=0.0), 600)
    tries = [second for second, (a, b) in enumerate(pairwise(went.counts)) if b > a]
    assert 5 <= len(tries) <= 12
    assert all(b - a >= 55 for a, b in pairwise(tries[4:]))


def test_a_line_that_becomes_wider_is_found_out() -> None:
    connections, _ = ride(SimulatedLine(total=50 * MB, noise=0.0), 100)
    now = 100.0
    for _ in range(2000):  # from now on every connection gets 10 MB/s
        now += RANGE / (10 * MB) / connections.count
        connections.arrived(now - RANGE / (10 * MB), now, RANGE)
    assert connections.count == MOST


@pytest.mark.parametrize("most", [1, 2, 3, 5, 6])
def test_where_the_server_is_busy_above_a_number_it_stays_near_it(most: int) -> None:
    line = SimulatedLine(each=10 * MB, busy_above=most)
    connections, went = ride(line, 300)
    assert connections.count <= most + 1
    assert went.usual(50, 300) <= most + 0.5
    # What could have gone, and a few refusals in all those seconds.
    assert went.arrived > 0.7 * 300 * min(most, MOST) * 10 * MB
    assert went.refused < 300 * 0.6


@pytest.mark.parametrize("count", range(1, 9))
def test_a_busy_answer_halves_them_once(count: int) -> None:
    connections = Connections(0.0, first=count)
    for _ in range(count):  # all of them get it at the same moment
        connections.failed(1.0, busy=True)
    assert connections.count == max(1, count // 2)


def test_as_long_as_it_is_busy_they_become_fewer_until_one_is_left() -> None:
    connections = Connections(0.0, first=8)
    counts = []
    for second in range(10):
        connections.failed(float(second), busy=True)
        counts.append(connections.count)
    assert counts == [4, 4, 2, 2, 1, 1, 1, 1, 1, 1]


def test_after_a_busy_moment_they_come_back_slowly() -> None:
    connections = Connections(0.0, first=8)
    connections.failed(10.0, busy=True)
    now, first_more = 10.0, None
    counts = []
    while now < 40:
        now += RANGE / (10 * MB) / connections.count
        connections.arrived(now - RANGE / (10 * MB), now, RANGE)
        if first_more is None and connections.count > 4:
            first_more = now
        counts.append(connections.count)
    assert first_more is not None
    assert 3.0 <= first_more - 10.0 <= 5.0
    assert counts == sorted(counts)
    assert counts[-1] == 8


@pytest.mark.parametrize("seed", range(5))
def test_faults_now_and_then_leave_enough_of_them(seed: int) -> None:
    """A tenth of the requests fail, a third of those because the server says that it is busy."""
    line = SimulatedLine(each=10 * MB, busy_share=0.03, lost_share=0.07)
    _, went = ride(line, 300, seed=seed)
    assert went.usual(30, 300) > 2
    assert went.arrived > 300 * 18 * MB


def test_single_lost_connections_change_nothing() -> None:
    connections = Connections(0.0)
    for number in range(200):
        now = number * 0.1
        if number % 10 == 9:
            connections.failed(now, busy=False)
        else:
            connections.arrived(now - 0.4, now, RANGE)
    assert connections.count >= 4


def test_many_lost_connections_make_them_fewer_one_by_one() -> None:
    connections = Connections(0.0)
    counts = []
    for number in range(100):
        connections.failed(number * 0.1, busy=False)
        counts.append(connections.count)
    assert counts == sorted(counts, reverse=True)
    assert all(a - b <= 1 for a, b in pairwise(counts))
    assert counts[19] == 4
    assert counts[-1] == 1


def test_a_connection_without_work_spoils_the_measurement() -> None:
    connections = Connections(0.0)
    now = 0.0
    for _ in range(500):
        now += 0.1
        connections.arrived(now - 0.4, now, RANGE)
        connections.starved(now)
    assert connections.count == FIRST


def test_no_more_than_asked_for() -> None:
    connections, went = ride(SimulatedLine(each=10 * MB), 60, most=2)
    assert (connections.count, max(went.counts)) == (2, 2)
