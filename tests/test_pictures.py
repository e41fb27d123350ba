"""Every picture of a rule is computed by the rule: spoil the rule's function, and each picture that shows it changes.

A fault is planted in the text of one function of the rules, wherever that function is called from. Pictures are the
panels of the dashboards, by which pages, reports and lessons draw; a panel that nobody has thought of here fails.
"""

from __future__ import annotations
import __future__

import inspect
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from types import FunctionType

import numpy as np
import pandas as pd
import pytest

from simlib import scenario
from simlib.app.simulator import Simulator
from simlib.columns import CASES
from simlib.course import deposit as lesson_1
from simlib.course import dip_clearing, dip_points
from simlib.course import retention as lesson_5
from simlib.course import scorecard as lesson_2
from simlib.panels import DASHBOARDS, Moment, Panel
from simlib.panels.compare import PANELS as COMPARED
from simlib.rules import deposit, retention
from simlib.rules.agreement import ladder, steps
from simlib.rules.agreement.eligibility import _judge
from simlib.rules.deposit import allocation
from simlib.rules.dip import DipParams, prepayment, score_cases, settlement, views
from simlib.rules.dip.coefficients import fixed_parts
from simlib.rules.dip.scoring import Limits
from simlib.rules.retention import settlement as surplus
from simlib.rules.scorecard import scoring
from simlib.tables.large import Large
from simlib.words import Text
from strategies import small_dip


@dataclass(frozen=True)
class Fault:
    """``old`` stands once in the text of the function; with ``new`` in its place the rule says something else.

    ``own`` are the parts of panels (a chart's data, lines or notes) that are then drawn otherwise though every number
    of the results is what it was: they show the rule itself. ``changes`` are the panels that are when the results are
    calculated again, under ``values`` and the family's.
    """

    function: FunctionType
    old: str
    new: str
    own: str
    changes: str
    values: dict[str, str] = field(default_factory=dict)


