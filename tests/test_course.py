"""The chapters of the course: every answer is worked by hand, every mistake is explained, every exercise is used."""

import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib.course import deposit, exercise, hospitals, scorecard
from simlib.course.exercise import Exercise, Kind, check, shown
from simlib.words import Text

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks" / "course"
CHAPTERS = {"01_deposit": deposit, "02_scorecards": scorecard}
EXERCISES = {one.id: one for chapter in CHAPTERS.values() for one in chapter.EXERCISES}
MISTAKES = [(one, number) for one, exercise in EXERCISES.items() for number in range(len(exercise.mistakes))]


def texts(one: Exercise) -> list[Text]:
    return [one.question, one.hint, *one.solution(), *one.options.values(), *(text for _, text in one.mistakes)]


# --- the chapters' exercises ----------------------------------------------------------------------------------------

MEAN = Fraction(96 + 90 + 84, 3)
BY_HAND = {  # worked out here, without simlib
    "deposit.index": Fraction(84) / MEAN,
    "deposit.payment": Fraction(round(100_000_00 * Fraction(84) / MEAN), 100),
    "deposit.bonus": 150_000 - 150_000 * Fraction(84) / MEAN,
    "deposit.lower": sum(before != 100_000 for before in (Fraction("106666.67"), 100_000, Fraction("93333.33"))),
    "deposit.edge": "within" if Fraction("91.8") / 90 == Fraction("1.02") else "above",
    "scorecard.level": 1 + 1 + 0,  # 85% is below 90%
    "scorecard.deduct": 15 - 2 * 1 - 1 * 3,
    "scorecard.converted": Fraction("87.5") * 20 / 100,
    "scorecard.private": Fraction(80 - 1 - 2 - 2 - 2 - 1 - 3) * 100 / 80,
    "scorecard.weights": "told",
    "scorecard.once": 15 - (2 - 1) * 1,
}
SPELLINGS = {
    "deposit.index": {
        "right": ["0.9333", ".9333", "0.93333333333333333333", "93.33%", "93.33", " 93.3333 ％", "０．９３３３", "0。9333"],
        "coarse": ["0.93", "93%", "93.3", "0.933"],
        "high": ["0.9334", "0.94", "1", "100%", "9333"],
        "low": ["0.9332", "0.9", "0.0093", "0.9333%", "-0.9333", "0"],
    },
    "deposit.payment": {
        "right": ["93333.33", "93,333.33", "93，333.33元", "￥93 333.33", "９３３３３．３３", "9.33万元", "9.333333万", "0.000933亿", "93333.33。"],
        "coarse": ["93333", "93333.3", "9万元"],
        "high": ["93333.34", "94000", "1000万元", "99,999,999,999,999,999,999"],
        "low": ["93333.32", "-93333.33", "9.32万元", "0", "1"],
        "unit": ["9.33", "9.3333"],
    },
    "deposit.bonus": {
        "right": ["10000", "10,000.00", "1万元", "1.00 万", "10000.00 yuan", "1,0000元"],
        "high": ["10000.01", "1.01万元"],
        "low": ["9999.99", "0.99万元"],
        "unit": ["1", "1.00"],
    },
    "deposit.lower": {"right": ["2", "２", "2家", "2.0", " 2 个"], "high": ["4", "2.5", "200"], "low": ["-2", "1.9"]},
    "deposit.edge": {"right": ["within", "WITHIN", "全部保证金，没有奖励金"]},
    "scorecard.level": {"right": ["2", "2分", "2.0", "２ 分", "2 points"], "high": ["2.5", "4"], "low": ["1.9", "-2", "0.5"]},
    "scorecard.deduct": {"right": ["10", "10 分", "１０分。"], "high": ["10.5", "15", "１４"], "low": ["9", "-10"]},
    "scorecard.converted": {
        "right": ["17.5", "17.5 分", "17.50", "１７．５分", "17。5", "17.5 Points"],
        "coarse": ["17", "18", "18分"],
        "high": ["17.6", "17.51", "175"],
        "low": ["17.4", "17.49", "0.175", "-17.5"],
    },
    "scorecard.private": {
        "right": ["86.25", "86.25 分", "86.250"],
        "coarse": ["86.3", "86.2"],
        "high": ["86.26", "90", "8625"],
        "low": ["86.24", "85", "0.8625"],
    },
    "scorecard.weights": {"right": ["told", "TOLD"]},
    "scorecard.once": {"right": ["14", "14 分"], "high": ["14.5", "16"], "low": ["13.5", "12"]},
}  # fmt: skip
SAID = {
    "coarse": exercise.TOO_COARSE, "high": exercise.TOO_HIGH, "low": exercise.TOO_LOW, "unit": exercise.WHICH_UNIT,
}  # fmt: skip
CASES = [(one, kind, text) for one, kinds in SPELLINGS.items() for kind, found in kinds.items() for text in found]


