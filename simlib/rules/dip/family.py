"""DIP settlement as a rule family: what it needs, and how a run is made of the pieces."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.columns.checks import lacking_columns
from simlib.columns.values import each_row
from simlib.problems import Problem
from simlib.rules.dip.amortised import warned
from simlib.rules.dip.case_warnings import case_warnings
from simlib.rules.dip.cases import CaseScores
from simlib.rules.dip.coefficients import LABELS, NEEDED
from simlib.rules.dip.explanation import explain, explain_case
from simlib.rules.dip.inert import idle, inert
from simlib.rules.dip.params import NAME, DipParams, Ledger, Ungrouped
from simlib.rules.dip.ready import Ready
from simlib.rules.dip.run import run
from simlib.rules.dip.settlement import NO_SCHEME
from simlib.rules.dip.special import last_values
from simlib.rules.dip.tables import HEADLINES, RESULTS, SHARES, share, summarise
from simlib.rules.dip.telling import TELLING
from simlib.rules.dip.varying import VARYING
from simlib.rules.family import Family, Results
from simlib.tables import Tables, small
from simlib.words import Strong, Text, few, joined

TABLE = "cases"
SPECIALIST = ("specialist", "rehabilitation", "eye", "psychiatric")  # types
MONEY = ("total_cost", "fund_billed", "patient_paid", "other_paid")


def lacking(tables: Tables, params: DipParams) -> list[Problem]:
    """What the data would need: cases, institutions with their level, funds, and groups with last year's means or a
    history."""
    found = lacking_columns(tables, TABLE, ("institution_id", "group_code", *MONEY), NAME)
    found += lacking_columns(tables, "institutions", ("institution_id", "level"), NAME)
    found += lacking_columns(tables, "funds", ("scheme", "income"), NAME)
    for name in ("groups", "peer_means"):
        if name not in tables and "history" not in tables:
            found.append(Problem(NO_CATALOGUE.fill(rule=NAME), file=name))
    if params.ledger is Ledger.BY_SCHEME:
        found += lacking_columns(tables, TABLE, ("scheme",), NAME)
        present = set(small(tables, "funds")["scheme"]) if "funds" in tables else set()
        found += [
            Problem(NO_SCHEME, tables["funds"].attrs.get("file", "funds"), column="scheme", value=name)
            for name in ("employee", "resident")
            if present and name not in present
        ]
    return found


def detail(ready: Ready, params: DipParams, results: Results, subject: str | None = None) -> Results:
    """The results with the points of every case, which are calculated when they are written or asked for, and, for all
    subjects together, the cases that may be special."""
    measured = ready.catalogue(params)
    scores = CaseScores(
        ready.tables[TABLE], small(ready.tables, "institutions"), measured["groups"], measured["peer_means"], params,
        ready.books(params).index,
    )  # fmt: skip
    found = {**results, "dip_cases": scores.as_table}
    if subject is None:
        found["dip_special"] = scores.special(last_values(small(ready.tables, "funds")))
    return found


def feed(tables: Tables, results: Results) -> Tables:
    """What was prepaid each month, of which the quality deposit is withheld (JY art. 40)."""
    return {**tables, "prepayments": results["dip_prepayments"]} if "dip_prepayments" in results else tables


def warnings(results: Results, tables: Tables, params: DipParams) -> list[Text]:
    """What a user must see: cases without a mean, payables not above 0, a short fund, quotas exceeded, blanks."""
    counts, funds = results["dip_counts"], results["dip_fund"]
    found: list[Text] = []
    if total := int(counts["no_peer"].sum()):
        found.append(NO_PEER.fill(count=f"{total:,}", amount=f"{counts['no_peer_cost'].sum():,.2f}"))
    if total := int(counts["ungrouped"].sum()):
        told = {
            "count": f"{total:,}",
            "share": f"{total / counts['cases'].sum():.2%}",
            "amount": f"{counts['ungrouped_cost'].sum():,.2f}",
            "part": f"{params.ungrouped_share:.1%}",
        }
        found.append(UNGROUPED[params.ungrouped].fill(**told))
    for row in each_row(funds[funds["share_factor"] < 1]):
        due, fund = f"{row.shares_due:,.2f}", f"{row.regulation_fund:,.2f}"
        found.append(SHORT.fill(factor=f"{row.share_factor:.6f}", due=due, fund=fund))
    ledgers = results["dip_ledgers"]
    ids = ledgers["institution_id"]
    given = small(tables, "institutions").set_index("institution_id")
    ungraded = given.index[given["grade"].isna()] if "grade" in given else given.index
    over = counts["quota_left"] < 0
    weighed = results["dip_coefficients"]
    for text, whom in (
        (NOTHING, ids[ledgers["outcome"] == "nothing"]),
        (QUOTA, counts.loc[over, "institution_id"]),
        (UNGRADED, counts.loc[counts["institution_id"].isin(ungraded), "institution_id"]),
    ):
        if names := whom.tolist():
            found.append(text.fill(count=len(names), names=few(names), rate=f"{params.special_quota:.1%}"))
    if names := _specialists(given, weighed):
        basic = {"general": f"{params.basic_3A:.2f}", "specialist": f"{params.basic_3S:.2f}"}
        found.append(SPECIALISTS.fill(count=len(names), names=few(names), **basic))
    if count := int(weighed["published"].sum()):
        found.append(PUBLISHED.fill(count=count, total=len(weighed)))
    found += case_warnings(results, small(tables, "funds"), params)
    found += [BLANK_AGE.fill(count=f"{blank:,}")] if (blank := int(counts["no_age"].sum())) else []
    return [*found, *warned(small(tables, "funds")), *_uncounted(tables, counts["institution_id"])]


@cites("JY 22(1)")
def _specialists(given: pd.DataFrame, weighed: pd.DataFrame) -> list[str]:
    """Specialist hospitals of grade 3A, whose basic coefficient is that of 3A or of 3S: the city's to say."""
    kind = given["type"].reindex(weighed["institution_id"]) if "type" in given else pd.Series(dtype=object)
    of_kind = kind.isin(SPECIALIST).to_numpy() if len(kind) else np.zeros(len(weighed), dtype=bool)
    tertiary = (weighed["grade"] == "3A") & ~weighed["published"]
    names: list[str] = weighed.loc[tertiary & of_kind, "institution_id"].tolist()
    return names


