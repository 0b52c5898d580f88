"""`image-wizard check sas`: verdicts at a given time, the probe, and no signature anywhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.conftest import Command
from tests.cloud import send_vhd, write_vhd
from wizard.results import StorageAccount
from wizard.services.cloud import Cloud
from wizard.tasks import Task

SIGNATURE = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY="
LINK = (
    "https://contosoimages.blob.core.chinacloudapi.cn/vhds/gateway.vhd?sv=2021-12-02&sr=c&sp=rl&spr=https"
    "&st=2026-11-20T00%3A00%3A00Z&se=2026-12-12T00%3A00%3A00Z&sig=" + SIGNATURE.replace("=", "%3D")
)


@pytest.mark.parametrize(
    ("now", "outcome"),
    [("2026-11-21T00:00:00Z", "passed"), ("2026-11-21T00:00:01Z", "failed"), ("2026-11-21", "passed")],
)
def test_three_weeks_are_counted_from_the_given_time(command: Command, now: str, outcome: str) -> None:
    run = command("check", "sas", LINK, "--now", now, "--no-probe", "--json")
    assert run.outcome("SAS-05") == outcome
    assert run.status == (0 if outcome == "passed" else 1)


def test_without_the_probe_the_live_rules_are_skipped(command: Command) -> None:
    run = command("check", "sas", LINK, "--now", "2026-11-21", "--no-probe", "--json")
    assert run.outcome("SAS-11") == "skipped"


@pytest.mark.parametrize("extra", [(), ("--json",), ("--lang", "zh")])
def test_the_signature_is_never_printed(command: Command, extra: tuple[str, ...]) -> None:
    run = command("check", "sas", LINK, "--no-probe", *extra)
    for part in (SIGNATURE, SIGNATURE[:20]):
        assert part not in run.out + run.err


def test_a_time_that_is_none_cannot_be_read(command: Command) -> None:
    run = command("check", "sas", LINK, "--now", "tomorrow", "--json")
    assert run.status == 2
    assert run.data["error"]["what"]


def test_a_link_in_the_practice_cloud_is_proven(
    command: Command, cloud: Cloud, account: StorageAccount, container: str, tmp_path: object, task: Task
) -> None:
    path = write_vhd(tmp_path / "disk.vhd", 32 * 1024 * 1024, fill=100_000)  # type: ignore[operator]
    send_vhd(path, cloud.page_blob(account, container, "disk.vhd"), task)
    now = datetime.now(UTC).replace(microsecond=0)
    uri = cloud.sign_container_sas(
        account, container, "disk.vhd", now - timedelta(days=1), now + timedelta(days=30), "rl", "https,http"
    )
    run = command("check", "sas", uri.reveal(), "--json")
    assert run.status == 0
    assert run.outcome("SAS-11") == "passed"


def test_a_server_that_cannot_be_reached_is_said(command: Command) -> None:
    link = LINK.replace("https://contosoimages.blob.core.chinacloudapi.cn", "http://127.0.0.1:9/account")
    run = command("check", "sas", link, "--now", "2026-11-21", "--json")
    assert run.outcome("SAS-11") != "passed"
