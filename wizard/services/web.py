"""How requests leave this computer: proxy, time limits, and what the practice cloud needs otherwise."""

from __future__ import annotations

import os
import ssl
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import unquote, urlsplit

from wizard.redaction import Secret, remember

if TYPE_CHECKING:
    import requests

CONNECT_WITHIN: Final = 20.0  # seconds
ANSWER_WITHIN: Final = 60.0  # seconds without a single byte
RETRIES: Final = 1  # of the SDK itself, for small requests; an upload tries again in its own way
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


class NetworkSettings(Protocol):
    """What of wizard.settings.Settings matters here; an empty `proxy` means the system's."""

    @property
    def proxy(self) -> str:
        """The proxy's address, like http://proxy.example:8080."""


class Web:
    """The way to one cloud. `direct`: past any proxy, for the practice cloud on this computer."""

    def __init__(self, settings: NetworkSettings | None, *, direct: bool = False) -> None:
        proxy = (settings.proxy if settings else "").strip()
        if proxy and "://" not in proxy:
            proxy = f"http://{proxy}"
        self._proxy = "" if direct else proxy
        self._direct = direct
        self._lock = threading.Lock()
        self._context: ssl.SSLContext | None = None
        if not direct:
            _keep_logins_secret(self._proxy)

    def client_options(self) -> dict[str, Any]:
        """Keyword arguments for a client of Azure's packages."""
        _trust_as_the_system_does()
        options: dict[str, Any] = {
            "connection_timeout": CONNECT_WITHIN,
            "read_timeout": ANSWER_WITHIN,
            "retry_total": RETRIES,
            # Of the storage client, together one second: its own 15 are too long to wait for without a word.
            "initial_backoff": 0,
            "increment_base": 1,
            "random_jitter_range": 0,
            "use_env_settings": not self._direct,
        }
        if self._proxy:
            options["proxies"] = self._proxies()
        return options

    def session(self) -> requests.Session:
        """A session for requests without credentials; follows no redirects of its own accord."""
        import requests

        _trust_as_the_system_does()
        session = requests.Session()
        session.trust_env = not self._direct
        session.auth = _no_login  # a .netrc may hold a login for the host: these requests have none
        if self._proxy:
            # To requests the environment's proxy, on Windows the system's, would count for more than the session's.
            session.trust_env = False
            session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
            session.proxies.update(self._proxies())
        return session

    def proxy_for(self, url: str) -> str | None:
        """The proxy that a request to this address takes, without name and password; None where it goes straight."""
        chosen = self._chosen_proxy(url)
        return _without_login(chosen) if chosen else None

    def proxy_with_login(self, url: str) -> Secret | None:
        """The same with name and password where it has them; nothing on this very computer is reached through a proxy."""
        chosen = None if is_loopback(urlsplit(url).hostname) else self._chosen_proxy(url)
        return Secret(chosen if "://" in chosen else f"http://{chosen}") if chosen else None

    def tls_context(self) -> ssl.SSLContext:
        """What judges certificates for requests that none of the packages sends: the system's store; TLS 1.2 and later.

        Raises OSError where REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names a file that cannot be read.
        """
        with self._lock:
            if self._context is None:
                self._context = _context()
            return self._context

    def _chosen_proxy(self, url: str) -> str | None:
        if self._direct or self._proxy:
            return self._proxy or None
        from requests.utils import get_environ_proxies, select_proxy

        return select_proxy(url, get_environ_proxies(url))

    def _proxies(self) -> Mapping[str, str]:
        return {"http": self._proxy, "https": self._proxy} if self._proxy else {}


def _trust_as_the_system_does() -> None:
    """Certificates are judged by the system's own store: a company's certificate, as of a proxy that inspects, stands there.

    Without this the packages below trust a list of their own and nothing else. REQUESTS_CA_BUNDLE adds to it.
    """
    import truststore

    truststore.inject_into_ssl()


def _context() -> ssl.SSLContext:
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    if bundle:
        folder = Path(bundle).is_dir()
        context.load_verify_locations(cafile=None if folder else bundle, capath=bundle if folder else None)
    return context


def is_loopback(host: str | None) -> bool:
    """Whether a host is this very computer."""
    return host in _LOOPBACK


def _no_login(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _keep_logins_secret(proxy: str) -> None:
    """The passwords of this proxy and of the system's are secrets from now on: errors repeat addresses."""
    from urllib.request import getproxies

    for each in (proxy, *getproxies().values()):
        password = each.rpartition("://")[2].rpartition("@")[0].partition(":")[2]
        if password:
            remember(password)
            remember(unquote(password))


def _without_login(proxy: str) -> str:
    """A proxy's address as it may be shown; one from the environment may lack its http://."""
    scheme, _, rest = proxy.rpartition("://")
    return f"{scheme or 'http'}://{rest.rpartition('@')[2]}"
