"""LIN-23 and LIN-51: what starts at boot, and SELinux."""

from __future__ import annotations

import pytest

from wizard.checks.linux import selinux
from wizard.checks.linux import services as rules
from wizard.inspection.found.agent import Agent, Setting
from wizard.inspection.found.cloud_init import CloudInit
from wizard.inspection.found.distribution import Distribution
from wizard.inspection.found.inside import Inside, Unread, Why
from wizard.inspection.found.network import Network
from wizard.inspection.found.services import Service, Services
from wizard.step import Finding
from wizard.where import Where

JUDGES = {each.rule: each for each in (*rules.CHECKS, *selinux.CHECKS)}
STAGES = ("cloud-init-local", "cloud-init", "cloud-config", "cloud-final")
WANTS = "/etc/systemd/system/multi-user.target.wants"
BOTH = ("ssh.service", "walinuxagent.service")


def judged(rule: str, **chapters: object) -> Finding:
    return JUDGES[rule].finding(inside=Inside(system="linux", **{"cloud_init": CloudInit(), **chapters}))


def systemd(*enabled: str, **more: object) -> Services:
    units = tuple(Service(name, f"{WANTS}/{name}") for name in enabled)
    return Services("systemd", "multi-user.target", units, **more)


@pytest.mark.parametrize("rule", JUDGES)
def test_what_was_not_read_is_skipped(rule: str) -> None:
    assert JUDGES[rule].finding(inside=Inside(unread=(Unread("", Why.DAMAGED.value),))).outcome == "skipped"


@pytest.mark.parametrize(
    ("services", "outcome", "said", "commands"),
    [
        (systemd(*BOTH), "passed", "ssh.service, walinuxagent.service", ()),
        (systemd("sshd.service", "waagent.service"), "passed", "sshd.service, waagent.service", ()),
        (systemd("ssh.socket", "waagent.service"), "passed", "ssh.socket", ()),
        (
            systemd("ssh.service", there=("walinuxagent.service",)),
            "failed",
            "the Azure Linux Agent is not enabled (walinuxagent.service)",
            ("systemctl enable walinuxagent.service",),
        ),
        (systemd("ssh.service"), "failed", "the Azure Linux Agent (walinuxagent.service) is not there", ()),
        (
            systemd("waagent.service", there=("sshd.service", "waagent.service")),
            "failed",
            "the SSH server is not enabled (sshd.service)",
            ("systemctl enable sshd.service",),
        ),
        (
            systemd(*BOTH, masked=("ssh.service",), masked_at=("/etc/systemd/system/ssh.service",)),
            "failed",
            "the SSH server is masked (ssh.service)",
            ("systemctl unmask ssh.service", "systemctl enable ssh.service"),
        ),
        (
            systemd(
                "ssh.socket",
                "waagent.service",
                masked=("ssh.service",),
                masked_at=("/etc/systemd/system/ssh.service",),
            ),
            "failed",
            "the SSH server is masked",
            ("systemctl unmask ssh.service", "systemctl enable ssh.service"),
        ),
        (
            systemd(*BOTH, masked=("sshd.service",), masked_at=("/etc/systemd/system/sshd.service",)),
            "passed",
            "",
            (),
        ),
        (
            systemd(*BOTH, held_back=("/etc/ssh/sshd_not_to_be_run",)),
            "failed",
            "keeps the SSH server from starting",
            ("rm -f /etc/ssh/sshd_not_to_be_run",),
        ),
        (
            Services("systemd", "rescue.target", (Service("ssh.service"), Service("waagent.service"))),
            "failed",
            "starts into rescue.target",
            ("systemctl set-default multi-user.target",),
        ),
        (
            Services(
                "systemd",
                "multi-user.target",
                (
                    Service("ssh.service"),
                    Service("waagent.service", f"{WANTS}/waagent.service", missing=True),
                ),
            ),
            "failed",
            "the Azure Linux Agent is enabled, but waagent.service is not there",
            (),
        ),
        (
            Services("sysv", "3", (Service("sshd", "/etc/rc3.d/S55sshd"), Service("waagent"))),
            "passed",
            "",
            (),
        ),
        (
            Services("sysv", "3", (Service("sshd"),), there=("waagent.service",)),
            "failed",
            "is not enabled (waagent.service)",
            (
                "if command -v chkconfig >/dev/null; then chkconfig waagent on; else update-rc.d waagent defaults; fi",
            ),
        ),
        (
            Services("upstart", "2", (Service("walinuxagent"),), there=("ssh.service",)),
            "failed",
            "is not enabled (ssh.service)",
            ("rm -f /etc/init/ssh.override",),
        ),
        (Services(), "skipped", "not known", ()),
    ],
)
def test_lin_23(services: Services, outcome: str, said: str, commands: tuple[str, ...]) -> None:
    finding = judged("LIN-23", services=services)
    assert (finding.outcome, finding.commands) == (outcome, commands), str(finding.reason)
    assert said in str(finding.reason)


