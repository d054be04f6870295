"""Use and what it is worth, over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from dure.adapters.store.people_settle import Signed
from dure.ledger.access import Access, spans, step_s
from dure.ledger.books import Account, balances
from dure.ledger.months import month_name, month_of
from dure.ledger.settlement import Settlement
from dure.ledger.use import By, UsedBy
from dure.programme.roles import Right, Thing
from dure.web.guard import Asker, asker_of, person, services_of
from dure.web.people_api import Asks, Before, Key, Limit, next_of, people_of
from dure.web.ports import Books
from dure.web.problems import NO_OPERATOR, NOT_MEMBER, UNAVAILABLE, Refused
from dure.web.services import Services
from dure.web.views import instant
from dure.wire import api
from dure.wire import books_api as told
from dure.wire.quantity import QuantityError

router = APIRouter(prefix="/api/v1")
MonthPath = Annotated[str, Path(max_length=10, description="of Korea, such as 2026-11")]
Month = Annotated[str | None, Query(max_length=10, description="of Korea, such as 2026-11; absent: ever")]


def month_asked(text: str) -> int:
    """The month that is asked for. Raises QuantityError (422)."""
    month = month_of(text)
    if month is None:
        raise QuantityError(f"{text!r} is no month", "write a year and a month, such as 2026-11")
    return month


def month_if_asked(text: str | None) -> int | None:
    """None: ever."""
    return None if text is None else month_asked(text)


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
    at, seen = month_if_asked(month), projects_seen(asker, project)
    books = asker.services.books
    rows: Sequence[UsedBy] = () if books is None else books.used(by, projects=seen, month=at, most=limit)
    return api.Usage(by=by, rows=tuple(_row(one, by) for one in rows))


@router.get("/usage/runs", response_model=told.RunsUsed)
def runs(
    request: Request,
    response: Response,
    asker: Asks,
    project: Annotated[str | None, Query(max_length=64)] = None,
    month: Month = None,
    before: Before = None,
    limit: Limit = api.PAGE_MOST,
) -> told.RunsUsed:
    """Every run with what it is worth, newest first: what `dure usage export` writes."""
    rows = books_of(asker).runs(projects_seen(asker, project), month_if_asked(month), before, limit)
    following = next_of(request, response, rows, limit, "attempt")
    return told.RunsUsed(at=asker.services.clock(), runs=tuple(rows), next=following)


def books_of(asker: Asker | Services) -> Books:
    """Raises Refused (503) where none are kept."""
    found = asker.books if isinstance(asker, Services) else asker.services.books
    if found is None:
        raise Refused(UNAVAILABLE, retry_after_s=60, extra={"what": "books"})
    return found


@router.get("/settlements/{month}", response_model=told.Settlements)
def settlements(asker: Asks, month: MonthPath, operator: Annotated[str | None, Query(max_length=64)] = None) -> told.Settlements:
    """What is due to operators for a month: as it was signed, or as it is known now."""
    number, books = month_asked(month), books_of(asker)
    rows = []
    for name, sites in books.operators().items():
        if operator in (None, name) and all(asker.may(Right.SETTLEMENT_SEE, Thing(site=site)) for site in sites):
            signed = next((one for one in people_of(asker).settled(name) if one.settlement.month == number), None)
            rows.append(_settlement(asker, books.settlement(name, number) if signed is None else signed.settlement, signed))
    if not rows:
        asker.need(Right.SETTLEMENT_SEE)
        raise Refused(NO_OPERATOR, name=operator or "–")
    return told.Settlements(month=month, settlements=tuple(rows))


@router.post("/settlements/{month}", response_model=told.Settlement)
def settle(asked: told.SettleRequest, asker: Asks, month: MonthPath, key: Key) -> told.Settlement:
    """For a signatory: sign what is due to an operator for a month that is over. It is not changed afterwards."""
    asker.need(Right.SETTLEMENT_SIGN)
    books = books_of(asker)
    if asked.operator not in books.operators():
        raise Refused(NO_OPERATOR, name=asked.operator)
    found = books.settlement(asked.operator, month_asked(month))
    done = people_of(asker).settle(asker.person, key, asker.services.clock(), found=found, head=_head(asker))
    return _settlement(asker, done.settlement, done)


def _head(asker: Asker) -> str:
    seals = asker.services.live.seals()
    return seals[-1].head if seals else ""


def _settlement(asker: Asker, one: Settlement, signed: Signed | None) -> told.Settlement:
    return told.Settlement(
        operator=one.operator,
        month=month_name(one.month),
        won=one.won,
        lines=tuple(told.SettlementLine(**line._asdict()) for line in one.lines),
        unagreed_milli_s=one.open_milli_s,
        signed_at=None if signed is None else instant(signed.at),
        signed_by=None if signed is None else signed.signed_by,
        head=_head(asker) if signed is None else signed.head,
    )


@router.get("/books/{month}", response_model=told.Books)
def books(asker: Annotated[Asker, Depends(person(Right.SETTLEMENT_SEE))], month: MonthPath) -> told.Books:
    """Entries of a month and what each account has received, less what it has paid."""
    entries = books_of(asker).entries(month_asked(month))
    rows = tuple(
        told.BookEntry(
            month=month_name(one.month), kind=one.kind, payer=_account(one.payer), payee=_account(one.payee), won=one.won, of=one.of
        )
        for one in entries
    )
    sums = tuple(told.Balance(account=_account(account), won=won) for account, won in balances(entries).items())
    return told.Books(month=month, entries=rows, balances=sums)


def _account(one: Account) -> str:
    return f"{one.kind} {one.name}".strip()


@router.get("/access", response_model=told.AccessAll)
def access(request: Request) -> told.AccessAll:
    """How long projects wait for a grant and for their first job, over all of them; for everybody."""
    return told.AccessAll(spans=_spans(books_of(services_of(request)).access()))


def _spans(found: Sequence[Access]) -> tuple[told.AccessSpan, ...]:
    return tuple(told.AccessSpan(**one._asdict()) for one in spans(found))


@router.get("/access/projects", response_model=told.AccessRows)
def access_rows(asker: Asks) -> told.AccessRows:
    """The same, and each project that one may see."""
    found, names = books_of(asker).access(), set(asker.project_names)
    mine = found if asker.may(Right.PROJECT_SEE) else [one for one in found if one.project in names]
    rows = tuple(
        told.AccessOf(
            project=one.project,
            applied_at=instant(one.applied_at) or "",
            granted_at=instant(one.granted_at),
            started_at=instant(one.started_at),
            grant_s=step_s(one, "grant"),
            start_s=step_s(one, "start"),
            whole_s=step_s(one, "whole"),
        )
        for one in mine
    )
    return told.AccessRows(spans=_spans(found), projects=rows)


def _row(one: UsedBy, by: By) -> api.UsageRow:
    row = {name: getattr(one, name) for name in UsedBy._fields if name != "key"}
    return api.UsageRow(project=one.name if by == "project" else "", **row)
