"""Who may read the container: what is set, and what a stranger really gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from wizard.messages import Message, msg
from wizard.step import Check, Finding, Fix, failed, passed, skipped, warning

if TYPE_CHECKING:
    from wizard.services.anonymous import Answer
    from wizard.services.records import AccountProperties

PRIVATE: Final = "private"

_OLD_TLS: Final = ("TLS1_0", "TLS1_1")
_WAIT: Final = msg("A change may take half a minute to be felt. Wait a little, then check again.")
_BY_KEY: Final = msg("The account’s key alone does not tell. Look in the Azure portal.")


@dataclass(frozen=True, slots=True)
class AccessReading:
    """What is set (`level`, `account`) and what a stranger got; `unreached` says why no answer came."""

    level: str
    account: AccountProperties
    head: Answer | None
    listing: Answer | None
    unreached: Message | None = None

    @property
    def is_private(self) -> bool:
        """Whether the container is set to let nobody in."""
        return self.level == PRIVATE


def reachable(reading: AccessReading) -> Finding:
    """ACC-01: the marketplace finds the image by public access or by a SAS URI; proven by a stranger's request."""
    if reading.head is None or reading.listing is None:
        return warning(
            msg(
                "Not proven: no answer came to a request without credentials: {reason}",
                reason=reading.unreached or "",
            ),
            msg("Check the network and the proxy, then check again."),
        )
    got, listed = reading.head.status, reading.listing.status
    facts: dict[str, Any] = {
        "level": reading.level,
        "status": got,
        "error_code": reading.head.code,
        "list_status": listed,
    }
    if reading.is_private and not reading.head.granted:
        return passed(
            msg(
                "Private, and proven so: a request without credentials got {status}. The marketplace comes in with the SAS URI "
                "that a later step makes",
                status=str(got),
            ),
            **facts,
        )
    if reading.is_private:
        return failed(
            msg("The container is set to private, but a stranger can still read the image"), _WAIT, **facts
        )
    if reading.head.granted:
        return passed(msg("Public, and proven so: a request without credentials can read the image"), **facts)
    return failed(
        msg(
            "The container is set to public, but a request without credentials got {status}: the marketplace would say that "
            "there is no image",
            status=str(got),
        ),
        _WAIT,
        **facts,
    )


def private_is_better(reading: AccessReading) -> Finding:
    """ACC-02: a private container and a SAS URI first; public access is what is left where that does not work."""
    if reading.is_private:
        return passed(
            msg("Private: only someone who has the SAS URI can download the image"), level=reading.level
        )
    make_private = Fix(msg("Make it private"), {"access": PRIVATE}, "set_access")
    return warning(
        msg("Anyone in the world who knows or guesses the address can download your product"),
        msg(
            "Make the container private and give the marketplace a SAS URI. Stay public only where that was refused."
        ),
        fix=make_private,
        level=reading.level,
    )


def account_allows(reading: AccessReading) -> Finding:
    """ACC-03: the account's own switch overrides the container."""
    allowed = reading.account.allow_public
    if allowed is None and reading.head is not None and reading.head.code == "PublicAccessNotPermitted":
        allowed = False
    if allowed is None and reading.head is not None and reading.head.granted:
        allowed = True
    facts: dict[str, Any] = {"account_allows_public": allowed}
    if allowed is None:
        return skipped(msg("Whether the account allows public access is not known"), _BY_KEY, **facts)
    if reading.is_private:
        return passed(
            msg("The account allows public access; this container does not use it")
            if allowed
            else msg("The account forbids public access, which suits a private container"),
            **facts,
        )
    if allowed:
        return passed(msg("The account allows public access"), **facts)
    return failed(
        msg("The account forbids public access, so the container’s setting has no effect"),
        msg("Make the container private and use a SAS URI, or allow public access for the account."),
        **facts,
    )


def network_open(reading: AccessReading) -> Finding:
    """ACC-04: the account lets the marketplace's people in from their networks, over https."""
    account = reading.account
    facts: dict[str, Any] = {"network_default": account.network_default, "https_only": account.https_only}
    if account.network_default == "Deny":
        return failed(
            msg(
                "The account’s network rules let only chosen networks in; the marketplace’s people are shut out"
            ),
            msg("In the Azure portal, under Networking, allow access from all networks."),
            **facts,
        )
    if account.network_default is None:
        return skipped(msg("The account’s network rules are not known"), _BY_KEY, **facts)
    if account.https_only is False:
        return warning(
            msg("All networks are let in, but plain http too: a link could be read on its way"),
            msg("In the Azure portal, under Configuration, turn on Secure transfer required."),
            **facts,
        )
    return passed(msg("All networks are let in, over https"), **facts)


def modern_tls(reading: AccessReading) -> Finding:
    """ACC-05: TLS 1.2 at the least."""
    version = reading.account.minimum_tls
    if version is None:
        return skipped(msg("The account’s lowest TLS version is not known"), _BY_KEY)
    name = version.replace("TLS", "TLS ").replace("_", ".")
    if version in _OLD_TLS:
        return warning(
            msg(
                "The account is still set to {version}; Azure itself has refused it since February 2026",
                version=name,
            ),
            msg("In the Azure portal, under Configuration, set the minimum TLS version to 1.2."),
            minimum_tls=version,
        )
    return passed(msg("{version} at the least", version=name), minimum_tls=version)


CHECKS: Final = (
    Check("ACC-01", msg("The marketplace can reach the image"), reachable),
    Check("ACC-02", msg("Nobody else can"), private_is_better),
    Check("ACC-03", msg("The account’s own switch fits"), account_allows),
    Check("ACC-04", msg("The network is open, over https"), network_open),
    Check("ACC-05", msg("TLS is up to date"), modern_tls),
)
