"""The synthetic city: the same for everybody, plausible to an official, and written whole or not at all."""

import csv
import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simlib import sample
from simlib.columns import FACTS, INSTITUTIONS, STAGES
from simlib.money import to_fen
from simlib.problems import BadInput
from simlib.rules import deposit, scorecard
from simlib.rules.cards import FactKind, Item
from simlib.sample import city as drawing
from simlib.sample import facts as sample_facts
from simlib.sample import places
from simlib.tables import read_folder

ROOT = Path(__file__).resolve().parent.parent
# The rules work these out; a city states who is evaluated only where somebody is not, and has published nothing.
LEFT_OUT = {"deposit", "cmi", "elderly_share", "child_share", "evaluated", "coefficient", "last_year_months",
            "advanced_last_year"}  # fmt: skip
COLUMNS = [column.name for column in INSTITUTIONS.columns if column.name not in LEFT_OUT]
FACT = ["institution_id", "item", "fact"]


@pytest.fixture(scope="module")
def city() -> pd.DataFrame:
    return sample.institutions()


@pytest.fixture(scope="module")
def stated() -> pd.DataFrame:
    return sample.tables()["facts"]


@pytest.fixture(scope="module")
def holds(stated, city) -> pd.DataFrame:
    """What holds in the end: a row an institution, a column a fact."""
    final = stated.drop_duplicates(FACT, keep="last").pivot(index="institution_id", columns="fact", values="value")
    return final.reindex(city["institution_id"])


@pytest.fixture(scope="module")
def allocation(city) -> pd.DataFrame:
    return deposit.allocate(city)


# --- the same for everybody ---------------------------------------------------------------------------------------


def test_another_seed_is_another_city(city, stated):
    assert not sample.institutions(seed=2027)["score"].equals(city["score"])
    assert not sample.tables(seed=2027)["facts"]["value"].equals(stated["value"])


def test_the_digest_is_that_of_the_written_file(tmp_path):
    sample.write(tmp_path / "city", count=40)
    for name, table in sample.tables(count=40).items():
        written = (tmp_path / "city" / f"{name}.csv").read_bytes()
        assert table.attrs == {"file": "sample", "sha256": hashlib.sha256(written).hexdigest()}


def test_the_city_is_made_once_and_a_change_to_what_was_handed_out_stays_there(city):
    assert sample.tables()["facts"] is sample.tables()["facts"]
    sample.tables().clear()
    mine = sample.institutions()
    mine["score"] = 0.0
    assert sample.institutions().equals(city)
    assert sample.tables()["institutions"].equals(city)


def test_facts_are_drawn_apart_so_that_nothing_else_of_the_city_depends_on_them(city):
    drawn = drawing._drawn(500, 2026)
    assert drawn.drop(columns="score").equals(city.drop(columns="score"))
    assert sample_facts.facts(drawn).equals(sample.tables()["facts"])


# --- a plausible city ---------------------------------------------------------------------------------------------


def test_columns_stand_in_the_agreed_order_and_the_deposit_is_left_to_the_rule(city):
    assert list(city.columns) == COLUMNS


@pytest.mark.parametrize("count", [3, 4, 10, 100, 3000])
@pytest.mark.parametrize("seed", [0, 2026])
def test_names_and_numbers_are_unique_at_every_size(count, seed):
    city = sample.institutions(count, seed)
    assert len(city) == count
    assert city["institution_id"].is_unique
    assert city["name"].is_unique
    assert city["name"].str.fullmatch(r"[\u4e00-\u9fff]+").all()


def test_a_number_starts_with_the_countys(city):
    assert city["institution_id"].str.fullmatch(r"0\d{10}").all()
    assert (city["institution_id"].str[:6] == city["county"].map(drawing.COUNTIES)).all()
    assert set(city["county"]) == set(drawing.COUNTIES)


def test_every_choice_is_one_the_contract_knows_and_the_grade_is_of_the_level(city):
    for column in INSTITUTIONS.columns:
        if column.options:
            assert set(city[column.name].astype(str)) <= set(column.options), column.name
    assert (city["grade"].str[0] == city["level"]).all()
    specialist = ~city["type"].isin(["general", "tcm", "primary", "clinic"])
    assert (city["grade"].str[1].eq("S") == specialist).all()


