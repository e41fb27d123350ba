"""What DIP settlement must satisfy whatever the cases, institutions, funds, levers and readings."""

from decimal import Decimal
from fractions import Fraction
from functools import cache

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracles import exact_dip
from simlib.problems import BadInput
from simlib.rules.dip import DipParams, Ledger, LowSlope, score_cases
from simlib.rules.dip.basis import Basis
from simlib.rules.dip.index import Index
from simlib.rules.dip.points import PointsKind
from simlib.rules.dip.ready import Ready
from simlib.rules.dip.run import run
from strategies import dip_tables
from strategies.dip_cities import DECLARED, SEEDS, Dice, city, policies
from strategies.examples import examples

# An example opens DuckDB once or twice and then tries many parameters, so examples are few and rich.


def readied(tables):
    """A city for many settlements: the index of its cases is made once for each ledger."""
    frames = dip_tables.frames(tables)
    return {ledger: Ready(frames) for ledger in Ledger}


def outcome(ready, params):
    """The result tables of simlib, or the refusal's lines."""
    try:
        return run(ready[params.ledger], params)
    except BadInput as bad:
        return bad.lines("en")


def exactly(tables, params):
    """The rows that they should be, or the refusal."""
    try:
        return dip_tables.expected(exact_dip.settle(tables, params, exact_dip.UNIT))
    except exact_dip.Refused as refused:
        return str(refused)


def compare(tables, ready, params):
    """That simlib gives the rows that they should be, or refuses; what they should be."""
    wanted, results = exactly(tables, params), outcome(ready, params)
    if isinstance(wanted, str):
        assert isinstance(results, list), f"not refused: {wanted}; {params.differences()}"
        return wanted
    assert not isinstance(results, list), f"refused: {results}; {params.differences()}"
    lines = dip_tables.differences(results, wanted)
    assert not lines, "\n".join([*lines[:10], f"{params.differences()}"])
    return wanted


# --- the same twice -------------------------------------------------------------------------------------------------


@given(seed=SEEDS)
@examples(8)
def test_simlib_equals_the_calculation_in_fractions(seed):
    tables = city(seed)
    ready = readied(tables)
    days = Dice(seed).choice(["0", "1", "9", "11", "60"])
    for params in [*policies(seed, 8), DipParams(readmission_days=days)]:
        compare(tables, ready, params)


@cache
def some():
    """A few cities and their indexes, for what needs many parameters and no new cases."""
    cities = [city(seed) for seed in CITIES]
    return [(tables, readied(tables)) for tables in cities]


@cache
def before_it(at, **params):
    """What the city at this place of ``some`` should come to under parameters that many are compared with."""
    return exactly(some()[at][0], DipParams(**params))


# Together they have every outcome, a short fund, and a use for every lever and reading.
CITIES = (27, 17, 53, 15, 7, 128, 28)
OF_CASES_ALONE = ("cycle_days", "cycle_scope")  # which the points of the cases alone tell
OPTIONS = [
    (name, option)
    for name, one in DECLARED.items() if name not in OF_CASES_ALONE
    for option in one.options if option is not one.default
]  # fmt: skip


@pytest.mark.parametrize(("name", "option"), OPTIONS, ids=[f"{name}-{option.value}" for name, option in OPTIONS])
def test_every_reading_alone_equals_the_fractions_and_changes_something(name, option):
    growth = {"volume_growth": "0.25", "coding_growth": "0.1"} if name == "grows" else {}
    changed = 0
    for at, (tables, ready) in enumerate(some()):
        changed += compare(tables, ready, DipParams(**{name: option}, **growth)) != before_it(at, **growth)
    assert changed


LEVERS = [name for name, one in DECLARED.items() if not one.options and name not in OF_CASES_ALONE]


