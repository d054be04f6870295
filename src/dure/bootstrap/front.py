"""`dure serve`: the web in this process, broker and worker in processes of their own that are started again when they die.

They share the store and nothing else: the web goes on taking jobs while the broker is down, and a broker that lost its web goes on
placing them. Whichever broker started last leads.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, func, select

import dure
from dure.adapters.engines.local_outputs import LocalOutputs
from dure.adapters.engines.local_shell import LocalShells
from dure.adapters.senders import mail_of
from dure.adapters.store.blobs import Blobs
from dure.adapters.store.current import INBOX, Current
from dure.adapters.store.current_rows import not_over
from dure.adapters.store.data_files import DataFiles
from dure.adapters.store.data_sets import DataSets
from dure.adapters.store.engine import connect
from dure.adapters.store.migrate import migrate
from dure.adapters.store.occupied import working
from dure.adapters.store.people import People
from dure.adapters.store.registry import held_servers
from dure.adapters.store.rollups import Seals, days, month_of
from dure.adapters.store.rules import rule_sets
from dure.adapters.store.schema import head, job_array, mark, work
from dure.adapters.store.sql import Inbox
from dure.adapters.store.upkeep import words
from dure.bootstrap.accounts import Accounts
from dure.bootstrap.copies import Copies
from dure.bootstrap.held import Held
from dure.bootstrap.live import Live
from dure.bootstrap.orphans import with_me
from dure.bootstrap.places import Places
from dure.bootstrap.serve import Served, sites
from dure.bootstrap.sites import DATA, simulated
from dure.bootstrap.turning import gone
from dure.bootstrap.warm import LAST
from dure.jit import is_cached
from dure.ledger.recorded import LOSSES
from dure.ledger.waterfall import LINES
from dure.model.errors import InputError, MissingError, StoreError, Where
from dure.model.reasons import CAUSES, STEPS, Reason
from dure.model.work import JobState
from dure.operate.payer import Holding
from dure.web.desk import Desk
from dure.web.fleet import Fleet
from dure.web.ports import NodeOf, Period, PoolRates, RatesNow, Seal, Shelf, UsageOf
from dure.web.room import JobLimits, Open, Room
from dure.web.services import Limits, Services

GRACE_S = 10
AGAIN_S, AGAIN_MOST_S = 0.5, 30.0
"""How long a broker that died is waited for; twice as long each time it dies at once."""
LIVED_S = 30.0
KEPT_OUT, KEPT_OUT_S = StoreError.exit_code, 60.0
"""The exit code of a broker that the store does not let lead (another one does, say): started again at once it would only take it back."""
LOOK_AGAIN_S = 1.0
COMPILES_S = 120.0
"""How long the compiling of a broker's first start is waited for."""
MODELS_S = 2.0
"""How long what a project's credits are for is not read again: submitting reads it."""
HOLDERS_S = 0.25
"""The same of servers that projects hold; less than somebody takes between a grant and the next job."""
SEALS_SHOWN = 1_000
DAYS_SHOWN = 31
HISTORY_S = 60.0
"""How old the days and months may be that are shown: they change by the hour."""
UNREAD_S = 120.0
"""So old an act that nobody has read says that no broker goes on, however few there are."""
BEHIND_MOST = 1_000
"""Acts that nobody has read: more, and there is no broker, or one that cannot keep up."""


@dataclass(frozen=True, slots=True)
class Listening:
    """What whoever starts it is told: `token` is the administrator's on the first start."""

    url: str
    data: Path
    token: Path | None


@dataclass
class Names:
    """Names and numbers of projects, which do not change, so what was found stays known; and what their credits are for."""

    people: People
    _number: dict[str, int] = field(default_factory=dict)
    _name: dict[int, str] = field(default_factory=dict)
    _models: dict[int, tuple[float, Sequence[str] | None]] = field(default_factory=dict)

    def number(self, name: str) -> int | None:
        if name not in self._number:
            try:
                self._learn(self.people.project(name).number, name)
            except MissingError:
                return None
        return self._number[name]

    def name(self, number: int) -> str | None:
        if number not in self._name:
            try:
                self._learn(number, self.people.project_of(number).name)
            except MissingError:
                return None
        return self._name[number]

    def models(self, number: int) -> Sequence[str] | None:
        """What its credits are for, as it was at most MODELS_S ago."""
        if not self.fresh(number):
            self._models[number] = (time.monotonic(), self.people.models_of(number))
        return self._models[number][1]

    def fresh(self, number: int) -> bool:
        """Whether that is known."""
        known = self._models.get(number)
        return known is not None and time.monotonic() - known[0] <= MODELS_S

    def _learn(self, number: int, name: str) -> None:
        self._number[name], self._name[number] = number, name


