"""Whether a cloud can be reached from here, how far the clock is off, and through which proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.errors import WizardError
from wizard.messages import msg
from wizard.services.azure_errors import azure_errors
from wizard.services.cloud_errors import seconds_ahead, server_time
from wizard.services.error_texts import Where
from wizard.services.records import NetworkLook
from wizard.services.web import CONNECT_WITHIN

if TYPE_CHECKING:
    from wizard.services.web import Web
    from wizard.tasks import Task


def look(url: str, web: Web, task: Task) -> NetworkLook:
    """Ask the address anything, without credentials: every answer, also a refusal, shows that it can be reached."""
    host = url.partition("://")[2].partition("/")[0]
    task.report(phase=msg("Trying to reach {host}", host=host))
    proxy = web.proxy_for(url)
    try:
        with azure_errors(Where(host=host)), web.session() as session:
            limits = (CONNECT_WITHIN, CONNECT_WITHIN)
            # The head of the answer is enough.
            answer = session.get(url, timeout=limits, allow_redirects=False, stream=True)
    except WizardError as error:
        return NetworkLook(url, reachable=False, proxy=proxy, error=error.what, cure=error.cure)
    return NetworkLook(
        url,
        reachable=True,
        proxy=proxy,
        server_time=server_time(answer.headers),
        seconds_off=seconds_ahead(answer.headers),
    )
