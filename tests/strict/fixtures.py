"""The strict server for whoever tests against it; take the fixtures with `from tests.strict.fixtures import *`.

The server is a test's own: it may be broken, paused and stopped at will.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.certificates import make_certificate
from tests.strict.server import StrictServer

__all__ = ["make_strict", "strict", "strict_certificate", "strict_tls"]


@pytest.fixture
def make_strict() -> Iterator[Callable[..., StrictServer]]:
    """Start servers with the arguments of StrictServer; all of them end with the test."""
    with contextlib.ExitStack() as running:
        yield lambda **wishes: running.enter_context(StrictServer(**wishes))


@pytest.fixture
def strict(make_strict: Callable[..., StrictServer]) -> StrictServer:
    """A strict server over plain HTTP. `strict.link("disk.vhd", permissions="rcw")` is a blob's address with a SAS."""
    return make_strict()


@pytest.fixture(scope="session")
def strict_certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 with its key; to be trusted by SSL_CERT_FILE in a process of its own."""
    return make_certificate(tmp_path_factory.mktemp("certificate")).whole


@pytest.fixture
def strict_tls(make_strict: Callable[..., Any], strict_certificate: Path) -> StrictServer:
    """A strict server over TLS."""
    server: StrictServer = make_strict(certificate=strict_certificate)
    return server
