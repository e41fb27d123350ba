"""The sections of one run's report: question, changes, results beside the document's, charts, movers, readings,
data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

import simlib
from simlib import scenario
from simlib.charts import bars
from simlib.clauses import CLAUSE
from simlib.columns import INSTITUTIONS, TABLES, Column, Table, Type
from simlib.comparison import movement
from simlib.comparison.tables import GAP
from simlib.digests import table_digest
from simlib.doubts import DOUBTED, DOUBTED_HELP
from simlib.panels import DASHBOARDS, Dashboard, Moment, Panel
from simlib.panels.common import readings, versus
from simlib.panels.said import OF_RULE, RESULTS
from simlib.params import DOCUMENT, PARAMETER
from simlib.report.section import Section
from simlib.report.stamp import documents_of
from simlib.report.table import at_a_glance
from simlib.rules import FAMILIES
from simlib.scenario import Bench, Run
from simlib.scenario.model import THIS_SCENARIO
from simlib.words import NO_TEXT, Text, joined

MOVERS = 20  # named on each side
TOLD = 3  # of the largest: their calculation in sentences


def sections(run: Run, bench: Bench | None = None) -> list[Section]:
    """What a report of one run says, in order: the sections of its :func:`chapters`."""
    return [section for chapter in chapters(run, bench).values() for section in chapter]


def chapters(run: Run, bench: Bench | None = None) -> dict[str, list[Section]]:
    """The sections by chapter: question, results, notes, readings, data.

    The document's values are run beside the run. ``bench`` is the run's own, so that nothing is prepared twice.
    Families in whose results something changed stand before the others.
    """
    bench = bench or Bench()
    document = {name: params.document() for name, params in run.scenario.params.items()}
    same = document == run.scenario.params
    baseline = run if same else scenario.run(replace(run.scenario, params=document), run.inputs, bench, detail=False)
    moments = [_moment(DASHBOARDS[name], run, baseline, bench) for name in run.parts]
    moments.sort(key=lambda moment: not _own_difference(moment).any())
    results = []
    for moment in moments:
        results += [_headlines(moment), *_charts(moment), *_movers(moment)]
    return {
        "question": list(_question(run)), "results": results, "notes": [*_warnings(run), *_doubts(run)],
        "readings": [one for moment in moments for one in _readings(moment)], "data": [_data(run)],
    }  # fmt: skip


def _moment(dashboard: Dashboard, run: Run, baseline: Run, bench: Bench) -> Moment:
    """The run as a family's panels see it."""
    family = dashboard.family
    rules = (family.name, *(name for name in dashboard.follow if name in run.parts))

    def calculate(params):
        one = replace(run.scenario, rules=rules, params={**run.scenario.params, family.name: params})
        return scenario.run(one, run.inputs, bench, detail=False)

    def explain(subject):
        part = run.parts[family.name]
        # What was made ready of tables that another rule feeds is that of the last run, which may be another.
        ready = bench.ready.get(family.name) if part.seen is run.inputs else None
        results = part.results if ready is None else family.detail(ready, part.params, part.results, subject)
        return family.explain(results, part.params, subject)

    return Moment(family, FAMILIES[rules[-1]], run, baseline, calculate, explain)


def _question(run: Run) -> Iterator[Section]:
    """What was asked, and what was changed for it."""
    asked = (Text(run.scenario.question, run.scenario.question),) if run.scenario.question else ()
    rows = [
        [declared.label, declared.shown(value), declared.shown(declared.default), declared.sources]
        for name in run.parts
        for params in [run.scenario.params[name]]
        for declared, value in ((params.declarations()[key], value) for key, value in params.differences().items())
    ]
    table = lines_table(CHANGED, CHANGE_HEADINGS, rows) if rows else None
    yield Section(QUESTION, lines=asked if rows else (*asked, UNCHANGED), table=table)


