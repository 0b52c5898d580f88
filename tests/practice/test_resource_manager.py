"""The Resource Manager as the real SDK clients see it."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from azure.mgmt.storage.models import (
    StorageAccountCheckNameAvailabilityParameters,
    StorageAccountRegenerateKeyParameters,
    StorageAccountUpdateParameters,
)

from tests.practice.sdk import Clients, blobs_of
from wizard.practice.azurite import HOST, AccountKeys
from wizard.practice.cloud import PracticeCloud
from wizard.practice.resource_manager import LARGEST_BODY, ResourceManager
from wizard.practice.sample_state import DIFFICULT, PUBLISHING, REGIONS
from wizard.practice.state import CloudState
from wizard.redaction import Secret

GROUP = "marketplace-images"


def test_subscriptions_tenants_and_regions(clients: Clients) -> None:
    with clients.subscriptions() as client:
        listed = list(client.subscriptions.list())
        assert [each.subscription_id for each in listed] == [PUBLISHING, DIFFICULT]
        assert client.subscriptions.get(DIFFICULT).display_name == "Practice 2: difficult settings"
        assert listed[0].state == "Enabled"
        (tenant,) = client.tenants.list()
        assert tenant.country_code == "CN"
        regions = list(client.subscriptions.list_locations(PUBLISHING))
    assert [region.name for region in regions] == list(REGIONS)
    assert regions[0].metadata.paired_region[0].name == "chinaeast"


def test_resource_groups_are_listed_made_and_found(clients: Clients) -> None:
    with clients.resources(PUBLISHING) as client:
        assert {"marketplace-images", "older-images"} <= {
            group.name for group in client.resource_groups.list()
        }
        assert not client.resource_groups.check_existence("new-group")
        made = client.resource_groups.create_or_update("new-group", {"location": "China North 3"})
        assert (made.location, made.properties.provisioning_state) == ("chinanorth3", "Succeeded")
        again = client.resource_groups.create_or_update(
            "NEW-GROUP", {"location": "chinanorth3", "tags": {"for": "tests"}}
        )
        assert (again.name, again.tags) == ("new-group", {"for": "tests"})
        assert client.resource_groups.check_existence("New-Group")
        with pytest.raises(ResourceExistsError, match="InvalidResourceGroupLocation"):
            client.resource_groups.create_or_update("new-group", {"location": "chinaeast2"})
        with pytest.raises(ResourceNotFoundError, match="ResourceGroupNotFound"):
            client.resource_groups.get("nowhere")


def test_accounts_with_their_settings(clients: Clients) -> None:
    with clients.storage(PUBLISHING) as client:
        accounts = {account.name: account for account in client.storage_accounts.list()}
        in_group = [a.name for a in client.storage_accounts.list_by_resource_group("Marketplace-Images")]
    assert list(accounts) == ["practiceimages", "practicepublic", "practicelocked"]
    assert in_group == ["practiceimages", "practicepublic"]
    usual, public, locked = accounts.values()
    assert (usual.allow_blob_public_access, usual.allow_shared_key_access) == (False, True)
    assert (usual.minimum_tls_version, usual.enable_https_traffic_only) == ("TLS1_2", True)
    assert usual.network_rule_set.default_action == "Allow"
    assert (usual.kind, usual.sku.name, usual.is_hns_enabled) == ("StorageV2", "Standard_LRS", False)
    assert public.allow_blob_public_access
    assert (locked.allow_shared_key_access, locked.location, locked.sku.name) == (
        False,
        "chinaeast2",
        "Standard_GRS",
    )
    with clients.storage(DIFFICULT) as client:
        policy, firewall, lake = client.storage_accounts.list()
    assert policy.sas_policy.sas_expiration_period == "7.00:00:00"
    assert firewall.network_rule_set.default_action == "Deny"
    assert lake.is_hns_enabled


def test_keys_and_endpoint_open_the_blobs(clients: Clients, cloud: PracticeCloud) -> None:
    with clients.storage(PUBLISHING) as client:
        keys = client.storage_accounts.list_keys(GROUP, "practiceimages").keys_property
        account = client.storage_accounts.get_properties(GROUP, "PracticeImages")
    expected = cloud.endpoints.keys["practiceimages"]
    assert [key.value for key in keys] == [expected.key1.reveal(), expected.key2.reveal()]
    assert account.primary_endpoints.blob == cloud.endpoints.blob_endpoint("practiceimages") + "/"
    with blobs_of(cloud.endpoints, "practiceimages") as blobs:
        blobs.create_container("through-the-key")
        assert [each.name for each in blobs.list_containers()] == ["through-the-key"]


def test_settings_are_changed_and_remembered(clients: Clients) -> None:
    with clients.storage(DIFFICULT) as client:
        accounts = client.storage_accounts
        for allowed in (True, False):
            changed = accounts.update(
                "difficult-accounts",
                "practicelake",
                StorageAccountUpdateParameters(
                    allow_blob_public_access=allowed, minimum_tls_version="TLS1_1"
                ),
            )
            assert changed.allow_blob_public_access is allowed
            found = accounts.get_properties("difficult-accounts", "practicelake")
            assert (found.allow_blob_public_access, found.minimum_tls_version) == (allowed, "TLS1_1")
        with pytest.raises(HttpResponseError, match="InvalidValuesForRequestParameters"):
            accounts.update(
                "difficult-accounts",
                "practicelake",
                StorageAccountUpdateParameters(allow_blob_public_access=True, minimum_tls_version="SSL3"),
            )
        assert not accounts.get_properties("difficult-accounts", "practicelake").allow_blob_public_access


def test_what_is_not_simulated_says_so(clients: Clients) -> None:
    with clients.storage(PUBLISHING) as client:
        accounts = client.storage_accounts
        with pytest.raises(HttpResponseError, match=r"NotSimulated.*every start makes new keys") as caught:
            accounts.regenerate_key(
                GROUP, "practiceimages", StorageAccountRegenerateKeyParameters(key_name="key1")
            )
        assert caught.value.status_code == 501
        with pytest.raises(HttpResponseError, match="NotSimulated"):
            accounts.delete(GROUP, "practiceimages")
        assert len(list(accounts.list())) == 3


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("practiceimages", "AlreadyExists"),
        ("practicelake", "AlreadyExists"),
        ("ab", "AccountNameInvalid"),
        ("abc", None),
        ("a" * 24, None),
        ("a" * 25, "AccountNameInvalid"),
        ("With-Capitals", "AccountNameInvalid"),
    ],
)
def test_account_names(clients: Clients, name: str, reason: str | None) -> None:
    with clients.storage(PUBLISHING) as client:
        answer = client.storage_accounts.check_name_availability(
            StorageAccountCheckNameAvailabilityParameters(name=name, type="Microsoft.Storage/storageAccounts")
        )
    assert (answer.name_available, answer.reason) == (reason is None, reason)


def test_providers_are_registered(clients: Clients) -> None:
    with clients.resources(DIFFICULT) as client:
        storage = client.providers.get("microsoft.storage")
        assert storage.registration_state == "Registered"
        (accounts,) = (kind for kind in storage.resource_types if kind.resource_type == "storageAccounts")
        assert accounts.api_versions[0] == accounts.default_api_version == "2024-01-01"
        assert client.providers.get("Microsoft.VirtualMachineImages").registration_state == "NotRegistered"
        assert client.providers.register("Microsoft.VirtualMachineImages").registration_state == "Registered"
        assert len(list(client.providers.list())) == 5
        with pytest.raises(ResourceNotFoundError, match="InvalidResourceNamespace"):
            client.providers.get("Microsoft.Nonsense")


def test_not_found(clients: Clients) -> None:
    nobodys = clients.storage("00000000-0000-4000-8000-0000000000ff")
    with nobodys as client, pytest.raises(ResourceNotFoundError, match="SubscriptionNotFound"):
        list(client.storage_accounts.list())
    with clients.storage(PUBLISHING) as client:
        with pytest.raises(ResourceNotFoundError, match="ResourceNotFound"):
            client.storage_accounts.list_keys(GROUP, "nobody")
        with pytest.raises(ResourceNotFoundError, match="ResourceGroupNotFound"):
            client.storage_accounts.get_properties("nowhere", "practiceimages")


def test_a_wrong_token_is_refused(cloud: PracticeCloud) -> None:
    wrong = Clients(cloud.endpoints.management_url, Secret("not-the-token-of-today"))
    with (
        wrong.subscriptions() as client,
        pytest.raises(ClientAuthenticationError, match="InvalidAuthenticationToken"),
    ):
        list(client.subscriptions.list())


def manager(**options: Any) -> ResourceManager:
    state = CloudState()
    keys = {"practiceimages": AccountKeys(Secret("first" * 4), Secret("other" * 4))}  # of the others: none
    return ResourceManager(
        state, keys, lambda name: f"http://127.0.0.1:1/{name}", Secret("right-token"), **options
    )


def test_lists_come_in_pages() -> None:
    server = manager(page_size=1)
    server.start()
    try:
        clients = Clients(server.url, Secret("right-token"))
        with clients.storage(PUBLISHING) as storage, clients.subscriptions() as subscriptions:
            pages = [[account.name for account in page] for page in storage.storage_accounts.list().by_page()]
            assert pages == [["practiceimages"], ["practicepublic"], ["practicelocked"]]
            assert len(list(subscriptions.subscriptions.list())) == 2
            assert len(list(subscriptions.subscriptions.list_locations(PUBLISHING))) == len(REGIONS)
        with clients.resources(PUBLISHING) as resources:
            assert len(list(resources.resource_groups.list())) == 2
    finally:
        server.stop()


@pytest.mark.parametrize(
    ("version", "taken"),
    [("2021-09-01", True), ("2024-01-01", True), ("2026-09-01", False), ("2015-06-15", False)],
)
def test_only_the_interface_versions_on_offer_are_taken(clients: Clients, version: str, taken: bool) -> None:
    with clients.storage(PUBLISHING, version) as client:
        if taken:
            assert len(list(client.storage_accounts.list())) == 3
        else:
            with pytest.raises(
                HttpResponseError, match=r"InvalidApiVersionParameter[\s\S]*2024-01-01,2023-05-01"
            ):
                list(client.storage_accounts.list())


def test_any_interface_version_is_taken_where_that_is_wished() -> None:
    server = manager()
    server.start()
    try:
        with Clients(server.url, Secret("right-token")).storage(PUBLISHING, "2026-09-01") as client:
            assert len(list(client.storage_accounts.list())) == 3
    finally:
        server.stop()


def test_its_own_fault_is_answered_as_one(caplog: pytest.LogCaptureFixture) -> None:
    server = manager()
    server.start()
    try:
        with (
            Clients(server.url, Secret("right-token")).storage(PUBLISHING) as client,
            pytest.raises(HttpResponseError, match="InternalServerError") as caught,
        ):
            client.storage_accounts.list_keys("older-images", "practicelocked")
        assert caught.value.status_code == 500
    finally:
        server.stop()
    assert "could not answer POST" in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "headers", "content", "status", "code"),
    [
        ("GET", "/subscriptions?api-version=2022-12-01", {"Authorization": ""}, b"", 401, "AuthenticationFailed"),
        ("GET", "/subscriptions?api-version=2022-12-01", {"Authorization": "Basic x"}, b"", 401, "InvalidAuthenticationToken"),
        ("GET", "/subscriptions", {}, b"", 400, "MissingApiVersionParameter"),
        ("GET", "/subscriptions?api-version=soon", {}, b"", 400, "InvalidApiVersionParameter"),
        ("GET", "/subscriptions?api-version=2022-12-01&$skiptoken=9", {}, b"", 400, "InvalidSkipToken"),
        ("GET", "/elsewhere?api-version=2022-12-01", {}, b"", 501, "NotSimulated"),
        ("DELETE", f"/subscriptions/{PUBLISHING}?api-version=2022-12-01", {}, b"", 501, "NotSimulated"),
        ("PUT", f"/subscriptions/{PUBLISHING}/resourcegroups/g?api-version=2022-09-01", {}, b"[", 400, "InvalidRequestContent"),
        ("PUT", f"/subscriptions/{PUBLISHING}/resourcegroups/g?api-version=2022-09-01", {}, b"{}", 400, "LocationRequired"),
        ("PUT", f"/subscriptions/{PUBLISHING}/resourcegroups/g?api-version=2022-09-01", {}, b'{"location": "mars"}', 400, "LocationNotAvailableForResourceGroup"),
        ("PUT", f"/subscriptions/{PUBLISHING}/resourcegroups/g.?api-version=2022-09-01", {}, b'{"location": "chinaeast"}', 400, "InvalidResourceGroup"),
        ("PUT", f"/subscriptions/{PUBLISHING}/resourcegroups/g?api-version=2022-09-01", {}, b'{"location": "chinaeast", "tags": [1]}', 400, "InvalidTagsFormat"),
        ("GET", "/subscriptions?api-version=2022-12-01", {"Content-Length": str(LARGEST_BODY + 1)}, b"", 413, "RequestContentTooLarge"),
        ("GET", "/subscriptions?api-version=2022-12-01", {"Content-Length": "many"}, b"", 411, "LengthRequired"),
    ],
)  # fmt: skip
def test_errors_have_the_shape_of_azure(
    cloud: PracticeCloud,
    method: str,
    path: str,
    headers: dict[str, str],
    content: bytes,
    status: int,
    code: str,
) -> None:
    endpoints = cloud.endpoints
    connection = http.client.HTTPConnection(
        HOST, int(endpoints.management_url.rpartition(":")[2]), timeout=10
    )
    try:
        sent = {
            "Authorization": f"Bearer {endpoints.token.reveal()}",
            "Content-Length": str(len(content)),
            **headers,
        }
        connection.request(method, path, content or None, sent)
        answer = connection.getresponse()
        error = json.loads(answer.read())["error"]
    finally:
        connection.close()
    assert (answer.status, error["code"]) == (status, code)
    assert error["message"]
    assert answer.getheader("x-ms-request-id")
    assert answer.getheader("Date")


def test_one_connection_serves_many_requests(cloud: PracticeCloud) -> None:
    endpoints = cloud.endpoints
    connection = http.client.HTTPConnection(
        HOST, int(endpoints.management_url.rpartition(":")[2]), timeout=10
    )
    try:
        connection.connect()
        first = connection.sock
        for _ in range(3):
            connection.request(
                "GET",
                "/subscriptions?api-version=2022-12-01",
                headers={"Authorization": f"Bearer {endpoints.token.reveal()}"},
            )
            assert connection.getresponse().read()
            assert connection.sock is first
    finally:
        connection.close()
