"""What a page says first, read back from its sentence and worked out again from the result tables."""

import re
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from simlib import scenario
from simlib.app.comparer import Comparer
from simlib.app.simulator import Simulator
from simlib.columns import Type
from simlib.panels import DASHBOARDS, movers, said
from simlib.params import Kind, written
from simlib.problems import BadInput
from simlib.rules import FAMILIES
from simlib.rules.telling import Left
from simlib.words import Text, Told
from strategies import small_dip
from strategies.examples import examples

UNITS = {
    "元": 1, "万元": 10**4, "亿元": 10**8, "yuan": 1, "k yuan": 10**3, "m yuan": 10**6, "bn yuan": 10**9,
}  # fmt: skip
MONEY = {
    "zh": re.compile(r"(?<![\d.,])(\d[\d,]*\.\d\d) (亿元|万元|元)"),
    "en": re.compile(r"(?<![\d.,])(\d[\d,]*\.\d\d) ((?:bn |m |k )?yuan)"),
}
LEFT = re.compile(r"([\d,.]+ (?:亿元|万元|元))(无人领取|未分配)（(.*?)）")
SUMS = re.compile(
    r"(?:([\d,]+) 家|无机构)(?:增加|少付|提高)(?: ([\d,.]+ (?:亿元|万元|元)))?"
    r"，(?:([\d,]+) 家|无机构)(?:减少|多付|降低)(?: ([\d,.]+ (?:亿元|万元|元)))?"
)
MOST = re.compile(r"(增加|少付|提高|减少|多付|降低)最多：(.+?) ([\d,.e+-]+ (?:亿元|万元|元|分))(?=；|。)")
UP = ("增加", "少付", "提高")


# --- worked out again -------------------------------------------------------------------------------------------------


@cache
def simulator(rule: str) -> Simulator:
    """One dashboard a rule for all examples: the sample city; for DIP a small one."""
    return Simulator.of(rule, small_dip.tables() if rule == "dip" else scenario.load_data("sample"))


def moved(rule: str, values: dict[str, str]):
    one = simulator(rule)
    one.reset()
    try:
        one.set(values)
    except BadInput:
        assume(False)
    return one.moment


def cents(value) -> Decimal:
    return Decimal(repr(float(value)))


def amounts(family, run) -> dict[str, Decimal]:
    """Each subject's amount, as it is printed in the table."""
    table, amount = family.amount
    rows = run.results[family.name][table].to_dict("records")
    return {row[family.key]: round(cents(row[amount]), 9) for row in rows}


def changes(family, run, baseline) -> dict[str, Decimal]:
    now, then = amounts(family, run), amounts(family, baseline)
    return {one: now[one] - then[one] for one in now}


def names(family, run) -> dict[str, str]:
    """By number, of the subjects' own table."""
    table = run.inputs["communities" if family.key == "community_id" else "institutions"]
    return dict(zip(table[family.key], table["name"], strict=True)) if "name" in table else {}


def nobodys(rule: str, run) -> dict[str, Decimal]:
    """Money that nobody gets, by whom it was for."""
    results = run.results[rule]
    if rule == "deposit":
        rows = results["deposit_groups"].to_dict("records")
        return {row["group"]: cents(row["unallocated"]) for row in rows if row["unallocated"] > 0}
    if rule == "dip":
        amount = sum(map(cents, results["dip_fund"]["undistributed"]))
        parts = Decimal(len(results["dip_ledgers"])) / 100  # a fen each may be lost to whole fen
        return {"": amount} if amount > parts else {}
    return {}


def shown(text: str) -> tuple[Decimal, int]:
    """An amount of a sentence in yuan, and its unit."""
    number, _, unit = text.partition(" ")
    return Decimal(number.replace(",", "")), UNITS[unit]


def agrees(text: str, amount: Decimal) -> bool:
    number, unit = shown(text)
    return abs(number * unit - amount) <= Decimal(unit) / 200 + Decimal("0.000001")


def one_unit(text: Text) -> bool:
    return all(len({unit for _, unit in MONEY[lang].findall(text.to(lang))}) <= 1 for lang in MONEY)


# --- moves ------------------------------------------------------------------------------------------------------------


