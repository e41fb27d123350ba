"""Clauses: declared once, cited in one form, each calculated, or not yet, or out of scope with the reason."""

import ast
import inspect
import pickle
import re
from importlib import import_module
from pathlib import Path

import pytest

from oracles import golden
from simlib import clauses
from simlib.clauses import ENTRIES, cites, clause
from simlib.clauses.entry import REASONS, entries
from simlib.reference import clauses as reference
from simlib.reference import glossary
from simlib.rules import FAMILIES
from simlib.rules.agreement import CONDITIONS, PLAN
from simlib.rules.agreement.ladder import RUNGS, consequences
from simlib.rules.cards import CARDS
from simlib.rules.dip.settlement import clear

ROOT = Path(__file__).resolve().parent.parent
POLICY = ROOT.parent / "shared" / "policy"
# The modules that calculate policy, and what of them only reads, rounds, sums or looks up.
CALCULATE = {
    "agreement": ("eligibility", "ladder", "timeline"),
    "deposit": ("allocation", "block", "indices", "withholding"),
    "dip": (
        "case_facts",
        "cases",
        "catalogue",
        "coefficients",
        "joined_stays",
        "points",
        "prepayment",
        "run",
        "settlement",
        "special",
    ),
    "retention": ("settlement",),
    "scorecard": ("counted", "growth", "item_scores", "results", "scoring", "sheets", "violations"),
}
HELPERS = {
    "agreement.ladder.read", "agreement.ladder.blanks", "deposit.block.shares", "deposit.block.divided",
    "deposit.withholding.stated",
    "dip.case_facts.fen", "dip.case_facts.optional", "dip.case_facts.flag", "dip.case_facts.facts_of",
    "dip.case_facts.diagnosis", "dip.joined_stays.known", "dip.special.last_values",
    "dip.points.large", "dip.points.places_of", "retention.settlement.prepare", "scorecard.scoring.numbers_of",
    "scorecard.sheets.absent",
    "scorecard.sheets.sheet", "scorecard.results.item_matrices", "scorecard.results.with_reasons",
    "scorecard.violations.clean", "scorecard.item_scores.asked_of", "scorecard.item_scores.remarks_of",
    "scorecard.violations.readers", "scorecard.violations.stated", "scorecard.results.found_again",
    "scorecard.counted.situations",
}  # fmt: skip
DOCUMENTS_CARDS = ("js26_1_2023", "js26_2_2023", "xx_2025")


# --- the form -------------------------------------------------------------------------------------------------------


PLACES = {
    "JY 33": ("第三十三条", "art. 33"), "JY 20": ("第二十条", "art. 20"), "JY 10": ("第十条", "art. 10"),
    "JY 15(1)": ("第十五条(一)", "art. 15(1)"), "JY 22(2)1(1)": ("第二十二条(二)1(1)", "art. 22(2)1(1)"),
    "JS3 44(10)": ("第四十四条(十)", "art. 44(10)"), "XX 5(1)2": ("五(一)2", "5(1)2"), "XX part 3": ("三", "part 3"),
    "JS26 2(2)": ("二(二)", "2(2)"), "JS26 annex 3, 2(2)1": ("附件3 二(二)1", "annex 3, 2(2)1"),
    "JS26 annex 3, note": ("附件3 注", "annex 3, note"), "JS26 annex 1, note 5": ("附件1 备注5", "annex 1, note 5"),
    "JS26 annex 1, item 9(4)": ("附件1 第9项(4)", "annex 1, item 9(4)"), "JS26 annex 2": ("附件2", "annex 2"),
}  # fmt: skip


@pytest.mark.parametrize("key", PLACES)
def test_a_key_says_where_a_clause_stands(key):
    one = clause(key)
    assert (one.zh, one.en) == PLACES[key]
    assert one.keys == (key,)
    assert one.text == (f"{one.document} {one.zh}", f"{one.document} {one.en}")


def test_every_clause_has_a_place_of_its_own_that_leads_back_to_its_key():
    assert len(list(entries())) == len(ENTRIES), "a clause stands twice"
    found = [clause(key) for key in ENTRIES]
    assert [one.keys for one in found] == [(key,) for key in ENTRIES]
    assert len({one.text.zh for one in found}) == len(found) > 330


