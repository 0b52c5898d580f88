"""Step 4 (guide 2.5): the VHD goes to a page blob; only its data is sent, and what arrived is read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wizard.checks.upload import CHECKS, blob_name_problem, container_name_problem, upload_problem
from wizard.checks.vhd_name import suggested_name
from wizard.disk.as_vhd import open_fixed_vhd
from wizard.disk.vhd_footer import Footer
from wizard.errors import WizardError
from wizard.figures import in_units
from wizard.messages import Message, msg
from wizard.redaction import Secret
from wizard.results import DiskImage, VhdBlob
from wizard.step import Action, Choice, Confirmation, Finding, SecretText, Step, Text, YesNo
from wizard.step_parts.account_choice import (
    load_accounts,
    load_containers,
    load_subscriptions,
    overwriting,
    plain,
    reached,
)
from wizard.step_parts.cleaning import trouble_inside
from wizard.step_parts.uploaded import as_content_compared, as_vhd_blob
from wizard.transfer.compare import compare
from wizard.transfer.read_back import read_back
from wizard.transfer.upload import upload
from wizard.view import Facts, View

if TYPE_CHECKING:
    from wizard.services.cloud import Cloud
    from wizard.tasks import Task


def upload_image(
    cloud: Cloud,
    disk_image: DiskImage,
    subscription: str | None,
    account_name: str | None,
    key_account: str | None,
    account_key: Secret | None,
    container: str,
    blob_name: str,
    overwrite: bool,
    journal: Path | None,
    task: Task,
) -> Mapping[str, Any]:
    """Send the disk into the container, which is made where it is missing; gone on with where an upload stopped."""
    path = Path(disk_image.path)
    _must_be_as_checked(path, disk_image)
    task.report(phase=msg("Looking into the container"))
    account = reached(cloud, subscription, account_name, key_account, account_key)
    problem = upload_problem(cloud.account_properties(account))
    if problem is not None:
        raise WizardError(
            problem, msg("Choose another storage account, or have its settings changed in the Azure portal.")
        )
    if container not in cloud.containers(account):
        cloud.create_container(account, container)
    blob = cloud.page_blob(account, container, blob_name)
    with open_fixed_vhd(path, grow=disk_image.grow) as disk:
        done = upload(disk, blob, task, overwrite=bool(overwrite), journal=journal)
    vhd_blob = as_vhd_blob(done, blob, account, disk_image.unique_id)
    return {"account": account, "vhd_blob": vhd_blob, "overwrite": False}


def compare_all(
    cloud: Cloud,
    disk_image: DiskImage,
    vhd_blob: VhdBlob,
    account_key: Secret | None,
    keep: Callable[..., None],
    task: Task,
) -> Mapping[str, Any]:
    """Read back every byte that the blob or the disk holds, and compare."""
    path = Path(disk_image.path)
    _must_be_as_checked(path, disk_image)
    _know_key(cloud, vhd_blob, account_key)
    blob = cloud.page_blob(vhd_blob.account, vhd_blob.container, vhd_blob.name)
    with open_fixed_vhd(path, grow=disk_image.grow) as disk:
        found = compare(disk, blob, task)
    keep(content_compared=as_content_compared(found))
    return {}


def look_at_blob(
    cloud: Cloud, vhd_blob: VhdBlob, account_key: Secret | None, task: Task
) -> Mapping[str, Any]:
    """What the server says and holds."""
    _know_key(cloud, vhd_blob, account_key)
    reading = read_back(cloud.page_blob(vhd_blob.account, vhd_blob.container, vhd_blob.name), task)
    size = Footer.parse(reading.footer).current_size if reading is not None and reading.footer else None
    return {"blob_reading": reading, "footer_size": size}


def nothing_to_check(vhd_blob: VhdBlob | None) -> Message | None:
    """Before the upload there is nothing on the server."""
    return msg("Nothing was uploaded yet") if vhd_blob is None else None


def wait_for_key(cloud: Cloud, account_key: Secret | None) -> Message | None:
    """Without a Resource Manager nothing goes without the account's key."""
    if cloud.has_resource_manager or account_key:
        return None
    return msg("First enter the account key; it is kept for this session only.")


def nothing_to_compare(cloud: Cloud, vhd_blob: VhdBlob | None, account_key: Secret | None) -> Message | None:
    """There must be a blob, and a way to it."""
    return msg("Nothing was uploaded yet") if vhd_blob is None else wait_for_key(cloud, account_key)


def ask_before_overwriting(
    overwrite: bool, account_name: str | None, key_account: str | None, container: str, blob_name: str
) -> Confirmation | None:
    """Overwriting takes a plain yes."""
    if not overwrite:
        return None
    return overwriting(blob_name, account_name or key_account or "", container, msg("Upload and overwrite"))


