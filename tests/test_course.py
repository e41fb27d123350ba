"""The chapters of the course: every answer is worked by hand, every mistake is explained, every exercise is used."""

import functools
import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracles import exact_dip
from oracles.by_hand import A_FILE, BY_HAND, CHAPTERS, EXERCISES, WORKED
from oracles.printed import printed
from simlib.course import (
    agreement,
    clause,
    comparing,
    deposit,
    dip_clearing,
    dip_points,
    drawn,
    exercise,
    hospitals,
    retention,
    scenario_file,
    scorecard,
    small_city,
)
from simlib.course.drawn import Exercises, sound
from simlib.course.exercise import Exercise, check, shown
from simlib.course.reading import Kind
from simlib.course.widget import Chapter
from simlib.course.worked import both, html
from simlib.rules.dip import views
from simlib.scenario import file as scenario_yaml
from simlib.words import LANGUAGES, Text
from strategies.afresh import afresh
from strategies.examples import examples
from strategies.one_by_one import each

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks" / "course"
NAMES = st.text("张王李赵陈abcXYZ0123456789 -·", min_size=1, max_size=8).filter(str.strip)
MISTAKES = [(one, number) for one, exercise in EXERCISES.items() for number in range(len(exercise.mistakes))]


@functools.cache
def numbered() -> dict[str, tuple[Exercises, int]]:
    """Where each exercise stands: in which chapter's, and at which number."""
    chapters = (chapter.EXERCISES for chapter in CHAPTERS.values())
    return {one.id: (chapter, number) for chapter in chapters for number, one in enumerate(chapter, 1)}


def trainees(one: str, name: str) -> Exercise:
    """An exercise with a trainee's numbers."""
    chapter, number = numbered()[one]
    return chapter.one(number, name)


def texts(one: Exercise) -> list[Text]:
    return [one.question, one.hint, *one.solution(), *one.options.values(), *(text for _, text in one.mistakes)]


# --- the chapters' exercises ----------------------------------------------------------------------------------------


