"""Scorecards as data: the shipped cards say what the documents say, a city builds on one, a faulty file is told so."""

import json
import random
import re
from copy import deepcopy
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from ruamel.yaml import YAML

from simlib.problems import BadInput
from simlib.rules import cards
from simlib.rules.cards import CARDS, FactKind, read, read_folder
from simlib.rules.cards.reader import CARD
from simlib.rules.scorecard.params import params_of
from simlib.yaml_file import List, Map, tree
from strategies.examples import examples

HERE = Path(cards.__file__).parent
SHIPPED = sorted(HERE.glob("*.yaml"))
KINDS = ["met", "at_least", "below", "not_worse", "deduct", "zero_if_any", "tiers", "converted", "given"]
CJK = re.compile("[\u3000-\u9fff\uff00-\uffef]")


# --- what the documents say, transcribed a second time: item, points, and each criterion as kind, points, numbers ---

ANNEX_1 = """
1 3: met 1, met 1, at_least 1 (3 0.80, 2 0.90, 1 0.95)
2 3: met 1, met 1, met 1
3 20: converted 20
4 20: converted 20
5 3: not_worse 1, met 2
6 15: deduct 15 (1, 3, 5, or 0)
7 5: met 1, met 1, met 1, met 2
8 5: met 2, below 3 (0.01)
9 8: at_least 2 (0.50), met 2, met 2, met 2
10 4: deduct 4 (1, 1, 1, 1, 1, 1)
11 2: zero_if_any 2 (6)
12 2: tiers 2 (0 2, 0 1)
13 10: given 10
"""
ANNEX_2 = """
1 6: met 2, met 2, at_least 2 (0.95)
2 5: met 2, met 2, met 1
3 20: converted 20
4 8: met 4, met 4
5 15: deduct 15 (1, 3, 5, or 0)
6 8: met 2, met 2, met 2, met 2
7 5: met 2, below 3 (0.01)
8 8: at_least 2 (0.50), met 2, met 2, met 2
9 6: deduct 6 (1, 1, 1, 1, 1, 1)
10 6: zero_if_any 6 (6)
11 3: tiers 3 (0 3, 0 2)
12 10: given 10
"""
XX = "\n".join(
    f"{part}.{n} {points}: converted {points}"
    for part, weights in enumerate(("4 4 4 4 4", "6.67 6.67 6.66", "5 5", "5 5 5 5 5",
                                    "4.17 4.17 4.17 4.17 4.16 4.16"), 1)
    for n, points in enumerate(weights.split(), 1)
)  # fmt: skip
PARTS = {
    "js26_1_2023": [6, 43, 20, 13, 8, 10],
    "js26_2_2023": [11, 28, 23, 13, 15, 10],
    "xx_2025": [20, 20, 10, 25, 25],
}


def numbers_of(criterion) -> list[str]:
    """The numbers of a criterion in the order of the document."""
    match criterion.kind:
        case "at_least" | "below":
            limit = criterion.threshold
            return [f"{level} {value}" for level, value in limit.items()] if isinstance(limit, dict) else [str(limit)]
        case "deduct":
            return [*map(str, criterion.each.values()), *(["or 0"] if criterion.zero else [])]
        case "zero_if_any":
            return [str(len(criterion.facts))]
        case "tiers":
            return [f"{tier.at_most} {tier.points}" for tier in criterion.tiers]
    return []


def transcript(card) -> str:
    """A card as the tables above are written."""
    rows = []
    for item in card.items:
        criteria = [
            f"{one.kind} {one.points}" + (f" ({', '.join(numbers)})" if (numbers := numbers_of(one)) else "")
            for one in item.criteria
        ]
        rows.append(f"{item.item} {item.points}: {', '.join(criteria)}")
    return "\n".join(rows)


@pytest.mark.parametrize(("name", "text"), [("js26_1_2023", ANNEX_1), ("js26_2_2023", ANNEX_2), ("xx_2025", XX)])
def test_a_shipped_card_holds_every_number_of_its_document(name, text):
    assert transcript(CARDS[name]) == text.strip()
    assert [part.points for part in CARDS[name].parts] == PARTS[name]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_card_reads_and_its_points_add_up_to_a_hundred(path):
    card = read(path)
    assert card == CARDS[path.stem]
    assert card.total == sum(part.points for part in card.parts) == 100
    for part in card.parts:
        assert part.points == sum(item.points for item in part.items)
        for item in part.items:
            assert item.points == sum(criterion.points for criterion in item.criteria)


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_every_text_of_a_card_is_in_both_languages(card):
    texts = [card.text, card.edition.text, *(part.text for part in card.parts), *(item.text for item in card.items)]
    for item in card.items:
        texts += [fact.text for fact in item.facts.values()]
        for criterion in item.criteria:
            texts += [item.label(criterion), *(number.role for number in item.numbers(criterion))]
            clause = card.cite(item, criterion)
            assert not CJK.search(clause.en)
            assert clause.zh
    for piece in (card.clause, card.same_violation, card.illustrative, *(item.note for item in card.items)):
        texts += [piece.text] if piece else []
    for extra in (card.bonus, card.veto):
        texts += [extra.clause.text, *(fact.text for fact in extra.facts.values())] if extra else []
    assert [text for text in texts if not CJK.search(text.zh) or CJK.search(text.en) or not text.en.strip()] == []


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_the_levers_of_a_card_hold_the_values_of_its_file(card):
    params = params_of(card)()
    for item, criterion, number in card.numbers():
        assert number.name.startswith(f"{item.prefix}_{criterion.id}_")
        assert getattr(params, number.name) == number.value


def test_the_annexes_divide_the_institutions_between_them():
    one, two = CARDS["js26_1_2023"], CARDS["js26_2_2023"]
    assert (one.who, two.who) == ({"has_inpatient": True}, {"has_inpatient": False})
    assert one.edition == two.edition
    assert one.private.leaves_out == {"item_3": "3", "item_4": "4"}
    assert two.private.leaves_out == {"item_3": "3", "item_4": "3"}
    points = {item.item: item.points for item in two.items}
    assert [number for number, worth in points.items() if worth == 20] == ["3"]


