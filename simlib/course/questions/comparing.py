"""The exercises of lesson 6: scenario files, and what scenarios change for six hospitals (JS26 annex 3)."""

from __future__ import annotations

from decimal import Decimal

from simlib.course import six_hospitals as city
from simlib.course.drawn import Exercises, numbers
from simlib.course.exercise import Exercise
from simlib.course.reading import Kind
from simlib.course.scenario_file import NO_QUESTION, UNCHANGED, file_exercise, written
from simlib.rules.deposit import DepositParams
from simlib.words import Text, joined


def raised(upper: str) -> str:
    """The file of who wants another upper threshold."""
    return written(f"{{deposit: {{upper: {upper}}}}}")


def relaxed(lower: str) -> str:
    """The file of who wants all compared with the mean of the city, and another lower threshold."""
    return written(f"{{deposit: {{lower: {lower}, mean_scope: city}}}}")


def _in(case: city.Case, question: Text) -> Text:
    """The question, after what is otherwise than in the table."""
    told = [SUPPOSED[column].fill(name=name, value=f"{value:,g}") for name, column, value in case]
    if not told:
        return question
    supposed = LET.fill(told=joined(told, "，", " and "))
    return Text(*map("".join, zip(supposed, question, strict=True)))


LET = Text("设{told}，其余和表中一样。", "Let {told}, all else as in the table. ")
SUPPOSED = {
    "score": Text("{name}的得分是 {value} 分", "the score of {name} be {value}"),
    "deposit": Text("{name}的保证金是 {value} 元", "the deposit of {name} be {value} yuan"),
}
RAISE = Text("会上有人提出：“奖励面过宽，能否指数超过 {upper} 才给予奖励？”请写成方案文件：标题、"
             "问题和需要调整的参数。",
             "Somebody asks at a meeting: “Too many are rewarded. What if only an index above {upper} is?” Write it "
             "as a scenario file: a title, the question, and the parameters to change.")  # fmt: skip
RELAX = Text("又有人提出：“如各机构均与全市平均分比较，同时下阈值放宽到 {lower}，结果如何？”请写成方案文件。",
             "And somebody else: “What if all are compared with the mean of the whole city, but the lower threshold "
             "is relaxed to {lower}?” Write it.")  # fmt: skip
VERIFIED = Text("verify 先核对校验码，再按清单中的参数和数据重算，逐格比较：deposit.csv 里己的 payment "
                      "与重算不同。",
                "verify checks digests, then makes the results again and compares every cell: the payment of 己 in "
                "deposit.csv differs.")  # fmt: skip


@numbers(upper=("1.025", "1.03", "1.035", "1.04", "1.045", "1.05", "1.06"))
def file(upper: str = "1.03") -> Exercise:
    return file_exercise(
        "compare.file", RAISE.fill(upper=upper), raised(upper),
        hint=Text("只写和文件规定不同的：保证金的上阈值叫 upper。缩进用空格，冒号用半角，后面空一格。",
                  "Write only what differs from the documents: the upper threshold of the deposit is upper. Indent "
                  "with spaces; a space after each colon."),
        mistakes=(
            (written(f"{{deposit: {{lower: 0.97, upper: {upper}}}}}"),
             Text("没有人问下阈值。一个方案只改问题里的，才看得出差别是谁造成的。",
                  "Nobody asked about the lower threshold. Change only what the question asks, so that the difference "
                  "has one cause.")),
            (written("{deposit: {lower: 1.0}}"), Text("这里调整的是下阈值，它决定扣减哪些机构。奖励由上阈值决定。",
                                                       "That is the lower threshold: whose money is withheld. The "
                                                       "reward hangs on the upper one.")),
            (written("{}"), UNCHANGED),
            (written(f"{{deposit: {{upper: {upper}}}}}", question="''"), NO_QUESTION),
        ),
    )  # fmt: skip


