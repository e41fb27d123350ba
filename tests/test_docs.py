"""What is made from the declarations is up to date: the list of parameters, the schemas of scenario and card files."""

import json
import re
import shutil
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from simlib import scenario
from simlib.columns import TABLES
from simlib.problems import BadInput
from simlib.reference import clauses, data, glossary, readings
from simlib.reference import documents as reference
from simlib.rules import FAMILIES
from strategies.shipped import PATHS, run

ROOT = Path(__file__).resolve().parent.parent
LISTS = (
    reference.PARAMETERS,
    reference.OUTCOMES,
    clauses.CLAUSES,
    glossary.GLOSSARY,
    readings.READINGS,
    *data.FILES.values(),
)
AGAIN = "make it again: python -c \"from simlib.reference import write; write('.')\""
SCHEMA = json.loads((ROOT / reference.SCHEMA).read_text("utf-8"))


def test_the_list_of_parameters_is_what_the_code_declares():
    assert (ROOT / "docs" / "parameters.md").read_text("utf-8") == reference.document(), AGAIN


def test_the_list_of_outcomes_is_what_the_code_declares():
    assert (ROOT / "docs" / "outcomes.md").read_text("utf-8") == reference.outcomes(), AGAIN


def test_the_clauses_are_what_the_code_and_the_golden_cases_say():
    assert (ROOT / clauses.CLAUSES).read_text("utf-8") == clauses.document(ROOT), AGAIN


def test_the_glossary_is_what_the_code_declares():
    assert (ROOT / glossary.GLOSSARY).read_text("utf-8") == glossary.document(), AGAIN


def test_the_readings_are_worth_what_the_sample_city_says():
    text = (ROOT / readings.READINGS).read_text("utf-8")
    assert text == readings.document(), AGAIN
    declared = [one for family in FAMILIES.values() for one in family.params.declarations().values() if one.open]
    assert all(f"`{one.path}`" in text for one in declared)


@pytest.mark.parametrize("language", data.FILES)
def test_the_account_of_the_data_is_what_the_code_declares(language):
    text = (ROOT / data.FILES[language]).read_text("utf-8")
    assert text == data.document(language), AGAIN
    for table in TABLES.values():
        for column in table.columns:
            assert f"| `{column.name}` | {column.heading.to(language)} |" in text
            assert all(one in text for one in (*column.called, *column.parts, *column.codes, *column.options))


def test_every_link_of_a_list_leads_to_a_file():
    for name in LISTS:
        text = (ROOT / name).read_text("utf-8")
        assert {
            link for link in re.findall(r"]\((?!http)([^)]+)\)", text) if not (ROOT / "docs" / link).is_file()
        } == set()


def test_the_schema_is_what_the_code_declares():
    text = json.dumps(reference.scenario_schema(), indent=2, ensure_ascii=False) + "\n"
    assert (ROOT / "scenarios" / "scenario.schema.json").read_text("utf-8") == text, AGAIN


def test_the_schema_of_cards_is_what_the_code_declares():
    text = json.dumps(reference.card_schema(), indent=2, ensure_ascii=False) + "\n"
    assert (ROOT / "simlib" / "rules" / "cards" / "card.schema.json").read_text("utf-8") == text, AGAIN


def test_the_files_can_be_made_again(tmp_path):
    for folder in ("docs", "scenarios", "simlib/rules/cards"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copytree(ROOT / clauses.CASES, tmp_path / clauses.CASES)
    reference.write(tmp_path)
    for name in (*LISTS, reference.SCHEMA, reference.CARD_SCHEMA):
        assert (tmp_path / name).read_bytes() == (ROOT / name).read_bytes()


def test_the_list_of_parameters_names_every_parameter():
    text = (ROOT / reference.PARAMETERS).read_text("utf-8")
    for family in FAMILIES.values():
        for declared in family.params.declarations().values():
            assert text.count(f"`{declared.path}`") == text.count(f"| {declared.path} |") == 1


def test_there_are_enough_scenarios():
    assert len(PATHS) >= 6


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_shipped_scenario_asks_a_question_that_editors_and_simlib_can_read(path):
    assert path.read_text("utf-8").splitlines()[0] == "# yaml-language-server: $schema=scenario.schema.json"
    jsonschema.validate(YAML(typ="safe").load(path), SCHEMA)
    one = scenario.load(path)
    assert one.question.endswith("？")
    assert one.title
    assert one.title_en.isascii()
    done = run(path.stem)
    assert done.results.keys() >= set(one.rules or FAMILIES)
    # The sample's, each rule's first headline; village clinics have no inpatients.
    of_rules = {"scorecard": 500, "dip": 233, "deposit": 500, "retention": 21, "agreement": 70}
    assert {name: next(iter(numbers.values())) for name, numbers in done.summary.items()} == {
        name: of_rules[name] for name in done.results
    }


# The schema and simlib must agree, or an editor would praise what simlib refuses.
BAD = [
    "question: no title", "title: t\nunknown: x", "title: 3", "title: t\nrules: [studies]", "title: t\nrules: deposit",
    "title: t\nparams: [deposit]", "title: t\nparams: {studies: {}}",
    "title: t\nparams: {retention: {half_ratio: 1.01}}", "title: t\nparams: {deposit: {uper: 1}}",
    "title: t\nparams: {deposit: {upper: 1.21}}", "title: t\nparams: {deposit: {lower: 0.79}}",
    "title: t\nparams: {deposit: {deposit_rate: 5}}", "title: t\nparams: {deposit: {upper: high}}",
    "title: t\nparams: {deposit: {mean_scope: county}}", "title: t\nparams: {dip: {share_rate_4: 0.5}}",
    "title: t\nparams: {dip: {deviation_low: 1.01}}", "title: t\nparams: {dip: {ledger: both}}",
    "title: t\nparams: {dip: {volume_growth: -0.51}}", "title: t\nparams: {dip: {grows: 2}}",
]  # fmt: skip
GOOD = [
    "title: t", "title: t\nparams: {}", "title: t\nparams: {deposit: {}}", "title: t\nrules: []",
    "title: t\nparams: {deposit: {upper: 1.2, lower: 0.8, deposit_rate: 0, mean_scope: city}}",
    "title: t\nrules: [dip, scorecard]", "title: t\nparams: {retention: {score_digits: 0}}",
    "title: t\nparams: "
    "{dip: {basic_3A: 0.9, deviation_low: 0.375, readmission_days: 15, volume_growth: 0.1, grows: '2'}}",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD)
def test_the_schema_refuses_what_simlib_refuses(text, tmp_path):
    (tmp_path / "one.yaml").write_text(text)
    with pytest.raises(BadInput):
        scenario.load(tmp_path / "one.yaml")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(YAML(typ="safe").load(text), SCHEMA)


@pytest.mark.parametrize("text", GOOD)
def test_the_schema_takes_what_simlib_takes(text, tmp_path):
    (tmp_path / "one.yaml").write_text(text)
    scenario.load(tmp_path / "one.yaml")
    jsonschema.validate(YAML(typ="safe").load(text), SCHEMA)
