"""Designation agreements a second time: straight from the text of JS3 and the other documents' days, with fractions and
a hand-written calendar.

It shares no code with simlib. Rows are dicts of text as a file would have them: "yes" and "no", 2025-01-31, "" or no
key for a blank. Money is whole fen.
"""

from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from fractions import Fraction
from math import floor

DOCUMENT = {"damages_rate_43": "0.20", "damages_rate_44": "0.20", "damages_cap": "0.30", "grave_44": "suspend",
            "first_day": "next", "period_end": "as_counted", "today": ""}  # fmt: skip


# --- breaches (art. 42 to 45, 48) -----------------------------------------------------------------------------------


def consequences(rows, **params):
    """What each breach leads to, by its number."""
    chosen = {**DOCUMENT, **params}
    return {row["incident_id"]: _consequence(row, chosen) for row in rows}


def _consequence(row, chosen):
    article, point = row["item"][:2], row["item"][3:-1]
    uncorrected, grave, intent = (row.get(name) == "yes" for name in ("uncorrected", "grave", "intent"))
    loss = fen(row.get("loss"))
    if article == "42":
        flags, recovered, rate, action = {"interview"}, 0, Fraction(0), "none"
        if uncorrected:
            flags |= {"payment_held"} | ({"referred"} if grave else set())
    elif article == "43":
        flags, recovered, rate, action = {"interview"}, loss, Fraction(chosen["damages_rate_43"]), "none"
        flags |= ({"staff_suspended"} if uncorrected or grave else set()) | ({"referred"} if intent else set())
    else:
        flags, recovered, rate = {"staff_suspended"}, loss, Fraction(chosen["damages_rate_44"])
        flags |= {"referred"} if point in ("1", "2", "3", "10") else set()
        action = "none"
        if point in ("7", "9"):
            action = "suspend"
        if grave and action == "none":
            action = "suspend"
        if point in ("4", "5", "6", "8") or (grave and chosen["grave_44"] == "terminate"):
            action = "terminate"
    rate = min(rate, Fraction(chosen["damages_cap"]))
    owed = floor(recovered * rate + Fraction(1, 2))
    ordered, suspended = row.get("ordered_days"), row.get("suspended_days")
    left = None if ordered in (None, "") else max(0, int(ordered) - int(suspended or 0))
    ended, unlawful = row.get("ended"), row.get("unlawful") == "yes"
    again = months_on(day(ended), 36 if unlawful else 12) if ended else None
    head = months_on(day(ended), 60) if ended and unlawful else None
    return {
        "flags": flags, "action": action, "loss": loss, "recovered": recovered, "damages": owed,
        "total": recovered + owed, "days_left": left, "reentry": again, "head_reentry": head,
    }  # fmt: skip


def institutions(rows, **params):
    """What the breaches of each institution come to, by its number."""
    made = consequences(rows, **params)
    found = {}
    for name in sorted({row["institution_id"] for row in rows}):
        mine = [made[row["incident_id"]] for row in rows if row["institution_id"] == name]
        actions = {one["action"] for one in mine}
        left = [one["days_left"] for one in mine if one["days_left"] is not None]
        again = [one["reentry"] for one in mine if one["reentry"]]
        found[name] = {
            "incidents": len(mine),
            **{column: sum(one[column] for one in mine) for column in ("loss", "recovered", "damages", "total")},
            "action": next(one for one in ("terminate", "suspend", "none") if one in actions),
            "referred": sum("referred" in one["flags"] for one in mine),
            "days_left": sum(left) if left else None,
            "reentry": max(again) if again else None,
        }
    return found


def fen(yuan):
    amount = Fraction(yuan or 0) * 100
    assert amount.denominator == 1, f"{yuan} has a part of a fen"
    return int(amount)


# --- applications (art. 5 to 9, 13) -----------------------------------------------------------------------------------