@numbers(stake=range(120_000, 300_001, 10_000))
def gain(stake: int = 200_000) -> Exercise:
    case = city.hospitals(deposits={"丙": stake})

    def number(name: str, column: str) -> Decimal:
        return city.number(name, column, city.RAISED, case)

    def gained(name: str) -> Decimal:
        return city.gained(name, city.RAISED, case)

    return Exercise(
        "compare.gain", Kind.MONEY,
        question=_in(case, Text("运行“上阈值提高到1.03”，和基准（文件规定值）比，甲多领多少？",
                      "Run the scenario “Raise the upper threshold to 1.03”. How much more than under the baseline, "
                      "the documents' values, is 甲 paid?")),
        answer=lambda: gained("甲"),
        hint=Text("A 组的奖励金只有丙被扣的那一笔。基准下由几家分配，新方案下由几家分配？",
                  "All that group A shares is what 丙 forfeits. How many share it under the baseline, and how many "
                  "now?"),
        solution=lambda: [*city.steps("甲", case=case)[-1:], *city.steps("甲", city.RAISED, case=case)[-1:]],
        mistakes=(
            (lambda: number("甲", "bonus"), Text("这是新方案下的奖励金。题目问的是比基准增加的金额："
                                               "基准下甲已分得一部分。",
                                          "This is the bonus under the new scenario. The question is the difference: "
                                          "甲 had a part of it before.")),
            (lambda: number("甲", "payment"), Text("这是新方案下领取的总额。题目问的是与基准的差额。",
                                                           "This is all that it is paid under the new scenario. The "
                                                           "question is the difference.")),
            (lambda: number("甲", "bonus") / 2, Text("基准下甲乙不是平分：按“保证金 × 指数”的大小来分。",
                                              "甲 and 乙 did not share evenly before: the shares go by deposit × "
                                              "index.")),
            (lambda: gained("乙"), Text("这是乙的变化。资金由乙转到甲，甲的变化为正。",
                                               "This is the change of 乙: its loss is what 甲 gains.")),
        ),
    )  # fmt: skip


@numbers(fourth=[quarter / 4 for quarter in range(326, 346)], fifth=[quarter / 4 for quarter in range(308, 320)])
def sides(fourth: float = 84.0, fifth: float = 78.8) -> Exercise:
    case = city.hospitals(scores={"丁": fourth, "戊": fifth})
    return Exercise(
        "compare.sides", Kind.COUNT,
        question=_in(case, Text("在“与全市平均分比较”这个方案下，六家中有几家档次变动？",
                      "How many of the six change side under “Compare with the mean of the whole city”?")),
        answer=lambda: Decimal(city.changes(city.CITY, case)["sides"]),
        hint=Text("全市平均分是多少？B 组的三家和它比，各在哪一档？",
                  "What is the mean of all six? Where do the three of group B stand against it?"),
        solution=lambda: [step for name in ("丁", "戊") for step in city.steps(name, city.CITY, case=case)],
        mistakes=(
            (lambda: Decimal(city.changes(city.CITY, case)["amounts"]),
             Text("这是金额有变化的家数。档次未变的，指数或奖励金变化时，金额也会变化。",
                                                            "So many are paid another amount. Without a change of "
                                                                "side, an index or a pool may change.")),
            (lambda: Decimal(city.changes(city.CITY, case)["losers"]),
             Text("这是金额减少的家数，不是档次变动的家数。", "So many lose money; that is not who changes side.")),
            (lambda: Decimal(city.changes(city.RAISED, case)["sides"]),
             Text("这是提高上阈值那个方案的。请看“与全市平均分比较”。",
                  "That is the scenario of the upper threshold. Look at the one of the mean.")),
        ),
    )  # fmt: skip


@numbers(lower=("0.93", "0.94", "0.95", "0.955", "0.96", "0.965", "0.97"))
def reading(lower: str = "0.97") -> Exercise:
    return file_exercise(
        "compare.reading", RELAX.fill(lower=lower), relaxed(lower),
        hint=Text("要改两个参数：下阈值是 lower；平均分口径是 mean_scope，可以写 group（分组内）或 city（全市）。",
                  "Two parameters change: lower is the lower threshold; mean_scope is the mean, group or city."),
        mistakes=(
            (written("{deposit: {mean_scope: city}}"),
             Text("还缺一半：下阈值也要放宽。", "Half is missing: the lower threshold is to be relaxed too.")),
            (written(f"{{deposit: {{lower: {lower}}}}}"),
             Text("还缺一半：比较对象也是一个参数（条文未明确的口径）。",
                  "Half is missing: with whom one is compared is a parameter too, an open reading.")),
            (written("{deposit: {lower: 0.99, mean_scope: city}}"),
             Text("方向反了：放宽是把下阈值往下调，被扣的少了。",
                  "The wrong way: to relax is to lower it, so that fewer lose.")),
        ),
    )  # fmt: skip


