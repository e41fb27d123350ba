"""The golden cases in cases/scorecard/*.yaml, worked by hand from the annexes, for simlib and for the second
calculation."""

from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from oracles import exact_scorecard, golden
from simlib.rules import scorecard

HERE = Path(__file__).parent / "cases/scorecard"
CASES = [case for file in sorted(HERE.glob("*.yaml")) for case in golden.read(file)]
BY_NAME = {case["name"]: case for case in CASES}
KEYS = {
    "name", "clauses", "worked", "card", "institution", "stage", "facts", "params", "out",
    "score", "items", "bonus", "veto", "after", "reason", "reason_en",
}  # fmt: skip
STAGED = [name for name, case in BY_NAME.items() if "after" in case]
WITH_REASONS = [name for name, case in BY_NAME.items() if {"reason", "reason_en"} & case.keys()]


def card_of(case):
    return exact_scorecard.card(case["card"])


def subject(case):
    """The one institution (or community) of a case, as text."""
    card = card_of(case)
    given = {
        "level": "1" if case["card"] == "js26_2_2023" else "3",
        "ownership": "public",
        **case.get("institution", {}),
    }
    key = "community_id" if card.get("subjects") == "communities" else "institution_id"
    return {key: "A", **card.get("who", {}), **{column: value for column, value in given.items() if value != "none"}}


def rows(case):
    """The facts of a case as rows of text: full marks but for what the case states."""
    facts = {f"{item}.{fact}": value for (item, fact), value in exact_scorecard.full_marks(card_of(case)).items()}
    assert case.get("facts", {}).keys() <= facts.keys(), case["name"]
    found = []
    for place, full in facts.items():
        said = case.get("facts", {}).get(place, full)
        item, fact = place.rsplit(".", 1)
        for one in said if isinstance(said, list) else [said] * (said != "none"):
            one = one if isinstance(one, dict) else {"value": one}
            stage = {"stage": case["stage"]} if "stage" in case else {}
            found.append({"institution_id": "A", "item": item, "fact": fact, **stage, **one})
    return found


def tables(case):
    """The same as simlib takes it: typed columns."""
    subjects, facts = pd.DataFrame([subject(case)]), pd.DataFrame(rows(case))
    if "has_inpatient" in subjects:
        subjects["has_inpatient"] = subjects["has_inpatient"] == "true"
    if "level" not in subjects:
        subjects["level"] = None
    facts["applies"] = [False if value == exact_scorecard.NOT_APPLICABLE else None for value in facts["value"]]
    facts["value"] = facts["value"].where(facts["applies"].isna(), None).astype(float)
    return subjects, facts.astype(object).where(facts.notna(), None).astype({"value": float})


def by_simlib(case):
    params = scorecard.ScorecardParams(**case.get("params", {}))
    arguments = (case["card"], *tables(case), params)
    (total,) = scorecard.score(*arguments).to_dict("records")
    items = scorecard.items(*arguments)
    points = {row.item: (row.points, row.full) for row in items.itertuples()}
    return {"score": total["score"], "items": points, "bonus": total["bonus"], "veto": total["veto"]}


def by_fractions(case):
    params, card = case.get("params", {}), card_of(case)
    one = exact_scorecard.score(card, [subject(case)], rows(case), **params)["A"]
    return {**one, "items": {item: (points, one["out_of"][item]) for item, points in one["items"].items()}}


def same(found, expected: str) -> bool:
    """Exactly; a float must be the one nearest to the expected number."""
    return found == (float(Fraction(expected)) if isinstance(found, float) else Fraction(expected))


def test_every_case_has_its_own_name_and_no_key_that_nobody_reads():
    assert len(BY_NAME) == len(CASES) > 140
    assert [
        case["name"] for case in CASES if not {"name", "clauses", "worked", "card", "score"} <= case.keys() <= KEYS
    ] == []


def test_every_item_of_the_documents_cards_has_a_case_in_which_it_is_not_full():
    for name in ("js26_1_2023", "js26_2_2023", "xx_2025"):
        lost = {item for case in CASES if case["card"] == name for item in case.get("items", {})}
        assert lost == {item["item"] for item in exact_scorecard.items(exact_scorecard.card(name))}


@pytest.mark.parametrize("calculate", [by_simlib, by_fractions])
@pytest.mark.parametrize("name", BY_NAME)
def test_case(name, calculate):
    case = BY_NAME[name]
    found, expected = calculate(case), case.get("items", {})
    assert same(found["score"], case["score"]), found["score"]
    counted = {item["item"] for item in exact_scorecard.items(card_of(case))} - {case.get("out")}
    assert found["items"].keys() == counted
    assert {item for item, (points, full) in found["items"].items() if points != full} == expected.keys()
    assert all(same(found["items"][item][0], points) for item, points in expected.items()), found["items"]
    assert same(found["bonus"], case.get("bonus", "0"))
    assert bool(found["veto"]) is (case.get("veto") == "1")


@pytest.mark.parametrize("name", STAGED)
def test_the_score_after_each_stage(name):
    case = BY_NAME[name]
    params = scorecard.ScorecardParams(**case.get("params", {}))
    sheet = scorecard.sheet(scorecard.CARDS[case["card"]], *tables(case))
    assert sheet.stages == list(case["after"])
    for stage, expected in case["after"].items():
        assert same(scorecard.evaluate(sheet, params, stage).score[0].item(), expected), stage
        exact = exact_scorecard.score(card_of(case), [subject(case)], rows(case), stage, **case.get("params", {}))
        assert exact["A"]["score"] == Fraction(expected), stage


@pytest.mark.parametrize("name", WITH_REASONS)
def test_the_reasons_are_in_words(name):
    case = BY_NAME[name]
    params = scorecard.ScorecardParams(**case.get("params", {}))
    items = scorecard.items(case["card"], *tables(case), params).set_index("item")
    assert items["reason"][items["reason"] != ""].to_dict() == case["reason"]
    english = items["reason_en"][items["reason_en"] != ""].to_dict()
    assert english.keys() == case["reason"].keys()
    assert english.items() >= case.get("reason_en", {}).items()


def test_each_level_is_told_its_own_limit_even_where_a_city_sets_the_same():
    case = {"card": "js26_1_2023", "name": "two levels", "facts": {"1.catalogue_drug_share": "0.7"}}
    pairs = [tables({**case, "institution": {"level": level}}) for level in ("3", "2")]
    subjects = pd.concat([one.assign(institution_id=id_) for id_, (one, _) in zip("AB", pairs, strict=True)])
    facts = pd.concat([one.assign(institution_id=id_) for id_, (_, one) in zip("AB", pairs, strict=True)])
    params = scorecard.ScorecardParams(js26_1_catalogue_drugs_at_least_3="0.9")
    items = scorecard.items("js26_1_2023", subjects.reset_index(drop=True), facts.reset_index(drop=True), params)
    told = items[items["item"] == "1"].set_index("institution_id")["reason"].to_dict()
    assert told == {
        "A": "供应目录中医保目录内药品的品种占比 70%，低于三级标准 90%，扣 1 分（JS26 附件1 第1项(3)）",
        "B": "供应目录中医保目录内药品的品种占比 70%，低于二级标准 90%，扣 1 分（JS26 附件1 第1项(3)）",
    }
