"""A parameter that is moved in vain is said: with these data, or beside these others, it cannot matter."""

import pandas as pd
import pytest

from simlib import scenario
from simlib.problems import BadInput
from simlib.rules import FAMILIES
from simlib.scenario import Scenario, load_data
from strategies import small_dip
from strategies.facts import CARDS, INSTITUTIONS, facts_of, write


def others(one):
    return [value for value in one.options or (one.high, one.low) if value != one.default]


def changes(family, ready, before, name, start):
    """Whether any other value of a parameter changes what the rule gives of these tables."""
    for value in others(family.params.declarations()[name]):
        try:
            after = family.run(ready, start.changed(**{name: value}))
        except BadInput as bad:  # the order of two parameters, or a refusal, which is a change
            if any("," in (problem.column or "") for problem in bad.problems):
                continue
            return True
        if not all(before[table].equals(after[table]) for table in before):
            return True
    return False


def without_effect(family, tables, **start):
    """Those that are said to be without effect, and those of them that have one."""
    params = family.params(**start)
    ready = family.prepare(tables)
    results = family.run(ready, params)
    said = {**family.idle(results, tables, params), **family.inert(tables, params)}
    return said, [name for name in said if changes(family, ready, results, name, params)]


# --- DIP ------------------------------------------------------------------------------------------------------------


def of_levels(*levels):
    """The small city with what DIP cannot do without, at these levels alone, and no case irregular."""
    tables = small_dip.required_only()
    kept = tables["institutions"]["level"].isin(levels)
    ids = set(tables["institutions"].loc[kept, "institution_id"])
    cases = tables["cases"][tables["cases"]["institution_id"].isin(ids)]
    return {**tables, "institutions": tables["institutions"][kept], "cases": cases.reset_index(drop=True)}


def test_what_dip_says_to_be_without_effect_has_none():
    said, wrong = without_effect(FAMILIES["dip"], of_levels("3", "2"))
    assert not wrong
    assert {"share_rate_1", "basic_1A", "basic_3A", "irregular_multiple", "irregular_weighted", "high_level_bonus",
            "specialty_city", "accuracy_cap", "irregular_step", "partial_steps", "drug_deduction", "breach_deduction",
            "age_bonus", "child_age_inclusive", "ungrouped", "grows"} <= said.keys()  # fmt: skip
    assert not {"share_rate_3", "share_rate_2", "basic_3O", "basic_2O", "cmi_bonus", "retention_cap"} & said.keys()


def test_lists_that_are_not_paid_for_leave_the_billed_scope_its_effect():
    tables = of_levels("3", "2")
    refused = tables["cases"].assign(list_refused=tables["cases"].index == 0)
    said, wrong = without_effect(FAMILIES["dip"], {**tables, "cases": refused}, list_faults="unpaid")
    assert not wrong
    assert "billed_scope" not in said
    said, wrong = without_effect(FAMILIES["dip"], {**tables, "cases": refused})  # reported only
    assert not wrong
    assert "billed_scope" in said


def test_a_share_of_a_level_that_no_institution_has_is_said_to_be_moved_in_vain():
    done = scenario.run(Scenario("t", rules=("dip",)).changed({"dip.share_rate_1": "0.5"}), of_levels("3", "2"))
    (line,) = (one for one in done.warnings if "一级机构分担比例" in one.zh)
    assert "没有一级机构" in line.zh
    done = scenario.run(Scenario("t", rules=("dip",)).changed({"dip.share_rate_1": "0.5"}), of_levels("3", "1"))
    assert not [one for one in done.warnings if "一级机构分担比例" in one.zh]


def test_growth_of_a_level_that_is_not_there_and_a_share_of_nothing_are_said():
    said, wrong = without_effect(FAMILIES["dip"], of_levels("3"), grows="2", volume_growth="0.1")
    assert "volume_growth" in said
    assert wrong == []
    said, wrong = without_effect(FAMILIES["dip"], small_dip.without_groups())
    assert "ungrouped_share" in said
    assert wrong == []


