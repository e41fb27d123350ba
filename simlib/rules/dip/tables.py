"""The result tables of DIP settlement and its headline numbers, each column declared once."""

from __future__ import annotations

import numpy as np

from simlib.columns import (
    CASES,
    COUNT,
    FUNDS,
    GRADES,
    INSTITUTIONS,
    POINTS,
    POOLED,
    SCHEMES,
    SHARE,
    YUAN_A_POINT,
    Column,
    Table,
    Type,
    part,
    yuan,
)
from simlib.columns.cases import MONTH
from simlib.columns.institutions import INSTITUTION_COUNT
from simlib.columns.values import each_row
from simlib.money import to_fen, to_yuan
from simlib.rules.dip.coefficient_params import COEFFICIENT
from simlib.rules.dip.coefficients import CALCULATED, LABELS, PUBLISHED
from simlib.rules.dip.points import Reason
from simlib.rules.dip.settlement import ClearingBand
from simlib.rules.family import Results
from simlib.words import NO_TEXT, Text

KEY = INSTITUTIONS.by_name["institution_id"]


def _points(name: str, zh: str, en: str) -> Column:
    return Column(name, Type.NUMBER, Text(zh, en), POINTS)


def _ratio(name: str, zh: str, en: str, unit: Text = SHARE) -> Column:
    return Column(name, Type.NUMBER, Text(zh, en), unit, decimals=4)


def _cases(name: str, zh: str, en: str) -> Column:
    return Column(name, Type.INTEGER, Text(zh, en), Text("例", "cases"))


SCHEME = Column("scheme", Type.CHOICE, Text("险种", "Scheme"), options={**SCHEMES, **POOLED})
MONEY = (
    yuan("billed", "统筹基金记账", "Billed"), yuan("patient_paid", "个人支付", "Paid by patients"),
    yuan("other_paid", "其他支付", "Paid by others"), yuan("payable", "年度应偿付", "Payable"),
)  # fmt: skip
CLEARING = (
    Column("outcome", Type.CHOICE, Text("清算情形", "Outcome"), options={one.value: one.label for one in ClearingBand}),
    _ratio("clearing_ratio", "清算比例", "Clearing ratio"), yuan("share_due", "应分担", "Share due"),
    yuan("share_paid", "实际分担", "Share paid"), yuan("reshared", "结余再分配", "Surplus shared again"),
    yuan("settlement", "年度决算", "Settlement"),
)  # fmt: skip
PREPAID = yuan("prepaid", "已预付", "Prepaid")
PENALTIES = yuan("penalties", "扣（罚）款", "Penalties")
NEGOTIATED = yuan("negotiated_paid", "谈判药品另付", "Negotiated drugs paid apart")

