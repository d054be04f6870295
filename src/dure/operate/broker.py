"""The broker: facts in, rows and intents out, sans I/O.

One step is one instant and one commit: gather, apply, decide, record it all, and only then may anything be sent or said. What is applied
and not yet recorded is nobody's but this object's; a broker whose commit failed is thrown away, and a new one reads the log. `decide` and
the door are the twin's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from dure.ledger.waterfall import COUNTED
from dure.model.events import COLUMNS, OURS, Kind, Outcome
from dure.model.work import AttemptState
from dure.operate.attempts import Attempts, Opened, content, identity, of_use
from dure.operate.follow import Follower, Snapshot, missed_ticks_s, next_tick_s
from dure.operate.intents import Intents, Recall, Send, Stop
from dure.operate.keys import Keys
from dure.operate.ports import Answer, Fact, Presence, Receipt, Refusal, Rows, StopWhy, Store, Submission
from dure.policy import layout
from dure.policy.build import Spec
from dure.policy.entries import decide, split_now
from dure.policy.fold import LIVE, WANTED
from dure.policy.layout import BACKFILL_CONSERVATIVE, FREE, HELD_BACK, JOB_NEW, JOB_QUEUED, MILLI, NEVER, NONE, PLACED
from dure.policy.state import Records, State, new_log

Row = tuple[int, ...]
"""In the order of `model.events.LIVE_COLUMNS`."""
Hold = tuple[int, int, int]
"""Order number of the job, pool, second."""

_LOG_ROWS = 1 << 12
_READ_ROWS = 1 << 19
"""Rows of a long log that are read at a time."""
_COUNTED = np.array([getattr(layout, f"C_{name.upper()}") for name in COUNTED], np.int64)
"""Columns of the State's counts in the order of `reasons.CAUSES`."""
_RANK = {
    Kind.NODE: 0,
    Kind.LOST: 1,
    Kind.ENDED: 1,
    Kind.REFUSED: 1,
    Kind.SENT: 2,
    Kind.STARTED: 2,
    Kind.SUBMITTED: 3,
    Kind.READY: 3,
    Kind.QUOTA: 4,
    Kind.CREDIT: 4,
    Kind.STOP: 4,
    Kind.DEDICATED: 4,
    Kind.WITHDRAWN: 4,
    Kind.HELD_BACK: 4,
    Kind.TICK: 5,
}
"""POLICY.md §2: supply, ends, starts, submissions, rules."""
_RULES = (Kind.QUOTA, Kind.CREDIT, Kind.STOP, Kind.DEDICATED, Kind.WITHDRAWN, Kind.HELD_BACK, Kind.READY)
_WITHIN = {Kind.ENDED: 1, Kind.REFUSED: 1, Kind.STARTED: 1}
"""Of one attempt in one second: what was lost before that it ended, sent before started."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What has come in since the last step. `marks`: how far each source has been read with it."""

    facts: Sequence[Fact] = ()
    submissions: Sequence[Submission] = ()
    receipts: Mapping[str, Receipt] = field(default_factory=dict)
    presences: Mapping[str, Presence] = field(default_factory=dict)
    marks: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Adopted:
    """An attempt that a site has under `key` and of which the log knows nothing; `runs`: (pool, first node, nodes, milli-devices each)."""

    key: str
    job: int
    runs: tuple[tuple[int, int, int, int], ...]
    at: int
    """When it was placed, as far as its site knows."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A broker as of a row of its log, so that another one need not read what comes before. It says nothing that the log does not."""

    snapshot: Snapshot
    open_attempts: tuple[Opened, ...]
    bars: Mapping[int, int]
    split: npt.NDArray[np.int64]
    """What was last recorded of why devices are free, [pool, cause]; what the State counts may be ahead of it."""


