"""What a settlement starts from, made once: the index of the cases, and who has which accounts."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from simlib.digests import bytes_digest, table_digest
from simlib.problems import BadInput, Problem
from simlib.rules.dip.basis import Basis
from simlib.rules.dip.catalogue import catalogue, peer_means
from simlib.rules.dip.index import Index
from simlib.rules.dip.params import DipParams, Ledger
from simlib.rules.dip.points import SCHEMES
from simlib.rules.dip.standing import KEY, Standing
from simlib.rules.family import Results
from simlib.tables import Tables, small
from simlib.tables.large import Large
from simlib.words import Text

POOLED = Ledger.POOLED.value
Made = TypeVar("Made")
MANY_CASES = 1_000_000
MOST_KEPT = 4  # indexes that a process keeps for tables it has seen; a copy of the process finds them too
_KEPT: OrderedDict[tuple[Any, ...], Index] = OrderedDict()


@dataclass
class Ready:
    """The tables of one settlement, with what is made of them when first asked for."""

    tables: Tables
    made: dict[str, tuple[Hashable, Any]] = field(default_factory=dict)

    def keep(self, name: str, key: Hashable, make: Callable[[], Made]) -> Made:
        """What ``make`` gives, made again only when the ``key`` it depends on is another."""
        if name not in self.made or self.made[name][0] != key:
            self.made[name] = key, make()
        made: Made = self.made[name][1]
        return made

    def catalogue(self, params: DipParams) -> Results:
        """Groups and last year's means: as given, or made from the history."""
        key = self._history(params)
        means = partial(peer_means, clustered="groups" not in self.tables)  # the groups of a given one stand alone
        return {
            name: small(self.tables, name)
            if name in self.tables
            else self.keep(name, key, partial(make, self.tables["history"], params))
            for name, make in (("groups", catalogue), ("peer_means", means))
        }

    def _history(self, params: DipParams) -> tuple[Any, ...]:
        """What the catalogue depends on."""
        given = "groups" in self.tables and "peer_means" in self.tables
        return () if given else (params.core_min_cases, params.history_years, params.year_weights)

    def key(self, params: DipParams) -> tuple[Any, ...]:
        """What the accounts depend on: another key, other books."""
        return params.ledger, Basis.of(params, self.tables["cases"].columns), self._history(params)

    def dear(self, params: DipParams) -> bool:
        """Whether these parameters want another index, of so many cases that it takes seconds."""
        indexed = self.made.get("books", (None,))[0]
        return len(self.tables["cases"]) > MANY_CASES and self.key(params) != indexed

    def books(self, params: DipParams) -> Books:
        """Who has accounts in which ledger."""
        return self.keep(
            "books",
            self.key(params),
            lambda: Books.open(self._index(params), small(self.tables, "institutions"), params.ledger),
        )

    def _index(self, params: DipParams) -> Index:
        """The cases by place and ratio (JY art. 28); schemes are kept apart only where the ledgers are."""
        cases, institutions = self.tables["cases"], small(self.tables, "institutions")
        measured, (ledger, basis, _) = self.catalogue(params), self.key(params)
        groups, means = measured["groups"], measured["peer_means"]
        split = ledger is Ledger.BY_SCHEME
        digest = table_digest(cases) if isinstance(cases, Large) else ""
        if not digest:  # nothing tells such cases from others
            return Index.build(cases, institutions, groups, means, split=split, basis=basis)
        key = (digest, split, basis, *map(_content, (institutions[[KEY, "level"]], groups, means)))
        if key not in _KEPT:
            _KEPT[key] = Index.build(cases, institutions, groups, means, split=split, basis=basis)
            while len(_KEPT) > MOST_KEPT:
                _KEPT.popitem(last=False)
        _KEPT.move_to_end(key)
        return _KEPT[key]


@dataclass(frozen=True)
class Books:
    """The accounts: one an institution and ledger, in the order of the institutions (JY art. 2, 10, 31)."""

    index: Index
    institutions: pd.DataFrame  # those that have cases
    owner: np.ndarray  # of each account, a place of the index: its row of ``institutions``
    ledgers: dict[str, np.ndarray]  # the accounts of each ledger

    @classmethod
    def open(cls, index: Index, institutions: pd.DataFrame, ledger: Ledger) -> Books:
        if not len(index.places):
            raise BadInput(Problem(NO_POINTS, "cases"))
        rows, owner = np.unique(index.places["row"].to_numpy(), return_inverse=True)
        scheme = index.places["scheme"].to_numpy()
        if ledger is Ledger.POOLED:
            return cls(index, institutions.iloc[rows], owner, {POOLED: np.arange(len(rows))})
        if (scheme == "").any():
            raise BadInput(Problem(NO_SCHEME, "cases", column="scheme"))
        ledgers = {name: np.flatnonzero(scheme == name) for name in SCHEMES if (scheme == name).any()}
        return cls(index, institutions.iloc[rows], owner, ledgers)

    @cached_property
    def standing(self) -> Standing:
        return Standing.of(self.institutions)

    @cached_property
    def ids(self) -> np.ndarray:
        ids: np.ndarray = self.institutions[KEY].array
        return ids

    @cached_property
    def rows(self) -> np.ndarray:
        """Of the accounts, ledger by ledger: their rows of ``institutions``."""
        return np.asarray(self.owner[np.concatenate(list(self.ledgers.values()))])

    @cached_property
    def named(self) -> dict[str, Any]:
        """Institution and scheme of the accounts, ledger by ledger."""
        schemes = np.repeat(list(self.ledgers), [len(accounts) for accounts in self.ledgers.values()])
        return {KEY: self.ids[self.rows], "scheme": pd.array(schemes, dtype="str")}

    @cached_property
    def level(self) -> np.ndarray:
        """Of each account."""
        return np.asarray(self.standing.level[self.owner])


def _content(table: pd.DataFrame) -> str:
    hashes = pd.util.hash_pandas_object(table, index=False).to_numpy()
    return bytes_digest(hashes.tobytes() + "|".join(table.columns).encode())


NO_POINTS = Text(
    "无任何核定分值，无法计算点值。请核对病例。",
    "There are no approved points, hence no point value. Check the cases.",
)
NO_SCHEME = Text(
    "有病例未写明险种，无法分开核算。请补充 scheme 列。",
    "Some cases do not say their scheme, so ledgers cannot be apart. Fill in the column.",
)
