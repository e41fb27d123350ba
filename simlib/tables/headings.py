"""The heads of columns: what a heading says of its column, its unit and its codes, and which declared column it names.

A heading is a column's where it is one of the names that the column declares, in any width, case and spacing, with or
without a unit that the column is counted in. Nothing else is guessed; see :func:`near` for what is offered instead.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from functools import cache, lru_cache
from typing import NamedTuple

from simlib.columns import Column, Table
from simlib.tables.forms import SCALES, options, word
from simlib.tables.mapping import Entry
from simlib.units import YUAN

BRACKET = re.compile(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]$")
LEGEND = re.compile(r"(\d+)\s*[.．、:：=\-—]?\s*([^\d.．、:：=;；,，/\s]+)")
ORNAMENT = "*※:：★▲ \t\r\n　"
AFTER = re.compile(r"(.+?)[\s/／,，、:：_-]*((?:[十百千]?万|[百千亿])?元|%|‰)")  # a unit without brackets: 保证金/万元
NAMES = ("名称", "名", "全称", "简称", "name")
UNIT = re.compile(r"(?:金额|计量|货币)?单位[:：]?|人民币[,，、:：]?")
TO_FILL = re.compile(  # what a form tells whoever fills it in
    r"[(（\[【](?:必填|选填|可选|全称|简称|满分100分?|百分制)(?:项|列)?[)）\]】]|^[①-⑳]|^其中[:：]|"
    r"[(（]\d{1,2}(?:\.\d+)?%[)）](?=[(（])|(?<=[)）])[(（]\d{1,2}(?:\.\d+)?%[)）]$"  # （元）（5%）
)
YEAR = r"(?P<year>(?:19|20)\d{2}(?:年度?)?|本年度?|当年度?|全年度?|年度)"  # not 上年: that is another column's
YEARS = tuple(  # around a name; 2025年度支出 may mean 支出 or 年度支出
    map(re.compile, (rf"{YEAR}(?P<name>\D.+)", r"(?P<year>(?:19|20)\d{2})(?P<name>年度.+)", rf"(?P<name>.+\D){YEAR}"))
)
MOST_KEPT = 1024  # headings
TELLING = 3  # characters of a Chinese heading that another one has to hold to be near it


class Heading(NamedTuple):
    """A heading taken apart: its ``name`` as it is compared, the unit and the codes that stand in brackets after it."""

    text: str
    name: str
    bare: str = ""  # the name without the brackets, where there are any
    bracket: str = ""
    column: str = ""  # the one that a mapping says it is
    year: str = ""  # what stands before or after it, where it is read without

    def scale(self, column: Column) -> int | None:
        """How many places the unit in the brackets moves the point; None where it is no unit of the column."""
        return SCALES.get(column.unit, {}).get(UNIT.sub("", self.bracket).strip())

    def legend(self, column: Column) -> dict[str, str] | None:
        """The codes that the brackets explain, as options of the column; None where they explain none."""
        if not column.options:
            return None
        known = options(column)
        codes = {code: known.get(word(label)) for code, label in LEGEND.findall(self.bracket)}
        return {code: str(option) for code, option in codes.items()} if codes and all(codes.values()) else None

    def names(self, column: Column) -> bool:
        """Whether it is the column's."""
        if self.column:
            return self.column == column.name
        if self.name in spellings(column):
            return True
        fits = self.scale(column) is not None or self.legend(column) is not None
        return bool(self.bracket) and fits and self.bare in spellings(column)

    @property
    def yearless(self) -> list[Heading]:
        """It without the year that stands before or after its name, or in its brackets: each way of taking it off."""
        if self.bare and re.fullmatch(YEAR, word(self.bracket)):
            return [self._replace(name=self.bare, bare="", bracket="", year=self.bracket)]
        which = "bare" if self.bare else "name"
        found = (year.fullmatch(getattr(self, which)) for year in YEARS)
        return [self._replace(**{"name": "", which: one["name"]}, year=one["year"]) for one in found if one]


