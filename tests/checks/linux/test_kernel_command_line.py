"""LIN-04 to LIN-08, each at its boundary, and their commands run on real files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from wizard.checks.linux.boot import CHECKS
from wizard.inspection.found.boot import Boot, BootDefaults, BootEntry, DefaultsLine
from wizard.inspection.found.distribution import Distribution
from wizard.inspection.found.inside import Inside, Unread
from wizard.inspection.found.machine import Machine
from wizard.step import Finding

GOOD = "root=UUID=aa ro console=tty1 console=ttyS0 earlyprintk=ttyS0 rootdelay=300"
UBUNTU = Distribution(id="ubuntu", version="24.04")
RHEL = Distribution(id="rhel", version="9.6")
SLES = Distribution(id="sles", version="15.7")


def entry(
    options: str, *, default: bool = True, rescue: bool = False, file: str = "/boot/grub/grub.cfg"
) -> BootEntry:
    return BootEntry("Linux", options, file, 7, "/boot/vmlinuz-6", (), file, default, rescue)


def defaults(options: str, kind: str = "grub", *, whole: bool = True) -> BootDefaults:
    file = "/etc/default/grub" if kind == "grub" else "/etc/kernel/cmdline"
    text = f'GRUB_CMDLINE_LINUX="{options}"' if kind == "grub" else options
    return BootDefaults(options, kind, (DefaultsLine(file, 3, "GRUB_CMDLINE_LINUX", text),), whole)


def inside(
    *entries: BootEntry,
    made: BootDefaults | None = None,
    distribution: Distribution | None = UBUNTU,
    arm: bool = False,
    loader: str = "grub2",
) -> Inside:
    return Inside(
        system="linux",
        machine=Machine(("arm64" if arm else "x86-64",), 64, "/usr/bin/sh"),
        distribution=distribution,
        boot=Boot(loader, ("/boot/grub/grub.cfg",), entries, made),
    )


def found(rule: str, seen: Inside) -> Finding:
    (check,) = (each for each in CHECKS if each.rule == rule)
    return check.finding(inside=seen)


@pytest.mark.parametrize(
    ("options", "arm", "outcome"),
    [
        (GOOD, False, "passed"),
        ("console=ttyS0,115200n8 ro", False, "passed"),
        ("console=ttyS0 console=tty0", False, "passed"),
        ("console=tty0", False, "failed"),
        ("console=ttyS01", False, "failed"),
        ("xconsole=ttyS0", False, "failed"),
        ("", False, "failed"),
        ("console=ttyS0", True, "failed"),
        ("console=ttyAMA0", True, "passed"),
        ("console=ttyAMA0", False, "failed"),
    ],
)
def test_lin_04(options: str, arm: bool, outcome: str) -> None:
    finding = found("LIN-04", inside(entry(options), arm=arm))
    assert finding.outcome == outcome
    assert [(each.path, each.line) for each in finding.seen_at] == [("/boot/grub/grub.cfg", 7)]


@pytest.mark.parametrize(
    ("rule", "option", "without"),
    [
        ("LIN-04", "console=ttyS0", "failed"),
        ("LIN-05", "earlyprintk=ttyS0", "warning"),
        ("LIN-06", "rootdelay=300", "warning"),
    ],
)
def test_an_option_that_should_be_there(rule: str, option: str, without: str) -> None:
    lacking = GOOD.replace(option, "x")
    efi = entry(lacking, file="/boot/efi/EFI/redhat/grub.cfg")
    cases = [
        ((entry(GOOD),), None, "passed"),
        ((entry(GOOD),), defaults(GOOD), "passed"),
        ((entry(GOOD), entry(lacking, default=False)), None, "passed"),
        ((entry(lacking),), defaults(GOOD), without),
        ((entry(GOOD),), defaults(lacking), "warning"),
        ((entry(GOOD),), defaults(lacking, whole=False), "passed"),
        ((entry(GOOD), efi), None, "warning"),
        ((entry(lacking), efi), None, without),
        ((entry(lacking, default=False), entry(GOOD, default=False, rescue=True)), None, without),
        ((entry(GOOD, default=False), entry(lacking, default=False, rescue=True)), None, "passed"),
    ]
    for entries, made, outcome in cases:
        finding = found(rule, inside(*entries, made=made))
        assert finding.outcome == outcome, (entries, made, str(finding.reason))
        assert option in str(finding.reason)


@pytest.mark.parametrize(
    ("options", "arm", "outcome"),
    [
        ("earlyprintk=ttyS0,115200", False, "passed"),
        ("earlyprintk=serial,ttyS0", False, "passed"),
        ("earlyprintk=vga", False, "warning"),
        ("console=ttyAMA0", True, "skipped"),
    ],
)
def test_lin_05(options: str, arm: bool, outcome: str) -> None:
    assert found("LIN-05", inside(entry(options), arm=arm)).outcome == outcome


@pytest.mark.parametrize(("options", "outcome"), [("rootdelay=300", "passed"), ("rootdelay=30", "warning")])
def test_lin_06(options: str, outcome: str) -> None:
    assert found("LIN-06", inside(entry(options))).outcome == outcome


@pytest.mark.parametrize(
    ("options", "made", "outcome", "said"),
    [
        (GOOD, None, "passed", "none of"),
        (GOOD, defaults(GOOD), "passed", "none of"),
        (f"{GOOD} quiet", None, "warning", "has quiet"),
        (f"{GOOD} rhgb quiet", None, "warning", "has rhgb, quiet"),
        (f"{GOOD} crashkernel=auto", None, "warning", "has crashkernel=auto"),
        (f"{GOOD} crashkernel=512M", None, "passed", "none of"),
        (f"{GOOD} quietly", None, "passed", "none of"),
        (GOOD, defaults("quiet"), "warning", "next update"),
    ],
)
def test_lin_07(options: str, made: BootDefaults | None, outcome: str, said: str) -> None:
    finding = found(
        "LIN-07", inside(entry(options), entry("single quiet", default=False, rescue=True), made=made)
    )
    assert finding.outcome == outcome
    assert said in str(finding.reason)
    assert finding.seen_at


@pytest.mark.parametrize(
    ("options", "distribution", "made", "outcome"),
    [
        (GOOD, UBUNTU, None, "passed"),
        (f"{GOOD} libata.atapi_enabled=0", UBUNTU, None, "failed"),
        (f"{GOOD} libata.atapi_enabled=1", UBUNTU, None, "passed"),
        (f"{GOOD} reserve=0x1f0,0x8", UBUNTU, None, "failed"),
        (GOOD, UBUNTU, defaults("reserve=0x1f0,0x8"), "warning"),
        (GOOD, Distribution(id="rhel", version="6.5"), None, "failed"),
        (GOOD, Distribution(id="centos", version="6", point="6.5"), None, "failed"),
        (f"{GOOD} numa=off", Distribution(id="centos", version="6.5"), None, "passed"),
        (GOOD, Distribution(id="centos", version="6.6"), None, "passed"),
        (GOOD, Distribution(id="rhel", version="9.6"), None, "passed"),
        (GOOD, Distribution(id="debian", version="6.0"), None, "passed"),
        (GOOD, None, None, "passed"),
    ],
)
def test_lin_08(
    options: str, distribution: Distribution | None, made: BootDefaults | None, outcome: str
) -> None:
    assert found("LIN-08", inside(entry(options), made=made, distribution=distribution)).outcome == outcome


def test_lin_08_heeds_every_entry() -> None:
    other = entry("reserve=0x1f0,0x8", default=False, file="/boot/grub/custom.cfg")
    finding = found("LIN-08", inside(entry(GOOD), other))
    assert finding.outcome == "failed"
    assert [each.path for each in finding.seen_at] == ["/boot/grub/custom.cfg"]


@pytest.mark.parametrize("rule", [each.rule for each in CHECKS])
def test_without_a_boot_loader_nothing_is_judged(rule: str) -> None:
    assert found(rule, inside()).outcome == "skipped"
    rescue = entry(GOOD, default=False, rescue=True)
    assert found(rule, inside(rescue)).outcome == "skipped"
    assert found(rule, Inside(system="linux", unread=(Unread("boot", "damaged"),))).outcome == "skipped"


@pytest.mark.parametrize(
    ("distribution", "made", "loader", "begins"),
    [
        (UBUNTU, defaults("quiet"), "grub2", ["mkdir -p /etc/default/grub.d", "grep -qsxF", "update-grub"]),
        (UBUNTU, defaults("console=ttyS0"), "grub2", ["update-grub"]),
        (UBUNTU, None, "grub2", []),
        (
            RHEL,
            defaults("quiet"),
            "grub2",
            ['grubby --update-kernel=ALL --args="console=ttyS0"', "grep -qsxF"],
        ),
        (RHEL, defaults("console=ttyS0"), "grub2", ["grubby"]),
        (RHEL, None, "grub2", ["grubby"]),
        (RHEL, defaults("quiet", "kernel-install"), "grub2", ["grubby", "grep -qwF"]),
        (SLES, defaults("quiet"), "grub2", ["grep -qsxF", "grub2-mkconfig -o /boot/grub2/grub.cfg"]),
        (Distribution(id="azurelinux"), defaults(""), "grub2", ["grep -qsxF", "grub2-mkconfig"]),
        (UBUNTU, defaults("quiet"), "systemd-boot", []),
        (Distribution(id="slackware"), defaults("quiet"), "grub2", []),
        (None, defaults("quiet"), "grub2", []),
    ],
)
def test_the_cure_in_the_distributions_own_words(
    distribution: Distribution | None, made: BootDefaults | None, loader: str, begins: list[str]
) -> None:
    finding = found("LIN-04", inside(entry("quiet"), made=made, distribution=distribution, loader=loader))
    assert len(finding.commands) == len(begins)
    assert all(line.startswith(start) for line, start in zip(finding.commands, begins, strict=True))


def ran(commands: tuple[str, ...], folder: Path) -> None:
    """Runs those of the commands that change files of settings, on files in this folder, twice."""
    for _again in range(2):
        for line in commands:
            if line.startswith(("grep", "sed", "mkdir")):
                subprocess.run(["sh", "-ec", line.replace("/etc/", f"{folder.as_posix()}/")], check=True)


ON_LINUX = pytest.mark.skipif(
    sys.platform != "linux", reason="the commands are for the shell and the tools of a Linux"
)


@ON_LINUX
def test_commands_add_an_option_once(tmp_path: Path) -> None:
    settings = tmp_path / "default" / "grub"
    settings.parent.mkdir()
    settings.write_bytes(b"GRUB_TIMEOUT=0")
    ran(found("LIN-04", inside(entry("a"), made=defaults("a"), distribution=SLES)).commands, tmp_path)
    assert settings.read_text().splitlines() == [
        "GRUB_TIMEOUT=0",
        'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX console=ttyS0"',
    ]
    for rule in ("LIN-04", "LIN-05"):
        ran(found(rule, inside(entry("a"), made=defaults("a"))).commands, tmp_path)
    assert (tmp_path / "default" / "grub.d" / "99-azure.cfg").read_text().splitlines() == [
        'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX console=ttyS0"',
        'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX earlyprintk=ttyS0"',
    ]
    line = tmp_path / "kernel" / "cmdline"
    line.parent.mkdir()
    line.write_bytes(b"# one\n# two\nroot=x ro\n")
    made = defaults("root=x ro", "kernel-install")
    ran(found("LIN-04", inside(entry("a"), made=made, distribution=RHEL)).commands, tmp_path)
    assert line.read_text() == "# one\n# two\nroot=x ro console=ttyS0\n"


@ON_LINUX
def test_commands_take_options_off_and_nothing_else(tmp_path: Path) -> None:
    settings = tmp_path / "default" / "grub"
    settings.parent.mkdir()
    settings.write_bytes(
        b'GRUB_CMDLINE_LINUX_DEFAULT="quiet splash quiet"\n'
        b"GRUB_CMDLINE_LINUX='rhgb quiet'\n"
        b"export GRUB_CMDLINE_LINUX=quiet\n"
        b'GRUB_CMDLINE_LINUX="quietly x=quiet crashkernel=autox"\n'
        b'#GRUB_CMDLINE_LINUX="quiet"\nGRUB_OTHER="quiet"\n'
    )
    made = defaults("rhgb quiet crashkernel=auto")
    ran(found("LIN-07", inside(entry("quiet"), made=made)).commands, tmp_path)
    lines = [line.replace("  ", " ") for line in settings.read_text().splitlines()]
    assert lines == [
        'GRUB_CMDLINE_LINUX_DEFAULT=" splash "',
        "GRUB_CMDLINE_LINUX=' '",
        "export GRUB_CMDLINE_LINUX=",
        'GRUB_CMDLINE_LINUX="quietly x=quiet crashkernel=autox"',
        '#GRUB_CMDLINE_LINUX="quiet"',
        'GRUB_OTHER="quiet"',
    ]


def test_a_path_of_the_image_is_quoted_in_a_command() -> None:
    line = DefaultsLine("/etc/default/grub.d/a; reboot.cfg", 1, "GRUB_CMDLINE_LINUX", "quiet")
    made = BootDefaults("quiet", "grub", (line,))
    commands = found("LIN-07", inside(entry("quiet"), made=made)).commands
    assert any(each.endswith(" '/etc/default/grub.d/a; reboot.cfg'") for each in commands)
