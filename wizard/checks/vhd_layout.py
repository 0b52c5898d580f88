"""The rules about what the partition table tells: VHD-12, VHD-17, and whether the table itself is sound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wizard.checks.vhd_words import table_of
from wizard.figures import exactly, in_units
from wizard.messages import Message, msg
from wizard.rules_data import load
from wizard.step import Finding, failed, passed, skipped, warning

if TYPE_CHECKING:
    from wizard.disk.partitions.partition_table import PartitionTable
    from wizard.disk.reading import DiskReading

_SECTOR: Final = 512

_NO_TABLE: Final = msg("The disk has no partition table")
_TABLE_DAMAGED: Final = msg("The partition table is damaged")
_NEW_TABLE: Final = msg("Check whether this is the system disk, and a whole copy of it.")


def first_mebibyte_is_free(reading: DiskReading) -> Finding:
    """VHD-12: Azure keeps data of its own in the first 2,048 sectors, so the first partition begins behind them."""
    table = _with_partitions(reading)
    if isinstance(table, Finding):
        return table
    sector, wanted = (table.first_start or 0) // _SECTOR, int(load("vhd_limits")["first_partition"]["sector"])
    facts: dict[str, Any] = {
        "scheme": table.scheme.value,
        "first_sector": sector,
        "gap_in_use": table.gap_in_use,
    }
    if sector >= wanted:
        reason = (
            msg(
                "The first partition begins at sector {sector}. The space before it holds data, as it does where Azure "
                "or a boot loader put some",
                sector=exactly(sector),
            )
            if table.gap_in_use
            else msg("The first partition begins at sector {sector}", sector=exactly(sector))
        )
        return passed(reason, **facts)
    reason = msg(
        "The first partition begins at sector {sector}; the first {wanted} sectors (1 MiB) must be free for Azure",
        sector=exactly(sector),
        wanted=exactly(wanted),
    )
    cure = msg(
        "On a copy of the disk, move the first partition to sector {wanted} or later, for example with GParted; or "
        "install the system anew, for today’s installers leave this space free.",
        wanted=exactly(wanted),
    )
    if table.scheme == "gpt":
        return failed(reason, cure, **facts)
    # The certification text speaks of GPT disks; of MBR disks nobody says that they are refused.
    return warning(reason, cure, **facts)


def can_start(reading: DiskReading) -> Finding:
    """VHD-17: Generation 1 starts from a BIOS, Generation 2 from an EFI system partition; it cannot be changed later."""
    table = table_of(reading)
    if isinstance(table, Finding):
        return table
    facts = _boot_facts(table)
    if table.scheme == "none":
        # Without a table nothing here proves that it cannot start: old boot loaders need none.
        return warning(
            msg("The disk has no partition table; a virtual machine will hardly start from it"),
            _NEW_TABLE,
            **facts,
        )
    if not table.partitions:
        return failed(
            msg("The partition table lists no partition, so no virtual machine starts from it"),
            _NEW_TABLE,
            **facts,
        )
    if not table.generations:
        return failed(*_starts_nowhere(table), **facts)
    if table.generations == (1, 2):
        return passed(
            msg("GPT with a BIOS boot loader and an EFI system partition: starts as Generation 1 and 2"),
            **facts,
        )
    if table.generations == (2,):
        return passed(msg("GPT with an EFI system partition: Generation 2"), **facts)
    doubt = _bios_doubt(table)
    if doubt is not None:
        return warning(*doubt, **facts)
    if table.scheme == "gpt":
        return passed(msg("GPT with a BIOS boot loader: Generation 1"), **facts)
    return passed(msg("MBR with a BIOS boot loader: Generation 1"), **facts)


def table_is_sound(reading: DiskReading) -> Finding:
    """Both copies of a GPT whole and in place, every partition within the disk and none over another."""
    table = table_of(reading)
    if isinstance(table, Finding):
        return table
    if table.scheme == "none":
        return skipped(_NO_TABLE)
    facts: dict[str, Any] = {
        "scheme": table.scheme.value,
        "hybrid": table.hybrid,
        "partitions": len(table.partitions),
        "problems": [problem.value for problem in table.problems],
    }
    if not table.problems:
        return passed(
            msg("MBR, nothing amiss") if table.scheme == "mbr" else msg("GPT, both copies whole"), **facts
        )
    said = tuple(_problem(problem.value, reading) for problem in table.problems)
    reason = msg("Seen in the partition table: {what}", what=said)
    if any(problem.value in _GRAVE for problem in table.problems):
        return failed(
            reason,
            msg(
                "Compare the file with the disk it was made from; a part of it may be missing. If it is the same "
                "there, repair the table on a copy with gdisk or TestDisk."
            ),
            **facts,
        )
    return warning(
        reason,
        msg(
            "The system starts all the same on most machines. To be sure, repair the table on a copy with gdisk."
        ),
        **facts,
    )


_GRAVE: Final = frozenset({"both_copies_damaged", "sectors_of_4096", "beyond_end", "overlap", "broken_chain"})


def _problem(problem: str, reading: DiskReading) -> Message:
    table = reading.table
    return {
        "first_copy_damaged": msg("the first copy of the GPT is damaged"),
        "second_copy_damaged": msg("the second copy of the GPT, at the end of the disk, is damaged"),
        "both_copies_damaged": msg("both copies of the GPT are damaged"),
        "second_copy_not_at_end": msg("the second copy of the GPT is not at the end of the disk"),
        "copies_differ": msg("the two copies of the GPT differ"),
        "no_protective_mbr": msg("the MBR that protects a GPT is missing"),
        "leftover_gpt": msg("an MBR with the remains of a GPT beside it"),
        "sectors_of_4096": msg("it was made for sectors of 4,096 bytes, and a VHD has 512"),
        "beyond_end": msg(
            "it reaches to {claimed}, beyond the end of the disk at {size}",
            claimed=in_units(table.claimed_bytes if table is not None else 0),
            size=in_units(reading.size or 0),
        ),
        "overlap": msg("two partitions lie over each other"),
        "broken_chain": msg("the chain of logical partitions is broken"),
    }[problem]


def _with_partitions(reading: DiskReading) -> PartitionTable | Finding:
    """The table, where it lists a partition; why it cannot be judged otherwise."""
    table = table_of(reading)
    if isinstance(table, Finding) or table.partitions:
        return table
    if table.scheme == "none":
        return skipped(_NO_TABLE)
    return skipped(_TABLE_DAMAGED if table.problems else msg("The partition table lists no partition"))


def _starts_nowhere(table: PartitionTable) -> tuple[Message, Message]:
    if table.scheme == "gpt":
        return (
            msg(
                "GPT without an EFI system partition and without a BIOS boot loader: no virtual machine starts from it"
            ),
            msg(
                "Choose the system disk. If this is it, install the boot loader, or build as Generation 2 with EFI."
            ),
        )
    if any(each.role == "efi_system" for each in table.partitions):
        return (
            msg(
                "An EFI system partition on an MBR disk: Generation 2 needs GPT, and Generation 1 a BIOS boot loader"
            ),
            msg("Build the system anew as Generation 2 on a GPT disk, or install a BIOS boot loader."),
        )
    return (
        msg(
            "MBR without an active partition and without a BIOS boot loader: no virtual machine starts from it"
        ),
        msg(
            "Choose the system disk. If this is it, install the boot loader and mark its partition as active."
        ),
    )


def _bios_doubt(table: PartitionTable) -> tuple[Message, Message] | None:
    """What may keep an MBR disk from starting although the rest is there."""
    if table.scheme != "mbr":
        return None
    active = any(each.active for each in table.partitions)
    if not table.boot_code:
        return (
            msg("MBR with an active partition, but the first sector holds no boot loader"),
            msg(
                "Install the boot loader into the disk (not only into a partition), then check the disk again."
            ),
        )
    if not active and not table.grub:
        return (
            msg("MBR without an active partition; few boot loaders start this way"),
            msg("Mark the partition that the system starts from as active, then check the disk again."),
        )
    return None


def _boot_facts(table: PartitionTable) -> dict[str, Any]:
    return {
        "generations": list(table.generations),
        "scheme": table.scheme.value,
        "efi_system_partition": any(each.role == "efi_system" for each in table.partitions),
        "bios_boot_partition": any(each.role == "bios_boot" for each in table.partitions),
        "active_partition": any(each.active for each in table.partitions),
        "boot_code": table.boot_code,
    }
