"""The scorecards a second time: slow, in fractions, straight from the card files and JS26 annexes 1 and 2, XX part 3.

It shares no code with simlib: it reads the text of the YAML files and of each value, so that where both agree
to the last digit either both are right or two independent readings of the documents are wrong in the same way.
"""

from copy import deepcopy
from fractions import Fraction
from functools import cache
from pathlib import Path

from oracles import golden

FOLDER = Path(__file__).resolve().parents[2] / "simlib" / "rules" / "cards"
STAGES = ["self", "county", "city"]  # a blank stage is the last
DOCUMENT = {
    "private_excluded_item": "item_3", "bonus_cap": "5", "cap_total": "off", "missing": "error",
    "service_deduction": "situation", "not_applicable": "full", "cost_growth": "stated",
}  # fmt: skip
NOT_APPLICABLE = "不适用"


class Missing(LookupError):
    """Facts that are needed and that nobody reported: institution, item and fact of each."""


@cache
def card(name):
    """The content of a card file, every scalar as text, on its base; each item knows the card that names its levers."""
    content = golden.read(FOLDER / f"{name}.yaml")
    own = [item for part in content.get("parts", []) for item in part["items"]] + content.get("items", [])
    for item in own:
        item["prefix"] = content["card"]
    if "base" in content:
        base = deepcopy(card(content.pop("base")))
        replaced = {item["item"]: item for item in content.pop("items", [])}
        for part in base["parts"]:
            part["items"] = [replaced.get(item["item"], item) for item in part["items"]]
        content = {**base, **content}
    return content


def items(card):
    return [item for part in card["parts"] for item in part["items"]]


def extras(card):
    """The bonus and veto facts under the names that stand for an item in the table of facts."""
    return {name: card[name]["facts"] for name in ("bonus", "veto") if name in card}


def levers(card):
    """Every number of the card by the name under which parameters change it, as text."""
    found = {}
    for item in items(card):
        for criterion in item["criteria"]:
            begin = f"{item['prefix']}_{criterion['id']}_"
            found[begin + "points"] = criterion["points"]
            for sign in {"at_least", "below"} & criterion.keys():
                if isinstance(criterion[sign], dict):
                    found |= {f"{begin}{sign}_{level}": limit for level, limit in criterion[sign].items()}
                else:
                    found[begin + sign] = criterion[sign]
            found |= {begin + fact: off for fact, off in criterion.get("each", {}).items()}
            if "growth" in criterion:
                found |= {begin + end: criterion["growth"][end] for end in ("at_least", "at_most")}
            for number, tier in enumerate(criterion.get("tiers", [])):
                found[f"{begin}{tier['fact']}_at_most"] = tier.get("at_most", "0")
                if number:
                    found[begin + tier["fact"]] = tier["points"]
    return found


def full_marks(card):
    """The facts of one institution that give every point and no bonus: {(item, fact): text of the value}."""
    facts = {}
    for item in items(card):
        for name in item["facts"]:
            facts[item["item"], name] = "1"  # of a yes or no, and the whole of a share
        for criterion in item["criteria"]:
            best = {"converted": "100", "given": criterion["points"], "below": "0"}.get(criterion["kind"], "1")
            names = [criterion.get("fact")] + [one["fact"] for one in criterion.get("variants", [])]
            facts |= {(item["item"], name): best for name in names if name}
            if criterion["kind"] == "not_worse":
                facts[item["item"], criterion["last_year"]] = "0.9"
            bad = [*criterion.get("each", []), *criterion.get("zero", []), *criterion.get("facts", [])]
            bad += [tier["fact"] for tier in criterion.get("tiers", [])]
            facts |= {(item["item"], name): "0" for name in bad}
    return facts | {(name, fact): "0" for name, declared in extras(card).items() for fact in declared}


def evaluates(card, subject):
    return all(subject[column] == wanted for column, wanted in card.get("who", {}).items())


def score(card, subjects, facts, stage=STAGES[-1], **params):
    """What each institution (or community) scores that the card evaluates, by what holds after ``stage``.

    ``subjects``: dicts of text with institution_id (community_id), level, ownership, has_inpatient (true, false).
    ``facts``: dicts of text with institution_id, item, fact, value, and optionally stage and violation.
    ``params``: the readings and the levers by name, as text. Gives {id: {score, items, full, bonus, veto}}, fractions.
    """
    key = "community_id" if card.get("subjects") == "communities" else "institution_id"
    chosen = {**DOCUMENT, **levers(card), **params}
    results, missing = {}, []
    for subject in subjects:
        if evaluates(card, subject):
            own = [row for row in facts if row["institution_id"] == subject[key]]
            results[subject[key]], unknown = of_one(card, subject, in_force(own, stage), chosen)
            missing += [(subject[key], *place) for place in unknown]
    if missing and chosen["missing"] == "error":
        raise Missing(missing)
    return results


