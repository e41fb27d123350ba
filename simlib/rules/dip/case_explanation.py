"""One case in a sentence: what it cost, why it has its points by which clause, and what they come to."""

from __future__ import annotations

from simlib.clauses import clause
from simlib.columns.values import Row
from simlib.money import decimal_text
from simlib.rules.dip.case_params import ListFaults
from simlib.rules.dip.params import DipParams, LowSlope, Ungrouped
from simlib.rules.dip.points import Reason
from simlib.words import Text


def case_sentence(case: Row, params: DipParams) -> Text:
    """One case: what it cost, why it has its points, and what they come to; each step with its clause."""
    reason = case["reason"]
    text, cited = REASONS[reason]
    if reason == Reason.LOW.value and params.low_slope is LowSlope.LIFTED:
        text = LIFTED
    if reason == Reason.UNGROUPED.value and params.ungrouped is Ungrouped.COST:
        text = BY_COST
    known = case["deviation"] == case["deviation"] and case["deviation"] is not None
    numbers = {
        "base": f"{case['base']:,.4f}", "points": f"{case['points']:,.4f}",
        "deducted": f"{case['deducted_points']:,.4f}",
        "ratio": f"{case['deviation']:.4f}" if known else "", "mean": f"{case['mean']:,.2f}" if known else "",
        "cost": f"{case['total_cost']:,.2f}", "part": f"{params.ungrouped_share:.1%}",
        "multiple": decimal_text(params.irregular_multiple), "what": params.irregular_points.label,
        "days": decimal_text(params.readmission_days),
        "low": decimal_text(params.deviation_low), "high": decimal_text(params.deviation_high),
        "limit": decimal_text(params.review_from), "stays": f"{case['stays']:,}", "rows": f"{case['rows']:,}",
        "worth": f"{case['worth']:,.2f}", "gap": f"{case['gap']:+,.2f}",
        "cycle": decimal_text(params.cycle_days), "apart": f"{case['billed_apart']:,.2f}",
    }  # fmt: skip
    group = Text(case["group_code"], case["group_code"]) if case["group_code"] else NO_CODE
    reported = params.list_faults is ListFaults.REPORT
    more = [(one, keys) for there, one, keys in (
        (case["rows"] > 1, JOINED, ("JY 38",)), (case["panel_review"], REVIEW, ("JY 28",)),
        (case["cut"], CUT, ("JY 29",)), (case["list_fault"] and reported, FAULT, ("JY 37",)),
        (case["stays"] > 1, CYCLES, ("JY 38",)), (case["billed_apart"] > 0, APART, ("JY 43",)),
        (True, WORTH, ("JY 30", "JY 31")),
    ) if there]  # fmt: skip
    parts = [_cited(one.fill(**numbers), keys) for one, keys in [(text, cited), *more]]
    head = CASE.fill(case=case["case_id"], group=group, cost=numbers["cost"])
    return Text(*(
        head.to(lang) + between.join(one.to(lang) for one in parts) + end
        for lang, between, end in (("zh", "；", "。"), ("en", "; ", "."))
    ))  # fmt: skip


def _cited(text: Text, keys: tuple[str, ...]) -> Text:
    cited = clause(keys if len(keys) > 1 else keys[0]).text
    return Text(f"{text.zh}（{cited.zh}）", f"{text.en} ({cited.en})")


CASE = Text("{case}（{group}，费用 {cost} 元）：", "{case} ({group}, cost {cost} yuan): ")
WORTH = Text("折合 {worth} 元，较费用 {gap} 元", "worth {worth} yuan, {gap} against its cost")
REVIEW = Text("偏差率达到 {limit}，列入年终专家评审", "its ratio reaches {limit}: it goes to the panel")
JOINED = Text(
    "由 {rows} 行转科记录并为一次住院，主病种取费用高者", "{rows} rows of one stay joined, the group that of the dearer"
)
CUT = Text("特殊病例申请超过限额，不按专家评议分值计", "applied for beyond the quota: not the panel's points")
FAULT = Text("清单不合规或迟传，只作提示", "its list was refused or late, which is reported only")
CYCLES = Text("超过 {cycle} 天，按 {stays} 个结算周期", "beyond {cycle} days: settled as {stays} stays")
APART = Text("谈判药品统筹支付 {apart} 元单独核算、另行支付",
             "the fund's {apart} yuan for negotiated drugs is accounted for and paid apart")  # fmt: skip