DEVIATIONS = Table(
    "dip_deviations", Text("费用偏差率分布", "Deviation ratios"), "from",
    (_ratio("from", "偏差率自", "Ratio from"), _ratio("to", "至", "to"), _cases("cases", "病例数", "Cases")),
)  # fmt: skip
RESULTS = (
    Table(
        "dip_institutions", Text("各机构 DIP 结算", "DIP by institution"), KEY.name,
        (
            KEY, _cases("cases", "病例数", "Cases"), _ratio("cmi", "病例组合指数", "CMI"),
            _ratio("coefficient", "权重系数", "Coefficient", COEFFICIENT.label),
            _points("points", "非基层分值", "Points"),
            _points("primary_points", "基层病种分值", "Primary points"),
            _points("bed_day_points", "床日分值", "Bed-day points"),
            _points("deducted_points", "扣减分值", "Deducted"), _points("total_points", "总分值", "Total points"),
            _points("approved_points", "核定总分值", "Approved points"), *MONEY, *CLEARING, PREPAID,
            PENALTIES, yuan("balance", "应补差额", "Balance"), NEGOTIATED,
        ),
    ),
    Table(
        "dip_fund", Text("基金与点值", "Fund and point value"), "scheme",
        (
            SCHEME, yuan("income", "基金收入（趸交调整后）", "Income, lump sums spread"),
            yuan("regulation_set_aside", "本年计提调节金", "Set aside for regulation"), FUNDS.by_name["fund_carried"],
            yuan("surplus_moved", "封顶结余转入", "Moved here of capped retention"),
            yuan("regulation_fund", "区域调节金", "Regulation fund"),
            *(FUNDS.by_name[name] for name in ("maternity", "outpatient", "chronic", "nonlocal", "cash", "other")),
            yuan("ceiling", "可分配上限", "Ceiling"), yuan("headroom", "按记账总额倍数计的上限", "Multiple of billing"),
            yuan("distributable", "可分配资金", "Distributable"),
            _ratio("point_value", "点值", "Point value", YUAN_A_POINT),
            yuan("shares_due", "应分担合计", "Shares due"), _ratio("share_factor", "分担调整系数", "Share factor"),
            yuan("shares_paid", "实际分担合计", "Shares paid"), yuan("fund_left", "调节金结余", "Fund left"),
            yuan("floored", "应偿付为负不计", "Negative payables spared"),
            yuan("undistributed", "未分配", "Undistributed"), NEGOTIATED,
        ),
    ),
    Table(
        "dip_ledgers", Text("各账机构结算", "Settlement by ledger"), KEY.name,
        (KEY, SCHEME, _points("approved_points", "核定总分值", "Approved points"), *MONEY, *CLEARING),
        within=("scheme",),
    ),
    Table(
        "dip_coefficients", Text("机构系数构成", "Coefficients"), KEY.name,
        (
            KEY, Column("grade", Type.CHOICE, Text("等次", "Grade"), options=GRADES),
            *(_ratio(name, label.zh, label.en, COEFFICIENT.label) for name, label in LABELS.items()),
            _ratio("calculated", CALCULATED.zh, CALCULATED.en, COEFFICIENT.label),
            Column("published", Type.BOOLEAN, PUBLISHED),
            _ratio("coefficient", "权重系数", "Coefficient", COEFFICIENT.label),
            *(INSTITUTIONS.by_name[name] for name in ("cmi", "elderly_share", "child_share", "coding_accuracy",
                                                      "charging_accuracy", "irregular_share")),
        ),
    ),
    Table(
        "dip_counts", Text("病例处理情况", "How cases were treated"), KEY.name,
        (
            KEY, _cases("cases", "病例数", "Cases"), _cases("low", "低费用偏差", "Low deviation"),
            _cases("high", "高费用偏差", "High deviation"),
            _cases("panel_review", "应专家评审", "For review"), _cases("reviewed", "专家评议", "Reviewed"),
            _cases("quota", "特殊病例限额", "Quota"), _cases("applied", "特殊病例申请", "Applied for"),
            _cases("quota_left", "剩余限额", "Quota left"), _cases("cut", "超限不计评议", "Beyond the quota, cut"),
            _cases("unapplied", "评议但未达界限未申请", "Reviewed without ratio or application"),
            _cases("auxiliary", "辅助目录", "Auxiliary"), _cases("irregular", "违规", "Irregular"),
            _cases("readmission", "重复住院", "Readmissions"),
            _cases("list_fault", "清单不合规或迟传", "Lists refused or late"),
            _cases("joined", "并入的转科记录", "Rows joined to stays"),
            _cases("regrouped", "转科中病种不同", "Of different groups"),
            _cases("no_peer", "无上年度均值", "No mean last year"), yuan("no_peer_cost", "其总费用", "Their cost"),
            _cases("ungrouped", "未入组", "Without a group"), yuan("ungrouped_cost", "其总费用", "Their cost"),
            _cases("no_age", "年龄空白", "Age blank"),
        ),
    ),
    DEVIATIONS,
    Table(
        "dip_prepayments", Text("月预结算", "Monthly prepayments"), KEY.name,
        (
            KEY, Column("month", Type.TEXT, MONTH), yuan("billed", "当月记账", "Billed"),
            PENALTIES, PREPAID,
        ),
        within=("month",),
    ),
    Table(
        "dip_advances", Text("周转金和集采预付款", "Advances"), KEY.name,
        (KEY, yuan("working_capital", "周转金", "Working capital"),
         yuan("procurement_advance", "集采预付款", "Procurement advance"),
         INSTITUTIONS.by_name["advanced_last_year"], yuan("net", "补拨（负数为收回）", "Paid, or below 0 taken back")),
    ),
    Table(
        "dip_special", Text("特殊病例条件筛查", "Conditions of special cases"), "case_id",
        (
            CASES.by_name["case_id"], KEY,
            Column("conditions", Type.TEXT, Text("符合第二十九条第几项", "Conditions of art. 29 met")),
            Column("applied", Type.BOOLEAN, Text("已申请", "Applied for")),
            Column("within_quota", Type.BOOLEAN, Text("在限额内", "Within the quota")),
        ),
    ),
    Table(
        "dip_cases", Text("各病例分值", "Points by case"), "case_id",
        (
            CASES.by_name["case_id"], KEY,
            Column("reason", Type.CHOICE, Text("计分依据", "Reason"), options={one.value: one.label for one in Reason}),
            _ratio("deviation", "费用偏差率", "Deviation ratio"),
            Column("panel_review", Type.BOOLEAN, Text("应专家评审", "For review")),
            _points("points", "分值", "Points"), _points("deducted_points", "扣减分值", "Deducted"),
            Column("stays", Type.INTEGER, Text("结算周期数", "Settled stays"), COUNT),
        ),
        large=True,
    ),
)  # fmt: skip

