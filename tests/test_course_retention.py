"""Lesson 5 in particular: its answers a second time, what it shows, and what it says of its figure."""

import re
from fractions import Fraction

import pytest

from oracles import exact_retention
from oracles.by_hand import BY_HAND, EXERCISES
from simlib.course import retention as lesson
from simlib.course import three_communities
from simlib.course.questions import retention as questions
from simlib.course.questions.retention import EDGES
from simlib.problems import BadInput
from simlib.rules import retention
from strategies.afresh import afresh

# --- the communities, settled a second time -------------------------------------------------------------------------


def rows(supposed: dict) -> list[dict]:
    """The communities with every number as its text."""
    found = three_communities.communities(supposed).to_dict("records")
    return [{key: repr(value) if isinstance(value, float) else value for key, value in one.items()} for one in found]


def settled(supposed: dict, **params) -> dict:
    return exact_retention.settle(rows(supposed), **params)


def kept(score: str, **params) -> int:
    """What 乙 keeps at a score [fen]."""
    one = {**rows({})[1], "score": score}
    return exact_retention.settle([one], **params)["乙"]["retained"]


def most_for_the_last_hundredth() -> str:
    gains = {
        edge: kept(at) - kept(str(Fraction(at) - Fraction(1, 100)))
        for edge, at in zip(EDGES, ("60", "80", "90"), strict=True)
    }
    return max(gains, key=gains.get) if len(set(gains.values())) > 1 else "alike"


SECOND = {  # what each exercise asks, of settlements that share no code with simlib, by its numbers
    "retention.total": lambda score: settled({("丙", "score"): score})["丙"]["total_score"],
    "retention.share": lambda score: settled({("甲", "score"): score})["甲"]["ratio"],
    "retention.returned": lambda spending: yuan(
        settled({("甲", "spending"): spending}, fraction="floor")["甲"]["returned"]
    ),
    "retention.hundredth": most_for_the_last_hundredth,
    "retention.fall": lambda strict: (
        "falls" if kept("80", per_point=strict) < kept("79.99", per_point=strict) else "same"
    ),
    "retention.veto": lambda name, rate: yuan(
        exact_retention.years(
            [one for one in rows({(name, "veto"): True}) if one["community_id"] == name], 2, next_year_cut_rate=rate
        )[1]["budget"]
    ),
    "retention.overspent": lambda spending, bad, part: yuan(
        settled(
            {("丙", "spending"): float(spending), ("丙", "unreasonable_overspend"): float(bad)}, reasonable_share=part
        )["丙"]["overspend_borne"]
    ),
}  # fmt: skip


def yuan(fen: int) -> Fraction:
    return Fraction(fen, 100)


def same(answer, second) -> bool:
    return answer == second if isinstance(second, str) else Fraction(answer) == second


@pytest.fixture
def another_year(monkeypatch):
    """Other bonuses and other money; 乙 has no surplus."""
    case = three_communities.CASE.assign(
        bonus=[1.0, 0.0, 4.0], budget=[61_000_000.0, 40_000_000.0, 30_100_000.0], spending=[59e6, 40e6, 29e6]
    )
    monkeypatch.setattr(three_communities, "CASE", case)
    afresh(monkeypatch, three_communities, "_run")


def test_every_exercise_is_settled_a_second_time():
    assert SECOND.keys() == {one for one in EXERCISES if one.startswith("retention.")}


@pytest.mark.parametrize("one", SECOND)
def test_an_answer_is_the_one_of_another_implementation(one):
    number = list(SECOND).index(one) + 1
    for name in (None, "张三", "A-007"):
        asked = lesson.EXERCISES.one(number, name)
        assert asked.id == one
        assert same(asked.answer(), SECOND[one](**asked.numbers))


@pytest.mark.parametrize("one", SECOND)
def test_an_answer_follows_the_data(one, another_year):
    answer = EXERCISES[one].answer()
    assert same(answer, SECOND[one](**EXERCISES[one].numbers))
    assert not same(answer, BY_HAND[one])


@pytest.mark.parametrize(("per_point", "answer"), [("0.06", "falls"), ("0.05", "same"), ("0.04", "rises")])
def test_whether_the_curve_falls_follows_the_loss_of_a_point(per_point, answer):
    assert questions.fall.make(strict=per_point).answer() == answer


def test_what_is_said_of_the_three_edges_is_so():
    assert [three_communities.worth(edge) for edge in EDGES] == [400_000, 0, 400]
    assert [step.zh for step in EXERCISES["retention.hundredth"].solution()] == [
        "补上 0.01 分、到了 60 分，多留 400,000.00 元（XX 五(一)）。",
        "补上 0.01 分、到了 80 分，多留 0.00 元（XX 五(一)）。",
        "补上 0.01 分、到了 90 分，多留 400.00 元（XX 五(一)）。",
    ]


# --- what a reader gets ---------------------------------------------------------------------------------------------


