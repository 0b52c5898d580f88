"""Every sentence a person sees goes through msg() or plural(), with a literal that the extraction can find."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tools import ROOT, parsed, place, sources

EVERYWHERE = sources("wizard", "ui")
# Qt's and Typer's ways to show a text, and ours beside them (those are found by their annotations).
SHOWN_BY_METHOD = {
    "setText", "setPlainText", "setHtml", "setMarkdown", "setWindowTitle", "setTitle", "setToolTip", "setStatusTip",
    "setWhatsThis", "setPlaceholderText", "setAccessibleName", "setAccessibleDescription", "setLabelText",
    "setInformativeText", "setDetailedText", "setSpecialValueText", "setSuffix", "setPrefix", "setHeaderLabels",
    "setButtonText", "setApplicationDisplayName", "addAction", "addMenu", "addItem", "addItems", "addTab", "addRow",
    "addButton", "drawText", "drawStaticText", "showMessage", "showText", "getOpenFileName", "getSaveFileName",
    "getExistingDirectory", "echo", "secho", "confirm", "prompt",
}  # fmt: skip
SHOWN_BY_CONSTRUCTOR = {
    "QLabel", "QPushButton", "QToolButton", "QCheckBox", "QRadioButton", "QCommandLinkButton", "QGroupBox", "QAction",
    "QMenu", "QDockWidget", "QMessageBox", "QProgressDialog", "QListWidgetItem", "QTreeWidgetItem", "QTableWidgetItem",
    "QStandardItem", "WizardError", "Finding", "passed", "warning", "failed", "skipped", "print",
}  # fmt: skip
SHOWN_KEYWORDS = {
    "help",
    "epilog",
    "short_help",
    "prompt",
    "text",
    "toolTip",
    "placeholderText",
    "windowTitle",
}
# Names and keys that are the same in every language.
SAME_EVERYWHERE = re.compile(
    r"Alt\+|Ctrl\+|Shift\+|Esc|image-wizard|MarketplaceImageWizard|Marketplace Image Wizard"
)
TRANSLATED = {"msg": 1, "plural": 2}


def has_words(text: str) -> bool:
    return bool(re.search(r"[^\W\d_]{2}", SAME_EVERYWHERE.sub("", text)))


def name_of(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def literals(node: ast.expr | None) -> Iterator[str]:
    """The literal texts that may come out of this expression; what another function makes of them is its affair."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            for part in parts:
                yield from literals(part)
        case ast.BinOp(left=left, right=right):
            yield from (*literals(left), *literals(right))
        case ast.BoolOp(values=values) | ast.List(elts=values) | ast.Tuple(elts=values):
            for value in values:
                yield from literals(value)
        case ast.IfExp(body=one, orelse=other):
            yield from (*literals(one), *literals(other))
        case ast.Call(func=ast.Attribute(value=text, attr="format" | "join")):
            yield from literals(text)


def speaking_parameters(trees: list[ast.Module]) -> dict[str, set[str | int]]:
    """Our functions and classes by name, with the parameters (name, place) that are annotated as words to show.

    Where several have one name, only what is words in all of them counts: a call does not tell which it means.
    """
    found: dict[str, set[str | int]] = {}
    for tree in trees:
        for owner in ast.walk(tree):
            for name, function in _callables(owner):
                words = set(_words_of(function))
                found[name] = found[name] & words if name in found else words
    return found


def _callables(owner: ast.AST) -> Iterator[tuple[str, ast.FunctionDef]]:
    if isinstance(owner, ast.ClassDef):
        for maker in owner.body:
            if isinstance(maker, ast.FunctionDef) and maker.name == "__init__":
                yield owner.name, maker
    elif isinstance(owner, ast.FunctionDef) and not owner.name.startswith("__"):
        yield owner.name, owner


def _words_of(function: ast.FunctionDef) -> Iterator[str | int]:
    places = [*function.args.posonlyargs, *function.args.args]
    if places and places[0].arg in ("self", "cls"):
        places = places[1:]
    for position, parameter in [*enumerate(places), *((None, each) for each in function.args.kwonlyargs)]:
        if parameter.annotation is not None and re.search(
            r"\b(Words|Message)\b", ast.unparse(parameter.annotation)
        ):
            yield parameter.arg
            if position is not None:
                yield position


SPEAKING = speaking_parameters([parsed(path) for path in EVERYWHERE])


def spoken_outside(tree: ast.Module, *, command_line: bool) -> Iterator[tuple[ast.Call, str]]:
    """Calls that show a literal with words in it."""
    own = speaking_parameters([tree])
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = name_of(call)
        by_method = name in SHOWN_BY_METHOD and isinstance(call.func, ast.Attribute)
        shown: list[ast.expr] = list(call.args) if by_method or name in SHOWN_BY_CONSTRUCTOR else []
        if command_line and name == "write":
            shown += call.args
        speaking = own if name.startswith("_") else SPEAKING
        ours = speaking.get(name, set()) if name not in TRANSLATED else set()
        shown += [value for position, value in enumerate(call.args) if position in ours]
        for keyword in call.keywords:
            typer = name in ("Option", "Argument", "Typer", "command", "callback") or name.startswith("Q")
            if keyword.arg in ours or (typer and keyword.arg in SHOWN_KEYWORDS):
                shown.append(keyword.value)
        for text in dict.fromkeys(text for value in shown for text in literals(value)):
            if has_words(text):
                yield call, text


