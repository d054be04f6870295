"""Calls, applications, reviews, decisions and held grants over HTTP. Rights are asked by `People` itself, of the one table."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from dure.adapters.store.rules import watch_rule
from dure.model.people import Form
from dure.programme.roles import Right
from dure.web import people_views as views
from dure.web.guard import Asker
from dure.web.people_api import Asks, Before, Key, Limit, Name, Number, models_of, next_of, people_of, project_of
from dure.wire import people_api as api
from dure.wire import people_requests as requests
from dure.wire.api import PAGE_USUAL
from dure.wire.quantity import QuantityError

router = APIRouter(prefix="/api/v1")


@router.get("/calls", response_model=api.Calls)
def calls(request: Request, response: Response, asker: Asks, before: Before = None, limit: Limit = PAGE_USUAL) -> api.Calls:
    """What the programme offers and by which rule, newest first."""
    asker.need(Right.CALL_SEE)
    rows = people_of(asker).calls(before, limit)
    return api.Calls(calls=tuple(map(views.call, rows)), next=next_of(request, response, rows, limit))


@router.post("/calls", response_model=api.Call, status_code=201)
def add_call(asked: requests.CallRequest, asker: Asks, key: Key) -> api.Call:
    """For the programme office. The rule of a call does not change once it is made."""
    now, rule = asker.services.clock(), asked.rule()
    capped = {models_of(asker, (name,))[0]: most for name, most in rule.quota_models.items()}
    made = people_of(asker).add_call(
        asker.person,
        key,
        now,
        name=asked.name,
        title=asked.title,
        rule=replace(rule, models=models_of(asker, rule.models), quota_models=capped),
        opens_at=asked.opens_at,
        closes_at=asked.closes_at,
    )
    return views.call(made)


@router.get("/calls/{name}", response_model=api.Call)
def call(name: Name, asker: Asks) -> api.Call:
    asker.need(Right.CALL_SEE)
    return views.call(people_of(asker).call(name))


@router.post("/calls/{name}/close", response_model=api.Call)
def close_call(name: Name, asker: Asks, key: Key) -> api.Call:
    """Nobody may apply any more."""
    return views.call(people_of(asker).close_call(asker.person, key, asker.services.clock(), name=name))


@router.get("/calls/{name}/ranking", response_model=api.Ranking)
def ranking(name: Name, asker: Asks) -> api.Ranking:
    """What every application would get if it were signed now, and the seal of exactly this answer."""
    return views.ranking(*people_of(asker).ranking(asker.person, name))


@router.post("/calls/{name}/sign", response_model=api.Call)
def sign(name: Name, asked: requests.SignRequest, asker: Asks, key: Key) -> api.Call:
    """For a signatory: grants, waiting list and refusals as the sealed ranking says, or nothing where it has changed since."""
    return views.call(people_of(asker).sign(asker.person, key, asker.services.clock(), name=name, seen=asked.seal))


@router.get("/calls/{name}/waiting", response_model=api.Ranking)
def waiting(name: Name, asker: Asks) -> api.Ranking:
    """Who gets what comes back, best first."""
    rows = people_of(asker).waiting_list(asker.person, name)
    return api.Ranking(rows=tuple(views.ranked(one, 0, one.application.reason) for one in rows), seal="")


@router.post("/calls/{name}/redistribute", response_model=api.Redistributed)
def redistribute(name: Name, asker: Asks, key: Key) -> api.Redistributed:
    """For a signatory: what came back goes to the waiting list."""
    found = people_of(asker).redistribute(asker.person, key, asker.services.clock(), name=name)
    return api.Redistributed(applications=tuple(found))


@router.get("/applications", response_model=api.Applications)
def applications(request: Request, response: Response, asker: Asks, before: Before = None, limit: Limit = PAGE_USUAL) -> api.Applications:
    """Those that one may see, newest first."""
    rows = people_of(asker).applications(asker.person, before, limit)
    told = tuple(views.application(one, asker.say) for one in rows)
    return api.Applications(applications=told, next=next_of(request, response, rows, limit))


@router.post("/applications", response_model=api.Application, status_code=201)
def apply(asked: requests.ApplyRequest, asker: Asks, key: Key) -> api.Application:
    """Ask for an allocation. What the call's fast lane grants is granted when this answers."""
    wanted = asked.wanted()
    made = people_of(asker).apply(
        asker.person,
        key,
        asker.services.clock(),
        call_name=asked.call,
        project_name=asked.project,
        title=asked.title,
        wanted=replace(wanted, models=models_of(asker, wanted.models)),
        budget_won=asked.budget,
    )
    return views.application(made, asker.say)


@router.get("/applications/{id}", response_model=api.Application)
def application(id: Number, asker: Asks) -> api.Application:
    return views.application(people_of(asker).application(asker.person, id), asker.say)


@router.post("/applications/{id}/withdraw", response_model=api.Application)
def withdraw(id: Number, asker: Asks, key: Key) -> api.Application:
    """Before it is decided, or off the waiting list."""
    return views.application(people_of(asker).withdraw(asker.person, key, asker.services.clock(), number=id), asker.say)


@router.get("/applications/{id}/reviews", response_model=api.Reviews)
def reviews(id: Number, asker: Asks) -> api.Reviews:
    """For who decides and who audits."""
    return api.Reviews(reviews=tuple(map(views.review, people_of(asker).reviews(asker.person, id))))


@router.post("/applications/{id}/reviews", response_model=api.Done)
def review(id: Number, asked: requests.ReviewRequest, asker: Asks, key: Key) -> api.Done:
    """For a reviewer of another organisation; a later review replaces the earlier one."""
    people, now = people_of(asker), asker.services.clock()
    return api.Done(again=people.review(asker.person, key, now, number=id, points=asked.points, comment=asked.comment).again)


