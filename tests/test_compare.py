"""Compared scenarios: every number again by plain loops, what must hold whatever is compared, faults, and the
command."""

from __future__ import annotations

import dataclasses
import json
import unicodedata
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib import sample, scenario
from simlib.cli import main
from simlib.comparison.compare import compare, told_apart
from simlib.comparison.movement import by_kind
from simlib.comparison.tables import RESULTS
from simlib.problems import BadInput
from simlib.rules import FAMILIES
from simlib.scenario import Bench, Scenario
from simlib.words import Text
from strategies import small_dip
from strategies.examples import examples

CITY = {name: table for name, table in sample.tables().items() if name != "facts"}
KEYS = {
    "deposit": "institution_id",
    "dip": "institution_id",
    "retention": "community_id",
    "agreement": "institution_id",
}
SIDES = {  # rule: table, amount, side
    "deposit": ("deposit", "payment", "band"), "dip": ("dip_institutions", "settlement", "outcome"),
    "retention": ("retention", "net", "bracket"), "agreement": ("agreement_institutions", "net", "action"),
}  # fmt: skip


def runs(tables, *changes, start=0, **more):
    """A run for each: changes of parameters by path. Titles are numbered from ``start``."""
    bench = Bench()
    return [
        scenario.run(dataclasses.replace(Scenario(f"方案{n}", f"Scenario {n}", **more).changed(one)), tables, bench)
        for n, one in enumerate(changes, start)
    ]


@pytest.fixture(scope="module")
def city():
    """Three rules under four scenarios; the last one asks of one rule alone."""
    done = runs(
        CITY,
        {},
        {"deposit.upper": "1.04", "retention.half_ratio": "0.3"},
        {"deposit.lower": "1", "retention.half_from": "75"},
    )
    return [*done, *runs(CITY, {"agreement.grave_44": "terminate"}, start=3, rules=("agreement",))]


@pytest.fixture(scope="module")
def settlement():
    return runs(small_dip.tables(), {}, {"dip.regulation_rate": "0.08"}, {"dip.retention_cap": "1.02"}, rules=("dip",))


def exact(value) -> Decimal:
    return Decimal(str(float(value)))


def amounts(run, rule) -> dict:
    """Of each subject: amount, side."""
    table, amount, side = SIDES[rule]
    rows = run.results[rule][table].to_dict("records")
    return {row[KEYS[rule]]: (exact(row[amount]), row[side]) for row in rows}


def again(given, baseline):
    """The rows of sides and of institutions, by plain loops over the runs' own tables."""
    subjects, sides = [], []
    for rule in given[baseline].results:
        base = amounts(given[baseline], rule)
        ran = [run for run in given if rule in run.results]
        if len(ran) < 2:
            continue
        for run in ran:
            moves = defaultdict(lambda: [0, Decimal(0), Decimal(0), []])
            for key, (amount, side) in amounts(run, rule).items():
                former, stood = base[key]
                gap = amount - former
                effect = "gain" if gap > 0 else "lose" if gap < 0 else "none"
                subjects.append((rule, key, run.scenario.title, amount, former, gap, stood, side, effect))
                for kind, one, other in ((SIDES[rule][2], stood, side), ("effect", "", effect)):
                    found = moves[kind, one, other]
                    found[0] += 1
                    found[1] += max(gap, 0)
                    found[2] += max(-gap, 0)
                    found[3].append(key)
            if run is not given[baseline]:
                sides += [
                    (run.scenario.title, rule, *key, n, up - down, up, down, ids)
                    for key, (n, up, down, ids) in moves.items()
                ]
    return subjects, sides


def check(given, baseline):
    """The comparison, each of whose numbers is that of plain loops; titles must differ."""
    done = compare(given, baseline)
    subjects, sides = again(given, baseline)
    told = done.tables["comparison_institutions"]
    found = [
        (r["rule"], r["subject"], r["scenario"], *map(exact, (r["amount"], r["baseline"], r["difference"])), r["from"],
         r["to"], r["effect"])
        for r in told.to_dict("records")
    ]  # fmt: skip
    assert sorted(found, key=str) == sorted(subjects, key=str)
    found = []
    for row in done.tables["comparison_sides"].to_dict("records"):
        changed = row["from"] != row["to"] if row["side"] != "effect" else row["to"] != "none"
        numbers = [exact(row[name]) for name in ("difference", "gained", "lost")]
        found.append(
            (
                row["scenario"],
                row["rule"],
                row["side"],
                row["from"],
                row["to"],
                row["subjects"],
                *numbers,
                row["whom"] if changed else row["whom"] == "",
            )
        )
    wanted = [
        (*row[:-1], "; ".join(row[-1]) if (row[3] != row[4] if row[2] != "effect" else row[4] != "none") else True)
        for row in sides
    ]
    assert sorted(found, key=str) == sorted(wanted, key=str)
    numbers = {
        (run.scenario.title, rule): {**part.summary, **part.family.share(part.results)}
        for run in given
        for rule, part in run.parts.items()
    }
    for row in done.tables["comparison"].to_dict("records"):
        mine, base = (
            numbers[title, row["rule"]][row["outcome"]] for title in (row["scenario"], given[baseline].scenario.title)
        )
        assert (row["value"], row["baseline"]) == (mine, base)
        assert row["difference"] == float(Decimal(str(mine)) - Decimal(str(base)))
    return done


