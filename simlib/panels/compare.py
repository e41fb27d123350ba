"""The panels of compared scenarios, for whichever rule is looked at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simlib.charts import LESS, MORE
from simlib.charts import compare as charts
from simlib.columns import COMMUNITIES, INSTITUTIONS, Column, Table, Type
from simlib.comparison.movement import by_kind
from simlib.comparison.tables import EFFECTS, NUMBERED, SAME, SIDES
from simlib.panels.common import SUM, kinds, labelled, table
from simlib.panels.compared import Compared
from simlib.panels.panel import Panel
from simlib.panels.said import CHANGED as CHANGED_AGAINST
from simlib.panels.said import change
from simlib.rules import FAMILIES
from simlib.rules.family import Family
from simlib.scenario.model import SCENARIO
from simlib.tables import small
from simlib.words import BLANK, Text, joined

TITLE = Text("方案对比", "Compare scenarios")
INTRO = Text(
    "同一批机构，最多六个方案并排对比：金额差额和档次变动。",
    "The same institutions under up to six scenarios: what the difference is, and who changes side.",
)
GIVEN = INSTITUTIONS.by_name
KINDS = ("level", "group", "ownership", "county")


# --- headline numbers -------------------------------------------------------------------------------------------------


def _headlines(moment: Compared) -> dict:
    """One row a headline number, one column a scenario; below a value, what it has more than the baseline's."""
    outcomes = moment.done.tables["comparison"]
    outcomes = outcomes[outcomes["rule"] == moment.rule]
    rows = []
    for column in moment.family.headlines:
        mine = outcomes[outcomes["outcome"] == column.name]
        cells = [
            {"value": value, "gap": gap, "type": column.type.value, "gapType": column.type.value,
             "decimals": column.decimals}
            for value, gap in zip(mine["value"].tolist(), mine["difference"].tolist(), strict=True)
        ]  # fmt: skip
        rows.append(
            {
                "id": column.name,
                "label": column.label,
                "unit": "" if column.type is Type.MONEY else column.unit,
                "cells": cells,
            }
        )
    same = not moment.done.differs(moment.looked)
    return {
        "columns": _columns(moment, moment.runs), "corner": moment.family.label, "rows": rows, "said": _said(moment),
        "line": SAME if same else None, "warnings": _warnings(moment),
    }  # fmt: skip


def _said(moment: Compared) -> list[dict]:
    """What each scenario changes against the baseline, in the words of the rule's own page."""
    done, family = moment.done, moment.family
    base = done.runs[done.baseline]
    against = AGAINST_BASE.fill(title=done.titles[done.baseline])
    told = []
    for head, n in zip(_columns(moment, moment.others), moment.others, strict=True):
        known = [one for one in moment.follow if one in done.runs[n].parts and one in base.parts]
        changed = change(family, FAMILIES[known[-1]] if known else family, done.runs[n], base)
        told.append({**head, "text": CHANGED_AGAINST.fill(changed=done.titles[n], against=against, said=changed)})
    return told


def _warnings(moment: Compared) -> list[Text]:
    """Who is not compared by this rule, and by which other rules not everybody is."""
    told = moment.done.left_out
    others = [FAMILIES[rule].label for rule in told if rule != moment.rule]
    return [*told.get(moment.looked, []), *([ELSEWHERE.fill(rules=joined(others))] if others else [])]


def _columns(moment: Compared, runs: list[int]) -> list[dict]:
    baseline = moment.done.baseline
    return [
        {"label": moment.done.titles[n], "number": n + 1, "colour": charts.colour(n, baseline),
         "mark": BASE if n == baseline else ""}
        for n in runs
    ]  # fmt: skip


# --- who gains, who changes side --------------------------------------------------------------------------------------


def _moved(moment: Compared) -> dict:
    """Against the baseline, each other scenario: how many it moves, what it takes and gives, and the sum."""
    moves = {n: moment.done.moved(moment.looked, n) for n in moment.others}
    return {"headings": MOVED_HEADINGS, "lines": [moved_line(moment.title(n), one) for n, one in moves.items()]}


def moved_line(label: Text, moved: dict) -> dict:
    """Two bars back to back: what a scenario takes and what it gives."""
    return {
        "label": label,
        "count": moved["gainers"] + moved["losers"],
        "out": moved["lost"],
        "in": moved["gained"],
        "net": moved["net"],
    }


