"""Sweeps: every case is what a run of its own would give, and an interrupted one goes on."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from simlib import scenario
from simlib.cli import main
from simlib.comparison.movement import difference, movement
from simlib.comparison.outcomes import outcome, outcomes
from simlib.problems import BadInput
from simlib.study.axes import MOST_CASES, Axis, axis, grid, latin_hypercube, parameter
from simlib.study.sweep import file as sweep_file
from simlib.study.sweep.calculation import Sweep

BASE = scenario.Scenario("现行")


@pytest.fixture(scope="module")
def city():
    from simlib import sample

    tables = sample.tables(count=60, seed=3)
    return {name: tables[name] for name in ("institutions", "communities")}


def swept(city, *texts, base=BASE):
    axes = [axis(text) for text in texts]
    return Sweep(base, city, tuple(one.path for one in axes)), grid(axes)


def by_hand(base, city, case, rules):
    """The outcomes of one case by a run of its own, without anything kept."""
    run, present = (scenario.run(one, city) for one in (base.changed(case), base))
    found = {}
    for rule in rules:
        part, then = run.parts[rule], present.parts[rule]
        found |= {f"{rule}.{name}": value for name, value in part.summary.items()}
        found |= {f"{rule}.{name}": value for name, value in part.family.share(part.results).items()}
        moved = movement(difference(part.family, part.results, then.results), part.family.measure)
        found |= {f"{rule}.{name}": value for name, value in moved.items()}
    return found


@pytest.mark.parametrize(
    "vary",
    [
        ["deposit.lower=0.9:1:0.05", "deposit.upper=1.00,1.02,1.1"],
        ["deposit.unclaimed_pool", "deposit.mean_scope", "deposit.upper=1.05:1.2:0.15"],
        ["deposit.deposit_rate=0:0.05:0.01"],
        ["retention.full_from=85:90:5", "retention.fraction"],
    ],
    ids=" ".join,
)
def test_every_case_is_what_its_own_run_gives(city, vary):
    city = {**city, "institutions": city["institutions"].drop(columns="deposit", errors="ignore")}
    sweep, cases = swept(city, *vary)
    done = sweep.run(cases)
    assert len(done) == len(cases)
    assert done["possible"].all()
    for at, case in enumerate(cases):
        row = done.iloc[at]
        assert {path: row[path] for path in case} == {p: getattr(v, "value", None) or float(v) for p, v in case.items()}
        expected = by_hand(BASE, city, case, sweep.rules)
        assert {path: row[path] for path in expected} == expected
    assert set(done.columns) == {*sweep.paths, "possible", *expected}


def test_only_the_rules_that_the_parameters_bear_on_are_measured():
    city = scenario.load_data("sample")
    sweep, cases = swept(city, "dip.monthly_rate=0.8,0.9")
    assert sweep.rules == ("dip", "deposit")  # what is prepaid feeds the deposits
    done = sweep.run(cases)
    assert done["deposit.deposits"].nunique() == 2
    assert done["dip.settlement"].nunique() == 1
    expected = by_hand(BASE, city, cases[0], sweep.rules)
    assert {path: done.iloc[0][path] for path in expected} == expected


def test_values_that_may_not_stand_together_are_marked_and_not_calculated(city):
    sweep, cases = swept(city, "retention.full_from=80,90", "retention.linear_from=75,85")
    done = sweep.run(cases)
    assert done["possible"].tolist() == [True, False, True, True]
    assert done.loc[1, list(outcomes(["retention"]))].isna().all()
    assert done.loc[[0, 2, 3], "retention.retained"].notna().all()


def test_a_case_that_the_tables_do_not_suffice_for_is_said_with_its_values(city):
    institutions = city["institutions"].drop(columns=["deposit", "budget"], errors="ignore")
    sweep, cases = swept({"institutions": institutions}, "deposit.deposit_base", "deposit.mean_scope")
    with pytest.raises(BadInput) as bad:
        sweep.run(cases)
    assert "deposit.deposit_base=budget" in str(bad.value)


def test_parameters_of_a_rule_that_does_not_run_are_refused(city):
    sweep, cases = swept(city, "dip.retention_cap")
    with pytest.raises(BadInput, match="未运行“DIP 结算”"):
        sweep.run(cases)


# --- which values -----------------------------------------------------------------------------------------------


def test_ranges_are_decimal_and_hold_both_ends():
    assert axis("deposit.upper=1.00:1.10:0.01").values == tuple(Decimal(100 + n) / 100 for n in range(11))
    uneven = axis("deposit.upper=1.00:1.10:0.03").values
    assert uneven == tuple(map(Decimal, ("1.00", "1.03", "1.06", "1.09", "1.10")))
    assert axis("deposit.upper = 1.02, 1.05").values == (Decimal("1.02"), Decimal("1.05"))
    whole = axis("deposit.upper")
    declared = whole.declared
    assert (whole.values[0], whole.values[-1], whole.values[1] - whole.values[0]) == (
        declared.low,
        declared.high,
        declared.step,
    )
    assert axis("deposit.upper=1:1.1").values[1] == 1 + declared.step
    assert [one.value for one in axis("deposit.unclaimed_pool").values] == ["hold", "within", "refund", "city"]
    assert [one.value for one in axis("deposit.unclaimed_pool=city,hold").values] == ["city", "hold"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("deposit.uper=1", "是否想写 deposit.upper"),
        ("upper=1.02", "是否想写 deposit.upper"),
        ("zzz", "simlib params"),
        ("deposit.upper=1:1.1:0", "起:止:步长"),
        ("deposit.upper=1.1:1:0.01", "起:止:步长"),
        ("deposit.upper=1:2:3:4", "起:止:步长"),
        ("deposit.upper=a", "起:止:步长"),
        ("deposit.upper=nan", "的取值无效"),
        ("deposit.upper=1:1.1:1e-9", "起:止:步长"),
        ("deposit.upper=1.0:1.5:0.1", "超出允许范围"),
        ("deposit.upper=1.02,9", "超出允许范围"),
        ("deposit.upper=1.0200001", "小数位过多"),
        ("deposit.upper=1.02:1.03:0.0000125", "小数位过多"),
        ("deposit.unclaimed_pool=hld", "未找到该选项"),
        ("agreement.today", "请在方案文件中填写"),
        ("agreement.today=2026-01-01,2026-06-30", "请在方案文件中填写"),
    ],
)
def test_values_that_cannot_be_are_refused_with_what_to_do(text, told):
    with pytest.raises(BadInput, match=told):
        axis(text)


def test_a_grid_too_large_or_with_a_parameter_twice_is_refused():
    fine = Axis(parameter("deposit.upper"), tuple(Decimal(n) for n in range(1100)))
    other = Axis(parameter("deposit.lower"), fine.values)
    with pytest.raises(BadInput, match="1,210,000"):
        grid([fine, other])
    with pytest.raises(BadInput, match="重复出现"):
        grid([axis("deposit.upper"), axis("deposit.upper=1.02")])
    with pytest.raises(BadInput, match="1,000,000"):
        latin_hypercube([axis("deposit.upper")], MOST_CASES + 1, 1)


@pytest.mark.parametrize(
    ("axes", "seed", "column"),
    [([axis("deposit.upper")], -1, "--seed"), ([axis("deposit.upper")], 2**32, "--seed"), ([], 1, "--vary")],
)
def test_a_seed_out_of_bounds_and_a_sweep_of_nothing_are_refused(axes, seed, column):
    with pytest.raises(BadInput) as bad:
        latin_hypercube(axes, 5, seed)
    assert [one.column for one in bad.value.problems] == [column]


def test_a_latin_hypercube_fills_every_stratum_once_and_repeats_itself():
    axes = [axis("deposit.upper=1:1.2"), axis("deposit.lower"), axis("deposit.unclaimed_pool")]
    cases = latin_hypercube(axes, 200, seed=7)
    assert cases == latin_hypercube(axes, 200, seed=7)
    assert cases != latin_hypercube(axes, 200, seed=8)
    for one in axes[:2]:
        low, high = float(min(one.values)), float(max(one.values))
        strata = np.floor((np.sort([float(case[one.path]) for case in cases]) - low) / (high - low) * 200 + 1e-6)
        assert np.abs(strata - np.arange(200)).max() <= 1  # four decimals may round into the neighbour
    counts = pd.Series([case["deposit.unclaimed_pool"].value for case in cases]).value_counts()
    assert counts.tolist() == [50] * 4


def test_an_outcome_may_be_named_without_its_rule_unless_two_have_it():
    known = outcomes(["dip", "deposit"])
    assert outcome("share_above", known) == "deposit.share_above"
    assert outcome("dip.institutions", known) == "dip.institutions"
    with pytest.raises(BadInput, match="dip.institutions, deposit.institutions"):
        outcome("institutions", known)
    with pytest.raises(BadInput, match="是否想写 deposit.share_above"):
        outcome("share_abov", known)


# --- the file ---------------------------------------------------------------------------------------------------


def test_an_interrupted_sweep_goes_on_where_it_stopped(city, tmp_path, monkeypatch):
    monkeypatch.setattr("simlib.study.sweep.calculation.PART", 5)
    sweep, cases = swept(city, "deposit.upper=1:1.1:0.005")
    out, calls = tmp_path / "a.parquet", []

    class Stop(Exception):
        pass

    def stop(done):
        calls.append(done)
        if len(calls) == 3:
            raise Stop

    with pytest.raises(Stop):
        sweep_file.write(sweep, cases, out, stop)
    assert not out.exists()
    assert sum(calls) == 15
    calculated = []
    frame = Sweep.frame
    monkeypatch.setattr(Sweep, "frame", lambda self, part: calculated.append(len(part)) or frame(self, part))
    done = sweep_file.write(sweep, cases, out)
    assert sum(calculated) == len(cases) - 15
    monkeypatch.undo()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.parquet"]
    pd.testing.assert_frame_equal(done, sweep.run(cases))
    pd.testing.assert_frame_equal(pd.read_parquet(out), done)


@pytest.mark.parametrize("what", ["cases", "scenario", "data"])
def test_pieces_of_another_sweep_are_not_taken_over(city, tmp_path, what):
    sweep, cases = swept(city, "deposit.upper=1:1.1:0.01")
    out = tmp_path / "a.parquet"

    def stop(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep_file.write(sweep, cases, out, stop)
    if what == "cases":
        cases = cases[::-1]
    elif what == "scenario":
        sweep = Sweep(BASE.changed({"deposit.lower": "0.9"}), city, sweep.paths)
    else:
        other = city["institutions"].copy()
        other["score"] = 120 - other["score"]
        other.attrs["sha256"] = "other"
        sweep = Sweep(BASE, {**city, "institutions": other}, sweep.paths)
    done = sweep_file.write(sweep, cases, out)
    pd.testing.assert_frame_equal(done, sweep.run(cases))


def test_the_command_writes_table_figures_and_record(tmp_path, capsys):
    out = tmp_path / "s.parquet"
    vary = ["--vary", "deposit.lower=0.97,0.98", "--vary", "deposit.upper=1.02:1.04:0.01"]
    assert main(["sweep", "scenarios/baseline.yaml", *vary, "--out", str(out), "--show", "unallocated"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s.html", "s.json", "s.parquet"]
    table = pd.read_parquet(out)
    assert len(table) == 6
    assert table.loc[table["deposit.upper"].eq(1.02) & table["deposit.lower"].eq(0.98), "deposit.gainers"].tolist() == [
        0
    ]
    html = out.with_suffix(".html").read_text("utf-8")
    assert "质量保证金：未分配" in html
    assert "6 组取值" in capsys.readouterr().out


def test_the_command_lists_every_fault_and_writes_nothing(tmp_path, capsys):
    out = tmp_path / "s.parquet"
    faults = ["--vary", "deposit.uper", "--vary", "deposit.lower=0.1:0.2"]
    assert main(["sweep", "scenarios/none.yaml", *faults, "--out", str(out)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 4  # the name, both ends, the file
    assert main(["sweep", "scenarios/baseline.yaml", "--vary", "deposit.upper", "--out", str(tmp_path / "a.csv")]) == 2
    assert main(["sweep", "scenarios/baseline.yaml", "--vary", "deposit.upper", "--out", str(out), "--show", "x"]) == 2
    assert list(tmp_path.iterdir()) == []
