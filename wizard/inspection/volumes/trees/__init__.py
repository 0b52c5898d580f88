"""libyal's readers of file systems, each behind wizard.inspection.tree."""
