"""What a VHD must be that came into its container without this program, judged by what is read back from the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wizard.checks.upload import PAGE_BLOB, blob_name_problem
from wizard.checks.vhd_layout import can_start, first_mebibyte_is_free, table_is_sound
from wizard.checks.vhd_size import suits_linux, suits_windows
from wizard.figures import exactly, in_units
from wizard.groups import Group
from wizard.messages import Message, msg, plural
from wizard.rules_data import load
from wizard.step import Check, Finding, failed, passed, skipped, warning

if TYPE_CHECKING:
    from wizard.disk.vhd_footer import Footer
    from wizard.results import VhdBlob
    from wizard.transfer.read_back import BlobReading

FOOTER_BYTES: Final = 512
_FIXED, _DYNAMIC, _DIFFERENCING = 2, 3, 4
_VERSION: Final = 0x00010000
_NO_DATA_OFFSET: Final = 0xFFFFFFFFFFFFFFFF

_NOT_THERE: Final = msg("The blob is not in the container any more")
_COPY_AGAIN: Final = msg("Copy the image again, or choose the blob where it is now.")
_NO_FOOTER: Final = msg("The blob has no footer that could be read")
_FROM_THE_FILE: Final = msg(
    "Nothing can be mended in the cloud. Upload the disk image with this wizard: it makes a fixed VHD of it on the way."
)


def is_page_blob(blob_reading: BlobReading | None) -> Finding:
    """VHD-13: publishing takes page blobs only."""
    if blob_reading is None:
        return failed(_NOT_THERE, _COPY_AGAIN)
    if blob_reading.kind == PAGE_BLOB:
        return passed(msg("It is a page blob"), kind=blob_reading.kind)
    return failed(
        msg("It is a {kind}, not a page blob", kind=blob_reading.kind), _FROM_THE_FILE, kind=blob_reading.kind
    )


def ends_in_a_footer(blob_reading: BlobReading | None, footer: Footer | None) -> Finding:
    """VHD-01: the last 512 bytes are a footer, with the cookie "conectix"."""
    if blob_reading is None or not blob_reading.footer or footer is None:
        return skipped(_NO_FOOTER)
    if footer.cookie_valid:
        return passed(
            msg("The last 512 bytes are a VHD footer"),
            creator=footer.creator_name,
            unique_id=str(footer.unique_id),
        )
    return failed(
        msg("The last 512 bytes are no VHD footer: the blob is no VHD, or not a whole one"),
        _FROM_THE_FILE,
        length=blob_reading.length,
    )


def is_fixed(footer: Footer | None) -> Finding:
    """VHD-02: disk type 2."""
    if footer is None or not footer.cookie_valid:
        return skipped(_NO_FOOTER)
    facts: dict[str, Any] = {"disk_type": footer.disk_type}
    if footer.disk_type == _FIXED:
        return passed(msg("The disk type is 2: fixed"), **facts)
    reasons = {
        _DYNAMIC: msg("This is a dynamic VHD; Azure takes fixed VHDs only"),
        _DIFFERENCING: msg("This is a differencing VHD: it holds only what differs from another file"),
    }
    unknown = msg("Its footer gives the disk type {type}, which no VHD has", type=footer.disk_type)
    return failed(reasons.get(footer.disk_type, unknown), _FROM_THE_FILE, **facts)


def is_whole_mebibytes(footer: Footer | None) -> Finding:
    """VHD-03: the footer's current size is a multiple of 1 MiB."""
    if footer is None or not footer.cookie_valid:
        return skipped(_NO_FOOTER)
    size, step = footer.current_size, int(load("vhd_limits")["alignment"]["bytes"])
    over = size % step
    if over == 0:
        return passed(msg("{size}, a whole number of MiB", size=in_units(size)), bytes=size)
    return failed(
        plural(
            "The disk has {bytes} bytes: {over} byte more than a whole number of MiB",
            "The disk has {bytes} bytes: {over} bytes more than a whole number of MiB",
            n=over,
            over=exactly(over),
            bytes=exactly(size),
        ),
        _FROM_THE_FILE,
        bytes=size,
        bytes_over=over,
    )


