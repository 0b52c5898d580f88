"""A file of this computer, chosen or dropped; or several, or a folder."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QStandardPaths, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.language import LANGUAGE, say
from ui.theme import THEME
from ui.widgets.fields.field import Field
from ui.widgets.parts.buttons import Button
from ui.widgets.parts.cards import Glyph, clear, column, row
from ui.widgets.parts.text import Elided, Label
from wizard.core.engine import Engine
from wizard.messages import Message, msg
from wizard.step import File, Step


def fitting(paths: Sequence[Path], asked: File) -> list[Path]:
    """Those of the paths that the input takes: by pattern, file or folder, one or several."""
    fit = [path for path in paths if path.is_dir() == asked.folder and _matches(path, asked)]
    return fit if asked.many else fit[:1]


class _DropZone(QWidget):
    """A dashed ground that takes what is dropped on it."""

    def __init__(self, field: FileField) -> None:
        super().__init__()
        self._field = field
        self._over = False
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take what fits."""
        if fitting(dropped(event), self._field.asked):
            self._over = True
            self.update()
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It went away again."""
        self._over = False
        self.update()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take it."""
        self._over = False
        self.update()
        self._field.take(dropped(event))
        event.acceptProposedAction()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Dashes; the accent's tint while something is held over it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(THEME.color("accent" if self._over else "border"), 1)
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        painter.setBrush(THEME.color("accent_tint" if self._over else "field"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


class FileField(Field[File]):
    """A drop zone while nothing is chosen; then the file, where it lies, and a button for another."""

    stacked = True

    def __init__(self, engine: Engine, step: Step, asked: File) -> None:
        super().__init__(engine, step, asked)
        self._shown: list[str] | None = None
        self.zone = _DropZone(self)
        inside = column(self.zone, margin=16, gap=8)
        hint = row(gap=10)
        hint.addStretch(1)
        hint.addWidget(Glyph("folder" if asked.folder else "document", "accent", size=24))
        self._hint = Label(self._invitation(), tone="muted", wrap=False)
        hint.addWidget(self._hint)
        hint.addStretch(1)
        self.choose = Button(self._verb())
        self.choose.clicked.connect(self._choose)
        inside.addLayout(hint)
        inside.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignHCenter)
        self.chosen = QWidget()
        self._rows = column(gap=6)
        self.another = Button(msg("Add more…") if asked.many else msg("Choose another…"))
        self.another.clicked.connect(self._choose)
        held = row(self.chosen, gap=12)
        held.addLayout(self._rows, 1)
        held.addWidget(self.another, 0, Qt.AlignmentFlag.AlignTop)
        whole = column(self)
        whole.addWidget(self.zone)
        whole.addWidget(self.chosen)
        LANGUAGE.changed.connect(self._redraw)

    def refresh(self) -> None:
        """Show what is chosen."""
        paths = self._paths()
        if paths != self._shown:
            self._shown = paths
            self._redraw()
        self.zone.setVisible(not paths)
        self.chosen.setVisible(bool(paths))

    def take(self, paths: Sequence[Path]) -> bool:
        """Take these files as the answer; False where none of them fits."""
        fit = [str(path) for path in fitting(paths, self.asked)]
        if not fit:
            return False
        if self.asked.many:
            self.answer(list(dict.fromkeys([*self._paths(), *fit])))
        else:
            self.answer(fit[0])
        return True

    def name(self, label: str) -> None:
        """Name the buttons after what they choose."""
        self.choose.setAccessibleDescription(label)
        self.another.setAccessibleDescription(label)

    def focus_target(self) -> QWidget:
        """The button that chooses."""
        return self.another if self._paths() else self.choose

    def _paths(self) -> list[str]:
        value = self.value
        if isinstance(value, str):
            return [value] if value else []
        return [str(each) for each in value or ()]

    def _redraw(self) -> None:
        clear(self._rows)
        for path in self._paths():
            line = row(gap=10)
            icon = "folder" if self.asked.folder else "hard_drive" if not self.asked.many else "document"
            line.addWidget(Glyph(icon, "accent", line=20), 0, Qt.AlignmentFlag.AlignTop)
            words = column(gap=0)
            words.addWidget(Elided(Path(path).name, "strong", middle=True))
            words.addWidget(Elided(str(Path(path).parent), "caption", tone="muted", middle=True))
            line.addLayout(words, 1)
            if self.asked.many:
                away = Button("", "quiet", icon="dismiss", name=msg("Take {name} away", name=Path(path).name))
                away.setProperty("path", path)
                away.clicked.connect(self._take_away)
                line.addWidget(away)
            self._rows.addLayout(line)

    def _take_away(self) -> None:
        away = self.sender().property("path")
        self.answer([path for path in self._paths() if path != away])

    def _choose(self) -> None:
        start = self._start_folder()
        title = say(self.asked.label)
        if self.asked.folder:
            chosen = [QFileDialog.getExistingDirectory(self, title, start)]
        elif self.asked.many:
            chosen = QFileDialog.getOpenFileNames(self, title, start, self._filter())[0]
        else:
            chosen = [QFileDialog.getOpenFileName(self, title, start, self._filter())[0]]
        # What was chosen plainly is taken, whatever its name: the checks say what is wrong with it. Qt's dialogs give
        # slashes on Windows too; what is dropped has backslashes there.
        paths = [str(Path(path)) for path in chosen if path]
        if paths:
            self.answer(list(dict.fromkeys([*self._paths(), *paths])) if self.asked.many else paths[0])

    def _start_folder(self) -> str:
        known = self._paths()
        if known and Path(known[0]).parent.is_dir():
            return str(Path(known[0]).parent)
        return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)

    def _filter(self) -> str:
        every = f"{say(msg('All files'))} (*)"
        if not self.asked.patterns:
            return every
        return f"{say(self.asked.label)} ({' '.join(self.asked.patterns)});;{every}"

    def _invitation(self) -> Message:
        if self.asked.folder:
            return msg("Drop a folder here")
        if self.asked.many:
            return msg("Drop files here")
        return msg("Drop the file here")

    def _verb(self) -> Message:
        if self.asked.folder:
            return msg("Choose a folder…")
        return msg("Choose files…") if self.asked.many else msg("Choose a file…")


def dropped(event: QDropEvent | QDragEnterEvent) -> list[Path]:
    """The files of this computer that are being dropped."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def _matches(path: Path, asked: File) -> bool:
    if not asked.patterns or asked.folder:
        return True
    return any(fnmatch.fnmatch(path.name.lower(), pattern.lower()) for pattern in asked.patterns)
