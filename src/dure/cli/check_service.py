"""`dure check service`: is a configuration fit to be served to others."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from dure.cli.catalog_print import wrapped
from dure.cli.context import put_json, words
from dure.cli.options import Json
from dure.cli.serve import DATA, Data, Scenario, Store

if TYPE_CHECKING:
    from dure.bootstrap.ready import Finding


def service(
    scenario: Scenario = None,
    /,
    *,
    data: Data = DATA,
    store: Store = "",
    host: Annotated[str, Parameter(help="address to listen on")] = "127.0.0.1",
    backups: Annotated[Path | None, Parameter(metavar="FOLDER", help="folder that holds copies of the store")] = None,
    json: Json = False,
) -> int:
    """What is wrong, where, and what to do; nothing is changed or started. Exit 1 where it must not be served like this."""
    from dure.bootstrap.ready import Asked, findings
    from dure.bootstrap.serve import BUILT_IN, Served

    served = Served(scenario or BUILT_IN, data, store or os.environ.get("DURE_STORE", ""))
    found = findings(Asked(served, host, store, None, backups), time.time())
    wrong = any(one.wrong for one in found)
    rows = [_row(one) for one in found]
    if json:
        put_json({"ok": not wrong, "findings": rows})
        return int(wrong)
    say = words()
    for row in rows:
        level = say("ready.wrong" if row["wrong"] else "ready.worth")
        print(wrapped(say("ready.line", level=level, where=row["where"], what=row["what"], remedy=row["remedy"])))
    print(say("ready.no" if wrong else "ready.yes", n=sum(one.wrong for one in found)))
    return int(wrong)


def _row(one: Finding) -> dict[str, Any]:
    from dure.present.said import said

    say, told = words(), dict(one.params or {})
    if "why" in told:
        told["why"] = said(str(told["why"]), say)
    what, remedy = say(f"ready.{one.code}", **told), say(f"ready.{one.code}.remedy", **told)
    return {"code": one.code, "wrong": one.wrong, "where": one.where, "what": what, "remedy": remedy}
