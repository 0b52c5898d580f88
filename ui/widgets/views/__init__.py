"""One file per kind of view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ui.widgets.views.disk_map import DiskMapCard
from ui.widgets.views.facts import FactsCard
from ui.widgets.views.files import FilesCard
from ui.widgets.views.link import LinkCard
from ui.widgets.views.note import NoteBanner
from ui.widgets.views.timeline import TimelineCard
from wizard.view import DiskMap, Facts, Files, Link, Note, Timeline, View

_KINDS: dict[type, Callable[[Any], Any]] = {
    Facts: FactsCard,
    Timeline: TimelineCard,
    Link: LinkCard,
    DiskMap: DiskMapCard,
    Note: NoteBanner,
    Files: FilesCard,
}


def make_view(view: View) -> Any:
    """The widget that draws the view; its `show_view` takes another one of the same kind."""
    return _KINDS[type(view)](view)
