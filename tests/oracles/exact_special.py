"""The conditions of special cases (JY art. 29) a second time: slow, case by case, in fractions."""

from fractions import Fraction

from oracles.exact_dip import BED_DAY, PLACE, applications, number, one_row_a_stay, peer_means, yes


def special(tables, chosen):
    """(case, conditions, applied, within the quota or None) of each case that meets one or was applied for."""
    cases = one_row_a_stay(tables["cases"])
    groups = {one["group_code"]: (PLACE[one["kind"]], number(one["points"])) for one in tables["groups"]}
    levels = {one["institution_id"]: str(one["level"]) for one in tables["institutions"]}
    means, within = peer_means(tables["peer_means"]), dict(applications(cases, chosen))
    values = {one["scheme"]: number(one.get("last_point_value")) for one in tables["funds"]}
    excesses = {case["case_id"]: excess(case, groups, values) for case in cases}
    found = []
    for case in cases:
        own = [one for one in cases if one["institution_id"] == case["institution_id"]]
        mean = means["own"].get((levels[case["institution_id"]], case.get("group_code")))
        if mean is None and chosen["missing_peer"] == "all_levels":
            mean = means["city"].get(case.get("group_code"))
        apart = (number(case.get("negotiated_cost")) or 0) if chosen["negotiated_in_ratio"] == "off" else 0
        days, icu = number(case.get("length_of_stay")), number(case.get("icu_days"))
        stays = [number(one["length_of_stay"]) for one in own if number(one.get("length_of_stay")) is not None]
        over = excesses[case["case_id"]]
        larger = [one for one in own if over and (excesses[one["case_id"]] or 0) > over]
        met = {
            "1": mean is not None and number(case["total_cost"]) - apart > 3 * mean,
            "2": days is not None and sum(stays) > 0 and days * len(stays) >= 5 * sum(stays),
            "3": over is not None and len(larger) < 10,
            "4": bool(days) and icu is not None and icu >= Fraction(6, 10) * days,
            "5": yes(case.get("innovative_technology")), "6": yes(case.get("new_technology")),
        }  # fmt: skip
        conditions = " ".join(name for name, true in met.items() if true)
        if conditions or case["case_id"] in within:
            found.append((case["case_id"], conditions, case["case_id"] in within, within.get(case["case_id"])))
    return sorted(found)


def excess(case, groups, values):
    """What a case cost above its group's points at last year's point value; None where it did not, or who knows."""
    value = values.get(case.get("scheme") or "") or values.get("pooled")
    if not case.get("group_code") or value is None:
        return None
    place, p = groups[case["group_code"]]
    days = number(case.get("length_of_stay")) if place == BED_DAY else 1
    over = None if days is None else number(case["total_cost"]) - p * days * value
    return over if over is not None and over > 0 else None
