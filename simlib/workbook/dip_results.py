"""The results of DIP by institution, over its ledgers, as formulas that refer to the clearing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simlib.money import FEN
from simlib.rules.dip.family import FAMILY
from simlib.rules.dip.settlement import ClearingBand as Cleared
from simlib.scenario import Part
from simlib.words import Text
from simlib.workbook.dip_given import Coefficients
from simlib.workbook.formula import DIVIDED, Cell, by, cell, count, look, where
from simlib.workbook.inputs import KEY, Months, ResultCells
from simlib.workbook.long_numbers import LIMB, Long
from simlib.workbook.parameters import MILLION, Levers
from simlib.workbook.sheet import FEN_OF, Worksheet

MADE = FAMILY.result("dip_institutions").by_name
CODES = (Cleared.CAPPED, Cleared.FULL, Cleared.SHARED, Cleared.BEYOND, Cleared.NOTHING, Cleared.MIXED)
MIXED = len(CODES)
ALL_POINTS = ("points", "primary_points", "bed_day_points", "deducted_points", "total_points", "approved_points")


@dataclass(frozen=True)
class Settled:
    """The columns of the clearing that the results show, one row an account."""

    number: Cell  # of the institution
    ledger: Cell
    points: dict[str, tuple[Long, int]]  # with how many cells stand behind the point
    fen: dict[str, Cell]
    outcome: Cell  # a number of CODES


@dataclass(frozen=True)
class During:
    """What was paid and kept during the year, by institution in fen, and whether penalties are not paid back."""

    prepaid: Cell
    penalties: Cell
    final: Cell


def during_year(
    weighed: Coefficients, months: Months | None, places: dict[str, int], levers: Levers
) -> During:  # fmt: skip
    """What each institution was prepaid, and its penalties, over the months."""
    final = levers.chosen("dip", "penalties", "final")
    if months is None:
        return During(cell(0), cell(0), final)
    here = np.array([places[one] for one in weighed.ids.value])
    number = weighed.pages[0].give(PLACE, here, "whole", max(places.values()))
    prepaid, penalties = (by(one, months.number, number, DIVIDED) for one in (months.prepaid, months.penalties))
    return During(prepaid, penalties, final)


@dataclass(frozen=True)
class Shown:
    """The sheet of the results, and the settlements in fen on it."""

    page: Worksheet
    settlement: Cell


def results(
    settled: Settled, ids: Cell, coefficient: Cell, during: During, part: Part, language: str
) -> tuple[Shown, ResultCells]:
    """One row an institution, in order of the numbers; ``during`` is by institution too."""
    subjects = ids.value.tolist()
    page = Worksheet(RESULT, len(subjects), language, (RESULT_TITLE, RESULT_NOTE), identified=1)
    key = page.add(MADE[KEY], ids)
    rows = _Rows(page, settled)
    table = part.results["dip_institutions"].set_index(KEY).loc[subjects]
    page.give(MADE["cases"], table["cases"].to_numpy(), "whole")
    page.give(MADE["cmi"], table["cmi"].to_numpy(), "ratio")
    page.add(MADE["coefficient"], look(coefficient, rows.here) / float(MILLION), "ratio")
    points = {name: rows.about(number) / float(LIMB**size) for name, (number, size) in settled.points.items()}
    points["deducted_points"] = points["total_points"] - points["approved_points"]
    for name in ALL_POINTS:
        page.add(MADE[name], points[name], "points")
    fen = {name: page.help(FEN_OF.fill(what=MADE[name].label), rows.sum(one)) for name, one in settled.fen.items()}
    for name in ("billed", "patient_paid", "other_paid", "payable"):
        page.add(MADE[name], fen[name] / FEN)
    code = page.help(CODE, rows.outcome())
    words = [one.label.to(language) for one in CODES]
    text = f"CHOOSE({code.text},{','.join(cell(word).text for word in words)})"
    page.add(MADE["outcome"], Cell(text, np.array(words, dtype=object)[code.value - 1]))
    page.add(MADE["clearing_ratio"], where(fen["payable"] > 0, fen["billed"] / fen["payable"], ""), "ratio")
    for name in ("share_due", "share_paid", "reshared"):
        page.add(MADE[name], fen[name] / FEN)
    amount = page.add(MADE["settlement"], fen["settlement"] / FEN)
    prepaid = page.help(FEN_OF.fill(what=MADE["prepaid"].label), during.prepaid)
    penalties = page.help(FEN_OF.fill(what=MADE["penalties"].label), during.penalties)
    page.add(MADE["prepaid"], prepaid / FEN)
    page.add(MADE["penalties"], penalties / FEN)
    page.add(MADE["balance"], (fen["settlement"] - prepaid - where(during.final, penalties, 0)) / FEN)
    return Shown(page, fen["settlement"]), ResultCells(page, key, amount, subjects)


class _Rows:
    """Where the accounts of each institution stand in the clearing: one row below the other, two at most."""

    def __init__(self, page: Worksheet, settled: Settled):
        self.settled, self.many = settled, len(settled.number.value)
        self.here = page.help(NUMBER, Cell("ROW()-4", np.arange(1, page.rows + 1), page.rows))
        first = np.searchsorted(settled.number.value, self.here.value) + 1
        self.at = page.help(AT, Cell(f"MATCH({self.here.text},{settled.number.there.range},0)", first, self.many))
        self.two = page.help(TWO, count(settled.number, self.here))

    def second(self, column: Cell, otherwise: Cell) -> Cell:
        """The value in the second row of an institution, or another where it has one row."""
        value = np.where(self.two.value > 1, column.value[np.minimum(self.at.value, self.many - 1)], otherwise.value)
        text = f"IF({self.two.text}>1,INDEX({column.there.range},{self.at.text}+1),{otherwise.text})"
        return Cell(text, value, column.most, signed=column.signed)

    def sum(self, column: Cell) -> Cell:
        """The sum over the rows of an institution."""
        return (look(column, self.at) + self.second(column, cell(0))).bounded(DIVIDED)

    def about(self, number: Long) -> Cell:
        """The sum of a long number, as a float."""
        return Long(tuple(self.sum(one) if one.place else one for one in number.limbs)).about

    def outcome(self) -> Cell:
        """How an institution comes off; pooled, its second row is no account of its own."""
        first, ledger = look(self.settled.outcome, self.at), look(self.settled.ledger, self.at)
        same = self.second(self.settled.outcome, first).equals(first)
        return where(same | self.second(self.settled.ledger, ledger).equals(ledger), first, MIXED)


RESULT = Text("结果·DIP结算", "Results DIP")
RESULT_TITLE = Text("结果：各机构 DIP 结算", "Results: DIP by institution")
RESULT_NOTE = Text("病例数和病例组合指数（蓝字）取自 simlib 的结果", "Cases and CMI (blue) come from simlib's results")
PLACE = Text("机构序号（全部机构）", "Place among all institutions")
CODE = Text("清算情形编码", "Number of the outcome")
NUMBER, TWO = Text("机构序号", "Place"), Text("在清算表的行数", "Rows in the clearing")
AT = Text("第一行在清算表的序号", "First row in the clearing")
