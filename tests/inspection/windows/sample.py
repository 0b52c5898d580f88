"""A Windows Server 2022 as Azure has it, prepared and generalised, for tests: its hives and files. What a test changes, it says."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Final

from tests.inspection.memory_tree import Held, Link
from tests.inspection.windows.hives import Expand, Raw, Value, hive
from tests.inspection.windows.programs import program

Keys = Mapping[str, Mapping[str, Value]]
Content = dict[str, bytes | str | Held | Link | None]

CONTROL: Final = r"ControlSet001\Control"
SERVICES: Final = r"ControlSet001\Services"
RDP: Final = rf"{CONTROL}\Terminal Server\WinStations\RDP-Tcp"
FIREWALL: Final = rf"{SERVICES}\SharedAccess\Parameters\FirewallPolicy"
CURRENT: Final = r"Microsoft\Windows\CurrentVersion"
BOOT_MANAGER: Final = r"Objects\{9dea862c-5cdd-4e70-acc1-f32b344d4795}\Elements"
LOADER: Final = r"Objects\{c34b751a-ff09-11e3-aa97-eed1b5b5ad1c}\Elements"
EMS: Final = r"Objects\{0ce4991b-e6b3-4b16-b23c-5e0d9250e5d9}\Elements"
YES: Final = {"Element": b"\x01"}
NO: Final = {"Element": b"\x00"}


def number(value: int) -> Mapping[str, Value]:
    """An element of the boot configuration that is a number."""
    return {"Element": struct.pack("<Q", value)}


def service(
    start: int, program: str = "", account: str = "LocalSystem", kind: int = 0x20
) -> Mapping[str, Value]:
    """The values of a service's key."""
    path: Value = Expand(program or r"%SystemRoot%\System32\svchost.exe -k netsvcs")
    return {"Type": kind, "Start": start, "ErrorControl": 1, "ImagePath": path, "ObjectName": account}


SYSTEM: Final[Keys] = {
    "Select": {"Current": 1, "Default": 1, "Failed": 0, "LastKnownGood": 1},
    "Setup": {"SetupType": 2, "OOBEInProgress": 1, "CmdLine": r"oobe\windeploy.exe"},
    r"Setup\Status\SysprepStatus": {"GeneralizationState": 7, "CleanupState": 7},
    rf"{CONTROL}\Terminal Server": {"fDenyTSConnections": 0},
    RDP: {"PortNumber": 3389, "LanAdapter": 0, "UserAuthentication": 1},
    rf"{CONTROL}\TimeZoneInformation": {"RealTimeIsUniversal": 1, "TimeZoneKeyName": "UTC"},
    rf"{CONTROL}\Power\User\PowerSchemes": {"ActivePowerScheme": "8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c"},
    rf"{CONTROL}\CrashControl": {"CrashDumpEnabled": 2, "NMICrashDump": 1},
    rf"{CONTROL}\Session Manager\Environment": {
        "TEMP": Expand(r"%SystemRoot%\TEMP"),
        "TMP": Expand(r"%SystemRoot%\TEMP"),
    },
    rf"{CONTROL}\Session Manager\Memory Management": {"PagingFiles": (r"?:\pagefile.sys",)},
    rf"{FIREWALL}\PublicProfile": {"EnableFirewall": 1},
    rf"{FIREWALL}\FirewallRules": {
        "RemoteDesktop-UserMode-In-TCP": "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|",
        "CoreNet-DHCP-In": "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=17|LPort=68|",
    },
    rf"{SERVICES}\partmgr\Parameters": {"SanPolicy": 1},
    rf"{SERVICES}\Tcpip\Parameters": {"Hostname": "WIN-1"},
    rf"{SERVICES}\Tcpip\Parameters\PersistentRoutes": {},
    rf"{SERVICES}\cdrom": service(1, r"\SystemRoot\System32\drivers\cdrom.sys", "", kind=1),
    rf"{SERVICES}\disk": service(0, r"System32\drivers\disk.sys", "", kind=1),
    rf"{SERVICES}\RdAgent": service(2, r"C:\WindowsAzure\Packages\WaAppAgent.exe"),
    rf"{SERVICES}\WindowsAzureGuestAgent": service(2, r"C:\WindowsAzure\Packages\WindowsAzureGuestAgent.exe"),
    rf"{SERVICES}\W32Time": service(2, account=r"NT AUTHORITY\LocalService"),
    rf"{SERVICES}\sacsvr": service(2),
    rf"{SERVICES}\wuauserv": service(3),
    rf"{SERVICES}\RemoteAccess": service(4),
    rf"{SERVICES}\TermService": service(3, account=r"NT Authority\NetworkService"),
    rf"{SERVICES}\App": service(
        2, r'"C:\Program Files\App\app.exe" --token=SECRET', r"NT SERVICE\App", kind=0x10
    ),
    **{
        rf"{SERVICES}\{name}": service(2)
        for name in ("BFE", "Dhcp", "Dnscache", "IKEEXT", "iphlpsvc", "nsi", "mpssvc", "RemoteRegistry")
    },
    **{rf"{SERVICES}\{name}": service(3) for name in ("Netlogon", "Netman")},
}
SOFTWARE: Final[Keys] = {
    r"Microsoft\Windows NT\CurrentVersion": {
        "ProductName": "Windows Server 2022 Datacenter",
        "EditionID": "ServerDatacenter",
        "InstallationType": "Server",
        "CurrentBuild": "20348",
        "UBR": 2402,
        "DisplayVersion": "21H2",
    },
    rf"{CURRENT}\Setup\State": {"ImageState": "IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE"},
    rf"{CURRENT}\Internet Settings\Connections": {
        "WinHttpSettings": bytes.fromhex("1800000000000000010000000000000000000000")
    },
    rf"{CURRENT}\WindowsUpdate\Auto Update": {},
    rf"{CURRENT}\Component Based Servicing": {"Version": 1},
}
BCD: Final[Keys] = {
    rf"{BOOT_MANAGER}\23000003": {"Element": "{c34b751a-ff09-11e3-aa97-eed1b5b5ad1c}"},
    rf"{BOOT_MANAGER}\25000004": number(5),
    rf"{BOOT_MANAGER}\26000020": YES,
    rf"{BOOT_MANAGER}\16000020": YES,
    rf"{LOADER}\16000009": NO,
    rf"{LOADER}\250000e0": number(1),
    rf"{LOADER}\260000b0": YES,
    rf"{EMS}\15000022": number(1),
    rf"{EMS}\15000023": number(115200),
}


