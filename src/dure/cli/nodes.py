"""`dure nodes`: servers as they stand, out of work and back; `dure rules`: by what was chosen, and since when."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote

from cyclopts import Parameter

from dure.cli.catalog_print import print_table
from dure.cli.context import at_least, put_json, words
from dure.cli.projects import Json
from dure.cli.remote import client
from dure.cli.sent import sent
from dure.model.errors import InputError, Where

Mode = Literal["up", "not_delivered", "unfunded", "unpowered", "unobserved", "failed", "maintenance"]
Servers = Annotated[tuple[str, ...], Parameter(help="servers, such as north/a/0")]


def listed(
    pool: Annotated[str | None, Parameter(metavar="POOL", help="a site, or one of its pools")] = None,
    /,
    *,
    mode: Annotated[Mode | None, Parameter(help="only servers that stand so")] = None,
    limit: Annotated[int, Parameter(help="at most so many servers")] = 100,
    after: Annotated[int, Parameter(metavar="NUMBER", help="behind this number")] = -1,
    json: Json = False,
) -> None:
    """What holds accelerators of a server stands beside it."""
    from dure.present.node_tables import nodes_table
    from dure.wire import api_nodes as api

    at_least("--limit", limit)
    at_least("--after", after, -1)
    asked = {"pool": pool, "mode": mode, "limit": str(min(limit, 1_000)), "after": str(after)}
    with client() as one:
        found = one.get("/nodes", api.Nodes, [(name, value) for name, value in asked.items() if value is not None])
    if json:
        put_json(found.model_dump())
        return
    say = words()
    if not found.nodes:
        print(say("nodes.none"))
        return
    print_table(nodes_table(found.nodes, say).shown, wrap=("jobs", "upkeep"))
    if found.next is not None:
        print(say("nodes.more", after=str(found.next)))


def drain(
    servers: Servers,
    /,
    *,
    reason: Annotated[str, Parameter(help="why; who looks at the server reads it")],
    broken: Annotated[bool, Parameter(negative=(), help="something is broken: what is free there counts as failed")] = False,
    json: Json = False,
) -> None:
    """What runs there goes on; nothing new comes. For the operator of the site."""
    _keep(servers, "repair" if broken else "drain", reason, json=json)


def resume(
    servers: Servers,
    /,
    *,
    reason: Annotated[str, Parameter(help="why; who looks at the server reads it")] = "back",
    json: Json = False,
) -> None:
    """It takes work again. For the operator of the site."""
    _keep(servers, "resume", reason, json=json)


def _keep(servers: tuple[str, ...], upkeep: str, reason: str, *, json: bool) -> None:
    from dure.wire import api_nodes as api

    asked = sent(api.UpkeepRequest, {"upkeep": upkeep, "reason": reason}).model_dump_json()
    paths = [_path(server) for server in servers]
    with client() as one:
        found = [one.put(f"/nodes/{path}/upkeep", api.Upkeep, asked) for path in paths]
    if json:
        put_json({"nodes": [{"node": server, **told.model_dump()} for server, told in zip(servers, found, strict=True)]})
        return
    say = words()
    for server in servers:
        print(say(f"nodes.{upkeep}", node=server))


def _path(server: str) -> str:
    steps = server.split("/")
    if len(steps) != 3 or not all(steps) or not steps[2].isdecimal():
        raise InputError("is not the name of a server", where=Where(server), remedy="write SITE/POOL/NUMBER, as `dure nodes list` shows it")
    return "/".join(quote(step, safe="") for step in steps)


def rules(*, json: Json = False) -> None:
    """A choice is made by the last rules that do not begin behind its row of the log."""
    from dure.present.node_tables import rules_table
    from dure.wire import api_nodes as api

    with client() as one:
        found = one.get("/rules", api.RulesList)
    if json:
        put_json(found.model_dump())
        return
    print_table(rules_table(found.rules, words()).shown)
