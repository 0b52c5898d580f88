"""The blob's lease: while an upload holds it, nobody else can write into the blob, and no second upload goes on with it."""

from __future__ import annotations

import contextlib
import math
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from wizard.errors import Cancelled, WizardError
from wizard.messages import Message, msg, plural
from wizard.transfer.page_blob import ConflictError, Interrupted, PageBlob

_TICK: Final = 0.1  # seconds: how soon a wish to stop is heard
_JUST_NOW: Final = 1.0  # seconds: so long ago another thread has taken it anew


class Ask(Protocol):
    """Makes a request again and again until it is answered."""

    def __call__(self, request: Callable[[], None], /) -> None:
        """Raises what the request raises, Interrupted left out."""


@dataclass(frozen=True, slots=True)
class Leasing:
    """Seconds: how long a lease lasts when it is not renewed, when it is, how long another's is waited for, and between two tries.

    The wait is longer than a lease lasts, so that one whose holder was switched off has run out by then.
    """

    lasts: int = 60
    renewed_every: float = 20.0
    waits: float = 65.0
    tries_every: float = 5.0


class Lease:
    """`held`: this upload has it. `refused`: what the server said where the link does not allow leases; it goes on without one."""

    def __init__(self, blob: PageBlob, leasing: Leasing, wished: str = "") -> None:
        """`wished`: the id that an earlier session of this upload had, which takes its own lease again."""
        self.id = wished or str(uuid.uuid4())
        self.held = False
        self.refused = ""
        self.lost: ConflictError | None = None
        self._blob = blob
        self._leasing = leasing
        self._lock = threading.Lock()
        self._taken_at = 0.0

    def take(self, ask: Ask, say: Callable[[Message], None]) -> None:
        """Take it; where another has it, wait until that has run out. Raises ConflictError where it has not.

        `say` is told while it waits, ten times a second, and may raise.
        """
        until = time.monotonic() + self._leasing.waits
        while True:
            try:
                ask(lambda: self._blob.acquire_lease(self.id, self._leasing.lasts))
            except ConflictError as error:
                if not _is_about_leases(error):
                    raise
                if time.monotonic() >= until:
                    raise self._of_another() from error
            except WizardError as error:
                if error.details.get("HTTP status") not in ("401", "403"):
                    raise
                self.refused = error.details.get("error code", "") or str(error.what)
                return
            else:
                self.held, self._taken_at = True, time.monotonic()
                return
            next_try = min(time.monotonic() + self._leasing.tries_every, until)
            while (now := time.monotonic()) < next_try:
                say(_waiting(math.ceil(until - now)))
                time.sleep(min(_TICK, next_try - now))

    def renew(self) -> None:
        """Renew it where it is time; for the thread that keeps it. Raises nothing."""
        if not self.held or time.monotonic() - self._taken_at < self._leasing.renewed_every:
            return
        try:
            self._blob.renew_lease()
            self._taken_at = time.monotonic()
        except ConflictError as error:
            # It had run out while the computer slept, or was broken.
            with contextlib.suppress(Interrupted, WizardError, Cancelled):
                self.take_again(error)
        except (Interrupted, WizardError, Cancelled):
            return  # tried again at the next look

    def take_again(self, refused: ConflictError) -> bool:
        """Take it anew after a write was refused; False where another has it now, or where it was not the reason.

        Raises what a request may raise, ConflictError left out.
        """
        with self._lock:
            if not self.held or self.lost is not None or not _is_about_leases(refused):
                return False
            if time.monotonic() - self._taken_at < _JUST_NOW:
                return True
            try:
                self._blob.acquire_lease(self.id, self._leasing.lasts)
            except ConflictError as error:
                self.lost = self._of_another(error)
                return False
            self._taken_at = time.monotonic()
            return True

    def check(self) -> None:
        """Raise ConflictError where another has taken it over."""
        if self.lost is not None:
            raise self.lost

    def release(self, seconds: float) -> None:
        """Let others write; waits for the answer so long at the most. Raises nothing: it runs out by itself."""
        if not self.held:
            return
        self.held = False

        def let_go() -> None:
            with contextlib.suppress(Interrupted, WizardError, Cancelled):
                self._blob.release_lease()

        thread = threading.Thread(target=let_go, name="lease", daemon=True)
        thread.start()
        thread.join(seconds)

    def _of_another(self, error: ConflictError | None = None) -> ConflictError:
        return ConflictError(
            msg(
                "Another program holds the blob {name} in the container {container} and does not let go of it",
                name=self._blob.name,
                container=self._blob.container,
            ),
            msg(
                "It may be this wizard on another computer, another upload tool, or a disk that is made from the blob. End that, "
                "then start again. A lease that was forgotten can be broken in the Azure portal (Break lease)."
            ),
            (error.details if error is not None else {}) | {"url": self._blob.url},
        )


def _is_about_leases(error: ConflictError) -> bool:
    code = error.details.get("error code", "")
    return not code or code.startswith("Lease")


def _waiting(seconds: int) -> Message:
    return plural(
        "Another program holds the blob; waiting for {n} second at the most until it lets go",
        "Another program holds the blob; waiting for {n} seconds at the most until it lets go",
        n=seconds,
    )
