"""The settlement of 3,643 real discharges of 24 hospitals, in several readings, against the calculation in
fractions."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from oracles import exact_dip
from oracles.exact_catalogue import slow, slow_means
from simlib.rules.dip import DipParams, score_cases
from simlib.rules.dip.ready import Ready
from simlib.rules.dip.run import run
from strategies import dip_tables

FOLDER = Path(__file__).parents[2] / "shared/data/sih-acre-2021"
pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason=f"the real discharges are not on this machine: {FOLDER}")
TABLES = ("cases", "institutions", "groups", "peer_means", "funds", "billing")
TEXTS = dict.fromkeys(("institution_id", "level", "group_code", "procedures", "diagnosis"), "str")

POLICIES = {
    "document": {},
    "limits": {"deviation_low": "0.55", "deviation_high": "1.75", "review_from": "2.125"},
    "lifted, compared with all levels": {"low_slope": "lifted", "missing_peer": "all_levels"},
    "coefficients floored by item": {"floor_at": "item", "partial_steps": "proportional", "child_age_inclusive": "off"},
    "not floored, CMI of groups": {"floor_at": "none", "cmi_points": "group", "accuracy_from": "0.975",
                                   "irregular_from": "0.001"},
    "a short fund": {"regulation_rate": "0.001", "share_limit": "1.5", "share_rate_1": "1"},
    "nothing kept": {"retention_cap": "1", "billed_headroom": "1"},
    "level 2 grows": {"grows": "2", "volume_growth": "0.1", "severity_growth": "0.035", "coding_growth": "0.05"},
}  # fmt: skip


@pytest.fixture(scope="module")
def text():
    def rows(name):
        with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    return {name: rows(name) for name in (*TABLES, "history")}


@pytest.fixture(scope="module")
def frames():
    return {name: pd.read_csv(FOLDER / f"{name}.csv", dtype=TEXTS) for name in (*TABLES, "history")}


@pytest.fixture(scope="module")
def ready(frames):
    return Ready({name: frames[name] for name in TABLES})


def test_the_files_are_the_ones_meant(text):
    assert [len(text[name]) for name in (*TABLES, "history")] == [3643, 24, 1298, 821, 1, 20, 11495]


@pytest.mark.parametrize("name", POLICIES)
def test_every_hospital_is_settled_as_the_fractions_say(text, ready, name):
    params = DipParams(**POLICIES[name])
    wanted = dip_tables.expected(exact_dip.settle(text, params, exact_dip.UNIT))
    assert dip_tables.differences(run(ready, params), wanted) == []


def test_holding_points_to_a_hundred_millionth_costs_nobody_a_fen(text, ready):
    """The document's settlement in fractions that nothing is rounded in, but where money is paid."""
    exact, results = exact_dip.settle(text, DipParams()), run(ready, DipParams())
    money = (*exact_dip.MONEY, *exact_dip.CLEARED, "prepaid", "balance")
    for row in results["dip_institutions"].to_dict("records"):
        one = exact["institutions"][row["institution_id"]]
        assert {name: exact_dip.fen(row[name]) for name in money} == {name: one[name] for name in money}
        assert abs(row["approved_points"] - float(one["approved_points"])) < 1e-7 * row["cases"]


@pytest.mark.parametrize("name", ["document", "limits", "lifted, compared with all levels"])
def test_every_discharge_is_scored_as_the_fractions_say(text, frames, name):
    params = DipParams(**POLICIES[name])
    expected = exact_dip.score(text, exact_dip.values(params))
    table = score_cases(*(frames[one] for one in TABLES[:4]), params=params)
    assert table["case_id"].tolist() == sorted(expected)
    for row in table.to_dict("records"):
        one = expected[row["case_id"]]
        assert (row["reason"], row["panel_review"]) == (one["reason"], one["panel_review"]), row
        assert abs(row["points"] - float(one["points"])) <= 1e-8, row


@pytest.mark.parametrize("weights", ["equal", "national"])
def test_the_catalogue_made_of_history_settles_as_the_fractions_say(text, frames, weights):
    """Groups and last year's means from the 11,495 discharges of the three Januaries before, in fractions too."""
    params = DipParams(year_weights=weights)
    made = catalogue(text["history"], weights)
    wanted = dip_tables.expected(exact_dip.settle({**text, **made}, params, exact_dip.UNIT))
    ready = Ready({name: frames[name] for name in ("cases", "institutions", "funds", "billing", "history")})
    assert dip_tables.differences(run(ready, params), wanted) == []


def catalogue(history, weights):
    """Groups and means in fractions. Rare groups form clusters: see exact_catalogue."""
    columns = ("group_code", "year", "diagnosis", "procedures", "total_cost", "length_of_stay")
    rows = [[row[name] for name in columns] for row in history]
    groups = slow(rows, year_weights=weights)
    means = slow_means(rows, [row["level"] for row in history])
    return {
        "groups": [{"group_code": code, "kind": kind, "points": points} for code, (kind, points, _) in groups.items()],
        "peer_means": [
            {"level": level, "group_code": code, "mean_cost": mean, "cases": count}
            for (level, code), (mean, count) in means.items()
        ],
    }


def test_the_money_adds_up(ready):
    for policy in POLICIES.values():
        results = run(ready, DipParams(**policy))
        fund, ledgers = results["dip_fund"].iloc[0], results["dip_ledgers"]
        total = {name: sum(map(exact_dip.fen, ledgers[name])) for name in ("settlement", "share_paid")}
        one = {name: exact_dip.fen(fund[name]) for name in dip_tables.FUND_MONEY}
        paid = total["settlement"] - total["share_paid"]
        assert paid + one["undistributed"] - one["floored"] == one["distributable"]
        assert total["share_paid"] + one["fund_left"] == one["regulation_fund"]
