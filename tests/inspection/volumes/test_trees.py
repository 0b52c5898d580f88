"""Real file systems, made by the tools that installers use, say what was put into them: all of it and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.disk.images import MIB, run
from tests.images.disks import (
    needs,
    needs_ext4,
    needs_fat,
    needs_ntfs,
    needs_xfs,
    program,
    xfs,
)
from tests.inspection.memory_tree import Held, Link
from tests.inspection.volumes.held_disk import HeldDisk, whole
from wizard.disk.partitions.volumes import Volume, volume_of
from wizard.inspection.system_files import Files
from wizard.inspection.tree import Entry, Kind, Tree
from wizard.inspection.volumes.block_cache import BlockCache
from wizard.inspection.volumes.opening import UnreadableError, open_tree
from wizard.inspection.volumes.window import Piece, Window

TIB = 1024**4
LONG = "x" * 200
needs_debugfs = needs("debugfs", "e2fsprogs")
needs_mtools = needs("mcopy", "mtools")
needs_ntfscp = needs("ntfscp", "ntfs-3g")


def tree(disk: HeldDisk) -> Tree:
    window = Window(BlockCache(disk.read_at, disk.size).read_at, (Piece(0, disk.size, 0),))
    return open_tree(volume_of(window.read_at(0, 8192)), window)


def fill(folder: Path) -> Path:
    """A small tree with what is odd about files."""
    (folder / "etc/ssh").mkdir(parents=True)
    (folder / "many").mkdir()
    (folder / "etc/passwd").write_bytes(b"root:x:0:0::/root:/bin/sh\n")
    (folder / "etc/empty").write_bytes(b"")
    (folder / "etc/ssh/key").write_bytes(b"secret")
    (folder / "etc/ssh/key").chmod(0o4600)
    (folder / "etc/中文 name").write_bytes(b"zh")
    (folder / "short").symlink_to("etc/passwd")
    (folder / "long").symlink_to(f"/{LONG}")
    (folder / "sixty").symlink_to("y" * 60)
    for number in range(700):
        (folder / "many" / f"an entry with a long name {number:04}").write_bytes(b"%d" % number)
    with (folder / "sparse").open("wb") as file:
        file.write(b"begin")
        file.seek(3 * MIB)
        file.write(b"end")
    with (folder / "pieces").open("wb") as file:
        for number in range(60):
            file.seek(number * 16384)
            file.write(bytes([number + 1]) * 8192)
    for place in (folder, *folder.rglob("*")):
        os.utime(place, (1_700_000_000, 1_700_000_000), follow_symlinks=False)
    return folder


def same(entry: Entry, folder: Path) -> int:
    """Compare all below, found by listing and by name; how many there are."""
    found = {each.name: each for each in entry.children() if each.name != "lost+found"}
    assert set(found) == {each.name for each in folder.iterdir()}
    count = len(found)
    for place in folder.iterdir():
        by_name = entry.child(place.name)
        assert by_name is not None
        assert (by_name.kind, by_name.size) == (found[place.name].kind, found[place.name].size)
        status = place.lstat()
        if place.is_symlink():
            assert (by_name.kind, by_name.target()) == (Kind.LINK, str(place.readlink()))
        elif place.is_dir():
            assert by_name.kind is Kind.FOLDER
            count += same(by_name, place)
        else:
            assert (by_name.kind, by_name.size) == (Kind.FILE, status.st_size)
            assert by_name.read(0, status.st_size + 10) == place.read_bytes()
            assert by_name.read(status.st_size, 1) == b""
    assert entry.child("nothing of that name") is None
    assert entry.child("ETC") is None
    return count


def ext(folder: Path, *options: str, size: str = "24m") -> HeldDisk:
    image = folder / "image.ext"
    run(program("mkfs.ext4"), "-q", "-F", *options, "-d", folder / "tree", image, size)
    return whole(image)


@needs_ext4
@pytest.mark.parametrize(
    "options",
    [
        ("-t", "ext2"),
        ("-t", "ext3"),
        ("-t", "ext4"),
        ("-t", "ext4", "-b", "1024"),
        ("-t", "ext4", "-O", "^64bit,^metadata_csum,uninit_bg"),
        # What mke2fs of Ubuntu 24.04, Debian 13 and RHEL 10 makes without being asked.
        ("-t", "ext4", "-O", "metadata_csum,metadata_csum_seed,orphan_file,64bit"),
        ("-t", "ext4", "-O", "casefold,dir_nlink,project,quota"),
    ],
)
def test_ext(tmp_path: Path, options: tuple[str, ...]) -> None:
    folder = fill(tmp_path / "tree")
    root = tree(ext(tmp_path, *options)).root

    assert same(root, folder) == 712
    key = Files(tree(whole(tmp_path / "image.ext"))).find("/etc/ssh/key")
    assert key is not None
    assert (key.mode, key.owner, key.modified) == (
        0o4600,
        os.getuid() if hasattr(os, "getuid") else 0,
        1_700_000_000,
    )


@needs_ext4
@pytest.mark.parametrize("feature", ["inline_data", "ea_inode", "encrypt", "large_dir", "bigalloc"])
def test_ext_that_libfsext_would_read_wrongly_or_not_at_all(tmp_path: Path, feature: str) -> None:
    (tmp_path / "tree").mkdir()
    with pytest.raises(UnreadableError):
        tree(ext(tmp_path, "-t", "ext4", "-O", feature))


@needs_ext4
@needs_debugfs
def test_a_name_that_is_no_text_is_seen_all_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "tree" / "home" / os.fsdecode(b"caf\xe9")
    folder.mkdir(parents=True)
    (folder / "authorized_keys").write_text("key")
    found = Files(tree(ext(tmp_path)))

    (home,) = found.names("/home")
    assert not home.isascii()
    assert found.read(f"/home/{home}/authorized_keys") == b"key"


@needs_ext4
@needs_debugfs
def test_a_sparse_file_of_one_tebibyte_is_read_where_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "authorized_keys").write_text("ssh-rsa AAAA\n")
    disk = ext(tmp_path)
    run(program("debugfs"), "-w", "-R", f"sif authorized_keys size {TIB}", tmp_path / "image.ext")
    found = Files(tree(disk))

    content = found.content("/authorized_keys")
    assert content is not None
    assert content.size == TIB
    assert content.read_at(TIB // 2, 100) == bytes(100)
    assert len(found.lines("/authorized_keys")) == 2  # the key, and what is cut off of the zeros behind it
    assert disk.read_bytes < 2 * MIB


@needs_ext4
@needs_debugfs
def test_a_folder_that_contains_itself_is_entered_once(tmp_path: Path) -> None:
    (tmp_path / "tree" / "a" / "b").mkdir(parents=True)
    disk = ext(tmp_path)
    run(program("debugfs"), "-w", "-R", "link /a /a/b/again", tmp_path / "image.ext")
    run(program("debugfs"), "-w", "-R", "link /a /a/b/more", tmp_path / "image.ext")

    assert sorted(path for path, _ in Files(tree(disk)).walk("/a")) == ["/a/b", "/a/b/again", "/a/b/more"]


@needs_ext4
@needs_debugfs
def test_a_name_that_stands_twice_is_found_once(tmp_path: Path) -> None:
    (tmp_path / "tree" / "etc").mkdir(parents=True)
    for name, text in (("one", "first"), ("two", "second")):
        (tmp_path / "tree" / "etc" / name).write_text(text)
    disk = ext(tmp_path, "-O", "^metadata_csum,^dir_index")
    image = tmp_path / "image.ext"
    image.write_bytes(image.read_bytes().replace(b"\x03\x01two", b"\x03\x01one"))
    found = Files(tree(disk))

    assert found.names("/etc") == ("one",)
    assert found.text("/etc/one") == "first"


@needs_xfs
@pytest.mark.parametrize(
    "options",
    [
        (),
        ("-m", "bigtime=1,inobtcount=1,reflink=1,rmapbt=1"),
        ("-i", "nrext64=1"),  # as RHEL 10 makes it
        ("-m", "bigtime=0,inobtcount=0,reflink=0,finobt=0"),
        ("-m", "crc=0,finobt=0,reflink=0,bigtime=0,inobtcount=0"),
        ("-n", "size=16384"),
    ],
)
def test_xfs(tmp_path: Path, options: tuple[str, ...]) -> None:
    content = {
        "/etc/passwd": Held("root:x:0:0::/root:/bin/sh\n", 0o640),
        "/etc/empty": b"",
        "/etc/中文name": "zh",
        "/short": Link("etc/passwd"),
        "/long": Link(f"/{LONG}"),
        "/remote": Link("/far" * 240),
        "/large": bytes(range(1, 251)) * 5000,
        **{f"/many/entry{number:04}": str(number) for number in range(900)},
    }
    image = xfs(content, tmp_path, 300 * MIB, options=options)
    found = Files(tree(whole(image)))

    assert found.names("/") == ("etc", "large", "long", "many", "remote", "short")
    assert len(found.names("/many")) == 900
    assert found.text("/many/entry0899") == "899"
    assert found.text("/short") == "root:x:0:0::/root:/bin/sh\n"
    assert found.read("/large", 2 * MIB) == bytes(range(1, 251)) * 5000
    assert found.text("/etc/中文name") == "zh"
    assert found.read("/etc/empty") == b""
    if "crc=0,finobt=0,reflink=0,bigtime=0,inobtcount=0" in options:
        # In version 5 mkfs.xfs leaves out the header of such a link; test_xfs.py has one.
        remote = found.find("/remote", follow=False)
        assert remote is not None
        assert remote.target() == "/far" * 240
    passwd, long = found.find("/etc/passwd"), found.find("/long", follow=False)
    assert passwd is not None
    assert long is not None
    assert (passwd.mode, passwd.owner, long.target()) == (0o640, 0, f"/{LONG}")
    assert found.find("/ETC") is None


@needs_fat
@needs_mtools
@pytest.mark.parametrize(("bits", "size"), [("12", 4 * MIB), ("16", 32 * MIB), ("32", 64 * MIB)])
def test_fat(tmp_path: Path, bits: str, size: int) -> None:
    image, data = tmp_path / "image.fat", os.urandom(300_000)
    (tmp_path / "data").write_bytes(data)
    run(program("mkfs.vfat"), "-C", "-F", bits, "-n", "UEFI", image, str(size // 1024))
    run("mmd", "-i", image, "::/EFI", "::/EFI/BOOT")
    for name in ("EFI/BOOT/BOOTX64.EFI", "EFI/A long name.txt", "gone.txt"):
        run("mcopy", "-i", image, tmp_path / "data", f"::/{name}")
    run("mdel", "-i", image, "::/gone.txt")
    found = Files(tree(whole(image)))

    assert found.names("/") == ("EFI",)
    assert sorted(found.names("/efi")) == ["A long name.txt", "BOOT"]
    assert found.read("/efi/boot/bootx64.efi", MIB) == data
    assert found.find("/gone.txt") is None
    assert found.real_path("/efi/Boot/bootx64.EFI") == "/EFI/BOOT/BOOTX64.EFI"


@needs_ntfs
@needs_ntfscp
def test_ntfs(tmp_path: Path) -> None:
    image, data = tmp_path / "image.ntfs", os.urandom(500_000)
    (tmp_path / "data").write_bytes(data)
    (tmp_path / "tiny").write_bytes(b"within its record")
    with image.open("wb") as file:
        file.truncate(16 * MIB)
    run(program("mkntfs"), "-q", "-F", "-Q", "-L", "System", image)
    for source, name in (("data", "Large File.bin"), ("tiny", "ä中.txt")):
        run(program("ntfscp"), "-f", image, tmp_path / source, name)
    found = Files(tree(whole(image)))

    assert set(found.names("/")) == {"Large File.bin", "ä中.txt"}
    assert found.read("/large file.BIN", MIB) == data
    assert found.read("/ä中.txt") == b"within its record"
    assert found.find("/$MFT") is None
    assert found.find("/nothing") is None
    assert found.find("/large\\file") is None
    entry = found.find("/Large File.bin")
    assert entry is not None
    assert entry.modified > 1_700_000_000


@pytest.mark.parametrize(
    "kind",
    [Volume.BTRFS, Volume.EXFAT, Volume.REFS, Volume.BITLOCKER, Volume.LUKS, Volume.SWAP, Volume.UNKNOWN],
)
def test_what_has_no_reader_is_refused(kind: Volume) -> None:
    with pytest.raises(UnreadableError):
        open_tree(kind, HeldDisk(MIB, {}).window())


@pytest.mark.parametrize("kind", [Volume.EXT, Volume.NTFS, Volume.FAT])
def test_what_is_no_file_system_is_damaged(kind: Volume) -> None:
    with pytest.raises(OSError, match="error"):
        open_tree(kind, HeldDisk(MIB, {}).window())


@needs_ext4
def test_an_ext_without_a_root_is_damaged(tmp_path: Path) -> None:
    fill(tmp_path / "tree")
    ext(tmp_path, "-t", "ext4", "-O", "^metadata_csum,^has_journal")
    image = tmp_path / "image.ext"
    with image.open("r+b") as file:
        file.seek(1024)  # the superblock begins with how many inodes there are
        file.write((1).to_bytes(4, "little"))

    with pytest.raises(OSError, match="error"):
        open_tree(Volume.EXT, whole(image).window())


@needs_ext4
def test_a_tree_is_read_in_few_requests(tmp_path: Path) -> None:
    fill(tmp_path / "tree")
    disk = ext(tmp_path)
    found = Files(tree(disk))
    disk.reads.clear()

    assert len(list(found.walk("/"))) > 700
    assert len(disk.reads) < 40
    before = len(disk.reads)
    assert len(list(found.walk("/"))) > 700
    assert len(disk.reads) == before, "what was read lately is not read again"
