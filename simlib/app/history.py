"""What a visitor's moves were: steps back and forth among values, and the run before the last of them.

A step is all that was done as one: a drag, a preset, a reset. So many are kept that nobody misses an older one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from simlib.params import Params
from simlib.scenario import Run

MOST = 100  # steps back

Values = dict[str, Params]


@dataclass
class History:
    """The values before and after those in force, the nearest last."""

    past: list[Values] = field(default_factory=list)
    future: list[Values] = field(default_factory=list)
    before: tuple[Run, Run] | None = None  # the run before the last step, and the one under the document's values
    step: str | None = None  # the name of the last step, while it may go on

    def moved(self, former: Values, runs: tuple[Run, Run], step: str | None = None) -> None:
        """Values were changed from ``former``, which gave ``runs``; with the name of the last step, within it."""
        goes_on = step is not None and step == self.step
        self.step = step
        self.future.clear()
        if goes_on:
            return
        self.past.append(former)
        del self.past[:-MOST]
        self.before = runs

    def turned(self, former: Values, runs: tuple[Run, Run], back: bool) -> None:
        """A step back, or forth, was taken from ``former``."""
        source, target = (self.past, self.future) if back else (self.future, self.past)
        source.pop()
        target.append(former)
        self.before, self.step = runs, None
