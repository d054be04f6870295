"""`dure projects`: apply for an allocation, see one's projects, and who works in them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from cyclopts import Parameter

from dure.cli.catalog_print import print_facts, print_table, wrapped
from dure.cli.context import at_least, put_json, words
from dure.cli.remote import client
from dure.cli.sent import sent
from dure.model.errors import InputError

Json = Annotated[bool, Parameter(help="print one JSON object instead of text")]
Key = Annotated[str | None, Parameter(help="sent again with the same key it is the same request")]
Name = Annotated[str, Parameter(help="name of the project")]
Limit = Annotated[int, Parameter(help="at most so many rows")]


def apply(
    name: Name,
    /,
    *,
    title: Annotated[str, Parameter(metavar="TEXT", help="what the project is for")],
    credits: Annotated[str, Parameter(metavar="NUMBER", help="accelerator-hours of the reference accelerator")] = "0",
    pool: Annotated[str, Parameter(metavar="SITE/POOL", help="ask for whole servers of this pool instead")] = "",
    nodes: Annotated[int, Parameter(help="how many servers of the pool")] = 0,
    term: Annotated[str, Parameter(name="--for", metavar="TIME", help="how long, such as 30d")] = "30d",
    least: Annotated[str, Parameter(metavar="NUMBER", help="the smallest part that is of use (default: all of it)")] = "0",
    model: Annotated[tuple[str, ...], Parameter(metavar="NAME", help="credits for this accelerator alone, as often as needed")] = (),
    budget: Annotated[str | None, Parameter(metavar="WON", help="the most that you are ready to pay, where a share is paid")] = None,
    call: Annotated[str, Parameter(metavar="CALL", help="call to apply to")] = "standing",
    key: Key = None,
    json: Json = False,
) -> None:
    """Granted at once where the call's fast lane allows it; else a panel decides."""
    from dure.wire import people_api as api
    from dure.wire import people_requests as requests

    at_least("--nodes", nodes, 0)
    body: dict[str, Any] = {"project": name, "title": title, "credits": credits, "pool": pool, "nodes": nodes, "term": term}
    body |= {"least": least, "budget": budget, "call": call, "models": list(model)}
    asked = sent(requests.ApplyRequest, body)
    if asked.credits_micro == 0 and not asked.nodes:
        raise InputError("nothing is asked for", remedy="write --credits 100, or --pool SITE/POOL --nodes 1")
    with client() as one:
        found = one.post("/applications", api.Application, asked.model_dump_json(by_alias=True), key)
    if json:
        put_json(found.model_dump())
        return
    say = words()
    what = amount(found.form, found.credits_micro, found.nodes, found.pool)
    if found.state == "granted":
        print(wrapped(say("apply.granted", project=found.project, what=what, grant=found.grant, term=say.duration(found.term_s))))
        return
    print(wrapped(say("apply.kept", id=found.id, project=found.project, what=what, call=call)))
    for why in found.slow:
        print(wrapped(say("apply.slow", text=why.text)))


def amount(form: str, micro: int, nodes: int, pool: str) -> str:
    """What is asked for or granted, in words."""
    from dure.present.people_tables import credits_text

    say = words()
    if form == "credits":
        return say("grants.credits", n=credits_text(micro))
    return say("grants.nodes", n=nodes, pool=pool)


def listed(*, limit: Limit = 100, json: Json = False) -> None:
    """Those that you may see."""
    from dure.present.people_tables import projects_table
    from dure.wire import people_api as api

    at_least("--limit", limit)
    with client() as one:
        found = one.get("/projects", api.Projects, [("limit", str(min(limit, 1_000)))])
    if json:
        put_json(found.model_dump())
    elif found.projects:
        print_table(projects_table(found.projects, words()), wrap=("title",))
    else:
        print(words()("projects.none"))


def show(name: Name, /, *, json: Json = False) -> None:
    """What it holds and who works in it."""
    from dure.present.people_tables import grants_table, members_table
    from dure.wire import people_api as api

    with client() as one:
        found = one.get(f"/projects/{name}", api.Project)
        members = one.get(f"/projects/{name}/members", api.Members)
        grants = one.get("/grants", api.Grants, [("project", name)])
    if json:
        put_json({**found.model_dump(), **members.model_dump(), "grants": [grant.model_dump() for grant in grants.grants]})
        return
    say = words()
    facts = [(say("projects.title"), found.title), (say("projects.state"), say(f"project.{found.state}"))]
    facts += [(say("projects.number"), str(found.number)), (say("projects.organisation"), str(found.organisation))]
    print_facts(found.name, facts)
    print_table(members_table(members.members, say))
    print_table(grants_table(grants.grants, say), wrap=("what",))


def add(
    name: Name,
    person: Annotated[int, Parameter(help="number of the person")],
    /,
    *,
    role: Annotated[Literal["researcher", "principal_investigator"], Parameter(help="what the person is in the project")] = "researcher",
    json: Json = False,
) -> None:
    """Also gives a member another role."""
    from dure.wire import people_api as api
    from dure.wire import people_requests as requests

    asked = sent(requests.MemberRequest, {"person": person, "role": role})
    with client() as one:
        found = one.post(f"/projects/{name}/members", api.Done, asked.model_dump_json())
    if json:
        put_json(found.model_dump())
    else:
        print(words()("members.added", person=person, project=name))


def remove(
    name: Name,
    person: Annotated[int, Parameter(help="number of the person")],
    /,
    *,
    json: Json = False,
) -> None:
    """A project keeps a principal investigator."""
    from dure.wire import people_api as api

    with client() as one:
        found = one.delete(f"/projects/{name}/members/{person}", api.Done)
    if json:
        put_json(found.model_dump())
    else:
        print(words()("members.removed", person=person, project=name))


def stop(
    name: Name,
    switch: Annotated[Literal["on", "off"], Parameter(help="on: nothing new starts; off: it may go on")] = "on",
    /,
    *,
    json: Json = False,
) -> None:
    """For the programme office. What runs goes on, to its time limit at most."""
    from dure.wire import people_api as api
    from dure.wire import people_requests as requests

    asked = sent(requests.StopRequest, {"stopped": switch == "on"})
    with client() as one:
        found = one.post(f"/projects/{name}/stop", api.Project, asked.model_dump_json())
    if json:
        put_json(found.model_dump())
    else:
        print(words()(f"projects.stop_{switch}", project=name))


def quota(
    name: Name,
    accelerators: Annotated[str, Parameter(help="billing-weighted accelerators placed at one moment, or none: no ceiling of its own")],
    /,
    *,
    model: Annotated[str, Parameter(metavar="NAME", help="a ceiling on this accelerator alone, each counted as one")] = "",
    json: Json = False,
) -> None:
    """For the programme office. What is placed already stays."""
    from json import dumps

    from dure.wire import people_api as api
    from dure.wire import people_requests as requests

    wanted = {"accelerators": None if accelerators == "none" else accelerators} | ({"model": model} if model else {})
    sent(requests.QuotaRequest, wanted)
    with client() as one:
        found = one.post(f"/projects/{name}/quota", api.Done, dumps(wanted))
    if json:
        put_json(found.model_dump())
    else:
        key = "projects.model" if model else "projects.quota"
        print(words()(f"{key}_none" if accelerators == "none" else f"{key}_set", project=name, n=accelerators, model=model))
