"""Which case a refund takes back, and what remains of it: the rule of simlib.columns.cases over the few rows that it
concerns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

Fen = tuple[int, ...]  # the amounts of a row, the total cost first


class Row(NamedTuple):
    """A row as far as the rule asks of it; ``None`` where a cell is blank."""

    row: int
    case_id: str | None
    original_id: str | None
    stay: tuple[str | None, ...]  # institution, person, group, admission, discharge
    fen: Fen
    marked: bool = False
    void: str = ""  # the file says that it counts for nothing: it is not valid, or no stay

    @property
    def below(self) -> bool:
        return min(self.fen) < 0

    @property
    def known(self) -> bool:
        """Whether person and dates say which stay it is."""
        _, person, _, *dates = self.stay
        return None not in (person, *dates)

    @property
    def key(self) -> tuple[str | None, ...]:
        institution, person, group, *dates = self.stay
        return (institution, person, None if self.known else group, *dates)

    def of_group(self, other: Row) -> bool:
        groups = {self.stay[2], other.stay[2]}
        return not self.known or None in groups or len(groups) == 1

    def agrees(self, other: Row) -> bool:
        """Whether nothing speaks against a number by which one names the other."""
        persons = {self.stay[1], other.stay[1]}
        return self.stay[0] == other.stay[0] and (None in persons or len(persons) == 1)


class Fault(NamedTuple):
    """A refund of which it is not known what it takes back: ``why`` is none, several, beyond or marked."""

    why: str
    row: Row
    others: tuple[Row, ...] = ()


@dataclass
class Netted:
    whole: list[tuple[Row, ...]] = field(default_factory=list)  # cases with what takes them back wholly
    reduced: list[tuple[Row, tuple[Row, ...], Fen]] = field(default_factory=list)  # with what of them remains
    alone: list[Row] = field(default_factory=list)  # marked, and nothing else of them is here
    void: list[Row] = field(default_factory=list)  # not valid, and nothing takes them back
    faults: list[Fault] = field(default_factory=list)


def net(rows: Iterable[Row]) -> Netted:
    """All refunds among the rows with their cases."""
    rows = sorted(rows, key=lambda one: (not one.marked, one.row))
    cases = [one for one in rows if not one.below]
    by_number, by_stay = defaultdict(list), defaultdict(list)
    for one in cases:
        by_number[one.case_id].append(one)
        by_stay[one.key].append(one)
    found, used = Netted(), set[int]()

    def named(back: Row) -> list[Row]:
        """The cases that a refund names by number."""
        for number in (back.original_id, back.case_id):
            several = [] if number is None else by_number[number]
            if ones := [one for one in several if one.row != back.row and one.agrees(back)]:
                return ones
        return []

    marked = [one for one in cases if one.marked and not one.void]
    backs = {
        one.row: (one, named(one), one.fen)
        for one in sorted(rows, key=lambda one: one.row)
        if one.below and not one.void
    }
    cited = {one.row: [other for other in named(one) if not other.marked] for one in marked}
    backs |= {one.row: (one, cited[one.row], _minus(one.fen)) for one in marked if cited[one.row]}
    used |= {one.row for one in marked if one.row in backs}

    left: list[tuple[Row, list[Row], Fen]] = []
    exact = defaultdict(list)
    for one in reversed(cases):
        exact[one.key, one.fen].append(one)
    for back, ones, fen in backs.values():
        opposite = _minus(fen)
        free = [one for one in ones if one.fen == opposite and one.row not in used]
        if not ones:
            pool = exact[back.key, opposite]
            while pool and pool[-1].row in used:
                pool.pop()
            free = list(islice((one for one in reversed(pool) if one.row not in used and one.of_group(back)), 1))
        if free:
            used.add(free[0].row)
            found.whole.append((free[0], back))
        else:
            left.append((back, ones, fen))

    _add(left, by_stay, used, found)
    for one in marked:
        if one.row not in used:
            others = [other for other in by_stay[one.key] if not other.marked and other.row not in used]
            if others := [other for other in others if other.of_group(one)]:
                found.faults.append(Fault("marked", one, tuple(others[:2])))
            else:
                found.alone.append(one)
    found.void = sorted(one for one in rows if one.void and one.row not in used)
    found.whole.sort(key=lambda ones: ones[-1].row)
    found.faults.sort(key=lambda fault: fault.row.row)
    return found


def _add(
    left: list[tuple[Row, list[Row], Fen]], by_stay: dict[tuple, list[Row]], used: set[int], found: Netted
) -> None:
    """The refunds that are ``left``, each added to the one case that is left for it."""
    free = {
        key: [one for one in by_stay[key] if one.row not in used and not one.void]
        for key in {back.key for back, _, _ in left}
    }
    added: dict[int, list[tuple[Row, Fen]]] = defaultdict(list)
    case_of: dict[int, Row] = {}
    for back, ones, fen in left:
        of_stay = free[back.key] if back.known and not ones else []
        several = [one for one in ones if one.row not in used and not one.void] or [
            one for one in of_stay if one.of_group(back)
        ]
        if len(several) == 1:
            case_of[several[0].row] = several[0]
            added[several[0].row].append((back, fen))
        else:
            found.faults.append(Fault("several" if several else "none", back, tuple(several[:2])))
    for row, parts in added.items():
        case, backs = case_of[row], tuple(back for back, _ in parts)
        rest = tuple(map(sum, zip(case.fen, *(fen for _, fen in parts), strict=True)))
        used.add(row)
        if min(rest) < 0 or (rest[0] == 0 and any(rest)):
            found.faults += [Fault("beyond", back, (case,)) for back in backs]
        elif any(rest):
            found.reduced.append((case, backs, rest))
        else:
            found.whole.append((case, *backs))


def _minus(fen: Fen) -> Fen:
    return tuple(-one for one in fen)
