"""Guide section 6: what earlier steps proved, what a person confirmed, and what is still open (CHK-01 to CHK-11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from wizard.messages import Message, msg
from wizard.step import Finding, Item, Outcome, failed, passed, skipped, warning

if TYPE_CHECKING:
    from wizard.results import ContainerAccess, SasLink

NOT_LOOKED_INTO: Final = msg(
    "The wizard has not seen this inside the image: check the image first, or confirm it yourself."
)


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """A line of the guide's checklist. `rules` prove it where all of them passed, and refute it where one failed (RULES 8.3)."""

    id: str
    label: Message
    detail: Message | None = None
    rules: tuple[str, ...] = ()
    linux_only: bool = False


ITEMS: Final = (
    ChecklistItem("CHK-01", msg("The product is meant for production; it is no test or preview version")),
    ChecklistItem(
        "CHK-02", msg("The image is self-contained: everything the product needs is in it, clients included")
    ),
    ChecklistItem(
        "CHK-03",
        msg("It has no known defects, no malware and no viruses"),
        msg(
            "The wizard looks for some known defects inside the image, but not for malware: scan it, then confirm it."
        ),
        ("LIN-34", "LIN-36", "LIN-49", "WIN-07", "WIN-08", "WIN-20"),
    ),
    ChecklistItem(
        "CHK-04",
        msg("It was tested thoroughly: VMs made from it start, and the product works in them"),
        msg("This version of the wizard starts no VM itself: confirm it yourself."),
        ("TST-02", "TST-04", "TST-05", "LIN-44"),
    ),
    ChecklistItem(
        "CHK-05", msg("Linux: nobody can sign in as root"), NOT_LOOKED_INTO, ("LIN-17",), linux_only=True
    ),
    ChecklistItem(
        "CHK-06",
        msg("Linux: no user’s keys or passwords are in the image"),
        NOT_LOOKED_INTO,
        ("LIN-15", "LIN-16", "LIN-18"),
        linux_only=True,
    ),
    ChecklistItem(
        "CHK-07",
        msg("The product’s texts are ready: service ID, SKU, name, short and full description"),
        msg(
            "Name: up to 25 Chinese or 50 Latin characters. Short description: best up to 50 Chinese or "
            "100 Latin characters. These limits are of 2018; the publishing portal shows today’s."
        ),
    ),
    ChecklistItem("CHK-08", msg("Two logos are ready: PNG, 115 × 115 and 255 × 115 pixels")),
    ChecklistItem("CHK-09", msg("A product picture is ready: 533 × 324 pixels")),
    ChecklistItem("CHK-10", msg("The address of the VHD file is ready and works")),
    ChecklistItem("CHK-11", msg("After-sales service is arranged: whom customers reach, and when")),
)

# The address is proven by these; the other SAS rules may warn, but none may fail.
_SAS_PROVEN_BY: Final = ("SAS-01", "SAS-02", "SAS-03", "SAS-04", "SAS-05", "SAS-07", "SAS-11")
_SAS_RULES: Final = tuple(f"SAS-{number:02}" for number in range(1, 14))
_PUBLIC_LEVELS: Final = ("blob", "container")


@dataclass(frozen=True, slots=True)
class Known:
    """What the checklist judges by. `confirmations`: item id to {"by", "at"}; `build_path` None: not chosen yet."""

    evidence: Mapping[str, Finding]
    confirmations: Mapping[str, Any]
    build_path: str | None
    sas_link: SasLink | None
    container_access: ContainerAccess | None
    now: datetime


def applies(item: ChecklistItem, build_path: str | None) -> bool:
    """Whether the item is asked of this journey; Linux-only ones are left out where the image is known to be Windows."""
    return not (item.linux_only and build_path is not None and "windows" in build_path)


def items(known: Known) -> tuple[Item, ...]:
    """The lines to show, each with its proof where earlier steps gave one."""
    return tuple(
        Item(item.id, item.label, item.detail if proof is None else None, item.id, proof)
        for item in ITEMS
        if applies(item, known.build_path)
        for proof in (_proof(item, known),)
    )


def judge_item(item: ChecklistItem, known: Known) -> Finding:
    """Proven, confirmed by whom and when, still open, or refuted by an earlier step whatever was ticked."""
    if not applies(item, known.build_path):
        return skipped(msg("This is asked of Linux images only"))
    refuted = _refuted(item, known)
    if refuted is not None:
        return refuted
    proof = _proof(item, known)
    if proof is not None:
        return passed(proof, basis="proven")
    signed = known.confirmations.get(item.id)
    if isinstance(signed, Mapping):
        by, at = str(signed.get("by", "")), str(signed.get("at", ""))
        if by:
            return passed(
                msg("Confirmed by {person} on {time}", person=by, time=shown_time(at)),
                basis="confirmed",
                by=by,
                at=at,
            )
        return skipped(
            msg("Ticked off, but nobody’s name stands beside it"),
            msg("Enter your name, then take the tick back and set it again."),
            basis="open",
        )
    return skipped(
        msg("Not confirmed yet"), msg("Make sure of it, then tick it off in the list."), basis="open"
    )


