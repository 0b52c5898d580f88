"""The practice cloud as one object: its folder, its ports, what it remembers and what it leaves behind."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import psutil
import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.mgmt.storage.models import StorageAccountUpdateParameters

from tests.practice.sdk import blobs_of, clients_for
from wizard.errors import WizardError
from wizard.practice import cloud as module
from wizard.practice.azurite import HOST
from wizard.practice.cloud import PracticeCloud, describe
from wizard.practice.sample_state import DIFFICULT, PUBLISHING
from wizard.redaction import MASK, redact


def test_what_was_done_is_there_after_the_next_start(tmp_path: Path) -> None:
    practice = PracticeCloud(tmp_path / "cloud")
    with practice:
        first = practice.endpoints
        with clients_for(first).storage(PUBLISHING) as storage:
            storage.storage_accounts.update(
                "marketplace-images",
                "practiceimages",
                StorageAccountUpdateParameters(allow_blob_public_access=True),
            )
        with blobs_of(first, "practiceimages") as blobs:
            blobs.create_container("vhds")
    with pytest.raises(WizardError, match="not running"):
        _ = practice.endpoints
    with practice:
        second = practice.endpoints
        # Addresses stay; token and keys are new.
        assert (second.management_url, second.blob_port) == (first.management_url, first.blob_port)
        assert second.token != first.token
        assert second.keys["practiceimages"].key1 != first.keys["practiceimages"].key1
        with clients_for(second).storage(PUBLISHING) as storage:
            account = storage.storage_accounts.get_properties("marketplace-images", "practiceimages")
        assert account.allow_blob_public_access
        with blobs_of(second, "practiceimages") as blobs:
            assert [each.name for each in blobs.list_containers()] == ["vhds"]


def test_two_at_once_know_nothing_of_each_other(tmp_path: Path) -> None:
    with PracticeCloud(tmp_path / "cloud") as one, PracticeCloud(tmp_path / "cloud") as other:
        assert (one.folder.name, other.folder.name) == ("cloud", "cloud-2")
        assert one.endpoints.blob_port != other.endpoints.blob_port
        assert one.endpoints.management_url != other.endpoints.management_url
        with blobs_of(one.endpoints, "practiceimages") as blobs:
            blobs.create_container("only-here")
        with blobs_of(other.endpoints, "practiceimages") as blobs:
            assert list(blobs.list_containers()) == []
        mixed = clients_for(one.endpoints)
        with (
            type(mixed)(other.endpoints.management_url, mixed.token).subscriptions() as client,
            pytest.raises(ClientAuthenticationError),
        ):
            list(client.subscriptions.list())


def test_there_is_an_end_to_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_AT_ONCE", 1)
    with (
        PracticeCloud(tmp_path / "cloud"),
        pytest.raises(WizardError, match="Too many practice clouds"),
        PracticeCloud(tmp_path / "cloud"),
    ):
        pass


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    practice = PracticeCloud(tmp_path / "file" / "cloud")
    with pytest.raises(WizardError, match="cannot use the folder"):
        practice.start()
    assert not practice.running


def test_ports_that_others_took_meanwhile_are_replaced(tmp_path: Path) -> None:
    with PracticeCloud(tmp_path / "cloud") as practice:
        ports = practice.endpoints.blob_port, int(practice.endpoints.management_url.rpartition(":")[2])
    with socket.create_server((HOST, ports[0])), socket.create_server((HOST, ports[1])), practice:
        assert practice.endpoints.blob_port not in ports
        assert not practice.endpoints.management_url.endswith(f":{ports[1]}")
        with clients_for(practice.endpoints).subscriptions() as client:
            assert len(list(client.subscriptions.list())) == 2


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"format": 99}', '{"blobs": -1, "management": "x", "format": 1}']
)
def test_damaged_notes_are_begun_anew(tmp_path: Path, content: str) -> None:
    folder = tmp_path / "cloud"
    folder.mkdir()
    for name in ("ports.json", "resource-manager.json"):
        (folder / name).write_text(content, "utf-8")
    with PracticeCloud(folder) as practice:
        assert [each.id for each in practice.endpoints.subscriptions] == [PUBLISHING, DIFFICULT]
        assert len(practice.endpoints.account_names) == 6


def test_nothing_stays_behind(tmp_path: Path) -> None:
    threads, children = set(threading.enumerate()), set(psutil.Process().children(recursive=True))
    practice = PracticeCloud(tmp_path / "cloud")
    for _ in range(3):
        endpoints = practice.start()
        assert practice.start() is endpoints  # twice does nothing
        with clients_for(endpoints).subscriptions() as client:
            list(client.subscriptions.list())
            practice.stop()  # while the client keeps its connection
        for port in (endpoints.blob_port, int(endpoints.management_url.rpartition(":")[2])):
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((HOST, port), timeout=5).close()
    practice.stop()
    deadline = time.monotonic() + 10
    while set(threading.enumerate()) - threads and time.monotonic() < deadline:
        time.sleep(0.02)
    assert set(threading.enumerate()) <= threads
    assert set(psutil.Process().children(recursive=True)) <= children
    assert not (tmp_path / "cloud" / "blobs" / "azurite.pid").exists()


def test_stop_waits_for_a_start_in_another_thread(tmp_path: Path) -> None:
    practice = PracticeCloud(tmp_path / "cloud")
    starting = threading.Thread(target=practice.start)
    starting.start()
    while not (tmp_path / "cloud" / "in-use.lock").exists():
        time.sleep(0.005)
    practice.stop()
    starting.join()
    assert not practice.running


def test_no_secret_is_described_or_stored_unless_asked_for(cloud: PracticeCloud) -> None:
    endpoints = cloud.endpoints
    secrets = [endpoints.token.reveal()]
    secrets += [key.reveal() for keys in endpoints.keys.values() for key in (keys.key1, keys.key2)]
    shown = "\n".join(f"{label} {value}" for label, value in describe(endpoints))
    stored = "".join(
        file.read_text("utf-8", "replace")
        for file in cloud.folder.rglob("*")
        if file.suffix in (".json", ".log", ".pid")
    )
    for secret in secrets:
        assert secret not in shown + stored + repr(endpoints)
        assert secret not in redact(f"it was {secret}.")
    told = {str(label): value for label, value in describe(endpoints, with_secrets=True)}
    assert told["Token for the Resource Manager"] == endpoints.token.reveal()
    assert endpoints.keys["practicelake"].key1.reveal() in told["Connection string of practicelake"]
    assert MASK in redact(told["Connection string of practicelake"])