def test_every_exercise_is_worked_by_hand_and_spelt_here():
    assert BY_HAND.keys() == SPELLINGS.keys() == EXERCISES.keys()
    assert len(EXERCISES) == sum(len(chapter.EXERCISES) for chapter in CHAPTERS.values())


@pytest.mark.parametrize("one", EXERCISES)
def test_the_answer_is_the_one_worked_by_hand(one):
    answer, by_hand = EXERCISES[one].answer(), BY_HAND[one]
    if isinstance(by_hand, str):
        assert answer == by_hand
    else:
        assert isinstance(answer, Decimal)
        assert abs(Fraction(answer) - by_hand) < Fraction(1, 10**15)


@pytest.mark.parametrize(("one", "kind", "text"), CASES)
def test_an_answer_is_marked_for_what_it_says(one, kind, text):
    said = check(EXERCISES[one], text)
    assert said.right == (kind == "right"), said.text
    if kind == "right":
        assert shown(EXERCISES[one]).zh in said.text.zh
    else:
        expected = SAID[kind]
        assert said.text == (expected if isinstance(expected, Text) else expected[EXERCISES[one].kind])
    assert said.read == (kind != "unit")


@pytest.mark.parametrize(("one", "number"), MISTAKES)
def test_a_mistake_is_wrong_and_explained(one, number):
    value, explanation = EXERCISES[one].mistakes[number]
    said = check(EXERCISES[one], format(value(), "f") if isinstance(value(), Decimal) else value())
    assert said == exercise.Feedback(False, explanation)


@pytest.mark.parametrize("one", EXERCISES)
def test_nothing_and_nonsense_are_told_how_to_answer(one):
    choice = EXERCISES[one].kind is Kind.CHOICE
    for text in ("", "  ", "　", "。"):
        assert check(EXERCISES[one], text) == exercise.Feedback(
            False, exercise.NO_CHOICE if choice else exercise.EMPTY, False
        )
    for text in ("不知道", "84/90", "1,2", "1.2.3", "--1", "1e5", "nan", "inf", "٣", "5公里", "1%%", "9" * 50, "<b>"):
        said = check(EXERCISES[one], text)
        assert (said.right, said.read) == (False, False), text
        assert said.text == (exercise.NO_CHOICE if choice else exercise.UNREADABLE[EXERCISES[one].kind])


@given(st.sampled_from(list(EXERCISES.values())), st.text(max_size=60))
def test_whatever_is_typed_gets_an_answer(one, text):
    said = check(one, text)
    assert all(said.text)
    assert said.read or not said.right


# --- what a reader gets -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("one", EXERCISES)
def test_every_text_is_there_in_both_languages(one):
    for text in texts(EXERCISES[one]):
        assert re.search(r"[\u4e00-\u9fff]", text.zh), text
        assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"[甲乙丙丁戊己]", "", text.en)), text
        assert "{" not in text.zh + text.en


