"""The sheets of what was given, and those that two rules share: institutions, and the months of prepayment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simlib.columns import BILLING, INSTITUTIONS, Table
from simlib.money import FEN, to_fen
from simlib.rules.dip.tables import PREPAID
from simlib.words import Text
from simlib.workbook.formula import DIVIDED, EXACT, Cell, cell, larger, look, rounded, total, where
from simlib.workbook.long_numbers import quotient
from simlib.workbook.parameters import MILLION, Levers
from simlib.workbook.sheet import Worksheet

KEY = "institution_id"


@dataclass(frozen=True)
class Check:
    """Two formulas that must come to the same."""

    what: Text
    left: Cell
    right: Cell


@dataclass(frozen=True)
class ResultCells:
    """Where a rule's result stands: the amount by which runs are compared, one row a subject."""

    page: Worksheet
    ids: Cell
    amount: Cell  # yuan
    subjects: list[str]


@dataclass
class Contribution:
    """What a rule contributes to a workbook."""

    pages: list[Worksheet]
    checks: list[Check]
    outcome: ResultCells


class InputSheet:
    """A table as it was given, in order of its key; columns stand on the sheet once a rule asks for them."""

    def __init__(self, table: pd.DataFrame, declared: Table, name: Text, title: Text, language: str):
        order = sorted(range(len(table)), key=table[declared.key].tolist().__getitem__)
        self.table, self.declared = table.iloc[order].reset_index(drop=True), declared
        self.attrs = table.attrs
        self.page = Worksheet(name, len(table), language, (title, GIVEN_NOTE))
        self.made: dict[str, Cell] = {}
        self.ids = self.column(declared.key)
        if "name" in table:
            self.column("name")

    def __contains__(self, name: str) -> bool:
        return name in self.table

    def column(self, name: str) -> Cell:
        """A column as given."""
        if name not in self.made:
            self.made[name] = self.page.give(self.declared.by_name[name], self.table[name].to_numpy())
        return self.made[name]

    def fen(self, name: str) -> Cell:
        """A column of yuan in fen; blanks are 0. An expression."""
        values = np.nan_to_num(self.table[name].to_numpy(dtype=float))
        return in_fen(self.column(name), values)

    def numbers(self, heading: Text, values: np.ndarray, most: int) -> Cell:
        """A column that the workbook itself counts, such as which group a row belongs to."""
        return self.page.give(heading, values, "whole", most)


def in_fen(column: Cell, yuan: np.ndarray) -> Cell:
    """Given yuan as fen; the bound is the next power of ten, so that smaller and larger amounts may be tried."""
    return Cell(f"ROUND({column.text}*{FEN},0)", to_fen(yuan), room(to_fen(yuan)))


def room(values: np.ndarray) -> int:
    """The next power of ten above all values."""
    largest = int(np.abs(values).max(initial=1))
    return max(largest, min(10 ** len(str(largest)), EXACT - 1))


@dataclass
class Months:
    """What was prepaid each month, one row an institution and month."""

    pages: list[Worksheet]
    checks: list[Check]
    page: Worksheet
    number: Cell  # of the institution, in order of the ids
    prepaid: Cell  # fen
    penalties: Cell
    billed: Cell


def months(prepayments: pd.DataFrame, institutions: InputSheet, levers: Levers, language: str, by_rule: bool) -> Months:
    """The monthly bills and what is prepaid of them (JY art. 26); with ``by_rule`` off the prepayments are given as
    they are."""
    table = prepayments.sort_values([KEY, "month"], kind="stable").reset_index(drop=True)
    place = pd.Index(institutions.table[KEY]).get_indexer(table[KEY]) + 1
    given = Worksheet(BILLS, len(table), language, (BILLS_TITLE, GIVEN_NOTE))
    page = Worksheet(MONTHS, len(table), language, (MONTHS_TITLE,), identified=2)
    declared = BILLING.by_name
    ids, month = (given.give(declared[name], table[name].to_numpy()) for name in (KEY, "month"))
    number = given.give(NUMBER, place, "whole", len(institutions.table))
    page.add(declared[KEY], ids, "text")
    page.add(declared["month"], month, "text")
    if by_rule:
        billed, penalties = (
            page.add(heading, in_fen(given.give(declared[name], table[name].to_numpy()), table[name].to_numpy()), "fen")
            for name, heading in (("billed", BILLED_FEN), ("penalties", PENALTIES_FEN))
        )
        rate = levers.millionths("dip", "monthly_rate")
        prepaid = quotient(page, RATE_OF_BILLED, (billed, rate), cell(MILLION), most=billed.largest, half_up=True)
        prepaid = page.add(PREPAID_FEN, prepaid - penalties, "fen")
    else:
        penalties = cell(0)
        made = given.give(PREPAID, table["prepaid"].to_numpy())
        fen = to_fen(table["prepaid"].to_numpy())
        prepaid = page.add(PREPAID_FEN, Cell(f"ROUND({made.text}*{FEN},0)", fen, room(fen), signed=True), "fen")
        billed = page.add(
            BILLED_FEN,
            in_fen(given.give(declared["billed"], table["billed"].to_numpy()), table["billed"].to_numpy()),
            "fen",
        )
    known = place > 0
    same = Cell(
        f"IF({number.text}=0,1,IF(EXACT({ids.text},{_named(institutions, number)}),1,0))",
        np.ones(len(known), dtype=np.int64),
        1,
    )
    same = page.help(SAME, same)
    checks = [Check(ALL_NAMED, total(same), cell(len(table)))]
    return Months([given, page], checks, page, number, prepaid, penalties, billed)


