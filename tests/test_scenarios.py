"""The shipped scenarios on the sample city: known results, in agreement with the calculation in fractions."""

import csv
import functools
import json
from pathlib import Path

import exact_deposit
import pytest

from simlib import sample, scenario
from simlib.money import to_fen

ROOT = Path(__file__).resolve().parent.parent
EXPECTED = Path(__file__).parent / "expected"
NAMES = sorted(path.stem for path in (ROOT / "scenarios").glob("*.yaml"))


@functools.cache
def run(name: str) -> scenario.Run:
    one = scenario.load(ROOT / "scenarios" / f"{name}.yaml")
    return scenario.run(one, scenario.load_data(one.data))


@pytest.fixture(scope="module")
def city(tmp_path_factory) -> list[dict[str, str]]:
    """The sample as the text that is written to a file."""
    folder = tmp_path_factory.mktemp("sample") / "city"
    sample.write(folder)
    with (folder / "institutions.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_scenario_has_an_expected_summary():
    assert sorted(path.stem for path in EXPECTED.glob("*.json")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_summary_is_as_expected(name):
    # When a change of rule or sample is meant: simlib run scenarios/NAME.yaml, then copy its summary.json here.
    assert run(name).summary == json.loads((EXPECTED / f"{name}.json").read_text("utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_every_institution_is_paid_what_the_fractions_say(name, city):
    done = run(name)
    params = done.scenario.params["deposit"]
    if done.scenario.params["scorecard"].differences():  # then the card gives other scores than the table's
        scores = done.results["scorecard"]["scorecard"].set_index("institution_id")["score"].map(str)
        assert scores.to_dict() != {one["institution_id"]: one["score"] for one in city}
        city = [{**one, "score": scores[one["institution_id"]]} for one in city]
    expected, unallocated = exact_deposit.allocate(city, **{key: str(value) for key, value in params})
    assert exact_deposit.outcome_of_table(done.results["deposit"]["deposit"]) == exact_deposit.outcome(expected)
    pools = done.results["deposit"]["deposit_groups"]
    assert dict(zip(pools["group"], to_fen(pools["unallocated"]).tolist(), strict=True)) == unallocated


@pytest.mark.parametrize("name", NAMES)
def test_what_is_paid_and_what_stays_is_what_was_withheld(name):
    tables = run(name).results["deposit"]
    stays = tables["deposit_groups"].set_index("group")["unallocated"]
    for group, members in tables["deposit"].groupby("group"):
        paid, withheld = to_fen(members["payment"]).sum(), to_fen(members["deposit"]).sum()
        assert paid + to_fen(stays[[group]])[0] == withheld, group  # no shipped scenario moves money across groups
    summary = run(name).summary["deposit"]
    assert sum(to_fen([summary["payments"], summary["unallocated"]])) == to_fen([summary["deposits"]])[0]


def test_the_scenarios_move_what_their_names_say():
    found = {name: run(name).summary["deposit"] for name in NAMES}
    base = found["baseline"]
    assert found["upper-1.03"]["above"] < base["above"]
    assert found["upper-1.03"]["forfeited"] == base["forfeited"]
    assert found["lower-0.97"]["below"] < base["below"]
    assert found["lower-0.97"]["forfeited"] < base["forfeited"]
    assert found["band-0.99-1.01"]["within"] < base["within"]
    assert found["mean-city"]["below"] != base["below"]
    assert found["pool-within"]["unallocated"] == 0 < base["unallocated"]
    assert found["card-fund-20"]["money_moved"] != base["money_moved"] != found["private-item-4"]["money_moved"]
    assert found["rate-3"]["deposits"] == pytest.approx(base["deposits"] * 3 / 5, abs=0.01 * base["institutions"])


def test_each_scenario_changes_one_thing():
    changes = {name: [n for p in run(name).scenario.params.values() for n in p.differences()] for name in NAMES}
    assert changes == {
        "band-0.99-1.01": ["lower", "upper"],
        "baseline": [],
        "card-fund-20": [f"js26_{n}_{item}_points" for n in (1, 2) for item in ("procurement", "fund_use")],
        "lower-0.97": ["lower"],
        "mean-city": ["mean_scope"],
        "pool-within": ["unclaimed_pool"],
        "private-item-4": ["private_excluded_item"],
        "rate-3": ["deposit_rate"],
        "upper-1.03": ["upper"],
    }
