"""``simlib solve``: the values that meet a target, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from simlib.columns import SHARE, Column
from simlib.landing import land_bytes
from simlib.money import decimal_text
from simlib.report.aligned import aligned
from simlib.report.table import at_a_glance
from simlib.scenario import dump
from simlib.study.solve import calculation
from simlib.study.solve.calculation import Goal
from simlib.study.sweep.command import sweep_of
from simlib.words import Text, joined


def solve(options) -> int:

    lang = options.lang
    one, axes = sweep_of(options)
    goals = [calculation.goal(text, one.columns) for text in options.target]
    found = calculation.solve(one, axes, goals)
    print("\n".join(told(one, axes, found, lang)))
    reached = found.met or found.around
    if options.out and reached:
        values = {axis: axis.value(found.best) for axis in axes}
        parts = [axis.declared.stated(value) for axis, value in values.items()]
        title = TITLE.fill(title=one.base.name, values=joined(parts))
        solved = one.base.changed({axis.path: str(value) for axis, value in values.items()})
        solved = replace(solved, title=title.zh, title_en=title.en, question=question(goals).zh)
        land_bytes(Path(options.out), dump(solved).encode())
        print(WRITTEN.fill(out=options.out).to(lang))
    return 0 if reached else 1


def told(one, axes, found, lang: str) -> list[str]:
    """What was found, in sentences and, where two goals conflict, the frontier between them."""
    values = {axis.path: axis.declared.show(axis.value(found.best), lang) for axis in axes}
    head = MET if found.met else CLOSEST if found.around else UNREACHED if len(found.goals) == 1 else NOT_AT_ONCE
    lines = [head.to(lang)]
    lines += [VALUE.fill(label=axis.declared.label, path=axis.path, value=values[axis.path],
                         now=axis.declared.show(one.present(axis.path), lang)).to(lang) for axis in axes]  # fmt: skip
    for goal in found.goals:
        asked, got = _wanted(goal), _number(found.best[goal.path], goal.column)
        lines.append(REACHED.fill(label=goal.column.label, asked=asked, got=got).to(lang))
        low, high = found.reach(goal)
        if not found.met and not low <= goal.value <= high:
            lines.append(BEYOND.fill(low=_number(low, goal.column), high=_number(high, goal.column)).to(lang))
    for path in [f"{rule}.{name}" for rule in found.rules for name in ("gainers", "losers", "gained", "lost")]:
        column = found.columns[path]
        lines.append(f"  {column.heading.to(lang)}  {at_a_glance(found.best[path], column)}")
    if len(found.goals) > 1 and not found.met:
        lines += ["", FRONTIER.to(lang)]
        names = [
            *(axis.declared.label.to(lang) for axis in axes),
            *(goal.column.label.to(lang) for goal in found.goals),
        ]
        rows = [[*(axis.declared.show(axis.value(row), lang) for axis in axes),
                 *(at_a_glance(row[goal.path], goal.column) for goal in found.goals)]
                for _, row in found.frontier.iterrows()]  # fmt: skip
        lines += aligned([names, *rows])
    return lines


def question(goals: Sequence[Goal]) -> Text:
    """What a scenario that was found answers."""
    wanted = [GOAL.fill(label=goal.column.label, asked=_wanted(goal)) for goal in goals]
    return QUESTION.fill(goals=joined(wanted, "，且", " and "))


def _wanted(goal: Goal) -> Text:
    return SIGNS[goal.sign].fill(value=_number(goal.value, goal.column))


def _number(value: float, column: Column) -> Text:
    """One number of an outcome with its unit; a share in percent."""
    if column.unit is SHARE:
        return Text(*2 * (f"{decimal_text(round(Decimal(str(value)) * 100, 2))}%",))
    shown = at_a_glance(value, column)
    return NUMBER.fill(value=shown, unit=column.unit) if column.unit else Text(shown, shown)


MET = Text("可以达到目标。最接近本方案的取值：", "Reached. The values nearest to the scenario's own:")
CLOSEST = Text("没有取值恰好达到目标：结果在目标上下跳变。最接近目标的取值：",
               "No value gives exactly this: the outcome jumps across the target. The closest:")  # fmt: skip
NOT_AT_ONCE = Text(
    "没有取值能同时达到全部目标。最接近目标的取值：", "No value reaches all targets at once. What comes closest:"
)
UNREACHED = Text("没有取值能达到目标。最接近目标的取值：", "No value reaches the target. What comes closest:")
VALUE = Text("  {label}（{path}）= {value}，当前为 {now}", "  {label} ({path}) = {value}, now {now}")
REACHED = Text("  {label}：{got}（目标：{asked}）", "  {label}: target {asked}, reached {got}")
BEYOND = Text("    在所给范围内只能达到 {low} 至 {high}", "    within the ranges given it reaches {low} to {high} only")
FRONTIER = Text("两个目标相互冲突。下列取值中，任何一个目标的改善都会使另一个目标变差：",
                "The two goals conflict. None of these is better in one without being worse in the other:")  # fmt: skip
TITLE = Text("{title}：{values}", "{title}: {values}")
QUESTION = Text("如何使{goals}？", "How can {goals}?")
GOAL = Text("“{label}”{asked}", "“{label}” be {asked}")
SIGNS = {"=": Text("达到 {value}", "{value}"), ">=": Text("不低于 {value}", "at least {value}"),
         "<=": Text("不高于 {value}", "at most {value}")}  # fmt: skip
NUMBER = Text("{value} {unit}", "{value} {unit}")
WRITTEN = Text("方案：{out}", "Scenario: {out}")
