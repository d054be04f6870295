"""`dure login` and `dure whoami`. A token is never an argument: the list of processes of a machine is everybody's."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from dure.cli.context import put_json, words
from dure.cli.remote import client
from dure.model.errors import InputError, Where

if TYPE_CHECKING:
    from dure.wire.api import Self

URL = "http://127.0.0.1:8270"


def login(
    url: Annotated[str, Parameter(help="address of the programme, such as https://dure.example")] = URL,
    /,
    *,
    token_file: Annotated[
        Path | None, Parameter(metavar="FILE", help="file that holds the token (default: it is asked for, or read from standard input)")
    ] = None,
    json: Annotated[bool, Parameter(help="print one JSON object instead of text")] = False,
) -> None:
    """Tries the token before it is kept."""
    from dure.client import Client, Credentials, checked_url, save_credentials

    say = words()
    kept = Credentials(checked_url(url), _token(token_file))
    with Client(kept, lang=str(say.lang)) as one:
        me = one.me()
    path = save_credentials(os.environ, kept)
    if json:
        put_json({"url": kept.url, "credentials": str(path), **me.model_dump()})
    else:
        print(say("login.kept", url=kept.url, name=me.name, roles=_roles(me), path=path))


def whoami(*, json: Annotated[bool, Parameter(help="print one JSON object instead of text")] = False) -> None:
    """Who the service takes you for."""
    from dure.cli.catalog_print import print_facts

    say = words()
    with client() as one:
        me = one.me()
        url = one.url
    if json:
        put_json({"url": url, **me.model_dump()})
        return
    facts = [
        (say("whoami.roles"), _roles(me)),
        (say("whoami.scopes"), ", ".join(me.scopes) or "–"),
        (say("whoami.projects"), ", ".join(f"{name} ({say.get(f'role.{role}', role)})" for name, role in me.projects.items()) or "–"),
        (say("whoami.sites"), ", ".join(me.sites) or "–"),
    ]
    print_facts(say("whoami.line", name=me.name, url=url), facts)


def _roles(me: Self) -> str:
    say = words()
    return ", ".join(say.get(f"role.{role}", role) for role in me.roles) or say("role.researcher")


def _token(file: Path | None) -> str:
    """The first line of the file, of what a person types unseen, or of standard input."""
    if file is not None:
        try:
            text = file.read_text(encoding="ascii")
        except UnicodeDecodeError:
            text = ""
    elif sys.stdin.isatty():
        text = getpass.getpass(words()("login.ask"))
    else:
        text = sys.stdin.readline()
    token = (text.splitlines() or [""])[0].strip()
    if not token:
        remedy = "the token is on the first line of the file; ask whoever runs the programme for one"
        raise InputError("there is no token", where=Where(str(file or "")), remedy=remedy)
    return token
