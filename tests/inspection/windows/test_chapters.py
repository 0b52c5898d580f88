"""What is read of a Windows: its release, settings, services, accounts, boot configuration, files; secrets are not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.inspection.memory_tree import Held, Link, MemoryTree, files
from tests.inspection.windows.hives import Raw, hive
from tests.inspection.windows.sample import (
    CONTROL,
    CURRENT,
    FIREWALL,
    SERVICES,
    account,
    task,
    windows,
)
from wizard.inspection.chapters import CHAPTERS
from wizard.inspection.found.windows_files import HostsLine, Leftover, ScheduledTask
from wizard.inspection.found.windows_release import WindowsRelease
from wizard.inspection.found.windows_settings import FirewallRule
from wizard.inspection.system_files import Files, TooMuchError
from wizard.inspection.windows.services import program
from wizard.results import from_json, to_json

READERS = {chapter.name: chapter.read for chapter in CHAPTERS if chapter.system == "windows"}
OWN = ("release", "settings", "windows_services", "windows_accounts", "windows_boot", "drivers", "files")


def system(**changes: Any) -> Files:
    """The files of a Windows, with its EFI system partition."""
    return files(windows(**changes), any_case=True)


def read(chapter: str, **changes: Any) -> Any:
    return READERS[chapter](system(**changes))


@pytest.mark.parametrize("chapter", OWN)
def test_records_travel_as_json(chapter: str) -> None:
    record = read(chapter)
    assert from_json(type(record), to_json(record)) == record


@pytest.mark.parametrize("chapter", OWN)
def test_a_drive_without_windows_has_nothing_to_read(chapter: str) -> None:
    record = READERS[chapter](files({"/data": ""}, any_case=True))
    assert record is None or record == type(record)()


@pytest.mark.parametrize("chapter", OWN[:5])
def test_a_damaged_hive_is_an_os_error(chapter: str) -> None:
    config = "/Windows/System32/config"
    spoilt = {f"{config}/{name}": windows()[f"{config}/{name}"] for name in ("SYSTEM", "SOFTWARE", "SAM")}
    content = {path: bytes(data)[:4600] for path, data in spoilt.items() if isinstance(data, bytes)}
    content["/Boot/BCD"] = b"regf"
    with pytest.raises(OSError, match=r"hive|place|cell|value|key|cut"):
        READERS[chapter](files(content, any_case=True))


def test_release() -> None:
    found = read("release")
    assert (found.product, found.edition, found.installation) == (
        "Windows Server 2022 Datacenter",
        "ServerDatacenter",
        "Server",
    )
    assert (found.version_text, found.version, found.is_client, found.is_evaluation) == (
        "10.0.20348.2402",
        "21H2",
        False,
        False,
    )


@pytest.mark.parametrize(
    ("release", "name", "client", "evaluation", "version"),
    [
        (WindowsRelease("Windows 10 Pro", "Professional", "Client", 22631, 1), "Windows 11 Pro", True, False, "10.0.22631.1"),
        (WindowsRelease("Windows 10 Pro", "Professional", "Client", 19045), "Windows 10 Pro", True, False, "10.0.19045.0"),
        (WindowsRelease("Windows Server 2019 Standard Evaluation", "ServerStandardEval", "Server Core", 17763),
         "Windows Server 2019 Standard Evaluation", False, True, "10.0.17763.0"),
        (WindowsRelease("Windows Server 2008 R2 Standard", "ServerStandard", "", 7601, 5), "Windows Server 2008 R2 Standard", False, False, "6.1.7601.5"),
        (WindowsRelease("Windows 10 Enterprise multi-session", "ServerRdsh", "Client", 19044), "Windows 10 Enterprise multi-session", True, False, "10.0.19044.0"),
        (WindowsRelease("", "EnterpriseEval", "", 0), "", True, True, ""),
        (WindowsRelease(), "", False, False, ""),
    ],
)  # fmt: skip
def test_which_windows_it_is(
    release: WindowsRelease, name: str, client: bool, evaluation: bool, version: str
) -> None:
    assert (release.name, release.is_client, release.is_evaluation, release.version_text) == (
        name,
        client,
        evaluation,
        version,
    )


def test_settings_come_from_the_control_set_that_is_current() -> None:
    other = {r"ControlSet002\Control\Terminal Server": {"fDenyTSConnections": 1}}
    assert read("settings", system=other).number("deny_connections") == 0
    second = read("settings", system={**other, "Select": {"Current": 2}})
    assert (second.number("deny_connections"), second.number("rdp_port")) == (1, None)
    assert second.get("rdp_port").present is False


@pytest.mark.parametrize("chapter", ["settings", "windows_services"])
@pytest.mark.parametrize("select", [None, {"Current": None}, {"Current": "1"}, {"Current": 3}])
def test_without_a_current_control_set_nothing_is_known(chapter: str, select: Any) -> None:
    with pytest.raises(OSError, match="control set"):
        read(chapter, system={"Select": select})


def test_keys_names_and_lists_among_the_settings() -> None:
    found = read(
        "settings",
        system={
            rf"{SERVICES}\Tcpip\Parameters\PersistentRoutes": {"10.0.0.0,255.0.0.0,10.1.1.1,1": ""},
            rf"{CONTROL}\Session Manager": {"PendingFileRenameOperations": (r"\??\C:\a", "", r"\??\C:\b")},
            rf"{FIREWALL}\FirewallRules": {
                "RemoteDesktop-UserMode-In-TCP": "v2.31|Action=Allow|Active=FALSE|",
                "RemoteDesktop-UserMode-In-UDP": "v2.31|Action=Allow|Active=TRUE|",
            },
        },
        software={rf"{CURRENT}\WindowsUpdate\Auto Update\RebootRequired": {}},
        dirty=True,
    )
    assert found.get("routes").texts == ("10.0.0.0,255.0.0.0,10.1.1.1,1",)
    assert found.get("renames").texts == (r"\??\C:\a", r"\??\C:\b")
    assert (found.get("update_restart").present, found.get("servicing_restart").present) == (True, False)
    assert found.remote_desktop_rules == (
        FirewallRule("RemoteDesktop-UserMode-In-TCP", False),
        FirewallRule("RemoteDesktop-UserMode-In-UDP", True),
    )
    assert found.older == ("SYSTEM", "SOFTWARE")


def winhttp(flags: int, proxy: str, bypass: str) -> bytes:
    parts = [b"\x28\0\0\0\0\0\0\0", flags.to_bytes(4, "little")]
    for text in (proxy, bypass):
        parts += [len(text).to_bytes(4, "little"), text.encode()]
    return b"".join(parts)


@pytest.mark.parametrize(
    ("blob", "proxy", "bypass"),
    [
        (winhttp(1, "", ""), "", ""),
        (winhttp(3, "proxy:8080", "<local>;168.63.129.16"), "proxy:8080", "<local>;168.63.129.16"),
        (winhttp(3, "http://ada:SECRET@proxy:8080", ""), "proxy:8080", ""),
        (winhttp(3, "proxy", "")[:18], "pr", ""),
        (b"\x28\0\0\0\0\0\0\0\3\0\0\0\xff\xff\xff\xff", "", ""),
        (b"", "", ""),
        (Raw(1, b"text"), "", ""),
    ],
)
def test_the_proxy_of_winhttp_without_its_password(blob: bytes, proxy: str, bypass: str) -> None:
    key = rf"{CURRENT}\Internet Settings\Connections"
    found = read("settings", software={key: {"WinHttpSettings": blob}})
    assert (found.proxy, found.bypass) == (proxy, bypass)
    assert "SECRET" not in str(to_json(found))


def test_services_and_the_drivers_that_rules_ask_for() -> None:
    found = read("windows_services", system={rf"{SERVICES}\Odd": {"Start": "2"}})
    app, cdrom = found.get("app"), found.get("CDROM")
    assert (app.start_name, app.account, app.program) == (
        "automatic",
        r"NT SERVICE\App",
        r"C:\Program Files\App\app.exe",
    )
    assert (cdrom.start_name, cdrom.driver, cdrom.starts_by_itself) == ("system", True, True)
    assert [found.get(name) for name in ("disk", "Tcpip", "Odd")] == [None, None, None]
    assert "SECRET" not in str(to_json(found))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (r'"C:\Program Files\App\app.exe" --password x', r"C:\Program Files\App\app.exe"),
        (r"C:\Program Files\App\app.exe --password x", r"C:\Program Files\App\app.exe"),
        (r"%SystemRoot%\System32\svchost.exe -k x", r"%SystemRoot%\System32\svchost.exe"),
        (r"\SystemRoot\System32\drivers\a.sys", r"\SystemRoot\System32\drivers\a.sys"),
        (r"C:\tool --password x", r"C:\tool"),
        (r"D:\a.b\run.CMD", r"D:\a.b\run.CMD"),
        ('"C:\\open', "C:\\open"),
        ("", ""),
        ("a" * 100_000, "a" * 260),
    ],
)
def test_a_program_without_its_arguments(line: str, expected: str) -> None:
    assert program(line) == expected


def test_accounts_by_name_and_never_their_hashes() -> None:
    found = read(
        "windows_accounts", accounts={"Chef": (500, True), "Gast": (501, False), "ada": (1001, False)}
    )
    assert [(each.name, each.id, each.enabled, each.built_in) for each in found.accounts] == [
        ("Chef", 500, False, True),
        ("Gast", 501, True, True),
        ("ada", 1001, True, False),
    ]
    assert (found.administrator.name, found.guest.name) == ("Chef", "Gast")


def test_an_account_whose_flags_are_not_there() -> None:
    keys = {r"SAM\Domains\Account\Users\Names\ada": {"": Raw(1001, b"")}}
    content = {"/Windows/System32/config/SAM": hive({**keys, **account(1002, disabled=False)})}
    found = READERS["windows_accounts"](files(content, any_case=True))
    assert [(each.name, each.enabled) for each in found.accounts] == [("ada", None)]


@pytest.mark.parametrize("place", ["/$EFI/EFI/Microsoft/Boot/BCD", "/$System/Boot/BCD", "/Boot/BCD"])
def test_the_boot_configuration_is_found_where_each_generation_has_it(place: str) -> None:
    content = windows()
    content[place] = content.pop("/$EFI/EFI/Microsoft/Boot/BCD")
    found = READERS["windows_boot"](files(content, any_case=True))
    assert (found.file, found.timeout, found.recovery_enabled, found.boot_status_policy) == (
        place,
        5,
        False,
        1,
    )
    assert (found.ems, found.boot_ems, found.ems_port, found.ems_baud_rate) == (True, True, 1, 115200)


def test_the_boot_configuration_of_the_efi_system_partition_as_it_is_mounted() -> None:
    content = windows()
    efi = MemoryTree({"/EFI/Microsoft/Boot/BCD": content.pop("/$EFI/EFI/Microsoft/Boot/BCD")}, any_case=True)
    found = READERS["windows_boot"](files(content, {"/$EFI": efi}, any_case=True))
    assert (found.file, found.timeout) == ("/$EFI/EFI/Microsoft/Boot/BCD", 5)


def test_elements_that_are_not_there_or_of_another_type() -> None:
    manager = r"Objects\{9dea862c-5cdd-4e70-acc1-f32b344d4795}\Elements"
    found = read(
        "windows_boot", boot={rf"{manager}\25000004": None, rf"{manager}\26000020": {"Element": "yes"}}
    )
    assert (found.timeout, found.display_boot_menu, found.ems) == (None, None, True)
    lost = read("windows_boot", boot={rf"{manager}\23000003": {"Element": "{gone}"}})
    assert (lost.ems, lost.recovery_enabled, lost.timeout) == (None, None, 5)


def test_what_was_left_on_the_drive() -> None:
    profile = "/Users/ada/AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine"
    found = read(
        "files",
        files={
            "/Windows/Panther/unattend.xml": "<AdministratorPassword>SECRET",
            "/Windows/Panther/setupact.log": "x" * 10,
            "/Windows/System32/Sysprep/unattend.xml": "SECRET",
            "/Windows/System32/Sysprep/Panther/setupact.log": "Beginning of a new sysprep run\r\n" * 3,
            "/Windows/System32/drivers/etc/hosts": (
                "# comment\r\n127.0.0.1 localhost\r\n::1 localhost\r\n10.0.0.4 db # own\r\n\r\nalone\r\n"
            ),
            f"{profile}/ConsoleHost_history.txt": "net user ada SECRET",
            f"{profile}/Visual Studio Code Host_history.txt": "",
            "/Users/ada/.ssh/id_ed25519": "SECRET",
            "/Users/ada/.ssh/id_ed25519.pub": "public",
            "/Users/ada/AppData/Local/Temp/a": "12345",
            "/ProgramData/ssh/administrators_authorized_keys": "ssh-ed25519 AAAA",
            "/ProgramData/ssh/sshd_config": "",
            "/Users/All Users": Link("/ProgramData"),
            "/Windows/MEMORY.DMP": Held(b"", size=2**40),
            "/Windows/Minidump/a.dmp": "1234",
            "/$Recycle.Bin/S-1-5-21/desktop.ini": "x",
            "/$Recycle.Bin/S-1-5-21/$R1.txt": "123",
            "/pagefile.sys": Held(b"", size=2**30),
            "/Packages/Plugins/Microsoft.Compute.CustomScriptExtension/1.10/x": "",
        },
    )
    assert found.answer_files == ("/Windows/Panther/unattend.xml", "/Windows/System32/Sysprep/unattend.xml")
    assert found.panther == Leftover("/Windows/Panther", 39, 2)
    assert (found.sysprep_succeeded, found.sysprep_runs) == (True, 3)
    assert found.hosts == (HostsLine(4, "10.0.0.4 db # own"),)
    assert found.profiles == ("ada",)
    assert found.histories == (Leftover(f"{profile}/ConsoleHost_history.txt", 19),)
    assert found.keys == ("/ProgramData/ssh/administrators_authorized_keys", "/Users/ada/.ssh/id_ed25519")
    assert found.dumps == (Leftover("/Windows/MEMORY.DMP", 2**40), Leftover("/Windows/Minidump", 4))
    assert found.recycle_bin == Leftover("/$Recycle.Bin", 3)
    assert found.temporary == (Leftover("/Users/ada/AppData/Local/Temp", 5),)
    assert found.page_files == (Leftover("/pagefile.sys", 2**30),)
    assert found.extensions == ("Microsoft.Compute.CustomScriptExtension",)
    assert "SECRET" not in str(to_json(found))


def test_tasks_but_those_of_windows_without_their_arguments() -> None:
    found = read(
        "files",
        files={
            "/Windows/System32/Tasks/App/Start &amp; go": task(
                "&quot;E:\\App\\run.exe&quot;", r"HOST\Administrator"
            ),
            "/Windows/System32/Tasks/Empty": b"",
            "/Windows/System32/Tasks/microsoft/Own": task("E:\\x.exe"),
        },
    )
    assert found.tasks == (
        ScheduledTask(r"\App\Start &amp; go", (r"E:\App\run.exe",), r"HOST\Administrator"),
        ScheduledTask(r"\Empty"),
    )
    assert "SECRET" not in str(to_json(found))


def test_a_folder_of_very_many_files_is_counted_no_further() -> None:
    many = MemoryTree({f"/Windows/Temp/{number}": "x" for number in range(2100)}, any_case=True)
    found = READERS["files"](Files(many))
    (temporary,) = found.temporary
    assert (temporary.more, temporary.files) == (True, 2000)


def test_more_than_the_budget_passes_through() -> None:
    found = system()
    found.budget.bytes = 100
    with pytest.raises(TooMuchError):
        READERS["release"](found)
