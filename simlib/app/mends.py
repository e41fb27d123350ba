"""What a visitor can say of one sheet, each checked, whatever a browser sends: its table, its header, what a heading or
a value means. Each turns the entry of ``columns.yaml`` that is about the sheet into another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from simlib.columns import INSTITUTIONS, TABLES, Type
from simlib.problems import BadInput, Problem
from simlib.tables.forms import SCALES, word
from simlib.tables.found import Found
from simlib.tables.headings import spellings
from simlib.tables.mapping import NONE, Entry
from simlib.words import Text

KEY = "institution_id"
PLUS = "+"  # before a column of which a heading is one of several that add up to it
Mend = Callable[[Entry, Found | None, str, str], Entry]  # of a key, such as a heading, and a value, which may be empty


def _table(entry: Entry, found: Found | None, key: str, value: str) -> Entry:
    """What was said of another table's columns holds no longer."""
    if value and value != NONE and value not in TABLES:
        raise BadInput(Problem(NOT_SO, column="table", value=value))
    return Entry(entry.file, entry.sheet, value, entry.header if value != NONE else (), units=entry.units)


def _header(entry: Entry, found: Found | None, key: str, value: str) -> Entry:
    rows = [int(one) for one in value.split("-") if one.isdecimal()]
    if value and (len(rows) not in (1, 2) or value != "-".join(map(str, rows)) or min(rows) < 1):
        raise BadInput(Problem(NOT_SO, column="header", value=value))
    return replace(entry, header=tuple(rows))


def _column(entry: Entry, found: Found | None, key: str, value: str) -> Entry:
    """A column that a heading is said to be is no other heading's; which table it is of is then said as well."""
    found = _of(found, key)
    if value.startswith(PLUS):
        return _added(entry, found, key, value.removeprefix(PLUS))
    if value and value != NONE and value not in found.table.by_name:
        raise BadInput(Problem(NOT_SO, column=key, value=value))
    entry = _alone(entry, key)
    columns = {heading: said for heading, said in entry.columns if word(heading) != word(key)}
    if value and value != NONE:
        others = {one for one in _claiming(found, value) if word(one) != word(key)}
        columns = {heading: said for heading, said in columns.items() if said != value} | dict.fromkeys(others, NONE)
        entry = replace(entry, sums=tuple(one for one in entry.sums if one[0] != value))
    if value:
        columns[key] = value
    return replace(entry, columns=tuple(columns.items()), table=_pinned(entry, found))


def _added(entry: Entry, found: Found, key: str, name: str) -> Entry:
    """A heading of amounts that, with those that a column has already, add up to it."""
    column = found.table.by_name.get(name)
    if column is None or column.type is not Type.MONEY:
        raise BadInput(Problem(NOT_SO, column=key, value=PLUS + name))
    entry = _alone(entry, key)
    parts = [one for one in dict(entry.sums).get(name, _claiming(found, name)) if word(one) != word(key)]
    others = tuple(one for one in entry.sums if one[0] != name)
    columns = tuple((one, said) for one, said in entry.columns if said != name and word(one) not in {*map(word, parts)})
    return replace(entry, sums=(*others, (name, (*parts, key))), columns=columns, table=_pinned(entry, found))


def _claiming(found: Found, name: str) -> tuple[str, ...]:
    """The headings that a column was taken from, or that claim it."""
    return found.sources[name].headings if name in found.sources else tuple(found.twice.get(name, ()))


def _alone(entry: Entry, key: str) -> Entry:
    """Without what was said of this heading: neither a column's, nor a part of one."""
    sums = [(name, tuple(one for one in parts if word(one) != word(key))) for name, parts in entry.sums]
    columns = tuple((one, said) for one, said in entry.columns if word(one) != word(key))
    return replace(entry, sums=tuple((name, parts) for name, parts in sums if parts), columns=columns)


def _unit(entry: Entry, found: Found | None, key: str, value: str) -> Entry:
    _of(found, key)
    if value and value not in {one for words in SCALES.values() for one in words}:
        raise BadInput(Problem(NOT_SO, column=key, value=value))
    return replace(entry, units=_with(entry.units, key, value))


def _value(entry: Entry, found: Found | None, key: str, value: str) -> Entry:
    """``key`` is the column and what is written, with a tab between them."""
    name, _, written = key.partition("\t")
    column = _of(found).table.by_name.get(name)
    sound = column is not None and column.type is Type.CHOICE and (not value or value in column.options)
    if not sound or not 0 < len(written) <= MOST_TYPED:
        raise BadInput(Problem(NOT_SO, column=name, value=value))
    values = {one: dict(codes) for one, codes in entry.values}
    values[name] = dict(_with(tuple(values.get(name, {}).items()), written, value))
    kept = tuple((one, tuple(codes.items())) for one, codes in values.items() if codes)
    return replace(entry, values=kept, table=_pinned(entry, _of(found)))


def _constant(entry: Entry, found: Found | None, key: str, value: str) -> Entry:
    found = _of(found)
    if key not in found.table.by_name or len(value) > MOST_TYPED:
        raise BadInput(Problem(NOT_SO, column=key, value=value))
    return replace(entry, constants=_with(entry.constants, key, value.strip()), table=_pinned(entry, found))


def _by_name(entry: Entry, found: Found | None, key: str, value: str) -> Entry:
    """The heading of the names is then that of the number, where no other is."""
    found, names = _of(found), spellings(INSTITUTIONS.by_name["name"])
    if KEY not in found.table.by_name or found.table is INSTITUTIONS:
        raise BadInput(Problem(NOT_SO, column=KEY, value=value))
    columns = [(heading, said) for heading, said in entry.columns if value or said != KEY or word(heading) not in names]
    if value and KEY not in found.sources:
        columns += [(heading, KEY) for heading in found.header if word(heading) in names][:1]
    return replace(entry, by_name=bool(value), columns=tuple(columns), table=_pinned(entry, found))


def _keep(entry: Entry, found: Found | None, key: str, value: str) -> Entry:
    _of(found, key)
    kept = [one for one in entry.keep if one != key]
    return replace(entry, keep=tuple([*kept, key] if value else kept))


def _pinned(entry: Entry, found: Found) -> str:
    """The table whose columns are spoken of; a wide sheet, which is two tables, stays what it is."""
    return entry.table or ("" if found.beside else found.table.name)


def _of(found: Found | None, heading: str | None = None) -> Found:
    """The sheet as a table, which it has to be, and with this heading."""
    if found is None or (heading is not None and word(heading) not in set(map(word, found.header))):
        raise BadInput(Problem(NOT_SO, value=heading))
    return found


def _with(pairs: tuple[tuple[str, str], ...], key: str, value: str) -> tuple[tuple[str, str], ...]:
    """The pairs with another value for a key; without it where the value is empty."""
    others = tuple((one, said) for one, said in pairs if one != key)
    return (*others, (key, value)) if value else others


MENDS: dict[str, Mend] = {
    "table": _table, "header": _header, "column": _column, "unit": _unit, "value": _value, "constant": _constant,
    "by_name": _by_name, "keep": _keep,
}  # fmt: skip
MOST_TYPED = 200  # characters
NOT_SO = Text("此处不能如此更正。请从列表中选择。", "It cannot be mended so. Choose from the list.")
