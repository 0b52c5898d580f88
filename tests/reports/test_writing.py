"""The written report: without secrets, in one language or both, never over another journey's."""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import replace
from pathlib import Path, PureWindowsPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.small_journey import ACCOUNT_KEY, SIGNATURE, URL, MakeEngine, do, walk
from wizard.core.engine import Engine
from wizard.errors import WizardError
from wizard.messages import CHINESE, ENGLISH, msg
from wizard.reports.as_json import as_json
from wizard.reports.markdown import markdown
from wizard.reports.summary import CheckSummary, JourneySummary, StepSummary, summarise
from wizard.reports.words import presentable
from wizard.reports.writing import safe_name, write_report
from wizard.step import Finding, Outcome, State
from wizard.where import Where


def written(engine: Engine) -> tuple[str, dict[str, Any]]:
    do(engine, "checklist", "write_report")
    people, programs = map(Path, engine.result("report").paths)
    assert (people.suffix, programs.suffix) == (".md", ".json")
    return people.read_text(encoding="utf-8"), json.loads(programs.read_text(encoding="utf-8"))


def test_a_finished_journey(make_engine: MakeEngine, tmp_path: Path) -> None:
    engine = walk(make_engine())
    engine.answer("checklist", "report_language", "en")
    text, data = written(engine)
    assert text.startswith("# Report: Contoso 1.0\n")
    assert "PRACTICE" not in text
    assert f"`{URL}`" in text
    assert "Copy the whole link in the step “SAS URI”" in text
    assert "Li Lei, 2026-11-21 08:30 UTC" in text
    assert "pre-check, not a certification" in text
    assert data["kind"] == "marketplace-image-wizard report"
    assert data["version"] == 1
    assert data["practice"] is False
    assert data["finished"] is True
    assert data["outcome"] == "passed"
    assert data["address"] == {"url": URL, "kind": "sas", "ends": "2027-01-20T00:00:00Z"}
    assert engine.status("checklist").state is State.DONE
    assert Path(engine.result("report").paths[0]).parent == tmp_path / "journeys"


def test_an_unfinished_journey_says_plainly_what_is_missing(make_engine: MakeEngine) -> None:
    engine = make_engine()
    engine.answer("checklist", "report_language", "en")
    text, data = written(engine)
    assert "This journey is not finished. Still missing:" in text
    assert "There is no address yet" in text
    assert data["finished"] is False
    assert data["address"] is None
    assert {each["step"] for each in data["missing"]} == {step.id for step in engine.steps}


def test_findings_with_rule_reason_and_cure(make_engine: MakeEngine) -> None:
    engine = walk(make_engine(), with_faulty_image=True)
    engine.answer("checklist", "report_language", "en")
    text, data = written(engine)
    # What would break the table or be taken for HTML is shown as it is.
    assert (
        "| VHD-03 | The size is whole | ✗ failed | The size is 7 bytes \\| too much | Round it &lt;up&gt;. |"
        in text
    )
    (step,) = (each for each in data["steps"] if each["id"] == "disk_image")
    assert step["state"] == "failed"
    assert step["results"]["disk_image"]["path"] == "contoso.vhd"
    (finding,) = step["findings"]
    assert (finding["rule"], finding["outcome"], finding["facts"]["size"]) == ("VHD-03", "failed", 7)
    assert set(finding["reason"]) == {"en", "zh_CN"}
    assert data["outcome"] == "failed"


def with_places(**more: Any) -> JourneySummary:
    """A report of one step with one finding."""
    finding = Finding(Outcome.FAILED, msg("root may log in"), msg("Lock it."), rule="LIN-17", **more)
    step = StepSummary(
        "x", "2", msg("X"), State.FAILED, checks=(CheckSummary(msg("Nobody is root"), finding),)
    )
    return JourneySummary("n", "i", "practice", "", "", (step,))


def test_places_and_commands_stand_below_what_failed() -> None:
    summary = with_places(
        seen_at=(Where("/etc/ssh/sshd_config", 34, "PermitRootLogin yes"), Where("/root/.ssh/id_rsa")),
        commands=("passwd -l root", "printf '```' > /etc/motd"),
    )
    lines = markdown(summary, (ENGLISH,)).splitlines()
    below = lines[lines.index("**LIN-17** Nobody is root") + 1 :]
    assert [line for line in below if line] == [
        "Seen at:",
        "```",
        "/etc/ssh/sshd_config:34: PermitRootLogin yes",
        "/root/.ssh/id_rsa",
        "```",
        "To run inside the machine, as an administrator:",
        "````",
        "passwd -l root",
        "printf '```' > /etc/motd",
        "````",
    ]
    (finding,) = json.loads(as_json(summary))["steps"][0]["findings"]
    assert finding["seen_at"] == [
        {"path": "/etc/ssh/sshd_config", "line": 34, "text": "PermitRootLogin yes"},
        {"path": "/root/.ssh/id_rsa", "line": 0, "text": ""},
    ]
    assert finding["commands"] == ["passwd -l root", "printf '```' > /etc/motd"]


