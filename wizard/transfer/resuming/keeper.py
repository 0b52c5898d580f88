"""What is done beside an upload as long as it runs: its lease is renewed, its journal put on the disk."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from wizard.transfer.resuming.journal import Journal
from wizard.transfer.resuming.lease import Lease

_LOOK_EVERY: Final = 0.5  # seconds


class Keeper:
    """A thread for that, for a `with` block; slow files and slow answers hold up nobody else."""

    def __init__(self, lease: Lease, journal: Journal | None) -> None:
        self._lease = lease
        self._journal = journal
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._repeat, args=(lease.renew,), name="lease", daemon=True)
        ]
        if journal is not None:
            self._threads.append(
                threading.Thread(target=self._repeat, args=(journal.sync,), name="journal", daemon=True)
            )

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()

    def _repeat(self, deed: Callable[[], None]) -> None:
        while not self._ended.wait(_LOOK_EVERY):
            deed()
