"""Compared amounts by kind of institution."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simlib.columns import Type
from simlib.rules.family import Family
from simlib.study.compare import total


def by_kind(wide: pd.DataFrame, kinds: pd.Series, family: Family) -> pd.DataFrame:
    """The amounts and differences of :meth:`Comparison.side_by_side` by kind, in the order in which kinds first stand.

    Columns: kind, subjects, and for each run ``amount_N`` and ``difference_N``: sums of money, exact to the
    fen, or means where the amount is no money, such as scores.
    """
    moving = [name for name in wide if name.startswith(("amount_", "difference_"))]
    kinds = kinds.to_numpy(dtype=object)
    rows = []
    for kind in pd.unique(kinds):
        mine = wide[kinds == kind]
        share = 1 if family.measure.type is Type.MONEY else len(mine)
        sums = {name: total(mine[name], family) / share for name in moving}
        rows.append({"kind": kind, "subjects": int(np.count_nonzero(kinds == kind)), **sums})
    return pd.DataFrame(rows, columns=["kind", "subjects", *moving])