SPELLINGS = {
    "deposit.index": {
        "right": ["0.9333", ".9333", "0.93333333333333333333", "93.33%", "93.33", " 93.3333 ％", "０．９３３３",
                  "0。9333", "14/15", "14÷15", "84／90", "十五分之十四", "约0.9333", "百分之九十三点三三",
                  "93.33%左右", "0.9333倍"],
        "coarse": ["0.93", "93%", "93.3", "0.933"],
        "high": ["0.9334", "0.94", "98", "98%", "3/2"],
        "low": ["0.9332", "0.91", "0", "百分之九十一", "1/2"],
        "sign": ["-0.9333", "负93.33%", "-14/15"],
        "slipped": ["9333.33", "0.0093333333", "0.9333%", "933.33%"],
    },
    "deposit.payment": {
        "right": ["93333.33", "93,333.33", "93，333.33元", "￥93 333.33", "９３３３３．３３", "9.33万元", "9.333333万",
                  "0.000933亿", "93333.33。", "93333.33元整", "93333.33 RMB", "93333.33人民币"],
        "coarse": ["93333", "93333.3", "9万元"],
        "high": ["93333.34", "94000", "1000万元", "99,999,999,999,999,999,999"],
        "low": ["93333.32", "9.32万元", "0", "1"],
        "unit": ["9.33", "9.3333"], "sign": ["-93333.33"]},
    "deposit.bonus": {
        "right": ["10000", "10,000.00", "1万元", "1.00 万", "10000.00 yuan", "1,0000元"],
        "high": ["10000.01", "1.01万元"],
        "low": ["9999.99", "0.99万元"],
        "unit": ["1", "1.00"],
    },
    "deposit.lower": {"right": ["2", "２", "2家", "两所", "两个机构", "2.0", " 2 个", "两家", "二", "２家医院。"],
                      "high": ["4", "2.5", "200"], "low": ["1.9", "1.5家"], "sign": ["-2"]},
    "deposit.edge": {"right": ["within", "WITHIN", "全部保证金，没有奖励金"]},
    "scorecard.level": {"right": ["2", "2分", "2.0", "２ 分", "2 points"], "high": ["2.5", "4"],
                        "low": ["1.9", "0.5"], "sign": ["-2"]},
    "scorecard.deduct": {"right": ["10", "10 分", "１０分。"], "high": ["10.5", "15", "１４"], "low": ["9"],
                  "sign": ["-10"]},
    "scorecard.converted": {
        "right": ["17.5", "17.5 分", "17.50", "１７．５分", "17。5", "17.5 Points"],
        "coarse": ["17", "18", "18分"],
        "high": ["17.6", "17.51"],
        "low": ["17.4", "17.49"], "slipped": ["0.175", "175"], "sign": ["-17.5"]},
    "scorecard.private": {
        "right": ["86.25", "86.25 分", "86.250"],
        "coarse": ["86.3", "86.2"],
        "high": ["86.26", "90"],
        "low": ["86.24", "85"], "slipped": ["0.8625", "8625"]},
    "scorecard.weights": {"right": ["told", "TOLD"]},
    "scorecard.once": {"right": ["14", "14 分"], "high": ["14.5", "16"], "low": ["13.5", "12"]},
    "dip_points.high": {"right": ["1300", "1,300 分", "１３００．０"], "high": ["1300.5", "1400"],
                        "low": ["1299.9", "900"], "slipped": ["13000"], "sign": ["-1300"]},
    "dip_points.low": {"right": ["600", "600 分", "600.00"], "high": ["601", "900"], "low": ["599", "500"],
                  "sign": ["-600"]},
    "dip_points.auxiliary": {"right": ["750", "750.0 分"], "high": ["751", "800"], "low": ["749.5", "700"]},
    "dip_points.cmi": {
        "right": ["1.386", "1.3860", "138.6%", "１。386"],
        "coarse": ["1.39", "139%"],
        "high": ["1.387", "1.4", "2"],
        "low": ["1.385", "1.3"], "sign": ["-1.386"]},
    "dip_points.coefficient": {
        "right": ["0.91", ".9100", "91%"],
        "high": ["0.911", "0.99", "1"],
        "low": ["0.909", "0.8"], "sign": ["-0.91"]},
    "dip_points.approved": {"right": ["2500", "2,500 points"], "high": ["2501", "5000"], "low": ["2499.5", "1000"]},
    "dip_points.value": {
        "right": ["12", "12.00元", "12 yuan"],
        "high": ["12.01", "14"],
        "low": ["11.99", "10"],
        "unit": ["0.0012"], "slipped": ["120"], "sign": ["-12"]},
    "dip_clearing.payable": {
        "right": ["92388.85", "92，388.85 元", "9.238885万元", "9.24万"],
        "coarse": ["92389", "92388.9", "9万元"],
        "high": ["92388.86", "100000"],
        "low": ["92388.84", "90000"],
        "unit": ["9.24"],
    },
    "dip_clearing.retained": {
        "right": ["52175", "52,175.00", "5.2175万元", "5.22万元"],
        "high": ["52175.01", "60000"],
        "low": ["52174.99", "40000"],
    },
    "dip_clearing.shared": {
        "right": ["83150", "83,150.00元", "8.315 万元"],
        "coarse": ["8万元"],
        "high": ["83150.01", "90000"],
        "low": ["83149.99", "80000"],
    },
    "dip_clearing.beyond": {
        "right": ["129706.38", "129,706.38", "12.97万元"],
        "coarse": ["129706", "13万元"],
        "high": ["129706.39", "150000"],
        "low": ["129706.37", "120000"],
    },
    "dip_clearing.short": {
        "right": ["8892.68", "8,892.68 元", "0.89万元"],
        "coarse": ["8893", "8892.7", "1万元"],
        "high": ["8892.69", "10000"],
        "low": ["8892.67", "8000"],
    },
    "dip_clearing.rollover": {
        "right": ["28367.5", "28,367.50", "2.84万元"],
        "coarse": ["28368", "3万元"],
        "high": ["28367.51", "30000"],
        "low": ["28367.49", "20000"],
    },
    "dip_clearing.balance": {
        "right": ["6938.75", "6,938.75 元", "0.69万元"],
        "coarse": ["6939", "6938.8", "1万元"],
        "high": ["6938.76", "7000"],
        "low": ["6938.74", "5000"], "sign": ["-6938.75"]},
    "retention.total": {
        "right": ["101.5", "101.50 分", "１０１．５", "101。5"],
        "coarse": ["101", "102分"],
        "high": ["101.6", "105"],
        "low": ["101.4", "99"], "slipped": ["1015"], "sign": ["-101.5"]},
    "retention.share": {
        "right": ["0.665", "66.5%", "66.50", ".6650", "６６．５％"],
        "coarse": ["0.67", "67%", "66"],
        "high": ["0.6651", "0.9", "1"],
        "low": ["0.6649", "0.5"], "sign": ["-0.665"], "slipped": ["0.665%"]},
    "retention.returned": {
        "right": ["180000.01", "180,000.01 元", "18.00万元", "18 万"],
        "coarse": ["180000", "180,000.0"],
        "high": ["180000.03", "180001", "200000"],
        "low": ["180000.00", "179999.99"],
        "unit": ["18"], "sign": ["-180000.01"]},
    "retention.hundredth": {"right": ["half_from", "59.99 分的，到了 60 分"]},
    "retention.fall": {"right": ["falls", "FALLS"]},
    "retention.veto": {
        "right": ["58200000", "58,200,000.00 元", "5820万元", "0.582亿"],
        "high": ["58200000.01", "1亿元", "59000000"],
        "low": ["58199999.99", "5800万元", "0.58亿", "0"],
        "unit": ["5820"],
    },
    "retention.overspent": {
        "right": ["290000", "29万元", "290,000.00"],
        "high": ["290000.01", "300000"],
        "low": ["289999.99", "100000"],
        "unit": ["29"], "sign": ["-290000"]},
    "compare.file": {"right": [A_FILE + "upper: 1.03", A_FILE + "upper: '1.030'\n    lower: 0.98",
                               "title: t\nquestion: q\nparams: {deposit: {upper: 1.03}}\nrules: [deposit]"]},
    "compare.gain": {
        "right": ["6340.21", "6,340.21 元", "0.63万元"],
        "coarse": ["6340", "1万元"],
        "high": ["6340.22", "20000"],
        "low": ["6340.20", "0"],
    },
    "compare.sides": {"right": ["2", "２家"], "high": ["3", "7"], "low": ["0"], "sign": ["-2"]},
    "compare.reading": {"right": [A_FILE + "lower: 0.97\n    mean_scope: city",
                                  A_FILE + "mean_scope: city\n    lower: 0.970"]},
    "compare.least": {
        "right": ["1.025", "102.5%", "1.0250", "102.5"],
        "coarse": ["1.02"],
        "high": ["1.0251", "1.2"],
        "low": ["1.0249", "1.0", "0.98"],
    },
    "compare.total": {"right": ["less", "LESS"]},
    "compare.verify": {"right": ["recomputed"]},
    "agreement.damages": {"right": ["12960", "12,960.00 元", "1.296万元", "一万二千九百六十元"], "high": ["12960.01"],
                          "low": ["12959.99"], "slipped": ["1296", "129600"], "unit": ["1.296"]},
    "agreement.total": {"right": ["269125", "269,125.00", "26.9125万元"], "high": ["269125.01"], "low": ["269124"]},
    "agreement.uncharged": {"right": ["0", "0元", "0.00"], "high": ["1"], "low": ["-1"]},
    "agreement.action": {"right": ["suspend", "中止协议"]},
    "agreement.left": {"right": ["120", "120天", "一百二十天", "120 days"], "high": ["121"], "low": ["119"]},
    "agreement.due": {"right": ["2025-10-10", "2025/10/10", "2025年10月10日", "20251010", "２０２５．１０．１０"],
                      "late": ["2025-10-11"], "early": ["2025-10-08"]},
    "agreement.reentry": {"right": ["2028-06-18", "2028.6.18", "2028年6月18日"], "late": ["2028-06-19"],
                          "early": ["2028-06-17"]},
    "clause.kind": {"right": ["reading"]},
    "clause.scope": {"right": ["1.0233", "102.33%", "88/86"], "coarse": ["1.02"], "high": ["1.1"], "low": ["1"]},
    "clause.digits": {"right": ["94000", "9.4万元", "94,000.00"], "high": ["94000.01"], "low": ["93999.99"]},
    "clause.fraction": {"right": ["0.65", "65%", "13/20"], "high": ["0.68"], "low": ["0.62"]},
    "clause.edge": {"right": ["within", "全部保证金"]},
}  # fmt: skip
NUMBERS_OF_ZHANG_SAN = [
    {"high": 94, "middle": 93, "low": 87}, {"high": 95, "middle": 90, "low": 83, "deposit": 90_000},
    {"high": 95, "middle": 90, "low": 84, "stake": 230_000}, {"high": 95, "middle": 93, "low": 87, "lower": "0.95"},
    {"mean": 90},
]  # fmt: skip
SAID = {
    "late": exercise.TOO_LATE, "early": exercise.TOO_EARLY,
    "sign": exercise.SIGN, "slipped": exercise.SLIPPED,
    "coarse": exercise.TOO_COARSE,
    "high": exercise.TOO_HIGH,
                  "low": exercise.TOO_LOW, "unit": exercise.WHICH_UNIT,
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


@each({f"{one}: {kind}: {text!r}": (one, kind, text) for one, kind, text in CASES})
def test_an_answer_is_marked_for_what_it_says(one, kind, text):
    said = check(EXERCISES[one], text)
    assert said.right == (kind == "right"), said.text
    if kind == "right":
        assert shown(EXERCISES[one]).zh in said.text.zh
    else:
        expected = SAID[kind]
        assert said.text == (expected if isinstance(expected, Text) else expected[EXERCISES[one].kind])
    assert said.read == (kind != "unit")


@each({f"{one} {number}": (one, number) for one, number in MISTAKES})
def test_a_mistake_is_wrong_and_explained(one, number):
    value, explanation = EXERCISES[one].mistakes[number]
    said = check(EXERCISES[one], format(value(), "f") if isinstance(value(), Decimal) else value())
    assert said == exercise.Feedback(False, explanation)


# --- a trainee's own numbers ----------------------------------------------------------------------------------------


def as_people_write(one: Exercise) -> list[str]:
    """The right answer as several people would write it."""
    answer = one.answer()
    if isinstance(answer, str):
        return [answer]
    plain = format(answer, "f")
    if one.kind is Kind.COUNT:
        return [plain, f" {plain} 家", fullwidth(plain)]
    if one.kind is Kind.RATIO:
        return [f"{answer:.6f}", f"{answer * 100:.4f}%", fullwidth(f"{answer:.4f}"), shown(one).zh.split("（")[0]]
    if one.kind is Kind.MONEY:
        return [f"{answer:,.2f} 元", f"￥{answer:.2f}", fullwidth(f"{answer:.2f}"), f"{answer / 10_000:.6f} 万元"]
    return [plain, f"{plain} 分", shown(one).zh, shown(one).en, fullwidth(plain)]


def fullwidth(text: str) -> str:
    return text.translate({code: code + 0xFEE0 for code in map(ord, "0123456789.")})


@pytest.mark.parametrize("one", EXERCISES)
def test_a_trainees_exercise_is_well_posed_and_worked_by_hand(one):
    @examples(4)
    @given(NAMES)
    def tried(name):
        asked = trainees(one, name)
        by_hand = WORKED[one](**asked.numbers)
        assert (asked.id, asked.kind, set(asked.options)) == (
            EXERCISES[one].id, EXERCISES[one].kind, set(EXERCISES[one].options),
        )  # fmt: skip
        assert asked.answer() == by_hand or abs(Fraction(asked.answer()) - by_hand) < Fraction(1, 10**10)
        assert [text for text in as_people_write(asked) if not check(asked, text).right] == []
        for value, explanation in asked.mistakes:
            said = check(asked, value() if isinstance(value(), str) else format(value(), "f"))
            assert (said.right, said.read, said.text) == (False, True, explanation)
        for text in texts(asked):
            assert "{" not in text.zh + text.en

    tried()


def test_a_name_has_its_numbers_whoever_writes_it_and_on_every_machine():
    asked = [one.numbers for one in deposit.EXERCISES.of("张三")]
    assert asked == NUMBERS_OF_ZHANG_SAN
    for same in ("张 三", "  张三", "张　三"):
        assert [one.numbers for one in deposit.EXERCISES.of(same)] == asked
    assert [one.numbers for one in deposit.EXERCISES.of("ａ7")] == [one.numbers for one in deposit.EXERCISES.of("A7")]
    assert [one.numbers for one in deposit.EXERCISES.of("李四")] != asked


@pytest.mark.parametrize("nobody", [None, "", "  ", "　"])
def test_without_a_name_the_numbers_are_those_of_the_classroom(nobody):
    for chapter in CHAPTERS.values():
        assert chapter.EXERCISES.of(nobody) == tuple(chapter.EXERCISES)


def test_a_trainees_numbers_are_found_at_once(monkeypatch):
    """Each try settles the city of the DIP chapters anew, which takes time: most of what can be drawn will do."""
    tried = []
    monkeypatch.setattr(drawn, "sound", lambda one: tried.append(one.id) or sound(one))
    exercises = [one for chapter in (dip_points, dip_clearing) for one in chapter.EXERCISES.drawn]
    for name in ("测一", "测二", "测三"):
        for one in exercises:
            one.of(name)
    assert {one.classroom.id for one in exercises} == set(tried)
    assert len(tried) <= 1.3 * 3 * len(exercises), sorted(tried)


def test_trainees_have_other_answers_than_each_other():
    """To copy a neighbour's answer does not help, but for choices, of which there are few."""
    names = [f"学员{number}" for number in range(12)]
    for one in ("deposit.index", "deposit.payment", "deposit.lower", "dip_points.low", "dip_points.coefficient"):
        assert len({trainees(one, name).answer() for name in names}) > 1, one


def test_numbers_that_leave_two_mistakes_alike_are_not_asked():
    deduct = scorecard.EXERCISES.drawn[1]
    assert sound(deduct.make(corrections=2, refunds=1))
    assert not sound(deduct.make(corrections=3, refunds=1))  # 15 - 3 - 1 = 15 - 1 - 3


@pytest.mark.parametrize("one", EXERCISES)
def test_nothing_and_nonsense_are_told_how_to_answer(one):
    empty = {Kind.CHOICE: exercise.NO_CHOICE, Kind.SCENARIO: scenario_file.NOTHING_WRITTEN}
    unreadable = {Kind.CHOICE: exercise.NO_CHOICE, Kind.SCENARIO: scenario_yaml.NOT_A_SCENARIO, **exercise.UNREADABLE}
    kind = EXERCISES[one].kind
    for text in ("", "  ", "　", "。"):
        assert check(EXERCISES[one], text) == exercise.Feedback(False, empty.get(kind, exercise.EMPTY), False)
    nonsense = ("不知道", "84/0", "1,2", "0,9333", "1.2.3", "--1", "1e5", "nan", "inf", "٣", "5公里", "1%%", "9" * 50)
    for text in (*nonsense, "<b>"):
        said = check(EXERCISES[one], text)
        assert (said.right, said.read) == (False, False), text
        assert said.text == unreadable[kind]


@examples(100)  # the first answer to an exercise takes a settlement
@given(st.sampled_from(list(EXERCISES.values())), st.text(max_size=60))
def test_whatever_is_typed_gets_an_answer(one, text):
    said = check(one, text)
    assert all(said.text)
    assert said.read or not said.right


# --- the city of the DIP chapters, settled a second time ------------------------------------------------------------

SECOND = {  # what each exercise asks, of settlements that share no code with simlib, by its numbers
    "dip_points.high": lambda settled, cost: settled({("甲06", "total_cost"): cost})["cases"]["甲06"]["points"],
    "dip_points.low": lambda settled, number, part: (
        settled({(number, "total_cost"): float(small_city.mean(number) * part)})["cases"][number]["points"]
        - settled({(number, "total_cost"): float(small_city.mean(number)) * 2 / 5})["cases"][number]["points"]
    ),
    "dip_points.auxiliary": lambda settled, factor, cost: settled(
        {("乙08", "auxiliary_factor"): factor, ("乙08", "total_cost"): cost}
    )["cases"]["乙08"]["points"],
    "dip_points.cmi": lambda settled, cost: settled({("甲10", "total_cost"): cost})["institutions"]["甲"]["cmi"],
    "dip_points.coefficient": lambda settled, accuracy, national: settled(
        {("乙", "coding_accuracy"): accuracy, ("乙", "specialties_national"): national}
    )["institutions"]["乙"]["coefficient"],
    "dip_points.approved": lambda settled, number: settled(
        {(number, "irregular"): True}
    )["institutions"]["丙"]["approved_points"],
    "dip_points.value": lambda settled, spent: settled({("pooled",
                  "nonlocal"): spent})["fund"]["pooled"]["point_value"],
    "dip_clearing.payable": lambda settled, income: yuan(
        settled({("pooled", "income"): income, ("乙10", "irregular"): False}), "乙", "payable"
    ),
    "dip_clearing.retained": lambda settled, income, billed: yuan(
        settled({("pooled", "income"): income, **small_city.billed("丙", billed)}), "丙", "settlement"
    ),
    "dip_clearing.shared": lambda settled, billed: yuan(settled(small_city.billed("乙", billed)), "乙", "settlement"),
    "dip_clearing.beyond": lambda settled, income, billed: yuan(
        settled({("pooled", "income"): income, **small_city.billed("甲", billed)}), "甲", "settlement"
    ),
    "dip_clearing.short": lambda settled, carried: yuan(
        settled({("pooled", "fund_carried"): carried}), "甲", "share_paid"
    ),
    "dip_clearing.rollover": lambda settled, carried, billed: next_year(
        settled({("pooled", "fund_carried"): carried, **small_city.billed("甲", billed)})["fund"]["pooled"]
    ),
    "dip_clearing.balance": lambda settled, penalties: yuan(
        settled({("丙03", "penalties"): penalties}), "丙", "balance"
    ),
}  # fmt: skip


def settled_again(supposed: dict) -> dict:
    rows = {name: table.to_dict("records") for name, table in small_city.tables(supposed).items()}
    return exact_dip.settle(rows, small_city.DOCUMENT)


def yuan(result: dict, name: str, column: str) -> Fraction:
    return Fraction(result["institutions"][name][column], 100)


def next_year(fund: dict) -> Fraction:
    return Fraction(fund["fund_left"] + fund["regulation_set_aside"], 100)


@pytest.fixture
def another_city(monkeypatch):
    """Other points, another grade, another cost and another income."""
    points = {"I63": 1100.0, "J18": 640.0}
    groups = small_city.GROUPS.assign(
        points=small_city.GROUPS["group_code"].map(points).fillna(small_city.GROUPS["points"])
    )
    monkeypatch.setattr(small_city, "GROUPS", groups)
    hospitals = [
        {**one, "grade": {"乙": "2B"}.get(one["institution_id"], one["grade"])} for one in small_city.HOSPITALS
    ]
    monkeypatch.setattr(small_city, "HOSPITALS", tuple(hospitals))
    monkeypatch.setitem(small_city.CASES, "丙", (*small_city.CASES["丙"][:-1], ("I10", 2_200)))
    monkeypatch.setitem(small_city.FUND, "income", 390_000)
    afresh(monkeypatch, small_city, "_ready", "_settled", "_scored", "_case_steps")


def test_every_dip_exercise_is_settled_a_second_time():
    assert SECOND.keys() == {one for one in EXERCISES if one.startswith("dip_")}


@pytest.mark.parametrize("one", SECOND)
def test_a_dip_answer_is_the_one_of_another_implementation(one):
    for asked in (EXERCISES[one], trainees(one, "张三"), trainees(one, "A-007")):
        assert float(asked.answer()) == pytest.approx(float(SECOND[one](settled_again, **asked.numbers)), rel=1e-14)


@pytest.mark.parametrize("one", SECOND)
def test_a_dip_answer_follows_the_data(one, another_city):
    chapter, number = numbered()[one]
    answer = chapter.drawn[number - 1].classroom.answer()
    assert float(answer) == pytest.approx(float(SECOND[one](settled_again, **EXERCISES[one].numbers)), rel=1e-14)
    assert abs(Fraction(answer) - BY_HAND[one]) > Fraction(1, 1000)


def test_what_is_billed_in_a_year_is_billed_by_month_and_told_as_supposed():
    for name, total in (("丙", 50_000), ("乙", 86_000), ("甲", 140_000), ("甲", 116_000)):
        supposed = small_city.billed(name, total)
        billing = small_city.tables(supposed)["billing"]
        assert billing[billing["institution_id"] == name]["billed"].sum() == total
        assert small_city.number(name, "billed", supposed) == total


# --- what a reader gets ---------------------------------------------------------------------------------------------


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


def test_the_cases_and_the_clearing_are_shown_in_both_languages():
    groups, hospitals, cases, fund = dip_points.tables()
    assert groups.loc["肺炎 J18"].tolist() == ["核心病种", "600", "8,000", "6,000", "5,000"]
    assert groups.loc["髋关节置换 M16", "一级均值（元）"] == "—"
    assert hospitals.loc["乙"].tolist() == ["二级甲等", 0, 2, "93.2%"]
    assert cases.loc["10"].tolist() == ["肺炎", "3,200", "消化系统其他（违规）", "6,000", "高血压", "2,200"]
    assert fund.loc["上年结转调节金（元）"].item() == "6,000.00"
    groups, hospitals, cases, fund = dip_points.tables("en")
    assert cases.loc["07", "甲"].tolist() == ["stroke (auxiliary +0.3)", "18,000"]
    assert groups.loc["hypertension I10", "Kind"] == "primary"
    accounts, _ = dip_clearing.tables()
    assert accounts["乙"].tolist() == ["二级", "8,760", "99,000.00", "26,400.00", "6,600.00", "1,000.00"]
    for chapter in (dip_points, dip_clearing):
        en = chapter.by_hand("en").data + "".join(table.to_string() for table in chapter.tables("en"))
        assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", re.sub(r"[甲乙丙]", "", en))
        assert "point value" in en
    zh = dip_points.by_hand().data
    assert len(re.findall(r"(?m)^\| [甲乙丙]\d\d \|", zh)) == 36
    assert "| 甲04 | 阑尾切除 | 39,200 | 14,000 | 2.8 | 高费用偏差 | 1,560 |" in zh
    assert "| 违规病例，不计分并扣减 | 0，扣减 1,500 |" in zh
    assert "÷ 三家核定总分值 28,540.0000 = 12.5 元/分（JY 第三十一条）" in zh
    zh = dip_clearing.by_hand().data
    for told in ("127,915.00", "84,532.50", "应扣回 3,567.50"):
        assert zh.count(f"{told} 元（JY 第三十三条）") == 1, told
    assert "结余 1,842.50 元转入下一年。下一年收入若和今年一样，可用的是 17,042.50 元" in zh


def test_what_no_hospital_states_costs_nothing():
    full = {(name, "1", "catalogue_drug_share"): 0.95 for name in "甲乙丙"} | {("丙", "9", "evoucher_share"): 0.5}
    full |= {(name, item, fact): 100 for name, item, fact in hospitals.STATED if fact.endswith("evaluation")}
    full |= {("甲", "12", "complaints"): 0, ("乙", "6", "corrections"): 0, ("丙", "11", "change_not_reported"): 0}
    full |= {("乙", "5", "negotiated_share"): 0.65, ("乙", "8", "nonstandard_code_rate"): 0.009}
    full |= {(name, "13", "local_points"): 10 for name in "甲丙"}
    assert [hospitals.total(name, full) for name in "甲乙丙"] == [100, 100, 100]


def test_what_the_chapter_says_of_the_figure_is_so():
    """The experiments of “动手操作”, calculated."""
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


def test_what_the_chapter_on_points_says_of_the_figure_is_so():
    figure = dip_points.figure().simulator
    before = figure.moment.table.set_index("institution_id")
    figure.set({"deviation_high": "2.8"})
    now = figure.moment.table.set_index("institution_id")
    assert (now["approved_points"] < before["approved_points"]).all()
    assert (now["payable"] > before["payable"]).to_dict() == {"甲": False, "乙": True, "丙": True}
    assert figure.moment.results["dip_fund"].at[0, "point_value"] > 12.5
    assert "按基础分值 1,200.0000 分" not in told(figure, "甲04")  # at the limit, where the formula gives as much
    assert "= 1,200.0000 分" in told(figure, "甲04")
    figure.reset()
    figure.set({"deviation_low": "0.35"})
    now = figure.moment.table.set_index("institution_id")
    assert (now["approved_points"] != before["approved_points"]).to_dict() == {"甲": True, "乙": False, "丙": False}
    assert (now["payable"] > before["payable"]).to_dict() == {"甲": True, "乙": False, "丙": False}
    assert "偏差率 0.4000 在界限之间" in told(figure, "甲10")


def test_what_the_chapter_on_clearing_says_of_the_figure_is_so():
    figure = dip_clearing.figure().simulator

    def clearing(**values) -> tuple[dict, dict]:
        figure.reset()
        figure.set(values)
        return dict(zip(figure.moment.table["institution_id"], figure.moment.difference, strict=True)), fund()

    def fund() -> dict:
        return figure.moment.results["dip_fund"].iloc[0].to_dict()

    assert fund()["share_factor"] == 1
    years = views.rollover(figure.moment.results)
    assert (years["supply"] >= years["demand"]).tolist() == [
        True,
        False,
        False,
        False,
        False,
    ]  # short from the second on
    moved, more = clearing(regulation_rate="0.06")
    assert more["regulation_set_aside"] == 15_200 + 7_600
    assert moved["甲"] < 0
    payable = small_city.number("甲", "payable")
    moved, less = clearing(regulation_rate="0.01")
    assert figure.moment.table.at[0, "payable"] > payable
    assert moved["甲"] < 0
    assert less["share_factor"] < 1
    moved, wider = clearing(share_limit="1.30")
    assert moved["甲"] < 0 < moved["乙"]
    assert wider["share_factor"] < 1
    assert figure.moment.table.at[0, "clearing_ratio"] < 1.15
    moved, _ = clearing(retention_cap="1.22")
    assert moved["丙"] > 0 == moved["甲"] == moved["乙"]
    assert figure.moment.table.at[2, "settlement"] == figure.moment.table.at[2, "payable"]


def told(figure, case: str) -> str:
    """What the figure says of one case of the hospital that is picked."""
    return next(step.zh for step in figure.explain(figure.picked) if step.zh.startswith(f"{case}（"))


def scores_and_money(figure) -> tuple[dict, dict]:
    """Each hospital's score, and what it is paid more than under the document's card."""
    moment = figure.moment
    names = moment.table["institution_id"]
    return dict(zip(names, moment.table["score"], strict=True)), dict(zip(names, moment.difference, strict=True))


# --- the notebooks --------------------------------------------------------------------------------------------------

PARTS = {
    "zh-CN": ["学习目标", "条文要点", "三家{whom}，手算一遍", "练习 1–{count}", "动手操作", "后续学习"],
    "en": ["What you will learn", "The clauses in short", "Three {whom}, worked by hand", "Exercises 1–{count}",
           "Try it", "Where to go next"],
}  # fmt: skip
STUDY = {
    "zh-CN": ["学习目标", "从问题到方案文件", "六家{whom}，手算一遍", "练习 1–5", "动手操作", "批量运行，读报告",
              "练习 6–{count}", "后续学习"],
    "en": ["What you will learn", "From a question to a scenario file", "Six {whom}, worked by hand", "Exercises 1–5",
           "Try it", "Run them all and read a report", "Exercises 6–{count}", "Where to go next"],
}  # fmt: skip
PROSE = re.compile(r'<div class="sim-prose" lang="(zh-CN|en)">\n\n(.*)\n\n</div>', re.DOTALL)


def cells(name: str) -> list[tuple[str, str, str]]:
    """Kind, id and text of a lesson's cells."""
    found = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text("utf-8"))["cells"]
    return [(one["cell_type"], one["id"], "".join(one["source"])) for one in found]


