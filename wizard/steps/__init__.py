"""The steps of the journey, in order. This is the only list of them."""

from __future__ import annotations

from typing import Final

from wizard.step import Step
from wizard.steps.build_path import STEP as BUILD_PATH
from wizard.steps.certification import STEP as CERTIFICATION
from wizard.steps.checklist import STEP as CHECKLIST
from wizard.steps.container_access import STEP as CONTAINER_ACCESS
from wizard.steps.copy import STEP as COPY
from wizard.steps.disk_image import STEP as DISK_IMAGE
from wizard.steps.prerequisites import STEP as PREREQUISITES
from wizard.steps.sas_uri import STEP as SAS_URI
from wizard.steps.upload import STEP as UPLOAD

STEPS: Final[tuple[Step, ...]] = (
    PREREQUISITES,
    BUILD_PATH,
    DISK_IMAGE,
    UPLOAD,
    COPY,
    CERTIFICATION,
    CONTAINER_ACCESS,
    SAS_URI,
    CHECKLIST,
)