FAULTS: dict[str, dict[str, Fault]] = {
    "deposit": {
        "below the threshold all is paid back": Fault(
            allocation.paid_back, "round_half_up(scaled[below] * deposit[below], total[below])", "deposit[below]",
            "payout.data payout.notes", "headlines movers payout flows institutions"),
        "below the threshold the index counts twice": Fault(
            allocation.paid_back, "scaled[below] * deposit[below], total[below]",
            "scaled[below] ** 2 * deposit[below], total[below] ** 2",
            "payout.data payout.notes", "headlines movers payout flows institutions"),
        "the lower threshold is taken for another": Fault(
            allocation.standing, "index < float(params.lower)", "index < float(params.lower) - 0.02",
            "payout.data", "headlines movers distribution payout flows institutions"),
        "everybody above the mean has a bonus": Fault(
            allocation.standing, "index > float(params.upper)", "index > 1",
            "", "headlines movers distribution payout flows explanation institutions readings"),
        "a pool is shared out by the square of the index": Fault(
            allocation.weights, "deposit * merit", "deposit * merit * merit", "payout.notes",
            "payout flows institutions"),
        "the mean is that of one institution fewer": Fault(
            allocation.totals, "np.bincount(scope, minlength=scopes)", "np.bincount(scope, minlength=scopes) - 1",
            "explanation", "headlines movers distribution payout flows explanation institutions"),
    },
    "dip": {
        "retention is not capped": Fault(
            settlement.corridor, "payable.at_most(billed * params.retention_cap)", "payable",
            "corridor.data", "headlines movers waterfall corridor balance mix dynamics institutions"),
        "the fund bears all overspending": Fault(
            settlement.corridor, "* _share_rates(level, params)", "* 1",
            "corridor.data", "headlines waterfall corridor balance mix rollover explanation institutions readings"),
        "every level is shared like level 3": Fault(
            settlement._share_rates, "levels.index(one)", "levels.index('3')",
            "corridor.data", "headlines movers waterfall corridor balance mix rollover institutions"),
        "the cap begins elsewhere": Fault(
            settlement.turns, "1 / Fraction(params.retention_cap)", "Fraction(9, 10)",
            "distribution.lines distribution.notes corridor.data corridor.lines",
            "headlines movers distribution corridor institutions"),
        "overspending begins elsewhere": Fault(
            settlement.turns, "Fraction(1)", "Fraction(21, 20)",
            "distribution.lines distribution.notes corridor.data corridor.lines",
            "headlines movers distribution corridor institutions"),
        "sharing has no limit": Fault(
            settlement.turns, "Fraction(params.share_limit)", "Fraction(9)",
            "distribution.lines distribution.notes corridor.data corridor.lines",
            "headlines waterfall distribution corridor balance mix rollover institutions"),
        "shares are paid though the fund is short": Fault(
            settlement.shares_paid, "owed <= available and due.sum() <= available", "True",
            "rollover.data rollover.notes", "headlines movers waterfall corridor balance mix rollover institutions",
            {"regulation_rate": "0.03"}),
        "what was carried over is forgotten": Fault(
            settlement.regulation_fund, "set_aside + carried", "set_aside", "rollover.data", "headlines rollover"),
        "nothing is left over": Fault(
            settlement.fund_left, "available - int(paid.sum())", "0", "rollover.data", "headlines rollover"),
        "nothing is set aside": Fault(
            settlement.fund, "* params.regulation_rate", "* 0",
            "", "headlines movers waterfall distribution corridor balance mix rollover institutions"),
        "the lower limit of deviation is another": Fault(
            Limits.of.__func__, "LIFTED_TO if lifted", "Decimal('0.9') if lifted",
            "deviations.lines explanation",
            "headlines movers distribution corridor balance mix deviations rollover coefficients institutions"),
        "basic coefficients are all 1": Fault(
            fixed_parts, 'return {"basic": basic,', 'return {"basic": basic * 0 + 1,',
            "", "headlines movers distribution corridor balance mix rollover institutions"),
        "penalties are not taken off prepayments": Fault(
            prepayment.prepayments, ".half_up() - penalties", ".half_up()", "", "institutions"),
    },
    "retention": {
        "the fixed share begins a point too early": Fault(
            surplus.brackets, "(params.half_from, Bracket.HALF)", "(params.half_from - 1, Bracket.HALF)",
            "curve.data curve.notes", "curve"),
        "the reduction by points begins a point too late": Fault(
            surplus.brackets, "(params.linear_from, Bracket.LINEAR)", "(params.linear_from + 1, Bracket.LINEAR)",
            "curve.data curve.notes", "headlines curve flows communities years assumptions"),
        "all is kept a point too late": Fault(
            surplus.brackets, "(params.full_from, Bracket.FULL)", "(params.full_from + 1, Bracket.FULL)", "curve.data",
            "curve"),
        "a point costs nothing": Fault(
            surplus.ratios, "lost * params.per_point", "lost * 0",
            "curve.data curve.notes", "headlines curve flows explanation communities years assumptions readings"),
        "the fixed share is all": Fault(
            surplus.ratios, "params.half_ratio", "1", "curve.data curve.notes",
            "headlines movers curve flows communities years assumptions"),
        "of what is kept only whole yuan count": Fault(
            surplus.retained_of, "(Exact(retained_base(surplus, params)) * ratio).half_up()",
            "((Exact(retained_base(surplus, params)) * ratio).half_up() // 100 * 100)",
            "curve.notes", "headlines movers curve flows communities years assumptions"),
        "the bonus does not count": Fault(
            surplus.total_score, "ready.score + bonus_counted(ready, params)", "ready.score", "",
            "curve communities"),
        "next year's budget is not cut": Fault(surplus._next, "ready.budget - cut", "ready.budget", "",
                                               "years assumptions"),
    },
    "scorecard": {
        "only the first of several tiers gives points": Fault(
            scoring._tiers, "else _micro(numbers[item.lever(criterion, tier.fact)])", "else 0",
            "explanation", "headlines card distribution ranks difficulty explanation stages institutions readings"),
        "what happened often is deducted once": Fault(
            scoring._deduct, "MOST).astype", "1).astype", "",
            "headlines card distribution ranks difficulty institutions"),
        "a threshold that is just reached is not": Fault(
            scoring._at_least, ">= thresholds(", "> thresholds(", "",
            "headlines card distribution ranks difficulty institutions"),
        "an evaluation below 90 is converted to nothing": Fault(
            scoring._converted, "evaluation.astype(object) * full",
            "np.where(evaluation < 90 * scale, 0, evaluation).astype(object) * full",
            "", "headlines movers card distribution ranks difficulty institutions"),
        "full marks forget an item's first criterion": Fault(
            scoring.full_points, "in item.criteria", "in item.criteria[1:]", "card",
            "headlines movers card distribution ranks money institutions"),
    },
    "agreement": {
        "damages are twice the rate": Fault(
            ladder.damages, "* parts, whole", "* parts * 2, whole",
            "damages.data damages.notes explanation", "headlines movers damages items explanation institutions"),
        "no cap holds": Fault(
            ladder.capped, "min(rate, params.damages_cap)", "rate", "damages.data damages.notes",
            "headlines movers damages items institutions"),
        "every breach of art. 44 is especially grave": Fault(
            ladder.consequences, "if article == 44 and bad", "if article == 44", "", "headlines ladder institutions"),
        "of 20 working days there are 10": Fault(
            steps.Step.counted, "(start, self.length, params", "(start, self.length // 2, params", "",
            "headlines plan late counting"),
        "a year is cleared a year later": Fault(
            steps.Step.counted, "date(start.year + self.length,", "date(start.year + self.length + 1,", "",
            "headlines plan late"),
        "who withdraws says so six months before": Fault(
            steps.Step.counted, "sign * self.length", "sign * self.length * 2", "", "late matter"),
        "what must not be must be": Fault(
            _judge, "return _not(first)", "return first", "", "headlines eligibility application"),
    },
}  # fmt: skip
NO_RULE = {  # pictures that no fault can change, and why
    (
        "agreement",
        "terms",
    ): "parameters as they are declared: what is in force, what the document allows, and where it is set",
    ("agreement", "readings"): "no open reading moves the money of a breach: every line says that nothing changes",
}
OF_RUNS = "results of whole runs side by side, as the rules' tables have them; nothing of a rule is drawn besides"
COMPARISON = dict.fromkeys(("empty", "headlines", "moved", "sides", "kinds", "institutions", "explanation"), OF_RUNS)
MOVED = {  # values under which the rules show, away from the documents'
    "deposit": {"lower": "0.97", "upper": "1.03"},
    "dip": {"low_slope": "lifted", "share_limit": "1.2", "retention_cap": "1.04", "volume_growth": "0.05"},
    "retention": {"half_ratio": "0.45", "next_year_cut_rate": "0.02"},
    "scorecard": {"js26_1_local_points": "15"},
    "agreement": {"damages_rate_43": "0.1", "damages_rate_44": "0.28", "damages_cap": "0.25"},
}
PARTS = ("data", "lines", "notes")  # of a chart
RECALCULATED = ("readings", "dynamics")  # these run the whole rule again whenever they are drawn