def test_the_kinds_add_up_to_the_default_size_and_the_places_to_a_hundred():
    assert sum(kind.number for kind in sample.KINDS) == 500
    assert {sum(shares) for shares in places.SHARES.values()} == {100}


def test_hospitals_grow_slower_than_village_clinics(city):
    larger = sample.institutions(3000)
    growth = larger["group"].value_counts() / city["group"].value_counts()
    assert growth["三级综合"] < 3 < 6 < growth["门诊与村卫生室"]


def test_the_first_peoples_hospital_is_the_largest(city):
    largest = city.loc[city["settled"].idxmax()]
    assert (largest["name"], largest["grade"], largest["high_level"]) == ("云岚市第一人民医院", "3A", True)


def test_higher_levels_score_higher_and_closer_together(city):
    by_level = city.groupby("level")["score"].agg(["mean", "std"])
    assert by_level["mean"].is_monotonic_increasing
    assert by_level["std"].is_monotonic_decreasing
    assert city["score"].between(0, 100).all()
    assert city["score"].skew() < -1
    assert 0 < (city["score"] < 70).mean() < 0.03


def test_a_tenth_of_the_institutions_holds_most_of_the_money(city):
    assert city["settled"].nlargest(50).sum() > 0.75 * city["settled"].sum()
    medians = city.groupby("group")["settled"].median()
    assert medians["三级综合"] > 1e8
    assert medians["门诊与村卫生室"] < 1e5


def test_money_is_whole_fen_and_the_budget_near_the_settlement(city):
    for column in ("settled", "budget"):
        assert (to_fen(city[column]) > 0).all()
    large = city[city["settled"] > 1e5]
    assert (large["budget"] / large["settled"]).between(0.929, 1.081).all()


def test_most_institutions_code_well_and_few_break_rules(city):
    for accuracy in ("coding_accuracy", "charging_accuracy"):
        assert city[accuracy].between(0.8, 1).all()
        assert 0.02 < (city[accuracy] < 0.95).mean() < 0.15
    assert city["irregular_share"].between(0, 0.005).mean() > 0.9
    for rare in ("new", "high_level", "other_breach"):
        assert 0 < city[rare].mean() < 0.03
    for usual in ("drug_procurement_done", "consumable_procurement_done"):
        assert 0.9 < city[usual].mean() < 1


def test_groups_mix_levels_so_that_money_can_move_between_them(city):
    levels = city.groupby("group")["level"].nunique()
    assert 6 <= len(levels) <= 8
    assert levels["民营医院"] == 3
    assert levels["二三级专科"] == 2


# --- what the cards make of it ------------------------------------------------------------------------------------


def evaluated(tables, edition: str) -> pd.DataFrame:
    cards = scorecard.edition(edition)
    assert len(cards) == 2
    return pd.concat([scorecard.score(card, tables["institutions"], tables["facts"]) for card in cards])


@pytest.mark.parametrize("count", [3, 10, 500, 3000])
@pytest.mark.parametrize("seed", [0, 2026])
def test_no_fact_is_missing_in_either_edition_and_the_score_is_the_documents(count, seed):
    tables = sample.tables(count, seed)
    given = tables["institutions"].set_index("institution_id")["score"]
    by_card = evaluated(tables, "js26_2023").set_index("institution_id")["score"]
    assert len(by_card) == count
    assert by_card[given.index].tolist() == given.tolist()
    own = evaluated(tables, "yunlan_2023").set_index("institution_id")["score"][given.index]
    assert (own != given).any()
    assert ((own - given).abs() < 7).all()


@pytest.mark.parametrize(("count", "seed"), [(10, 1), (500, 2026), (3000, 7)])
def test_the_facts_come_near_the_score_they_were_made_for(count, seed):
    drawn, made = drawing._drawn(count, seed)["score"], sample.institutions(count, seed)["score"]
    assert (made - drawn).abs().max() < 1


