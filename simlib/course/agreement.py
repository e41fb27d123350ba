"""Lesson 7: what breaches of a designation agreement lead to, and when things are due (JS3 art. 9, 11, 42 to 48)."""

from __future__ import annotations

import pandas as pd
from IPython.display import Markdown

from simlib.app.page import Page
from simlib.columns import INCIDENTS, ITEMS
from simlib.course import figure as figures
from simlib.course.questions.agreement import CASE, EXERCISES, KEY, steps
from simlib.course.scorecard import NOTHING_LOST
from simlib.course.widget import Chapter, ExerciseView
from simlib.course.worked import worked
from simlib.panels import agreement as dashboard
from simlib.rules import agreement
from simlib.words import NO, YES, Text

PANELS = ("ladder", "damages", "explanation", "institutions")
LEVERS = ("damages_rate_43", "damages_rate_44", "damages_cap", "grave_44")
SHOWN = ("item", "loss", "uncorrected", "grave", "suspended_days", "ordered_days")


def tables(language: str = "zh") -> list[pd.DataFrame]:
    """The breaches as a reader wants to see them, a line each."""
    rows = {}
    for column in (INCIDENTS.by_name[name] for name in SHOWN):
        rows[column.heading.to(language)] = [_said(column.name, value).to(language) for value in CASE[column.name]]
    table = pd.DataFrame([*rows.values()], list(rows), CASE[KEY].to_list())
    return [table.rename_axis(index=None, columns=INCIDENTS.by_name[KEY].label.to(language))]


def by_hand(language: str = "zh") -> Markdown:
    """What becomes of every institution, step by step, each with its clause."""
    return worked({name: steps({"incidents": CASE}, name=name) for name in CASE[KEY]}, language)


def figure() -> Page:
    """The three breaches on the simulator's own panels, with the rates and what is especially grave."""
    inputs = {"incidents": CASE}
    return figures.figure(agreement.FAMILY, TITLE, INTRO, dashboard.PANELS, PANELS, LEVERS, inputs, "甲")


def exercise(number: int) -> ExerciseView:
    """The exercise of that number."""
    return CHAPTER.view(number)


def _said(column: str, value) -> Text:
    if column == "item":
        return ITEM.fill(item=value, what=ITEMS[value])
    if pd.isna(value):
        return NOTHING_LOST
    if column == "loss":
        return Text(*[f"{value:,.2f}"] * 2)
    return (YES if value else NO) if isinstance(value, bool) else Text(*[f"{value:g}"] * 2)


TITLE = Text("三起违约", "Three breaches")
INTRO = Text(
    "调整违约金比例，查看三家机构各应付多少。", "Move the rates of damages and see what each of the three pays."
)
ITEM = Text("{item} {what}", "{item} {what}")

CHAPTER = Chapter(EXERCISES, 7)