def problems_of_msg(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """What the extraction would not find, and placeholders without a value or values without a placeholder."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "wizard.messages":
            for alias in node.names:
                if alias.name in TRANSLATED and alias.asname:
                    yield node, f"{alias.name} under another name is not extracted"
        if not isinstance(node, ast.Call):
            continue
        name = name_of(node)
        if name == "Message" and node.args:
            yield node, "a sentence is made by msg() or plural()"
        if name not in TRANSLATED:
            continue
        texts = node.args[: TRANSLATED[name]]
        if len(texts) < TRANSLATED[name] or len(node.args) > TRANSLATED[name]:
            yield node, f"{name} takes {TRANSLATED[name]} literal(s), the rest by name"
        elif not all(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in texts):
            yield node, f"{name} is called with something else than a literal"
        elif all(keyword.arg for keyword in node.keywords):
            fields = {
                field.split(".")[0].split("[")[0]
                for each in texts
                for _, field, _, _ in string.Formatter().parse(str(getattr(each, "value", "")))
                if field is not None
            }
            given = {str(keyword.arg) for keyword in node.keywords}
            if fields - given:
                yield node, f"no value for {', '.join(sorted(fields - given))}"
            if given - fields - {"n"}:
                yield node, f"no placeholder for {', '.join(sorted(given - fields))}"


@pytest.mark.parametrize("folder", ["wizard", "ui"])
def test_nothing_is_shown_that_is_not_translated(folder: str) -> None:
    found = [
        f"{place(path, call)}: {text!r}"
        for path in sources(folder)
        for call, text in spoken_outside(parsed(path), command_line="cli" in path.parts)
    ]

    assert not found, "Texts outside msg():\n" + "\n".join(found)


def test_every_sentence_is_a_literal_with_its_values() -> None:
    ground = ROOT / "wizard" / "messages.py"
    found = [
        f"{place(path, node)}: {what}"
        for path in EVERYWHERE
        if path != ground
        for node, what in problems_of_msg(parsed(path))
    ]

    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ('label.setText("Upload")', ["Upload"]),
        ('label.setText(say(msg("Upload")))', []),
        ('label.setText("…")', []),
        ('label.setText("")', []),
        ("label.setText(name)", []),
        ('label.setText(f"{n} files")', [" files"]),
        ('label.setText(f"{a}: {b}")', []),
        ('label.setText("Yes" if a else say(b))', ["Yes"]),
        ('label.setText("File " + name)', ["File "]),
        ('label.setText("{} files".format(n))', ["{} files"]),
        ('button.setToolTip(f"Alt+{n}")', []),
        ('QLabel("Upload", parent)', ["Upload"]),
        ('QPushButton(text="Upload")', ["Upload"]),
        ('app.setProperty("kind", "primary")', []),
        ('typer.Option("--json", help="Print JSON")', ["Print JSON"]),
        ('typer.Option("--json", help=told(msg("Print JSON")))', []),
        ('out.write(f"done: {n}\\n")', ["done: "]),
        ('raise WizardError("It broke", "Mend it")', ["It broke", "Mend it"]),
    ],
)
def test_what_counts_as_shown(code: str, words: list[str]) -> None:
    assert [text for _, text in spoken_outside(ast.parse(code), command_line=True)] == words


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ('msg("Copy")', None),
        ('msg("Copy " "all")', None),
        ('msg("{n} of {total}", n=1, total=2)', None),
        ('plural("{n} day", "{n} days", n=2)', None),
        ('msg(f"Copy {name}")', "literal"),
        ("msg(text)", "literal"),
        ('msg("Copy " + name)', "literal"),
        ('plural("{n} day", n=2)', "takes 2"),
        ('msg("Copy {name}")', "no value for name"),
        ('msg("Copy", name=1)', "no placeholder for name"),
        ('Message("Copy")', "made by msg"),
        ("from wizard.messages import msg as _", "another name"),
    ],
)
def test_what_the_extraction_needs(code: str, complaint: str | None) -> None:
    found = [what for _, what in problems_of_msg(ast.parse(code))]

    assert [complaint in each for each in found] == ([] if complaint is None else [True])


def test_our_own_widgets_are_known_by_their_annotations(tmp_path: Path) -> None:
    tree = ast.parse("class Label:\n    def __init__(self, words: Words = '', role: str = ''): ...\n")

    assert speaking_parameters([tree])["Label"] == {"words", 0}
