"""The accounts of a served programme: what was used, what it is worth, what holders are charged, from the attempts of its store."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
from sqlalchemy import Engine, select

from dure.adapters.store.people import People
from dure.adapters.store.people_schema import granted, organisation, payment, project
from dure.adapters.store.registry import known
from dure.adapters.store.runs_read import Period, read_newest, read_newest_jobs
from dure.adapters.store.runs_told import Told, told
from dure.bootstrap.held import Held, Promise
from dure.bootstrap.places import Places
from dure.bootstrap.used import Known, Owed, RunsWorth, Used, sums_by
from dure.ledger.access import Access
from dure.ledger.books import MEASURES, NEVER, RUN_COLUMNS, Bill, Entry, Ints, Place, Runs, journal
from dure.ledger.cells import Cells, cells_of
from dure.ledger.months import begins_at, month_at, month_name
from dure.ledger.settlement import PoolMonth, Settlement, settled_for, settlement
from dure.ledger.use import By, UsedBy, by_place, known_of, used_by
from dure.model.events import Outcome
from dure.model.units import HOUR_S, MILLI
from dure.programme.allocations import charge_due
from dure.programme.watch import Window
from dure.web.ports import PoolUse
from dure.wire.api import job_id
from dure.wire.books_api import RunUse

BY_POOL_S = 10.0
"""How long what was used of each pool is told again: whoever watches asks often."""
NO_LIMIT = 1 << 62


class Accounts:
    """May be asked from any thread; only `charge` writes."""

    def __init__(self, engine: Engine, places: Places, people: People, held: Held, clock: Callable[[], int]) -> None:
        self._engine, self._places, self._people, self.held, self._clock = engine, places, people, held, clock
        self._used = Used(engine, places)
        self._by_pool: tuple[float, tuple[PoolUse, ...]] = (-BY_POOL_S, ())
        self._entered: dict[int, int] = {}
        """When use of a project's credits was entered last: where nothing is paid no entry says so."""

    def used(
        self, by: By, *, projects: Collection[int] | None = None, month: int | None = None, most: int | None = None
    ) -> tuple[UsedBy, ...]:
        """Rows of use of some projects (None: of all) in a month (None: ever): the newest `most` attempts or jobs, all others by name."""
        if by in ("attempt", "job"):
            return self._used_singly(by, projects, month, most)
        with self._used.lock:
            one = self._used.known(self._clock())
            cells, owed = one.owed(self._owed(one), projects, month)
        key, name = self._keys(by, cells, one.places)
        rows = used_by(cells, key, owed, name, whole=month is None and by != "month")
        rows = rows if by == "month" else tuple(sorted(rows, key=lambda row: row.name))
        return rows[:most]

    def _used_singly(self, by: By, projects: Collection[int] | None, month: int | None, most: int | None) -> tuple[UsedBy, ...]:
        period, limit = _period(month), NO_LIMIT if most is None else most
        if by == "job":
            runs = read_newest_jobs(self._engine, projects=projects, period=period, most=limit)
        else:
            runs = read_newest(self._engine, projects=projects, period=period, before=None, most=limit)
        one = self._worth(runs, month)
        names = dict(zip(runs.attempt.tolist(), zip(runs.job.tolist(), runs.task.tolist(), strict=True), strict=True))
        key = (runs.attempt if by == "attempt" else runs.job)[one.parts.run]
        rows = _single_rows(one, key, lambda number: job_id(number) if by == "job" else _job(*names[number]), month)
        return tuple(row._replace(jobs=1) for row in reversed(rows))

    def _worth(self, runs: Runs, month: int | None) -> RunsWorth:
        with self._used.lock:
            one = self._used.known(self._clock())
            return self._used.runs(runs, self._owed(one), month, one.now)

    def _keys(self, by: By, cells: Cells, places: Sequence[Place]) -> tuple[Ints, Callable[[int], str]]:
        if by == "month":
            return cells.key("month"), month_name
        if by == "person":
            return cells.key("person"), lambda key: f"p{key}"
        if by == "project":
            names = self.project_names()
            return cells.key("project"), lambda key: names.get(key, f"#{key}")
        if by == "organisation":
            of, called = self._organisations()
            table = np.array([of.get(number, 0) for number in cells.key("project").tolist()], np.int64)
            return table, lambda key: called.get(key, f"#{key}")
        key, names = by_place(places, cells.key("place"), lambda place: str(getattr(place, by)))
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

    def runs(self, projects: Collection[int] | None, month: int | None, before: int | None, limit: int) -> tuple[RunUse, ...]:
        """Runs with what they are worth, newest first, those numbered below `before`."""
        runs = read_newest(self._engine, projects=projects, period=_period(month), before=before, most=limit)
        one, names = self._worth(runs, month), self.project_names()
        rows = _single_rows(one, runs.attempt[one.parts.run], str, month)
        said = told(self._engine, known(self._engine), [row.key for row in rows])
        at = {number: place for place, number in enumerate(runs.attempt.tolist())}
        return tuple(_run_use(one, at[row.key], row, said[row.key], names) for row in reversed(rows) if row.key in said)

    def by_pool(self) -> tuple[PoolUse, ...]:
        """What was used of each pool of the scenario, servers that are held in it included."""
        at, kept = self._by_pool
        if time.monotonic() - at > BY_POOL_S:
            with self._used.lock:
                one = self._used.known(self._clock())
                cells = one.cells()
            sums = _by_path(cells, one.places)
            kept = tuple(_pool_use(place, sums.get(place.path)) for place in self._places.pools)
            self._by_pool = (time.monotonic(), kept)
        return kept

    def access(self) -> tuple[Access, ...]:
        """When each project first applied, was granted something, and ran a job; by name."""
        first = self._used.known(self._clock()).first
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
        with self._used.lock:
            one = self._used.known(self._clock())
            cells, owed = one.cells(month=month), self._owed(one)
        names, bills = self.project_names(), []
        key = cells.key("project") * len(one.places) + cells.key("place")
        for at, won in sorted(sums_by(cells, key, "electricity_won").items()):
            number, place = divmod(at, len(one.places))
            bills.append(Bill(names.get(number, f"#{number}"), one.places[place], won))
        paid = [(names.get(number, f"#{number}"), won) for (number, when), won in sorted(owed.items()) if when == month]
        return journal(month, [self._due(operator, month) for operator in self.operators()], bills, paid)

    def _due(self, operator: str, month: int) -> Settlement:
        """As it was signed, or as it is known now."""
        signed = (one.settlement for one in self._people.settled(operator))
        return next((one for one in signed if one.month == month), None) or self.settlement(operator, month)

    def settlement(self, operator: str, month: int) -> Settlement:
        """What is due to an operator for a month as it is known now, with corrections of the months that were signed before."""
        signed = [one.settlement for one in self._people.settled(operator) if one.settlement.month < month]
        before = {}
        for one in signed:
            worth = settlement(operator, one.month, self._pools(operator, one.month), {}).won
            before[one.month] = (settled_for(signed, one.month), worth)
        return settlement(operator, month, self._pools(operator, month), before)

    def _pools(self, operator: str, month: int) -> list[PoolMonth]:
        """An operator's pools in a month. A run is paid by the rate of when it was placed; the last rate of the month stands beside it."""
        pools = [one.path for one in self._places.pools if one.operator == operator]
        with self._used.lock:
            one = self._used.known(self._clock())
            sums, dated = _by_path(one.cells(month=month), one.places), self._used.dated()
        since, until = begins_at(month), max(begins_at(month), min(one.now, begins_at(month + 1)))
        terms = dated.at(until - 1)
        measured = self.held.available(since, until) if any(terms[path].promised_ppm is not None for path in pools) else {}
        found = []
        for path in pools:
            of, agreed = sums.get(path, dict.fromkeys(MEASURES, 0)), terms[path]
            found.append(PoolMonth(path, of["busy_milli_s"], agreed.rate_won, of["service_won"], agreed.promised_ppm, measured.get(path)))
        return found

    # what holders owe

    def spent(self) -> Mapping[int, int]:
        """Project → micro-credits in all, what goes on included: each run rounded down, as its row is."""
        with self._used.lock:
            return _spent(self._used.known(self._clock()))

    def _owed(self, one: Known) -> Owed:
        """(Project, month) → won: the entries, and what use that is not entered yet will add to them."""
        with self._engine.connect() as connection:
            query = select(granted.c.project, payment.c.at, payment.c.won).join(granted, granted.c.id == payment.c.granted)
            sums: Counter[tuple[int, int]] = Counter()
            for row in connection.execute(query):
                sums[row.project, month_at(row.at)] += row.won
        for number, won in self._people.to_be_charged(_spent(one)).items():
            sums[number, month_at(one.now)] += won
        return sums

    def charge(self) -> tuple[int, ...]:
        """Enter what is due by now; the projects that something was entered for. Done again it does nothing."""
        with self._used.lock:
            all_runs = self._used.known(self._clock())
            now, spent, running = all_runs.now, _spent(all_runs), all_runs.running
        found = []
        for number, one in sorted(self._people.charged().items()):
            used, last_at = spent.get(number, 0), self._entered.get(number, one.last_at)
            ended = used >= one.given_micro > one.used_micro
            if used > one.used_micro and charge_due(now, last_at, running=number in running, spent=ended):
                self._people.charge_project(now, project=number, spent_micro=used)
                self._entered[number] = now
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


def _period(month: int | None) -> Period | None:
    return None if month is None else Period(begins_at(month), begins_at(month + 1))


def _spent(one: Known) -> Counter[int]:
    cells = one.cells()
    return sums_by(cells, cells.key("project"), "credits_micro")


def _by_path(cells: Cells, places: Sequence[Place]) -> Mapping[str, Mapping[str, int]]:
    """Everything that is measured, by pool of the scenario."""
    key, names = by_place(places, cells.key("place"), lambda place: place.path)
    found: dict[str, dict[str, int]] = {}
    for name in MEASURES:
        for number, value in sums_by(cells, key, name).items():
            found.setdefault(names[number], {})[name] = value
    return found


def _single_rows(one: RunsWorth, key: Ints, name: Callable[[int], str], month: int | None) -> tuple[UsedBy, ...]:
    cells = cells_of(one.runs, one.parts, np.zeros(len(one.runs), np.bool_))
    return used_by(cells, key, one.owed, name, whole=month is None)


def _run_use(one: RunsWorth, at: int, row: UsedBy, said: Told, names: Mapping[int, str]) -> RunUse:
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