def test_each_group_scores_as_its_kinds_say(city):
    by_group = city.groupby("group")["score"].agg(["mean", "std", "min"]).round(2)
    means = {"三级综合": 92.4, "二级与县级综合": 90.5, "二三级专科": 89.8, "精神专科": 90.5,
             "乡镇卫生院": 87.9, "社区卫生服务机构": 87.2, "民营医院": 85.5, "门诊与村卫生室": 85.2}  # fmt: skip
    assert set(means) == set(by_group.index)
    for group, mean in means.items():
        assert abs(by_group.loc[group, "mean"] - mean) < 0.3, group
        assert 1.4 < by_group.loc[group, "std"] < 4.7, group
    assert by_group["min"].idxmin() == "门诊与村卫生室"
    assert 60 < by_group["min"].min() < 70
    tail = city["score"] < city.groupby("group")["score"].transform("median") - 6
    assert 0.04 < tail.mean() < 0.10


def test_only_facts_that_apply_are_stated(city, holds):
    city = city.set_index("institution_id")
    private, beds = city["ownership"] == "private", city["has_inpatient"]
    small = ~private & ((city["level"] == "1") | ~beds)
    # Private institutions with beds need it under one reading of what they lack; those without under none.
    assert (holds["procurement_evaluation"].notna() == (beds & ~small)).all()
    assert (holds["procurement_partial_evaluation"].notna() == small).all()
    assert (holds["in_payment_reform"].notna() == beds).all()
    assert (holds["payment_evaluation"].notna() == (holds["in_payment_reform"] == 1)).all()
    assert (holds["payment_partial_evaluation"].notna() == (holds["in_payment_reform"] == 0)).all()
    bed_days = city["type"] == "psychiatric"
    assert (holds.loc[bed_days, "in_payment_reform"] == 0).all()
    assert (holds.loc[~bed_days & (city["level"] == "3"), "in_payment_reform"] == 1).all()


def test_values_have_the_decimals_that_people_write(stated):
    cards = [card for name in sample_facts.EDITIONS for card in scorecard.edition(name)]
    kinds = {name: fact.kind for card in cards for item in card.items for name, fact in item.facts.items()}
    kind = stated["fact"].map(kinds)
    assert (stated["value"].isna() == (stated["applies"] == False)).all()  # noqa: E712
    stated, kind = stated[stated["value"].notna()], kind[stated["value"].notna()]
    places = {FactKind.YES_NO: 0, FactKind.COUNT: 0, FactKind.SHARE: 4, FactKind.SCORE: 2, FactKind.NUMBER: 2}
    assert set(kind) == {*places, FactKind.POINTS}
    for one, most in places.items():
        values = stated["value"][kind == one]
        assert (values == values.round(most)).all(), one
    halves = stated["value"][kind == FactKind.POINTS]
    assert (2 * halves == (2 * halves).round()).all()


def test_the_facts_tell_of_a_plausible_year(city, holds):
    kind = city.set_index("institution_id")
    public_hospitals, villages = kind["group"].isin(["三级综合", "二级与县级综合"]), kind["group"] == "门诊与村卫生室"
    assert holds["evoucher_share"].between(0.3, 0.9).all()
    assert holds["evoucher_share"][public_hospitals].mean() > holds["evoucher_share"][villages].mean() + 0.08
    for level, threshold in {"3": 0.80, "2": 0.90, "1": 0.95}.items():
        assert 0.6 < (holds["catalogue_drug_share"][kind["level"] == level] >= threshold).mean() < 0.95
    assert 0.88 < (holds["nonstandard_code_rate"] < 0.01).mean() < 0.97
    assert abs(np.log(holds["nonstandard_code_rate"]).skew()) < 1
    met = holds["committee_in_time"].groupby(kind["level"]).mean()
    assert met["1"] < met["2"] < met["3"]
    laggards = kind["score"] < 78
    corrected = holds["corrections"]
    assert 0.7 < (corrected == 0).mean() < 0.9
    assert 3 <= corrected.max() <= 4
    assert corrected[laggards].mean() > 3 * corrected[~laggards].mean()
    assert 1 <= holds["refused_or_grave"].sum() <= 2
    agreement = next(item for item in scorecard.CARDS["js26_1_2023"].items if item.item == "11").facts
    breaches = holds[[one for one in agreement if one != "agreement_signed_in_time"]].any(axis=1)
    assert 0 < breaches.mean() < 0.06
    assert 0 < (holds["agreement_signed_in_time"] == 0).sum() < breaches.sum()
    for name in ("visit_cost", "visits_per_head"):
        growth = (holds[name] / holds[f"{name}_last_year"] - 1).dropna()
        assert ((growth <= 0.05) == (holds[f"{name}_in_range"][growth.index] == 1)).all()
    assert holds["complaints"].groupby(kind["level"]).mean().is_monotonic_increasing
    assert 0.03 < (holds["complaints_unresolved"] > 0).sum() / (holds["complaints"] > 0).sum() < 0.25
    assert (holds["complaints_unresolved"] <= holds["complaints"]).all()