def _sides(moment: Compared) -> dict:
    """From which side (rows) to which (columns): how many, and below it their money; without sides, who gains and
    loses."""
    n = int(moment.choices["sides"]) - 1
    rows = moment.done.sides(moment.looked, n)
    family = moment.family
    side = family.side or "effect"
    mine = {(row["from"], row["to"]): row for row in rows if row["side"] == side}
    froms = (
        {one: label for one, label in family.sides.items() if any(key[0] == one for key in mine)}
        if family.side
        else {"": ALL}
    )
    tos = {
        one: label
        for one, label in (family.sides or EFFECTS).items()
        if any(key[1] == one for key in mine) or not family.side
    }
    drawn = []
    for one, label in froms.items():
        cells = [_side_cell(mine.get((one, other)), one == other, family) for other in tos]
        known = [row for key, row in mine.items() if key[0] == one]
        drawn.append({"id": one, "label": label, "unit": "", "cells": [*cells, _sum_cell(known, family)]})
    if family.side:
        below = [_sum_cell([row for key, row in mine.items() if key[1] == other], family) for other in tos]
        drawn.append({"id": "sum", "label": SUM, "unit": "", "cells": [*below, _sum_cell(list(mine.values()), family)]})
    columns = [{"label": label, "number": "", "colour": "", "mark": ""} for label in (*tos.values(), SUM)]
    changed = sum(row["subjects"] for (one, other), row in mine.items() if one != other) if family.side else 0
    line = (CHANGED if changed else NOBODY).fill(count=f"{changed:,}") if family.side else None
    return {"columns": columns, "corner": CORNER if family.side else "", "rows": drawn, "line": line, "warnings": []}


def _side_cell(row: dict | None, same: bool, family: Family) -> dict:
    shown = {"value": row["subjects"] if row else 0, "gap": row["difference"] if row else 0.0}
    return {**shown, "type": "integer", "gapType": family.measure.type.value, "decimals": 2, "quiet": same or not row}


def _sum_cell(rows: list[dict], family: Family) -> dict:
    gap = round(sum(row["difference"] for row in rows), 6)
    return {"value": sum(row["subjects"] for row in rows), "gap": gap, "type": "integer",
            "gapType": family.measure.type.value,
            "decimals": 2, "quiet": False}  # fmt: skip


# --- kinds of institutions --------------------------------------------------------------------------------------------


def _ways(moment: Compared) -> dict[str, Text]:
    """By which column of the institutions, and whether what they get or the difference."""
    have = [one for one in KINDS if one in moment.inputs["institutions"]]
    ways = (("difference", DIFFERENCE), ("amount", moment.family.measure.label))
    return {f"{by}.{of}": WAY.fill(by=GIVEN[by].label, of=label) for of, label in ways for by in have}


def _by_kind(moment: Compared) -> dict:
    by, _, of = moment.choices["kinds"].partition(".")
    column = GIVEN[by]
    sums = by_kind(moment.table, kinds(moment, by), moment.family)
    rank = {name: at for at, name in enumerate(column.options)}
    sums = sums.sort_values(
        "kind", key=lambda kind: kind.map(lambda one: (rank.get(one, len(rank)), one)), ignore_index=True
    )
    labels = [BLANK if not kind else column.options.get(kind, kind) for kind in sums["kind"]]
    titles = {n: moment.title(n) for n in (moment.others if of == "difference" else moment.runs)}
    return charts.kinds(sums, of, labels, titles, moment.done.baseline, moment.family.measure)


def _has_kinds(moment: Compared) -> bool:
    return (
        _ready(moment)
        and moment.family.key == INSTITUTIONS.key
        and any(one in moment.inputs.get("institutions", ()) for one in KINDS)
    )


# --- institutions -----------------------------------------------------------------------------------------------------


def _frame(moment: Compared) -> dict:
    """Who they are, and who changes side under which scenario: texts that stay until other scenarios are chosen."""
    wide, given = moment.table, _given(moment)
    texts: dict[str, list] = {moment.family.key: wide[moment.family.key].astype(str).tolist()}
    fixed = [given.by_name[moment.family.key]]
    rows = small(moment.inputs, given.name) if given.name in moment.inputs else None
    for name in ("name", "group"):
        if rows is not None and name in rows:
            known = rows.drop_duplicates(given.key).set_index(given.key)[name].reindex(wide[moment.family.key])
            texts[name] = labelled(known, given.by_name[name])
            fixed.append(given.by_name[name])
    if moment.family.side:
        texts["changes"] = _changes(moment)
        fixed.append(CHANGES)
    frame = table(fixed, texts, _moving(moment), options={})
    frame["columns"].sort(key=lambda column: column["name"] == CHANGES.name)  # the longest texts last
    return frame


def _given(moment: Compared) -> Table:
    return COMMUNITIES if moment.family.key == COMMUNITIES.key else INSTITUTIONS


def _changes(moment: Compared) -> list[Text]:
    """For each subject: under which scenario it changes to which side."""
    wide, sides = moment.table, moment.family.sides
    former = wide[f"side_{moment.done.baseline + 1}"].tolist()
    found: list[list[Text]] = [[] for _ in former]
    for n in moment.others:
        for told, one, other in zip(found, former, wide[f"side_{n + 1}"].tolist(), strict=True):
            if one != other:
                told.append(CHANGE.fill(number=n + 1, former=sides[one], now=sides[other]))
    return [joined(told, zh="；", en="; ") for told in found]


def _moving(moment: Compared) -> list[Column]:
    """Each scenario's amounts, and beside them the differences against the baseline."""
    measure, found = moment.family.measure, []
    unit = MEASURED.fill(measure=measure.label, unit=measure.unit)
    for n in moment.runs:
        found.append(replace(measure, name=f"amount_{n + 1}", label=NUMBERED.fill(number=n + 1), unit=unit))
        if n != moment.done.baseline:
            found.append(
                replace(measure, name=f"difference_{n + 1}", label=AGAINST.fill(number=n + 1), unit=measure.unit)
            )
    return found


