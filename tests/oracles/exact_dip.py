"""DIP settlement a second time: slow, case by case, in fractions, straight from JY art. 10-40 and the readings of its
rules.

It shares no code with simlib and reads the text of each number, so that where both agree to the fen either both are
right or two independent readings of the document are wrong in the same way. Of DipParams it takes the values alone.
"""

from datetime import date
from fractions import Fraction
from math import floor

CORE, OTHER, PRIMARY, BED_DAY, TCM = "core", "other", "primary", "bed_day", "tcm"  # where the points of a case go
PLACE = {"core": CORE, "mixed": OTHER, "tcm": TCM, "primary": PRIMARY, "bed_day": BED_DAY}
BONUSES = ("cmi_part", "elderly_part", "child_part", "high_level_part", "specialty_part")
DEDUCTIONS = ("coding_part", "charging_part", "irregular_part", "drug_part", "consumable_part", "breach_part")
SPENDING = ("maternity", "outpatient", "chronic", "nonlocal", "cash", "other")
UNIT = Fraction(1, 10**8)  # of a point, in which simlib holds p and p x ratio of each case
EVEN = 2


class Refused(Exception):
    """Nothing is left to distribute, there are no points, or a ledger has no fund or a case no scheme."""


# --- numbers ---------------------------------------------------------------------------------------------------------


def number(value):
    """A cell as a fraction; a float counts as the decimal that it prints as; a blank is None."""
    if value is None or value == "" or value != value:
        return None
    return Fraction(f"{value:.15g}" if isinstance(value, float) else str(value))


def fen(value):
    """Yuan as whole fen; a blank is 0."""
    amount = (number(value) or 0) * 100
    assert amount.denominator == 1, f"{value} has a part of a fen"
    return int(amount)


def half_up(amount):
    return floor(amount + Fraction(1, 2))


def half_even(amount):
    whole = floor(amount)
    above = amount - whole - Fraction(1, 2)
    return whole + (above > 0 or (above == 0 and whole % EVEN == 1))


def two_decimals_down(amount):
    return Fraction(floor(amount * 100), 100)


def yes(value):
    return str(value).lower() == "true"


def no(value):
    return str(value).lower() == "false"


def values(params):
    """The parameters by name: fractions, and the names of options."""
    return {name: Fraction(value) if not isinstance(value, str) else value.value for name, value in params}


# --- art. 27-29, 38, 39: one case -------------------------------------------------------------------------------------


