"""What a scenario is measured by: the numbers of its rules, by which studies sweep, aim and rank."""

from __future__ import annotations

from collections.abc import Iterable

from simlib.columns import Column, Type
from simlib.comparison.movement import difference, movement
from simlib.problems import BadInput, Problem
from simlib.rules import FAMILIES
from simlib.rules.family import Family
from simlib.scenario import Run
from simlib.words import Text, suggestion


def outcomes(rules: Iterable[str], against: bool = False) -> dict[str, Column]:
    """Every outcome of the rules by path (``deposit.share_above``): their headline numbers and their shares, and, where
    a run is measured ``against`` another, how many gain and lose by each rule's amount, and how much."""
    found: dict[str, Column] = {}
    for name in rules:
        family = FAMILIES[name]
        columns = (*family.headlines, *family.shares, *(_movements(family) if against else ()))
        found |= {f"{name}.{column.name}": column for column in columns}
    return found


def measured(run: Run, rules: Iterable[str] | None = None, against: Run | None = None) -> dict[str, float]:
    """The outcomes of one run, of all its rules or of some, and what changed from another run where one is given."""
    found: dict[str, float] = {}
    for name in run.parts if rules is None else rules:
        part = run.parts[name]
        numbers = {**part.summary, **part.family.share(part.results)}
        if against:
            moved = difference(part.family, part.results, against.parts[name].results)
            numbers |= movement(moved, part.family.measure)
        found |= {path: numbers[column.name] for path, column in outcomes([name], bool(against)).items()}
    return found


def watched(rules: Iterable[str]) -> list[str]:
    """The outcomes that each rule is watched by, by path; of one that names none, what it gives more."""
    return [f"{name}.{one}" for name in rules for one in FAMILIES[name].watched or ("gained",)]


def outcome(name: str, known: dict[str, Column]) -> str:
    """The path of an outcome that may be named without its rule. BadInput where there is none, or more than one."""
    if name in known:
        return name
    found = [path for path in known if path.partition(".")[2] == name]
    if len(found) == 1:
        return found[0]
    near = SEVERAL.fill(paths=", ".join(found)) if found else suggestion(name, known)
    raise BadInput(Problem(NO_OUTCOME.fill(near=near), column="target", value=name))


def _movements(family: Family) -> tuple[Column, ...]:
    """The columns of :func:`movement`, in the unit of the family's amount."""
    unit = family.measure
    return (
        Column("gainers", Type.INTEGER, Text("较本方案增加的家数", "Gain against this scenario")),
        Column("losers", Type.INTEGER, Text("较本方案减少的家数", "Lose against this scenario")),
        Column("gained", unit.type, Text("增加合计", "Gained in all"), unit.unit),
        Column("lost", unit.type, Text("减少合计", "Lost in all"), unit.unit),
    )


NO_OUTCOME = Text("未找到该结果指标。{near}", "There is no such outcome. {near}")
SEVERAL = Text("请指明是哪一个：{paths}。", "Say which: {paths}.")