def staged(*stages: str) -> Services:
    return systemd(
        *BOTH, *(f"{stage}.service" for stage in stages), there=tuple(f"{each}.service" for each in STAGES)
    )


CLOUD_INIT = CloudInit("/usr/bin/cloud-init")


def told(value: str) -> Agent:
    return Agent("/usr/sbin/waagent", "/etc/waagent.conf", (Setting("Provisioning.Agent", value, 1),))


@pytest.mark.parametrize(
    ("services", "cloud_init", "agent", "outcome"),
    [
        (staged(*STAGES), CLOUD_INIT, told("auto"), "passed"),
        (
            staged("cloud-init-local", "cloud-init-network", "cloud-config", "cloud-final"),
            CLOUD_INIT,
            None,
            "passed",
        ),
        (staged(*STAGES[:3]), CLOUD_INIT, told("auto"), "failed"),
        (staged(*STAGES[1:]), CLOUD_INIT, told("cloud-init"), "failed"),
        (staged(), CLOUD_INIT, told("cloud-init"), "failed"),
        (staged(), CLOUD_INIT, told("auto"), "passed"),  # then the agent sets the machine up
        (staged(), CLOUD_INIT, told("waagent"), "passed"),
        (staged(), CloudInit(), told("cloud-init"), "passed"),
        (staged(), CloudInit("/usr/bin/cloud-init", off_at="/etc/cloud/cloud-init.disabled"), None, "passed"),
    ],
)
def test_lin_23_asks_for_cloud_init_where_it_is_used(
    services: Services, cloud_init: CloudInit, agent: Agent | None, outcome: str
) -> None:
    finding = judged("LIN-23", services=services, cloud_init=cloud_init, agent=agent)
    assert finding.outcome == outcome, str(finding.reason)
    assert all(line.startswith("systemctl enable cloud-") for line in finding.commands)


REDHAT, DEBIAN = Distribution(id="rhel", version="9.4"), Distribution(id="debian", version="12")
AT = Where("/etc/selinux/config", 2, "SELINUX=...")


@pytest.mark.parametrize(
    ("mode", "relabel", "distribution", "outcome"),
    [
        ("enforcing", "", REDHAT, "passed"),
        ("permissive", "", REDHAT, "warning"),
        ("disabled", "", REDHAT, "warning"),
        ("enforcing", "/.autorelabel", REDHAT, "warning"),
        ("permissive", "", DEBIAN, "passed"),
        ("permissive", "", None, "passed"),
        ("", "", REDHAT, "skipped"),
    ],
)
def test_lin_51(mode: str, relabel: str, distribution: Distribution | None, outcome: str) -> None:
    network = Network(selinux=mode, selinux_at=AT if mode else None, relabel=relabel)
    finding = judged("LIN-51", network=network, distribution=distribution)
    assert (finding.outcome, finding.commands) == (outcome, ())