def test_the_case_and_the_steps_are_shown_in_both_languages():
    assert list(deposit.case().columns) == ["分配组", "年度评价得分（分）", "预留质量保证金（元）"]
    assert deposit.case("en").loc["甲", "Quality deposit (yuan)"] == "100,000.00"
    zh, en = (deposit.by_hand(language).data for language in ("zh", "en"))
    assert zh.count("附件3 二(一)") == 6
    assert "paid 93,333.33 + 0.00 = 93,333.33 yuan" in en
    assert list(scorecard.case().columns) == ["甲", "乙", "丙"]
    assert scorecard.case().loc["第9项 医保电子凭证结算率"].tolist() == ["—", "—", "48%"]
    assert scorecard.case("en").loc["Item 11: Major changes not reported", "丙"] == "yes"
    zh, en = (scorecard.by_hand(language).data for language in ("zh", "en"))
    assert [f"总分 {score} 分。" in zh for score in ("95.7", "87.6", "90")] == [True] * 3
    assert "72 × 100 / 80 = 90" in en


def test_what_no_hospital_states_costs_nothing():
    full = {(name, "1", "catalogue_drug_share"): 0.95 for name in "甲乙丙"} | {("丙", "9", "evoucher_share"): 0.5}
    full |= {(name, item, fact): 100 for name, item, fact in hospitals.STATED if fact.endswith("evaluation")}
    full |= {("甲", "12", "complaints"): 0, ("乙", "6", "corrections"): 0, ("丙", "11", "change_not_reported"): 0}
    full |= {("乙", "5", "negotiated_share"): 0.65, ("乙", "8", "nonstandard_code_rate"): 0.009}
    full |= {(name, "13", "local_points"): 10 for name in "甲丙"}
    assert [hospitals.total(name, full) for name in "甲乙丙"] == [100, 100, 100]


def test_what_the_chapter_says_of_the_figure_is_so():
    """The experiments of “动手试”, calculated."""
    figure = scorecard.figure().simulator
    scores, paid = scores_and_money(figure)
    assert scores == {"甲": 95.7, "乙": 87.6, "丙": 90.0}
    assert set(paid.values()) == {0}
    figure.set({"js26_1_nonstandard_codes_below": "0.011"})
    scores, paid = scores_and_money(figure)
    assert scores == {"甲": 95.7, "乙": 90.6, "丙": 90.0}
    assert paid["乙"] > 0 > paid["丙"]
    figure.reset()
    figure.set({"js26_1_evouchers_at_least": "0.45"})
    assert scores_and_money(figure)[0]["丙"] == 90 + 2.5
    figure.reset()
    figure.set({"private_excluded_item": "item_4"})
    scores, paid = scores_and_money(figure)
    assert scores["丙"] == 88.75
    assert paid["丙"] < 0


def scores_and_money(figure) -> tuple[dict, dict]:
    """Each hospital's score, and what it is paid more than under the document's card."""
    moment = figure.moment
    names = moment.table["institution_id"]
    return dict(zip(names, moment.table["score"], strict=True)), dict(zip(names, moment.difference, strict=True))


# --- the notebooks --------------------------------------------------------------------------------------------------------

PARTS = ["这一课要会什么", "条文怎么说", "三家医院，手算一遍", "动手试", "练习 1–{count}", "接着去哪"]


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_has_all_its_parts_and_all_its_exercises(name):
    cells = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text("utf-8"))["cells"]
    text = "".join("".join(cell["source"]) + "\n" for cell in cells if cell["cell_type"] == "markdown")
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    count = len(CHAPTERS[name].EXERCISES)
    assert re.findall(r"(?m)^## (.+)$", text) == [part.format(count=count) for part in PARTS]
    assert re.findall(r"lesson\.exercise\((\d+)\)", "\n".join(code)) == [str(n + 1) for n in range(count)]
    assert len(code) <= 12
    assert all(len([line for line in cell.splitlines() if line]) <= 2 for cell in code)
    for link in re.findall(r"\]\(([^)]+)\)", text):
        assert (NOTEBOOKS / link).resolve().is_file(), link


def test_every_chapter_file_is_tested_here():
    assert {path.stem for path in NOTEBOOKS.glob("*.ipynb")} == CHAPTERS.keys()
