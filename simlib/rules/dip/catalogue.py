"""The catalogue of groups made from earlier years' cases, and last year's mean costs (JY art. 14-19).

Symbols: C_y total cost of a group in year y, n_y its cases (of a bed-day group: its days), w_y the weight of the year;
C and N the weighted sums of w_y C_y and w_y n_y over all cases. An engine of Ibis adds up the cases where they lie, in
whole fen; what comes from there has a row a group and year, and stays in whole numbers until the one division.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.columns import KINDS, LARGEST_AMOUNT
from simlib.columns.checks import BLANK, NEGATIVE, PART_OF_FEN, TOO_LARGE, refuse, require, together, unique
from simlib.money import FEN, sum_by
from simlib.problems import BadInput, Problem
from simlib.rules.dip.params import DipParams, YearWeights
from simlib.tables.large import Large, engine
from simlib.words import Text, joined

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

NAME = Text("由历史病例建目录", "the catalogue made from history")
TABLE = "history"
BASE = 1000  # points of the overall mean cost
LISTED = ("primary", "tcm", "bed_day")  # kinds that a list gives, not the number of cases
WEIGHTS = {YearWeights.EQUAL: (1, 1, 1), YearWeights.NATIONAL: (1, 2, 7)}  # of up to three years, the latest last
KEYS = ("level", "group_code", "year")  # never blank
TEXTS = ("level", "group_code", "diagnosis", "procedures")
ROW = "row"  # name of an index that holds the rows of a file
MOST = 100  # rows told of where a table is at fault

# The chapters of ICD-10 by their first and last category.
CHAPTERS = (
    "A00-B99", "C00-D48", "D50-D89", "E00-E90", "F00-F99", "G00-G99", "H00-H59", "H60-H95", "I00-I99", "J00-J99",
    "K00-K93", "L00-L99", "M00-M99", "N00-N99", "O00-O99", "P00-P96", "Q00-Q99", "R00-R99", "S00-T98",
    "V01-Y98", "Z00-Z99", "U00-U99",
)  # fmt: skip
CONSERVATIVE, OPERATION, DIAGNOSTIC, THERAPEUTIC = "conservative", "operation", "diagnostic", "therapeutic"


@cites("JY 14", "JY 15", "JY 15(1)", "JY 15(2)", "JY 15(3)", "JY 15(4)", "JY 16", "JY 17")
def catalogue(
    history: pd.DataFrame | ir.Table | Large, params: DipParams | None = None, listed: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The groups with their kinds and points: table ``groups``.

    JY art. 15-17, over the latest ``history_years`` of the years that the history has:

    - kind: of ``listed``; else ``core`` with at least ``core_min_cases`` cases, and ``mixed`` with fewer
    - points = 1000 x (sum w_y C_y / sum w_y n_y) / (C / N), the nearest float; of a bed-day group n_y are days.
      ``year_weights`` gives w: 1:1:1, or 1:2:7 from the earliest year to the latest (of fewer years the last of these)
    - mixed groups of one diagnosis chapter and treatment type are one cluster: its C_y and n_y are those of all its
      groups, each of which keeps a row and has the cluster's points. A group's chapter is that of its most frequent
      diagnosis, its type that of its most frequent procedures (equally frequent: of the first code)

    Parameters
    ----------
    history: case_id is not needed; group_code, year, total_cost (yuan, whole fen), diagnosis (ICD-10), procedures
        (ICD-9-CM-3 or another system, the main one first; blank: none), and length_of_stay where a group is listed as
        bed_day. A DataFrame, an Ibis table, or a table that stays in its file.
    params: core_min_cases, history_years, year_weights; default the document's values.
    listed: group_code (unique), kind; rows of kind core or mixed say nothing. A listed group without cases in these
        years has no row in the result.

    Returns
    -------
    One row a group, by code: group_code, kind, points, cases (in these years, each counting once). With equal weights
    and no bed-day groups the mean of points weighted by cases is 1000.

    Raises
    ------
    BadInput: a missing column, no cases, a blank group, year or cost, a cost that is negative or has a part of a fen,
        cases that all cost 0, a group or cluster whose cases do, a bed-day group without days, an unknown kind.

    Examples
    --------
    >>> cases = pd.DataFrame({"group_code": ["甲"] * 10 + ["乙"] * 10, "year": 2025, "diagnosis": "K80.0",
    ...                       "procedures": None, "total_cost": [3000.0] * 10 + [1000.0] * 10})
    >>> catalogue(cases).values.tolist()
    [['乙', 'core', 500.0, 10], ['甲', 'core', 1500.0, 10]]
    """
    params = params or DipParams()
    stated, file = _stated(listed), _file(history)
    stay = ["length_of_stay"] if "bed_day" in stated.values() else []
    with _opened(history, ["group_code", "year", "total_cost", "diagnosis", "procedures", *stay]) as cases:
        sums = _summed(cases, ["group_code", "year"], file)
        years = sorted(set(sums["year"]))[-int(params.history_years) :]
        sums = sums[sums["year"].isin(years)]
        group, codes = pd.factorize(sums["group_code"], sort=True)
        number = sum_by(group, sums["cases"].to_numpy())
        by_number = np.where(number >= int(params.core_min_cases), "core", "mixed").tolist()
        kind = np.array([stated.get(code, other) for code, other in zip(codes, by_number, strict=True)], dtype=object)
        mixed = np.flatnonzero(kind == "mixed")
        cluster = _clusters(cases, years, np.asarray(codes[mixed])) if len(mixed) else mixed

    weights = dict(zip(years, WEIGHTS[params.year_weights][-len(years) :], strict=True))
    weight = np.array([weights[year] for year in sums["year"]], dtype=object)
    cost, count, days = (sum_by(group, sums[one].to_numpy(dtype=object) * weight) for one in ("fen", "cases", "days"))
    overall_cost, overall_count = cost.sum(), count.sum()
    if not overall_cost:
        raise BadInput(Problem(ALL_FREE, file, column="total_cost"))
    bed_day, dayless = kind == "bed_day", sum_by(group, sums["dayless"].to_numpy()) > 0
    _refuse_groups(file, "length_of_stay", codes[bed_day & (dayless | (days == 0))], DAYLESS)
    count = np.where(bed_day, days, count)
    cost[mixed], count[mixed] = (sum_by(cluster, one[mixed])[cluster] for one in (cost, count))
    _refuse_groups(file, "total_cost", codes[cost == 0], FREE)
    points = BASE * cost * overall_count / (count * overall_cost)
    return pd.DataFrame({"group_code": codes, "kind": kind, "points": points.astype(float), "cases": number})


