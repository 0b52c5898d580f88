"""Hives are read as Windows reads them, a few pages for a value, and damage is told, never followed for ever."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyregf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inspection.windows.hives import Expand, Raw, Value, hive
from wizard.inspection.windows.hive import DamagedHiveError, Hive, Key

CONTENT: dict[str, dict[str, Value]] = {
    "": {"default": 1},
    "Select": {"Current": 1},
    r"ControlSet001\Services\W32Time": {
        "Start": 2,
        "ObjectName": r"NT AUTHORITY\LocalService",
        "ImagePath": Expand(r"%SystemRoot%\system32\svchost.exe"),
        "Group": ("base", "", "network"),
        "Blob": bytes(range(256)),
        "Large": b"0123456789abcdef" * 3000,
        "Empty": "",
        "Big": Raw(11, struct.pack("<Q", 2**40)),
        "名称": "中文",
    },
    r"Müller\键": {"": "the default value"},
}


class Counted:
    """The bytes of a hive, and how many of them were read."""

    def __init__(self, data: bytes) -> None:
        self.data, self.read = data, 0

    @property
    def size(self) -> int:
        return len(self.data)

    def read_at(self, offset: int, length: int) -> bytes:
        found = self.data[offset : offset + length]
        self.read += len(found)
        return found


def opened(data: bytes) -> Hive:
    return Hive(Counted(data))


def test_values_of_every_type() -> None:
    key = opened(hive(CONTENT)).key(r"controlset001\SERVICES\w32time")
    assert key is not None
    assert key.name == "W32Time"
    values = {value.name: value for value in key.values()}
    assert (key.number("start"), key.number("Big"), key.number("ObjectName")) == (2, 2**40, None)
    assert (key.text("ObjectName"), key.text("imagepath")) == (
        r"NT AUTHORITY\LocalService",
        r"%SystemRoot%\system32\svchost.exe",
    )
    assert (key.text("Start"), key.text("Empty"), key.text("nothing")) == (None, "", None)
    assert (values["Group"].texts, values["Blob"].binary) == (("base", "network"), bytes(range(256)))
    assert values["Large"].binary == b"0123456789abcdef" * 3000
    assert values["名称"].text == "中文"
    assert (values["Start"].texts, values["Start"].binary) == (None, None)


def test_names_in_any_script_and_the_default_value() -> None:
    found = opened(hive(CONTENT))
    assert [key.name for key in found.root.children()] == ["ControlSet001", "Müller", "Select"]
    below = found.key(r"MÜLLER\键")
    assert below is not None
    assert below.text("") == "the default value"
    assert found.key(r"Müller\nothing") is None
    assert found.key(r"Select\Current") is None


def test_a_value_costs_a_few_pages_of_a_large_hive() -> None:
    many = {rf"Software\Key {number}": {"Value": number, "Text": "x" * 700} for number in range(2000)}
    counted = Counted(hive({**many, "Select": {"Current": 1}}))
    key = Hive(counted).key(r"Software\key 1234")
    assert key is not None
    assert key.number("Value") == 1234
    assert counted.size > 3_000_000
    assert counted.read < 100_000


def test_a_hive_whose_last_changes_are_in_its_log_is_called_dirty() -> None:
    assert opened(hive(CONTENT, dirty=True)).dirty
    assert not opened(hive(CONTENT)).dirty


@pytest.mark.parametrize(
    ("kind", "count", "entries"),
    [(b"li", 2, (0, 1)), (b"lf", 2, (0, 9, 1, 9)), (b"lh", 2, (0, 80, 1, 9))],
)
def test_lists_of_keys_in_each_form(kind: bytes, count: int, entries: tuple[int, ...]) -> None:
    """ "P" hashes to 80 and "Q" to 81: where the hash is wrong, Windows does not find the key either."""
    data = bytearray(hive({"P": {"v": 1}, "Q": {"v": 2}}))
    at = data.index(b"lh\x02\0")
    places = [struct.unpack_from("<I", data, at + 4 + step)[0] for step in (0, 8)]
    filled = tuple(
        places[each] if index % len(kind) == 0 or kind == b"li" else each
        for index, each in enumerate(entries)
    )
    struct.pack_into(f"<2sH{len(filled)}I", data, at, kind, count, *filled)
    found = opened(bytes(data))
    assert found.key("p") is not None
    assert (found.key("Q") is None) == (kind == b"lh")


def test_a_list_of_lists_of_many_keys() -> None:
    found = opened(hive({f"Key {number:04}": {"v": number} for number in range(1200)}))
    assert len(list(found.root.children())) == 1200
    key = found.key("KEY 1199")
    assert key is not None
    assert key.number("v") == 1199


def walked(key: Key, depth: int = 0) -> int:
    """Everything of a hive, as no reader here does it: each key, each value's data."""
    count = 1
    for value in key.values():
        assert len(value.data()) <= 65536
        count += 1
    return count + (sum(walked(each, depth + 1) for each in key.children()) if depth < 40 else 0)


