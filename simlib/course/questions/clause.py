"""The exercises of lesson 8: what of a clause is formula, parameter or reading, and how exactly it is calculated."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache, partial

import pandas as pd

from simlib.columns import INSTITUTIONS
from simlib.course import three_communities as county
from simlib.course.drawn import Exercises, numbers
from simlib.course.exercise import Exercise
from simlib.course.questions.deposit import BY_INDEX
from simlib.course.reading import Kind
from simlib.money import decimal_text
from simlib.rules import deposit
from simlib.rules.deposit import Band, DepositParams
from simlib.words import Text, joined

KEY = INSTITUTIONS.key
DOCUMENT = DepositParams()
CITY = DOCUMENT.changed(mean_scope="city")
CASE = pd.DataFrame({
    KEY: ["甲", "乙", "丙", "丁", "戊", "己"], "group": ["A"] * 3 + ["B"] * 3,
    "score": [95.0, 90.0, 85.0, 88.0, 80.0, 78.0], "deposit": 100_000.0,
})  # fmt: skip
PARAMETER, READING, FORMULA = "parameter", "reading", "formula"
KINDS = {
    PARAMETER: Text("条文没有给出数值，而是有不止一种读法：这是口径。",
                    "The clause gives no number; it can be read in more than one way: a reading."),
    READING: Text("条文给出了数值，读法只有一种：这是参数。",
                  "The clause gives a number and reads in one way: a parameter."),
    FORMULA: Text("条文在这里留有余地，不是写定的公式。", "The clause leaves room here: it is no fixed formula."),
}  # fmt: skip


def hospitals(**scores: float) -> pd.DataFrame:
    """The six hospitals, some with other scores."""
    usual = dict(zip(CASE[KEY], CASE["score"], strict=True))
    return CASE.assign(score=[float(score) for score in (usual | scores).values()])


def steps(name: str, table: pd.DataFrame = CASE, params: DepositParams = DOCUMENT) -> list[Text]:
    """The rule's own explanation of one hospital's amount."""
    return deposit.explain(deposit.FAMILY.run({"institutions": table}, params), params, name)


def _result(name: str, column: str, table: pd.DataFrame, params: DepositParams = DOCUMENT) -> Decimal:
    """One number of the ``deposit`` table, as the decimal that it prints as."""
    return Decimal(str(_allocated(tuple(table["score"]), params).at[name, column]))


@lru_cache(maxsize=256)
def _allocated(scores: tuple[float, ...], params: DepositParams) -> pd.DataFrame:
    return deposit.allocate(CASE.assign(score=scores), params).set_index(KEY)


@numbers(name=("lower", "upper", "deposit_rate", "mean_scope", "unclaimed_pool", "index_digits"))
def kind(name: str = "mean_scope") -> Exercise:
    declared = DepositParams.declarations()[name]
    return Exercise(
        "clause.kind", Kind.CHOICE,
        question=Text("“{label}”（{clause}）在计算里是哪一种？",
                      "“{label}” ({clause}): which of these is it in the calculation?")
        .fill(label=declared.label, clause=joined(one.text for one in declared.clauses)),
        answer=lambda: READING if declared.open else PARAMETER,
        hint=Text("看条文：给出了数值吗？还是可以有不止一种读法？",
                  "Look at the clause: does it give a number, or can it be read in more than one way?"),
        solution=lambda: [declared.help],
        options={
            PARAMETER: Text("参数：条文给出数值，可以调整",
                            "a parameter: the clause gives a number, and it may be changed"),
            READING: Text("口径：条文没有写明，须选一种读法",
                          "a reading: the clause leaves it open, and one must choose"),
            FORMULA: Text("公式：条文写定，没有可选的余地",
                          "formula: the clause fixes it, and nothing is left to choose"),
        },
        mistakes=tuple((partial(str, one), said) for one, said in KINDS.items()
                       if one != (READING if declared.open else PARAMETER)),
    )  # fmt: skip


@numbers(fourth=[half / 2 for half in range(170, 185)], fifth=range(76, 84))
def scope(fourth: float = 88.0, fifth: float = 80.0) -> Exercise:
    table = hospitals(丁=fourth, 戊=fifth)
    return Exercise(
        "clause.scope", Kind.RATIO,
        question=Text("假设丁得 {fourth:g} 分，戊得 {fifth:g} 分，其余和表中一样；“平均分”读作全市的平均分。"
                      "丁的指数是多少？",
                      "Suppose 丁 has {fourth:g} and 戊 {fifth:g}, all else as in the table, and the mean is "
                      "read as that "
                      "of the whole city. What is the index of 丁?").fill(fourth=fourth, fifth=fifth),
        answer=lambda: _result("丁", "index", table, CITY),
        hint=Text("换一种口径，公式不变，只是平均分取自六家。",
                  "The formula stays; only the mean is taken over all six."),
        solution=lambda: steps("丁", table, CITY)[:2],
        mistakes=(
            (lambda: _result("丁", "index", table),
             Text("这是和本组平均分比。题目把平均分读作全市的。",
                  "That compares with the mean of its group. Here the mean is that of the city.")),
            (lambda: _result("丁", "score", table) / 100,
             Text("这是得分占满分的比例，不是指数。", "That is its share of full marks, not its index.")),
            (lambda: _result("戊", "index", table, CITY),
             Text("这是戊的指数。题目问的是丁。", "That is the index of 戊. The question is 丁.")),
        ),
    )  # fmt: skip


@numbers(third=[half / 2 for half in range(160, 175)], digits=("2", "3"))
def digits(third: float = 85.0, digits: str = "2") -> Exercise:
    table, params = hospitals(丙=third), DOCUMENT.changed(index_digits=digits)
    other = DOCUMENT.changed(index_digits={"2": "3", "3": "2"}[digits])
    return Exercise(
        "clause.digits", Kind.MONEY,
        question=Text("假设丙得 {third:g} 分，其余和表中一样；如果规定指数先取 {digits} 位小数再计算，丙领取多少元？",
                      "Suppose 丙 has {third:g}, all else as in the table, and the index is first rounded to {digits} "
                      "decimals. What is 丙 paid?").fill(third=third, digits=digits),
        answer=lambda: _result("丙", "payment", table, params),
        hint=Text("先取位，再乘保证金。和不取位的结果比，差多少？",
                  "Round first, then multiply by the deposit. How far is that from the unrounded amount?"),
        solution=lambda: steps("丙", table, params),
        mistakes=(
            (lambda: _result("丙", "payment", table),
             Text("这是指数不取位的结果。题目规定先取 {digits} 位小数：取位早一步，金额就不同。",
                  "That is the amount with the index unrounded. Here it is rounded to {digits} decimals first.")
             .fill(digits=digits)),
            (lambda: _result("丙", "payment", table, other),
             Text("小数位数不对：题目规定取 {digits} 位。", "The wrong number of decimals: {digits} here.")
             .fill(digits=digits)),
            (lambda: _result("丙", "deposit", table),
             Text("丙低于下阈值，不能全额领取。", "丙 is below the lower threshold and is not paid in full.")),
        ),
        holds=lambda: str(_allocated(tuple(table["score"]), params).at["丙", "band"]) == Band.BELOW.value,
    )  # fmt: skip


@numbers(score=[tenths / 10 for tenths in range(785, 879)], reading=("floor", "ceil"))
def fraction(score: float = 81.3, reading: str = "ceil") -> Exercise:
    supposed: county.Supposed = {("甲", "score"): score}
    readings = {"floor": county.FLOOR, "ceil": county.CEIL}
    wanted, other = readings.pop(reading), *readings.values()
    return Exercise(
        "clause.fraction", Kind.RATIO,
        question=Text("新乡方案规定 90 分以下每低 1 分少留 {per_point:.0%}，没有写明不足 1 分怎样算。"
                      "假设一家医共体总分是 "
                      "{total} 分，口径定为“{reading}”。它留用结余的几分之几？",
                      "Xinxiang's plan takes {per_point:.0%} of the surplus for each point below 90 and does not say "
                      "what parts of a point cost. Suppose a community has a total of {total} and the reading is: "
                      "{reading}. What share of its surplus does it keep?")
        .fill(per_point=county.DOCUMENT.per_point, reading=wanted.fraction.label,
              total=decimal_text(county.result("甲", "total_score", supposed))),
        answer=lambda: county.result("甲", "ratio", supposed, wanted),
        hint=Text("先算比 90 分低多少，再按口径取整。",
                  "First how far below 90, then to whole points as the reading says."),
        solution=lambda: county.steps("甲", supposed, wanted)[:2],
        mistakes=(
            (lambda: county.result("甲", "ratio", supposed),
             Text("这是按实际分差扣。题目的口径要先取整。", "That counts parts of a point as they are; here not.")),
            (lambda: county.result("甲", "ratio", supposed, other),
             Text("取整的方向反了。请再看口径。", "Rounded the wrong way: look at the reading again.")),
            (lambda: 1 - county.result("甲", "ratio", supposed, wanted),
             Text("这是扣掉的比例。题目问的是留用的。", "That is the share lost. The question is the share kept.")),
        ),
    )  # fmt: skip


@numbers(mean=(75, 80, 85, 87.5, 90, 92.5, 95))
def edge(mean: float = 85) -> Exercise:
    share = Decimal(str(mean)) * (1 - DOCUMENT.lower)
    scores = [float(Decimal(str(mean)) + by) for by in (share, Decimal(0), -share)]
    table = CASE.assign(score=[*CASE["score"][:3], *scores])
    return Exercise(
        "clause.edge", Kind.CHOICE,
        question=Text("丁、戊、己的平均分是 {mean:g} 分，己得 {score:g} 分，指数恰好等于下阈值 {lower}。己领取多少？",
                      "The mean of 丁, 戊 and 己 is {mean:g}; 己 has {score:g}, so its index is exactly the lower "
                      "threshold, {lower}. What is 己 paid?")
        .fill(mean=mean, score=scores[-1], lower=decimal_text(DOCUMENT.lower)),
        answer=lambda: str(_allocated(tuple(table["score"]), DOCUMENT).at["己", "band"]),
        hint=Text("“低于”含不含等于？", "Does “below” include “equal to”?"),
        solution=lambda: steps("己", table),
        options={
            Band.WITHIN.value: Text("全部保证金", "its whole deposit"),
            Band.BELOW.value: BY_INDEX,
            Band.ABOVE.value: Text("全部保证金，另加奖励金", "its whole deposit and a share of the pool"),
        },
        mistakes=(
            (lambda: Band.BELOW.value,
             Text("“低于”不含等于：恰好等于下阈值的，还在区间之内。",
                  "“Below” does not include “equal to”: exactly at the threshold is still between the two.")),
            (lambda: Band.ABOVE.value,
             Text("奖励只给高于上阈值的。", "Only those above the upper threshold are rewarded.")),
        ),
    )  # fmt: skip


EXERCISES = Exercises(kind, scope, digits, fraction, edge)
