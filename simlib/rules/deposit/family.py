"""The quality deposit as a rule family: how a run is made of the pieces."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simlib.columns.checks import lacking_columns
from simlib.money import to_fen, to_yuan
from simlib.problems import Problem
from simlib.rules.deposit.allocation import Band, allocate, groups, summarise
from simlib.rules.deposit.block import run_many, shares
from simlib.rules.deposit.explanation import explain
from simlib.rules.deposit.params import DepositParams, MeanScope, ZeroDepositInMean
from simlib.rules.deposit.tables import HEADLINES, RESULTS, SHARES
from simlib.rules.deposit.telling import TELLING
from simlib.rules.deposit.varying import VARYING
from simlib.rules.deposit.withholding import KEY, PREPAYMENTS, TABLE, by_month, charged, sources, stated
from simlib.rules.evaluated import evaluated
from simlib.rules.family import Family, Results
from simlib.tables import Tables, small
from simlib.words import NO_TEXT, Text, Told, few, joined

LABEL = Text("质量保证金", "Quality deposit")
MOST_NAMED = 5


def lacking(tables: Tables, params: DepositParams) -> list[Problem]:
    """What the data would need: institutions with group, score, and a deposit, the base of it, or prepayments."""
    deposit = () if by_month(tables, params) else (("deposit", params.deposit_base.value),)
    return lacking_columns(tables, TABLE, ("group", "score", *deposit), LABEL)


def inert(tables: Tables, params: DepositParams) -> dict[str, Text]:
    """Where the data give every deposit, its rate and base have nothing left to do; where they have one group, whose
    mean it is."""
    institutions = small(tables, TABLE)
    return {**_of_groups(institutions), **_of_deposits(tables, institutions, params)}


def _of_groups(institutions: pd.DataFrame) -> dict[str, Text]:
    part = evaluated(institutions)
    if not part.any():
        readings = ("mean_scope", "unclaimed_pool", "index_digits", "zero_deposit_in_mean")
        return dict.fromkeys(("lower", "upper", *readings), NOBODY)
    return {"mean_scope": ONE_GROUP} if institutions["group"][part].nunique() == 1 else {}


def _of_deposits(tables: Tables, institutions: pd.DataFrame, params: DepositParams) -> dict[str, Text]:
    known = stated(institutions)
    if known.all():
        return dict.fromkeys(("deposit_rate", "deposit_base", "monthly_base"), GIVEN)
    if PREPAYMENTS not in tables:
        return {"monthly_base": NO_MONTHS}
    if by_month(tables, params) and (known | institutions[KEY].isin(small(tables, PREPAYMENTS)[KEY].unique())).all():
        return {"deposit_base": PREPAID}
    return {}


def idle(results: Results, tables: Tables, params: DepositParams) -> dict[str, Text]:
    """Where every group has one institution at its own mean, thresholds do nothing; where every pool has a claimant,
    nothing is left unclaimed; where everybody has a deposit, or nobody of the others, the mean is the same."""
    found, table = {}, results["deposit"]
    band, group, has = (table[name].to_numpy() for name in ("band", "group", "deposit"))
    seen, has = band != Band.EXEMPT.value, has > 0
    alike = params.mean_scope is not MeanScope.GROUP
    of = np.zeros(seen.sum(), dtype=int) if alike else pd.factorize(group[seen])[0]
    sizes, with_one = np.bincount(of), np.bincount(of, has[seen])
    if not ((with_one > 0) & (with_one < sizes)).any():
        found["zero_deposit_in_mean"] = ALL_ALIKE
    if not alike and len(sizes) and (sizes == 1).all():
        return found | dict.fromkeys(("lower", "upper", "unclaimed_pool", "index_digits"), ALL_ALONE)
    forfeited = set(group[band == Band.BELOW.value])
    claimed = set(group[(band == Band.ABOVE.value) & has])
    return found if forfeited - claimed else found | {"unclaimed_pool": ALL_CLAIMED}


def share(results: Results) -> dict[str, float]:
    """The numbers of ``SHARES``."""
    table = results["deposit"]
    deposit, change = (to_fen(table[name].to_numpy()) for name in ("deposit", "change"))
    below, above, exempt = (table["band"].to_numpy() == band.value for band in (Band.BELOW, Band.ABOVE, Band.EXEMPT))
    return {name: float(value) for name, value in shares(deposit, change, below, above, ~exempt).items()}


def run(tables: Tables, params: DepositParams) -> Results:
    """The result tables of one run."""
    allocation = allocate(charged(tables, params), params)
    pools = groups(allocation, params)
    return {"deposit": allocation, "deposit_groups": pools, "deposit_withheld": sources(tables, params)}


def warnings(results: Results, tables: Tables, params: DepositParams) -> list[Text]:
    """What a user must see: pools nobody was paid, who is exempt, and institutions without a deposit."""
    pools = results["deposit_groups"]
    unpaid = pools[pools["unallocated"] > 0]
    found: list[Text] = [
        UNALLOCATED.fill(group=name, amount=f"{amount:,.2f}")
        for name, amount in zip(unpaid["group"], unpaid["unallocated"], strict=True)
    ]
    table = results["deposit"]
    found += _alone(table) if params.mean_scope is MeanScope.GROUP else []
    exempt = table["band"] == Band.EXEMPT.value
    if ids := table.loc[exempt, KEY].tolist():
        amount = float(to_yuan(to_fen(table.loc[exempt, "deposit"].to_numpy()).sum()))
        found.append(ARE_EXEMPT.fill(count=len(ids), names=few(ids), amount=f"{amount:,.2f}"))
    without = int(((table["deposit"] == 0) & ~exempt).sum())
    return found + ([NO_DEPOSIT[params.zero_deposit_in_mean].fill(count=without)] if without else [])


def _alone(table: pd.DataFrame) -> list[Text]:
    """Groups of one evaluated institution, whose index is always 1."""
    seen = table[table["band"] != Band.EXEMPT.value]
    alone = seen[~seen["group"].duplicated(keep=False)]
    each = [
        Text(f"{group}（{one}）", f"{group} ({one})") for group, one in zip(alone["group"], alone[KEY], strict=True)
    ]
    more = Text("…", "…") if len(each) > MOST_NAMED else NO_TEXT
    listed = joined(each[:MOST_NAMED], "、", ", ")
    return [ALONE.fill(count=len(each), groups=listed, more=more)] if each else []


ALONE = Text("{count} 个组只有一家参评机构，指数恒为 1，金额不增不减：{groups}{more}。请核对组名（JS26 附件3 "
             "一(三)）。",
             "{count} groups have one evaluated institution, whose index is always 1: it can neither gain nor lose: "
             "{groups}{more}. Check the names of groups (JS26 annex 3, 1(3)).")  # fmt: skip
NOBODY = Text("没有参评机构，此项不起作用。", "No institution is evaluated: this has no effect.")
ONE_GROUP = Text("只有一个分配组，此项不起作用。", "There is one group only: this has no effect.")
ALL_ALONE = Text(
    "每组只有一家参评机构，此项不起作用。", "Every group has one evaluated institution: this has no effect."
)
ALL_CLAIMED = Text("没有无人领取的奖励金，此项不起作用。", "No pool is left unclaimed: this has no effect.")
PREPAID = Text(
    "保证金从每月预结算额中预留，此项不起作用。",
    "The deposits are withheld of each month's prepayment: this has no effect.",
)
GIVEN = Text("数据已给出各机构的保证金，此项不起作用。", "The data give every deposit: this has no effect.")
UNALLOCATED = Told("“{group}”组没有机构高于上阈值，奖励金 {amount} 元未分配（JS26 附件3 一(二)）。",
                   "Nobody of group {group} is above the upper threshold: {amount} yuan stay unallocated "
                   "(JS26 annex 3, 1(2)).")  # fmt: skip
ARE_EXEMPT = Text("{count} 家机构免评：{names}。不计入平均分，不参与奖励金分配，保证金共 {amount} 元全额返还（JS26 "
                  "附件3 "
                  "二(一)）。",
                  "{count} institutions are exempt from evaluation: {names}. They are in no mean and no pool, and are "
                  "returned their deposits of {amount} yuan in full (JS26 annex 3, 2(1)).")  # fmt: skip
NO_DEPOSIT = {
    ZeroDepositInMean.ON: Text("{count} 家机构没有保证金，只参与计算平均分（JS26 附件3 二(一)）。",
                               "{count} institutions have no deposit and count in the mean only (JS26 annex 3, 2(1))."),
    ZeroDepositInMean.OFF: Text("{count} 家机构没有保证金，不计入平均分（JS26 附件3 二(一)）。",
                                "{count} institutions have no deposit and do not count in the mean "
                                "(JS26 annex 3, 2(1))."),
}  # fmt: skip
NO_MONTHS = Text("没有月预结算，此项不起作用。", "There are no monthly prepayments: this has no effect.")
ALL_ALIKE = Text("没有与有保证金机构同组的无保证金机构，此项不起作用。",
                 "Nobody without a deposit is compared with others who have one: this has no effect.")  # fmt: skip

FAMILY = Family(
    name=DepositParams.family,
    label=LABEL,
    params=DepositParams,
    results=RESULTS,
    headlines=HEADLINES,
    amount=("deposit", "payment"),
    side="band",
    varying=VARYING,
    lacking=lacking,
    inert=inert,
    idle=idle,
    prepare=lambda tables: tables,
    run=run,
    summarise=lambda results: summarise(results["deposit"], results["deposit_groups"]),
    shares=SHARES,
    share=share,
    watched=("money_moved", "share_above", "largest_loss"),
    run_many=run_many,
    warnings=warnings,
    explain=explain,
    telling=TELLING,
)
