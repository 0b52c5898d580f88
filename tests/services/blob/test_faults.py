"""What a bad line and a bad server do to one request, and what an upload is told of it."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import random
import socket
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from tests.cloud import MIB
from tests.services.blob.raw import FOUND, WRITTEN, head, raw_server, whole
from tests.services.scripted import Reply, Scripted
from tests.strict.faults import QUICK, Fault, Kind, Once
from tests.strict.server import StrictServer
from wizard.errors import Cancelled, WizardError
from wizard.redaction import Secret
from wizard.services.blob import connection
from wizard.services.blob.page_blob import OwnPageBlob
from wizard.services.cloud_errors import CloudError
from wizard.services.connect import page_blob_from_url
from wizard.transfer.page_blob import ConflictError, Interrupted

FENCE = 7
SIGNATURE = "c2lnbmF0dXJlIG9mIGEgbGluaw=="
FOUR = random.Random(3).randbytes(4 * MIB)


def at(port: int, scheme: str = "http") -> OwnPageBlob:
    return_to = f"{scheme}://127.0.0.1:{port}/account/vhds/disk.vhd?sp=rw&sig={SIGNATURE}"
    made = page_blob_from_url(Secret(return_to))
    assert isinstance(made, OwnPageBlob)
    return made


def of(strict: StrictServer) -> OwnPageBlob:
    made = page_blob_from_url(Secret(strict.link("disk.vhd")))
    assert isinstance(made, OwnPageBlob)
    made.create(8 * MIB, {}, fence=FENCE, replaces=None)
    return made


BUSY = (Kind.BUSY, Kind.BUSY_WAIT, Kind.TOO_MANY, Kind.REFUSED_EARLY)


@pytest.mark.parametrize("kind", QUICK, ids=lambda kind: kind.name)
@pytest.mark.parametrize("secure", [False, True], ids=["plain", "TLS"])
def test_every_fault_is_interrupted_but_a_connection_closed_after_its_answer(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, secure: bool, kind: Kind
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(request.getfixturevalue("strict_certificate")))
    strict: StrictServer = request.getfixturevalue("strict_tls" if secure else "strict")
    blob = of(strict)
    strict.faults = Once(Fault(kind, wait=7), "PUT", "page", skip=1)
    blob.put_pages(0, FOUR, fence=FENCE)
    with (
        contextlib.suppress(Interrupted) if kind is Kind.CLOSE_IDLE else pytest.raises(Interrupted) as caught
    ):
        blob.put_pages(4 * MIB, FOUR, fence=FENCE)
    if caught is not None:
        # What was said early may be lost where the connection is cut right after it: then it is a lost connection.
        assert caught.value.busy == (kind in BUSY) or kind is Kind.REFUSED_EARLY
        assert caught.value.wait == (7.0 if kind is Kind.BUSY_WAIT else None)
    blob.put_pages(4 * MIB, FOUR, fence=FENCE)
    assert strict.content() == FOUR + FOUR
    assert blob.page_ranges() == [(0, 8 * MIB)]
    blob.close()


@pytest.mark.parametrize("kind", [Kind.CUT_ANSWER, Kind.LOST_ANSWER, Kind.RESET_IN_BODY, Kind.INTERNAL])
def test_reading_is_interrupted_too(strict: StrictServer, kind: Kind) -> None:
    blob = of(strict)
    blob.put_pages(0, FOUR, fence=FENCE)
    blob.close()
    strict.faults = Once(Fault(kind, 0.5), "GET")
    with pytest.raises(Interrupted):
        blob.read(0, 4 * MIB)
    assert blob.read(0, 4 * MIB) == FOUR


@pytest.mark.parametrize("length", [512, 4 * MIB])
def test_a_connection_that_was_closed_while_idle_is_no_failed_try(strict: StrictServer, length: int) -> None:
    blob = of(strict)
    strict.kill_connections()
    blob.put_pages(0, FOUR[:length], fence=FENCE)
    assert strict.content()[:length] == FOUR[:length]


def test_closed_without_a_word_in_the_very_moment_it_is_used_again() -> None:
    taken: list[int] = []

    def serve(made: socket.socket, number: int) -> None:
        if not whole(made):
            return
        taken.append(number)
        made.sendall(WRITTEN)
        if number == 0:  # what is sent now is answered by a reset
            head(made)
            return
        while whole(made):
            taken.append(number)
            made.sendall(WRITTEN)

    with raw_server(serve) as port:
        blob = at(port)
        blob.put_pages(0, bytes(512), fence=FENCE)
        blob.put_pages(0, bytes(512), fence=FENCE)
        assert taken == [0, 1]
        blob.close()


def test_what_may_not_arrive_twice_is_not_sent_twice() -> None:
    heads: list[bytes] = []

    def serve(made: socket.socket, number: int) -> None:
        while first := whole(made):
            heads.append(first)
            if first.startswith(b"PUT"):
                return
            made.sendall(FOUND)

    with raw_server(serve) as port:
        blob = at(port)
        blob.state()
        with pytest.raises(Interrupted):
            blob.create(512, {}, fence=FENCE, replaces=None)
        assert [each[:4] for each in heads] == [b"HEAD", b"PUT "]


def test_one_that_was_idle_for_long_is_not_used_again(
    strict: StrictServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = of(strict)
    blob.state()
    blob.state()
    monkeypatch.setattr(connection, "_LONGEST_IDLE", 0.0)
    blob.state()
    assert [each.connection for each in strict.requests] == [1, 1, 1, 2]


REFUSED = (
    b"HTTP/1.1 403 This request is not authorized\r\nContent-Length: 0\r\nx-ms-version: 2021-12-02\r\n"
    b"x-ms-error-code: AuthorizationPermissionMismatch\r\nConnection: close\r\n\r\n"
)


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "TLS"])
@pytest.mark.parametrize("lingers", [True, False], ids=["and waits", "and ends"])
def test_an_answer_before_the_end_of_the_body_is_read(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, secure: bool, lingers: bool
) -> None:
    from tests.certificates import server_context

    certificate = request.getfixturevalue("strict_certificate")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    done = threading.Event()

    def serve(made: socket.socket, number: int) -> None:
        head(made)
        made.sendall(REFUSED)
        if not lingers:
            made.shutdown(socket.SHUT_WR)
        done.wait(20)  # as servers do: what is closed with unread bytes in it may cut its own last words off

    with raw_server(serve, server_context(certificate) if secure else None) as port:
        blob = at(port, "https" if secure else "http")
        moved: list[int] = []
        with pytest.raises(CloudError, match="link does not allow this"):
            blob.put_pages(0, FOUR, fence=FENCE, moved=moved.append)
        done.set()
        assert sum(moved) <= len(FOUR)


@pytest.mark.parametrize("where", ["body", "answer"])
def test_a_line_that_stalls_is_noticed(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    monkeypatch.setattr(connection, "ANSWER_WITHIN", 0.3)
    done = threading.Event()

    def serve(made: socket.socket, number: int) -> None:
        whole(made) if where == "answer" else head(made)
        done.wait(20)

    with raw_server(serve) as port:
        data = FOUR * 4 if where == "body" else FOUR  # more than the system takes ahead
        with pytest.raises(Interrupted, match="did not answer in time"):
            at(port).put_pages(0, data, fence=FENCE)
        done.set()


def test_a_slow_line_is_no_stalled_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The body takes longer than the time limit: what counts is that it goes on."""
    monkeypatch.setattr(connection, "ANSWER_WITHIN", 1.2)

    def serve(made: socket.socket, number: int) -> None:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        left = 4 * MIB - len(head(made).partition(b"\r\n\r\n")[2])
        while left > 0:
            left -= len(made.recv(96 * 1024))
            time.sleep(0.04)
        made.sendall(WRITTEN)

    with raw_server(serve) as port:
        began = time.monotonic()
        assert at(port).put_pages(0, FOUR, fence=FENCE) == '"0x2"'
        assert time.monotonic() - began > 1.2


