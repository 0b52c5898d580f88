"""Mends a SAS URI that was broken by copying, wherever there is no doubt what it said, and tells what was mended."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final
from urllib.parse import quote, unquote

from wizard.messages import Message, msg

LONGEST_TEXT: Final = 16_384
"""Characters that are looked at; a link has some 250, and a whole mail around it still fits."""

SAS_NAMES: Final = frozenset(
    (
        *("sv", "sp", "st", "se", "sr", "sig", "spr", "sip", "si"),
        *("ss", "srt"),
        *("skoid", "sktid", "skt", "ske", "sks", "skv", "skdutid", "sduoid", "saoid", "suoid", "scid"),
        *("sk", "sdd", "ses", "srh", "srq", "rscc", "rscd", "rsce", "rscl", "rsct"),
    )
)
"""The query parameters a SAS may have (storage REST: service, account and user-delegation SAS; `sk`: disk export)."""

_ROUNDS: Final = 8
"""How often one damage on top of the same damage is undone; a text that goes deeper was made, not copied."""

_NAME: Final = rf"(?:{'|'.join(sorted(SAS_NAMES, key=len, reverse=True))})"
_SCHEME: Final = re.compile(r"h *t *t *p *(s?) *: */ */ *", re.IGNORECASE)
_UNICODE_CODE: Final = re.compile(r"(?:\\|%5C){1,8}(?:u00|x)(2[2356BF]|3[ADF])", re.IGNORECASE)
_CODES: Final = (
    (re.compile(rf"&(?:(?:amp;|#0*38;|#x0*26;)+|amp(?={_NAME}=))", re.IGNORECASE), "&"),
    (re.compile(r"&(?:equals|#0*61|#x0*3d);", re.IGNORECASE), "="),
    (re.compile(r"&(?:quest|#0*63|#x0*3f);", re.IGNORECASE), "?"),
    (re.compile(r"&(?:percnt|#0*37|#x0*25);", re.IGNORECASE), "%"),
    (re.compile(r"&(?:quot|apos|lt|gt|#0*3[49]|#0*6[02]|#x0*2[27]|#x0*3[ce]);", re.IGNORECASE), '"'),
    (re.compile(r"&(?:nbsp|#0*160|#x0*a0);", re.IGNORECASE), " "),
    (re.compile(r"(?:\\{1,8}|\^)(?=[&?=/%:+])"), ""),
)
_AROUND: Final = " \"'`<>()[]{}.,;:!|*“”‘’«»、。「」『』《》〈〉【】…&?#\\"
_SAFE_LINK: Final = re.compile(r"[?&](?:url|u|q|target)=(https?%3a%2f%2f[^&\s]*sig%3d[^&\s]*)", re.IGNORECASE)
_NO_SCHEME: Final = re.compile(
    r"(?:h?t?t?p?s?:?/{1,2})?(?<![\w.-])((?:[a-z0-9-]+\.blob\.[a-z0-9.-]+|127\.0\.0\.1|localhost)(?::\d+)?/)",
    re.IGNORECASE,
)
_SIGNATURE: Final = re.compile(r"(?:[A-Z0-9+/]|%(?:25)*2[BF]){43}(?:=|%(?:25)*3D)", re.IGNORECASE)
_CODED: Final = re.compile(r"%[0-9A-F]{2}", re.IGNORECASE)
_DASHES: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63", "-"))

_FREE_TEXT: Final = frozenset({"si", "rscc", "rscd", "rsce", "rscl", "rsct"})
"""Parameters whose value may rightly hold a percent sign."""

_CODES_BACK: Final = msg("Characters written as codes, such as &amp; or \\u0026, were put back")
_PUNCTUATION: Final = msg("Quotes, brackets or punctuation around the link were left out")
_SPACES: Final = msg("Spaces inside the link were removed")
_TWICE: Final = msg("Percent-encoding that was applied once too often was undone")
_AMPERSAND: Final = msg("A missing or misplaced & was put right")


class Kind(StrEnum):
    """What a pasted text turned out to be."""

    LINK = "link"
    TOKEN = "token"
    CONNECTION_STRING = "connection_string"
    SEVERAL = "several"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Mended:
    """A link in its parts: `address` is everything before the query, `query` its parameters as they are encoded.

    `separated`: whether a question mark stood between the two.
    """

    kind: Kind
    address: str = field(default="", repr=False)
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    separated: bool = True
    mends: tuple[Message, ...] = ()

    @property
    def link(self) -> str:
        """Address and query as one text again; for a token alone only that."""
        query = "&".join(f"{name}={value}" for name, value in self.query)
        return f"{self.address}?{query}" if self.address and query else self.address or query


class _Notes:
    """What was mended, each once, in the order it was done."""

    def __init__(self) -> None:
        self.made: list[Message] = []

    def changed(self, before: str, after: str, message: Message) -> str:
        """`after`, noting the message where that is something else than `before`."""
        if before != after and message not in self.made:
            self.made.append(message)
        return after


def mend(text: str) -> Mended:
    """The link in a pasted text, mended; raises nothing, whatever the text is."""
    notes, separated = _Notes(), True
    mended, link = Mended(Kind.NOTHING), text[:LONGEST_TEXT]
    for _ in range(_ROUNDS):  # one damage may have hidden another: as long as there is something to mend
        text, mended = link, _mend_once(link, notes)
        link, separated = mended.link, separated and mended.separated
        if link in ("", text):
            break
    return replace(mended, separated=separated, mends=tuple(notes.made))


def _mend_once(text: str, notes: _Notes) -> Mended:
    text = _plain(text, notes)
    if re.search(r"(?:AccountKey|SharedAccessSignature) *=", text, re.IGNORECASE):
        return Mended(Kind.CONNECTION_STRING)
    links = _links(text, notes)
    if len(links) > 1:
        return Mended(Kind.SEVERAL)
    if not links:
        token = text.strip(_AROUND)
        if not re.search(r"(?:^|[?&])sig=", token, re.IGNORECASE):
            return Mended(Kind.NOTHING)
        return Mended(Kind.TOKEN, "", _parameters(token, notes))
    address, query, separated = _apart(links[0], notes)
    parameters = _parameters(query, notes)
    address = _address(address, notes, twice=_TWICE in notes.made)
    return Mended(Kind.LINK, address, parameters, separated)


def is_whole_signature(encoded: str) -> bool:
    """Whether this is a complete signature: 32 bytes in Base64, 44 characters before percent-encoding."""
    return _SIGNATURE.fullmatch(encoded) is not None


def _plain(text: str, notes: _Notes) -> str:
    """Without invisible and full-width characters, codes and line breaks."""
    visible = "".join(
        each
        for each in text
        if each in "\r\n\t" or unicodedata.category(each) not in ("Cf", "Cc", "Cs", "Co")
    )
    text = notes.changed(text, visible, msg("Invisible characters were removed"))
    narrow = "".join(chr(ord(each) - 0xFEE0) if "\uff01" <= each <= "\uff5e" else each for each in text)
    text = notes.changed(text, narrow, msg("Full-width characters were replaced by plain ones"))
    text = "".join(" " if each == "\t" or unicodedata.category(each) == "Zs" else each for each in text)
    named = [text[each.end() : each.end() + 2] for each in re.finditer(rf"[?&]{_NAME}=", text, re.IGNORECASE)]
    # Quoted-printable, as in the source of a mail: there it is so after every name. A signature may begin with 3D as well.
    if named and all(each.upper() == "3D" for each in named):
        text = re.sub(r"=\r?\n", "", text).replace("=3D", "=").replace("=3d", "=")
        notes.changed("", text, _CODES_BACK)
    text = re.sub(r"(?:\\[rnt]){1,8}[\"']?$", "", text.strip())
    first, *others = text.splitlines() or [""]
    joined = "".join([first.strip(), *(line.lstrip("|> ").rstrip() for line in others)])
    text = notes.changed(text, joined, msg("Line breaks were removed"))
    return notes.changed(text, _uncoded(text), _CODES_BACK)


def _uncoded(text: str) -> str:
    for _ in range(_ROUNDS):
        before = text
        text = _UNICODE_CODE.sub(lambda code: chr(int(code[1], 16)), text)
        for pattern, plain in _CODES:
            text = pattern.sub(plain, text)
        if text == before:
            break
    return text


def _links(text: str, notes: _Notes) -> list[str]:
    """Every different link in the text, from its scheme on."""
    inner = _SAFE_LINK.search(text)
    if inner is not None:
        text = notes.changed(text, unquote(inner[1]), msg("The link was taken out of another link around it"))
    if not _SCHEME.search(text):
        text = _with_scheme(text, notes)
    starts = list(_SCHEME.finditer(text))
    if not starts:
        return []
    lead = text[: starts[0].start()]
    if lead.strip(_AROUND):
        notes.changed(lead, "", msg("Text before the link was left out"))
    ends = [each.start() for each in starts[1:]] + [len(text)]
    links = []
    for start, end in zip(starts, ends, strict=True):
        rest = text[start.end() : end]
        link = f"http{start[1].lower()}://{_without_tail(rest, notes if len(starts) == 1 else _Notes())}"
        if link not in links:
            links.append(link)
    if len(starts) > 1:
        notes.changed(text, links[0], msg("The link was there more than once; one was kept"))
    elif lead and not lead.strip(_AROUND):
        notes.changed(lead, "", _PUNCTUATION)
    return links


def _with_scheme(text: str, notes: _Notes) -> str:
    """The text with a scheme put back: a link percent-encoded as a whole, or one that lost its beginning."""
    decoded = text
    for _ in range(_ROUNDS):
        if _SCHEME.search(decoded) or not re.search(r"https?%(?:25)*3A", decoded, re.IGNORECASE):
            break
        decoded = unquote(decoded)
    if _SCHEME.search(decoded):
        return notes.changed(text, decoded, _TWICE)
    host = _NO_SCHEME.search(text)
    if host is None:
        return text
    scheme = "http" if host[1].lower().startswith(("127.", "localhost")) else "https"
    notes.changed(text, "", msg("{scheme} was put in front", scheme=f"{scheme}://"))
    return f"{text[: host.start()]}{scheme}://{text[host.start(1) :]}"


def _without_tail(link: str, notes: _Notes) -> str:
    """The link without what follows a complete signature, and without punctuation at its end."""
    begin = re.search(r"sig(?:=|%3D)", link, re.IGNORECASE)
    if begin is not None:
        head, value = link[: begin.end()], _with_plus(link[begin.end() :])
        squeezed = value.replace(" ", "")
        whole = _SIGNATURE.match(squeezed)
        if whole is not None:
            rest = squeezed[whole.end() :]
            more = re.search(r"(?:&|%(?:25)*26)[a-z][a-z0-9-]{0,15}(?:=|%)", rest, re.IGNORECASE)
            tail = rest if more is None else rest[: more.start()]
            if tail.strip(_AROUND):
                notes.changed(tail, "", msg("Text after the link was left out"))
            else:
                notes.changed(tail, "", _PUNCTUATION)
                notes.changed(value.rstrip(_AROUND), squeezed.rstrip(_AROUND), _SPACES)
            link = head + whole[0] + rest[len(tail) :]
    return notes.changed(link, link.rstrip(_AROUND), _PUNCTUATION)


def _with_plus(value: str) -> str:
    """A signature whose + signs were turned into spaces, put right where that makes it complete."""
    if _SIGNATURE.match(value.replace(" ", "")) is None and _SIGNATURE.match(value.strip().replace(" ", "+")):
        signature, ampersand, rest = value.strip().partition("&")
        return f"{signature.replace(' ', '+')}{ampersand}{rest}"
    return value


def _apart(link: str, notes: _Notes) -> tuple[str, str, bool]:
    """The link's address, its query, and whether a question mark stood between them."""
    address, question_mark, query = link.partition("?")
    separated = bool(question_mark)
    if not separated:
        encoded = re.search(rf"%(?:25)*3F(?={_NAME}(?:=|%(?:25)*3D))", link, re.IGNORECASE)
        start = encoded or re.search(rf"(?:[&;]|(?<=\.vhd))(?={_NAME}(?:=|%(?:25)*3D))", link, re.IGNORECASE)
        if start is not None:
            address, query, separated = link[: start.start()], link[start.end() :], encoded is not None
            notes.changed("", address if encoded else "", _TWICE)
    hidden = re.search(r"sig(?:=|%(?:25)*3D)", address, re.IGNORECASE)
    if hidden is not None:  # whatever else is wrong: a signature is never taken for a part of the address
        address, query, separated = address[: hidden.start()], f"{address[hidden.start() :]}&{query}", False
    return address, query, separated


