"""The DIP dashboard without a browser: what its panels are told, and what its levers do to the fen."""

from __future__ import annotations

import dataclasses
import io
import json
import math
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from oracles import exact_deposit
from simlib import cli, sample, scenario, tables
from simlib.app import downloads
from simlib.app.packing import pack
from simlib.app.page import Page
from simlib.app.simulator import Simulator
from simlib.columns import CASES, INSTITUTIONS, LEVELS
from simlib.money import to_fen
from simlib.panels import dip as views
from simlib.panels import dip_coefficients
from simlib.params import Kind
from simlib.problems import BadInput
from simlib.rules import dip
from simlib.rules.dip import ready
from simlib.rules.dip.coefficient_params import CoefficientParams
from simlib.tables.large import Large
from simlib.words import LANGUAGES
from strategies import small_dip

CJK = re.compile(r"[\u3400-\u9fff]")
REAL = Path(__file__).parents[2] / "shared/data/sih-acre-2021"
DECLARED = dip.DipParams.declarations()


def real():
    if not REAL.is_dir():
        pytest.skip("the shared data are not beside the project")
    return tables.read_folder(REAL)


def small():
    """The small city, its cases known by a digest, so that their index is made once."""
    city = small_dip.tables()
    return {**city, "cases": Large.of(city["cases"], CASES, digest="small", file="cases.csv")}


CITIES = {
    "sample": lambda: scenario.load_data("sample"), "real discharges": real, "small": small_dip.tables,
    "with a history": small_dip.with_history, "required columns only": small_dip.required_only,
}  # fmt: skip


@pytest.fixture
def simulator():
    return Simulator.of("dip", small())


class Told:
    """A page whose messages are kept, unpacked as the browser gets them, instead of sent."""

    def __init__(self, monkeypatch, simulator):
        self.page, self.messages = Page(simulator), []
        monkeypatch.setattr(self.page, "send", lambda content, buffers=None: self.messages.append((content, buffers)))

    def __call__(self, act, buffers=(), **content):
        self.messages.clear()
        self.page.receive({"act": act, **content}, list(buffers))
        return [json.loads(json.dumps(content, allow_nan=False)) for content, _ in self.messages]


@pytest.fixture
def told(monkeypatch, simulator):
    return Told(monkeypatch, simulator)


def draw(simulator, *names):
    """What panels are told: those of the names, else all."""
    moment = simulator.moment
    if "readings" in names:
        moment.worth.go_on(math.inf)
    return {panel.id: panel.draw(moment) for panel in simulator.panels if not names or panel.id in names}


def cards(simulator):
    return {
        card["id"]: card["value"]
        for part in ("lead", "rest")
        for card in draw(simulator, "headlines")["headlines"][part]
    }


def run(simulator) -> scenario.Run:
    """What a run of the visitor's scenario gives, calculated from nothing."""
    return scenario.run(simulator.scenario, simulator.inputs)


