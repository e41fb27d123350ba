"""What the synthetic city's agency has on its desk: applications, deadlines and breaches of agreements."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from simlib.columns import APPLICANTS, ITEMS, STEPS, Type
from simlib.rules.agreement import LADDER, Action
from simlib.sample.places import BRANDS, COUNTIES

FIRST, DAYS = date(2025, 1, 2), 540  # what is on the desk began in these days, whose calendar is known
APPLICATIONS, MATTERS, BREACHES = 0.03, 0.1, 0.14  # for each institution
KINDS = ("门诊部", "诊所", "护理院", "康复医院", "口腔门诊部", "中医门诊部")
COMMON = {  # how often an item is breached, against the others
    "42(2)": 3, "42(3)": 4, "42(5)": 3, "42(6)": 3, "42(7)": 2, "43(1)": 3, "43(2)": 6, "43(3)": 8, "43(4)": 5,
    "43(6)": 4,
}  # fmt: skip
LATE = {"payment": 0.3, "evaluation": 0.25, "change": 0.35, "settlement": 0}  # share that is done too late
TAKES = {  # calendar days in which it is usually done, and after which it is late for sure
    "supplement": (1, 4, 12), "evaluation": (10, 24, 45), "publicity": (9, 14, 20), "payment": (15, 35, 60),
    "change": (5, 30, 60),
    "settlement": (40, 80, 80), "suspension": (30, 150, 190),
}  # fmt: skip
OF_AGREEMENTS = ("supplement", "evaluation", "publicity", "re_evaluation", "re_application", "expiry", "payment",
                 "settlement", "change", "renewal", "suspension", "withdrawal")  # fmt: skip
OF_NOBODY = ("indicators", "standards", "evaluation_start", "evaluation_result", "self_review")
LASTS = {  # calendar days in which what other documents set a day for is usually done
    "advance": (200, 390), "list_upload": (2, 12), "claim": (20, 50), "prepayment": (20, 50), "clearing": (200, 420),
    "goods": (20, 62), "evaluation_start": (300, 420), "evaluation_result": (300, 430), "self_review": (200, 390),
}  # fmt: skip
BARS = {"deceit_found": 0.05, "unlawful_ended": 0.05, "breach_ended": 0.06, "person_ended": 0.03}
FAULTS = {
    "insurance_staff": 0.06,
    "policies": 0.08,
    "system_ready": 0.12,
    "price_policy": 0.04,
    "forecast": 0.12,
    "licence_copy": 0.05,
}
TRUE_BARS = ("non_basic", "penalty_open", "unlawful_open", "breach_open", "dishonest", "other_bar")


def applicants(institutions: pd.DataFrame, seed: int = 2026) -> pd.DataFrame:
    """Table ``applicants``: new private institutions that ask for designation, two in three of them fit for it."""
    rng = np.random.default_rng([seed, 6])
    late = np.random.default_rng([seed, 16])  # a stream of its own: what stood before stays as it was
    count = max(3, round(APPLICATIONS * len(institutions)))
    counties = list(COUNTIES)
    rows = []
    for number in range(1, count + 1):
        applied = _day(rng)
        names = [rng.choice(list(part)) for part in BRANDS]
        beds = int(rng.choice([0, 0, 20, 60, 99, 100, 180]))
        row: dict = {
            "applicant_id": f"SQ{number:04d}",
            "name": f"{rng.choice(counties)[:-1]}{''.join(names)}{rng.choice(KINDS)}",
            "applied": applied,
            "opened": applied - timedelta(days=int(rng.integers(60, 900))),
            "physicians": int(rng.integers(0 if rng.random() < 0.05 else 1, 12)),
            "beds": beds,
            "internet": bool(rng.random() < 0.08),
        }
        row |= _failed(late, applied) if late.random() < 0.1 else {}
        row |= {
            name: applied - timedelta(days=int(rng.integers(200, 2200)))
            for name, share in BARS.items()
            if rng.random() < share
        }
        for column in APPLICANTS.columns:
            if column.type is Type.BOOLEAN and column.name not in (*row, "insurance_full_time"):
                wrong = rng.random() < FAULTS.get(column.name, 0.01)
                row[column.name] = bool(wrong) if column.name in TRUE_BARS else not wrong
        row["insurance_office"] = beds >= 100 and rng.random() < 0.7
        row["insurance_full_time"] = row["insurance_office"] and late.random() < 0.9
        rows.append(row)
    return pd.DataFrame(rows, columns=list(APPLICANTS.by_name))


def deadlines(institutions: pd.DataFrame, seed: int = 2026) -> pd.DataFrame:
    """Table ``deadlines``: what is under way with institutions, most of it done in time, some late, some open."""
    rng = np.random.default_rng([seed, 7])
    ids = institutions["institution_id"].to_numpy()
    rows = []
    for number in range(1, max(len(OF_AGREEMENTS), round(MATTERS * len(ids))) + 1):
        step = OF_AGREEMENTS[(number - 1) % len(OF_AGREEMENTS)]
        start, done = _day(rng), None
        if step in TAKES and rng.random() < 0.85:
            least, most, late = TAKES[step]
            took = late + rng.integers(20) if rng.random() < LATE.get(step, 0.08) else rng.integers(least, most)
            done = start + timedelta(days=int(took))
            done = None if done > FIRST + timedelta(days=DAYS) else done
        rows.append((f"QX{number:05d}", rng.choice(ids), step, start, done))
    rows += _of_the_year(ids, len(rows), np.random.default_rng([seed, 17]))
    table = pd.DataFrame(rows, columns=["matter_id", "institution_id", "step", "start", "done"])
    return _leaving(table, institutions, np.random.default_rng([seed, 18]))


def _failed(rng: np.random.Generator, applied: date) -> dict[str, date]:
    """Evaluations that an applicant failed before it applied again: one, or two."""
    first = applied - timedelta(days=int(rng.integers(60, 600)))
    again = first + timedelta(days=int(rng.integers(95, 200)))
    return {"failed_once": first} | ({"failed_twice": again} if again < applied and rng.random() < 0.5 else {})


def _of_the_year(ids: np.ndarray, number: int, rng: np.random.Generator) -> list[tuple[Any, ...]]:
    """What the other documents set a day for, twice each; those of no institution without one."""
    rows: list[tuple[Any, ...]] = []
    for step in 2 * [one for one in STEPS if one not in OF_AGREEMENTS]:
        start, took = _day(rng), int(rng.integers(*LASTS.get(step, (5, 25))))
        done = start + timedelta(days=took)
        number += 1
        of = None if step in OF_NOBODY else rng.choice(ids)
        rows.append((f"QX{number:05d}", of, step, start, done if done <= FIRST + timedelta(days=DAYS) else None))
    return rows


def _leaving(table: pd.DataFrame, institutions: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The table with what those who withdraw ask for, and what suspensions say of the agreement and of bills."""
    owned = institutions.set_index("institution_id")["ownership"].reindex(table["institution_id"]).to_numpy()
    leaves, rests = table["step"] == "withdrawal", table["step"] == "suspension"
    asked = np.where(owned == "public", "not_renew", rng.choice(["suspend", "terminate", "not_renew"], len(table)))
    billed = np.round(rng.lognormal(np.log(3_000), 1, len(table)), 2)
    lasts = _later(table["start"], rng.integers(60, 365, len(table)))
    return table.assign(
        request=pd.Series(asked, dtype=object).where(leaves, None),
        expires=pd.Series(lasts, dtype=object).where(rests, None),
        billed=np.where(rests, billed, np.nan),
    )


