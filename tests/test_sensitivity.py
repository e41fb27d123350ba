"""What outcomes hang on: our way to scipy's indices on a function with known ones, tornado by single runs, the
command."""

import json
from decimal import Decimal
from math import pi, sin
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simlib import sample, scenario
from simlib.cli import main
from simlib.problems import BadInput
from simlib.scenario import Scenario
from simlib.study.sensitivity import calculation as module
from simlib.study.sensitivity.calculation import sensitivity
from simlib.study.sensitivity.sobol import indices

CITY = {"institutions": sample.institutions(40, seed=3)}
DEPOSIT = Scenario("t", rules=("deposit",))


def outcome(values=None, name="money_moved", base=DEPOSIT, inputs=CITY, rule="deposit"):
    return scenario.run(base.changed(values or {}), inputs).summary[rule][name]


# --- indices ------------------------------------------------------------------------------------------------------


def ishigami(shares, a=7, b=0.1):
    x = (2 * shares - 1) * pi
    return np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_the_indices_of_ishigamis_function_are_those_of_its_formula():
    variance = 7**2 / 8 + 0.1 * pi**4 / 5 + 0.1**2 * pi**8 / 18 + 0.5
    first = [0.5 * (1 + 0.1 * pi**4 / 5) ** 2 / variance, 7**2 / 8 / variance, 0]
    both = 0.1**2 * pi**8 * (1 / 18 - 1 / 50) / variance  # of the first and the third together
    total = [first[0] + both, first[1], both]
    assert ishigami(np.array([[0.75, 0.25, 0.5]]))[0] == pytest.approx(sin(pi / 2) + 7)
    found = indices(ishigami, 3, 2048, seed=1)
    assert found.calculations == 2048 * 5
    for name, wanted in (("first", first), ("total", total)):
        table = found.table
        assert np.abs(table[name] - wanted).max() < 0.03
        assert (table[f"{name}_low"] <= wanted + np.full(3, 1e-9)).all()
        assert (table[f"{name}_high"] >= wanted - np.full(3, 1e-9)).all()
        away = [table[name] - table[f"{name}_low"], table[f"{name}_high"] - table[name]]
        assert min(side[:2].min() for side in away) > 0.012  # some two standard errors to either side
        assert ((table[f"{name}_low"] <= table[name]) & (table[name] <= table[f"{name}_high"])).all()


def test_an_input_without_effect_has_none_and_weights_are_shared_by_their_squares():
    found = indices(lambda x: 1 * x[:, 0] + 2 * x[:, 2], 3, 1024, seed=2).table
    assert np.abs(found["first"] - [0.2, 0, 0.8]).max() < 0.02
    assert np.abs(found["total"] - [0.2, 0, 0.8]).max() < 0.02


def test_the_same_seed_gives_the_same_indices_and_intervals_narrow_with_the_samples():
    one, again, other, more = (
        indices(ishigami, 3, n, seed).table for n, seed in ((128, 1), (128, 1), (128, 2), (2048, 1))
    )
    pd.testing.assert_frame_equal(one, again)
    assert not one.equals(other)
    width = [(table["total_high"] - table["total_low"]).mean() for table in (one, more)]
    assert width[1] < width[0] / 2.5


def test_an_outcome_that_never_changes_has_indices_of_0():
    found = indices(lambda x: np.full(len(x), 5.0), 2, 64, seed=1)
    assert (found.mean, found.deviation) == (5, 0)
    assert (found.table == 0).all(axis=None)


# --- one at a time ------------------------------------------------------------------------------------------------


