"""Signing a SAS of a container or of one blob with the account's key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

# The public generate_container_sas signs for the SDK's newest version only, which Azure China may not know yet.
from azure.storage.blob._shared_access_signature import BlobSharedAccessSignature

from wizard.redaction import Secret
from wizard.services.accounts import API_VERSION

_MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"  # SAS-05: the full date and time


def sign_container(
    account: str,
    key: Secret,
    container: str,
    *,
    starts: datetime,
    expires: datetime,
    permissions: str,
    protocol: str,
) -> Secret:
    """The query (without its question mark) of a service SAS with sr=c; the same input gives the same token. Times are aware."""
    signer = BlobSharedAccessSignature(account, account_key=key.reveal())
    signer.x_ms_version = API_VERSION
    return Secret(
        signer.generate_container(
            container,
            permission=permissions,
            start=starts.astimezone(UTC).strftime(_MOMENT),
            expiry=expires.astimezone(UTC).strftime(_MOMENT),
            protocol=protocol,
        )
    )


def sign_blob(
    account: str,
    key: Secret,
    container: str,
    name: str,
    *,
    starts: datetime,
    expires: datetime,
    permissions: str,
    protocol: str | None,
) -> Secret:
    """The same with sr=b, for one blob; without `protocol` it may be used over http too."""
    signer = BlobSharedAccessSignature(account, account_key=key.reveal())
    signer.x_ms_version = API_VERSION
    return Secret(
        signer.generate_blob(
            container,
            name,
            permission=permissions,
            start=starts.astimezone(UTC).strftime(_MOMENT),
            expiry=expires.astimezone(UTC).strftime(_MOMENT),
            protocol=protocol,
        )
    )
