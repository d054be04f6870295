"""Organisations, persons, tokens, projects and members over HTTP. Rights are asked by `People` itself, of the one table."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from dure.adapters.store.people import People
from dure.model.errors import MissingError
from dure.model.people import Project
from dure.programme.roles import Right, Thing
from dure.web import people_views as views
from dure.web.guard import Asker, asker_of
from dure.web.problems import BAD_KEY, Refused
from dure.wire import people_api as api
from dure.wire import people_requests as requests
from dure.wire.api import KEY_MAX, PAGE_MOST, PAGE_USUAL
from dure.wire.quantity import QuantityError

router = APIRouter(prefix="/api/v1")
MINE_MOST = 10_000

Asks = Annotated[Asker, Depends(asker_of)]
Number = Annotated[int, Path(ge=1, lt=1 << 62)]
Name = Annotated[str, Path(max_length=200)]
Before = Annotated[int | None, Query(ge=0, lt=1 << 62)]
Limit = Annotated[int, Query(ge=1, le=PAGE_MOST)]


def people_of(asker: Asker) -> People:
    return cast(People, asker.services.people)


def key_of(key: Annotated[str | None, Header(alias="Idempotency-Key")] = None) -> str:
    """What makes a request one change however often it is sent. Raises Refused (422) for a key that no header should carry."""
    if key is None:
        return secrets.token_hex(16)
    if not (0 < len(key) <= KEY_MAX and key.isascii() and key.isprintable()):
        raise Refused(BAD_KEY)
    return key


Key = Annotated[str, Depends(key_of)]


def next_of(request: Request, response: Response, rows: Sequence[Any], limit: int, number: str = "id") -> int | None:
    """What to send as `before` for the page after this one; the Link header says it too."""
    if len(rows) < limit:
        return None
    following = int(getattr(rows[-1], number))
    response.headers["Link"] = f'<{request.url.include_query_params(before=following)}>; rel="next"'
    return following


def project_of(asker: Asker, name: str) -> Project:
    """A project that one may see; what one may not see is not there (404)."""
    found = people_of(asker).project(name)
    if not asker.may(Right.PROJECT_SEE, Thing(project=found.number)):
        raise MissingError(f"there is no project {name}", remedy="list what is there, and name one of it")
    return found


def models_of(asker: Asker, names: tuple[str, ...]) -> tuple[str, ...]:
    """Names as the catalogue has them, of accelerators that the programme has. Raises CatalogError, QuantityError."""
    fleet = asker.services.fleet
    found = tuple(dict.fromkeys(fleet.models.catalog.resolve(name) for name in names))
    there = sorted({pool.model.id for pool in fleet.pools})
    if other := [name for name in found if name not in there]:
        raise QuantityError(f"no pool of the programme has {other[0]}", f"name some of {', '.join(there)}")
    return found


@router.get("/organisations", response_model=api.Organisations)
def organisations(request: Request, response: Response, asker: Asks, before: Before = None, limit: Limit = PAGE_USUAL) -> api.Organisations:
    """Every organisation, newest first."""
    asker.need(Right.ORGANISATION_SEE)
    rows = people_of(asker).organisations(before, limit)
    return api.Organisations(organisations=tuple(map(views.organisation, rows)), next=next_of(request, response, rows, limit))


@router.post("/organisations", response_model=api.Organisation, status_code=201)
def add_organisation(asked: requests.OrganisationRequest, asker: Asks, key: Key) -> api.Organisation:
    """For the programme office."""
    made = people_of(asker).add_organisation(
        asker.person,
        key,
        asker.services.clock(),
        name=asked.name,
        kind=asked.kind,
        name_ko=asked.name_ko,
        region=asked.region,
        size=asked.size,
    )
    return views.organisation(made)


@router.get("/persons", response_model=api.Persons)
def persons(request: Request, response: Response, asker: Asks, before: Before = None, limit: Limit = PAGE_USUAL) -> api.Persons:
    """Everybody, for the programme office."""
    rows = people_of(asker).persons(asker.person, before, limit)
    return api.Persons(persons=tuple(map(views.person, rows)), next=next_of(request, response, rows, limit))


@router.post("/persons", response_model=api.Person, status_code=201)
def add_person(asked: requests.PersonRequest, asker: Asks, key: Key) -> api.Person:
    login = None if asked.login is None else (asked.login.issuer, asked.login.subject)
    made = people_of(asker).add_person(
        asker.person,
        key,
        asker.services.clock(),
        organisation=asked.organisation,
        name=asked.name,
        mail=asked.mail,
        login=login,
    )
    return views.person(made)


@router.get("/persons/{id}", response_model=api.Person)
def person(id: Number, asker: Asks) -> api.Person:
    """Oneself, members of one's projects, and for the programme office everybody."""
    return views.person(people_of(asker).person(asker.person, id))


