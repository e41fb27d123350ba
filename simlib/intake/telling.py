"""What was made of the files: in words for `simlib check`, as plain values for JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simlib.columns import TABLES
from simlib.doubts import DOUBT, doubts
from simlib.tables import Given, account_of
from simlib.tables.found import Found
from simlib.words import Text, joined


def lines(given: Given, language: str) -> Iterator[str]:
    """Table by table what was read and assumed, then what was not read, and what may be a slip."""
    for name, table in given.items():
        account = account_of(table)
        yield READ.fill(file=table.attrs["file"], table=TABLES[name].label, rows=f"{len(table):,}").to(language)
        for assumption in account.assumptions:
            yield "  " + assumption.line(language)
        for total in account.totals:
            yield "  " + total.line(language)
        if left := left_out(given, name):
            yield LEFT_OUT.fill(headings=joined(left)).to(language)
        if account.extras:
            yield EXTRA.fill(headings=joined(account.extras)).to(language)
        for heading, near in account.offered:
            yield OFFERED.fill(heading=heading, near=joined(near)).to(language)
    for unread in given.unread:
        yield NOT_READ.fill(file=unread.file, why=unread.why).to(language)
    for found in doubts(given):
        yield DOUBT.fill(text=found.said).to(language)
        yield from found.lines(language)[1:]


def told(given: Given) -> dict[str, Any]:
    """All of it, for JSON."""
    accounts = {name: account_of(table) for name, table in given.items()}

    def all_of(part: str) -> list[dict[str, Any]]:
        return [{"table": name, **one.plain()} for name, account in accounts.items() for one in getattr(account, part)]

    return {
        "tables": {name: _table(given, name) for name in given},
        "assumptions": all_of("assumptions"),
        "totals": all_of("totals"),
        "unread": [one.plain() for one in given.unread],
        "doubts": [found.plain() for found in doubts(given)],
    }


def left_out(given: Given, name: str) -> list[str]:
    """The headings of personal data in the files of a table."""
    of_sheets = (heading for found in given.found.get(name, ()) for heading in found.left_out)
    return list(dict.fromkeys((*account_of(given[name]).left_out, *of_sheets)))


def headings(found: Found) -> Iterator[tuple[str, str, int]]:
    """Each heading of a sheet that was read, its column, and the power of ten that its unit stands for."""
    for name, source in found.sources.items():
        for heading, scale in zip(source.headings, source.scales, strict=True):
            yield heading, name, scale


def _table(given: Given, name: str) -> dict[str, Any]:
    table, account = given[name], account_of(given[name])
    return {
        "file": table.attrs["file"],
        "sha256": table.attrs.get("sha256", ""),
        "rows": len(table),
        "sheets": [_sheet(found) for found in given.found.get(name, ())],
        "unused": list(account.extras),
        "offered": {heading: list(near) for heading, near in account.offered},
        "left_out": left_out(given, name),
    }


def _sheet(found: Found) -> dict[str, Any]:
    columns = [{"heading": heading, "column": name, "power": scale} for heading, name, scale in headings(found)]
    return {"file": found.file, "header": list(found.header_rows), "columns": columns}


READ = Text("{file}：{table}，{rows} 行，没有问题", "{file}: {table}, {rows} rows, no problem")
LEFT_OUT = Text("  个人信息，未读取：{headings}", "  personal data, not read: {headings}")
EXTRA = Text("  无规则使用的列：{headings}", "  columns that no rule uses: {headings}")
OFFERED = Text("  列“{heading}”未识别，是否应为：{near}？", "  column “{heading}” is not known; is it {near}?")
NOT_READ = Text("{file}：{why}", "{file}: {why}")
