"""Every kind of input: what is entered reaches the engine, what the engine holds is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt
from pytestqt.qtbot import QtBot

from tests.small_steps import a_step
from tests.ui.tools import Bench, click, texts
from ui.step_page import StepPage
from ui.widgets.fields import make_field
from ui.widgets.fields.cards_field import CardsField
from ui.widgets.fields.choice_field import ChoiceField
from ui.widgets.fields.file_field import FileField, fitting
from ui.widgets.fields.number_field import NumberField
from ui.widgets.fields.secret_field import SecretField
from ui.widgets.fields.switch_field import SwitchField
from ui.widgets.fields.text_field import TextField
from ui.widgets.fields.ticks_field import TicksField
from ui.widgets.fields.verdicts_field import VerdictsField
from ui.widgets.fields.yes_no_field import YesNoField
from wizard.errors import WizardError
from wizard.messages import Message, msg
from wizard.redaction import MASK, Secret
from wizard.step import (
    Choice,
    File,
    Input,
    Item,
    Number,
    Option,
    SecretText,
    Text,
    Ticks,
    Verdicts,
    YesNo,
)

TWO = (Option("a", msg("One")), Option("b", msg("Two")))
EXPLAINED = (Option("a", msg("One"), msg("The first")), Option("b", msg("Two")))
ITEMS = (Item("x", msg("The clock is right")), Item("y", msg("Tested"), proof=msg("Seen by VHD-01")))


def shown(bench: Bench, *asked: Input) -> tuple[StepPage, Any]:
    page = bench.show(a_step(inputs=asked))
    return page, page.rows[0].field


def answer(page: StepPage, input_id: str = "it") -> Any:
    return page.engine.answer_of("first", input_id)


def test_text(bench: Bench, qtbot: QtBot) -> None:
    page, field = shown(bench, Text("it", msg("Name"), placeholder=msg("for example {name}", name="Li")))
    assert isinstance(field, TextField)
    assert field.edit.placeholderText() == "for example Li"

    qtbot.keyClicks(field.edit, "Contoso")
    bench.until(lambda: answer(page) == "Contoso")


def test_what_is_being_typed_is_not_overwritten(bench: Bench, qtbot: QtBot) -> None:
    page, field = shown(bench, Text("it", msg("Name")))
    qtbot.keyClicks(field.edit, "Cont")
    page.engine.answer("first", "it", "Fabrikam")
    page.refresh()

    assert field.edit.text() == "Cont"
    page.commit()
    assert answer(page) == "Cont"


def test_an_answer_from_elsewhere_is_shown(bench: Bench) -> None:
    page, field = shown(bench, Text("it", msg("Name")))
    page.engine.answer("first", "it", "Fabrikam")
    page.refresh()

    assert field.edit.text() == "Fabrikam"


def test_several_lines_of_text(bench: Bench, qtbot: QtBot) -> None:
    page, field = shown(bench, Text("it", msg("Notes"), lines=4))
    qtbot.keyClicks(field.edit, "one")
    qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    qtbot.keyClicks(field.edit, "two")
    page.commit()

    assert answer(page) == "one\ntwo"


def test_a_wrong_answer_says_what_is_wrong(bench: Bench, qtbot: QtBot) -> None:
    def valid(value: str) -> Message | None:
        return None if value.islower() else msg("Small letters only")

    page, field = shown(bench, Text("it", msg("Container"), valid=valid))
    qtbot.keyClicks(field.edit, "VHDS")
    bench.until(lambda: "Small letters only" in texts(page))
    assert field.edit.property("wrong") is True

    field.edit.clear()
    qtbot.keyClicks(field.edit, "vhds")
    bench.until(lambda: "Small letters only" not in texts(page))
    assert field.edit.property("wrong") is False


def test_what_is_not_given_yet_is_no_error(bench: Bench) -> None:
    page, field = shown(bench, Text("it", msg("Name")))

    assert not field.edit.property("wrong")
    assert not page.rows[0].problem.isVisible()


def test_a_secret_is_masked_until_it_is_shown(bench: Bench, qtbot: QtBot) -> None:
    page, field = shown(bench, SecretText("it", msg("Account key")))
    assert isinstance(field, SecretField)
    assert not field.eye.isVisible()
    qtbot.keyClicks(field.edit, "a-long-account-key")
    page.commit()
    page.refresh()

    assert answer(page) == Secret("a-long-account-key")
    assert field.edit.displayText() != "a-long-account-key"
    click(qtbot, field.eye)
    assert field.edit.displayText() == "a-long-account-key"
    assert field.eye.accessibleName() == "Hide it"
    click(qtbot, field.cross)
    assert answer(page) is None
    assert field.edit.text() == ""


def test_a_pasted_link_hides_its_signature_at_once(bench: Bench, qtbot: QtBot) -> None:
    page, field = shown(bench, SecretText("it", msg("Link"), lines=3))
    link = "https://a.blob.core.chinacloudapi.cn/vhds/a.vhd?sp=rl\n&amp;sig=abcdefgh%3D"
    data = QMimeData()
    data.setText(link)
    field.edit.insertFromMimeData(data)
    page.refresh()

    assert answer(page).reveal() == link
    assert "abcdefgh" not in field.edit.toPlainText()
    assert MASK in field.edit.toPlainText()
    assert field.edit.isReadOnly()
    click(qtbot, field.eye)
    assert field.edit.toPlainText() == link
    click(qtbot, field.cross)
    assert answer(page) is None
    assert not field.edit.isReadOnly()


def test_a_number_with_its_unit_and_what_it_means(bench: Bench, qtbot: QtBot) -> None:
    page, field = shown(
        bench,
        Number(
            "it",
            msg("Valid for"),
            default=60,
            least=21,
            most=365,
            unit=msg("days"),
            note=lambda value, now: msg("{n} days from {day}", n=value, day=now.date().isoformat()),
        ),
    )
    assert isinstance(field, NumberField)
    assert {"days", "60 days from 2026-11-21"} <= set(texts(page))
    click(qtbot, field.box.up)
    bench.until(lambda: answer(page) == 61)
    page.refresh()
    assert "61 days from 2026-11-21" in texts(page)


@pytest.mark.parametrize(("typed", "wrong"), [("20", True), ("21", False), ("365", False), ("366", True)])
def test_a_number_beyond_its_bounds_is_said(bench: Bench, qtbot: QtBot, typed: str, wrong: bool) -> None:
    page, field = shown(bench, Number("it", msg("Days"), default=60, least=21, most=365))
    field.box.spin.selectAll()
    qtbot.keyClicks(field.box.spin, typed)
    page.commit()
    page.refresh()

    assert answer(page) == int(typed)
    assert field.box.wrong is wrong
    assert page.rows[0].problem.isVisible() is wrong


def test_the_arrows_keep_to_the_bounds(bench: Bench, qtbot: QtBot) -> None:
    _, field = shown(bench, Number("it", msg("Days"), default=21, least=21, most=22))
    click(qtbot, field.box.down)
    assert field.box.spin.value() == 21
    click(qtbot, field.box.up)
    click(qtbot, field.box.up)
    assert field.box.spin.value() == 22


def test_yes_or_no(bench: Bench, qtbot: QtBot) -> None:
    page, field = shown(bench, YesNo("it", msg("Overwrite")))
    assert isinstance(field, YesNoField)
    assert field.mark.accessibleName() == "Overwrite"
    click(qtbot, field.mark)
    assert answer(page) is True
    qtbot.keyClick(field.mark, Qt.Key.Key_Space)
    assert answer(page) is False


def test_the_whole_row_ticks(bench: Bench, qtbot: QtBot) -> None:
    page, field = shown(bench, YesNo("it", msg("Overwrite")))
    click(qtbot, field.mark.parentWidget())
    assert answer(page) is True


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        (Choice("it", msg("Which"), options=TWO), SwitchField),
        (Choice("it", msg("Which"), options=EXPLAINED), CardsField),
        (Choice("it", msg("Which"), options=TWO[:1]), ChoiceField),
        (Choice("it", msg("Which"), options=(*TWO, *TWO)), ChoiceField),
        (Choice("it", msg("Which"), options=TWO, free=True), ChoiceField),
        (Choice("it", msg("Which"), load=lambda: TWO), ChoiceField),
    ],
)
def test_how_a_choice_is_drawn(bench: Bench, asked: Choice, kind: type) -> None:
    step = a_step(inputs=(asked,))
    field = make_field(bench.world.engine(step), step, asked)
    bench.qtbot.addWidget(field)

    assert type(field) is kind


def test_few_options_side_by_side(bench: Bench, qtbot: QtBot) -> None:
    page, field = shown(bench, Choice("it", msg("Which"), options=TWO))
    assert field.switch.value is None
    click(qtbot, field.switch._segments["b"])
    assert answer(page) == "b"
    page.engine.answer("first", "it", None)
    page.refresh()
    assert field.switch.value is None


def test_options_as_cards(bench: Bench, qtbot: QtBot) -> None:
    page, field = shown(bench, Choice("it", msg("Which"), options=EXPLAINED))
    first, second = (card.mark for card in field._cards)
    assert (first.accessibleName(), first.accessibleDescription()) == ("One", "The first")
    click(qtbot, field._cards[0])
    assert answer(page) == "a"
    qtbot.keyClick(first, Qt.Key.Key_Down)
    assert answer(page) == "b"
    assert second.isChecked()
    page.engine.answer("first", "it", None)
    page.refresh()
    assert not second.isChecked()


def test_options_that_are_fetched(bench: Bench, qtbot: QtBot) -> None:
    page, field = shown(bench, Choice("it", msg("Account"), load=lambda: TWO))
    bench.until(lambda: field.combo.count() == 2)
    assert field.combo.placeholderText() == "Choose…"
    assert answer(page) is None
    field.combo.setCurrentIndex(1)
    field.combo.activated.emit(1)
    assert answer(page) == "b"


def test_the_only_option_is_taken(bench: Bench) -> None:
    page, field = shown(bench, Choice("it", msg("Account"), load=lambda: TWO[:1]))
    bench.until(lambda: answer(page) == "a")
    assert field.combo.currentText() == "One"


def test_an_option_that_need_not_be_chosen_is_not_taken(bench: Bench) -> None:
    page, field = shown(bench, Choice("it", msg("Account"), load=lambda: TWO[:1], required=False))
    bench.until(lambda: field.combo.count() == 1)
    assert answer(page) is None


def test_no_options_say_what_that_means(bench: Bench) -> None:
    page, field = shown(bench, Choice("it", msg("Account"), load=lambda: (), empty=msg("No accounts yet.")))
    bench.until(lambda: "No accounts yet." in texts(page))
    assert not field.combo.isEnabled()


def test_options_that_cannot_be_fetched_say_why_and_can_be_fetched_again(bench: Bench, qtbot: QtBot) -> None:
    tries: list[int] = []

    def load() -> tuple[Option, ...]:
        tries.append(1)
        if len(tries) == 1:
            raise WizardError(msg("Nobody answers"), msg("Check the cable."))
        return TWO

    page, field = shown(bench, Choice("it", msg("Account"), load=load))
    bench.until(lambda: "Nobody answers. Check the cable." in texts(page))
    for _ in range(3):
        page.refresh()
    assert len(tries) == 1  # not again by itself
    click(qtbot, field.again)
    bench.until(lambda: field.combo.count() == 2)


def test_options_are_fetched_again_when_what_they_depend_on_changes(bench: Bench) -> None:
    def load(name: str | None) -> tuple[Option, ...]:
        return tuple(Option(f"{name}{n}", msg("{name}", name=f"{name}{n}")) for n in range(3))

    page = bench.show(a_step(inputs=(Text("name", msg("Name")), Choice("it", msg("Account"), load=load))))
    combo = page.rows[1].field.combo
    assert combo.count() == 0  # it waits for the name
    page.engine.answer("first", "name", "x")
    bench.until(lambda: combo.itemText(0) == "x0")
    page.engine.answer("first", "name", "y")
    bench.until(lambda: combo.itemText(0) == "y0")


def test_options_are_fetched_again_with_another_key(bench: Bench) -> None:
    """One key looks like another on the screen; the field must tell them apart all the same."""

    def load(key: Secret | None) -> tuple[Option, ...]:
        if key != Secret("the right key"):
            raise WizardError(msg("This key is refused"), msg("Enter it again."))
        return TWO

    asked = Choice("it", msg("Container"), load=load)
    page = bench.show(a_step(inputs=(SecretText("key", msg("Key")), asked)))
    page.engine.answer("first", "key", "a wrong key")
    bench.until(lambda: "This key is refused. Enter it again." in texts(page))
    page.engine.answer("first", "key", "the right key")
    bench.until(lambda: page.rows[1].field.combo.count() == 2)


def test_a_name_of_ones_own(bench: Bench, qtbot: QtBot) -> None:
    page, field = shown(bench, Choice("it", msg("Container"), load=lambda: TWO, free=True, default="vhds"))
    bench.until(lambda: field.combo.count() == 2)
    assert field.combo.currentText() == "vhds"
    field.combo.edit.selectAll()
    qtbot.keyClicks(field.combo.edit, "images")
    page.commit()
    page.refresh()
    assert answer(page) == "images"
    assert field.combo.currentText() == "images"


def test_a_file(bench: Bench, tmp_path: Path) -> None:
    page, field = shown(bench, File("it", msg("Image"), patterns=("*.vhd",)))
    assert isinstance(field, FileField)
    assert field.zone.isVisible()
    image, other = tmp_path / "A.VHD", tmp_path / "b.txt"
    image.touch()
    other.touch()
    assert not field.take([other])
    assert field.take([other, image])
    page.refresh()
    assert answer(page) == str(image)
    assert {"A.VHD", str(tmp_path), "Choose another…"} <= set(texts(page))
    assert not field.zone.isVisible()


def test_what_a_dialog_gives_is_written_as_the_system_writes_it_and_taken_once(
    bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page, field = shown(bench, File("it", msg("Results"), many=True))
    (tmp_path / "a.xml").touch()
    given = f"{tmp_path.as_posix()}//a.xml"
    monkeypatch.setattr(
        "ui.widgets.fields.file_field.QFileDialog.getOpenFileNames", lambda *_: ([given, given], "")
    )
    field.take([tmp_path / "a.xml"])
    click(qtbot, field.another)
    assert answer(page) == [str(tmp_path / "a.xml")]


def test_several_files_and_taking_one_away(bench: Bench, qtbot: QtBot, tmp_path: Path) -> None:
    page, field = shown(bench, File("it", msg("Results"), many=True))
    paths = [tmp_path / name for name in ("a.xml", "b.log")]
    for path in paths:
        path.touch()
    field.take(paths)
    field.take(paths[:1])  # known already
    page.refresh()
    assert answer(page) == [str(path) for path in paths]
    away = [
        each for each in field.findChildren(type(field.choose)) if each.accessibleName() == "Take a.xml away"
    ]
    click(qtbot, away[0])
    assert answer(page) == [str(paths[1])]


@pytest.mark.parametrize(
    ("asked", "fit"),
    [
        (File("it", msg("x"), patterns=("*.vhd",)), ["disk.vhd"]),
        (File("it", msg("x")), ["disk.vhd"]),
        (File("it", msg("x"), many=True), ["disk.vhd", "more.xml"]),
        (File("it", msg("x"), many=True, patterns=("*.xml", "*.html")), ["more.xml"]),
        (File("it", msg("x"), folder=True), ["folder"]),
    ],
)
def test_which_files_fit(tmp_path: Path, asked: File, fit: list[str]) -> None:
    (tmp_path / "folder").mkdir()
    for name in ("disk.vhd", "more.xml"):
        (tmp_path / name).touch()
    paths = [tmp_path / name for name in ("folder", "disk.vhd", "more.xml")]

    assert [path.name for path in fitting(paths, asked)] == fit


def test_a_list_to_tick_off(bench: Bench, qtbot: QtBot) -> None:
    page = bench.show(
        a_step(
            inputs=(
                Text("who", msg("Name"), default="李伟"),
                Ticks("it", msg("Before"), items=ITEMS, signed_by="who"),
            )
        )
    )
    field = page.rows[1].field
    assert isinstance(field, TicksField)
    assert "1 of 2 done" in texts(page)
    assert "Seen by VHD-01" in texts(page)
    click(qtbot, field._rows["x"].mark)
    assert answer(page)["x"]["by"] == "李伟"
    page.refresh()
    assert "2 of 2 done" in texts(page)
    assert any(text.startswith("Confirmed by 李伟, ") for text in texts(page))
    assert not field._rows["y"].mark.isVisible()
    click(qtbot, field._rows["x"].mark)
    assert answer(page) == {}


def test_a_list_of_verdicts(bench: Bench, qtbot: QtBot) -> None:
    page, field = shown(bench, Verdicts("it", msg("Tests"), items=ITEMS))
    assert isinstance(field, VerdictsField)
    assert "0 of 2 entered" in texts(page)
    click(qtbot, field._rows["x"].switch._segments["warning"])
    click(qtbot, field._rows["y"].switch._segments["passed"])
    assert answer(page) == {"x": "warning", "y": "passed"}
    page.refresh()
    assert "2 of 2 entered" in texts(page)


def test_a_list_that_grows_keeps_the_focus(bench: Bench, qtbot: QtBot) -> None:
    def items(word: str | None) -> tuple[Item, ...]:
        return ITEMS if word is None else (*ITEMS, Item("z", msg("Last")))

    page = bench.show(a_step(inputs=(Text("word", msg("Word")), Ticks("it", msg("Before"), items=items))))
    field = page.rows[1].field
    field._rows["x"].mark.setFocus()
    page.engine.answer("first", "word", "more")
    page.refresh()
    assert list(field._rows) == ["x", "y", "z"]
    assert page.window().focusWidget() is field._rows["x"].mark


def test_an_input_that_does_not_apply_is_not_shown(bench: Bench) -> None:
    page = bench.show(
        a_step(
            inputs=(
                YesNo("more", msg("More")),
                Text("it", msg("Name"), applies=lambda more: bool(more)),
            )
        )
    )
    assert not page.rows[1].isVisible()
    page.engine.answer("first", "more", True)
    bench.until(lambda: page.rows[1].isVisible())
