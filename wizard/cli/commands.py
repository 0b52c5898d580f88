"""The list of commands. Each is loaded when it is called, or when help wants its first line: a start is to be quick."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup

from wizard.cli.options import told

# In the order of the help. A module has either an `app` of several commands, or a function of its own name and its HELP.
_NAMES: Final = ("check", "inspect", "disk", "journey", "walk", "upload", "copy", "practice")


class Commands(TyperGroup):
    """Finds a command by its name."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        names: Any = dict.fromkeys(_NAMES)  # for whoever mistypes one: the nearest is suggested
        self.commands = names

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  (the parser's signature)
        """Their names, in the order of the help."""
        return list(_NAMES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002  (the parser's signature)
        """The command of that name, loaded now; None where there is none."""
        return _loaded(cmd_name) if cmd_name in _NAMES else None


def _loaded(name: str) -> Any:
    module = vars(import_module(f"wizard.cli.{name}"))
    holder = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    if "app" in module:
        holder.add_typer(module["app"], name=name)
    else:
        holder.command(name, help=told(module["HELP"]))(module[name])
    return typer.main.get_group(holder).commands[name]
