"""The inbox as the broker takes it: acts of people become submissions and rules, in the order in which they were accepted.

What an act asks for that nothing here knows is kept in the store before anything speaks of it (`adapters.store.registry`). An act that
cannot be carried out is told to `said` and passed over: the log goes on, and the act stays in the inbox for who wants to see it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from pydantic import ValidationError
from sqlalchemy import ColumnElement, Engine, bindparam, func, select

from dure.adapters.store.blobs import Blobs
from dure.adapters.store.current_rows import CurrentRows, Origin
from dure.adapters.store.people_schema import project as projects
from dure.adapters.store.registry import Known, KnownClass, Registry
from dure.adapters.store.schema import attempt, work
from dure.adapters.store.schema import inbox as inbox_table
from dure.adapters.store.sql import Inbox
from dure.adapters.store.upkeep import Word, Words
from dure.bootstrap.copies import Copies
from dure.bootstrap.drive import Wanted
from dure.bootstrap.gate import OWN, Gate
from dure.bootstrap.grounds import NO_QUOTA, Grounds
from dure.bootstrap.homes import Homes
from dure.bootstrap.programs import About, Needs, program_of, setup_of
from dure.bootstrap.slices import Slices
from dure.model.catalog import PPM
from dure.model.datasets import variable_of
from dure.model.errors import InputError
from dure.model.events import Kind, Outcome
from dure.model.fleet import Mode
from dure.model.units import MILLI, ceil_div
from dure.model.work import JobState
from dure.operate.arrays import SLICE, ArrayNow
from dure.operate.keys import Keys
from dure.operate.payer import CREDITS, Holding, payer
from dure.operate.ports import DataUse, Fact, Placement, Program, Submission, Upkeep
from dure.operate.unserved import STAYED_S
from dure.policy.build import Spec
from dure.policy.layout import HELD_BACK, JOB_QUEUED
from dure.policy.state import State
from dure.wire.api import job_id
from dure.wire.jobspec import JobSpec

AT_ONCE = 2_000
"""Acts that are taken in one step."""
SWEEP_S = 5
"""Between two looks for jobs whose servers were given back."""
NOTE = "note"
"""An act that asks nothing of the broker: what somebody has done is kept in the order of all acts."""
ADOPT = "adopt"
"""An act of a broker: a job that a site has and of which nothing else is known any more (`bootstrap.reconcile`)."""
INBOX = "inbox"
"""The mark that says how far acts were read."""
CREDIT_UNIT = 3_600
"""What a micro-credit is in the kernel: ppm of a weighted device-second."""
_ASKED = (
    select(work.c.inbox, work.c.task, projects.c.name, inbox_table.c.body)
    .join(inbox_table, inbox_table.c.number == work.c.inbox)
    .outerjoin(projects, projects.c.number == work.c.project)
    .where(work.c.job == bindparam("job"))
)


def holdings(known: Known, project: int) -> list[Holding]:
    """Servers that a project holds now."""
    devices = {one.pool: one.devices for one in known.grounds}
    mine = (one for one in known.pieces if one.project == project and not one.released)
    return [Holding(one.grant, one.pool, len(one.nodes) * devices[one.pool]) for one in mine]


@dataclass(frozen=True, slots=True)
class Task:
    """One job as it was asked for."""

    spec: JobSpec
    files: tuple[tuple[str, str], ...]
    task: int | None
    number: int
    data: tuple[DataUse, ...] = ()


def _data_of(body: Mapping[str, Any]) -> tuple[DataUse, ...]:
    """The data sets that were named when a job was submitted, each as it was then."""
    return tuple(DataUse(variable_of(one["named"]), one["named"], one["sha256"], one["size_bytes"]) for one in body.get("data", ()))


def _is(task: int | None) -> ColumnElement[bool]:
    return work.c.task.is_(None) if task is None else work.c.task == task


def _sort(found: Iterable[Submission | Fact], submissions: list[Submission], facts: list[Fact]) -> None:
    for one in found:
        if isinstance(one, Submission):
            submissions.append(one)
        else:
            facts.append(one)


def three_figures(ppm: int) -> int:
    """Rounded down to three figures."""
    scale: int = 10 ** max(0, len(str(ppm)) - 3)
    return ppm // scale * scale


class Acts:
    """An intake of `bootstrap.drive` over the inbox of a store."""

    def __init__(
        self,
        engine: Engine,
        inbox: Inbox,
        grounds: Grounds,
        registry: Registry,
        rows: CurrentRows,
        blobs: Blobs,
        words: Words,
        jobs: int,
        said: Callable[[str], None],
        copies: Copies | None = None,
        slice_: int = SLICE,
    ) -> None:
        """`jobs`: how many the log knows. `said`: told of every act that was passed over. `copies`: of data sets, at the sites.

        `slice_`: tasks of an array that wait as jobs at most.
        """
        self._copies = copies
        self._sites = {site.name: site for site in grounds.scenario.sites}
        self._engine, self._inbox, self._grounds, self._registry = engine, inbox, grounds, registry
        self._rows, self._blobs, self._jobs, self._said = rows, blobs, jobs, said
        self._words = words
        self.homes = Homes(registry, self._kept())
        self._gate = Gate(engine, rows.arrays)
        self.slices = Slices(engine, grounds, rows, self._gate, self._next, self._note, slice_)
        self._new: dict[int, list[tuple[int, int | None, int]]] = {}
        """Jobs (number, task, held) of acts of this step, of which no row speaks yet."""
        self._task = lru_cache(maxsize=4_096)(self._asked)
        self._wide = self._size()
        self._swept_at = 0

    def _size(self) -> tuple[int, int, int]:
        registry = self._registry
        return len(registry.classes), len(registry.pieces), registry.parties

    def wider(self) -> Spec | None:
        """What the State has to be built from, where more is known than when this was last asked."""
        if self._size() == self._wide:
            return None
        self._wide = self._size()
        self.homes.refresh()
        return self._grounds.spec(self._registry.known)

    def _next(self) -> int:
        """The number of another job."""
        self._jobs += 1
        return self._jobs - 1

    def _note(self, number: int, job: int, task: int | None, held: int) -> None:
        self._new.setdefault(number, []).append((job, task, held))

    def made(self, jobs: int) -> None:
        """So many numbers of jobs were given by another than this."""
        self._jobs += jobs

    def read(self, since: int, now: int, state: State, until: int | None = None) -> tuple[Sequence[Submission], Sequence[Fact], int]:
        """Jobs and rules of the acts from a number on, up to before another one, and the number behind them."""
        submissions: list[Submission] = []
        facts: list[Fact] = list(self._gate.look(now))
        at = since
        self._new = {}
        _sort(self.slices.turn(now), submissions, facts)
        for row in self._inbox.read(since, AT_ONCE if until is None else min(AT_ONCE, until - since)):
            at = row.number + 1
            try:
                _sort(self._take(row, now, state), submissions, facts)
            except (InputError, ValidationError, KeyError, TypeError, ValueError) as error:
                self._said(f"act {row.number} ({row.act}) is passed over: {error}")
        facts += (Fact(Kind.WITHDRAWN, now, job=job, cause=2) for job in self._stranded(state, now))
        return submissions, facts, at

    def _stranded(self, state: State, now: int) -> list[int]:
        """Jobs that wait for servers of a grant that were given back: nothing else can run them, so they are over."""
        gone = {piece.grant for piece in self._registry.pieces.values() if piece.released}
        classes = [number for klass, number in self._registry.classes.items() if klass.grant in gone]
        if not classes or now < self._swept_at + SWEEP_S:
            return []
        self._swept_at = now
        for array in self._rows.arrays:
            if array.klass in classes:
                self.slices.drop(array)
        jobs = state.job
        waits = (jobs["state"] == JOB_QUEUED) & np.isin(jobs["klass"], classes)
        return sorted(jobs["id"][waits].tolist())

    def _take(self, row: Any, now: int, state: State) -> Iterator[Submission | Fact]:
        body: Mapping[str, Any] = row.body
        if row.act == "submit":
            yield from self._submit(row.number, row.at, body)
        elif row.act == "cancel":
            yield from self._cancel(body, now)
        elif row.act in ("pause", "resume"):
            yield from self._pause(row.number if row.act == "pause" else OWN, body, now)
        elif row.act == "project":
            parent = self._party(body["parent"]) if body.get("parent") else 0
            self._registry.join(body["project"], parent=parent, share=body.get("share", 1), leaf=body.get("leaf", True))
        elif row.act == "credit":
            yield Fact(Kind.CREDIT, now, job=self._party(body["project"]), value=body["micro"] * CREDIT_UNIT)
        elif row.act == "quota":
            yield self._quota(body, now)
        elif row.act == "stop":
            yield Fact(Kind.STOP, now, job=self._party(body["project"]), value=int(body["stopped"]))
            if (holder := self._registry.party(body["project"], dedicated=True)) is not None:
                yield Fact(Kind.STOP, now, job=holder, value=int(body["stopped"]))
        elif row.act == "dedicate":
            yield from self._dedicate(body, now, state)
        elif row.act == "release":
            self._registry.release(str(body["grant"]), now)
        elif row.act == "node":
            self._keep(Word(body["node"], Upkeep(body["upkeep"]), str(body.get("reason", "")), row.actor, row.at))
        elif row.act not in (NOTE, ADOPT):
            raise InputError(f"nobody knows the act {row.act}", remedy="use a release that knows it")

    def _quota(self, body: Mapping[str, Any], now: int) -> Fact:
        """A ceiling of a project, on all that it has placed or on one model."""
        party = self._party(body["project"])
        if body.get("model"):
            pool, most = self._grounds.pool_of(body["model"]), body["most"]
            return Fact(Kind.QUOTA, now, job=party, pool=pool, value=-1 if most is None else most * MILLI)
        milli = body["milli"]
        return Fact(Kind.QUOTA, now, job=party, value=NO_QUOTA if milli is None else milli * 1_000)

    def _party(self, number: int) -> int:
        party = self._registry.party(number)
        if party is None:
            raise InputError(f"there is no project {number}", remedy="send the act `project` first")
        return party

    def _submit(self, number: int, at: int, body: Mapping[str, Any]) -> Iterator[Submission]:
        spec = JobSpec.model_validate(body["spec"])
        meant = self._grounds.meant(spec)
        party, wanted = self._payer(body["project"], meant.klass, body.get("allocation"))
        wanted = self._nearest(wanted, meant.request_s, _data_of(body))
        klass = self._registry.klass(wanted if wanted.grant else self._paid_for(wanted, body.get("models")))
        if spec.array is not None:
            yield from self.slices.begin(ArrayNow(number, spec.array.tasks, klass, party, body["project"], body["person"]))
            return
        job, held = self._next(), self._gate.held_at_first(body, 1)
        self._rows.announce({job: Origin(number, None, spec.name, body["project"], body["person"], wanted.devices)})
        self._note(number, job, None, OWN if held else 0)
        deps = HELD_BACK if held else 0
        yield Submission(at, job, klass, meant.request_s, party, self._grounds.qos(spec.qos), spec.checkpoint_s or 0, deps)

    def _cancel(self, body: Mapping[str, Any], now: int) -> Iterator[Submission | Fact]:
        number, task = body["job"], body.get("task")
        array = self._rows.arrays.get(number)
        if array is not None and task is None:
            yield from self.slices.cancel(array)
            return
        if task is not None:
            yield from self.slices.ensure(number, task)
        for job in self._jobs_of(number, task):
            yield Fact(Kind.WITHDRAWN, now, job=job)

    def _pause(self, held: int, body: Mapping[str, Any], now: int) -> Iterator[Submission | Fact]:
        """Jobs leave the queue, or come back into the hands of their spec. One that runs and saves nothing is left alone."""
        array, task = self._rows.arrays.get(body["job"]), body.get("task")
        if array is not None and task is None:
            self.slices.pause(array, held) if held > 0 else self.slices.resume(array)
            return
        if task is not None and held > 0:
            yield from self.slices.ensure(body["job"], task)
        for job, state, was in self._open(body["job"], body.get("task")):
            running = state == JobState.ACTIVE and self._task(job).spec.checkpoint_s is None
            if (was <= 0 and not running) if held > 0 else was > 0:
                yield Fact(Kind.HELD_BACK, now, job=job, value=held)

    def _payer(self, project: int, klass: KnownClass, allocation: str | None) -> tuple[int, KnownClass]:
        """Whose a job is to the policy. Of an allocation that is there no more it waits for ever, and says so: credits were not meant."""
        party, able = self._party(project), dict(klass.speeds)
        found = payer(holdings(self._registry.known, project), able, klass.devices, allocation)
        if found == CREDITS:
            return party, klass
        grant = found or str(allocation)
        piece = self._registry.pieces.get(grant)
        return (party if piece is None else piece.party), replace(klass, grant=grant)

    def _nearest(self, klass: KnownClass, request_s: int, data: tuple[DataUse, ...]) -> KnownClass:
        """Speeds with the time that copies of its data would take, so that the rules of the policy prefer a pool whose site has them.

        Three figures of a speed are kept, so that there are no more classes than that makes a difference for; where nobody knows how
        long a copy takes, a pool counts as the least bit slower than one with a copy.
        """
        if not data or self._copies is None:
            return klass
        speeds = []
        for path, ppm in klass.speeds:
            waits = [self._copies.wait_s(path.partition("/")[0], one.sha256, one.size_bytes) for one in data]
            whole = ceil_div(request_s * PPM, ppm) + sum(one or 0 for one in waits)
            with_copies = ppm if not any(waits) else max(1, three_figures(request_s * PPM // whole))
            speeds.append((path, max(1, with_copies - (None in waits))))
        return replace(klass, speeds=tuple(speeds))

    def _paid_for(self, klass: KnownClass, models: Sequence[str] | None) -> KnownClass:
        """On the accelerators that the project's credits are for."""
        if models is None:
            return klass
        model = {pool.path: pool.model for pool in self._grounds.floor.pools}
        return replace(klass, speeds=tuple((path, ppm) for path, ppm in klass.speeds if model[path] in models))

    def _dedicate(self, body: Mapping[str, Any], now: int, state: State) -> Iterator[Fact]:
        """Servers for a grant; sent again for one that has them, what has changed of how they are lent."""
        grant = str(body["grant"])
        if grant in self._registry.pieces:
            piece = self._registry.lend(grant, body.get("notice_s", 120), lent=bool(body.get("lent", True)))
            yield Fact(Kind.DEDICATED, now, job=piece.party, pool=piece.number, value=piece.notice_s, cause=int(piece.lent))
            return
        self._party(body["project"])
        nodes = self.homes.free(state, body["pool"], body["nodes"])
        if nodes is None:
            raise InputError(f"{body['pool']} has not {body['nodes']} servers to give", remedy="grant fewer, or take others back first")
        notice_s = body.get("notice_s", 120)
        self._registry.hold(grant, body["pool"], body["project"], nodes, notice_s, lent=bool(body.get("lent", True)))

    def _keep(self, word: Word) -> None:
        self._server(word.node)
        self._words.say(word)
        self.homes.kept = self._kept()

    def _kept(self) -> dict[int, Mode]:
        return {self._server(one.node): one.wanted.mode for one in self._words.known.values() if one.wanted != Upkeep.RESUME}

    def _server(self, node: str) -> int:
        """The number of a server, `site/pool/place`, places from 0."""
        path, _, place = node.rpartition("/")
        first = 0
        for one in self._registry.grounds:
            if one.pool == path and place.isdecimal() and int(place) < one.nodes:
                return first + int(place)
            first += one.nodes
        raise InputError(f"there is no server {node}", remedy="name one that `dure nodes list` shows")

    def upkeeps(self) -> Iterator[Wanted]:
        """Words about servers that their sites have not taken."""
        for one in tuple(self._words.known.values()):
            if not one.told:
                yield Wanted(one.node, one.node.partition("/")[0], self._server(one.node), one.wanted)

    def kept(self, wanted: Wanted) -> None:
        """The site has taken it; a word that was said in the meantime is another one."""
        if self._words.known[wanted.node].wanted == wanted.upkeep:
            self._words.heard(wanted.node)

    def _jobs_of(self, id: int, task: int | None) -> list[int]:
        """A job or a task, also one that has ended: that somebody wanted it no more stands in the log."""
        with self._engine.connect() as connection:
            recorded = list(connection.execute(select(work.c.job).where(work.c.inbox == id, _is(task))).scalars())
        return recorded or [job for job, its, _ in self._new.get(id, ()) if task == its]

    def _open(self, id: int, task: int | None) -> list[tuple[int, int, int]]:
        """(job, state, held) of what has not ended."""
        new = [(job, int(JobState.QUEUED), held) for job, its, held in self._new.get(id, ()) if task == its]
        which = (work.c.inbox == id, work.c.state < int(JobState.COMPLETED), _is(task))
        with self._engine.connect() as connection:
            rows = connection.execute(select(work.c.job, work.c.state, work.c.held).where(*which).order_by(work.c.job))
            return [(row.job, row.state, row.held) for row in rows] + new

    def _asked(self, job: int) -> Task:
        with self._engine.connect() as connection:
            row = connection.execute(_ASKED, {"job": job}).one()
        spec = JobSpec.model_validate(row.body["spec"] | ({"project": row.name} if row.name else {}))  # a site knows whose it is by name
        files = tuple((name, sha256) for name, sha256 in row.body.get("files", ()))
        return Task(spec, files, row.task, row.inbox, _data_of(row.body))

    def told(self, fact: Fact, keys: Keys) -> Fact:
        """RETRIED sends a job back to the queue: a program that failed, as often as its spec says, and a service whenever it ends.

        A service that ends as soon as it has begun is broken: starting it for ever would help nobody.
        """
        ended = fact.kind == Kind.ENDED and fact.cause in (Outcome.FAILED, Outcome.COMPLETED)
        number = keys.attempt(fact.key) if ended else None
        if number is None:
            return fact
        same = attempt.alias()
        query = select(work.c.job, work.c.withdrawn, attempt.c.started_at, func.count(same.c.attempt).label("retried"))
        query = query.join(attempt, attempt.c.job == work.c.job)
        before = (same.c.job == work.c.job) & (same.c.outcome == int(Outcome.RETRIED)) & (same.c.attempt < number)
        query = (
            query.join(same, before, isouter=True)
            .where(attempt.c.attempt == number)
            .group_by(work.c.job, work.c.withdrawn, attempt.c.started_at)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or row.withdrawn:
            return fact
        spec = self._task(row.job).spec
        if spec.kind == "service":
            again = row.started_at is not None and fact.at - row.started_at >= STAYED_S
        else:
            again = fact.cause == Outcome.FAILED and row.retried < spec.retries
        return replace(fact, cause=int(Outcome.RETRIED)) if again else fact

    def path_of(self, pool: int) -> str:
        """`site/pool` of a pool of the State."""
        grounds = self._registry.grounds
        return grounds[pool].pool if pool < len(grounds) else self._registry.piece(pool).pool

    def site_of(self, pool: int) -> str:
        """The site of a pool of the State."""
        return self.path_of(pool).partition("/")[0]

    def program(self, placement: Placement) -> Program:
        """What a job runs on the pool where it is placed."""
        asked = self._task(placement.job)
        limit_s = self._grounds.meant(asked.spec).limit_s[self.path_of(placement.pool)]
        files = {name: self._blobs.get(sha256) for name, sha256 in asked.files}
        pool, restarts = self.path_of(placement.pool), self._before(placement)
        needs = Needs(asked.data, setup_of(asked.spec, self._sites.get(pool.partition("/")[0])))
        about = About(job_id(asked.number, asked.task), pool, asked.task, restarts)
        return program_of(asked.spec, files, limit_s, about=about, with_=needs)

    def _before(self, placement: Placement) -> int:
        """Attempts of the job before this one."""
        earlier = (attempt.c.job == placement.job) & (attempt.c.attempt < placement.attempt)
        with self._engine.connect() as connection:
            found: int = connection.execute(select(func.count()).select_from(attempt).where(earlier)).scalar_one()
        return found
