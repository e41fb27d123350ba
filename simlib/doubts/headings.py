"""Doubts of how the headings of a table were read: near ones of columns that are missing, their years, their units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from simlib.columns import TABLES
from simlib.doubts.doubt import Doubt
from simlib.doubts.finding import MOST_ROWS, Finding, Row, only
from simlib.doubts.seen import Seen
from simlib.tables import account_of
from simlib.tables.account import Head
from simlib.tables.told import UNIT_BESIDE
from simlib.words import Text, joined


def missed(seen: Seen) -> Iterator[Finding]:
    """Headings that may be meant for optional columns which the table, or a part of it, has not."""
    for name, table in seen.tables.items():
        if found := account_of(table).missed:
            rows = tuple(Row(one.file, one.row, one.columns[0], f"“{one.heading}”") for one in found[:MOST_ROWS])
            columns = dict.fromkeys(TABLES[name].by_name[one].label for head in found for one in head.columns)
            yield Finding(name, len(found), None, rows, AS_NOT_GIVEN.fill(columns=joined(columns)))


def years(seen: Seen) -> Iterator[Finding]:
    """Columns of one table whose headings name several years."""
    for name, table in seen.tables.items():
        by_year: dict[str, list[Head]] = defaultdict(list)
        for one in account_of(table).heads:
            if one.year[:4].isdigit():
                by_year[one.year[:4]].append(one)
        if len(by_year) > 1:
            heads = [one for year in sorted(by_year) for one in by_year[year]]
            yield Finding(name, len(heads), None, _rows(heads), YEARS.fill(years=joined(sorted(by_year))))


def units(seen: Seen) -> Iterator[Finding]:
    """Columns of amounts whose unit one sheet says, not being yuan, and another one does not."""
    for name, table in seen.tables.items():
        heads = [one for one in account_of(table).heads if one.amount]
        scaled = {one.column for one in heads if one.power}
        if unsaid := [one for one in heads if one.column in scaled and one.power is None]:
            yield Finding(name, len(unsaid), None, _rows(unsaid), AS_YUAN)


def beside(seen: Seen) -> Iterator[Finding]:
    """Texts beside the rows that mention a unit of amounts which was not applied."""
    for name, table in seen.tables.items():
        found = [one for one in account_of(table).assumptions if one.what == UNIT_BESIDE]
        rows = tuple(Row(one.file, None, one.column, f"“{text}”") for one in found for text, _ in one.examples)
        yield from only(Finding(name, len(rows), None, rows[:MOST_ROWS], AS_YUAN))


def _rows(heads: list[Head]) -> tuple[Row, ...]:
    return tuple(Row(one.file, one.row or None, one.column, f"“{one.heading}”") for one in heads[:MOST_ROWS])


AS_NOT_GIVEN = Text("现按没有给出处理：{columns}", "taken as not given: {columns}")
YEARS = Text("写有 {years}", "they say {years}")
AS_YUAN = Text("没有写单位的按元读取", "without a unit they are read as yuan")

DOUBTS = (
    Doubt(
        "column_missed",
        Text("有相近的表头，但没有读入此列", "a heading that is near to a missing column"),
        Text("该列可能就是它，只是写法不同；没有读入就按规则的默认办法计算，如保证金按结算额的比例计。",
             "It may be that column in other words; where it is not read, the rules take what they take without it: "
             "a deposit as a share of the settled amount."),
        Text("可以没有的列，一张工作表里没有，而其中有一个没有用到的表头与它的某个名称相近（相似度不低于 0.6，年份不"
             "计；或含有它三个字以上的名称）；或 columns.yaml 写了此列的表头，文件中却没有。",
             "A sheet lacks an optional column and has an unused heading that is like one of its names (similarity of "
             "0.6 or more, years aside; or it holds one of three characters or more); or columns.yaml names a heading "
             "of it that the file has not."),
        Text("是此列的，请改成文档中的列名，或在 columns.yaml 中写明；不是的，请写 none。",
             "If it is the column, give it one of its names or say so in columns.yaml; if not, say none there."),
        missed,
    ),
    Doubt(
        "years_differ",
        Text("表头写有不同年份", "headings of several years"),
        Text("一次计算只用一个年度的数；不同年度的列可能取错了。",
             "A calculation is of one year: columns of different years may be the wrong ones."),
        Text("同一张表读入的列中，表头所写的年份有两个以上。",
             "Among the columns that were read of one table, the headings name two years or more."),
        Text("请核对各列的年份，去掉不用的列。", "Check the years; take out the columns that are not meant."),
        years,
    ),
    Doubt(
        "units_differ",
        Text("有的工作表写了金额单位，有的没有写", "a unit of amounts in one sheet and none in another"),
        Text("没有写单位的可能也是万元，读成元就小一万倍。",
             "What says no unit may be in 10,000 yuan as well, and is read as yuan: 10,000 times too small."),
        Text("一张表由几个文件、工作表或同一工作表的几段合成，同一列金额有的写明单位且不是元，有的没有写。",
             "A table is made of several files, sheets or blocks of one; of the same column some say a unit other than "
             "yuan and some say none."),
        Text("请在没有写单位的工作表上写明单位。", "Say the unit in the sheets that say none."),
        units,
    ),
    Doubt(
        "unit_beside",
        Text("提到了金额单位，但没有按它换算", "a unit of amounts that was mentioned and not applied"),
        Text("写法不是通常的“单位：万元”，不知道指哪几列；确为万元的，读成元就小一万倍。",
             "It is not said in a usual way, such as 单位：万元, nor of which columns: what is in 10,000 yuan is read "
             "10,000 times too small."),
        Text("标题、注释或文件名中有万元一类的单位（前面没有数字），与读取所用的单位不同，而有的金额列表头没有写单位。",
             "A title, a note or a name has a unit such as 万元 (without a number before it) that is not the one used, "
             "and the heading of some column of amounts says none."),
        Text("请在列名后写明单位，如（万元）或（元）。", "Say the unit in the headings, such as （万元） or （元）."),
        beside,
    ),
)  # fmt: skip
