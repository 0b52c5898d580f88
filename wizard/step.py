"""A step of the journey as data: what it asks for, what it can check, what it can do.

Functions that a step names (observe, judge, run, load, views, ...) get what they ask for by the names of their
parameters, and nothing else is in reach:

- the ids of the step's own inputs: the answers (a `Secret` input gives a wizard.redaction.Secret or None);
- the names in `needs` and `wants`: results of earlier steps (`wants`: None where there is none), and in the same
  way inputs that an earlier step `shares`;
- the names the step's own actions and observation give, and those it `keeps` (None where there is none yet): what this
  step gave, also where another step gives the same;
- for checks and views also the names that `observe` returned;
- `cloud` (wizard.services.cloud.Cloud), `settings`, `task` (work only), `now` (aware, UTC), `language`,
  `evidence` (every finding of the earlier steps by its rule), `findings` (what the step's own checks found last, as long
  as it holds; for views and actions), `journey_name`, `summary` (work only:
  wizard.reports.summary.JourneySummary) and `journal` (work only: the file for an upload's journal, None where there is none);
- for an action also `keep`: `keep(name=value)` keeps a result at once, before the work ends or is stopped.

A parameter whose name starts with `_` is left to its default.

What a result or finding was made from is read off the same signatures: when one of these changes, it is stale.
A finding of a check that asks for `now` is stale on the next day (UTC).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from wizard.groups import Group
from wizard.messages import Message
from wizard.view import View
from wizard.where import Where


class Outcome(StrEnum):
    """What a check came to, worst last."""

    SKIPPED = "skipped"
    PASSED = "passed"
    WARNING = "warning"
    FAILED = "failed"


class State(StrEnum):
    """Where a step stands; always worked out, never stored."""

    SKIPPED = "skipped"
    LOCKED = "locked"
    READY = "ready"
    RUNNING = "running"
    WARNING = "warning"
    FAILED = "failed"
    STALE = "stale"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Fix:
    """A cure that can be done at once: answers to set in the same step, and an action to run then ("check": check again)."""

    label: Message
    answers: Mapping[str, Any] = field(default_factory=dict)
    action: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check saw. `facts` are plain values (str, int, float, bool, None, lists) and never a secret.

    `seen_at`: the places inside the image that it is about. `commands`: the cure as lines to copy into the machine's own
    shell (sh as root on Linux, PowerShell as administrator on Windows); each can be run again without harm.
    """

    outcome: Outcome
    reason: Message
    cure: Message | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    fix: Fix | None = None
    rule: str = ""
    seen_at: tuple[Where, ...] = ()
    commands: tuple[str, ...] = ()


def passed(reason: Message, *, seen_at: tuple[Where, ...] = (), **facts: Any) -> Finding:
    """The rule is kept; the reason says what was seen."""
    return Finding(Outcome.PASSED, reason, None, facts, seen_at=seen_at)


def warning(
    reason: Message,
    cure: Message,
    *,
    fix: Fix | None = None,
    seen_at: tuple[Where, ...] = (),
    commands: tuple[str, ...] = (),
    **facts: Any,
) -> Finding:
    """The rule is not plainly broken, but a person should look."""
    return Finding(Outcome.WARNING, reason, cure, facts, fix, seen_at=seen_at, commands=commands)


def failed(
    reason: Message,
    cure: Message,
    *,
    fix: Fix | None = None,
    seen_at: tuple[Where, ...] = (),
    commands: tuple[str, ...] = (),
    **facts: Any,
) -> Finding:
    """The rule is broken; the cure says what to do."""
    return Finding(Outcome.FAILED, reason, cure, facts, fix, seen_at=seen_at, commands=commands)


def skipped(reason: Message, cure: Message | None = None, **facts: Any) -> Finding:
    """The rule could not be judged or does not apply; the reason says which."""
    return Finding(Outcome.SKIPPED, reason, cure, facts)


@dataclass(frozen=True, slots=True)
class Check:
    """One rule and the pure function that judges it; bad input is a finding, never an exception.

    `rule` is an id of the rule book (docs/rules.md) or, where that has none, a plain word. `applies` (in reach of the
    judge) leaves the check out where it says False: a rule of Windows on a Linux disk. As long as nothing
    was observed, what it asks for is None. `blocks`: while it fails, what the step gives satisfies no later step.
    """

    rule: str
    title: Message
    judge: Callable[..., Finding]
    group: Group | None = None
    applies: Callable[..., bool] | None = None
    blocks: bool = True

    def finding(self, **in_reach: Any) -> Finding:
        """The judge's finding under this rule's name."""
        return replace(self.judge(**in_reach), rule=self.rule)


@dataclass(frozen=True)
class Input:
    """Something a person answers.

    `default` may be a function of what is in reach. `applies` (in reach) hides the input where it says False.
    `valid(value)` says what is wrong with an answer, or None. A `volatile` answer makes no result stale.
    A required input without an answer holds back the actions that use it.
    """

    id: str
    label: Message
    help: Message | None = field(default=None, kw_only=True)
    default: Any = field(default=None, kw_only=True)
    applies: Callable[..., bool] | None = field(default=None, kw_only=True)
    valid: Callable[[Any], Message | None] | None = field(default=None, kw_only=True)
    volatile: bool = field(default=False, kw_only=True)
    required: bool = field(default=True, kw_only=True)


@dataclass(frozen=True)
class Text(Input):
    """One line of text; `lines` more than one asks for a larger field."""

    placeholder: Message | None = field(default=None, kw_only=True)
    lines: int = field(default=1, kw_only=True)


@dataclass(frozen=True)
class SecretText(Input):
    """A key or a signed link: masked on the screen, kept for this session only, never saved."""

    placeholder: Message | None = field(default=None, kw_only=True)
    lines: int = field(default=1, kw_only=True)


