"""What agreements must satisfy whatever the breaches, applications, deadlines and parameters."""

from datetime import date, timedelta
from decimal import Decimal

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from oracles import exact_agreement
from simlib.columns import APPLICANTS, ITEMS, REQUESTS, STEPS, Type
from simlib.rules import agreement
from simlib.rules.agreement import Action, AgreementParams, FirstDay, Status
from strategies import agreement_tables as tables
from strategies.examples import examples

quick = examples(25)
ACTIONS = [one.value for one in Action]


def shifted(low, high, places):
    """Decimals as text: low..high in units of the last of ``places`` decimals."""
    return st.integers(low, high).map(lambda n: str(Decimal(n).scaleb(-places)))


ANSWERS = st.sampled_from(["yes", "no", ""])
LOSSES = st.one_of(st.just(""), shifted(0, 60, 2), shifted(0, 10**7, 2), shifted(10**13, 10**14, 2))
ENDS = st.just("") | st.dates(date(2024, 2, 28), date(2026, 12, 31)).map(date.isoformat)
SOME_DAYS = st.just("") | st.integers(0, 400).map(str)
POLICIES = st.fixed_dictionaries(
    {
        "damages_rate_43": shifted(0, 200, 3),
        "damages_rate_44": shifted(200_000, 300_000, 6),
        "damages_cap": st.just("0.30") | shifted(0, 300, 3),
        "grave_44": st.sampled_from(["suspend", "terminate"]),
    }
)
A_BREACH = {
    "institution_id": st.sampled_from("ABC"), "item": st.sampled_from(list(ITEMS)), "loss": LOSSES,
    "uncorrected": ANSWERS,
    "grave": ANSWERS, "intent": ANSWERS, "suspended_days": SOME_DAYS, "ordered_days": SOME_DAYS, "ended": ENDS,
    "unlawful": ANSWERS,
}  # fmt: skip


def numbered(rows, key):
    return [{key: str(n), **row} for n, row in enumerate(rows)]


BREACHES = st.lists(st.fixed_dictionaries(A_BREACH), min_size=1, max_size=8).map(
    lambda rows: numbered(rows, "incident_id")
)


def consequences(rows, policy):
    return agreement.consequences(tables.frame(rows, "incidents"), AgreementParams(**policy))


# --- breaches -------------------------------------------------------------------------------------------------------


@given(rows=BREACHES, policy=POLICIES)
@examples(60)
def test_simlib_equals_the_calculation_in_fractions(rows, policy):
    table = consequences(rows, policy)
    assert tables.breaches(table) == exact_agreement.consequences(rows, **policy)
    assert tables.of_institutions(agreement.institutions(table)) == exact_agreement.institutions(rows, **policy)


@given(rows=BREACHES, policy=POLICIES)
@quick
def test_what_is_paid_is_what_is_recovered_and_the_damages_and_never_more_than_the_law_allows(rows, policy):
    table = consequences(rows, policy)
    fen = {name: [tables.fen(one) for one in table[name]] for name in ("loss", "recovered", "damages", "total", "net")}
    for article, loss, recovered, owed, total, net in zip(table["item"].str[:2], *fen.values(), strict=True):
        assert total == recovered + owed == -net
        assert recovered == (0 if article == "42" else loss)
        most = {"35": 3 * loss + 5, "42": 0, "43": 2 * loss + 5, "44": 3 * loss + 5}
        assert 0 <= 10 * owed <= most[article]
    by_institution = agreement.institutions(table)
    assert sum(tables.fen(one) for one in by_institution["total"]) == sum(fen["total"])


@given(rows=BREACHES, policy=POLICIES, data=st.data())
@quick
def test_the_order_of_the_breaches_does_not_matter(rows, policy, data):
    mixed = data.draw(st.permutations(rows))
    first, second = consequences(rows, policy), consequences(mixed, policy)
    assert tables.breaches(first) == tables.breaches(second)
    assert first["incident_id"].tolist() == [row["incident_id"] for row in rows]
    pd.testing.assert_frame_equal(agreement.institutions(first), agreement.institutions(second))


@given(rows=BREACHES, policy=POLICIES, k=st.integers(1, 50))
@quick
def test_k_times_the_losses_cost_k_times_as_much_but_for_rounding(rows, policy, k):
    """Rounding the damages costs half a fen, k times that after scaling: (k + 1) / 2 in all."""
    rows = [{**row, "loss": str(Decimal(row["loss"] or 0) % 10**9)} for row in rows]
    many = [{**row, "loss": str(k * Decimal(row["loss"]))} for row in rows]
    once, scaled = (tables.breaches(consequences(one, policy)) for one in (rows, many))
    for number in once:
        assert scaled[number]["recovered"] == k * once[number]["recovered"]
        assert 2 * abs(scaled[number]["damages"] - k * once[number]["damages"]) <= k + 1
        assert scaled[number]["flags"] == once[number]["flags"]


