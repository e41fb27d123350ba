"""A synthetic city: what the dashboards show before anybody brings data.

云岚市 is plausible, not real: neither it, nor its counties, towns and streets stand in the
national list of administrative divisions (checked against the list of 2023), and its number 0701
belongs to no province. The kinds of institutions and everything drawn about them are the table
KINDS, chosen so that an official finds the city familiar; no number is fitted to any real city.
What they reported for the scorecards is drawn in simlib.sample.facts; their scores are what the cards make of it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from simlib.columns import CASES, TABLES, Type
from simlib.digests import bytes_digest, text_digest
from simlib.landing import landing
from simlib.money import apportion, to_yuan
from simlib.problems import BadInput, Problem
from simlib.rules import scorecard
from simlib.sample import cases as inpatients
from simlib.sample.agreements import applicants, deadlines, incidents
from simlib.sample.communities import communities
from simlib.sample.facts import EDITIONS, facts
from simlib.sample.places import BRANDS, COUNTIES, PLACES, Atlas, shared_out
from simlib.tables.large import Large
from simlib.words import Text

MOST_CASES = 1_800  # an institution of the usual city, on average
BOUNDS = {"count": (3, 100_000), "seed": (0, 2**32 - 1), "cases": (1_000, 50_000_000)}


class Kind(NamedTuple):
    """One kind of institution and what is drawn for it."""

    group: str  # allocation group
    place: str  # how it is named and where it stands, a key of GROWTH; a brand is private
    type: str  # unless its title is in TYPES
    inpatient: float  # share with beds
    grades: dict[str, int]  # grade: share; the largest institutions have the first
    number: int  # of 500
    settled: float  # median, yuan
    sigma: float  # of ln(settled)
    score: float  # mean of those that do not lag
    spread: float  # their standard deviation
    lag: float  # share that lags
    drop: float  # points by which the mean of those is lower
    titles: str  # in this order; a place that has used them up names further ones, all with the last


# fmt: off
DECIMALS = {"score": 4, "settled": 2, "budget": 2, "coding_accuracy": 4, "charging_accuracy": 4, "irregular_share": 4}
KINDS = [
    Kind("三级综合", "city", "general", 1, {"3A": 5, "3B": 3}, 8, 400e6, 0.45, 93.3, 1.6, 0.1, 5,
         "第一人民医院 中心医院 第二人民医院 第三人民医院 第四人民医院 湖滨医院 东方医院 铁路医院 医院"),
    Kind("三级综合", "city", "tcm", 1, {"3A": 1, "3B": 1}, 2, 190e6, 0.4, 92.5, 1.6, 0.1, 5,
         "中医院 中西医结合医院 中医院"),
    Kind("二级与县级综合", "county", "general", 1, {"3B": 3, "2A": 8, "2B": 2}, 13, 110e6, 0.6,
         91, 1.7, 0.08, 6, "人民医院 第二人民医院 第三人民医院 第四人民医院 医院"),
    Kind("二级与县级综合", "county", "tcm", 1, {"2A": 6, "2B": 2}, 8, 45e6, 0.5, 90.5, 1.7, 0.12, 6, "中医院"),
    Kind("二级与县级综合", "city", "general", 1, {"2A": 3, "2B": 3}, 6, 30e6, 0.6, 89.5, 2, 0.15, 7,
         "第五人民医院 第六人民医院 纺织职工医院 第七人民医院 机床厂职工医院 水泥厂职工医院 职工医院"),
    Kind("二三级专科", "city", "specialist", 1, {"3S": 7, "2S": 2}, 9, 75e6, 0.7, 91.5, 1.7, 0.1, 6,
         "妇幼保健院 肿瘤医院 儿童医院 传染病医院 口腔医院 胸科医院 眼科医院 康复医院 皮肤病医院 骨科医院 脑科医院 "
         "心血管病医院 老年病医院 妇产医院 耳鼻喉医院 肾病医院 职业病防治院 专科医院"),
    Kind("二三级专科", "county", "specialist", 1, {"2S": 1}, 9, 18e6, 0.6, 90.3, 1.9, 0.1, 6, "妇幼保健院 康复医院"),
    # Paid by the bed-day and judged by few items, psychiatric hospitals score nearly alike.
    Kind("精神专科", "city", "psychiatric", 1, {"3S": 1}, 1, 60e6, 0.4, 91.4, 0.3, 0, 0, "精神卫生中心 精神病医院"),
    Kind("精神专科", "county", "psychiatric", 1, {"2S": 1}, 6, 13e6, 0.4, 91.2, 0.3, 0.2, 5, "精神卫生中心 精神病医院"),
    Kind("乡镇卫生院", "town", "primary", 1, {"2B": 2, "2O": 3, "1A": 17}, 22, 9e6, 0.5, 89.3, 2, 0.05, 9,
         "中心卫生院"),
    Kind("乡镇卫生院", "town", "primary", 0.85, {"1A": 5, "1O": 3}, 84, 3.2e6, 0.6, 88, 2, 0.07, 10, "卫生院"),
    Kind("社区卫生服务机构", "street", "primary", 0.4, {"2O": 1, "1A": 8, "1O": 8}, 34, 6e6, 0.6,
         89, 2, 0.05, 9, "社区卫生服务中心"),
    Kind("社区卫生服务机构", "station", "primary", 0, {"1O": 1}, 22, 450e3, 0.6, 87.2, 2.5, 0.08, 11, "社区卫生服务站"),
    Kind("民营医院", "brand", "general", 1, {"3O": 1}, 2, 95e6, 0.4, 90, 1.8, 0, 0, "医院 国际医院"),
    Kind("民营医院", "brand", "specialist", 1, {"3S": 1}, 2, 60e6, 0.4, 90, 1.8, 0, 0, "心血管病医院 眼科医院"),
    Kind("民营医院", "brand", "general", 1, {"2B": 1, "2O": 3}, 12, 16e6, 0.7, 87.8, 2.3, 0.1, 11,
         "医院 综合医院 中医医院 中西医结合医院"),
    Kind("民营医院", "brand", "specialist", 1, {"2S": 1}, 11, 12e6, 0.7, 87.8, 2.3, 0.1, 11,
         "康复医院 眼科医院 骨科医院 妇产医院 肾病医院"),
    Kind("民营医院", "brand", "general", 1, {"1A": 1, "1O": 3}, 23, 3e6, 0.9, 86.5, 2.4, 0.1, 13,
         "医院 老年病医院 中医医院 门诊医院"),
    Kind("民营医院", "brand", "specialist", 1, {"1S": 1}, 22, 2.2e6, 0.9, 86.5, 2.4, 0.1, 13,
         "护理院 康复医院 眼科医院 骨科医院 肛肠医院"),
    Kind("门诊与村卫生室", "brand", "clinic", 0, {"1O": 1}, 60, 180e3, 0.9, 86.8, 2, 0.08, 12,
         "口腔门诊部 中医门诊部 综合门诊部 诊所 中医诊所 口腔诊所"),
    Kind("门诊与村卫生室", "village", "primary", 0, {"1O": 1}, 144, 48e3, 0.6, 86.2, 2, 0.07, 12, "卫生室"),
]
# Titles of other types than their kind's.
TYPES = {"中医院": "tcm", "中医医院": "tcm", "中西医结合医院": "tcm", "眼科医院": "eye", "康复医院": "rehabilitation"}
# A larger city has more villages in proportion, but not as many more hospitals: number x (count / 500) ** growth.
GROWTH = {"city": 0.4, "county": 0.4, "town": 0.7, "street": 0.7, "station": 1, "brand": 0.9, "village": 1}
# Key specialties (national, provincial, city) of an institution of median size; other grades have none.
SPECIALTIES = {
    "3A": (1.5, 6, 14), "3B": (0.1, 2, 9), "3S": (0.3, 2, 6), "3O": (0, 0.2, 2),
    "2A": (0, 0.4, 4), "2B": (0, 0.1, 1.5), "2S": (0, 0.2, 1.5),
}
# fmt: on


def institutions(count: int = 500, seed: int = 2026) -> pd.DataFrame:
    """The city's designated institutions: table ``institutions`` without a deposit, which the rule withholds.

    - Who: the kinds of KINDS, hospitals growing slower with ``count`` than clinics and villages. Titles
      and grades go by size: the First People's Hospital is the largest of its kind.
    - ``score``: what the document's cards make of the facts in :func:`tables`. The institutions of a kind stand
      close together and a fixed share lags far behind, as a year's inspections leave it. The higher the level
      the higher and tighter; private and village institutions lag most.
    - ``settled`` [yuan]: log-normal within a kind, over medians from 48,000 (village) to 400 million, so
      that a tenth of the institutions holds nearly all the money. ``budget`` [yuan]: evenly 0.93 to 1.08
      of it, in whole hundreds, as budgets are set.
    - Accuracies, irregular share and breaches: good nearly everywhere, worse where the score lags.

    Parameters
    ----------
    count: how many, 3 to 100,000.
    seed: a whole number >= 0. The same count and seed give the same table, to the byte
        (NumPy may change its draws from one release to the next).

    Raises
    ------
    BadInput: count or seed out of bounds.

    Examples
    --------
    >>> institutions()[["institution_id", "name", "level"]].head(2).values.tolist()
    [['07010200001', '云岚市第一人民医院', '3'], ['07010200002', '云岚市中心医院', '3']]
    """
    return _city(count, seed)["institutions"].copy()


def tables(count: int = 500, seed: int = 2026) -> dict[str, pd.DataFrame]:
    """The city as a run takes it: tables by name, each marked with the digest of its CSV.

    The tables are shared by all who ask for the same city: copy one before changing it.
    """
    return dict(_tables(count, seed))


@lru_cache(maxsize=1)
def embedded() -> dict:
    """The city that the dashboards show: its :func:`tables`, the usual number of cases and what belongs to them.

    Shared by all who ask, like ``tables``.
    """
    city = tables()
    made = inpatients.natural_city(city["institutions"], MOST_CASES * len(city["institutions"]))
    marked = {name: table for name, table in made.items() if name != "cases"}
    for name, table in marked.items():
        marked[name] = table.copy(deep=False)
        marked[name].attrs = {"file": "sample", "sha256": text_digest(table.to_csv(index=False))}
    digest = hashlib.sha256()
    arrow: Any = made["cases"]
    for column in arrow.columns:
        for buffer in (one for chunk in column.chunks for one in chunk.buffers() if one):
            digest.update(buffer)
    cases = Large.of(made["cases"], CASES, digest.hexdigest(), "sample")
    return {**city, "cases": cases, **marked}


def usual(institutions: pd.DataFrame) -> int:
    """As many cases as go with the institutions' settled money, and not more than a city of their number has."""
    return min(inpatients.natural(institutions), MOST_CASES * len(institutions))