@dataclass(frozen=True)
class Number(Input):
    """A whole number from `least` to `most`; `unit` stands behind it; `note(value, now)` explains it in words."""

    least: int = field(default=0, kw_only=True)
    most: int = field(default=2**31 - 1, kw_only=True)
    unit: Message | None = field(default=None, kw_only=True)
    note: Callable[..., Message] | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class YesNo(Input):
    """A box to tick."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to a Choice."""

    value: str
    label: Message
    detail: Message | None = None


@dataclass(frozen=True)
class Choice(Input):
    """One of several options (answer: its value), fixed or loaded by `load` (in reach; long work).

    `free` allows an answer that is not listed (a container still to be made). `empty` says what an empty list means.
    """

    options: tuple[Option, ...] = field(default=(), kw_only=True)
    load: Callable[..., Sequence[Option]] | None = field(default=None, kw_only=True)
    free: bool = field(default=False, kw_only=True)
    empty: Message | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class File(Input):
    """A file of this computer (answer: its path), chosen or dropped; several where `many` (answer: list of paths).

    `patterns` are like "*.vhd". A changed file (size or time) makes results stale. `folder` asks for a folder.
    """

    patterns: tuple[str, ...] = field(default=(), kw_only=True)
    many: bool = field(default=False, kw_only=True)
    folder: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of Ticks or Verdicts. `rule` is shown beside it; `proof` says how it was proven already."""

    id: str
    label: Message
    detail: Message | None = None
    rule: str = ""
    proof: Message | None = None


@dataclass(frozen=True)
class Ticks(Input):
    """A list to tick off; answer: {item id: {"by": name, "at": ISO time}}. `items` may be a function of what is in reach.

    `signed_by` names the input that holds the person's name. An item with a proof counts as ticked.
    """

    items: tuple[Item, ...] | Callable[..., Sequence[Item]] = field(default=(), kw_only=True)
    signed_by: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Verdicts(Input):
    """A list of tests, each passed, warning or failed; answer: {item id: outcome}."""

    items: tuple[Item, ...] | Callable[..., Sequence[Item]] = field(default=(), kw_only=True)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What cannot be undone, said plainly: object, account and effect, and a verb for the button.

    Where `type_name` is set, the person types it to go on.
    """

    question: Message
    effect: Message
    verb: Message
    type_name: str | None = None


@dataclass(frozen=True)
class Action:
    """Something the step can do: `run` returns its results by the names in `gives` and answers by those in `sets`.

    A Secret among the results is kept for this session only. `held_back` (in reach) says why it cannot be done now;
    `confirm` (in reach) asks first. `primary` is what the step is for. After it, the step is checked again.
    """

    id: str
    title: Message
    run: Callable[..., Mapping[str, Any]]
    gives: tuple[str, ...] = field(default=(), kw_only=True)
    sets: tuple[str, ...] = field(default=(), kw_only=True)
    primary: bool = field(default=False, kw_only=True)
    can_pause: bool = field(default=False, kw_only=True)
    confirm: Callable[..., Confirmation | None] | None = field(default=None, kw_only=True)
    held_back: Callable[..., Message | None] | None = field(default=None, kw_only=True)
    applies: Callable[..., bool] | None = field(default=None, kw_only=True)


@dataclass(frozen=True, kw_only=True)
class Step:
    """A section of the guide. See the module's text for what its functions may ask for.

    `observe` looks at the world once for all checks (long work) and returns what it saw by name; the names in `gives`
    become results. `checks_title` heads the list of checks. `shares` are inputs that later steps may name in `needs`.
    `keeps` names what only the step itself reads: work that was begun and goes on elsewhere (a copy in the cloud).
    Several steps may give the same result: the one that did so last counts, as long as it is not skipped.
    `blocking`: while a check here that `blocks` fails, what the step gives does not satisfy a later step's `needs`.
    `missing` (in reach) says what is still to do before the step is done, or None. `summary` is its second line when done.
    `skip` (in reach) says why the step does not apply, or None. `auto_check`: the window checks it by itself when it is
    opened and whenever an answer or a result that it reads has changed. `check_held_back` (in reach) says why there is
    nothing to check yet, or None.
    """

    id: str
    title: Message
    guide: str
    purpose: Message
    needs: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()
    actions: tuple[Action, ...] = ()
    checks: tuple[Check, ...] = ()
    checks_title: Message | None = None
    observe: Callable[..., Mapping[str, Any]] | None = None
    gives: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    blocking: bool = True
    auto_check: bool = False
    check_held_back: Callable[..., Message | None] | None = None
    views: Callable[..., Sequence[View]] | None = None
    missing: Callable[..., Message | None] | None = None
    summary: Callable[..., Message | None] | None = None
    skip: Callable[..., Message | None] | None = None

    def input(self, input_id: str) -> Input:
        """The input of that id; raises KeyError."""
        return {each.id: each for each in self.inputs}[input_id]

    def action(self, action_id: str) -> Action:
        """The action of that id; raises KeyError."""
        return {each.id: each for each in self.actions}[action_id]

    @property
    def all_gives(self) -> tuple[str, ...]:
        """Every result that the step's observation or one of its actions gives."""
        return tuple(
            dict.fromkeys((*self.gives, *(name for action in self.actions for name in action.gives)))
        )


def worst(outcomes: Sequence[Outcome]) -> Outcome:
    """The worst of several outcomes; passed where there is none or all were skipped."""
    if Outcome.FAILED in outcomes:
        return Outcome.FAILED
    return Outcome.WARNING if Outcome.WARNING in outcomes else Outcome.PASSED
