"""Readings of disk images for the rules, without a file where none is needed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wizard.checks.vhd import CHECKS, findings
from wizard.disk.partitions import PartitionTable, read_partitions
from wizard.disk.reading import DiskReading
from wizard.disk.recognise import FileKind
from wizard.disk.vhd_footer import Footer, fixed_footer
from wizard.step import Finding

LINUX, WINDOWS = "linux_local", "windows_local"


def reading(
    size: int = 30 * 1024**3, *, name: str = "image.vhd", footer: Footer | None = None, **more: Any
) -> DiskReading:
    """A fixed VHD of that size; `more` are other fields of the reading."""
    seen = DiskReading(
        path=f"/images/{name}",
        kind=FileKind.FIXED_VHD,
        file_bytes=size + 512,
        footer=footer or fixed_footer(size),
        footer_offset=size,
        table=PartitionTable(scheme=read_partitions(lambda *_: b"", 0).scheme),
        data_bytes=min(size, 1024**3) - 1,
    )
    return replace(seen, **more)


def disk(pieces: dict[int, bytes], size: int, **more: Any) -> DiskReading:
    """A fixed VHD that holds these pieces."""

    def read_at(offset: int, length: int) -> bytes:
        data = bytearray(max(0, min(length, size - offset)))
        for at, piece in pieces.items():
            start, end = max(at, offset), min(at + len(piece), offset + len(data))
            if start < end:
                data[start - offset : end - offset] = piece[start - at : end - at]
        return bytes(data)

    return reading(size, table=read_partitions(read_at, size), **more)


def found(rule: str, seen: DiskReading, build_path: str = LINUX) -> Finding:
    """What one rule says; every finding is whole: a failure and a warning have their cure."""
    finding = {each.rule: each for each in findings(seen, build_path)}[rule]
    assert str(finding.reason)
    if finding.outcome in ("failed", "warning"):
        assert finding.cure is not None
        assert str(finding.cure)
    return finding


def outcomes(seen: DiskReading, build_path: str = LINUX) -> dict[str, str]:
    """Every rule and what it came to."""
    return {each.rule: each.outcome.value for each in findings(seen, build_path)}


RULES = tuple(check.rule for check in CHECKS)
