"""What of a SAS URI is kept in a journey: everything but its signature."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

from wizard.redaction import Secret
from wizard.results import SasLink
from wizard.sas.limits import sas_limits
from wizard.sas.uri import SasUri, read_sas

CREATED: Final = "created"
PASTED: Final = "pasted"
"""Where a link comes from: SasLink.origin."""


def link_of(sas: SasUri, origin: str) -> SasLink:
    """What of a link may be kept: everything but its signature."""
    return SasLink(
        url=sas.address,
        container=sas.container,
        permissions=sas.get("sp") or "",
        scope=sas.get("sr") or "",
        starts=_iso(sas.starts.at if sas.starts else None),
        expires=_iso(sas.expires.at if sas.expires else None),
        protocol=sas.get("spr") or "",
        version=sas.get("sv") or "",
        origin=origin,
        signature_digest=signature_digest(sas),
    )


def signature_digest(sas: SasUri) -> str:
    """SHA-256 in hex over a link's signature, which is no way back to it; "" where it has none."""
    return hashlib.sha256(sas.signature.reveal().encode()).hexdigest() if sas.signature else ""


def created_at(link: SasLink | None) -> datetime | None:
    """When a link was made, where it was made here: it starts a fixed time before."""
    starts = moment(link.starts) if link is not None and link.origin == CREATED else None
    return starts + sas_limits().start_back if starts is not None else None


def another_pasted(pasted: Secret | None, sas_link: SasLink | None, sas_uri: Secret | None) -> bool:
    """Whether the link in the field is not the one that was looked at."""
    if not pasted or sas_link is None or sas_link.origin != PASTED:
        return False
    return not sas_uri or read_sas(pasted.reveal()).mended != sas_uri


def _iso(at: datetime | None) -> str:
    # strftime would write the year 1 with one digit, which nobody could read again.
    return at.isoformat(timespec="seconds").replace("+00:00", "Z") if at is not None else ""


def moment(text: str) -> datetime | None:
    """A time of a SasLink; None where the link has none."""
    return datetime.fromisoformat(text) if text else None
