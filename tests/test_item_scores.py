"""A city that has only points by item: table item_scores to scores, deposits, result files and sentences."""

import json
from pathlib import Path

import pandas as pd
import pytest

from simlib import scenario
from simlib.cli import main
from simlib.problems import BadInput
from simlib.rules import FAMILIES, scorecard
from simlib.scenario import Scenario
from simlib.workbook.audit import audit
from strategies.facts import CARDS, INSTITUTIONS, facts_of, write

FULL = {"H1": "js26_1_2023", "H2": "js26_1_2023", "C1": "js26_2_2023", "C2": "js26_2_2023"}
SCORECARD = FAMILIES["scorecard"]


def by_facts(folder: Path):
    """The run of a folder with facts, and its points by item with their reasons as remarks."""
    write(folder, institutions=INSTITUTIONS, facts=facts_of(CARDS))
    done = scenario.run(Scenario("t"), scenario.load_data(str(folder)))
    items = done.results["scorecard"]["scorecard_items"]
    points = items[["institution_id", "item", "points"]].assign(remark=items["reason"])
    return done, points


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    done, points = by_facts(tmp_path_factory.mktemp("facts"))
    return done, {"institutions": done.inputs["institutions"], "item_scores": points}


def run(tables, **values):
    return scenario.run(Scenario("t").changed(values), tables)


def changed(tables, **columns):
    """The same with the first row of the points changed."""
    points = tables["item_scores"].copy()
    for name, value in columns.items():
        points.loc[points.index[0], name] = value
    return {**tables, "item_scores": points}


def refused(tables, **values):
    with pytest.raises(BadInput) as bad:
        run(tables, **values)
    return bad.value.lines("zh")


def test_the_points_that_facts_gave_give_the_same_scores_and_deposits_with_the_remarks_as_reasons(both):
    done, tables = both
    again = run(tables)
    for name in ("scorecard", "deposit"):
        for table in (name, f"{name}_groups" if name == "deposit" else "scorecard_cards"):
            before, after = (one.results[name][table] for one in (done, again))
            pd.testing.assert_frame_equal(before.drop(columns="unread", errors="ignore"),
                                          after.drop(columns="unread", errors="ignore"))  # fmt: skip
    items = [one.results["scorecard"]["scorecard_items"] for one in (done, again)]
    columns = ["institution_id", "item", "points", "full", "reason"]
    pd.testing.assert_frame_equal(items[0][columns], items[1][columns])


def test_a_private_institution_is_scored_without_its_item_by_either_reading(both):
    _, tables = both
    points = tables["item_scores"]
    mine = points[points["institution_id"] == "H2"]
    assert "3" not in set(mine["item"])
    row = run(tables).results["scorecard"]["scorecard"].set_index("institution_id").loc["H2"]
    assert (row["full"], row["score"]) == (80, mine["points"].sum() * 100 / 80)
    lines = refused(tables, **{"scorecard.private_excluded_item": "item_4"})
    (line,) = lines
    assert "item_scores · item · 3 · “H2”" in line
    assert "缺少第3项" in line


def test_what_is_wrong_with_the_points_is_said_line_by_line(both):
    _, tables = both
    (line,) = refused(changed(tables, points=3.5))
    assert all(word in line for word in ("H1", "第1项", "3.5", "满分 3 分"))
    (line,) = refused(changed(tables, item="99"))
    assert "“99”" in line
    assert "没有该项目" in line
    (line,) = refused(changed(tables, institution_id="ZZ"))
    assert "ZZ" in line
    (line,) = refused({**tables, "item_scores": tables["item_scores"].iloc[1:]})
    assert "缺少第1项" in line
    assert "H1" in line
    twice = pd.concat([tables["item_scores"], tables["item_scores"].iloc[:1]], ignore_index=True)
    (line,) = refused({**tables, "item_scores": twice})
    assert "两次" in line


def test_points_that_are_missing_may_count_as_0_and_are_listed(both):
    _, tables = both
    short = {**tables, "item_scores": tables["item_scores"].iloc[1:]}
    items = run(short, **{"scorecard.missing": "zero"}).results["scorecard"]["scorecard_items"]
    first = items[(items["institution_id"] == "H1") & (items["item"] == "1")].iloc[0]
    assert (first["points"], first["missing"], first["reason"]) == (0, True, "未给出得分，记 0 分")


def test_facts_beside_points_are_refused(both):
    done, tables = both
    (line,) = refused({**tables, "facts": done.inputs["facts"]})
    assert "仅保留一个" in line


def test_levers_that_need_facts_have_no_effect_and_say_so(both):
    _, tables = both
    params = SCORECARD.params()
    inert = SCORECARD.inert(tables, params)
    levers = {name for name, one in params.declarations().items() if not one.options}
    assert levers <= inert.keys()
    assert "private_excluded_item" not in inert
    name = sorted(one for one in levers if one.endswith("_points"))[0]
    done = run(tables, **{f"scorecard.{name}": "0"})
    pd.testing.assert_frame_equal(done.results["scorecard"]["scorecard"], run(tables).results["scorecard"]["scorecard"])
    assert any("没有评价事实" in text.zh for text in done.warnings)


def test_a_score_that_is_not_the_sum_is_named_with_both(both):
    _, tables = both
    scored = tables["institutions"].assign(score=[95.0, 90.0, 97.5, 99.0])
    lines = [one.zh for one in run({**tables, "institutions": scored}).warnings if "各项合计" in one.zh]
    assert lines == [
        "1 家的各项得分合计（民营机构折算后）与表中得分不同，以各项得分为准：C2 各项合计 100 分、表中得分 99 分。"
    ]
    unscored = {**tables, "institutions": tables["institutions"].drop(columns="score")}
    assert not [one for one in run(unscored).warnings if "各项合计" in one.zh]


