"""LIN-24 to LIN-27 and LIN-52, each at its boundary."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from wizard.checks.linux import hyper_v, kernel, modules
from wizard.inspection.found.boot import Boot, BootEntry
from wizard.inspection.found.distribution import Distribution
from wizard.inspection.found.inside import Inside, Unread
from wizard.inspection.found.kernel import InitialDisk, InstalledKernel, Kernel, KernelOption, ModuleBan
from wizard.inspection.found.packages import Package, Packages
from wizard.inspection.found.time_zone import TimeZone
from wizard.step import Finding

CHECKS = (*hyper_v.CHECKS, *modules.CHECKS, *kernel.CHECKS)
VERSION = "6.1.0-39-amd64"
DEBIAN = Distribution(id="debian", version="12")
DISK = ("hv_vmbus", "hv_storvsc")
START = (*DISK, "hv_netvsc", "hid_hyperv", "hyperv_keyboard")
ALL = (*START, "hv_utils", "hv_balloon", "udf", "vfat", "cifs", "nvme")
INITRD = InitialDisk(f"/boot/initrd.img-{VERSION}", 1000, "zstd", (*START, "nvme"))
WHOLE = InstalledKernel(
    VERSION, f"/boot/vmlinuz-{VERSION}", "", (), ALL, f"/boot/config-{VERSION}", (), INITRD
)


def inside(found: InstalledKernel = WHOLE, **more: Any) -> Inside:
    bans = more.pop("bans", ())
    values: dict[str, Any] = {"distribution": DEBIAN, **more}
    return Inside(system="linux", kernel=Kernel((found,), found.version, "boot", bans), **values)


def judged(rule: str, seen: Inside) -> Finding:
    (check,) = (each for each in CHECKS if each.rule == rule)
    return check.finding(inside=seen)


def packed(*names: str) -> InitialDisk:
    return replace(INITRD, modules=names)


def without(names: tuple[str, ...], *gone: str) -> tuple[str, ...]:
    return tuple(each for each in names if each not in gone)


@pytest.mark.parametrize(
    ("change", "outcome", "said"),
    [
        ({}, "passed", "from its start"),
        ({"initial_disk": packed(), "built_in": START}, "passed", "from its start"),
        ({"initial_disk": None, "built_in": START}, "passed", "from its start"),
        ({"initial_disk": packed(*without(START, "hv_vmbus")), "built_in": ("hv_vmbus",)}, "passed", ""),
        ({"initial_disk": packed(*without(START, "hv_vmbus"))}, "failed", "starts without hv_vmbus"),
        ({"initial_disk": packed(*without(START, "hv_storvsc"))}, "failed", "starts without hv_storvsc"),
        ({"initial_disk": None}, "failed", "has no initial RAM disk"),
        (
            {"initial_disk": packed(*without(START, "hv_netvsc"))},
            "warning",
            "hv_netvsc are missing in the initial",
        ),
        (
            {"initial_disk": packed(*without(START, "hv_netvsc")), "on_disk": without(ALL, "hv_netvsc")},
            "failed",
            "has no hv_netvsc",
        ),
        ({"initial_disk": packed(*DISK, "hv_netvsc")}, "warning", "hid_hyperv, hyperv_keyboard are missing"),
        ({"on_disk": without(ALL, "hv_utils")}, "warning", "has no hv_utils"),
        ({"on_disk": without(ALL, "hv_utils"), "built_in": ("hv_utils",)}, "passed", ""),
        ({"on_disk": None}, "passed", ""),
        (
            {
                "initial_disk": None,
                "options": tuple(
                    KernelOption(f"CONFIG_HYPERV{each}", "y")
                    for each in ("", "_STORAGE", "_NET", "_KEYBOARD")
                ),
                "built_in": ("hid_hyperv",),
            },
            "passed",
            "",
        ),
        ({"initial_disk": replace(packed(*DISK), whole=False, why="damaged")}, "skipped", "damaged"),
        ({"initial_disk": replace(packed(), whole=False, why="unknown")}, "skipped", "packed in a way"),
        ({"initial_disk": replace(packed(), whole=False, why="too_much")}, "skipped", "larger than"),
        ({"initial_disk": replace(packed(*START), whole=False, why="too_much")}, "passed", ""),
    ],
)
def test_lin_24(change: dict[str, Any], outcome: str, said: str) -> None:
    finding = judged("LIN-24", inside(replace(WHOLE, **change)))
    assert finding.outcome == outcome, str(finding.reason)
    assert said in str(finding.reason)


@pytest.mark.parametrize(
    ("identity", "commands"),
    [
        (
            "debian",
            (
                "grep -qsx hv_storvsc /etc/initramfs-tools/modules || echo hv_storvsc >> /etc/initramfs-tools/modules",
                "update-initramfs -u -k all",
            ),
        ),
        (
            "rhel",
            (
                "mkdir -p /etc/dracut.conf.d && echo 'add_drivers+=\" hv_storvsc \"' > /etc/dracut.conf.d/90-azure.conf",
                "dracut --force --regenerate-all",
            ),
        ),
        ("slackware", ()),
    ],
)
def test_drivers_are_put_into_the_initial_disk(identity: str, commands: tuple[str, ...]) -> None:
    lacking = replace(WHOLE, initial_disk=packed(*without(START, "hv_storvsc")))
    assert judged("LIN-24", inside(lacking, distribution=Distribution(id=identity))).commands == commands
    nowhere = replace(lacking, on_disk=without(ALL, "hv_storvsc"))
    assert judged("LIN-24", inside(nowhere, distribution=Distribution(id=identity))).commands == ()


def ban(module: str, kind: str = "blacklist", file: str = "/etc/modprobe.d/cis.conf") -> ModuleBan:
    return ModuleBan(module, kind, file, 4, f"{kind} {module}")


def entry(options: str) -> Boot:
    return Boot("grub2", (), (BootEntry(options=options, file="/boot/grub/grub.cfg", line=9, default=True),))


def cloud_init(version: str) -> Packages:
    return Packages((Package("cloud-init", version),), "dpkg")


@pytest.mark.parametrize(
    ("change", "more", "outcome", "said"),
    [
        ({}, {}, "passed", "udf, vfat can be loaded"),
        ({"on_disk": without(ALL, "vfat"), "built_in": ("vfat",)}, {}, "passed", ""),
        ({"on_disk": without(ALL, "vfat")}, {}, "failed", "vfat cannot be loaded"),
        ({"on_disk": without(ALL, "udf")}, {}, "failed", "udf cannot be loaded"),
        ({"on_disk": without(ALL, "udf")}, {"packages": cloud_init("21.1-19")}, "failed", "udf"),
        ({"on_disk": without(ALL, "udf")}, {"packages": cloud_init("21.2-3")}, "warning", "udf"),
        ({"on_disk": without(ALL, "udf", "vfat")}, {"packages": cloud_init("25.1")}, "failed", "udf, vfat"),
        ({}, {"bans": (ban("udf"),)}, "failed", "forbids it"),
        ({}, {"bans": (ban("udf", "install"),), "packages": cloud_init("23.1")}, "warning", "forbids it"),
        ({}, {"bans": (ban("vfat"),), "packages": cloud_init("23.1")}, "failed", "vfat"),
        ({"built_in": ("vfat",)}, {"bans": (ban("vfat"),)}, "passed", ""),
        ({}, {"bans": (ban("floppy"),)}, "passed", ""),
        ({}, {"boot": entry("ro modprobe.blacklist=floppy,udf")}, "failed", "udf"),
        ({}, {"boot": entry("ro module_blacklist=vfat")}, "failed", "vfat"),
        ({"on_disk": None}, {}, "skipped", "modules.dep"),
        (
            {
                "on_disk": None,
                "options": (KernelOption("CONFIG_UDF_FS", "m"), KernelOption("CONFIG_VFAT_FS", "y")),
            },
            {},
            "passed",
            "",
        ),
        (
            {
                "on_disk": None,
                "options": (KernelOption("CONFIG_UDF_FS", "n"), KernelOption("CONFIG_VFAT_FS", "y")),
            },
            {},
            "failed",
            "udf",
        ),
    ],
)
def test_lin_25(change: dict[str, Any], more: dict[str, Any], outcome: str, said: str) -> None:
    finding = judged("LIN-25", inside(replace(WHOLE, **change), **more))
    assert finding.outcome == outcome, str(finding.reason)
    assert said in str(finding.reason)


@pytest.mark.parametrize(
    ("file", "line"),
    [
        (
            "/etc/modprobe.d/cis.conf",
            "sed -i -E '/^[[:space:]]*(blacklist|install|alias)[[:space:]]+(fs-)?udf([[:space:]]|$)/s/^/# /' /etc/modprobe.d/cis.conf",
        ),
        ("/etc/modprobe.d/a b.conf", "'/etc/modprobe.d/a b.conf'"),
        (
            "/usr/lib/modprobe.d/60-blacklist_fs-udf.conf",
            "ln -sf /dev/null /etc/modprobe.d/60-blacklist_fs-udf.conf",
        ),
        ("/usr/lib/modprobe.d/many.conf", ""),
        ("/etc/modprobe.d/a\n.conf", ""),
    ],
)
def test_what_forbids_a_module_is_taken_away(file: str, line: str) -> None:
    commands = judged("LIN-25", inside(bans=(ban("udf", file=file),))).commands
    assert len(commands) == bool(line)
    assert all(each.endswith(line) for each in commands)


@pytest.mark.parametrize(
    ("identity", "version", "commands"),
    [
        (
            "ubuntu",
            "6.8.0-40-generic",
            ("apt-get update && apt-get install -y linux-modules-extra-6.8.0-40-generic",),
        ),
        ("ubuntu", "6.8.0-40-generic; reboot", ()),
        ("debian", "6.8.0-40-generic", ()),
    ],
)
def test_ubuntu_has_more_modules_in_a_package_of_their_own(
    identity: str, version: str, commands: tuple[str, ...]
) -> None:
    lacking = replace(WHOLE, version=version, on_disk=without(ALL, "udf"))
    assert judged("LIN-25", inside(lacking, distribution=Distribution(id=identity))).commands == commands


def options(**values: str) -> tuple[KernelOption, ...]:
    return tuple(KernelOption(f"CONFIG_{name}", value, 5) for name, value in values.items())


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"options": options(CIFS="m", WATCHDOG="y")}, "passed"),
        ({"options": options(CIFS="y", WATCHDOG="m")}, "passed"),
        ({"options": options(CIFS="n", WATCHDOG="y")}, "warning"),
        ({"options": options(WATCHDOG="y")}, "warning"),
        ({"options": options(CIFS="m")}, "warning"),
        ({"options": ()}, "warning"),
        ({"options": (), "config": ""}, "skipped"),
    ],
)
def test_lin_26(change: dict[str, Any], outcome: str) -> None:
    assert judged("LIN-26", inside(replace(WHOLE, **change))).outcome == outcome


@pytest.mark.parametrize(
    ("change", "more", "outcome"),
    [
        ({}, {}, "passed"),
        ({"on_disk": (*ALL, "floppy")}, {}, "warning"),
        ({"on_disk": (*ALL, "floppy")}, {"bans": (ban("floppy"),)}, "passed"),
        ({"on_disk": (*ALL, "floppy")}, {"bans": (ban("floppy", "install"),)}, "passed"),
        ({"on_disk": (*ALL, "floppy")}, {"bans": (ban("udf"),)}, "warning"),
        ({"on_disk": (*ALL, "floppy")}, {"boot": entry("modprobe.blacklist=floppy")}, "passed"),
        ({"built_in": ("floppy",)}, {"bans": (ban("floppy"),)}, "warning"),
        ({"options": options(BLK_DEV_FD="y")}, {}, "warning"),
        ({"on_disk": None}, {}, "skipped"),
        ({"on_disk": None}, {"bans": (ban("floppy"),)}, "passed"),
        ({"on_disk": None, "options": options(BLK_DEV_FD="n")}, {}, "passed"),
        ({"on_disk": None, "options": options(BLK_DEV_FD="m")}, {}, "warning"),
    ],
)
def test_lin_27(change: dict[str, Any], more: dict[str, Any], outcome: str) -> None:
    assert judged("LIN-27", inside(replace(WHOLE, **change), **more)).outcome == outcome


@pytest.mark.parametrize(
    ("zone", "change", "outcome", "said"),
    [
        (TimeZone("Etc/UTC", "/etc/localtime"), {}, "passed", "NVMe disks is there from the start"),
        (TimeZone("", "/etc/localtime", "UTC0"), {}, "passed", "The time zone is UTC"),
        (TimeZone("UTC"), {"initial_disk": packed(*START)}, "passed", "do not claim"),
        (
            TimeZone("UTC"),
            {"initial_disk": packed(*START), "built_in": ("nvme",)},
            "passed",
            "from the start",
        ),
        (TimeZone("UTC"), {"initial_disk": replace(packed(*START), whole=False)}, "passed", "was not seen"),
        (TimeZone("Asia/Shanghai", "/etc/localtime"), {}, "warning", "Asia/Shanghai"),
        (TimeZone("", "/etc/localtime", "CST-8"), {}, "warning", "CST-8"),
        (TimeZone(), {}, "skipped", "cannot be told"),
    ],
)
def test_lin_52(zone: TimeZone, change: dict[str, Any], outcome: str, said: str) -> None:
    finding = judged("LIN-52", inside(replace(WHOLE, **change), time_zone=zone))
    assert finding.outcome == outcome
    assert said in str(finding.reason)


def test_the_time_zone_is_judged_without_a_kernel() -> None:
    assert judged("LIN-52", Inside(system="linux", time_zone=TimeZone("UTC"))).outcome == "passed"


@pytest.mark.parametrize("rule", ["LIN-24", "LIN-25", "LIN-26", "LIN-27"])
def test_without_a_kernel_nothing_is_judged(rule: str) -> None:
    assert judged(rule, Inside(system="linux", kernel=Kernel())).outcome == "skipped"
    assert judged(rule, Inside(system="linux", unread=(Unread("kernel", "too_long"),))).outcome == "skipped"