@given(rows=BREACHES, policy=POLICIES, other=POLICIES)
@quick
def test_higher_rates_and_a_higher_cap_never_cost_less(rows, policy, other):
    names = ("damages_rate_43", "damages_rate_44", "damages_cap")
    low, high = ({**policy, **{n: pick(policy[n], other[n], key=Decimal) for n in names}} for pick in (min, max))
    less, more = (tables.breaches(consequences(rows, one)) for one in (low, high))
    assert all(less[number]["damages"] <= more[number]["damages"] for number in less)
    assert [one["recovered"] for one in less.values()] == [one["recovered"] for one in more.values()]


@given(rows=BREACHES, policy=POLICIES)
@quick
def test_the_graver_reading_never_spares_an_agreement(rows, policy):
    mild, hard = (consequences(rows, {**policy, "grave_44": one})["action"] for one in ("suspend", "terminate"))
    assert all(ACTIONS.index(one) <= ACTIONS.index(other) for one, other in zip(mild, hard, strict=True))


@given(rows=BREACHES, policy=POLICIES)
@quick
def test_days_left_lie_between_none_and_those_ordered(rows, policy):
    for row in consequences(rows, policy).to_dict("records"):
        if pd.isna(row["ordered_days"]):
            assert pd.isna(row["days_left"])
        else:
            assert 0 <= row["days_left"] <= row["ordered_days"]


@given(rows=BREACHES, policy=POLICIES)
@quick
def test_the_small_tables_add_up_to_the_large_one(rows, policy):
    params, table = AgreementParams(**policy), consequences(rows, policy)
    by_item = agreement.by_item(table)
    assert by_item["incidents"].sum() == len(table)
    for name in ("loss", "recovered", "damages"):
        assert sum(map(tables.fen, by_item[name])) == sum(map(tables.fen, table[name]))
    assert by_item["item"].tolist() == [item for item in ITEMS if item in {row["item"] for row in rows}]
    bounds = agreement.range_of_damages(table, params)
    assert sum(map(tables.fen, bounds["now"])) == sum(map(tables.fen, table["damages"]))
    assert (bounds["least"] <= bounds["now"]).all()
    assert (bounds["now"] <= bounds["most"]).all()
    curve = agreement.sensitivity(table, params, 5).groupby("article")
    for row in bounds.itertuples():
        one = curve.get_group(row.article)
        assert (one["damages"].iloc[0], one["damages"].iloc[-1]) == (row.least, row.most)
        assert one["rate"].is_monotonic_increasing
        assert one["damages"].is_monotonic_increasing
        assert len(one) == 6


@given(rows=BREACHES, policy=POLICIES)
@quick
def test_the_input_stays_as_it_was_and_gives_the_same_again(rows, policy):
    table, params = tables.frame(rows, "incidents"), AgreementParams(**policy)
    before = table.copy(deep=True)
    first = agreement.consequences(table, params)
    pd.testing.assert_frame_equal(table, before)
    pd.testing.assert_frame_equal(agreement.consequences(table, params), first)


# --- applications ---------------------------------------------------------------------------------------------------

DATES = st.one_of(st.just(""), st.dates(date(2019, 1, 1), date(2026, 12, 31)).map(date.isoformat))
NEAR = st.sampled_from(["", "99", "100", "101", "0", "1"])
OF_TYPE = {Type.BOOLEAN: ANSWERS, Type.DATE: DATES, Type.INTEGER: NEAR}
AN_APPLICATION = {one.name: OF_TYPE[one.type] for one in APPLICANTS.columns if one.type in OF_TYPE}
AN_APPLICATION["applied"] = st.dates(date(2024, 2, 28), date(2026, 3, 1)).map(date.isoformat)
APPLICATIONS = st.lists(st.fixed_dictionaries(AN_APPLICATION), min_size=1, max_size=4).map(
    lambda rows: numbered(rows, "applicant_id")
)
LIABILITIES = {"unlawful_ended": "unlawful_open", "breach_ended": "breach_open"}
UNKNOWN_TOO = {"JS3 9(5)", "JS3 9(6)"}  # once the period is over a blank liability leaves them open
MAY_BE_ABSENT = sorted(set(AN_APPLICATION) - {"applied"})


