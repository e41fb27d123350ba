"""One community's surplus in sentences, each with its numbers and its clause."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from simlib.clauses import cites
from simlib.columns.values import row_of
from simlib.exact import Exact
from simlib.money import decimal_text, percent_text, to_fen, to_yuan
from simlib.rules.family import Results
from simlib.rules.retention.params import BonusCounts, Fraction, RetentionParams, ScoreDigits, VetoCut
from simlib.rules.retention.settlement import Bracket, retained_base
from simlib.words import Text


@cites("XX 3(6)", "XX 5(1)", "XX 5(1)1", "XX 5(1)2", "XX 5(1)3", "XX 5(1)4")
def explain(results: Results, params: RetentionParams, community_id: str) -> list[Text]:
    """The steps from score to what is kept or borne, for one community of a run's tables; KeyError if unknown."""
    one = row_of(results["retention"], "community_id", community_id)
    over, unreasonable = (to_fen(np.array([abs(one[n])])) for n in ("surplus", "unreasonable_overspend"))
    numbers = {
        **{name: decimal_text(one[name]) for name in POINTS},
        **{name: decimal_text(getattr(params, name)) for name in THRESHOLDS},
        **{name: percent_text(getattr(params, name)) for name in SHARES},
        **{name: f"{one[name]:,.2f}" for name in MONEY},
        "ratio": percent_text(one["ratio"]), "part": PARTS[params.fraction],
        "surplus": _yuan(over), "reasonable": _yuan(over - unreasonable),
        "base": _yuan(retained_base(over, params)), "digits": params.score_digits.label,
        "sum": decimal_text((Exact.of(one["score"]) + Exact.of(one["bonus"])).floats().item()),
    }  # fmt: skip
    counts = params.bonus_counts is BonusCounts.ON
    steps = [NO_BONUS if not counts else SUM if one["bonus"] == one["bonus_given"] else SUM_CUT]
    steps += [*([] if params.score_digits is ScoreDigits.EXACT else [ROUNDED]), BRACKETS[one["bracket"]]]
    if one["surplus"] > 0:
        steps += [SURPLUS, *([] if params.retained_share == 1 else [BASE]), KEPT]
    elif one["surplus"] < 0:
        steps += [OVER, BORNE]
    else:
        steps.append(EVEN)
    if one["bracket"] == Bracket.NONE.value or Decimal(str(one["total_score"])) < params.half_from:
        steps.append(CUT)
    elif one["bracket"] == Bracket.VETO.value:
        steps.append(VETO_CUT if params.veto_cut is VetoCut.AS_BELOW_60 else NO_VETO_CUT)
    return [step.fill(**numbers) for step in [*steps, NET]]


def _yuan(fen: np.ndarray) -> str:
    return f"{to_yuan(fen).item():,.2f}"


POINTS = ("score", "bonus", "bonus_given", "total_score")
THRESHOLDS = ("full_from", "linear_from", "half_from")
MONEY = (
    "budget",
    "spending",
    "unreasonable_overspend",
    "retained",
    "returned",
    "overspend_borne",
    "overspend_shared",
    "next_year_cut",
    "net",
)
SHARES = ("per_point", "half_ratio", "retained_share", "reasonable_share", "next_year_cut_rate")
SUM = Text(
    "总分 = 得分 {score} + 加分 {bonus} = {sum} 分（XX 三(六)）。",
    "Total = score {score} + bonus {bonus} = {sum} points (XX 3(6)).",
)
SUM_CUT = Text("加分 {bonus_given} 分，只计 {bonus} 分：总分 = 得分 {score} + {bonus} = {sum} 分（XX 三(六)）。",
               "Of the bonus of {bonus_given} only {bonus} count: total = score {score} + {bonus} = {sum} points "
               "(XX 3(6)).")  # fmt: skip
NO_BONUS = Text("得分 {score} 分；加分 {bonus_given} 分不计入留用档次（XX 三(六)、五(一)）。",
                "The score is {score}; the bonus of {bonus_given} does not count toward the brackets (XX "
                "3(6), 5(1)).")  # fmt: skip
ROUNDED = Text("四舍五入（{digits}）为 {total_score} 分，按此定档（XX 五(一)）。",
               "Rounded half up ({digits}): {total_score} points, which decide (XX 5(1)).")  # fmt: skip
