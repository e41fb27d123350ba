"""One institution's settlement in sentences with clauses, down to its cases; and one case's points."""

from __future__ import annotations

import pandas as pd

from simlib.clauses import cites
from simlib.columns import GRADES, POOLED, SCHEMES
from simlib.columns.values import Row
from simlib.money import decimal_text
from simlib.rules.dip.cases import CaseScores
from simlib.rules.dip.coefficients import DEDUCTIONS, LABELS, PARTS
from simlib.rules.dip.params import DipParams, LowSlope, Ungrouped
from simlib.rules.dip.points import Reason
from simlib.rules.dip.settlement import ClearingBand
from simlib.rules.family import Results
from simlib.words import NO_TEXT, Text, joined

LEDGERS = {**SCHEMES, **POOLED}


@cites("JY 10", "JY 13", "JY 22", "JY 30", "JY 31", "JY 32", "JY 33")
def explain(results: Results, params: DipParams, institution: str) -> list[Text]:
    """Every step from the cases of one institution to its balance, then the cases that matter most."""
    one = {name: _row(results[name], institution) for name in ("dip_institutions", "dip_counts", "dip_coefficients")}
    row = one["dip_institutions"]
    steps = [
        _counted(one["dip_counts"], row),
        _weighed(one["dip_coefficients"]),
        TOTAL.fill(**_points(row), coefficient=f"{row['coefficient']:.4g}"),
    ]
    ledgers = results["dip_ledgers"]
    for ledger in ledgers[ledgers["institution_id"] == institution].to_dict("records"):
        steps += _cleared(ledger, _fund(results, ledger["scheme"]), params)
    steps.append(BALANCE.fill(**_yuan(row)))
    scores = case_scores(results)
    cases = pd.DataFrame() if scores is None else scores.matter(institution, results)
    if len(cases):
        steps.append(MATTER.fill(count=len(cases)))
        steps += [case_sentence(case, params) for case in cases.to_dict("records")]
    return steps


@cites("JY 27", "JY 28", "JY 29", "JY 38", "JY 39")
def explain_case(results: Results, params: DipParams, case: str) -> list[Text]:
    """How one case comes to its points; no sentence where there is no such case."""
    scores = case_scores(results)
    found = pd.DataFrame() if scores is None else scores.one(case, results)
    return [case_sentence(row, params) for row in found.to_dict("records")]


def case_scores(results: Results) -> CaseScores | None:
    """The points of the cases among the results, where they were asked for."""
    found: object = results.get("dip_cases")
    return found if isinstance(found, CaseScores) else None


def case_sentence(case: Row, params: DipParams) -> Text:
    """One case: what it cost, why it has its points, and what they come to."""
    limits = {"low": params.deviation_low, "high": params.deviation_high}
    reason = case["reason"]
    lifted = reason == Reason.LOW.value and params.low_slope is LowSlope.LIFTED
    text = LIFTED if lifted else REASONS[reason]
    if reason == Reason.UNGROUPED.value and params.ungrouped is Ungrouped.COST:
        text = BY_COST
    known = case["deviation"] == case["deviation"] and case["deviation"] is not None
    numbers = {
        "base": f"{case['base']:,.4f}", "points": f"{case['points']:,.4f}",
        "deducted": f"{case['deducted_points']:,.4f}",
        "ratio": f"{case['deviation']:.4f}" if known else "", "mean": f"{case['mean']:,.2f}" if known else "",
        "cost": f"{case['total_cost']:,.2f}", "part": f"{params.ungrouped_share:.1%}",
        "multiple": decimal_text(params.irregular_multiple),
        **{name: decimal_text(one) for name, one in limits.items()},
    }  # fmt: skip
    group = Text(case["group_code"], case["group_code"]) if case["group_code"] else NO_CODE
    head = CASE.fill(case=case["case_id"], group=group, cost=numbers["cost"])
    review = REVIEW.fill(limit=decimal_text(params.review_from)) if case["panel_review"] else NO_TEXT
    tail = WORTH.fill(worth=f"{case['worth']:,.2f}", gap=f"{case['gap']:+,.2f}")
    return Text(
        *(head.to(lang) + text.fill(**numbers).to(lang) + review.to(lang) + tail.to(lang) for lang in ("zh", "en"))
    )


