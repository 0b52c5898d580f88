"""`image-wizard inspect`: a disk in a file and in a blob, judged by what is inside; secrets are never printed."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.cli.conftest import Command, Run
from tests.cloud import MIB, send_vhd, write_vhd
from tests.images.disks import gen2_linux, needs_ext4
from tests.images.linux_systems import debian
from tests.strict.fixtures import *  # noqa: F403
from tests.strict.server import StrictServer
from wizard.checks import contents, copy, vhd
from wizard.cli.console import Console
from wizard.cli.grouped import say_in_groups
from wizard.groups import Group
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.results import StorageAccount
from wizard.services.cloud import Cloud
from wizard.services.connect import page_blob_from_url
from wizard.step import Check, Finding, failed, passed, skipped, warning
from wizard.where import where


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return gen2_linux(tmp_path_factory.mktemp("image"), debian() | {"/root/.bash_history": "x" * 2000})


@pytest.fixture
def link(strict: StrictServer, tmp_path: Path) -> str:
    """A link that may read a blob with an empty disk."""
    blob = page_blob_from_url(Secret(strict.link("disk.vhd", permissions="rcw")))
    send_vhd(write_vhd(tmp_path / "disk.vhd", 32 * MIB, {MIB: b"data"}), blob)
    return strict.link("disk.vhd", permissions="r")


def outcomes(run: Run) -> dict[str, str]:
    return {each["rule"]: each["outcome"] for each in run.data["findings"]}


@needs_ext4
def test_a_file_is_judged_by_all_rules_that_apply(command: Command, image: Path) -> None:
    run = command("inspect", image, "--os", "linux", "--json")
    assert run.status == 1
    assert run.data["inside"]["system"] == "linux"
    assert run.data["inside"]["unread"] == []
    assert 0 < run.data["inside"]["read_bytes"] < 64 * MIB
    found = outcomes(run)
    assert {each.rule for each in vhd.CHECKS} <= set(found)
    assert {each.rule for each in contents.CHECKS if each.rule.startswith("LIN")} <= set(found)
    assert not [rule for rule in found if rule.startswith("WIN")]
    assert len(found) == len(run.data["findings"]), "each rule once"


@needs_ext4
def test_findings_show_where_and_what_to_type(command: Command, image: Path) -> None:
    run = command("inspect", image, "--json")
    finding = next(each for each in run.data["findings"] if each["rule"] == "LIN-01")
    assert finding["outcome"] == "failed"
    assert [each["path"] for each in finding["seen_at"]] == ["/root/.bash_history"]
    assert finding["commands"]
    text = command("inspect", image, "--lang", "en")
    assert text.status == 1
    assert f"\n          {finding['commands'][0]}\n" in text.out
    assert "\n        /root/.bash_history" in text.out
    assert "Debian" in text.out


@needs_ext4
def test_a_blob_says_the_same_as_its_file(
    command: Command, image: Path, cloud: Cloud, account: StorageAccount, container: str
) -> None:
    sent = send_vhd(image, cloud.page_blob(account, container, "system.vhd"))
    link = cloud.read_link(account, container, "system.vhd").reveal()
    in_file, in_blob = command("inspect", image, "--json"), command("inspect", link, "--json")
    assert in_blob.status == 1
    both = {each.rule for each in contents.CHECKS}
    assert {rule: outcome for rule, outcome in outcomes(in_blob).items() if rule in both} == {
        rule: outcome for rule, outcome in outcomes(in_file).items() if rule in both
    }
    for name in ("system", "volumes", "unread"):
        assert in_blob.data["inside"][name] == in_file.data["inside"][name]
    assert 0 < in_blob.data["inside"]["read_bytes"] < sent.data_bytes
    assert outcomes(in_blob)["VHD-13"] == "passed"
    assert "VHD-19" in outcomes(in_blob)
    assert "sig=" not in in_blob.out + in_blob.err


def test_a_disk_without_a_system_is_judged_as_far_as_that_goes(command: Command, tmp_path: Path) -> None:
    run = command("inspect", write_vhd(tmp_path / "disk.vhd", 32 * MIB, {MIB: b"data"}), "--json")
    assert run.data["inside"]["system"] == ""
    assert [each["why"] for each in run.data["inside"]["unread"]] == ["no_system"]
    assert outcomes(run)["VHD-04"] == "passed"
    assert not [rule for rule in outcomes(run) if rule.startswith(("LIN", "WIN"))]


def test_the_system_that_was_named_has_its_rules_skipped_where_nothing_was_found(
    command: Command, tmp_path: Path
) -> None:
    disk = write_vhd(tmp_path / "disk.vhd", 32 * MIB, {MIB: b"data"})
    found = outcomes(command("inspect", disk, "--os", "linux", "--json"))
    assert {found[rule] for rule in ("LIN-01", "LIN-02", "LIN-14", "LIN-16", "LIN-17")} == {"skipped"}


def test_a_blob_of_another_kind_is_judged_too(command: Command, strict: StrictServer, tmp_path: Path) -> None:
    blob = page_blob_from_url(Secret(strict.link("short.vhd", permissions="rcw")))
    blob.create(512, {}, fence=0, replaces=None)
    run = command("inspect", strict.link("short.vhd", permissions="r"), "--json")
    assert run.status == 1
    assert outcomes(run)["VHD-01"] == "failed"
    assert {each.rule for each in copy.CHECKS} - {"as-source", "unchanged"} <= set(outcomes(run))


def test_an_address_may_be_read(command: Command, link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{link}\n"))
    run = command("inspect", "-", "--json")
    assert outcomes(run)["VHD-13"] == "passed"


def test_little_is_fetched_and_no_hole(command: Command, strict: StrictServer, link: str) -> None:
    before = len(strict.sent("GET", ""))
    run = command("inspect", link, "--json")
    assert run.data["inside"]["read_bytes"] <= 64 * 1024
    assert len(strict.sent("GET", "")) - before < 6


@pytest.mark.parametrize(
    ("spoilt", "status"),
    [
        (lambda link: link.replace("disk.vhd", "gone.vhd"), 2),
        (lambda link: link.replace("sig=", "sig=AAAA"), 2),
        (lambda link: link.partition("?")[0], 2),
        (lambda link: link.replace("/disk.vhd", ""), 2),
        (lambda link: "https://", 2),
    ],
)
def test_an_address_that_cannot_be_read(command: Command, link: str, spoilt: object, status: int) -> None:
    run = command("inspect", spoilt(link), "--json")  # type: ignore[operator]
    assert run.status == status
    assert run.data["error"]["cure"]
    said = command("inspect", spoilt(link), "--lang", "en")  # type: ignore[operator]
    assert "sig=" not in (run.out + run.err + said.out + said.err).replace("sig=***", "")


def test_a_missing_file_cannot_be_read(command: Command, tmp_path: Path) -> None:
    run = command("inspect", tmp_path / "gone.vhd", "--json")
    assert run.status == 2
    assert run.data["error"]["cure"]


def test_both_languages_are_spoken(command: Command, tmp_path: Path) -> None:
    disk = write_vhd(tmp_path / "disk.vhd", 32 * MIB)
    english, chinese = (command("inspect", disk, "--lang", each).out for each in ("en", "zh"))
    assert english != chinese


def _check(rule: str, group: Group | None) -> Check:
    return Check(rule, msg("Title of {rule}", rule=rule), lambda: passed(msg("Well")), group=group)


def test_groups_come_in_their_order_and_the_worst_first(capsys: pytest.CaptureFixture[str]) -> None:
    checks = [
        _check("B", Group.SECURITY),
        _check("A", Group.SECURITY),
        _check("C", None),
        _check("D", Group.BOOT),
    ]
    findings: dict[str, Finding] = {
        "A": failed(
            msg("Bad"),
            msg("Mend it"),
            seen_at=(
                where("/etc/a", 3, "root yes"),
                where("/etc/b", 1),
                where("/etc/c", 0, "key"),
                where("/etc/d"),
            ),
            commands=("rm -f /etc/a\nrm -f /etc/b", "true"),
        ),
        "B": passed(msg("Not told")),
        "C": warning(msg("Odd"), msg("Look")),
        "D": skipped(msg("Unknown")),
    }
    found = [
        Finding(each.outcome, each.reason, each.cure, rule=rule, seen_at=each.seen_at, commands=each.commands)
        for rule, each in findings.items()
    ]
    say_in_groups(Console("en"), found, checks)
    assert (
        capsys.readouterr().out
        == """
