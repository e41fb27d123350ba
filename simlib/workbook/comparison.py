"""Compared scenarios as an Excel workbook: what was compared, outcomes side by side, who changes side, and everyone's
amounts."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime

import pandas as pd
import xlsxwriter

import simlib
from simlib.columns import INSTITUTIONS, TABLES, Column, Table, Type
from simlib.comparison.compare import Comparison
from simlib.comparison.tables import EFFECT, EFFECT_LABEL, EFFECTS, OUTCOMES, SIDES
from simlib.rules import FAMILIES
from simlib.tables import small
from simlib.words import LANGUAGES, Text
from simlib.workbook.about import ABOUT, doubted, tables_read
from simlib.workbook.run import OPTIONS, table_sheet

LONGEST = 30_000  # characters of a cell; Excel takes 32,767


def comparison(done: Comparison, language: str = "zh") -> bytes:
    """The workbook's bytes."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        _about(book, done, language)
        table_sheet(book, *_outcomes(done, language), language)
        table_sheet(book, *_sides(done, language), language)
        for rule in done.rules:
            table_sheet(book, *_amounts(done, rule), language)
    return buffer.getvalue()


def _about(book, done: Comparison, language: str) -> None:
    """The scenarios by number, with what each changes of the documents' values."""
    sheet, bold = book.add_worksheet(ABOUT.to(language)), book.add_format({"bold": True})
    rows: list[tuple[list, object]] = [
        ([f"simlib {simlib.__version__}", datetime.now().strftime("%Y-%m-%d %H:%M")], None)
    ]
    rows += [(cells, None) for cells in tables_read(done.runs[0])]
    rows += [([text.to(language)], None) for text in done.warnings]
    rows += [(cells, None) for cells, _ in doubted(done.runs[0], language)]
    for n, run in enumerate(done.runs):
        rows += [([], None), ([_title(done, n).to(language), run.scenario.digest], bold)]
        rows += [([run.scenario.question], None)] if run.scenario.question and language == "zh" else []
        for params in run.scenario.params.values():
            for name, value in params.differences().items():
                declared = params.declarations()[name]
                rows.append(
                    ([declared.label.to(language), declared.show(value, language), declared.sources.to(language)], None)
                )
    sheet.set_column(0, 2, 30)
    for at, (cells, style) in enumerate(rows):
        for position, cell in enumerate(cells):
            sheet.write_string(at, position, str(cell), style)
    sheet.fit_to_pages(1, 0)


def _title(done: Comparison, n: int) -> Text:
    return (BASE if n == done.baseline else TITLE).fill(number=n + 1, title=done.titles[n])


def _outcomes(done: Comparison, language: str) -> tuple[Table, pd.DataFrame]:
    """One row an outcome: its value under each scenario, blank where the rule was not compared."""
    table = done.tables[OUTCOMES.name]
    rows = []
    for rule in done.rules:
        family = FAMILIES[rule]
        for column in (*family.headlines, *family.shares):
            mine = table[(table["rule"] == rule) & (table["outcome"] == column.name)]
            values = {f"value_{n + 1}": value for n, value in zip(done.rules[rule], mine["value"], strict=True)}
            gaps = {f"gap_{n + 1}": value for n, value in zip(done.rules[rule], mine["difference"], strict=True)}
            rows.append({"rule": rule, "outcome": column.heading.to(language), **values, **gaps})
    several = range(len(done.runs))
    columns = (
        OUTCOMES.by_name["rule"], OUTCOMES.by_name["outcome"],
        *(Column(f"value_{n + 1}", Type.NUMBER, _title(done, n)) for n in several),
        *(Column(f"gap_{n + 1}", Type.NUMBER, AGAINST.fill(number=n + 1)) for n in several if n != done.baseline),
    )  # fmt: skip
    return replace(OUTCOMES, columns=columns), pd.DataFrame(rows, columns=[column.name for column in columns])


def _sides(done: Comparison, language: str) -> tuple[Table, pd.DataFrame]:
    """The table of sides with everything by its label."""
    frame = done.tables[SIDES.name].copy()
    titles = {title.zh: _title(done, n).to(language) for n, title in enumerate(done.titles)}
    for at, row in enumerate(frame.to_dict("records")):
        family = FAMILIES[row["rule"]]
        labels = EFFECTS if row["side"] == EFFECT else family.sides
        side = EFFECT_LABEL if row["side"] == EFFECT else family.result(family.amount[0]).by_name[family.side].label
        shown = {"scenario": titles[row["scenario"]], "side": side.to(language), "to": labels[row["to"]].to(language)}
        shown |= {"from": labels[row["from"]].to(language) if row["from"] else "", "whom": row["whom"][:LONGEST]}
        for name, text in shown.items():
            frame.iloc[at, list(frame.columns).index(name)] = text
    return SIDES, frame


def _amounts(done: Comparison, rule: str) -> tuple[Table, pd.DataFrame]:
    """One row a subject with its name: amounts, differences and sides under each scenario."""
    family, wide = FAMILIES[rule], done.side_by_side(rule)
    given = next(table for table in (*TABLES.values(), INSTITUTIONS) if table.key == family.key)
    columns, can = [given.by_name[family.key]], done.rules[rule]
    inputs = done.runs[done.baseline].inputs
    rows = small(inputs, given.name) if given.name in inputs else None
    if rows is not None and "name" in rows:
        known = rows.drop_duplicates(given.key).set_index(given.key)["name"]
        wide.insert(1, "name", wide[family.key].map(known))
        columns.append(given.by_name["name"])
    columns += [replace(family.measure, name=f"amount_{n + 1}", label=_title(done, n)) for n in can]
    columns += [
        replace(family.measure, name=f"difference_{n + 1}", label=AGAINST.fill(number=n + 1))
        for n in can
        if n != done.baseline
    ]
    if family.side:
        side = family.result(family.amount[0]).by_name[family.side]
        columns += [
            replace(side, name=f"side_{n + 1}", label=Text(*(f"{side.label.to(lang)} {n + 1}" for lang in LANGUAGES)))
            for n in can
        ]
    return Table(f"comparison_{rule}", family.label, family.key, tuple(columns)), wide[
        [column.name for column in columns]
    ]


TITLE, BASE = (
    Text("{number} {title}", "{number} {title}"),
    Text("{number} {title}（基准）", "{number} {title} (baseline)"),
)
AGAINST = Text("方案 {number} 较基准", "Scenario {number}: difference")
