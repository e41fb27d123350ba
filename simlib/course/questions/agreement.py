"""The exercises of lesson 7, on the breaches and deadlines of three institutions (JS3 art. 9, 11, 42 to 48)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache, partial

import pandas as pd

from simlib.columns import ITEMS
from simlib.course.drawn import Exercises, numbers
from simlib.course.exercise import Exercise
from simlib.course.reading import Kind
from simlib.money import percent_text
from simlib.rules import agreement
from simlib.rules.agreement import AgreementParams, FirstDay
from simlib.rules.agreement.ladder import LADDER
from simlib.rules.agreement.tables import Action
from simlib.rules.family import Results
from simlib.tables import Tables
from simlib.words import Text

KEY = "institution_id"
DOCUMENT = AgreementParams()
CASE = pd.DataFrame({
    "incident_id": ["1", "2", "3"], KEY: ["甲", "乙", "丙"], "item": ["43(4)", "44(3)", "42(7)"],
    "loss": [86_400.0, 215_300.0, 12_000.0], "uncorrected": [False, False, True], "grave": [False, True, False],
    "intent": False, "suspended_days": [None, 60, None], "ordered_days": [None, 180, None], "ended": None,
    "unlawful": None,
})  # fmt: skip
Row = dict[str, object]  # of a breach, by column
LOSSES = range(40_250, 480_001, 1_150)
DAYS = [(date(2025, 1, 6) + timedelta(days=n)).isoformat() for n in range(700)]
BEFORE_HOLIDAYS = [  # a period of five working days from here meets a holiday, and most of them a day that is worked
    (date.fromisoformat(first) + timedelta(days=n)).isoformat()
    for first, days in (("2025-01-20", 12), ("2025-04-25", 6), ("2025-09-22", 9), ("2026-02-09", 6), ("2026-04-24", 7),
                        ("2026-09-21", 10))
    for n in range(days)
]  # fmt: skip


ACTIONS = {
    Action.NONE: Text("第四十四条的这一项写明了协议怎样处理，不只是约谈。",
                      "Art. 44 says of this item what becomes of the agreement; an interview is not all."),
    Action.SUSPEND: Text("这一项的后果更重：直接解除协议。", "This item weighs more: the agreement is terminated."),
    Action.TERMINATE: Text("这一项只中止协议，不到解除。", "This item suspends the agreement; it does not end it."),
}  # fmt: skip


def breach(**row: object) -> Tables:
    """A breach of 甲 alone."""
    usual = {"incident_id": "1", KEY: "甲", "loss": 0.0, "uncorrected": False, "grave": False, "intent": False}
    return {"incidents": pd.DataFrame([usual | row])}


def matter(step: str, start: str) -> Tables:
    """A matter of 甲 alone."""
    return {
        "deadlines": pd.DataFrame([{"matter_id": "1", KEY: "甲", "step": step, "start": date.fromisoformat(start)}])
    }


def run(tables: Tables, params: AgreementParams = DOCUMENT) -> Results:
    return agreement.FAMILY.run(agreement.FAMILY.prepare(tables), params)


def steps(tables: Tables, params: AgreementParams = DOCUMENT, name: str = "甲") -> list[Text]:
    """The rule's own explanation of one institution's breaches and matters."""
    return agreement.explain(run(tables, params), params, name)


def _fen(yuan: Decimal) -> Decimal:
    return yuan.quantize(Decimal("0.01"), ROUND_HALF_UP)


@lru_cache(maxsize=256)
def _of(row: tuple[tuple[str, object], ...], params: AgreementParams) -> pd.Series:
    return run(breach(**dict(row)), params)["agreement"].iloc[0]


def _number(column: str, row: Row, params: AgreementParams = DOCUMENT) -> Decimal:
    """One number of what a breach leads to."""
    return Decimal(str(_of(tuple(row.items()), params)[column]))


def _day(column: str, row: Row) -> str:
    return str(_of(tuple(row.items()), DOCUMENT)[column])


@lru_cache(maxsize=256)
def _due(step: str, start: str, params: AgreementParams = DOCUMENT) -> str:
    return str(run(matter(step, start), params)["agreement_timeline"].at[0, "due"])


def _weekdays(start: str, count: int) -> str:
    """The day that one finds who knows no holidays: Monday to Friday only."""
    day = date.fromisoformat(start)
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day.isoformat()


@numbers(loss=LOSSES, rate=("0.10", "0.12", "0.15", "0.16", "0.18"))
def damages(loss: int = 86_400, rate: str = "0.15") -> Exercise:
    params, row = DOCUMENT.changed(damages_rate_43=rate), {"item": "43(4)", "loss": float(loss)}
    of = params.damages_rate_43
    return Exercise(
        "agreement.damages", Kind.MONEY,
        question=Text("假设甲串换项目（第四十三条(四)）造成基金损失 {loss} 元，协议约定第四十三条的违约金比例为 "
                      "{rate}。"
                      "甲应付违约金多少元？",
                      "Suppose 甲 billed one item as another (art. 43(4)), the fund lost {loss} yuan, and the "
                      "agreement "
                      "sets damages of {rate} for art. 43. What damages does 甲 owe?")
        .fill(loss=f"{loss:,}", rate=percent_text(of)),
        answer=lambda: _number("damages", row, params),
        hint=Text("违约金按基金损失的比例计；比例由协议约定，文件只规定上限。",
                  "Damages are a share of the loss; the agreement sets it, the document only its ceiling."),
        solution=lambda: steps(breach(**row), params),
        mistakes=(
            (lambda: _number("damages", row),
             Text("用了文件规定的上限。比例由协议约定，这里约定的是 {rate}。",
                  "That is the document's ceiling. The agreement sets the rate, here {rate}.")
             .fill(rate=percent_text(of))),
            (lambda: _number("total", row, params),
             Text("这是追回费用与违约金的合计。题目只问违约金。",
                  "This is what is recovered and the damages together. The question is the damages only.")),
            (lambda: _number("recovered", row, params),
             Text("这是追回的费用，等于基金损失。违约金另按比例计。",
                  "This is what is recovered, the loss itself. Damages are a share of it on top.")),
            (lambda: _fen(loss * params.damages_cap),
             Text("第四十八条的上限是封顶，不是比例：约定的比例低于上限时，按约定计。",
                  "The cap of art. 48 is a bound, not the rate: below it the agreed rate holds.")),
        ),
    )  # fmt: skip


@numbers(loss=LOSSES, rate=("0.20", "0.22", "0.24", "0.25", "0.26", "0.28"))
def total(loss: int = 215_300, rate: str = "0.25") -> Exercise:
    params, row = DOCUMENT.changed(damages_rate_44=rate), {"item": "44(3)", "loss": float(loss)}
    of = params.damages_rate_44
    return Exercise(
        "agreement.total", Kind.MONEY,
        question=Text("假设甲虚构医药服务项目（第四十四条(三)）造成基金损失 {loss} 元，"
                      "协议约定第四十四条的违约金比例为 "
                      "{rate}。追回费用和违约金一共多少元？",
                      "Suppose 甲 billed services that were not given (art. 44(3)), the fund lost {loss} yuan, and the "
                      "agreement sets damages of {rate} for art. 44. What does 甲 pay in all, recovery and damages?")
        .fill(loss=f"{loss:,}", rate=percent_text(of)),
        answer=lambda: _number("total", row, params),
        hint=Text("损失全额追回，违约金在此之外另计。", "The whole loss is recovered; damages come on top."),
        solution=lambda: steps(breach(**row), params),
        mistakes=(
            (lambda: _number("damages", row, params),
             Text("这只是违约金。损失还要全额追回。", "These are the damages only. The loss is recovered too.")),
            (lambda: _number("recovered", row, params),
             Text("这只是追回的费用。还要另付违约金。", "This is the recovery only. Damages come on top.")),
            (lambda: _number("recovered", row, params) - _number("damages", row, params),
             Text("违约金不抵减追回的费用，两者相加。", "Damages are not taken off the recovery: add them.")),
            (lambda: _fen(loss * (1 + params.damages_cap)),
             Text("用了 {cap} 的上限。约定的比例低于上限，按约定计。",
                  "That takes the cap of {cap}. The agreed rate is lower and holds.")
             .fill(cap=percent_text(params.damages_cap))),
        ),
    )  # fmt: skip


@numbers(loss=range(5_000, 60_001, 1_000), item=("42(2)", "42(5)", "42(7)", "42(8)"))
def uncharged(loss: int = 12_000, item: str = "42(7)") -> Exercise:
    row: Row = {"item": item, "loss": float(loss), "uncorrected": True}
    charged: Row = {**row, "item": "43(7)"}
    return Exercise(
        "agreement.uncharged", Kind.MONEY,
        question=Text("假设甲违反第四十二条（{item}），拒不改正，数据里填了基金损失 {loss} 元。"
                      "按第四十二条，应追回的费用和违约金一共多少元？",
                      "Suppose 甲 breached art. 42 ({item}) and did not correct it; the data give a loss of "
                      "{loss} yuan."
                      " By art. 42, what are recovery and damages together?")
        .fill(item=ITEMS[item], loss=f"{loss:,}"),
        answer=lambda: _number("total", row),
        hint=Text("第四十二条规定了哪些处理？其中有没有追回和违约金？",
                  "Which measures does art. 42 know? Are recovery and damages among them?"),
        solution=lambda: steps(breach(**row)),
        mistakes=(
            (lambda: _number("total", charged),
             Text("追回和违约金是第四十三条、第四十四条的处理。第四十二条只有约谈、暂停或不予拨付和移交。",
                  "Recovery and damages are of art. 43 and 44. Art. 42 knows interviews, payment held, referral.")),
            (lambda: _number("recovered", charged),
             Text("拒不改正的可以暂停或不予拨付，那不是追回：第四十二条没有规定追回。",
                  "Where it is not corrected payment is held; that is no recovery, which art. 42 does not know.")),
            (lambda: _number("damages", charged),
             Text("第四十二条没有规定违约金。", "Art. 42 knows no damages.")),
        ),
    )  # fmt: skip


@numbers(item=("44(4)", "44(5)", "44(7)", "44(8)", "44(9)"))
def action(item: str = "44(7)") -> Exercise:
    row: Row = {"item": item}
    return Exercise(
        "agreement.action", Kind.CHOICE,
        question=Text("甲的行为属于第四十四条中的“{item}”，没有其他情节。甲的医保协议怎样处理？",
                      "What 甲 did falls under art. 44: {item}; nothing else is known. What becomes of its agreement?")
        .fill(item=ITEMS[item]),
        answer=lambda: _day("action", row),
        hint=Text("第四十四条各项的后果不同：哪几项中止，哪几项解除？",
                  "The items of art. 44 differ: which suspend the agreement, which end it?"),
        solution=lambda: steps(breach(**row)),
        options={
            Action.NONE.value: Text("协议不变，只约谈", "it stands; there is an interview only"),
            Action.SUSPEND.value: Text("中止协议", "it is suspended"),
            Action.TERMINATE.value: Text("解除协议", "it is terminated"),
        },
        mistakes=tuple(
            (partial(str, one.value), said) for one, said in ACTIONS.items() if one != LADDER[item].action
        ),
    )  # fmt: skip


@numbers(ordered=(90, 120, 150, 180, 210, 240), suspended=range(20, 86, 5))
def left(ordered: int = 180, suspended: int = 60) -> Exercise:
    row: Row = {"item": "44(3)", "grave": True, "ordered_days": ordered, "suspended_days": suspended}
    return Exercise(
        "agreement.left", Kind.COUNT,
        question=Text("医保部门责令甲暂停 {ordered} 天，同一行为的协议已经中止了 {suspended} 天。还须暂停多少天？",
                      "The authority orders 甲 to stop for {ordered} days; for the same act the agreement was "
                      "suspended "
                      "for {suspended} days already. How many days are left?")
        .fill(ordered=ordered, suspended=suspended),
        answer=lambda: _number("days_left", row),
        hint=Text("已经中止的日期，一日抵几日？", "For how many days does a day of suspension count?"),
        solution=lambda: steps(breach(**row)),
        mistakes=(
            (lambda: Decimal(ordered),
             Text("没有折抵：协议已中止的日期，一日折抵一日。",
                  "Nothing was set off: suspended days count day for day.")),
            (lambda: Decimal(ordered + suspended),
             Text("方向反了：已中止的日期要减去，不是加上。",
                  "The wrong way: suspended days are taken off, not added.")),
            (lambda: Decimal(suspended),
             Text("这是已经中止的天数。题目问的是还须暂停的天数。",
                  "These are the days suspended. The question is those that are left.")),
        ),
    )  # fmt: skip


@numbers(start=BEFORE_HOLIDAYS)
def due(start: str = "2025-09-26") -> Exercise:
    first_day, count = DOCUMENT.changed(first_day=FirstDay.SAME), 5
    return Exercise(
        "agreement.due", Kind.DATE,
        question=Text("甲 {start} 向经办机构递交申请材料，材料不全。经办机构最迟哪一天一次性告知补正？"
                      "（自次日起算；放假和调休以国家公布的为准）",
                      "甲 hands in its papers on {start}, and they are incomplete. By which day must the agency tell "
                      "all that they lack? (Counted from the next day; holidays and make-up days as published.)")
        .fill(start=start),
        answer=lambda: _due("supplement", start),
        hint=Text("期限是 5 个工作日。逐日数，放假的不算，调休上班的算。",
                  "The period is 5 working days. Count day by day: holidays do not count, make-up days do."),
        solution=lambda: steps(matter("supplement", start)),
        mistakes=(
            (lambda: (date.fromisoformat(start) + timedelta(days=count)).isoformat(),
             Text("这是 5 个自然日。期限按工作日计。", "These are 5 calendar days. The period is of working days.")),
            (lambda: _weekdays(start, count),
             Text("只去掉了周末。放假的工作日不算，调休上班的周末要算。",
                  "Only weekends were left out. Holidays do not count, and weekends that are worked do.")),
            (lambda: _due("supplement", start, first_day),
             Text("当日也算进去了。这里自次日起算。",
                  "The day itself was counted. Here counting starts the next day.")),
        ),
        holds=lambda: date.fromisoformat(start).weekday() < 5,
    )  # fmt: skip


@numbers(ended=[one for one in DAYS if not one.endswith(("-29", "-30", "-31"))])
def reentry(ended: str = "2025-06-18") -> Exercise:
    row: Row = {"item": "44(8)", "ended": date.fromisoformat(ended), "unlawful": True}
    return Exercise(
        "agreement.reentry", Kind.DATE,
        question=Text("甲的协议因违法违规于 {ended} 解除，法律责任随后履行完毕。甲最早哪一天可以再次申请定点？",
                      "The agreement of 甲 was terminated as unlawful on {ended}, and its liabilities have "
                      "been served. "
                      "From which day may 甲 apply again?").fill(ended=ended),
        answer=lambda: _day("reentry", row),
        hint=Text("第九条分三种情形：严重违约、违法违规、同一负责人。各是几年？",
                  "Art. 9 knows three cases: breach, unlawful conduct, the same head. How many years each?"),
        solution=lambda: steps(breach(**row)),
        mistakes=(
            (lambda: _day("reentry", {**row, "unlawful": False}),
             Text("这是因严重违约解除的期限。违法违规的更长。",
                  "That is the period after a breach. After unlawful conduct it is longer.")),
            (lambda: _day("head_reentry", row),
             Text("这是同一法定代表人、主要负责人或实际控制人所在机构的期限。甲自己的短一些。",
                  "That is the period of institutions under the same head. That of 甲 itself is shorter.")),
            (lambda: ended,
             Text("解除之日不能立即再申请。", "One cannot apply again on the day itself.")),
        ),
    )  # fmt: skip


EXERCISES = Exercises(damages, total, uncharged, action, left, due, reentry)