def test_public_institutions_of_level_1_and_those_outside_payment_reform_are_evaluated_by_selected_indicators():
    criteria = {item.item: item.criteria[0] for item in CARDS["js26_1_2023"].items}
    assert [variant.when for variant in criteria["3"].variants] == [{"level": "1", "ownership": "public"}]
    assert [variant.when for variant in criteria["4"].variants] == [{"in_payment_reform": False}]
    assert CARDS["js26_2_2023"].items[2].criteria[0].variants == ()


def test_the_same_item_has_the_same_names_on_both_annexes():
    facts = [{i.zh: set(i.facts) for i in CARDS[name].items} for name in ("js26_1_2023", "js26_2_2023")]
    ids = [{i.zh: [c.id for c in i.criteria] for i in CARDS[name].items} for name in ("js26_1_2023", "js26_2_2023")]
    shared = facts[0].keys() & facts[1].keys()
    assert len(shared) == 11
    for title in shared:
        assert facts[1][title] <= facts[0][title]
        assert ids[0][title] == ids[1][title]


def test_the_card_of_the_communities_has_illustrative_weights_a_bonus_and_four_vetoes():
    card = CARDS["xx_2025"]
    assert card.subjects == "communities"
    assert "未公布" in card.illustrative.zh
    assert "not published" in card.illustrative.en
    assert [fact.kind for fact in card.bonus.facts.values()] == [FactKind.POINTS] * 2
    assert [fact.kind for fact in card.veto.facts.values()] == [FactKind.YES_NO] * 4
    assert card.bonus.clause == card.veto.clause
    assert card.cite(card.items[5]).to("en") == "XX 3(2)1"
    assert {fact.kind for item in card.items for fact in item.facts.values()} == {FactKind.SCORE}
    for part in card.parts:
        weights = [item.points for item in part.items]
        assert weights == sorted(weights, reverse=True)
        assert max(weights) - min(weights) <= Decimal("0.01")


# --- a city builds on a card ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "base"), [("yunlan_1_2023", "js26_1_2023"), ("yunlan_2_2023", "js26_2_2023")])
def test_a_city_takes_a_card_over_and_replaces_its_local_item(name, base):
    own, whole = CARDS[name], CARDS[base]
    assert own.items[:-1] == whole.items[:-1]
    assert [part.points for part in own.parts] == [part.points for part in whole.parts]
    assert (own.document, own.who, own.private) == (whole.document, whole.who, whole.private)
    assert own.edition != whole.edition
    local = own.items[-1]
    assert (local.item, local.points) == (whole.items[-1].item, 10)
    assert [criterion.kind for criterion in local.criteria] == ["at_least", "at_least", "met"]
    assert own.cite(local).to("zh") == "JS26 二(二)"
    mine, theirs = ({number.name for *_, number in card.numbers()} for card in (own, whole))
    assert mine - theirs == {lever for lever in mine if lever.startswith(own.card)}
    assert theirs - mine == {f"{whole.card}_local_points"}


# --- what is refused: in the small sound card the first text is replaced by the second, and these lines are said --

SOUND = """\
card: city
edition: {id: city_2024, zh: 某市 2024 年版, en: City 2024}
document: JS26
year: 2024
zh: 评分表
en: Scorecard
clause: {zh: 附件1, en: annex 1}
who: {has_inpatient: true}
total: 20
private:
  clause: {zh: 备注1, en: note 1}
  leaves_out: {item_3: "1", item_4: "2"}
bonus:
  clause: {zh: 备注2, en: note 2}
  facts:
    praised: {kind: points, zh: 受到表彰, en: Praised}
veto:
  clause: {zh: 备注3, en: note 3}
  facts:
    fraud: {kind: yes_no, zh: 欺诈骗保, en: Fraud}
parts:
- zh: 一、政策
  en: 1 Policy
  points: 12
  items:
  - item: "1"
    zh: 目录
    en: Catalogue
    points: 8
    facts:
      updated: {kind: yes_no, zh: 按月更新, en: Updated every month}
      drug_share: {kind: share, zh: 目录内药品占比, en: Share of catalogue drugs}
      last_share: {kind: share, zh: 上年度占比, en: Share last year}
      procurement: {kind: score, zh: 招采评价, en: Procurement}
      selected: {kind: score, zh: 部分招采指标评价, en: Selected indicators}
    criteria:
    - {id: updated, kind: met, points: 1, fact: updated}
    - {id: drugs, kind: at_least, points: 2, fact: drug_share, at_least: {"3": 0.80, "2": 0.90, "1": 0.95}}
    - {id: not_less, kind: not_worse, points: 1, fact: drug_share, last_year: last_share}
    - id: procurement
      kind: converted
      points: 4
      fact: procurement
      variants: [{fact: selected, when: {level: "1", ownership: public}}]
  - item: "2"
    zh: 基金
    en: Fund
    points: 4
    facts:
      orders: {kind: count, zh: 责令改正, en: Orders to correct}
      grave: {kind: yes_no, zh: 后果严重, en: Grave consequences}
    criteria:
    - {id: fund, kind: deduct, zh: 规范使用基金, en: Lawful use, points: 4, each: {orders: 1}, zero: [grave]}
- zh: 二、服务
  en: 2 Service
  points: 8
  items:
  - item: "3"
    zh: 服务
    en: Service
    points: 8
    facts:
      complaints: {kind: count, zh: 投诉, en: Complaints}
      unresolved: {kind: count, zh: 未解决, en: Unresolved}
      breach: {kind: yes_no, zh: 违约, en: Breach}
      local: {kind: points, zh: 地方得分, en: Local points}
      codes: {kind: share, zh: 非标率, en: Non-standard codes}
    criteria:
    - {id: satisfied, kind: tiers, points: 2, tiers: [{fact: complaints, points: 2}, {fact: unresolved, points: 1}]}
    - {id: agreement, kind: zero_if_any, points: 1, facts: [breach]}
    - {id: local, kind: given, points: 3, fact: local}
    - {id: codes, kind: below, points: 2, fact: codes, below: 0.01, step: 0.001}
"""
DERIVED = """\
base: city
card: town
edition: {id: town_2024, zh: 某县 2024 年版, en: Town 2024}
items:
- item: "2"
  zh: 基金
  en: Fund
  points: 4
  facts:
    told: {kind: yes_no, zh: 已宣传, en: Told}
  criteria:
  - {id: told, kind: met, points: 4, fact: told}
"""


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def changed(old: str, new: str, text: str = SOUND) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


