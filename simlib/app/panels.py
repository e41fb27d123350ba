"""Panels that every rule family's dashboard shares; none knows a rule by name."""

from __future__ import annotations

from simlib import study
from simlib.app.simulator import Moment
from simlib.columns import Column, Type
from simlib.words import Text


def headlines(moment: Moment) -> dict:
    """The family's headline numbers beside the document's, then who gains and loses against it."""
    now, document = moment.family.summarise(moment.results), moment.document_summary
    cards = [
        {"id": column.name, "label": column.label, "money": column.type is Type.MONEY,
         "value": now[column.name], "document": document[column.name]}
        for column in moment.family.headlines
    ]  # fmt: skip
    moved = study.movement(moment.difference)
    warnings = moment.family.warnings(moment.results)
    return {
        "cards": cards,
        "versus": VERSUS.fill(**_shown(moved)) if any(moved.values()) else SAME,
        "warnings": warnings,
    }


def steps(moment: Moment) -> dict:
    """The explanation of the picked subject."""
    if moment.picked is None:
        return {"steps": [], "empty": NOBODY}
    key = moment.family.key
    given = next((frame for frame in moment.inputs.values() if key in frame and "name" in frame), None)
    name = "" if given is None else given.loc[given[key] == moment.picked, "name"].fillna("").iloc[0]
    explained = moment.family.explain(moment.results, moment.params, moment.picked)
    return {"subject": f"{name} {moment.picked}".strip(), "steps": explained}


def readings(moment: Moment) -> dict:
    """One line for each option of each open reading that is not the one in force."""
    declared = moment.params.declarations()
    lines = []
    for row in study.readings(moment.family, moment.inputs, moment.params, moment.results).to_dict("records"):
        one = declared[row["parameter"]]
        now, instead = (type(one.default)(row[name]).label for name in ("chosen", "option"))
        line = {"reading": one.label, "now": now, "instead": instead}
        if row["possible"]:
            text = MOVES.fill(**_shown(row)) if row["moved"] else NOTHING
            line |= {"effect": text, "moved": row["moved"]}
        else:
            line |= {"effect": NO_DATA, "moved": 0.0}
        lines.append(line)
    return {"lines": lines, "headings": READING_HEADINGS}


def table(fixed: list[Column], texts: dict[str, list], moving: list[Column], options: dict[str, Text]) -> dict:
    """The frame of a sortable table: columns with headings and units, and the texts that never move."""
    columns = [
        {"name": column.name, "label": column.label, "unit": column.unit, "type": column.type.value}
        for column in [*fixed, *moving]
    ]
    return {"columns": columns, "texts": texts, "options": list(options), "labels": list(options.values())}


def _shown(moved: dict) -> dict[str, str]:
    return {
        "gainers": f"{moved['gainers']:,}", "losers": f"{moved['losers']:,}",
        "gained": f"{moved['gained']:,.2f}", "lost": f"{moved['lost']:,.2f}",
    }  # fmt: skip


VERSUS = Text("与文件规定值相比：{gainers} 家增加，共 {gained} 元；{losers} 家减少，共 {lost} 元。",
              "Against the document's values: {gainers} gain {gained} yuan in all, {losers} lose {lost} yuan.")  # fmt: skip
SAME = Text("与文件规定值的结果完全相同。", "Exactly the result of the document's values.")
NOBODY = Text("在曲线或下方表格中点选一家机构，这里逐步写明它的计算。",
              "Pick an institution in the curve or in the table below: its calculation is written out here.")  # fmt: skip
MOVES = Text("{gainers} 家增加 {gained} 元，{losers} 家减少 {lost} 元",
             "{gainers} gain {gained} yuan, {losers} lose {lost} yuan")  # fmt: skip
NOTHING = Text("没有变化", "nothing changes")
NO_DATA = Text("数据中没有所需的列", "the data lack the column it needs")
READING_HEADINGS = [
    Text("开放解读", "Open reading"),
    Text("当前", "Now"),
    Text("换成", "Instead"),
    Text("影响", "Effect"),
]