@router.delete("/persons/{id}", response_model=api.Done)
def erase(id: Number, asker: Asks, key: Key) -> api.Done:
    """Name, address and logins go, tokens end. The number stays and says nothing about anybody."""
    return api.Done(again=people_of(asker).erase(asker.person, key, asker.services.clock(), number=id).again)


@router.post("/persons/{id}/roles", response_model=api.Done)
def give_role(id: Number, asked: requests.RoleRequest, asker: Asks, key: Key) -> api.Done:
    people, now = people_of(asker), asker.services.clock()
    return api.Done(again=people.give_role(asker.person, key, now, person=id, role=asked.role, site=asked.site).again)


@router.post("/persons/{id}/roles/take", response_model=api.Done)
def take_role(id: Number, asked: requests.RoleRequest, asker: Asks, key: Key) -> api.Done:
    people, now = people_of(asker), asker.services.clock()
    return api.Done(again=people.take_role(asker.person, key, now, person=id, role=asked.role, site=asked.site).again)


@router.get("/tokens", response_model=api.Tokens)
def tokens(asker: Asks, person: Annotated[int | None, Query(ge=1, lt=1 << 62)] = None) -> api.Tokens:
    """One's own, without their texts; for administrators anybody's."""
    rows = people_of(asker).tokens(asker.person, person or asker.person.person)
    return api.Tokens(tokens=tuple(map(views.token, rows)))


@router.post("/tokens", response_model=api.TokenMade, status_code=201)
def make_token(asked: requests.TokenRequest, asker: Asks, key: Key) -> api.TokenMade:
    """Its text is told this once. It has no scope that the token has not with which it is asked for."""
    now = asker.services.clock()
    made, text = people_of(asker).make_token(
        asker.person,
        key,
        now,
        person=asked.person or asker.person.person,
        label=asked.label,
        scopes=asked.scopes,
        expires_at=now + asked.life,
        life_s=asked.life,
    )
    return views.token_made(made, text)


@router.delete("/tokens/{id}", response_model=api.Done)
def revoke_token(id: Number, asker: Asks, key: Key) -> api.Done:
    """From now on it opens nothing."""
    return api.Done(again=people_of(asker).revoke_token(asker.person, key, asker.services.clock(), number=id).again)


@router.get("/projects", response_model=api.Projects)
def projects(request: Request, response: Response, asker: Asks, before: Before = None, limit: Limit = PAGE_USUAL) -> api.Projects:
    """Those that one may see, newest first."""
    rows = people_of(asker).projects(asker.person, before, limit)
    return api.Projects(projects=tuple(map(views.project, rows)), next=next_of(request, response, rows, limit, "number"))


@router.get("/projects/{name}", response_model=api.Project)
def project(name: Name, asker: Asks) -> api.Project:
    return views.project(project_of(asker, name))


@router.get("/projects/{name}/members", response_model=api.Members)
def members(name: Name, asker: Asks) -> api.Members:
    rows = people_of(asker).members(asker.person, project_of(asker, name).number)
    return api.Members(members=tuple(map(views.member, rows)))


@router.post("/projects/{name}/members", response_model=api.Done)
def add_member(name: Name, asked: requests.MemberRequest, asker: Asks, key: Key) -> api.Done:
    """For a principal investigator; also to give a member another role."""
    number, now = project_of(asker, name).number, asker.services.clock()
    done = people_of(asker).add_member(asker.person, key, now, number=number, person=asked.person, role=asked.role)
    return api.Done(again=done.again)


@router.delete("/projects/{name}/members/{person}", response_model=api.Done)
def remove_member(name: Name, person: Number, asker: Asks, key: Key) -> api.Done:
    number, now = project_of(asker, name).number, asker.services.clock()
    return api.Done(again=people_of(asker).remove_member(asker.person, key, now, number=number, person=person).again)


@router.post("/projects/{name}/stop", response_model=api.Project)
def stop_project(name: Name, asked: requests.StopRequest, asker: Asks, key: Key) -> api.Project:
    """For the programme office: nothing new starts, or starts again."""
    number, now = project_of(asker, name).number, asker.services.clock()
    people_of(asker).stop_project(asker.person, key, now, number=number, stopped=asked.stopped)
    return project(name, asker)


@router.post("/projects/{name}/quota", response_model=api.Done)
def set_quota(name: Name, asked: requests.QuotaRequest, asker: Asks, key: Key) -> api.Done:
    """For the programme office: a ceiling on what it has placed at one moment, by weight or of one model."""
    people, number, now = people_of(asker), project_of(asker, name).number, asker.services.clock()
    if asked.model:
        model, most = models_of(asker, (asked.model,))[0], asked.most
        return api.Done(again=people.cap_model(asker.person, key, now, number=number, model=model, most=most).again)
    return api.Done(again=people.set_quota(asker.person, key, now, number=number, milli=asked.milli).again)
