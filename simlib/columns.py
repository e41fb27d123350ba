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
    """One table of the data folder: ``name``.csv, .xlsx or .parquet; ``key``, with ``within``, is unique."""

    name: str
    label: Text
    key: str
    columns: tuple[Column, ...]
    within: tuple[str, ...] = ()

    @property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}


YUAN, POINTS, SHARE, COUNT = Text("元", "yuan"), Text("分", "points"), Text("比值", "ratio"), Text("个", "count")


def _money(name: str, zh: str, en: str) -> Column:
    return Column(name, Type.MONEY, Text(zh, en), YUAN, 0, LARGEST_AMOUNT)


def _ratio(name: str, zh: str, en: str) -> Column:
    return Column(name, Type.NUMBER, Text(zh, en), SHARE, 0, 1)


def _yes_no(name: str, zh: str, en: str) -> Column:
    return Column(name, Type.BOOLEAN, Text(zh, en))


def _choice(name: str, zh: str, en: str, options: dict[str, Text]) -> Column:
    return Column(name, Type.CHOICE, Text(zh, en), options=options)


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

TABLES = {table.name: table for table in (INSTITUTIONS, FACTS, COMMUNITIES)}
