"""The command `image-wizard`: the command line, or the window where no command is given."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from wizard.inspection.reader.command import READER_ARGUMENT
from wizard.traces import guard_traces

if TYPE_CHECKING:
    from wizard.cli import WindowWish


def open_window(wish: WindowWish) -> int:
    """Open the window; Qt is loaded only here, so that commands work where it is missing."""
    from ui.start import main as run_window

    return run_window(practice=wish.practice, journey=wish.journey, language=wish.language)


def main() -> None:
    """The entry point of the installed command; of the frozen program also where it is to be the reader of an image."""
    guard_traces()
    if sys.argv[1:] == [READER_ARGUMENT]:
        from wizard.inspection.reader.work import main as read_an_image

        read_an_image()
        return
    if len(sys.argv) == 1:
        # A click on the icon: the command line with all its steps need not be loaded first.
        from ui.start import main as run_window

        sys.exit(run_window())
    from wizard.cli import main as run_command

    sys.exit(run_command(open_window))


if __name__ == "__main__":
    main()