def values(rule: str):
    """One to four parameters of a rule, moved anywhere within their bounds."""
    declared = {
        name: one
        for name, one in FAMILIES[rule].params.declarations().items()
        if one.kind is not Kind.SETTING and not one.dated
    }

    def value(one):
        if one.options:
            return st.sampled_from([option.value for option in one.options])
        steps = int((one.high - one.low) / one.step)
        return st.integers(0, steps).map(lambda n: written(one.low + n * one.step))

    some = st.lists(st.sampled_from(sorted(declared)), min_size=1, max_size=4, unique=True)
    return some.flatmap(lambda names: st.fixed_dictionaries({name: value(declared[name]) for name in names}))


MOVES = st.sampled_from([*FAMILIES]).flatmap(lambda rule: st.tuples(st.just(rule), values(rule)))


def check_sums(family, found: re.Match, by_subject: dict[str, Decimal]) -> None:
    up, gained, down, lost = found.groups()
    sides = {
        True: [one for one in by_subject.values() if one > 0],
        False: [-one for one in by_subject.values() if one < 0],
    }
    for count, total, mine in ((up, gained, sides[True]), (down, lost, sides[False])):
        assert int((count or "0").replace(",", "")) == len(mine)
        if family.measure.type is Type.MONEY and mine:
            assert agrees(total, sum(mine))


def check_most(family, run, found: list[tuple[str, str, str]], by_subject: dict[str, Decimal]) -> None:
    known = names(family, run)
    ends = {True: max(by_subject.values(), default=0), False: min(by_subject.values(), default=0)}
    assert len(found) == sum(end != 0 and (end > 0) is up for up, end in ends.items())
    for verb, name, amount in found:
        end = ends[verb in UP]
        assert name in {known.get(one, one) for one, change in by_subject.items() if change == end}
        if family.measure.type is Type.MONEY:
            assert agrees(amount, abs(end))
        else:
            assert float(amount.split()[0].replace(",", "")) == pytest.approx(float(abs(end)), abs=0.005)
    sizes = [abs(ends[verb in UP]) for verb, _, _ in found]
    assert sizes == sorted(sizes, reverse=True)


@examples(120)
@given(MOVES)
def test_every_number_and_name_of_the_sentence_is_that_of_the_tables(move):
    rule, values = move
    moment = moved(rule, values)
    told = said.sentence(moment)
    assert "{" not in told.zh + told.en
    assert one_unit(told)
    differences = moment.params.differences()
    if not differences:
        assert told.zh.startswith("按文件规定值：")
        return
    head, _, rest = told.zh.partition("，较规定值：")
    if moment.called:  # a shipped scenario's values
        assert head == moment.called.zh
    else:
        for name in list(differences)[: said.MOST_CHANGED]:
            declared = moment.params.declarations()[name]
            assert said.short(declared.stated(differences[name])).zh in head
        assert (f"等 {len(differences)} 项参数" in head) == (len(differences) > said.MOST_CHANGED)
    effect, run, baseline = moment.effect, moment.run, moment.baseline
    changed = {one: changes(FAMILIES[one], run, baseline) for one in dict.fromkeys((rule, effect.name))}
    now, then = (nobodys(effect.name, one) for one in (run, baseline))
    new = {one: amount for one, amount in now.items() if one not in then}
    if not any(any(one.values()) for one in changed.values()) and now == then:
        cards = said.said(moment)
        still = not any(card["moved"] for card in (*cards["lead"], *cards["rest"]))
        assert (rest == "结果完全相同。") == still  # a headline may move where nobody's amount does
        assert still or re.match(r".+不变；.+由 .+变为 ", rest)
        return
    for one, by_subject in changed.items():
        if not any(by_subject.values()):
            continue
        label = f"{FAMILIES[one].label.zh}：" if len(changed) > 1 else ""
        mine = rest[rest.index(label) + len(label) :] if label else rest
        if label:
            mine = mine.split("质量保证金：")[0].rstrip("；") + "。" if one != effect.name else mine
        check_sums(FAMILIES[one], SUMS.search(mine), by_subject)
        check_most(FAMILIES[one], run, MOST.findall(mine), by_subject)
    found = LEFT.findall(rest)
    units = [shown(amount)[1] for amount, _, _ in found]
    said_left = sum((shown(amount)[0] * unit for (amount, _, _), unit in zip(found, units, strict=True)), Decimal(0))
    assert abs(said_left - sum(new.values())) <= Decimal(sum(units)) / 200
    if new:
        assert LEFT.match(rest)  # before all else
        assert effect.name != "deposit" or any(f"“{one}”" in "".join(why for _, _, why in found) for one in new)


