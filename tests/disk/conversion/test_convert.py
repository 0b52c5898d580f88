"""Converting to a fixed VHD: the disk's bytes and a right footer, with holes, whole or not at all, never over the source."""

from __future__ import annotations

import errno
import os
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.disk.images import GIB, MIB, fixed_vhd, gen2, needs_qemu, read, run, write
from wizard.checks.vhd import findings
from wizard.disk.conversion import convert as convert_module
from wizard.disk.conversion import target_file
from wizard.disk.conversion.convert import Converted, convert, needed_space
from wizard.disk.recognise import FileKind
from wizard.disk.refused import RefusedImage
from wizard.disk.vhd_footer import Footer
from wizard.errors import Cancelled, WizardError
from wizard.messages import msg
from wizard.step import Outcome
from wizard.tasks import Task

SIZE = 24 * MIB
SEED = 20261122
needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
only_posix = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows keeps writers out while the file is open"
)


def task() -> Task:
    return Task(msg("Converting"))


class Watched(Task):
    """A task that calls `then` at each report of progress, however fast they come."""

    def __init__(self, then: Callable[[Task], object]) -> None:
        super().__init__(msg("Converting"))
        self.then = then

    def report(self, done: int = 0, total: int = 0, **more: Any) -> None:
        super().report(done, total, **more)
        if done:
            self.then(self)


def disk(path: Path, size: int = SIZE) -> Path:
    filled = random.Random(SEED).randbytes(100_000)
    return write(path, size, gen2(size) | {3 * MIB + 100: filled, size - 2 * MIB: filled[:4096]})


def converted(source: Path, **how: Any) -> tuple[Path, Converted]:
    target = source.with_name("made.vhd")
    return target, convert(source, target, task(), **how)


def others(folder: Path, *known: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir() if each not in known)


def as_format(source: Path, form: str) -> Path:
    target = source.with_name(f"disk.{form}")
    options = {"vpc": ("-o", "subformat=dynamic,force_size=on")}.get(form, ())
    run("qemu-img", "convert", "-f", "raw", "-O", form, *options, source, target)
    return target


def test_a_raw_disk_becomes_a_fixed_vhd(tmp_path: Path) -> None:
    source = disk(tmp_path / "disk.raw")
    target, made = converted(source)
    assert target.read_bytes()[:-512] == source.read_bytes()
    assert target.read_bytes()[-512:] == made.footer
    assert (made.kind, made.length, made.grown_by) == (FileKind.RAW_DISK, SIZE + 512, 0)
    assert others(tmp_path) == ["disk.raw", "made.vhd"]


def test_the_rules_about_the_format_pass(tmp_path: Path) -> None:
    target, _ = converted(disk(tmp_path / "disk.raw"))
    found = {each.rule: each.outcome for each in findings(read(target), "")}
    assert {rule: found[rule] for rule in found if "VHD-01" <= rule <= "VHD-07"} == {
        f"VHD-0{number}": Outcome.PASSED for number in range(1, 8)
    }


@needs_qemu
@pytest.mark.parametrize("form", ["vpc", "vhdx", "raw", "qcow2", "vmdk", "vdi"])
def test_the_bytes_are_those_that_qemu_writes(tmp_path: Path, form: str) -> None:
    raw = disk(tmp_path / "disk.raw")
    source = raw if form == "raw" else as_format(raw, form)
    theirs = tmp_path / "theirs.vhd"
    fixed = ("-O", "vpc", "-o", "subformat=fixed,force_size=on")
    run("qemu-img", "convert", "-f", form, *fixed, source, theirs)
    target, _ = converted(source)
    assert target.read_bytes()[:-512] == theirs.read_bytes()[:-512]
    run("qemu-img", "compare", "-f", "vpc", "-F", "vpc", target, theirs)


