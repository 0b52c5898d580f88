"""Whole Linux disks, made by the tools that installers use: what is wrong with them is found, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.disk.images import LINUX, MIB
from tests.images.disks import (
    esp,
    ext4,
    gen2_linux,
    gpt_disk,
    mbr_disk,
    needs_ext4,
    needs_fat,
    needs_xfs,
    xfs,
)
from tests.images.faults import FAULTS, spoilt
from tests.images.linux_systems import (
    BOOT_UUID,
    RHEL_PACKAGES,
    ROOT_UUID,
    SLES_PACKAGES,
    Content,
    debian,
    rhel,
    sles,
    ubuntu,
)
from tests.images.looking import judge, look, skipped, trouble
from tests.inspection.linux.rpm_files import header, ndb, sqlite
from wizard.step import Outcome

pytestmark = [needs_ext4, needs_fat, pytest.mark.timeout(300)]


def headers(packages: dict[str, str]) -> list[bytes]:
    """These packages as rpm keeps them; a version is [epoch:]version-release."""
    found = []
    for name, whole in packages.items():
        epoch, _, rest = whole.rpartition(":")
        version, _, release = rest.partition("-")
        found.append(header(name, version, release, int(epoch) if epoch else None))
    return found


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return gen2_linux(tmp_path_factory.mktemp("clean"), ubuntu())


def test_a_clean_image_raises_no_alarm(clean: Path) -> None:
    found = judge(clean)

    assert trouble(found) == {}
    assert len(found) >= 40
    assert len([each for each in found.values() if each.outcome is Outcome.PASSED]) >= 35, skipped(found)


def test_every_planted_fault_is_found_and_no_other(tmp_path: Path) -> None:
    found = judge(gen2_linux(tmp_path, spoilt(ubuntu())))

    bad = trouble(found)
    assert set(FAULTS) - set(bad) == set()
    # A person's account brings a home with it, a loader without a console misses what Azure's screen shows, and so on.
    beside = set(bad) - set(FAULTS)
    assert beside <= {"LIN-50", "LIN-19"}, {rule: bad[rule] for rule in beside}


@pytest.mark.parametrize("rule", FAULTS)
def test_each_fault_alone_is_told_with_its_place_and_cure(rule: str, tmp_path: Path) -> None:
    found = judge(gen2_linux(tmp_path, spoilt(ubuntu(), rule)))

    finding = found[rule]
    assert finding.outcome in (Outcome.FAILED, Outcome.WARNING)
    assert finding.cure is not None
    assert finding.seen_at or finding.commands
    assert set(trouble(found)) - {rule} <= {"LIN-19", "LIN-50"}, trouble(found)


def test_debian_on_one_partition(tmp_path: Path) -> None:
    disk = gpt_disk(
        tmp_path / "debian.vhd", (esp(tmp_path), LINUX), (ext4(debian(), tmp_path, 64 * MIB), LINUX)
    )

    assert trouble(judge(disk)) == {}
    assert look(disk).distribution is not None


def test_a_boot_partition_of_its_own_is_read(tmp_path: Path) -> None:
    root: Content = {path: what for path, what in ubuntu().items() if not path.startswith("/boot")}
    boot: Content = {
        path[len("/boot") :]: what for path, what in ubuntu().items() if path.startswith("/boot/")
    }
    root |= {
        "/boot": None,
        "/etc/fstab": f"UUID={ROOT_UUID} / ext4 defaults 0 1\nUUID={BOOT_UUID} /boot ext4 defaults 0 2\n",
    }
    cfg = boot["/grub/grub.cfg"]
    assert isinstance(cfg, str)
    boot["/grub/grub.cfg"] = cfg.replace("/boot/vmlinuz", "/vmlinuz").replace("/boot/initrd", "/initrd")
    disk = gpt_disk(
        tmp_path / "boot.vhd",
        (ext4(boot, tmp_path, 32 * MIB, uuid=BOOT_UUID, label="boot"), LINUX),
        (ext4(root, tmp_path, 64 * MIB), LINUX),
    )

    inside = look(disk)

    assert {each.mounted for each in inside.volumes} == {"/", "/boot"}
    assert set(trouble(judge(disk))) <= {"LIN-10"}


@needs_xfs
def test_red_hat_on_xfs_with_an_mbr_and_swap(tmp_path: Path) -> None:
    system = xfs(rhel(sqlite(headers(RHEL_PACKAGES))), tmp_path, 320 * MIB)
    swap = tmp_path / "swap"
    swap.write_bytes((b"\0" * 4086 + b"SWAPSPACE2").ljust(MIB, b"\0"))
    disk = mbr_disk(tmp_path / "rhel.vhd", (system, 0x83), (swap, 0x82))

    found = judge(disk)

    assert set(trouble(found)) == {"LIN-09"}, trouble(found)
    assert "2" in str(found["LIN-09"].seen_at) + str(found["LIN-09"].reason)


def test_suse_with_its_configuration_below_usr_etc(tmp_path: Path) -> None:
    found = judge(gen2_linux(tmp_path, sles(ndb(headers(SLES_PACKAGES)))))

    assert trouble(found) == {}
    assert found["LIN-14"].outcome is Outcome.PASSED
    assert found["LIN-02"].outcome is Outcome.PASSED


def test_a_boot_partition_that_is_not_there_is_no_damage(tmp_path: Path) -> None:
    content = ubuntu() | {
        "/etc/fstab": f"UUID={ROOT_UUID} / ext4 defaults 0 1\nUUID={BOOT_UUID} /boot ext4 defaults 0 2\n"
    }

    found = judge(gen2_linux(tmp_path, content))

    assert found["LIN-04"].outcome is Outcome.SKIPPED
    assert "/boot is on a volume that is not on this disk" in str(found["LIN-04"].reason)
    assert found["LIN-15"].outcome is Outcome.PASSED


@pytest.mark.parametrize("feature", ["sparse_super2", "fast_commit", "stable_inodes"])
def test_an_ext4_that_no_reader_knows_is_named_and_not_called_damaged(feature: str, tmp_path: Path) -> None:
    system = ext4(debian(), tmp_path, 64 * MIB, options=("-O", feature))

    found = judge(gpt_disk(tmp_path / "disk.vhd", (system, LINUX)))

    assert found["LIN-15"].outcome is Outcome.SKIPPED
    assert "ext" in str(found["LIN-15"].reason)
    assert "damaged" not in str(found["LIN-15"].reason)
