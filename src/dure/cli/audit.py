"""`dure audit`: what an auditor takes away, and the check that shares nothing with the ledger."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from dure.cli.context import put_json, words
from dure.cli.options import Json
from dure.cli.serve import DATA, Data, Scenario, Store, served_of

Second = Annotated[str | None, Parameter(metavar="INSTANT", help="date or instant, UTC: 2026-11-01 or 2026-11-01T09:00:00Z")]


def export(
    bundle: Annotated[Path, Parameter(metavar="BUNDLE", help=".zip to write")],
    /,
    *,
    since: Annotated[Second, Parameter(name="--from")] = None,
    until: Annotated[Second, Parameter(name="--to")] = None,
    scenario: Scenario = None,
    data: Data = DATA,
    store: Store = "",
    json: Json = False,
) -> None:
    """The log up to `--to` (default: now), the waterfall from `--from` (default: its first row) on, and what they are judged by.

    With the pools, every choice and its rules, the seals, the catalogue, the definitions, and whom the watch looked at.
    """
    from dure.adapters.store.bundle import manifest_of, write_bundle
    from dure.adapters.store.engine import connect
    from dure.bootstrap.audited import handed_out, one_moment
    from dure.ledger.waterfall import whole_seconds
    from dure.wire.quantity import instant_s

    say = words()
    begin = None if since is None else instant_s(since)
    served = served_of(scenario, data, store)
    engine = connect(served.address)
    with one_moment(engine) as copy:
        end, also = copy.told(served.grounds(), None if until is None else instant_s(until))
        found = write_bundle(copy.engine, bundle, begin, end, also=also)
    manifest = manifest_of(bundle)
    handed_out(engine, manifest, found.since_s, found.until_s, int(time.time()))
    device_s = int(whole_seconds(found.lines).sum())
    if json:
        put_json({"bundle": str(bundle), "since": found.since_s, "until": found.until_s, "device_s": device_s, "manifest": manifest})
    else:
        print(say("audit.exported", bundle=bundle, hours=say.count(device_s // 3_600)))
        print(say("audit.manifest", manifest=manifest))
        print(say("audit.next", bundle=bundle))


def verify(
    bundle: Annotated[Path, Parameter(metavar="BUNDLE", help="what `dure audit export` has written")],
    /,
    *,
    head: Annotated[tuple[str, ...], Parameter(metavar="HEX", help="head or manifest that was handed out; as often as needed")] = (),
    json: Json = False,
) -> int:
    """Exit 1 where a claim is not what the log gives. The program is one file that needs nothing of dure: `--json` says where it is."""
    import contextlib
    import io

    from dure import verify as stranger

    if not json:
        return stranger.main(str(bundle), head)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = stranger.main(str(bundle), head)
    put_json({"program": stranger.__file__, "bundle": str(bundle), "exit": code, "said": said.getvalue().splitlines()})
    return code
