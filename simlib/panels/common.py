"""Panels that every rule family's dashboard shares; none knows a rule by name."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Protocol

import numpy as np
import pandas as pd

from simlib.columns import INSTITUTIONS, Column, Type
from simlib.comparison import movement
from simlib.panels.movers import ranking
from simlib.panels.panel import Gradual, Moment, Panel, once
from simlib.params import Declaration, Params, written
from simlib.rules.family import AnyFamily, Family
from simlib.tables import Tables, small
from simlib.words import NO_TEXT, Text


class Seen(Protocol):
    """What is shown of a rule on any page: the rule, the tables that it saw, and its subjects."""

    @property
    def family(self) -> AnyFamily: ...
    @property
    def inputs(self) -> Tables: ...
    @property
    def table(self) -> pd.DataFrame: ...


def versus(family: Family, moved: dict) -> Text:
    """Who gains and loses against the document's values, in a sentence."""
    return VERSUS.fill(**amounts(family, moved)) if any(moved.values()) else SAME


def amounts(family: Family, moved: dict) -> dict:
    """Who gains and loses, as text in the unit of the family's amount."""
    measure = family.measure
    pattern = "{:,.2f}" if measure.type is Type.MONEY else "{:,.6g}"
    return {
        "gainers": f"{moved['gainers']:,}", "losers": f"{moved['losers']:,}", "unit": measure.unit,
        "gained": pattern.format(moved["gained"]), "lost": pattern.format(moved["lost"]), "what": measure.label,
    }  # fmt: skip


def steps(moment: Moment) -> dict:
    """The explanation of the picked subject, or else of the one that stands out most, which says so."""
    found = ranking(moment)
    subject = moment.picked or _here(moment, found.first)
    if subject is None:
        return {"steps": [], "empty": NOBODY}
    label = f"{moment.names.get(subject, '')} {subject}".strip()
    marked = "" if moment.picked else (PICKED_MOVED if found.moved else PICKED)
    return {"subject": label, "picked": marked, "steps": moment.explain(subject)}


def unpicked(moment: Moment) -> bool:
    """Whether the page itself picks whom to explain, for which no slider need wait."""
    return moment.picked is None


def _here(moment: Moment, subject: str | None) -> str | None:
    """A subject of another rule, as far as this one's table has it too."""
    return subject if subject is not None and (moment.table[moment.family.key] == subject).any() else None


def worth(moment: Moment, dear: Callable[[Params], bool] = lambda params: False) -> Gradual[dict]:
    """What each option of each open reading that is not in force would change, as :func:`movement.readings`."""
    effect = moment.effect

    def calculate(params):
        return moment.calculate(params).results[effect.name]

    made = movement.readings(moment.params, moment.run.results[effect.name], calculate, effect, dear)
    return Gradual(made, len(movement.alternatives(moment.params)), lambda: calculate(moment.params))


def readings(moment: Moment) -> dict:
    """A line for each of those options, what changes most first: all, or as many as are worked out by now."""
    declared, effect = moment.params.declarations(), moment.effect
    known = moment.worth or worth(moment)
    known.go_on(BIT if moment.worth else math.inf)
    lines = []
    for row in sorted(known.done, key=lambda row: -row["moved"]):
        one = declared[row["parameter"]]
        now, instead = (one.option(row[name]).label for name in ("chosen", "option"))
        lines.append({"reading": one.label, "topic": one.topic, "now": now, "instead": instead,
                      "effect": _worth(effect, row), "moved": row["moved"],
                      "open": row["moved"] > 0 or row["dear"]})  # fmt: skip
    still = STILL.fill(count=sum(not line["open"] for line in lines))
    progress = NO_TEXT if known.whole else SO_FAR.fill(count=len(lines), total=known.total)
    return {"lines": lines, "headings": READING_HEADINGS, "still": still, "progress": progress,
            "more": not known.whole}  # fmt: skip


def _worth(effect: AnyFamily, row: dict) -> Text:
    """What an option changes, or why that is not told."""
    if row["dear"]:
        return DEAR
    if not row["possible"]:
        return NO_DATA
    return MOVES.fill(**amounts(effect, row)) if row["moved"] else NOTHING


def kinds(moment: Seen, by: str) -> pd.Series:
    """The kind of each institution of the family's table by a column of the data, as text."""
    given = small(moment.inputs, "institutions")
    values = given[by] if by in given else given["group"]
    values = values.astype(str).where(values.notna(), "")
    ids, subjects = (table[INSTITUTIONS.key].to_numpy() for table in (given, moment.table))
    if not np.array_equal(ids, subjects):
        values = values.set_axis(ids).reindex(subjects)
    return values.reset_index(drop=True)


def by_kind(column: Column, lines: list[dict], headings: list[Text]) -> dict:
    """Lines of two bars a kind, in the declared order of the kinds where there is one."""
    rank = {name: at for at, name in enumerate(column.options)}
    lines = sorted(lines, key=lambda line: rank.get(line["label"], len(rank)))
    lines = [{**line, "label": column.options.get(line["label"], line["label"])} for line in lines]
    return {"headings": [column.label, *headings], "lines": lines}