def prose(name: str, language: str) -> list[str]:
    """A lesson's prose in a language, cell by cell."""
    found = [PROSE.fullmatch(text) for kind, _, text in cells(name) if kind == "markdown"]
    return [one[2] for one in found if one and one[1] == language]


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_has_all_its_parts_and_all_its_exercises(name):
    code = [text for kind, _, text in cells(name) if kind == "code"]
    count = len(CHAPTERS[name].EXERCISES)
    whom = {"zh-CN": "医院", "en": "hospitals"}
    if CHAPTERS[name] is agreement:
        whom = {"zh-CN": "机构", "en": "institutions"}
    if CHAPTERS[name] is retention:
        whom = {"zh-CN": "医共体", "en": "communities"}
    for language, parts in (STUDY if CHAPTERS[name] is comparing else PARTS).items():
        if CHAPTERS[name] is clause:
            parts = [one.replace("三家", "六家").replace("Three", "Six") for one in parts]
        text = "\n".join(prose(name, language))
        assert re.findall(r"(?m)^## (.+)$", text) == [one.format(count=count, whom=whom[language]) for one in parts]
        for link in re.findall(r"\]\(([^)]+)\)", text):
            assert (NOTEBOOKS / link).resolve().is_file(), link
    assert re.findall(r"lesson\.exercise\((\d+)\)", "\n".join(code)) == [str(n + 1) for n in range(count)]
    assert "lesson.CHAPTER.opening()" in code[0]
    assert len(code) <= 12
    assert all(len([line for line in cell.splitlines() if line]) <= 2 for cell in code)


