"""The sheet that a printed page begins with: what was changed, on which data, by which version, and where it is found.

The browser tells the address at which it shows the page; what is shown there is in its query. The link stands on paper
as text and as a QR code, which is drawn here and needs nothing of the browser.
"""

from __future__ import annotations

import re
from functools import lru_cache

import segno

import simlib
from simlib.app.data import source_label
from simlib.app.texts import TEXTS
from simlib.app.visit import Visit
from simlib.params import PARAMETERS
from simlib.words import NO_TEXT, Text, joined
from simlib.workbook.about import VERSION

ADDRESS = re.compile(r"https?://[\w.:\[\]-]{1,120}/[^\s?#\"'<>]{0,300}")
BORDER = 2  # modules around the code; more is the paper's own white


def address(told: object) -> str:
    """The address of a page as its browser tells it, or nothing where that is none."""
    text = str(told)
    return text if ADDRESS.fullmatch(text) else ""


def link(place: str, query: str) -> str:
    """Where what is shown can be seen again; nothing for a page that has no address of its own."""
    return f"{place}{'?' if query else ''}{query}" if place else ""


@lru_cache(maxsize=8)
def code(text: str) -> str:
    """A QR code as an image's address; nothing where the text is longer than a code holds."""
    try:
        drawn = segno.make(text, error="l", micro=False, boost_error=True)
    except segno.DataOverflowError:
        return ""
    return drawn.svg_data_uri(border=BORDER, omitsize=True)


def sheet(changed: list[Text], none: Text, data: list[Text | str], where: str) -> dict:
    """What stands on the sheet: a line for each thing that was ``changed``, ``none`` where nothing was; the ``data``;
    the link."""
    return {
        "lines": [
            *([{"label": PARAMETERS, "said": said}] if (said := changed or [none]) != [NO_TEXT] else []),
            {"label": TEXTS["data"], "said": data},
            {"label": VERSION, "said": [f"simlib {simlib.__version__}"]},
            *([{"label": LINK, "said": [where]}] if where else []),
        ],
        "code": code(where) if where else "",
        "codeLabel": CODE,
        "date": DATE,
    }


LINK, DATE, CODE = Text("链接", "Link"), Text("打印日期", "Printed"), Text("链接的二维码", "The link as a QR code")


def of_visit(visit: Visit, place: str) -> dict:
    """The sheet of a page of results at the address ``place``."""
    data = [source_label(visit.source), COUNTED.fill(count=f"{visit.counted:,}"), STAMP.fill(stamp=visit.stamp)]
    return sheet(visit.stated, UNCHANGED, [joined(data, zh="，", en=", ")], link(place, visit.query))


NO_FILES = Text("尚未提供文件", "no files yet")
UNCHANGED = Text("均为文件规定值", "all at the document's values")
COUNTED = Text("{count} 家机构", "{count} institutions")
STAMP = Text("数据与版本校验码 {stamp}", "stamp of data and version {stamp}")
