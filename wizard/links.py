"""Official addresses, kept as dated data in resources/rules/links.json."""

from __future__ import annotations

from wizard.rules_data import load


def links(link_id: str, language: str = "") -> tuple[str, ...]:
    """The addresses under that id in the order to try them, those in `language` first. Raises KeyError."""
    known = load("links")["links"][link_id]
    ordered = sorted(known, key=lambda each: bool(each.get("language", language) != language))
    return tuple(str(each["url"]) for each in ordered)


def checked_on() -> str:
    """The day on which the addresses were last compared with their sources (ISO 8601)."""
    return str(load("links")["checked"])