def planted(monkeypatch: pytest.MonkeyPatch, fault: Fault) -> None:
    """The function with its fault, for whoever calls it, by whatever name they have it."""
    function, source = fault.function, textwrap.dedent(inspect.getsource(fault.function))
    assert source.count(fault.old) == 1, f"{function.__name__} no longer says {fault.old!r}: plant the fault elsewhere"
    source = source[source.index("def ") :].replace(fault.old, fault.new)  # without a decorator
    code = compile(source, inspect.getsourcefile(function), "exec", __future__.annotations.compiler_flag)
    made = dict(function.__globals__)
    exec(code, made)
    monkeypatch.setattr(function, "__code__", made[function.__name__].__code__)


def tables(family: str) -> dict[str, pd.DataFrame]:
    """The sample city; for DIP a small one, its cases known by a digest, so that their index is made once."""
    if family != "dip":
        return scenario.load_data("sample")
    city = small_dip.tables()
    return {**city, "cases": Large.of(city["cases"], CASES, digest="small", file="cases.csv")}


def simulated(family: str, **values: str) -> Simulator:
    """A dashboard under the moved values; picked is the subject with the largest amount either way."""
    one = Simulator.of(family, tables(family))
    one.set({**MOVED[family], **values})
    table, (_, amount) = one.moment.table, one.family.amount
    one.pick(table[one.family.key].iloc[int(table[amount].abs().to_numpy(dtype=float).argmax())])
    return one


