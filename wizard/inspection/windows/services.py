"""Chapter `windows_services`: services and drivers, their start and account, by the SYSTEM hive."""

from __future__ import annotations

import re
from typing import Final

from wizard.inspection.found.windows_services import WindowsService, WindowsServices
from wizard.inspection.system_files import Files
from wizard.inspection.windows.hive import Key
from wizard.inspection.windows.hives import control_set, open_hive
from wizard.rules_data import load

_DRIVERS: Final = 0x0F  # bits of Type: kernel, file system, adapter, recogniser
_SERVICES_MOST: Final = 3_000
_TEXT_MOST: Final = 260
_PROGRAM: Final = re.compile(r"[^\"]{0,260}?\.(?:exe|sys|dll|com|bat|cmd|ps1)(?=[\s\"]|$)", re.IGNORECASE)


def read_services(files: Files) -> WindowsServices | None:
    """All services and the drivers that rules name; None where there is no SYSTEM hive."""
    hive = open_hive(files, "SYSTEM")
    if hive is None:
        return None
    key = control_set(hive).key("Services")
    drivers = {str(name).lower() for name in load("windows_services")["drivers"]["names"]}
    services: list[WindowsService] = []
    for each in key.children() if key is not None else ():
        service = _service(each, drivers)
        if service is not None and len(services) < _SERVICES_MOST:
            services.append(service)
    return WindowsServices(tuple(services), older=hive.dirty)


def _service(key: Key, drivers: set[str]) -> WindowsService | None:
    values = {value.name.lower(): value for value in key.values()}
    start, kind = values.get("start"), values.get("type")
    start_number = start.number if start is not None else None
    if start_number is None:  # a key with settings of a service that is not installed
        return None
    driver = bool(((kind.number if kind is not None else None) or 0) & _DRIVERS)
    if driver and key.name.lower() not in drivers:
        return None
    account, path = values.get("objectname"), values.get("imagepath")
    return WindowsService(
        name=key.name[:_TEXT_MOST],
        start=start_number,
        account=((account.text if account is not None else None) or "")[:_TEXT_MOST],
        program=program((path.text if path is not None else None) or ""),
        driver=driver,
    )


def program(line: str) -> str:
    """The program of a command line without its arguments, which may hold a password; "" where it cannot be told."""
    line = line.strip()
    if line.startswith('"'):
        return line[1:].partition('"')[0][:_TEXT_MOST]
    found = _PROGRAM.match(line[:1024])
    return found[0] if found is not None else line.split(" ", 1)[0][:_TEXT_MOST]
