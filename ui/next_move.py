"""What a step's one primary button does now: the step's own action, its checks, or going on."""

from __future__ import annotations

from typing import NamedTuple

from wizard.core.engine import Engine
from wizard.messages import Message, msg
from wizard.step import Action, State, Step


class Move(NamedTuple):
    """The words of the button, whether it can be pressed, and the sentence beside it (`locked`: why it cannot)."""

    words: Message
    enabled: bool = True
    why: Message | None = None
    locked: bool = True


class NextMove:
    """Works it out from where the step stands; nothing of it is kept."""

    def __init__(self, engine: Engine, step: Step, *, last: bool) -> None:
        self._engine, self._step, self._last = engine, step, last

    @property
    def action(self) -> Action | None:
        """The action that this step is for, while it is still to be done."""
        engine, step_id = self._engine, self._step.id
        primary = (each for each in self._step.actions if each.primary)
        action = next((each for each in primary if engine.action_applies(step_id, each.id)), None)
        if action is None or engine.status(step_id).state in (State.DONE, State.WARNING, State.SKIPPED):
            return None
        given = bool(action.gives) and all(
            engine.given(self._step, name) is not None for name in action.gives
        )
        stale = any(engine.stale_given(self._step, name) is not None for name in action.gives)
        return None if given and not stale else action

    @property
    def check_is_due(self) -> bool:
        """Whether a check was not run yet, or no longer holds."""
        rows = self._engine.rows(self._step.id)
        return bool(rows) and any(row.finding is None or row.stale for row in rows)

    def can_retry(self, action_id: str | None) -> bool:
        """Whether what failed can be tried again: an action, or the checks (empty); None: nothing was tried."""
        engine, step_id = self._engine, self._step.id
        if action_id is None or engine.running(step_id) is not None:
            return False
        if action_id == "":
            return engine.check_held_back(step_id) is None
        return engine.held_back(step_id, action_id) is None

    def move(self) -> Move:
        """What the button shows."""
        engine, step_id = self._engine, self._step.id
        action, running = self.action, engine.running(step_id)
        go_on = msg("Finish") if self._last else msg("Continue")
        if running is not None:
            words = action.title if action is not None else go_on
            return Move(words, enabled=False, why=msg("{work}…", work=running.title))
        if action is not None:
            held = engine.held_back(step_id, action.id)
            return Move(action.title, held is None, held)
        state = engine.status(step_id).state
        if self.check_is_due and state is not State.SKIPPED:
            held = engine.check_held_back(step_id)
            return Move(msg("Check"), held is None, held)
        still = engine.missing(step_id) if state is State.READY else None
        return Move(go_on, why=still, locked=False)