def plain(value):
    """A drawing as lists and texts, to be compared."""
    if isinstance(value, Text):
        return tuple(value)
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, np.ndarray | pd.Series):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return repr(value) if isinstance(value, float) else value


def drawn(moment: Moment, panels: Iterable[Panel]) -> dict[str, list]:
    """What each of the panels draws."""
    return {panel.id: plain([panel.frame(moment), panel.draw(moment)]) for panel in panels}


def parts(panel: str, shown: list) -> dict[str, object]:
    """Lines, marks and notes of a chart one by one, whatever else is drawn in it; any other panel as a whole."""
    _, figure = shown
    return {f"{panel}.{part}": figure.get(part) for part in PARTS} if "data" in figure else {panel: shown}


@pytest.fixture(scope="module")
def sound():
    """By family and values, the dashboard as the sound rule makes it: its moment and what was drawn, made once."""
    made: dict = {}

    def of(family: str, **values: str) -> tuple[Moment, dict[str, list]]:
        key = family, tuple(values.items())
        if key not in made:
            one = simulated(family, **values)
            made[key] = one.moment, drawn(one.moment, DASHBOARDS[family].panels)
        return made[key]

    return of


EVERY = [pytest.param(family, fault, id=f"{family}: {name}") for family in FAULTS for name,
         fault in FAULTS[family].items()]  # fmt: skip


# --- spoiled ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("family", "fault"), EVERY)
def test_a_spoiled_rule_changes_its_own_lines_marks_and_notes_and_no_others(family, fault, sound, monkeypatch):
    moment, before = sound(family, **fault.values)
    panels = [one for one in DASHBOARDS[family].panels if one.id not in RECALCULATED]
    planted(monkeypatch, fault)
    after = {name: parts(name, shown) for name, shown in drawn(moment, panels).items()}
    changed = {part for name in after for part, one in after[name].items() if one != parts(name, before[name])[part]}
    assert changed == set(fault.own.split())


@pytest.mark.parametrize(("family", "fault"), EVERY)
def test_a_spoiled_rule_changes_every_picture_that_shows_it(family, fault, sound, monkeypatch):
    _, before = sound(family, **fault.values)
    panels = [one for one in DASHBOARDS[family].panels if one.id in fault.changes.split()]
    assert [one.id for one in panels] == sorted(fault.changes.split(), key=list(before).index)
    planted(monkeypatch, fault)
    after = drawn(simulated(family, **fault.values).moment, panels)
    assert [name for name in after if after[name] == before[name]] == []


@pytest.mark.parametrize("family", DASHBOARDS)
def test_every_panel_is_changed_by_some_fault_or_says_why_none_can(family, sound):
    told = {name for fault in FAULTS[family].values() for name in fault.changes.split()}
    told |= {panel for rule, panel in NO_RULE if rule == family}
    assert told == {panel.id for panel in DASHBOARDS[family].panels}


def test_the_panels_of_compared_scenarios_show_results_only():
    assert list(COMPARISON) == [panel.id for panel in COMPARED]


@pytest.mark.parametrize("lesson", [lesson_1, lesson_2, dip_points, dip_clearing, lesson_5])
def test_the_figures_of_lessons_are_panels_of_the_dashboards(lesson):
    simulator = lesson.figure().simulator
    own = {id(panel) for panel in DASHBOARDS[simulator.family.name].panels}
    assert {id(panel) for panel in simulator.panels} <= own


# --- sound ------------------------------------------------------------------------------------------------------------