PARTS = {
    Fraction.CONTINUOUS: Text("不足1分的按实际分差", "parts of a point as they are"),
    Fraction.FLOOR: Text("不足1分的不扣减", "parts of a point not counted"),
    Fraction.CEIL: Text("不足1分的按1分", "a begun point counted whole"),
}
BRACKETS = {
    Bracket.FULL.value: Text("不低于 {full_from} 分：结余全额留用（XX 五(一)1）。",
                             "At least {full_from}: the whole surplus is kept (XX 5(1)1)."),
    Bracket.LINEAR.value: Text(
        "在 {linear_from} 至 {full_from} 分之间：比 {full_from} 分每低1分扣 {per_point}，{part}，留用 {ratio}（XX "
        "五(一)2）。",
        "From {linear_from} to below {full_from}: each point below {full_from} costs {per_point}, {part}; {ratio} is "
        "kept (XX 5(1)2)."),
    Bracket.HALF.value: Text("在 {half_from} 至 {linear_from} 分之间：留用 {half_ratio}（XX 五(一)3）。",
                             "From {half_from} to below {linear_from}: {half_ratio} is kept (XX 5(1)3)."),
    Bracket.NONE.value: Text("低于 {half_from} 分：结余不予支付（XX 五(一)4）。",
                             "Below {half_from}: no surplus is paid (XX 5(1)4)."),
    Bracket.VETO.value: Text("触及负面清单，一票否决：评价不合格，结余不予支付；得分本身不变（XX 三(六)）。",
                             "Vetoed: the evaluation fails and no surplus is paid; the score stays (XX 3(6))."),
}  # fmt: skip
SURPLUS = Text(
    "结余 = 预算 {budget} − 支出 {spending} = {surplus} 元。",
    "Surplus = budget {budget} - spending {spending} = {surplus} yuan.",
)
BASE = Text("可留用基数 = {surplus} × {retained_share} = {base} 元（XX 五(一)；比例文件未规定）。",
            "Of it {surplus} × {retained_share} = {base} yuan may be kept (XX 5(1); the document sets no "
            "share).")  # fmt: skip
KEPT = Text("留用 {base} × {ratio} = {retained} 元，其余 {returned} 元不予支付。",
            "Kept {base} × {ratio} = {retained} yuan; the other {returned} yuan are not paid.")  # fmt: skip
EVEN = Text(
    "预算与支出相等，均为 {budget} 元：无结余，也无超支。",
    "Budget and spending are both {budget} yuan: neither surplus nor overspending.",
)
OVER = Text(
    "超支 = 支出 {spending} − 预算 {budget} = {surplus} 元。",
    "Overspending = spending {spending} - budget {budget} = {surplus} yuan.",
)
BORNE = Text("其中不合理 {unreasonable_overspend} 元，由医共体承担（XX 五(一)）；合理 {reasonable} 元，由基金分担 "
             "{reasonable_share}，即 {overspend_shared} 元"
             "（XX 一(二)2；比例文件未规定）。医共体共承担 {overspend_borne} 元。",
             "Its unreasonable part, {unreasonable_overspend} yuan, is the community's (XX 5(1)); of the reasonable "
             "{reasonable} yuan the fund shares {reasonable_share}, {overspend_shared} yuan (XX 1(2)2; the document "
             "sets no share). The community bears {overspend_borne} yuan.")  # fmt: skip
CUT = Text("下一年度预算核减 {budget} × {next_year_cut_rate} = {next_year_cut} 元（XX 五(一)4；核减比例文件未规定）。",
           "Next year's budget is cut by {budget} × {next_year_cut_rate} = {next_year_cut} yuan (XX 5(1)4; the "
           "document sets no rate).")  # fmt: skip
VETO_CUT = Text("一票否决后预算是否核减，文件没有写明；按所选口径与不及格一样核减：{budget} × {next_year_cut_rate} = "
                "{next_year_cut} 元（XX 三(六)）。",
                "Whether a veto cuts the budget is not said; as after a failed score, by the chosen reading: {budget} "
                "× "
                "{next_year_cut_rate} = {next_year_cut} yuan (XX 3(6)).")  # fmt: skip
NO_VETO_CUT = Text("一票否决后预算是否核减，文件没有写明；按所选口径不核减（XX 三(六)）。",
                   "Whether a veto cuts the budget is not said; by the chosen reading it is not cut (XX "
                   "3(6)).")  # fmt: skip
NET = Text("净影响 = 留用 {retained} − 承担超支 {overspend_borne} − 下年核减 {next_year_cut} = {net} 元。",
           "Net = kept {retained} - overspending borne {overspend_borne} - next year's cut {next_year_cut} = {net} "
           "yuan.")  # fmt: skip