@pytest.mark.parametrize("name", CHAPTERS)
def test_prose_stands_in_both_languages_cell_by_cell(name):
    markdown = [(id, text) for kind, id, text in cells(name) if kind == "markdown"]
    assert all(PROSE.fullmatch(text) for _, text in markdown)
    for (zh, text), (en, english) in zip(markdown[::2], markdown[1::2], strict=True):
        assert (f"{zh}-en", PROSE.fullmatch(text)[1], PROSE.fullmatch(english)[1]) == (en, "zh-CN", "en")
        assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", re.sub(r"[甲乙丙丁戊己]", "", english)), en
        for pattern in (r"(?m)^- ", r"(?m)^\|", r"\]\(([^)]+)\)", r"(?m)^    simlib \w+"):
            assert len(re.findall(pattern, text)) == len(re.findall(pattern, english)), (en, pattern)
        assert sorted(re.findall(r"\]\(([^)]+)\)", text)) == sorted(re.findall(r"\]\(([^)]+)\)", english))


@pytest.mark.parametrize("name", CHAPTERS)
def test_no_answer_stands_above_its_question(name):
    """In the prose, in the tables or in the steps: what prints an answer comes after it was tried, or below it."""
    lesson = CHAPTERS[name]
    shown = {"lesson.tables": "tables", "lesson.case": "case", "lesson.report": "report", "lesson.files": "files"}
    above, chapter = "", Chapter(lesson.EXERCISES, lesson.CHAPTER.number)
    steps = "".join(html(lesson.by_hand(language)) for language in LANGUAGES)
    assert chapter.lesson.asked == tuple(n for n, one in enumerate(lesson.EXERCISES, 1) if printed(one, steps))
    for kind, _, text in cells(name):
        if kind == "markdown":
            above += text
        elif found := re.search(r"lesson\.exercise\((\d+)\)", text):
            one = lesson.EXERCISES[int(found[1]) - 1]
            assert not printed(one, above), f"{one.id} is answered above it"
            if one.kind is Kind.SCENARIO:
                wanted = scenario_file.changes(scenario_file.read(one.answer()))
                assert not all(re.search(rf"{path.split('.')[-1]}: {value}\b", above) for path, value in wanted.items())
        elif "lesson.figure" in text:
            above += str(lesson.figure().simulator.moment.table.to_string())
        for call, function in shown.items():
            if call in text:
                above += both(getattr(lesson, function) if function != "files" else lambda _: lesson.files()).data


