"""Modules of a kernel: those that rules ask for, in modules.builtin and modules.dep, and what keeps them from being loaded."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from wizard.inspection.found.kernel import ModuleBan
from wizard.inspection.system_files import Files

_LIST_MOST: Final = 16 * 1024 * 1024  # bytes of a modules.dep: 0.5 to 2 MiB in truth
_ENDINGS: Final = ("", ".gz", ".xz", ".zst", ".lzma")
# As modprobe.d(5) orders them: a file hides one of the same name behind it.
_FOLDERS: Final = (
    "/etc/modprobe.d",
    "/run/modprobe.d",
    "/usr/local/lib/modprobe.d",
    "/usr/lib/modprobe.d",
    "/lib/modprobe.d",
)
_FILES_MOST: Final = 500
_BANS_MOST: Final = 100
# What `install` runs instead of loading the module, where it is meant to load nothing.
_NOTHING: Final = ("true", "false", "nologin", ":", "exit", "null")


def module_name(path: str) -> str:
    """The module that a file holds, by the kernel's name: "hid_hyperv" of "kernel/drivers/hid/hid-hyperv.ko.zst"; else ""."""
    stem, dot, ending = path.rpartition("/")[2].partition(".ko")
    return stem.replace("-", "_") if dot and ending in _ENDINGS else ""


def built_in(files: Files, folder: str, wanted: Collection[str]) -> tuple[str, ...] | None:
    """Which of these modules are part of the kernel itself; None where its list is missing."""
    return _listed(files, f"{folder}/modules.builtin", wanted)


def on_disk(files: Files, folder: str, wanted: Collection[str]) -> tuple[str, ...] | None:
    """Which of these modules can be found by modprobe and are there; None where its list is missing."""
    return _listed(files, f"{folder}/modules.dep", wanted, folder)


def _listed(
    files: Files, path: str, wanted: Collection[str], folder: str | None = None
) -> tuple[str, ...] | None:
    text = files.text(path, _LIST_MOST)
    if text is None:
        return None
    found: set[str] = set()
    for line in text.split("\n"):
        listed = line.partition(":")[0].strip()
        name = module_name(listed)
        if name in wanted and name not in found:
            at = listed if listed.startswith("/") else f"{folder}/{listed}"
            if folder is None or files.exists(at):
                found.add(name)
    return tuple(sorted(found))


def bans(files: Files, wanted: Collection[str]) -> tuple[ModuleBan, ...]:
    """The lines below modprobe.d that keep one of these modules from being loaded."""
    found: list[ModuleBan] = []
    for path in _configuration(files):
        for number, line in enumerate(files.lines(path), 1):
            ban = _ban(line, wanted)
            if ban is not None and len(found) < _BANS_MOST:
                found.append(ModuleBan(*ban, path, number, line.strip()[:200]))
    return tuple(found)


def _configuration(files: Files) -> Iterable[str]:
    paths: dict[str, str] = {}
    for folder in _FOLDERS:
        for name in files.names(folder):
            if name.endswith(".conf") and len(paths) < _FILES_MOST:
                paths.setdefault(name, f"{folder}/{name}")
    return [paths[name] for name in sorted(paths)]


def _ban(line: str, wanted: Collection[str]) -> tuple[str, str] | None:
    words = line.split()
    if len(words) < 2:
        return None
    module = words[1].replace("-", "_")
    if words[0] == "alias" and words[2:3] == ["off"]:
        # mount asks for a file system as fs-udf.
        module = module.removeprefix("fs_")
        return (module, "alias") if module in wanted else None
    if module not in wanted:
        return None
    if words[0] == "blacklist":
        return module, "blacklist"
    runs = words[2].rpartition("/")[2].strip(";'\"") if len(words) > 2 else ""
    return (module, "install") if words[0] == "install" and runs in _NOTHING else None


def modules_in(names: Iterable[str], version: str, wanted: Collection[str]) -> Iterator[str]:
    """Which of these modules are among the paths of an initial RAM disk, for this kernel."""
    below = f"/lib/modules/{version}/"
    for name in names:
        if ".ko" in name and below in f"/{name}":
            module = module_name(name)
            if module in wanted:
                yield module
