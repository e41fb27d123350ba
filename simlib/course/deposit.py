"""Lesson 1: the quality deposit of three hospitals (JS26 annex 3)."""

from __future__ import annotations

import pandas as pd
from IPython.display import Markdown

from simlib.app.page import Page
from simlib.columns import INSTITUTIONS, Type
from simlib.course import figure as figures
from simlib.course.questions.deposit import CASE, EXERCISES, KEY, steps
from simlib.course.widget import Chapter, ExerciseView
from simlib.course.worked import worked
from simlib.panels import deposit as dashboard
from simlib.rules import deposit
from simlib.words import Text

PANELS = ("payout", "explanation", "institutions")
LEVERS = ("lower", "upper", "unclaimed_pool")


def case(language: str = "zh") -> pd.DataFrame:
    """The three hospitals as a reader wants to see them."""
    shown = {}
    for column in (INSTITUTIONS.by_name[name] for name in CASE.columns):
        heading = column.heading.to(language)
        shown[heading] = CASE[column.name].map("{:,.2f}".format) if column.type is Type.MONEY else CASE[column.name]
    key, *_ = shown
    return pd.DataFrame(shown).set_index(key).rename_axis(index=None, columns=key)


def by_hand(language: str = "zh") -> Markdown:
    """Every hospital's amount, step by step, each with its clause."""
    return worked({name: steps(name) for name in CASE[KEY]}, language)


def figure() -> Page:
    """The three hospitals on the simulator's own panels, with the levers that bear on them."""
    return figures.figure(deposit.FAMILY, TITLE, INTRO, dashboard.PANELS, PANELS, LEVERS, {"institutions": CASE}, "丙")


def exercise(number: int) -> ExerciseView:
    """The exercise of that number."""
    return CHAPTER.view(number)


TITLE = Text("三家医院", "Three hospitals")
INTRO = Text("调整阈值，查看三家各得多少。", "Move the thresholds and see what each of the three is paid.")

CHAPTER = Chapter(EXERCISES, 1)
