"""Looking into a disk image on this computer, after it was read and found to hold a disk."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.disk.opening import open_image
from wizard.disk.reading import still_as_read
from wizard.errors import WizardError
from wizard.inspection.found.inside import Inside, Why, not_looked
from wizard.inspection.inspect import look_inside
from wizard.messages import msg

if TYPE_CHECKING:
    from datetime import date

    from wizard.disk.reading import DiskReading
    from wizard.tasks import Task


def look_into_file(reading: DiskReading, task: Task) -> tuple[DiskReading, Inside]:
    """What is inside the disk that was read, and the reading again: with a trouble where the file changed meanwhile.

    Raises nothing but Cancelled.
    """
    if reading.size is None or reading.trouble is not None:
        return reading, not_looked()
    task.report(phase=msg("Looking inside the disk"))
    try:
        with open_image(Path(reading.path)) as image:
            inside = look_inside(image, task)
    except (OSError, WizardError):
        inside = not_looked(Why.LINE)
    after = still_as_read(reading)
    return after, inside if after.trouble is None else not_looked()


def today() -> date:
    """The day on which a disk is looked into (UTC), by which end-of-life dates are judged."""
    return datetime.now(UTC).date()
