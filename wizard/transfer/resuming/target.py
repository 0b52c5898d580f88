"""What an upload finds where it wants to write: nothing, a part of the same disk, the whole of it, or something else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from wizard.errors import WizardError
from wizard.messages import Message, msg
from wizard.transfer.page_blob import PAGE_BLOB, BlobState, ConflictError, PageBlob
from wizard.transfer.resuming.identity import Identity, Likeness, likeness
from wizard.transfer.resuming.mark import Mark, new_mark, read_mark

T = TypeVar("T")


class Ask(Protocol):
    """Makes a request again and again until it is answered."""

    def __call__(self, request: Callable[[], T], /) -> T:
        """The request's answer."""


@dataclass(frozen=True, slots=True)
class Target:
    """The blob to write into. `resumed`: an earlier upload is gone on with; then `etag` is what the blob had.

    `like`: what the source is to the one that the upload was begun with.
    """

    mark: Mark
    resumed: bool = False
    etag: str = ""
    like: Likeness = Likeness.SAME


def prepare(
    blob: PageBlob, source: Identity, overwrite: bool, ask: Ask, take_lease: Callable[[], None]
) -> Target:
    """Make the blob, or find the one to go on with; raises WizardError where there is another and `overwrite` is False.

    Nothing is replaced but the very blob that was seen here: where another writer is faster, ConflictError is raised.
    `take_lease` is called before anything is written into a blob that is there; a whole one is not written to.
    """
    state = ask(blob.state)
    if state is not None and _is_to_be_written(state, source, overwrite):
        take_lease()
        state = ask(blob.state)  # whoever had it may have written
    found = _found(state, source, overwrite)
    if found is not None:
        return found
    if state is not None and not overwrite:
        raise _in_the_way(blob, state, source)
    mark = new_mark(source)
    replaces = state.etag if state is not None else None
    try:
        ask(lambda: blob.create(source.length, mark.to_metadata(), fence=mark.fence, replaces=replaces))
    except ConflictError:
        # The answer to our own request may have been lost; then the second try meets the blob of the first.
        state = ask(blob.state)
        if state is None or state.kind != PAGE_BLOB or read_mark(state.metadata) != mark:
            raise
    take_lease()
    return Target(mark)


def exists_already(blob: PageBlob) -> WizardError:
    """The error for a blob that only the person may give up."""
    return WizardError(
        msg("The container {container} has a blob {name} already", container=blob.container, name=blob.name),
        msg("Choose another name, or allow the blob to be overwritten."),
        {"url": blob.url},
    )


def changed_by_another(blob: PageBlob) -> ConflictError:
    """The error for a blob that somebody else writes to at the same time."""
    return ConflictError(
        msg(
            "Another program wrote to the blob {name} in the container {container} at the same time",
            container=blob.container,
            name=blob.name,
        ),
        msg("End the other upload, then start again; or choose another name."),
        {"url": blob.url},
    )


def gone(blob: PageBlob) -> WizardError:
    """The error for a blob that has vanished."""
    return WizardError(
        msg(
            "The blob {name} is not in the container {container} any more",
            name=blob.name,
            container=blob.container,
        ),
        msg("It was deleted or renamed. Upload the image again."),
        {"url": blob.url},
    )


def _found(state: BlobState | None, source: Identity, overwrite: bool) -> Target | None:
    """The upload of this very source that can be gone on with, or that is whole already."""
    mark = _mark_of(state)
    if state is None or mark is None or state.length != source.length:
        return None
    like = likeness(mark.source, source)
    if not like.is_ours or (mark.is_complete and overwrite):
        return None
    return Target(mark, resumed=True, etag=state.etag, like=like)


def _is_to_be_written(state: BlobState, source: Identity, overwrite: bool) -> bool:
    found = _found(state, source, overwrite)
    return overwrite if found is None else not found.mark.is_complete


def _mark_of(state: BlobState | None) -> Mark | None:
    return read_mark(state.metadata) if state is not None and state.kind == PAGE_BLOB else None


def _in_the_way(blob: PageBlob, state: BlobState, source: Identity) -> WizardError:
    mark = _mark_of(state)
    if mark is None or mark.is_complete:
        return exists_already(blob)
    like = likeness(mark.source, source)
    return WizardError(
        _not_the_same(blob, like),
        msg("Go on with that disk, or choose another name, or allow the unfinished blob to be overwritten."),
        {
            "url": blob.url,
            "difference": like.value,
            "length then and now": f"{mark.source.length}, {source.length}",
        },
    )


def _not_the_same(blob: PageBlob, like: Likeness) -> Message:
    if like is Likeness.OTHER_LENGTH:
        return msg(
            "The blob {name} in the container {container} is an unfinished upload of a disk of another size, or of this one "
            "before it was grown or cut",
            container=blob.container,
            name=blob.name,
        )
    if like is Likeness.OTHER_CONTENT:
        return msg(
            "The blob {name} in the container {container} is an unfinished upload of this disk, but its content was changed "
            "since",
            container=blob.container,
            name=blob.name,
        )
    return msg(
        "The blob {name} in the container {container} is an unfinished upload of another disk, or of this one before it "
        "was changed",
        container=blob.container,
        name=blob.name,
    )
