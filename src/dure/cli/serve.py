"""`dure serve` and `dure broker`: a programme as a service on this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from dure.cli.context import at_least, note_simulated, put_json, words
from dure.model.errors import InputError

if TYPE_CHECKING:
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
    json: Annotated[bool, Parameter(help="print one JSON object instead of text")] = False,
) -> None:
    """Until Ctrl-C or SIGTERM. The address of a store that holds a password goes into DURE_STORE: arguments are everybody's to read."""
    from dure.bootstrap.front import Front, Supervisor, broker_command, broker_environment, listen, run, url_of

    at_least("--port", port, 0)
    if port > PORT_MOST:
        raise InputError(words()("error.number", option="--port", value=str(port)), remedy=words()("error.number_high"))
    served = _served(scenario, data, store)
    there = listen(host, port)
    front = Front(served)
    supervisor = Supervisor(broker_command(served), _died, broker_environment(served))
    try:
        note_simulated(front.services.simulated)
        _tell(url_of(there), served.data, front.first_token, json=json)
        run(front, there)
    finally:
        supervisor.close()
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

    lead(_served(scenario, data, store))


def _served(scenario: Path | None, data: Path, store: str) -> Served:
    from dure.bootstrap.serve import BUILT_IN, Served

    return Served(scenario or BUILT_IN, data, store or os.environ.get("DURE_STORE", ""))


def _died(code: int) -> None:
    sys.stderr.write(words()("serve.again", code=str(code)) + "\n")
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
