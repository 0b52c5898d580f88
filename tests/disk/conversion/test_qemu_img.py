"""VMDK, QCOW2 and VDI through qemu-img: found, its version judged, never given a file that leads to another."""

from __future__ import annotations

import contextlib
import os
import random
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.disk.images import MIB, gen2, needs_qemu, needs_shell, run, write
from wizard.disk.conversion import qemu_img
from wizard.disk.conversion.convert import convert, needed_space
from wizard.disk.conversion.qemu_formats import look_into
from wizard.disk.conversion.qemu_img import QemuImg, find_qemu_img, how_to_get_it, needed_qemu_img
from wizard.disk.recognise import FileKind
from wizard.disk.refused import Refusal, RefusedImage
from wizard.errors import Cancelled, WizardError
from wizard.messages import msg
from wizard.tasks import Task

SIZE = 24 * MIB
INFO = f'{{"virtual-size": {SIZE}, "format": "qcow2"}}'


def task() -> Task:
    return Task(msg("Converting"))


def disk(folder: Path, driver: str, *options: str) -> Path:
    """A disk with some data, and as raw beside it."""
    filled = random.Random(4).randbytes(100_000)
    raw = write(folder / "disk.raw", SIZE, gen2(SIZE) | {3 * MIB + 512: filled})
    path = folder / f"disk.{driver}"
    run("qemu-img", "convert", "-f", "raw", "-O", driver, *options, raw, path)
    return path


def kind_of(path: Path) -> FileKind:
    return {".qcow2": FileKind.QCOW2, ".vmdk": FileKind.VMDK, ".vdi": FileKind.VDI}[path.suffix]


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Puts a qemu-img on the search path that says and does what the test wants; `called` lists how it was called."""

    def make(version: str = "8.2.0", info: str = INFO, convert: str = "", folder: str = "bin") -> Path:
        program = tmp_path / folder / "qemu-img"
        program.parent.mkdir(exist_ok=True)
        program.write_text(
            f"""#!/bin/sh
