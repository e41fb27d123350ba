"""The readings of what becomes of a case (JY art. 15, 28, 29, 37-39, 43)."""

from __future__ import annotations

from simlib.params import Choice, reading
from simlib.rules.dip import topics
from simlib.rules.dip.coefficient_params import CoefficientParams
from simlib.words import Text


class CycleScope(Choice):
    PSYCHIATRIC = "psychiatric", "精神专科机构的精神病患者", "psychiatric patients of psychiatric hospitals"
    EVERY = "every", "全部床日病例", "every case by bed-days"


class QuotaRounding(Choice):
    FLOOR = "floor", "向下取整", "rounded down"
    UP = "up", "向上取整", "rounded up"


class OverQuota(Choice):
    REPORT = "report", "只提示", "report only"
    CUT = "cut", "超出的不按评议分值计", "those beyond lose the panel's points"


class PanelUntil(Choice):
    FORMULA = "formula", "按偏差公式", "the formula"
    BASE = "base", "按病种基础分值", "points of the group"


class IrregularPoints(Choice):
    FORMULA = "formula", "按公式分值", "what the formula gives"
    BASE = "base", "按病种基础分值", "points of the group"


class PrimaryDeviation(Choice):
    ON = "on", "同样校准", "corrected too"
    OFF = "off", "不校准，各处同分", "the same points everywhere"


class SameDisease(Choice):
    DIAGNOSIS = "diagnosis", "主要诊断编码相同", "the same diagnosis"
    CATEGORY = "category", "主要诊断类目相同（前三位）", "the same category (three characters)"
    GROUP = "group", "病种相同", "the same group"


class ListFaults(Choice):
    REPORT = "report", "只提示", "report only"
    UNPAID = "unpaid", "不予支付", "not paid"


class NegotiatedInRatio(Choice):
    ON = "on", "计入", "counted"
    OFF = "off", "不计入", "left out"


class CaseParams(CoefficientParams):
    """The readings of cases, beside those of the coefficient."""

    panel_until: PanelUntil = reading(
        PanelUntil.FORMULA,
        topic=topics.REVIEWED,
        label=Text("评审结果出来前的分值", "Points until the panel speaks"),
        help=Text("偏差率达到专家评审界限、尚无评议分值的病例，先按公式计，还是按病种基础分值计。",
                  "A case whose ratio reaches the limit of review and that has no points of the panel yet: those of "
                  "the formula, or of its group."),
        clauses=["JY 28"],
    )  # fmt: skip
    primary_deviation: PrimaryDeviation = reading(
        PrimaryDeviation.ON,
        topic=topics.POINTS,
        label=Text("基层病种是否校准费用偏差", "Deviations of primary groups"),
        help=Text("基层病种的病例要不要按费用偏差校准分值；不校准时在哪里都是病种分值，也不列入评审。",
                  "Whether a case of a primary group is corrected for its cost; if not, it has its group's points "
                  "everywhere and goes to no panel."),
        clauses=[("JY 15(3)", "JY 24", "JY 28")],
    )  # fmt: skip
    negotiated_in_ratio: NegotiatedInRatio = reading(
        NegotiatedInRatio.ON,
        topic=topics.POINTS,
        label=Text("偏差率是否含谈判药品", "Negotiated drugs in the ratio"),
        help=Text("计算费用偏差率时，病例费用是否包含国家谈判药品费用；上年度均值不变。",
                  "Whether the cost that is compared includes negotiated drugs; last year's means stay as they are."),
        clauses=[("JY 28", "JY 43")],
    )  # fmt: skip
    quota_rounding: QuotaRounding = reading(
        QuotaRounding.FLOOR,
        topic=topics.REVIEWED,
        label=Text("特殊病例限额取整", "Rounding of the quota"),
        help=Text("本机构病例数乘申请比例不是整数时，限额怎样取整。",
                  "How the quota is rounded where the share of an institution's cases is no whole number."),
        clauses=["JY 29"],
    )  # fmt: skip
    over_quota: OverQuota = reading(
        OverQuota.REPORT,
        topic=topics.REVIEWED,
        label=Text("申请超过限额", "Applications beyond the quota"),
        help=Text("申请数超过限额的，只提示，还是超出的申请不按评议分值计。各机构的申请按病例编号排序，"
                  "排在限额之后的为超出；"
                  "其中偏差率达到评审界限的，按第二十八条评审，不受影响。",
                  "Whether applications beyond the quota are reported only, or have no points of the panel. An "
                  "institution's applications count in the order of their case numbers; one beyond the quota whose "
                  "ratio reaches the limit of review is reviewed by art. 28 all the same."),
        clauses=["JY 29"],
    )  # fmt: skip
    list_faults: ListFaults = reading(
        ListFaults.REPORT,
        topic=topics.REVIEWED,
        label=Text("清单不合规或迟传", "Lists refused or late"),
        help=Text("结算清单不合规、或出院后超过10日才上传的病例，只提示，还是不予支付（不计分；"
                  "其记账仍在合计内，除非记账总额只计应付的病例）。",
                  "A case whose list was refused, or was uploaded more than 10 days after discharge: reported only, or "
                  "not paid (no points; its bills stay in the sums, unless these are of payable cases alone)."),
        clauses=["JY 37"],
    )  # fmt: skip
    same_disease: SameDisease = reading(
        SameDisease.DIAGNOSIS,
        topic=topics.REVIEWED,
        label=Text("同一疾病的认定", "What the same disease is"),
        help=Text("重复住院按主要诊断编码、诊断类目（前三位）还是病种认定同一疾病；没有诊断编码的按病种编码。",
                  "Whether a readmission is for the same disease by diagnosis, by category or by group; without a "
                  "diagnosis the code of the group stands for it."),
        clauses=["JY 38"],
    )  # fmt: skip
    cycle_scope: CycleScope = reading(
        CycleScope.PSYCHIATRIC,
        topic=topics.POINTS,
        label=Text("床日周期适用范围", "Whose bed-days have cycles"),
        help=Text("超过周期天数分段结算的，只限精神专科机构（类型为精神）的精神病患者（主要诊断在 F 章；没有诊断编码的"
                  "看病种编码），还是全部床日病例；分值不变。",
                  "Whether only psychiatric patients (diagnosis of chapter F; without one the code of the group tells) "
                  "of psychiatric hospitals are settled in cycles, or every case by bed-days; points are the same."),
        clauses=["JY 38"],
    )  # fmt: skip
    irregular_points: IrregularPoints = reading(
        IrregularPoints.FORMULA,
        topic=topics.REVIEWED,
        label=Text("违规扣减的分值", "Points deducted for irregular cases"),
        help=Text("违规病例按其公式分值（含辅助目录和费用偏差）还是按病种基础分值的倍数扣减；"
                  "床日病种都是床日分值乘天数。",
                  "Whether the multiple is of what the formula gives (auxiliary catalogue and deviation included) or "
                  "of the points of the group; of bed-day groups it is points of a day times days either way."),
        clauses=["JY 39"],
    )  # fmt: skip