def strings(value, path=""):
    """Every text that a packed payload holds, with the keys that lead to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from strings(one, f"{path}/{key}")
    elif isinstance(value, list):
        for one in value:
            yield from strings(one, path)


def settled(simulator) -> dict[str, int]:
    """Fen of each institution."""
    table = simulator.moment.table
    return dict(zip(table["institution_id"], to_fen(table["settlement"].to_numpy()).tolist(), strict=True))


# --- what is shown, on every kind of data --------------------------------------------------------------------------


@pytest.mark.parametrize("name", CITIES)
def test_every_panel_draws_and_can_be_sent(name):
    one = Simulator.of("dip", CITIES[name]())
    one.set({"deviation_low": "0.5", "volume_growth": "0.05"})
    one.pick(sorted(one.subjects)[0])
    moment = one.moment
    assert [panel.id for panel in one.panels if panel.shown(moment)] == [panel.id for panel in views.PANELS]
    drawn = {panel.id: panel.draw(moment) for panel in one.panels}
    for panel in one.panels:
        frame = panel.frame(moment)
        for language in LANGUAGES:
            buffers = []
            packed = pack([frame, drawn[panel.id]], language, buffers)
            assert json.dumps(packed, allow_nan=False), panel.id
            arrays = [np.frombuffer(buffers[a["$"]], a["type"]) for a in found(packed)]
            assert all(a.dtype.kind in "if" and a.dtype.itemsize <= 8 for a in arrays), panel.id
    assert len(drawn["institutions"]["values"]["settlement"]) == len(one.subjects)
    assert len(drawn["explanation"]["steps"]) > 8
    assert cards(one) == run(one).summary["dip"]


def found(packed):
    """The references to arrays that a packed payload holds."""
    if isinstance(packed, dict):
        if "$" in packed:
            yield packed
        else:
            for one in packed.values():
                yield from found(one)
    elif isinstance(packed, list):
        for one in packed:
            yield from found(one)


def test_the_headlines_of_the_sample_are_those_that_the_command_writes(tmp_path):
    one = Simulator.of("dip")
    one.set(
        {
            "deviation_low": "0.45",
            "regulation_rate": "0.05",
            "share_rate_2": "0.5",
            "basic_3A": "1.02",
            "cmi_cap": "0.08",
        }
    )
    (tmp_path / "saved.yaml").write_text(scenario.dump(one.scenario), encoding="utf-8")
    assert cli.main(["run", str(tmp_path / "saved.yaml"), "--out", str(tmp_path / "out")]) == 0
    assert cards(one) == json.loads((tmp_path / "out/summary.json").read_text(encoding="utf-8"))["dip"]
    written = pd.read_parquet(tmp_path / "out/dip_institutions.parquet")
    pd.testing.assert_frame_equal(one.moment.table.reset_index(drop=True)[list(written)], written, check_dtype=False)
    assert len(pd.read_parquet(tmp_path / "out/dip_cases.parquet", columns=["case_id"])) == cards(one)["cases"]


def test_with_the_documents_values_nothing_moves(simulator):
    drawn = draw(simulator)
    assert (simulator.moment.difference == 0).all()
    assert drawn["headlines"]["said"].zh.startswith("按文件规定值：")
    assert not any(card["moved"] for part in ("lead", "rest") for card in drawn["headlines"][part])
    assert not simulator.changed


MOVES = {
    "deviation_low": "0.95", "deviation_high": "2", "regulation_rate": "0.06", "billed_headroom": "1",
    "retention_cap": "1.01",
    "share_limit": "1.05", "share_rate_3": "0.2", "share_rate_2": "0.2", "share_rate_1": "0.2",
    "irregular_multiple": "5",
    "basic_3A": "1.1", "basic_1O": "0.6", "cmi_bonus": "0.02", "accuracy_deduction": "0.01", "low_slope": "lifted",
    "missing_peer": "all_levels", "ledger": "by_scheme", "irregular_weighted": "on", "volume_growth": "0.07",
    "severity_growth": "0.03", "coding_growth": "0.04",
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), MOVES.items())
def test_each_lever_moves_the_money_as_a_run_does(simulator, name, value):
    simulator.set({name: value})
    now, before = run(simulator).results["dip"], scenario.run(scenario.Scenario(""), simulator.inputs).results["dip"]
    assert simulator.moment.table.equals(now["dip_institutions"])
    paid = [to_fen(one["dip_institutions"]["settlement"].to_numpy()) for one in (now, before)]
    assert to_fen(simulator.moment.difference.to_numpy()).tolist() == (paid[0] - paid[1]).tolist()
    assert (paid[0] != paid[1]).any()
    assert cards(simulator) == dip.FAMILY.summarise(now)


def test_several_moves_in_a_row_leave_no_trace_of_each_other(simulator):
    """What is kept between two moves must not outlive the values it was made from."""
    for name, value in [*MOVES.items(), *reversed(MOVES.items())]:
        simulator.set({name: value})
        fresh = Simulator.of("dip", simulator.inputs)
        fresh.set({n: str(v) for n, v in simulator.params.differences().items()})
        assert simulator.moment.table.equals(fresh.moment.table), name
    simulator.reset()
    assert (simulator.moment.difference == 0).all()


# --- what a lever does ----------------------------------------------------------------------------------------------


def test_a_higher_low_limit_takes_points_from_cheap_cases_and_is_drawn_where_it_stands(simulator):
    before, drawn = simulator.moment.results, draw(simulator, "deviations")["deviations"]
    simulator.set({"deviation_low": "0.95"})
    now, redrawn = simulator.moment.results, draw(simulator, "deviations")["deviations"]
    counts = [results["dip_counts"]["low"].sum() for results in (before, now)]
    assert counts[0] < counts[1]
    assert [line["at"] for line in redrawn["lines"] if line["dash"] == "solid"] == [0.95, 2.5]
    assert f"低费用 {counts[1]:,} 例" in redrawn["notes"][0].zh
    assert drawn["notes"] != redrawn["notes"]
    values = [results["dip_fund"]["point_value"][0] for results in (before, now)]
    assert values[0] < values[1]  # the same fund over fewer points
    limits = dip.score_cases(
        *(simulator.inputs[name] for name in ("cases", "institutions", "groups", "peer_means")), simulator.params
    )
    assert (limits["reason"] == "low").sum() == counts[1]


def test_a_higher_regulation_rate_sets_more_aside_and_lowers_the_point_value(simulator):
    before = simulator.moment.results["dip_fund"].iloc[0]
    simulator.set({"regulation_rate": "0.06"})
    now = simulator.moment.results["dip_fund"].iloc[0]
    aside = exact_deposit.half_up(Fraction("0.06") * exact_deposit.fen(now["income"]))
    assert [exact_deposit.fen(now[name]) for name in ("income", "regulation_set_aside")] == [
        exact_deposit.fen(before["income"]),
        aside,
    ]
    assert now["point_value"] < before["point_value"]
    figure = draw(simulator, "waterfall")["waterfall"]
    (bars,), axis = figure["data"], figure["layout"]["xaxis"]
    labels = [label.zh.replace("<br>", "") for label in axis["ticktext"]]
    assert labels == ["基金收入", "调节金", "普通门诊", "可分配", "未分配", "分担", "决算"]
    spent = now["outpatient"]
    steps = [
        now["income"],
        -now["regulation_set_aside"],
        -spent,
        now["distributable"],
        -now["undistributed"],
        now["shares_paid"],
        cards(simulator)["settlement"],
    ]
    scale = bars["y"][0] / now["income"]  # of the unit that the axis is in
    assert [float(text.replace(",", "").replace("−", "-")) for text in bars["text"]] == pytest.approx(
        [step * scale for step in steps], abs=0.005
    )
    assert bars["base"][1] + bars["y"][1] == pytest.approx(bars["y"][0])  # each step hangs where the one before ended
    fen_of = [exact_deposit.fen(float(step)) for step in steps]
    assert fen_of[0] + fen_of[1] + fen_of[2] == fen_of[3]
    assert sum(fen_of[3:6]) == fen_of[6] == sum(settled(simulator).values())


@pytest.mark.parametrize("level", LEVELS)
def test_a_share_rate_moves_the_overspent_of_its_level_and_nobody_else(simulator, level):
    before = simulator.moment.table.set_index("institution_id")
    simulator.set({f"share_rate_{level}": "0"})
    now = simulator.moment.table.set_index("institution_id")
    mine = before.index.str.startswith(level) & before["outcome"].isin(["shared", "beyond"])
    assert mine.any()
    assert now[~mine].equals(before[~mine])
    fen = {name: to_fen(now.loc[mine, name].to_numpy()).tolist() for name in ("settlement", "payable", "share_due")}
    assert fen["settlement"] == fen["payable"]
    assert set(fen["share_due"]) == {0}


def test_a_basic_coefficient_moves_its_grade_up_and_all_others_down_or_not(simulator):
    before = simulator.moment.table.set_index("institution_id")
    simulator.set({"basic_3A": "1.2"})
    now = simulator.moment.table.set_index("institution_id")
    raised = now["coefficient"] - before["coefficient"]
    assert raised.round(9).to_dict() == {one: 0.2 if one == "3A" else 0.0 for one in before.index}
    assert now["payable"]["3A"] > before["payable"]["3A"]
    others = now.index != "3A"
    assert (now["payable"] < before["payable"])[others].all()
    assert (now["settlement"] <= before["settlement"])[others].all()


# --- if hospitals change --------------------------------------------------------------------------------------------


def test_where_nothing_is_assumed_the_panel_says_so(simulator):
    drawn = draw(simulator, "dynamics")["dynamics"]
    assert drawn["note"] is dip_coefficients.ASSUME
    assert drawn["table"]["lines"] == []


def test_more_cases_lower_the_point_value_and_the_panel_says_who_pays(simulator):
    simulator.set({"regulation_rate": "0.05"})
    before, value = simulator.moment.table, cards(simulator)["point_value"]
    simulator.set({"volume_growth": "0.2", "grows": "3"})
    now, drawn = simulator.moment.table, draw(simulator, "dynamics")["dynamics"]
    assert cards(simulator)["point_value"] < value  # the fund is the same
    assert f"{value:.4f}" in drawn["note"].zh
    assert f"{cards(simulator)['point_value']:.4f}" in drawn["note"].en
    lines = {label.zh: cells for label, *cells in drawn["table"]["lines"]}
    assert set(lines) == {"三级", "二级", "一级"}
    for level, label in LEVELS.items():
        mine = before["institution_id"].str.startswith(level).to_numpy()
        sums = [to_fen(one["settlement"].to_numpy()[mine]).sum() for one in (before, now)]
        assert [fen(text) for text in lines[label.zh][:3]] == [*sums, sums[1] - sums[0]]
        a_yuan = [one["settlement"][mine].sum() / one["billed"][mine].sum() for one in (before, now)]
        assert lines[label.zh][3:] == [f"{share:.2%}" for share in a_yuan]
        assert (sums[1] > sums[0]) == (level == "3")  # the others pay for those who grow
        assert a_yuan[1] < a_yuan[0]


def fen(text: str) -> int:
    return int(Decimal(text.replace(",", "")).scaleb(2))


def test_an_assumption_leaves_the_document_and_the_other_levers_alone(simulator):
    simulator.set({"coding_growth": "0.1", "deviation_low": "0.5"})
    assert simulator.baseline.scenario.params["dip"] == dip.DipParams()
    note = draw(simulator, "dynamics")["dynamics"]["note"].zh
    still = scenario.run(
        dataclasses.replace(simulator.scenario, params={**simulator.values, "dip": dip.DipParams(deviation_low="0.5")}),
        simulator.inputs,
    )
    assert f"由 {still.summary['dip']['point_value']:.4f} 变为" in note
    simulator.reset()
    assert draw(simulator, "dynamics")["dynamics"]["note"] is dip_coefficients.ASSUME


# --- numbers to change in place -------------------------------------------------------------------------------------


def test_every_number_of_the_coefficient_and_every_assumption_stands_once_in_a_panel_and_not_in_the_form(told):
    (shown,) = [one for one in told("open", query="") if one["say"] == "page"]
    frames = {panel["id"]: panel["frame"] for panel in shown["panels"]}
    numbers = [name for row in frames["coefficients"]["rows"] for name in row["numbers"]]
    assert sorted(numbers) == sorted(n for n in CoefficientParams.model_fields if not DECLARED[n].options)
    assumed = [name for row in frames["dynamics"]["rows"] for name in row["numbers"]]
    assert sorted(assumed) == sorted(name for name, one in DECLARED.items() if one.kind is Kind.ASSUMPTION)
    form = [one["name"] for one in shown["form"]]
    assert sorted([*form, *numbers, *assumed]) == sorted(DECLARED)
    for row in frames["coefficients"]["rows"]:
        assert re.findall("⟦(.*?)⟧", row["said"]) == list(row["numbers"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_is_changed_in_place_refused_with_a_sentence_and_taken_back(told, language):
    told("speak", language=language)
    (update,) = told("set", values={"age_step": "5%"}, shown=True, seq=1)
    assert update["values"]["age_step"] == "0.05"
    assert update["changed"]
    before = told.page.simulator.moment.table
    for name, text in (
        ("accuracy_from", "120%"),
        ("basic_2A", "2.5"),
        ("volume_growth", "-60"),
        ("cmi_step", "0"),
        ("basic_3A", "x"),
    ):
        (answer,) = told("set", values={name: text}, shown=True, seq=2)
        assert (answer["say"], answer["problems"][0]["parameters"]) == ("problems", [f"dip.{name}"])
        assert DECLARED[name].label.to(language) in answer["problems"][0]["rule"]
        assert bool(CJK.search(answer["problems"][0]["rule"])) == (language == "zh")
    assert told.page.simulator.moment.table.equals(before)
    (update,) = told("set", values={"age_step": "0.1"}, seq=3)
    assert not update["changed"]


def test_limits_take_three_decimals_and_days_none(told):
    for name, good, bad, places in (
        ("deviation_low", "0.375", "0.3755", 3),
        ("readmission_days", "15", "15.5", 0),
        ("volume_growth", "3.25", "3.333", 4),
    ):
        (update,) = told("set", values={name: good}, shown=True)
        assert update["say"] == "update"
        (answer,) = told("set", values={name: bad}, shown=True)
        assert f"最多 {places} 位" in answer["problems"][0]["rule"]


def test_the_table_of_coefficients_counts_whom_each_number_concerns(simulator):
    cells = draw(simulator, "coefficients")["coefficients"]["cells"]
    frame = next(panel for panel in views.PANELS if panel.id == "coefficients").frame(simulator.moment)
    assert len(cells) == len(frame["rows"])
    counts = [int(row[0].replace(",", "")) for row in cells]
    assert counts[:3] == [4, 4, 3]  # institutions of each level
    shares = [float(row[1].rstrip("%")) for row in cells[:3]]
    assert sum(shares) == pytest.approx(100, abs=0.2)
    given = simulator.moment.results["dip_coefficients"]
    for number, part in enumerate(dip_coefficients.PARTS):
        assert counts[3 + number] == (given[part] > 0).sum(), part


# --- an institution --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ledger", ["pooled", "by_scheme"])
def test_whoever_is_picked_is_explained_to_the_fen_with_the_cases_that_matter(simulator, ledger):
    simulator.set({"ledger": ledger})
    for row in (
        simulator.moment.table.set_index("institution_id", drop=False)
        .loc[["3A", "3S", "2A", "1S", "1O"]]
        .to_dict("records")
    ):
        simulator.pick(row["institution_id"])
        steps = draw(simulator, "explanation")["explanation"]["steps"]
        for language in LANGUAGES:
            said = "\n".join(step.to(language) for step in steps)
            assert f"{row['settlement']:,.2f}" in said
            assert f"{abs(row['balance']):,.2f}" in said
            assert "JY " in said
            assert "{" not in said
            assert "nan" not in said
            assert bool(CJK.search(said)) == (language == "zh")
        assert sum(step.en.startswith(f"{row['institution_id']}-") for step in steps) == row["cases"]


def test_where_nobody_is_picked_the_page_picks_who_stands_out_and_says_so_and_somebody_unknown_is_refused(simulator):
    drawn = draw(simulator, "explanation", "movers")
    first = max((one for side in drawn["movers"]["sides"] for one in side["lines"]), key=lambda one: abs(one["value"]))
    assert drawn["explanation"]["subject"] == f"{first['name']} {first['subject']}"
    assert drawn["explanation"]["picked"].zh == "由页面选出：增减最大的机构"
    assert drawn["explanation"]["steps"]
    assert "pick" not in simulator.query
    with pytest.raises(BadInput, match="没有该机构"):
        simulator.pick("nobody")
    simulator.pick("2A")
    drawn = draw(simulator)
    assert drawn["explanation"]["subject"] == "2A 医院 2A"
    assert drawn["corridor"]["points"]["picked"] == drawn["institutions"]["picked"] == 4
    slow = {panel.id for panel in views.PANELS if panel.slow}
    assert slow == {"explanation", "readings"}  # they ask the cases, or run several times: not while a slider moves


def test_institutions_without_inpatients_are_no_subjects_and_a_column_may_lack():
    city = small_dip.tables()
    clinic = pd.DataFrame({"institution_id": ["0"], "level": ["1"]})
    given = pd.concat([clinic, city["institutions"].drop(columns=["name", "ownership"])], ignore_index=True)
    one = Simulator.of("dip", {**city, "institutions": given})
    assert "0" not in one.subjects
    moment = one.moment
    frame = next(p for p in views.PANELS if p.id == "institutions").frame(moment)
    assert list(frame["texts"]) == ["institution_id", "level"]
    balance = next(p for p in views.PANELS if p.id == "balance")
    assert list(balance.offered(moment)) == ["level"]
    assert [line["label"].zh for line in balance.draw(moment)["lines"]] == ["三级", "二级", "一级"]
    one.pick("3A")
    assert draw(one, "explanation")["explanation"]["subject"] == "3A"
    named = Large.of(city["cases"].assign(name="of a patient"), CASES)  # is no institution's name
    other = Simulator.of("dip", {**city, "institutions": given, "cases": named})
    other.pick("3A")
    assert draw(other, "explanation")["explanation"]["subject"] == "3A"


def test_an_institution_without_core_cases_has_no_case_mix_and_no_number_in_its_place():
    city = small_dip.tables()
    cases = city["cases"]
    one = Simulator.of(
        "dip", {**city, "cases": cases[(cases["institution_id"] != "2O") | (cases["group_code"] == "J06.9")]}
    )
    one.pick("2O")
    drawn = draw(one, "explanation", "institutions", "mix")
    row = one.moment.picked_row
    assert np.isnan(drawn["institutions"]["values"]["cmi"][row])
    assert row not in drawn["mix"]["points"]["rows"]
    said = "\n".join(step.zh + step.en for step in drawn["explanation"]["steps"])
    assert "CMI" in said
    assert "nan" not in said


@pytest.mark.parametrize("by", ["level", "ownership"])
def test_surplus_and_overspending_add_up_to_what_was_paid_beyond_billing(simulator, by):
    simulator.choose("balance", by)
    lines = draw(simulator, "balance")["balance"]["lines"]
    table = simulator.moment.table
    moved = to_fen(table["settlement"].to_numpy()) - to_fen(table["billed"].to_numpy())
    assert sum(to_fen([line["net"]])[0] for line in lines) == moved.sum()
    assert sum(to_fen([line["out"]])[0] for line in lines) == -moved[moved < 0].sum()
    assert sum(to_fen([line["in"]])[0] for line in lines) == moved[moved > 0].sum()
    assert sum(line["count"] for line in lines) == len(table)


def test_every_open_reading_has_a_line_and_its_effect_is_that_of_a_run(simulator):
    lines = draw(simulator, "readings")["readings"]["lines"]
    open_ones = [
        (one, option) for one in DECLARED.values() if one.open for option in one.options if option != one.default
    ]
    worth = [line["moved"] for line in lines]
    assert worth == sorted(worth, reverse=True)  # what changes most stands first
    lined = {(line["reading"], line["instead"]): line for line in lines}
    assert set(lined) == {(one.label, option.label) for one, option in open_ones}
    assert len(lined) == len(lines)
    before = settled(simulator)
    for one, option in open_ones:
        line = lined[one.label, option.label]
        simulator.set({one.name: option.value})
        moved = [now - before[who] for who, now in settled(simulator).items()]
        assert to_fen([line["moved"]])[0] == max(sum(m for m in moved if m > 0), -sum(m for m in moved if m < 0)), (
            one.name
        )
        simulator.reset()


def test_of_very_many_cases_what_needs_another_index_is_not_worked_out_unasked(simulator, monkeypatch):
    monkeypatch.setattr(ready, "MANY_CASES", 0)
    lines = draw(simulator, "readings")["readings"]["lines"]
    told = {(line["reading"].en, line["instead"].en): line for line in lines}
    apart, weighed = (
        told["Ledger", "each scheme by itself"],
        told["Deduction and the coefficient", "times the coefficient"],
    )
    assert apart["effect"].zh == "病例较多，需要时请选用该取法计算"
    assert apart["open"]
    assert weighed["moved"] > 0


def test_a_reading_that_the_data_cannot_tell_says_so():
    drawn = draw(Simulator.of("dip", small_dip.required_only()), "readings")["readings"]["lines"]
    effects = {(line["reading"].en, line["instead"].en): line["effect"].en for line in drawn}
    assert effects["Ledger", "each scheme by itself"] == "the data lack the column it needs"


# --- languages --------------------------------------------------------------------------------------------------------

NAMED = re.compile(r"\w\w 医院")  # an institution, in sentences too
KEPT = {"CMI", "CSV", "DIP", "English", "Esc", "Excel", "simlib"}  # words that Chinese keeps as they are
# Where names of data, of parameters and of plotly stand, which nobody reads.
UNREAD = re.compile(
    "/(default|choice|kind|type|path|mode|symbol|colou?r|dash|side|hoverinfo|hovertemplate|rangemode|barmode|query|source|say|language"
    "|values/.*|texts/name|subject|parameter|textposition|offsetgroup|options/value|(lead|rest|panels)/id|(form|columns|sources|doubts|presets|elsewhere)/name"
    "|frame/options|frame/sizes|accept|saves|find|articles|preset)$"
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "change", [{}, {"volume_growth": "0.1", "ledger": "by_scheme", "low_slope": "lifted"}], ids=["document", "changed"]
)
def test_every_text_is_in_the_visitors_language(told, language, change):
    told("set", values=change)
    told("pick", subject="3A")
    messages = [*told("speak", language=language, seq=1), *told("idle", seq=2)]
    assert [message["say"] for message in messages] == ["page", "update", "update"]
    texts = {text for message in messages for path, text in strings(message) if not UNREAD.search(path)}
    texts = {NAMED.sub("", text) for text in texts}
    assert len(texts) > 200
    if language == "en":
        assert [text for text in texts if CJK.search(text)] == []
    words = {word for text in texts for word in re.findall("[A-Za-z]{3,}", re.sub(r"⟦.*?⟧|{.*?}|\w+\.csv", "", text))}
    assert (words <= KEPT) == (language == "zh"), words - KEPT


# --- addresses, files, uploads ----------------------------------------------------------------------------------------


def test_an_address_opens_to_the_same_values_assumptions_and_institution(simulator):
    values = {
        "deviation_low": "0.375",
        "basic_3A": "1.02",
        "ledger": "by_scheme",
        "volume_growth": "0.125",
        "grows": "2",
    }
    simulator.set({**values, "deposit.lower": "0.97"})
    simulator.pick("2B")
    simulator.speak("en")
    other = Simulator.of("dip", small())
    assert other.open("?" + simulator.query) == []
    assert {name: str(value) for name, value in other.params.differences().items()} == values
    assert (other.values, other.picked, other.language, other.query) == (simulator.values, "2B", "en", simulator.query)
    assert other.moment.table.equals(simulator.moment.table)


def test_an_address_with_nonsense_leaves_the_documents_values_and_lists_why(simulator):
    problems = simulator.open("?dip.deviation_low=7&dip.grows=9&pick=x&dip.nothing=1")
    assert {problem.column for problem in problems} == {
        "dip.deviation_low",
        "dip.grows",
        "institution_id",
        "dip.nothing",
    }
    assert simulator.params == dip.DipParams()


def test_a_saved_scenario_runs_to_the_numbers_on_the_page(simulator, tmp_path):
    simulator.set(
        {"share_limit": "1.1", "severity_growth": "0.05", "missing_peer": "all_levels", "regulation_rate": "0.035"}
    )
    name, _, content = downloads.scenario_file(simulator.run, simulator.family, "zh")
    (tmp_path / name).write_bytes(content)
    loaded = scenario.load(tmp_path / name)
    assert loaded.digest == simulator.scenario.digest
    assert loaded.rules == ("dip",)
    assert scenario.run(loaded, small()).results["dip"]["dip_institutions"].equals(simulator.moment.table)
    assert "病情加重 5.0%" in loaded.title
    assert not CJK.search(loaded.title_en)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_holds_the_numbers_of_the_page_and_no_formula(simulator, language):
    simulator.set({"basic_3A": "1.1", "coding_growth": "0.02"})
    _, _, content = downloads.xlsx(simulator.run, simulator.family, language)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames[1:] == [one.label.to(language)[:31] for one in dip.FAMILY.results if not one.large]
    table, declared = simulator.moment.table, dip.FAMILY.results[0].by_name
    sheet = book[dip.FAMILY.results[0].label.to(language)]
    rows = list(sheet.iter_rows(values_only=True))
    for name in ("settlement", "coefficient", "cases", "balance"):
        column = rows[0].index(declared[name].heading.to(language))
        assert [row[column] for row in rows[1:]] == table[name].tolist()
    outcome = rows[0].index(declared["outcome"].heading.to(language))
    assert [row[outcome] for row in rows[1:]] == [views.OUTCOMES[one].to(language) for one in table["outcome"]]
    assert all(cell.data_type != "f" for one in book for row in one for cell in row)
    about = {row[0]: row[1:4] for row in book.worksheets[0].iter_rows(values_only=True)}
    assert about[DECLARED["coding_growth"].label.to(language)] == ("2.0%", "0.0%", Kind.ASSUMPTION.label.to(language))
    assert about[DECLARED["basic_3A"].label.to(language)][:2] == ("1.100", "1.000")


def test_the_csv_is_the_table_of_the_institutions(simulator):
    name, _, content = downloads.csv(simulator.run, simulator.family, "zh")
    assert name == "dip_institutions.csv"
    assert content.startswith(b"\xef\xbb\xbfinstitution_id,cases,")
    read = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig")
    assert read["settlement"].tolist() == simulator.moment.table["settlement"].tolist()
    assert read["clearing_ratio"].tolist() == simulator.moment.table["clearing_ratio"].tolist()


def upload(told, name, table):
    content = table.to_csv(index=False).encode()
    half = len(content) // 2
    told("upload", [content[:half]], name=name, start=True, end=False)
    return told("upload", [content[half:]], name=name, start=False, end=True, seq=9)


def test_uploaded_cases_join_the_institutions_that_are_shown(told):
    simulator = told.page.simulator
    mine = small_dip.tables()["cases"]
    fewer = mine[mine["institution_id"].str.startswith(("3", "2"))]
    shown, update = upload(told, "我们的病例.csv", fewer)
    assert (shown["say"], shown["source"], update["say"]) == ("page", "我们的病例.csv", "update")
    assert simulator.subjects == {"3A", "3B", "3S", "3O", "2A", "2B", "2S", "2O"}
    assert cards(simulator)["cases"] == len(fewer)
    expected = dip.settle(
        fewer, *(simulator.inputs[name] for name in ("institutions", "groups", "peer_means", "funds"))
    )
    assert expected["dip_institutions"]["settlement"].tolist() == simulator.moment.table["settlement"].tolist()
    simulator.pick("2A")
    assert len(draw(simulator, "explanation")["explanation"]["steps"]) > 12  # the file is gone; its cases are not
    assert simulator.run.results["dip"]["dip_cases"].one("2A-0", simulator.run.results["dip"])["case_id"].tolist() == [
        "2A-0"
    ]


def test_an_uploaded_table_with_a_fault_lists_its_rows_and_changes_nothing(told):
    simulator = told.page.simulator
    before, cases = simulator.moment.table, small_dip.tables()["cases"]
    (answer,) = upload(
        told, "cases.csv", cases.assign(total_cost=cases["total_cost"].astype(str).mask(cases.index == 3, "许多"))
    )
    assert answer["say"] == "problems"
    assert answer["problems"][0]["line"].startswith("cases.csv · 第 5 行 · total_cost · “许多”：不是此列的数字。")
    (answer,) = upload(told, "cases.csv", cases.assign(institution_id="nobody"))
    assert "不在机构表中" in answer["problems"][0]["line"]
    assert simulator.moment.table.equals(before)
    simulator.set({"deviation_low": "0.5"})  # and it goes on
    assert simulator.source == ""


def test_uploaded_institutions_alone_cannot_be_settled_and_say_what_is_lacking(told):
    before = told.page.simulator.moment.table
    (answer,) = upload(told, "institutions.csv", told.page.simulator.inputs["institutions"])
    assert {line["line"].split("：")[0] for line in answer["problems"]} >= {"cases", "funds"}
    assert told.page.simulator.moment.table.equals(before)


def test_folders_with_and_without_cases_are_offered_and_the_latter_refused(monkeypatch, tmp_path):
    sample.write(tmp_path / "甲", count=40, seed=1, cases=1500)
    sample.write(tmp_path / "乙", count=40, seed=2)
    monkeypatch.setenv("SIMLIB_DATA", str(tmp_path))
    one = Simulator.of("dip")
    assert list(one.sources) == ["sample", "乙", "甲"]
    with pytest.raises(BadInput, match="DIP 结算需要使用"):
        one.use("乙")
    assert (one.source, len(one.subjects)) == ("sample", 233)
    one.use("甲")
    assert cards(one)["cases"] == 1500
    other = Simulator.of("dip")
    assert other.open(one.query) == []
    assert (other.source, other.query) == ("甲", one.query)
    assert one.inputs["institutions"][INSTITUTIONS.key].isin(one.subjects).any()


def test_forged_messages_change_nothing(told):
    before = told.page.simulator.moment.table
    for content in (
        {"act": "set", "values": {"grows": ["3"]}}, {"act": "set", "values": {"volume_growth": "1e400"}},
        {"act": "choose", "panel": "balance", "choice": "__class__"},
        {"act": "pick", "subject": {"x": 1}}, {"act": "set", "values": {"basic_4A": "1"}},
        {"act": "set", "values": {"deviation_low": "nan"}},
    ):  # fmt: skip
        told.page.receive(content, [])
    assert told.page.simulator.moment.table.equals(before)
    assert told.page.simulator.moment.choices == {"balance": "level"}


def test_a_case_that_cost_nothing_is_explained_by_the_mean_it_was_compared_with():
    city = small_dip.tables()
    cases = city["cases"].copy()
    case = cases.index[0]
    cases.loc[case, "total_cost"] = 0.0
    ready, params = dip.FAMILY.prepare({**city, "cases": cases}), dip.DipParams()
    detailed = dip.FAMILY.detail(ready, params, dip.FAMILY.run(ready, params))
    (step,) = dip.FAMILY.explain_other["case"](detailed, params, cases.loc[case, "case_id"])
    assert "费用 ÷ 12,000.00 = 0.0000" in step.zh
    assert "nan" not in step.en
