"""Use and what it is worth, over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from dure.ledger.months import month_of
from dure.ledger.use import By, UsedBy
from dure.programme.roles import Right, Thing
from dure.web.guard import Asker, asker_of
from dure.web.problems import NOT_MEMBER, Refused
from dure.wire import api
from dure.wire.quantity import QuantityError

router = APIRouter(prefix="/api/v1")
Month = Annotated[str | None, Query(max_length=10, description="of Korea, such as 2026-11; absent: ever")]


def months_of(text: str | None) -> tuple[int, int] | None:
    """The month that is asked for. Raises QuantityError (422)."""
    if text is None:
        return None
    month = month_of(text)
    if month is None:
        raise QuantityError(f"{text!r} is no month", "write a year and a month, such as 2026-11")
    return month, month


def projects_seen(asker: Asker, named: str | None) -> list[int] | None:
    """Projects whose use may be seen; None: all of them. Raises Refused."""
    if named is not None:
        number = asker.services.projects.number(named)
        if number is None or not asker.may(Right.USAGE_SEE, Thing(project=number)):
            raise Refused(NOT_MEMBER, project=named)
        return [number]
    if asker.may(Right.USAGE_SEE):
        return None
    return [number for number in sorted(asker.person.projects) if asker.may(Right.USAGE_SEE, Thing(project=number))]


@router.get("/usage", response_model=api.Usage)
def usage(
    asker: Annotated[Asker, Depends(asker_of)],
    project: Annotated[str | None, Query(max_length=64)] = None,
    by: By = "project",
    month: Month = None,
    limit: Annotated[int, Query(ge=1, le=api.PAGE_MOST)] = api.PAGE_MOST,
) -> api.Usage:
    """What projects have used and what it is worth: of one's own, or of all of them for whoever may see them."""
    months, seen = months_of(month), projects_seen(asker, project)
    books = asker.services.books
    rows: Sequence[UsedBy] = () if books is None else books.used(by, projects=seen, months=months)
    return api.Usage(by=by, rows=tuple(_row(one, by) for one in rows[:limit]))


def _row(one: UsedBy, by: By) -> api.UsageRow:
    told = {name: getattr(one, name) for name in UsedBy._fields if name != "key"}
    return api.UsageRow(project=one.name if by == "project" else "", **told)
