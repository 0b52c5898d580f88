"""For any disk, any hint of where its data is, and any moment of a kill: plan, journal and page ranges give the source."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.transfer.memory_blob import Killed, MemoryBlob, MemoryDisk
from wizard.messages import msg
from wizard.tasks import Task
from wizard.transfer import ranges
from wizard.transfer.sending.connections import Connections
from wizard.transfer.sending.line import Patience
from wizard.transfer.upload import Uploaded, upload

KIB = 1024
SIZE = 6 * 1024 * KIB
QUICK = Patience(give_up_after=0.2, at_first=0.2, first=0.01, longest=0.01)


def send(disk: MemoryDisk, blob: MemoryBlob, journal: Path | None) -> Uploaded:
    return upload(
        disk,
        blob,
        Task(msg("A test")),
        journal=journal,
        patience=QUICK,
        connections=Connections(0.0, first=2, most=2),
    )


@st.composite
def disks(draw: st.DrawFn) -> tuple[bytes, list[tuple[int, int]]]:
    """A content of a few MiB with some data in it, and extents that leave none of it out."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    content, extents = bytearray(SIZE), list[tuple[int, int]]()
    for _ in range(draw(st.integers(0, 12))):
        start = draw(st.integers(0, SIZE - 1))
        length = min(
            draw(st.sampled_from([1, 511, 512, 4096, 64 * KIB, 65 * KIB, 1024 * KIB, 5000 * KIB])),
            SIZE - start,
        )
        content[start : start + length] = chance.randbytes(length)
        around = draw(st.sampled_from([0, 512, 100 * KIB]))
        extents.append((max(0, start - around), min(SIZE, start + length + around)))
    whole = ranges.merged((start, end - start) for start, end in extents)
    return bytes(content), whole if draw(st.booleans()) else [(0, SIZE)]


class Kill:
    """At so many Put Pages, before or after it took effect; what the journal holds then is kept, less some bytes at its end.

    `effect`: none, whole, or half: the server has pages of it that are not as they were sent.
    """

    def __init__(self, blob: MemoryBlob, journal: Path, at: int, effect: str, torn: int) -> None:
        self._blob, self._journal, self._torn = blob, journal, torn
        self._spoils = effect == "half"
        self._at = blob.puts + at
        self.kept: bytes | None = None
        if effect != "none":
            blob.after_put = self
        else:
            blob.before_put = self

    def __call__(self, number: int) -> None:
        if number >= self._at:
            if self.kept is None:
                content = self._journal.read_bytes() if self._journal.exists() else b""
                # The first line was put on the disk before anything was sent: no power cut takes it away.
                self.kept = content[: max(len(content) - self._torn, content.find(b"\n") + 1)]
                if self._spoils:
                    self._blob.spoil_last()
            raise Killed

    def over(self) -> bool:
        """What the next program finds; whether it was killed at all."""
        self._blob.before_put = self._blob.after_put = lambda _: None
        if self.kept is not None:
            self._journal.write_bytes(self.kept)
        return self.kept is not None


KILLS = st.lists(
    st.tuples(
        st.integers(1, 8),
        st.sampled_from(["none", "whole", "half"]),
        st.sampled_from([0, 0, 0, 1, 9, 40, 200]),
        st.sampled_from("jjjx"),
    ),
    max_size=4,
)


@settings(max_examples=50, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink])
@given(disk=disks(), kills=KILLS)
def test_the_blob_ends_as_the_disk(
    disk: tuple[bytes, list[tuple[int, int]]], kills: list[tuple[int, str, int, str]]
) -> None:
    content, extents = disk
    with tempfile.TemporaryDirectory() as folder:
        source = MemoryDisk(Path(folder) / "disk.vhd", content, extents)
        blob, journal = MemoryBlob(), Path(folder) / "journal"
        whole, loses_tail, adopted = False, False, False
        for at, effect, torn, keeps in kills:
            # Without a journal nobody knows what was on its way, and a half of it may have arrived.
            if effect == "half" and (keeps == "x" or adopted):
                effect = "none"
            kill = Kill(blob, journal, at, effect, torn)
            try:
                send(source, blob, journal)
                whole = True
            except Killed:
                loses_tail = loses_tail or torn > 1
            if kill.over() and keeps == "x":
                journal.unlink(missing_ok=True)  # from another computer
                adopted = True
        done = send(source, blob, journal)
        assert bytes(blob.content) == source.content
        plan = ranges.merged(
            pages.stretch
            for pages in ranges.data_ranges(
                lambda at, size: source.content[at : at + size], source.length, [(0, source.length)]
            )
        )
        assert blob.page_ranges() == plan
        assert done.ranges_digest == ranges.digest(plan)
        assert not journal.exists() or whole
        if not loses_tail:
            in_flight = 4 * ranges.LARGEST_PUT
            assert blob.received <= done.data_bytes + len(kills) * in_flight
