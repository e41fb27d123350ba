"""How the fund's money becomes an institution's settlement and its balance, in sentences with clauses (JY art. 10-13,
25, 26, 31-33)."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simlib.clauses import cites
from simlib.columns import FUNDS, LEVELS, POOLED, SCHEMES
from simlib.columns.values import Row, row_of
from simlib.money import decimal_text, round_half_up, to_fen, to_yuan
from simlib.rules.dip.fund_params import BilledScope, Penalties, RegulationBase
from simlib.rules.dip.params import DipParams
from simlib.rules.dip.settlement import SPENDING, ClearingBand
from simlib.rules.family import Results
from simlib.words import NO_TEXT, Text, joined

LEDGERS = {**SCHEMES, **POOLED}
ID = "institution_id"


@cites("JY 10", "JY 11", "JY 13", "JY 31", "JY 32", "JY 33")
def clearing_steps(institution: str, level: str, results: Results, params: DipParams) -> Iterator[Text]:
    """Each ledger of one institution of a level: its fund, point value, payable and settlement."""
    ledgers = results["dip_ledgers"]
    for ledger in ledgers[ledgers[ID] == institution].to_dict("records"):
        fund = row_of(results["dip_fund"], "scheme", ledger["scheme"])
        yield from _fund(fund, ledgers[ledgers["scheme"] == ledger["scheme"]], LEDGERS[ledger["scheme"]], params)
        yield from _settled(ledger, fund, level, params)


def _fund(fund: Row, accounts: pd.DataFrame, scheme: Text, params: DipParams) -> Iterator[Text]:
    """From income to the point value."""
    told = _yuan(fund)
    moved = MOVED.fill(**told) if fund["surplus_moved"] else NO_TEXT
    base = params.regulation_base.label if params.regulation_base is RegulationBase.GROSS else INCOME
    yield FUND.fill(scheme=scheme, **told, base=base, rate=_percent(params.regulation_rate), moved=moved)
    labels = {name: FUNDS.by_name[name].label for name in SPENDING if fund[name]}
    spent = [Text(f" − {label.zh} {told[n]}", f" - {label.en.lower()} {told[n]}") for n, label in labels.items()]
    yield CEILING.fill(**told, spent=joined(spent, "", ""))
    sums = {name: f"{to_fen(accounts[name].to_numpy()).sum() / 100:,.2f}" for name in PAID}
    headroom = decimal_text(params.billed_headroom)
    yield DISTRIBUTABLE.fill(**told, billed=sums["billed"], scope=_scope(params), times=headroom)
    points = f"{accounts['approved_points'].sum():,.4f}"
    yield POINT_VALUE.fill(distributable=told["distributable"], patients=sums["patient_paid"],
                           others=sums["other_paid"], points=points, value=f"{fund['point_value']:.6f}")  # fmt: skip


def _settled(ledger: Row, fund: Row, level: str, params: DipParams) -> Iterator[Text]:
    """From points to the settlement, and which formula of the corridor it is."""
    told = _yuan(ledger)
    yield PAYABLE.fill(approved=f"{ledger['approved_points']:,.4f}", value=f"{fund['point_value']:.6f}", **told)
    if ledger["outcome"] == ClearingBand.NOTHING.value:
        yield NOTHING
        return
    yield RATIO.fill(**told, ratio=f"{ledger['clearing_ratio']:.4%}", scope=_scope(params))
    base = {"base": _money(ledger["settlement"] - ledger["share_paid"] - ledger["reshared"])}
    if ledger["outcome"] in WITHIN:
        yield WITHIN[ledger["outcome"]].fill(**told, **base, cap=decimal_text(params.retention_cap))
    else:
        yield from _shared(ledger, fund, level, params)
    if ledger["reshared"]:
        yield RESHARED.fill(**told)


def _shared(ledger: Row, fund: Row, level: str, params: DipParams) -> Iterator[Text]:
    """What lies above the payable, up to the limit, at the rate of the level."""
    told, (billed, payable) = _yuan(ledger), (int(to_fen([ledger[name]])[0]) for name in ("billed", "payable"))
    part, whole = params.share_limit.as_integer_ratio()
    limit = round_half_up(payable * part, whole)
    beyond = ledger["outcome"] == ClearingBand.BEYOND.value
    numbers = {
        "excess": _money(float(to_yuan((limit if beyond else billed) - payable))), "level": LEVELS[level],
        "rate": _percent(getattr(params, f"share_rate_{level}")), "limit": _percent(params.share_limit),
        "over": _money(float(to_yuan(billed - payable))),
    }  # fmt: skip
    yield (BEYOND if beyond else SHARED).fill(**told, **numbers)
    if fund["share_factor"] < 1:
        yield SHORT.fill(**told, due=_money(fund["shares_due"]), fund=_money(fund["regulation_fund"]),
                         factor=f"{fund['share_factor']:.6f}")  # fmt: skip
    yield PAID_SHARE.fill(**told, sum=_money(ledger["settlement"] - ledger["reshared"]))


@cites("JY 25", "JY 26", "JY 33")
def balance_steps(row: Row, results: Results, params: DipParams) -> Iterator[Text]:
    """What was prepaid over which months, what is still paid or taken back, and this year's advances; ``row`` of
    ``dip_institutions``."""
    told, months = _yuan(row), _mine(results, "dip_prepayments", row[ID])
    if len(months):
        first, last = months["month"].min(), months["month"].max()
        billed = f"{to_fen(months['billed'].to_numpy()).sum() / 100:,.2f}"
        yield PREPAID.fill(**{**told, "billed": billed}, first=first, last=last, count=len(months),
                           rate=_percent(params.monthly_rate))  # fmt: skip
    kept = KEPT.fill(**told) if params.penalties is Penalties.FINAL and row["penalties"] else NO_TEXT
    text = OWED if row["balance"] > 0 else BACK if row["balance"] < 0 else EVEN
    yield text.fill(**told, kept=kept, amount=_money(abs(row["balance"])))
    for one in _mine(results, "dip_advances", row[ID]).to_dict("records"):
        net = (TOPPED_UP if one["net"] >= 0 else TAKEN_BACK).fill(amount=_money(abs(one["net"])))
        yield ADVANCES.fill(**_yuan(one), net=net)


def _mine(results: Results, name: str, institution: str) -> pd.DataFrame:
    table = results.get(name)
    return pd.DataFrame() if table is None else table[table[ID] == institution]


def _scope(params: DipParams) -> Text:
    return NO_TEXT if params.billed_scope is BilledScope.ALL else IN_BRACKETS.fill(what=params.billed_scope.label)


def _percent(value: object) -> str:
    return f"{float(str(value)):.2%}".replace(".00%", "%")


def _money(yuan: float) -> str:
    return f"{yuan:,.2f}"


def _yuan(row: Row) -> dict[str, str]:
    """The amounts of a row as text."""
    return {name: _money(row[name]) for name in AMOUNTS if name in row}


PAID = ("billed", "patient_paid", "other_paid")
AMOUNTS = (*PAID, "payable", "share_due", "share_paid", "reshared", "settlement", "prepaid", "penalties", "balance",
           "income", "regulation_set_aside", "fund_carried", "surplus_moved", "regulation_fund", *SPENDING, "ceiling",
           "headroom", "distributable", "working_capital", "procurement_advance", "advanced_last_year")  # fmt: skip
IN_BRACKETS = Text("（{what}）", " ({what})")
INCOME = Text("该收入", "it")
MOVED = Text("、封顶结余转入 {surplus_moved} 元", " and {surplus_moved} of capped retention")
FUND = Text("{scheme}账：基金收入 {income} 元（剔除一次性趸交、加上分摊计入额）；区域调节金按{base}的 {rate} 计提 "
            "{regulation_set_aside} 元，加上年结转 {fund_carried} 元{moved}，共 {regulation_fund} 元（JY 第十条、第十一"
            "条）。",
            "Ledger {scheme}: income is {income} yuan, lump sums spread over the years; the regulation fund is {rate} "
            "of "
            "{base}, {regulation_set_aside} yuan, with {fund_carried} carried over{moved} {regulation_fund} yuan (JY "
            "art. 10, 11).")  # fmt: skip
CEILING = Text("可分配上限 = 收入 {income} − 调节金 {regulation_set_aside}{spent} = {ceiling} 元（JY 第十条）。",
               "Ceiling = income {income} - regulation fund {regulation_set_aside}{spent} = {ceiling} yuan (JY art. "
               "10).")  # fmt: skip
DISTRIBUTABLE = Text("全部机构住院记账总额 {billed} 元{scope}，记账总额的{times}倍为 {headroom} 元；可分配资金取其与上"
                     "限中"
                     "较小的 {distributable} 元（JY 第十三条）。",
                     "All institutions billed {billed} yuan{scope}, {times} times that is {headroom}; the "
                     "distributable "
                     "is the smaller of it and the ceiling, {distributable} yuan (JY art. 13).")  # fmt: skip
POINT_VALUE = Text("点值 =（可分配 {distributable} + 个人支付 {patients} + 其他支付 {others}）÷ 核定总分值合计 "
                   "{points} = "
                   "{value} 元/分（JY 第三十一条）。",
                   "Point value = (distributable {distributable} + patients' {patients} + others' {others}) / all "
                   "approved points {points} = {value} yuan a point (JY art. 31).")  # fmt: skip
PAYABLE = Text("应偿付 = 核定总分值 {approved} × 点值 {value} − 个人支付 {patient_paid} − 其他支付 {other_paid} = "
               "{payable} 元"
               "（JY 第三十二条）。",
               "Payable = approved {approved} × {value} - patients' {patient_paid} - others' {other_paid} = {payable} "
               "yuan (JY art. 32).")  # fmt: skip
RATIO = Text("清算比例 = 住院记账总额 {billed}{scope} ÷ 应偿付 {payable} = {ratio}（JY 第三十三条）。",
             "Clearing ratio = billed {billed}{scope} / payable {payable} = {ratio} (JY art. 33).")  # fmt: skip
NOTHING = Text("应偿付不为正，决算为 0 元（JY 第三十二条、第三十三条）。",
               "The payable is not above 0: nothing is settled (JY art. 32, 33).")  # fmt: skip
WITHIN = {
    ClearingBand.CAPPED.value: Text("清算比例不超过 100%：决算为记账总额的{cap}倍，{base} 元（JY 第三十三条）。",
                                    "Up to 100% the settlement is {cap} times what was billed, {base} yuan (JY art. "
                                    "33)."),
    ClearingBand.FULL.value: Text("清算比例不超过 100%：记账总额的{cap}倍不低于应偿付，决算为应偿付 {base} 元"
                                  "（JY 第三十三条）。",
                                  "Up to 100%, and {cap} times what was billed is at least the payable, which is "
                                  "settled: {base} yuan (JY art. 33)."),
}  # fmt: skip
SHARED = Text("超支 {over} 元，在应偿付的 {limit} 以内：{excess} × {level} {rate} = 调节金应分担 {share_due} 元"
              "（JY 第三十三条）。",
              "Overspent by {over} yuan, within {limit} of the payable: {excess} × {rate} of {level} = {share_due} "
              "yuan "
              "that the regulation fund owes (JY art. 33).")  # fmt: skip
BEYOND = Text("超支 {over} 元，应偿付 {limit} 以内的部分为 {excess} 元，更高的不分担：{excess} × {level} {rate} = 调节"
              "金应分担 "
              "{share_due} 元（JY 第三十三条）。",
              "Overspent by {over} yuan, of which {excess} lie within {limit} of the payable and more is not shared: "
              "{excess} × {rate} of {level} = {share_due} yuan that the regulation fund owes (JY art. "
              "33).")  # fmt: skip
SHORT = Text("调节金 {fund} 元不足全部应分担 {due} 元，各机构按调整系数 {factor} 分担（JY 第三十三条）。",
             "The regulation fund of {fund} yuan is short of all shares, {due}: each is scaled by {factor} (JY art. "
             "33).")  # fmt: skip
PAID_SHARE = Text("决算 = 应偿付 {payable} + 实际分担 {share_paid} = {sum} 元（JY 第三十三条）。",
                  "Settlement = payable {payable} + shared {share_paid} = {sum} yuan (JY art. 33).")  # fmt: skip
RESHARED = Text("封顶结余按核定总分值再分配 {reshared} 元，决算合计 {settlement} 元（所选口径）。",
                "What the cap leaves is shared again by approved points: {reshared} yuan, {settlement} settled in all "
                "(the "
                "chosen reading).")  # fmt: skip
PREPAID = Text("{first} 至 {last} 共 {count} 个月，申报记账 {billed} 元，按 {rate} 预拨，减扣（罚）款 {penalties} 元，"
               "已预付 "
               "{prepaid} 元；质量保证金从中预留（JY 第二十六条、第四十条）。",
               "{count} months, {first} to {last}: {rate} of {billed} yuan billed, less penalties of {penalties}, "
               "{prepaid} was prepaid; the quality deposit is withheld of it (JY art. 26, 40).")  # fmt: skip
KEPT = Text(" − 扣（罚）款 {penalties}（不再退还）", " - penalties {penalties}, which are not paid back")
OWED = Text("决算 {settlement} − 已预付 {prepaid}{kept} = 应补 {amount} 元（JY 第三十三条）。",
            "Settlement {settlement} - prepaid {prepaid}{kept} = {amount} yuan still to be paid (JY art. "
            "33).")  # fmt: skip
BACK = Text("决算 {settlement} − 已预付 {prepaid}{kept}，不足部分应扣回 {amount} 元（JY 第三十三条）。",
            "Settlement {settlement} - prepaid {prepaid}{kept} is below 0: {amount} yuan are taken back (JY art. "
            "33).")  # fmt: skip
EVEN = Text("决算 {settlement} − 已预付 {prepaid}{kept}，无应补或应扣（JY 第三十三条）。",
            "Settlement {settlement} - prepaid {prepaid}{kept}: nothing is owed either way (JY art. 33).")  # fmt: skip
TOPPED_UP, TAKEN_BACK = (
    Text("补拨 {amount} 元", "{amount} yuan are paid"),
    Text("收回 {amount} 元", "{amount} yuan are taken back"),
)
ADVANCES = Text("年初周转金 {working_capital} 元、集采预付款 {procurement_advance} 元，与上年已预拨 "
                "{advanced_last_year} 元对冲后"
                "{net}（另行核算，不计入清算；JY 第二十五条）。",
                "Working capital {working_capital} and procurement advance {procurement_advance} yuan, netted against "
                "{advanced_last_year} of last year: {net} (apart from the settlement; JY art. 25).")  # fmt: skip