PYDANTIC = re.compile(r"\b(Input|should|valid|expected|or|ge|le|pattern)\b")


def refused(path: Path, language: str = "zh") -> list[str]:
    """The lines by which a file or a folder is refused."""
    with pytest.raises(BadInput) as caught:
        (read_folder if path.is_dir() else read)(path)
    return caught.value.lines(language)


def test_a_card_in_chinese_only_cites_the_document_of_its_own(tmp_path):
    text = re.sub(r"(?m)^ *en: .*\n", "", re.sub(r", en: [^,}\n]+", "", SOUND))
    assert " en:" not in text
    own = "document: 云医保发〔2024〕5号\ndocument_name: {zh: 云岚市绩效评价细则}\n"
    written(tmp_path, city=re.sub("document: .*\n", own, text))
    card, both = read(tmp_path / "city.yaml"), read(written(tmp_path, sound=SOUND) / "sound.yaml")
    assert [item.text for item in card.items] == [(item.zh, item.zh) for item in both.items]
    levers = [[(number.name, number.value) for _, _, number in one.numbers()] for one in (card, both)]
    assert levers[0] == levers[1]
    cited = card.cite(card.items[0])
    assert cited.to("zh") == f"云医保发〔2024〕5号 {card.clause.zh} 第1项"
    assert cited.full("en").startswith("云医保发〔2024〕5号 ")
    assert card.document_name.text == ("云岚市绩效评价细则", "云岚市绩效评价细则")


def test_the_smallest_card_that_has_everything_is_sound(tmp_path):
    card = read(written(tmp_path, city=SOUND) / "city.yaml")
    assert {criterion.kind for item in card.items for criterion in item.criteria} == set(KINDS)
    assert card.items[2].criteria[3].below == Decimal("0.01")
    assert params_of(card)().city_drugs_at_least_3 == Decimal("0.80")
    assert [name for *_, (name, *_) in card.numbers() if "satisfied" in name] == [
        "city_satisfied_points", "city_satisfied_unresolved",
        "city_satisfied_complaints_at_most", "city_satisfied_unresolved_at_most",
    ]  # fmt: skip


def test_numbers_of_items_and_levels_need_no_quotes_and_numbers_stay_decimals(tmp_path):
    text = changed('item: "3"', "item: 3").replace('{"3": 0.80, "2"', '{3: 0.80, "2"').replace('level: "1"', "level: 1")
    assert read(written(tmp_path, city=text) / "city.yaml") == read(written(tmp_path, city=SOUND) / "city.yaml")


def test_a_card_on_a_base_beside_it_keeps_the_bases_levers_and_can_drop_a_key(tmp_path):
    card = read(written(tmp_path, city=SOUND, town=DERIVED + "private:\n") / "town.yaml")
    assert [item.prefix for item in card.items] == ["city", "town", "city"]
    assert (card.name, card.card, card.private, card.total) == ("town", "town", None, 20)
    assert [*read_folder(tmp_path)] == ["city", "town"]


