"""How the cells of a large table are written, as expressions: of a cell that is written in its column's plain way or in
one of the forms of simlib.tables.forms, alone, what it means.

What is written in any other way is left to simlib.tables.typed, which reads each such text once; so a large table says
what a small one says. Importing this imports Ibis.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from simlib.columns import Column, Type
from simlib.tables import cells
from simlib.tables.forms import DIGITS, forms, marks, options, word
from simlib.tables.found import Found
from simlib.tables.large.cells import midnight, text, tidy, typed
from simlib.tables.large.look import ODD_TEXT, UNCHANGED, Kinds, Spot, folded, known_word, odd, one_of, spots
from simlib.tables.large.pieces import OWN, piece, spliced
from simlib.tables.large.queries import answer, quoted, source
from simlib.tables.reader import LONGEST_CELL

NUMBER, DATE = (f"^(?:{pattern.pattern})$" for pattern in (cells.NUMBER, cells.DATE))
UNSCALED = "^[^eE]*$"  # a number that a power of ten may follow
BEFORE_DIGITS = r"^[+\-0.]+|\.|0+$"  # and what is no digit after them
FIFTEEN = f"{{:.{DIGITS}g}}"
FLOAT = ibis.dtype("float64")
WORD, NOISY = 1, 2  # numbers of ways; those of the forms follow
KINDS = {
    Type.TEXT: "string", Type.CHOICE: "string", Type.INTEGER: "int64", Type.NUMBER: "float64", Type.MONEY: "float64",
    Type.BOOLEAN: "boolean", Type.DATE: "date",
}  # fmt: skip


@ibis.udf.scalar.builtin(name="format")
def _written(pattern: str, number: float) -> str: ...  # type: ignore[empty-body]  # a function of DuckDB


class Copied(NamedTuple):
    """The columns that a place gives: a value, the number of the way in which it was written (0 the plain one,
    ``WORD``, -1 none that an expression knows), where that is not 0 the tidy cell; in between whether a cell is plain,
    and what an odd one would be in the plain way."""

    value: str
    way: str
    cell: str
    plain: str
    meant: str

    @classmethod
    def of(cls, spot: Spot) -> Copied:
        return cls(*(f"{kind}_{spot.cell}_{spot.name}" for kind in cls._fields))


ITS_OWN = Copied(*(OWN + kind for kind in Copied._fields))  # in a piece of a query


def copied(source: str, kinds: Kinds, found: Found, expected: Mapping[Spot, bool]) -> str:
    """A query of the cells of a part as they are meant: the columns ``Copied`` of each place, sums by their names, the
    row of the file where there is one, and the cells of columns without a heading.

    Only for ``expected`` places the ways are worked out, of those where it is true without asking whether a cell is
    plain; others have none, and no value where they are not plain.
    """
    several = spots(found)
    pieces = []
    for spot in several:
        names = {"raw": spot.cell, **Copied.of(spot)._asdict()}
        how = {"ways": spot in expected, "all_odd": expected.get(spot, False)}
        pieces.append(piece(_copied, {"raw": kinds[spot.cell]}, names, spot=spot.anywhere, **how))
    others = [name for name in kinds if name not in {spot.cell for spot in several}]
    query = spliced(source, pieces, others)
    sums = []
    for name in (name for name, places in found.sources.items() if len(places.places) > 1):
        values = {str(spot.part): Copied.of(spot).value for spot in several if spot.name == name}
        sums.append(piece(_sum, dict.fromkeys(values, FLOAT), {**values, "sum": name}))
    copies = [name for one in pieces for name in one.given]
    return spliced(f"({query})", sums, [*others, *copies]) if sums else query


def _copied(cells: ir.Table, spot: Spot, ways: bool, all_odd: bool) -> ir.Table:
    """Each step is a query of its own, so that what it works out is worked out once, and for odd cells alone."""
    raw, (value, way, cell, plain, _) = OWN + "raw", ITS_OWN
    known = ibis.literal(False) if all_odd else ~odd(cells[raw], spot.declared, spot.key).fill_null(False)
    rows = cells.mutate(**{plain: known})
    rows = rows.select(plain, **{
        value: ibis.cases((rows[plain], typed(rows[raw], spot.declared, ir.Value.try_cast))),
        cell: ibis.cases((~rows[plain], tidy(rows[raw]))),
    })  # fmt: skip
    return _known(rows, {spot: ITS_OWN}).select(value, way, cell) if ways else rows.select(value, cell)


def _sum(values: ir.Table) -> ir.Table:
    return values.select(**{OWN + "sum": added([values[name] for name in values.columns])})


def completed(rows: ir.Table, several: Collection[Spot]) -> ir.Table:
    """Rows as ``copied`` has them, with the ways of further places."""
    if not several:
        return rows
    pieces, schema = [], rows.schema()
    for spot in several:
        names = Copied.of(spot)
        kinds = {"value": schema[names.value], "cell": schema[names.cell]}
        pieces.append(piece(_completed, kinds, names._asdict(), spot=spot.anywhere))
    changed = {name for one in pieces for name in one.given}
    query = spliced(source(rows), pieces, [name for name in rows.columns if name not in changed])
    return answer(rows.get_backend(), query)


def _completed(cells: ir.Table, spot: Spot) -> ir.Table:
    value, way, cell, plain, _ = ITS_OWN
    odd = cells[cell].notnull()
    odd = odd if not spot.column.filled else odd | cells[value].isnull()
    return _known(cells.mutate(**{plain: ~odd}), {spot: ITS_OWN}).select(value, way, cell)


def left_open(names: Copied, filled: bool) -> str:
    """DuckDB's words for whether a cell of a place whose ways are not worked out is not plain."""
    odd = f"{quoted(names.cell)} IS NOT NULL"
    return f"({odd} OR {quoted(names.value)} IS NULL)" if filled else odd


