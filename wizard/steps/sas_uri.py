"""Step 7 (guide 3.3): the SAS URI: made here, or pasted and looked at; proven without credentials."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from wizard.checks.sas import CHECKS
from wizard.errors import WizardError
from wizard.messages import Message, msg
from wizard.redaction import Secret
from wizard.results import SasLink, StorageAccount, VhdBlob
from wizard.sas.judging import footer_of, try_sas
from wizard.sas.limits import sas_limits
from wizard.sas.mending import Kind
from wizard.sas.uri import SasUri, read_sas
from wizard.step import Action, Choice, Number, Option, SecretText, Step
from wizard.step_parts.sas_link import (
    CREATED,
    PASTED,
    another_pasted,
    created_at,
    link_of,
    moment,
    signature_digest,
)
from wizard.view import Link, Moment, Timeline, View

if TYPE_CHECKING:
    from wizard.services.cloud import Cloud
    from wizard.services.records import AccountProperties
    from wizard.settings import Settings
    from wizard.tasks import Task

CREATE: Final = "create"
PASTE: Final = "paste"

_LIMITS: Final = sas_limits()


def create(cloud: Cloud, vhd_blob: VhdBlob, days: int, now: datetime) -> Mapping[str, Any]:
    """Sign a service SAS for the VHD's container with the account key: one day back in UTC, for so many days."""
    created = now.replace(microsecond=0)
    secret = cloud.sign_container_sas(
        vhd_blob.account,
        vhd_blob.container,
        vhd_blob.name,
        created - _LIMITS.start_back,
        created + timedelta(days=days),
        _LIMITS.permissions,
        "https,http" if cloud.is_practice else "https",
    )
    return {"sas_link": link_of(read_sas(secret.reveal()), CREATED), "sas_uri": secret}


def inspect(pasted: Secret) -> Mapping[str, Any]:
    """Take in a pasted link, mended where copying broke it; what is wrong with it the checks tell."""
    sas = read_sas(pasted.reveal())
    if sas.kind is not Kind.LINK or not sas.blob:
        return {"sas_link": None, "sas_uri": Secret("")}
    return {"sas_link": link_of(sas, PASTED), "sas_uri": sas.mended}


def show_again(cloud: Cloud, vhd_blob: VhdBlob, sas_link: SasLink) -> Mapping[str, Any]:
    """Sign the same link once more: with the same key it comes out the same."""
    return {"sas_uri": signed_again(cloud, vhd_blob.account, sas_link)}


def signed_again(cloud: Cloud, account: StorageAccount, link: SasLink) -> Secret:
    """The whole of a link that was made here; raises WizardError where the account's key is not that of then."""
    secret = cloud.sign_container_sas(
        account,
        link.container,
        read_sas(link.url).blob,
        datetime.fromisoformat(link.starts),
        datetime.fromisoformat(link.expires),
        link.permissions,
        link.protocol,
    )
    # In practice keys are made anew at each start, and links with them.
    is_same = link.signature_digest in ("", signature_digest(read_sas(secret.reveal())))
    if not is_same and not cloud.is_practice:
        raise WizardError(
            msg("The account key in use is not the one that the link was created with"),
            msg(
                "If the key was renewed, the link no longer works: create a new one and enter it in the publishing portal. "
                "If you entered the account’s other key, enter the first one."
            ),
        )
    return secret


def observe(
    cloud: Cloud,
    vhd_blob: VhdBlob,
    sas_link: SasLink | None,
    sas_uri: Secret | None,
    pasted: Secret | None,
    settings: Settings,
    task: Task,
) -> Mapping[str, Any]:
    """The link in its parts, what the server says to it without credentials, and what the account allows."""
    sas = _at_hand(cloud, vhd_blob, sas_link, sas_uri, pasted)
    probe, unreached = try_sas(sas, task, settings, cloud.endpoints)
    return {
        "sas": sas,
        "created": created_at(sas_link),
        "endpoints": cloud.endpoints,
        "limits": _LIMITS,
        "probe": probe,
        "unreached": unreached,
        "footer": footer_of(probe),
        "account_facts": _account_facts(cloud, vhd_blob.account),
    }


def nothing_to_check(sas_link: SasLink | None, pasted: Secret | None) -> Message | None:
    """Without a link there is nothing to judge."""
    return msg("There is no link yet") if sas_link is None and not pasted else None


def _account_facts(cloud: Cloud, account: StorageAccount) -> AccountProperties | None:
    """What the account allows; None where it cannot be asked, for the link stands or falls without it."""
    try:
        return cloud.account_properties(account)
    except WizardError:
        return None


def _at_hand(
    cloud: Cloud, vhd_blob: VhdBlob, link: SasLink | None, secret: Secret | None, pasted: Secret | None
) -> SasUri:
    """The link that the results are about; a pasted one as it was pasted, so that what was mended is told."""
    as_pasted = read_sas(pasted.reveal()) if pasted else None
    if link is None:
        return as_pasted if as_pasted is not None else read_sas("")
    if link.origin == PASTED:
        if as_pasted is not None and (not secret or as_pasted.mended == secret):
            return as_pasted
        if not secret:
            raise WizardError(
                msg("The pasted link is not there any more: its signature is never saved"),
                msg("Paste it again."),
            )
    return read_sas((secret or signed_again(cloud, vhd_blob.account, link)).reveal())


