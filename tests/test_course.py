"""The chapters of the course: every answer is worked by hand, every mistake is explained, every exercise is used."""

import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib.course import deposit, exercise
from simlib.course.exercise import Exercise, Kind, check, shown
from simlib.words import Text

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks" / "course"
CHAPTERS = {"01_deposit": deposit}
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


# --- the notebooks --------------------------------------------------------------------------------------------------------

PARTS = ["这一课要会什么", "条文怎么说", "三家医院，手算一遍", "动手试", "练习 1–5", "接着去哪"]


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_has_all_its_parts_and_all_its_exercises(name):
    cells = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text("utf-8"))["cells"]
    text = "".join("".join(cell["source"]) + "\n" for cell in cells if cell["cell_type"] == "markdown")
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert re.findall(r"(?m)^## (.+)$", text) == PARTS
    count = len(CHAPTERS[name].EXERCISES)
    assert re.findall(r"lesson\.exercise\((\d+)\)", "\n".join(code)) == [str(n + 1) for n in range(count)]
    assert len(cells) <= 12
    assert all(len([line for line in cell.splitlines() if line]) <= 2 for cell in code)
    for link in re.findall(r"\]\(([^)]+)\)", text):
        assert (NOTEBOOKS / link).resolve().is_file(), link


def test_every_chapter_file_is_tested_here():
    assert {path.stem for path in NOTEBOOKS.glob("*.ipynb")} == CHAPTERS.keys()
