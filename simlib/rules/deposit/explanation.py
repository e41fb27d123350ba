"""One institution's deposit in sentences, each with its numbers and its clause."""

from __future__ import annotations

import numpy as np

from simlib.clauses import cites
from simlib.columns.values import row_of
from simlib.money import decimal_integers, percent_text, to_fen
from simlib.params import option
from simlib.rules.deposit.allocation import Band, totals
from simlib.rules.deposit.indices import in_mean
from simlib.rules.deposit.params import DepositParams, IndexDigits, MeanScope, UnclaimedPool
from simlib.rules.deposit.withholding import Source
from simlib.rules.family import Results
from simlib.words import Text


@cites("JS26 annex 3, 1(2)", "JS26 annex 3, 2(1)", "JS26 annex 3, 2(2)1", "JS26 annex 3, 2(2)2", "JS26 annex 3, 2(2)3")
def explain(results: Results, params: DepositParams, institution_id: str) -> list[Text]:
    """The steps from score to payment for one institution of a run's tables; KeyError if unknown."""
    table = results["deposit"]
    one = row_of(table, "institution_id", institution_id)
    group = row_of(results["deposit_groups"], "group", one["group"])
    city = params.mean_scope is MeanScope.CITY
    begin = _withheld(results, params, institution_id, one["deposit"])
    if one["band"] == Band.EXEMPT.value:
        return [*begin, EXEMPT.fill(deposit=f"{one['deposit']:,.2f}")]
    scope = table if city else table[table["group"] == one["group"]]
    scope = scope[scope["band"] != Band.EXEMPT.value]
    scope = scope[in_mean(to_fen(scope["deposit"].to_numpy()), np.zeros(len(scope), dtype=np.int64), params)]
    numbers = {
        "score": f"{one['score']:g}", "mean": f"{mean(scope['score'].to_numpy()):.4f}", "count": f"{len(scope):,}",
        "where": Text("全市", "the city") if city else Text(f"“{one['group']}”组", f"group {one['group']}"),
        "index": f"{one['index']:.6f}", "lower": f"{params.lower}", "upper": f"{params.upper}",
        "pool": f"{group['pool']:,.2f}",
        "change": f"{one['change']:+,.2f}",
        **{name: f"{one[name]:,.2f}" for name in ("deposit", "returned", "bonus", "payment")},
        "forfeit": f"{one['deposit'] - one['returned']:,.2f}",
    }  # fmt: skip
    exact = params.index_digits is IndexDigits.EXACT
    numbers |= {"digits": params.index_digits.label} if not exact else {}
    steps = [MEAN, INDEX if exact else ROUNDED_INDEX, BAND[one["band"]]]
    if one["bonus"]:
        own = CITY_BONUS if params.unclaimed_pool is UnclaimedPool.CITY else BONUS
        steps.append(own if one["band"] == Band.ABOVE.value else OPEN_BONUS)
    return [*begin, *(step.fill(**numbers) for step in [*steps, TOTAL])]


@cites("JS3 29", "JY 40")
def _withheld(results: Results, params: DepositParams, institution_id: str, deposit: float) -> list[Text]:
    """How the deposit was withheld: of which base, in which months."""
    if "deposit_withheld" not in results:  # made by hand, of deposits alone
        return []
    one = row_of(results["deposit_withheld"], "institution_id", institution_id)
    source = option(Source, one["source"])
    text = WITHHELD.get(source, BY_MONTH if one["months"] else BY_YEAR)
    return [
        text.fill(what=source.label, base=f"{one['base']:,.2f}", deposit=f"{deposit:,.2f}",
                  rate=percent_text(params.deposit_rate),
                  months=one["months"], first=one["first"], last=one["last"])
    ]  # fmt: skip


def mean(score: np.ndarray) -> float:
    """The mean that the index compares with, by the rule's own sum and number."""
    parts, scale = decimal_integers(score)
    total, count = totals(parts, np.zeros(len(parts), dtype=np.int64))
    return float(total[0] / (int(count[0]) * scale))


WITHHELD = {
    Source.GIVEN: Text("预留质量保证金 {deposit} 元，由数据直接给出（JS3 第二十九条）。",
                       "The deposit of {deposit} yuan is given by the data (JS3 art. 29)."),
    Source.NONE: Text("数据没有给出保证金或其基数，按没有预留计（JS3 第二十九条）。",
                      "The data give neither deposit nor base: nothing was withheld (JS3 art. 29)."),
}  # fmt: skip
BY_MONTH = Text("质量保证金从 {first} 至 {last} 共 {months} 个月的{what}（合计 {base} 元）中逐月按 {rate} 预留、四舍五"
                "入到分，"
                "共 {deposit} 元（JY 第四十条、JS3 第二十九条）。",
                "The deposit was withheld of the {what} of {months} months, {first} to {last} ({base} yuan in all): "
                "{rate} of "
                "each, half up to the fen, {deposit} yuan (JY art. 40, JS3 art. 29).")  # fmt: skip
