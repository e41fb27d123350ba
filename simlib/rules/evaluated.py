"""Which institutions take part in the year's evaluation: the others are a state of their own, not a missing score."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.columns import INSTITUTIONS
from simlib.columns.checks import refuse
from simlib.columns.values import NOT_ANSWER

COLUMN = "evaluated"


@cites("JS26 annex 3, 2(1)")
def evaluated(subjects: pd.DataFrame, name: str = INSTITUTIONS.name) -> np.ndarray:
    """Who is evaluated: all but those whose column ``evaluated`` says no (免评, new this year); a blank is yes.

    JS26 annex 3, 2(1) takes the mean of the institutions that were evaluated. BadInput for what is neither yes nor no.
    """
    if COLUMN not in subjects:
        return np.ones(len(subjects), dtype=bool)
    answer = subjects[COLUMN].to_numpy(dtype=object)
    exempt, blank = _is(answer, False), subjects[COLUMN].isna().to_numpy()
    refuse(subjects, name, COLUMN, ~(exempt | blank | _is(answer, True)), NOT_ANSWER)
    return ~exempt


def _is(answers: np.ndarray, wanted: bool) -> np.ndarray:
    return np.array([one is wanted or isinstance(one, np.bool_ | int | float) and one == wanted for one in answers])
