"""Institutions and county communities, and the facts of their evaluation."""

from __future__ import annotations

from dataclasses import replace

from simlib.columns.base import (
    INSTITUTION_ID,
    SHARE,
    Column,
    Table,
    Type,
    choice,
    count,
    money,
    number,
    ratio,
    text,
    words,
    yes_no,
)
from simlib.units import COUNT, POINTS
from simlib.words import Text

LEVELS = {"3": Text("三级", "level 3"), "2": Text("二级", "level 2"), "1": Text("一级", "level 1")}
_RANKS = {"A": ("甲等", "A"), "B": ("乙等", "B"), "S": ("专科", "specialist"), "O": ("其他", "other")}
GRADES = {
    f"{level}{rank}": Text(f"{LEVELS[level].zh}{zh}", f"{level} {en}")
    for level in LEVELS
    for rank, (zh, en) in _RANKS.items()
    if (level, rank) != ("1", "B")
}
OWNERSHIP = {"public": Text("公立", "public"), "private": Text("民营", "private")}
TYPES = {
    "general": Text("综合", "general"), "specialist": Text("专科", "specialist"), "tcm": Text("中医", "TCM"),
    "rehabilitation": Text("康复", "rehabilitation"), "eye": Text("眼科", "eye"),
    "psychiatric": Text("精神", "psychiatric"),
    "primary": Text("基层", "primary"), "clinic": Text("门诊", "clinic"),
}  # fmt: skip
NO_LEVEL = "未定级 未评级 未定等级 无等级 未评定 未定"  # of an institution, which is a blank here

# 三级甲等, 三甲, 三甲医院: the level, and the grade of it; a plain 三级 tells no grade.
_LEVEL_WORDS = {
    level: " ".join([
        f"{label.zh}医院 {level}级 {level}级医院 {label.zh[0]} {label.zh}医疗机构 {'i' * int(level)}级",
        *(f"{label.zh}{no}" for no in ("未定等", "未评等", "无等", "不分等")),
    ])
    for level, label in LEVELS.items()
}  # fmt: skip
_OTHER = {"3O": {"丙等", "丙"}, "2O": {"丙等", "丙"}, "1O": {"乙等", "乙", "丙等", "丙"}}  # neither A, B nor specialist
_GRADE_WORDS = {
    grade: " ".join(
        f"{first}{second}{end}"
        for first in (GRADES[grade].zh[:2], GRADES[grade].zh[0], f"{grade[0]}级")
        for second in sorted(({GRADES[grade].zh[2:], GRADES[grade].zh[2]} - {"专", "其"}) | _OTHER.get(grade, set()))
        for end in ("", "医院")
    )
    for grade in GRADES
}
_LEVEL_OF_GRADE = {
    level: " ".join([_LEVEL_WORDS[level], *(f"{g} {GRADES[g].zh} {_GRADE_WORDS[g]}" for g in GRADES if g[0] == level)])
    for level in LEVELS
}
_NO_GRADE = " ".join([NO_LEVEL, *(f"{level} {LEVELS[level].zh} {_LEVEL_WORDS[level]}" for level in LEVELS), "未定等"])
_RANK_HEADINGS = "等级 机构等级 医院等级 医疗机构等级 级别等次 等级等次 医院级别等次 机构级别等次"
EXEMPT = (
    "免评 免考 免考核 免评价 免于评价 免于考核 免予评价 免予考核 豁免 未参加 未参评 不参评 不参加 未参加考核 "
    "未参加评价 不参加考核 不参加评价 未参与 未参与考核 未参与评价 不参与 不参与考核 不参与评价 新增 新增机构 "
    "不纳入评价 不纳入考核 未纳入 未纳入评价 未纳入考核 未考核 未评价 不考核 不评价"
)

