"""Step 8 (guide 6): the checklist before publishing, and the report of the whole journey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wizard.checks import checklist as checks
from wizard.messages import CHINESE, ENGLISH, Message, msg, plural
from wizard.redaction import MASK, Secret
from wizard.reports.summary import portal_address
from wizard.reports.writing import write_report as write
from wizard.results import Certification, ContainerAccess, SasLink, VhdBlob, WrittenReport
from wizard.step import Action, Check, Choice, File, Finding, Item, Option, Step, Text, Ticks
from wizard.view import Facts, Files, Link, Note, View

if TYPE_CHECKING:
    from wizard.reports.summary import JourneySummary
    from wizard.settings import Settings
    from wizard.tasks import Task

BOTH: Final = "both"
_ADDRESS: Final = msg("To enter in the publishing portal")
_LANGUAGES: Final = {CHINESE: (CHINESE,), ENGLISH: (ENGLISH,), BOTH: (CHINESE, ENGLISH)}


def checklist_items(
    evidence: Mapping[str, Finding],
    confirmations: Mapping[str, Any] | None,
    build_path: str | None,
    sas_link: SasLink | None,
    container_access: ContainerAccess | None,
    now: datetime,
) -> Sequence[Item]:
    """The lines of the checklist, each with its proof where earlier steps gave one."""
    return checks.items(
        checks.Known(evidence, confirmations or {}, build_path, sas_link, container_access, now)
    )


def write_report(
    summary: JourneySummary,
    report_language: str,
    report_folder: str,
    evidence: Mapping[str, Finding],
    confirmations: Mapping[str, Any] | None,
    vhd_blob: VhdBlob | None,
    sas_link: SasLink | None,
    container_access: ContainerAccess | None,
    certification: Certification | None,
    task: Task,
) -> Mapping[str, Any]:
    """Write the report of the journey as it stands, finished or not."""
    # All of this is in the summary already; it is named here so that the report goes stale when it changes.
    del evidence, confirmations, vhd_blob, sas_link, container_access, certification
    task.report(phase=msg("Writing the report"))
    return {"report": write(summary, Path(report_folder), _LANGUAGES.get(report_language, (ENGLISH,)))}


def still_missing(
    evidence: Mapping[str, Finding],
    confirmations: Mapping[str, Any] | None,
    build_path: str | None,
    sas_link: SasLink | None,
    container_access: ContainerAccess | None,
    now: datetime,
) -> Message | None:
    """How many items are still open."""
    known = checks.Known(evidence, confirmations or {}, build_path, sas_link, container_access, now)
    open_items = len(checks.open_items(known))
    return plural("{n} item is still open", "{n} items are still open", n=open_items) if open_items else None


def views(
    vhd_blob: VhdBlob | None,
    sas_link: SasLink | None,
    container_access: ContainerAccess | None,
    sas_uri: Secret | None,
    report: WrittenReport | None,
) -> Sequence[View]:
    """The address to enter in the portal, and the report's files."""
    shown: list[View] = []
    address = portal_address(vhd_blob, sas_link, container_access)
    if address is None:
        shown.append(Note(msg("There is no address yet that the publishing portal could read.")))
    elif address.is_sas:
        hint = None if sas_uri else msg("Open the step “SAS URI”: the whole link can be copied there.")
        shown.append(Link(_ADDRESS, f"{address.url}?{MASK}", sas_uri, hint))
    else:
        shown.append(Facts(_ADDRESS, ((msg("Address of the VHD file"), msg("{text}", text=address.url)),)))
    if report is not None:
        # Journeys are passed on: one that was edited must not offer a program to be opened.
        files = tuple(path for path in map(Path, report.paths) if path.suffix in (".md", ".json"))
        shown.append(Files(msg("The report"), files))
    return shown


def default_person(settings: Settings) -> str:
    """The name from the settings, else that of the computer's account."""
    return settings.signer


def default_folder(settings: Settings) -> str:
    """Beside the journeys."""
    return str(settings.journeys)


def default_language(language: str) -> str:
    """The language of the window."""
    return language


STEP: Final = Step(
    id="checklist",
    title=msg("Checklist and report"),
    guide="6",
    purpose=msg("See what is proven, confirm the rest, and write the report of this journey."),
    wants=("build_path", "vhd_blob", "certification", "container_access", "sas_link", "sas_uri"),
    inputs=(
        Text(
            "person",
            msg("Your name"),
            help=msg("It stands in the report beside what you confirm."),
            default=default_person,
            volatile=True,
        ),
        Ticks(
            "confirmations",
            msg("Before publishing"),
            help=msg("What earlier steps proved is ticked already. Make sure of the rest and tick it off."),
            items=checklist_items,
            signed_by="person",
        ),
        Choice(
            "report_language",
            msg("Language of the report"),
            default=default_language,
            options=(
                Option(CHINESE, msg("Chinese")),
                Option(ENGLISH, msg("English")),
                Option(BOTH, msg("Both, side by side")),
            ),
            volatile=True,
        ),
        File(
            "report_folder", msg("Folder of the report"), folder=True, default=default_folder, volatile=True
        ),
    ),
    actions=(Action("write_report", msg("Write the report"), write_report, gives=("report",), primary=True),),
    checks=(
        *(Check(item.id, item.label, checks.judge(item)) for item in checks.ITEMS),
        Check(
            "CRT-02", msg("The official Certification Test Tool failed no test"), checks.judge_certification
        ),
    ),
    checks_title=msg("Checklist of the guide"),
    auto_check=True,
    views=views,
    missing=still_missing,
    summary=lambda: msg("Everything is proven or confirmed; the report is written"),
)
