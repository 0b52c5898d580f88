"""The reader's start: python -m wizard.inspection.reader."""

from __future__ import annotations

from wizard.inspection.reader.work import main

main()
