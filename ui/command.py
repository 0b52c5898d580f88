"""The command `image-wizard`: the command line, or the window where no command is given."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from wizard.traces import guard_traces

if TYPE_CHECKING:
    from wizard.cli import WindowWish


def open_window(wish: WindowWish) -> int:
    """Open the window; Qt is loaded only here, so that commands work where it is missing."""
    from ui.start import main as run_window

    return run_window(practice=wish.practice, journey=wish.journey, language=wish.language)


def main() -> None:
    """The entry point of the installed command."""
    guard_traces()
    if len(sys.argv) == 1:
        # A click on the icon: the command line with all its steps need not be loaded first.
        from ui.start import main as run_window

        sys.exit(run_window())
    from wizard.cli import main as run_command

    sys.exit(run_command(open_window))


if __name__ == "__main__":
    main()
