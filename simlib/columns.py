"""What the columns mean: the data folder's tables, each column declared once.

Name, type, unit, range and labels stand here; reading and checking files, result headings,
workbooks and documentation follow from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from simlib.words import Text

LARGEST_AMOUNT = 10**12  # yuan; keeps every sum of fen far inside 64 bits


class Type(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    VALUE = "value"  # a number, or yes and no as 1 and 0: a fact's row says which
    DATE = "date"


@dataclass(frozen=True)
class Column:
    """One column of a data table; ``low``/``high`` are inclusive, ``options`` for a choice.

    A column of sentences stands once for each ``language``; a workbook shows its reader's.
    """

    name: str
    type: Type
    label: Text
    unit: Text = Text("", "")
    low: float | None = None
    high: float | None = None
    options: dict[str, Text] = field(default_factory=dict)
    required: bool = False
    language: str = ""
    decimals: int = 2  # of a number at a glance

    @property
    def heading(self) -> Text:
        """The label with its unit, for the head of a table."""
        return (
            Text("{label}（{unit}）", "{label} ({unit})").fill(label=self.label, unit=self.unit)
            if self.unit.zh
            else self.label
        )


@dataclass(frozen=True)
class Table:
    """One table of the data folder: ``name``.csv, .xlsx or .parquet; ``key``, with ``within``, is unique.

    A ``large`` one may have tens of millions of rows: it stays in its file (see simlib.large), and as a
    result it is written as Parquet only.
    """

    name: str
    label: Text
    key: str
    columns: tuple[Column, ...]
    within: tuple[str, ...] = ()
    large: bool = False

    @property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}


YUAN, POINTS, SHARE, COUNT = Text("元", "yuan"), Text("分", "points"), Text("比值", "ratio"), Text("个", "count")


def _money(name: str, zh: str, en: str, required: bool = False) -> Column:
    return Column(name, Type.MONEY, Text(zh, en), YUAN, 0, LARGEST_AMOUNT, required=required)


def _text(name: str, zh: str, en: str, required: bool = False) -> Column:
    return Column(name, Type.TEXT, Text(zh, en), required=required)


def _count(name: str, zh: str, en: str, unit: Text, high: int, low: int = 0, required: bool = False) -> Column:
    return Column(name, Type.INTEGER, Text(zh, en), unit, low, high, required=required)


def _ratio(name: str, zh: str, en: str) -> Column:
    return Column(name, Type.NUMBER, Text(zh, en), SHARE, 0, 1)


def _yes_no(name: str, zh: str, en: str) -> Column:
    return Column(name, Type.BOOLEAN, Text(zh, en))


def _choice(name: str, zh: str, en: str, options: dict[str, Text], required: bool = False) -> Column:
    return Column(name, Type.CHOICE, Text(zh, en), options=options, required=required)


LEVELS = {"3": Text("三级", "level 3"), "2": Text("二级", "level 2"), "1": Text("一级", "level 1")}
GRADES = {
    f"{level}{rank}": Text(f"{LEVELS[level].zh}{zh}", f"{level} {en}")
    for level in LEVELS
    for rank, (zh, en) in {
        "A": ("甲等", "A"),
        "B": ("乙等", "B"),
        "S": ("专科", "specialist"),
        "O": ("其他", "other"),
    }.items()
    if (level, rank) != ("1", "B")
}
OWNERSHIP = {"public": Text("公立", "public"), "private": Text("民营", "private")}
TYPES = {
    "general": Text("综合", "general"), "specialist": Text("专科", "specialist"), "tcm": Text("中医", "TCM"),
    "rehabilitation": Text("康复", "rehabilitation"), "eye": Text("眼科", "eye"), "psychiatric": Text("精神", "psychiatric"),
    "primary": Text("基层", "primary"), "clinic": Text("门诊", "clinic"),
}  # fmt: skip


INSTITUTIONS = Table(
    "institutions",
    Text("定点医疗机构", "designated institutions"),
    "institution_id",
    (
        Column("institution_id", Type.TEXT, Text("机构编号", "Institution no."), required=True),
        Column("name", Type.TEXT, Text("机构名称", "Name")),
        _choice("level", "级别", "Level", LEVELS),
        _choice("grade", "等次", "Grade", GRADES),
        _choice("ownership", "所有制", "Ownership", OWNERSHIP),
        _yes_no("has_inpatient", "有住院服务", "Inpatient service"),
        _choice("type", "类型", "Type", TYPES),
        Column("county", Type.TEXT, Text("区县", "County")),
        Column("group", Type.TEXT, Text("分配组", "Allocation group")),
        Column("score", Type.NUMBER, Text("年度评价得分", "Evaluation score"), POINTS, 0, 100),
        _money("deposit", "预留质量保证金", "Quality deposit"),
        _money("settled", "年度基金实际结算额", "Actual fund settlement"),
        _money("budget", "年度总额预算", "Annual budget"),
        _yes_no("new", "新增定点", "Newly designated"),
        _yes_no("high_level", "省高水平医院", "Provincial high-level hospital"),
        Column("specialties_national", Type.INTEGER, Text("国家级重点专科", "National key specialties"), COUNT, 0, 200),
        Column(
            "specialties_provincial", Type.INTEGER, Text("省级重点专科", "Provincial key specialties"), COUNT, 0, 200
        ),
        Column("specialties_city", Type.INTEGER, Text("市级重点专科", "City key specialties"), COUNT, 0, 200),
        _ratio("coding_accuracy", "编码准确率", "Coding accuracy"),
        _ratio("charging_accuracy", "收费准确率", "Charging accuracy"),
        _ratio("irregular_share", "不合理服务占比", "Unnecessary-service share"),
        _yes_no("drug_procurement_done", "完成药品集采", "Drug procurement done"),
        _yes_no("consumable_procurement_done", "完成耗材集采", "Consumable procurement done"),
        _yes_no("other_breach", "其他违约", "Other breach"),
        Column("cmi", Type.NUMBER, Text("病例组合指数", "Case-mix index"), SHARE, 0, 100),
        _ratio("elderly_share", "60岁及以上占比", "Share aged 60 and over"),
        _ratio("child_share", "6岁及以下占比", "Share aged 6 and under"),
        _money("last_year_billed", "上年度住院记账总额", "Billed to the fund last year"),
        _money("last_year_procurement", "上年度集采约定采购金额", "Agreed procurement last year"),
        _yes_no("breach_two_years", "两年内有违规", "Breach within two years"),
    ),
)

STAGES = {
    "self": Text("自评", "self-assessment"), "county": Text("县级初审", "county review"),
    "city": Text("市级终审", "city final"),
}  # fmt: skip

FACTS = Table(
    "facts",
    Text("评价事实", "evaluation facts"),
    "institution_id",
    (
        Column("institution_id", Type.TEXT, Text("机构编号", "Institution no."), required=True),
        Column("item", Type.TEXT, Text("评价项目序号", "Item no."), required=True),
        Column("fact", Type.TEXT, Text("事实名称", "Fact"), required=True),
        Column("value", Type.VALUE, Text("数值", "Value"), low=-(10**9), high=10**9, required=True),
        _choice("stage", "评审阶段", "Stage", STAGES),
        Column("violation", Type.TEXT, Text("违规编号", "Violation no.")),
    ),
    within=("item", "fact", "stage"),
)

COMMUNITIES = Table(
    "communities",
    Text("县域医共体", "county medical communities"),
    "community_id",
    (
        Column("community_id", Type.TEXT, Text("医共体编号", "Community no."), required=True),
        Column("name", Type.TEXT, Text("医共体名称", "Name")),
        Column("score", Type.NUMBER, Text("评价得分", "Evaluation score"), POINTS, 0, 100),
        Column("bonus", Type.NUMBER, Text("加分", "Bonus"), POINTS, 0, 100),
        _yes_no("veto", "触及负面清单", "Veto"),
        _money("budget", "年度总额预算", "Annual budget"),
        _money("spending", "年度实际支出", "Annual spending"),
        _money("unreasonable_overspend", "不合理超支", "Unreasonable overspend"),
    ),
)

SCHEMES = {"employee": Text("职工医保", "employee"), "resident": Text("居民医保", "resident")}
POOLED = {"pooled": Text("合并", "pooled")}
KINDS = {
    "core": Text("核心病种", "core"), "mixed": Text("综合病种", "mixed"), "primary": Text("基层病种", "primary"),
    "tcm": Text("中医优势病种", "TCM"), "bed_day": Text("床日病种", "bed-day"),
}  # fmt: skip
DAYS, YEARS = Text("天", "days"), Text("岁", "years")
GROUP_CODE = _text("group_code", "病种编码", "Group", required=True)
_A_CASE = (
    _text("case_id", "病例编号", "Case no.", required=True),
    Column("institution_id", Type.TEXT, Text("机构编号", "Institution no."), required=True),
    _text("person_id", "参保人编号", "Person no."),
    _choice("scheme", "险种", "Scheme", SCHEMES),
    GROUP_CODE,
    _text("diagnosis", "主要诊断", "Diagnosis"),
    _text("procedures", "手术操作", "Procedures"),
    Column("admission_date", Type.DATE, Text("入院日期", "Admitted")),
    Column("discharge_date", Type.DATE, Text("出院日期", "Discharged")),
    _count("age", "年龄", "Age", YEARS, 130),
    _count("length_of_stay", "住院天数", "Length of stay", DAYS, 40_000),
    _count("icu_days", "监护病房天数", "Days in intensive care", DAYS, 40_000),
    _money("total_cost", "住院总费用", "Total cost", required=True),
    _money("fund_billed", "统筹基金记账", "Billed to the fund", required=True),
    _money("patient_paid", "个人支付", "Paid by the patient", required=True),
    _money("other_paid", "一站式、补充和大病保险支付", "Paid by other schemes", required=True),
    Column("auxiliary_factor", Type.NUMBER, Text("辅助目录调整系数", "Auxiliary factor"), SHARE, -1, 100),
    Column("reviewed_points", Type.NUMBER, Text("专家评议分值", "Points by the panel"), POINTS, 0, 10**7),
    _yes_no("irregular", "违规病例", "Irregular"),
    _yes_no("readmission", "10日内重复住院", "Readmission"),
)

CASES = Table("cases", Text("住院病例", "inpatient cases"), "case_id", _A_CASE, large=True)

HISTORY = Table(
    "history",
    Text("历史病例", "cases of earlier years"),
    "case_id",
    (
        *_A_CASE,
        _count("year", "年度", "Year", Text("年", "year"), 2100, low=1990, required=True),
        _choice("level", "级别", "Level", LEVELS, required=True),
    ),
    large=True,
)

GROUPS = Table(
    "groups",
    Text("病种目录", "catalogue of groups"),
    "group_code",
    (
        GROUP_CODE,
        _choice("kind", "病种类型", "Kind", KINDS, required=True),
        Column("points", Type.NUMBER, Text("病种分值", "Group points"), POINTS, 0, 10**6, required=True),
        _text("name", "病种名称", "Name"),
    ),
)

PEER_MEANS = Table(
    "peer_means",
    Text("上年度同级别次均费用", "last year's means"),
    "group_code",
    (
        _choice("level", "级别", "Level", LEVELS, required=True),
        GROUP_CODE,
        Column(
            "mean_cost", Type.NUMBER, Text("次均住院总费用", "Mean cost"), YUAN, 0.01, LARGEST_AMOUNT, required=True
        ),
        _count("cases", "病例数", "Cases", COUNT, 10**9),
    ),
    within=("level",),
)

FUNDS = Table(
    "funds",
    Text("统筹基金", "funds"),
    "scheme",
    (
        _choice("scheme", "险种", "Scheme", {**SCHEMES, **POOLED}, required=True),
        _money("income", "当年基金收入", "Income", required=True),
        _money("lump_sum", "一次性趸交收入", "Lump sums"),
        _money("lump_sum_amortised", "趸交分摊计入额", "Lump sums amortised"),
        _money("maternity", "生育津贴和产前检查", "Maternity and prenatal"),
        _money("outpatient", "普通门诊统筹", "Outpatient"),
        _money("chronic", "门诊特定病种", "Chronic outpatient"),
        _money("nonlocal", "异地就医结算", "Non-local"),
        _money("cash", "现金报销", "Cash"),
        _money("other", "其他支出", "Other spending"),
        _money("fund_carried", "上年结转调节金", "Regulation fund carried over"),
    ),
)

BILLING = Table(
    "billing",
    Text("月度记账", "monthly billing"),
    "institution_id",
    (
        Column("institution_id", Type.TEXT, Text("机构编号", "Institution no."), required=True),
        _text("month", "月份", "Month", required=True),
        _money("billed", "当月住院记账", "Billed in the month", required=True),
        _money("penalties", "扣（罚）款", "Penalties"),
    ),
    within=("month",),
)

TABLES = {
    table.name: table
    for table in (INSTITUTIONS, FACTS, CASES, HISTORY, GROUPS, PEER_MEANS, FUNDS, BILLING, COMMUNITIES)
}
