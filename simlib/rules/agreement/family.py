"""Designation agreements as a rule family: how a run is made of the pieces, and what a user must be told of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from simlib.columns import APPLICANTS, DEADLINES, INCIDENTS
from simlib.columns.checks import lacking_columns, together
from simlib.money import to_fen, to_yuan
from simlib.params import PERCENT
from simlib.problems import Problem
from simlib.rules.agreement.articles import cited
from simlib.rules.agreement.eligibility import eligibility, verdicts
from simlib.rules.agreement.explanation import explain
from simlib.rules.agreement.ladder import CHARGED, LADDER, blanks, consequences, institutions, read
from simlib.rules.agreement.params import AgreementParams
from simlib.rules.agreement.steps import PLAN, Status, Unit
from simlib.rules.agreement.tables import HEADLINES, RESULTS, Action, Eligibility, framed
from simlib.rules.agreement.timeline import timeline
from simlib.rules.family import Family, Results
from simlib.tables import Tables, small
from simlib.words import Text

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
    return found


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
            deadlines, lambda: ready.once(("timeline", params.first_day), lambda: timeline(given(deadlines), params))
        ),
    }  # fmt: skip
    there = {name: make for name, (source, make) in steps.items() if source in ready.tables}
    made = dict(zip(there, together(*there.values()), strict=True))
    if incidents in ready.tables:
        made["agreement_institutions"] = institutions(made["agreement"])
    if applicants in ready.tables:
        made["agreement_eligibility"] = verdicts(given(applicants), made["agreement_conditions"])
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
    status, verdict = results["agreement_timeline"]["status"], results["agreement_eligibility"]["outcome"]
    for text, count in (
        (LATE, status == Status.LATE.value),
        (TOO_EARLY, status == Status.TOO_EARLY.value),
        (UNKNOWN, verdict == Eligibility.UNKNOWN.value),
    ):
        found += [text.fill(count=int(count.sum()))] if count.any() else []
    return found


def _of_breaches(breaches: pd.DataFrame, given: pd.DataFrame, params: AgreementParams) -> list[Text]:
    fen, recovered = (to_fen(breaches[name].to_numpy()) for name in ("loss", "recovered"))
    spared = fen > recovered
    found = []
    if spared.any():
        found.append(NOT_CHARGED.fill(count=int(spared.sum()), amount=f"{to_yuan(fen[spared].sum()):,.2f}"))
    for text, count in zip((NO_LOSS_GIVEN, NO_ANSWER, NO_DAYS), blanks(given), strict=True):
        found += [text.fill(count=count)] if count else []
    if recovered.any():
        shown = {f"rate_{article}": PERCENT.show(getattr(params, f"damages_rate_{article}")) for article in CHARGED}
        found.append(RATES.fill(**shown, cap=PERCENT.show(params.damages_cap)))
    least = params.declarations()["damages_rate_44"].low
    if params.damages_cap < least:
        found.append(LOW_CAP.fill(cap=PERCENT.show(params.damages_cap), least=PERCENT.show(least)))
    return found


NO_LOSS = Text(
    "没有第 {article} 条的违约造成基金损失，此项不起作用。",
    "No breach of art. {article} cost the fund anything: this has no effect.",
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
NOT_CHARGED = Text("{count} 起第四十二条的违约填有基金损失，共 {amount} 元；该条没有规定追回和违约金，未计（JS3 "
                   "第四十二条）。",
                   "{count} breaches of art. 42 give a loss, {amount} yuan in all; the article knows neither recovery "
                   "nor damages, and none is charged (JS3 art. 42).")  # fmt: skip
NO_LOSS_GIVEN = Text(
    "{count} 起第四十三、四十四条的违约没有填写基金损失，按 0 计。",
    "{count} breaches of art. 43 or 44 give no loss: counted as 0.",
)
NO_ANSWER = Text("{count} 起违约没有填写拒不改正、后果严重或骗取目的，按没有处理。",
                 "{count} breaches do not say whether they were left uncorrected, grave or meant to defraud: taken as "
                 "not.")  # fmt: skip
NO_DAYS = Text("{count} 起违约有行政责令暂停天数而没有协议中止天数，按 0 天折抵（JS3 第四十五条）。",
               "{count} breaches have days ordered and no days suspended by agreement: none is counted against them "
               "(JS3 art. 45).")  # fmt: skip
RATES = Text("违约金比例文件只规定了范围，由协议约定；现按第四十三条 {rate_43}、第四十四条 {rate_44}、上限 {cap} "
             "计（JS3 第四十三条、第四十四条、第四十八条）。",
             "The document sets only a range of the damages, the agreement the rate; counted are {rate_43} for art. "
             "43, {rate_44} for art. 44, at most {cap} (JS3 art. 43, 44, 48).")  # fmt: skip
LOW_CAP = Text(
    "违约金上限 {cap} 低于第四十四条的最低比例 {least}，按上限计（JS3 第四十四条、第四十八条）。",
    "The cap of {cap} lies below the least rate of art. 44, {least}; the cap is used (JS3 art. 44, 48).",
)
LATE = Text("{count} 件事项逾期。", "{count} matters are late.")
TOO_EARLY = Text("{count} 件事项早于规定的时间。", "{count} matters were done too early.")
UNKNOWN = Text(
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
    sources=tuple(table.name for table in SOURCES),
)