Disk format
  ! C            Title of C
      Odd
      → Look

Starting up
  – D            Title of D
      Unknown

Security
  ✗ A            Title of A
      Bad
        /etc/a line 3: root yes
        /etc/b line 1
        /etc/c: key
        /etc/d
      → Mend it
          rm -f /etc/a
          rm -f /etc/b
          true
  ✓ B            Title of B

1 failed, 1 warning, 1 passed, 1 not judged.
"""
    )


@needs_ext4
def test_a_cleaning_script_is_written_once_and_says_what_was_found(
    command: Command, image: Path, tmp_path: Path
) -> None:
    target = tmp_path / "clean.sh"

    ran = command("inspect", image, "--script", target)
    again = command("inspect", image, "--script", target, "--json")

    assert "    rm -f /root/.bash_history\n" in target.read_text("utf-8")
    assert str(target) in ran.err
    assert again.status == 1
    assert again.data["error"]["what"] == f"{target} is there already"


def test_without_anything_to_clean_there_is_no_script(command: Command, tmp_path: Path) -> None:
    target = tmp_path / "clean.sh"

    ran = command("inspect", write_vhd(tmp_path / "disk.vhd", 32 * MIB, {MIB: b"data"}), "--script", target)

    assert not target.exists()
    assert "none was written" in ran.err