class Holders:
    """Servers that projects hold: whoever submits is told what pays for it, and a thousand submits a second do not ask a thousand times."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._at, self._of = -HOLDERS_S, dict[int, list[Holding]]()

    def now(self, project: int) -> Sequence[Holding]:
        """As the store says it."""
        asked, of = time.monotonic(), dict[int, list[Holding]]()
        for number, one in held_servers(self._engine):
            of.setdefault(number, []).append(one)
        self._at, self._of = asked, of
        return of.get(project, [])

    def lately(self, project: int) -> Sequence[Holding] | None:
        """As the store said it at most HOLDERS_S ago; None where that is longer ago."""
        return self._of.get(project, []) if time.monotonic() - self._at <= HOLDERS_S else None


class Supervisor:
    """A process that is started again whenever it ends, until `close`."""

    def __init__(self, command: list[str], said: Callable[[int], None], env: Mapping[str, str] | None = None) -> None:
        """`said` is told the exit code of one that ended by itself."""
        self._command, self._said, self._env = command, said, env
        self._over = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        child = self._child
        return child is not None and child.poll() is None

    @property
    def pid(self) -> int | None:
        return None if self._child is None else self._child.pid

    def close(self) -> None:
        """Ask it to end, and see that it does."""
        self._over.set()
        child = self._child
        if child is not None and child.poll() is None:
            child.terminate()
            try:
                child.wait(GRACE_S)
            except subprocess.TimeoutExpired:
                child.kill()
        self._thread.join(GRACE_S)

    def _watch(self) -> None:
        wait_s = AGAIN_S
        while not self._over.is_set():
            started = time.monotonic()
            # A session of its own: Ctrl-C is for the web, which then asks the broker to end.
            self._child = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, env=self._env, start_new_session=True)
            code = self._child.wait()
            if self._over.is_set():
                return
            self._said(code)
            wait_s = pause_s(code, time.monotonic() - started, wait_s)
            self._over.wait(wait_s)


def pause_s(code: int, lived_s: float, last_s: float) -> float:
    """How long one that ended is left alone, after it lived so long and was last left alone so long."""
    if code == KEPT_OUT:
        return KEPT_OUT_S
    return AGAIN_S if lived_s > LIVED_S else min(last_s * 2, AGAIN_MOST_S)


def command_of(part: str, served: Served) -> list[str]:
    """`broker` or `worker` as a process; the address of a store may hold a password, so it goes by the environment."""
    return [sys.executable, "-m", "dure", part, str(served.scenario), "--data", str(served.data)]


def environment_of(served: Served) -> dict[str, str]:
    source = str(Path(dure.__file__).parents[1])
    path = os.pathsep.join(part for part in (source, os.environ.get("PYTHONPATH", "")) if part)
    return with_me({**os.environ, "PYTHONPATH": path, **({"DURE_STORE": served.store} if served.store else {})})


class Seen:
    """The broker's State as the web shows it: causes become lines of the waterfall, numbers of projects their names."""

    def __init__(self, live: Live, names: Names, models: Mapping[str, str], acts: Callable[[], int], engine: Engine, data: Path) -> None:
        """`models`: the catalogue's name of each pool's accelerator; `acts`: how many were accepted."""
        self._data = data
        self._engine, self._seals = engine, Seals(engine)
        self._history: tuple[Sequence[Period], Sequence[Period]] = ((), ())
        self._history_at = -HISTORY_S
        self._acts = acts
        self._live, self._names, self._models = live, names, models
        self._warm = threading.Event()
        threading.Thread(target=self._first, name="follower", daemon=True).start()

    def _first(self) -> None:
        """The first look reads the log behind the broker's snapshot: nobody's request waits for it.

        Before a broker has led for the first time the store does not say what the numbers of pools stand for: it is looked again. On a
        first start the broker compiles what is needed here too; doing the same beside it would only slow it down.
        """
        from sqlalchemy.exc import SQLAlchemyError

        until = time.monotonic() + COMPILES_S
        while not is_cached(LAST) and time.monotonic() < until:
            time.sleep(LOOK_AGAIN_S)
        while not self._warm.is_set():
            try:
                self._live.now()
            except (SQLAlchemyError, ValueError, IndexError, KeyError):
                time.sleep(LOOK_AGAIN_S)
            else:
                self._warm.set()

    def why(self, id: int, task: int | None) -> Sequence[Reason]:
        return [self._named(one) for one in self._live.why(id, task)] if self._warm.is_set() else ()

    def why_of(self, numbers: Sequence[int]) -> Mapping[int, Sequence[Reason]]:
        if not self._warm.is_set():
            return {}
        return {number: [self._named(one) for one in said] for number, said in self._live.why_of(numbers).items()}

    def rates(self) -> RatesNow:
        if not self._warm.is_set():
            return RatesNow(None, ())
        at, pools = self._live.now()
        return RatesNow(at or None, [PoolRates(pool.path, self._models[pool.path], lines(pool.milli)) for pool in pools])

    def nodes(self, after: int, limit: int, wanted: Callable[[str, str], bool]) -> Sequence[NodeOf]:
        if not self._warm.is_set():
            return ()
        found = self._live.nodes(after, limit, lambda pool, mode: wanted(pool, mode.name.lower()))
        return [
            NodeOf(
                number=one.number,
                node=f"{one.pool}/{one.place}",
                pool=one.pool,
                model=self._models[one.pool],
                mode=one.mode.name.lower(),
                since=one.since,
                milli=one.milli,
                busy_milli=one.busy_milli,
                placed_milli=one.placed_milli,
                project=None if one.holder is None else self._name(one.holder),
                jobs=one.jobs,
            )
            for one in found
        ]

    def usage(self, project: int | None) -> Sequence[UsageOf]:
        found = self._live.used(project)
        return [UsageOf(self._name(one.project), one.jobs, one.busy_milli_s, one.credits_micro) for one in found]

    def seals(self) -> Sequence[Seal]:
        return [Seal(one.first, one.last, one.head) for one in self._seals.all(SEALS_SHOWN)]

    def history(self) -> tuple[Sequence[Period], Sequence[Period]]:
        if time.monotonic() - self._history_at > HISTORY_S:
            self._history, self._history_at = self._periods(), time.monotonic()
        return self._history

    def _periods(self) -> tuple[Sequence[Period], Sequence[Period]]:
        """From rollups alone: finished work is never looked through."""
        by_day = days(self._engine, 0)
        by_month: dict[int, list[int]] = {}
        for day, amounts in by_day.items():
            month = by_month.setdefault(month_of(day)[0], [0] * len(LINES))
            month[:] = [a + b for a, b in zip(month, amounts, strict=True)]
        last = sorted(by_day)[-DAYS_SHOWN:]
        return [_period(at, by_day[at]) for at in last], [_period(at, by_month[at]) for at in sorted(by_month)]

    def ready(self) -> str:
        """A broker that leads reads what is asked within seconds, and the threads of a worker turn."""
        unread, oldest = self._live.behind()
        if unread > BEHIND_MOST or (oldest is not None and time.time() - oldest > UNREAD_S):
            return "broker"
        return gone(self._data, time.time()) if self._warm.is_set() else "follower"

    def counts(self) -> Mapping[str, int]:
        """Acts are kept by the web itself; rows are known as far as they were read."""
        rows = {"rows": self._live.seq} if self._warm.is_set() else {}
        return {**rows, "acts": self._acts(), "unread": self._live.behind()[0]}

    def _name(self, number: int) -> str:
        return self._names.name(number) or f"#{number}"

    def _named(self, one: Reason) -> Reason:
        told = ((name, self._name(value) if name == "project" and isinstance(value, int) else value) for name, value in one.params)
        return Reason(one.code, tuple(told))