@pytest.mark.parametrize("name", LEVERS)
def test_every_lever_alone_equals_the_fractions_and_changes_something(name):
    started = {"deviation_high": {"review_from": "20"}, "ungrouped_share": {"ungrouped": "cost"}}
    one, before = DECLARED[name], DipParams(**started.get(name, {}))
    least = before.deviation_high if name == "review_from" else one.low
    for at, (tables, ready) in enumerate(some()):
        changed = False
        for value in {least, one.high} - {one.default}:
            now = compare(tables, ready, before.changed(**{name: value}))
            changed |= now != before_it(at, **started.get(name, {}))
        if changed:
            return
    pytest.fail("in none of the cities")


def scorable(seed):
    """A policy under which every case has points, even one without a group."""
    return {"ungrouped": Dice(seed).choice(["leave_out", "cost"])}


# --- any limits from one index --------------------------------------------------------------------------------------


@given(seed=SEEDS)
@examples(3)
def test_any_limits_give_the_points_of_the_cases_one_by_one(seed):
    """The index, the cases scored by the engine, and the cases in fractions: equal to the digit."""
    tables = city(seed, most_cases=120)
    frames = dip_tables.frames({name: tables[name] for name in ("cases", "institutions", "groups", "peer_means")})
    indexed = cache(lambda basis: Index.build(**frames, basis=basis))
    for params in policies(seed, 10, growth=False, **scorable(seed)):
        index = indexed(Basis.of(params, frames["cases"].columns))
        expected = exact_dip.score(tables, exact_dip.values(params), exact_dip.UNIT)
        assert points_of(index, index.points(params), tables) == summed(expected, index, tables)
    for params in policies(seed, 2, growth=False, **scorable(seed))[1:]:
        expected = exact_dip.score(tables, exact_dip.values(params), exact_dip.UNIT)
        scored = score_cases(**frames, params=params)
        assert scored["case_id"].tolist() == sorted(expected)
        for row in scored.to_dict("records"):
            want = dip_tables.floats(expected[row["case_id"]])
            for column in ("reason", "panel_review", "stays", "institution_id"):
                assert row[column] == want[column], (row, want, params.differences())
            for column in ("points", "deducted_points"):
                assert dip_tables.same(row[column], want[column], column, 1e-15), (row, want, params.differences())
            ratio = want["ratio"]
            near = row["deviation"] != row["deviation"] if ratio is None else abs(row["deviation"] - ratio) <= 1e-12
            assert near, (row, want, params.differences())


@given(seed=SEEDS)
@examples(4)
def test_coding_moves_limits_and_points_of_the_cases_one_by_one(seed):
    tables = city(seed, most_cases=120)
    frames = dip_tables.frames({name: tables[name] for name in ("cases", "institutions", "groups", "peer_means")})
    indexed = cache(lambda basis: Index.build(**frames, basis=basis))
    dice = Dice(seed)
    for params in policies(seed, 6, growth=False, grows="all", **scorable(seed)):
        index = indexed(Basis.of(params, frames["cases"].columns))
        coding = dice.choice(["0.1", "-0.1", "1", "-0.5", "0.0345", "-0.3333", dice.places("-0.5", "1", 4)])
        params = params.changed(coding_growth=coding)
        expected = exact_dip.score(tables, exact_dip.values(params), exact_dip.UNIT)
        found = points_of(index, index.points(params, coding=1 + params.coding_growth), tables)
        assert found == summed(expected, index, tables), params.differences()


CELLS = {
    exact_dip.CORE: PointsKind.CORE,
    exact_dip.OTHER: PointsKind.OTHER,
    exact_dip.PRIMARY: PointsKind.PRIMARY,
    exact_dip.BED_DAY: PointsKind.BED_DAY,
    exact_dip.TCM: PointsKind.TCM,
}


def places(index, tables):
    """(institution, scheme) of each row of an index."""
    ids = [one["institution_id"] for one in tables["institutions"]]
    return [(ids[row], scheme) for row, scheme in zip(index.places["row"], index.places["scheme"], strict=True)]


