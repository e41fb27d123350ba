"""The dashboard without a browser: what a visitor does, and what the page is told."""

from __future__ import annotations

import math
import re
from decimal import Decimal

import numpy as np
import pytest

from simlib import results, sample, scenario, words
from simlib.app import data
from simlib.app.packing import pack
from simlib.app.page import Page
from simlib.app.simulator import Simulator
from simlib.comparison import movement
from simlib.panels import common
from simlib.panels import deposit as views
from simlib.problems import BadInput
from simlib.words import LANGUAGES, Text

CJK = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture
def simulator():
    return Simulator.of("deposit")


class Told:
    """A page whose messages are kept instead of sent."""

    def __init__(self, monkeypatch, simulator):
        self.page = Page(simulator)
        self.messages: list[tuple[dict, list]] = []
        monkeypatch.setattr(self.page, "send", lambda content, buffers=None: self.messages.append((content, buffers)))

    def __call__(self, act, buffers=(), **content):
        self.messages.clear()
        self.page.receive({"act": act, **content}, list(buffers))
        return [content for content, _ in self.messages]


@pytest.fixture
def told(monkeypatch, simulator):
    return Told(monkeypatch, simulator)


def draw(simulator):
    simulator.moment.worth.go_on(math.inf)
    return {panel.id: panel.draw(simulator.moment) for panel in simulator.panels}


def test_where_prepared_values_stand_their_question_is_asked_instead_of_the_pages_own(told):
    def asked(act, **content):
        return [say for say in told(act, **content) if say["say"] == "update"][-1]["panels"]["headlines"]["question"]

    own = asked("open", query="")
    assert asked("set", values={"upper": "1.03"}) == "奖励对象减少后，每家机构多得多少？"
    assert asked("set", values={"upper": "1.031"}) == own != ""
    assert not CJK.search(asked("open", query="?deposit.upper=1.03&lang=en"))


def test_with_the_documents_values_the_comparison_is_exactly_zero(simulator):
    assert (simulator.moment.difference == 0).all()
    assert set(movement.movement(simulator.moment.difference).values()) == {0}
    assert draw(simulator)["headlines"]["said"].zh.startswith("按文件规定值：102 家低于下阈值，")


def test_a_share_link_opens_to_the_same_values_data_and_institution(simulator):
    simulator.set({"lower": "0.9725", "mean_scope": "city", "deposit_rate": "0.04"})
    simulator.pick(sorted(simulator.subjects)[7])
    simulator.speak("en")
    other = Simulator.of("deposit")
    assert other.open("?" + simulator.query) == []
    assert other.params == simulator.params
    assert (other.picked, other.language, other.query) == (simulator.picked, "en", simulator.query)
    assert other.moment.table.equals(simulator.moment.table)


def test_a_link_made_on_other_data_says_so(simulator):
    simulator.set({"lower": "0.97"})
    problems = Simulator.of("deposit").open(simulator.query.replace(simulator.stamp, "00000000"))
    assert [problem.line() for problem in problems] == [
        "此链接保存时所用的数据或程序版本与当前不同，结果可能与当时不同。"
    ]


def test_a_saved_scenario_runs_to_the_numbers_on_the_page(simulator, tmp_path):
    simulator.set({"upper": "1.035", "unclaimed_pool": "refund"})
    path = tmp_path / "saved.yaml"
    path.write_text(scenario.dump(simulator.scenario), encoding="utf-8")
    loaded = scenario.load(path)
    run = scenario.run(loaded, scenario.load_data(loaded.data))
    assert loaded.digest == simulator.scenario.digest
    assert run.results["deposit"]["deposit"].equals(simulator.moment.table)
    results.write(run, tmp_path / "out")


@pytest.mark.parametrize("value", ["0.79", "2", "nan", "abc", "", "1e400", "0.98765432101", "９８", "true"])
def test_a_value_the_declaration_refuses_changes_nothing(simulator, value):
    before = simulator.params
    with pytest.raises(BadInput, match="下阈值"):
        simulator.set({"lower": value})
    assert simulator.params is before


@pytest.mark.parametrize(("typed", "rate"), [("4.5", "0.045"), ("4.5%", "0.045"), ("4.5％", "0.045"), ("0", "0")])
def test_a_typed_percent_is_read_in_the_unit_of_the_page(simulator, typed, rate):
    simulator.set({"deposit_rate": typed}, shown=True)
    assert str(simulator.params.deposit_rate.normalize()) == rate