def _counted(counts: Row, row: Row) -> Text:
    parts = [
        COUNTS[name].fill(count=f"{counts[name]:,}")
        for name in COUNTS
        if counts[name]
    ]  # fmt: skip
    listed = joined(parts, "、", ", ")
    detail = Text(f"，其中{listed.zh}", f", of which {listed.en}") if parts else NO_TEXT
    return CASES.fill(cases=f"{row['cases']:,}", detail=detail)


def _weighed(coefficient: Row) -> Text:
    parts = [
        Text(f"{LABELS[name].zh} {sign}{coefficient[name]:.4g}", f"{LABELS[name].en} {sign}{coefficient[name]:.4g}")
        for name in PARTS
        for sign in ("−" if name in DEDUCTIONS else "+",)
        if coefficient[name]
    ]
    return COEFFICIENT.fill(
        grade=GRADES[coefficient["grade"]], basic=f"{coefficient['basic']:.4g}",
        parts=joined(parts, "、", ", ") if parts else NO_PARTS,
        coefficient=f"{coefficient['coefficient']:.4g}",
        cmi=CMI.fill(cmi=f"{coefficient['cmi']:.4f}") if coefficient["cmi"] == coefficient["cmi"] else NO_CMI,
    )  # fmt: skip


def _cleared(ledger: Row, fund: Row, params: DipParams) -> list[Text]:
    named = {"scheme": LEDGERS[ledger["scheme"]], "approved": f"{ledger['approved_points']:,.4f}"}
    value = f"{fund['point_value']:.6f}"
    rates = {
        "cap": decimal_text(params.retention_cap), "limit": decimal_text(params.share_limit),
        "factor": f"{fund['share_factor']:.6f}",
        "ratio": f"{ledger['clearing_ratio']:.2%}",
    }  # fmt: skip
    short = SHORT.fill(**rates) if fund["share_factor"] < 1 and ledger["share_due"] else NO_TEXT
    outcome = OUTCOMES[ledger["outcome"]].fill(**_yuan(ledger), **rates, short=short)
    return [
        POINT_VALUE.fill(**named, value=value, **_yuan(fund)),
        PAYABLE.fill(**named, value=value, **_yuan(ledger)),
        outcome,
    ]


def _row(table: pd.DataFrame, institution: str) -> Row:
    return table[table["institution_id"] == institution].iloc[0].to_dict()


def _fund(results: Results, scheme: str) -> Row:
    table = results["dip_fund"]
    return table[table["scheme"] == scheme].iloc[0].to_dict()


def _yuan(row: Row) -> dict[str, str]:
    """The amounts of a row as text."""
    return {name: f"{row[name]:,.2f}" for name in AMOUNTS if name in row}


def _points(row: Row) -> dict[str, str]:
    return {
        name: f"{row[name]:,.4f}"
        for name in ("points", "primary_points", "bed_day_points", "deducted_points", "total_points", "approved_points")
    }


AMOUNTS = ("billed", "patient_paid", "other_paid", "payable", "share_due", "share_paid", "settlement", "prepaid",
           "balance",
           "ceiling", "headroom", "distributable", "regulation_fund")  # fmt: skip
COUNTS = {
    "low": Text("低费用偏差 {count} 例", "{count} of low deviation"),
    "high": Text("高费用偏差 {count} 例", "{count} of high deviation"),
    "panel_review": Text("应专家评审 {count} 例", "{count} for expert review"),
    "reviewed": Text("专家评议 {count} 例", "{count} reviewed"),
    "auxiliary": Text("辅助目录 {count} 例", "{count} auxiliary"),
    "irregular": Text("违规 {count} 例", "{count} irregular"),
    "readmission": Text("重复住院 {count} 例", "{count} readmissions"),
    "no_peer": Text("无上年度均值 {count} 例", "{count} without a mean last year"),
    "ungrouped": Text("未入组 {count} 例", "{count} without a group"),
}  # fmt: skip
CASES = Text("全年 {cases} 例{detail}（JY 第二十七至二十九条、第三十八条、第三十九条）。",
             "{cases} cases in the year{detail} (JY art. 27-29, 38, 39).")  # fmt: skip
