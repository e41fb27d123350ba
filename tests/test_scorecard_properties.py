"""What scores must satisfy whatever the facts, the stages, the readings and the levers, on every card that is
shipped."""

import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oracles import exact_scorecard
from simlib.problems import BadInput
from simlib.rules import scorecard
from simlib.rules.scorecard import CARDS, ScorecardParams, results
from simlib.rules.scorecard.results import cards as cards_table
from simlib.rules.scorecard.results import stages as stages_table
from strategies.examples import examples

NAMES = ["js26_1_2023", "js26_2_2023", "xx_2025", "yunlan_1_2023", "yunlan_2_2023"]
LEVERS = [(name, lever) for name in NAMES for lever in exact_scorecard.levers(exact_scorecard.card(name))]
OWN = list({lever: (name, lever) for name, lever in reversed(LEVERS)}.values())[::-1]  # a card's base has it first
any_card = st.sampled_from(NAMES)
each_card = pytest.mark.parametrize("name", NAMES)
each_lever = pytest.mark.parametrize(("name", "lever"), OWN, ids=[lever for _, lever in OWN])
quick = examples(25)
MILLIONTH = Decimal("0.000001")
EDGES = ["0.01", "0.5", "0.6", "0.7", "0.8", "0.9", "0.95"]  # thresholds that stand in a card
SHARES = ["0", "1", *(str(Decimal(edge) + off) for edge in EDGES for off in (-MILLIONTH, 0, MILLIONTH))]


def test_no_card_and_no_lever_is_forgotten():
    assert list(CARDS) == sorted(NAMES)
    settings = ScorecardParams.__base__.model_fields.keys()
    assert {lever for _, lever in OWN} == ScorecardParams.model_fields.keys() - settings


# --- cities ----------------------------------------------------------------------------------------------------------


class Place:
    """One fact of a card: its item, its kind, who reads it and the value that gives full marks."""

    def __init__(self, item, fact, kind, criterion, best, spare=False):
        self.item, self.fact, self.kind, self.criterion, self.best = item, fact, kind, criterion, best
        self.spare = spare  # whether it may not apply
        self.most = {"share": 1, "yes_no": 1, "score": 100, "points": best if criterion else 20}.get(kind, 10**6)

    def value(self, number):
        """A value that the fact can have, for any whole number."""
        if self.spare and number % 3 == 0:
            return exact_scorecard.NOT_APPLICABLE
        if self.kind == "number":  # of which there is growth: near the other year's
            return str(Decimal(number % 4 + 8) / 8)
        if self.kind in ("yes_no", "count"):
            return str(number % (2 if self.kind == "yes_no" else 7))
        if self.kind == "share" and number % 2:
            return SHARES[number % len(SHARES)]
        return str(Decimal(self.most) * (number % (10**6 + 1)) * MILLIONTH)

    def violations(self, value, number):
        """Numbers of violations that such a fact can contain, or none."""
        if value == exact_scorecard.NOT_APPLICABLE:
            return []
        held = Decimal(value)
        if self.kind == "yes_no" and self.criterion:
            good = self.criterion["kind"] == "met" or self.fact in self.criterion.get("needs", [])
            held = 1 - held if good else held
        most = {"count": held, "yes_no": 2 * held}.get(self.kind, 2)
        allowed = self.kind in ("count", "yes_no") or (self.criterion or {}).get("kind") == "converted"
        return [f"V{number % 3}", f"V{number % 4}"][: int(min(most, number % 3))] if allowed else []


def places(name):
    card = exact_scorecard.card(name)
    best = exact_scorecard.full_marks(card)
    found = {}
    for item in exact_scorecard.items(card):
        for fact, declared in item["facts"].items():
            read = [one for one in item["criteria"] if fact in exact_scorecard.facts_read(one)]
            variant = [one for one in item["criteria"] if fact in [v["fact"] for v in one.get("variants", [])]]
            criterion = (read + variant + [None])[0]
            value = best[item["item"], fact]
            spare = declared.get("may_not_apply") == "true"
            found[item["item"], fact] = Place(item["item"], fact, declared["kind"], criterion, value, spare)
    for extra, declared in exact_scorecard.extras(card).items():
        for fact, one in declared.items():
            found[extra, fact] = Place(extra, fact, one["kind"], None, "0")
    return found


