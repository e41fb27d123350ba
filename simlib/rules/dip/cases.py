"""The points of every case as a table that is made when somebody asks for it: it may have tens of millions of rows."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from simlib.clauses import cites
from simlib.columns.values import row_of
from simlib.rules.dip.case_checks import asked, bounded, known, refuse_ungrouped, without_group
from simlib.rules.dip.params import DipParams, Ledger, Ungrouped
from simlib.rules.dip.points import (
    CASES_READ,
    COLUMNS,
    MEASURED_BY,
    MICRO,
    UNIT,
    WEIGHED,
    PointsKind,
    Scoring,
    large,
    measured,
    measures,
    places_of,
    scored,
)
from simlib.rules.family import Results
from simlib.tables.large import Large

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

    from simlib.tables.large.queries import Queries

Cases = pd.DataFrame | Large
MOST = 20  # cases told of one institution


@cites("JY 27", "JY 28", "JY 29", "JY 38", "JY 39")
def score_cases(
    cases: Cases,
    institutions: pd.DataFrame,
    groups: pd.DataFrame,
    peer_means: pd.DataFrame,
    params: DipParams | None = None,
) -> pd.DataFrame:
    """The points of every case (JY art. 27-29, 38, 39), as the table ``dip_cases``.

    Parameters
    ----------
    cases: a DataFrame, or a large table in its file; institutions, groups, peer_means: as in the data folder.

    Returns
    -------
    One row a case, by case_id: case_id, institution_id, reason, deviation (ratio, missing without a mean),
    panel_review, points, deducted_points, stays (settled stays: more than one for bed-days beyond ``cycle_days``).

    Raises
    ------
    BadInput: a missing column, a case of an institution or group that its table lacks, or, where ``ungrouped`` says
        so, cases without a group.
    """
    from simlib.tables.large import engine
    from simlib.tables.large.queries import Queries

    params = params or DipParams()
    with engine(len(cases)) as backend:
        queries = Queries(backend)
        large(cases).known(queries, CASES_READ)
        asked(cases, institutions, ("case_id",))
        queries.rows("places", places_of(institutions))
        queries.rows("measure", measures(groups, peer_means))
        known(queries, institutions, groups)
        bounded(queries, int(params.readmission_days))
        if params.ungrouped is Ungrouped.REFUSE:
            refuse_ungrouped(*without_group(queries))
        per_fen = _per_fen(queries, params) if params.ungrouped is Ungrouped.COST else None
        return queries.frame(_told, *MEASURED_BY, scoring=Scoring.of(params, per_fen))


def _scored(cases: ir.Table, places: ir.Table, measure: ir.Table, scoring: Scoring) -> ir.Table:
    return scored(measured(cases, places, measure, scoring.readmission_days), scoring)


def _told(cases: ir.Table, places: ir.Table, measure: ir.Table, scoring: Scoring) -> ir.Table:
    return _scored(cases, places, measure, scoring).select(*COLUMNS).order_by("case_id")


@cites("JY 27")
def _per_fen(queries: Queries, params: DipParams) -> Fraction | None:
    """Group points [UNIT] over cost [fen] of the cases with a group, bed-days aside; None where they cost nothing."""
    found = queries.first(_grouped, *MEASURED_BY, days=int(params.readmission_days))
    return Fraction(int(found["points"] or 0), int(found["fen"])) if found["fen"] else None


def _grouped(cases: ir.Table, places: ir.Table, measure: ir.Table, days: int) -> ir.Table:
    one = measured(cases, places, measure, days)
    one = one.filter(~one.ungrouped & (one.cell != PointsKind.BED_DAY.value))
    return one.agg(points=one.p.sum(), fen=one.fen.sum())


class CaseScores:
    """The table ``dip_cases`` of one settlement: written whole, or read for one institution or one case."""

    def __init__(
        self, cases: Cases, institutions: pd.DataFrame, groups: pd.DataFrame, means: pd.DataFrame, params: DipParams,
        per_fen: Fraction | None = None,
    ):  # fmt: skip
        self.cases, self.institutions, self.measure, self.params = cases, institutions, measures(groups, means), params
        self.per_fen = per_fen  # see Index

    @property
    def as_table(self) -> pd.DataFrame:
        """Itself, where result tables stand: what writes them asks for nothing else than its length and
        ``to_parquet``."""
        return cast(pd.DataFrame, self)

    def __len__(self) -> int:
        return len(self.cases)

    def to_parquet(self, path: Path, index: bool = False) -> None:
        """All cases, by case_id, without ever holding them in memory."""
        from simlib.tables.large import engine

        with engine(len(self.cases)) as backend:
            queries = self._known(backend)
            queries.view("told", _told, *MEASURED_BY, scoring=Scoring.of(self.params, self.per_fen))
            # Whether an engine knows that none of these is blank hangs on the file; the bytes it writes must not.
            never = {"case_id": "", "institution_id": "", "reason": "", "stays": 0}
            told = queries.table("told")
            told = told.mutate(**{name: told[name].nullif(value) for name, value in never.items()})
            backend.to_parquet(told.order_by("case_id"), path)

    def matter(self, institution: str, results: Results, most: int = MOST) -> pd.DataFrame:
        """The cases of one institution whose points are worth most above or below what they cost.

        The columns of ``dip_cases`` with group_code, total_cost [yuan], base (points of the group), worth = what the
        points, weighed where the coefficient weighs them, come to at the point value, and gap = worth - total_cost.
        """
        from simlib.tables.large import engine

        row = row_of(results["dip_institutions"], "institution_id", institution)
        ledgers = results["dip_ledgers"]
        values = results["dip_fund"].set_index("scheme")["point_value"]
        scheme = ledgers.loc[ledgers["institution_id"] == institution, "scheme"]
        with engine(len(self.cases)) as backend:
            one = self._scored(backend).filter(lambda t: t.institution_id == institution)
            told: pd.DataFrame = (
                self._worth(one, float(row["coefficient"]), values[scheme].to_dict())
                .order_by("order", "case_id")
                .limit(most)
                .to_pandas()
            )
            return told

    def one(self, case: str, results: Results) -> pd.DataFrame:
        """The row of one case as :meth:`matter` gives it; no row where there is no such case."""
        from simlib.tables.large import engine

        coefficient = results["dip_institutions"].set_index("institution_id")["coefficient"]
        values = results["dip_fund"].set_index("scheme")["point_value"].to_dict()
        with engine(len(self.cases)) as backend:
            found = self._scored(backend).filter(lambda t: t.case_id == case)
            whose = found.institution_id.to_pandas()
            weight = float(coefficient.get(whose.iloc[0], 1.0)) if len(whose) else 1.0
            told: pd.DataFrame = self._worth(found, weight, values).to_pandas()
            return told

    def _scored(self, backend: ibis.BaseBackend) -> ir.Table:
        queries = self._known(backend)
        queries.view("scored", _scored, *MEASURED_BY, scoring=Scoring.of(self.params, self.per_fen))
        return queries.table("scored")

    def _known(self, backend: ibis.BaseBackend) -> Queries:
        """The tables that cases are scored by, known to an engine."""
        from simlib.tables.large.queries import Queries

        queries = Queries(backend)
        large(self.cases).known(queries, CASES_READ)
        queries.rows("places", places_of(self.institutions))
        queries.rows("measure", self.measure)
        return queries

    @staticmethod
    def _worth(one: ir.Table, coefficient: float, values: Mapping[Any, float]) -> ir.Table:
        import ibis

        known = [(one.scheme == scheme, value) for scheme, value in values.items() if scheme != Ledger.POOLED.value]
        value = ibis.cases(*known) if known else ibis.literal(float(values[Ledger.POOLED.value]))
        weighed = one.cell.isin([kind.value for kind in WEIGHED])
        worth = (one.points * weighed.ifelse(coefficient, 1.0) - one.deducted_points) * value
        gap = worth - one.total_cost
        more = {"mean": one.mean / MICRO, "base": one.p / UNIT, "worth": worth, "gap": gap, "order": -gap.abs()}
        return one.select(*COLUMNS, "group_code", "total_cost", weighed=weighed, **more)
