"""Keys, tokens and signatures never get through, however the text around them was broken."""

from __future__ import annotations

import base64
import copy
import json
import logging
import pickle
import sys
from collections.abc import Callable
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.redaction import MASK, RedactingFormatter, Secret, redact, remember

signatures = st.binary(min_size=32, max_size=32).map(lambda raw: base64.b64encode(raw).decode())
keys = st.binary(min_size=64, max_size=64).map(lambda raw: base64.b64encode(raw).decode())
tokens = st.text("ABCabc012-_", min_size=20, max_size=60)

BREAKINGS: dict[str, Callable[[str], str]] = {
    "as it is": lambda url: url,
    "html": lambda url: url.replace("&", "&amp;"),
    "html, numbered": lambda url: url.replace("&", "&#38;").replace("=", "&#61;"),
    "json with codes": lambda url: json.dumps(url).replace("&", "\\u0026"),
    "json with all codes": lambda url: json.dumps(url).replace("&", "\\u0026").replace("=", "\\u003d"),
    "json in json": lambda url: json.dumps(json.dumps({"url": url})),
    "encoded": lambda url: quote(url, safe=""),
    "encoded twice": lambda url: quote(quote(url, safe=""), safe=""),
    "encoded in lower case": lambda url: quote(url, safe="").replace("%3D", "%3d").replace("%3F", "%3f"),
    "names in upper case": lambda url: url.replace("sig=", "SIG="),
    "two question marks": lambda url: url.replace("?", "??"),
    "in angle brackets": lambda url: f"<{url}>",
    "in quotes": lambda url: f"it's '{url}' or \"{url}\"",
    "with a space before": lambda url: url.replace("sig=", " sig="),
    "broken over lines": lambda url: "\n".join(url[at : at + 20] for at in range(0, len(url), 20)),
    "broken over Windows lines": lambda url: "\r\n".join(url[at : at + 7] for at in range(0, len(url), 7)),
    "quoted in a mail": lambda url: "\n> ".join(url[at : at + 30] for at in range(0, len(url), 30)),
    "quoted-printable": lambda url: "=\r\n".join(url[at : at + 25] for at in range(0, len(url), 25)),
    "broken over lines, in json": lambda url: json.dumps(
        "\n".join(url[at : at + 20] for at in range(0, len(url), 20))
    ),
    "spaces in it": lambda url: " ".join(url[at : at + 40] for at in range(0, len(url), 40)),
    "tabs in it": lambda url: "\t".join(url[at : at + 33] for at in range(0, len(url), 33)),
    "in a table": lambda url: f"| url | {url} | x |",
    "in Python": lambda url: repr({"url": url}),
}


def longest_shared(text: str, secret: str) -> int:
    """The length of the longest piece of the secret that stands in the text, line breaks and the like left out."""
    plain = "".join(each for each in text if each.isalnum() or each in "+/")
    return max(
        (
            length
            for start in range(len(secret))
            for length in range(4, len(secret) - start + 1)
            if secret[start : start + length] in plain
        ),
        default=0,
    )


@pytest.mark.parametrize("breaking", BREAKINGS)
@given(signature=signatures, last=st.booleans())
def test_no_signature_gets_through(breaking: str, signature: str, last: bool) -> None:
    rest = [("sv", "2021-12-02"), ("se", "2026-11-20T00:00:00Z"), ("sr", "c"), ("sp", "rl")]
    named = [*rest, ("sig", signature)] if last else [("sig", signature), *rest]
    url = f"https://acc.blob.core.chinacloudapi.cn/vhds/disk.vhd?{urlencode(named)}"
    shown = redact(BREAKINGS[breaking](url))
    assert MASK in shown
    # Four characters of it are met by chance; a piece of eight is a leak.
    assert longest_shared(shown, signature.rstrip("=")) < 8


@pytest.mark.parametrize("name", ["sig", "Sig", "SIG"])
@pytest.mark.parametrize(
    "before", ["?", "&", "&amp;", "%26", "%3F", "%3f", "%2526", "%253F", r"\u0026", r"\u003f", " ", ""]
)
def test_a_short_signature_does_not_get_through_either(before: str, name: str) -> None:
    assert redact(f"x{before}{name}=geheim&se=1") == f"x{before}{name}={MASK}&se=1" or not before


def test_what_stands_around_a_signature_stays() -> None:
    assert (
        redact(
            "GET https://a/b?sv=1&sig=abc%3D&se=2 failed with status 403 and no more was said about it at all"
        )
        == f"GET https://a/b?sv=1&sig={MASK}&se=2 failed with status 403 and no more was said about it at all"
    )
    assert (
        redact("https://a/b?sig=abc\nThe next line stays.") == f"https://a/b?sig={MASK}\nThe next line stays."
    )


@pytest.mark.parametrize(
    "harmless",
    [
        "The file disk.vhd is gone",
        "design=modern&signal=3",
        "Bearer token authentication is not permitted for non-TLS protected (non-https) URLs.",
        "https://acc.blob.core.chinacloudapi.cn/vhds/disk.vhd?sv=2021-12-02&se=2026-11-20",
        "http://127.0.0.1:10000/devstoreaccount1?restype=container@x",
        "a@b.example and https://c.example",
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        "The password is wrong",
    ],
)
def test_what_is_harmless_stays(harmless: str) -> None:
    assert redact(harmless) == harmless


