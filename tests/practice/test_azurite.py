"""Azurite as a child process: it starts, keeps its data, and never stays behind."""

from __future__ import annotations

import base64
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from azure.core.exceptions import HttpResponseError
from azure.storage.blob import BlobServiceClient

from wizard.errors import WizardError
from wizard.practice import azurite as module
from wizard.practice.azurite import HOST, AccountKeys, Azurite
from wizard.practice.processes import is_alive
from wizard.redaction import Secret

KEY = base64.b64encode(bytes(range(64))).decode()


def keys(key1: str = KEY) -> dict[str, AccountKeys]:
    return {
        "practiceimages": AccountKeys(
            Secret(key1), Secret(base64.b64encode(secrets.token_bytes(64)).decode())
        )
    }


def client(endpoint: str, key: str = KEY) -> BlobServiceClient:
    return BlobServiceClient(endpoint, credential=key, retry_total=0)


def store(server: Azurite, text: bytes) -> None:
    with client(server.endpoint("practiceimages")) as blobs:
        blobs.create_container("kept").upload_blob("note", text)


def stored(server: Azurite) -> bytes:
    with client(server.endpoint("practiceimages")) as blobs:
        return blobs.get_blob_client("kept", "note").download_blob().readall()


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 30
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(pid)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Azurite]:
    azurite = Azurite(tmp_path, keys())
    yield azurite
    azurite.stop()


def test_a_folder_may_be_given_from_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    server = Azurite(Path("here"), keys())
    try:
        server.start()
        store(server, b"before")
        monkeypatch.chdir(tmp_path.anchor)
        assert server.log_file == tmp_path / "here" / "azurite.log"
    finally:
        server.stop()
    assert not (tmp_path / "here" / "here").exists()
    assert not (tmp_path / "here" / "azurite.pid").exists()


def test_data_stays_over_stop_and_start_on_the_same_port(server: Azurite) -> None:
    server.start()
    port, pid = server.port, server.pid
    store(server, b"before")
    server.stop()
    assert pid is not None
    assert not is_alive(pid)
    assert (server.running, server.pid) == (False, None)
    server.stop()  # once more does nothing
    server.start()
    assert server.port == port
    assert stored(server) == b"before"
    assert server.pid != pid


def test_a_clean_end_while_a_client_keeps_its_connection(server: Azurite) -> None:
    server.start()
    with (
        socket.create_connection((HOST, server.port)) as held,
        client(server.endpoint("practiceimages")) as blobs,
    ):
        held.sendall(b"GET / HTTP/1.1\r\n")  # half a request
        blobs.create_container("kept").upload_blob("note", b"written just before")
        server.stop()
    server.start()
    assert stored(server) == b"written just before"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot hold a process still")
def test_one_that_does_not_end_is_ended_by_force(monkeypatch: pytest.MonkeyPatch, server: Azurite) -> None:
    monkeypatch.setattr(module, "CLEAN_END_WITHIN", 0.2)
    server.start()
    server.start()  # once more does nothing
    pid = server.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    server.stop()
    assert not is_alive(pid)
    server.start()
    assert server.running


def test_it_starts_again_after_a_power_cut(server: Azurite) -> None:
    server.start()
    server.kill()
    assert not server.running
    server.start()
    store(server, b"after")
    assert stored(server) == b"after"


def test_it_knows_only_todays_keys(server: Azurite) -> None:
    server.start()
    other = base64.b64encode(bytes(64)).decode()
    with (
        client(server.endpoint("practiceimages"), other) as blobs,
        pytest.raises(HttpResponseError, match="AuthorizationFailure"),
    ):
        list(blobs.list_containers())
    assert KEY not in server.log_file.read_text("utf-8")


def test_a_port_in_use_is_avoided_at_first_and_reported_later(tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as other:
        taken = other.getsockname()[1]
        server = Azurite(tmp_path, keys(), port=taken)
        server.start()
        try:
            assert server.port not in (0, taken)
        finally:
            server.stop()
    with socket.create_server((HOST, server.port)), pytest.raises(WizardError, match=str(server.port)):
        server.start()
    assert not server.running


def test_damaged_data_is_said_with_the_folder_to_delete(server: Azurite, tmp_path: Path) -> None:
    server.start()
    server.stop()
    (tmp_path / "__azurite_db_blob__.json").write_text("{", "utf-8")
    with pytest.raises(WizardError, match="did not start") as caught:
        server.start()
    assert str(tmp_path) in str(caught.value.cure)
    assert "JSON" in caught.value.details["output"]
    assert not server.running


@pytest.mark.parametrize(
    ("name", "missing"), [("Azurite", "installed_azurite"), ("Node.js", "installed_node")]
)
def test_where_it_is_not_installed_the_cure_is_set_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, missing: str
) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(WizardError, match=name.replace(".", r"\.")) as caught:
        getattr(module, missing)()
    assert "python3 dev.py setup" in str(caught.value.cure)
    with pytest.raises(WizardError):
        Azurite(tmp_path / "data", keys()).start()
    assert not (tmp_path / "data").exists()


def test_foreign_settings_of_node_and_azurite_do_no_harm(
    monkeypatch: pytest.MonkeyPatch, server: Azurite, tmp_path: Path
) -> None:
    monkeypatch.setenv("NODE_OPTIONS", "--require=nothing-of-that-name")
    monkeypatch.setenv("AZURITE_DB", "mariadb://nowhere")
    monkeypatch.setenv("AZURITE_ACCOUNTS", f"practiceimages:{base64.b64encode(bytes(64)).decode()}")
    server.start()
    store(server, b"as always")
    assert stored(server) == b"as always"


def test_its_folder_may_have_any_name(tmp_path: Path) -> None:
    server = Azurite(tmp_path / "张三 的文件夹 & Co", keys())
    server.start()
    try:
        store(server, b"here")
    finally:
        server.stop()
    assert server.log_file.is_file()
    assert (server.log_file.parent / "__azurite_db_blob__.json").is_file()


def test_the_log_is_bounded(monkeypatch: pytest.MonkeyPatch, server: Azurite, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "LOG_BYTES", 1000)
    for _ in range(6):
        server.start()
        server.stop()
    sizes = [file.stat().st_size for file in tmp_path.glob("azurite.log*")]
    assert len(sizes) == 2
    assert max(sizes) <= 1000


PARENT = """
import sys, time
from pathlib import Path
from tests.practice.test_azurite import keys, store
from wizard.practice.azurite import Azurite

server = Azurite(Path(sys.argv[1]), keys())
server.start()
store(server, b"written just before the end")
print(server.pid, server.port, flush=True)
time.sleep(600)
"""


def test_it_ends_with_a_killed_program_and_keeps_its_data(server: Azurite, tmp_path: Path) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    with program:
        assert program.stdout is not None
        pid = int(program.stdout.readline().split()[0])
        assert is_alive(pid)
        program.kill()
    # At once, as an impatient person would: it waits for the one that is still writing.
    server.start()
    assert stored(server) == b"written just before the end"
    wait_until_gone(pid)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_it_ends_also_where_a_forked_process_holds_the_pipe(tmp_path: Path) -> None:
    forking = "import os\n" + PARENT.replace("time.sleep(600)", "")
    forking += "child = os.fork()\nprint(child, flush=True) if child else None\ntime.sleep(600)\n"
    program = subprocess.Popen(
        [sys.executable, "-c", forking, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    with program:
        assert program.stdout is not None
        pid, child = int(program.stdout.readline().split()[0]), int(program.stdout.readline())
        try:
            program.kill()
            wait_until_gone(pid)
        finally:
            psutil.Process(child).kill()
