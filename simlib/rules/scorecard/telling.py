"""What is said first of scorecards."""

from __future__ import annotations

import numpy as np

from simlib.columns import POINTS, Column, Type
from simlib.rules.telling import Results, Saying, Telling
from simlib.units import figure
from simlib.words import Text


def stands(results: Results) -> list[Saying]:
    """The mean, the range, and who has full marks or is vetoed."""
    table, cards = results["scorecard"], results["scorecard_cards"]
    score, full = table["score"].to_numpy(), dict(zip(cards["card"], cards["full"], strict=True))
    mean = float((cards["mean_score"] * cards["institutions"]).sum() / len(table))
    counts = {
        "count": len(table),
        "full": (score >= table["card"].map(full).to_numpy()).sum(),
        "vetoed": table["veto"].sum(),
    }
    points = {"mean": mean, "highest": score.max(), "lowest": score.min()}
    shown = {name: f"{one:,}" for name, one in counts.items()} | {name: figure(one) for name, one in points.items()}
    return [Saying(STANDS, others=shown)]


def measured(results: Results) -> np.ndarray:
    """What each scores above the mean of its card."""
    table, cards = results["scorecard"], results["scorecard_cards"]
    mean = table["card"].map(dict(zip(cards["card"], cards["mean_score"], strict=True)))
    return np.asarray(np.round(table["score"].to_numpy() - mean.to_numpy(dtype=float), 6) + 0.0)


STANDS = Text(
    "{count} 家平均 {mean} 分，最高 {highest} 分，最低 {lowest} 分；{full} 家满分，{vetoed} 家一票否决",
    "{count} score {mean} on average, {highest} at most and {lowest} at least; {full} have full marks, {vetoed} are "
    "vetoed",
)

TELLING = Telling(
    question=Text(
        "一年的考核得分由哪些项目拉开？评分表一改，名次和保证金怎样变？",
        "Which items set the scores apart, and what does another card do to ranks and deposits?",
    ),
    stands=stands,
    lead=("mean_score", "lowest", "highest", "vetoed"),
    own=Column("own", Type.NUMBER, Text("较本表平均分", "Above the card's mean"), POINTS),
    ends=(
        Text("高于本表平均分最多", "Most above the card's mean"),
        Text("低于本表平均分最多", "Most below the card's mean"),
    ),
    measured=measured,
    causes=("score",),
    gain=Text("提高", "rise"),
    lose=Text("降低", "fall"),
)