MUST = {
    "5": ["eligible_kind", "licensed"], "6(4)": ["policies"], "6(5)": ["system_ready"], "6(6)": ["other_conditions"],
    "7(1)": ["internet_approved"], "7(2)": ["internet_exchange"], "7(3)": ["internet_code"],
    "7(4)": ["internet_records"],
    "8(1)": ["form"], "8(2)": ["licence_copy"], "8(3)": ["policy_texts"], "8(4)": ["system_papers"],
    "8(5)": ["forecast"],
    "9(2)": ["price_policy"],
}  # fmt: skip
MUST_NOT = {"9(1)": "non_basic", "9(3)": "penalty_open", "9(8)": "dishonest", "9(9)": "other_bar"}
BARS = {"9(4)": ("deceit_found", 3, None), "9(5)": ("unlawful_ended", 3, "unlawful_open"),
        "9(6)": ("breach_ended", 1, "breach_open"), "9(7)": ("person_ended", 5, None)}  # fmt: skip


def eligibility(rows, absent=()):
    """(applicant, clause, failed or unknown) for each condition not met, in the order of the clauses."""
    found = []
    for row in rows:
        for code, outcome in sorted(_outcomes(row, absent), key=lambda one: (len(one[0].split("(")[0]), one[0])):
            if outcome in ("failed", "unknown"):
                found.append((row["applicant_id"], code, outcome))
    return found


def reentries(rows, absent=()):
    """By applicant the day from which nothing fails for want of time; None where nothing does."""
    found = {}
    for row in rows:
        failed = {code for code, outcome in _outcomes(row, absent) if outcome == "failed"}
        days = [months_on(day(row["opened"]), 3)] if "6(1)" in failed else []
        for code, (column, years, liability) in BARS.items():
            if code in failed and row.get(column) and not (liability and row.get(liability) == "yes"):
                days.append(months_on(day(row[column]), 12 * years))
        if "13" in failed:
            days += [months_on(day(row[name]), wait) for name, wait in FAILURES if row.get(name)]
        found[row["applicant_id"]] = max(days) if days else None
    return found


FAILURES = (("failed_once", 3), ("failed_twice", 12))


def _evaluated(row, absent):
    """Art. 13: three months from a first failure, a year from a second."""
    applied, once, twice = day(row["applied"]), row.get("failed_once"), row.get("failed_twice")
    if once and (not twice or day(once) > day(twice)) and months_on(day(once), 3) > applied:
        return "failed"
    if twice:
        return "failed" if months_on(day(twice), 12) > applied else "met"
    if once:
        return "unknown" if "failed_twice" in absent else "met"
    return "unknown" if "failed_once" in absent else "met"


def _outcomes(row, absent):
    applied = day(row["applied"])
    for code, columns in MUST.items():
        if not code.startswith("7") or row.get("internet") == "yes":
            for column in columns:
                yield code, {"yes": "met", "no": "failed"}.get(row.get(column), "unknown")
    for code, column in MUST_NOT.items():
        yield code, {"no": "met", "yes": "failed"}.get(row.get(column), "unknown")
    opened = row.get("opened")
    yield "6(1)", "unknown" if not opened else "met" if months_on(day(opened), 3) <= applied else "failed"
    doctors = row.get("physicians")
    yield "6(2)", "unknown" if doctors in (None, "") else "met" if int(doctors) else "failed"
    office = {row.get("insurance_office"), row.get("insurance_full_time")}  # with people whose only task it is
    office = "no" if "no" in office else "yes" if office == {"yes"} else None
    yield "6(3)", _staffed(row.get("insurance_staff"), row.get("beds"), office)
    yield "13", _evaluated(row, absent)
    for code, (column, years, liability) in BARS.items():
        served = {"no": "met", "yes": "failed", None: "unknown", "": "unknown"}[
            row.get(liability) if liability else "no"
        ]
        if column in absent:
            yield code, "unknown"
        elif not row.get(column):
            yield code, "unknown" if served == "failed" else "met"
        elif months_on(day(row[column]), 12 * years) > applied:
            yield code, "failed"
        else:
            yield code, served


