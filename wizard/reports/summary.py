"""A journey as a report tells it: every step with its state, its findings, who confirmed what, and nothing secret."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import wizard
from wizard.core.reach import wanted
from wizard.journeys.journey import iso
from wizard.messages import Message, msg
from wizard.redaction import Secret, redact
from wizard.reports.words import file_name
from wizard.results import ContainerAccess, SasLink, VhdBlob
from wizard.step import (
    Choice,
    File,
    Finding,
    Input,
    Item,
    Number,
    Outcome,
    State,
    Step,
    Text,
    Ticks,
    Verdicts,
    YesNo,
    worst,
)

if TYPE_CHECKING:
    from wizard.core.engine import Engine

PRACTICE: Final = "practice"

# A report is handed on. Only these one-line answers are printed; any other text a person typed stays in the journey.
SAFE_TEXTS: Final = frozenset({"blob_name", "key_account"})

# The report itself is no part of what it reports.
_LEFT_OUT: Final = frozenset({"report"})


@dataclass(frozen=True, slots=True)
class CheckSummary:
    """A check and what it found; `stale`: something it read has changed since."""

    title: Message
    finding: Finding
    stale: bool = False


@dataclass(frozen=True, slots=True)
class ConfirmedItem:
    """A line of a list: proven, or ticked off by whom and when (ISO 8601 UTC), or neither."""

    rule: str
    label: Message
    proof: Message | None = None
    by: str = ""
    at: str = ""

    @property
    def is_settled(self) -> bool:
        """Whether it is proven or confirmed."""
        return self.proof is not None or bool(self.at)


@dataclass(frozen=True, slots=True)
class TestVerdict:
    """A test of the official tool and the verdict that the person read off (None: none yet)."""

    rule: str
    label: Message
    verdict: Outcome | None


@dataclass(frozen=True, slots=True)
class StepSummary:
    """One step. `why` is its second line, `checked` when its checks ran (ISO 8601 UTC, "" where they did not)."""

    id: str
    guide: str
    title: Message
    state: State
    why: Message | None = None
    answers: tuple[tuple[Message, Message], ...] = ()
    checks: tuple[CheckSummary, ...] = ()
    confirmed: tuple[ConfirmedItem, ...] = ()
    verdicts: tuple[TestVerdict, ...] = ()
    results: Mapping[str, Any] | None = None
    checked: str = ""

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to do in it; warnings are allowed."""
        return self.state in (State.DONE, State.SKIPPED, State.WARNING)


@dataclass(frozen=True, slots=True)
class PortalAddress:
    """What belongs into the portal's field for the VHD. `url` has no signature; `ends` is ISO 8601 UTC, "" for a public address."""

    url: str
    is_sas: bool
    ends: str = ""


@dataclass(frozen=True, slots=True)
class JourneySummary:
    """Everything a report says. Times are ISO 8601 UTC."""

    name: str
    id: str
    cloud: str
    created: str
    written: str
    steps: tuple[StepSummary, ...]
    address: PortalAddress | None = None
    wizard_version: str = wizard.__version__
    system: str = ""

    @property
    def is_practice(self) -> bool:
        """Whether nothing of this journey has happened in Azure."""
        return self.cloud == PRACTICE

    @property
    def unfinished(self) -> tuple[StepSummary, ...]:
        """The steps in which something is left to do or wrong."""
        return tuple(step for step in self.steps if not step.is_finished)


def summarise(engine: Engine) -> JourneySummary:
    """The journey as it stands now. Quick: it looks at nothing outside the journey."""
    journey = engine.journey
    return JourneySummary(
        name=redact(journey.name),
        id=journey.id,
        cloud=journey.cloud,
        created=journey.created,
        written=iso(engine.clock()),
        steps=tuple(_step(engine, step) for step in engine.steps),
        address=portal_address(
            *(_holding(engine, name) for name in ("vhd_blob", "sas_link", "container_access"))
        ),
        system=f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
    )


def portal_address(
    vhd_blob: VhdBlob | None, sas_link: SasLink | None, container_access: ContainerAccess | None
) -> PortalAddress | None:
    """The SAS URI where there is one; else the blob's own address where everyone may read it; else nothing yet."""
    if sas_link is not None:
        return PortalAddress(redact(sas_link.url), True, sas_link.expires)
    if vhd_blob is not None and container_access is not None and container_access.level != "private":
        return PortalAddress(redact(vhd_blob.url), False)
    return None


def _holding(engine: Engine, name: str) -> Any:
    """A result that still holds; None where there is none or it is stale."""
    return None if engine.stale_result(name) is not None else engine.result(name)