# fmt: off
BAD = {
    "the criteria of an item do not add up to it": ("kind: met, points: 1", "kind: met, points: 2",
        "city.yaml · 第 29 行 · parts.1.items.1.points：各项合计 9，不是 8。请改正分值。"),
    "the items of a part do not add up to it": ("points: 12", "points: 13",
        "city.yaml · 第 24 行 · parts.1.points：各项合计 12，不是 13。请改正分值。",
        "city.yaml · 第 9 行 · total：各项合计 21，不是 20。请改正分值。"),
    "the parts do not add up to the total": ("total: 20", "total: 100",
        "city.yaml · 第 9 行 · total：各项合计 20，不是 100。请改正分值。"),
    "a fact is not declared": ("points: 1, fact: updated", "points: 1, fact: updatd",
        "city.yaml · 第 37 行 · parts.1.items.1.criteria.updated · “updatd”：未声明该事实。请写入本项的 facts。"
        "是否想写 updated？",
        "city.yaml · 第 31 行 · parts.1.items.1.facts.updated · “updated”：没有评分办法使用该事实。请删除，"
        "或写明其评分办法。"),
    "a fact is declared and not used": ("      orders: {",
                                        "      more: {kind: count, zh: 更多, en: More}\n      orders: {",
        "city.yaml · 第 50 行 · parts.1.items.2.facts.more · “more”：没有评分办法使用该事实。请删除，"
        "或写明其评分办法。"),
    "a fact is of a kind that its criterion cannot read": ("updated: {kind: yes_no", "updated: {kind: count",
        "city.yaml · 第 31 行 · parts.1.items.1.facts.updated.kind · “count”：这里需要的 kind 是 yes_no。请改正。"),
    "a fact is of no known kind": ("updated: {kind: yes_no", "updated: {kind: yesno",
        "city.yaml · 第 31 行 · parts.1.items.1.facts.updated.kind · “yesno”：应为其中之一：yes_no, count, share, "
        "score, points, number。请改正。"),
    "this year's fact is of another kind than last year's": ("last_share: {kind: share", "last_share: {kind: score",
        "city.yaml · 第 39 行 · parts.1.items.1.criteria.not_less.last_year · “last_share”：本年度与上年度的 kind "
        "应相同。请改正。"),
    "a key is unknown": ("    points: 8\n    facts:\n      updated",
                         "    points: 8\n    clauses: {zh: 一, en: one}\n    facts:\n      updated",
        "city.yaml · 第 30 行 · parts.1.items.1.clauses：此处没有该名称。请核对拼写和缩进。是否想写 clause？"),
    "a key of a criterion is misspelt": ('at_least: {"3"', 'atleast: {"3"',
        "city.yaml · 第 38 行 · parts.1.items.1.criteria.drugs：缺少 at_least。请补充。",
        "city.yaml · 第 38 行 · parts.1.items.1.criteria.drugs.atleast：此处没有该名称。请核对拼写和缩进。是否想写 "
        "at_least？"),
    "a key at the top is misspelt": ("year: 2024", "yeer: 2024",
        "city.yaml：缺少 year。请补充。",
        "city.yaml · 第 4 行 · yeer：此处没有该名称。请核对拼写和缩进。是否想写 year？"),
    "a key is missing at the top": ("document: JS26\n", "",
        "city.yaml：缺少 document。请补充。"),
    "a key is missing in a criterion": ("{id: local, kind: given, points: 3, fact: local}",
                                        "{id: local, kind: given, points: 3}",
        "city.yaml · 第 71 行 · parts.2.items.3.criteria.local：缺少 fact。请补充。"),
    "a criterion is of no known kind": ("kind: given", "kind: gift",
        "city.yaml · 第 71 行 · parts.2.items.3.criteria.local：未写明评分办法的 kind，或无此种类。可用：met, "
        "at_least, below, not_worse, deduct, zero_if_any, tiers, converted, given。"),
    "a criterion has no kind": ("id: updated, kind: met, ", "id: updated, ",
        "city.yaml · 第 37 行 · parts.1.items.1.criteria.updated：未写明评分办法的 kind，或无此种类。可用：met, "
        "at_least, below, not_worse, deduct, zero_if_any, tiers, converted, given。"),
    "the English is other Chinese": ("en: Fund\n", "en: 本基金\n",
        "city.yaml · 第 47 行 · parts.1.items.2.en · “本基金”：zh 应为中文，en 应为英文（不含中文和全角符号），"
        "缺一不可。请改正。"),
    "the Chinese is English": ("zh: 基金\n", "zh: Fund\n",
        "city.yaml · 第 46 行 · parts.1.items.2.zh · “Fund”：zh 应为中文，en 应为英文（不含中文和全角符号），缺一不可。"
        "请改正。"),
    "a criterion has English words and no Chinese": ("zh: 规范使用基金, en: Lawful use", "en: Lawful use",
        "city.yaml · 第 53 行 · parts.1.items.2.criteria.fund.zh：zh 应为中文，en 应为英文（不含中文和全角符号），"
        "缺一不可。请改正。"),
    "the document is unknown": ("JS26", "JS62",
        "city.yaml · 第 3 行 · document · “JS62”：未找到该文件代号。是否想写 JS26？"
        "本地自己的文件请写文号，并另写一行 document_name: {zh: 文件名称}。"),
    "a level has no threshold": (', "1": 0.95}', "}",
        'city.yaml · 第 38 行 · parts.1.items.1.criteria.drugs.at_least · “1”：请写明 "3"、"2"、"1" 三个级别的标准，'
        '或只写一个数（医共体没有级别）。'),
    "a threshold is in percent": ('at_least: {"3": 0.80, "2": 0.90, "1": 0.95}', "at_least: 80%",
        'city.yaml · 第 38 行 · parts.1.items.1.criteria.drugs.at_least · “80%”：应为一个数，或按级别写 '
        '{"3": 0.80, "2": 0.90, "1": 0.95}；比例写 0.80，不写 80%。请改正。'),
    "a share's threshold is over 1": ("below: 0.01", "below: 1.01",
        "city.yaml · 第 72 行 · parts.2.items.3.criteria.codes · “1.01”：标准应在 0 至 1 之间（比例写 0.85，不写 85）。"
        "请改正。"),
    "a threshold names a level that does not exist": ('"3": 0.80', '"4": 0.80',
        'city.yaml · 第 38 行 · parts.1.items.1.criteria.drugs.at_least：应为一个数，或按级别写 '
        '{"3": 0.80, "2": 0.90, "1": 0.95}；比例写 0.80，不写 80%。请改正。'),
    "the points of the tiers rise": ("{fact: unresolved, points: 1}", "{fact: unresolved, points: 3}",
        "city.yaml · 第 69 行 · parts.2.items.3.criteria.satisfied.tiers：各档分值应由高到低，第一档等于 points。"
        "请改正。"),
    "the first tier has not the full points": ("{fact: complaints, points: 2}", "{fact: complaints, points: 1}",
        "city.yaml · 第 69 行 · parts.2.items.3.criteria.satisfied.tiers：各档分值应由高到低，第一档等于 points。"
        "请改正。"),
    "two tiers read one fact": ("{fact: unresolved, points: 1}]",
                                "{fact: unresolved, points: 1}, {fact: complaints, at_most: 3, points: 1}]",
        "city.yaml · 第 69 行 · parts.2.items.3.criteria.satisfied：两个参数会同名：各档应使用不同的事实，事实不能叫 "
        "points。请改正。"),
    "an item stands twice": ('item: "3"', 'item: "2"',
        "city.yaml · 第 45 行 · parts.1.items.2.item · “2”：出现了两次。请改名或删除一个。",
        "city.yaml · 第 58 行 · parts.2.items.2.item · “2”：出现了两次。请改名或删除一个。"),
    "a criterion's id stands twice": ("id: fund", "id: local",
        "city.yaml · 第 53 行 · parts.1.items.2.criteria.local.id · “local”：出现了两次。请改名或删除一个。",
        "city.yaml · 第 71 行 · parts.2.items.3.criteria.local.id · “local”：出现了两次。请改名或删除一个。"),
    "private subjects are scored without an item that does not exist": ('item_4: "2"', 'item_4: "9"',
        "city.yaml · 第 12 行 · private.leaves_out.item_4 · “9”：未找到该序号的项目。可用的名称：1, 2, 3。"),
    "a reading leaves no item out": (', item_4: "2"', "",
        "city.yaml · 第 12 行 · private.leaves_out：缺少 item_4。请补充。"),
    "leaves_out knows no such reading": ('item_4: "2"', 'item_5: "2"',
        "city.yaml · 第 12 行 · private.leaves_out.item_5 · “item_5”：应为其中之一：item_3, item_4。请改正。"),
    "who names no column": ("has_inpatient: true", "has_inpatients: true",
        "city.yaml · 第 8 行 · who.has_inpatients：既不是数据表的选项列，也不是本项的是否类事实。是否想写 "
        "has_inpatient？"),
    "who names no option of a column": ("has_inpatient: true", 'level: "4"',
        'city.yaml · 第 8 行 · who.level · “4”：应为其中之一："3", "2", "1"。请改正。'),
    "who says yes in Chinese": ("has_inpatient: true", "has_inpatient: 是",
        "city.yaml · 第 8 行 · who.has_inpatient · “是”：应为其中之一：true, false。请改正。"),
    "a variant's condition names a fact that is no yes or no": ('when: {level: "1", ownership: public}',
                                                                "when: {drug_share: true}",
        "city.yaml · 第 44 行 · parts.1.items.1.criteria.procurement.variants.1.when.drug_share · “share”：这里需要的 "
        "kind 是 yes_no。请改正。"),
    "a bonus fact holds no points": ("praised: {kind: points", "praised: {kind: count",
        "city.yaml · 第 16 行 · bonus.facts.praised.kind · “count”：这里需要的 kind 是 points。请改正。"),
    "a veto fact is not yes or no": ("fraud: {kind: yes_no", "fraud: {kind: count",
        "city.yaml · 第 20 行 · veto.facts.fraud.kind · “count”：这里需要的 kind 是 yes_no。请改正。"),
    "points are negative": ("id: local, kind: given, points: 3", "id: local, kind: given, points: -3",
        "city.yaml · 第 71 行 · parts.2.items.3.criteria.local.points · “-3”：应为 0 至 100 的数，最多 6 位小数。"
        "请改正。"),
    "points are no number": ("total: 20", "total: twenty",
        "city.yaml · 第 9 行 · total · “twenty”：应为 0 至 100 的数，最多 6 位小数。请改正。"),
    "the year is no year": ("year: 2024", "year: 24",
        "city.yaml · 第 4 行 · year · “24”：应为 2000 至 2100 的年份。请改正。"),
    "a step is 0": ("step: 0.001", "step: 0",
        "city.yaml · 第 72 行 · parts.2.items.3.criteria.codes.step · “0”：应为大于 0、不超过 10 亿的数，最多 6 "
        "位小数。请改正。"),
    "a step never meets its threshold": ("step: 0.001", "step: 0.03",
        "city.yaml · 第 72 行 · parts.2.items.3.criteria.codes.step · “0.03”：步长应为 1、2、5 或其十倍、十分之一等，"
        "如 0.05。请改正。"),
    "a name has capitals": ("card: city", "card: City",
        "city.yaml · 第 1 行 · card · “City”：名称只用小写英文字母、数字和下划线，以字母开头，不超过 40 个字符。"
        "请改正。"),
    "an item number is a name": ('item: "3"', "item: three",
        'city.yaml · 第 58 行 · parts.2.items.three.item · “three”：应为项目序号，如 "3" 或 "1.2"。请改正。'),
    "a list stands where names should": ("clause: {zh: 附件1, en: annex 1}", "clause: [附件1, annex 1]",
        "city.yaml · 第 7 行 · clause：应为一组“名称: 内容”，如 {zh: 附件1, en: annex 1}。请改正。"),
    "a name stands where a list should": ("zero: [grave]", "zero: grave",
        "city.yaml · 第 53 行 · parts.1.items.2.criteria.fund.zero · “grave”：应为列表：[甲, 乙]，或每行以 - 开头。"
        "请改正。"),
    "a part has no items": (SOUND[SOUND.index('  items:\n  - item: "3"') :], "  items: []\n",
        "city.yaml · 第 57 行 · parts.2.items：内容为空。请至少写一个。"),
    "who asks whether a text is true": ("has_inpatient: true", "county: true",
        "city.yaml · 第 8 行 · who.county：应为文字。请加引号。"),
    "communities have no levels and no ownership": ("who: {has_inpatient: true}", "subjects: communities",
        'city.yaml · 第 38 行 · parts.1.items.1.criteria.drugs.at_least：请写明 "3"、"2"、"1" 三个级别的标准，'
        '或只写一个数（医共体没有级别）。',
        "city.yaml · 第 44 行 · parts.1.items.1.criteria.procurement.variants.1.when.level：既不是数据表的选项列，"
        "也不是本项的是否类事实。可用的名称：updated, community_id, name, veto。",
        "city.yaml · 第 44 行 · parts.1.items.1.criteria.procurement.variants.1.when.ownership：既不是数据表的选项列，"
        "也不是本项的是否类事实。可用的名称：updated, community_id, name, veto。",
        "city.yaml · 第 10 行 · private：医共体没有所有制，不能有 private。请删除。"),
    "subjects of no table": ("who: {has_inpatient: true}", "subjects: hospitals",
        "city.yaml · 第 8 行 · subjects · “hospitals”：应为其中之一：institutions, communities。请改正。"),
    "the reader's own key is stated at the top": ("year: 2024", "year: 2024\nname: mine",
        "city.yaml · 第 5 行 · name：由程序自行填写。请删除。"),
    "the reader's own key is stated in an item": ("    zh: 目录\n", "    zh: 目录\n    prefix: mine\n",
        "city.yaml · 第 28 行 · parts.1.items.1.prefix：由程序自行填写。请删除。"),
    "items stand without a base": ("total: 20", "total: 20\nitems: []",
        "city.yaml · 第 10 行 · items：没有 base 时，项目写在 parts: 的各部分中。请移过去，或写明 base:。"),
    "a key stands twice": ("year: 2024", "year: 2024\nyear: 2025",
        "city.yaml · 第 5 行 · year：出现了两次。请改名或删除一个。"),
    "a colon is full-width": ("year: 2024", "year：2024",
        "city.yaml · 第 5 行：不是正确的 YAML（缩进、制表符、括号，或冒号不是半角、后面没有空格）。"
        "请核对此行和上一行。"),
    "a bracket is not closed": ("en: annex 1}", "en: annex 1",
        "city.yaml · 第 8 行：不是正确的 YAML（缩进、制表符、括号，或冒号不是半角、后面没有空格）。"
        "请核对此行和上一行。"),
    "a reference stands for content": ("clause: {zh: 备注1, en: note 1}", "clause: *first",
        "city.yaml · 第 11 行：不支持 * 引用、! 标记、用列表作名称和过深的层次。请直接写出内容。"),
    "a tag stands before a value": ("year: 2024", "year: !!python/object 2024",
        "city.yaml · 第 4 行：不支持 * 引用、! 标记、用列表作名称和过深的层次。请直接写出内容。"),
    "endless nesting": ("total: 20", "total: " + "[" * 30 + "]" * 30,
        "city.yaml · 第 9 行：不支持 * 引用、! 标记、用列表作名称和过深的层次。请直接写出内容。"),
}
BAD_DERIVED = {
    "the base does not exist": ("base: city", "base: citi",
        "town.yaml · 第 1 行 · base · “citi”：没有作为 base 的评分表（同一文件夹或随软件提供的，不带 .yaml）。是否想写 "
        "city？"),
    "the base is the card itself": ("base: city", "base: town",
        "town.yaml · 第 1 行 · base · “town”：没有作为 base 的评分表（同一文件夹或随软件提供的，不带 .yaml）。"
        "可用的名称：{shipped}, city。"),
    "the base is a path": ("base: city", "base: ../city",
        "town.yaml · 第 1 行 · base · “../city”：没有作为 base 的评分表（同一文件夹或随软件提供的，不带 .yaml）。"
        "是否想写 city？"),
    "the base is blank": ("base: city", "base:",
        "town.yaml · 第 1 行 · base：没有作为 base 的评分表（同一文件夹或随软件提供的，不带 .yaml）。可用的名称："
        "{shipped}, city。"),
    "an item has a number that the base has not": ('item: "2"', 'item: "4"',
        "town.yaml · 第 5 行 · items · “4”：未找到该序号的项目。可用的名称：1, 2, 3。"),
    "an item is no item": (DERIVED[DERIVED.index("- item") :], "- 2\n",
        "town.yaml · 第 5 行 · items：应为一组“名称: 内容”，如 {zh: 附件1, en: annex 1}。请改正。"),
    "items are no list": (DERIVED[DERIVED.index("- item") :].strip(), "  all",
        "town.yaml · 第 4 行 · items：有 base 时，items: 是要替换的项目的列表，不能与 parts: 同用。请改正。"),
    "the list of items is blank": (DERIVED[DERIVED.index("- item") :], "",
        "town.yaml · 第 4 行 · items：有 base 时，items: 是要替换的项目的列表，不能与 parts: 同用。请改正。"),
    "an item stands twice": (DERIVED[DERIVED.index("- item") :], DERIVED[DERIVED.index("- item") :] * 2,
        "town.yaml · 第 13 行 · items · “2”：出现了两次。请改名或删除一个。"),
    "a replaced item changes the sum of its part": ("points: 4\n  facts", "points: 5\n  facts",
        "town.yaml · 第 8 行 · parts.1.items.2.points：各项合计 4，不是 5。请改正分值。",
        "town.yaml · parts.1.points：各项合计 13，不是 12。请改正分值。"),
    "a replaced item has no criteria": (DERIVED[DERIVED.index("  criteria") :], "",
        "town.yaml · 第 5 行 · parts.1.items.2：缺少 criteria。请补充。"),
    "parts and items are both stated": ("items:", "parts: []\nitems:",
        "town.yaml · 第 5 行 · items：有 base 时，items: 是要替换的项目的列表，不能与 parts: 同用。请改正。"),
    "the total differs from the base's parts": ("card: town", "card: town\ntotal: 21",
        "town.yaml · 第 3 行 · total：各项合计 20，不是 21。请改正分值。"),
    "a criterion of a replaced item is of no known kind": ("kind: met", "kind: mett",
        "town.yaml · 第 12 行 · parts.1.items.2.criteria.told：未写明评分办法的 kind，或无此种类。可用：met, "
        "at_least, below, not_worse, deduct, zero_if_any, tiers, converted, given。"),
}
# fmt: on
ENGLISH = {
    "the criteria of an item do not add up to it": "city.yaml · row 29 · parts.1.items.1.points: The points below add "
    "up "
    "to 9, not 8. Correct them.",
    "a key at the top is misspelt": "city.yaml · row 4 · yeer: There is no such name here. Check spelling and "
    "indentation. Did you mean year?",
    "a fact is of no known kind": "city.yaml · row 31 · parts.1.items.1.facts.updated.kind · “yesno”: It must be one "
    "of "
    "yes_no, count, share, score, points, number.",
    "the English is blank": "city.yaml · row 47 · parts.1.items.2.en: It must be text and not blank. Write it.",
    "who names no option of a column": 'city.yaml · row 8 · who.level · “4”: It must be one of "3", "2", "1".',
    "a threshold is in percent": "city.yaml · row 38 · parts.1.items.1.criteria.drugs.at_least · “80%”: Give one "
    "number, "
    'or {"3": 0.80, "2": 0.90, "1": 0.95} by level; a share is 0.80, not 80%.',
}


