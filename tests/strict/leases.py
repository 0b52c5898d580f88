"""A blob's lease, in the states that the documentation of Lease Blob lists, with its outcomes."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.strict.asking import Answer, Asked
from tests.strict.refused import Refused, bad_header, missing_header

INFINITE: Final = -1
_SHORTEST: Final = 15  # seconds
_LONGEST: Final = 60


@dataclass
class Lease:
    """`steady` gives seconds that pass; an expired lease keeps its id until the blob is written or leased anew."""

    steady: Callable[[], float]
    id: str = ""
    duration: int = 0
    _until: float | None = None  # None: for ever
    _broken_at: float | None = None  # the end of its breaking

    @property
    def state(self) -> str:
        """available, leased, expired, breaking or broken."""
        now = self.steady()
        if not self.id:
            return "available"
        if self._broken_at is not None:
            return "breaking" if now < self._broken_at else "broken"
        if self._until is not None and now >= self._until:
            return "expired"
        return "leased"

    @property
    def locked(self) -> bool:
        """Whether writes need its id."""
        return self.state in ("leased", "breaking")

    def headers(self) -> dict[str, str]:
        """What the blob's properties say of it."""
        found = {"x-ms-lease-state": self.state, "x-ms-lease-status": "locked" if self.locked else "unlocked"}
        if self.state == "leased":
            found["x-ms-lease-duration"] = "infinite" if self.duration == INFINITE else "fixed"
        return found

    def allow(self, given: str, *, writes: bool) -> None:
        """Whether a request with this lease id, or none, may go on; a write without one ends what had expired."""
        state = self.state
        if given:
            _checked_id(given, "x-ms-lease-id")
            if state == "available":
                raise Refused(412, "LeaseNotPresentWithBlobOperation")
            if given.lower() != self.id:
                raise Refused(412, "LeaseIdMismatchWithBlobOperation")
            if not self.locked:
                raise Refused(412, "LeaseLost")
        elif writes and self.locked:
            raise Refused(412, "LeaseIdMissing")
        elif writes and state in ("expired", "broken"):
            self._end()

    def perform(self, asked: Asked, etag: dict[str, str]) -> Answer:
        """Lease Blob, whatever it is; `etag` are the headers that tell the blob's."""
        action = asked.header("x-ms-lease-action").lower()
        if not action:
            raise missing_header("x-ms-lease-action")
        match action:
            case "acquire":
                self._acquire(asked)
                return Answer(201, etag | {"x-ms-lease-id": self.id})
            case "renew":
                self._renew(_given(asked))
                return Answer(200, etag | {"x-ms-lease-id": self.id})
            case "change":
                self._change(_given(asked), asked)
                return Answer(200, etag | {"x-ms-lease-id": self.id})
            case "release":
                self._of_whom(_given(asked))
                self._end()
                return Answer(200, etag)
            case "break":
                return Answer(202, etag | {"x-ms-lease-time": str(self._break(asked))})
            case _:
                raise bad_header("x-ms-lease-action", action)

    def _acquire(self, asked: Asked) -> None:
        duration = asked.number_in("x-ms-lease-duration")
        if duration is None:
            raise missing_header("x-ms-lease-duration")
        if duration != INFINITE and not _SHORTEST <= duration <= _LONGEST:
            raise bad_header("x-ms-lease-duration", str(duration))
        proposed = asked.header("x-ms-proposed-lease-id")
        wanted = _checked_id(proposed, "x-ms-proposed-lease-id") if proposed else str(uuid.uuid4())
        if self.state == "breaking" and wanted == self.id:
            raise Refused(409, "LeaseIsBreakingAndCannotBeAcquired")
        if self.locked and wanted != self.id:
            raise Refused(409, "LeaseAlreadyPresent")
        self.id, self.duration, self._broken_at = wanted, duration, None
        self._from_now_on()

    def _renew(self, given: str) -> None:
        self._of_whom(given)
        if self.state in ("breaking", "broken"):
            raise Refused(409, "LeaseIsBrokenAndCannotBeRenewed")
        self._from_now_on()

    def _change(self, given: str, asked: Asked) -> None:
        proposed = asked.header("x-ms-proposed-lease-id")
        if not proposed:
            raise missing_header("x-ms-proposed-lease-id")
        wanted = _checked_id(proposed, "x-ms-proposed-lease-id")
        if not self.locked:
            raise Refused(409, "LeaseNotPresentWithLeaseOperation")
        if self.id not in (given, wanted):
            raise Refused(409, "LeaseIdMismatchWithLeaseOperation")
        if self.state == "breaking":
            raise Refused(409, "LeaseIsBreakingAndCannotBeChanged")
        self.id = wanted

    def _break(self, asked: Asked) -> int:
        """How many whole seconds it goes on."""
        period = asked.number_in("x-ms-lease-break-period")
        if period is not None and not 0 <= period <= _LONGEST:
            raise bad_header("x-ms-lease-break-period", str(period))
        now, state = self.steady(), self.state
        if state == "available":
            raise Refused(409, "LeaseNotPresentWithLeaseOperation")
        if state in ("expired", "broken"):
            remaining = 0.0
        elif state == "breaking" and self._broken_at is not None:
            remaining = self._broken_at - now
        else:
            remaining = self._until - now if self._until is not None else 0.0
        if period is not None and (period < remaining or (state == "leased" and self._until is None)):
            remaining = period
        self._broken_at = now + remaining
        return round(remaining)

    def _of_whom(self, given: str) -> None:
        if not self.id:
            raise Refused(409, "LeaseNotPresentWithLeaseOperation")
        if given != self.id:
            raise Refused(409, "LeaseIdMismatchWithLeaseOperation")

    def _from_now_on(self) -> None:
        self._until = None if self.duration == INFINITE else self.steady() + self.duration

    def _end(self) -> None:
        self.id, self.duration, self._until, self._broken_at = "", 0, None, None


def _given(asked: Asked) -> str:
    text = asked.header("x-ms-lease-id")
    if not text:
        raise missing_header("x-ms-lease-id")
    return _checked_id(text, "x-ms-lease-id")


def _checked_id(text: str, header: str) -> str:
    """Lease ids are GUIDs, whatever their writing."""
    try:
        return str(uuid.UUID(text))
    except ValueError as error:
        raise bad_header(header, text) from error