BY_YEAR = Text("质量保证金 = {what} {base} 元 × {rate} = {deposit} 元（JS3 第二十九条）。",
               "Deposit = {what} of {base} yuan × {rate} = {deposit} yuan (JS3 art. 29).")  # fmt: skip
EXEMPT = Text("免评：非参评机构，无得分和指数，不计入平均分，不参与奖励金分配；保证金 {deposit} 元全额返还（JS26 "
              "附件3 二(一)）。",
              "Exempt: it is not among those evaluated, has no score or index, is in no mean and no pool; its deposit "
              "of {deposit} yuan is returned in full (JS26 annex 3, 2(1)).")  # fmt: skip
MEAN = Text("年度评价得分 {score} 分；{where}共 {count} 家机构，平均 {mean} 分（JS26 附件3 二(一)）。",
            "The evaluation score is {score}; the mean of the {count} institutions of {where} is {mean} "
            "(JS26 annex 3, 2(1)).")  # fmt: skip
INDEX = Text("绩效评价水平指数 = {score} ÷ {mean} = {index}（JS26 附件3 二(一)）。",
             "Performance index = {score} / {mean} = {index} (JS26 annex 3, 2(1)).")  # fmt: skip
ROUNDED_INDEX = Text("绩效评价水平指数 = {score} ÷ {mean}，四舍五入（{digits}）为 {index}（JS26 附件3 二"
                     "(一)）。",
                     "Performance index = {score} / {mean}, half up ({digits}) {index} (JS26 annex 3, "
                     "2(1)).")  # fmt: skip
BAND = {
    Band.BELOW.value: Text(
        "指数低于 {lower}：按指数领取，{index} × {deposit} = {returned} 元；少领的 {forfeit} 元进入本组奖励金"
        "（JS26 附件3 二(二)1）。",
        "The index is below {lower}: it is paid {index} × {deposit} = {returned} yuan; the other {forfeit} yuan feed "
        "the group's pool (JS26 annex 3, 2(2)1)."),
    Band.WITHIN.value: Text(
        "指数在 {lower} 至 {upper} 之间（含两端）：全额领取保证金 {deposit} 元（JS26 附件3 二(二)2）。",
        "The index is from {lower} to {upper}, both included: the deposit of {deposit} yuan is paid in full "
        "(JS26 annex 3, 2(2)2)."),
    Band.ABOVE.value: Text(
        "指数高于 {upper}：全额领取保证金 {deposit} 元，并参与分配奖励金（JS26 附件3 二(二)3）。",
        "The index is above {upper}: the deposit of {deposit} yuan is paid in full, with a share of the pool (JS26 "
        "annex 3, 2(2)3)."),
}  # fmt: skip
BONUS = Text("本组奖励金共 {pool} 元，按“保证金 × 指数”的比重分得 {bonus} 元（JS26 附件3 二(二)3）；尾差文件未规定，本"
             "系统按最大余额法"
             "分到分。",
             "The group's pool is {pool} yuan; by its weight deposit × index it gets {bonus} yuan (JS26 annex 3, "
             "2(2)3); "
             "the last fen, of which the annex says nothing, goes by largest remainder.")  # fmt: skip
CITY_BONUS = Text("按“保证金 × 指数”的比重，从本组奖励金（{pool} 元）和他组无人领取的奖励金中共分得 {bonus} 元"
                  "（JS26 附件3 二(二)3、一(二)）。",
                  "By its weight deposit × index it gets {bonus} yuan of the group's pool ({pool} yuan) and of the "
                  "pools that other groups left unclaimed (JS26 annex 3, 2(2)3, 1(2)).")  # fmt: skip
OPEN_BONUS = Text("本组没有机构高于 {upper}，按所选口径从无人领取的奖励金中得到 {bonus} 元（JS26 附件3 一(二)）。",
                  "Nobody of the group is above {upper}; of the unclaimed pool the chosen reading gives it {bonus} "
                  "yuan (JS26 annex 3, 1(2)).")  # fmt: skip
TOTAL = Text("实际可得 {returned} + {bonus} = {payment} 元，与保证金相比 {change} 元。",
             "It is paid {returned} + {bonus} = {payment} yuan, {change} yuan against its deposit.")  # fmt: skip