@given(keys)
def test_no_account_key_gets_through(key: str) -> None:
    for text in (
        key,
        f'"value": "{key}"',
        f"key={quote(key, safe='')}",
        f"DefaultEndpointsProtocol=https;AccountName=acc;AccountKey={key};EndpointSuffix=core.chinacloudapi.cn",
        f"accountkey={key}",
        json.dumps({"AccountKey": key}),
        quote(f"AccountKey={key}", safe=""),
    ):
        shown = redact(text)
        assert key not in shown
        assert quote(key, safe="") not in shown
        assert MASK in shown
    connection = f"AccountName=acc;AccountKey={key};EndpointSuffix=core.chinacloudapi.cn"
    assert redact(connection) == f"AccountName=acc;AccountKey={MASK};EndpointSuffix=core.chinacloudapi.cn"


@given(tokens)
def test_no_token_gets_through(token: str) -> None:
    for text in (
        f"Authorization: Bearer {token}",
        f"authorization: bearer  {token}",
        f"Authorization=Bearer%20{token}",
        f"{{'Authorization': 'Bearer {token}'}}",
        json.dumps({"access_token": token, "x": 1}),
        json.dumps(json.dumps({"refresh_token": token, "x": 1})),
        repr({"id_token": token}),
        f"grant_type=refresh_token&refresh_token={token}&scope=x",
        f"client_secret={token};x",
        f"eyJ{token}.eyJ{token}.{token}",
        f"SharedAccessSignature={token};EndpointSuffix=x",
        json.dumps({"sig": token}),
        repr({"sig": [token]}),
    ):
        assert token not in redact(text)


def test_a_request_signed_with_the_key_does_not_get_through() -> None:
    assert redact("Authorization: SharedKey acc:abc+/def=") == f"Authorization: SharedKey acc:{MASK}"
    assert redact("SharedKeyLite acc:abc=") == f"SharedKeyLite acc:{MASK}"
    told = (
        "The MAC signature found in the HTTP request 'abc+/def=' is not the same as any computed signature."
    )
    assert "abc+/def" not in redact(told)


def test_a_password_in_an_address_does_not_get_through() -> None:
    assert redact("http://user:geheim@proxy.example:8080/") == f"http://user:{MASK}@proxy.example:8080/"


def test_a_password_with_a_quote_in_it_goes_as_a_whole() -> None:
    assert redact(json.dumps({"password": 'ab"cdefgh', "x": 1})) == f'{{"password": "{MASK}", "x": 1}}'


@given(
    st.dictionaries(
        st.text(max_size=8),
        st.sampled_from(["AccountKey=", "password=", "sig=", ""]).flatmap(
            lambda name: st.text("ab\\\"'\n ;&", max_size=8).map(lambda value: name + value)
        ),
    )
)
def test_json_stays_json(data: dict[str, str]) -> None:
    assert json.loads(redact(json.dumps(data))).keys() == data.keys()


def test_a_known_secret_is_masked_whatever_it_looks_like() -> None:
    remember("pass/wort ÄÖ")
    for text in ("pass/wort ÄÖ", "pass%2Fwort%20%C3%84%C3%96", "pass%2fwort%20%c3%84%c3%96"):
        assert redact(f"a {text} b") == f"a {MASK} b"


def test_of_two_known_secrets_the_longer_one_is_masked_as_a_whole() -> None:
    remember("geheimnis-eins")
    remember("geheimnis-eins-und-zwei")
    assert redact("geheimnis-eins-und-zwei") == MASK


def test_of_a_link_only_the_signature_is_secret() -> None:
    Secret("https://a.example/c/d.vhd?sv=1&sig=kurz%2Bundgut%3D&se=2")
    assert redact("https://a.example/c/d.vhd") == "https://a.example/c/d.vhd"
    assert redact("Signature kurz+undgut= was refused") == f"Signature {MASK} was refused"


def test_too_short_a_value_is_not_remembered() -> None:
    # It would hide half of every sentence.
    remember("the")
    assert redact("the file") == "the file"


def test_a_secret_shows_itself_only_when_asked() -> None:
    secret = Secret("sehr-geheim-42")
    assert secret.reveal() == "sehr-geheim-42"
    assert "sehr-geheim" not in f"{secret} {secret!r} {secret!s}" + str([secret]) + str({"a": secret})
    assert secret == Secret("sehr-geheim-42")
    assert secret != Secret("sehr-geheim-43")
    assert secret != "sehr-geheim-42"
    assert len({secret, Secret("sehr-geheim-42")}) == 1
    assert secret
    assert not Secret("")


def test_a_secret_is_written_nowhere() -> None:
    secret = Secret("sehr-geheim-42")
    for write in (pickle.dumps, copy.deepcopy, json.dumps, vars):
        with pytest.raises(TypeError):
            write(secret)


def test_a_secret_that_is_no_text_can_be_remembered() -> None:
    remember("\udcff\udcfe broken name")
    assert redact("x \udcff\udcfe broken name") == f"x {MASK}"


def test_the_log_holds_no_secret() -> None:
    formatter = RedactingFormatter("%(levelname)s %(message)s")
    try:
        try:
            raise ValueError("https://a/b?sig=abcdefgh&x")
        except ValueError as error:
            raise RuntimeError("Bearer 0123456789abcdefghij") from error
    except RuntimeError:
        record = logging.LogRecord(
            "x",
            logging.ERROR,
            __file__,
            1,
            "key %s",
            ("AccountKey=geheim;",),
            sys.exc_info(),
            sinfo="sig=abcdefgh",
        )
    written = formatter.format(record)
    assert written.startswith(f"ERROR key AccountKey={MASK};")
    assert "ValueError" in written
    assert "RuntimeError" in written
    assert "abcdefgh" not in written
    assert "geheim" not in written
    assert "0123456789" not in written


@given(st.text())
def test_any_text_can_be_redacted_twice(text: str) -> None:
    assert redact(redact(text)) == redact(text)


def test_a_name_pasted_for_a_key_is_not_masked_everywhere() -> None:
    Secret("contosoimages")
    assert redact("The account contosoimages") == "The account contosoimages"
