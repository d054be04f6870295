"""`dure audit sample` and `dure audit recalls`: what an auditor draws, and who was not recalled."""

from __future__ import annotations

import time
from typing import Annotated, Any

from cyclopts import Parameter

from dure.cli.audit import Second
from dure.cli.catalog_print import wrapped
from dure.cli.context import at_least, put_json, words
from dure.cli.options import Json
from dure.cli.serve import DATA, Data, Scenario, Store, served_of


def sample(
    count: Annotated[int, Parameter(metavar="N", help="accelerator-hours to draw")],
    /,
    *,
    seed: Annotated[int, Parameter(help="the same seed draws the same hours")],
    since: Annotated[Second, Parameter(name="--from")] = None,
    until: Annotated[Second, Parameter(name="--to")] = None,
    scenario: Scenario = None,
    data: Data = DATA,
    store: Store = "",
    json: Json = False,
) -> None:
    """Accelerator-hours of a period, each as likely as any other, with events, job, grant, choice and bill.

    `verify.py BUNDLE sample N SEED` draws the same from an exported bundle of the same period.
    """
    from dure.adapters.store.engine import connect
    from dure.bootstrap.audited import sampled
    from dure.present.books_tables import fine
    from dure.wire.quantity import instant_s

    at_least("N", count, 1)
    served = served_of(scenario, data, store)
    weights = {pool.path: pool.weight_ppm for pool in served.grounds().floor.pools}
    begin, end = None if since is None else instant_s(since), int(time.time()) if until is None else instant_s(until)
    found = sampled(connect(served.address), weights, count, seed, begin, end)
    if json:
        put_json(found)
        return
    say = words()
    print(say("sample.of", n=count, hours=fine(found["busy_milli_s"] / 3_600_000), seed=seed))
    for one in found["hours"]:
        print(wrapped(say("sample.hour", **_told(one))))


def _told(one: dict[str, Any]) -> dict[str, Any]:
    say = words()
    return {
        "n": one["draw"],
        "at": say.date_time("1970-01-01T00:00:00+00:00", one["second"]),
        "pool": one["pool"],
        "device": one["device"],
        "attempt": one["attempt"],
        "job": one["job"]["id"],
        "project": one["grant"]["name"] or f"#{one['grant']['project']}",
        "grants": ", ".join(one["grant"]["grants"]) or "–",
        "row": one["choice"]["rows"][0],
        "rules": one["choice"]["rules"] or "–",
        "credits": f"{one['bill']['hour_micro'] / 1e6:.6f}",
        "events": len(one["events"]),
    }


def recalls(*, at: Second = None, data: Data = DATA, store: Store = "", json: Json = False) -> None:
    """Every grant of dedicated servers: whether it met the rule of under-use, what is due, and why it was not recalled."""
    from dure.adapters.store.engine import connect
    from dure.bootstrap.audited import recalls as found_of
    from dure.bootstrap.held import Held
    from dure.wire.quantity import instant_s

    engine = connect(served_of(None, data, store).address)
    rows = found_of(engine, Held(engine).windows, int(time.time()) if at is None else instant_s(at))
    if json:
        put_json({"grants": rows, "not_recalled": [one["grant"] for one in rows if one["not_recalled"]]})
        return
    say = words()
    for one in rows:
        shares = ", ".join("?" if share is None else say.percent(share / 1e6) for share in one["shares_ppm"])
        met = say("recalls.met" if one["met"] else "recalls.met_not")
        why = say(f"watch.why.{one['why']}")
        print(say("recalls.line", grant=one["grant"], project=one["project"], met=met, step=one["step"], why=why, shares=shares or "–"))
    print(say("recalls.count", n=sum(one["not_recalled"] for one in rows), all=len(rows)))
