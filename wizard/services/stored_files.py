"""Storing a file of this computer in a container, beside the VHD."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from azure.core import MatchConditions
from azure.core.exceptions import ResourceExistsError, ResourceModifiedError

from wizard.errors import WizardError
from wizard.messages import msg
from wizard.results import StoredFile

if TYPE_CHECKING:
    from azure.storage.blob import ContainerClient

    from wizard.tasks import Task

_DIGEST: Final = (
    "imagewizard_sha256"  # in the blob's metadata: how a file that is there already is known again
)
_BLOCK: Final = 1024 * 1024


def store(container: ContainerClient, name: str, path: Path, task: Task) -> StoredFile:
    """Store the file as a block blob; the same file there already is left as it is, another one is never overwritten.

    Raises WizardError where another file has the name, and whatever the client raises.
    """
    digest, length = _digest(path, task)
    stored = StoredFile(name, length, digest)
    blob = container.get_blob_client(name)
    phase = msg("Storing {name}", name=name)

    def progress(done: int, total: int | None) -> None:
        task.report(done, total or length, phase=phase, in_bytes=True)

    try:
        with path.open("rb") as file:
            blob.upload_blob(
                file,
                length=length,
                metadata={_DIGEST: digest},
                match_condition=MatchConditions.IfMissing,
                max_concurrency=1,
                validate_content=True,
                progress_hook=progress,
            )
    except (ResourceExistsError, ResourceModifiedError):
        found = blob.get_blob_properties()
        if found.size == length and found.metadata.get(_DIGEST) == digest:
            return stored
        raise WizardError(
            msg(
                "The container {container} has another file {name} already",
                container=blob.container_name,
                name=name,
            ),
            msg("Rename the file on this computer, then choose it again."),
        ) from None
    return stored


def _digest(path: Path, task: Task) -> tuple[str, int]:
    """SHA-256 in hex, and the length in bytes."""
    sha, length = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            task.check_stop()
            sha.update(block)
            length += len(block)
    return sha.hexdigest(), length
