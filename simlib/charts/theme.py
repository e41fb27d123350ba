"""The colours behind the roles of figures, and the font, of a light and of a dark scheme: of pages and reports
alike."""

from __future__ import annotations

LIGHT = {
    "ink": "#1d2733", "muted": "#5d6b7a", "grid": "#dfe4ea", "paper": "#ffffff", "ground": "#f4f6f8",
    "c1": "#0b6fb8", "c2": "#d9822b", "c3": "#5aa469", "c4": "#8a63b8", "c5": "#c4504f", "c6": "#4fa3a5",
    "c7": "#9a7b4f", "c8": "#7a8794",
    "accent": "#0b5cab", "below": "#c2500a", "within": "#7a8794", "above": "#0b6fb8", "warn": "#fff4dc",
    "warn-ink": "#6b4700",
}  # fmt: skip
DARK = {
    "ink": "#e6ebf0", "muted": "#9fadbb", "grid": "#35414d", "paper": "#1b232c", "ground": "#12181f",
    "c1": "#58a6ff", "c2": "#f0a35e", "c3": "#7fcf8f", "c4": "#b392f0", "c5": "#ff7b72", "c6": "#76d3d5",
    "c7": "#c9a96e", "c8": "#8b98a5",
    "accent": "#6cb6ff", "below": "#f0883e", "within": "#8b98a5", "above": "#58a6ff", "warn": "#3a2f14",
    "warn-ink": "#f2d597",
}  # fmt: skip
FONT = (
    'system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif'
)


def variables(selector: str) -> str:
    """The colours as CSS variables (``--sim-ink``) of the elements that ``selector`` picks; paper stays light, and what
    is laid out for it."""
    light, dark = ("".join(f"--sim-{role}:{colour};" for role, colour in one.items()) for one in (LIGHT, DARK))
    font = f"--sim-font:{FONT};"
    return (
        f"{selector}{{{light}{font}}}"
        f"@media screen and (prefers-color-scheme: dark){{{selector}:not(.sim-printing){{{dark}color-scheme:dark}}}}"
    )
