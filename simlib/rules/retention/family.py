"""County surplus retention as a rule family: how a run is made of the pieces."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simlib.columns.checks import lacking_columns
from simlib.exact import Exact
from simlib.money import decimal_text, percent_text, to_fen, to_yuan
from simlib.problems import Problem
from simlib.rules.cards.bonus import BONUS_CUT
from simlib.rules.family import SCORED, Family, Results
from simlib.rules.retention.explanation import explain
from simlib.rules.retention.params import RetentionParams, VetoCut
from simlib.rules.retention.settlement import FAILED, KEY, TABLE, Bracket, Ready, is_cut, prepare, settle, years
from simlib.rules.retention.tables import HEADLINES, MONEY, RESULTS, SHARES
from simlib.rules.retention.telling import TELLING
from simlib.rules.retention.varying import VARYING
from simlib.rules.retention.views import fall
from simlib.tables import Tables, small
from simlib.words import Strong, Text, few

LABEL = Text("县域结余留用", "County surplus retention")


def lacking(tables: Tables, params: RetentionParams) -> list[Problem]:
    """What the data would need: communities with their score (or facts for a card), budget and spending."""
    return lacking_columns(tables, TABLE, ("score", "budget", "spending"), LABEL)


def inert(tables: Tables, params: RetentionParams) -> dict[str, Text]:
    """Where a card made the scores their bonus is counted already; without a bonus there is nothing to cut, without a
    veto nothing follows from one."""
    communities = small(tables, TABLE)
    found = {} if _overspent(communities).any() else {"reasonable_share": NOBODY_OVER}
    if "veto" not in communities or not (communities["veto"] == True).any():  # noqa: E712
        found["veto_cut"] = NO_VETO
    if "bonus" not in communities or not (communities["bonus"] > 0).any():
        found |= dict.fromkeys(("bonus_cap", "cap_total", "bonus_counts"), NO_BONUS)
    if communities.attrs.get(SCORED):
        found |= dict.fromkeys(("bonus_cap", "cap_total"), FROM_CARD)
    return found


def _overspent(communities: pd.DataFrame) -> pd.Series:
    """Who spent more than its budget, beyond what is unreasonable; blanks are nobody's."""
    over = communities["spending"] - communities["budget"]
    name = "unreasonable_overspend"
    return over > (communities[name].fillna(0) if name in communities else 0)


def idle(results: Results, tables: Tables, params: RetentionParams) -> dict[str, Text]:
    """Where nobody stands in a bracket, this year or later, its share has nothing to do."""
    if params.score_growth or params.spending_growth or params.budget_growth:
        return {}
    settled = results["retention"]
    brackets = set(settled["bracket"])
    found = {} if Bracket.HALF.value in brackets else {"half_ratio": NOBODY_HALF}
    if Bracket.LINEAR.value not in brackets:
        found |= dict.fromkeys(("per_point", "fraction"), NOBODY_LINEAR)
    if not settled["bracket"].isin(FAILED).any():
        found["next_year_cut_rate"] = NOBODY_FAILED
    if not params.next_year_cut_rate:
        found["veto_cut"] = NO_RATE
    if not (settled["surplus"] > 0).any():
        found["retained_share"] = NO_SURPLUS
    return found


def run(ready: Ready, params: RetentionParams) -> Results:
    """The two result tables of one run."""
    return {"retention": settle(ready, params), "retention_years": years(ready, params)}


def summarise(results: Results) -> dict[str, int | float]:
    """The headline numbers: communities by bracket, and money in yuan."""
    settled = results["retention"]
    bracket = settled["bracket"].to_numpy()
    fen = {column.name: to_fen(settled[column.name].to_numpy()).sum() for column in MONEY}
    surplus = to_fen(settled["surplus"].to_numpy())
    return {
        "communities": len(settled),
        **{one.value: int((bracket == one.value).sum()) for one in Bracket},
        "surplus": float(to_yuan(surplus[surplus > 0].sum())),
        **{name: float(to_yuan(amount)) for name, amount in fen.items()},
    }


def share(results: Results) -> dict[str, float]:
    """The numbers of ``SHARES``."""
    numbers = summarise(results)
    counts = {f"share_{one.value}": numbers[one.value] / max(numbers["communities"], 1) for one in Bracket}
    surplus = numbers["surplus"]
    return {**counts, "share_retained": numbers["retained"] / surplus if surplus else 0.0}


