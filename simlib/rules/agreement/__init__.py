"""Designation agreements (JS3): who may be designated, what is due when, and what a breach leads to."""

from simlib.rules.agreement.conditions import CONDITIONS, Asks, Condition
from simlib.rules.agreement.eligibility import eligibility, verdicts
from simlib.rules.agreement.explanation import explain
from simlib.rules.agreement.family import FAMILY
from simlib.rules.agreement.ladder import LADDER, Rung, consequences, institutions
from simlib.rules.agreement.params import AgreementParams, FirstDay, Grave44, PeriodEnd
from simlib.rules.agreement.periods import Calendar, add_months, add_workdays, is_workday, workdays_after
from simlib.rules.agreement.standing import Standing
from simlib.rules.agreement.steps import PLAN, Actor, Direction, Status, Step, Unit
from simlib.rules.agreement.tables import Action, Eligibility
from simlib.rules.agreement.timeline import timeline
from simlib.rules.agreement.told import explain_applicant, explain_matter
from simlib.rules.agreement.views import by_item, moved, overdue, range_of_damages, sensitivity

__all__ = [
    "CONDITIONS", "FAMILY", "LADDER", "PLAN", "Action", "Actor", "AgreementParams", "Asks", "Calendar", "Condition",
    "Direction", "Eligibility", "FirstDay", "Grave44", "PeriodEnd", "Rung", "Standing", "Status", "Step", "Unit",
    "add_months", "add_workdays", "by_item", "consequences", "eligibility", "explain", "explain_applicant",
    "explain_matter", "institutions", "is_workday", "moved", "overdue", "range_of_damages", "sensitivity", "timeline",
    "verdicts", "workdays_after",
]  # fmt: skip