@pytest.mark.parametrize("name", BAD)
def test_a_faulty_card_is_told_each_fault_with_its_row_place_value_rule_and_remedy(name, tmp_path):
    old, new, *lines = BAD[name]
    path = written(tmp_path, city=changed(old, new)) / "city.yaml"
    assert refused(path) == lines
    if name in ENGLISH:
        assert ENGLISH[name] in refused(path, "en")


@pytest.mark.parametrize("name", BAD_DERIVED)
def test_a_faulty_card_on_a_base_is_told_so_with_its_own_rows(name, tmp_path):
    old, new, *lines = BAD_DERIVED[name]
    path = written(tmp_path, city=SOUND, town=changed(old, new, DERIVED)) / "town.yaml"
    shipped = ", ".join(path.stem for path in SHIPPED)
    assert refused(path) == [line.replace("{shipped}", shipped) for line in lines]


NOT_A_CARD = "不是评分表：应由 card:、edition:、parts: 等名称和内容组成。请参照 cards/README.md。"
NOT_YAML = "不是正确的 YAML（缩进、制表符、括号，或冒号不是半角、后面没有空格）。请核对此行和上一行。"
TRICK = "不支持 * 引用、! 标记、用列表作名称和过深的层次。请直接写出内容。"
RAW = {
    "a list instead of a card": ("- card: city\n", NOT_A_CARD),
    "a word instead of a card": ("city", NOT_A_CARD),
    "an empty file": ("", NOT_A_CARD),
    "two cards in one file": (SOUND + "---\n" + SOUND, NOT_A_CARD),
    "GB18030 instead of UTF-8": (SOUND.encode("gb18030"), "不是 UTF-8 文本文件。请另存为 UTF-8。"),
    "a null character": ("card: \0\n", NOT_YAML),
    "a character that does not exist": ('card: "\\UFFFFFFFF"\n', NOT_YAML),
    "a list as a name": ("? [card]\n: city\n", TRICK),
    "far too large a file": ("#" * 2**20 + "\n" + SOUND, NOT_A_CARD),
}


