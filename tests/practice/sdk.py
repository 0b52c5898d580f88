"""The real SDK clients, set up to reach a practice cloud."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from azure.core.credentials import AccessToken
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.resource.subscriptions import SubscriptionClient
from azure.mgmt.storage import StorageManagementClient
from azure.storage.blob import BlobServiceClient

from wizard.practice.cloud import PracticeEndpoints
from wizard.redaction import Secret


class _Token(SansIOHTTPPolicy):
    """The SDK's own policy refuses a token over plain http, also on this computer."""

    def __init__(self, token: Secret) -> None:
        self._token = token

    def on_request(self, request: PipelineRequest) -> None:
        request.http_request.headers["Authorization"] = f"Bearer {self._token.reveal()}"


class _Credential:
    def __init__(self, token: Secret) -> None:
        self._token = token

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        return AccessToken(self._token.reveal(), 2**31)


@dataclass(frozen=True)
class Clients:
    """The SDK's clients for one Resource Manager."""

    url: str
    token: Secret

    def subscriptions(self) -> SubscriptionClient:
        return SubscriptionClient(**self._common(), api_version="2022-12-01")

    def resources(self, subscription: str) -> ResourceManagementClient:
        return ResourceManagementClient(
            subscription_id=subscription, **self._common(), api_version="2024-03-01"
        )

    def storage(self, subscription: str, version: str = "2024-01-01") -> StorageManagementClient:
        return StorageManagementClient(subscription_id=subscription, **self._common(), api_version=version)

    def _common(self) -> dict[str, Any]:
        return {
            "credential": _Credential(self.token),
            "base_url": self.url,
            "authentication_policy": _Token(self.token),
            "retry_total": 0,
        }


def clients_for(endpoints: PracticeEndpoints) -> Clients:
    return Clients(endpoints.management_url, endpoints.token)


def blobs_of(endpoints: PracticeEndpoints, account: str) -> BlobServiceClient:
    return BlobServiceClient(
        endpoints.blob_endpoint(account), credential=endpoints.keys[account].key1.reveal(), retry_total=0
    )
