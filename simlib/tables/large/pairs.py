"""Cases that take back other ones: what makes a pair stands in simlib.columns.cases."""

from __future__ import annotations

from typing import NamedTuple

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from simlib.columns import SAME_STAY, TAKEN_BACK, Table
from simlib.columns.checks import part_of
from simlib.problems import Problem
from simlib.tables.account import EXAMPLES, Assumption
from simlib.tables.cells import out_of_range
from simlib.tables.large.lines import MOST_LINES, Finding
from simlib.tables.large.shape import ROW
from simlib.tables.sheets.values import plain
from simlib.words import Text

TAKEN, TAKES = "taken", "takes"  # the rows of a pair: the case, and the one that takes it back


class Pairs(NamedTuple):
    rows: pa.Table  # ``TAKEN``, ``TAKES`` and what the case costs, in the order of the latter

    @property
    def numbers(self) -> list[int]:
        """The rows that are left out."""
        return [*self.rows[TAKEN].to_pylist(), *self.rows[TAKES].to_pylist()]

    def assumption(self, attrs: dict) -> Assumption:
        """What is said of them, with both rows and the money."""
        several = "parts" in attrs
        where = [
            " + ".join(_row(attrs, row, several) for row in (one[TAKEN], one[TAKES]))
            for one in self.rows.slice(0, EXAMPLES).to_pylist()
        ]
        money = [f"{one / 100:,.2f}" for one in self.rows["fen"].to_pylist()]
        total = f"{sum(self.rows['fen'].to_pylist()) / 100:,.2f}"
        file, row = part_of(attrs, "", self.rows[TAKES][0].as_py())
        return Assumption(
            attrs["file"] if several else file, LEFT_OUT.fill(money=total), TAKEN_BACK[0], count=len(self.rows),
            row=row, examples=tuple(zip(where, money, strict=False)),
        )  # fmt: skip


def pairs(rows: ir.Table) -> Pairs:
    """Those among typed rows: each case that takes back another one with the first that is free."""
    amounts = [name for name in TAKEN_BACK if name in rows.columns]
    fen = {name: (rows[name] * 100).round().cast("int64").fill_null(0) for name in amounts}
    same = {name: rows[name].cast("string").fill_null("") for name in SAME_STAY if name in rows.columns}
    sign = ibis.cases(*((fen[name] != 0, fen[name].sign()) for name in amounts), else_=0).cast("int8")
    all_rows = rows.select(ROW, sign=sign, **same, **fen)
    back = all_rows.filter(all_rows.sign < 0)
    back = back.mutate(**{name: -back[name] for name in amounts})
    keys = [*same, *amounts]
    taken = all_rows.filter(all_rows.sign > 0).semi_join(back, keys)
    numbered = [
        one.mutate(turn=ibis.row_number().over(group_by=keys, order_by=ROW)).select(ROW, "turn", *keys)
        for one in (taken, back)
    ]
    both = numbered[0].inner_join(numbered[1].rename({TAKES: ROW}), [*keys, "turn"])
    return Pairs(both.select(**{TAKEN: ROW, TAKES: TAKES, "fen": amounts[0]}).order_by(TAKES).to_pyarrow())


def below_zero(rows: ir.Table, attrs: dict, table: Table) -> list[Finding]:
    """Amounts below 0 that take nothing back."""
    names = [name for name in TAKEN_BACK if name in rows.columns]
    counts = rows.aggregate(**{name: rows.count(where=rows[name] < 0) for name in names}).to_pyarrow().to_pylist()[0]
    found = []
    for name, count in ((name, count) for name, count in counts.items() if count):
        rule = TAKES_NOTHING_BACK.fill(rule=out_of_range(table.by_name[name]))
        first = rows.filter(rows[name] < 0).select(ROW, name).order_by(ROW).limit(MOST_LINES).to_pyarrow().to_pylist()
        lines = [Problem(rule, *part_of(attrs, "", one[ROW]), name, plain(one[name])) for one in first]
        found.append(Finding(rule, name, lines, count))
    return found


def _row(attrs: dict, row: int, several: bool) -> str:
    file, number = part_of(attrs, "", row)
    return f"{file} {number}" if several else str(number)


LEFT_OUT = Text(
    "冲销病例和被它冲销的病例（机构、人员、病种、日期相同，金额相反）都不计入，共 {money} 元；所在行和金额",
    "cases that take back another one (same institution, person, group and dates, opposite amounts) are left out with "
    "it, {money} yuan; rows and amount",
)
TAKES_NOTHING_BACK = Text("{rule}没有与它相抵的病例，不是冲销。", "{rule} It takes back no other case.")
