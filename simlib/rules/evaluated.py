"""Which institutions take part in the year's evaluation: the others are a state of their own, not a missing score."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.columns import INSTITUTIONS
from simlib.columns.values import answers

COLUMN = "evaluated"


@cites("JS26 annex 3, 2(1)")
def evaluated(subjects: pd.DataFrame, name: str = INSTITUTIONS.name) -> np.ndarray:
    """Who is evaluated: all but those whose column ``evaluated`` says no (免评, new this year); a blank is yes.

    JS26 annex 3, 2(1) takes the mean of the institutions that were evaluated. BadInput for what is neither yes nor no.
    """
    if COLUMN not in subjects:
        return np.ones(len(subjects), dtype=bool)
    return np.array([one is not False for one in answers(subjects, name, COLUMN)], dtype=bool)
