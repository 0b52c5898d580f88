"""The sender: several at once, few in memory, faults that hold nobody up, and an end within a moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial

import pytest

from wizard.errors import Cancelled, WizardError
from wizard.messages import msg
from wizard.transfer.page_blob import Interrupted
from wizard.transfer.ranges import PageRange
from wizard.transfer.sending.connections import MOST, Connections
from wizard.transfer.sending.limit import Limit
from wizard.transfer.sending.line import Line, Patience
from wizard.transfer.sending.sender import AHEAD, Put, Sender

KIB = 1024
LONG = 20.0
Moved = Callable[[int], None]


def ranges(count: int, size: int = 4 * KIB) -> list[PageRange]:
    return [PageRange(number * size, bytes(size)) for number in range(count)]


def nothing() -> None:
    pass


def send_all(sender: Sender, count: int) -> None:
    for pages in ranges(count):
        sender.send(pages)
    sender.finish()


def a_sender(
    put: Put,
    *,
    line: Line | None = None,
    meanwhile: Callable[[], None] = nothing,
    connections: int = 4,
    **more: Limit,
) -> Sender:
    line = line or Line(Patience(first=0.001, longest=0.01))
    fixed = Connections(time.monotonic(), first=connections, most=connections)
    return Sender(put, line, meanwhile, connections=fixed, **more)


def down(*, busy: bool = False) -> Interrupted:
    return Interrupted(WizardError(msg("Down"), msg("Wait.")), busy=busy)


class Server:
    """Takes ranges when it is told to, and counts."""

    def __init__(self) -> None:
        self.lock = threading.Condition()
        self.under_way: set[int] = set()
        self.most_at_once = 0
        self.arrived: list[int] = []
        self.may_go_on = threading.Event()

    def put(self, pages: PageRange, moved: Moved) -> None:
        with self.lock:
            self.under_way.add(pages.start)
            self.most_at_once = max(self.most_at_once, len(self.under_way))
            self.lock.notify_all()
        try:
            assert self.may_go_on.wait(LONG)
            moved(pages.length // 2)
            moved(pages.length - pages.length // 2)
            with self.lock:
                self.arrived.append(pages.start)
        finally:
            with self.lock:
                self.under_way.discard(pages.start)

    def wait_for(self, count: int) -> None:
        with self.lock:
            assert self.lock.wait_for(lambda: len(self.under_way) >= count, LONG)


def test_everything_arrives_once_and_is_counted() -> None:
    server = Server()
    server.may_go_on.set()
    with a_sender(server.put) as sender:
        send_all(sender, 100)
        assert (sender.sent_bytes, sender.moved_bytes) == (400 * KIB, 400 * KIB)
        assert (sender.bytes_on_their_way, sender.connections) == (0, 0)
    assert sorted(server.arrived) == [pages.start for pages in ranges(100)]


@pytest.mark.parametrize("connections", [1, 4, MOST])
def test_so_many_are_on_their_way_at_once_and_so_many_in_memory(connections: int) -> None:
    server = Server()
    taken: list[int] = []

    def feed(sender: Sender) -> None:
        for pages in ranges(40):
            sender.send(pages)
            taken.append(pages.start)
        sender.finish()

    with a_sender(server.put, connections=connections) as sender:
        feeder = threading.Thread(target=feed, args=(sender,))
        feeder.start()
        server.wait_for(connections)
        deadline = time.monotonic() + LONG
        while len(taken) < connections + AHEAD:
            assert time.monotonic() < deadline
            time.sleep(0.001)
        assert sender.connections == connections
        assert sender.bytes_on_their_way == (connections + AHEAD) * 4 * KIB
        assert len(taken) == connections + AHEAD
        server.may_go_on.set()
        feeder.join(LONG)
    assert server.most_at_once == connections
    assert len(server.arrived) == 40


def test_what_is_out_is_counted_before_the_range_has_arrived() -> None:
    half, go_on = threading.Event(), threading.Event()

    def put(pages: PageRange, moved: Moved) -> None:
        moved(KIB)
        half.set()
        assert go_on.wait(LONG)

    with a_sender(put) as sender:
        sender.send(ranges(1)[0])
        assert half.wait(LONG)
        assert (sender.moved_bytes, sender.sent_bytes, sender.bytes_on_their_way) == (KIB, 0, 3 * KIB)
        go_on.set()
        sender.finish()
        assert (sender.moved_bytes, sender.sent_bytes) == (4 * KIB, 4 * KIB)


def test_one_that_is_read_and_then_sent_counts_once() -> None:
    def put(pages: PageRange, moved: Moved) -> None:
        moved(pages.length)
        moved(pages.length)

    with a_sender(put) as sender:
        send_all(sender, 10)
        assert (sender.moved_bytes, sender.sent_bytes, sender.bytes_on_their_way) == (40 * KIB, 40 * KIB, 0)


def test_a_request_that_failed_is_made_again_and_its_bytes_count_once() -> None:
    failed: set[int] = set()

    def put(pages: PageRange, moved: Moved) -> None:
        moved(KIB)
        if pages.start not in failed:
            failed.add(pages.start)
            raise down()
        moved(pages.length - KIB)

    line = Line(Patience(first=0.001, longest=0.01))
    with a_sender(put, line=line) as sender:
        send_all(sender, 20)
        assert (sender.sent_bytes, sender.moved_bytes) == (80 * KIB, 80 * KIB)
    assert line.retries == 20


def test_one_that_fails_does_not_hold_the_others_up() -> None:
    line = Line(Patience(first=60.0, longest=60.0, at_first=1000.0))
    others = threading.Event()
    arrived: list[int] = []

    def put(pages: PageRange, moved: Moved) -> None:
        if pages.start == 0:
            assert others.wait(LONG)
            raise down()
        arrived.append(pages.start)
        if len(arrived) == 1:
            others.set()

    def stop_when_the_others_are_there() -> None:
        if len(arrived) == 30:
            raise Cancelled

    with (
        pytest.raises(Cancelled),
        a_sender(put, line=line, meanwhile=stop_when_the_others_are_there) as sender,
    ):
        send_all(sender, 31)
    assert sorted(arrived) == [pages.start for pages in ranges(31)[1:]]


def test_a_busy_server_gets_fewer_at_once() -> None:
    lock = threading.Lock()
    at_once: list[int] = []
    under_way = [0]
    told_busy = threading.Event()

    def put(pages: PageRange, moved: Moved) -> None:
        with lock:
            under_way[0] += 1
            if told_busy.is_set():
                at_once.append(under_way[0])
        try:
            if pages.start == 10 * 4 * KIB and not told_busy.is_set():
                raise down(busy=True)
            threading.Event().wait(0.002)
        finally:
            with lock:
                under_way[0] -= 1
                if pages.start >= 10 * 4 * KIB:
                    told_busy.set()

    with a_sender(put, connections=4) as sender:
        send_all(sender, 100)
    assert max(at_once[10:]) == 2


def test_a_narrow_limit_takes_one_connection_and_a_lifted_one_all_of_them() -> None:
    limit: list[int | None] = [100_000_000_000]
    server = Server()
    with a_sender(server.put, limit=Limit(lambda: limit[0])) as sender:
        limit[0] = 1
        for pages in ranges(3):
            sender.send(pages)
        server.wait_for(1)
        assert len(server.under_way) == 1
        limit[0] = None
        server.wait_for(3)
        server.may_go_on.set()
        sender.finish()
    assert len(server.arrived) == 3


def test_what_passes_through_an_old_door_is_limited_as_well() -> None:
    """One that does not tell how its bytes go out."""
    taken: list[int] = []

    class Counting(Limit):
        def take(self, count: int, wait: Callable[[float], None]) -> None:
            taken.append(count)

    with a_sender(lambda pages, moved: None, limit=Counting(lambda: None)) as sender:
        send_all(sender, 3)
    assert taken == [4 * KIB] * 3


def test_what_will_not_pass_ends_the_work() -> None:
    def put(pages: PageRange, moved: Moved) -> None:
        raise WizardError(msg("No"), msg("Never."))

    with pytest.raises(WizardError, match="No"), a_sender(put) as sender:
        send_all(sender, 100)


def test_a_wish_to_stop_ends_a_slow_request_at_its_next_step() -> None:
    ended: list[str] = []
    begun = threading.Event()

    def put(pages: PageRange, moved: Moved) -> None:
        begun.set()
        try:
            while True:
                moved(1)
                threading.Event().wait(0.005)
        except Cancelled:
            ended.append("stopped")
            raise

    def stop() -> None:
        if begun.is_set():
            raise Cancelled

    with pytest.raises(Cancelled), a_sender(put, meanwhile=stop) as sender:
        send_all(sender, 4)
    assert ended
    assert all(not thread.is_alive() for thread in sender._threads)


def test_a_wish_to_stop_ends_the_wait_for_a_limit() -> None:
    def stop() -> None:
        if sender.moved_bytes:
            raise Cancelled

    put = partial(_moves, 4 * KIB)
    sender = a_sender(put, meanwhile=stop, limit=Limit(lambda: 1))
    with pytest.raises(Cancelled), sender:
        send_all(sender, 4)
    assert all(not thread.is_alive() for thread in sender._threads)


def _moves(count: int, pages: PageRange, moved: Moved) -> None:
    moved(count)


def test_one_that_hears_nothing_is_not_waited_for() -> None:
    deaf, begun = threading.Event(), threading.Event()

    def put(pages: PageRange, moved: Moved) -> None:
        begun.set()
        deaf.wait(LONG)

    def stop() -> None:
        if begun.is_set():
            raise Cancelled

    started = time.monotonic()
    with pytest.raises(Cancelled), a_sender(put, meanwhile=stop) as sender:
        send_all(sender, 1)
    assert time.monotonic() - started < LONG / 2
    deaf.set()
