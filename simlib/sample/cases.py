"""The synthetic city's inpatients: the cases of a year, drawn part by part, and the tables that go with them.

Invented as the city is, and drawn so that an official finds the year familiar. Who treats what is planned in
simlib.sample.mixes; each part of the cases has a random stream of its own, so that fifty million of them take no more
memory than one part, and the same institutions, number and seed give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from simlib.columns import CASES, OF_REFUNDS, SCHEMES, TABLES, Column, Type
from simlib.money import FEN, to_fen, to_yuan
from simlib.sample.funds import YEAR, billing, funds
from simlib.sample.groups import SIZE, groups
from simlib.sample.mixes import EMPLOYEES, FUND, GROUP_SLOTS, MIXES, Plan, slots

CHUNK = 250_000  # cases of a part
LARGE = 3_000_000  # cases above which the catalogue has ten times as many groups
FIRST = np.datetime64(f"{YEAR}-01-01")
DATES = np.arange(FIRST, np.datetime64(f"{YEAR + 1}-01-01"))
MONTH = DATES.astype("datetime64[M]").astype(int) % 12  # of each day of the year
INSTITUTION_SLOTS, DAY_SLOTS, AGE_SLOTS = 2**20, 2**14, 2**10

LOW, HIGH = 0.033, 0.024  # shares that end early, or run far beyond what is usual
FAR = 2.5  # times the usual cost, from which on a panel may be asked
READMITTED, AUXILIARY, LATE, LIST_REFUSED = 0.003, 0.02, 0.004, 0.001  # shares; of the lists the last two
LONGEST, LONGEST_BY_THE_DAY, SHORTEST_BY_THE_DAY = 60, 400, 20  # days
SERIOUS = 30_000  # yuan, above which serious-illness insurance pays a part
# fmt: off
# Discharges in each month against the mean: of diseases of the airways, and of others. Then on Monday to Sunday.
SEASONS = [
    [1.28, 1.08, 1.16, 1.00, 0.90, 0.84, 0.80, 0.78, 0.84, 0.95, 1.18, 1.32],
    [0.94, 0.88, 1.08, 1.02, 1.00, 1.01, 1.04, 1.02, 0.98, 0.94, 1.04, 1.05],
]
WEEK = [1.05, 1.0, 1.02, 1.05, 1.22, 0.92, 0.74]
HOLIDAYS = [("01-28", "02-05"), ("05-01", "05-06"), ("10-01", "10-09")]  # and the day after; half as many go home
# Youngest, oldest, and peaks: share, age, standard deviation.
AGES: dict[str, tuple[int, int, list[tuple[float, float, float]]]] = {
    "newborn": (0, 0, [(1, 0, 1)]),
    "child": (0, 14, [(0.65, 2.5, 2.2), (0.35, 7, 4.5)]),
    "maternity": (17, 46, [(1, 29, 4.8)]),
    "adult": (15, 96, [(0.65, 50, 14), (0.35, 64, 11)]),
    "elder": (35, 102, [(0.85, 70, 10.5), (0.15, 55, 8)]),
    "all": (0, 100, [(0.3, 2.5, 3.5), (0.17, 30, 15), (0.53, 67, 12)]),
}
# fmt: on

REPEATED = ("institution_id", "scheme", "group_code", "diagnosis", "procedures")  # dictionary-encoded
ARROW = {
    Type.TEXT: pa.string(), Type.INTEGER: pa.int32(), Type.DATE: pa.date32(), Type.BOOLEAN: pa.bool_(),
    Type.MONEY: pa.float64(), Type.NUMBER: pa.float64(),
}  # fmt: skip


def _type(one: Column) -> pa.DataType:
    return pa.dictionary(pa.int32(), pa.string()) if one.name in REPEATED else ARROW.get(one.type, pa.string())


# Readmissions are marked; who was treated is not told, nor anything of negotiated drugs, technologies, refunds.
UNTOLD = {*OF_REFUNDS, "person_id", "stay_id", "negotiated_cost", "negotiated_fund", "innovative_technology",
          "new_technology", "case_remark", "case_review"}  # fmt: skip
SCHEMA = pa.schema([(one.name, _type(one)) for one in CASES.columns if one.name not in UNTOLD])


def natural(institutions: pd.DataFrame, seed: int = 2026) -> int:
    """The number of cases by which what each institution bills is near what was settled with it; 900,000 at most."""
    return Plan(institutions, seed, size(1)).natural


def natural_city(institutions: pd.DataFrame, most: int, seed: int = 2026) -> dict[str, pa.Table | pd.DataFrame]:
    """:func:`city` with the natural number of cases, but not more than ``most``."""
    plan = Plan(institutions, seed, size(1))
    return _city(plan, min(plan.natural, most), seed)


def size(count: int) -> int:
    """How many groups the catalogue of a city with so many cases has."""
    return SIZE if count <= LARGE else 10 * SIZE


def peer_means(institutions: pd.DataFrame, count: int, seed: int = 2026) -> pd.DataFrame:
    """Last year's means: table ``peer_means``, one row a level and group, for a city with ``count`` cases this year.

    A group costs about 1.25 times as much at level 3 as at level 2, and 0.75 times at level 1. Bed-day groups have no
    mean, nor have the rarest of a level, so that a few permille of the cases have nothing to be compared with.
    """
    return Plan(institutions, seed, size(count)).peer_means(count)


def chunks(institutions: pd.DataFrame, count: int, seed: int = 2026) -> Iterator[pa.Table]:
    """The city's cases of a year: table ``cases`` in parts of 250,000, each with all columns, in no particular order.

    - Who: institutions with beds, in proportion to what was settled with them / their usual cost of a case.
    - ``total_cost`` [yuan]: last year's mean of the group at the level x how dear the institution is x a log-normal
      deviation; a few stays end early and a few run far beyond. The three who pay share it to the fen.
    - Dates: discharged within 2025, by month, weekday and holiday; admitted ``length_of_stay`` days before.
    - Types: texts that repeat are dictionary-encoded, money is float64 with two decimals, dates are date32; a blank
      is null.

    Parameters
    ----------
    institutions: institution_id, name, level, grade, ownership, has_inpatient, type, settled.
    count: cases.
    seed: a whole number >= 0. The same three give the same tables; no part depends on another.

    Raises
    ------
    BadInput: no institution has beds.
    """
    return _chunks(Plan(institutions, seed, size(count)), count, seed)


def city(institutions: pd.DataFrame, count: int, seed: int = 2026) -> dict[str, pa.Table | pd.DataFrame]:
    """All of it at once, by table: ``cases`` (a pyarrow Table), ``groups``, ``peer_means``, ``funds``, ``billing``."""
    return _city(Plan(institutions, seed, size(count)), count, seed)


def write(folder: Path, institutions: pd.DataFrame, count: int, seed: int = 2026) -> None:
    """Writes cases.parquet, part by part, and groups, peer_means, funds and billing as CSV into an existing folder."""
    from pyarrow.parquet import ParquetWriter

    told = [one for one in CASES.columns if one.name not in UNTOLD]
    few = [*REPEATED, *(one.name for one in told if one.type in (Type.INTEGER, Type.DATE))]
    with ParquetWriter(folder / "cases.parquet", SCHEMA, compression="zstd", use_dictionary=few) as file:
        small = _small(Plan(institutions, seed, size(count)), count, seed, file.write_table)
    for name, table in small.items():
        (folder / f"{name}.csv").write_bytes(_csv(name, table))


def _city(plan: Plan, count: int, seed: int) -> dict[str, pa.Table | pd.DataFrame]:
    parts: list[pa.Table] = []
    small = _small(plan, count, seed, parts.append)
    return {"cases": pa.concat_tables(parts), **small}


def _small(plan: Plan, count: int, seed: int, take: Callable[[pa.Table], None]) -> dict[str, pd.DataFrame]:
    """The small tables; each part of the cases is handed to ``take`` and summed on the way."""
    monthly, by_scheme = np.zeros(12 * len(plan.ids)), np.zeros(len(SCHEMES))
    for part in _chunks(plan, count, seed):
        take(part)
        fen, day = to_fen(part["fund_billed"].to_numpy()), part["discharge_date"].to_numpy() - FIRST
        place = 12 * _numbers(part, "institution_id") + MONTH[day.astype(int)]
        monthly += np.bincount(place, fen, len(monthly))  # floats, and exact: whole numbers far below 2^53
        by_scheme += np.bincount(_numbers(part, "scheme"), fen, len(by_scheme))
    return {
        "groups": groups(seed, size(count)),
        "peer_means": plan.peer_means(count),
        "funds": funds(dict(zip(SCHEMES, by_scheme.astype(np.int64).tolist(), strict=True)), seed),
        "billing": billing(plan.ids, monthly.astype(np.int64).reshape(-1, 12), plan.irregular, seed),
    }


def _numbers(part: pa.Table, name: str) -> np.ndarray:
    """The numbers that a part's texts have in their dictionary."""
    return part[name].chunk(0).indices.to_numpy()


