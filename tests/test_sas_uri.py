"""Reading a SAS URI: its parts, what copying breaks and how it is mended, and that the signature never shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import wizard.redaction
from wizard.messages import LANGUAGES, render
from wizard.redaction import MASK
from wizard.sas.mending import LONGEST_TEXT, Kind
from wizard.sas.uri import TimeForm, read_sas, read_time

ENCODED_SIGNATURE = "Qz7%2BEUrLdHffK5X996U4V71Z2X/y5ZZxafVKlNIV7N0%3D"
SIGNATURE = "Qz7+EUrLdHffK5X996U4V71Z2X/y5ZZxafVKlNIV7N0="
ADDRESS = "https://contosoimages.blob.core.chinacloudapi.cn/vhds/gateway-2.4.vhd"
TOKEN = (
    "st=2026-11-20T00%3A00%3A00Z&se=2027-01-20T00%3A00%3A00Z&sp=rl&spr=https%2Chttp&sv=2021-12-02&sr=c"
    f"&sig={ENCODED_SIGNATURE}"
)
LINK = f"{ADDRESS}?{TOKEN}"


@contextmanager
def forgetting() -> Iterator[None]:
    """Whatever is taken for a signature meanwhile is no secret to the tests that follow."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wizard.redaction._KNOWN, "values", wizard.redaction._KNOWN.values)
        yield


