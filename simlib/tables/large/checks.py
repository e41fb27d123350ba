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
from simlib.tables.large.queries import ask, same
from simlib.tables.large.shape import ROW
from simlib.words import Text

ORDERED = ("admission_date", "discharge_date")  # the first is not after the second


def disordered(rows: ir.Table, attrs: dict) -> list[Finding]:
    """Rows whose second day is before the first."""
    if not set(ORDERED) <= set(rows.columns):
        return []
    named = same(ROW, *ORDERED)
    count = ask(_count_of_disordered, rows, named)["count"][0].as_py()
    if not count:
        return []
    first = ask(_first_disordered, rows, named).to_pylist()
    lines = [Problem(DISCHARGED_EARLIER, *part_of(attrs, "", one[ROW]), ORDERED[1], one["shown"]) for one in first]
    return [Finding(DISCHARGED_EARLIER, ORDERED[1], lines, count)]


def _disordered(rows: ir.Table) -> ir.Table:
    admitted, discharged = (rows[name] for name in ORDERED)
    return rows.filter(discharged < admitted)


def _count_of_disordered(rows: ir.Table) -> ir.Table:
    wrong = _disordered(rows)
    return wrong.aggregate(count=wrong.count())


def _first_disordered(rows: ir.Table) -> ir.Table:
    wrong = _disordered(rows)
    shown = wrong.select(ROW, shown=wrong[ORDERED[1]].cast("string").left(SHOWN))
    return shown.order_by(ROW).limit(MOST_LINES)


def doubles(rows: ir.Table, attrs: dict, table: Table) -> list[Finding]:
    """Rows whose key stands in an earlier row; a blank part of it was refused already."""
    names = [name for name in (table.key, *table.within) if name in rows.columns]
    if table.key not in names:
        return []
    named = same(ROW, *names)
    count = ask(_count_of_doubles, rows, named)["number"][0].as_py() or 0
    if not count:
        return []
    lines = []
    for one in ask(_first_doubles, rows, named).to_pylist():
        (first, row), place = part_of(attrs, "", one["first"]), part_of(attrs, "", one[ROW])
        rule = cells.DOUBLE.fill(row=row) if first == place[0] else DOUBLE_IN.fill(file=first, row=row)
        lines.append(Problem(rule, *place, table.key, " · ".join(one[name] for name in names if one[name] is not None)))
    return [Finding(DUPLICATE, table.key, lines, int(count))]


def _keys(rows: ir.Table) -> tuple[list[str], ir.Table, ir.Table]:
    """Names and texts of the keys, the table's own first; and those of them that stand twice."""
    names = [name for name in rows.columns if name != ROW]
    keys = rows.select(ROW, **{name: text(rows[name]) for name in names})
    keys = keys.filter(keys[names[0]].notnull())
    twice = keys.group_by(names).aggregate(first=keys[ROW].min(), times=keys.count())
    return names, keys, twice.filter(twice.times > 1)


def _count_of_doubles(rows: ir.Table) -> ir.Table:
    _, _, twice = _keys(rows)
    return twice.aggregate(number=(twice.times - 1).sum())


def _first_doubles(rows: ir.Table) -> ir.Table:
    names, keys, twice = _keys(rows)
    other = twice.rename({f"same_{name}": name for name in names})
    again = keys.join(other, [keys[name].identical_to(other[f"same_{name}"]) for name in names])
    return again.filter(again[ROW] > again["first"]).order_by(ROW).limit(MOST_LINES)


DISCHARGED_EARLIER = Text("出院日期早于入院日期。请核对。", "It is before the admission date. Check it.")
DOUBLE_IN = Text(
    "与 {file} 第 {row} 行重复。请每个编号只保留一行。", "Row {row} of {file} has it too. Keep one row for each."
)
