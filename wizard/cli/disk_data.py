"""What `image-wizard disk` prints as data: a disk's description, and the map of where it holds data."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from wizard.disk.opening import open_image
from wizard.disk.partitions.growing import bounded
from wizard.disk.partitions.partition_table import PartitionTable, read_partitions
from wizard.disk.partitions.table import Partition
from wizard.disk.reading import DiskReading, Trouble
from wizard.disk.recognise import FileKind
from wizard.disk.vhd_footer import Footer
from wizard.messages import Message
from wizard.redaction import redact
from wizard.tasks import Task

_LINES_AT_ONCE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Map:
    """Where a disk may hold data, in bytes. A fragmented disk has millions of extents, so they are plain numbers."""

    path: Path
    kind: FileKind
    size: int
    table: PartitionTable
    starts: array[int]
    lengths: array[int]

    @property
    def data_bytes(self) -> int:
        """How many bytes may hold data."""
        return sum(self.lengths)

    @property
    def extents(self) -> Iterator[tuple[int, int]]:
        """Start and length of each stretch that may hold data, ascending."""
        return zip(self.starts, self.lengths, strict=True)

    @property
    def holes(self) -> Iterator[tuple[int, int]]:
        """Start and length of each stretch between them."""
        reached = 0
        for start, length in self.extents:
            if start > reached:
                yield reached, start - reached
            reached = start + length
        if self.size > reached:
            yield reached, self.size - reached

    def printed(self) -> Iterator[str]:
        """The JSON object in pieces, so that a disk of many extents is never one text."""
        head = {
            "path": str(self.path),
            "format": self.kind.value,
            "size": self.size,
            "data_bytes": self.data_bytes,
            "partition_scheme": self.table.scheme.value,
            "partitions": [_partition(each) for each in self.table.partitions],
        }
        yield redact(json.dumps(head, ensure_ascii=False, indent=2)).removesuffix("\n}") + ","
        yield from _pairs("extents", self.extents)
        yield "  ],"
        yield from _pairs("holes", self.holes)
        yield "  ]\n}"


def read_map(path: Path, task: Task) -> Map:
    """Where the disk in this file may hold data. Raises as `open_image` and its image."""
    with open_image(path) as image:
        starts, lengths = array("Q"), array("Q")
        for start, length in image.extents():
            task.check_stop()
            starts.append(start)
            lengths.append(length)
        table = read_partitions(bounded(image), image.size)
        return Map(path, image.kind, image.size, table, starts, lengths)


def described(reading: DiskReading, text: Callable[[Message], str]) -> dict[str, Any]:
    """A disk image as plain data; sentences through `text`. Sizes in bytes, times in UTC."""
    footer, table, sent = reading.footer, reading.table, reading.sent
    return {
        "path": reading.path,
        "format": reading.kind.value,
        "file_bytes": reading.file_bytes,
        "virtual_bytes": reading.virtual_bytes,
        "data_bytes": reading.data_bytes if reading.size is not None else None,
        "footer": _footer(footer) if footer is not None else None,
        "partition_scheme": table.scheme.value if table is not None else None,
        "partition_table_id": table.disk_id if table is not None else None,
        "partitions": [_partition(each) for each in table.partitions] if table is not None else None,
        "generation": reading.generation,
        "remarks": [text(each) for each in reading.remarks],
        "sent": None
        if sent is None
        else {
            "length": sent.length,
            "grown_by": sent.grown_by,
            "growth": text(sent.growth) if sent.growth is not None else None,
            "unique_id": str(sent.footer.unique_id),
        },
        "refused": _trouble(reading.refused, text),
        "converter_missing": _trouble(reading.no_converter, text),
        "converting_needs_bytes": reading.needed_bytes or None,
    }


def _partition(partition: Partition) -> dict[str, Any]:
    return {
        "number": partition.number,
        "start": partition.start,
        "length": partition.length,
        "type": partition.type,
        "role": partition.role.value,
        "volume": partition.volume.value,
        "name": partition.name,
        "active": partition.active,
    }


def _footer(footer: Footer) -> dict[str, Any]:
    return {
        "creator": footer.creator_name,
        "created": footer.created.isoformat(),
        "unique_id": str(footer.unique_id),
        "disk_type": footer.disk_type,
        "current_size": footer.current_size,
        "original_size": footer.original_size,
        "checksum_valid": footer.checksum_valid,
    }


def _trouble(trouble: Trouble | None, text: Callable[[Message], str]) -> dict[str, str] | None:
    if trouble is None:
        return None
    return {"reason": text(trouble.reason), "cure": text(trouble.cure), "refusal": trouble.refusal}


def _pairs(name: str, pairs: Iterable[tuple[int, int]]) -> Iterator[str]:
    """A list of pairs, one to a line, without its closing bracket."""
    yield f'  "{name}": ['
    lines = (f"    [{start}, {length}]" for start, length in pairs)
    held: list[str] = []
    while batch := list(islice(lines, _LINES_AT_ONCE)):
        if held:
            yield ",\n".join(held) + ","
        held = batch
    if held:
        yield ",\n".join(held)
