"""What the type of a partition says: its part in the disk and, for some, the processor it is made for.

GUIDs: UEFI specification 2.10, section 5.3.3; Microsoft's PARTITION_INFORMATION_GPT; UAPI Discoverable Partitions
Specification. MBR codes: as in Linux's fdisk.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a partition is there for."""

    EFI_SYSTEM = "efi_system"
    BIOS_BOOT = "bios_boot"
    MICROSOFT_RESERVED = "microsoft_reserved"
    WINDOWS_RECOVERY = "windows_recovery"
    WINDOWS_DATA = "windows_data"
    LINUX_ROOT = "linux_root"
    LINUX = "linux"
    LINUX_SWAP = "linux_swap"
    LINUX_LVM = "linux_lvm"
    FAT = "fat"
    OTHER = "other"


PROTECTIVE: Final = 0xEE
EXTENDED: Final = frozenset({0x05, 0x0F, 0x85})

X86_64: Final = "x86-64"
X86_32: Final = "x86-32"
ARM_64: Final = "arm64"
ARM_32: Final = "arm32"

_GPT: Final[dict[str, tuple[Role, str]]] = {
    "c12a7328-f81f-11d2-ba4b-00a0c93ec93b": (Role.EFI_SYSTEM, ""),
    "21686148-6449-6e6f-744e-656564454649": (Role.BIOS_BOOT, ""),
    "e3c9e316-0b5c-4db8-817d-f92df00215ae": (Role.MICROSOFT_RESERVED, ""),
    "de94bba4-06d1-4d40-a16a-bfd50179d6ac": (Role.WINDOWS_RECOVERY, ""),
    "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7": (Role.WINDOWS_DATA, ""),
    "0fc63daf-8483-4772-8e79-3d69d8477de4": (Role.LINUX, ""),
    "933ac7e1-2eb4-4f13-b844-0e14e2aef915": (Role.LINUX, ""),  # /home
    "3b8f8425-20e0-4f3b-907f-1a25a76f98e8": (Role.LINUX, ""),  # /srv
    "bc13c2ff-59e6-4262-a352-b275fd6f7172": (Role.LINUX, ""),  # /boot
    "a19d880f-05fc-4d3b-a006-743f0f84911e": (Role.LINUX, ""),  # RAID
    "0657fd6d-a4ab-43c4-84e5-0933c84b4f4f": (Role.LINUX_SWAP, ""),
    "e6d6d379-f507-44c2-a23c-238f2a3df928": (Role.LINUX_LVM, ""),
    "4f68bce3-e8cd-4db1-96e7-fbcaf984b709": (Role.LINUX_ROOT, X86_64),
    "44479540-f297-41b2-9af7-d131d5f0458a": (Role.LINUX_ROOT, X86_32),
    "b921b045-1df0-41c3-af44-4c6f280d3fae": (Role.LINUX_ROOT, ARM_64),
    "69dad710-2ce4-4e3c-b16c-21a1d49abed3": (Role.LINUX_ROOT, ARM_32),
    "8484680c-9521-48c6-9c11-b0720656f69e": (Role.LINUX, X86_64),  # /usr, and so the next three
    "75250d76-8cc6-458e-bd66-bd47cc81a812": (Role.LINUX, X86_32),
    "b0e01050-ee5f-4390-949a-4917e9101b8a": (Role.LINUX, ARM_64),
    "7d0359a3-02b3-4f0a-865c-654403e70625": (Role.LINUX, ARM_32),
}

_MBR: Final[dict[int, Role]] = {
    0x01: Role.FAT,
    0x04: Role.FAT,
    0x06: Role.FAT,
    0x07: Role.WINDOWS_DATA,
    0x0B: Role.FAT,
    0x0C: Role.FAT,
    0x0E: Role.FAT,
    0x27: Role.WINDOWS_RECOVERY,
    0x82: Role.LINUX_SWAP,
    0x83: Role.LINUX,
    0x8E: Role.LINUX_LVM,
    0xEF: Role.EFI_SYSTEM,
    0xFD: Role.LINUX,
}


def of_guid(guid: str) -> tuple[Role, str]:
    """The part that a GPT type stands for, and the processor it is made for ("": it does not say)."""
    return _GPT.get(guid.lower(), (Role.OTHER, ""))


def of_code(code: int) -> Role:
    """The part that an MBR type code stands for."""
    return _MBR.get(code, Role.OTHER)
