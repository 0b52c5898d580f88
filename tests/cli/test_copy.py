"""`image-wizard copy`: begun once, followed when it is started again, ended when asked, and secrets are never printed."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.cloud import MIB, write_vhd
from tests.strict.fixtures import *  # noqa: F403
from tests.strict.server import StrictServer
from wizard.redaction import Secret
from wizard.services.connect import page_blob_from_url

SIZE = 32 * MIB


@pytest.fixture
def source(strict: StrictServer, tmp_path: Path) -> str:
    """A link to a VHD in a colleague's account."""
    strict.add_container("built", account="colleague")
    where = {"container": "built", "account": "colleague"}
    content = write_vhd(tmp_path / "disk.vhd", SIZE, {MIB: b"data"}).read_bytes()
    blob = page_blob_from_url(Secret(strict.link("built.vhd", **where)))
    blob.create(len(content), {}, fence=0, replaces=None)
    for start in (MIB, SIZE):
        blob.put_pages(start, content[start : start + 512], fence=0)
    return strict.link("built.vhd", permissions="r", **where)


@pytest.fixture
def target(strict: StrictServer) -> str:
    return strict.link("disk.vhd", permissions="rcw")


def begun(strict: StrictServer) -> int:
    return len([each for each in strict.sent("PUT", "") if each.path.endswith("/vhds/disk.vhd")])


def test_copied_and_compared_with_the_source(
    command: Command, strict: StrictServer, source: str, target: str
) -> None:
    run = command("copy", source, "--to", target, "--json")
    assert run.outcome("as-source") == run.outcome("VHD-01") == run.outcome("VHD-04") == "passed"
    assert run.outcome("VHD-17") == "warning", "the disk is empty, so nothing starts from it"
    assert run.status == 0
    assert run.data["copy_status"] == "success"
    assert strict.held("disk.vhd").pages.length == SIZE + 512


def test_begun_without_waiting_and_followed_later(
    command: Command, strict: StrictServer, source: str, target: str
) -> None:
    strict.copies.hold()
    run = command("copy", source, "--to", target, "--no-wait", "--json")
    assert run.status == 0, run.err
    assert run.data["copy_status"] == "pending"
    assert "start the command again" in run.err
    again = command("copy", source, "--to", target, "--no-wait", "--json")
    assert again.data["copy_id"] == run.data["copy_id"]
    strict.copies.let_all()
    followed = command("copy", source, "--to", target, "--json")
    assert followed.data["copy_id"] == run.data["copy_id"]
    assert followed.outcome("as-source") == "passed"
    assert begun(strict) == 1


def test_followed_without_the_source(
    command: Command, strict: StrictServer, source: str, target: str
) -> None:
    strict.copies.hold()
    command("copy", source, "--to", target, "--no-wait")
    strict.copies.pace.seconds = 0.3
    strict.copies.let_all()
    run = command("copy", "--to", target, "--json")
    assert run.outcome("as-source") == "skipped"
    assert run.outcome("VHD-01") == "passed"
    assert command("copy", "--to", target, "--lang", "en").status == 1, "none is under way any more"


def test_ended_when_asked(command: Command, strict: StrictServer, source: str, target: str) -> None:
    nothing = command("copy", "--to", target, "--abort", "--lang", "en")
    assert nothing.status == 1
    assert "No copy into disk.vhd is under way" in nothing.err
    strict.copies.hold()
    command("copy", source, "--to", target, "--no-wait")
    run = command("copy", "--to", target, "--abort", "--json")
    assert (run.status, run.data["copy_status"]) == (0, "aborted")
    held = strict.held("disk.vhd")
    assert held.copy is not None
    assert held.copy.status == "aborted"


def test_another_blob_is_overwritten_only_when_asked(
    command: Command, strict: StrictServer, source: str, target: str
) -> None:
    page_blob_from_url(Secret(target)).create(MIB, {}, fence=0, replaces=None)
    refused = command("copy", source, "--to", target, "--json")
    assert refused.status == 1
    assert "already" in refused.data["error"]["what"]
    run = command("copy", source, "--to", target, "--overwrite", "--json")
    assert run.outcome("as-source") == "passed"


def test_both_addresses_may_be_read(
    command: Command, source: str, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{source}\n{target}\n"))
    run = command("copy", "-", "--to", "-", "--json")
    assert run.outcome("as-source") == "passed"


def test_signatures_are_never_printed(
    command: Command, strict: StrictServer, source: str, target: str
) -> None:
    strict.copies.hold()
    said = ""
    for words in ((source, "--no-wait"), ("--abort",), (source.replace("sig=", "sig=AAAA"),)):
        run = command("copy", *words, "--to", target)
        said += run.out + run.err
    for address in (source, target):
        assert address.partition("sig=")[2].partition("&")[0] not in said


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("https://a.invalid/b/c.vhd",), 2),
        (("--abort",), 2),
        (("x", "--to", "y", "--abort"), 2),
        (("--to", "y", "--abort", "--no-wait"), 2),
        (("--to", "nonsense"), 1),
        (("nonsense", "--to", "http://127.0.0.1:1/account/vhds/a.vhd?sig=x"), 1),
        (("https://a.invalid/b/c.vhd", "--to", "http://127.0.0.1:1/account/vhds/a%20b.vhd?sig=x"), 1),
    ],
)
def test_what_cannot_be_done_says_what_to_do(command: Command, words: tuple[str, ...], status: int) -> None:
    run = command("copy", *words, "--json")
    assert run.status == status
    assert run.data["error"]["cure"]


def test_a_source_that_refuses_says_why(
    command: Command, strict: StrictServer, source: str, target: str
) -> None:
    run = command("copy", source.partition("?")[0], "--to", target, "--lang", "en")
    assert run.status == 1
    assert "its address has no signature" in run.err
    assert strict.blob("disk.vhd") is None