echo "$@" >> "{tmp_path}/called"
case "$1" in
--version) echo "qemu-img version {version} (Test)" ;;
info) echo '{info}' ;;
measure) echo "unknown command" >&2 ; exit 1 ;;
convert) for last in "$@" ; do : ; done
{convert or ":"}
;;
esac
"""
        )
        program.chmod(0o755)
        monkeypatch.setenv("PATH", os.pathsep.join([str(program.parent), "/usr/bin", "/bin"]))
        return program

    return make


@pytest.fixture
def qcow2(tmp_path: Path) -> Path:
    """The head of a QCOW2, which is all that a script of ours needs."""
    path = tmp_path / "disk.qcow2"
    path.write_bytes(struct.pack(">4sIQIIQI", b"QFI\xfb", 3, 0, 0, 16, SIZE, 0).ljust(104, b"\0"))
    return path


# Finding it


@needs_shell
@pytest.mark.parametrize(
    ("version", "bad"),
    [
        ("1.7.0", False),
        ("2.2.0", False),
        ("2.2.1", True),
        ("2.3.0", True),
        ("2.5.1.1", True),
        ("2.5", True),
        ("2.6.0", False),
        ("2.6.50", False),
        ("7.2.22", False),
        ("10.0.2", False),
    ],
)
def test_versions_that_write_bad_vhds_are_known(
    script: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, version: str, bad: bool
) -> None:
    program = script(version)
    monkeypatch.setenv("PATH", str(program.parent))
    found = find_qemu_img()
    assert found is not None
    assert (found.path, found.is_bad) == (program, bad)
    assert version.startswith(found.version_text.removesuffix(".0"))


@needs_shell
def test_a_bad_version_is_not_used_and_another_is_looked_for(
    script: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = script("8.0.0", folder="good"), script("2.4.0", folder="bad")
    monkeypatch.setenv("PATH", str(bad.parent))
    with pytest.raises(WizardError, match=r"2\.4\.0") as refused:
        needed_qemu_img()
    assert refused.value.cure == how_to_get_it()
    monkeypatch.setenv("PATH", os.pathsep.join([str(bad.parent), str(good.parent)]))
    assert needed_qemu_img().path == good


def test_where_there_is_none_the_cure_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PROGRAMW6432", "PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA", "CHOCOLATEYINSTALL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_qemu_img() is None
    with pytest.raises(WizardError, match="not installed") as refused:
        needed_qemu_img()
    assert "QEMU" in str(refused.value.cure) or "qemu" in str(refused.value.cure)


@pytest.mark.parametrize(
    ("platform", "word"), [("win32", "winget"), ("darwin", "brew"), ("linux", "apt install")]
)
def test_each_system_has_its_way_to_get_it(monkeypatch: pytest.MonkeyPatch, platform: str, word: str) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert word in str(how_to_get_it())


@needs_shell
def test_a_program_in_the_current_folder_is_never_taken(
    script: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    program = script()
    monkeypatch.chdir(program.parent)
    for path in ("", ".", os.pathsep, "./"):
        monkeypatch.setenv("PATH", path)
        assert find_qemu_img() is None


@needs_shell
@pytest.mark.parametrize("said", ["exit 0", "echo hello", "exit 3", "echo 'qemu-img version x.y'"])
def test_a_program_that_only_has_its_name_is_not_taken(
    script: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    program = script()
    program.write_text(f"#!/bin/sh\n{said}\n")
    monkeypatch.setenv("PATH", str(program.parent))
    assert find_qemu_img() is None


# Disks that are read


@needs_qemu
@pytest.mark.parametrize(
    ("driver", "options"),
    [
        ("qcow2", ("-c",)),
        ("qcow2", ("-o", "compat=0.10")),
        ("vmdk", ("-o", "subformat=monolithicSparse")),
        ("vmdk", ("-o", "subformat=monolithicFlat")),
        ("vmdk", ("-o", "subformat=twoGbMaxExtentSparse")),
        ("vmdk", ("-o", "subformat=twoGbMaxExtentFlat")),
        ("vmdk", ("-o", "subformat=streamOptimized")),
        ("vdi", ("-o", "static=on")),
    ],
)
def test_every_whole_kind_of_disk_is_converted(tmp_path: Path, driver: str, options: tuple[str, ...]) -> None:
    source = disk(tmp_path, driver, *options)
    assert look_into(source, kind_of(source)).size == SIZE
    made = convert(source, tmp_path / "made.vhd", task())
    assert made.target.read_bytes()[:-512] == (tmp_path / "disk.raw").read_bytes()
    assert made.target.read_bytes()[-512:] == made.footer
    assert not [each for each in tmp_path.iterdir() if each.suffix == ".new"]
    assert needed_space(source, task()) >= made.data_bytes


@needs_qemu
def test_an_odd_size_grows_with_its_partition_table(tmp_path: Path) -> None:
    size = SIZE - 1024
    raw = write(tmp_path / "disk.raw", size, gen2(size))
    source, target = tmp_path / "disk.qcow2", tmp_path / "made.vhd"
    run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw, source)
    with pytest.raises(WizardError, match="no whole number of MiB"):
        convert(source, target, task())
    assert not target.exists()
    made = convert(source, target, task(), grow=True)
    assert (made.grown_by, made.length) == (1024, SIZE + 512)
    whole, direct = target.read_bytes(), tmp_path / "direct.vhd"
    convert(raw, direct, task(), grow=True)
    assert whole == direct.read_bytes()


@needs_qemu
def test_the_target_is_no_part_of_the_disk(tmp_path: Path) -> None:
    source = disk(tmp_path, "vmdk", "-o", "subformat=monolithicFlat")
    part = (tmp_path / "disk-flat.vmdk").rename(tmp_path / "part.vhd")
    source.write_text(source.read_text().replace("disk-flat.vmdk", "part.vhd"))
    with pytest.raises(WizardError, match="never written over"):
        convert(source, part, task(), overwrite=True)


@needs_qemu
def test_a_disk_that_another_program_writes_is_refused(tmp_path: Path) -> None:
    import subprocess

    if sys.platform != "linux":
        pytest.skip("QEMU's locks are looked for on Linux alone")
    source = disk(tmp_path, "qcow2")
    with subprocess.Popen(
        ["qemu-io", "-f", "qcow2", source], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        holder.stdin.write(b"length\n")
        holder.stdin.flush()
        holder.stdout.readline()
        with pytest.raises(RefusedImage) as refused:
            convert(source, tmp_path / "made.vhd", task())
        holder.stdin.close()
    assert refused.value.refusal is Refusal.IN_USE


# Disks that lead to other files


def changed(path: Path, offset: int, data: bytes) -> Path:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(data)
    return path


def with_backing_file(folder: Path) -> Path:
    base = disk(folder, "qcow2").rename(folder / "base.qcow2")
    run("qemu-img", "create", "-f", "qcow2", "-b", base, "-F", "qcow2", folder / "disk.qcow2")
    return folder / "disk.qcow2"


def with_data_file(folder: Path) -> Path:
    run(
        "qemu-img", "create", "-f", "qcow2", "-o", f"data_file={folder}/data.raw", folder / "disk.qcow2", "8M"
    )
    return folder / "disk.qcow2"


def encrypted(folder: Path) -> Path:
    return changed(disk(folder, "qcow2"), 32, struct.pack(">I", 2))


def corrupt(folder: Path) -> Path:
    return changed(disk(folder, "qcow2"), 72, struct.pack(">Q", 2))


def of_another_version(folder: Path) -> Path:
    return changed(disk(folder, "qcow2"), 4, struct.pack(">I", 4))


def vmdk_with_a_parent(folder: Path) -> Path:
    disk(folder, "vmdk").rename(folder / "base.vmdk")
    run("qemu-img", "create", "-f", "vmdk", "-b", folder / "base.vmdk", "-F", "vmdk", folder / "disk.vmdk")
    return folder / "disk.vmdk"


def vmdk_that_names(name: str, form: str = "FLAT") -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / "secret").write_bytes(b"secret" * 1000)
        path = folder / "disk.vmdk"
        path.write_text(
            '# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType="monolithicFlat"\n'
            f'RW 8 {form} "{name}" 0\n'
        )
        return path

    return make


def vmdk_over_several_lines(folder: Path) -> Path:
    path = vmdk_that_names("x")(folder)
    path.write_text(path.read_text().replace('RW 8 FLAT "x"', 'RW\n 8\n\tFLAT\n"../x"'))
    return path


def vmdk_with_a_link(folder: Path) -> Path:
    path = vmdk_that_names("part.vmdk")(folder)
    (folder / "part.vmdk").symlink_to(folder / "secret")
    return path


def vmdk_without_a_size(folder: Path) -> Path:
    """QEMU would take the descriptor within for one that names other files."""
    return changed(disk(folder, "vmdk"), 12, bytes(8))


def vmdk_with_such_a_part(folder: Path) -> Path:
    path = disk(folder, "vmdk", "-o", "subformat=twoGbMaxExtentSparse")
    changed(folder / "disk-s001.vmdk", 12, bytes(8))
    return path


def part_of_a_vmdk(folder: Path) -> Path:
    disk(folder, "vmdk", "-o", "subformat=twoGbMaxExtentSparse")
    return folder / "disk-s001.vmdk"


def differencing_vdi(folder: Path) -> Path:
    return changed(disk(folder, "vdi"), 0x4C, struct.pack("<I", 4))


def vdi_with_a_parent(folder: Path) -> Path:
    return changed(disk(folder, "vdi"), 0x1B8, b"\x01" * 16)


@needs_qemu
@needs_shell
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (with_backing_file, "differs from another disk"),
        (with_data_file, "lies in another file"),
        (encrypted, "encrypted"),
        (corrupt, "corrupt"),
        (of_another_version, "version 4"),
        (vmdk_with_a_parent, "differs from another disk"),
        (vmdk_that_names("../secret"), "outside its own folder"),
        (vmdk_that_names("/etc/passwd"), "outside its own folder"),
        (vmdk_that_names("nbd:127.0.0.1:1"), "outside its own folder"),
        (vmdk_that_names("\\\\\\\\.\\\\PhysicalDrive0"), "outside its own folder"),
        (vmdk_that_names(".."), "outside its own folder"),
        (vmdk_that_names("gone.vmdk"), "is missing"),
        (vmdk_that_names("secret", "SESPARSE"), "SESPARSE"),
        (vmdk_that_names("secret", "SPARSE"), "header is not sound"),
        (vmdk_over_several_lines, "outside its own folder"),
        (vmdk_with_a_link, "no plain file"),
        (vmdk_without_a_size, "header is not sound"),
        (vmdk_with_such_a_part, "header is not sound"),
        (part_of_a_vmdk, "only one part"),
        (differencing_vdi, "differs from another disk"),
        (vdi_with_a_parent, "differs from another disk"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_disk_that_leads_elsewhere_never_reaches_qemu_img(
    tmp_path: Path, script: Callable[..., Path], make: Callable[[Path], Path], said: str
) -> None:
    if sys.platform == "win32" and make is vmdk_with_a_link:
        pytest.skip("links need a privilege on Windows")
    source = make(tmp_path)
    script()
    with pytest.raises(RefusedImage, match=said) as refused:
        convert(source, tmp_path / "made.vhd", task())
    assert str(refused.value.cure)
    assert not (tmp_path / "called").exists()
    assert not (tmp_path / "made.vhd").exists()


@needs_shell
@pytest.mark.parametrize(
    "more",
    [
        '"backing-filename": "/etc/passwd"',
        '"full-backing-filename": "nbd://server"',
        '"encrypted": true',
        '"format-specific": {"data": {"data-file": "x"}}',
        '"format-specific": {"data": {"extents": [{"filename": "/etc/passwd"}]}}',
    ],
)
def test_what_qemu_img_itself_finds_behind_a_disk_ends_it(
    tmp_path: Path, script: Callable[..., Path], qcow2: Path, more: str
) -> None:
    script(info=INFO[:-1] + f", {more}}}")
    with pytest.raises(RefusedImage):
        convert(qcow2, tmp_path / "made.vhd", task())
    assert "convert" not in (tmp_path / "called").read_text()


@pytest.mark.parametrize("kind", [FileKind.PARALLELS, FileKind.VHDX, FileKind.RAW_DISK])
def test_other_formats_are_not_given_to_it(tmp_path: Path, kind: FileKind) -> None:
    path = tmp_path / "disk"
    path.write_bytes(bytes(512))
    with pytest.raises(RefusedImage):
        look_into(path, kind)


HEADS = {
    FileKind.QCOW2: struct.pack(">4sIQIIQI", b"QFI\xfb", 3, 0, 0, 16, SIZE, 0),
    FileKind.VMDK: struct.pack("<4sIIQQQQ", b"KDMV", 1, 3, 100, 128, 1, 20),
    FileKind.VDI: bytes(64) + b"\x7f\x10\xda\xbe",
}


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(sorted(HEADS)),
    length=st.integers(0, 2048),
    changes=st.dictionaries(st.integers(0, 2047), st.integers(0, 255), max_size=8),
    text=st.sampled_from([b"", b"# Disk DescriptorFile\n", b'RW 8 FLAT "a" 0\n', b"parentCID=x"]),
)
def test_any_head_gives_a_size_or_a_refusal(
    tmp_path: Path, kind: FileKind, length: int, changes: dict[int, int], text: bytes
) -> None:
    data = bytearray((text + HEADS[kind]).ljust(length, b"\0"))
    for at, value in changes.items():
        if at < len(data):
            data[at] = value
    path = tmp_path / "disk"
    path.write_bytes(data)
    with contextlib.suppress(RefusedImage):
        assert look_into(path, kind).size > 0


# What goes wrong


def left(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir() if each.suffix in (".new", ".vhd")]


@needs_shell
@pytest.mark.parametrize(
    ("convert_script", "said"),
    [
        ('echo "qemu-img: error while writing: No space left on device" >&2 ; exit 1', "disk is full"),
        ('echo "qemu-img: Failed to get shared \\"write\\" lock" >&2 ; exit 1', "uses this disk"),
        ('echo "qemu-img: it is broken" >&2 ; exit 1', "it is broken"),
        ("kill -9 $$", "could not read"),
    ],
)
def test_a_failure_is_told_and_leaves_nothing(
    tmp_path: Path, script: Callable[..., Path], qcow2: Path, convert_script: str, said: str
) -> None:
    script(convert=f'echo half > "$last" ; {convert_script}')
    with pytest.raises(WizardError, match=said):
        convert(qcow2, tmp_path / "made.vhd", task())
    assert left(tmp_path) == []


@needs_shell
@pytest.mark.parametrize("info", ["", "nonsense", "[]", "{}", '{"virtual-size": "x"}'])
def test_an_answer_that_is_not_understood_ends_it(
    tmp_path: Path, script: Callable[..., Path], qcow2: Path, info: str
) -> None:
    script(info=info)
    with pytest.raises(WizardError, match="not understood"):
        convert(qcow2, tmp_path / "made.vhd", task())


@needs_shell
def test_one_that_hangs_is_ended(
    tmp_path: Path, script: Callable[..., Path], qcow2: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qemu_img, "STALLED_AFTER", 0.4)
    script(convert=f'echo $$ > "{tmp_path}/pid" ; exec sleep 100')
    with pytest.raises(WizardError, match="no progress"):
        convert(qcow2, tmp_path / "made.vhd", task())
    assert left(tmp_path) == []
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


@needs_shell
def test_a_cancel_ends_it_and_leaves_nothing(
    tmp_path: Path, script: Callable[..., Path], qcow2: Path
) -> None:
    script(
        convert=f'echo half > "$last" ; echo $$ > "{tmp_path}/pid" ; printf "    (12.50/100%%)\\r" ; exec sleep 100'
    )
    work = task()
    work.listen(lambda each: each.cancel() if each.progress.done else None)
    started = time.monotonic()
    with pytest.raises(Cancelled):
        convert(qcow2, tmp_path / "made.vhd", work)
    assert time.monotonic() - started < 60
    assert work.progress.done == SIZE // 8
    assert left(tmp_path) == []
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


@needs_shell
def test_too_little_room_is_said_before_it_starts(
    tmp_path: Path, script: Callable[..., Path], qcow2: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wizard.disk.conversion import target_file

    script()
    monkeypatch.setattr(target_file, "free_bytes", lambda folder: SIZE)
    with pytest.raises(WizardError, match="not enough room") as refused:
        convert(qcow2, tmp_path / "made.vhd", task())
    # This one cannot measure, so the whole disk counts.
    assert refused.value.details["needed"] == str(SIZE + 512)
    assert " convert " not in (tmp_path / "called").read_text()


@needs_shell
def test_what_it_says_is_held_in_bounds(tmp_path: Path, script: Callable[..., Path], qcow2: Path) -> None:
    script(
        info="x" * 100,
        convert='i=0; while [ $i -lt 20000 ]; do echo "qemu-img: $i no" >&2; i=$((i+1)); done; exit 1',
    )
    found = find_qemu_img()
    assert isinstance(found, QemuImg)
    with pytest.raises(WizardError) as failed:
        found.write_raw(look_into(qcow2, FileKind.QCOW2), SIZE, tmp_path / "raw", task())
    assert "19999 no" in str(failed.value)
    assert len(failed.value.details["qemu-img"]) <= 4096


@needs_shell
def test_a_name_like_an_option_or_a_server_is_a_file(
    tmp_path: Path, script: Callable[..., Path], qcow2: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(convert="exit 1")
    monkeypatch.chdir(tmp_path)
    for name in ("-o.qcow2", "nbd:server.qcow2", "json:{}.qcow2"):
        if sys.platform != "win32":
            qcow2 = qcow2.rename(tmp_path / name)
            with pytest.raises(WizardError):
                convert(Path(name), Path("made.vhd"), task())
            assert f" {tmp_path}/{name} " in (tmp_path / "called").read_text()
