"""What the web asks of the rest of the house. Whoever starts it puts the real things in; nothing here is a global."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple, Protocol

from dure.adapters.engines.local_outputs import Listed
from dure.adapters.store.changes import Change
from dure.adapters.store.current import AttemptRow, JobRow
from dure.adapters.store.data_files import DataFiles
from dure.adapters.store.data_sets import DataSets
from dure.ledger.access import Access
from dure.ledger.books import Entry
from dure.ledger.settlement import Settlement
from dure.ledger.use import By, UsedBy
from dure.model.datasets import Copy, Link
from dure.model.people import Actor
from dure.model.reasons import Reason
from dure.model.work import JobState
from dure.programme.watch import Window
from dure.wire.books_api import RunUse


class Current(Protocol):
    """Rows of jobs as they stand."""

    def job(self, id: int, task: int | None = None) -> JobRow | None:
        """One job, or one task of an array."""

    def jobs(
        self,
        *,
        projects: Collection[int] | None,
        states: Collection[JobState] | None,
        before: int | None,
        limit: int,
        labels: Mapping[str, str] = {},
    ) -> Sequence[JobRow]:
        """Newest first, those with an id below `before`; None: of all projects. An array is one row with counts."""

    def changes(self, after: int | None, projects: Collection[int] | None, limit: int) -> tuple[Sequence[Change], int]:
        """What happened to jobs behind a row of the log (None: from now on), oldest first, and the row behind which to go on."""

    def named(self, name: str, project: int) -> int | None:
        """The last job of this name in a project."""

    def tasks(self, id: int) -> Sequence[JobRow]:
        """Every task of a job; none while the broker has not read it."""

    def attempts(self, id: int, task: int | None = None, after: int = -1, limit: int | None = None) -> Sequence[AttemptRow]:
        """Runs of a job behind number `after`, first to last; `limit` None: all of them."""


class People(Protocol):
    """Who there is."""

    def of_token(self, text: str, now: int) -> Actor:
        """Whose token this is. Raises LoginError for one that is unknown, over or taken back."""


class Projects(Protocol):
    """Names and numbers of projects, which do not change, and what their credits are for."""

    def number(self, name: str) -> int | None:
        """None where there is no such project."""

    def name(self, number: int) -> str | None:
        """None where there is no such project."""

    def fresh(self, number: int) -> bool:
        """Whether `models` answers without asking the store."""

    def models(self, number: int) -> Sequence[str] | None:
        """Accelerators that the project's credits may be spent on; None: any, or it holds none, or servers of its own."""


class PoolRates(NamedTuple):
    """Thousandths of accelerators of a pool at one moment, by line and cause of the waterfall."""

    path: str
    model: str
    milli: Mapping[str, int]


class RatesNow(NamedTuple):
    """`at` is a Unix second; None before anything is known."""

    at: int | None
    pools: Sequence[PoolRates]


class NodeOf(NamedTuple):
    """A server now. `mode`: its supply mode, `up` where there is none; `since`: Unix second of it, None where nobody has said one."""

    number: int
    node: str
    pool: str
    model: str
    mode: str
    since: int | None
    milli: int
    busy_milli: int
    placed_milli: int
    project: str | None
    jobs: Sequence[tuple[int, int | None]]


class UsageOf(NamedTuple):
    """What a project has used so far."""

    project: str
    jobs: int
    busy_milli_s: int
    credits_micro: int


class Promised(Protocol):
    """How soon lent servers come back."""

    @property
    def notice_s(self) -> int: ...
    @property
    def turn_round_s(self) -> int | None: ...
    @property
    def within_s(self) -> int | None: ...


class PoolUse(NamedTuple):
    """What was used of a pool so far; None: unknown."""

    pool: str
    model: str
    operator: str
    busy_milli_s: int
    credits_micro: int
    energy_wh: int | None
    electricity_won: int | None
    service_won: int | None


