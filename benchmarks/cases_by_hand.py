"""The sums of a DIP settlement over its cases, once for given limits, as analysts write them: in SQL and in pandas.

Both take the rules straight from the draft (JY art. 22, 27-29, 38, 39) and know nothing of simlib. Each gives one row
an institution and scheme: cases and points by kind of group, irregular cases apart; how many cases were treated in
which way; ages and core cases for the coefficient; and money.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

KEY = ["institution_id", "scheme"]
DOCUMENT = {"low": 0.4, "high": 2.5, "review": 3.0}
KINDS = {"core": ["core"], "other": ["mixed", "tcm"], "primary": ["primary"], "bed_day": ["bed_day"]}
READ = [
    *KEY, "group_code", "age", "length_of_stay", "total_cost", "fund_billed", "patient_paid", "other_paid",
    "auxiliary_factor", "reviewed_points", "irregular", "readmission",
]  # fmt: skip
SQL = """
WITH measured AS (
    SELECT c.*, g.kind, g.points AS p, c.total_cost / m.mean_cost AS r,
           NOT irregular AND readmission AS repeated,
           NOT irregular AND reviewed_points IS NOT NULL AS by_panel,
           kind <> 'bed_day' AND auxiliary_factor IS NULL AND NOT repeated AND NOT by_panel AS by_ratio
    FROM read_parquet($cases) c
    JOIN institutions i ON i.institution_id = c.institution_id
    JOIN groups g ON g.group_code = c.group_code
    LEFT JOIN peer_means m ON m.group_code = c.group_code AND m.level = i.level
), scored AS (
    SELECT *, CASE WHEN repeated THEN 0
                   WHEN by_panel THEN reviewed_points
                   WHEN kind = 'bed_day' THEN p * length_of_stay
                   WHEN auxiliary_factor IS NOT NULL THEN p * (1 + auxiliary_factor)
                   WHEN r <= $low THEN p * r
                   WHEN r >= $high THEN p * (r - $high + 1)
                   ELSE p END AS points
    FROM measured
)
SELECT institution_id, scheme,
       count(*) AS cases,
       count(*) FILTER (kind = 'core') AS core_cases,
       count(*) FILTER (irregular) AS irregular_cases,
       count(*) FILTER (readmission) AS readmission_cases,
       count(*) FILTER (reviewed_points IS NOT NULL AND NOT readmission) AS reviewed_cases,
       count(*) FILTER (
           auxiliary_factor IS NOT NULL AND kind <> 'bed_day' AND NOT readmission AND reviewed_points IS NULL
       ) AS auxiliary_cases,
       count(*) FILTER (kind = 'bed_day') AS bed_day_cases,
       count(*) FILTER (NOT irregular AND by_ratio AND r <= $low) AS low_cases,
       count(*) FILTER (NOT irregular AND by_ratio AND r >= $high) AS high_cases,
       count(*) FILTER (NOT irregular AND by_ratio AND r >= $review) AS panel_cases,
       count(*) FILTER (by_ratio AND r IS NULL) AS no_peer,
       count(*) FILTER (age >= 60) AS elderly,
       count(*) FILTER (age <= 6) AS child,
       sum(p) FILTER (kind = 'core') AS core_group_points,
       sum(points) FILTER (NOT irregular AND kind = 'core') AS core,
       sum(points) FILTER (NOT irregular AND kind IN ('mixed', 'tcm')) AS other,
       sum(points) FILTER (NOT irregular AND kind = 'primary') AS "primary",
       sum(points) FILTER (NOT irregular AND kind = 'bed_day') AS bed_day,
       sum(points) FILTER (irregular AND kind = 'core') AS irregular_core,
       sum(points) FILTER (irregular AND kind IN ('mixed', 'tcm')) AS irregular_other,
       sum(points) FILTER (irregular AND kind = 'primary') AS irregular_primary,
       sum(points) FILTER (irregular AND kind = 'bed_day') AS irregular_bed_day,
       sum(fund_billed) AS billed,
       sum(patient_paid) AS patient_paid,
       sum(other_paid) AS other_paid,
       sum(total_cost) FILTER (by_ratio AND r IS NULL) AS no_peer_cost