NO_CODE = Text("未入组", "no group")
BY_COST = Text("未入组，按费用折算分值的 {part}，{points} 分（文件没有规定）",
               "without a group, {part} of the points by its cost, {points} (not set by the document)")  # fmt: skip
LIFTED = Text(
    "偏差率 {ratio}，按所选口径逐步折算，{base} → {points} 分",
    "ratio {ratio}, points rise smoothly by the chosen reading: {base} → {points}",
)
REASONS: dict[str, tuple[Text, tuple[str, ...]]] = {
    Reason.IRREGULAR.value: (
        Text("违规病例不计分，并扣减应得分值（{what}）的 {multiple} 倍，共 {deducted} 分",
             "irregular: no points, and {multiple} times what it would have ({what}), {deducted}, is deducted"),
        ("JY 39",)),
    Reason.LIST_FAULT.value: (
        Text("结算清单不合规，或出院 10 日后才上传，不予支付，不计分",
             "its list was refused, or came more than 10 days after discharge: not paid, no points"), ("JY 37",)),
    Reason.READMISSION.value: (
        Text("出院后 {days} 日内因同一疾病重复住院，不重复计分",
             "a readmission for the same disease within {days} days, no points"), ("JY 38",)),
    Reason.REVIEWED.value: (
        Text("专家评议分值 {points} 分（基础 {base}）", "points by the panel {points} (group {base})"),
        ("JY 28", "JY 29")),
    Reason.UNGROUPED.value: (
        Text("未入组，不计分（文件没有规定）", "without a group, no points (not set by the document)"), ("JY 27",)),
    Reason.BED_DAY.value: (
        Text("床日分值 {points} 分（每日 {base}）", "bed-days, {points} points ({base} a day)"), ("JY 17", "JY 27")),
    Reason.AUXILIARY.value: (
        Text("辅助目录调整后 {points} 分（基础 {base}），不再算费用偏差",
             "auxiliary catalogue, {points} points (group {base}), not corrected for cost"), ("JY 18", "JY 27")),
    Reason.PRIMARY.value: (
        Text("基层病种各处同分，按基础分值 {points} 分，不算费用偏差",
             "a primary group has the same {points} points everywhere, not corrected for cost"), ("JY 15(3)", "JY 24")),
    Reason.LOW.value: (
        Text("偏差率 = 费用 ÷ {mean} = {ratio}，不高于 {low}：{base} × {ratio} = {points} 分",
             "ratio = cost / {mean} = {ratio}, at most {low}: {base} × {ratio} = {points} points"), ("JY 28",)),
    Reason.AWAITING.value: (
        Text("偏差率 = 费用 ÷ {mean} = {ratio}，评审结果出来前按基础分值 {points} 分",
             "ratio = cost / {mean} = {ratio}, the group's {points} points until the panel speaks"), ("JY 28",)),
    Reason.HIGH.value: (
        Text("偏差率 = 费用 ÷ {mean} = {ratio}，不低于 {high}：{base} ×（{ratio} − {high} + 1）= {points} 分",
             "ratio = cost / {mean} = {ratio}, at least {high}: {base} × ({ratio} - {high} + 1) = {points} points"),
        ("JY 28",)),
    Reason.STANDARD.value: (
        Text("偏差率 {ratio} 在界限之间，按基础分值 {points} 分",
             "ratio {ratio} between the limits, the group's {points} points"), ("JY 27", "JY 28")),
    Reason.NO_PEER.value: (
        Text("无上年度同级别均值，按基础分值 {points} 分",
             "no mean of its level last year, the group's {points} points"), ("JY 27", "JY 28")),
}  # fmt: skip
