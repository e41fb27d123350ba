"""The shipped scenarios that a rule's page offers: those of the folder that change a parameter of that rule."""

from __future__ import annotations

from typing import Any

from simlib.app import scenarios
from simlib.params import DOCUMENT_VALUES, Kind, Params
from simlib.problems import BadInput, Problem
from simlib.words import NO_TEXT, Text


class Presets:
    """By name, the documents' values first. What is wrong with a file of the folder the comparison page tells."""

    def __init__(self, rule: str):
        offered, _ = scenarios.shipped()
        self.offered = {n: o for n, o in offered.items() if n == scenarios.DOCUMENT or o.params[rule].differences()}
        self.stated = {name: stated(one.params) for name, one in self.offered.items()}

    def values(self, name: str, former: dict[str, Params]) -> dict[str, Params]:
        """Exactly a preset's values; settings that it leaves alone stay as they were. BadInput."""
        if name not in self.offered:
            raise BadInput(Problem(UNKNOWN, column="preset", value=name))
        return {n: params.document().changed(**self.stated[name][n]) for n, params in former.items()}

    def name(self, values: dict[str, Params]) -> str | None:
        """The preset whose values these are, settings that it leaves alone aside: of several the one that says most.
        None where there is none."""
        now = stated(values)
        kept = {n: {k: v for k, v in one.items() if _setting(values[n], k)} for n, one in now.items()}
        fits = [
            name
            for name, wanted in self.stated.items()
            if all({**kept[n], **wanted[n]} == one for n, one in now.items())
        ]
        return max(fits, key=lambda name: sum(map(len, self.stated[name].values())), default=None)

    def called(self, name: str | None) -> Text | None:
        """A preset's title; None for the documents' values, and for what is none."""
        one = self.offered.get(name) if name not in (None, scenarios.DOCUMENT) else None
        return Text(one.title, one.title_en) if one else None

    def told(self) -> list[dict]:
        """As a page lists them: name, title, and the question, which is Chinese."""
        return [
            {"name": name, "title": Text(*DOCUMENT_VALUES) if name == scenarios.DOCUMENT else one.name,
             "question": self.question(name)}
            for name, one in self.offered.items()
        ]  # fmt: skip

    def question(self, name: str | None) -> Text:
        """What a preset asks, where it asks anything."""
        return Text(self.offered[name].question, "") if name in self.offered else NO_TEXT


def stated(values: dict[str, Params]) -> dict[str, dict[str, Any]]:
    """What differs from the documents, by rule and parameter."""
    return {name: params.differences() for name, params in values.items()}


def _setting(params: Params, name: str) -> bool:
    return params.declarations()[name].kind is Kind.SETTING


UNKNOWN = Text("未找到该方案，仍显示原结果。", "There is no such scenario; the page still shows the former result.")
