"""The way to the server: proxies with and without login, certificates, several addresses; past every proxy at home."""

from __future__ import annotations

import contextlib
import socket
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.certificates import Certificate, make_certificate, server_context
from tests.services.blob.conftest import KEY
from tests.services.blob.proxy import Proxy, running
from tests.services.blob.raw import FOUND, raw_server, whole
from tests.services.scripted import Reply, Scripted
from wizard.errors import WizardError
from wizard.redaction import Secret
from wizard.results import StorageAccount
from wizard.services.blob.addresses import of_blob, of_link
from wizard.services.blob.dialling import connect
from wizard.services.cloud import Cloud
from wizard.services.cloud_errors import CloudError
from wizard.services.connect import page_blob_from_url
from wizard.services.endpoints import AZURE_CHINA
from wizard.services.web import Web
from wizard.settings import Settings
from wizard.transfer.page_blob import BlobState, Interrupted

HOST = "contoso.blob.core.chinacloudapi.cn"
ACCOUNT = StorageAccount("contoso")
LOGIN = "na me:pass/word%"
SPELT = "na%20me:pass%2Fword%25@"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("china"), [HOST])


@pytest.fixture
def no_proxy_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def china(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch, no_proxy_of_the_system: None
) -> Iterator[int]:
    """Its blob service over TLS, on a port of this computer; it has every blob."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.public))

    def serve(made: socket.socket, _number: int) -> None:
        while whole(made):
            made.sendall(FOUND)

    with raw_server(serve, server_context(certificate.whole)) as port:
        yield port


def ask(proxy: str, endpoint: str | None = None) -> BlobState | None:
    """What the account's blob is, asked by way of this proxy ("": the system's)."""
    cloud = Cloud(AZURE_CHINA, Web(Settings(proxy=proxy)))
    cloud.add_account_key("contoso", KEY, endpoint)
    return cloud.page_blob(ACCOUNT, "vhds", "disk.vhd").state()


@pytest.mark.parametrize("login", ["", LOGIN])
@pytest.mark.parametrize("of_system", [False, True], ids=["settings", "system"])
def test_through_a_proxy_to_the_cloud(
    china: int, monkeypatch: pytest.MonkeyPatch, login: str, of_system: bool
) -> None:
    with running(Proxy(china, login)) as proxy:
        address = f"http://{SPELT if login else ''}127.0.0.1:{proxy.port}"
        if of_system:
            monkeypatch.setenv("https_proxy", address)
        state = ask("" if of_system else address)
        assert state is not None
        assert state.length == 1024
        (asked,) = proxy.asked
        assert asked.startswith(f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n")
        assert ("Proxy-Authorization" in asked) is bool(login)
        assert "sig=" not in asked


def test_a_proxy_that_is_spoken_to_over_tls(china: int, certificate: Certificate) -> None:
    proxy = Proxy(china, LOGIN)
    with raw_server(proxy.serve, server_context(certificate.whole)) as port:
        state = ask(f"https://{SPELT}127.0.0.1:{port}")
        assert state is not None
        assert len(proxy.asked) == 1


def test_hosts_that_the_system_excepts_go_past_its_proxy(
    monkeypatch: pytest.MonkeyPatch, no_proxy_of_the_system: None
) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", ".chinacloudapi.cn")
    web = Web(None)
    assert web.proxy_with_login(f"https://{HOST}") is None
    assert web.proxy_with_login("https://elsewhere.example") == Secret("http://127.0.0.1:9")
    for home in ("http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"):
        assert web.proxy_with_login(home) is None
        assert Web(Settings(proxy="127.0.0.1:9")).proxy_with_login(home) is None


@pytest.mark.parametrize(
    ("answer", "login", "said", "passes"),
    [
        ("", LOGIN, "proxy wants a user name", False),
        ("403 Forbidden", "", f"proxy does not let this program through to {HOST}", False),
        ("302 Found", "", "proxy does not let this program through", False),
        ("502 Bad Gateway", "", "proxy cannot be reached", True),
        ("503 Busy", "", "proxy cannot be reached", True),
    ],
)
def test_what_a_proxy_objects_to_is_said(
    china: int, answer: str, login: str, said: str, passes: bool
) -> None:
    with (
        running(Proxy(china, login, answer)) as proxy,
        pytest.raises(Interrupted if passes else CloudError, match=said) as error,
    ):
        ask(f"http://name:wrong-password@127.0.0.1:{proxy.port}")
    details = error.value.error.details if isinstance(error.value, Interrupted) else error.value.details
    assert "wrong-password" not in f"{error.value} {details}"


@pytest.mark.parametrize(
    ("proxy", "said"),
    [
        ("http://127.0.0.1:9", "proxy cannot be reached"),
        ("http://[", "proxy cannot be reached"),
        ("http://name:x@y:z@host:port", "proxy cannot be reached"),
        ("socks5://127.0.0.1:9", "kind that cannot be used"),
        ("ftp://127.0.0.1:9", "kind that cannot be used"),
    ],
)
def test_a_proxy_that_is_none(no_proxy_of_the_system: None, proxy: str, said: str) -> None:
    with pytest.raises((Interrupted, WizardError), match=said):
        ask(proxy)


@pytest.mark.parametrize("login", ["", LOGIN])
def test_plain_http_goes_to_the_proxy_with_the_whole_address(
    scripted: Scripted, no_proxy_of_the_system: None, login: str
) -> None:
    """The scripted server is the proxy."""
    scripted.answer = lambda _: Reply(200, {"Content-Length": "512", "x-ms-blob-type": "PageBlob"})
    spelt = SPELT if login else ""
    state = ask(f"{spelt}127.0.0.1:{scripted.port}", "http://storage.contoso.example:8080/contoso")
    assert state is not None
    (asked,) = scripted.asked
    assert asked.path.startswith("http://storage.contoso.example:8080/contoso/vhds/disk.vhd?")
    headers = {name.lower(): value for name, value in asked.headers.items()}
    assert headers["host"] == "storage.contoso.example:8080"
    assert headers.get("proxy-authorization", "").startswith("Basic ") is bool(login)


def test_a_certificate_that_nobody_vouches_for(
    china: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = make_certificate(tmp_path, [HOST])
    with running(Proxy(china)) as proxy:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other.public))
        with pytest.raises(CloudError, match=f"The certificate of {HOST} is not trusted"):
            ask(f"127.0.0.1:{proxy.port}")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "gone.pem"))
        with pytest.raises(CloudError, match="is not trusted") as error:
            ask(f"127.0.0.1:{proxy.port}")
        assert "gone.pem" in error.value.details["error"]


def test_a_certificate_of_another_host(china: int) -> None:
    with running(Proxy(china)) as proxy, pytest.raises(CloudError, match="is not trusted"):
        ask(f"127.0.0.1:{proxy.port}", "https://fabrikam.blob.core.chinacloudapi.cn")


def test_what_speaks_no_tls(scripted: Scripted) -> None:
    with pytest.raises(Interrupted, match="No secure connection"):
        page_blob_from_url(
            Secret(f"https://127.0.0.1:{scripted.port}/account/vhds/disk.vhd?sig=c2ln")
        ).state()


def test_old_tls_is_refused(certificate: Certificate) -> None:
    context = Web(None, direct=True).tls_context()
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def addresses(*ports: int) -> Callable[..., list[tuple[object, ...]]]:
    """A host's addresses: all of this computer, on these ports."""
    return lambda *_, **__: [
        (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", port)) for port in ports
    ]


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def test_all_addresses_of_a_host_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        monkeypatch.setattr(socket, "getaddrinfo", addresses(closed_port(), closed_port(), port))
        with connect("anything", 1, 5.0) as made:
            assert made.getpeername()[1] == port
        monkeypatch.setattr(socket, "getaddrinfo", addresses(closed_port(), closed_port()))
        with pytest.raises(ConnectionRefusedError):
            connect("anything", 1, 5.0)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a full queue refuses at once")
def test_an_address_that_is_silent_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with contextlib.ExitStack() as open_ones:
        silent = open_ones.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):  # its queue is full: what comes now is not answered
            waiting = open_ones.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(silent.getsockname())
        lively = open_ones.enter_context(socket.create_server(("127.0.0.1", 0)))
        silent_port, port = silent.getsockname()[1], lively.getsockname()[1]
        monkeypatch.setattr(socket, "getaddrinfo", addresses(silent_port, port))
        with connect("anything", 1, 10.0) as made:
            assert made.getpeername()[1] == port
        monkeypatch.setattr(socket, "getaddrinfo", addresses(silent_port))
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            connect("anything", 1, 0.3)
        assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("link", "account", "container", "name", "url"),
    [
        (f"https://{HOST}/vhds/a%20b.vhd?sig=x", "contoso", "vhds", "a b.vhd", f"https://{HOST}/vhds/a%20b.vhd"),
        (f"https://{HOST}:443/vhds/名/b.vhd?sig=x", "contoso", "vhds", "名/b.vhd", f"https://{HOST}/vhds/%E5%90%8D/b.vhd"),
        (f" https://{HOST}/vhds/d.vhd?sig=x\n", "contoso", "vhds", "d.vhd", f"https://{HOST}/vhds/d.vhd"),
        ("http://127.0.0.1:10/acc/vhds/d.vhd?sig=x", "acc", "vhds", "d.vhd", "http://127.0.0.1:10/acc/vhds/d.vhd"),
        ("https://name:word@host.example/vhds/d.vhd?sig=x", "host", "vhds", "d.vhd", "https://host.example/vhds/d.vhd"),
    ],
)  # fmt: skip
def test_links_are_taken_apart(link: str, account: str, container: str, name: str, url: str) -> None:
    address, *rest, query = of_link(Secret(link))
    assert rest == [account, container, name]
    assert address.url == url
    assert query == Secret("sig=x")


