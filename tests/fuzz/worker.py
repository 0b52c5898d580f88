"""Reads spoilt disks one after another, in a process of its own, for a disk may end it: KIND SEED IMAGE.

A number on standard input is the disk to be read next; the answer is what became of it, on one line: opened, or why nothing
was; "fault", where something came out that may not.
"""

from __future__ import annotations

import random
import sys
import traceback
from pathlib import Path

from tests.fuzz.file_systems import sound_of, spoil
from tests.fuzz.spoilt import Sound
from tests.fuzz.spoilt_disk import SpoiltDisk
from wizard.inspection.chapters import CHAPTERS
from wizard.inspection.reader.own_limits import limit_myself
from wizard.inspection.system_files import Budget, Files, TooMuchError
from wizard.inspection.tree import Tree
from wizard.inspection.volumes.block_cache import BlockCache
from wizard.inspection.volumes.discover import volumes_of
from wizard.inspection.volumes.opened_disk import open_disk

MEMORY = 512 * 1024 * 1024
_ENOUGH = 4000  # entries of one tree
_EXPECTED = (OSError, TooMuchError, MemoryError, RecursionError)


def look(sound: Sound, image: Path, seed: int, number: int) -> str:
    """Look into one disk as the reader does, and into each of its file systems; a word for what became of it."""
    spoilt = spoil(sound, random.Random(f"{sound.name} {seed} {number}"))
    with SpoiltDisk(image, spoilt) as disk:
        cache = BlockCache(disk.read_at, disk.size)
        for volume in volumes_of(cache.read_at, disk.size):
            if volume.tree is not None:
                _look_around(volume.tree)
        opened = open_disk(disk.read_at, disk.size)
        if opened.files is None:
            return opened.why
        word = "opened"
        for chapter in CHAPTERS:
            if chapter.system == opened.system:
                opened.files.budget = Budget()
                try:
                    chapter.read(opened.files)
                except _EXPECTED as error:
                    word = f"opened but {type(error).__name__}"
        return word


def _look_around(tree: Tree) -> None:
    """Every entry: what it says of itself, its first and last bytes, and whether it is found by its name again."""
    files = Files(tree, budget=Budget(entries=_ENOUGH))
    try:
        for path, entry in files.walk("/"):
            assert "\0" not in path
            assert 0 <= entry.modified < 2**63
            assert 0 <= entry.mode <= 0o7777
            assert entry.size >= 0
            try:
                assert len(entry.read(0, 100)) == min(entry.size, 100)
                assert len(entry.read(max(entry.size - 10, 0), 100)) == min(entry.size, 10)
                entry.target()
                files.find(path, follow=False)
            except _EXPECTED:
                continue
    except _EXPECTED:
        return


def main(kind: str, seed: int, image: Path) -> None:
    sound = sound_of(kind, image)
    limit_myself(MEMORY, 10**6)
    for line in sys.stdin:
        try:
            word = look(sound, image, seed, int(line))
        except _EXPECTED as error:
            word = type(error).__name__
        except Exception:
            word = "fault " + traceback.format_exc().replace("\n", "␤")
        sys.stdout.write(f"{word}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