def views(
    sas_link: SasLink | None, sas_uri: Secret | None, source: str | None, days: int | None, now: datetime
) -> tuple[View, ...]:
    """The link itself, and its life in time, as it is or as it would be."""
    if sas_link is None:
        planned = source == CREATE and days is not None and _LIMITS.least_days <= days <= _LIMITS.most_days
        return (
            (_life(now - _LIMITS.start_back, now + timedelta(days=days or 0), now, now),) if planned else ()
        )
    shown = _link(sas_link, sas_uri)
    starts, expires = moment(sas_link.starts), moment(sas_link.expires)
    if starts is None or expires is None or starts >= expires:
        return (shown,)
    return (shown, _life(starts, expires, created_at(sas_link) or now, now))


def _life(starts: datetime, expires: datetime, created: datetime, now: datetime) -> Timeline:
    three_weeks = created + _LIMITS.least
    return Timeline(
        msg("How long the link lasts (UTC)"),
        Moment(starts, msg("Starts")),
        Moment(expires, msg("Ends")),
        (Moment(three_weeks, msg("Three weeks reached")),) if three_weeks <= expires else (),
        now,
    )


def _link(link: SasLink, secret: Secret | None) -> Link:
    title = msg("SAS URI")
    if not secret:
        hint = (
            msg(
                "The signature is never saved. The link can be signed again as long as the account key is the same."
            )
            if link.origin == CREATED
            else msg("The signature is never saved. Paste the link again to see it.")
        )
        return Link(title, f"{link.url}?…", None, hint)
    sas = read_sas(secret.reveal())
    if sas.on_this_computer:
        return Link(
            title,
            sas.masked,
            secret,
            msg("A practice link: it works on this computer only, while practice runs."),
        )
    return Link(
        title,
        sas.masked,
        secret,
        msg("Enter it in the publishing portal as the address of the VHD file. Keep it secret."),
    )


def still_missing(
    pasted: Secret | None, sas_link: SasLink | None, sas_uri: Secret | None, now: datetime
) -> Message | None:
    """A link, one that has not ended, and the one that was pasted last."""
    if sas_link is None:
        return msg("No link yet")
    if another_pasted(pasted, sas_link, sas_uri):
        return msg("The pasted link has not been looked at yet")
    expires = moment(sas_link.expires)
    if expires is not None and expires <= now:
        return msg("The link has expired. Create a new one.")
    return None


def summary(sas_link: SasLink | None) -> Message | None:
    """Until when the link works."""
    expires = moment(sas_link.expires) if sas_link is not None else None
    return msg("Valid until {date}", date=f"{expires:%Y-%m-%d}") if expires is not None else None


def from_until(value: int, now: datetime) -> Message:
    """The number of days in words."""
    created = now.replace(microsecond=0)
    return msg(
        "From {start} until {end} (UTC)",
        start=f"{created - _LIMITS.start_back:%Y-%m-%d %H:%M}",
        end=f"{created + timedelta(days=value):%Y-%m-%d %H:%M}",
    )


STEP: Final = Step(
    id="sas_uri",
    title=msg("SAS URI"),
    guide="3.3",
    purpose=msg(
        "Make the address that you enter in the publishing portal: it lets the marketplace read your VHD and list its container, nothing else."
    ),
    needs=("account", "vhd_blob"),
    inputs=(
        Choice(
            "source",
            msg("Link"),
            default=CREATE,
            options=(
                Option(CREATE, msg("Create one")),
                Option(PASTE, msg("Look at one I have")),
            ),
        ),
        Number(
            "days",
            msg("Valid for"),
            help=msg("At least three weeks. Testing and publishing often take longer, so leave some room."),
            default=_LIMITS.default_days,
            least=_LIMITS.least_days,
            most=_LIMITS.most_days,
            unit=msg("days"),
            note=from_until,
            applies=lambda source: source == CREATE,
        ),
        SecretText(
            "pasted",
            msg("The link"),
            help=msg("Paste the whole SAS URI. It is used for this session only and never saved."),
            placeholder=msg("https://…"),
            lines=4,
            required=False,
            applies=lambda source: source == PASTE,
        ),
    ),
    actions=(
        Action(
            "create",
            msg("Create the SAS URI"),
            create,
            gives=("sas_link", "sas_uri"),
            primary=True,
            applies=lambda source: source == CREATE,
        ),
        Action(
            "inspect",
            msg("Look at the link"),
            inspect,
            gives=("sas_link", "sas_uri"),
            primary=True,
            applies=lambda source: source == PASTE,
            held_back=lambda pasted: None if pasted else msg("Paste a link first"),
        ),
        Action(
            "inspect_another",
            msg("Look at the link just pasted"),
            inspect,
            gives=("sas_link", "sas_uri"),
            applies=another_pasted,
        ),
        Action(
            "show_again",
            msg("Show the link again"),
            show_again,
            gives=("sas_uri",),
            applies=lambda sas_link, sas_uri: (
                sas_link is not None and sas_link.origin == CREATED and not sas_uri
            ),
        ),
    ),
    checks=CHECKS,
    checks_title=msg("The link, rule by rule"),
    observe=observe,
    check_held_back=nothing_to_check,
    views=views,
    missing=still_missing,
    summary=summary,
)
