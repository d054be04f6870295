"""`dure data`: named data sets: put a version, see those there are, which sites hold copies, take one out of use."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from cyclopts import Parameter

from dure.cli.catalog_print import print_table, wrapped
from dure.cli.context import put_json, words
from dure.cli.projects import Json
from dure.cli.remote import client
from dure.cli.sent import sent

Named = Annotated[str, Parameter(help="data set, such as imagenet, or imagenet@2 for one version")]
Whose = Annotated[str | None, Parameter(metavar="NAME", help="project whose data set is meant")]


def put(
    name: Annotated[str, Parameter(help="what jobs call it")],
    paths: Annotated[tuple[Path, ...], Parameter(help="files, or folders with what is in them")],
    /,
    *,
    project: Annotated[str | None, Parameter(metavar="NAME", help="whose it is (default: your only project)")] = None,
    public: Annotated[bool, Parameter(negative=(), help="every project may use it; for the programme office")] = False,
    version: Annotated[str | None, Parameter(metavar="VERSION", help="of its own (default: the next number)")] = None,
    json: Json = False,
) -> None:
    """Only what the service does not have yet is sent, in pieces. A version is never changed: what differs is another one."""
    from dure.adapters.data_packing import lay_out
    from dure.wire import api_data as api

    laid, key = lay_out(paths), secrets.token_hex(16)
    body = {"name": name, "version": version, "project": project, "public": public, "manifest": laid.sha256}
    asked = sent(api.DataRequest, body).model_dump_json()
    with client() as one:
        found = one.post("/data", api.DataPut, asked, key)
        while found.data is None:
            for piece in found.missing:
                one.put_piece(piece, laid.manifest if piece == laid.sha256 else laid.piece(piece))
            found = one.post("/data", api.DataPut, asked, key)
    if json:
        put_json(found.model_dump())
        return
    say, kept = words(), found.data
    whose = say("data.everybody") if kept.project is None else kept.project
    key = "data.again" if found.again else "data.kept"
    print(wrapped(say(key, named=f"{kept.name}@{kept.version}", whose=whose, n=kept.files, size=say.bytes(kept.size_bytes))))


def listed(*, json: Json = False) -> None:
    """Everybody's, and those of your projects."""
    from dure.present.data_tables import sets_table
    from dure.wire import api_data as api

    with client() as one:
        found = one.get("/data", api.DataSets)
    if json:
        put_json(found.model_dump())
        return
    say = words()
    if found.data:
        print_table(sets_table(found.data, say).shown, wrap=("sites",))
    else:
        print(say("data.none"))
    for name, used in found.used_bytes.items():
        print(wrapped(say("data.used", project=name, used=say.bytes(used), most=say.bytes(found.most_bytes))))


def where(named: Named, /, *, project: Whose = None, json: Json = False) -> None:
    """Which sites hold a copy, and how long one would take to come to the others."""
    from dure.present.data_tables import where_table
    from dure.wire import api_data as api

    with client() as one:
        found = one.get(f"/data/{quote(named, safe='')}", api.DataWhere, [] if project is None else [("project", project)])
    if json:
        put_json(found.model_dump())
        return
    say, kept = words(), found.data
    named = f"{kept.name}@{kept.version}"
    whose = say("data.everybody") if kept.project is None else kept.project
    print(wrapped(say("data.is", named=named, whose=whose, n=kept.files, size=say.bytes(kept.size_bytes), hash=kept.sha256[:12])))
    print_table(where_table(found.sites, say).shown)
    if any(one.copy_s is None for one in found.sites):
        print(wrapped(say("data.no_link")))


def remove(named: Named, /, *, project: Whose = None, json: Json = False) -> None:
    """No new job may name this version. Jobs that were submitted keep it; its contents go after them."""
    from dure.wire import api_data as api

    whose = "" if project is None else f"?project={quote(project, safe='')}"
    with client() as one:
        found = one.delete(f"/data/{quote(named, safe='')}{whose}", api.DataGone)
    if json:
        put_json(found.model_dump())
        return
    print(wrapped(words()("data.gone", named=f"{found.data.name}@{found.data.version}")))
