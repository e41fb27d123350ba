"""The clearing of DIP as formulas (JY art. 10-13, 30-33): from points and funds to settlement and balance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simlib.columns import INSTITUTIONS
from simlib.rules.dip import DipParams
from simlib.rules.dip.fund_params import SurplusUse
from simlib.scenario import Part
from simlib.tables import small
from simlib.words import Text
from simlib.workbook.dip_fund import Fund, distributable, fund, point_value
from simlib.workbook.dip_given import (
    ADVANCES,
    ASSUMED,
    COEFFICIENT,
    NAME,
    OF_CASES,
    POINTS,
    Accounts,
    Coefficients,
    accounts,
    coefficients,
    reckoned,
    surplus_of,
)
from simlib.workbook.dip_results import MADE, Settled, during_year, results
from simlib.workbook.dip_shares import POINTS_ALL, Owed, any_of, apart_of, shares
from simlib.workbook.formula import DIVIDED, LAST, NEXT, ROW, Cell, by, cell, flag, larger, look, smaller, total, where
from simlib.workbook.inputs import KEY, Check, Contribution, Months, summed
from simlib.workbook.long_numbers import LIMB, ONE, Long, less, looked, quotient, raw, settle, shift, split, sum_by
from simlib.workbook.parameters import MILLION, Levers
from simlib.workbook.sheet import FEN_OF, Worksheet

_GIVEN = INSTITUTIONS.by_name


def sheets(
    part: Part[DipParams], months: Months | None, places: dict[str, int], levers: Levers, language: str
) -> Contribution:
    """The sheets of the clearing; ``places`` numbers all institutions of the data, as the months of prepayment do."""
    levers.fix(NAME, OF_CASES, BY_CASE)
    levers.fix(NAME, ["billed_scope"], BY_SCOPE)
    levers.fix(NAME, ["surplus_use"], BY_USE)
    levers.fix(NAME, ASSUMED, BY_ASSUMPTION)
    levers.fix(NAME, ADVANCES, NO_ADVANCES)
    made, apart = reckoned(part.seen, part.params, levers)
    given = accounts(made, apart, language)
    weighed = coefficients(made, part.params, levers, language)
    money = fund(small(part.seen, "funds"), given.schemes, part.params, levers, language)
    steps = Worksheet(STEPS, given.page.rows, language, (STEPS_TITLE, STEPS_NOTE), identified=2)
    rows = _rows(given, weighed, money, steps, levers)
    use = part.params.surplus_use
    cleared = _cleared(rows, money, steps, levers, surplus_of(given, part.results["dip_ledgers"], use), use)
    during = during_year(weighed, months, places, levers)
    points = {name: (given.points[name], given.decimals) for name in ("points", "primary_points", "bed_day_points")}
    points |= {"total_points": (rows.total_points, given.decimals + 1), "approved_points": (rows.approved, rows.parts)}
    fen = {"billed": rows.billed, **rows.paid, "payable": cleared.payable, "share_due": cleared.due}
    fen |= {"share_paid": cleared.paid, "reshared": cleared.again, "settlement": cleared.settlement}
    settled = Settled(given.number, rows.ledger, points, fen, cleared.outcome)
    shown, outcome = results(settled, weighed.ids, weighed.millionths, during, part, language)
    checks = [
        Check(BY_INSTITUTION, total(shown.settlement, DIVIDED), summed(cleared.settlement)),
        Check(ALL_DISTRIBUTED,
              summed(cleared.base) + summed(cleared.again)
              + total(cleared.undistributed, DIVIDED) - total(cleared.floored, DIVIDED),
              total(cleared.distributable, DIVIDED)),
        Check(SHARES_FROM_FUND, summed(cleared.paid) + total(cleared.left, DIVIDED),
              total(cleared.regulation, DIVIDED)),
    ]  # fmt: skip
    if use is not SurplusUse.NONE:
        checks.append(Check(SURPLUS_AS_GIVEN, summed(cleared.left_by_cap), summed(cleared.stated)))
    return Contribution([given.page, *weighed.pages, *money.pages, steps, shown.page], checks, outcome)


@dataclass
class AccountRows:
    """One row an account: to which ledger it belongs, and what it has; pooled, the first has all."""

    ledger: Cell
    first: Cell
    same: Cell  # as the row below
    level: Cell
    approved: Long
    parts: int  # cells behind the point of approved points
    billed: Cell
    own: Cell
    total_points: Long
    paid: dict[str, Cell]  # by patients and others, by account: pooled or not


def _rows(given: Accounts, weighed: Coefficients, money: Fund, steps: Worksheet, levers: Levers) -> AccountRows:
    """Points approved (JY art. 30, 39) and money of each account in its ledger."""
    steps.add(_GIVEN[KEY], given.ids)
    steps.add(SCHEME, given.ledger, "whole")
    level = steps.add(_GIVEN["level"], look(weighed.level, given.number))
    below, above = (given.ids.text.replace(ROW, other) for other in (NEXT, LAST))
    ids, one_row = given.ids.value, given.page.rows == 1
    alike = ids[1:] == ids[:-1]
    as_next = Cell(f"EXACT({given.ids.text},{below})", np.append(alike, False))
    as_last = Cell(f"EXACT({given.ids.text},{above})", np.append(False, alike))
    same = steps.help(SAME, cell(0) if one_row else flag(as_next))
    first = steps.help(FIRST_ROW, cell(1) if one_row else where(as_last, 0, 1))
    coefficient = steps.add(COEFFICIENT, look(weighed.millionths, given.number), "whole")
    points = {name: apart_of(steps, POINTS[name], one) for name, one in given.points.items()}
    weight = Long((coefficient,))
    whole = settle(
        steps,
        TOTAL,
        raw(
            (1, points["points"], weight),
            (MILLION, points["primary_points"], ONE),
            (MILLION, points["bed_day_points"], ONE),
        ),
    )
    parts, approved = given.decimals + 1, whole
    if given.irregular:
        times = steps.help(TIMES, where(levers.chosen(NAME, "irregular_weighted", "on"), coefficient, MILLION))
        irregular = settle(
            steps,
            IRREGULAR,
            raw((1, points["irregular_points"], Long((times,))), (MILLION, points["irregular_plain_points"], ONE)),
        )
        multiple = Long((levers.millionths(NAME, "irregular_multiple"),))
        approved = settle(steps, APPROVED, raw((1, shift(whole, 1), ONE), (-1, irregular, multiple)))
        parts += 1
    else:
        levers.fix(NAME, ("irregular_multiple", "irregular_weighted"), NO_IRREGULAR)
    if len(given.schemes) == 1:
        ledger = steps.help(LEDGER, cell(1))
    else:
        ledger = steps.help(LEDGER, where(money.pooled, 1, given.ledger))

    def mine(number: Cell) -> Cell:
        """What stands in the account's own row, or, pooled, in all rows of its institution."""
        if len(given.schemes) == 1:
            return number
        following = Cell(
            number.text.replace(ROW, NEXT), np.append(number.value[1:], 0), number.most, signed=number.signed
        )
        whole = where(first.equals(1), number + where(same.equals(1), following, 0), 0)
        return where(money.pooled, whole, number)

    limbs = approved.limbs
    if len(given.schemes) > 1:
        approved = settle(steps, IN_LEDGER, [mine(one) for one in limbs])
    amounts = {name: steps.help(FEN_OF.fill(what=MADE[name].label), one) for name, one in given.fen.items()}
    billed = steps.add(FEN_OF.fill(what=MADE["billed"].label), mine(amounts["billed"]), "fen")
    paid = {name: amounts[name] for name in ("patient_paid", "other_paid")}
    own = steps.help(OWN_ALL, paid["patient_paid"] + paid["other_paid"])
    own = steps.add(OWN, mine(own), "fen")
    return AccountRows(ledger, first, same, level, approved, parts, billed, own, whole, paid)


