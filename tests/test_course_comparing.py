"""Lesson 6 in particular: its answers a second time, what it shows, what it says of its figure, and scenario files."""

import re
from fractions import Fraction

import pytest

from browser.visiting import visits
from oracles import exact_deposit
from oracles.by_hand import A_FILE, BY_HAND, EXERCISES
from simlib import SCENARIOS, scenario
from simlib.app.scenarios import DOCUMENT
from simlib.course import comparing as lesson
from simlib.course import scenario_file, six_hospitals
from simlib.course.exercise import check
from simlib.course.scenario_file import read, written
from simlib.course.widget import Chapter, ExerciseView
from simlib.problems import BadInput
from strategies.afresh import afresh

PARAMS = {
    DOCUMENT: {},
    six_hospitals.RAISED: {"upper": "1.03"},
    six_hospitals.NARROW: {"lower": "0.99", "upper": "1.01"},
    six_hospitals.CITY: {"mean_scope": "city"},
}

# --- the hospitals, paid a second time ------------------------------------------------------------------------------


def paid(of: str = DOCUMENT) -> dict:
    """Every hospital's row, by an allocation that shares no code with simlib [fen]."""
    rows = [{key: repr(value) if isinstance(value, float) else value for key, value in one.items()}
            for one in six_hospitals.CASE.to_dict("records")]  # fmt: skip
    return exact_deposit.allocate(rows, **PARAMS[of])[0]


def moved(of: str) -> dict:
    before, now = paid(), paid(of)
    return {name: now[name]["payment"] - before[name]["payment"] for name in now}


def total(of: str) -> str:
    gap = sum(moved(of).values())
    return "less" if gap < 0 else "more" if gap > 0 else "same"


SECOND = {
    "compare.gain": lambda: Fraction(moved(six_hospitals.RAISED)["甲"], 100),
    "compare.sides": lambda: sum(paid()[name]["band"] != one["band"] for name, one in paid(six_hospitals.CITY).items()),
    "compare.least": lambda: sorted(paid()[name]["index"] for name in "甲乙丙")[1],
    "compare.total": lambda: total(six_hospitals.CITY),
}


def same(answer, second) -> bool:
    return answer == second if isinstance(second, str) else abs(Fraction(answer) - second) < Fraction(1, 10**12)


@pytest.fixture
def another_year(monkeypatch):
    """Other scores and other deposits; against the mean of the city nobody's pool goes unclaimed."""
    case = six_hospitals.CASE.assign(
        score=[93.0, 92.5, 80.0, 86.0, 92.0, 70.0], deposit=[400_000.0, 310_000.0, 90_000.0, 2e5, 1e5, 1e5]
    )
    monkeypatch.setattr(six_hospitals, "CASE", case)
    afresh(monkeypatch, six_hospitals, "_runs")


@pytest.mark.parametrize("one", SECOND)
def test_an_answer_is_the_one_of_another_implementation(one):
    assert same(EXERCISES[one].answer(), SECOND[one]())


def test_a_trainees_answers_are_those_of_another_implementation_too(monkeypatch):
    gain, sides, least = (lesson.EXERCISES.one(number, "张三") for number in (2, 3, 5))
    stake, scores = gain.numbers["stake"], (sides.numbers, least.numbers)
    cases = {
        gain.id: six_hospitals.hospitals(deposits={"丙": stake}),
        sides.id: six_hospitals.hospitals(scores=dict(zip("丁戊", scores[0].values(), strict=True))),
        least.id: six_hospitals.hospitals(scores=dict(zip("乙丙", scores[1].values(), strict=True))),
    }
    answers = {one.id: (one.answer(), cases[one.id]) for one in (gain, sides, least)}
    for one, (answer, case) in answers.items():
        assert case
        monkeypatch.setattr(six_hospitals, "CASE", six_hospitals.data(case)["institutions"])
        assert same(answer, SECOND[one]())
        monkeypatch.undo()


@pytest.mark.parametrize("one", SECOND)
def test_an_answer_follows_the_data(one, another_year):
    assert same(EXERCISES[one].answer(), SECOND[one]())
    assert not same(EXERCISES[one].answer(), BY_HAND[one])


@pytest.mark.parametrize("of", PARAMS)
def test_every_scenario_pays_what_another_implementation_pays(of):
    assert {name: six_hospitals.number(name, "payment", of) * 100 for name in "甲乙丙丁戊己"} == {
        name: one["payment"] for name, one in paid(of).items()
    }


