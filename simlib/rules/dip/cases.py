"""The points of every case as a table that is made when somebody asks for it: it may have tens of millions of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from simlib.clauses import cites
from simlib.columns.values import row_of
from simlib.rules.dip import joined_stays
from simlib.rules.dip.basis import Basis, Quota
from simlib.rules.dip.case_checks import asked, bounded, known, negotiated, refuse_ungrouped, without_group
from simlib.rules.dip.index import Index
from simlib.rules.dip.params import DipParams, Ledger, Ungrouped
from simlib.rules.dip.points import (
    CASES_READ,
    COLUMNS,
    MEASURED_BY,
    MICRO,
    UNIT,
    WEIGHED,
    PointsKind,
    large,
    measured,
    measures,
    places_of,
    scored,
)
from simlib.rules.dip.scoring import PointValue, Scoring
from simlib.rules.dip.special import Values, special
from simlib.rules.family import Results
from simlib.tables.large import Large
from simlib.tables.large.shape import Bound

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

    from simlib.tables.large.queries import Queries

Cases = pd.DataFrame | Large
MEASURED = "measured"  # by which name an engine knows the cases with what their points are made of
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
    basis = Basis.of(params, cases.columns)
    with engine(len(cases)) as backend:
        queries = Queries(backend)
        asked(cases, institutions, ("case_id",))
        joined_stays.known(queries, large(cases))
        negotiated(queries)
        queries.rows("places", places_of(institutions))
        queries.rows("measure", measures(groups, peer_means))
        known(queries, institutions, groups)
        queries.kept(len(cases), MEASURED, measured, *MEASURED_BY, basis=basis)
        bounded(queries, MEASURED)
        if params.ungrouped is Ungrouped.REFUSE:
            refuse_ungrouped(*without_group(queries))
        per_fen = _per_fen(queries) if params.ungrouped is Ungrouped.COST else None
        return queries.frame(_told, MEASURED, scoring=Scoring.of(params, basis, per_fen))


def _told(cases: ir.Table, scoring: Scoring) -> ir.Table:
    return scored(cases, scoring).select(*COLUMNS).order_by("case_id")


def _whole(cases: ir.Table, scoring: Scoring) -> ir.Table:
    """Whether an engine knows that none of these is blank hangs on the file; the bytes it writes must not."""
    told = _told(cases, scoring)
    never = {"case_id": "", "institution_id": "", "reason": "", "stays": 0}
    return told.mutate(**{name: told[name].nullif(value) for name, value in never.items()})


@cites("JY 27")
def _per_fen(queries: Queries) -> Fraction | None:
    """Group points [UNIT] over cost [fen] of the cases with a group, bed-days aside; None where they cost nothing."""
    found = queries.first(_grouped, MEASURED)
    return Fraction(int(found["points"] or 0), int(found["fen"])) if found["fen"] else None


def _grouped(cases: ir.Table) -> ir.Table:
    one = cases.filter(~cases.ungrouped & (cases.cell != PointsKind.BED_DAY.value))
    return one.agg(points=one.p.sum(), fen=one.fen.sum())


class CaseScores:
    """The table ``dip_cases`` of one settlement: written whole, or read for one institution or one case."""

    def __init__(
        self, cases: Cases, institutions: pd.DataFrame, groups: pd.DataFrame, means: pd.DataFrame, params: DipParams,
        index: Index,
    ):  # fmt: skip
        self.cases, self.institutions, self.measure, self.params = cases, institutions, measures(groups, means), params
        self.scoring = Scoring.of(params, Basis.of(params, cases.columns), index.per_fen)
        self.count = int(index.sums["cases"].sum())  # of stays

    @property
    def as_table(self) -> pd.DataFrame:
        """Itself, where result tables stand: what writes them asks for nothing else than its length and
        ``to_parquet``."""
        return cast(pd.DataFrame, self)

    def __len__(self) -> int:
        return self.count

    def to_parquet(self, path: Path, index: bool = False) -> None:
        """All cases, by case_id, without ever holding them in memory."""
        from simlib.tables.large import engine
        from simlib.tables.large.queries import written

        with engine(len(self.cases)) as backend:
            queries = self._known(backend)
            queries.view("told", _whole, MEASURED, scoring=self.scoring)
            written(backend, "SELECT * FROM told ORDER BY case_id", path)

    def special(self, values: Values) -> pd.DataFrame:
        """The table ``dip_special``; ``values`` are last year's point values by scheme."""
        from simlib.tables.large import engine

        options = {"all_levels": self.scoring.all_levels, "quota": Quota.of(self.params), "values": values}  # fmt: skip
        with engine(len(self.cases)) as backend:
            found = self._known(backend).frame(special, MEASURED, CASES_READ, **options)
        return found.astype({"case_id": "str", "institution_id": "str", "conditions": "str", "within_quota": "boolean"})

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
        worth = Worth.of(float(row["coefficient"]), values[scheme].to_dict())
        with engine(len(self.cases)) as backend:
            return self._known(backend).frame(
                _matter, MEASURED, scoring=self.scoring, worth=worth,
                institution=Named(institution), most=most,
            )  # fmt: skip

    def one(self, case: str, results: Results) -> pd.DataFrame:
        """The row of one case as :meth:`matter` gives it; no row where there is no such case."""
        from simlib.tables.large import engine

        coefficient = results["dip_institutions"].set_index("institution_id")["coefficient"]
        values = results["dip_fund"].set_index("scheme")["point_value"].to_dict()
        with engine(len(self.cases)) as backend:
            queries = self._known(backend)
            whose = queries.frame(_whose, CASES_READ, case=Named(case))["institution_id"]
            worth = Worth.of(float(coefficient.get(whose.iloc[0], 1.0)) if len(whose) else 1.0, values)
            return queries.frame(_one, MEASURED, scoring=self.scoring, worth=worth, case=Named(case))

    def _known(self, backend: ibis.BaseBackend) -> Queries:
        """The tables that cases are scored by, known to an engine."""
        from simlib.tables.large.queries import Queries

        queries = Queries(backend)
        joined_stays.known(queries, large(self.cases))
        queries.rows("places", places_of(self.institutions))
        queries.rows("measure", self.measure)
        queries.view(MEASURED, measured, *MEASURED_BY, basis=self.scoring.basis)
        return queries


