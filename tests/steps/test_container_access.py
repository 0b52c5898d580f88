"""Step 6 against the practice cloud: what is set, what a stranger gets, opening and closing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cloud import MIB, connect, find_account, new_container, send_vhd, write_vhd
from wizard.core.engine import Engine
from wizard.errors import WizardError
from wizard.journeys.journey import Journey, StoredResult
from wizard.messages import msg
from wizard.practice.cloud import PracticeCloud
from wizard.results import ContainerAccess, StorageAccount, VhdBlob
from wizard.services.cloud import Cloud
from wizard.services.endpoints import AZURE_CHINA
from wizard.services.web import Web
from wizard.settings import Settings
from wizard.step import Action, Finding, Outcome, State, Step
from wizard.steps.container_access import STEP
from wizard.tasks import Task, TaskPool
from wizard.view import Facts

UPLOAD = Step(
    id="upload",
    title=msg("Upload"),
    guide="2.5",
    purpose=msg("Send it."),
    actions=(Action("give", msg("Give"), lambda task: {}, gives=("account", "vhd_blob")),),
)
ID = "container_access"
MakeEngine = Callable[..., Engine]


@pytest.fixture
def make_engine(cloud: Cloud, tmp_path: Path) -> Iterator[MakeEngine]:
    """An engine over a journey whose VHD is in a container of the account."""
    pool = TaskPool(1)

    def make(account: StorageAccount, *, through: Cloud | None = None) -> Engine:
        container = new_container(cloud, account)
        vhd = write_vhd(tmp_path / "disk.vhd", 4 * MIB)
        target = cloud.page_blob(account, container, "disk.vhd")
        done = send_vhd(vhd, target)
        journey = Journey("j", "practice")
        blob = VhdBlob(account, container, "disk.vhd", done.url, done.length, done.etag, 512, 1, "", "", "")
        journey.results["vhd_blob"] = StoredResult(blob, {}, "2026-11-21T00:00:00Z")
        journey.results["account"] = StoredResult(account, {}, "2026-11-21T00:00:00Z")
        return Engine(
            (UPLOAD, STEP),
            journey,
            cloud=through or cloud,
            settings=Settings(),
            pool=pool,
            save=lambda _: None,
        )

    yield make
    pool.stop()


@pytest.fixture
def engine(make_engine: MakeEngine, account: StorageAccount) -> Engine:
    """In an account as new ones are: it forbids public access."""
    return make_engine(account)


@pytest.fixture
def open_engine(make_engine: MakeEngine, public_account: StorageAccount) -> Engine:
    """In an account that allows public access."""
    return make_engine(public_account)


def check(engine: Engine) -> dict[str, Finding]:
    engine.check(ID, Task(msg("Checking")))
    return {row.check.rule: row.finding for row in engine.rows(ID) if row.finding is not None}


def do(engine: Engine, action: str) -> dict[str, Finding]:
    assert engine.held_back(ID, action) is None
    engine.perform(ID, action, Task(msg("Doing it")))
    return {row.check.rule: row.finding for row in engine.rows(ID) if row.finding is not None}


def outcomes(found: dict[str, Finding]) -> dict[str, str]:
    return {rule: finding.outcome.value for rule, finding in found.items()}


def access(engine: Engine) -> ContainerAccess:
    result = engine.result("container_access")
    assert isinstance(result, ContainerAccess)
    return result


def test_private_is_the_default_and_proven(engine: Engine) -> None:
    found = check(engine)

    assert outcomes(found) == dict.fromkeys(("ACC-01", "ACC-02", "ACC-03", "ACC-04", "ACC-05"), "passed")
    assert (found["ACC-01"].facts["level"], found["ACC-01"].facts["status"]) == ("private", 403)
    assert (access(engine).level, access(engine).account_allows_public) == ("private", False)
    assert engine.status(ID).state is State.DONE
    assert str(engine.held_back(ID, "set_access")) == "The container is set so already."
    (facts,) = engine.views(ID)
    assert isinstance(facts, Facts)
    assert "is refused (403)" in [str(value) for _, value in facts.rows]


@pytest.mark.parametrize(("level", "listed"), [("blob", 403), ("container", 200)])
def test_opening_is_asked_twice_warned_of_and_proven(open_engine: Engine, level: str, listed: int) -> None:
    check(open_engine)
    open_engine.answer(ID, "access", level)
    assert "Chosen: " in str(open_engine.missing(ID))
    asked = open_engine.confirmation(ID, "set_access")
    assert asked is not None
    assert asked.type_name == access(open_engine).container
    assert "practicepublic" in str(asked.effect)
    assert asked.type_name in str(asked.effect)
    assert "anyone in the world" in str(asked.effect)

    found = do(open_engine, "set_access")

    assert outcomes(found) == {
        "ACC-01": "passed", "ACC-02": "warning", "ACC-03": "passed", "ACC-04": "passed", "ACC-05": "passed",
    }  # fmt: skip
    assert (found["ACC-01"].facts["status"], found["ACC-01"].facts["list_status"]) == (200, listed)
    assert access(open_engine).level == level
    assert open_engine.status(ID).state is State.WARNING


def test_the_cure_makes_it_private_again_without_asking(open_engine: Engine) -> None:
    open_engine.answer(ID, "access", "blob")
    found = do(open_engine, "set_access")
    fix = found["ACC-02"].fix
    assert fix is not None

    task = open_engine.apply_fix(ID, fix)

    assert task is not None
    assert task.wait(30)
    assert access(open_engine).level == "private"
    assert open_engine.confirmation(ID, "set_access") is None
    assert open_engine.status(ID).state is State.DONE


def test_the_accounts_own_switch_holds_opening_back(engine: Engine) -> None:
    engine.answer(ID, "access", "blob")
    assert engine.held_back(ID, "set_access") is None, "not looked yet"
    with pytest.raises(WizardError, match="practiceimages forbids public access") as forbidden:
        do(engine, "set_access")
    assert "First allow" in str(forbidden.value.cure)

    check(engine)
    assert "forbids public access" in str(engine.held_back(ID, "set_access"))
    assert engine.action_applies(ID, "allow_public")
    engine.answer(ID, "access", "private")
    assert not engine.action_applies(ID, "allow_public"), "a private container does not need it"


def test_the_accounts_own_switch_is_turned_on(make_engine: MakeEngine, own_practice: PracticeCloud) -> None:
    own = connect(own_practice)
    account = find_account(own, "practiceimages")
    container = new_container(own, account)
    journey = Journey("j", "practice")
    url = own.blob_url(account, container, "disk.vhd")
    blob = VhdBlob(account, container, "disk.vhd", url, 512, "", 512, 1, "", "", "")
    journey.results["vhd_blob"] = StoredResult(blob, {}, "2026-11-21T00:00:00Z")
    journey.results["account"] = StoredResult(account, {}, "2026-11-21T00:00:00Z")
    pool = TaskPool(1)
    engine = Engine((UPLOAD, STEP), journey, cloud=own, settings=Settings(), pool=pool, save=lambda _: None)
    engine.answer(ID, "access", "blob")
    check(engine)
    asked = engine.confirmation(ID, "allow_public")
    assert asked is not None
    assert "practiceimages" in str(asked.effect)

    do(engine, "allow_public")

    assert access(engine).account_allows_public is True
    assert not engine.action_applies(ID, "allow_public")
    pool.stop()


def test_a_container_set_to_public_in_an_account_that_forbids_it(engine: Engine, cloud: Cloud) -> None:
    """Azurite lets a stranger in all the same; the switch is what the rule goes by."""
    check(engine)
    cloud.set_container_access(engine.result("account"), access(engine).container, "blob")
    assert outcomes(check(engine))["ACC-03"] == "failed"
    assert engine.status(ID).state is State.FAILED


def test_a_firewall_and_old_tls_are_seen(make_engine: MakeEngine, cloud: Cloud) -> None:
    found = check(make_engine(find_account(cloud, "practicefirewall")))
    assert (found["ACC-04"].outcome, found["ACC-04"].facts["network_default"]) == (Outcome.FAILED, "Deny")
    found = check(make_engine(find_account(cloud, "practicelocked")))
    assert found["ACC-05"].outcome is Outcome.WARNING


def test_by_key_alone_what_is_not_known_is_not_judged(
    make_engine: MakeEngine, account: StorageAccount, practice: PracticeCloud
) -> None:
    by_key = Cloud(AZURE_CHINA, Web(None, direct=True))
    endpoint = practice.endpoints.blob_endpoint(account.name)
    by_key.add_account_key(account.name, practice.endpoints.keys[account.name].key1, endpoint)
    engine = make_engine(account, through=by_key)
    engine.journey.results["account"] = StoredResult(StorageAccount(account.name), {}, "2026-11-21T00:00:00Z")

    found = outcomes(check(engine))

    assert found == {
        "ACC-01": "passed", "ACC-02": "passed", "ACC-03": "skipped", "ACC-04": "skipped", "ACC-05": "skipped",
    }  # fmt: skip
    assert not engine.action_applies(ID, "allow_public")
    assert engine.status(ID).state is State.DONE
    engine.answer(ID, "access", "container")
    assert outcomes(do(engine, "set_access"))["ACC-03"] == "passed"


def test_no_answer_to_a_stranger_is_said(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object) -> None:
        raise WizardError(msg("The line is cut"), msg("Wait."))

    monkeypatch.setattr("wizard.steps.container_access.anonymous_head", nobody)
    found = check(engine)
    assert found["ACC-01"].outcome is Outcome.WARNING
    assert "The line is cut" in str(found["ACC-01"].reason)


def test_practice_that_got_another_port_since_the_upload_is_asked_where_it_is_now(engine: Engine) -> None:
    stored = engine.journey.results["vhd_blob"]
    moved = replace(stored.value, url="http://127.0.0.1:1/practiceimages/vhds/disk.vhd")
    engine.journey.results["vhd_blob"] = replace(stored, value=moved)
    assert outcomes(check(engine))["ACC-01"] == "passed"


def test_a_change_that_is_felt_late_is_waited_for(
    open_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wizard.services.anonymous import Answer, anonymous_head

    late = [Answer(404, "ResourceNotFound"), Answer(404, "ResourceNotFound")]
    monkeypatch.setattr("wizard.steps.container_access._LOOK_EVERY", 0.01)
    monkeypatch.setattr(
        "wizard.steps.container_access.anonymous_head",
        lambda url, settings: late.pop() if late else anonymous_head(url, settings),
    )
    open_engine.answer(ID, "access", "blob")
    found = do(open_engine, "set_access")
    assert late == []
    assert found["ACC-01"].outcome is Outcome.PASSED
