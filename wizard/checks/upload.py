"""What an uploaded VHD must be, judged by what was read back from the server; and the rules for names and accounts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from wizard.figures import exactly, in_units
from wizard.messages import Message, msg, plural
from wizard.step import Check, Finding, failed, passed, skipped, warning

if TYPE_CHECKING:
    from wizard.results import ContentCompared, VhdBlob
    from wizard.services.records import AccountProperties
    from wizard.transfer.read_back import BlobReading

FOOTER_BYTES: Final = 512
PAGE_BLOB: Final = "PageBlob"

MOST_SECONDS_OFF: Final = 300
"""Two clocks may differ by so much without a word."""

_UPLOAD_AGAIN: Final = msg("Upload the image again.")
_NO_PAGE_BLOBS: Final = ("BlobStorage", "BlockBlobStorage", "FileStorage")  # kinds of accounts
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_LONGEST_BLOB_NAME: Final = 1024


def is_page_blob(blob_reading: BlobReading | None) -> Finding:
    """VHD-13: publishing takes page blobs only."""
    if blob_reading is None:
        return _gone()
    if blob_reading.kind == PAGE_BLOB:
        return passed(msg("It is a page blob"), kind=blob_reading.kind)
    return failed(
        msg("It is a {kind}, not a page blob", kind=blob_reading.kind),
        msg("Delete it in the Azure portal and upload the image again: this wizard makes page blobs."),
        kind=blob_reading.kind,
    )


def length_fits(blob_reading: BlobReading | None, footer_size: int | None) -> Finding:
    """VHD-04 on the blob: as long as the disk its footer speaks of, and the footer."""
    if blob_reading is None:
        return _gone()
    if footer_size is None:
        return skipped(msg("The blob has no footer that could be read"), length=blob_reading.length)
    facts: dict[str, Any] = {"length": blob_reading.length, "virtual_size": footer_size}
    if blob_reading.length == footer_size + FOOTER_BYTES:
        return passed(
            msg(
                "{length} bytes: the disk of {size} bytes and its footer",
                length=exactly(blob_reading.length),
                size=exactly(footer_size),
            ),
            **facts,
        )
    return failed(
        msg(
            "The blob has {length} bytes, but its footer speaks of a disk of {size} bytes",
            length=exactly(blob_reading.length),
            size=exactly(footer_size),
        ),
        _UPLOAD_AGAIN,
        **facts,
    )


def name_fits(vhd_blob: VhdBlob) -> Finding:
    """VHD-14: the blob's name, which is a part of the address."""
    problem = blob_name_problem(vhd_blob.name)
    if problem is None:
        return passed(msg("{name} keeps the rules for names", name=vhd_blob.name), name=vhd_blob.name)
    return failed(problem, msg("Upload the image under another name."), name=vhd_blob.name)


def footer_equal(vhd_blob: VhdBlob, blob_reading: BlobReading | None) -> Finding:
    """The last 512 bytes on the server are those of the file."""
    if blob_reading is None:
        return _gone()
    if blob_reading.footer_digest == vhd_blob.footer_digest:
        return passed(msg("The last 512 bytes are those of the file"), sha256=blob_reading.footer_digest)
    return failed(
        msg("The last 512 bytes on the server are not those of the file"),
        _UPLOAD_AGAIN,
        sha256=blob_reading.footer_digest,
        sha256_of_file=vhd_blob.footer_digest,
    )


def ranges_equal(vhd_blob: VhdBlob, blob_reading: BlobReading | None) -> Finding:
    """The server holds data exactly where the file has some."""
    if blob_reading is None:
        return _gone()
    facts: dict[str, Any] = {
        "page_ranges": blob_reading.range_count,
        "data_bytes": blob_reading.data_bytes,
        "page_ranges_sent": vhd_blob.range_count,
        "data_bytes_sent": vhd_blob.data_bytes,
    }
    if blob_reading.ranges_digest == vhd_blob.ranges_digest:
        return passed(
            plural(
                "{n} page range holds data, as in the file",
                "{n} page ranges hold data, the same as in the file",
                n=blob_reading.range_count,
            ),
            **facts,
        )
    return failed(msg("The server does not hold data where the file has some"), _UPLOAD_AGAIN, **facts)


def is_unchanged(vhd_blob: VhdBlob, blob_reading: BlobReading | None) -> Finding:
    """The upload came to its end, and nobody has written to the blob since."""
    if blob_reading is None:
        return _gone()
    if blob_reading.complete is False:
        return failed(
            msg("This is an unfinished upload"), msg("Start the upload again: it goes on where it stopped.")
        )
    if blob_reading.etag == vhd_blob.etag:
        return passed(
            msg("The upload is complete, and nobody has changed the blob since"), etag=blob_reading.etag
        )
    return warning(
        msg("The blob was changed after the upload, its data or its properties"),
        msg("If you do not know who did it and why, upload the image again."),
        etag=blob_reading.etag,
        etag_after_upload=vhd_blob.etag,
    )