def test_the_deposit_rate_scales_the_sample_citys_deposits(simulator):
    before = simulator.moment.table["deposit"].sum()
    simulator.set({"deposit_rate": "0.025"})
    assert simulator.moment.table["deposit"].sum() == pytest.approx(before / 2, abs=0.01 * 500)


def test_where_the_data_give_every_deposit_the_rate_says_that_it_has_no_effect(told, tmp_path):
    city = sample.institutions(40).assign(deposit=1000.0)
    city.to_csv(tmp_path / "institutions.csv", index=False)
    content = (tmp_path / "institutions.csv").read_bytes()
    page = told("upload", [content], name="a.csv", start=True, end=True)[0]
    inert = {one["name"]: one["inert"] for one in page["form"]}
    assert inert["lower"] is None
    assert inert["deposit_rate"] == inert["deposit_base"] == "数据已给出各机构的保证金，此项不起作用。"
    told("set", values={"deposit_rate": "0.03"})
    assert "保证金预留比例：数据已给出各机构的保证金，此项不起作用。" in [
        text.zh for text in told.page.simulator.run.warnings
    ]


def test_an_unknown_institution_or_data_set_is_refused(simulator):
    with pytest.raises(BadInput, match="没有该机构"):
        simulator.pick("nobody")
    with pytest.raises(BadInput, match="未找到该数据"):
        simulator.use("../../etc")
    assert simulator.source == "sample"


def test_served_folders_are_offered_and_used(monkeypatch, tmp_path):
    sample.write(tmp_path / "a", count=30, seed=1)
    sample.write(tmp_path / "b", count=40, seed=2)
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv(data.FOLDER, str(tmp_path))
    simulator = Simulator.of("deposit")
    assert list(simulator.sources) == ["sample", "a", "b"]
    simulator.use("b")
    assert len(simulator.moment.table) == 40
    assert "data=b" in simulator.query
    monkeypatch.setenv(data.FOLDER, str(tmp_path / "a"))
    assert Simulator.of("deposit").source == "a"


def test_served_data_with_a_fault_open_as_the_sample_city_and_say_why(monkeypatch, tmp_path):
    (tmp_path / "institutions.csv").write_text("institution_id,group,score,deposit\n1,甲,九十,1\n", encoding="utf-8")
    monkeypatch.setenv(data.FOLDER, str(tmp_path))
    simulator = Simulator.of("deposit")
    assert simulator.source == "sample"
    assert simulator.open("")[0].line().startswith("institutions.csv · 第 2 行 · score · “九十”")
    monkeypatch.setenv(data.FOLDER, str(tmp_path / "gone"))
    assert Simulator.of("deposit").open("") == []


def test_every_reading_but_the_one_in_force_has_a_line(simulator):
    lines = draw(simulator)["readings"]["lines"]
    assert len(lines) == 1 + 3 + 1 + 2 + 3 + 1
    moved = {(line["reading"].en, line["instead"].en): line["moved"] for line in lines}
    assert moved["Scope of the mean score", "mean of the whole city"] > 0


def test_the_page_shows_cliffs_in_words(simulator):
    notes = draw(simulator)["payout"]["notes"]
    assert notes[0].zh.startswith("下阈值 0.980：刚低于下阈值的机构少领保证金的 2.0%。")
    assert "机构多得保证金的" in notes[1].zh


def test_the_page_speaks_only_the_visitors_language(told):
    """Names of institutions and counties are data; everything else follows the switch."""
    for language in LANGUAGES:
        page = told("speak", language=language, seq=1)[0]
        told.page.simulator.pick(sorted(told.page.simulator.subjects)[0])
        texts = [
            page["title"],
            page["intro"],
            *(v for k, v in page["texts"].items() if k not in ("language", "scales")),
        ]
        for one in page["form"]:
            texts += [one["label"], one["help"], one["kindLabel"], *(o["label"] for o in one.get("options", []))]
        for panel in page["panels"]:
            texts += [panel["title"], *panel["choices"].values(), *([panel["help"]] if panel["help"] else [])]
            texts += [column["label"] for column in panel["frame"].get("columns", [])]
        update = told("idle")[0]["panels"]["readings"]
        texts += [*update["headings"], *(line["effect"] for line in update["lines"])]
        for text in texts:
            words = re.search(r"\w", re.sub(r"{\w+}", "", text))  # some are places for others, and no more
            assert bool(CJK.search(text)) == bool(language == "zh" and words), text


