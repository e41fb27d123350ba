"""Stays that stand twice among the cases, and stays of one person at the same time.

Ten million rows are first reduced to the few whose person, or hash of dates and cost, stands more than once; only these
are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from simlib.columns import CASES, HISTORY
from simlib.columns.checks import part_of
from simlib.doubts.doubt import Doubt
from simlib.doubts.finding import MOST_ROWS, Finding, Row, yuan
from simlib.doubts.seen import Seen
from simlib.doubts.stays import READ, Stays, fen, summed
from simlib.tables.large import ROW
from simlib.words import Text

if TYPE_CHECKING:
    import ibis.expr.types as ir

STAY = ("institution_id", "admission_date", "discharge_date", "group_code", "total_cost")
# Of somebody without a number; not who paid what, which is another one when a stay is settled again.
ALL = ("scheme", "age", "diagnosis", "procedures", "length_of_stay", "icu_days")
NEEDED = ("case_id", "institution_id", "admission_date", "discharge_date", "total_cost")
KEY = "key"


def twins(seen: Seen) -> Iterator[Finding]:
    """Stays that an earlier row tells of under another number; the money is what the later ones cost."""
    if seen.has("cases", *NEEDED):
        yield from _pairs(seen.stays, _told_twice, "{} = {}")


def overlaps(seen: Seen) -> Iterator[Finding]:
    """Stays that begin before another stay of the same person has ended; one that is told twice counts once."""
    if seen.has("cases", *NEEDED, "person_id"):
        yield from _pairs(seen.stays, _at_once, "{} ∩ {}")


def refunded(seen: Seen) -> Iterator[Finding]:
    """Rows that say that they are refunds, which nothing in the table belongs to: they were left out."""
    for name in (CASES.name, HISTORY.name):
        attrs = seen.tables[name].attrs if name in seen.tables else {}
        if (alone := attrs.get("refunds")) is not None:
            rows = [Row(*part_of(attrs, name, at), "case_id", f"{case}: {yuan(fen)}") for at, case, fen in alone.first]
            yield Finding(name, alone.count, alone.fen, tuple(rows))


def _pairs(stays: Stays, ask: Callable[..., ir.Table], sign: str) -> Iterator[Finding]:
    with stays.asked() as queries:
        first = queries.arrow(ask, READ, order=stays.order).to_pylist()
    if first:
        rows = tuple(stays.row(one.get(ROW), "case_id", sign.format(one["case_id"], one["first"])) for one in first)
        yield Finding(CASES.name, first[0]["count"], int(first[0]["money"]), rows)


def _told_twice(cases: ir.Table, order: str) -> ir.Table:
    import ibis

    cases = _dated(cases)
    several = _several(cases, ibis.struct({name: cases[name] for name in NEEDED if name != "case_id"}).hash())
    by = _same(several)
    told = several.mutate(first=several.case_id.first().over(group_by=by, order_by=order), again=_place(by, order))
    return _first(told.filter(told.again > 0), order)


def _at_once(cases: ir.Table, order: str) -> ir.Table:
    import ibis

    cases = _dated(cases)
    cases = cases.filter(cases.person_id.notnull())
    several = _several(cases, cases.person_id)
    once = several.mutate(again=_place([*_same(several), several.person_id], order))
    once = once.filter(once.again == 0)
    stays = ["admission_date", "discharge_date", order]
    before = ibis.window(group_by="person_id", order_by=stays, preceding=(None, 1))
    ends, case = once.discharge_date, once.case_id
    told = once.mutate(until=ends.max().over(before), first=case.argmax(ends).over(before))
    return _first(told.filter(told.admission_date < told.until), order)


def _dated(cases: ir.Table) -> ir.Table:
    return cases.filter(cases.admission_date.notnull(), cases.discharge_date.notnull())


def _several(cases: ir.Table, key: Any) -> ir.Table:
    """The cases whose key another one has too."""
    keyed = cases.mutate(key=key)
    keys = keyed.group_by(KEY).having(lambda one: one.count() > 1).agg()
    return keyed.semi_join(keys, KEY).drop(KEY)


def _same(cases: ir.Table) -> list[Any]:
    """What tells a stay: of a person by number, of others by all else that is known of them."""
    person = cases.person_id.isnull() if "person_id" in cases.columns else None
    rest = [cases[name] for name in ALL if name in cases.columns]
    others = rest if person is None else [cases.person_id, *(person.ifelse(one, None) for one in rest)]
    return [*(cases[name] for name in STAY if name in cases.columns), *others]


def _place(by: list[Any], order: str) -> Any:
    import ibis

    return ibis.row_number().over(group_by=by, order_by=order)


def _first(told: ir.Table, order: str) -> ir.Table:
    """The first of them, each with how many there are and what they cost."""
    kept = [name for name in (ROW, "case_id", "first") if name in told.columns]
    counted = told.mutate(count=told.count().over(), money=summed(fen(told)).over())
    return counted.order_by(order).limit(MOST_ROWS).select(*kept, "count", "money")


DOUBTS = (
    Doubt(
        "twin_stays",
        Text("同一次住院有两个编号", "one stay under two numbers"),
        Text("同一次住院重复上传，分值和支付将重复计算。",
             "A stay that was sent twice is scored twice and paid twice."),
        Text("两行的机构、入院日期、出院日期、病种、总费用和参保人编号均相同；无参保人编号的，险种、年龄、诊断、手术、"
             "天数也均相同（各项支付可以不同：可能重新结算过）。金额为后列各行的总费用。",
             "Two rows agree in institution, dates of admission and discharge, group, total cost and person; "
             "where no person is given, also in scheme, age, diagnosis, procedures and days (who paid what may "
             "differ: it may have been settled again). The money is what the later rows cost."),
        Text("请核对是否重复；重复的仅保留一行。", "Check whether it is one stay; if so keep one row."),
        twins, ("cases",),
    ),
    Doubt(
        "overlapping_stays",
        Text("同一人住院时间重叠", "stays of one person that overlap"),
        Text("同一人不能同时住院两次；可能日期有误、挂床住院或重复上传。",
             "Nobody is in two beds at once: a date may be wrong, a stay sham or sent twice."),
        Text("同一参保人的入院日期早于其前一次住院的出院日期（同日转院除外；同一次住院有两个编号的只计一次）；"
             "金额为后一次住院的总费用。",
             "A person is admitted before an earlier stay of theirs has ended (on the very day of its end does "
             "not count; a stay under two numbers counts once). The money is what the later stays cost."),
        Text("请核对这两次住院的日期和机构。", "Check the dates and institutions of both stays."),
        overlaps, ("cases",),
    ),
    Doubt(
        "refunded_alone",
        Text("标为退费、没有对应行的病例", "rows marked as refunds, with nothing that belongs to them"),
        Text("可能整次退掉了，也可能标志有误；没有计入。",
             "The stay may have been refunded wholly, or the mark be wrong; it was left out."),
        Text("退费标志为是，或结算类别为退费、冲销，金额不小于 0，没有写明原病例编号，也没有与它相抵的行；"
             "金额是总费用。",
             "Marked as refunded, or settled as a refund, with amounts not below 0, no number of another case, and no "
             "row that takes it back; the money is the total cost."),
        Text("请核对是否确已退费；未退的，请改正标志。", "Check whether it was refunded; if not, correct the mark."),
        refunded,
    ),
)  # fmt: skip