def heading(text: str, entry: Entry | None = None) -> Heading:
    """A heading as it stands in a file, with what a mapping says of it."""
    one = _apart(text)
    if entry is None:
        return one
    columns, units = ({word(key): said for key, said in pairs} for pairs in (entry.columns, entry.units))
    return one._replace(column=columns.get(one.name, ""), bracket=units.get(one.name, one.bracket))


@lru_cache(MOST_KEPT)
def _apart(text: str) -> Heading:
    text = " ".join(text.split()).strip(ORNAMENT)
    plain = TO_FILL.sub("", text).strip(ORNAMENT) or text
    found = BRACKET.search(plain)
    one = Heading(text, word(plain))
    if found:
        one = one._replace(bare=word(plain[: found.start()].strip(ORNAMENT)), bracket=found[1].strip())
    elif found := AFTER.fullmatch(plain):
        one = one._replace(bare=word(found[1]), bracket=found[2])
    return one


@cache
def spellings(column: Column) -> frozenset[str]:
    """Every heading of a column, as :func:`simlib.tables.forms.word` has it."""
    return frozenset(map(word, (column.name, *column.label, *column.heading, *column.called)))


@cache
def own_spellings(column: Column) -> frozenset[str]:
    """The column's own name and labels, which go before what the trade calls it."""
    return frozenset(map(word, (column.name, *column.label)))


@cache
def part_spellings(column: Column) -> frozenset[str]:
    return frozenset(map(word, column.parts))


@cache
def table_spellings(table: Table) -> frozenset[str]:
    """Every name that a file or a sheet of the table may have."""
    return frozenset(map(word, (table.name, *table.label, *table.called)))


class Source(NamedTuple):
    """Where the values of a column come from: the place of its heading, or of several whose amounts add up to it."""

    places: tuple[int, ...]
    headings: tuple[str, ...]
    scales: tuple[int, ...]
    codes: dict[str, str]  # of the heading's brackets, or of a mapping
    year: str = ""  # what the heading has besides the name of the column


class Match(NamedTuple):
    """What a row of headings is for a table: its columns, and columns that two headings claim."""

    sources: dict[str, Source]
    twice: dict[str, list[str]]

    @property
    def scaled(self) -> int:
        """Of how many columns a unit is known that is not the column's own."""
        return sum(any(source.scales) for source in self.sources.values())

    def complete(self, table: Table, constants: Collection[str] = ()) -> bool:
        """Whether all columns are there that the table requires, ``constants`` included."""
        known = {*self.sources, *self.twice, *constants}
        return all(column.name in known for column in table.columns if column.required)


def match(
    table: Table, heads: list[tuple[Heading, ...]], scale: int | None = None, entry: Entry | None = None
) -> Match:
    """The columns of a table among headings, of each place the ways of reading it; ``scale`` is that of money in the
    whole sheet, where its head says one, ``entry`` what a mapping says.

    A heading that is the column's own name or label goes before one that the trade has for it.
    """
    sources: dict[str, Source] = {}
    twice: dict[str, list[str]] = {}
    sums = {name: frozenset(map(word, parts)) for name, parts in entry.sums} if entry else {}
    values = {name: dict(codes) for name, codes in entry.values} if entry else {}
    naming = _naming(table, heads)
    for column in table.columns:
        whole = sums.get(column.name, frozenset())
        claims = [] if whole else naming.get(column.name, [])
        own = [claim for claim in claims if claim[1].column or claim[1].name in own_spellings(column)]
        exact = [claim for claim in own if claim[1].text == column.name]
        claims = (exact if len(exact) == 1 else own) or claims
        claims = claims[:1] if column.mention else claims  # further remarks are told as unused, and refuse nothing
        if len(claims) > 1:
            twice[column.name] = [max((way.text for way in heads[place]), key=len) for place, _ in claims]
        if not claims and (whole := whole or part_spellings(column)):
            claims = [
                (place, one) for place, ways in enumerate(heads) for one in ways[:1] if {one.name, one.bare} & whole
            ]
        claims = claims or (_one_of_each(column, heads) if column.each else [])
        if claims and column.name not in twice:
            places, ones = zip(*claims, strict=True)
            scales = tuple(_scale(one, column, scale) for one in ones)
            codes = next((found for one in ones if (found := one.legend(column))), {}) | values.get(column.name, {})
            sources[column.name] = Source(places, tuple(one.text for one in ones), scales, codes)
    taken = {place for source in sources.values() for place in source.places}
    naming = _naming(table, [() if place in taken else _yearless(ways) for place, ways in enumerate(heads)])
    for column in (one for one in table.columns if one.name in naming and one.name not in {*sources, *twice, *sums}):
        claims = naming[column.name]
        if len(claims) > 1:  # which year is meant nothing tells
            twice[column.name] = [max((way.text for way in heads[place]), key=len) for place, _ in claims]
        for place, one in claims[:1] if len(claims) == 1 else []:
            scales = (_scale(one, column, scale),)
            sources[column.name] = Source((place,), (one.text,), scales, one.legend(column) or {}, one.year)
    return Match({name: sources[name] for name in table.by_name if name in sources}, twice)