LEAD = {
    "deposit": {
        "below": lambda r: (r["deposit"]["band"] == "below").sum(),
        "above": lambda r: (r["deposit"]["band"] == "above").sum(),
        "money_moved": lambda r: sum(cents(one) for one in r["deposit"]["change"] if one > 0),
        "unallocated": lambda r: sum(map(cents, r["deposit"]["deposit"])) - sum(map(cents, r["deposit"]["payment"])),
    },
    "dip": {
        "settlement": lambda r: sum(map(cents, r["dip_institutions"]["settlement"])),
        "point_value": None,
        "shares_paid": lambda r: sum(map(cents, r["dip_institutions"]["share_paid"])),
        "undistributed": lambda r: sum(map(cents, r["dip_fund"]["undistributed"])),
    },
    "retention": {
        "surplus": lambda r: sum(cents(one) for one in r["retention"]["surplus"] if one > 0),
        **{
            name: lambda r, name=name: sum(map(cents, r["retention"][name]))
            for name in ("retained", "returned", "overspend_borne")
        },
    },
    "scorecard": {
        "mean_score": lambda r: sum(map(cents, r["scorecard"]["score"])) / len(r["scorecard"]),
        "lowest": lambda r: min(map(cents, r["scorecard"]["score"])),
        "highest": lambda r: max(map(cents, r["scorecard"]["score"])),
        "vetoed": lambda r: sum(r["scorecard"]["veto"]),
    },
    "agreement": {
        "total": lambda r: sum(map(cents, r["agreement"]["recovered"])) + sum(map(cents, r["agreement"]["damages"])),
        "damages": lambda r: sum(map(cents, r["agreement"]["damages"])),
        "suspended": lambda r: (r["agreement_institutions"]["action"] == "suspend").sum(),
        "late": lambda r: (r["agreement_timeline"]["status"] == "late").sum(),
    },
}


@examples(60)
@given(MOVES)
def test_the_large_numbers_are_those_of_the_tables_and_say_what_they_are_compared_with(move):
    rule, values = move
    moment = moved(rule, values)
    drawn = said.said(moment)
    assert [card["id"] for card in drawn["lead"]] == [*LEAD[rule]] == [*FAMILIES[rule].telling.lead]
    for card in drawn["lead"]:
        count = LEAD[rule][card["id"]]
        if count is None:
            continue
        now, then = (Decimal(str(count(one.results[rule]))) for one in (moment.run, moment.baseline))
        decimals = 4 if card["id"] == "mean_score" else 2
        assert round(Decimal(repr(float(card["value"]))), decimals) == round(now, decimals)
        number = Decimal(card["shown"].zh.replace(",", "").replace("−", "-"))
        unit = UNITS[card["unit"].zh.strip()] if card["unit"].zh else 1
        assert abs(number * unit - now) <= Decimal(unit) / 200
        if card["moved"]:
            more, of = re.fullmatch(r"较规定值 ([+−][\d,.]+)(?: (\S+))?", card["note"].zh).groups()
            size = UNITS[of] if of else 1
            assert abs(Decimal(more.replace(",", "").replace("−", "-")) * size - (now - then)) <= Decimal(size) / 200
        else:
            assert card["note"].zh == "同规定值"
            assert abs(now - then) < Decimal("0.01")
    for part in ("lead", "rest"):
        money = {card["unit"].zh for card in drawn[part] if card["exact"]}
        assert len(money) <= 1


@examples(80)
@given(MOVES)
def test_winners_and_losers_are_the_largest_changes_and_tell_where_each_stands(move):
    rule, values = move
    moment = moved(rule, values)
    drawn = movers.movers(moment)
    effect, own = moment.effect, moment.family
    family, by_subject = effect, changes(effect, moment.run, moment.baseline)
    if not any(by_subject.values()):
        family, by_subject = own, changes(own, moment.run, moment.baseline)
    if not any(by_subject.values()):
        measured = own.telling.measured(moment.results)
        ids = moment.table[own.key]
        by_subject = {one: cents(value) for one, value in zip(ids, measured, strict=True)}
        family = own
        ends = zip(own.telling.ends, (1, -1), strict=True)
        some = [title for title, sign in ends if any(sign * one > 0 for one in by_subject.values())]
        assert [side["title"] for side in drawn["sides"]] == some
    known, table = names(family, moment.run), moment.run.results[family.name][family.amount[0]]
    rows = {row[family.key]: row for row in table.to_dict("records")}
    signs = [1 if side["title"] == family.telling.ends[0] or len(drawn["sides"]) == 2 and not at else -1
             for at, side in enumerate(drawn["sides"])]  # fmt: skip
    for side, sign in zip(drawn["sides"], signs, strict=True):
        largest = sorted((sign * one for one in by_subject.values() if sign * one > 0), reverse=True)[: movers.MOST]
        told = [sign * by_subject[line["subject"]] for line in side["lines"]]
        assert [float(one) for one in told] == pytest.approx([float(one) for one in largest], abs=1e-6)
        assert len({line["subject"] for line in side["lines"]}) == len(side["lines"])
        for line in side["lines"]:
            assert line["name"] == known.get(line["subject"], line["subject"])
            assert line["shown"][0] == ("+" if sign > 0 else "−")
            if family.side and family.side in family.telling.causes:
                assert family.sides[rows[line["subject"]][family.side]].zh in line["cause"].zh