def _parameters(query: str, notes: _Notes) -> tuple[tuple[str, str], ...]:
    """The parameters of a query, mended but still percent-encoded; the first of equal ones."""
    query = notes.changed(query, query.translate(_DASHES), msg("Dashes were replaced by plain hyphens"))
    query = notes.changed(query, query.replace(" ", ""), _SPACES)
    query = notes.changed(query, _once_encoded(query), _TWICE)
    plain = re.sub(rf"[&;]{{0,8}}\?[&?;]{{0,8}}(?={_NAME}=)", "&", query, flags=re.IGNORECASE)
    if plain != query:
        query = notes.changed(query, plain.lstrip("&"), msg("A doubled question mark was removed"))
    query = notes.changed(query, re.sub(r"[\"'<>`|\\]", "", query), _PUNCTUATION)
    split = re.sub(rf"[;,](?={_NAME}=)|(?<=[^&])(?=(?<!&)sig=)", "&", query, flags=re.IGNORECASE)
    query = notes.changed(query, re.sub("&&+", "&", split).strip("&"), _AMPERSAND)
    parameters: list[tuple[str, str]] = []
    for part in query.split("&") if query else ():
        name, _, value = part.partition("=")
        if name.lower() in SAS_NAMES:
            name = notes.changed(name, name.lower(), msg("Parameter names were put in lower case"))
            value = _value(name, value, notes)
        if (name, value) in parameters:
            notes.changed(name, "", msg("A parameter given twice was kept once"))
        else:
            parameters.append((name, value))
    return tuple(parameters)


