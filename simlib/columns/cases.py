"""Inpatient cases and what they are settled by."""

from __future__ import annotations

from dataclasses import replace

from simlib.columns.base import (
    INSTITUTION_ID,
    LARGEST_AMOUNT,
    SHARE,
    Column,
    Table,
    Type,
    choice,
    count,
    date,
    money,
    number,
    ratio,
    text,
    words,
    yes_no,
)
from simlib.columns.institutions import LEVELS
from simlib.units import COUNT, DAYS, POINTS, YEARS, YUAN, YUAN_A_POINT
from simlib.words import Text

SCHEMES = {"employee": Text("职工医保", "employee"), "resident": Text("居民医保", "resident")}
MONTH = Text("月份", "Month")
REFUNDS = {"normal": Text("正常结算", "normal"), "refund": Text("退费或冲销", "refund")}
CARES = {"stay": Text("住院", "a stay"), "other": Text("门诊、购药等", "outpatient care or drugs")}
POOLED = {"pooled": Text("合并", "pooled")}
KINDS = {
    "core": Text("核心病种", "core"), "mixed": Text("综合病种", "mixed"), "primary": Text("基层病种", "primary"),
    "tcm": Text("中医优势病种", "TCM"), "bed_day": Text("床日病种", "bed-day"),
}  # fmt: skip
# The national interface writes insutype 310 for employees and 390 for residents of town and country.
_SCHEME_WORDS = {
    "employee": "310 职工 职工医疗保险 职工基本医疗保险 城镇职工 城镇职工基本医疗保险 职工基本医保",
    "resident": "390 居民 城乡居民 居民医疗保险 城乡居民医疗保险 "
    "城乡居民医疗 城乡居民医保 城乡居民基本医疗保险 居民基本医疗保险",
}
_CARE_WORDS = {
    "stay": "21 22 23 24 25 52 92 普通住院 外伤住院 转外诊治住院 转外住院 急诊转住院 急诊住院 生育住院 意外伤害住院 "
            "其他住院",
    "other": "11 12 13 14 15 19 41 51 91 门诊 普通门诊 门诊挂号 急诊 门诊慢特病 门诊特殊病 门诊特病 门诊慢病 门特 "
             "意外伤害门诊 生育门诊 其他门诊 门诊统筹 定点药店购药 药店购药 购药 体检",
}  # fmt: skip
UNGROUPED = (  # group codes that say that there is none
    "KBBZ QY 0000 未入组 无法入组 未分组 不入组 歧义组 歧义病案 QY病案 未匹配 入组失败 无法分组 ungrouped"
)

# Refunds. A row with an amount below 0 takes another one back, wholly or in part. It is told of the case that its own
# number or its ORIGINAL names (same institution, and person where both say one), else of a case of the SAME_STAY; where
# person and dates are known a group is compared only if both rows have one. First each takes back the case of exactly
# opposite amounts, the first that is free, one that is marked as REFUNDED before others: both are left out. Those that
# remain are added to the one case that is left for them; what comes to nothing is left out, else it counts as what
# remains. A row that is marked, whose amounts are not below 0, is a refund where a number names its case; alone it is
# left out, and doubted. One that is not VALID, or whose CARE was no stay, counts for nothing: a refund may take it
# back, else it is left out.
# What may belong to several cases, or would bring one below 0, or has none, is refused.
SAME_STAY = ("institution_id", "person_id", "group_code", "admission_date", "discharge_date")
TAKEN_BACK = ("total_cost", "fund_billed", "patient_paid", "other_paid")
OF_REFUNDS = ORIGINAL, REFUNDED, SETTLED_AS, VALID, CARE = (  # asked while the table is read, and no columns of it
    "original_id", "refunded", "settlement_type", "valid", "care_type",
)  # fmt: skip

_ALL_FUNDS = dict.fromkeys(  # fund_pay_sumamt of the national interface
    words("基金支付总额 基金支付合计 基金支付总金额 医保基金支付总额 医保基金支付合计 基金支出合计 医保支付总额 "
          "fund_pay_sumamt"),
    Text("各项基金支付的合计（含大病、补充、救助等）", "what all funds paid, major illness and aid among them"),
)  # fmt: skip
_BY_THE_PATIENT = (  # acct_pay and psn_cash_pay, which add up to psn_part_amt
    words("个人账户支出 个人账户支付 个人账户支付金额 个人账户 个账支出 个账支付 账户支付 acct_pay"),
    words("现金支出 现金支付 个人现金支出 个人现金支付 个人现金支付金额 现金支付金额 psn_cash_pay"),
)

VOID = {"void": Text("写有退费、作废或拒付", "said to be refunded, void or refused")}
_MENTION = "|".join((  # without those that a "not" stands before
    "(?:^|[^未无非没有不否])(?:退费|退款|作废|冲销|冲正|红冲|撤销|拒付|驳回)", "不予支付|不予结算|[不未]通过|取消结算",
    "无效|重复(?:上传|结算)",
))  # fmt: skip


