"""Readings of disk images for the rules, without a file where none is needed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wizard.checks.vhd import CHECKS, findings
from wizard.disk.partitions.partition_table import PartitionTable, read_partitions
from wizard.disk.reading import DiskReading, Sent, Trouble
from wizard.disk.recognise import FileKind
from wizard.disk.refused import Refusal
from wizard.disk.vhd_footer import Footer, fixed_footer
from wizard.messages import msg
from wizard.step import Finding

LINUX, WINDOWS = "linux_local", "windows_local"


MIB = 1024**2
VHDS = (
    FileKind.FIXED_VHD,
    FileKind.DYNAMIC_VHD,
    FileKind.DIFFERENCING_VHD,
    FileKind.VHD_OF_UNKNOWN_TYPE,
)


def reading(
    size: int = 30 * 1024**3,
    *,
    kind: FileKind = FileKind.FIXED_VHD,
    name: str = "image.vhd",
    footer: Footer | None = None,
    **more: Any,
) -> DiskReading:
    """A disk of that size in an image that can be read; `more` are other fields of the reading."""
    whole = -(-size // MIB) * MIB
    own = footer or (fixed_footer(size) if kind in VHDS else None)
    kept = own is not None and kind is FileKind.FIXED_VHD and whole == size
    seen = DiskReading(
        path=f"/images/{name}",
        kind=kind,
        file_bytes=size + 512,
        footer=own,
        size=size,
        sent=Sent(
            whole + 512, own if own is not None and kept else fixed_footer(min(whole, 2**63)), whole - size
        ),
        table=PartitionTable(scheme=read_partitions(lambda *_: b"", 0).scheme),
        data_bytes=min(size, 1024**3) - 1,
    )
    return replace(seen, **more)


def refused(kind: FileKind, refusal: Refusal, **more: Any) -> DiskReading:
    """A file whose disk cannot be read."""
    why = Trouble(msg("This is why"), msg("Do this"), refusal)
    return replace(reading(kind=kind), size=None, sent=None, table=None, data_bytes=0, refused=why, **more)


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


def found(rule: str, seen: DiskReading, build_path: str = LINUX, *, grow: bool = False) -> Finding:
    """What one rule says; every finding is whole: a failure and a warning have their cure."""
    finding = {each.rule: each for each in findings(seen, build_path, grow=grow)}[rule]
    assert str(finding.reason)
    if finding.outcome in ("failed", "warning"):
        assert finding.cure is not None
        assert str(finding.cure)
    return finding


def outcomes(seen: DiskReading, build_path: str = LINUX) -> dict[str, str]:
    """Every rule and what it came to."""
    return {each.rule: each.outcome.value for each in findings(seen, build_path)}


RULES = tuple(check.rule for check in CHECKS)
