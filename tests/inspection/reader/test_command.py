"""How the reader is started: by this Python, or by the frozen program that knows it by a word of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

from wizard.inspection.found.inside import Unread
from wizard.inspection.inspect import LIMITS, Inspection, look_inside
from wizard.inspection.reader.command import READER_ARGUMENT, reader_command
from wizard.messages import msg
from wizard.tasks import Task

AS_FROZEN = "import sys; from ui.command import main; sys.argv[1:] = sys.argv[1:2]; main()"


class Empty:
    size = 64 * 1024

    def read_at(self, offset: int, length: int) -> bytes:
        return bytes(length)


def test_this_python_without_what_the_person_has_added() -> None:
    assert reader_command() == [sys.executable, "-I", "-m", "wizard.inspection.reader"]
    inside = look_inside(Empty(), Task(msg("A test")))
    assert inside.unread == (Unread("", "no_system"),)


def test_the_frozen_program_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert reader_command() == [sys.executable, READER_ARGUMENT]


def test_the_frozen_program_is_the_reader_where_it_is_told_so() -> None:
    command = [sys.executable, "-c", AS_FROZEN, READER_ARGUMENT]
    inside = Inspection(Empty(), Task(msg("A test")), LIMITS, command).run()
    assert inside.unread == (Unread("", "no_system"),)


def test_the_wizard_itself_does_not_load_what_reads_images() -> None:
    readers = "('pyfs', 'pyregf', 'pyvslvm', 'lz4', 'zstandard', 'wizard.inspection.chapters')"
    code = f"import sys, wizard.inspection.inspect; print([each for each in sys.modules if each.startswith({readers})])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