@dataclass(frozen=True)
class Named(Bound):
    """The number of an institution or a case."""

    number: str


@dataclass(frozen=True)
class Worth(Bound):
    """What the points of an institution are worth."""

    coefficient: float
    pooled: float | None  # yuan a point of all cases, where there is one ledger
    by_scheme: tuple[PointValue, ...]

    @classmethod
    def of(cls, coefficient: float, values: Mapping[Any, float]) -> Worth:
        known = (PointValue(one, float(value)) for one, value in values.items() if one != Ledger.POOLED.value)
        by_scheme = tuple(known)
        return cls(coefficient, None if by_scheme else float(values[Ledger.POOLED.value]), by_scheme)


def _worth(one: ir.Table, worth: Worth) -> ir.Table:
    import ibis

    value = worth.pooled
    if value is None:
        value = ibis.cases(*((one.scheme == each.scheme, each.value) for each in worth.by_scheme))
    weighed = one.cell.isin([kind.value for kind in WEIGHED])
    come_to = (one.points * weighed.ifelse(worth.coefficient, 1.0) - one.deducted_points) * value
    gap = come_to - one.total_cost
    more = {"mean": one.mean / MICRO, "base": one.p / UNIT, "worth": come_to, "gap": gap, "order": -gap.abs()}
    more |= {"billed_apart": one.negotiated / 100, "rows": one["rows"]}
    return one.select(*COLUMNS, "group_code", "total_cost", "cut", "list_fault", weighed=weighed, **more)


def _matter(cases: ir.Table, scoring: Scoring, worth: Worth, institution: Named, most: int) -> ir.Table:
    of_all = scored(cases, scoring)
    mine = of_all.filter(of_all.institution_id == institution.number)
    return _worth(mine, worth).order_by("order", "case_id").limit(most)


def _whose(cases: ir.Table, case: Named) -> ir.Table:
    return cases.filter(cases.case_id == case.number).select("institution_id")


def _one(cases: ir.Table, scoring: Scoring, worth: Worth, case: Named) -> ir.Table:
    of_all = scored(cases, scoring)
    return _worth(of_all.filter(of_all.case_id == case.number), worth)