def _headlines(moment: Moment) -> Section:
    """The family's headline numbers beside the document's; who gains and who loses."""
    family, name = moment.family, moment.family.name
    now, document = (one.parts[name].summary for one in (moment.run, moment.baseline))
    rows = []
    for column in family.headlines:
        here, there = now[column.name], document[column.name]
        rows.append([column.heading, *(at_a_glance(one, column) for one in (here, there, here - there))])
    said = versus(family, movement.movement(_own_difference(moment), family.measure))
    return Section(_titled(moment, RESULTS), lines=(said,), table=lines_table(NO_LABEL, RESULT_HEADINGS, rows))


def _charts(moment: Moment) -> Iterator[Section]:
    """The family's panels that paper can show; where one offers several views, the first, of shares every one.

    What a family does to others' amounts is shown where it does something.
    """
    if not _own_difference(moment).any():
        moment = replace(moment, effect=moment.family)
    for panel in DASHBOARDS[moment.family.name].panels:
        if panel.kind not in DRAWN or not panel.on_paper or not panel.shown(moment):
            continue
        offered = panel.offered(moment)
        views = list(offered.items()) if panel.kind == "meters" else list(offered.items())[:1]
        for choice, label in views or [(None, None)]:
            seen = replace(moment, choices={} if choice is None else {panel.id: choice})
            title = panel.title if label is None else VIEW.fill(title=panel.title, view=label)
            yield _drawn(panel, seen, _titled(moment, title))


def _drawn(panel: Panel, moment: Moment, title: Text) -> Section:
    shown, basis = panel.draw(moment), documents_of([moment.family.params])
    if panel.kind == "lines":
        return Section(title, panel.help, table=lines_table(NO_LABEL, shown["headings"], shown["lines"]))
    if panel.kind == "bars":
        figure = bars.back_to_back(shown["lines"], shown["headings"])
        amounts = lines_table(NO_LABEL, shown["headings"], [_amounts(line) for line in shown["lines"]])
        return Section(title, panel.help, figure=figure, table=amounts, basis=basis)
    figure = bars.shares(shown["lines"]) if panel.kind == "meters" else _named(shown, moment)
    return Section(title, panel.help, figure=figure, basis=basis)


def _amounts(line: dict) -> list:
    sums = [line[name] for name in ("out", "in", "net", "change") if name in line]
    return [line["label"], f"{line['count']:,}", *(f"{one:,.2f}" for one in sums)]


def _named(figure: dict, moment: Moment) -> dict:
    """The figure with the names of its points."""
    if not figure.get("points"):
        return figure
    known, ids = moment.names, moment.table[moment.family.key].to_numpy()[figure["points"]["rows"]]
    return {**figure, "points": {**figure["points"], "names": [f"{known.get(one, '')} {one}".strip() for one in ids]}}


def _movers(moment: Moment) -> Iterator[Section]:
    """Who gains and who loses most against the document's values, and how the largest changes come about."""
    family, moved = moment.family, _own_difference(moment).to_numpy(dtype=float)
    if not moved.any():
        return
    table, amount = family.amount
    known = moment.names
    measure = replace(family.measure, name="now")
    columns = (
        family.result(table).by_name[family.key], *([INSTITUTIONS.by_name["name"]] if known else []), measure,
        replace(measure, name="document", label=DOCUMENT),
        replace(measure, name="difference", label=movement.DIFFERENCE.label),
    )  # fmt: skip
    ids, now = (moment.table[name].to_numpy() for name in (family.key, amount))
    rows = pd.DataFrame({"now": now, "document": _as_measured(now - moved, family), "difference": moved})
    rows.insert(0, family.key, ids)
    rows.insert(1, "name", [known.get(one) for one in ids])
    order = rows["difference"].abs().sort_values(ascending=False, kind="stable").index
    for title, mine in ((GAINS, rows["difference"] > 0), (LOSSES, rows["difference"] < 0)):
        most = rows.loc[[one for one in order if mine[one]][:MOVERS]]
        if len(most):
            said = OF_ALL.fill(shown=len(most), count=f"{int(mine.sum()):,}")
            yield Section(_titled(moment, title), lines=(said,), table=(Table("", NO_LABEL, family.key, columns), most))
    for one in rows.loc[order[:TOLD], family.key]:
        name = f"{known.get(one, '')} {one}".strip()
        yield Section(_titled(moment, HOW.fill(name=name)), lines=tuple(moment.explain(one)))


