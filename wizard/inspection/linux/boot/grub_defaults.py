"""What the next update of the boot loader will make of the kernel command line: /etc/default/grub or /etc/kernel/cmdline."""

from __future__ import annotations

from typing import Final

from wizard.inspection.found.boot import BootDefaults, DefaultsLine
from wizard.inspection.linux.boot.masking import without_secrets
from wizard.inspection.linux.boot.script_words import Word, commands
from wizard.inspection.system_files import Files

_FILE: Final = "/etc/default/grub"
_PARTS: Final = "/etc/default/grub.d/*.cfg"
_KERNEL_INSTALL: Final = ("/etc/kernel/cmdline", "/usr/lib/kernel/cmdline")
_MAKERS: Final = (
    "/usr/sbin/grub-mkconfig",
    "/usr/sbin/grub2-mkconfig",
    "/usr/bin/grub-mkconfig",
    "/usr/bin/grub2-mkconfig",
)
# In the order in which grub-mkconfig puts them into an entry.
_NAMES: Final = ("GRUB_CMDLINE_LINUX", "GRUB_CMDLINE_LINUX_DEFAULT")
_VALUE_MOST: Final = 8_192
_VARIABLES_MOST: Final = 1_000
_LINES_MOST: Final = 20
_FILES_MOST: Final = 100


def grub_defaults(files: Files) -> BootDefaults | None:
    """What grub-mkconfig would make; None where its settings are not there."""
    paths = [
        each for each in (_FILE, *(files.glob(_PARTS) if _reads_parts(files) else ())) if files.is_file(each)
    ]
    if not paths:
        return None
    variables: dict[str, str] = {}
    found: list[DefaultsLine] = []
    whole = True
    for path in paths[:_FILES_MOST]:
        lines = files.lines(path)
        for command in commands("\n".join(lines)):
            words = command.words[1:] if command.name == "export" else command.words
            for word in words[:1]:
                name, value, added = _assignment(word, variables)
                if not name or (name not in variables and len(variables) >= _VARIABLES_MOST):
                    continue
                variables[name] = ((variables.get(name, "") if added else "") + value)[:_VALUE_MOST]
                if name in _NAMES:
                    # What a command would print is not known.
                    whole = whole and "`" not in value and "$(" not in value
                    text = without_secrets(lines[command.line - 1])
                    found.append(DefaultsLine(path, command.line, name, text))
    options = " ".join(variables[name] for name in _NAMES if variables.get(name))
    return BootDefaults(without_secrets(options), "grub", tuple(found[-_LINES_MOST:]), whole)


def kernel_install_defaults(files: Files) -> BootDefaults | None:
    """What kernel-install would take; None where no such file is there."""
    for path in _KERNEL_INSTALL:
        lines = [
            (number, line.strip())
            for number, line in enumerate(files.lines(path, 64 * 1024), 1)
            if line.strip() and not line.strip().startswith("#")
        ]
        if lines:
            options = without_secrets(" ".join(line for _number, line in lines)[:_VALUE_MOST])
            return BootDefaults(options, "kernel-install", (DefaultsLine(path, lines[0][0], "", options),))
    return None


def _reads_parts(files: Files) -> bool:
    """Whether the image's grub-mkconfig takes in /etc/default/grub.d: Debian's does, others do not all."""
    made_by = [text for path in _MAKERS if (text := files.text(path)) is not None]
    return not made_by or any("default/grub.d" in text for text in made_by)


def _assignment(word: Word, variables: dict[str, str]) -> tuple[str, str, bool]:
    """Name and value of NAME=value, and whether it is NAME+=value; "" for another command."""
    first = word[0]
    name, equals, begun = first.text.partition("=")
    added = name.endswith("+")
    name = name.removesuffix("+")
    if first.variable or first.quoted or not equals or not name.replace("_", "a").isalnum():
        return "", "", False
    rest = "".join(variables.get(each.text, "") if each.variable else each.text for each in word[1:])
    return name, begun + rest, added