@numbers(second=[quarter / 4 for quarter in range(364, 376)], third=[quarter / 4 for quarter in range(324, 340)])
def least(second: float = 92.25, third: float = 83.25) -> Exercise:
    case = city.hospitals(scores={"乙": second, "丙": third})
    return Exercise(
        "compare.least", Kind.RATIO,
        question=_in(case, Text("上阈值至少提高到多少，A 组就只有甲一家获得奖励？",
                      "What is the lowest upper threshold at which 甲 alone is rewarded in group A?")),
        answer=lambda: city.least(case),
        hint=Text("看乙的指数。恰好等于上阈值的，算不算“高于”？",
                  "Look at the index of 乙. Is exactly at the threshold “above” it?"),
        solution=lambda: city.steps("乙", case=case)[:2],
        mistakes=(
            (lambda: city.number("甲", "index", case=case), Text("到这里连甲也拿不到了：“高于”不含等于。",
                                                "There not even 甲 is rewarded: “above” does not include “equal to”.")),
            (lambda: Decimal("1.03"), Text("1.03 做得到，但不是最低的：从乙的指数开始就够了。",
                                           "1.03 does it, but it is not the lowest: the index of 乙 is enough.")),
            (lambda: city.least(case) + Decimal("0.001"), Text("不必再往上加：恰好等于上阈值的，已经不算“高于”。",
                                            "No need to go beyond: exactly at the threshold is not “above” it.")),
        ),
        holds=lambda: DepositParams().upper < city.least(case) < Decimal("1.029"),
    )  # fmt: skip


@numbers()
def total() -> Exercise:
    return Exercise(
        "compare.total", Kind.CHOICE,
        question=Text("读一读上面的报告。“与全市平均分比较”，六家领取的总额比基准多还是少，为什么？",
                      "Read the report above. Compared with the mean of the city, are all six together paid more or "
                      "less than under the baseline, and why?"),
        answer=lambda: city.total(city.CITY),
        hint=Text("看“注意”一节：B 组被扣减的金额归属何处？", "See what it notes: who gets what group B forfeits?"),
        solution=lambda: city.runs()[city.CITY].warnings,
        on_paper=False,
        options={
            "less": Text("少：B 组没有机构高于上阈值，被扣减的金额无人领取",
                         "less: nobody of group B is above the upper threshold, and what it forfeits stays unclaimed"),
            "same": Text("一样：奖励金总要全部分出去", "the same: the pool is always shared out"),
            "more": Text("多：A 组两家的指数都提高了", "more: the index of two of group A rises"),
        },
        mistakes=(
            (lambda: "same",
             Text("分组里有人高于上阈值，才分得出去。B 组现在一家也没有；无人领取的金额归属何处，文件未写明。",
                                  "Only where somebody of the group is above the threshold. Nobody of group B is, and "
                                  "the documents do not say who gets it.")),
            (lambda: "more", Text("指数高了，分到的奖励金并不更多：A 组可分的只有丙被扣的那一笔，而它变小了。",
                                  "A higher index brings no more: all that group A shares is what 丙 forfeits, and "
                                  "that is less now.")),
        ),
    )  # fmt: skip


@numbers()
def verify() -> Exercise:
    return Exercise(
        "compare.verify", Kind.CHOICE,
        question=Text("有人把结果文件夹里己的金额改成了全额，还把清单中该文件的校验码（SHA-256）也改成新的。simlib "
                      "verify "
                      "会说什么？",
                      "Somebody raises the amount of 己 in a result folder to its whole deposit, and puts the file's "
                      "new digest into the manifest. What does simlib verify say?"),
        answer=city.found,
        hint=Text("校验码只能证明文件未被改动。verify 还做了什么？",
                  "A digest only shows that a file has not changed. What else does verify do?"),
        solution=lambda: [VERIFIED],
        options={
            "passes": Text("通过：文件与清单中的校验码相符", "it passes: the digest in the manifest fits"),
            "digest": Text("不通过：文件与清单中的校验码不符", "it fails: the digest in the manifest does not fit"),
            "recomputed": Text("不通过：校验码相符，但重算的金额不同",
                               "it fails: the digest fits, but the amount made again is another"),
        },
        mistakes=(
            (lambda: "passes", Text("verify 不仅核对校验码，还按清单中的参数和数据重新计算结果，逐格比较。",
                                    "It does not stop at digests: it makes the results again from the manifest and "
                                    "compares every cell.")),
            (lambda: "digest", Text("校验码也被改过，因此相符。无法改动的是重算的结果。",
                                    "The digest was changed as well, so it fits. What cannot be changed is the "
                                    "calculation.")),
        ),
    )  # fmt: skip


EXERCISES = Exercises(file, gain, sides, reading, least, total, verify)