# --- numbers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("baseline", [0, 2])
def test_every_number_of_a_comparison_is_that_of_plain_loops_over_the_runs(city, baseline):
    done = check(city, baseline)
    changed = done.tables["comparison_sides"].query("side != 'effect' and `from` != `to`")
    assert set(changed["rule"]) >= {"deposit", "retention"}
    outcomes = done.tables["comparison"]
    per_rule = outcomes.groupby("rule")["scenario"].nunique().to_dict()
    assert per_rule == {rule: len(can) for rule, can in done.rules.items()}
    assert per_rule["agreement"] == 4


def test_who_comes_off_otherwise_in_the_clearing_is_counted_with_money(settlement):
    done = check(settlement, 0)
    assert len(done.tables["comparison_sides"].query("side == 'outcome' and `from` != `to`")) > 0


def test_rules_that_not_every_scenario_ran_are_named(city):
    told = [text.zh for text in compare(city).warnings]
    assert told == [f"{FAMILIES[rule].label.zh}：以下方案未运行该规则：方案3。" for rule in ("deposit", "retention")]
    assert list(compare([city[0], city[3]]).rules) == ["agreement"]
    alone = compare([city[3], city[0]])
    assert list(alone.rules) == ["agreement"]
    assert alone.warnings[0].zh == "质量保证金：以下方案未运行该规则：方案3。该规则没有可比较的结果。"
    assert alone.warnings[0].en == "Quality deposit: not run by Scenario 3. Nothing of it can be compared."


def test_a_scenario_that_evaluates_others_than_the_baseline_is_left_out_and_named(city):
    part = city[2].parts["retention"]
    fewer = {**part.results, "retention": part.results["retention"].iloc[1:]}
    parts = {**city[2].parts, "retention": dataclasses.replace(part, results=fewer)}
    done = compare([*city[:2], dataclasses.replace(city[2], parts=parts)])
    assert done.rules == {"deposit": [0, 1, 2], "retention": [0, 1], "agreement": [0, 1, 2]}
    assert [text.zh for text in done.warnings] == ["县域结余留用：以下方案的计算对象与基准不同，未作比较：方案2。"]
    rows = done.tables["comparison_institutions"]
    assert set(rows.loc[rows["rule"] == "retention", "scenario"]) == {"方案0", "方案1"}


def test_scores_have_no_sides_but_gainers_and_losers():
    done = compare(runs(sample.tables(), {}, {"scorecard.private_excluded_item": "item_4"}, rules=("scorecard",)))
    rows = done.tables["comparison_sides"]
    assert set(rows["side"]) == {"effect"}
    assert rows["subjects"].sum() == 500
    subjects = done.tables["comparison_institutions"]
    assert (subjects["difference"] == (subjects["amount"] - subjects["baseline"]).round(9)).all()


def test_the_sums_of_kinds_are_exact_and_scores_are_averaged(city):
    done = compare(city[:3])
    wide = done.side_by_side("deposit")
    level = (
        CITY["institutions"]
        .set_index("institution_id")["level"]
        .reindex(wide["institution_id"])
        .astype(str)
        .reset_index(drop=True)
    )
    found = by_kind(wide, level, FAMILIES["deposit"]).set_index("kind")
    for n, run in enumerate(city[:3], start=1):
        sums, counts = defaultdict(Decimal), defaultdict(int)
        for kind, (amount, _) in zip(level, amounts(run, "deposit").values(), strict=True):
            sums[kind] += amount
            counts[kind] += 1
        assert {kind: exact(one) for kind, one in found[f"amount_{n}"].items()} == sums
        assert found["subjects"].to_dict() == counts
    scores = pd.DataFrame({"amount_1": [90.0, 80.0, 70.0], "difference_1": [1.0, 2.0, 0.0]})
    means = by_kind(scores, pd.Series(["b", "a", "b"]), FAMILIES["scorecard"])
    assert means.values.tolist() == [["b", 2, 80.0, 0.5], ["a", 1, 80.0, 2.0]]


# --- what must hold -------------------------------------------------------------------------------------------------


