"""Keeps keys, tokens and signatures out of everything that is written."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, unquote

MASK: Final = "••••••••"

# What copying puts between two characters: white space, > of a quoted mail, soft line breaks, line breaks in JSON.
_GAP: Final = r"(?:\s|[>|]|=(?=\r?\n)|\\[rnt])*+"
_LINE_BREAK: Final = r"(?:[ \t]*+(?:=?\r?\n|\\[rn])[\s>|]*+)*+"
# "=", also %-encoded once or more often, or written as a code.
_EQUALS: Final = rf"(?:=|%(?:{_GAP}2{_GAP}5)*+{_GAP}3{_GAP}D|\\u003D|&#0*61;|&#x0*3D;|&equals;)"
# What may stand before a parameter's name: no letter or digit, or the end of an encoded & or ? (%26, %253F, \u0026).
_BEFORE: Final = r"(?:(?<![A-Za-z0-9_])|(?<=26)|(?<=3F))"
# A SAS signature is 32 bytes in Base64, 43 characters and "=". Without the "=" only line breaks can be told from the
# end of it; what is shorter ends at the first blank.
_CHARACTER: Final = rf"(?>[A-Za-z0-9+/_-]|%(?:{_GAP}2{_GAP}5)*+(?:{_GAP}[0-9A-F]){{2}})"
_SIGNATURE: Final = (
    rf"(?:(?:(?:{_GAP}{_CHARACTER}){{43}}{_GAP}{_EQUALS}|(?:{_LINE_BREAK}{_CHARACTER}){{43}})[^&\s\"'<>\\]*"
    r"|[^&\s\"'<>\\]+)"
)
_SIG: Final = rf"{_BEFORE}s{_LINE_BREAK}i{_LINE_BREAK}g{_LINE_BREAK}{_EQUALS}"
_NAMES: Final = (
    "AccountKey|SharedAccessSignature|SharedAccessKey|access_token|refresh_token|id_token|device_code|"
    "client_secret|client_assertion|password"
)

_PATTERNS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        (rf"({_SIG}){_SIGNATURE}", rf"\g<1>{MASK}"),
        # As JSON writes an object and Python a dictionary (the value may be in a list), and such a text inside JSON.
        (rf"([\"'](?:sig|{_NAMES})[\"']\s*:\s*\[?\s*([\"']))(?:\\.|(?!\2)[^\\])+", rf"\g<1>{MASK}"),
        (rf"(\\[\"'](?:sig|{_NAMES})\\[\"']\s*:\s*\[?\s*\\([\"']))(?:(?!\\\2).)+", rf"\g<1>{MASK}"),
        # A backslash goes with what it escapes, so that a text that is JSON stays JSON.
        (rf"({_BEFORE}(?:{_NAMES}){_EQUALS})(?:[^;&\s\"'\\]|\\[^\"'\s])+", rf"\g<1>{MASK}"),
        (r"(\bSharedKey(?:Lite)? [^:\s]+:)[A-Za-z0-9+/=]+", rf"\g<1>{MASK}"),
        # Storage's answer to a wrong signature repeats it.
        (r"(signature found in the HTTP request ')[^']+", rf"\g<1>{MASK}"),
        (r"(\bBearer(?:\s|%20|\+)+)[A-Za-z0-9._~+/=-]{16,}", rf"\g<1>{MASK}"),
        # A token (JWT), wherever it stands.
        (
            r"(?:(?<![A-Za-z0-9_-])|(?<=%[0-9A-F][0-9A-F]))eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?",
            MASK,
        ),
        # The password in an address, as in a proxy's.
        (r"(://[^/?#\s:@\"'<>\\]+:)[^/?#\s@\"'<>\\]+(?=@)", rf"\g<1>{MASK}"),
        # A storage account key: 64 bytes in Base64, also %-encoded.
        (r"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]|%2B|%2F){86}(?:==|%3D%3D)", MASK),
    )
)

# Nothing above matches a text without one of these; most texts are spared the patterns.
_SUSPICIOUS: Final = re.compile(
    rf"{_SIG}|\"sig|'sig|signature|{_NAMES}|SharedKey|Bearer|eyJ|://|==|%3D%3D", re.IGNORECASE
)


class _Known:
    """The very values that are secret in this session, longest first (a shorter one may be part of a longer)."""

    def __init__(self) -> None:
        self.values: tuple[str, ...] = ()
        self._lock = threading.Lock()

    def add(self, values: Iterable[str]) -> None:
        with self._lock:
            self.values = tuple(sorted({*self.values, *values}, key=len, reverse=True))


_KNOWN: Final = _Known()


_LONGEST_ACCOUNT_NAME: Final = 24


class Secret:
    """A key, a token or a signed link: shown as a mask by str, repr and format, given only by `reveal`."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value
        # What is shorter is no key, token or signature: perhaps the account's name, pasted into the wrong field. Masking
        # that everywhere would spoil the journey's own texts.
        if len(value) > _LONGEST_ACCOUNT_NAME:
            remember(value)

    def reveal(self) -> str:
        """The secret itself; for the call that needs it, never for a text."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> str:
        raise TypeError("A secret is not written anywhere")


def remember(value: str) -> None:
    """From now on `redact` masks this very value too, whatever it looks like (8 characters and more)."""
    values = [value]
    if "://" in value:
        # A whole link as a known value would hide its harmless part too: its signature is what is remembered.
        signatures = re.findall(r"[?&]sig=([^&\s]+)", value, re.IGNORECASE)
        values = [*signatures, *(unquote(each) for each in signatures)]
    _KNOWN.add(
        spelling
        for each in values
        if len(each) >= 8 and "\n" not in each
        for spelling in (
            each,
            quote(each, safe="", errors="surrogatepass"),
            re.sub("%..", _lower_case, quote(each, safe="", errors="surrogatepass")),
        )
    )


def redact(text: str) -> str:
    """The text with every signature, key and token masked."""
    if _SUSPICIOUS.search(text) is not None:
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
    for value in _KNOWN.values:
        if value in text:
            text = text.replace(value, MASK)
    return text


class RedactingFormatter(logging.Formatter):
    """A log formatter that lets no secret through, not even out of an exception's text."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def _lower_case(found: re.Match[str]) -> str:
    return found.group().lower()


# What libraries warn of where nobody set up a log goes to standard error; urllib3 names whole addresses in it.
if logging.lastResort is not None:
    logging.lastResort.setFormatter(RedactingFormatter())