def test_every_chapter_file_is_tested_here():
    assert {path.stem for path in NOTEBOOKS.glob("*.ipynb")} == CHAPTERS.keys()


def test_what_the_chapter_on_agreements_says_of_the_figure_is_so():
    figure = agreement.figure().simulator

    def damages(**values) -> dict:
        figure.reset()
        figure.set(values)
        table = figure.moment.results["agreement_institutions"]
        return dict(zip(table["institution_id"], table["damages"], strict=True))

    assert damages() == {"丙": 0, "乙": 43_060, "甲": 17_280}
    assert damages(damages_rate_43="0.10") == {"丙": 0, "乙": 43_060, "甲": 8_640}
    assert damages(damages_cap="0.15") == {
        "丙": 0,
        "乙": 32_295,
        "甲": 12_960,
    }  # the cap, not the least rate of art. 44
    damages(grave_44="terminate")
    table = figure.moment.results["agreement_institutions"].set_index("institution_id")
    assert table["action"].to_dict() == {"丙": "none", "乙": "terminate", "甲": "none"}


def test_what_the_chapter_on_clauses_says_of_the_figure_is_so():
    figure = clause.figure().simulator
    figure.set({"mean_scope": "city"})
    table = figure.moment.table.set_index("institution_id")
    assert table["band"].to_dict() == {
        "甲": "above", "乙": "above", "丙": "within", "丁": "above", "戊": "below", "己": "below",
    }  # fmt: skip
    figure.reset()
    figure.set({"index_digits": "2"})
    moved = dict(zip(figure.moment.table["institution_id"], figure.moment.difference.round(2), strict=True))
    assert moved["丙"] == -444.44
    assert moved["乙"] == 0