def incidents(institutions: pd.DataFrame, seed: int = 2026) -> pd.DataFrame:
    """Table ``incidents``: breaches that were established, more of them where the score lags, losses log-normal."""
    rng = np.random.default_rng([seed, 8])
    count = max(3, round(BREACHES * len(institutions)))
    lag = np.exp((institutions["score"].max() - institutions["score"].to_numpy()) / 8)
    ids = rng.choice(institutions["institution_id"].to_numpy(), count, p=lag / lag.sum())
    usual = [item for item in ITEMS if item != "35"]
    weight = np.array([COMMON.get(item, 0.5) for item in usual], dtype=float)
    items = rng.choice(usual, count, p=weight / weight.sum())
    charged = np.array([not item.startswith("42") for item in items])
    costs = charged & (rng.random(count) < 0.95)
    ordered, suspended = rng.integers(1, 7, count) * 30, rng.integers(0, 60, count)
    both = rng.random(count) < 0.08
    table = pd.DataFrame(
        {
            "incident_id": [f"WY{number:05d}" for number in range(1, count + 1)],
            "institution_id": ids,
            "item": items,
            "date": [_day(rng) for _ in range(count)],
            "loss": np.round(np.where(costs, rng.lognormal(np.log(20_000), 1.3, count), 0), 2),
            "uncorrected": rng.random(count) < 0.06,
            "grave": rng.random(count) < np.where([item.startswith("44") for item in items], 0.25, 0.05),
            "intent": charged & (rng.random(count) < 0.04),
            "suspended_days": _where(both, suspended),
            "ordered_days": _where(both, ordered),
        }
    )
    return _ended(table, np.random.default_rng([seed, 19]))


def _ended(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The table with when agreements were terminated where their breaches ask for it, and whether as unlawful."""
    ends = np.array([LADDER[item].action is Action.TERMINATE for item in table["item"]])
    days = _later(table["date"], rng.integers(3, 30, len(table)))
    unlawful = rng.random(len(table)) < 0.4
    return table.assign(
        ended=pd.Series(days, dtype=object).where(ends, None),
        unlawful=pd.Series(unlawful, dtype=object).where(ends, None),
    )


def _day(rng: np.random.Generator) -> date:
    return FIRST + timedelta(days=int(rng.integers(DAYS)))


def _later(days: pd.Series, after: np.ndarray) -> list[date]:
    """Days, each so many days later."""
    return [day + timedelta(days=int(count)) for day, count in zip(days, after, strict=True)]


def _where(rows: np.ndarray, values: np.ndarray) -> pd.Series:
    """Whole numbers in some rows, blanks in the others."""
    return pd.Series([int(value) if here else None for here, value in zip(rows, values, strict=True)], dtype=object)
