"""A whole Debian, installed from its packages: found as it is, cured by its own cleaning script, deprovisioned, and clean.

Slow, needs the network and root: python3 dev.py test -m slow
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.disk.images import EFI_SYSTEM, LINUX, MIB
from tests.images.disks import esp, gpt_disk, needs_ext4, needs_fat, program
from tests.images.linux_systems import AZURE_LINE, ESP_ID, ROOT_UUID, grub_cfg
from tests.images.looking import judge, look, trouble
from wizard.messages import msg
from wizard.reports.cleaning import LINUX as LINUX_SYSTEM
from wizard.reports.cleaning import cleaning_script
from wizard.step_parts.cleaning import TITLES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    needs_ext4,
    needs_fat,
    pytest.mark.skipif(shutil.which("mmdebstrap") is None, reason="mmdebstrap is not installed"),
    pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() != 0, reason="only root can install a system"),
]

PACKAGES = (
    "openssh-server", "waagent", "cloud-init", "linux-image-cloud-amd64", "systemd-sysv", "sudo", "ifupdown",
    "isc-dhcp-client", "netbase",
)  # fmt: skip

# What the person who installs it does, and leaves.
BY_HAND = {
    "/etc/fstab": f"UUID={ROOT_UUID} / ext4 defaults 0 1\nUUID={ESP_ID} /boot/efi vfat umask=0077 0 1\n",
    "/etc/network/interfaces": "auto lo\niface lo inet loopback\nauto eth0\niface eth0 inet dhcp\n",
    "/etc/hostname": "build-machine\n",
    "/root/.bash_history": "passwd root\n" * 200,
    "/root/.ssh/authorized_keys": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPracticePracticePracticePractice me@desk\n",
    "/var/lib/waagent/provisioned": "11111111-2222-3333-4444-555555555555",
    "/etc/cloud/cloud.cfg.d/90-azure.cfg": (
        "datasource_list: [ Azure ]\ndatasource:\n  Azure:\n    apply_network_config: False\n"
    ),
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("debian") / "root"
    subprocess.run(
        ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(PACKAGES)}", "bookworm", folder],
        check=True,
        timeout=1000,
    )
    for path, text in BY_HAND.items():
        place = folder / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        place.write_text(text)
    release = next((folder / "lib/modules").iterdir()).name
    (folder / "boot/grub").mkdir(exist_ok=True)
    (folder / "boot/grub/grub.cfg").write_text(grub_cfg(release, AZURE_LINE))
    (folder / "boot/efi").mkdir(exist_ok=True)
    return folder


def disk(root: Path, folder: Path) -> Path:
    image = folder / "root.ext4"
    subprocess.run(
        [program("mkfs.ext4"), "-q", "-F", "-U", ROOT_UUID, "-d", root, image, f"{900 * 1024}k"], check=True
    )
    return gpt_disk(folder / "debian.vhd", (esp(folder, 32 * MIB), EFI_SYSTEM), (image, LINUX))


def test_it_is_found_cured_and_found_clean(root: Path, tmp_path: Path) -> None:
    first = disk(root, tmp_path)
    inside, found = look(first), judge(first)

    assert inside.unread == ()
    assert inside.distribution is not None
    assert (inside.distribution.id, inside.distribution.family) == ("debian", "debian")
    assert {"LIN-01", "LIN-14", "LIN-16", "LIN-20"} <= set(trouble(found)), trouble(found)
    assert found["LIN-24"].outcome == "passed"
    assert found["LIN-23"].outcome == "passed"

    script = cleaning_script(tuple(found.values()), TITLES, LINUX_SYSTEM, first.name, "2026-11-21")
    assert script is not None
    (root / "tmp/clean.sh").write_text(script)
    for command in (
        ["sh", "/tmp/clean.sh"],
        ["waagent", "-force", "-deprovision+user"],
        ["rm", "/tmp/clean.sh"],
    ):
        ran = subprocess.run(
            ["chroot", root, *command], capture_output=True, text=True, timeout=300, check=False
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
    first.unlink()

    left = trouble(judge(disk(root, tmp_path)))

    assert left == {}, msg("{script}", script=script)
