"""Small cities for DIP settlement, and levers and readings: all that follows from one number, which hypothesis
draws."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from random import Random

from hypothesis import strategies as st

from oracles import exact_dip
from simlib.columns import GRADES, KINDS, TYPES
from simlib.rules.dip import DipParams

CATALOGUE = {"core_min_cases", "history_years", "year_weights"}  # of a catalogue made from history: not here
DECLARED = {name: one for name, one in DipParams.declarations().items() if name not in CATALOGUE}
# Another value reads the cases again, which takes the time of fifty settlements: once a city, see `read_as`.
REBUILDS = {"readmission_days", "same_disease", "list_faults", "negotiated_in_ratio", "over_quota"}
LIMITS = {
    "deviation_low": ["0.4", "0.5", "0.375", "0.8", "0", "1", "0.333"],
    "deviation_high": ["2.5", "1", "3", "2.345", "10", "1.001"],
    "review_from": ["3", "1", "2.5", "20", "10.5"],
}
SEEDS = st.integers(0, 2**64)


class Dice(Random):
    """Choices that follow from one number, which hypothesis draws and makes smaller where a test fails."""

    def often(self, *options, odds=0.5):
        """The first option, or as often as the odds say another."""
        return options[0] if len(options) == 1 or self.random() >= odds else self.choice(options[1:])

    def money(self, most):
        return str(Decimal(self.randint(0, most)).scaleb(-2))

    def places(self, low, high, places):
        """A decimal in a range."""
        least, most = ceil(Decimal(low).scaleb(places)), floor(Decimal(high).scaleb(places))
        return str(Decimal(self.randint(min(least, most), most)).scaleb(-places))


# --- cities ---------------------------------------------------------------------------------------------------------

# Points and means such that p x ratio lies near half a unit of simlib's only where a float holds it exactly.
POINTS = [
    "1000",
    "500",
    "87.125",
    "333.25",
    "0",
    "1234.5",
    "0.5",
    "1.00000007",
    "1.00000037",
]  # the last two are primes of units
MEANS = ["100", "2500", "36", "12.5", "7", "0.07", "4.9", "1000"]
RATIOS = ["0.4", "2.5", "3", "1", "0.8", "0.5", "0.375", "2.345", "20", "10", "0.333", "0.799", "1.25", "40"]
AGES = [None, "0", "5", "6", "7", "30", "59", "60", "61", "130"]
SHARES = ["0", "0.1", "0.25", "0.5", "0.333", "1"]
ACCURACIES = ["0.95", "0.9499", "0.94", "0.9399", "0.5", "1", "0", "0.9301", None]


def city(seed, most_cases=60, least_cases=1):
    """The tables of a small city as rows of text."""
    dice = Dice(seed)
    institutions = [institution(dice, f"H{dice.randint(0, 9)}{i}") for i in range(dice.randint(2, 8))]
    own_columns = [one for one in ("cmi", "elderly_share", "child_share") if dice.random() < 0.2]
    for one in institutions:
        for column in own_columns:
            one[column] = dice.choice([None, *SHARES, *(["1.1", "2", "1.0999"] if column == "cmi" else [])])
    kinds = [dice.often("core", *KINDS, odds=0.6) for _ in range(dice.randint(1, 6))]
    usual = [dice.choice(MEANS) for _ in kinds]  # what a case of the group costs
    groups = [
        {"group_code": f"G{i}", "kind": kind, "points": dice.often(mean, *POINTS, odds=0.3)}
        for i, (kind, mean) in enumerate(zip(kinds, usual, strict=True))
    ]
    weighed = dice.random() < 0.5
    means = [
        {"level": level, "group_code": one["group_code"],
         "mean_cost": dice.often(mean, str(Decimal(mean) * Decimal("0.8")), str(Decimal(mean) * Decimal("1.25"))),
         **({"cases": dice.choice(["1", "3", "10", "0", None])} if weighed else {})}
        for one, mean in zip(groups, usual, strict=True) for level in "123" if dice.random() < 0.8
    ]  # fmt: skip
    schemes = dice.choice([*[["employee", "resident"]] * 3, ["employee"], [None, "resident", "employee"]])
    number = dice.randint(least_cases, most_cases)
    odd = dice.choice([0, 0.05, 0.2])  # how often a case is not treated by its ratio
    cases = [case(dice, f"{i}", institutions, groups, means, schemes, odd) for i in range(number)]
    if dice.random() < 0.5:
        persons(dice, cases)
    if seed % 2 == 0 or seed % 5 == 0:
        lost = Random(seed)  # a die of its own, so that other choices stay what they were
        for one in cases:
            one["group_code"] = None if lost.random() < 0.2 else one["group_code"]
    more = Random(seed + 1)  # a die of its own, so that other choices stay what they were
    for one in institutions:
        one |= {"has_inpatient": more.choice([None, "True", "True", "False"]),
                "last_year_months": more.choice([None, None, "1", "7", "11", "12"]),
                "advanced_last_year": more.choice([None, "0", "10000", "123456.78"])}  # fmt: skip
    if seed % 7 == 2:
        published = Random(seed)
        for one in institutions:
            one["coefficient"] = published.choice([None, None, "1.05", "0.8", "0.123456", "0"])
    if seed % 3:
        told(Dice(seed + 1), cases, institutions)
    dice.shuffle(cases)
    return {
        "cases": cases, "institutions": institutions, "groups": groups, "peer_means": means,
        "funds": funds(dice, cases), "billing": billing(dice, institutions),
    }  # fmt: skip


def institution(dice, name):
    level = dice.choice("123")
    grades = [None, *(grade for grade in GRADES if grade[0] == level)]
    return {
        "institution_id": name, "level": level, "grade": dice.choice(grades),
        "type": dice.often("general", None, "rehabilitation", "eye", *TYPES, odds=0.3),
        "new": dice.often("False", None, "True", odds=0.2), "high_level": dice.often("False", None, "True"),
        **{f"specialties_{rank}": dice.choice(["0", "1", "3", None]) for rank in ("national", "provincial", "city")},
        "coding_accuracy": dice.choice(ACCURACIES), "charging_accuracy": dice.choice(ACCURACIES),
        "irregular_share": dice.choice(["0.004", "0.005", "0.0099", "0.01", "0.0151", "0.9", None]),
        "drug_procurement_done": dice.often("True", "False", None),
        "consumable_procurement_done": dice.often("True", "False", None),
        "other_breach": dice.often("False", "True", None), "ownership": dice.often("public", "private", None, odds=0.3),
        "last_year_billed": dice.often(None, "89999.99", "90000", dice.money(10**10), odds=0.8),
        "breach_two_years": dice.often("False", "True", None, odds=0.2),
        "last_year_procurement": dice.often(None, "4999.99", "5000", dice.money(10**9), odds=0.8),
    }  # fmt: skip


def case(dice, name, institutions, groups, means, schemes, odd):
    group = dice.choice(groups)
    known = exact_dip.peer_means([one for one in means if one["group_code"] == group["group_code"]])
    of_group = [*known["own"].values(), *known["city"].values()] or MEANS
    ratio = Fraction(dice.choice(RATIOS)) if dice.random() < 0.4 else Fraction(dice.randint(30, 250), 100)
    cost = max(int(Fraction(dice.choice(of_group)) * ratio * 100) + dice.often(0, 1, -1), 0)
    billed, patient, other = (str(Decimal(cost * share // 100).scaleb(-2)) for share in (dice.choice([70, 75]), 20, 5))
    return {
        "case_id": name, "institution_id": dice.choice(institutions)["institution_id"], "scheme": dice.choice(schemes),
        "group_code": group["group_code"], "age": dice.choice(AGES),
        "length_of_stay": dice.choice(["0", "1", "9", "364", "365", "366", "730", "731"]),
        "total_cost": str(Decimal(cost).scaleb(-2)),
        "fund_billed": dice.often(billed, "0", dice.money(2 * cost), odds=0.2),
        "patient_paid": dice.often(patient, "0", dice.money(cost), odds=0.2),
        "other_paid": dice.often(other, "0", odds=0.3),
        "auxiliary_factor": dice.often(None, "0.1", "-0.25", "0", "-1", "0.35", "2", odds=odd),
        "reviewed_points": dice.often(None, "0", "1500", "12.345678", "0.00000001", odds=odd),
        "irregular": dice.often("False", None, "True", odds=odd / 2),
        "readmission": dice.often("False", None, "True", odds=odd),
    }  # fmt: skip


def persons(dice, cases):
    """Says who was treated when: a few persons, each from stay to stay."""
    free = {name: date(2021, 1, 1) for name in dice.sample("abcdef", 4)}
    for one in cases:
        name = dice.choice([None, *free])
        begin = free.get(name, date(2021, 1, 1)) + timedelta(dice.choice([0, 1, 9, 10, 11, 20, 60]))
        end = begin + timedelta(dice.choice([1, 3, 8]))
        one |= {"person_id": name, "admission_date": str(begin), "discharge_date": str(end)}
        one |= {"diagnosis": dice.often("K80", None), "readmission": dice.often(None, "False", "True", odds=0.2)}
        free |= {name: end} if name else {}


def told(dice, cases, institutions):
    """Says more of the cases: applications, lists, negotiated drugs, diagnoses, and which rows are one stay."""
    for one in institutions:
        one["type"] = dice.often(one["type"], "psychiatric", odds=0.3)
    for one in cases:
        total, billed = (int(Decimal(one[name]) * 100) for name in ("total_cost", "fund_billed"))
        drugs = dice.often(0, total, total // 3, total // 20, odds=0.3)
        fund = dice.choice([0, min(drugs, billed), min(drugs, billed) // 2])
        one |= {
            name: str(Decimal(fen).scaleb(-2)) for name, fen in (("negotiated_cost", drugs), ("negotiated_fund", fund))
        }
        likely = 0.9 if one["reviewed_points"] else 0.1
        one["special_application"] = dice.often(None, "True", "False", odds=likely)
        one["list_refused"] = dice.often("False", None, "True", odds=0.2)
        left = one.setdefault("discharge_date", "2021-03-01")
        late = date.fromisoformat(left) + timedelta(dice.often(1, 10, 11, 40, odds=0.3))
        one["list_uploaded"] = dice.often(str(late), None, odds=0.1)
        one["diagnosis"] = dice.often("K80.1", "K80.2", None, "F20", odds=0.6)
        one["innovative_technology"], one["new_technology"] = (
            dice.often("False", None, "True", odds=0.1) for _ in "56"
        )
        one["icu_days"] = dice.choice(["0", None, "1", "5", "220"])
    for first, second in zip(cases[::4], cases[1::4], strict=False):
        alike = all(first.get(name) == second.get(name) for name in ("institution_id", "scheme"))
        if alike and dice.random() < 0.7:
            second["person_id"], second["reviewed_points"] = first.get("person_id"), None
            first["stay_id"] = second["stay_id"] = f"S{first['case_id']}"


def funds(dice, cases):
    """Funds such that what was billed is now more and now less than they hold."""
    schemes = dice.choice(
        [["pooled"], ["employee", "resident"], ["employee", "resident"], ["pooled", "employee", "resident"]]
    )
    rows = []
    for scheme in schemes:
        billed = sum(exact_dip.fen(one["fund_billed"]) for one in cases if scheme in ("pooled", one["scheme"]))
        income = int(billed * dice.choice([0.3, 0.9, 1, 1.04, 1.2, 3])) + dice.randint(0, 3000)
        small = [str(Decimal(income // share).scaleb(-2)) for share in (50, 100)]
        rows.append({
            **lump_sums(Random(income)),  # a die of its own, so that other choices stay what they were
            "scheme": scheme, "income": str(Decimal(income).scaleb(-2)), "lump_sum": dice.choice(["0", None, small[0]]),
            "lump_sum_amortised": dice.choice(["0", None, small[1]]),
            **{name: dice.often("0", None, *small, odds=0.4) for name in exact_dip.SPENDING},
            "fund_carried": dice.often("0", *small, None),
        })  # fmt: skip
    return rows


def lump_sums(dice):
    """What the amortised part follows from, where it is not given."""
    if dice.random() < 0.7:
        return {}
    return {
        "amortised_heads": dice.choice(["0", "1", "7", None]), "monthly_wage": dice.choice(["0.01", "33.33", None]),
        "contribution_rate": dice.choice(["0.08", "0.055", "0.123456"]),
    }  # fmt: skip


def billing(dice, institutions):
    return [
        {"institution_id": one["institution_id"], "month": month, "billed": dice.money(10**6),
         "penalties": dice.often("0", dice.money(10**5), None)}
        for one in institutions for month in ("2021-01", "2021-02") if dice.random() < 0.8
    ]  # fmt: skip


# --- parameters -----------------------------------------------------------------------------------------------------


def policy(seed, growth=True, **fixed):
    """Levers within their bounds, often at the document's value or at a bound, and any readings."""
    dice = Dice(seed)
    chosen = {}
    for name, one in DECLARED.items():
        if name in REBUILDS or (name.endswith("_growth") and (not growth or dice.random() < 0.7)):
            continue
        if one.options:
            chosen[name] = dice.choice(one.options)
        elif name in LIMITS:
            chosen[name] = dice.choice([*LIMITS[name], dice.places(one.low, one.high, 3)])
        elif dice.random() < 0.25:
            anything = dice.places(one.low, one.high, min(one.places, dice.choice([3, 6])))
            chosen[name] = dice.choice(
                [str(one.low), str(one.high), str(min(one.default + one.step, one.high)), anything]
            )
    chosen["review_from"] = str(max(Decimal(chosen["review_from"]), Decimal(chosen["deviation_high"])))
    return DipParams(**{**chosen, **fixed})


def read_as(seed):
    """As what the cases of a city are read, of all but readmission_days: the document's values, or others."""
    dice = Dice(seed + 2)
    found = {name: dice.choice(DECLARED[name].options) for name in sorted(REBUILDS) if DECLARED[name].options}
    return found if dice.random() < 0.6 else {}


def policies(seed, number, growth=True, **fixed):
    """The document's values, and so many others, by which the cases are all read in one way."""
    given = {**read_as(seed), **fixed}
    if given.get("over_quota") == "cut":  # what is cut hangs on the quota and the limit of review
        few = {
            "special_quota": Dice(seed).choice(["0.005", "0.05", "0.1"]),
            "review_from": "10",
            "missing_peer": "none",
        }
        given = {**few, **given, "quota_rounding": Dice(seed).choice(["floor", "up"])}
    return [DipParams(**fixed), *(policy(seed + i, growth, **given) for i in range(number))]