def figure(sound, family: str, panel: str) -> tuple[Moment, dict]:
    moment, _ = sound(family)
    return moment, next(one for one in DASHBOARDS[family].panels if one.id == panel).draw(moment)


def marks(figure: dict) -> list[float]:
    """Where its marks stand, those of the document's values left out."""
    return [one["at"] for one in figure["lines"] if one["dash"] != "dotted"]


HAIR = Fraction(1, 10**9)


def test_the_marks_of_the_corridor_stand_where_another_formula_begins(sound):
    moment, shown = figure(sound, "dip", "corridor")
    _, bars = figure(sound, "dip", "distribution")
    assert marks(shown) == marks(bars) == pytest.approx([1 / 1.04, 1, 1.2])
    turns = [Fraction(one).limit_denominator(10**6) for one in marks(shown)]
    ratios = [one + side * HAIR for one in turns for side in (-1, 1)]
    outcomes, *_ = settlement.corridor(
        settlement.Exact([one.denominator for one in ratios]), settlement.Exact([one.numerator for one in ratios]),
        np.full(len(ratios), "3"), moment.params,
    )  # fmt: skip
    assert outcomes.tolist() == ["capped", "full", "full", "shared", "shared", "beyond"]


def test_the_marks_of_the_deposit_stand_where_another_band_begins(sound):
    moment, shown = figure(sound, "deposit", "payout")
    _, bars = figure(sound, "deposit", "distribution")
    lower, upper = marks(shown)
    assert marks(bars) == [lower, upper] == [0.97, 1.03]
    parts = [int(one * 10**6) + step for one in (lower, upper) for step in (-1, 0, 1)]
    found = allocation.standing(np.array(parts, dtype=object), np.full(6, 10**6, dtype=object), moment.params)
    assert found.below.tolist() == [True, False, False, False, False, False]
    assert found.above.tolist() == [False, False, False, False, False, True]


def test_the_marks_of_the_retention_curve_stand_where_another_bracket_begins(sound):
    moment, shown = figure(sound, "retention", "curve")
    scores = [Decimal(str(one)) + step for one in marks(shown) for step in (Decimal("-0.0001"), Decimal(0))]
    total = settlement.Exact.of(np.array(scores, dtype=object))
    found = surplus.brackets(total, np.zeros(len(scores), dtype=bool), moment.params)
    assert found.tolist() == ["none", "half", "half", "linear", "linear", "full"]


@pytest.mark.parametrize("slope", ["literal", "lifted"])
def test_the_marks_of_the_deviations_stand_where_cases_begin_to_score_otherwise(slope):
    one = simulated("dip", low_slope=slope)
    low, high = marks(next(panel for panel in one.panels if panel.id == "deviations").draw(one.moment))
    costs = [round(at * 1000) + step for at in (low, high) for step in (-1, 0, 1)]
    cases = pd.DataFrame({"case_id": list("abcdef"), "institution_id": "甲", "group_code": "A", "total_cost": costs})
    found = score_cases(
        cases.astype({"total_cost": float}), pd.DataFrame({"institution_id": ["甲"], "level": "3"}),
        pd.DataFrame({"group_code": ["A"], "kind": "core", "points": 100.0}),
        pd.DataFrame({"level": ["3"], "group_code": "A", "mean_cost": 1000.0}), one.params,
    )  # fmt: skip
    assert found["reason"].tolist() == ["low", "low", "standard", "standard", "high", "high"]


def test_the_damages_at_the_rates_in_force_lie_on_the_drawn_lines(sound):
    moment, shown = figure(sound, "agreement", "damages")
    breaches, scale = moment.results["agreement"], 10**4
    assert shown["layout"]["yaxis"]["title"]["text"].en == "10,000 yuan"
    for article, line, at in zip((43, 44), shown["data"], marks(shown), strict=True):
        mine = breaches["item"].map(lambda item, article=article: ladder.LADDER[item].article == article)
        drawn = line["y"][np.isclose(line["x"], at)]
        assert drawn == pytest.approx(breaches.loc[mine, "damages"].sum() / scale)
        assert drawn > 0


