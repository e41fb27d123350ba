"""Doubts of monthly billing, beside the cases of the same institutions and months."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np
import pandas as pd

from simlib.doubts.doubt import CHECK_BOTH, Doubt
from simlib.doubts.finding import MOST_ROWS, Finding, Row, fen_of, only, rows_of, total, yuan
from simlib.doubts.seen import Seen
from simlib.words import Text

LEAST_GAP, GAP_SHARE = 100_000, 100  # fen, and one part in so many: what billing and cases may differ by
ID = "institution_id"
NEVER = -1  # the month of what has none


class Billed:
    """What each institution billed, by month, and what its cases of these months billed to the fund [fen]."""

    def __init__(self, seen: Seen):
        self.table = seen.small("billing")
        self.ids = self.table[ID].astype(str).tolist()
        self.billed: dict[str, Counter[int]] = defaultdict(Counter)
        for one, month, fen in zip(
            self.ids, map(_number, self.table["month"]), fen_of(self.table, "billed"), strict=True
        ):
            self.billed[one][month] += fen
        self.cases: dict[str, Counter[int]] = defaultdict(Counter)
        self.dated = seen.has("cases", ID, "fund_billed", "discharge_date")
        if seen.has("cases", ID, "fund_billed"):
            for one, month, fund in seen.stays.months[[ID, "month", "fund"]].itertuples(index=False):
                self.cases[str(one)][NEVER if pd.isna(month) else int(month)] += int(fund)

    @classmethod
    def of(cls, seen: Seen) -> Billed:
        """Made once for all doubts."""
        made: Billed = seen.kept.setdefault("billed", None) or cls(seen)
        seen.kept["billed"] = made
        return made

    def against(self, one: str) -> tuple[int, int]:
        """Billed, and by cases: those of the same months or, where that is nearer, all, as cases of earlier months may
        be billed in a later one."""
        mine, cases = self.billed[one], self.cases.get(one, Counter())
        stated = sum(mine.values())
        summed = sum(fund for month, fund in cases.items() if month == NEVER or month in mine)
        return stated, min(summed, sum(cases.values()), key=lambda fund: abs(fund - stated))

    def rows(self, column: str, shown: dict[str, str]) -> tuple[Row, ...]:
        """The first row of each institution of ``shown``, with what is said of it."""
        seen: set[str] = set()
        mask = [one in shown and not (one in seen or seen.add(one)) for one in self.ids]  # type: ignore[func-returns-value]  # None
        return rows_of(self.table, "billing", column, mask, [shown.get(one, "") for one in self.ids])


def billing_differs(seen: Seen) -> Iterator[Finding]:
    """Institutions whose months of billing are not what their cases of these months bill."""
    if not (seen.has("billing", ID, "month", "billed") and seen.has("cases", ID, "fund_billed")):
        return
    billed, gaps, shown = Billed.of(seen), [], {}
    for one in billed.billed:
        stated, summed = billed.against(one)
        gap = abs(stated - summed)
        if gap > LEAST_GAP and gap * GAP_SHARE > max(stated, summed):
            gaps.append(gap)
            shown[one] = f"{one}: {yuan(stated)} ≠ {yuan(summed)}"
    yield from only(Finding("billing", len(gaps), sum(gaps), billed.rows("billed", shown)))


def months_missing(seen: Seen) -> Iterator[Finding]:
    """Months without billing of institutions that have others: between its own, or with cases of its own."""
    if not seen.has("billing", ID, "month", "billed"):
        return
    billed, money, shown, count = Billed.of(seen), 0, {}, 0
    known = {month for months in billed.billed.values() for month in months if month != NEVER}
    for one, mine in billed.billed.items():
        cases, first, last = billed.cases.get(one, Counter()), min(mine), max(mine)
        missing = [
            month
            for month in sorted(known - mine.keys())
            if (cases.get(month) if billed.dated else first < month < last)
        ]
        if missing:
            count += len(missing)
            money += sum(cases[month] for month in missing)
            shown[one] = f"{one}: {', '.join(map(_written, missing))}"
    yield from only(Finding("billing", count, money if billed.dated else None, billed.rows("month", shown)))


def months_outside(seen: Seen) -> Iterator[Finding]:
    """Months of billing in another year than most."""
    if seen.has("billing", "month", "billed"):
        table = seen.small("billing")
        years = [_number(month) // 12 for month in table["month"]]
        counts = Counter(years)
        if len(counts) > 1:
            year = max(counts, key=lambda one: (counts[one], one))
            mask = np.array(years) != year
            rows = rows_of(table, "billing", "month", mask)
            yield Finding("billing", int(mask.sum()), total(fen_of(table, "billed")[mask]), rows)


def penalties_beyond(seen: Seen) -> Iterator[Finding]:
    """Penalties of a month that are more than what was billed in it."""
    if seen.has("billing", "billed", "penalties"):
        table = seen.small("billing")
        billed, penalties = fen_of(table, "billed"), fen_of(table, "penalties")
        mask = (penalties > billed).astype(bool)
        shown = [f"{yuan(one)} > {yuan(two)}" for one, two in zip(penalties, billed, strict=True)]
        rows = rows_of(table, "billing", "penalties", mask, shown)
        yield from only(Finding("billing", int(mask.sum()), total((penalties - billed)[mask]), rows))


def without_billing(seen: Seen) -> Iterator[Finding]:
    """Institutions with cases and no month of billing."""
    if seen.has("billing", ID, "month", "billed") and seen.has("cases", ID, "fund_billed"):
        billed = Billed.of(seen)
        cases = {one: sum(months.values()) for one, months in billed.cases.items() if one not in billed.billed}
        file = seen.tables["cases"].attrs.get("file", "cases")
        rows = tuple(Row(file, None, ID, f"{one}: {yuan(fund)}") for one, fund in sorted(cases.items())[:MOST_ROWS])
        yield from only(Finding("cases", len(cases), sum(cases.values()), rows))


def _number(month: object) -> int:
    """A month as a number."""
    year, _, one = str(month).partition("-")
    return int(year) * 12 + int(one) - 1 if year.isdigit() and one.isdigit() else NEVER


def _written(month: int) -> str:
    return f"{month // 12}-{month % 12 + 1:02d}"


DOUBTS = (
    Doubt(
        "billing_differs",
        Text("月度记账与病例不符", "billing that is not what the cases bill"),
        Text("月预结算依据月度记账，年度清算依据病例；两者不符，清算时将多退少补。",
             "Prepayments follow the monthly billing, the settlement the cases: where they differ, money goes "
             "back or forth."),
        Text("同一机构各月记账之和，与其在这些月份出院病例的统筹基金记账之和、与其全部病例的统筹基金记账之和，"
             "差额均大于 1,000 元且大于两者中较大者的 1%；金额为较小的差额。",
             "An institution's billing differs by more than 1,000 yuan and by more than 1% of the larger of the "
             "two from what its cases of the same months bill to the fund, and from what all its cases do; the "
             "money is the smaller difference."),
        Text("请核对是否缺少病例、缺少月份或记账有误。", "Check for missing cases, missing months, or wrong billing."),
        billing_differs, ("billing", "cases"),
    ),
    Doubt(
        "months_missing",
        Text("缺少月份的记账", "months without billing"),
        Text("缺少一个月，即少一个月的预结算。", "A month that is missing is a month of prepayment less."),
        Text("机构有其他月份的记账，但缺少其他机构有记账的某个月份，且该机构有当月出院的病例（无病例表时："
             "该月在其首月和末月之间）。金额为这些病例的统筹基金记账。",
             "An institution has billing of other months and none of one that others have, though it has "
             "discharges in it (without a table of cases: it lies between its own first and last). The money is "
             "what these billed."),
        Text("请补充缺少的月份；确无记账的请填 0。", "Add the months, with 0 where nothing was billed."),
        months_missing, ("billing",),
    ),
    Doubt(
        "months_outside",
        Text("记账月份不在本年度", "months of billing of another year"),
        Text("年份可能写错，或混入了其他年度。", "The year may be wrong, or other years have slipped in."),
        Text("月份所属年份与多数行不同（行数相同时以较晚年份为准）；金额为记账额。",
             "The month is of another year than most rows (of equal numbers the later year); the money is what "
             "was billed."),
        Text("请核对年份。", "Check the year."),
        months_outside, ("billing",),
    ),
    Doubt(
        "penalties_beyond",
        Text("扣罚款大于当月记账", "penalties beyond what was billed"),
        Text("可能两列单位不同，或多个月份合并扣款。", "Units may differ, or several months be fined at once."),
        Text("扣（罚）款大于当月住院记账；金额为超出部分。",
             "Penalties are more than was billed; the money is the excess."),
        CHECK_BOTH,
        penalties_beyond, ("billing",),
    ),
    Doubt(
        "without_billing",
        Text("有病例而无月度记账的机构", "institutions with cases and no billing"),
        Text("无记账则无预结算，清算时须全部补付。",
             "Without billing nothing was prepaid, and all is paid at the settlement."),
        Text("机构有病例，但月度记账表中没有记录；金额为其病例的统筹基金记账。",
             "An institution has cases and no row of billing; the money is what its cases bill."),
        Text("请补充其月度记账。", "Add its billing."),
        without_billing, ("billing", "cases"),
    ),
)  # fmt: skip