def score(tables, chosen, unit=None):
    """What becomes of every case: institution_id, scheme, place, reason, ratio, points, deducted_points, stays,
    panel_review, group_points, and formula, the points of an irregular case had it been none.

    With ``unit`` a group's points, and those of a case before limits bear on them, are held to the nearest of that
    unit.
    """

    def held(points):
        return points if unit is None else half_up(points / unit) * unit

    tables = {**tables, "cases": one_row_a_stay(tables["cases"])}
    groups = {one["group_code"]: (PLACE[one["kind"]], held(number(one["points"]))) for one in tables["groups"]}
    asylums = {one["institution_id"] for one in tables["institutions"] if one.get("type") == "psychiatric"}
    past = past_quota(tables["cases"], chosen)
    levels = {one["institution_id"]: str(one["level"]) for one in tables["institutions"]}
    means = peer_means(tables["peer_means"])
    again = readmitted(tables["cases"], chosen)
    per_yuan = points_per_yuan(tables["cases"], groups)
    found = {}
    for case in tables["cases"]:
        level = levels[case["institution_id"]]
        place, p = groups[case["group_code"]] if case.get("group_code") else (OTHER, Fraction(0))
        factor = 1 + chosen["coding_growth"] if grows(level, chosen) else Fraction(1)
        if case.get("group_code"):
            formula, reason, ratio = by_formula(case, place, p, level, means, factor, chosen, held)
        else:
            formula, reason, ratio = without_group(case, per_yuan, chosen, held), "ungrouped", None
        points, cut = formula, False
        own = (level, case.get("group_code")) in means["own"]
        known = ratio is not None and (own or chosen["missing_peer"] == "all_levels")
        by_itself = known and ratio >= chosen["review_from"]
        reviewed = number(case.get("reviewed_points"))
        if reviewed is not None and case["case_id"] in past and not by_itself:
            reviewed, cut = None, True
        if yes(case.get("irregular")):
            reason, points = "irregular", Fraction(0)
            if chosen["irregular_points"] == "base" and place != BED_DAY and case.get("group_code"):
                formula = factor * p
        elif chosen["list_faults"] == "unpaid" and list_fault(case):
            reason, points = "list_fault", Fraction(0)
        elif yes(case.get("readmission")) or (case["case_id"] in again and not no(case.get("readmission"))):
            reason, points = "readmission", Fraction(0)
        elif reviewed is not None:
            reason, points = "reviewed", held(reviewed)
        compared = known and reason in ("low", "high", "standard", "awaiting")
        found[case["case_id"]] = {
            "institution_id": case["institution_id"], "scheme": case.get("scheme") or "", "place": place,
            "reason": reason, "ratio": ratio if known else None, "points": points,
            "formula": formula if reason == "irregular" else Fraction(0),
            "deducted_points": chosen["irregular_multiple"] * formula if reason == "irregular" else Fraction(0),
            "panel_review": compared and ratio >= limits(chosen, factor)[2],
            "stays": stays(case, place, asylums, chosen),
            "group_points": p * number(case.get("length_of_stay") or 0) if place == BED_DAY else p * factor,
            "grouped": bool(case.get("group_code")),
            "cost": number(case["total_cost"]),
            "applied": yes(case.get("special_application")), "list_fault": list_fault(case),
            "cut": cut and reason != "irregular",
            "unapplied": reason == "reviewed" and not yes(case.get("special_application")) and not by_itself,
            "joined": case.get("rows", 1) - 1, "regrouped": case.get("regrouped", False),
        }  # fmt: skip
    return found


def one_row_a_stay(cases):
    """Rows with the same stay_id as one: of the dearest, costs and days added (art. 38)."""
    together = {}
    for case in cases:
        together.setdefault(case.get("stay_id") or ("alone", case["case_id"]), []).append(case)
    return [as_one(rows) if len(rows) > 1 else rows[0] for rows in together.values()]


def as_one(rows):
    dear = min(rows, key=lambda row: (-number(row["total_cost"]), row["case_id"]))
    first = min(rows, key=lambda row: (row.get("admission_date") or "", row["case_id"]))
    one = dict(dear)

    def given(name):
        return [row[name] for row in rows if row.get(name) not in (None, "")]

    for name in ("total_cost", "fund_billed", "patient_paid", "other_paid", "negotiated_cost", "negotiated_fund",
                 "length_of_stay", "icu_days"):  # fmt: skip
        if values := given(name):
            one[name] = sum(map(number, values))
    for name in ("irregular", "special_application", "innovative_technology", "new_technology", "list_refused"):
        one[name] = str(any(map(yes, given(name))))
    for name in ("discharge_date", "list_uploaded", "reviewed_points", "person_id", "scheme"):
        one[name] = max(given(name), default=None)
    for name in ("admission_date", "age"):
        one[name] = min(given(name), key=lambda value: number(value) if name == "age" else value, default=None)
    one |= {"readmission": first.get("readmission"), "rows": sum(row.get("rows", 1) for row in rows)}
    return one | {"regrouped": len({row.get("group_code") or "" for row in rows}) > 1, "stay_id": None}


def list_fault(case):
    """Whether a list was refused, or came more than ten days after discharge (art. 37)."""
    late = False
    if case.get("list_uploaded") and case.get("discharge_date"):
        late = (date.fromisoformat(case["list_uploaded"]) - date.fromisoformat(case["discharge_date"])).days > 10
    return yes(case.get("list_refused")) or late


def past_quota(cases, chosen):
    """The applications past their institution's quota that lose the panel's points, by case number (art. 29)."""
    return (
        set()
        if chosen["over_quota"] == "report"
        else {name for name, within in applications(cases, chosen) if not within}
    )


