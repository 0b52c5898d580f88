"""Put Blob, Put Page, Get Page Ranges and Get Blob: what Azure refuses is refused, each with its word."""

from __future__ import annotations

import base64
import hashlib
import http.client
import random
import re
import socket
from urllib.parse import urlsplit

import pytest

from tests.strict.conftest import MIB, Ask, ask, create, put_page
from tests.strict.server import StrictServer

DATA = random.Random(3).randbytes(4 * MIB)


def md5(data: bytes) -> str:
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


def test_a_new_blob_and_its_properties(to: Ask) -> None:
    made = create(to, x_ms_meta_upload="one")
    assert made.status == 201
    head = to("HEAD")
    assert head.status == 200
    assert head.body == b""
    expected = {
        "Content-Length": str(16 * MIB),
        "ETag": made.headers["ETag"],
        "x-ms-blob-type": "PageBlob",
        "x-ms-blob-sequence-number": "7",
        "x-ms-lease-state": "available",
        "x-ms-lease-status": "unlocked",
        "x-ms-meta-upload": "one",
        "x-ms-version": "2021-12-02",
        "Accept-Ranges": "bytes",
    }
    assert expected.items() <= head.headers.items()
    assert {"Last-Modified", "x-ms-request-id", "Date", "x-ms-creation-time"} <= head.headers.keys()
    assert "x-ms-copy-status" not in head.headers


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"x_ms_blob_content_length": "1000"}, 400, "InvalidHeaderValue"),
        ({"x_ms_blob_content_length": "-512"}, 400, "InvalidHeaderValue"),
        ({"x_ms_blob_content_length": str(8 * 1024**4 + 512)}, 400, "InvalidHeaderValue"),
        ({"x_ms_blob_content_length": str(8 * 1024**4)}, 201, ""),
        ({"x_ms_blob_content_length": "0"}, 201, ""),
        ({"x_ms_blob_content_length": ""}, 400, "MissingRequiredHeader"),
        ({"x_ms_blob_sequence_number": "-1"}, 400, "InvalidHeaderValue"),
        ({"x_ms_blob_sequence_number": str(2**63 - 1)}, 201, ""),
        ({"x_ms_blob_sequence_number": str(2**63)}, 400, "InvalidHeaderValue"),
        ({"x_ms_blob_type": "Disk"}, 400, "InvalidHeaderValue"),
        ({"x_ms_blob_type": ""}, 400, "MissingRequiredHeader"),
        ({"If_Match": '"0x1"'}, 412, "ConditionNotMet"),
        ({"If_None_Match": "*"}, 201, ""),
    ],
)
def test_what_put_blob_takes(to: Ask, headers: dict[str, str], status: int, code: str) -> None:
    answer = create(to, **headers)
    assert (answer.status, answer.code) == (status, code)


def test_a_blob_is_replaced_only_as_it_was_seen(disk: Ask) -> None:
    first = disk("HEAD").headers["ETag"]
    assert create(disk, If_None_Match="*").code == "BlobAlreadyExists"
    assert create(disk, If_Match='"0x0"').code == "ConditionNotMet"
    assert create(disk, If_Match=first).status == 201
    assert create(disk, If_Match=first).status == 412
    assert create(disk).status == 201


@pytest.mark.parametrize(
    ("start", "length", "headers", "status", "code"),
    [
        (0, 512, {}, 201, ""),
        (512, 4 * MIB, {}, 201, ""),
        (16 * MIB - 512, 512, {}, 201, ""),
        (0, 4 * MIB + 512, {}, 413, "RequestBodyTooLarge"),
        (16 * MIB, 512, {}, 416, "InvalidPageRange"),
        (16 * MIB - 512, 1024, {}, 416, "InvalidPageRange"),
        (100, 512, {}, 416, "InvalidPageRange"),
        (0, 511, {}, 416, "InvalidPageRange"),
        (0, 512, {"x_ms_range": "bytes=0-1023"}, 400, "InvalidHeaderValue"),
        (0, 512, {"x_ms_range": "bytes=0-"}, 416, "InvalidPageRange"),
        (0, 512, {"x_ms_range": "pages 0-511"}, 400, "InvalidHeaderValue"),
        (0, 512, {"x_ms_range": ""}, 400, "MissingRequiredHeader"),
        (0, 512, {"x_ms_page_write": ""}, 400, "MissingRequiredHeader"),
        (0, 512, {"x_ms_page_write": "append"}, 400, "InvalidHeaderValue"),
        (0, 512, {"x_ms_page_write": "clear"}, 400, "InvalidHeaderValue"),
        (0, 512, {"Content_MD5": md5(DATA[:512])}, 201, ""),
        (0, 512, {"Content_MD5": md5(b"other")}, 400, "Md5Mismatch"),
        (0, 512, {"Content_MD5": "no digest"}, 400, "InvalidMd5"),
        (0, 512, {"x_ms_if_sequence_number_eq": "7"}, 201, ""),
        (0, 512, {"x_ms_if_sequence_number_eq": "8"}, 412, "SequenceNumberConditionNotMet"),
        (0, 512, {"x_ms_if_sequence_number_le": "6"}, 412, "SequenceNumberConditionNotMet"),
        (0, 512, {"x_ms_if_sequence_number_lt": "8"}, 201, ""),
        (0, 512, {"If_Match": '"0x0"'}, 412, "ConditionNotMet"),
        (0, 512, {"x_ms_lease_id": "no id"}, 400, "InvalidHeaderValue"),
        (0, 512, {"x_ms_lease_id": "1f812371-a41d-49e6-b123-f4b542e851c5"}, 412, "LeaseNotPresentWithBlobOperation"),
    ],
)  # fmt: skip
def test_what_put_page_takes(
    disk: Ask, strict: StrictServer, start: int, length: int, headers: dict[str, str], status: int, code: str
) -> None:
    before = disk("HEAD").headers["ETag"]
    answer = put_page(disk, start, DATA[:length] if length <= len(DATA) else bytes(length), **headers)
    assert (answer.status, answer.code) == (status, code)
    if status == 201:
        assert strict.ranges() == [(start, length)]
        assert strict.content()[start : start + length] == DATA[:length]
        assert answer.headers["Content-MD5"] == md5(DATA[:length])
        assert disk("HEAD").headers["ETag"] == answer.headers["ETag"] != before
    else:
        assert strict.ranges() == []
        assert disk("HEAD").headers["ETag"] == before


