"""Every parameter of every rule family: declared whole, checked, and used."""

import ast
import datetime
import functools
import importlib
import inspect
import pkgutil
import re
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

import simlib.rules
from simlib.clauses import DOCUMENTS, Clause
from simlib.params import RATIO, Kind, Params, lever
from simlib.problems import BadInput
from simlib.rules import FAMILIES as RULES
from simlib.rules.cards import CARDS
from simlib.rules.deposit import DepositParams, MeanScope, UnclaimedPool
from simlib.rules.dip import DipParams, score_cases
from simlib.words import Text
from strategies import small_dip
from strategies.one_by_one import each


def families():
    """Every Params class that stands in a module of simlib.rules, but for those that another one completes."""
    found = set()
    for module in pkgutil.walk_packages(simlib.rules.__path__, "simlib.rules."):
        loaded = importlib.import_module(module.name)
        found |= {
            one for _, one in inspect.getmembers(loaded, inspect.isclass) if issubclass(one, Params) and one != Params
        }
    bases = {base for one in found for base in one.__mro__[1:]}
    return sorted(found - bases, key=lambda family: family.family)


FAMILIES = families()
ALL = [(family, one) for family in FAMILIES for one in family.declarations().values()]
each_family = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.family)
each_parameter = each({one.path: (family, one) for family, one in ALL})
NUMBERS = [(family, one) for family, one in ALL if one.range]
each_number = each({one.path: (family, one) for family, one in NUMBERS})
CHOICES = [(family, one) for family, one in ALL if one.options]
DAYS = [(family, one) for family, one in ALL if one.dated]
each_day = each({one.path: (family, one) for family, one in DAYS})
# How a run is set up, not how a document is read.
SETTINGS = {"scorecard.edition", "scorecard.missing", "scorecard.cost_growth"}
ASSUMED = {f"dip.{name}" for name in ("grows", "volume_growth", "severity_growth", "coding_growth")} | {
    f"retention.{name}" for name in ("score_growth", "spending_growth", "budget_growth")
}  # of no document
OF_CARDS = {f"scorecard.{number.name}" for card in CARDS.values() for _, _, number in card.numbers()}
WRITTEN = [(family, one) for family, one in ALL if one.path not in OF_CARDS and family is not DipParams]  # read by name
each_choice = each({one.path: (family, one) for family, one in CHOICES})


def in_both_languages(text):
    cjk = re.compile("[\u4e00-\u9fff]")
    return bool(cjk.search(text.zh)) and bool(text.en.strip()) and not cjk.search(text.en)


def faults(family, **values):
    """The problems that a family finds in these values."""
    try:
        family(**values)
    except BadInput as error:
        return error.problems
    return []


def test_every_rule_is_found():
    assert [family.family for family in FAMILIES] == sorted(RULES)
    assert [RULES[family.family].params for family in FAMILIES] == FAMILIES


# --- the declarations -------------------------------------------------------------------------------------------


@each_parameter
def test_label_and_help_stand_in_both_languages(family, one):
    assert in_both_languages(one.label)
    assert in_both_languages(one.help)
    assert [option.value for option in one.options if not in_both_languages(option.label)] == []


@each_parameter
def test_it_cites_a_place_in_a_known_document(family, one):
    """But for what one assumes that hospitals do, which says that it is that."""
    assert bool(one.clauses) == (one.path not in ASSUMED)
    assert (one.kind is Kind.ASSUMPTION) == (one.path in ASSUMED)
    assert in_both_languages(one.sources)
    for clause in one.clauses:
        assert clause.document in DOCUMENTS
        assert in_both_languages(Text(clause.zh, clause.en))


@each_number
def test_bounds_hold_the_default_and_steps_reach_all_three(family, one):
    assert one.low <= one.default <= one.high
    assert one.low < one.high
    assert one.step > 0
    assert (one.default - one.low) % one.step == 0
    assert (one.high - one.low) % one.step == 0
    assert one.default % one.step == 0


@each_number
def test_one_step_is_seen_in_what_is_shown(family, one):
    assert one.show(one.low, "en") != one.show(one.low + one.step, "en")