def test_a_move_is_answered_with_every_panel_and_the_address(told):
    (update,) = told("set", values={"lower": "0.97"}, seq=5)
    assert (update["say"], update["seq"], update["values"]["lower"]) == ("update", 5, "0.97")
    waiting = {panel.id for panel in views.PANELS if panel.idle(told.page.simulator.moment)}
    assert "explanation" in waiting  # nobody is picked
    assert set(update["panels"]) == {panel.id for panel in views.PANELS} - waiting
    assert update["query"].startswith("deposit.lower=0.97&stamp=")


def test_a_bad_value_is_answered_with_its_line_at_its_control(told):
    (answer,) = told("set", values={"upper": "9"}, shown=True, seq=6)
    assert (answer["say"], answer["seq"]) == ("problems", 6)
    assert answer["problems"][0]["parameters"] == ["deposit.upper"]
    assert "1.00 至 1.20" in answer["problems"][0]["line"]


@pytest.mark.parametrize(
    "content",
    [{}, {"act": "no such act"}, {"act": ["set"]}, {"act": "__class__"}, {"act": None}, "set", None, 5, []],
)
def test_a_message_the_page_does_not_know_is_ignored(told, content):
    told.page.receive(content, [])
    assert told.messages == []


@pytest.mark.parametrize(
    "content",
    [
        {"act": "set", "values": 5}, {"act": "set", "values": {"lower": {"a": 1}}},
        {"act": "set", "values": {"x": "1"}},
        {"act": "pick", "subject": ["x"]}, {"act": "use", "source": {"a": 1}}, {"act": "open", "query": 5, "seq": "x"},
        {"act": "speak", "language": "fr"}, {"act": "choose", "panel": "flows", "choice": "__class__"},
        {"act": "save", "kind": "../x"}, {"act": "upload", "end": True},
    ],
)  # fmt: skip
def test_a_forged_message_never_raises_and_leaves_the_numbers_alone(told, content):
    before = told.page.simulator.moment.table
    told.page.receive(content, [])
    assert told.page.simulator.moment.table.equals(before)
    assert told.page.simulator.moment.choices == {"flows": "level"}


def test_state_forged_by_the_browser_is_refused(told):
    told.page.set_state({"_esm": "alert(1)", "layout": "x"})
    assert "alert(1)" not in told.page._esm


def test_an_error_inside_gets_a_sentence_and_a_number_and_the_log_the_traceback(told, monkeypatch, caplog):
    def broken(*_, **__):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(type(told.page.simulator), "set", broken)
    (answer,) = told("set", values={"lower": "0.97"}, seq=9)
    assert answer["say"] == "error"
    number = re.search(r"编号 (\w{8})", answer["text"]).group(1)
    assert "secret" not in str(answer)
    assert number in caplog.text
    assert "secret detail" in caplog.text


def test_an_upload_in_pieces_becomes_the_data(told, tmp_path):
    sample.write(tmp_path / "city", count=60, seed=3)
    content = (tmp_path / "city/institutions.csv").read_bytes()
    half = len(content) // 2
    assert told("upload", [content[:half]], name="我的城市.csv", start=True, end=False) == [{"say": "piece"}]
    page, update = told("upload", [content[half:]], name="我的城市.csv", start=False, end=True, seq=3)
    assert page["source"] == "我的城市.csv"
    assert update["seq"] == 3
    assert len(told.page.simulator.moment.table) == 60


def test_a_bad_upload_lists_its_problems_and_keeps_the_former_data(told):
    content = "institution_id,group,score,deposit\n1,甲,九十,1.00\n2,甲,80,-1\n".encode()
    (answer,) = told("upload", [content], name="坏.csv", start=True, end=True, seq=4)
    lines = [problem["line"] for problem in answer["problems"]]
    assert lines[0].startswith("坏.csv · 第 2 行 · score · “九十”：不是此列的数字。")
    assert lines[1].startswith("坏.csv · 第 3 行 · deposit · “-1”")
    assert told.page.simulator.source == "sample"


def test_an_upload_that_is_too_large_is_refused_early(told, monkeypatch):
    monkeypatch.setattr("simlib.app.page.LARGEST_UPLOAD", 1000)
    (answer,) = told("upload", [b"x" * 1001], name="big.csv", start=True, end=False)
    assert answer["say"] == "problems"
    assert told.page.upload is None


