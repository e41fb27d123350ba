"""What the clearing of DIP starts from, as the sheets give it: points and money by account, coefficients, funds.

Points come from millions of cases, which no workbook holds: they are given by institution, as simlib made them of the
cases.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simlib.columns import GRADES, INSTITUTIONS, POOLED, SCHEMES
from simlib.exact import Exact
from simlib.money import to_fen, to_yuan
from simlib.problems import BadInput
from simlib.rules.dip.case_params import CaseParams
from simlib.rules.dip.coefficient_params import DeductionFloor, FloorAt, PartialSteps
from simlib.rules.dip.coefficients import BONUSES, DEDUCTIONS, LABELS
from simlib.rules.dip.family import FAMILY
from simlib.rules.dip.fund_params import SurplusUse
from simlib.rules.dip.params import DipParams, Ledger
from simlib.rules.dip.ready import Ready
from simlib.rules.dip.run import MONEY, Reckoned, reckon, starting_points
from simlib.rules.dip.settlement import ClearingBand
from simlib.rules.dip.tables import MONEY as MONEY_COLUMNS
from simlib.rules.dip.tables import SCHEME
from simlib.tables import Tables
from simlib.words import Text
from simlib.workbook.formula import Cell, cell, larger, smaller, too_large, where
from simlib.workbook.inputs import GIVEN_NOTE, KEY, in_fen, room
from simlib.workbook.long_numbers import LIMB, Long
from simlib.workbook.parameters import MILLION, Levers
from simlib.workbook.sheet import Worksheet

NAME = FAMILY.name
OF_CASES = ("deviation_low", "deviation_high", "review_from", "low_slope", "missing_peer", "readmission_days",
            "cycle_days",
            "special_quota", "core_min_cases", "history_years", "year_weights", "ungrouped",
            "ungrouped_share", *CaseParams.__annotations__)  # fmt: skip
OF_MIX = ("cmi_bonus", "cmi_step", "cmi_cap", "cmi_points", "cmi_scope", "age_bonus", "age_step", "age_cap",
          "share_step", "city_share", "child_age_inclusive")  # fmt: skip
ASSUMED = ("grows", "volume_growth", "severity_growth", "coding_growth")
ADVANCES = ("working_months", "procurement_rate")
MIXED = ("cmi_part", "elderly_part", "child_part")
STEPPED = {"coding_part": "coding_accuracy", "charging_part": "charging_accuracy", "irregular_part": "irregular_share"}
POINTS = {
    "points": Text("非基层分值", "points"), "primary_points": Text("基层病种分值", "primary points"),
    "bed_day_points": Text("床日分值", "bed-day points"),
    "irregular_points": Text("违规病例应得分值（乘系数的病种）", "points of irregular cases (weighed groups)"),
    "irregular_plain_points": Text("违规病例应得分值（不乘系数的病种）", "points of irregular cases (other groups)"),
}  # fmt: skip


@dataclass
class Accounts:
    """One row an institution and scheme, in order of the numbers; where schemes cannot be told apart, one an
    institution."""

    page: Worksheet
    ids: Cell
    number: Cell  # of the institution among those that have cases, in order of the numbers
    ledger: Cell  # 1 employee, 2 resident
    schemes: tuple[str, ...]
    fen: dict[str, Cell]
    points: dict[str, Long]
    decimals: int  # cells of a number of points that stand behind the point
    irregular: bool


def reckoned(seen: Tables, params: DipParams, levers: Levers) -> tuple[Reckoned, bool]:
    """The points and money of every account, schemes apart where the data allow it; else the ledger stays as it is."""
    assumed = (1 + params.volume_growth) * (1 + params.severity_growth) != 1
    apart = params.changed(ledger=Ledger.BY_SCHEME.value)
    if params.ledger is Ledger.BY_SCHEME or not (assumed or FAMILY.lacking(seen, apart)):
        try:
            found = reckon(Ready(seen), apart), True
            if assumed:
                levers.fix(NAME, ["ledger"], GROWN)
            return found
        except BadInput:
            if params.ledger is Ledger.BY_SCHEME:
                raise
    levers.fix(NAME, ["ledger"], GROWN if assumed else NO_SCHEMES)
    return reckon(Ready(seen), params), False


def accounts(made: Reckoned, apart: bool, language: str) -> Accounts:
    """The sheet of the accounts."""
    books = made.books
    schemes = tuple(books.ledgers)
    place = np.concatenate(list(books.ledgers.values()))
    ledger = np.repeat(np.arange(1, len(schemes) + 1), [len(one) for one in books.ledgers.values()])
    ids = np.asarray(books.ids, dtype=object)
    order = sorted(range(len(place)), key=lambda row: (ids[books.owner[place[row]]], ledger[row]))
    place, ledger = place[order], ledger[order]
    owner = books.owner[place]
    rank = np.empty(len(ids), dtype=np.int64)
    rank[sorted(range(len(ids)), key=ids.tolist().__getitem__)] = np.arange(1, len(ids) + 1)
    page = Worksheet(ACCOUNTS, len(place), language, (ACCOUNTS_TITLE, GIVEN_NOTE, FROM_CASES), identified=3)
    names = {**SCHEMES, **POOLED}
    key = page.give(INSTITUTIONS.by_name[KEY], ids[owner])
    page.give(SCHEME.label, np.array([names[schemes[one - 1]].to(language) for one in ledger], dtype=object), "text")
    number = page.give(NUMBER, rank[owner], "whole", len(ids))
    given = page.give(LEDGER_NUMBER, ledger, "whole", 2)
    fen = {}
    for name, column in zip(MONEY, (one for one in MONEY_COLUMNS if one.name in MONEY), strict=True):
        yuan = to_yuan(made.money[name][place].astype(np.int64))
        fen[name] = in_fen(page.give(column, yuan), yuan)
    points = {name: one[place] for name, one in starting_points(made.points).items()}
    decimals = next((size for size in range(1, 9) if all(_fits(one, size) for one in points.values())), None)
    if decimals is None:
        raise too_large()
    cells = {name: _points(page, POINTS[name], one, decimals) for name, one in points.items()}
    irregular = any(np.any(points[name].parts != 0) for name in ("irregular_points", "irregular_plain_points"))
    return Accounts(page, key, number, given, schemes, fen, cells, decimals, irregular)


def surplus_of(given: Accounts, ledgers: pd.DataFrame, use: SurplusUse) -> Cell:
    """What of capped surplus each account has again, or leaves to the regulation fund, in fen, as simlib made it: as
    formulas it would make others depend on all rows once more, deeper than LibreOffice follows in a large city."""
    if use is SurplusUse.NONE:
        return cell(0)
    amounts = {name: to_fen(ledgers[name].to_numpy()) for name in ("payable", "settlement", "share_paid", "reshared")}
    capped = (ledgers["outcome"] == ClearingBand.CAPPED.value).to_numpy()
    left = np.where(capped, amounts["payable"] - amounts["settlement"] + amounts["share_paid"], 0)
    fen = amounts["reshared"] if use is SurplusUse.POINTS else left
    known = dict(zip(zip(ledgers[KEY], ledgers["scheme"], strict=True), fen.tolist(), strict=True))
    ids = given.ids.value.tolist()
    own = [known.get((one, given.schemes[at - 1]), 0) for one, at in zip(ids, given.ledger.value, strict=True)]
    pooled = [0 if one == last else known.get((one, "pooled"), 0) for one, last in zip(ids, [None, *ids], strict=False)]
    yuan = to_yuan(np.array(own) + np.array(pooled) * (given.schemes != ("pooled",)))
    return in_fen(given.page.give(RESHARED if use is SurplusUse.POINTS else LEFT, yuan, "yuan"), yuan)


def _fits(one: Exact, size: int) -> bool:
    return not np.any(one.parts * LIMB**size % one.whole)


def _points(page: Worksheet, what: Text, one: Exact, decimals: int) -> Long:
    """Points as whole ones and six decimals a column."""
    parts = one.parts * LIMB**decimals // one.whole
    whole = (parts // LIMB**decimals).astype(np.int64)
    cell_of = page.give(WHOLE_OF.fill(what=what), whole, "whole", room(whole))
    behind = [
        page.give(BEHIND.fill(what=what, first=6 * k + 1, last=6 * k + 6),
                  (parts // LIMB ** (decimals - 1 - k) % LIMB).astype(np.int64), "whole", LIMB - 1)
        for k in range(decimals)
    ]  # fmt: skip
    return Long((*behind[::-1], cell_of))


@dataclass
class Coefficients:
    """The sheet of the coefficients: one row an institution that has cases, in order of the numbers."""

    pages: list[Worksheet]
    ids: Cell
    level: Cell
    millionths: Cell


def coefficients(made: Reckoned, params: DipParams, levers: Levers, language: str) -> Coefficients:
    """The coefficient of each institution (JY art. 21-24): what hangs on the mix of cases is given, the rest are
    formulas."""
    standing = made.books.standing
    ids = np.asarray(standing.ids, dtype=object)
    order = np.array(sorted(range(len(ids)), key=ids.tolist().__getitem__), dtype=np.int64)
    given = Worksheet(FACTS, len(ids), language, (FACTS_TITLE, GIVEN_NOTE, FROM_MIX), identified=1)
    page = Worksheet(STEPS, len(ids), language, (STEPS_TITLE,), identified=1)
    columns = INSTITUTIONS.by_name
    key = given.give(columns[KEY], ids[order])
    level = given.give(columns["level"], np.asarray(standing.level, dtype=object)[order])
    grade = given.give(columns["grade"], np.asarray(standing.grade, dtype=object)[order])
    page.add(columns[KEY], key)
    new = given.give(columns["new"], standing.new[order].astype(np.int64), "whole", 1)
    old = page.help(OLD, 1 - new)
    levers.fix(NAME, OF_MIX, BY_MIX)
    parts: dict[str, Cell] = {}
    for name in MIXED:
        parts[name] = _given_part(given, name, made.parts[name][order])
    for name, amount in (("high_level_part", "high_level_bonus"), ("drug_part", "drug_deduction"),
                         ("consumable_part", "consumable_deduction"), ("breach_part", "breach_deduction")):  # fmt: skip
        mark = given.give(FLAG.fill(what=LABELS[name]), standing.flags[name][order].astype(np.int64), "whole", 1)
        parts[name] = mark * old * levers.millionths(NAME, amount)
    ranks = [
        given.give(columns[f"specialties_{rank}"], counts[order], "whole", room(counts)) * levers.millionths(NAME,
            f"specialty_{rank}")
        for rank, counts in standing.specialties.items()
    ]  # fmt: skip
    parts["specialty_part"] = (ranks[0] + ranks[1] + ranks[2]) * old
    parts |= _deductions(made, given, order, params, levers, old)
    basic = cell(0)
    for name in GRADES:
        basic = where(
            Cell(f'{grade.text}="{name}"', grade.value == name, None, 0),
            levers.millionths(NAME, f"basic_{name}"),
            basic,
        )
    basic = page.add(PART.fill(what=LABELS["basic"]), basic, "whole")
    cells = {name: page.add(PART.fill(what=LABELS[name]), parts[name], "whole") for name in LABELS if name != "basic"}
    item, nowhere = (levers.chosen(NAME, "floor_at", one.value) for one in (FloorAt.ITEM, FloorAt.NONE))
    by_amount = levers.chosen(NAME, "deduction_floor", DeductionFloor.AMOUNT.value)
    bonuses, deductions = cell(0), cell(0)
    for name in BONUSES:
        bonuses = bonuses + page.help(ITEM.fill(what=LABELS[name]), where(item, _down(cells[name]), cells[name]))
    for name in DEDUCTIONS:
        each = where(by_amount, _down(cells[name]), _down(cells[name] + HUNDREDTH - 1))
        deductions = deductions + page.help(ITEM.fill(what=LABELS[name]), where(item, each, cells[name]))
    assessed = page.add(ASSESSED, bonuses - deductions, "whole")
    off = page.help(OFF, larger(0 - assessed, 0))
    net = where((assessed < 0) & by_amount, 0 - _down(off), _down(assessed))
    floored = [page.help(FLOORED, one) for one in (_down(basic), net)]
    calculated = page.add(CALCULATED_PARTS, where(nowhere, basic + assessed, floored[0] + floored[1]), "whole")
    published, known = standing.published
    if not _fits(published, 1):
        raise too_large()
    told = (published.parts * MILLION // published.whole).astype(np.int64)[order]
    stated = given.give(IN_MILLIONTHS.fill(what=columns["coefficient"].label), told, "whole", room(told))
    mark = given.give(KNOWN.fill(what=columns["coefficient"].label), known[order].astype(np.int64), "whole", 1)
    found = page.add(COEFFICIENT, where(mark.equals(1), stated, calculated), "whole")
    return Coefficients([given, page], key, level, found)


def _down(millionths: Cell) -> Cell:
    """Two decimals, toward minus infinity."""
    return (millionths // HUNDREDTH) * HUNDREDTH


def _given_part(given: Worksheet, name: str, part: Exact) -> Cell:
    """A part of the coefficient as simlib made it, in millionths."""
    if np.any(part.parts * MILLION % part.whole):
        raise too_large()
    millionths = (part.parts * MILLION // part.whole).astype(np.int64)
    return given.give(PART.fill(what=LABELS[name]), millionths, "whole", room(millionths))


def _deductions(
    made: Reckoned, given: Worksheet, order, params: DipParams, levers: Levers, old: Cell
) -> dict[str, Cell]:
    """The deductions by steps: formulas where only full steps count and the rates have at most six decimals."""
    levers_of = {"irregular_part": ("irregular_from", "irregular_step", "irregular_deduction", "irregular_cap")}
    usual = ("accuracy_from", "accuracy_step", "accuracy_deduction", "accuracy_cap")
    rates = {name: made.books.standing.rates[column] for name, column in STEPPED.items()}
    if params.partial_steps is PartialSteps.PROPORTIONAL or not all(_fits(rate, 1) for rate, _ in rates.values()):
        levers.fix(NAME, {"partial_steps", *usual, *levers_of["irregular_part"]}, IN_PROPORTION)
        return {name: _given_part(given, name, made.parts[name][order]) for name in STEPPED}
    begun = params.partial_steps is PartialSteps.BEGUN
    levers.fix(NAME, ["partial_steps"], BEGUN_STEPS if begun else FULL_STEPS)
    found = {}
    for name, (rate, known) in rates.items():
        names = levers_of.get(name, usual)
        start, step, amount, cap = (levers.millionths(NAME, one) for one in names)
        millionths = (rate.parts * MILLION // rate.whole).astype(np.int64)
        column = INSTITUTIONS.by_name[STEPPED[name]]
        value = given.give(IN_MILLIONTHS.fill(what=column.label), millionths[order], "whole", MILLION)
        mark = given.give(KNOWN.fill(what=column.label), known[order].astype(np.int64), "whole", 1)
        gap = larger(value - start if name == "irregular_part" else start - value, 0)
        steps = (larger(gap + step - 1, 0) // step).bounded(gap.largest) if begun else gap // step
        found[name] = smaller(steps * amount, cap) * mark * old
    return found


HUNDREDTH = MILLION // 100
RESHARED, LEFT = (
    Text("结余再分配（元）", "Surplus shared again (yuan)"),
    Text("封顶未付（元）", "Left by the cap (yuan)"),
)
ACCOUNTS = Text("输入·分值", "Given points")
ACCOUNTS_TITLE = Text("输入：各机构分值和医疗费用", "Given: points and money of the institutions")
FROM_CASES = Text(
    "分值由 simlib 按病例逐例计算（见 dip_cases），病例数量过多，不列入工作簿；费用由病例表合计。",
    "simlib made the points of the cases (see dip_cases), which are too many for a workbook; money is summed from the "
    "cases.",
)
NUMBER = Text("机构序号（有住院病例的机构，按编号）", "Institution's place among those with cases")
LEDGER_NUMBER = Text("险种序号", "Number of the scheme")
WHOLE_OF, BEHIND = (
    Text("{what}·整数", "{what}, whole"),
    Text("{what}·小数第{first}–{last}位", "{what}, decimals {first}-{last}"),
)
FACTS, STEPS = Text("输入·系数", "Given coefficients"), Text("步骤·系数", "Steps coefficients")
FACTS_TITLE = Text("输入：决定机构系数的数据", "Given: facts that make the coefficient")
FROM_MIX = Text(
    "CMI、老年、儿科三项加成由 simlib 按病例计算（见 dip_coefficients）；加成和扣减以百万分之一计。",
    "simlib made the parts of CMI and ages of the cases (see dip_coefficients); parts are in millionths.",
)
STEPS_TITLE = Text(
    "步骤：机构权重系数（JY 第二十一至二十四条），以百万分之一计",
    "Steps: the coefficient (JY art. 21-24), in millionths",
)
OLD = Text("非新增定点（1为是）", "Not new (1 yes)")
FLAG, PART = Text("{what}适用（1为是）", "{what} applies (1 yes)"), Text("{what}（百万分之几）", "{what} (millionths)")
ITEM = Text("{what}，按所选环节截取两位小数", "{what}, floored as read")
ASSESSED, FLOORED = (
    Text("考核合计（百万分之几）", "Assessment (millionths)"),
    Text("截取两位小数（百万分之几）", "Floored to two decimals (millionths)"),
)
OFF = Text("考核扣减额（百万分之几）", "Taken off by the assessment (millionths)")
CALCULATED_PARTS = Text("计算系数（百万分之几）", "Calculated coefficient (millionths)")
COEFFICIENT = Text("权重系数（百万分之几）", "Coefficient (millionths)")
IN_MILLIONTHS, KNOWN = (
    Text("{what}（百万分之几）", "{what} (millionths)"),
    Text("{what}已填（1为是）", "{what} stated (1 yes)"),
)
BY_MIX = Text(
    "固定：CMI 和年龄加成取自 dip_coefficients（病例数量过多）",
    "fixed: parts of CMI and ages come from dip_coefficients (too many cases)",
)
IN_PROPORTION = Text(
    "固定：扣减取自 dip_coefficients（按比例扣减没有有限小数）",
    "fixed: deductions come from dip_coefficients (shares of steps have no end of decimals)",
)
FULL_STEPS = Text("固定：公式按完整步长扣减", "fixed: the formulas count full steps")
BEGUN_STEPS = Text("固定：公式按不足一个步长计一个步长扣减", "fixed: the formulas count begun steps")
GROWN = Text("固定：假设的增长先于分账取整", "fixed: the growth assumed is rounded by ledger")
NO_SCHEMES = Text("固定：数据无法按险种分开", "fixed: the data cannot be told apart by scheme")