def in_force(rows, stage):
    """The statement of each fact that holds after a stage: the latest until then, else the first to come."""
    reviewed = STAGES.index(stage)
    found = {}
    for row in rows:
        place = (row["item"], row["fact"])
        found.setdefault(place, {})[STAGES.index(row.get("stage") or STAGES[-1])] = row
    chosen = {}
    for place, by_stage in found.items():
        until = [number for number in by_stage if number <= reviewed]
        row = by_stage[max(until) if until else min(by_stage)]
        numbers = [one.strip() for one in (row.get("violation") or "").replace("；", ";").split(";") if one.strip()]
        value = NOT_APPLICABLE if row["value"] == NOT_APPLICABLE else Fraction(row["value"])
        chosen[place] = {"value": value, "violations": set(numbers)}
    return chosen


def of_one(card, subject, stated, chosen):
    """The score of one institution with what it rests on, and the facts that are missing."""
    out = None
    if "private" in card and subject["ownership"] == "private":
        out = card["private"]["leaves_out"][chosen["private_excluded_item"]]
    counted = [item for item in items(card) if item["item"] != out]
    if "same_violation" in card:
        hold_once(counted, subject, stated)
    values = {place: one["value"] for place, one in stated.items()}

    points, missing, left, out_of = {}, [], 0, {}
    for item in counted:
        for content in item["criteria"]:
            criterion = Criterion(item, content, subject, values, chosen)
            if any(values.get((item["item"], fact)) == NOT_APPLICABLE for fact in facts_read(content)):
                if chosen["not_applicable"] == "full":
                    points[item["item"]] = points.get(item["item"], 0) + criterion.points
                    out_of[item["item"]] = out_of.get(item["item"], 0) + criterion.points
                else:
                    left += criterion.points
                continue
            out_of[item["item"]] = out_of.get(item["item"], 0) + criterion.points
            points.setdefault(item["item"], Fraction(0))
            earned = KINDS[content["kind"]](criterion)
            missing += criterion.missing
            points[item["item"]] += 0 if criterion.missing else earned
    for name, declared in extras(card).items():
        missing += [(name, fact) for fact in declared if (name, fact) not in values]

    full, whole = full_of(counted, chosen) - left, full_of(items(card), chosen)
    given = sum(values.get(("bonus", fact), Fraction(0)) for fact in extras(card).get("bonus", {}))
    bonus = min(given, Fraction(chosen["bonus_cap"]))
    total = (sum(points.values()) * whole / full if full else Fraction(0)) + bonus
    if chosen["cap_total"] == "on":
        total = min(total, whole)
    veto = any(values.get(("veto", fact)) for fact in extras(card).get("veto", {}))
    return {"score": total, "items": points, "out_of": out_of, "full": full, "bonus": bonus, "veto": veto}, missing


def full_of(items, chosen):
    return sum(
        Fraction(chosen[f"{item['prefix']}_{criterion['id']}_points"])
        for item in items
        for criterion in item["criteria"]
    )


# --- one violation is held once (JS26 annex 1, note 5; annex 2, note 4) ----------------------------------------------


def hold_once(counted, subject, stated):
    """Takes each violation out of all facts but the first that contains it: of evaluations first, then of the items."""
    places = []
    for item in counted:
        for criterion in item["criteria"]:
            if criterion["kind"] == "converted":
                places.append((item["item"], evaluation(criterion, subject, item["item"], stated)))
    clean = {}
    for item in counted:
        read = {fact: criterion for criterion in item["criteria"] for fact in facts_read(criterion)}
        for fact in item["facts"]:
            if fact in read and read[fact]["kind"] != "converted":
                places.append((item["item"], fact))
                good = read[fact]["kind"] == "met" or fact in read[fact].get("needs", [])
                clean[item["item"], fact] = Fraction(1 if good else 0)
    places = [place for place in places if place in stated]
    for number in {number for place in places for number in stated[place]["violations"]}:
        for place in [place for place in places if number in stated[place]["violations"]][1:]:
            stated[place].setdefault("repeated", set()).add(number)
    declared = {(item["item"], fact): one["kind"] for item in counted for fact, one in item["facts"].items()}
    for place in clean.keys() & stated.keys():
        one = stated[place]
        repeated = one.get("repeated", set())
        if declared[place] == "count":
            one["value"] -= len(repeated)
        elif declared[place] == "yes_no" and repeated and repeated == one["violations"]:
            one["value"] = clean[place]


