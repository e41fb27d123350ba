"""What changes between two runs of the same tables: by subject, in all, by kind, and for each open reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from simlib.columns import YUAN, Column, Type
from simlib.money import to_fen, to_yuan
from simlib.params import Choice, Params
from simlib.problems import BadInput
from simlib.rules.family import Family, Results
from simlib.words import Text

DIFFERENCE = Column("difference", Type.MONEY, Text("较文件规定值", "Against the document"), YUAN)


def difference(family: Family, results: Results, baseline: Results) -> pd.Series:
    """What each subject gets more (or less) than in ``baseline``, in the order of ``results``: yuan or points."""
    table, amount = family.amount
    key = family.key
    ours, theirs = results[table], baseline[table]
    if not np.array_equal(ours[key].to_numpy(), theirs[key].to_numpy()):
        theirs = theirs.set_index(key).reindex(ours[key])
    mine, before = ours[amount].to_numpy(), theirs[amount].to_numpy()
    if family.measure.type is Type.MONEY:
        moved = to_yuan(to_fen(mine) - to_fen(before))
    else:
        moved = np.round(mine - before, 9) + 0.0
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


def readings(
    params: Params, now: Results, calculate: Callable[[Params], Results], measure: Family,
    dear: Callable[[Params], bool] = lambda params: False,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """What each open reading is worth: one by one, for each option that is not the one in ``params``, which gave
    ``now``.

    ``calculate`` runs other parameters to the tables of ``measure``, the family by whose amount they are compared.
    Each has parameter, option, chosen, possible (False where the data do not suffice), dear (what is ``dear`` is not
    calculated), gainers, losers, gained, lost, and moved, the larger of the two sums: what hangs on the choice.
    """
    for name, option in alternatives(params):
        other = params.changed(**{name: option})
        row = {"parameter": name, "option": option.value, "chosen": getattr(params, name).value, "possible": True}
        row |= {"dear": dear(other), "moved": 0.0}
        if row["dear"]:
            yield row
            continue
        try:
            moved = movement(difference(measure, calculate(other), now), measure.measure)
        except BadInput:
            yield row | {"possible": False}
        else:
            yield row | moved | {"moved": max(moved["gained"], moved["lost"])}


def alternatives(params: Params) -> list[tuple[str, Choice]]:
    """The options of open readings that are not chosen in ``params``, by parameter."""
    declared = ((name, one) for name, one in params.declarations().items() if one.open)
    return [(name, option) for name, one in declared for option in one.options if option is not getattr(params, name)]


def total(amounts, family: Family) -> float:
    """The sum of amounts or of differences of a rule, exact to the fen where they are money."""
    amounts = np.asarray(amounts, dtype=float)
    return (
        float(to_yuan(to_fen(amounts).sum()))
        if family.measure.type is Type.MONEY
        else float(np.round(amounts.sum(), 6) + 0.0)
    )


def by_kind(wide: pd.DataFrame, kinds: pd.Series, family: Family) -> pd.DataFrame:
    """The amounts and differences of :meth:`Comparison.side_by_side` by kind, in the order in which kinds first stand.

    Columns: kind, subjects, and for each run ``amount_N`` and ``difference_N``: sums of money, exact to the
    fen, or means where the amount is no money, such as scores.
    """
    moving = [name for name in wide.columns if name.startswith(("amount_", "difference_"))]
    names = kinds.to_numpy(dtype=object)
    rows = []
    for kind in pd.unique(names):
        mine = wide[names == kind]
        share = 1 if family.measure.type is Type.MONEY else len(mine)
        sums = {name: total(mine[name], family) / share for name in moving}
        rows.append({"kind": kind, "subjects": int(np.count_nonzero(names == kind)), **sums})
    return pd.DataFrame(rows, columns=["kind", "subjects", *moving])


GAINED, LOST = Text("增加", "gained"), Text("减少", "lost")
