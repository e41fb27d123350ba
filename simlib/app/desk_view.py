"""What there is to see of a visitor's files: each sheet with its table, columns, assumptions and refused cells in their
context, as plain values and Texts for the page to draw."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from simlib.app import refused
from simlib.app.desk import BESIDE, Desk
from simlib.app.mends import KEY, PLUS
from simlib.columns import INSTITUTIONS, TABLES, Column, Table, Type
from simlib.doubts.finding import ROW_IS
from simlib.panels.said import OF_RULE
from simlib.problems import Problem
from simlib.tables import Account, Assumption, account_of
from simlib.tables.forms import SCALES, word
from simlib.tables.found import Found
from simlib.tables.headings import heading, near
from simlib.tables.mapping import NONE, Mapping
from simlib.tables.told import SUM_OF
from simlib.tables.wide import item_of
from simlib.words import LANGUAGES, NO_TEXT, Text, joined

HEADER_ROWS = 12  # offered as its header
Offer = dict[str, Any]  # value and label of something to choose


def sheets(desk: Desk) -> list[dict[str, Any]]:
    """Every sheet that was brought, by file: known for a table, not read, or refused as a whole."""
    names, said = [path.name for path in desk.files], desk.said
    shown = [_known(desk, said, found) for parts in desk.given.found.values() for found in parts]
    for unread in desk.given.unread:
        file, sheet = _apart(unread.file, names)
        if not any((one["file"], one["sheet"]) == (file, sheet) for one in shown):
            shown.append({**_bare(said, file, sheet), "state": "unread", "why": unread.why})
    for name in names:
        if not any(one["file"] == name for one in shown):
            told = [problem for problem in desk.problems if problem.file == name]
            state = (
                {"state": "refused", "problems": refused.whole(told)}
                if told
                else {"state": "unread", "why": HIDDEN_FILE}
            )
            shown.append({**_bare(said, name, ""), **state})
    return sorted(shown, key=lambda one: (names.index(one["file"]), one["state"] == "unread"))


def others(desk: Desk) -> list[Problem]:
    """Problems of no sheet that is shown."""
    shown = {found.file for parts in desk.given.found.values() for found in parts}
    shown |= {path.name for path in desk.files}
    return [problem for problem in desk.problems if problem.file not in shown]


def accounts(desk: Desk, found: Found) -> Account:
    """What was assumed for a sheet; nothing where its table is refused."""
    table = desk.given.get(found.table.name)
    return account_of(table) if table is not None else Account()


def _apart(file: str, names: Iterable[str]) -> tuple[str, str]:
    """File and sheet of what messages call it."""
    name = next((one for one in names if file == one or file.startswith(one + BESIDE)), file)
    return name, file.removeprefix(name).removeprefix(BESIDE)


def _bare(said: Mapping, file: str, sheet: str, found: Found | None = None) -> dict[str, Any]:
    entry = said.of(file, sheet)
    taken = _as_found(found.table.label) if found and not (entry and entry.table) else AS_FOUND
    tables = [{"value": table.name, "label": table.label} for table in TABLES.values()]
    return {
        "file": file, "sheet": sheet, "name": BESIDE.join(filter(None, (file, sheet))),
        "tables": [{"value": "", "label": taken}, *tables, {"value": NONE, "label": NO_DATA}],
        "table": entry.table if entry else "",
    }  # fmt: skip


def _known(desk: Desk, said: Mapping, found: Found) -> dict[str, Any]:
    """A sheet that was known for a table."""
    _, sheet = _apart(found.file, [found.sheet.file])
    problems = _of_sheet(desk, found)
    account = accounts(desk, found)
    table = desk.given.get(found.table.name)
    own = [one for one in account.assumptions if one.file == found.file]
    return {
        **_bare(said, found.sheet.file, sheet, found),
        **({"tables": []} if found.beside else {}),
        "state": "refused" if problems else "read",
        "found": found.table.label,
        "rows": len(table) if found.table.large and table is not None else len(found.numbers),
        "wide": WIDE.fill(items=joined(_items(found))) if found.wide else "",
        "header": "-".join(map(str, found.entry.header)),
        "headers": [] if found.beside else _headers(found),
        "columns": [] if found.wide else list(_columns(found)),
        "options": _options(found.table),
        "named": found.entry.by_name if not found.wide and _nameable(found, problems) else None,
        "personal": list(found.left_out),
        "assumed": [_assumed(found, one) for one in own],
        "totals": [
            Text(*(one.line(language) for language in LANGUAGES)) for one in account.totals if one.file == found.file
        ],
        "problems": refused.whole([problem for problem in problems if not problem.row], found),
        "refused": refused.context(desk, found, [problem for problem in problems if problem.row]),
    }


def _of_sheet(desk: Desk, found: Found) -> list[Problem]:
    """What is wrong in a sheet: in reading it, and for a rule that would run on it. Of one that is two tables each has
    what is said of its own columns."""
    said = [*desk.problems]
    for one in desk.rules:
        said += [
            replace(problem, rule=OF_RULE.fill(rule=one.family.label, text=problem.rule)) for problem in one.refused
        ]
    mine = [problem for problem in said if problem.file == found.file]
    if found.beside or found.wide:
        mine = [problem for problem in mine if problem.column in found.table.by_name or not problem.column]
    return list({(one.row, one.column, str(one.value), one.rule): one for one in mine}.values())


def _assumed(found: Found, one: Assumption) -> Text:
    """One line, without the file, and the column by its label."""
    labels = found.table.by_name[one.column].label if one.column in found.table.by_name else NO_TEXT
    return Text(*(replace(one, file="", column=labels.to(language)).line(language) for language in LANGUAGES))


def _nameable(found: Found, problems: list[Problem]) -> bool:
    """Whether to offer that its institutions are known by name: where their numbers are missing, or refused."""
    lacking = KEY not in found.sources or any(problem.column == KEY for problem in problems)
    return KEY in found.table.by_name and found.table is not INSTITUTIONS and (found.entry.by_name or lacking)


def _as_found(what: Text | str) -> Text:
    return FOUND_IS.fill(what=what)


# --- columns


def _columns(found: Found) -> Iterator[dict[str, Any]]:
    """Each heading: the columns that it was taken for, what it may be instead, its unit, what stands below it."""
    said = {word(one): column for one, column in found.entry.columns}
    said |= {word(one): PLUS + name for name, parts in found.entry.sums for one in parts}
    units = {word(one): unit for one, unit in found.entry.units}
    for place, text in enumerate(found.header):
        if not text:
            continue
        names = [name for name, source in found.sources.items() if place in source.places]
        names += [name for name, headings in found.twice.items() if text in headings]
        columns = [found.table.by_name[name] for name in names]
        left = text in found.left_out
        key = heading(text).name
        yield {
            "heading": text,
            "taken": joined(column.heading for column in columns) if columns else ITEM if _item(found, text) else "",
            "twice": any(name in found.twice for name in names),
            "said": said.get(key, ""),
            "near": [] if columns or left or key in said or _item(found, text) else _near(text, found.table),
            "unit": units.get(key, ""),
            "units": _units(found, columns, place),
            "sum": _sum(found, names),
            "personal": left,
            "cells": [] if left or any(column.personal for column in columns) else _below(found, place),
        }


def _item(found: Found, text: str) -> bool:
    """Whether a heading is of an item of the scorecard, which the sheet's other table tells of."""
    return found.beside and item_of((heading(text),)) is not None