def points_of(index, points, tables):
    found = {}
    for at, place in enumerate(places(index, tables)):
        for name, cell in CELLS.items():
            for kind, numbers in (("points", points.earned), ("formula", points.irregular)):
                found[*place, name, kind] = Fraction(int(numbers[at, cell]), points.whole)
        found[*place, "cases"] = int(points.low[at]), int(points.high[at]), int(points.panel[at])
    return found


def summed(cases, index, tables):
    found = {}
    for institution, scheme in places(index, tables):
        own = [one for one in cases.values() if (one["institution_id"], one["scheme"]) == (institution, scheme)]
        for name in CELLS:
            for kind in ("points", "formula"):
                found[institution, scheme, name, kind] = sum(
                    (one[kind] for one in own if one["place"] == name), Fraction(0)
                )
        reasons = [one["reason"] for one in own]
        counts = reasons.count("low"), reasons.count("high"), sum(one["panel_review"] for one in own)
        found[institution, scheme, "cases"] = counts
    return found


# --- what must hold -------------------------------------------------------------------------------------------------


@given(seed=SEEDS)
@examples(3)
def test_what_the_fund_was_billed_is_what_is_settled_of_and_what_is_paid_apart(seed):
    """The fund's part of negotiated drugs is paid in full, and nothing of it is in what is settled (JY art. 43)."""
    tables = city(seed)
    ready = readied(tables)
    billed = sum(exact_dip.fen(one["fund_billed"]) for one in tables["cases"])
    apart = sum(exact_dip.fen(one.get("negotiated_fund")) for one in tables["cases"])
    for params in policies(seed, 3, growth=False):
        results = outcome(ready, params)
        if not isinstance(results, list):
            assert total(results["dip_institutions"], "negotiated_paid") == apart
            assert total(results["dip_institutions"], "billed") == billed - apart
            assert total(results["dip_fund"], "negotiated_paid") == apart


def settled(seed, **fixed):
    """The results of many policies on two of the cities, with what they came from; refusals are left out."""
    found = []
    for _, ready in Dice(seed).sample(some(), 2):
        for params in policies(seed, 2, **fixed):
            results = outcome(ready, params)
            if not isinstance(results, list):
                found.append((ready, params, results))
    return found


def fen(table, column):
    return [exact_dip.fen(value) for value in table[column]]


def total(table, column):
    return sum(fen(table, column))


@given(seed=SEEDS)
@examples(4)
def test_every_fen_is_paid_or_said_to_stay(seed):
    for _, params, results in settled(seed):
        for row in results["dip_fund"].to_dict("records"):
            mine = results["dip_ledgers"][results["dip_ledgers"]["scheme"] == row["scheme"]]
            one = {name: exact_dip.fen(value) for name, value in row.items() if name in dip_tables.FUND_MONEY}
            paid = total(mine, "settlement") - total(mine, "share_paid")
            assert paid + one["undistributed"] - one["floored"] == one["distributable"], params.differences()
            assert total(mine, "share_paid") + one["fund_left"] == one["regulation_fund"]
            assert one["regulation_fund"] == one["regulation_set_aside"] + one["fund_carried"] + one["surplus_moved"]
            assert one["surplus_moved"] <= one["undistributed"] + len(mine)
            if params.surplus_use == "points":
                assert 2 * abs(one["undistributed"]) <= len(mine) + 1  # what is left are the halves of fen
            assert total(mine, "share_paid") == one["shares_paid"]
            assert total(mine, "share_due") == one["shares_due"]
            assert one["distributable"] == min(one["ceiling"], one["headroom"])
            assert one["fund_left"] >= 0
            assert one["floored"] >= 0
            # payables and what others paid make up the pot, but for half a fen each
            own = total(mine, "patient_paid") + total(mine, "other_paid")
            assert 2 * abs(total(mine, "payable") - one["distributable"]) <= len(mine), (own, params.differences())
            assert row["share_factor"] <= 1
            if row["share_factor"] < 1:
                assert one["fund_left"] == 0