COEFFICIENT = Text("权重系数 = 基本 {basic}（{grade}）加考核 {parts}，两位小数向下取，得 {coefficient}；{cmi}（JY "
                   "第二十二条）。",
                   "Coefficient = basic {basic} ({grade}), assessment {parts}, rounded down to two decimals: "
                   "{coefficient}; {cmi} (JY art. 22).")  # fmt: skip
CMI = Text("CMI 为 {cmi}", "CMI is {cmi}")
NO_CMI = Text("没有核心病种病例，无 CMI", "no core cases, hence no CMI")
NO_PARTS = Text("无加减", "nothing")
TOTAL = Text("总分值 = 非基层 {points} × {coefficient} + 基层 {primary_points} + 床日 {bed_day_points} = "
             "{total_points}；减扣减 {deducted_points}，核定总分值 {approved_points}（JY 第三十条）。",
             "Total points = {points} × {coefficient} + primary {primary_points} + bed-days {bed_day_points} = "
             "{total_points}; less {deducted_points} deducted, approved {approved_points} (JY art. 30).")  # fmt: skip
POINT_VALUE = Text("{scheme}账：可分配资金为上限 {ceiling} 与记账倍数 {headroom} 中较小的 {distributable} 元，点值 "
                   "{value} 元/分（JY 第十条、第十三条、第三十一条）。",
                   "Ledger {scheme}: the distributable is the smaller of the ceiling {ceiling} and the multiple of "
                   "billing {headroom}, {distributable} "
                   "yuan; the point value is {value} yuan a point (JY art. 10, 13, 31).")  # fmt: skip
PAYABLE = Text("应偿付 = {approved} × {value} − 个人 {patient_paid} − 其他 {other_paid} = {payable} 元（JY 第三十二条）"
               "。",
               "Payable = {approved} × {value} - patients' {patient_paid} - others' {other_paid} = {payable} yuan (JY "
               "art. 32).")  # fmt: skip