def test_clauses_cited_together_are_one_citation_of_several():
    one = clause(("JY 2", "JY 10", "JY 31"))
    assert one.text == ("JY 第二条、第十条、第三十一条", "JY art. 2, 10, 31")
    assert one.keys == ("JY 2", "JY 10", "JY 31")
    assert clause(("JS26 annex 3, 2(2)1", "JS26 annex 3, note")).en == "annex 3, 2(2)1, note"
    assert clause(one) is one
    for keys in clauses.TOGETHER:
        assert clause(keys).place == clauses.TOGETHER[keys]


@pytest.mark.parametrize("key", ["JY 58", "JY art. 33", "XX 5(1)5", "33", ""])
def test_a_clause_that_is_not_declared_cannot_be_cited(key):
    with pytest.raises(KeyError, match="is not declared"):
        clause(key)
    with pytest.raises(KeyError, match="is not declared"):
        cites("JY 33", key)


def test_a_function_that_cites_stays_as_it_is():
    def rule():
        return 1

    assert cites("JY 33", "JY 31")(rule) is rule
    assert rule.clauses == ("JY 33", "JY 31")
    assert pickle.loads(pickle.dumps(clear)) is clear
    assert "JY 33" in clear.clauses


# --- what is cited --------------------------------------------------------------------------------------------------


def test_every_clause_that_a_parameter_cites_is_declared():
    for family in FAMILIES.values():
        for declared in family.params.declarations().values():
            for one in declared.clauses:
                assert set(one.keys) <= ENTRIES.keys(), declared.path
                assert clause(one.keys if one.together else one.keys[0]) == one, declared.path


def test_every_clause_that_a_card_cites_is_declared():
    for card in CARDS.values():
        places = [card.clause, card.same_violation, *(item.note for item in card.items)]
        places += [extra.clause for extra in (card.private, card.bonus, card.veto) if extra]
        cited = [card.cite(place) for place in places if place]
        cited += [card.cite(item, one) for item in card.items for one in (None, *item.criteria)]
        for one in cited:
            assert clause(one.keys[0]) == one, card.name


def test_every_clause_that_a_column_or_a_golden_case_cites_is_declared():
    columns = [column for family in FAMILIES.values() for table in family.results for column in table.columns]
    codes = {code for column in columns if column.name == "clause" for code in column.options}
    assert codes == {*RUNGS, *(one.clause for one in CONDITIONS), *(step.clause for step in PLAN.values())}
    assert codes <= ENTRIES.keys()
    cases = [(path, case) for path in (ROOT / "tests/cases").rglob("*.yaml") for case in golden.read(path)]
    assert len(cases) > 780
    assert [f"{path.name}: {case['name']}" for path, case in cases if not case.get("clauses")] == []
    assert {key for _, case in cases for key in case["clauses"]} <= ENTRIES.keys()


CITED = re.compile(
    r"(?<![\w])(JS26|JS3|JY|XX) (?:第[零一二三四五六七八九十]+至)?("
    r"第[零一二三四五六七八九十]+条(?:\([一二三四五六七八九十]+\))?(?:\d(?:\(\d+\))?)?"
    r"|附件\d(?: 第\d+项(?:\(\d+\))?| 备注\d| 注| [一二三四五六](?:\([一二三四五六七]\)\d?)?)?"
    r"|[一二三四五六]\([一二三四五六]\)\d?)"
)


def test_every_clause_that_a_text_cites_is_declared():
    declared = {clause(key).text.zh for key in ENTRIES}
    found = set()
    for path in (ROOT / "simlib").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {f"{document} {place}" for document, place in CITED.findall(node.value)}
    assert len(found) > 30
    assert found <= declared


# --- what is calculated ---------------------------------------------------------------------------------------------


