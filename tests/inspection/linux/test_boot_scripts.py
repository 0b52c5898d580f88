"""Words and tests of GRUB's scripts; and any text at all ends in an answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inspection.memory_tree import files
from wizard.inspection.linux.boot import read_boot
from wizard.inspection.linux.boot.grub_test import is_true
from wizard.inspection.linux.boot.script_tree import tree_of
from wizard.inspection.linux.boot.script_words import commands, filled

VARIABLES = {"a": "1", "two": "x y", "blank": "", "edge": " x "}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("echo a b", [("echo", "a", "b")]),
        ("echo 'a b' \"c d\"", [("echo", "a b", "c d")]),
        ("a; b\nc", [("a",), ("b",), ("c",)]),
        ("a # b\nc#d", [("a",), ("c#d",)]),
        ("a \\\n b", [("a", "b")]),
        ("a\\ b", [("a b",)]),
        ("a $a ${a}z '$a' \"$a\"", [("a", "1", "1z", "$a", "1")]),
        ('a $two "$two"', [("a", "x", "y", "x y")]),
        ('a $blank "$blank" b', [("a", "", "b")]),
        ("a v$edge.w", [("a", "v", "x", ".w")]),
        ("a x$blank", [("a", "x")]),
        ("a '' b", [("a", "", "b")]),
        ("a $ ${ b", [("a", "$", "${", "b")]),
        ("if [ a ]; then b; fi", [("if",), ("[", "a", "]"), ("then",), ("b",), ("fi",)]),
        ("m { a; }", [("m", "{"), ("a",), ("}",)]),
        ("m { a }", [("m", "{"), ("a",), ("}",)]),
        ('a "b', [("a", "b")]),
        ("a 'b\nc", [("a", "b\nc")]),
        ("a\r\nb\r\n", [("a",), ("b",)]),
    ],
)
def test_words(text: str, words: list[tuple[str, ...]]) -> None:
    assert [filled(each.words, VARIABLES) for each in commands(text)] == words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", False),
        ("a", True),
        ("-n a", True),
        ("-z a", False),
        ("a = a", True),
        ("a == b", False),
        ("a != b", True),
        ("3 -gt 2", True),
        ("2 -ge x", True),
        ("2 -lt 2", False),
        ("! a = b", True),
        ("! ! a = a", True),
        ("a = b -o c = c", True),
        ("a = a -a c = d", False),
        ("a = b -o c = c -a d = e", False),
        ("-f /boot/x", True),
        ("-s /boot/x", False),
        ("-s (hd0,gpt2)/y", True),
        ("-e /x", True),
        ("-d /boot", True),
        ("-d /boot/x", False),
        ("-f /nothing", False),
        ("-k a", False),
        ("a b c d", False),
    ],
)
def test_conditions(text: str, said: bool) -> None:
    assert is_true(tuple(text.split()), files({"/boot/x": "", "/boot/y": "1"})) is said


PIECES = st.sampled_from(
    [
        *(
            "if ",
            "then ",
            "else ",
            "elif ",
            "fi",
            "for x in ",
            "do ",
            "done",
            "while ",
            "function f ",
            "{",
            "}",
            "[ ",
            " ]",
        ),
        *(
            "menuentry ",
            "submenu ",
            "linux /k ",
            "initrd /i ",
            "set default=",
            "set a=",
            "$a",
            "${a}",
            '"',
            "'",
            "\\",
        ),
        *(
            "load_env ",
            "source /boot/grub/grub.cfg",
            "configfile ",
            "blscfg",
            "f",
            ";",
            "\n",
            " ",
            "1>0",
            "-o ",
            "! ",
            "=",
            "#",
        ),
    ]
)


@given(st.lists(PIECES, max_size=80).map("".join) | st.text(max_size=300))
def test_any_script_ends_in_an_answer(text: str) -> None:
    found = read_boot(
        files(
            {
                "/boot/grub/grub.cfg": text,
                "/boot/grub/grubenv": text,
                "/etc/default/grub": text,
                "/etc/kernel/cmdline": text,
                "/boot/loader/entries/a.conf": text,
            }
        )
    )
    assert len(found.entries) <= 256


@given(st.binary(max_size=400))
def test_any_bytes_end_in_an_answer(data: bytes) -> None:
    for path in (
        "/boot/grub2/grub.cfg",
        "/boot/grub/menu.lst",
        "/efi/EFI/Linux/a.efi",
        "/efi/loader/loader.conf",
    ):
        found = read_boot(files({path: data, "/efi/loader/entries/x.conf": data}))
        assert all(len(each.options) <= 4096 for each in found.entries)


@given(st.binary(max_size=300))
def test_any_program_for_efi_ends_in_an_answer(data: bytes) -> None:
    image = b"MZ".ljust(60, b"\0") + b"\x40\0\0\0PE\0\0" + data
    assert len(read_boot(files({"/efi/EFI/Linux/a.efi": image})).entries) <= 1


def test_blocks_stay_within_bounds() -> None:
    assert len(tree_of("a\n" * 60_000)) == 50_000