@dataclass
class ClearedRows:
    """What each account comes to in fen, and the sums of the ledgers."""

    payable: Cell
    outcome: Cell  # number of CODES
    due: Cell
    paid: Cell
    base: Cell
    again: Cell  # of what capped retention leaves
    left_by_cap: Cell
    stated: Cell  # the use of it, as simlib made it
    settlement: Cell
    floored: Cell
    undistributed: Cell
    left: Cell
    regulation: Cell
    distributable: Cell


def _cleared(
    rows: AccountRows, money: Fund, steps: Worksheet, levers: Levers, surplus: Cell, use: SurplusUse
) -> ClearedRows:
    """The settlement of each account (JY art. 31-33); ``surplus`` is what its use gives to each, or takes of it."""
    page, here = money.page, money.here
    billed_all = page.add(BILLED_ALL, by(rows.billed, rows.ledger, here, DIVIDED), "fen")
    own_all = page.add(OWN_SUM, by(rows.own, rows.ledger, here, DIVIDED), "fen")
    own_fund, pot = distributable(money, billed_all, levers)
    distributed = pot
    pot = page.add(POT, (pot + own_all).bounded(2 * DIVIDED), "fen")
    points = sum_by(page, POINTS_ALL, rows.approved, rows.ledger, here, steps)
    point_value(money, pot, points, LIMB**rows.parts)

    my_pot, of = looked(steps, POT, split(page, POT, pot), rows.ledger), looked(steps, POINTS_ALL, points, rows.ledger)
    whole, over = quotient(steps, WORTH, (rows.approved, my_pot), of, most=DIVIDED - 1, remainder=True, signed=True)
    over = Long(tuple(steps.help(FRACTION, one) for one in over.limbs)) if isinstance(over, Long) else Long((over,))
    floor = steps.help(FLOOR, whole - rows.own)
    rest = steps.help(SOME, flag(any_of(over) > 0))
    down = less(steps, BELOW_HALF, (over, cell(2)), (of, cell(1)))
    payable = steps.add(FEN_OF.fill(what=MADE["payable"].label), floor + 1 - down, "fen")
    payable = Cell(payable.text, payable.value, DIVIDED, place=payable.place, signed=True)
    positive = steps.help(POSITIVE, flag((floor > 0) | (floor.equals(0) & rest.equals(1))))
    within = steps.help(WITHIN, where(rows.billed <= floor, positive, 0))
    exceeds = steps.help(OVERSPENT, positive - within)
    cap, cap_rest = quotient(
        steps,
        CAP,
        (rows.billed, levers.millionths(NAME, "retention_cap")),
        cell(MILLION),
        most=min(2 * rows.billed.largest, DIVIDED),
        remainder=True,
    )
    cap_rest = cap_rest if isinstance(cap_rest, Cell) else steps.help(CAP_REST, cap_rest.limbs[0])
    cap_fen = steps.help(CAP_FEN, cap + flag(cap_rest >= MILLION // 2))
    base = steps.add(
        BASE, where(within.equals(1), smaller(payable, cap_fen), where(positive.equals(1), payable, 0)), "fen"
    )
    base = Cell(base.text, base.value, DIVIDED, place=base.place)
    tie = less(steps, CAP_TIE, (cap_rest, of), (over, cell(MILLION)))
    capped = (floor > cap) | (floor.equals(cap) & tie.equals(1))
    left_by_cap = steps.help(LEFT_BY_CAP, where(capped, where(within.equals(1), payable - base, 0), 0))
    left_by_cap = Cell(left_by_cap.text, left_by_cap.value, DIVIDED, place=left_by_cap.place)
    stated, moved = steps.help(STATED, surplus), cell(0)
    again = steps.add(FEN_OF.fill(what=MADE["reshared"].label), stated if use is SurplusUse.POINTS else cell(0), "fen")
    if use is SurplusUse.REGULATION:
        moved = money.shown("surplus_moved", by(stated, rows.ledger, here, DIVIDED))
    regulation = money.shown("regulation_fund", own_fund + moved)

    owed = shares(
        Owed(rows.ledger, rows.level, rows.billed, floor, over, of, exceeds, regulation, points),
        steps,
        page,
        here,
        levers,
    )
    codes = where(
        within.equals(1), where(capped, 1, 2), where(exceeds.equals(1), where(owed.beyond.equals(1), 4, 3), 5)
    )
    outcome = steps.add(OUTCOME, codes, "whole")
    settlement = steps.add(FEN_OF.fill(what=MADE["settlement"].label), base + owed.paid + again, "fen")
    floored = steps.help(SPARED, larger(0 - payable, 0))
    floored_all = money.shown("floored", by(floored, rows.ledger, here, DIVIDED))
    paid_of_pot = by(base, rows.ledger, here, DIVIDED)
    if use is SurplusUse.POINTS:  # else there is none, and formulas stay short
        paid_of_pot = paid_of_pot + by(again, rows.ledger, here, DIVIDED)
    undistributed = money.shown("undistributed", distributed - paid_of_pot + floored_all)
    fund_left = money.shown("fund_left", regulation - by(owed.paid, rows.ledger, here, DIVIDED))
    return ClearedRows(payable, outcome, owed.due, owed.paid, base, again, left_by_cap, stated, settlement,
                       floored_all, undistributed,
                       fund_left, regulation, distributed)  # fmt: skip


SCHEME = Text("险种序号（1职工 2居民）", "Scheme (1 employee, 2 resident)")
STEPS = Text("步骤·DIP清算", "Steps DIP clearing")
STEPS_TITLE = Text(
    "步骤：点值与年度清算（JY 第三十至三十三条）。金额以分计",
    "Steps: point value and clearing (JY art. 30-33). Amounts in fen",
)
STEPS_NOTE = Text(
    "每行为一家机构的一个险种；合并核算时各项数值均在该机构第一行。点击列上方的“＋”展开辅助列，"
    "超过15位的整数分节书写（每节6位）。",
    "A row is one scheme of an institution; pooled, all of it stands in its first row. Open the helper columns with +; "
    "longer numbers stand in cells of 6 digits.",
)  # fmt: skip
SAME, FIRST_ROW = (
    Text("下一行是同一机构（1为是）", "Next row of the same institution (1 yes)"),
    Text("机构第一行（1为是）", "First row of the institution (1 yes)"),
)
TOTAL, APPROVED = Text("总分值", "Total points"), Text("核定总分值", "Approved points")
TIMES = Text("违规扣减所乘系数（百万分之几）", "Coefficient of the deduction (millionths)")
IRREGULAR, IN_LEDGER = (
    Text("违规病例应得分值", "Points of irregular cases"),
    Text("本账核定总分值", "Approved points in the ledger"),
)
LEDGER = Text("账（合并核算均为1）", "Ledger (1 where pooled)")
OWN, OWN_ALL = (
    Text("个人和其他支付（分）", "Paid by patients and others (fen)"),
    Text("个人＋其他支付（分）", "Patients + others (fen)"),
)
BILLED_ALL, OWN_SUM = (
    Text("记账合计（分）", "Billed in all (fen)"),
    Text("个人和其他支付合计（分）", "Patients and others in all (fen)"),
)
POT = Text("可分配 + 个人和其他支付（分）", "Distributable + patients and others (fen)")
WORTH = Text("核定总分值×点值（整分）", "Approved points x point value (whole fen)")
FRACTION, FLOOR = (
    Text("核定总分值×点值·余数", "Approved points x point value, remainder"),
    Text("应偿付整分（向下）", "Payable, whole fen down"),
)
SOME, BELOW_HALF = (
    Text("应偿付有零头（1为是）", "Payable has a part of a fen (1 yes)"),
    Text("零头不足半分（1为是）", "Part below half a fen (1 yes)"),
)
POSITIVE, WITHIN = (
    Text("应偿付大于0（1为是）", "Payable above 0 (1 yes)"),
    Text("记账不超过应偿付（1为是）", "Billed up to payable (1 yes)"),
)
OVERSPENT = Text("超支（1为是）", "Overspent (1 yes)")
CAP = Text("记账×留用上限（整分）", "Billed x retention cap (whole fen)")
CAP_REST = Text("记账×留用上限·余数", "Billed x cap, remainder")
CAP_FEN = Text("记账×留用上限，四舍五入到分", "Billed x cap, half up")
CAP_TIE = Text("零头大于上限的零头（1为是）", "Its part of a fen above the cap's (1 yes)")
BASE = Text("可分配资金支付（分）", "Paid of the distributable (fen)")
OUTCOME = Text(
    "清算情形：1封顶 2全额 3分担 4超出分担 5不为正 6各险种不同",
    "Outcome: 1 capped 2 full 3 shared 4 beyond 5 nothing 6 mixed",
)
LEFT_BY_CAP = Text("封顶未付（分）", "Left by the cap (fen)")
SPARED = Text("应偿付为负不计（分）", "Negative payable spared (fen)")
BY_CASE = Text(
    "固定：决定各病例分值（病例数量过多，不列入工作簿）",
    "fixed: makes the points of cases, which are too many for a workbook",
)
BY_USE = Text(
    "固定：封顶结余的去向取自 simlib 的结果；改动其他参数后，检查表的“封顶未付”一行会不平",
    "fixed: what becomes of capped surplus comes from simlib; after other changes the check of it fails",
)
STATED = Text("封顶结余去向（分，所给）", "Use of what the cap leaves (fen, as given)")
SURPLUS_AS_GIVEN = Text("封顶未付 = 所给的去向（分）", "Left by the cap = its use as given (fen)")
BY_SCOPE = Text("固定：记账总额由病例表合计", "fixed: billing is summed from the cases")
BY_ASSUMPTION = Text(
    "固定：假设的变化已计入所给的分值和费用", "fixed: what is assumed is in the given points and money"
)
NO_ADVANCES = Text("固定：周转金和集采预付不列入工作簿", "fixed: advances are not in the workbook")
NO_IRREGULAR = Text("固定：没有违规病例", "fixed: there are no irregular cases")
ALL_DISTRIBUTED = Text(
    "支付 + 未分配 − 负数不计 = 可分配资金（分）", "Paid + undistributed - spared = distributable (fen)"
)
SHARES_FROM_FUND = Text("分担 + 调节金结余 = 区域调节金（分）", "Shares + fund left = regulation fund (fen)")
BY_INSTITUTION = Text("各机构决算 = 各账决算（分）", "Settlements by institution = by ledger (fen)")