def write(out: Path, count: int = 500, seed: int = 2026, cases: int | None = None) -> None:
    """Writes the city as a data folder, all of it or nothing; with so many ``cases`` and their tables if told.

    ``out`` must be a new or an empty folder, else BadInput. The files are made beside it and land by
    one rename, so that nobody ever reads half a city.
    """
    _refuse(count=count, seed=seed, cases=cases)
    contents = _contents(count, seed)
    with landing(out) as folder:
        for name, content in contents.items():
            (folder / f"{name}.csv").write_bytes(content)
        if cases is not None:
            inpatients.write(folder, _city(count, seed)["institutions"], cases, seed)


@lru_cache(maxsize=4)
def _tables(count: int, seed: int) -> dict[str, pd.DataFrame]:
    contents, marked = _contents(count, seed), {}
    for name, table in _city(count, seed).items():
        marked[name] = table.copy(deep=False)
        marked[name].attrs = {"file": "sample", "sha256": bytes_digest(contents[name])}
    return marked


def _contents(count: int, seed: int) -> dict[str, bytes]:
    """The files, by table."""
    written = {}
    for name, table in _city(count, seed).items():
        if name == "facts":
            number, values = pd.factorize(table["value"])  # few values, and many rows
            shown: dict[str, Any] = {"value": np.array([*(f"{one:.10g}" for one in values), ""])[number]}
        else:
            money = {column.name: 2 for column in TABLES[name].columns if column.type is Type.MONEY}
            places = DECIMALS if name == "institutions" else money
            shown = {
                column: table[column].map(f"{{:.{n}f}}".format, na_action="ignore") for column, n in places.items()
            }
        written[name] = table.assign(**shown).to_csv(index=False, lineterminator="\n").encode()
    return written