UNSAID = ["has_inpatient", "ownership"]


def unsaid(tables, *columns, score=(95.0, 90.0, 97.5, 100.0)):
    """The same without some columns of the institutions, with these scores, or none."""
    institutions = tables["institutions"].drop(columns=list(columns))
    scored = institutions.drop(columns="score") if score is None else institutions.assign(score=list(score))
    return {**tables, "institutions": scored}


@pytest.mark.parametrize("columns", [UNSAID, UNSAID[:1], UNSAID[1:]])
def test_what_the_institutions_leave_unsaid_their_points_and_scores_tell_and_it_is_told(both, columns):
    _, tables = both
    done, full = run(unsaid(tables, *columns)), run(unsaid(tables))
    for name in ("scorecard", "deposit"):
        pd.testing.assert_frame_equal(done.results[name][name], full.results[name][name])
    told = [one.zh for one in done.warnings if "机构表没有" in one.zh]
    assert [one[len("机构表没有“") :].split("”")[0] for one in told] == [
        {"has_inpatient": "有住院服务", "ownership": "所有制"}[one] for one in columns
    ]


def test_points_that_tell_of_the_cards_do_for_every_institution_on_its_whole_card(both):
    _, tables = both
    ids = ["H1", "C1"]  # who is public
    tables = {name: one[one["institution_id"].isin(ids)] for name, one in tables.items()}
    one = unsaid(tables, *UNSAID, score=None)
    assert run(one).results["scorecard"]["scorecard"]["score"].tolist() == [95.0, 97.5]


def test_what_points_leave_open_is_one_line_that_says_which_column_to_add(both):
    _, tables = both
    file = tables["institutions"].attrs["file"]
    assert refused(unsaid(tables, *UNSAID, score=None)) == [
        f"{file} · ownership：H2 是否按民营机构折算，从各项得分看不出。请在这张表加一列“所有制”（填公立、民营）。"
    ]
    assert refused(unsaid(tables, "ownership", score=(95.0, 89.0, 97.5, 100.0)))[0].startswith(
        f"{file} · ownership：H2 "
    )
    scores = tables["item_scores"]
    few = {**unsaid(tables, *UNSAID), "item_scores": scores[scores["item"].isin(["1", "2"])]}
    assert refused(few)[0] == (
        f"{file} · has_inpatient：H1 的各项得分对应不了唯一的评分表。请在这张表加一列“有住院服务”（填“是”或“否”）。"
    )
    zero = scores.assign(points=scores["points"].where((scores["institution_id"] != "H1") | (scores["item"] != "3"), 0))
    assert "H1 是否按民营机构折算" in refused({**unsaid(tables, "ownership", score=None), "item_scores": zero})[0]


def test_the_exempt_need_no_points(both):
    _, tables = both
    exempt = tables["institutions"].assign(
        evaluated=[None, False, None, None], ownership=["public", None, "public", "private"]
    )
    points = tables["item_scores"]
    done = run({"institutions": exempt, "item_scores": points[points["institution_id"] != "H2"]})
    assert "H2" not in set(done.results["scorecard"]["scorecard"]["institution_id"])
    assert done.results["deposit"]["deposit"].set_index("institution_id")["band"]["H2"] == "exempt"


def test_communities_keep_the_bonus_and_the_veto_of_their_table():
    card = scorecard.CARDS["xx_2025"]
    points = pd.DataFrame(
        [
            (who, item.item, float(item.points) - (0.5 if who == "b" else 0), None)
            for who in "ab"
            for item in card.items
        ],
        columns=["institution_id", "item", "points", "remark"],
    )
    communities = pd.DataFrame({"community_id": ["a", "b"], "bonus": [0.0, 2.0], "veto": [False, True],
                                "budget": [100.0, 100.0], "spending": [90.0, 90.0]})  # fmt: skip
    tables = {"communities": communities, "item_scores": points}
    assert SCORECARD.fitting(tables, SCORECARD.params()) == {"edition": "xx_2025"}
    done = run(tables, **{"scorecard.edition": "xx_2025"})
    assert done.results["retention"]["retention"]["bracket"].tolist() == ["full", "veto"]
    (line,) = refused(tables)
    assert "xx_2025" in line


def test_the_explanation_says_the_remark_or_that_there_is_none(both):
    _, tables = both
    done = run(changed(tables, points=2.5, remark="目录库未更新"))
    told = SCORECARD.explain(done.results["scorecard"], SCORECARD.params(), "H1")
    assert any("2.5 / 3 分。目录库未更新。" in text.zh for text in told)
    done = run(changed(tables, points=2.5, remark=None))
    told = SCORECARD.explain(done.results["scorecard"], SCORECARD.params(), "H1")
    assert any("未写明原因" in text.zh for text in told)


def test_commands_check_run_and_verify_a_folder_of_points_and_the_audit_workbook_is_written(both, tmp_path, capsys):
    _, tables = both
    (tmp_path / "city").mkdir()
    write(tmp_path / "city", institutions=INSTITUTIONS)
    tables["item_scores"].to_csv(tmp_path / "city/item_scores.csv", index=False)
    assert main(["check", str(tmp_path / "city")]) == 0
    assert "绩效评分：可以运行" in capsys.readouterr().out
    out = tmp_path / "out"
    assert main(["run", "baseline", "--data", str(tmp_path / "city"), "--out", str(out)]) == 0
    assert "item_scores" in json.dumps(json.loads((out / "manifest.json").read_text("utf-8"))["data"])
    assert main(["verify", str(out)]) == 0
    assert audit(run(tables))
