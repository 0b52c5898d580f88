"""Who may do what: service SAS and account keys, their signatures worked out anew, written from the documentation alone.

The string to sign of a service SAS is that of version 2020-12-06 and later.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from tests.strict.asking import Asked
from tests.strict.clock import Clock
from tests.strict.refused import Refused
from tests.strict.store import Account

VERSIONS: Final = (
    "2019-12-12", "2020-02-10", "2020-04-08", "2020-06-12", "2020-08-04", "2020-10-02", "2020-12-06", "2021-02-12",
    "2021-04-10", "2021-06-08", "2021-08-06", "2021-10-04", "2021-12-02", "2022-11-02", "2023-01-03",
)  # fmt: skip
_FIRST_SIGNED_THIS_WAY: Final = "2020-12-06"
_TIMES: Final = ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%MZ", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S.%fZ")
_MOST_SECONDS_OFF: Final = 15 * 60
EVERYTHING: Final = "racwdl"

_SIGNED_HEADERS: Final = (
    "Content-Encoding", "Content-Language", "Content-Length", "Content-MD5", "Content-Type", "Date",
    "If-Modified-Since", "If-Match", "If-None-Match", "If-Unmodified-Since", "Range",
)  # fmt: skip


def permissions(asked: Asked, account: Account, clock: Clock) -> str:
    """What this request may do, in the letters of a SAS; nothing for one without credentials."""
    if asked.header("Authorization"):
        _check_key(asked, account, clock)
        return EVERYTHING
    if "sig" in asked.query:
        return _permissions_of_sas(asked, account, clock)
    return ""


def sign_sas(key: str, account: str, container: str, blob: str, query: dict[str, str]) -> str:
    """The signature of a service SAS with these fields (decoded); `blob` is empty for a container's."""
    resource = f"/blob/{account}/{container}" + (f"/{blob}" if query["sr"] == "b" else "")
    names = (
        "sp",
        "st",
        "se",
        "",
        "si",
        "sip",
        "spr",
        "sv",
        "sr",
        "",
        "ses",
        "rscc",
        "rscd",
        "rsce",
        "rscl",
        "rsct",
    )
    fields = [query.get(name, "") if name else "" for name in names]
    fields[3] = resource
    return _signed(key, "\n".join(fields))


def _permissions_of_sas(asked: Asked, account: Account, clock: Clock) -> str:
    query = dict(asked.query)
    for name in ("sv", "sr", "se", "sp"):
        if not query.get(name):
            raise _failed(f"{name} is mandatory. Cannot be empty")
    if query["sv"] not in VERSIONS or query["sv"] < _FIRST_SIGNED_THIS_WAY:
        raise _failed("sv is not a version that this server knows")
    if query["sr"] not in ("b", "c"):
        raise _failed("sr is invalid")
    expected = {sign_sas(key, account.name, asked.container, asked.blob, query) for key in account.keys}
    if not any(hmac.compare_digest(each, query["sig"]) for each in expected):
        raise _failed("Signature did not match. String to sign used was ...")
    _check_times(query, clock)
    if query.get("spr", "https,http") == "https" and not asked.secure:
        raise Refused(403, "AuthorizationProtocolMismatch")
    if query.get("sip") not in (None, "", "127.0.0.1"):
        raise Refused(
            403,
            "AuthorizationSourceIPMismatch",
            "This request is not authorized to perform this operation using this source IP.",
        )
    return query["sp"]


def _check_times(query: dict[str, str], clock: Clock) -> None:
    now = datetime.fromtimestamp(clock.now(), UTC)
    starts = _time(query["st"], "st") if query.get("st") else None
    expires = _time(query["se"], "se")
    if (starts is not None and now < starts) or now >= expires:
        said = f"{starts:%a, %d %b %Y %H:%M:%S GMT}" if starts else ""
        raise _failed(
            f"Signature not valid in the specified time frame: Start [{said}] - "
            f"Expiry [{expires:%a, %d %b %Y %H:%M:%S GMT}] - Current [{now:%a, %d %b %Y %H:%M:%S GMT}]"
        )


def _time(text: str, name: str) -> datetime:
    for form in _TIMES:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise _failed(f"{name} is not a valid time")


def _check_key(asked: Asked, account: Account, clock: Clock) -> None:
    """Shared Key: signature over method, headers and resource, and a date that is not far off."""
    scheme, _, credential = asked.header("Authorization").partition(" ")
    name, _, signature = credential.partition(":")
    if scheme != "SharedKey" or name != account.name:
        raise _failed("The account or the scheme is not the one expected")
    said = asked.header("x-ms-date") or asked.header("Date")
    try:
        moment = parsedate_to_datetime(said).timestamp()
    except ValueError:
        raise _failed("The Date header in the request is incorrect.") from None
    if abs(moment - clock.now()) > _MOST_SECONDS_OFF:
        raise _failed(f"Request date header too old: '{said}'")
    text = _key_text(asked)
    if not any(hmac.compare_digest(_signed(key, text), signature) for key in account.keys):
        raise _failed(
            "The MAC signature found in the HTTP request is not the same as any computed signature."
        )


def _key_text(asked: Asked) -> str:
    headers = [asked.header(name) for name in _SIGNED_HEADERS]
    headers[2] = "" if headers[2] == "0" else headers[2]
    own = sorted(
        (name.lower(), str(value).strip())
        for name, value in asked.headers.items()
        if name.lower().startswith("x-ms-")
    )
    if any(name == "x-ms-date" for name, _ in own):
        headers[5] = ""
    resource = f"/{asked.account}{asked.target.partition('?')[0]}"
    query = sorted((name.lower(), value) for name, value in asked.query.items())
    return "\n".join(
        [asked.method, *headers]
        + [f"{name}:{value}" for name, value in own]
        + [resource + "".join(f"\n{name}:{value}" for name, value in query)]
    )


def _signed(key: str, text: str) -> str:
    made = hmac.new(base64.b64decode(key), text.encode(), hashlib.sha256)
    return base64.b64encode(made.digest()).decode()


def _failed(detail: str) -> Refused:
    return Refused(403, "AuthenticationFailed", more={"AuthenticationErrorDetail": detail})
