"""What the doubts ask of inpatient cases: a few questions about all of them, wherever they lie."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from simlib.columns import CASES
from simlib.columns.checks import part_of
from simlib.doubts.finding import MOST_ROWS, Finding, Row, yuan
from simlib.money import FEN
from simlib.problems import shorten
from simlib.tables.large import ROW, Large, engine

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from simlib.tables.large.queries import Queries

READ = "cases"  # by which the engine knows them
PAID = ("fund_billed", "patient_paid", "other_paid")
MONEY = ("total_cost", *PAID)
ROUNDED = 1  # fen, which three amounts that were rounded each may miss their sum by
FEWEST_DAYS = 1  # that ways of counting days may differ by
LONGEST = 120  # characters of what is shown of a stay
ID, ADMITTED, DISCHARGED, DAYS = "institution_id", "admission_date", "discharge_date", "length_of_stay"


class Condition(NamedTuple):
    """What is doubted of a stay alone, its money, and the ``columns`` that it takes, the doubted one first."""

    columns: tuple[str, ...]
    pattern: str
    doubted: Callable[[ir.Table], Any]
    fen: Callable[[ir.Table], Any]


def fen(cases: ir.Table, column: str = "total_cost") -> Any:
    """A column of yuan, which was read as whole fen, as whole numbers."""
    return (cases[column] * FEN).round().cast("int64")


def excess(cases: ir.Table) -> Any:
    """What was paid beyond the total cost."""
    return fen(cases, PAID[0]) + fen(cases, PAID[1]) + fen(cases, PAID[2]) - fen(cases)


def days_off(cases: ir.Table) -> Any:
    return (cases[DISCHARGED].delta(cases[ADMITTED], unit="day") - cases[DAYS]).abs()


CONDITIONS = {
    "parts_beyond": Condition(("total_cost", *PAID), "{1} + {2} + {3} > {0}", lambda t: excess(t) > ROUNDED, excess),
    "parts_short": Condition(
        ("total_cost", *PAID), "{1} + {2} + {3} < {0}", lambda t: excess(t) < -ROUNDED, lambda t: -excess(t)
    ),
    "free_stays": Condition(
        ("total_cost", PAID[0]), "{1} / {0}", lambda t: t.total_cost == 0, lambda t: fen(t, PAID[0])
    ),
    "unfunded_stays": Condition(
        (PAID[0], "total_cost"), "{0} / {1}", lambda t: (t[PAID[0]] == 0) & (t.total_cost > 0), fen
    ),
    "days_differ": Condition(
        (DAYS, ADMITTED, DISCHARGED, "total_cost"), "{1} – {2}, {0}", lambda t: days_off(t) > FEWEST_DAYS, fen
    ),
    "icu_beyond": Condition(
        ("icu_days", DAYS, "total_cost"), "{0} > {1}", lambda t: t.icu_days > t[DAYS] + FEWEST_DAYS, fen
    ),
    "remarked": Condition(("case_remark", "total_cost"), "{1}", lambda t: t.case_remark.notnull(), fen),
    "reviewed": Condition(("case_review", "total_cost"), "{1}", lambda t: t.case_review.notnull(), fen),
    "ungrouped": Condition(("group_code", "total_cost"), "{1}", lambda t: t.group_code.isnull(), fen),
}  # fmt: skip


class Stays:
    """The cases of one data set, asked once for all doubts; everything is worked out when it is first asked for."""

    def __init__(self, cases: Large):
        self.cases = cases

    @classmethod
    def of(cls, cases: Large | pd.DataFrame) -> Stays:
        """Of cases in their file or, with the numbers of their index as rows, of a DataFrame."""
        if isinstance(cases, Large):
            return cls(cases)
        large = Large.of(cases, CASES, file=cases.attrs.get("file", ""))
        if cases.index.name == ROW and large.arrow is not None:
            large = replace(large, arrow=large.arrow.append_column(ROW, pa.array(cases.index)))
        attrs = {**large.attrs, **{str(name): value for name, value in cases.attrs.items()}}
        return cls(replace(large, attrs=attrs))

    def has(self, *columns: str) -> bool:
        return all(column in self.cases.places for column in columns)

    @contextmanager
    def asked(self) -> Iterator[Queries]:
        """An engine that knows them as ``READ``, with their rows where these are known."""
        from simlib.tables.large.queries import Queries

        with engine(len(self.cases)) as backend:
            queries = Queries(backend)
            self.cases.known(queries, READ, self.numbered)
            yield queries

    @property
    def numbered(self) -> bool:
        """Whether it is known in which row of which file a case stands."""
        return self.cases.arrow is None or ROW in self.cases.arrow.column_names

    @property
    def order(self) -> str:
        return ROW if self.numbered else "case_id"

    def row(self, number: int | None, column: str, value: str) -> Row:
        return Row(*part_of(self.cases.attrs, CASES.name, number), column, shorten(value, LONGEST))

    @cached_property
    def findings(self) -> dict[str, Finding]:
        """By condition, what the single stays that fulfil it come to."""
        return self._summed[0]

    @cached_property
    def months(self) -> pd.DataFrame:
        """Cases and money billed by institution and month: institution_id, month (as 12 x year + month - 1; missing
        where no date of discharge is given), count, fund [fen]."""
        return self._summed[1]

    @property
    def cost(self) -> int:
        """What all cases cost [fen]."""
        return self._summed[2]

    @cached_property
    def years(self) -> dict[int, tuple[int, int]]:
        """By year of discharge: cases and money billed [fen]."""
        years: dict[int, tuple[int, int]] = {}
        known = self.months[self.months["month"].notna()]
        for month, count, fund in known[["month", "count", "fund"]].itertuples(index=False):
            before = years.get(int(month) // 12, (0, 0))
            years[int(month) // 12] = before[0] + int(count), before[1] + int(fund)
        return years

    def outside(self, year: int) -> tuple[Row, ...]:
        """The first stays discharged in another year."""
        with self.asked() as queries:
            return self._rows(queries, _other_years, (DISCHARGED,), "{}", year=year, order=self.order)

    @cached_property
    def _summed(self) -> tuple[dict[str, Finding], pd.DataFrame, int]:
        names = tuple(name for name, one in CONDITIONS.items() if self.has(*one.columns))
        with self.asked() as queries:
            made = queries.arrow(_by_month, READ, names=names)
            sums = {name: int(pc.sum(made[name]).as_py() or 0) for name in made.column_names if name not in KEYS}
            found = {name: CONDITIONS[name] for name in names if sums[f"n_{name}"]}
            findings = {
                name: Finding(
                    CASES.name, sums[f"n_{name}"], sums[f"m_{name}"],
                    self._rows(queries, _first_of, one.columns, one.pattern, name=name, order=self.order)
                )
                for name, one in found.items()
            }  # fmt: skip
        return findings, made.select([*KEYS, "count", "fund"]).to_pandas(), sums["cost"]

    def _rows(
        self, queries: Queries, ask: Any, columns: tuple[str, ...], pattern: str, **options: Hashable
    ) -> tuple[Row, ...]:
        rows = []
        for one in queries.arrow(ask, READ, **options).to_pylist():
            shown = pattern.format(*(_shown(name, one[name]) for name in columns))
            rows.append(self.row(one.get(ROW), columns[0], f"{one.get('case_id', '')}: {shown}"))
        return tuple(rows)


KEYS = (ID, "month")


def _by_month(cases: ir.Table, names: tuple[str, ...]) -> ir.Table:
    """By institution and month: all cases, and those that each condition is true of."""
    import ibis

    discharged = cases[DISCHARGED] if DISCHARGED in cases.columns else ibis.null("date")
    by = {
        ID: cases[ID] if ID in cases.columns else ibis.null("string"),
        "month": discharged.year() * 12 + discharged.month() - 1,
    }
    sums: dict[str, Any] = {"count": cases.count()}
    for name, column in (("cost", "total_cost"), ("fund", PAID[0])):
        sums[name] = summed(fen(cases, column)) if column in cases.columns else ibis.literal(0)
    if "negotiated_fund" in cases.columns:  # which is paid apart, and in no month's bills
        sums["fund"] = sums["fund"] - summed(fen(cases, "negotiated_fund").fill_null(0))
    for name in names:
        one = CONDITIONS[name]
        doubted = one.doubted(cases)
        sums |= {f"n_{name}": cases.count(where=doubted), f"m_{name}": summed(one.fen(cases), doubted)}
    return cases.group_by(**by).agg(**sums)


def _first_of(cases: ir.Table, name: str, order: str) -> ir.Table:
    return _first(cases.filter(CONDITIONS[name].doubted(cases)), order)


def _other_years(cases: ir.Table, year: int, order: str) -> ir.Table:
    return _first(cases.filter(cases[DISCHARGED].year() != year), order)


def _first(cases: ir.Table, order: str) -> ir.Table:
    return cases.order_by(order).limit(MOST_ROWS)


def summed(money: Any, where: Any = None) -> Any:
    """A sum that cannot overflow."""
    return money.sum(where=where).cast("decimal(38, 0)")


def _shown(name: str, value: Any) -> str:
    return yuan(round(value * FEN)) if name in MONEY and isinstance(value, float) else str(value)
