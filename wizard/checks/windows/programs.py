"""The rules about what starts by itself: as whom (WIN-02), and from which drive (PRE-12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wizard.checks.inside_words import is_windows, known
from wizard.checks.windows.words import PLACES_MOST, at_file, at_service, with_age
from wizard.groups import Group
from wizard.messages import msg
from wizard.rules_data import load
from wizard.step import Check, Finding, failed, passed, warning
from wizard.where import printable, where

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside
    from wizard.inspection.found.windows_services import WindowsService
    from wizard.where import Where

_DISABLED: Final = 4
_OWN_DRIVES: Final = "CD"  # the system's and the temporary one of a virtual machine in Azure
_ADMINISTRATOR_SID: Final = ("S-1-5-21-", "-500")


def no_administrator_needed(inside: Inside) -> Finding:
    """WIN-02: the customer chooses the administrator's name; in a new virtual machine there is no "Administrator" to run as."""
    services = known(inside.windows_services, inside, "windows_services")
    if isinstance(services, Finding):
        return services
    accounts = inside.windows_accounts
    administrator = accounts.administrator.name if accounts is not None and accounts.administrator else ""
    names = {str(each) for each in load("windows_services")["restricted_accounts"]["names"]}
    names.add(administrator.lower() or "administrator")
    found = [each for each in services.services if _person(each.account) in names]
    tasks = [
        each
        for each in (inside.files.tasks if inside.files is not None else ())
        if _person(each.account) in names or _is_administrator(each.account)
    ]
    places: list[Where] = [at_service(each) for each in found]
    places += [where(f"Task Scheduler{each.path}", 0, each.account) for each in tasks]
    if places:
        return with_age(
            failed(
                msg(
                    "Services or scheduled tasks run as the administrator of this machine: {names}",
                    names=tuple(printable(each) for each in _names(found, [task.path for task in tasks])),
                ),
                msg(
                    "Let them run as a service’s own account (NT SERVICE\\name), as NetworkService, or as SYSTEM: in a "
                    "customer’s machine this account has another name and another password."
                ),
                seen_at=tuple(places[:PLACES_MOST]),
                services=[each.name for each in found],
                tasks=[each.path for each in tasks],
            ),
            services.older,
        )
    return with_age(passed(msg("No service and no scheduled task runs as an administrator")), services.older)


def _person(account: str) -> str:
    r"""The name in "MACHINE\name" or "name@machine", in small letters."""
    return account.rpartition("\\")[2].partition("@")[0].strip().lower()


def _is_administrator(sid: str) -> bool:
    begin, end = _ADMINISTRATOR_SID
    return sid.upper().startswith(begin) and sid.endswith(end)


def _names(services: list[WindowsService], tasks: list[str]) -> list[str]:
    return [*(each.name for each in services), *tasks][:PLACES_MOST]


def own_drives_only(inside: Inside) -> Finding:
    """PRE-12: a new virtual machine has C: (Windows) and mostly D: (temporary); nothing can be said of other drives.

    By the paths of services and tasks only, so a breach warns.
    """
    services = known(inside.windows_services, inside, "windows_services")
    if isinstance(services, Finding):
        return services
    files = known(inside.files, inside, "files")
    if isinstance(files, Finding):
        return files
    places = [
        at_service_program(each)
        for each in services.services
        if each.start != _DISABLED and _elsewhere(each.program)
    ]
    places += [
        at_file(f"/Windows/System32/Tasks{task.path}".replace("\\", "/"), 0, program)
        for task in files.tasks
        for program in task.programs
        if _elsewhere(program)
    ]
    if places:
        return with_age(
            warning(
                msg("Services or scheduled tasks run programs from other drives than C: and D:"),
                msg(
                    "Put these programs onto drive C: the drive that they are on now will not be there, or have another "
                    "letter, in a customer’s machine."
                ),
                seen_at=tuple(places[:PLACES_MOST]),
                programs=[each.text for each in places[:PLACES_MOST]],
            ),
            services.older,
        )
    return with_age(
        passed(
            msg("Services and scheduled tasks run programs from the drives C: and D: only"),
            tasks=[each.path for each in files.tasks],
        ),
        services.older,
    )


def at_service_program(service: WindowsService) -> Where:
    """The key of a service, with the program that it runs."""
    place = at_service(service)
    return where(place.path, 0, f"ImagePath = {service.program}")


def _elsewhere(program: str) -> bool:
    r"""Whether a path begins with another drive; \??\ and \\?\ stand before some."""
    path = program.strip('" ')
    for prefix in ("\\??\\", "\\\\?\\"):
        path = path.removeprefix(prefix)
    return len(path) > 2 and path[0].isalpha() and path[1] == ":" and path[0].upper() not in _OWN_DRIVES


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "PRE-12",
        msg("What starts by itself lies on C: or D:"),
        own_drives_only,
        group=Group.SYSTEM,
        applies=is_windows,
    ),
    Check(
        "WIN-02",
        msg("Nothing runs as the administrator of this machine"),
        no_administrator_needed,
        group=Group.SECURITY,
        applies=is_windows,
    ),
)