@pytest.mark.parametrize("name", RAW)
def test_a_file_that_is_no_card_is_told_so(name, tmp_path):
    content, rule = RAW[name]
    path = tmp_path / "city.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (line,) = refused(path)
    assert re.fullmatch(r"city\.yaml( · 第 1 行)?：(.*)", line)[2] == rule


def test_a_file_that_does_not_exist_is_told_so(tmp_path):
    assert refused(tmp_path / "city.yaml") == ["city.yaml：未找到该评分表文件。请核对名称。"]


TOWN = SOUND.replace("card: city", "card: town")
FOLDERS = {
    "an edition has two names": (
        {"city": SOUND, "town": TOWN.replace("某市 2024 年版", "另一版").replace("inpatient: true",
            "inpatient: false")},
        "town.yaml · edition · “city_2024”：city.yaml 中同一 edition 的名称不同。请写成一样，或换一个 id。",
    ),
    "two cards of an edition evaluate the same institutions": (
        {"city": SOUND, "town": TOWN.replace("has_inpatient: true", 'level: "1"')},
        "town.yaml · who · “city_2024”：同一 edition 的 city.yaml 也评价这些对象。请改 edition 或 who。",
    ),
    "a card of the next year changes a number and keeps the levers' names": (
        {"city": SOUND, "next": SOUND.replace("city_2024", "city_2025").replace("below: 0.01", "below: 0.02")},
        "next.yaml · card · “city_codes_points”：city.yaml 已有同名参数而内容不同。请换一个 card 或 id。",
        "next.yaml · card · “city_codes_below”：city.yaml 已有同名参数而内容不同。请换一个 card 或 id。",
    ),
    "the base of a card has a base": (
        {"city": SOUND, "town": DERIVED, "village": DERIVED.replace("base: city", "base: town").replace("card: town",
            "card: village")},
        "village.yaml · 第 1 行 · base · “town”：作为 base 的评分表不能再有 base。请直接以最初的评分表为 base。",
    ),
    "a base is faulty, which is said once": (
        {"city": SOUND.replace("total: 20", "total: 21"), "town": DERIVED},
        "city.yaml · 第 9 行 · total：各项合计 20，不是 21。请改正分值。",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FOLDERS)
def test_cards_that_clash_side_by_side_are_told_so(name, tmp_path):
    files, *lines = FOLDERS[name]
    assert refused(written(tmp_path, **files)) == lines


def test_folders_are_refused_for_what_would_be_passed_over(tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        written(tmp_path / folder, city=SOUND)
    (tmp_path / "two" / "town.yml").write_text(SOUND, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_folder(tmp_path / "one", tmp_path / "two", tmp_path / "none")
    assert caught.value.lines() == [
        "city.yaml：另一个文件夹已有同名评分表。请改文件名。",
        "town.yml：文件名应以 .yaml 结尾。请改名。",
        f"{tmp_path / 'none'}：未找到该评分表文件夹。请核对环境变量 SIMLIB_CARDS。",
    ]


def test_cards_that_share_what_is_the_same_share_its_levers(tmp_path):
    later = SOUND.replace("city_2024", "city_2025").replace("year: 2024", "year: 2025")
    found = read_folder(written(tmp_path, city=SOUND, later=later))
    assert len(params_of(*found.values()).declarations()) == len(params_of(found["city"]).declarations())


def test_both_parsers_say_the_same_of_the_cards_that_are_shipped():
    def stands(piece):
        inside = list(piece.values()) if isinstance(piece, Map) else piece if isinstance(piece, List) else []
        rows = (piece.row, piece.rows) if isinstance(piece, Map | List) else piece
        return type(piece), rows, [stands(one) for one in inside]

    for path in SHIPPED:
        by_libyaml, by_ruamel = (tree(path, CARD, ours) for ours in (True, False))
        assert by_libyaml == by_ruamel
        assert stands(by_libyaml) == stands(by_ruamel)


# --- whatever a file holds, it is read or refused ---------------------------------------------------------------

STRANGE = [
    None, True, False, 0, -1, 3.5, 10**400, 1e308, "", "x", "中文", "1", "NaN", "1e999999999", "2023-13-45", "\ud800",
    "\0",
    "{x}", "a" * 200, "met", "at_least", "bonus", [], [None], [[]], ["x"], {}, {"": ""}, {"zh": 1},
    {"zh": "中", "en": "x"},
]  # fmt: skip
TEXTS = [SOUND, DERIVED, *(path.read_text("utf-8") for path in SHIPPED)]
SAMPLES = [yaml.load(text, Loader=yaml.CSafeLoader) for text in TEXTS]


def places(content, place=()):
    """Every place of a card but the whole."""
    for key, value in content.items() if isinstance(content, dict) else enumerate(content):
        yield (*place, key)
        if isinstance(value, dict | list):
            yield from places(value, (*place, key))


def at(content, place):
    for step in place:
        content = content[step]
    return content


def disturb(content: dict, chance: random.Random) -> None:
    """One piece is replaced by something strange or by another piece of the card, is lost, renamed or doubled."""
    everywhere = list(places(content))
    *above, last = chance.choice(everywhere)
    holder = at(content, above)
    alike = [one for one in everywhere if type(at(content, one)) is type(holder[last])]
    match chance.randrange(6):
        case 0 | 1:
            holder[last] = chance.choice(STRANGE)
        case 2:
            holder[last] = deepcopy(at(content, chance.choice(everywhere)))
        case 3:
            holder[last] = deepcopy(at(content, chance.choice(alike)))
        case 4:
            del holder[last]
        case _ if isinstance(holder, list):
            holder.append(deepcopy(holder[last]))
        case _:
            holder[str(chance.choice(STRANGE))[:60]] = holder.pop(last)


def read_or_refused(path: Path) -> bool:
    """Whether it is read; anything but BadInput, or a line that nobody can print or understand, is a fault."""
    try:
        card = read(path)
    except BadInput as bad:
        problems = bad.problems
    else:
        problems = []
    lines = [problem.line(language) for problem in problems for language in ("zh", "en")]
    assert "\n" not in "".join(lines).encode().decode()
    assert [one.rule.zh for one in problems if not CJK.search(one.rule.zh) or PYDANTIC.search(one.rule.zh)] == []
    if problems:
        return False
    levers = [number for *_, number in card.numbers()]
    assert all(one.low <= one.value <= one.high for one in levers)
    assert len({one.name for one in levers}) == len(levers)
    params_of(card)()
    return True


@examples(60)
@given(
    sample=st.sampled_from(SAMPLES), chance=st.randoms(use_true_random=False), times=st.sampled_from([1, 1, 1, 2, 4])
)
def test_whatever_stands_in_a_card_it_is_read_or_refused(sample, chance, times, tmp_path_factory):
    content = deepcopy(sample)
    for _ in range(times):
        if list(places(content)):
            disturb(content, chance)
    folder = written(tmp_path_factory.getbasetemp(), city=SOUND)
    (folder / "disturbed.yaml").write_text(json.dumps(content), encoding="utf-8")
    read_or_refused(folder / "disturbed.yaml")


@examples(60)
@given(data=st.data())
def test_whatever_bytes_stand_in_a_card_it_is_read_or_refused(data, tmp_path_factory):
    content = SOUND.encode()
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(content)))
        some = st.sampled_from(
            [
                b"\0",
                b"\xff",
                b"&a ",
                b"*a",
                b"!x ",
                b"<<: ",
                b"? ",
                b"[" * 900,
                b"- " * 900,
                b"\t",
                b'"',
                b"|\n",
                b"\n---\n",
            ]
        )
        end = start + data.draw(st.integers(0, 9))
        content = content[:start] + data.draw(some | st.binary(max_size=4)) + content[end:]
    path = tmp_path_factory.getbasetemp() / "bytes.yaml"
    path.write_bytes(content)
    read_or_refused(path)


# --- the schema for editors agrees ------------------------------------------------------------------------------

SCHEMA = json.loads((HERE / "card.schema.json").read_text("utf-8"))


@pytest.mark.parametrize("sample", SAMPLES, ids=["sound", "derived", *(path.stem for path in SHIPPED)])
def test_the_schema_takes_what_is_sound(sample):
    jsonschema.validate(sample, SCHEMA)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_card_names_the_schema(path):
    assert path.read_text("utf-8").splitlines()[0] == "# yaml-language-server: $schema=card.schema.json"


STRUCTURE = [name for name in BAD if re.search("key at|key is|key of|no known kind|has no kind|missing|blank|the "
                                               "year|a step is|subjects of"
                                               "|capitals|list should|names should|no items|without a base|document",
                                               name)]  # fmt: skip


@pytest.mark.parametrize("name", STRUCTURE)
def test_the_schema_refuses_what_the_reader_refuses(name):
    content = YAML(typ="safe").load(changed(*BAD[name][:2]))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, SCHEMA)


def test_the_examples_of_the_readme_are_sound(tmp_path):
    text = (HERE / "README.md").read_text("utf-8")
    rows = [YAML(typ="safe").load(one) for one in re.findall(r"(?m)^\| `\w+` \| .* \| `(\{id: .*\})` \|$", text)]
    assert [TypeAdapter(cards.Criterion).validate_python(row).kind for row in rows] == KINDS
    (example,) = re.findall(r"(?s)```yaml\n(.*?)```", text)
    assert read(written(tmp_path, mycity=example) / "mycity.yaml").items[-1].prefix == "mycity_1"
    assert len(text.splitlines()) <= 115