def length_fits(blob_reading: BlobReading | None, footer: Footer | None) -> Finding:
    """VHD-04: the blob is as long as the disk its footer speaks of, and the footer."""
    if blob_reading is None or footer is None or not footer.cookie_valid:
        return skipped(_NO_FOOTER)
    length, size = exactly(blob_reading.length), exactly(footer.current_size)
    facts: dict[str, Any] = {"length": blob_reading.length, "virtual_size": footer.current_size}
    if blob_reading.length == footer.current_size + FOOTER_BYTES:
        return passed(
            msg("{length} bytes: the disk of {size} bytes and its footer", length=length, size=size), **facts
        )
    return failed(
        msg(
            "The blob has {length} bytes, but its footer speaks of a disk of {size} bytes",
            length=length,
            size=size,
        ),
        _FROM_THE_FILE,
        **facts,
    )


def checksum_is_right(footer: Footer | None) -> Finding:
    """VHD-06: one's complement of the sum of the footer's bytes."""
    if footer is None or not footer.cookie_valid:
        return skipped(_NO_FOOTER)
    written, right = f"0x{footer.checksum:08X}", f"0x{footer.sealed().checksum:08X}"
    if footer.checksum_valid:
        return passed(msg("The checksum {checksum} is right", checksum=written), checksum=written)
    return failed(
        msg("The checksum is {written}, but should be {right}", written=written, right=right),
        _FROM_THE_FILE,
        checksum=written,
        right_checksum=right,
    )


def other_fields_are_usual(footer: Footer | None) -> Finding:
    """VHD-07: original size, data offset and version as a fixed VHD has them."""
    if footer is None or not footer.cookie_valid:
        return skipped(_NO_FOOTER)
    unusual: list[Message] = []
    if footer.original_size != footer.current_size:
        unusual.append(msg("the original size is {size}", size=in_units(footer.original_size)))
    if footer.data_offset != _NO_DATA_OFFSET:
        unusual.append(msg("the data offset is set, which a fixed VHD has no use for"))
    if footer.version != _VERSION:
        unusual.append(msg("the format version is {version}", version=f"0x{footer.version:08X}"))
    facts: dict[str, Any] = {
        "original_size": footer.original_size,
        "data_offset": f"0x{footer.data_offset:016X}",
        "version": f"0x{footer.version:08X}",
    }
    if not unusual:
        return passed(msg("Original size, data offset and version are as in every fixed VHD"), **facts)
    return warning(
        msg("Unusual in the footer: {what}", what=tuple(unusual)),
        msg("Azure may take it as it is. To be sure, upload the disk image with this wizard."),
        **facts,
    )


def name_fits(vhd_blob: VhdBlob) -> Finding:
    """VHD-14: the blob's name, which is a part of the address."""
    problem = blob_name_problem(vhd_blob.name)
    if problem is None:
        return passed(msg("{name} keeps the rules for names", name=vhd_blob.name), name=vhd_blob.name)
    return failed(problem, msg("Copy the image under another name."), name=vhd_blob.name)


def is_as_the_source(vhd_blob: VhdBlob, way: str | None, blob_reading: BlobReading | None) -> Finding:
    """The blob has the source's length, its last 512 bytes, and data where that has some."""
    if way == "as_is":
        return skipped(msg("Nothing was copied: the blob is taken as it is"))
    if not vhd_blob.footer_digest:
        return skipped(msg("What the source holds is not known here"))
    if blob_reading is None:
        return failed(_NOT_THERE, _COPY_AGAIN)
    facts: dict[str, Any] = {
        "length": blob_reading.length,
        "length_of_source": vhd_blob.length,
        "page_ranges": blob_reading.range_count,
        "page_ranges_of_source": vhd_blob.range_count,
        "data_bytes": blob_reading.data_bytes,
        "data_bytes_of_source": vhd_blob.data_bytes,
    }
    if (blob_reading.length, blob_reading.footer_digest) != (vhd_blob.length, vhd_blob.footer_digest):
        return failed(
            msg("Its length or its last 512 bytes are not those of the source"), _COPY_AGAIN, **facts
        )
    if blob_reading.ranges_digest != vhd_blob.ranges_digest:
        return warning(
            msg("Length and footer are those of the source, but data lies in other places than there"),
            msg("It may be zeros only. To be sure, copy the image again under another name and compare."),
            **facts,
        )
    return passed(
        plural(
            "Length, footer and {n} page range with data are the same as in the source",
            "Length, footer and {n} page ranges with data are the same as in the source",
            n=blob_reading.range_count,
        ),
        **facts,
    )


