"""A running practice cloud for the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.practice.sdk import Clients, clients_for
from wizard.practice.cloud import PracticeCloud


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeCloud]:
    with PracticeCloud(tmp_path_factory.mktemp("practice") / "cloud") as running:
        yield running


@pytest.fixture
def clients(cloud: PracticeCloud) -> Clients:
    return clients_for(cloud.endpoints)
