"""Lesson 4: the annual clearing in the city of lesson 3 (JY art. 10, 11, 26, 30-33)."""

from __future__ import annotations

import pandas as pd
from IPython.display import Markdown

from simlib.app.page import Page
from simlib.course import small_city as city
from simlib.course.clearing_steps import clearing, fund_step
from simlib.course.dip_points import VALUE
from simlib.course.questions.dip_clearing import EXERCISES
from simlib.course.widget import Chapter, ExerciseView
from simlib.course.worked import worked
from simlib.words import Text

PANELS = ("corridor", "rollover", "institutions", "explanation")
LEVERS = ("regulation_rate", "share_limit", "retention_cap")


def tables(language: str = "zh") -> list[pd.DataFrame]:
    """The city as a reader wants to see it: what the clearing starts from, and the fund."""
    return [table(language) for table in (city.account_table, city.fund_table)]


def by_hand(language: str = "zh") -> Markdown:
    """The point value, every hospital's clearing, and the regulation fund, step by step, each with its clause."""
    hospitals = {name: clearing(name) for name in city.CASES}
    steps = {VALUE.to(language): city.value_steps(), **hospitals, REGULATION.to(language): [fund_step()]}
    return worked(steps, language)


def figure() -> Page:
    """The three hospitals on the simulator's own panels, with the levers of the clearing."""
    return city.figure(TITLE, INTRO, PANELS, LEVERS)


def exercise(number: int) -> ExerciseView:
    """The exercise of that number."""
    return CHAPTER.view(number)


TITLE = Text("三家医院的清算", "The clearing of three hospitals")
INTRO = Text(
    "调整调节金和清算区间，查看三家决算的变化。",
    "Move the regulation fund and the corridor and see the settlements change.",
)
REGULATION = Text("区域调节金", "The regulation fund")
CHAPTER = Chapter(EXERCISES, 4)
