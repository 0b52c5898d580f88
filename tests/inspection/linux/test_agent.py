"""The Azure Linux Agent's configuration read as the agent reads it, and what it left behind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.inspection.memory_tree import Link, files
from wizard.inspection.found.agent import Agent
from wizard.inspection.linux.agent import read_agent
from wizard.results import from_json, to_json

CONFIG = """#
# Microsoft Azure Linux Agent Configuration
#

# Which provisioning agent to use. Supported values are "auto" (default), "waagent",
Provisioning.Agent=auto

# Format if unformatted. If 'n', resource disk will not be mounted.
ResourceDisk.Format=y
ResourceDisk.EnableSwap=n
ResourceDisk.SwapSizeMB=2048    ## NOTE: Set this to your desired size.
HttpProxy.Host=user:secret@proxy

# Enable or disable goal state processing auto-update, default is enabled
# AutoUpdate.Enabled=n
"""


def agent(config: str) -> Agent:
    return read_agent(files({"/etc/waagent.conf": config, "/usr/sbin/waagent": "#!/usr/bin/python3\n"}))


def test_an_agent_as_distributions_ship_it() -> None:
    seen = agent(CONFIG)
    assert (seen.program, seen.config, seen.installed) == ("/usr/sbin/waagent", "/etc/waagent.conf", True)
    assert seen.switch("ResourceDisk.Format")
    assert not seen.switch("ResourceDisk.EnableSwap")
    assert seen.value("ResourceDisk.SwapSizeMB") == "2048"
    assert (seen.value("Provisioning.Agent"), seen.place("Provisioning.Agent").line) == ("auto", 6)
    assert seen.auto_update
    assert seen.updating is None
    assert "secret" not in str(to_json(seen))
    assert from_json(Agent, to_json(seen)) == seen


@pytest.mark.parametrize(
    ("lines", "value", "line"),
    [
        ("AutoUpdate.Enabled=n", "n", 1),
        ("AutoUpdate.Enabled=y\nAutoUpdate.Enabled=n", "n", 2),
        ("AutoUpdate.Enabled=n\nAutoUpdate.Enabled=y", "y", 2),
        ('  AutoUpdate.Enabled = "n" # no', "n", 1),
        ("AutoUpdate.Enabled=n\nAutoUpdate.Enabled=None", "y", None),  # None takes it back to its default
        ("#AutoUpdate.Enabled=n", "y", None),
        (" #AutoUpdate.Enabled=n", "y", None),
        ("AutoUpdate.Enabled", "y", None),
        ("autoupdate.enabled=n", "y", None),
        ("AutoUpdate.Enabled=n\r\n", "n", 1),
    ],
)
def test_the_value_in_force_is_the_agents_own(lines: str, value: str, line: int | None) -> None:
    seen = agent(lines)
    setting = seen.setting("AutoUpdate.Enabled")
    assert seen.value("AutoUpdate.Enabled") == value
    assert (setting.line if setting else None) == line


@pytest.mark.parametrize(
    ("lines", "on"),
    [
        ("Logs.Verbose=n", True),
        ("AutoUpdate.Enabled=n", False),
        ("AutoUpdate.Enabled=N", False),
        ("AutoUpdate.Enabled=no", True),  # neither y nor n: the default
        ("AutoUpdate.Enabled=n\nAutoUpdate.UpdateToLatestVersion=y", True),
        ("AutoUpdate.Enabled=y\nAutoUpdate.UpdateToLatestVersion=n", False),
        ("AutoUpdate.Enabled=n\nAutoUpdate.UpdateToLatestVersion=maybe", False),
    ],
)
def test_automatic_updates(lines: str, on: bool) -> None:
    assert agent(lines).auto_update is on


def test_what_azure_left() -> None:
    left = read_agent(
        files(
            {
                "/usr/sbin/waagent": "",
                "/var/lib/waagent/provisioned": "5C1FB9E5-4A4B-4C4D-8E8F-0A0B0C0D0E0F",
                "/var/lib/waagent/ovf-env.xml": "<xml/>",
                "/var/lib/waagent/1A2B3C.crt": "x",
                "/var/lib/waagent/1A2B3C.prv": "x",
                "/var/lib/waagent/GoalState.1.xml": "x",
                "/var/lib/waagent/Microsoft.Azure.Extensions.CustomScript-2.1.6/config/0.settings": "{}",
                "/var/lib/waagent/WALinuxAgent-2.9.1.1/bin/agent.egg": "x",
                "/var/lib/waagent/disable_agent": "",
                "/var/log/waagent.log": "2026-01-01",
            }
        )
    )
    assert left.state == (
        "/var/lib/waagent/1A2B3C.crt",
        "/var/lib/waagent/1A2B3C.prv",
        "/var/lib/waagent/GoalState.1.xml",
        "/var/lib/waagent/Microsoft.Azure.Extensions.CustomScript-2.1.6",
        "/var/lib/waagent/ovf-env.xml",
        "/var/lib/waagent/provisioned",
    )
    assert left.switched_off == "/var/lib/waagent/disable_agent"
    assert left.logs == ("/var/log/waagent.log",)


def test_the_folder_that_the_configuration_names_is_looked_into() -> None:
    where = {"/etc/waagent.conf": "Lib.Dir=/opt/waagent/\n", "/opt/waagent/provisioned": "x"}
    assert read_agent(files(where)).state == ("/opt/waagent/provisioned",)


@pytest.mark.parametrize(
    "tree",
    [
        {},
        {"/var/lib/waagent": None},
        {"/etc/waagent.conf": Link("/etc/waagent.conf")},
        {"/var/lib/waagent/WALinuxAgent-2.9.1.1/HandlerState": "x", "/var/lib/waagent/events": None},
    ],
)
def test_nothing_is_left_where_nothing_is(tree: dict[str, str | Link | None]) -> None:
    seen = read_agent(files(tree))
    assert (seen.state, seen.installed, seen.logs) == ((), False, ())


@given(some.binary(max_size=2000))
def test_any_configuration_gives_an_answer(content: bytes) -> None:
    seen = read_agent(files({"/etc/waagent.conf": content}))
    assert isinstance(seen.auto_update, bool)
    assert len(seen.settings) <= 20
