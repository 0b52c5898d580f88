"""Where a converted disk is written: never over what it is made from, and whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import sys
from collections.abc import Iterable, Iterator
from errno import EDQUOT, EFBIG, ENOSPC
from io import FileIO
from pathlib import Path
from stat import S_ISLNK, S_ISREG
from typing import Final

from wizard.disk.files.file_access import system_path
from wizard.errors import WizardError
from wizard.figures import in_units
from wizard.files import replace_patiently, sync_folder
from wizard.messages import msg

# So much of the target's name is in the temporary's: enough to know whose it is, and no name becomes too long.
_NAME_MOST: Final = 40
_PREFIXES: Final = ("\\\\?\\UNC\\", "\\\\?\\", "\\\\.\\")


def check_target(target: Path, inputs: Iterable[Path], *, overwrite: bool) -> None:
    """Raises WizardError where nothing may be written at `target`, above all where it is one of the `inputs`."""
    if target.suffix.lower() != ".vhd":
        raise WizardError(
            msg("{name} does not end in .vhd", name=target.name),
            msg("Give the new file a name that ends in .vhd; Azure takes no other."),
        )
    if not _at(target.parent).is_dir():
        raise WizardError(
            msg("There is no folder {folder}", folder=str(target.parent)),
            msg("Make it, or choose another folder for the new file."),
        )
    for each in inputs:
        if _is_same(target, each):
            raise WizardError(
                msg("{name} is the disk itself; it is never written over", name=target.name),
                msg("Give the new file another name or folder."),
            )
    _check_place(target, overwrite=overwrite)


def check_room(folder: Path, needed: int) -> None:
    """Raises WizardError where the file system of `folder` has less than `needed` bytes free."""
    free = free_bytes(folder)
    if free < needed:
        raise WizardError(
            msg(
                "There is not enough room in {folder}: {needed} are needed, {free} are free",
                folder=str(folder),
                needed=in_units(needed),
                free=in_units(free),
            ),
            msg("Free some space there, or choose another folder for the new file."),
            {"needed": str(needed), "free": str(free)},
        )


def free_bytes(folder: Path) -> int:
    """How many bytes may still be written into this folder. Raises OSError."""
    return shutil.disk_usage(_at(folder)).free


class Temporary:
    """A new file beside the target; `file` is open for reading and writing, unbuffered."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = path.open("x+b", buffering=0)
        _is_alone(self.file)

    @contextlib.contextmanager
    def lent(self) -> Iterator[Path]:
        """Another program writes the file meanwhile; QEMU on Windows wants it for itself."""
        if sys.platform == "win32":
            self.file.close()
        yield self.path
        if self.file.closed:
            self.file = self.path.open("r+b", buffering=0)


@contextlib.contextmanager
def beside(target: Path, *, overwrite: bool) -> Iterator[Temporary]:
    """A new file in the target's folder. When the block has ended well it is put in the target's place; else it is removed.

    What a conversion to the same target left behind whose program was killed is removed before. Raises WizardError
    where the disk is full, or where something stands at `target` meanwhile.
    """
    place = _at(target)
    path = _at(target.with_name(f".{target.name[:_NAME_MOST]}.{secrets.token_hex(8)}.new"))
    try:
        _remove_leftovers(place)
        temporary = Temporary(path)
        try:
            yield temporary
            os.fsync(temporary.file.fileno())
        finally:
            temporary.file.close()
        _check_place(target, overwrite=overwrite)
        replace_patiently(path, place)
    except BaseException as error:
        with contextlib.suppress(OSError):
            path.unlink()
        if isinstance(error, OSError):
            raise _told(error, target) from error
        raise
    sync_folder(place.parent)


def _remove_leftovers(place: Path) -> None:
    """Remove temporaries of this target that nobody writes any more; whoever does holds a lock, or Windows keeps it."""
    shape = re.compile(re.escape(f".{place.name[:_NAME_MOST]}.") + r"[0-9a-f]{16}\.new")
    for each in place.parent.iterdir():
        if shape.fullmatch(each.name):
            with contextlib.suppress(OSError), each.open("r+b", buffering=0) as file:
                alone = _is_alone(file)
                file.close()
                if alone:
                    each.unlink()


def _is_alone(file: FileIO) -> bool:
    """Whether no other program has locked this file; it is then locked for this one. On Windows being open is enough."""
    if sys.platform != "win32":
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # locked, or a file system without locks
            return False
    return True


def _check_place(target: Path, *, overwrite: bool) -> None:
    """Raises WizardError where something is at `target` that may not be replaced."""
    try:
        mode = _at(target).lstat().st_mode
    except FileNotFoundError:
        return
    if not S_ISREG(mode) and not S_ISLNK(mode):
        raise WizardError(
            msg("{path} is a folder or a device, not a file", path=str(target)),
            msg("Give the new file another name."),
        )
    if not overwrite:
        raise WizardError(
            msg("{path} exists already", path=str(target)),
            msg("Give the new file another name, or allow it to be overwritten (--overwrite)."),
        )


def _is_same(target: Path, other: Path) -> bool:
    """Whether both paths lead to one file, by whatever names, links or letters."""
    if _whole(target) == _whole(other):
        return True
    with contextlib.suppress(OSError):
        return _at(target).samefile(_at(other))
    return False  # the target is not there


def _whole(path: Path) -> str:
    """The path without links, prefixes and, where the system sees no difference, capitals."""
    whole = os.path.realpath(path)
    for prefix in _PREFIXES:
        whole = whole.removeprefix(prefix)
    return os.path.normcase(whole).lstrip("\\")


def _at(path: Path) -> Path:
    return Path(system_path(str(path)))


def _told(error: OSError, target: Path) -> WizardError | OSError:
    """The same in words that know nothing of a temporary file."""
    details = {"error": str(error)}
    if error.errno in (ENOSPC, EDQUOT):
        return WizardError(
            msg(
                "The disk became full while {name} was written; what was begun has been removed",
                name=target.name,
            ),
            msg("Free some space there, or choose another folder for the new file."),
            details,
        )
    if error.errno == EFBIG:
        return WizardError(
            msg("The file system of {folder} takes no file so large", folder=str(target.parent)),
            msg("Choose a folder on another drive; FAT32 takes at most 4 GiB."),
            details,
        )
    error.filename, error.filename2 = str(target), None
    return error
