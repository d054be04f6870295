"""What an auditor asks of a store: of a drawn accelerator-hour its events, job, grant, choice and bill; and who was not recalled."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from dure.adapters.store.backup import write_backup
from dure.adapters.store.bundle import csv_text
from dure.adapters.store.engine import connect
from dure.adapters.store.people import People
from dure.adapters.store.people_desk import SYSTEM
from dure.adapters.store.people_schema import allocation, granted, project
from dure.adapters.store.people_sealed import NOTE
from dure.adapters.store.registry import Known, known
from dure.adapters.store.rollups import roll_all
from dure.adapters.store.rules import RuleSet, rule_sets, rules_of, watch_rule
from dure.adapters.store.schema import attempt, event, work
from dure.adapters.store.sql import EVENT_COLUMNS, Act, Inbox, read_rows
from dure.bootstrap.accounts import Accounts
from dure.bootstrap.grounds import Grounds
from dure.bootstrap.held import Held
from dure.bootstrap.places import Places
from dure.ledger.sample import Drawn, busy, draw
from dure.model.errors import StoreError
from dure.model.events import Kind
from dure.model.units import HOUR_S, MILLI
from dure.programme.watch import Window, not_recalled
from dure.wire.api import job_id

KINDS = {int(kind): kind.name for kind in Kind}


def sampled(engine: Engine, weights: Mapping[str, int], count: int, seed: int, since: int | None, until: int) -> dict[str, Any]:
    """`count` accelerator-hours of [since, until), with all that is known of each; `weights`: billing weight by pool, ppm.

    Raises StoreError where nothing was busy.
    """
    with engine.connect() as connection:
        rows = read_rows(connection)
    first = int(rows["seen"].min(initial=until)) if since is None else since
    found = busy(rows[rows["seen"] < until], first, until)
    if not found.total:
        raise StoreError("nothing was busy in that period", remedy="name a period in which jobs ran")
    sets, numbers = rule_sets(engine), known(engine)
    with engine.connect() as connection:
        hours = [_hour(connection, one, number, numbers, sets, weights, until) for number, one in enumerate(draw(found, count, seed))]
    return {"seed": seed, "since": first, "until": until, "busy_milli_s": found.total, "rows": len(rows), "hours": hours}


def _hour(
    connection: Connection, one: Drawn, number: int, numbers: Known, sets: tuple[RuleSet, ...], weights: Mapping[str, int], until: int
) -> dict[str, Any]:
    run = connection.execute(select(attempt).where(attempt.c.attempt == one.attempt)).one()
    job = connection.execute(select(work).where(work.c.job == run.job)).one()
    path, grant = _pool(numbers, run.pool)
    begin = one.second // HOUR_S * HOUR_S
    ended = until if run.ended_at is None else min(run.ended_at, until)
    busy_s = min(ended, begin + HOUR_S) - max(run.started_at, begin)
    weight = 0 if grant else weights[path]
    return {
        "draw": number,
        "place": one.place,
        "hour": begin,
        "second": one.second,
        "attempt": one.attempt,
        "device": one.device,
        "pool": path,
        "job": {"id": job_id(job.inbox, job.task), "submitted_at": job.submitted_at, "accelerators": job.devices, "attempts": job.attempts},
        "grant": {"project": job.project} | _grant(connection, job.project, grant, run.placed_at),
        "choice": _choice(connection, one.attempt, sets),
        "bill": {
            "weight_ppm": weight,
            "busy_s": busy_s,
            "hour_micro": weight * busy_s // HOUR_S,
            "attempt_micro": run.milli * (ended - run.placed_at) * weight // MILLI // HOUR_S,
        },
        "events": list(_events(connection, one.attempt, run.job)),
    }


def _pool(numbers: Known, pool: int) -> tuple[str, str]:
    """`site/pool`, and the grant whose servers these are: empty for everybody's."""
    if pool < len(numbers.grounds):
        return numbers.grounds[pool].pool, ""
    piece = numbers.pieces[pool - len(numbers.grounds)]
    return piece.pool, piece.grant


def _grant(connection: Connection, number: int, own: str, at: int) -> dict[str, Any]:
    """Whose allocation it was: the servers' own grant, else those that gave the project credits at that second."""
    name = connection.execute(select(project.c.name).where(project.c.number == number)).scalar_one_or_none()
    if own:
        return {"name": name, "form": "dedicated", "grants": [own]}
    lasts = (
        (allocation.c.from_at <= at) & (allocation.c.to_at > at) & (allocation.c.released_at.is_(None) | (allocation.c.released_at > at))
    )
    query = select(granted.c.id).join(allocation, allocation.c.granted == granted.c.id)
    found = connection.execute(query.where((granted.c.project == number) & lasts & (allocation.c.form == "credits")).order_by(granted.c.id))
    return {"name": name, "form": "credits", "grants": [str(one) for one in found.scalars()]}