def _period(since_s: int, amounts: Sequence[int]) -> Period:
    """Amounts by line as the page has them: what was busy of any kind in one."""
    found = dict(zip(LINES, amounts, strict=True))
    return Period(since_s, lines(found | {"busy": sum(found[name] for name in (*LOSSES, "productive"))}))


def lines(milli: Mapping[str, int]) -> dict[str, int]:
    """Lines and causes of the waterfall down to busy, from what each cause takes and what is busy; exact, in milli-accelerators.

    What becomes of busy time is known when an attempt ends: productive time has no line of one moment.
    """
    found = {"busy": milli["busy"]}
    causes = [cause for cause in CAUSES if cause.step != "productive"]
    found |= {cause.name: milli.get(cause.name, 0) for cause in causes}
    below = milli["busy"]
    for step in ("busy", "available", "powered", "installed"):
        above = STEPS[STEPS.index(step) - 1]
        below += sum(found[cause.name] for cause in causes if cause.step == step)
        found[above] = below
    return found


class Front:
    """Services on the store of a served programme; `close` keeps what waits."""

    def __init__(self, served: Served, limits: Limits | None = None) -> None:
        """Raises InputError where the scenario does not hold, StoreError where the store is of another release."""
        served.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._engine = connect(served.address)
        self._held = ExitStack()
        self._held.enter_context(working(self._engine))
        migrate(self._engine)
        inbox = Inbox(self._engine)
        self.people = People(self._engine, inbox)
        grounds = served.grounds()
        fleet = Fleet(grounds.loaded, grounds.models)
        taken = grounds.scenario.policy.limits
        models = {path: pool.accelerator.id for path, pool in grounds.models.pools.items()}
        self.first_token = self.people.bootstrap(served.data, int(time.time()), {pool.path: pool.nodes for pool in grounds.floor.pools})
        names = Names(self.people)
        engines = sites(served)
        held, held_by = Held(self._engine), Holders(self._engine)
        self.accounts = Accounts(self._engine, Places(grounds), self.people, held, lambda: int(time.time()))
        self.services = Services(
            inbox=inbox,
            desk=Desk(inbox.put, behind=lambda: _behind(self._engine), behind_most=taken.inbox),
            current=Current(self._engine),
            people=self.people,
            live=Seen(Live(self._engine, grounds, served.data), names, models, lambda: _acts(self._engine), self._engine, served.data),
            blobs=Blobs(served.data / "blobs"),
            fleet=fleet,
            projects=names,
            logs=dict(engines),
            shells={name: LocalShells(served.data / "sites" / name) for name in engines},
            mails=mail_of(os.environ) is not None,
            outputs={name: LocalOutputs(served.data / "sites" / name) for name in engines},
            limits=limits or Limits(),
            holdings=held_by.now,
            held_lately=held_by.lately,
            room=Room(lambda: _open(self._engine), JobLimits(taken.jobs_project, taken.jobs_person)),
            upkeeps=lambda: words(self._engine),
            rule_sets=lambda: rule_sets(self._engine),
            held=held.windows,
            books=self.accounts,
            data=Shelf(
                DataSets(self._engine, inbox),
                DataFiles(served.data / DATA),
                Copies(engines, grounds.scenario),
                taken.data_gb * 1_000_000_000,
            ),
            simulated=simulated(grounds),
            title=grounds.scenario.programme.name or "dure",
            title_ko=grounds.scenario.programme.name_ko or "",
        )

    def close(self) -> None:
        self.services.desk.close()
        self._held.close()
        self._engine.dispose()


