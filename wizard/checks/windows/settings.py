"""The rules about Windows settings: network, time, power (WIN-10), crash dumps (WIN-14), page file and DVD (WIN-16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wizard.checks.inside_words import is_windows, known
from wizard.checks.windows.words import (
    Difference,
    at_missing,
    at_service,
    at_setting,
    differing,
    set_number,
    set_text,
    with_age,
)
from wizard.groups import Group
from wizard.messages import Message, msg
from wizard.rules_data import load
from wizard.step import Check, Finding, failed, passed
from wizard.where import printable, where

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside
    from wizard.inspection.found.windows_services import WindowsServices
    from wizard.inspection.found.windows_settings import WindowsSettings

_AUTOMATIC, _DISABLED = 2, 4
_WINHTTP: Final = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings\Connections"
_OWN_DRIVES: Final = ("C", "D", "?")  # "?" is for Windows to choose
_ENABLE_DVD: Final = r"Set-ItemProperty -Path 'HKLM:\SYSTEM\CurrentControlSet\Services\cdrom' -Name Start -Value 1 -Type DWord -Force"
_AGAIN: Final = msg("Set this as Microsoft asks for, then generalise the image again.")
_AGAIN_AND_ROUTES: Final = msg(
    "Set this as Microsoft asks for (fixed routes are taken away with route.exe delete), then generalise the image again."
)


def _wanted() -> Any:
    return load("windows_settings")["wanted"]


def settings_as_asked(inside: Inside) -> Finding:
    """WIN-10: what WINPREP asks for. A value that is not there is Windows' own default, and counts only where that differs."""
    settings = known(inside.settings, inside, "settings")
    if isinstance(settings, Finding):
        return settings
    found = [
        *_network(settings),
        *_time(settings, inside.windows_services),
        *_power(settings),
        *_temporary_folders(settings),
    ]
    older = bool(settings.older)
    if found:
        cure = _AGAIN_AND_ROUTES if settings.get("routes").texts else _AGAIN
        return with_age(differing(found, cure), older)
    return with_age(
        passed(msg("Routes, proxy, disks, time, power and temporary folders are set as Microsoft asks for")),
        older,
    )


def _network(settings: WindowsSettings) -> list[Difference]:
    found = []
    routes = settings.get("routes")
    if routes.texts:
        # Which routes an application needs is for a person to say.
        found.append(Difference(msg("fixed routes are stored"), at_setting(routes)))
    address = str(_wanted()["azure_address"])
    if settings.proxy and address not in settings.bypass:
        found.append(
            Difference(
                msg("WinHTTP uses a proxy, also for Azure’s own address {address}", address=address),
                where(_WINHTTP, 0, f"WinHttpSettings = {settings.proxy}"),
                ("netsh.exe winhttp reset proxy",),
            )
        )
    san = settings.get("san_policy")
    if san.number is not None and san.number != _wanted()["san_policy"]:
        found.append(
            Difference(
                msg("new disks stay offline"),
                at_setting(san),
                ("Set-StorageSetting -NewDiskPolicy OnlineAll",),
            )
        )
    return found


def _time(settings: WindowsSettings, services: WindowsServices | None) -> list[Difference]:
    found = []
    universal = settings.get("universal_time")
    if universal.number != 1:
        found.append(
            Difference(
                msg("Windows takes the machine’s clock for local time, and Azure’s is UTC"),
                at_setting(universal) if universal.present else at_missing("universal_time"),
                (set_number("universal_time", 1),),
            )
        )
    service = services.get("W32Time") if services is not None else None
    if service is not None and service.start > _AUTOMATIC:
        found.append(
            Difference(
                msg("the time service does not start with Windows"),
                at_service(service),
                ("Set-Service -Name W32Time -StartupType Automatic",),
            )
        )
    return found


def _power(settings: WindowsSettings) -> list[Difference]:
    scheme = settings.get("power_scheme")
    if scheme.text is None or scheme.text.strip("{}").lower() == _wanted()["power_scheme"]:
        return []
    return [
        Difference(
            msg("the power plan is not High performance"),
            at_setting(scheme),
            ("powercfg.exe /setactive SCHEME_MIN",),
        )
    ]


