"""A small city for the tests of DIP: an institution of every grade, and cases of every kind, worked out by rule."""

from datetime import date, timedelta

from simlib.columns import GRADES, INSTITUTIONS
from strategies.dip_tables import frames

GROUPS = [
    {"group_code": "K80.2", "kind": "core", "points": "1200"},
    {"group_code": "M17.0", "kind": "mixed", "points": "800"},
    {"group_code": "J06.9", "kind": "primary", "points": "300"},
    {"group_code": "F20.0", "kind": "bed_day", "points": "40"},
]  # fmt: skip
CODES = {one["group_code"][0]: one["group_code"] for one in GROUPS}
USUAL = {"K80.2": 12_000, "M17.0": 8_000, "J06.9": 3_000, "F20.0": 400}  # yuan a case; of a bed-day group a day
DEAR = {
    "3": ["0.8", "1.1", "1.3", "1"],
    "2": ["0.9", "1.1", "1.3", "1"],
    "1": ["0.9", "1.1", "1.3"],
}  # billing over points
MORE = {
    "3A": {"high_level": "true", "specialties_national": "1", "last_year_billed": "1200000",
           "last_year_procurement": "90000"},
    "3B": {"specialties_provincial": "1", "specialties_city": "2", "coding_accuracy": "0.935"},
    "3S": {"coding_accuracy": "0.9", "charging_accuracy": "0.925"},
    "3O": {"irregular_share": "0.012"}, "2A": {"drug_procurement_done": "false"},
    "2B": {"consumable_procurement_done": "false"}, "2S": {"other_breach": "true"},
}  # fmt: skip


def institutions(**all_of_them):
    ranks = {level: iter(dear) for level, dear in DEAR.items()}
    return [
        {"institution_id": grade, "name": f"{grade} 医院", "level": grade[0], "grade": grade, "ownership": "public",
         "dear": next(ranks[grade[0]]), **MORE.get(grade, {}), **all_of_them}
        for grade in GRADES
    ]  # fmt: skip


