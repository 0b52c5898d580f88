"""What the service layer tells about a cloud: small records, without a secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from wizard.messages import Message

PRIVATE: Final = "private"
BLOB: Final = "blob"
CONTAINER: Final = "container"
LEVELS: Final = (PRIVATE, BLOB, CONTAINER)
"""Public access of a container, from nobody to everything: as in wizard.results.ContainerAccess."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription that the person may use."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class AccountProperties:
    """A storage account. None and "": not to be known by the account's key alone.

    `network_default` is Allow or Deny; `minimum_tls` is like TLS1_2; `sas_policy_days` is the longest life of a SAS that
    the account's policy wishes; `blob_endpoint` has no slash at the end.
    """

    name: str
    blob_endpoint: str
    subscription: str = ""
    resource_group: str = ""
    location: str = ""
    kind: str = ""
    sku: str = ""
    allow_public: bool | None = None
    allow_shared_key: bool | None = None
    minimum_tls: str | None = None
    https_only: bool | None = None
    network_default: str | None = None
    hierarchical_namespace: bool | None = None
    sas_policy_days: float | None = None


@dataclass(frozen=True, slots=True)
class NetworkLook:
    """How an address of the cloud could be reached without credentials.

    `error` says why it could not; `server_time` is its Date header, `seconds_off` how far this computer's clock is ahead
    of it (negative: behind); `proxy` is the one in use, without its password, None where there is none.
    """

    url: str
    reachable: bool
    proxy: str | None
    error: Message | None = None
    cure: Message | None = None
    server_time: datetime | None = None
    seconds_off: float | None = None