def warnings(results: Results, tables: Tables, params: RetentionParams) -> list[Text]:
    """What a user must see: a curve that falls, numbers the document does not set, vetoes, bonuses cut, blanks."""
    settled, given = results["retention"], small(tables, TABLE)
    found: list[Text] = []
    if falls := fall(params):
        shown = {"lower_ratio": percent_text(falls.lower_ratio), "higher_ratio": percent_text(falls.higher_ratio)}
        found.append(FALLS.fill(lower=decimal_text(falls.lower), higher=decimal_text(falls.higher), **shown))
    surplus, unreasonable = (to_fen(settled[name].to_numpy()) for name in ("surplus", "unreasonable_overspend"))
    over = np.maximum(-surplus, 0) - unreasonable
    if over.any() and not params.reasonable_share:
        found.append(NO_SHARE.fill(count=int((over > 0).sum()), amount=f"{to_yuan(over.sum()):,.2f}"))
    failed = is_cut(Exact.of(settled["total_score"].to_numpy()), settled["bracket"].to_numpy(), params)
    if failed.any() and not params.next_year_cut_rate:
        found.append(NO_CUT.fill(count=int(failed.sum())))
    for text, whom in (
        (VETO_TOLD[params.veto_cut], settled["bracket"] == Bracket.VETO.value),
        (BONUS_CUT, (settled["bonus_given"] > float(params.bonus_cap)) & (not given.attrs.get(SCORED))),
        (UNSTATED, _blank(given, "bonus") | _blank(given, "veto")),
        (ALL_REASONABLE, _blank(given, "unreasonable_overspend") & (surplus < 0)),
    ):
        if ids := settled.loc[whom.to_numpy(), KEY].tolist():
            found.append(text.fill(count=len(ids), names=few(ids)))
    return found


def _blank(given: pd.DataFrame, column: str) -> pd.Series:
    """Who states nothing in a column that may be blank or absent."""
    return given[column].isna() if column in given else pd.Series(True, given.index)


FROM_CARD = Text("得分和加分由评分表计算；请修改评分表的同名参数。",
                 "The card made the scores and bonuses: change the card's parameter of this name.")  # fmt: skip
NOBODY_OVER = Text("没有合理超支，此项不起作用。", "Nobody overspent reasonably: this has no effect.")
NOBODY_HALF = Text("定比档没有医共体，此项不起作用。", "Nobody stands in this bracket: this has no effect.")
NOBODY_LINEAR = Text("按分扣减档没有医共体，此项不起作用。", "Nobody is reduced by points: this has no effect.")
NOBODY_FAILED = Text("没有不合格的医共体，此项不起作用。", "Nobody failed: this has no effect.")
NO_SURPLUS = Text("没有医共体有结余，此项不起作用。", "Nobody has a surplus: this has no effect.")
NO_VETO = Text("没有一票否决，此项不起作用。", "Nobody is vetoed: this has no effect.")
NO_RATE = Text(
    "没有设定下一年度预算的核减比例，此项不起作用。", "No cut of next year's budget is set: this has no effect."
)
NO_BONUS = Text("数据中没有加分，此项不起作用。", "The data have no bonus: this has no effect.")
FALLS = Strong("留用曲线在 {higher} 分处下降：{lower} 分留用 {lower_ratio}，{higher} 分只留用 {higher_ratio}。"
             "得分高的反而留用减少，请核对参数。",
             "The curve falls at {higher}: {lower} points keep {lower_ratio}, {higher} only {higher_ratio}. A higher "
             "score keeps less: check the parameters.")  # fmt: skip
NO_SHARE = Text("{count} 家有合理超支，共 {amount} 元；文件未规定基金分担比例，当前按不分担计（XX 一(二)2）。",
                "{count} overspent reasonably, {amount} yuan in all; the document does not set the fund's share, and "
                "none is counted (XX 1(2)2).")  # fmt: skip
NO_CUT = Text("{count} 家不合格；文件未规定下一年度预算核减比例，当前按不核减计（XX 五(一)4）。",
              "{count} failed; the document does not set the cut of next year's budget, and none is counted (XX "
              "5(1)4).")  # fmt: skip
VETO_TOLD = {
    VetoCut.AS_BELOW_60: Text("{count} 家触及一票否决：{names}，按不合格处理（XX 三(六)）。",
                              "{count} vetoed: {names}; their evaluation fails (XX 3(6))."),
    VetoCut.NONE: Text("{count} 家触及一票否决：{names}，按不合格处理；按所选口径，一票否决本身不核减下一年度预算（XX "
                       "三(六)）。",
                       "{count} vetoed: {names}; their evaluation fails. By the chosen reading a veto by itself does "
                       "not "
                       "cut next year's budget (XX 3(6))."),
}  # fmt: skip
UNSTATED = Strong(
    "{count} 家未填写加分或一票否决，按“无”计：{names}。",
    "{count} without a bonus or veto stated, counted as none: {names}.",
)
ALL_REASONABLE = Strong("{count} 家有超支而未填写不合理超支，全部按合理超支计：{names}（XX 五(一)）。",
                      "{count} overspent and state no unreasonable part: all of it counts as reasonable: {names} (XX "
                      "5(1)).")  # fmt: skip

FAMILY = Family(
    name=RetentionParams.family,
    label=LABEL,
    params=RetentionParams,
    results=RESULTS,
    headlines=HEADLINES,
    amount=("retention", "net"),
    side="bracket",
    varying=VARYING,
    lacking=lacking,
    inert=inert,
    idle=idle,
    prepare=lambda tables: prepare(small(tables, TABLE)),
    run=run,
    summarise=summarise,
    shares=SHARES,
    share=share,
    watched=("retained", "share_full", "returned"),
    warnings=warnings,
    explain=explain,
    telling=TELLING,
)
