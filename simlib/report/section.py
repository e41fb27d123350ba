"""One section of a report, and its HTML: a heading, sentences, a figure, a table."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

import pandas as pd
from markupsafe import Markup

from simlib.columns import Table
from simlib.report import figure as figures
from simlib.report.stamp import Stamp, documents_of
from simlib.report.table import table_html
from simlib.report.template import filled
from simlib.rules.family import Family
from simlib.words import NO_TEXT, Text


@dataclass(frozen=True)
class Section:
    """What a report says in one place. ``figure`` is one of simlib.charts, ``table`` a declared table and its rows.

    ``basis`` names the documents by key where they are not those of all rules of the run.
    """

    title: Text
    help: Text = NO_TEXT
    lines: tuple[Text, ...] = ()
    figure: dict | None = None
    table: tuple[Table, pd.DataFrame] | None = None
    basis: tuple[str, ...] = ()


def of_rules(sections: Iterable[Section], *rules: Family) -> list[Section]:
    """The sections with the documents of these rules as their basis."""
    basis = documents_of(one.params for one in rules)
    return [replace(one, basis=basis) for one in sections]


def section_html(section: Section, stamp: Stamp, language: str) -> Markup:
    """The whole section; a figure is drawn by the page's script from the JSON that stands with it."""
    return filled("section", top=top_html(section, stamp, language), tail=tail_html(section, language))


def top_html(section: Section, stamp: Stamp, language: str) -> Markup:
    """Everything above the table: heading, help and sentences; the figure, its notes, and below it what it was made
    from."""
    head = head_html(section, language)
    if section.figure is None:
        return head
    return filled(
        "figure",
        head=head,
        plot=plot_html(figures.described(section.figure, language)),
        language=language,
        notes=section.figure.get("notes", ()),
        caption=stamp.line(section.basis).to(language),
    )


def head_html(section: Section, language: str) -> Markup:
    """Heading, help and sentences."""
    return filled("head", section=section, language=language)


def tail_html(section: Section, language: str) -> Markup:
    """The table."""
    return table_html(*section.table, language) if section.table else Markup()


def plot_html(description: dict) -> Markup:
    """A place for plotly's description of a figure, which the page's script draws there."""
    text = json.dumps(description, ensure_ascii=False, separators=(",", ":"))
    return filled("plot", height=description["layout"].get("height", figures.HEIGHT), figure=text)