INSTITUTION_COUNT = Column("institutions", Type.INTEGER, Text("机构数", "Institutions"))
INSTITUTIONS = Table(
    "institutions",
    Text("定点医疗机构", "designated institutions"),
    "institution_id",
    (
        INSTITUTION_ID,
        text("name", "机构名称", "Name",
            called="名称 医疗机构名称 医疗机构 定点医药机构名称 定点医疗机构名称 定点机构名称 "
                   "医院名称 单位名称 机构全称 fixmedins_name medins_name"),
        choice("level", "级别", "Level", LEVELS, twin="grade", codes={**_LEVEL_OF_GRADE, "": NO_LEVEL},
               called=f"医院级别 机构级别 医疗机构级别 定点级别 hosp_lv {_RANK_HEADINGS}"),
        choice("grade", "等次", "Grade", GRADES, twin="level", codes={**_GRADE_WORDS, "": _NO_GRADE},
               called=f"医院等次 机构等次 医疗机构等次 {_RANK_HEADINGS}"),
        choice("ownership", "所有制", "Ownership", OWNERSHIP,
            called="经营性质 机构性质 办医性质 所有制形式 所有制性质 医院性质 举办性质 公立民营 "
                   "公立/民营 办院性质",
               codes={"public": "公办 政府办 国有 公立医院 公立机构 公有 公立医疗机构",
                      "private": "社会办 私立 非公立 民办 社会办医 民营医院 民营机构 社会办医疗机构 非公立医疗机构"}),
        yes_no("has_inpatient", "有住院服务", "Inpatient service",
            called="是否有住院 有无住院 是否开展住院 是否开展住院服务 住院服务 住院业务 "
                   "是否提供住院服务"),
        choice("type", "类型", "Type", TYPES, called="机构类型 医院类型 机构类别 医院类别 医疗机构类别 医疗机构类型",
               codes={"general": "综合医院 综合性医院", "specialist": "专科医院 其他专科医院",
                      "tcm": "中医医院 中医院 中医类 中西医结合医院 中医综合医院", "rehabilitation": "康复医院 康复类",
                      "eye": "眼科医院", "psychiatric": "精神病医院 精神专科 精神专科医院 精神卫生中心 精神类 精神病院",
                      "primary": "基层医疗机构 乡镇卫生院 卫生院 社区卫生服务中心 中心卫生院 社区卫生服务站 村卫生室",
                      "clinic": "门诊部 诊所 门诊机构 卫生所 医务室"}),
        text("county", "区县", "County",
            called="统筹区 县区 县（市、区） 所属区县 所在区县 所属县区 所在县区 行政区划 行政区 "
                   "所属统筹区 辖区 县市区 区（县） 县（区）"),
        text("group", "分配组", "Allocation group",
            called="考核分组 分组 评价分组 评价组 考核组 考核组别 评价组别 组别 机构分组 分配分组"),
        replace(number("score", "年度评价得分", "Evaluation score", POINTS, 0, 100,
                       called="得分 评价得分 考核得分 年度得分 考核分数 评价分数 总分 总得分 "
                              "得分合计 合计得分 考评得分 最后得分 "
                              "最终得分 年度考核得分 考核总分 考核总得分 综合得分 评价总分 "
                              "绩效评价得分 绩效得分 终审得分 市级终审得分"),
                states={word: {"evaluated": "否"} for word in EXEMPT.split()}),
        yes_no("evaluated", "参加评价", "Evaluated",
               called="是否参加评价 是否参评 是否参加考核 是否评价 是否考核 参评情况 参加评价情况 参加考核情况",
               yes="参评 已参评 参加 参加评价 参加考核 参与", no=EXEMPT),
        money("deposit", "预留质量保证金", "Quality deposit",
            called="质量保证金 预留保证金 保证金 预留质保金 质保金 质量保证金预留额 质量保证金金额 "
                   "预留质量保证金金额 保证金金额 预扣质量保证金 扣留质量保证金 计提质量保证金 预扣质保金"),
        money("settled", "年度基金实际结算额", "Actual fund settlement",
            called="年度结算金额 基金结算金额 结算金额 年度基金结算额 实际结算额 实际结算金额 "
                   "基金实际结算额 年度结算额 医保基金结算额 基金结算额 年度基金结算金额"),
        money("budget", "年度总额预算", "Annual budget",
            called="总额预算 年度预算 预算总额 总额控制指标 总控指标 年度预算额 年度总额控制指标"),
        yes_no("new", "新增定点", "Newly designated",
            called="是否新增 新增机构 是否新增定点 当年新增 是否新定点 新定点",
            yes="新增 新定点 当年新增", no="存量 原有 既有 非新增"),
        yes_no("high_level", "省高水平医院", "Provincial high-level hospital",
            called="高水平医院 是否高水平医院 是否省高水平医院"),
        count("specialties_national", "国家级重点专科", "National key specialties", COUNT, 200,
              called="国家重点专科 国家级重点专科数 国家临床重点专科"),
        count("specialties_provincial", "省级重点专科", "Provincial key specialties", COUNT, 200,
              called="省重点专科 省级重点专科数 省级临床重点专科"),
        count("specialties_city", "市级重点专科", "City key specialties", COUNT, 200,
              called="市重点专科 市级重点专科数 市级临床重点专科"),
        ratio("coding_accuracy", "编码准确率", "Coding accuracy", usual=(0.5, 1),
            called="病案编码准确率 编码正确率 疾病编码准确率"),
        ratio("charging_accuracy", "收费准确率", "Charging accuracy", usual=(0.5, 1), called="收费正确率 收费合规率"),
        ratio("irregular_share", "不合理服务占比", "Unnecessary-service share", usual=(0, 0.2),
              called="不合理医疗服务占比 不合理占比 不合理服务比例"),
        yes_no("drug_procurement_done", "完成药品集采", "Drug procurement done",
            called="药品集采完成 药品集采是否完成 是否完成药品集采"),
        yes_no("consumable_procurement_done", "完成耗材集采", "Consumable procurement done",
               called="耗材集采完成 耗材集采是否完成 是否完成耗材集采"),
        yes_no("other_breach", "其他违约", "Other breach", called="是否有其他违约 其他违约行为"),
        number("cmi", "病例组合指数", "Case-mix index", SHARE, 0, 100, called="CMI CMI值 病例组合指数（CMI）"),
        ratio("elderly_share", "60岁及以上占比", "Share aged 60 and over",
            called="60岁以上占比 老年患者占比 60岁及以上患者占比"),
        ratio("child_share", "6岁及以下占比", "Share aged 6 and under",
            called="6岁以下占比 儿童患者占比 6岁及以下患者占比"),
        number("coefficient", "已公布权重系数", "Published coefficient", SHARE, 0, 3,
               called="权重系数 机构系数 机构权重系数 公布系数 已公布系数 公布的权重系数 定点医疗机构系数 DIP系数"),
        money("last_year_billed", "上年度住院记账总额", "Billed to the fund last year",
              called="上年住院记账总额 上年度记账总额 上年记账金额"),
        count("last_year_months", "上年度记账月数", "Months billed last year", Text("月", "months"), 12, low=1,
              called="上年记账月数 上年度住院记账月数 上年度结算月数"),
        money("advanced_last_year", "上年度已预拨", "Advanced last year",
              called="上年已预拨 上年度预拨金额 上年预拨周转金和集采预付款 已预拨周转金 上年度已预拨金额"),
        money("last_year_procurement", "上年度集采约定采购金额", "Agreed procurement last year",
              called="上年集采约定采购金额 上年度集采采购金额"),
        yes_no("breach_two_years", "两年内有违规", "Breach within two years", called="近两年有违规 两年内是否违规"),
    ),
    called=words("机构 机构表 机构信息 机构名单 医疗机构 医疗机构名单 定点机构"),
)  # fmt: skip