def _step(engine: Engine, step: Step) -> StepSummary:
    status = engine.status(step.id)
    checks = _checks(engine, step)
    stored = engine.journey.findings.get(step.id)
    summary = StepSummary(
        id=step.id,
        guide=step.guide,
        title=step.title,
        state=status.state,
        why=status.why,
        answers=tuple(
            (asked.label, said)
            for asked in step.inputs
            if not asked.volatile and engine.input_applies(step.id, asked.id)
            for said in (_answer(engine, step, asked),)
            if said is not None
        ),
        checks=checks,
        confirmed=tuple(
            item
            for asked in step.inputs
            if isinstance(asked, Ticks)
            for item in _confirmed(engine, step, asked)
        ),
        verdicts=tuple(
            test
            for asked in step.inputs
            if isinstance(asked, Verdicts)
            for test in _verdicts(engine, step, asked)
        ),
        results={
            name: value
            for name in step.all_gives
            for value in (engine.given(step, name),)
            if name not in _LEFT_OUT and value is not None and not isinstance(value, Secret)
        },
        checked=stored.at if stored is not None else "",
    )
    return _settled(engine, summary) if _LEFT_OUT.intersection(step.all_gives) else summary


def _settled(engine: Engine, step: StepSummary) -> StepSummary:
    """The step that writes this report, as it will stand when it is written."""
    found = worst([check.finding.outcome for check in step.checks])
    why = engine.missing(step.id)
    if found is Outcome.FAILED:
        return replace(step, state=State.FAILED, why=why)
    if why is not None:
        return replace(step, state=State.READY, why=why)
    return replace(step, state=State.WARNING if found is Outcome.WARNING else State.DONE, why=None)


def _checks(engine: Engine, step: Step) -> tuple[CheckSummary, ...]:
    """What the checks found; those that only judge what is known already are judged anew, so that they are never stale."""
    if step.auto_check and step.observe is None and engine.unmet(step) is None:
        reach = engine.reach(step)
        return tuple(
            CheckSummary(check.title, check.finding(**{name: reach[name]() for name in wanted(check.judge)}))
            for check in step.checks
        )
    return tuple(
        CheckSummary(row.check.title, row.finding, row.stale)
        for row in engine.rows(step.id)
        if row.finding is not None
    )


def _answer(engine: Engine, step: Step, asked: Input) -> Message | None:
    """The answer in words, by a whitelist: what is not known to be harmless is left out."""
    value = engine.answer_of(step.id, asked.id)
    if value is None or value == "" or value == []:
        return None
    if isinstance(asked, Choice):
        chosen = next(
            (option.label for option in engine.options(step.id, asked.id) or () if option.value == value),
            None,
        )
        return chosen or _plain(str(value))
    if isinstance(asked, File):
        paths = value if isinstance(value, list | tuple) else [value]
        return None if asked.folder else _plain(", ".join(file_name(str(path)) for path in paths))
    if isinstance(asked, YesNo):
        return msg("yes") if value else msg("no")
    if isinstance(asked, Number) and asked.unit is not None:
        return msg("{number} {unit}", number=str(value), unit=asked.unit)
    if isinstance(asked, Number) or (isinstance(asked, Text) and asked.id in SAFE_TEXTS):
        return _plain(str(value))
    return None


def _confirmed(engine: Engine, step: Step, asked: Ticks) -> tuple[ConfirmedItem, ...]:
    ticks = _by_item(engine, step, asked)

    def confirmed(item: Item) -> ConfirmedItem:
        tick = ticks.get(item.id)
        signed = tick if isinstance(tick, Mapping) else {}
        by, at = redact(str(signed.get("by", ""))), str(signed.get("at", ""))
        return ConfirmedItem(item.rule, item.label, item.proof, by, at)

    return tuple(map(confirmed, engine.items(step.id, asked.id)))


def _verdicts(engine: Engine, step: Step, asked: Verdicts) -> tuple[TestVerdict, ...]:
    given = _by_item(engine, step, asked)
    outcomes = {outcome.value: outcome for outcome in Outcome}
    return tuple(
        TestVerdict(item.rule, item.label, outcomes.get(str(given.get(item.id))))
        for item in engine.items(step.id, asked.id)
    )


def _by_item(engine: Engine, step: Step, asked: Ticks | Verdicts) -> Mapping[str, Any]:
    """The answer by item; empty where the journey's file holds something else there."""
    answer = engine.answer_of(step.id, asked.id)
    return answer if isinstance(answer, Mapping) else {}


def _plain(text: str) -> Message:
    return msg("{text}", text=redact(text))
