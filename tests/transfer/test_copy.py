"""Copies that the cloud makes: begun once, followed, taken up, aborted; against the strict server, whose copies stay pending."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.strict.fixtures import *  # noqa: F403
from tests.strict.server import StrictServer
from wizard.disk.vhd_footer import fixed_footer
from wizard.errors import Cancelled, WizardError
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.services.connect import page_blob_from_url
from wizard.tasks import Progress, Task
from wizard.transfer.copy import Polling, abort, begin, follow, look_at_source
from wizard.transfer.page_blob import ConflictError, CopyState, Interrupted, PageBlob
from wizard.transfer.read_back import BlobReading, read_back
from wizard.transfer.sending.line import Patience

MIB = 1024 * 1024
QUICK = Polling(first=0.01, longest=0.02)
SHORT = Patience(give_up_after=0.3, at_first=0.3, first=0.01, longest=0.02)
SOURCE = "source.vhd"
TARGET = "target.vhd"


@pytest.fixture
def servers(make_strict: Callable[..., StrictServer]) -> tuple[StrictServer, StrictServer]:
    """Where the source is, and where it is copied to: two clouds, as accounts are to one another."""
    return make_strict(), make_strict()


def put_vhd(server: StrictServer, name: str = SOURCE, *, size: int = 8 * MIB) -> None:
    """A whole VHD with two stretches of data."""
    blob = page_blob_from_url(Secret(server.link(name, permissions="rcw")))
    blob.create(size + 512, {}, fence=0, replaces=None)
    blob.put_pages(MIB, b"data" * 256, fence=0)
    blob.put_pages(size, fixed_footer(size).build(), fence=0)


class Pair:
    """A source and a target at two servers."""

    def __init__(self, here: StrictServer, there: StrictServer) -> None:
        self.here, self.there = here, there
        self.link = Secret(here.link(SOURCE, permissions="r"))
        self.url = here.address(SOURCE)
        self.source = page_blob_from_url(self.link)
        self.target = page_blob_from_url(Secret(there.link(TARGET, permissions="rcw")))

    @property
    def reading(self) -> BlobReading:
        reading = look_at_source(self.source, new_task())
        assert reading is not None
        return reading

    def begin(self, target: PageBlob | None = None, **more: bool) -> CopyState:
        return begin(
            self.link, self.url, self.reading, target or self.target, new_task(), patience=SHORT, **more
        )

    def follow(self, copy: CopyState, task: Task | None = None) -> None:
        follow(self.target, copy.id, task or new_task(), polling=QUICK, patience=SHORT)

    @property
    def copies_begun(self) -> int:
        # The log has the status only once the answer was sent: 0 until then.
        return len([each for each in self.there.sent("PUT", "") if each.status in (0, 202)])


@pytest.fixture
def pair(servers: tuple[StrictServer, StrictServer]) -> Iterator[Pair]:
    put_vhd(servers[0])
    made = Pair(*servers)
    yield made
    for blob in (made.source, made.target):
        blob.close()  # type: ignore[attr-defined]


def new_task() -> Task:
    return Task(msg("Copying"))


def test_copied_and_the_same(pair: Pair) -> None:
    copy = pair.begin()
    pair.follow(copy)
    held = read_back(pair.target, new_task())
    assert held is not None
    assert replace(held, etag="", copy_status="") == replace(pair.reading, etag="")
    assert pair.there.content(TARGET) == pair.here.content(SOURCE)


def test_progress_is_told_while_the_cloud_works(pair: Pair) -> None:
    pair.there.copies.pace.step = MIB
    pair.there.copies.hold()
    copy = pair.begin()
    seen: list[Progress] = []
    task = new_task()

    def look(task: Task) -> None:
        seen.append(task.progress)
        pair.there.copies.let_all()

    pair.there.copies.let(3)
    task.listen(look)
    pair.follow(copy, task)
    assert "goes on without this program" in str(seen[0].phase)
    assert seen[0].in_bytes
    assert seen[0].total == 8 * MIB + 512
    assert seen[0].transfer is not None
    assert seen[0].transfer.to_do + seen[0].transfer.sent == seen[0].total
    assert task.progress.done == task.progress.total


def test_stopping_leaves_the_copy_going_on_and_it_is_taken_up(pair: Pair) -> None:
    pair.there.copies.hold()
    copy = pair.begin()
    task = new_task()
    task.listen(lambda task: task.cancel())
    with pytest.raises(Cancelled):
        pair.follow(copy, task)
    assert pair.there.held(TARGET).copy is not None
    assert pair.there.held(TARGET).copy.status == "pending"  # type: ignore[union-attr]

    again = pair.begin()
    assert again.id == copy.id
    pair.there.copies.let_all()
    pair.follow(again)
    assert pair.copies_begun == 1
    assert pair.there.content(TARGET) == pair.here.content(SOURCE)


def test_a_completed_copy_is_not_made_again(pair: Pair) -> None:
    copy = pair.begin()
    pair.follow(copy)
    again = pair.begin()
    assert (again.id, again.status) == (copy.id, "success")
    assert pair.copies_begun == 1
    anew = pair.begin(overwrite=True)
    assert anew.id != copy.id
    assert pair.copies_begun == 2


def test_a_completed_copy_that_was_changed_since_is_in_the_way(pair: Pair) -> None:
    pair.follow(pair.begin())
    pair.target.put_pages(4 * MIB, b"x" * 512, fence=0)
    with pytest.raises(WizardError, match="already"):
        pair.begin()


def test_another_blob_is_replaced_only_when_allowed(pair: Pair) -> None:
    put_vhd(pair.there, TARGET, size=4 * MIB)
    with pytest.raises(WizardError, match="already") as refused:
        pair.begin()
    assert "allow" in str(refused.value.cure)
    assert pair.copies_begun == 0
    pair.follow(pair.begin(overwrite=True))
    assert pair.there.content(TARGET) == pair.here.content(SOURCE)


def test_a_copy_from_elsewhere_under_way_is_in_the_way(pair: Pair) -> None:
    put_vhd(pair.here, "other.vhd")
    pair.there.copies.hold()
    pair.begin()
    other = Secret(pair.here.link("other.vhd", permissions="r"))
    with pytest.raises(WizardError, match="Another copy into"):
        begin(other, pair.here.address("other.vhd"), pair.reading, pair.target, new_task(), overwrite=True)


def test_aborted_and_begun_again(pair: Pair) -> None:
    pair.there.copies.hold()
    copy = pair.begin()
    assert abort(pair.target, copy.id, new_task()) is True
    with pytest.raises(WizardError, match="was aborted"):
        pair.follow(copy)
    pair.there.copies.let_all()
    again = pair.begin()  # nothing has to be allowed: what is left of the first is empty
    assert again.id != copy.id
    pair.follow(again)
    assert pair.there.content(TARGET) == pair.here.content(SOURCE)


def test_a_copy_that_is_complete_is_not_aborted_any_more(pair: Pair) -> None:
    copy = pair.begin()
    pair.follow(copy)
    assert abort(pair.target, copy.id, new_task()) is False
    assert pair.there.content(TARGET) == pair.here.content(SOURCE)


@pytest.mark.parametrize(
    ("reason", "said", "cure"),
    [
        ('403 AuthenticationFailed "Copy failed when reading the source."', "link has ended", "lasts"),
        ('401 NoAuthenticationInformation "Copy failed when reading the source."', "link has ended", "lasts"),
        ('404 BlobNotFound "Copy failed when reading the source."', "deleted", "where the disk is"),
        ('412 ConditionNotMet "Copy failed when reading the source."', "changed while", "Stop what writes"),
        (
            '500 InternalError "Copy failed when reading the source."',
            "500 InternalError",
            "Start the copy again",
        ),
        ("", "could not finish", "Start the copy again"),
    ],
)
def test_a_copy_that_failed_says_why(pair: Pair, reason: str, said: str, cure: str) -> None:
    pair.there.copies.pace.fails_at = MIB
    pair.there.copies.pace.reason = reason
    copy = pair.begin()
    with pytest.raises(WizardError, match=said) as failed:
        pair.follow(copy)
    assert cure in str(failed.value.cure)
    pair.there.copies.pace.fails_at = None
    pair.follow(pair.begin())


def test_a_source_that_was_changed_while_it_was_copied(pair: Pair) -> None:
    pair.there.copies.pace.step = MIB
    pair.there.copies.hold()
    copy = pair.begin()
    pair.there.copies.let(1)
    writer = page_blob_from_url(Secret(pair.here.link(SOURCE, permissions="rw")))
    writer.put_pages(6 * MIB, b"y" * 512, fence=0)
    pair.there.copies.let_all()
    with pytest.raises(WizardError, match=r"changed while|could not finish"):
        pair.follow(copy)


@pytest.mark.parametrize(("kind", "said"), [("BlockBlob", "block blob"), ("AppendBlob", "AppendBlob")])
def test_only_page_blobs_are_copied(pair: Pair, kind: str, said: str) -> None:
    pair.here.held(SOURCE).kind = kind
    with pytest.raises(WizardError, match=said) as refused:
        look_at_source(pair.source, new_task())
    assert "page blob" in str(refused.value.cure)


def test_an_unfinished_upload_is_not_copied(pair: Pair) -> None:
    from wizard.transfer.resuming.mark import Identity, new_mark

    identity = Identity(**{name: _some(kind) for name, kind in Identity.__annotations__.items()})
    pair.here.held(SOURCE).metadata = dict(new_mark(identity).to_metadata())
    with pytest.raises(WizardError, match="unfinished upload"):
        look_at_source(pair.source, new_task())


@pytest.mark.parametrize(("status", "said"), [("pending", "still being copied"), ("failed", "not completed")])
def test_a_source_that_is_no_whole_copy_is_not_copied(pair: Pair, status: str, said: str) -> None:
    from tests.strict.store import Copying

    pair.here.held(SOURCE).copy = Copying("id", "https://elsewhere/x", status=status)
    with pytest.raises(WizardError, match=said):
        look_at_source(pair.source, new_task())


def test_a_source_that_is_not_there_is_told_apart(pair: Pair) -> None:
    missing = page_blob_from_url(Secret(pair.here.link("gone.vhd", permissions="r")))
    assert look_at_source(missing, new_task()) is None


def test_a_target_that_was_deleted_or_replaced_meanwhile(pair: Pair) -> None:
    pair.there.copies.hold()
    copy = pair.begin()
    with pytest.raises(WizardError, match="has replaced the blob"):
        follow(pair.target, "another-id", new_task(), polling=QUICK)
    with pair.there.store.lock:
        del pair.there.store.account("strictimages").containers["vhds"].blobs[TARGET]
    with pytest.raises(WizardError, match="not in the container"):
        pair.follow(copy)


class Forgetful:
    """A blob whose answer to the start of a copy is lost, and that is asked again."""

    def __init__(self, blob: PageBlob) -> None:
        self._blob = blob
        self.starts = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._blob, name)

    def start_copy(self, source: Secret, *, replaces: str | None) -> CopyState:
        self.starts += 1
        begun = self._blob.start_copy(source, replaces=replaces)
        if self.starts == 1:
            raise Interrupted(WizardError(msg("The connection was lost"), msg("Try again.")))
        return begun


def test_an_answer_that_was_lost_starts_no_second_copy(pair: Pair) -> None:
    pair.there.copies.hold()
    blob = Forgetful(pair.target)
    copy = pair.begin(blob)  # type: ignore[arg-type]
    assert blob.starts == 2
    assert pair.copies_begun == 1
    assert copy.status == "pending"


def test_somebody_else_who_was_faster_is_told(pair: Pair) -> None:
    class Late(Forgetful):
        def start_copy(self, source: Secret, *, replaces: str | None) -> CopyState:
            put_vhd(pair.there, TARGET)
            return self._blob.start_copy(source, replaces=replaces)

    with pytest.raises(ConflictError):
        pair.begin(Late(pair.target))  # type: ignore[arg-type]


def test_a_lost_connection_ends_the_following_not_the_copy(pair: Pair) -> None:
    pair.there.copies.hold()
    copy = pair.begin()
    failing = threading.Event()

    class Cut(Forgetful):
        def state(self) -> object:
            if failing.is_set():
                raise Interrupted(WizardError(msg("The connection was lost"), msg("Try again.")))
            failing.set()
            return self._blob.state()

    with pytest.raises(WizardError, match="lost") as lost:
        follow(Cut(pair.target), copy.id, new_task(), polling=QUICK, patience=SHORT)  # type: ignore[arg-type]
    assert "goes on in the cloud" in str(lost.value.cure)
    pair.there.copies.let_all()
    pair.follow(pair.begin())


def test_no_signature_in_what_is_said(pair: Pair) -> None:
    put_vhd(pair.there, TARGET, size=4 * MIB)
    with pytest.raises(WizardError) as refused:
        pair.begin()
    assert "sig=" not in f"{refused.value} {refused.value.details}"


def _some(kind: str) -> object:
    return 8 * MIB + 512 if "int" in kind else "00" * 32
