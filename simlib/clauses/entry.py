"""What is said of a clause: in our own words what it asks, and whether that can be calculated.

The clauses of a document are data, one CSV a document (two of JS26, whose annexes are long), in the order of the text.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib import resources
from typing import NamedTuple

from simlib.words import Text

FILES = ("js26", "js26_annexes", "js3", "jy", "xx")
# Why nothing of a clause is calculated, by the word in the column ``outside``.
REASONS = {
    "purpose": Text("宗旨、原则或依据，没有可计算的内容", "aims, principles or grounds: nothing to calculate"),
    "definition": Text("定义用语，计算照此理解", "a definition, which calculations follow"),
    "organisation": Text("机构职责与工作安排，没有可计算的内容", "who does what: nothing to calculate"),
    "procedure": Text("办事程序，没有数字和期限", "a procedure without a number or a period"),
    "conduct": Text("行为要求；是否违反由人认定，违反的后果另有条款计算",
                    "a duty: people judge whether it is kept; other clauses say what a breach leads to"),
    "discretion": Text("由主管机关裁量，没有数字", "left to the authority, without a number"),
    "elsewhere": Text("由其他文件或协议规定", "left to other documents or to agreements"),
    "force": Text("施行、废止和解释", "entry into force and interpretation"),
}  # fmt: skip


class Entry(NamedTuple):
    """One clause. ``outside`` says why nothing of it is calculated, ``yet`` what of it is not calculated yet."""

    key: str
    says: Text
    outside: Text | None = None
    yet: Text | None = None


def entries() -> Iterator[Entry]:
    """Every clause of every document."""
    for name in FILES:
        text = resources.files(__package__).joinpath(f"{name}.csv").read_text("utf-8")
        for row in csv.DictReader(text.splitlines()):
            outside = REASONS[row["outside"]] if row["outside"] else None
            yet = Text(row["yet_zh"], row["yet_en"]) if row["yet_zh"] else None
            yield Entry(row["key"], Text(row["zh"], row["en"]), outside, yet)