@needs_qemu
@pytest.mark.parametrize("form", ["vpc", "vhdx"])
def test_the_same_disk_gives_the_same_file_again(tmp_path: Path, form: str) -> None:
    source = as_format(disk(tmp_path / "disk.raw"), form)
    first = converted(source)[0].read_bytes()
    assert converted(source, overwrite=True)[0].read_bytes() == first


def test_what_is_empty_takes_no_room(tmp_path: Path) -> None:
    size = 2 * GIB
    source = write(tmp_path / "disk.raw", size, gen2(size) | {GIB: b"\x01" * 4096})
    target, made = converted(source)
    assert target.stat().st_size == size + 512
    assert made.data_bytes < MIB
    if hasattr(target.stat(), "st_blocks"):
        assert target.stat().st_blocks * 512 < 2 * MIB


def test_zeros_that_the_source_stores_become_holes(tmp_path: Path) -> None:
    source = tmp_path / "disk.raw"
    source.write_bytes(disk(tmp_path / "sparse.raw").read_bytes())
    _, made = converted(source)
    assert made.data_bytes < 3 * MIB


def test_a_disk_without_any_data_is_all_holes(tmp_path: Path) -> None:
    target, made = converted(fixed_vhd(tmp_path / "disk.vhd", 20 * MIB))
    assert made.data_bytes == 512
    assert target.read_bytes() == (tmp_path / "disk.vhd").read_bytes()


def test_a_size_between_two_mebibytes_grows_only_where_that_is_allowed(tmp_path: Path) -> None:
    source = disk(tmp_path / "disk.raw", SIZE - 1024)
    with pytest.raises(WizardError, match="no whole number of MiB"):
        converted(source)
    assert others(tmp_path) == ["disk.raw"]
    target, made = converted(source, grow=True)
    assert (made.grown_by, made.length) == (1024, SIZE + 512)
    assert made.growth is not None
    assert read(target).table is not None
    assert not {each.rule for each in findings(read(target), "") if each.outcome is Outcome.FAILED}


pieces = st.dictionaries(
    st.integers(0, 8 * MIB - 1), st.integers(1, 200_000).map(lambda length: (length, 0xAA)), max_size=12
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=pieces, cut=st.integers(0, 2047))
def test_any_disk_is_the_same_after_converting(
    tmp_path: Path, where: dict[int, tuple[int, int]], cut: int
) -> None:
    size = 8 * MIB - cut * 512
    held = {
        start: bytes([value]) * min(length, size - start)
        for start, (length, value) in where.items()
        if start < size
    }
    source = tmp_path / "disk.raw"
    source.unlink(missing_ok=True)
    write(
        source,
        size,
        {0: b"\x33\xc0" + bytes(508) + b"\x55\xaa"} | {at: held[at] for at in sorted(held) if at},
    )
    if size % MIB == 512:
        return  # such a file is taken for a VHD whose footer was wiped
    target, made = converted(source, grow=True, overwrite=True)
    assert target.read_bytes() == source.read_bytes() + bytes(made.grown_by) + made.footer


# Where it is written


def test_an_existing_file_is_kept_unless_it_may_be_overwritten(tmp_path: Path) -> None:
    source, target = disk(tmp_path / "disk.raw"), tmp_path / "made.vhd"
    target.write_text("mine")
    with pytest.raises(WizardError, match="exists already"):
        convert(source, target, task())
    assert target.read_text() == "mine"
    convert(source, target, task(), overwrite=True)
    assert target.read_bytes()[:-512] == source.read_bytes()
    assert others(tmp_path) == ["disk.raw", "made.vhd"]


@pytest.mark.parametrize("name", ["disk.vhd", "sub/../disk.vhd", "./disk.vhd"])
def test_the_source_is_never_written_over(tmp_path: Path, name: str) -> None:
    source = fixed_vhd(tmp_path / "disk.vhd", SIZE)
    (tmp_path / "sub").mkdir()
    before = source.read_bytes()
    with pytest.raises(WizardError, match="never written over"):
        convert(source, tmp_path / name, task(), overwrite=True)
    assert source.read_bytes() == before