def test_somebody_stands_exactly_on_each_threshold(city, holds):
    level = city.set_index("institution_id")["level"]
    for one, threshold in {"3": 0.80, "2": 0.90, "1": 0.95}.items():
        assert (holds["catalogue_drug_share"][level == one] == threshold).any()
    assert (holds["evoucher_share"] == 0.50).any()
    assert (holds["nonstandard_code_rate"] == 0.01).any()
    assert (holds["negotiated_share"] == holds["negotiated_share_last_year"]).sum() > 3


def test_reviews_correct_a_few_and_the_county_mostly_downwards(city, stated):
    everybody, county, city_wide = (stated[stated["stage"] == stage] for stage in STAGES)
    assert set(everybody["institution_id"]) == set(city["institution_id"])
    assert not everybody.duplicated(FACT).any()
    assert 0.08 < county["institution_id"].nunique() / len(city) < 0.16
    assert 0.01 < city_wide["institution_id"].nunique() / len(city) < 0.035
    assert county.groupby("institution_id").size().between(1, 3).all()
    said = stated.groupby(FACT)["value"]
    assert (said.nunique() == said.size())[said.size() == 2].all()  # a correction changes something
    family = scorecard.FAMILY
    stages = family.run(family.prepare(sample.tables()), scorecard.ScorecardParams())["scorecard_stages"]
    change = stages[stages["change"] != 0].groupby("stage")["change"]
    assert change.get_group("county").lt(0).mean() > 0.85
    assert change.get_group("county").mean() < -1
    assert 0 < change.get_group("city").lt(0).mean() < 1


def test_a_few_violations_stand_in_two_items_and_are_held_against_an_institution_once(stated):
    numbered = stated[stated["violation"].notna()]
    assert numbered["violation"].str.fullmatch(r"WG2023-\d{4}").all()
    by_number = numbered.groupby("violation")
    assert 5 <= len(by_number) <= 10
    assert (by_number["institution_id"].nunique() == 1).all()
    assert (by_number["item"].nunique() == 2).all()
    assert by_number["fact"].agg(lambda facts: facts.str.contains("evaluation").any()).all()
    anew = stated.assign(violation=None)
    tables = sample.tables()
    with_numbers = evaluated(tables, "js26_2023").set_index("institution_id")["score"]
    without = evaluated({**tables, "facts": anew}, "js26_2023").set_index("institution_id")["score"]
    assert set(without.index[without < with_numbers]) == set(numbered["institution_id"])
    assert (without <= with_numbers).all()


# --- facts follow the cards ---------------------------------------------------------------------------------------


def item(number: str) -> Item:
    return next(one for one in scorecard.CARDS["js26_1_2023"].items if one.item == number)


def changed(number: str, monkeypatch, **update) -> None:
    """The document's annex 1 with something else in one item, and no edition of the city's own."""
    card, *others = scorecard.edition("js26_2023")
    items = tuple(one.model_copy(update=update) if one.item == number else one for one in card.items)
    part = card.parts[0].model_copy(update={"items": items})
    editions = {"js26_2023": [card.model_copy(update={"parts": (part,)}), *others], "yunlan_2023": []}
    monkeypatch.setattr(sample_facts, "edition", editions.get)


