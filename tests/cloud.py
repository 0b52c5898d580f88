"""A running practice cloud for whoever tests against real Azurite and the real Azure clients.

Take the fixtures with `from tests.cloud import *` in a conftest.py. The session's cloud is shared: take a container of
your own (`container`), and stop Azurite only in a cloud of your own (`own_practice`).
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from wizard.disk.as_vhd import open_fixed_vhd
from wizard.disk.vhd_footer import fixed_footer
from wizard.messages import msg
from wizard.practice.cloud import PracticeCloud
from wizard.results import StorageAccount
from wizard.services.cloud import Cloud
from wizard.services.connect import practice_cloud
from wizard.tasks import Task
from wizard.transfer.page_blob import PageBlob
from wizard.transfer.upload import Uploaded, upload

__all__ = ["account", "cloud", "container", "own_practice", "practice", "public_account", "task"]

MIB: Final = 1024 * 1024


@pytest.fixture(scope="session")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeCloud]:
    """One practice cloud for all tests of the run."""
    with PracticeCloud(tmp_path_factory.mktemp("practice") / "cloud") as running:
        yield running


@pytest.fixture
def own_practice(tmp_path: Path) -> Iterator[PracticeCloud]:
    """A practice cloud of the test's own, to be stopped and started."""
    with PracticeCloud(tmp_path / "own-cloud") as running:
        yield running


@pytest.fixture(scope="session")
def cloud(practice: PracticeCloud) -> Cloud:
    """The service layer over the session's practice cloud."""
    return connect(practice)


@pytest.fixture(scope="session")
def account(cloud: Cloud) -> StorageAccount:
    """An account with the settings of a new one: no public access."""
    return find_account(cloud, "practiceimages")


@pytest.fixture(scope="session")
def public_account(cloud: Cloud) -> StorageAccount:
    """An account that allows public access."""
    return find_account(cloud, "practicepublic")


@pytest.fixture
def container(cloud: Cloud, account: StorageAccount) -> str:
    """A container of the test's own, private and empty."""
    return new_container(cloud, account)


@pytest.fixture
def task() -> Task:
    """A task that nobody watches."""
    return Task(msg("A test"))


def connect(practice: PracticeCloud) -> Cloud:
    """A service layer over a practice cloud."""
    return practice_cloud(practice.endpoints.management_url, practice.endpoints.token)


def find_account(cloud: Cloud, name: str) -> StorageAccount:
    """The account of that name in whatever subscription."""
    for subscription in cloud.subscriptions():
        for each in cloud.storage_accounts(subscription.id):
            if each.name == name:
                return StorageAccount(each.name, each.subscription, each.resource_group)
    raise LookupError(name)


def new_container(cloud: Cloud, account: StorageAccount) -> str:
    """Make a container with a name that no other test has."""
    name = f"test-{secrets.token_hex(8)}"
    assert cloud.create_container(account, name)
    return name


def write_vhd(
    path: Path, size: int, data: dict[int, bytes] | None = None, *, fill: int = 0, seed: int = 1
) -> Path:
    """A sparse fixed VHD of `size` bytes with these bytes at these places, and `fill` random bytes at the start."""
    with path.open("wb") as file:
        file.write(random.Random(seed).randbytes(fill))
        for offset, content in (data or {}).items():
            file.seek(offset)
            file.write(content)
        file.seek(size)
        file.write(fixed_footer(size).build())
    return path


def send_vhd(path: Path, blob: PageBlob, task: Task | None = None, **how: Any) -> Uploaded:
    """Upload the disk in this file; `how` as of wizard.transfer.upload.upload."""
    with open_fixed_vhd(path) as disk:
        return upload(disk, blob, task or Task(msg("A test")), **how)
