"""After a restore: what sites have of attempts of which the log knows nothing is taken up again before anything is placed.

A copy is older than the world. Sites go on running what was placed after it was made; the rows that said so are lost. So before the first
decision every site is asked: what it told since the copy is recorded, what was placed and never came there is proved absent, and what runs
or ran there under a key that the log does not know becomes an attempt of the log, under its old key, with its devices and all its facts.
It is an attempt of the job that it was of, where the copy knows that job; else of a job that is made for it (an orphan), charged to its
project where that is known, and over when the attempt is. Nothing is stopped, and nothing that ran is run again.

The same is done where a database was put back by hand: a site then knows a key that the log never gave.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine as Database
from sqlalchemy import select

from dure.adapters.store.current_rows import CurrentRows, Origin
from dure.adapters.store.epochs import Again, adopted_of, reconciled
from dure.adapters.store.people_schema import project as projects
from dure.adapters.store.registry import KnownClass, Registry
from dure.adapters.store.schema import work
from dure.adapters.store.sql import Act, Inbox, SqlStore
from dure.bootstrap.intake import ADOPT, INBOX, Acts
from dure.model.events import Kind, Outcome
from dure.operate.broker import Adopted, Broker, Gathered
from dure.operate.keys import parsed
from dure.operate.ports import Engine, Fact, Held, Presence, Submission
from dure.policy.build import Spec
from dure.policy.layout import JOB_NEW, JOB_QUEUED, MILLI, NONE
from dure.wire.api import parse_job_id
from dure.wire.jobspec import TIME_MOST_S
from dure.wire.quantity import QuantityError

WHO = "restore"
"""Who does the acts that come of it."""
GONE = 'echo "this job was taken up again after a restore: what it runs is not known" >&2; exit 1'


@dataclass(slots=True)
class Asked:
    """What a site answered."""

    facts: Sequence[Fact]
    mark: int
    held: Sequence[Held]
    presences: Mapping[str, Presence]


class Reconciler:
    """Of one leader; asked before its first turn, and again until it is through."""

    def __init__(
        self,
        database: Database,
        store: SqlStore,
        broker: Broker,
        sites: Mapping[str, Engine],
        acts: Acts,
        registry: Registry,
        rows: CurrentRows,
    ) -> None:
        self._database, self._store, self._broker, self._sites, self._acts = database, store, broker, sites, acts
        self._registry, self._rows, self._inbox = registry, rows, Inbox(database)
        self.silent: dict[str, str] = {}
        """Sites that did not answer, and what the system said."""
        with database.connect() as connection:
            self._orphans = {one.key: one.job for one in adopted_of(connection) if one.orphan}

    def withdrawn(self, facts: Sequence[Fact], now: int) -> list[Fact]:
        """An orphan whose attempt was cut short does not wait to run again: nobody knows what it runs."""
        ends = (fact for fact in facts if fact.kind == Kind.ENDED and fact.key in self._orphans and fact.cause > Outcome.TIME_LIMIT)
        return [Fact(Kind.WITHDRAWN, now, job=self._orphans[fact.key]) for fact in ends]

    def through(self, now: int, said: Callable[[str], None]) -> bool:
        """Whether every site agrees with the log; what can be done for that is done."""
        if not self._open_sites() and not self._strange(now):
            return True
        if not self._open_sites():
            new = self._store.renew(now)
            said(f"sites know more than this store, which is an older copy: keys are of epoch {new.number} from here on")
        self._read_acts(now)
        asked = self._ask(now)
        if asked is None:
            return False
        known = [fact for one in asked.values() for fact in one.facts]
        presences = {key: presence for one in asked.values() for key, presence in one.presences.items()}
        if any(presence == Presence.UNKNOWN for presence in presences.values()):
            return False
        self._record(now, Gathered(self._told(known), presences=presences))
        self._make(asked, now)
        for number, again in self._rounds(asked):
            self._take_up(again, asked, now)
            said(f"round {number}: {len(again)} attempts taken up again")
        epoch = self._store.epoch
        marks = {f"site {name}": one.mark for name, one in asked.items()} | {reconciled(name): epoch for name in asked}
        self._record(now, Gathered(self._told(known), marks=marks))
        return True

    def _open_sites(self) -> list[str]:
        """Sites that were not asked yet in this epoch; none in the first epoch, of which nothing can have been lost."""
        if not self._store.epochs:
            return []
        marks, epoch = self._store.marks(), self._store.epoch
        return [name for name in self._sites if marks.get(reconciled(name), 0) != epoch]

    def _strange(self, now: int) -> bool:
        """Whether a site that answers has an attempt of ours of which the log knows nothing."""
        for name, site in self._sites.items():
            try:
                held = site.held(self._store.marks().get(f"site {name}", 0), now)
            except OSError as error:
                self.silent[name] = str(error)
                continue
            if any(self._is_strange(one.key) for one in held):
                return True
        return False

    def _is_strange(self, key: str) -> bool:
        if parsed(key) is None:
            return False
        attempt = self._store.keys.attempt(key)
        return attempt is None or attempt >= int(self._broker.state.meta[0]["attempts"])

    def _read_acts(self, now: int) -> None:
        """Acts of the copy that its broker had not read: the jobs among them have then the numbers that sites know them by."""
        end = self._store.epochs[-1].inbox
        while (since := self._store.marks().get(INBOX, 0)) < end:
            submissions, rules, at = self._acts.read(since, now, self._broker.state, end)
            self._widen(self._acts.wider())
            if at == since:
                return
            self._record(now, Gathered(rules, submissions, marks={INBOX: at}))

    def _widen(self, wider: Spec | None) -> None:
        if wider is not None:
            self._broker.widen(wider)

    def _ask(self, now: int) -> dict[str, Asked] | None:
        """Every site that was not asked yet; None while one of them does not answer."""
        found: dict[str, Asked] = {}
        waiting = defaultdict(list)
        unanswered = [(send.key, send.placement.pool) for send in self._broker.outbox().sends]
        for key, pool in (*unanswered, *self._broker.doubts()):  # asked back before its site said that it has it: it may never have come
            waiting[self._acts.site_of(pool)].append(key)
        for name in self._open_sites():
            site, since = self._sites[name], self._store.marks().get(f"site {name}", 0)
            try:
                facts, mark = site.observe(since, now)
                presences = {key: site.lookup(key, now) for key in waiting[name]}
                found[name] = Asked(facts, mark, site.held(since, now), presences)
            except OSError as error:
                self.silent[name] = str(error)
            else:
                self.silent.pop(name, None)
        return None if self.silent.keys() & set(self._open_sites()) else found

    def _told(self, facts: Sequence[Fact]) -> list[Fact]:
        state = self._broker.state
        return [self._acts.homes.told(fact, state) for fact in facts]

    def _record(self, now: int, gathered: Gathered) -> None:
        facts = [*gathered.facts, *self.withdrawn(gathered.facts, now)]
        self._broker.record(now, Gathered(facts, gathered.submissions, {}, gathered.presences, gathered.marks))

    def _rounds(self, asked: Mapping[str, Asked]) -> Iterator[tuple[int, list[tuple[str, Held]]]]:
        """What is to be taken up again, at most one attempt of a job at a time: the one before has ended when the next was placed."""
        ran = {fact.key for one in asked.values() for fact in one.facts if fact.kind == Kind.STARTED}
        over = {fact.key for one in asked.values() for fact in one.facts if fact.kind in (Kind.ENDED, Kind.REFUSED)}
        left = [(name, held) for name, one in asked.items() for held in one.held if self._is_strange(held.key)]
        left = [(name, held) for name, held in left if held.key in ran or held.key not in over]
        left.sort(key=lambda pair: parsed(pair[1].key) or (0, 0))
        number = 0
        while left:
            number += 1
            first: dict[tuple[str, int], tuple[str, Held]] = {}
            for name, held in left:
                first.setdefault((held.id, held.job), (name, held))
            chosen = {held.key for _, held in first.values()}
            left = [(name, held) for name, held in left if held.key not in chosen]
            yield number, list(first.values())

    def _take_up(self, again: Sequence[tuple[str, Held]], asked: Mapping[str, Asked], now: int) -> None:
        """Adopt, then record what was told of it."""
        facts = [fact for one in asked.values() for fact in one.facts]
        began: dict[str, int] = {}
        for fact in facts:
            if fact.kind == Kind.STARTED:
                began[fact.key] = min(fact.at, now)
        submissions: list[Submission] = []
        found: list[Adopted] = []
        told: dict[int, Again] = {}
        number = int(self._broker.state.meta[0]["attempts"])
        for name, held in again:
            job = self._same_job(held)
            orphan = job is None
            if job is None:
                made = self._orphan(name, held, now, len(submissions))
                submissions.append(made)
                job = made.job
                self._orphans[held.key] = job
            runs = self._runs(held, job if not orphan else None)
            told[number] = Again(number, held.key, name, job, orphan, now)
            found.append(Adopted(held.key, job, runs, began.get(held.key, now)))
            number += 1
        self._widen(self._acts.wider())
        self._rows.announce_again(told)
        self._note(told, found, now)
        self._broker.adopt(now, submissions, found)
        keys = {one.key for one in found}
        self._record(now, Gathered(self._told([fact for fact in facts if fact.key in keys])))

    def _make(self, asked: Mapping[str, Asked], now: int) -> None:
        """Tasks that run at a site and were jobs of the log that is lost become jobs of this one: nobody makes them again."""
        submissions: list[Submission] = []
        for held in (held for one in asked.values() for held in one.held if self._is_strange(held.key)):
            number, task = _named(held)
            if number is not None and task is not None and number < self._lost(held):
                submissions += self._acts.slices.ensure(number, task)
        self._record(now, Gathered(submissions=submissions))

    def _lost(self, held: Held) -> int:
        """The first act of those that an attempt's leader may have read and that are others now."""
        parts = parsed(held.key)
        assert parts is not None
        ends = [one.inbox for one in self._store.epochs if one.number > parts[0]]
        return ends[0] if ends else 1 << 62

    def _same_job(self, held: Held) -> int | None:
        """The job of the log that the attempt is of: it waits, and was asked for before the copy was made.

        A site that was told says which one, by act and task. Else it is the number that tells; of arrays that is not the same in two logs.
        """
        number, task = _named(held)
        which = work.c.job == held.job
        if number is not None:
            which = (work.c.inbox == number) & (work.c.task.is_(None) if task is None else work.c.task == task)
        with self._database.connect() as connection:
            row = connection.execute(select(work.c.job, work.c.inbox, work.c.name).where(which)).one_or_none()
        if row is None or row.inbox >= self._lost(held) or held.name not in ("", row.name):
            return None
        job: int = row.job
        jobs = self._broker.state.job
        slots = jobs[(jobs["id"] == job) & ((jobs["state"] == JOB_QUEUED) | (jobs["state"] == JOB_NEW)) & (jobs["attempt"] == NONE)]
        return job if len(slots) and self._nodes(held, int(slots[0]["klass"])) else None

    def _nodes(self, held: Held, klass: int | None) -> list[tuple[int, int]]:
        """(node, milli-devices) of each server that it has, all nodes of one pool, as all of an attempt is.

        A server that was another holder's meanwhile is a node of several pools: of those that have all of these servers (and where the
        class can run) it is the one where most of them are now. Nothing where there is none.
        """
        state = self._broker.state
        each = [(server, milli) for first, count, milli in held.runs for server in range(first, first + count)]
        nodes = [self._acts.homes.nodes_of(server, state) for server, _ in each]
        pools = [{int(state.node[node]["pool"]): node for node in of} for of in nodes]
        common = set.intersection(*map(set, pools))
        if klass is not None:
            common = {pool for pool in common if int(state.fit_of[klass, pool]) != NONE}
        if not common:
            return []
        here = [int(state.node[of[0]]["pool"]) for of in nodes]
        best = max(sorted(common), key=here.count)
        return [(of[best], milli) for of, (_, milli) in zip(pools, each, strict=True)]

    def _runs(self, held: Held, job: int | None) -> tuple[tuple[int, int, int, int], ...]:
        state = self._broker.state
        klass = None if job is None else int(state.job[state.job["id"] == job][0]["klass"])
        nodes = self._nodes(held, klass)
        assert nodes, f"{held.key} has servers of several pools: {held.runs}"
        return tuple((int(state.node[node]["pool"]), node, 1, milli) for node, milli in nodes)

    def _orphan(self, site: str, held: Held, now: int, place: int) -> Submission:
        """A job for an attempt whose request was lost: an act of its own says what is known of it."""
        with self._database.connect() as connection:
            number = connection.execute(select(projects.c.number).where(projects.c.name == held.project)).scalar_one_or_none() or 0
        party = self._registry.party(number) if number else None
        if party is None:
            number, party = 0, self._registry.join(0, dedicated=True)
        devices = -(-sum(nodes * each for _, nodes, each in held.runs) // MILLI)
        klass = self._registry.klass(KnownClass(devices, 0, tuple((one.pool, 1_000_000) for one in self._registry.grounds)))
        spec = {"name": held.name or "adopted", "project": held.project or None, "accelerators": devices, "run": GONE}
        spec["time"] = f"{held.limit_s or TIME_MOST_S}s"
        of = {"key": held.key, "site": site, "job": held.job}
        body: dict[str, object] = {"spec": spec, "project": number, "person": 0, "files": [], **of}
        act = self._inbox.put([Act(f"{ADOPT}:{held.key}", ADOPT, WHO, now, body)])[0].number
        job = self._store.jobs_known + place
        self._rows.announce({job: Origin(act, None, held.name or "adopted", number, 0, devices)})
        self._acts.made(1)
        return Submission(now, job, klass, held.limit_s or TIME_MOST_S, party)

    def _note(self, told: Mapping[int, Again], found: Sequence[Adopted], now: int) -> None:
        """What was taken up again stands in the order of all acts."""
        acts = []
        for one, again in zip(found, told.values(), strict=True):
            body: dict[str, object] = {
                "what": "attempt.adopted",
                "key": one.key,
                "site": again.site,
                "job": again.job,
                "attempt": again.attempt,
            }
            acts.append(Act(f"adopted:{one.key}:{again.attempt}", "note", WHO, now, body | {"orphan": again.orphan}))
        self._inbox.put(acts)


def _named(held: Held) -> tuple[int | None, int | None]:
    """Act and task of the job that an attempt is of, as its site was told."""
    try:
        return parse_job_id(held.id)
    except QuantityError:
        return None, None
