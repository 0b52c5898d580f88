"""The report for people, as Markdown: in one language, or in both side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from wizard.checks.checklist import shown_time
from wizard.messages import Message, msg
from wizard.redaction import redact
from wizard.reports.facts import facts
from wizard.reports.summary import CheckSummary, ConfirmedItem, JourneySummary, StepSummary
from wizard.reports.words import OUTCOMES, PRACTICE, PRE_CHECK, RUN_INSIDE, SIGNS, STATES, shown
from wizard.step import Outcome
from wizard.where import Where

_SPECIAL: Final = re.compile(r"([\\`*\[\]|])")


def markdown(summary: JourneySummary, languages: Sequence[str]) -> str:
    """The report; `languages` are one or more of wizard.messages.LANGUAGES, in the order in which they are to stand."""
    voice = _Voice(languages)
    lines = [
        *_head(summary, voice),
        *_verdict(summary, voice),
        *_address(summary, voice),
        *_overview(summary, voice),
    ]
    for number, step in enumerate(summary.steps, 1):
        lines += _step(number, step, voice)
    return redact("\n".join(lines).rstrip()) + "\n"


class _Voice:
    """Says a sentence in each of the report's languages: beside each other in a heading, below each other in a cell."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._languages = tuple(languages)

    def heading(self, message: Message) -> str:
        return " · ".join(self._each(message))

    def cell(self, message: Message | None) -> str:
        return "" if message is None else "<br>".join(self._each(message))

    def paragraphs(self, message: Message, prefix: str = "") -> list[str]:
        lines: list[str] = []
        for text in self._each(message):
            lines += [f"{prefix}{text}", prefix.rstrip()]
        return lines

    def table(self, head: Iterable[Message], rows: Iterable[Sequence[str]]) -> list[str]:
        names = [self.cell(name) for name in head]
        lines = [f"| {' | '.join(names)} |", f"|{' --- |' * len(names)}"]
        lines += [f"| {' | '.join(row)} |" for row in rows]
        return [*lines, ""]

    def _each(self, message: Message) -> tuple[str, ...]:
        # Names and figures are the same in every language and stand once.
        return tuple(dict.fromkeys(_escape(shown(message, language)) for language in self._languages))


def _escape(text: str) -> str:
    """The text as Markdown that shows it as it is, on one line."""
    plain = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(r"\\\1", plain)


def _headed(title: Message, voice: _Voice) -> list[str]:
    """A section's first lines. The sentence is not written inside an f-string: there the extraction misses it."""
    return [f"## {voice.heading(title)}", ""]


def _head(summary: JourneySummary, voice: _Voice) -> list[str]:
    title = (
        msg("PRACTICE report: {journey}", journey=summary.name)
        if summary.is_practice
        else msg("Report: {journey}", journey=summary.name)
    )
    lines = [f"# {voice.heading(title)}", ""]
    if summary.is_practice:
        lines += [f"> **{text}**\n>" for text in voice.paragraphs(PRACTICE) if text]
        lines[-1] = lines[-1].removesuffix("\n>")
        lines.append("")
    rows = (
        (msg("Cloud"), _plain(summary.cloud)),
        (msg("Journey begun"), _plain(shown_time(summary.created))),
        (msg("Report written"), _plain(shown_time(summary.written))),
        (msg("Marketplace Image Wizard"), _plain(f"{summary.wizard_version} ({summary.system})")),
        (msg("Journey ID"), _plain(summary.id)),
    )
    return [*lines, *_pairs(rows, voice)]


def _verdict(summary: JourneySummary, voice: _Voice) -> list[str]:
    unfinished = summary.unfinished
    lines = _headed(msg("Where it stands"), voice)
    if unfinished:
        lines += voice.paragraphs(msg("This journey is not finished. Still missing:"))
        lines += voice.table(
            (msg("Step"), msg("State"), msg("Why")),
            (
                (voice.cell(step.title), voice.cell(STATES[step.state]), voice.cell(step.why))
                for step in unfinished
            ),
        )
    else:
        lines += voice.paragraphs(
            msg("Every step is done and every item of the checklist is proven or confirmed.")
        )
    return lines + voice.paragraphs(PRE_CHECK)


def _address(summary: JourneySummary, voice: _Voice) -> list[str]:
    lines = _headed(msg("Address to enter in the publishing portal"), voice)
    address = summary.address
    if address is None:
        return lines + voice.paragraphs(msg("There is no address yet that the publishing portal could read."))
    lines += [f"`{address.url}`", ""]
    if summary.is_practice:
        return lines + voice.paragraphs(
            msg("This address is in the practice cloud on this computer: no portal reads it.")
        )
    if not address.is_sas:
        return lines + voice.paragraphs(msg("The container is public: the address works as it is."))
    return lines + voice.paragraphs(
        msg(
            "This is not the whole link: its signature is a key and stands in no report. Copy the whole link in the "
            "step “SAS URI”. It works until {time}.",
            time=shown_time(address.ends),
        )
    )


