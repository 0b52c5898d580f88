"""Readers of a Linux system's files, one per chapter."""
