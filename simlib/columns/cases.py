"""Inpatient cases and what they are settled by."""

from __future__ import annotations

from simlib.columns.base import (
    INSTITUTION_ID,
    LARGEST_AMOUNT,
    SHARE,
    Column,
    Table,
    Type,
    choice,
    count,
    money,
    text,
    yes_no,
)
from simlib.columns.institutions import LEVELS
from simlib.units import COUNT, DAYS, POINTS, YUAN
from simlib.words import Text

SCHEMES = {"employee": Text("职工医保", "employee"), "resident": Text("居民医保", "resident")}
POOLED = {"pooled": Text("合并", "pooled")}
KINDS = {
    "core": Text("核心病种", "core"), "mixed": Text("综合病种", "mixed"), "primary": Text("基层病种", "primary"),
    "tcm": Text("中医优势病种", "TCM"), "bed_day": Text("床日病种", "bed-day"),
}  # fmt: skip
YEARS = Text("岁", "years")
GROUP_CODE = text("group_code", "病种编码", "Group", required=True)
_A_CASE = (
    text("case_id", "病例编号", "Case no.", required=True),
    INSTITUTION_ID,
    text("person_id", "参保人编号", "Person no."),
    choice("scheme", "险种", "Scheme", SCHEMES),
    GROUP_CODE,
    text("diagnosis", "主要诊断", "Diagnosis"),
    text("procedures", "手术操作", "Procedures"),
    Column("admission_date", Type.DATE, Text("入院日期", "Admitted")),
    Column("discharge_date", Type.DATE, Text("出院日期", "Discharged")),
    count("age", "年龄", "Age", YEARS, 130),
    count("length_of_stay", "住院天数", "Length of stay", DAYS, 40_000),
    count("icu_days", "监护病房天数", "Days in intensive care", DAYS, 40_000),
    money("total_cost", "住院总费用", "Total cost", required=True),
    money("fund_billed", "统筹基金记账", "Billed to the fund", required=True),
    money("patient_paid", "个人支付", "Paid by the patient", required=True),
    money("other_paid", "一站式、补充和大病保险支付", "Paid by other schemes", required=True),
    Column("auxiliary_factor", Type.NUMBER, Text("辅助目录调整系数", "Auxiliary factor"), SHARE, -1, 100),
    Column("reviewed_points", Type.NUMBER, Text("专家评议分值", "Points by the panel"), POINTS, 0, 10**7),
    yes_no("irregular", "违规病例", "Irregular"),
    yes_no("readmission", "10日内重复住院", "Readmission"),
)

CASES = Table("cases", Text("住院病例", "inpatient cases"), "case_id", _A_CASE, large=True)

HISTORY = Table(
    "history",
    Text("历史病例", "cases of earlier years"),
    "case_id",
    (
        *_A_CASE,
        count("year", "年度", "Year", Text("年", "year"), 2100, low=1990, required=True),
        choice("level", "级别", "Level", LEVELS, required=True),
    ),
    large=True,
)

GROUPS = Table(
    "groups",
    Text("病种目录", "catalogue of groups"),
    "group_code",
    (
        GROUP_CODE,
        choice("kind", "病种类型", "Kind", KINDS, required=True),
        Column("points", Type.NUMBER, Text("病种分值", "Group points"), POINTS, 0, 10**6, required=True),
        text("name", "病种名称", "Name"),
    ),
)

PEER_MEANS = Table(
    "peer_means",
    Text("上年度同级别次均费用", "last year's means"),
    "group_code",
    (
        choice("level", "级别", "Level", LEVELS, required=True),
        GROUP_CODE,
        Column(
            "mean_cost", Type.NUMBER, Text("次均住院总费用", "Mean cost"), YUAN, 0.01, LARGEST_AMOUNT, required=True
        ),
        count("cases", "病例数", "Cases", COUNT, 10**9),
    ),
    within=("level",),
)

FUNDS = Table(
    "funds",
    Text("统筹基金", "funds"),
    "scheme",
    (
        choice("scheme", "险种", "Scheme", {**SCHEMES, **POOLED}, required=True),
        money("income", "当年基金收入", "Income", required=True),
        money("lump_sum", "一次性趸交收入", "Lump sums"),
        money("lump_sum_amortised", "趸交分摊计入额", "Lump sums amortised"),
        money("maternity", "生育津贴和产前检查", "Maternity and prenatal"),
        money("outpatient", "普通门诊统筹", "Outpatient"),
        money("chronic", "门诊特定病种", "Chronic outpatient"),
        money("nonlocal", "异地就医结算", "Non-local"),
        money("cash", "现金报销", "Cash"),
        money("other", "其他支出", "Other spending"),
        money("fund_carried", "上年结转调节金", "Regulation fund carried over"),
    ),
)

BILLING = Table(
    "billing",
    Text("月度记账", "monthly billing"),
    "institution_id",
    (
        INSTITUTION_ID,
        text("month", "月份", "Month", required=True),
        money("billed", "当月住院记账", "Billed in the month", required=True),
        money("penalties", "扣（罚）款", "Penalties"),
    ),
    within=("month",),
)