@given(seed=SEEDS)
@examples(4)
def test_nobody_is_paid_beyond_what_the_clause_allows(seed):
    for _, params, results in settled(seed):
        for row in results["dip_ledgers"].to_dict("records"):
            one = {name: exact_dip.fen(row[name]) for name in ("billed", *exact_dip.CLEARED)}
            assert 0 <= one["share_paid"] <= one["share_due"] + 1
            if one["payable"] <= 0:
                assert one["settlement"] == one["share_due"] == one["reshared"] == 0
                continue
            paid = one["settlement"] - one["reshared"]
            assert one["reshared"] == 0 or params.surplus_use == "points"
            if one["share_due"]:
                assert one["billed"] > one["payable"] - 1
                assert paid == one["payable"] + one["share_paid"] <= one["billed"] + 1
            else:
                assert paid <= one["payable"]
                assert 2 * paid <= 2 * params.retention_cap * one["billed"] + 1 or one["billed"] >= one["payable"]


@given(seed=SEEDS)
@examples(3)
def test_institutions_are_the_sums_of_their_ledgers(seed):
    for _, params, results in settled(seed):
        institutions, ledgers = results["dip_institutions"], results["dip_ledgers"]
        for column in (*exact_dip.MONEY, *exact_dip.CLEARED):
            sums = ledgers.assign(fen=fen(ledgers, column)).groupby("institution_id")["fen"].sum()
            assert fen(institutions, column) == sums[institutions["institution_id"]].tolist()
        for row in institutions.to_dict("records"):
            one = {name: exact_dip.fen(row[name]) for name in ("balance", "settlement", "prepaid", "penalties")}
            kept = one["penalties"] if params.penalties == "final" else 0
            assert one["balance"] == one["settlement"] - one["prepaid"] - kept
            largest = max(row["total_points"], row["deducted_points"])
            assert row["approved_points"] == pytest.approx(
                row["total_points"] - row["deducted_points"], abs=1e-12 * largest
            )


@given(seed=SEEDS)
@examples(3)
def test_a_higher_retention_cap_never_lowers_a_settlement(seed):
    moved(seed, "retention_cap", {"settlement": 1}, surplus_use="none")


@given(seed=SEEDS)
@examples(6)
def test_a_higher_share_limit_or_rate_never_lowers_a_share_due(seed):
    name = Dice(seed).choice(["share_limit", "share_rate_1", "share_rate_2", "share_rate_3"])
    moved(seed, name, {"share_due": 1})


@given(seed=SEEDS)
@examples(3)
def test_more_deducted_for_irregular_cases_never_raises_approved_points(seed):
    """Unweighted: a coefficient that levers have made negative would turn a weighted deduction round."""
    moved(seed, "irregular_multiple", {"deducted_points": 1, "approved_points": -1}, irregular_weighted="off")


@given(seed=SEEDS)
@examples(3)
def test_a_higher_limit_never_raises_the_points_of_cases(seed):
    """Below a low limit points fall with the ratio; from a high limit on they count what lies above it."""
    signs = {"points": -1, "primary_points": -1}
    moved(seed, "deviation_low", signs, low_slope=LowSlope.LITERAL, deviation_high="10", review_from="20")
    moved(seed, "deviation_high", signs, review_from="20")


@given(seed=SEEDS)
@examples(4)
def test_more_headroom_never_costs_more_than_the_rounding_of_a_share(seed):
    """Where nobody has points deducted and the regulation fund suffices, more to distribute is more for all."""
    fixed = {"irregular_multiple": "0", "floor_at": "component"}
    for ready, params, before in settled(seed, **fixed):
        more = Decimal(Dice(seed).places(params.billed_headroom, "2", 2))
        after = outcome(ready, params.changed(billed_headroom=more))
        if (before["dip_fund"]["share_factor"] == 1).all() and (after["dip_fund"]["share_factor"] == 1).all():
            weighed = after["dip_ledgers"]["approved_points"] >= 0
            gains = pd.Series(fen(after["dip_ledgers"], "settlement")) - pd.Series(
                fen(before["dip_ledgers"], "settlement")
            )
            assert (gains[weighed] >= -1).all(), params.differences()


