"""What a user must see of how cases were read: nothing is joined, cut, left unpaid or paid apart without a line."""

from __future__ import annotations

import pandas as pd

from simlib.money import to_fen, to_yuan
from simlib.rules.dip.case_params import ListFaults
from simlib.rules.dip.params import DipParams
from simlib.rules.dip.special import last_values
from simlib.rules.family import Results
from simlib.words import Text


def case_warnings(results: Results, funds: pd.DataFrame, params: DipParams) -> list[Text]:
    """Stays joined, panel points that no way led to, applications cut, lists at fault, negotiated drugs."""
    counts = results["dip_counts"]
    names = ("joined", "regrouped", "unapplied", "applied", "cut", "list_fault")
    told = {name: int(counts[name].sum()) for name in names}
    apart = int(to_fen(results["dip_institutions"]["negotiated_paid"].to_numpy()).sum())
    numbers = {name: f"{count:,}" for name, count in told.items()} | {
        "limit": str(params.review_from.normalize()), "amount": f"{to_yuan(apart):,.2f}",
    }  # fmt: skip
    lines = (
        (told["joined"] > 0, JOINED), (told["unapplied"] > 0, UNAPPLIED), (told["cut"] > 0, CUT),
        (told["applied"] > 0 and not last_values(funds).by_scheme, NO_VALUE),
        (told["list_fault"] > 0, UNPAID if params.list_faults is ListFaults.UNPAID else FAULTS),
        (apart > 0, APART),
    )  # fmt: skip
    return [line.fill(**numbers) for there, line in lines if there]


JOINED = Text(
    "{joined} 行转科记录按同次住院编号并入同一次住院，费用、记账和天数相加；其中 {regrouped} 次住院各行病种不同，"
    "取费用高者为主病种（JY 第三十八条）。",
    "{joined} rows were joined to stays by their stay numbers, costs, bills and days added; {regrouped} stays have "
    "rows of different groups and take that of the dearer (JY art. 38).",
)
UNAPPLIED = Text(
    "{unapplied} 例有专家评议分值，偏差率没有达到 {limit}，又没有标明申请特殊病例：按评议分值计，不占申请限额。请核对，"
    "或在 special_application 列标明（JY 第二十八条、第二十九条）。",
    "{unapplied} cases have points of the panel, a ratio below {limit} and no application: the panel's points stand "
    "and do not count against the quota. Check them, or say so in the column special_application (JY art. 28, 29).",
)
CUT = Text(
    "{cut} 例特殊病例申请排在限额之后（按病例编号），不按专家评议分值计；偏差率达到 {limit} 的不在其内（JY "
    "第二十九条）。",
    "{cut} applications lie beyond the quota, by the order of case numbers, and do not have the panel's points; none "
    "of a ratio of {limit} is among them (JY art. 29).",
)
NO_VALUE = Text(
    "基金表没有上年度结算点值，特殊病例第（三）项条件没有筛查（JY 第二十九条）。",
    "The funds do not tell last year's point value: condition 3 of special cases is not screened (JY art. 29).",
)
FAULTS = Text(
    "{list_fault} 例的结算清单不合规，或出院 10 日后才上传：只作提示，照常计分（JY 第三十七条）。",
    "{list_fault} cases have a list that was refused, or came more than 10 days after discharge: reported only (JY "
    "art. 37).",
)
UNPAID = Text(
    "{list_fault} 例的结算清单不合规，或出院 10 日后才上传：不予支付，不计分，其记账仍在合计内（JY 第三十七条）。",
    "{list_fault} cases have a list that was refused, or came more than 10 days after discharge: they have no points, "
    "and their bills stay in the sums (JY art. 37).",
)
APART = Text(
    "国家谈判药品统筹支付 {amount} 元不纳入总额控制，从记账中剔除，单独足额支付（JY 第四十三条）。"
    "月度记账表应不含这一部分。",
    "The fund's {amount} yuan for negotiated drugs stand outside the total: they leave what was billed and are paid "
    "apart in full (JY art. 43). The monthly bills should be without them.",
)
