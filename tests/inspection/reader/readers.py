"""Readers that behave as a crafted image may make the real one behave: python readers.py BEHAVIOUR [FILE].

Each says hello, takes its work and opens a Linux with the chapters machine, ssh and network; FILE gets a line at each start.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from wizard.inspection.reader import frames

CHAPTERS = ("machine", "ssh", "network")
source, target = sys.stdin.buffer, sys.stdout.buffer
work: dict[str, object] = {}


def say(kind: bytes, content: object = b"") -> None:
    frames.write(target, kind, content if isinstance(content, bytes) else json.dumps(content).encode())


def read(offset: int, length: int) -> bytes:
    say(frames.READ, frames.REQUEST.pack(offset, length))
    return frames.read(source, frames.FROM_WIZARD)[1]


def begin() -> None:
    say(frames.HELLO, frames.NUMBER.pack(os.getpid()))
    work.update(json.loads(frames.read(source, frames.FROM_WIZARD)[1]))


def opened(**more: object) -> None:
    say(frames.OPENED, {"system": "linux", "chapters": CHAPTERS} | more)


def chapters(at: Callable[[str], None]) -> None:
    """Tell of all chapters that are wanted; `at` each of them something is done."""
    begin()
    opened()
    for name in CHAPTERS:
        if name not in work["leave_out"]:  # type: ignore[operator]
            say(frames.BEGINS, name.encode())
            at(name)
            say(frames.CHAPTER, {})
    say(frames.END)


def in_ssh(deed: Callable[[], object]) -> Callable[[], None]:
    return lambda: chapters(lambda name: deed() if name == "ssh" else None)  # type: ignore[func-returns-value]


def spin() -> None:
    while True:
        pass


def read_for_ever() -> None:
    while True:
        read(0, 1024)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL) if sys.platform != "win32" else os._exit(3)


def read_twice() -> None:
    assert read(1, 3) == b"\1\2\3"
    assert len(read(2**60, 10)) == 0
    assert len(read(0, 2**32 - 1)) == 4096  # no more than there is


def deaf() -> None:
    """Asks and asks, and hears nothing of it."""
    while True:
        say(frames.READ, frames.REQUEST.pack(0, 4096))


def told(content: bytes) -> Callable[[], None]:
    return in_ssh(lambda: say(frames.CHAPTER, content))


def with_opened(**more: object) -> Callable[[], None]:
    def behave() -> None:
        begin()
        opened(**more)
        say(frames.END)

    return behave


def rubbish() -> None:
    begin()
    target.write(b"rubbish" * 1000)
    target.flush()


def ends_at_once() -> None:
    return


def ends_early() -> None:
    begin()
    opened()
    say(frames.END)


def surroundings() -> None:
    Path(sys.argv[2]).write_text(json.dumps([dict(os.environ), str(Path.cwd()), work]), "utf-8")


def asks_and_waits() -> None:
    begin()
    read(0, 1)
    read(0, 1)


BEHAVIOURS: dict[str, Callable[[], None]] = {
    "good": lambda: chapters(lambda _: read_twice()),
    "dies": in_ssh(die),
    "dies everywhere": lambda: chapters(lambda _: die()),
    "dies before": lambda: (begin(), die())[0],  # type: ignore[func-returns-value]
    "spins": in_ssh(spin),
    "reads, then spins": in_ssh(lambda: (read(0, 1), spin())),  # type: ignore[func-returns-value]
    "spins everywhere": lambda: chapters(lambda _: spin()),
    "reads for ever": in_ssh(read_for_ever),
    "is deaf": in_ssh(deaf),
    "rubbish": rubbish,
    "ends at once": ends_at_once,
    "ends early": ends_early,
    "no hello": lambda: say(frames.BEGINS, b"ssh"),
    "long hello": lambda: say(frames.HELLO, bytes(9)),
    "huge frame": in_ssh(lambda: target.write(b"C\xff\xff\xff\xff") and target.flush()),
    "short request": in_ssh(lambda: say(frames.READ, b"123")),
    "no JSON": told(b"{"),
    "another record": told(b'{"files": "none"}'),
    "no record": told(b"[]"),
    "nested": told(b"[" * 100_000),
    "a large number": told(b'{"files": [' + b"9" * 5000 + b"]}"),
    "another chapter": in_ssh(lambda: say(frames.BEGINS, b"accounts")),
    "no reason": in_ssh(lambda: say(frames.UNREAD, {"chapter": "ssh", "why": "because"})),
    "says why": in_ssh(
        lambda: (
            say(frames.UNREAD, {"chapter": "machine", "why": "damaged", "detail": "x\x1b[31m"}),
            os._exit(0),
        )
    ),
    "no such system": with_opened(system="plan9"),
    "no such chapter": with_opened(chapters=["machine", "volumes"]),
    "a chapter twice": with_opened(chapters=["machine", "machine"]),
    "opens for ever": lambda: (begin(), [opened() for _ in range(100_000)])[0],  # type: ignore[func-returns-value]
    "odd texts": with_opened(
        chapters=[],
        volumes=[{"partition": 1, "start": 0, "length": 1, "kind": "ext", "label": "a\x1b\u202eb\ud800"}],
    ),
    "nothing there": with_opened(
        system="", chapters=[], unread=[{"chapter": "", "why": "cannot_read", "detail": "btrfs"}]
    ),
    "surroundings": lambda: chapters(lambda name: surroundings() if name == "ssh" else None),
    "asks and waits": asks_and_waits,
}

if __name__ == "__main__":
    if len(sys.argv) > 2:
        with Path(sys.argv[2]).open("a", encoding="utf-8") as starts:
            starts.write(f"{os.getpid()}\n")
    BEHAVIOURS[sys.argv[1]]()
