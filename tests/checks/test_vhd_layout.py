"""VHD-12, VHD-17 and the soundness of the partition table, each at its boundary."""

from __future__ import annotations

import pytest

from tests.checks.vhd_samples import disk, found, refused
from tests.disk.images import (
    BIOS_BOOT,
    EFI_SYSTEM,
    LINUX,
    MIB,
    PROTECTIVE,
    SECTOR,
    Part,
    gen1,
    gen2,
    gpt,
    mbr,
)
from wizard.disk.recognise import FileKind
from wizard.disk.refused import Refusal

SIZE = 64 * MIB
LAST = SIZE // SECTOR - 1


@pytest.mark.parametrize(
    ("pieces", "outcome", "sector"),
    [
        (gpt(SIZE, (Part(2048, 4095),)), "passed", 2048),
        (gpt(SIZE, (Part(2047, 4095),)), "failed", 2047),
        (gpt(SIZE, (Part(34, 2047, BIOS_BOOT), Part(2048, 4095))), "failed", 34),
        (gpt(SIZE, (Part(4096, 9999), Part(2048, 4095))), "passed", 2048),
        (gpt(SIZE, (Part(8192, 9999),)), "passed", 8192),
        ({0: mbr((0x80, 0x83, 2048, 100))}, "passed", 2048),
        ({0: mbr((0x80, 0x83, 2047, 100))}, "warning", 2047),
        ({0: mbr((0x80, 0x83, 63, 100))}, "warning", 63),
    ],
)
def test_vhd_12(pieces: dict[int, bytes], outcome: str, sector: int) -> None:
    finding = found("VHD-12", disk(pieces, SIZE))
    assert (finding.outcome, finding.facts["first_sector"]) == (outcome, sector)


@pytest.mark.parametrize("pieces", [{}, gpt(SIZE, ()), {0: mbr(PROTECTIVE)}, {0: mbr((0, 0x05, 2048, 100))}])
def test_without_partitions_vhd_12_is_not_judged(pieces: dict[int, bytes]) -> None:
    assert found("VHD-12", disk(pieces, SIZE)).outcome == "skipped"


def test_what_lies_in_the_first_mebibyte_is_told_not_refused() -> None:
    finding = found("VHD-12", disk({**gpt(SIZE, (Part(2048, 4095),)), 100 * SECTOR: b"tag"}, SIZE))
    assert (finding.outcome, finding.facts["gap_in_use"]) == ("passed", True)
    assert "holds data" in str(finding.reason)


EFI = Part(2048, 4095, EFI_SYSTEM)
BIOS = Part(4096, 6143, BIOS_BOOT)
ROOT = Part(6144, 9999, LINUX)


@pytest.mark.parametrize(
    ("pieces", "outcome", "said", "generations"),
    [
        (gpt(SIZE, (EFI, ROOT)), "passed", "Generation 2", [2]),
        (gpt(SIZE, (BIOS, ROOT), boot_code=b"GRUB"), "passed", "Generation 1", [1]),
        (gpt(SIZE, (EFI, BIOS, ROOT), boot_code=b"GRUB"), "passed", "Generation 1 and 2", [1, 2]),
        (gpt(SIZE, (BIOS, ROOT)), "failed", "without an EFI system partition", []),
        (gpt(SIZE, (ROOT,)), "failed", "without an EFI system partition", []),
        (gpt(SIZE, ()), "failed", "lists no partition", []),
        (gen1(SIZE), "passed", "MBR with a BIOS boot loader", [1]),
        ({0: mbr((0x80, 0x83, 2048, 100))}, "warning", "holds no boot loader", [1]),
        ({0: mbr((0, 0x83, 2048, 100), boot_code=b"..GRUB..")}, "passed", "Generation 1", [1]),
        ({0: mbr((0, 0x83, 2048, 100), boot_code=b"other")}, "warning", "without an active partition", [1]),
        ({0: mbr((0, 0x83, 2048, 100))}, "failed", "without an active partition", []),
        ({0: mbr((0, 0xEF, 2048, 100))}, "failed", "Generation 2 needs GPT", []),
        ({}, "warning", "no partition table", []),
    ],
)
def test_vhd_17(pieces: dict[int, bytes], outcome: str, said: str, generations: list[int]) -> None:
    finding = found("VHD-17", disk(pieces, SIZE))
    assert (finding.outcome, finding.facts["generations"]) == (outcome, generations)
    assert said in str(finding.reason)


@pytest.mark.parametrize(
    ("pieces", "size", "outcome", "said"),
    [
        (gen2(SIZE), SIZE, "passed", "GPT, both copies whole"),
        (gen1(SIZE), SIZE, "passed", "MBR, nothing amiss"),
        ({**gen2(SIZE), SECTOR: bytes(512)}, SIZE, "warning", "the first copy of the GPT is damaged"),
        ({**gen2(SIZE), LAST * SECTOR: bytes(512)}, SIZE, "warning", "the second copy"),
        (gen2(SIZE), 2 * SIZE, "warning", "not at the end of the disk"),
        ({**gen2(SIZE), 0: bytes(512)}, SIZE, "warning", "the MBR that protects a GPT is missing"),
        ({**gen2(SIZE), 0: gen1(SIZE)[0]}, SIZE, "warning", "remains of a GPT"),
        (gen2(SIZE), SIZE // 2, "failed", "it reaches to 64 MiB, beyond the end of the disk at 32 MiB"),
        (
            gpt(SIZE, (Part(2048, 9000), Part(8000, 9999))),
            SIZE,
            "failed",
            "two partitions lie over each other",
        ),
        ({0: mbr(PROTECTIVE)}, SIZE, "failed", "both copies of the GPT are damaged"),
        ({0: mbr(PROTECTIVE), 4096: b"EFI PART"}, SIZE, "failed", "sectors of 4,096 bytes"),
        ({0: mbr((0, 0x05, 2048, 100))}, SIZE, "skipped", ""),
        (
            {0: mbr((0x80, 0x83, 9000, 9), (0, 0x05, 2048, 100))},
            SIZE,
            "failed",
            "chain of logical partitions",
        ),
        ({}, SIZE, "skipped", "no partition table"),
    ],
)
def test_the_partition_table(pieces: dict[int, bytes], size: int, outcome: str, said: str) -> None:
    finding = found("partition-table", disk(pieces, size))
    assert finding.outcome == outcome, str(finding.reason)
    assert said in str(finding.reason)


RULES = ("VHD-12", "VHD-17", "partition-table")


@pytest.mark.parametrize("kind", [FileKind.DYNAMIC_VHD, FileKind.VHDX, FileKind.RAW_DISK])
def test_the_disk_in_every_format_is_looked_into(kind: FileKind) -> None:
    seen = disk(gen2(SIZE), SIZE, kind=kind)
    assert [found(rule, seen).outcome for rule in RULES] == ["passed"] * 3


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        (FileKind.QCOW2, Refusal.NEEDS_QEMU_IMG),
        (FileKind.VHDX, Refusal.LOG_TO_REPLAY),
        (FileKind.DIFFERENCING_VHD, Refusal.DIFFERENCING),
    ],
)
def test_what_cannot_be_read_is_not_looked_into(rule: str, kind: FileKind, refusal: Refusal) -> None:
    finding = found(rule, refused(kind, refusal))
    assert (finding.outcome, str(finding.reason)) == (
        "skipped",
        "The disk in this file cannot be looked into",
    )