# --- the deposit ----------------------------------------------------------------------------------------------------


def institutions(*rows):
    columns = ["institution_id", "group", "score", "deposit", "evaluated"]
    return {"institutions": pd.DataFrame(rows, columns=columns)}


CITIES = {
    "groups of one": institutions(("a", "p", 90.0, 10.0, None), ("b", "q", 80.0, 10.0, None)),
    "one group": institutions(("a", "p", 90.0, 10.0, None), ("b", "p", 80.0, 10.0, None), ("c", "q", 1.0, 5.0, False)),
    "all exempt": institutions(("a", "p", 90.0, 10.0, False)),
    "every pool claimed": institutions(("a", "p", 90.0, 10.0, None), ("b", "p", 80.0, 10.0, None),
                                       ("c", "q", 90.0, 10.0, None), ("d", "q", 80.0, 10.0, None)),
}  # fmt: skip


@pytest.mark.parametrize("name", CITIES)
def test_what_the_deposit_says_to_be_without_effect_has_none(name):
    said, wrong = without_effect(FAMILIES["deposit"], CITIES[name])
    assert wrong == []
    expected = {
        "groups of one": {"lower", "upper", "unclaimed_pool", "index_digits"},
        "one group": {"mean_scope", "unclaimed_pool"},
        "all exempt": {"lower", "upper", "mean_scope", "unclaimed_pool", "index_digits"},
        "every pool claimed": {"unclaimed_pool"},
    }  # everybody has a deposit
    of_deposits = {"deposit_rate", "deposit_base", "monthly_base"}
    assert said.keys() - of_deposits == expected[name] | {"zero_deposit_in_mean"}


def test_a_group_of_one_is_named_with_its_institution():
    lines = [one.zh for one in scenario.run(Scenario("t"), CITIES["groups of one"]).warnings]
    assert [one for one in lines if "只有一家参评机构" in one] == [
        "2 个组只有一家参评机构，指数恒为 1，金额不增不减：p（a）、q（b）。请核对组名（JS26 附件3 一(三)）。"
    ]
    one = scenario.run(Scenario("t").changed({"deposit.mean_scope": "city"}), CITIES["groups of one"])
    assert not [text for text in one.warnings if "只有一家" in text.zh]
    exempt = institutions(("a", "p", 90.0, 10.0, None), ("b", "p", None, 10.0, False))
    assert any("p（a）" in text.zh for text in scenario.run(Scenario("t"), exempt).warnings)


# --- scorecards and retention ---------------------------------------------------------------------------------------


def test_what_the_scorecards_say_to_be_without_effect_has_none(tmp_path):
    write(tmp_path, institutions=INSTITUTIONS, facts=facts_of(CARDS))
    said, wrong = without_effect(FAMILIES["scorecard"], load_data(str(tmp_path)))
    assert wrong == []
    assert "missing" in said
    levels = {name for name in said if name.endswith("at_least_1")}
    assert levels, "nobody on the card of hospitals is of level 1"
    assert not [name for name in said if name.startswith("js26") and name.endswith("_points")]


def test_what_retention_says_to_be_without_effect_has_none():
    communities = pd.DataFrame({"community_id": ["a", "b"], "score": [95.0, 92.0], "budget": [100.0, 100.0],
                                "spending": [90.0, 100.0]})  # fmt: skip
    said, wrong = without_effect(FAMILIES["retention"], {"communities": communities})
    assert wrong == []
    assert {"reasonable_share", "half_ratio", "per_point", "fraction", "next_year_cut_rate", "bonus_cap"} <= said.keys()
    communities["score"] = [85.5, 70.0]
    communities["spending"] = [90.0, 130.0]
    said, wrong = without_effect(FAMILIES["retention"], {"communities": communities})
    assert wrong == []
    assert not {"per_point", "fraction", "reasonable_share", "half_ratio"} & said.keys()
