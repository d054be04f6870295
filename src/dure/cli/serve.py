"""`dure serve`, `dure broker` and `dure worker`: a programme as a service on this machine."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from dure.cli.context import at_least, note_simulated, put_json, words
from dure.model.errors import InputError

if TYPE_CHECKING:
    from socket import socket

    from dure.bootstrap.serve import Served

DATA = Path("dure-data")
PORT = 8270
PORT_MOST = 65_535
Scenario = Annotated[
    Path | None, Parameter(metavar="SCENARIO", help="scenario whose sites are operated (default: two small sites on this machine)")
]
Data = Annotated[Path, Parameter(metavar="FOLDER", help="folder for the database, packed files, logs and outputs")]
Store = Annotated[
    str, Parameter(metavar="ADDRESS", help="sqlite:///FILE or postgresql://USER@HOST/DATABASE (default: a file in the data folder)")
]


def serve(
    scenario: Scenario = None,
    /,
    *,
    data: Data = DATA,
    store: Store = "",
    host: Annotated[str, Parameter(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, Parameter(help="port to listen on")] = PORT,
    alone: Annotated[bool, Parameter(help="only the web: broker and worker are started by whoever keeps services here")] = False,
    json: Annotated[bool, Parameter(help="print one JSON object instead of text")] = False,
) -> None:
    """Until Ctrl-C or SIGTERM. The address of a store that holds a password goes into DURE_STORE: arguments are everybody's to read."""
    from dure.bootstrap.front import listen
    from dure.bootstrap.sole import sole

    at_least("--port", port, 0)
    if port > PORT_MOST:
        raise InputError(words()("error.number", option="--port", value=str(port)), remedy=words()("error.number_high"))
    served = served_of(scenario, data, store)
    with ExitStack() as held:
        if not alone:
            held.enter_context(sole(served.data))
        _serve(served, listen(host, port), alone=alone, json=json)


def _serve(served: Served, there: socket, *, alone: bool, json: bool) -> None:
    from dure.bootstrap.front import Front, Supervisor, command_of, environment_of, run, url_of
    from dure.bootstrap.sites import own_account_sites

    front = Front(served)
    parts = () if alone else ("broker", "worker")
    supervisors = [Supervisor(command_of(part, served), partial(_died, part), environment_of(served)) for part in parts]
    try:
        note_simulated(front.services.simulated)
        if sites := own_account_sites(served.grounds().scenario):
            sys.stderr.write(words()("serve.own_account", sites=", ".join(sites)) + "\n")
        _tell(url_of(there), served.data, front.first_token, json=json)
        run(front, there)
    finally:
        for one in supervisors:
            one.close()
        front.close()


def broker(
    scenario: Scenario = None,
    /,
    *,
    data: Data = DATA,
    store: Store = "",
    json: Annotated[bool, Parameter(help="print one JSON object instead of text")] = False,
) -> None:
    """The broker alone, where the web is another process; what it says goes to standard error."""
    from dure.bootstrap.serve import broker as lead

    lead(served_of(scenario, data, store))


def worker(
    scenario: Scenario = None,
    /,
    *,
    data: Data = DATA,
    store: Store = "",
    json: Annotated[bool, Parameter(help="print one JSON object instead of text")] = False,
) -> None:
    """What is neither the web's nor the leader's: charges, ends of terms, the nightly check of the rows against the log."""
    from dure.bootstrap.worker import worker as work

    work(served_of(scenario, data, store))


def served_of(scenario: Path | None, data: Path, store: str) -> Served:
    """What is meant where no scenario and no store is named."""
    from dure.bootstrap.serve import BUILT_IN, Served

    return Served(scenario or BUILT_IN, data, store or os.environ.get("DURE_STORE", ""))


def _died(part: str, code: int) -> None:
    from dure.bootstrap.front import KEPT_OUT, KEPT_OUT_S

    kept_out = code == KEPT_OUT
    said = words()("serve.kept_out", part=part, seconds=int(KEPT_OUT_S)) if kept_out else words()(f"serve.again.{part}", code=str(code))
    sys.stderr.write(said + "\n")
    sys.stderr.flush()


def _tell(url: str, data: Path, token: Path | None, *, json: bool) -> None:
    if json:
        put_json({"url": url, "data": str(data), "token_file": None if token is None else str(token)})
    else:
        say = words()
        print(say("serve.listening", url=url, data=data))
        if token is not None:
            print(say("serve.token", path=token, url=url))
    sys.stdout.flush()
