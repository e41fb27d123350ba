"""Lesson 2: the scorecard of three hospitals (JS26 annex 1)."""

from __future__ import annotations

import pandas as pd
from IPython.display import Markdown

from simlib.app.page import Page
from simlib.columns import INSTITUTIONS
from simlib.course import figure as figures
from simlib.course import hospitals
from simlib.course.hospitals import CARD, CASE, KEY, STATED
from simlib.course.questions.scorecard import EXERCISES
from simlib.course.widget import Chapter, ExerciseView
from simlib.course.worked import worked
from simlib.panels import scorecard as dashboard
from simlib.report.table import NO, YES
from simlib.rules import scorecard
from simlib.rules.cards import Fact, FactKind
from simlib.rules.scorecard.reasons import shown
from simlib.words import Text

PANELS = ("card", "institutions", "explanation", "difficulty")  # in this order: what a change does stands below it
LEVERS = ("private_excluded_item",)


def case(language: str = "zh") -> pd.DataFrame:
    """The three hospitals as a reader wants to see them: what they are, and the facts that bear on lost points."""
    rows = {}
    for column in (INSTITUTIONS.by_name[name] for name in ("level", "ownership", "deposit")):
        options = {name: label.to(language) for name, label in column.options.items()}
        rows[column.heading] = [options.get(value) or f"{value:,.2f}" for value in CASE[column.name]]
    for item in CARD.items:
        for name, fact in item.facts.items():
            stated = [STATED.get((hospital, item.item, name)) for hospital in CASE[KEY]]
            if stated != [None] * len(stated):
                rows[FACT.fill(item=item.item, fact=fact.text)] = [_said(value, fact).to(language) for value in stated]
    table = pd.DataFrame([*rows.values()], [heading.to(language) for heading in rows], CASE[KEY].to_list())
    return table.rename_axis(index=None, columns=INSTITUTIONS.by_name[KEY].label.to(language))


def by_hand(language: str = "zh") -> Markdown:
    """Every hospital's score, step by step, each with its clause."""
    return worked({name: hospitals.steps(name) for name in CASE[KEY]}, language)


def figure() -> Page:
    """The three hospitals on the simulator's own panels: the card to change, and what it does to scores and
    deposits."""
    inputs = {"institutions": CASE, "facts": hospitals.facts()}
    return figures.figure(
        scorecard.FAMILY, TITLE, INTRO, dashboard.PANELS, PANELS, LEVERS, inputs, "丙",
        follow=("deposit",), in_panels=dashboard.IN_CARDS,
    )  # fmt: skip


def exercise(number: int) -> ExerciseView:
    """The exercise of that number."""
    return CHAPTER.view(number)


def _said(value: float | None, fact: Fact) -> Text:
    if value is None:
        return NOTHING_LOST
    return (YES if value else NO) if fact.kind is FactKind.YES_NO else Text(*[shown(value, fact)] * 2)


TITLE = Text("三家医院的评分表", "The card of three hospitals")
INTRO = Text(
    "调整评分表的数值，查看三家得分和保证金的变化。",
    "Change the card's numbers and see the three hospitals' scores and deposits.",
)
FACT = Text("第{item}项 {fact}", "Item {item}: {fact}")
NOTHING_LOST = Text("—", "—")

CHAPTER = Chapter(EXERCISES, 2)
