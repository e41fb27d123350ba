"""How firm results stand: every draw against the rule calculated by itself, ranges and probabilities by hand, the
command."""

import json
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import ceil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracles import exact_dip, exact_retention
from simlib import scenario
from simlib.cli import main
from simlib.money import to_fen
from simlib.problems import BadInput
from simlib.rules import FAMILIES
from simlib.rules.deposit import MeanScope, UnclaimedPool, allocate, groups, summarise
from simlib.rules.varying import FACTOR, STEPS
from simlib.scenario import Scenario
from simlib.study.robust.calculation import STAYS, place, robust
from simlib.study.robust.uncertainty import Uncertainty, draws
from strategies import small_dip
from strategies.dip_tables import frame
from strategies.examples import examples

NONE = {"score_sd": 0, "cost_cv": 0, "points_cv": 0}
FEW = {"draws": 100, "seed": 7}
READINGS = list(product(MeanScope, UnclaimedPool))
CITY = pd.DataFrame(
    {
        "institution_id": list("ABCDEFGH"), "group": list("pppppqqr"),
        "score": [96.5, 91.25, 90.0, 90.0, 83.0, 100.0, 99.99, 70.0],
        "deposit": [1000.01, 500, 0, 333.33, 777.77, 10, 20, 5],
    }
)  # fmt: skip
COMMUNITIES = [
    {"community_id": "a", "score": "89.9", "bonus": "3", "budget": "1000", "spending": "900.01"},
    {"community_id": "b", "score": "79.99", "budget": "1000", "spending": "1100", "unreasonable_overspend": "33.33"},
    {"community_id": "c", "score": "59.5", "bonus": "9", "budget": "500.5", "spending": "500"},
    {"community_id": "d", "score": "99", "veto": "true", "budget": "700", "spending": "600"},
    {"community_id": "e", "score": "100", "budget": "700", "spending": "600"},
]


def ran(tables, rule, **params):
    return scenario.run(
        Scenario("t", rules=(rule,)).changed({f"{rule}.{name}": value for name, value in params.items()}), tables
    )


def changes_of(run, rule, assumed):
    """What was drawn, in whole blocks as the study draws it."""
    family, part = FAMILIES[rule], run.parts[rule]
    ready = family.prepare(part.seen)
    marks = family.varying.marks(ready, part.params) if family.varying.marks else None
    blocks = list(draws(assumed, rule, family.varying, marks, len(part.results[family.amount[0]])))
    drawn = {what: np.concatenate([getattr(one, what) for one in blocks]) for what in family.varying.takes}
    return drawn, marks


def by_hand(values, share):
    return sorted(values)[ceil(Fraction(str(share)) * len(values)) - 1]


def differences(trial, sides, amounts, numbers):
    """Where a trial is not what single calculations gave: sides and amounts [fen] by draw, headline numbers by draw."""
    family, table, lines = trial.family, trial.subjects, []
    for at, subject in enumerate(table[family.key]):
        for side in family.sides:
            want = sum(row[at] == side for row in sides) / len(sides)
            if table[f"probability_{side}"][at] != want:
                lines.append(f"{subject} {side}: {table[f'probability_{side}'][at]} instead of {want}")
        stays = sum(row[at] == table[family.side][at] for row in sides) / len(sides)
        lines += (
            [] if table[STAYS.name][at] == stays else [f"{subject} stays: {table[STAYS.name][at]} instead of {stays}"]
        )
        for name, share in {"low": 0.05, "middle": 0.5, "high": 0.95}.items():
            got, want = table[f"{family.measure.name}_{name}"][at], by_hand([row[at] for row in amounts], share) / 100
            lines += [] if got == want else [f"{subject} {name}: {got} instead of {want}"]
    city = trial.city.set_index("outcome")
    for name, want in ((name, [one[name] for one in numbers]) for name in numbers[0]):
        row = city.loc[f"{family.name}.{name}"]
        expected = {
            "least": min(want),
            "low": by_hand(want, 0.05),
            "middle": by_hand(want, 0.5),
            "high": by_hand(want, 0.95),
            "most": max(want),
        }
        lines += [f"{name} {end}: {row[end]} instead of {one}" for end, one in expected.items() if row[end] != one]
    return lines


# --- no uncertainty -----------------------------------------------------------------------------------------------


