"""The disk inside a blob: what it is and its partitions, read from the server in a few small pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.disk.partitions.partition_table import read_partitions
from wizard.disk.reading import DiskReading
from wizard.disk.recognise import FileKind, recognise
from wizard.disk.vhd_footer import FOOTER_BYTES
from wizard.errors import WizardError
from wizard.inspection.found.inside import Inside, not_looked
from wizard.inspection.inspect import look_inside
from wizard.messages import msg
from wizard.transfer.blob_disk import BlobDisk
from wizard.transfer.read_back import read_back

if TYPE_CHECKING:
    from wizard.tasks import Task
    from wizard.transfer.page_blob import PageBlob
    from wizard.transfer.read_back import BlobReading


def look_into(blob: PageBlob, reading: BlobReading, task: Task) -> DiskReading:
    """What the rules of a disk need to know of the one in this page blob; raises WizardError where it cannot be read."""
    return read_blob_disk(BlobDisk(blob, reading.length, task), blob.name, reading, task)


def look_into_blob(blob: PageBlob, task: Task) -> tuple[BlobReading, DiskReading, Inside, int] | None:
    """What the server says of the blob, the disk in it, what is inside that, and how many bytes of it were fetched.

    None where there is no such blob. Raises WizardError where it cannot be read at all, or was written to meanwhile.
    """
    held = read_back(blob, task)
    if held is None:
        return None
    disk = BlobDisk(blob, held.length, task)
    reading = read_blob_disk(disk, blob.name, held, task)
    inside = look_inside(disk, task) if reading.size else not_looked()
    if inside.read_bytes and not disk.is_still(held.etag):
        raise WizardError(
            msg("The blob {name} was changed while it was read", name=blob.name),
            msg("Wait until the upload or the copy into it has ended, then look again."),
        )
    return held, reading, inside, disk.fetched


def read_blob_disk(disk: BlobDisk, name: str, reading: BlobReading, task: Task) -> DiskReading:
    """The same, by these pieces of the blob. `disk.size` is that of the disk afterwards, 0 where it cannot be read."""
    task.report(phase=msg("Reading the disk’s partition table"))
    found = recognise(disk.read_at, reading.length if reading.footer else 0)
    footer, size, table = found.footer, None, None
    if found.kind is FileKind.FIXED_VHD and footer is not None:
        size = min(footer.current_size, reading.length - FOOTER_BYTES)
    disk.size = size or 0
    if size is not None:
        table = read_partitions(disk.read_at, size)
    return DiskReading(
        path=name,
        kind=found.kind,
        file_bytes=reading.length,
        footer=footer,
        footer_offset=found.footer_offset,
        size=size,
        table=table,
        data_bytes=reading.data_bytes,
    )