def judge_certification(evidence: Mapping[str, Finding]) -> Finding:
    """CRT-02, as the certification step found it: one failed test of the official tool, and the image is not certified."""
    found = evidence.get("CRT-02")
    if found is None or found.outcome is Outcome.SKIPPED:
        return skipped(
            msg("The result of the Certification Test Tool is not recorded yet"),
            msg("Run the tool and record its verdicts in the step “Certification”."),
        )
    if found.outcome is Outcome.FAILED:
        cure = found.cure or msg("Correct the image and run the tool again.")
        return failed(found.reason, cure, **found.facts)
    if found.outcome is Outcome.WARNING and found.cure is not None:
        return warning(found.reason, found.cure, **found.facts)
    return passed(found.reason, **found.facts)


def open_items(known: Known) -> Sequence[ChecklistItem]:
    """The items that are neither proven nor confirmed, or are refuted."""
    return [
        item
        for item in ITEMS
        if applies(item, known.build_path) and judge_item(item, known).outcome is not Outcome.PASSED
    ]


def _proof(item: ChecklistItem, known: Known) -> Message | None:
    if item.id == "CHK-10":
        return _address_proof(known)
    rules = _rules(item, known)
    if rules and all(_outcome(known, rule) is Outcome.PASSED for rule in rules):
        return msg("Proven by {rules}", rules=rules)
    return None


def _refuted(item: ChecklistItem, known: Known) -> Finding | None:
    if item.id == "CHK-10":
        return _address_refuted(known)
    return _first_failed(_rules(item, known), known)


def _address_proof(known: Known) -> Message | None:
    """CHK-10: a SAS URI that keeps every rule and has not ended, or a container that everyone may read."""
    link = known.sas_link
    if (
        link is not None
        and known.now < _moment(link.expires, known.now)
        and _first_failed(_SAS_RULES, known) is None
        and all(_outcome(known, rule) is Outcome.PASSED for rule in _SAS_PROVEN_BY)
    ):
        return msg(
            "Proven: the SAS URI was tested without credentials and works until {time}",
            time=shown_time(link.expires),
        )
    if _is_public(known):
        return msg("Proven: everyone can read the VHD at its address, without a SAS URI")
    return None


def _address_refuted(known: Known) -> Finding | None:
    if _is_public(known):
        return None
    if known.sas_link is not None:
        if known.now >= _moment(known.sas_link.expires, known.now):
            return failed(
                msg("The SAS URI ended on {time}", time=shown_time(known.sas_link.expires)),
                msg("Create a new one in the step “SAS URI” and enter it in the publishing portal."),
                basis="refuted",
            )
        return _first_failed(_SAS_RULES, known)
    return None


def _is_public(known: Known) -> bool:
    access = known.container_access
    return (
        access is not None
        and access.level in _PUBLIC_LEVELS
        and access.account_allows_public is not False
        and _outcome(known, "ACC-01") is Outcome.PASSED
    )


def _rules(item: ChecklistItem, known: Known) -> tuple[str, ...]:
    """The item's rules for this operating system; LIN rules say nothing of Windows images, and the other way round."""
    other = "LIN-" if known.build_path is not None and "windows" in known.build_path else "WIN-"
    return tuple(rule for rule in item.rules if not rule.startswith(other))


def _first_failed(rules: Sequence[str], known: Known) -> Finding | None:
    for rule in rules:
        found = known.evidence.get(rule)
        if found is not None and found.outcome is Outcome.FAILED:
            return failed(
                msg("{rule} says otherwise: {reason}", rule=rule, reason=found.reason),
                found.cure or msg("Go back to that step and correct it."),
                basis="refuted",
                refuted_by=rule,
            )
    return None


def _outcome(known: Known, rule: str) -> Outcome | None:
    found = known.evidence.get(rule)
    return found.outcome if found is not None else None


def shown_time(iso: str) -> str:
    """A kept point in time as people read it: "2026-11-21 08:30 UTC"."""
    return f"{iso[:10]} {iso[11:16]} UTC" if len(iso) >= 16 else iso


def _moment(iso: str, unknown: datetime) -> datetime:
    """The point in time; `unknown` where it cannot be read, so that such a link counts as ended."""
    try:
        read = datetime.fromisoformat(iso)
    except ValueError:
        return unknown
    return read if read.tzinfo is not None else unknown


def judge(item: ChecklistItem) -> Callable[..., Finding]:
    """The item's judge, for a Check of the step."""

    def judged(
        evidence: Mapping[str, Finding],
        confirmations: Mapping[str, Any] | None,
        build_path: str | None,
        sas_link: SasLink | None,
        container_access: ContainerAccess | None,
        now: datetime,
    ) -> Finding:
        return judge_item(
            item, Known(evidence, confirmations or {}, build_path, sas_link, container_access, now)
        )

    return judged
