"""cloud-init: its configuration as it is in force, and what it left of an earlier start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from wizard.inspection.found.cloud_init import CloudInit
from wizard.inspection.linux.plain_yaml import Node, parse
from wizard.inspection.system_files import Files
from wizard.inspection.tree import Kind
from wizard.where import Where, printable, where

_PROGRAMS: Final = ("/usr/bin/cloud-init", "/usr/local/bin/cloud-init", "/bin/cloud-init")
_OFF: Final = "/etc/cloud/cloud-init.disabled"
_DATA: Final = "/var/lib/cloud"
_LOGS: Final = ("/var/log/cloud-init.log", "/var/log/cloud-init-output.log")
# What `cloud-init clean` removes: everything in its folder but the seed and what the package brought.
_STATE: Final = ("instance", "instances", "data", "sem")
_FILES_MOST: Final = 100
_SHOWN_MOST: Final = 20


def read_cloud_init(files: Files) -> CloudInit:
    """cloud-init as it is installed and configured; an empty record where it is not."""
    program = next((path for path in _PROGRAMS if files.is_file(path)), "")
    parts = _configuration(files)
    sources, sources_at = _last(parts, ("datasource_list",))
    azure, azure_at = _last(parts, ("datasource", "Azure", "apply_network_config"))
    network, _ = _last(parts, ("network", "config"))
    return CloudInit(
        program=program,
        version=_version(files) if program else "",
        off_at=_OFF if files.find(_OFF) is not None else "",
        sources=tuple(printable(word) for word in sources.words[:_SHOWN_MOST]) if sources else (),
        sources_at=sources_at,
        network_config=azure.truth if azure else None,
        network_config_at=azure_at,
        network_off=network is not None and network.text == "disabled",
        swap_files=_swap_files(parts),
        state=_state(files),
        logs=tuple(path for path in _LOGS if (entry := files.find(path)) is not None and entry.size),
        seed=_seed(files),
    )


Part = tuple[str, Node]  # a file's path and what it says


def _configuration(files: Files) -> list[Part]:
    """cloud.cfg, then the files of cloud.cfg.d by name: mappings are merged, and the last file that sets a value wins."""
    names = [name for name in files.names("/etc/cloud/cloud.cfg.d") if name.endswith(".cfg")]
    paths = ["/etc/cloud/cloud.cfg", *(f"/etc/cloud/cloud.cfg.d/{name}" for name in names[:_FILES_MOST])]
    parts: list[Part] = []
    for path in paths:
        lines = files.lines(path)
        if lines:
            parts.append((path, parse(lines)))
    return parts


def _last(parts: Sequence[Part], keys: tuple[str, ...]) -> tuple[Node | None, Where | None]:
    """The value in force at this path of keys, and where it stands: not the whole line, for passwords may share it."""
    for path, root in reversed(parts):
        node = root.get(*keys)
        if node is not None:
            value = f"[ {', '.join(node.words)} ]" if node.items else node.text
            return node, where(path, node.line, f"{keys[-1]}: {value}")
    return None, None


def _swap_files(parts: Sequence[Part]) -> tuple[Where, ...]:
    """Where a swap file is asked for that is not below /mnt, where Azure's temporary disk is mounted."""
    found = []
    for path, root in parts:
        swap = root.get("swap")
        if swap is None or not swap.keys or swap.keys.get("size", Node()).text in ("", "0"):
            continue
        name = swap.keys.get("filename", Node()).text or "/swap.img"  # cloud-init's own default
        if not name.startswith("/mnt/"):
            found.append(where(path, swap.line, f"swap: {name}"))
    return tuple(found[:_SHOWN_MOST])


def _state(files: Files) -> tuple[str, ...]:
    """What an earlier start left; empty folders count for nothing, for packages bring them."""
    left = []
    for name in _STATE:
        path = f"{_DATA}/{name}"
        entry = files.find(path, follow=False)
        if entry is None:
            continue
        if entry.kind is not Kind.FOLDER or next(entry.children(), None) is not None:
            left.append(path)
    return tuple(left)


def _seed(files: Files) -> tuple[str, ...]:
    """Files below seed/: a source that somebody laid there, as the makers of test machines do."""
    found = []
    for path, entry in files.walk(f"{_DATA}/seed"):
        if entry.kind is Kind.FILE and entry.size:
            found.append(path)
        if len(found) == _SHOWN_MOST:
            break
    return tuple(sorted(found))


def _version(files: Files) -> str:
    """As cloudinit/version.py says; the package's own version is in the chapter `packages`."""
    for pattern in ("/usr/lib/python3*/*-packages", "/usr/lib/python2*/*-packages"):
        for folder in files.glob(pattern):
            for line in files.lines(f"{folder}/cloudinit/version.py", 8192):
                name, equals, value = line.partition("=")
                if equals and name.strip() == "__VERSION__":
                    return printable(value.strip().strip("\"'"))
    return ""
