"""Goal-seek: what is found meets the target, is nearest, and is said to be out of reach where it is."""

import numpy as np
import pytest

from simlib import sample, scenario
from simlib.cli import main
from simlib.problems import BadInput
from simlib.study.axes import axis, grid
from simlib.study.solve.calculation import goal, solve
from simlib.study.sweep.calculation import Sweep

BASE = scenario.Scenario("现行")


@pytest.fixture(scope="module")
def city():
    tables = sample.tables(count=80, seed=3)
    return {name: tables[name] for name in ("institutions", "communities")}


def seek(city, vary, *targets, base=BASE):
    axes = [axis(text) for text in vary]
    sweep = Sweep(base, city, tuple(one.path for one in axes))
    return solve(sweep, axes, [goal(text, sweep.columns) for text in targets])


def every(city, text, path):
    """The outcome at every ten-thousandth between two ends."""
    one = axis(text)
    done = Sweep(BASE, city, (one.path,)).run(grid([one]))
    return done[one.path].to_numpy(), done[path].to_numpy(dtype=float)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.55])
def test_of_all_thresholds_that_reward_enough_it_finds_the_one_nearest_to_now(city, share):
    found = seek(city, ["deposit.upper"], f"share_above>={share}")
    values, above = every(city, "deposit.upper=1:1.2:0.0001", "deposit.share_above")
    enough = values[above >= share]
    assert found.met
    assert found.best["deposit.upper"] == enough[np.abs(enough - 1.02).argmin()]
    assert found.best["deposit.share_above"] >= share


def test_nothing_moves_where_the_target_is_met_already(city):
    found = seek(city, ["deposit.lower", "deposit.upper"], "share_above>=0.01", "money_moved>=1")
    assert found.met
    assert (found.best["deposit.lower"], found.best["deposit.upper"]) == (0.98, 1.02)
    assert found.best["deposit.gainers"] == 0


def test_money_is_aimed_at_as_near_as_it_can_be(city):
    values, kept = every(city, "retention.full_from=88.1:88.14:0.0001", "retention.retained")
    target = kept[values.searchsorted(88.1234)] + 0.37
    found = seek(city, ["retention.full_from=88.1:88.14:0.01"], f"retention.retained={target:.2f}")
    nearest = np.abs(kept - round(target, 2)).min()
    assert abs(found.best["retention.retained"] - round(target, 2)) == pytest.approx(nearest, abs=0.005)
    assert found.around
    assert not found.met


def test_a_target_out_of_reach_is_said_with_what_can_be_reached(city):
    found = seek(city, ["deposit.lower"], "forfeited>=1e12")
    values, forfeited = every(city, "deposit.lower=0.8:1:0.0001", "deposit.forfeited")
    assert not found.met
    assert not found.around
    assert found.reach(found.goals[0]) == (forfeited.min(), forfeited.max())
    assert found.best["deposit.forfeited"] == forfeited.max()


def test_two_parameters_reach_two_goals(city):
    found = seek(city, ["deposit.lower", "deposit.upper"], "share_above<=0.1", "share_below<=0.1")
    assert found.met
    assert found.best["deposit.share_above"] <= 0.1
    assert found.best["deposit.share_below"] <= 0.1
    # Each goal hangs on one of the two alone, so each is where it would be by itself.
    for name, target in (("lower", "share_below<=0.1"), ("upper", "share_above<=0.1")):
        alone = seek(city, [f"deposit.{name}"], target)
        assert found.best[f"deposit.{name}"] == alone.best[f"deposit.{name}"]


def test_goals_in_conflict_give_a_frontier_that_nothing_beats(city):
    found = seek(city, ["deposit.upper"], "share_above>=0.5", "largest_gain>=200000")
    assert not found.met
    first, second = (found.tried[f"gap.{one.path}{one.sign}"].to_numpy() for one in found.goals)
    frontier = found.frontier
    assert len(frontier) >= 2
    for row in frontier.to_dict("records"):
        mine = [row[f"gap.{one.path}{one.sign}"] for one in found.goals]
        assert not ((first <= mine[0]) & (second <= mine[1]) & ((first < mine[0]) | (second < mine[1]))).any()
    gaps = frontier[[f"gap.{one.path}{one.sign}" for one in found.goals]].to_numpy()
    assert (np.diff(gaps[:, 0]) > 0).all()
    assert (np.diff(gaps[:, 1]) < 0).all()


def test_a_reading_may_be_sought_too(city):
    base = BASE.changed({"deposit.upper": "1.2"})  # nobody above, so that every pool is unclaimed
    found = seek(city, ["deposit.unclaimed_pool"], "unallocated<=0", base=base)
    assert found.met
    assert found.best["deposit.unclaimed_pool"] in ("within", "refund")


@pytest.mark.parametrize(
    ("text", "told"),
    [("share_above", "目标"), ("share_above=x", "目标"), ("share_above>0.3", "目标"), ("share_above=nan", "目标"),
     ("share_abov=1", "是否想写 deposit.share_above"), ("institutions=1", None)],
)  # fmt: skip
def test_what_is_no_target_is_refused(city, text, told):
    columns = Sweep(BASE, city, ("deposit.upper",)).columns
    if told is None:
        assert goal(text, columns).path == "deposit.institutions"
        return
    with pytest.raises(BadInput, match=told):
        goal(text, columns)


def test_percent_is_a_hundredth(city):
    columns = Sweep(BASE, city, ("deposit.upper",)).columns
    assert goal("most_lost <= 3%", columns).value == 0.03


def test_more_than_two_parameters_are_refused(city):
    with pytest.raises(BadInput, match="一个或两个参数"):
        seek(city, ["deposit.upper", "deposit.lower", "deposit.deposit_rate"], "share_above=0.3")


def test_the_command_says_what_it_found_and_writes_the_scenario(tmp_path, capsys):
    out = tmp_path / "found.yaml"
    command = ["solve", "scenarios/baseline.yaml", "--vary", "deposit.upper"]
    assert main([*command, "--target", "share_above=0.30", "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "达到目标" in told
    solved = scenario.load(out)
    assert "高于上阈值的机构占比：30%（目标：达到 30%）" in told
    assert solved.question == "如何使“高于上阈值的机构占比”达到 30%？"
    run = scenario.run(solved, scenario.load_data("sample"), detail=False)
    assert run.summary["deposit"]["above"] == 150  # 30% of 500
    assert f"{float(solved.params['deposit'].upper)}" in told
    assert main([*command, "--target", "share_above>=99%", "--lang", "en", "--out", str(tmp_path / "none.yaml")]) == 1
    assert "No value reaches the target" in capsys.readouterr().out
    assert not (tmp_path / "none.yaml").exists()
    assert main([*command, "--target", "share_abov=1"]) == 2
