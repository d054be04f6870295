"""`dure tokens`: make, list, take back. The text of a token is printed this once, alone on its line, or written to a file of one's own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from dure.cli.catalog_print import print_table
from dure.cli.context import put_json, words
from dure.cli.projects import Json
from dure.cli.remote import client
from dure.cli.sent import sent
from dure.model.errors import InputError, Where

Scope = Literal["read", "jobs", "projects", "programme", "sites", "admin"]


def make(
    label: Annotated[str, Parameter(help="what the token is for")],
    /,
    *,
    scope: Annotated[tuple[Scope, ...], Parameter(help="what it may be used for, as often as needed")] = ("read", "jobs"),
    life: Annotated[str, Parameter(name="--for", metavar="TIME", help="how long it opens, at most 366d")] = "30d",
    person: Annotated[int | None, Parameter(metavar="NUMBER", help="whose it is (default: yours)")] = None,
    output: Annotated[
        Path | None, Parameter(name=("--output", "-o"), metavar="FILE", help="new file for it, which only you may read")
    ] = None,
    json: Json = False,
) -> None:
    """It gets no scope that your own token does not have."""
    from dure.wire import people_api as api
    from dure.wire import people_requests as requests

    asked = sent(requests.TokenRequest, {"label": label, "scopes": list(scope), "life": life, "person": person})
    if output is not None and (output.exists() or output.is_symlink()):
        raise InputError("is there, and is not written over", where=Where(str(output)), remedy="name another file with -o")
    with client() as one:
        found = one.post("/tokens", api.TokenMade, asked.model_dump_json())
    text = found.token or ""
    if output is not None:
        with open(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(text + "\n")
    if json:
        put_json(found.model_dump() if output is None else found.model_dump() | {"token": None, "file": str(output)})
        return
    say = words()
    print(say("tokens.made", id=found.id, until=found.expires_at) if output is None else say("tokens.kept", id=found.id, file=output))
    if output is None:
        print(text)


def listed(*, person: Annotated[int | None, Parameter(metavar="NUMBER", help="whose (default: yours)")] = None, json: Json = False) -> None:
    """Without their texts, which nobody has."""
    from dure.present.people_tables import tokens_table
    from dure.wire import people_api as api

    with client() as one:
        found = one.get("/tokens", api.Tokens, [("person", str(person))] if person is not None else [])
    if json:
        put_json(found.model_dump())
    else:
        print_table(tokens_table(found.tokens, words()), wrap=("label",))


def revoke(token: Annotated[int, Parameter(help="number of the token")], /, *, json: Json = False) -> None:
    """From now on it opens nothing."""
    from dure.wire import people_api as api

    with client() as one:
        found = one.delete(f"/tokens/{token}", api.Done)
    if json:
        put_json(found.model_dump())
    else:
        print(words()("tokens.revoked", id=token))