@cites("JY 19", "JY 28")
def peer_means(history: pd.DataFrame | ir.Table | Large, params: DipParams | None = None) -> pd.DataFrame:
    """What a case of each group cost last year at institutions of each level: table ``peer_means`` (JY art. 19).

    Of the latest year that the history has: mean_cost = total cost / cases [yuan], the nearest float. ``history`` as
    for :func:`catalogue`, with the columns level, group_code, year and total_cost; no parameter bears on it. One row a
    level and group that had cases, by level and code: level, group_code, mean_cost, cases.

    Raises
    ------
    BadInput: as :func:`catalogue`; also for a blank level, and where all cases of a group at a level cost 0.
    """
    by = ["level", "group_code", "year"]
    with _opened(history, [*by, "total_cost"]) as cases:
        sums = _summed(cases, by, _file(history))
    last = sums[sums["year"] == max(sums["year"])].sort_values(by, ignore_index=True)
    free = last[last["fen"] == 0]
    _refuse_groups(_file(history), "total_cost", free["group_code"] + " · " + free["level"], FREE)
    mean = last["fen"].to_numpy(dtype=object) / (FEN * last["cases"].to_numpy(dtype=object))
    table: pd.DataFrame = last[["level", "group_code"]].assign(mean_cost=mean.astype(float), cases=last["cases"])
    return table


@cites("JY 15(2)")
def chapter(diagnosis: str) -> str:
    """The chapter of ICD-10 as its range of categories, such as K00-K93; ``?`` for a code that is in none."""
    category = diagnosis.strip().upper()[:3]
    known = re.fullmatch("[A-Z][0-9][0-9]", category)
    return next((one for one in CHAPTERS if known and one[:3] <= category <= one[4:]), "?")


