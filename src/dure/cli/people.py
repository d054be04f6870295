"""`dure people` and `dure organisations`: for the programme office, who is there and what they are."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter

from dure.cli.catalog_print import print_table
from dure.cli.context import at_least, put_json, words
from dure.cli.projects import Json, Limit
from dure.cli.remote import client
from dure.cli.sent import sent

Kind = Literal["academia", "institute", "firm", "young_firm", "public"]
Role = Literal["reviewer", "programme_officer", "signatory", "operator", "auditor", "administrator"]
Number = Annotated[int, Parameter(help="number of the person")]


def organisations(*, limit: Limit = 100, json: Json = False) -> None:
    """Newest first."""
    from dure.present.people_tables import organisations_table
    from dure.wire import people_api as api

    at_least("--limit", limit)
    with client() as one:
        found = one.get("/organisations", api.Organisations, [("limit", str(min(limit, 1_000)))])
    if json:
        put_json(found.model_dump())
    else:
        print_table(organisations_table(found.organisations, words()), wrap=("name",))


def add_organisation(
    name: Annotated[str, Parameter(help="name of the organisation")],
    /,
    *,
    kind: Annotated[Kind, Parameter(help="whom it belongs to; says what share of the price it pays")],
    region: Annotated[str, Parameter(metavar="TEXT", help="where its people work")] = "",
    name_ko: Annotated[str, Parameter(metavar="TEXT", help="its Korean name")] = "",
    json: Json = False,
) -> None:
    """Its number is what people and applications name."""
    from dure.wire import people_api as api
    from dure.wire import people_requests as requests

    asked = sent(requests.OrganisationRequest, {"name": name, "kind": kind, "region": region, "name_ko": name_ko})
    with client() as one:
        found = one.post("/organisations", api.Organisation, asked.model_dump_json())
    if json:
        put_json(found.model_dump())
    else:
        print(words()("organisations.added", id=found.id, name=found.name))


def persons(*, limit: Limit = 100, json: Json = False) -> None:
    """Everybody, newest first."""
    from dure.present.people_tables import persons_table
    from dure.wire import people_api as api

    at_least("--limit", limit)
    with client() as one:
        found = one.get("/persons", api.Persons, [("limit", str(min(limit, 1_000)))])
    if json:
        put_json(found.model_dump())
    else:
        print_table(persons_table(found.persons, words()), wrap=("roles",))


def add_person(
    name: Annotated[str, Parameter(help="name of the person")],
    /,
    *,
    organisation: Annotated[int, Parameter(metavar="NUMBER", help="number of the organisation")],
    mail: Annotated[str, Parameter(metavar="ADDRESS", help="mail address")] = "",
    json: Json = False,
) -> None:
    """A researcher, until given a role."""
    from dure.wire import people_api as api
    from dure.wire import people_requests as requests

    asked = sent(requests.PersonRequest, {"organisation": organisation, "name": name, "mail": mail})
    with client() as one:
        found = one.post("/persons", api.Person, asked.model_dump_json())
    if json:
        put_json(found.model_dump())
    else:
        print(words()("persons.added", id=found.id))


def role(
    person: Number,
    role: Annotated[Role, Parameter(help="role in the programme")],
    /,
    *,
    site: Annotated[str, Parameter(metavar="SITE", help="site of an operator")] = "",
    take: Annotated[bool, Parameter(help="take the role away instead")] = False,
    json: Json = False,
) -> None:
    """Nobody gives roles to themselves."""
    from dure.wire import people_api as api
    from dure.wire import people_requests as requests

    asked = sent(requests.RoleRequest, {"role": role, "site": site})
    with client() as one:
        found = one.post(f"/persons/{person}/roles{'/take' if take else ''}", api.Done, asked.model_dump_json())
    if json:
        put_json(found.model_dump())
    else:
        say = words()
        print(say("roles.taken" if take else "roles.given", person=person, role=say(f"role.{role}")))


def erase(person: Number, /, *, json: Json = False) -> None:
    """Name, address and logins go, tokens end; the number stays and says nothing about anybody."""
    from dure.wire import people_api as api

    with client() as one:
        found = one.delete(f"/persons/{person}", api.Done)
    if json:
        put_json(found.model_dump())
    else:
        print(words()("persons.erased", id=person))