def eligibility(rows):
    return agreement.eligibility(tables.frame(rows, "applicants"))


@given(rows=APPLICATIONS, absent=st.sets(st.sampled_from(MAY_BE_ABSENT), max_size=6))
@examples(60)
def test_applications_are_judged_as_the_second_reading_judges_them(rows, absent):
    rows = [{name: value for name, value in row.items() if name not in absent} for row in rows]
    found = eligibility(rows)
    assert tables.conditions(found) == exact_agreement.eligibility(rows, absent)
    verdicts = agreement.verdicts(tables.frame(rows, "applicants"), found)
    again = dict(zip(verdicts["applicant_id"], map(tables.blank, verdicts["reentry"]), strict=True))
    assert again == exact_agreement.reentries(rows, absent)


@given(row=APPLICATIONS.map(lambda rows: rows[0]))
@quick
def test_on_the_day_from_which_one_may_apply_again_no_period_stands_against_it(row):
    """And a day before one still does."""
    before = eligibility([row])
    (again,) = agreement.verdicts(tables.frame([row], "applicants"), before)["reentry"]
    if pd.isna(again):
        return
    dated = set(before.loc[before["until"].notna(), "clause"])
    on, sooner = (
        set(eligibility([{**row, "applied": day.isoformat()}])["clause"]) for day in (again, again - timedelta(1))
    )
    assert not dated & on - {clause for clause in dated if clause in UNKNOWN_TOO}
    assert dated & sooner


@given(row=APPLICATIONS.map(lambda rows: rows[0]), data=st.data())
@quick
def test_what_is_filled_in_decides_only_what_was_unknown(row, data):
    """The date of a bar and whether one applies as an internet hospital are answers even when blank, and then nobody is
    asked for a liability."""
    answered = {"deceit_found", "unlawful_ended", "breach_ended", "person_ended", "internet"}
    answered |= {"failed_once", "failed_twice"}
    answered |= {open_ for end, open_ in LIABILITIES.items() if not row[end]}
    blanks = [name for name, value in row.items() if value == "" and name not in answered]
    filled = {name: data.draw(OF_TYPE[APPLICANTS.by_name[name].type].filter(bool)) for name in blanks}
    found = eligibility([row])
    before = set(zip(found["clause"], found["condition"], found["outcome"], strict=True))
    later = eligibility([{**row, **filled}])
    after = set(zip(later["clause"], later["condition"], later["outcome"], strict=True))
    assert {one for one in before if one[2] == "failed"} <= after
    unknown = {one[:2] for one in before if one[2] == "unknown"}
    assert {one[:2] for one in after - before} <= unknown


@given(row=APPLICATIONS.map(lambda rows: rows[0]), later=st.integers(1, 4000))
@quick
def test_time_alone_lifts_bars_and_never_makes_one(row, later):
    waited = {**row, "applied": (date.fromisoformat(row["applied"]) + timedelta(later)).isoformat()}
    before, after = (set(tables.conditions(eligibility([one]))) for one in (row, waited))
    assert {one for one in after if one[2] == "failed"} <= before


# --- deadlines ------------------------------------------------------------------------------------------------------

COUNTED = st.sampled_from(list(FirstDay))
DAYS = st.dates(date(2025, 1, 1), date(2026, 8, 31))


@given(start=DAYS, n=st.integers(1, 60), first_day=COUNTED)
@examples(80)
def test_a_period_of_working_days_ends_on_one_and_holds_so_many(start, n, first_day):
    due = agreement.add_workdays(start, n, first_day)
    assert due in exact_agreement.WORKING
    from_start = [one for one in exact_agreement.WORKING if start <= one <= due]
    counted = from_start if first_day is FirstDay.SAME else [one for one in from_start if one > start]
    assert len(counted) == n


@given(start=DAYS, n=st.integers(1, 60))
@quick
def test_counting_working_days_undoes_adding_them(start, n):
    due = agreement.add_workdays(start, n)
    assert agreement.workdays_after(start, due) == n
    if agreement.is_workday(start):
        assert agreement.workdays_after(due, start) == -n
        assert agreement.add_workdays(start, n + 1, FirstDay.SAME) == due


@given(one=DAYS, other=DAYS)
@quick
def test_only_the_day_itself_is_no_day_away(one, other):
    days = agreement.workdays_after(one, other)
    assert (days > 0, days < 0) == (other > one, other < one)


@given(day=st.dates(date(1900, 1, 1), date(2900, 1, 1)), n=st.integers(-600, 600))
@quick
def test_months_end_on_the_same_day_or_the_last_one(day, n):
    end = agreement.add_months(day, n)
    assert end == exact_agreement.months_on(day, n)
    assert 12 * (end.year - day.year) + end.month - day.month == n
    assert end.day == day.day or (end.day < day.day and (end + timedelta(1)).day == 1)


