"""What goes wrong on purpose does so at the right moment, and by the seed alone."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.house.tools import ROOT
from tests.strict.conftest import MIB, VERSION, Ask, Said, ask, put_page
from tests.strict.faults import STATUS, Fault, Faults, Kind, Once
from tests.strict.server import StrictServer

DATA = bytes(range(256)) * (MIB // 256)
ENDED = (ConnectionError, http.client.HTTPException)


@pytest.mark.parametrize("kind", list(STATUS))
def test_answers_that_refuse_change_nothing(disk: Ask, strict: StrictServer, kind: Kind) -> None:
    strict.faults = Once(kind, "PUT", "page")
    try:
        refused = put_page(disk, 0, DATA)
    except ENDED:
        assert kind is Kind.REFUSED_EARLY, "the body was not read, and the connection is closed"
    else:
        assert refused.status == STATUS[kind]
        assert ("Retry-After" in refused.headers) is (kind is Kind.BUSY_WAIT)
        gateway = kind in (Kind.BAD_GATEWAY, Kind.GATEWAY_TIMEOUT)
        assert ("x-ms-request-id" in refused.headers) is not gateway
    assert strict.ranges() == []
    assert put_page(disk, 0, DATA).status == 201, "only once"
    assert [each.status for each in strict.sent("PUT", "page")] == [STATUS[kind], 201]


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (Kind.RESET_IN_BODY, False),
        (Kind.CLOSE_AFTER, False),
        (Kind.LOST_ANSWER, True),
        (Kind.CUT_ANSWER, True),
    ],
)
@pytest.mark.parametrize("after", [0.0, 0.5, 0.99])
def test_connections_end_and_a_lost_answer_has_taken_effect(
    disk: Ask, strict: StrictServer, kind: Kind, written: bool, after: float
) -> None:
    strict.faults = Once(Fault(kind, after), "PUT", "page")
    with pytest.raises(ENDED):
        put_page(disk, 0, DATA)
    assert bool(strict.ranges()) is written
    log = strict.sent("PUT", "page")
    assert [(each.status, each.fault) for each in log] == [(0, kind)]


def test_over_tls_connections_are_reset_too(strict_tls: StrictServer) -> None:
    trust = str(strict_tls.certificate)
    headers = {"x-ms-blob-type": "PageBlob", "x-ms-blob-content-length": str(MIB)}
    for kind in (Kind.RESET_IN_BODY, Kind.LOST_ANSWER):
        strict_tls.faults = Once(kind)
        with pytest.raises((*ENDED, OSError)):
            ask(strict_tls.link(), "PUT", "", headers, trust=trust)
    # Python takes a reset under TLS for the end of the headers: the answer looks whole, but lacks its last ones.
    strict_tls.faults = Once(Fault(Kind.CUT_ANSWER, 0.5))
    try:
        assert "ETag" not in ask(strict_tls.link(), "PUT", "", headers, trust=trust).headers
    except (*ENDED, OSError):
        pass
    assert ask(strict_tls.link(), "HEAD", trust=trust).headers["Content-Length"] == str(MIB)


def test_the_rest_of_an_answer_never_comes(disk: Ask, strict: StrictServer) -> None:
    strict.faults = Once(Fault(Kind.CUT_ANSWER, 0.5), "GET")
    with pytest.raises(ENDED):
        disk("GET", "", {"x-ms-range": f"bytes=0-{MIB - 1}"})


def test_a_stall_passes(disk: Ask, strict: StrictServer) -> None:
    strict.faults = Once(Fault(Kind.STALL, seconds=0.2), "PUT", "page")
    assert put_page(disk, 0, DATA).status == 201
    assert strict.sent("PUT", "page")[0].seconds >= 0.2


def test_a_slow_line_is_slow_for_so_long(disk: Ask, strict: StrictServer) -> None:
    strict.faults = Once(Fault(Kind.SLOW, seconds=0.3, speed=10_000), "PUT", "page")
    received: list[int] = []
    watched = threading.Thread(target=lambda: (time.sleep(0.25), received.append(strict.received_bytes)))
    watched.start()
    assert put_page(disk, 0, DATA).status == 201
    watched.join()
    assert 0 <= received[0] < 10_000
    assert strict.received_bytes == MIB


def test_a_kept_connection_is_closed_without_a_word(disk: Ask, strict: StrictServer) -> None:
    strict.faults = Once(Kind.CLOSE_IDLE)
    parts = urlsplit(strict.link())
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    target, headers = f"{parts.path}?{parts.query}", {"x-ms-version": VERSION}
    connection.request("HEAD", target, headers=headers)
    answer = connection.getresponse()
    assert (answer.status, answer.will_close) == (200, False)
    answer.read()
    time.sleep(0.05)  # the end has to come before the next request goes out
    with pytest.raises(ENDED):
        again(connection, target)
    connection.close()


def again(connection: http.client.HTTPConnection, target: str) -> None:
    """Ask once more on the same connection, and not on a new one."""
    connection.auto_open = 0
    connection.request("HEAD", target, headers={"x-ms-version": VERSION})
    connection.getresponse().read()


def outcome(to: Ask) -> object:
    try:
        answer: Said = put_page(to, 0, DATA[:512])
    except ENDED:
        return "ended"
    return answer.status


def test_the_same_seed_fails_the_same_requests(
    make_strict: Callable[..., StrictServer],
) -> None:
    def run(seed: int) -> list[object]:
        server = make_strict()
        headers = {"x-ms-blob-type": "PageBlob", "x-ms-blob-content-length": str(MIB)}
        ask(server.link(), "PUT", "", headers)
        server.faults = Faults(seed, 0.5, [each for each in Kind if each not in (Kind.STALL, Kind.SLOW)])
        link = server.link()
        return [outcome(lambda *what, **how: ask(link, *what, **how)) for _ in range(30)]

    first = run(1)
    assert first == run(1)
    assert first != run(2)
    assert len({str(each) for each in first}) > 4


def test_every_tenth_request_fails() -> None:
    from email.message import Message

    from tests.strict.asking import Asked

    faults = Faults(11, 0.1)
    met = [faults(Asked(number, 1, "PUT", "/", {}, Message())) for number in range(10_000)]
    assert 900 < sum(each is not None for each in met) < 1100
    assert {each.kind for each in met if each} == set(Kind)
    assert eval(repr(faults)).met == []


def test_paused_nothing_goes_on(disk: Ask, strict: StrictServer) -> None:
    strict.pause()
    answers: list[Said] = []
    asking = threading.Thread(target=lambda: answers.append(put_page(disk, 0, DATA)))
    asking.start()
    asking.join(0.2)
    assert asking.is_alive()
    assert strict.ranges() == []
    strict.resume()
    asking.join(10)
    assert answers[0].status == 201


def test_all_connections_are_killed_at_once(disk: Ask, strict: StrictServer) -> None:
    parts = urlsplit(strict.link())
    connections = [http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10) for _ in range(3)]
    for each in connections:
        each.request("HEAD", f"{parts.path}?{parts.query}", headers={"x-ms-version": VERSION})
        each.getresponse().read()
    assert strict.most_connections >= 3
    strict.kill_connections()
    for each in connections:
        with pytest.raises(ENDED):
            again(each, f"{parts.path}?{parts.query}")
        each.close()
    assert disk("HEAD").status == 200


def test_as_a_process_of_its_own() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.strict", "--rate", "1", "--kinds", "CLOSE_IDLE"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        hello = json.loads(process.stdout.readline())
        headers = {"x-ms-blob-type": "PageBlob", "x-ms-blob-content-length": "1024"}
        page = {"x-ms-page-write": "update", "x-ms-range": "bytes=512-1023"}
        assert ask(hello["link"], "PUT", "", headers).status == 201
        assert ask(hello["link"], "PUT", "comp=page", page, bytes(512)).status == 201
        said = process.communicate("")[0]
    seen = json.loads(said)
    assert (seen["requests"], seen["ranges"], seen["faults"]) == (2, [[512, 512]], 2)
    assert process.returncode == 0