def test_every_clause_is_calculated_or_says_why_not():
    calculated = reference.calculated()
    assert calculated.keys() <= ENTRIES.keys()
    for key, entry in ENTRIES.items():
        mine = calculated.get(key, [])
        done = [function for function in mine if not function.shows]
        assert not (entry.outside and mine), f"{key} is out of scope and calculated by {mine}"
        assert not (entry.outside and entry.yet), key
        assert entry.outside or done or entry.yet, f"{key} has no function and does not say that it has none yet"


def test_every_clause_says_something_in_both_languages():
    for key, entry in ENTRIES.items():
        assert entry.says.zh.endswith("。"), key
        assert entry.says.en.endswith("."), key
        assert entry.says.en.isascii(), key
        assert not entry.yet or (entry.yet.zh and entry.yet.en.isascii()), key
    assert {entry.outside for entry in ENTRIES.values() if entry.outside} == set(REASONS.values())


@pytest.mark.parametrize("family", CALCULATE)
def test_every_function_that_calculates_policy_says_its_clauses(family):
    silent = set()
    for name in CALCULATE[family]:
        module = import_module(f"simlib.rules.{family}.{name}")
        for one, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not one.startswith("_") and not hasattr(function, "clauses"):
                silent.add(f"{family}.{name}.{one}")
    assert silent == {one for one in HELPERS if one.startswith(f"{family}.")}


def test_a_clause_is_found_where_it_is_calculated():
    """By its key as it is written: in the function's own file, or in the lists beside it that functions go through."""
    for function in reference.functions():
        path = ROOT / function.path
        lists = [path.parent / f"{one}.py" for one in ("conditions", "steps")] if "agreement" in path.parts else []
        text = "".join(one.read_text("utf-8") for one in (path, *lists))
        assert [key for key in function.keys if f'"{key}"' not in text] == [], function.path
    assert consequences.clauses[-1] == "JS3 44(10)"


@pytest.mark.parametrize("name", DOCUMENTS_CARDS)
def test_an_item_is_found_in_its_card(name):
    card = CARDS[name]
    text = (ROOT / f"simlib/rules/cards/{name}.yaml").read_text("utf-8")
    found = re.findall(r"(?m)  # ((?:JS26|XX) .*)$", text)
    wanted = [key for item in card.items for key in _keys(card, item)]
    assert found == wanted


def _keys(card, item):
    several = len(item.criteria) > 1
    return [card.cite(item).keys[0], *(card.cite(item, one).keys[0] for one in item.criteria if several)]


def test_every_clause_that_parameters_cite_has_a_function():
    """The one hop: from a number to the line that calculates with it."""
    calculated, settings = reference.calculated(), {"scorecard.missing"}
    for key, paths in reference.parameters().items():
        assert calculated.get(key) or set(paths) <= settings, (key, paths)


# --- our own words --------------------------------------------------------------------------------------------------

LONGEST_RUN = 12  # Chinese characters in a row that the text has too: names of things, never a sentence


def test_no_clause_is_told_in_the_sentences_of_its_document():
    if not POLICY.is_dir():
        pytest.skip("the documents are not at hand")
    text = "".join(re.sub(r"\s", "", path.read_text("utf-8")) for path in sorted(POLICY.glob("*.txt")))
    assert len(text) > 30_000
    told = [(key, f"{entry.says.zh}|{entry.yet.zh if entry.yet else ''}") for key, entry in ENTRIES.items()]
    assert [(key, run) for key, words in told for run in _runs(words) if run in text] == []


def _runs(words: str) -> list[str]:
    size = LONGEST_RUN + 1
    return [run[at : at + size] for run in re.findall(r"[一-鿿]+", words) for at in range(len(run) - size + 1)]


# --- words ----------------------------------------------------------------------------------------------------------


def test_every_term_of_the_glossary_is_used():
    code = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "simlib").rglob("*.py")))
    words = [term.word for term in glossary.terms()]
    assert len(set(words)) == len(words)
    assert [word for word in words if not re.search(rf"(?i)(?<![a-z]){re.escape(word)}", code)] == []


def test_every_name_that_rules_export_says_what_it_is():
    names = {f"{family}.{name}": what for family, mine in glossary.exported().items() for name, what in mine.items()}
    assert [name for name, what in names.items() if not what] == []