@pytest.mark.parametrize(
    "text",
    ["https://a b/vhds/d.vhd", "https://host\x00/vhds/d.vhd", "https://host:0/vhds/d.vhd", "https://host:x/vhds/d.vhd",
     "https://host:99999/vhds/d.vhd", "https:///vhds/d.vhd", "https://host/vhds/", "https://host//d.vhd", "file:///vhds/d.vhd"],
)  # fmt: skip
def test_what_is_no_link_to_a_blob(text: str) -> None:
    with pytest.raises(CloudError, match="not an address of a blob"):
        of_link(Secret(text))


def test_nothing_of_a_link_gets_between_the_lines(scripted: Scripted) -> None:
    scripted.answer = lambda _: Reply(200, {"Content-Length": "512"})
    page_blob_from_url(Secret(f"{scripted.url}/account/vhds/d%0d%0aX-Evil:%201.vhd?sig=a b&x=\u540d")).state()
    (asked,) = scripted.asked
    assert asked.path == "/account/vhds/d%0D%0AX-Evil%3A%201.vhd?sig=a%20b&x=%E5%90%8D"
    assert "x-evil" not in {name.lower() for name in asked.headers}


def test_addresses_of_ipv6() -> None:
    assert of_blob("http://[::1]:8080/account", "vhds", "d.vhd").url == "http://[::1]:8080/account/vhds/d.vhd"
