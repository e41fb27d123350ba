"""What a breach of an agreement leads to: the ladder of JS3 art. 42 to 44, with art. 9 (when one may apply again), 35
(renewed licences), 45 (days) and 48 (damages)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple, overload

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.columns import INCIDENTS, ITEMS
from simlib.columns import values as given
from simlib.columns.checks import amounts, require, together, unique
from simlib.money import round_half_up, sum_by, to_fen, to_yuan
from simlib.rules.agreement.articles import key
from simlib.rules.agreement.params import AgreementParams, Grave44
from simlib.rules.agreement.periods import add_months
from simlib.rules.agreement.tables import BY_INCIDENT, BY_INSTITUTION, Action, framed
from simlib.words import Text

NAME = Text("定点协议", "designation agreements")
TABLE, KEY = INCIDENTS.name, INCIDENTS.key
REQUIRED = tuple(column.name for column in INCIDENTS.columns if column.required)
CHARGED = (43, 44)  # the articles under which a loss is recovered and damages are due


class Rung(NamedTuple):
    """What an item leads to besides what its article says of all."""

    article: int
    action: Action = Action.NONE
    referred: bool = False


RUNGS = {
    "JS3 35": Rung(44),  # a licence renewed after a breach is judged by art. 44
    "JS3 42(1)": Rung(42), "JS3 42(2)": Rung(42), "JS3 42(3)": Rung(42), "JS3 42(4)": Rung(42), "JS3 42(5)": Rung(42),
    "JS3 42(6)": Rung(42), "JS3 42(7)": Rung(42), "JS3 42(8)": Rung(42), "JS3 42(9)": Rung(42),
    "JS3 43(1)": Rung(43), "JS3 43(2)": Rung(43), "JS3 43(3)": Rung(43), "JS3 43(4)": Rung(43), "JS3 43(5)": Rung(43),
    "JS3 43(6)": Rung(43), "JS3 43(7)": Rung(43),
    "JS3 44(1)": Rung(44, referred=True), "JS3 44(2)": Rung(44, referred=True), "JS3 44(3)": Rung(44, referred=True),
    "JS3 44(4)": Rung(44, Action.TERMINATE), "JS3 44(5)": Rung(44, Action.TERMINATE),
    "JS3 44(6)": Rung(44, Action.TERMINATE), "JS3 44(7)": Rung(44, Action.SUSPEND),
    "JS3 44(8)": Rung(44, Action.TERMINATE), "JS3 44(9)": Rung(44, Action.SUSPEND),
    "JS3 44(10)": Rung(44, referred=True),
}  # fmt: skip
LADDER = {item: RUNGS[key(item)] for item in ITEMS}
GRAVITY = list(Action)
# Months after a termination in which nobody may apply: for a breach, as unlawful, and under the same head (art. 9).
BARRED, UNLAWFUL, OF_HEAD = 12, 36, 60


@cites("JS3 43", "JS3 44", "JS3 48")
def rates(params: AgreementParams) -> dict[int, Decimal]:
    """The damages as a share of the loss by article, the cap of art. 48 applied."""
    return {43: capped(params.damages_rate_43, params), 44: capped(params.damages_rate_44, params)}


@overload
def capped(rate: Decimal, params: AgreementParams) -> Decimal: ...
@overload
def capped(rate: Fraction, params: AgreementParams) -> Decimal | Fraction: ...
@cites("JS3 48")
def capped(rate: Decimal | Fraction, params: AgreementParams) -> Decimal | Fraction:
    """A rate as it is charged: at most ``damages_cap`` (JS3 art. 48)."""
    return min(rate, params.damages_cap)


@cites("JS3 43", "JS3 44", "JS3 48")
def ranges(params: AgreementParams) -> dict[int, tuple[Decimal, Decimal]]:
    """The least and the most share of the loss that each article allows, the cap applied."""
    declared = params.declarations()
    bounds = {article: declared[f"damages_rate_{article}"] for article in CHARGED}
    return {article: (capped(one.low, params), capped(one.high, params)) for article, one in bounds.items()}


@cites("JS3 43", "JS3 44", "JS3 48")
def damages(loss_fen: np.ndarray, rate: Decimal | Fraction) -> np.ndarray:
    """loss x rate in whole fen, half up, breach by breach."""
    parts, whole = rate.as_integer_ratio()
    return round_half_up(loss_fen.astype(object) * parts, whole).astype(np.int64)


class Breaches(NamedTuple):
    """The breaches as arrays: ``loss`` in fen; answers and days as they are, None for a blank."""

    article: np.ndarray
    loss: np.ndarray
    uncorrected: np.ndarray
    grave: np.ndarray
    intent: np.ndarray
    suspended_days: list[int | None]
    ordered_days: list[int | None]
    date: list[Any]
    ended: list[Any]
    unlawful: list[bool | None]


def read(incidents: pd.DataFrame) -> Breaches:
    """The table of breaches checked; BadInput with all that is wrong with it."""
    require(incidents, TABLE, REQUIRED, NAME)
    *_, loss, uncorrected, grave, intent, suspended, ordered, date, ended, unlawful = together(
        lambda: given.known(incidents, TABLE, KEY),
        lambda: unique(incidents, TABLE, KEY),
        lambda: given.known(incidents, TABLE, "institution_id"),
        lambda: given.among(incidents, TABLE, "item", ITEMS),
        lambda: amounts(incidents, TABLE, "loss") if "loss" in incidents else np.zeros(len(incidents), np.int64),
        *(lambda name=name: given.answers(incidents, TABLE, name) for name in ("uncorrected", "grave", "intent")),
        *(lambda name=name: given.counts(incidents, TABLE, name) for name in ("suspended_days", "ordered_days")),
        lambda: given.dates(incidents, TABLE, "date"),
        lambda: given.dates(incidents, TABLE, "ended"),
        lambda: given.answers(incidents, TABLE, "unlawful"),
    )
    article = np.array([LADDER[item].article for item in incidents["item"]], dtype=np.int64)
    uncorrected, grave, intent = (np.array(one, dtype=object) for one in (uncorrected, grave, intent))
    return Breaches(article, loss, uncorrected, grave, intent, suspended, ordered, date, ended, unlawful)


def _yes(answers: np.ndarray) -> np.ndarray:
    return np.array([one is True for one in answers], dtype=bool)


@cites("JS3 9(5)", "JS3 9(6)", "JS3 9(7)", "JS3 32", "JS3 42", "JS3 43", "JS3 44", "JS3 45", "JS3 48", *RUNGS)
def consequences(incidents: pd.DataFrame, params: AgreementParams | None = None) -> pd.DataFrame:
    """What each breach leads to, as the table ``agreement`` (JS3 art. 9, 35, 42 to 45, 48).

    - interview: art. 42, 43. payment_held: art. 42, not corrected.
    - recovered = loss, damages = loss x rate half up to the fen (art. 43, 44); rate = min(the article's,
      ``damages_cap``). Art. 42 knows neither: a loss given with one of its items is not charged.
    - staff_suspended: art. 43, not corrected or grave; art. 44, always.
    - action: art. 44, by item (4, 5, 6, 8 terminate; 7, 9 suspend); what is especially grave by ``grave_44``; the
    graver.
    - referred: art. 42, grave and not corrected; art. 43, meant to defraud; art. 44 items 1, 2, 3, 10.
    - days_left = max(ordered_days - suspended_days, 0), where days were ordered (art. 45).
    - total = recovered + damages, net = -total.
    - a licence renewed after a breach (art. 35) is judged by art. 44, none of whose items it is.
    - reentry: where the agreement was terminated (``ended``), a year later (art. 9(6)), as unlawful three years later
      (9(5)); head_reentry: as unlawful, five years later under the same head (9(7)). Liabilities must be served too.

    Parameters
    ----------
    incidents: incident_id (unique), institution_id, item, and optionally date, loss [yuan], uncorrected, grave, intent,
        suspended_days, ordered_days, ended, unlawful. A blank loss is 0, a blank answer no, blank suspended_days 0: see
        :func:`blanks`.
    params: rates, cap and readings; default the document's ceilings.

    Returns
    -------
    One row a breach, in the order given: incident_id, institution_id, item, clause, date, loss [yuan], interview,
    payment_held, recovered [yuan], damages_rate, damages [yuan], staff_suspended, action (none | suspend | terminate),
    referred, suspended_days, ordered_days, days_left, total, net [yuan], ended, reentry, head_reentry.

    Raises
    ------
    BadInput: a missing column, a duplicate or blank key, an item that is none, an amount that is negative or has a part
        of a fen, an answer, date or count that is none.
    """
    params = params or AgreementParams()
    one = read(incidents)
    uncorrected, grave, intent = map(_yes, (one.uncorrected, one.grave, one.intent))
    rungs = [LADDER[item] for item in incidents["item"]]
    charged = np.isin(one.article, CHARGED)
    by_article = rates(params)
    recovered, owed = np.where(charged, one.loss, 0), np.zeros(len(incidents), dtype=np.int64)
    for article, rate in by_article.items():
        owed = np.where(one.article == article, damages(one.loss, rate), owed)
    at_worst = Action.TERMINATE if params.grave_44 is Grave44.TERMINATE else Action.SUSPEND
    worst = [
        at_worst if article == 44 and bad else Action.NONE for article, bad in zip(one.article, grave, strict=True)
    ]
    return framed(
        BY_INCIDENT,
        {
            **{name: incidents[name].tolist() for name in REQUIRED},
            "clause": [key(item) for item in incidents["item"]],
            "date": one.date,
            "loss": to_yuan(one.loss),
            "interview": one.article != 44,
            "payment_held": (one.article == 42) & uncorrected,
            "recovered": to_yuan(recovered),
            "damages_rate": [float(by_article.get(article, 0)) for article in one.article],
            "damages": to_yuan(owed),
            "staff_suspended": (one.article == 44) | ((one.article == 43) & (uncorrected | grave)),
            "action": [max(rung.action, bad, key=GRAVITY.index).value for rung, bad in zip(rungs, worst, strict=True)],
            "referred": np.array([rung.referred for rung in rungs], dtype=bool)
            | ((one.article == 42) & uncorrected & grave)
            | ((one.article == 43) & intent),
            "suspended_days": one.suspended_days,
            "ordered_days": one.ordered_days,
            "days_left": [
                None if ordered is None else max(ordered - (suspended or 0), 0)
                for ordered, suspended in zip(one.ordered_days, one.suspended_days, strict=True)
            ],
            "total": to_yuan(recovered + owed),
            "net": to_yuan(-recovered - owed),
            "ended": one.ended,
            "reentry": [
                add_months(day, UNLAWFUL if unlawful else BARRED) if day else None
                for day, unlawful in zip(one.ended, one.unlawful, strict=True)
            ],
            "head_reentry": [
                add_months(day, OF_HEAD) if day and unlawful else None
                for day, unlawful in zip(one.ended, one.unlawful, strict=True)
            ],
        },
    )


@cites("JS3 42", "JS3 43", "JS3 44", "JS3 45")
def institutions(consequences: pd.DataFrame) -> pd.DataFrame:
    """The consequences by institution, as the table ``agreement_institutions``: one row each, by institution_id.

    incidents, loss, recovered, damages, total, net [yuan], action (the gravest of its breaches), referred (breaches),
    days_left (the sum over its breaches, blank where nothing was ordered), reentry (the latest of its breaches).
    """
    group, names = pd.factorize(consequences["institution_id"], sort=True)
    size = len(names)
    gravest = np.zeros(size, dtype=np.int64)
    np.maximum.at(gravest, group, consequences["action"].map(GRAVITY.index).to_numpy(dtype=np.int64))
    days = consequences["days_left"].groupby(group).sum(min_count=1)
    known = consequences[consequences["reentry"].notna()]
    reentry = dict(known.groupby("institution_id")["reentry"].max())
    money = ("loss", "recovered", "damages", "total", "net")
    return framed(
        BY_INSTITUTION,
        {
            "institution_id": names,
            "incidents": np.bincount(group, minlength=size),
            **{name: to_yuan(sum_by(group, to_fen(consequences[name].to_numpy()))) for name in money},
            "action": [GRAVITY[rank].value for rank in gravest],
            "referred": sum_by(group, consequences["referred"].to_numpy(dtype=np.int64)),
            "days_left": days.tolist(),
            "reentry": [reentry.get(name) for name in names],
        },
    )


class Blanks(NamedTuple):
    """How many breaches have a blank that bears on what they lead to."""

    losses: int  # art. 43, 44 without a loss
    answers: int  # a yes or no that would have decided something
    days: int  # days ordered by the authority, and no word on those suspended by agreement
    ended: int  # an agreement that is to be terminated, and no word on when
    unlawful: int  # a termination, and no word on whether as unlawful


def blanks(incidents: pd.DataFrame) -> Blanks:
    """What :func:`consequences` took for 0 or for no."""
    one = read(incidents)
    no_loss = incidents["loss"].isna().to_numpy() if "loss" in incidents else np.ones(len(incidents), dtype=bool)
    sure = {name: _yes(getattr(one, name)) for name in ("uncorrected", "grave")}
    blank = {name: pd.isna(getattr(one, name)) for name in (*sure, "intent")}
    final = np.array([LADDER[item].action is Action.TERMINATE for item in incidents["item"]], dtype=bool)
    open_42 = (one.article == 42) & (blank["uncorrected"] | (sure["uncorrected"] & blank["grave"]))
    staff = ~sure["uncorrected"] & ~sure["grave"] & (blank["uncorrected"] | blank["grave"])
    open_43 = (one.article == 43) & (blank["intent"] | staff)
    open_44 = (one.article == 44) & blank["grave"] & ~final
    ordered = zip(one.ordered_days, one.suspended_days, strict=True)
    return Blanks(
        int((np.isin(one.article, CHARGED) & no_loss).sum()),
        int((open_42 | open_43 | open_44).sum()),
        sum(bool(days) and suspended is None for days, suspended in ordered),
        sum(bool(done) and day is None for done, day in zip(final, one.ended, strict=True)),
        sum(day is not None and unlawful is None for day, unlawful in zip(one.ended, one.unlawful, strict=True)),
    )
