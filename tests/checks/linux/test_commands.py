"""Commands in a distribution's own words: each is a whole line of sh, and none is guessed."""

from __future__ import annotations

import subprocess

import pytest

from tests.disk.images import needs_shell
from wizard.checks.linux.commands import install, rebuild_grub, rebuild_initramfs, remove, update
from wizard.inspection.found.distribution import Distribution

FAMILIES = {
    "debian": Distribution("debian"),
    "redhat": Distribution("openeuler"),
    "azurelinux": Distribution("mariner"),
    "suse": Distribution("sles"),
    "arch": Distribution("arch"),
}


@needs_shell
@pytest.mark.parametrize("family", FAMILIES)
def test_each_line_is_whole(family: str) -> None:
    distribution = FAMILIES[family]
    assert distribution.family == family
    lines = [each for make in (install, remove, update) for each in make(distribution, "one", "two")]
    lines += [*rebuild_grub(distribution), *rebuild_initramfs(distribution)]
    assert len(lines) >= 5
    for line in lines:
        assert subprocess.run(["sh", "-n", "-c", line], capture_output=True).returncode == 0, line
    assert all("one two" in line for line in lines[:3])


@pytest.mark.parametrize(
    "distribution", [None, Distribution(), Distribution("gentoo"), Distribution("flatcar")]
)
def test_for_an_unknown_family_nothing_is_guessed(distribution: Distribution | None) -> None:
    for make in (install, remove, update):
        assert make(distribution, "one") == ()
    assert rebuild_grub(distribution) == rebuild_initramfs(distribution) == ()
    assert install(Distribution("debian")) == ()
