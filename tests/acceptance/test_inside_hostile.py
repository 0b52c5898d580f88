"""Disks that cannot be looked into, or were made to harm whoever does: an answer within the limits, and never a false pass."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.disk.images import LINUX, MIB, run
from tests.images.disks import esp, ext4, gpt_disk, needs, needs_ext4, needs_fat, program, put
from tests.images.linux_systems import Content, ubuntu
from tests.images.looking import judge, look
from tests.inspection.memory_tree import Link
from wizard.disk.files.sparse import make_sparse
from wizard.step import Outcome

pytestmark = [needs_fat, pytest.mark.timeout(300)]

needs_btrfs = needs("mkfs.btrfs", "btrfs-progs")
needs_cryptsetup = needs("cryptsetup", "cryptsetup-bin")
TIB = 1024**4


def only_skipped(disk: Path, build_path: str = "linux_local") -> set[str]:
    """The reasons of the rules that need files: all of them are skipped."""
    found = judge(disk, build_path)
    by_files = [each for rule, each in found.items() if rule.startswith(("LIN-1", "LIN-2", "WIN-0", "WIN-1"))]
    judged = {each.rule for each in by_files if each.outcome is not Outcome.SKIPPED}
    assert judged <= {"LIN-10", "LIN-11", "WIN-04"}, judged
    assert len(by_files) > 8
    return {str(each.reason) for each in by_files}


@needs_btrfs
def test_a_root_on_btrfs_is_named_and_nothing_passes(tmp_path: Path) -> None:
    image = tmp_path / "root.btrfs"
    tree = put({path: what for path, what in ubuntu().items() if "/boot" not in path}, tmp_path / "tree")
    with image.open("wb") as file:
        file.truncate(256 * MIB)
    run(program("mkfs.btrfs"), "-q", "-r", tree, image)

    reasons = only_skipped(gpt_disk(tmp_path / "disk.vhd", (esp(tmp_path), LINUX), (image, LINUX)))

    assert any("btrfs" in each for each in reasons), reasons


@needs_cryptsetup
def test_an_encrypted_root_is_told_and_nothing_passes(tmp_path: Path) -> None:
    image, key = tmp_path / "root.luks", tmp_path / "key"
    key.write_text("practice")
    with image.open("wb") as file:
        file.truncate(64 * MIB)
    run(
        program("cryptsetup"), "luksFormat", "--batch-mode", "--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000",
        "--key-file", key, image,
    )  # fmt: skip
    disk = gpt_disk(tmp_path / "disk.vhd", (esp(tmp_path), LINUX), (image, LINUX))

    reasons = only_skipped(disk)

    assert any("LUKS" in each or "luks" in each for each in reasons), reasons
    assert judge(disk)["VHD-22"].outcome is Outcome.FAILED


def test_a_drive_with_bitlocker_is_told_and_nothing_passes(tmp_path: Path) -> None:
    image = tmp_path / "drive"
    with image.open("wb") as file:
        file.write(b"\xeb\x58\x90-FVE-FS-".ljust(512, b"\0"))
        file.truncate(64 * MIB)
    disk = gpt_disk(tmp_path / "disk.vhd", (esp(tmp_path), LINUX), (image, LINUX))

    only_skipped(disk, "windows_local")

    assert judge(disk, "windows_local")["VHD-22"].outcome is Outcome.FAILED
    assert judge(disk, "windows_local")["WIN-04"].outcome is Outcome.FAILED


@needs_ext4
def test_a_system_made_to_harm_its_reader_gets_an_answer(tmp_path: Path) -> None:
    content: Content = {
        **ubuntu(),
        "/etc/shadow": Link("shadow-"),
        "/etc/shadow-": Link("shadow"),
        "/etc/sudoers.d/deep": Link("x/../" * 190 + "deep"),
        "/var/log/up": Link("/"),
        "/root/.ssh/id_rsa": b"",
        "/home/x/.bash_history": Link("/proc/self/root/dev/zero"),
    }
    (path,) = (each for each in content if each.startswith("/boot/initrd.img-"))
    content[path] = gzip.compress(bytes(64 * MIB), mtime=0) * 40  # unpacks to 2.5 GiB of nothing
    keys = tmp_path / "root.tree/root/.ssh/authorized_keys"
    keys.parent.mkdir(parents=True)
    with keys.open("wb") as file:
        assert make_sparse(file)
        file.truncate(TIB)
    disk = gpt_disk(tmp_path / "disk.vhd", (esp(tmp_path), LINUX), (ext4(content, tmp_path, 64 * MIB), LINUX))

    inside, found = look(disk), judge(disk)

    assert inside.system == "linux"
    assert {each.chapter for each in inside.unread} <= {"kernel"}
    assert found["LIN-24"].outcome is Outcome.SKIPPED
    assert found["LIN-15"].outcome is not Outcome.PASSED
    assert found["LIN-16"].outcome is not Outcome.PASSED
    assert found["LIN-04"].outcome is Outcome.PASSED