def facts_read(criterion):
    return [
        *([criterion["fact"]] if "fact" in criterion else []),
        *([criterion["growth"][year] for year in ("this_year", "last_year")] if "growth" in criterion else []),
        *([criterion["last_year"]] if "last_year" in criterion else []),
        *criterion.get("needs", []),
        *criterion.get("each", []),
        *criterion.get("zero", []),
        *criterion.get("facts", []),
        *(tier["fact"] for tier in criterion.get("tiers", [])),
    ]


def evaluation(criterion, subject, item, stated):
    """Which evaluation is converted: that of the first variant that the subject meets, else the ordinary one."""
    for variant in criterion.get("variants", []):
        if all(meets(name, wanted, subject, item, stated) for name, wanted in variant["when"].items()):
            return variant["fact"]
    return criterion["fact"]


def meets(name, wanted, subject, item, stated):
    """A condition on a fact of the item, or on a column of the institution."""
    if (item, name) in stated:
        return stated[item, name]["value"] == {"true": 1, "false": 0}[wanted]
    return subject.get(name) == wanted


# --- the kinds of criteria -------------------------------------------------------------------------------------------


class Criterion(dict):
    """What a card says of one criterion, with the numbers that hold and the facts of one institution."""

    def __init__(self, item, content, subject, values, chosen):
        super().__init__(content)
        self.item, self.subject, self.values_known, self.chosen = item, subject, values, chosen
        self.missing = []

    def number(self, name):
        return Fraction(self.chosen[f"{self.item['prefix']}_{self['id']}_{name}"])

    @property
    def points(self):
        return self.number("points")

    def limit(self, sign):
        return self.number(f"{sign}_{self.subject['level']}" if isinstance(self[sign], dict) else sign)

    def fact(self, name):
        """The value of a fact; one that is missing is noted."""
        place = (self.item["item"], name)
        if place not in self.values_known and place not in self.missing:
            self.missing.append(place)
        known = self.values_known.get(place, Fraction(0))
        return Fraction(0) if known == NOT_APPLICABLE else known

    def any_of(self, names):
        values = [self.fact(name) for name in names]  # of all, so that every missing one is noted
        return any(values)


def met(one):
    if "growth" not in one or one.chosen["cost_growth"] == "stated":
        return one.points * one.fact(one["fact"])
    now, last = one.fact(one["growth"]["this_year"]), one.fact(one["growth"]["last_year"])
    if one.missing:
        return 0
    return one.points * (one.number("at_least") <= now / last - 1 <= one.number("at_most"))


def at_least(one):
    return one.points * (one.fact(one["fact"]) >= one.limit("at_least"))


def below(one):
    return one.points * (one.fact(one["fact"]) < one.limit("below"))


def not_worse(one):
    now, last = one.fact(one["fact"]), one.fact(one["last_year"])
    return one.points * (now >= last)


def deduct(one):
    once = one.get("by") == "situation" and one.chosen["service_deduction"] == "situation"
    counts = {name: min(one.fact(name), 1) if once else one.fact(name) for name in one["each"]}
    off = sum(count * one.number(name) for name, count in counts.items())
    return 0 if one.any_of(one.get("zero", [])) else max(one.points - off, 0)


def zero_if_any(one):
    lacks = [not one.fact(name) for name in one.get("needs", [])]  # of all, so that every missing one is noted
    return 0 if one.any_of(one["facts"]) or any(lacks) else one.points


def tiers(one):
    for number, tier in enumerate(one["tiers"]):
        value = one.fact(tier["fact"])
        known = (one.item["item"], tier["fact"]) in one.values_known
        if known and value <= one.number(f"{tier['fact']}_at_most"):
            return one.number(tier["fact"]) if number else one.points
    return 0


def converted(one):
    for variant in one.get("variants", []):
        for name in variant["when"].keys() & one.item["facts"].keys():
            one.fact(name)
    values = {place: {"value": value} for place, value in one.values_known.items()}
    return one.points * one.fact(evaluation(one, one.subject, one.item["item"], values)) / 100


def given(one):
    return min(one.fact(one["fact"]), one.points)


KINDS = {
    "met": met, "at_least": at_least, "below": below, "not_worse": not_worse, "deduct": deduct,
    "zero_if_any": zero_if_any, "tiers": tiers, "converted": converted, "given": given,
}  # fmt: skip