def moved(moment: Moment, by: str, lines: Callable[[pd.DataFrame], list[dict]]) -> list[dict]:
    """The lines of a table, each with what its net is more than under the document's values; ``by`` says by what."""
    part = moment.baseline.parts[moment.family.name]
    before = once(
        part, (by, lines.__qualname__), lambda: {one["label"]: one["net"] for one in lines(moment.document_table)}
    )
    return [
        {**one, "change": round(one["net"] - before.get(one["label"], 0.0), 2) + 0.0} for one in lines(moment.table)
    ]


def labelled(values: pd.Series, column: Column) -> list:
    """Texts of a column that people read: options by their labels, blanks as nothing."""
    return [column.options.get(text, text) for text in values.astype(str).where(values.notna(), "")]


def field(declared: Declaration) -> dict:
    """What a field for a parameter needs: label and default, and options, or unit, bounds and step; a day no more."""
    if declared.dated:
        return {"label": declared.label, "default": written(declared.default), "dated": True}
    if declared.options:
        options = [{"value": option.value, "label": option.label} for option in declared.options]
        return {"label": declared.label, "default": written(declared.default), "options": options}
    unit = {"factor": declared.unit.factor, "decimals": declared.unit.decimals, "sign": declared.unit.sign}
    numbers = {name: written(getattr(declared, name)) for name in ("default", "low", "high", "step")}
    return {"label": declared.label, "unit": unit, **numbers}


def sentence(said: Text, declared: dict[str, Declaration]) -> dict:
    """A sentence with parameters at its ⟦places⟧, and the fields that stand there."""
    return {"said": said, "numbers": {name: field(declared[name]) for name in PLACE.findall(said.zh)}}


def table(fixed: list[Column], texts: dict[str, list], moving: list[Column], options: dict[str, Text]) -> dict:
    """The frame of a sortable table: columns with headings and units, and the texts that never move. Whose row it is,
    where the rule puts it and what changes stand first; ``sizes`` are the columns by whose size it is sorted, the first
    that says anything."""
    whose = [one for one in fixed[:2] if one is fixed[0] or one.name == "name"]
    sides, changes = [one for one in moving if one.options][:1], [one for one in moving if one.name in CHANGES]
    first = [*whose, *sides, *changes]
    columns = [
        {"name": column.name, "label": column.label, "unit": column.unit, "type": column.type.value}
        for column in [*first, *(one for one in [*fixed, *moving] if one not in first)]
    ]
    names = {column["name"] for column in columns}
    return {"columns": columns, "texts": texts, "options": list(options), "labels": list(options.values()),
            "sizes": [name for name in SIZES if name in names]}  # fmt: skip


CHANGES = ("score_change", "rank_change", "difference")
SIZES = ("difference", "score_change", *(f"difference_{number}" for number in range(1, 7)), "change")
BIT = 0.1  # seconds that a visitor who moves a control meanwhile waits at most, beside one option's own
PLACE = re.compile("⟦(.*?)⟧")
WAS = Text("文件为 {value}", "document: {value}")
VERSUS = Text("与文件规定值相比（{what}）：{gainers} 家增加，共 {gained} {unit}；{losers} 家减少，共 {lost} {unit}。",
              "Against the document's values ({what}): {gainers} gain {gained} {unit} in all, {losers} lose {lost} "
              "{unit}.")  # fmt: skip
SAME = Text("与文件规定值的结果完全相同。", "Exactly the result of the document's values.")
PICKED = Text("由页面选出：增减最大的机构", "picked by the page: who stands out most")
PICKED_MOVED = Text("由页面选出：较规定值变动最大的机构", "picked by the page: the largest change against the document")
NOBODY = Text(
    "在曲线或下方表格中点选一家机构，此处逐步列示其计算过程。",
    "Pick an institution in the curve or in the table below: its calculation is written out here.",
)
MOVES = Text("{gainers} 家增加 {gained} {unit}，{losers} 家减少 {lost} {unit}",
             "{gainers} gain {gained} {unit}, {losers} lose {lost} {unit}")  # fmt: skip
NOTHING = Text("无变化", "nothing changes")
NO_DATA = Text("数据中缺少所需的列", "the data lack the column it needs")
DEAR = Text("病例较多，需要时请选用该取法计算", "so many cases: choose it to see")
SO_FAR = Text("正在推算：已完成 {count} / {total} 种取法", "Working them out: {count} of {total}")
STILL = Text("对本数据没有影响的 {count} 种取法", "{count} that change nothing in these data")
READING_HEADINGS = [
    Text("条文未明确的口径", "Open reading"),
    Text("当前", "Now"),
    Text("改为", "Instead"),
    Text("影响", "Effect"),
]
EACH, SUM, NET, NET_MOVED = (
    Text("各机构", "Institutions"),
    Text("合计", "All"),
    Text("净额", "net"),
    Text("净额较规定值", "net against the document"),
)
ASSUMPTION, MEANING = Text("假设", "Assumption"), Text("含义", "Meaning")
NONE_ASSUMED = Text("不作假设为 {value}", "nothing assumed: {value}")
# The panels that look alike on every page.
READINGS = Panel(
    "readings",
    "readings",
    Text("条文口径不同对结果的影响", "What each open reading is worth"),
    readings,
    help=Text(
        "条文未明确之处，换一种口径会影响多少机构、多少资金（其他参数保持当前值），影响大的在前。",
        "Where the text is open: how many institutions and how much money another reading would change, all else as "
        "set now; the largest first.",
    ),
    wide=True,
    slow=True,
    gradual=True,
)
