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


POINT = Text("{rule}：得分增加 1 分的影响", "{rule}: what one more point is worth")
POINT_HELP = Text("仅提高该机构的得分（不超过满分），其余机构不变，并计入其对平均分的影响。逐家重算，精确到分，"
                  "不是近似值。",
                  "The score of one alone is raised (at most to full marks), all else as it is; it moves the mean as "
                  "well. Worked out to the fen.")  # fmt: skip
WORTHS = Text(
    "{count} 家中：{more} 家因此增加，{none} 家不变，{less} 家反而减少。",
    "Of {count}: {more} gain by it, for {none} nothing changes, {less} lose.",
)
EDGE = Text("{rule}：距更高一档分数线的分差和达标的影响", "{rule}: points to the next edge, and what it gives")
EDGE_HELP = Text(
    "分差为单独达标所需的最少分数（其余机构不变，计入自身对平均分的影响）。",
    "The least that would do alone, all others as they are, its own effect on the mean counted.",
)
EDGES = Text("{edge} 家可达到更高一档分数线，{none} 家没有（已在最高档，或满分仍达不到）；{near} 家分差在 {reach} "
             "分以内。",
             "{edge} have a next edge, {none} have none (in the highest side already, or full marks do not suffice); "
             "{near} lack at most {reach} points.")  # fmt: skip
TOGETHER = Text("{rule}：分差 {reach} 分以内的机构全部达标", "{rule}: all within {reach} points step over")
TOGETHER_HELP = Text(
    "本项为假设情形，不是预测：不计成本，也不考虑其他机构得分下降。",
    "A what-if, not a forecast: it costs nothing, and nobody falls behind.",
)
NOBODY = Text("没有分差在 {reach} 分以内的机构。", "Nobody lacks at most {reach} points.")
ALONE = Text("{stepped} 家分差在 {reach} 分以内。如各家仅提高单独达标所需的分数，平均分随之上升，实际达标 {over_alone} "
             "家。",
             "{stepped} lack at most {reach} points. If each adds only what would do alone, the mean moves, and "
             "{over_alone} get over.")  # fmt: skip
ALL = Text("如需共同达标，每家须提高表中“共同达标所需提高的分数”；据此 {over} 家达标，另有 {others} "
           "家得分未变而档次变动。",
           "To step over together each needs the points that the table gives for that; then {over} get over, and "
           "{others} others change side without having moved.")  # fmt: skip
MONEY = Text("全市 {gainers} 家增加共 {gained} 元，{losers} 家减少共 {lost} 元。达标机构单独达标时可增加合计 {hoped} "
             "元，共同达标后实际增加合计 {got} 元。",
             "{gainers} gain {gained} yuan in all, {losers} lose {lost}. Those who step over would gain {hoped} yuan "
             "each alone, and get {got} together.")  # fmt: skip
