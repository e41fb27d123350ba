"""The scorecards as a rule family: how a run is made of the pieces."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from simlib.columns import TABLES
from simlib.columns.checks import refuse, together
from simlib.exact import Exact
from simlib.money import decimal_text
from simlib.rules.cards import CARDS, edition
from simlib.rules.cards.bonus import BONUS_CUT
from simlib.rules.evaluated import evaluated
from simlib.rules.family import SCORED, Family, Results
from simlib.rules.scorecard import item_scores
from simlib.rules.scorecard.by_points import Completed, completed
from simlib.rules.scorecard.explanation import explain
from simlib.rules.scorecard.item_scores import PointSheet, evaluate_points, point_sheet
from simlib.rules.scorecard.needs import LABEL, fitting, inert, lacking, stated_in
from simlib.rules.scorecard.params import NotApplicable, ScorecardParams
from simlib.rules.scorecard.results import cards, item_points, stages, totals, with_reasons
from simlib.rules.scorecard.scoring import Evaluation, evaluate
from simlib.rules.scorecard.sheets import SUBJECT, TABLE, Sheet, sheet
from simlib.rules.scorecard.tables import HEADLINES, RESULTS
from simlib.rules.scorecard.telling import TELLING
from simlib.tables import Tables, small
from simlib.words import Text, few, joined

MOST_TOLD = 5  # institutions in one warning


class PreparedSheets:
    """The sheets of each edition, made from the tables when first asked for."""

    def __init__(self, tables: Tables):
        self.tables = tables
        self.made: dict[str, list[Sheet]] = {}

    def of(self, name: str) -> list[Sheet]:
        if name not in self.made:
            make: Callable[..., Sheet] = sheet if TABLE in self.tables else point_sheet
            given = small(self.tables, stated_in(self.tables))
            tables = self.tables if TABLE in self.tables else completed(edition(name), self.tables)
            made = [partial(make, card, small(tables, card.subjects), given) for card in edition(name)]
            self.made[name] = together(*made)
            _refuse_unevaluated(self.tables, self.made[name])
        return self.made[name]


def _refuse_unevaluated(tables: Tables, sheets: list[Sheet]) -> None:
    subjects = sheets[0].card.subjects
    table, key = small(tables, subjects), TABLES[subjects].key
    seen = np.concatenate([one.ids for one in sheets])
    refuse(table, subjects, key, ~table[key].isin(seen) & evaluated(table, subjects), NO_CARD)


def run(sheets: PreparedSheets, params: ScorecardParams) -> Results:
    """The result tables of one run, the items without their reasons."""
    chosen = sheets.of(params.edition.value)
    final = together(*(lambda one=one: _evaluated(one, params) for one in chosen))
    return {
        "scorecard": totals(final),
        "scorecard_items": item_points(final),
        "scorecard_stages": stages(final, params),
        "scorecard_cards": cards(final),
    }


def _evaluated(one: Sheet, params: ScorecardParams) -> Evaluation:
    return evaluate_points(one, params) if isinstance(one, PointSheet) else evaluate(one, params)


def detail(sheets: PreparedSheets, params: ScorecardParams, results: Results, subject: str | None = None) -> Results:
    """The results with the reason of every lost point, of everybody or of one subject."""
    final = [_evaluated(one, params) for one in sheets.of(params.edition.value)]
    return {**results, "scorecard_items": with_reasons(results["scorecard_items"], final, subject)}


def idle(results: Results, tables: Tables, params: ScorecardParams) -> dict[str, Text]:
    """What nothing is left to do for: missing facts where none is, a cap where no bonus or total passes it."""
    table, items = results["scorecard"], results["scorecard_items"]
    found = {} if items["missing"].any() or table["missing"].any() else {"missing": NONE_MISSING}
    if not table["bonus_given"].any():
        found |= dict.fromkeys(("bonus_cap", "cap_total"), NO_BONUS_GIVEN)
    return found


def feeds(tables: Tables) -> tuple[str, ...]:
    """The rules that pay by the scores of those for whom facts, or points, are stated."""
    name = stated_in(tables)
    if name not in tables or SUBJECT not in tables[name] or "communities" not in tables:
        return ("deposit",)
    stated = pd.Index(small(tables, name)[SUBJECT].unique())
    of_communities = stated.isin(small(tables, "communities")[TABLES["communities"].key])
    return ("retention",) * bool(of_communities.any()) + ("deposit",) * (not of_communities.all())


def feed(tables: Tables, results: Results) -> Tables:
    """The institutions, or communities, with the scores of the card, for the rules that pay by them.

    A community's score comes in two parts, its points and the bonus as counted; points by item say nothing of bonus and
    veto, and those of its table stand.
    """
    subjects = _subjects(results)
    if subjects not in tables:
        return tables
    given = small(tables, subjects)
    scored = _in_order(results, given, subjects)
    columns, attrs = {"score": scored["score"].to_numpy()}, {**given.attrs}
    if subjects == "communities" and TABLE in tables:
        points = scored["points"].to_numpy()
        bonus = (Exact.of(columns["score"]) - Exact.of(points)).floats()
        columns, attrs = {"score": points, "bonus": bonus, "veto": scored["veto"].to_numpy()}, {**attrs, SCORED: True}
    fed = given.assign(**columns)
    fed.attrs = attrs
    return {**tables, subjects: fed}


def _subjects(results: Results) -> str:
    """The table of those whom the cards evaluate."""
    return CARDS[results["scorecard_cards"]["card"].iloc[0]].subjects


def _in_order(results: Results, given: pd.DataFrame, subjects: str) -> pd.DataFrame:
    """The scores in the order of the table of the subjects."""
    return results["scorecard"].set_index(SUBJECT).reindex(given[TABLES[subjects].key])


def summarise(results: Results) -> dict[str, int | float]:
    """The headline numbers."""
    table, by_card = results["scorecard"], results["scorecard_cards"]
    count = len(table)
    mean = float((by_card["mean_score"] * by_card["institutions"]).sum() / count)
    full = dict(zip(by_card["card"], by_card["full"], strict=True))
    return {
        "institutions": count,
        "mean_score": round(mean, 6),
        "median_score": round(float(table["score"].median()), 6),
        "lowest": float(table["score"].min()),
        "highest": float(table["score"].max()),
        "full_marks": int((table["score"] >= table["card"].map(full)).sum()),
        "vetoed": int(table["veto"].sum()),
    }


def warnings(results: Results, tables: Tables, params: ScorecardParams) -> list[Text]:
    """What a user must see: a card that no longer adds up, facts scored 0, vetoes, scores of the table set aside."""
    found = []
    table, items, by_card = (results[name] for name in ("scorecard", "scorecard_items", "scorecard_cards"))
    for name, full in zip(by_card["card"], by_card["full"], strict=True):
        card = CARDS.get(name)
        if card and full != float(card.total):
            found.append(NOT_100.fill(card=card.text, full=decimal_text(full), total=decimal_text(card.total)))
        if card and card.illustrative:
            found.append(card.illustrative.text)
    for text, count in (
        (UNREAD, by_card["unread"].sum()),
        (CUT, items["cut"].sum()),
        (SCORED_0, items["missing"].sum()),
        (ONCE, by_card["once"].sum()),
        (DO_NOT_APPLY[params.not_applicable], by_card["not_applicable"].sum()),
    ):
        found += [text.fill(count=int(count))] if count else []
    for text, whom in (
        (NO_EXTRA, table["missing"]),
        (BONUS_CUT, table["bonus"] < table["bonus_given"]),
        (VETOED, table["veto"]),
    ):
        if ids := table.loc[whom, SUBJECT].tolist():
            found.append(text.fill(count=len(ids), names=few(ids)))
    subjects = _subjects(results)
    given = small(tables, subjects) if subjects in tables else None
    scored = None if given is None else _in_order(results, given, subjects)
    if given is not None and (ids := given.loc[~evaluated(given, subjects), TABLES[subjects].key].tolist()):
        found.append(ARE_EXEMPT.fill(count=len(ids), names=few(ids)))
    if TABLE not in tables and given is not None and scored is not None:
        told = Completed(edition(params.edition.value), tables).told if item_scores.TABLE in tables else []
        return [*found, *told, *_other_sums(given, scored)]
    changed = params != params.document()  # then the scores differ because somebody wanted them to
    if given is not None and scored is not None and "score" in given and not changed:
        known = given["score"].notna().to_numpy() & scored["score"].notna().to_numpy()
        other = int((known & (given["score"].to_numpy() != scored["score"].to_numpy())).sum())
        found += [SET_ASIDE.fill(count=other)] if other else []
    if subjects == "communities" and given is not None and scored is not None:
        found += _marks_set_aside(scored, given)
    if len(feeds(tables)) > 1:  # facts of institutions and of communities, and cards evaluate the ones or the others
        found.append(UNUSED.fill(count=int((~small(tables, stated_in(tables))[SUBJECT].isin(table[SUBJECT])).sum())))
    return found


def _other_sums(given: pd.DataFrame, scored: pd.DataFrame) -> list[Text]:
    """Whose score in the table is not what the points by item come to."""
    if "score" not in given:
        return []
    stated, summed = given["score"].to_numpy(dtype=float), scored["score"].to_numpy(dtype=float)
    other = np.flatnonzero(~np.isnan(stated) & ~np.isnan(summed) & (stated != summed))
    ids = scored.index.to_numpy()
    first = other[:MOST_TOLD].tolist()
    told = [SUM.fill(whom=ids[at], sum=_shown(summed[at]), score=_shown(stated[at])) for at in first]
    listed = joined(told, "；", "; ")
    return [OTHER_SUMS.fill(count=len(other), listed=listed, end="…" if len(other) > MOST_TOLD else "")] if told else []


def _shown(points: float) -> str:
    return decimal_text(round(points, 9))


def _marks_set_aside(scored: pd.DataFrame, given: pd.DataFrame) -> list[Text]:
    """Communities whose table states another bonus or veto than their facts."""
    other = np.zeros(len(given), dtype=bool)
    for column, by_facts in (("bonus", "bonus_given"), ("veto", "veto")):
        if column in given:
            other |= (given[column].notna() & (given[column].to_numpy() != scored[by_facts].to_numpy())).to_numpy()
    return [MARKS_SET_ASIDE.fill(count=int(other.sum()))] if other.any() else []


NONE_MISSING = Text("没有缺少的事实，此项不起作用。", "No fact is missing: this has no effect.")
NO_BONUS_GIVEN = Text("没有加分，此项不起作用。", "Nobody has a bonus: this has no effect.")
NO_CARD = Text("没有评分表评价该机构。请核对有无住院服务。", "No card evaluates it. Check whether it has inpatients.")
NOT_100 = Text("“{card}”评分表各项合计 {full} 分，不是 {total} 分；得分未按比例调整。",
               "The card “{card}” now adds up to {full} points, not {total}; nothing was rescaled.")  # fmt: skip
UNREAD = Text("{count} 条事实只有同版的另一张评分表读取，未用于所报的机构。请核对有无住院服务或项目序号。",
              "{count} facts are read only by another card of the edition and are not used for whom they are stated. "
              "Check who has inpatients, or the items.")  # fmt: skip
CUT = Text(
    "{count} 家的给定得分高于调低后的满分，按满分计。",
    "{count} were given more points than the lowered full marks and have those.",
)
SCORED_0 = Text(
    "{count} 处因缺少事实记 0 分，原因列中逐条写明。",
    "{count} items were scored 0 for want of a fact; the reasons name each.",
)
ONCE = Text("{count} 处同一情形查实不止一次，只扣一次（JS26 附件1 第10项、附件2 第9项）。",
            "{count} situations were found more than once and count once (JS26 annex 1, item 10; "
            "annex "
            "2, item 9).")  # fmt: skip
DO_NOT_APPLY = {
    NotApplicable.FULL: Text("{count} 处评分点不适用，按做到计满分。",
                             "{count} criteria do not apply and count as met."),
    NotApplicable.EXCLUDED: Text("{count} 处评分点不适用，不计入满分，其余得分折算成百分制。",
                                 "{count} criteria do not apply and leave the full marks; the rest is scaled to 100."),
}  # fmt: skip
NO_EXTRA = Text(
    "{count} 家缺少加分或负面清单的事实，按“无”计：{names}。",
    "{count} without a bonus or veto fact, counted as none: {names}.",
)
VETOED = Text("{count} 家触及一票否决：{names}。得分不变，评价不合格（XX 三(六)）。",
              "{count} vetoed: {names}. Points stay, the evaluation fails (XX 3(6)).")  # fmt: skip
ARE_EXEMPT = Text(
    "{count} 家机构免评，没有得分：{names}。", "{count} institutions are exempt and have no score: {names}."
)
SUM = Text("{whom} 各项合计 {sum} 分、表中得分 {score} 分", "{whom}: items {sum}, score {score}")
OTHER_SUMS = Text("{count} 家的各项得分合计（民营机构折算后）与表中得分不同，以各项得分为准：{listed}{end}。",
                  "The points by item of {count} (scaled for private ones) do not add up to the score in the table, "
                  "and count: {listed}{end}.")  # fmt: skip
SET_ASIDE = Text(
    "得分按事实和评分表计算；数据表中 {count} 家的得分与此不同，未使用。",
    "Scores come from the facts and the card; those of {count} in the table differ and are not used.",
)

MARKS_SET_ASIDE = Text("加分和一票否决按事实计；医共体表中 {count} 家的与此不同，未使用。",
                       "Bonuses and vetoes come from the facts; those of {count} communities in the table differ and "
                       "are not used.")  # fmt: skip
UNUSED = Text("{count} 条事实不属于所选评分表评价的对象，未使用；如需使用，请设置 scorecard.edition。",
              "{count} facts are stated of others than the chosen cards evaluate and are not used; to evaluate those, "
              "set scorecard.edition.")  # fmt: skip

FAMILY = Family(
    name=ScorecardParams.family,
    label=LABEL,
    params=ScorecardParams,
    results=RESULTS,
    headlines=HEADLINES,
    amount=("scorecard", "score"),
    lacking=lacking,
    inert=inert,
    idle=idle,
    prepare=PreparedSheets,
    run=run,
    detail=detail,
    summarise=summarise,
    warnings=warnings,
    explain=explain,
    telling=TELLING,
    sources=(TABLE, item_scores.TABLE),
    feeds=feeds,
    feed=feed,
    fitting=fitting,
)