BROKEN: dict[str, str] = {
    "html": LINK.replace("&", "&amp;"),
    "html twice": LINK.replace("&", "&amp;amp;"),
    "html number": LINK.replace("&", "&#38;"),
    "html without semicolon": LINK.replace("&", "&amp"),
    "html link": f'See <a href="{LINK.replace("&", "&amp;")}">the VHD</a>',
    "json": LINK.replace("&", "\\u0026"),
    "json twice": LINK.replace("&", "\\\\u0026"),
    "json with its quotes": '{"sasUri": "' + LINK.replace("/", "\\/").replace("&", "\\u0026") + '"}',
    "shell": LINK.replace("&", "\\&").replace("?", "\\?"),
    "command prompt": LINK.replace("&", "^&"),
    "mail source": LINK.replace("=", "=3D"),
    "line breaks": LINK.replace("&", "\r\n&"),
    "line breaks and indentation": f"{LINK[:70]}\n    {LINK[70:140]}\n    {LINK[140:]}",
    "quoted mail": f"> {LINK[:70]}\n> {LINK[70:]}",
    "line break in an entity": LINK.replace("&", "&am\np;"),
    "spaces": LINK.replace("sp=rl", "sp = rl").replace("%3A", "% 3A"),
    "space in the host": LINK.replace(".blob.", ". blob."),
    "space after a slash": LINK.replace("/vhds/", "/vhds/ "),
    "no-break space": LINK.replace("&se=", "\u00a0&se="),
    "zero-width characters": "\ufeff" + "\u200b".join(LINK),
    "soft hyphens": LINK.replace("core", "co\u00adre"),
    "doubled question mark": LINK.replace("?", "??"),
    "question mark and ampersand": LINK.replace("?", "?&"),
    "question mark for ampersand": LINK.replace("&sp", "?sp"),
    "quotes": f'"{LINK}"',
    "Chinese quotes": f"“{LINK}”。",
    "angle brackets": f"<{LINK}>.",
    "Chinese sentence": f"链接：{LINK}。",
    "Markdown": f"[{LINK}]({LINK})",
    "Markdown with a text": f"[the VHD]({LINK})",
    "trailing comma": f"{LINK},",
    "trailing ampersand": f"{LINK}&",
    "trailing escape": f"{LINK}\\r\\n",
    "a mail around it": f"Hello,\n\nSAS URI: {LINK}\n\nKind regards\nJohn",
    "words after it": f"{LINK} is the link",
    "a command around it": f"curl -I '{LINK}'",
    "twice": f"{LINK}\n{LINK}",
    "full-width": LINK.translate({ord(each): ord(each) + 0xFEE0 for each in "?&=%:/."}),
    "dashes": LINK.replace("-20T", "\u201320T"),
    "encoded twice": LINK.replace("%", "%25"),
    "encoded three times": LINK.replace("%", "%2525"),
    "encoded as a whole": quote(LINK, safe=""),
    "encoded as a whole, twice": quote(quote(LINK, safe=""), safe=""),
    "encoded query": f"{ADDRESS}?{quote(TOKEN, safe='')}",
    "encoded ampersands": LINK.replace("&", "%26"),
    "encoded question mark": LINK.replace("?", "%3F"),
    "mail protection": f"https://chn01.safelinks.protection.outlook.com/?url={quote(LINK, safe='')}&data=05%7C01",
    "no scheme": LINK.removeprefix("https://"),
    "half a scheme": LINK.removeprefix("ht"),
    "only slashes": LINK.removeprefix("https:"),
    "one slash": LINK.replace("https://", "https:/"),
    "stray slash": LINK.replace(".cn/", ".cn//").replace(".vhd?", ".vhd/?"),
    "upper-case names": LINK.replace("sp=", "SP=").replace("sig=", "Sig="),
    "upper-case scheme": LINK.replace("https:", "HTTPS:"),
    "lost ampersand": LINK.replace("&sig", "sig"),
    "semicolons": LINK.replace("&", ";"),
    "parameter twice": f"{LINK}&sp=rl",
    "plus for %2B": LINK.replace("%2B", "+"),
    "plus became a space": LINK.replace("%2B", " "),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_what_copying_broke_is_mended_and_told(broken: str) -> None:
    sas = read_sas(BROKEN[broken])

    assert sas.mended.reveal() == LINK
    assert sas.kind is Kind.LINK
    assert sas.separated
    assert sas.signature is not None
    assert sas.signature.reveal() == SIGNATURE
    told = [render(mend, language) for mend in sas.mends for language in LANGUAGES]
    assert told or broken in ("upper-case scheme", "trailing escape")
    assert read_sas(sas.mended.reveal()).mends == ()


def test_a_whole_link_is_left_as_it_is() -> None:
    sas = read_sas(LINK)

    assert sas.mends == ()
    assert sas.mended.reveal() == LINK
    assert (sas.scheme, sas.host) == ("https", "contosoimages.blob.core.chinacloudapi.cn")
    assert (sas.account, sas.container, sas.blob) == ("contosoimages", "vhds", "gateway-2.4.vhd")
    assert sas.address == ADDRESS
    assert dict(sas.parameters) == {
        "st": "2026-11-20T00:00:00Z",
        "se": "2027-01-20T00:00:00Z",
        "sp": "rl",
        "spr": "https,http",
        "sv": "2021-12-02",
        "sr": "c",
    }
    assert sas.signature_whole
    assert sas.masked == f"{ADDRESS}?{TOKEN.replace(ENCODED_SIGNATURE, MASK)}"
    assert not any((sas.is_account_sas, sas.is_user_delegation, sas.is_disk_export, sas.on_this_computer))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", Kind.NOTHING),
        ("   \n", Kind.NOTHING),
        ("hello", Kind.NOTHING),
        ("镜像不存在", Kind.NOTHING),
        ("x" * (LONGEST_TEXT + 1), Kind.NOTHING),
        (TOKEN, Kind.TOKEN),
        (f"?{TOKEN}", Kind.TOKEN),
        (
            f"BlobEndpoint=https://a.blob.core.chinacloudapi.cn/;SharedAccessSignature={TOKEN}",
            Kind.CONNECTION_STRING,
        ),
        ("DefaultEndpointsProtocol=https;AccountName=a;AccountKey=abc==", Kind.CONNECTION_STRING),
        (f"{LINK}\n{LINK.replace('gateway', 'data')}", Kind.SEVERAL),
        (ADDRESS, Kind.LINK),
    ],
)
def test_kinds_of_text(text: str, kind: Kind) -> None:
    assert read_sas(text).kind is kind


