"""How hospitals may answer: each number against the rule calculated by itself, edges step by step, the command."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracles import exact_deposit, exact_retention
from simlib import scenario
from simlib.cli import main
from simlib.money import to_fen
from simlib.problems import BadInput
from simlib.rules.deposit import allocate
from simlib.scenario import Scenario
from simlib.study.respond.calculation import respond
from strategies.dip_tables import frame
from strategies.examples import examples

ORDER = {"deposit": ["exempt", "below", "within", "above"], "retention": ["veto", "none", "half", "linear", "full"]}
quick = examples(40)


def answer(rows, rule="deposit", reach="1", **params):
    one = Scenario("t", rules=(rule,)).changed({f"{rule}.{name}": value for name, value in params.items()})
    table = {"deposit": "institutions", "retention": "communities"}[rule]
    return respond(scenario.run(one, {table: frame(rows, table)}), reach).answers[rule]


def paid(rows, rule, params):
    """(side, amount in fen) of each, by the second calculation."""
    if rule == "deposit":
        found, _ = exact_deposit.allocate(rows, **params)
        return [(one["band"], one["payment"]) for one in found.values()]
    return [(one["bracket"], one["net"]) for one in exact_retention.settle(rows, **params).values()]


def with_score(rows, at, score):
    return [{**one, "score": str(score)} if number == at else one for number, one in enumerate(rows)]


def fen(yuan):
    return round(Decimal(str(yuan)) * 100)


def differences(done, rows, rule, params, steps=300):
    """Where the answers differ from single calculations: a point more, and the next edge sought step by step."""
    table, lines, now = done.subjects, [], paid(rows, rule, params)
    scale = Decimal(done.marks.scale)
    for at, one in enumerate(rows):
        score = Decimal(one["score"])
        most = max(score, Decimal(100))
        more = paid(with_score(rows, at, min(score + 1, most)), rule, params)[at][1] - now[at][1]
        if fen(table["worth"][at]) != more:
            lines.append(f"{at}: a point is worth {table['worth'][at]} instead of {more}")
        needed = table["needed"][at]
        if pd.isna(needed):
            high = paid(with_score(rows, at, most), rule, params)[at][0]
            if now[at][0] != "veto" and ORDER[rule].index(high) > ORDER[rule].index(now[at][0]):
                lines.append(f"{at}: full marks lift it to {high}, and no edge is told")
            continue
        edge = score + Decimal(str(needed))
        over, gain = paid(with_score(rows, at, edge), rule, params)[at]
        under = paid(with_score(rows, at, edge - 1 / scale), rule, params)[at][0]
        if (table["side_there"][at], fen(table["gain"][at])) != (over, gain - now[at][1]) or edge > most:
            lines.append(
                f"{at}: at the edge {table['side_there'][at]} {table['gain'][at]} instead of {over} {gain - now[at][1]}"
            )
        if not under == now[at][0] != over:
            lines.append(f"{at}: {edge} is not the lowest score over the edge: {under} one step below it")
    return lines


@st.composite
def cities(draw):
    scores = st.sampled_from(draw(st.lists(st.integers(8800, 10000) | st.integers(1, 10000), min_size=1, max_size=5)))
    deposits = st.sampled_from(["0", "0.01", "100", "12345.67", "99999.99"])
    evaluated = st.sampled_from(draw(st.sampled_from([["true"], ["true", "", "false"]])))
    return [
        {"institution_id": f"i{at}", "group": draw(st.sampled_from("pq")), "score": str(Decimal(draw(scores)) / 100),
         "deposit": draw(deposits), "evaluated": draw(evaluated)}
        for at in range(draw(st.integers(1, 7)))
    ]  # fmt: skip


POLICIES = st.fixed_dictionaries(
    {
        "lower": st.sampled_from(["0.98", "1.00", "0.9"]), "upper": st.sampled_from(["1.02", "1.00", "1.1"]),
        "mean_scope": st.sampled_from(["group", "city"]),
        "unclaimed_pool": st.sampled_from(["hold", "within", "refund", "city"]),
        "index_digits": st.sampled_from(["exact", "2", "3", "4"]),
        "zero_deposit_in_mean": st.sampled_from(["on", "on", "off"]),
    }
)  # fmt: skip


@quick
@given(cities(), POLICIES)
def test_a_point_more_and_the_next_edge_of_the_deposit_are_what_single_allocations_say(rows, params):
    assert differences(answer(rows, **params), rows, "deposit", params) == []


@quick
@given(cities(), POLICIES, st.sampled_from(["0", "0.5", "3", "20"]))
def test_when_all_within_reach_step_over_they_stand_over_it_with_the_lowest_scores_that_do(rows, params, reach):
    done = answer(rows, reach=reach, **params)
    table, before = done.subjects, paid(rows, "deposit", params)
    near = [needed <= float(reach) for needed in table["needed"]]
    assert table["steps"].tolist() == near
    raised = [
        Decimal(one["score"]) + (Decimal(str(more)) if step else 0)
        for one, more, step in zip(rows, table["needed_together"], near, strict=True)
    ]
    then_rows = [{**one, "score": str(score)} for one, score in zip(rows, raised, strict=True)]
    then = paid(then_rows, "deposit", params)
    assert table["side_then"].tolist() == [side for side, _ in then]
    assert [fen(one) for one in table["change_then"]] == [
        after - was for (_, after), (_, was) in zip(then, before, strict=True)
    ]
    rank = ORDER["deposit"].index
    for at, step in enumerate(near):
        over = step and rank(then[at][0]) >= rank(table["side_there"][at])
        assert over or not step or raised[at] == 100 or not_reachable(then_rows, at, params)
        if over:
            assert raised[at] >= Decimal(rows[at]["score"]) + Decimal(str(table["needed"][at]))
            lower = paid(with_score(then_rows, at, raised[at] - Decimal("0.01")), "deposit", params)[at][0]
            assert rank(lower) < rank(table["side_there"][at])
    assert done.counts["stepped"] == sum(near)
    moved = [fen(one) for one in table["change_then"]]
    assert fen(done.counts["gained"]) == sum(one for one in moved if one > 0)
    assert fen(done.counts["lost"]) == -sum(one for one in moved if one < 0)


def not_reachable(rows, at, params):
    """Whether full marks would not lift it to a higher side."""
    return paid(with_score(rows, at, 100), "deposit", params)[at][0] == paid(rows, "deposit", params)[at][0]


COMMUNITIES = st.lists(
    st.fixed_dictionaries(
        {
            "score": st.sampled_from(["55", "59.99", "60", "74.5", "79.99", "80", "84.3", "89.01", "90", "99.5",
                                      "100"]),
            "bonus": st.sampled_from(["", "0.5", "3", "7"]), "veto": st.sampled_from(["", "true"]),
            "budget": st.just("1000.01"),
            "spending": st.sampled_from(["900", "1000.01", "1200"]),
        }
    ),
    min_size=1, max_size=5,
).map(lambda rows: [{"community_id": f"c{at}", **row} for at, row in enumerate(rows)])  # fmt: skip
BRACKETS = st.fixed_dictionaries(
    {
        "fraction": st.sampled_from(["continuous", "floor", "ceil"]), "cap_total": st.sampled_from(["off", "on"]),
        "score_digits": st.sampled_from(["exact", "0", "1", "2"]), "bonus_counts": st.sampled_from(["on", "off"]),
        "full_from": st.sampled_from(["90", "103"]), "next_year_cut_rate": st.sampled_from(["0", "0.1"]),
    }
)  # fmt: skip


@quick
@given(COMMUNITIES, BRACKETS)
def test_a_point_more_and_the_next_bracket_of_retention_are_what_single_settlements_say(rows, params):
    done = answer(rows, "retention", reach="2", **params)
    assert differences(done, rows, "retention", params) == []
    table, now = done.subjects, paid(rows, "retention", params)
    for at, one in enumerate(rows):  # nobody moves the others: all at once is each alone
        score = Decimal(one["score"]) + (Decimal(str(table["needed"][at])) if table["steps"][at] else 0)
        side, net = paid(with_score(rows, at, score), "retention", params)[at]
        assert (table["side_then"][at], fen(table["change_then"][at])) == (side, net - now[at][1])
    changes = [fen(one) for one in table["change_then"]]
    assert fen(done.counts["gained"]) == sum(one for one in changes if one > 0)
    assert fen(done.counts["lost"]) == -sum(one for one in changes if one < 0)


def test_a_fault_in_an_edge_or_in_a_marginal_amount_is_seen():
    rows = [
        {"institution_id": str(at), "group": "p", "score": score, "deposit": "100"}
        for at, score in enumerate(["80", "85", "90", "95"])
    ]
    params = {"lower": "0.98", "upper": "1.02"}
    for name, moved in (("needed", 0.01), ("needed", -0.01), ("worth", 0.01), ("gain", -0.01)):
        done = answer(rows, **params)
        assert differences(done, rows, "deposit", params) == []
        done.subjects.loc[1, name] += moved
        assert len(differences(done, rows, "deposit", params)) > 0


# --- by hand ------------------------------------------------------------------------------------------------------


def test_a_hospital_just_below_the_mean_counts_its_own_effect_on_the_mean():
    rows = [{"institution_id": one, "group": "p", "score": "90", "deposit": "1000"} for one in "abc"] + [
        {"institution_id": "d", "group": "p", "score": "88", "deposit": "1000"}
    ]
    one = answer(rows).subjects.set_index("institution_id").loc["d"]
    # Mean 89.5: 0.98 x 89.5 = 87.71, so that d is within; above 1.02 x (270 + s) / 4 from s = 275.4 / 2.98 = 92.416...
    assert (one["band"], one["side_there"], one["needed"]) == ("within", "above", 4.42)
    assert one["worth"] == 0
    assert (
        Fraction("92.42") * 4 / (270 + Fraction("92.42"))
        > Fraction("1.02")
        >= Fraction("92.41") * 4 / (270 + Fraction("92.41"))
    )


def test_full_marks_the_top_band_and_a_group_of_one_have_no_edge():
    rows = [
        {"institution_id": "alone", "group": "q", "score": "50", "deposit": "1"},
        *({"institution_id": f"full{at}", "group": "p", "score": "100", "deposit": "1"} for at in range(3)),
        {"institution_id": "top", "group": "r", "score": "100", "deposit": "1"},
        {"institution_id": "low", "group": "r", "score": "10", "deposit": "1"},
    ]
    done = answer(rows, reach="20")
    table = done.subjects.set_index("institution_id")
    assert table.loc[["alone", "full0", "full1", "top"], "needed"].isna().all()
    assert table.loc[["full0", "top"], "raised"].tolist() == [0, 0]
    assert (table["raised"]["alone"], table["worth"]["alone"]) == (1, 0)
    assert not table["steps"].any()
    assert done.counts == dict.fromkeys(done.counts, 0)
    assert (done.subjects["change_then"] == 0).all()


def test_steps_that_would_do_alone_do_not_do_together_and_the_pool_is_kept():
    rows = [{"institution_id": f"{at:02}", "group": "p", "score": "92", "deposit": "100"} for at in range(5)]
    rows += [{"institution_id": f"x{at}", "group": "p", "score": "89", "deposit": "100"} for at in range(5)]
    done = answer(rows, reach="0.5")
    assert (done.counts["stepped"], done.counts["over_alone"], done.counts["over"]) == (5, 0, 5)
    table = done.subjects
    # Alone 10 s > 1.02 (s + 368 + 445), together 10 s > 1.02 (5 s + 445), in steps of 0.01.
    assert table["needed"][:5].tolist() == [0.35] * 5
    assert table["needed_together"][:5].tolist() == [0.64] * 5
    assert [answer(rows, reach=reach).counts["stepped"] for reach in ("0.34", "0.35")] == [0, 5]
    then = allocate(frame(rows, "institutions").assign(score=table["score"] + table["needed_together"].fillna(0)))
    assert to_fen(then["payment"]).sum() == 100000
    assert table["side_then"].tolist() == ["above"] * 5 + ["below"] * 5


# --- the command --------------------------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SIMLIB_LANG", raising=False)
    Path("city").mkdir()
    Path("city/institutions.csv").write_text(
        "institution_id,group,score,deposit\nA,p,90,1000\nB,p,91.5,1000\nC,p,88,0\nD,p,89.99,10\n"
    )
    Path("city/communities.csv").write_text("community_id,score,budget,spending\nX,89.9,1000,900\nY,60,10,9\n")
    Path("one.yaml").write_text("title: 方案一\ndata: city\n", "utf-8")
    return tmp_path


def test_the_command_lands_both_rules_and_verify_makes_them_again(place, capsys):
    assert main(["respond", "one.yaml", "--out", "a", "--reach", "2.5"]) == 0
    assert capsys.readouterr().out == "结果：a\n"
    names = {f"response_{name}.{kind}" for name in ("deposit", "retention", "city") for kind in ("csv", "parquet")}
    assert {path.name for path in Path("a").iterdir()} == names | {"report.html", "manifest.json"}
    assert json.loads(Path("a/manifest.json").read_text("utf-8"))["settings"] == {"reach": 2.5}
    table = pd.read_csv("a/response_retention.csv")
    assert table["needed"].tolist() == [0.1, 20]
    assert "实际达标" in Path("a/report.html").read_text("utf-8")
    assert main(["verify", "a"]) == 0


@pytest.mark.parametrize(
    ("reach", "line"),
    [
        ("-1", "respond.reach · “-1”：临近分数线的分差超出允许范围。请填 0 至 20（假设情形）。"),
        ("near", "respond.reach · “near”：临近分数线的分差的取值无效。请填 0 至 20（假设情形）。"),
    ],
)
def test_a_bad_reach_is_refused_and_nothing_is_written(place, capsys, reach, line):
    assert main(["respond", "one.yaml", "--out", "a", "--reach", reach]) == 2
    assert capsys.readouterr().err.splitlines() == [line]
    assert sorted(path.name for path in place.iterdir()) == ["city", "one.yaml"]


def test_a_run_without_a_rule_that_goes_by_scores_is_refused(place):
    one = Scenario("t", rules=("agreement",))
    incidents = frame([{"incident_id": "I", "institution_id": "A", "item": "43(1)", "loss": "100"}], "incidents")
    with pytest.raises(BadInput, match="方案未运行按得分计算的规则"):
        respond(scenario.run(one, {"incidents": incidents}))
