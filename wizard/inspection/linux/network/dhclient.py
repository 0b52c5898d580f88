"""How long dhclient waits for an answer (dhclient.conf(5))."""

from __future__ import annotations

from typing import Final

from wizard.inspection.system_files import Files
from wizard.where import Where, where

# The first is for the network-scripts of Red Hat's family, which take a device's own file before the general one.
_CONFIGS: Final = (
    "/etc/dhcp/dhclient-eth0.conf",
    "/etc/dhcp/dhclient.conf",
    "/etc/dhclient.conf",
    "/etc/dhcp3/dhclient.conf",
)


def dhclient_timeout(files: Files) -> tuple[str, int | None, Where | None]:
    """The configuration, and the timeout that it sets in seconds with its place; None where it leaves the default."""
    path = next((each for each in _CONFIGS if files.is_file(each)), "")
    seconds, at = None, None
    for number, line in enumerate(files.lines(path) if path else (), 1):
        for statement in line.split("#", 1)[0].split(";"):
            words = statement.split()
            if len(words) == 2 and words[0] == "timeout" and words[1].isascii() and words[1].isdigit():
                seconds = min(int(words[1][:10]), 2**31 - 1)
                at = where(path, number, f"timeout {seconds};")
    return path, seconds, at
