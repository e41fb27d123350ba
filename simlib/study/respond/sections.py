"""The sections of a report on how hospitals may answer a rule."""

from __future__ import annotations

from simlib.charts import study as charts
from simlib.report.section import Section, of_rules
from simlib.study.respond.calculation import GAIN, NEEDED, STEPS, WORTH, Answer, Response
from simlib.words import Text


def sections(done: Response) -> list[Section]:
    """Rule by rule: what a point is worth, what the next edge gives, and what comes of it when all within reach step
    over."""
    found = []
    for answer in done.answers.values():
        own = [_worth(answer), _edges(answer, float(done.reach)), _together(answer, f"{float(done.reach):g}")]
        found += of_rules(own, answer.family)
    return [*found, Section(done.tables[-1][0].label, table=done.tables[-1])]


def _worth(answer: Answer) -> Section:
    family, rows = answer.family, answer.subjects
    order = answer.table.by_name[family.variation.beside[-1]]
    worth = rows[WORTH.name]
    line = WORTHS.fill(
        count=len(rows), more=int((worth > 0).sum()), none=int((worth == 0).sum()), less=int((worth < 0).sum())
    )
    title = charts.SHARE_OF.fill(measure=WORTH.label, base=answer.table.by_name[family.variation.over].label)
    figure = charts.answers(answer.shares(), family.name, family.side, order, "worth", family.sides, title)
    return Section(POINT.fill(rule=family.label), POINT_HELP, (line,), figure)


def _edges(answer: Answer, reach: float) -> Section:
    family, rows = answer.family, answer.subjects
    title = charts.SHARE_OF.fill(measure=GAIN.label, base=answer.table.by_name[family.variation.over].label)
    figure = charts.answers(answer.shares(), family.name, family.side, NEEDED, "gain", family.sides, title, reach)
    known = rows[NEEDED.name].notna()
    line = EDGES.fill(
        edge=int(known.sum()), none=int((~known).sum()), near=int(rows[STEPS.name].sum()), reach=f"{reach:g}"
    )
    shown = rows.sort_values([NEEDED.name, family.key], kind="stable", na_position="last")
    return Section(EDGE.fill(rule=family.label), EDGE_HELP, (line,), figure, (answer.table, shown))


def _together(answer: Answer, reach: str) -> Section:
    counts = {
        name: f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" for name, value in answer.counts.items()
    }
    texts = (ALONE, ALL, MONEY) if answer.counts["stepped"] else (NOBODY,)
    return Section(
        TOGETHER.fill(rule=answer.family.label, reach=reach),
        TOGETHER_HELP,
        tuple(one.fill(reach=reach, **counts) for one in texts),
    )


POINT = Text("{rule}：多得 1 分值多少", "{rule}: what one more point is worth")
POINT_HELP = Text("只提高这一家的分（至多到满分），其余不变；它自己也抬高平均分。精确到分重算，不是近似。",
                  "The score of one alone is raised (at most to full marks), all else as it is; it moves the mean as "
                  "well. Worked out to the fen.")  # fmt: skip
WORTHS = Text(
    "{count} 家中：{more} 家因此多得，{none} 家不变，{less} 家反而少得。",
    "Of {count}: {more} gain by it, for {none} nothing changes, {less} lose.",
)
EDGE = Text("{rule}：离下一条线还差几分，越过值多少", "{rule}: points to the next edge, and what it gives")
EDGE_HELP = Text(
    "差几分是独自越线所需的最少分数（其余不变，计入自己对平均分的影响）。",
    "The least that would do alone, all others as they are, its own effect on the mean counted.",
)
EDGES = Text("{edge} 家有够得到的下一条线，{none} 家没有（已在最高档，或满分也够不到）；{near} 家差 {reach} 分以内。",
             "{edge} have a next edge, {none} have none (in the highest side already, or full marks do not suffice); "
             "{near} lack at most {reach} points.")  # fmt: skip
TOGETHER = Text("{rule}：差 {reach} 分以内的都越线", "{rule}: all within {reach} points step over")
TOGETHER_HELP = Text(
    "这是假设情形，不是预测：没有成本，也没有人落后。",
    "A what-if, not a forecast: it costs nothing, and nobody falls behind.",
)
NOBODY = Text("没有差 {reach} 分以内的。", "Nobody lacks at most {reach} points.")
ALONE = Text("{stepped} 家差 {reach} 分以内。如果各自只补独自越线所需的分，平均分随之上升，真正越过的是 {over_alone} "
             "家。",
             "{stepped} lack at most {reach} points. If each adds only what would do alone, the mean moves, and "
             "{over_alone} get over.")  # fmt: skip
ALL = Text("要一起越线，每家须补到表中“一起越线要提高几分”；这样 {over} 家越过，另有 {others} 家自己没有变动却换了档。",
           "To step over together each needs the points that the table gives for that; then {over} get over, and "
           "{others} others change side without having moved.")  # fmt: skip
MONEY = Text("全市 {gainers} 家增加共 {gained} 元，{losers} 家减少共 {lost} 元。越线的各家独自可得的增加合计 {hoped} "
             "元，一起越线后实际合计 {got} 元。",
             "{gainers} gain {gained} yuan in all, {losers} lose {lost}. Those who step over would gain {hoped} yuan "
             "each alone, and get {got} together.")  # fmt: skip