def _known(rows: ir.Table, places: Mapping[Spot, Copied]) -> ir.Table:
    """With the way and the value of each cell that is not plain."""
    if not places:
        return rows
    known = {spot: Known.of(rows[names.cell], spot) for spot, names in places.items()}
    rows = rows.mutate(
        **{names.way: ibis.ifelse(rows[names.plain], 0, known[spot].way) for spot, names in places.items()}
    )
    rows = rows.mutate(**{names.meant: known[spot].meant(rows[names.way]) for spot, names in places.items()})
    rows = rows.mutate(**{
        names.value: ibis.ifelse(
            rows[names.plain], rows[names.value], known[spot].value(rows[names.way], rows[names.meant])
        )
        for spot, names in places.items()
    })  # fmt: skip
    rows = rows.mutate(**{names.way: _settled(rows, spot, names) for spot, names in places.items()})
    return rows.mutate(
        **{names.cell: ibis.cases((rows[names.way] != 0, rows[names.cell])) for names in places.values()}
    )


def _settled(rows: ir.Table, spot: Spot, names: Copied) -> ir.IntegerValue:
    """The number of the way, once the value is known: -1 where there is none."""
    unread = rows[names.value].isnull() & (rows[names.way] != WORD)
    odd = ibis.ifelse(unread, -1, rows[names.way])
    odd = ibis.ifelse(rows[names.cell].isnull(), 0 if not spot.column.filled else -1, odd)
    return ibis.ifelse(rows[names.plain], 0, odd).cast("int8")


def added(values: list[ir.Value]) -> ir.Value:
    """What several amounts add up to, exact to the fen: blanks count 0, and all of them blank are a blank."""
    fen = sum(((value * 100).round().cast("int64").fill_null(0) for value in values), ibis.literal(0))
    return ibis.ifelse(
        ibis.or_(*(value.notnull() for value in values)), fen.cast("float64") / 100, ibis.null("float64")
    )


class Known(NamedTuple):
    """What expressions know of the tidy cells of a place that are not plain at first sight."""

    spot: Spot
    words: ir.StringValue
    way: ir.IntegerValue
    texts: dict[int, ir.StringValue]  # by way: the cell in the plain way of writing
    unscaled: list[int]  # ways of a place with a scale whose own unit counts

    @classmethod
    def of(cls, cell: ir.Value, spot: Spot) -> Known:
        words, column, scale = as_text(cell), spot.column, spot.scale
        tried: list[tuple[ir.BooleanValue, int]] = [(_plain(words, column, scale), 0)]
        texts, unscaled = {0: words}, []
        if column.type in (Type.NUMBER, Type.MONEY) and not scale:
            tried.append((_noisy(words), NOISY))
            texts[NOISY] = _written(FIFTEEN, words.try_cast("float64"))
        if column.type not in (Type.INTEGER, Type.CHOICE, Type.BOOLEAN):  # of those there are few texts
            for number, form in enumerate(forms(column), start=NOISY + 1):
                pattern = f"^(?:{form.pattern})$"
                meant = words.re_replace(pattern, form.plain)
                for character in form.without:
                    meant = words.replace(character, "")
                tried.append((words.re_search(pattern), number))
                texts[number] = meant
                unscaled += [number] if form.unit else []
        if said := _dictionary(spot):
            known = (one_of(folded(words), said) & ~words.re_search(UNCHANGED), WORD)
            # A word may be a plain text too, but neither a number nor a date.
            tried.insert(0 if column.type in (Type.TEXT, Type.CHOICE, Type.BOOLEAN) else len(tried), known)
        return cls(spot, words, ibis.cases(*tried, else_=-1), texts, unscaled)

    def meant(self, way: ir.IntegerValue) -> ir.StringValue:
        plain = ibis.cases(*((way == number, text) for number, text in self.texts.items()))
        if self.spot.column.type is Type.DATE:  # what the engine knows as it stands need not be written anew
            plain = ibis.ifelse((way > NOISY) & self.words.try_cast("date").notnull(), self.words, plain)
        return plain

    def value(self, way: ir.IntegerValue, meant: ir.StringValue) -> ir.Value:
        power: ir.StringValue | None = None
        if self.spot.scale:
            power = ibis.literal(f"e{self.spot.scale}")
            power = ibis.ifelse(way.isin(self.unscaled), "", power) if self.unscaled else power
        value = _value(meant, self.spot.column, power).cast(KINDS[self.spot.column.type])
        if self.spot.column.type is Type.DATE:  # the engine knows a date before a time; that is faster than a pattern
            value = ibis.ifelse(way > NOISY, ibis.coalesce(self.words.try_cast("date"), value), value)
        if said := _dictionary(self.spot):
            value = ibis.ifelse(way == WORD, _said(folded(self.words), said, self.spot.column), value)
        return value


