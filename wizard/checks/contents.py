"""Every rule about what is inside a disk, in the order of the rule book. The only list of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from wizard.checks import disk_contents
from wizard.checks.linux import accounts as linux_accounts
from wizard.checks.linux import agent as linux_agent
from wizard.checks.linux import boot as linux_boot
from wizard.checks.linux import cloud_init as linux_cloud_init
from wizard.checks.linux import disks as linux_disks
from wizard.checks.linux import distribution as linux_distribution
from wizard.checks.linux import generalised as linux_generalised
from wizard.checks.linux import hyper_v as linux_hyper_v
from wizard.checks.linux import kernel as linux_kernel
from wizard.checks.linux import keys as linux_keys
from wizard.checks.linux import leftovers as linux_leftovers
from wizard.checks.linux import modules as linux_modules
from wizard.checks.linux import network as linux_network
from wizard.checks.linux import packages as linux_packages
from wizard.checks.linux import selinux as linux_selinux
from wizard.checks.linux import services as linux_services
from wizard.checks.linux import ssh as linux_ssh
from wizard.checks.linux import versions as linux_versions
from wizard.checks.windows import boot as windows_boot
from wizard.checks.windows import programs as windows_programs
from wizard.checks.windows import release as windows_release
from wizard.checks.windows import remote_desktop as windows_remote_desktop
from wizard.checks.windows import security as windows_security
from wizard.checks.windows import services as windows_services
from wizard.checks.windows import settings as windows_settings
from wizard.checks.windows import setup as windows_setup
from wizard.checks.windows import updates as windows_updates
from wizard.step import Check

_EVERY: Final[tuple[Check, ...]] = (
    *disk_contents.CHECKS,
    *linux_boot.CHECKS,
    *linux_hyper_v.CHECKS,
    *linux_modules.CHECKS,
    *linux_kernel.CHECKS,
    *linux_disks.CHECKS,
    *linux_ssh.CHECKS,
    *linux_leftovers.CHECKS,
    *linux_keys.CHECKS,
    *linux_accounts.CHECKS,
    *linux_distribution.CHECKS,
    *linux_packages.CHECKS,
    *linux_versions.CHECKS,
    *linux_agent.CHECKS,
    *linux_cloud_init.CHECKS,
    *linux_generalised.CHECKS,
    *linux_network.CHECKS,
    *linux_selinux.CHECKS,
    *linux_services.CHECKS,
    *windows_boot.CHECKS,
    *windows_programs.CHECKS,
    *windows_release.CHECKS,
    *windows_remote_desktop.CHECKS,
    *windows_security.CHECKS,
    *windows_services.CHECKS,
    *windows_settings.CHECKS,
    *windows_setup.CHECKS,
    *windows_updates.CHECKS,
)

_KINDS: Final = ("VHD", "PRE", "LIN", "WIN")


def _in_order(check: Check) -> tuple[int, str]:
    return _KINDS.index(check.rule.partition("-")[0]), check.rule


# What is inside a disk is told, and holds nobody back from uploading it: ours is a pre-check, and it may be wrong.
CHECKS: Final[tuple[Check, ...]] = tuple(
    check if check.rule.startswith("VHD-") else replace(check, blocks=False)
    for check in sorted(_EVERY, key=_in_order)
)