def applications(cases, chosen):
    """Each application, and whether it is within its institution's quota, by case number (art. 29)."""
    by_institution, number_of = {}, {}
    for case in cases:
        number_of[case["institution_id"]] = number_of.get(case["institution_id"], 0) + 1
        if yes(case.get("special_application")):
            by_institution.setdefault(case["institution_id"], []).append(case["case_id"])
    return [
        (name, at < quota(number_of[whose], chosen))
        for whose, names in by_institution.items()
        for at, name in enumerate(sorted(names))
    ]


def quota(cases, chosen):
    most = chosen["special_quota"] * cases
    return floor(most) if chosen["quota_rounding"] == "floor" else -floor(-most)


def points_per_yuan(cases, groups):
    """Sum of group points over sum of costs of the cases with a group, bed-days aside."""
    grouped = [(groups[case["group_code"]], number(case["total_cost"])) for case in cases if case.get("group_code")]
    cost = sum(cost for (place, _), cost in grouped if place != BED_DAY)
    return sum(p for (place, p), _ in grouped if place != BED_DAY) / cost if cost else Fraction(0)


def without_group(case, per_yuan, chosen, held):
    """The points of a case without a group that is neither irregular, nor a readmission, nor reviewed."""
    if chosen["ungrouped"] == "refuse":
        raise Refused("a case without a group")
    by_cost = chosen["ungrouped_share"] * held(number(case["total_cost"]) * per_yuan)
    return by_cost if chosen["ungrouped"] == "cost" else Fraction(0)


def by_formula(case, place, p, level, means, factor, chosen, held):
    """(points, reason, ratio) of a case that is neither irregular, nor a readmission, nor reviewed.

    ``factor``: what coding makes of the group's points and of the mean; the ratio is that of the case as it stands.
    """
    code = case["group_code"]
    mean = means["own"].get((level, code), means["city"].get(code))
    apart = (number(case.get("negotiated_cost")) or 0) if chosen["negotiated_in_ratio"] == "off" else 0
    ratio = None if mean is None else (number(case["total_cost"]) - apart) / mean
    if place == BED_DAY:
        return p * number(case["length_of_stay"]), "bed_day", ratio
    if number(case.get("auxiliary_factor")) is not None:
        return factor * held(p * (1 + number(case["auxiliary_factor"]))), "auxiliary", ratio
    if place == PRIMARY and chosen["primary_deviation"] == "off":
        return factor * p, "primary", ratio
    if ratio is None or ((level, code) not in means["own"] and chosen["missing_peer"] == "none"):
        return factor * p, "no_peer", ratio
    low, high, review = limits(chosen, factor)
    if ratio <= low:
        lift = Fraction("0.2") if chosen["low_slope"] == "lifted" else 0
        return held(p * ratio) + factor * p * lift, "low", ratio
    if ratio >= review and chosen["panel_until"] == "base":
        return factor * p, "awaiting", ratio
    if ratio >= high:
        return held(p * ratio) + factor * p * (1 - chosen["deviation_high"]), "high", ratio
    return factor * p, "standard", ratio


def limits(chosen, factor=1):
    """Low, high and review limit of the ratio of a case whose group's mean has become ``factor`` times as high."""
    low = Fraction("0.8") if chosen["low_slope"] == "lifted" else chosen["deviation_low"]
    all_three = (low, chosen["deviation_high"], chosen["review_from"])
    low, high, review = (Fraction(half_even(1000 * one * factor), 1000) for one in all_three)
    return min(low, Fraction(1)), max(high, Fraction(1)), max(review, Fraction(1))


def stays(case, place, asylums, chosen):
    days = number(case.get("length_of_stay")) or 0
    disease = case.get("diagnosis") or case.get("group_code") or ""
    mental = case["institution_id"] in asylums and disease[:1].upper() == "F"
    cycled = place == BED_DAY and (mental or chosen["cycle_scope"] == "every")
    return max(-floor(-days / chosen["cycle_days"]), 1) if cycled else 1