def views(vhd_blob: VhdBlob | None, evidence: Mapping[str, Finding]) -> Sequence[View]:
    """What is wrong inside the image, which holds nobody back; where the image is now."""
    warned = trouble_inside(evidence)
    if vhd_blob is None:
        return warned
    return (
        *warned,
        Facts(
            msg("The uploaded image"),
            (
                (msg("Storage account"), plain(vhd_blob.account.name)),
                (msg("Container"), plain(vhd_blob.container)),
                (msg("Address, without a signature"), plain(vhd_blob.url)),
                (msg("Size"), plain(in_units(vhd_blob.length))),
                (msg("Data in it"), plain(in_units(vhd_blob.data_bytes))),
            ),
        ),
    )


def is_there_already(build_path: str | None) -> Message | None:
    """Skipped where the image is in a storage account."""
    if build_path is None or not build_path.endswith("_blob"):
        return None
    return msg("The image is in a storage account already")


def in_short(vhd_blob: VhdBlob | None) -> Message | None:
    """Container and name."""
    if vhd_blob is None:
        return None
    return msg("{blob} in {container}", blob=vhd_blob.name, container=vhd_blob.container)


def _with_manager(cloud: Cloud) -> bool:
    return cloud.has_resource_manager


def _by_key(cloud: Cloud) -> bool:
    return not cloud.has_resource_manager


def _default_name(disk_image: DiskImage | None) -> str | None:
    return suggested_name(Path(disk_image.path).name) if disk_image is not None else None


def _know_key(cloud: Cloud, vhd_blob: VhdBlob, account_key: Secret | None) -> None:
    if account_key and not cloud.has_resource_manager:
        cloud.add_account_key(vhd_blob.account.name, account_key)


def _must_be_as_checked(path: Path, disk_image: DiskImage) -> None:
    seen = path.stat()
    if (seen.st_size, seen.st_mtime_ns) != (disk_image.file_bytes, disk_image.modified_ns):
        raise WizardError(
            msg("{path} was changed after it was checked", path=str(path)),
            msg("Go back to the step Disk image and check it again."),
        )


STEP: Final = Step(
    id="upload",
    title=msg("Upload"),
    guide="2.5",
    purpose=msg(
        "Send the disk to your storage account as a page blob. Only its data is sent, and the upload can be resumed."
    ),
    needs=("disk_image",),
    wants=("build_path",),
    inputs=(
        Choice(
            "subscription",
            msg("Subscription"),
            applies=_with_manager,
            load=load_subscriptions,
            empty=msg("You may not use any subscription. Ask its owner for access."),
        ),
        Choice(
            "account_name",
            msg("Storage account"),
            applies=_with_manager,
            load=load_accounts,
            empty=msg(
                "This subscription has no storage account. Make one in the Azure portal: general purpose v2."
            ),
        ),
        Text(
            "key_account",
            msg("Storage account"),
            help=msg("The account’s name, without .blob.core.chinacloudapi.cn."),
            applies=_by_key,
        ),
        SecretText(
            "account_key",
            msg("Account key"),
            help=msg(
                "From the Azure portal, under Access keys. It is kept for this session only and never saved."
            ),
            applies=_by_key,
            required=False,  # a finished upload stays finished when the session is over
        ),
        Choice(
            "container",
            msg("Container"),
            help=msg("Choose one, or type a new name: the container is then made, and is private."),
            default="vhds",
            load=load_containers,
            free=True,
            valid=container_name_problem,
            empty=msg("No container to choose from yet."),
        ),
        Text(
            "blob_name",
            msg("Name of the blob"),
            help=msg("It becomes a part of the address."),
            default=_default_name,
            valid=blob_name_problem,
        ),
        YesNo(
            "overwrite",
            msg("Overwrite a blob of this name"),
            help=msg("Leave this off: an upload that was interrupted goes on without it."),
            default=False,
            volatile=True,
        ),
    ),
    actions=(
        Action(
            "upload",
            msg("Upload"),
            upload_image,
            gives=("account", "vhd_blob"),
            sets=("overwrite",),
            primary=True,
            can_pause=True,
            held_back=wait_for_key,
            confirm=ask_before_overwriting,
        ),
        Action(
            "compare",
            msg("Compare every byte"),
            compare_all,
            held_back=nothing_to_compare,
        ),
    ),
    checks=CHECKS,
    keeps=("content_compared",),
    checks_title=msg("What the server holds"),
    observe=look_at_blob,
    check_held_back=nothing_to_check,
    views=views,
    summary=in_short,
    skip=is_there_already,
)
