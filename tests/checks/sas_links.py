"""Links to judge, and what the rules are given beside them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from wizard.checks.sas import CHECKS
from wizard.core.reach import wanted
from wizard.disk.vhd_footer import Footer, fixed_footer
from wizard.results import StorageAccount, VhdBlob
from wizard.sas.limits import sas_limits
from wizard.sas.uri import read_sas
from wizard.services.anonymous import Answer, SasProbe
from wizard.services.endpoints import AZURE_CHINA, Endpoints, practice_endpoints
from wizard.services.records import AccountProperties
from wizard.step import Check, Finding

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SIGNATURE = "Qz7+EUrLdHffK5X996U4V71Z2X/y5ZZxafVKlNIV7N0="
ADDRESS = "https://contosoimages.blob.core.chinacloudapi.cn/vhds/gateway.vhd"
PRACTICE_ADDRESS = "http://127.0.0.1:10000/contosoimages/vhds/gateway.vhd"
PRACTICE: Endpoints = practice_endpoints("http://127.0.0.1:9000")
DISK_BYTES = 30 * 1024**3
FOOTER = fixed_footer(DISK_BYTES).build()

GOOD = {
    "st": "2026-11-20T09:30:00Z",
    "se": "2027-01-20T09:30:00Z",
    "sp": "rl",
    "spr": "https",
    "sv": "2021-12-02",
    "sr": "c",
    "sig": SIGNATURE,
}


def link(address: str = ADDRESS, **changed: str | None) -> str:
    """A good link with these parameters changed, added, or (None) left out."""
    query = "&".join(
        f"{name}={quote(value, safe='')}" for name, value in (GOOD | changed).items() if value is not None
    )
    return f"{address}?{query}"


def written(at: datetime) -> str:
    """A time as it stands in a link."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def probed(**changed: Any) -> SasProbe:
    """A probe that found everything as it should be, with these answers changed."""
    good = SasProbe(
        head=Answer(200),
        length=DISK_BYTES + 512,
        blob_type="PageBlob",
        lease="available",
        copy_status="",
        access_tier="",
        listing=Answer(200),
        is_listed=True,
        footer_read=Answer(206),
        footer=FOOTER,
        write=Answer(403, "AuthorizationPermissionMismatch"),
    )
    return replace(good, **changed)


def account(**changed: Any) -> AccountProperties:
    """An account as the Resource Manager tells it, with these facts changed."""
    found = AccountProperties(
        name="contosoimages",
        blob_endpoint="https://contosoimages.blob.core.chinacloudapi.cn",
        subscription="s",
        resource_group="g",
        allow_shared_key=True,
    )
    return replace(found, **changed)


def uploaded(**changed: Any) -> VhdBlob:
    """The journey's VHD, with these facts changed."""
    import hashlib

    blob = VhdBlob(
        account=StorageAccount("contosoimages", "s", "g"),
        container="vhds",
        name="gateway.vhd",
        url=ADDRESS,
        length=DISK_BYTES + 512,
        etag="",
        data_bytes=0,
        range_count=0,
        ranges_digest="",
        footer_digest=hashlib.sha256(FOOTER).hexdigest(),
        unique_id="",
    )
    return replace(blob, **changed)


def judged(rule: str, text: str, **given: Any) -> Finding:
    """What that rule says to the text; what is not given is not known."""
    check: Check = next(each for each in CHECKS if each.rule == rule)
    probe = given.get("probe")
    in_reach = {
        "sas": read_sas(text),
        "now": NOW,
        "endpoints": PRACTICE if "127.0.0.1" in text else AZURE_CHINA,
        "limits": sas_limits(),
        "created": None,
        "probe": None,
        "unreached": None,
        "footer": Footer.parse(probe.footer) if probe is not None and probe.footer else None,
        "account_facts": None,
        "vhd_blob": None,
    } | given
    return check.finding(**{name: in_reach[name] for name in wanted(check.judge)})


DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
