"""Rollups and seals of the log: a follower with a mark of its own reads on, hour after hour.

It is not written in the leader's commits: a row costs the follower some microseconds once, and nobody waits for it; the leader's second is
for jobs. What a roll writes (rollups, seal, mark) is one transaction, so it can be killed at any line and whoever comes next goes on.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, and_, delete, func, insert, select, update

from dure.adapters.store.chain import absorbed, act_lines, acts_chained, beside, chained, pool_rows
from dure.adapters.store.engine import WRITES
from dure.adapters.store.schema import attempt, correction, event, ground, head, hourly, job, month, party, piece, rolled, seal
from dure.adapters.store.sql import CHUNK, read_rows
from dure.ledger.hourly import HOUR_S, Amounts, Hours, within_busy
from dure.ledger.waterfall import LINES
from dure.model.events import Kind
from dure.model.fleet import Mode
from dure.model.units import DAY_S, MILLI
from dure.model.work import AttemptState
from dure.operate.ports import Rows

AT_ONCE = 4
"""Chunks of the log that are rolled up in one transaction."""
ACTS_AT_ONCE = 10_000
"""Acts that are chained in one: it holds up who writes for a tenth of a second."""
KST_S = 9 * HOUR_S
_HEARD = (int(Kind.NODE), int(Kind.ENDED), int(Kind.STARTED), int(Kind.REFUSED), int(Kind.LOST), int(Kind.SENT))


@dataclass(frozen=True, slots=True)
class Sealed:
    """Rows `first` to `last` of the log and the hash of everything up to there; `also`: what it binds beside them."""

    number: int
    first: int
    last: int
    at: int
    head: str
    also: str = ""


class Seals:
    """The seals of a store, to be handed out."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self, most: int | None = None) -> list[Sealed]:
        """Oldest first; the newest `most` of them."""
        with self._engine.connect() as connection:
            columns = (seal.c.number, seal.c.first, seal.c.last, seal.c.at, seal.c.head, seal.c.also)
            rows = connection.execute(select(*columns).order_by(seal.c.number.desc()).limit(most))
            return [Sealed(*row) for row in rows][::-1]

    def head(self) -> str:
        """The newest; empty where nothing has been sealed."""
        found = self.all(1)
        return found[0].head if found else ""


def roll(engine: Engine, now: int) -> bool:
    """Read on, a bounded number of rows. Returns whether there is more to read."""
    with engine.execution_options(**WRITES).begin() as connection:
        stands = connection.execute(select(rolled).with_for_update()).one_or_none()
        seq, carry = (0, {}) if stands is None else (stands.seq, stands.carry)
        end = connection.execute(select(head.c.seq)).scalar_one()
        again = carry.get("again", {})  # a log that is rolled up once more: closed months are as they were
        stop = again["until"] if again and seq < again["until"] else end
        rows = read_rows(connection, seq, min(stop, seq + AT_ONCE * CHUNK)) if seq < end else None
        if rows is None or not len(rows):
            return False
        sizes = _sizes(connection)
        hours = Hours(carry.get("hours"))
        chain, first = carry.get("chain", ""), carry.get("first", 0)
        acts = _acts(connection, carry.get("acts", (0, "")))
        projects = _projects(connection, rows)
        for part in _by_hour(rows):
            hour = int(part["seen"][0]) // HOUR_S * HOUR_S
            if hours.open_s is not None and hour > hours.open_s:
                hours.close(hour, sizes)
                begin = int(part["seq"][0])
                if begin > first:
                    chain = _seal(connection, (first, begin - 1), chain, acts, now)
                    first = begin
            hours.fold(part.tolist(), projects, sizes)
            chain = chained(chain, part)
        if again and seq < again["until"]:
            hours.amounts = {key: milli for key, milli in hours.amounts.items() if key[0] >= again["closed"]}
        _flush(connection, hours)
        _close_months(connection, hours.open_s or 0, now)
        told = {"seq": seq + len(rows), "carry": {"hours": hours.told(), "chain": chain, "first": first, "acts": acts, "again": again}}
        if stands is None:
            connection.execute(insert(rolled), [{"id": 1, **told}])
        else:
            connection.execute(update(rolled).values(**told))
        return bool(told["seq"] < end)


def roll_all(engine: Engine, now: int | None = None) -> None:
    """Everything that there is."""
    while roll(engine, int(time.time()) if now is None else now):
        pass


def rows_by_hour(engine: Engine, since: int, until: int) -> list[tuple[int, int, int, int, int]]:
    """(hour, pool, project, line, milli-device-seconds) of whole hours; what was corrected later stands in the hour in which it was."""
    columns = ("pool", "project", "line", "milli_s")
    mine = select(hourly.c.hour, *(hourly.c[name] for name in columns)).where(hourly.c.hour >= since, hourly.c.hour < until)
    later = select(correction.c.booked, *(correction.c[name] for name in columns))
    later = later.where(correction.c.booked >= since, correction.c.booked < until)
    with engine.connect() as connection:
        found: Amounts = {}
        for query in (mine, later):
            for hour, pool, project, line, milli in connection.execute(query):
                found[hour, pool, project, line] = found.get((hour, pool, project, line), 0) + milli
    return [(*key, milli) for key, milli in sorted(found.items()) if milli]


