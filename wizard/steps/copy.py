"""Step 5 (guide 2.5): an image that is in a storage account already is copied by the cloud itself, or taken where it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from wizard.checks import contents
from wizard.checks.copy import CHECKS
from wizard.checks.upload import upload_problem
from wizard.disk.vhd_footer import Footer
from wizard.errors import WizardError
from wizard.inspection.found.inside import not_looked
from wizard.messages import Message, msg
from wizard.redaction import Secret
from wizard.results import CopyUnderWay, StorageAccount, VhdBlob
from wizard.step import Action, Step
from wizard.step_parts.account_choice import reached
from wizard.step_parts.blob_disk import look_into_blob
from wizard.step_parts.contents import today
from wizard.step_parts.copy_inputs import ACCOUNT, AS_IS, INPUTS, LINK
from wizard.step_parts.copy_source import source_at
from wizard.step_parts.copy_words import (
    ask_before_aborting,
    ask_before_overwriting,
    in_short,
    nothing_to_check,
    still_missing,
    views,
    wait_for_key,
    wait_for_keys,
)
from wizard.step_parts.copying import as_it_is, begin_copy
from wizard.transfer.copy import CopyEndedError, abort, follow, look_at_source

if TYPE_CHECKING:
    from wizard.services.cloud import Cloud
    from wizard.settings import Settings
    from wizard.tasks import Task

_READ_FOR: Final = timedelta(days=3)
"""How long the cloud may read the source of a copy: longer than any copy takes (VHD-24)."""


def copy_image(
    cloud: Cloud,
    way: str,
    source_link: Secret | None,
    from_subscription: str | None,
    from_account: str | None,
    from_key_account: str | None,
    from_account_key: Secret | None,
    from_container: str | None,
    from_blob: str | None,
    subscription: str | None,
    account_name: str | None,
    key_account: str | None,
    account_key: Secret | None,
    container: str,
    blob_name: str,
    overwrite: bool,
    now: datetime,
    settings: Settings,
    task: Task,
    keep: Callable[..., None],
) -> Mapping[str, Any]:
    """Have the cloud copy the image into the container, which is made where it is missing, and follow the copy."""
    task.report(phase=msg("Looking at the source and into the container"))
    account = _fit(cloud, reached(cloud, subscription, account_name, key_account, account_key))
    if way == LINK:
        link, source = source_at(source_link or Secret(""), settings)
    else:
        at = reached(cloud, from_subscription, from_account, from_key_account, from_account_key)
        names = from_container or "", from_blob or ""
        link, source = cloud.read_link(at, *names, now + _READ_FOR), cloud.page_blob(at, *names)
    if container not in cloud.containers(account):
        cloud.create_container(account, container)
    blob = cloud.page_blob(account, container, blob_name)
    copying = begin_copy(link, source, blob, account, task, now=now, overwrite=bool(overwrite))
    keep(copy_under_way=copying, account=None, vhd_blob=None, overwrite=False, blob_name=blob_name)
    return _followed(cloud, copying, task, keep)


def follow_copy(
    cloud: Cloud,
    copy_under_way: CopyUnderWay,
    account_key: Secret | None,
    task: Task,
    keep: Callable[..., None],
) -> Mapping[str, Any]:
    """Take up the copy that is under way, also one that an earlier session began."""
    _with_key(cloud, copy_under_way.blob.account, account_key)
    return _followed(cloud, copy_under_way, task, keep)


def abort_copy(
    cloud: Cloud, copy_under_way: CopyUnderWay, account_key: Secret | None, task: Task
) -> Mapping[str, Any]:
    """End the copy; one that is complete already stays, and is followed to its end instead."""
    to = copy_under_way.blob
    _with_key(cloud, to.account, account_key)
    if not abort(cloud.page_blob(to.account, to.container, to.name), copy_under_way.id, task):
        raise WizardError(
            msg("The copy is complete already: nothing was aborted"),
            msg("Follow the copy: then it is checked, and the journey goes on with it."),
        )
    return {"copy_under_way": None}


def take_as_it_is(
    cloud: Cloud,
    subscription: str | None,
    account_name: str | None,
    key_account: str | None,
    account_key: Secret | None,
    container: str,
    blob: str,
    task: Task,
) -> Mapping[str, Any]:
    """Go on with a blob that is in the right container already."""
    account = _fit(cloud, reached(cloud, subscription, account_name, key_account, account_key))
    there = cloud.page_blob(account, container, blob)
    reading = look_at_source(there, task)
    if reading is None:
        raise WizardError(
            msg("There is no blob {blob} in the container {container}", blob=blob, container=container),
            msg("It was deleted or renamed. Choose it from the list again."),
            {"url": there.url},
        )
    return {"account": account, "vhd_blob": as_it_is(reading, there, account, etag=reading.etag)}


def look_at_blob(
    cloud: Cloud, vhd_blob: VhdBlob, account_key: Secret | None, task: Task
) -> Mapping[str, Any]:
    """What the server says and holds, and the disk inside."""
    _with_key(cloud, vhd_blob.account, account_key)
    blob = cloud.page_blob(vhd_blob.account, vhd_blob.container, vhd_blob.name)
    seen = look_into_blob(blob, task)
    held, reading, inside, _ = seen if seen is not None else (None, None, not_looked(), 0)
    return {
        "blob_reading": held,
        "footer": Footer.parse(held.footer) if held is not None and held.footer else None,
        "reading": reading,
        "inside": inside,
        "looked_on": today(),
    }


def not_this_way(build_path: str | None) -> Message | None:
    """Skipped where the image comes from this computer."""
    if build_path is None:
        return msg("Only for an image that is in a storage account already")
    return None if build_path.endswith("_blob") else msg("The image is uploaded from this computer")


def _followed(cloud: Cloud, copying: CopyUnderWay, task: Task, keep: Callable[..., None]) -> dict[str, Any]:
    to = copying.blob
    try:
        state = follow(cloud.page_blob(to.account, to.container, to.name), copying.id, task)
    except CopyEndedError:
        keep(copy_under_way=None)
        raise
    return {"account": to.account, "vhd_blob": replace(to, etag=state.etag), "copy_under_way": None}


def _fit(cloud: Cloud, account: StorageAccount) -> StorageAccount:
    """The account, where a VHD may be published from it."""
    problem = upload_problem(cloud.account_properties(account))
    if problem is not None:
        raise WizardError(
            problem, msg("Choose another storage account, or have its settings changed in the Azure portal.")
        )
    return account


def _with_key(cloud: Cloud, account: StorageAccount, account_key: Secret | None) -> None:
    if account_key and not cloud.has_resource_manager:
        cloud.add_account_key(account.name, account_key)


def _in_and_idle(*ways: str) -> Callable[..., bool]:
    return lambda way, copy_under_way: way in ways and copy_under_way is None


def _is_under_way(copy_under_way: CopyUnderWay | None) -> bool:
    return copy_under_way is not None


STEP: Final = Step(
    id="copy",
    title=msg("Copy"),
    guide="2.5",
    purpose=msg(
        "Get the image into the storage account that you publish from. The cloud copies it by itself: nothing goes through "
        "this computer."
    ),
    wants=("build_path",),
    inputs=INPUTS,
    keeps=("copy_under_way",),
    actions=(
        Action(
            "follow",
            msg("Follow the copy"),
            follow_copy,
            gives=("account", "vhd_blob"),
            primary=True,
            can_pause=True,
            applies=_is_under_way,
            held_back=wait_for_key,
        ),
        Action(
            "abort",
            msg("Abort the copy"),
            abort_copy,
            applies=_is_under_way,
            held_back=wait_for_key,
            confirm=ask_before_aborting,
        ),
        Action(
            "copy",
            msg("Copy"),
            copy_image,
            gives=("account", "vhd_blob"),
            sets=("overwrite", "blob_name"),
            primary=True,
            can_pause=True,
            applies=_in_and_idle(ACCOUNT, LINK),
            held_back=wait_for_keys,
            confirm=ask_before_overwriting,
        ),
        Action(
            "take",
            msg("Use this blob"),
            take_as_it_is,
            gives=("account", "vhd_blob"),
            primary=True,
            applies=_in_and_idle(AS_IS),
            held_back=wait_for_key,
        ),
    ),
    checks=(*CHECKS, *contents.CHECKS),
    checks_title=msg("What the server holds"),
    observe=look_at_blob,
    check_held_back=nothing_to_check,
    views=views,
    missing=still_missing,
    summary=in_short,
    skip=not_this_way,
)
