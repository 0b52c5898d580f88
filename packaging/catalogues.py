"""The gettext catalogues: extracted from the sources, updated, compiled, checked. Needs Babel, nothing of the wizard.

Used by `dev.py`, by the build hook and by the tests. No file of it holds a date or a line number: both change
without a sentence having changed.
"""

from __future__ import annotations

import io
import string
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("wizard", "ui")
KEYWORDS = {"msg": None, "plural": (1, 2)}
SOURCE_LANGUAGE = "en"
# Header lines that change by themselves, or that nobody fills in.
LEFT_OUT = tuple(
    f'"{name}:'.encode()
    for name in (
        "Project-Id-Version", "Report-Msgid-Bugs-To", "POT-Creation-Date", "PO-Revision-Date", "Last-Translator",
        "Language-Team", "Generated-By",
    )
)  # fmt: skip
MOST_SHOWN = 40
HEADER = "# {what} of Marketplace Image Wizard. Made and updated by: python3 dev.py catalogues\n#"


def extracted(root: Path = ROOT) -> Catalog:
    """Every sentence of the sources, in the order of files and lines."""
    catalogue = Catalog(header_comment=HEADER.format(what="Sentences"), fuzzy=False)
    for folder in SOURCES:
        found = extract_from_dir(root / folder, keywords=KEYWORDS, comment_tags=("Translators:",))
        for file, line, text, comments, context in found:
            place = f"{folder}/{Path(file).as_posix()}"
            catalogue.add(text, None, [(place, line)], auto_comments=comments, context=context)
    return catalogue


def updated(path: Path, template: Catalog) -> Catalog:
    """The translations in `path`, with the template's new sentences added (empty) and its lost ones left out."""
    known = path.read_bytes() if path.exists() else b""
    catalogue = read_po(io.BytesIO(known), locale=path.parent.name, domain="wizard")
    catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
    catalogue.header_comment = HEADER.format(what="Translations")
    catalogue.fuzzy = False
    return catalogue


def as_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as a .po file."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=110, include_lineno=False, ignore_obsolete=True)
    lines = buffer.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(LEFT_OUT))


def translations(root: Path = ROOT) -> list[Path]:
    """The .po file of every language but the sources' own; it need not be there yet."""
    folders = sorted(path for path in (root / "i18n").iterdir() if path.is_dir())
    return [folder / "wizard.po" for folder in folders if folder.name != SOURCE_LANGUAGE]


def write(path: Path, content: bytes) -> None:
    """Replace the file in one go, and only if something changed."""
    if path.exists() and path.read_bytes() == content:
        return
    part = path.with_suffix(path.suffix + ".part")
    part.write_bytes(content)
    part.replace(path)


def update(root: Path = ROOT) -> None:
    """Write i18n/wizard.pot and bring every .po up to it."""
    template = extracted(root)
    write(root / "i18n" / "wizard.pot", as_bytes(template))
    for path in translations(root):
        write(path, as_bytes(updated(path, template)))


def compile_all(root: Path = ROOT) -> list[Path]:
    """Compile every .po whose .mo is missing or older; returns the .mo files written."""
    written = []
    for path in translations(root):
        compiled = path.with_suffix(".mo")
        if not path.exists():
            continue
        if compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime:
            continue
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.parent.name)
        buffer = io.BytesIO()
        write_mo(buffer, catalogue)
        part = compiled.with_suffix(".mo.part")
        part.write_bytes(buffer.getvalue())
        part.replace(compiled)
        written.append(compiled)
    return written


def problems(root: Path = ROOT) -> Iterator[str]:
    """What is wrong with the catalogues, one sentence each; nothing where all is well."""
    template = extracted(root)
    for entry in template:
        yield from _placeholder_problems("source", entry, _texts(entry.id))
    pot = root / "i18n" / "wizard.pot"
    if not pot.exists() or pot.read_bytes() != as_bytes(template):
        yield "i18n/wizard.pot is not what the sources say now: run python3 dev.py catalogues"
    for path in translations(root):
        language = path.parent.name
        catalogue = updated(path, template)
        if not path.exists() or path.read_bytes() != as_bytes(catalogue):
            yield f"{language}: wizard.po is not what the sources say now: run python3 dev.py catalogues"
        for entry in catalogue:
            if not entry.id:
                continue
            forms = _texts(entry.string)
            if entry.fuzzy:
                yield f"{language}: fuzzy: {entry.id!r}"
            if not forms or not all(form.strip() for form in forms):
                yield f"{language}: not translated: {entry.id!r}"
            else:
                yield from _placeholder_problems(language, entry, forms)


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, (tuple, list)):
        return tuple(value)
    return (str(value),) if value else ()


def _placeholder_problems(language: str, entry: Message, forms: tuple[str, ...]) -> Iterator[str]:
    """The counted form for many holds every placeholder; a singular may say "one" instead of {n}."""
    try:
        expected = _placeholders(_texts(entry.id)[-1]) if entry.id else set()
        for number, form in enumerate(forms):
            found = _placeholders(form)
            missing = expected - found - ({"n"} if number < len(forms) - 1 else set())
            if missing or found - expected:
                yield f"{language}: placeholders differ: {entry.id!r} / {form!r}"
    except ValueError as error:
        yield f"{language}: {error}: {entry.id!r} / {forms!r}"


def _placeholders(text: str) -> set[str]:
    """The names between braces, with conversion and format where given; raises ValueError for unpaired braces."""
    return {
        name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
        for _, name, form, conversion in string.Formatter().parse(text)
        if name is not None
    }


def main(verb: str) -> int:
    """`update`, `compile` or `check`; the exit status."""
    if verb == "update":
        update()
    if verb in ("update", "compile"):
        compile_all()
        return 0
    found = list(problems())
    more = [f"... and {len(found) - MOST_SHOWN} more"] if len(found) > MOST_SHOWN else []
    print("\n".join([*found[:MOST_SHOWN], *more]) if found else "The catalogues are complete.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
