"""What one step hands to the next: small records that the journey's file can hold. No secret is ever in them."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Union, get_args, get_origin, get_type_hints


@dataclass(frozen=True, slots=True)
class DiskImage:
    """A disk image on this computer that was read and judged. Sizes in bytes; `modified_ns` as in os.stat.

    `kind`: as in wizard.disk.recognise.FileKind. `length`: of the fixed VHD that will be sent, its footer with it; 0 in
    journeys of version 0.1 (there it is `file_bytes`) and for a format that has to be converted first. `unique_id`: of
    the VHD that will be sent. `grow`: zeros are added at the end, so that the size is a whole number of MiB.
    `needed_bytes`: the room that the conversion takes at the most, where one has to come first.
    """

    path: str
    file_bytes: int
    modified_ns: int
    virtual_bytes: int
    unique_id: str
    generation: int | None
    kind: str = "fixed_vhd"
    length: int = 0
    grow: bool = False
    needed_bytes: int = 0


@dataclass(frozen=True, slots=True)
class StorageAccount:
    """A storage account as chosen; `subscription` and `resource_group` are empty where only its key is known."""

    name: str
    subscription: str = ""
    resource_group: str = ""


@dataclass(frozen=True, slots=True)
class VhdBlob:
    """A VHD in a container. `url` is without any query; sizes in bytes; digests are SHA-256 in hex.

    `ranges_digest` is over the page ranges that were sent (see wizard.transfer.ranges), `footer_digest` over the last 512 bytes.
    """

    account: StorageAccount
    container: str
    name: str
    url: str
    length: int
    etag: str
    data_bytes: int
    range_count: int
    ranges_digest: str
    footer_digest: str
    unique_id: str


@dataclass(frozen=True, slots=True)
class CopyUnderWay:
    """A copy that the cloud makes by itself: its id, the source's address without a query, and what the blob will be.

    `blob`: with the source's length and digests; its `etag` is empty until the copy is complete.
    """

    id: str
    source: str
    blob: VhdBlob


@dataclass(frozen=True, slots=True)
class ContentCompared:
    """A full comparison of a blob, as its `etag` says, with the disk: bytes read; where the first difference is, None for nowhere."""

    url: str
    etag: str
    compared_bytes: int
    first_difference: int | None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that was stored in a container: name there, length in bytes, SHA-256 in hex."""

    name: str
    length: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Certification:
    """Where the files of the Certification Test Tool for Azure are kept; `image` is the `etag` of the VHD they are about."""

    container: str
    files: tuple[StoredFile, ...]
    image: str = ""


@dataclass(frozen=True, slots=True)
class ContainerAccess:
    """Public access of a container: `level` is private, blob or container; None for the account: not known."""

    container: str
    level: str
    account_allows_public: bool | None


@dataclass(frozen=True, slots=True)
class SasLink:
    """A SAS URI without its signature: `url` has no query; times are ISO 8601 UTC; `origin` is created or pasted.

    `signature_digest` is SHA-256 in hex over the signature: it tells whether a link signed again is the same one.
    """

    url: str
    container: str
    permissions: str
    scope: str
    starts: str
    expires: str
    protocol: str
    version: str
    origin: str
    signature_digest: str = ""


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """Where a report or a script was written, and when (ISO 8601 UTC)."""

    paths: tuple[str, ...]
    written: str


# The result's name in `needs` and `gives`, and what it is. The only list.
TYPES: Final[Mapping[str, type]] = {
    "disk_image": DiskImage,
    "account": StorageAccount,
    "vhd_blob": VhdBlob,
    "copy_under_way": CopyUnderWay,
    "content_compared": ContentCompared,
    "certification": Certification,
    "container_access": ContainerAccess,
    "sas_link": SasLink,
    "report": WrittenReport,
    "cleaning_script": WrittenReport,
}


def to_json(value: Any) -> Any:
    """A record as plain JSON values; raises TypeError for anything that is none (a secret above all)."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): to_json(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"{type(value).__name__} cannot be kept in a journey")


def from_json(kind: Any, data: Any) -> Any:
    """The record of type `kind` that `to_json` wrote; raises TypeError or KeyError for anything else."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        if data is None:
            return None
        return from_json(next(part for part in get_args(kind) if part is not type(None)), data)
    if origin is tuple:
        if not isinstance(data, list):
            raise TypeError("a list was expected")
        return tuple(from_json(get_args(kind)[0], item) for item in data)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        if not isinstance(data, Mapping):
            raise TypeError("an object was expected")
        record: Any = kind
        kinds = _fields(kind)
        return record(
            **{name: from_json(kinds[name], value) for name, value in data.items() if name in kinds}
        )
    if kind is float and type(data) is int:
        return float(data)
    if not isinstance(data, kind) or (kind is int and isinstance(data, bool)):
        raise TypeError(f"{kind.__name__} was expected")
    return data


@cache
def _fields(kind: type) -> Mapping[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}