def readmitted(cases, chosen):
    """The cases whose person was discharged for the same disease by the same institution so few days before (art.
    38)."""
    stays = {}
    for case in cases:
        if case.get("person_id"):
            disease = case.get("diagnosis") or case.get("group_code")
            disease = case.get("group_code") if chosen["same_disease"] == "group" else disease
            if not disease:
                continue  # nobody knows whether it is the same
            disease = disease[:3] if chosen["same_disease"] == "category" else disease
            days = (date.fromisoformat(case[f"{event}_date"]) for event in ("admission", "discharge"))
            stays.setdefault((case["person_id"], case["institution_id"], disease), []).append((*days, case["case_id"]))
    return {
        name
        for of_one in stays.values()
        for admitted, _, name in of_one
        if any(
            0 <= (admitted - discharged).days <= chosen["readmission_days"] and (before, other) < (admitted, name)
            for before, discharged, other in of_one
        )
    }


def peer_means(rows):
    """Last year's means: of a level, and of all levels, weighed by their cases where the table tells any of the
    group."""
    own = {(str(one["level"]), one["group_code"]): number(one["mean_cost"]) for one in rows}
    told = {one["group_code"] for one in rows if number(one.get("cases"))}
    sums = {}
    for one in rows:
        weight = (number(one["cases"]) or 0) if one["group_code"] in told else 1
        cost, count = sums.get(one["group_code"], (0, 0))
        sums[one["group_code"]] = (cost + weight * number(one["mean_cost"]), count + weight)
    return {"own": own, "city": {code: cost / count for code, (cost, count) in sums.items()}}


def grows(level, chosen):
    return chosen["grows"] in ("all", level)


# --- art. 21-24: the coefficient --------------------------------------------------------------------------------------


def coefficients(institutions, chosen, mix=None):
    """By institution: grade, basic, the parts, coefficient, and cmi, elderly_share, child_share (None where unknown).

    ``mix``: (cmi, elderly share, child share, cases) of each; the institutions' own columns win over the first three.
    """
    mix = mix or {one["institution_id"]: (None, None, None, number(one.get("cases", 1))) for one in institutions}
    shares = {}
    for one in institutions:
        *computed, cases = mix[one["institution_id"]]
        given = [number(one.get(name)) for name in ("cmi", "elderly_share", "child_share")]
        shares[one["institution_id"]] = [
            stated if stated is not None else found for stated, found in zip(given, computed, strict=True)
        ] + [cases]
    alike = chosen["city_share"] == "mean"
    city = [pooled([(share[i], 1 if alike else share[3]) for share in shares.values()]) for i in (1, 2)]
    return {
        one["institution_id"]: coefficient(one, *shares[one["institution_id"]][:3], *city, chosen)
        for one in institutions
    }


def pooled(shares):
    known = [(share, cases) for share, cases in shares if share is not None]
    cases = sum(cases for _, cases in known)
    return sum(share * cases for share, cases in known) / cases if cases else None


def coefficient(one, cmi, elderly, child, city_elderly, city_child, chosen):
    grade = one.get("grade")
    grade = grade if grade and grade == grade else f"{one['level']}O"
    parts = dict.fromkeys((*BONUSES, *DEDUCTIONS), Fraction(0))
    if not yes(one.get("new")):
        parts |= bonuses(one, cmi, elderly, child, city_elderly, city_child, chosen)
        parts |= deductions(one, chosen)

    def down(part):
        amount = part < 0 and chosen["deduction_floor"] == "amount"
        return -two_decimals_down(-part) if amount else two_decimals_down(part)

    whole = (lambda part: part) if chosen["floor_at"] == "none" else down
    each = down if chosen["floor_at"] == "item" else lambda part: part
    basic = chosen[f"basic_{grade}"]
    assessment = sum(each(parts[name]) for name in BONUSES) + sum(each(-parts[name]) for name in DEDUCTIONS)
    calculated, published = whole(basic) + whole(assessment), number(one.get("coefficient"))
    return {
        "grade": grade, "basic": basic, **parts, "calculated": calculated, "published": published is not None,
        "coefficient": calculated if published is None else published,
        "cmi": cmi, "elderly_share": elderly, "child_share": child,
    }  # fmt: skip