def test_institutions_stand_on_the_line_of_their_rule(sound):
    moment, shown = figure(sound, "deposit", "payout")
    x, y = (np.array(shown["data"][0][name][: shown["data"][0]["x"].index(None)], dtype=float) for name in "xy")
    table = moment.table[(moment.table["band"] == "below") & (moment.table["deposit"] > 1000)]
    assert len(table) > 10
    assert (table["payment"] / table["deposit"]).to_numpy() == pytest.approx(np.interp(table["index"], x, y), abs=1e-5)

    moment, _ = figure(sound, "dip", "corridor")
    assert (moment.results["dip_fund"]["share_factor"] == 1).all()
    levels = moment.inputs["institutions"].set_index("institution_id")["level"]
    for row in moment.table.itertuples():
        (on_line,) = views.corridor(moment.params, levels[row.institution_id], [Fraction(row.clearing_ratio)])
        assert row.settlement / row.billed == pytest.approx(on_line, abs=1e-6)

    moment, shown = figure(sound, "retention", "curve")
    rule = shown["data"][-1]
    table = moment.table[~moment.table["bracket"].isin(["veto"])]
    assert np.interp(table["total_score"], rule["x"], rule["y"]) == pytest.approx(table["ratio"].to_numpy(), abs=1e-5)


@pytest.mark.parametrize(
    ("level", "ratio", "kept"),
    [
        ("3", "0.8", 1.05), ("1", "0.9", 1.05), ("2", "20/21", 1.05), ("2", "0.96", 1 / 0.96), ("3", "1", 1.0),
        ("3", "1.1", (1 + 0.1 * 0.75) / 1.1), ("2", "1.1", (1 + 0.1 * 0.70) / 1.1),
        ("1", "1.15", (1 + 0.15 * 0.65) / 1.15),
        ("3", "1.5", (1 + 0.15 * 0.75) / 1.5),
    ],
)  # fmt: skip
def test_the_corridor_by_hand(level, ratio, kept):
    (found,) = views.corridor(DipParams(), level, [Fraction(ratio)])
    assert found == pytest.approx(kept, rel=1e-15)


def test_the_payout_line_by_hand():
    below, rest = deposit.curve(deposit.DepositParams(), 0.9, 1.1)
    assert below.indices[[0, -1]].tolist() == below.share[[0, -1]].tolist() == [0.9, 0.98]
    assert below.share.tolist() == below.indices.tolist()
    assert rest.indices[[0, -1]].tolist() == [0.98, 1.1]
    assert set(rest.share) == {1.0}


def test_an_index_that_is_a_hair_below_the_threshold_counts_as_just_under_it():
    """Its float is that of the threshold: the whole numbers of the rule decide, also of whom a note tells."""
    scores = [98 * 10**13 - 1, 102 * 10**13 + 1, 10**15]
    table = pd.DataFrame({"institution_id": list("甲乙丙"), "group": "一", "score": scores, "deposit": 1000.0})
    paid = deposit.allocate(table)
    assert paid["index"].tolist()[0] == pytest.approx(0.98, abs=1e-12)
    assert paid["band"].tolist()[0] == "below"
    edge = deposit.cliffs(paid.assign(index=[0.98, 1.02, 1.0]), deposit.DepositParams()).set_index("edge")
    assert edge.loc["lower", ["just_under", "just_over"]].tolist() == [1, 0]
    assert edge.loc["upper", ["just_under", "just_over"]].tolist() == [0, 1]


def test_what_those_just_under_an_edge_would_keep_is_what_the_settlement_gives_them():
    params = retention.RetentionParams()
    table = pd.DataFrame(
        {"community_id": ["甲", "乙"], "score": [59.5, 88.0], "budget": 1000.0, "spending": [876.55, 900.0]}
    )
    edge = retention.edges(retention.settle(table, params), params).set_index("edge")
    name = next(name for name in edge.index if edge.at[name, "just_under"])
    reached = retention.settle(table.assign(score=[float(getattr(params, name)), 88.0]), params)
    assert edge.at[name, "worth"] == reached["retained"].iloc[0] > 0
