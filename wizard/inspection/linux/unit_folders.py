"""systemd's units as its folders and links tell: what there is, what wants what, what is masked (systemd.unit(5))."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wizard.inspection.system_files import Files
from wizard.inspection.tree import Entry, Kind

# In the order of precedence, without those that live only while the system runs.
_FOLDERS: Final = (
    "/etc/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
)
_SUFFIXES: Final = (".wants", ".requires", ".upholds")
_NAME_MOST: Final = 256


class UnitFolders:
    """The units of one system; each folder is listed once."""

    def __init__(self, files: Files) -> None:
        self._files = files
        # Where /lib is a link to /usr/lib, both are one folder.
        real = {files.real_path(path): path for path in reversed(_FOLDERS)}
        self._folders = [path for path in _FOLDERS if path in real.values() and files.exists(path)]
        self._listed = {path: {each.name: each for each in files.entries(path)} for path in self._folders}

    def has(self, unit: str) -> bool:
        """Whether there is a file for this unit, or the template that it is made from (getty@tty1 from getty@)."""
        base, at, rest = unit.partition("@")
        names = (unit, f"{base}@.{rest.rpartition('.')[2]}") if at else (unit,)
        for folder, listed in self._listed.items():
            for name in names:
                entry = listed.get(name)
                if entry is not None and (entry.kind is not Kind.LINK or self._leads_on(folder, entry)):
                    return True
        return False

    def _leads_on(self, folder: str, link: Entry) -> bool:
        return _masks(link) or self._files.exists(f"{folder}/{link.name}")

    def default_target(self) -> str:
        """The target that a start goes to; graphical.target where nothing says it, as systemd itself does."""
        for folder, listed in self._listed.items():
            entry = listed.get("default.target")
            if entry is not None and entry.kind is Kind.LINK:
                return _last_part(entry.target())
            if entry is not None:
                return _last_part(self._files.real_path(f"{folder}/default.target") or "default.target")
        return "graphical.target"

    def wanted(self) -> dict[str, list[tuple[str, str]]]:
        """By unit: what it wants or requires through links in its folders, with the link."""
        found: dict[str, list[tuple[str, str]]] = {}
        for folder, listed in self._listed.items():
            for name in sorted(listed):
                unit = next((name.removesuffix(each) for each in _SUFFIXES if name.endswith(each)), None)
                if unit is None or len(name) > _NAME_MOST:
                    continue
                for link in self._files.names(f"{folder}/{name}"):
                    if len(link) <= _NAME_MOST:
                        found.setdefault(unit, []).append((link, f"{folder}/{name}/{link}"))
        return found

    def masked(self) -> dict[str, str]:
        """Units that never start, with what masks them: a link to /dev/null, or an empty file in a folder before all others
        that have it."""
        found: dict[str, str] = {}
        seen: set[str] = set()
        for folder, listed in self._listed.items():
            for name, entry in listed.items():
                if name in seen or entry.kind is Kind.FOLDER:
                    continue
                seen.add(name)
                if _masks(entry):
                    found[name] = f"{folder}/{name}"
        return found

    def aliases(self) -> Iterator[tuple[str, str]]:
        """Names that are links to units of other names, and those units."""
        for listed in self._listed.values():
            for name, entry in listed.items():
                if entry.kind is Kind.LINK and not _masks(entry):
                    unit = _last_part(entry.target())
                    if unit != name and name != "default.target":
                        yield name, unit


def _masks(entry: Entry) -> bool:
    if entry.kind is Kind.LINK:
        return entry.target() == "/dev/null"
    return entry.kind is Kind.FILE and entry.size == 0


def _last_part(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2][:_NAME_MOST]
