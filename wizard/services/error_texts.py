"""What the cloud's error codes mean to a person, and what to do about them (RULES 6.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from wizard.messages import Message, msg
from wizard.services.blob_texts import BLOB_TEXTS

# Errors that have no code of the server, or too many causes under one.
REFUSED: Final = "connection refused"
NO_SUCH_HOST: Final = "no such host"
NOT_TRUSTED: Final = "certificate not trusted"
TLS_FAILED: Final = "TLS failed"
PROXY_DEAD: Final = "proxy not reached"
PROXY_LOGIN: Final = "proxy wants a login"
PROXY_REFUSES: Final = "proxy refuses"
PROXY_KIND: Final = "kind of proxy"
NO_ANSWER: Final = "no answer in time"
CONNECTION_LOST: Final = "connection lost"
BAD_ADDRESS: Final = "not an address"
NOT_THE_CLOUD: Final = "something else answered"
KEY_REFUSED: Final = "key refused"
KEY_NOT_A_KEY: Final = "not a key"
CLOCK_OFF: Final = "clock off"
LINK_NOT_VALID_NOW: Final = "link not valid now"
NETWORK_RULES: Final = "network rules"
SERVER_BUSY: Final = "ServerBusy"


@dataclass(frozen=True, slots=True)
class Where:
    """What was spoken to, for the sentences; `by_link`: with a SAS link in place of the account's key."""

    account: str = ""
    container: str = ""
    blob: str = ""
    host: str = ""
    by_link: bool = False


Text = tuple[Message, Message]


def text(meaning: str, where: Where, details: Mapping[str, str]) -> Text:
    """What happened and what to do, for a code of the server or one of the meanings above."""
    if meaning in TEXTS:
        return TEXTS[meaning](where)
    code = details.get("error code") or details.get("HTTP status") or meaning
    return (
        msg("The cloud refused the request ({code})", code=code),
        msg(
            "Read the details: they say what it objects to. With the request id, Azure support can find the cause."
        ),
    )


def _key_refused(where: Where) -> Text:
    if where.by_link:
        return (
            msg("The signature of the link is not accepted"),
            msg(
                "Copy the whole link again and see whether it has ended; if the account's key was renewed since, have a new link made."
            ),
        )
    return (
        msg("The key of the storage account {account} is not accepted", account=where.account),
        msg(
            "Copy the key again from the portal, under Access keys: it may be incomplete, of another account, or renewed."
        ),
    )


def _link_not_valid_now(_: Where) -> Text:
    return (
        msg("The link has expired or is not valid yet"),
        msg("Compare its start and end with the time in UTC, then have a new link made."),
    )


def _no_permission(where: Where) -> Text:
    if where.by_link:
        return (
            msg("The link does not allow this"),
            msg("For an upload, have a link made with the permissions read, create and write (sp=rcw)."),
        )
    return (
        msg("You may not do this in the storage account {account}", account=where.account),
        msg("Ask the owner of the subscription for the role Contributor on this storage account."),
    )


def _container_gone(where: Where) -> Text:
    return (
        msg("There is no container {container} in the storage account", container=where.container),
        msg("Check the name, or choose another container; a new name makes a new container."),
    )


def _no_page_blobs(where: Where) -> Text:
    return (
        msg("The storage account {account} cannot hold page blobs", account=where.account),
        msg("Choose a general-purpose v2 account without a hierarchical namespace."),
    )


def _bad_name(_: Where) -> Text:
    return (
        msg("The name of the container or blob is not allowed"),
        msg(
            "Containers: 3 to 63 small letters, digits and single hyphens. Blobs: letters, digits, hyphens and dots."
        ),
    )


def _always(what: Message, cure: Message) -> Callable[[Where], Text]:
    return lambda _: (what, cure)


_SIGN_IN_AGAIN: Final = _always(
    msg("The cloud does not accept the sign-in"),
    msg("Sign in again. In practice mode, start practice again from the welcome page."),
)

