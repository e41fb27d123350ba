"""Facts in long form to one matrix a card: a row a subject, a column a fact, every value checked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.columns import FACTS, STAGES, TABLES
from simlib.columns.checks import refuse, require, together
from simlib.columns.values import answers
from simlib.problems import Problem
from simlib.rules.cards import CARDS, Card, Fact, FactKind, Item
from simlib.rules.cards.criteria import Converted
from simlib.rules.cards.pieces import When
from simlib.rules.scorecard import violations
from simlib.rules.scorecard.counted import NOT_APPLICABLE, Key
from simlib.rules.scorecard.fact_names import by_name
from simlib.rules.scorecard.subjects import equals, on_card, texts
from simlib.words import Text, suggestion

NAME = Text("评分表", "the scorecard")
TABLE = FACTS.name
SUBJECT, ITEM, FACT, VALUE, STAGE = list(FACTS.by_name)[:5]
APPLIES = "applies"
FINAL = len(STAGES) - 1  # the number of the last stage, which a blank one is
# Where a fact is no column of the card: it is another edition's of the same subjects, another card's of the same
# edition, another kind of subjects', or no card's.
ANOTHER_EDITIONS, ANOTHER_CARDS, ANOTHER_KINDS, NOBODYS = -1, -2, -3, -4


@dataclass(frozen=True)
class Sheet:
    """One card's facts: ``values[stage]`` is what holds once that stage has reviewed (nan where unknown, infinite
    where the fact does not apply).

    ``subjects`` are the institutions (or communities) that the card evaluates, ``rows`` where they stand there;
    ``columns`` says which column of the matrix holds a fact; ``violations[stage]`` are the numbered violations
    that a fact contains, by its place in the matrix (row x columns + column); ``file`` is where the facts stand,
    ``unread`` how many of these subjects' facts only another card of the edition reads.
    """

    card: Card
    subjects: pd.DataFrame
    rows: np.ndarray
    columns: dict[Key, int]
    values: dict[str, np.ndarray]
    violations: dict[str, dict[int, tuple[str, ...]]] = field(default_factory=dict)
    file: str = TABLE
    unread: int = 0

    @cached_property
    def ids(self) -> np.ndarray:
        return self.subjects[self.card.key].to_numpy()

    @cached_property
    def levels(self) -> np.ndarray:
        return texts(self.subjects["level"])

    @cached_property
    def kinds(self) -> list[FactKind]:
        """The kind of each column's fact."""
        return [fact.kind for fact in self.card.known.values()]

    @property
    def stages(self) -> list[str]:
        return list(self.values)

    def changed(self, stage: str, later: str) -> np.ndarray:
        """The rows of whom a later stage states something else."""
        same = (self.values[stage] == self.values[later]) | np.isnan(self.values[stage]) & np.isnan(self.values[later])
        moved = {place // len(self.columns) for one in (stage, later) for place in self.violations.get(one, {})}
        rows = ~same.all(axis=1)
        rows[sorted(moved)] = True
        return np.flatnonzero(rows)

    def only(self, rows: np.ndarray) -> Sheet:
        """The same sheet of these rows alone."""
        width, place = len(self.columns), {row: at for at, row in enumerate(rows.tolist())}
        values = {stage: matrix[rows] for stage, matrix in self.values.items()}
        found = {
            stage: {
                place[one // width] * width + one % width: numbers
                for one, numbers in held.items()
                if one // width in place
            }
            for stage, held in self.violations.items()
        }
        return replace(self, subjects=self.subjects.iloc[rows], rows=self.rows[rows], values=values, violations=found)

    def corrected(self, stage: str, later: str) -> tuple[np.ndarray, Sheet]:
        """The rows of whom a later stage states something else, and the sheet of these alone; made once."""
        if (stage, later) not in self._corrected:
            rows = self.changed(stage, later)
            self._corrected[stage, later] = rows, self.only(rows)
        return self._corrected[stage, later]

    @cached_property
    def _corrected(self) -> dict[tuple[str, str], tuple[np.ndarray, Sheet]]:
        return {}

    def meeting(self, when: When, item: str, values: np.ndarray) -> np.ndarray:
        """Which subjects meet a condition on their columns or on yes_no facts of the item."""
        met = np.ones(len(self.subjects), dtype=bool)
        for name, wanted in when.items():
            if (item, name) in self.columns:
                met &= values[:, self.columns[item, name]] == wanted
            else:
                met &= self.has(name, wanted)
        return met

    def has(self, column: str, wanted: str | bool) -> np.ndarray:
        """Which subjects have this value in a column of their table; worked out once."""
        if (column, wanted) not in self._known:
            self._known[column, wanted] = equals(self.subjects[column], wanted)
        return self._known[column, wanted]

    @cached_property
    def _known(self) -> dict[tuple[str, str | bool], np.ndarray]:
        return {}

    @cites("JS26 annex 1, note 2", "JS26 annex 1, note 3", "JS26 annex 2, note 2")
    def source(self, item: Item, criterion: Converted, values: np.ndarray) -> np.ndarray:
        """Which fact a converted evaluation is read from: 0 the ordinary one, 1 the first variant, ..."""
        chosen = np.zeros(len(values), dtype=int)
        for number, variant in reversed(list(enumerate(criterion.variants, start=1))):
            chosen[self.meeting(variant.when, item.item, values)] = number
        return chosen


def sheet(card: Card, subjects: pd.DataFrame, facts: pd.DataFrame) -> Sheet:
    """The facts of the subjects whom the card evaluates.

    ``facts`` holds institution_id, item, fact (its name on the card, or its words), value, and optionally stage
    (self, county, city: a later stage replaces what it states anew and leaves the rest; what stands only later holds
    from the start, and a blank stage is the last), violation, and applies, which says no where the fact does not apply
    and has no value. BadInput for an unknown subject, item or fact, a
    value that its fact cannot have, a fact stated twice, or violations that it cannot contain.
    """
    table, needed = card.subjects, sorted(card.needed)
    together(
        lambda: require(subjects, table, needed, NAME),
        lambda: require(facts, TABLE, [SUBJECT, ITEM, FACT, VALUE], NAME),
    )
    mine, facts = on_card(card, subjects, needed), by_name(facts)

    row_of = np.where(mine, np.cumsum(mine) - 1, -1)
    code, stated = pd.factorize(facts[SUBJECT])
    position = np.append(pd.Index(subjects[card.key]).get_indexer(stated), -1)[code]  # a blank is coded -1
    declared = card.known
    columns = {key: at for at, key in enumerate(declared)}
    column, row = _columns(card, facts, columns), np.append(row_of, -1)[position]
    strange = pd.Series((position < 0) & (column != ANOTHER_KINDS), facts.index)
    together(
        lambda: refuse(facts, TABLE, SUBJECT, strange, NO_SUBJECT.fill(table=TABLES[table].label)),
        lambda: _refuse_unknown(facts, (row >= 0) & (column == NOBODYS), columns),
        *(
            [lambda: refuse(facts, TABLE, STAGE, facts[STAGE].notna() & ~facts[STAGE].isin(STAGES), NO_STAGE)]
            if STAGE in facts
            else []
        ),
    )

    read = (row >= 0) & (column >= 0)
    own, cols = facts[read], column[read]
    value = own[VALUE] if own[VALUE].dtype == float else pd.to_numeric(own[VALUE], errors="coerce")
    value = value.to_numpy(dtype=float)
    free = np.array([one is False for one in answers(own, TABLE, APPLIES)], dtype=bool)
    place = row[read] * len(columns) + cols
    stage = np.full(len(own), FINAL)
    if STAGE in own:
        stage = own[STAGE].map({name: at for at, name in enumerate(STAGES)}).fillna(FINAL).to_numpy(int)
    twice = pd.Series(place * len(STAGES) + stage, own.index).duplicated()
    *_, numbers = together(
        lambda: _check_values(own, cols, value, declared, _full_marks(card), free),
        lambda: refuse(own, TABLE, VALUE, pd.Series(free & ~np.isnan(value), own.index), VALUE_TOO),
        lambda: refuse(own, TABLE, FACT, twice, TWICE),
        lambda: violations.stated(card, own, list(columns), cols, np.where(free, NOT_APPLICABLE, value)),
    )
    value = np.where(free, NOT_APPLICABLE, value)
    count = int(mine.sum())
    reviewed, found = _reviewed(place, value, stage, numbers, count * len(columns))
    values = {name: matrix.reshape(count, len(columns)) for name, matrix in reviewed.items()}
    unread = int(((row >= 0) & (column == ANOTHER_CARDS)).sum())
    file = facts.attrs.get("file", TABLE)
    return Sheet(card, subjects[mine], np.flatnonzero(mine), columns, values, found, file, unread)


def _columns(card: Card, facts: pd.DataFrame, columns: dict[Key, int]) -> np.ndarray:
    """The matrix column of each fact, or whose it is if not the card's."""
    item, items = pd.factorize(facts[ITEM])
    fact, names = pd.factorize(facts[FACT])
    table = np.full((len(items) + 1, len(names) + 1), NOBODYS)  # the last row and column are a blank's
    for other in sorted(
        CARDS.values(), key=lambda other: (other.subjects == card.subjects, other.edition == card.edition)
    ):
        for i, f in other.known:
            if i in items and f in names:
                same = ANOTHER_CARDS if other.edition == card.edition else ANOTHER_EDITIONS
                whose = same if other.subjects == card.subjects else ANOTHER_KINDS
                table[items.get_loc(i), names.get_loc(f)] = whose
    for (i, f), at in columns.items():
        if i in items and f in names:
            table[items.get_loc(i), names.get_loc(f)] = at
    return table[item, fact]


def _refuse_unknown(facts: pd.DataFrame, unknown: np.ndarray, columns: dict[Key, int]) -> None:
    """BadInput with one line for each of these facts, which no card declares, with those of this card that are near."""
    found: dict[Key, list[int]] = {}
    for at in np.flatnonzero(unknown).tolist():
        found.setdefault((facts[ITEM].iloc[at], facts[FACT].iloc[at]), []).append(at)
    steps, items = [], list(dict.fromkeys(item for item, _ in columns))
    for (item, fact), rows in found.items():
        own = [name for where, name in columns if where == item]
        near = suggestion(fact, own) if own else suggestion("", items)  # of numbers none is near
        rule = NO_FACT.fill(item=_place(item), near=near) if own else NO_ITEM.fill(near=near)
        mask = pd.Series(np.isin(np.arange(len(facts)), rows), facts.index)
        steps.append(partial(refuse, facts, TABLE, FACT if own else ITEM, mask, rule))
    together(*steps)


def _reviewed(
    place: np.ndarray, value: np.ndarray, stage: np.ndarray, numbers: dict[int, tuple[Any, ...]], size: int
) -> tuple[dict[str, np.ndarray], dict[str, dict[int, tuple[Any, ...]]]]:
    """By stage, the values and the violations that hold once it has reviewed, by their place in the matrix."""
    values, found = {}, {}
    matrix = np.full(size, np.nan)
    held: dict[int, tuple[Any, ...]] = {}
    for number in np.unique(stage).tolist() or [FINAL]:
        name, at = list(STAGES)[number], np.flatnonzero(stage == number)
        matrix = matrix.copy()
        matrix[place[at]] = value[at]
        said = {int(place[one]): numbers.get(one) for one in at.tolist()} if numbers else {}
        held = {where: what for where, what in {**held, **said}.items() if what}
        values[name], found[name] = matrix, held
    names = list(values)
    for earlier, later in zip(names[-2::-1], names[:0:-1], strict=True):
        unknown = np.isnan(values[earlier])
        values[earlier] = np.where(unknown, values[later], values[earlier])
        found[earlier] = found[earlier] | {where: what for where, what in found[later].items() if unknown[where]}
    return values, found


def _check_values(
    own: pd.DataFrame, cols: np.ndarray, value: np.ndarray, declared: dict[Key, Fact], full: dict[Key, float],
    free: np.ndarray,
) -> None:  # fmt: skip
    """BadInput with one line for each value that its fact cannot have."""
    highest = {FactKind.YES_NO: 1, FactKind.SHARE: 1, FactKind.SCORE: 100}
    keys = list(declared.items())
    low = np.array([-np.inf if fact.kind is FactKind.NUMBER else 0 for _, fact in keys])
    high = np.array([float(full.get(key, highest.get(fact.kind, np.inf))) for key, fact in keys])
    whole = np.array([fact.kind in (FactKind.YES_NO, FactKind.COUNT) for _, fact in keys])
    wrong = ~((value >= low[cols]) & (value <= high[cols]) & np.isfinite(value)) | (
        whole[cols] & (value != np.rint(value))
    )
    may = np.array([fact.may_not_apply for _, fact in keys], dtype=bool)[cols]
    steps = []
    for bad, rule in ((wrong & ~free, WRONG_VALUE), (free & ~may, ALWAYS_APPLIES)):
        for one in np.unique(cols[bad]).tolist():
            fact, at = keys[one][1], pd.Series(bad & (cols == one), own.index)
            said = rule.fill(fact=fact.text, rule=fact.kind.rule)
            steps.append(partial(refuse, own, TABLE, VALUE, at, said))
    together(*steps)


def _full_marks(card: Card) -> dict[Key, float]:
    """The most points that a city may enter, for each fact that holds points."""
    return {
        (item.item, criterion.fact): float(criterion.points)
        for item in card.items
        for criterion in item.criteria
        if criterion.kind == "given"
    }


def absent(sheet: Sheet, row: int, item: str, fact: str, declared: Fact) -> Problem:
    """What to say of a fact that a criterion needs and nobody reported."""
    rule = NOT_REPORTED.fill(fact=declared.text, item=_place(item), kind=declared.kind.rule)
    return Problem(rule, sheet.file, column=f"{item} · {fact}", value=sheet.ids[row])


def _place(item: str) -> Text:
    return EXTRAS.get(item, Text(f"第{item}项", f"item {item}"))


EXTRAS = {"bonus": Text("加分项", "the bonus list"), "veto": Text("负面清单", "the veto list")}
NO_STAGE = Text(
    "未找到该评审阶段。请填 self、county 或 city，或留空。",
    "There is no such stage. Give self, county or city, or leave it blank.",
)
NO_SUBJECT = Text("不在{table}表中。请核对编号。", "It is not in the table of {table}. Check the number.")
NO_ITEM = Text("评分表没有该项目。{near}", "The card has no such item. {near}")
NO_FACT = Text("{item}没有该事实。{near}", "There is no such fact in {item}. {near}")
TWICE = Text("同一机构、项目、事实和阶段重复出现。请仅保留一行。",
             "Stated twice for the same institution, item, fact and stage. Keep one row.")  # fmt: skip
WRONG_VALUE = Text("{fact}应为{rule}。请核对。", "{fact} must be {rule}. Check it.")
ALWAYS_APPLIES = Text(
    "{fact}不能填“不适用”，应为{rule}。请核对。", "{fact} always applies: it must be {rule}. Check it."
)
VALUE_TOO = Text(
    "标明不适用的事实不应再有数值。请删除其中一个。", "A fact that does not apply has no value. Remove one of the two."
)
NOT_REPORTED = Text(
    "缺少{item}的事实“{fact}”（{kind}）。请补报，或设 scorecard.missing 为 zero（按 0 分或没有计）。",
    "The fact “{fact}” of {item} is missing ({kind}). Report it, or set scorecard.missing to zero.",
)
