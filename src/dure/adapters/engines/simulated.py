"""A site of any size in virtual time: true run times, delays, losses and failures that nobody is told of but by facts.

It answers like any other engine and shares nothing with the twin but the definitions of docs/POLICY.md §2 (order of a second,
work that is kept, seconds that work takes). It moves on when it is spoken to: there is no thread and no clock.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dure.model.events import Kind, Outcome
from dure.operate.ports import (
    Answer,
    Capabilities,
    Fact,
    Held,
    Placement,
    Presence,
    Program,
    Receipt,
    Refusal,
    Standing,
    StopWhy,
    Upkeep,
    Used,
)

NEVER = 1 << 62
PPM = 1_000_000
_ENDS, _STARTS = 0, 1
_REWORK, _OVERHEAD, _JOB_ERROR = 0, 1, 2


class SimulatedJobs:
    """The truth about jobs, by number: one table for all sites, for a checkpoint written at one is read at another."""

    def __init__(
        self,
        work_s: Sequence[int],
        speed_ppm: Sequence[Sequence[int]],
        klass: Sequence[int],
        checkpoint_s: Sequence[int],
        outcome: Sequence[int],
        until_s: Sequence[int] = (),
    ) -> None:
        """`work_s` on the reference accelerator; `speed_ppm` by class and pool; `outcome` of a run to its end.

        `until_s`: when a job ends by the clock, 0: by its work; empty where none ends by the clock.
        """
        self._until_s = until_s
        self.left_s = [int(x) for x in work_s]
        self._speed_ppm, self._klass = speed_ppm, klass
        self._checkpoint_s, self._outcome = checkpoint_s, outcome

    def speed_ppm(self, job: int, pool: int) -> int:
        return int(self._speed_ppm[self._klass[job]][pool])

    def checkpoint_s(self, job: int) -> int:
        return int(self._checkpoint_s[job])

    def until_s(self, job: int) -> int:
        return int(self._until_s[job]) if len(self._until_s) else 0

    def outcome(self, job: int) -> Outcome:
        return Outcome(int(self._outcome[job]))


@dataclass(frozen=True, slots=True)
class NodeEvent:
    """From `at` on, `nodes` nodes from `node` on are in a supply mode; `evict`: what is on them ends."""

    at: int
    node: int
    nodes: int
    mode: int
    evict: bool


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong on the way, by attempt number, over and over (the table repeats)."""

    late_s: Sequence[int] = (0,)
    """Seconds by which an attempt starts later than the site's delay says."""
    absent_s: Sequence[int] = (0,)
    """0, or the send gets lost, and so many seconds later the site can prove that it never came."""
    back_s: Sequence[int] = (1,)
    """Seconds from a recall until the attempt is taken back, unless it has started by then."""
    silent: Sequence[bool] = (False,)
    """The send arrives, its answer does not."""


@dataclass(slots=True)
class _Run:
    """One attempt at the site."""

    key: str
    placement: Placement
    started_at: int | None = None
    ends_at: int = NEVER
    outcome: Outcome = Outcome.COMPLETED
    back_at: int = NEVER
    over: bool = False
    ended_at: int = NEVER
    id: str = ""


@dataclass(slots=True)
class Counts:
    """What a site was asked in vain."""

    repeated: int = 0
    """Sends of a key that was there already: the fence held."""
    lost: int = 0


def id_of(program: Program | None) -> str:
    """The job as people call it, where its program says so."""
    return "" if program is None else dict(program.environment).get("DURE_JOB", "")


