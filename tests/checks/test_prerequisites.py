"""The rules of guide section 1, at their exact boundaries."""

from __future__ import annotations

import pytest

from wizard.checks import prerequisites as checks
from wizard.messages import msg
from wizard.services.records import NetworkLook
from wizard.step import Outcome
from wizard.step_parts.host import CliCloud, Computer, Space, Tool

PASSED, WARNING, FAILED, SKIPPED = Outcome.PASSED, Outcome.WARNING, Outcome.FAILED, Outcome.SKIPPED
GIBIBYTE = 2**30


def computer(
    *tools: Tool, windows: bool = True, cloud: CliCloud | None = None, free: int | None = None
) -> Computer:
    return Computer(windows, tools, cloud, None if free is None else Space("/journeys", free))


def look(seconds_off: float | None = 0.0, *, reachable: bool = True, proxy: str | None = None) -> NetworkLook:
    return NetworkLook("https://management.example", reachable, proxy, seconds_off=seconds_off)


@pytest.mark.parametrize(
    ("windows", "where", "outcome"),
    [(True, r"C:\Tool", PASSED), (True, None, WARNING), (False, None, SKIPPED), (False, "/tool", PASSED)],
)
def test_pre_04_certification_tool(windows: bool, where: str | None, outcome: Outcome) -> None:
    found = checks.certification_tool(computer(Tool("certification_tool", where), windows=windows))
    assert found.outcome is outcome
    assert (found.cure is None) is (outcome is PASSED)


def test_other_tools_are_named_and_never_a_problem() -> None:
    found = checks.other_tools(
        computer(
            Tool("azure_cli", "/usr/bin/az"),
            Tool("azure_powershell", "/modules/Az", "12.4.0"),
            Tool("certification_tool", r"C:\Tool"),
        )
    )
    assert found.outcome is PASSED
    assert str(found.reason) == "Found: Azure CLI, Azure PowerShell 12.4.0. The wizard needs none of them."
    assert found.facts["where"] == ["/usr/bin/az", "/modules/Az"]
    assert checks.other_tools(computer()).outcome is PASSED


@pytest.mark.parametrize(
    ("cloud", "outcome"),
    [
        (None, SKIPPED),
        (CliCloud("AzureChinaCloud"), PASSED),
        (CliCloud("Ours", "https://management.chinacloudapi.cn"), PASSED),
        (CliCloud("AzureCloud"), WARNING),
        (CliCloud("azurechinacloud2"), WARNING),
        (CliCloud("Ours", "https://management.azure.com"), WARNING),
    ],
)
def test_pre_05_cloud_of_the_cli(cloud: CliCloud | None, outcome: Outcome) -> None:
    assert checks.cli_cloud(computer(cloud=cloud)).outcome is outcome


@pytest.mark.parametrize(
    ("off", "outcome", "said"),
    [
        (0.0, PASSED, "within 1 second of"),
        (-2.4, PASSED, "within 2 seconds of"),
        (300.0, PASSED, "within 300 seconds of"),
        (-300.0, PASSED, "within 300 seconds of"),
        (300.001, WARNING, "5 minutes ahead of"),
        (-301.0, WARNING, "5 minutes behind"),
        (900.0, WARNING, "15 minutes ahead of"),
        (-900.0, WARNING, "15 minutes behind"),
        (900.001, FAILED, "15 minutes ahead of"),
        (-86400.0, FAILED, "1440 minutes behind"),
    ],
)
def test_pre_11_clock(off: float, outcome: Outcome, said: str) -> None:
    found = checks.clock([look(off)])
    assert found.outcome is outcome
    assert said in str(found.reason)


def test_pre_11_believes_the_quickest_answer() -> None:
    assert checks.clock([look(None), look(400.0), look(20.0)]).outcome is PASSED


def test_pre_11_without_an_answer() -> None:
    assert checks.clock([look(None)]).outcome is SKIPPED
    assert checks.clock([]).outcome is SKIPPED


@pytest.mark.parametrize(
    ("free", "practice", "outcome"),
    [
        (checks.JOURNEY_WISHES, False, PASSED),
        (checks.JOURNEY_WISHES - 1, False, WARNING),
        (checks.JOURNEY_NEEDS, False, WARNING),
        (checks.JOURNEY_NEEDS - 1, False, FAILED),
        (checks.PRACTICE_WISHES, True, PASSED),
        (checks.PRACTICE_WISHES - 1, True, WARNING),
        (checks.PRACTICE_NEEDS, True, WARNING),
        (checks.PRACTICE_NEEDS - 1, True, FAILED),
        (0, False, FAILED),
        (None, True, SKIPPED),
    ],
)
def test_free_disk(free: int | None, practice: bool, outcome: Outcome) -> None:
    assert checks.free_disk(computer(free=free), practice).outcome is outcome


def test_network_answers() -> None:
    found = checks.reachable([look(), look()])
    assert found.outcome is PASSED
    assert str(found.reason) == "2 addresses of the cloud answer"
    assert checks.reachable([]).outcome is SKIPPED


def test_network_that_does_not_answer_says_which_and_why() -> None:
    away = NetworkLook(
        "https://blob.example",
        False,
        None,
        error=msg("The name is not known"),
        cure=msg("Check the name server."),
    )
    found = checks.reachable([look(), away])
    assert found.outcome is FAILED
    assert str(found.reason) == "https://blob.example cannot be reached: The name is not known"
    assert str(found.cure) == "Check the name server."
    silent = checks.reachable([NetworkLook("https://blob.example", False, None)])
    assert "no answer" in str(silent.reason)
    assert silent.cure is not None


def test_proxy_is_named() -> None:
    found = checks.proxy([look(proxy="http://proxy:8080"), look(proxy="http://proxy:8080"), look()])
    assert found.outcome is PASSED
    assert found.facts["proxy"] == ["http://proxy:8080"]
    assert "http://proxy:8080" in str(found.reason)
    assert str(checks.proxy([look()]).reason) == "No proxy is in use"