def test_a_new_fact_is_drawn_as_others_of_its_kind(monkeypatch):
    old, fact, criterion = item("7"), item("7").facts["finance_system"], item("7").criteria[0]
    changed("7", monkeypatch, facts={**old.facts, "newly_asked": fact},
            criteria=(*old.criteria, criterion.model_copy(update={"id": "newly_asked",
                "fact": "newly_asked"})))  # fmt: skip
    city = drawing._drawn(500, 2026)
    new = sample_facts.facts(city).query("fact == 'newly_asked'")
    assert set(new["institution_id"]) == set(city.loc[city["has_inpatient"], "institution_id"])
    assert 0.7 < new["value"].mean() < 1


def test_a_fact_of_an_unknown_kind_or_condition_raises(monkeypatch):
    share = item("9").facts["evoucher_share"]
    number = share.model_copy(update={"kind": FactKind.NUMBER})
    changed("9", monkeypatch, facts={**item("9").facts, "evoucher_share": number})
    with pytest.raises(KeyError, match="item 9.*evoucher_share"):
        sample_facts.facts(drawing._drawn(40, 1))
    monkeypatch.undo()
    monkeypatch.delitem(sample_facts.CONDITIONS, "in_payment_reform")
    with pytest.raises(KeyError, match="in_payment_reform"):
        sample_facts.facts(drawing._drawn(40, 1))


def own_points() -> Item:
    """Points that the city gives, and nothing else."""
    local = item("13")
    criterion = local.criteria[0].model_copy(update={"fact": "own"})
    return local.model_copy(update={"facts": {"own": local.facts["local_points"]}, "criteria": (criterion,)})


def more_tiers() -> Item:
    """A criterion that reads known facts and one that is not."""
    old, criterion = item("12"), item("12").criteria[0]
    tiers = *criterion.tiers, criterion.tiers[-1].model_copy(update={"fact": "own"})
    facts = {**old.facts, "own": old.facts["complaints_unresolved"]}
    return old.model_copy(update={"facts": facts, "criteria": (criterion.model_copy(update={"tiers": tiers}),)})


@pytest.mark.parametrize(("number", "own"), [("13", own_points), ("12", more_tiers), ("1", lambda: item("1"))])
def test_a_citys_own_items_may_read_anything_and_known_facts_are_stated_once(monkeypatch, number, own):
    first = scorecard.edition("js26_2023")
    part = first[0].parts[0].model_copy(update={"items": (own(),)})
    editions = {"js26_2023": first, "yunlan_2023": [first[0].model_copy(update={"parts": (part,)})]}
    monkeypatch.setattr(sample_facts, "edition", editions.get)
    city = drawing._drawn(60, 4)
    stated = sample_facts.facts(city)
    assert not stated.duplicated([*FACT, "stage"]).any()
    asked = stated[stated["fact"] == "own"]
    assert set(asked["item"]) == ({number} if number != "1" else set())
    assert asked["institution_id"].nunique() == (city["has_inpatient"].sum() if number != "1" else 0)


# --- what the deposit makes of it ---------------------------------------------------------------------------------


def test_the_deposit_is_allocated_to_the_fen(city, allocation):
    pools = deposit.groups(allocation)
    assert (
        to_fen(allocation["payment"]).sum() + to_fen(pools["unallocated"]).sum()
        == deposit.withheld(city, deposit.DepositParams()).sum()
    )
    share = allocation["band"].value_counts(normalize=True)
    assert 0.15 < share["below"] < 0.30
    assert 0.20 < share["above"] < 0.35


def test_only_the_psychiatric_hospitals_leave_a_pool_unclaimed(allocation):
    pools = deposit.groups(allocation).set_index("group")
    assert pools.index[pools["unallocated"] > 0].tolist() == ["精神专科"]
    assert pools.loc["精神专科", "institutions"] == 7


@pytest.mark.parametrize("count", [3, 10, 3000])
def test_the_deposit_runs_at_every_size(count):
    allocation = deposit.allocate(sample.institutions(count))
    unallocated = deposit.groups(allocation)["unallocated"]
    assert to_fen(allocation["deposit"]).sum() == to_fen(allocation["payment"]).sum() + to_fen(unallocated).sum()


