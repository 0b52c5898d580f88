"""The clouds that a command can work in: Azure China by account and key, or the practice cloud on this computer."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wizard.messages import msg
from wizard.settings import Settings
from wizard.step import Step
from wizard.steps import STEPS

if TYPE_CHECKING:
    from wizard.cli.console import Console
    from wizard.services.cloud import Cloud
    from wizard.tasks import TaskPool


@dataclass(frozen=True)
class Ground:
    """What a journey stands on: its cloud and the steps as they are offered there."""

    cloud: Cloud
    steps: tuple[Step, ...] = field(default=STEPS)


@contextlib.contextmanager
def ground(console: Console, pool: TaskPool, settings: Settings, *, practice: bool) -> Iterator[Ground]:
    """The ground for a command; a practice cloud is started, and ended when the command is done."""
    from wizard.services.connect import azure_china, practice_cloud

    if not practice:
        yield Ground(azure_china(settings))
        return
    from wizard.practice.actions import practice_folder, with_practice
    from wizard.practice.cloud import PracticeCloud

    local = PracticeCloud(practice_folder())
    title = msg("Starting the practice cloud on this computer")
    console.note(title)
    try:
        endpoints = console.work(pool, title, lambda _: local.start())
        cloud = practice_cloud(endpoints.management_url, endpoints.token)
        yield Ground(cloud, with_practice(STEPS))
    finally:
        local.stop()
