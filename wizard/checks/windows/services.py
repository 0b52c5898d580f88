"""The rules about services: accounts (WIN-02), features (WIN-03), the VM agent (WIN-09), start types (WIN-11), drives (PRE-12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from wizard.checks.inside_words import is_windows, known
from wizard.checks.windows.words import PLACES_MOST, Difference, at_file, at_service, differing, with_age
from wizard.messages import msg
from wizard.rules_data import load
from wizard.step import Check, Finding, Group, failed, passed, warning
from wizard.where import printable, where

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside
    from wizard.inspection.found.windows_services import WindowsService, WindowsServices
    from wizard.where import Where

_AUTOMATIC, _MANUAL, _DISABLED = 2, 3, 4
_START_NAMES: Final[Mapping[int, str]] = {_AUTOMATIC: "Automatic", _MANUAL: "Manual"}
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


def no_unsupported_feature(inside: Inside) -> Finding:
    """WIN-03: what starts by itself fails; what is installed and started by hand warns, for nothing need depend on it.

    Where Windows brings a service along ("usual" in the table), started by hand it says nothing. IPv6 is not judged: Azure
    supports it today, whatever the test's list says.
    """
    services = known(inside.windows_services, inside, "windows_services")
    if isinstance(services, Finding):
        return services
    client = inside.release is not None and inside.release.is_client
    data = load("windows_services")["features"]
    running: list[tuple[str, WindowsService]] = []
    installed: list[tuple[str, WindowsService]] = []
    for each in data["list"]:
        usual = each.get("usual") == "any" or (each.get("usual") == "client" and client)
        for name in each["names"]:
            service = services.get(str(name))
            if service is None or (service.start == _DISABLED and not each.get("disabled_counts")):
                continue
            if service.starts_by_itself and not (client and name in data["automatic_on_clients"]):
                running.append((str(each["feature"]), service))
            elif not service.starts_by_itself and not usual:
                installed.append((str(each["feature"]), service))
    found = running or installed
    if not found:
        return with_age(
            passed(msg("None of the features that Azure does not support is in use")), services.older
        )
    features = tuple(dict.fromkeys(feature for feature, _ in found))
    places = tuple(at_service(service) for _, service in found)[:PLACES_MOST]
    cure = msg(
        "Remove the feature with Uninstall-WindowsFeature, or the service that brought it, and make sure that the "
        "application works without it."
    )
    facts: dict[str, Any] = {
        "features": list(features),
        "services": [service.name for _, service in found],
    }
    if running:
        reason = msg("Features that Azure does not support start with Windows: {features}", features=features)
        return with_age(failed(reason, cure, seen_at=places, **facts), services.older)
    reason = msg("Features that Azure does not support are installed: {features}", features=features)
    return with_age(warning(reason, cure, seen_at=places, **facts), services.older)


def agent_is_there(inside: Inside) -> Finding:
    """WIN-09: without the agent no extension works, nor does resetting a password. Its services start automatically."""
    services = known(inside.windows_services, inside, "windows_services")
    if isinstance(services, Finding):
        return services
    data = load("windows_services")["agent"]
    names = tuple(str(each) for each in data["names"])
    found = [service for name in names if (service := services.get(name)) is not None]
    missing = tuple(name for name in names if services.get(name) is None)
    places = tuple(at_service(each) for each in found)
    facts: dict[str, Any] = {"starts": {each.name: each.start_name for each in found}}
    if missing:
        return with_age(
            failed(
                msg("The Azure VM agent is not installed: there is no service {names}", names=missing),
                msg(
                    "Install the agent from {address}, start Windows once, then generalise again.",
                    address=str(data["address"]),
                ),
                seen_at=places,
                **facts,
            ),
            services.older,
        )
    late = [each for each in found if not each.starts_by_itself]
    if not late:
        return with_age(
            passed(msg("The Azure VM agent is installed and starts with Windows"), seen_at=places, **facts),
            services.older,
        )
    reason = msg(
        "The Azure VM agent does not start with Windows: {names}",
        names=tuple(f"{each.name} ({each.start_name})" for each in late),
    )
    cure = msg("Let both services start automatically, then generalise again.")
    commands = tuple(f"Set-Service -Name {each.name} -StartupType Automatic" for each in late)
    judged = failed if any(each.start == _DISABLED for each in late) else warning
    return with_age(judged(reason, cure, seen_at=places, commands=commands, **facts), services.older)


def services_start_as_asked(inside: Inside) -> Finding:
    """WIN-11: at least as early as WINPREP says; a service that starts earlier than asked does no harm."""
    services = known(inside.windows_services, inside, "windows_services")
    if isinstance(services, Finding):
        return services
    wanted: Mapping[str, int] = load("windows_services")["starts"]["list"]
    found = [each for name, start in wanted.items() if (each := _later(services, name, start)) is not None]
    if not found:
        return with_age(
            passed(msg("The services that a network connection needs start as asked"), services=list(wanted)),
            services.older,
        )
    cure = msg(
        "Give the services their usual start back, then generalise again. A service that is missing points to a damaged or "
        "a cut-down Windows."
    )
    return with_age(differing(found, cure), services.older)


def _later(services: WindowsServices, name: str, start: int) -> Difference | None:
    service = services.get(name)
    if service is None:
        return Difference(msg("there is no service {name}", name=name))
    if service.start <= start:
        return None
    return Difference(
        msg(
            "{name} is {seen} in place of {wanted}",
            name=name,
            seen=service.start_name,
            wanted=_START_NAMES[start].lower(),
        ),
        at_service(service),
        (f"Set-Service -Name {name} -StartupType {_START_NAMES[start]}",),
    )


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
    Check(
        "WIN-03",
        msg("No feature that Azure does not support is in use"),
        no_unsupported_feature,
        group=Group.SYSTEM,
        applies=is_windows,
    ),
    Check(
        "WIN-09",
        msg("The Azure VM agent starts with Windows"),
        agent_is_there,
        group=Group.AGENT,
        applies=is_windows,
    ),
    Check(
        "WIN-11",
        msg("Services start as Microsoft asks for"),
        services_start_as_asked,
        group=Group.SYSTEM,
        applies=is_windows,
    ),
)
