"""What is said first of designation agreements."""

from __future__ import annotations

import numpy as np

from simlib.money import to_fen, to_yuan
from simlib.rules.agreement.steps import Status
from simlib.rules.agreement.tables import BY_INSTITUTION, Action, Eligibility
from simlib.rules.telling import Results, Saying, Telling
from simlib.words import Text


def stands(results: Results) -> list[Saying]:
    """What breaches cost and end, how many applicants may be designated, and what is late."""
    return [*_breaches(results), *_applicants(results), *_matters(results)] or [Saying(NOTHING)]


def _breaches(results: Results) -> list[Saying]:
    breaches, concerned = results["agreement"], results["agreement_institutions"]
    if not len(breaches):
        return []
    yuan = {name: float(to_yuan(to_fen(breaches[name].to_numpy()).sum())) for name in ("total", "recovered", "damages")}
    counts = {
        "breaches": len(breaches), "institutions": len(concerned),
        "suspended": (concerned["action"] == Action.SUSPEND.value).sum(),
        "terminated": (concerned["action"] == Action.TERMINATE.value).sum(),
    }  # fmt: skip
    return [Saying(BREACHES, yuan, {name: f"{one:,}" for name, one in counts.items()})]


def _applicants(results: Results) -> list[Saying]:
    outcome = results["agreement_eligibility"]["outcome"]
    eligible = (outcome == Eligibility.ELIGIBLE.value).sum()
    counts = {"applicants": f"{len(outcome):,}", "eligible": f"{eligible:,}"}
    return [Saying(APPLICANTS, others=counts)] if len(outcome) else []


def _matters(results: Results) -> list[Saying]:
    status = results["agreement_timeline"]["status"]
    late = (status == Status.LATE.value).sum()
    counts = {"matters": f"{len(status):,}", "late": f"{late:,}"}
    return [Saying(MATTERS, others=counts)] if len(status) else []


def measured(results: Results) -> np.ndarray:
    """What each pays, below 0."""
    return np.asarray(results["agreement_institutions"]["net"].to_numpy(dtype=float))


BREACHES = Text(
    "{breaches} 起违约涉及 {institutions} 家，追回 {recovered}、违约金 {damages}，应付合计 {total}；"
    "{suspended} 家中止协议，{terminated} 家解除协议",
    "{breaches} breaches of {institutions} institutions: {recovered} recovered, {damages} in damages, {total} to pay; "
    "{suspended} agreements are suspended, {terminated} ended",
)
APPLICANTS = Text(
    "{applicants} 家申请定点，{eligible} 家符合条件", "{eligible} of {applicants} applicants are eligible"
)
MATTERS = Text("{matters} 件事项中 {late} 件逾期", "{late} of {matters} matters are late")
NOTHING = Text("没有违约、申请和办理事项", "there are no breaches, applications or matters")

TELLING = Telling(
    question=Text(
        "违约要付多少、会不会停协议？谁可以定点，哪些事项逾期？",
        "What do breaches cost, who may be designated, and what is late?",
    ),
    stands=stands,
    lead=("total", "damages", "suspended", "late"),
    own=BY_INSTITUTION.by_name["net"],
    ends=(Text("净得最多", "Who gets most"), Text("应付最多", "Who owes most")),
    measured=measured,
    causes=("action", "incidents", "damages"),
    gain=Text("少付", "save"),
    lose=Text("多付", "pay in addition"),
)
