"""Lesson 3: from cases to the point value, in a city of three hospitals (JY art. 10-31, 39)."""

from __future__ import annotations

import pandas as pd
from IPython.display import Markdown

from simlib.app.page import Page
from simlib.columns.values import row_of
from simlib.course import small_city as city
from simlib.course.questions.dip_points import EXERCISES
from simlib.course.small_city import KEY, NAMES
from simlib.course.widget import Chapter, ExerciseView
from simlib.course.worked import numbered
from simlib.params import option
from simlib.rules.dip import Reason
from simlib.tables import small
from simlib.words import Text

PANELS = ("deviations", "institutions", "explanation")
LEVERS = ("deviation_low", "deviation_high")


def tables(language: str = "zh") -> list[pd.DataFrame]:
    """The city as a reader wants to see it: groups, hospitals, cases and fund."""
    return [table(language) for table in (city.group_table, city.hospital_table, city.case_table, city.fund_table)]


def by_hand(language: str = "zh") -> Markdown:
    """Every hospital's cases and points, step by step, each with its clause, and the point value."""
    parts = []
    for name in city.CASES:
        parts += [f"**{name}**\n", *_worked(name, language), "", *numbered(city.steps(name)[:3], language), ""]
    return Markdown("\n".join([*parts, f"**{VALUE.to(language)}**\n", *numbered(city.value_steps(), language)]))


def figure() -> Page:
    """The three hospitals on the simulator's own panels, with the limits of deviation."""
    return city.figure(TITLE, INTRO, PANELS, LEVERS)


def exercise(number: int) -> ExerciseView:
    """The exercise of that number."""
    return CHAPTER.view(number)


# --- what is shown --------------------------------------------------------------------------------------------------


def _worked(name: str, language: str) -> list[str]:
    """The cases of a hospital with their ratios and points, as lines of a Markdown table."""
    given = small(city.tables(), "cases")
    (level,) = (one["level"] for one in city.HOSPITALS if one[KEY] == name)
    means = city.MEANS[city.MEANS["level"] == level].set_index("group_code")["mean_cost"]
    lines = [WORKED.to(language), "|:---|:---|---:|---:|---:|:---|---:|"]
    scored = city.scored()
    for number, row in scored[scored[KEY] == name].to_dict("index").items():
        one = row_of(given, "case_id", str(number))
        group, spent = one["group_code"], one["total_cost"]
        cost, mean = (f"{amount:,.0f}" for amount in (spent, means[group]))
        points = (LESS if row["deducted_points"] else FULL).fill(**{str(name): value for name, value in row.items()})
        reason = option(Reason, row["reason"]).label
        texts = (str(number), NAMES[group], cost, mean, f"{row['deviation']:g}", reason, points)
        lines.append(f"| {' | '.join(one.to(language) if isinstance(one, Text) else one for one in texts)} |")
    return lines


TITLE = Text("三家医院的病例", "The cases of three hospitals")
INTRO = Text(
    "调整偏差界限，查看三家分值和应偿付的变化。", "Move the limits of deviation and see points and payables change."
)
FULL = Text("{points:,g}", "{points:,g}")
LESS = Text("{points:,g}，扣减 {deducted_points:,g}", "{points:,g}, less {deducted_points:,g}")
VALUE = Text("全市的点值", "The city's point value")
WORKED = Text("| 病例 | 病种 | 费用 | 同级均值 | 偏差率 | 计分方式 | 分值 |",
              "| Case | Group | Cost | Mean of the level | Ratio | How it scores | Points |")  # fmt: skip

CHAPTER = Chapter(EXERCISES, 3)
