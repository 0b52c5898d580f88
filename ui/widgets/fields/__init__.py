"""One file per kind of form field."""

from __future__ import annotations

from typing import Any, Final

from ui.widgets.fields.cards_field import CardsField
from ui.widgets.fields.choice_field import ChoiceField
from ui.widgets.fields.field import Field
from ui.widgets.fields.file_field import FileField
from ui.widgets.fields.number_field import NumberField
from ui.widgets.fields.secret_field import SecretField
from ui.widgets.fields.switch_field import SwitchField
from ui.widgets.fields.text_field import TextField
from ui.widgets.fields.ticks_field import TicksField
from ui.widgets.fields.verdicts_field import VerdictsField
from ui.widgets.fields.yes_no_field import YesNoField
from wizard.core.engine import Engine
from wizard.step import Choice, File, Input, Number, SecretText, Step, Text, Ticks, Verdicts, YesNo

_KINDS: dict[type[Input], type[Field]] = {
    Text: TextField,
    SecretText: SecretField,
    Number: NumberField,
    YesNo: YesNoField,
    Choice: ChoiceField,
    File: FileField,
    Ticks: TicksField,
    Verdicts: VerdictsField,
}


_CARDS: Final = 6
_SWITCHES: Final = 3
"""So many options at the most are seen at once, with words that explain each and without; more are in a list."""


def make_field(engine: Engine, step: Step, asked: Input) -> Field[Any]:
    """The widget for an input; a few fixed options are seen at once, as cards where they need explaining."""
    if isinstance(asked, Choice) and asked.load is None and not asked.free:
        if any(option.detail is not None for option in asked.options) and 2 <= len(asked.options) <= _CARDS:
            return CardsField(engine, step, asked)
        if 2 <= len(asked.options) <= _SWITCHES:
            return SwitchField(engine, step, asked)
    return _KINDS[type(asked)](engine, step, asked)
