"""The service layer against the practice cloud, through the real Azure clients."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cloud import connect, find_account, new_container
from tests.services.scripted import Reply, Scripted
from wizard.errors import Cancelled, WizardError
from wizard.practice.cloud import PracticeCloud
from wizard.redaction import Secret, redact
from wizard.results import StorageAccount
from wizard.services.cloud import Cloud
from wizard.services.connect import azure_china, page_blob_from_url, practice_cloud
from wizard.services.endpoints import AZURE_CHINA, practice_endpoints
from wizard.services.web import Web
from wizard.settings import Settings
from wizard.tasks import Task
from wizard.transfer.resuming.mark import Identity, new_mark


def by_key(practice: PracticeCloud, name: str = "practiceimages", *, second: bool = False) -> Cloud:
    """Azure China's way, by name and key, at the practice cloud's blobs."""
    cloud = Cloud(AZURE_CHINA, Web(None, direct=True))
    keys = practice.endpoints.keys[name]
    cloud.add_account_key(name, keys.key2 if second else keys.key1, practice.endpoints.blob_endpoint(name))
    return cloud


def test_no_azure_package_is_imported_before_it_is_used() -> None:
    code = (
        "import sys, wizard.services.cloud, wizard.services.connect, wizard.services.records, wizard.transfer.upload\n"
        "from wizard.services.connect import azure_china, practice_cloud\n"
        "from wizard.redaction import Secret\nfrom wizard.settings import Settings\n"
        "azure_china(Settings()); practice_cloud('http://127.0.0.1:1', Secret('a-token'))\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('azure', 'msal', 'requests')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_subscriptions_and_accounts_are_listed(cloud: Cloud) -> None:
    assert cloud.is_practice
    assert cloud.has_resource_manager
    names = {}
    for each in cloud.subscriptions():
        assert each.name
        names[each.id] = [account.name for account in cloud.storage_accounts(each.id)]
    assert {"practiceimages", "practicepublic"} <= {name for found in names.values() for name in found}
    assert all(found == sorted(found) for found in names.values())


def test_accounts_are_told_with_their_settings(cloud: Cloud) -> None:
    images = cloud.account_properties(find_account(cloud, "practiceimages"))
    assert (images.location, images.kind, images.sku) == ("chinanorth3", "StorageV2", "Standard_LRS")
    assert (images.allow_public, images.allow_shared_key, images.https_only) == (False, True, True)
    assert (images.minimum_tls, images.network_default, images.hierarchical_namespace) == (
        "TLS1_2",
        "Allow",
        False,
    )
    assert images.sas_policy_days is None
    assert images.blob_endpoint.endswith("/practiceimages")
    assert cloud.account_properties(find_account(cloud, "practicelocked")).allow_shared_key is False
    assert cloud.account_properties(find_account(cloud, "practicepolicy")).sas_policy_days == 7
    assert cloud.account_properties(find_account(cloud, "practicefirewall")).network_default == "Deny"
    assert cloud.account_properties(find_account(cloud, "practicelake")).hierarchical_namespace is True


def test_the_accounts_own_switch_is_turned(own_practice: PracticeCloud) -> None:
    cloud = connect(own_practice)
    account = find_account(cloud, "practiceimages")
    cloud.allow_public_access(account, True)
    assert cloud.account_properties(account).allow_public is True
    cloud.allow_public_access(account, False)
    assert cloud.account_properties(account).allow_public is False


def test_a_foreign_token_is_refused(practice: PracticeCloud) -> None:
    with pytest.raises(WizardError, match="does not accept the sign-in"):
        practice_cloud(practice.endpoints.management_url, Secret("another-token")).subscriptions()


def test_the_practice_token_is_for_this_computer_alone() -> None:
    cloud = practice_cloud("http://management.example", Secret("a-token-of-practice"))
    with pytest.raises(ValueError, match="this computer alone"):
        cloud.subscriptions()


def test_an_account_that_has_gone_is_said(cloud: Cloud) -> None:
    images = find_account(cloud, "practiceimages")
    gone = StorageAccount("practicegone", images.subscription, images.resource_group)
    with pytest.raises(WizardError, match="practicegone is not there any more"):
        cloud.account_properties(gone)


def test_by_name_and_key_alone(practice: PracticeCloud) -> None:
    cloud = by_key(practice)
    account = StorageAccount("practiceimages")
    assert not cloud.has_resource_manager
    assert cloud.subscriptions() == []
    assert cloud.storage_accounts("some-id") == []
    assert [each.name for each in cloud.storage_accounts("")] == ["practiceimages"]
    properties = cloud.account_properties(account)
    assert properties.kind == "StorageV2"
    assert properties.sku
    unknown = (
        properties.allow_public,
        properties.allow_shared_key,
        properties.minimum_tls,
        properties.network_default,
    )
    assert unknown == (None,) * 4
    name = new_container(cloud, account)
    assert name in cloud.containers(account)
    with pytest.raises(WizardError, match="cannot be changed by its key"):
        cloud.allow_public_access(account, True)


def test_a_wrong_key_says_so_and_the_right_one_then_works(practice: PracticeCloud) -> None:
    cloud = Cloud(AZURE_CHINA, Web(None, direct=True))
    account = StorageAccount("practiceimages")
    endpoint = practice.endpoints.blob_endpoint("practiceimages")
    wrong = Secret(base64.b64encode(b"w" * 64).decode())
    cloud.add_account_key("practiceimages", wrong, endpoint)
    for ask in (lambda: cloud.containers(account), lambda: cloud.account_properties(account)):
        with pytest.raises(
            WizardError, match="key of the storage account practiceimages is not accepted"
        ) as error:
            ask()
        assert "Access keys" in str(error.value.cure)
        assert error.value.details["HTTP status"] == "403"
        assert wrong.reveal() not in str(error.value.details)
    with pytest.raises(WizardError, match="is not accepted"):
        cloud.page_blob(account, "vhds", "disk.vhd").state()

    cloud.add_account_key("practiceimages", practice.endpoints.keys["practiceimages"].key2, endpoint)
    assert isinstance(cloud.containers(account), list)


def test_an_account_whose_key_nobody_gave(practice: PracticeCloud) -> None:
    with pytest.raises(WizardError, match="not known in this session") as error:
        azure_china(Settings()).containers(StorageAccount("contoso"))
    assert "Enter it again" in str(error.value.cure)


def test_a_key_that_was_renewed_is_fetched_again(
    own_practice: PracticeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud = connect(own_practice)
    account = find_account(cloud, "practiceimages")
    stale = Secret(base64.b64encode(b"s" * 64).decode())
    monkeypatch.setattr("wizard.services.resource_manager.ResourceManager.key", lambda _self, _account: stale)
    with pytest.raises(WizardError, match="is not accepted"):
        cloud.containers(account)
    monkeypatch.undo()
    assert cloud.containers(account) == []


def test_containers_are_made_once_and_private(cloud: Cloud, account: StorageAccount, container: str) -> None:
    assert container in cloud.containers(account)
    assert cloud.create_container(account, container) is False
    assert cloud.container_access(account, container) == "private"


@pytest.mark.parametrize(
    "name", ["A", "ab", "a" * 64, "Upper", "two--hyphens", "-begins", "ends-", "under_score"]
)
def test_container_names_against_the_rules_are_refused(
    cloud: Cloud, account: StorageAccount, name: str
) -> None:
    from wizard.checks.upload import container_name_problem

    assert container_name_problem(name) is not None
    with pytest.raises(WizardError, match="name of the container or blob is not allowed"):
        cloud.create_container(account, name)


@pytest.mark.parametrize("name", ["abc", "a1-b2", "3" * 63, "vhds"])
def test_container_names_within_the_rules_are_taken(own_practice: PracticeCloud, name: str) -> None:
    from wizard.checks.upload import container_name_problem

    cloud = connect(own_practice)
    assert container_name_problem(name) is None
    assert cloud.create_container(find_account(cloud, "practiceimages"), name)


@pytest.mark.parametrize("level", ["blob", "container", "private"])
def test_access_is_set_and_stored_policies_stay(
    cloud: Cloud, public_account: StorageAccount, level: str
) -> None:
    from azure.storage.blob import AccessPolicy, ContainerSasPermissions

    container = new_container(cloud, public_account)
    with cloud._accounts.client(public_account) as client:
        remote = client.get_container_client(container)
        policy = AccessPolicy(ContainerSasPermissions(read=True), expiry="2030-01-01T00:00:00Z")
        remote.set_container_access_policy({"kept": policy}, public_access="blob")

    cloud.set_container_access(public_account, container, level)

    assert cloud.container_access(public_account, container) == level
    kept = remote.get_container_access_policy()["signed_identifiers"]
    assert [(each.id, str(each.access_policy.permission)) for each in kept] == [("kept", "r")]


def test_files_are_stored_and_never_overwritten(
    cloud: Cloud, account: StorageAccount, container: str, tmp_path: Path, task: Task
) -> None:
    path = tmp_path / "result.xml"
    path.write_bytes(b"<result/>")
    stored = cloud.store_file(account, container, "certification/disk/result.xml", path, task)
    assert stored.length == 9
    assert stored.sha256 == hashlib.sha256(b"<result/>").hexdigest()
    assert cloud.store_file(account, container, "certification/disk/result.xml", path, task) == stored
    assert cloud.blob_names(account, container, "certification/") == ["certification/disk/result.xml"]
    assert cloud.blob_names(account, container) == ["certification/disk/result.xml"]

    path.write_bytes(b"<other/>!")
    with pytest.raises(WizardError, match="another file") as refused:
        cloud.store_file(account, container, "certification/disk/result.xml", path, task)
    assert "Rename" in str(refused.value.cure)


def test_storing_a_file_can_be_cancelled(
    cloud: Cloud, account: StorageAccount, container: str, tmp_path: Path, task: Task
) -> None:
    path = tmp_path / "large.zip"
    path.write_bytes(bytes(3 * 1024 * 1024))
    task.cancel()
    with pytest.raises(Cancelled):
        cloud.store_file(account, container, "large.zip", path, task)
    assert cloud.blob_names(account, container) == []


def test_addresses_are_those_of_the_client(cloud: Cloud, account: StorageAccount, container: str) -> None:
    for name in ("disk.vhd", "a folder/disk~1.vhd", "名.vhd"):
        assert cloud.blob_url(account, container, name) == cloud.page_blob(account, container, name).url
    assert (
        cloud.blob_url(account, container, "disk.vhd")
        == f"{cloud.container_url(account, container)}/disk.vhd"
    )


def test_azure_china_addresses() -> None:
    cloud = azure_china(Settings())
    assert not cloud.is_practice
    url = cloud.blob_url(StorageAccount("contoso"), "vhds", "disk.vhd")
    assert url == "https://contoso.blob.core.chinacloudapi.cn/vhds/disk.vhd"


@pytest.mark.parametrize(
    ("host", "china", "practice"),
    [
        ("contoso.blob.core.chinacloudapi.cn", True, False),
        ("CONTOSO.blob.core.chinacloudapi.cn", True, False),
        ("contoso.blob.core.windows.net", False, False),
        ("contoso.blob.core.chinacloudapi.cn.evil.example", False, False),
        ("contoso.blobxcore.chinacloudapi.cn", False, False),
        ("127.0.0.1:10000", False, True),
        ("127.0.0.1", False, False),
    ],
)
def test_whose_host_it_is(host: str, china: bool, practice: bool) -> None:
    assert AZURE_CHINA.is_blob_host(host) is china
    assert practice_endpoints("http://127.0.0.1:1").is_blob_host(host) is practice


def test_one_client_for_an_account_and_many_threads(cloud: Cloud, account: StorageAccount) -> None:
    names = [f"thread-{number}-{threading.get_ident()}" for number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(lambda name: cloud.create_container(account, name), names))
        clients = set(pool.map(lambda _: id(_client(cloud, account)), range(12)))
    assert len(clients) == 1
    assert set(names) <= set(cloud.containers(account))


def _client(cloud: Cloud, account: StorageAccount) -> object:
    with cloud._accounts.client(account) as client:
        return client


def test_a_blob_by_its_link(cloud: Cloud, account: StorageAccount, container: str) -> None:
    from datetime import UTC, datetime, timedelta

    now = datetime.now(UTC)

    def link(permissions: str) -> Secret:
        times = (now - timedelta(days=1), now + timedelta(days=1))
        return cloud.sign_container_sas(
            account, container, "a b.vhd", *times, permissions=permissions, protocol="https,http"
        )

    mark = new_mark(Identity(1024, 1, "footer"))
    blob = page_blob_from_url(link("rcw"), Settings())
    assert blob.state() is None
    blob.create(1024, mark.to_metadata(), fence=mark.fence, replaces=None)
    blob.put_pages(0, b"x" * 512, fence=mark.fence)
    assert (blob.container, blob.name) == (container, "a b.vhd")
    assert blob.url == cloud.blob_url(account, container, "a b.vhd")
    assert "sig=" not in blob.url
    assert page_blob_from_url(link("r")).page_ranges() == [(0, 512)]
    with pytest.raises(WizardError, match="link does not allow this") as refused:
        page_blob_from_url(link("r")).put_pages(0, b"y" * 512, fence=mark.fence)
    assert "sp=rcw" in str(refused.value.cure)
    spoilt = Secret(link("rcw").reveal().replace("sig=", "sig=AAAA"))
    with pytest.raises(WizardError, match="signature of the link is not accepted"):
        page_blob_from_url(spoilt).state()


@pytest.mark.parametrize(
    "text",
    ["", "a.vhd", "ftp://host/vhds/disk.vhd", "http://contoso.blob.core.chinacloudapi.cn/vhds/disk.vhd?sig=x", "https://host", "https://[/vhds/disk.vhd", "https://host/only-a-container"],
)  # fmt: skip
def test_what_is_no_address_of_a_blob(text: str) -> None:
    with pytest.raises(WizardError, match="not an address of a blob"):
        page_blob_from_url(Secret(text))


def test_how_the_cloud_is_reached(cloud: Cloud, practice: PracticeCloud, task: Task) -> None:
    (look,) = cloud.network_look(task)
    assert look.url == practice.endpoints.management_url
    assert look.reachable
    assert look.proxy is None
    assert look.server_time is not None
    assert abs(look.seconds_off or 0) < 60
    assert [each.reachable for each in by_key(practice).network_look(task)][1:] == [True]


def test_how_a_cloud_is_reached_that_does_not_answer(task: Task) -> None:
    (look,) = practice_cloud("http://127.0.0.1:9", Secret("a-token-of-practice")).network_look(task)
    assert not look.reachable
    assert "refused the connection" in str(look.error)
    assert look.cure is not None


def test_a_clock_that_is_off_is_seen(scripted: Scripted, task: Task) -> None:
    scripted.answer = lambda _: Reply(401, {"Date": "Sat, 21 Nov 2015 00:00:00 GMT"})
    (look,) = practice_cloud(scripted.url, Secret("a-token-of-practice")).network_look(task)
    assert look.reachable
    assert (look.seconds_off or 0) > 86400 * 365


@pytest.mark.parametrize("proxy", ["http://name:proxy-password@127.0.0.1:{port}", "127.0.0.1:{port}"])
def test_the_proxy_of_the_settings_is_taken(scripted: Scripted, task: Task, proxy: str) -> None:
    """The scripted server is the proxy: it is asked to connect, and refuses."""
    scripted.answer = lambda _: Reply(407)
    cloud = azure_china(Settings(proxy=proxy.format(port=scripted.port)))
    cloud.add_account_key("contoso", Secret(base64.b64encode(b"k" * 64).decode()))

    with pytest.raises(WizardError, match="proxy wants a user name") as error:
        cloud.containers(StorageAccount("contoso"))
    looks = cloud.network_look(task)

    assert scripted.asked[0].method == "CONNECT"
    assert scripted.asked[0].path.startswith("contoso.blob.core.chinacloudapi.cn")
    assert [look.proxy for look in looks] == [f"http://127.0.0.1:{scripted.port}"] * 2
    assert not any(look.reachable for look in looks)
    assert "proxy-password" not in str(error.value.details)


@pytest.mark.parametrize("login", ["http://name:proxy%2Dpassword@", "name:proxy%2Dpassword@", "http://", ""])
def test_the_proxy_of_the_system_is_shown_without_its_password(
    scripted: Scripted, task: Task, monkeypatch: pytest.MonkeyPatch, login: str
) -> None:
    monkeypatch.setenv("https_proxy", f"{login}127.0.0.1:{scripted.port}")
    scripted.answer = lambda _: Reply(407)
    look = azure_china(Settings()).network_look(task)[0]
    assert look.proxy == f"http://127.0.0.1:{scripted.port}"
    if "password" in login:
        for spelling in ("proxy%2Dpassword", "proxy-password"):
            assert spelling not in redact(f"cannot connect to {spelling}")


@pytest.mark.parametrize("exceptions", ["", ".chinacloudapi.cn"])
def test_the_proxy_of_the_settings_counts_for_more_than_the_system_s(
    scripted: Scripted, task: Task, monkeypatch: pytest.MonkeyPatch, exceptions: str
) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", exceptions)
    scripted.answer = lambda _: Reply(407)
    azure_china(Settings(proxy=f"127.0.0.1:{scripted.port}")).network_look(task)
    assert [asked.method for asked in scripted.asked] == ["CONNECT"]


@pytest.mark.parametrize("proxy", ["http://[", "://", "http://@", "@", "a b", "http://name:x@y:z@host:port"])
def test_nonsense_in_place_of_a_proxy_is_said(task: Task, proxy: str) -> None:
    look = azure_china(Settings(proxy=proxy)).network_look(task)[0]
    assert not look.reachable
    assert look.cure is not None


def test_a_proxy_that_is_not_there_is_said() -> None:
    cloud = azure_china(Settings(proxy="http://127.0.0.1:9"))
    cloud.add_account_key("contoso", Secret(base64.b64encode(b"k" * 64).decode()))
    with pytest.raises(WizardError, match="proxy cannot be reached"):
        cloud.containers(StorageAccount("contoso"))


def test_practice_goes_past_every_proxy(
    practice: PracticeCloud, monkeypatch: pytest.MonkeyPatch, scripted: Scripted
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, scripted.url)
    assert connect(practice).subscriptions()
    assert isinstance(connect(practice).containers(find_account(connect(practice), "practiceimages")), list)
    assert scripted.asked == []
