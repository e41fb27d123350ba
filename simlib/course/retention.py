"""Lesson 5: what three county medical communities keep of their surplus (XX part 5(1), with 3(6) and 1(2)2)."""

from __future__ import annotations

import pandas as pd
from IPython.display import Markdown

from simlib.app.page import Page
from simlib.columns import COMMUNITIES, Type
from simlib.course import figure as figures
from simlib.course import three_communities as county
from simlib.course.questions.retention import EXERCISES
from simlib.course.widget import Chapter, ExerciseView
from simlib.course.worked import worked
from simlib.money import decimal_text
from simlib.panels import retention as dashboard
from simlib.rules import retention
from simlib.words import Text

SHOWN = ("score", "bonus", "budget", "spending")
PANELS = ("curve", "explanation", "communities", "years")
LEVERS = ("full_from", "linear_from", "half_from", "per_point", "half_ratio", "next_year_cut_rate")


def tables(language: str = "zh") -> list[pd.DataFrame]:
    """The communities as a reader wants to see them: what the evaluation gave, and the year's money."""
    rows = {}
    for column in (COMMUNITIES.by_name[name] for name in SHOWN):
        show = "{:,.2f}".format if column.type is Type.MONEY else decimal_text
        rows[column.heading.to(language)] = county.CASE[column.name].map(show).to_list()
    table = pd.DataFrame(rows, county.CASE[county.KEY].to_list())
    return [table.rename_axis(index=None, columns=COMMUNITY.to(language))]


def by_hand(language: str = "zh") -> Markdown:
    """Every community's surplus, step by step, each with its clause."""
    return worked({name: county.steps(name) for name in county.CASE[county.KEY]}, language)


def figure() -> Page:
    """The three communities on the simulator's own panels, with the thresholds, the shares and the cut."""
    inputs = {"communities": county.communities()}
    return figures.figure(retention.FAMILY, TITLE, INTRO, dashboard.PANELS, PANELS, LEVERS, inputs, "甲")


def exercise(number: int) -> ExerciseView:
    """The exercise of that number."""
    return CHAPTER.view(number)


TITLE = Text("三家医共体的结余", "The surplus of three communities")
INTRO = Text(
    "调整分数线和留用比例，查看三家各留用多少。",
    "Move the thresholds and the shares and see what each of the three keeps.",
)
COMMUNITY = Text("医共体", "Community")
CHAPTER = Chapter(EXERCISES, 5)
