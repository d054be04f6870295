"""The broker of a served programme as a process: it takes the lead, asks every site, and turns until it is told to end."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine as Database
from sqlalchemy.exc import OperationalError, ProgrammingError

from dure.adapters.engines.local import LocalSite
from dure.adapters.engines.simulated_kept import KeptSite
from dure.adapters.files import load_scenario
from dure.adapters.store.blobs import Blobs
from dure.adapters.store.current_rows import CurrentRows
from dure.adapters.store.engine import connect
from dure.adapters.store.migrate import migrate
from dure.adapters.store.occupied import working
from dure.adapters.store.registry import Registry, known
from dure.adapters.store.rules import begin, first_weights
from dure.adapters.store.snapshots import ground_of, load, save
from dure.adapters.store.sql import Inbox, SqlStore
from dure.adapters.store.upkeep import Words
from dure.bootstrap.copies import Copies
from dure.bootstrap.drive import Driver, clock
from dure.bootstrap.grounds import Grounds, grounds_of
from dure.bootstrap.intake import Acts
from dure.bootstrap.orphans import end_with_parent
from dure.bootstrap.reconcile import Reconciler
from dure.bootstrap.sites import engines_of
from dure.bootstrap.terms import agreed, told
from dure.bootstrap.warm import beside
from dure.model.catalog import PPM
from dure.operate.arrays import SLICE
from dure.operate.broker import Broker
from dure.operate.ports import Engine

BUILT_IN = Path(__file__).parent / "this-machine.yaml"
"""What is served where no scenario is named: two sites on this machine."""

EVERY_S, WIDER_S = 300, 15
"""Between two snapshots of a broker; sooner where it knows more classes, projects or pools: one of before is of no use any more."""
TIDY_S = 3_600
"""Between two looks for what may go."""


@dataclass(frozen=True, slots=True)
class Served:
    """What is served, and where it is kept."""

    scenario: Path = BUILT_IN
    data: Path = Path("dure-data")
    store: str = ""

    @property
    def address(self) -> str:
        """The store; a file in the data folder where none is named."""
        return self.store or f"sqlite:///{self.data.absolute()}/store.db"

    def grounds(self) -> Grounds:
        """Raises InputError where the scenario does not hold."""
        return grounds_of(load_scenario(self.scenario), self._weights())

    def _weights(self) -> dict[str, int]:
        """Billing weights with which the log began; none where there is no store yet."""
        if not self.store and not (self.data / "store.db").exists():
            return {}
        engine = connect(self.address)
        try:
            return first_weights(engine)
        except (OperationalError, ProgrammingError):
            return {}  # a database without these tables: `migrate` makes them, or says what is wrong
        finally:
            engine.dispose()


def sites(served: Served) -> Mapping[str, Engine]:
    """The sites, to be asked for logs and files; only the broker sends to them."""
    return engines_of(served.grounds(), served.data)


def driver_of(served: Served) -> Driver:
    """The broker on its store and sites, ready for `begin`; whoever led before can write nothing any more."""
    grounds = served.grounds()
    served.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = connect(served.address)
    migrate(engine)
    return take_lead(engine, grounds, served.data, engines_of(grounds, served.data), f"{socket.gethostname()} {os.getpid()}")


def take_lead(
    engine: Database,
    grounds: Grounds,
    data: Path,
    engines: Mapping[str, Engine],
    holder: str,
    now: Callable[[], int] = clock,
    said: Callable[[str], None] | None = None,
    slice_: int = SLICE,
) -> Driver:
    """A driver on a store of this release's tables, and on these sites; `holder` says who leads, for people.

    `slice_`: tasks of an array that wait as jobs at most.
    """
    rows = CurrentRows(engine)
    store = SqlStore(engine, holder, rows)
    registry = Registry(engine, store, grounds.grounds())
    begin(engine, store, grounds.rules() | {"terms": told(agreed(grounds))}, now())
    for path, (weight, written) in sorted(grounds.kept.items()):
        (said or _said)(f"{path}: the billing weight stays {weight / PPM:g}, as when the log began; the scenario says {written / PPM:g}")
    spec = grounds.spec(registry.known)
    broker = Broker(spec, store, store.keys, load(data, ground_of(spec, store.epoch), store.seq))
    copies = Copies(engines, grounds.scenario)
    blobs, words = Blobs(data / "blobs"), Words(engine, store)
    acts = Acts(engine, Inbox(engine), grounds, registry, rows, blobs, words, store.jobs_known, said or _said, copies, slice_)
    before = Reconciler(engine, store, broker, engines, acts, registry, rows)
    return Driver(broker, store, engines, acts.site_of, acts, now, acts.homes, before, said or _said)


def broker(served: Served) -> None:
    """Turn until SIGTERM or SIGINT. A turn that was begun is ended. One that `dure serve` started ends when that one is killed."""
    end_with_parent()
    ends: list[int] = []
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda number, _: ends.append(number))
    served.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with working(connect(served.address)):
        _lead(served, ends)


def _lead(served: Served, ends: list[int]) -> None:
    compiling = beside()
    driver = driver_of(served)
    if compiling is not None:
        compiling.wait()
    driver.begin()
    _said(f"leads as term {driver.term}, {len(driver.broker.state.node)} servers")
    keeper = Keeper(served, driver)
    driver.run(lambda: bool(ends) or keeper.keep())
    keeper.save()


class Keeper:
    """Keeps the broker as it stands beside its store, now and then."""

    def __init__(self, served: Served, driver: Driver) -> None:
        self._served, self._driver, self._grounds = served, driver, served.grounds()
        self._engine = connect(served.address)
        self._saved_at = self._tidied_at = time.monotonic()
        self._size = (0, 0, 0)

    def keep(self) -> bool:
        """Save and tidy up if it is time to; never a reason to end."""
        if time.monotonic() - self._tidied_at >= TIDY_S:
            self.tidy(clock())
            self._tidied_at = time.monotonic()
        state = self._driver.broker.state
        size = (len(state.pool), len(state.klass), len(state.project))
        if time.monotonic() - self._saved_at >= (EVERY_S if size == self._size else WIDER_S):
            self._size = size
            self.save()
        return False

    def tidy(self, now: int) -> int:
        """Logs and working folders of jobs that ended long ago go; what is said of them stays. How many went."""
        until, gone = now - self._grounds.scenario.policy.limits.keep_s, 0
        for site in self._driver.sites.values():
            if isinstance(site, LocalSite | KeptSite):
                with suppress(OSError):
                    gone += site.forget(until)
        return gone

    def save(self) -> None:
        """Save now. A snapshot that cannot be written is none: the log says everything."""
        spec = self._grounds.spec(known(self._engine))
        with suppress(OSError):
            save(self._served.data, ground_of(spec, self._driver.epoch), self._driver.broker.saved())
        self._saved_at = time.monotonic()


def _said(text: str) -> None:
    sys.stderr.write(f"broker: {text}\n")
    sys.stderr.flush()
