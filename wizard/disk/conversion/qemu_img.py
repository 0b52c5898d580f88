"""qemu-img, where it is installed: found, its version judged, asked about a disk, and made to write one out as raw.

It is never given a disk before `wizard.disk.conversion.qemu_formats` has looked into it, never asked to guess a format, and runs
without a shell.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from wizard.disk.conversion.child import Child
from wizard.disk.conversion.qemu_formats import QemuDisk
from wizard.disk.refused import Refusal, RefusedImage
from wizard.errors import WizardError
from wizard.messages import Message, msg
from wizard.rules_data import load
from wizard.tasks import Task

_ANSWERS_WITHIN: Final = 60.0  # seconds; a virus scanner may make the first start slow
_MEASURES_WITHIN: Final = 600.0  # seconds; it reads the tables of a large disk, perhaps over a network
STALLED_AFTER: Final = 600.0
"""Seconds without progress and without a byte written after which qemu-img is taken for hung."""

_VERSION: Final = re.compile(r"qemu-img version (\d+)\.(\d+)(?:\.(\d+))?")
_PERCENT: Final = re.compile(rb"\((\d+(?:\.\d+)?)/100%\)")
# Folders by the variables that Windows and its package managers set.
_WINDOWS_PLACES: Final = (
    ("PROGRAMW6432", "qemu"),
    ("PROGRAMFILES", "qemu"),
    ("PROGRAMFILES(X86)", "qemu"),
    ("LOCALAPPDATA", "Programs/qemu"),
    ("CHOCOLATEYINSTALL", "bin"),
)
_FULL: Final = ("No space left on device", "Disk quota exceeded")
_LOCKED: Final = ("Failed to get", "lock")


@dataclass(frozen=True, slots=True)
class QemuImg:
    """An installed qemu-img and its version, as numbers."""

    path: Path
    version: tuple[int, int, int]

    @property
    def is_bad(self) -> bool:
        """Whether this version is known to write bad VHDs (VHD-20)."""
        bad = load("qemu_img")["bad"]
        return tuple(bad["from"]) <= self.version < tuple(bad["before"])

    @property
    def version_text(self) -> str:
        """The version as people write it."""
        return ".".join(str(each) for each in self.version)

    def virtual_size(self, disk: QemuDisk, task: Task) -> int:
        """The disk's size in bytes as qemu-img reads it.

        Raises WizardError where it cannot be read, or is not whole by itself after all; Cancelled.
        """
        answer = self._asked(
            task, _ANSWERS_WITHIN, "info", "--output=json", "-f", disk.driver, _plain(disk.path)
        )
        _refuse_strange(answer, disk)
        size = answer.get("virtual-size")
        if not isinstance(size, int) or size <= 0:
            raise _not_understood({"virtual-size": str(size)})
        return size

    def data_bytes(self, disk: QemuDisk, size: int, task: Task) -> int:
        """How many bytes of the disk hold data at the most; its whole size where this qemu-img cannot tell. Raises Cancelled."""
        try:
            # What a QCOW2 would need: its data in clusters, and a little for its tables.
            answer = self._asked(
                task,
                _MEASURES_WITHIN,
                "measure",
                "--output=json",
                "-O",
                "qcow2",
                "-f",
                disk.driver,
                _plain(disk.path),
            )
        except WizardError:
            return size
        required = answer.get("required")
        return min(required, size) if isinstance(required, int) and required > 0 else size

    def write_raw(self, disk: QemuDisk, size: int, target: Path, task: Task) -> None:
        """Write the disk to `target`, an empty file or none, as a raw file with holes.

        Raises WizardError where that fails or hangs, Cancelled; `target` may then be there in part.
        """
        with Child(
            [
                str(self.path),
                "convert",
                "-p",
                "-f",
                disk.driver,
                "-O",
                "raw",
                _plain(disk.path),
                _plain(target),
            ]
        ) as child:
            seen: tuple[object, ...] = ()
            moved_at = time.monotonic()
            while not child.wait(0.1):
                percent = max((float(each) for each in _PERCENT.findall(child.output[-4096:])), default=0.0)
                task.report(int(size * min(percent, 100.0) / 100), size, in_bytes=True)
                now = (percent, *_traces(target))
                if now != seen:
                    seen, moved_at = now, time.monotonic()
                elif time.monotonic() - moved_at > STALLED_AFTER:
                    raise _hangs()
            _raise_for(child)
        task.report(size, size, in_bytes=True)

    def _asked(self, task: Task, within: float, *arguments: str) -> dict[str, Any]:
        with Child([str(self.path), *arguments]) as child:
            deadline = time.monotonic() + within
            while not child.wait(0.05):
                task.check_stop()
                if time.monotonic() > deadline:
                    raise _hangs()
            _raise_for(child)
            try:
                answer = json.loads(child.output)
            except ValueError as error:
                raise _not_understood({"error": str(error)}) from error
        if not isinstance(answer, dict):
            raise _not_understood({})
        return answer


def find_qemu_img() -> QemuImg | None:
    """The first qemu-img that answers with its version, in the places where it is usually installed; None: there is none.

    One of a known bad version counts only where there is no other.
    """
    spare = None
    for path in _places():
        found = _version_of(path)
        if found is not None and not found.is_bad:
            return found
        spare = spare or found
    return spare


def needed_qemu_img() -> QemuImg:
    """A qemu-img that may be used; raises WizardError with how to get one where there is none."""
    found = find_qemu_img()
    if found is None:
        raise WizardError(
            msg("This format is read with qemu-img, which is not installed on this computer"), how_to_get_it()
        )
    if found.is_bad:
        raise WizardError(
            msg("qemu-img {version} on this computer is known to write bad VHDs", version=found.version_text),
            how_to_get_it(),
            {"path": str(found.path)},
        )
    return found


def how_to_get_it() -> Message:
    """How qemu-img comes onto this computer."""
    if sys.platform == "win32":
        return msg(
            "Install QEMU for Windows: in PowerShell, winget install SoftwareFreedomConservancy.QEMU, or the installer that "
            "www.qemu.org links to. Then try again."
        )
    elif sys.platform == "darwin":
        return msg("Install QEMU with Homebrew: brew install qemu. Then try again.")
    else:
        return msg(
            "Install it with the system’s packages: sudo apt install qemu-utils (Debian, Ubuntu) or sudo dnf install "
            "qemu-img (Red Hat, Fedora). Then try again."
        )


def _places() -> Iterator[Path]:
    """Where qemu-img may be: the search path, then where installers put it. Never the current folder."""
    name = "qemu-img.exe" if sys.platform == "win32" else "qemu-img"
    folders = [Path(each) for each in os.get_exec_path()]
    if sys.platform == "win32":
        for variable, inside in _WINDOWS_PLACES:
            folders += [Path(os.environ[variable], inside)] if os.environ.get(variable) else []
    elif sys.platform == "darwin":  # a program that the Finder starts has not the shell's search path
        folders += [Path("/opt/homebrew/bin"), Path("/usr/local/bin"), Path("/opt/local/bin")]
    for folder in dict.fromkeys(folders):
        path = folder / name
        if folder.is_absolute() and path.is_file() and os.access(path, os.X_OK):
            yield path


def _version_of(path: Path) -> QemuImg | None:
    try:
        with Child([str(path), "--version"]) as child:
            if not child.wait(_ANSWERS_WITHIN):
                return None
            found = _VERSION.search(child.output.decode("utf-8", "replace"))
    except OSError:
        return None
    return QemuImg(path, (int(found[1]), int(found[2]), int(found[3] or 0))) if found else None


def _plain(path: Path) -> str:
    """A path that qemu-img takes for a file and nothing else: a whole one cannot look like an option or a server."""
    return str(path.absolute())


def _traces(target: Path) -> tuple[int, ...]:
    """What changes about a file while it is written."""
    try:
        seen = target.stat()
    except OSError:
        return ()
    return seen.st_size, seen.st_mtime_ns, getattr(seen, "st_blocks", 0)


def _refuse_strange(answer: dict[str, Any], disk: QemuDisk) -> None:
    """Raises RefusedImage where qemu-img sees another file behind the disk than those that were looked at."""
    particular = answer.get("format-specific")
    data = particular.get("data") if isinstance(particular, dict) else None
    data = data if isinstance(data, dict) else {}
    names = [part.get("filename") for part in data.get("extents", ()) if isinstance(part, dict)]
    known = {each.name for each in disk.files}
    others = [each for each in names if not isinstance(each, str) or Path(each).name not in known]
    keys = ("backing-filename", "full-backing-filename")
    if others or "data-file" in data or answer.get("encrypted") or any(answer.get(key) for key in keys):
        raise RefusedImage(
            msg("qemu-img says that this disk needs another file or a password"),
            msg("Convert it where it was made, with qemu-img convert -O qcow2, then choose the new one."),
            kind=disk.kind,
            refusal=Refusal.DIFFERENCING,
        )


def _raise_for(child: Child) -> None:
    """Raises WizardError where the child has failed."""
    if child.status == 0:
        return
    said = child.complaint
    details = {"qemu-img": said, "status": str(child.status)}
    if any(each in said for each in _FULL):
        raise WizardError(msg("The disk is full"), msg("Free some space, then try again."), details)
    if all(each in said for each in _LOCKED):
        raise WizardError(
            msg("Another program uses this disk"),
            msg("Shut down the virtual machine that it belongs to, then try again."),
            details,
        )
    raise WizardError(
        msg("qemu-img could not read or write the disk: {said}", said=_last_line(said)),
        msg("Check that the disk is whole where it was made. What was begun has been removed."),
        details,
    )


def _last_line(said: str) -> str:
    lines: Sequence[str] = said.strip().splitlines()
    return lines[-1].removeprefix("qemu-img: ")[:300] if lines else "?"


def _hangs() -> WizardError:
    return WizardError(
        msg("qemu-img made no progress for a long time and was ended"),
        msg(
            "Check that the disk can be read at its usual speed, on a network drive above all, then try again."
        ),
    )


def _not_understood(details: dict[str, str]) -> WizardError:
    return WizardError(
        msg("What qemu-img says about the disk is not understood"),
        msg("Install a current version of QEMU, then try again."),
        details,
    )
