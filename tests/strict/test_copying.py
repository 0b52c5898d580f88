"""Copies that stay pending, go on step by step, are aborted, fail, and read their source by its own authorisation."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.strict.conftest import MIB, Said, ask
from tests.strict.server import StrictServer

LENGTH = 16 * MIB


@pytest.fixture
def source(make_strict: Callable[..., StrictServer]) -> StrictServer:
    """Another server with a page blob of 16 MiB, three pieces of data in it."""
    server = make_strict()
    make(server, "disk.vhd")
    blob = server.held()
    for start in (0, 5 * MIB, LENGTH - 512):
        blob.pages.write(start, bytes([start % 251 + 1]) * 512)
    blob.metadata["made_by"] = "me"
    return server


def make(server: StrictServer, name: str, kind: str = "PageBlob", **more: str) -> None:
    headers = {"x-ms-blob-type": kind, "x-ms-blob-content-length": str(LENGTH)}
    assert ask(server.link(name), "PUT", "", headers).status == 201


def copy(server: StrictServer, source: str, **headers: str) -> Said:
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(server.link(), "PUT", "", {"x-ms-copy-source": source} | more)


def progress(server: StrictServer) -> tuple[str, str]:
    head = ask(server.link(), "HEAD").headers
    return head["x-ms-copy-status"], head["x-ms-copy-progress"]


def wait_for(server: StrictServer, wanted: tuple[str, str]) -> None:
    until = time.monotonic() + 10
    while (seen := progress(server)) != wanted:
        assert time.monotonic() < until, seen
        time.sleep(0.005)


def abort(server: StrictServer, copy_id: str) -> Said:
    return ask(server.link(), "PUT", f"comp=copy&copyid={copy_id}", {"x-ms-copy-action": "abort"})


def test_a_copy_is_pending_goes_on_and_succeeds(strict: StrictServer, source: StrictServer) -> None:
    strict.copies.pace.step = LENGTH // 4
    strict.copies.hold()
    link = source.link(permissions="r")
    started = copy(strict, link)
    assert (started.status, started.headers["x-ms-copy-status"]) == (202, "pending")
    assert progress(strict) == ("pending", f"0/{LENGTH}")
    assert ask(strict.link(), "HEAD").headers["x-ms-copy-source"] == source.address()
    strict.copies.let()
    wait_for(strict, ("pending", f"{LENGTH // 4}/{LENGTH}"))
    assert copy(strict, link).code == "PendingCopyOperation"
    page = {"x-ms-page-write": "update", "x-ms-range": "bytes=0-511"}
    assert ask(strict.link(), "PUT", "comp=page", page, bytes(512)).code == "PendingCopyOperation"
    assert ask(strict.link(permissions="d"), "DELETE").code == "PendingCopyOperation"
    strict.copies.let(3)
    wait_for(strict, ("success", f"{LENGTH}/{LENGTH}"))
    assert strict.content() == source.content()
    assert strict.ranges() == source.ranges()
    assert strict.held().metadata == {"made_by": "me"}
    assert "x-ms-copy-completion-time" in ask(strict.link(), "HEAD").headers
    assert abort(strict, started.headers["x-ms-copy-id"]).code == "NoPendingCopyOperation"


def test_aborted_it_leaves_an_empty_blob(strict: StrictServer, source: StrictServer) -> None:
    strict.copies.hold()
    copy_id = copy(strict, source.link(permissions="r")).headers["x-ms-copy-id"]
    assert abort(strict, "00000000-0000-0000-0000-000000000000").code == "CopyIdMismatch"
    assert abort(strict, copy_id).status == 204
    head = ask(strict.link(), "HEAD").headers
    assert (head["x-ms-copy-status"], head["Content-Length"]) == ("aborted", "0")
    assert abort(strict, copy_id).code == "NoPendingCopyOperation"
    strict.copies.let_all()
    assert copy(strict, source.link(permissions="r")).status == 202, "it may be tried again"


def test_it_fails_with_the_servers_reason(strict: StrictServer, source: StrictServer) -> None:
    strict.copies.pace.step, strict.copies.pace.fails_at = LENGTH // 4, LENGTH // 2
    copy(strict, source.link(permissions="r"))
    wait_for(strict, ("failed", f"{LENGTH // 2}/{LENGTH}"))
    assert "Copy failed" in ask(strict.link(), "HEAD").headers["x-ms-copy-status-description"]


def test_it_fails_where_the_source_changes_or_its_link_ends(
    strict: StrictServer, source: StrictServer
) -> None:
    strict.copies.pace.step = MIB
    strict.copies.hold()
    copy(strict, source.link(permissions="r"))
    strict.copies.let()
    wait_for(strict, ("pending", f"{MIB}/{LENGTH}"))
    source.clock.off = 2 * 86_400
    strict.copies.let_all()
    wait_for(strict, ("failed", f"{5 * MIB}/{LENGTH}"))
    assert "403 AuthenticationFailed" in ask(strict.link(), "HEAD").headers["x-ms-copy-status-description"]
    source.clock.off = 0
    strict.copies.hold()
    copy(strict, source.link(permissions="r"))
    strict.copies.let()
    wait_for(strict, ("pending", f"{MIB}/{LENGTH}"))
    source.held().touch(source.clock)
    strict.copies.let_all()
    wait_for(strict, ("failed", f"{5 * MIB}/{LENGTH}"))
    assert "412 ConditionNotMet" in ask(strict.link(), "HEAD").headers["x-ms-copy-status-description"]


def test_the_source_decides_who_may_copy_it(strict: StrictServer, source: StrictServer) -> None:
    for link, status in (
        (source.address(), 404),
        (source.link("missing.vhd"), 404),
        (source.link(permissions="cw"), 403),
        (source.link(permissions="r", ends=timedelta(minutes=-1)), 403),
        (source.link(permissions="r").replace("sig=", "sig=AA"), 403),
        ("http://127.0.0.1:1/a/b/c.vhd", 500),
        ("https://example.org/a/b/c.vhd", 500),
    ):
        answer = copy(strict, link)
        assert (answer.status, answer.code) == (status, "CannotVerifyCopySource"), link
    assert copy(strict, "no address").code == "InvalidHeaderValue"
    assert strict.blob() is None


def test_what_is_there_is_replaced_only_as_it_was_seen(strict: StrictServer, source: StrictServer) -> None:
    link = source.link(permissions="r")
    make(strict, "disk.vhd")
    etag = strict.held().etag
    assert copy(strict, link, If_None_Match="*").code == "BlobAlreadyExists"
    assert copy(strict, link, If_Match='"0x0"').code == "TargetConditionNotMet"
    lease = {"x-ms-lease-action": "acquire", "x-ms-lease-duration": "15"}
    held = ask(strict.link(), "PUT", "comp=lease", lease).headers["x-ms-lease-id"]
    assert copy(strict, link).code == "LeaseIdMissing"
    assert copy(strict, link, x_ms_lease_id=held).code == "InfiniteLeaseDurationRequired"
    strict.clock.move(20)
    assert copy(strict, link, If_Match=etag).status == 202


def test_the_destination_is_of_the_sources_type(strict: StrictServer, source: StrictServer) -> None:
    headers = {"x-ms-blob-type": "BlockBlob"}
    assert ask(source.link("notes.txt"), "PUT", "", headers, b"notes").status == 201
    copy(strict, source.link("notes.txt", permissions="r"))
    wait_for(strict, ("success", "5/5"))
    assert ask(strict.link(), "HEAD").headers["x-ms-blob-type"] == "BlockBlob"
    assert strict.content() == b"notes"
    assert copy(strict, source.link(permissions="r")).code == "InvalidBlobType"
