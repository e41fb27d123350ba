"""Refunds among the rows of a large table: the rule stands in simlib.columns.cases, what follows from it in
simlib.tables.large.refunds. Here the rows that it concerns are fetched, and what was done with them is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from simlib.columns import CARE, ORIGINAL, REFUNDED, SAME_STAY, SETTLED_AS, TAKEN_BACK, VALID, Table
from simlib.columns.checks import part_of
from simlib.problems import BadInput, Problem
from simlib.tables.account import EXAMPLES, Assumption
from simlib.tables.cells import out_of_range
from simlib.tables.large.lines import MOST_LINES, Finding
from simlib.tables.large.queries import Queries, ask, same
from simlib.tables.large.refunds import Fault, Fen, Netted, Row, net
from simlib.tables.large.shape import ROW
from simlib.words import Text, joined

OF_A_REFUND = (*TAKEN_BACK, REFUNDED, SETTLED_AS, VALID, CARE)  # columns that say whether a row is one
LAIN, GONE, STAYING, LESS, REMAINING = "lain", "gone", "staying", "less", "remaining"  # names that an engine knows
FIRST = 5  # of those that are doubted
MOST = 1_000_000  # refunds that are looked at one by one


@dataclass(frozen=True)
class Alone:
    """Rows marked as refunds that nothing belongs to: how many, their cost in fen, and the first."""

    count: int
    fen: int
    first: tuple[tuple[int, str, int], ...]  # row, number, fen


def refunds(rows: ir.Table) -> ir.BooleanValue:
    """Whether a typed row is a refund, or says that it is."""
    said = [rows[name] < 0 for name in TAKEN_BACK if name in rows.columns]
    return ibis.or_(*(one.fill_null(False) for one in said), _marked(rows))


def _marked(rows: ir.Table) -> ir.BooleanValue:
    marks = [rows[REFUNDED]] if REFUNDED in rows.columns else []
    marks += [rows[SETTLED_AS] == "refund"] if SETTLED_AS in rows.columns else []
    return ibis.or_(*(one.fill_null(False) for one in marks), _void(rows) != "")


def _void(rows: ir.Table) -> ir.StringValue:
    """Why a row counts for nothing, by the column that says so; empty where it counts."""
    why = [(~rows[VALID].fill_null(True), VALID)] if VALID in rows.columns else []
    why += [(rows[CARE].fill_null("") == "other", CARE)] if CARE in rows.columns else []
    return ibis.cases(*why, else_="") if why else ibis.literal("")


def netted(rows: ir.Table, attrs: dict) -> Netted:
    """What the refunds among typed rows come to. BadInput where they are too many."""
    amounts = _amounts(rows)
    names = same(*(name for name in (ROW, "case_id", ORIGINAL, *SAME_STAY, *OF_A_REFUND) if name in rows.columns))
    back = ask(_backs, rows, names)
    if back.num_rows > MOST:
        raise BadInput(Problem(TOO_MANY.fill(most=f"{MOST:,}"), attrs["file"]))
    found = [back, ask(_of_the_same_stay, rows, names, beside=back), ask(_cited, rows, names, beside=back)]
    return net({one.row: one for table in found for one in _rows(table, amounts)}.values())


def _amounts(rows: ir.Table) -> list[str]:
    return [name for name in TAKEN_BACK if name in rows.columns]


def _told_of(rows: ir.Table) -> ir.Table:
    """What refunds are told by: numbers, the stay, marks, and the amounts in fen."""
    fen = {name: (rows[name] * 100).round().cast("int64").fill_null(0) for name in _amounts(rows)}
    stay = {name: _text(rows, name) for name in (ORIGINAL, *SAME_STAY)}
    return rows.select(
        ROW, case_id=_text(rows, "case_id"), marked=_marked(rows), void=_void(rows), back=refunds(rows), **stay, **fen
    )


def _backs(rows: ir.Table) -> ir.Table:
    asked = _told_of(rows)
    return asked.filter(asked.back).limit(MOST + 1)


def _others(rows: ir.Table) -> ir.Table:
    asked = _told_of(rows)
    return asked.filter(~asked.back)


def _of_the_same_stay(rows: ir.Table, backs: ir.Table) -> ir.Table:
    """Rows that are no refunds, of the stay of one."""
    others, loose = _others(rows), [name for name in SAME_STAY if name != "group_code"]
    stays = backs.select(**{f"b_{name}": backs[name].fill_null("") for name in loose}).distinct()
    return others.semi_join(stays, [others[name].fill_null("") == stays[f"b_{name}"] for name in loose])


def _cited(rows: ir.Table, backs: ir.Table) -> ir.Table:
    """Rows that are no refunds, of the number of one or of that which one takes back."""
    others = _others(rows)
    numbers = ibis.union(backs.select(number=backs.case_id), backs.select(number=backs[ORIGINAL])).distinct()
    return others.semi_join(numbers, [others.case_id == numbers.number])


def _text(rows: ir.Table, name: str) -> ir.StringValue:
    return rows[name].cast("string") if name in rows.columns else ibis.null("string")


def _rows(table: pa.Table, amounts: list[str]) -> Iterator[Row]:
    columns = [table[name].to_pylist() for name in (ROW, "case_id", ORIGINAL, "marked", "void", *SAME_STAY, *amounts)]
    for row, case_id, original, marked, void, *rest in zip(*columns, strict=True):
        stay, fen = tuple(rest[: len(SAME_STAY)]), tuple(rest[len(SAME_STAY) :])
        yield Row(row, case_id, original, stay, fen, marked, void)


def remaining(backend: ibis.BaseBackend, rows: ir.Table, found: Netted) -> ir.Table:
    """The rows that count, with what remains of them."""
    gone = [one.row for ones in found.whole for one in ones] + [one.row for one in (*found.alone, *found.void)]
    gone += [back.row for _, backs, _ in found.reduced for back in backs]
    gone += [one.row.row for one in found.faults if one.row.case_id in {other.case_id for other in one.others}]
    queries = Queries(backend)
    queries.known(LAIN, rows)
    queries.rows(GONE, pa.table({"gone": pa.array(gone, pa.int64())}))
    queries.view(STAYING, _staying, LAIN, GONE)
    if not found.reduced:
        return queries.table(STAYING)
    columns = zip(*((case.row, *rest) for case, _, rest in found.reduced), strict=True)
    names = "less", *(f"less_{name}" for name in _amounts(rows))
    queries.rows(LESS, pa.table(dict(zip(names, columns, strict=True))))
    queries.view(REMAINING, _reduced, STAYING, LESS)
    return queries.table(REMAINING)


def _staying(rows: ir.Table, gone: ir.Table) -> ir.Table:
    return rows.anti_join(gone, rows[ROW] == gone["gone"])


def _reduced(rows: ir.Table, less: ir.Table) -> ir.Table:
    both = rows.left_join(less, rows[ROW] == less["less"])
    yuan = {name: ibis.coalesce(both[f"less_{name}"].cast("float64") / 100, both[name]) for name in _amounts(rows)}
    return both.mutate(**yuan).select(rows.columns)


def told(found: Netted, attrs: dict) -> list[Assumption]:
    """What is said of them, with rows and money."""
    several = "parts" in attrs

    def say(
        what: Text, examples: list[tuple[str, str]], fen: int, count: int, first: int, aloud: bool = False
    ) -> Assumption:
        file, row = part_of(attrs, "", first)
        return Assumption(
            attrs["file"] if several else file, what.fill(money=_yuan(fen)), TAKEN_BACK[0], count=count, row=row,
            examples=tuple(examples), aloud=aloud,
        )  # fmt: skip

    def where(rows: Iterable[Row]) -> str:
        return " + ".join(_row(attrs, one.row) for one in rows)

    said = []
    if whole := found.whole:
        examples = [(where(ones), _yuan(ones[0].fen[0])) for ones in whole[:EXAMPLES]]
        said.append(say(LEFT_OUT, examples, sum(one[0].fen[0] for one in whole), len(whole), whole[0][-1].row))
    if less := found.reduced:
        examples = [(where((case, *backs)), _change(case.fen, rest)) for case, backs, rest in less[:EXAMPLES]]
        gone = sum(case.fen[0] - rest[0] for case, _, rest in less)
        said.append(say(REDUCED, examples, gone, len(less), less[0][1][0].row))
    if alone := found.alone:
        examples = [(where([one]), _yuan(one.fen[0])) for one in alone[:EXAMPLES]]
        said.append(say(ALONE, examples, sum(one.fen[0] for one in alone), len(alone), alone[0].row))
    for why, what in VOID.items():
        if void := [one for one in found.void if one.void == why]:
            examples = [(where([one]), _yuan(one.fen[0])) for one in void[:EXAMPLES]]
            said.append(say(what, examples, sum(one.fen[0] for one in void), len(void), void[0].row, aloud=True))
    return said


def unmatched(found: Netted) -> Alone | None:
    """The marked rows that nothing belongs to, for a doubt that shows the first ones."""
    ones = sorted(found.alone)
    first = tuple((one.row, one.case_id or "", one.fen[0]) for one in ones[:FIRST])
    return Alone(len(ones), sum(one.fen[0] for one in ones), first) if ones else None


def faults(found: Netted, attrs: dict, table: Table) -> list[Finding]:
    """Refunds that cannot be told of one case, each in one line."""
    of_kind: dict[tuple[str, str], list[Fault]] = {}
    for fault in found.faults:
        of_kind.setdefault((fault.why, _column(fault.row, table)), []).append(fault)
    findings = []
    for (why, name), several in of_kind.items():
        column = table.by_name[name]
        rule = RULES[why].fill(rule=out_of_range(column), rows="…")
        lines = [
            Problem(
                RULES[why].fill(
                    rule=out_of_range(column), rows=joined((_row(attrs, other.row) for other in one.others), "、", ", ")
                ),
                *part_of(attrs, "", one.row.row), name, f"{_first(one.row.fen) / 100:g}",
            )
            for one in several[:MOST_LINES]
        ]  # fmt: skip
        findings.append(Finding(rule, name, lines, len(several)))
    return findings


def _first(fen: Fen) -> int:
    """The first amount below 0; of none the total cost."""
    return next((one for one in fen if one < 0), fen[0])


def _column(row: Row, table: Table) -> str:
    amounts = [name for name in TAKEN_BACK if name in table.by_name]
    return amounts[row.fen.index(_first(row.fen))]


def _change(before: Fen, after: Fen) -> str:
    return f"{_yuan(before[0])} - {_yuan(before[0] - after[0])} = {_yuan(after[0])}"


def _yuan(fen: int) -> str:
    return f"{fen / 100:,.2f}"


def _row(attrs: dict, row: int) -> str:
    file, number = part_of(attrs, "", row)
    return f"{file} {number}" if "parts" in attrs else str(number)


LEFT_OUT = Text(
    "退费（冲销）和被它退掉的病例（机构、人员、病种、日期相同或写明了编号，金额相抵）都不计入，共 {money} 元；"
    "所在行和金额",
    "refunds and the case that they take back wholly (same institution, person, group and dates, or its number) are "
    "left out, {money} yuan; rows and amount",
)
REDUCED = Text(
    "部分退费从原病例中扣减，不另计病例，共 {money} 元；所在行和总费用",
    "partial refunds are taken off their case and are no cases themselves, {money} yuan; rows and total cost",
)
ALONE = Text(
    "标为退费、表中没有对应行的，不计入，共 {money} 元；所在行和总费用",
    "rows marked as refunds to which nothing here belongs are left out, {money} yuan; row and total cost",
)
VOID = {
    VALID: Text("有效标志为否的行不计入，共 {money} 元；所在行和总费用",
                "rows that are said to be not valid are left out, {money} yuan; row and total cost"),
    CARE: Text("医疗类别不是住院的行不计入，共 {money} 元；所在行和总费用",
               "rows of outpatient care and drugs are left out, {money} yuan; row and total cost"),
}  # fmt: skip
RULES = {
    "none": Text("{rule}表中没有它退的病例（机构、人员、日期相同或写明编号）。请补充原病例，或移出此行。",
                 "{rule} The case that it takes back (same institution, person and dates, or named by number) is not "
                 "here. Add that case, or take this row out."),
    "several": Text("是退费，退的可能是第 {rows} 行中的任一例。请在“原病例编号”列写明是哪一例。",
                    "A refund. It may take back any of the cases in rows {rows}. Say which in a column “原病例编号”."),
    "beyond": Text("是退费，与第 {rows} 行病例的金额对不上：退得比原来多，或总费用已退完而其他各项没有。请核对。",
                   "Refunds do not fit the case in row {rows}: they are more than it had, or take all of its cost "
                   "and not of the rest. Check them."),
    "marked": Text("标为退费而金额不是负数，第 {rows} 行是同一次住院：不知是退掉这一例，还是退后重新结算。"
                   "请把退费金额写成负数，或移出已退费的行。",
                   "Marked as a refund with amounts not below 0, and row {rows} is the same stay: it may be what this "
                   "one takes back, or what was settled anew. Give a refund's amounts below 0, or take out what was "
                   "refunded."),
}  # fmt: skip
TOO_MANY = Text("退费、冲销超过 {most} 行，无法逐一核对。请核对正负号，或先在原系统中抵销。",
                "More than {most} refunds cannot be looked at one by one. Check the signs, or net them at the source."
                )  # fmt: skip