def _choice(connection: Connection, number: int, sets: tuple[RuleSet, ...]) -> dict[str, Any]:
    """The rows that placed it, the row that closed that decision, the leader's term and the rules that it chose by."""
    query = select(event.c.seq, event.c.term).where((event.c.attempt == number) & (event.c.kind == int(Kind.PLACED)))
    placed = connection.execute(query.order_by(event.c.seq)).all()
    closed = select(event.c.seq).where((event.c.seq > placed[-1].seq) & (event.c.kind == int(Kind.DECIDED))).order_by(event.c.seq).limit(1)
    rules = rules_of(sets, placed[0].seq)
    return {
        "rows": [one.seq for one in placed],
        "decision": connection.execute(closed).scalar_one_or_none(),
        "term": placed[0].term,
        "rules": None if rules is None else rules.name,
    }


def _events(connection: Connection, number: int, job: int) -> Iterator[dict[str, Any]]:
    """Every row of the log that speaks of it, and the one that submitted its job."""
    columns = [event.c[name] for name in EVENT_COLUMNS]
    ours = (event.c.attempt == number) | ((event.c.attempt == -1) & (event.c.kind == int(Kind.SUBMITTED)))
    for row in connection.execute(select(*columns).where(event.c.job == job, ours).order_by(event.c.seq)):
        yield dict(row._mapping) | {"kind": KINDS[row.kind]}


Windows = Callable[[Sequence[tuple[int, int]]], Mapping[int, Sequence[Window]]]


def recalls(engine: Engine, windows: Windows, now: int) -> list[dict[str, Any]]:
    """Everybody whom the watch over under-use looks at, as of a second: met the rule in force then or not, the step that is due, and why.

    `windows(spans)`: what became of dedicated servers (`bootstrap.held`).
    """
    rule, rules = watch_rule(rule_sets(engine), now)
    people = People(engine, Inbox(engine))
    found = people.verdicts(SYSTEM, now, rule, windows(rule.spans(now)))
    kept = not_recalled(found)
    return [
        {
            "grant": number,
            "project": people.project_of(people.grant(SYSTEM, number).project).name,
            "met": one.met,
            "step": one.step.value,
            "why": one.why.value,
            "not_recalled": number in kept,
            "shares_ppm": list(one.shares_ppm),
            "due_at": one.due_at,
            "rules": rules,
        }
        for number, one in sorted(found.items())
    ]


def claimed(engine: Engine, grounds: Grounds, until: int) -> dict[str, str]:
    """Files of a bundle beside its log: whose each pool is, and the credits and won that the service reckons of all that ran."""
    places, people = Places(grounds), People(engine, Inbox(engine))
    accounts = Accounts(engine, places, people, Held(engine), lambda: until)
    used = [(f"project {number}", micro) for number, micro in sorted(accounts.spent().items())]
    used += [(f"operator {one.name}", one.service_won) for one in accounts.used("operator") if one.service_won is not None]
    operators = csv_text(("path", "operator"), [(one.path, one.operator) for one in places.pools])
    return {"operators.csv": operators, "used.csv": csv_text(("of", "amount"), used)}


def judged_by(engine: Engine, grounds: Grounds, windows: Windows, until: int) -> dict[str, str]:
    """Files of a bundle beside its log: the catalogue's entry of every model in the fleet with its billing weight, and the watch."""
    weights = {pool.model: pool.weight_ppm for pool in grounds.floor.pools}
    models = {name: asdict(grounds.models.catalog.accelerators[name]) | {"billing_weight_ppm": weights[name]} for name in sorted(weights)}
    told = {"catalog.json": models, "recalls.json": recalls(engine, windows, until)}
    return {name: json.dumps(one, indent=1, ensure_ascii=False, default=str) + "\n" for name, one in told.items()}


@dataclass(frozen=True, slots=True)
class Moment:
    """A copy of a store as it stood at one moment, so that everything in a bundle is of the same moment."""

    engine: Engine

    def told(self, grounds: Grounds, until: int | None) -> tuple[int, dict[str, str]]:
        """Up to which second a bundle reaches, and its files beside the log; use is claimed where it reaches to the end of the log."""
        with self.engine.connect() as connection:
            last = connection.execute(select(func.coalesce(func.max(event.c.seen), 0))).scalar_one()
        end = max(int(time.time()), last + 1) if until is None else until
        also = judged_by(self.engine, grounds, Held(self.engine).windows, end)
        return end, also | (claimed(self.engine, grounds, end) if end > last else {})


@contextmanager
def one_moment(engine: Engine) -> Iterator[Moment]:
    """A copy, gone afterwards. Hours that are over are sealed in the store itself before."""
    roll_all(engine)
    with tempfile.TemporaryDirectory(prefix="dure-") as folder:
        write_backup(engine, Path(folder) / "copy.db")
        copy = connect(f"sqlite:///{folder}/copy.db")
        yield Moment(copy)
        copy.dispose()


def handed_out(engine: Engine, manifest: str, since: int, until: int, now: int) -> None:
    """Keep as an act that a bundle was made, and which: the next seal binds its manifest."""
    body = {"what": "bundle.exported", "manifest": manifest, "since": since, "until": until}
    Inbox(engine).put([Act(f"dure/bundle/{manifest}", NOTE, "dure", now, body)])
