"""What a person set once for all journeys: language, theme, proxy, folders. No secret is among it."""

from __future__ import annotations

import contextlib
import getpass
import json
import locale
import os
import sys
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from wizard.messages import CHINESE, ENGLISH, LANGUAGES
from wizard.places import user_config_folder, user_data_folder

THEMES: Final = ("system", "light", "dark")
TEXT_SCALES: Final = (100, 125, 150, 175, 200)
LARGEST_LIMIT: Final = 10 * 1024 * 1024
"""KiB per second: 10 GiB/s, more than any line."""

_RECENT: Final = 8


@dataclass(frozen=True, slots=True)
class Settings:
    """`theme` is one of THEMES, `text_scale` in per cent; an empty `proxy` means the system's; folders are absolute.

    `upload_limit` is in KiB per second, 0 for none.
    """

    language: str = ENGLISH
    theme: str = "system"
    text_scale: int = 100
    proxy: str = ""
    journeys_folder: str = ""
    person: str = ""
    recent: tuple[str, ...] = ()
    window: str = ""
    guide_open: bool = True
    upload_limit: int = 0

    def opened(self, path: Path) -> Settings:
        """The settings after a journey was opened: it is the first of the recent ones."""
        others = tuple(each for each in self.recent if each != str(path))
        return replace(self, recent=(str(path), *others)[:_RECENT])

    @property
    def signer(self) -> str:
        """The name beside what is ticked off: the person's, else the system's for whoever is signed in; "" where it has none."""
        if self.person:
            return self.person
        # Without a name in the environment or the user list it raises one or the other, by system and version of Python.
        with contextlib.suppress(OSError, KeyError, ImportError):
            return getpass.getuser()
        return ""

    @property
    def speed_limit(self) -> int | None:
        """Bytes per second that an upload may send at the most; None for no limit."""
        return self.upload_limit * 1024 or None

    @property
    def journeys(self) -> Path:
        """The folder in which new journeys are saved."""
        return Path(self.journeys_folder) if self.journeys_folder else user_data_folder() / "journeys"


_DEFAULTS: Final = Settings()
_ALLOWED: Final = {"language": LANGUAGES, "theme": THEMES, "text_scale": TEXT_SCALES}


def settings_path() -> Path:
    """Where the settings are kept."""
    return user_config_folder() / "settings.json"


def load_settings() -> Settings:
    """The saved settings; what is missing, damaged or out of range has its default."""
    chosen = Settings(language=_system_language())
    try:
        data = json.loads(settings_path().read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return chosen
    if not isinstance(data, dict):
        return chosen
    fitting = {
        field.name: value
        for field in fields(Settings)
        if (value := _fitting(field.name, data.get(field.name))) is not None
    }
    return replace(chosen, **fitting)


def save_settings(settings: Settings) -> None:
    """Keep the settings; where that fails the old ones stay (they are a comfort, not a journey).

    A password in the proxy's address is left out: it holds for this session only.
    """
    kept = replace(settings, proxy=_without_password(settings.proxy))
    from wizard.files import write_atomically  # reading, which the start of the window waits for, needs less

    with contextlib.suppress(OSError):
        settings_path().parent.mkdir(parents=True, exist_ok=True)
        write_atomically(settings_path(), json.dumps(asdict(kept), ensure_ascii=False, indent=1))


def _without_password(proxy: str) -> str:
    scheme, separator, rest = proxy.rpartition("://")
    login, at, host = rest.rpartition("@")
    return f"{scheme}{separator}{login.partition(':')[0]}{at}{host}"


def _fitting(name: str, value: Any) -> Any:
    """The value where it is one that the setting may have, else None."""
    if name == "recent":
        return (
            tuple(each for each in value if isinstance(each, str))[:_RECENT]
            if isinstance(value, list)
            else None
        )
    if name == "upload_limit" and type(value) is int:
        return min(max(value, 0), LARGEST_LIMIT)
    fits = type(value) is type(getattr(_DEFAULTS, name)) and value in _ALLOWED.get(name, (value,))
    return value if fits else None


def _system_language() -> str:
    names = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    names.append(_display_language())
    with contextlib.suppress(ValueError, TypeError):
        names.append(locale.getlocale()[0] or "")
    spoken = next((name for name in names if name), "")
    return CHINESE if spoken.lower().startswith(("zh", "chinese")) else ENGLISH


def _display_language() -> str:
    """In which language Windows shows itself, like zh_CN (Python's locale tells how it writes dates); "" elsewhere."""
    if sys.platform == "win32":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            return locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    return ""