@examples(40)
@given(MOVES)
def test_warnings_of_this_move_stand_open_and_those_of_the_document_are_folded(move):
    rule, values = move
    moment = moved(rule, values)
    drawn = said.said(moment)
    own, before = moment.run.parts[rule].warnings, moment.baseline.parts[rule].warnings
    shown = [one["text"] for one in drawn["warnings"]]
    told = [text for part in moment.run.parts.values() for text in part.warnings]
    assert len(shown) + len(drawn["others"]) == len(told)
    wanted = [text for text in own if text not in before] if moment.params.differences() else own
    wanted = [text for text in wanted if not isinstance(text, Told)]  # these the sentence says, too
    assert [text for text in own if text in shown] == sorted(wanted, key=own.index)
    strong = [one["strong"] for one in drawn["warnings"]]
    assert strong == sorted(strong, reverse=True)


# --- golden sentences -------------------------------------------------------------------------------------------------

GOLDEN = {
    ("deposit", "upper=1.03"): (
        "上阈值 1.030，较规定值：65.05 万元无人领取（“三级综合”组没有机构高于上阈值）；96 家增加 86.48 万元，63 "
        "家减少 151.52 万元；减少最多：云岚市铁路医院 65.05 万元；增加最多：映山区人民医院 32.57 万元。",
        "Upper threshold 1.030, against the document's values: 0.65 m yuan goes to nobody (nobody of 三级综合 is "
        "above the upper threshold); 96 gain 0.86 m yuan, 63 lose 1.52 m yuan; who lose most: 云岚市铁路医院, "
        "0.65 m yuan; who gain most: 映山区人民医院, 0.33 m yuan.",
    ),
    ("deposit", ""): (
        "按文件规定值：102 家低于下阈值，被扣 261.80 万元；159 家高于上阈值，分得 259.13 万元；2.67 万元无人领取"
        "（“精神专科”组没有机构高于上阈值）。",
        "By the document's values: 102 are below the lower threshold and forfeit 2,618.05 k yuan; 159 are above "
        "the upper one and share 2,591.31 k yuan; 26.73 k yuan goes to nobody (nobody of 精神专科 is above the "
        "upper threshold).",
    ),
    ("deposit", "unclaimed_pool=within"): (
        "无人领取的奖励金 分给本组中间档，较规定值：6 家增加 2.67 万元，无机构减少；增加最多：云岚市精神卫生中心 "
        "1.65 万元；不再有资金无人领取（原为 2.67 万元）。",
        "Pool that nobody claims to the group's middle band, against the document's values: 6 gain 26.73 k yuan, "
        "none lose; who gain most: 云岚市精神卫生中心, 16.52 k yuan; nothing goes to nobody any more (it was "
        "26.73 k yuan).",
    ),
    ("retention", "half_ratio=0.4"): (
        "定比留用比例 40.0%，较规定值：无机构增加，5 家减少 327.53 万元；减少最多：望川区人民医院医共体 130.13 万"
        "元。",
        "Fixed share 40.0%, against the document's values: none gain, 5 lose 3.28 m yuan; who lose most: 望川区人"
        "民医院医共体, 1.30 m yuan.",
    ),
    ("agreement", "damages_rate_43=0.1"): (
        "违约金比例（第四十三条） 10.0%，较规定值：35 家少付 18.69 万元，无机构多付；少付最多：锦屿区芷垣乡卫生院"
        " 4.23 万元。",
        "Damages rate (art. 43) 10.0%, against the document's values: 35 save 186.93 k yuan, none pay in addition"
        "; who save most: 锦屿区芷垣乡卫生院, 42.28 k yuan.",
    ),
    ("scorecard", "js26_1_local_points=15"): (
        "13 设区市按本地评分办法给出…：满分 15.00，较规定值：绩效评分：无机构提高，72 家降低；降低最多：澄湖"
        "欣泰中西医结合医院 1.09 分。",
        "13 Points given by the city's own standar…: full points 15.00, against the document's values: Scorecard:"
        " none rise, 72 fall; who fall most: 澄湖欣泰中西医结合医院, 1.09 points.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "values"), GOLDEN)
def test_sentences_as_a_leader_reads_them(rule, values):
    moment = moved(rule, dict(one.split("=") for one in values.split(",") if one))
    assert tuple(said.sentence(replace(moment, called=None))) == GOLDEN[rule, values]


def test_the_values_of_a_shipped_scenario_go_by_its_title():
    told = said.sentence(moved("deposit", {"upper": "1.03"}))
    assert told.zh.startswith("上阈值提高到1.03，较规定值：65.05 万元无人领取")
    assert told.en.startswith("Raise the upper threshold to 1.03, against the document's values: 0.65 m yuan goes")


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"period_end": "next_working_day"}, "净影响不变；逾期由 11 变为 10"),
    ],
)
def test_where_nobodys_amount_moves_the_headlines_that_do_are_said(values, told):
    assert told in said.sentence(moved("agreement", values)).zh


