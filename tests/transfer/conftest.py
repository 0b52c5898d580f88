"""These tests run against real Azurite and the strict server, through the real client."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cloud import *  # noqa: F403
from tests.strict.fixtures import *  # noqa: F403
from wizard.redaction import Secret
from wizard.services.connect import page_blob_from_url
from wizard.transfer.page_blob import PageBlob


@pytest.fixture(params=["azurite", "strict"])
def either(request: pytest.FixtureRequest) -> PageBlob:
    """A blob to upload to, in Azurite and in the strict server: what holds in both is likely to hold in Azure."""
    if request.param == "azurite":
        cloud, account = request.getfixturevalue("cloud"), request.getfixturevalue("account")
        blob: PageBlob = cloud.page_blob(account, request.getfixturevalue("container"), "disk.vhd")
        return blob
    strict = request.getfixturevalue("strict")
    link = strict.link("disk.vhd", starts=timedelta(days=-3), ends=timedelta(days=3))
    return page_blob_from_url(Secret(link))