def test_the_scenarios_are_files_of_the_folder_and_change_what_the_lesson_says():
    for name in six_hospitals.FIRST:
        differences = scenario.load(SCENARIOS / f"{name}.yaml").params["deposit"].differences()
        assert {key: str(value) for key, value in differences.items()} == PARAMS[name]


# --- what a reader gets ---------------------------------------------------------------------------------------------


def test_the_file_and_the_tables_are_shown():
    assert "title: 区间收窄到0.99–1.01" in lesson.files().data
    assert "\n  deposit: {lower: 0.99, upper: 1.01}\n```" in lesson.files().data
    hospitals, files = lesson.tables()
    assert hospitals.loc["乙"].tolist() == ["A", 92.25, "300,000.00"]
    assert files.loc["mean-city.yaml"].tolist() == ["与全市平均分比较"]
    for table in lesson.tables("en"):
        assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"[甲乙丙丁戊己]", "", table.to_string()))


def test_two_hospitals_are_worked_under_two_scenarios():
    zh, en = (lesson.by_hand(language).data for language in ("zh", "en"))
    assert re.findall(r"(?m)^\*\*(.+)\*\*$", zh) == [
        f"{name} · {title}" for name in "甲乙" for title in ("文件规定值", "上阈值提高到1.03")
    ]
    for amount in ("408,659.79", "415,000.00", "306,340.21", "300,000.00"):
        assert f"= {amount} 元，与保证金相比" in zh
    assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", re.sub(r"[甲乙]", "", en))


def test_the_report_says_what_was_changed_what_came_of_it_and_what_to_note():
    zh = lesson.report().data
    headings = re.findall(r"<h2>(.*?)</h2>", zh)
    assert headings == [
        "研究问题与参数调整",
        "质量保证金：结果",
        "质量保证金：增加最多",
        "质量保证金：减少最多",
        "注意",
        "数据与版本",
    ]
    for said in (
        "平均分口径",
        "数据：六家医院",
        "奖励金 16,470.59 元未分配",
        "-16,470.59",
        six_hospitals.runs()[six_hospitals.CITY].scenario.digest,
    ):
        assert said in zh
    assert "<script" not in zh
    assert "机构名称" not in zh  # the six have none
    assert "16,470.59" in lesson.report("en").data


# --- what the chapter says of the figure ----------------------------------------------------------------------------


def gains(comparison, of: str) -> dict:
    at = [DOCUMENT, *six_hospitals.FIRST].index(of) + 1
    wide = comparison.side_by_side("deposit")
    return {
        name: round(gap, 2) for name, gap in zip(wide["institution_id"], wide[f"difference_{at}"], strict=True) if gap
    }


def test_the_figure_begins_with_the_lessons_scenarios_and_shows_what_the_chapter_tells():
    page = lesson.figure().simulator
    assert page.chosen == [DOCUMENT, *six_hospitals.FIRST]
    assert not page.changed
    done = page.comparison
    assert gains(done, six_hospitals.RAISED) == {"甲": 6340.21, "乙": -6340.21}
    assert gains(done, six_hospitals.NARROW) == {"丁": 1500, "戊": -1500}
    changed = [row for row in done.sides("deposit", 2) if row["side"] == "band" and row["from"] != row["to"]]
    assert [(row["subjects"], row["whom"]) for row in changed] == [(1, "戊")]
    unallocated = done.tables["comparison"].query("outcome == 'unallocated'")["value"].tolist()
    assert unallocated == [0, 0, 0, 16470.59]
    page.take(page.chosen, six_hospitals.CITY)
    back = page.comparison.side_by_side("deposit").set_index("institution_id")["difference_1"]
    assert {name: -gap for name, gap in back.round(2).items()} == gains(done, six_hospitals.CITY)
    page.pick("丁")
    assert all(page.explain(n, "丁") for n in range(4))


def test_a_scenario_of_ones_own_joins_the_figure(tmp_path):
    page = lesson.figure().simulator
    (tmp_path / "mine.yaml").write_text(A_FILE + "upper: 1.03\n    lower: 0.97", encoding="utf-8")
    assert page.upload(tmp_path / "mine.yaml") == []
    assert len(page.chosen) == 5
    page.reset()
    assert page.chosen == [DOCUMENT, *six_hospitals.FIRST]


def test_the_figure_stands_in_the_lesson_without_toolbar_or_address(monkeypatch):
    sent, figure = [], lesson.figure()
    monkeypatch.setattr(figure, "send", lambda say, buffers=None: sent.append(say))
    figure.receive({"act": "open", "query": "", "seq": 1}, [])
    assert [one["say"] for one in sent] == ["page", "update"]
    assert sent[0]["bare"]
    offered = [offer["name"] for group in sent[0]["chooser"]["groups"] for offer in group["offers"]]
    assert sorted(offered) == sorted([DOCUMENT, *six_hospitals.FIRST])


