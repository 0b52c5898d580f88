"""Runs one check or action and writes what came of it into the journey; the window and the command line drive it."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from wizard.core.checking import applying, checking
from wizard.core.knowledge import NOW, CloudNotReadyError
from wizard.core.options import LoadedOptions
from wizard.core.reach import call, wanted
from wizard.core.record import Record
from wizard.core.status import Status, missing, status
from wizard.errors import Cancelled, WizardError, as_wizard_error
from wizard.journeys.journey import Journey
from wizard.messages import Message, msg
from wizard.settings import Settings
from wizard.step import Check, Confirmation, Finding, Fix, Option, Step
from wizard.tasks import Task, TaskPool
from wizard.view import View

if TYPE_CHECKING:
    from wizard.services.cloud import Cloud

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A check of a step with what it found, if it was run; `stale`: what it read has changed since."""

    check: Check
    finding: Finding | None
    stale: bool


class Engine(Record):
    """Quick calls are for any thread; `perform`, `check`, `load_options` and `refresh_files` are long work."""

    def __init__(
        self,
        steps: Sequence[Step],
        journey: Journey,
        *,
        cloud: Cloud | None,
        settings: Settings,
        pool: TaskPool,
        save: Callable[[Journey], None],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(steps, journey, cloud=cloud, settings=settings, save=save, clock=clock)
        self.pool = pool
        self._running: dict[str, Task] = {}
        self._errors: dict[str, WizardError] = {}
        self._tried: dict[str, Mapping[str, str]] = {}
        self._options = LoadedOptions(self)

    def use_cloud(self, cloud: Cloud) -> None:
        """The cloud is there now (practice mode starts it beside the window)."""
        self.cloud = cloud
        self._options.forget()
        self._tried.clear()
        self.changed()

    # Options

    def options(self, step_id: str, input_id: str) -> tuple[Option, ...] | None:
        """The options of a Choice; None where they still have to be loaded."""
        known = self._options.get(step_id, input_id)
        return None if isinstance(known, WizardError) else known

    def options_error(self, step_id: str, input_id: str) -> WizardError | None:
        """Why the options could not be loaded; None once what they are loaded from has changed."""
        known = self._options.get(step_id, input_id)
        return known if isinstance(known, WizardError) else None

    def options_held_back(self, step_id: str, input_id: str) -> Message | None:
        """Why the options of a Choice cannot be loaded yet: an answer that they depend on is missing. None where they can."""
        return self._options.held_back(step_id, input_id)

    def load_options(self, step_id: str, input_id: str, task: Task) -> tuple[Option, ...]:
        """Load the options of a Choice; raises what loading raised."""
        try:
            return self._options.load(step_id, input_id, task)
        except CloudNotReadyError:
            raise _cloud_is_coming() from None
        finally:
            self.changed()

    def start_options(self, step_id: str, input_id: str) -> Task:
        """Load the options of a Choice in the pool."""
        task = Task(self.step(step_id).input(input_id).label)
        self.pool.start(task, lambda running: self.load_options(step_id, input_id, running))
        return task

    # What can be done, and what holds it back

    def action_applies(self, step_id: str, action_id: str) -> bool:
        """Whether the action is offered now."""
        action = self.step(step_id).action(action_id)
        try:
            return action.applies is None or bool(call(action.applies, self.reach(self.step(step_id))))
        except CloudNotReadyError:
            return False

    def held_back(self, step_id: str, action_id: str) -> Message | None:
        """Why the action cannot be done now; None where it can."""
        step = self.step(step_id)
        action = step.action(action_id)
        asking = [each for each in (action.confirm, action.held_back) if each is not None]
        reason = (
            self._busy_or_locked(step) or self._without_cloud(asking) or self._not_ready(step, (action.run,))
        )
        return reason if reason is not None else self.said(step, action.held_back)

    def check_held_back(self, step_id: str) -> Message | None:
        """Why the step cannot be checked now; None where it can."""
        step = self.step(step_id)
        return self._busy_or_locked(step) or self._uncheckable(step)

    def confirmation(self, step_id: str, action_id: str) -> Confirmation | None:
        """What the person has to agree to before the action; None where nothing."""
        action = self.step(step_id).action(action_id)
        if action.confirm is None:
            return None
        asked: Confirmation | None = call(action.confirm, self.reach(self.step(step_id)))
        return asked

    # Doing

    def perform(self, step_id: str, action_id: str, task: Task) -> None:
        """Do the action in this thread and keep its results, then check the step; raises what the action raised."""
        step = self.step(step_id)
        action = step.action(action_id)
        with self._work(step, task):
            # As it was when the work began: what the person changes meanwhile makes the results stale.
            made_from = _lasting(self.marks(step, (action.run,)), action.gives)

            def keep(**begun: Any) -> None:
                self.keep_results(step, action, begun, made_from)

            given = call(action.run, self.reach(step, {"task": task, "keep": keep}))
            self.keep_results(step, action, given, made_from)
            self._options.renew(step, task)
            if step.checks and self._uncheckable(step) is None:
                self._check(step, task)

    def check(self, step_id: str, task: Task) -> None:
        """Run all checks of the step in this thread and keep what they found; raises what observing raised."""
        step = self.step(step_id)
        with self._work(step, task):
            self._check(step, task)

    def start(self, step_id: str, action_id: str) -> Task:
        """Do the action in the pool, then check the step. Ask `held_back` and `confirmation` first."""
        action = self.step(step_id).action(action_id)
        task = Task(action.title, can_pause=action.can_pause)
        task.speed_limit = self.settings.speed_limit
        return self._start(step_id, task, lambda running: self.perform(step_id, action_id, running))

    def start_check(self, step_id: str) -> Task:
        """Run the step's checks in the pool."""
        title = msg("Checking: {step}", step=self.step(step_id).title)
        return self._start(step_id, Task(title), lambda running: self.check(step_id, running))

    def auto_check(self, step_id: str) -> Task | None:
        """Start the checks of a step that checks itself, where they are due and nothing holds them back.

        Checks that failed or were stopped are due again when something that they read has changed.
        """
        step = self.step(step_id)
        if not step.auto_check or self.check_held_back(step_id) is not None:
            return None
        if step_id in self.journey.findings and self.stale_findings(step) is None:
            return None
        if self._tried.get(step_id) == self.marks(step, checking(step)):
            return None
        return self.start_check(step_id)

    def apply_fix(self, step_id: str, fix: Fix) -> Task | None:
        """Set the answers that the cure asks for and run its action; None where that is for the person to start.

        It is where the action is held back, or asks first.
        """
        for input_id, value in fix.answers.items():
            self.answer(step_id, input_id, value)
        if fix.action == "check":
            return self.start_check(step_id) if self.check_held_back(step_id) is None else None
        if fix.action is None or self.held_back(step_id, fix.action) is not None:
            return None
        return self.start(step_id, fix.action) if self.confirmation(step_id, fix.action) is None else None

    # What there is to show

    def status(self, step_id: str) -> Status:
        """Where the step stands, and why."""
        running = self.running(step_id)
        title = running.title if running is not None else None
        error = self._errors.get(step_id)
        return self.once(
            ("status", step_id), lambda: status(self, self.step(step_id), running=title, error=error)
        )

    def missing(self, step_id: str) -> Message | None:
        """What is still to be done in the step; None where nothing is."""
        return missing(self, self.step(step_id))

    def running(self, step_id: str) -> Task | None:
        """The step's work under way."""
        task = self._running.get(step_id)
        return task if task is not None and not task.ended else None

    def error(self, step_id: str) -> WizardError | None:
        """The last failure of the step's work; forgotten when it is run again or an answer changes."""
        return self._errors.get(step_id)

    def rows(self, step_id: str) -> tuple[CheckRow, ...]:
        """The step's checks that apply, in order, each with what it found; before the first time by the answers alone."""
        step = self.step(step_id)
        stored = self.journey.findings.get(step_id)
        found = {finding.rule: finding for finding in (stored.findings if stored else ())}
        stale = self.stale_findings(step) is not None
        judged = {check.rule for check in applying(self, step, {})} if stored is None else found.keys()
        return tuple(
            CheckRow(check, found.get(check.rule), stale)
            for check in step.checks
            if check.applies is None or check.rule in judged
        )

    def views(self, step_id: str) -> tuple[View, ...]:
        """The pictures and facts of the step; none where what they need is not there yet."""
        step = self.step(step_id)
        if step.views is None:
            return ()
        reach, seen = self.reach(step), self.observed.get(step_id, {})
        # None for what an observation sees that this session has not made yet.
        extra = {name: seen.get(name) for name in wanted(step.views) if name not in reach}
        try:
            return tuple(call(step.views, self.reach(step, extra)))
        except CloudNotReadyError:
            return ()

    # Inside

    def _answer_changed(self, step_id: str) -> None:
        self._errors.pop(step_id, None)
        self._tried.pop(step_id, None)

    def _start(self, step_id: str, task: Task, work: Callable[[Task], None]) -> Task:
        self._enter(step_id, task)
        task.listen(lambda _: self.changed())
        self.pool.start(task, work)
        return task

    def _enter(self, step_id: str, task: Task) -> None:
        """The step is at work from now on; raises WizardError where it is already."""
        with self.lock:
            other = self.running(step_id)
            if other is not None and other is not task:
                raise WizardError(_under_way(other), msg("Wait until it has ended, or stop it."))
            self._running[step_id] = task
            self._errors.pop(step_id, None)

    @contextlib.contextmanager
    def _work(self, step: Step, task: Task) -> Iterator[None]:
        self._enter(step.id, task)
        _log.info("%s: %s", step.id, task.title)
        try:
            self.refresh_files(step)
            self._tried[step.id] = self.marks(step, checking(step))
            yield
            self._tried.pop(step.id, None)
            _log.info("%s: done", step.id)
        except Cancelled:
            _log.info("%s: stopped", step.id)
            raise
        except CloudNotReadyError:
            raise _cloud_is_coming() from None
        except Exception as error:
            known = self._errors[step.id] = as_wizard_error(error)
            _log.warning("%s: %s %s", step.id, known.what, known.details)
            raise
        finally:
            with self.lock:
                if self._running.get(step.id) is task:
                    del self._running[step.id]
            self.changed()

    def _check(self, step: Step, task: Task) -> None:
        made_from = self._tried[step.id] = self.marks(step, checking(step))
        observed: dict[str, Any] = {}
        seen_from: dict[str, str] = {}
        if step.observe is not None:
            seen_from = _lasting(self.marks(step, (step.observe,)), step.gives)
            observed = dict(call(step.observe, self.reach(step, {"task": task})))
        reach = self.reach(step, observed)
        found = tuple(
            check.finding(**{name: reach[name]() for name in wanted(check.judge)})
            for check in applying(self, step, observed)
        )
        self.keep_findings(step, found, observed, made_from, seen_from)

    def _busy_or_locked(self, step: Step) -> Message | None:
        if self.read_only is not None:
            return self.read_only
        running = self.running(step.id)
        if running is not None:
            return _under_way(running)
        return self.skipped(step) or self.unmet(step)

    def _uncheckable(self, step: Step) -> Message | None:
        return self._not_ready(step, checking(step)) or self.said(step, step.check_held_back)

    def _not_ready(self, step: Step, functions: Sequence[Callable[..., Any]]) -> Message | None:
        names = {name for function in functions for name in wanted(function)}
        for asked in step.inputs:
            if asked.id in names:
                problem = self.problem(step.id, asked.id)
                if problem is not None:
                    return problem
        return self._without_cloud(functions)

    def _without_cloud(self, functions: Sequence[Callable[..., Any]]) -> Message | None:
        is_wanted = any("cloud" in wanted(function) for function in functions)
        return _cloud_is_coming().what if is_wanted and self.cloud is None else None


def _lasting(marks: Mapping[str, str], gives: Sequence[str]) -> dict[str, str]:
    """What a result is made from. It lasts from one day to the next; only what was found by looking does not."""
    return {name: mark for name, mark in marks.items() if name not in gives and name != NOW}


def _under_way(task: Task) -> Message:
    return msg("Under way: {task}", task=task.title)


def _cloud_is_coming() -> WizardError:
    return WizardError(
        msg("The cloud is not ready yet; it is being started."), msg("Wait a moment, then try again.")
    )
