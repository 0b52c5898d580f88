"""The rules about services: features (WIN-03), the VM agent (WIN-09), start types (WIN-11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from wizard.checks.inside_words import is_windows, known
from wizard.checks.windows.words import (
    PLACES_MOST,
    Difference,
    at_service,
    differing,
    start_type,
    with_age,
)
from wizard.groups import Group
from wizard.messages import msg
from wizard.rules_data import load
from wizard.step import Check, Finding, failed, passed, warning

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside
    from wizard.inspection.found.windows_services import WindowsService, WindowsServices

_AUTOMATIC, _MANUAL, _DISABLED = 2, 3, 4
_START_TYPES: Final[Mapping[int, str]] = {_AUTOMATIC: "Automatic", _MANUAL: "Manual"}


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
    told = tuple(msg("{name} ({type})", name=each.name, type=start_type(each.start)) for each in late)
    reason = msg("The Azure VM agent does not start with Windows: {names}", names=told)
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
            seen=start_type(service.start),
            wanted=start_type(start),
        ),
        at_service(service),
        (f"Set-Service -Name {name} -StartupType {_START_TYPES[start]}",),
    )


CHECKS: Final[tuple[Check, ...]] = (
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