def test_a_token_alone_is_read_too() -> None:
    sas = read_sas(f"?{TOKEN}")

    assert (sas.host, sas.blob, sas.get("sp")) == ("", "", "rl")
    assert sas.masked == f"?{TOKEN.replace(ENCODED_SIGNATURE, MASK)}"


@pytest.mark.parametrize(
    ("link", "account", "container", "blob"),
    [
        (f"http://127.0.0.1:10000/devaccount/vhds/a.vhd?{TOKEN}", "devaccount", "vhds", "a.vhd"),
        (f"http://localhost:10000/devaccount/vhds/a.vhd?{TOKEN}", "devaccount", "vhds", "a.vhd"),
        (f"http://[::1]:10000/devaccount/vhds/a.vhd?{TOKEN}", "devaccount", "vhds", "a.vhd"),
        (f"127.0.0.1:10000/devaccount/vhds/a.vhd?{TOKEN}", "devaccount", "vhds", "a.vhd"),
        (ADDRESS.replace("gateway-2.4", "2026/a%20b"), "contosoimages", "vhds", "2026/a b.vhd"),
        ("https://contosoimages.blob.core.chinacloudapi.cn/vhds", "contosoimages", "vhds", ""),
        ("https://contosoimages.blob.core.chinacloudapi.cn/a.vhd", "contosoimages", "", "a.vhd"),
        ("https://contosoimages.blob.core.chinacloudapi.cn", "contosoimages", "", ""),
    ],
)
def test_where_a_link_leads(link: str, account: str, container: str, blob: str) -> None:
    sas = read_sas(link)

    assert (sas.account, sas.container, sas.blob) == (account, container, blob)
    assert sas.on_this_computer == (account == "devaccount")


@pytest.mark.parametrize("broken", [LINK.replace("?", "&"), LINK.replace("?", "")])
def test_a_missing_question_mark_is_remembered(broken: str) -> None:
    sas = read_sas(broken)

    assert not sas.separated
    assert sas.mended.reveal() == LINK


def test_a_space_inside_the_name_stays_for_it_may_belong_there() -> None:
    sas = read_sas(LINK.replace("gateway", "gate way"))

    assert sas.blob == "gate way-2.4.vhd"
    assert "gate%20way" in sas.mended.reveal()


def test_a_shortened_signature_is_recognised() -> None:
    assert not read_sas(LINK[:-9]).signature_whole


def test_two_values_for_one_parameter_and_parameters_of_something_else() -> None:
    sas = read_sas(f"{LINK}&sp=rwl&restype=container&comp=list&8x=")

    assert sas.conflicting == ("sp",)
    assert sas.foreign == ("restype", "comp", "…")


