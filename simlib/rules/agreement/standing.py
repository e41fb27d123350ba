"""What a suspension or a wish to leave makes of the agreement (JS3 art. 37, 39)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from simlib.clauses import cites
from simlib.params import Choice


class Standing(Choice):
    """What becomes of the agreement."""

    CONTINUES = "continues", "协议继续履行", "the agreement continues"
    SUSPENDED = "suspended", "中止期间", "suspended"
    ENDED = "ended", "超过180日，自动终止", "ended after 180 days"
    EXPIRED = "expired", "有效期已过，终止", "ended with its term"
    BARRED = "barred", "公立机构不得提出", "public institutions may not ask"
    UNKNOWN = "unknown", "无法判断", "cannot be judged"


class Found(NamedTuple):
    """What becomes of the agreement, and its last day where it ends; neither of other steps."""

    standing: Standing | None = None
    ends: date | None = None


NOTHING = Found()
OF_PUBLIC = ("suspend", "terminate")  # what public institutions may not ask for; not to renew is another matter


@cites("JS3 37")
def of_suspension(start: date, due: date, done: date | None, expires: date | None, today: date | None) -> Found:
    """What a suspension that the institution asked for makes of an agreement (JS3 art. 37).

    Asked to resume (``done``) by the 180th day (``due``), within its term (``expires``, not known where None), it
    continues; else it ends by itself on the earlier of the two days. Of a suspension that is still open, the day set as
    today says which; of one that has not begun (``start``) there is nothing to say.
    """
    asked, end = done or today, min(due, expires or due)
    if asked is None:
        return Found(Standing.UNKNOWN)
    if asked < start:
        return NOTHING
    if asked <= end:
        return Found(Standing.CONTINUES if done else Standing.SUSPENDED)
    return Found(Standing.EXPIRED if end == expires else Standing.ENDED, end)


@cites("JS3 39")
def of_withdrawal(request: str | None, ownership: str | None) -> Found:
    """Whether an institution may ask to leave (JS3 art. 39): a public one not to suspend or end its agreement.

    What hangs on an ownership or a request that is not given cannot be judged.
    """
    if ownership == "private" or request not in (*OF_PUBLIC, None):
        return NOTHING
    return Found(Standing.BARRED if ownership == "public" and request else Standing.UNKNOWN)


def found(
    step: str,
    start: date,
    due: date,
    done: date | None,
    expires: date | None,
    request: str | None,
    ownership: str | None,
    today: date | None,
) -> Found:
    """What one matter makes of the agreement."""
    if step == "suspension":
        return of_suspension(start, due, done, expires, today)
    return of_withdrawal(request, ownership) if step == "withdrawal" else NOTHING


Owners = Mapping[str, str | None]  # by institution: public or private, None where it is not said