@each_choice
def test_a_reading_has_options_and_takes_one_of_them(family, one):
    assert len(one.options) > 1
    assert one.default in one.options
    others = dict.fromkeys(SETTINGS, Kind.SETTING) | dict.fromkeys(ASSUMED, Kind.ASSUMPTION)
    others |= {"dip.ungrouped": Kind.UNSET}  # not set by any document
    assert one.kind is others.get(one.path, Kind.READING)


@each({one.path: (family, one) for family, one in WRITTEN})
def test_its_rule_uses_it(family, one):
    """No code names the numbers of the cards, nor all of DIP settlement's: tests/test_scorecard_properties.py shows
    that each of the former can change a score, and the tests below that each of the latter can change a settlement."""
    assert one.name in read(family)


@functools.cache
def read(family) -> set[str]:
    """What the code of a family's rule takes of its parameters."""
    source = Path(inspect.getfile(family))
    package = source.parent != Path(simlib.rules.__file__).parent
    files = source.parent.rglob("*.py") if package else [source]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8")))]
    names = [node for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)]
    return {node.attr for node in names if node.value.id == "params"}


CITIES = {
    "as given": small_dip.tables,
    "with a history": small_dip.with_history,
    "with persons": small_dip.with_persons,
    "without groups": small_dip.without_groups,
    "with facts": small_dip.with_facts,
}
PERSONS = {"readmission_days", "same_disease"}
TOLD = {"over_quota", "list_faults", "negotiated_in_ratio"}  # of what the cases may tell
OF_CASES_ALONE = {"cycle_days", "cycle_scope"}  # which settled stays a case counts as stands with the cases alone
OF_CITY = {"readmission_days": "with persons"} | dict.fromkeys(
    ("same_disease", "irregular_points", "primary_deviation", *TOLD, *OF_CASES_ALONE), "with facts"
)
OF_CITY |= dict.fromkeys(("ungrouped", "ungrouped_share"), "without groups")
DIP = RULES["dip"]
SCORED = ("cases", "institutions", "groups", "peer_means")
HISTORY = {"core_min_cases", "history_years", "year_weights"}
UNGROUPED = {"ungrouped", "ungrouped_share"}
each_of_dip = pytest.mark.parametrize("one", DipParams.declarations().values(), ids=lambda one: one.name)


@functools.cache
def city(name: str):
    """The tables of a small city, and what is prepared of them."""
    tables = CITIES[name]()
    assert DIP.lacking(tables, DipParams()) == []
    return tables, DIP.prepare(tables)


def settled(name: str, params: DipParams, cases: bool = False) -> list:
    """Everything that DIP settlement gives of a small city, and with ``cases`` the points of each case too."""
    tables, ready = city(name)
    try:
        results = DIP.run(ready, params)
    except BadInput as bad:
        return [("refused", "\n".join(bad.lines("en")))]
    told = [*results.items(), *((str(at), text) for at, text in enumerate(DIP.warnings(results, tables, params)))]
    if cases:
        told.append(("dip_cases", score_cases(*(tables[one] for one in SCORED), params)))
    return told


def alike(first: list, second: list) -> bool:
    """Whether two settlements are the same to the last digit."""
    names = [[name for name, _ in one] for one in (first, second)]
    return names[0] == names[1] and all(
        one.equals(other) if isinstance(one, pd.DataFrame) else one == other
        for (_, one), (_, other) in zip(first, second, strict=True)
    )


def others(one) -> list:
    """Other values of a parameter, as far away as it goes; the order of two may forbid one of them."""
    values = [value for value in one.options or (one.high, one.low) if value != one.default]
    return [value for value in values if not faults(DipParams, **{one.name: value})]


@functools.cache
def start(one) -> DipParams:
    """Values from which the parameter can matter: who changes says nothing where nobody changes."""
    given = {"grows": {"volume_growth": "0.1"}, "ungrouped_share": {"ungrouped": "cost"}}
    given |= {"deduction_floor": {"floor_at": "item"}, "city_share": {"grows": "1", "volume_growth": "1"}}
    return DipParams(**given.get(one, {}))


@each_of_dip
def test_moving_it_changes_what_a_small_city_gets(one):
    name = "with a history" if one.name in HISTORY else OF_CITY.get(one.name, "as given")
    cases = one.name in OF_CASES_ALONE
    before = settled(name, start(one.name), cases)
    moved = [
        value
        for value in others(one)
        if not alike(before, settled(name, start(one.name).changed(**{one.name: value}), cases))
    ]
    assert moved, "no value of it changes anything"


