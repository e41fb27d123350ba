"""The parameters of designation agreements, each with its clause."""

from __future__ import annotations

from decimal import Decimal

from simlib.params import PERCENT, Choice, Kind, Params, lever, reading
from simlib.words import Text


class Grave44(Choice):
    SUSPEND = "suspend", "中止协议", "suspend the agreement"
    TERMINATE = "terminate", "解除协议", "terminate the agreement"


class FirstDay(Choice):
    NEXT = "next", "自次日起算", "counted from the next day"
    SAME = "same", "当日起算", "counted from the day itself"


class AgreementParams(Params):
    """Parameters of designation agreements: the document's ceilings, and numbers that it leaves to the agreement."""

    family = "agreement"

    damages_rate_43: Decimal = lever(
        "0.20", "0", "0.20", kind=Kind.UNSET, step="0.005", unit=PERCENT,
        label=Text("违约金比例（第四十三条）", "Damages rate (art. 43)"),
        help=Text("违约金占基金损失的比例。文件只规定不超过 20%，具体比例由协议约定；这里默认取上限。",
                  "Damages as a share of the fund's loss. The document says at most 20% and leaves the rate to the "
                  "agreement; the default is the ceiling."),
        clauses=["JS3 43"],
    )  # fmt: skip
    damages_rate_44: Decimal = lever(
        "0.20", "0.20", "0.30", kind=Kind.UNSET, step="0.005", unit=PERCENT,
        label=Text("违约金比例（第四十四条）", "Damages rate (art. 44)"),
        help=Text("违约金占基金损失的比例。文件只规定 20% 以上、不超过 30%，具体比例由协议约定；这里默认取下限。",
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
        label=Text("第四十四条情节特别严重的", "Especially grave breaches (art. 44)"),
        help=Text("文件规定中止协议直至解除协议，没有说何时解除；各项另有规定的仍按规定。",
                  "The document says to suspend the agreement, up to terminating it, and not when; what it says of "
                  "single items stands."),
        clauses=["JS3 44"],
    )  # fmt: skip
    first_day: FirstDay = reading(
        FirstDay.NEXT,
        label=Text("工作日从哪天起算", "First working day of a period"),
        help=Text("按工作日计的期限，起算日当天是工作日的，算不算第一天。",
                  "In a period of working days, whether the day it is counted from is itself the first one, if a "
                  "working day."),
        clauses=["JS3 11", "JS3 12", "JS3 13", "JS3 29", "JS3 35"],
    )  # fmt: skip
