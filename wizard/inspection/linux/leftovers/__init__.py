"""Readers of what a build leaves behind in a Linux image."""
