"""The conditions and bars of JS3 art. 5 to 9 and 13, one by one: what an applicant must meet, and by which columns
it is judged."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from simlib.words import Text

YEAR, SECOND = 12, 3  # months: a year, and until a second evaluation (art. 13)


class Asks(StrEnum):
    """How a condition is judged by its columns."""

    YES = "yes"  # a yes
    NO = "no"  # a no
    SOME = "some"  # a count of at least ``length``
    SINCE = "since"  # a date at least ``length`` months before the application
    STAFF = "staff"  # staff; with ``length`` beds or more an office with full-time staff too
    FAILED = (
        "failed"  # no evaluation failed, or once 3 months before the application, or twice ``length`` months before
    )
    BAR = "bar"  # no event, or one ``length`` months before the application; and nothing of it still open


@dataclass(frozen=True)
class Condition:
    """One condition: its clause, its text, how it is judged, by which columns, and months, beds or people."""

    clause: str
    text: Text
    asks: Asks
    columns: tuple[str, ...]
    length: int = 0

    @property
    def of_internet_hospitals(self) -> bool:
        return self.clause.startswith("JS3 7")


def _condition(asks: Asks, clause: str, columns: str, zh: str, en: str, length: int = 0) -> Condition:
    return Condition(clause, Text(zh, en), asks, tuple(columns.split()), length)


CONDITIONS = (
    _condition(Asks.YES, "JS3 5", "eligible_kind", "属于可以申请定点的机构类别", "is of a kind that may apply"),
    _condition(Asks.YES, "JS3 5", "licensed", "有执业许可证、诊所备案或军队为民服务资质",
               "is licensed, registered or approved by the army"),
    _condition(Asks.SINCE, "JS3 6(1)", "opened", "到申请日已正式运营 3 个月", "has been in operation for 3 months", 3),
    _condition(Asks.SOME, "JS3 6(2)", "physicians", "至少 1 名医师的第一注册地在本机构",
               "has a physician first registered there", 1),
    _condition(Asks.STAFF, "JS3 6(3)", "insurance_staff beds insurance_office insurance_full_time",
               "配备医保管理人员；满 100 张床位的还设医保管理部门，有专职人员",
          "has staff for insurance matters, and with 100 beds an office with full-time staff", 100),
    _condition(Asks.YES, "JS3 6(4)", "policies", "有与医保政策对应的内部管理制度", "has internal rules for insurance"),
    _condition(Asks.YES, "JS3 6(5)", "system_ready", "信息系统能与医保系统对接、直接联网结算",
               "has a system ready to settle online"),
    _condition(Asks.YES, "JS3 6(6)", "other_conditions", "符合法律法规和省级以上规定的其他条件",
               "meets the other conditions of law"),
    _condition(Asks.YES, "JS3 7(1)", "internet_approved", "互联网医院或互联网诊疗已经批准",
               "has its internet care approved"),
    _condition(Asks.YES, "JS3 7(2)", "internet_exchange", "互联网服务能与医保系统交换数据",
               "exchanges the data of internet care"),
    _condition(Asks.YES, "JS3 7(3)", "internet_code", "互联网服务全流程应用医保码并提供结算凭证",
               "uses the insurance code throughout internet care"),
    _condition(Asks.YES, "JS3 7(4)", "internet_records", "完整保留互联网诊疗的各项记录",
               "keeps all records of internet care"),
    _condition(Asks.YES, "JS3 8(1)", "form", "已交申请表", "handed in the form"),
    _condition(Asks.YES, "JS3 8(2)", "licence_copy", "已交许可或备案凭证复印件", "handed in a copy of the licence"),
    _condition(Asks.YES, "JS3 8(3)", "policy_texts", "已交内部管理制度文本", "handed in its internal rules"),
    _condition(Asks.YES, "JS3 8(4)", "system_papers", "已交信息系统材料", "handed in the papers on its system"),
    _condition(Asks.YES, "JS3 8(5)", "forecast", "已交基金使用预测报告", "handed in a forecast of fund use"),
    _condition(Asks.NO, "JS3 9(1)", "non_basic", "不以非基本医疗服务为主", "does not offer mainly non-basic services"),
    _condition(Asks.YES, "JS3 9(2)", "price_policy", "基本医疗服务执行医药价格政策", "keeps to the price policy"),
    _condition(Asks.NO, "JS3 9(3)", "penalty_open", "没有未履行的行政处罚责任", "has no penalty left to serve"),
    _condition(Asks.BAR, "JS3 9(4)", "deceit_found", "没有骗取定点，或自发现起已满 3 年",
               "did not apply by deceit, or it was found 3 years ago",
          3 * YEAR),
    _condition(Asks.BAR, "JS3 9(5)", "unlawful_ended unlawful_open",
               "没有因违法违规被解除协议，或已满 3 年且责任履行完",
          "was not terminated as unlawful, or 3 years ago and its liability is served", 3 * YEAR),
    _condition(Asks.BAR, "JS3 9(6)", "breach_ended breach_open", "没有因严重违约被解除协议，或已满 1 年且责任履行完",
          "was not terminated for breach, or a year ago and its liability is served", YEAR),
    _condition(Asks.BAR, "JS3 9(7)", "person_ended", "负责人等没有致原机构被解除协议，或已满 5 年",
          "has no head who caused a termination elsewhere, or it was 5 years ago", 5 * YEAR),
    _condition(Asks.NO, "JS3 9(8)", "dishonest", "负责人等没有被列入失信人名单", "has no head listed as dishonest"),
    _condition(Asks.NO, "JS3 9(9)", "other_bar", "没有其他不予受理的情形", "meets no other bar"),
    _condition(Asks.FAILED, "JS3 13", "failed_once failed_twice",
               "没有评估不合格，或首次不合格已满 3 个月、再次不合格已满 1 年",
          "failed no evaluation, or the first 3 months ago and a second a year ago", YEAR),
)  # fmt: skip