@st.composite
def cities(draw):
    count = draw(st.integers(1, 7))
    scores = st.sampled_from(draw(st.lists(st.integers(1, 10000).map(lambda n: n / 100), min_size=1, max_size=4)))
    deposits = st.sampled_from([0.0, 0.01, 100.0, 12345.67])
    rows = [(f"i{at}", draw(st.sampled_from("pq")), draw(scores), draw(deposits)) for at in range(count)]
    table = pd.DataFrame(rows, columns=["institution_id", "group", "score", "deposit"])
    part = [draw(st.sampled_from([True, True, False])) for _ in range(count)]
    return table.assign(evaluated=part, score=table["score"].where(part)) if draw(st.booleans()) else table


@examples(25)
@given(cities(), st.sampled_from(READINGS))
def test_without_uncertainty_every_probability_is_0_or_1_and_every_range_is_the_amount_itself(city, reading):
    run = ran({"institutions": city}, "deposit", mean_scope=reading[0], unclaimed_pool=reading[1])
    trial = robust(run, Uncertainty(**NONE, draws=100)).trials["deposit"]
    table, exact = trial.subjects, allocate(city, run.scenario.params["deposit"])
    for side in trial.family.sides:
        assert table[f"probability_{side}"].tolist() == (exact["band"] == side).astype(float).tolist()
    for end in ("low", "middle", "high"):
        assert table[f"payment_{end}"].tolist() == exact["payment"].tolist()
    assert (trial.city[["least", "low", "middle", "high", "most"]].sub(trial.city["now"], axis=0) == 0).all(axis=None)


def test_without_uncertainty_dip_and_retention_stay_as_they_are():
    runs = [ran(small_dip.tables(), "dip", ledger=ledger) for ledger in ("pooled", "by_scheme")]
    runs.append(
        ran(
            {"communities": frame(COMMUNITIES, "communities")},
            "retention",
            next_year_cut_rate="0.1",
            reasonable_share="0.3",
        )
    )
    for run in runs:
        ((name, trial),) = robust(run, Uncertainty(**NONE, draws=100)).trials.items()
        table, family = trial.subjects, FAMILIES[name]
        assert (table[STAYS.name] == 1).all()
        assert all(
            (table[f"{family.measure.name}_{end}"] == table[family.measure.name]).all()
            for end in ("low", "middle", "high")
        )
        assert (trial.city["least"] == trial.city["now"]).all()
        assert (trial.city["most"] == trial.city["now"]).all()


# --- every draw by itself -----------------------------------------------------------------------------------------


def single_allocations(run, assumed):
    drawn, marks = changes_of(run, "deposit", assumed)
    tables = [
        allocate(CITY.assign(score=[int(one) / marks.scale for one in row]), run.scenario.params["deposit"])
        for row in drawn["score"]
    ]
    numbers = [summarise(one, groups(one, run.scenario.params["deposit"])) for one in tables]
    return [one["band"].tolist() for one in tables], [to_fen(one["payment"]).tolist() for one in tables], numbers


@pytest.mark.parametrize("reading", READINGS)
def test_each_draw_of_the_deposit_is_an_allocation_of_its_scores(reading):
    run = ran({"institutions": CITY}, "deposit", mean_scope=reading[0], unclaimed_pool=reading[1])
    assumed = Uncertainty(score_sd="1.5", **FEW)
    trial = robust(run, assumed).trials["deposit"]
    assert differences(trial, *single_allocations(run, assumed)) == []


def test_a_fen_too_much_in_one_draw_is_seen(monkeypatch):
    run, assumed = ran({"institutions": CITY}, "deposit"), Uncertainty(score_sd="1.5", **FEW)
    trial = robust(run, assumed).trials["deposit"]
    bands, payments, numbers = single_allocations(run, assumed)
    order = sorted(range(100), key=lambda draw: payments[draw][4])
    payments[order[4]][4] -= 1  # the draw at 5%
    assert len(differences(trial, bands, payments, numbers)) == 1
    bands[0][0] = {"above": "below"}.get(bands[0][0], "above")
    assert len(differences(trial, bands, payments, numbers)) >= 3


