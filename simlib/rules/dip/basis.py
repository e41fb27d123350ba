"""What of the parameters bears on how cases are read, before any limit: with another basis the index is made anew."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from simlib.rules.dip.case_params import ListFaults, NegotiatedInRatio, OverQuota, QuotaRounding, SameDisease
from simlib.rules.dip.params import DipParams, MissingPeer
from simlib.tables.large.shape import Bound

PERSONS = {"person_id", "admission_date", "discharge_date"}  # who was treated when
THOUSAND = 1000  # parts of a ratio


@dataclass(frozen=True)
class Quota(Bound):
    """How many of its cases an institution may apply for as special: ``parts`` of ``whole`` (JY art. 29)."""

    parts: int
    whole: int
    up: bool = False

    @classmethod
    def of(cls, params: DipParams) -> Quota:
        return cls(*params.special_quota.as_integer_ratio(), params.quota_rounding is QuotaRounding.UP)


@dataclass(frozen=True)
class Cut(Bound):
    """Which applications lose the panel's points: those beyond the quota, unless art. 28 brings them to the panel."""

    quota: Quota
    review: int  # thousandths of the ratio
    all_levels: bool  # whether a case without a mean of its own level is compared


@dataclass(frozen=True)
class Basis(Bound):
    """As the columns of the cases let it matter: a reading that they leave without effect is always the same."""

    readmission_days: int = 0
    same_disease: SameDisease = SameDisease.DIAGNOSIS
    unpaid: bool = False  # a case whose list was refused or late
    in_ratio: bool = True  # negotiated drugs count where costs are compared
    cut: Cut | None = None

    @classmethod
    def of(cls, params: DipParams, columns: Collection[str]) -> Basis:
        named = set(columns) >= PERSONS
        cut = Cut(Quota.of(params), int(params.review_from * THOUSAND), params.missing_peer is MissingPeer.ALL_LEVELS)
        beyond = params.over_quota is OverQuota.CUT and "special_application" in columns
        return cls(
            int(params.readmission_days) if named else 0,
            params.same_disease if named else SameDisease.DIAGNOSIS,
            params.list_faults is ListFaults.UNPAID and not {"list_refused", "list_uploaded"}.isdisjoint(columns),
            params.negotiated_in_ratio is NegotiatedInRatio.ON or "negotiated_cost" not in columns,
            cut if beyond else None,
        )