@pytest.mark.parametrize(
    ("text", "form", "at"),
    [
        ("2026-11-20T00:00:00Z", TimeForm.FULL, datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20T00:00Z", TimeForm.OTHER, datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20T00:00:00.0000000Z", TimeForm.OTHER, datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20T08:00:00+08:00", TimeForm.OTHER, datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20", TimeForm.DATE, datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20T00:00:00", TimeForm.UNREADABLE, None),
        ("2026-02-30T00:00:00Z", TimeForm.UNREADABLE, None),
        ("0001-01-01T00:00:00+08:00", TimeForm.UNREADABLE, None),
        ("20261120T000000Z", TimeForm.UNREADABLE, None),
        ("tomorrow", TimeForm.UNREADABLE, None),
    ],
)
def test_times(text: str, form: TimeForm, at: datetime | None) -> None:
    time = read_time(text)

    assert (time.form, time.at) == (form, at)


@given(st.text(max_size=300))
@example("https://[::1/a?sig=b")
@example("https://user:password@host/c/b.vhd?sig=x")
@example("\ud800&sig=%ud800")
def test_any_text_is_read(text: str) -> None:
    with forgetting():
        sas = read_sas(text)

    assert sas.kind in Kind
    assert repr(sas)
    assert sas.starts is None or sas.starts.form in TimeForm


@given(
    st.lists(
        st.sampled_from(
            [*ADDRESS, *TOKEN.split("&"), *"&?=%\\<>\"' \n;:#@", "https://", "%25", "&amp;", "sig="]
        )
    )
)
def test_any_mixture_of_a_links_parts_is_read(parts: list[str]) -> None:
    with forgetting():
        sas = read_sas("".join(parts))

    assert SIGNATURE[5:] not in repr(sas) + sas.masked
    assert ENCODED_SIGNATURE[8:] not in repr(sas) + sas.masked


Breaking = Callable[[str], str]

ENCODINGS: list[Breaking] = [
    lambda link: link,
    lambda link: link.replace("%", "%25"),
    lambda link: link.replace("&", "%26"),
    lambda link: quote(link, safe=""),
    lambda link: f"{link.partition('?')[0]}?{quote(link.partition('?')[2], safe='')}",
]
MARKS: list[Breaking] = [
    lambda link: link,
    lambda link: link.replace("?", "??"),
    lambda link: link.replace("?", "?&?"),
]
CODES: list[Breaking] = [
    lambda link: link,
    lambda link: link.replace("&", "&amp;"),
    lambda link: link.replace("&", "&amp;amp;"),
    lambda link: link.replace("&", "\\u0026"),
    lambda link: link.translate({ord(each): ord(each) + 0xFEE0 for each in "?&=%:"}),
]
SURROUNDINGS: list[Breaking] = [
    lambda link: link,
    lambda link: f'"{link}"',
    lambda link: f"<{link}>",
    lambda link: f"（{link}）。",
    lambda link: f"SAS URI: {link}\n",
    lambda link: f"{link} {link}",
]


@given(
    st.sampled_from(MARKS),
    st.sampled_from(ENCODINGS),
    st.sampled_from(CODES),
    st.sampled_from(SURROUNDINGS),
    st.lists(
        st.tuples(st.integers(min_value=0), st.sampled_from(["\n", "\r\n  ", "\u200b", "\ufeff", "\u00ad"])),
        max_size=8,
    ),
)
def test_any_mixture_of_breakings_is_mended_to_the_same_link(
    mark: Breaking, encoding: Breaking, code: Breaking, surrounding: Breaking, inserted: list[tuple[int, str]]
) -> None:
    broken = code(encoding(mark(LINK)))
    for position, what in inserted:
        at = position % (len(broken) + 1)
        broken = broken[:at] + what + broken[at:]
    sas = read_sas(surrounding(broken))

    assert sas.mended.reveal() == LINK
    assert SIGNATURE not in repr(sas) + sas.masked + "".join(str(mend) for mend in sas.mends)
    assert ENCODED_SIGNATURE not in repr(sas) + sas.masked


PIECES = [*'&?=%;\\ \n"<#/', "sig", "sp", "rl", "%25", "%3D", "https://", "a.blob.core.chinacloudapi.cn"]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_mending_twice_changes_nothing_more(text: str) -> None:
    with forgetting():
        once = read_sas(text)
        again = read_sas(once.mended.reveal())

    if once.kind is Kind.LINK and again.kind is Kind.LINK:
        assert again.mended == once.mended


@pytest.mark.parametrize("begin", ["3D", "3d"])
def test_a_signature_that_begins_as_an_encoded_sign_is_left_alone(begin: str) -> None:
    before, _, signature = LINK.partition("sig=")
    link = f"{before}sig={begin}{signature[2:]}"
    assert read_sas(link).mended.reveal().partition("sig=")[2].startswith(begin)
