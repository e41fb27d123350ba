"""docs/readings.md: every point that the documents leave open, its options, and what each is worth on the sample
city."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

import simlib
from simlib import scenario
from simlib.clauses import CLAUSE
from simlib.columns import Type
from simlib.comparison import movement
from simlib.params import Kind, Params
from simlib.rules import FAMILIES
from simlib.rules.family import AnyFamily, Results
from simlib.scenario import Bench, Scenario
from simlib.scenario.model import SCENARIO
from simlib.tables import Tables
from simlib.words import Text

READINGS = "docs/readings.md"


def document() -> str:
    """docs/readings.md, calculated anew on the sample city: a section a rule, a row an option but the default."""
    inputs = scenario.load_data(scenario.SAMPLE)
    parts = [f"# {TITLE.en} · {TITLE.zh}\n\n", INTRO.en, "\n\n", INTRO.zh, "\n"]
    for family in FAMILIES.values():
        effect = _effect(family, inputs)
        if rows := list(_rows(family, effect, inputs)):
            heads, unit = " | ".join(f"{one.zh} {one.en}" for one in HEADINGS), UNIT.fill(unit=effect.measure.unit)
            parts.append(f"\n## {family.label.en} · {family.label.zh}\n\n{unit.zh} {unit.en}\n\n")
            parts += [f"| {heads} |\n|{' --- |' * 4}{' ---: |' * 3}\n", *rows]
    return "".join(parts)


@cache
def shipped() -> dict[tuple[str, str, str], list[str]]:
    """The scenarios that ask about each option of a reading: their names by family, parameter and option."""
    asking = defaultdict(list)
    for path in sorted(simlib.SCENARIOS.glob("*.yaml")):
        for family, params in scenario.load(path).params.items():
            for name, value in params.differences().items():
                if params.declarations()[name].open:
                    asking[family, name, str(value)].append(path.stem)
    return dict(asking)


def _effect(family: AnyFamily, inputs: Tables) -> AnyFamily:
    """By whose amounts a rule's readings are priced: its own money, else that of the rule it feeds."""
    chain = (family, *(FAMILIES[name] for name in family.feeds(inputs)))
    return next((one for one in chain if one.measure.type is Type.MONEY), family)


def _rows(family: AnyFamily, effect: AnyFamily, inputs: Tables) -> Iterator[str]:
    bench, default = Bench(), family.params()
    default = default.changed(**family.fitting(inputs, default))

    def calculate(params: Params) -> Results:
        given = {name: one.params() for name, one in FAMILIES.items()} | {family.name: params}
        asked = Scenario("", rules=(family.name, effect.name), params=given)
        return scenario.run(asked, inputs, bench, detail=False).results[effect.name]

    declared = default.declarations()
    for row in movement.readings(default, calculate(default), calculate, effect):
        one, option = declared[row["parameter"]], declared[row["parameter"]].option(row["option"])
        label = f"{one.label.zh} · {one.label.en} `{one.path}`"
        moved = [NO_COLUMN, "", ""]
        if row["possible"]:
            moved = [f"{row['gainers'] + row['losers']:,}", f"{row['gained']:,.2f}", f"{row['lost']:,.2f}"]
        names = ", ".join(f"`{name}`" for name in shipped().get((one.family, one.name, option.value), ()))
        cells = [label, one.sources.en, f"{option.label.zh} · {option.label.en}", names]
        yield f"| {' | '.join([*cells, *moved])} |\n"


TITLE = Text("条文未明确的口径及其影响", "Open readings and what each is worth")
INTRO = Text(
    "文件没有写明之处各是一个参数。下表是在样例城市上，只把这一项换成所列取法、其他按文件规定值时，影响多少机构、"
    "多少资金。"
    "本城市的数据上影响多少，模拟器“条文口径不同对结果的影响”一栏会算出来。本表由 `simlib.reference.write` 生成，"
    "测试核对。",
    "What a document does not say is a parameter. Below, on the sample city: how many institutions and how much money "
    "move when this reading alone takes the option, all else at the documents' values. The simulators work the same "
    "out for a city's own data. Made by `simlib.reference.write`; a test keeps it true.",
)
UNIT = Text("金额单位：{unit}。", "Amounts in {unit}.")
HEADINGS = (Kind.READING.label, CLAUSE, Text("换成", "Option"), SCENARIO,
            Text("影响机构数", "Institutions"), Text("增加金额", "More"), Text("减少金额", "Less"))  # fmt: skip
NO_COLUMN = "样例数据没有所需的列 · no such column in the sample"