def _temporary_folders(settings: WindowsSettings) -> list[Difference]:
    wanted = str(_wanted()["temporary_folder"])
    usual = {wanted.lower(), r"c:\windows\temp", r"%windir%\temp"}
    return [
        Difference(
            msg("{name} is not {wanted}", name=setting.name, wanted=wanted),
            at_setting(setting),
            (set_text(which, wanted),),
        )
        for which in ("temp", "tmp")
        if (setting := settings.get(which)).text is not None
        and (setting.text or "").lower().rstrip("\\") not in usual
    ]


def dumps_are_on(inside: Inside) -> Finding:
    """WIN-14: a kernel dump after a crash, also when Azure asks for one by an NMI."""
    settings = known(inside.settings, inside, "settings")
    if isinstance(settings, Finding):
        return settings
    says: dict[str, Message] = {
        "crash_dump": msg("a crash leaves no kernel dump"),
        "nmi_dump": msg("an NMI leaves no dump"),
    }
    found = []
    for which, what in says.items():
        setting, wanted = settings.get(which), int(_wanted()[which])
        if setting.number != wanted:
            place = at_setting(setting) if setting.present else at_missing(which)
            found.append(Difference(what, place, (set_number(which, wanted),)))
    older = bool(settings.older)
    if found:
        return with_age(differing(found, _AGAIN), older)
    return with_age(
        passed(
            msg("A crash leaves a kernel dump"),
            seen_at=(at_setting(settings.get("crash_dump")), at_setting(settings.get("nmi_dump"))),
        ),
        older,
    )


def drives_as_azure_has_them(inside: Inside) -> Finding:
    """WIN-16: Azure hands over the machine's settings on a DVD: without its driver, Windows Setup never ends (fails).

    The page file belongs on the temporary drive D: or to Windows' own choice; a fixed place elsewhere warns.
    """
    settings = known(inside.settings, inside, "settings")
    if isinstance(settings, Finding):
        return settings
    services = known(inside.windows_services, inside, "windows_services")
    if isinstance(services, Finding):
        return services
    older = services.older or bool(settings.older)
    driver = services.get("cdrom")
    if driver is not None and driver.start >= _DISABLED:
        return with_age(
            failed(
                msg(
                    "The driver for DVD drives is disabled: a new virtual machine would stay in Windows Setup"
                ),
                msg("Enable the driver, then generalise the image again."),
                seen_at=(at_service(driver),),
                commands=(_ENABLE_DVD,),
                start=driver.start,
            ),
            older,
        )
    pages = settings.get("page_files")
    fixed = tuple(each for each in pages.texts if each[:1].upper() not in _OWN_DRIVES[1:])
    if fixed:
        return with_age(
            differing(
                [
                    Difference(
                        msg("the page file has a fixed place: {places}", places=tuple(map(printable, fixed))),
                        at_setting(pages),
                    )
                ],
                msg(
                    "Let Windows choose the page file’s place and size, or put it onto the temporary drive D: once a "
                    "virtual machine was made in Azure."
                ),
                page_files=list(pages.texts),
            ),
            older,
        )
    return with_age(
        passed(
            msg("DVD drives work, and the page file is not tied to a drive other than D:"),
            seen_at=(at_service(driver),) if driver is not None else (),
            page_files=list(pages.texts),
        ),
        older,
    )


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "WIN-10",
        msg("Network, time and power are set as Microsoft asks for"),
        settings_as_asked,
        group=Group.SYSTEM,
        applies=is_windows,
    ),
    Check("WIN-14", msg("A crash leaves a dump"), dumps_are_on, group=Group.SYSTEM, applies=is_windows),
    Check(
        "WIN-16",
        msg("DVD drives and the page file are as Azure has them"),
        drives_as_azure_has_them,
        group=Group.BOOT,
        applies=is_windows,
    ),
)