def account(number: int, *, disabled: bool) -> Keys:
    """An account of the SAM hive, under the name that is the last part of its key."""
    flags = bytearray(80)
    struct.pack_into("<H", flags, 0x38, 0x0211 if disabled else 0x0210)
    return {rf"SAM\Domains\Account\Users\{number:08X}": {"F": bytes(flags), "V": b"hashes are in here"}}


def sam(accounts: Mapping[str, tuple[int, bool]]) -> Keys:
    """The SAM hive with these accounts: name → number, disabled."""
    keys: dict[str, Mapping[str, Value]] = {}
    for name, (rid, disabled) in accounts.items():
        keys[rf"SAM\Domains\Account\Users\Names\{name}"] = {"": Raw(rid, b"")}
        keys.update(account(rid, disabled=disabled))
    return keys


BUILT_IN: Final = {"Administrator": (500, True), "Guest": (501, True), "DefaultAccount": (503, True)}


def changed(keys: Keys, changes: Mapping[str, Mapping[str, Value | None] | None]) -> Keys:
    """The keys with some changed: None takes a key or a value away."""
    result: dict[str, dict[str, Value]] = {path: dict(values) for path, values in keys.items()}
    for path, values in changes.items():
        if values is None:
            result.pop(path)
            continue
        into = result.setdefault(path, {})
        for name, value in values.items():
            if value is None:
                into.pop(name)
            else:
                into[name] = value
    return result


Changes = Mapping[str, Mapping[str, Value | None] | None]


def windows(
    *,
    system: Changes | None = None,
    software: Changes | None = None,
    boot: Changes | None = None,
    accounts: Mapping[str, tuple[int, bool]] = BUILT_IN,
    files: Content | None = None,
    dirty: bool = False,
) -> Content:
    """The files of that Windows by their paths; "/$EFI" stands for the EFI system partition."""
    config = "/Windows/System32/config"
    return {
        f"{config}/SYSTEM": hive(changed(SYSTEM, system or {}), dirty=dirty),
        f"{config}/SOFTWARE": hive(changed(SOFTWARE, software or {}), dirty=dirty),
        f"{config}/SAM": hive(sam(accounts)),
        "/$EFI/EFI/Microsoft/Boot/BCD": hive(changed(BCD, boot or {})),
        "/Windows/System32/ntoskrnl.exe": program("10.0.20348.2402"),
        "/Windows/System32/drivers/srv2.sys": program("10.0.20348.2402"),
        "/Windows/System32/drivers/etc/hosts": "# Copyright (c) Microsoft\r\n#\t127.0.0.1  localhost\r\n",
        "/Windows/System32/Sysprep/Sysprep_succeeded.tag": "",
        "/Windows/System32/Sysprep/Panther/setupact.log": (
            "2026-11-20 10:00:00, Info  SYSPRP ===  Beginning of a new sysprep run  ===\r\n"
        ),
        "/Windows/System32/Tasks/Microsoft/Windows/Defrag/ScheduledDefrag": task(r"E:\windows.exe"),
        "/Users/Public/Desktop/desktop.ini": "",
        "/Users/Default/NTUSER.DAT": "",
        **(files or {}),
    }


def task(command: str, account: str = "S-1-5-18") -> bytes:
    """A scheduled task as Windows stores it."""
    return (
        '<?xml version="1.0" encoding="UTF-16"?>\r\n<Task version="1.2"><RegistrationInfo><UserId>S-1-9</UserId>'
        f'</RegistrationInfo><Principals><Principal id="Author"><UserId>{account}</UserId></Principal></Principals>'
        f"<Actions><Exec><Command>{command}</Command><Arguments>--password SECRET</Arguments></Exec></Actions></Task>"
    ).encode("utf-16")