def _near(text: str, table: Table) -> list[Offer]:
    names = {column.name for column in near(text, table)}
    return [{"value": name, "label": column.label} for name, column in table.by_name.items() if name in names]


def _units(found: Found, columns: list[Column], place: int) -> list[Offer]:
    """The units that the amounts of one column may be written in, and which of them was taken."""
    words = SCALES.get(columns[0].unit, {}) if len(columns) == 1 and columns[0].name in found.sources else {}
    if not words:
        return []
    source = found.sources[columns[0].name]
    scale = source.scales[source.places.index(place)]
    taken = next((one for one, power in words.items() if power == scale), "")
    offers = [{"value": one, "label": one} for one in words]
    return [{"value": "", "label": _as_found(taken) if taken else AS_FOUND}, *offers]


def _sum(found: Found, names: list[str]) -> Text | str:
    headings = next((found.sources[name].headings for name in names if len(found.sources[name].places) > 1), ())
    return SUM_OF.fill(parts=joined(headings, " + ", " + ")) if headings else ""


def _below(found: Found, place: int) -> list[str]:
    """The first cells under a heading."""
    texts = (row[place].strip() for row in found.cells if place < len(row))
    several = dict.fromkeys(text for _, text in zip(range(20), texts, strict=False) if text)
    return [refused.cell(text) for text in list(several)[:3]]


def _options(table: Table) -> list[Offer]:
    columns = [{"value": column.name, "label": column.heading} for column in table.columns]
    several = [
        {"value": PLUS + one.name, "label": ADDED.fill(column=one.heading)}
        for one in table.columns
        if one.type is Type.MONEY
    ]
    return [{"value": "", "label": AS_FOUND}, {"value": NONE, "label": NOT_READ}, *columns, *several]


def _headers(found: Found) -> list[Offer]:
    """The rows that may be the header, one or two, each with how it begins."""
    if found.sheet.headed:
        return []
    taken = ROWS if len(found.header_rows) > 1 else ROW_IS
    label = taken.fill(first=found.header_rows[0], last=found.header_rows[-1], row=found.header_rows[0])
    offers: list[Offer] = [{"value": "", "label": AS_FOUND if found.entry.header else _as_found(label)}]
    rows = list(zip(found.sheet.numbers, found.sheet.cells, strict=True))[:HEADER_ROWS]
    hidden = {place for place, text in enumerate(found.header) if text in found.left_out}
    for at, (number, cells) in enumerate(rows):
        texts = [refused.cell(text) for place, text in enumerate(cells) if text.strip() and place not in hidden][:4]
        offers.append({"value": str(number), "label": ROW.fill(row=number, begins=joined(texts))})
        if at + 1 < len(rows) and rows[at + 1][0] == number + 1:
            offers.append({"value": f"{number}-{number + 1}", "label": ROWS.fill(first=number, last=number + 1)})
    return offers


def _items(found: Found) -> list[str]:
    """The items of a wide sheet, with their full marks where the headings say them."""
    items = dict.fromkeys(cells[1] for cells in found.cells)
    return [f"{item}（{found.full[item]:g}）" if item in found.full else item for item in items]


AS_FOUND = Text("自动识别", "As found")
ADDED = Text("＋ 与其他列相加为：{column}", "+ one of several that add up to {column}")
NO_DATA, NOT_READ = Text("非数据，不读取", "No data: not read"), Text("不读取此列", "Not read")
HIDDEN_FILE = Text("临时文件或隐藏文件，未读取。", "A temporary or hidden file, not read.")
WIDE = Text("宽表：每列一个评分项目（或一个月），转换为每家每项一行。项目：{items}",
            "A wide sheet, an item (or a month) a column: a row for each institution and item: {items}")  # fmt: skip
FOUND_IS = Text("自动识别：{what}", "As found: {what}")
ROW = Text("第 {row} 行：{begins}", "row {row}: {begins}")
ROWS = Text("第 {first}–{last} 行（两行表头）", "rows {first}–{last} (a header of two)")
ITEM = Text("评分项目", "an item of the scorecard")
