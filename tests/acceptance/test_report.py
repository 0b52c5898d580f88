"""The report of a whole journey with all its steps: complete, right, and the same in both languages side by side."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.journeys import PERSON, linux_vhd, opened, to_the_end
from tests.cli.conftest import Command
from tests.cloud import new_container
from wizard.messages import CHINESE, ENGLISH
from wizard.results import StorageAccount
from wizard.services.cloud import Cloud
from wizard.steps import STEPS

CHINESE_LETTER = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def journey(tmp_path: Path, cloud: Cloud, account: StorageAccount) -> Path:
    """A finished journey."""
    path = tmp_path / "Contoso Gateway.imagewizard"
    with opened(path, cloud) as session:
        container = new_container(cloud, account)
        to_the_end(session.engine, linux_vhd(tmp_path / "gateway.vhd"), account, container)
    return path


def written(command: Command, journey: Path, language: str) -> tuple[str, dict[str, Any]]:
    run = command("journey", "report", journey, "--report-lang", language, "--to", journey.parent / language)
    assert run.status == 0
    for_people, for_programs, *_ = (Path(line) for line in run.out.splitlines())
    return for_people.read_text(encoding="utf-8"), json.loads(for_programs.read_text(encoding="utf-8"))


def test_everything_is_in_it(command: Command, journey: Path) -> None:
    text, data = written(command, journey, "en")

    assert data["finished"] is True
    assert data["missing"] == []
    assert data["practice"] is True
    assert [step["id"] for step in data["steps"]] == [step.id for step in STEPS]
    found = {finding["rule"]: finding for step in data["steps"] for finding in step["findings"]}
    applying = [step for step in STEPS if step.id != "copy"]  # the image comes from this computer
    wanted = {
        check.rule
        for step in applying
        for check in step.checks
        if not check.rule.startswith(("WIN-", "PRE-12"))
    }  # the image is a Linux
    assert set(found) == wanted, "every rule that is checked is reported"
    assert not any(finding["stale"] for finding in found.values())
    blob = next(step for step in data["steps"] if step["id"] == "upload")["results"]["vhd_blob"]
    assert data["address"] == {
        "url": blob["url"],
        "kind": "sas",
        "ends": data["address"]["ends"],
    }
    checklist = next(step for step in data["steps"] if step["id"] == "checklist")
    assert {each["rule"]: each["by"] for each in checklist["confirmed"]}["CHK-01"] == PERSON
    proven = [each["rule"] for each in checklist["confirmed"] if each["proof"]]
    assert proven == ["CHK-10"]
    for rule in wanted:
        assert f"| {rule} |" in text
    assert "60 days" in text
    assert blob["url"] in text
    assert "PRACTICE" in text


def test_both_languages_side_by_side(command: Command, journey: Path) -> None:
    english, _ = written(command, journey, "en")
    chinese, _ = written(command, journey, "zh")
    both, data = written(command, journey, "both")

    for step in data["steps"]:
        title = step["title"]
        heading = " · ".join(dict.fromkeys((title[CHINESE], title[ENGLISH])))
        assert re.search(rf"^### \d\. {re.escape(heading)}$", both, re.MULTILINE)
        assert f". {title[ENGLISH]}\n" in english
        assert f". {title[CHINESE]}\n" in chinese
    assert not CHINESE_LETTER.search(english.replace(PERSON, ""))
    sentences = [
        finding[part]
        for step in data["steps"]
        for finding in step["findings"]
        for part in ("title", "reason")
    ]
    for sentence in sentences:
        assert CHINESE_LETTER.search(sentence[CHINESE]), sentence
        assert sentence[ENGLISH]
    lines = [line for line in both.splitlines() if line.startswith("|") and "<br>" in line]
    assert len(lines) > 60


def test_what_is_missing_is_said_plainly(command: Command, tmp_path: Path, cloud: Cloud) -> None:
    with opened(tmp_path / "new.imagewizard", cloud):
        pass
    text, data = written(command, tmp_path / "new.imagewizard", "both")
    assert data["finished"] is False
    assert data["address"] is None
    assert {each["step"] for each in data["missing"]} == {step.id for step in STEPS if step.id != "copy"}
    assert "This journey is not finished. Still missing:" in text
