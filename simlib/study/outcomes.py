"""What a scenario is measured by: the numbers of its rules, by which studies sweep, aim and rank."""

from __future__ import annotations

from collections.abc import Iterable

from simlib.columns import Column
from simlib.problems import BadInput, Problem
from simlib.rules import FAMILIES
from simlib.scenario import Run
from simlib.words import Text, suggestion


def outcomes(rules: Iterable[str]) -> dict[str, Column]:
    """Every outcome of the rules by path (``deposit.share_above``): their headline numbers and their shares."""
    return {f"{name}.{one.name}": one for name in rules for one in (*FAMILIES[name].headlines, *FAMILIES[name].shares)}


def measured(run: Run) -> dict[str, float]:
    """The outcomes of one run."""
    found = {}
    for name, part in run.parts.items():
        numbers = {**part.summary, **part.family.share(part.results)}
        found |= {path: numbers[column.name] for path, column in outcomes([name]).items()}
    return found


def outcome(name: str, rules: Iterable[str]) -> str:
    """The path of an outcome that may be named without its rule. BadInput where there is none, or more than one."""
    known = outcomes(rules)
    if name in known:
        return name
    found = [path for path in known if path.partition(".")[2] == name]
    if len(found) == 1:
        return found[0]
    near = SEVERAL.fill(paths=", ".join(found)) if found else suggestion(name, known)
    raise BadInput(Problem(NO_OUTCOME.fill(near=near), column="target", value=name))


NO_OUTCOME = Text("没有这个结果指标。{near}", "There is no such outcome. {near}")
SEVERAL = Text("请写明是哪一个：{paths}。", "Say which: {paths}.")
