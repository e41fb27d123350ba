"""The checks of a large table, as expressions that an engine runs: the rules of simlib.tables.cells, asked of all rows
at once.

A sound table costs one look at its cells and one at its keys. Only columns in which the first look finds something
odd are looked at again, for what it is and in which rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import ibis
import ibis.expr.types as ir

from simlib.columns import Column, Table, Type
from simlib.columns.checks import DUPLICATE
from simlib.problems import BadInput, Problem
from simlib.tables import cells
from simlib.tables.large.cells import SPACE, indefinite, midnight, number, text, tidy, typed
from simlib.tables.large.table import ROW, Large, engine
from simlib.tables.rows import LONG_CELL, LONGEST_CELL
from simlib.words import Text

MOST_LINES = 20  # of one rule in one column; the rest is counted
SHOWN = 200  # characters of a cell that are fetched for a line, which shows fewer
HIDDEN = "".join(rf"\p{{{category}}}" for category in sorted(cells.HIDDEN - {"Cs"}))  # no UTF-8 holds a Cs
NOT_PLAIN = f"^[{re.escape(cells.STARTS)}{SPACE}]|[{HIDDEN}]|[{SPACE}]$"
NUMBER, DATE = (f"^({pattern.pattern})$" for pattern in (cells.NUMBER, cells.DATE))
NOT_FINITE = r"^[+-]*(nan|inf|infinity)[+-]*$"
YEARS = 1000, 2999  # as cells.DATE has them
ORDERED = ("admission_date", "discharge_date")  # the first is not after the second

Rules = list[tuple[Text, ir.BooleanValue]]


@dataclass(frozen=True)
class Finding:
    """A rule that rows break: the first of them, and how many there are."""

    rule: Text
    column: str
    lines: list[Problem]
    count: int


def checked(large: Large, missing: Sequence[Problem] = (), found: Sequence[Finding] = ()) -> Large:
    """The table, its untidy columns now known.

    BadInput with what is ``missing``, then the first rows in which each rule is broken; ``found`` was so before.
    """
    file = large.attrs["file"]
    with engine() as backend:
        rows = large.written(backend, numbered=True)
        odd = _counts(rows, {name: odd_cell(rows[name], column) for name, column in large.declared.items()})
        untidy = frozenset(name for name, count in odd.items() if count)
        found, sound = list(found), {}
        for name, column in large.declared.items():
            cell = tidy(rows[name]) if name in untidy else rows[name]
            sound[name] = typed(cell, column, ir.Value.try_cast)
            if name in untidy:
                bad = rules(cell, column)
                which = ibis.cases(*((broken, place) for place, (_, broken) in enumerate(bad)), else_=len(bad))
                found += _findings(rows, file, name, text(cell), which, [rule for rule, _ in bad])
                sound[name] = ibis.cases((which == len(bad), sound[name]))
        if sound.keys() >= set(ORDERED):
            admitted, discharged = (sound[name] for name in ORDERED)
            which = ibis.cases((discharged < admitted, 0), else_=1)
            found += _findings(rows, file, ORDERED[1], discharged.cast("string"), which, [DISCHARGED_EARLIER])
        found += _doubles(rows, file, large.table, sound)
    if missing or found:
        raise BadInput([*missing, *_lines(found, file)])
    return replace(large, untidy=untidy)


def _lines(found: list[Finding], file: str) -> list[Problem]:
    """The lines of all findings in the order of the rows, then of each how many more rows there are."""
    lines = sorted((line for one in found for line in one.lines), key=lambda line: line.row or 0)
    more = [(one, one.count - len(one.lines)) for one in found]
    return lines + [
        Problem(MORE.fill(count=f"{count:,}", rule=one.rule), file, column=one.column) for one, count in more if count
    ]


def odd_cell(cell: ir.Value, column: Column) -> ir.BooleanValue:
    """Whether a cell, as it stands in the file, is to be looked at: it breaks a rule, or is not tidy."""
    if column.type is not Type.TEXT or not cell.type().is_string():
        nowhere = [indefinite(cell)] if cell.type().is_floating() else []
        return ibis.or_(*nowhere, *(broken for _, broken in rules(cell, column)))
    odd = (cell == "") | cell.re_search(NOT_PLAIN) | (cell.length() > LONGEST_CELL)
    return odd | cell.isnull() if column.required else odd


def rules(cell: ir.Value, column: Column) -> Rules:
    """The rules for a tidy cell, each with whether the cell breaks it; the first broken one is what is said."""
    found: Rules = []
    if cell.type().is_string():
        found.append((LONG_CELL.fill(limit=f"{LONGEST_CELL:,}"), cell.length() > LONGEST_CELL))
    if column.required:
        found.append((cells.BLANK, cell.isnull()))
    words = text(cell)
    match column.type:
        case Type.TEXT:
            found.append((cells.FORMULA, words.left(1).isin(list(cells.STARTS))))
            found.append((cells.CONTROL, words.re_search(f"[{HIDDEN}]")))
        case Type.CHOICE:
            found.append((cells.not_an_option(column), ~words.isin(list(column.options))))
        case Type.BOOLEAN if not cell.type().is_boolean():
            found.append((cells.NOT_BOOLEAN, ~words.lower().isin(list(cells.YES_NO))))
        case Type.DATE:
            found.append((cells.NOT_DATE, _no_date(cell)))
        case Type.INTEGER | Type.NUMBER | Type.MONEY:
            found += _number_rules(cell, column)
    return found


def _number_rules(cell: ir.Value, column: Column) -> Rules:
    value, words = number(cell, ir.Value.try_cast), text(cell)
    if cell.type().is_numeric():
        found = [(cells.NOT_FINITE, value.isinf())]
    else:
        sound = words.re_search(NUMBER)
        found = [
            (cells.NOT_FINITE, ibis.cases((~sound, words.lower().re_search(NOT_FINITE)))),
            (cells.NOT_NUMBER, ~sound),
        ]
    found.append((cells.out_of_range(column), ~value.between(column.low, column.high)))
    if column.type is Type.INTEGER and not cell.type().is_integer():
        found.append((cells.NOT_INTEGER, value % 1 != 0))
    if column.type is Type.MONEY and not cell.type().is_integer():
        found.append((cells.PART_OF_FEN, value.round(2) != value))
    return found


def _no_date(cell: ir.Value) -> ir.BooleanValue:
    kind = cell.type()
    if kind.is_date():
        return ~cell.year().between(*YEARS)
    if kind.is_timestamp() and kind.timezone is None:
        return ~(midnight(cell) & cell.year().between(*YEARS))
    dated = text(cell).re_search(DATE)
    day = text(cell).replace("/", "-").try_cast("date")
    return ibis.cases((dated, day.isnull()), (~dated, True))


def _doubles(rows: ir.Table, file: str, table: Table, sound: dict[str, ir.Value]) -> list[Finding]:
    """Rows whose key stands in an earlier row; a blank part of it was refused already."""
    names = [name for name in (table.key, *table.within) if name in sound]
    if table.key not in names:
        return []
    keys = rows.select(ROW, **{name: text(sound[name]) for name in names})
    keys = keys.filter(keys[table.key].notnull())
    twice = keys.group_by(names).aggregate(first=keys[ROW].min(), times=keys.count())
    twice = twice.filter(twice.times > 1)
    count = _value(twice, (twice.times - 1).sum())
    if not count:
        return []
    same = twice.rename({f"same_{name}": name for name in names})
    again = keys.join(same, [keys[name].identical_to(same[f"same_{name}"]) for name in names])
    again = again.filter(again[ROW] > again["first"]).order_by(ROW).limit(MOST_LINES)
    lines = [
        Problem(
            cells.DOUBLE.fill(row=one["first"]), file, one[ROW], table.key,
            " · ".join(one[name] for name in names if one[name] is not None),
        )
        for one in again.to_pyarrow().to_pylist()
    ]  # fmt: skip
    return [Finding(DUPLICATE, table.key, lines, count)]


def _findings(
    rows: ir.Table, file: str, name: str, shown: ir.StringValue, which: ir.IntegerValue, texts: list[Text]
) -> list[Finding]:
    """Each of the rules ``texts`` that some row breaks, by its number in ``which``."""
    counts = _counts(rows, {str(place): which == place for place in range(len(texts))})
    found = []
    for place, rule in enumerate(texts):
        if count := counts[str(place)]:
            broken = rows.select(ROW, shown=shown.left(SHOWN), which=which)
            first = broken.filter(broken.which == place).order_by(ROW).limit(MOST_LINES).to_pyarrow().to_pylist()
            lines = [Problem(rule, file, one[ROW], name, one["shown"]) for one in first]
            found.append(Finding(rule, name, lines, count))
    return found


def _counts(rows: ir.Table, conditions: dict[str, ir.BooleanValue]) -> dict[str, int]:
    """In how many rows each condition holds."""
    one = rows.aggregate(**{name: rows.count(where=condition) for name, condition in conditions.items()})
    return one.to_pyarrow().to_pylist()[0]


def _value(rows: ir.Table, number: ir.IntegerScalar) -> int:
    return rows.aggregate(number=number).to_pyarrow().to_pylist()[0]["number"] or 0


MORE = Text("另有 {count} 行也是如此：{rule}", "{count} more rows: {rule}")
DISCHARGED_EARLIER = Text("出院日期早于入院日期。请核对。", "It is before the admission date. Check it.")
