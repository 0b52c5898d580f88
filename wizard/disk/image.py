"""A disk inside a file, whatever the file's format: its size, where it may hold data, its bytes."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Protocol, Self

from wizard.disk.files.extents import Extent
from wizard.disk.recognise import FileKind
from wizard.disk.vhd_footer import Footer
from wizard.messages import Message


class Image(Protocol):
    """One virtual disk, open for reading. For one thread at a time.

    Its readers (wizard.disk.formats) trust nothing that the file says: every number is checked before it is used, and no
    memory is taken by a length that the file names. Close it when done; a `with` block does so at its end.
    """

    @property
    def kind(self) -> FileKind:
        """The format of the file."""

    @property
    def size(self) -> int:
        """The virtual disk's size in bytes, without any footer. A whole number of 512-byte sectors, at least one."""

    @property
    def file_bytes(self) -> int:
        """How long the file itself is, in bytes. A fixed VHD whose footer agrees has `size` + 512."""

    @property
    def unique_id(self) -> uuid.UUID | None:
        """What the file itself calls the disk; None where its format has no such thing."""

    @property
    def created(self) -> int | None:
        """When the disk was made, in seconds since 2000 UTC as in a VHD's footer; None where the file does not say."""

    @property
    def footer(self) -> Footer | None:
        """A VHD's footer as it was found, its checksum right or not (then a remark says so); None in other formats."""

    @property
    def remarks(self) -> tuple[Message, ...]:
        """What is odd about the file although it can be read, for a person to know; mostly nothing."""

    def extents(self) -> Iterator[Extent]:
        """Where the disk may hold data, ascending and apart; everything else is zeros. A hint: data may be zeros too.

        Raises OSError where the file cannot be read, WizardError where it is damaged.
        """

    def read_at(self, offset: int, length: int) -> bytes:
        """Exactly these bytes of the virtual disk; what lies in no extent is zeros.

        Raises ValueError for a stretch beyond `size`, OSError where the file cannot be read (also where it has become
        shorter), WizardError where it is damaged.
        """

    def close(self) -> None:
        """Let the file go. More than once is no harm."""

    def __enter__(self) -> Self:
        """The image itself."""

    def __exit__(self, *_: object) -> None:
        """Close it."""
