"""The lessons in their order: where each stands, and how long it takes."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import NamedTuple

from simlib.app.home import CARDS
from simlib.problems import BadInput, Problem
from simlib.words import Text


class Lesson(NamedTuple):
    module: str  # of simlib.course
    notebook: str  # of notebooks/course
    minutes: int
    asked: tuple[int, ...] = ()  # exercises whose answers the steps of the lesson's case print: they are tried first

    @property
    def title(self) -> Text:
        return next(title for _, to, title, *_ in CARDS if to == f"course/{self.notebook}.ipynb")


LESSONS = {
    1: Lesson("deposit", "01_deposit", 35, asked=(1, 2)),
    2: Lesson("scorecard", "02_scorecards", 40),
    3: Lesson("dip_points", "03_dip_points", 40, asked=(1,)),
    4: Lesson("dip_clearing", "04_dip_clearing", 40, asked=(2,)),
    5: Lesson("retention", "05_county_retention", 35),
    6: Lesson("comparing", "06_comparing_scenarios", 40, asked=(2, 5)),
    7: Lesson("agreement", "07_agreements", 35),
    8: Lesson("clause", "08_reading_a_clause", 30),
}


def module_of(number: int) -> ModuleType:
    """The module of a lesson: its EXERCISES, its CHAPTER and what its notebook shows. BadInput if there is none."""
    if number not in LESSONS:
        known = f"{min(LESSONS)}–{max(LESSONS)}"
        raise BadInput(Problem(NO_LESSON.fill(known=known), column="lesson", value=number))
    return importlib.import_module(f"simlib.course.{LESSONS[number].module}")


NO_LESSON = Text("没有这一课；现有第 {known} 课。", "There is no such lesson; there are {known}.")
