"""Chapter `distribution`: os-release(5), and the files that older releases have in its place or beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from wizard.inspection.found.distribution import TOOLS, Distribution
from wizard.inspection.system_files import Files
from wizard.where import printable

_READ_MOST: Final = 64 * 1024
_LINES_MOST: Final = 500
_SAID_MOST: Final = 100  # characters of an id or a version

_OS_RELEASE: Final = ("/etc/os-release", "/usr/lib/os-release")
# One line, "NAME release VERSION (CODENAME)"; the most particular first, for all of them have the last one too.
_RELEASE: Final = (
    "/etc/oracle-release",
    "/etc/almalinux-release",
    "/etc/rocky-release",
    "/etc/centos-release",
    "/etc/openEuler-release",
    "/etc/anolis-release",
    "/etc/euleros-release",
    "/etc/kylin-release",
    "/etc/neokylin-release",
    "/etc/fedora-release",
    "/etc/redhat-release",
    "/etc/azurelinux-release",
    "/etc/mariner-release",
)
_SUSE: Final = "/etc/SuSE-release"
_DEBIAN: Final = "/etc/debian_version"
_LSB: Final = "/etc/lsb-release"

# How such a line begins, and the id that os-release(5) has for it.
_IDS: Final[Mapping[str, str]] = {
    "red hat enterprise linux": "rhel",
    "centos": "centos",
    "oracle linux": "ol",
    "enterprise linux": "ol",
    "scientific linux": "scientific",
    "almalinux": "almalinux",
    "rocky linux": "rocky",
    "fedora": "fedora",
    "openeuler": "openeuler",
    "euleros": "euleros",
    "anolis os": "anolis",
    "alibaba cloud linux": "alinux",
    "kylin": "kylin",
    "neokylin": "kylin",
    "cbl-mariner": "mariner",
    "microsoft azure linux": "azurelinux",
    "suse linux enterprise": "sles",
    "opensuse": "opensuse",
}
_NUMBER: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9}){0,4}")
_SERVICE_PACK: Final = re.compile(r"([0-9.]{1,9}) \((LTS(?:-SP[0-9]{1,2})?)\)")


def read_distribution(files: Files) -> Distribution:
    """What the system calls itself; an empty id where no file says it."""
    said = next(_candidates(files), Distribution())
    point, point_file = _point(files, said)
    return Distribution(
        id=printable(said.id.lower()[:_SAID_MOST]),
        version=printable(said.version[:_SAID_MOST]),
        like=tuple(printable(each.lower()) for each in said.like[:10]),
        name=printable(said.name),
        file=said.file,
        point=printable((said.point or point)[:_SAID_MOST]),
        point_file=said.file if said.point else point_file,
        tools=tuple(
            tool
            for tool in TOOLS
            if any(files.is_file(f"{folder}/{tool}") for folder in ("/usr/bin", "/bin"))
        ),
    )


def _candidates(files: Files) -> Iterator[Distribution]:
    """What each file says that is there, the best one first."""
    for path in _OS_RELEASE:
        fields = _fields(files, path)
        if fields.get("ID") or fields.get("NAME"):
            yield _by_os_release(fields, path)
    for path in _RELEASE:
        name, version = _one_line(files, path)
        if name:
            yield Distribution(_id(name), version, (), _first_line(files, path), path)
    fields = _fields(files, _SUSE)
    if fields:
        level = fields.get("PATCHLEVEL", "0")
        version = fields.get("VERSION", "") + ("" if level == "0" else f".{level}")
        first = _first_line(files, _SUSE)
        yield Distribution(_id(first), version, ("suse",), first, _SUSE)
    fields = _fields(files, _LSB)
    if fields.get("DISTRIB_ID"):
        name, version = fields["DISTRIB_ID"], fields.get("DISTRIB_RELEASE", "")
        yield Distribution(name, version, (), fields.get("DISTRIB_DESCRIPTION") or f"{name} {version}", _LSB)
    version = _first_line(files, _DEBIAN)
    if version:
        yield Distribution("debian", version, (), f"Debian GNU/Linux {version}", _DEBIAN)


def _by_os_release(fields: Mapping[str, str], path: str) -> Distribution:
    pack = _SERVICE_PACK.fullmatch(fields.get("VERSION", "")[:_SAID_MOST])
    return Distribution(
        fields.get("ID", "") or _id(fields["NAME"]),
        fields.get("VERSION_ID", ""),
        tuple(fields.get("ID_LIKE", "").split()),
        fields.get("PRETTY_NAME") or fields.get("NAME", ""),
        path,
        # openEuler names its service packs here alone.
        f"{pack[1]}-{pack[2]}" if pack is not None and pack[1] == fields.get("VERSION_ID") else "",
    )


def _point(files: Files, said: Distribution) -> tuple[str, str]:
    """A more exact version than os-release has, and where it stands: that of a file which agrees with it."""
    for path in (*_RELEASE, _DEBIAN):
        version = _first_line(files, path) if path == _DEBIAN else _one_line(files, path)[1]
        number = _NUMBER.fullmatch(version)
        if number is not None and said.version and version.startswith(f"{said.version}."):
            return version, path
    return "", ""


def _one_line(files: Files, path: str) -> tuple[str, str]:
    """The name and the version of "NAME release VERSION (CODENAME)" or "NAME VERSION"; "" for both where it is neither."""
    words = _first_line(files, path).split()
    if "release" in words[1:-1]:
        place = words.index("release", 1)
        return " ".join(words[:place]), words[place + 1]
    if len(words) > 1 and _NUMBER.fullmatch(words[-1]):
        return " ".join(words[:-1]), words[-1]
    return "", ""


def _first_line(files: Files, path: str) -> str:
    return next((line.strip()[:_READ_MOST] for line in files.lines(path, 4096)), "")


def _id(name: str) -> str:
    """The id for a name in full; the name's first word where no table here knows it."""
    lower = name.lower()
    known = next((each for begin, each in _IDS.items() if lower.startswith(begin)), "")
    return known or next(iter(lower.split()), "")


def _fields(files: Files, path: str) -> dict[str, str]:
    """Lines of KEY=value as a shell would read them, without anything that a shell would work out."""
    fields = {}
    for line in files.lines(path, _READ_MOST)[:_LINES_MOST]:
        key, sign, value = line.partition("=")
        if sign and not key.lstrip().startswith("#"):
            fields[key.strip()] = _unquoted(value.strip())
    return fields


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == '"':
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1]
    return value