def test_a_hive_that_points_at_itself_is_refused_in_time() -> None:
    data = bytearray(hive({r"A\B": {"v": 1}, "C": {"v": 2}}))
    root = struct.unpack_from("<I", data, 36)[0]
    at = data.index(b"lh\x02\0")
    struct.pack_into("<I", data, at + 4, root)
    struct.pack_into("<I", data, at + 12, root)
    found = opened(bytes(data))
    assert found.key("ROOT\\" * 50 + "A") is None or found.key("A") is None
    with pytest.raises(DamagedHiveError):
        walked(found.root)


@pytest.mark.parametrize("form", [b"ri", b"vk", b"nk"])
def test_a_list_that_lists_itself_is_refused(form: bytes) -> None:
    data = bytearray(hive({"A": {"v": 1}, "B": {"v": 2}}))
    at = data.index(b"lh\x02\0")
    struct.pack_into("<2sHI", data, at, form, 2, at - 4 - 4096)
    with pytest.raises(DamagedHiveError):
        list(opened(bytes(data)).root.children())


def test_of_very_many_values_the_first_ones_are_read() -> None:
    key = opened(hive({"Rules": {f"{number:05}": number for number in range(4100)}})).key("Rules")
    assert key is not None
    assert (len(list(key.values())), key.number("03999"), key.number("04000")) == (4000, 3999, None)


def test_counts_that_promise_more_than_there_is_are_refused() -> None:
    data = hive({"A": {"v": 1}})
    key = data.index(b"nk")
    for at in (key + 20, key + 36):
        spoilt = bytearray(data)
        struct.pack_into("<I", spoilt, at, 0x7FFFFFFF)
        found = opened(bytes(spoilt))
        if at == key + 36:
            with pytest.raises(DamagedHiveError):
                list(found.root.values())
        else:
            assert [each.name for each in found.root.children()] == ["A"]


@pytest.mark.parametrize("data", [b"", b"regf", bytes(8192), b"regf" + bytes(8188)])
def test_what_is_no_hive_is_refused(data: bytes) -> None:
    with pytest.raises(DamagedHiveError):
        opened(data)


@given(st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 255)), max_size=40), st.integers(0, 9000))
def test_any_damage_ends_in_an_answer_or_in_an_os_error(spots: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(hive(CONTENT))
    for at, byte in spots:
        data[at % len(data)] = byte
    if cut % 3 == 0:
        del data[4096 + cut :]
    with suppress(OSError):
        found = opened(bytes(data))
        assert walked(found.root) > 0
        found.key(r"ControlSet001\Services\W32Time")


@given(st.binary(max_size=600))
def test_any_bytes_in_the_bins_end_in_an_answer_or_in_an_os_error(noise: bytes) -> None:
    data = bytearray(hive(CONTENT))
    data[4128 : 4128 + len(noise)] = noise
    with suppress(OSError):
        assert walked(opened(bytes(data)).root) > 0


def test_libregf_reads_the_same() -> None:
    data = hive(CONTENT)
    other = pyregf.file()
    other.open_file_object(io.BytesIO(data))

    def compare(mine: Key, theirs: Any) -> None:
        assert {value.name: value.data() for value in mine.values()} == {
            value.name or "": value.data or b"" for value in theirs.values
        }
        below = {each.name: each for each in theirs.sub_keys}
        assert {key.name for key in mine.children()} == set(below)
        for key in mine.children():
            compare(key, below[key.name])

    compare(opened(data).root, other.root_key)


@pytest.mark.skipif(shutil.which("hivexsh") is None, reason="hivexsh (libhivex-bin) is not installed")
def test_a_hive_that_hivex_changed_is_read(tmp_path: Path) -> None:
    path = tmp_path / "SYSTEM"
    path.write_bytes(hive(CONTENT))
    lines = "cd \\Select\nsetval 3\nNumber\ndword:0x2a\nText\nstring:hello\n@\nexpandstring:%TEMP%\ncommit\n"
    subprocess.run(["hivexsh", "-w", str(path)], input=lines, text=True, check=True, timeout=60)
    key = opened(path.read_bytes()).key("Select")
    assert key is not None
    assert (key.number("Number"), key.text("Text"), key.text("")) == (42, "hello", "%TEMP%")
