"""What is inside a disk, for a person: what its partitions hold, and what a customer would get."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from wizard.figures import in_units
from wizard.inspection.found import leftovers
from wizard.messages import Message, msg, plural
from wizard.rules_data import load
from wizard.view import Facts

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside
    from wizard.inspection.found.volumes import FoundVolume
    from wizard.inspection.found.windows_files import WindowsFiles

# Longer lists are cut, and the number of the rest is said.
_NAMED_MOST: Final = 12

_KINDS: Final = {
    "ext": "ext2/3/4",
    "xfs": "XFS",
    "ntfs": "NTFS",
    "fat": "FAT",
    "btrfs": "Btrfs",
    "swap": "swap",
}

_LOADERS: Final = {"grub2": "GRUB 2", "grub-legacy": "GRUB", "unified": "unified kernel image"}

_LEFT: Final[Mapping[str, Message]] = {
    leftovers.PRIVATE_KEYS: msg("private keys"),
    leftovers.KEYS_OF_DISTRIBUTION: msg("keys made by packages"),
    leftovers.KEYS_OF_PACKAGES: msg("sample keys of packages"),
    leftovers.KEY_STORES: msg("key stores"),
    leftovers.HOST_KEYS: msg("SSH host keys"),
    leftovers.KNOWN_HOSTS: msg("known hosts"),
    leftovers.CREDENTIALS: msg("cloud and network credentials"),
    leftovers.PASSWORD_FILES: msg("files that usually hold passwords"),
    leftovers.LOGS: msg("logs"),
    leftovers.ROTATED_LOGS: msg("old logs"),
    leftovers.JOURNALS: msg("the journal"),
    leftovers.PACKAGE_CACHES: msg("package caches"),
    leftovers.TEMPORARY: msg("temporary files"),
    leftovers.CRASH_DUMPS: msg("crash dumps"),
    leftovers.MAIL: msg("mail"),
    leftovers.OTHER_HISTORIES: msg("histories of programs"),
    leftovers.CERTIFICATES: msg("certificates in homes"),
    leftovers.RESOLV_CONF: msg("name servers of the build network"),
}

Row = tuple[Message, Message]


def held_by(partition: int, inside: Inside | None) -> Message | None:
    """What was found in a partition (0: on a disk without a table); None where nothing is known of it."""
    volumes = inside.volumes if inside is not None else ()
    told = [said for each in volumes if each.partition == partition and (said := _volume(each)) is not None]
    return msg("{volumes}", volumes=tuple(told)) if told else None


def what_a_customer_gets(inside: Inside) -> Facts | None:
    """The system, who can log in, what starts and what is left over; None where no system was found."""
    rows = tuple(_windows(inside) if inside.system == "windows" else _linux(inside))
    return Facts(msg("What a customer would get"), rows) if inside.system and rows else None


def _volume(volume: FoundVolume) -> Message | None:
    """One volume in a few words; its partition's line says the kind already, a logical volume's does not."""
    parts: list[Message | str] = []
    if volume.name:
        parts.append(f"{volume.name} {_KINDS.get(volume.kind, volume.kind)}")
    if volume.mounted:
        parts.append(msg("mounted at {path}", path=volume.mounted))
    if volume.label:
        parts.append(msg("label {label}", label=volume.label))
    if volume.total_bytes is not None and volume.free_bytes is not None:
        used = max(volume.total_bytes - volume.free_bytes, 0)
        parts.append(msg("{used} of {total} used", used=in_units(used), total=in_units(volume.total_bytes)))
    return msg("{parts}", parts=tuple(parts)) if parts else None


def _linux(inside: Inside) -> Iterator[Row]:
    if inside.distribution is not None:
        system = inside.distribution
        yield msg("System"), _text(system.name or f"{system.id} {system.version}".strip())
    yield from _machine(inside)
    yield from _starts_with(inside)
    if inside.agent is not None:
        yield msg("Azure Linux Agent"), _agent(inside)
    yield from _size(inside)
    if inside.packages is not None and inside.packages.count:
        yield msg("Packages"), plural("{n} package", "{n} packages", n=inside.packages.count)
    if inside.accounts is not None:
        yield msg("Can log in"), _names(_who_can_log_in(inside), msg("nobody"))
    if inside.services is not None:
        yield msg("Starts with the system"), _names(inside.services.chosen)
    if inside.leftovers is not None:
        yield msg("Left over"), _listed(tuple(_left(inside)))


def _windows(inside: Inside) -> Iterator[Row]:
    if inside.release is not None:
        yield msg("System"), _text(inside.release.name)
        if inside.release.version_text:
            yield msg("Version"), _text(inside.release.version_text)
    yield from _machine(inside)
    yield from _size(inside)
    if inside.windows_accounts is not None:
        names = [each.name for each in inside.windows_accounts.accounts if each.enabled is not False]
        yield msg("Can log in"), _names(names, msg("nobody"))
    if inside.windows_services is not None:
        starting = [
            each.name for each in inside.windows_services.services if _is_own(each.program, each.start)
        ]
        yield msg("Starts with the system, beside Windows itself"), _names(starting)
    if inside.files is not None:
        yield msg("Left over"), _listed(tuple(_left_on_windows(inside.files)))


def _machine(inside: Inside) -> Iterator[Row]:
    if inside.machine is not None and inside.machine.architectures:
        yield msg("Processor"), msg("{names}", names=inside.machine.architectures)


def _starts_with(inside: Inside) -> Iterator[Row]:
    if inside.kernel is not None and inside.kernel.default:
        yield msg("Kernel"), _text(inside.kernel.default)
    by_efi = any(each.mounted in ("/boot/efi", "/efi") for each in inside.volumes)
    if inside.boot is not None and inside.boot.loader:
        loader = _LOADERS.get(inside.boot.loader, inside.boot.loader)
        yield msg("Boot loader"), _text(f"{loader}, UEFI" if by_efi else loader)


def _agent(inside: Inside) -> Message:
    agent, packages = inside.agent, inside.packages
    if agent is None or not agent.installed:
        return msg("not installed")
    package = packages.newest_package(*load("agent_versions")["packages"]) if packages is not None else None
    return _text(package.upstream) if package is not None else msg("installed")


def _size(inside: Inside) -> Iterator[Row]:
    sizes = [each for each in inside.volumes if each.total_bytes is not None and each.free_bytes is not None]
    if sizes:
        total = sum(each.total_bytes or 0 for each in sizes)
        used = total - sum(each.free_bytes or 0 for each in sizes)
        yield (
            msg("Size of its files"),
            msg("{used} of {total}", used=in_units(max(used, 0)), total=in_units(total)),
        )


def _left(inside: Inside) -> Iterator[Message]:
    found = inside.leftovers
    if found is None:
        return
    histories = sum(each.size for each in found.histories)
    if histories:
        yield msg("{what} ({size})", what=msg("shell histories"), size=in_units(histories))
    keys = [each for each in found.authorized_keys if not each.harmless]
    if keys:
        yield plural("{n} authorized_keys file", "{n} authorized_keys files", n=len(keys))
    for group in found.groups:
        if group.count:
            what = _LEFT.get(group.kind, _text(group.kind))
            yield msg("{what} ({size})", what=what, size=in_units(group.bytes))


def _left_on_windows(files: WindowsFiles) -> Iterator[Message]:
    if files.answer_files:
        yield plural("{n} answer file", "{n} answer files", n=len(files.answer_files))
    if files.keys:
        yield plural("{n} private key", "{n} private keys", n=len(files.keys))
    if files.extensions:
        yield plural("{n} VM extension", "{n} VM extensions", n=len(files.extensions))
    heaps = (
        (msg("histories"), files.histories),
        (msg("crash dumps"), files.dumps),
        (msg("temporary files"), files.temporary),
        (msg("logs"), files.logs),
        (msg("the recycle bin"), (files.recycle_bin,) if files.recycle_bin is not None else ()),
    )
    for what, heap in heaps:
        size = sum(each.bytes for each in heap)
        if size:
            yield msg("{what} ({size})", what=what, size=in_units(size))


def _is_own(program: str, start: int) -> bool:
    """Whether a service was added to Windows and starts by itself (2: automatic)."""
    place = program.lower().replace("/", "\\").strip('"')
    return start == 2 and bool(place) and "\\windows\\" not in place and "%systemroot%" not in place


def _who_can_log_in(inside: Inside) -> list[str]:
    """Users with a shell, and a password or a key."""
    users = inside.accounts.login_users if inside.accounts is not None else ()
    keys = inside.leftovers.authorized_keys if inside.leftovers is not None else ()
    with_keys = {each.user for each in keys if not each.harmless}
    return [each.name for each in users if not each.is_locked or each.name in with_keys]


def _names(names: Sequence[str], without: Message | None = None) -> Message:
    return _listed([_text(name) for name in names], without)


def _listed(items: Sequence[Message], without: Message | None = None) -> Message:
    """The items, cut where there are many; `without` is said where there is none."""
    if not items:
        return without or msg("nothing")
    named = msg("{items}", items=tuple(items[:_NAMED_MOST]))
    rest = len(items) - _NAMED_MOST
    return named if rest <= 0 else plural("{named} and {n} more", "{named} and {n} more", n=rest, named=named)


def _text(text: str) -> Message:
    return msg("{text}", text=text)
