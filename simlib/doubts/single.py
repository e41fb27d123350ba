"""Doubts of single stays: what they cost and who paid it, their days, their year, their group."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from simlib.doubts.doubt import CHECK_BOTH, Doubt
from simlib.doubts.finding import Finding, total, yuan
from simlib.doubts.seen import Seen
from simlib.doubts.stays import FEWEST_DAYS
from simlib.words import Text, few


def alone(name: str) -> Callable[[Seen], Iterator[Finding]]:
    """The doubt of that name among those that every stay is asked alone."""

    def find(seen: Seen) -> Iterator[Finding]:
        if name in seen.stays.findings:
            yield seen.stays.findings[name]

    return find


def said_void(seen: Seen) -> Iterator[Finding]:
    """Cases of which a remark or a review says that they do not count."""
    for name in ("remarked", "reviewed"):
        yield from alone(name)(seen)


def ungrouped(seen: Seen) -> Iterator[Finding]:
    """Cases without a group: their share of all cases."""
    for finding in alone("ungrouped")(seen):
        cases = len(seen.tables["cases"])
        said = SHARE_OF.fill(share=f"{100 * finding.count / cases:.2f}%", cases=f"{cases:,}")
        yield replace(finding, detail=said)


def outside_year(seen: Seen) -> Iterator[Finding]:
    """Discharges of other years than the one that most are of."""
    years = seen.stays.years
    if len(years) > 1:
        year = max(years, key=lambda one: (years[one][0], one))
        others = {one: told for one, told in sorted(years.items()) if one != year}
        named = few([f"{one}: {count:,} · {yuan(fund)}" for one, (count, fund) in others.items()])
        count, fund = (total(told[i] for told in others.values()) for i in (0, 1))
        yield Finding("cases", count, fund, seen.stays.outside(year), YEAR.fill(year=year, others=named))


SHARE_OF = Text("占全部 {cases} 例的 {share}", "{share} of all {cases} cases")
YEAR = Text("多数属于 {year} 年；其他年份的例数和统筹基金记账：{others}",
            "most are of {year}; cases and money billed by other years: {others}")  # fmt: skip

DOUBTS = (
    Doubt(
        "parts_beyond",
        Text("各方支付之和大于总费用", "payments beyond the total cost"),
        Text("部分之和不能大于整体；可能有项目重复计入，或总费用漏计。",
             "Parts cannot be more than the whole: one may be counted twice, or the total lack something."),
        Text("统筹基金记账、个人支付、其他支付之和比住院总费用多 0.02 元或以上（0.01 元是四舍五入）；金额为超出部分。",
             "Billed to the fund, paid by the patient and by others sum to 0.02 yuan or more above the total cost "
             "(0.01 is rounding); the money is the excess."),
        Text("请核对这些病例的各项金额。", "Check the amounts of these cases."),
        alone("parts_beyond"), ("cases",),
    ),
    Doubt(
        "parts_short",
        Text("各方支付之和小于总费用", "payments short of the total cost"),
        Text("有部分费用未说明支付方。", "Of a part of the cost it is not said who paid it."),
        Text("统筹基金记账、个人支付、其他支付之和比住院总费用少 0.02 元或以上（0.01 元是四舍五入）；金额为缺少部分。",
             "Billed to the fund, paid by the patient and by others sum to 0.02 yuan or more below the total cost "
             "(0.01 is rounding); the money is what lacks."),
        Text("请核对是否缺少一列，如大病保险、医疗救助或个人自费。",
             "Check whether a column is missing, as of other insurance, relief or what the patient pays alone."),
        alone("parts_short"), ("cases",),
    ),
    Doubt(
        "free_stays",
        Text("总费用为 0 的住院", "stays without cost"),
        Text("无费用的住院不应结算，但仍计入病例数。",
             "A stay without cost is nothing to settle, yet counts as a case."),
        Text("住院总费用等于 0；金额为其统筹基金记账。",
             "The total cost is 0; the money is what was billed to the fund."),
        Text("请核对是否已作废或未上传费用。", "Check whether it was cancelled, or its costs not sent."),
        alone("free_stays"), ("cases",),
    ),
    Doubt(
        "unfunded_stays",
        Text("统筹基金记账为 0 的住院", "stays of which nothing is billed to the fund"),
        Text("不经基金结算的住院（自费、商保、工伤）也会计入分值，降低点值；起付线以下的住院属正常情况。",
             "Stays that the fund has no part in (private, work accidents) would be scored too and lower the "
             "point value; below the deductible it is in order."),
        Text("统筹基金记账等于 0，住院总费用大于 0；金额为总费用。",
             "Nothing is billed to the fund and the total cost is above 0; the money is the total cost."),
        Text("请核对是否应列入本次结算。", "Check whether they belong to this settlement."),
        alone("unfunded_stays"), ("cases",),
    ),
    Doubt(
        "days_differ",
        Text("住院天数与日期不符", "days that are not those of the dates"),
        Text("床日病种按天数计分；日期或天数有误。",
             "Bed-day groups are scored by days: a date or the days are wrong."),
        Text(f"住院天数与出院日期减入院日期之差超过 {FEWEST_DAYS} 天；金额为总费用。",
             f"Length of stay and discharge less admission differ by more than {FEWEST_DAYS} day; the money is "
             f"the cost."),
        Text("请核对日期和天数（请假天数可以不计）。", "Check dates and days (days of leave may be left out)."),
        alone("days_differ"), ("cases",),
    ),
    Doubt(
        "icu_beyond",
        Text("监护天数大于住院天数", "days in intensive care beyond the stay"),
        Text("部分不能大于整体；可能以小时填写。", "A part cannot be more than the whole; it may be in hours."),
        Text(f"监护病房天数比住院天数多 {FEWEST_DAYS} 天以上；金额为总费用。",
             f"Days in intensive care are beyond the length of stay by more than {FEWEST_DAYS}; the money is the "
             f"cost."),
        CHECK_BOTH,
        alone("icu_beyond"), ("cases",),
    ),
    Doubt(
        "outside_year",
        Text("出院日期不在本年度", "discharges of another year"),
        Text("清算按出院年度进行；可能混入其他年度的病例。",
             "A settlement is of one year of discharges; others may have slipped in."),
        Text("出院年份与多数病例不同（例数相同时以较晚年份为准）；金额为统筹基金记账。",
             "Discharged in another year than most cases (of equal numbers the later year); the money is what was "
             "billed."),
        Text("请移出不属于本年度的病例。", "Take out the cases of other years."),
        outside_year, ("cases",),
    ),
    Doubt(
        "said_void",
        Text("备注或审核称已退费、作废或拒付的病例", "cases whose remark or review says refunded, void or refused"),
        Text("备注不改变计算，这些病例仍计入分值和支付；确已退费或拒付的，将多计。",
             "A remark changes nothing: they are scored and paid like all others, though they may not count any more."),
        Text("备注或审核状态一列写有退费、作废、冲销、撤销、拒付、驳回、无效、未通过等（前面写有“未”“无”“非”的除外）；"
             "金额为总费用。",
             "The column of remarks or of the review speaks of a refund, cancellation, refusal and the like (not after "
             "未, 无 or 非); the money is the total cost."),
        Text("请核对；不应计入的，请移出此表，或在“有效标志”一列写“否”。",
             "Check them; take out those that do not count, or say no of them in a column 有效标志 (valid)."),
        said_void, ("cases",),
    ),
    Doubt(
        "ungrouped",
        Text("未入组病例", "cases without a group"),
        Text("无病种即无分值；如何结算，文件未作规定。",
             "Without a group there are no points; no document says how they are settled."),
        Text("病种编码为空，或写成未入组、KBBZ、QY、0000 等；金额为总费用。",
             "The group is blank, or written as not grouped, KBBZ, QY, 0000 and the like; the money is the cost."),
        Text("请补充入组，或通过有关参数设定处理方式。",
             "Group them, or choose by the parameter what becomes of them."),
        ungrouped, ("cases",),
    ),
)  # fmt: skip