def test_what_is_told_of_the_bytes_may_end_the_request(strict: StrictServer) -> None:
    blob = of(strict)

    def stop(_: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        blob.put_pages(0, FOUR, fence=FENCE, moved=stop)
    blob.put_pages(0, FOUR, fence=FENCE)
    assert strict.content()[: 4 * MIB] == FOUR


def test_closing_wakes_whoever_waits(strict: StrictServer) -> None:
    blob = of(strict)
    strict.pause()
    caught: list[BaseException] = []

    def ask() -> None:
        try:
            blob.put_pages(0, FOUR, fence=FENCE)
        except (Interrupted, WizardError) as error:
            caught.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    while not strict.sent("PUT", "page"):
        time.sleep(0.01)
    blob.close()
    thread.join(10)
    assert not thread.is_alive()
    assert [type(each) for each in caught] == [Interrupted]


def test_data_that_arrives_damaged_is_to_be_sent_again(
    strict: StrictServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = of(strict)

    with monkeypatch.context() as patch:
        wrong = SimpleNamespace(md5=lambda _data, **_: hashlib.md5(b"other bytes"))
        patch.setattr("wizard.services.blob.page_blob.hashlib", wrong)
        with pytest.raises(Interrupted, match="Data arrived damaged"):
            blob.put_pages(0, FOUR, fence=FENCE)
    assert strict.ranges() == []


def test_the_checksum_can_be_left_out(strict: StrictServer, monkeypatch: pytest.MonkeyPatch) -> None:
    of(strict)
    blob = page_blob_from_url(Secret(strict.link("disk.vhd", permissions="rcw")), md5=False)

    def never(_data: bytes, **_: object) -> None:
        raise AssertionError("a checksum was made")

    monkeypatch.setattr("wizard.services.blob.page_blob.hashlib", SimpleNamespace(md5=never))
    blob.put_pages(0, FOUR, fence=FENCE)
    assert strict.content()[: len(FOUR)] == FOUR


def test_several_threads_have_a_connection_each_and_keep_it(strict: StrictServer) -> None:
    blob = of(strict)
    problems: list[BaseException] = []

    def send(first: int) -> None:
        try:
            for turn in range(8):
                place = (first * 8 + turn) * 64 * 1024
                blob.put_pages(place, FOUR[place % len(FOUR) :][: 64 * 1024], fence=FENCE)
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not problems
    assert strict.content()[: 4 * MIB] == FOUR
    assert strict.most_connections <= 8
    assert len({each.connection for each in strict.requests}) <= 8


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(302, {"Location": "http://127.0.0.1:9/elsewhere"}), "Something other than the cloud"),
        (Reply(307, {"Location": "/elsewhere"}), "Something other than the cloud"),
        (Reply(200, {}, b"x" * 2000), "Something other than the cloud"),
        (Reply(200, {"x-ms-version": "2021-12-02"}, b"x" * 511), "shorter than expected"),
        (Reply(404, {"Content-Type": "text/html"}, b"<html>" * 100_000), "Something other than the cloud"),
    ],
    ids=["redirect", "redirect that keeps the method", "more than was asked for", "less", "a long page"],
)
def test_answers_that_are_none_of_the_cloud_s(scripted: Scripted, reply: Reply, said: str) -> None:
    scripted.answer = lambda _: reply
    with pytest.raises((CloudError, ConflictError), match=said) as error:
        at(scripted.port).read(0, 512)
    assert len(scripted.asked) == 1, "nothing is followed"
    assert SIGNATURE not in f"{error.value} {error.value.details}"