def _own_difference(moment: Moment) -> pd.Series:
    """What each subject of the family itself has more than under the document's values, in the family's unit."""
    return movement.difference(moment.family, moment.results, moment.document)


def _as_measured(values: np.ndarray, family) -> np.ndarray:
    return np.round(values, 2 if family.measure.type is Type.MONEY else 9)


def _warnings(run: Run) -> Iterator[Section]:
    lines = tuple(
        OF_RULE.fill(rule=part.family.label, text=text) for part in run.parts.values() for text in part.warnings
    )
    if lines:
        yield Section(WARNINGS, lines=lines)


def _doubts(run: Run) -> Iterator[Section]:
    """What of the data may be a slip, each with why, the rule, what to do and the first rows."""
    if run.doubts:
        yield Section(DOUBTED, DOUBTED_HELP, lines=tuple(text for one in run.doubts for text in (one.said, *one.notes)))


def _readings(moment: Moment) -> Iterator[Section]:
    """What each open reading of the family is worth."""
    panel = next(one for one in DASHBOARDS[moment.family.name].panels if one.id == "readings")
    shown = readings(moment)
    rows = [[line[key] for key in ("reading", "now", "instead", "effect")] for line in shown["lines"]]
    if rows:
        yield Section(_titled(moment, panel.title), panel.help, table=lines_table(NO_LABEL, shown["headings"], rows))


def _data(run: Run) -> Section:
    """The tables by file, rows and digest, and everything else that it takes to run this again."""
    rows = [
        [TABLES[name].label, frame.attrs.get("file", ""), f"{len(frame):,}", table_digest(frame)]
        for name, frame in run.inputs.items()
    ]
    again = AGAIN.fill(
        version=simlib.__version__, digest=run.scenario.digest, rules=joined(FAMILIES[n].label for n in run.parts)
    )
    return Section(DATA, lines=(again,), table=lines_table(TABLES_READ, DATA_HEADINGS, rows))


def lines_table(label: Text, headings: list[Text], rows: list[list]) -> tuple[Table, pd.DataFrame]:
    """Lines of texts under headings as a table that has no file of its own."""
    columns = tuple(Column(f"column_{at}", Type.TEXT, heading) for at, heading in enumerate(headings))
    cells = {column.name: pd.Series([row[at] for row in rows], dtype=object) for at, column in enumerate(columns)}
    return Table("", label, columns[0].name, columns), pd.DataFrame(cells)


def _titled(moment: Moment, title: Text) -> Text:
    return OF_RULE.fill(rule=moment.family.label, text=title)


NO_LABEL = NO_TEXT  # of a table below its own heading
DRAWN = {"chart", "bars", "meters", "lines"}
VIEW = Text("{title}（{view}）", "{title} ({view})")
QUESTION = Text("研究问题与参数调整", "The question, and what was changed")
UNCHANGED = Text("全部参数均为文件规定值。", "Every parameter has the document's value.")
CHANGED = Text("调整的参数", "Parameters that were changed")
CHANGE_HEADINGS = [
    PARAMETER,
    THIS_SCENARIO,
    DOCUMENT,
    CLAUSE,
]
RESULT_HEADINGS = [Text("指标", "Number"), THIS_SCENARIO, DOCUMENT, GAP]
GAINS, LOSSES = Text("增加最多", "Who gains most"), Text("减少最多", "Who loses most")
OF_ALL = Text("列示 {shown} 家，共 {count} 家。", "{shown} of {count} are listed.")
HOW = Text("{name}的计算过程", "how the amount of {name} comes about")
WARNINGS = Text("注意", "What to note")
DATA = Text("数据与版本", "Data and version")
AGAIN = Text(
    "simlib {version}；规则：{rules}；方案校验码 {digest}。",
    "simlib {version}; rules: {rules}; scenario hash {digest}.",
)
TABLES_READ = Text("读取的表", "Tables that were read")
DATA_HEADINGS = [
    Text("表", "Table"),
    Text("文件", "File"),
    Text("行数", "Rows"),
    Text("校验码（SHA-256）", "Digest (SHA-256)"),
]
