"""The accounts of a served programme: what was used, what it is worth, what holders are charged, from the attempts of its store."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from sqlalchemy import Engine, select

from dure.adapters.store.people import People
from dure.adapters.store.people_schema import granted, organisation, payment, project
from dure.adapters.store.registry import Known, known
from dure.adapters.store.runs_read import EVER, RunReader, read_runs
from dure.adapters.store.runs_told import Told, told
from dure.bootstrap.held import Held, Promise
from dure.bootstrap.places import Places
from dure.ledger.access import Access
from dure.ledger.books import (
    MEASURES,
    NEVER,
    RUN_COLUMNS,
    Cell,
    Entry,
    Ints,
    Parts,
    Place,
    Runs,
    journal,
    owed_parts,
    part_of,
    parts,
    summed,
)
from dure.ledger.months import begins_at, month_at, month_name
from dure.ledger.settlement import PoolMonth, Settlement, settled_for, settlement
from dure.ledger.use import By, UsedBy, by_place, known_of, used_by
from dure.model.events import Outcome
from dure.model.units import HOUR_S, MILLI
from dure.programme.allocations import charge_due
from dure.programme.watch import Window
from dure.web.ports import PoolUse, RunUse
from dure.wire.api import job_id

BY_POOL_S = 10.0
"""How long what was used of each pool is told again: whoever watches asks often."""
Owed = Mapping[tuple[int, int], int]


class Worth(NamedTuple):
    """Runs of a period and what they are worth."""

    runs: Runs
    places: tuple[Place, ...]
    parts: Parts
    owed: Ints
    since: int
    until: int


@dataclass(slots=True)
class Over:
    """What runs come to: micro-credits and the first start by project, everything that is measured by pool of the scenario."""

    credits: Counter[int] = field(default_factory=Counter)
    first: dict[int, int] = field(default_factory=dict)
    by_path: dict[str, dict[str, int]] = field(default_factory=dict)

    def copy(self) -> Over:
        return Over(Counter(self.credits), dict(self.first), {path: dict(one) for path, one in self.by_path.items()})


class Accounts:
    """May be asked from any thread; only `charge` writes."""

    def __init__(self, engine: Engine, places: Places, people: People, held: Held, clock: Callable[[], int]) -> None:
        self._engine, self._places, self._people, self.held, self._clock = engine, places, people, held, clock
        self._lock, self._reader, self._over = threading.RLock(), RunReader(engine, self._fold), Over()
        self._by_pool: tuple[float, tuple[PoolUse, ...]] = (-BY_POOL_S, ())

    def known(self) -> Known:
        """Pools and servers of holders as the store numbers them."""
        return known(self._engine)

    def worth(self, *, projects: Collection[int] | None = None, months: tuple[int, int] | None = None) -> Worth:
        """Runs of some projects (None: of all), in months [first, last] (None: ever) up to now."""
        now = self._clock()
        since, until = (0, now) if months is None else (begins_at(months[0]), min(now, begins_at(months[1] + 1)))
        until = max(since, until)
        entered = self._owed(now)
        # What a project owes is given to its use of all months, so all of it is read where it owes anything.
        also = {number for (number, _), won in entered.items() if won} if months is not None else ()
        runs = read_runs(self._engine, projects=projects, also=also, since=since, until=EVER if months is None else until)
        prices = self._places.prices(int(runs.placed_at.min(initial=now)), now)
        places = self._places.of(self.known(), prices)
        found = parts(runs, places, [one for one in prices if one is not None], 0, now)
        owed = owed_parts(entered, found, runs)
        if months is not None:
            which = (found.month >= months[0]) & (found.month <= months[1])
            found, owed = part_of(found, which), owed[which]
        return Worth(runs, places, found, owed, since, until)

    def used(self, by: By, *, projects: Collection[int] | None = None, months: tuple[int, int] | None = None) -> tuple[UsedBy, ...]:
        """Rows of use; attempts and jobs newest first, all others by name."""
        one = self.worth(projects=projects, months=months)
        key, name = self._keys(by, one)
        rows = used_by(one.runs, one.parts, one.owed, key, name, one.since, one.until)
        if by in ("attempt", "job"):
            return rows[::-1]
        return rows if by == "month" else tuple(sorted(rows, key=lambda row: row.name))

    def _keys(self, by: By, one: Worth) -> tuple[Ints | None, Callable[[int], str]]:
        runs, places = one.runs, one.places
        if by == "month":
            return None, month_name
        if by == "attempt":
            jobs = dict(zip(runs.attempt.tolist(), zip(runs.job.tolist(), runs.task.tolist(), strict=True), strict=True))
            return runs.attempt, lambda key: _job(*jobs[key])
        if by == "job":
            return runs.job, lambda key: job_id(key)
        if by == "person":
            return runs.person, lambda key: f"p{key}"
        if by == "project":
            names = self.project_names()
            return runs.project, lambda key: names.get(key, f"#{key}")
        if by == "organisation":
            of, called = self._organisations()
            table = np.array([of.get(number, 0) for number in runs.project.tolist()], np.int64)
            return table, lambda key: called.get(key, f"#{key}")
        key, names = by_place(places, runs, lambda place: str(getattr(place, by)))
        return key, lambda number: names[number]

    def project_names(self) -> Mapping[int, str]:
        """Number of each project → its name."""
        with self._engine.connect() as connection:
            return {row.number: row.name for row in connection.execute(select(project.c.number, project.c.name))}

    def _organisations(self) -> tuple[Mapping[int, int], Mapping[int, str]]:
        with self._engine.connect() as connection:
            of = {row.number: row.organisation for row in connection.execute(select(project.c.number, project.c.organisation))}
            return of, {row.id: row.name for row in connection.execute(select(organisation.c.id, organisation.c.name))}

    def lending(self, grant: int) -> tuple[Window, Promise] | None:
        """What became of a grant's servers since they are held, and how soon they come back; None where there are none yet."""
        window, promise = self.held.whole(grant, self._clock()), self.held.promise(grant)
        return None if window is None or promise is None else (window, promise)

    def runs(self, projects: Collection[int] | None, months: tuple[int, int] | None, before: int | None, limit: int) -> tuple[RunUse, ...]:
        """Runs with what they are worth, newest first, those numbered below `before`."""
        one, now = self.worth(projects=projects, months=months), self.known()
        rows = used_by(one.runs, one.parts, one.owed, one.runs.attempt, str, one.since, one.until)
        page = [row for row in reversed(rows) if before is None or row.key < before][:limit]
        said, names = told(self._engine, now, [row.key for row in page]), self.project_names()
        at = {number: place for place, number in enumerate(one.runs.attempt.tolist())}
        return tuple(_run_use(one, at[row.key], row, said[row.key], names) for row in page if row.key in said)

    def by_pool(self) -> tuple[PoolUse, ...]:
        """What was used of each pool of the scenario, servers that are held in it included."""
        at, kept = self._by_pool
        if time.monotonic() - at > BY_POOL_S:
            sums = self._sums().by_path
            kept = tuple(_pool_use(place, sums.get(place.path)) for place in self._places.pools)
            self._by_pool = (time.monotonic(), kept)
        return kept

    def access(self) -> tuple[Access, ...]:
        """When each project first applied, was granted something, and ran a job; by name."""
        first = self._sums().first
        times = self._people.first_times()
        return tuple(
            Access(name, asked, given, None if number is None else first.get(number)) for name, (number, asked, given) in times.items()
        )

    # the books

    def operators(self) -> Mapping[str, tuple[str, ...]]:
        """Each operator and its sites."""
        return self._places.operators

    def entries(self, month: int) -> tuple[Entry, ...]:
        """The books of a month."""
        one = self.worth(months=(month, month))
        names, cells = self.project_names(), []
        keys = one.runs.project[one.parts.run] * len(one.places) + one.runs.place[one.parts.run]
        distinct, sums = summed(one.parts, keys)
        for at, key in enumerate(distinct.tolist()):
            number, place = divmod(key, len(one.places))
            won = (int(sums["service_won"][at]), int(sums["electricity_won"][at]))
            cells.append(Cell(month, names.get(number, f"#{number}"), one.places[place], *won))
        paid = [
            (when, names.get(number, f"#{number}"), won)
            for (number, when), won in sorted(self._owed(self._clock()).items())
            if when == month
        ]
        return journal(cells, paid)

    def settlement(self, operator: str, month: int) -> Settlement:
        """What is due to an operator for a month as it is known now, with corrections of the months that were signed before."""
        signed = [one.settlement for one in self._people.settled(operator) if one.settlement.month < month]
        before = {}
        for one in signed:
            agreed = {line.of: (line.rate_won, None) for line in one.lines if line.kind == "service"}
            promised = {line.of: line.promised_ppm for line in one.lines if line.kind == "deduction"}
            then = {pool: (rate, promised.get(pool)) for pool, (rate, _) in agreed.items()}
            worth = settlement(operator, one.month, self._pools(operator, one.month, then), {}).won
            before[one.month] = (settled_for(signed, one.month), worth)
        return settlement(operator, month, self._pools(operator, month, None), before)

    def _pools(self, operator: str, month: int, then: Mapping[str, tuple[int | None, int | None]] | None) -> list[PoolMonth]:
        """An operator's pools in a month, by the terms of now, or by those of when the month was signed."""
        pools = [one for one in self._places.pools if one.operator == operator]
        terms = {one.path: (one.rate_won, self._places.promised[one.path]) for one in pools} if then is None else then
        places = [one._replace(rate_won=terms.get(one.path, (None, None))[0], prices=None) for one in self._places.of(self.known())]
        since, until = begins_at(month), min(self._clock(), begins_at(month + 1))
        runs = read_runs(self._engine, projects=None, also=(), since=since, until=max(since, until))
        found = parts(runs, places, (), since, max(since, until))
        sums: Counter[tuple[str, str]] = Counter()
        rows = zip(runs.place[found.run].tolist(), found.busy_milli_s.tolist(), found.service_won.tolist(), strict=True)
        for place, busy, won in rows:
            sums[places[place].path, "busy"] += busy
            sums[places[place].path, "won"] += won
        asked = any(terms.get(one.path, (None, None))[1] is not None for one in pools)
        measured = self.held.available(since, max(since, until)) if asked else {}
        return [
            PoolMonth(one.path, sums[one.path, "busy"], rate, sums[one.path, "won"], promised, measured.get(one.path))
            for one in pools
            for rate, promised in [terms.get(one.path, (None, None))]
        ]

    # what holders owe

    def spent(self) -> Mapping[int, int]:
        """Project → micro-credits in all, what goes on included: each run rounded down, as its row is."""
        return self._sums().credits

    def _sums(self) -> Over:
        """What all runs come to by now: those that are over were added up once, those that go on are added here."""
        with self._lock:
            now = self._clock()
            going = self._reader.going(now)
            found = self._over.copy()
        self._add(found, going, now)
        return found

    def _fold(self, runs: Runs) -> None:
        self._add(self._over, runs, int(runs.ended_at.max()) + 1)

    def _add(self, sums: Over, runs: Runs, until: int) -> None:
        """Each run is rounded by itself, as its row is."""
        if not len(runs):
            return
        prices = self._places.prices(int(runs.placed_at.min()), until)
        places = self._places.of(self.known(), prices)
        found = parts(runs, places, [one for one in prices if one is not None], 0, until)
        for number, micro in zip(runs.project[found.run].tolist(), found.credits_micro.tolist(), strict=True):
            sums.credits[number] += micro
        distinct, measures = summed(found, runs.place[found.run])
        for at, place in enumerate(distinct.tolist()):
            one = sums.by_path.setdefault(places[place].path, dict.fromkeys(MEASURES, 0))
            for name in MEASURES:
                one[name] += int(measures[name][at])
        began = runs.started_at != NEVER
        for number, second in zip(runs.project[began].tolist(), runs.started_at[began].tolist(), strict=True):
            sums.first[number] = min(second, sums.first.get(number, second))

    def _owed(self, now: int) -> Owed:
        """(Project, month) → won: the entries, and what use that is not entered yet will add to them."""
        with self._engine.connect() as connection:
            query = select(granted.c.project, payment.c.at, payment.c.won).join(granted, granted.c.id == payment.c.granted)
            sums: Counter[tuple[int, int]] = Counter()
            for row in connection.execute(query):
                sums[row.project, month_at(row.at)] += row.won
        for number, won in self._people.to_be_charged(self.spent()).items():
            sums[number, month_at(now)] += won
        return sums

    def charge(self) -> tuple[int, ...]:
        """Enter what is due by now; the projects that something was entered for. Done again it does nothing."""
        now, spent = self._clock(), self.spent()
        running = self._running()
        found = []
        for number, one in sorted(self._people.charged().items()):
            used = spent.get(number, 0)
            if used > one.used_micro and charge_due(now, one.last_at, running=number in running, spent=used >= one.given_micro):
                self._people.charge_project(now, project=number, spent_micro=used)
                found.append(number)
        return (*found, *self._charge_held(now))

    def _charge_held(self, now: int) -> list[int]:
        """What holders of servers owe: for what they used and for what stood idle, never for what was lent. Unknown is not charged."""
        found = []
        for number, one in sorted(self._people.charged_held().items()):
            window = self.held.whole(number, now)
            if window is None or window.used is None or window.idle is None:
                continue
            micro = hourly_micro(window.used + window.idle, self._places.weight_ppm(one.pool))
            spent = one.room_micro is not None and micro >= one.room_micro
            if micro > one.used_micro and charge_due(now, one.last_at, running=True, spent=spent):
                self._people.charge(now, number=number, used_micro=micro)
                found.append(one.project)
        return found

    def _running(self) -> set[int]:
        with self._lock:
            one = self._reader.going(self._clock())
        return set(one.project[one.ended_at == NEVER].tolist())


