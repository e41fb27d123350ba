"""Presets, steps back and forth, the run before the last move, the order of tables, and what a form is searched by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib import scenario
from simlib.app import history
from simlib.app.form import findable
from simlib.app.page import Page
from simlib.app.presets import Presets
from simlib.app.simulator import Simulator
from simlib.panels import DASHBOARDS
from simlib.params import Kind
from simlib.problems import BadInput
from simlib.rules import FAMILIES
from strategies.examples import examples


@pytest.fixture(scope="module")
def deposit():
    return Simulator.of("deposit")


@pytest.fixture
def one(deposit):
    deposit.reset()
    deposit.history = history.History()
    deposit.choices.clear()
    return deposit


def upper(one):
    return str(one.params.upper)


# --- steps back and forth


def test_a_drag_is_one_step_and_the_next_drag_another(one):
    for step, value in (("upper 0", "1.03"), ("upper 0", "1.04"), ("upper 1", "1.05"), ("lower 1", "1.05")):
        one.set({"upper": value}, step=step)
    one.turn(back=True)
    assert upper(one) == "1.04"
    one.turn(back=True)
    assert upper(one) == "1.02"
    one.turn(back=True)  # there is nothing before
    assert upper(one) == "1.02"
    one.turn(back=False)
    one.turn(back=False)
    assert upper(one) == "1.05"
    one.turn(back=False)
    assert upper(one) == "1.05"


def test_what_changes_nothing_is_no_step_and_what_is_refused_neither(one):
    one.set({"upper": "1.02"})
    with pytest.raises(BadInput):
        one.set({"upper": "7"})
    assert not one.history.past


def test_a_new_move_forgets_what_was_undone(one):
    one.set({"upper": "1.03"})
    one.turn(back=True)
    one.set({"lower": "0.97"})
    assert not one.history.future
    one.turn(back=True)
    assert not one.changed


def test_presets_resets_and_links_are_undone_like_any_move(one):
    one.prefer("upper-1.03")
    one.reset()
    one.open("?deposit.lower=0.95")
    assert str(one.params.lower) == "0.95"
    one.turn(back=True)
    assert not one.changed
    one.turn(back=True)
    assert one.preset == "upper-1.03"
    one.turn(back=True)
    assert not one.changed


def test_steps_are_bounded(one):
    for _ in range(history.MOST):
        one.history.moved(one.values, (one.current, one.baseline))
    one.set({"upper": "1.03"})
    assert len(one.history.past) == history.MOST


@examples(15)
@given(st.lists(st.sampled_from(("1.02", "1.03", "1.04", "undo", "redo")), max_size=8))
def test_steps_are_those_of_two_stacks(deposit, acts):
    deposit.reset()
    deposit.history = history.History()
    now, past, future = "1.02", [], []
    for act in acts:
        if act == "undo" and past:
            future.append(now)
            now = past.pop()
        elif act == "redo" and future:
            past.append(now)
            now = future.pop()
        elif act not in ("undo", "redo") and act != now:
            past.append(now)
            now, future = act, []
        deposit.turn(back=act == "undo") if act in ("undo", "redo") else deposit.set({"upper": act})
        assert upper(deposit) == now
        assert (len(deposit.history.past), len(deposit.history.future)) == (len(past), len(future))


def test_the_previous_run_is_that_before_the_last_step_however_long_the_drag(one):
    assert one.moment.previous is None
    document = one.current
    one.set({"upper": "1.03"}, step="upper 0")
    one.set({"upper": "1.04"}, step="upper 0")
    assert one.moment.previous is document
    former = one.current
    one.set({"upper": "1.05"}, step="upper 1")
    assert one.moment.previous is former
    one.use(one.source, dict(one.inputs))  # other tables cannot be compared one by one
    assert one.moment.previous is None


# --- presets


@pytest.mark.parametrize("rule", FAMILIES)
def test_each_page_offers_the_shipped_scenarios_that_change_its_rule_and_knows_each_by_its_values(rule):
    presets = Presets(rule)
    for name, one in presets.offered.items():
        assert name == "document" or one.params[rule].differences()
        values = presets.values(name, {n: family.params() for n, family in FAMILIES.items()})
        assert {n: dict(v) for n, v in values.items()} == {n: dict(v) for n, v in one.params.items()}
        assert presets.name(values) == name
    assert len(presets.offered) >= 5


def test_a_preset_gives_what_its_scenario_gives(one):
    one.set({"lower": "0.9"})
    one.prefer("upper-1.03")
    expected = scenario.load(scenario_file("upper-1.03"))
    assert one.params == expected.params["deposit"]
    assert one.preset == "upper-1.03"
    one.set({"lower": "0.9"})
    assert one.preset is None
    with pytest.raises(BadInput):
        one.prefer("../../etc/passwd")
    assert str(one.params.lower) == "0.9"


def scenario_file(name):
    from simlib import SCENARIOS

    return SCENARIOS / f"{name}.yaml"


# --- tables and links


def test_a_link_holds_how_a_table_is_sorted_and_nothing_that_it_has_not(one):
    one.sort("institutions", "difference.up")
    assert "view.institutions=difference.up" in one.query
    for panel, order in (("institutions", "x.up"), ("institutions", "index.left"), ("payout", "index.up"), ("", "")):
        one.sort(panel, order)
    assert one.choices == {"institutions": "difference.up"}
    one.sort("institutions", "")
    assert not one.choices
    one.open("?view.institutions=index.down&view.present=1")
    assert one.choices == {"institutions": "index.down"}
    assert one.presents
    one.open("")
    assert not one.presents


@pytest.mark.parametrize("rule", DASHBOARDS)
def test_what_changes_stands_right_after_whose_row_it_is_and_where_the_rule_puts_it(rule):
    simulator = Simulator.of(rule)
    moment = simulator.moment
    (table,) = (panel.frame(moment) for panel in simulator.panels if panel.kind == "table" and panel.shown(moment))
    names = [column["name"] for column in table["columns"]]
    assert len(set(names)) == len(names)
    assert min(names.index(name) for name in table["sizes"]) <= 3


# --- the form


@pytest.mark.parametrize("rule", DASHBOARDS)
def test_what_is_discussed_first_stands_open_and_everything_else_has_a_topic(rule):
    declared = [d for n, d in FAMILIES[rule].params.declarations().items() if n not in DASHBOARDS[rule].in_panels]
    standing = [one for one in declared if one.topic is None]
    assert 3 <= len(standing) <= 5
    assert all(one.kind in (Kind.LEVER, Kind.SETTING, Kind.UNSET) for one in standing)


def test_a_parameter_is_found_by_its_names_its_topic_and_its_articles():
    declared = FAMILIES["dip"].params.declarations()
    found = findable(declared["retention_cap"])
    assert found["articles"] == ["33"]
    assert "jy 第三十三条" in found["find"]
    assert "结余留用上限" in found["find"]
    assert findable(declared["ledger"])["articles"] == ["2", "10", "31"]
    assert findable(FAMILIES["deposit"].params.declarations()["lower"])["articles"] == ["3", "2"]


def test_the_form_folds_in_a_page_and_not_in_a_lesson_and_a_page_alone_has_prepared_moves(one):
    page, figure = Page(one), Page(one, levers=("lower", "mean_scope"))
    assert {control["topic"] is None for control in page.about()["form"]} == {True, False}
    assert {control["topic"] for control in figure.about()["form"]} == {None}
    assert "presets" in page.about()
    assert "presets" not in figure.about()