def _remark(name: str, zh: str, en: str, called: str) -> Column:
    return replace(choice(name, zh, en, VOID, called=called), mention=_MENTION)


GROUP_CODE = text(
    "group_code", "病种编码", "Group", required=True,
    called="病种代码 病种编号 DIP编码 DIP病种编码 DIP病种代码 DIP分组编码 入组病种编码 分组编码 "
           "病组编码 dip_codg disease_code",
)  # fmt: skip
_GROUPED = replace(GROUP_CODE, codes=dict.fromkeys(words(UNGROUPED), ""))
_A_CASE = (  # of which a case of this year may have no group: what becomes of it is a parameter of DIP settlement
    text("case_id", "病例编号", "Case no.", required=True,
         called="结算ID 结算单据号 结算单据编号 单据号 结算编号 "
                "结算单号 结算流水号 结算序号 病例号 病案结算编号 清单流水号 结算业务号 setl_id"),
    INSTITUTION_ID,
    replace(text("person_id", "参保人编号", "Person no.",
                 called="人员编号 参保人编码 个人编号 参保人员编号 患者编号 psn_no"), personal=True),
    choice("scheme", "险种", "Scheme", SCHEMES, codes=_SCHEME_WORDS,
        called="险种类型 医保类型 参保类型 险种名称 参保险种 insutype"),
    _GROUPED,
    text("diagnosis", "主要诊断", "Diagnosis",
         called="主要诊断代码 主要诊断编码 主诊断编码 主诊断代码 出院主要诊断编码 出院主诊断编码 "
                "dscg_maindiag_code maindiag_code"),
    text("procedures", "手术操作", "Procedures",
         called="主要手术操作代码 主要手术操作编码 主要手术编码 主要手术代码 主要操作代码 "
                "手术操作代码 手术操作编码 手术及操作编码 oprn_oprt_code"),
    date("admission_date", "入院日期", "Admitted", called="入院时间 adm_time adm_date"),
    date("discharge_date", "出院日期", "Discharged", called="出院时间 dscg_time dscg_date"),
    count("age", "年龄", "Age", YEARS, 130, called="患者年龄 年龄（岁）"),
    count("length_of_stay", "住院天数", "Length of stay", DAYS, 40_000,
        called="实际住院天数 住院日数 住院床日 act_ipt_days ipt_days"),
    count("icu_days", "监护病房天数", "Days in intensive care", DAYS, 40_000,
        called="ICU天数 重症监护天数 重症监护病房天数"),
    money("total_cost", "住院总费用", "Total cost", required=True,
          called="医疗费总额 医疗总费用 总费用 医疗费用总额 住院费用 费用总额 住院医疗费用 medfee_sumamt"),
    replace(money("fund_billed", "统筹基金记账", "Billed to the fund", required=True,
          called="统筹基金支出 基本医疗统筹支付金额 基本医疗统筹支付 统筹基金支付额 统筹支付金额 "
                 "基本医疗保险统筹支付 统筹基金支付 统筹支付 基本统筹支付 基本医疗保险统筹基金支出 "
                 "统筹基金支付金额 基本医保统筹基金支出 统筹记账金额 hifp_pay"), others=_ALL_FUNDS),
    replace(money("patient_paid", "个人支付", "Paid by the patient", required=True,
          called="个人负担总金额 个人负担 个人支付金额 个人负担金额 个人支付总额 psn_part_amt",
          parts="个人自付 个人自费 个人自负 个人自负金额 个人自付金额 个人自费金额 psn_selfpay psn_ownpay"),
          each=_BY_THE_PATIENT),
    money("other_paid", "一站式、补充和大病保险支付", "Paid by other schemes", required=True,
          called="其他支付 其他支付合计 一站式及补充支付",
          parts="大病保险支出 大病保险支付 大病支付 大额支付 公务员补助 医疗救助 其他基金支付 "
                "企业补充支付 职工大额支出 职工大额补助支出 大额医疗费用补助 "
                "居民大病保险支出 医疗救助支出 医疗救助支付 医疗救助基金支出 公务员医疗补助支出 "
                "公务员补助支出 企业补充医疗保险支出 补充医疗保险支付 补充保险支付 其他支出 "
                "其他基金支出 hifmi_pay hifob_pay hifes_pay cvlserv_pay maf_pay oth_pay"),
    number("auxiliary_factor", "辅助目录调整系数", "Auxiliary factor", SHARE, -1, 100,
        called="辅助目录系数 辅助调整系数"),
    number("reviewed_points", "专家评议分值", "Points by the panel", POINTS, 0, 10**7,
        called="评议分值 特病单议分值"),
    yes_no("irregular", "违规病例", "Irregular", called="是否违规 违规"),
    yes_no("readmission", "10日内重复住院", "Readmission", called="重复住院 是否重复住院 分解住院"),
    text(ORIGINAL, "原病例编号", "Number of the case taken back",
         called="原结算ID 原结算编号 原结算单号 原结算流水号 原结算序号 原结算业务号 原清单流水号 被冲销结算ID "
                "被冲销结算编号 被冲销病例编号 冲销原结算ID init_setl_id orig_setl_id"),
    yes_no(REFUNDED, "退费标志", "Refunded",
           called="退费结算标志 是否退费 是否冲销 冲销标志 红冲标志 冲正标志 是否红冲 是否作废 作废标志 "
                  "refd_setl_flag"),
    replace(  # med_type of the national interface: 21 to 25 and 52 are stays
        choice(CARE, "医疗类别", "Kind of care", CARES,
               called="就医类别 就诊类别 就诊类型 医疗类型 med_type", codes=_CARE_WORDS),
        rest=("stay", "门|药|购|急|检|诊|^[013-9]"),
    ),
    yes_no(VALID, "有效标志", "Valid", called="是否有效 有效状态 数据有效标志 结算有效标志 vali_flag"),
    replace(
        choice(SETTLED_AS, "结算类别", "Settlement or refund", REFUNDS,
               called="结算类型 结算状态 结算性质 收退标志 交易类型",
               codes={"normal": "正常 未退费 未冲销 非退费 收费 有效 未作废 未撤销",
                      "refund": "退费 冲销 冲正 红冲 退费结算 冲销结算 已退费 已冲销 被冲销 退款 作废 已作废 "
                                "撤销 已撤销 负记录 无效 取消 已取消 取消结算 结算取消"}),
        rest=("normal", "退|冲|废|撤|红|负|无效|取消|失败"),
    ),
)  # fmt: skip

