"""The audit workbook: parameters, what was given, every step as a live formula, results, differences, explanations."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import xlsxwriter

from simlib.money import to_fen
from simlib.rules import FAMILIES
from simlib.rules.deposit.withholding import PREPAYMENTS
from simlib.scenario import Part, Run
from simlib.tables import small
from simlib.workbook import deposit, dip, retention
from simlib.workbook.about import cover, values_of, version
from simlib.workbook.checks import checked, differences, document_run, explained, verdict
from simlib.workbook.inputs import Contribution, InputSheet, institutions_sheet, months
from simlib.workbook.parameters import Levers
from simlib.workbook.run import table_sheet
from simlib.workbook.sheet import OPTIONS, Styles, Worksheet

INSTITUTIONS = "institutions"


def audit(run: Run, language: str = "zh") -> bytes:
    """The workbook's bytes: the deposit, retention and the clearing of DIP as formulas that a spreadsheet recalculates
    to the fen.

    The value beside each formula is worked out here from the same expression, and the amounts are those of the run: the
    workbook is not written where they are not. BadInput where amounts or decimals are more than a spreadsheet can hold.
    """
    levers = Levers({name: part.params for name, part in run.parts.items()})
    made = _made(run, levers, language)
    for name, sheets in made.items():
        _agree(run.parts[name], sheets)
    document = document_run(run)
    others = {name: document.parts.get(name) if document else None for name in made}
    compared = [differences(run.parts[name], sheets.outcome, others[name], language) for name, sheets in made.items()]
    pages = [page for sheets in made.values() for page in sheets.pages]
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        _write(book, run, levers, made, pages, compared, others, language)
    return buffer.getvalue()


def _write(
    book,
    run: Run,
    levers: Levers,
    made: dict[str, Contribution],
    pages: list[Worksheet],
    compared: list[Worksheet],
    others,
    language: str,
):
    styles = Styles(book)
    checks = [check for sheets in made.values() for check in sheets.checks]
    cover(book, styles, run, [*pages, *compared], verdict(checks, language), language)
    levers.write(book, styles, language)
    checked(book, styles, checks, language)
    for page in [*pages, *compared]:
        page.write(book, styles)
    for name in values_of(run):
        for table, frame in run.results[name].items():
            if not FAMILIES[name].result(table).large:
                table_sheet(book, FAMILIES[name].result(table), frame, language)
    explained(book, styles, [(run.parts[name], others[name]) for name in made], language)
    version(book, styles, run, language)


def _made(run: Run, levers: Levers, language: str) -> dict[str, Contribution]:
    """The sheets of each rule that has formulas, in the order of calculation; what two of them share stands with the
    first."""
    made: dict[str, Contribution] = {}
    if given := _institutions(run, language):
        told = _prepayments(run)
        paid = None if told is None else months(told, given, levers, language, "dip" in run.parts)
        if "dip" in run.parts:
            places = {one: place for place, one in enumerate(given.table[given.declared.key], start=1)}
            made["dip"] = dip.sheets(run.parts["dip"], paid, places, levers, language)
        if "deposit" in run.parts:
            made["deposit"] = deposit.sheets(run.parts["deposit"], given, paid, levers, language)
        first = next(iter(made.values()))
        first.pages[:0] = [given.page, *(paid.pages if paid else [])]
        first.checks[:0] = paid.checks if paid else []
    if "retention" in run.parts:
        made["retention"] = retention.sheets(run.parts["retention"], levers, language)
    return made


def _institutions(run: Run, language: str) -> InputSheet | None:
    """The institutions as the last rule saw them: the deposit's scores may come from a card."""
    seen = [run.parts[name].seen for name in ("deposit", "dip") if name in run.parts]
    return institutions_sheet(small(seen[0], INSTITUTIONS), language) if seen else None


def _prepayments(run: Run) -> pd.DataFrame | None:
    """What was prepaid each month, by the settlement of this run or as the data say."""
    if "dip" in run.parts:
        return run.results["dip"].get("dip_prepayments")
    seen = run.parts["deposit"].seen
    return small(seen, PREPAYMENTS) if PREPAYMENTS in seen else None


def _agree(part: Part, sheets: Contribution) -> None:
    """That the formulas come to what the rule came to."""
    table, amount = part.family.amount
    theirs = part.results[table].set_index(part.family.key)[amount].reindex(sheets.outcome.subjects)
    ours = np.round(sheets.outcome.amount.value, 2)
    if not np.array_equal(to_fen(ours), to_fen(theirs.to_numpy())):
        raise AssertionError(f"the formulas of {part.family.name} do not come to what the rule came to")
