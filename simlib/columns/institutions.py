"""Institutions and county communities, and the facts of their evaluation."""

from __future__ import annotations

from simlib.columns.base import INSTITUTION_ID, SHARE, Column, Table, Type, choice, money, ratio, yes_no
from simlib.units import COUNT, POINTS
from simlib.words import Text

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
    "rehabilitation": Text("康复", "rehabilitation"), "eye": Text("眼科", "eye"),
    "psychiatric": Text("精神", "psychiatric"),
    "primary": Text("基层", "primary"), "clinic": Text("门诊", "clinic"),
}  # fmt: skip

INSTITUTION_COUNT = Column("institutions", Type.INTEGER, Text("机构数", "Institutions"))
INSTITUTIONS = Table(
    "institutions",
    Text("定点医疗机构", "designated institutions"),
    "institution_id",
    (
        INSTITUTION_ID,
        Column("name", Type.TEXT, Text("机构名称", "Name")),
        choice("level", "级别", "Level", LEVELS),
        choice("grade", "等次", "Grade", GRADES),
        choice("ownership", "所有制", "Ownership", OWNERSHIP),
        yes_no("has_inpatient", "有住院服务", "Inpatient service"),
        choice("type", "类型", "Type", TYPES),
        Column("county", Type.TEXT, Text("区县", "County")),
        Column("group", Type.TEXT, Text("分配组", "Allocation group")),
        Column("score", Type.NUMBER, Text("年度评价得分", "Evaluation score"), POINTS, 0, 100),
        money("deposit", "预留质量保证金", "Quality deposit"),
        money("settled", "年度基金实际结算额", "Actual fund settlement"),
        money("budget", "年度总额预算", "Annual budget"),
        yes_no("new", "新增定点", "Newly designated"),
        yes_no("high_level", "省高水平医院", "Provincial high-level hospital"),
        Column("specialties_national", Type.INTEGER, Text("国家级重点专科", "National key specialties"), COUNT, 0, 200),
        Column(
            "specialties_provincial", Type.INTEGER, Text("省级重点专科", "Provincial key specialties"), COUNT, 0, 200
        ),
        Column("specialties_city", Type.INTEGER, Text("市级重点专科", "City key specialties"), COUNT, 0, 200),
        ratio("coding_accuracy", "编码准确率", "Coding accuracy"),
        ratio("charging_accuracy", "收费准确率", "Charging accuracy"),
        ratio("irregular_share", "不合理服务占比", "Unnecessary-service share"),
        yes_no("drug_procurement_done", "完成药品集采", "Drug procurement done"),
        yes_no("consumable_procurement_done", "完成耗材集采", "Consumable procurement done"),
        yes_no("other_breach", "其他违约", "Other breach"),
        Column("cmi", Type.NUMBER, Text("病例组合指数", "Case-mix index"), SHARE, 0, 100),
        ratio("elderly_share", "60岁及以上占比", "Share aged 60 and over"),
        ratio("child_share", "6岁及以下占比", "Share aged 6 and under"),
        money("last_year_billed", "上年度住院记账总额", "Billed to the fund last year"),
        money("last_year_procurement", "上年度集采约定采购金额", "Agreed procurement last year"),
        yes_no("breach_two_years", "两年内有违规", "Breach within two years"),
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
        INSTITUTION_ID,
        Column("item", Type.TEXT, Text("评价项目序号", "Item no."), required=True),
        Column("fact", Type.TEXT, Text("事实名称", "Fact"), required=True),
        Column("value", Type.VALUE, Text("数值", "Value"), low=-(10**9), high=10**9, required=True),
        choice("stage", "评审阶段", "Stage", STAGES),
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
        yes_no("veto", "触及负面清单", "Veto"),
        money("budget", "年度总额预算", "Annual budget"),
        money("spending", "年度实际支出", "Annual spending"),
        money("unreasonable_overspend", "不合理超支", "Unreasonable overspend"),
    ),
)