def test_pages_are_cleared_without_a_body(disk: Ask, strict: StrictServer) -> None:
    put_page(disk, 0, DATA)
    clear = {"x-ms-page-write": "clear", "x-ms-range": f"bytes=512-{2 * MIB - 1}"}
    assert disk("PUT", "comp=page", clear).status == 201
    assert strict.ranges() == [(0, 512), (2 * MIB, 2 * MIB)]
    assert strict.content()[: 4 * MIB] == DATA[:512] + bytes(2 * MIB - 512) + DATA[2 * MIB :]


def test_bytes_that_are_written_twice_are_counted(disk: Ask, strict: StrictServer) -> None:
    put_page(disk, 0, DATA[:4096])
    put_page(disk, 2048, DATA[:4096])
    assert strict.held().rewritten == 2048
    assert strict.received_bytes == 8192


def test_a_length_has_to_be_said(disk: Ask) -> None:
    headers = {"x-ms-page-write": "update", "x-ms-range": "bytes=0-511"}
    assert disk("PUT", "comp=page", headers, None).code == "MissingContentLengthHeader"
    chunked = headers | {"Transfer-Encoding": "chunked"}
    assert disk("PUT", "comp=page", chunked, None).status == 411


def test_a_body_that_is_cut_short_is_never_written(disk: Ask, strict: StrictServer) -> None:
    parts = urlsplit(strict.link())
    request = (
        f"PUT {parts.path}?comp=page&{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\nx-ms-version: 2021-12-02\r\n"
        "x-ms-page-write: update\r\nx-ms-range: bytes=0-1023\r\nContent-Length: 1024\r\n\r\n"
    )
    with socket.create_connection((str(parts.hostname), int(parts.port or 0)), 10) as connection:
        connection.sendall(request.encode() + bytes(600))
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100) == b""
    assert strict.ranges() == []
    assert [(each.status, each.range) for each in strict.sent("PUT", "page")] == [(0, "bytes=0-1023")]


@pytest.mark.parametrize(
    ("version", "method", "status", "code"),
    [
        ("2021-12-02", "PUT", 201, ""),
        ("", "PUT", 400, "MissingRequiredHeader"),
        ("2026-10-06", "PUT", 400, "InvalidHeaderValue"),
        ("", "HEAD", 200, ""),
    ],
)
def test_the_version_is_one_that_the_server_knows(
    strict: StrictServer, disk: Ask, version: str, method: str, status: int, code: str
) -> None:
    headers = {"x-ms-blob-type": "PageBlob", "x-ms-blob-content-length": "512"}
    answer = ask(strict.link(permissions="rw"), method, "", headers, version=version)
    assert (answer.status, answer.code) == (status, code)


def page_list(to: Ask, more: str = "", **headers: str) -> tuple[list[tuple[int, int]], str]:
    answer = to("GET", "comp=pagelist" + more, headers)
    assert answer.status == 200, answer
    assert answer.headers["x-ms-blob-content-length"] == str(16 * MIB)
    text = answer.body.decode("utf-8-sig")
    pairs = re.findall(r"<PageRange><Start>(\d+)</Start><End>(\d+)</End></PageRange>", text)
    marker = re.search(r"<NextMarker>(.+?)</NextMarker>", text)
    return [(int(start), int(end) - int(start) + 1) for start, end in pairs], marker[1] if marker else ""


