"""Winners and losers: who gains and who loses most, and what put them there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from simlib.columns import Column, Type
from simlib.panels.panel import Moment, Panel, names
from simlib.panels.said import brief
from simlib.params import VALUED
from simlib.rules.family import AnyFamily
from simlib.units import POINTS, figure
from simlib.words import LANGUAGES, NO_TEXT, Text, joined

MOST = 5  # named each way


class Ranking(NamedTuple):
    """Numbers by which subjects are ranked: of what rule, whose, how much, and in which column."""

    family: AnyFamily
    subjects: np.ndarray
    values: np.ndarray
    column: Column
    moved: bool

    def most(self, count: int, up: bool) -> list[int]:
        """The rows of the largest (``up``) or of the smallest, those beyond 0 only, the largest change first."""
        values = self.values if up else -self.values
        if count < len(values):
            rows = np.argpartition(-values, count)[:count]
            rows = np.flatnonzero(values >= values[rows].min())  # with those that are as large
        else:
            rows = np.arange(len(values))
        order = rows[np.argsort(-values[rows], kind="stable")][:count]
        return [int(row) for row in order if values[row] > 0]

    @property
    def first(self) -> str | None:
        """Who stands out most, either way; nobody where there is nobody."""
        return str(self.subjects[np.abs(self.values).argmax()]) if len(self.values) else None


def ranking(moment: Moment) -> Ranking:
    """By the change against the document's values, and where there is none by what the rule itself gives and takes."""
    difference, family = moment.difference, moment.effect
    if difference.any():
        return Ranking(family, difference.index.to_numpy(), difference.to_numpy(), family.measure, True)
    family = moment.family
    ids = moment.table[family.key].to_numpy()
    if family is not moment.effect:  # its own amounts may have moved where the money has not
        own = moment.table[family.amount[1]].to_numpy() - moment.document_table[family.amount[1]].to_numpy()
        if len(own) and np.abs(own).max() > HAIR:
            return Ranking(family, ids, np.round(own, 9) + 0.0, family.measure, True)
    return Ranking(family, ids, family.telling.measured(moment.results), family.telling.own, False)


def movers(moment: Moment) -> dict:
    """The largest each way: who, how much, and why."""
    found = ranking(moment)
    verbs = found.family.telling
    titles = [MOVED.fill(verb=verb) for verb in (verbs.gain, verbs.lose)] if found.moved else [*verbs.ends]
    sides = [found.most(MOST, up) for up in (True, False)]
    known = names(moment.baseline.parts[found.family.name])
    causes = _causes(moment, found)
    return {
        "sides": [
            {"title": title, "lines": [_line(found, row, known, causes) for row in rows]}
            for title, rows in zip(titles, sides, strict=True)
            if rows or found.moved  # who gains by no move is nobody's question
        ],
        "unit": found.column.unit, "nobody": NOBODY, "picked": moment.picked,
    }  # fmt: skip


def _line(found: Ranking, row: int, known: dict[str, str], causes: Callable[[int], Text]) -> dict:
    subject, value = str(found.subjects[row]), float(found.values[row])
    shown = figure(value, sign=True) if found.column.type is Type.MONEY else brief(value, sign=True)
    name = known.get(subject, subject)
    return {"subject": subject, "name": name, "value": value, "shown": shown, "cause": causes(row)}


def _causes(moment: Moment, found: Ranking) -> Callable[[int], Text]:
    """What puts the subject of a row where it is, and where it was under the document's values."""
    name = found.family.name
    table, before = (one.results[name][found.family.amount[0]] for one in (moment.run, moment.baseline))
    columns = [found.family.result(found.family.amount[0]).by_name[one] for one in found.family.telling.causes]
    cells = [(column, table[column.name].to_numpy(), before[column.name].to_numpy()) for column in columns]
    same = len(table) == len(before) and found.moved

    def of(row: int) -> Text:
        told = []
        for column, now, then in cells:
            here, there = (_cell(column, one[row]) for one in (now, then if same else now))
            value = here if here == there else FROM_TO.fill(before=there, now=here)
            told.append(value if column.options else VALUED.fill(label=column.label, value=value))
        return joined(told, "，")

    return of


def _cell(column: Column, value: Any) -> Text:
    if column.options:
        return column.options.get(str(value), Text(str(value), str(value)))
    if pd.isna(value):
        return NONE
    if column.type is Type.INTEGER:
        shown = figure(float(value), 0)
    else:
        shown = figure(float(value), 2 if column.unit == POINTS or column.type is Type.MONEY else 4)
    unit = NO_TEXT if column.type is Type.NUMBER else column.unit
    return Text(*(f"{shown} {unit.to(language)}".strip() for language in LANGUAGES))


HAIR = 1e-9
NONE = Text("无", "none")
MOVED = Text("较规定值{verb}最多", "Who {verb} most against the document")
FROM_TO = Text("{before} → {now}", "{before} → {now}")
NOBODY = Text("无", "nobody")

MOVERS = Panel(
    "movers", "movers", Text("增减最多", "Winners and losers"), movers,
    help=Text("各列五家。调整参数前为规则本身的增减，调整后为较文件规定值的增减；其下为所处档次等原因。",
              "Five each way: by what the rule itself gives or takes, and after a move by the change against the "
              "document; below each what put it there."),
    hint=Text("点选可查看其计算过程。", "Click one to see its calculation."),
)  # fmt: skip
