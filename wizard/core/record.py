"""Writes into the journey: answers, results, findings. Only what can be kept and read again gets in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from wizard import results
from wizard.core.answers import fits
from wizard.core.knowledge import Knowledge
from wizard.journeys.journey import Journey, StoredFindings, StoredResult, iso, mark
from wizard.journeys.journey_format import DamagedJourney, decode, encode
from wizard.messages import Message
from wizard.redaction import Secret
from wizard.settings import Settings
from wizard.step import Action, Finding, SecretText, Step, Ticks

if TYPE_CHECKING:
    from wizard.services.cloud import Cloud

_log: Final = logging.getLogger(__name__)


class Record(Knowledge):
    """The only writer of a journey. Listeners are told, and the journey is saved, whenever something has changed."""

    def __init__(
        self,
        steps: Sequence[Step],
        journey: Journey,
        *,
        cloud: Cloud | None,
        settings: Settings,
        save: Callable[[Journey], None],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(steps, journey, cloud=cloud, settings=settings, clock=clock)
        self.read_only: Message | None = None
        self._save = save
        self._listeners: list[Callable[[], None]] = []

    def listen(self, callback: Callable[[], None]) -> None:
        """Call back whenever something has changed; from any thread, so be quick."""
        self._listeners.append(callback)

    def changed(self) -> None:
        """Tell the listeners that something has changed. One that raises is logged, and the work goes on."""
        for listener in tuple(self._listeners):
            try:
                listener()
            except Exception:
                _log.exception("A listener of the journey failed")

    def refresh_files(self, step: Step | None = None) -> bool:
        """As `Knowledge.refresh_files`; the listeners are told where a file is not as it was seen last."""
        changed = super().refresh_files(step)
        if changed:
            self.changed()
        return changed

    # Answers

    def answer(self, step_id: str, input_id: str, value: Any) -> None:
        """Take a person's answer; None takes it back. A secret one is kept for this session only.

        Raises TypeError where the input asks for another kind of value.
        """
        with self.lock:
            is_new = self._take(step_id, input_id, value)
        if is_new:
            self._answer_changed(step_id)
            self._written()

    def tick(self, step_id: str, input_id: str, item_id: str, ticked: bool) -> None:
        """Tick an item off, signed with the person's name and the time (ISO 8601 UTC), or take the tick back."""
        asked = self.step(step_id).input(input_id)
        signer = asked.signed_by if isinstance(asked, Ticks) else None
        by = str(self.answer_of(step_id, signer) or "") if signer else self.settings.signer
        with self.lock:
            ticks = dict(self.answer_of(step_id, input_id) or {})
            if ticked:
                ticks[item_id] = {"by": by, "at": iso(self.clock())}
            else:
                ticks.pop(item_id, None)
            is_new = self._take(step_id, input_id, ticks)
        if is_new:
            self._answer_changed(step_id)
            self._written()

    def is_ticked(self, step_id: str, input_id: str, item_id: str) -> bool:
        """Whether the person ticked the item off (a proof is not asked here)."""
        return item_id in (self.answer_of(step_id, input_id) or {})

    # Results and findings

    def keep_results(
        self, step: Step, action: Action, given: Mapping[str, Any], made_from: Mapping[str, str]
    ) -> None:
        """Keep what an action gave and set; raises LookupError or TypeError for what it may not give.

        What is made from unfinished work (`Step.keeps`) is made from what that was begun with.
        """
        unknown = set(given) - set(action.gives) - set(action.sets) - set(step.keeps)
        if unknown:
            raise LookupError(f"{step.id}.{action.id} gave {sorted(unknown)} without saying so")
        sets = {name: value for name, value in given.items() if name in action.sets}
        gives = {name: value for name, value in given.items() if name not in action.sets}
        for name, value in sets.items():
            _must_fit(step, name, value)
        stored = self._checked(gives)
        taken_back = {
            name for name, value in gives.items() if value is None and self.given(step, name) is not None
        }
        with self.lock:
            for name, value in sets.items():
                self._take(step.id, name, value)
        begun = [self._stored(step, name) for name in step.keeps if name in made_from]
        made_from = {name: each for name, each in made_from.items() if name not in step.keeps}
        for work in begun:
            made_from |= work.made_from if work is not None else {}
        # An answer that the action had read and has now set itself is no change since.
        now = {name: self._mark(step, name) for name in sets if name in made_from}
        with self.lock:
            self._put(
                step,
                gives,
                stored,
                made_from | {name: each for name, each in now.items() if each is not None},
            )
            found = self.journey.findings.get(step.id)
            if found is not None and taken_back & found.made_from.keys():
                del self.journey.findings[step.id]  # there is nothing any more that they could be about
        self._written()

    def keep_findings(
        self,
        step: Step,
        found: tuple[Finding, ...],
        observed: Mapping[str, Any],
        made_from: Mapping[str, str],
        results_made_from: Mapping[str, str],
    ) -> None:
        """Keep what the checks of a step found and what was observed for them; raises TypeError for what cannot be kept."""
        gives = {name: observed.get(name) for name in step.gives}
        # What the observation itself gave is new now: the findings are made from it as it is kept.
        made_from = dict(made_from) | {
            name: mark(value)
            for name, value in gives.items()
            if name in made_from and not isinstance(value, Secret)
        }
        stored = self._checked(gives)
        findings = StoredFindings(found, made_from, iso(self.clock()))
        _must_come_back(Journey("", "", findings={step.id: findings}))
        with self.lock:
            self.observed[step.id] = observed
            self._put(step, gives, stored, results_made_from)
            self.journey.findings[step.id] = findings
        self._written()

    # Inside

    def _answer_changed(self, step_id: str) -> None:
        """An answer of the step has changed; for whoever remembers more of it."""

    def _take(self, step_id: str, input_id: str, value: Any) -> bool:
        """Take an answer over, a secret one for this session only; whether it is another than before. The lock is held."""
        step = self.step(step_id)
        _must_fit(step, input_id, value)
        if isinstance(step.input(input_id), SecretText):
            return self._take_secret(step_id, input_id, value)
        answers = self.journey.answers.setdefault(step_id, {})
        plain = results.to_json(value)
        if answers.get(input_id) == plain:
            return False
        if plain is None:
            del answers[input_id]
        else:
            answers[input_id] = plain
        return True

    def _take_secret(self, step_id: str, input_id: str, value: Any) -> bool:
        secret = value if isinstance(value, Secret) else Secret(value or "")
        if secret == self.secret_answers.get((step_id, input_id), Secret("")):
            return False
        if secret:
            self.secret_answers[step_id, input_id] = secret
        else:
            del self.secret_answers[step_id, input_id]
        return True

    def _checked(self, gives: Mapping[str, Any]) -> dict[str, Any]:
        """Those of the results that outlive the session; raises TypeError where one is not what its name says."""
        kept = {
            name: value
            for name, value in gives.items()
            if value is not None and not isinstance(value, Secret)
        }
        for name, value in kept.items():
            if not isinstance(value, results.TYPES.get(name, ())):
                raise TypeError(f"{type(value).__name__} is no {name}")
        _must_come_back(
            Journey("", "", results={name: StoredResult(value, {}, "") for name, value in kept.items()})
        )
        return kept

    def _put(
        self, step: Step, gives: Mapping[str, Any], kept: Mapping[str, Any], made_from: Mapping[str, str]
    ) -> None:
        """Put results in the place of those that the step gave before; None takes one away. The lock is held."""
        now = iso(self.clock())
        for name, value in gives.items():
            self._take_away(step, name)
            if name in kept:
                self.journey.results[name] = StoredResult(value, made_from, now, step.id)
            elif value is not None:
                self.secret_results[step.id, name] = value

    def _take_away(self, step: Step, name: str) -> None:
        """Forget what the step gave under that name; what another step gave last is set aside. The lock is held."""
        self.secret_results.pop((step.id, name), None)
        last = self.journey.results.pop(name, None)
        aside = self.journey.set_aside.pop(name, {})
        if last is not None:
            maker = self._maker(name, last)
            aside[maker.id] = replace(last, step=maker.id)
        aside.pop(step.id, None)
        if aside:
            self.journey.set_aside[name] = aside

    def _written(self) -> None:
        if self.read_only is None:
            with self.lock:
                self._save(self.journey)
        self.changed()


def _must_fit(step: Step, input_id: str, value: Any) -> None:
    """Raise TypeError where the value is no answer to the input."""
    asked = step.input(input_id)
    is_secret = isinstance(asked, SecretText) and isinstance(value, Secret)
    if value is not None and not is_secret and not fits(asked, value):
        raise TypeError(f"{type(value).__name__} is no answer to {step.id}.{input_id}")


def _must_come_back(journey: Journey) -> None:
    """Raise TypeError where something in the journey could not be written, or not be read again."""
    try:
        decode(encode(journey))
    except DamagedJourney as damage:
        raise TypeError(f"this cannot be kept in a journey: {damage}") from damage
