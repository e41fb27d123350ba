"""One section of a report, and its HTML: a heading, sentences, a figure, a table."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from html import escape

import pandas as pd

from simlib.columns import Table
from simlib.report import figure as figures
from simlib.report.stamp import Stamp, documents_of
from simlib.report.table import table_html
from simlib.rules.family import Family
from simlib.words import Text


@dataclass(frozen=True)
class Section:
    """What a report says in one place. ``figure`` is one of simlib.charts, ``table`` a declared table and its rows.

    ``basis`` names the documents by key where they are not those of all rules of the run.
    """

    title: Text
    help: Text = Text("", "")
    lines: tuple[Text, ...] = ()
    figure: dict | None = None
    table: tuple[Table, pd.DataFrame] | None = None
    basis: tuple[str, ...] = ()


def of_rules(sections: Iterable[Section], *rules: Family) -> list[Section]:
    """The sections with the documents of these rules as their basis."""
    basis = documents_of(one.params for one in rules)
    return [replace(one, basis=basis) for one in sections]


def section_html(section: Section, stamp: Stamp, language: str) -> str:
    """The whole section; a figure is drawn by the page's script from the JSON that stands with it."""
    return f"<section>{top_html(section, stamp, language)}{tail_html(section, language)}</section>"


def top_html(section: Section, stamp: Stamp, language: str) -> str:
    """Everything above the table; a figure stays on one page of paper with its heading."""
    head = head_html(section, language)
    if section.figure is None:
        return head
    return f'<div class="together">{head}{_figure(section, stamp, language)}</div>'


def head_html(section: Section, language: str) -> str:
    """Heading, help and sentences."""
    help = f'<p class="help">{escape(section.help.to(language))}</p>' if section.help.to(language) else ""
    return f"<h2>{escape(section.title.to(language))}</h2>{help}{_list(section.lines, 'lines', language)}"


def tail_html(section: Section, language: str) -> str:
    """The table."""
    return table_html(*section.table, language) if section.table else ""


def plot_html(description: dict) -> str:
    """A place for plotly's description of a figure, which the page's script draws there."""
    height = description["layout"].get("height", figures.HEIGHT)
    text = json.dumps(description, ensure_ascii=False, separators=(",", ":"))
    return f'<div class="plot" style="height:{height}px" data-figure="{escape(text)}"></div>'


def _figure(section: Section, stamp: Stamp, language: str) -> str:
    """The figure, its notes, and below it year, basis, data and scenario."""
    plot = plot_html(figures.described(section.figure, language))
    notes = _list(tuple(section.figure.get("notes", ())), "notes", language)
    return f"<figure>{plot}{notes}<figcaption>{escape(stamp.line(section.basis).to(language))}</figcaption></figure>"


def _list(lines: tuple[Text, ...], kind: str, language: str) -> str:
    if len(lines) == 1:
        return f'<p class="{kind}">{escape(lines[0].to(language))}</p>'
    items = "".join(f"<li>{escape(line.to(language))}</li>" for line in lines)
    return f'<ul class="{kind}">{items}</ul>' if items else ""