def test_the_communities_and_the_steps_are_shown_in_both_languages():
    (table,) = lesson.tables()
    assert list(table.columns) == ["评价得分（分）", "加分（分）", "年度总额预算（元）", "年度实际支出（元）"]
    assert table.loc["乙"].tolist() == ["79.99", "0", "40,000,000.00", "39,200,000.00"]
    zh, en = (lesson.by_hand(language).data for language in ("zh", "en"))
    assert "总分 = 得分 84.4 + 加分 2 = 86.4 分（XX 三(六)）。" in zh
    assert "加分 6 分，只计 5 分：总分 = 得分 85.5 + 5 = 90.5 分（XX 三(六)）。" in zh
    for kept_, returned in (("984,000.00", "216,000.00"), ("400,000.00", "400,000.00"), ("500,000.00", "0.00")):
        assert f"= {kept_} 元，其余 {returned} 元不予支付。" in zh
    assert [zh.count(f"XX 五(一){number}") for number in (1, 2, 3)] == [1, 1, 1]
    assert "Of the bonus of 6 only 5 count: total = score 85.5 + 5 = 90.5 points (XX 3(6))." in en
    for said in (en, lesson.tables("en")[0].to_string()):
        assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", re.sub(r"[甲乙丙]", "", said))


VETOED = {("甲", "veto"): True}
OVER = {("丙", "spending"): 30_500_000.0, ("丙", "unreasonable_overspend"): 200_000.0}


def test_what_an_exercise_supposes_changes_no_table_of_the_lesson():
    before = three_communities.CASE.copy()
    assert three_communities.communities(OVER).loc[2, "spending"] == 30_500_000
    assert three_communities.CASE.equals(before)


@pytest.mark.parametrize(("supposed", "said"), [(VETOED, "预算核减比例"), (OVER, "分担比例")])
def test_what_the_document_does_not_set_is_said(supposed, said):
    tables = {"communities": three_communities.communities(supposed)}
    warnings = retention.FAMILY.warnings(three_communities.run(supposed), tables, three_communities.DOCUMENT)
    assert [text.zh for text in warnings if "文件未规定" in text.zh and said in text.zh]


# --- what the chapter says of the figure ----------------------------------------------------------------------------


@pytest.fixture
def experiment():
    """Set parameters one after the other, from the document's on: what the figure then holds."""
    figure = lesson.figure().simulator

    def done(**values):
        figure.reset()
        for name, value in values.items():
            figure.set({name: value})
        return figure.moment

    return done


def notes(moment) -> list[str]:
    """What stands below the curve."""
    (panel,) = (one for one in lesson.figure().simulator.panels if one.id == "curve")
    return [note.zh for note in panel.draw(moment)["notes"]]


def gains(moment) -> dict:
    return dict(zip(moment.table["community_id"], moment.difference, strict=True))


def test_the_figure_starts_as_the_chapter_tells(experiment):
    moment = experiment()
    assert dict(zip(moment.table["community_id"], moment.table["total_score"], strict=True)) == {
        "甲": 86.4, "乙": 79.99, "丙": 90.5,
    }  # fmt: skip
    assert moment.table["bracket"].tolist() == ["linear", "half", "full"]
    assert moment.picked == "甲"


def test_a_hundredth_of_a_point_is_worth_nothing_at_80_until_the_fixed_share_is_lowered(experiment):
    before, after = notes(experiment()), notes(experiment(half_ratio="0.4"))
    assert "80 分：留用比例连续，无落差" in before[1]
    assert "略低于分数线的 1 家" in before[1]
    assert "共多留 0.00 元" in before[1]
    assert "80 分：留用比例由 40.0% 跃升至 50.0%" in after[1]
    assert "共多留 80,000.00 元" in after[1]
    assert ["跃升至" in note for note in before] == [True, False, False]  # the only cliff is at 60


def test_a_bracket_higher_keeps_400_yuan_less(experiment):
    moment = experiment(linear_from="79")
    assert gains(moment) == {"甲": 0, "乙": -400, "丙": 0}
    assert moment.table["bracket"].tolist() == ["linear", "linear", "full"]


def test_a_heavier_loss_makes_the_curve_fall_until_the_linear_bracket_begins_at_84(experiment):
    falls = {at: retention.fall(experiment(per_point="0.08", linear_from=at).params) for at in ("80", "83", "84")}
    assert [falls["80"].lower_ratio, falls["80"].higher_ratio] == [0.5, 0.2]
    assert [falls["83"].lower_ratio, falls["83"].higher_ratio] == [0.5, 0.44]
    assert falls["84"] is None
    assert "反而留用减少" in notes(experiment(per_point="0.08"))[1]


def test_a_line_raised_by_a_point_costs_one_whole_and_another_half(experiment):
    moment = experiment(full_from="91")
    assert gains(moment) == {"甲": -0.05 * 1_200_000, "乙": 0, "丙": -0.025 * 500_000}
    assert "80 分：留用比例由 50.0% 降至 45.0%" in notes(moment)[1]


def test_a_cut_year_after_year_makes_the_third_year_an_overspending_one(experiment):
    moment = experiment(linear_from="85", half_from="80")
    assert moment.table["bracket"].tolist() == ["linear", "none", "full"]
    assert moment.table.at[1, "returned"] == 800_000
    moment = experiment(linear_from="85", half_from="80", next_year_cut_rate="0.02")
    years = moment.results["retention_years"].set_index("year")
    assert years["next_year_cut"].head(2).tolist() == [800_000, 784_000]
    assert years["overspend_borne"].head(3).tolist() == [0, 0, 784_000]
    others = retention.years(three_communities.communities().query("community_id != '乙'"), moment.params)
    assert set(others["overspend_borne"]) == {0}  # it is 乙


def test_the_order_of_the_two_lines_matters_as_the_chapter_says(experiment):
    with pytest.raises(BadInput, match="必须低于"):
        experiment(half_from="80")