def is_unchanged(vhd_blob: VhdBlob, blob_reading: BlobReading | None) -> Finding:
    """Nobody has written to the blob since it was copied or taken."""
    if blob_reading is None:
        return failed(_NOT_THERE, _COPY_AGAIN)
    if blob_reading.etag == vhd_blob.etag:
        return passed(msg("Nobody has changed the blob since"), etag=blob_reading.etag)
    return warning(
        msg("The blob was changed since, its data or its properties"),
        msg("If you do not know who did it and why, copy the image again, or take the blob anew."),
        etag=blob_reading.etag,
        etag_then=vhd_blob.etag,
    )


def is_free(blob_reading: BlobReading | None) -> Finding:
    """SAS-12: a whole blob that nobody holds: no copy under way, no lease."""
    if blob_reading is None:
        return failed(_NOT_THERE, _COPY_AGAIN)
    facts: dict[str, Any] = {"lease": blob_reading.lease, "copy": blob_reading.copy_status}
    if blob_reading.copy_status == "pending":
        return failed(
            msg("The blob is still being copied to"), msg("Wait until the copy is complete."), **facts
        )
    if blob_reading.copy_status in ("failed", "aborted"):
        return failed(msg("The copy into the blob was not completed"), _COPY_AGAIN, **facts)
    if blob_reading.complete is False:
        return failed(
            msg("This is an unfinished upload"),
            msg("Finish that upload first: it goes on where it stopped."),
            **facts,
        )
    if blob_reading.lease in ("leased", "breaking"):
        return warning(
            msg("The blob is leased: a disk, a virtual machine or a program holds it"),
            msg("Detach the disk, or break the lease in the portal, then check again."),
            **facts,
        )
    return passed(msg("No copy is under way, and no lease holds the blob"), **facts)


CHECKS: Final = (
    Check("VHD-13", msg("It is a page blob"), is_page_blob, Group.FORMAT),
    Check("VHD-01", msg("It ends in a VHD footer"), ends_in_a_footer, Group.FORMAT),
    Check("VHD-02", msg("It is a fixed VHD"), is_fixed, Group.FORMAT),
    Check("VHD-03", msg("The size is a whole number of MiB"), is_whole_mebibytes, Group.FORMAT),
    Check("VHD-04", msg("The length fits the disk"), length_fits, Group.FORMAT),
    Check("VHD-06", msg("The footer’s checksum is right"), checksum_is_right, Group.FORMAT),
    Check("VHD-07", msg("The footer’s other fields are as usual"), other_fields_are_usual, Group.FORMAT),
    Check("VHD-08", msg("The size suits a Linux system disk"), suits_linux, Group.FORMAT),
    Check("VHD-09", msg("The size suits a Windows system disk"), suits_windows, Group.FORMAT),
    Check("VHD-12", msg("The first MiB of the disk is free"), first_mebibyte_is_free, Group.FORMAT),
    Check("VHD-14", msg("The name is fit for an address"), name_fits, Group.FORMAT),
    Check("VHD-17", msg("A virtual machine can start from it"), can_start, Group.BOOT),
    Check("partition-table", msg("The partition table is sound"), table_is_sound, Group.FORMAT),
    Check("as-source", msg("It holds what the source holds"), is_as_the_source, Group.FORMAT),
    Check("unchanged", msg("It is unchanged"), is_unchanged, Group.FORMAT),
    Check("SAS-12", msg("Nothing holds the blob or writes to it"), is_free, Group.FORMAT),
)
