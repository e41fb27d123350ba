"""What surplus retention must satisfy whatever the scores, amounts, thresholds and readings."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oracles import exact_retention
from simlib import scenario
from simlib.problems import BadInput
from simlib.rules import retention
from simlib.rules.retention import RetentionParams, curve, edges, fall, flows, settle, years
from strategies.examples import examples

quick = examples(25)
fewer = examples(15)
MOST = 105  # points: no threshold is above
HAIR = Decimal("1E-9")


def shifted(low, high, places):
    """Decimals as text: low..high in units of the last of ``places`` decimals."""
    return st.integers(low, high).map(lambda n: f"{Decimal(n).scaleb(-places):f}")


AMOUNTS = st.one_of(st.just("0"), shifted(0, 9, 2), shifted(0, 10**7, 2), shifted(10**13, 10**14, 2))
EDGES = ("half_from", "linear_from", "full_from")


@st.composite
def thresholds(draw):
    """Anywhere within their bounds, in hundredths of a point."""
    half = draw(st.integers(0, 9000))
    linear = draw(st.integers(max(half + 1, 4000), 10000))
    return half, linear, draw(st.integers(max(linear + 1, 6000), 100 * MOST))


THRESHOLDS = st.one_of(st.just((6000, 8000, 9000)), st.just((7999, 8000, 8001)), thresholds())


@st.composite
def policies(draw):
    """Parameters as text: the readings, thresholds of two decimals, and everything else."""
    edges = [f"{Decimal(n) / 100:f}" for n in draw(THRESHOLDS)]
    return {
        **dict(zip(EDGES, edges, strict=True)),
        "per_point": draw(st.sampled_from(["0.05", "0", "0.5", "0.005", "0.033333", "0.000001"])),
        "half_ratio": draw(st.sampled_from(["0.50", "0", "1", "0.40", "0.333333"])),
        "bonus_cap": draw(st.sampled_from(["5", "0", "20", "2.5"])),
        "fraction": draw(st.sampled_from(["continuous", "floor", "ceil"])),
        "cap_total": draw(st.sampled_from(["off", "on"])),
        "score_digits": draw(st.sampled_from(["exact", "exact", "0", "1", "2"])),
        "bonus_counts": draw(st.sampled_from(["on", "on", "off"])),
        "veto_cut": draw(st.sampled_from(["as_below_60", "none"])),
        "retained_share": draw(st.sampled_from(["1", "1", "0", "0.8", "0.333333"])),
        "reasonable_share": draw(st.sampled_from(["0", "0.5", "1", "0.333333"])),
        "next_year_cut_rate": draw(st.sampled_from(["0", "0.05", "0.5", "0.333333"])),
    }


GROWTH = st.fixed_dictionaries(
    {
        "score_growth": st.sampled_from(["0", "1", "-10", "0.5", "9.9999"]),
        "spending_growth": st.sampled_from(["0", "0.05", "-0.2", "0.2", "0.0333"]),
        "budget_growth": st.sampled_from(["0", "0.05", "-0.2", "0.2", "0.0333"]),
    }
)


@st.composite
def counties(draw, policy, most=6):
    """Communities as dicts of text, many of them at an edge of the policy or close by."""
    at = [Decimal(policy[edge]) for edge in EDGES]
    close = st.sampled_from([str(edge + off) for edge in at for off in (-HAIR, 0, HAIR) if edge + off >= 0])
    scores = st.one_of(close, shifted(0, 100, 0), shifted(0, 10**4, 2), shifted(0, 10**14, 12))
    rows = []
    for id_ in draw(st.permutations([str(8 + i) for i in range(draw(st.integers(1, most)))])):
        row = {"community_id": id_, "score": draw(scores), "budget": draw(AMOUNTS), "spending": draw(AMOUNTS)}
        over = max(exact_retention.fen(row["spending"]) - exact_retention.fen(row["budget"]), 0)
        part = draw(st.none() | st.integers(0, over))
        row["bonus"] = draw(st.none() | shifted(0, 200, 1))
        row["veto"] = draw(st.sampled_from([None, None, False, False, True]))
        row["unreasonable_overspend"] = None if part is None else f"{Decimal(part) / 100:f}"
        rows.append(row)
    return rows


@st.composite
def cases(draw, **options):
    """(communities, parameters)."""
    policy = draw(policies())
    return draw(counties(policy, **options)), policy


def table_of(rows):
    table = pd.DataFrame(rows)
    text = ["community_id", "veto"]
    return table[text].join(table.drop(columns=text).astype(float))


def run(rows, policy):
    """What each community gets by simlib, in whole fen."""
    return exact_retention.outcome_of_table(settle(table_of(rows), RetentionParams(**policy)))


# --- against the fractions ------------------------------------------------------------------------------------------


@given(case=cases(most=12))
@examples(60)
def test_simlib_equals_the_calculation_in_fractions(case):
    rows, policy = case
    assert run(rows, policy) == exact_retention.outcome(exact_retention.settle(rows, **policy))


@given(case=cases(), growth=GROWTH, count=st.integers(1, 6))
@quick
def test_the_years_equal_the_calculation_in_fractions(case, growth, count):
    rows, policy = case
    table = years(table_of(rows), RetentionParams(**policy, **growth), count)
    assert exact_retention.years_of_table(table) == exact_retention.years(rows, count, **policy, **growth)


# --- money ----------------------------------------------------------------------------------------------------------


@given(case=cases())
@quick
def test_kept_and_returned_are_the_surplus_and_borne_and_shared_the_overspending(case):
    rows, policy = case
    results = run(rows, policy)
    for row in rows:
        one = results[row["community_id"]]
        assert one["surplus"] == exact_retention.fen(row["budget"]) - exact_retention.fen(row["spending"])
        assert one["retained"] + one["returned"] == max(one["surplus"], 0)
        assert one["overspend_borne"] + one["overspend_shared"] == max(-one["surplus"], 0)
        assert one["overspend_borne"] >= exact_retention.fen(row["unreasonable_overspend"] or 0)
        assert min(one[column] for column in exact_retention.MONEY if column not in ("surplus", "net")) >= 0
        assert one["net"] == one["retained"] - one["overspend_borne"] - one["next_year_cut"]


@given(case=cases())
@quick
def test_only_a_failed_evaluation_cuts_the_next_budget_and_it_keeps_nothing(case):
    rows, policy = case
    for one in run(rows, policy).values():
        if one["bracket"] in ("none", "veto"):
            assert one["ratio"] == one["retained"] == 0
        low = one["total_score"] < float(policy["half_from"])
        assert one["bracket"] != "none" or low
        if low or (one["bracket"] == "veto" and policy["veto_cut"] == "as_below_60"):
            cut = one["budget"] * Fraction(policy["next_year_cut_rate"])
            assert abs(2 * (one["next_year_cut"] - cut)) <= 1
        else:
            assert one["next_year_cut"] == 0


@given(case=cases(), k=st.integers(1, 50))
@quick
def test_k_times_the_money_is_k_times_the_result_but_for_rounding(case, k):
    """Rounding one amount costs half a fen, k times that after scaling: (k + 1) / 2 in all."""
    rows, policy = case
    for row in rows:
        row["budget"], row["spending"] = (str(Decimal(row[name]) % 10**6) for name in ("budget", "spending"))
        row["unreasonable_overspend"] = None
    columns = ("budget", "spending")
    scaled = [{**row, **{column: str(k * Decimal(row[column])) for column in columns}} for row in rows]
    once, many = run(rows, policy), run(scaled, policy)
    for i in once:
        assert [many[i][name] for name in ("bracket", "ratio")] == [once[i][name] for name in ("bracket", "ratio")]
        assert many[i]["surplus"] == k * once[i]["surplus"]
        for name in ("retained", "returned", "overspend_borne", "overspend_shared", "next_year_cut"):
            assert 2 * abs(many[i][name] - k * once[i][name]) <= k + 1


@given(case=cases(), data=st.data())
@quick
def test_neither_the_order_of_the_rows_nor_the_others_matter(case, data):
    rows, policy = case
    all_of_them = run(rows, policy)
    assert run(data.draw(st.permutations(rows)), policy) == all_of_them
    alone = data.draw(st.sampled_from(rows))
    assert run([alone], policy) == {alone["community_id"]: all_of_them[alone["community_id"]]}


@given(case=cases(), growth=GROWTH)
@quick
def test_the_input_stays_as_it_was_and_gives_the_same_again(case, growth):
    rows, policy = case
    table, params = table_of(rows), RetentionParams(**policy, **growth)
    table.attrs["file"] = "communities.csv"
    before, values = table.copy(deep=True), params.plain()
    first, later = settle(table, params), years(table, params)
    pd.testing.assert_frame_equal(table, before)
    assert (table.attrs, params.plain()) == (before.attrs, values)
    pd.testing.assert_frame_equal(settle(table, params), first)
    pd.testing.assert_frame_equal(years(table, params), later)
    assert first["community_id"].tolist() == before["community_id"].tolist()


# --- scores and the curve -------------------------------------------------------------------------------------------


def share_by_fractions(score, policy):
    """What a score without a bonus keeps of the base."""
    chosen = {**exact_retention.DOCUMENT, **policy}
    return exact_retention.share(exact_retention.total_of(Fraction(score), 0, chosen), False, chosen)[1]


def shares_by_fractions(policy):
    """What every score of two decimals keeps."""
    return [share_by_fractions(Fraction(n, 100), policy) for n in range(100 * MOST + 1)]


@given(case=cases(most=3), rise=st.sampled_from(["1E-9", "0.01", "1", "5", "40"]))
@quick
def test_a_higher_score_never_keeps_less_where_the_curve_does_not_fall(case, rise):
    rows, policy = case
    assume(fall(RetentionParams(**policy)) is None)
    higher = [{**row, "score": str(Decimal(row["score"]) + Decimal(rise))} for row in rows]
    before, after = run(rows, policy), run(higher, policy)
    for i in before:
        assert after[i]["retained"] >= before[i]["retained"]
        assert after[i]["next_year_cut"] <= before[i]["next_year_cut"]
        assert after[i]["overspend_borne"] == before[i]["overspend_borne"]


@given(policy=policies())
@fewer
def test_the_curve_is_said_to_fall_exactly_where_some_higher_score_keeps_less(policy):
    shares = shares_by_fractions(policy)
    found = fall(RetentionParams(**policy))
    if found is None:
        assert all(lower <= higher for lower, higher in pairwise(shares))
    else:
        lower, higher = (share_by_fractions(score, policy) for score in (found.lower, found.higher))
        assert found.lower < found.higher
        assert lower > higher
        assert (found.lower_ratio, found.higher_ratio) == (float(lower), float(higher))


@pytest.mark.parametrize(
    ("policy", "falls"),
    [
        ({}, False),
        ({"half_ratio": "0.51"}, True),
        ({"half_ratio": "0.500001"}, True),
        ({"per_point": "0.050001"}, True),
        ({"linear_from": "79.99"}, True),
        ({"linear_from": "79.99", "fraction": "floor"}, False),
        ({"linear_from": "80.01", "fraction": "ceil"}, False),
        ({"full_from": "90.01", "fraction": "ceil"}, True),
        ({"full_from": "105", "per_point": "0.02"}, False),
        ({"linear_from": "60.01"}, True),
        ({"half_ratio": "0", "per_point": "0.5"}, False),
        ({"score_digits": "0"}, False),
        ({"half_ratio": "0.51", "score_digits": "0"}, True),
        ({"half_ratio": "0.54", "linear_from": "80.6", "score_digits": "0"}, False),  # 81 is the first to reach it
    ],
    ids=str,
)
def test_where_the_curve_begins_to_fall(policy, falls):
    shares = shares_by_fractions(policy)
    assert (fall(RetentionParams(**policy)) is not None) == falls == any(a > b for a, b in pairwise(shares))


def test_the_document_falls_nowhere_and_a_larger_fixed_share_at_80():
    assert fall(RetentionParams()) is None
    assert fall(RetentionParams(half_ratio="0.6")) == (Decimal("79.99"), 0.6, Decimal(80), 0.5)
    assert fall(RetentionParams(half_ratio="0.6", score_digits="0")) == (Decimal("79.49"), 0.6, Decimal("79.5"), 0.5)
    assert fall(RetentionParams(half_ratio="0.6", half_from="79.995")) == (Decimal("79.995"), 0.6, Decimal(80), 0.5)


@given(policy=policies())
@fewer
def test_the_drawn_curve_is_what_a_community_of_each_score_keeps(policy):
    drawn = curve(RetentionParams(**policy), 40, 105)
    assert drawn["score"].is_monotonic_increasing
    if policy["score_digits"] == "exact":
        assert {float(policy[edge]) for edge in EDGES if Decimal(policy[edge]) >= 40} <= set(drawn["score"])
    kept = [float(share_by_fractions(repr(score), policy)) for score in drawn["score"]]
    assert drawn["ratio"].tolist() == kept


@given(case=cases(most=12))
@quick
def test_the_flows_add_up_to_what_is_settled(case):
    rows, policy = case
    settled = settle(table_of(rows), RetentionParams(**policy))
    sums = flows(settled)
    assert sums["communities"].sum() == len(rows)
    assert (sums["communities"] > 0).all()
    expected = exact_retention.settle(rows, **policy).values()
    for one in sums.to_dict("records"):
        members = [row for row in expected if row["bracket"] == one["bracket"]]
        assert len(members) == one["communities"]
        for name, column in (("retained", "retained"), ("returned", "returned"), ("borne", "overspend_borne")):
            assert exact_retention.fen(one[name]) == sum(row[column] for row in members)


def test_an_edge_tells_who_is_close_and_what_the_points_that_lack_are_worth():
    scores = {"a": 59.01, "b": 59, "c": 60.5, "d": 79.5, "e": 80, "f": 89.99, "g": 90.99, "h": 91, "v": 89.99}
    table = pd.DataFrame(
        {"community_id": list(scores), "score": list(scores.values()), "budget": 100.0, "spending": 0.0}
    )
    table["veto"] = [id_ == "v" for id_ in scores]
    told = edges(settle(table), RetentionParams()).set_index("edge")
    assert told["at"].tolist() == [60, 80, 90]
    assert told[["just_under", "just_over"]].to_numpy().tolist() == [[1, 1], [1, 1], [1, 1]]  # whole points off are not
    assert told["over"].tolist() == [0.5, 0.5, 1]
    assert told["worth"].tolist() == [50, 0, 0.05]  # a 50 more; d keeps half at either side; f 99.95 now


# --- thresholds -----------------------------------------------------------------------------------------------------

ORDER = {
    ("half_from", "linear_from"): "定比留用起点必须低于按分扣减起点。请调整其中一个。",
    ("linear_from", "full_from"): "按分扣减起点必须低于全额留用起点。请调整其中一个。",
}


REST = {("half_from", "linear_from"): {"full_from": "105"}, ("linear_from", "full_from"): {"half_from": "0"}}


@pytest.mark.parametrize(("first", "second"), ORDER)
@given(low=st.integers(6000, 9000), gap=st.integers(0, 1000), same=st.booleans())
@fewer
def test_thresholds_that_are_not_apart_are_refused_with_the_line(first, second, low, gap, same):
    high = low if same else min(low + gap, 9000)
    values = {first: Decimal(high) / 100, second: Decimal(low) / 100, **REST[first, second]}
    with pytest.raises(BadInput) as bad:
        RetentionParams(**values)
    assert bad.value.lines() == [f"retention.{first}, retention.{second}：{ORDER[first, second]}"]
    assert len(bad.value.lines("en")) == 1


@pytest.mark.parametrize(
    ("params", "row", "line"),
    [
        ("half_from: 80", 4, "定比留用起点必须低于按分扣减起点。请调整其中一个。"),
        ("full_from: 80", 4, "按分扣减起点必须低于全额留用起点。请调整其中一个。"),
        ("linear_from: 91", 4, "按分扣减起点必须低于全额留用起点。请调整其中一个。"),
    ],
)
def test_a_scenario_whose_thresholds_are_not_apart_is_refused_with_its_row(tmp_path, params, row, line):
    (tmp_path / "s.yaml").write_text(f"title: t\nparams:\n  retention:\n    {params}\n", encoding="utf-8")
    with pytest.raises(BadInput) as bad:
        scenario.load(tmp_path / "s.yaml")
    (found,) = bad.value.lines()
    assert found.startswith(f"s.yaml · 第 {row} 行 · params.retention.")
    assert found.endswith(f"：{line}")


@pytest.mark.parametrize("gap", ["0.000001", "0.01"])
def test_thresholds_a_hair_apart_are_accepted(gap):
    RetentionParams(half_from=80 - Decimal(gap), linear_from=80, full_from=80 + Decimal(gap))


# --- years ----------------------------------------------------------------------------------------------------------


@given(case=cases(), growth=GROWTH)
@quick
def test_the_first_year_is_the_one_that_was_settled(case, growth):
    rows, policy = case
    params = RetentionParams(**policy, **growth)
    settled, first = settle(table_of(rows), params), years(table_of(rows), params, 1)
    (year,) = exact_retention.years_of_table(first)
    for column in exact_retention.SUMMED:
        assert year[column] == sum(exact_retention.fen(value) for value in settled[column])
    assert year["year"] == 1
    assert year["failed"] == settled["bracket"].isin(["none", "veto"]).sum()


@given(case=cases(most=1), growth=GROWTH)
@quick
def test_the_budget_of_the_next_year_is_what_the_cut_left_grown(case, growth):
    rows, policy = case
    found = exact_retention.years_of_table(years(table_of(rows), RetentionParams(**policy, **growth), 6))
    for now, later in pairwise(found):
        left = now["budget"] - now["next_year_cut"]
        assert later["budget"] == exact_retention.half_up(left * (1 + Fraction(growth["budget_growth"])))
        assert later["spending"] == exact_retention.half_up(now["spending"] * (1 + Fraction(growth["spending_growth"])))
        assert later["year"] == now["year"] + 1


@given(case=cases(), growth=GROWTH, count=st.integers(1, 5))
@quick
def test_more_years_begin_with_the_same(case, growth, count):
    rows, policy = case
    params = RetentionParams(**policy, **growth)
    some, more = years(table_of(rows), params, count), years(table_of(rows), params, count + 2)
    pd.testing.assert_frame_equal(more.iloc[:count], some)


def test_five_years_are_told_unless_asked_otherwise():
    table = pd.DataFrame({"community_id": ["A"], "score": [90], "budget": [1.0], "spending": [0.5]})
    assert years(table)["year"].tolist() == [1, 2, 3, 4, 5]
    pd.testing.assert_frame_equal(years(table), years(table, RetentionParams(), retention.settlement.YEARS))
