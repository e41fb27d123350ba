"""What is wrong with a sheet as a whole, before any of its cells is looked at."""

from __future__ import annotations

from simlib.problems import Problem
from simlib.tables import mapping
from simlib.tables.cells import missing_columns
from simlib.tables.forms import word
from simlib.tables.found import Found
from simlib.words import Text, joined


def shape(found: Found) -> list[Problem]:
    """What is wrong with the sheet as a whole: columns that two headings claim or that none has, amounts that stand for
    several rows, rows that are not as long as the header."""
    table, file = found.table, found.file
    problems = [Problem(claimed(name, headings), file, column=name) for name, headings in found.twice.items()]
    problems += [
        Problem(HIDDEN_NAME, file, found.header_rows[0], value=text) for text in found.header if not text.isprintable()
    ]
    problems += [Problem(SPREAD, file, row, column) for row, column in found.spread]
    problems += [Problem(UNITS.fill(units=joined(found.units)), file, column=name) for name in found.unclear]
    problems += [Problem(ragged(count, len(found.header)), file, row) for row, count in found.uneven]
    constants = [name for name, _ in found.constants]
    problems += [Problem(CONSTANT_TOO, mapping.FILE, column=name) for name in constants if name in found.sources]
    gone = absent(found)
    problems += [
        Problem(NO_HEADING.fill(file=file), mapping.FILE, column=name, value=key)
        for key, name in gone
        if name in needed(found)
    ]
    said = {name for _, name in gone}
    lacking = missing_columns(table, found.header, file, {*found.sources, *found.twice, *constants})
    return problems + [one for one in lacking if one.column not in said]


def absent(found: Found) -> list[tuple[str, str]]:
    """Headings that a mapping names and the sheet has not, with their columns; of one that is not to be read none, and
    of one that has a unit only where nothing else is said of it ``""``."""
    read = [text for source in found.sources.values() for text in source.headings]  # of two rows it may be both
    rows = zip(found.sheet.numbers, found.sheet.cells, strict=True)
    written = [cells for row, cells in rows if row in found.header_rows]  # of a wide sheet the header is another
    heads = {word(text) for text in (*found.header, *read, *(text for cells in written for text in cells))}
    said = [*found.entry.columns, *((part, name) for name, parts in found.entry.sums for part in parts)]
    named = {word(text) for text, _ in said}
    said += [(text, "") for text, _ in found.entry.units if word(text) not in named]
    return [(text, name) for text, name in said if word(text) not in heads and name != mapping.NONE]


def needed(found: Found) -> set[str]:
    """Columns without which nothing is read: those that are required and not there, a sum of which some parts are, and
    what has a unit and is not there to have one."""
    absent = [column.name for column in found.table.columns if column.required and column.name not in found.sources]
    return {*absent, *(name for name, _ in found.entry.sums if name in found.sources), ""}


def claimed(name: str, headings: list[str]) -> Text:
    """That several headings are one column's; of different ones what to write for each is said."""
    rule = CLAIMED.fill(headings=joined(f"“{one}”" for one in headings))
    if len(set(headings)) < len(headings):
        return rule
    ways = joined((WRITE.fill(heading=one, name=name) for one in headings), "；", "; ")
    return joined((rule, SAY.fill(ways=ways)), "", " ")


def ragged(count: int, width: int) -> Text:
    return RAGGED.fill(found=count, wanted=width)


CLAIMED = Text("{headings}均疑似此列。请仅保留一列，或在 columns.yaml 中写明所用的列。",
               "{headings} all name this column. Keep one, or say in columns.yaml which it is.")  # fmt: skip
WRITE = Text("取“{heading}”的，写 columns: {{{heading}: {name}}}",
             "for “{heading}” write columns: {{{heading}: {name}}}")  # fmt: skip
SAY = Text("（{ways}。）", "({ways}.)")
SPREAD = Text("合并单元格中的数值对应多行，无法分到各行。请取消合并并逐行填写。",
              "A merged cell gives one number for several rows. Unmerge it and give each row its own.")  # fmt: skip
UNITS = Text("表中有多个金额单位（{units}），无法确定此列的单位。请在列名后写明，如（万元）。",
             "The sheet names several units of amounts ({units}). Say in the heading which this column has, such as "
             "(万元).")  # fmt: skip
CONSTANT_TOO = Text("文件中已有此列，不能再写 constants。请删除其中之一。",
                    "The file has this column; constants cannot give it as well. Remove one of them.")  # fmt: skip
NO_HEADING = Text("{file} 没有该表头。请按文件中的写法填写。", "{file} has no such heading. Write it as it stands.")
HIDDEN_NAME = Text(
    "列名含有不可见的字符。请重新输入列名。", "The column name holds invisible characters. Type it again."
)
RAGGED = Text("有 {found} 个单元格，表头有 {wanted} 列。请检查多余或缺少的逗号。",
              "{found} cells, but the header has {wanted} columns. Look for a comma too many or too few.")  # fmt: skip
