"""LIN-03 and LIN-20 to LIN-22: the agent, cloud-init, and what a generalised image no longer has."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.inspection.memory_tree import files
from wizard.checks.linux import agent as agent_rules
from wizard.checks.linux import cloud_init as cloud_init_rules
from wizard.checks.linux import generalised
from wizard.inspection.found.agent import Agent, Setting
from wizard.inspection.found.cloud_init import CloudInit
from wizard.inspection.found.identity import Identity
from wizard.inspection.found.inside import Inside, Unread, Why
from wizard.inspection.linux.agent import read_agent
from wizard.step import Finding
from wizard.where import Where

JUDGES = {each.rule: each for each in (*agent_rules.CHECKS, *generalised.CHECKS, *cloud_init_rules.CHECKS)}
CONFIG = "/etc/waagent.conf"
CLEAN = Identity("localhost.localdomain", Where("/etc/hostname", 1), "empty")


def agent(*settings: Setting, **more: object) -> Agent:
    return Agent("/usr/sbin/waagent", CONFIG, settings, **more)


def judged(rule: str, **chapters: object) -> Finding:
    return JUDGES[rule].finding(inside=Inside(system="linux", **chapters))


@pytest.mark.parametrize("rule", JUDGES)
def test_what_was_not_read_is_skipped(rule: str) -> None:
    assert JUDGES[rule].finding(inside=Inside(unread=(Unread("", Why.CRASHED.value),))).outcome == "skipped"


@pytest.mark.parametrize(
    ("record", "outcome", "commands"),
    [
        (agent(), "passed", 0),
        (agent(Setting("AutoUpdate.Enabled", "y", 9)), "passed", 0),
        (agent(Setting("AutoUpdate.Enabled", "n", 9)), "warning", 1),
        (agent(Setting("AutoUpdate.Enabled", "N", 9)), "warning", 1),
        (agent(Setting("AutoUpdate.Enabled", "never", 9)), "passed", 0),
        (agent(Setting("AutoUpdate.UpdateToLatestVersion", "n", 9)), "warning", 1),
        (
            agent(Setting("AutoUpdate.Enabled", "n", 8), Setting("AutoUpdate.UpdateToLatestVersion", "y", 9)),
            "warning",
            1,
        ),
        (
            agent(Setting("AutoUpdate.Enabled", "n", 8), Setting("AutoUpdate.UpdateToLatestVersion", "n", 9)),
            "warning",
            2,
        ),
        (Agent("/usr/sbin/waagent"), "warning", 0),
        (Agent(), "skipped", 0),
    ],
)
def test_lin_03(record: Agent, outcome: str, commands: int) -> None:
    finding = judged("LIN-03", agent=record)
    assert (finding.outcome, len(finding.commands)) == (outcome, commands)
    if commands == 1:
        assert all(place.path == CONFIG and place.line for place in finding.seen_at)


def test_the_cure_of_lin_03_makes_it_pass(tmp_path: Path) -> None:
    text = (
        'Logs.Verbose=n\nAutoUpdate.Enabled=n\n  AutoUpdate.Enabled = "n"\nAutoUpdate.UpdateToLatestVersion=n'
    )
    tree = {"/usr/sbin/waagent": "", CONFIG: text}
    finding = judged("LIN-03", agent=read_agent(files(tree)))
    config = tmp_path / "waagent.conf"
    config.write_text(text, encoding="utf-8")
    for line in (*finding.commands, *finding.commands):
        subprocess.run(["sh", "-ec", line.replace(CONFIG, str(config))], check=True)
    cured = config.read_text(encoding="utf-8")
    assert cured == "Logs.Verbose=n\nAutoUpdate.UpdateToLatestVersion=y\nAutoUpdate.Enabled=y\n"
    assert judged("LIN-03", agent=read_agent(files({**tree, CONFIG: cured}))).outcome == "passed"


STATE = ("/var/lib/waagent/ovf-env.xml", "/var/lib/waagent/provisioned")
USER = Where("/etc/sudoers.d/waagent", 1, "azureuser ALL = (ALL) NOPASSWD: ALL")


@pytest.mark.parametrize(
    ("record", "identity", "outcome", "places"),
    [
        (agent(), CLEAN, "passed", 0),
        (agent(), Identity(), "passed", 0),
        (agent(), Identity("localhost"), "passed", 0),
        (agent(), Identity("LOCALHOST.localdomain"), "passed", 0),
        (Agent(), CLEAN, "passed", 0),
        (agent(state=STATE[1:]), CLEAN, "failed", 1),
        (agent(state=STATE), CLEAN, "failed", 2),
        (agent(switched_off="/var/lib/waagent/disable_agent"), CLEAN, "failed", 1),
        (agent(), Identity(users=(USER,)), "failed", 1),
        (agent(), Identity("build-01", Where("/etc/hostname", 1)), "warning", 1),
        (agent(), Identity(leases=("/var/lib/dhcp/dhclient.leases",)), "warning", 1),
        (agent(), Identity(host_keys=("/etc/ssh/ssh_host_rsa_key",)), "warning", 1),
        (agent(state=STATE), Identity(host_keys=("/etc/ssh/ssh_host_rsa_key",)), "failed", 3),
    ],
)
def test_lin_20(record: Agent, identity: Identity, outcome: str, places: int) -> None:
    finding = judged("LIN-20", agent=record, identity=identity)
    assert (finding.outcome, len(finding.seen_at)) == (outcome, places)
    if outcome != "passed":
        assert finding.commands[-1] == "waagent -force -deprovision+user"


def test_lin_20_cleans_cloud_init_before_it_deprovisions() -> None:
    identity = Identity(leases=("/var/lib/NetworkManager/internal-1-eth0.lease",))
    finding = judged(
        "LIN-20", agent=agent(state=STATE), identity=identity, cloud_init=CloudInit("/usr/bin/cloud-init")
    )
    assert finding.commands == (
        "cloud-init clean --logs",
        "rm -f /var/lib/NetworkManager/internal-1-eth0.lease",
        "waagent -force -deprovision+user",
    )


def test_without_the_agent_nothing_can_deprovision() -> None:
    finding = judged("LIN-20", agent=Agent(), identity=Identity("build-01"))
    assert (finding.outcome, finding.commands) == ("warning", ())
    assert "Install the Azure Linux Agent" in str(finding.cure)


INSTALLED = "/usr/bin/cloud-init"


@pytest.mark.parametrize(
    ("cloud_init", "identity", "outcome", "commands"),
    [
        (CloudInit(INSTALLED), CLEAN, "passed", ()),
        (CloudInit(), CLEAN, "passed", ()),
        (CloudInit(), Identity(machine_id="absent"), "passed", ()),
        (CloudInit(), Identity(machine_id="uninitialized"), "passed", ()),
        (CloudInit(), Identity(machine_id="set"), "warning", (": > /etc/machine-id",)),
        (CloudInit(), Identity(machine_id="other"), "warning", (": > /etc/machine-id",)),
        (
            CloudInit(),
            Identity(dbus_machine_id="/var/lib/dbus/machine-id"),
            "warning",
            ("rm -f /var/lib/dbus/machine-id",),
        ),
        (
            CloudInit(INSTALLED, state=("/var/lib/cloud/instance",), logs=("/var/log/cloud-init.log",)),
            Identity(machine_id="set", dbus_machine_id="/var/lib/dbus/machine-id"),
            "warning",
            (
                "cloud-init clean --logs",
                ": > /etc/machine-id",
                "ln -sf /etc/machine-id /var/lib/dbus/machine-id",
            ),
        ),
        (
            CloudInit(INSTALLED, seed=("/var/lib/cloud/seed/nocloud/user-data",)),
            CLEAN,
            "warning",
            ("rm -f /var/lib/cloud/seed/nocloud/user-data",),
        ),
        (
            CloudInit(logs=("/var/log/cloud-init.log",)),
            CLEAN,
            "warning",
            ("rm -f /var/log/cloud-init.log",),
        ),
    ],
)
def test_lin_21(cloud_init: CloudInit, identity: Identity, outcome: str, commands: tuple[str, ...]) -> None:
    finding = judged("LIN-21", cloud_init=cloud_init, identity=identity)
    assert (finding.outcome, finding.commands) == (outcome, commands)


def cloud(*sources: str, **more: object) -> CloudInit:
    given = {"network_config": False, **more}
    return CloudInit(INSTALLED, sources=sources, **given)


LEAVES = (
    Setting("Provisioning.Agent", "auto", 5),
    Setting("ResourceDisk.Format", "n", 6),
    Setting("ResourceDisk.EnableSwap", "n", 7),
)


@pytest.mark.parametrize(
    ("cloud_init", "record", "outcome"),
    [
        (cloud("Azure"), agent(*LEAVES), "passed"),
        (cloud("Azure", "None"), agent(*LEAVES), "passed"),
        (cloud("Azure", network_config=None, network_off=True), agent(*LEAVES), "passed"),
        (cloud("Azure"), agent(), "passed"),
        (cloud("Azure"), agent(Setting("Provisioning.Agent", "cloud-init", 5)), "passed"),
        (cloud("Azure"), None, "passed"),
        (cloud(), agent(*LEAVES), "warning"),
        (cloud("Azure", "Ec2"), agent(*LEAVES), "warning"),
        (cloud("None"), agent(*LEAVES), "warning"),
        (cloud("Azure", network_config=None), agent(*LEAVES), "warning"),
        (cloud("Azure", network_config=True), agent(*LEAVES), "warning"),
        (cloud("Azure", swap_files=(Where("/etc/cloud/cloud.cfg", 3),)), agent(*LEAVES), "warning"),
        (cloud("Azure", off_at="/etc/cloud/cloud-init.disabled"), agent(*LEAVES), "warning"),
        (cloud("Azure"), agent(Setting("Provisioning.Agent", "waagent", 5)), "warning"),
        (cloud("Azure"), agent(Setting("Provisioning.Agent", "disabled", 5)), "warning"),
        (cloud("Azure"), agent(Setting("ResourceDisk.Format", "y", 5)), "warning"),
        (cloud("Azure"), agent(Setting("ResourceDisk.EnableSwap", "y", 5)), "warning"),
        (
            cloud("Azure", off_at="/etc/cloud/cloud-init.disabled"),
            agent(Setting("Provisioning.Agent", "waagent", 5)),
            "skipped",
        ),
        (CloudInit(), agent(*LEAVES), "skipped"),
    ],
)
def test_lin_22(cloud_init: CloudInit, record: Agent | None, outcome: str) -> None:
    finding = judged("LIN-22", cloud_init=cloud_init, agent=record)
    assert finding.outcome == outcome, str(finding.reason)
    assert bool(finding.commands) == (outcome == "warning" and not cloud_init.swap_files)


@pytest.mark.parametrize(
    ("at", "name"),
    [
        (None, "91-azure_datasource.cfg"),
        (Where("/etc/cloud/cloud.cfg", 40), "91-azure_datasource.cfg"),
        (Where("/etc/cloud/cloud.cfg.d/90_dpkg.cfg", 2), "91-azure_datasource.cfg"),
        (Where("/etc/cloud/cloud.cfg.d/99-installer.cfg", 2), "zz-azure_datasource.cfg"),
    ],
)
def test_what_lin_22_writes_comes_after_what_is_there(at: Where | None, name: str) -> None:
    finding = judged("LIN-22", cloud_init=cloud("None", sources_at=at), agent=agent(*LEAVES))
    assert len(finding.commands) == 1
    assert finding.commands[0].endswith(f"> /etc/cloud/cloud.cfg.d/{name}")
    lines = subprocess.run(
        ["sh", "-c", finding.commands[0].partition(" >")[0]], capture_output=True, text=True, check=True
    ).stdout
    assert lines == "datasource_list: [ Azure ]\ndatasource:\n  Azure:\n    apply_network_config: false\n"