@needs_links
@pytest.mark.parametrize("kind", ["hard", "symbolic", "of the folder"])
def test_nor_through_a_link(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    source, link = fixed_vhd(folder / "disk.vhd", SIZE), tmp_path / "link.vhd"
    if kind == "hard":
        link.hardlink_to(source)
    elif kind == "symbolic":
        link.symlink_to(source)
    else:
        (tmp_path / "other").symlink_to(folder)
        link = tmp_path / "other" / "disk.vhd"
    with pytest.raises(WizardError, match="never written over"):
        convert(source, link, task(), overwrite=True)


@needs_links
def test_nor_where_the_source_is_named_by_a_link(tmp_path: Path) -> None:
    real, link = fixed_vhd(tmp_path / "disk.vhd", SIZE), tmp_path / "link.vhd"
    link.symlink_to(real)
    with pytest.raises(WizardError, match="never written over"):
        convert(link, real, task(), overwrite=True)


def test_a_long_path_s_prefix_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows: capitals do not count, and both ways to write a path are one."""
    monkeypatch.setattr(os.path, "realpath", lambda path: str(path).replace("/", "\\"))
    monkeypatch.setattr(os.path, "normcase", str.lower)
    for one, other in (("\\\\?\\C:\\a.vhd", "c:\\A.VHD"), ("\\\\?\\UNC\\server\\a.vhd", "\\\\SERVER\\a.vhd")):
        with pytest.raises(WizardError, match="never written over"):
            target_file.check_target(Path(one), (Path(other),), overwrite=True)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("made.vhdx", "does not end in .vhd"),
        ("made", "does not end in .vhd"),
        ("nowhere/made.vhd", "There is no folder"),
        ("folder.vhd", "is a folder or a device"),
    ],
)
def test_a_target_that_cannot_be_is_refused_before_anything_is_written(
    tmp_path: Path, name: str, said: str
) -> None:
    source = disk(tmp_path / "disk.raw")
    (tmp_path / "folder.vhd").mkdir()
    with pytest.raises(WizardError, match=said):
        convert(source, tmp_path / name, task(), overwrite=True)
    assert others(tmp_path) == ["disk.raw", "folder.vhd"]


@needs_links
def test_a_link_to_something_else_is_replaced_and_its_file_kept(tmp_path: Path) -> None:
    source, mine, link = disk(tmp_path / "disk.raw"), tmp_path / "mine", tmp_path / "made.vhd"
    mine.write_text("mine")
    link.symlink_to(mine)
    convert(source, link, task(), overwrite=True)
    assert mine.read_text() == "mine"
    assert not link.is_symlink()


def test_a_long_name_in_chinese_is_no_trouble(tmp_path: Path) -> None:
    source, target = disk(tmp_path / "disk.raw"), tmp_path / ("镜" * 80 + ".vhd")
    convert(source, target, task())
    assert target.stat().st_size == SIZE + 512


# What goes wrong meanwhile


def test_too_little_room_is_said_before_it_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = disk(tmp_path / "disk.raw")
    monkeypatch.setattr(target_file, "free_bytes", lambda folder: 100_000)
    monkeypatch.setattr(convert_module, "free_bytes", lambda folder: 100_000)
    with pytest.raises(WizardError, match="not enough room") as refused:
        converted(source)
    assert int(refused.value.details["needed"]) > 100_000
    assert others(tmp_path) == ["disk.raw"]


def test_zeros_that_are_stored_need_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "disk.raw"
    source.write_bytes(disk(tmp_path / "sparse.raw").read_bytes())
    for module in (target_file, convert_module):
        monkeypatch.setattr(module, "free_bytes", lambda folder: 3 * MIB)
    target, _ = converted(source)
    assert target.stat().st_size == SIZE + 512


@pytest.mark.parametrize(
    ("number", "said"), [(errno.ENOSPC, "became full"), (errno.EFBIG, "takes no file so large")]
)
def test_a_disk_that_is_full_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    source = disk(tmp_path / "disk.raw")

    def full(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(convert_module, "_put", full)
    with pytest.raises(WizardError, match=said):
        converted(source)
    assert others(tmp_path) == ["disk.raw"]


def test_a_cancel_leaves_nothing_behind(tmp_path: Path) -> None:
    source, work = disk(tmp_path / "disk.raw"), Watched(Task.cancel)
    with pytest.raises(Cancelled):
        convert(source, tmp_path / "made.vhd", work)
    assert others(tmp_path) == ["disk.raw"]


def test_a_cancel_keeps_what_was_to_be_overwritten(tmp_path: Path) -> None:
    source, work, target = disk(tmp_path / "disk.raw"), task(), tmp_path / "made.vhd"
    target.write_text("mine")
    work.cancel()
    with pytest.raises(Cancelled):
        convert(source, target, work, overwrite=True)
    assert target.read_text() == "mine"


@only_posix
@pytest.mark.parametrize("change", ["written", "replaced", "removed"])
def test_a_source_that_changes_meanwhile_is_noticed(tmp_path: Path, change: str) -> None:
    source = disk(tmp_path / "disk.raw")

    def at_work(_: Task) -> None:
        if change == "written":
            with source.open("r+b") as file:
                file.write(b"\x90")
            os.utime(source, (1, 1))
        elif change == "replaced" and not (tmp_path / "kept").exists():
            source.rename(tmp_path / "kept")
            disk(source)
        else:
            source.unlink(missing_ok=True)

    with pytest.raises(WizardError, match="was changed while it was converted"):
        convert(source, tmp_path / "made.vhd", Watched(at_work))
    assert not (tmp_path / "made.vhd").exists()
    assert not [name for name in others(tmp_path) if name.endswith(".new")]


def test_a_file_that_appears_meanwhile_is_kept(tmp_path: Path) -> None:
    source, target = disk(tmp_path / "disk.raw"), tmp_path / "made.vhd"
    with pytest.raises(WizardError, match="exists already"):
        convert(source, target, Watched(lambda _: target.write_text("mine")))
    assert target.read_text() == "mine"
    assert others(tmp_path) == ["disk.raw", "made.vhd"]


LEFT = ".made.vhd.0123456789abcdef.new"


def test_what_a_killed_conversion_left_behind_is_removed_by_the_next(tmp_path: Path) -> None:
    for name in (LEFT, LEFT.replace("made", "other"), ".made.vhd.new"):
        (tmp_path / name).write_bytes(b"left")
    converted(disk(tmp_path / "disk.raw"))
    assert others(tmp_path) == [".made.vhd.new", LEFT.replace("made", "other"), "disk.raw", "made.vhd"]


@only_posix
def test_what_another_conversion_still_writes_is_kept(tmp_path: Path) -> None:
    import fcntl

    with (tmp_path / LEFT).open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        converted(disk(tmp_path / "disk.raw"))
    assert (tmp_path / LEFT).exists()


def test_progress_is_in_bytes_and_says_what_is_needed_first(tmp_path: Path) -> None:
    source, work = disk(tmp_path / "disk.raw"), task()
    convert(source, tmp_path / "made.vhd", work)
    last = work.progress
    assert last.in_bytes
    assert last.done == last.total == needed_space(source, task())
    assert last.done + last.skipped == SIZE + 512
    assert "takes at most" in str(last.phase)


def test_what_is_no_disk_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "notes.txt"
    source.write_text("no disk")
    with pytest.raises(RefusedImage):
        converted(source)
    assert others(tmp_path) == ["notes.txt"]


def test_the_new_file_is_readable_as_others_are(tmp_path: Path) -> None:
    target, _ = converted(disk(tmp_path / "disk.raw"))
    plain = tmp_path / "plain"
    plain.touch()
    assert target.stat().st_mode == plain.stat().st_mode
    assert Footer.parse(target.read_bytes()[-512:]).checksum_valid
