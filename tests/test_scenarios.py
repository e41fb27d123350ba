"""The shipped scenarios on the sample city: known results, in agreement with the calculation in fractions."""

import csv
import functools
import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from oracles import exact_agreement, exact_deposit, exact_retention
from simlib import sample, scenario
from simlib.money import to_fen
from simlib.problems import BadInput
from simlib.rules import FAMILIES
from strategies import agreement_tables
from strategies.shipped import PATHS, run

ROOT = Path(__file__).resolve().parent.parent
EXPECTED = Path(__file__).parent / "expected"
NAMES = [path.stem for path in PATHS]
OF_RULE = {rule: [name for name in NAMES if name.startswith(f"{rule}-")] for rule in ("dip", "retention", "agreement")}
SETTLEMENTS, RETENTIONS, AGREEMENTS = OF_RULE.values()  # ask of one rule alone
DEPOSITS = [name for name in NAMES if name not in sum(OF_RULE.values(), [])]


WITHOUT_EFFECT = {  # on the sample city
    "agreement-same-day", "dip-cycles-every", "dip-quota-up",
    "dip-ratio-without-drugs", "dip-same-category", "dip-same-group", "dip-ungrouped-cost", "dip-year-weights",
    "mean-without-zero", "retention-cap-100", "retention-without-bonus", "score-cap-100",
}  # fmt: skip


