"""What a scenario is: what is asked, of which data, under which parameters."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from simlib.digests import text_digest
from simlib.params import Params
from simlib.problems import BadInput, Problem
from simlib.rules import FAMILIES
from simlib.words import Text, suggestion

SAMPLE = "sample"


@dataclass(frozen=True)
class Scenario:
    """A scenario with its bases applied: what is asked, of which data, under which parameters."""

    title: str
    title_en: str = ""
    question: str = ""
    data: str = SAMPLE
    rules: tuple[str, ...] = ()
    params: dict[str, Params] = field(default_factory=lambda: {n: f.params() for n, f in FAMILIES.items()})

    @property
    def name(self) -> Text:
        """Its title, which need not be given in English."""
        return Text(self.title, self.title_en or self.title)

    @property
    def digest(self) -> str:
        """A hash of everything that bears on the result: rules and parameter values, not titles or data."""
        return digest(self.rules, {name: params.plain() for name, params in self.params.items()})

    def changed(self, values: dict[str, Any]) -> Scenario:
        """A copy with other values of parameters, named by path (``deposit.upper``) and validated like any other."""
        params, problems = dict(self.params), []
        grouped: dict[str, dict[str, Any]] = {}
        for path, value in values.items():
            family, _, name = path.partition(".")
            if family not in params:
                problems.append(Problem(NO_RULE.fill(near=suggestion(family, params)), column=path))
            grouped.setdefault(family, {})[name] = value
        for family in grouped.keys() & params.keys():
            try:
                params[family] = params[family].changed(**grouped[family])
            except BadInput as bad:
                problems += bad.problems
        if problems:
            raise BadInput(problems)
        return replace(self, params=params)


def digest(rules: Sequence[str], params: Mapping[str, Mapping[str, Any]]) -> str:
    """The hash of a scenario by its rules and the plain values of all its parameters, as a manifest records them."""
    return text_digest(json.dumps({"rules": rules, "params": params}, sort_keys=True))


NO_RULE = Text("未找到该规则。{near}", "There is no such rule. {near}")
# What a scenario and what is known of it are called, in every list.
SCENARIO, SCENARIOS, THIS_SCENARIO = (
    Text("方案", "Scenario"),
    Text("方案", "Scenarios"),
    Text("本方案", "This scenario"),
)
QUESTION, HASH = Text("问题", "Question"), Text("方案校验码", "Scenario hash")
