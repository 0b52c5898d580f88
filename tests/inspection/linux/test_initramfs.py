"""Initial RAM disks: every packing, several archives behind each other, and archives made to harm."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import tracemalloc

import lz4.block
import lz4.frame
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from tests.inspection.memory_tree import Held, files
from wizard.inspection.linux.kernel import initramfs
from wizard.inspection.linux.kernel.initramfs import Initramfs, InitramfsError
from wizard.inspection.system_files import Content

BLOCK = 512


def cpio(*names: str, content: bytes = b"", magic: bytes = b"070701", last: bool = True) -> bytes:
    """An archive as cpio -H newc writes it: padded to whole blocks."""
    packed = b""
    for name in (*names, "TRAILER!!!") if last else names:
        raw = name.encode() + b"\0"
        data = content if name != "TRAILER!!!" else b""
        fields = (1, 0o100644, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(raw), 0)
        packed += magic + b"".join(b"%08x" % each for each in fields) + raw
        packed += b"\0" * (-len(packed) % 4) + data
        packed += b"\0" * (-len(packed) % 4)
    return packed.ljust(-(-len(packed) // BLOCK) * BLOCK, b"\0") if last else packed


def lz4_legacy(data: bytes) -> bytes:
    packed = b"\x02\x21\x4c\x18"
    for start in range(0, len(data), 8 * 1024 * 1024):
        block = lz4.block.compress(data[start : start + 8 * 1024 * 1024], store_size=False)
        packed += struct.pack("<I", len(block)) + block
    return packed


PACKERS = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lambda data: lzma.compress(data, check=lzma.CHECK_CRC32),
    "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
    "zstd": zstandard.ZstdCompressor(level=3, write_checksum=True, write_content_size=False).compress,
    "zstd without check": zstandard.ZstdCompressor(level=19).compress,
    "lz4": lz4_legacy,
    "lz4 frame": lz4.frame.compress,
}
EARLY = cpio("kernel", "kernel/x86/microcode/GenuineIntel.bin", content=b"\1" * 3000)
MAIN = cpio(
    "init", "usr/lib/modules/6.1/kernel/drivers/hv/hv_vmbus.ko", "etc/a b", content=b"\x7fELF" * 20_000
)
NAMES = ["init", "usr/lib/modules/6.1/kernel/drivers/hv/hv_vmbus.ko", "etc/a b"]


def content_of(data: bytes) -> Content:
    content = files({"/initrd": data}).content("/initrd")
    assert content is not None
    return content


def names(data: bytes) -> list[str]:
    return list(Initramfs(content_of(data)).names())


@pytest.mark.parametrize("packing", PACKERS)
def test_every_packing_behind_microcode(packing: str) -> None:
    disk = Initramfs(content_of(EARLY + bytes(1024) + PACKERS[packing](MAIN) + bytes(3)))
    found = list(disk.names())
    assert found == ["kernel", "kernel/x86/microcode/GenuineIntel.bin", *NAMES]
    assert disk.packings == ["cpio", packing.partition(" ")[0]]


@pytest.mark.parametrize("packing", PACKERS)
def test_several_packed_archives(packing: str) -> None:
    one, two = PACKERS[packing](cpio("one") + cpio("two")), PACKERS[packing](cpio("three"))
    assert names(one + bytes(8) + two + bytes(4) + cpio("four")) == ["one", "two", "three", "four"]


def test_plain_archives_of_both_kinds() -> None:
    assert names(MAIN) == NAMES
    assert names(cpio("a", magic=b"070702") + cpio("b", last=False)) == ["a", "b"]
    assert names(b"") == []
    assert names(bytes(5000)) == []


def test_of_an_archive_that_is_not_packed_only_heads_are_read() -> None:
    content = content_of(cpio("a", "b", content=bytes([1]) * 5_000_000))
    before = content._budget.bytes
    assert list(Initramfs(content).names()) == ["a", "b"]
    assert before - content._budget.bytes < 500_000


def test_it_is_read_no_further_than_it_is_asked() -> None:
    content = content_of(cpio("a") + b"junk")
    assert next(Initramfs(content).names()) == "a"


def test_a_part_of_a_file() -> None:
    data = b"junk" + MAIN + b"junk"
    assert list(Initramfs(content_of(data), 4, len(MAIN)).names()) == NAMES


@pytest.mark.parametrize("packing", PACKERS)
def test_one_that_is_cut_off_or_spoilt_says_so(packing: str) -> None:
    packed = PACKERS[packing](MAIN)
    for spoilt in (packed[: len(packed) // 2], packed[:40] + b"\xff" * 60 + packed[100:]):
        with pytest.raises(InitramfsError, match="damaged"):
            names(spoilt)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x89LZO\0\r\n\x1a\n" + bytes(100), "unknown"),
        (b"junk", "unknown"),
        (EARLY + b"junk", "unknown"),
        (gzip.compress(b"junk"), "damaged"),
        (cpio("a")[:50], "damaged"),
        (cpio("a").replace(b"00000002", b"0000zz02", 1), "damaged"),
        (cpio("x" * 5000), "damaged"),
        (b"070701" + b"0" * 104, "damaged"),
        (b"070701" + b"f" * 104, "damaged"),
        (b"\x28\xb5\x2f\xfd" + b"\xff" * 20, "damaged"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, why: str) -> None:
    with pytest.raises(InitramfsError, match=why):
        names(data)


def test_a_window_larger_than_the_readers_memory_is_refused() -> None:
    stream = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters(window_log=27)
    ).compressobj()
    large = [{"id": lzma.FILTER_LZMA2, "preset": 1, "dict_size": 256 * 1024 * 1024}]
    for packed in (stream.compress(MAIN) + stream.flush(), lzma.compress(MAIN, filters=large)):
        with pytest.raises(InitramfsError, match="too_much"):
            names(packed)


def endless_zstd(blocks: int) -> bytes:
    """A frame of blocks of 128 KiB that repeat one zero, 4 bytes each."""
    size = 128 * 1024
    block = (size << 3 | 1 << 1).to_bytes(3, "little") + b"\0"
    return b"\x28\xb5\x2f\xfd\x00\x58" + block * blocks  # a window of 2 MiB


def test_one_that_unpacks_without_end_ends_at_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(initramfs, "UNPACKED_MOST", 64 * 1024 * 1024)
    first = zstandard.ZstdCompressor().compress(cpio("a", content=bytes(100)))
    bombs = [
        first + endless_zstd(20_000),
        first + gzip.compress(cpio("a") + bytes(80 * 1024 * 1024), 1),
        lz4_legacy(cpio("a") + bytes(80 * 1024 * 1024)),
    ]
    tracemalloc.start()
    for bomb in bombs:
        with pytest.raises(InitramfsError, match="too_much"):
            names(bomb)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 40 * 1024 * 1024


def test_a_file_that_has_no_end_is_not_read_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(initramfs, "_READ_MOST", 4 * 1024 * 1024)
    for start in (b"", cpio("a")):
        content = files({"/initrd": Held(start, size=2**40)}).content("/initrd")
        assert content is not None
        with pytest.raises(InitramfsError, match="too_much"):
            list(Initramfs(content).names())


def test_too_many_archives_or_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InitramfsError, match="too_much"):
        names(gzip.compress(cpio("a")) * 100)
    monkeypatch.setattr(initramfs, "_ENTRIES_MOST", 3)
    with pytest.raises(InitramfsError, match="too_much"):
        names(cpio(*"abcdef"))


WHY = ("unknown", "damaged", "too_much")


def read_or_why(data: bytes) -> str:
    try:
        names(data)
    except InitramfsError as error:
        return str(error)
    return "read"


STARTS = st.sampled_from(
    [b"", b"070701", cpio("a")[:110], cpio("a"), *(pack(cpio("b"))[:30] for pack in PACKERS.values())]
)


@given(STARTS, st.binary(max_size=300))
def test_any_bytes_end_in_names_or_a_reason(start: bytes, data: bytes) -> None:
    assert read_or_why(start + data) in ("read", *WHY)


@given(st.sampled_from(sorted(PACKERS)), st.integers(0, 400), st.binary(min_size=1, max_size=4))
def test_any_change_of_a_packed_one_ends_in_names_or_a_reason(packing: str, at: int, data: bytes) -> None:
    packed = bytearray(PACKERS[packing](cpio("init", "bin/sh", content=bytes(range(200)))))
    packed[at : at + len(data)] = data
    assert read_or_why(bytes(packed)) in ("read", *WHY)