class Broker:
    """The one writer of a log. Made on a log that has rows, it goes on where they end."""

    def __init__(self, spec: Spec, store: Store, keys: Keys | None = None, saved: Saved | None = None) -> None:
        """`keys`: of this log; `saved`: of this log and this spec, or of what that was before it grew: it only shortens the way."""
        self._store, self._keys = store, keys or Keys()
        self._follower = Follower(spec, None if saved is None else saved.snapshot)
        self._log = new_log(max(_LOG_ROWS, 4 * int(self.state.rules[0]["row_room"])))
        self.attempts = Attempts((self.state.pool["devices"] * MILLI).tolist(), () if saved is None else saved.open_attempts)
        self._bars: dict[int, int] = {} if saved is None else dict(saved.bars)
        self._doubted: set[int] = set()
        self._heard_late: set[int] = set()
        """Recalled before their site was heard to have them, and then it had: what it was asked before it did not know of."""
        self.absorbed: Counter[str] = Counter()
        """Facts that were not recorded: `repeated`, `conflicting` (told again, otherwise), `unknown` (no attempt of ours)."""
        self._jobs = 0 if saved is None else saved.snapshot.jobs
        jobs = store.jobs(self._jobs)
        self._follower.learn(self._jobs, jobs)
        self._jobs += len(jobs)
        self._split = self._wide_split(np.zeros((0, len(_COUNTED)), np.int64) if saved is None else saved.split)
        before = _holds(self.state)
        held = self._replay()
        self._follower.refresh()
        self._held, self._promised = _held_as_told(before, held, self.state), _promises(self.state)
        self._doubted |= {a for a in self.attempts.of(AttemptState.RECALLED) if not self.attempts.acknowledged(a)}

    def _replay(self) -> Rows:
        """Read on to the end of the log, part by part: a long one takes no more memory than a part. Returns what was held."""
        held: list[Rows] = []
        open_: Rows = np.zeros(0, LIVE)
        while True:
            rows = self._store.rows(self._follower.seq, self._follower.seq + _READ_ROWS)
            self._follower.apply(rows)
            splits = rows[rows["kind"] == Kind.IDLE]
            self._split[splits["pool"], splits["cause"]] = splits["count"]
            open_ = of_use(np.concatenate([open_, rows]))  # an attempt may be placed in one part and end in a later one
            held.append(rows[rows["kind"] == Kind.HELD])
            if not len(rows):
                self._note(open_)
                return np.concatenate(held)

    @property
    def keys(self) -> Keys:
        """Which attempt a key is."""
        return self._keys

    @property
    def state(self) -> State:
        return self._follower.state

    @property
    def seq(self) -> int:
        """The number of the next row of the log."""
        return self._follower.seq

    @property
    def told(self) -> Records:
        """The last word about each node."""
        return self._follower.directory.told

    @property
    def odd(self) -> dict[int, int]:
        """Recorded rows that did not change the State, by kind: they came too late to."""
        return self._follower.odd

    def widen(self, spec: Spec) -> None:
        """Go on with more pools, classes or projects, behind those of before."""
        self._follower.widen(spec)
        self._log = new_log(max(_LOG_ROWS, 4 * int(self.state.rules[0]["row_room"])))
        self.attempts.widen((self.state.pool["devices"] * MILLI).tolist())
        self._held, self._promised = _holds(self.state), _promises(self.state)
        self._split = self._wide_split(self._split)

    def _wide_split(self, split: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """With a row for every pool; nothing was said of those that are new."""
        return np.concatenate([split, np.zeros((len(self.state.pool) - len(split), len(_COUNTED)), np.int64)])

    def saved(self) -> Saved:
        """The broker as it stands between two steps."""
        return Saved(self._follower.snapshot(self._jobs), self.attempts.opened(), dict(self._bars), self._split.copy())

    def next_at(self) -> int:
        """The second at which the broker has something to do by itself; NEVER if it has not."""
        if self._follower.due:
            return self._follower.now
        meta = self.state.meta[0]
        return min(next_tick_s(self.state), int(meta["promise_next"]), int(meta["late_next"]), *self._bars.values(), NEVER)

    def doubts(self) -> tuple[tuple[str, int], ...]:
        """Keys (and their pools) that were sent and never answered: ask the site before the next step."""
        return tuple((self._keys.key(a), self.attempts[a].pool) for a in sorted(self._doubted))

    def outbox(self) -> Intents:
        """Everything that a site has not acknowledged. A broker that has just read its log sends it again."""
        requests = _requests(self.state, np.flatnonzero(self.state.attempt["state"] == PLACED))
        placed = tuple(self.attempts.of(AttemptState.PLACED))
        stopping = tuple(self.attempts.of(AttemptState.STOPPING))
        recalled = tuple(self._recall(a) for a in self.attempts.of(AttemptState.RECALLED))
        return Intents(tuple(self._send(a, requests) for a in placed), tuple(self._stop(a) for a in stopping), recalled)

    def step(self, now: int, gathered: Gathered = Gathered()) -> Intents:
        """One instant: apply what was gathered, decide on it, record both as one. What is returned may be sent."""
        rows, jobs = self._apply(now, gathered)
        chosen, requests = self._decide(now) if self._follower.due else (self._account(now), {})
        self._keep(np.concatenate([rows, chosen]) if len(chosen) else rows, jobs, gathered.marks)
        changed = self._note(chosen)
        sends = tuple(self._send(a, requests) for a in changed if self.attempts[a].state == AttemptState.PLACED)
        stops = tuple(self._stop(a) for a in changed if self.attempts[a].state == AttemptState.STOPPING)
        back = {a for a in (*changed, *self._heard_late) if a in self.attempts and self.attempts[a].state == AttemptState.RECALLED}
        self._heard_late.clear()
        return Intents(sends, stops, tuple(self._recall(a) for a in sorted(back)))

    def record(self, now: int, gathered: Gathered) -> None:
        """Apply and record what was gathered, and what devices are free because of it; nothing is decided."""
        rows, jobs = self._apply(now, gathered)
        self._keep(np.concatenate([rows, self._split_anew(now)]), jobs, gathered.marks)

    def _apply(self, now: int, gathered: Gathered) -> tuple[Rows, Rows]:
        """What was gathered as rows that come next in the log, applied; and what is asked of the jobs that they submit."""
        assert now >= self._follower.now, f"second {now} after second {self._follower.now}"
        rows, jobs = self._gathered(now, gathered)
        if len(jobs):
            self._follower.learn(self._jobs, jobs)
            self._jobs += len(jobs)
        if len(rows):
            rows["seq"] = np.arange(self._follower.seq, self._follower.seq + len(rows))
            self._follower.apply(rows)
            self._note(rows)
        self.state.meta[0]["now"] = now
        return rows, jobs

    def _keep(self, rows: Rows, jobs: Rows, marks: Mapping[str, int]) -> None:
        """The one commit of an instant."""
        if len(rows) or marks:
            self._store.commit(rows, jobs, marks)

    def adopt(self, now: int, submissions: Sequence[Submission], found: Sequence[Adopted]) -> None:
        """Record placements that were made by a broker whose rows were lost, and jobs that are known by them alone.

        Each gets the next number of all attempts, in this order, and keeps its key. None of their jobs has an attempt that is open.
        """
        first = int(self.state.meta[0]["attempts"])
        jobs = np.array([(s.klass, s.project, s.qos, s.checkpoint_s, s.dependencies) for s in submissions], WANTED)
        made = list(self._of_submissions(Gathered(submissions=submissions), now))
        waiting = {int(job["id"]) for job in self.state.job[self.state.job["state"] == JOB_NEW]}
        made += [(0, now, Kind.READY, one.job, NONE, NONE, NONE, 0, 0, by, now) for one in found if one.job in waiting for by in (0, 1)]
        for attempt, one in enumerate(found, first):
            for pool, node, nodes, milli in one.runs:
                made.append((0, one.at, Kind.PLACED, one.job, attempt, pool, node, nodes * milli, now, 0, now))
            made.append((0, now, Kind.SENT, one.job, attempt, one.runs[0][0], NONE, sum(n * m for _, _, n, m in one.runs), 0, 0, now))
        rows = np.array(made, LIVE)
        for attempt, one in enumerate(found, first):
            self._keys.adopt(attempt, one.key)
        self._follower.learn(self._jobs, jobs)
        self._jobs += len(jobs)
        rows["seq"] = np.arange(self._follower.seq, self._follower.seq + len(rows))
        self._follower.apply(rows)
        self._note(rows)
        self._keep(np.concatenate([rows, self._split_anew(now)]), jobs, {})

    def _decide(self, now: int) -> tuple[Rows, dict[int, int]]:
        """Choices as rows that come next in the log, and what the jobs of every attempt that may have to be sent still ask."""
        state, log, chunks, done = self.state, self._log, [], False
        while not done:
            done = decide(state, log)
            chunks.append(log.rows[: log.n[0]].copy())
            log.n[0] = 0
        chosen = np.concatenate(chunks)
        said = [*self._new_holds(now), *self._new_promises(now), *self._new_splits(now), _decided(state, now)]
        rows = np.zeros(len(chosen) + len(said), LIVE)
        for name, *_ in COLUMNS[1:]:
            rows[name][: len(chosen)] = chosen[name]
        rows["seen"] = now
        rows[len(chosen) :] = said
        self._follower.decided(len(rows))
        return rows, _requests(state, state.out[: state.meta[0]["out"]])

    def _account(self, now: int) -> Rows:
        """Where there is nothing to decide, devices may still have gone from dispatch to busy. Why others are free `decide` alone says."""
        splits = np.array(list(self._new_splits(now, COUNTED.index("held"))), LIVE)
        self._follower.decided(len(splits))
        return splits

    def _split_anew(self, now: int) -> Rows:
        """IDLE rows where something was recorded and nothing is decided."""
        split_now(self.state)
        splits = np.array(list(self._new_splits(now)), LIVE)
        self._follower.decided(len(splits))
        return splits

    def _new_holds(self, now: int) -> Iterator[Row]:
        """HELD rows of what is held otherwise than after the last decide."""
        holds = _holds(self.state)
        for place, (order, pool, until) in holds.items():
            if self._held.get(place) != (order, pool, until):
                own = 0 if place == NONE else 1 if place >= 0 else 2
                yield 0, now, Kind.HELD, _job_of_order(self.state, order), NONE, pool, NONE, 0, until, own, now
        self._held = holds

    def _new_promises(self, now: int) -> Iterator[Row]:
        """PROMISED rows of jobs that are promised otherwise than after the last decide."""
        promises = _promises(self.state)
        for job in sorted(promises.keys() | self._promised.keys()):
            if promises.get(job) != self._promised.get(job) and (job in promises or self._waits(job)):
                yield 0, now, Kind.PROMISED, job, NONE, NONE, NONE, 0, promises.get(job, NONE), 0, now
        self._promised = promises

    def _new_splits(self, now: int, causes: int = len(COUNTED)) -> Iterator[Row]:
        """IDLE rows of what is otherwise than as last recorded, of the first so many causes.

        A ledger adds them up, and an auditor compares them with the floor.
        """
        counts = self.state.count[:, _COUNTED[:causes]]
        for pool, cause in np.argwhere(counts != self._split[:, :causes]).tolist():
            yield 0, now, Kind.IDLE, NONE, NONE, pool, NONE, int(counts[pool, cause]), 0, cause, now
        self._split[:, :causes] = counts

    def _waits(self, job: int) -> bool:
        jobs = self.state.job
        return bool(((jobs["id"] == job) & (jobs["state"] == JOB_QUEUED)).any())

    def _note(self, rows: Rows) -> dict[int, Kind]:
        """Keep book of recorded rows; returns the attempts that changed their state."""
        changed = self.attempts.note(rows)
        self._doubt(rows)
        for _, _, kind, job, attempt, pool, _, count, until, cause, _ in rows.tolist():
            if kind == Kind.IDLE:
                self._split[pool, cause] = count
            elif kind == Kind.READY and not cause:
                self._bars.pop(job, None)
            elif kind == Kind.REFUSED and self.attempts.refused(attempt):
                self._bars[job] = until
        self.attempts.forget()
        return changed

    def _doubt(self, rows: Rows) -> None:
        """Of whom it is not known whether their sites have them: of what was asked back before it was acknowledged, too."""
        late = {a for a in self._doubted if self.attempts[a].state == AttemptState.RECALLED}
        for attempt in rows["attempt"][rows["kind"] == Kind.RECALLED].tolist():
            if attempt in self.attempts and self.attempts[attempt].state == AttemptState.RECALLED:
                late.add(attempt)
        heard = {a for a in late if self.attempts.acknowledged(a)}
        self._heard_late |= heard & set(rows["attempt"][rows["kind"] == Kind.SENT].tolist())
        self._doubted = {a for a in self._doubted if self.attempts[a].state == AttemptState.PLACED} | (late - heard)

    def _gathered(self, now: int, gathered: Gathered) -> tuple[Rows, Rows]:
        """What came in as rows in the order of one instant, and what is asked of the jobs that they submit."""
        found = [*self._of_facts(gathered, now), *self._of_submissions(gathered, now)]
        found += [(0, now, Kind.READY, job, NONE, NONE, NONE, 0, 0, 0, now) for job, until in self._bars.items() if until <= now]
        found += [(0, now, Kind.TICK, NONE, NONE, NONE, NONE, 0, at, 0, now) for at in missed_ticks_s(self.state, now)]
        found.sort(key=_turn)
        first = self._jobs
        wanted = {s.job: (s.klass, s.project, s.qos, s.checkpoint_s, s.dependencies) for s in gathered.submissions if s.job >= first}
        assert sorted(wanted) == list(range(first, first + len(wanted))), "the inbox has a gap"
        return np.array(found, LIVE), np.array([wanted[job] for job in sorted(wanted)], WANTED)

    def _of_submissions(self, gathered: Gathered, now: int) -> Iterator[Row]:
        for s in gathered.submissions:
            if s.job < self._jobs:
                self.absorbed["repeated"] += 1
                continue
            milli = int(self.state.klass[s.klass]["devices"]) * MILLI
            yield 0, min(s.at, now), Kind.SUBMITTED, s.job, NONE, NONE, NONE, milli, s.request_s, int(s.dependencies >= HELD_BACK), now

    def _of_facts(self, gathered: Gathered, now: int) -> Iterator[Row]:
        """Rows of what sites and people say. A fact is recorded once; rules come from the inbox, whose mark says what has been taken."""
        told: dict[Row, Row] = {}
        for fact in (*gathered.facts, *self._answers(gathered, now)):
            row = self._row(fact, now)
            if row is None:
                self.absorbed["unknown"] += 1
                continue
            before = None if fact.kind in _RULES or _ours(fact) else told.get(identity(row), self.attempts.said(row))
            if before is None:
                told[identity(row)] = content(row)
                yield row
            else:
                self.absorbed["repeated" if before == content(row) else "conflicting"] += 1

    def _answers(self, gathered: Gathered, now: int) -> Iterator[Fact]:
        """What sites answered to sends and to questions, as facts; where nothing came back there is a doubt."""
        for key, receipt in gathered.receipts.items():
            if receipt.answer == Answer.ACCEPTED:
                yield Fact(Kind.SENT, now, key)
            elif receipt.answer == Answer.REFUSED and receipt.reason == Refusal.GIVEN_UP:
                # Proved absent, and the broker that was told so died before it wrote it down: the same end as from the proof.
                yield Fact(Kind.ENDED, now, key, cause=Outcome.LOST)
            elif receipt.answer == Answer.REFUSED:
                yield Fact(Kind.REFUSED, now, key, value=max(receipt.barred_until, now + 1))
            else:
                attempt = self._keys.attempt(key)
                if attempt is not None and attempt in self.attempts and self.attempts[attempt].state == AttemptState.PLACED:
                    self._doubted.add(attempt)
        for key, presence in gathered.presences.items():
            if presence == Presence.FOUND:
                yield Fact(Kind.SENT, now, key)
            elif presence == Presence.ABSENT:
                yield Fact(Kind.ENDED, now, key, cause=Outcome.LOST)

    def _row(self, fact: Fact, now: int) -> Row | None:
        """A fact as a row; None if it is of no attempt of this log."""
        at = min(fact.at, now)
        if fact.kind == Kind.NODE:
            pool = int(self.state.node[fact.node]["pool"])
            return 0, at, fact.kind, NONE, NONE, pool, fact.node, fact.count, fact.value, fact.cause, now
        if fact.kind in _RULES:
            return 0, at, fact.kind, fact.job, NONE, fact.pool, NONE, 0, fact.value, fact.cause, now
        attempt = self._keys.attempt(fact.key)
        if attempt is None or attempt not in self.attempts:
            return None
        entry = self.attempts[attempt]
        return 0, at, fact.kind, entry.job, attempt, entry.pool, NONE, entry.milli, fact.value, fact.cause, now

    def _send(self, attempt: int, requests: Mapping[int, int]) -> Send:
        return Send(self._keys.key(attempt), self.attempts[attempt].placement(attempt, requests[attempt]))

    def _recall(self, attempt: int) -> Recall:
        return Recall(self._keys.key(attempt), self.attempts[attempt].pool)

    def _stop(self, attempt: int) -> Stop:
        entry = self.attempts[attempt]
        return Stop(self._keys.key(attempt), entry.pool, entry.stop_by, _why(self.state, entry.job, attempt))


def _ours(fact: Fact) -> bool:
    return fact.kind == Kind.NODE and fact.value >= OURS


def _why(state: State, job: int, attempt: int) -> StopWhy:
    """Why an attempt that has notice has to end, as the State says it now."""
    jobs = state.job[(state.job["id"] == job) & (state.job["state"] != NONE)]
    if len(jobs) and jobs[0]["withdrawn"]:
        return StopWhy.CANCELED
    if len(jobs) and jobs[0]["deps"] & HELD_BACK:
        return StopWhy.PAUSED
    runs = state.attempt[(state.attempt["id"] == attempt) & (state.attempt["state"] != FREE)]
    return StopWhy.RECALLED if len(runs) and runs[0]["lent"] else StopWhy.PREEMPTED


def _turn(row: Row) -> tuple[int, ...]:
    """The order of what came in: by second, in a second by kind, in a kind by number, whatever the order in which it was told."""
    _, at, kind, job, attempt, _, node, _, _, cause, _ = row
    rank = _RANK[Kind(kind)]
    number = node if rank == 0 else attempt if rank < _RANK[Kind.SUBMITTED] else job
    return at, rank, number, _WITHIN.get(Kind(kind), 0), cause if kind == Kind.LOST else 0


def _requests(state: State, slots: npt.NDArray[np.integer]) -> dict[int, int]:
    """What the jobs of these attempts still ask, by attempt number."""
    attempts = state.attempt[slots]
    return dict(zip(attempts["id"].tolist(), state.job[attempts["job"]]["request"].tolist(), strict=True))


def _holds(state: State) -> dict[int, Hold]:
    """Who holds what until when, where that is remembered: by dedicated pool, under NONE whatever the head of all holds.

    Dated reservations stand under −2 − pool.
    """
    held: dict[int, Hold] = {}
    if state.rules[0]["reserve_ppm"]:
        for pool, row in enumerate(state.pool):
            held[-2 - pool] = (int(row["kept_for"]), pool, int(row["kept_at"]))
    if not state.rules[0]["hold_kept"]:
        return held
    meta = state.meta[0]
    held[NONE] = (int(meta["head"]), int(meta["hold_pool"]), int(meta["shadow"]))
    for pool in np.flatnonzero(state.pool["owner"] != NONE).tolist():
        held[pool] = (int(state.pool[pool]["held_for"]), pool, int(state.pool[pool]["held_at"]))
    return held


def _held_as_told(before: Mapping[int, Hold], rows: Rows, state: State) -> dict[int, Hold]:
    """What was last recorded to be held, which is not what the State holds where its broker died before it recorded that."""
    orders = {int(job["id"]): int(job["order"]) for job in state.job[state.job["state"] != NONE]}
    held = dict(before)
    for _, _, _, job, _, pool, _, _, until, own, _ in rows[rows["kind"] == Kind.HELD].tolist():
        place = NONE if own == 0 else pool if own == 1 else -2 - pool
        held[place] = (NONE if job == NONE else orders.get(job, -2), pool, until)
    return held


def _job_of_order(state: State, order: int) -> int:
    """The number of the open job with this order; NONE if there is none."""
    ids = state.job["id"][(state.job["order"] == order) & (state.job["state"] != NONE)]
    return int(ids[0]) if order != NONE and len(ids) else NONE


def _promises(state: State) -> dict[int, int]:
    """Who is promised to start by when, by job number; only conservative backfill promises."""
    if state.rules[0]["backfill"] != BACKFILL_CONSERVATIVE:
        return {}
    jobs = state.job[(state.job["state"] == JOB_QUEUED) & (state.job["promise"] != NEVER)]
    return dict(zip(jobs["id"].tolist(), jobs["promise"].tolist(), strict=True))


def _decided(state: State, now: int) -> Row:
    """The row that closes a decide."""
    meta, conservative = state.meta[0], state.rules[0]["backfill"] == BACKFILL_CONSERVATIVE
    planned = (int(meta["replan_at"]), int(meta["replan_due"])) if conservative else (0, 0)
    return 0, now, Kind.DECIDED, NONE, NONE, NONE, NONE, 0, *planned, now