def _acts(engine: Engine) -> int:
    with engine.connect() as connection:
        found: int = connection.execute(select(head.c.inbox)).scalar_one()
    return found


def _open(engine: Engine) -> Open:
    """Open jobs by project and person, every task of an array one of them, and how far the broker has read, as of one moment."""
    a = job_array.c
    read = select(func.coalesce(func.max(mark.c.position), 0)).where(mark.c.source == INBOX)
    counts = select(work.c.project, work.c.person, func.count()).where(work.c.state < int(JobState.COMPLETED), work.c.task.is_(None))
    left = func.sum(a.tasks - a.made - a.dropped + a.queued + a.active)
    arrays = select(a.project, a.person, left).where(not_over()).group_by(a.project, a.person)
    with engine.connect() as connection:
        position: int = connection.execute(read).scalar_one()  # read first: what comes between is counted twice rather than not at all
        found = Counter[tuple[int, int]]()
        for project, person, tasks in (*connection.execute(counts.group_by(work.c.project, work.c.person)), *connection.execute(arrays)):
            found[project, person] += int(tasks)
        return Open(found, position)


def _behind(engine: Engine) -> int:
    """Acts that were accepted and that the broker has not read."""
    read = select(func.coalesce(func.max(mark.c.position), 0)).where(mark.c.source == INBOX).scalar_subquery()
    with engine.connect() as connection:
        found: int = connection.execute(select(head.c.inbox - read)).scalar_one()
    return found


def listen(host: str, port: int) -> socket.socket:
    """A socket that takes connections from now on. Raises InputError where somebody else has the port."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=2048)
    except OSError as error:
        remedy = "name another --port or --host"
        if error.errno == errno.EADDRINUSE:
            remedy = "name another --port; a second programme needs its own --data too: two services on one folder are one programme"
        raise InputError(f"nobody can listen there: {error.strerror or error}", where=Where(f"{host}:{port}"), remedy=remedy) from None


def url_of(there: socket.socket) -> str:
    host, port = there.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run(front: Front, there: socket.socket) -> None:
    """Answer until SIGTERM or SIGINT."""
    import uvicorn

    from dure.adapters.oidc import settings_of
    from dure.web.app import create_app
    from dure.web.oidc import install

    app = create_app(front.services)
    login = settings_of(os.environ)
    if login is not None:
        install(app, login)
    config = uvicorn.Config(app, log_level="critical", access_log=False, server_header=False, timeout_graceful_shutdown=GRACE_S // 2)
    for one in (signal.SIGTERM, signal.SIGINT):  # uvicorn raises again what ended it: there is still a broker to be ended
        signal.signal(one, lambda number, frame: None)
    uvicorn.Server(config).run(sockets=[there])