FROM scored
GROUP BY ALL
"""


class Database:
    """DuckDB as it comes, with the small tables; the cases stay in their file."""

    def __init__(self, cases: Path, small: dict[str, pd.DataFrame]):
        self.cases, self.connection = str(cases), duckdb.connect()
        self.connection.execute("SET enable_progress_bar = false")
        for name, table in small.items():
            self.connection.register(name, table)

    def sums(self, limits: dict[str, float]) -> pd.DataFrame:
        return self.connection.execute(SQL, {"cases": self.cases, **limits}).df()


def pandas_sums(
    cases: Path, institutions: pd.DataFrame, groups: pd.DataFrame, peer_means: pd.DataFrame, *,
    low: float, high: float, review: float,
) -> pd.DataFrame:  # fmt: skip
    """The columns needed, merged into one wide table; then a rule after the other, and sums."""
    table = pd.read_parquet(cases, columns=READ)
    # Texts come as categories, and merge several times as fast with the same ones.
    of = {name: table[name].dtype for name in ("institution_id", "group_code")}
    table = table.merge(institutions[["institution_id", "level"]].astype({"institution_id": of["institution_id"]}))
    table = table.merge(groups[["group_code", "kind", "points"]].astype({"group_code": of["group_code"]}))
    means = peer_means[["level", "group_code", "mean_cost"]].astype({"group_code": of["group_code"]})
    table = table.merge(means, how="left", on=["level", "group_code"])
    p, r, kind = table["points"], table["total_cost"] / table["mean_cost"], table["kind"]
    irregular, readmission = table["irregular"], table["readmission"]
    auxiliary, reviewed = table["auxiliary_factor"].notna(), table["reviewed_points"].notna()
    bed_day = kind == "bed_day"
    repeated, by_panel = ~irregular & readmission, ~irregular & reviewed
    by_ratio = ~(bed_day | auxiliary | repeated | by_panel)
    rules = [
        (repeated, 0.0), (by_panel, table["reviewed_points"]), (bed_day, p * table["length_of_stay"]),
        (auxiliary, p * (1 + table["auxiliary_factor"])), (r <= low, p * r), (r >= high, p * (r - high + 1)),
    ]  # fmt: skip
    points = np.select(*zip(*rules, strict=True), default=p)
    deviating, no_peer = by_ratio & ~irregular, by_ratio & r.isna()
    earned = {name: np.where(kind.isin(kinds) & ~irregular, points, 0) for name, kinds in KINDS.items()}
    lost = {f"irregular_{name}": np.where(kind.isin(kinds) & irregular, points, 0) for name, kinds in KINDS.items()}
    values = {
        "cases": 1, "core_cases": kind == "core", "irregular_cases": irregular, "readmission_cases": readmission,
        "reviewed_cases": reviewed & ~readmission, "auxiliary_cases": auxiliary & ~(bed_day | readmission | reviewed),
        "bed_day_cases": bed_day,
        "low_cases": deviating & (r <= low), "high_cases": deviating & (r >= high),
        "panel_cases": deviating & (r >= review),
        "no_peer": no_peer, "elderly": table["age"] >= 60, "child": table["age"] <= 6,
        "core_group_points": np.where(kind == "core", p, 0), **earned, **lost,
        "billed": table["fund_billed"], "patient_paid": table["patient_paid"], "other_paid": table["other_paid"],
        "no_peer_cost": np.where(no_peer, table["total_cost"], 0),
    }  # fmt: skip
    return table[KEY].assign(**values).groupby(KEY, observed=True).sum().reset_index()


def differences(one: pd.DataFrame, other: pd.DataFrame) -> tuple[int, float]:
    """How many counts of two tables of sums differ, and the largest difference of a sum of points or money, in parts of
    it."""
    one, other = (table.astype({"scheme": "str"}).set_index(KEY).sort_index().fillna(0) for table in (one, other))
    if list(one) != list(other) or not one.index.equals(other.index):
        raise ValueError("not the same sums")
    counts = list(other.select_dtypes("integer"))
    sums = [name for name in other if name not in counts]
    off = (one[sums] - other[sums]).abs() / other[sums].abs().clip(lower=1)
    return int((one[counts] != other[counts]).to_numpy().sum()), float(off.to_numpy().max())
