"""dev.py: what is done again and what is not, what it asks of the system, and what it says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.house.tools import ROOT, program

dev = program("dev.py")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A set-up with two stages in a folder of its own; the list of what was made, with the stamp found before."""
    made: list[Any] = []
    venv = tmp_path / ".venv"
    venv.mkdir()
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "VENV", venv)
    monkeypatch.setattr(dev, "STAMPS", venv / "set-up.json")
    monkeypatch.setattr(dev, "missing_system_packages", lambda **_: [])

    def stage(name: str, key: str) -> Any:
        def make(before: str | None) -> None:
            made.append((name, before))
            (tmp_path / name).touch()

        return dev.Stage(name, f"Making {name}", key, tmp_path / name, make)

    stages = [stage("first", "1"), stage("second", "1")]
    monkeypatch.setattr(dev, "stages", lambda *, tools: stages)
    made.append(stages)
    return made


def test_a_second_start_makes_nothing(project: list[Any]) -> None:
    dev.set_up(tools=False)
    dev.set_up(tools=False)

    assert project[1:] == [("first", None), ("second", None)]


def test_what_has_another_key_is_made_again(project: list[Any]) -> None:
    dev.set_up(tools=False)
    stages = project[0]
    stages[1] = dev.Stage("second", "", "2", stages[1].product, stages[1].make)
    dev.set_up(tools=False)

    assert project[3:] == [("second", "1")]


def test_what_was_deleted_is_made_again(project: list[Any]) -> None:
    dev.set_up(tools=False)
    project[0][0].product.unlink()
    dev.set_up(tools=False)

    assert project[3:] == [("first", "1")]


def test_what_was_interrupted_is_completed_and_told_so(project: list[Any]) -> None:
    stages = project[0]
    whole = stages[1]

    def interrupted(_before: str | None) -> None:
        whole.product.touch()
        raise KeyboardInterrupt

    stages[1] = dev.Stage("second", "", "1", whole.product, interrupted)
    with pytest.raises(KeyboardInterrupt):
        dev.set_up(tools=False)
    stages[1] = whole
    dev.set_up(tools=False)
    dev.set_up(tools=False)

    assert project[1:] == [("first", None), ("second", dev.UNFINISHED)]


def test_damaged_stamps_mean_that_nothing_is_known(project: list[Any]) -> None:
    dev.STAMPS.write_text("{", "utf-8")

    assert dev.read_stamps() == {}


@pytest.mark.parametrize(("before", "forced"), [(None, False), ("another key", False), ("unfinished", True)])
def test_pip_installs_the_lock_with_digests(
    before: str | None, forced: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[tuple[str, ...]] = []
    monkeypatch.setattr(dev, "pip", lambda *arguments: given.append(arguments))

    dev.install(dev.LOCK)(before)

    assert "--require-hashes" in given[0]
    assert "--only-binary=:all:" in given[0]
    assert given[0][-2:] == ("-r", "requirements.lock")
    assert ("--force-reinstall" in given[0]) == forced


def test_the_tools_are_no_part_of_a_plain_start() -> None:
    plain = [stage.name for stage in dev.stages(tools=False)]

    assert plain == ["environment", "packages", "project", "azurite"]
    assert [stage.name for stage in dev.stages(tools=True)] == [*plain[:2], "tools", *plain[2:]]


@pytest.mark.parametrize(
    ("environment", "platform", "display"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "win32", True),
        ({}, "darwin", True),
    ],
)
def test_where_there_is_a_display(environment: dict[str, str], platform: str, display: bool) -> None:
    assert dev.has_display(environment, platform) is display


