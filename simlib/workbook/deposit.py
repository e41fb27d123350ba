"""The quality deposit as formulas (JS26 annex 3; JS3 art. 29; JY art. 40), from score to payment."""

from __future__ import annotations

import numpy as np

from simlib.clauses import cites
from simlib.columns import INSTITUTIONS, Column
from simlib.money import FEN, decimal_integers
from simlib.rules.deposit.allocation import Band
from simlib.rules.deposit.family import FAMILY
from simlib.rules.deposit.params import DepositParams
from simlib.rules.evaluated import COLUMN as EVALUATED_COLUMN
from simlib.rules.evaluated import evaluated
from simlib.scenario import Part
from simlib.words import Text
from simlib.workbook.deposit_pools import Claims, share
from simlib.workbook.formula import DIVIDED, Cell, by, cell, count, flag, look, total, where
from simlib.workbook.inputs import (
    GROUP_NUMBER,
    KEY,
    Check,
    Contribution,
    InputSheet,
    Months,
    ResultCells,
    group_names,
    named_as,
    score_parts,
    summed,
    withheld,
)
from simlib.workbook.long_numbers import Long, Number, either, less, looked, product, quotient, sum_all, sum_by
from simlib.workbook.parameters import MILLION, Levers
from simlib.workbook.sheet import Worksheet

NAME = FAMILY.name
BASES = ("settled", "budget")
_GIVEN = INSTITUTIONS.by_name
_MADE = FAMILY.result("deposit").by_name
_POOLS = FAMILY.result("deposit_groups").by_name


