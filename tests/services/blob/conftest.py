"""Our page-blob client against real Azurite, the strict server and servers that fail on purpose."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from tests.strict.fixtures import *  # noqa: F403
from tests.strict.server import ACCOUNT, StrictServer
from wizard.redaction import Secret
from wizard.results import StorageAccount
from wizard.services.blob.page_blob import OwnPageBlob
from wizard.services.cloud import Cloud
from wizard.services.connect import page_blob_from_url
from wizard.services.endpoints import AZURE_CHINA
from wizard.services.web import Web

KEY = Secret(base64.b64encode(b"k" * 64).decode())


def strict_cloud(server: StrictServer) -> Cloud:
    """The service layer that reaches the strict server's account by its key."""
    cloud = Cloud(AZURE_CHINA, Web(None, direct=True))
    cloud.add_account_key(ACCOUNT, Secret(server.key()), server.endpoint())
    return cloud


@pytest.fixture(params=["Azurite", "strict, by key", "strict, by link"])
def blob(request: pytest.FixtureRequest) -> Iterator[OwnPageBlob]:
    """A blob that is not there yet."""
    if request.param == "Azurite":
        cloud, account = request.getfixturevalue("cloud"), request.getfixturevalue("account")
        made = cloud.page_blob(account, request.getfixturevalue("container"), "ein Ordner/名 a~1%.vhd")
    else:
        server: StrictServer = request.getfixturevalue("strict")
        name = "ein Ordner/名 a~1%.vhd"
        if request.param == "strict, by key":
            made = strict_cloud(server).page_blob(StorageAccount(ACCOUNT), "vhds", name)
        else:
            made = page_blob_from_url(Secret(server.link(name)))
    yield made
    made.close()
