"""Doubts of every table: totals that do not add up, shares that look like percents, names that differ in spelling."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import pandas as pd

from simlib.columns import TABLES
from simlib.doubts.doubt import Doubt
from simlib.doubts.finding import MOST_ROWS, Finding, Row, fen_of, only, rows_of, total, yuan
from simlib.doubts.seen import Seen
from simlib.money import to_fen
from simlib.tables import Total, account_of
from simlib.tables.forms import word
from simlib.tables.told import EXPOSED
from simlib.words import Text, joined

BRACKETS = re.compile(r"[(\[{<〔【〖「『《〈)\]}>〕】〗」』》〉]")
BETWEEN = re.compile(r"[、,·・。]")  # what may stand between two parts of a name, or not
SAME = str.maketrans("×‐‑‒–—―−_~一二三四五六七八九級組類縣區鎮鄉醫專", "x---------123456789级组类县区镇乡医专")
ALIKE = (  # columns whose texts name one thing each
    ("institutions", "institution_id"), ("institutions", "name"), ("institutions", "county"), ("institutions", "group"),
    ("communities", "community_id"), ("communities", "name"), ("groups", "group_code"),
)  # fmt: skip
SCORES = ("institutions", "communities")
NAMED = {"institutions": ("deposit", "settled"), "communities": ("budget",)}  # what each is paid of
WHERE = ("county", "group")  # two places may each have one of a name
MOST_NAMED = 3  # pairs of spellings in one line


def totals(seen: Seen) -> Iterator[tuple[str, Total]]:
    for name, table in seen.tables.items():
        for one in account_of(table).totals:
            yield name, one


def differing(seen: Seen) -> Iterator[Finding]:
    """Stated totals that are not the sums of their rows, by table; the money is what they differ by."""
    wrong: dict[str, list[tuple[Total, int]]] = defaultdict(list)
    for name, one in totals(seen):
        stated, summed = (int(fen) for fen in to_fen([one.stated or 0.0, one.summed]))
        if one.stated is not None and stated != summed:
            wrong[name].append((one, stated - summed))
    for name, found in wrong.items():
        rows = tuple(
            Row(t.file, t.row, t.column, f"{yuan(_fen(t.stated))} ≠ {yuan(_fen(t.summed))}")
            for t, _ in found[:MOST_ROWS]
        )
        first, gap = found[0]
        detail = STATED.fill(stated=yuan(_fen(first.stated)), summed=yuan(_fen(first.summed)), gap=yuan(gap))
        yield Finding(name, len(found), sum(abs(gap) for _, gap in found), rows, detail)


def unstated(seen: Seen) -> Iterator[Finding]:
    """Totals that have no value in the file, as formulas that were never worked out."""
    found: dict[str, list[Total]] = defaultdict(list)
    for name, one in totals(seen):
        if one.stated is None:
            found[name].append(one)
    for name, several in found.items():
        rows = tuple(Row(t.file, t.row, t.column, yuan(_fen(t.summed))) for t in several[:MOST_ROWS])
        yield Finding(name, len(several), None, rows, SUMMED.fill(summed=yuan(_fen(several[0].summed))))


def exposing(seen: Seen) -> Iterator[Finding]:
    """Columns in which identity numbers stand, by table; the numbers themselves are not shown."""
    for name, table in seen.tables.items():
        ones = [one for one in account_of(table).assumptions if one.what == EXPOSED]
        rows = tuple(Row(one.file, None, one.column, "") for one in ones)
        yield from only(Finding(name, len(ones), None, rows[:MOST_ROWS]))


def _fen(amount: float | None) -> int:
    return int(to_fen([amount or 0.0])[0])


def unusual(seen: Seen) -> Iterator[Finding]:
    """Values outside of what a column declares as usual, by column."""
    for name, table in seen.tables.items():
        for column in (one for one in TABLES[name].columns if one.usual is not None and one.name in table):
            if not isinstance(table, pd.DataFrame) or column.usual is None:
                continue
            low, high = column.usual
            values = table[column.name].astype(float)
            mask = (values.notna() & ~values.between(low, high)).to_numpy()
            said = USUAL.fill(column=column.label, low=f"{low:g}", high=f"{high:g}")
            yield from only(Finding(name, int(mask.sum()), None, rows_of(table, name, column.name, mask), said))


def scores_of_one(seen: Seen) -> Iterator[Finding]:
    """A column of scores of 100 in which nothing is above 1."""
    for name in SCORES:
        if seen.has(name, "score"):
            table = seen.small(name)
            given = table["score"].astype(float).dropna()
            if len(given) and 0 < given.max() <= 1:
                mask = table["score"].notna()
                yield Finding(name, len(given), None, rows_of(table, name, "score", mask))


def spelled_alike(seen: Seen) -> Iterator[Finding]:
    """Texts of one column that differ only by width, spaces, brackets or case, with how often each stands there."""
    for name, column in ALIKE:
        if not seen.has(name, column):
            continue
        table = seen.small(name)
        texts = table[column].dropna().astype(str)
        counts = texts.value_counts(sort=False)
        same: dict[str, list[str]] = defaultdict(list)
        for text in counts.index:
            same[spelling(text)].append(text)
        several = [texts for texts in same.values() if len(texts) > 1]
        if several:
            told = [[TIMES.fill(text=one, count=counts[one]) for one in texts] for texts in several[:MOST_NAMED]]
            pairs = [joined(texts, " / ", " / ") for texts in told]
            theirs = table[column].isin([one for texts in several for one in texts]).to_numpy()
            firsts = ~table[column].duplicated().to_numpy() & theirs
            money = total(fen_of(table, "deposit")[theirs]) if "deposit" in table else 0
            said = SPELLED.fill(column=TABLES[name].by_name[column].label, pairs=joined(pairs, "；", "; "))
            rows = rows_of(table, name, column, firsts)
            yield Finding(name, len(several), money if column == "group" else None, rows, said)


def named_twice(seen: Seen) -> Iterator[Finding]:
    """Rows of other numbers that have a name which an earlier row has; the money is what the later ones are paid of."""
    for name, amounts in NAMED.items():
        if seen.has(name, "name"):
            table = seen.small(name)
            where = next((one for one in WHERE if one in table and table[one].notna().any()), "name")
            names = table[[where, "name"]].map(lambda text: spelling(text) if isinstance(text, str) else None)
            mask = (names.duplicated() & table["name"].notna()).to_numpy()
            given = next((one for one in amounts if one in table and table[one].notna().any()), None)
            money = total(fen_of(table, given)[mask]) if given else None
            yield from only(Finding(name, int(mask.sum()), money, rows_of(table, name, "name", mask)))


def spelling(text: str) -> str:
    """A text without what makes no difference: width, spaces, brackets, case, kinds of dashes and numbers."""
    text = BRACKETS.sub("|", word(text)).translate(SAME)
    return BETWEEN.sub("", text).removeprefix("第")


STATED = Text(
    "合计行为 {stated}，各行之和为 {summed}，相差 {gap}", "stated {stated}, summed {summed}, difference {gap}"
)
SUMMED = Text("各行之和为 {summed}，无法核对", "the rows sum to {summed}; nothing to compare with")
USUAL = Text("{column}一般在 {low} 至 {high} 之间", "{column} is usually from {low} to {high}")
TIMES = Text("{text}（{count}）", "{text} ({count})")
SPELLED = Text("{column}：{pairs}", "{column}: {pairs}")

DOUBTS = (
    Doubt(
        "identity_numbers",
        Text("身份证号会写进结果", "identity numbers that would stand in results"),
        Text("编号、备注等列按原样写出，其中的身份证号会随结果外传。",
             "Numbers and remarks are written as they stand, and identity numbers in them leave with the results."),
        Text("不是人员编号的文字列中，有校验位正确的 18 位身份证号（大表只看开头的行）。",
             "An identity number of 18 digits with the right check digit stands in a column of texts that is not the "
             "person's number (of a large table the first rows are looked at)."),
        Text("请改用其他编号，或从备注中删除。", "Use other numbers, or delete them from the remarks."),
        exposing,
    ),
    Doubt(
        "total_differs",
        Text("合计与各行之和不符", "totals that do not add up"),
        Text("可能漏行、多行，或表中有金额被改动。",
             "A row may be missing or too many, or an amount was changed."),
        Text("合计行写明的金额，与它上面各行（小计：自上一个小计起）之和相差 0.01 元或以上。",
             "The amount of a total row differs by 0.01 yuan or more from the sum of the rows above it (a subtotal: "
             "since the one before)."),
        Text("请与制表人核对。计算只使用各行数据，不使用合计。",
             "Ask whoever made the sheet. Only the rows are used, not the total."),
        differing,
    ),
    Doubt(
        "total_without_value",
        Text("合计无数值", "totals without a value"),
        Text("合计为未计算的公式或空白，行数和金额无法核对。",
             "The total is a formula that was never worked out, or no number: rows and amounts cannot be checked "
             "by it."),
        Text("合计行的金额单元格无法读取数值。", "No number can be read from an amount of a total row."),
        Text("请在 Excel 中打开、保存后重新提供，或手工核对。",
             "Open and save the file in Excel, or check it by hand."),
        unstated,
    ),
    Doubt(
        "outside_usual",
        Text("比率不在一般范围", "shares outside of what is usual"),
        Text("比率按 0 至 1 填写；0.5% 填成 0.5 将放大 100 倍。",
             "A share is given from 0 to 1: 0.5% written as 0.5 is 100 times too large."),
        Text("数值在该列的一般范围之外（编码、收费准确率低于 0.5，不合理服务占比高于 0.2）。",
             "A value outside of the column's usual range (accuracies below 0.5, unnecessary-service share above "
             "0.2)."),
        Text("请核对是否为百分数。", "Check whether it is a percentage."),
        unusual,
    ),
    Doubt(
        "scores_of_one",
        Text("得分均不大于 1", "scores that are all at most 1"),
        Text("得分满分为 100 分；90.5 分写成 0.905（百分比格式的单元格）将缩小 100 倍。",
             "Scores are out of 100: 90.5 written as 0.905 (a cell in percent format) is 100 times too low."),
        Text("该列得分的最大值大于 0 且不大于 1。", "The largest score of the column is above 0 and at most 1."),
        Text("请改为百分制的得分。", "Give the scores out of 100."),
        scores_of_one,
    ),
    Doubt(
        "spelled_alike",
        Text("仅写法不同的名称", "names that differ only in spelling"),
        Text("同一分组、区县、机构或病种有两种写法，将被视为两个：分组不同，金额随之不同。",
             "One group, county, institution or code written in two ways counts as two, and other groups are "
             "other money."),
        Text("同一列中的两处文字仅有全角半角、空格、括号样式、大小写、×/x、横线样式、顿号逗号、数字写法（一组、1组、"
             "第一组）或"
             "繁简（級、組）的差别。",
             "Two texts of one column differ only by width, spaces, kind of brackets, case, × for x, kind of dash, "
             "commas, figures (一组, 1组, 第一组) or traditional characters (級, 組)."),
        Text("如属同一对象，请统一写法。", "If they are the same, write them in one way."),
        spelled_alike,
    ),
    Doubt(
        "named_twice",
        Text("同一名称有两个编号", "one name under two numbers"),
        Text("可能是同一机构新旧两个编码都在表中，将被计算、拨付两次。",
             "It may be one institution by its old and its new number, which counts and is paid twice."),
        Text("编号不同的两行，区县（没有时看分配组）和名称相同（全角半角、空格、括号等写法不计）；"
             "金额为后列各行的保证金（医共体：预算）。",
             "Two rows of different numbers have the same name (width, spaces, brackets and the like aside) in "
             "the same county, or group where no county is given; the money is the deposit of the later ones (of "
             "communities the budget)."),
        Text("请核对是否为同一机构；是的，仅保留一行。", "If they are one, keep one row."),
        named_twice,
    ),
)  # fmt: skip