def moved(seed, name, signs, **fixed):
    """Moving one lever up never moves a column against its sign."""
    one = DECLARED[name]
    for ready, params, _ in settled(seed, **fixed):
        dice = Dice(seed)
        low, high = sorted(Decimal(dice.places(one.low, one.high, 3)) for _ in range(2))
        before, after = (outcome(ready, params.changed(**{name: value})) for value in (low, high))
        if isinstance(before, list) or isinstance(after, list):
            continue
        for column, sign in signs.items():
            pairs = zip(before["dip_institutions"][column], after["dip_institutions"][column], strict=True)
            assert all(sign * (b - a) >= -1e-9 for a, b in pairs), (column, low, high, params.differences())


# --- what must not matter -------------------------------------------------------------------------------------------


def by_key(results):
    """The result tables as values by key, so that the order of the rows is out of it."""
    keys = ("institution_id", "scheme", "month")
    return {
        name: {tuple(str(row[one]) for one in keys if one in row): repr(row) for row in table.to_dict("records")}
        for name, table in results.items()
    }  # fmt: skip


@given(seed=SEEDS)
@examples(2)
def test_the_order_of_the_rows_does_not_matter(seed):
    tables = city(seed)
    dice = Dice(seed)
    mixed = {name: dice.sample(rows, len(rows)) for name, rows in tables.items()}
    one, other = readied(tables), readied(mixed)
    for params in policies(seed, 4):
        before, after = outcome(one, params), outcome(other, params)
        assert isinstance(before, list) or by_key(before) == by_key(after), params.differences()
        assert isinstance(before, list) == isinstance(after, list)


@given(seed=SEEDS)
@examples(2)
def test_employees_and_residents_are_treated_alike(seed):
    tables = city(seed)
    swap = {"employee": "resident", "resident": "employee"}
    swapped = {**tables, **{
        name: [{**row, "scheme": swap.get(row["scheme"], row["scheme"])} for row in tables[name]] for name in ("cases",
            "funds")
    }}  # fmt: skip
    one, other = readied(tables), readied(swapped)
    for ledger in Ledger:
        for params in policies(seed, 2, ledger=ledger):
            before, after = outcome(one, params), outcome(other, params)
            assert isinstance(before, list) == isinstance(after, list)
            if isinstance(before, list):
                continue
            for name in ("dip_fund", "dip_ledgers"):
                after[name] = after[name].assign(scheme=after[name]["scheme"].replace(swap))
            assert by_key(before) == by_key(after), params.differences()


@given(seed=SEEDS)
@examples(2)
def test_institutions_groups_and_means_without_cases_do_not_matter(seed):
    tables = city(seed)
    idle = {"institution_id": "H0", "level": "3", "elderly_share": "1", "cmi": "9"}
    more = {
        **tables,
        "institutions": [idle, *tables["institutions"]],
        "groups": [{"group_code": "A", "kind": "bed_day", "points": "7"}, *tables["groups"]],
        "peer_means": [{"group_code": "A", "level": "1", "mean_cost": "3.5"}, *tables["peer_means"]],
    }
    one, other = readied(tables), readied(more)
    for params in policies(seed, 3):
        before, after = outcome(one, params), outcome(other, params)
        assert isinstance(before, list) or by_key(before) == by_key(after), params.differences()


