"""The exercises of lesson 1, on three hospitals and their deposits (JS26 annex 3)."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

import pandas as pd

from simlib.columns import INSTITUTIONS
from simlib.course.drawn import Exercises, numbers
from simlib.course.exercise import Exercise
from simlib.course.reading import Kind
from simlib.rules import deposit
from simlib.rules.deposit import Band, DepositParams
from simlib.words import NO_TEXT, Text

KEY = INSTITUTIONS.key
DOCUMENT = DepositParams()
SCORES = {"high": range(94, 101), "middle": range(86, 94), "low": range(70, 88)}  # of 甲, 乙 and 丙
DEPOSITS = range(60_000, 200_001, 10_000)
USUAL = 100_000


def hospitals(high: int = 96, middle: int = 90, low: int = 84, deposit: int = USUAL) -> pd.DataFrame:
    """The three hospitals with their scores, and deposits alike."""
    return pd.DataFrame(
        {KEY: ["甲", "乙", "丙"], "group": "A", "score": [high, middle, low], "deposit": float(deposit)}
    )


CASE = hospitals()


def steps(name: str, table: pd.DataFrame = CASE, params: DepositParams = DOCUMENT) -> list[Text]:
    """The rule's own explanation of one hospital's amount."""
    return deposit.explain(deposit.FAMILY.run({"institutions": table}, params), params, name)


def result(name: str, column: str, table: pd.DataFrame = CASE, params: DepositParams = DOCUMENT) -> Decimal:
    """One number of the ``deposit`` table, as the decimal that it prints as."""
    return Decimal(str(_paid(table, params).at[name, column]))


def _paid(table: pd.DataFrame, params: DepositParams = DOCUMENT) -> pd.DataFrame:
    """The ``deposit`` table by hospital, calculated once: an answer is marked against many of its numbers."""
    return _allocated(tuple(table.columns), tuple(table.itertuples(index=False, name=None)), params)


@lru_cache(maxsize=256)
def _allocated(columns: tuple, rows: tuple, params: DepositParams) -> pd.DataFrame:
    return deposit.allocate(pd.DataFrame(rows, columns=list(columns)), params).set_index(KEY)


def _moved(column: str, table: pd.DataFrame, params: DepositParams) -> Decimal:
    """How many hospitals have another value in ``column`` under other parameters."""
    return Decimal(int((_paid(table)[column] != _paid(table, params)[column]).sum()))


def _typical(table: pd.DataFrame) -> bool:
    """Whether 甲 is above the thresholds, 乙 between them and 丙 below."""
    return _paid(table)["band"].tolist() == [Band.ABOVE, Band.WITHIN, Band.BELOW]


def _supposed(table: pd.DataFrame) -> Text:
    """What a trainee is told of hospitals that are not those of the table."""
    if table.equals(CASE):
        return NO_TEXT
    high, middle, low = table["score"]
    return SUPPOSED.fill(high=high, middle=middle, low=low, deposit=f"{table['deposit'].iloc[0]:,.2f}")


def _fen(yuan: Decimal) -> Decimal:
    return yuan.quantize(Decimal("0.01"))


def _asked(table: pd.DataFrame, question: Text) -> Text:
    return Text(*(supposed + asked for supposed, asked in zip(_supposed(table), question, strict=True)))


BY_INDEX = Text("指数 × 保证金", "index × deposit")
SUPPOSED = Text("设甲、乙、丙的得分分别是 {high}、{middle}、{low} 分，保证金都是 {deposit} 元。",
                "Suppose the scores of 甲, 乙 and 丙 are {high}, {middle} and {low}, and each has a deposit of "
                "{deposit} yuan. ")  # fmt: skip
ROUNDED = Text("指数要保留完整的数参与计算，只在最后算出金额时四舍五入到分。这里先把指数舍入了。",
               "The index enters the calculation unrounded; only the amount is rounded, to the fen. Here the index was "
               "rounded first.")  # fmt: skip


@numbers(**SCORES)
def index(high: int = 96, middle: int = 90, low: int = 84) -> Exercise:
    table = hospitals(high, middle, low)
    return Exercise(
        "deposit.index", Kind.RATIO,
        question=_asked(table, Text("丙的绩效评价水平指数是多少？", "What is the performance index of hospital 丙?")),
        answer=lambda: result("丙", "index", table),
        hint=Text("先求三家得分的平均分，再看丙的得分是它的几分之几。",
                  "Take the mean of the three scores first; the index says what part of it 丙's score is."),
        solution=lambda: steps("丙", table)[:2],
        mistakes=(
            (lambda: 1 / result("丙", "index", table),
             Text("除反了：应当用本机构得分除以平均分。", "Upside down: divide the hospital's score by the mean.")),
            (lambda: result("丙", "score", table) / 100,
             Text("这是得分占满分的比例。指数是和同组的平均分比，不是和满分比。",
                  "This compares with full marks. The index compares with the mean of the group.")),
            (lambda: result("丙", "score", table) / result("甲", "score", table),
             Text("这是和最高分比。指数是和同组的平均分比。",
                  "This compares with the best score. The index compares with the mean of the group.")),
            (lambda: 2 * result("丙", "score", table) / (result("甲", "score", table) + result("乙", "score", table)),
             Text("这是和另外两家的平均分比。平均分包括丙自己。",
                  "This compares with the mean of the other two. The mean includes 丙 itself.")),
            (lambda: result("甲", "index", table),
             Text("这是甲的指数。题目问的是丙。", "This is the index of 甲. The question is 丙.")),
            (lambda: result("乙", "index", table),
             Text("这是乙的指数。题目问的是丙。", "This is the index of 乙. The question is 丙.")),
        ),
        holds=lambda: _typical(table),
    )  # fmt: skip


@numbers(**SCORES, deposit=DEPOSITS)
def payment(high: int = 96, middle: int = 90, low: int = 84, deposit: int = USUAL) -> Exercise:
    table = hospitals(high, middle, low, deposit)

    def rounded(places: int) -> Decimal:
        return _fen(round(result("丙", "index", table), places) * deposit)

    return Exercise(
        "deposit.payment", Kind.MONEY,
        question=_asked(table, Text("丙最后能领到多少保证金？",
                                    "How much of its deposit is hospital 丙 paid in the end?")),
        answer=lambda: result("丙", "payment", table),
        hint=Text("先看丙的指数落在哪一档；这一档按“指数 × 保证金”领取。",
                  "See which band the index of 丙 falls into; in that one the payment is index × deposit."),
        solution=lambda: steps("丙", table),
        mistakes=(
            *((lambda places=places: rounded(places), ROUNDED) for places in (2, 3, 4)),
            (lambda: deposit - result("丙", "payment", table),
             Text("这是丙没有领到、进入奖励金的部分。题目问的是领到的部分。",
                  "This is the part that 丙 is not paid and that feeds the pool. The question is what it is paid.")),
            (lambda: _fen(deposit * (1 - DOCUMENT.lower + result("丙", "index", table))),
             Text("不是只扣与下阈值的差距：一旦低于下阈值，就按整个指数领取，因此此处存在阈值落差。",
                  "Not only the gap to the threshold is lost: below it the whole index counts. That is the cliff.")),
            (lambda: _fen(deposit * result("丙", "score", table) / 100),
             Text("这是得分的百分比乘保证金。应当乘指数，即得分除以平均分。",
                  "This is the score in percent times the deposit. Multiply by the index: the score over the mean.")),
            (lambda: Decimal(deposit),
             Text("丙的指数低于下阈值，不能全额领取。",
                  "The index of 丙 is below the lower threshold: it is not paid in full.")),
        ),
        holds=lambda: _typical(table),
    )  # fmt: skip


@numbers(**SCORES, stake=range(110_000, 300_001, 10_000))
def bonus(high: int = 96, middle: int = 90, low: int = 84, stake: int = 150_000) -> Exercise:
    table = hospitals(high, middle, low)
    larger = table.assign(deposit=[*table["deposit"][:2], float(stake)])

    def pool() -> Decimal:
        return result("丙", "deposit", larger) - result("丙", "payment", larger)

    return Exercise(
        "deposit.bonus", Kind.MONEY,
        question=_asked(table, Text("假设丙的保证金是 {deposit} 元，其余都不变。甲能分得多少奖励金？",
                                    "Suppose the deposit of 丙 were {deposit} yuan, all else as it is. What bonus does "
                                    "甲 get?").fill(deposit=f"{stake:,.2f}")),
        answer=lambda: result("甲", "bonus", larger),
        hint=Text("奖励金只来自低于下阈值的机构被扣减的金额，由高于上阈值的机构分配。高于上阈值的有几家？",
                  "The bonus is made of what those below the lower threshold are not paid, and goes to those above the "
                  "upper one. How many are above it?"),
        solution=lambda: steps("丙", larger) + steps("甲", larger),
        mistakes=(
            (lambda: _fen(result("甲", "deposit", table) * (result("甲", "index", table) - 1)),
             Text("奖励金不是“甲的保证金 × 超出 1 的部分”，也不再是原来的数：丙被扣减的金额增加了。",
                  "The bonus is not what the index of 甲 exceeds 1 by, times its deposit, nor is it what it was: 丙 "
                  "now leaves more in the pool.")),
            (lambda: result("甲", "payment", larger),
             Text("这是甲领取的总额，含其自身的保证金。题目只问奖励金。",
                  "This is all that 甲 is paid, its own deposit included. The question is the bonus only.")),
            (lambda: result("丙", "payment", larger),
             Text("这是丙领到的金额。奖励金来自丙没有领到的部分。",
                  "This is what 丙 is paid. The bonus is made of what it is not paid.")),
            (lambda: _fen(pool() / len(larger)),
             Text("奖励金不是三家平分：只有高于上阈值的机构能分。",
                  "The pool is not split evenly among the three: only those above the upper threshold share it.")),
            (lambda: _fen(pool() / 2),
             Text("乙在区间之内，只领回自己的保证金，不参加分配。",
                  "乙 is between the thresholds: it gets its own deposit back and no share of the pool.")),
        ),
        holds=lambda: _typical(larger),
    )  # fmt: skip


MOVES = (
    (lambda: Decimal(1), Text("档次变动的只有一家，但其原被扣减的金额流向了另一家。两家均应计入。",
          "Only one changes band; but the money it used to lose went to somebody. Count both.")),
    (lambda: Decimal(0), Text("指数确实都没有变，但档次是拿指数和阈值比出来的：阈值动了，档次就可能变。",
          "The indices do not move, true; but a band is an index against a threshold, and that one moved.")),
)  # fmt: skip
STAYS = tuple((lambda count=count: Decimal(count), Text(
    "丙的指数仍低于新的下阈值，三家的档次都没有变动，领取的金额也就都不变。先用丙的指数和新的下阈值比。",
    "The index of 丙 is below the new threshold too: nobody changes band or is paid another amount. Compare it "
    "with the new threshold first.",
)) for count in (1, 2))  # fmt: skip


@numbers(**SCORES | {"low": range(79, 88)}, lower=("0.90", "0.91", "0.92", "0.93", "0.94", "0.95"))
def lower(high: int = 96, middle: int = 90, low: int = 84, lower: str = "0.93") -> Exercise:
    table, moved = hospitals(high, middle, low), DepositParams(lower=lower)
    reached = _moved("band", table, moved) > 0  # else 丙 stays below, and nothing changes
    return Exercise(
        "deposit.lower", Kind.COUNT,
        question=_asked(table, Text("把下阈值改为 {lower}（保证金仍是每家 {deposit} 元）。三家中有几家领取的金额与原来"
                                    "不同？",
                                    "Let the lower threshold be {lower}, with deposits of {deposit} yuan each again. "
                                    "How many of the three are then paid another amount than before?")
                        .fill(lower=moved.lower, deposit=f"{USUAL:,.2f}")),
        answer=lambda: _moved("payment", table, moved),
        hint=Text("先看有没有机构档次变动，再看这笔金额原来的去向。",
                  "See first whether anybody changes band, then to whom that money went before."),
        solution=lambda: steps("丙", table, moved) + steps("甲", table, moved),
        mistakes=(
            *(MOVES if reached else STAYS),
            (lambda: Decimal(len(table)),
             Text("乙始终在区间之内，一直是全额领取。",
                  "乙 stays between the thresholds and is paid in full either way.")),
        ),
        holds=lambda: _typical(table),
    )  # fmt: skip


@numbers(mean=(75, 80, 85, 87.5, 90, 92.5, 95))
def edge(mean: float = 90) -> Exercise:
    share = Decimal(str(mean)) * (DOCUMENT.upper - 1)
    scores = [float(Decimal(str(mean)) + by) for by in (share, Decimal(0), -share)]
    table = pd.DataFrame({KEY: ["丁", "戊", "己"], "group": "B", "score": scores, "deposit": float(USUAL)})
    return Exercise(
        "deposit.edge", Kind.CHOICE,
        question=Text("另一组的平均分是 {mean} 分，丁得 {score} 分，指数恰好等于上阈值 {upper}。丁能领到什么？",
                      "In another group the mean is {mean}; 丁 has a score of {score}, so its index is exactly the "
                      "upper threshold, {upper}. What is 丁 paid?")
        .fill(mean=f"{mean:g}", score=f"{scores[0]:g}", upper=DOCUMENT.upper),
        answer=lambda: str(_paid(table)["band"]["丁"]),
        hint=Text("“高于”含不含等于？", "Does “above” include “equal to”?"),
        solution=lambda: steps("丁", table),
        options={
            Band.ABOVE.value: Text("全部保证金，再加一份奖励金", "its whole deposit and a share of the pool"),
            Band.WITHIN.value: Text("全部保证金，没有奖励金", "its whole deposit and no share of the pool"),
            Band.BELOW.value: BY_INDEX,
        },
        mistakes=(
            (lambda: Band.ABOVE.value,
             Text("“高于”不含等于：恰好等于上阈值的，仍在区间之内。",
                  "“Above” does not include “equal to”: exactly at the upper threshold is still between the two.")),
            (lambda: Band.BELOW.value,
             Text("只有低于下阈值才按指数领取。这里的指数比 1 还高。",
                  "Only those below the lower threshold are paid by their index. Here it even exceeds 1.")),
        ),
    )  # fmt: skip


EXERCISES = Exercises(index, payment, bonus, lower, edge)