def _staffed(staff, beds, office):
    """Every case of the three answers by itself."""
    if staff == "no":
        return "failed"
    if beds in (None, ""):
        return "met" if staff == "yes" and office == "yes" else "unknown"
    if int(beds) < 100:
        return "met" if staff == "yes" else "unknown"
    if office == "no":
        return "failed"
    return "met" if staff == "yes" and office == "yes" else "unknown"


# --- deadlines (JS3 art. 11 to 14, 29, 31, 35 to 37, 39; JY; JS26; XX) ------------------------------------------------


def span(first, last):
    return {day(first) + timedelta(n) for n in range((day(last) - day(first)).days + 1)}


def day(text):
    return date.fromisoformat(text)


HOLIDAYS = set().union(  # as the State Council's office announced them for 2025 and 2026
    span("2025-01-01", "2025-01-01"), span("2025-01-28", "2025-02-04"), span("2025-04-04", "2025-04-06"),
    span("2025-05-01", "2025-05-05"), span("2025-05-31", "2025-06-02"), span("2025-10-01", "2025-10-08"),
    span("2026-01-01", "2026-01-03"), span("2026-02-15", "2026-02-23"), span("2026-04-04", "2026-04-06"),
    span("2026-05-01", "2026-05-05"), span("2026-06-19", "2026-06-21"), span("2026-09-25", "2026-09-27"),
    span("2026-10-01", "2026-10-07"),
)  # fmt: skip
MADE_UP = {
    day(one) for one in (
        "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11", "2026-01-04", "2026-02-14", "2026-02-28",
        "2026-05-09", "2026-09-20", "2026-10-10",
    )
}  # fmt: skip
WORKING = [
    one for one in sorted(span("2025-01-01", "2026-12-31"))
    if one in MADE_UP or (one not in HOLIDAYS and one.isoweekday() < 6)
]  # fmt: skip
LAST = 2030  # of the days below; those after 2026 nobody has announced


def calendar(stated=None):
    """The working days from 2025 on, and the days of which nobody knows; ``stated`` are days of a city's own table."""
    stated = stated or {}
    whole = {
        one.year for one in stated if {(1, 1), (10, 1)} <= {(d.month, d.day) for d in stated if d.year == one.year}
    }
    guessed = [
        one for one in sorted(span("2027-01-01", f"{LAST}-12-31")) if one not in stated and one.year not in whole
    ]
    rests = {one for one in guessed if f"{one:%m-%d}" in ("01-01", "05-01", "05-02", "10-01", "10-02", "10-03")}
    announced = [one for one in span("2025-01-01", "2026-12-31") if one in MADE_UP or one.isoweekday() < 6]
    works = {one for one in announced if one not in HOLIDAYS}
    works |= {one for one in span("2027-01-01", f"{LAST}-12-31") if one.isoweekday() < 6} - rests
    works = {one for one in works if one not in stated} | {one for one, answer in stated.items() if answer}
    return sorted(works), set(guessed)


WORKING_FOR_EVER, UNKNOWN_DAYS = calendar()
IN_WORKING_DAYS = {"supplement": 5, "evaluation": 20, "publicity": 5, "payment": 30, "change": 30, "prepayment": 30}
NOT_BEFORE = {"publicity", "re_evaluation", "re_application", "evaluation_start"}
NEVER_MOVED = {*IN_WORKING_DAYS, *NOT_BEFORE, "expiry", "renewal", "withdrawal", "coefficient"}


