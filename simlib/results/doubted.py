"""What a manifest says of the doubts about the data of a run."""

from __future__ import annotations

from simlib.results.inputs import Strict
from simlib.scenario import Run


class DoubtedRow(Strict):
    """Where a doubt is met (simlib.doubts.Row)."""

    file: str
    row: int | None
    column: str
    value: str


class Doubted(Strict):
    """A doubt of the register by its name, with what it finds: how often, how much money [yuan], the first rows."""

    table: str
    rule: str
    count: int
    money: float | None
    rows: list[DoubtedRow]

    @classmethod
    def of(cls, run: Run) -> list[Doubted]:
        return [cls.model_validate(found.plain()) for found in run.doubts]
