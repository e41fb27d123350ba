"""A run's headline numbers in a terminal."""

from __future__ import annotations

from simlib.columns import Type
from simlib.rules import FAMILIES
from simlib.scenario import Run


def printed(done: Run, lang: str) -> list[str]:
    """The scenario, then each rule with its numbers."""
    lines = [done.scenario.name.to(lang)]
    for name, numbers in done.summary.items():
        lines.append(FAMILIES[name].label.to(lang))
        for column in FAMILIES[name].headlines:
            shown = f"{numbers[column.name]:,.2f}" if column.type is Type.MONEY else f"{numbers[column.name]:,}"
            lines.append(f"  {column.label.to(lang)}  {shown} {column.unit.to(lang)}".rstrip())
    return lines
