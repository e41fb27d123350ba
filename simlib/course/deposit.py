"""Lesson 1: the quality deposit of three hospitals (JS26 annex 3)."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pandas as pd
from IPython.display import Markdown

from simlib.app.page import Page
from simlib.columns import INSTITUTIONS, Type
from simlib.course import figure as figures
from simlib.course.exercise import Exercise, Kind
from simlib.course.widget import Chapter, ExerciseView
from simlib.course.worked import worked
from simlib.panels import deposit as dashboard
from simlib.rules import deposit
from simlib.rules.deposit import Band, DepositParams
from simlib.words import Text

KEY = INSTITUTIONS.key
CASE = pd.DataFrame({KEY: ["甲", "乙", "丙"], "group": "A", "score": [96, 90, 84], "deposit": 100_000.0})
LARGER = CASE.assign(deposit=[100_000.0, 100_000.0, 150_000.0])  # 丙 has more at stake
EDGE = pd.DataFrame({KEY: ["丁", "戊", "己"], "group": "B", "score": [91.8, 90, 88.2], "deposit": 100_000.0})
MOVED = DepositParams(lower="0.93")
PANELS = ("payout", "explanation", "institutions")
LEVERS = ("lower", "upper", "unclaimed_pool")


def case(language: str = "zh") -> pd.DataFrame:
    """The three hospitals as a reader wants to see them."""
    shown = {}
    for column in (INSTITUTIONS.by_name[name] for name in CASE.columns):
        heading = column.heading.to(language)
        shown[heading] = CASE[column.name].map("{:,.2f}".format) if column.type is Type.MONEY else CASE[column.name]
    key, *_ = shown
    return pd.DataFrame(shown).set_index(key).rename_axis(index=None, columns=key)


def by_hand(language: str = "zh") -> Markdown:
    """Every hospital's amount, step by step, each with its clause."""
    return worked({name: steps(name) for name in CASE[KEY]}, language)


def figure() -> Page:
    """The three hospitals on the simulator's own panels, with the levers that bear on them."""
    return figures.figure(deposit.FAMILY, TITLE, INTRO, dashboard.PANELS, PANELS, LEVERS, {"institutions": CASE}, "丙")


def exercise(number: int) -> ExerciseView:
    """The exercise of that number."""
    return CHAPTER.view(number)


# --- what answers are made of ---------------------------------------------------------------------------------------


def steps(name: str, table: pd.DataFrame = CASE, params: DepositParams | None = None) -> list[Text]:
    """The rule's own explanation of one hospital's amount."""
    params = params or DepositParams()
    return deposit.explain(deposit.FAMILY.run({"institutions": table}, params), params, name)


def result(name: str, column: str, table: pd.DataFrame = CASE, params: DepositParams | None = None) -> Decimal:
    """One number of the ``deposit`` table, as the decimal that it prints as."""
    rows = tuple(table.itertuples(index=False, name=None))
    return Decimal(str(_allocated(tuple(table.columns), rows, params or DepositParams()).at[name, column]))


@cache
def _allocated(columns: tuple, rows: tuple, params: DepositParams) -> pd.DataFrame:
    """The ``deposit`` table by hospital, calculated once: an answer is marked against many of its numbers."""
    return deposit.allocate(pd.DataFrame(rows, columns=list(columns)), params).set_index(KEY)


def moved(column: str) -> Decimal:
    """How many hospitals have another value in ``column`` once the lower threshold is moved."""
    return Decimal(int((deposit.allocate(CASE)[column] != deposit.allocate(CASE, MOVED)[column]).sum()))


def _fen(yuan: Decimal) -> Decimal:
    return yuan.quantize(Decimal("0.01"))


def _index(places: int | None = None) -> Decimal:
    return result("丙", "index") if places is None else round(result("丙", "index"), places)


def _deposit() -> Decimal:
    return result("丙", "deposit")


