"""Acceptance tests walk as a person does: through commands, whole journeys and the window, against a real Azurite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.azure_china import AzureChina, azure_china
from tests.cli.conftest import command  # noqa: F401
from tests.cloud import *  # noqa: F403


@pytest.fixture
def china(tmp_path: Path) -> Iterator[AzureChina]:
    """Azure China with one storage account, reached by its name and key."""
    with azure_china(tmp_path / "china") as running:
        yield running
