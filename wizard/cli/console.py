"""Speaking on the command line: results on standard output, progress and everything else on standard error."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TextIO

from wizard.cli.meter import Meter, is_terminal
from wizard.errors import Cancelled, WizardError
from wizard.messages import Message, msg, render
from wizard.redaction import redact
from wizard.results import to_json
from wizard.step import Finding, Outcome, worst
from wizard.tasks import Task, TaskPool, TaskState
from wizard.where import Where

PASSED: Final = 0
FAILED: Final = 1
UNREADABLE: Final = 2
INTERRUPTED: Final = 130

_SIGNS: Final = {Outcome.PASSED: "✓", Outcome.WARNING: "!", Outcome.FAILED: "✗", Outcome.SKIPPED: "–"}
_PLAIN_SIGNS: Final = {
    Outcome.PASSED: "ok",
    Outcome.WARNING: "!!",
    Outcome.FAILED: "XX",
    Outcome.SKIPPED: "--",
}
_MOST_READ: Final = 1024 * 1024


def typed_in(*, line: bool = False) -> str:
    """What came on standard input, or its first `line`; at most a million characters. Raises nothing for what is no text."""
    if sys.stdin is None:
        return ""
    reconfigure = getattr(sys.stdin, "reconfigure", None)
    if reconfigure is not None:
        # What Windows pipes may begin with a mark of its encoding, and hold anything around the link.
        reconfigure(encoding="utf-8-sig", errors="replace")
    return sys.stdin.readline(_MOST_READ) if line else sys.stdin.read(_MOST_READ)


class Console:
    """One command's voice, in one language. With `as_json` standard output carries one JSON object and nothing else.

    A program that Windows starts without a console has no streams; then nothing is said.
    """

    def __init__(self, language: str, *, as_json: bool = False) -> None:
        self.language = language
        self.as_json = as_json
        for stream in (sys.stdout, sys.stderr):
            # A Windows console may be set to a code page that has no Chinese.
            reconfigure = getattr(stream, "reconfigure", None)
            if reconfigure is not None:
                reconfigure(encoding="utf-8", errors="replace")
        self._signs = _SIGNS if is_terminal(sys.stdout) or _is_utf8(sys.stdout) else _PLAIN_SIGNS

    def text(self, message: Message) -> str:
        """The sentence in the console's language, without secrets."""
        return redact(render(message, self.language))

    def say(self, message: Message, *, indent: int = 0) -> None:
        """A sentence for the person: on standard output, or on standard error where that carries JSON."""
        self._write(sys.stderr if self.as_json else sys.stdout, " " * indent + self.text(message))

    def note(self, message: Message) -> None:
        """A sentence beside the result: on standard error."""
        self._write(sys.stderr, self.text(message))

    def plain(self, text: str) -> None:
        """A text that is no sentence (an address, a path) on standard output, as it is."""
        self._write(sys.stdout, text)

    def findings(
        self,
        found: Iterable[Finding],
        titles: Mapping[str, Message],
        *,
        quiet: bool = False,
        short: bool = False,
    ) -> None:
        """Each finding with its rule and what was seen where; cures and commands where something is wrong.

        `quiet` leaves out what passed; `short` says it in one line.
        """
        for finding in found:
            passed = finding.outcome is Outcome.PASSED
            if quiet and (passed or finding.outcome is Outcome.SKIPPED):
                continue
            sign = self._signs[finding.outcome]
            title = self.text(titles[finding.rule]) if finding.rule in titles else ""
            out = sys.stderr if self.as_json else sys.stdout
            self._write(out, f"  {sign} {finding.rule:<12} {title}")
            if short and passed:
                continue
            self._write(out, f"      {self.text(finding.reason)}")
            for place in finding.seen_at:
                self._write(out, f"        {self.text(_place(place))}")
            if finding.cure is not None:
                self._write(out, f"      → {self.text(finding.cure)}")
            for command in finding.commands:
                self._write(out, redact(textwrap.indent(command, " " * 10)))

    def result(self, found: Iterable[Finding], **more: Any) -> int:
        """Finish with the findings: the JSON object where that was asked for; the exit status in any case."""
        found = tuple(found)
        outcome = worst([finding.outcome for finding in found])
        if self.as_json:
            self._json(
                {"outcome": outcome.value, "findings": [self._finding(each) for each in found], **more}
            )
        return FAILED if outcome is Outcome.FAILED else PASSED

    def error(self, error: WizardError, status: int = FAILED) -> int:
        """Finish with an error: what happened and the cure; returns `status`."""
        if self.as_json:
            said = {"what": self.text(error.what), "cure": self.text(error.cure), "details": error.details}
            self._json({"outcome": Outcome.FAILED.value, "findings": [], "error": said})
        self._write(sys.stderr, f"{self._signs[Outcome.FAILED]} {self.text(error.what)}")
        self._write(sys.stderr, f"  → {self.text(error.cure)}")
        for name in ("HTTP status", "error code", "request id"):
            if name in error.details:
                self._write(sys.stderr, f"    {name}: {error.details[name]}")
        return status

    def work(
        self,
        pool: TaskPool,
        title: Message,
        work: Callable[[Task], Any],
        *,
        can_pause: bool = False,
        speed_limit: int | None = None,
    ) -> Any:
        """Do long work with progress on standard error; Ctrl+C stops it. Raises what the work raised.

        `speed_limit` is in bytes per second, for work that sends.
        """
        task = Task(title, can_pause=can_pause)
        task.speed_limit = speed_limit
        meter = Meter(self.text, title)
        task.listen(meter.told)
        pool.start(task, work)
        try:
            while not task.wait(0.2):
                pass
        except KeyboardInterrupt:
            task.cancel()
            task.wait(30)
            raise
        finally:
            meter.close()
        if task.error is not None:
            raise task.error
        if task.state in (TaskState.CANCELLED, TaskState.PAUSED):
            raise Cancelled
        return task.result

    def _finding(self, finding: Finding) -> dict[str, Any]:
        data = {
            "rule": finding.rule,
            "outcome": finding.outcome.value,
            "reason": self.text(finding.reason),
            "cure": self.text(finding.cure) if finding.cure is not None else None,
            "facts": to_json(finding.facts),
        }
        if finding.seen_at:
            data["seen_at"] = to_json(finding.seen_at)
        if finding.commands:
            data["commands"] = list(finding.commands)
        return data

    def _json(self, data: Mapping[str, Any]) -> None:
        self._write(sys.stdout, redact(json.dumps(data, ensure_ascii=False, indent=2)))

    def _write(self, out: TextIO | None, text: str) -> None:
        if out is not None:
            out.write(f"{text}\n")
            out.flush()


def _place(seen: Where) -> Message:
    """A place inside an image, and what stands there."""
    if not seen.line:
        return (
            msg("{path}: {text}", path=seen.path, text=seen.text)
            if seen.text
            else msg("{path}", path=seen.path)
        )
    if not seen.text:
        return msg("{path} line {line}", path=seen.path, line=seen.line)
    return msg("{path} line {line}: {text}", path=seen.path, line=seen.line, text=seen.text)


def _is_utf8(stream: TextIO | None) -> bool:
    return stream is not None and (stream.encoding or "").lower().replace("-", "") == "utf8"