class SimulatedSite:
    """An engine over `jobs`. Pools and nodes are those of the State; a site is spoken to about its own."""

    def __init__(
        self,
        jobs: SimulatedJobs,
        events: Sequence[NodeEvent] = (),
        *,
        delay_s: Mapping[int, int] | None = None,
        faults: Faults | None = None,
        start_up_s: int = 0,
        enforce: bool = False,
        proof_s: int = NEVER,
    ) -> None:
        """`delay_s` by pool, from a send to its start; `start_up_s` of overhead in each attempt; `enforce`: requests are limits.

        `proof_s`: so long after it was first asked for a key that never came it can prove so; NEVER: only what `faults` lost.
        """
        self._proof_s = proof_s
        self._jobs, self._delay_s, self._faults = jobs, delay_s or {}, faults or Faults()
        self._start_up_s, self._enforce = start_up_s, enforce
        self._events = sorted(events, key=lambda event: event.at)
        self._event = 0
        self._runs: dict[str, _Run] = {}
        self.stage_s: dict[str, int] = {}
        """Seconds of overhead more, by key: what copies of its data sets take."""
        self._on: defaultdict[int, dict[str, _Run]] = defaultdict(dict)
        self._due: list[tuple[int, int, int, str]] = []
        self._proofs: dict[str, int] = {}
        self._given_up: set[str] = set()
        self._facts: list[Fact] = []
        self._now = -1
        self.counts = Counts()

    def next_at(self) -> int:
        """The next second in which something happens here; NEVER if nothing does by itself."""
        supply = self._events[self._event].at if self._event < len(self._events) else NEVER
        proofs = (at for at in self._proofs.values() if at > self._now)
        return min(supply, self._due[0][0] if self._due else NEVER, *proofs, NEVER)

    def capabilities(self) -> Capabilities:
        return Capabilities("simulated", fractions=True)

    def send(self, key: str, placement: Placement, now: int, program: Program | None = None) -> Receipt:
        """Nothing is run: how long an attempt takes stands in the table of jobs."""
        self._advance(now)
        if key in self._given_up:
            return Receipt(Answer.REFUSED, 0, Refusal.GIVEN_UP)
        attempt, faults = placement.attempt, self._faults
        absent_s = faults.absent_s[attempt % len(faults.absent_s)]
        if absent_s:
            self.counts.lost += 1
            self._proofs.setdefault(key, now + absent_s)
            return Receipt(Answer.NONE)
        if key in self._runs:
            self.counts.repeated += 1
        else:
            self._take(_Run(key, placement, id=id_of(program)), now)
        return Receipt(Answer.NONE if faults.silent[attempt % len(faults.silent)] else Answer.ACCEPTED)

    def _take(self, run: _Run, now: int) -> None:
        self._runs[run.key] = run
        for node in _nodes(run.placement):
            self._on[node][run.key] = run
        late_s = self._faults.late_s
        starts_at = now + self._delay_s.get(run.placement.pool, 0) + late_s[run.placement.attempt % len(late_s)]
        if starts_at == now:
            self._start(run, now)
        else:
            heapq.heappush(self._due, (starts_at, _STARTS, run.placement.attempt, run.key))

    def stop(self, key: str, by: int, now: int, cause: Outcome = Outcome.PREEMPTED, why: StopWhy = StopWhy.PREEMPTED) -> None:
        self._advance(now)
        run = self._runs.get(key)
        if run is not None and not run.over and by < run.ends_at:
            run.outcome = cause
            self._end_at(run, max(by, now + 1))

    def recall(self, key: str, now: int) -> None:
        self._advance(now)
        run = self._runs.get(key)
        if run is None or run.over or run.started_at is not None or run.back_at != NEVER:
            return
        back_s = self._faults.back_s[run.placement.attempt % len(self._faults.back_s)]
        run.back_at = now + back_s
        if run.back_at < run.ends_at:
            run.outcome = Outcome.RECALLED
            self._end_at(run, run.back_at)

    def observe(self, since: int, now: int) -> tuple[Sequence[Fact], int]:
        self._advance(now)
        return self._facts[since:], len(self._facts)

    def lookup(self, key: str, now: int) -> Presence:
        self._advance(now)
        if key in self._runs:
            return Presence.FOUND
        if self._proofs.setdefault(key, now + self._proof_s) > now:
            return Presence.UNKNOWN
        self._given_up.add(key)
        return Presence.ABSENT

    def lookup_only(self, key: str) -> Presence:
        """`lookup` that changes nothing: UNKNOWN is a key that never came and was not given up."""
        return Presence.FOUND if key in self._runs else Presence.ABSENT if key in self._given_up else Presence.UNKNOWN

    def facts(self) -> Sequence[Fact]:
        """Everything that there was to tell, in its order; a second never comes after a later one."""
        return self._facts

    def over_before(self, until: int) -> set[str]:
        """Keys of attempts that ended before a second."""
        return {run.key for run in self._runs.values() if run.over and run.ended_at < until}

    def told(self, since: int) -> tuple[Sequence[Fact], int]:
        """`observe` at the second up to which time has passed here."""
        return self._facts[since:], len(self._facts)

    def held(self, since: int, now: int) -> Sequence[Held]:
        self._advance(now)
        told = {fact.key for fact in self._facts[since:]}
        found = (run for run in self._runs.values() if not run.over or run.key in told)
        return [Held(run.key, run.placement.job, run.placement.runs, id=run.id) for run in found]

    def logs(self, key: str, since: int, most: int = 1 << 20) -> bytes:
        """Nothing: no program runs here."""
        return b""

    def usage(self, since: int, until: int) -> Sequence[Used]:
        return [_used(run) for run in self._runs.values() if run.started_at is not None and _overlaps(run, since, until)]

    def node(self, node: int, upkeep: Upkeep, now: int) -> None:
        self._advance(now)
        self._change_mode(NodeEvent(now, node, 1, upkeep.mode, False))

    def account(self, user: str, standing: Standing) -> bool:
        """There are no users here."""
        return False

    def _advance(self, now: int) -> None:
        """Let happen what happens up to and including second `now`: in each second supply, ends, starts."""
        while True:
            supply = self._events[self._event].at if self._event < len(self._events) else NEVER
            at = min(supply, self._due[0][0] if self._due else NEVER)
            if at > now:
                break
            if supply == at:
                self._change_mode(self._events[self._event])
                self._event += 1
                continue
            _, what, _, key = heapq.heappop(self._due)
            run = self._runs[key]
            if run.over:
                continue
            if what == _STARTS:
                self._start(run, at)
            elif run.ends_at == at:
                self._end(run, at)
        self._now = max(self._now, now)

    def _change_mode(self, event: NodeEvent) -> None:
        self._facts.append(Fact(Kind.NODE, event.at, node=event.node, count=event.nodes, value=int(event.evict), cause=event.mode))
        if event.evict:
            for node in range(event.node, event.node + event.nodes):
                for run in list(self._on[node].values()):
                    run.outcome = Outcome.EVICTED
                    self._end(run, event.at)

    def _start(self, run: _Run, now: int) -> None:
        """From here on it is known, to the site alone, when and how the attempt ends by itself."""
        placement = run.placement
        work_s, outcome = self._jobs.left_s[placement.job], self._jobs.outcome(placement.job)
        if self._enforce and work_s > placement.request_s:
            work_s, outcome = placement.request_s, Outcome.TIME_LIMIT
        run.started_at = now
        if run.ends_at == run.back_at:
            run.ends_at = NEVER
        self._facts.append(Fact(Kind.STARTED, now, run.key))
        ends_at = (
            now
            + self._start_up_s
            + self.stage_s.get(run.key, 0)
            + max(1, -(-work_s * PPM // self._jobs.speed_ppm(placement.job, placement.pool)))
        )
        if until_s := self._jobs.until_s(placement.job):
            ends_at = min(ends_at, max(now + 1, until_s))
        if ends_at <= run.ends_at:
            run.outcome = outcome
            self._end_at(run, ends_at)

    def _end_at(self, run: _Run, at: int) -> None:
        run.ends_at = at
        heapq.heappush(self._due, (at, _ENDS, run.placement.attempt, run.key))

    def _end(self, run: _Run, now: int) -> None:
        run.over, run.ended_at = True, now
        for node in _nodes(run.placement):
            del self._on[node][run.key]
        kept_s = 0
        if run.started_at is not None:
            ran_s = now - run.started_at
            overhead_s = min(ran_s, self._start_up_s + self.stage_s.get(run.key, 0))
            kept_s = self._kept_s(run, ran_s - overhead_s)
            failed = run.outcome in (Outcome.FAILED, Outcome.TIME_LIMIT)
            for cause, lost_s in ((_OVERHEAD, overhead_s), (_JOB_ERROR if failed else _REWORK, ran_s - overhead_s - kept_s)):
                if lost_s:
                    self._facts.append(Fact(Kind.LOST, now, run.key, value=lost_s, cause=cause))
        self._facts.append(Fact(Kind.ENDED, now, run.key, value=kept_s, cause=run.outcome))
        if run.outcome in (Outcome.PREEMPTED, Outcome.EVICTED):
            placement, left_s = run.placement, self._jobs.left_s
            done_s = kept_s * self._jobs.speed_ppm(placement.job, placement.pool) // PPM
            left_s[placement.job] = max(1, left_s[placement.job] - done_s)

    def _kept_s(self, run: _Run, worked_s: int) -> int:
        """Whole checkpoint intervals of what was cut short or failed; everything of what came to its end or was not wanted."""
        if run.outcome in (Outcome.COMPLETED, Outcome.CANCELED):
            return worked_s
        interval_s = self._jobs.checkpoint_s(run.placement.job)
        return worked_s // interval_s * interval_s if interval_s else 0


def _overlaps(run: _Run, since: int, until: int) -> bool:
    return run.started_at is not None and run.started_at < until and (not run.over or run.ended_at > since)


def _used(run: _Run) -> Used:
    assert run.started_at is not None
    milli = sum(nodes * each for _, nodes, each in run.placement.runs)
    return Used(run.key, run.started_at, run.ended_at if run.over else None, milli)


def _nodes(placement: Placement) -> list[int]:
    return [node for first, nodes, _ in placement.runs for node in range(first, first + nodes)]