def bonuses(one, cmi, elderly, child, city_elderly, city_child, chosen):
    def steps(above, size):
        return 1 + floor(above / size)

    def by_age(share, city):
        if share is None or share <= city or one.get("type") in ("rehabilitation", "eye"):
            return Fraction(0)
        size = chosen["age_step"] * (city if chosen["share_step"] == "relative" else 1)
        return min(chosen["age_bonus"] * (steps(share - city, size) if size else 1), chosen["age_cap"])

    reached = cmi is not None and cmi >= 1
    specialties = (
        chosen[f"specialty_{rank}"] * (number(one.get(f"specialties_{rank}")) or 0)
        for rank in ("national", "provincial", "city")
    )
    return {
        "cmi_part": min(chosen["cmi_bonus"] * steps(cmi - 1, chosen["cmi_step"]), chosen["cmi_cap"])
        if reached
        else Fraction(0),
        "elderly_part": by_age(elderly, city_elderly),
        "child_part": by_age(child, city_child),
        "high_level_part": chosen["high_level_bonus"] if yes(one.get("high_level")) else Fraction(0),
        "specialty_part": sum(specialties),
    }


def deductions(one, chosen):
    def steps(gap, size):
        if gap is None or gap <= 0:
            return 0
        parts = gap / size
        return {"proportional": parts, "floor": floor(parts), "begun": -floor(-parts)}[chosen["partial_steps"]]

    def accuracy(column):
        stated = number(one.get(column))
        gap = None if stated is None else chosen["accuracy_from"] - stated
        return min(chosen["accuracy_deduction"] * steps(gap, chosen["accuracy_step"]), chosen["accuracy_cap"])

    share = number(one.get("irregular_share"))
    above = None if share is None else share - chosen["irregular_from"]
    unnecessary = chosen["irregular_deduction"] * steps(above, chosen["irregular_step"])
    return {
        "coding_part": accuracy("coding_accuracy"),
        "charging_part": accuracy("charging_accuracy"),
        "irregular_part": min(unnecessary, chosen["irregular_cap"]),
        "drug_part": chosen["drug_deduction"] if no(one.get("drug_procurement_done")) else Fraction(0),
        "consumable_part": chosen["consumable_deduction"]
        if no(one.get("consumable_procurement_done"))
        else Fraction(0),
        "breach_part": chosen["breach_deduction"] if yes(one.get("other_breach")) else Fraction(0),
    }


def mixes(tables, cases, chosen):
    """(CMI, elderly share, child share, cases) of each institution that has cases; volume makes more of the same."""
    found = {}
    for one in treated(tables, cases):
        own = [case for case in tables["cases"] if case["institution_id"] == one["institution_id"]]
        counted = (CORE,) if chosen["cmi_scope"] == "core" else (CORE, TCM, PRIMARY, BED_DAY)
        core = [cases[case["case_id"]] for case in own if cases[case["case_id"]]["place"] in counted]
        volume, severity, _ = growth(one, chosen)
        of = "points" if chosen["cmi_points"] == "case" else "group_points"
        cmi = severity * sum(case[of] for case in core) / len(core) / 1000 if core else None
        ages = [number(case.get("age")) for case in own]
        elderly = sum(age is not None and age >= 60 for age in ages)
        child = sum(
            age is not None and (age <= 6 if chosen["child_age_inclusive"] == "on" else age < 6) for age in ages
        )
        found[one["institution_id"]] = (cmi, Fraction(elderly, len(own)), Fraction(child, len(own)), volume * len(own))
    return found


def treated(tables, cases):
    """The institutions that have cases, in the order of their table."""
    with_cases = {case["institution_id"] for case in cases.values()}
    return [one for one in tables["institutions"] if one["institution_id"] in with_cases]


def growth(institution, chosen):
    """By what the number, the severity and the coding of an institution's cases are multiplied."""
    names = ("volume_growth", "severity_growth", "coding_growth")
    return tuple(1 + chosen[name] if grows(str(institution["level"]), chosen) else Fraction(1) for name in names)


# --- art. 10-13, 30-33: the money -------------------------------------------------------------------------------------


