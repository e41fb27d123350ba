"""The sections of a report on compared scenarios."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from simlib.charts.bars import back_to_back
from simlib.columns import Column, Table, Type
from simlib.comparison.compare import Comparison
from simlib.comparison.movement import GAINED, LOST
from simlib.comparison.outcomes import outcomes
from simlib.comparison.tables import EFFECT, EFFECTS, GAP, NUMBERED, OUTCOME, SAME, SCENARIOS, SIDES
from simlib.panels.compare import MOVED_HEADINGS, moved_line
from simlib.report.section import Section
from simlib.report.table import at_a_glance, signed
from simlib.rules import FAMILIES
from simlib.scenario.model import SCENARIO
from simlib.words import NO_TEXT, Text


def sections(done: Comparison) -> list[Section]:
    """What was compared, then rule by rule the outcomes side by side, the money that moves, and who changes side."""
    found = [_scenarios(done)]
    for rule in done.rules:
        if done.differs(rule):
            found += [_outcomes(done, rule), _moved(done, rule), _sides(done, rule)]
        else:
            found.append(Section(FAMILIES[rule].label, lines=(SAME,)))
    return found


def _scenarios(done: Comparison) -> Section:
    """Number, title and question of each; a question is Chinese, for English readers the rules must do."""
    known = SCENARIOS.by_name
    columns = (NUMBER, known["scenario"], replace(known["question"], language="zh"), known["baseline"], known["rules"])
    titles: list[Any] = list(done.titles)
    rows = done.tables[SCENARIOS.name].assign(number=range(1, len(done.runs) + 1), scenario=titles)
    return Section(TITLE, lines=tuple(done.warnings), table=(_shown(*columns), rows))


def _outcomes(done: Comparison, rule: str) -> Section:
    """One row an outcome, one column a scenario, with what differs behind each value."""
    can = done.rules[rule]
    table = done.tables["comparison"]
    rows = []
    for path, column in outcomes([rule]).items():
        mine = table[(table["rule"] == rule) & (table["outcome"] == path.partition(".")[2])]
        shown = [with_gap(*pair, column) for pair in zip(mine["value"], mine["difference"], strict=True)]
        rows.append({"outcome": column.heading, **{f"value_{n + 1}": text for n, text in zip(can, shown, strict=True)}})
    columns = (_text("outcome", OUTCOME.label), *(_text(f"value_{n + 1}", numbered(done, n)) for n in can))
    return Section(FAMILIES[rule].label, OUTCOMES_HELP, table=(_shown(*columns), pd.DataFrame(rows)))


def _moved(done: Comparison, rule: str) -> Section:
    """What each scenario gives more and less than the baseline."""
    family = FAMILIES[rule]
    moves = {n: done.moved(rule, n) for n in done.rules[rule] if n != done.baseline}
    figure = back_to_back([moved_line(numbered(done, n), one) for n, one in moves.items()], MOVED_HEADINGS)
    lines = [
        MOVED.fill(scenario=numbered(done, n), unit=family.measure.unit, gainers=f"{one['gainers']:,}",
                   losers=f"{one['losers']:,}",
                   **{name: f"{one[name]:,.2f}" for name in ("gained", "lost")})
        for n, one in moves.items()
    ]  # fmt: skip
    title = MOVED_TITLE.fill(rule=family.label, measure=family.measure.label)
    return Section(title, lines=tuple(lines), figure=figure if family.measure.type is Type.MONEY else None)


def _sides(done: Comparison, rule: str) -> Section:
    """From which side to which: how many, and their money."""
    family, measure = FAMILIES[rule], FAMILIES[rule].measure
    sides = [("from", FROM), ("to", TO)] if family.side else [("to", TO)]
    numbers = (("difference", GAP), ("gained", GAINED), ("lost", LOST))
    columns = (
        _text("scenario", SCENARIO),
        *(Column(name, Type.CHOICE, label, options=family.sides or EFFECTS) for name, label in sides),
        Column("subjects", Type.INTEGER, SUBJECTS),
        *(replace(measure, name=name, label=label) for name, label in numbers),
    )
    kind = family.side or EFFECT
    rows = [
        {**row, "scenario": numbered(done, n)}
        for n in done.rules[rule] if n != done.baseline for row in done.sides(rule, n) if row["side"] == kind
    ]  # fmt: skip
    return Section(SIDES_TITLE.fill(rule=family.label), table=(_shown(*columns), pd.DataFrame(rows)))


def numbered(done: Comparison, n: int) -> Text:
    """A scenario by its number, short enough for the head of a column."""
    return (BASE if n == done.baseline else NUMBERED).fill(number=n + 1)


def with_gap(value: float, gap: float, column: Column) -> str:
    """A value, and behind it in brackets what it has more than the baseline's."""
    return at_a_glance(value, column) + (f" ({signed(gap, column)})" if gap else "")


def _text(name: str, label: Text) -> Column:
    return Column(name, Type.TEXT, label)


def _shown(*columns: Column) -> Table:
    """A table that stands in the report only."""
    return Table("", NO_TEXT, columns[0].name, columns)


TITLE = Text("方案对比", "Scenarios compared")
NUMBER = Column("number", Type.INTEGER, Text("序号", "No."))
BASE = Text("方案 {number}（基准）", "Scenario {number} (baseline)")
OUTCOMES_HELP = Text("括号内为与基准的差额。", "In brackets: the difference against the baseline.")
MOVED_TITLE = Text("{rule}：与基准相比的增减（{measure}）", "{rule}: more and less than the baseline ({measure})")
MOVED = Text("{scenario}：{gainers} 家增加，共 {gained} {unit}；{losers} 家减少，共 {lost} {unit}。",
             "{scenario}: {gainers} gain {gained} {unit} in all, {losers} lose {lost} {unit}.")  # fmt: skip
SIDES_TITLE = Text("{rule}：档次变动情况", "{rule}: who changes side")
FROM, TO, SUBJECTS = (SIDES.by_name[name].label for name in ("from", "to", "subjects"))
