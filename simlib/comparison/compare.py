"""Two to six scenarios on the same tables: headline numbers side by side, amounts subject by subject, and who changes
side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from simlib.columns.values import Row
from simlib.comparison.movement import difference, movement, total
from simlib.comparison.outcomes import measured, outcomes
from simlib.comparison.tables import EFFECT, EFFECTS, OUTCOMES, RESULTS, SUBJECTS
from simlib.digests import table_digest
from simlib.problems import BadInput, Problem
from simlib.rules import FAMILIES
from simlib.rules.family import Results
from simlib.scenario import Part, Run
from simlib.tables import Tables
from simlib.tables.large import Large
from simlib.words import NO_TEXT, Text, joined

FEWEST, MOST = 2, 6


@dataclass(frozen=True, eq=False)
class Comparison:
    """Runs on the same tables, each against the baseline; made by :func:`compare`."""

    runs: tuple[Run, ...]
    baseline: int
    titles: tuple[Text, ...]  # told apart where several have the same

    @cached_property
    def rules(self) -> dict[str, list[int]]:
        """The rules that can be compared, each with the runs that can: the baseline's and those on the same
        subjects."""
        found: dict[str, list[int]] = {}
        for name, part in self.runs[self.baseline].parts.items():
            subjects = set(_subjects(part))
            can = [
                n
                for n, run in enumerate(self.runs)
                if name in run.parts and set(_subjects(run.parts[name])) == subjects
            ]
            if len(can) >= FEWEST:
                found[name] = can
        return found

    @cached_property
    def left_out(self) -> dict[str, list[Text]]:
        """By rule: which scenarios did not run it, or ran it on other subjects than the baseline."""
        base = self.runs[self.baseline]
        found: dict[str, list[Text]] = {}
        for name in (one for one in FAMILIES if any(one in run.parts for run in self.runs)):
            label, can = FAMILIES[name].label, self.rules.get(name, [])
            absent = [n for n, run in enumerate(self.runs) if name not in run.parts]
            known = set(range(len(self.runs))) - {*absent, *can, self.baseline}
            end = NO_TEXT if can else NOT_COMPARED
            texts = [
                text.fill(rule=label, scenarios=joined(self.titles[n] for n in sorted(whom)), end=end)
                for whom, text in ((absent, NOT_RUN), (known if name in base.parts else [], OTHER_SUBJECTS))
                if whom
            ]
            found |= {name: texts} if texts else {}
        return found

    @property
    def warnings(self) -> list[Text]:
        """What a reader must know: the rules that not every scenario is compared by."""
        return [text for texts in self.left_out.values() for text in texts]

    def side_by_side(self, rule: str) -> pd.DataFrame:
        """One row a subject in the baseline's order: its key, and for each run that can be compared ``amount_N``,
        ``difference_N`` against the baseline and, where the rule has sides, ``side_N``; N is 1 for the first run."""
        family, base = FAMILIES[rule], self.runs[self.baseline].parts[rule]
        columns = {family.key: _subjects(base)}
        for n in self.rules[rule]:
            part = self.runs[n].parts[rule]
            table = _table(part).set_index(family.key).reindex(columns[family.key])
            columns[f"amount_{n + 1}"] = table[family.amount[1]].to_numpy()
            # The baseline leads, so that every column stands in its order.
            columns[f"difference_{n + 1}"] = -difference(family, base.results, part.results).to_numpy() + 0.0
            if family.side:
                columns[f"side_{n + 1}"] = table[family.side].to_numpy(dtype=object)
        return pd.DataFrame(columns)

    def moved(self, rule: str, n: int) -> dict[str, int | float]:
        """Who gains and loses under run ``n`` against the baseline, how much, and what both sum to: ``net``."""
        differences, family = self._wide[rule][f"difference_{n + 1}"], FAMILIES[rule]
        return {**movement(differences, family.measure), "net": total(differences, family)}

    def differs(self, rule: str) -> bool:
        """Whether any outcome or any subject's amount or side under some scenario is not the baseline's."""
        outcome = self.tables[OUTCOMES.name]
        subject = self.tables[SUBJECTS.name]
        mine = subject[subject["rule"] == rule]
        moved = mine["difference"].any() or (mine["from"] != mine["to"]).any()
        return bool(moved or outcome.loc[outcome["rule"] == rule, "difference"].any())

    @cached_property
    def _wide(self) -> dict[str, pd.DataFrame]:
        return {rule: self.side_by_side(rule) for rule in self.rules}

    @cached_property
    def tables(self) -> Results:
        """The tables of ``RESULTS`` by name."""
        made: list[Any] = [self._scenarios(), self._outcomes(), self._institutions(), self._sides()]
        return {
            table.name: pd.DataFrame(rows, columns=list(table.by_name))
            for table, rows in zip(RESULTS, made, strict=True)
        }

    def _scenarios(self) -> list[Row]:
        return [
            {"scenario": title.zh, "title_en": title.en, "question": run.scenario.question,
             "baseline": n == self.baseline,
             "rules": ", ".join(run.parts), "sha256": run.scenario.digest}
            for n, (run, title) in enumerate(zip(self.runs, self.titles, strict=True))
        ]  # fmt: skip

    def _outcomes(self) -> list[Row]:
        numbers = [measured(run) for run in self.runs]
        rows = []
        for rule, can in self.rules.items():
            for path in outcomes([rule]):
                base = numbers[self.baseline][path]
                rows += [
                    {"scenario": self.titles[n].zh, "rule": rule, "outcome": path.partition(".")[2],
                     "value": numbers[n][path],
                     "baseline": base, "difference": exactly(numbers[n][path], base)}
                    for n in can
                ]  # fmt: skip
        return rows

    def _institutions(self) -> pd.DataFrame:
        frames = []
        for rule, can in self.rules.items():
            family, wide = FAMILIES[rule], self._wide[rule]
            blank = np.full(len(wide), "", dtype=object)
            side = [
                wide[f"side_{n + 1}"].to_numpy() if family.side else blank for n in range(len(self.runs)) if n in can
            ]
            at = can.index(self.baseline)
            frames += [
                pd.DataFrame({
                    "rule": rule, "subject": wide[family.key], "scenario": self.titles[n].zh,
                    "measure": family.amount[1],
                    "amount": wide[f"amount_{n + 1}"].astype(float),
                    "baseline": wide[f"amount_{self.baseline + 1}"].astype(float),
                    "difference": wide[f"difference_{n + 1}"], "from": side[at], "to": side[place],
                    EFFECT: effect(wide[f"difference_{n + 1}"]),
                })
                for place, n in enumerate(can)
            ]  # fmt: skip
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(SUBJECTS.by_name))

    def _sides(self) -> list[Row]:
        return [
            row for rule, can in self.rules.items() for n in can if n != self.baseline for row in self.sides(rule, n)
        ]

    def sides(self, rule: str, n: int) -> list[Row]:
        """The rows of ``SIDES`` of one rule and run: from which side to which, everyone counted once a kind of side."""
        family, wide = FAMILIES[rule], self._wide[rule]
        moved = wide[f"difference_{n + 1}"].to_numpy()
        blank = np.full(len(wide), "", dtype=object)
        kinds: list[tuple[str, np.ndarray, np.ndarray, Iterable[str], Iterable[str]]]
        kinds = [(EFFECT, blank, effect(moved), ("",), EFFECTS)]
        if family.side:
            former, now = (wide[f"side_{one + 1}"].to_numpy() for one in (self.baseline, n))
            order = list(family.sides)
            kinds.insert(0, (family.side, former, now, order, order))
        rows = []
        for side, former, now, froms, tos in kinds:
            for one, other in ((one, other) for one in froms for other in tos):
                who = (former == one) & (now == other)
                if not who.any():
                    continue
                moves = movement(pd.Series(moved[who]), family.measure)
                changed = one != other and other != "none" if side == EFFECT else one != other
                rows.append({
                    "scenario": self.titles[n].zh, "rule": rule, "side": side, "from": one, "to": other,
                    "subjects": int(who.sum()),
                    "difference": total(moved[who], family), "gained": moves["gained"], "lost": moves["lost"],
                    "whom": "; ".join(wide[family.key].to_numpy()[who].astype(str)) if changed else "",
                })  # fmt: skip
        return rows


def compare(runs: Sequence[Run], baseline: int = 0) -> Comparison:
    """Two to six runs on the same tables, each against run number ``baseline`` (0 is the first).

    A rule is compared among the runs that ran it on the same subjects, where the baseline is one of them;
    ``warnings`` name the others. ``tables`` are those of ``RESULTS``: the scenarios, their outcomes, the
    amounts subject by subject, and who changes side (money in yuan, exact to the fen; scores in points).
    Equal titles are told apart by a number.

    BadInput: fewer than two runs or more than six, a baseline that is none of them, runs on different data.
    """
    runs = tuple(runs)
    check_number(len(runs))
    if not 0 <= baseline < len(runs):
        raise BadInput(Problem(NO_BASELINE.fill(most=len(runs)), column="baseline", value=str(baseline + 1)))
    titles = told_apart([run.scenario.name for run in runs])
    problems = [
        Problem(OTHER_DATA.fill(tables=joined(other)), file=title.zh)
        for run, title in zip(runs, titles, strict=True)
        if (other := unlike(runs[0].inputs, run.inputs))
    ]
    if problems:
        raise BadInput(problems)
    return Comparison(runs, baseline, titles)


def check_number(count: int) -> None:
    """BadInput where so many scenarios cannot be compared."""
    if not FEWEST <= count <= MOST:
        raise BadInput(Problem(NUMBER.fill(fewest=FEWEST, most=MOST), value=str(count)))


def told_apart(titles: Sequence[Text]) -> tuple[Text, ...]:
    """The titles, a number behind each that stands there already in either language."""
    found: list[Text] = []
    for title in titles:
        one, number = title, 1
        while any(set(one) & set(other) for other in found):
            number += 1
            one = Text(f"{title.zh}（{number}）", f"{title.en} ({number})")
        found.append(one)
    return tuple(found)


def unlike(ours: Tables, theirs: Tables) -> list[str]:
    """The names of the tables that are not the same in both: absent, or of other content."""
    if ours is theirs:
        return []
    return [
        name
        for name in {**ours, **theirs}
        if name not in ours or name not in theirs or not _alike(ours[name], theirs[name])
    ]


def effect(differences: npt.ArrayLike) -> np.ndarray:
    """Who gains and who loses: a code of ``EFFECTS`` for each."""
    moved = np.asarray(differences)
    return np.select([moved > 0, moved < 0], ["gain", "lose"], "none").astype(object)


def exactly(value: float, baseline: float) -> float:
    """The difference of two numbers as they are written, without a trace of binary noise."""
    if np.isnan(value) or np.isnan(baseline):
        return float("nan")
    return float(Decimal(str(value)) - Decimal(str(baseline)))


def _table(part: Part) -> pd.DataFrame:
    return part.results[part.family.amount[0]]


def _subjects(part: Part) -> np.ndarray:
    return _table(part)[part.family.key].to_numpy()


def _alike(ours: pd.DataFrame | Large, theirs: pd.DataFrame | Large) -> bool:
    if ours is theirs:
        return True
    digests = [table_digest(frame) for frame in (ours, theirs)]
    if all(digests):
        return digests[0] == digests[1]
    return isinstance(ours, pd.DataFrame) and isinstance(theirs, pd.DataFrame) and ours.equals(theirs)


NUMBER = Text(
    "对比方案应为 {fewest} 至 {most} 个。请增减方案。",
    "Compare {fewest} to {most} scenarios. Add some or leave some out.",
)
NO_BASELINE = Text(
    "未找到作为基准的方案。请填 1 至 {most}。", "There is no such scenario to be the baseline. Give 1 to {most}."
)
OTHER_DATA = Text(
    "与第一个方案所用的数据不同（{tables}）。请用同一份数据运行所有方案。",
    "Its data differ from the first scenario's ({tables}). Run all scenarios on the same data.",
)
NOT_RUN = Text("{rule}：以下方案未运行该规则：{scenarios}。{end}", "{rule}: not run by {scenarios}.{end}")
OTHER_SUBJECTS = Text(
    "{rule}：以下方案的计算对象与基准不同，未作比较：{scenarios}。{end}",
    "{rule}: run on other subjects than the baseline's, and not compared: {scenarios}.{end}",
)
NOT_COMPARED = Text("该规则没有可比较的结果。", " Nothing of it can be compared.")
