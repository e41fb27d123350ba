"""For the tests of agreements: rows of text as simlib's tables, and its results in the words of exact_agreement."""

from datetime import date

import pandas as pd

from oracles import exact_agreement
from simlib.columns import TABLES, Type

FLAGS = ("interview", "payment_held", "staff_suspended", "referred")


def frame(rows, name):
    """Rows of text as simlib.tables reads them; a column stands where any row has the key."""
    columns = dict.fromkeys(column for row in rows for column in row)
    declared = TABLES[name].by_name
    return pd.DataFrame({column: [cell(row.get(column), declared[column].type) for row in rows] for column in columns})


def cell(text, kind):
    if text in (None, ""):
        return None
    match kind:
        case Type.BOOLEAN:
            return {"yes": True, "no": False}[text]
        case Type.DATE:
            return date.fromisoformat(text)
        case Type.INTEGER:
            return int(text)
        case Type.MONEY:
            return float(text)
    return text


def fen(yuan):
    """Yuan as they print in whole fen."""
    return exact_agreement.fen(repr(yuan))


def blank(value):
    return None if pd.isna(value) else value


def breaches(table):
    """The table ``agreement`` as exact_agreement.consequences gives it."""
    return {
        row["incident_id"]: {
            "flags": {name for name in FLAGS if row[name]},
            "action": row["action"],
            **{name: fen(row[name]) for name in ("loss", "recovered", "damages", "total")},
            **{name: blank(row[name]) for name in ("days_left", "reentry", "head_reentry")},
        }
        for row in table.to_dict("records")
    }


def of_institutions(table):
    """The table ``agreement_institutions`` as exact_agreement.institutions gives it."""
    return {
        row["institution_id"]: {
            **{name: row[name] for name in ("incidents", "action", "referred")},
            **{name: fen(row[name]) for name in ("loss", "recovered", "damages", "total")},
            **{name: blank(row[name]) for name in ("days_left", "reentry")},
        }
        for row in table.to_dict("records")
    }


def conditions(table):
    """The table ``agreement_conditions`` as exact_agreement.eligibility gives it."""
    clauses = table["clause"].str.removeprefix("JS3 ")
    return list(zip(table["applicant_id"], clauses, table["outcome"], strict=True))


def deadlines(table):
    """The table ``agreement_timeline``: by matter what exact_agreement.deadline gives."""
    return {
        row["matter_id"]: {
            **{name: row[name] for name in ("due", "status", "provisional", "standing")},
            **{name: blank(row[name]) for name in ("days", "ends")},
            "unpaid": None if pd.isna(row["unpaid"]) else fen(row["unpaid"]),
        }
        for row in table.to_dict("records")
    }