def sheets(
    part: Part[DepositParams], given: InputSheet, months: Months | None, levers: Levers, language: str
) -> Contribution:
    """The sheets of the deposit: groups, steps and results, of what ``given`` states and what was prepaid in
    ``months``."""
    steps = Worksheet(STEPS, given.page.rows, language, (STEPS_TITLE, STEPS_NOTE), identified=2)
    number, names = group_names(given, "group")
    groups = Worksheet(GROUPS, len(names), language, (GROUPS_TITLE,))
    city = Worksheet(CITY, 1, language, (CITY_TITLE,))
    here = groups.add(GROUP_NUMBER, Cell("ROW()-4", np.arange(1, len(names) + 1), len(names)), "whole")
    first = f"INDEX({given.column('group').there.range},MATCH({here.text},{number.there.range},0))"
    named = groups.add(_GIVEN["group"], Cell(first, np.array(names, dtype=object)), "text")

    steps.add(_GIVEN[KEY], given.ids, "text")
    group = steps.add(_GIVEN["group"], given.column("group"), "text")
    number = steps.help(GROUP_NUMBER, number)
    checks = [named_as(steps, group, named, number)]
    _, scale = decimal_integers(np.nan_to_num(given.table["score"].to_numpy(dtype=float)))
    takes = _takes_part(given, steps)
    score = _where_part(steps, _GIVEN["score"], takes, given.column("score"))
    s = score_parts(given, steps, "score", scale, SCORE_PARTS.fill(scale=f"{scale:,}"), takes)
    deposit = steps.add(DEPOSIT, _deposits(given, months, steps, levers), "fen")

    whole = levers.chosen(NAME, "mean_scope", "city")
    groups.add(_POOLS["institutions"], count(number, here), "whole")
    in_mean = _in_mean(number, here, takes, deposit, whole, (steps, groups, city), levers)
    own_count = groups.add(EVALUATED, count(in_mean, here), "whole")
    own_sum = sum_by(groups, SCORE_SUM, s, in_mean, here, steps)
    own_mean = _float(own_sum) / own_count / float(scale)
    groups.add(_POOLS["mean_score"], where(own_count > 0, own_mean, ""), "points")
    all_sum, all_count = (
        sum_all(city, SCORE_SUM, own_sum, groups),
        city.add(EVALUATED, total(own_count, given.page.rows), "whole"),
    )
    of_count = groups.add(COMPARED_COUNT, where(whole, all_count, own_count), "whole")
    of_sum = either(groups, COMPARED_SUM, whole, all_sum, own_sum)
    n, of = steps.add(COMPARED_COUNT, look(of_count, number), "whole"), looked(steps, COMPARED_SUM, of_sum, number)
    mean = _where_part(steps, MEAN, takes, _float(of) / n / float(scale), "points")
    one = levers.digits(NAME, "index_digits")
    exact = levers.chosen(NAME, "index_digits", "exact")
    above = product(steps, SCALED, s, n)
    most = min(int(one.largest) * (steps.rows + 1) * s.largest, DIVIDED - 1)
    taken = quotient(steps, ROUNDED, (above, one), of, most=most, half_up=True)
    index = where(exact, score / mean, taken / one)
    index = _where_part(steps, _MADE["index"], takes, index, "ratio")
    merit = either(steps, MERIT, exact, s, taken)
    above, of = either(steps, INDEX_ABOVE, exact, above, taken), either(steps, INDEX_BELOW, exact, of, one)
    of_count = groups.help(WEIGHED_COUNT, where(exact, of_count, 1))
    of_sum = either(groups, WEIGHED_SUM, exact, of_sum, one)

    million = cell(MILLION)
    below = less(steps, LOW, (million, above), (levers.millionths(NAME, "lower"), of))
    over = less(steps, HIGH, (levers.millionths(NAME, "upper"), of), (million, above))
    below = steps.help(LOW_PART, below * takes) if takes else below  # nothing stands as the score of the exempt
    words = {band: band.label.to(language) for band in Band}
    band = where(below.equals(1), words[Band.BELOW], where(over.equals(1), words[Band.ABOVE], words[Band.WITHIN]))
    band = steps.add(_MADE["band"], where(takes.equals(1), band, words[Band.EXEMPT]) if takes else band)
    cut = steps.help(CUT, where(below.equals(1), deposit, 0))
    by_index = quotient(steps, BY_INDEX, (above, cut), of, most=deposit.largest, half_up=True)
    returned = steps.add(RETURNED, where(below.equals(1), by_index, deposit), "fen")
    forfeited = steps.add(FORFEITED, deposit - returned, "fen")
    shared = share(
        Claims(number, here, below, over, merit, of_count, of_sum, deposit, forfeited), steps, groups, city, levers
    )
    payment = steps.add(PAYMENT, returned + shared.bonus, "fen")

    shown = Worksheet(RESULT, given.page.rows, language, (RESULT_TITLE,), identified=1)
    yuan = {
        "deposit": deposit,
        "returned": returned,
        "bonus": shared.bonus,
        "payment": payment,
        "change": payment - deposit,
    }
    columns = {
        KEY: given.ids,
        "group": group,
        "score": score,
        "index": index,
        "band": band,
        **{k: v / FEN for k, v in yuan.items()},
    }
    made = {
        name: shown.add(column, columns[name], "ratio" if name == "index" else "") for name, column in _MADE.items()
    }
    groups.add(_POOLS["pool"], shared.pool / FEN)
    groups.add(_POOLS["unallocated"], shared.unallocated / FEN)
    checks += [
        Check(PAID_IS_WITHHELD, summed(payment) + summed(shared.unallocated), summed(deposit)),
        Check(POOLS_ARE_FORFEITED, summed(shared.pool), summed(forfeited)),
        Check(BONUS_IS_POOL, summed(shared.bonus) + summed(shared.unallocated), summed(shared.pool)),
    ]
    return Contribution(
        [groups, city, steps, shown], checks, ResultCells(shown, made[KEY], made["payment"], given.table[KEY].tolist())
    )


