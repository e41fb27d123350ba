"""What the institutions' table says of each institution that bears on its coefficient, and the mix of its cases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.columns import GRADES
from simlib.columns.checks import refuse, require, together, unique
from simlib.exact import Exact
from simlib.money import decimal_integers
from simlib.words import Text

NAME = Text("机构系数", "the coefficient")
TABLE, KEY = "institutions", "institution_id"
NO_AGE_BONUS = ("rehabilitation", "eye")  # types (JY art. 22(2)1(2), (3))


@dataclass(frozen=True)
class Ratio:
    """A fraction for each institution; ``below`` 0 where there is none."""

    above: np.ndarray  # Python ints
    below: np.ndarray

    @property
    def known(self) -> np.ndarray:
        return self.below > 0

    def floats(self) -> np.ndarray:
        known = self.known.astype(bool)
        return np.where(known, (self.above / np.where(known, self.below, 1)).astype(float), np.nan)

    @classmethod
    def given(cls, table: pd.DataFrame, column: str) -> Ratio:
        """Those that the table states."""
        if column not in table or table[column].isna().all():
            return cls(*[np.zeros(len(table), dtype=object)] * 2)
        parts, scale = decimal_integers(table[column].fillna(0).to_numpy(dtype=float))
        return cls(parts.astype(object), np.where(table[column].notna(), scale, 0).astype(object))

    def over(self, given: Ratio) -> Ratio:
        """These, where there is no ``given`` one."""
        if not given.below.any():
            return self
        stated = given.known.astype(bool)
        return Ratio(np.where(stated, given.above, self.above), np.where(stated, given.below, self.below))


@dataclass(frozen=True)
class Ages:
    """Shares of elderly patients and of children, one row an institution, and the cases that weigh them in the
    city's."""

    elderly: Ratio
    child: Ratio
    cases: np.ndarray

    def over(self, standing: Standing) -> Ages:
        """These, where the institutions' table does not give a share itself."""
        return Ages(self.elderly.over(standing.elderly), self.child.over(standing.child), self.cases)


@dataclass(frozen=True)
class Mix:
    """What the coefficient asks of the cases: CMI, which hangs on the deviation limits, and ages, which do not."""

    cmi: Ratio
    ages: Ages


@dataclass(frozen=True)
class Standing:
    """What the institutions' table says of each institution that bears on its coefficient."""

    ids: np.ndarray
    level: np.ndarray
    grade: np.ndarray
    new: np.ndarray
    ages_count: np.ndarray  # whether elderly patients and children add to it
    flags: dict[str, np.ndarray]  # of high_level, drugs and consumables not done, other breach
    specialties: dict[str, np.ndarray]
    rates: dict[str, tuple[Exact, np.ndarray]]  # accuracies and the irregular share, and where they are known
    cmi: Ratio  # as far as the table states it, as are the shares
    elderly: Ratio
    child: Ratio
    published: tuple[Exact, np.ndarray]  # coefficients, and where there is one

    @classmethod
    def of(cls, institutions: pd.DataFrame) -> Standing:
        """BadInput where a level is missing, or a grade is of another level."""
        level, grade = grades(institutions)
        kind = (
            institutions["type"].isin(NO_AGE_BONUS).to_numpy()
            if "type" in institutions
            else np.zeros(len(grade), dtype=bool)
        )
        return cls(
            institutions[KEY].array, level, grade, _flags(institutions, "new"), ~kind,
            {
                "high_level_part": _flags(institutions, "high_level"),
                "drug_part": _flags(institutions, "drug_procurement_done", when=False),
                "consumable_part": _flags(institutions, "consumable_procurement_done", when=False),
                "breach_part": _flags(institutions, "other_breach"),
            },
            {rank: _counts(institutions, f"specialties_{rank}") for rank in ("national", "provincial", "city")},
            {name: _numbers(institutions, name) for name in ("coding_accuracy", "charging_accuracy",
                                                             "irregular_share")},
            Ratio.given(institutions, "cmi"),
            Ratio.given(institutions, "elderly_share"),
            Ratio.given(institutions, "child_share"),
            _numbers(institutions, "coefficient"),
        )  # fmt: skip


@cites("JY 22(1)", "JY 23")
def grades(institutions: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The level and the grade of each institution. BadInput where the level is missing or does not go with the
    grade."""
    require(institutions, TABLE, ["level"], NAME)
    level = institutions["level"].astype("str").where(institutions["level"].notna(), "")
    given = institutions["grade"] if "grade" in institutions else pd.Series(np.nan, institutions.index, dtype=object)
    grade = given.where(given.notna(), level + "O")
    together(
        lambda: unique(institutions, TABLE, KEY),
        lambda: refuse(institutions, TABLE, "level", level == "", NO_LEVEL),
        lambda: refuse(
            institutions,
            TABLE,
            "grade",
            (grade.str[:1] != level) & (level != "") | ~grade.isin(GRADES) & (level != ""),
            OTHER_LEVEL,
        ),
    )
    return level.to_numpy(dtype=object), grade.to_numpy(dtype=object)


def _numbers(institutions: pd.DataFrame, column: str) -> tuple[Exact, np.ndarray]:
    """A column exactly, and where it is not blank."""
    if column not in institutions:
        return Exact(np.zeros(len(institutions), dtype=object)), np.zeros(len(institutions), dtype=bool)
    return Exact.of(institutions[column].fillna(0).to_numpy(dtype=float)), institutions[column].notna().to_numpy()


def _counts(institutions: pd.DataFrame, column: str) -> np.ndarray:
    if column not in institutions:
        return np.zeros(len(institutions), dtype=np.int64)
    return institutions[column].fillna(0).to_numpy(dtype=np.int64)


def _flags(institutions: pd.DataFrame, column: str, when: bool = True) -> np.ndarray:
    if column not in institutions:
        return np.zeros(len(institutions), dtype=bool)
    return (institutions[column] == when).fillna(False).to_numpy(dtype=bool)


NO_LEVEL = Text(
    "有住院病例的机构必须有级别。请补充。", "An institution with inpatient cases needs a level. Fill it in."
)
OTHER_LEVEL = Text(
    "等次与级别不符（JY 第二十三条）。请核对其中一个。",
    "The grade does not go with the level (JY art. 23). Check one of them.",
)
