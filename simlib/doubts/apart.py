"""Doubts of single rows that are written on another scale than their peers: amounts in 10,000 yuan, scores of 1."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from simlib.columns import TABLES, Type
from simlib.doubts.doubt import Doubt
from simlib.doubts.finding import Finding, fen_of, only, rows_of, total, yuan
from simlib.doubts.seen import Seen
from simlib.words import Text

PEERS = {"institutions": ("group", "level"), "communities": (), "billing": ("institution_id",)}  # by table: alike in
FEWEST = 3  # others that a middle amount is taken of
NEAR, FAR = 1_000, 100_000  # times: 10,000, and ten times less or more
SCORES = ("institutions", "communities")


def amounts_apart(seen: Seen) -> Iterator[Finding]:
    """Rows all of whose amounts are about 10,000 times smaller, or larger, than those of their peers."""
    for name, alike in PEERS.items():
        columns = [one.name for one in TABLES[name].columns if one.type is Type.MONEY and seen.has(name, one.name)]
        if not columns:
            continue
        table = seen.small(name)
        fen = {column: fen_of(table, column) for column in columns}
        given = [column for column in alike if column in table and table[column].notna().any()][:1]
        kinds = table[given[0]].astype(str).tolist() if given else [""] * len(table)
        peers: dict[str, list[int]] = defaultdict(list)
        for row, kind in enumerate(kinds):
            peers[kind].append(row)
        mask = np.isin(np.arange(len(table)), [row for rows in peers.values() for row in _apart(rows, fen)])
        shown = [" · ".join(yuan(fen[one][row]) for one in columns if fen[one][row]) for row in range(len(table))]
        money = sum(total(fen[one][mask]) for one in columns)
        yield from only(Finding(name, int(mask.sum()), money, rows_of(table, name, columns[0], mask, shown)))


def _apart(rows: list[int], fen: dict[str, np.ndarray]) -> Iterator[int]:
    """Those of some rows, which are peers, that are apart from the others."""
    sides: dict[int, set[int]] = defaultdict(set)
    for amounts in fen.values():
        given = sorted((int(amounts[row]), row) for row in rows if amounts[row] > 0)
        for place, (amount, row) in enumerate(given):
            others = len(given) - 1
            if others >= FEWEST:
                middle = (others - 1) // 2
                peer = given[middle + (middle >= place)][0]
                small, large = (amount * NEAR <= peer <= amount * FAR), (peer * NEAR <= amount <= peer * FAR)
                sides[row].add(int(large) - int(small))
    return (row for row, found in sides.items() if found in ({1}, {-1}))


def scores_mixed(seen: Seen) -> Iterator[Finding]:
    """Scores of up to 1 beside others of up to 100: the fewer of them."""
    for name in SCORES:
        if seen.has(name, "score"):
            table = seen.small(name)
            score = table["score"].astype(float)
            one, hundred = ((score > 0) & (score <= 1)).to_numpy(), (score > 1).to_numpy()
            if one.any() and hundred.any():
                mask = one if one.sum() <= hundred.sum() else hundred
                yield Finding(name, int(mask.sum()), None, rows_of(table, name, "score", mask))


DOUBTS = (
    Doubt(
        "amounts_apart",
        Text("一行的金额与同类相差约一万倍", "a row about 10,000 times off its peers"),
        Text("这一行可能以万元填写，其余以元填写（或相反）。",
             "The row may be in 10,000 yuan and the others in yuan, or the other way round."),
        Text(f"一行中大于 0 的金额，凡有 {FEWEST} 个以上同类可比的，都比同类其余各行居中的金额（个数为双时取较小的）小"
             f"至 1/{NEAR:,} 到 1/{FAR:,}，或都大 {NEAR:,} 到 {FAR:,} 倍。同类：机构看分配组，没有时看级别；记账看同一"
             f"机构各月；医共体看全表。",
             f"All amounts above 0 of a row, of which {FEWEST} peers or more have one, are 1/{NEAR:,} to 1/{FAR:,} of "
             f"the middle amount of the other peers (of an even number the lower one), or all {NEAR:,} to {FAR:,} "
             f"times of it. Peers: institutions of one group, or level where there is none; months of one "
             f"institution; all communities."),
        Text("请核对这一行的单位。", "Check the unit of the row."),
        amounts_apart,
    ),
    Doubt(
        "scores_mixed",
        Text("有的得分按 1 计，有的按 100 计", "scores of 1 beside scores of 100"),
        Text("0.92 可能是 92 分；照 0.92 分计算，质量保证金就全部扣完。",
             "0.92 may mean 92: as 0.92 it loses the whole deposit."),
        Text("一列得分中，既有大于 0、不大于 1 的，也有大于 1 的；数出较少的一种。",
             "In a column of scores some are above 0 and at most 1, and some above 1; the fewer ones are counted."),
        Text("请统一按百分制填写。", "Give all of them out of 100."),
        scores_mixed,
    ),
)  # fmt: skip