PLACES = {name: places(name) for name in NAMES}


@st.composite
def cities(draw, name, violations=True, stages=True, most=4):
    """Institutions (or communities) of a card and their facts as rows of text: full marks but for some facts."""
    card = exact_scorecard.card(name)
    key = CARDS[name].key
    subjects, rows = [], []
    number = st.integers(0, 10**9)
    changes = st.dictionaries(st.sampled_from(sorted(PLACES[name])), number, max_size=14)
    for id_ in draw(st.lists(st.sampled_from("ABCDEFG"), min_size=1, max_size=most, unique=True)):
        kind = {"level": draw(st.sampled_from("321")), "ownership": draw(st.sampled_from(["public", "private"]))}
        subjects.append({key: id_, **card.get("who", {"has_inpatient": "true"}), **kind})
        begin = "self" if stages and draw(st.booleans()) else None
        first, later = {place: one.best for place, one in PLACES[name].items()}, []
        for (item, fact), drawn in draw(changes).items():
            place = PLACES[name][item, fact]
            stage = ["self", "county", "city", None][drawn % 4] if begin else None
            value = place.value(drawn // 4)
            numbers = place.violations(value, drawn // 16) if violations else []
            if stage == begin or drawn % 3 == 0:  # stated in its place, or not before
                del first[item, fact]
            held = "; ".join(dict.fromkeys(numbers))
            later.append({"item": item, "fact": fact, "value": value, "stage": stage, "violation": held})
        facts = [{"item": i, "fact": f, "value": v, "stage": begin} for (i, f), v in first.items()]
        rows += [{"institution_id": id_, **row} for row in facts + later]
    return subjects, rows


@st.composite
def policies(draw, name):
    """Readings and a few levers, as text."""
    declared = ScorecardParams.declarations()
    moved = {}
    own = [lever for card, lever in LEVERS if card == name]
    for lever, number in draw(st.dictionaries(st.sampled_from(own), st.integers(0, 10**6), max_size=4)).items():
        one = declared[lever]
        wide = min(one.high, Decimal(30)) - max(one.low, Decimal(0))
        moved[lever] = str(max(one.low, Decimal(0)) + (wide * number * MILLIONTH).quantize(MILLIONTH))
    readings = {
        "private_excluded_item": draw(st.sampled_from(["item_3", "item_4"])),
        "cap_total": draw(st.sampled_from(["off", "on"])),
        "bonus_cap": draw(st.sampled_from(["5", "0", "2.5", "20"])),
        "service_deduction": draw(st.sampled_from(["situation", "finding"])),
        "not_applicable": draw(st.sampled_from(["full", "excluded"])),
        "cost_growth": draw(st.sampled_from(["stated", "numbers"])),
    }
    try:
        ScorecardParams(**moved, **readings)
    except BadInput:  # a later tier above the first
        assume(False)
    return {**moved, **readings}


def tables_of(subjects, rows):
    """Text as simlib takes it: typed columns, None for a blank."""
    table = pd.DataFrame(subjects).assign(has_inpatient=[one["has_inpatient"] == "true" for one in subjects])
    columns = {name: [row.get(name) or None for row in rows] for name in ("item", "fact", "stage", "violation")}
    spared = [row["value"] == exact_scorecard.NOT_APPLICABLE for row in rows]
    values = [float("nan") if free else float(row["value"]) for row, free in zip(rows, spared, strict=True)]
    columns["applies"] = [False if free else None for free in spared]
    return table, pd.DataFrame({"institution_id": [row["institution_id"] for row in rows], **columns, "value": values})


def run(name, subjects, rows, stage=None, **params):
    """By simlib: {id: (score, {item: points}, bonus, veto)}, floats."""
    sheet = scorecard.sheet(CARDS[name], *tables_of(subjects, rows))
    one = scorecard.evaluate(sheet, ScorecardParams(**params), stage if stage in sheet.stages else None)
    totals, items = results.totals([one]), results.item_points([one])
    points = {id_: dict(zip(own["item"], own["points"], strict=True)) for id_, own in items.groupby("institution_id")}
    return {
        row.institution_id: (row.score, points[row.institution_id], row.bonus, bool(row.veto))
        for row in totals.itertuples()
    }


def scores(name, subjects, rows, **params):
    return {id_: one[0] for id_, one in run(name, subjects, rows, **params).items()}


def as_floats(exact):
    return {
        id_: (
            float(one["score"]),
            {item: float(p) for item, p in one["items"].items()},
            float(one["bonus"]),
            one["veto"],
        )
        for id_, one in exact.items()
    }


def public(name, level="3", id_="A"):
    return {
        CARDS[name].key: id_,
        "has_inpatient": "true",
        **exact_scorecard.card(name).get("who", {}),
        "level": level,
        "ownership": "public",
    }


def full_rows(name, id_="A", **changes):
    """Full marks but for ``changes``: {item.fact: value}."""
    return [
        {"institution_id": id_, "item": item, "fact": fact, "value": changes.get(f"{item}.{fact}", one.best)}
        for (item, fact), one in PLACES[name].items()
    ]


# --- against the second calculation ---------------------------------------------------------------------------------


@each_card
@given(data=st.data())
@examples(25)
def test_simlib_equals_the_calculation_in_fractions(name, data):
    subjects, rows = data.draw(cities(name))
    params = data.draw(policies(name))
    stages = [stage for stage in exact_scorecard.STAGES if any((row.get("stage") or "city") == stage for row in rows)]
    for stage in stages:
        expected = exact_scorecard.score(exact_scorecard.card(name), subjects, rows, stage, **params)
        assert run(name, subjects, rows, stage, **params) == as_floats(expected), stage


@given(data=st.data())
@quick
def test_missing_facts_are_those_that_the_second_calculation_misses(data):
    name = data.draw(any_card)
    subjects, rows = data.draw(cities(name))
    gone = data.draw(st.sets(st.integers(0, len(rows) - 1), min_size=1, max_size=8))
    rows = [row for at, row in enumerate(rows) if at not in gone]
    params = data.draw(policies(name))
    card = exact_scorecard.card(name)
    exact = exact_scorecard.score(card, subjects, rows, missing="zero", **params)
    assert run(name, subjects, rows, missing="zero", **params) == as_floats(exact)
    named = set()
    try:
        exact_scorecard.score(card, subjects, rows, **params)
    except exact_scorecard.Missing as missing:
        named = set(missing.args[0])
    said = set()
    try:
        run(name, subjects, rows, **params)
    except BadInput as bad:
        said = {(problem.value, *problem.column.split(" · ")) for problem in bad.problems}
    assert said == named


def fifteen(number: float) -> float:
    """What 15 digits say of it: further ones are noise, and taken for it."""
    return float(f"{number:.15g}")


@given(
    evaluations=st.lists(st.floats(0, 100, allow_subnormal=False).map(fifteen), min_size=1, max_size=4),
    weight=st.integers(0, 10**8),
    bonus=st.floats(0, 5).map(fifteen),
)
@quick
def test_floats_with_all_their_digits_are_taken_as_they_print(evaluations, weight, bonus):
    """Nothing is rounded before the end, and nothing overflows."""
    name, rows, subjects = "xx_2025", [], []
    lever = str(Decimal(weight) * MILLIONTH)
    for number, evaluation in enumerate(evaluations):
        facts = {"1.1.budget_execution_evaluation": repr(evaluation), "bonus.innovation": repr(bonus)}
        rows += full_rows(name, str(number), **facts)
        subjects.append(public(name, id_=str(number)))
    params = {"xx_budget_execution_points": lever}
    expected = exact_scorecard.score(exact_scorecard.card(name), subjects, rows, **params)
    assert run(name, subjects, rows, **params) == as_floats(expected)


# --- bounds, order, arguments ----------------------------------------------------------------------------------------


@given(data=st.data())
@quick
def test_points_and_scores_keep_within_their_bounds(data):
    name = data.draw(any_card)
    subjects, rows = data.draw(cities(name))
    items = scorecard.items(name, *tables_of(subjects, rows))
    totals = scorecard.score(name, *tables_of(subjects, rows))
    assert ((items["points"] >= 0) & (items["points"] <= items["full"])).all()
    assert (totals["score"] >= 0).all()
    assert (totals["score"] <= 100 + totals["bonus"]).all()
    assert (totals["bonus"] <= 5).all()
    params = data.draw(policies(name))
    items = scorecard.items(name, *tables_of(subjects, rows), ScorecardParams(**params))
    totals = scorecard.score(name, *tables_of(subjects, rows), ScorecardParams(**params))
    levers = {**exact_scorecard.levers(exact_scorecard.card(name)), **params}
    whole = float(exact_scorecard.full_of(exact_scorecard.items(exact_scorecard.card(name)), levers))
    assert ((items["points"] >= 0) & (items["points"] <= items["full"])).all()
    assert ((totals["score"] >= 0) & (totals["score"] <= whole + totals["bonus"] + 1e-9)).all()


def up(place):
    """Whether more of a fact is better; None where that depends."""
    kind = place.criterion["kind"] if place.criterion else {"bonus": "given"}.get(place.item)
    if place.criterion and "growth" in place.criterion and place.kind == "number":
        return None
    if kind == "zero_if_any":
        return place.fact in place.criterion.get("needs", [])
    if place.fact.endswith("_last_year") or kind in ("below", "deduct", "tiers"):
        return False
    return True if kind else None


def test_most_facts_have_a_better_and_a_worse():
    unsure = {place.fact for name in NAMES for place in PLACES[name].values() if up(place) is None}
    assert unsure == {
        "in_payment_reform", "major_fraud", "major_accident", "mass_incident", "falsified", "visit_cost",
        "visit_cost_last_year", "visits_per_head", "visits_per_head_last_year",
    }  # fmt: skip


@given(data=st.data())
@quick
def test_a_fact_that_gets_better_never_lowers_a_score(data):
    """So a violation, complaint or order more never raises one."""
    name = data.draw(any_card)
    subjects, rows = data.draw(cities(name, violations=False, stages=False))
    params = data.draw(policies(name))
    at = data.draw(st.integers(0, len(rows) - 1))
    place = PLACES[name][rows[at]["item"], rows[at]["fact"]]
    assume(up(place) is not None)
    other = place.value(data.draw(st.integers(0, 10**9)))
    assume(exact_scorecard.NOT_APPLICABLE not in (other, rows[at]["value"]))
    changed = [{**row, "value": other} if row is rows[at] else row for row in rows]
    better = (Decimal(other) > Decimal(rows[at]["value"])) == up(place) or Decimal(other) == Decimal(rows[at]["value"])
    before, after = scores(name, subjects, rows, **params), scores(name, subjects, changed, **params)
    id_ = rows[at]["institution_id"]
    assert after[id_] >= before[id_] if better else after[id_] <= before[id_]
    assert {**after, id_: 0} == {**before, id_: 0}


@given(data=st.data())
@quick
def test_the_order_of_the_rows_does_not_matter(data):
    name = data.draw(any_card)
    subjects, rows = data.draw(cities(name))
    params = data.draw(policies(name))
    mixed = data.draw(st.permutations(subjects)), data.draw(st.randoms(use_true_random=False)).sample(rows, len(rows))
    assert run(name, *mixed, **params) == run(name, subjects, rows, **params)
    told = [scorecard.items(name, *tables_of(*one)) for one in ((subjects, rows), mixed)]
    reasons = [dict(zip(zip(t["institution_id"], t["item"], strict=True), t["reason"], strict=True)) for t in told]
    assert reasons[0] == reasons[1]


@given(data=st.data())
@quick
def test_who_else_is_scored_does_not_matter(data):
    name = data.draw(any_card)
    subjects, rows = data.draw(cities(name))
    params = data.draw(policies(name))
    together = run(name, subjects, rows, **params)
    for subject in subjects:
        id_ = subject[CARDS[name].key]
        own = [row for row in rows if row["institution_id"] == id_]
        assert run(name, [subject], own, **params) == {id_: together[id_]}


@given(data=st.data())
@quick
def test_the_arguments_stay_as_they_were_and_give_the_same_again(data):
    name = data.draw(any_card)
    subjects, facts = tables_of(*data.draw(cities(name)))
    params = ScorecardParams(**data.draw(policies(name)))
    before = subjects.copy(deep=True), facts.copy(deep=True)
    first = scorecard.items(name, subjects, facts, params)
    pd.testing.assert_frame_equal(subjects, before[0])
    pd.testing.assert_frame_equal(facts, before[1])
    pd.testing.assert_frame_equal(scorecard.items(name, subjects, facts, params), first)
    assert list(scorecard.score(name, subjects, facts, params)["institution_id"]) == list(subjects[CARDS[name].key])


# --- reasons and stages ---------------------------------------------------------------------------------------------

OFF = {"reason": re.compile(r"，扣 ([\d.]+) 分（"), "reason_en": re.compile(r", ([\d.]+) off \(")}


@given(data=st.data())
@quick
def test_the_reasons_tell_every_point_that_was_lost_and_no_other(data):
    name = data.draw(any_card)
    subjects, rows = data.draw(cities(name))
    gone = data.draw(st.sets(st.integers(0, len(rows) - 1), max_size=3))
    rows = [row for at, row in enumerate(rows) if at not in gone]
    params = {**data.draw(policies(name)), "missing": "zero"}
    exact = exact_scorecard.score(exact_scorecard.card(name), subjects, rows, **params)
    for row in scorecard.items(name, *tables_of(subjects, rows), ScorecardParams(**params)).itertuples():
        one = exact[row.institution_id]  # what does not apply is left out, and not lost
        lost = one["out_of"].get(row.item, 0) - one["items"].get(row.item, 0)
        for column, pattern in OFF.items():
            told = pattern.findall(getattr(row, column))
            assert sum(map(Fraction, told)) == pytest.approx(lost, abs=1e-11)
            assert bool(told) is (lost > 0)


@given(data=st.data())
@quick
def test_what_the_stages_change_adds_up(data):
    name = data.draw(any_card)
    subjects, rows = data.draw(cities(name))
    sheet = scorecard.sheet(CARDS[name], *tables_of(subjects, rows))
    after = [scorecard.evaluate(sheet, stage=stage) for stage in sheet.stages]
    table = stages_table([after[-1]], ScorecardParams())  # which scores again only those whom a stage changed
    assert list(table["stage"].unique()) == sheet.stages
    for stage, one in zip(sheet.stages, after, strict=True):
        assert table.loc[table["stage"] == stage, "score"].tolist() == one.score.tolist()
    change = table.groupby("institution_id", sort=False)["change"].sum()
    np.testing.assert_allclose(change.reindex(sheet.ids), after[-1].score - after[0].score, atol=2e-9)
    assert (table.loc[table["stage"] == sheet.stages[0], "change"] == 0).all()


# --- levers ---------------------------------------------------------------------------------------------------------


def step(lever):
    """The lever one step up, or down where a step up is out of bounds."""
    one = ScorecardParams.declarations()[lever]
    return str(one.default + (one.step if one.default + one.step <= one.high else -one.step))


def found(name, lever):
    """The item and criterion that carry a lever, and what the lever is called within the criterion."""
    for item in exact_scorecard.items(exact_scorecard.card(name)):
        for criterion in item["criteria"]:
            begin = f"{item['prefix']}_{criterion['id']}_"
            if lever.startswith(begin) and lever in exact_scorecard.levers({"parts": [{"items": [item]}]}):
                role = lever.removeprefix(begin)
                if role in ("points", "at_least", "below", "at_most") or role[:-2] in ("at_least", "below"):
                    return item["item"], criterion, role
                tiers = [tier["fact"] for tier in criterion.get("tiers", [])]
                if role in criterion.get("each", {}) or role.removesuffix("_at_most") in tiers:
                    return item["item"], criterion, role
    raise AssertionError(lever)


def on_the_edge(name, lever):
    """An institution, the facts that differ from full marks, and the lever's new value: a step that shows in its
    score."""
    item, criterion, role = found(name, lever)
    declared = ScorecardParams.declarations()[lever]
    now, moved = str(declared.default), step(lever)
    if role == "points" and criterion["kind"] == "given":  # no city can enter more than the document's full marks
        return "3", {}, str(declared.default - declared.step)
    if role == "points":
        return "3", {}, moved  # nothing is rescaled: full marks are worth more
    sign, _, level = role.rpartition("_") if role[-2:] in ("_3", "_2", "_1") else (role, "", "")
    if "growth" in criterion:
        grown = {"at_most": "1.005", "at_least": "0.005"}[role]
        return "3", {f"{item}.{criterion['growth']['this_year']}": grown}, moved
    if sign in ("at_least", "below"):
        between = now if Decimal(moved) > Decimal(now) else moved
        return level or "3", {f"{item}.{criterion['fact']}": between}, moved
    if role in criterion.get("each", {}):
        return "3", {f"{item}.{role}": "1"}, moved
    facts = {}
    for number, tier in enumerate(criterion["tiers"]):
        beyond = str(Decimal(tier.get("at_most", "0")) + 1)
        if role == f"{tier['fact']}_at_most":
            return "3", {**facts, f"{item}.{tier['fact']}": beyond}, moved
        if number and role == tier["fact"]:
            return "3", facts, moved
        facts[f"{item}.{tier['fact']}"] = beyond
    raise AssertionError(lever)


@each_lever
def test_every_lever_can_change_a_score_in_its_own_item_alone(name, lever):
    """The check that a rule uses its parameters (tests/test_params.py), for the numbers of the cards."""
    level, facts, moved = on_the_edge(name, lever)
    rows = full_rows(name, **facts)
    way = {"cost_growth": "numbers"} if "growth" in found(name, lever)[1] else {}
    before, after = (run(name, [public(name, level)], rows, **way, **params)["A"] for params in ({}, {lever: moved}))
    assert before[0] != after[0]
    item = found(name, lever)[0]
    assert {number for number in before[1] if before[1][number] != after[1][number]} == {item}
    exact = exact_scorecard.score(exact_scorecard.card(name), [public(name, level)], rows, **way, **{lever: moved})
    assert after[0] == float(exact["A"]["score"])


@given(data=st.data())
@quick
def test_a_lever_changes_only_the_items_that_carry_it(data):
    name = data.draw(any_card)
    subjects, rows = data.draw(cities(name))
    own = {lever: found(name, lever)[0] for card, lever in LEVERS if card == name}
    params = {lever: value for lever, value in data.draw(policies(name)).items() if lever in own}
    before, after = (scorecard.items(name, *tables_of(subjects, rows), ScorecardParams(**one)) for one in ({}, params))
    other = ~before["item"].isin([own[lever] for lever in params])
    pd.testing.assert_frame_equal(before[other], after[other])


@given(data=st.data())
@quick
def test_full_marks_are_the_sum_of_the_points_and_never_scaled_back(data):
    name = data.draw(any_card)
    points = [lever for card, lever in LEVERS if card == name and found(name, lever)[2] == "points"]
    params = {lever: value for lever, value in data.draw(policies(name)).items() if lever in points}
    chosen = {**exact_scorecard.levers(exact_scorecard.card(name)), **params}
    assume(all(Fraction(chosen[lever]) <= 10 for lever in points if lever.endswith("local_points")))  # as given
    try:
        params = ScorecardParams(**params)
    except BadInput:  # a later tier above the first
        assume(False)
    whole = float(sum(Fraction(chosen[lever]) for lever in points))
    subjects = [public(name), {**public(name, id_="B"), "ownership": "private"}]
    sheet = scorecard.sheet(CARDS[name], *tables_of(subjects, full_rows(name) + full_rows(name, "B")))
    one = scorecard.evaluate(sheet, params)
    assert one.score.tolist() == [whole, whole if one.full[1] else 0]
    assert cards_table([one])["full"].tolist() == [whole]
