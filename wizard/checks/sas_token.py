"""SAS-02, SAS-03, SAS-06, SAS-07, SAS-09, SAS-10 and SAS-14: what the token allows, and how it was signed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from wizard.checks.sas_address import not_a_link
from wizard.messages import Message, msg
from wizard.step import Finding, failed, passed, skipped, warning

if TYPE_CHECKING:
    from wizard.sas.limits import SasLimits
    from wizard.sas.uri import SasUri
    from wizard.services.endpoints import Endpoints

_NEW_ONE: Final = msg(
    "Create a new link with Read and List for the container, and nothing else. The signature covers the permissions, so they cannot be corrected by hand."
)

_PERMISSIONS: Final = {
    "r": msg("Read (r)"),
    "l": msg("List (l)"),
    "a": msg("Add (a)"),
    "c": msg("Create (c)"),
    "w": msg("Write (w)"),
    "d": msg("Delete (d)"),
    "x": msg("Delete version (x)"),
    "y": msg("Permanent delete (y)"),
    "t": msg("Tags (t)"),
    "f": msg("Find by tags (f)"),
    "m": msg("Move (m)"),
    "e": msg("Execute (e)"),
    "o": msg("Ownership (o)"),
    "p": msg("Access control (p)"),
    "i": msg("Immutability (i)"),
}

_SCOPES: Final = {
    "b": msg("a single blob"),
    "bv": msg("a version of a blob"),
    "bs": msg("a snapshot of a blob"),
    "d": msg("a folder"),
}
_OTHER_SCOPE: Final = msg("something else")


def allows_read_and_list(sas: SasUri, limits: SasLimits) -> Finding:
    """SAS-02: the permissions are Read and List in this order, and nothing else."""
    reason = not_a_link(sas)
    if reason is not None:
        return reason
    given, wanted = sas.get("sp"), limits.permissions
    facts: dict[str, Any] = {"sp": given, "wanted": wanted}
    if given is None:
        return failed(
            msg("The permissions are missing (sp): publishing looks for sp={wanted}", wanted=wanted),
            _NEW_ONE,
            **facts,
        )
    if given == wanted:
        return passed(msg("The permissions are sp={given}", given=given), **facts)
    problems = []
    too_many = _named(each for each in given if each not in wanted)
    too_few = _named(each for each in wanted if each not in given)
    if too_many:
        problems.append(msg("It allows more than it should: {permissions}.", permissions=too_many))
    if too_few:
        problems.append(msg("It does not allow: {permissions}.", permissions=too_few))
    if not problems:
        problems.append(
            msg(
                "Read and List are written as sp={given}; publishing looks for sp={wanted}.",
                given=given,
                wanted=wanted,
            )
        )
    return failed(joined(problems), _NEW_ONE, **facts)


def covers_the_container(sas: SasUri, limits: SasLimits) -> Finding:
    """SAS-03: the link is for the container, for only there List means something."""
    reason = not_a_link(sas)
    if reason is not None:
        return reason
    scope = sas.get("sr")
    if scope == limits.scope:
        return passed(msg("With sr=c, List works as well as Read"), sr=scope)
    if scope is None:
        return failed(
            msg("The link does not say what it covers (sr): it must be a container"),
            msg("Create a new link for the container that holds the VHD."),
            sr=None,
        )
    return failed(
        msg(
            "The link covers {scope} (sr={sr}) instead of the container, so List cannot work",
            scope=_SCOPES.get(scope, _OTHER_SCOPE),
            sr=scope,
        ),
        msg("Create a new link for the container that holds the VHD."),
        sr=scope,
    )


def is_signed_for_everyone(sas: SasUri, endpoints: Endpoints, limits: SasLimits) -> Finding:
    """SAS-06: a version not too old, a signature, https only, and no limit to certain addresses."""
    reason = not_a_link(sas)
    if reason is not None:
        return reason
    version, protocol, addresses = sas.get("sv"), sas.get("spr"), sas.get("sip")
    facts: dict[str, Any] = {
        "sv": version,
        "spr": protocol,
        "sip": addresses,
        "signed": sas.signature is not None,
    }
    broken = _broken(sas, endpoints, limits)
    if broken is not None:
        return failed(*broken, **facts)
    if not sas.signature_whole:
        return warning(
            msg("The signature is not complete: a whole one has 44 characters and ends in ="),
            msg("Copy the link again, up to its very end."),
            **facts,
        )
    if endpoints.is_practice and protocol != "https":
        return passed(
            msg(
                "Signed with version {version}. The practice cloud is on this computer, so the link may use plain http here.",
                version=version or "",
            ),
            **facts,
        )
    if protocol != "https":
        return warning(
            msg("The link also works without encryption (spr is not https)"),
            msg("Better create a new link that allows https only."),
            **facts,
        )
    return passed(
        msg("Signed with version {version}, for https only, from any address", version=version or ""), **facts
    )


def _broken(sas: SasUri, endpoints: Endpoints, limits: SasLimits) -> tuple[Message, Message] | None:
    again = msg("Copy the link again, up to its very end, or create a new one.")
    version, protocol = sas.get("sv"), sas.get("spr")
    if sas.signature is None:
        return msg("The signature is missing (sig)"), again
    if version is None:
        return msg("The version is missing (sv)"), again
    if re.fullmatch(r"\d{4}-\d\d-\d\d", version) is None:
        return msg("The version is not a date (sv={version})", version=version), again
    if version < limits.oldest_version:
        return (
            msg(
                "The link was made with a version that is too old (sv={version}); it must be {oldest} or later",
                version=version,
                oldest=limits.oldest_version,
            ),
            msg("Create a new link with a current tool."),
        )
    if sas.get("sip") is not None:
        return (
            msg(
                "The link works only from certain addresses (sip={addresses})", addresses=sas.get("sip") or ""
            ),
            msg(
                "Create a new link without an address range: nobody knows from where the marketplace reads it."
            ),
        )
    if protocol not in (None, "https", "https,http", "http,https"):
        return (
            msg("The link allows a protocol that storage does not know (spr={protocol})", protocol=protocol),
            msg("Create a new link that allows https only."),
        )
    if protocol == "https" and endpoints.is_practice and sas.scheme == "http":
        return (
            msg("The link allows https only, but its address begins with http://"),
            msg("Create the link here: the practice cloud on this computer speaks plain http."),
        )
    return None


def is_no_user_delegation(sas: SasUri) -> Finding:
    """SAS-07: a user-delegation key lives 7 days at most, so such a link can never reach three weeks."""
    reason = not_a_link(sas)
    if reason is not None:
        return reason
    if sas.is_user_delegation:
        return failed(
            msg(
                "This is a user-delegation SAS: its key ends after 7 days at the latest, whatever end the link names"
            ),
            msg("Create a service SAS for the container, signed with the account key."),
            key_ends=sas.get("ske"),
        )
    return passed(msg("Its end is not bound to a key that ends after 7 days"))


def needs_no_stored_policy(sas: SasUri) -> Finding:
    """SAS-09: the checker looks for sp, st and se in the link itself, and a stored policy takes them out of it."""
    reason = not_a_link(sas)
    if reason is not None:
        return reason
    policy = sas.get("si")
    if policy is None:
        return passed(msg("Permissions and times need no stored access policy"))
    twice = [name for name in ("sp", "st", "se") if sas.get(name) is not None]
    if len(twice) == 3:
        return warning(
            msg(
                "The link depends on the stored access policy {policy} besides its own times and permissions",
                policy=policy,
            ),
            msg(
                "Keep the policy until the offer is published, and set nothing in it that the link says itself."
            ),
            si=policy,
            in_the_link=twice,
        )
    return warning(
        msg("The link leaves permissions or times to the stored access policy {policy}", policy=policy),
        msg("Create a link without a policy: publishing looks for sp, st and se in the link itself."),
        si=policy,
        in_the_link=twice,
    )


def is_no_account_sas(sas: SasUri) -> Finding:
    """SAS-10: an account SAS opens far more than one container."""
    reason = not_a_link(sas)
    if reason is not None:
        return reason
    if sas.is_account_sas:
        return failed(
            msg("This is an account SAS: it opens the whole account instead of one container"),
            msg(
                "Create a service SAS for the container. Hand the account SAS to nobody; changing the account key ends it."
            ),
            ss=sas.get("ss"),
            srt=sas.get("srt"),
        )
    return passed(msg("The rest of the account stays closed"))


def is_kept_secret(sas: SasUri) -> Finding:
    """SAS-14: says what is done with the signature."""
    if sas.signature is None:
        return skipped(msg("There is no signature to protect"))
    return passed(
        msg("The signature is masked on the screen and is never written to the journey, a log or a report")
    )


def joined(sentences: list[Message]) -> Message:
    """Whole sentences one after the other."""
    first, *rest = sentences
    for each in rest:
        first = msg("{first} {next}", first=first, next=each)
    return first


def _named(letters: Iterable[str]) -> tuple[Message | str, ...]:
    return tuple(dict.fromkeys(_PERMISSIONS.get(each, each) for each in letters))
