"""Many scenarios on the same tables: what changes between two runs, and what each reading is worth."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from simlib.columns import YUAN, Column, Type
from simlib.money import to_fen, to_yuan
from simlib.params import Kind, Params
from simlib.problems import BadInput
from simlib.rules.family import Family, Tables
from simlib.words import Text

DIFFERENCE = Column("difference", Type.MONEY, Text("较文件规定值", "Against the document"), YUAN)


def difference(family: Family, results: Tables, baseline: Tables) -> pd.Series:
    """What each subject gets more (or less) than in ``baseline``, in the order of ``results``: yuan or points."""
    table, amount = family.amount
    key = family.key
    ours, theirs = results[table], baseline[table]
    if not np.array_equal(ours[key].to_numpy(), theirs[key].to_numpy()):
        theirs = theirs.set_index(key).reindex(ours[key])
    ours, theirs = ours[amount].to_numpy(), theirs[amount].to_numpy()
    if family.measure.type is Type.MONEY:
        moved = to_yuan(to_fen(ours) - to_fen(theirs))
    else:
        moved = np.round(ours - theirs, 9) + 0.0
    return pd.Series(moved, index=results[table][key].to_numpy(), name=DIFFERENCE.name)


def movement(differences: pd.Series, measure: Column = DIFFERENCE) -> dict[str, int | float]:
    """Who gains and loses between two runs, and how much in all, in the unit of ``measure``."""
    moved = differences.to_numpy()
    if measure.type is Type.MONEY:
        fen = to_fen(moved)
        gained, lost = to_yuan(fen[fen > 0].sum()), to_yuan(-fen[fen < 0].sum())
    else:
        gained, lost = (np.round(part.sum(), 6) for part in (moved[moved > 0], -moved[moved < 0]))
    return {
        "gainers": int((moved > 0).sum()),
        "losers": int((moved < 0).sum()),
        "gained": float(gained),
        "lost": float(lost),
    }


def readings(params: Params, now: Tables, calculate: Callable[[Params], Tables], measure: Family) -> pd.DataFrame:
    """What each open reading is worth: one row an option that is not the one in ``params``, which gave ``now``.

    ``calculate`` runs other parameters to the tables of ``measure``, the family by whose amount they are compared.
    Columns: parameter, option, chosen, possible (False where the data do not suffice), gainers, losers, gained,
    lost, and moved, the larger of the two sums: what hangs on the choice.
    """
    rows = []
    for name, declared in params.declarations().items():
        chosen = getattr(params, name)
        if declared.kind is not Kind.READING:
            continue
        for option in declared.options:
            if option is chosen:
                continue
            row = {"parameter": name, "option": option.value, "chosen": chosen.value, "possible": True}
            try:
                other = calculate(params.changed(**{name: option}))
            except BadInput:
                row["possible"] = False
            else:
                row |= movement(difference(measure, other, now), measure.measure)
                row["moved"] = max(row["gained"], row["lost"])
            rows.append(row)
    return pd.DataFrame(rows).replace({np.nan: None})
