"""Lesson 6: from a question to a scenario file, a comparison and a report, on six hospitals (JS26 annex 3)."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML, Markdown

from simlib import SCENARIOS
from simlib.app.comparer import Comparer
from simlib.app.scenarios import DOCUMENT
from simlib.columns import INSTITUTIONS, Type
from simlib.course import six_hospitals as city
from simlib.course.figure import ComparedFigure
from simlib.course.questions.comparing import EXERCISES
from simlib.course.widget import Chapter, ExerciseView
from simlib.course.worked import worked
from simlib.report.html_page import excerpt
from simlib.report.stamp import Stamp
from simlib.scenario.model import SCENARIO
from simlib.study.run.sections import chapters
from simlib.words import Text

TOLD = ("甲", "乙")
SECTIONS = ("question", "results", "notes", "data")


def tables(language: str = "zh") -> list[pd.DataFrame]:
    """The hospitals as a reader wants to see them, and what each scenario asks."""
    shown = {}
    for column in (INSTITUTIONS.by_name[name] for name in city.CASE.columns):
        shown[column.heading.to(language)] = (
            city.CASE[column.name].map("{:,.2f}".format) if column.type is Type.MONEY else city.CASE[column.name]
        )
    key, *_ = shown
    hospitals = pd.DataFrame(shown).set_index(key).rename_axis(index=None, columns=key)
    asked = {f"{name}.yaml": one.name.to(language) for name, one in city.scenarios().items() if name != DOCUMENT}
    return [hospitals, pd.DataFrame({SCENARIO.to(language): asked}).rename_axis(columns=FILES.to(language))]


def files() -> Markdown:
    """A scenario file of the folder, without the line for editors; not the one that exercise 1 asks for."""
    lines = (SCENARIOS / f"{city.NARROW}.yaml").read_text("utf-8").splitlines()
    return Markdown("\n".join(["```yaml", *(line for line in lines if not line.startswith("#")), "```"]))


def by_hand(language: str = "zh") -> Markdown:
    """What two hospitals get under the documents' values and under another threshold, step by step."""
    said = {}
    for name in TOLD:
        for one in (DOCUMENT, city.RAISED):
            said[f"{name} · {city.scenarios()[one].name.to(language)}"] = city.steps(name, one)
    return worked(said, language)


def figure() -> ComparedFigure:
    """The six hospitals on the page that compares scenarios, with those of the lesson; own files can be added."""
    return ComparedFigure(Lesson(city.data()), levers=())


def report(language: str = "zh") -> HTML:
    """The report of a scenario, without figures and without the steps of single hospitals."""
    one = city.runs()[city.CITY]
    stamp, parts = Stamp(one), chapters(one)
    parts["results"] = [section for section in parts["results"] if section.table]
    shown = [section for name in SECTIONS for section in parts[name] if section.figure is None]
    return HTML(excerpt(one.scenario.name, shown, stamp, language))


def exercise(number: int) -> ExerciseView:
    """The exercise of that number."""
    return CHAPTER.view(number)


class Lesson(Comparer):
    """The comparison of a lesson: its own scenarios, all of them chosen at first."""

    first = (DOCUMENT, *city.FIRST)

    def offers(self):
        return city.scenarios(), []


FILES = Text("方案文件", "File")
CHAPTER = Chapter(EXERCISES, 6)
