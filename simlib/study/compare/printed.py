"""Compared scenarios in a terminal."""

from __future__ import annotations

from simlib.comparison.compare import Comparison
from simlib.comparison.tables import SAME
from simlib.panels.compare import DIFFERENCE
from simlib.report.aligned import aligned
from simlib.report.table import at_a_glance, signed
from simlib.rules import FAMILIES
from simlib.words import Text


def printed(done: Comparison, lang: str) -> list[str]:
    """The scenarios by number, then their headline numbers side by side: rule by rule, what differs below each
    value."""
    lines = [
        f"{n + 1}  {title.to(lang)}" + (MARK.to(lang) if n == done.baseline else "")
        for n, title in enumerate(done.titles)
    ]
    for rule, can in done.rules.items():
        label, differs = FAMILIES[rule].label.to(lang), done.differs(rule)
        head = [label, *(str(n + 1) for n in can)]
        lines += [
            "",
            *(
                aligned([head, *_numbers(done, rule, lang), *_moves(done, rule, lang)])
                if differs
                else [label, "  " + SAME.to(lang)]
            ),
        ]
    return lines


def _numbers(done: Comparison, rule: str, lang: str) -> list[list[str]]:
    table = done.tables["comparison"]
    rows = []
    for column in FAMILIES[rule].headlines:
        mine = table[(table["rule"] == rule) & (table["outcome"] == column.name)]
        rows.append([f"  {column.heading.to(lang)}", *(at_a_glance(value, column) for value in mine["value"])])
        if mine["difference"].any():
            rows.append([f"    {DIFFERENCE.to(lang)}", *(signed(value, column) for value in mine["difference"])])
    return rows


def _moves(done: Comparison, rule: str, lang: str) -> list[list[str]]:
    """Who gains and loses, and who changes side, where anybody does."""
    family, can = FAMILIES[rule], done.rules[rule]
    moves = [done.moved(rule, n) for n in can]
    if not any(one["gainers"] or one["losers"] for one in moves):
        return [[f"  {NOBODY.to(lang)}"]]
    rows = []
    for label, count, amount in ((GAIN, "gainers", "gained"), (LOSE, "losers", "lost")):
        rows.append(
            [
                f"  {label.to(lang)}",
                *("" if n == done.baseline else f"{one[count]:,}" for n, one in zip(can, moves, strict=True)),
            ]
        )
        unit = Text("（{unit}）", " ({unit})").fill(unit=family.measure.unit).to(lang)
        rows.append(
            [
                f"    {TOTAL.to(lang)}{unit}",
                *(
                    "" if n == done.baseline else at_a_glance(one[amount], family.measure)
                    for n, one in zip(can, moves, strict=True)
                ),
            ]
        )
    changes: dict[tuple[str, str], dict[int, int]] = {}
    for n in can:
        for row in done.sides(rule, n):
            if row["side"] == family.side and row["from"] != row["to"]:
                changes.setdefault((row["from"], row["to"]), {})[n] = row["subjects"]
    named = family.sides
    for (one, other), counts in changes.items():
        shown = ("" if n == done.baseline else f"{counts.get(n, 0):,}" for n in can)
        rows.append([f"  {named[one].to(lang)} → {named[other].to(lang)}", *shown])
    return rows


MARK = Text("（基准）", " (baseline)")
GAIN, LOSE, TOTAL = Text("增加的家数", "Gainers"), Text("减少的家数", "Losers"), Text("合计", "in all")
NOBODY = Text("金额没有变化", "no amount changes")