def _csv(name: str, table: pd.DataFrame) -> bytes:
    """A small table as people write it: amounts with two decimals, other numbers as short as they are exact."""
    shown = {Type.MONEY: "{:.2f}".format, Type.NUMBER: "{:.15g}".format}
    types = {one.name: one.type for one in TABLES[name].columns if one.type in shown and one.name in table}
    written = {one: table[one].map(shown[kind]) for one, kind in types.items()}
    return table.assign(**written).to_csv(index=False, lineterminator="\n").encode()


# --- drawing ------------------------------------------------------------------------------------------------------


def _chunks(plan: Plan, count: int, seed: int) -> Iterator[pa.Table]:
    draw = _Draw(plan)
    for number, first in enumerate(range(0, count, CHUNK)):
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(3, number)))
        yield draw.cases(rng, first, min(CHUNK, count - first))


class _Draw:
    """Tables that a draw is looked up in, made once for all parts."""

    def __init__(self, plan: Plan):
        self.plan, table, kinds = plan, plan.groups, list(AGES)
        self.institutions = slots(plan.expected, INSTITUTION_SLOTS)
        self.groups, self.row = plan.tables.ravel(), GROUP_SLOTS * plan.row
        self.ln_means, self.ln_days = np.log(FEN * plan.means).ravel(), np.log(plan.days)
        self.spread = table["spread"].to_numpy()
        self.intensive = np.where(plan.bed_day, 0, np.clip((plan.points - 1200) / 9000, 0.002, 0.8))
        self.shares = np.concatenate([FUND[scheme] for scheme in SCHEMES])
        self.ages = np.concatenate([_ages(*AGES[kind]) for kind in kinds]).astype(np.int32)
        # Whose ages, by institution and the ages of the group: those of the group, unless nobody else is admitted.
        admitted = [[MIXES[mix].ages or kind if kind in OPEN else kind for kind in kinds] for mix in plan.mix]
        self.admitted = AGE_SLOTS * np.array([[kinds.index(one) for one in row] for row in admitted])
        self.group_ages = table["ages"].map(kinds.index).to_numpy()
        diagnosis, _, procedures = (table["group_code"].str.partition(":")[at] for at in range(3))
        self.season = np.where(diagnosis.str.startswith("J"), 0, DAY_SLOTS)
        self.days = np.concatenate([slots(_season(months), DAY_SLOTS) for months in SEASONS]).astype(np.int32)
        self.diagnosis, diagnoses = pd.factorize(diagnosis)
        self.procedures, operations = pd.factorize(procedures.where(procedures != ""))
        texts = plan.ids, list(SCHEMES), table["group_code"], diagnoses, operations
        self.texts = {name: pa.array(text, pa.string()) for name, text in zip(REPEATED, texts, strict=True)}

    def cases(self, rng: np.random.Generator, first: int, count: int) -> pa.Table:
        """``count`` cases, numbered from ``first`` on."""
        at = self.institutions[rng.integers(INSTITUTION_SLOTS, size=count)]
        place = np.exp(-self.plan.power[at] * rng.standard_exponential(count)) * (GROUP_SLOTS - 2**-10)
        group = self.groups[self.row[at] + place.astype(np.int64)].astype(np.int64)
        marks = self._marks(rng, at, group)
        ln_ratio, far = self._deviation(rng, at, group, marks["auxiliary_factor"])
        days = self._days(rng, group, ln_ratio)
        age = self.ages[self.admitted[at, self.group_ages[group]] + rng.integers(AGE_SLOTS, size=count)]
        resident = (age < 18) | (rng.random(count) >= EMPLOYEES[self.plan.level[at]])
        discharged = self.days[self.season[group] + rng.integers(DAY_SLOTS, size=count)] + FIRST.astype(np.int32)
        numbers = at, resident.astype(np.int32), group, self.diagnosis[group], self.procedures[group]
        columns = {
            "case_id": pc.cast(pa.array(np.arange(first, first + count) + YEAR * 10**8), pa.string()),
            "admission_date": discharged - days,
            "discharge_date": discharged,
            "age": age,
            "length_of_stay": days,
            "icu_days": self._intensive(rng, at, group, days),
            "reviewed_points": self._reviewed(rng, at, group, ln_ratio, far),
            **marks,
            **self._payments(rng, self._total(at, group, ln_ratio, days), resident, self.plan.level[at]),
            **{name: self._texts(name, one) for name, one in zip(REPEATED, numbers, strict=True)},
        }
        columns |= {"special_application": ~np.isnan(columns["reviewed_points"]), **self._lists(rng, discharged)}
        arrays = [pa.array(columns[one.name], one.type, from_pandas=True) for one in SCHEMA]
        return pa.Table.from_arrays(arrays, schema=SCHEMA)

    def _marks(self, rng, at: np.ndarray, group: np.ndarray) -> dict[str, np.ndarray]:
        """What befalls a case, at most one of these."""
        fate, irregular = rng.random(len(at)), self.plan.irregular[at]
        chosen = np.flatnonzero((fate > 1 - AUXILIARY) & ~self.plan.bed_day[group])
        factor = np.full(len(at), np.nan)
        factor[chosen] = rng.integers(1, 7, len(chosen)) / 20
        readmission = (fate >= irregular) & (fate < irregular + READMITTED)
        return {"irregular": fate < irregular, "readmission": readmission, "auxiliary_factor": factor}

    def _deviation(self, rng, at, group, factor: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """ln of cost / usual cost, and the cases that run far beyond it; a bed-day costs everybody much the same."""
        spread, end = self.spread[group], rng.random(len(at))
        ln_ratio = self.plan.effect[at] + spread * (rng.standard_normal(len(at)) - spread / 2)
        ends = np.flatnonzero((end < LOW) | (end > 1 - HIGH))
        ends = ends[~self.plan.bed_day[group[ends]]]
        low, high = ends[end[ends] < LOW], ends[end[ends] > 1 - HIGH]
        ln_ratio[low] = np.log(0.05 + 0.55 * rng.beta(1.8, 2.4, len(low)))
        ln_ratio[high] = np.log(1.7) + 1.7 * rng.beta(2, 5, len(high))
        dearer = np.flatnonzero(factor > 0)
        ln_ratio[dearer] += np.log1p(factor[dearer])
        return ln_ratio, high[ln_ratio[high] > np.log(FAR)]

    def _days(self, rng, group: np.ndarray, ln_ratio: np.ndarray) -> np.ndarray:
        """Longer for the costly; bed-days from 20 on, a few beyond a year."""
        by_the_day = self.plan.bed_day[group]
        beds, most = np.flatnonzero(by_the_day), np.where(by_the_day, LONGEST_BY_THE_DAY, LONGEST)
        ln_days = self.ln_days[group] + 0.55 * ln_ratio + 0.3 * rng.standard_normal(len(group))
        ln_days[beds] = self.ln_days[group[beds]] + rng.normal(-0.18, 0.6, len(beds))
        days = np.rint(np.exp(ln_days)).astype(np.int32)
        days[beds] = np.maximum(days[beds], SHORTEST_BY_THE_DAY + rng.integers(0, 8, len(beds)))
        long = np.flatnonzero(days > most)
        days[long] = most[long] - days[long] % (most[long] // 4)  # so that none gather at the end
        return days

    def _total(self, at, group, ln_ratio, days) -> np.ndarray:
        """Total cost [fen]."""
        ln_cost = self.ln_means[len(self.plan.points) * self.plan.level[at] + group] + ln_ratio
        beds = np.flatnonzero(self.plan.bed_day[group])
        ln_cost[beds] += np.log(days[beds])
        return np.rint(np.exp(ln_cost)).astype(np.int64)

    def _payments(self, rng, total, resident, level) -> dict[str, np.ndarray]:
        """The fund, then other schemes (aid for some, and a part of what is serious), then the patient the rest."""
        share = self.shares[len(EMPLOYEES) * resident + level] + 0.045 * rng.standard_normal(len(total))
        share, aid = np.clip(share, 0.3, 0.93), rng.random(len(total))
        others = np.where(aid < 0.15, 0.04 + 0.8 * aid, 0) + 0.12 * np.maximum(1 - SERIOUS * FEN / total, 0)
        billed = np.rint(total * share).astype(np.int64)
        other = (total * np.minimum(others, 0.9 * (1 - share))).astype(np.int64)
        names = "total_cost", "fund_billed", "patient_paid", "other_paid"
        parts = total, billed, total - billed - other, other
        return {name: to_yuan(fen) for name, fen in zip(names, parts, strict=True)}

    def _intensive(self, rng, at, group, days) -> np.ndarray:
        """Days in intensive care, of the heavy groups and not at level 1."""
        icu = np.zeros(len(at), dtype=np.int32)
        chosen = np.flatnonzero(rng.random(len(at)) < self.intensive[group] * (self.plan.level[at] < 2))
        icu[chosen] = np.ceil(days[chosen] * rng.beta(1.2, 3, len(chosen)))
        return icu

    def _reviewed(self, rng, at, group, ln_ratio, far) -> np.ndarray:
        """The panel's points for some of the cases far beyond the usual: a little less than they cost."""
        points = np.full(len(at), np.nan)
        far = far[rng.random(len(far)) < self.plan.reviewed[at[far]]]
        worth = self.plan.points[group[far]] * np.exp(ln_ratio[far])
        points[far] = np.round(worth * rng.uniform(0.8, 1, len(far)), 4)
        return points

    def _lists(self, rng, discharged: np.ndarray) -> dict[str, np.ndarray]:
        """When the lists were uploaded, most within ten days of discharge, and which of them were refused."""
        fate, after = rng.random(len(discharged)), rng.integers(1, 10, len(discharged), dtype=np.int32)
        after[fate < LATE] += 10
        return {"list_uploaded": discharged + after, "list_refused": fate > 1 - LIST_REFUSED}

    def _texts(self, name: str, numbers: np.ndarray) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(pa.array(numbers, pa.int32(), mask=numbers < 0), self.texts[name])


OPEN = ("all", "adult", "elder")  # groups that an institution for children or for the old sees at its own ages


def _season(months: list[float]) -> np.ndarray:
    """How many are discharged on each day of the year, in proportion."""
    weekday = (DATES.astype(int) + 3) % 7  # the first of 1970 was a Thursday
    shares = np.array(months)[MONTH] * np.array(WEEK)[weekday]
    for first, after in HOLIDAYS:
        shares[slice(*np.searchsorted(DATES, [np.datetime64(f"{YEAR}-{day}") for day in (first, after)]))] *= 0.55
    return shares


def _ages(youngest: int, oldest: int, peaks: list[tuple[float, float, float]]) -> np.ndarray:
    """Ages in slots."""
    ages = np.arange(youngest, oldest + 1)
    shares = np.zeros(len(ages))
    for share, age, spread in peaks:
        shares = shares + share / spread * np.exp(-(((ages - age) / spread) ** 2) / 2)
    return youngest + slots(shares, AGE_SLOTS)