def test_each_draw_of_retention_is_a_settlement_of_its_scores_and_spending():
    params = {"next_year_cut_rate": "0.1", "reasonable_share": "0.3", "cap_total": "on"}
    params |= {"score_digits": "1", "veto_cut": "none", "retained_share": "0.7"}
    run = ran({"communities": frame(COMMUNITIES, "communities")}, "retention", **params)
    assumed = Uncertainty(score_sd=2, cost_cv="0.05", **FEW)
    drawn, marks = changes_of(run, "retention", assumed)
    settled = []
    for scores, factors in zip(drawn["score"].tolist(), drawn["cost"].tolist(), strict=True):
        rows = []
        for one, score, factor in zip(COMMUNITIES, scores, factors, strict=True):
            budget, before, unreasonable = (
                Fraction(one.get(name, 0)) * 100 for name in ("budget", "spending", "unreasonable_overspend")
            )
            spending = exact_retention.half_up(before * factor / FACTOR)
            part = (
                exact_retention.half_up(max(spending - budget, 0) * unreasonable / (before - budget))
                if unreasonable
                else 0
            )
            money = {"spending": f"{Decimal(spending) / 100}", "unreasonable_overspend": f"{Decimal(part) / 100}"}
            rows.append({**one, "score": Fraction(score, marks.scale), **money})
        settled.append(list(exact_retention.settle(rows, **params).values()))
    sums = ("retained", "returned", "overspend_borne", "overspend_shared", "next_year_cut")
    numbers = [
        {**{name: sum(one[name] for one in rows) / 100 for name in sums},
         "surplus": sum(max(one["surplus"], 0) for one in rows) / 100,
         "none": sum(one["bracket"] == "none" for one in rows)}
        for rows in settled
    ]  # fmt: skip
    sides, amounts = ([[one[name] for one in rows] for rows in settled] for name in ("bracket", "net"))
    assert differences(robust(run, assumed).trials["retention"], sides, amounts, numbers) == []
    assert len({tuple(row) for row in sides}) > 3


@pytest.mark.parametrize("ledger", ["pooled", "by_scheme"])
def test_each_draw_of_dip_is_a_clearing_of_its_costs_and_points(ledger):
    run = ran(small_dip.tables(), "dip", ledger=ledger)
    assumed = Uncertainty(cost_cv="0.1", points_cv="0.2", **FEW)
    drawn, _ = changes_of(run, "dip", assumed)
    chosen = exact_dip.values(run.scenario.params["dip"])
    rows = small_dip.cases()
    given_ = {"institutions": small_dip.institutions(), "cases": rows, "groups": small_dip.GROUPS,
              "peer_means": small_dip.peer_means(),
              "funds": small_dip.funds(rows)}  # fmt: skip
    now = exact_dip.settle(given_, run.scenario.params["dip"])
    ids = run.results["dip"]["dip_institutions"]["institution_id"].tolist()
    sides, amounts, numbers = [], [], []
    for costs, points in zip(drawn["cost"].tolist(), drawn["points"].tolist(), strict=True):
        cost, point = (dict(zip(ids, (Fraction(one, FACTOR) for one in row), strict=True)) for row in (costs, points))
        found, paid, billed = {}, [], 0
        for scheme in now["fund"]:
            accounts = {
                name: {"level": one["level"], "approved_points": one["approved_points"] * point[name],
                       **{column: exact_dip.half_up(one[column] * cost[name]) for column in exact_dip.MONEY[:3]}}
                for (where, name), one in now["ledgers"].items() if where == scheme
            }  # fmt: skip
            all_billed = sum(one["billed"] for one in accounts.values())
            paid.append(
                exact_dip.clear(
                    accounts, exact_dip.fund(exact_dip.fund_rows(given_["funds"], scheme), all_billed, chosen), chosen
                )
            )
            billed += all_billed
            for name, one in accounts.items():
                found.setdefault(name, []).append(one)
        outcomes = [{one["outcome"] for one in found[name]} for name in ids]
        sides.append([one.pop() if len(one) == 1 else "mixed" for one in outcomes])
        amounts.append([sum(one["settlement"] for one in found[name]) for name in ids])
        numbers.append({"billed": billed / 100, "settlement": sum(amounts[-1]) / 100, "mixed": sides[-1].count("mixed"),
                        **{name: sum(one[name] for one in paid) / 100 for name in ("shares_paid", "fund_left",
                            "undistributed")}})  # fmt: skip
    assert differences(robust(run, assumed).trials["dip"], sides, amounts, numbers) == []
    assert len({tuple(row) for row in sides}) > 3


# --- what is drawn ------------------------------------------------------------------------------------------------


def many(count=400, score=80.0):
    return pd.DataFrame(
        {"institution_id": [f"{n:04}" for n in range(count)], "group": "p", "score": score, "deposit": 100.0}
    )