@cites("JS26 annex 3, 2(1)")
def _in_mean(
    number: Cell, here: Cell, takes: Cell | None, deposit: Cell, whole: Cell,
    pages: tuple[Worksheet, Worksheet, Worksheet], levers: Levers,
) -> Cell:  # fmt: skip
    """The group in whose mean each counts, 0 where it does in none: by ``zero_deposit_in_mean`` those without a deposit
    do not, where others of the scope have one."""
    steps, groups, city = pages
    part = takes if takes else 1
    holds = steps.help(HOLDS, flag(deposit > 0) * part)
    own = groups.help(HOLDERS, count(steps.help(HOLDS_OF, number * holds), here))
    holders = groups.help(HOLDERS_OF_SCOPE, where(whole, city.help(HOLDERS, total(own, steps.rows)), own))
    narrow = levers.chosen(NAME, "zero_deposit_in_mean", "off") & (look(holders, number) > 0)
    return steps.help(IN_MEAN, number * where(narrow, holds, part))


@cites("JS26 annex 3, 2(1)")
def _takes_part(given: InputSheet, steps: Worksheet) -> Cell | None:
    """1 for who is evaluated; None where the data exempt nobody."""
    part = evaluated(given.table)
    if part.all():
        return None
    told = given.column(EVALUATED_COLUMN).text
    return steps.help(TAKES_PART, Cell(f"IF(AND(ISLOGICAL({told}),N({told})=0),0,1)", part.astype(np.int64), 1))


def _where_part(steps: Worksheet, heading: Text | Column, takes: Cell | None, number: Cell, kind: str = "") -> Cell:
    """A column of numbers, blank for whoever is exempt."""
    if takes is None:
        return steps.add(heading, number, kind)
    shown = steps.add(heading, where(takes.equals(1), number, ""), kind)
    return Cell(shown.text, number.value, place=shown.place)


def _deposits(given: InputSheet, months: Months | None, steps: Worksheet, levers: Levers) -> Cell:
    """What is withheld of each institution in fen: the given deposit, else of the months prepaid, else of the base."""
    stated = "deposit" in given
    bases = [name for name in BASES if name in given]
    zero = cell(0)
    fen = {name: steps.add(BASE_OF.fill(base=_GIVEN[name].label), given.fen(name), "fen") for name in bases}
    settled, budget = (fen.get(name, zero) for name in BASES)
    if len(bases) == 1 and not stated and months is None:
        levers.fix(NAME, ["deposit_base"], NO_OTHER_BASE)
        base = fen[bases[0]]
    else:
        base = where(levers.chosen(NAME, "deposit_base", "budget"), budget, settled)
    base = steps.help(BASE, base)
    rate = levers.millionths(NAME, "deposit_rate")
    found = quotient(steps, BY_RATE, (base, rate), cell(MILLION), most=max(base.largest, 1), half_up=True)
    if months:
        place = steps.help(PLACE, Cell("ROW()-4", np.arange(1, steps.rows + 1), steps.rows))
        paid = steps.add(PREPAID_MONTHS, count(months.number, place), "whole")
        yearly = levers.chosen(NAME, "monthly_base", "settled")
        found = steps.help(
            OR_MONTHS, where((paid > 0) & ~yearly, by(withheld(months, levers), months.number, place, DIVIDED), found)
        )
    if stated:
        known = given.column("deposit")
        found = where(
            Cell(f"ISNUMBER({known.text})", given.table["deposit"].notna().to_numpy()), given.fen("deposit"), found
        )
    return found


def _float(number: Number) -> Cell:
    return number.about if isinstance(number, Long) else number


