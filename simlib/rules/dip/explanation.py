"""One institution's settlement in sentences with clauses, down to its cases; and one case's points."""

from __future__ import annotations

import pandas as pd

from simlib.clauses import cites
from simlib.columns.values import Row
from simlib.rules.dip.case_explanation import case_sentence
from simlib.rules.dip.cases import CaseScores
from simlib.rules.dip.clearing_explanation import balance_steps, clearing_steps
from simlib.rules.dip.coefficient_explanation import coefficient_steps
from simlib.rules.dip.params import DipParams
from simlib.rules.family import Results
from simlib.words import NO_TEXT, Text, joined


@cites("JY 30")
def explain(results: Results, params: DipParams, institution: str) -> list[Text]:
    """Every step from the cases of one institution to its balance, then the cases that matter most."""
    one = {name: _row(results[name], institution) for name in ("dip_institutions", "dip_counts", "dip_coefficients")}
    row = one["dip_institutions"]
    coefficient, level = one["dip_coefficients"], one["dip_coefficients"]["grade"][0]
    steps = [
        _counted(one["dip_counts"], row),
        *coefficient_steps(coefficient, results, params),
        TOTAL.fill(**_points(row), coefficient=f"{row['coefficient']:.4g}"),
        *clearing_steps(institution, level, results, params),
        *balance_steps(row, results, params),
    ]
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


def _row(table: pd.DataFrame, institution: str) -> Row:
    return table[table["institution_id"] == institution].iloc[0].to_dict()


def _points(row: Row) -> dict[str, str]:
    return {
        name: f"{row[name]:,.4f}"
        for name in ("points", "primary_points", "bed_day_points", "deducted_points", "total_points", "approved_points")
    }


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
TOTAL = Text("总分值 = 非基层 {points} × {coefficient} + 基层 {primary_points} + 床日 {bed_day_points} = "
             "{total_points}；减扣减 {deducted_points}，核定总分值 {approved_points}（JY 第三十条）。",
             "Total points = {points} × {coefficient} + primary {primary_points} + bed-days {bed_day_points} = "
             "{total_points}; less {deducted_points} deducted, approved {approved_points} (JY art. 30).")  # fmt: skip
MATTER = Text("盈亏最大的 {count} 例病例：", "The {count} cases that gain or lose most:")
