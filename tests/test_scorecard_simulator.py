"""The scorecard dashboard without a browser: what its panels are told, and what its levers do."""

from __future__ import annotations

import io
import re

import numpy as np
import openpyxl
import pandas as pd
import pytest

from simlib import sample, scenario
from simlib.app import data, downloads
from simlib.app.packing import pack
from simlib.app.simulator import Simulator
from simlib.problems import BadInput
from simlib.rules import FAMILIES
from simlib.rules.cards import CARDS
from simlib.rules.cards.sentences import PLACE, sentence, written
from simlib.words import LANGUAGES

CJK = re.compile(r"[\u3400-\u9fff]")
NAME = "js26_1_local_points"


@pytest.fixture
def simulator():
    return Simulator.of("scorecard")


def draw(simulator):
    moment = simulator.moment
    return {panel.id: panel.draw(moment) for panel in simulator.panels if panel.shown(moment)}


def strings(value):
    """Every text that a packed payload holds."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


def test_with_the_documents_card_nothing_moves(simulator):
    drawn = draw(simulator)
    assert (simulator.moment.difference == 0).all()
    assert all(line["in"] == line["out"] == 0 for line in drawn["money"]["lines"])
    assert (drawn["institutions"]["values"]["rank_change"] == 0).all()
    assert np.array_equal(drawn["ranks"]["points"]["x"], drawn["ranks"]["points"]["y"])


def test_a_change_of_the_card_moves_scores_ranks_and_money_as_a_run_does(simulator):
    simulator.set({NAME: "6"})
    drawn, moment = draw(simulator), simulator.moment
    city = scenario.load_data("sample")
    done = scenario.run(simulator.scenario, city)
    assert moment.table["score"].tolist() == done.results["scorecard"]["scorecard"]["score"].tolist()
    paid = (
        done.results["deposit"]["deposit"]["payment"]
        - scenario.run(scenario.Scenario(""), city).results["deposit"]["deposit"]["payment"]
    )
    assert sum(line["net"] for line in drawn["money"]["lines"]) == pytest.approx(paid.sum(), abs=0.005)
    np.testing.assert_allclose(moment.difference.to_numpy(), paid.to_numpy(), atol=0.005)
    ranks = drawn["institutions"]["values"]
    before = moment.document_table["score"].rank(method="min", ascending=False)
    assert ranks["rank_change"].any()
    assert (before > 0).all()


def test_the_card_panel_adds_up_what_the_levers_say(simulator):
    simulator.set({NAME: "12", "js26_1_catalogue_updated_points": "1.5"})
    shown = draw(simulator)["card"]
    assert shown["shown"] == "js26_1_2023"
    assert shown["items"]["13"]["full"] == 12
    assert shown["items"]["1"]["full"] == 3.5
    assert sum(shown["parts"]) == 102.5


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_a_page_is_in_its_language(simulator, language):
    simulator.set({NAME: "6"})
    simulator.pick(sorted(simulator.subjects)[3])
    moment = simulator.moment
    data_names = {*map(str, moment.inputs["institutions"].astype(str).to_numpy().ravel())}
    own = ("institutions", "stages", "headlines", "explanation")  # these hold names of institutions and groups
    for panel in simulator.panels:
        packed = [
            pack(part, language, []) for part in (panel.draw(moment), panel.frame(moment), panel.title, panel.help)
        ]
        if language == "en" and panel.id not in own:
            assert [text for text in strings(packed) if CJK.search(text) and text not in data_names] == []
        assert packed


@pytest.mark.parametrize("name", CARDS)
def test_every_criterion_is_a_sentence_in_which_each_of_its_numbers_stands_once(name):
    card = CARDS[name]
    for item in card.items:
        for criterion in item.criteria:
            said = sentence(card, item, criterion)
            levers = sorted(number.name for number in item.numbers(criterion))
            for language in LANGUAGES:
                assert sorted(PLACE.findall(said.to(language))) == levers
            numbered = written(said, dict.fromkeys(levers, "7"))
            assert "⟦" not in numbered.zh + numbered.en
            assert not CJK.search(numbered.en)
            assert CJK.search(numbered.zh)


def test_without_deposits_scores_are_compared_in_points(simulator):
    city = sample.tables()
    bare = {**city, "institutions": city["institutions"].drop(columns=["settled", "budget", "group", "score"])}
    one = Simulator.of("scorecard", bare)
    one.set({NAME: "6"})
    assert one.rules == ("scorecard",)
    drawn = draw(one)
    assert "money" not in drawn
    assert "分" in drawn["headlines"]["said"].zh
    assert "points" in drawn["headlines"]["said"].en


def test_facts_of_another_edition_open_on_that_edition_and_the_document_is_its_own(simulator):
    city = sample.tables()
    facts = city["facts"]
    one = Simulator.of("scorecard", {**city, "facts": facts[facts["fact"] != "local_points"]})
    assert one.params.edition.value == "yunlan_2023"
    assert (one.moment.difference == 0).all()
    assert "yunlan_1_policy_publicity_points" in str(draw(one)["card"]) or draw(one)["card"]["shown"] == "yunlan_1_2023"


def test_a_reset_takes_back_levers_of_every_rule_and_keeps_settings(simulator):
    simulator.set({NAME: "6", "deposit.lower": "0.95", "edition": "yunlan_2023"})
    assert simulator.changed
    simulator.reset()
    assert not simulator.changed
    assert simulator.params.edition.value == "yunlan_2023"
    assert simulator.values["deposit"].differences() == {}


def test_a_lever_of_the_deposit_moves_the_money_on_this_page_too(simulator):
    simulator.set({"deposit.lower": "0.9"})
    assert simulator.moment.difference.any()
    assert "deposit.lower=0.9" in simulator.query
    with pytest.raises(BadInput, match="未找到该规则"):
        simulator.set({"depositt.lower": "0.9"})


def test_an_uploaded_table_is_known_by_its_name_or_its_columns(tmp_path):
    city = sample.tables()
    sample.write(tmp_path / "city", count=40, seed=4)
    (tmp_path / "city/facts.csv").rename(tmp_path / "打分.csv")
    facts = data.uploaded(tmp_path / "打分.csv", city)
    assert facts["institutions"] is city["institutions"]
    assert len(facts["facts"]) < len(city["facts"])
    (tmp_path / "city/institutions.csv").rename(tmp_path / "机构.csv")
    assert list(data.uploaded(tmp_path / "机构.csv", city)) == ["institutions"]


def test_facts_that_do_not_fit_the_institutions_leave_the_page_as_it_was(simulator):
    before = simulator.moment.table
    sheet = sample.tables()["facts"]
    with pytest.raises(BadInput):
        simulator.use("facts.csv", {**simulator.inputs, "facts": sheet[sheet["item"] != "6"]})
    assert simulator.moment.table.equals(before)
    simulator.set({NAME: "9"})
    assert simulator.source == "sample"


def test_communities_are_shown_on_their_own_card_with_points_in_place_of_money():
    card = CARDS["xx_2025"]
    given = {"score": 80.0, "points": 3.0, "yes_no": 0.0}
    names = ["甲县", "乙县"]
    rows = [(name, item, fact, given[one.kind.value]) for name in names for (item, fact), one in card.known.items()]
    facts = pd.DataFrame(rows, columns=["institution_id", "item", "fact", "value"])
    tables = {
        "communities": pd.DataFrame({"community_id": names, "name": ["甲县医共体", "乙县医共体"]}),
        "facts": facts,
    }
    one = Simulator.of("scorecard", tables)
    assert one.params.edition.value == "xx_2025"
    one.set({"xx_prices_points": "6"})
    drawn = draw(one)
    assert drawn["card"]["shown"] == "xx_2025"
    assert "money" not in drawn
    assert "量化表未公布" in "".join(text.zh for text in drawn["headlines"]["others"])
    assert one.moment.table["score"].tolist() == pytest.approx([0.8 * 101.84 + 5] * 2)
    assert [panel.frame(one.moment) for panel in one.panels]


def test_the_workbook_tells_each_reader_the_reasons_in_their_language(simulator):
    for language, kept, left in (("zh", "扣分原因", "Reason"), ("en", "Reason", "扣分原因")):
        _, _, content = downloads.xlsx(simulator.run, simulator.family, language)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        heads = [cell.value for name in book.sheetnames for cell in next(book[name].iter_rows(max_row=1))]
        assert kept in heads
        assert left not in heads
        tables = [FAMILIES[rule].result(name) for rule, made in simulator.run.results.items() for name in made]
        wanted = [one.label.to(language)[:31] for one in tables if not one.large]
        assert book.sheetnames[1:] == wanted
        assert len(wanted) == 4 + 9 + 3  # of the card, of the settlement that feeds the deposit, of the deposit