class Books(Protocol):
    """What was used and what it is worth."""

    def used(
        self, by: By, *, projects: Collection[int] | None = None, month: int | None = None, most: int | None = None
    ) -> Sequence[UsedBy]:
        """Rows of use by something, of some projects or of all, in a month or ever; at most so many."""

    def lending(self, grant: int) -> tuple[Window, Promised] | None:
        """What became of a grant's servers since they are held, and how soon they come back; None where there are none yet."""

    def runs(self, projects: Collection[int] | None, month: int | None, before: int | None, limit: int) -> Sequence[RunUse]:
        """Runs with what they are worth, newest first, those numbered below `before`."""

    def by_pool(self) -> Sequence[PoolUse]:
        """What was used of each pool of the scenario."""

    def access(self) -> Sequence[Access]:
        """When each project first applied, was granted something, and ran a job."""

    def operators(self) -> Mapping[str, Sequence[str]]:
        """Each operator and its sites."""

    def entries(self, month: int) -> Sequence[Entry]:
        """The books of a month."""

    def settlement(self, operator: str, month: int) -> Settlement:
        """What is due to an operator for a month as it is known now."""

    def spent(self) -> Mapping[int, int]:
        """Project → micro-credits that it has spent in all."""


class Seal(NamedTuple):
    """A range of the log and the hash that proves it."""

    first_seq: int
    last_seq: int
    head: str


class Period(NamedTuple):
    """A day or a month of Korean time that is over or goes on: milli-accelerator-seconds by line or cause."""

    since_s: int
    milli_s: Mapping[str, int]


class Live(Protocol):
    """The State of the broker, followed."""

    def why(self, id: int, task: int | None) -> Sequence[Reason]:
        """Why a job is not running now."""

    def why_of(self, numbers: Sequence[int]) -> Mapping[int, Sequence[Reason]]:
        """The same of a page of jobs, by the log's numbers."""

    def rates(self) -> RatesNow:
        """The fleet now."""

    def nodes(self, after: int, limit: int, wanted: Callable[[str, str], bool]) -> Sequence[NodeOf]:
        """Servers behind number `after` of the pools and modes that are wanted, in their order; none before anything is known."""

    def usage(self, project: int | None) -> Sequence[UsageOf]:
        """Of one project, or of all."""

    def seals(self) -> Sequence[Seal]:
        """Sealed ranges of the log, oldest first; the newest thousand."""

    def history(self) -> tuple[Sequence[Period], Sequence[Period]]:
        """The last days and months, oldest first, up to the last hour that is over."""

    def counts(self) -> Mapping[str, int]:
        """`rows` of the log, `acts` of the inbox, and those of them that are `unread`; what is not known is left out."""

    def ready(self) -> str:
        """What is wrong with the broker, empty where nothing is."""


class Logs(Protocol):
    """A site, as far as the web needs it."""

    def logs(self, key: str, since: int, most: int = 1 << 20) -> bytes:
        """What an attempt has written, from a byte on."""


class Shell(Protocol):
    """A terminal beside a running attempt."""

    was_read: bool
    code: int | None
    """What its program ended with, once `read` gave None; None: its job took it along."""

    def read(self) -> bytes | None:
        """What was written, nothing where nothing comes for a while; None at the end."""

    def write(self, content: bytes) -> None:
        """What is typed."""

    def resize(self, rows: int, columns: int) -> None:
        """The terminal has another size."""

    def close(self) -> None:
        """Hang up."""


class Shells(Protocol):
    """A site, as far as shells go."""

    def open(self, key: str, size: tuple[int, int], term: str, command: Sequence[str]) -> Shell | None:
        """None where the attempt does not run."""


class Outputs(Protocol):
    """Files that attempts of a site left."""

    def outputs(self, key: str, wanted: Sequence[str]) -> Listed:
        """The files that wanted paths hold."""

    def read(self, key: str, path: str) -> int | None:
        """A descriptor of one of them."""


class Copies(Protocol):
    """What sites hold of data sets, as they say."""

    @property
    def sites(self) -> Sequence[str]:
        """Names of all sites."""

    def at(self, site: str) -> Mapping[str, Copy]:
        """By the hash of the set."""

    def link(self, site: str) -> Link | None:
        """How fast data come there; None: nobody knows."""

    def wait_s(self, site: str, sha256: str, size_bytes: int) -> int | None:
        """Seconds until a copy would be there, 0 where it is."""


class Shelf(NamedTuple):
    """Named data sets: rows, contents, copies at sites, and how much those of one project may hold."""

    sets: DataSets
    files: DataFiles
    copies: Copies
    most_bytes: int
