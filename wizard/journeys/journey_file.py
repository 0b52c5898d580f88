"""A journey on disk: saved whole or not at all, held by one program at a time, never overwritten when damaged."""

from __future__ import annotations

import contextlib
import os
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from wizard.errors import WizardError, as_wizard_error
from wizard.files import write_atomically
from wizard.journeys.journey import Journey, shown
from wizard.journeys.journey_format import VERSION, DamagedJourney, decode, encode
from wizard.journeys.journey_lock import JourneyLock, JourneyLockedError
from wizard.messages import Message, msg

__all__ = ["SUFFIX", "JourneyFile", "JourneyLockedError", "journey_path"]

SUFFIX: Final = ".imagewizard"

# Far beyond any journey: a disk image that was chosen by mistake is not read.
_MOST_BYTES: Final = 64 * 2**20


class JourneyFile:
    """An open journey's file. `read_only` says why it cannot be saved, `notices` what a person should know."""

    def __init__(self, path: Path, journey: Journey) -> None:
        # Through a link the file itself is meant: it is what is locked and replaced.
        self.path = path.resolve() if path.is_symlink() else path.absolute()
        self.journey = journey
        self.read_only: Message | None = None
        self.notices: list[Message] = []
        self._lock = JourneyLock(self.path)
        self._on_disk = ""
        self._closed = False

    @classmethod
    def create(cls, path: Path, name: str, cloud: str) -> JourneyFile:
        """A new journey, saved at once; raises WizardError where the file exists or cannot be written."""
        opened = cls(path, Journey(name, cloud))
        try:
            opened.path.parent.mkdir(parents=True, exist_ok=True)
            opened._refuse_existing()
            opened._lock.take()
            opened._refuse_existing()  # another window may have been quicker
            opened.save(encode(opened.journey))
            opened._keep_copy()
        except OSError as error:
            opened.close()
            error.filename = str(opened.path)
            raise as_wizard_error(error) from error
        except BaseException:
            opened.close()
            raise
        return opened

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> JourneyFile:
        """The journey at `path`; raises JourneyLockedError where it is open elsewhere, WizardError where it cannot be read.

        A damaged file is set aside beside itself, and the last copy that was kept of it takes its place.
        """
        opened = cls(path, Journey(path.stem, ""))
        if not opened.path.exists():
            raise as_wizard_error(FileNotFoundError(2, "", str(path)))
        try:
            opened.read_only = opened._only_readable(read_only)
            opened._read()
        except BaseException:
            opened.close()
            raise
        return opened

    def save(self, text: str) -> None:
        """Put the encoded journey in the file; raises WizardError, and then what was saved before is still there."""
        if self.read_only is not None:
            return
        if self._closed:
            raise ValueError("the journey is closed, and may be open elsewhere")
        try:
            decode(text)  # what could not be read again must not take the place of what can
            write_atomically(self.path, text)
        except (OSError, DamagedJourney) as error:
            raise _not_saved(self.path, error) from error
        self._on_disk = text

    def close(self) -> None:
        """Let others open the journey."""
        if self._closed:
            return
        self._closed = True
        self._keep_copy()
        self._lock.release()

    @property
    def _backup_path(self) -> Path:
        return self.path.with_name(f".{self.path.name}.backup")

    def _refuse_existing(self) -> None:
        if self.path.exists():
            raise WizardError(
                msg("There is already a journey at {path}", path=str(self.path)),
                msg("Open it, or choose another name."),
            )

    def _only_readable(self, wished: bool) -> Message | None:
        """Take the lock; or say why the journey can only be read."""
        if wished:
            return msg("This journey was opened for reading only.")
        if not os.access(self.path, os.W_OK):
            return msg("The file of this journey is write-protected. Nothing you do here is saved.")
        try:
            crashed = self._lock.take()
        except OSError:
            return msg(
                "This journey cannot be locked in its folder ({folder}), so it was opened for reading only.",
                folder=str(self.path.parent),
            )
        if crashed is not None:
            self.notices.append(
                msg(
                    "The wizard was not closed properly last time (opened {since}). Everything saved by then is here.",
                    since=shown(crashed.since),
                )
            )
        return None

    def _read(self) -> None:
        try:
            text = _text(self.path)
        except OSError as error:
            raise as_wizard_error(error) from error
        try:
            self.journey, version = decode(text)
        except DamagedJourney as damage:
            if damage.is_newer:
                raise _too_new(self.path) from None
            self._set_aside()
            return
        if version > VERSION:
            self.read_only = msg(
                "This journey was saved by a newer version of the wizard. You can read it here; to change it, update the wizard."
            )
        elif self.read_only is None:
            self._on_disk = text
            self._keep_copy()

    def _keep_copy(self) -> None:
        """Keep what is on disk, which can be read, for the day when it cannot."""
        if self._on_disk and self.read_only is None:
            with contextlib.suppress(OSError):
                write_atomically(self._backup_path, self._on_disk)

    def _set_aside(self) -> None:
        """Keep the damaged file under another name and go on with the copy; refuse where there is none."""
        copy = _copy(self._backup_path)
        is_ours = self.path.is_file() and (copy is not None or self.path.suffix == SUFFIX)
        if self.read_only is not None or not is_ours:
            raise _damaged(self.path)  # a file chosen by mistake stays where it is
        aside = _aside(self.path)
        try:
            self.path.rename(aside)
        except OSError as error:
            raise as_wizard_error(error) from error
        if copy is None:
            raise _damaged(self.path, aside)
        self.journey = copy
        try:
            self.save(encode(copy))
        except WizardError:
            with contextlib.suppress(OSError):
                aside.rename(self.path)
            raise
        self.notices.append(
            msg(
                "The file of this journey was damaged. It was set aside as {aside}; "
                "you see the copy that was kept when it was last opened or closed.",
                aside=aside.name,
            )
        )


