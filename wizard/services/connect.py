"""Ways to a cloud, from plain facts. Nothing is asked of the network here."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from wizard.redaction import Secret
from wizard.services.azure_errors import bad_address
from wizard.services.cloud import Cloud
from wizard.services.endpoints import AZURE_CHINA, practice_endpoints
from wizard.services.web import NetworkSettings, Web, is_loopback
from wizard.transfer.page_blob import PageBlob

if TYPE_CHECKING:
    from wizard.services.resource_manager import ResourceManager


def azure_china(settings: NetworkSettings) -> Cloud:
    """Azure China, where accounts are reached by name and key."""
    return Cloud(AZURE_CHINA, Web(settings))


def practice_cloud(management_url: str, token: Secret) -> Cloud:
    """The practice cloud whose Resource Manager listens at this address; past every proxy."""
    endpoints, web = practice_endpoints(management_url), Web(None, direct=True)

    def manager() -> ResourceManager:
        from wizard.services.credentials import LoopbackTokenPolicy, PracticeCredential
        from wizard.services.resource_manager import ResourceManager

        credential = PracticeCredential(token)
        options = web.client_options() | {"authentication_policy": LoopbackTokenPolicy(credential)}
        return ResourceManager(endpoints.management_url, credential, options)

    return Cloud(endpoints, web, manager)


def page_blob_from_url(uri: Secret, settings: NetworkSettings | None = None) -> PageBlob:
    """The blob at an address with a SAS that allows to read, create and write; raises WizardError for what is no such address."""
    from azure.storage.blob import BlobClient

    from wizard.services.accounts import API_VERSION
    from wizard.services.page_blob import AzurePageBlob

    text = uri.reveal().strip()
    try:
        parts = urlsplit(text)
        local = is_loopback(parts.hostname)
        # Over plain http the signature would be read by anybody on the way.
        if parts.scheme != "https" and not (local and parts.scheme == "http"):
            raise bad_address()
        client = BlobClient.from_blob_url(
            text, api_version=API_VERSION, **Web(settings, direct=local).client_options()
        )
    except ValueError as error:
        raise bad_address() from error
    return AzurePageBlob(client, by_link=True)