STEPS, GROUPS = Text("步骤·保证金", "Steps deposit"), Text("步骤·保证金分组", "Steps deposit groups")
CITY, RESULT = Text("步骤·保证金全市", "Steps deposit city"), Text("结果·保证金", "Results deposit")
STEPS_TITLE = Text(
    "步骤：质量保证金（JS26 附件3）。金额以分计", "Steps: quality deposit (JS26 annex 3). Amounts in fen"
)
STEPS_NOTE = Text(
    "点击列上方的“＋”展开折叠的辅助列。超过15位的整数分节书写（每节6位，第1节最低），乘、除、比较均不舍入。",
    "Open the folded helper columns with +. Whole numbers beyond 15 digits stand in cells of 6 digits, the lowest "
    "first, so nothing is rounded on the way.",
)  # fmt: skip
GROUPS_TITLE = Text(
    "步骤：各分配组的平均分和奖励金（JS26 附件3 二）", "Steps: mean scores and pools of the groups (JS26 annex 3, 2)"
)
CITY_TITLE = Text(
    "步骤：全市合计，以及无人领取的奖励金分给他组时的分配", "Steps: the city's sums, and pools that go to other groups"
)
RESULT_TITLE = Text("结果：各机构保证金", "Results: deposit by institution")
SCORE_PARTS = Text("得分×{scale}", "Score x {scale}")
DEPOSIT = Text("预留质量保证金（分）", "Quality deposit (fen)")
BASE_OF, BASE = Text("{base}（分）", "{base} (fen)"), Text("保证金基数（分）", "Base of the deposit (fen)")
BY_RATE = Text("基数×预留比例，四舍五入到分", "Base x rate, half up to the fen")
PLACE = Text("机构序号", "Place of the institution")
PREPAID_MONTHS, OR_MONTHS = (
    Text("有预付的月数", "Months prepaid"),
    Text("按预付或基数计的保证金（分）", "Deposit by months or base (fen)"),
)
SCORE_SUM = Text("得分合计（同一倍数）", "Sum of scores (the same multiple)")
COMPARED_COUNT, COMPARED_SUM = (
    Text("比较范围的机构数", "Institutions compared with"),
    Text("比较范围的得分合计", "Sum of scores compared with"),
)
MEAN = Text("比较的平均分", "Mean compared with")
SCALED = Text("得分×机构数", "Score x institutions")
ROUNDED = Text("指数取位后×10的位数次方", "Index to its digits, times 10 to their number")
MERIT = Text("分配权重用的得分或指数", "Score or index that weighs")
INDEX_ABOVE, INDEX_BELOW = (
    Text("指数的分子", "Numerator of the index"),
    Text("指数的分母", "Denominator of the index"),
)
WEIGHED_COUNT, WEIGHED_SUM = (
    Text("权重换算为指数：乘", "Weight to index: times"),
    Text("权重换算为指数：除", "Weight to index: divided by"),
)
HOLDS = Text("参评且有保证金（1为是）", "Evaluated, with a deposit (1 yes)")
HOLDS_OF = Text("有保证金者的组", "Group of those with a deposit")
HOLDERS, HOLDERS_OF_SCOPE = (
    Text("有保证金的参评机构", "Evaluated with a deposit"),
    Text("比较范围中有保证金的参评机构", "Evaluated with a deposit, of those compared"),
)
LOW, HIGH = (
    Text("指数低于下阈值（1为是）", "Index below the lower threshold (1 yes)"),
    Text("指数高于上阈值（1为是）", "Index above the upper threshold (1 yes)"),
)
TAKES_PART, IN_MEAN = (
    Text("参评（1为是）", "Evaluated (1 yes)"),
    Text("计入哪一组的平均分", "Counts in the mean of group"),
)
EVALUATED = Text("计入平均分的机构数", "Institutions in the mean")
LOW_PART = Text("参评且指数低于下阈值（1为是）", "Evaluated, and the index below the lower threshold (1 yes)")
BY_INDEX = Text("指数×保证金，四舍五入到分", "Index x deposit, half up to the fen")
CUT = Text("低档机构的保证金（分）", "Deposit of the band below (fen)")
RETURNED, FORFEITED = (
    Text("返还保证金（分）", "Returned (fen)"),
    Text("扣减，进入奖励金（分）", "Forfeited to the pool (fen)"),
)
PAYMENT = Text("实际可得（分）", "Payment (fen)")
PAID_IS_WITHHELD = Text("实际可得 + 未分配 = 保证金（分）", "Payments + unallocated = deposits (fen)")
POOLS_ARE_FORFEITED = Text("各组奖励金 = 各机构扣减（分）", "Pools = what was forfeited (fen)")
BONUS_IS_POOL = Text("分得奖励金 + 未分配 = 奖励金（分）", "Bonuses + unallocated = pools (fen)")
NO_OTHER_BASE = Text("固定：数据只有一种基数", "fixed: the data have one base only")
