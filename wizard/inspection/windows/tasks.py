r"""Scheduled tasks outside of \Microsoft: which programs they run, and as whom. Their arguments are not kept."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from wizard.inspection.found.windows_files import ScheduledTask
from wizard.inspection.system_files import Files
from wizard.inspection.tree import Kind

_FOLDER: Final = "/Windows/System32/Tasks"
_WINDOWS_OWN: Final = f"{_FOLDER}/Microsoft/".lower()
_TASKS_MOST: Final = 200
_ENTRIES_MOST: Final = 5_000
_FILE_MOST: Final = 256 * 1024
_COMMAND: Final = re.compile(r"<Command>([^<]{1,1024})</Command>")
_ACCOUNT: Final = re.compile(r"<UserId>([^<]{1,256})</UserId>")


def read_tasks(files: Files) -> tuple[ScheduledTask, ...]:
    """The tasks. They are XML, but nothing of XML is needed to find two fields of it."""
    found: list[ScheduledTask] = []
    for seen, (path, entry) in enumerate(files.walk(_FOLDER)):
        if seen >= _ENTRIES_MOST or len(found) == _TASKS_MOST:
            break
        if entry.kind is not Kind.FILE or f"{path}/".lower().startswith(_WINDOWS_OWN):
            continue
        text = _text(files.read(path, _FILE_MOST) or b"")
        principals = text.partition("<Principals>")[2].partition("</Principals>")[0]
        account = _ACCOUNT.search(principals)
        found.append(
            ScheduledTask(
                path[len(_FOLDER) :].replace("/", "\\"),
                tuple(unescape(each).strip().strip('"')[:260] for each in _COMMAND.findall(text)[:16]),
                unescape(account[1]).strip() if account is not None else "",
            )
        )
    return tuple(sorted(found, key=lambda each: each.path))


def _text(data: bytes) -> str:
    """The text of a task: UTF-16 with its mark as Windows writes it, UTF-8 otherwise."""
    return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
