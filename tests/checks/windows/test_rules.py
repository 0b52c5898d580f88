"""The rules about Windows, each at its boundary: passes, warns, fails, is skipped."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import Any

import pytest

from tests.checks.windows.samples import VOLUMES, inside, judged
from tests.inspection.windows.hives import Expand
from tests.inspection.windows.programs import program
from tests.inspection.windows.sample import (
    BOOT_MANAGER,
    CONTROL,
    CURRENT,
    EMS,
    FIREWALL,
    LOADER,
    NO,
    RDP,
    SERVICES,
    YES,
    number,
    service,
    task,
)
from wizard.inspection.found.inside import Inside
from wizard.inspection.found.machine import Machine
from wizard.inspection.found.volumes import FoundVolume
from wizard.inspection.found.windows_files import DriverVersion, WindowsDrivers
from wizard.inspection.found.windows_release import WindowsRelease

VERSION = r"Microsoft\Windows NT\CurrentVersion"
STATE = rf"{CURRENT}\Setup\State"
DRIVERS = "/Windows/System32/drivers"


def release(product: str, edition: str, installation: str | None = "Server") -> dict[str, Any]:
    return {VERSION: {"ProductName": product, "EditionID": edition, "InstallationType": installation}}


@pytest.mark.parametrize(
    ("architectures", "outcome"),
    [(("x86-64",), "passed"), (("arm64",), "passed"), (("x86",), "failed"), ((), "skipped")],
)
def test_win_01(architectures: tuple[str, ...], outcome: str) -> None:
    found = replace(inside(), machine=Machine(architectures=architectures))
    assert judged("WIN-01", found).outcome == outcome


@pytest.mark.parametrize(
    ("account", "outcome"),
    [
        ("LocalSystem", "passed"),
        (r"NT SERVICE\App", "passed"),
        (r".\appuser", "passed"),
        (r"DOMAIN\svc-administrators", "passed"),
        (r".\Administrator", "failed"),
        ("ADMINISTRATOR", "failed"),
        ("administrator@host", "failed"),
        (r"HOST\root", "failed"),
        (r".\admin", "failed"),
        (r".\Chef", "failed"),
    ],
)
def test_win_02_services(account: str, outcome: str) -> None:
    found = inside(system={rf"{SERVICES}\App": service(2, account=account)}, accounts={"Chef": (500, True)})
    assert judged("WIN-02", found).outcome == outcome


@pytest.mark.parametrize(
    ("account", "outcome"),
    [
        ("S-1-5-18", "passed"),
        ("S-1-5-21-1-2-3-1001", "passed"),
        ("S-1-5-21-1-2-3-500", "failed"),
        (r"WIN-1\Administrator", "failed"),
    ],
)
def test_win_02_tasks(account: str, outcome: str) -> None:
    found = inside(files={"/Windows/System32/Tasks/First": task("C:\\x.exe", account)})
    assert judged("WIN-02", found).outcome == outcome


@pytest.mark.parametrize(
    ("name", "start", "kind", "outcome", "feature"),
    [
        ("ClusSvc", 2, 0x10, "failed", "Failover Clustering"),
        ("ClusSvc", 3, 0x10, "warning", "Failover Clustering"),
        ("ClusSvc", 4, 0x10, "warning", "Failover Clustering"),
        ("DHCPServer", 2, 0x20, "failed", "DHCP Server"),
        ("DHCPServer", 3, 0x20, "warning", "DHCP Server"),
        ("DHCPServer", 4, 0x20, "passed", ""),
        ("RaMgmtSvc", 2, 0x20, "failed", "Remote Access"),
        ("RemoteAccess", 3, 0x20, "passed", ""),
        ("WDSServer", 2, 0x20, "failed", "Windows Deployment Services"),
        ("MSiSNS", 2, 0x20, "failed", "iSNS Server"),
        ("mpio", 0, 1, "failed", "Multipath I/O"),
        ("WLBS", 1, 1, "failed", "Network Load Balancing"),
        ("WLBS", 3, 1, "passed", ""),
        ("PNRPsvc", 3, 0x20, "warning", "Peer Name Resolution Protocol"),
        ("SNMP", 2, 0x10, "failed", "SNMP"),
        ("WINS", 2, 0x10, "failed", "WINS Server"),
        ("WlanSvc", 2, 0x20, "failed", "Wireless LAN"),
        ("WlanSvc", 3, 0x20, "passed", ""),
    ],
)
def test_win_03(name: str, start: int, kind: int, outcome: str, feature: str) -> None:
    finding = judged("WIN-03", inside(system={rf"{SERVICES}\{name}": service(start, kind=kind)}))
    assert finding.outcome == outcome
    assert feature in str(finding.reason)


@pytest.mark.parametrize(("name", "start"), [("WlanSvc", 2), ("PNRPsvc", 3)])
def test_win_03_knows_what_a_windows_for_desks_brings_along(name: str, start: int) -> None:
    found = inside(
        system={rf"{SERVICES}\{name}": service(start)},
        software=release("Windows 11 Pro", "Professional", "Client"),
    )
    assert judged("WIN-03", found).outcome == "passed"


@pytest.mark.parametrize(
    ("volumes", "outcome"),
    [
        (VOLUMES, "passed"),
        ((*VOLUMES, FoundVolume(3, 2**37, 2**30, "bitlocker")), "failed"),
        ((FoundVolume(2, 2**30, 2**36, "bitlocker"),), "failed"),
        ((), "skipped"),
    ],
)
def test_win_04(volumes: tuple[FoundVolume, ...], outcome: str) -> None:
    """Where Windows itself is encrypted, nothing but the volume is known."""
    assert judged("WIN-04", Inside(volumes=volumes)).outcome == outcome


OFF = {rf"{CONTROL}\Terminal Server": {"fDenyTSConnections": 1}}
NOT_GENERALISED = {STATE: {"ImageState": "IMAGE_STATE_COMPLETE"}}


@pytest.mark.parametrize(
    ("system", "software", "outcome", "said", "command"),
    [
        ({}, {}, "passed", "3389", ""),
        (OFF, NOT_GENERALISED, "failed", "Remote Desktop is off", "Name fDenyTSConnections -Value 0"),
        (OFF, {}, "warning", "Remote Desktop is off", "Name fDenyTSConnections -Value 0"),
        ({rf"{CONTROL}\Terminal Server": {"fDenyTSConnections": None}}, NOT_GENERALISED, "failed", "is off", "-Value 0"),
        ({**OFF, RDP: {"PortNumber": 3390}}, {}, "failed", "port 3390", "-Name PortNumber -Value 3389"),
        ({RDP: {"LanAdapter": 2}}, {}, "failed", "one network adapter", "-Name LanAdapter -Value 0"),
        ({rf"{SERVICES}\TermService": {"Start": 4}}, {}, "failed", "TermService is disabled", "Set-Service"),
        ({}, {r"Policies\Microsoft\Windows NT\Terminal Services": {"fDenyTSConnections": 1}}, "failed", "policy", "Remove-"),
        ({}, {r"Policies\Microsoft\Windows NT\Terminal Services": {"fDenyTSConnections": 0}}, "passed", "on", ""),
        ({RDP: {"UserAuthentication": 0}}, {}, "warning", "network level", "-Name UserAuthentication -Value 1"),
        ({RDP: {"SSLCertificateSHA1Hash": b"\1\2"}}, {}, "warning", "certificate", "Remove-ItemProperty"),
        ({rf"{FIREWALL}\FirewallRules": {"RemoteDesktop-UserMode-In-TCP": "|Active=FALSE|"}}, {}, "warning", "firewall", "-28752"),
        ({rf"{FIREWALL}\FirewallRules": {"RemoteDesktop-UserMode-In-TCP": "|Active=FALSE|"},
          rf"{FIREWALL}\PublicProfile": {"EnableFirewall": 0}}, {}, "passed", "on", ""),
    ],
)  # fmt: skip
def test_win_05(system: Any, software: Any, outcome: str, said: str, command: str) -> None:
    finding = judged("WIN-05", inside(system=system, software=software))
    assert finding.outcome == outcome
    assert said in str(finding.reason)
    assert command in " ".join(finding.commands)
    assert finding.seen_at


@pytest.mark.parametrize(
    ("state", "outcome", "said"),
    [
        ("IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE", "passed", "is generalised"),
        ("IMAGE_STATE_COMPLETE", "failed", "in use"),
        ("IMAGE_STATE_UNDEPLOYABLE", "failed", "did not come to its end"),
        ("IMAGE_STATE_GENERALIZE_RESEAL_TO_AUDIT", "failed", "audit"),
        ("IMAGE_STATE_SPECIALIZE_RESEAL_TO_OOBE", "failed", "without /generalize"),
        ("IMAGE_STATE_SPECIALIZE_RESEAL_TO_AUDIT", "failed", "audit"),
        ("IMAGE_STATE_OF_TOMORROW", "failed", "IMAGE_STATE_OF_TOMORROW"),
        (None, "skipped", "does not say"),
    ],
)
def test_win_06_by_the_state_of_the_image(state: str | None, outcome: str, said: str) -> None:
    finding = judged("WIN-06", inside(software={STATE: {"ImageState": state}}))
    assert finding.outcome == outcome
    assert said in str(finding.reason)
    assert finding.commands == ()
    assert ("/generalize /oobe /shutdown" in str(finding.cure)) == (outcome == "failed")


@pytest.mark.parametrize(
    ("system", "outcome"),
    [
        ({"Setup": {"SetupType": 0}}, "warning"),
        ({r"Setup\Status\SysprepStatus": {"GeneralizationState": 3}}, "warning"),
        ({r"Setup\Status\SysprepStatus": None, "Setup": {"SetupType": None}}, "passed"),
    ],
)
def test_win_06_by_other_signs(system: Any, outcome: str) -> None:
    assert judged("WIN-06", inside(system=system)).outcome == outcome


def test_win_06_without_the_mark_of_sysprep() -> None:
    found = inside()
    assert found.files is not None
    finding = judged("WIN-06", replace(found, files=replace(found.files, sysprep_succeeded=False)))
    assert (finding.outcome, "tells of success" in str(finding.reason)) == ("warning", True)


@pytest.mark.parametrize(
    ("build", "versions", "outcome"),
    [
        (7601, ("6.1.7601.23689",), "passed"),
        (7601, ("6.1.7601.23688",), "failed"),
        (9200, ("6.2.9200.22099", "6.2.9200.22098"), "warning"),
        (9600, ("6.3.9600.18604", "6.3.9600.18604"), "passed"),
        (9600, ("6.3.9600.18603", "6.3.9600.17000"), "failed"),
        (14393, ("10.0.14393.953",), "passed"),
        (14393, ("10.0.14393.952", ""), "failed"),
        (14393, ("",), "skipped"),
        (14393, (), "skipped"),
        (10240, ("10.0.10240.1",), "skipped"),
        (17763, (), "passed"),
        (99999, ("10.0.99999.1",), "passed"),
        (0, ("10.0.20348.1",), "passed"),
        (0, ("text",), "skipped"),
    ],
)
def test_win_07(build: int, versions: tuple[str, ...], outcome: str) -> None:
    names = (f"{DRIVERS}/srv.sys", f"{DRIVERS}/srv2.sys")
    drivers = WindowsDrivers(tuple(map(DriverVersion, names, versions)))
    found = Inside(drivers=drivers, release=WindowsRelease(build=build))
    assert judged("WIN-07", found).outcome == outcome


def test_win_07_reads_the_files() -> None:
    old = program("6.3.9600.17000")
    finding = judged(
        "WIN-07",
        inside(
            software={VERSION: {"CurrentBuild": "9600"}},
            files={f"{DRIVERS}/srv.sys": old, f"{DRIVERS}/srv2.sys": old},
        ),
    )
    assert finding.outcome == "failed"
    assert str(finding.seen_at[0]) == r"C:\Windows\System32\drivers\srv.sys: 6.3.9600.17000"


@pytest.mark.parametrize(
    ("system", "software", "outcome"),
    [
        ({}, {}, "passed"),
        ({}, {rf"{CURRENT}\Component Based Servicing\RebootPending": {}}, "failed"),
        ({}, {rf"{CURRENT}\WindowsUpdate\Auto Update\RebootRequired": {}}, "failed"),
        ({rf"{CONTROL}\Session Manager": {"PendingFileRenameOperations": ("a", "b")}}, {}, "warning"),
        ({rf"{CONTROL}\Session Manager": {"PendingFileRenameOperations": ()}}, {}, "passed"),
    ],
)
def test_win_08(system: Any, software: Any, outcome: str) -> None:
    assert judged("WIN-08", inside(system=system, software=software)).outcome == outcome


@pytest.mark.parametrize(
    ("changes", "outcome", "command"),
    [
        ({}, "passed", ""),
        ({"RdAgent": None}, "failed", ""),
        ({"WindowsAzureGuestAgent": None}, "failed", ""),
        ({"RdAgent": {"Start": 4}}, "failed", "Set-Service -Name RdAgent -StartupType Automatic"),
        ({"RdAgent": {"Start": 3}}, "warning", "Set-Service -Name RdAgent -StartupType Automatic"),
    ],
)
def test_win_09(changes: dict[str, Any], outcome: str, command: str) -> None:
    finding = judged(
        "WIN-09", inside(system={rf"{SERVICES}\{name}": change for name, change in changes.items()})
    )
    assert finding.outcome == outcome
    assert finding.commands == ((command,) if command else ())


PROXY = struct.pack("<III", 0x28, 0, 3) + b"\x05\0\0\0proxy"
CONNECTIONS = rf"{CURRENT}\Internet Settings\Connections"
ENVIRONMENT = rf"{CONTROL}\Session Manager\Environment"


@pytest.mark.parametrize(
    ("system", "software", "said", "command"),
    [
        ({rf"{SERVICES}\Tcpip\Parameters\PersistentRoutes": {"10.0.0.0,255.0.0.0,10.1.1.1,1": ""}}, {}, "routes", ""),
        ({}, {CONNECTIONS: {"WinHttpSettings": PROXY + bytes(4)}}, "proxy", "winhttp reset proxy"),
        ({rf"{SERVICES}\partmgr\Parameters": {"SanPolicy": 2}}, {}, "offline", "OnlineAll"),
        ({rf"{CONTROL}\TimeZoneInformation": {"RealTimeIsUniversal": None}}, {}, "UTC", "-Value 1"),
        ({rf"{CONTROL}\TimeZoneInformation": {"RealTimeIsUniversal": 0}}, {}, "UTC", "-Value 1"),
        ({rf"{SERVICES}\W32Time": {"Start": 3}}, {}, "time service", "Set-Service -Name W32Time"),
        ({rf"{CONTROL}\Power\User\PowerSchemes": {"ActivePowerScheme": "381b4222-f694-41f0-9685-ff5bb260df2e"}}, {},
         "power plan", "SCHEME_MIN"),
        ({ENVIRONMENT: {"TEMP": Expand(r"E:\Temp")}}, {}, "TEMP is not", "-Type ExpandString"),
        ({ENVIRONMENT: {"TMP": r"%SystemRoot%\Temp2"}}, {}, "TMP is not", "-Name TMP"),
    ],
)  # fmt: skip
def test_win_10_warns(system: Any, software: Any, said: str, command: str) -> None:
    finding = judged("WIN-10", inside(system=system, software=software))
    assert finding.outcome == "warning"
    assert said in str(finding.reason)
    assert len(finding.seen_at) == 1
    assert (command in finding.commands[0]) if command else finding.commands == ()


@pytest.mark.parametrize(
    ("system", "software"),
    [
        ({rf"{SERVICES}\partmgr\Parameters": {"SanPolicy": None}}, {}),
        ({rf"{CONTROL}\Power\User\PowerSchemes": {"ActivePowerScheme": "{8C5E7FDA-E8BF-4A96-9A85-A6E23A8C635C}"}}, {}),
        ({ENVIRONMENT: {"TEMP": r"C:\Windows\Temp", "TMP": None}}, {}),
        ({rf"{SERVICES}\W32Time": {"Start": 2}}, {}),
        ({}, {CONNECTIONS: {"WinHttpSettings": PROXY + b"\x0d\0\0\x00168.63.129.16"}}),
    ],
)  # fmt: skip
def test_win_10_passes(system: Any, software: Any) -> None:
    assert judged("WIN-10", inside(system=system, software=software)).outcome == "passed"


@pytest.mark.parametrize(
    ("name", "start", "outcome", "command"),
    [
        ("BFE", 3, "warning", "Set-Service -Name BFE -StartupType Automatic"),
        ("mpssvc", 4, "warning", "Set-Service -Name mpssvc -StartupType Automatic"),
        ("Netlogon", 2, "passed", ""),
        ("Netlogon", 4, "warning", "Set-Service -Name Netlogon -StartupType Manual"),
        ("TermService", 2, "passed", ""),
    ],
)
def test_win_11(name: str, start: int, outcome: str, command: str) -> None:
    finding = judged("WIN-11", inside(system={rf"{SERVICES}\{name}": {"Start": start}}))
    assert (finding.outcome, finding.commands) == (outcome, (command,) if command else ())


def test_win_11_where_a_service_is_missing() -> None:
    finding = judged("WIN-11", inside(system={rf"{SERVICES}\nsi": None}))
    assert (finding.outcome, finding.commands) == ("warning", ())
    assert "no service nsi" in str(finding.reason)


@pytest.mark.parametrize(
    ("boot", "said", "command"),
    [
        ({rf"{LOADER}\16000009": YES}, "recovery", "recoveryenabled Off"),
        ({rf"{LOADER}\16000009": None}, "recovery", "recoveryenabled Off"),
        ({rf"{LOADER}\250000e0": number(0)}, "not ignored", "bootstatuspolicy IgnoreAllFailures"),
        ({rf"{LOADER}\260000b0": NO}, "serial console", '/ems "{default}" ON'),
        ({rf"{BOOT_MANAGER}\16000020": NO}, "serial console", '/set "{bootmgr}" bootems yes'),
        ({rf"{EMS}\15000022": number(2)}, "serial console", "EMSPORT:1 EMSBAUDRATE:115200"),
        ({rf"{EMS}\15000023": number(9600)}, "serial console", "EMSPORT:1 EMSBAUDRATE:115200"),
        ({rf"{BOOT_MANAGER}\25000004": number(30)}, "boot menu", '/set "{bootmgr}" timeout 5'),
        ({rf"{BOOT_MANAGER}\26000020": NO}, "boot menu", "displaybootmenu yes"),
    ],
)
def test_win_13(boot: Any, said: str, command: str) -> None:
    finding = judged("WIN-13", inside(boot=boot))
    assert finding.outcome == "warning"
    assert said in str(finding.reason)
    assert command in " ".join(finding.commands)
    assert finding.seen_at[0].path == r"\EFI\Microsoft\Boot\BCD"


@pytest.mark.parametrize(
    ("change", "software", "outcome"),
    [
        ({"Start": 3}, {}, "warning"),
        (None, {}, "passed"),
        ({"Start": 3}, release("Windows 11 Pro", "Professional", "Client"), "passed"),
    ],
)
def test_win_13_the_service_of_the_console(change: Any, software: Any, outcome: str) -> None:
    found = inside(system={rf"{SERVICES}\sacsvr": change}, software=software)
    assert judged("WIN-13", found).outcome == outcome


def test_win_13_without_a_boot_configuration() -> None:
    finding = judged("WIN-13", replace(inside(), windows_boot=None))
    assert (finding.outcome, "was not found" in str(finding.reason)) == ("skipped", True)


@pytest.mark.parametrize(
    ("values", "outcome", "commands"),
    [
        ({"CrashDumpEnabled": 2, "NMICrashDump": 1}, "passed", 0),
        ({"CrashDumpEnabled": 7}, "warning", 1),
        ({"CrashDumpEnabled": 0, "NMICrashDump": 0}, "warning", 2),
        ({"NMICrashDump": None}, "warning", 1),
    ],
)
def test_win_14(values: Any, outcome: str, commands: int) -> None:
    finding = judged("WIN-14", inside(system={rf"{CONTROL}\CrashControl": values}))
    assert (finding.outcome, len(finding.commands)) == (outcome, commands)


MEMORY = rf"{CONTROL}\Session Manager\Memory Management"


@pytest.mark.parametrize(
    ("system", "outcome"),
    [
        ({rf"{SERVICES}\cdrom": {"Start": 3}}, "passed"),
        ({rf"{SERVICES}\cdrom": {"Start": 4}}, "failed"),
        ({MEMORY: {"PagingFiles": (r"D:\pagefile.sys 0 0",)}}, "passed"),
        ({MEMORY: {"PagingFiles": (r"C:\pagefile.sys 0 0",)}}, "warning"),
        ({MEMORY: {"PagingFiles": (r"?:\pagefile.sys", r"E:\pagefile.sys 0 0")}}, "warning"),
        ({MEMORY: {"PagingFiles": None}}, "passed"),
    ],
)
def test_win_16(system: Any, outcome: str) -> None:
    assert judged("WIN-16", inside(system=system)).outcome == outcome


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("/Windows/Panther/unattend.xml", "failed"),
        ("/Windows/Panther/Unattend/Unattend.xml", "failed"),
        ("/Windows/System32/Sysprep/Unattend.xml", "failed"),
        ("/unattend.xml", "failed"),
        ("/Windows/Panther/setupact.log", "warning"),
        ("/App/unattend.xml", "passed"),
    ],
)
def test_win_17(path: str, outcome: str) -> None:
    finding = judged("WIN-17", inside(files={path: "SECRET"}))
    assert finding.outcome == outcome
    assert bool(finding.commands) == (outcome != "passed")


@pytest.mark.parametrize(
    ("changes", "said", "command"),
    [
        ({"software": {r"Policies\Microsoft\Windows\WindowsUpdate\AU": {"NoAutoUpdate": 1}}}, "policy", "Remove-"),
        ({"software": {r"Policies\Microsoft\Windows\WindowsUpdate\AU": {"AUOptions": 1}}}, "policy", "-Name AUOptions"),
        ({"system": {rf"{SERVICES}\wuauserv": {"Start": 4}}}, "Windows Update is disabled", "Set-Service"),
        ({"accounts": {"Administrator": (500, True), "ada": (1001, False)}}, "ada", ""),
        ({"accounts": {"Gast": (501, False)}}, "guest", "Disable-LocalUser"),
        ({"files": {f"{DRIVERS}/etc/hosts": "10.0.0.1 db\n"}}, "hosts file", ""),
        ({"files": {"/Users/ada/AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine/ConsoleHost_history.txt": "x"}},
         "typed into PowerShell", "_history.txt"),
        ({"files": {"/Users/ada/.ssh/id_rsa": "x"}}, "1 SSH key file", ""),
        ({"files": {"/Windows/MEMORY.DMP": "x"}}, "memory dumps", "MEMORY.DMP"),
        ({"files": {"/$Recycle.Bin/S-1/$R1": "x"}}, "recycle bin", "Clear-RecycleBin"),
    ],
)  # fmt: skip
def test_win_20_warns(changes: Any, said: str, command: str) -> None:
    finding = judged("WIN-20", inside(**changes))
    assert finding.outcome == "warning"
    assert said in str(finding.reason)
    assert (command in finding.commands[0]) if command else finding.commands == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"software": {r"Policies\Microsoft\Windows\WindowsUpdate\AU": {"NoAutoUpdate": 0, "AUOptions": 4}}},
        {"accounts": {"AzureAdmin": (500, False), "Guest": (501, True), "WDAGUtilityAccount": (504, True)}},
        {"files": {"/Users/ada/NTUSER.DAT": "x", "/pagefile.sys": "x"}},
    ],
)
def test_win_20_passes(changes: Any) -> None:
    assert judged("WIN-20", inside(**changes)).outcome == "passed"


def test_win_20_says_where_accounts_were_not_read() -> None:
    finding = judged("WIN-20", replace(inside(), windows_accounts=None))
    assert (finding.outcome, "Accounts were not read" in str(finding.reason)) == ("passed", True)


@pytest.mark.parametrize(
    ("build", "runs", "outcome"),
    [
        (7601, 2, "passed"),
        (7601, 3, "warning"),
        (9200, 1, "skipped"),
        (9600, 1000, "passed"),
        (20348, 1001, "warning"),
        (99999, 5, "passed"),
        (20348, None, "skipped"),
        (0, 1, "skipped"),
    ],
)
def test_win_21(build: int, runs: int | None, outcome: str) -> None:
    found = inside()
    assert found.files is not None
    changed = replace(
        found, files=replace(found.files, sysprep_runs=runs), release=WindowsRelease(build=build)
    )
    assert judged("WIN-21", changed).outcome == outcome


@pytest.mark.parametrize(
    ("product", "edition", "installation", "outcome"),
    [
        ("Windows Server 2016 Datacenter", "ServerDatacenter", "Server", "passed"),
        ("Windows Server 2022 Datacenter Azure Edition", "ServerTurbine", "Server Core", "passed"),
        ("Windows Server 2099 Standard", "ServerStandard", "Server", "passed"),
        ("Windows Server 2019 Standard Evaluation", "ServerStandardEval", "Server", "failed"),
        ("Windows 10 Enterprise Evaluation", "EnterpriseEval", "Client", "failed"),
        ("Windows 10 Pro", "Professional", "Client", "warning"),
        ("Windows 10 Enterprise for Virtual Desktops", "ServerRdsh", "Client", "warning"),
        ("", "", None, "skipped"),
    ],
)
def test_win_24(product: str, edition: str, installation: str | None, outcome: str) -> None:
    finding = judged("WIN-24", inside(software=release(product, edition, installation)))
    assert finding.outcome == outcome


@pytest.mark.parametrize(
    ("program_path", "outcome"),
    [
        (r"C:\App\app.exe", "passed"),
        (r"d:\App\app.exe", "passed"),
        (r"%ProgramFiles%\App\app.exe", "passed"),
        (r"\\?\C:\App\app.exe", "passed"),
        (r"app.exe", "passed"),
        (r"E:\App\app.exe", "warning"),
        (r'"f:\My App\app.exe" -x', "warning"),
        (r"\??\G:\app.exe", "warning"),
    ],
)
def test_pre_12_services(program_path: str, outcome: str) -> None:
    found = inside(system={rf"{SERVICES}\App": service(2, program_path)})
    assert judged("PRE-12", found).outcome == outcome


def test_pre_12_leaves_out_what_is_disabled() -> None:
    found = inside(system={rf"{SERVICES}\App": service(4, r"E:\app.exe")})
    assert judged("PRE-12", found).outcome == "passed"


def test_pre_12_tasks() -> None:
    finding = judged("PRE-12", inside(files={"/Windows/System32/Tasks/App/First": task(r"E:\first.cmd")}))
    assert finding.outcome == "warning"
    assert str(finding.seen_at[0]) == r"C:\Windows\System32\Tasks\App\First: E:\first.cmd"
