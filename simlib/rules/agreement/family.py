"""Designation agreements as a rule family: how a run is made of the pieces, and what a user must be told of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from simlib.columns import APPLICANTS, CALENDAR, DEADLINES, INCIDENTS, INSTITUTIONS
from simlib.columns import values as given_as
from simlib.columns.checks import lacking_columns, together
from simlib.money import to_fen, to_yuan
from simlib.params import PERCENT
from simlib.problems import Problem
from simlib.rules.agreement.articles import cited
from simlib.rules.agreement.eligibility import eligibility, verdicts
from simlib.rules.agreement.explanation import explain
from simlib.rules.agreement.ladder import CHARGED, LADDER, blanks, consequences, institutions, read
from simlib.rules.agreement.params import AgreementParams
from simlib.rules.agreement.periods import ANNOUNCED, Calendar
from simlib.rules.agreement.standing import Owners, Standing
from simlib.rules.agreement.steps import PLAN, Status, Unit
from simlib.rules.agreement.tables import HEADLINES, RESULTS, Action, Eligibility, framed
from simlib.rules.agreement.telling import TELLING
from simlib.rules.agreement.timeline import timeline
from simlib.rules.agreement.told import explain_applicant, explain_matter
from simlib.rules.family import Family, Results
from simlib.tables import Tables, small
from simlib.words import Strong, Text, joined

LABEL = Text("定点协议", "Designation agreements")
SOURCES = (INCIDENTS, APPLICANTS, DEADLINES)


def lacking(tables: Tables, params: AgreementParams) -> list[Problem]:
    """What the data would need: breaches, applications or deadlines, each with the columns that say what it is."""
    there = [table for table in SOURCES if table.name in tables] or [INCIDENTS]
    required = {table.name: [column.name for column in table.columns if column.required] for table in there}
    return [problem for name, columns in required.items() for problem in lacking_columns(tables, name, columns, LABEL)]


def inert(tables: Tables, params: AgreementParams) -> dict[str, Text]:
    """The rates where there is no loss to take them of, the readings where no breach or deadline hangs on them."""
    breaches = small(tables, INCIDENTS.name) if INCIDENTS.name in tables else framed(RESULTS[0])
    one = read(breaches)
    charged = set(one.article[one.loss > 0].tolist()).intersection(CHARGED)
    found = {f"damages_rate_{one}": NO_LOSS.fill(article=cited(one).place) for one in CHARGED if one not in charged}
    found |= {} if charged else {"damages_cap": NO_LOSSES}
    grave = (LADDER[item] for item, is_grave in zip(breaches["item"], one.grave, strict=True) if is_grave)
    if not any(rung.article == 44 and rung.action is not Action.TERMINATE for rung in grave):
        found["grave_44"] = NO_GRAVE
    matters = small(tables, DEADLINES.name) if DEADLINES.name in tables else framed(RESULTS[-1])
    if not any(PLAN[step].unit is Unit.WORKDAYS for step in matters["step"]):
        found["first_day"] = NO_WORKDAYS
    if not _any_moves(matters, _calendar(tables)):
        found["period_end"] = NONE_MOVES
    if "done" in matters and matters["done"].notna().all():
        found["today"] = NONE_OPEN
    return found


def _any_moves(matters: pd.DataFrame, calendar: Calendar) -> bool:
    """Whether the last day of any matter that ``period_end`` bears on is a day of rest."""
    params, starts = AgreementParams(), given_as.dates(matters, DEADLINES.name, "start")
    steps = [(PLAN[step], start) for step, start in zip(matters["step"], starts, strict=True)]
    ends = (step.counted(start, params, calendar) for step, start in steps if step.moves and start)
    return any(calendar.rests(end) for end in ends)


def _calendar(tables: Tables) -> Calendar:
    """The days on which people work, with those that the data state."""
    return Calendar.of(small(tables, CALENDAR.name)) if CALENDAR.name in tables else ANNOUNCED


def _owners(tables: Tables) -> Owners:
    """Who owns each institution, where the data say so."""
    if INSTITUTIONS.name not in tables:
        return {}
    table = small(tables, INSTITUTIONS.name)
    if not {"institution_id", "ownership"} <= set(table):
        return {}
    stated = table[table["ownership"].notna()]
    return dict(zip(stated["institution_id"], stated["ownership"], strict=True))


class Ready:
    """The tables, with what no rate bears on kept as soon as it is made: a moving slider need not wait for it."""

    def __init__(self, tables: Tables):
        self.tables = tables
        self._made: dict[tuple[Any, ...], pd.DataFrame] = {}

    def once(self, key: tuple[Any, ...], make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]


def run(ready: Ready, params: AgreementParams) -> Results:
    """The five result tables of one run; those of an input that is not there have no rows."""
    given = partial(small, ready.tables)
    incidents, applicants, deadlines = (table.name for table in SOURCES)
    steps = {
        "agreement": (incidents, lambda: consequences(given(incidents), params)),
        "agreement_conditions": (
            applicants, lambda: ready.once(("eligibility",), lambda: eligibility(given(applicants)))
        ),
        "agreement_timeline": (
            deadlines, lambda: ready.once(
                ("timeline", params.first_day, params.period_end, params.today),
                lambda: timeline(given(deadlines), params, _calendar(ready.tables), _owners(ready.tables)),
            )
        ),
    }  # fmt: skip
    there = {name: make for name, (source, make) in steps.items() if source in ready.tables}
    made = dict(zip(there, together(*there.values()), strict=True))
    if incidents in ready.tables:
        made["agreement_institutions"] = institutions(made["agreement"])
    if applicants in ready.tables:
        made["agreement_eligibility"] = ready.once(
            ("verdicts",), lambda: verdicts(given(applicants), made["agreement_conditions"])
        )
    return {table.name: made[table.name] if table.name in made else framed(table) for table in RESULTS}


def summarise(results: Results) -> dict[str, int | float]:
    """The headline numbers: breaches and money, what becomes of agreements, applicants, deadlines."""
    breaches, concerned = results["agreement"], results["agreement_institutions"]
    money = {name: to_fen(breaches[name].to_numpy()).sum() for name in ("loss", "recovered", "damages", "total")}
    verdict, status = results["agreement_eligibility"]["outcome"], results["agreement_timeline"]["status"]
    return {
        "incidents": len(breaches),
        "institutions": len(concerned),
        **{name: float(to_yuan(fen)) for name, fen in money.items()},
        "suspended": int((concerned["action"] == Action.SUSPEND.value).sum()),
        "terminated": int((concerned["action"] == Action.TERMINATE.value).sum()),
        "referred": int(breaches["referred"].sum()),
        "applicants": len(verdict),
        "eligible": int((verdict == Eligibility.ELIGIBLE.value).sum()),
        "deadlines": len(status),
        "late": int((status == Status.LATE.value).sum()),
    }


def warnings(results: Results, tables: Tables, params: AgreementParams) -> list[Text]:
    """What a user must see: losses not charged, blanks and how they were taken, rates nobody set, what is late or
    unknown."""
    found = (
        _of_breaches(results["agreement"], small(tables, INCIDENTS.name), params) if INCIDENTS.name in tables else []
    )
    matters, verdict = results["agreement_timeline"], results["agreement_eligibility"]["outcome"]
    status, standing = matters["status"], matters["standing"]
    if len(matters) and (corrected := _calendar(tables).corrected):
        days = joined(day.isoformat() for day in corrected[:MOST_DAYS])
        found.append(CORRECTED.fill(count=len(corrected), days=days))
    for text, count in (
        (LATE, status == Status.LATE.value),
        (TOO_EARLY, status == Status.TOO_EARLY.value),
        (NO_TODAY, status == Status.OPEN.value),
        (AHEAD, _ahead(matters, params)),
        (PROVISIONAL, matters["provisional"]),
        (ENDED, standing.isin([Standing.ENDED.value, Standing.EXPIRED.value])),
        (BARRED, standing == Standing.BARRED.value),
        (NOT_JUDGED, standing == Standing.UNKNOWN.value),
        (UNKNOWN, verdict == Eligibility.UNKNOWN.value),
    ):
        found += [text.fill(count=int(count.sum()))] if count.any() else []
    return found


def _ahead(matters: pd.DataFrame, params: AgreementParams) -> pd.Series:
    """The matters that are said to be done on a day after the one set as today."""
    today = params.on
    return matters["done"].map(lambda day: today is not None and not pd.isna(day) and day > today).astype(bool)


def _of_breaches(breaches: pd.DataFrame, given: pd.DataFrame, params: AgreementParams) -> list[Text]:
    fen, recovered = (to_fen(breaches[name].to_numpy()) for name in ("loss", "recovered"))
    spared = fen > recovered
    found = []
    if spared.any():
        found.append(NOT_CHARGED.fill(count=int(spared.sum()), amount=f"{to_yuan(fen[spared].sum()):,.2f}"))
    for text, count in zip((NO_LOSS_GIVEN, NO_ANSWER, NO_DAYS, NO_END, NO_GROUND), blanks(given), strict=True):
        found += [text.fill(count=count)] if count else []
    if recovered.any():
        shown = {f"rate_{article}": PERCENT.show(getattr(params, f"damages_rate_{article}")) for article in CHARGED}
        found.append(RATES.fill(**shown, cap=PERCENT.show(params.damages_cap)))
    least = params.declarations()["damages_rate_44"].low
    if params.damages_cap < least:
        found.append(LOW_CAP.fill(cap=PERCENT.show(params.damages_cap), least=PERCENT.show(least)))
    return found


NO_LOSS = Text(
    "没有{article}的违约造成基金损失，此项不起作用。",
    "No breach of {article} cost the fund anything: this has no effect.",
)
NO_LOSSES = Text(
    "没有应计违约金的基金损失，此项不起作用。", "There is no loss to charge damages for: this has no effect."
)
NO_GRAVE = Text(
    "没有需要按此判断的第四十四条违约，此项不起作用。", "No breach of art. 44 hangs on it: this has no effect."
)
NO_WORKDAYS = Text(
    "没有按工作日计的期限，此项不起作用。", "No deadline is counted in working days: this has no effect."
)
NONE_MOVES = Text("没有在休息日届满的期限，此项不起作用。", "No such period ends on a day of rest: this has no effect.")
NONE_OPEN = Text("没有未办结的事项，此项不起作用。", "No matter is open: this has no effect.")
NOT_CHARGED = Text("{count} 起第四十二条的违约填有基金损失，共 {amount} 元；该条未规定追回和违约金，未计（JS3 "
                   "第四十二条）。",
                   "{count} breaches of art. 42 give a loss, {amount} yuan in all; the article knows neither recovery "
                   "nor damages, and none is charged (JS3 art. 42).")  # fmt: skip
NO_LOSS_GIVEN = Strong(
    "{count} 起第四十三、四十四条的违约未填写基金损失，按 0 计。",
    "{count} breaches of art. 43 or 44 give no loss: counted as 0.",
)
NO_ANSWER = Strong("{count} 起违约未填写拒不改正、后果严重或骗取目的，按“无”处理。",
                 "{count} breaches do not say whether they were left uncorrected, grave or meant to defraud: taken as "
                 "not.")  # fmt: skip
NO_DAYS = Strong("{count} 起违约有行政责令暂停天数而没有协议中止天数，按 0 天折抵（JS3 第四十五条）。",
               "{count} breaches have days ordered and no days suspended by agreement: none is counted against them "
               "(JS3 art. 45).")  # fmt: skip
NO_END = Strong("{count} 起应解除协议的违约没有填写协议解除日期，不计最早可再申请日期（JS3 第九条）。",
              "{count} breaches end the agreement and do not say when: from when one may apply again is left blank "
              "(JS3 art. 9).")  # fmt: skip
NO_GROUND = Strong("{count} 起解除协议没有填写是否因违法违规，按严重违约计 1 年（JS3 第九条(六)）。",
                 "{count} terminations do not say whether they were for unlawful conduct: taken as for breach, a year "
                 "(JS3 art. 9(6)).")  # fmt: skip
RATES = Text("违约金比例文件仅规定范围，由协议约定；当前按第四十三条 {rate_43}、第四十四条 {rate_44}、上限 {cap} "
             "计（JS3 第四十三条、第四十四条、第四十八条）。",
             "The document sets only a range of the damages, the agreement the rate; counted are {rate_43} for art. "
             "43, {rate_44} for art. 44, at most {cap} (JS3 art. 43, 44, 48).")  # fmt: skip
LOW_CAP = Text(
    "违约金上限 {cap} 低于第四十四条的最低比例 {least}，按上限计（JS3 第四十四条、第四十八条）。",
    "The cap of {cap} lies below the least rate of art. 44, {least}; the cap is used (JS3 art. 44, 48).",
)
LATE = Text("{count} 件事项逾期。", "{count} matters are late.")
TOO_EARLY = Text("{count} 件事项早于规定的时间。", "{count} matters were done too early.")
NO_TODAY = Text("{count} 件事项未办结；没有设定今天的日期，不判断是否逾期。",
                "{count} matters are open; no day is set as today, and whether they are late is not said.")  # fmt: skip
AHEAD = Text("{count} 件事项的办结日晚于设定的今天的日期，请核对；按已办结处理。",
             "{count} matters were done after the day set as today: check them; they are taken as done.")  # fmt: skip
PROVISIONAL = Text("{count} 件事项的期限用到国家尚未公布放假安排的日期，按周末和固定假日暂定；公布后请更新工作日历包，"
                   "或在 calendar 表中填入放假安排后重算。",
                   "{count} matters hang on days of which no holidays are announced: provisional, by weekends and the "
                   "holidays of fixed date. Once they are, update the calendar package or give the table calendar, and "
                   "run again.")  # fmt: skip
CORRECTED = Text("calendar 表有 {count} 天与工作日历包不同，以表为准：{days}。",
                 "The table calendar has {count} days otherwise than the calendar package, and holds: "
                 "{days}.")  # fmt: skip
MOST_DAYS = 10  # named in a warning
ENDED = Text("{count} 份协议因中止超过 180 日或有效期已过而终止（JS3 第三十七条）。",
             "{count} agreements ended after 180 days of suspension or with their term (JS3 art. 37).")  # fmt: skip
BARRED = Text("{count} 件中止或解除协议的申请由公立医疗机构提出，不得主动提出（JS3 第三十九条）。",
              "{count} requests to suspend or end an agreement come from public institutions, which may not ask "
              "(JS3 art. 39).")  # fmt: skip
NOT_JUDGED = Strong("{count} 件事项缺少所有制、请求事项或今天的日期，无法判断协议去向（JS3 第三十七条、第三十九条）。",
                  "{count} matters lack the ownership, what is asked for or a day set as today: what becomes of the "
                  "agreement cannot be judged (JS3 art. 37, 39).")  # fmt: skip
UNKNOWN = Strong(
    "{count} 家申请机构因材料空白无法判断是否符合条件。",
    "{count} applicants leave something blank on which it hangs whether they are eligible.",
)

FAMILY = Family(
    name=AgreementParams.family,
    label=LABEL,
    params=AgreementParams,
    results=RESULTS,
    headlines=HEADLINES,
    amount=("agreement_institutions", "net"),
    side="action",
    lacking=lacking,
    inert=inert,
    prepare=Ready,
    run=run,
    summarise=summarise,
    warnings=warnings,
    explain=explain,
    telling=TELLING,
    explain_other={"applicant": explain_applicant, "matter": explain_matter},
    also_known=lambda results: results["agreement_timeline"]["institution_id"].dropna().tolist(),
    sources=tuple(table.name for table in SOURCES),
)
