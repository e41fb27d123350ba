"""The quality deposit a second time: slow, in fractions, straight from JS26 annex 3 and JS3 art. 29.

It shares no code with simlib and reads the text of each number, so that where both agree to the fen
either both are right or two independent readings of the annex are wrong in the same way.
"""

from fractions import Fraction
from math import floor

DOCUMENT = {
    "lower": "0.98",
    "upper": "1.02",
    "deposit_rate": "0.05",
    "mean_scope": "group",
    "unclaimed_pool": "hold",
    "deposit_base": "settled",
    "index_digits": "exact",
    "zero_deposit_in_mean": "on",
}


def allocate(institutions, **params):
    """(what each institution gets, what each group leaves unallocated), money in whole fen.

    ``institutions``: dicts with institution_id, group, score, and deposit, settled or budget in yuan;
    numbers as text, integers or Decimal; None, "" or no key at all is a blank. Whoever has ``evaluated`` "no",
    "false" or False is exempt: in no mean, touched by no pool.
    """
    chosen = {**DOCUMENT, **params}
    lower, upper = Fraction(chosen["lower"]), Fraction(chosen["upper"])
    scores = {}
    for one in filter(evaluated, institutions):
        scores.setdefault(compared_with(one, chosen), []).append((Fraction(one["score"]), deposit_of(one, chosen)))
    for peers, both in scores.items():
        held = [score for score, deposit in both if deposit]
        every = [score for score, _ in both]
        scores[peers] = held if held and chosen["zero_deposit_in_mean"] == "off" else every
    means = {peers: sum(all_scores) / len(all_scores) for peers, all_scores in scores.items()}
    rows = {}
    for one in institutions:
        index, band, deposit = None, "exempt", deposit_of(one, chosen)
        if evaluated(one):
            index = Fraction(one["score"]) / means[compared_with(one, chosen)]
            if chosen["index_digits"] != "exact":
                steps = 10 ** int(chosen["index_digits"])
                index = Fraction(half_up(index * steps), steps)
            band = "below" if index < lower else "above" if index > upper else "within"
        returned = half_up(index * deposit) if band == "below" else deposit
        rows[one["institution_id"]] = {
            "group": one["group"], "band": band, "index": index, "deposit": deposit, "returned": returned, "bonus": 0,
        }  # fmt: skip

    unallocated = dict.fromkeys([one["group"] for one in institutions], 0)
    for group in unallocated:
        members = {i: row for i, row in rows.items() if row["group"] == group}
        pool = sum(row["deposit"] - row["returned"] for row in members.values())
        top, middle = weights(members, "above"), weights(members, "within")
        if top:
            pay(rows, split(pool, top))
        elif chosen["unclaimed_pool"] == "within" and middle:
            pay(rows, split(pool, middle))
        elif chosen["unclaimed_pool"] == "refund":
            pay(rows, {i: row["deposit"] - row["returned"] for i, row in members.items()})
        else:
            unallocated[group] = pool
    if chosen["unclaimed_pool"] == "city" and weights(rows, "above"):
        pay(rows, split(sum(unallocated.values()), weights(rows, "above")))
        unallocated = dict.fromkeys(unallocated, 0)

    for row in rows.values():
        row["payment"] = row["returned"] + row["bonus"]
    return rows, unallocated


def evaluated(one):
    """Whether it takes part in the evaluation; a blank is yes."""
    return one.get("evaluated") not in ("no", "false", False)


def compared_with(one, chosen):
    """Whose mean the index is taken of: the institutions of the group or of the whole city."""
    return "the city" if chosen["mean_scope"] == "city" else one["group"]


def deposit_of(one, chosen):
    """Fen: the deposit that is known, else the rate times the base, else nothing."""
    if one.get("deposit") not in (None, ""):
        return fen(one["deposit"])
    base = one.get(chosen["deposit_base"])
    return 0 if base in (None, "") else half_up(Fraction(chosen["deposit_rate"]) * fen(base))


def weights(rows, band):
    """Deposit times index of those in ``band`` who have a deposit at all."""
    return {i: row["deposit"] * row["index"] for i, row in rows.items() if row["band"] == band and row["deposit"]}


def split(total, weights):
    """Largest remainder: whole fen to all, then one each to the largest fractions, then by id."""
    whole = sum(weights.values())
    quotas = {i: total * weight / whole for i, weight in weights.items()}
    parts = {i: floor(quota) for i, quota in quotas.items()}
    left = total - sum(parts.values())
    for i in sorted(quotas, key=lambda i: (parts[i] - quotas[i], i))[:left]:
        parts[i] += 1
    return parts


def pay(rows, parts):
    for i, part in parts.items():
        rows[i]["bonus"] += part


def half_up(amount):
    return floor(amount + Fraction(1, 2))


def fen(yuan):
    """Yuan as whole fen; a float counts as the decimal that it prints as."""
    noisy = isinstance(yuan, float) and abs(yuan) < 1e13  # what 15 digits say; of larger ones fen are beyond
    amount = Fraction(f"{yuan:.15g}" if noisy else repr(float(yuan)) if isinstance(yuan, float) else yuan) * 100
    assert amount.denominator == 1, f"{yuan} has a part of a fen"
    return int(amount)


MONEY = ("deposit", "returned", "bonus", "payment")


def outcome(rows):
    """Of the rows of :func:`allocate`: band and money alone, to compare with another calculation."""
    return {i: {"band": row["band"], **{column: row[column] for column in MONEY}} for i, row in rows.items()}


def outcome_of_table(table):
    """The same of a data frame in yuan with a row for each institution."""
    return outcome(
        {
            row["institution_id"]: {"band": row["band"], **{column: fen(row[column]) for column in MONEY}}
            for row in table.to_dict("records")
        }
    )