@pytest.mark.parametrize("name", CITIES)
def test_what_data_are_said_to_leave_without_effect_has_none_and_all_else_has(name):
    tables, _ = city(name)
    inert = DIP.inert(tables, DipParams())
    assert inert.keys() - OF_CASES_ALONE == {
        "as given": HISTORY | UNGROUPED | PERSONS | TOLD, "with persons": HISTORY | UNGROUPED | TOLD,
        "with a history": UNGROUPED | PERSONS | TOLD | {"primary_deviation"},
        "without groups": HISTORY | PERSONS | TOLD, "with facts": HISTORY | UNGROUPED,
    }[name]  # fmt: skip
    before = settled(name, DipParams())
    for one in (DipParams.declarations()[key] for key in inert):
        for value in others(one):
            assert alike(before, settled(name, DipParams().changed(**{one.name: value}))), one.name


# --- the values -------------------------------------------------------------------------------------------------


@each_family
def test_without_values_the_documents_hold(family):
    params = family()
    assert dict(params) == {name: one.default for name, one in family.declarations().items()}
    assert params.differences() == {}
    assert family(**params.plain()) == params


@each_number
def test_a_number_up_to_its_bounds_is_taken(family, one):
    """The order of two parameters may forbid it; then the fault stands under both names."""
    found = [problem for bound in (one.low, one.high) for problem in faults(family, **{one.name: bound})]
    assert [problem for problem in found if problem.column == one.path] == []


@each_number
def test_a_number_beyond_its_bounds_is_refused_with_the_bounds(family, one):
    for beyond in (one.low - Decimal(1).scaleb(-one.places), one.high + Decimal(1).scaleb(-one.places)):
        (problem,) = faults(family, **{one.name: beyond})
        assert (problem.column, problem.value) == (one.path, str(beyond))
        assert f"{one.low} to {one.high}" in problem.line("en")
        assert f"{one.low} 至 {one.high}" in problem.line("zh")


@each_number
def test_what_is_no_number_is_refused(family, one):
    for value in (float("nan"), float("inf"), True, False, "a lot", "", None, [1], b"1"):
        (problem,) = faults(family, **{one.name: value})
        assert problem.column == one.path, value
        assert one.label.en in problem.line("en"), value


@each_number
def test_too_many_decimals_are_refused(family, one):
    (problem,) = faults(family, **{one.name: one.low + Decimal(1).scaleb(-one.places - 1)})
    assert f"at most {one.places} decimals" in problem.line("en")
    (problem,) = faults(family, **{one.name: one.high - Decimal(1).scaleb(-one.places - 1)})
    assert f"最多 {one.places} 位" in problem.line("zh")


@each_number
def test_a_number_is_taken_as_the_decimal_that_is_written(family, one):
    written = one.default - one.step if one.default == one.high else one.default
    for number in (float, np.float64, str, Decimal):
        assert getattr(family(**{one.name: number(str(written))}), one.name) == written, number


@each_choice
def test_an_option_that_is_not_there_is_refused_with_those_that_are(family, one):
    for value in ("neither", "", True, 1, None):
        (problem,) = faults(family, **{one.name: value})
        assert problem.column == one.path, value
        assert all(option.value in problem.line("en") for option in one.options), value


@each_choice
def test_every_option_is_taken_by_its_name(family, one):
    for option in one.options:
        assert getattr(family(**{one.name: option.value}), one.name) is option


def test_every_parameter_is_a_number_a_choice_or_a_day():
    assert len(NUMBERS) + len(CHOICES) + len(DAYS) == len(ALL)
    assert [one.path for _, one in DAYS] == ["agreement.today"]


@each_day
def test_a_day_is_none_until_it_is_set_and_taken_as_a_file_or_python_has_it(family, one):
    assert (one.default, one.kind, one.options, one.range) == ("", Kind.SETTING, [], None)
    assert one.show("", "en") == "not set"
    for value in ("2026-12-15", datetime.date(2026, 12, 15)):
        params = family(**{one.name: value})
        assert getattr(params, one.name) == params.plain()[one.name] == one.show("2026-12-15", "zh") == "2026-12-15"
        assert params.document() == params  # a setting, not the document's
        assert family(**params.plain()) == params
    assert faults(family, **{one.name: ""}) == []