def _pool() -> Decimal:
    return result("丙", "deposit", LARGER) - result("丙", "payment", LARGER)


TITLE = Text("三家医院", "Three hospitals")
INTRO = Text("调整阈值，查看三家各得多少。", "Move the thresholds and see what each of the three is paid.")
ROUNDED = Text("指数要保留完整的数参与计算，只在最后算出金额时四舍五入到分。这里先把指数舍入了。",
               "The index enters the calculation unrounded; only the amount is rounded, to the fen. Here the index was "
               "rounded first.")  # fmt: skip

EXERCISES = (
    Exercise(
        "deposit.index", Kind.RATIO,
        question=Text("丙的绩效评价水平指数是多少？", "What is the performance index of hospital 丙?"),
        answer=_index,
        hint=Text("先求三家得分的平均分，再看丙的得分是它的几分之几。",
                  "Take the mean of the three scores first; the index says what part of it 丙's score is."),
        solution=lambda: steps("丙")[:2],
        mistakes=(
            (lambda: 1 / _index(),
             Text("除反了：应当用本机构得分除以平均分。", "Upside down: divide the hospital's score by the mean.")),
            (lambda: result("丙", "score") / 100,
             Text("这是得分占满分的比例。指数是和同组的平均分比，不是和满分比。",
                  "This compares with full marks. The index compares with the mean of the group.")),
            (lambda: result("丙", "score") / result("甲", "score"),
             Text("这是和最高分比。指数是和同组的平均分比。",
                  "This compares with the best score. The index compares with the mean of the group.")),
        ),
    ),
    Exercise(
        "deposit.payment", Kind.MONEY,
        question=Text("丙最后能领到多少保证金？", "How much of its deposit is hospital 丙 paid in the end?"),
        answer=lambda: result("丙", "payment"),
        hint=Text("先看丙的指数落在哪一档；这一档按“指数 × 保证金”领取。",
                  "See which band the index of 丙 falls into; in that one the payment is index × deposit."),
        solution=lambda: steps("丙"),
        mistakes=(
            *((lambda places=places: _fen(_index(places) * _deposit()), ROUNDED) for places in (2, 3, 4)),
            (lambda: _deposit() - result("丙", "payment"),
             Text("这是丙没有领到、进入奖励金的部分。题目问的是领到的部分。",
                  "This is the part that 丙 is not paid and that feeds the pool. The question is what it is paid.")),
            (lambda: _fen(_deposit() * (1 - DepositParams().lower + _index())),
             Text("不是只扣与下阈值的差距：一旦低于下阈值，就按整个指数领取，因此此处存在阈值落差。",
                  "Not only the gap to the threshold is lost: below it the whole index counts. That is the cliff.")),
            (_deposit,
             Text("丙的指数低于下阈值，不能全额领取。",
                  "The index of 丙 is below the lower threshold: it is not paid in full.")),
        ),
    ),
    Exercise(
        "deposit.bonus", Kind.MONEY,
        question=Text("假设丙的保证金是 {deposit} 元，其余都不变。甲能分得多少奖励金？",
                      "Suppose the deposit of 丙 were {deposit} yuan, all else as it is. What bonus does 甲 get?")
        .fill(deposit=f"{LARGER['deposit'].max():,.2f}"),
        answer=lambda: result("甲", "bonus", LARGER),
        hint=Text("奖励金只来自低于下阈值的机构被扣减的金额，由高于上阈值的机构分配。高于上阈值的有几家？",
                  "The bonus is made of what those below the lower threshold are not paid, and goes to those above the "
                  "upper one. How many are above it?"),
        solution=lambda: steps("丙", LARGER) + steps("甲", LARGER),
        mistakes=(
            (lambda: _fen(result("甲", "deposit") * (result("甲", "index") - 1)),
             Text("奖励金不是“甲的保证金 × 超出 1 的部分”，也不再是原来的数：丙被扣减的金额增加了。",
                  "The bonus is not what the index of 甲 exceeds 1 by, times its deposit, nor is it what it was: 丙 "
                  "now leaves more in the pool.")),
            (lambda: result("甲", "payment", LARGER),
             Text("这是甲领取的总额，含其自身的保证金。题目只问奖励金。",
                  "This is all that 甲 is paid, its own deposit included. The question is the bonus only.")),
            (lambda: _fen(_pool() / len(LARGER)),
             Text("奖励金不是三家平分：只有高于上阈值的机构能分。",
                  "The pool is not split evenly among the three: only those above the upper threshold share it.")),
            (lambda: _fen(_pool() / 2),
             Text("乙在区间之内，只领回自己的保证金，不参加分配。",
                  "乙 is between the thresholds: it gets its own deposit back and no share of the pool.")),
        ),
    ),
    Exercise(
        "deposit.lower", Kind.COUNT,
        question=Text("把下阈值改为 {lower}（保证金仍是每家 {deposit} 元）。三家中有几家领取的金额与原来不同？",
                      "Let the lower threshold be {lower}, with deposits of {deposit} yuan each again. How many of the "
                      "three are then paid another amount than before?")
        .fill(lower=MOVED.lower, deposit=f"{CASE['deposit'].max():,.2f}"),
        answer=lambda: moved("payment"),
        hint=Text("先看哪家档次变动，再看这笔金额原来的去向。",
                  "See first who changes band, then to whom that money went before."),
        solution=lambda: steps("丙", params=MOVED) + steps("甲", params=MOVED),
        mistakes=(
            (lambda: moved("band"),
             Text("档次变动的只有一家，但其原被扣减的金额流向了另一家。两家均应计入。",
                  "Only one changes band; but the money it used to lose went to somebody. Count both.")),
            (lambda: moved("index"),
             Text("指数确实都没有变，但档次是拿指数和阈值比出来的：阈值动了，档次就可能变。",
                  "The indices do not move, true; but a band is an index against a threshold, and that one moved.")),
            (lambda: Decimal(len(CASE)),
             Text("乙始终在区间之内，一直是全额领取。",
                  "乙 stays between the thresholds and is paid in full either way.")),
        ),
    ),
    Exercise(
        "deposit.edge", Kind.CHOICE,
        question=Text("另一组的平均分是 {mean} 分，丁得 {score} 分，指数恰好等于上阈值 {upper}。丁能领到什么？",
                      "In another group the mean is {mean}; 丁 has a score of {score}, so its index is exactly the "
                      "upper threshold, {upper}. What is 丁 paid?")
        .fill(mean=f"{EDGE['score'].mean():g}", score=f"{EDGE['score'].max():g}", upper=DepositParams().upper),
        answer=lambda: str(deposit.allocate(EDGE).set_index(KEY)["band"]["丁"]),
        hint=Text("“高于”含不含等于？", "Does “above” include “equal to”?"),
        solution=lambda: steps("丁", EDGE),
        options={
            Band.ABOVE.value: Text("全部保证金，再加一份奖励金", "its whole deposit and a share of the pool"),
            Band.WITHIN.value: Text("全部保证金，没有奖励金", "its whole deposit and no share of the pool"),
            Band.BELOW.value: Text("指数 × 保证金", "index × deposit"),
        },
        mistakes=(
            (lambda: Band.ABOVE.value,
             Text("“高于”不含等于：恰好等于上阈值的，仍在区间之内。",
                  "“Above” does not include “equal to”: exactly at the upper threshold is still between the two.")),
            (lambda: Band.BELOW.value,
             Text("只有低于下阈值才按指数领取。这里的指数比 1 还高。",
                  "Only those below the lower threshold are paid by their index. Here it even exceeds 1.")),
        ),
    ),
)  # fmt: skip

CHAPTER = Chapter(EXERCISES, 1)
