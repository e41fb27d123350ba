"""Facts may go by their words on the card, also in a wide sheet whose headings hold item and words."""

import csv

import pandas as pd

from simlib import sample, scenario, tables
from simlib.rules.cards import CARDS
from simlib.rules.scorecard.fact_names import by_name

WORDS = {(item, name): fact.zh for card in CARDS.values() for (item, name), fact in card.known.items()}


def scored(inputs):
    one = scenario.Scenario(title="t", rules=("scorecard",))
    return scenario.run(one, inputs).results["scorecard"]["scorecard"]


def worded(facts: pd.DataFrame) -> pd.DataFrame:
    named = facts.assign(fact=[WORDS[key] for key in zip(facts["item"], facts["fact"], strict=True)])
    named.attrs = facts.attrs
    return named


def test_words_mean_the_names_and_give_the_same_scores():
    city = sample.tables(30)
    spoken = worded(city["facts"])
    assert (spoken["fact"] != city["facts"]["fact"]).all()
    assert by_name(spoken)["fact"].tolist() == city["facts"]["fact"].tolist()
    assert by_name(city["facts"]) is city["facts"]
    pd.testing.assert_frame_equal(scored({**city, "facts": spoken}), scored(city))


def test_words_that_are_nobodys_stay_and_are_refused():
    odd = pd.DataFrame({"institution_id": ["A"], "item": ["1"], "fact": ["无此事实"], "value": [1.0]})
    assert by_name(odd) is odd


def test_a_wide_sheet_of_facts_is_read_by_item_and_words(tmp_path):
    city = sample.tables(12)
    facts = city["facts"].drop_duplicates(["institution_id", "item", "fact"], keep="last")
    spared = set(map(tuple, facts.loc[facts["applies"] == False, ["institution_id", "item", "fact"]].to_numpy()))  # noqa: E712
    headed = [f"{item} {WORDS[item, fact]}" for item, fact in zip(facts["item"], facts["fact"], strict=True)]
    shown = facts["value"].map(lambda one: "不适用" if pd.isna(one) else repr(float(one)))
    wide = facts.assign(head=headed, shown=shown).pivot(index="institution_id", columns="head", values="shown")
    with (tmp_path / "评价事实.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["医疗机构编码", *wide.columns])
        for number, values in zip(wide.index, wide.to_numpy(), strict=True):
            rows.writerow([number, *("" if pd.isna(one) else one for one in values)])
    read = by_name(tables.read_folder(tmp_path)["facts"])
    keys = ["institution_id", "item", "fact"]
    mine, theirs = (one[[*keys, "value"]].sort_values(keys).reset_index(drop=True) for one in (read, facts))
    pd.testing.assert_frame_equal(mine, theirs, check_dtype=False)
    assert set(map(tuple, read.loc[read["applies"] == False, keys].to_numpy())) == spared != set()  # noqa: E712
