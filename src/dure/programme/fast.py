"""The fast lane: what a call's stated rule grants at once, and every reason why it does not.

The rule looks at the application, at what was granted by this lane before, and at what the purse still has: nothing else, so that
whoever applies can know the answer beforehand and an auditor can give it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from dure.model.calls import CREDITS, CallRule, FastLane
from dure.model.people import Form, Organisation, Wanted
from dure.model.units import HOUR_S

KST_S = 9 * HOUR_S
"""Months of the programme are months in Korea, which has had one offset all year round."""


class Slow(StrEnum):
    """Why the fast lane does not grant."""

    NO_LANE = "no_lane"
    KIND = "kind"
    AMOUNT = "amount"
    TERM = "term"
    OPEN_PROJECT = "open_project"
    OPEN_PERSON = "open_person"
    MONTH = "month"
    PURSE = "purse"


@dataclass(frozen=True, slots=True)
class Reason:
    """`asked` against `most`: micro-credits, nodes, seconds or grants, as the code says."""

    code: Slow
    asked: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A grant of this lane, as far as the rule looks at it. `open_until`: it counts as open before this instant."""

    project: str
    person: int
    organisation: int
    form: Form
    amount: int
    granted_at: int
    open_until: int


def month(at: int) -> tuple[int, int]:
    """Year and month in Korea."""
    day = datetime.fromtimestamp(at + KST_S, UTC)
    return day.year, day.month


def written(reasons: Sequence[Reason]) -> str:
    """Reasons as a row keeps them: `amount:6:5 term:91:90`."""
    return " ".join(f"{one.code}:{one.asked}:{one.most}" for one in reasons)


def read(text: str) -> tuple[Reason, ...]:
    """What `written` wrote."""
    parts = (one.split(":") for one in text.split())
    return tuple(Reason(Slow(code), int(asked), int(most)) for code, asked, most in parts)


def purse_of(wanted: Wanted) -> str:
    return CREDITS if wanted.form is Form.CREDITS else wanted.pool


def fast(
    rule: CallRule,
    wanted: Wanted,
    *,
    project: str,
    person: int,
    organisation: Organisation,
    given: Sequence[Given],
    left: Mapping[str, int],
    now: int,
) -> tuple[Reason, ...]:
    """Nothing where the lane grants; else every reason why not. `left`: what each purse of the call still has."""
    lane = rule.fast
    if lane is None:
        return (Reason(Slow.NO_LANE),)
    found = [*_of_the_request(lane, wanted, organisation)]
    live = [one for one in given if one.open_until > now]
    for code, count in (
        (Slow.OPEN_PROJECT, sum(one.project == project for one in live)),
        (Slow.OPEN_PERSON, sum(one.person == person for one in live)),
    ):
        if count + 1 > lane.open_most:
            found.append(Reason(code, count + 1, lane.open_most))
    whole = wanted.amount + sum(
        one.amount
        for one in given
        if one.organisation == organisation.id and one.form is wanted.form and month(one.granted_at) == month(now)
    )
    if whole > lane.organisation_month(wanted.form):
        found.append(Reason(Slow.MONTH, whole, lane.organisation_month(wanted.form)))
    room = left.get(purse_of(wanted), 0)
    if wanted.amount > room:
        found.append(Reason(Slow.PURSE, wanted.amount, room))
    return tuple(found)


def _of_the_request(lane: FastLane, wanted: Wanted, organisation: Organisation) -> list[Reason]:
    found = []
    if organisation.kind not in lane.kinds:
        found.append(Reason(Slow.KIND))
    if wanted.amount > lane.most(wanted.form):
        found.append(Reason(Slow.AMOUNT, wanted.amount, lane.most(wanted.form)))
    if wanted.term_s > lane.term_s_most:
        found.append(Reason(Slow.TERM, wanted.term_s, lane.term_s_most))
    return found