def test_what_passed_has_no_places_below_it() -> None:
    (step,) = with_places(seen_at=(Where("/etc/shadow"),)).steps
    (check,) = step.checks
    good = replace(check, finding=replace(check.finding, outcome=Outcome.PASSED))
    text = markdown(
        JourneySummary("n", "i", "practice", "", "", (replace(step, checks=(good,)),)), (ENGLISH,)
    )
    assert "Seen at:" not in text


def test_places_and_commands_are_the_images_own_and_hold_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/root/.ssh"))
    summary = with_places(
        seen_at=(Where("/root/.ssh/id_rsa", 1, f"AccountKey={ACCOUNT_KEY}"),),
        commands=(f"rm /root/.ssh/id_rsa # AccountKey={ACCOUNT_KEY}",),
    )
    for told in (as_json(summary), markdown(summary, (CHINESE, ENGLISH))):
        assert ACCOUNT_KEY not in told
        assert "rm /root/.ssh/id_rsa" in told
        assert "~" not in told


def test_practice_is_said_at_the_top(make_engine: MakeEngine) -> None:
    for language in ("en", "both"):
        engine = walk(make_engine(cloud="practice"))
        engine.answer("checklist", "report_language", language)
        text, data = written(engine)
        head = text.splitlines()[:6]
        assert "PRACTICE report: Contoso 1.0" in head[0]
        assert any("nothing in this report happened in Azure" in line for line in head)
        assert data["practice"] is True


def test_no_secret_whatever_the_steps_let_slip(make_engine: MakeEngine) -> None:
    token = "eyJhbGciOiJub25lIn0.e30.c2ln"
    engine = make_engine(f"Contoso sig={SIGNATURE}")
    engine.answer("checklist", "person", f"Li Bearer {token}")
    engine.answer("build_path", "notes", ACCOUNT_KEY)
    engine.answer("build_path", "key", ACCOUNT_KEY)
    walk(engine)
    for language in ("zh_CN", "en", "both"):
        engine.answer("checklist", "report_language", language)
        text, data = written(engine)
        told = text + json.dumps(data, ensure_ascii=False) + "".join(engine.result("report").paths)
        for secret in (SIGNATURE, ACCOUNT_KEY, token, "a-token-of-a-person"):
            assert secret not in told


def test_both_languages_side_by_side(make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "wizard.reports.words.render",
        lambda message, language: f"{'中' if language == CHINESE else ''}{message}",
    )
    summary = summarise(walk(make_engine()))
    text = markdown(summary, (CHINESE, ENGLISH))
    assert text.startswith("# 中Report: Contoso 1.0 · Report: Contoso 1.0\n")
    assert "| 中Rule<br>Rule | 中Item<br>Item |" in text
    assert "### 3. 中Upload · Upload" in text
    paragraphs = text.splitlines()
    at = next(number for number, line in enumerate(paragraphs) if line.startswith("中Every step is done"))
    assert paragraphs[at + 2].startswith("Every step is done")


def test_a_name_that_is_the_same_in_both_languages_stands_once(make_engine: MakeEngine) -> None:
    text = markdown(summarise(walk(make_engine())), (CHINESE, ENGLISH))
    assert "| AzureChinaCloud |" in text