def test_against_the_run_before_a_second_line_says_what_the_last_step_changed():
    one = Simulator.of("deposit", scenario.load_data("sample"))
    first = one.moment.run
    one.set({"upper": "1.025"})
    assert said.since(replace(one.moment, previous=first)) == ("", "")  # the document's values were before it
    before = one.moment.run
    one.set({"upper": "1.03"})
    moment = replace(one.moment, previous=before)
    told = said.since(moment)
    assert told.zh.startswith("上阈值 1.030，较上一次：")
    by_subject = changes(moment.effect, moment.run, before)
    check_sums(moment.effect, SUMS.search(told.zh), by_subject)
    check_most(moment.effect, moment.run, MOST.findall(told.zh), by_subject)


# --- declarations -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_every_family_declares_what_is_said_first_of_it(family):
    telling = family.telling
    headlines = {column.name for column in family.headlines}
    assert 3 <= len(telling.lead) <= 4
    assert headlines >= {*telling.lead}
    assert {column.name for column in family.result(family.amount[0]).columns} >= {*telling.causes}
    assert telling.question.zh.endswith("？")
    assert telling.question.en.endswith("?")
    assert telling.own.label.zh
    first = [panel.id for panel in DASHBOARDS[family.name].panels[:2]]
    assert first == ["headlines", "movers"]


def test_many_groups_without_claimants_are_named_by_the_first_and_counted():
    left = [Left(float(n), Text("{of}组没有", "nobody of {of}"), Text(f"“{n}”", f"{n}")) for n in range(9, 0, -1)]
    one = said.told(said._nobodys(FAMILIES["deposit"], left))
    assert one.zh == "45.00 元无人领取（“9”、“8”、“7”等 9 个组没有）"


@pytest.mark.parametrize("rule", FAMILIES)
def test_the_comparison_says_of_a_scenario_what_the_page_of_the_rule_says(rule):
    comparer, page = Comparer(scenario.load_data("sample")), Simulator.of(rule, scenario.load_data("sample"))
    tried = [name for name in page.presets.offered if name != "document"][:3]
    comparer.take(["document", *tried], "document")
    comparer.look(rule)
    drawn = next(panel for panel in comparer.panels if panel.id == "headlines").draw(comparer.moment)
    assert len(drawn["said"]) == len(tried)
    for name, one in zip(tried, drawn["said"], strict=True):
        page.reset()
        page.prefer(name)
        moment = page.moment
        alone = said.change(moment.family, moment.effect, moment.run, moment.baseline)
        for mine, told, title in zip(alone, one["text"], page.presets.offered[name].name, strict=True):
            assert told.startswith(title)
            assert told.rstrip("。.").endswith(mine)


def test_a_setting_that_stays_is_named_where_numbers_are_compared():
    """The document's values are calculated under the same settings, which other pages may not have."""
    told = said.sentence(moved("scorecard", {"cost_growth": "numbers", "service_deduction": "finding"}))
    assert "较当前设置下的规定值：" in told.zh
    assert "against the document's values under these settings" in told.en
    assert said.sentence(moved("scorecard", {"cost_growth": "numbers"})).zh.startswith("按文件规定值（在当前设置下）：")