@cites("JY 15(2)")
def treatment(procedures: str) -> str:
    """The treatment type, by the first code: three of ICD-9-CM-3; of any other system its first two characters."""
    code = procedures.strip()
    if not re.match("[0-9][0-9][.]", code):
        return code[:2] or CONSERVATIVE
    return OPERATION if code < "87" else DIAGNOSTIC if code < "92" else THERAPEUTIC


def _stated(listed: pd.DataFrame | None) -> dict[str, str]:
    """The kinds that a list gives, by group."""
    if listed is None:
        return {}
    require(listed, "groups", ["group_code", "kind"], NAME)
    unknown = ~listed["kind"].isin(list(KINDS))
    together(
        lambda: unique(listed, "groups", "group_code"),
        lambda: refuse(listed, "groups", "kind", unknown, UNKNOWN.fill(kinds=joined(KINDS))),
    )
    fixed = listed[listed["kind"].isin(LISTED)]
    return dict(zip(fixed["group_code"], fixed["kind"], strict=True))


class Asked(Protocol):
    """What answers a question about the cases, and about further tables."""

    def __call__(self, question: Callable[..., ir.Table], /, *further: pa.Table, **options: Hashable) -> pa.Table: ...


@contextmanager
def _opened(history: pd.DataFrame | ir.Table | Large, needed: list[str]) -> Iterator[Asked]:
    """The columns needed of each case, with its cost in ``fen``, its ``days``, and whether anything is ``wrong``."""
    import ibis
    import pyarrow

    from simlib.tables.large.queries import Queries

    header = pd.DataFrame(columns=list(history.columns))
    header.attrs = {"file": _file(history)}
    require(header, TABLE, needed, NAME)
    elsewhere = isinstance(history, ibis.Table)
    with engine(0 if elsewhere else len(history)) as backend:
        queries = Queries(backend)

        def asked(question: Callable[..., ir.Table], /, *further: pa.Table, **options: Hashable) -> pa.Table:
            if isinstance(history, ibis.Table):
                cases = _measured(history, tuple(needed))
                return question(cases, *map(ibis.memtable, further), **options).to_pyarrow()
            names = [f"further {number}" for number in range(len(further))]
            for name, table in zip(names, further, strict=True):
                queries.rows(name, table)
            return queries.arrow(question, TABLE, *names, **options)

        if isinstance(history, pd.DataFrame):
            # Rows of a file have their numbers in the index; whoever is told of a fault is told the row.
            frame = history[needed].reset_index(drop=history.index.name != ROW)
            queries.rows("given", pyarrow.Table.from_pandas(frame, preserve_index=False))
            queries.view(TABLE, _measured, "given", needed=tuple(frame))
        elif isinstance(history, Large):
            history.known(queries, "given")
            queries.view(TABLE, _measured, "given", needed=tuple(needed))
        yield asked


def _measured(table: ir.Table, needed: tuple[str, ...]) -> ir.Table:
    import ibis

    table = table.select(*needed)
    texts = {one: table[one].cast("string") for one in needed if one in TEXTS}
    table = table.mutate(total_cost=table.total_cost.cast("float64"), **texts)
    cost = table.total_cost
    sound = (cost.between(0, LARGEST_AMOUNT) & (cost.round(2) == cost)).fill_null(False)
    for one in needed:
        sound = sound & table[one].notnull() if one in KEYS else sound
    days = table.length_of_stay.cast("int64") if "length_of_stay" in needed else ibis.literal(0)
    return table.mutate(fen=(ibis.ifelse(sound, cost, 0.0) * FEN).round().cast("int64"), days=days, wrong=~sound)


def _summed(cases: Asked, by: list[str], file: str) -> pd.DataFrame:
    """One row for each value of ``by``: cases, fen, days, dayless (cases without). BadInput for cases at fault."""
    sums: pd.DataFrame = cases(_sums, by=tuple(by)).to_pandas()
    if sums.empty:
        raise BadInput(Problem(NO_CASES, file))
    if sums["wrong"].any():
        _refuse_cases(cases, by, file)
    return sums.assign(fen=[int(one) for one in sums["fen"]])