A_MATTER = st.fixed_dictionaries(
    {
        "institution_id": st.sampled_from(["A", "B", "C", ""]), "step": st.sampled_from(list(STEPS)), "start": DAYS,
        "later": st.none() | st.integers(0, 500), "request": st.sampled_from(["", *REQUESTS]),
        "expires": st.none() | st.integers(0, 400), "billed": st.just("") | shifted(0, 10**7, 2),
    }
)  # fmt: skip
MATTERS = st.lists(A_MATTER, min_size=1, max_size=6).map(
    lambda found: numbered(
        [{**{n: v for n, v in one.items() if n != "later"}, "start": one["start"].isoformat(),
          "done": _done(one["start"], one["later"]), "expires": _done(one["start"], one["expires"])} for one in found],
        "matter_id",
    )
)  # fmt: skip
OWNERS = {"A": "public", "B": "private", "C": None}
STATED = st.dictionaries(st.dates(date(2026, 12, 20), date(2027, 12, 31)), st.booleans(), max_size=60).flatmap(
    lambda days: st.sampled_from([days, {**days, date(2027, 1, 1): False, date(2027, 10, 1): False}])
)
TODAY = st.just("") | st.dates(date(2025, 1, 1), date(2027, 12, 31)).map(date.isoformat)
READINGS = st.fixed_dictionaries(
    {"first_day": st.sampled_from(["next", "same"]), "period_end": st.sampled_from(["as_counted", "next_working_day"]),
     "today": TODAY}
)  # fmt: skip


def _done(start, later):
    """So many days later, or a blank."""
    return "" if later is None else (start + timedelta(later)).isoformat()


def timeline(rows, stated=None, **params):
    return agreement.timeline(
        tables.frame(rows, "deadlines"), AgreementParams(**params), agreement.Calendar(stated), OWNERS
    )


@given(rows=MATTERS, stated=STATED, readings=READINGS)
@examples(120)
def test_deadlines_are_as_the_second_calculation_has_them(rows, stated, readings):
    table, known = timeline(rows, stated, **readings), exact_agreement.calendar(stated)
    wanted = {
        row["matter_id"]: exact_agreement.deadline(row, known, OWNERS.get(row["institution_id"]), **readings)
        for row in rows
    }
    assert tables.deadlines(table) == wanted
    assert table["matter_id"].tolist() == list(wanted)
    counts = agreement.overdue(table)
    assert counts[[one.value for one in Status]].to_numpy().sum() == len(rows)
    assert dict(zip(counts["step"], counts["late"], strict=True)) == {
        step: sum(row["step"] == step and wanted[row["matter_id"]]["status"] == "late" for row in rows)
        for step in counts["step"]
    }


@given(rows=MATTERS)
@quick
def test_where_the_day_itself_counts_nothing_is_due_later(rows):
    same, after = (timeline(rows, first_day=one) for one in ("same", "next"))
    assert (same["due"] <= after["due"]).all()


@given(rows=MATTERS, stated=STATED)
@quick
def test_where_days_of_rest_move_a_period_nothing_is_due_sooner_and_all_that_moves_ends_on_a_working_day(rows, stated):
    counted, moved = (timeline(rows, stated, period_end=one) for one in ("as_counted", "next_working_day"))
    assert (counted["due"] <= moved["due"]).all()
    works = agreement.Calendar(stated).is_workday
    assert all(works(late) for early, late in zip(counted["due"], moved["due"], strict=True) if early != late)


@given(rows=MATTERS, today=TODAY.filter(bool))
@quick
def test_today_bears_on_open_matters_alone_and_leaves_every_deadline_where_it_is(rows, today):
    without, with_it = timeline(rows), timeline(rows, today=today)
    pd.testing.assert_series_equal(without["due"], with_it["due"])
    done = with_it["done"].notna()
    pd.testing.assert_frame_equal(without[done], with_it[done])
    assert not (with_it["status"] == Status.OPEN.value).any()
    assert (without.loc[~done, "status"] == Status.OPEN.value).all()


@given(rows=MATTERS, stated=STATED, readings=READINGS)
@quick
def test_a_calendar_that_states_every_day_leaves_nothing_provisional(rows, stated, readings):
    days = exact_agreement.span("2027-01-01", "2030-12-31")
    known = {day: day.isoweekday() < 6 for day in days} | stated
    assert not timeline(rows, known, **readings)["provisional"].any()
