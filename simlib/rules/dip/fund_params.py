"""What the text leaves open of the fund and of the annual settlement (JY art. 10-13, 26, 33)."""

from __future__ import annotations

from simlib.params import Choice, reading
from simlib.rules.dip import topics
from simlib.rules.dip.coefficient_params import CoefficientParams
from simlib.words import Text


class RegulationBase(Choice):
    ADJUSTED = "adjusted", "趸交调整后的收入", "income less lump sums, plus their amortised part"
    GROSS = "gross", "收入总额", "gross income"


class BilledScope(Choice):
    ALL = "all", "全部病例", "all cases"
    PAYABLE = "payable", "不含违规和重复住院病例", "without irregular cases and readmissions"


class SurplusUse(Choice):
    NONE = "none", "留在基金，单独列出", "stays in the fund, reported"
    REGULATION = "regulation", "转入区域调节金", "joins the regulation fund"
    POINTS = "points", "按核定总分值再分配", "is shared again by approved points"


class Penalties(Choice):
    REFUNDED = "refunded", "年终清算时补回（字面）", "come back with the balance (literal)"
    FINAL = "final", "不再退还", "are not paid back"


class FundParams(CoefficientParams):
    """Readings of the fund and of the settlement; their numbers stand with the other parameters."""

    regulation_base: RegulationBase = reading(
        RegulationBase.ADJUSTED,
        topic=topics.FUND,
        label=Text("调节金计提基数", "What the regulation fund is taken of"),
        help=Text("区域调节金按趸交调整后的收入计提，还是按当年收入总额计提。",
                  "Whether the regulation fund is taken of income with lump sums spread over the years, or of gross "
                  "income."),
        clauses=[("JY 10", "JY 11")],
    )  # fmt: skip
    billed_scope: BilledScope = reading(
        BilledScope.ALL,
        topic=topics.FUND,
        label=Text("住院记账费用总额的范围", "What counts as billed"),
        help=Text("清算比例和可分配资金所用的记账总额，是否包括违规病例和重复住院病例的记账。个人和其他支付不受影响。",
                  "Whether what irregular cases and readmissions billed is part of the billed total that the clearing "
                  "ratio and the distributable take. What patients and others paid stays."),
        clauses=[("JY 13", "JY 33")],
    )  # fmt: skip
    surplus_use: SurplusUse = reading(
        SurplusUse.NONE,
        topic=topics.FUND,
        label=Text("封顶结余的去向", "What capped retention leaves"),
        help=Text("结余留用封顶后未付的资金，留在基金、转入当年区域调节金，还是按核定总分值再分配给应偿付为正的机构"
                  "（再分配的不受留用上限限制）。",
                  "What the retention cap keeps from being paid stays in the fund, joins this year's regulation fund, "
                  "or is shared again by approved points among the institutions whose payable is above 0 (beyond the "
                  "cap)."),
        clauses=["JY 33"],
    )  # fmt: skip
    penalties: Penalties = reading(
        Penalties.REFUNDED,
        topic=topics.FUND,
        label=Text("月度扣（罚）款", "Penalties of the months"),
        help=Text("年终应补差额为决算减已预付，月度扣（罚）款因此补回；还是扣（罚）款不再退还。",
                  "The balance is settlement less prepaid, by which penalties come back; or they are not paid back."),
        clauses=[("JY 26", "JY 33")],
    )  # fmt: skip
