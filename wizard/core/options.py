"""The options of a Choice that have to be loaded: kept as long as what they were loaded from is the same."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from wizard.core.answers import is_empty
from wizard.core.knowledge import CloudNotReadyError, Knowledge
from wizard.core.reach import call, wanted
from wizard.errors import Cancelled, WizardError, as_wizard_error
from wizard.messages import Message, msg
from wizard.step import Choice, Option, SecretText, Step
from wizard.tasks import Task

_Marks = Mapping[str, str]


class LoadedOptions:
    """What was loaded, by step and input, or why it could not be."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known
        self._loaded: dict[tuple[str, str], tuple[_Marks, tuple[Option, ...] | WizardError]] = {}

    def get(self, step_id: str, input_id: str) -> tuple[Option, ...] | WizardError | None:
        """The options, or why they could not be loaded; None where they still have to be."""
        asked = self._choice(step_id, input_id)
        if asked.load is None:
            return asked.options
        made_from, loaded = self._loaded.get((step_id, input_id), ({}, None))
        return loaded if loaded is not None and made_from == self._marks(step_id, asked) else None

    def held_back(self, step_id: str, input_id: str) -> Message | None:
        """The answer that loading depends on and that is not given yet; None where nothing is missing."""
        asked, step = self._choice(step_id, input_id), self._known.step(step_id)
        names = wanted(asked.load) if asked.load is not None else ()
        for other in step.inputs:
            is_asked_for = other.id in names and self._known.input_applies(step_id, other.id)
            if is_asked_for and is_empty(self._known.answer_of(step_id, other.id)):
                return msg("Still to be given: {input}", input=other.label)
        return self._known.unmet(step)

    def load(self, step_id: str, input_id: str, task: Task) -> tuple[Option, ...]:
        """Load the options (long work); raises what loading raised."""
        asked = self._choice(step_id, input_id)
        if asked.load is None:
            raise TypeError(f"{input_id} loads no options")
        made_from = self._marks(step_id, asked)
        loaded: tuple[Option, ...] | WizardError
        try:
            loaded = tuple(call(asked.load, self._known.reach(self._known.step(step_id), {"task": task})))
        except (Cancelled, CloudNotReadyError):
            raise
        except Exception as error:
            self._keep(step_id, asked, made_from, as_wizard_error(error))
            raise
        self._keep(step_id, asked, made_from, loaded)
        return loaded

    def renew(self, step: Step, task: Task) -> None:
        """Load again what an action of the step may have added to: lists that allow an answer of one's own."""
        for asked in step.inputs:
            if isinstance(asked, Choice) and asked.free and (step.id, asked.id) in self._loaded:
                # The action is done; that a list could not be fetched again is told beside the list.
                with contextlib.suppress(Exception):
                    self.load(step.id, asked.id, task)

    def forget(self) -> None:
        """Load everything anew when it is next needed."""
        self._loaded.clear()

    def _keep(
        self, step_id: str, asked: Choice, made_from: _Marks, loaded: tuple[Option, ...] | WizardError
    ) -> None:
        # Meanwhile another answer may have been given, and its options may be here already.
        if made_from == self._marks(step_id, asked):
            self._loaded[step_id, asked.id] = (made_from, loaded)

    def _choice(self, step_id: str, input_id: str) -> Choice:
        asked = self._known.step(step_id).input(input_id)
        if not isinstance(asked, Choice):
            raise TypeError(f"{input_id} has no options")
        return asked

    def _marks(self, step_id: str, asked: Choice) -> _Marks:
        assert asked.load is not None
        step = self._known.step(step_id)
        names = wanted(asked.load)
        # A secret has no mark; that there is one, or another one, is all that may be kept of it.
        secrets = [each.id for each in step.inputs if isinstance(each, SecretText) and each.id in names]
        return self._known.marks(step, (asked.load,)) | {
            name: str(hash(self._known.secret_answers.get((step_id, name)))) for name in secrets
        }
