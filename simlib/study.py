"""Many scenarios on the same tables: what changes between two runs, and what each reading is worth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simlib.columns import YUAN, Column, Type
from simlib.money import to_fen, to_yuan
from simlib.params import Kind, Params
from simlib.rules.family import Family, Tables
from simlib.words import Text

DIFFERENCE = Column("difference", Type.MONEY, Text("较文件规定值", "Against the document"), YUAN)


def difference(family: Family, results: Tables, baseline: Tables) -> pd.Series:
    """Yuan that each subject gets more (or less) than in ``baseline``, in the order of ``results``."""
    table, amount = family.amount
    key = family.key
    ours, theirs = results[table], baseline[table]
    if not np.array_equal(ours[key].to_numpy(), theirs[key].to_numpy()):
        theirs = theirs.set_index(key).reindex(ours[key])
    moved = to_fen(ours[amount].to_numpy()) - to_fen(theirs[amount].to_numpy())
    return pd.Series(to_yuan(moved), index=ours[key].to_numpy(), name=DIFFERENCE.name)


def movement(differences: pd.Series) -> dict[str, int | float]:
    """Who gains and loses between two runs, and how much [yuan]."""
    fen = to_fen(differences.to_numpy())
    return {
        "gainers": int((fen > 0).sum()),
        "losers": int((fen < 0).sum()),
        "gained": float(to_yuan(fen[fen > 0].sum())),
        "lost": float(to_yuan(-fen[fen < 0].sum())),
    }


def readings(family: Family, inputs: Tables, params: Params, now: Tables) -> pd.DataFrame:
    """What each open reading is worth: one row an option that is not the one in ``params``, which gave ``now``.

    Columns: parameter, option, chosen, gainers, losers, gained, lost [yuan], and moved, the larger of
    the two sums: the money that hangs on the choice.
    """
    rows = []
    for name, declared in params.declarations().items():
        chosen = getattr(params, name)
        if declared.kind is not Kind.READING:
            continue
        for option in declared.options:
            if option is chosen:
                continue
            lacking = family.lacking(inputs, params.changed(**{name: option}))
            row = {"parameter": name, "option": option.value, "chosen": chosen.value, "possible": not lacking}
            if not lacking:
                other = family.run(inputs, params.changed(**{name: option}))
                row |= movement(difference(family, other, now))
                row["moved"] = max(row["gained"], row["lost"])
            rows.append(row)
    return pd.DataFrame(rows).replace({np.nan: None})
