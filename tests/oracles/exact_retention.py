"""County surplus retention a second time: slow, in fractions, straight from XX part 5(1) with 3(6) and 1(2)2.

It shares no code with simlib and reads the text of each number, so that where both agree to the fen
either both are right or two independent readings of the document are wrong in the same way.
"""

from fractions import Fraction
from math import ceil, floor

DOCUMENT = {
    "full_from": "90",
    "linear_from": "80",
    "half_from": "60",
    "per_point": "0.05",
    "half_ratio": "0.50",
    "bonus_cap": "5",
    "fraction": "continuous",
    "cap_total": "off",
    "score_digits": "exact",
    "bonus_counts": "on",
    "veto_cut": "as_below_60",
    "retained_share": "1",
    "reasonable_share": "0",
    "next_year_cut_rate": "0",
    "score_growth": "0",
    "spending_growth": "0",
    "budget_growth": "0",
}
PARTS = {"continuous": lambda points: points, "floor": floor, "ceil": ceil}
FULL_MARKS = 100
MONEY = (
    "budget", "spending", "surplus", "retained", "returned", "overspend_borne", "overspend_shared", "next_year_cut",
    "net",
)  # fmt: skip
SUMMED = [column for column in MONEY if column != "surplus"]


def settle(communities, **params):
    """What each community keeps or bears, money in whole fen, total_score and ratio exact.

    ``communities``: dicts with community_id, score, budget, spending and perhaps bonus, veto and
    unreasonable_overspend; numbers as text, integers or Decimal; None, "" or no key at all is a blank.
    """
    chosen = {**DOCUMENT, **params}
    return {one["community_id"]: settled(entering(one), chosen) for one in communities}


def years(communities, count, **params):
    """One dict a year: what all communities together have, keep and bear, and how many failed."""
    chosen = {**DOCUMENT, **params}
    first = [entering(one) for one in communities]
    now, rows = first, []
    for year in range(1, count + 1):
        results = [settled(one, chosen) for one in now]
        failed = sum(row["bracket"] in ("none", "veto") for row in results)
        sums = {column: sum(row[column] for row in results) for column in SUMMED}
        rows.append({"year": year, **sums, "failed": failed})
        now = [
            a_year_later(one, row["next_year_cut"], start, chosen)
            for one, row, start in zip(now, results, first, strict=True)
        ]
    return rows


def entering(one):
    """A row of text as numbers."""
    return {
        "score": Fraction(one["score"]),
        "bonus": Fraction(given(one, "bonus")),
        "veto": str(given(one, "veto")).lower() in ("true", "1", "是"),
        "budget": fen(one["budget"]),
        "spending": fen(one["spending"]),
        "unreasonable": fen(given(one, "unreasonable_overspend")),
    }


def given(one, column):
    return one[column] if one.get(column) not in (None, "") else 0


def settled(one, chosen):
    total = total_of(one["score"], one["bonus"], chosen)
    bracket, ratio = share(total, one["veto"], chosen)
    left = one["budget"] - one["spending"]
    retained = shared = cut = 0
    if left > 0:
        retained = half_up(half_up(left * Fraction(chosen["retained_share"])) * ratio)
    if left < 0:
        shared = half_up((-left - one["unreasonable"]) * Fraction(chosen["reasonable_share"]))
    if total < Fraction(chosen["half_from"]) or (bracket == "veto" and chosen["veto_cut"] == "as_below_60"):
        cut = half_up(one["budget"] * Fraction(chosen["next_year_cut_rate"]))
    borne = -left - shared if left < 0 else 0
    return {
        "total_score": total, "bracket": bracket, "ratio": ratio,
        "budget": one["budget"], "spending": one["spending"], "surplus": left,
        "retained": retained, "returned": left - retained if left > 0 else 0,
        "overspend_borne": borne, "overspend_shared": shared, "next_year_cut": cut, "net": retained - borne - cut,
    }  # fmt: skip


def total_of(score, bonus, chosen):
    """The score with its bonus, of which no more than the cap counts, or than there is room for; to so many digits."""
    bonus = min(bonus, Fraction(chosen["bonus_cap"]))
    if chosen["cap_total"] == "on":
        bonus = min(bonus, max(FULL_MARKS - score, Fraction(0)))
    if chosen["bonus_counts"] == "off":
        bonus = 0
    if chosen["score_digits"] == "exact":
        return score + bonus
    steps = 10 ** int(chosen["score_digits"])
    return Fraction(half_up((score + bonus) * steps), steps)


def share(total, veto, chosen):
    """(bracket, the share of a surplus that is kept)."""
    if veto:
        return "veto", Fraction(0)
    if total < Fraction(chosen["half_from"]):
        return "none", Fraction(0)
    if total < Fraction(chosen["linear_from"]):
        return "half", Fraction(chosen["half_ratio"])
    missing = Fraction(chosen["full_from"]) - total
    if missing <= 0:
        return "full", Fraction(1)
    lost = PARTS[chosen["fraction"]](missing) * Fraction(chosen["per_point"])
    return "linear", max(1 - lost, Fraction(0))


def a_year_later(now, cut, first, chosen):
    score = max(now["score"] + Fraction(chosen["score_growth"]), Fraction(0))
    score = min(score, max(first["score"], Fraction(FULL_MARKS)))
    budget = half_up((now["budget"] - cut) * (1 + Fraction(chosen["budget_growth"])))
    spending = half_up(now["spending"] * (1 + Fraction(chosen["spending_growth"])))
    unreasonable = 0
    if first["unreasonable"] and spending > budget:
        unreasonable = half_up(
            Fraction(spending - budget) * first["unreasonable"] / (first["spending"] - first["budget"])
        )
    return {**now, "score": score, "budget": budget, "spending": spending, "unreasonable": unreasonable}


def half_up(amount):
    return floor(amount + Fraction(1, 2))


def fen(yuan):
    """Yuan as whole fen; a float counts as the decimal that it prints as."""
    noisy = isinstance(yuan, float) and abs(yuan) < 1e13  # what 15 digits say; of larger ones fen are beyond
    amount = Fraction(f"{yuan:.15g}" if noisy else repr(float(yuan)) if isinstance(yuan, float) else yuan) * 100
    assert amount.denominator == 1, f"{yuan} has a part of a fen"
    return int(amount)


def outcome(rows):
    """Of the rows of :func:`settle`, with scores and shares as tables hold them, to compare with another
    calculation."""
    return {
        i: {**row, "total_score": float(row["total_score"]), "ratio": float(row["ratio"])} for i, row in rows.items()
    }


def outcome_of_table(table):
    """The same of a data frame in yuan with a row for each community."""
    return {
        row["community_id"]: {
            **{column: row[column] for column in ("total_score", "bracket", "ratio")},
            **{column: fen(row[column]) for column in MONEY},
        }
        for row in table.to_dict("records")
    }


def years_of_table(table):
    """The rows of :func:`years` of a data frame in yuan with a row for each year."""
    return [
        {"year": row["year"], **{column: fen(row[column]) for column in SUMMED}, "failed": row["failed"]}
        for row in table.to_dict("records")
    ]
