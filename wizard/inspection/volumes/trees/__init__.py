"""Readers of file systems, libyal's and one of our own, each behind wizard.inspection.tree."""
