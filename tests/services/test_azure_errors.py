"""Every error of the cloud, and of the way to it, comes out in words with a cure and details, and without secrets."""

from __future__ import annotations

import base64
import hashlib
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.services.scripted import Reply, Scripted, azure_error
from wizard.errors import WizardError
from wizard.messages import render
from wizard.redaction import Secret
from wizard.results import StorageAccount
from wizard.services import error_texts
from wizard.services.azure_errors import as_cloud_error
from wizard.services.cloud import Cloud
from wizard.services.cloud_errors import CloudError
from wizard.services.endpoints import AZURE_CHINA
from wizard.services.error_texts import TEXTS, Where
from wizard.services.web import Web
from wizard.transfer.page_blob import ConflictError, Interrupted

KEY = Secret(base64.b64encode(b"k" * 64).decode())
ACCOUNT = StorageAccount("contoso")


@pytest.fixture
def reach(scripted: Scripted) -> Cloud:
    """A service layer that takes the scripted server for the account's blob service."""
    cloud = Cloud(AZURE_CHINA, Web(None, direct=True))
    cloud.add_account_key("contoso", KEY, f"{scripted.url}/contoso")
    return cloud


def refused(cloud: Cloud) -> CloudError:
    with pytest.raises(CloudError) as error:
        cloud.container_access(ACCOUNT, "vhds")
    return error.value


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (azure_error(403, "AuthenticationFailed", detail="The MAC signature is not the same"), "key of the storage account contoso"),
        (azure_error(403, "AuthenticationFailed", detail="Signature not valid in the specified time frame"), "expired or is not valid yet"),
        (azure_error(403, "AuthorizationFailure"), "network rules"),
        (azure_error(403, "AuthorizationPermissionMismatch"), "may not do this"),
        (azure_error(403, "InsufficientAccountPermissions"), "may not do this"),
        (azure_error(403, "AccountIsDisabled"), "contoso is disabled"),
        (azure_error(409, "PublicAccessNotPermitted"), "contoso forbids public access"),
        (azure_error(403, "KeyBasedAuthenticationNotPermitted"), "contoso does not accept account keys"),
        (azure_error(404, "ContainerNotFound"), "no container vhds"),
        (azure_error(409, "ContainerBeingDeleted"), "being deleted"),
        (azure_error(409, "BlobAlreadyExists"), "already"),
        (azure_error(400, "InvalidResourceName"), "not allowed"),
        (azure_error(412, "LeaseIdMissing"), "lease"),
        (azure_error(409, "BlobTypeNotSupported"), "cannot hold page blobs"),
        (azure_error(401, "NoAuthenticationInformation"), "no signature"),
        (azure_error(400, "SomethingNew"), "refused the request (SomethingNew)"),
        (Reply(407, {}, b""), "proxy wants a user name"),
        (Reply(403, {"Content-Type": "text/html"}, b"<html>Blocked by policy</html>"), "Something other than the cloud"),
        (Reply(200, {"Content-Type": "application/xml"}, b"<html>Welcome to the hotel"), "Something other than the cloud"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_the_server_says(scripted: Scripted, reach: Cloud, reply: Reply, said: str) -> None:
    scripted.answer = lambda _: reply

    error = refused(reach)

    assert said in str(error.what)
    assert str(error.cure)
    assert error.details["time"]
    if "x-ms-request-id" in reply.headers:
        assert error.details["request id"] == reply.headers["x-ms-request-id"]
        assert error.details["HTTP status"] == str(reply.status)
    assert not error.temporary


@pytest.mark.parametrize(("hours", "said"), [(1, "clock"), (-1, "clock"), (0, "key of the storage account")])
def test_a_wrong_clock_is_not_taken_for_a_wrong_key(
    scripted: Scripted, reach: Cloud, hours: int, said: str
) -> None:
    when = format_datetime(datetime.now(UTC) + timedelta(hours=hours), usegmt=True)
    scripted.answer = lambda _: azure_error(403, "AuthenticationFailed", Date=when)

    assert said in str(refused(reach).what)


@pytest.mark.parametrize(
    ("status", "code", "busy"),
    [(408, "RequestTimeout", False), (429, "TooManyRequests", True), (500, "InternalError", False), (500, "OperationTimedOut", False), (503, "ServerBusy", True)],
)  # fmt: skip
def test_what_may_pass_is_known_for_it(
    scripted: Scripted, reach: Cloud, status: int, code: str, busy: bool
) -> None:
    scripted.answer = lambda _: azure_error(status, code, Retry_After="0.01")
    blob = reach.page_blob(ACCOUNT, "vhds", "disk.vhd")

    with pytest.raises(Interrupted) as interrupted:
        blob.page_ranges()

    assert (interrupted.value.busy, interrupted.value.wait) == (busy, 0.01)


@pytest.mark.parametrize(
    ("asked", "waited"),
    [("7", 7.0), ("86400", 120.0), ("inf", 120.0), ("-inf", 0.0), ("nan", 0.0), ("-5", 0.0), ("soon", None)],
)
def test_how_long_the_server_asks_to_wait(
    scripted: Scripted, reach: Cloud, asked: str, waited: float | None
) -> None:
    scripted.answer = lambda _: azure_error(503, "ServerBusy", Retry_After=asked)
    with pytest.raises(Interrupted) as interrupted:
        reach.page_blob(ACCOUNT, "vhds", "disk.vhd").state()
    assert interrupted.value.wait == waited
    assert len(scripted.asked) == 1, "an upload tries again in its own way"
    assert str(interrupted.value.error.what)


@pytest.mark.parametrize("code", ["ConditionNotMet", "BlobAlreadyExists", "SequenceNumberConditionNotMet"])
def test_a_condition_that_did_not_hold_is_a_conflict(scripted: Scripted, reach: Cloud, code: str) -> None:
    scripted.answer = lambda _: azure_error(412, code)

    with pytest.raises(ConflictError):
        reach.page_blob(ACCOUNT, "vhds", "disk.vhd").put_pages(0, bytes(512), fence=1)


def test_data_that_arrived_damaged_is_sent_again(scripted: Scripted, reach: Cloud) -> None:
    scripted.answer = lambda _: azure_error(400, "Md5Mismatch")

    with pytest.raises(Interrupted):
        reach.page_blob(ACCOUNT, "vhds", "disk.vhd").put_pages(0, bytes(512), fence=1)


def test_every_page_goes_with_its_digest_and_the_fence(scripted: Scripted, reach: Cloud) -> None:
    scripted.answer = lambda _: Reply(
        201, {"ETag": '"0x1"', "Last-Modified": "Sat, 21 Nov 2026 00:00:00 GMT"}
    )

    reach.page_blob(ACCOUNT, "vhds", "disk.vhd").put_pages(512, b"x" * 1024, fence=77)

    (asked,) = scripted.asked
    headers = {name.lower(): value for name, value in asked.headers.items()}
    assert headers["content-md5"] == base64.b64encode(hashlib.md5(b"x" * 1024).digest()).decode()
    assert (headers["x-ms-range"], headers["x-ms-page-write"]) == ("bytes=512-1535", "update")
    assert headers["x-ms-if-sequence-number-eq"] == "77"
    assert headers["x-ms-version"] == "2021-12-02"
    assert asked.body == b"x" * 1024


def test_nothing_listens_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    cloud = Cloud(AZURE_CHINA, Web(None, direct=True))
    cloud.add_account_key("contoso", KEY, f"http://127.0.0.1:{port}/contoso")

    error = refused_quickly(cloud)

    assert str(error.what) == f"127.0.0.1:{port} refused the connection"
    assert error.temporary


def refused_quickly(cloud: Cloud) -> CloudError:
    blob = cloud.page_blob(ACCOUNT, "vhds", "disk.vhd")
    with pytest.raises(Interrupted) as interrupted:
        blob.state()
    error = interrupted.value.error
    assert isinstance(error, CloudError)
    return error


def test_a_server_that_says_nothing(scripted: Scripted) -> None:
    from requests.exceptions import ReadTimeout

    error = as_cloud_error(ReadTimeout("read timed out"), Where(host="host"))

    assert error is not None
    assert "did not answer in time" in str(error.what)


@pytest.mark.parametrize(
    ("cause", "meaning", "temporary"),
    [
        (ConnectionRefusedError(111, "refused"), error_texts.REFUSED, True),
        (socket.gaierror(-2, "Name or service not known"), error_texts.NO_SUCH_HOST, True),
        (ssl.SSLCertVerificationError(1, "self-signed certificate"), error_texts.NOT_TRUSTED, False),
        (ssl.SSLError(1, "wrong version number"), error_texts.TLS_FAILED, True),
        (TimeoutError("timed out"), error_texts.NO_ANSWER, True),
        (ConnectionResetError(104, "reset by peer"), error_texts.CONNECTION_LOST, True),
    ],
)
def test_causes_are_found_however_they_are_wrapped(cause: OSError, meaning: str, temporary: bool) -> None:
    from azure.core.exceptions import ServiceRequestError, ServiceResponseError
    from requests.exceptions import ConnectionError as RequestsConnectionError
    from urllib3.exceptions import MaxRetryError, ProtocolError

    def chained() -> Exception:
        try:
            try:
                raise cause
            except OSError as inner:
                raise RequestsConnectionError(ProtocolError("Connection aborted.", inner)) from inner
        except RequestsConnectionError as outer:
            return ServiceResponseError(outer, error=outer)

    wrapped: list[Callable[[], Exception]] = [
        lambda: ServiceRequestError("failed", error=cause),
        lambda: RequestsConnectionError(MaxRetryError(None, "/", cause)),  # type: ignore[arg-type]
        chained,
    ]
    for make in wrapped:
        error = as_cloud_error(make(), Where(host="contoso.blob.core.chinacloudapi.cn"))
        assert error is not None
        assert (error.code, error.temporary) == (meaning, temporary)


def test_what_is_none_of_its_business_stays_as_it_is() -> None:
    assert as_cloud_error(ValueError("ours"), Where()) is None


def test_a_key_that_is_none_is_refused_at_once() -> None:
    cloud = Cloud(AZURE_CHINA, Web(None))
    for text in ("", "no key", "äöü", "a"):
        with pytest.raises(WizardError, match="not a key of the storage account contoso"):
            cloud.add_account_key("contoso", Secret(text))
    with pytest.raises(WizardError, match="not the name of a storage account"):
        cloud.add_account_key("Contoso!", KEY)


def test_no_secret_is_in_an_error(scripted: Scripted, reach: Cloud) -> None:
    leak = f"{KEY.reveal()} and sig=c2VjcmV0c2VjcmV0"
    scripted.answer = lambda _: azure_error(400, "SomethingNew", detail=leak)

    error = refused(reach)

    for text in (str(error), *error.details.values()):
        assert KEY.reveal() not in text
        assert "c2VjcmV0c2VjcmV0" not in text


@pytest.mark.parametrize("meaning", sorted(TEXTS))
def test_every_text_is_whole(meaning: str) -> None:
    where = Where(account="contoso", container="vhds", blob="disk.vhd", host="host")
    for by_link in (False, True):
        what, cure = TEXTS[meaning](Where(where.account, where.container, where.blob, where.host, by_link))
        for message in (what, cure):
            shown = render(message, "en")
            assert shown
            assert "{" not in shown
        assert render(cure, "en").endswith((".", "port"))