def _overview(summary: JourneySummary, voice: _Voice) -> list[str]:
    lines = _headed(msg("The steps"), voice)
    return lines + voice.table(
        (msg("No."), msg("Step"), msg("Guide"), msg("State")),
        (
            (str(number), voice.cell(step.title), step.guide, voice.cell(STATES[step.state]))
            for number, step in enumerate(summary.steps, 1)
        ),
    )


def _step(number: int, step: StepSummary, voice: _Voice) -> list[str]:
    lines = [f"### {number}. {voice.heading(step.title)}", ""]
    remark = ((msg("Remark"), step.why),) if step.why is not None else ()
    lines += _pairs(
        ((msg("State"), STATES[step.state]), *remark, *step.answers, *facts(step.results or {})), voice
    )
    return [*lines, *_checks(step, voice), *_confirmed(step, voice), *_verdicts(step, voice)]


def _checks(step: StepSummary, voice: _Voice) -> list[str]:
    def row(check: CheckSummary) -> tuple[str, ...]:
        finding = check.finding
        seen = finding.reason
        if check.stale:
            seen = msg("{reason} (something has changed since)", reason=seen)
        result = f"{SIGNS[finding.outcome]} {voice.cell(OUTCOMES[finding.outcome])}"
        return finding.rule, voice.cell(check.title), result, voice.cell(seen), voice.cell(finding.cure)

    head = (msg("Rule"), msg("Check"), msg("Result"), msg("What was seen"), msg("What to do"))
    if not step.checks:
        return []
    lines = voice.table(head, map(row, step.checks))
    for check in step.checks:
        lines += _places_and_commands(check, voice)
    return lines


def _places_and_commands(check: CheckSummary, voice: _Voice) -> list[str]:
    """Below the table, for what failed or warned: where it was seen, and the cure to copy."""
    finding = check.finding
    if finding.outcome not in (Outcome.FAILED, Outcome.WARNING) or not (finding.seen_at or finding.commands):
        return []
    lines = [f"**{finding.rule}** {voice.heading(check.title)}", ""]
    if finding.seen_at:
        lines += [*voice.paragraphs(msg("Seen at:")), *_verbatim(map(_place, finding.seen_at))]
    if finding.commands:
        lines += [*voice.paragraphs(RUN_INSIDE), *_verbatim(finding.commands)]
    return lines


def _place(seen: Where) -> str:
    """As grep and compilers write it, which is the same in every language."""
    place = f"{seen.path}:{seen.line}" if seen.line else seen.path
    return f"{place}: {seen.text}" if seen.text else place


def _verbatim(texts: Iterable[str]) -> list[str]:
    """The lines as they are; the fence is longer than any that they hold."""
    lines = [line for text in texts for line in text.splitlines()]
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [fence, *lines, fence, ""]


def _confirmed(step: StepSummary, voice: _Voice) -> list[str]:
    judged = [check.title for check in step.checks]  # the checklist's checks tell already who confirmed what
    rows = [
        (item.rule, voice.cell(item.label), voice.cell(_settled(item)))
        for item in step.confirmed
        if item.label not in judged
    ]
    return voice.table((msg("Rule"), msg("Item"), msg("Confirmed")), rows) if rows else []


def _verdicts(step: StepSummary, voice: _Voice) -> list[str]:
    if not any(test.verdict for test in step.verdicts):
        return []
    return voice.table(
        (msg("Rule"), msg("Test of the official tool"), msg("Verdict read off")),
        (
            (
                test.rule,
                voice.cell(test.label),
                voice.cell(OUTCOMES[test.verdict] if test.verdict else msg("none")),
            )
            for test in step.verdicts
        ),
    )


def _settled(item: ConfirmedItem) -> Message:
    if item.proof is not None:
        return item.proof
    if not item.at:
        return msg("not yet")
    return (
        msg("{person}, {time}", person=item.by, time=shown_time(item.at))
        if item.by
        else _plain(shown_time(item.at))
    )


def _pairs(rows: Iterable[tuple[Message, Message]], voice: _Voice) -> list[str]:
    pairs = [(voice.cell(name), voice.cell(value)) for name, value in rows]
    return voice.table((msg("What"), msg("Value")), pairs) if pairs else []


def _plain(text: str) -> Message:
    return msg("{text}", text=text)