OUTCOMES = {
    ClearingBand.CAPPED.value: Text("清算比例 = 记账 {billed} ÷ {payable} = {ratio}，不超过 100%：决算为记账额的 {cap} "
                                    "倍，{settlement} 元（JY 第三十三条）。",
                               "Clearing ratio = billed {billed} / {payable} = {ratio}, up to 100%: the settlement is "
                               "{cap} times billing, {settlement} yuan (JY art. 33)."),
    ClearingBand.FULL.value: Text("清算比例 = 记账 {billed} ÷ {payable} = {ratio}，不超过 100%：记账额的 {cap} "
                                  "倍已高于应偿付，决算为应偿付 {settlement} 元（JY 第三十三条）。",
                             "Clearing ratio = billed {billed} / {payable} = {ratio}, up to 100%: {cap} times billing "
                             "exceeds the payable, which is settled: {settlement} yuan (JY art. 33)."),
    ClearingBand.SHARED.value: Text("清算比例 = 记账 {billed} ÷ {payable} = {ratio}，超支在 {limit} 倍以内："
                                    "调节金应分担 {share_due} 元{short}，实际分担 {share_paid} 元，"
                               "决算 {settlement} 元（JY 第三十三条）。",
                               "Clearing ratio = billed {billed} / {payable} = {ratio}, overspent within {limit}: the "
                               "regulation fund owes {share_due} yuan{short} and "
                               "pays {share_paid}; the settlement is {settlement} yuan (JY art. 33)."),
    ClearingBand.BEYOND.value: Text("清算比例 = 记账 {billed} ÷ {payable} = {ratio}，超过 {limit} 倍的部分不分担："
                                    "调节金应分担 {share_due} 元{short}，实际分担 {share_paid} 元，"
                               "决算 {settlement} 元（JY 第三十三条）。",
                               "Clearing ratio = billed {billed} / {payable} = {ratio}; what lies beyond {limit} is "
                               "not shared: the regulation fund owes {share_due} "
                               "yuan{short} and pays {share_paid}; the settlement is {settlement} yuan (JY art. 33)."),
    ClearingBand.NOTHING.value: Text("应偿付不为正，决算为 0（JY 第三十二条、第三十三条）。",
                                     "The payable is not above 0: nothing is settled (JY art. 32, 33)."),
}  # fmt: skip
SHORT = Text("（调节金不足，按 {factor} 调整）", " (the fund is short: times {factor})")
BALANCE = Text(
    "决算 {settlement} − 已预付 {prepaid} = 应补 {balance} 元（JY 第三十三条）。",
    "Settlement {settlement} - prepaid {prepaid} = balance {balance} yuan (JY art. 33).",
)
MATTER = Text("盈亏最大的 {count} 例病例：", "The {count} cases that gain or lose most:")
CASE = Text("{case}（{group}，费用 {cost} 元）：", "{case} ({group}, cost {cost} yuan): ")
WORTH = Text("；折合 {worth} 元，较费用 {gap} 元。", "; worth {worth} yuan, {gap} against its cost.")
REVIEW = Text("，偏差率达到 {limit}，应专家评审", ", and goes to the panel from {limit}")
NO_CODE = Text("未入组", "no group")
BY_COST = Text("未入组，按费用折算分值的 {part}，{points} 分（文件没有规定）",
               "without a group, {part} of the points by its cost, {points} (not set by the document)")  # fmt: skip
LIFTED = Text(
    "偏差率 {ratio}，按所选解读逐步折算，{base} → {points} 分",
    "ratio {ratio}, points rise smoothly by the chosen reading: {base} → {points}",
)
REASONS = {
    Reason.IRREGULAR.value: Text("违规病例不计分，并扣减应得分值的 {multiple} 倍共 {deducted} 分",
                                 "irregular: no points, and {multiple} times what it would have, {deducted}, is "
                                 "deducted"),
    Reason.READMISSION.value: Text("重复住院，不计分", "a readmission, no points"),
    Reason.REVIEWED.value: Text("专家评议分值 {points} 分（基础 {base}）",
                                "points by the panel {points} (group {base})"),
    Reason.UNGROUPED.value: Text("未入组，不计分（文件没有规定）",
                                 "without a group, no points (not set by the document)"),
    Reason.BED_DAY.value: Text("床日分值 {points} 分（每日 {base}）", "bed-days, {points} points ({base} a day)"),
    Reason.AUXILIARY.value: Text("辅助目录调整后 {points} 分（基础 {base}）",
                                 "auxiliary catalogue, {points} points (group {base})"),
    Reason.LOW.value: Text("偏差率 = 费用 ÷ {mean} = {ratio}，不高于 {low}：{base} × {ratio} = {points} 分",
                           "ratio = cost / {mean} = {ratio}, at most {low}: {base} × {ratio} = {points} points"),
    Reason.HIGH.value: Text("偏差率 = 费用 ÷ {mean} = {ratio}，不低于 {high}：{base} ×（{ratio} − {high} + 1）= "
                            "{points} 分",
                            "ratio = cost / {mean} = {ratio}, at least {high}: {base} × ({ratio} - {high} + 1) = "
                            "{points} points"),
    Reason.STANDARD.value: Text("偏差率 {ratio} 在界限之间，按基础分值 {points} 分",
                                "ratio {ratio} between the limits, the group's {points} points"),
    Reason.NO_PEER.value: Text("无上年度同级别均值，按基础分值 {points} 分",
                               "no mean of its level last year, the group's {points} points"),
}  # fmt: skip