STAGES = {
    "self": Text("自评", "self-assessment"), "county": Text("县级初审", "county review"),
    "city": Text("市级终审", "city final"),
}  # fmt: skip

NOT_APPLICABLE = ("不适用", "不涉及", "not applicable")  # in the cell of a fact's value
FACTS = Table(
    "facts",
    Text("评价事实", "evaluation facts"),
    "institution_id",
    (
        INSTITUTION_ID,
        text("item", "评价项目序号", "Item no.", required=True,
            called="项目序号 评价项目 项目编号 指标序号 指标编号"),
        text("fact", "事实名称", "Fact", required=True, called="事实 指标名称 评价事实"),
        Column("value", Type.VALUE, Text("数值", "Value"), low=-(10**9), high=10**9, required=True,
               called=("值", "事实值", "指标值"), excused="applies",
               states={word: {"applies": "否"} for word in NOT_APPLICABLE}),
        choice("stage", "评审阶段", "Stage", STAGES, called="阶段 评价阶段 审核阶段",
               codes={"self": "机构自评 自查", "county": "初审 县级审核 县级评审", "city": "终审 市级审核 市级评审"}),
        text("violation", "违规编号", "Violation no.", called="违规案号"),
        yes_no("applies", "适用", "Applies", called="是否适用"),
    ),
    within=("item", "fact", "stage"),
    called=("事实", "考核事实"),
)  # fmt: skip

ITEM_SCORES = Table(
    "item_scores",
    Text("各项得分", "points by item"),
    "institution_id",
    (
        INSTITUTION_ID,
        Column("item", Type.TEXT, Text("评价项目序号", "Item no."), required=True),
        Column("points", Type.NUMBER, Text("得分", "Points"), POINTS, 0, 100, required=True),
        Column("remark", Type.TEXT, Text("扣分原因", "Remark")),
    ),
    within=("item",),
)

COMMUNITIES = Table(
    "communities",
    Text("县域医共体", "county medical communities"),
    "community_id",
    (
        text("community_id", "医共体编号", "Community no.", required=True, called="医共体编码 医共体代码"),
        text("name", "医共体名称", "Name", called="医共体 名称"),
        number(
            "score",
            "评价得分",
            "Evaluation score",
            POINTS,
            0,
            100,
            called="得分 考核得分 评价总分 总分 总得分 年度评价得分 绩效评价得分",
        ),
        number("bonus", "加分", "Bonus", POINTS, 0, 100, called="附加分 加分项 加分得分"),
        yes_no(
            "veto",
            "触及负面清单",
            "Veto",
            called="负面清单 是否触及负面清单 一票否决 是否一票否决 否决 "
            "触发负面清单 是否触发负面清单 触碰负面清单 是否触碰负面清单 是否有负面清单情形",
        ),
        money(
            "budget", "年度总额预算", "Annual budget", called="总额预算 年度预算 预算总额 包干总额 打包总额 年度预算额"
        ),
        money("spending", "年度实际支出", "Annual spending", called="实际支出 年度支出 基金实际支出 实际发生额"),
        money("unreasonable_overspend", "不合理超支", "Unreasonable overspend", called="不合理超支额 不合理超支金额"),
    ),
    called=("医共体", "医共体表", "医共体名单"),
)