@pytest.mark.parametrize(
    ("kind", "start"), [("scenario", b"title: "), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbfinstitution_id")]
)
def test_what_a_visitor_saves_is_a_file(told, kind, start):
    told("save", kind=kind)
    (content, buffers) = told.messages[0]
    assert content["say"] == "file"
    assert buffers[0].startswith(start)


def test_the_downloaded_workbook_holds_the_numbers_of_the_page_and_no_formula(told):
    import io

    from openpyxl import load_workbook

    told("save", kind="xlsx")
    book = load_workbook(io.BytesIO(told.messages[0][1][0]))
    sheet = book["各机构保证金"]
    table = told.page.simulator.moment.table
    headings = [cell.value for cell in sheet[1]]
    column = headings.index("实际可得（元）")
    assert [row[column] for row in sheet.iter_rows(min_row=2, values_only=True)] == table["payment"].tolist()
    assert all(cell.data_type != "f" for one in book for row in one for cell in row)
    assert book.sheetnames[0] == "说明"


def test_arrays_travel_as_bytes_and_texts_in_one_language():
    buffers = []
    packed = pack({"a": np.array([1.5, 2.5]), "b": [Text("甲", "a"), 3, None]}, "en", buffers)
    assert packed == {"a": {"$": 0, "type": "f8"}, "b": ["a", 3, None]}
    assert np.frombuffer(buffers[0]).tolist() == [1.5, 2.5]


def test_every_act_of_the_page_is_reachable_by_name():
    acts = {name.removeprefix("act_") for name in dir(Page) if name.startswith("act_")}
    moves = {"set", "reset", "prefer", "undo", "redo", "sort", "present"}
    assert acts == moves | {"open", "idle", "pick", "choose", "speak", "use", "upload", "save", "plotly"}


def test_a_warning_of_another_rule_says_whose_it_is_and_stands_folded():
    simulator = Simulator.of("deposit")
    drawn = {panel.id: panel.draw(simulator.moment) for panel in simulator.panels}
    parts = simulator.moment.run.parts
    shown, own = drawn["headlines"]["others"], parts["deposit"].warnings
    said = [text for text in own if isinstance(text, words.Told)]  # the sentence says what is left to nobody, too
    assert said
    assert [one["text"] for one in drawn["headlines"]["warnings"]] == [text for text in own if text not in said]
    others = [text for name, part in parts.items() for text in part.warnings if name != "deposit" or text in said]
    assert len(others) > len(said)
    assert drawn["headlines"]["othersTitle"].zh == f"其他提示 {len(others)} 条"
    assert [text.zh for text in shown] == [
        text.zh if name == "deposit" else f"{part.family.label.zh}：{text.zh}"
        for name, part in parts.items()
        for text in part.warnings
        if text in others
    ]


def test_what_the_last_step_did_is_told_when_nobody_moves(told):
    for upper in ("1.025", "1.03"):
        (update,) = told("set", values={"upper": upper})
        assert "since" not in str(update["panels"]["headlines"].keys())
        (idle,) = told("idle", seq=1)
        assert idle["panels"]["headlines"].keys() == {"later"}
    assert idle["panels"]["headlines"]["later"]["since"].startswith("上阈值 1.030，较上一次：")


def test_what_readings_are_worth_is_worked_out_bit_by_bit_and_a_move_begins_anew(told, monkeypatch):
    """Who moves a control while it is worked out waits for one option at most."""
    monkeypatch.setattr(common, "BIT", 0.0)
    seen = [told("idle", seq=1)[0]["panels"]["readings"]]
    while seen[-1]["more"]:
        (update,) = told("idle", seq=1, further=True)
        assert list(update["panels"]) == ["readings"]
        assert "doubts" not in update
        seen.append(update["panels"]["readings"])
    assert [len(one["lines"]) for one in seen] == list(range(1, len(seen) + 1)) == [*range(1, 12)]
    assert seen[0]["progress"] == "正在推算：已完成 1 / 11 种取法"
    assert seen[-1]["progress"] == ""
    told("set", values={"upper": "1.03"}, seq=2)
    assert len(told("idle", seq=2)[0]["panels"]["readings"]["lines"]) == 1
    assert told.page.simulator.current.parts["deposit"].params.upper == Decimal("1.03")
