"""How requests to the Resource Manager are signed. The practice cloud has a token of its own and speaks plain http."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from azure.core.credentials import AccessToken
from azure.core.pipeline.policies import SansIOHTTPPolicy

from wizard.redaction import Secret
from wizard.services.web import is_loopback

if TYPE_CHECKING:
    from azure.core.pipeline import PipelineRequest
    from azure.core.pipeline.transport import HttpRequest

_AN_HOUR = 3600


class PracticeCredential:
    """The practice cloud's token, which lives as long as that cloud runs."""

    def __init__(self, token: Secret) -> None:
        self._token = token

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:  # noqa: ARG002  (the SDK's signature)
        """The token, for whatever it is asked for."""
        return AccessToken(self._token.reveal(), int(time.time()) + _AN_HOUR)


class LoopbackTokenPolicy(SansIOHTTPPolicy[Any, Any]):
    """Puts the token into requests to this computer, also over http; every other address is refused."""

    def __init__(self, credential: PracticeCredential) -> None:
        self._credential = credential

    def on_request(self, request: PipelineRequest[HttpRequest]) -> None:
        """Sign the request; raises ValueError for an address that is not this computer's."""
        if not is_loopback(urlsplit(request.http_request.url).hostname):
            raise ValueError("The practice token is for this computer alone")
        request.http_request.headers["Authorization"] = f"Bearer {self._credential.get_token().token}"