def settle(tables, params, unit=None):
    """Everything by name: cases, coefficients, ledgers, institutions, counts, fund, prepayments, advances.

    Money is whole fen and points are fractions. ``tables``: lists of dicts by name; ``unit`` as for :func:`score`.
    """
    chosen = values(params)
    tables = {**tables, "cases": one_row_a_stay(tables["cases"])}
    cases = score(tables, chosen, unit)
    having = treated(tables, cases)
    weights = coefficients(having, chosen, mixes(tables, cases, chosen))
    ledgers, funds = {}, {}
    for ledger in ledgers_of(cases, tables["funds"], chosen):
        accounts = {}
        for one in having:
            own = [
                case for case in tables["cases"]
                if case["institution_id"] == one["institution_id"] and ledger in ("pooled", case.get("scheme"))
            ]  # fmt: skip
            if own:
                scored = [cases[case["case_id"]] for case in own]
                weight = weights[one["institution_id"]]["coefficient"]
                accounts[one["institution_id"]] = account(one, own, scored, weight, chosen)
        money = fund(fund_rows(tables["funds"], ledger), sum(one["billed"] for one in accounts.values()), chosen)
        funds[ledger] = money | clear(accounts, money, chosen)
        funds[ledger]["negotiated_paid"] = sum(one["negotiated_paid"] for one in accounts.values())
        ledgers |= {(ledger, name): one for name, one in accounts.items()}
    payments = prepayments(tables.get("billing", []), tables["institutions"], chosen)
    institutions = {}
    for one in having:
        name = one["institution_id"]
        parts = [row for (_, whose), row in ledgers.items() if whose == name]
        sums = {column: sum(row[column] for row in parts) for column in SUMMED}
        prepaid = sum(amount for whose, _, _, _, amount in payments if whose == name)
        penalties = sum(amount for whose, _, _, amount, _ in payments if whose == name)
        kept = penalties if chosen["penalties"] == "final" else 0
        outcomes = {row["outcome"] for row in parts}
        institutions[name] = {
            "cases": half_up(growth(one, chosen)[0] * sum(case["institution_id"] == name for case in cases.values())),
            "cmi": weights[name]["cmi"], "coefficient": weights[name]["coefficient"], **sums,
            "outcome": outcomes.pop() if len(outcomes) == 1 else "mixed",
            "clearing_ratio": Fraction(sums["billed"], sums["payable"]) if sums["payable"] > 0 else None,
            "prepaid": prepaid, "penalties": penalties, "balance": sums["settlement"] - prepaid - kept,
        }  # fmt: skip
    return {
        "cases": cases, "coefficients": weights, "ledgers": ledgers, "fund": funds, "institutions": institutions,
        "counts": {one["institution_id"]: counts(cases, one["institution_id"], chosen) for one in having},
        "prepayments": payments, "advances": advances(tables["institutions"], chosen),
    }  # fmt: skip


def counts(cases, name, chosen):
    """How many cases of an institution were treated in which way, whatever growth is assumed, and how many may be
    special."""
    mine = [case for case in cases.values() if case["institution_id"] == name]
    reasons = [case["reason"] for case in mine]
    found = {one: reasons.count(one) for one in ("low", "high", "reviewed", "readmission", "auxiliary", "irregular")}
    without = [case for case in mine if not case["grouped"]]
    told = {"ungrouped": len(without), "ungrouped_cost": sum(case["cost"] for case in without)}
    flags = ("panel_review", "applied", "cut", "unapplied", "list_fault", "joined", "regrouped")
    told |= {one: sum(case[one] for case in mine) for one in flags}
    most = quota(len(mine), chosen)
    return {"cases": len(mine), **found, **told, "quota": most, "quota_left": most - told["applied"]}


POINTS = ("points", "primary_points", "bed_day_points", "deducted_points", "total_points", "approved_points")
MONEY = ("billed", "patient_paid", "other_paid")
CLEARED = ("payable", "share_due", "share_paid", "reshared", "settlement")
SUMMED = (*POINTS, *MONEY, *CLEARED, "negotiated_paid")


def ledgers_of(cases, funds, chosen):
    if chosen["ledger"] == "pooled":
        return ["pooled"]
    schemes = {case["scheme"] for case in cases.values()}
    for scheme in ("employee", "resident"):
        fund_rows(funds, scheme)
    if not schemes <= {"employee", "resident"}:
        raise Refused("a case does not say its scheme")
    return sorted(schemes)