@pytest.mark.parametrize("path", [r"C:\Users\li\reports", "C:/Users/li/reports", r"C:\Users\li"])
def test_the_home_folder_of_windows_is_not_told_however_it_is_written(
    monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(Path, "home", lambda: PureWindowsPath(r"C:\Users\li"))
    assert presentable(f"1 GiB free at {path}").startswith("1 GiB free at ~")


def test_the_home_folder_is_not_told(make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/li")
    monkeypatch.setenv("USERPROFILE", "/home/li")
    engine = walk(make_engine(), with_faulty_image=True)
    data = as_json(summarise(engine))
    assert "/home/li" not in data
    assert "~/images" in data


def test_the_report_of_the_same_journey_is_replaced(make_engine: MakeEngine, tmp_path: Path) -> None:
    engine = walk(make_engine())
    first, _ = written(engine)
    engine.tick("checklist", "confirmations", "CHK-01", False)
    second, _ = written(engine)
    assert second != first
    assert len(list((tmp_path / "journeys").iterdir())) == 2


def test_the_report_of_another_journey_is_left_alone(make_engine: MakeEngine, tmp_path: Path) -> None:
    mine, other = summarise(make_engine()), summarise(make_engine())
    first = write_report(mine, tmp_path, (ENGLISH,))
    before = [Path(path).read_bytes() for path in first.paths]
    second = write_report(other, tmp_path, (ENGLISH,))
    assert [Path(path).name for path in second.paths] == [
        "Contoso 1.0-report-2.md",
        "Contoso 1.0-report-2.json",
    ]
    assert [Path(path).read_bytes() for path in first.paths] == before
    assert write_report(other, tmp_path, (ENGLISH,)).paths == second.paths


@pytest.mark.parametrize("content", ["", "{}", "[]", "no JSON", '{"journey": 7}', '{"journey": {"id": "x"}}'])
def test_a_foreign_file_of_that_name_is_left_alone(
    make_engine: MakeEngine, tmp_path: Path, content: str
) -> None:
    (tmp_path / "Contoso 1.0-report.json").write_text(content, encoding="utf-8")
    report = write_report(summarise(make_engine()), tmp_path, (ENGLISH,))
    assert (tmp_path / "Contoso 1.0-report.json").read_text(encoding="utf-8") == content
    assert "report-2" in report.paths[0]


def test_a_foreign_markdown_alone_is_left_alone_too(make_engine: MakeEngine, tmp_path: Path) -> None:
    (tmp_path / "Contoso 1.0-report.md").write_text("mine", encoding="utf-8")
    report = write_report(summarise(make_engine()), tmp_path, (ENGLISH,))
    assert (tmp_path / "Contoso 1.0-report.md").read_text(encoding="utf-8") == "mine"
    assert "report-2" in report.paths[0]


def test_a_full_row_of_names_is_an_error_with_a_cure(make_engine: MakeEngine, tmp_path: Path) -> None:
    for number in range(1, 100):
        name = "Contoso 1.0-report" + ("" if number == 1 else f"-{number}")
        (tmp_path / f"{name}.md").write_text("", encoding="utf-8")
    with pytest.raises(WizardError) as raised:
        write_report(summarise(make_engine()), tmp_path, (ENGLISH,))
    assert "another folder" in str(raised.value.cure)


def test_a_folder_that_cannot_be_made_is_an_error_a_person_can_read(
    make_engine: MakeEngine, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(WizardError):
        write_report(summarise(make_engine()), tmp_path / "file" / "reports", (ENGLISH,))


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_write_protected_folder(make_engine: MakeEngine, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(WizardError):
            write_report(summarise(make_engine()), tmp_path, (ENGLISH,))
    finally:
        tmp_path.chmod(0o700)


def test_nothing_half_written_is_left_behind(
    make_engine: MakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = write_report(summarise(make_engine(id="a" * 32)), tmp_path, (ENGLISH,))
    before = Path(report.paths[0]).read_text(encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("wizard.files.os.fsync", full)
    with pytest.raises(WizardError) as raised:
        write_report(summarise(make_engine(id="a" * 32)), tmp_path, (ENGLISH,))
    assert str(raised.value.what) == "The disk is full"
    assert Path(report.paths[0]).read_text(encoding="utf-8") == before
    assert len(list(tmp_path.iterdir())) == 2


def test_a_changed_journey_makes_the_report_stale(make_engine: MakeEngine) -> None:
    engine = walk(make_engine())
    written(engine)
    assert engine.stale_result("report") is None
    engine.answer("checklist", "report_language", "both")
    assert engine.stale_result("report") is None
    engine.tick("checklist", "confirmations", "CHK-01", False)
    assert engine.stale_result("report") is not None


def test_json_is_valid_whatever_stands_in_it(make_engine: MakeEngine) -> None:
    summary: JourneySummary = replace(summarise(make_engine()), name='"quoted" \\ sig=abc"def\n\u2028')
    assert json.loads(as_json(summary))["journey"]["name"].startswith('"quoted" \\ sig=')


@given(st.text(max_size=200))
def test_every_journey_name_makes_a_file_name(name: str) -> None:
    safe = safe_name(name)
    assert 1 <= len(safe) <= 80
    assert not set(safe) & set('\\/:*?"<>|\0\n\t')
    assert safe == safe.strip(" .")


@given(st.text(max_size=120))
def test_no_text_breaks_a_table(text: str) -> None:
    said = Finding(Outcome.FAILED, msg("{text}", text=text), msg("{text}", text=text), rule="VHD-03")
    step = StepSummary(
        "s", "1", msg("{text}", text=text), State.FAILED, checks=(CheckSummary(msg("Check"), said),)
    )
    summary = JourneySummary(text, "id", "practice", "", "", (step,))
    lines = markdown(summary, (CHINESE, ENGLISH)).split("\n")
    width = None
    for line in lines:
        if not line.startswith("| ") and not line.startswith("|-") and not line.startswith("| ---"):
            width = None
            continue
        pipes = len(re.findall(r"(?<!\\)(?:\\\\)*\|", line))
        assert pipes == (width or pipes)
        width = pipes
    assert "\r" not in "".join(lines)