@each_day
def test_what_is_no_day_is_refused(family, one):
    wrong = ("2026-02-29", "15.12.2026", "2026-13-01", "today", "2009-12-31", "2100-01-01", 20261215, True, None, 1.5,
             datetime.datetime(2026, 12, 15, 8), [1])  # fmt: skip
    for value in wrong:
        (problem,) = faults(family, **{one.name: value})
        assert problem.column == one.path, value
        assert "a date such as 2026-12-15, or nothing" in problem.line("en"), value


@each_parameter
def test_parameters_are_frozen(family, one):
    params = family()
    with pytest.raises(ValidationError, match="frozen"):
        setattr(params, one.name, one.default)
    assert params == family()


@each_family
def test_an_unknown_name_is_refused_with_the_nearest(family):
    known = next(iter(family.declarations()))
    (problem,) = faults(family, **{f"{known}x": 1})
    assert problem.column == f"{family.family}.{known}x"
    assert f"Did you mean {known}?" in problem.line("en")
    assert f"是否想写 {known}？" in problem.line("zh")


def test_a_name_like_no_other_is_refused_with_all_that_are_known():
    (problem,) = faults(DepositParams, qqq=1)
    assert all(name in problem.line("en") for name in DepositParams.declarations())


def test_every_fault_is_named_at_once():
    columns = [problem.column for problem in faults(DepositParams, lower=3, mean_scope="town", uper=1)]
    assert sorted(columns) == ["deposit.lower", "deposit.mean_scope", "deposit.uper"]


# --- two parameters in order ------------------------------------------------------------------------------------


def _bound(default, zh, en):
    clause = Clause("JS26", "附件", "annex")
    return lever(default, 0, 10, step=1, unit=RATIO, label=Text(zh, en), help=Text(zh, en), clauses=[clause])


class Pair(Params):
    family = "pair"
    ordered = (("floor", "ceiling"),)
    floor: Decimal = _bound(2, "下限", "Floor")
    ceiling: Decimal = _bound(5, "上限", "Ceiling")


def test_two_parameters_out_of_order_are_refused_by_their_labels():
    (problem,) = faults(Pair, floor=6)
    assert problem.line("en") == "pair.floor, pair.ceiling: Floor must not exceed Ceiling. Change one of them."
    assert problem.line("zh") == "pair.floor, pair.ceiling：下限不得高于上限。请调整其中一个。"
    (problem,) = faults(Pair, floor=4, ceiling="3.999999")
    assert problem.column == "pair.floor, pair.ceiling"


def test_two_parameters_may_be_equal_or_move_together():
    assert Pair(floor=5).floor == Pair(ceiling=5).ceiling
    assert Pair(floor=7, ceiling=8).differences() == {"floor": 7, "ceiling": 8}


# --- what was changed -------------------------------------------------------------------------------------------


def test_differences_name_what_left_the_documents_values():
    params = DepositParams(upper=1.03, lower="0.9800", mean_scope="city", unclaimed_pool="hold")
    assert params.differences() == {"upper": Decimal("1.03"), "mean_scope": MeanScope.CITY}


def test_a_changed_copy_leaves_the_first_as_it_was():
    first = DepositParams(upper=1.03)
    second = first.changed(lower=0.97, unclaimed_pool="refund")
    assert first.differences() == {"upper": Decimal("1.03")}
    assert second.differences() == {
        "upper": Decimal("1.03"),
        "lower": Decimal("0.97"),
        "unclaimed_pool": UnclaimedPool.REFUND,
    }
    assert second.changed(upper=1.02, lower=0.98, unclaimed_pool="hold") == DepositParams()


def test_a_changed_copy_is_checked_like_any_other():
    with pytest.raises(BadInput, match="deposit.lower · “2”"):
        DepositParams().changed(lower=2)
    with pytest.raises(BadInput, match="deposit.lowr：未找到该参数"):
        DepositParams().changed(lowr=0.9)
    with pytest.raises(BadInput, match="下限不得高于上限"):
        Pair().changed(ceiling=1)
