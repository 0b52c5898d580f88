"""Looking at this computer: everything is read from files and folders that the test made."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.step_parts import host
from wizard.step_parts.host import (
    InstalledProgram,
    azure_cli_cloud,
    free_space,
    installed_programs,
    look_at_computer,
)


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """The environment of a computer with nothing installed."""
    (tmp_path / "home").mkdir()
    return {"HOME": str(tmp_path / "home"), "PATH": str(tmp_path / "bin")}


def put(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def executable(path: Path) -> Path:
    put(path, "#!/bin/sh\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_nothing_installed(tmp_path: Path, bare: dict[str, str]) -> None:
    seen = look_at_computer(tmp_path, bare)
    if sys.platform != "win32":
        assert not any(tool.where for tool in seen.tools)
    assert {tool.id for tool in seen.tools} == {
        "certification_tool",
        "azure_cli",
        "azure_powershell",
        "storage_explorer",
    }
    assert seen.cli_cloud is None
    assert seen.windows is (sys.platform == "win32")


def test_a_tool_that_nobody_asked_about_is_not_found(tmp_path: Path, bare: dict[str, str]) -> None:
    assert look_at_computer(tmp_path, bare).tool("notepad").where is None


def test_the_cli_on_the_path(tmp_path: Path, bare: dict[str, str]) -> None:
    name = "az.cmd" if sys.platform == "win32" else "az"
    az = executable(tmp_path / "bin" / name)
    seen = look_at_computer(tmp_path, bare)
    assert Path(str(seen.tool("azure_cli").where)) == az
    assert seen.cli_cloud == host.CliCloud("AzureCloud")


@pytest.mark.parametrize("variable", ["ProgramFiles", "ProgramFiles(x86)", "ProgramW6432"])
def test_the_cli_where_its_windows_installer_puts_it(
    tmp_path: Path, bare: dict[str, str], variable: str
) -> None:
    az = put(tmp_path / "programs" / "Microsoft SDKs" / "Azure" / "CLI2" / "wbin" / "az.cmd")
    seen = look_at_computer(tmp_path, bare | {variable: str(tmp_path / "programs")})
    assert seen.tool("azure_cli").where == str(az)


def test_powershell_modules_with_the_newest_version(tmp_path: Path, bare: dict[str, str]) -> None:
    for version in ("9.7.1", "12.4.0", "en-US"):
        (tmp_path / "modules" / "Az" / version).mkdir(parents=True)
    listed = os.pathsep.join((str(tmp_path / "none"), str(tmp_path / "modules")))
    tool = look_at_computer(tmp_path, bare | {"PSModulePath": listed}).tool("azure_powershell")
    assert (tool.where, tool.version) == (str(tmp_path / "modules" / "Az"), "12.4.0")


def test_a_part_of_the_powershell_module_is_enough(tmp_path: Path, bare: dict[str, str]) -> None:
    folder = tmp_path / "home" / "Documents" / "WindowsPowerShell" / "Modules" / "Az.Accounts"
    (folder / "3.0.0").mkdir(parents=True)
    tool = look_at_computer(tmp_path, bare).tool("azure_powershell")
    assert (tool.where, tool.version) == (str(folder), "")


def test_storage_explorer_of_this_user_alone(tmp_path: Path, bare: dict[str, str]) -> None:
    folder = tmp_path / "local" / "Programs" / "Microsoft Azure Storage Explorer"
    folder.mkdir(parents=True)
    seen = look_at_computer(tmp_path, bare | {"LOCALAPPDATA": str(tmp_path / "local")})
    assert seen.tool("storage_explorer").where == str(folder)


def test_the_certification_tool_by_its_folder(tmp_path: Path, bare: dict[str, str]) -> None:
    folder = tmp_path / "x86" / "Certification Test Tool 1.5 for Azure Certified"
    folder.mkdir(parents=True)
    seen = look_at_computer(tmp_path, bare | {"ProgramFiles(x86)": str(tmp_path / "x86")})
    assert seen.tool("certification_tool").where == str(folder)


def test_programs_of_the_windows_list(
    tmp_path: Path, bare: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = (
        InstalledProgram("Microsoft Azure Storage Explorer version 1.40.0", "1.40.0", r"C:\Explorer"),
        InstalledProgram("Certification Test Tool 1.5 for Azure Certified", "1.5.0", ""),
        InstalledProgram("Certification Test Tool for something else", "1.0", ""),
    )
    monkeypatch.setattr(host, "installed_programs", lambda: listed)
    seen = look_at_computer(tmp_path, bare)
    assert seen.tool("storage_explorer") == host.Tool("storage_explorer", r"C:\Explorer", "1.40.0")
    assert seen.tool("certification_tool") == host.Tool("certification_tool", listed[1].name, "1.5.0")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has such a list")
def test_no_windows_list_elsewhere() -> None:
    assert installed_programs() == ()


@pytest.mark.parametrize(
    ("config", "environment", "name"),
    [
        (None, {}, "AzureCloud"),
        ("[cloud]\nname = AzureChinaCloud\n", {}, "AzureChinaCloud"),
        ("\ufeff[cloud]\nname=AzureChinaCloud", {}, "AzureChinaCloud"),
        ("[cloud]\nname =\n", {}, "AzureCloud"),
        ("[core]\noutput = table\n", {}, "AzureCloud"),
        ("no ini file at all", {}, "AzureCloud"),
        ("[cloud]\nname = %broken%(\n", {}, "%broken%("),
        ("[cloud]\nname = AzureCloud\n", {"AZURE_CLOUD_NAME": "AzureChinaCloud"}, "AzureChinaCloud"),
    ],
)
def test_the_cloud_of_the_cli(
    tmp_path: Path, config: str | None, environment: dict[str, str], name: str
) -> None:
    if config is not None:
        put(tmp_path / ".azure" / "config", config)
    assert azure_cli_cloud({"HOME": str(tmp_path), **environment}).name == name


def test_the_cli_folder_may_be_elsewhere(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere" / "config", "[cloud]\nname = Ours\n")
    put(
        tmp_path / "elsewhere" / "clouds.config",
        "[Ours]\nendpoint_resource_manager = https://management.chinacloudapi.cn\n",
    )
    seen = azure_cli_cloud({"HOME": str(tmp_path), "AZURE_CONFIG_DIR": str(tmp_path / "elsewhere")})
    assert seen == host.CliCloud("Ours", "https://management.chinacloudapi.cn")


@given(st.binary(max_size=200))
def test_any_bytes_are_some_configuration(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("azure")
    (folder / "config").write_bytes(content)
    assert azure_cli_cloud({"AZURE_CONFIG_DIR": str(folder)}).name


def test_room_in_a_folder_that_is_still_to_be_made(tmp_path: Path) -> None:
    wished = tmp_path / "journeys" / "of mine"
    seen = free_space(wished)
    assert seen is not None
    assert seen.path == str(wished)
    assert seen.free > 0
    assert not wished.exists()
