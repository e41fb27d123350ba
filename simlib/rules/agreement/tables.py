"""The result tables of designation agreements and the headline numbers, each column declared once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from simlib.clauses import CLAUSE, clause
from simlib.columns import APPLICANTS, DAYS, DEADLINES, INCIDENTS, ITEMS, SHARE, Column, Table, Type, yuan
from simlib.columns.base import yes_no
from simlib.params import Choice
from simlib.rules.agreement.articles import key
from simlib.rules.agreement.conditions import CONDITIONS
from simlib.rules.agreement.standing import Standing
from simlib.rules.agreement.steps import CLAUSES, Actor, Status
from simlib.words import Text


class Eligibility(Choice):
    ELIGIBLE = "eligible", "符合条件", "eligible"
    FAILED = "failed", "不符合", "not met"
    UNKNOWN = "unknown", "无法判断", "cannot be judged"


class Action(Choice):
    """What becomes of the agreement, the gravest last."""

    NONE = "none", "协议不变", "none"
    SUSPEND = "suspend", "中止协议", "suspended"
    TERMINATE = "terminate", "解除协议", "terminated"


CASES, PLACES, POINTS, MATTERS = (Text(zh, "count") for zh in "起家项件")  # Chinese counts each kind by its own word


def _number(name: str, zh: str, en: str, unit: Text) -> Column:
    return Column(name, Type.INTEGER, Text(zh, en), unit)


def _choice(name: str, zh: str, en: str, kind: type[Choice]) -> Column:
    return Column(name, Type.CHOICE, Text(zh, en), options={one.value: one.label for one in kind})


def _clause(keys: Iterable[str]) -> Column:
    return Column("clause", Type.CHOICE, CLAUSE, options={one: clause(one).text for one in keys})


_INCIDENT, _MATTER, _APPLICANT = (table.by_name for table in (INCIDENTS, DEADLINES, APPLICANTS))
_INSTITUTION = _INCIDENT["institution_id"]
_LOSS, _RECOVERED = yuan("loss", "基金损失", "Loss of the fund"), yuan("recovered", "追回费用", "Recovered")
_DAMAGES, _TOTAL, _NET = (
    yuan("damages", "违约金", "Damages"), yuan("total", "应付合计", "To pay"), yuan("net", "净影响", "Net effect"),
)  # fmt: skip
_ACTION = _choice("action", "协议处理", "Agreement", Action)
_DAYS_LEFT = _number("days_left", "还须暂停天数", "Days left of the order", DAYS)
_REENTRY = Column("reentry", Type.DATE, Text("最早可再申请日期", "May apply again from"))
_OUTCOME = _choice("outcome", "结论", "Outcome", Eligibility)

BY_INCIDENT = Table(
    "agreement", Text("违约处理", "Consequences of breaches"), "incident_id",
    (
        _INCIDENT["incident_id"], _INSTITUTION, _INCIDENT["item"], _clause(map(key, ITEMS)), _INCIDENT["date"], _LOSS,
        yes_no("interview", "约谈", "Interview"), yes_no("payment_held", "暂停或不予拨付", "Payment held"), _RECOVERED,
        Column("damages_rate", Type.NUMBER, Text("违约金比例", "Damages rate"), SHARE), _DAMAGES,
        yes_no("staff_suspended", "中止责任人员或部门", "Staff or department suspended"), _ACTION,
        yes_no("referred", "移交行政部门", "Referred"),
        _INCIDENT["suspended_days"], _INCIDENT["ordered_days"], _DAYS_LEFT, _TOTAL, _NET,
        _INCIDENT["ended"], _REENTRY,
        Column("head_reentry", Type.DATE, Text("负责人所在机构最早可再申请日期", "Those of its head may apply from")),
    ),
)  # fmt: skip
BY_INSTITUTION = Table(
    "agreement_institutions", Text("各机构违约处理", "Breaches by institution"), "institution_id",
    (
        _INSTITUTION, _number("incidents", "违约", "Breaches", CASES), _LOSS, _RECOVERED, _DAMAGES, _TOTAL, _NET,
        _ACTION,
        _number("referred", "移交", "Referred", CASES), _DAYS_LEFT, _REENTRY,
    ),
)  # fmt: skip
BY_APPLICANT = Table(
    "agreement_eligibility", Text("定点申请条件", "Eligibility of applicants"), "applicant_id",
    (
        _APPLICANT["applicant_id"], _APPLICANT["applied"], _OUTCOME,
        _number("failed", "不符合的条件", "Conditions not met", POINTS),
        _number("unknown", "无法判断的条件", "Conditions unknown", POINTS), _REENTRY,
    ),
)  # fmt: skip
BY_CONDITION = Table(
    "agreement_conditions", Text("不符合和无法判断的条件", "Conditions not met or unknown"), "applicant_id",
    (
        _APPLICANT["applicant_id"], _clause(one.clause for one in CONDITIONS), _OUTCOME,
        Column("condition", Type.TEXT, Text("条件", "Condition"), language="zh"),
        Column("condition_en", Type.TEXT, Text("条件", "Condition"), language="en"),
        Column("reason", Type.TEXT, Text("申请材料所载", "What the application says"), language="zh"),
        Column("reason_en", Type.TEXT, Text("申请材料所载", "What the application says"), language="en"),
        Column("until", Type.DATE, Text("满足日期", "Met from")),
    ),
    within=("clause", "condition"),
)  # fmt: skip
BY_MATTER = Table(
    "agreement_timeline", Text("办理期限", "Deadlines"), "matter_id",
    (
        _MATTER["matter_id"], _MATTER["institution_id"], _MATTER["step"],
        _clause(CLAUSES),
        _choice("actor", "由谁办理", "To be done by", Actor), _MATTER["start"],
        Column("due", Type.DATE, Text("期限", "Due")), _MATTER["done"], _choice("status", "状态", "Status", Status),
        _number("days", "超过期限的天数（负为提前）", "Days past due (below 0: before)", DAYS),
        yes_no("provisional", "按暂定日历", "Calendar provisional"),
        _choice("standing", "协议去向", "Agreement", Standing),
        Column("ends", Type.DATE, Text("协议终止日", "Agreement ends on")),
        yuan("unpaid", "中止期间不予结算", "Not settled: suspended"),
    ),
)  # fmt: skip
RESULTS = (BY_INCIDENT, BY_INSTITUTION, BY_APPLICANT, BY_CONDITION, BY_MATTER)

HEADLINES = (
    _number("incidents", "违约", "Breaches", CASES), _number("institutions", "涉及机构", "Institutions", PLACES),
    _LOSS, _RECOVERED, _DAMAGES, _TOTAL,
    _number("suspended", "中止协议的机构", "Suspended", PLACES),
    _number("terminated", "解除协议的机构", "Terminated", PLACES),
    _number("referred", "移交的违约", "Breaches referred", CASES),
    _number("applicants", "定点申请", "Applications", PLACES),
    _number("eligible", "符合条件", "Eligible", PLACES), _number("deadlines", "办理期限", "Deadlines", MATTERS),
    _number("late", "逾期", "Late", MATTERS),
)  # fmt: skip

KINDS = {
    Type.TEXT: "str", Type.CHOICE: "str", Type.MONEY: "float64", Type.NUMBER: "float64", Type.BOOLEAN: "bool",
    Type.INTEGER: "int64", Type.DATE: "object",
}  # fmt: skip
MAY_BE_BLANK = ("suspended_days", "ordered_days", "days_left", "days")


def framed(table: Table, values: dict[str, Any] | None = None) -> pd.DataFrame:
    """A result table with its declared columns, each of its type whatever it holds; without ``values``, no rows."""
    kinds = {name: "Int64" if name in MAY_BE_BLANK else KINDS[column.type] for name, column in table.by_name.items()}
    return pd.DataFrame({name: pd.Series((values or {}).get(name, []), dtype=kind) for name, kind in kinds.items()})