def days(engine: Engine, since: int) -> dict[int, list[int]]:
    """By day of Korean time (its first second) from a second on: milli-device-seconds of every line, over all pools.

    A server that a project holds is a node of two pools and counts in one of them: in the other it is not delivered.
    """
    day = (hourly.c.hour + KST_S) // DAY_S
    later = (correction.c.booked + KST_S) // DAY_S
    queries = (
        select(day, hourly.c.pool, hourly.c.line, func.sum(hourly.c.milli_s))
        .where(hourly.c.hour >= since)
        .group_by(day, hourly.c.pool, hourly.c.line),
        select(later, correction.c.pool, correction.c.line, func.sum(correction.c.milli_s))
        .where(correction.c.booked >= since)
        .group_by(later, correction.c.pool, correction.c.line),
    )
    found: dict[int, list[int]] = {}
    of_pool: dict[tuple[int, int], list[int]] = {}
    with engine.connect() as connection:
        grounds = set(connection.execute(select(ground.c.number)).scalars())
        for query in queries:
            for number, pool, line, milli in connection.execute(query):
                of_pool.setdefault((int(number) * DAY_S - KST_S, pool), [0] * len(LINES))[line] += int(milli)
    for (at, pool), amounts in sorted(of_pool.items()):
        lines = found.setdefault(at, [0] * len(LINES))
        lines[:] = [a + b for a, b in zip(lines, within_busy(amounts), strict=True)]
        if pool not in grounds:
            lines[LINES.index("not_delivered")] -= sum(amounts)
    return found