@st.composite
def small_cities(draw):
    count = draw(st.integers(2, 8))
    rows = [
        {"institution_id": f"H{n}", "group": draw(st.sampled_from("ab")), "score": draw(st.integers(1, 200)) / 2,
         "deposit": draw(st.integers(0, 10**7)) / 100}
        for n in range(count)
    ]  # fmt: skip
    levers = st.fixed_dictionaries({
        "deposit.lower": st.sampled_from(["0.9", "0.95", "0.98"]),
        "deposit.upper": st.sampled_from(["1", "1.02", "1.1"]),
        "deposit.unclaimed_pool": st.sampled_from(["refund", "within", "unallocated"]),
    })  # fmt: skip
    return pd.DataFrame(rows), draw(st.lists(levers, min_size=2, max_size=4))


@examples(12)
@given(small_cities())
def test_whatever_is_compared_differences_turn_with_the_baseline_and_everyone_stands_somewhere(drawn):
    table, levers = drawn
    options = FAMILIES["deposit"].params.declarations()["unclaimed_pool"].options
    known = [one.value for one in options]
    levers = [
        {**one, "deposit.unclaimed_pool": known[hash(one["deposit.unclaimed_pool"]) % len(known)]} for one in levers
    ]
    done = runs({"institutions": table}, *levers, rules=("deposit",))
    ways = [compare(done, n) for n in range(len(done))]
    check(done, len(done) - 1)
    for one, way in enumerate(ways):
        own = way.moved("deposit", one)
        assert set(own.values()) == {0}
        wide = way.side_by_side("deposit")
        for other, back in enumerate(ways):
            assert (wide[f"difference_{other + 1}"] == -back.side_by_side("deposit")[f"difference_{one + 1}"]).all()
            there, again_ = way.moved("deposit", other), back.moved("deposit", one)
            assert (there["gainers"], there["gained"], there["net"]) == (
                again_["losers"],
                again_["lost"],
                -again_["net"],
            )
    sides = ways[0].tables["comparison_sides"]
    assert (sides.groupby(["scenario", "side"])["subjects"].sum() == len(table)).all()


def test_a_scenario_against_itself_changes_nothing_and_equal_titles_are_told_apart(city):
    done = compare([city[1], city[1], city[1]], 1)
    assert [title.zh for title in done.titles] == ["方案1", "方案1（2）", "方案1（3）"]
    assert not any(done.differs(rule) for rule in done.rules)
    for name in ("comparison", "comparison_institutions", "comparison_sides"):
        assert not done.tables[name]["difference"].any()
    assert (done.tables["comparison_sides"].query("side != 'effect'").eval("`from` == `to`")).all()
    assert [one.en for one in told_apart([Text("甲", "A"), Text("乙", "A"), Text("甲", "A (2)")])] == [
        "A",
        "A (2)",
        "A (2) (2)",
    ]


def test_the_tables_are_as_declared_and_their_keys_unique(city):
    done = compare(city)
    for table in RESULTS:
        frame = done.tables[table.name]
        assert list(frame.columns) == list(table.by_name)
        assert not frame.duplicated([*table.within, table.key]).any(), table.name


# --- faults ---------------------------------------------------------------------------------------------------------


def lines(*given, **more):
    with pytest.raises(BadInput) as refused:
        compare(*given, **more)
    return refused.value.lines("en")


def test_too_few_too_many_and_no_such_baseline_are_refused(city):
    assert lines(city[:1]) == ["“1”: Compare 2 to 6 scenarios. Add some or leave some out."]
    assert lines([city[0]] * 7) == ["“7”: Compare 2 to 6 scenarios. Add some or leave some out."]
    assert len(compare([city[0]] * 6).runs) == 6
    for baseline in (2, -1):
        assert lines(city[:2], baseline) == [
            f"baseline · “{baseline + 1}”: There is no such scenario to be the baseline. Give 1 to 2."
        ]


def test_runs_on_other_data_are_refused_each_by_its_title(city):
    raised = CITY["institutions"].assign(score=CITY["institutions"]["score"] - 1)
    raised.attrs = {}
    other = runs({**CITY, "institutions": raised}, {}, {})
    fewer = runs({name: table for name, table in CITY.items() if name != "communities"}, {})
    problems = lines([city[0], *other, *fewer])
    assert [line.partition(":")[0] for line in problems] == ["方案0（2）", "方案1", "方案0（3）"]
    assert "(institutions)" in problems[0]
    assert "(communities)" in problems[2]
    raised.attrs = {"sha256": "f" * 64}  # files are told apart by their digests
    assert "(institutions)" in lines([city[0], *runs({**CITY, "institutions": raised}, {})])[0]
    copied = runs({name: table.copy() for name, table in CITY.items()}, {})
    assert compare([city[0], *copied]).titles[1].zh == "方案0（2）"


