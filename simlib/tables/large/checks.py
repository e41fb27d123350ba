"""What is asked of the rows of a large table together, once their cells are known: keys that stand twice, days in the
wrong order."""

from __future__ import annotations

import ibis.expr.types as ir

from simlib.columns import Table
from simlib.columns.checks import DUPLICATE, part_of
from simlib.problems import Problem
from simlib.tables import cells
from simlib.tables.large.cells import text
from simlib.tables.large.lines import MOST_LINES, SHOWN, Finding
from simlib.tables.large.shape import ROW
from simlib.words import Text

ORDERED = ("admission_date", "discharge_date")  # the first is not after the second


def disordered(rows: ir.Table, attrs: dict) -> list[Finding]:
    """Rows whose second day is before the first."""
    if not set(ORDERED) <= set(rows.columns):
        return []
    admitted, discharged = (rows[name] for name in ORDERED)
    wrong = rows.filter(discharged < admitted)
    count = wrong.count().to_pyarrow().as_py()
    if not count:
        return []
    shown = wrong.select(ROW, shown=wrong[ORDERED[1]].cast("string").left(SHOWN))
    first = shown.order_by(ROW).limit(MOST_LINES).to_pyarrow().to_pylist()
    lines = [Problem(DISCHARGED_EARLIER, *part_of(attrs, "", one[ROW]), ORDERED[1], one["shown"]) for one in first]
    return [Finding(DISCHARGED_EARLIER, ORDERED[1], lines, count)]


def doubles(rows: ir.Table, attrs: dict, table: Table) -> list[Finding]:
    """Rows whose key stands in an earlier row; a blank part of it was refused already."""
    names = [name for name in (table.key, *table.within) if name in rows.columns]
    if table.key not in names:
        return []
    keys = rows.select(ROW, **{name: text(rows[name]) for name in names})
    keys = keys.filter(keys[table.key].notnull())
    twice = keys.group_by(names).aggregate(first=keys[ROW].min(), times=keys.count())
    twice = twice.filter(twice.times > 1)
    count = twice.aggregate(number=(twice.times - 1).sum()).to_pyarrow().to_pylist()[0]["number"] or 0
    if not count:
        return []
    same = twice.rename({f"same_{name}": name for name in names})
    again = keys.join(same, [keys[name].identical_to(same[f"same_{name}"]) for name in names])
    again = again.filter(again[ROW] > again["first"]).order_by(ROW).limit(MOST_LINES)
    lines = []
    for one in again.to_pyarrow().to_pylist():
        (first, row), place = part_of(attrs, "", one["first"]), part_of(attrs, "", one[ROW])
        rule = cells.DOUBLE.fill(row=row) if first == place[0] else DOUBLE_IN.fill(file=first, row=row)
        lines.append(Problem(rule, *place, table.key, " · ".join(one[name] for name in names if one[name] is not None)))
    return [Finding(DUPLICATE, table.key, lines, int(count))]


DISCHARGED_EARLIER = Text("出院日期早于入院日期。请核对。", "It is before the admission date. Check it.")
DOUBLE_IN = Text(
    "与 {file} 第 {row} 行重复。请每个编号只保留一行。", "Row {row} of {file} has it too. Keep one row for each."
)
