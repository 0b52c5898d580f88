"""From a request to an answer: its version, who asks, what may be done, and the operation itself."""

from __future__ import annotations

from typing import Final

from tests.strict import authorisation, reading, writing
from tests.strict.asking import Answer, Asked
from tests.strict.copying import Copies
from tests.strict.reading import Listing
from tests.strict.refused import Refused, bad_header, missing_header
from tests.strict.store import Blob, Container, Store

_READ: Final = ("GET", "HEAD")


class Operations:
    """All that the server can do."""

    def __init__(self, store: Store, copies: Copies, listing: Listing) -> None:
        self.store = store
        self._copies = copies
        self._listing = listing

    def answer(self, asked: Asked) -> Answer:
        """Do what is asked; raises Refused."""
        _check_version(asked)
        account = self.store.account(asked.account)
        granted = authorisation.permissions(asked, account, self.store.clock)
        if not granted:
            self._check_public(asked)
            granted = "rl" if self._is_public(asked) == "container" else "r"
        by_key = bool(asked.header("Authorization"))
        if not asked.container:
            return self._of_account(asked, by_key)
        if not asked.blob:
            return self._of_container(asked, granted, by_key)
        return self._of_blob(asked, granted)

    def _of_blob(self, asked: Asked, granted: str) -> Answer:
        store = self.store
        with store.lock:
            there = store.account(asked.account).containers.get(asked.container)
            exists = there is not None and asked.blob in there.blobs
        copies = bool(asked.header("x-ms-copy-source"))
        match asked.method, asked.comp:
            case "GET", "":
                _allow(granted, "r")
                return reading.get_blob(asked, store)
            case "HEAD", "":
                _allow(granted, "r")
                return reading.get_properties(asked, store)
            case (("GET" | "HEAD"), "metadata"):
                _allow(granted, "r")
                return reading.get_properties(asked, store)
            case "GET", "pagelist":
                _allow(granted, "r")
                return reading.get_page_ranges(asked, store, self._listing)
            case "PUT", "" if copies:
                _allow(granted, "w" if exists else "cw")
                if asked.header("x-ms-requires-sync").lower() == "true":
                    raise Refused(501, "NotImplemented", "This server copies asynchronously only.")
                return self._copies.start(asked)
            case "PUT", "":
                _allow(granted, "w" if exists else "cw")
                return writing.put_blob(asked, store)
            case "PUT", "page":
                _allow(granted, "w")
                return writing.put_page(asked, store)
            case "PUT", "metadata":
                _allow(granted, "w")
                return writing.set_metadata(asked, store)
            case "PUT", "properties":
                _allow(granted, "w")
                return writing.set_properties(asked, store)
            case "PUT", "lease":
                breaks = asked.header("x-ms-lease-action").lower() == "break"
                _allow(granted, "wd" if breaks else "w")
                return self._lease(asked)
            case "PUT", "copy":
                _allow(granted, "w")
                return self._copies.abort(asked)
            case "DELETE", "":
                _allow(granted, "d")
                return writing.delete_blob(asked, store)
            case _:
                raise Refused(405, "UnsupportedHttpVerb", "The resource doesn't support specified Http Verb.")

    def _lease(self, asked: Asked) -> Answer:
        with self.store.lock:
            blob = self.store.blob(asked)
            return blob.lease.perform(asked, blob.version())

    def _of_container(self, asked: Asked, granted: str, by_key: bool) -> Answer:
        if asked.query.get("restype") != "container":
            raise Refused(
                400, "InvalidUri", "The requested URI does not represent any resource on the server."
            )
        if asked.method == "GET" and asked.comp == "list":
            _allow(granted if asked.query.get("sr", "c") == "c" else "", "l")
            return reading.list_blobs(asked, self.store)
        if not by_key:
            raise Refused(403, "AuthorizationPermissionMismatch")
        with self.store.lock:
            containers = self.store.account(asked.account).containers
            if asked.method == "PUT" and not asked.comp:
                if asked.container in containers:
                    raise Refused(409, "ContainerAlreadyExists", "The specified container already exists.")
                public = asked.header("x-ms-blob-public-access")
                if public and not self.store.account(asked.account).allows_public:
                    raise Refused(409, "PublicAccessNotPermitted")
                containers[asked.container] = Container(asked.container, public)
                return Answer(201, {"ETag": '"0x1"', "Last-Modified": self.store.clock.date()})
            container = self.store.container(asked)
            if asked.method in _READ and asked.comp in ("", "metadata"):
                access = {"x-ms-blob-public-access": container.public} if container.public else {}
                return Answer(200, {"ETag": '"0x1"', "Last-Modified": self.store.clock.date()} | access)
            if asked.method == "DELETE":
                del containers[asked.container]
                return Answer(202)
        raise Refused(405, "UnsupportedHttpVerb", "The resource doesn't support specified Http Verb.")

    def _of_account(self, asked: Asked, by_key: bool) -> Answer:
        if asked.method == "GET" and asked.comp == "list":
            if not by_key:
                raise Refused(403, "AuthorizationPermissionMismatch")
            return reading.list_containers(asked, self.store)
        raise Refused(400, "InvalidUri", "The requested URI does not represent any resource on the server.")

    def _check_public(self, asked: Asked) -> None:
        """Refuse a request without credentials as Azure does: what is private does not seem to be there."""
        if asked.method not in _READ:
            headers = {
                "WWW-Authenticate": "Bearer authorization_uri=https://127.0.0.1/ resource_id=https://127.0.0.1"
            }
            raise Refused(401, "NoAuthenticationInformation", headers=headers)
        if not self.store.account(asked.account).allows_public:
            raise Refused(409, "PublicAccessNotPermitted")
        if not self._is_public(asked):
            raise Refused(404, "ResourceNotFound")

    def _is_public(self, asked: Asked) -> str:
        with self.store.lock:
            container = self.store.account(asked.account).containers.get(asked.container)
        public = container.public if container is not None else ""
        return public if asked.blob or public == "container" else ""

    def blob(self, account: str, container: str, name: str) -> Blob | None:
        """A blob, for those who look without a request."""
        with self.store.lock:
            found = self.store.account(account).containers.get(container)
            return found.blobs.get(name) if found else None


def _check_version(asked: Asked) -> None:
    """Every request names its version; reading by a link may leave it to the link."""
    version = asked.header("x-ms-version")
    if not version:
        if asked.method in _READ:
            return
        raise missing_header("x-ms-version")
    if version not in authorisation.VERSIONS:
        raise bad_header("x-ms-version", version)


def _allow(granted: str, any_of: str) -> None:
    if not set(granted) & set(any_of):
        raise Refused(403, "AuthorizationPermissionMismatch")
