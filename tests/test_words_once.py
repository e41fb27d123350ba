"""What an engine is asked is put into words once: not again for other numbers, other files, other layouts."""

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pytest

from simlib import tables
from simlib.columns import CASES
from simlib.problems import BadInput
from simlib.rules.dip import DipParams
from simlib.rules.dip.cases import CaseScores, score_cases
from simlib.rules.dip.index import Index
from simlib.rules.dip.params import Ledger, MissingPeer
from simlib.tables.large import engine, pieces, queries
from simlib.tables.large.bound import bound, unbound
from simlib.tables.large.queries import Queries
from simlib.tables.large.shape import Bound
from strategies import dip_cities, dip_tables


def worded() -> tuple[int, int]:
    """How many questions, and pieces of questions, have been put into words."""
    return queries._worded.cache_info().misses, pieces._layers.cache_info().misses


@dataclass(frozen=True)
class Within(Bound):
    low: int
    high: float
    name: str
    inclusive: bool
    also: tuple[int, ...] = ()


def _within(rows, within: Within):
    low = rows.number >= within.low if within.inclusive else rows.number > within.low
    named = (rows.name == within.name) & rows.number.isin(within.also) if within.also else rows.name == within.name
    return rows.filter(low & (rows.number <= within.high) & named).select("number").order_by("number")


def test_numbers_and_texts_are_told_and_flags_are_part_of_the_question():
    rows = pa.table({"number": [1, 2, 3, 4, 5], "name": ["a", "it's", "it's", "it's", "a"]})

    def numbers(known: Queries, *given) -> list[int]:
        return known.arrow(_within, "rows", within=Within(*given)).to_pydict()["number"]

    with engine(len(rows)) as backend:
        known = Queries(backend)
        known.rows("rows", rows)
        assert numbers(known, 2, 4.5, "it's", True) == [2, 3, 4]
        before = worded()
        assert numbers(known, 1, 3.0, "it's", True) == [2, 3]
        assert numbers(known, -1, 1e300, "a", True) == [1, 5]
        assert worded() == before
        assert numbers(known, 2, 4.5, "it's", False) == [3, 4]
        assert numbers(known, 2, 4.5, "it's", True, (2, 4)) == [2, 4]
        assert worded()[0] == before[0] + 2


def test_what_a_view_is_asked_with_stays_its_own():
    with engine(3) as backend:
        known = Queries(backend)
        known.rows("rows", pa.table({"number": [1, 2, 3], "name": ["a", "a", "a"]}))
        known.view("low", _within, "rows", within=Within(0, 1.0, "a", True))
        known.view("high", _within, "rows", within=Within(3, 9.0, "a", True))
        assert [known.table(name).to_pyarrow().to_pydict()["number"] for name in ("low", "high")] == [[1], [3]]


def test_an_option_without_its_numbers_is_the_same_for_all_numbers():
    one, values = unbound("it", Within(1, 2.5, "x", True))
    other, _ = unbound("it", Within(7, 0.5, "y", True))
    assert one == other != unbound("it", Within(1, 2.5, "x", False))[0]
    assert sorted(values.values(), key=str) == [1, 2.5, "x"]
    assert bound(one).inclusive is True


@pytest.fixture(scope="module")
def city():
    frames = dip_tables.frames(dip_cities.city(3))
    return {name: frames[name] for name in ("cases", "institutions", "groups", "peer_means")}


def test_other_limits_score_the_cases_with_the_same_words(city):
    first = score_cases(**city)
    before = worded()
    other = score_cases(
        **city, params=DipParams(deviation_low="0.437", deviation_high="1.913", cycle_days="31", irregular_multiple="3")
    )
    assert worded() == before
    assert not first.equals(other)
    score_cases(**city, params=DipParams(missing_peer=MissingPeer.ALL_LEVELS))
    assert worded() != before


def test_other_limits_tell_of_one_case_with_the_same_words(city):
    cases, *others = city.values()
    case = cases["case_id"].iloc[0]
    results = {
        "dip_institutions": cases[["institution_id"]].drop_duplicates().assign(coefficient=1.5),
        "dip_fund": pd.DataFrame({"scheme": [Ledger.POOLED.value], "point_value": [2.0]}),
    }

    index = Index.build(cases, *others)

    def told(**params) -> tuple[float, ...]:
        scores = CaseScores(cases, *others, params=DipParams(**params), index=index)
        return tuple(scores.one(case, results)[["points", "worth"]].iloc[0])

    before = told() and worded()
    assert len(told(deviation_low="0.437")) == 2
    assert worded() == before


def read(path, names: list[str], cells: dict[str, str]) -> None:
    path.write_text("\n".join([",".join(names), ",".join(cells[name] for name in names)]) + "\n", encoding="utf-8")
    tables.read(path, CASES)


def test_a_file_of_another_layout_is_read_with_the_same_pieces(tmp_path):
    cells = {"case_id": "A1", "institution_id": "H1", "group_code": "K29", "total_cost": "￥1000.5",
             "fund_billed": "1", "patient_paid": "999.5", "other_paid": "0"}  # fmt: skip
    read(tmp_path / "cases.csv", list(cells), cells)
    before = worded()
    (tmp_path / "b").mkdir()
    read(tmp_path / "b" / "cases.csv", list(reversed(cells)), {**cells, "case_id": "B7", "total_cost": "￥1100.5"})
    assert worded()[1] == before[1]
    with pytest.raises(BadInput):
        read(tmp_path / "b" / "cases.csv", list(cells), {**cells, "total_cost": "x"})
