"""What the columns mean: the data folder's tables, each column declared once.

Name, type, unit, range and labels stand here; reading and checking files, result headings,
workbooks and documentation follow from it.
"""

from simlib.columns.agreements import APPLICANTS, CALENDAR, DEADLINES, INCIDENTS, ITEMS, REQUESTS, STEPS
from simlib.columns.base import LARGEST_AMOUNT, SHARE, Column, Table, Type, part, yuan
from simlib.columns.cases import (
    BILLING,
    CARE,
    CASES,
    FUNDS,
    GROUP_CODE,
    GROUPS,
    HISTORY,
    KINDS,
    OF_REFUNDS,
    ORIGINAL,
    PEER_MEANS,
    POOLED,
    REFUNDED,
    SAME_STAY,
    SCHEMES,
    SETTLED_AS,
    TAKEN_BACK,
    VALID,
)
from simlib.columns.institutions import (
    COMMUNITIES,
    FACTS,
    GRADES,
    INSTITUTIONS,
    ITEM_SCORES,
    LEVELS,
    OWNERSHIP,
    STAGES,
    TYPES,
)
from simlib.units import COUNT, DAYS, POINTS, YUAN, YUAN_A_POINT

__all__ = [
    "APPLICANTS", "BILLING", "CALENDAR", "CARE", "CASES", "COMMUNITIES", "COUNT", "DAYS", "DEADLINES", "FACTS", "FUNDS",
    "GRADES", "GROUPS", "GROUP_CODE", "HISTORY", "INCIDENTS", "INSTITUTIONS", "ITEMS", "ITEM_SCORES", "KINDS",
    "LARGEST_AMOUNT", "LEVELS", "OF_REFUNDS", "ORIGINAL", "OWNERSHIP", "PEER_MEANS", "POINTS", "POOLED", "REFUNDED",
    "REQUESTS", "SAME_STAY", "SCHEMES", "SETTLED_AS", "SHARE", "STAGES", "STEPS", "TABLES", "TAKEN_BACK", "TYPES",
    "VALID", "YUAN", "YUAN_A_POINT", "Column", "Table", "Type", "part", "yuan",
]  # fmt: skip

TABLES = {
    table.name: table
    for table in (
        INSTITUTIONS,
        FACTS,
        ITEM_SCORES,
        CASES,
        HISTORY,
        GROUPS,
        PEER_MEANS,
        FUNDS,
        BILLING,
        COMMUNITIES,
        APPLICANTS,
        DEADLINES,
        CALENDAR,
        INCIDENTS,
    )
}