_OF_THIS_YEAR = (
    text("stay_id", "同次住院编号", "Stay no.", called="住院次编号 住院流水号 就诊ID 就诊流水号 就诊编号 mdtrt_id"),
    money("negotiated_cost", "国家谈判药品费用", "Cost of negotiated drugs",
          called="谈判药品费用 国谈药品费用 国谈药费用 谈判药费用 谈判药品总费用"),
    money("negotiated_fund", "国家谈判药品统筹支付", "Negotiated drugs billed to the fund",
          called="谈判药品统筹支付 谈判药品统筹基金支付 谈判药品基金支付 国谈药品统筹支付 国谈药统筹支付 "
                 "谈判药品统筹记账"),
    yes_no("special_application", "特殊病例申请", "Applied for as special",
           called="是否申请特殊病例 特殊病例申报 特病单议申请 是否申请特病单议 特例单议申请 是否申请特例单议"),
    yes_no("innovative_technology", "创新医疗技术", "Innovative technology",
           called="创新技术 是否创新医疗技术 是否创新技术 运用创新医疗技术 获奖创新技术"),
    yes_no("new_technology", "临床高新、重大或特色技术", "Recognised new technology",
           called="临床高新技术 临床重大技术 临床特色技术 是否临床高新技术 高新重大特色技术"),
    yes_no("list_refused", "清单不合规", "List refused",
           called="结算清单不合规 清单是否不合规 清单退回 清单被退回 结算清单退回 清单质控不通过"),
    date("list_uploaded", "清单上传日期", "List uploaded",
         called="清单上传时间 结算清单上传日期 结算清单上传时间"),
    _remark("case_remark", "备注", "Remark on the case", "备注说明 备注信息 结算备注"),
    _remark("case_review", "审核状态", "Review of the case", "审核结果 审核结论 审核意见 结算审核状态"),
)  # fmt: skip

CASES = Table(
    "cases", Text("住院病例", "inpatient cases"), "case_id",
    (*(replace(one, blanks=True) if one is _GROUPED else one for one in _A_CASE), *_OF_THIS_YEAR), large=True,
    called=words("病例 病例明细 住院明细 结算清单 结算明细 住院结算明细"),
)  # fmt: skip

HISTORY = Table(
    "history",
    Text("历史病例", "cases of earlier years"),
    "case_id",
    (
        *_A_CASE,
        count("year", "年度", "Year", Text("年", "year"), 2100, low=1990, required=True, called="年份 结算年度"),
        choice("level", "级别", "Level", LEVELS, required=True, called="医院级别 机构级别 医疗机构级别",
               codes={level: f"{label.zh}医院 {level}级" for level, label in LEVELS.items()}),
    ),
    large=True,
    called=words("历史数据 历史病例明细 前三年病例"),
    named_only=True,
)  # fmt: skip

