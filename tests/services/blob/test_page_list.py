"""The answer to Get Page Ranges: read whole, whatever it is cut into; everything else that XML can be is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.services.scripted import Asked, Reply, Scripted
from wizard.redaction import Secret
from wizard.services.blob.page_list import NotAPageList, PageList
from wizard.services.cloud_errors import CloudError
from wizard.services.connect import page_blob_from_url

LENGTH = 1 << 40


def read(data: bytes, *, length: int = LENGTH, cut: int = 64) -> PageList:
    pages = PageList(length)
    for at in range(0, len(data), cut):
        pages.feed(data[at : at + cut])
    pages.end()
    return pages


def listed(ranges: list[tuple[int, int]], marker: str = "") -> bytes:
    inner = "".join(
        f"<PageRange><Start>{start}</Start><End>{start + size - 1}</End></PageRange>"
        for start, size in ranges
    )
    more = f"<NextMarker>{marker}</NextMarker>" if marker else "<NextMarker />"
    return f'\ufeff<?xml version="1.0" encoding="utf-8"?>\n<PageList>{inner}{more}</PageList>'.encode()


@given(
    st.lists(st.tuples(st.integers(0, 1 << 30), st.integers(1, 1 << 20)), max_size=50),
    st.text("abc!0 +/=", max_size=20),
    st.integers(1, 200),
)
def test_whatever_was_listed_is_read(ranges: list[tuple[int, int]], marker: str, cut: int) -> None:
    pages = read(listed(ranges, marker), cut=cut)
    assert pages.ranges == ranges
    assert pages.next_marker == marker.strip()


@given(st.binary(max_size=300), st.integers(0, 200))
def test_nothing_else_is_raised_than_that_it_is_none(noise: bytes, place: int) -> None:
    whole = listed([(0, 512), (4096, 512)])
    for data in (noise, whole[:place] + noise + whole[place:]):
        try:
            read(data)
        except NotAPageList:
            continue


BOMB = b"""<?xml version="1.0"?><!DOCTYPE PageList [<!ENTITY a "0000000000"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><PageList><PageRange><Start>&c;</Start><End>511</End></PageRange></PageList>"""
OUTSIDE = b'<!DOCTYPE PageList [<!ENTITY x SYSTEM "file:///etc/passwd">]><PageList><NextMarker>&x;</NextMarker></PageList>'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<PageList>",
        b"<html></html>",
        b'<?xml version="1.0" encoding="Autf-8"?><PageList><NextMarker>\xe9</NextMarker></PageList>',
        b"not XML",
        BOMB,
        OUTSIDE,
        BOMB.decode().replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16"),
        b"<PageList>" + b"<a>" * 20 + b"</a>" * 20 + b"</PageList>",
        b"<PageList><NextMarker>" + b"a" * 20000 + b"</NextMarker></PageList>",
        b"<PageList><PageRange><Start>0</Start></PageRange></PageList>",
        b"<PageList><PageRange><Start>512</Start><End>0</End></PageRange></PageList>",
        b"<PageList><PageRange><Start>-1</Start><End>5</End></PageRange></PageList>",
        b"<PageList><PageRange><Start>0</Start><End>1024</End></PageRange></PageList>",
        "<PageList><PageRange><Start>٠</Start><End>٥</End></PageRange></PageList>".encode(),
    ],
)
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPageList):
        read(data, length=1024)


@pytest.mark.parametrize(
    "body", [BOMB, OUTSIDE, b"<html>Welcome</html>", listed([(0, 512)], "same marker again")]
)
def test_a_server_that_says_such_things_is_not_taken_for_the_cloud(scripted: Scripted, body: bytes) -> None:
    def answer(asked: Asked) -> Reply:
        if asked.method == "HEAD":
            return Reply(200, {"Content-Length": "1024", "x-ms-blob-type": "PageBlob"})
        return Reply(200, {"x-ms-version": "2021-12-02"}, body)

    scripted.answer = answer
    blob = page_blob_from_url(Secret(f"{scripted.url}/account/vhds/disk.vhd?sig=c2ln"))
    with pytest.raises(CloudError, match="Something other than the cloud"):
        blob.page_ranges()
    assert len(scripted.asked) <= 3


def test_a_list_that_is_too_long_is_not_read_to_its_end(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wizard.services.blob.page_blob.MOST_BYTES", 1000)
    scripted.answer = lambda asked: (
        Reply(200, {"Content-Length": "1024"})
        if asked.method == "HEAD"
        else Reply(200, {}, listed([(0, 1)] * 100))
    )
    with pytest.raises(CloudError, match="Something other than the cloud"):
        page_blob_from_url(Secret(f"{scripted.url}/account/vhds/disk.vhd?sig=c2ln")).page_ranges()
