"""Commands that add options to the kernel command line and take them off it, as each distribution does that.

Red Hat's family has grubby, which changes the boot entries themselves; the others write theirs anew from /etc/default/grub.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wizard.checks.linux.commands import quoted, rebuild_grub

if TYPE_CHECKING:
    from wizard.inspection.found.boot import Boot, BootDefaults, BootEntry
    from wizard.inspection.found.distribution import Distribution

_DEFAULTS: Final = "/etc/default/grub"
# Debian's grub-mkconfig reads these last, so that it adds to what others of them set anew (50-cloudimg-settings.cfg).
_FOLDER: Final = "/etc/default/grub.d"
_OWN_PART: Final = f"{_FOLDER}/99-azure.cfg"
_KNOWN_LOADERS: Final = ("grub2", "grub-legacy")


def add_option(boot: Boot, distribution: Distribution | None, option: str) -> tuple[str, ...]:
    """Put an option on the command line of every entry, now and at the next update; nothing where it is not known how."""
    if distribution is None or boot.loader not in _KNOWN_LOADERS or not rebuild_grub(distribution):
        return ()
    lines: list[str] = []
    if distribution.family == "redhat":
        lines.append(f'grubby --update-kernel=ALL --args="{option}"')
    if boot.defaults is not None and not boot.defaults.has(option):
        lines += _into_defaults(boot.defaults, distribution, option)
    if distribution.family != "redhat" and (lines or boot.defaults is not None):
        lines += rebuild_grub(distribution)
    return tuple(lines)


def remove_options(
    boot: Boot, distribution: Distribution | None, options: tuple[str, ...]
) -> tuple[str, ...]:
    """Take options off the command line of every entry, now and at the next update."""
    if distribution is None or boot.loader not in _KNOWN_LOADERS or not rebuild_grub(distribution):
        return ()
    lines: list[str] = []
    if distribution.family == "redhat":
        lines.append(f'grubby --update-kernel=ALL --remove-args="{" ".join(options)}"')
    if boot.defaults is not None:
        lines += _out_of_defaults(boot.defaults, options)
    if distribution.family != "redhat" and boot.defaults is not None:
        lines += rebuild_grub(distribution)
    return tuple(lines)


def _into_defaults(defaults: BootDefaults, distribution: Distribution, option: str) -> tuple[str, ...]:
    if defaults.kind != "grub":
        # One line, to which the option is added once.
        file, number = quoted(defaults.lines[0].file), defaults.lines[0].line
        return (f"grep -qwF -e {quoted(option)} {file} || sed -i {quoted(f'{number}s/$/ {option}/')} {file}",)
    line = quoted(f'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX {option}"')
    if distribution.family == "debian":
        return (
            f"mkdir -p {_FOLDER}",
            f"grep -qsxF {line} {_OWN_PART} || echo {line} >> {_OWN_PART}",
        )
    # The last line may have no end; what is added must not become a part of it.
    whole = f'{{ [ -z "$(tail -c1 {_DEFAULTS})" ] || echo >> {_DEFAULTS}; }}'
    return (f"grep -qsxF {line} {_DEFAULTS} || {{ {whole} && echo {line} >> {_DEFAULTS}; }}",)


def _out_of_defaults(defaults: BootDefaults, options: tuple[str, ...]) -> tuple[str, ...]:
    """One sed for each file that has one of them: the option goes, with the blank or quote after it staying."""
    lines: list[str] = []
    for file in dict.fromkeys(each.file for each in defaults.lines):
        texts = [each.text for each in defaults.lines if each.file == file]
        here = [each for each in options if any(each in text for text in texts)]
        if not here or not file.isprintable():
            continue
        only = (
            r"/^[[:space:]]*(export[[:space:]]+)?GRUB_CMDLINE_LINUX(_DEFAULT)?\+?=/"
            if defaults.kind == "grub"
            else ""
        )
        taken = "".join(
            rf':a{n};s/(^|["\x27 ]|LINUX=|DEFAULT=){_literal(each)}($|["\x27 ])/\1\2/;ta{n};'
            for n, each in enumerate(here)
        )
        lines.append(f"sed -i -E {quoted(f'{only}{{{taken}}}')} {quoted(file)}")
    return tuple(lines)


def _literal(option: str) -> str:
    """As sed's regular expressions have it."""
    return "".join(f"\\{each}" if each in ".*+?()[]{}|^$\\/" else each for each in option)


def usual(boot: Boot) -> tuple[BootEntry, ...]:
    """The entries that count: those that start when nobody chooses; where that is not known, all but those for repairs."""
    return boot.default_entries or tuple(each for each in boot.entries if not each.rescue)
