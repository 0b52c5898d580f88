"""Container SAS: signed as the service's documents say, the same each time."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qs, parse_qsl, urlsplit

from wizard.redaction import Secret
from wizard.results import StorageAccount
from wizard.services.cloud import Cloud
from wizard.services.connect import azure_china
from wizard.settings import Settings

KEY = Secret(base64.b64encode(bytes(range(64))).decode())
STARTS = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)
EXPIRES = datetime(2027, 1, 20, 1, 2, 3, tzinfo=UTC)


def china() -> Cloud:
    cloud = azure_china(Settings())
    cloud.add_account_key("contoso", KEY)
    return cloud


def sign(**changes: object) -> Secret:
    given = {"starts": STARTS, "expires": EXPIRES} | changes
    return china().sign_container_sas(StorageAccount("contoso"), "vhds", "contoso linux.vhd", **given)  # type: ignore[arg-type]


def test_the_link_is_put_together_and_signed_as_documented() -> None:
    parts = urlsplit(sign().reveal())
    query = dict(parse_qsl(parts.query))

    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == (
        "https://contoso.blob.core.chinacloudapi.cn/vhds/contoso%20linux.vhd"
    )
    signature = query.pop("sig")
    assert query == {
        "sp": "rl",
        "st": "2026-11-20T01:02:03Z",
        "se": "2027-01-20T01:02:03Z",
        "spr": "https",
        "sv": "2021-12-02",
        "sr": "c",
    }
    # "Create a service SAS", version 2020-12-06 and later: the fields in this order, empty ones too.
    fields = (
        "rl",
        query["st"],
        query["se"],
        "/blob/contoso/vhds",
        "",
        "",
        "https",
        "2021-12-02",
        "c",
        *[""] * 7,
    )
    digest = hmac.new(bytes(range(64)), "\n".join(fields).encode(), hashlib.sha256).digest()
    assert signature == base64.b64encode(digest).decode()


def test_the_same_input_gives_the_same_link() -> None:
    assert sign().reveal() == sign().reveal()
    beijing = timezone(timedelta(hours=8))
    assert (
        sign(starts=STARTS.astimezone(beijing), expires=EXPIRES.astimezone(beijing)).reveal()
        == sign().reveal()
    )
    assert sign(expires=EXPIRES + timedelta(seconds=1)).reveal() != sign().reveal()


def test_permissions_and_protocol_are_those_asked_for() -> None:
    query = parse_qs(urlsplit(sign(permissions="r", protocol="https,http").reveal()).query)
    assert (query["sp"], query["spr"]) == (["r"], ["https,http"])


def test_the_link_is_a_secret() -> None:
    assert "sig" not in str(sign())
