"""What an upload finds where it wants to write: nothing, a part of the same disk, the whole of it, or something else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from wizard.errors import WizardError
from wizard.messages import msg
from wizard.transfer.line import Line
from wizard.transfer.mark import Identity, Mark, new_mark, read_mark
from wizard.transfer.page_blob import PAGE_BLOB, BlobState, ConflictError, PageBlob
from wizard.transfer.ranges import Stretch


@dataclass(frozen=True, slots=True)
class Target:
    """The blob to write into. `present` are the page ranges it has already; `resumed`: an earlier upload is gone on with."""

    mark: Mark
    present: list[Stretch] = field(default_factory=list)
    resumed: bool = False


def prepare(
    blob: PageBlob, source: Identity, overwrite: bool, line: Line, meanwhile: Callable[[], None]
) -> Target:
    """Make the blob, or find the one to go on with; raises WizardError where there is another and `overwrite` is False.

    Nothing is replaced but the very blob that was seen here: where another writer is faster, ConflictError is raised.
    """
    state = line.call(blob.state, meanwhile=meanwhile)
    found = _mark_of(state, source)
    if found is not None and not (found.is_complete and overwrite):
        return Target(found, line.call(blob.page_ranges, meanwhile=meanwhile), resumed=True)
    if state is not None and not overwrite:
        raise _in_the_way(blob, state)
    mark = new_mark(source)
    try:
        line.call(
            lambda: blob.create(
                source.length, mark.to_metadata(), fence=mark.fence, replaces=state.etag if state else None
            ),
            meanwhile=meanwhile,
        )
    except ConflictError:
        # The answer to our own request may have been lost; then the second try meets the blob of the first.
        if _mark_of(line.call(blob.state, meanwhile=meanwhile), source) != mark:
            raise
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


def _mark_of(state: BlobState | None, source: Identity) -> Mark | None:
    """The mark of an upload of this very source."""
    if state is None or state.kind != PAGE_BLOB or state.length != source.length:
        return None
    mark = read_mark(state.metadata)
    return mark if mark is not None and mark.source == source else None


def _in_the_way(blob: PageBlob, state: BlobState) -> WizardError:
    mark = read_mark(state.metadata)
    if mark is None or mark.is_complete:
        return exists_already(blob)
    return WizardError(
        msg(
            "The blob {name} in the container {container} is an unfinished upload of another disk, or of this one before it "
            "was changed",
            container=blob.container,
            name=blob.name,
        ),
        msg("Go on with that disk, or choose another name, or allow the unfinished blob to be overwritten."),
        {"url": blob.url},
    )