TEXTS: Final[Mapping[str, Callable[[Where], Text]]] = {
    KEY_REFUSED: _key_refused,
    KEY_NOT_A_KEY: lambda where: (
        msg("This is not a key of the storage account {account}", account=where.account),
        msg(
            "Copy one of the two keys from the portal, under Access keys: 88 characters that end in two equal signs."
        ),
    ),
    CLOCK_OFF: _always(
        msg("The clock of this computer differs from the cloud's by more than 15 minutes"),
        msg("Set this computer's date, time and time zone, then try again."),
    ),
    LINK_NOT_VALID_NOW: _link_not_valid_now,
    NETWORK_RULES: _always(
        msg("The storage account's network rules do not let this computer in"),
        msg(
            "In the portal, under Networking, allow access from all networks. The marketplace must get in too."
        ),
    ),
    "AuthorizationPermissionMismatch": _no_permission,
    "InsufficientAccountPermissions": _no_permission,
    "AuthorizationFailed": _no_permission,
    "AuthorizationSourceIPMismatch": _always(
        msg("The link may not be used from this computer's address"),
        msg("Have a link made without a range of IP addresses (without sip=)."),
    ),
    "AuthorizationProtocolMismatch": _always(
        msg("The link may be used over https only"),
        msg("Put https:// in front of the address in place of http://."),
    ),
    "AuthorizationResourceTypeMismatch": _no_permission,
    "AuthorizationServiceMismatch": _no_permission,
    "NoAuthenticationInformation": _always(
        msg("The address has no signature, and without one the container is closed"),
        msg("Use the whole link, from https:// to the end of the signature."),
    ),
    "AccountIsDisabled": lambda where: (
        msg("The storage account {account} is disabled", account=where.account),
        msg("Look at the subscription in the portal: it may be unpaid, expired or suspended."),
    ),
    "PublicAccessNotPermitted": lambda where: (  # ERR-ST-1, ACC-03
        msg("The storage account {account} forbids public access", account=where.account),
        msg("Keep the container private and use a SAS URI, or first allow public access for the account."),
    ),
    "KeyBasedAuthenticationNotPermitted": lambda where: (  # ERR-ST-2, SAS-08
        msg("The storage account {account} does not accept account keys", account=where.account),
        msg(
            "In the portal, under Configuration, allow access by storage account key. A SAS URI for publishing needs it."
        ),
    ),
    "ContainerNotFound": _container_gone,
    "ContainerBeingDeleted": lambda where: (
        msg("The container {container} is just being deleted", container=where.container),
        msg("Wait a minute, or choose another container."),
    ),
    "ContainerDisabled": _container_gone,
    **BLOB_TEXTS,
    "BlobTypeNotSupported": _no_page_blobs,
    "FeatureNotSupportedForHierarchicalNamespaceAccounts": _no_page_blobs,
    "InvalidResourceName": _bad_name,
    "OutOfRangeInput": _bad_name,
    "InvalidUri": _bad_name,
    "Md5Mismatch": _always(
        msg("Data arrived damaged"), msg("It is sent again. If it goes on, check the network and the proxy.")
    ),
    "UnsupportedHttpVerb": _always(
        msg("Something between here and the cloud changes requests"),
        msg("Check the proxy with your network's people."),
    ),
    SERVER_BUSY: _always(msg("The cloud has too much to do just now"), msg("Try again in a few minutes.")),
    "TooManyRequests": _always(
        msg("Too many requests in a short time"), msg("Wait a few minutes, then try again.")
    ),
    "InvalidAuthenticationToken": _SIGN_IN_AGAIN,
    "InvalidAuthenticationTokenTenant": _SIGN_IN_AGAIN,
    "ExpiredAuthenticationToken": _SIGN_IN_AGAIN,
    "AuthenticationFailedMissingToken": _SIGN_IN_AGAIN,
    "SubscriptionNotFound": _always(
        msg("The subscription is not there any more"), msg("Choose a subscription from the list again.")
    ),
    "ResourceGroupNotFound": _always(
        msg("The resource group is not there any more"), msg("Choose a storage account from the list again.")
    ),
    "ResourceNotFound": lambda where: (
        msg("{name} is not there any more", name=where.blob or where.container or where.account),
        msg("Choose it from the list again."),
    ),
    "ReadOnlyDisabledSubscription": _always(
        msg("The subscription can only be read, not changed"),
        msg("Look at it in the portal: it may be unpaid, expired or suspended."),
    ),
    "ScopeLocked": lambda where: (
        msg("A lock protects the storage account {account} from changes", account=where.account),
        msg("Have the lock removed in the portal, under Locks, then try again."),
    ),
    "RequestDisallowedByPolicy": lambda where: (
        msg("A policy of your organisation forbids this change to {account}", account=where.account),
        msg("Ask whoever is in charge of the subscription's policies; the details name the policy."),
    ),
    REFUSED: lambda where: (
        msg("{host} refused the connection", host=where.host),
        msg(
            "Check the network, the firewall and the proxy. In practice mode, start practice again from the welcome page."
        ),
    ),
    NO_SUCH_HOST: lambda where: (
        msg("There is no server {host}, or its name cannot be looked up", host=where.host),
        msg("Check the account's name and the network connection."),
    ),
    NOT_TRUSTED: lambda where: (
        msg("The certificate of {host} is not trusted", host=where.host),
        msg(
            "A proxy may be decrypting the traffic. Ask your network administrators to put its certificate into this computer’s "
            "certificate store, or name its file in the environment variable REQUESTS_CA_BUNDLE. Also check this computer’s date."
        ),
    ),
    TLS_FAILED: lambda where: (
        msg("No secure connection to {host} could be made", host=where.host),
        msg("Check the proxy and the firewall: the cloud needs TLS 1.2 or later."),
    ),
    PROXY_DEAD: _always(
        msg("The proxy cannot be reached"),
        msg("Check the proxy in the settings; where there is none, leave it empty."),
    ),
    PROXY_LOGIN: _always(
        msg("The proxy wants a user name and a password"),
        msg("Write them into the proxy's address in the settings: http://name:password@host:port"),
    ),
    PROXY_REFUSES: lambda where: (
        msg("The proxy does not let this program through to {host}", host=where.host),
        msg("Ask your network administrators to allow this address, with the port in it."),
    ),
    PROXY_KIND: _always(
        msg("The proxy is of a kind that cannot be used"),
        msg("Write the address of an HTTP proxy into the settings, like http://host:port"),
    ),
    NO_ANSWER: lambda where: (
        msg("{host} did not answer in time", host=where.host),
        msg("Check the network and the proxy, then try again."),
    ),
    CONNECTION_LOST: lambda where: (
        msg("The connection to {host} was lost", host=where.host),
        msg("Check the network and the proxy, then try again."),
    ),
    BAD_ADDRESS: _always(
        msg("This is not an address of a blob"), msg("Copy the whole address, from https:// on.")
    ),
    NOT_THE_CLOUD: lambda where: (
        msg("Something other than the cloud answered for {host}", host=where.host),
        msg(
            "A proxy or the login page of a network may be in between. Open any web page in a browser, then try again."
        ),
    ),
}