@cache
def _words(column: Column) -> dict[str, str | bool | None]:
    known = {one: None if said == "" else said for one, said in options(column).items()}
    missing = () if column.filled else marks(column)
    return {**dict.fromkeys(missing), **known}


def _dictionary(spot: Spot) -> dict[str, str | bool | None]:
    """What words stand for in cells of a place, as simlib.tables.typed has it; None is a blank."""
    return _words(spot.column) | {word(code): option for code, option in spot.codes.items()}


def _said(folded: ir.StringValue, said: dict[str, str | bool | None], column: Column) -> ir.Value:
    something = [(folded == one, meant) for one, meant in said.items() if meant is not None]
    return ibis.cases(*something) if something else ibis.null(KINDS[column.type])


def _plain(words: ir.StringValue, column: Column, scale: int) -> ir.BooleanValue:
    """Whether a text is in the plain way of writing, or in none of the others."""
    match column.type:
        case Type.TEXT:
            return ~words.left(1).isin(["=", "'"])
        case Type.CHOICE | Type.BOOLEAN:
            return ibis.literal(True)
        case Type.DATE:
            return words.re_search(DATE)
    number = words.re_search(NUMBER) & ~_noisy(words)
    return number & words.re_search(UNSCALED) if scale else number


def _noisy(words: ir.StringValue) -> ir.BooleanValue:
    """As simlib.tables.forms has it, of a number without a power of ten."""
    long = (words.length() > DIGITS + 1) & words.re_search(r"^[+-]?[0-9]*\.[0-9]+$")
    return long & (words.re_replace(BEFORE_DIGITS, "").length() > DIGITS)


def _value(words: ir.StringValue, column: Column, power: ir.StringValue | None) -> ir.Value:
    """The value of a text in the plain way of writing; null where it breaks a rule of its column, or may.

    ``power`` is what follows a number that counts thousands or the like.
    """
    match column.type:
        case Type.TEXT:
            strange = words.re_search("|".join(ODD_TEXT)) | (words.length() > LONGEST_CELL) | (words == "")
            return ibis.ifelse(strange | known_word(words, column), ibis.null("string"), words)
        case Type.CHOICE:
            return ibis.ifelse(one_of(words, column.options), words, ibis.null("string"))
        case Type.BOOLEAN:
            yes, no = ([word for word, value in cells.YES_NO.items() if value is one] for one in (True, False))
            return ibis.cases((words.lower().isin(yes), True), (words.lower().isin(no), False))
        case Type.DATE:
            return words.replace("/", "-").try_cast("date")
    value = (words if power is None else words + power).try_cast("float64")
    fits = words.re_search(NUMBER) & value.between(column.low, column.high) & ~_noisy(words)
    match column.type:
        case Type.MONEY:
            fits &= value.round(2) == value
        case Type.INTEGER:
            fits &= value % 1 == 0
    value = ibis.ifelse(fits, value, ibis.null("float64"))
    return value.cast("int64") if column.type is Type.INTEGER else value


def as_text(cell: ir.Value) -> ir.StringValue:
    """A tidy cell as simlib.tables.sheets has it, in so far as it is plain."""
    kind = cell.type()
    if kind.is_float64():
        return _written(FIFTEEN, cell)
    if kind.is_timestamp() and kind.timezone is None:
        return ibis.ifelse(midnight(cell), cell.strftime("%Y-%m-%d"), cell.strftime("%Y-%m-%d %H:%M:%S"))
    return text(cell)