def _one_of_each(column: Column, heads: list[tuple[Heading, ...]]) -> list[tuple[int, Heading]]:
    """The headings of amounts that add up to a column only all together; none where one lacks or stands twice."""
    claims = [
        [(place, ways[0]) for place, ways in enumerate(heads) if ways and {ways[0].name, ways[0].bare} & names]
        for names in (frozenset(map(word, several)) for several in column.each)
    ]
    return [one for ones in claims for one in ones] if all(len(ones) == 1 for ones in claims) else []


@lru_cache(MOST_KEPT)
def _yearless(ways: tuple[Heading, ...]) -> tuple[Heading, ...]:
    """The ways of reading a heading without a year; each table that a sheet might be asks for them."""
    return tuple(without for one in ways if not one.column for without in one.yearless)


def _naming(table: Table, heads: list[tuple[Heading, ...]]) -> dict[str, list[tuple[int, Heading]]]:
    """By column the places whose headings are its, each with the first way of reading it so."""
    found: dict[str, list[tuple[int, Heading]]] = {}
    for place, one in ((place, one) for place, ways in enumerate(heads) for one in ways if one.text):
        for column in _called(table, one):
            claims = found.setdefault(column.name, [])
            if one.names(column) and not (claims and claims[-1][0] == place):
                claims.append((place, one))
    return found


def _called(table: Table, one: Heading) -> list[Column]:
    """The columns that a heading may be: a mapping says which, or one has its name, with the brackets or without."""
    if one.column:
        return [column for column in table.columns if column.name == one.column]
    by_spelling = _by_spelling(table)
    return [*by_spelling.get(one.name, ()), *by_spelling.get(one.bare, ())]


@cache
def _by_spelling(table: Table) -> dict[str, list[Column]]:
    known: dict[str, list[Column]] = {}
    for column in table.columns:
        for name in spellings(column):
            known.setdefault(name, []).append(column)
    return known


def _scale(one: Heading, column: Column, whole: int | None) -> int:
    own = one.scale(column)
    if own is not None:
        return own
    return whole or 0 if column.unit == YUAN else 0


def named(text: str) -> bool:
    """Whether a heading is of names, which no number is."""
    return text.endswith(NAMES)


def near(text: str, table: Table) -> list[Column]:
    """The columns whose headings are like this one, or stand in it, best first; at most three."""
    one = heading(text)
    known = {name: column for column in table.columns for name in spellings(column)}
    known = {name: column for name, column in known.items() if named(name) == named(one.bare or one.name)}
    names = {one.name, one.bare, *(part for without in one.yearless for part in (without.name, without.bare))} - {""}
    ranked = [
        (difflib.SequenceMatcher(None, own, name).ratio(), own)
        for name in sorted(names)
        for own in difflib.get_close_matches(name, known, n=5, cutoff=0.6)
    ]
    inside = [own for own in known if len(own) >= TELLING and not own.isascii() and own in one.name]
    found = [own for _, own in sorted(ranked, key=lambda pair: -pair[0])] + sorted(inside, key=len, reverse=True)
    return list(dict.fromkeys(known[own] for own in found))[:3]