def _rows(moment: Compared) -> dict:
    wide = moment.table
    values = {column.name: wide[column.name].to_numpy(dtype=float) for column in _moving(moment)}
    picked = moment.picked
    at = [] if picked is None else np.flatnonzero((wide[moment.family.key] == picked).to_numpy()).tolist()
    return {"values": values, "picked": at[0] if at else None}


def _explained(moment: Compared) -> dict:
    """The steps to the picked subject's amount under each scenario; those that the baseline has too are not ``new``."""
    if moment.picked is None:
        return {"columns": [], "empty": NOT_PICKED}
    base = moment.done.baseline
    common = moment.explain(base, moment.picked)
    columns = []
    for head, n in zip(_columns(moment, moment.runs), moment.runs, strict=True):
        steps = moment.explain(n, moment.picked)
        columns.append({**head, "steps": [{"text": step, "new": n != base and step not in common} for step in steps]})
    return {
        "subject": f"{moment.named.get(moment.picked, '')} {moment.picked}".strip(),
        "columns": columns,
        "empty": NOT_PICKED,
    }


def _ready(moment: Compared) -> bool:
    return moment.rule is not None


def _empty(moment: Compared) -> dict:
    return {"steps": [], "empty": TOO_FEW if moment.comparison is None else NOTHING}


MOVED_HEADINGS = [
    SCENARIO, Text("变动家数", "Subjects moved"), LESS, MORE, Text("合计", "net"),
]  # fmt: skip
BASE, ALL = Text("基准", "baseline"), Text("全部", "All")
CORNER = Text("基准（行）→ 方案（列）", "baseline (rows) → scenario (columns)")
CHANGED = Text(
    "{count} 家档次变动；各单元格为家数，其下为相应机构的金额增减。",
    "{count} change side; each cell counts them, with their money below.",
)
NOBODY = Text("无机构档次变动。", "Nobody changes side.")
DIFFERENCE, WAY = Text("较基准", "against the baseline"), Text("按{by}：{of}", "{by}: {of}")
AGAINST_BASE = Text("较“{title}”", "against “{title}”")
ELSEWHERE = Text("另有部分方案未运行的规则：{rules}。", "Other rules that not every scenario ran: {rules}.")
CHANGES = Column("changes", Type.TEXT, Text("档次变动", "Change of side"))
CHANGE = Text("{number}：{former}→{now}", "{number}: {former} → {now}")
AGAINST = Text("{number} 较基准", "{number} − baseline")
MEASURED = Text("{measure}，{unit}", "{measure}, {unit}")
NOT_PICKED = Text("在上方表格中点选一家机构，此处并排列示其在各方案下的计算过程。",
                  "Pick one in the table above: its calculation under each scenario is written out here.")  # fmt: skip
TOO_FEW = Text("请在左侧选择二至六个方案。", "Choose two to six scenarios on the left.")
NOTHING = Text("所选方案没有共同运行的规则，无法比较。请更换基准，或另选方案。",
               "The chosen scenarios have no rule in common with the baseline. Take another baseline, or other "
               "scenarios.")  # fmt: skip

PANELS = (
    Panel("empty", "steps", TITLE, _empty, shown=lambda moment: not _ready(moment), wide=True),
    Panel("headlines", "matrix", Text("结果并排", "Results side by side"), _headlines, shown=_ready, wide=True,
          help=Text("每个单元格为该方案的数值，下行为较基准的增减；鼠标悬停显示精确到分的金额。",
                    "Each cell is the scenario's number, and below it what it has more or less than the baseline's.")),
    Panel("moved", "bars", Text("较基准增加和减少", "More and less than the baseline"), _moved, shown=_ready,
          help=Text("各方案与基准相比的变动家数、减少合计、增加合计和净额。",
                    "Against the baseline: how many are moved, the sum of what they lose, of what they gain, and both "
                    "together.")),
    Panel("sides", "matrix", SIDES.label, _sides, shown=_ready,
          choices=lambda moment: {str(n + 1): moment.title(n) for n in moment.others} if _ready(moment) else {}),
    Panel("kinds", "chart", Text("各类机构", "Kinds of institutions"), _by_kind, shown=_has_kinds, wide=True,
          choices=lambda moment: _ways(moment) if _has_kinds(moment) else {},
          help=Text("同类机构合计（得分为平均）；灰色为基准。",
                    "Sums over each kind (means of scores); the baseline is grey.")),
    Panel("institutions", "table", Text("逐家对比", "One by one"), _rows, frame=_frame, shown=_ready, wide=True,
          hint=Text("点击表头排序；点击一行查看其在各方案下的计算过程。",
                    "Sort by a heading; pick a row for its calculation under each scenario.")),
    Panel("explanation", "told", Text("该机构在各方案下的计算过程", "How its amount comes about under each scenario"),
          _explained, shown=_ready, wide=True, slow=True,
          help=Text("与基准不同的步骤以底色标示。", "Steps that differ from the baseline's are marked.")),
)  # fmt: skip