def deadline(row, known=(WORKING_FOR_EVER, UNKNOWN_DAYS), owner=None, **params):
    """When one matter is due, how it stands, by how many days, and what becomes of the agreement."""
    chosen = {**DOCUMENT, **params}
    working, unknown = known
    step, start = row["step"], day(row["start"])
    today = day(chosen["today"]) if chosen["today"] else None
    looked_at = []
    if step in IN_WORKING_DAYS:
        first = bisect_left(working, start) if chosen["first_day"] == "same" else bisect_right(working, start)
        due = working[first + IN_WORKING_DAYS[step] - 1]
        looked_at += [start if chosen["first_day"] == "same" else start + timedelta(1), due]
    else:
        due = {
            "re_evaluation": lambda: months_on(start, 3),
            "re_application": lambda: months_on(start, 12),
            "expiry": lambda: months_on(start, 12) - timedelta(1),
            "settlement": lambda: date(start.year + 1, 3, 31),
            "renewal": lambda: months_on(start, -3),
            "suspension": lambda: start + timedelta(180),
            "withdrawal": lambda: months_on(start, -3),
            "coefficient": lambda: months_on(date(start.year, 12, 31), -3),
            "advance": lambda: date(start.year + 1, 1, 31),
            "list_upload": lambda: start + timedelta(10),
            "claim": lambda: months_on(start.replace(day=15), 1),
            "clearing": lambda: date(start.year + 1, 3, 31),
            "goods": lambda: months_on(start.replace(day=1), 2) - timedelta(1),
            "indicators": lambda: date(start.year, 4, 30),
            "standards": lambda: date(start.year, 5, 31),
            "evaluation_start": lambda: date(start.year + 1, 2, 1),
            "evaluation_result": lambda: date(start.year + 1, 3, 31),
            "self_review": lambda: date(start.year + 1, 1, 31),
        }[step]()
        if chosen["period_end"] == "next_working_day" and step not in NEVER_MOVED:
            counted, due = due, working[bisect_left(working, due)]
            looked_at += [counted, due]
    done = day(row["done"]) if row.get("done") else None
    by = done or today
    days = None if by is None else _apart(working, due, by) if step in IN_WORKING_DAYS else (by - due).days
    looked_at += [by] if by and step in IN_WORKING_DAYS else []
    provisional = any(min(looked_at) <= one <= max(looked_at) for one in unknown) if looked_at else False
    return {
        "due": due, "status": _stands(step, due, done, today), "days": days, "provisional": provisional,
        **_agreement(row, step, due, by, owner),
    }  # fmt: skip


def _stands(step, due, done, today):
    if done:
        early, late = ("too_early", "in_time") if step in NOT_BEFORE else ("in_time", "late")
        return early if done < due else late if done > due else "in_time"
    if not today:
        return "open"
    return "early" if today < due else "late" if today > due and step not in NOT_BEFORE else "due"


def _agreement(row, step, due, by, owner):
    """Art. 37: 180 days or the term, whichever ends first; art. 39: public institutions stay."""
    found = {"standing": "", "ends": None, "unpaid": None}
    if step == "suspension":
        term = day(row["expires"]) if row.get("expires") else due
        last = term if term < due else due
        over = by is not None and by > last and by >= day(row["start"])
        found["unpaid"] = fen(row["billed"]) if row.get("billed") else None
        found["ends"] = last if over else None
        found["standing"] = (
            "unknown" if by is None else
            "" if by < day(row["start"]) else
            ("expired" if row.get("expires") and term <= due else "ended") if over else
            "continues" if row.get("done") else "suspended"
        )  # fmt: skip
    if step == "withdrawal" and row.get("request") != "not_renew" and owner != "private":
        found["standing"] = "barred" if owner == "public" and row.get("request") else "unknown"
    return found


def _apart(working, due, done):
    """Places in the list of working days; a day of rest stands with the next one away from ``due``."""
    place = bisect_left(working, done) if done >= due else bisect_right(working, done) - 1
    return place - working.index(due)


def months_on(start, months):
    """The day of the same number, or the last one before it that the month has."""
    place = start.year * 12 + start.month - 1 + months
    for number in range(start.day, 0, -1):
        try:
            return date(place // 12, place % 12 + 1, number)
        except ValueError:
            continue
