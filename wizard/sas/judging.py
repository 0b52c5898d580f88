"""Applies the SAS rules to a link of which nothing is known but itself, as `image-wizard check sas` does."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from wizard.checks.sas import CHECKS
from wizard.core.reach import wanted
from wizard.disk.vhd_footer import Footer
from wizard.errors import WizardError
from wizard.sas.limits import sas_limits
from wizard.sas.uri import SasUri
from wizard.services.anonymous import probe_sas
from wizard.services.endpoints import AZURE_CHINA, Endpoints, practice_endpoints
from wizard.step import Finding

if TYPE_CHECKING:
    from wizard.services.anonymous import SasProbe
    from wizard.settings import Settings
    from wizard.tasks import Task


def try_sas(
    sas: SasUri, task: Task, settings: Settings | None = None, endpoints: Endpoints | None = None
) -> tuple[SasProbe | None, WizardError | None]:
    """What the server says to the link without credentials, or why it could not be reached.

    Nothing is sent where the link names no VHD, or a host that serves no blobs of this cloud: that alone is a finding.
    """
    if not sas.blob or not (endpoints or endpoints_of(sas)).is_blob_host(sas.host):
        return None, None
    try:
        return probe_sas(sas.mended, task, settings), None
    except WizardError as error:
        return None, error


def judge_sas(
    sas: SasUri, now: datetime, probe: SasProbe | None = None, unreached: WizardError | None = None
) -> tuple[Finding, ...]:
    """Every SAS rule's finding at the moment `now`; without a probe the rules that need the server are skipped."""
    in_reach = {
        "sas": sas,
        "now": now,
        "probe": probe,
        "unreached": unreached,
        "footer": footer_of(probe),
        "endpoints": endpoints_of(sas),
        "limits": sas_limits(),
        "created": None,
        "account_facts": None,
        "vhd_blob": None,
    }
    return tuple(check.finding(**{name: in_reach[name] for name in wanted(check.judge)}) for check in CHECKS)


def footer_of(probe: SasProbe | None) -> Footer | None:
    """The footer that the probe read, None where it read none."""
    return Footer.parse(probe.footer) if probe is not None and probe.footer else None


def endpoints_of(sas: SasUri) -> Endpoints:
    """The cloud that a link can only be meant for: practice on this computer, else Azure China."""
    return practice_endpoints(f"{sas.scheme}://{sas.host}") if sas.on_this_computer else AZURE_CHINA
