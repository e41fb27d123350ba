"""Institutions with deposits and scores near every line, and policies, as texts; the readings of the deposit."""

from decimal import Decimal
from itertools import product

import pandas as pd
from hypothesis import assume
from hypothesis import strategies as st

from simlib.rules.deposit import MeanScope, UnclaimedPool

READINGS = [
    {"mean_scope": mean.value, "unclaimed_pool": pool.value} for mean, pool in product(MeanScope, UnclaimedPool)
]


def shifted(low, high, places):
    """Decimals as text: low..high in units of the last of ``places`` decimals."""
    return st.integers(low, high).map(lambda n: str(Decimal(n).scaleb(-places)))


SCORES = st.one_of(
    shifted(0, 120, 0),
    shifted(970, 1030, 1),
    shifted(9795, 10205, 2),
    shifted(97_999_999_999_990, 98_000_000_000_010, 12),
    shifted(101_999_999_999_990, 102_000_000_000_010, 12),
)
AMOUNTS = st.one_of(st.just("0"), shifted(0, 40, 2), shifted(0, 10**7, 2), shifted(10**12, 10**13, 2))
THRESHOLDS = {"lower": shifted(160, 200, 3), "upper": shifted(200, 240, 3)}  # in steps of 0.005 below


@st.composite
def cities(draw, amounts=("deposit", "settled", "budget"), most=8):
    """Institutions as dicts of text in up to three groups, none of which scores 0 throughout; some may be exempt."""
    n = draw(st.integers(1, most))
    few = st.sampled_from(draw(st.lists(SCORES, min_size=1, max_size=5)))  # so that equal scores are common
    few_amounts = st.sampled_from(draw(st.lists(AMOUNTS, min_size=1, max_size=4)))
    rows = [
        {
            "institution_id": id_,
            "group": draw(st.sampled_from("pqr")),
            "score": draw(few),
            **{column: draw(few_amounts if len(amounts) == 1 else st.none() | few_amounts) for column in amounts},
        }
        for id_ in draw(st.permutations([str(8 + i) for i in range(n)]))
    ]
    if draw(st.booleans()):
        rows = [{**row, "evaluated": draw(st.sampled_from([None, True, False]))} for row in rows]
    seen = [row for row in rows if row.get("evaluated") is not False]
    assume({row["group"] for row in seen} == {row["group"] for row in seen if float(row["score"]) > 0})
    return rows


@st.composite
def policies(draw):
    """The parameters other than the two readings, as text."""
    documents = {"lower": "0.98", "upper": "1.02"}
    moved = {name: str(Decimal(draw(steps)) * 5) for name, steps in THRESHOLDS.items()}
    return {
        **draw(st.sampled_from([documents, {"lower": "1.00", "upper": "1.00"}, moved])),
        "deposit_rate": draw(st.sampled_from(["0.05", "0.035", "0.005", "0"])),
        "deposit_base": draw(st.sampled_from(["settled", "budget"])),
        "index_digits": draw(st.sampled_from(["exact", "exact", "2", "3", "4"])),
        "zero_deposit_in_mean": draw(st.sampled_from(["on", "on", "off"])),
    }


def table_of(rows):
    text = ("institution_id", "group", "evaluated")
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    numbers = {
        name: [float("nan") if value is None else float(value) for value in values]
        for name, values in columns.items()
        if name not in text
    }
    return pd.DataFrame({**columns, **numbers})