def test_each_parameter_alone_is_a_run_of_its_ends_and_the_largest_swing_comes_first():
    done = sensitivity(DEPOSIT, CITY, samples=0)
    rows = done.rows.set_index("parameter")
    assert rows["swing"].tolist() == sorted(rows["swing"], reverse=True)
    assert set(rows.index) == {
        f"deposit.{name}"
        for name in ("lower", "upper", "deposit_rate", "mean_scope", "unclaimed_pool", "deposit_base", "index_digits",
                     "zero_deposit_in_mean")
    }  # fmt: skip
    ends = {path: tuple(one[["at", "low", "high"]]) for path, one in rows.iterrows()}
    assert ends["deposit.lower"] == ("0.98", "0.970", "0.990")  # two steps of 0.005 to either side
    assert ends["deposit.deposit_rate"] == ("0.05", "0.040", "0.05")  # the bound is 5%
    now = outcome()
    for path, one in rows.iterrows():
        low, high = (outcome({path: one[end]}) for end in ("low", "high"))
        assert (one["now"], one["outcome_low"], one["outcome_high"]) == (now, low, high)
        changes = [Decimal(str(value)) - Decimal(str(now)) for value in (low, high)]
        assert [one["change_low"], one["change_high"]] == [float(change) for change in changes]
        assert one["swing"] == float(max(*changes, 0) - min(*changes, 0))
    scopes = {scope: outcome({"deposit.mean_scope": scope}) for scope in ("group", "city")}
    assert [rows["outcome_low"]["deposit.mean_scope"], rows["outcome_high"]["deposit.mean_scope"]] == sorted(
        scopes.values()
    )


def test_a_range_that_is_named_stands_and_a_rules_name_takes_all_of_its_policy():
    done = sensitivity(
        DEPOSIT, CITY, ["deposit.upper=1.0:1.1", "deposit.unclaimed_pool=hold,refund"], "largest_loss", samples=0
    )
    rows = done.rows.set_index("parameter")
    assert done.outcome == "deposit.largest_loss"
    assert tuple(rows.loc["deposit.upper", ["low", "high"]]) == ("1.0", "1.1")
    assert rows["outcome_high"]["deposit.upper"] == outcome({"deposit.upper": "1.1"}, "largest_loss")
    assert set(rows.loc["deposit.unclaimed_pool", ["low", "high"]]) == {"hold", "refund"}
    both = sensitivity(DEPOSIT, CITY, ["deposit"], samples=0)
    pd.testing.assert_frame_equal(both.rows, sensitivity(DEPOSIT, CITY, samples=0).rows)


def test_what_the_data_do_not_allow_is_left_out_with_the_reason():
    known = {"institutions": CITY["institutions"].assign(deposit=100.0).drop(columns=["settled", "budget"])}
    done = sensitivity(DEPOSIT, known, samples=64)
    assert [text.zh.partition("：")[0] for text in done.left_out] == ["保证金预留比例", "保证金基数", "按月预留的基数"]
    assert len(done.rows) == len(done.indices) == 6
    half = {"institutions": CITY["institutions"].drop(columns=["budget"])}
    done = sensitivity(DEPOSIT, half, samples=0)
    assert [text.zh.partition("：")[0] for text in done.left_out] == ["按月预留的基数", "保证金基数"]


# --- all together -------------------------------------------------------------------------------------------------


def test_the_indices_are_of_runs_at_the_sampled_values(monkeypatch):
    kept = []
    monkeypatch.setattr(module, "indices", lambda calculate, *rest: kept.append(calculate) or indices(calculate, *rest))
    vary = ["deposit.upper=1.01:1.05", "deposit.mean_scope", "deposit.deposit_rate=0.03:0.05"]
    done = sensitivity(DEPOSIT, CITY, vary, samples=64)
    shares = np.array([[0, 0.2, 1], [0.25, 0.5, 0.123456], [1, 0.999, 0.5]])
    wanted = [
        {"deposit.upper": "1.01", "deposit.mean_scope": "group", "deposit.deposit_rate": "0.05"},
        {"deposit.upper": "1.02", "deposit.mean_scope": "city", "deposit.deposit_rate": "0.0325"},
        {"deposit.upper": "1.05", "deposit.mean_scope": "city", "deposit.deposit_rate": "0.04"},
    ]
    assert kept[0](shares).tolist() == [outcome(one) for one in wanted]
    assert done.found.calculations == 64 * 5
    assert done.indices["total"].tolist() == sorted(done.indices["total"], reverse=True)


def test_deposit_cases_are_calculated_at_once(monkeypatch):
    monkeypatch.setattr(scenario, "run", lambda *rest, run=scenario.run, **more: calls.append(1) or run(*rest, **more))
    calls = []
    done = sensitivity(
        DEPOSIT, CITY, ["deposit.lower=0.95:1", "deposit.upper=1:1.05", "deposit.mean_scope"], samples=256
    )
    assert done.found.calculations == 1280
    assert len(calls) < 10


