"""Reads the chapter `ssh`: the SSH server's configuration, with what its service adds on the command line."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Final

from wizard.inspection.found.ssh import Setting, Ssh
from wizard.inspection.linux.sshd_config import KEYWORDS, Reading, read_config, words
from wizard.inspection.system_files import Files

# SUSE keeps the vendor's file below /usr/etc, and reads it where /etc has none.
_CONFIGS: Final = ("/etc/ssh/sshd_config", "/usr/etc/ssh/sshd_config")
_SERVERS: Final = ("/usr/sbin/sshd", "/sbin/sshd", "/usr/bin/sshd", "/usr/local/sbin/sshd")
_UNITS: Final = tuple(
    f"{folder}/{name}.service"
    for folder in ("/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system")
    for name in ("sshd", "ssh")
)
# Files with variables that the service puts on sshd's command line, by distribution.
_OPTIONS: Final = (
    "/etc/default/ssh",
    "/etc/sysconfig/ssh",
    "/etc/sysconfig/sshd",
    "/etc/sysconfig/sshd-permitrootlogin",
)
_READ_MOST: Final = 64 * 1024


def read_ssh(files: Files) -> Ssh:
    """The configuration; `installed` is False where there is neither a server nor a configuration."""
    main = next((each for each in _CONFIGS if files.is_file(each)), "")
    server = any(files.is_file(each) for each in _SERVERS)
    reading = Reading()
    if main:
        read_config(files, main, reading)
    # sshd takes its command line first, and the first value counts.
    settings = (*_on_the_command_line(files), *reading.settings)
    return Ssh(
        installed=bool(main) or server,
        file=main,
        files=tuple(reading.files),
        settings=settings,
        drop_in=reading.drop_in,
        complete=reading.complete,
    )


def _on_the_command_line(files: Files) -> Iterator[Setting]:
    unit = next((text for path in _UNITS if (text := files.text(path, _READ_MOST)) is not None), "")
    for path in _OPTIONS:
        for number, line in enumerate(files.lines(path, _READ_MOST), 1):
            name, separator, value = line.strip().removeprefix("export ").partition("=")
            if separator and name.isidentifier() and (f"${name}" in unit or f"${{{name}}}" in unit):
                yield from _options(value, path, number)


def _options(value: str, path: str, number: int) -> Iterator[Setting]:
    """The settings of `-o Keyword=value` in a shell variable's value."""
    try:
        arguments = shlex.split(" ".join(shlex.split(value, comments=True)))
    except ValueError:  # a quote that is not closed
        return
    known = {each.lower(): each for each in KEYWORDS}
    for index, argument in enumerate(arguments):
        if not argument.startswith("-o"):
            continue
        said = words(argument[2:] or " ".join(arguments[index + 1 : index + 2]))
        if said is not None and said[0] in known:
            yield Setting(known[said[0]], " ".join(said[1]), path, number)
