"""SAS-01, SAS-13 and SAS-17: where the link leads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from wizard.messages import Message, msg
from wizard.step import Finding, failed, passed, skipped, warning

if TYPE_CHECKING:
    from wizard.results import VhdBlob
    from wizard.sas.uri import SasUri
    from wizard.services.endpoints import Endpoints

Problem = tuple[Message, Message]

NO_LINK: Final = {
    "nothing": (
        msg("There is no link in this text"),
        msg("Give the whole link: from https:// to the end of its signature."),
    ),
    "token": (
        msg("This is a SAS token alone: the address of the VHD is missing"),
        msg("Put the address of the VHD and a question mark in front of it, or copy the full link."),
    ),
    "connection_string": (
        msg("This is a connection string, not a SAS URI"),
        msg("Give the link of one VHD. A connection string opens the whole account: hand it to nobody."),
    ),
    "several": (
        msg("There are several different links in this text"),
        msg("Look at one link at a time: every VHD has its own."),
    ),
}
"""What a text is that holds no link, by the kind it was recognised as, and what to do."""

_NOT_PLAIN: Final = re.compile(r"[^A-Za-z0-9._/-]")
"""What a name must not have: as VHD-14, but for the slashes of folders."""

_GLOBAL_SUFFIX: Final = ".core.windows.net"


def not_a_link(sas: SasUri) -> Finding | None:
    """Why the other rules say nothing: there are no parameters to judge. None where there are."""
    if sas.kind in ("link", "token"):
        return None
    return skipped(msg("There is no link to judge (see SAS-01)"))


def leads_to_a_vhd(sas: SasUri, endpoints: Endpoints) -> Finding:
    """SAS-01: https, a blob address of this cloud, a container, a name ending in .vhd, then ? and the token."""
    facts: dict[str, Any] = {
        "scheme": sas.scheme,
        "host": sas.host,
        "account": sas.account,
        "container": sas.container,
        "blob": sas.blob,
        "mends": [str(each) for each in sas.mends],
    }
    problem = _problem(sas, endpoints)
    if problem is not None:
        return failed(*problem, **facts)
    if sas.foreign:
        return warning(
            msg("The link has parameters that do not belong to a SAS: {names}", names=sas.foreign),
            msg("Take them out, or create a new link."),
            **facts,
        )
    if not sas.blob.endswith(".vhd"):
        return warning(
            msg("The name of the VHD ends in {ending} instead of .vhd", ending=sas.blob[-4:]),
            msg("Better store the VHD under a name that ends in .vhd, in small letters."),
            **facts,
        )
    if sas.mends:
        return warning(
            msg("The link was damaged by copying. Mended here: {mends}", mends=sas.mends),
            msg(
                "Hand over the mended link, or copy it again where it was made. The damaged text will not work."
            ),
            **facts,
        )
    if endpoints.is_practice:
        return passed(
            msg(
                "Leads to {blob} in the container {container}. The practice cloud is on this computer, so its address and plain http are right here.",
                blob=sas.blob,
                container=sas.container,
            ),
            **facts,
        )
    return passed(
        msg(
            "Leads to {blob} in the container {container} of the account {account}",
            blob=sas.blob,
            container=sas.container,
            account=sas.account,
        ),
        **facts,
    )


def belongs_to_one_vhd(sas: SasUri, vhd_blob: VhdBlob | None) -> Finding:
    """SAS-13: one link per VHD, and this one for the VHD of this journey."""
    if sas.kind == "several":
        return failed(*NO_LINK["several"])
    if sas.kind != "link" or not sas.blob:
        return skipped(msg("The link names no VHD (see SAS-01)"))
    if vhd_blob is None:
        return passed(
            msg("This link is for {blob}. Every other VHD, data disks too, needs its own.", blob=sas.blob),
            blob=sas.blob,
        )
    facts: dict[str, Any] = {
        "blob": sas.blob,
        "container": sas.container,
        "account": sas.account,
        "expected": vhd_blob.url,
    }
    cure = msg("Create the link for this VHD here, or choose the right one and paste that.")
    if sas.account != vhd_blob.account.name:
        return failed(
            msg(
                "The link is for another account: {found} instead of {expected}",
                found=sas.account,
                expected=vhd_blob.account.name,
            ),
            cure,
            **facts,
        )
    if sas.container != vhd_blob.container:
        return failed(
            msg(
                "The link is for another container: {found} instead of {expected}",
                found=sas.container,
                expected=vhd_blob.container,
            ),
            cure,
            **facts,
        )
    if sas.blob != vhd_blob.name:
        return failed(
            msg(
                "The link is for another VHD: {found} instead of {expected}",
                found=sas.blob,
                expected=vhd_blob.name,
            ),
            cure,
            **facts,
        )
    return passed(msg("The link is for the VHD that was uploaded: {blob}", blob=sas.blob), **facts)


def is_no_disk_export(sas: SasUri) -> Finding:
    """SAS-17: the link of a managed disk's export is never the one to publish."""
    reason = not_a_link(sas)
    if reason is not None:
        return reason
    if sas.is_disk_export:
        return failed(
            msg("This is the link of a managed disk’s export, not of a blob in your storage account"),
            msg(
                "Copy the exported disk into your storage account as a page blob, then create the link for that blob."
            ),
            host=sas.host,
        )
    return passed(msg("It leads to a blob in a storage account, not to a managed disk"))


