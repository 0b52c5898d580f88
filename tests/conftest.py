"""What holds for every test: no screen, no network beyond this computer, no folder of the person who runs it."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from wizard import redaction

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
    os.environ.pop(name, None)

# A shell that runs the tests in the background ignores Ctrl+C, and programs that tests start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# The machine may be busy: a slow example is no failure. Ours are found again by the printed blob, not by a database.
settings.register_profile(
    "house", deadline=None, database=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", settings.get_profile("house"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own for settings, journeys, logs and the practice cloud."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("IMAGE_WIZARD_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True)
def _no_secret_is_carried_over() -> Iterator[None]:
    """What one test makes a secret ("practice", say) is a plain word again in the next."""
    known = redaction._KNOWN.values
    yield
    redaction._KNOWN.values = known


@pytest.fixture(autouse=True, scope="session")
def _only_this_computer() -> Iterator[None]:
    """A connection to anywhere but this computer fails at once, and says so."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        beyond = self.family in (socket.AF_INET, socket.AF_INET6) and not (
            str(address[0]).startswith("127.") or address[0] in ("localhost", "::1")
        )
        if beyond:
            raise PermissionError(f"a test tried to reach {address[0]}: tests stay on this computer")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield
