"""A SAS URI in its parts, read from whatever was pasted. Its signature is a Secret from the first moment on."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote

from wizard.messages import Message
from wizard.redaction import MASK, Secret, redact, remember
from wizard.sas.mending import SAS_NAMES, Kind, Mended, is_whole_signature, mend

USER_DELEGATION_NAMES: Final = ("skoid", "sktid", "skt", "ske", "sks", "skv")
ACCOUNT_SAS_NAMES: Final = ("ss", "srt")

_FULL: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_SHORT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?(?:Z|[+-]\d\d:\d\d)")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_SIGNATURE_LIKE: Final = re.compile(r"[A-Za-z0-9+/=%]{40,}")
_PLAIN_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,15}")


class TimeForm(StrEnum):
    """How a time in a SAS is written."""

    FULL = "full"
    """As the rule asks for it: YYYY-MM-DDThh:mm:ssZ."""
    OTHER = "other"
    """A point in time all the same: without seconds, with fractions, or with another zone than Z."""
    DATE = "date"
    """A day without a time of day (ERR-SAS-3)."""
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class SasTime:
    """A time as written in the link, and the moment it means (UTC), None where it means none."""

    text: str
    at: datetime | None
    form: TimeForm


@dataclass(frozen=True, slots=True)
class SasUri:
    """The parts of a SAS URI; "" or None where a part is missing.

    `host` has its port; `address` is the link without its query, as encoded; `blob` is decoded. `parameters` is without
    the signature. `conflicting` were given twice with different values; `foreign` do not belong to a SAS. `separated`:
    whether a question mark stood between address and query. `mends` says what was mended in the text. `mended` is the
    whole link, `masked` what may be shown of it.
    """

    kind: Kind
    scheme: str = ""
    host: str = ""
    address: str = ""
    account: str = ""
    container: str = ""
    blob: str = ""
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    conflicting: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    separated: bool = True
    signature: Secret | None = None
    signature_whole: bool = False
    mends: tuple[Message, ...] = field(default=(), hash=False)
    mended: Secret = field(default_factory=lambda: Secret(""))
    masked: str = MASK

    def get(self, name: str) -> str | None:
        """The value of a parameter, None where it is missing or empty."""
        return self.parameters.get(name) or None

    @property
    def starts(self) -> SasTime | None:
        """From when on the link works (st)."""
        return read_time(self.parameters["st"]) if self.get("st") else None

    @property
    def expires(self) -> SasTime | None:
        """Until when the link works (se)."""
        return read_time(self.parameters["se"]) if self.get("se") else None

    @property
    def has_token(self) -> bool:
        """Whether there is a query that tries to be a SAS."""
        return bool(self.parameters) or self.signature is not None

    @property
    def is_user_delegation(self) -> bool:
        """Whether it is signed with a user-delegation key (SAS-07)."""
        return any(name in self.parameters for name in USER_DELEGATION_NAMES)

    @property
    def is_account_sas(self) -> bool:
        """Whether it opens the account instead of a container (SAS-10)."""
        return any(name in self.parameters for name in ACCOUNT_SAS_NAMES)

    @property
    def is_disk_export(self) -> bool:
        """Whether it is the link of a managed disk's export (SAS-17)."""
        return self.account.startswith("md-") or "sk" in self.parameters

    @property
    def on_this_computer(self) -> bool:
        """Whether its host can only be this computer, as the practice cloud's is."""
        name = _host_name(self.host)
        return name == "localhost" or _is_loopback(name)


def read_sas(text: str) -> SasUri:
    """The SAS URI in a pasted text; damage done by copying is mended and told in `mends`. Raises nothing."""
    mended = mend(text)
    if mended.kind not in (Kind.LINK, Kind.TOKEN):
        return SasUri(mended.kind, masked=MASK if text.strip() else "")
    encoded = next((value for name, value in mended.query if name == "sig" and value), None)
    if encoded is not None:
        remember(encoded)
        remember(unquote(encoded))
    parameters, conflicting, foreign = _sorted_out(mended)
    scheme, host, account, container, blob = _located(mended.address)
    return SasUri(
        kind=mended.kind,
        scheme=scheme,
        host=host,
        address=_address(mended.address, scheme, host),
        account=account,
        container=container,
        blob=blob,
        parameters=MappingProxyType(parameters),
        conflicting=conflicting,
        foreign=foreign,
        separated=mended.separated,
        signature=Secret(unquote(encoded)) if encoded is not None else None,
        signature_whole=encoded is not None and is_whole_signature(encoded),
        mends=mended.mends,
        mended=Secret(mended.link),
        masked=_masked(mended, scheme, host),
    )


def read_time(text: str) -> SasTime:
    """A time as it stands in a SAS; a date alone means midnight UTC, as it does to the server."""
    form = TimeForm.UNREADABLE
    if _FULL.fullmatch(text):
        form = TimeForm.FULL
    elif _SHORT.fullmatch(text):
        form = TimeForm.OTHER
    elif _DATE.fullmatch(text):
        form = TimeForm.DATE
    try:
        at = datetime.fromisoformat(text) if form is not TimeForm.UNREADABLE else None
        if at is not None:
            at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return SasTime(_shown(text), None, TimeForm.UNREADABLE)
    return SasTime(_shown(text), at, form)


def _sorted_out(mended: Mended) -> tuple[dict[str, str], tuple[str, ...], tuple[str, ...]]:
    """The known parameters decoded, those with two values, and the names of those that do not belong there."""
    parameters: dict[str, str] = {}
    conflicting: dict[str, None] = {}
    foreign: dict[str, None] = {}
    seen: set[str] = set()
    for name, value in mended.query:
        if name not in SAS_NAMES:
            foreign[name if value and _PLAIN_NAME.fullmatch(name) else "…"] = None
            continue
        if name in seen:
            conflicting[name] = None
        elif name != "sig":
            parameters[name] = _shown(unquote(value))
        seen.add(name)
    return parameters, tuple(conflicting), tuple(foreign)


def _located(address: str) -> tuple[str, str, str, str, str]:
    """Scheme, host with port, account, container and blob of an address."""
    scheme, _, rest = address.partition("://")
    if not rest:
        return "", "", "", "", ""
    host, _, path = rest.partition("/")
    host = host.rpartition("@")[2].lower()
    account, parts = host.partition(".")[0], path.split("/")
    if _names_no_account(_host_name(host)):
        account, parts = unquote(parts[0]), parts[1:]
    if len(parts) < 2:  # one name alone: a blob in the root container, or a container
        parts = ["", *parts] if parts and parts[0].lower().endswith(".vhd") else [*parts, ""]
    return scheme.lower(), host, account, unquote(parts[0]), unquote("/".join(parts[1:]))


def _address(address: str, scheme: str, host: str) -> str:
    """The address without a user's name and password in front of its host."""
    _, slash, path = address.partition("://")[2].partition("/")
    return f"{scheme}://{host}{slash}{path}" if scheme else ""


def _masked(mended: Mended, scheme: str, host: str) -> str:
    parts = []
    for name, value in mended.query:
        if name not in SAS_NAMES:
            parts.append(f"{name}={MASK}" if value and _PLAIN_NAME.fullmatch(name) else MASK)
        else:
            parts.append(f"{name}={MASK}" if name == "sig" else f"{name}={_shown(value)}")
    start = _address(mended.address, scheme, host)
    return redact(f"{start}?{'&'.join(parts)}" if parts else start)


def _shown(value: str) -> str:
    """The value without anything that looks like a signature: a broken link may hold one where none belongs."""
    return _SIGNATURE_LIKE.sub(MASK, redact(value))


def _host_name(host: str) -> str:
    return host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _names_no_account(name: str) -> bool:
    """Whether the account stands in the path: hosts that are no name of an account's own."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name == "localhost"
    return True
