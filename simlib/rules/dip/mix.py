"""The mix of each institution's cases, which its coefficient asks for: CMI and shares of age (JY art. 22(2)1)."""

from __future__ import annotations

from simlib.clauses import cites
from simlib.exact import Exact
from simlib.rules.dip.coefficient_params import ChildAge, CmiPoints, CmiScope, CoefficientParams
from simlib.rules.dip.coefficients import fixed_parts
from simlib.rules.dip.growth import Growth
from simlib.rules.dip.index import Points
from simlib.rules.dip.index_queries import IRREGULAR
from simlib.rules.dip.params import DipParams
from simlib.rules.dip.points import UNIT, PointsKind
from simlib.rules.dip.ready import Books, Ready
from simlib.rules.dip.standing import Ages, Ratio

CORE = [PointsKind.CORE]
IN_CMI = {
    CmiScope.CORE: CORE, CmiScope.NOT_MIXED: [*CORE, PointsKind.TCM, PointsKind.PRIMARY, PointsKind.BED_DAY]
}  # fmt: skip


@cites("JY 22(2)1(1)")
def cmi(books: Books, points: Points, growth: Growth, params: DipParams) -> Ratio:
    """Case-mix index by institution (JY art. 22(2)1(1)), where the institutions' table does not give it itself:
    sum of points / cases / 1000 of the kinds that ``cmi_scope`` counts, irregular cases and readmissions among the
    cases. As for points of cases, coding leaves those of bed-days as they are."""
    kinds = IN_CMI[params.cmi_scope]
    counted = [*kinds, *(kind + IRREGULAR for kind in kinds)]
    if params.cmi_points is CmiPoints.GROUP:
        by_day = [cell for cell in counted if cell % IRREGULAR == PointsKind.BED_DAY]
        coded = [cell for cell in counted if cell not in by_day]
        grown = growth.coded(_of_groups(books, growth, coded)) + _of_groups(books, growth, by_day)
    else:
        grown = Exact(points.earned[:, kinds].sum(axis=1), points.whole)
    above, below = grown.by(books.owner), cases_of(books, growth, "cases", counted)
    return Ratio(above.parts * below.whole, below.parts * (1000 * above.whole)).over(books.standing.cmi)


def _of_groups(books: Books, growth: Growth, cells: list[int]) -> Exact:
    """The points of the groups of the cases of some cells, by account; a bed-day group's are those of all days."""
    return growth.money(Exact(books.index.sums["group_points"][:, cells].astype(object).sum(axis=1), UNIT))


@cites("JY 22(2)1(2)", "JY 22(2)1(3)")
def ages(ready: Ready, books: Books, growth: Growth, params: DipParams) -> Ages:
    """Shares of age by institution (JY art. 22(2)1(2), (3))."""
    child = "child" if params.child_age_inclusive is ChildAge.ON else "child_below"

    def made() -> Ages:
        elderly, children, cases = (cases_of(books, growth, name).parts for name in ("elderly", child, "cases"))
        return Ages(Ratio(elderly, cases), Ratio(children, cases), cases).over(books.standing)

    return ready.keep("ages", (ready.key(params), child, growth.assumed), made)


def cases_of(books: Books, growth: Growth, name: str, cells: slice | list[int] = slice(None)) -> Exact:
    """Counts of cases by institution."""
    return growth.cases(Exact(books.index.sums[name][:, cells].sum(axis=1))).by(books.owner)


def fixed(ready: Ready, books: Books, mix: Ages, growth: Growth, params: DipParams) -> dict[str, Exact]:
    """All parts of the coefficient but that of CMI, which alone hangs on the deviation limits."""
    given = tuple(getattr(params, name) for name in CoefficientParams.model_fields)
    return ready.keep(
        "fixed", (ready.key(params), growth.assumed, given), lambda: fixed_parts(books.standing, mix, params)
    )
