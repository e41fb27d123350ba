"""For the tests of DIP: rows of text as the tables that simlib takes, and what exact_dip gives as the rows simlib
gives."""

from math import isclose

import pandas as pd

from oracles import exact_dip
from simlib.columns import TABLES, Type

NUMBERS = {Type.INTEGER: float, Type.NUMBER: float, Type.MONEY: float}  # a blank makes a column of whole numbers floats
EXACT = {"institution_id", "scheme", "month", "grade", "outcome"}  # texts; money and counts are exact besides


def frames(tables):
    """Each list of rows as simlib.tables reads it from a folder; a column stands where any row has the key."""
    return {name: frame(rows, name) for name, rows in tables.items()}


def frame(rows, name):
    columns = dict.fromkeys(column for row in rows for column in row)
    declared = TABLES[name].by_name
    cells = {column: [cell(row.get(column), declared[column].type) for row in rows] for column in columns}
    if not rows:
        cells = {column: [] for column, one in declared.items() if one.required}
    table = pd.DataFrame(cells)
    texts = [c for c in cells if declared[c].type in (Type.TEXT, Type.CHOICE, Type.DATE)]
    return table.astype(dict.fromkeys(texts, "str"))


def cell(value, kind):
    if value is None or value == "":
        return None
    return {"true": True, "false": False}[str(value).lower()] if kind is Type.BOOLEAN else NUMBERS.get(kind, str)(value)


def yuan(fen):
    return float(exact_dip.Fraction(fen, 100))


def floats(row, money=()):
    """Fractions as floats, and whole fen as yuan."""
    return {
        name: yuan(value) if name in money else float(value) if isinstance(value, exact_dip.Fraction | int) else value
        for name, value in row.items()
    }


MONEY = (*exact_dip.MONEY, *exact_dip.CLEARED, "prepaid", "penalties", "balance", "negotiated_paid")
FUND_MONEY = (
    "income", "regulation_set_aside", "fund_carried", "surplus_moved", "regulation_fund", *exact_dip.SPENDING,
    "ceiling", "headroom", "distributable", "shares_due", "shares_paid", "fund_left", "floored", "undistributed",
    "negotiated_paid",
)  # fmt: skip
LEDGER = ("outcome", "approved_points", *exact_dip.MONEY, *exact_dip.CLEARED, "clearing_ratio")


def expected(result):
    """What exact_dip.settle gives, as lists of rows by the names of simlib's tables."""
    tables = {
        "dip_institutions": [
            {"institution_id": name, **floats(row, MONEY)} for name, row in result["institutions"].items()
        ],
        "dip_coefficients": [{"institution_id": name, **floats(row)} for name, row in result["coefficients"].items()],
        "dip_ledgers": [
            {"institution_id": name, "scheme": ledger, **floats({column: row[column] for column in LEDGER}, MONEY)}
            for (ledger, name), row in result["ledgers"].items()
        ],
        "dip_fund": [{"scheme": ledger, **floats(row, FUND_MONEY)} for ledger, row in result["fund"].items()],
        "dip_counts": [{"institution_id": name, **floats(row)} for name, row in result["counts"].items()],
    }
    if result["advances"]:
        columns = ("institution_id", "working_capital", "procurement_advance", "advanced_last_year", "net")
        tables["dip_advances"] = [
            dict(zip(columns, (name, *map(float, sums)), strict=True)) for name, sums in result["advances"].items()
        ]
    if result["prepayments"]:
        columns = ("institution_id", "month", "billed", "penalties", "prepaid")
        tables["dip_prepayments"] = [
            dict(zip(columns, (*row[:2], *map(yuan, row[2:])), strict=True)) for row in result["prepayments"]
        ]
    return tables


def differences(results, wanted):
    """Where simlib's tables are not the rows wanted, as lines: money and counts exactly, other floats to 14 digits."""
    lines = []
    for name, rows in wanted.items():
        table = results[name]
        key = [column for column in ("institution_id", "scheme", "month") if column in table]
        if table[key].to_dict("records") != [{column: row[column] for column in key} for row in rows]:
            lines.append(f"{name}: {table[key].to_dict('records')} instead of {rows}")
            continue
        for got, row in zip(table.to_dict("records"), rows, strict=True):
            lines += [
                f"{name} {[row[one] for one in key]} {column}: {got[column]!r} instead of {want!r}"
                for column, want in row.items()
                if not same(got[column], want, column)
            ]
    return lines


def same(got, want, column, digits=1e-14):
    if want is None:
        return got != got
    if isinstance(want, str):
        return got == want
    return got == want if column in {*MONEY, *FUND_MONEY, "cases"} else isclose(got, want, rel_tol=digits, abs_tol=0)
