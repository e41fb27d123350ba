"""docs/glossary.md: the field's terms, the words and symbols of the code, what the rules export, and every column."""

from __future__ import annotations

import csv
import inspect
from enum import Enum, EnumMeta
from functools import cache
from importlib import import_module, resources
from typing import NamedTuple

from simlib.columns import TABLES, Column, Table, Type
from simlib.params import CHOICE, DATE, Choice
from simlib.rules import FAMILIES
from simlib.words import Text

GLOSSARY = "docs/glossary.md"
MOST = 12  # options of a column that are listed
KINDS = {
    "field": Text("业务术语", "Terms of the field"),
    "code": Text("代码用词", "Words of the code"),
    "symbol": Text("符号与刻度", "Symbols and scales"),
}
TYPES = {
    Type.TEXT: Text("文字", "text"),
    Type.INTEGER: Text("整数", "whole number"),
    Type.NUMBER: Text("数", "number"),
    Type.MONEY: Text("金额", "money"),
    Type.BOOLEAN: Text("是或否", "yes or no"),
    Type.CHOICE: CHOICE.label,
    Type.VALUE: Text("数，或以 1、0 表示是否", "a number, or yes and no as 1 and 0"),
    Type.DATE: DATE.label,
    Type.MONTH: Text("月份", "month"),
}


class Term(NamedTuple):
    """A word that a newcomer would have to guess, with what it means here."""

    kind: str
    word: str
    zh: str
    meaning: Text


@cache
def terms() -> tuple[Term, ...]:
    """The declared words: terms.csv beside this file."""
    text = resources.files(__package__).joinpath("terms.csv").read_text("utf-8")
    return tuple(
        Term(row["kind"], row["word"], row["zh"], Text(row["meaning_zh"], row["meaning_en"]))
        for row in csv.DictReader(text.splitlines())
    )


def exported() -> dict[str, dict[str, str]]:
    """By family, what its folder exports and what each is; "" where nobody says."""
    found = {}
    for name in FAMILIES:
        module = import_module(f"simlib.rules.{name}")
        found[name] = {one: _what(one, getattr(module, one)) for one in module.__all__}
    return found


def _what(name: str, one: object) -> str:
    """A constant by its term, options by their labels, anything else by the first paragraph of its docstring."""
    if isinstance(one, EnumMeta):
        options: list[Enum] = list(one)
        return "; ".join(f"`{option.value}` {_label(option)}".strip() for option in options)
    if callable(one) and vars(one).get("__doc__", one.__doc__):
        return (inspect.getdoc(one) or "").split("\n\n")[0].replace("\n", " ")
    return next((f"{term.meaning.zh} {term.meaning.en}" for term in terms() if term.word == name), "")


def _label(option: object) -> str:
    return f"{option.label.zh} {option.label.en}" if isinstance(option, Choice) else ""


def document() -> str:
    """docs/glossary.md."""
    parts = [HEAD]
    for kind, title in KINDS.items():
        rows = [[f"`{one.word}`", one.zh, one.meaning.zh, one.meaning.en] for one in terms() if one.kind == kind]
        parts.append(_section(title, ["word 词", "中文", "含义", "meaning"], rows))
    for name, names in exported().items():
        title = Text(f"规则 {name} 的名称", f"Names of simlib.rules.{name}")
        parts.append(_section(title, ["name 名称", "what 说明"], [[f"`{one}`", what] for one, what in names.items()]))
    results = [table for family in FAMILIES.values() for table in family.results]
    for group, tables in ((DATA, TABLES.values()), (RESULTS, results)):
        parts += [f"\n## {group.zh} · {group.en}\n", *(_table(table) for table in tables)]
    headlines = [(name, column) for name, family in FAMILIES.items() for column in (*family.headlines, *family.shares)]
    rows = [[f"`{name}.{column.name}`", *_cells(column)] for name, column in headlines]
    return "".join(parts) + _section(HEADLINES, COLUMN, rows)


def _table(table: Table) -> str:
    rows = [[f"`{table.name}.{column.name}`", *_cells(column)] for column in table.columns]
    return f"\n### {table.name} · {table.label.zh} · {table.label.en}\n\n{_rows(COLUMN, rows)}"


def _cells(column: Column) -> list[str]:
    unit = f"{column.unit.zh} {column.unit.en}" if column.unit.zh else ""
    return [column.label.zh, column.label.en, unit, _range(column)]


def _range(column: Column) -> str:
    """What a column takes: its options or bounds, in both languages."""
    kind = TYPES[column.type]
    if column.options:
        shown = [f"`{value}` {label.zh} {label.en}" for value, label in list(column.options.items())[:MOST]]
        return "; ".join(shown + ([f"… ({len(column.options)})"] if len(column.options) > MOST else []))
    bounds = "" if column.low is None else f", {column.low:,.15g} – {column.high:,.15g}"
    return f"{kind.zh} {kind.en}{bounds}"


def _section(title: Text, headings: list[str], rows: list[list[str]]) -> str:
    return f"\n## {title.zh} · {title.en}\n\n{_rows(headings, rows)}"


def _rows(headings: list[str], rows: list[list[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


COLUMN = ["column 列", "名称", "name", "unit 单位", "what 内容"]
DATA, RESULTS = Text("数据表的列", "Columns of the data"), Text("结果表的列", "Columns of the results")
HEADLINES = Text("主要数字和份额", "Headline numbers and shares")
HEAD = """# Glossary · 词汇表

Made by `simlib.reference.write` from the declarations; a test keeps it true. 由程序从声明生成，测试保证与程序一致。

Clauses: [clauses.md](clauses.md). Parameters: [parameters.md](parameters.md). Outcomes: [outcomes.md](outcomes.md).
"""
