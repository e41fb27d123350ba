"""Lesson 8: reading a clause as a formula, on the deposit's: parameters, readings, exactness (JS26 annex 3)."""

from __future__ import annotations

import pandas as pd
from IPython.display import Markdown

from simlib.app.page import Page
from simlib.columns import INSTITUTIONS
from simlib.course import figure as figures
from simlib.course.questions.clause import CASE, EXERCISES, KEY, steps
from simlib.course.widget import Chapter, ExerciseView
from simlib.course.worked import worked
from simlib.panels import deposit as dashboard
from simlib.rules import deposit
from simlib.rules.deposit import DepositParams
from simlib.words import Text, joined

PANELS = ("payout", "explanation", "institutions")
LEVERS = ("lower", "upper", "mean_scope", "index_digits", "unclaimed_pool")
TOLD = ("丙", "丁")
SHOWN = ("lower", "upper", "mean_scope", "unclaimed_pool", "index_digits", "zero_deposit_in_mean")


def tables(language: str = "zh") -> list[pd.DataFrame]:
    """The hospitals, and what the clauses leave to set or to read, with where it stands."""
    shown = {}
    for column in (INSTITUTIONS.by_name[name] for name in (KEY, "group", "score", "deposit")):
        values = CASE[column.name]
        shown[column.heading.to(language)] = values.map("{:,.2f}".format) if column.name == "deposit" else values
    key, *_ = shown
    declared = DepositParams.declarations()
    rows = {declared[name].label.to(language): joined(one.text for one in declared[name].clauses).to(language)
            for name in SHOWN}  # fmt: skip
    named = pd.DataFrame({CLAUSE.to(language): rows}).rename_axis(columns=WHAT.to(language))
    return [pd.DataFrame(shown).set_index(key).rename_axis(index=None, columns=key), named]


def by_hand(language: str = "zh") -> Markdown:
    """Two hospitals' amounts, step by step, each with its clause."""
    return worked({name: steps(name) for name in TOLD}, language)


def figure() -> Page:
    """The six hospitals on the simulator's own panels, with the thresholds and the readings."""
    inputs = {"institutions": CASE}
    return figures.figure(deposit.FAMILY, TITLE, INTRO, dashboard.PANELS, PANELS, LEVERS, inputs, "丁")


def exercise(number: int) -> ExerciseView:
    """The exercise of that number."""
    return CHAPTER.view(number)


TITLE = Text("一条条文，几种读法", "One clause, several readings")
INTRO = Text(
    "调整阈值，更换口径，查看六家医院金额的变化。", "Move a threshold, change a reading, and see six amounts move."
)
WHAT, CLAUSE = Text("参数或口径", "Parameter or reading"), Text("条文", "Clause")

CHAPTER = Chapter(EXERCISES, 8)