def journey_path(folder: Path, name: str, taken: Callable[[Path], bool] = Path.exists) -> Path:
    """A file name for a new journey that no file has yet; characters that Windows forbids are left out."""
    allowed = "".join("-" if each in '<>:"/\\|?*' or _is_unprintable(each) else each for each in name)
    # Short enough for its companions (.backup, .damaged-...) and for Windows, in characters and in bytes.
    short = allowed[:80].encode()[:160].decode(errors="ignore")
    plain = short.strip(" .") or "journey"
    if plain.upper().split(".")[0].rstrip() in _RESERVED:
        plain = f"_{plain}"
    path, number = folder / f"{plain}{SUFFIX}", 2
    while taken(path):
        path, number = folder / f"{plain} {number}{SUFFIX}", number + 1
    return path


# Devices, for Windows, whatever follows after a dot.
_RESERVED: Final = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"} | {
    f"{name}{n}" for name in ("COM", "LPT") for n in "123456789¹²³"
}


def _is_unprintable(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs")


def _text(path: Path) -> str:
    """What stands in the file; "" where it is no text or far too long. Raises OSError."""
    if not path.is_file() or path.stat().st_size > _MOST_BYTES:
        return ""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""


def _copy(path: Path) -> Journey | None:
    try:
        journey, version = decode(_text(path))
    except (OSError, DamagedJourney):
        return None
    return journey if version <= VERSION else None


def _aside(path: Path) -> Path:
    """A name for the damaged file that no file has yet."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    name, number = f"{path.stem}.damaged-{stamp}", 2
    aside = path.with_name(f"{name}{path.suffix}")
    while aside.exists():
        aside, number = path.with_name(f"{name}-{number}{path.suffix}"), number + 1
    return aside


def _damaged(path: Path, aside: Path | None = None) -> WizardError:
    what = msg("The file {name} is damaged or is no journey of the wizard", name=path.name)
    if aside is None:
        return WizardError(what, msg("Choose another file."))
    return WizardError(
        what,
        msg(
            "It was set aside as {aside} and nothing in it was changed. Start a new journey.",
            aside=aside.name,
        ),
    )


def _too_new(path: Path) -> WizardError:
    return WizardError(
        msg("The journey {name} was saved by a newer version of the wizard", name=path.stem),
        msg("Update the wizard, then open it again. Nothing in it was changed."),
    )


def _not_saved(path: Path, error: Exception) -> WizardError:
    cause = as_wizard_error(error)
    return WizardError(
        msg("The journey could not be saved: {cause}", cause=cause.what),
        msg("What was saved before is still there. {cure}", cure=cause.cure),
        cause.details | {"file": str(path)},
    )
