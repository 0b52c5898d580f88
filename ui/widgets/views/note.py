"""A sentence set apart."""

from __future__ import annotations

from ui.widgets.parts.cards import Banner
from wizard.view import Note


class NoteBanner(Banner):
    """A banner; a warning one is drawn so."""

    def __init__(self, view: Note) -> None:
        super().__init__(view.text, "warning" if view.warning else "info")
        self._warning = view.warning

    def show_view(self, view: Note) -> None:
        """Another sentence."""
        self.say(view.text)
        if view.warning != self._warning:
            self._warning = view.warning
            self.set_tone("warning" if view.warning else None)
            self.glyph.set("warning" if view.warning else "info", "warning" if view.warning else "accent")
