"""What the broker needs of the world: a store that keeps whole batches, and sites behind one port.

Values only: nothing here opens, waits or looks at a clock; `now` is an argument. Every call may be repeated, and a site that
is asked twice does a thing once: the key decides, never the number of calls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from dure.model.events import Kind, Outcome
from dure.model.fleet import Mode

Rows = npt.NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Placement:
    """The nodes and devices given to one attempt of a job, nodes as the State numbers them."""

    attempt: int
    job: int
    pool: int
    runs: tuple[tuple[int, int, int], ...]
    """(first node, nodes, milli-devices on each)"""
    request_s: int
    """Seconds on the reference accelerator that the job still asks."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What a site says has happened (STARTED, ENDED, LOST, NODE), or what a person rules (QUOTA, CREDIT, STOP, DEDICATED, WITHDRAWN).

    Columns mean what `model.events` says. A site knows an attempt by its key alone. `at` is when it happened, not when it was told.
    """

    kind: Kind
    at: int
    key: str = ""
    job: int = -1
    pool: int = -1
    node: int = -1
    count: int = 0
    value: int = 0
    cause: int = 0


@dataclass(frozen=True, slots=True)
class Submission:
    """A job from the inbox; `job` is its place there, and its number for ever. Sizes and speeds are those of its class."""

    at: int
    job: int
    klass: int
    request_s: int
    project: int = 0
    qos: int = 0
    checkpoint_s: int = 0
    dependencies: int = 0


class Answer(IntEnum):
    """What came back of a send."""

    ACCEPTED = 0  # the site has the attempt
    REFUSED = 1  # it does not want it
    NONE = 2  # nothing came back: the site may have it or not


class Refusal(StrEnum):
    """Why a site did not take an attempt. `present` has the sentences."""

    BAD_KEY = "bad_key"  # not a name that can be one of a folder and of a job
    BAD_PROGRAM = "bad_program"  # nothing to run, or a name in it that leads out of its folder
    NO_DEVICES = "no_devices"  # the node has not so many free ones
    DRAINED = "drained"  # the node takes no more work
    NO_SPACE = "no_space"  # what has to be written before anything starts could not be
    NOT_STARTED = "not_started"  # the process that watches over an attempt did not come up
    GIVEN_UP = "given_up"  # it was proved absent before: this key never starts any more


@dataclass(frozen=True, slots=True)
class Receipt:
    answer: Answer
    barred_until: int = 0
    """REFUSED: do not come back before this second."""
    reason: Refusal | None = None
    detail: str = ""
    """What the system said, in its own words."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one attempt may use; 0: no limit of its own. `time_s` ends the attempt, the others stand for each of its processes."""

    time_s: int = 0
    memory_bytes: int = 0
    cpu_s: int = 0
    files: int = 0
    processes: int = 0


class Launch(StrEnum):
    """How often a program is started; the words of a job spec."""

    NODE = "node"  # once a node of the placement
    ACCELERATOR = "accelerator"  # once a device, each seeing its own
    FIRST = "first"  # on the first node alone: what runs on the others it starts itself


class DataUse(NamedTuple):
    """A named data set that a program reads: the variable that says where it lies, and what it is."""

    variable: str
    named: str
    sha256: str
    size_bytes: int


class Setup(NamedTuple):
    """What a program runs in: `pip` or `conda` (a file of its folder to make it from), `given` (a folder of the site), `image`."""

    kind: str = ""
    value: str = ""


_ITSELF = Setup()


@dataclass(frozen=True, slots=True)
class Program:
    """What an attempt runs; both output streams of all its processes go to one log, in the order of writing.

    `files`: (name, content) that it finds in its working folder; `folder`: an existing folder to work in, instead of one of its own;
    `user`: the account at the site under which it runs, empty where the site has one account for all.
    """

    command: tuple[str, ...]
    launch: Launch = Launch.NODE
    user: str = ""
    environment: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    files: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)
    folder: str = ""
    limits: Limits = Limits()
    data: tuple[DataUse, ...] = ()
    setup: Setup = _ITSELF
    grace_s: int = 30
    """Seconds between being asked to end, at the time limit, and being killed."""


@dataclass(frozen=True, slots=True)
class Used:
    """What an attempt used, as its site measured it. Unknown is None, never 0."""

    key: str
    started_at: int
    ended_at: int | None
    milli: int
    """Milli-devices that it holds."""
    devices: tuple[tuple[int, int, int], ...] = ()
    """(node, device of the node, milli-devices of it); empty where the site does not say which."""
    cpu_ms: int | None = None
    rss_bytes: int | None = None
    """The largest of one process."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a site can be asked. What it cannot, it answers with nothing, and this says so beforehand."""

    engine: str
    programs: bool = False
    fractions: bool = False
    logs: bool = False
    processor_usage: bool = False
    accounts: bool = False