@lru_cache(maxsize=4)
def _city(count: int, seed: int) -> dict[str, pd.DataFrame]:
    """The tables. The institutions' scores first drawn are what the facts then come near."""
    drawn = _drawn(count, seed)
    stated = facts(drawn, seed)
    cards = scorecard.edition(EDITIONS[0])
    scores = pd.concat([scorecard.score(card, drawn, stated) for card in cards]).set_index("institution_id")["score"]
    scored = drawn.assign(score=scores.reindex(drawn["institution_id"]).to_numpy())
    return {"institutions": scored, "facts": stated} | {
        make.__name__: make(scored, seed) for make in (communities, applicants, deadlines, incidents)
    }


def _drawn(count: int, seed: int) -> pd.DataFrame:
    """The institutions; their scores are two beta distributions a kind, which end at 0 and 100 by themselves."""
    _refuse(count=count, seed=seed)
    rng = np.random.default_rng(seed)
    weights = [round(1e6 * kind.number * (count / 500) ** GROWTH[kind.place]) for kind in KINDS]
    sizes = apportion(count, weights, range(len(KINDS)))
    row = np.repeat(np.arange(len(KINDS)), sizes)
    kind: Any = Kind._make(np.array(column)[row] for column in zip(*KINDS, strict=True))  # now each field is a column
    ids, names, types, counties = _named(sizes, rng)
    private = kind.place == "brand"

    settled = rng.lognormal(np.log(kind.settled), kind.sigma)
    settled = settled[np.lexsort((-settled, row))]
    grade = np.concatenate([shared_out(k.grades, k.grades.values(), n) for k, n in zip(KINDS, sizes, strict=True)])
    specialties = np.array([SPECIALTIES.get(one, (0, 0, 0)) for one in grade])
    specialties = rng.poisson(specialties * np.sqrt(settled / kind.settled)[:, None])

    position = np.concatenate([np.arange(size) for size in sizes])
    lags = np.empty(count, dtype=bool)
    lags[np.lexsort((rng.random(count), row))] = position < np.rint(kind.lag * np.repeat(sizes, sizes))
    score = 100 * _beta(rng, (kind.score - kind.drop * lags) / 100, kind.spread * (1 + lags) / 100)
    late = np.random.default_rng([seed, 4])  # a stream of its own: what stood before stays as it was
    last, share = late.uniform(0.88, 1.04, count), late.uniform(0.10, 0.22, count)
    table = pd.DataFrame(
        {
            "institution_id": ids,
            "name": names,
            "level": [one[0] for one in grade],
            "grade": grade,
            "ownership": np.where(private, "private", "public"),
            "has_inpatient": rng.random(count) < kind.inpatient,
            "type": types,
            "county": counties,
            "group": kind.group,
            "score": np.round(score, 2),
            "settled": to_yuan(np.rint(100 * settled)),
            "budget": np.round(settled * rng.uniform(0.93, 1.08, count), -2),
            "new": private & (rng.random(count) < 0.04),
            "high_level": (grade == "3A") & (np.cumsum(grade == "3A") <= 2),
            "specialties_national": specialties[:, 0],
            "specialties_provincial": specialties[:, 1],
            "specialties_city": specialties[:, 2],
            "coding_accuracy": np.round(_beta(rng, 0.977 - 0.035 * lags, 0.012), 4),
            "charging_accuracy": np.round(_beta(rng, 0.980 - 0.030 * lags, 0.010), 4),
            "irregular_share": np.round(rng.lognormal(np.log(0.0012 * (1 + 2 * lags)), 0.8), 4),
            "drug_procurement_done": rng.random(count) > 0.015 + 0.10 * lags,
            "consumable_procurement_done": rng.random(count) > 0.025 + 0.10 * lags,
            "other_breach": rng.random(count) < 0.003 + 0.06 * lags,
            "last_year_billed": np.round(settled * last, -2),
            "last_year_procurement": np.round(settled * last * share, -2),
            "breach_two_years": late.random(count) < 0.01 + 0.2 * lags,
        }
    )
    table["last_year_billed"] = table["last_year_billed"].where(table["has_inpatient"], 0.0)
    return table.sort_values("institution_id", ignore_index=True)