def _sums(cases: ir.Table, by: tuple[str, ...]) -> ir.Table:
    return cases.group_by(list(by)).agg(
        cases=cases.count(),
        fen=cases.fen.sum().cast("decimal(38, 0)"),  # engines differ in what a sum of whole numbers may hold
        days=cases.days.sum().fill_null(0),
        dayless=(cases.days.isnull() | (cases.days < 0)).sum(),
        wrong=cases.wrong.sum(),
    )


def _wrong(cases: ir.Table, by: tuple[str, ...]) -> ir.Table:
    order = [*([ROW] if ROW in cases.columns else []), "total_cost", *by]
    return cases.filter(cases.wrong).order_by(order).limit(MOST)


def _refuse_cases(cases: Asked, by: list[str], file: str) -> None:
    """BadInput with a line for each of the first cases at fault."""
    wrong = cases(_wrong, by=tuple(by)).to_pandas()
    wrong = wrong.set_index(ROW) if ROW in wrong else wrong
    wrong.attrs = {"file": file}
    cost, blank = wrong["total_cost"], wrong[[*by, "total_cost"]].isna()
    negative = (cost < 0) | np.isinf(cost)
    large = (cost > LARGEST_AMOUNT) & ~negative
    rules = [("total_cost", negative, NEGATIVE), ("total_cost", large, TOO_LARGE)]
    rules += [(one, blank[one], BLANK) for one in blank]
    rules += [("total_cost", ~(negative | large | blank.any(axis=1)), PART_OF_FEN)]
    together(*(partial(refuse, wrong, TABLE, *rule) for rule in rules))


def _refuse_groups(file: str, column: str, groups: Iterable[str], rule: Text) -> None:
    if problems := [Problem(rule, file, column=column, value=group) for group in groups]:
        raise BadInput(problems)


def _file(history: pd.DataFrame | ir.Table | Large) -> str:
    file: str = getattr(history, "attrs", {}).get("file", TABLE)
    return file


def _clusters(cases: Asked, years: list[int], groups: np.ndarray) -> np.ndarray:
    """The number of each group's cluster: its diagnosis chapter and treatment type."""
    import pyarrow

    seen = cases(_treated, pyarrow.table({"group_code": groups}), years=tuple(years)).to_pandas()
    chapters = _usual(seen[seen["diagnosis"].fillna("") != ""], "diagnosis", groups).map(chapter)
    treatments = _usual(seen.fillna({"procedures": ""}), "procedures", groups).map(treatment)
    return pd.factorize(chapters + " " + treatments)[0]


def _treated(cases: ir.Table, groups: ir.Table, years: tuple[int, ...]) -> ir.Table:
    """How often each of these groups was treated for what and how in these years."""
    rare = cases.filter(cases.year.isin(years)).semi_join(groups, "group_code")
    return rare.group_by("group_code", "diagnosis", "procedures").agg(cases=rare.count())


def _usual(seen: pd.DataFrame, column: str, groups: np.ndarray) -> pd.Series:
    """The most frequent value of each group, of equally frequent ones the first; a blank where it has none."""
    counts: pd.DataFrame = seen.groupby(["group_code", column], as_index=False)[["cases"]].sum()
    first = counts.sort_values(["cases", column], ascending=[False, True]).drop_duplicates("group_code")
    return first.set_index("group_code")[column].reindex(groups).fillna("")


NO_CASES = Text(
    "没有病例，无法建立目录。请补上历史病例。", "There are no cases to make a catalogue of. Add cases of earlier years."
)
ALL_FREE = Text(
    "全部病例的总费用合计为 0，分值无从计算。请核对。", "All cases together cost 0: no points exist. Check the costs."
)
FREE = Text("该病种病例的总费用合计为 0，分值和均值无从计算。请核对这些病例，或把它们移出此表。",
            "The cases of this group cost 0 together: no points or mean exist. Check or remove them.")  # fmt: skip
DAYLESS = Text("床日病种的病例缺少住院天数，床日分值无从计算。请补上。",
               "Cases of this bed-day group have no length of stay: no points for a day exist. Add it.")  # fmt: skip
UNKNOWN = Text("没有这种病种类型。请填 {kinds} 之一。", "There is no such kind of group. Give one of {kinds}.")