def _run_use(one: Worth, at: int, row: UsedBy, said: Told, names: Mapping[int, str]) -> RunUse:
    run = {name: int(getattr(one.runs, name)[at]) for name in RUN_COLUMNS}
    place = one.places[run["place"]]
    return RunUse(
        attempt=row.key,
        job=_job(run["job"], run["task"]),
        project=names.get(run["project"], f"#{run['project']}"),
        person=run["person"],
        pool=place.path,
        model=place.model,
        milli=run["milli"],
        submitted_at=run["submitted_at"],
        placed_at=run["placed_at"],
        started_at=_second(run["started_at"]),
        ended_at=_second(run["ended_at"]),
        outcome=None if run["outcome"] == NEVER else Outcome(run["outcome"]).name.lower(),
        kept_s=said.kept_s,
        request_s=said.request_s,
        asked=said.asked,
        nodes=said.nodes,
        credits_micro=row.credits_micro,
        won=row.won,
        energy_wh=row.energy_wh,
        electricity_won=row.electricity_won,
        service_won=row.service_won,
    )


def _second(value: int) -> int | None:
    return None if value == NEVER else value


def _pool_use(place: Place, sums: Mapping[str, int] | None) -> PoolUse:
    """A pool on which nothing ran has used nothing of what is known there."""
    if sums is not None:
        pairs = (("wh", "wh"), ("electricity_won", "electricity"), ("service_won", "service"))
        amounts = [known_of(sums, what, f"{unknown}_unknown_milli_s") for what, unknown in pairs]
        return PoolUse(place.path, place.model, place.operator, sums["busy_milli_s"], sums["credits_micro"], *amounts)
    known = (place.watts, None if place.watts is None else place.prices, place.rate_won)
    return PoolUse(place.path, place.model, place.operator, 0, 0, *(None if one is None else 0 for one in known))


def hourly_micro(milli_s: int, weight_ppm: int) -> int:
    """Micro-credits of time that was held, rounded down."""
    return milli_s * weight_ppm // (MILLI * HOUR_S)


def _job(job: int, task: int) -> str:
    return job_id(job, None if task == NEVER else task)