def month_of(second: int) -> tuple[int, int]:
    """First second of the month of Korean time in which a second lies, and the one behind it."""
    day = datetime.fromtimestamp(second + KST_S, UTC)
    begin = datetime(day.year, day.month, 1, tzinfo=UTC)
    end = datetime(day.year + day.month // 12, day.month % 12 + 1, 1, tzinfo=UTC)
    return int(begin.timestamp()) - KST_S, int(end.timestamp()) - KST_S


def _by_hour(rows: Rows) -> Iterator[Rows]:
    """Rows that were recorded in one hour, in their order: the leader's seconds never go back."""
    hours = rows["seen"] // HOUR_S
    cuts = [0, *(np.flatnonzero(np.diff(hours)) + 1).tolist(), len(rows)]
    return (rows[a:b] for a, b in pairwise(cuts) if a < b)


def _sizes(connection: Connection) -> dict[int, int]:
    """Milli-devices of the pools of the scenario; servers of a holder are of one of these before they are its own."""
    return {row.number: row.nodes * row.devices * MILLI for row in connection.execute(select(ground))}


def _projects(connection: Connection, rows: Rows) -> dict[int, int]:
    """Project (as people know it) of every job that is placed here."""
    jobs = sorted({int(one) for one in rows["job"][rows["kind"] == Kind.PLACED]})
    found: dict[int, int] = {}
    query = select(job.c.number, party.c.project).join(party, party.c.number == job.c.project)
    for at in range(0, len(jobs), 500):
        found.update((row.number, row.project) for row in connection.execute(query.where(job.c.number.in_(jobs[at : at + 500]))))
    return found


def _acts(connection: Connection, known: Sequence[Any]) -> tuple[int, str]:
    """How many acts are chained, and their hash: a bounded number more than before."""
    count, chain = known
    end = min(count + ACTS_AT_ONCE, connection.execute(select(head.c.inbox)).scalar_one())
    return max(count, end), acts_chained(chain, act_lines(connection, count, end))


def _seal(connection: Connection, rows: tuple[int, int], chain: str, acts: tuple[int, str], now: int) -> str:
    """Seal a range that is over; the chain with what the seal binds."""
    first, last = rows
    number, end = connection.execute(select(func.coalesce(func.max(seal.c.number), 0) + 1, func.coalesce(func.max(seal.c.last), -1))).one()
    if end >= last:  # of a log that is rolled up once more: a seal that was handed out stays
        return absorbed(chain, connection.execute(select(seal.c.also).where(seal.c.last == last)).scalar_one_or_none() or "")
    also = beside(connection, first, last, *acts)
    chain = absorbed(chain, also)
    connection.execute(insert(seal), [{"number": number, "first": first, "last": last, "head": chain, "at": now, "also": also}])
    return chain


def _flush(connection: Connection, hours: Hours) -> None:
    """Hours that are over are kept; of closed months what comes later is a correction, booked in the hour that goes on."""
    open_s = hours.open_s or 0
    over = {key: milli for key, milli in hours.amounts.items() if key[0] < open_s and milli}
    hours.amounts = {key: milli for key, milli in hours.amounts.items() if key[0] >= open_s}
    if not over:
        return
    closed = connection.execute(select(func.max(month.c.end))).scalar_one_or_none() or 0
    number = (connection.execute(select(func.max(correction.c.number))).scalar_one_or_none() or 0) + 1
    late: list[dict[str, int]] = []
    for (hour, pool, project, line), milli in sorted(over.items()):
        row = {"hour": hour, "pool": pool, "project": project, "line": line, "milli_s": milli}
        if hour < closed:
            late.append(row | {"number": number + len(late), "booked": open_s})
        else:
            _add(connection, row)
    if late:
        connection.execute(insert(correction), late)


def forget_rollups(connection: Connection) -> int:
    """Rollups are made again from the first row on, but for closed months; returns the second up to which months are closed."""
    closed: int = connection.execute(select(func.coalesce(func.max(month.c.end), 0))).scalar_one()
    end = connection.execute(select(head.c.seq)).scalar_one()
    connection.execute(delete(hourly).where(hourly.c.hour >= closed))
    connection.execute(delete(rolled))
    also = connection.execute(select(seal.c.also).where(seal.c.also != "").order_by(seal.c.number.desc()).limit(1)).scalar_one_or_none()
    acts = json.loads(also)["acts"] if also else (0, "")  # so that no seal binds fewer than the one before it
    connection.execute(insert(rolled), [{"id": 1, "seq": 0, "carry": {"acts": acts, "again": {"closed": closed, "until": end}}}])
    return closed


def _add(connection: Connection, row: dict[str, int]) -> None:
    where = and_(*(hourly.c[name] == row[name] for name in ("hour", "pool", "project", "line")))
    if connection.execute(update(hourly).where(where).values(milli_s=hourly.c.milli_s + row["milli_s"])).rowcount != 1:
        connection.execute(insert(hourly), [row])


def _close_months(connection: Connection, open_s: int, now: int) -> None:
    """A month is closed when it is over and every site that had work of it has told something since."""
    last = connection.execute(select(func.max(month.c.end))).scalar_one_or_none()
    begin = last if last is not None else connection.execute(select(func.min(event.c.seen)).where(event.c.seq == 0)).scalar_one_or_none()
    while begin is not None:
        start, end = month_of(begin)
        if end > open_s or not _passed(connection, end):
            return
        number = connection.execute(select(func.max(seal.c.number))).scalar_one_or_none() or 0
        connection.execute(insert(month), [{"start": start, "end": end, "seal": number, "closed_at": now}])
        begin = end


def _passed(connection: Connection, end: int) -> bool:
    """Whether every site is known to be behind a second: nothing of before it is open there, or it has told something since."""
    open_then = select(attempt.c.pool).where(attempt.c.state != int(AttemptState.ENDED), attempt.c.placed_at < end).distinct()
    names = {
        row.number: row.pool for row in (*connection.execute(select(ground)), *connection.execute(select(piece.c.number, piece.c.pool)))
    }
    for site in {names[pool].partition("/")[0] for pool in connection.execute(open_then).scalars()}:
        pools = [number for number, name in names.items() if name.partition("/")[0] == site]
        said = event.c.kind.in_(_HEARD) & ~((event.c.kind == int(Kind.NODE)) & (event.c.cause == int(Mode.UNOBSERVED)))
        heard = select(event.c.seq).where(said, event.c.pool.in_(pools), event.c.seen >= end).limit(1)
        if connection.execute(heard).scalar_one_or_none() is None:
            return False
    return True


def broken(engine: Engine) -> tuple[int, Sequence[Sealed]]:
    """How many seals there are, and those that log, acts, terms, rules and pools do not give."""
    found: list[Sealed] = []
    seals = Seals(engine).all()
    chain, acts = "", (0, "")
    with engine.connect() as connection:
        for one in seals:
            for since in range(one.first, one.last + 1, CHUNK):
                chain = chained(chain, read_rows(connection, since, min(since + CHUNK, one.last + 1)))
            chain = absorbed(chain, one.also)
            stands, acts = _beside_now(connection, one, acts)
            if chain != one.head or not stands:
                found.append(one)
                chain = one.head
    return len(seals), found


def _beside_now(connection: Connection, one: Sealed, acts: tuple[int, str]) -> tuple[bool, tuple[int, str]]:
    """Whether what a seal binds beside the log stands as it did; and the chain of acts up to there."""
    if not one.also:
        return True, acts
    told = json.loads(one.also)
    count = max(int(told["acts"][0]), acts[0])
    acts = count, acts_chained(acts[1], act_lines(connection, acts[0], count))
    now = json.loads(beside(connection, one.first, one.last, *acts))
    pools = "\n".join(",".join(map(str, row)) for row in pool_rows(connection)[: told["pools"][0]])
    now["pools"] = [told["pools"][0], hashlib.sha256(pools.encode()).hexdigest()]  # those that came later are in later seals
    return now == told, acts
