"""What a programme needs done that is neither the web's nor the leader's: a list of chores, each with how often.

A chore may be done by two processes at once and be done again after one died half-way: each changes the store in one transaction under a
key of its own, or only reads. So one worker is enough, a second does no harm, and without any the web answers and jobs run as before;
what is charged, ended and compared comes late then, and nothing is lost. Snapshots are the broker's: they hold what it alone knows.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from dure.adapters.store.data_files import DataFiles
from dure.adapters.store.data_sets import DataSets
from dure.adapters.store.engine import connect
from dure.adapters.store.migrate import migrate
from dure.adapters.store.occupied import working
from dure.adapters.store.people import People
from dure.adapters.store.replay import compared
from dure.adapters.store.rollups import roll
from dure.adapters.store.sql import Inbox
from dure.bootstrap.accounts import Accounts
from dure.bootstrap.held import Held
from dure.bootstrap.orphans import end_with_parent
from dure.bootstrap.places import Places
from dure.bootstrap.serve import Served
from dure.bootstrap.sites import DATA
from dure.bootstrap.tell import Teller
from dure.bootstrap.turning import Turning
from dure.model.errors import DureError

SOON_S, NIGHTLY_S = 10, 86_400
NIGHT_S = 18 * 3_600
"""The second of a day in UTC at which nightly chores are due: three in the morning in Korea."""
LOOK_S = 1.0
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Worker:
    """What chores work with."""

    engine: Engine
    people: People
    accounts: Accounts
    teller: Teller
    now: Callable[[], int]
    said: Callable[[str], None]
    data: Path | None = None
    """Where the pieces of data sets lie; None: nowhere."""


class Chore(NamedTuple):
    """`every_s`: seconds between two times; a day: at night."""

    name: str
    every_s: int
    do: Callable[[Worker], object]


def roll_up(worker: Worker) -> None:
    """Hours that are over are rolled up, and the log is sealed as far as they go."""
    roll(worker.engine, worker.now())


def tell(worker: Worker) -> None:
    """Notices of jobs that are due go out."""
    worker.teller.tell()


def charge(worker: Worker) -> None:
    """What holders owe is entered, and a budget that is used up stops its project."""
    worker.accounts.charge()


def end_terms(worker: Worker) -> None:
    """Terms end when they end, whether or not anybody asks; credits that a term leaves unspent go back."""
    worker.people.end_terms(worker.now(), worker.accounts.spent)


def compare(worker: Worker) -> None:
    """The whole log is replayed and compared with the rows that say how jobs and attempts stand."""
    found = compared(worker.engine)
    for line in found.differ[:SHOWN]:
        worker.said(f"rows differ from the log: {line}")
    if not found.differ:
        worker.said(f"{found.rows} rows of the log: {found.jobs} jobs and {found.attempts} attempts stand as it says")


def sweep(worker: Worker) -> None:
    """Pieces of data sets that neither a set nor an open job names any more go."""
    if worker.data is not None:
        DataFiles(worker.data).sweep(DataSets(worker.engine, Inbox(worker.engine)).needed())


CHORES: Sequence[Chore] = (
    Chore("hours", SOON_S, roll_up),
    Chore("charges", SOON_S, charge),
    Chore("terms", SOON_S, end_terms),
    Chore("rows", NIGHTLY_S, compare),
    Chore("data", NIGHTLY_S, sweep),
)
BESIDE: Sequence[Chore] = (Chore("notices", 1, tell),)
"""What may wait for somebody else, and must not keep the others waiting: a thread of its own."""


@dataclass
class Turns:
    """When each chore is due. One that fails is said and is due again at its next time; the others go on."""

    worker: Worker
    chores: Sequence[Chore] = CHORES
    _due: dict[str, int] = field(default_factory=dict)

    def turn(self) -> list[str]:
        """Do what is due; returns the names."""
        now, done = self.worker.now(), []
        for chore in self.chores:
            if now < self._due.setdefault(chore.name, self._first(chore, now)):
                continue
            self._due[chore.name] = self._first(chore, now + 1) if chore.every_s >= NIGHTLY_S else now + chore.every_s
            done.append(chore.name)
            try:
                chore.do(self.worker)
            except (SQLAlchemyError, DureError, OSError) as error:
                self.worker.said(f"{chore.name}: not done now: {type(error).__name__}")
            except Exception as error:  # noqa: BLE001  whatever one chore meets, its thread has others to do
                self.worker.said(f"{chore.name}: not done now, and nobody foresaw it: {type(error).__name__} at {_place(error)}")
        return done

    def run(self, over: threading.Event, sign: Turning) -> None:
        """Until `over` is set; `sign` tells others that it still turns."""
        while not over.wait(LOOK_S):
            sign.turns()
            self.turn()
        sign.ended()

    def _first(self, chore: Chore, now: int) -> int:
        """The next night for what is done at night, else at once."""
        return now if chore.every_s < NIGHTLY_S else now + (NIGHT_S - now) % NIGHTLY_S


def _place(error: Exception) -> str:
    """File and line where it was raised: none of what was in hand there."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


def worker_of(served: Served, now: Callable[[], int] = lambda: int(time.time())) -> Worker:
    """Raises InputError where the scenario does not hold, StoreError where the store is of another release."""
    served.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = connect(served.address)
    migrate(engine)
    people = People(engine, Inbox(engine))
    accounts = Accounts(engine, Places(served.grounds()), people, Held(engine), now)
    return Worker(engine, people, accounts, Teller(engine, served.data, now), now, _said, served.data / DATA)


def worker(served: Served) -> None:
    """Until SIGTERM or SIGINT; a chore that was begun is ended. One that `dure serve` started ends when that one is killed."""
    end_with_parent()
    over = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda number, _: over.set())
    here = worker_of(served)
    signs = Turning(served.data, "chores"), Turning(served.data, "notices")
    beside = threading.Thread(target=Turns(here, BESIDE).run, args=(over, signs[1]), name="notices", daemon=True)
    with working(here.engine):
        beside.start()
        Turns(here).run(over, signs[0])
        signs[1].ended()


def _said(text: str) -> None:
    sys.stderr.write(f"worker: {text}\n")
    sys.stderr.flush()
