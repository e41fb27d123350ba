"""One community's surplus in sentences, each with its numbers and its clause."""

from __future__ import annotations

from decimal import Decimal

from simlib.clauses import cites
from simlib.columns.values import row_of
from simlib.money import decimal_text, to_fen, to_yuan
from simlib.rules.family import Results
from simlib.rules.retention.params import Fraction, RetentionParams
from simlib.rules.retention.settlement import FAILED, Bracket
from simlib.words import Text


@cites("XX 3(6)", "XX 5(1)", "XX 5(1)1", "XX 5(1)2", "XX 5(1)3", "XX 5(1)4")
def explain(results: Results, params: RetentionParams, community_id: str) -> list[Text]:
    """The steps from score to what is kept or borne, for one community of a run's tables; KeyError if unknown."""
    one = row_of(results["retention"], "community_id", community_id)
    over, unreasonable = (to_fen(abs(one[name])) for name in ("surplus", "unreasonable_overspend"))
    numbers = {
        **{name: decimal_text(one[name]) for name in POINTS},
        **{name: decimal_text(getattr(params, name)) for name in THRESHOLDS},
        **{name: percent(getattr(params, name)) for name in SHARES},
        **{name: f"{one[name]:,.2f}" for name in MONEY},
        "ratio": percent(one["ratio"]), "part": PARTS[params.fraction],
        "surplus": f"{to_yuan(over):,.2f}", "reasonable": f"{to_yuan(over - unreasonable):,.2f}",
    }  # fmt: skip
    steps = [SUM if one["bonus"] == one["bonus_given"] else SUM_CUT, BRACKETS[one["bracket"]]]
    if one["surplus"] > 0:
        steps += [SURPLUS, KEPT]
    elif one["surplus"] < 0:
        steps += [OVER, BORNE]
    else:
        steps.append(EVEN)
    if one["bracket"] in FAILED:
        steps.append(CUT)
    return [step.fill(**numbers) for step in [*steps, NET]]


def percent(share: Decimal | float) -> str:
    """A share as a percentage, as short as it is exact to six places."""
    return f"{decimal_text(round(Decimal(str(share)) * 100, 6))}%"


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
SHARES = ("per_point", "half_ratio", "reasonable_share", "next_year_cut_rate")
SUM = Text(
    "总分 = 得分 {score} + 加分 {bonus} = {total_score} 分（XX 三(六)）。",
    "Total = score {score} + bonus {bonus} = {total_score} points (XX 3(6)).",
)
SUM_CUT = Text("加分 {bonus_given} 分，只计 {bonus} 分：总分 = 得分 {score} + {bonus} = {total_score} 分（XX 三(六)）"
               "。",
               "Of the bonus of {bonus_given} only {bonus} count: total = score {score} + {bonus} = {total_score} "
               "points (XX 3(6)).")  # fmt: skip
PARTS = {
    Fraction.CONTINUOUS: Text("不足1分的按实际分差", "parts of a point as they are"),
    Fraction.FLOOR: Text("不足1分的不扣", "parts of a point not counted"),
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
    Bracket.NONE.value: Text("低于 {half_from} 分：结余不留用（XX 五(一)4）。",
                             "Below {half_from}: no surplus is kept (XX 5(1)4)."),
    Bracket.VETO.value: Text("触及负面清单，一票否决：按不合格处理，结余不留用（XX 三(六)、五(一)4）。",
                             "Vetoed: the evaluation fails and no surplus is kept (XX 3(6), 5(1)4)."),
}  # fmt: skip
SURPLUS = Text(
    "结余 = 预算 {budget} − 支出 {spending} = {surplus} 元。",
    "Surplus = budget {budget} - spending {spending} = {surplus} yuan.",
)
KEPT = Text("留用 {surplus} × {ratio} = {retained} 元，其余 {returned} 元交回基金。",
            "Kept {surplus} × {ratio} = {retained} yuan; the other {returned} yuan return to the fund.")  # fmt: skip
EVEN = Text(
    "预算与支出相等，都是 {budget} 元：没有结余，也没有超支。",
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
NET = Text("净影响 = 留用 {retained} − 承担超支 {overspend_borne} − 下年核减 {next_year_cut} = {net} 元。",
           "Net = kept {retained} - overspending borne {overspend_borne} - next year's cut {next_year_cut} = {net} "
           "yuan.")  # fmt: skip
