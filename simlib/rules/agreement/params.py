"""The parameters of designation agreements, each with its clause."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from simlib.params import PERCENT, Choice, Day, Kind, Params, day, lever, reading
from simlib.rules.agreement import topics
from simlib.words import Text


class Grave44(Choice):
    SUSPEND = "suspend", "中止协议", "suspend the agreement"
    TERMINATE = "terminate", "解除协议", "terminate the agreement"


class FirstDay(Choice):
    NEXT = "next", "自次日起算", "counted from the next day"
    SAME = "same", "当日起算", "counted from the day itself"


class PeriodEnd(Choice):
    AS_COUNTED = "as_counted", "以届满之日为准", "the day as counted"
    NEXT_WORKING_DAY = "next_working_day", "顺延至下一个工作日", "the next working day"


class AgreementParams(Params):
    """Parameters of designation agreements: the document's ceilings, and numbers that it leaves to the agreement."""

    family = "agreement"

    damages_rate_43: Decimal = lever(
        "0.20", "0", "0.20", kind=Kind.UNSET, step="0.005", unit=PERCENT,
        label=Text("违约金比例（第四十三条）", "Damages rate (art. 43)"),
        help=Text("违约金占基金损失的比例。文件仅规定不超过 20%，具体比例由协议约定；默认取上限。",
                  "Damages as a share of the fund's loss. The document says at most 20% and leaves the rate to the "
                  "agreement; the default is the ceiling."),
        clauses=["JS3 43"],
    )  # fmt: skip
    damages_rate_44: Decimal = lever(
        "0.20", "0.20", "0.30", kind=Kind.UNSET, step="0.005", unit=PERCENT,
        label=Text("违约金比例（第四十四条）", "Damages rate (art. 44)"),
        help=Text("违约金占基金损失的比例。文件仅规定 20% 以上、不超过 30%，具体比例由协议约定；默认取下限。",
                  "Damages as a share of the fund's loss. The document says from 20% to 30% and leaves the rate to the "
                  "agreement; the default is the least."),
        clauses=["JS3 44"],
    )  # fmt: skip
    damages_cap: Decimal = lever(
        "0.30", "0", "0.30", step="0.005", unit=PERCENT,
        label=Text("违约金上限", "Damages cap"),
        help=Text("违约金一般不超过违约造成损失的比例；两条的比例都以此为限。",
                  "The share of the loss that damages do not exceed as a rule; it bounds both rates."),
        clauses=["JS3 48"],
    )  # fmt: skip
    grave_44: Grave44 = reading(
        Grave44.SUSPEND,
        topic=topics.BREACHES,
        label=Text("第四十四条情节特别严重的", "Especially grave breaches (art. 44)"),
        help=Text("文件规定中止协议直至解除协议，未明确何时解除；各项另有规定的从其规定。",
                  "The document says to suspend the agreement, up to terminating it, and not when; what it says of "
                  "single items stands."),
        clauses=["JS3 44"],
    )  # fmt: skip
    first_day: FirstDay = reading(
        FirstDay.NEXT,
        topic=topics.PERIODS,
        label=Text("工作日的起算日", "First working day of a period"),
        help=Text("按工作日计的期限，起算日当天为工作日的，是否计为第一天。",
                  "In a period of working days, whether the day it is counted from is itself the first one, if a "
                  "working day."),
        clauses=["JS3 11", "JS3 12", "JS3 13", "JS3 29", "JS3 35", "JY 40"],
    )  # fmt: skip
    period_end: PeriodEnd = reading(
        PeriodEnd.AS_COUNTED,
        topic=topics.PERIODS,
        label=Text("期限届满日遇休息日的", "A period that ends on a day of rest"),
        help=Text("按日、月、年计或定在某日的办理期限，最后一日是休息日的，是否顺延；文件没有规定。"
                  "可以开始办理的日期、提前申请的期限和协议有效期不顺延。",
                  "Whether the last day for something to be done, counted in days or months or set to a date, moves "
                  "where it is a day of rest; no document says. Days from which something may be done, those so long "
                  "before another, and the term of an agreement do not move."),
        clauses=["JS3 31", "JS3 37", "JY 25", "JY 37", "JY 40", "JY 41", "JY 46", "JS26 2(2)", "JS26 3(1)", "XX 4(2)"],
    )  # fmt: skip
    today: Day = day(
        label=Text("今天的日期", "Today"),
        help=Text("未办结的事项按这一天判断未到期、到期还是逾期；不设定则只列为未办结。系统不取计算机的日期。",
                  "Open matters are judged by this day: not yet due, due or late; without one they are listed as open. "
                  "The computer's clock is not asked."),
        clauses=["JS3 36", "JS3 37"],
    )  # fmt: skip

    @property
    def on(self) -> date | None:
        """The day that is set as today."""
        return date.fromisoformat(self.today) if self.today else None