def account(one, own, scored, coefficient, chosen):
    """Points and money of one institution in one ledger (art. 30)."""
    volume, severity, _ = growth(one, chosen)
    times = volume * severity

    def total(column, *places):
        return times * sum(case[column] for case in scored if case["place"] in places)

    weighed = coefficient if chosen["irregular_weighted"] == "on" else 1
    deducted = weighed * total("formula", CORE, OTHER, TCM) + total("formula", PRIMARY, BED_DAY)
    points, primary, bed_days = total("points", CORE, OTHER, TCM), total("points", PRIMARY), total("points", BED_DAY)
    row = {
        "level": str(one["level"]), "points": points, "primary_points": primary, "bed_day_points": bed_days,
        "deducted_points": chosen["irregular_multiple"] * deducted,
        "total_points": points * coefficient + primary + bed_days,
    }  # fmt: skip
    row["approved_points"] = row["total_points"] - row["deducted_points"]
    apart = sum(fen(case.get("negotiated_fund")) for case in own)
    sums = {
        "billed": sum(
            fen(case["fund_billed"]) - fen(case.get("negotiated_fund"))
            for case, one in zip(own, scored, strict=True)
            if chosen["billed_scope"] == "all" or one["reason"] not in ("irregular", "readmission", "list_fault")
        ),
        "negotiated_paid": apart,
        **{name: sum(fen(case[name]) for case in own) for name in MONEY[1:]},
    }
    return row | {name: half_up(times * amount) for name, amount in sums.items()}


def fund_rows(funds, ledger):
    mine = [one for one in funds if one["scheme"] == ledger] or (funds if ledger == "pooled" else [])
    if not mine:
        raise Refused(f"no fund for {ledger}")
    return mine


def fund(rows, billed, chosen):
    """The money of one ledger (art. 10, 11, 13)."""
    sums = {name: sum(fen(one.get(name)) for one in rows) for name in ("income", "lump_sum", "fund_carried", *SPENDING)}
    income = sums["income"] - sums["lump_sum"] + sum(amortised(one) for one in rows)
    set_aside = half_up(
        chosen["regulation_rate"] * (income if chosen["regulation_base"] == "adjusted" else sums["income"])
    )
    ceiling = income - set_aside - sum(sums[name] for name in SPENDING)
    if ceiling <= 0:
        raise Refused("nothing left to distribute")
    headroom = half_up(chosen["billed_headroom"] * billed)
    return {
        "income": income, "regulation_set_aside": set_aside, "fund_carried": sums["fund_carried"],
        "regulation_fund": set_aside + sums["fund_carried"], **{name: sums[name] for name in SPENDING},
        "ceiling": ceiling, "headroom": headroom, "distributable": min(ceiling, headroom),
    }  # fmt: skip


def amortised(row):
    """What of lump sums falls on the year (art. 10): heads x wage x rate where all are known."""
    parts = [number(row.get(name)) for name in ("amortised_heads", "monthly_wage", "contribution_rate")]
    if None in parts:
        return fen(row.get("lump_sum_amortised"))
    return half_up(100 * parts[0] * parts[1] * parts[2])


