"""The checks of a large table, as expressions that an engine runs: the rules of simlib.tables.cells, asked of all rows
at once.

A sound table costs one look at its cells and one at its keys. Only columns in which the first look finds something
odd are looked at again, for what it is and in which rows.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import ibis
import ibis.expr.types as ir

from simlib.columns import Column, Type
from simlib.columns.checks import DUPLICATE
from simlib.problems import BadInput, Problem
from simlib.tables import cells
from simlib.tables.large.cells import SPACE, indefinite, midnight, number, text, tidy, typed
from simlib.tables.large.queries import MOST_KEPT, Ask, Queries
from simlib.tables.large.shape import ROW, Shape
from simlib.tables.large.stored import stored
from simlib.tables.large.table import Large
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
FILE = "file"  # by which the engine knows what is checked

Options = tuple[tuple[str, Hashable], ...]
Rules = list[tuple[Text, ir.BooleanValue]]


@dataclass(frozen=True)
class Finding:
    """A rule that rows break: the first of them, and how many there are."""

    rule: Text
    column: str
    lines: list[Problem]
    count: int


def checked(
    large: Large, backend: ibis.BaseBackend, missing: Sequence[Problem] = (), found: Sequence[Finding] = ()
) -> Large:
    """The table, its untidy columns now known.

    BadInput with what is ``missing``, then the first rows in which each rule is broken; ``found`` was so before.
    """
    file, shape, found = large.attrs["file"], large.shape, list(found)
    queries = Queries(backend)
    large.stored(queries, FILE, numbered=True)
    odd = queries.first(_odd_cells, FILE, shape=shape)
    untidy = frozenset(name for name, count in odd.items() if count)
    for name in shape.declared:
        if name in untidy:
            texts = _texts(queries.schemas[FILE], shape, name)
            found += _findings(queries, file, name, texts, _which_rule, shape=shape, column=name)
    if shape.declared.keys() >= set(ORDERED):
        found += _findings(queries, file, ORDERED[1], [DISCHARGED_EARLIER], _which_order, shape=shape, untidy=untidy)
    found += _doubles(queries, file, shape, untidy)
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
    return odd | cell.isnull() if column.filled else odd


def rules(cell: ir.Value, column: Column) -> Rules:
    """The rules for a tidy cell, each with whether the cell breaks it; the first broken one is what is said."""
    found: Rules = []
    if cell.type().is_string():
        found.append((LONG_CELL.fill(limit=f"{LONGEST_CELL:,}"), cell.length() > LONGEST_CELL))
    if column.filled:
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


def _doubles(queries: Queries, file: str, shape: Shape, untidy: frozenset[str]) -> list[Finding]:
    """Rows whose key stands in an earlier row; a blank part of it was refused already."""
    names = tuple(name for name in (shape.table.key, *shape.table.within) if name in shape.declared)
    if shape.table.key not in names:
        return []
    options = {"shape": shape, "untidy": untidy, "names": names}
    count = queries.first(_count_of_doubles, FILE, **options)["number"] or 0
    if not count:
        return []
    lines = [
        Problem(
            cells.DOUBLE.fill(row=one["first"]), file, one[ROW], shape.table.key,
            " · ".join(one[name] for name in names if one[name] is not None),
        )
        for one in queries.arrow(_first_doubles, FILE, **options).to_pylist()
    ]  # fmt: skip
    return [Finding(DUPLICATE, shape.table.key, lines, count)]


def _keys(file: ir.Table, shape: Shape, untidy: frozenset[str], names: tuple[str, ...]) -> tuple[ir.Table, ir.Table]:
    """The keys of all rows, and those that stand more than once."""
    rows = stored(file, shape, numbered=True)
    cells_of = _sound_cells(rows, shape, untidy)
    keys = rows.select(ROW, **{name: text(cells_of[name]) for name in names})
    keys = keys.filter(keys[shape.table.key].notnull())
    twice = keys.group_by(list(names)).aggregate(first=keys[ROW].min(), times=keys.count())
    return keys, twice.filter(twice.times > 1)


def _count_of_doubles(file: ir.Table, shape: Shape, untidy: frozenset[str], names: tuple[str, ...]) -> ir.Table:
    _, twice = _keys(file, shape, untidy, names)
    return twice.aggregate(number=(twice.times - 1).sum())


def _first_doubles(file: ir.Table, shape: Shape, untidy: frozenset[str], names: tuple[str, ...]) -> ir.Table:
    keys, twice = _keys(file, shape, untidy, names)
    same = twice.rename({f"same_{name}": name for name in names})
    again = keys.join(same, [keys[name].identical_to(same[f"same_{name}"]) for name in names])
    return again.filter(again[ROW] > again["first"]).order_by(ROW).limit(MOST_LINES)


def _sound_cells(rows: ir.Table, shape: Shape, untidy: frozenset[str]) -> dict[str, ir.Value]:
    """The values of all columns in their types; null where a cell breaks a rule."""
    found: dict[str, ir.Value] = {}
    for name, column in shape.declared.items():
        cell = tidy(rows[name]) if name in untidy else rows[name]
        found[name] = typed(cell, column, ir.Value.try_cast)
        if name in untidy:
            number = rules(cell, column)
            found[name] = ibis.cases((_number_of(number) == len(number), found[name]))
    return found


def _number_of(found: Rules) -> ir.IntegerValue:
    """The number of the first rule that a cell breaks; how many there are where it breaks none."""
    return ibis.cases(*((broken, place) for place, (_, broken) in enumerate(found)), else_=len(found))


def _odd_cells(file: ir.Table, shape: Shape) -> ir.Table:
    """How many odd cells each column has."""
    rows = stored(file, shape)
    return _counts(rows, {name: odd_cell(rows[name], column) for name, column in shape.declared.items()})


@lru_cache(maxsize=MOST_KEPT)
def _texts(file: ibis.Schema, shape: Shape, name: str) -> list[Text]:
    """The rules for the cells of a column, by the numbers that :func:`_which_rule` gives them."""
    rows = stored(ibis.table(file, name=FILE), shape)
    return [rule for rule, _ in rules(tidy(rows[name]), shape.declared[name])]


def _which_rule(file: ir.Table, shape: Shape, column: str) -> ir.Table:
    """Of each row: the cell of a column as text, unless it must not be shown, and the number of the rule that it
    breaks."""
    rows, declared = stored(file, shape, numbered=True), shape.declared[column]
    cell = tidy(rows[column])
    shown = ibis.null("string") if declared.personal else text(cell).left(SHOWN)
    return rows.select(ROW, shown=shown, which=_number_of(rules(cell, declared)))


def _which_order(file: ir.Table, shape: Shape, untidy: frozenset[str]) -> ir.Table:
    """Of each row: the second of two days, and 0 where it is the earlier one."""
    rows = stored(file, shape, numbered=True)
    admitted, discharged = (_sound_cells(rows, shape, untidy)[name] for name in ORDERED)
    which = ibis.cases((discharged < admitted, 0), else_=1)
    return rows.select(ROW, shown=discharged.cast("string").left(SHOWN), which=which)


def _findings(
    queries: Queries, file: str, name: str, texts: list[Text], which: Ask, **options: Hashable
) -> list[Finding]:
    """Each of the rules ``texts`` that some row breaks, by its number in ``which``."""
    counts = queries.first(_broken, FILE, of=which, most=len(texts), options=tuple(options.items()))
    found = []
    for place, rule in enumerate(texts):
        if count := counts[str(place)]:
            first = queries.arrow(_first_broken, FILE, of=which, place=place, options=tuple(options.items()))
            lines = [Problem(rule, file, one[ROW], name, one["shown"]) for one in first.to_pylist()]
            found.append(Finding(rule, name, lines, count))
    return found


def _broken(file: ir.Table, of: Ask, most: int, options: Options) -> ir.Table:
    """In how many rows each of the rules is broken."""
    rows = of(file, **dict(options))
    return _counts(rows, {str(place): rows.which == place for place in range(most)})


def _first_broken(file: ir.Table, of: Ask, place: int, options: Options) -> ir.Table:
    rows = of(file, **dict(options))
    return rows.filter(rows.which == place).order_by(ROW).limit(MOST_LINES)


def _counts(rows: ir.Table, conditions: dict[str, ir.BooleanValue]) -> ir.Table:
    """In how many rows each condition holds."""
    return rows.aggregate(**{name: rows.count(where=condition) for name, condition in conditions.items()})


MORE = Text("另有 {count} 行也是如此：{rule}", "{count} more rows: {rule}")
DISCHARGED_EARLIER = Text("出院日期早于入院日期。请核对。", "It is before the admission date. Check it.")