@pytest.mark.parametrize(
    "answer",
    [b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 1000, b"HTTP/1.1 200 OK\r\nContent-Length: 512\r\n\r\nx", b""],
    ids=["not HTTP", "endless headers", "cut off", "nothing"],
)  # fmt: skip
def test_what_is_no_answer_at_all_is_tried_again(answer: bytes) -> None:
    def serve(made: socket.socket, number: int) -> None:
        whole(made)
        made.sendall(answer)

    with raw_server(serve) as port, pytest.raises(Interrupted) as interrupted:
        at(port).read(0, 512)
    assert SIGNATURE not in repr(interrupted.value) + str(interrupted.value.error.details)


@pytest.mark.parametrize("name", ["a\r\nx-evil: 1", "a\nb"])
def test_no_line_is_smuggled_into_the_head(scripted: Scripted, name: str) -> None:
    blob = at(scripted.port)
    with pytest.raises(ValueError, match="line break"):
        blob.create(512, {name: "1"}, fence=FENCE, replaces=None)
    scripted.answer = lambda _: Reply(201)
    blob.create(512, {"name": "a\r\nx-evil: 1"}, fence=FENCE, replaces=None)
    assert "x-evil" not in {each.lower() for each in scripted.asked[-1].headers}


def test_every_request_says_which_it_is(strict: StrictServer, scripted: Scripted) -> None:
    scripted.answer = lambda _: Reply(200, {"Content-Length": "512"})
    blob = at(scripted.port)
    blob.state()
    blob.state()
    first, second = ({name.lower(): value for name, value in each.headers.items()} for each in scripted.asked)
    assert first["x-ms-version"] == "2021-12-02"
    assert first["x-ms-client-request-id"] != second["x-ms-client-request-id"]
    assert "authorization" not in first
    assert "expect" not in first


def test_the_computer_s_own_trouble_is_told_as_the_way_s(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_: object, **__: object) -> socket.socket:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr("wizard.services.blob.dialling.socket.socket", none_left)
    ask: Callable[[], object] = at(9).state
    with pytest.raises(Interrupted):
        ask()
