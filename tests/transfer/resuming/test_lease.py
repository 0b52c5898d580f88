"""The blob's lease: one upload at a time, taken again after a kill, waited for, lost, and done without."""

from __future__ import annotations

import contextlib
import time
import uuid
from pathlib import Path

import pytest

from tests.cloud import MIB, send_vhd, write_vhd
from tests.strict.server import StrictServer
from tests.transfer.spoilt import Spoilt
from wizard.disk.as_vhd import open_fixed_vhd
from wizard.errors import Cancelled, WizardError
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.services.connect import page_blob_from_url
from wizard.tasks import Task
from wizard.transfer.page_blob import ConflictError, PageBlob
from wizard.transfer.resuming.journal import Journal, JournalInUseError
from wizard.transfer.resuming.lease import Leasing
from wizard.transfer.sending.line import Patience
from wizard.transfer.upload import Uploaded

QUICK = Patience(give_up_after=1.0, at_first=0.5, first=0.01, longest=0.05)
IMPATIENT = Leasing(waits=0.4, tries_every=0.1)


@pytest.fixture
def vhd(tmp_path: Path) -> Path:
    return write_vhd(
        tmp_path / "disk.vhd", 32 * MIB, {at * MIB: bytes([at]) * 65536 for at in range(1, 20, 2)}
    )


def send(vhd: Path, blob: PageBlob, task: Task | None = None, *, journal: Path | None = None) -> Uploaded:
    return send_vhd(vhd, blob, task, journal=journal, patience=QUICK, leasing=IMPATIENT)


def another(strict: StrictServer) -> PageBlob:
    """The same blob for another program."""
    return page_blob_from_url(Secret(strict.link("disk.vhd")))


def killed(vhd: Path, blob: PageBlob, journal: Path | None = None) -> None:
    """An upload that ended without letting go."""
    task = Task(msg("A test"))
    with pytest.raises(Cancelled):
        send(vhd, Spoilt(blob, after_puts={2: task.cancel}, never_lets_go=True), task, journal=journal)


def test_it_is_held_while_it_lasts_and_let_go_at_the_end(either: PageBlob, vhd: Path) -> None:
    seen: list[str] = []

    def look() -> None:
        state = either.state()
        seen.append(state.lease if state is not None else "")

    send(vhd, Spoilt(either, after_puts={1: look}))
    look()
    assert seen == ["leased", "available"]


def test_it_is_let_go_when_the_work_is_stopped(either: PageBlob, vhd: Path) -> None:
    task = Task(msg("A test"))
    with pytest.raises(Cancelled):
        send(vhd, Spoilt(either, after_puts={2: task.cancel}), task)
    state = either.state()
    assert state is not None
    assert state.lease == "available"


def test_after_a_kill_the_same_computer_takes_it_again(either: PageBlob, vhd: Path, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    killed(vhd, either, journal)
    assert send(vhd, either, journal=journal).resumed


def test_another_computer_waits_until_it_has_run_out(strict: StrictServer, vhd: Path) -> None:
    killed(vhd, another(strict))
    phases: list[str] = []
    task = Task(msg("A test"))

    def listen(task: Task) -> None:
        phases.append(str(task.progress.phase))
        if "until it lets go" in phases[-1]:
            strict.clock.move(61)

    task.listen(listen)
    assert send(vhd, another(strict), task).resumed
    assert any("waiting for 1 second at the most until it lets go" in phase for phase in phases)


def test_two_uploads_at_once_one_is_told(either: PageBlob, vhd: Path) -> None:
    told: list[WizardError] = []

    def meanwhile() -> None:
        with pytest.raises(ConflictError, match=r"Another program holds the blob disk\.vhd") as refused:
            send(vhd, _fresh(either))
        told.append(refused.value)

    done = send(vhd, Spoilt(either, after_puts={1: meanwhile}))
    assert "Break lease" in str(told[0].cure)
    assert done.range_count == 11


def _fresh(blob: PageBlob) -> PageBlob:
    """The same blob, as a program that has no lease sees it."""
    from copy import copy

    seen = copy(blob)
    seen._lease = ""  # type: ignore[attr-defined]
    return seen


def test_in_another_window_of_this_computer_it_is_told_at_once(
    either: PageBlob, vhd: Path, tmp_path: Path
) -> None:
    journal = tmp_path / "journal"
    with (
        contextlib.closing(Journal(journal)),
        pytest.raises(JournalInUseError, match="already under way on this computer"),
    ):
        send(vhd, either, journal=journal)
    assert either.state() is None


def test_waiting_for_it_can_be_cancelled(strict: StrictServer, vhd: Path) -> None:
    killed(vhd, another(strict))
    task = Task(msg("A test"))
    task.listen(lambda task: task.cancel() if "until it lets go" in str(task.progress.phase) else None)
    with pytest.raises(Cancelled):
        send_vhd(vhd, another(strict), task, patience=QUICK)


def test_where_another_takes_it_over_the_upload_ends_and_says_so(strict: StrictServer, vhd: Path) -> None:
    def take_over() -> None:
        time.sleep(1.1)  # its own lease was taken just now; then it would not look again
        lease = strict.held("disk.vhd").lease
        lease.id = str(uuid.uuid4())

    with pytest.raises(ConflictError, match="Another program holds the blob"):
        send(vhd, Spoilt(another(strict), after_puts={1: take_over}))


def test_one_that_ran_out_while_the_computer_slept_is_taken_again(strict: StrictServer, vhd: Path) -> None:
    def sleep() -> None:
        time.sleep(1.1)
        strict.clock.move(120)

    done = send(vhd, Spoilt(another(strict), after_puts={1: sleep}))
    assert done.range_count == 11
    with open_fixed_vhd(vhd) as disk:
        assert strict.content("disk.vhd") == disk.read_at(0, disk.length)


def test_it_is_renewed_as_long_as_the_work_lasts(strict: StrictServer, vhd: Path) -> None:
    slow = Spoilt(another(strict), after_puts={1: lambda: time.sleep(1.6)})
    with open_fixed_vhd(vhd) as disk:
        from wizard.transfer.upload import upload

        upload(disk, slow, Task(msg("A test")), patience=QUICK, leasing=Leasing(lasts=15, renewed_every=0.4))
    actions = [each.lease for each in strict.sent("PUT", "lease")]
    assert actions[0] == "acquire"
    assert actions.count("renew") >= 2
    assert actions[-1] == "release"


def test_a_link_that_does_not_allow_leases_is_no_reason_to_stop(either: PageBlob, vhd: Path) -> None:
    assert send(vhd, Spoilt(either, no_leases=True)).range_count == 11


def test_a_server_that_is_gone_holds_up_nobody_who_cancels(strict: StrictServer, vhd: Path) -> None:
    task = Task(msg("A test"))

    def gone() -> None:
        strict.pause()
        task.cancel()

    started = time.monotonic()
    with pytest.raises(Cancelled):
        send_vhd(vhd, Spoilt(another(strict), after_puts={1: gone}), task)
    assert time.monotonic() - started < 5
    strict.resume()