HEADLINES = (
    INSTITUTION_COUNT,
    _cases("cases", "病例数", "Cases"),
    yuan("distributable", "可分配资金", "Distributable"),
    _ratio("point_value", "点值（元/分）", "Point value (yuan)", NO_TEXT),
    yuan("billed", "记账合计", "Billed"),
    yuan("settlement", "决算合计", "Settlement"),
    yuan("balance", "应补差额合计", "Balance"),
    yuan("shares_paid", "调节金分担", "Shared by the fund"),
    yuan("fund_left", "调节金结余", "Fund left"),
    yuan("undistributed", "未分配", "Undistributed"),
    *(Column(outcome.value, Type.INTEGER, outcome.label) for outcome in ClearingBand),
)

SHARES = (
    part("share_over", "超支的机构占比", "Share of institutions overspent"),
    part("share_factor", "调节金分担的兑现比例（最低）", "Shares paid over due, at least"),
    part("share_settled", "决算占记账", "Settlement over billed"),
    part("most_lost", "单家决算低于记账最多（占其记账）", "Most settled below billed, over the own billed"),
)


def share(results: Results) -> dict[str, float]:
    """The numbers of ``SHARES``."""
    table, funds = results["dip_institutions"], results["dip_fund"]
    billed, settlement = (to_fen(table[name].to_numpy()) for name in ("billed", "settlement"))
    own = np.divide(billed - settlement, billed, out=np.zeros(len(table)), where=billed > 0)
    over = (billed > to_fen(table["payable"].to_numpy())).sum()
    return {
        "share_over": float(over / max(len(table), 1)),
        "share_factor": float(funds["share_factor"].min()),
        "share_settled": float(settlement.sum() / max(billed.sum(), 1)),
        "most_lost": float(own.max(initial=0)),
    }


def summarise(results: Results) -> dict[str, int | float]:
    """The headline numbers; the point value is that of all ledgers together."""
    table, funds, ledgers = (results[name] for name in ("dip_institutions", "dip_fund", "dip_ledgers"))
    fen = {
        name: to_fen(funds[name].to_numpy()).sum()
        for name in ("distributable", "shares_paid", "fund_left", "undistributed")
    }
    sums = {name: to_fen(table[name].to_numpy()).sum() for name in ("billed", "settlement", "balance")}
    yuan = {name: float(to_yuan(amount)) for name, amount in {**fen, **sums}.items()}
    points = ledgers["approved_points"].to_numpy()
    value = {row.scheme: row.point_value for row in each_row(funds[["scheme", "point_value"]])}
    paid = sum(points[(ledgers["scheme"] == scheme).to_numpy()].sum() * one for scheme, one in value.items())
    outcome = table["outcome"].to_numpy(dtype=object)
    return {
        "institutions": len(table), "cases": int(table["cases"].sum()), **yuan,
        "point_value": round(float(paid / points.sum()), 10),
        **{one.value: int((outcome == one.value).sum()) for one in ClearingBand},
    }  # fmt: skip