def _refuse(**asked: int | None) -> None:
    """BadInput names each argument out of bounds."""
    rule = Text("请填 {low} 至 {high}。", "Give {low} to {high}.")
    given = {name: value for name, value in asked.items() if value is not None}
    bad = [(name, *BOUNDS[name]) for name in given]
    bad = [(name, low, high) for name, low, high in bad if not low <= given[name] <= high]
    if bad:
        raise BadInput([Problem(rule.fill(low=a, high=b), column=name, value=str(given[name])) for name, a, b in bad])


def _named(sizes: list[int], rng: np.random.Generator) -> tuple[list[str], ...]:
    """For each institution, kind after kind: its number, name, type and county."""
    atlas, named = Atlas(rng), []
    serial: Counter[str] = Counter()
    for kind, size in zip(KINDS, sizes, strict=True):
        titles = kind.titles.split()
        for i, (county, address) in enumerate(atlas.addresses(kind.place, size)):
            turn = i // len(COUNTIES) if kind.place == "county" else i
            title = titles[turn % len(titles)]
            if kind.place == "brand":
                address += atlas.fresh(address + title, BRANDS)
            elif kind.place in ("city", "county") and turn >= max(len(titles) - 1, 1):
                title = titles[-1]
                address += atlas.fresh(address, PLACES)
            serial[county] += 1
            number = f"{COUNTIES[county]}{serial[county]:05d}"
            named.append((number, address + title, TYPES.get(title, kind.type), county))
    return tuple(map(list, zip(*named, strict=True)))


def _beta(rng: np.random.Generator, mean, spread) -> np.ndarray:
    """Draws from the beta distributions with these means and standard deviations."""
    concentration = mean * (1 - mean) / spread**2 - 1
    return rng.beta(mean * concentration, (1 - mean) * concentration)
