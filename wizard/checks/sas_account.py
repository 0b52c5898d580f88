"""SAS-08 and SAS-16: what the account allows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from wizard.checks.sas_address import Problem, not_a_link
from wizard.messages import msg, plural
from wizard.step import Finding, failed, passed, skipped, warning

if TYPE_CHECKING:
    from wizard.sas.limits import SasLimits
    from wizard.sas.uri import SasUri
    from wizard.services.anonymous import SasProbe
    from wizard.services.records import AccountProperties

KEYS_OFF: Final = "KeyBasedAuthenticationNotPermitted"
"""The error code of an account that accepts nothing signed with its key."""

KEY_REFUSED: Final[Problem] = (
    msg("The account refuses everything that is signed with its key"),
    msg("Allow storage account key access in the account’s configuration, then try again."),
)


def key_is_accepted(sas: SasUri, probe: SasProbe | None, account_facts: AccountProperties | None) -> Finding:
    """SAS-08: a service SAS is signed with the account key, so the account must accept its key."""
    reason = not_a_link(sas)
    if reason is not None:
        return reason
    if sas.is_user_delegation:
        return skipped(msg("This link is not signed with the account key (see SAS-07)"))
    allowed = account_facts.allow_shared_key if account_facts is not None else None
    refused = probe is not None and probe.head.code == KEYS_OFF
    facts: dict[str, Any] = {"allow_shared_key": allowed}
    if allowed is False or refused:
        return failed(*KEY_REFUSED, **facts)
    if probe is not None and probe.head.granted:
        return passed(msg("The account accepts links that are signed with its key: it just did"), **facts)
    if allowed is True:
        return passed(msg("The account accepts links that are signed with its key"), **facts)
    return skipped(msg("Whether the account accepts its key was not asked"), **facts)


def policy_allows_it(sas: SasUri, account_facts: AccountProperties | None, limits: SasLimits) -> Finding:
    """SAS-16: the account's own limit for the life of a SAS; newer accounts may enforce it."""
    if account_facts is None or not account_facts.subscription:
        return skipped(msg("The account’s SAS expiration policy was not read"))
    days = account_facts.sas_policy_days
    facts: dict[str, Any] = {"policy_days": days}
    if days is None:
        return passed(msg("The account sets no limit to how long a SAS lasts"), **facts)
    cure = msg(
        "Raise the limit in the account’s configuration, or ask whoever set it. The account may refuse the link."
    )
    whole = int(days)
    if days < limits.least_days:
        return warning(
            plural(
                "The account wishes a SAS to last {n} day at most; publishing takes three weeks",
                "The account wishes a SAS to last {n} days at most; publishing takes three weeks",
                n=whole,
            ),
            cure,
            **facts,
        )
    starts, expires = sas.starts, sas.expires
    if starts and expires and starts.at and expires.at and expires.at - starts.at > timedelta(days=days):
        return warning(
            plural(
                "The link lasts longer than the {n} day that the account wishes",
                "The link lasts longer than the {n} days that the account wishes",
                n=whole,
            ),
            cure,
            **facts,
        )
    return passed(
        plural("The account allows a SAS for {n} day", "The account allows a SAS for {n} days", n=whole),
        **facts,
    )
