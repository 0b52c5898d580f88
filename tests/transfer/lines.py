"""Lines of all kinds that exist only as sums: what each connection gets, and when a server has too much to do."""

from __future__ import annotations

import heapq
import random
from dataclasses import dataclass
from typing import Final

from wizard.transfer.sending.connections import Connections

MB: Final = 1_000_000
RANGE: Final = 4 * 1024 * 1024


@dataclass(frozen=True)
class SimulatedLine:
    """Speeds in bytes per second. `busy_above`: so many requests at once are answered, those beyond refused."""

    each: float = 1000 * MB
    total: float = 1000 * MB
    busy_above: int = 1000
    busy_share: float = 0.0
    lost_share: float = 0.0
    overhead: float = 0.02
    noise: float = 0.03

    def seconds(self, at_once: int, size: int, chance: random.Random) -> float:
        """How long a request takes while so many are on their way."""
        speed = min(self.each, self.total / at_once)
        return self.overhead + size / speed * chance.uniform(1 - self.noise, 1 + self.noise)


@dataclass
class Ride:
    """How it went: the time, how many connections in each second, the bytes that arrived, what was refused."""

    counts: list[int]
    arrived: int
    refused: int

    def usual(self, first: int, last: int) -> float:
        """How many connections on average from one second to another."""
        part = self.counts[first:last]
        return sum(part) / len(part)


def ride(
    line: SimulatedLine, seconds: float, *, seed: int = 1, size: int = RANGE, **chosen: int
) -> tuple[Connections, Ride]:
    """Let the connections find their number on this line; a refused request waits half a second, as Line has it."""
    chance = random.Random(seed)
    connections = Connections(0.0, **chosen)
    on_their_way: list[
        tuple[float, int, float, str]
    ] = []  # when it ends, a number, when it began, how it ends
    waiting: list[float] = []  # when they are tried again
    now, number, going = 0.0, 0, 0
    went = Ride([], 0, 0)
    while now < seconds:
        while len(went.counts) <= now:
            went.counts.append(connections.count)
        waiting = [each for each in waiting if each > now]
        while len(on_their_way) + len(waiting) < connections.count:
            number += 1
            going = sum(how == "arrives" for *_, how in on_their_way)
            how = "arrives"
            if going >= line.busy_above or chance.random() < line.busy_share:
                how = "busy"
            elif chance.random() < line.lost_share:
                how = "lost"
            takes = line.seconds(going + 1, size, chance) if how == "arrives" else 0.05
            heapq.heappush(on_their_way, (now + takes, number, now, how))
        if waiting and (not on_their_way or min(waiting) < on_their_way[0][0]):
            now = min(waiting)
            continue
        now, _, began, how = heapq.heappop(on_their_way)
        if how == "arrives":
            went.arrived += size
            connections.arrived(began, now, size)
        else:
            went.refused += 1
            connections.failed(now, busy=how == "busy")
            waiting.append(now + 0.5)
    return connections, went
