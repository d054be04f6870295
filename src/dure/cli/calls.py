"""`dure calls`: what the programme offers; for its officers, reviewers and signatories how a call is decided."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from dure.cli.catalog_print import print_facts, print_table, wrapped
from dure.cli.context import at_least, put_json, words
from dure.cli.projects import Json, Key, Limit
from dure.cli.remote import client
from dure.cli.sent import sent
from dure.model.errors import InputError

Call = Annotated[str, Parameter(help="name of the call")]
Number = Annotated[int, Parameter(help="number of the application")]


def listed(*, limit: Limit = 100, json: Json = False) -> None:
    """Newest first."""
    from dure.present.people_tables import calls_table
    from dure.wire import people_api as api

    at_least("--limit", limit)
    with client() as one:
        found = one.get("/calls", api.Calls, [("limit", str(min(limit, 1_000)))])
    if json:
        put_json(found.model_dump())
    else:
        print_table(calls_table(found.calls, words()), wrap=("title",))


def show(name: Call, /, *, json: Json = False) -> None:
    """Its whole rule: whoever applies can know the answer of the fast lane beforehand."""
    from dure.present.people_tables import call_facts
    from dure.wire import people_api as api

    with client() as one:
        found = one.get(f"/calls/{name}", api.Call)
    if json:
        put_json(found.model_dump())
    else:
        print_facts(f"{found.name}: {found.title}", call_facts(found, words()))


def make(file: Annotated[Path, Parameter(help="the call as YAML")], /, *, key: Key = None, json: Json = False) -> None:
    """Its rule does not change once it is made."""
    from dure.adapters.call_files import load_call
    from dure.wire import people_api as api

    asked = load_call(file)
    with client() as one:
        found = one.post("/calls", api.Call, asked.model_dump_json(by_alias=True), key)
    if json:
        put_json(found.model_dump())
    else:
        print(words()("calls.made", name=found.name))


def close(name: Call, /, *, json: Json = False) -> None:
    """Nobody may apply any more; reviews still come in."""
    from dure.wire import people_api as api

    with client() as one:
        found = one.post(f"/calls/{name}/close", api.Call)
    if json:
        put_json(found.model_dump())
    else:
        print(words()("calls.closed", name=found.name))


def applications(*, limit: Limit = 100, json: Json = False) -> None:
    """Those that you may see, newest first."""
    from dure.present.people_tables import applications_table
    from dure.wire import people_api as api

    at_least("--limit", limit)
    with client() as one:
        found = one.get("/applications", api.Applications, [("limit", str(min(limit, 1_000)))])
    if json:
        put_json(found.model_dump())
    elif found.applications:
        print_table(applications_table(found.applications, words()), wrap=("title",))
    else:
        print(words()("applications.none"))


def withdraw(application: Number, /, *, json: Json = False) -> None:
    """Before it is decided, or off the waiting list."""
    from dure.wire import people_api as api

    with client() as one:
        found = one.post(f"/applications/{application}/withdraw", api.Application)
    if json:
        put_json(found.model_dump())
    else:
        print(words()("applications.withdrawn", id=found.id))


def review(
    application: Number,
    /,
    *points: Annotated[str, Parameter(help="points of 100 for each criterion of the call: impact=80 plan=70")],
    comment: Annotated[str, Parameter(metavar="TEXT", help="for who decides and who audits")] = "",
    json: Json = False,
) -> None:
    """A later review replaces your earlier one."""
    from dure.wire import people_api as api
    from dure.wire import people_requests as requests

    told: dict[str, int] = {}
    for text in points:
        name, _, value = text.partition("=")
        if not name or not value.isdecimal() or not value.isascii() or len(value) > 3:
            raise InputError(f"{text!r} gives no points", remedy="write impact=80, one for each criterion")
        told[name] = int(value)
    asked = sent(requests.ReviewRequest, {"points": told, "comment": comment})
    with client() as one:
        found = one.post(f"/applications/{application}/reviews", api.Done, asked.model_dump_json())
    if json:
        put_json(found.model_dump())
    else:
        print(words()("reviews.made", id=application))


def ranking(
    name: Call,
    /,
    *,
    waiting: Annotated[bool, Parameter(help="the waiting list of a decided call instead")] = False,
    json: Json = False,
) -> None:
    """What every application would get if the call were signed now, best first."""
    from dure.present.people_tables import ranking_table
    from dure.wire import people_api as api

    with client() as one:
        found = one.get(f"/calls/{name}/{'waiting' if waiting else 'ranking'}", api.Ranking)
    if json:
        put_json(found.model_dump())
        return
    say = words()
    print_table(ranking_table(found.rows, say, waiting=waiting))
    if not waiting:
        print(wrapped(say("calls.seal", name=name, seal=found.seal)))


def sign(
    name: Call,
    /,
    *,
    seal: Annotated[str, Parameter(metavar="SEAL", help="of the ranking that you have seen")],
    json: Json = False,
) -> None:
    """Grants, waiting list and refusals as that ranking says; nothing where it has changed since."""
    from dure.wire import people_api as api
    from dure.wire import people_requests as requests

    asked = sent(requests.SignRequest, {"seal": seal})
    with client() as one:
        found = one.post(f"/calls/{name}/sign", api.Call, asked.model_dump_json())
    if json:
        put_json(found.model_dump())
    else:
        print(words()("calls.signed", name=found.name))


def redistribute(name: Call, /, *, json: Json = False) -> None:
    """What came back goes down the waiting list."""
    from dure.wire import people_api as api

    with client() as one:
        found = one.post(f"/calls/{name}/redistribute", api.Redistributed)
    if json:
        put_json(found.model_dump())
    else:
        print(words()("calls.redistributed", n=len(found.applications)))
