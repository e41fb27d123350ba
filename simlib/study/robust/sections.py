"""The sections of a report on how firm a result stands."""

from __future__ import annotations

from simlib.charts import study as charts
from simlib.columns import Type
from simlib.columns.values import row_of
from simlib.report.section import Section, of_rules
from simlib.study.robust.calculation import STAYS, Robustness, Trial
from simlib.words import NO_TEXT, Text, joined

MOST = 60  # bars of a figure


def sections(done: Robustness) -> list[Section]:
    """What is assumed, then rule by rule the city's range, where the sides lie, and the ranges of the least certain."""
    found = [_assumed(done)]
    for trial in done.trials.values():
        found += of_rules([_city(trial), _expected(trial), _subjects(trial)], trial.family)
    return found


def _assumed(done: Robustness) -> Section:
    declared, assumed = done.assumed.declarations(), done.assumed
    takes = {f"{name}_{of}" for name, of in (("score", "sd"), ("cost", "cv"), ("points", "cv"))
             if any(name in trial.family.variation.takes for trial in done.trials.values())}  # fmt: skip
    sizes = [SIZE.fill(label=declared[name].label, value=declared[name].show(getattr(assumed, name), "zh"),
                       unit=unit(declared[name]),
                       default=DEFAULT if getattr(assumed, name) == declared[name].default else STATED)
             for name in declared if name in takes]  # fmt: skip
    what = [
        RULE.fill(rule=trial.family.label, varied=trial.family.variation.varied, fixed=trial.family.variation.fixed)
        for trial in done.trials.values()
    ]
    drawn = DRAWN.fill(draws=f"{int(assumed.draws):,}", seed=int(assumed.seed), margin=f"{100 * assumed.margin:.1f}")
    return Section(ASSUMED, ASSUMED_HELP, lines=(*sizes, drawn, *what))


def unit(declared) -> Text:
    """What stands behind a value: nothing where it carries its own sign."""
    return NO_TEXT if declared.unit.sign else Text(f" {declared.unit.label.zh}", f" {declared.unit.label.en}")


def _city(trial: Trial) -> Section:
    family = trial.family
    column = next(one for one in family.headlines if one.name == family.variation.city)
    row = row_of(trial.city, "outcome", f"{family.name}.{column.name}")
    places = ".2f" if column.type is Type.MONEY else "g"
    line = RANGE.fill(
        label=column.label,
        unit=column.unit,
        **{name: f"{row[name]:,{places}}" for name in ("now", "low", "middle", "high")},
    )
    counts = trial.city.set_index("outcome")[["now", "low", "high", "most"]].to_dict("index")
    sides = joined((SIDE.fill(side=label, **{end: f"{counts[f'{family.name}.{side}'][end]:,.0f}" for end in ("now",
            "low", "high")})
                    for side, label in family.sides.items() if counts[f"{family.name}.{side}"]["most"] > 0), zh="；",
                    en="; ")  # fmt: skip
    figure = charts.spread(trial.spread(), row["now"], row["low"], row["high"], column)
    return Section(
        CITY.fill(rule=family.label, label=column.label), CITY_HELP, (line, COUNTS.fill(sides=sides)), figure
    )


def _expected(trial: Trial) -> Section:
    family = trial.family
    order = trial.table.by_name[family.variation.beside[-1]]
    unsure = trial.subjects[STAYS.name]
    lines = (UNSURE.fill(count=len(unsure), sure=int((unsure >= 0.95).sum()), toss=int((unsure < 0.5).sum())),)
    return Section(
        WHERE.fill(rule=family.label, label=order.label),
        WHERE_HELP,
        lines,
        charts.expected(trial.expected(), family.name, order, family.sides),
    )


def _subjects(trial: Trial) -> Section:
    family, table = trial.family, trial.table
    rows = trial.least_certain(MOST)
    bars = trial.bars(rows)
    figure = charts.ranges(
        bars,
        family.name,
        family.key,
        family.side,
        family.sides,
        family.measure.label,
        table.by_name[family.variation.over].label,
    )
    few = (SHOWN.fill(most=MOST, count=f"{len(trial.subjects):,}"),) if len(trial.subjects) > MOST else ()
    blank = (
        (NO_BASE.fill(count=len(rows) - len(bars), base=table.by_name[family.variation.over].label),)
        if len(bars) < len(rows)
        else ()
    )
    shown = trial.subjects.sort_values([STAYS.name, family.key], kind="stable")
    return Section(EACH.fill(rule=family.label), EACH_HELP, (*few, *blank), figure, (table, shown))


ASSUMED = Text("假设条件", "What is assumed")
ASSUMED_HELP = Text("误差大小不是文件规定，属使用者的假设；误差大小不同，以下概率和范围随之不同。",
                    "No document sets the size of errors: it is an assumption of whoever studies the result, and all "
                    "probabilities and ranges below hang on it.")  # fmt: skip
SIZE = Text("{label}：{value}{unit}（{default}）。", "{label}: {value}{unit} ({default}).")
DEFAULT, STATED = Text("默认假设，未另行设定", "the default assumption"), Text("使用者设定", "as stated by the user")
DRAWN = Text("抽样 {draws} 次，随机种子 {seed}；抽样造成的概率误差不超过 ±{margin} 个百分点（95%）。",
             "{draws} draws, seed {seed}; sampling alone moves a probability by at most ±{margin} percentage points "
             "(95%).")  # fmt: skip
RULE = Text("{rule}：{varied}{fixed}", "{rule}: {varied} {fixed}")
CITY = Text("{rule}：全市{label}的可能范围", "{rule}: range of {label} in the city")
CITY_HELP = Text(
    "每次抽样均按方案的规则计算到分；图为各次抽样结果的分布。",
    "Every draw is calculated to the fen by the scenario's rules; the figure shows what came of them.",
)
RANGE = Text("{label}：当前 {now} {unit}；90% 的抽样结果在 {low} 至 {high} {unit} 之间，中位数 {middle} {unit}。",
             "{label}: {now} {unit} now; 90% of the draws lie between {low} and {high} {unit}, the median is {middle} "
             "{unit}.")  # fmt: skip
COUNTS = Text("家数（90% 范围）：{sides}。", "Numbers (90% range): {sides}.")
SIDE = Text("{side}当前 {now}，{low} 至 {high}", "{side} {now} now, {low} to {high}")
WHERE = Text("{rule}：按{label}分段的平均家数", "{rule}: average numbers by {label}")
WHERE_HELP = Text("横轴为当前位置，颜色为抽样后平均所在的档次：颜色混杂处，档次不确定。",
                  "Across: where each stands now. Colours: on which side it stands on average; where they mix, the "
                  "side is uncertain.")  # fmt: skip
UNSURE = Text(
    "{count} 家中，{sure} 家保持当前档次的概率不低于 95%，{toss} 家低于 50%。",
    "Of {count}, {sure} stay on their side with a probability of 95% or more, {toss} with less than 50%.",
)
EACH = Text("{rule}：各机构金额的 90% 范围", "{rule}: 90% range of each amount")
EACH_HELP = Text("横条为 5% 至 95% 的范围，圆点为当前金额。", "Bars go from 5% to 95%; dots are the amounts now.")
SHOWN = Text(
    "图中为档次最不确定的 {most} 家（共 {count} 家），按当前位置排列；全部见表。",
    "The figure shows the {most} least certain of {count}, in order; the table has all.",
)
NO_BASE = Text(
    "其中 {count} 家的{base}为 0，图中未列。", "{count} of them are left out of the figure: their {base} is 0."
)
