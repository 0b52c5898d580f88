"""The limit of speed: kept by all connections together, smooth, and heard at once when it changes."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from wizard.errors import Cancelled
from wizard.transfer.sending.limit import Limit

KB = 1000


class Way:
    """A limit with a clock that moves only when somebody waits."""

    def __init__(self, per_second: int | None) -> None:
        self.per_second = per_second
        self.now = 500.0
        self.limit = Limit(lambda: self.per_second, now=lambda: self.now)
        self.changes: dict[float, int | None] = {}

    def wait(self, seconds: float) -> None:
        self.now += seconds
        for when in [each for each in self.changes if self.now >= 500 + each]:
            self.per_second = self.changes.pop(when)

    def send(self, size: int, by: int) -> float:
        """Send so many bytes in pieces; returns the seconds it took."""
        before = self.now
        for _ in range(size // by):
            self.limit.take(by, self.wait)
        return self.now - before


@pytest.mark.parametrize("per_second", [10 * KB, 50 * KB, 1000 * KB, 100_000 * KB])
@pytest.mark.parametrize("piece", [8 * 1024, 64 * 1024, 256 * 1024])
def test_the_rate_is_kept(per_second: int, piece: int) -> None:
    way = Way(per_second)
    size = max(20 * per_second // piece, 20) * piece
    assert size / way.send(size, piece) == pytest.approx(per_second, rel=0.05)


@pytest.mark.parametrize("per_second", [None, 0])
def test_without_a_limit_nobody_waits(per_second: int | None) -> None:
    assert Way(per_second).send(100_000 * KB, 64 * KB) == 0


def test_it_goes_out_evenly() -> None:
    way = Way(50 * KB)
    way.send(100 * KB, 8 * KB)
    by_second: dict[int, int] = {}
    while way.now < 530:
        way.limit.take(8 * KB, way.wait)
        by_second[int(way.now)] = by_second.get(int(way.now), 0) + 8 * KB
    seconds = list(by_second.values())[1:-1]
    assert len(seconds) > 20
    assert all(40 * KB <= each <= 60 * KB for each in seconds)


def test_a_quiet_while_saves_up_no_more_than_a_quarter_of_a_second() -> None:
    way = Way(100 * KB)
    way.send(100 * KB, 10 * KB)
    way.now += 3600
    assert way.send(100 * KB, 10 * KB) == pytest.approx(0.75, abs=0.05)


@pytest.mark.parametrize(("becomes", "takes"), [(None, 5.1), (0, 5.1), (1000 * KB, 5.2), (5 * KB, 5 + 50)])
def test_a_change_is_heard_while_it_waits(becomes: int | None, takes: float) -> None:
    way = Way(50 * KB)
    way.changes[5.0] = becomes
    assert way.send(500 * KB, 500 * KB) == pytest.approx(takes, abs=1.0)


def test_a_limit_set_later_counts_from_then_on() -> None:
    way = Way(None)
    way.send(10_000 * KB, 100 * KB)
    way.per_second = 100 * KB
    assert way.send(100 * KB, 10 * KB) == pytest.approx(1.0, abs=0.3)


def test_all_connections_share_it() -> None:
    way = Way(100 * KB)
    lock = threading.Lock()
    limit = way.limit

    def wait(seconds: float) -> None:
        with lock:
            way.now += seconds / 4  # four wait at the same time

    threads = [
        threading.Thread(target=lambda: [limit.take(5 * KB, wait) for _ in range(20)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert way.now - 500 >= 4 * 100 * KB / (100 * KB) - 0.3


def test_whoever_waits_may_be_called_away() -> None:
    way = Way(1)

    def wait(_seconds: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        way.limit.take(1000, wait)


@pytest.mark.parametrize(
    ("per_second", "connections"),
    [(None, None), (0, None), (1, 1), (50 * KB, 1), (300 * 1024, 2), (100_000 * KB, 762)],
)
def test_a_narrow_limit_needs_few_connections(per_second: int | None, connections: int | None) -> None:
    assert Way(per_second).limit.connections == connections


@pytest.fixture
def sink() -> Iterator[tuple[str, int]]:
    """A server that takes everything, on this computer."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            with contextlib.suppress(OSError):
                while True:
                    taken, _ = server.accept()
                    threading.Thread(target=drain, args=(taken,), daemon=True).start()

        def drain(taken: socket.socket) -> None:
            with taken:
                while taken.recv(65536):
                    pass

        threading.Thread(target=take, daemon=True).start()
        yield server.getsockname()


def test_over_real_connections_it_is_kept_within_a_tenth(sink: tuple[str, int]) -> None:
    per_second, each = 1_600_000, 400_000
    limit = Limit(lambda: per_second)
    sleep = threading.Event().wait

    def send() -> None:
        with socket.create_connection(sink) as connection:
            for _ in range(each // 16_000):
                connection.sendall(bytes(16_000))
                limit.take(16_000, lambda seconds: (sleep(seconds), None)[1])

    started = time.monotonic()
    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 4 * each / (time.monotonic() - started) <= 1.1 * per_second
    # How much slower a loaded computer is, is its own affair: the clock of the other tests tells that it wastes nothing.
