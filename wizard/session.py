"""An open journey: its file, its engine and its saving, put together for the window and the command line alike."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wizard.core.engine import Engine
from wizard.errors import WizardError
from wizard.journeys.autosave import Autosave
from wizard.journeys.journey_file import JourneyFile
from wizard.journeys.journey_log import JourneyLog
from wizard.messages import msg
from wizard.settings import Settings
from wizard.step import Step
from wizard.tasks import TaskPool

if TYPE_CHECKING:
    from wizard.services.cloud import Cloud


class Session:
    """Owns a journey from opening to closing."""

    def __init__(
        self,
        file: JourneyFile,
        steps: Sequence[Step],
        *,
        cloud_id: str,
        cloud: Cloud | None,
        settings: Settings,
        pool: TaskPool,
    ) -> None:
        """Raises WizardError where the journey was made for another cloud than `cloud_id`, and closes its file then."""
        if file.journey.cloud != cloud_id:
            file.close()
            raise WizardError(
                msg("This journey was made in another cloud ({cloud})", cloud=file.journey.cloud),
                msg("Practice journeys open in practice mode, all others without it."),
            )
        self.file = file
        self.log = JourneyLog(file.journey.id)
        self._autosave = Autosave(file, self._saving_changed)
        self.engine = Engine(
            steps, file.journey, cloud=cloud, settings=settings, pool=pool, save=self._autosave
        )
        self.engine.read_only = file.read_only
        self.engine.extras["summary"] = self._summary
        self.engine.extras["journal"] = self._journal

    @property
    def save_error(self) -> WizardError | None:
        """Why the last change is not on disk yet."""
        return self._autosave.error

    @property
    def saved(self) -> bool:
        """Whether everything is on disk."""
        return self._autosave.saved

    def flush(self) -> None:
        """Wait until everything is on disk; raises WizardError where it cannot be."""
        if not self._autosave.flush():
            raise self._autosave.error or WizardError(
                msg("The journey is still being saved"),
                msg("The disk is slow. Wait a moment, then try again."),
            )

    def close(self) -> bool:
        """Save what is left and let others open the journey; False where the last change could not be saved."""
        saved = self._autosave.close()
        self.file.close()
        self.log.close()
        return saved

    def _saving_changed(self) -> None:
        self.engine.changed()

    def _journal(self) -> Path:
        """Where the upload of this journey notes what was sent."""
        path = self.file.path
        return path.with_name(f".{path.name}.upload")

    def _summary(self) -> Any:
        from wizard.reports.summary import summarise

        return summarise(self.engine)