# --- the command ----------------------------------------------------------------------------------------------------

DATA = """institution_id,name,group,score,deposit
A1,一,甲,96,10000
A2,二,甲,90,10000
A3,三,甲,84,10000
A4,四,甲,91,10000
"""


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SIMLIB_LANG", raising=False)
    for name, data in (("city", DATA), ("town", DATA.replace("96", "99"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "institutions.csv").write_text(data, encoding="utf-8")
    for name, params in (("one", "{}"), ("two", "{upper: 1.01}"), ("three", "{lower: 0.90}")):
        text = f"title: 方案{name}\ntitle_en: Scenario {name}\ndata: city\nparams:\n  deposit: {params}\n"
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "far.yaml").write_text("title: 别处\ndata: town\n", encoding="utf-8")
    return tmp_path


def width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in line)


def test_the_printed_table_stands_in_columns_in_both_languages(place, capsys):
    assert main(["compare", "one.yaml", "two.yaml", "three.yaml"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("1  方案one（基准）\n2  方案two\n3  方案three\n\n质量保证金")
    rows = told.split("\n\n")[1].rstrip().split("\n")
    assert {width(row) for row in rows if row.endswith(("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"))} == {
        width(rows[0])
    }
    assert "  低于下阈值 → 区间内 " in "\n".join(rows)
    assert main(["compare", "one.yaml", "two.yaml", "--lang", "en"]) == 0
    assert "Scenario one (baseline)" in (told := capsys.readouterr().out)
    assert all(ord(one) < 0x2E80 for one in told)
    assert not (place / "results").exists()


@pytest.mark.parametrize("asked", ["2", "two", "two.yaml", "方案two", "Scenario two"])
def test_the_baseline_is_named_by_number_file_or_title(place, capsys, asked):
    assert main(["compare", "one.yaml", "two.yaml", "--baseline", asked]) == 0
    assert "2  方案two（基准）" in capsys.readouterr().out


def test_a_folder_lands_with_tables_report_and_all_that_it_takes_to_make_it_again(place, capsys):
    assert main(["compare", "one.yaml", "two.yaml", "three.yaml", "--baseline", "3", "--out", "out"]) == 0
    files = {f"{table.name}.{kind}" for table in RESULTS for kind in ("csv", "parquet")}
    assert {path.name for path in (place / "out").iterdir()} == {*files, "report.html", "manifest.json"}
    manifest = json.loads((place / "out" / "manifest.json").read_text("utf-8"))
    assert (manifest["command"], manifest["settings"]["baseline"]) == ("compare", 3)
    bench, tables = Bench(), scenario.load_data("city")
    rebuilt = []
    for recorded in manifest["settings"]["scenarios"]:
        params = {
            f"{rule}.{name}": value for rule, values in recorded["params"].items() for name, value in values.items()
        }
        one = Scenario(recorded["scenario"]["title"], rules=tuple(recorded["scenario"]["rules"])).changed(params)
        assert one.digest == recorded["scenario"]["sha256"]
        rebuilt.append(scenario.run(one, tables, bench))
    done = compare(rebuilt, 2)
    kept = pd.read_parquet(place / "out" / "comparison_institutions.parquet")
    assert kept["difference"].tolist() == done.tables["comparison_institutions"]["difference"].tolist()
    page = (place / "out" / "report.html").read_text("utf-8")
    assert "方案 3（基准）" in page
    assert "高于上阈值" in page
    capsys.readouterr()
    assert main(["verify", "out"]) == 0
    assert main(["compare", "one.yaml", "two.yaml", "--out", "out"]) == 0  # an earlier comparison is replaced


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["one.yaml"], "Compare 2 to 6"), (["one.yaml"] * 7, "Compare 2 to 6"),
        (["one.yaml", "none.yaml"], "none.yaml: There is no such"),
        (["one.yaml", "far.yaml"],
         "far.yaml · data: Its data ({place}/town) are not those of one.yaml ({place}/city). Name one data folder with "
         "--data"),
        (["one.yaml", "two.yaml", "--baseline", "0"],
         "--baseline · “0”: There is no such scenario. Known: 1 = one, 2 = two."),
        (["one.yaml", "one.yaml", "--baseline", "one"], "More than one scenario has this name. Give its number"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused_with_a_line_and_nothing_written(place, capsys, arguments, said):
    assert main(["compare", *arguments, "--out", "out", "--lang", "en"]) == 2
    told = capsys.readouterr()
    assert said.format(place=place) in told.err
    assert told.out == ""
    assert not (place / "out").exists()


def test_scenarios_of_different_data_are_compared_on_the_data_that_is_named(place, capsys):
    assert main(["compare", "one.yaml", "far.yaml", "--data", "town"]) == 0
    assert "2  别处" in capsys.readouterr().out
