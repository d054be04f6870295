"""The State of a broker, followed from its log: what pages and commands are told of now. It decides nothing and writes nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sqlalchemy import BigInteger, Engine, case, cast, func, select

from dure.adapters.store.current import INBOX
from dure.adapters.store.registry import known
from dure.adapters.store.schema import attempt, head, inbox, mark, work
from dure.adapters.store.snapshots import ground_of, load
from dure.adapters.store.sql import read_jobs, read_rows
from dure.bootstrap.drive import clock
from dure.bootstrap.gate import why_held
from dure.bootstrap.grounds import Grounds
from dure.ledger.waterfall import COUNTED
from dure.model.fleet import Mode
from dure.model.reasons import Code, Reason
from dure.model.work import JobState
from dure.operate.broker import Saved
from dure.operate.follow import Follower
from dure.policy import layout
from dure.policy.build import Spec
from dure.policy.entries import split_now
from dure.policy.layout import NONE
from dure.policy.state import State
from dure.policy.why import slot_of, slots_of, why, why_all

STALE_S = 0.2
"""A State that was read less than this ago is told again."""
_COUNTS = {name: int(getattr(layout, f"C_{name.upper()}")) for name in (*COUNTED, "busy")}


@dataclass(frozen=True, slots=True)
class PoolNow:
    """A pool at this moment: milli-devices by cause of the waterfall, and `busy`."""

    path: str
    model: str
    milli: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class NodeNow:
    """A server at this moment. `place`: its number in the pool; `since`: of its supply mode, None where nobody has said one.

    `holder`: number of the project that it is dedicated to; `jobs`: public ids of what runs there, with the task of an array.
    """

    number: int
    pool: str
    place: int
    mode: Mode
    since: int | None
    milli: int
    busy_milli: int
    placed_milli: int
    holder: int | None
    jobs: tuple[tuple[int, int | None], ...]


@dataclass(frozen=True, slots=True)
class UsedSoFar:
    """What a project has used: accelerator time of what has started, credits as they are charged."""

    project: int
    jobs: int
    busy_milli_s: int
    credits_micro: int


def _saved(engine: Engine, spec: Spec, folder: Path) -> Saved | None:
    """The State as a broker kept it, of this log and these grounds."""
    with engine.connect() as connection:
        now = connection.execute(select(head.c.seq, head.c.epoch)).one()
    return load(folder, ground_of(spec, now.epoch), now.seq)


class Live:
    """A follower of the log of a served programme; may be asked from any thread."""

    def __init__(self, engine: Engine, grounds: Grounds, folder: Path | None = None) -> None:
        """`folder`: where a broker may have left how it stood; it only shortens the way."""
        self._engine, self._grounds = engine, grounds
        self._lock = threading.Lock()
        self._known = known(engine)
        spec = grounds.spec(self._known)
        saved = None if folder is None else _saved(engine, spec, folder)
        self._follower = Follower(spec, None if saved is None else saved.snapshot)
        self._jobs, self._read_at = 0 if saved is None else saved.snapshot.jobs, 0.0

    @property
    def seq(self) -> int:
        """The row of the log that is read next."""
        return self._follower.seq

    def why(self, id: int, task: int | None = None) -> Sequence[Reason]:
        """Why a job (of an array: its first task that waits) does not run, with the names of pools; nothing where it runs or is over."""
        number = self._number(id, task)
        if number is None:
            return (Reason(Code.NOT_READY),)
        if asked := why_held(self._engine, number):
            return asked
        with self._lock:
            self._catch_up()
            slot = slot_of(self._follower.state, number)
            return () if slot == NONE else tuple(self._named(one) for one in why(self._follower.state, slot))

    def why_of(self, numbers: Sequence[int]) -> Mapping[int, Sequence[Reason]]:
        """The same of a page of jobs, by the log's numbers; those that are over are left out."""
        with self._lock:
            self._catch_up()
            slots = slots_of(self._follower.state, numbers)
            found = why_all(self._follower.state, list(slots.values()))
            named = {number: [self._named(one) for one in said] for number, said in zip(slots, found, strict=True)}
        held = [number for number, said in named.items() if any(one.code == Code.NOT_READY for one in said)]
        return named | {number: asked for number in held if (asked := why_held(self._engine, number))}

    def now(self) -> tuple[int, Sequence[PoolNow]]:
        """The second of the last row, and the pools of the scenario as of it; servers of a holder are of their pool."""
        with self._lock:
            self._catch_up()
            state = self._follower.state
            split_now(state)
            count = state.count.copy()
            at = int(state.meta[0]["now"])
        parents = list(range(len(self._known.grounds))) + [self._place(one.pool) for one in self._known.pieces]
        whole = np.zeros((len(self._known.grounds), count.shape[1]), np.int64)
        np.add.at(whole, np.array(parents, np.int64), count)
        for piece in self._known.pieces:  # of two nodes that are one server, the one that it is not takes nothing
            whole[self._place(piece.pool), layout.C_NOT_DELIVERED] -= len(piece.nodes) * self._devices(piece.pool) * layout.MILLI
        found = []
        for pool, row in zip(self._grounds.floor.pools, whole.tolist(), strict=True):
            found.append(PoolNow(pool.path, pool.model, {name: row[column] for name, column in _COUNTS.items()}))
        return at, found

    def nodes(self, after: int, limit: int, wanted: Callable[[str, Mode], bool]) -> Sequence[NodeNow]:
        """Servers with a number greater than `after` whose pool and mode are wanted, so many of them, in their order."""
        with self._lock:
            self._catch_up()
            found = self._servers(after, limit, wanted)
        numbers = sorted({job for _, jobs in found for job in jobs})
        query = select(work.c.job, work.c.inbox, work.c.task).where(work.c.job.in_(numbers))
        with self._engine.connect() as connection:
            ids = {row.job: (row.inbox, row.task) for row in connection.execute(query)} if numbers else {}
        return [replace(one, jobs=tuple(ids[job] for job in jobs if job in ids)) for one, jobs in found]

    def _servers(self, after: int, limit: int, wanted: Callable[[str, Mode], bool]) -> list[tuple[NodeNow, list[int]]]:
        state, since = self._follower.state, self._follower.directory.told["since"]
        moved = self._moved()
        found: list[tuple[NodeNow, list[int]]] = []
        number = -1
        for ground in self._known.grounds:
            for place in range(ground.nodes):
                number += 1
                if number <= after or len(found) >= limit:
                    continue
                own, holder = moved.get(number, (number, None))
                node = own if state.node[own]["mode"] != Mode.NOT_DELIVERED else number
                row = state.node[node]
                mode, at = Mode(int(row["mode"])), int(since[node])
                if wanted(ground.pool, mode):
                    sizes = int(row["total"]), int(row["busy"]), int(row["placed"])
                    mine = holder if node == own else None
                    one = NodeNow(number, ground.pool, place, mode, at if at > 0 else None, *sizes, mine, ())
                    found.append((one, _jobs_on(state, node)))
        return found

    def _moved(self) -> dict[int, tuple[int, int]]:
        """Server → the node that it is while its holder has it, and the holder's project."""
        node = sum(one.nodes for one in self._known.grounds)
        found = {}
        for piece in self._known.pieces:
            for server in piece.nodes:
                if not piece.released or self._follower.state.node[node]["mode"] != Mode.NOT_DELIVERED:
                    found[server] = (node, piece.project)
                node += 1
        return found

    def used(self, project: int | None = None) -> Sequence[UsedSoFar]:
        """By project, in the order of their numbers: what was charged up to now, runs that go on included."""
        until = clock()
        ended = func.coalesce(attempt.c.ended_at, until)
        busy = case((attempt.c.started_at.is_(None), 0), else_=attempt.c.milli * (ended - attempt.c.started_at))
        held = attempt.c.milli * (ended - attempt.c.placed_at)
        sums = (func.sum(cast(busy, BigInteger)).label("busy"), func.sum(cast(held, BigInteger)).label("held"))
        query = select(work.c.project, attempt.c.pool, *sums).join(work, work.c.job == attempt.c.job)
        jobs = select(work.c.project, func.count(func.distinct(work.c.inbox)).label("jobs")).group_by(work.c.project)
        if project is not None:
            query, jobs = query.where(work.c.project == project), jobs.where(work.c.project == project)
        with self._engine.connect() as connection:
            rows = list(connection.execute(query.group_by(work.c.project, attempt.c.pool)))
            counts = {row.project: row.jobs for row in connection.execute(jobs)}
        weight = [pool.weight_ppm for pool in self._grounds.floor.pools]
        found = {number: UsedSoFar(number, n, 0, 0) for number, n in sorted(counts.items())}
        for row in rows:
            before = found[row.project]
            own = row.pool >= len(weight)  # a holder's servers cost it no credits
            micro = 0 if own else int(row.held) * weight[row.pool] // layout.MILLI // 3_600
            busy_milli_s, credits_micro = before.busy_milli_s + int(row.busy), before.credits_micro + micro
            found[row.project] = replace(before, busy_milli_s=busy_milli_s, credits_micro=credits_micro)
        return list(found.values())

    def behind(self) -> tuple[int, int | None]:
        """(acts that no broker has read, second at which the oldest of them was accepted, None where there is none)."""
        with self._engine.connect() as connection:
            end = connection.execute(select(head.c.inbox)).scalar_one()
            read = connection.execute(select(mark.c.position).where(mark.c.source == INBOX)).scalar_one_or_none() or 0
            oldest = connection.execute(select(inbox.c.at).where(inbox.c.number == read)).scalar_one_or_none()
        return end - read, oldest

    def _number(self, id: int, task: int | None) -> int | None:
        """Of an array the first job that waits, else one of its jobs; None: nothing of it is a job."""
        which = (work.c.inbox == id,) if task is None else (work.c.inbox == id, work.c.task == task)
        with self._engine.connect() as connection:
            waits = select(work.c.job).where(*which, work.c.state == int(JobState.QUEUED)).order_by(work.c.job).limit(1)
            found: int | None = connection.execute(waits).scalar_one_or_none()
            if found is None:
                found = connection.execute(select(work.c.job).where(*which).order_by(work.c.task).limit(1)).scalar_one_or_none()
        return found

    def _catch_up(self) -> None:
        """Read what has come; classes, holders and pools are kept before a row speaks of them, so they are read after the rows."""
        if time.monotonic() - self._read_at < STALE_S:
            return
        with self._engine.connect() as connection:
            rows = read_rows(connection, self._follower.seq)
            jobs = read_jobs(connection, self._jobs)
        now = known(self._engine)
        if now != self._known:
            self._known = now
            self._follower.widen(self._grounds.spec(now))
        self._follower.learn(self._jobs, jobs)
        self._jobs += len(jobs)
        self._follower.apply(rows)
        self._read_at = time.monotonic()

    def _named(self, said: Reason) -> Reason:
        return Reason(said.code, tuple((name, self._name(name, value)) for name, value in said.params))

    def _name(self, name: str, value: int | str) -> int | str:
        """Numbers of the State as people know them: pools by `site/pool`, models by their name, projects by their number in the store."""
        if name == "pool":
            return self._pool(int(value))
        if name == "model":
            return self._grounds.floor.models[int(value)]
        return self._project(int(value)) if name == "project" else value

    def _pool(self, number: int) -> str:
        grounds = self._known.grounds
        return grounds[number].pool if number < len(grounds) else self._known.pieces[number - len(grounds)].pool

    def _project(self, party: int) -> int:
        return self._known.parties[party - 1].project if party > 0 else 0

    def _place(self, pool: str) -> int:
        return [one.pool for one in self._known.grounds].index(pool)

    def _devices(self, pool: str) -> int:
        return self._known.grounds[self._place(pool)].devices


def _jobs_on(state: State, node: int) -> list[int]:
    """Numbers of the jobs that hold devices of a node."""
    found: list[int] = []
    part = int(state.node[node]["parts"])
    while part != NONE:
        row = state.part[part]
        found.append(int(state.job[state.attempt[int(row["attempt"])]["job"]]["id"]))
        part = int(row["node_next"])
    return found
