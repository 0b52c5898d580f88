"""The practice cloud as one object: Azurite for the blobs, the Resource Manager beside it, in a folder of its own."""

from __future__ import annotations

import base64
import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from filelock import FileLock, Timeout

from wizard.errors import WizardError
from wizard.messages import Message, msg
from wizard.practice.azurite import HOST, AccountKeys, Azurite
from wizard.practice.resource_manager import ResourceManager
from wizard.practice.state import CloudState, Subscription
from wizard.redaction import Secret

MOST_AT_ONCE: Final = 9  # practice clouds beside each other: the folder itself and eight siblings


@dataclass(frozen=True, slots=True)
class PracticeEndpoints:
    """How to reach a running practice cloud. Token and keys are made anew at each start."""

    management_url: str
    blob_port: int
    token: Secret
    subscriptions: tuple[Subscription, ...]
    keys: Mapping[str, AccountKeys]

    @property
    def account_names(self) -> tuple[str, ...]:
        """The storage accounts of all subscriptions."""
        return tuple(self.keys)

    def blob_endpoint(self, account: str) -> str:
        """The account's blob endpoint, without a slash at the end."""
        return f"http://{HOST}:{self.blob_port}/{account}"

    def connection_string(self, account: str) -> Secret:
        """What Azure Storage Explorer, AzCopy's kin and the SDKs take to reach the account's blobs."""
        return Secret(
            f"DefaultEndpointsProtocol=http;AccountName={account};AccountKey={self.keys[account].key1.reveal()};"
            f"BlobEndpoint={self.blob_endpoint(account)};"
        )


class PracticeCloud:
    """Stands in for Azure on this computer; everything it stores lies in `folder`, which can be thrown away.

    Where another practice cloud is using the folder, a sibling is used: folder-2, folder-3, and so on.
    The ports of the last time are used again where they are free, so that addresses in a journey stay true.
    """

    def __init__(self, folder: Path) -> None:
        self._wished_folder = folder
        self._folder = folder
        self._folder_lock: FileLock | None = None
        self._azurite: Azurite | None = None
        self._manager: ResourceManager | None = None
        self._endpoints: PracticeEndpoints | None = None
        self._changing = threading.Lock()  # stop() waits for a start() in another thread

    @property
    def folder(self) -> Path:
        """The folder in use."""
        return self._folder

    @property
    def running(self) -> bool:
        """Whether it was started and not stopped."""
        return self._endpoints is not None

    @property
    def azurite(self) -> Azurite:
        """The blob service, for whoever wants to stop and start it alone."""
        if self._azurite is None:
            raise _not_running()
        return self._azurite

    @property
    def endpoints(self) -> PracticeEndpoints:
        """How to reach it; raises WizardError while it does not run."""
        if self._endpoints is None:
            raise _not_running()
        return self._endpoints

    def start(self) -> PracticeEndpoints:
        """Start both services and return when they answer; raises WizardError. Starting twice does nothing."""
        with self._changing:
            if self._endpoints is None:
                try:
                    self._endpoints = self._start()
                except BaseException:
                    self._stop()
                    raise
            return self._endpoints

    def stop(self) -> None:
        """End both services; what was stored stays in the folder."""
        with self._changing:
            self._stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start(self) -> PracticeEndpoints:
        self._folder, self._folder_lock = _lock_a_folder(self._wished_folder)
        ports = _Ports(self._folder / "ports.json")
        state = CloudState(self._folder / "resource-manager.json")
        keys = {name: AccountKeys(_new_key(), _new_key()) for name in state.account_names}
        token = Secret(secrets.token_urlsafe(32))
        self._azurite = Azurite(self._folder / "blobs", keys, port=ports.blobs)
        self._azurite.start()
        # Azure China offers older interface versions than the SDKs ask for by themselves; whoever forgets it learns it here.
        self._manager = ResourceManager(
            state, keys, self._azurite.endpoint, token, port=ports.management, offered_versions_only=True
        )
        self._manager.start()
        ports.remember(self._azurite.port, self._manager.port)
        return PracticeEndpoints(self._manager.url, self._azurite.port, token, state.subscriptions, keys)

    def _stop(self) -> None:
        self._endpoints = None
        if self._manager is not None:
            self._manager.stop()
        if self._azurite is not None:
            self._azurite.stop()
        if self._folder_lock is not None:
            self._folder_lock.release()
        self._manager = self._azurite = self._folder_lock = None


def describe(endpoints: PracticeEndpoints, *, with_secrets: bool = False) -> tuple[tuple[Message, str], ...]:
    """What to print so that a person can reach the practice cloud: labels and values, in their order.

    `with_secrets` adds the token and the connection strings; ask for it only where the person did.
    """
    lines = [
        (msg("Resource Manager"), endpoints.management_url),
        *((msg("Subscription"), f"{each.name} ({each.id})") for each in endpoints.subscriptions),
        *(
            (msg("Storage account {name}", name=name), endpoints.blob_endpoint(name))
            for name in endpoints.account_names
        ),
    ]
    if with_secrets:
        lines.append((msg("Token for the Resource Manager"), endpoints.token.reveal()))
        lines += (
            (msg("Connection string of {name}", name=name), endpoints.connection_string(name).reveal())
            for name in endpoints.account_names
        )
    return tuple(lines)


class _Ports:
    """The ports of the last time, 0 where there was none."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.blobs = self.management = 0
        try:
            data = json.loads(file.read_text("utf-8"))
            self.blobs, self.management = _port(data["blobs"]), _port(data["management"])
        except (OSError, ValueError, TypeError, KeyError):
            pass  # the first start here, or nothing that can be used

    def remember(self, blobs: int, management: int) -> None:
        self._file.write_text(json.dumps({"blobs": blobs, "management": management}), "utf-8")


def _port(value: object) -> int:
    return value if isinstance(value, int) and 0 < value < 65536 else 0


def _lock_a_folder(wished: Path) -> tuple[Path, FileLock]:
    for number in range(1, MOST_AT_ONCE + 1):
        folder = wished if number == 1 else wished.with_name(f"{wished.name}-{number}")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(folder / "in-use.lock")
            lock.acquire(timeout=0)
        except Timeout:
            continue
        except OSError as error:
            raise WizardError(
                msg("The practice cloud cannot use the folder {folder}", folder=str(folder)),
                msg("Check that the folder may be written to, then start practice again."),
                {"error": str(error)},
            ) from error
        return folder, lock
    raise WizardError(
        msg("Too many practice clouds are running on this computer"),
        msg("Close another window of the wizard that is in practice mode, then try again."),
        {"folder": str(wished)},
    )


def _new_key() -> Secret:
    return Secret(base64.b64encode(secrets.token_bytes(64)).decode())


def _not_running() -> WizardError:
    return WizardError(
        msg("The practice cloud is not running"),
        msg("Start practice again from the welcome page."),
    )