@pytest.mark.parametrize(("display", "words"), [(":0", ["--practice"]), ("", ["walk", "--practice"])])
def test_run_opens_the_window_or_walks(
    display: str, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if sys.platform in ("win32", "darwin"):
        pytest.skip("there is always a display")
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(dev, "set_up", lambda **_: None)
    monkeypatch.setattr(dev, "hand_over", lambda command: [str(each) for each in command])

    command = dev.run(["--lang", "zh"])

    assert command == [str(dev.WIZARD), *words, "--lang", "zh"]
    assert ("no display" in capsys.readouterr().out) == (not display)


def test_on_windows_ctrl_c_lets_the_wizard_end_in_its_own_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Child:
        waits = 0

        def __init__(self, words: list[str], env: dict[str, str]) -> None:
            assert words == ["image-wizard.exe", "walk"]

        def wait(self) -> int:
            Child.waits += 1
            if Child.waits < 3:
                raise KeyboardInterrupt
            return 130

    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(dev, "WINDOWS", True)
    monkeypatch.setattr(dev.subprocess, "Popen", Child)
    assert dev.hand_over(["image-wizard.exe", "walk"], {}) == 130


def test_azurite_is_installed_over_what_could_not_be_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = tmp_path / "azurite.part" / "node_modules" / "deep"
    left.mkdir(parents=True)

    def bundled(command: list[Any], trouble: str, folder: Path = tmp_path) -> None:
        (folder / "blob.js").write_text("bundled")

    monkeypatch.setattr(dev, "VENV", tmp_path)
    monkeypatch.setattr(dev, "AZURITE", tmp_path / "azurite" / "blob.js")
    monkeypatch.setattr(dev, "quietly", bundled)
    monkeypatch.setattr(dev.shutil, "rmtree", lambda *_, **__: None)
    dev.install_azurite(None)
    assert (tmp_path / "azurite" / "blob.js").read_text() == "bundled"


def test_only_libraries_that_do_not_load_are_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dev.sys, "platform", "linux")
    monkeypatch.setattr(dev, "loads", lambda library: library not in ("libEGL.so.1", "libxcb-cursor.so.0"))
    monkeypatch.setattr(dev, "CHINESE_FONT", tmp_path / "none.ttc")

    assert dev.missing_system_packages(x11=False, fonts=False) == ["libegl1"]
    assert dev.missing_system_packages(x11=True, fonts=False) == ["libegl1", "libxcb-cursor0"]
    assert dev.missing_system_packages(x11=False, fonts=True) == ["libegl1", "fonts-noto-cjk"]


def test_no_library_is_asked_for_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev.sys, "platform", "win32")

    assert dev.missing_system_packages(x11=True, fonts=True) == []


@pytest.fixture
def debian(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Debian as somebody who is not root; what would be run is listed."""
    ran: list[list[str]] = []
    monkeypatch.setattr(dev.sys, "platform", "linux")
    monkeypatch.setattr(dev.os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(dev.shutil, "which", lambda _: "/usr/bin/apt-get")
    monkeypatch.setattr(dev, "quietly", lambda command, _trouble: ran.append(command))
    return ran


def test_who_is_not_root_gets_the_line_to_run(debian: list[list[str]]) -> None:
    with pytest.raises(
        dev.SetUpError, match=r"sudo sh -c 'apt-get update && apt-get install -y .* libegl1 libgl1'"
    ):
        dev.system_packages(["libegl1", "libgl1"], needed=True)

    assert debian == []


def test_root_gets_what_is_missing(debian: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev.os, "geteuid", lambda: 0, raising=False)

    dev.system_packages(["libegl1"], needed=True)

    assert len(debian) == 1
    assert debian[0][-1].endswith("--no-install-recommends libegl1")


@pytest.mark.parametrize("user", [0, 1000])
def test_programs_for_disk_images_are_installed_or_named(
    debian: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], user: int
) -> None:
    there = {"apt-get", *dev.IMAGE_PROGRAMS} - {"mkfs.xfs", "lvm"}
    monkeypatch.setattr(dev.os, "geteuid", lambda: user, raising=False)
    monkeypatch.setattr(dev.shutil, "which", lambda name, path=None: name if name in there else None)

    dev.image_programs()

    asked = debian[0][-1] if user == 0 else capsys.readouterr().err
    assert "--no-install-recommends lvm2 xfsprogs" in asked
    assert ("are skipped" in asked) is (user != 0)


def test_nothing_is_installed_where_all_programs_are(
    debian: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev.shutil, "which", lambda name, path=None: name)

    dev.image_programs()

    assert debian == []


def test_the_journey_can_be_walked_without_libraries(
    debian: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    dev.system_packages(["libegl1"], needed=False)

    assert "Going on without them" in capsys.readouterr().err


def test_a_failure_shows_the_output_and_guesses_at_the_network() -> None:
    program = "import sys; print('getaddrinfo EAI_AGAIN'); sys.exit(1)"

    with pytest.raises(
        dev.SetUpError, match=r"(?s)EAI_AGAIN.*It failed\. There seems to be no network"
    ) as caught:
        dev.quietly([sys.executable, "-c", program], "It failed")

    assert str(caught.value).endswith("start again.")


def test_line_ends_do_not_count(tmp_path: Path) -> None:
    file = tmp_path / "requirements.lock"
    file.write_bytes(b"one\ntwo\n")
    unix = dev.digest([file])
    file.write_bytes(b"one\r\ntwo\r\n")

    assert dev.digest([file]) == unix


@pytest.mark.parametrize(("arguments", "status"), [([], 2), (["fly"], 2), (["--help"], 0)])
def test_the_verbs_are_told(arguments: list[str], status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(arguments) == status
    told = set(re.findall(r"dev\.py (\w+)", capsys.readouterr().out))
    assert told == {"run", "test", "setup", "pictures", "fuzz", "catalogues", "lock"}


def test_it_needs_nothing_but_python() -> None:
    command = [sys.executable, "-I", "-S", str(ROOT / "dev.py"), "--help"]

    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0