# --- on disk ------------------------------------------------------------------------------------------------------


def test_the_file_is_plain_utf_8_with_the_declared_decimals(tmp_path):
    sample.write(tmp_path / "new" / "city", count=60)
    raw = (tmp_path / "new" / "city" / "institutions.csv").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    rows = list(csv.DictReader(raw.decode("utf-8").splitlines()))
    assert list(rows[0]) == COLUMNS
    for row in rows:
        assert len(row["institution_id"]) == 11
        assert row["institution_id"].startswith("0")
        for column, decimals in drawing.DECIMALS.items():
            assert len(row[column].partition(".")[2]) == decimals, column


def test_the_facts_file_is_as_short_as_people_write(tmp_path):
    sample.write(tmp_path / "city", count=60)
    raw = (tmp_path / "city" / "facts.csv").read_bytes()
    assert b"\r" not in raw
    rows = list(csv.DictReader(raw.decode("ascii").splitlines()))
    assert list(rows[0]) == list(FACTS.by_name)
    for row in rows:
        if row["applies"]:  # it does not
            assert (row["applies"], row["value"]) == ("False", "")
            continue
        assert row["value"] == f"{float(row['value']):.4f}".rstrip("0").rstrip(".")


def shown(values: pd.Series) -> list[str]:
    """A column as text, a blank as nothing."""
    return ["" if pd.isna(value) else str(value) for value in values]


@pytest.mark.parametrize("name", sample.tables(3))
def test_the_written_folder_reads_back_as_the_table(tmp_path, name):
    sample.write(tmp_path / "city", count=60)
    read, made = read_folder(tmp_path / "city")[name], sample.tables(60)[name]
    assert len(read) == len(made)
    for column in COLUMNS if name == "institutions" else made:
        if made[column].dtype.kind in "if" and made[column].notna().all():
            assert np.array_equal(read[column].to_numpy(float), made[column].to_numpy(float)), column
        else:
            assert shown(read[column]) == shown(made[column]), column


def test_clinics_billed_no_inpatients(city):
    """So that they are advanced nothing (JY art. 25)."""
    assert (city["last_year_billed"][~city["has_inpatient"]] == 0).all()
    assert (city["last_year_billed"][city["has_inpatient"]] > 0).all()


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "city").mkdir()
    sample.write(tmp_path / "city", count=3)
    assert [path.name for path in tmp_path.iterdir()] == ["city"]
    assert sorted(path.name for path in (tmp_path / "city").iterdir()) == [
        "applicants.csv", "communities.csv", "deadlines.csv", "facts.csv", "incidents.csv", "institutions.csv",
    ]  # fmt: skip


def test_a_folder_in_use_is_refused_and_left_as_it_was(tmp_path):
    out = tmp_path / "city"
    out.mkdir()
    (out / "mine.txt").write_text("mine", "utf-8")
    for occupied in (out, out / "mine.txt"):
        with pytest.raises(BadInput) as refused:
            sample.write(occupied)
        assert "另选文件夹" in refused.value.lines("zh")[0]
        assert "Choose another" in refused.value.lines("en")[0]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["city", "mine.txt"]
    assert (out / "mine.txt").read_text("utf-8") == "mine"


def test_a_write_that_fails_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="no space"):
        sample.write(tmp_path / "city")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("count", "seed"), [(2, 0), (100_001, 0), (-1, 0), (500, -1)])
def test_a_size_or_seed_out_of_bounds_is_refused_with_nothing_written(tmp_path, count, seed):
    with pytest.raises(BadInput) as refused:
        sample.write(tmp_path / "city", count=count, seed=seed)
    assert len(refused.value.problems) == 1
    assert list(tmp_path.iterdir()) == []


def test_every_argument_out_of_bounds_is_named():
    with pytest.raises(BadInput) as refused:
        sample.institutions(count=2, seed=-1)
    assert [problem.column for problem in refused.value.problems] == ["count", "seed"]