def _named(institutions: InputSheet, number: Cell) -> str:
    return f"INDEX({institutions.ids.there.range},{number.text})"


def withheld(months: Months, levers: Levers) -> Cell:
    """What of each month is withheld as a quality deposit (JY art. 40), in fen: of what is prepaid, or billed."""
    page = months.page
    base = where(levers.chosen("deposit", "monthly_base", "billed"), months.billed, months.prepaid)
    positive = page.help(POSITIVE, larger(base, 0))
    rate = levers.millionths("deposit", "deposit_rate")
    return page.add(
        WITHHELD,
        quotient(page, WITHHELD_OF, (positive, rate), cell(MILLION), most=positive.largest, half_up=True),
        "fen",
    )


def group_names(given: InputSheet, column: str) -> tuple[Cell, list[str]]:
    """The number of each row's group, in order of the groups' names, on the sheet of what was given."""
    codes, names = pd.factorize(given.table[column], sort=True)
    return given.numbers(GROUP_NUMBER, codes + 1, len(names)), list(names)


def named_as(page: Worksheet, text: Cell, names: Cell, number: Cell) -> Check:
    """That the numbers of groups are those of their names, letter by letter."""
    named = look(names, number)
    same = page.help(SAME, Cell(f"IF(EXACT({text.text},{named.text}),1,0)", np.ones(page.rows, dtype=np.int64), 1))
    return Check(ALL_GROUPED, total(same), cell(page.rows))


def score_parts(
    given: InputSheet, page: Worksheet, column: str, scale: int, heading: Text, counts: Cell | None = None
) -> Cell:
    """Scores in whole parts of 1 / ``scale``; 0 where they do not count."""
    values = given.table[column].to_numpy(dtype=float)
    most = room(np.rint(np.nan_to_num(values) * scale))
    parts = rounded(given.column(column), scale, most)
    return page.help(heading, parts if counts is None else where(counts.equals(1), parts, 0))


def institutions_sheet(table: pd.DataFrame, language: str) -> InputSheet:
    return InputSheet(table, INSTITUTIONS, INSTITUTIONS_GIVEN, INSTITUTIONS_TITLE, language)


def summed(column: Cell) -> Cell:
    """The sum of amounts in fen, which stays below 10^14: a trillion yuan."""
    return total(column, DIVIDED)


GIVEN_NOTE = Text(
    "蓝字为数据原值，按编号排序；尾差相同时编号在前者优先。",
    "Blue: as given, in order of the numbers; ties are settled in this order.",
)
INSTITUTIONS_GIVEN = Text("输入·机构", "Given institutions")
INSTITUTIONS_TITLE = Text("输入：定点医疗机构", "Given: designated institutions")
BILLS = Text("输入·月度记账", "Given monthly bills")
BILLS_TITLE = Text("输入：各月记账和扣（罚）款", "Given: bills and penalties of each month")
MONTHS = Text("步骤·月预结算", "Steps monthly prepayment")
MONTHS_TITLE = Text("步骤：月预结算（JY 第二十六条）和从中预留的保证金（JY 第四十条）",
                    "Steps: monthly prepayment (JY art. 26) and the deposit withheld of it (JY art. 40)")  # fmt: skip
NUMBER = Text("机构序号（本工作簿按编号排序）", "Institution's place in order of the numbers")
GROUP_NUMBER = Text("组序号（本工作簿按组名排序）", "Group's place in order of the names")
BILLED_FEN = Text("当月住院记账（分）", "Billed in the month (fen)")
PENALTIES_FEN = Text("扣（罚）款（分）", "Penalties (fen)")
RATE_OF_BILLED = Text("记账×预结算比例，四舍五入到分", "Billed x rate, half up to the fen")
PREPAID_FEN = Text("当月预付（分）", "Prepaid in the month (fen)")
POSITIVE = Text("预付，负数按0计（分）", "Prepaid, not below 0 (fen)")
WITHHELD_OF = Text("预付×预留比例，四舍五入到分", "Prepaid x deposit rate, half up to the fen")
WITHHELD = Text("当月预留保证金（分）", "Withheld in the month (fen)")
SAME = Text("与编号或组名逐字相同", "The same letter by letter")
ALL_NAMED = Text("每行月度记账均与机构编号匹配", "Every monthly bill is matched with its institution")
ALL_GROUPED = Text("每家机构的组序号均与组名匹配", "Every number of a group is matched with its name")