@router.post("/applications/{id}/give", response_model=api.Application)
def give(id: Number, asked: requests.GiveRequest, asker: Asks, key: Key) -> api.Application:
    """For a signatory: a grant outside the ranking, with the reason that stands on it."""
    people, now = people_of(asker), asker.services.clock()
    form = people.application(asker.person, id).wanted.form
    amount = asked.credits_micro if form is Form.CREDITS else asked.nodes
    if asked.credits_micro and asked.nodes:
        raise QuantityError("an application asks for credits, or for servers of a pool", "write credits, or pool and nodes")
    return views.application(people.give(asker.person, key, now, number=id, amount=amount, reason=asked.reason), asker.say)


@router.get("/grants", response_model=api.Grants)
def grants(
    request: Request,
    response: Response,
    asker: Asks,
    before: Before = None,
    limit: Limit = PAGE_USUAL,
    project: Annotated[str | None, Query(max_length=200)] = None,
) -> api.Grants:
    """Those that one may see, newest first."""
    number = None if project is None else project_of(asker, project).number
    rows = people_of(asker).grants(asker.person, project=number, before=before, limit=limit)
    return api.Grants(grants=tuple(views.grant(one, asker.services.projects) for one in rows), next=next_of(request, response, rows, limit))


@router.get("/grants/watch", response_model=api.Watch)
def look(asker: Asks, asked: Annotated[requests.WatchPreview, Query()]) -> api.Watch:
    """What the watch over under-use says of every grant of dedicated servers; nothing is done. By the programme's rule, or, to be looked
    at, by what is named of another.
    """
    asker.need(Right.GRANT_WATCH)
    now, (rule, rules) = asker.services.clock(), watch_rule(asker.services.rule_sets())
    other = replace(rule, **asked.named())
    found = people_of(asker).verdicts(asker.person, now, other, asker.services.held(other.spans(now)))
    return views.watch(found, people_of(asker), asker.services.projects, rules if other == rule else "")


@router.post("/grants/watch", response_model=api.Watch)
def carry_out(asked: requests.WatchRequest, asker: Asks, key: Key) -> api.Watch:
    """For the programme office: warn, recall, take back, as the programme's rule says and no other. Sent again it does nothing and
    answers with nothing.
    """
    asker.need(Right.GRANT_JUDGE)
    now, (rule, rules) = asker.services.clock(), watch_rule(asker.services.rule_sets())
    windows = asker.services.held(rule.spans(now))
    found = people_of(asker).carry_out(asker.person, key, now, rule=rule, windows=windows, named=rules)
    return views.watch(found, people_of(asker), asker.services.projects, rules)


@router.get("/grants/{id}", response_model=api.Grant)
def grant(id: Number, asker: Asks) -> api.Grant:
    return _grant(asker, id)


def _grant(asker: Asker, id: int) -> api.Grant:
    found = people_of(asker).grant(asker.person, id)
    told, books = views.grant(found, asker.services.projects), asker.services.books
    held = None if books is None or all(one.form is Form.CREDITS for one in found.allocations) else books.lending(id)
    seals = asker.services.live.seals()
    told = told.model_copy(update={"head": seals[-1].head if seals else ""})
    return told if held is None else told.model_copy(update={"lending": views.lending(*held)})


@router.post("/grants/{id}/lend", response_model=api.Grant)
def lend(id: Number, asked: requests.LendRequest, asker: Asks, key: Key) -> api.Grant:
    """Whether idle dedicated servers serve others meanwhile."""
    people_of(asker).lend(asker.person, key, asker.services.clock(), number=id, lent=asked.lent)
    return _grant(asker, id)


@router.post("/grants/{id}/return", response_model=api.Grant)
def give_back(id: Number, asker: Asks, key: Key) -> api.Grant:
    """End it before its term."""
    held = _grant(asker, id)
    books = asker.services.books
    number = asker.services.projects.number(held.project)
    spent = None if books is None or number is None else books.spent().get(number, 0)
    people_of(asker).give_back(asker.person, key, asker.services.clock(), number=id, spent_micro=spent)
    return _grant(asker, id)


@router.post("/grants/{id}/budget", response_model=api.Grant)
def set_budget(id: Number, asked: requests.BudgetRequest, asker: Asks, key: Key) -> api.Grant:
    """Raise what one is ready to pay."""
    people_of(asker).set_budget(asker.person, key, asker.services.clock(), number=id, budget_won=asked.budget)
    return _grant(asker, id)


@router.get("/grants/{id}/warnings", response_model=api.Warnings)
def warnings(id: Number, asker: Asks) -> api.Warnings:
    """What its holder was told about under-use."""
    return api.Warnings(warnings=tuple(map(views.warning, people_of(asker).warnings(asker.person, id))))


@router.post("/grants/{id}/answer", response_model=api.Done)
def answer(id: Number, asked: requests.AnswerRequest, asker: Asks, key: Key) -> api.Done:
    """The holder's answer to the last warning or recall."""
    return api.Done(again=people_of(asker).answer(asker.person, key, asker.services.clock(), number=id, text=asked.text).again)


@router.post("/grants/{id}/judge", response_model=api.Done)
def judge(id: Number, asked: requests.JudgeRequest, asker: Asks, key: Key) -> api.Done:
    """For the programme office: whether the answer excuses."""
    return api.Done(again=people_of(asker).judge(asker.person, key, asker.services.clock(), number=id, accepted=asked.accepted).again)


@router.get("/grants/{id}/payments", response_model=api.Payments)
def payments(id: Number, asker: Asks) -> api.Payments:
    """What its holder owes."""
    return views.payments(people_of(asker).payments(asker.person, id))