def cases():
    """Twelve of each institution: by turns near the mean and far below or above it, of either scheme and many ages."""
    ratios = ["1", "0.3", "0.9", "2.8", "1.1", "3.4", "1", "0.95", "1.05", "1", "1", "1"]
    rows = []
    for place, one in enumerate(institutions()):
        for number, ratio in enumerate(ratios):
            group = CODES["KKMMJKFKMJKK"[number]]
            days = 400 if group == "F20.0" else 5
            cost = round(USUAL[group] * (days if group == "F20.0" else 1) * float(ratio))
            billed = round(cost * 0.7 * float(one["dear"]))
            admitted = date(2025, 1, 1) + timedelta(7 * number)
            rows.append(
                {
                    "case_id": f"{one['institution_id']}-{number}", "institution_id": one["institution_id"],
                    "scheme": ("employee", "resident")[(place + number) % 2], "group_code": group,
                    "admission_date": str(admitted), "discharge_date": str(admitted + timedelta(3)),
                    "age": str((65, 6, 30, 5, 72, 40)[(place + number * (1 + place % 3)) % 6]),
                    "length_of_stay": str(days),
                    "total_cost": str(cost), "fund_billed": str(billed), "patient_paid": str(cost * 3 // 10),
                    "other_paid": "0",
                    "irregular": str(number == 7 and place % 4 == 0),
                    "readmission": str(number == 9 and place % 4 == 1),
                    "reviewed_points": "2500" if (number, place) == (5, 0) else None,
                    "auxiliary_factor": "0.2" if (number, place) == (10, 2) else None,
                }
            )  # fmt: skip
    return rows


def peer_means():
    """Of every level and group but one."""
    return [
        {"level": level, "group_code": group, "mean_cost": str(usual)}
        for level in "123" for group, usual in USUAL.items() if (level, group) != ("1", "M17.0")
    ]  # fmt: skip


def funds(rows):
    """Of both schemes: each has what its cases billed and a tenth more, before the regulation fund is set aside."""
    billed = {name: sum(int(one["fund_billed"]) for one in rows if one["scheme"] == name) for name in ("employee",
            "resident")}  # fmt: skip
    return [
        {"scheme": name, "income": str(sum_ * 11 // 10), "lump_sum": "1000", "lump_sum_amortised": "400",
         "outpatient": str(sum_ // 50), "fund_carried": "100"}
        for name, sum_ in billed.items()
    ]  # fmt: skip


def billing(rows):
    return [
        {"institution_id": one["institution_id"], "month": f"2025-{number % 12 + 1:02d}", "billed": one["fund_billed"],
         "penalties": "50"}
        for number, one in enumerate(rows[::6])
    ]  # fmt: skip


def tables():
    """Everything that DIP settlement reads, as simlib reads it from a folder."""
    rows = cases()
    given = {
        "institutions": [{name: one[name] for name in one if name in INSTITUTIONS.by_name} for one in institutions()],
        "cases": rows, "groups": GROUPS, "peer_means": peer_means(), "funds": funds(rows), "billing": billing(rows),
    }  # fmt: skip
    return frames(given)


def with_history():
    """The same city without a catalogue: three earlier years of the same groups, which cost more every year."""
    rows = [
        {**one, "case_id": f"{year}-{one['case_id']}", "year": str(year), "level": one["institution_id"][0],
         "diagnosis": "K80.2",
         "procedures": {"K80.2": "51.23"}.get(one["group_code"]),
         "total_cost": str(int(one["total_cost"]) * (year - 2018) // (2 + number % 5))}
        for year in (2022, 2023, 2024)
        for number, one in enumerate(cases())
        if one["group_code"] != "J06.9" or year == 2022 or number % 40 == 9
    ]  # fmt: skip
    city = tables()
    return {**{name: city[name] for name in ("institutions", "cases", "funds", "billing")}, **frames({"history": rows})}


def with_persons():
    """The same city, where readmissions are found by who was treated when."""
    rows = [{**one, "readmission": None, "person_id": one["institution_id"] + one["group_code"]} for one in cases()]
    return {**tables(), **frames({"cases": rows})}


def with_facts():
    """The same city, of whose cases more is told: who was treated, lists, applications, negotiated drugs, stays."""
    rows = [{**one, **facts(number % 12, number // 12, one)} for number, one in enumerate(cases())]
    hospitals = [{**one, "type": "psychiatric" if one["grade"] == "2S" else "general"} for one in institutions()]
    hospitals = [{name: one[name] for name in one if name in INSTITUTIONS.by_name} for one in hospitals]
    return {**tables(), **frames({"cases": rows, "institutions": hospitals})}


def facts(number, place, one):
    """What is told of the case of this number of an institution."""
    told = {"readmission": None, "person_id": one["institution_id"] + one["group_code"], "diagnosis": one["group_code"]}
    if one["group_code"] == "K80.2":
        told["diagnosis"] = ("K80.1", "K80.2")[number % 2]
    if number == 0:
        told |= {"special_application": "true", "reviewed_points": "2000"}
    if number == 1:
        told |= {"irregular": str(place == 3), "list_refused": str(place == 2)}
    if number == 3:
        told |= {
            "readmission": "false",
            "negotiated_cost": str(int(one["total_cost"]) // 2),
            "negotiated_fund": str(int(one["fund_billed"]) // 3),
        }
    if number == 4:
        told |= {"total_cost": str(int(one["total_cost"]) // 5), "fund_billed": "50", "patient_paid": "60"}
    if number in (7, 11) and place == 5:
        told["stay_id"] = f"S{place}"
    late = number == 2 and place % 2
    left = date.fromisoformat(one["discharge_date"])
    return {**told, "list_uploaded": str(left + timedelta(11 if late else 10))}


def without_groups():
    """The same city, where every seventh case has no group."""
    rows = [{**one, "group_code": one["group_code"] if number % 7 else None} for number, one in enumerate(cases())]
    return {**tables(), **frames({"cases": rows})}


REQUIRED = {
    "institutions": ("institution_id", "level"),
    "cases": ("case_id", "institution_id", "group_code", "total_cost", "fund_billed", "patient_paid", "other_paid"),
    "groups": ("group_code", "kind", "points"),
    "peer_means": ("level", "group_code", "mean_cost"),
    "funds": ("scheme", "income"),
}


def required_only():
    """The same city with the columns that DIP settlement cannot do without; without bed-day cases, which need their
    days."""
    city = tables()
    kept = city["cases"]["group_code"] != "F20.0"
    income = city["funds"]["income"].sum()
    city |= {
        "cases": city["cases"][kept],
        "funds": frames({"funds": [{"scheme": "pooled", "income": str(income)}]})["funds"],
    }
    return {name: city[name][list(columns)].reset_index(drop=True) for name, columns in REQUIRED.items()}