@pytest.fixture(scope="module")
def city(tmp_path_factory) -> list[dict[str, str]]:
    """The sample as the text that is written to a file."""
    folder = tmp_path_factory.mktemp("sample") / "city"
    sample.write(folder)
    with (folder / "institutions.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_scenario_has_an_expected_summary():
    assert sorted(path.stem for path in EXPECTED.glob("*.json")) == NAMES
    assert {scenario.load(path).data for path in PATHS} == {scenario.SAMPLE}


@pytest.mark.parametrize("name", NAMES)
def test_the_summary_is_as_expected(name):
    # When a change of rule or sample is meant: simlib run scenarios/NAME.yaml, then copy its summary.json here.
    assert run(name).summary == json.loads((EXPECTED / f"{name}.json").read_text("utf-8"))


def withheld(month: dict[str, str], monthly_rate: Fraction, deposit_rate: Fraction) -> int:
    """Fen of one month's prepayment (JY art. 26, 40): of 90% of the bills, less penalties, 5%; nothing of a debt."""
    prepaid = exact_deposit.half_up(monthly_rate * exact_deposit.fen(month["billed"])) - exact_deposit.fen(
        month["penalties"]
    )
    return exact_deposit.half_up(deposit_rate * max(prepaid, 0))


def withheld_of_bills(month: dict[str, str], monthly_rate: Fraction, deposit_rate: Fraction) -> int:
    """The same of the bills themselves."""
    return exact_deposit.half_up(deposit_rate * exact_deposit.fen(month["billed"]))


def with_prepayments(city: list[dict[str, str]], done: scenario.Run) -> list[dict[str, str]]:
    """The institutions with what their monthly prepayments withhold as their deposit, recomputed from the bills."""
    rates = [Fraction(str(done.scenario.params[rule].plain()[name])) for rule, name in RATES]
    sums: dict[str, int] = {}
    for month in scenario.load_data("sample")["billing"].astype(str).to_dict("records"):
        one = month["institution_id"]
        by = withheld_of_bills if done.scenario.params["deposit"].monthly_base == "billed" else withheld
        sums[one] = sums.get(one, 0) + by(month, *rates)
    assert 200 < len(sums) < len(city)  # the others have no inpatients
    return [
        {**one, "deposit": str(Fraction(sums[one["institution_id"]], 100))} if one["institution_id"] in sums else one
        for one in city
    ]


RATES = [("dip", "monthly_rate"), ("deposit", "deposit_rate")]


@pytest.mark.parametrize("name", DEPOSITS)
def test_every_institution_is_paid_what_the_fractions_say(name, city):
    done = run(name)
    city = with_prepayments(city, done)
    params = done.scenario.params["deposit"]
    if (
        done.scenario.params["scorecard"].differences() and name not in WITHOUT_EFFECT
    ):  # then the card gives other scores than the table's
        scores = done.results["scorecard"]["scorecard"].set_index("institution_id")["score"].map(str)
        assert scores.to_dict() != {one["institution_id"]: one["score"] for one in city}
        city = [{**one, "score": scores[one["institution_id"]]} for one in city]
    expected, unallocated = exact_deposit.allocate(city, **{key: str(value) for key, value in params})
    assert exact_deposit.outcome_of_table(done.results["deposit"]["deposit"]) == exact_deposit.outcome(expected)
    pools = done.results["deposit"]["deposit_groups"]
    assert dict(zip(pools["group"], to_fen(pools["unallocated"]).tolist(), strict=True)) == unallocated


@pytest.mark.parametrize("name", DEPOSITS)
def test_what_is_paid_and_what_stays_is_what_was_withheld(name):
    tables = run(name).results["deposit"]
    stays = tables["deposit_groups"].set_index("group")["unallocated"]
    for group, members in tables["deposit"].groupby("group"):
        paid, withheld = to_fen(members["payment"]).sum(), to_fen(members["deposit"]).sum()
        assert paid + to_fen(stays[[group]])[0] == withheld, group  # no shipped scenario moves money across groups
    summary = run(name).summary["deposit"]
    assert sum(to_fen([summary["payments"], summary["unallocated"]])) == to_fen([summary["deposits"]])[0]


# --- DIP settlement ---------------------------------------------------------------------------------------------


@functools.cache
def measured() -> pd.DataFrame:
    """Every case with its group's points and its ratio to last year's mean of its level, by pandas and in floats."""
    city = scenario.load_data("sample")
    names = [
        "institution_id",
        "group_code",
        "total_cost",
        "length_of_stay",
        "auxiliary_factor",
        "reviewed_points",
        "irregular",
        "readmission",
    ]
    cases = city["cases"].arrow.select(names).to_pandas()
    cases = cases.merge(
        city["groups"][["group_code", "kind", "points"]], on="group_code", how="left", validate="many_to_one"
    )
    cases = cases.merge(city["institutions"][["institution_id", "level"]], on="institution_id", how="left")
    means = city["peer_means"][["level", "group_code", "mean_cost"]]
    cases = cases.merge(means, on=["level", "group_code"], how="left", validate="many_to_one")
    return cases.assign(ratio=cases["total_cost"] / cases["mean_cost"])


def points_by_hand(low: float, high: float, lifted: bool) -> pd.DataFrame:
    """Points of each institution, weighed ones and others apart, and those deducted (JY art. 27-29, 38, 39)."""
    one = measured()
    ratio, base = one["ratio"], one["points"]
    multiple = np.where(ratio <= (0.8 if lifted else low), ratio + (0.2 if lifted else 0), 1.0)
    multiple = np.where(ratio >= high, ratio - high + 1, multiple)
    points = base * multiple
    points = np.where(one["auxiliary_factor"].notna(), base * (1 + one["auxiliary_factor"]), points)
    by_day = (one["kind"] == "bed_day").to_numpy()
    points = np.where(by_day, base * one["length_of_stay"], points)
    formula = np.where(one["auxiliary_factor"].notna() | by_day | ratio.notna(), points, base)
    reviewed = one["reviewed_points"].notna()
    given = np.where(one["readmission"], 0, np.where(reviewed, one["reviewed_points"], formula))
    weighed = one["kind"].isin(["core", "mixed", "tcm"]).to_numpy()
    irregular = one["irregular"].to_numpy(dtype=bool)
    table = pd.DataFrame(
        {
            "points": np.where(weighed & ~irregular, given, 0), "others": np.where(~weighed & ~irregular, given, 0),
            "deducted_points": np.where(irregular, 3 * formula, 0),
        }
    )  # fmt: skip
    return table.groupby(one["institution_id"].to_numpy()).sum()


@pytest.mark.parametrize("name", ["baseline", "dip-limits-0.5-2.0", "dip-lifted"])
def test_every_institution_has_the_points_that_its_cases_add_up_to(name):
    done = run(name)
    params = done.scenario.params["dip"]
    by_hand = points_by_hand(float(params.deviation_low), float(params.deviation_high), params.low_slope == "lifted")
    table = done.results["dip"]["dip_institutions"].set_index("institution_id").sort_index()
    table["others"] = table["primary_points"] + table["bed_day_points"]
    assert by_hand.index.tolist() == table.index.tolist()
    for column in by_hand:
        np.testing.assert_allclose(table[column], by_hand[column], rtol=1e-9, atol=1e-6, err_msg=column)


@pytest.mark.parametrize("name", ["baseline", *SETTLEMENTS])
def test_the_fund_is_shared_out_by_the_rule_and_nothing_is_lost(name):
    """From points and bills to settlements once more, in fractions and whole fen (JY art. 10-13, 31-33)."""
    done = run(name)
    values = {
        key: Fraction(str(value))
        for key, value in done.scenario.params["dip"].plain().items()
        if not isinstance(value, str)
    }
    tables = done.results["dip"]
    given = scenario.load_data("sample")["institutions"].set_index("institution_id")["level"]
    books = dict(list(tables["dip_ledgers"].groupby("scheme")))
    assert set(books) == ({"employee", "resident"} if name == "dip-by-scheme" else {"pooled"})
    for row in tables["dip_fund"].to_dict("records"):
        accounts = books[row["scheme"]]
        money = {column: [exact_deposit.fen(one) for one in accounts[column]] for column in MONEY}
        gross = done.scenario.params["dip"].regulation_base == "gross"
        fund = fund_by_hand(row["scheme"], sum(money["billed"]), values, gross)
        left_by_cap = [payable - settled for payable, settled, outcome in zip(money["payable"], money["settlement"],
                                                                              accounts["outcome"], strict=True)
                       if outcome == "capped"]  # fmt: skip
        moved = sum(left_by_cap) if name == "dip-surplus-regulation" else 0
        fund["regulation_fund"] += moved
        assert exact_deposit.fen(row["surplus_moved"]) == moved
        for column, amount in fund.items():
            assert exact_deposit.fen(row[column]) == amount, column
        # Points are floats in the table: each is the nearest to the exact number, so that amounts agree to the fen or
        # next to it.
        points = [Fraction(one) for one in accounts["approved_points"]]
        value = Fraction(fund["distributable"] + sum(money["patient_paid"]) + sum(money["other_paid"])) / sum(points)
        assert row["point_value"] * 100 == pytest.approx(float(value), rel=1e-12)
        due = []
        for at, one in enumerate(accounts["institution_id"]):
            billed = money["billed"][at]
            payable = points[at] * value - money["patient_paid"][at] - money["other_paid"][at]
            rate = values[f"share_rate_{given[one]}"]
            share = max(0, min(billed, values["share_limit"] * payable) - payable) * rate if payable > 0 else 0
            base = (
                0 if payable <= 0 else min(values["retention_cap"] * billed, payable) if billed <= payable else payable
            )
            due.append(share)
            assert abs(money["payable"][at] - payable) <= 0.51, one
            assert abs(money["share_due"][at] - share) <= 0.51, one
            assert abs(money["settlement"][at] - money["share_paid"][at] - money["reshared"][at] - base) <= 0.51, one
        assert sum(money["share_paid"]) == min(sum(money["share_due"]), fund["regulation_fund"])
        assert exact_deposit.fen(row["fund_left"]) == fund["regulation_fund"] - sum(money["share_paid"])
        spared = sum(-one for one in money["payable"] if one < 0)
        left = fund["distributable"] + spared + sum(money["share_paid"]) - sum(money["settlement"])
        assert exact_deposit.fen(row["undistributed"]) == left
        assert left >= -len(accounts)
        if name == "dip-surplus-points":
            assert sum(money["reshared"]) > 0
            assert abs(left) <= len(accounts)


MONEY = ("billed", "patient_paid", "other_paid", "payable", "share_due", "share_paid", "reshared", "settlement")
SPENDING = ("maternity", "outpatient", "chronic", "nonlocal", "cash", "other")


def fund_by_hand(scheme: str, billed: int, values: dict[str, Fraction], gross: bool = False) -> dict[str, int]:
    """Fen of one ledger's fund: what is set aside, what can be shared out (JY art. 10, 11, 13)."""
    table = scenario.load_data("sample")["funds"]
    table = table if scheme == "pooled" else table[table["scheme"] == scheme]
    sums = {
        column: sum(exact_deposit.fen(one) for one in table[column].fillna(0)) for column in table if column != "scheme"
    }
    income = sums["income"] - sums["lump_sum"] + sums["lump_sum_amortised"]
    aside = exact_deposit.half_up(values["regulation_rate"] * (sums["income"] if gross else income))
    ceiling = income - aside - sum(sums[column] for column in SPENDING)
    headroom = exact_deposit.half_up(values["billed_headroom"] * billed)
    return {"income": income, "regulation_set_aside": aside, "regulation_fund": aside + sums["fund_carried"],
            "ceiling": ceiling,
            "headroom": headroom, "distributable": min(ceiling, headroom)}  # fmt: skip


# --- county retention and agreements ------------------------------------------------------------------------------


def rows(name: str) -> list[dict[str, str]]:
    """A table of the sample as text, a blank being nothing."""
    return (
        scenario.load_data("sample")[name]
        .astype(object)
        .map(lambda value: "" if pd.isna(value) else str(value))
        .to_dict("records")
    )


@pytest.mark.parametrize("name", ["baseline", *RETENTIONS])
def test_every_community_keeps_what_the_fractions_say(name):
    done = run(name)
    params = {key: str(value) for key, value in done.scenario.params["retention"]}
    ours = exact_retention.outcome_of_table(done.results["retention"]["retention"])
    assert ours == exact_retention.outcome(exact_retention.settle(rows("communities"), **params))


@pytest.mark.parametrize("name", ["baseline", *AGREEMENTS])
def test_every_breach_leads_to_what_the_second_calculation_says(name):
    done = run(name)
    given = [
        {key: {"True": "yes", "False": "no"}.get(value, value) for key, value in row.items()}
        for row in rows("incidents")
    ]
    params = {key: str(value) for key, value in done.scenario.params["agreement"]}
    theirs = exact_agreement.consequences(given, **params)
    table = done.results["agreement"]["agreement"].set_index("incident_id")
    assert len(table) == len(theirs) == 70
    for number, one in theirs.items():
        ours = table.loc[number]
        assert [exact_agreement.fen(str(ours[column])) for column in ("recovered", "damages")] == [
            one["recovered"],
            one["damages"],
        ]
        assert ours["action"] == one["action"]
        assert [None if pd.isna(ours[day]) else ours[day] for day in ("reentry", "head_reentry")] == [
            one["reentry"], one["head_reentry"],
        ]  # fmt: skip


@pytest.mark.parametrize("name", ["baseline", *AGREEMENTS])
def test_every_deadline_and_application_is_as_the_second_calculation_has_it(name):
    done = run(name)
    params = {key: str(value) for key, value in done.scenario.params["agreement"]}
    owners = {one["institution_id"]: one["ownership"] for one in rows("institutions")}
    theirs = {
        one["matter_id"]: exact_agreement.deadline(one, owner=owners.get(one["institution_id"]), **params)
        for one in rows("deadlines")
    }
    assert agreement_tables.deadlines(done.results["agreement"]["agreement_timeline"]) == theirs
    given = [{k: {"True": "yes", "False": "no"}.get(v, v) for k, v in one.items()} for one in rows("applicants")]
    found = done.results["agreement"]
    assert agreement_tables.conditions(found["agreement_conditions"]) == exact_agreement.eligibility(given)
    again = found["agreement_eligibility"].set_index("applicant_id")["reentry"]
    assert {one: agreement_tables.blank(day) for one, day in again.items()} == exact_agreement.reentries(given)


# --- what the scenarios are for ---------------------------------------------------------------------------------


def test_the_scenarios_move_what_their_names_say():
    found = {name: run(name).summary["deposit"] for name in DEPOSITS}
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
    found = {name: run(name).summary["dip"] for name in ("baseline", *SETTLEMENTS)}
    base = found["baseline"]
    assert found["dip-regulation-6"]["point_value"] < base["point_value"] < found["dip-regulation-3"]["point_value"]
    assert found["dip-regulation-6"]["full"] + found["dip-regulation-6"]["capped"] < base["full"] + base["capped"]
    assert found["dip-corridor-110"]["fund_left"] > base["fund_left"] > found["dip-corridor-120"]["fund_left"]
    assert found["dip-corridor-110"]["point_value"] == base["point_value"] == found["dip-cap-103"]["point_value"]
    assert found["dip-cap-103"]["settlement"] < base["settlement"]
    assert found["dip-lifted"]["point_value"] != base["point_value"] != found["dip-limits-0.5-2.0"]["point_value"]
    assert found["dip-by-scheme"]["billed"] == base["billed"] > found["dip-billed-payable"]["billed"]
    assert found["dip-surplus-points"]["settlement"] > base["settlement"]
    assert found["dip-surplus-regulation"]["fund_left"] > base["fund_left"] < found["dip-regulation-gross"]["fund_left"]
    assert found["dip-penalties-final"]["balance"] < base["balance"]
    found = {name: run(name).summary["retention"] for name in ("baseline", *RETENTIONS)}
    base = found["baseline"]
    assert found["retention-ceil"]["retained"] < base["retained"] > found["retention-half-40"]["retained"]
    assert found["retention-floor"]["retained"] > base["retained"]
    assert found["retention-linear-85"]["linear"] < base["linear"]
    assert found["retention-share-80"]["retained"] < base["retained"] > found["retention-digits-0"]["retained"]
    assert 0 < found["retention-veto-uncut"]["next_year_cut"] < found["retention-cut-5"]["next_year_cut"]
    assert found["retention-cut-5"]["next_year_cut"] > base["next_year_cut"] == 0 == base["overspend_shared"]
    found = {name: run(name).summary["agreement"] for name in ("baseline", *AGREEMENTS)}
    base = found["baseline"]
    assert found["agreement-rate-44-30"]["damages"] > base["damages"]
    assert found["agreement-terminate"]["terminated"] > base["terminated"]
    assert found["agreement-next-working-day"]["late"] < base["late"] < found["agreement-today"]["late"]
    counts = {
        name: run(name).results["dip"]["dip_counts"][["low", "high"]].sum()
        for name in ("baseline", "dip-limits-0.5-2.0")
    }
    assert (counts["dip-limits-0.5-2.0"] > counts["baseline"]).all()
    assert {name: len(run(name).results["dip"]["dip_fund"]) for name in ("baseline", "dip-by-scheme")} == {
        "baseline": 1,
        "dip-by-scheme": 2,
    }


def test_a_scenario_changes_the_sample_city_or_is_known_not_to():
    base = run("baseline").summary
    still = {name for name in NAMES if all(base[rule] == numbers for rule, numbers in run(name).summary.items())}
    assert still == {"baseline", *WITHOUT_EFFECT}


def test_every_open_reading_has_a_scenario():
    read = {
        (family, name)
        for one in map(run, NAMES)
        for family, p in one.scenario.params.items()
        for name in p.differences()
    }
    declared = [(n, d) for n, family in FAMILIES.items() for d in family.params.declarations().values()]
    assert {(n, d.name) for n, d in declared if d.open} <= read


def test_each_scenario_changes_one_thing():
    changes = {name: [n for p in run(name).scenario.params.values() for n in p.differences()] for name in NAMES}
    assert changes == {
        "agreement-next-working-day": ["period_end"],
        "agreement-rate-44-30": ["damages_rate_44"],
        "agreement-same-day": ["first_day"],
        "agreement-terminate": ["grave_44"],
        "agreement-today": ["today"],
        "band-0.99-1.01": ["lower", "upper"],
        "base-billed": ["monthly_base"],
        "base-budget": ["deposit_base"],
        "baseline": [],
        "card-fund-20": [f"js26_{n}_{item}_points" for n in (1, 2) for item in ("procurement", "fund_use")],
        "dip-billed-payable": ["billed_scope"],
        "dip-by-scheme": ["ledger"],
        "dip-cap-103": ["retention_cap"],
        "dip-child-under-6": ["child_age_inclusive"],
        "dip-city-mean": ["city_share"],
        "dip-cmi-group": ["cmi_points"],
        "dip-cmi-not-mixed": ["cmi_scope"],
        "dip-corridor-110": ["share_limit"],
        "dip-corridor-120": ["share_limit"],
        "dip-cycles-every": ["cycle_scope"],
        "dip-deduction-amount": ["deduction_floor"],
        "dip-floor-item": ["floor_at"],
        "dip-floor-none": ["floor_at"],
        "dip-irregular-base": ["irregular_points"],
        "dip-irregular-weighted": ["irregular_weighted"],
        "dip-lifted": ["low_slope"],
        "dip-limits-0.5-2.0": ["deviation_low", "deviation_high"],
        "dip-lists-unpaid": ["list_faults"],
        "dip-panel-base": ["panel_until"],
        "dip-peer-all-levels": ["missing_peer"],
        "dip-primary-same": ["primary_deviation"],
        "dip-quota-cut": ["over_quota"],
        "dip-quota-up": ["quota_rounding"],
        "dip-ratio-without-drugs": ["negotiated_in_ratio"],
        "dip-regulation-3": ["regulation_rate"],
        "dip-regulation-6": ["regulation_rate"],
        "dip-penalties-final": ["penalties"],
        "dip-regulation-gross": ["regulation_base"],
        "dip-same-category": ["same_disease"],
        "dip-same-group": ["same_disease"],
        "dip-share-relative": ["share_step"],
        "dip-steps-begun": ["partial_steps"],
        "dip-steps-proportional": ["partial_steps"],
        "dip-surplus-points": ["surplus_use"],
        "dip-surplus-regulation": ["surplus_use"],
        "dip-ungrouped-cost": ["ungrouped"],
        "dip-year-weights": ["year_weights"],
        "index-2": ["index_digits"],
        "lower-0.97": ["lower"],
        "mean-city": ["mean_scope"],
        "mean-without-zero": ["zero_deposit_in_mean"],
        "pool-within": ["unclaimed_pool"],
        "private-item-4": ["private_excluded_item"],
        "retention-cap-100": ["cap_total"],
        "retention-ceil": ["fraction"],
        "retention-cut-5": ["reasonable_share", "next_year_cut_rate"],
        "retention-digits-0": ["score_digits"],
        "retention-floor": ["fraction"],
        "retention-half-40": ["half_ratio"],
        "retention-linear-85": ["linear_from"],
        "retention-share-80": ["retained_share"],
        "retention-veto-uncut": ["veto_cut", "next_year_cut_rate"],
        "retention-without-bonus": ["bonus_counts"],
        "rate-3": ["deposit_rate"],
        "score-by-finding": ["service_deduction"],
        "score-cap-100": ["cap_total"],
        "score-not-applicable-out": ["not_applicable"],
        "upper-1.03": ["upper"],
        "visit-growth-3": ["cost_growth", "js26_2_visit_cost_at_most", "js26_2_visits_per_head_at_most"],
    }


# --- typed with a Chinese input method ------------------------------------------------------------------------------

TYPED = {
    "title：基线\n": ("第 1 行 · “：”", "第 6 个字符", "英文半角的 :，后面空一格"),
    "title: a\nparams：\n  deposit: {upper: 1.03}\n": ("第 2 行 · “：”", "第 7 个字符", ":"),
    "title: a\nparams:\n  deposit:\n    upper: 1.０3\n": ("第 4 行 · “０”", "第 14 个字符", "英文半角的 0"),
    "title: a\nparams:\n  deposit: {upper: 1.03， lower: 0.97}\n": ("第 3 行 · “，”", "第 24 个字符", "英文半角的 ,"),
    "title: a\nrules: （deposit]\n": ("第 2 行 · “（”", "第 8 个字符", "[ / {"),
    "title: a\nrules: [deposit）\n": ("第 2 行 · “）”", "第 16 个字符", "] / }"),
}


@pytest.mark.parametrize("content", TYPED, ids=lambda content: content.split("\n")[-2])
def test_a_full_width_sign_is_named_with_its_place_and_what_to_type(content, tmp_path):
    path = tmp_path / "typed.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadInput) as bad:
        scenario.load(path)
    (line,) = bad.value.lines("zh")
    assert all(words in line for words in TYPED[content]), line


def test_sentences_and_remarks_may_hold_full_width_signs(tmp_path):
    path = tmp_path / "sentences.yaml"
    path.write_text(
        "title: 上阈值（１.03），试算：第二次\nquestion: >\n  多少钱，谁的？\n  多行：（可以）\n# 说明：全角，无妨\n"
        "params:\n  # 说明：全角（无妨）\n  deposit:\n    upper: 1.03  # 说明：全角，无妨\n",
        encoding="utf-8",
    )
    assert scenario.load(path).params["deposit"].differences() == {"upper": Decimal("1.03")}
