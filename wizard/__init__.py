"""Marketplace Image Wizard: what the official guide says and does. No Qt in here."""

__version__ = "0.1.0"
