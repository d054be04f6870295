"""`dure store`: copies of a programme's store, a store made of one, and what was taken up again after that."""

from __future__ import annotations

import os
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from dure.cli.context import put_json, words
from dure.cli.options import Json
from dure.cli.serve import DATA, Data, Store

if TYPE_CHECKING:
    from sqlalchemy import Engine


def backup(
    file: Annotated[Path, Parameter(metavar="FILE", help="copy to write, one SQLite file whichever database it is made of")],
    /,
    *,
    data: Data = DATA,
    store: Store = "",
    json: Json = False,
) -> None:
    """One moment of the whole store, while `dure serve` goes on; an older FILE is replaced when the new one is whole."""
    from dure.adapters.store.backup import write_backup

    found = write_backup(engine_of(data, store), file)
    say = words()
    if json:
        put_json({"file": str(file), "rows": found.rows, "acts": found.acts, "bytes": found.size})
    else:
        print(say("store.backed_up", file=file, rows=say.count(found.rows), acts=say.count(found.acts), size=say.count(found.size // 1024)))
        print(say("store.backup_rest", folder=data))


def restore(
    file: Annotated[Path, Parameter(metavar="FILE", help="copy that `dure store backup` has written")],
    /,
    *,
    data: Data = DATA,
    store: Store = "",
    replace: Annotated[bool, Parameter(negative="", help="give up what the store holds now")] = False,
    without: Annotated[tuple[str, ...], Parameter(metavar="SITE", help="site that will never answer again; as often as needed")] = (),
    json: Json = False,
) -> None:
    """Refused while a broker or a web serves the store. The next broker asks every site what it has before it places anything."""
    from dure.adapters.store import backup

    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = backup.restore(engine_of(data, store), file, int(time.time()), replace=replace, without=without)
    say = words()
    if json:
        put_json({"file": str(file), "rows": found.rows, "acts": found.acts, "without": list(without)})
    else:
        print(say("store.restored", file=file, rows=say.count(found.rows), acts=say.count(found.acts)))
        print(say("store.restored_next"))


def adopted(*, data: Data = DATA, store: Store = "", json: Json = False) -> None:
    """Attempts that sites went on with while their rows were lost, each with the job that it is of now."""
    from dure.adapters.store.epochs import adopted_of
    from dure.adapters.store.migrate import migrate

    engine = engine_of(data, store)
    migrate(engine)
    with engine.connect() as connection:
        found = adopted_of(connection)
    say = words()
    if json:
        put_json(
            [
                {"key": one.key, "site": one.site, "attempt": one.attempt, "job": one.job, "orphan": one.orphan, "at": one.at}
                for one in found
            ]
        )
        return
    print(say("store.adopted", n=len(found)))
    for one in found:
        print(f"  {one.key}  {one.site}  {say('store.orphan' if one.orphan else 'store.its_job', job=one.job)}")


def rebuild(
    *,
    check: Annotated[bool, Parameter(negative="", help="compare only, change nothing; exit 1 where they differ")] = False,
    data: Data = DATA,
    store: Store = "",
    json: Json = False,
) -> int:
    """Rows that say how jobs and attempts stand, and the rollups of months that are not closed, from the log, in one transaction."""
    from dure.adapters.store.replay import compared, rewrite

    say, engine = words(), engine_of(data, store)
    found = compared(engine) if check else rewrite(engine, int(time.time()))
    if json:
        differ = {"rows": found.rows, "jobs": found.jobs, "attempts": found.attempts, "people": found.people, "differ": list(found.differ)}
        put_json(differ | ({} if check else {"rewritten": found.rewritten, "rollups": found.rollups}))
        return 1 if check and found.differ else 0
    print(say("store.compared", rows=say.count(found.rows), jobs=say.count(found.jobs), attempts=say.count(found.attempts)))
    if check:
        print(say("store.compared_people", rows=say.count(found.people)))
    for one in found.differ:
        print(f"  {one}")
    if not check:
        print(say("store.rebuilt", n=say.count(found.rewritten), hours=say.count(found.rollups)))
        return 0
    print(say("store.differ", n=len(found.differ)) if found.differ else say("store.same"))
    return 1 if found.differ else 0


def seals(
    *,
    check: Annotated[bool, Parameter(negative="", help="recompute every seal from the log; exit 1 where one differs")] = False,
    data: Data = DATA,
    store: Store = "",
    json: Json = False,
) -> int:
    """Each is the hash of a range of the log and of everything before it."""
    from dure.adapters.store.migrate import migrate
    from dure.adapters.store.rollups import Seals, broken

    say, engine = words(), engine_of(data, store)
    migrate(engine)
    found = Seals(engine).all()
    wrong = broken(engine)[1] if check else []
    if json:
        put_json({"seals": [asdict(one) for one in found], **({"broken": [one.number for one in wrong]} if check else {})})
        return 1 if wrong else 0
    for one in wrong or found:
        print(say("store.seal", first=one.first, last=one.last, head=one.head))
    if not found:
        print(say("store.no_seal"))
    elif check:
        print(say("store.seals_broken", n=len(wrong)) if wrong else say("store.seals_hold", n=len(found)))
    return 1 if wrong else 0


def engine_of(data: Path, store: str) -> Engine:
    """The store that these options name."""
    from dure.adapters.store.engine import connect
    from dure.bootstrap.serve import Served

    return connect(Served(data=data, store=store or os.environ.get("DURE_STORE", "")).address)