def clear(accounts, money, chosen):
    """The settlement of the accounts of one ledger (art. 31-33), written into them; what it does to the fund."""
    total = sum(one["approved_points"] for one in accounts.values())
    if total <= 0:
        raise Refused("no points")
    own = {name: one["patient_paid"] + one["other_paid"] for name, one in accounts.items()}
    value = (money["distributable"] + sum(own.values())) / total  # fen a point
    shares, spared, paid_out, left = {}, 0, 0, 0
    for name, one in accounts.items():
        payable, billed = one["approved_points"] * value - own[name], one["billed"]
        cap, most, share = chosen["retention_cap"] * billed, chosen["share_limit"] * payable, Fraction(0)
        if payable <= 0:
            base, one["outcome"] = 0, "nothing"
            spared += -half_up(payable)
        elif billed <= payable:
            base, one["outcome"] = half_up(min(cap, payable)), "capped" if payable > cap else "full"
            left += half_up(payable) - base if one["outcome"] == "capped" else 0
        else:
            base, one["outcome"] = half_up(payable), "beyond" if billed > most else "shared"
            share = chosen[f"share_rate_{one['level']}"] * (min(billed, most) - payable)
        shares[name] = share
        paid_out += base
        one |= {"payable": half_up(payable), "share_due": half_up(share), "settlement": base}
        one["clearing_ratio"] = billed / payable if one["payable"] > 0 else None
    moved = left if chosen["surplus_use"] == "regulation" else 0
    weights = {name: one["approved_points"] for name, one in accounts.items() if one["outcome"] != "nothing"}
    again = largest_remainder(weights, left) if chosen["surplus_use"] == "points" and left else {}
    money["regulation_fund"] += moved
    paid, factor = scaled(shares, money["regulation_fund"])
    for name, one in accounts.items():
        one |= {"share_paid": paid[name], "reshared": again.get(name, 0)}
        one["settlement"] += paid[name] + one["reshared"]
    return {
        "point_value": value / 100, "share_factor": factor,
        "shares_due": sum(one["share_due"] for one in accounts.values()),
        "shares_paid": sum(paid.values()), "fund_left": money["regulation_fund"] - sum(paid.values()),
        "floored": spared, "surplus_moved": moved, "regulation_fund": money["regulation_fund"],
        "undistributed": money["distributable"] - paid_out - sum(again.values()) + spared,
    }  # fmt: skip


def scaled(shares, available):
    """The shares in fen: rounded where the fund has them, else as many parts of it by largest remainder, then by id."""
    owed, paid = sum(shares.values()), {name: half_up(share) for name, share in shares.items()}
    if owed <= available and sum(paid.values()) <= available:
        return paid, Fraction(1)
    return largest_remainder(shares, available), min(available / owed, Fraction(1))


def largest_remainder(weights, total):
    """So many fen in proportion to the weights: whole ones, then one each by the largest remainder, then by id."""
    quotas = {name: total * weight / sum(weights.values()) for name, weight in weights.items()}
    parts = {name: floor(quota) for name, quota in quotas.items()}
    left = total - sum(parts.values())
    for name in sorted(quotas, key=lambda name: (parts[name] - quotas[name], name))[:left]:
        parts[name] += 1
    return parts


# --- art. 25, 26: during the year -------------------------------------------------------------------------------------


def prepayments(billing, institutions, chosen):
    """(institution, month, billed, penalties, prepaid) of each row, in fen."""
    by_id = {one["institution_id"]: one for one in institutions}
    found = []
    for row in billing:
        volume, severity, _ = growth(by_id[row["institution_id"]], chosen)
        billed, penalties = half_up(volume * severity * fen(row["billed"])), fen(row.get("penalties"))
        prepaid = half_up(chosen["monthly_rate"] * billed) - penalties
        found.append((row["institution_id"], row["month"], billed, penalties, prepaid))
    return found


def advances(institutions, chosen):
    """(working capital, procurement advance, advanced last year, net) in yuan of each institution that is entitled or
    has something to give back; 0 where not stated."""
    found = {}
    for one in institutions if any("last_year_billed" in one for one in institutions) else []:
        billed, agreed = number(one.get("last_year_billed")), number(one.get("last_year_procurement"))
        inpatients = one.get("has_inpatient")
        inpatients = yes(inpatients) if number_or_text(inpatients) else (billed or 0) > 0
        public = one.get("ownership") == "public" and not yes(one.get("new")) and not yes(one.get("breach_two_years"))
        last, months = number(one.get("advanced_last_year")) or 0, number(one.get("last_year_months")) or 12
        working = procurement = 0
        if public and inpatients and billed is not None:
            working = max(10_000 * half_up(chosen["working_months"] * billed / months / 10_000), 10_000)
        if public and inpatients and agreed is not None:
            procurement = max(1_000 * half_up(chosen["procurement_rate"] * agreed / 1_000), 1_000)
        if (public and inpatients) or last:
            found[one["institution_id"]] = (working, procurement, last, working + procurement - last)
    return found


def number_or_text(value):
    """Whether a cell is filled in."""
    return value is not None and value == value and value != ""
