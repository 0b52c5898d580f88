"""What is known of a journey at this moment: answers, results, what is in reach of a step, and what has gone stale."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from wizard.core import answers, checking
from wizard.core.answers import answer_mark, fits, is_empty, same_mark
from wizard.core.once import Once
from wizard.core.reach import Supplier, call, wanted
from wizard.journeys.journey import Journey, StoredResult, mark
from wizard.messages import Message, msg
from wizard.redaction import Secret
from wizard.settings import Settings
from wizard.step import File, Finding, Input, Item, SecretText, Step, Ticks, Verdicts

if TYPE_CHECKING:
    from wizard.services.cloud import Cloud

# In reach of every step, but never something a result was "made from".
_ALWAYS: Final = ("cloud", "settings", "task", "language", "journey_name", "findings")
NOW: Final = "now"


class CloudNotReadyError(Exception):
    """The cloud was asked for before it was there (practice mode starts it beside the window)."""


class Knowledge:
    """Reads the journey for its steps. The lock guards the journey; it is never held while a step's function works."""

    def __init__(
        self,
        steps: Sequence[Step],
        journey: Journey,
        *,
        cloud: Cloud | None,
        settings: Settings,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.steps = tuple(steps)
        self.journey = journey
        self.cloud = cloud
        self.settings = settings
        self.clock = clock
        self.lock = threading.RLock()
        self.extras: dict[str, Supplier] = {}
        self.secret_results: dict[tuple[str, str], Secret] = {}
        self.secret_answers: dict[tuple[str, str], Secret] = {}
        self.observed: dict[str, Mapping[str, Any]] = {}
        self.file_marks: dict[str, str] = {}
        self.once = Once()
        self._by_id = {step.id: step for step in self.steps}
        self._givers: dict[str, tuple[Step, ...]] = {}
        for step in self.steps:
            for name in (*step.all_gives, *step.keeps):
                self._givers[name] = (*self._givers.get(name, ()), step)
        self._shares = {name: step for step in self.steps for name in step.shares}

    def step(self, step_id: str) -> Step:
        """The step of that id; raises KeyError."""
        return self._by_id[step_id]

    # Answers

    def answer_of(self, step_id: str, input_id: str) -> Any:
        """The person's answer, or the default; a Secret (or None) for a secret input. Not to be changed in place."""
        try:
            return self._answer(self.step(step_id), self.step(step_id).input(input_id))
        except CloudNotReadyError:
            return None

    def input_applies(self, step_id: str, input_id: str) -> bool:
        """Whether the input is asked for now; not where only the cloud could tell, and it is not there yet."""
        return self._applies(self.step(step_id), self.step(step_id).input(input_id)) is True

    def problem(self, step_id: str, input_id: str) -> Message | None:
        """What is wrong with the answer; None where nothing is, or where the input does not apply."""
        if not self.input_applies(step_id, input_id):
            return None
        return answers.problem(self.step(step_id).input(input_id), self.answer_of(step_id, input_id))

    def items(self, step_id: str, input_id: str) -> tuple[Item, ...]:
        """The lines of a list to tick off or to judge."""
        asked = self.step(step_id).input(input_id)
        if not isinstance(asked, Ticks | Verdicts):
            raise TypeError(f"{input_id} has no items")
        return tuple(
            call(asked.items, self.reach(self.step(step_id))) if callable(asked.items) else asked.items
        )

    # What is in reach

    def reach(self, step: Step, extra: Mapping[str, Any] | None = None) -> dict[str, Supplier]:
        """Everything a function of this step may ask for, by name; values are looked up only when asked for."""
        suppliers: dict[str, Supplier] = dict(self.extras)
        suppliers |= {
            "cloud": self._cloud,
            "settings": lambda: self.settings,
            "now": self.clock,
            "language": lambda: self.settings.language,
            "journey_name": lambda: self.journey.name,
            "evidence": lambda: self.evidence(step),
            "findings": lambda: checking.found(self, step),
        }
        for name in (*step.needs, *step.wants):
            suppliers[name] = partial(self.result, name)
        for name in (*step.all_gives, *step.keeps):
            suppliers[name] = partial(self.given, step, name)
        for asked in step.inputs:
            suppliers[asked.id] = partial(self._answer_in_reach, step.id, asked.id)
        for name, value in (extra or {}).items():
            suppliers[name] = partial(_same, value)
        return suppliers

    def result(self, name: str) -> Any:
        """The result of that name, or the shared answer; None where there is none.

        Of several steps that may give it, the one that did so last counts, as long as it is not skipped.
        """
        sharer = self._shares.get(name)
        if sharer is not None:
            return self._answer_in_reach(sharer.id, name)
        if name not in self._givers:
            stored = self.journey.results.get(name)
            return stored.value if stored is not None else None
        giver = self.giver(name)
        return self.given(giver, name) if self.skipped(giver) is None else None

    def given(self, step: Step, name: str) -> Any:
        """What this very step gave under that name, whoever gave it since; None where it did not."""
        secret = self.secret_results.get((step.id, name))
        if secret is not None:
            return secret
        stored = self._stored(step, name)
        return stored.value if stored is not None else None

    def giver(self, name: str) -> Step:
        """The step that gave the result which counts; where none did, the one that would; raises KeyError."""
        givers = self._givers[name]
        applying = [each for each in givers if len(givers) == 1 or self.skipped(each) is None]
        with self.lock:
            last = self.journey.results.get(name)
        if last is not None and self._maker(name, last) in applying:
            return self._maker(name, last)
        there = (each for each in applying if self.given(each, name) is not None)
        return next(there, applying[0] if applying else givers[0])

    def evidence(self, step: Step) -> dict[str, Finding]:
        """Every finding of the earlier steps that apply, where it is not stale, by its rule."""
        return self.once(("evidence", step.id), lambda: checking.evidence(self, step))

    def said(self, step: Step, function: Callable[..., Message | None] | None) -> Message | None:
        """What a function of the step has to say, if there is one; None as long as it needs a cloud that is not there."""
        if function is None:
            return None
        try:
            said: Message | None = call(function, self.reach(step))
        except CloudNotReadyError:
            return None
        return said

    def skipped(self, step: Step) -> Message | None:
        """Why the step does not apply; None where it does."""
        return self.said(step, step.skip)

    # Staleness

    def marks(self, step: Step, functions: Sequence[Callable[..., Any]]) -> dict[str, str]:
        """What these functions of the step read, and a mark of each value as it is now; of the time, the day (UTC)."""
        names = dict.fromkeys(name for function in functions for name in wanted(function))
        return {name: now for name in names if (now := self._mark(step, name)) is not None}

    def stale_result(self, name: str) -> Message | None:
        """Why the result no longer holds: what it was made from has changed since, or is stale itself."""
        return self.stale_given(self.giver(name), name) if name in self._givers else None

    def stale_given(self, step: Step, name: str) -> Message | None:
        """Why what this very step gave under that name no longer holds."""
        stored = self._stored(step, name)
        if stored is None:
            return None
        question = ("result", f"{step.id}.{name}")
        return self.once(question, lambda: self._changed(step, stored.made_from, own=False))

    def stale_findings(self, step: Step) -> Message | None:
        """Why what the step's checks found no longer holds."""
        stored = self.journey.findings.get(step.id)
        if stored is None:
            return None
        return self.once(("findings", step.id), lambda: self._changed(step, stored.made_from, own=True))

    def stale_because(self, step: Step) -> Message | None:
        """Why something of the step no longer holds; None where all does."""
        reasons = (self.stale_findings(step), *(self.stale_given(step, name) for name in step.all_gives))
        return next((reason for reason in reasons if reason is not None), None)

    def unmet(self, step: Step) -> Message | None:
        """What the step still needs from earlier ones; None where it has all."""
        for name in step.needs:
            reason = self._unmet(name)
            if reason is not None:
                return reason
        return None

    def has_failed(self, step: Step) -> bool:
        """Whether a check of the step that blocks failed (and the finding still holds)."""
        return checking.has_failed(self, step)

    def refresh_files(self, step: Step | None = None) -> bool:
        """Look at the files that were chosen, of one step or of all (long work); whether one is not as it was seen last."""
        chosen = {
            path
            for each in (self.steps if step is None else (step,))
            for asked in each.inputs
            if isinstance(asked, File) and not asked.folder
            for path in answers.paths(self.answer_of(each.id, asked.id))
        }
        seen = {path: answers.file_mark(path) for path in chosen}
        changed = any(self.file_marks.get(path) != now for path, now in seen.items())
        self.file_marks.update(seen)
        return changed

    def _maker(self, name: str, last: StoredResult) -> Step:
        """The step that gave the last result of that name; older files do not say which: there it was the first."""
        givers = self._givers[name]
        return next((each for each in givers if each.id == last.step), givers[0])

    def _stored(self, step: Step, name: str) -> StoredResult | None:
        """What this very step gave."""
        with self.lock:
            last = self.journey.results.get(name)
            if last is not None and self._maker(name, last) is step:
                return last
            return self.journey.set_aside.get(name, {}).get(step.id)

    def _cloud(self) -> Cloud:
        if self.cloud is None:
            raise CloudNotReadyError
        return self.cloud

    def _applies(self, step: Step, asked: Input) -> bool | None:
        """Whether the input is asked for; None where only the cloud could tell, and it is not there yet."""
        if asked.applies is None:
            return True
        try:
            return bool(call(asked.applies, self.reach(step)))
        except CloudNotReadyError:
            return None

    def _answer(self, step: Step, asked: Input) -> Any:
        """As `answer_of`; raises CloudNotReadyError where only the cloud could tell the default."""
        if isinstance(asked, SecretText):
            return self.secret_answers.get((step.id, asked.id))
        with self.lock:
            given = self.journey.answers.get(step.id, {}).get(asked.id)
        if given is not None and fits(asked, given):
            return given
        return call(asked.default, self.reach(step)) if callable(asked.default) else asked.default

    def _answer_in_reach(self, step_id: str, input_id: str) -> Any:
        return self.answer_of(step_id, input_id) if self.input_applies(step_id, input_id) else None

    def _mark(self, step: Step, name: str) -> str | None:
        """A mark of what the step reads under that name; None for what makes nothing stale, or cannot be told now."""
        if name in _ALWAYS or name in self.extras:
            return None
        if name == NOW:
            return f"{self.clock().astimezone(UTC):%Y-%m-%d}"
        if name == "evidence":
            return mark(sorted((rule, str(finding.outcome)) for rule, finding in self.evidence(step).items()))
        asked = next((each for each in step.inputs if each.id == name), None)
        if asked is not None:
            return self._answer_mark(step, asked)
        is_own = name in (*step.all_gives, *step.keeps)
        if not is_own and name not in (*step.needs, *step.wants):
            return None
        sharer = self._shares.get(name)
        if sharer is not None:
            return self._answer_mark(sharer, sharer.input(name))
        value = self.given(step, name) if is_own else self.result(name)
        return None if isinstance(value, Secret) else mark(value)

    def _answer_mark(self, step: Step, asked: Input) -> str | None:
        if asked.volatile or isinstance(asked, SecretText):
            return None
        applies = self._applies(step, asked)
        try:
            value = self._answer(step, asked) if applies else None
        except CloudNotReadyError:
            return None
        return answer_mark(asked, value, self.file_marks) if applies is not None else None

    def _changed(self, step: Step, made_from: Mapping[str, str], *, own: bool) -> Message | None:
        for name, then in made_from.items():
            now = self._mark(step, name)
            if now is None or same_mark(now, then):
                if name in (*step.needs, *step.wants) and self.stale_result(name) is not None:
                    return msg("{what} has to be done again first", what=self.giver(name).title)
                continue
            return self._what_changed(step, name, own=own)
        return None

    def _what_changed(self, step: Step, name: str, *, own: bool) -> Message:
        asked = next((each for each in step.inputs if each.id == name), None)
        if asked is not None:
            return msg("“{input}” has changed since", input=asked.label)
        if own and name in step.all_gives:
            return msg("Not checked since it was last done")
        if name == NOW:
            return msg("Last checked on another day; what depends on time may have changed")
        if name == "evidence":
            return msg("Something in an earlier step has changed since")
        owner = self.giver(name) if name in self._givers else self._shares.get(name)
        return msg("{step} has changed since", step=owner.title if owner else step.title)

    def _unmet(self, name: str) -> Message | None:
        sharer = self._shares.get(name)
        if sharer is not None:
            is_given = not is_empty(self.result(name)) and self.problem(sharer.id, name) is None
            return None if is_given else msg("First: {step}", step=sharer.title)
        giver = self.giver(name)
        if self.result(name) is None:
            return msg("First: {step}", step=giver.title)
        if self.stale_result(name) is not None:
            return msg("{what} has to be done again first", what=giver.title)
        if giver.blocking and self.has_failed(giver):
            return msg("{step} has problems to be solved first", step=giver.title)
        return None


def _same(value: Any) -> Any:
    return value