@given(seed=SEEDS, k=st.sampled_from([2, 7, 10, 100]))
@examples(3)
def test_k_times_all_money_pays_k_times_as_much_but_for_rounding(seed, k):
    """What is set aside and the headroom are rounded once, and with them the pot, by (k + 1) / 2 fen each after
    scaling; a payable carries that by its part of all approved points and a share at most doubles it; the fund's parts
    and each payment add a fen."""
    tables = city(seed)
    money = {
        "cases": ("total_cost", "fund_billed", "patient_paid", "other_paid", "negotiated_cost", "negotiated_fund"),
        "peer_means": ("mean_cost",),
        "funds": ("income", "lump_sum", "lump_sum_amortised", "monthly_wage", "fund_carried", *exact_dip.SPENDING),
        "billing": ("billed", "penalties"),
    }  # fmt: skip
    scaled = {
        name: [
            {c: str(Decimal(v) * k) if c in money.get(name, ()) and v else v for c, v in row.items()} for row in rows
        ]
        for name, rows in tables.items()
    }
    one, other = readied(tables), readied(scaled)
    for params in policies(seed, 4, growth=False):
        before, after = outcome(one, params), outcome(other, params)
        assert isinstance(before, list) == isinstance(after, list)
        if isinstance(before, list):
            continue
        for name in ("coefficient", "cmi", "approved_points"):
            pd.testing.assert_series_equal(before["dip_institutions"][name], after["dip_institutions"][name])
        for scheme, mine in before["dip_ledgers"].groupby("scheme", sort=False):
            theirs = after["dip_ledgers"][after["dip_ledgers"]["scheme"] == scheme]
            weight = mine["approved_points"].abs() / mine["approved_points"].sum()
            slack = (k + 1) * (2 + 2 * weight.max()) * (2 + 2 * len(mine))
            slack *= 1 if params.surplus_use == "none" else len(mine)  # what each cap leaves is rounded, and handed on
            for column in ("payable", "settlement"):
                gaps = [abs(b - k * a) for a, b in zip(fen(mine, column), fen(theirs, column), strict=True)]
                assert max(gaps) <= slack, (column, params.differences())


# --- growth ---------------------------------------------------------------------------------------------------------


@given(seed=SEEDS, growth=st.sampled_from(["0.1", "1", "-0.5", "0.0345"]))
@examples(3)
def test_more_of_the_same_cases_everywhere_leave_coefficients_and_money_as_they_are(seed, growth):
    """Twice the cases are twice the points and twice the bills; each point is worth what the fund allows."""
    for ready, params, before in settled(seed, growth=False, grows="all"):
        after = outcome(ready, params.changed(volume_growth=growth))
        pd.testing.assert_frame_equal(before["dip_coefficients"], after["dip_coefficients"])
        factor = 1 + float(growth)
        for column in ("cases", "points", "approved_points", "deducted_points"):
            expected = before["dip_institutions"][column] * factor
            tolerance = {"atol": 0.5} if column == "cases" else {"rtol": 1e-12, "atol": 1e-12}
            pd.testing.assert_series_equal(
                expected, after["dip_institutions"][column], check_dtype=False, **{"rtol": 0, **tolerance}
            )


@given(seed=SEEDS)
@examples(3)
def test_nobody_else_has_other_points_where_one_level_grows(seed):
    for ready, params, before in settled(seed, growth=False, floor_at="component"):
        level = Dice(seed).choice("123")
        after = outcome(
            ready, params.changed(grows=level, volume_growth="0.3", severity_growth="0.1", coding_growth="0.2")
        )
        levels = ready[params.ledger].tables["institutions"].set_index("institution_id")["level"]
        others = before["dip_institutions"]["institution_id"].map(levels) != level
        for column in ("points", "primary_points", "bed_day_points", "billed", "cmi"):
            left, right = (one["dip_institutions"].loc[others, column] for one in (before, after))
            pd.testing.assert_series_equal(left, right, check_exact=True)


def test_arguments_stay_as_they_were_and_give_the_same_again():
    for tables, ready in some():
        fresh = dip_tables.frames(tables)
        for params in policies(5, 2):
            first, again = outcome(ready, params), outcome(ready, params)
            if not isinstance(first, list):
                for name in first:
                    pd.testing.assert_frame_equal(first[name], again[name])
        for name, table in fresh.items():
            pd.testing.assert_frame_equal(table, ready[Ledger.POOLED].tables[name])