def _uncounted(tables: Tables, ids: pd.Series) -> list[Text]:
    """Parts of the coefficient that are 0 because nobody says otherwise."""
    given = small(tables, "institutions")
    mine = given["institution_id"].isin(ids).to_numpy()
    whole = [name for name, columns in NEEDED.items() if not any(one in given for one in columns)]
    blank = {
        name: int(
            np.logical_and.reduce([mine, *(given[one].isna().to_numpy() for one in columns if one in given)]).sum()
        )
        for name, columns in NEEDED.items()
        if name not in whole
    }
    found: list[Text] = [NO_COLUMN.fill(parts=joined(LABELS[name] for name in whole))] if whole else []
    partly = [Text(f"{LABELS[n].zh} {count} 家", f"{LABELS[n].en} {count}") for n, count in blank.items() if count]
    return found + ([BLANKS.fill(parts=joined(partly))] if partly else [])


NO_CATALOGUE = Text(
    "缺少此表，{rule}需要使用，或需要 history 以便生成。请补充。",
    "This table is missing and {rule} needs it, or history to make it from. Add one.",
)
NO_PEER = Strong("{count} 例病例无上年度同级别均值，涉及费用 {amount} 元，按所选口径计分（JY 第二十八条）。",
               "{count} cases have no mean of their level last year; they cost {amount} yuan and have points by the "
               "chosen reading (JY art. 28).")  # fmt: skip
UNGROUPED = {
    Ungrouped.LEAVE_OUT: Strong("{count} 例病例未入组（{share}），费用 {amount} 元：不计分，记账仍在各机构合计内；"
                              "处理方式文件未作规定。",
                              "{count} cases ({share}) have no group; they cost {amount} yuan, have no points, and "
                              "their bills stay in the sums. What to do with them is not set by the document."),
    Ungrouped.COST: Strong("{count} 例病例未入组（{share}），费用 {amount} 元：按费用折算分值的 {part} 计分；"
                         "处理方式文件未作规定。",
                         "{count} cases ({share}) have no group; they cost {amount} yuan and have {part} of the points "
                         "by cost. What to do with them is not set by the document."),
}  # fmt: skip
SHORT = Strong("区域调节金 {fund} 元不足以分担 {due} 元，各机构按 {factor} 调整（JY 第三十三条）。",
             "The regulation fund of {fund} yuan cannot bear {due} yuan: every share is scaled by {factor} (JY art. "
             "33).")  # fmt: skip
NOTHING = Text(
    "{count} 家机构应偿付不为正，决算为 0：{names}（JY 第三十二条）。",
    "{count} institutions have a payable not above 0 and are settled at 0: {names} (JY art. 32).",
)
QUOTA = Text(
    "{count} 家机构的特殊病例申请超过 {rate} 的限额：{names}（JY 第二十九条）。",
    "{count} institutions have applied for more special cases than {rate}: {names} (JY art. 29).",
)
UNGRADED = Strong("{count} 家机构没有等次，按同级“其他”计基本系数：{names}（JY 第二十二条）。",
                "{count} institutions have no grade and take the basic coefficient of their level's others: {names} "
                "(JY art. 22).")  # fmt: skip
SPECIALISTS = Text("{count} 家专科医院的等次为三级甲等，基本系数按三级甲等 {general} 计；"
                   "按三级专科医院应为 {specialist}，以市里确定的等次为准：{names}（JY 第二十二条(一)）。",
                   "{count} specialist hospitals are of grade 3A and have its basic coefficient {general}; as 3S "
                   "they would have {specialist}. Which of the two is the city's to say: {names} (JY art. "
                   "22(1)).")  # fmt: skip
PUBLISHED = Text("{total} 家机构中 {count} 家采用已公布的权重系数，不再按第二十二条计算（JY 第二十三条、第二十四条）。",
                 "{count} of {total} institutions have a published coefficient, which stands: it is not calculated by "
                 "art. 22 (JY art. 23, 24).")  # fmt: skip
BLANK_AGE = Strong(
    "{count} 例病例未填年龄，不计入老年和儿科占比。",
    "{count} cases have no age and count as neither elderly nor children.",
)
NO_COLUMN = Strong(
    "机构表缺少相应的列，以下各项按 0 计：{parts}。",
    "The institutions' table lacks the columns, so these are 0: {parts}.",
)
BLANKS = Strong("机构表有空白，以下各项按 0 计：{parts}。", "Blanks in the institutions' table make these 0: {parts}.")

FAMILY = Family(
    name=DipParams.family,
    label=NAME,
    params=DipParams,
    results=RESULTS,
    headlines=HEADLINES,
    amount=("dip_institutions", "settlement"),
    side="outcome",
    varying=VARYING,
    lacking=lacking,
    inert=inert,
    idle=idle,
    prepare=Ready,
    run=run,
    dear=Ready.dear,
    detail=detail,
    summarise=summarise,
    shares=SHARES,
    share=share,
    watched=("settlement", "share_over", "shares_paid"),
    warnings=warnings,
    explain=explain,
    telling=TELLING,
    explain_other={"case": explain_case},
    sources=(TABLE,),
    feeds=lambda tables: ("deposit",),
    feed=feed,
)