def test_overlapping_intervals_are_said_and_clear_ones_are_not():
    few = sensitivity(DEPOSIT, CITY, samples=64)
    assert few.alike
    clear = sensitivity(DEPOSIT, CITY, ["deposit.lower=0.9:1", "deposit.deposit_rate=0.0499:0.05"], samples=256)
    assert clear.rows["low"].tolist() == ["0.9", "0.0499"]
    assert clear.alike == []


def problems(*arguments, base=DEPOSIT, inputs=CITY, **more):
    with pytest.raises(BadInput) as refused:
        sensitivity(base, inputs, *arguments, **more)
    return refused.value.lines()


def test_what_cannot_be_asked_is_refused_with_a_line_each():
    assert problems(samples=100) == [
        "--samples · “100”：请填 2 的整数次幂，64 至 65536（如 1024），或 0（不算 Sobol 指数）。"
    ]
    assert problems(["deposit.uper", "deposit.lower=0.98:0.98"])[0].startswith("--vary · “deposit.uper”：")
    assert problems(["deposit.lower=0.98:0.98"]) == [
        "--vary · “deposit.lower”：仅有一个取值，未变动。请给出不同的两端。"
    ]
    assert problems([], "deposit.moved")[0].startswith("target · “deposit.moved”：未找到该结果指标。")
    assert problems(["retention.full_from"]) == ["retention.*：数据或方案未运行“县域结余留用”，调整其参数不起作用。"]
    communities = {
        "communities": pd.DataFrame(
            {"community_id": ["a", "b"], "score": [85.0, 70], "budget": 100.0, "spending": 90.0}
        )
    }
    kept = Scenario("t", rules=("retention",))
    assert sensitivity(kept, communities, samples=0).outcome == "retention.retained"  # what the rule is watched by
    breaches = {"incidents": sample.tables()["incidents"]}
    line = problems(base=Scenario("t", rules=("agreement",)), inputs=breaches)[0]
    assert line.startswith("--outcome：请指定结果指标：agreement.incidents, ")
    overlap = ["retention.linear_from=75:89", "retention.full_from=85:95"]
    assert problems(overlap, "retained", base=kept, inputs=communities, samples=64) == [
        "--vary：几个参数的范围重叠，有些组合不能并存（如下阈值高于上阈值）。请用 --vary 给出不重叠的范围。"
    ]
    both = {**CITY, **communities}
    line = problems(
        ["retention.full_from"], "money_moved", base=Scenario("t", rules=("deposit", "retention")), inputs=both
    )
    assert line == ["--vary · “retention.full_from”：这些参数不影响“质量保证金”的结果。请改 --vary 或 --outcome。"]


# --- the command --------------------------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SIMLIB_LANG", raising=False)
    Path("city").mkdir()
    CITY["institutions"].to_csv("city/institutions.csv", index=False)
    Path("one.yaml").write_text("title: 方案一\ndata: city\nrules: [deposit]\n", "utf-8")
    return tmp_path


def test_the_command_lands_both_tables_and_verify_makes_them_again(place, capsys):
    assert (
        main(
            [
                "sensitivity",
                "one.yaml",
                "--out",
                "a",
                "--samples",
                "64",
                "--vary",
                "deposit.upper",
                "--vary",
                "deposit.mean_scope",
            ]
        )
        == 0
    )
    assert capsys.readouterr().out == "结果：a\n"
    names = {f"sensitivity_{name}.{kind}" for name in ("tornado", "sobol") for kind in ("csv", "parquet")}
    assert {path.name for path in Path("a").iterdir()} == names | {"report.html", "manifest.json"}
    settings = {"vary": ["deposit.upper", "deposit.mean_scope"], "target": "", "samples": 64, "seed": 2026}
    assert json.loads(Path("a/manifest.json").read_text("utf-8"))["settings"] == settings
    report = Path("a/report.html").read_text("utf-8")
    assert "N = 64：共计算 N×(2+2) = 256 个方案" in report
    assert report.count("data-figure=") == 2
    assert main(["verify", "a"]) == 0


def test_bad_settings_are_refused_and_nothing_is_written(place, capsys):
    assert main(["sensitivity", "one.yaml", "--out", "a", "--samples", "7", "--seed", "-1"]) == 2
    assert [line.partition(" ·")[0] for line in capsys.readouterr().err.splitlines()] == ["--samples", "--seed"]
    assert sorted(path.name for path in place.iterdir()) == ["city", "one.yaml"]
