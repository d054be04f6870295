"""Everything a request can reach, in one value: `create_app(services)` puts it on the application, and nowhere else is anything kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from dure.adapters.store.blobs import Blobs
from dure.adapters.store.rules import RuleSet
from dure.adapters.store.sql import Inbox
from dure.adapters.store.upkeep import Word
from dure.operate.payer import Holding
from dure.programme.watch import Window
from dure.web.desk import Desk
from dure.web.fleet import Fleet
from dure.web.meters import Meters
from dure.web.ports import Books, Current, Live, Logs, Outputs, People, Projects, Shelf, Shells
from dure.web.room import JobLimits, Open, Room


def unix_now() -> int:
    return int(time.time())


@dataclass(frozen=True, slots=True)
class Limits:
    """What one process bears and one person may ask."""

    body_bytes: int = 2 << 20
    blob_bytes: int = 64 << 20
    packed_bytes: int = 256 << 20
    """All files of one job."""
    person_per_s: float = 100.0
    person_burst: int = 1_000
    strangers_per_s: float = 5.0
    """Tokens that are nobody's, from one address."""
    strangers_burst: int = 50
    streams: int = 500
    """Answers that stay open: events, logs that are followed."""
    streams_of_one: int = 20
    token_s: float = 2.0
    """How long a token that was found is not looked up again, unless something changed through this process: a token that is taken back
    through another one works so long at most."""


@dataclass(frozen=True, slots=True)
class Services:
    """Parts of a running web process. Sites are named as the first step of a pool."""

    inbox: Inbox
    desk: Desk
    current: Current
    people: People
    live: Live
    blobs: Blobs
    fleet: Fleet
    projects: Projects
    logs: Mapping[str, Logs] = field(default_factory=dict)
    outputs: Mapping[str, Outputs] = field(default_factory=dict)
    shells: Mapping[str, Shells] = field(default_factory=dict)
    mails: bool = False
    """Whether mail is sent."""
    limits: Limits = field(default_factory=Limits)
    meters: Meters = field(default_factory=Meters)
    clock: Callable[[], int] = unix_now
    held: Callable[[Sequence[tuple[int, int]]], Mapping[int, Sequence[Window]]] = lambda spans: {}
    """What became of dedicated servers: grant → a window for each span [from, to)."""
    holdings: Callable[[int], Sequence[Holding]] = lambda project: ()
    held_lately: Callable[[int], Sequence[Holding] | None] = lambda project: None
    """The same as it was a moment ago, without asking the store; None: it has to be asked."""
    """Dedicated servers that a project holds now."""
    room: Room = field(default_factory=lambda: Room(lambda: Open({}, 0), JobLimits()))
    upkeeps: Callable[[], Mapping[str, Word]] = dict
    """What people want of servers, by name."""
    rule_sets: Callable[[], Sequence[RuleSet]] = tuple
    books: Books | None = None
    """None: an installation that keeps none, such as a test of something else."""
    data: Shelf | None = None
    """Named data sets; None: an installation that keeps none, such as a test of something else."""
    simulated: tuple[str, ...] = ()
    """Sites at which no program runs: every page and every answer names them."""
    title: str = "dure"
    title_ko: str = ""
    """Korean names of sites, by id."""
