"""A blob's address taken apart: what was pasted, and what the service layer knows."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urlsplit

from wizard.redaction import Secret
from wizard.services.blob.asking import Address
from wizard.services.cloud_errors import bad_address
from wizard.services.web import is_loopback

_HOST: Final = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}")
_AS_IT_IS: Final = "".join(chr(code) for code in range(0x21, 0x7F))


def of_blob(endpoint: str, container: str, name: str) -> Address:
    """The address of a blob of the account with this endpoint; raises CloudError where that is none."""
    parts = _split(endpoint)
    path = f"{parts.path.rstrip('/')}/{quote(container)}/{quote(name, safe='/~')}"
    return _address(parts, path)


def of_link(link: Secret) -> tuple[Address, str, str, str, Secret]:
    """Address, account, container, name and query of a link; raises CloudError where it is no link to a blob.

    Over plain http the signature would be read by anybody on the way: only this very computer is spoken to like that.
    """
    parts = _split(link.reveal().strip())
    local = is_loopback(parts.hostname)
    if parts.scheme != "https" and not local:
        raise bad_address()
    segments = parts.path.lstrip("/").split("/")
    # An emulator has the account in the path, the cloud in the name of the host.
    account = (
        unquote(segments.pop(0)) if local and len(segments) > 2 else (parts.hostname or "").partition(".")[0]
    )
    container, name = unquote(segments[0]), unquote("/".join(segments[1:]))
    if not container or not name:
        raise bad_address()
    path = quote(unquote(parts.path), safe="/~")
    return _address(parts, path), account, container, name, Secret(quote(parts.query, safe=_AS_IT_IS))


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        if parts.scheme in ("http", "https") and _HOST.fullmatch(parts.hostname or "") and parts.port != 0:
            return parts
    except ValueError:
        pass
    raise bad_address()


def _address(parts: SplitResult, path: str) -> Address:
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return Address(parts.scheme, parts.hostname or "", port, path)