def content_equal(content_compared: ContentCompared | None, blob_reading: BlobReading | None) -> Finding:
    """Every byte on the server is as in the file; only where somebody had them compared."""
    if blob_reading is None:
        return _gone()
    if content_compared is None or content_compared.etag != blob_reading.etag:
        return skipped(msg("Not compared byte for byte; that is done on request"))
    facts: dict[str, Any] = {
        "compared_bytes": content_compared.compared_bytes,
        "first_difference": content_compared.first_difference,
    }
    if content_compared.first_difference is None:
        return passed(
            msg(
                "{size} were read back and are as in the file; everything else is zeros in both",
                size=in_units(content_compared.compared_bytes),
            ),
            **facts,
        )
    return failed(
        msg("The blob differs from the file at byte {byte}", byte=exactly(content_compared.first_difference)),
        msg("Upload the image again, and allow the blob to be overwritten."),
        **facts,
    )


def clock_right(blob_reading: BlobReading | None) -> Finding:
    """This computer's clock goes with the server's: signatures hold by that."""
    ahead = blob_reading.clock_ahead if blob_reading is not None else None
    if ahead is None:
        return skipped(msg("The server did not say what time it is"))
    seconds = round(abs(ahead))
    if seconds <= MOST_SECONDS_OFF:
        return passed(msg("This computer’s clock goes with the server’s"), seconds_ahead=round(ahead))
    by = _how_long(seconds)
    what = (
        msg("This computer’s clock is {time} ahead of the server’s", time=by)
        if ahead > 0
        else msg("This computer’s clock is {time} behind the server’s", time=by)
    )
    return warning(
        what,
        msg("Set the clock right before you create a SAS URI: it holds by the server’s clock."),
        seconds_ahead=round(ahead),
    )


def container_name_problem(name: str) -> Message | None:
    """What is wrong with the name of a container; None where nothing is."""
    if not 3 <= len(name) <= 63:
        return msg("A container’s name has 3 to 63 characters; this one has {n}", n=len(name))
    if name != name.lower() and name.isascii():
        return msg("A container’s name has no capital letters")
    if not re.fullmatch(r"[a-z0-9-]+", name):
        return msg("A container’s name has only the letters a to z, digits and hyphens")
    if name.startswith("-") or name.endswith("-"):
        return msg("A container’s name begins and ends with a letter or a digit")
    if "--" in name:
        return msg("A container’s name has no two hyphens in a row")
    return None


def blob_name_problem(name: str) -> Message | None:
    """What is wrong with the name of a VHD's blob (VHD-14); None where nothing is."""
    if not name.endswith(".vhd") or name == ".vhd":
        return msg("The name must end in .vhd, in small letters")
    if not _PLAIN_NAME.fullmatch(name):
        return msg("The name may have letters without accents, digits, dots, hyphens and underscores only")
    if len(name) > _LONGEST_BLOB_NAME:
        return msg("The name is longer than {n} characters", n=_LONGEST_BLOB_NAME)
    return None


def upload_problem(account: AccountProperties) -> Message | None:
    """Why no VHD can go to this storage account; None where nothing is known against it."""
    if account.hierarchical_namespace:  # VHD-25
        return msg("Not fit for a VHD: with a hierarchical namespace there are no page blobs")
    if account.kind in _NO_PAGE_BLOBS:
        return msg("Not fit for a VHD: accounts of the kind {kind} have no page blobs", kind=account.kind)
    if account.allow_shared_key is False:  # SAS-08
        return msg("Not fit for publishing: account keys are switched off, and a SAS URI needs them")
    return None


def account_problem(account: AccountProperties) -> Message | None:
    """What speaks against publishing from this storage account; None where nothing is known."""
    problem = upload_problem(account)
    if problem is None and account.network_default == "Deny":  # ACC-04
        return msg("Not fit for publishing: its network rules shut the marketplace out")
    return problem


def _how_long(seconds: float) -> Message:
    minutes = round(seconds / 60)
    hours = round(seconds / 3600)
    if hours >= 24:
        return plural("{n} day", "{n} days", n=round(hours / 24))
    if minutes >= 60:
        return plural("{n} hour", "{n} hours", n=hours)
    return plural("{n} minute", "{n} minutes", n=minutes)


def _gone() -> Finding:
    return failed(msg("The blob is not in the container any more"), _UPLOAD_AGAIN)


CHECKS: Final = (
    Check("VHD-13", msg("It is a page blob"), is_page_blob),
    Check("VHD-04", msg("The length fits the disk"), length_fits),
    Check("VHD-14", msg("The name is fit for an address"), name_fits),
    Check("footer-equal", msg("The footer arrived as it was"), footer_equal),
    Check("page-ranges", msg("All data arrived, and nothing else"), ranges_equal),
    Check("unchanged", msg("The upload is complete and unchanged"), is_unchanged),
    Check("content", msg("Every byte is as in the file"), content_equal),
    Check("clock", msg("This computer’s clock is right"), clock_right),
)
