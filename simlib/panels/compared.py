"""What the comparison page shows at one moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from simlib.comparison.compare import Comparison
from simlib.panels.panel import names
from simlib.rules import FAMILIES
from simlib.rules.family import Family
from simlib.tables import Tables
from simlib.words import Text


@dataclass(frozen=True)
class Compared:
    """Everything these panels draw from: scenarios that were compared, and the rule that is looked at.

    ``comparison`` is None while fewer than two scenarios are chosen, ``rule`` where nothing can be compared.
    """

    comparison: Comparison | None
    rule: str | None
    explain: Callable[[int, str], list[Text]]
    picked: str | None = None
    choices: dict[str, str] = field(default_factory=dict)
    follow: tuple[str, ...] = ()  # the rules that its money passes through next

    @property
    def done(self) -> Comparison:
        """The comparison, where there is one: without it nothing is drawn that asks for it."""
        if self.comparison is None:
            raise LookupError("fewer than two scenarios are chosen")
        return self.comparison

    @property
    def looked(self) -> str:
        """The rule that is looked at, where anything can be compared."""
        if self.rule is None:
            raise LookupError("nothing can be compared")
        return self.rule

    @property
    def family(self) -> Family:
        return FAMILIES[self.looked]

    @property
    def runs(self) -> list[int]:
        """The scenarios that can be compared by this rule, by number from 0."""
        return self.done.rules[self.looked]

    @property
    def others(self) -> list[int]:
        return [n for n in self.runs if n != self.done.baseline]

    @property
    def inputs(self) -> Tables:
        """The tables as the rule saw them under the baseline."""
        return self.done.runs[self.done.baseline].parts[self.looked].seen

    @property
    def table(self) -> pd.DataFrame:
        return self.done.side_by_side(self.looked)

    @property
    def named(self) -> dict[str, str]:
        return names(self.done.runs[self.done.baseline].parts[self.looked])

    def title(self, n: int) -> Text:
        """A scenario by number and title."""
        return Text(*(f"{n + 1} {part}" for part in self.done.titles[n]))
