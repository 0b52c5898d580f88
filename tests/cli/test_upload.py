"""`image-wizard upload`: nothing but a good VHD is sent, nothing is overwritten unasked, and it is read back."""

from __future__ import annotations

import contextlib
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.cloud import write_vhd
from wizard.cli.upload import _journal
from wizard.disk.vhd_footer import fixed_footer
from wizard.errors import WizardError
from wizard.messages import msg
from wizard.practice.sample_dynamic import as_dynamic, dynamic_footer
from wizard.results import StorageAccount
from wizard.services.cloud import Cloud
from wizard.settings import Settings, save_settings
from wizard.tasks import Task
from wizard.transfer.resuming.journal import Journal

MIB = 1024 * 1024


@pytest.fixture
def address(cloud: Cloud, account: StorageAccount, container: str) -> str:
    now = datetime.now(UTC)
    return cloud.sign_container_sas(
        account,
        container,
        "disk.vhd",
        now - timedelta(hours=1),
        now + timedelta(hours=1),
        "rcwl",
        "https,http",
    ).reveal()


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    return write_vhd(tmp_path / "disk.vhd", 64 * MIB, {40 * MIB: b"data" * 1000})


def test_only_data_is_sent_and_all_of_it_is_read_back(command: Command, disk: Path, address: str) -> None:
    run = command("upload", disk, "--to", address, "--json")
    assert run.status == 0, run.err
    assert run.data["sent_bytes"] < MIB
    assert run.outcome("page-ranges") == run.outcome("footer-equal") == run.outcome("VHD-13") == "passed"


def test_it_arrives_also_without_checksums(command: Command, disk: Path, address: str) -> None:
    run = command("upload", disk, "--to", address, "--no-md5", "--compare", "--json")
    assert run.status == 0, run.err
    assert run.outcome("content") == "passed"


def test_another_blob_is_overwritten_only_when_asked(
    command: Command, disk: Path, address: str, tmp_path: Path
) -> None:
    assert command("upload", disk, "--to", address).status == 0
    other = write_vhd(tmp_path / "other.vhd", 64 * MIB, {8 * MIB: b"other" * 1000})
    refused = command("upload", other, "--to", address, "--json")
    assert refused.status == 1
    assert refused.data["error"]["cure"]
    assert command("upload", other, "--to", address, "--overwrite").status == 0


def test_a_file_that_is_no_vhd_is_not_sent(command: Command, address: str, tmp_path: Path) -> None:
    (tmp_path / "notes.vhd").write_bytes(b"not a disk" * 1000)
    run = command("upload", tmp_path / "notes.vhd", "--to", address, "--json")
    assert run.status == 1
    assert run.outcome("VHD-01") == "failed"
    assert "sent_bytes" not in run.data


def test_a_blob_whose_name_breaks_the_rules_is_not_begun(
    command: Command, disk: Path, address: str, cloud: Cloud, account: StorageAccount, container: str
) -> None:
    run = command("upload", disk, "--to", address.replace("disk.vhd", "my%20disk.vhd"), "--lang", "en")
    assert run.status == 1
    assert "Nothing was sent" in run.err
    assert cloud.blob_names(account, container) == []


def test_the_signature_is_never_printed(command: Command, disk: Path, address: str) -> None:
    signature = address.partition("sig=")[2].partition("&")[0]
    run = command("upload", disk, "--to", address)
    assert signature not in run.out + run.err


def test_a_refusal_names_what_support_asks_for(command: Command, disk: Path, address: str) -> None:
    run = command("upload", disk, "--to", address.replace("sig=", "sig=AAAA"))
    assert run.status == 1
    for name in ("HTTP status: 403", "error code: ", "request id: "):
        assert name in run.err


@pytest.mark.parametrize("to", ["nonsense", "https://example.org", "ftp://127.0.0.1/a/b/c.vhd?sig=x"])
def test_an_address_that_is_none_is_refused(command: Command, disk: Path, to: str) -> None:
    run = command("upload", disk, "--to", to, "--json")
    assert run.status == 1
    assert run.data["error"]["cure"]


@pytest.mark.parametrize(
    ("kept", "options", "bytes_per_second"),
    [(0, (), None), (500, (), 512_000), (500, ("--limit", 20), 20_480), (500, ("--limit", 0), None)],
)
def test_the_speed_is_limited_as_asked_for_here_or_in_the_settings(
    command: Command,
    disk: Path,
    monkeypatch: pytest.MonkeyPatch,
    kept: int,
    options: tuple[object, ...],
    bytes_per_second: int | None,
) -> None:
    seen: list[int | None] = []

    def send(_disk: object, _blob: object, task: Task, **_wishes: object) -> None:
        seen.append(task.speed_limit)
        raise WizardError(msg("Enough"), msg("Look."))

    save_settings(Settings(upload_limit=kept))
    monkeypatch.setattr("wizard.cli.upload.send", send)
    link = "http://127.0.0.1:1/practiceimages/vhds/disk.vhd?sv=2021-12-02&sp=rcw&sig=x"
    assert command("upload", disk, "--to", link, *options).status == 1
    assert seen == [bytes_per_second]


@pytest.mark.parametrize("limit", [-1, "fast"])
def test_a_limit_that_is_none_is_refused(command: Command, disk: Path, limit: object) -> None:
    assert command("upload", disk, "--to", "-", "--limit", limit).status == 2


def test_every_byte_is_compared_where_that_is_asked_for(command: Command, disk: Path, address: str) -> None:
    assert command("upload", disk, "--to", address, "--json").outcome("content") == "skipped"
    run = command("upload", disk, "--to", address, "--compare", "--json")
    assert run.status == 0, run.err
    assert (run.data["sent_bytes"], run.outcome("content")) == (0, "passed")


def test_a_dynamic_disk_is_sent_as_it_is_and_slowly_where_that_is_asked_for(
    command: Command, address: str, tmp_path: Path
) -> None:
    path, (size, pieces) = tmp_path / "dynamic.vhd", (32 * MIB, [(4 * MIB, b"data" * 16384)])
    with path.open("wb") as file:
        for piece in as_dynamic(dynamic_footer(fixed_footer(size)), pieces):
            file.seek(piece[0])
            file.write(piece[1])
    started = time.monotonic()
    run = command("upload", path, "--to", address, "--limit", "64", "--compare", "--json")
    assert run.status == 0, run.err
    assert run.outcome("content") == run.outcome("VHD-04") == "passed"
    assert 65536 <= run.data["sent_bytes"] < 2 * 65536
    assert time.monotonic() - started >= 0.5


def test_a_disk_that_may_grow_is_sent_with_zeros_behind_it(
    command: Command, address: str, tmp_path: Path
) -> None:
    path = tmp_path / "disk.img"
    with path.open("wb") as file:
        file.write(b"data" * 1000)
        file.truncate(32 * MIB + 512)
    refused = command("upload", path, "--to", address, "--json")
    assert (refused.status, refused.outcome("VHD-03")) == (1, "failed")
    run = command("upload", path, "--to", address, "--grow", "--compare", "--json")
    assert run.status == 0, run.err
    assert run.outcome("content") == "passed"


def test_an_upload_under_way_in_another_window_is_told(command: Command, disk: Path, address: str) -> None:
    journal = _journal(disk, address.partition("?")[0])
    with contextlib.closing(Journal(journal)):
        run = command("upload", disk, "--to", address, "--lang", "en")
    assert run.status == 1
    assert "already under way on this computer" in run.err
    assert command("upload", disk, "--to", address).status == 0
    assert not journal.exists()