GROUPS = Table(
    "groups",
    Text("病种目录", "catalogue of groups"),
    "group_code",
    (
        GROUP_CODE,
        choice("kind", "病种类型", "Kind", KINDS, required=True, called="病种类别 病种分类 目录类型",
               codes={"core": "1 核心 核心组", "mixed": "2 0 综合 综合组", "primary": "基层", "tcm": "中医 中医病种",
                      "bed_day": "床日 床日付费"}),
        number("points", "病种分值", "Group points", POINTS, 0, 10**6, required=True,
            called="分值 病种分值（分） 基准分值 RW"),
        text("name", "病种名称", "Name", called="名称 DIP病种名称 病组名称"),
    ),
    called=words("目录 病种分值表 DIP目录 DIP病种目录 病种库 DIP目录库"),
)  # fmt: skip

PEER_MEANS = Table(
    "peer_means",
    Text("上年度同级别次均费用", "last year's means"),
    "group_code",
    (
        choice("level", "级别", "Level", LEVELS, required=True, called="医院级别 机构级别 医疗机构级别 医院等级",
               codes={level: f"{label.zh}医院 {level}级 {level}级医院" for level, label in LEVELS.items()}),
        GROUP_CODE,
        number("mean_cost", "次均住院总费用", "Mean cost", YUAN, 0.01, LARGEST_AMOUNT, required=True,
               called="次均费用 例均费用 平均费用 次均住院费用 平均住院总费用 上年度次均费用 上年次均费用"),
        count("cases", "病例数", "Cases", COUNT, 10**9, called="例数 病例数量 人次"),
    ),
    within=("level",),
    called=words("次均费用 同级别次均费用 上年次均费用"),
)  # fmt: skip

FUNDS = Table(
    "funds",
    Text("统筹基金", "funds"),
    "scheme",
    (
        choice("scheme", "险种", "Scheme", {**SCHEMES, **POOLED}, required=True,
            called="险种类型 基金类型 险种名称 insutype",
               codes={**_SCHEME_WORDS, "pooled": "合计口径 职工居民合并 统一 职工和居民合并"}),
        money("income", "当年基金收入", "Income", required=True,
            called="基金收入 当年收入 统筹基金收入 年度基金收入 当年统筹基金收入"),
        money("lump_sum", "一次性趸交收入", "Lump sums", called="趸交收入 一次性趸缴收入 趸缴收入"),
        money("lump_sum_amortised", "趸交分摊计入额", "Lump sums amortised", called="趸缴分摊计入额 趸交分摊"),
        count("amortised_heads", "趸交在保人数", "Heads of lump sums", Text("人", "persons"), 10**9,
              called="上年12月底在保一次性预缴人数 一次性预缴人数 趸交人数 趸缴人数 趸缴在保人数"),
        money("monthly_wage", "上上年度月平均工资", "Mean monthly wage, the year before last",
              called="月平均工资 上上年度全口径城镇单位就业人员月平均工资 全口径月平均工资"),
        ratio("contribution_rate", "缴费比例", "Contribution rate", called="缴费费率 单位缴费比例"),
        money("maternity", "生育津贴和产前检查", "Maternity and prenatal",
            called="生育津贴 生育支出 生育津贴及产前检查"),
        money("outpatient", "普通门诊统筹", "Outpatient", called="门诊统筹 普通门诊 普通门诊支出"),
        money("chronic", "门诊特定病种", "Chronic outpatient", called="门诊特病 门诊慢特病 门诊慢性病 门特"),
        money("nonlocal", "异地就医结算", "Non-local", called="异地就医 异地就医支出 异地结算"),
        money("cash", "现金报销", "Cash", called="现金报销支出 零星报销 手工报销"),
        money("other", "其他支出", "Other spending"),
        money("fund_carried", "上年结转调节金", "Regulation fund carried over",
            called="结转调节金 上年调节金结余 调节金结转"),
        number("last_point_value", "上年度结算点值", "Last year's point value", YUAN_A_POINT, 0.0001, 10**6,
               called="上年点值 上年度点值 上年结算点值"),
    ),
    called=words("基金 基金收支 基金表"),
)  # fmt: skip

BILLING = Table(
    "billing",
    Text("月度记账", "monthly billing"),
    "institution_id",
    (
        INSTITUTION_ID,
        Column("month", Type.MONTH, MONTH, required=True,
               called=words("结算月份 费用月份 月度 所属月份 结算期 费款所属期 年月 结算年月")),
        money("billed", "当月住院记账", "Billed in the month", required=True,
              called="记账金额 住院记账 当月记账 住院记账金额 当月住院记账金额 月度记账金额 申报金额"),
        money("penalties", "扣（罚）款", "Penalties", called="扣款 罚款 扣款金额 扣罚款 违规扣款 扣减金额"),
    ),
    within=("month",),
    called=words("月记账 月度结算 月预结算 月结算 记账"),
)  # fmt: skip
