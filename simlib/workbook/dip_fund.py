"""The money of each ledger as formulas (JY art. 10, 11, 13, 31): from the funds' table to the distributable and the
point value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simlib.columns import FUNDS, POOLED, SCHEMES
from simlib.exact import Exact
from simlib.money import FEN, to_yuan
from simlib.rules.dip.amortised import AMORTISED, RATE, amortised, followed
from simlib.rules.dip.amortised import GIVEN as AMORTISED_SUM
from simlib.rules.dip.params import DipParams
from simlib.rules.dip.settlement import FUND_COLUMNS, SPENDING, fund_sums
from simlib.rules.dip.tables import RESULTS, SCHEME
from simlib.words import Text
from simlib.workbook.dip_given import LEDGER_NUMBER
from simlib.workbook.formula import DIVIDED, Cell, cell, larger, rounded, smaller, where
from simlib.workbook.inputs import GIVEN_NOTE, in_fen, room
from simlib.workbook.long_numbers import Number, quotient
from simlib.workbook.parameters import MILLION, Levers
from simlib.workbook.sheet import FEN_OF, Worksheet

NAME = "dip"
_MADE = next(table for table in RESULTS if table.name == "dip_fund").by_name
_GIVEN = FUNDS.by_name


@dataclass
class Fund:
    """The sheet of the ledgers: one row each, employee and resident, or the pooled one alone."""

    pages: list[Worksheet]
    page: Worksheet
    here: Cell
    pooled: Cell
    given: dict[str, Cell]

    def shown(self, name: str, amount: Cell) -> Cell:
        """A column of the result table, in fen."""
        column = _MADE[name]
        return self.page.add(FEN_OF.fill(what=column.label), amount, "fen")


def fund(funds: pd.DataFrame, schemes: tuple[str, ...], params: DipParams, levers: Levers, language: str) -> Fund:
    """The sheets of the funds as given and of the ledgers, with the given amounts in fen."""
    formula = followed(funds)
    if formula.any() and Exact.of(funds[RATE].fillna(0).to_numpy(dtype=float)).whole > MILLION:  # no whole millionths
        funds, formula = funds.assign(lump_sum_amortised=to_yuan(amortised(funds).astype(np.int64))), formula & False
    names = [column for column in FUND_COLUMNS if column in funds or (column == AMORTISED_SUM and formula.any())]
    told = Worksheet(FUNDS_GIVEN, len(funds), language, (FUNDS_TITLE, GIVEN_NOTE))
    labels, order = {**SCHEMES, **POOLED}, [*SCHEMES, *POOLED]
    told.give(SCHEME.label, np.array([labels[one].to(language) for one in funds["scheme"]], dtype=object), "text")
    number = told.give(LEDGER_NUMBER, np.array([order.index(one) + 1 for one in funds["scheme"]]), "whole", len(order))
    page = Worksheet(LEDGERS, len(schemes), language, (LEDGERS_TITLE,), identified=2)
    here = page.add(LEDGER_NUMBER, Cell("ROW()-4", np.arange(1, len(schemes) + 1), len(schemes)), "whole")
    apart = len(schemes) > 1 or schemes[0] in SCHEMES
    pooled = levers.chosen(NAME, "ledger", "pooled") if apart else cell(1).equals(1)
    title = cell(labels["pooled"].to(language))
    for place, scheme in reversed(list(enumerate(schemes, start=1))):
        title = where(here.equals(place), labels[scheme].to(language), title)
    page.add(SCHEME, where(pooled, where(here.equals(1), labels["pooled"].to(language), NOT_USED.to(language)), title))
    given, whole_row = {}, "pooled" in set(funds["scheme"])
    bare = funds if formula.any() else funds.drop(columns=[name for name in AMORTISED if name in funds])
    sums = {one: fund_sums(bare, one) for one in ("pooled", *(schemes if apart else ()))}
    for name in names:
        if name == AMORTISED_SUM and formula.any():
            column = _amortised(told, funds, formula)
        else:
            column = told.give(_GIVEN[name], funds[name].to_numpy())
        whole = (
            f"SUMIFS({column.there.range},{number.there.range},{len(order)})"
            if whole_row
            else f"SUM({column.there.range})"
        )
        most = room(np.array([one[name] for one in sums.values()]))
        all_of = Cell(f"ROUND({whole}*100,0)", np.array(sums["pooled"][name]), most)
        amount = where(here.equals(1), all_of, 0)
        if apart:
            own = np.array([sums[scheme][name] for scheme in schemes])
            key = cell(order.index(schemes[0]) + 1) if len(schemes) == 1 else here
            mine = Cell(f"ROUND(SUMIFS({column.there.range},{number.there.range},{key.text})*100,0)", own, most)
            amount = where(pooled, amount, mine)
        given[name] = page.add(FEN_OF.fill(what=_GIVEN[name].label), amount, "fen")
    return Fund([told, page], page, here, pooled, given)


def _amortised(told: Worksheet, funds: pd.DataFrame, formula: np.ndarray) -> Cell:
    """heads x monthly wage x rate, half up, where a row has all three, else as given; in yuan (JY art. 10)."""
    cells = {name: told.give(_GIVEN[name], funds[name].to_numpy()) for name in AMORTISED}
    filled = {name: funds[name].fillna(0).to_numpy(dtype=float) for name in AMORTISED}
    heads, wage, rate = (
        rounded(Cell(cells[name].text, filled[name]), scale, room(np.rint(filled[name] * scale)))
        for name, scale in zip(AMORTISED, (1, FEN, MILLION), strict=True)
    )
    most = min(int(heads.largest * wage.largest * rate.largest // MILLION) + 1, DIVIDED - 1)
    made = quotient(told, AMORTISED_FEN, (heads, wage, rate), cell(MILLION), most=most, half_up=True)
    given = funds[AMORTISED_SUM].fillna(0).to_numpy() if AMORTISED_SUM in funds else np.zeros(len(funds))
    stated = in_fen(told.give(STATED.fill(what=_GIVEN[AMORTISED_SUM].label), given, "yuan"), given)
    whole = Cell(f"AND({','.join(f'ISNUMBER({one.text})' for one in cells.values())})", formula)
    return told.add(_GIVEN[AMORTISED_SUM], where(whole, made, stated) / FEN)


def distributable(fund: Fund, billed: Cell, levers: Levers) -> tuple[Cell, Cell]:
    """(what the year and the one before give the regulation fund, distributable) of each ledger in fen; ``billed`` is
    what was billed to it."""
    page, given = fund.page, {name: fund.given.get(name, cell(0)) for name in FUND_COLUMNS}
    income = fund.shown("income", larger(given["income"] - given["lump_sum"] + given["lump_sum_amortised"], 0))
    part = quotient(
        page,
        SET_ASIDE,
        (
            where(levers.chosen(NAME, "regulation_base", "gross"), given["income"], income),
            levers.millionths(NAME, "regulation_rate"),
        ),
        cell(MILLION),
        most=max(income.largest, given["income"].largest),
        half_up=True,
    )
    part = fund.shown("regulation_set_aside", part)
    regulation = part + given["fund_carried"]
    ceiling = income - part
    for name in SPENDING:
        ceiling = ceiling - given[name]
    ceiling = fund.shown("ceiling", ceiling)
    headroom = quotient(
        page,
        HEADROOM,
        (billed, levers.millionths(NAME, "billed_headroom")),
        cell(MILLION),
        most=min(2 * billed.largest, DIVIDED),
        half_up=True,
    )
    headroom = fund.shown("headroom", headroom)
    return regulation, fund.shown("distributable", larger(smaller(ceiling, headroom), 0))


def point_value(fund: Fund, pot: Cell, points: Number, parts: int) -> Cell:
    """Yuan a point, as a float to be shown; ``points`` are in whole parts, so many a point."""
    below = points if isinstance(points, Cell) else points.about
    value = Cell(pot.text, pot.value.astype(float)) / below * float(parts) / 100.0
    return fund.page.add(_MADE["point_value"], where(below > 0, value, 0.0), "ratio")


FUNDS_GIVEN, LEDGERS = Text("输入·基金", "Given funds"), Text("步骤·DIP基金", "Steps DIP funds")
FUNDS_TITLE = Text("输入：统筹基金", "Given: funds")
LEDGERS_TITLE = Text("步骤：基金与点值（JY 第十条、第十一条、第十三条、第三十一条）。合并核算时只用第一行",
                     "Steps: fund and point value (JY art. 10, 11, 13, 31). The first row only where ledgers are "
                     "pooled")  # fmt: skip
AMORTISED_FEN = Text("人数×月平均工资×缴费比例，四舍五入到分", "Heads x wage x rate, half up to the fen")
STATED = Text("{what}（所给）", "{what}, as given")
NOT_USED = Text("（合并核算，不用）", "(pooled: not used)")
SET_ASIDE = Text("收入×计提比例，四舍五入到分", "Income x rate, half up to the fen")
HEADROOM = Text("记账×倍数，四舍五入到分", "Billed x multiple, half up to the fen")