def test_page_ranges_come_in_parts(disk: Ask, strict: StrictServer) -> None:
    expected = [(at * MIB, 512 * (at + 1)) for at in range(10)]
    for start, length in expected:
        put_page(disk, start, DATA[:length])
    assert page_list(disk) == (expected, "")
    found, marker = page_list(disk, "&maxresults=4")
    assert found == expected[:4]
    while marker:
        more, marker = page_list(disk, f"&maxresults=4&marker={marker}")
        found += more
    assert found == expected
    strict.listing.most = 3
    assert page_list(disk)[0] == expected[:3]
    strict.listing.most = 1000
    assert page_list(disk, Range=f"bytes={MIB + 512}-{3 * MIB + 511}")[0] == [
        (MIB + 512, 512),
        (2 * MIB, 1536),
        (3 * MIB, 512),
    ]
    for wrong in ("&maxresults=0", "&marker=x", "&maxresults=x"):
        assert disk("GET", "comp=pagelist" + wrong).code == "InvalidQueryParameterValue"


def test_long_ranges_may_come_cut(disk: Ask, strict: StrictServer) -> None:
    put_page(disk, 512, DATA)
    strict.listing.cut_at = MIB
    cut = page_list(disk)[0]
    assert [start for start, _ in cut] == [512, MIB, 2 * MIB, 3 * MIB, 4 * MIB]
    assert sum(length for _, length in cut) == 4 * MIB


@pytest.mark.parametrize(
    ("wanted", "status", "first", "count"),
    [
        ("", 200, 0, 16 * MIB),
        ("bytes=0-0", 206, 0, 1),
        ("bytes=500-1499", 206, 500, 1000),
        (f"bytes={16 * MIB - 512}-", 206, 16 * MIB - 512, 512),
        (f"bytes={16 * MIB - 10}-{17 * MIB}", 206, 16 * MIB - 10, 10),
    ],
)
def test_reading(disk: Ask, wanted: str, status: int, first: int, count: int) -> None:
    put_page(disk, 0, DATA)
    put_page(disk, 16 * MIB - 512, DATA[:512])
    content = DATA + bytes(12 * MIB - 512) + DATA[:512]
    answer = disk("GET", "", {"x-ms-range": wanted})
    assert (answer.status, answer.body) == (status, content[first : first + count])
    if status == 206:
        assert answer.headers["Content-Range"] == f"bytes {first}-{first + count - 1}/{16 * MIB}"


def test_reading_what_is_not_there(disk: Ask, strict: StrictServer) -> None:
    beyond = disk("GET", "", {"Range": f"bytes={16 * MIB}-"})
    assert (beyond.status, beyond.code) == (416, "InvalidRange")
    assert beyond.headers["Content-Range"] == f"bytes */{16 * MIB}"
    other = strict.link("other.vhd", permissions="racwd")
    assert ask(other).code == ask(other, "HEAD").code == "BlobNotFound"
    assert ask(other, "DELETE").code == "BlobNotFound"
    nowhere = strict.link("disk.vhd", container="vhds", permissions="r").replace("/vhds/", "/other/")
    assert ask(nowhere).code == "AuthenticationFailed", "a signature is for one container"
    etag = disk("HEAD").headers["ETag"]
    assert disk("GET", "", {"If-None-Match": etag}).status == 304
    assert disk("GET", "", {"If-Match": '"0x0"'}).code == "ConditionNotMet"


def test_metadata_are_replaced_where_the_blob_is_as_it_was_seen(disk: Ask) -> None:
    etag = disk("HEAD").headers["ETag"]
    answer = disk("PUT", "comp=metadata", {"x-ms-meta-state": "complete", "If-Match": etag})
    assert answer.status == 200
    head = disk("HEAD")
    assert (head.headers["x-ms-meta-state"], head.headers["ETag"]) == ("complete", answer.headers["ETag"])
    assert disk("PUT", "comp=metadata", {"x-ms-meta-a": "b", "If-Match": etag}).code == "ConditionNotMet"
    assert disk("PUT", "comp=metadata", {"x-ms-meta-a": "b"}).status == 200
    assert "x-ms-meta-state" not in disk("HEAD").headers


def test_resized_and_renumbered(disk: Ask, strict: StrictServer) -> None:
    put_page(disk, 0, DATA)
    assert disk("PUT", "comp=properties", {"x-ms-blob-content-length": str(MIB)}).status == 200
    assert strict.ranges() == [(0, MIB)]
    number = {"x-ms-sequence-number-action": "update", "x-ms-blob-sequence-number": "9"}
    assert disk("PUT", "comp=properties", number).headers["x-ms-blob-sequence-number"] == "9"
    assert put_page(disk, 0, DATA[:512], x_ms_if_sequence_number_eq="7").status == 412


def test_a_block_blob_has_no_pages(to: Ask) -> None:
    assert to("PUT", "", {"x-ms-blob-type": "BlockBlob"}, b"hello").status == 201
    assert to("GET").body == b"hello"
    assert put_page(to, 0, DATA[:512]).code == "InvalidBlobType"
    assert to("GET", "comp=pagelist").code == "InvalidBlobType"


def test_a_connection_is_kept_for_the_next_request(disk: Ask, strict: StrictServer) -> None:
    parts = urlsplit(strict.link())
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    for _ in range(3):
        connection.request("HEAD", f"{parts.path}?{parts.query}", headers={"x-ms-version": "2021-12-02"})
        assert connection.getresponse().read() == b""
    connection.close()
    assert len({each.connection for each in strict.sent("HEAD")}) == 1
    assert [each.number for each in strict.requests] == [1, 2, 3, 4]