# --- scenario files -------------------------------------------------------------------------------------------------

FILE = EXERCISES["compare.file"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (A_FILE + "uper: 1.03", "第 6 行 · params.deposit.uper：未找到该参数。是否想写 upper？"),
        (A_FILE + "upper: 1.3", "超出允许范围"),
        (A_FILE + "upper: 一点零三", "的取值无效"),
        ("title：问\nquestion: q", "冒号要用半角的"),
        (scenario_file.START.zh + "upper: 1.03", "缺少标题"),
        (A_FILE.replace("baseline.yaml", "../pyproject.toml") + "upper: 1.03", "未找到该方案文件"),
        (A_FILE.replace("baseline.yaml", "nothing.yaml") + "upper: 1.03", "未找到该方案文件"),
        ("title: [", "不是正确的 YAML"),
        ("a: &a [1]\nb: *a", "不支持 * 引用"),
        ("title: t\n" * 2, "同一名称出现两次"),
        (A_FILE + "upper: 1.03\n" + "# " * 3000, "太长了"),
    ],
)
def test_a_faulty_file_is_told_where_and_is_no_try(text, said):
    feedback = check(FILE, text)
    assert said in feedback.text.zh
    assert not feedback.right
    assert not feedback.read
    assert "scenario.yaml" not in feedback.text.zh + feedback.text.en


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (A_FILE + "upper: 1.04", "数值不对：上阈值"),
        (A_FILE + "upper: 1.03\n    deposit_rate: 0.04", "多改了：保证金预留比例"),
        (A_FILE + "upper: 1.03\n  retention: {half_from: 55}", "多改了：定比留用起点"),
        (A_FILE + "upper: 1.02", "没有改任何参数"),
        ("title: t\nbase: upper-1.03.yaml", "还缺问题"),
        ("title: t\nquestion: q\nrules: [retention]\nparams: {deposit: {upper: 1.03}}", "没有改任何参数"),
    ],
)  # fmt: skip
def test_a_sound_file_that_changes_something_else_is_told_what(text, said):
    if text.startswith("title: t\nbase"):
        text += "\nquestion: ' '"
    feedback = check(FILE, text)
    assert said in feedback.text.zh
    assert not feedback.right
    assert feedback.read


def test_a_file_is_read_as_the_command_line_reads_it(tmp_path):
    text = written("{deposit: {upper: 1.03}}")
    path = tmp_path / "one.yaml"
    path.write_text(text.replace("base: baseline.yaml", f"base: {SCENARIOS / 'baseline.yaml'}"), encoding="utf-8")
    assert read(text).digest == scenario.load(path).digest
    with pytest.raises(BadInput):
        read("title: t\nbase: /etc/hostname")


def test_the_field_begins_with_what_need_not_be_typed(monkeypatch):
    sent = []
    monkeypatch.setattr(ExerciseView, "send", lambda view, say, buffers=None: sent.append(say))
    chapter = Chapter(lesson.EXERCISES, 6)
    for number in (1, 2):
        chapter.view(number).receive({"act": "open"})
    assert [one.get("start") for one in sent] == [scenario_file.START.zh, None]
    chapter.view(1).receive({"act": "check", "answer": sent[0]["start"] + "upper: 1.03"})
    assert sent[-1]["feedback"]["tone"] == "unread"
    assert "缺少标题" in sent[-1]["feedback"]["text"]


# --- in a browser ---------------------------------------------------------------------------------------------------


def test_a_file_is_written_and_marked_on_the_page(chromium, address):
    with visits(chromium, address, "course/06_comparing_scenarios.ipynb") as start:
        visit = start().open()
        page = visit.page
        exercise = page.locator("[data-exercise='compare.file']")
        exercise.locator("textarea").fill(A_FILE + "upper: 1.03")
        exercise.locator(".sim-check").click()
        exercise.locator(".sim-feedback.sim-right").wait_for()
        assert "上阈值 1.030" in exercise.locator(".sim-feedback").inner_text()
        badges = page.locator("[data-panel=headlines] b.sim-number")
        badges.first.wait_for()
        assert [badges.nth(n).bounding_box()["width"] < 30 for n in range(4)] == [True] * 4
        assert page.locator(".sim-prose[lang=zh-CN] .report h2").count() == 6
        assert [visit.overhang(width) for width in (1440, 800)] == [0, 0]