def _once_encoded(query: str) -> str:
    """The query with its own & and = put back, where they were percent-encoded like the values."""
    for _ in range(_ROUNDS):
        if "=" in query or not re.search(r"%(?:25)*3D", query, re.IGNORECASE):
            break
        query = unquote(query)
    query = re.sub(rf"%(?:25)*26(?=\??{_NAME}(?:=|%(?:25)*3D))", "&", query, flags=re.IGNORECASE)
    return re.sub(rf"(?:(?<=&)|^)({_NAME})%(?:25)*3D", r"\1=", query, flags=re.IGNORECASE)


def _value(name: str, value: str, notes: _Notes) -> str:
    if name not in _FREE_TEXT:
        once = value
        for _ in range(_ROUNDS):
            if not _CODED.search(unquote(once)):
                break
            once = quote(unquote(once), safe="%/:=+,;@!$()*~")
        value = notes.changed(value, once, _TWICE)
    if name == "sig":
        value = notes.changed(value, value.replace("+", "%2B"), msg("+ in the signature was written as %2B"))
    return value


def _address(address: str, notes: _Notes, *, twice: bool) -> str:
    """The address without stray spaces and slashes; spaces inside a name stay, for who can tell what they were."""
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.lstrip("/").partition("/")
    container, *names = path.split("/")
    spaced = "/".join([container.replace(" ", ""), *(name.strip() for name in names)])
    host, path = (
        notes.changed(host, host.replace(" ", ""), _SPACES),
        notes.changed(path, spaced, _SPACES),
    )
    slashed = re.sub(r"(?<=\.vhd)/+$", "", path.lstrip("/"), flags=re.IGNORECASE)
    path = notes.changed(path, slashed, msg("A doubled or stray slash was removed"))
    if twice and "%25" in path:
        path = unquote(path)
    return f"{scheme}://{host}{slash}{path.replace(' ', '%20')}"