class StopWhy(StrEnum):
    """Why an attempt has to end, for its program and its log. `LIMIT` its site says by itself."""

    PREEMPTED = "preempted"  # for a job that comes before it
    RECALLED = "recalled"  # the servers were lent, and their holder needs them
    CANCELED = "canceled"  # its user wants it no more
    PAUSED = "paused"  # its user wants it later
    LIMIT = "time_limit"


class Upkeep(StrEnum):
    """What a person wants of a server."""

    DRAIN = "drain"  # what runs there goes on, nothing new comes; what is free there is in maintenance
    REPAIR = "repair"  # the same, because something is broken: what is free there has failed
    RESUME = "resume"

    @property
    def mode(self) -> Mode:
        """The supply mode of a server that is kept so."""
        return {Upkeep.DRAIN: Mode.MAINTENANCE, Upkeep.REPAIR: Mode.FAILED, Upkeep.RESUME: Mode.UP}[self]


class Standing(StrEnum):
    ENSURE = "ensure"
    REMOVE = "remove"


class Presence(IntEnum):
    """What a site knows of a key. ABSENT is a proof: its controller and its accounting both answered and reach back far enough."""

    FOUND = 0
    ABSENT = 1
    UNKNOWN = 2


@dataclass(frozen=True, slots=True)
class Held:
    """An attempt as its site has it: what a broker whose log has lost it needs to take it up again."""

    key: str
    job: int
    """The job's number in the log of the broker that placed it."""
    runs: tuple[tuple[int, int, int], ...]
    """(first server, servers, milli-devices on each), as in its placement."""
    name: str = ""
    project: str = ""
    limit_s: int = 0
    """Its time limit at this site, 0: none."""
    id: str = ""
    """The job as people call it, `j12.3`; empty where the site was not told."""


class Engine(Protocol):
    """A site. `send · stop · recall · observe · lookup` carry live equals twin; the other verbs answer people."""

    def capabilities(self) -> Capabilities:
        """What this site can be asked."""

    def send(self, key: str, placement: Placement, now: int, program: Program | None = None) -> Receipt:
        """Start this attempt once: a second send of a key starts nothing and gets the same answer."""

    def stop(self, key: str, by: int, now: int, cause: Outcome = Outcome.PREEMPTED, why: StopWhy = StopWhy.PREEMPTED) -> None:
        """The attempt has notice and ends by second `by`, as `cause`. A key that has ended or is not known there is no error.

        `why` is what its program and its log are told.
        """

    def recall(self, key: str, now: int) -> None:
        """Take the attempt back if it has not started: it ends, never started, as RECALLED, and starts no more. One that has runs on.

        A second recall asks for nothing more; a key that has ended or is not known there is no error, and stays unknown.
        """

    def observe(self, since: int, now: int) -> tuple[Sequence[Fact], int]:
        """Facts from position `since` on, and the position behind them. Asked again from the same position, a site says the same again."""

    def lookup(self, key: str, now: int) -> Presence:
        """Whether the site has, or ever had, an attempt of this key. After ABSENT it never will: a send that comes late starts nothing."""

    def held(self, since: int, now: int) -> Sequence[Held]:
        """Every attempt that was taken and has not ended, or of which something was told from position `since` on."""

    def logs(self, key: str, since: int, most: int = 1 << 20) -> bytes:
        """What an attempt has written, from byte `since` on; nothing where there is no more, or no such attempt."""

    def usage(self, since: int, until: int) -> Sequence[Used]:
        """Every attempt that ran in seconds since ≤ t < until, whole."""

    def node(self, node: int, upkeep: Upkeep, now: int) -> None:
        """Take a node out of work or back; what is observed from now on says so."""

    def account(self, user: str, standing: Standing) -> bool:
        """Whether the site now has (has no longer) an account for this user."""


class Store(Protocol):
    """One log, one writer. A commit is kept whole or not at all."""

    def commit(self, rows: Rows, jobs: Rows, marks: Mapping[str, int]) -> None:
        """Keep rows (`seq` continues the log), what is asked of the jobs they submit, and how far each source has been read."""

    def rows(self, since: int = 0, until: int | None = None) -> Rows:
        """The rows of the log from `seq` on, up to another one that need not be there yet."""

    def jobs(self, since: int = 0) -> Rows:
        """What is asked of every job, by number, from a number on."""

    def marks(self) -> Mapping[str, Any]:
        """How far each source has been read."""
