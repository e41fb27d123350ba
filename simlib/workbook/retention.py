"""County surplus retention as formulas (XX part 5(1), 3(6), 1(2)2), from score to what is kept or borne."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simlib.columns import COMMUNITIES
from simlib.money import FEN, decimal_integers
from simlib.rules.family import SCORED
from simlib.rules.retention.family import FAMILY, FROM_CARD
from simlib.rules.retention.settlement import FULL_MARKS, Bracket
from simlib.scenario import Part
from simlib.tables import small
from simlib.words import Text
from simlib.workbook.formula import Cell, cell, flag, larger, smaller, too_large, where
from simlib.workbook.inputs import Check, Contribution, InputSheet, ResultCells, score_parts, summed
from simlib.workbook.long_numbers import Long, Number, less, product, quotient
from simlib.workbook.parameters import MILLION, Levers
from simlib.workbook.sheet import FEN_OF, Worksheet

NAME, KEY = FAMILY.name, FAMILY.key
PARTS = (MILLION, MILLION**2)  # of a point: scores with more than six decimals are held in the finer ones
LATER = ("score_growth", "spending_growth", "budget_growth")
_GIVEN = COMMUNITIES.by_name
_MADE = FAMILY.result("retention").by_name


def sheets(part: Part, levers: Levers, language: str) -> Contribution:
    """The sheets of retention: given, steps and results."""
    given = InputSheet(small(part.seen, "communities"), COMMUNITIES, COMMUNITIES_GIVEN, GIVEN_TITLE, language)
    page = Worksheet(STEPS, given.page.rows, language, (STEPS_TITLE,), identified=1)
    levers.fix(NAME, LATER, YEARS_ONLY)
    page.add(_GIVEN[KEY], given.ids)
    bonus, total, one = _scores(given, page, levers)
    bracket = _bracket(given, page, total, one, levers)
    _, price = _lost(page, total, one, levers)
    ratio = _ratio(page, bracket, price, one, levers)
    money = _money(given, page, bracket, total, price, one, levers)

    shown = Worksheet(RESULT, given.page.rows, language, (RESULT_TITLE,), identified=1)
    words = [item.label.to(language) for item in Bracket]
    quoted = ",".join(cell(word).text for word in words)
    named = Cell(f"CHOOSE({bracket.text},{quoted})", np.array(words, dtype=object)[bracket.value - 1])
    columns = {
        KEY: given.ids, "score": given.column("score"),
        "bonus_given": given.column("bonus") if "bonus" in given else cell(0),
        "bonus": bonus / one, "total_score": total / one, "bracket": named, "ratio": ratio,
        **{name: amount / FEN for name, amount in money.items()},
    }  # fmt: skip
    made = {name: shown.add(column, columns[name]) for name, column in _MADE.items()}
    surplus, over = (
        page.help(SURPLUS_ONLY, larger(money["surplus"], 0)),
        page.help(OVER_ONLY, larger(0 - money["surplus"], 0)),
    )
    checks = [
        Check(KEPT_IS_SURPLUS, summed(money["retained"]) + summed(money["returned"]), summed(surplus)),
        Check(BORNE_IS_OVER, summed(money["overspend_borne"]) + summed(money["overspend_shared"]), summed(over)),
    ]
    return Contribution(
        [given.page, page, shown], checks, ResultCells(shown, made[KEY], made["net"], given.table[KEY].tolist())
    )


def _scores(given: InputSheet, page: Worksheet, levers: Levers) -> tuple[Cell, Cell, int]:
    """The bonus as counted and the total score, in whole parts of a point, and how many parts a point has."""
    columns = ["score", *(["bonus"] if "bonus" in given else [])]
    scale = max(decimal_integers(given.table[name].fillna(0).to_numpy())[1] for name in columns)
    one = next((parts for parts in PARTS if parts % scale == 0), None)
    if one is None:
        raise too_large()
    score = score_parts(given, page, "score", one, SCORE.fill(parts=f"{one:,}"))
    bonus = score_parts(given, page, "bonus", one, GIVEN_BONUS) if "bonus" in given else page.help(GIVEN_BONUS, cell(0))
    if given.attrs.get(SCORED):
        levers.fix(NAME, ("bonus_cap", "cap_total"), FROM_CARD)
        counted = bonus
    else:
        cut = page.help(CUT_BONUS, smaller(bonus, _points(levers, "bonus_cap", one)))
        room = larger(FULL_MARKS * one - score, 0)
        counted = where(levers.chosen(NAME, "cap_total", "on"), smaller(cut, room), cut)
    counted = page.add(BONUS, where(levers.chosen(NAME, "bonus_counts", "on"), counted, 0), "whole")
    total = page.help(SUM, score + counted)
    return counted, page.add(TOTAL, _rounded(total, one, levers), "whole"), one


def _rounded(total: Cell, one: int, levers: Levers) -> Cell:
    """The score half up to ``score_digits``, in the parts of a point."""
    found = total
    for digits in ("0", "1", "2"):
        unit = one // 10 ** int(digits)
        found = where(levers.chosen(NAME, "score_digits", digits), ((total + unit // 2) // unit) * unit, found)
    return found


def _points(levers: Levers, name: str, one: int) -> Cell:
    """A number of points in the parts of one."""
    lever = levers.millionths(NAME, name)
    return lever if one == MILLION else lever * (one // MILLION)


def _bracket(given: InputSheet, page: Worksheet, total: Cell, one: int, levers: Levers) -> Cell:
    """The number of the bracket in order of the declaration: full, linear, half, none, veto."""
    veto = cell(0)
    if "veto" in given:
        told = given.column("veto")
        yes = (told.value == True) & ~pd.isna(told.value)  # noqa: E712
        veto = flag(Cell(f"N({told.text})=1", yes.astype(bool), None, 0))
    veto = page.add(_GIVEN["veto"], veto, "whole")
    found = cell(4)
    for number, name in ((3, "half_from"), (2, "linear_from"), (1, "full_from")):
        found = where(total >= _points(levers, name, one), number, found)
    return page.add(BRACKET, where(veto.equals(1), 5, found), "whole")


def _lost(page: Worksheet, total: Cell, one: int, levers: Levers) -> tuple[Cell, Number]:
    """The points below full retention as ``fraction`` reads them, and what they cost: a share, over ``one`` x 10^6."""
    lost = page.help(LOST, larger(_points(levers, "full_from", one) - total, 0))
    floor = (lost // one) * one
    ceil = where(floor.equals(lost), lost, floor + one)
    part = where(levers.chosen(NAME, "fraction", "ceil"), ceil, lost)
    lost = page.add(LOST_READ, where(levers.chosen(NAME, "fraction", "floor"), floor, part), "whole")
    return lost, product(page, PRICE, lost, levers.millionths(NAME, "per_point"))


def _ratio(page: Worksheet, bracket: Cell, price: Number, one: int, levers: Levers) -> Cell:
    """The share of a surplus that is kept, as a float to be shown."""
    price = price.about if isinstance(price, Long) else price
    linear = larger(cell(1.0) - price / float(one * MILLION), 0.0)
    half = levers.millionths(NAME, "half_ratio") / float(MILLION)
    share = where(bracket.equals(1), 1.0, where(bracket.equals(2), linear, where(bracket.equals(3), half, 0.0)))
    return page.add(_MADE["ratio"], share, "ratio")


def _money(
    given: InputSheet, page: Worksheet, bracket: Cell, total: Cell, price: Number, one: int, levers: Levers
) -> dict[str, Cell]:
    """The amounts of the year in fen, by column of the result."""
    budget, spending = (
        page.add(FEN_OF.fill(what=_GIVEN[name].label), given.fen(name), "fen") for name in ("budget", "spending")
    )
    unreasonable = given.fen("unreasonable_overspend") if "unreasonable_overspend" in given else cell(0)
    unreasonable = page.add(FEN_OF.fill(what=_GIVEN["unreasonable_overspend"].label), unreasonable, "fen")
    surplus = page.add(FEN_OF.fill(what=_MADE["surplus"].label), budget - spending, "fen")
    kept, over = page.help(SURPLUS_ONLY, larger(surplus, 0)), page.help(OVER_ONLY, larger(0 - surplus, 0))
    whole: Number = cell(one * MILLION) if one == MILLION else Long((cell(0), cell(0), cell(0), cell(1)))
    nothing = less(page, COSTS_ALL, (whole, cell(1)), (price, cell(1)))
    part = levers.millionths(NAME, "retained_share")
    base = quotient(page, BASE, (kept, part), cell(MILLION), most=max(kept.largest, 1), half_up=True)
    counted = page.help(KEPT_LINEAR, where(bracket.equals(2) & nothing.equals(0), base, 0))
    cut = quotient(page, CUT_LINEAR, (counted, price), whole, most=max(kept.largest, 1), half_down=True)
    half = quotient(
        page,
        KEPT_HALF,
        (base, levers.millionths(NAME, "half_ratio")),
        cell(MILLION),
        most=max(kept.largest, 1),
        half_up=True,
    )
    retained = where(
        bracket.equals(1), base, where(bracket.equals(2), counted - cut, where(bracket.equals(3), half, 0))
    )
    retained = page.add(FEN_OF.fill(what=_MADE["retained"].label), retained.bounded(kept.largest), "fen")
    reasonable = page.help(REASONABLE, over - unreasonable)
    share = levers.millionths(NAME, "reasonable_share")
    shared = quotient(page, SHARED, (reasonable, share), cell(MILLION), most=max(reasonable.largest, 1), half_up=True)
    low = page.help(TOO_LOW, flag(total < _points(levers, "half_from", one)))
    vetoed = levers.chosen(NAME, "veto_cut", "as_below_60") & bracket.equals(5)
    failed = page.help(FAILED_BUDGET, where(low.equals(1) | vetoed, budget, 0))
    rate = levers.millionths(NAME, "next_year_cut_rate")
    next_cut = quotient(page, CUT, (failed, rate), cell(MILLION), most=max(budget.largest, 1), half_up=True)
    made = {
        "returned": kept - retained,
        "overspend_borne": over - shared,
        "overspend_shared": shared,
        "next_year_cut": next_cut,
    }
    made["net"] = retained - made["overspend_borne"] - next_cut
    steps = {name: page.add(FEN_OF.fill(what=_MADE[name].label), one, "fen") for name, one in made.items()}
    return {
        "budget": budget,
        "spending": spending,
        "surplus": surplus,
        "unreasonable_overspend": unreasonable,
        "retained": retained,
        **steps,
    }


STEPS, RESULT = Text("步骤·结余留用", "Steps retention"), Text("结果·结余留用", "Results retention")
COMMUNITIES_GIVEN = Text("输入·医共体", "Given communities")
GIVEN_TITLE = Text("输入：县域医共体", "Given: county medical communities")
STEPS_TITLE = Text(
    "步骤：县域结余留用（XX 五(一)）。金额以分计", "Steps: county surplus retention (XX 5(1)). Amounts in fen"
)
RESULT_TITLE = Text("结果：各医共体结余留用", "Results: surplus by community")
YEARS_ONLY = Text(
    "固定：仅用于后续年度推演，工作簿只计算当年", "fixed: only for the years after, which are not in the workbook"
)
SCORE = Text("得分（每分{parts}份）", "Score (parts of 1/{parts} point)")
GIVEN_BONUS, CUT_BONUS = (
    Text("上报的加分（份）", "Bonus as given (parts)"),
    Text("加分，不超过上限（份）", "Bonus up to the cap (parts)"),
)
BONUS, SUM = Text("计入的加分（份）", "Bonus counted (parts)"), Text("得分加加分（份）", "Score and bonus (parts)")
TOTAL = Text("计档总分（份）", "Score that decides (parts)")
BRACKET = Text("档次：1全额 2按分扣减 3定比 4不留用 5否决", "Bracket: 1 full 2 by points 3 fixed 4 nothing 5 veto")
LOST = Text("比全额起点低（份）", "Below full retention (parts)")
LOST_READ = Text("计扣的分数（份）", "Points that cost (parts)")
PRICE = Text("计扣的分数×每分扣减（百万分之几）", "Points that cost x loss a point (millionths)")
SURPLUS_ONLY, OVER_ONLY = (
    Text("结余，超支按0计（分）", "Surplus, not below 0 (fen)"),
    Text("超支，结余按0计（分）", "Overspending, not below 0 (fen)"),
)
COSTS_ALL = Text("扣减超过全部（1为是）", "Costs more than all (1 yes)")
BASE = Text("可留用基数，四舍五入到分", "Part that may be kept, half up to the fen")
KEPT_LINEAR = Text("按分扣减的基数（分）", "Base reduced by points (fen)")
CUT_LINEAR = Text("按分扣减额（留用四舍五入，故扣减五舍六入）", "Cut by points (half down, as what is kept is half up)")
KEPT_HALF = Text("基数×定比，四舍五入到分", "Base x fixed share, half up to the fen")
REASONABLE, SHARED = (
    Text("合理超支（分）", "Reasonable overspending (fen)"),
    Text("合理超支×分担，四舍五入到分", "Reasonable x fund's share, half up"),
)
TOO_LOW = Text("总分不及格（1为是）", "Too low a score (1 yes)")
FAILED_BUDGET, CUT = (
    Text("核减者的预算（分）", "Budget of who is cut (fen)"),
    Text("预算×核减比例，四舍五入到分", "Budget x cut, half up to the fen"),
)
KEPT_IS_SURPLUS = Text("留用 + 不予支付 = 结余（分）", "Kept + not paid = surplus (fen)")
BORNE_IS_OVER = Text("承担 + 分担 = 超支（分）", "Borne + shared = overspending (fen)")
