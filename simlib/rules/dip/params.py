"""The parameters of DIP settlement (JY), each with its clause; those of the coefficient stand in a file of their
own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from simlib.params import PERCENT, RATIO, Choice, Kind, lever, reading, whole
from simlib.rules.dip import topics
from simlib.rules.dip.case_params import CaseParams
from simlib.rules.dip.fund_params import FundParams
from simlib.words import Text


class LowSlope(Choice):
    LITERAL = "literal", "按偏差率计（字面）", "the ratio itself (literal)"
    LIFTED = "lifted", "偏差率＋0.2，至0.8止", "ratio + 0.2, up to 0.8"


class MissingPeer(Choice):
    NONE = "none", "按基础分值计", "plain points"
    ALL_LEVELS = "all_levels", "用各级别的均值", "the mean of all levels"


class Ledger(Choice):
    POOLED = "pooled", "职工居民合并", "employee and resident together"
    BY_SCHEME = "by_scheme", "职工居民分开", "each scheme by itself"


class Ungrouped(Choice):
    LEAVE_OUT = "leave_out", "不计分", "no points"
    COST = "cost", "按费用折算分值", "points by cost"
    REFUSE = "refuse", "不计算，逐例核对", "refuse, to be looked into"


class YearWeights(Choice):
    EQUAL = "equal", "各年相同（1:1:1）", "equal (1:1:1)"
    NATIONAL = "national", "近年为重（1:2:7）", "national specification (1:2:7)"


class IrregularWeighted(Choice):
    OFF = "off", "不乘系数", "without the coefficient"
    ON = "on", "乘机构系数", "times the coefficient"


class WhoGrows(Choice):
    ALL = "all", "全部机构", "all institutions"
    LEVEL_3 = "3", "三级机构", "level 3"
    LEVEL_2 = "2", "二级机构", "level 2"
    LEVEL_1 = "1", "一级机构", "level 1"


def _share_rate(default: str, level: str, zh: str) -> Any:
    return lever(
        default, "0", "1", step="0.01", unit=PERCENT, topic=topics.FUND,
        label=Text(f"{zh}级机构分担比例", f"Share of overspending, level {level}"),
        help=Text("超支在分担上限以内的部分，由区域调节金分担的比例。",
                  "The part of overspending within the limit that the regulation fund bears."),
        clauses=["JY 33"],
    )  # fmt: skip


def _growth(zh: str, en: str, help: Text) -> Any:
    return lever(
        "0", "-0.5", "1", kind=Kind.ASSUMPTION, step="0.01", unit=PERCENT, label=Text(zh, en), help=help, places=4
    )


class DipParams(CaseParams, FundParams):
    """Parameters of DIP settlement; the defaults are the document's values."""

    family = "dip"
    ordered = (("deviation_high", "review_from"),)

    regulation_rate: Decimal = lever(
        "0.04", "0", "0.15", step="0.005", unit=PERCENT,
        label=Text("区域调节金计提比例", "Regulation fund rate"),
        help=Text("从当年基金收入中计提，用于分担合理超支，结余结转下年。",
                  "Set aside of the year's income to share overspending; what is not used is carried over."),
        clauses=["JY 11"],
    )  # fmt: skip
    billed_headroom: Decimal = lever(
        "1.10", "1", "2", step="0.01", unit=RATIO,
        topic=topics.FUND,
        label=Text("可分配资金上限（记账总额的倍数）", "Distributable over billed, at most"),
        help=Text("记账总额不足时，可分配资金按记账总额的此倍数计，不超过基金可用额。",
                  "Where billing falls short, the distributable is this multiple of it, never above what the fund "
                  "has."),
        clauses=["JY 13"],
    )  # fmt: skip
    deviation_low: Decimal = lever(
        "0.4", "0", "1", step="0.05", unit=RATIO, places=3,
        label=Text("低费用偏差界限", "Low deviation limit"),
        help=Text("偏差率不高于此值的病例，分值按偏差率折算。",
                  "A case whose ratio is at most this has its points times the ratio."),
        clauses=["JY 28"],
    )  # fmt: skip
    deviation_high: Decimal = lever(
        "2.5", "1", "10", step="0.1", unit=RATIO, places=3,
        label=Text("高费用偏差界限", "High deviation limit"),
        help=Text("偏差率不低于此值的病例，分值按（偏差率－此值＋1）倍计。",
                  "A case whose ratio is at least this has its points times (ratio - this + 1)."),
        clauses=["JY 28"],
    )  # fmt: skip
    review_from: Decimal = lever(
        "3", "1", "20", step="0.1", unit=RATIO, places=3,
        topic=topics.REVIEWED,
        label=Text("专家评审界限", "Expert review from"),
        help=Text("偏差率不低于此值的病例列入年终专家评审；评审前按公式计。",
                  "A case whose ratio is at least this goes to the panel; until then the formula stands."),
        clauses=["JY 28"],
    )  # fmt: skip
    retention_cap: Decimal = lever(
        "1.05", "1", "1.5", step="0.01", unit=RATIO,
        label=Text("结余留用上限", "Retention cap"),
        help=Text("清算比例不超过100%的机构，按记账额的此倍数结算，不超过应偿付额。",
                  "At a clearing ratio up to 100% the settlement is this multiple of billing, at most the payable."),
        clauses=["JY 33"],
    )  # fmt: skip
    share_limit: Decimal = lever(
        "1.15", "1", "2", step="0.01", unit=RATIO,
        label=Text("超支分担上限", "Overspending shared up to"),
        help=Text("清算比例超过此值的部分不再分担。", "What lies above this clearing ratio is shared no more."),
        clauses=["JY 33"],
    )  # fmt: skip
    share_rate_3: Decimal = _share_rate("0.75", "3", "三")
    share_rate_2: Decimal = _share_rate("0.70", "2", "二")
    share_rate_1: Decimal = _share_rate("0.65", "1", "一")
    irregular_multiple: Decimal = lever(
        "3", "0", "10", step="0.5", unit=RATIO,
        topic=topics.REVIEWED,
        label=Text("违规病例扣减倍数", "Irregular cases deduct"),
        help=Text("违规病例不计分，并按其应得分值的此倍数扣减。",
                  "An irregular case has no points, and this multiple of them is deducted."),
        clauses=["JY 39"],
    )  # fmt: skip
    special_quota: Decimal = lever(
        "0.005", "0", "0.1", step="0.001", unit=PERCENT,
        topic=topics.REVIEWED,
        label=Text("特殊病例申请比例", "Quota of special cases"),
        help=Text("按特殊病例评议的病例不得超过本机构病例的此比例；超过的予以提示。",
                  "At most this share of an institution's cases may go to the panel; more is reported."),
        clauses=["JY 29"],
    )  # fmt: skip
    cycle_days: Decimal = lever(
        "365", "30", "3650", step="5", unit=whole("天", "days"), places=0,
        topic=topics.POINTS,
        label=Text("床日周期", "Cycle of bed-days"),
        help=Text("床日病例超过此天数的，按此天数分为多个结算周期；分值不变。",
                  "A bed-day case longer than this counts as several settled stays; its points are the same."),
        clauses=["JY 38"],
    )  # fmt: skip
    readmission_days: Decimal = lever(
        "10", "0", "60", step="1", unit=whole("天", "days"), places=0,
        topic=topics.REVIEWED,
        label=Text("重复住院天数", "Readmission within"),
        help=Text("出院后此天数内因同一疾病再入同一机构的，不重复计分。",
                  "A readmission to the same institution for the same disease within this time has no points."),
        clauses=["JY 38"],
    )  # fmt: skip
    core_min_cases: Decimal = lever(
        "10", "1", "1000", step="1", unit=whole("例", "cases"), places=0,
        topic=topics.CATALOGUE,
        label=Text("核心病种最少病例数", "Cases of a core group"),
        help=Text("由历史病例建目录时，不少于此数的病种为核心病种。",
                  "Of groups made from history, those with at least so many cases are core."),
        clauses=["JY 15(1)"],
    )  # fmt: skip
    history_years: Decimal = lever(
        "3", "1", "3", step="1", unit=whole("年", "years"), places=0,
        topic=topics.CATALOGUE,
        label=Text("目录所用年数", "Years of history"),
        help=Text("由历史病例建目录时，所用病例的最近年数。",
                  "How many of the latest years the catalogue is made from."),
        clauses=["JY 15(1)"],
    )  # fmt: skip
    monthly_rate: Decimal = lever(
        "0.90", "0", "1", step="0.01", unit=PERCENT,
        topic=topics.ADVANCES,
        label=Text("月预结算比例", "Monthly prepayment"),
        help=Text("每月按记账额的此比例预拨，再减扣（罚）款。",
                  "The share of a month's billing that is prepaid, less penalties."),
        clauses=["JY 26"],
    )  # fmt: skip
    working_months: Decimal = lever(
        "2", "0", "12", step="0.5", unit=RATIO,
        topic=topics.ADVANCES,
        label=Text("周转金倍数", "Working capital"),
        help=Text("周转金为上年度月平均记账额（按实际记账的月数平均）的这个倍数。",
                  "Working capital is this multiple of last year's mean monthly billing, of the months billed."),
        clauses=["JY 25(1)"],
    )  # fmt: skip
    procurement_rate: Decimal = lever(
        "0.30", "0", "1", step="0.01", unit=PERCENT,
        topic=topics.ADVANCES,
        label=Text("集采预付比例", "Procurement advance"),
        help=Text("集采预付款占上年度约定采购金额的比例。",
                  "The advance as a share of last year's agreed procurement."),
        clauses=["JY 25(2)"],
    )  # fmt: skip
    low_slope: LowSlope = reading(
        LowSlope.LITERAL,
        topic=topics.POINTS,
        label=Text("低费用病例折算办法", "Points of low-cost cases"),
        help=Text("低于界限的分值按偏差率折算，在界限处有落差；另一办法（外省）逐步过渡。",
                  "Points times the ratio drop at the limit; another province's way passes over smoothly."),
        clauses=["JY 28"],
    )  # fmt: skip
    missing_peer: MissingPeer = reading(
        MissingPeer.NONE,
        topic=topics.POINTS,
        label=Text("无上年度同级别均值时", "No mean at that level last year"),
        help=Text("同级别上年度无该病种时，按基础分值计，或与各级别的均值比较。",
                  "Without last year's mean of the group at that level: plain points, or compare with the mean of all "
                  "levels."),
        clauses=["JY 28"],
    )  # fmt: skip
    ungrouped: Ungrouped = reading(
        Ungrouped.LEAVE_OUT, kind=Kind.UNSET,
        topic=topics.POINTS,
        label=Text("未入组病例", "Cases without a group"),
        help=Text("无病种编码病例的计分方式，文件未作规定。不计分的，费用和记账仍计入该机构合计，"
                  "与违规病例和重复住院相同；按费用折算的，分值为费用 × 已入组病例（床日除外）的病种分值合计 ÷ "
                  "其费用合计，不计算费用偏差，乘机构系数。",
                  "What points a case without a group has is not set by the document. Without points its bills stay in "
                  "the institution's sums, as those of irregular cases and readmissions do; by cost it has cost × sum "
                  "of group points / sum of costs of the grouped cases (bed-days aside), no deviation, and the "
                  "coefficient."),
        clauses=["JY 27"],
    )  # fmt: skip
    ungrouped_share: Decimal = lever(
        "1", "0", "1", kind=Kind.UNSET, step="0.05", unit=PERCENT,
        topic=topics.POINTS,
        label=Text("未入组病例的折算比例", "Share for cases without a group"),
        help=Text("未入组病例按费用折算分值时，所得分值的比例；文件未作规定，1 即全部。",
                  "The share of the points by cost that a case without a group has; not set by the document, 1 is all "
                  "of them."),
        clauses=["JY 27"],
    )  # fmt: skip
    irregular_weighted: IrregularWeighted = reading(
        IrregularWeighted.OFF,
        topic=topics.REVIEWED,
        label=Text("违规扣减是否乘系数", "Deduction and the coefficient"),
        help=Text("违规病例扣减的分值，是否乘机构系数。",
                  "Whether the points deducted for irregular cases are weighted."),
        clauses=[("JY 30", "JY 39")],
    )  # fmt: skip
    ledger: Ledger = reading(
        Ledger.POOLED,
        topic=topics.FUND,
        label=Text("基金核算", "Ledger"),
        help=Text("职工和居民基金合并计算点值，或分开计算。",
                  "Whether the two schemes share one point value or have one each."),
        clauses=[("JY 2", "JY 10", "JY 31")],
    )  # fmt: skip
    year_weights: YearWeights = reading(
        YearWeights.EQUAL,
        topic=topics.CATALOGUE,
        label=Text("历史年度权重", "Weights of the years"),
        help=Text("由历史病例建目录时各年的权重。", "How much each year of history counts in the catalogue."),
        clauses=["JY 15(1)"],
    )  # fmt: skip
    grows: WhoGrows = reading(
        WhoGrows.ALL, kind=Kind.ASSUMPTION,
        label=Text("发生变化的机构", "Who grows"),
        help=Text("假设哪些机构的病例发生变化。", "Whose cases are assumed to change."),
        clauses=(),
    )  # fmt: skip
    volume_growth: Decimal = _growth(
        "病例数增长",
        "More cases",
        Text("病例数的增长率，构成和费用不变。", "By how much cases grow, of the same mix and cost."),
    )
    severity_growth: Decimal = _growth(
        "病情加重",
        "Heavier cases",
        Text("病例分值和费用同步增长的比例。", "By how much points and costs of the cases grow together."),
    )
    coding_growth: Decimal = _growth(
        "编码强度",
        "Coding intensity",
        Text("费用不变，编入病种分值增长的比例。", "By how much group points grow while costs stay."),
    )


LIFT, LIFTED_TO = Decimal("0.2"), Decimal("0.8")  # of the reading `lifted`: another province's own numbers
NAME = Text("DIP 结算", "DIP settlement")
