"""One institution's settlement in sentences with clauses, down to its cases; and one case's points."""

from __future__ import annotations

import pandas as pd

from simlib.clauses import cites
from simlib.columns import GRADES, POOLED, SCHEMES
from simlib.columns.values import Row
from simlib.money import decimal_text
from simlib.rules.dip.case_explanation import case_sentence
from simlib.rules.dip.cases import CaseScores
from simlib.rules.dip.coefficients import DEDUCTIONS, LABELS, PARTS
from simlib.rules.dip.params import DipParams
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
    "applied": Text("申请特殊病例 {count} 例", "{count} applied for as special"),
    "cut": Text("申请超限不计评议 {count} 例", "{count} beyond the quota"),
    "reviewed": Text("专家评议 {count} 例", "{count} reviewed"),
    "auxiliary": Text("辅助目录 {count} 例", "{count} auxiliary"),
    "irregular": Text("违规 {count} 例", "{count} irregular"),
    "readmission": Text("重复住院 {count} 例", "{count} readmissions"),
    "list_fault": Text("清单不合规或迟传 {count} 例", "{count} with a list refused or late"),
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