def test_scores_have_the_error_that_is_assumed_in_steps_of_a_hundredth_and_stay_between_0_and_full_marks():
    assumed = Uncertainty(score_sd="1.5", draws=500)
    drawn, marks = changes_of(ran({"institutions": many()}, "deposit"), "deposit", assumed)
    points = drawn["score"] / marks.scale
    assert abs(points.mean() - 80) < 0.02
    assert abs(points.std() - 1.5) < 0.02
    assert abs(np.corrcoef(points[:, 0], points[:, 1])[0, 1]) < 0.2
    fine = many(score=99.123)
    drawn, marks = changes_of(ran({"institutions": fine}, "deposit"), "deposit", assumed)
    assert marks.scale == 1000
    assert (drawn["score"].min(), drawn["score"].max()) > (0, 0)
    assert drawn["score"].max() == 100 * marks.scale
    free = drawn["score"][drawn["score"] < 100 * marks.scale]
    assert ((free - 99123) % (marks.scale // STEPS) == 0).all()
    low, marks = changes_of(ran({"institutions": many(score=0.5)}, "deposit"), "deposit", assumed)
    assert low["score"].min() == 0


def test_costs_are_multiplied_by_factors_of_mean_1_with_the_variation_that_is_assumed():
    run = ran(small_dip.tables(), "dip")
    drawn, _ = changes_of(run, "dip", Uncertainty(cost_cv="0.1", points_cv="0.3", draws=5000))
    for what, variation in (("cost", 0.1), ("points", 0.3)):
        factors = drawn[what] / FACTOR
        assert abs(factors.mean() - 1) < 0.01
        assert abs(factors.std() / factors.mean() - variation) < 0.01
        assert abs(np.log(factors).mean() + np.log(factors).var() / 2) < 0.01
    assert abs(np.corrcoef(drawn["cost"].ravel(), drawn["points"].ravel())[0, 1]) < 0.02


def test_the_same_seed_gives_the_same_draws_whatever_else_runs_and_another_seed_others():
    both = {"institutions": CITY, "communities": frame(COMMUNITIES, "communities")}
    alone = robust(ran(both, "deposit"), Uncertainty(**FEW)).trials["deposit"]
    beside = robust(scenario.run(Scenario("t"), both), Uncertainty(**FEW)).trials
    assert list(beside) == ["deposit", "retention"]
    pd.testing.assert_frame_equal(alone.subjects, beside["deposit"].subjects)
    other = robust(ran(both, "deposit"), Uncertainty(draws=100, seed=8)).trials["deposit"]
    assert not alone.subjects.equals(other.subjects)


def test_blocks_do_not_bear_on_what_is_drawn(monkeypatch):
    run = ran({"institutions": CITY}, "deposit")
    whole = robust(run, Uncertainty(**FEW)).trials["deposit"].subjects
    monkeypatch.setattr("simlib.study.robust.uncertainty.CELLS", 3 * len(CITY) + 1)
    pd.testing.assert_frame_equal(whole, robust(run, Uncertainty(**FEW)).trials["deposit"].subjects)


def test_probabilities_add_to_1_and_a_share_names_a_value_that_was_drawn():
    trial = robust(ran({"institutions": CITY}, "deposit"), Uncertainty(**FEW)).trials["deposit"]
    chances = trial.subjects[[f"probability_{side}" for side in trial.family.sides]]
    assert (chances.sum(axis=1).round(12) == 1).all()
    assert [place(share, 100) for share in (0.05, 0.5, 0.95)] == [4, 49, 94]
    assert [place(share, 2000) for share in (0.05, 0.5, 0.95)] == [99, 999, 1899]
    assert place(0.05, 101) == 5
    assert sum(trial.expected()[list(trial.family.sides)].sum()) == pytest.approx(len(CITY))


def test_a_draw_without_any_score_is_refused_and_said():
    lonely = CITY.assign(score=[*CITY["score"][:-1], 0.01])
    with pytest.raises(BadInput, match="有一次抽样无法计算") as refused:
        robust(ran({"institutions": lonely}, "deposit"), Uncertainty(score_sd=5, **FEW))
    assert len(refused.value.problems) == 2


# --- the command --------------------------------------------------------------------------------------------------


@pytest.fixture
def place_(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SIMLIB_LANG", raising=False)
    (tmp_path / "city").mkdir()
    CITY.to_csv("city/institutions.csv", index=False)
    frame(COMMUNITIES, "communities").to_csv("city/communities.csv", index=False)
    Path("one.yaml").write_text("title: 方案一\ntitle_en: Scenario one\ndata: city\n", "utf-8")
    return tmp_path


def test_the_command_lands_tables_report_and_manifest_that_verify_makes_again(place_, capsys):
    assert main(["robust", "one.yaml", "--out", "a", "--draws", "200", "--score-sd", "0.8"]) == 0
    said = capsys.readouterr()
    assert said.out == "结果：a\n"
    assert "费用误差的变异系数：2.0%（默认假设，未另行设定）。" in said.err
    assert "得分误差的标准差：0.80 分（使用者设定）。" in said.err
    names = {f"robust_{name}" for name in ("deposit", "retention", "city", "draws")}
    assert {path.name for path in Path("a").iterdir()} == {f"{name}.{kind}" for name in names for kind in ("csv",
            "parquet")} | {
        "report.html", "manifest.json",
    }  # fmt: skip
    manifest = json.loads(Path("a/manifest.json").read_text("utf-8"))
    assert manifest["settings"] == {"score_sd": 0.8, "cost_cv": 0.02, "points_cv": 0.02, "draws": 200, "seed": 2026}
    assert len(pd.read_csv("a/robust_draws.csv")) == 200
    assert main(["verify", "a"]) == 0
    table = Path("a/robust_deposit.csv")
    table.write_text(table.read_text("utf-8").replace("1000.01", "1000.02", 1), "utf-8")
    assert main(["verify", "a"]) == 1


def test_the_same_command_writes_the_same_bytes(place_):
    for out in ("a", "b"):
        assert (
            main(
                [
                    "robust",
                    "one.yaml",
                    "--out",
                    out,
                    "--draws",
                    "100",
                    "--score-sd",
                    "1",
                    "--cost-cv",
                    "0",
                    "--points-cv",
                    "0",
                ]
            )
            == 0
        )
    same = [path.name for path in Path("a").iterdir() if path.read_bytes() == Path("b", path.name).read_bytes()]
    assert {path.name for path in Path("a").iterdir()} - set(same) <= {"report.html", "manifest.json"}  # which say when


def test_the_report_asks_no_network_and_says_what_is_assumed(place_):
    main(["robust", "one.yaml", "--out", "a", "--draws", "100", "--lang", "en"])
    report = Path("a/report.html").read_text("utf-8")
    assert "the default assumption" in report
    assert "How firm the results stand: Scenario one" in report
    assert report.count("data-figure=") == 6


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--score-sd", "21"], "robust.score_sd · “21”：得分误差的标准差超出允许范围。请填 0 至 20（假设情形）。"),
        (["--score-sd", "one"], "robust.score_sd · “one”：得分误差的标准差的取值无效。请填 0 至 20（假设情形）。"),
        (["--cost-cv", "-0.1"],
         "robust.cost_cv · “-0.1”：费用误差的变异系数超出允许范围。请填 0 至 0.5（即 0.0% 至 50.0%）（假设情形）。"),
        (["--draws", "99"], "robust.draws · “99”：抽样次数超出允许范围。请填 100 至 10000（设置）。"),
        (["--draws", "150.5"], "robust.draws · “150.5”：抽样次数的小数位过多，最多 0 位。"),
    ],
)  # fmt: skip
def test_bad_values_are_refused_with_a_line_and_nothing_is_written(place_, capsys, arguments, line):
    assert main(["robust", "one.yaml", "--out", "a", *arguments]) == 2
    assert capsys.readouterr().err.splitlines() == [line]
    assert sorted(path.name for path in place_.iterdir()) == ["city", "one.yaml"]


def test_data_without_a_rule_to_draw_and_an_occupied_folder_are_refused(place_, capsys):
    Path("deals.yaml").write_text("title: t\ndata: city\nrules: [agreement]\n", "utf-8")
    Path("city/incidents.csv").write_text("incident_id,institution_id,item,loss\nI,A,43(1),100\n")
    assert main(["robust", "deals.yaml", "--out", "a"]) == 2
    assert "方案未运行受得分或费用误差影响的规则" in capsys.readouterr().err
    Path("b").mkdir()
    Path("b/mine.txt").write_text("mine")
    assert main(["robust", "one.yaml", "--out", "b"]) == 2
    assert sorted(path.name for path in place_.iterdir()) == ["b", "city", "deals.yaml", "one.yaml"]
    assert Path("b/mine.txt").read_text() == "mine"
