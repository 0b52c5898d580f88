"""The colours by what they are for; no Qt in here, so that the first frame of the window needs nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours by what they are for, as #RRGGBB. A tint is the ground on which the colour of its name is written."""

    window: str
    card: str
    outline: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    accent_pressed: str
    on_accent: str
    accent_tint: str
    passed: str
    passed_tint: str
    warning: str
    warning_tint: str
    failed: str
    failed_tint: str
    pending: str
    border: str
    field: str
    hover: str
    pressed: str
    disabled: str
    disabled_ground: str
    stripe: str


LIGHT: Final = Tokens(
    window="#F3F3F3",
    card="#FFFFFF",
    outline="#E5E5E5",
    text="#1A1A1A",
    muted="#5C5C5C",
    accent="#005FB8",
    accent_hover="#1A6FC0",
    accent_pressed="#0A539C",
    on_accent="#FFFFFF",
    accent_tint="#E5EFF9",
    passed="#0F7B0F",
    passed_tint="#DFF6DD",
    warning="#9D5D00",
    warning_tint="#FFF4CE",
    failed="#C42B1C",
    failed_tint="#FDE7E9",
    pending="#6E6E6E",
    border="#8A8A8A",
    field="#FFFFFF",
    hover="#F6F6F6",
    pressed="#EDEDED",
    disabled="#8D8D8D",
    disabled_ground="#F5F5F5",
    stripe="#E8A317",
)
DARK: Final = Tokens(
    window="#202020",
    card="#2B2B2B",
    outline="#3A3A3A",
    text="#FFFFFF",
    muted="#C8C8C8",
    accent="#60CDFF",
    accent_hover="#56B9E6",
    accent_pressed="#4CA5CD",
    on_accent="#003E5C",
    accent_tint="#243A47",
    passed="#6CCB5F",
    passed_tint="#393D1B",
    warning="#FCE100",
    warning_tint="#433519",
    failed="#FF99A4",
    failed_tint="#442726",
    pending="#9D9D9D",
    border="#9A9A9A",
    field="#333333",
    hover="#343434",
    pressed="#2F2F2F",
    disabled="#7C7C7C",
    disabled_ground="#2F2F2F",
    stripe="#D9A400",
)
