"""If-Match and its kin."""

from __future__ import annotations

import operator
from email.utils import parsedate_to_datetime

from tests.strict.asking import Asked
from tests.strict.refused import Refused, bad_header
from tests.strict.store import Blob


def check(asked: Asked, blob: Blob | None, *, failed: str = "ConditionNotMet") -> None:
    """Refuse where a condition is not met; `failed` is the word for it. Reading what is unchanged gives 304."""
    reads = asked.method in ("GET", "HEAD")
    match, none_match = asked.header("If-Match"), asked.header("If-None-Match")
    if match and (blob is None or (match != "*" and blob.etag not in _listed(match))):
        raise Refused(412, failed)
    if none_match and blob is not None and (none_match == "*" or blob.etag in _listed(none_match)):
        if reads:
            raise Refused(304, failed)
        raise Refused(409, "BlobAlreadyExists") if none_match == "*" else Refused(412, failed)
    since, unchanged = _moment(asked, "If-Modified-Since"), _moment(asked, "If-Unmodified-Since")
    if blob is None:
        return
    if since is not None and int(blob.modified_at) <= since:
        raise Refused(304 if reads else 412, failed)
    if unchanged is not None and int(blob.modified_at) > unchanged:
        raise Refused(412, failed)


def check_sequence(asked: Asked, blob: Blob) -> None:
    """The sequence number conditions of Put Page."""
    number = blob.sequence_number
    for name, met in (
        ("x-ms-if-sequence-number-le", operator.le),
        ("x-ms-if-sequence-number-lt", operator.lt),
        ("x-ms-if-sequence-number-eq", operator.eq),
    ):
        given = asked.number_in(name)
        if given is not None and not met(number, given):
            raise Refused(412, "SequenceNumberConditionNotMet")


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",")]


def _moment(asked: Asked, name: str) -> float | None:
    text = asked.header(name)
    if not text:
        return None
    try:
        return parsedate_to_datetime(text).timestamp()
    except ValueError as error:
        raise bad_header(name, text) from error