def _problem(sas: SasUri, endpoints: Endpoints) -> Problem | None:
    if sas.kind in NO_LINK:
        return NO_LINK[sas.kind]
    return _host_problem(sas, endpoints) or _path_problem(sas) or _token_problem(sas)


def _host_problem(sas: SasUri, endpoints: Endpoints) -> Problem | None:
    if not endpoints.is_blob_host(sas.host):
        if sas.is_disk_export:
            return (
                msg("{host} serves the exports of managed disks, not the blobs of an account", host=sas.host),
                msg("Copy the exported disk into your storage account, then create the link for that blob."),
            )
        if sas.host.endswith(_GLOBAL_SUFFIX):
            return (
                msg("The account is in global Azure: {host}", host=sas.host),
                msg("The VHD must be in an account of Azure China. Upload it there, then create the link."),
            )
        if sas.on_this_computer:
            return (
                msg("The link leads to this computer: {host}. Nobody else can read it there.", host=sas.host),
                msg("Upload the VHD to an account of Azure China, then create the link."),
            )
        return (
            msg(
                "{host} is no address for blobs in this cloud: {cloud}", host=sas.host, cloud=endpoints.title
            ),
            msg(
                "Use the address of the blob service: the account’s name, then {suffix}",
                suffix=_suffix(endpoints),
            ),
        )
    if sas.scheme != "https" and not endpoints.is_practice:
        return (
            msg("The link begins with {scheme}:// instead of https://", scheme=sas.scheme),
            msg("Use the link with https://. Without encryption others can read it on its way."),
        )
    return None


def _suffix(endpoints: Endpoints) -> str:
    return f".{endpoints.blob_suffix}" if endpoints.blob_suffix else "127.0.0.1"


def _path_problem(sas: SasUri) -> Problem | None:
    if not sas.blob:
        return (
            msg("The link names no VHD, only a container or an account"),
            msg(
                "Put the name of the container and of the VHD into the address, in front of the question mark."
            ),
        )
    if not sas.container:
        return (
            msg("The link names no container"),
            msg("Put the VHD into a container of its own, then create the link."),
        )
    if any(each.isspace() for each in sas.blob):
        return (
            msg("There is white space in the name of the VHD: {blob}", blob=sas.blob),
            msg(
                "If it came in by copying, take it out. If the blob has that name, store it under one without spaces."
            ),
        )
    if _NOT_PLAIN.search(sas.blob):
        return (
            msg("The name of the VHD has a character that publishing refuses: {blob}", blob=sas.blob),
            msg(
                "Store the VHD under a name of letters, digits, dots, hyphens and underscores, then create the link."
            ),
        )
    if not sas.blob.lower().endswith(".vhd"):
        return (
            msg("The name of the VHD does not end in .vhd: {blob}", blob=sas.blob),
            msg(
                "Give the link of the VHD itself; if it has another ending, store it under a name ending in .vhd."
            ),
        )
    return None


def _token_problem(sas: SasUri) -> Problem | None:
    if not sas.has_token:
        return (
            msg("There is only the address: the question mark and the SAS token are missing"),
            msg("Copy the full link with everything after the question mark, or create a new one."),
        )
    if not sas.separated:
        return (
            msg("There is no question mark between the address and the SAS token"),
            msg("Put a question mark after .vhd, or copy the full link again."),
        )
    if sas.conflicting:
        return (
            msg("The link says two different things for: {names}", names=sas.conflicting),
            msg("Two links were mixed up. Copy the right one again, or create a new one."),
        )
    return None
