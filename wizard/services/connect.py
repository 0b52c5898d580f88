"""Ways to a cloud, from plain facts. Nothing is asked of the network here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.redaction import Secret
from wizard.services.cloud import Cloud
from wizard.services.endpoints import AZURE_CHINA, practice_endpoints
from wizard.services.error_texts import Where
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


def page_blob_from_url(uri: Secret, settings: NetworkSettings | None = None, *, md5: bool = True) -> PageBlob:
    """The blob at an address with a SAS that allows to read, create and write; raises WizardError for what is no such address.

    `md5`: send a Content-MD5 with all data.
    """
    from wizard.services.blob.addresses import of_link
    from wizard.services.blob.authority import Link
    from wizard.services.blob.page_blob import OwnPageBlob

    address, account, container, name, query = of_link(uri)
    where = Where(account, container, name, address.authority, by_link=True)
    web = Web(settings, direct=is_loopback(address.host))
    return OwnPageBlob(address, container, name, Link(query), web, where, md5=md5)
