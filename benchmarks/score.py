"""score() on 3,000 institutions x 60 facts against the pandas apply an analyst would write."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.allocate import median_ms
from simlib import sample
from simlib.rules import scorecard
from simlib.rules.cards.criteria import Fact, Met

LOCAL = [f"local_{number}" for number in range(1, 19)]  # a city that asks eighteen questions of its own


def card() -> scorecard.Card:
    """Annex 1 with a local item of eighteen yes-or-no criteria: 60 facts."""
    annex = scorecard.CARDS["js26_1_2023"]
    *parts, last = annex.parts
    facts = {name: Fact(kind="yes_no", zh="地方要求", en="Local rule") for name in LOCAL}
    points = [0.6] * 8 + [0.52] * 10
    criteria = [Met(id=name, kind="met", points=str(p), fact=name) for name, p in zip(LOCAL, points, strict=True)]
    item = last.items[0].model_copy(update={"facts": facts, "criteria": tuple(criteria), "prefix": "bench"})
    return annex.model_copy(update={"parts": (*parts, last.model_copy(update={"items": (item,)}))})


def city(count: int, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Institutions with inpatients, and every fact of the card for each."""
    rng = np.random.default_rng(seed)
    institutions = sample.institutions(count).assign(has_inpatient=True)
    draw = {
        "yes_no": lambda n: (rng.random(n) < 0.95).astype(float), "count": lambda n: rng.poisson(0.1, n).astype(float),
        "share": lambda n: rng.random(n).round(4), "score": lambda n: (80 + 20 * rng.random(n)).round(2),
        "points": lambda n: (20 * rng.random(n)).round() / 2,
    }  # fmt: skip
    found = [
        pd.DataFrame({"institution_id": institutions["institution_id"], "item": item.item, "fact": name,
                      "value": draw[fact.kind.value](count)})
        for item in card().items for name, fact in item.facts.items()
    ]  # fmt: skip
    return institutions, pd.concat(found, ignore_index=True)


def plain_pandas(institutions: pd.DataFrame, facts: pd.DataFrame) -> pd.Series:
    """Annex 1 row by row, as found in bureaus: floats, and one function with the rules written out."""
    wide = facts.pivot(index="institution_id", columns="fact", values="value")
    wide = wide.join(institutions.set_index("institution_id")[["level", "ownership"]])
    return wide.apply(_one, axis=1).reindex(institutions["institution_id"])


def _one(r: pd.Series) -> float:
    private, level = r["ownership"] == "private", r["level"]
    total = r["catalogue_updated"] + r["catalogue_followed"]
    total += r["catalogue_drug_share"] >= {"3": 0.80, "2": 0.90, "1": 0.95}[level]
    total += r["prices_followed"] + r["prices_shown"] + r["own_prices_filed"]
    if not private:
        total += r["procurement_partial_evaluation" if level == "1" else "procurement_evaluation"] * 20 / 100
    total += r["payment_evaluation" if r["in_payment_reform"] else "payment_partial_evaluation"] * 20 / 100
    total += (r["negotiated_share"] >= r["negotiated_share_last_year"]) + 2 * r["committee_in_time"]
    if not r["refused_or_grave"]:
        total += max(0, 15 - r["corrections"] - 3 * r["refunds"] - 5 * r["frauds"])
    total += r["finance_system"] + r["budget_cooperation"] + r["no_new_receivable"] + 2 * r["details_uploaded"]
    total += 2 * r["codes_in_all_systems"] + 3 * (r["nonstandard_code_rate"] < 0.01)
    total += 2 * (r["evoucher_share"] >= 0.5) + 2 * (
        r["mobile_payment"] + r["e_prescriptions"] + r["systems_connected"]
    )
    cases = [
        "policy_lapses",
        "patients_refused",
        "service_lowered",
        "diverted_payments",
        "uncovered_without_consent",
        "nonlocal_unequal",
    ]
    total += max(0, 4 - sum(r[name] for name in cases))
    breaches = [
        "not_rectified",
        "settled_for_others",
        "obstructed",
        "change_not_reported",
        "head_in_breach",
        "penalty_not_performed",
    ]
    total += 0 if any(r[name] for name in breaches) else 2
    total += 2 if r["complaints"] == 0 else 1 if r["complaints_unresolved"] == 0 else 0
    total += sum((0.6 if at < 8 else 0.52) * r[name] for at, name in enumerate(LOCAL))
    return total * 100 / 80 if private else total


def main() -> None:
    wanted = card()
    institutions, facts = city(3000)
    exact = scorecard.score(wanted, institutions, facts)["score"].to_numpy()
    rough = plain_pandas(institutions, facts).to_numpy()
    sheet = scorecard.sheet(wanted, institutions, facts)
    times = {
        "simlib score, from the facts in long form": median_ms(lambda: scorecard.score(wanted, institutions, facts)),
        "simlib, facts at hand, one lever moved": median_ms(lambda: scorecard.evaluate(sheet)),
        "plain pandas: pivot and apply": median_ms(lambda: plain_pandas(institutions, facts), 5),
    }
    first = next(iter(times.values()))
    print(f"{len(facts):,} facts, {len(sheet.columns)} of each institution; "
          f"{(exact != rough).sum():,} scores of plain pandas differ, the most by "
          f"{np.abs(exact - rough).max():.0e}\n")  # fmt: skip
    print("| 3,000 institutions x 60 facts | ms (median) | ratio |\n| --- | --- | --- |")
    for name, ms in times.items():
        print(f"| {name} | {ms:.1f} | {ms / first:.2f} |")


if __name__ == "__main__":
    main()
