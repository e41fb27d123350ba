"""The result tables of the scorecards: totals, items with reasons, what each review stage changed, the cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import pairwise
from operator import add
from typing import Any

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.money import decimal_integers
from simlib.rules.cards import CARDS, Card
from simlib.rules.scorecard.counted import situations
from simlib.rules.scorecard.item_scores import PointSheet, remarks_of
from simlib.rules.scorecard.params import ScorecardParams, ServiceDeduction
from simlib.rules.scorecard.reasons import reasons
from simlib.rules.scorecard.scoring import MICRO, Award, Evaluation, evaluate
from simlib.rules.scorecard.sheets import SUBJECT, sheet


@cites("JS26 annex 1", "JS26 annex 2", "XX part 3")
def score(
    card: Card | str,
    institutions: pd.DataFrame,
    facts: pd.DataFrame,
    params: ScorecardParams | None = None,
    *,
    missing: str = "",
) -> pd.DataFrame:
    """Every institution's score on one card (JS26 annexes 1 and 2; XX part 3).

    score = sum of the criteria's points; a private institution's is scaled from the items that count for it
    (100/80); a bonus, cut to ``bonus_cap``, is added. See :func:`simlib.rules.scorecard.scoring.evaluate`.

    Parameters
    ----------
    card: a card, or the name of one of ``CARDS``.
    institutions: institution_id (unique) and the columns that the card asks for: has_inpatient, level, ownership.
        Those whom the card does not evaluate are left out. For a card of communities: community_id.
    facts: institution_id, item, fact, value, and optionally stage and violation; one row a fact.
    params: levers and readings; default the document's values.
    missing: ``zero`` scores a criterion 0 where its fact is missing, and says so; default ``params.missing``.

    Returns
    -------
    One row an institution, in the order given: institution_id, card, score, points (of the items, before
    scaling), full (marks of the items that count), bonus (as far as it counts), veto, bonus_given, and missing
    (whether a bonus or veto fact is missing and counts as none).

    Raises
    ------
    BadInput: a missing column, an unknown institution, item or fact, a value that its fact cannot have, a
        fact stated twice, or (unless ``missing`` is ``zero``) a missing fact, each with its place.

    Examples
    --------
    >>> community = pd.DataFrame({"community_id": ["甲县"]})
    >>> facts = [("甲县", item.item, fact, 90.0) for item in CARDS["xx_2025"].items for fact in item.facts]
    >>> facts += [("甲县", "bonus", fact, 1.5) for fact in CARDS["xx_2025"].bonus.facts]
    >>> facts += [("甲县", "veto", fact, 0.0) for fact in CARDS["xx_2025"].veto.facts]
    >>> table = pd.DataFrame(facts, columns=["institution_id", "item", "fact", "value"])
    >>> score("xx_2025", community, table)[["score", "points", "bonus", "veto"]].values.tolist()
    [[93.0, 90.0, 3.0, False]]
    """
    return totals([_evaluated(card, institutions, facts, params, missing)])


@cites("JS26 annex 1", "JS26 annex 2", "XX part 3")
def items(
    card: Card | str,
    institutions: pd.DataFrame,
    facts: pd.DataFrame,
    params: ScorecardParams | None = None,
    *,
    missing: str = "",
) -> pd.DataFrame:
    """Every item of every institution: institution_id, card, item, points, full, missing, cut, reason (zh), reason_en.

    The reason of each lost point names fact, value, rule and clause. Arguments and errors as for :func:`score`.
    """
    one = [_evaluated(card, institutions, facts, params, missing)]
    return with_reasons(item_points(one), one)


def _evaluated(
    card: Card | str, institutions: pd.DataFrame, facts: pd.DataFrame, params: ScorecardParams | None, missing: str
) -> Evaluation:  # fmt: skip
    params = params or ScorecardParams()
    if missing:
        params = params.changed(missing=missing)
    return evaluate(sheet(CARDS[card] if isinstance(card, str) else card, institutions, facts), params)


@cites("JS26 annex 1", "JS26 annex 2", "XX part 3")
def totals(evaluations: Sequence[Evaluation]) -> pd.DataFrame:
    """The table ``scorecard`` of one or more cards' evaluations, in the order of the subjects' table."""
    order = np.argsort(np.concatenate([one.sheet.rows for one in evaluations]), kind="stable")
    return _stacked(
        (
            {
                SUBJECT: one.sheet.ids,
                "card": np.full(len(one.score), one.sheet.card.name, dtype=object),
                "score": one.score,
                "points": _floats(one.points, one.scale),
                "full": _floats(one.full, MICRO),
                "bonus": _floats(one.bonus_counted, one.scale),
                "veto": one.veto,
                "bonus_given": _floats(one.bonus, one.scale),
                "missing": one.unknown,
            }
            for one in evaluations
        ),
        order,
    )


@cites("JS26 annex 1", "JS26 annex 2", "XX part 3")
def item_points(evaluations: Sequence[Evaluation]) -> pd.DataFrame:
    """The table ``scorecard_items`` but for its reasons: every item that counts for an institution."""
    parts = []
    for one in evaluations:
        points, full, counts, unknown, cut = item_matrices(one)
        numbers = np.array([item.item for item in one.sheet.card.items], dtype=object)
        row, column = np.nonzero(counts)
        values = {"points": points, "full": full, "missing": unknown, "cut": cut}
        told = {name: value[row, column] for name, value in values.items()}
        card = np.full(len(row), one.sheet.card.name, dtype=object)
        parts.append({SUBJECT: one.sheet.ids[row], "card": card, "item": numbers[column], **told})
    return _stacked(parts)


def with_reasons(table: pd.DataFrame, evaluations: Sequence[Evaluation], subject: str | None = None) -> pd.DataFrame:
    """The table ``scorecard_items`` with its reasons in words, of everybody or of one ``subject``.

    Words take longer than numbers, and nobody reads those of a whole city while a slider moves.
    """
    told: dict[str, list[np.ndarray]] = {name: [] for name in ("reason", "reason_en")}
    for one in evaluations:
        whom = None if subject is None else np.flatnonzero(one.sheet.ids == subject)
        texts = remarks_of(one) if isinstance(one.sheet, PointSheet) else reasons(one, whom)
        row, column = np.nonzero(item_matrices(one)[2])
        for name, language in zip(told, ("zh", "en"), strict=True):
            told[name].append(texts[language][row, column])
    return table.assign(**{name: np.concatenate(parts) for name, parts in told.items()})


def item_matrices(one: Evaluation) -> tuple[np.ndarray, ...]:
    """Points, full marks (floats), whether the item counts, lacks a fact, was given more: each subjects x items."""
    points, full, counts, unknown, cut = [], [], [], [], []
    for item in one.sheet.card.items:
        awards = [award for award in one.awards if award.item is item]
        scale = max(award.scale for award in awards)  # of one item: every scale is a multiple of the smaller ones
        earned = reduce(add, (_over(award, scale) for award in awards))
        points.append(_floats(earned, scale))
        full.append(_floats(reduce(add, (np.where(award.applies, award.full, 0) for award in awards)), MICRO))
        counts.append(np.any([award.applies for award in awards], axis=0))
        unknown.append(np.any([award.unknown for award in awards], axis=0))
        cut.append(np.any([award.cut & award.applies for award in awards], axis=0))
    return tuple(np.column_stack(columns) for columns in (points, full, counts, unknown, cut))


@cites("JS26 3(2)1", "JS26 3(2)2", "JS26 3(2)3")
def stages(final: Sequence[Evaluation], params: ScorecardParams) -> pd.DataFrame:
    """The table ``scorecard_stages``: the score after each review stage and its change, in the order of the stages.

    ``final`` are the evaluations after the last stage; before it only those are evaluated whom a later one changed.
    """
    parts = []
    for last in final:
        scores = [last.score]
        for stage, later in reversed(list(pairwise(last.sheet.stages))):
            rows, theirs = last.sheet.corrected(stage, later)
            before = scores[0].copy()
            if len(rows):
                before[rows] = evaluate(theirs, params, stage).score
            scores.insert(0, before)
        befores = [scores[0], *scores[:-1]]
        parts += [
            {
                SUBJECT: last.sheet.ids,
                "stage": np.full(len(after), stage, dtype=object),
                "score": after,
                "change": np.round(after - before, 9) + 0.0,
            }
            for stage, before, after in zip(last.sheet.stages, befores, scores, strict=True)
        ]
    return _stacked(parts)


@cites("JS26 2(2)")
def cards(evaluations: Sequence[Evaluation]) -> pd.DataFrame:
    """The table ``scorecard_cards``: card, institutions, full, mean_score, lowest, highest, unread [facts], once
    [situations that were found more than once and count once], not_applicable [criteria]."""
    rows = []
    for one in evaluations:
        score, scale = decimal_integers(one.score)
        count = len(score)
        mean = sum(score.tolist()) / (count * scale) if count else np.nan
        low, high = (
            float(extreme) if count else np.nan for extreme in (one.score.min(initial=np.inf), one.score.max(initial=0))
        )
        free = sum(int(np.sum(award.spared)) for award in one.awards)
        counts = one.sheet.unread, found_again(one), free
        rows.append([one.sheet.card.name, count, one.card_full / MICRO, mean, low, high, *counts])
    names = ["card", "institutions", "full", "mean_score", "lowest", "highest", "unread", "once", "not_applicable"]
    return pd.DataFrame(rows, columns=names)


def found_again(one: Evaluation) -> int:
    """How many situations count once though they were found more often."""
    if one.params.service_deduction is ServiceDeduction.FINDING or isinstance(one.sheet, PointSheet):
        return 0
    columns = [one.sheet.columns[key] for key in situations(one.sheet.card)]
    return int((one.values[:, columns] > 1).sum())


def _over(award: Award, scale: int) -> np.ndarray:
    """What was earned over a larger scale, as Python integers if 64 bits might not hold it."""
    return award.earned if scale == award.scale else award.earned.astype(object) * (scale // award.scale)


def _floats(whole: np.ndarray, scale: int) -> np.ndarray:
    """whole / scale, each the nearest float."""
    if whole.dtype != object and np.abs(whole).max(initial=0) < 2**53 and scale < 2**53:
        return whole / scale
    return np.array([int(one) / scale for one in whole], dtype=float)


def _stacked(parts: Iterable[dict[str, np.ndarray]], order: Any = slice(None)) -> pd.DataFrame:
    parts = list(parts)
    return pd.DataFrame({name: np.concatenate([part[name] for part in parts])[order] for name in parts[0]})
