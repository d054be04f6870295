"""The attempt machine: PLACED → SENT → RUNNING → STOPPING → ENDED, whatever order the news come in; RECALLED before RUNNING.

The book is made of recorded rows alone, so a broker that starts again has the same one. It is also the outbox: what is PLACED
and not acknowledged has still to be sent, what is STOPPING or RECALLED to be told. A repeated send is harmless, the key fences it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from dure.model.events import OURS, Kind
from dure.model.work import AttemptState
from dure.operate.ports import Placement, Rows

WORD = "dure"
"""The first word of every key."""
_FACTS = frozenset({Kind.NODE, Kind.SENT, Kind.STARTED, Kind.ENDED, Kind.LOST, Kind.REFUSED})
_OF_ATTEMPT = (Kind.SENT, Kind.STARTED, Kind.ENDED, Kind.REFUSED)
_READ = [int(kind) for kind in (*sorted(_FACTS), Kind.PLACED, Kind.PREEMPTED, Kind.RECALLED, Kind.READY)]
"""Rows that a book of attempts, and of whom a refusal bars, is made of."""
_KINDS = {int(kind): kind for kind in Kind}
_CAUSES = range(3)
"""Of a LOST row: `layout.LOST_…`."""
KEPT = 20_000
"""Attempts that have ended, and changes of nodes, of which is still known what was said."""
_NEXT = {
    (AttemptState.PLACED, Kind.SENT): AttemptState.SENT,
    (AttemptState.PLACED, Kind.STARTED): AttemptState.RUNNING,
    (AttemptState.SENT, Kind.STARTED): AttemptState.RUNNING,
    (AttemptState.RUNNING, Kind.PREEMPTED): AttemptState.STOPPING,
    (AttemptState.PLACED, Kind.REFUSED): AttemptState.ENDED,
    (AttemptState.SENT, Kind.REFUSED): AttemptState.ENDED,
    (AttemptState.PLACED, Kind.ENDED): AttemptState.ENDED,
    (AttemptState.SENT, Kind.ENDED): AttemptState.ENDED,
    (AttemptState.RUNNING, Kind.ENDED): AttemptState.ENDED,
    (AttemptState.STOPPING, Kind.ENDED): AttemptState.ENDED,
    (AttemptState.PLACED, Kind.RECALLED): AttemptState.RECALLED,
    (AttemptState.SENT, Kind.RECALLED): AttemptState.RECALLED,
    (AttemptState.RECALLED, Kind.STARTED): AttemptState.RUNNING,
    (AttemptState.RECALLED, Kind.REFUSED): AttemptState.ENDED,
    (AttemptState.RECALLED, Kind.ENDED): AttemptState.ENDED,
}


def following(state: AttemptState, kind: Kind) -> AttemptState | None:
    """The state of an attempt after a row of this kind; None if the row changes nothing."""
    return _NEXT.get((state, kind))


def key_of(epoch: int, attempt: int) -> str:
    """The name under which a site knows an attempt; `epoch` changes when a store was restored from a copy."""
    return f"{WORD}-{epoch}-{attempt}"


def attempt_of(epoch: int, key: str) -> int | None:
    """The attempt of a key of this epoch."""
    word, _, rest = key.partition("-")
    stem, _, number = rest.partition("-")
    return int(number) if word == WORD and stem == str(epoch) and number.isdecimal() else None


@dataclass(slots=True)
class Entry:
    """One attempt as the log tells it."""

    job: int
    pool: int
    state: AttemptState = AttemptState.PLACED
    stop_by: int = 0
    ended_by: Kind | None = None
    runs: list[tuple[int, int, int]] = field(default_factory=list)

    @property
    def milli(self) -> int:
        return sum(nodes * each for _, nodes, each in self.runs)

    def placement(self, attempt: int, request_s: int) -> Placement:
        return Placement(attempt, self.job, self.pool, tuple(self.runs), request_s)


class Opened(NamedTuple):
    """An attempt that had not ended, with everything that was said of it."""

    attempt: int
    job: int
    pool: int
    state: int
    stop_by: int
    runs: tuple[tuple[int, int, int], ...]
    said: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]


class Attempts:
    """All attempts of a log, by number."""

    def __init__(self, node_milli: list[int], opened: Iterable[Opened] = ()) -> None:
        """`node_milli`: milli-devices of a node, by pool. `opened`: those of before the rows that come."""
        self._node_milli = node_milli
        self._entries: dict[int, Entry] = {}
        self._said: dict[tuple[int, ...], tuple[int, ...]] = {}
        self._ended: deque[int] = deque()
        self._modes: deque[tuple[int, ...]] = deque()
        for one in opened:
            self._entries[one.attempt] = Entry(one.job, one.pool, AttemptState(one.state), one.stop_by, None, list(one.runs))
            self._said.update(one.said)

    def opened(self) -> tuple[Opened, ...]:
        """Those that have not ended. Of the others nothing is said again: how far their sites were read is kept."""
        said: dict[int, list[tuple[tuple[int, ...], tuple[int, ...]]]] = defaultdict(list)
        for which, what in self._said.items():
            if which[0] != Kind.NODE:
                said[which[1]].append((which, what))
        return tuple(
            Opened(number, one.job, one.pool, int(one.state), one.stop_by, tuple(one.runs), tuple(said[number]))
            for number, one in self._entries.items()
            if one.state != AttemptState.ENDED
        )

    def widen(self, node_milli: list[int]) -> None:
        """There are more pools now, behind those of before."""
        self._node_milli = node_milli

    def __getitem__(self, attempt: int) -> Entry:
        return self._entries[attempt]

    def __contains__(self, attempt: int) -> bool:
        return attempt in self._entries

    def said(self, row: tuple[int, ...]) -> tuple[int, ...] | None:
        """What was recorded before of the fact of which this row (in the order of `LIVE_COLUMNS`) speaks; None if nothing."""
        return self._said.get(identity(row))

    def note(self, rows: Rows) -> dict[int, Kind]:
        """Take rows; returns the attempts that changed their state, each with the kind of the last row that did it. Forgets nothing."""
        changed: dict[int, Kind] = {}
        for row in rows.tolist():
            kind, attempt = _KINDS[row[2]], row[4]
            if kind in _FACTS and not (kind == Kind.NODE and row[8] >= OURS):
                which = identity(row)
                if kind == Kind.NODE and which not in self._said:
                    self._modes.append(which)
                self._said[which] = content(row)
            if kind == Kind.PLACED:
                self._place(attempt, job=row[3], pool=row[5], node=row[6], milli=row[7])
            elif attempt not in self._entries:
                continue
            else:
                entry = self._entries[attempt]
                state = following(entry.state, kind)
                if state is None:
                    continue
                entry.state = state
                if state == AttemptState.ENDED:
                    entry.ended_by = kind
                    self._ended.append(attempt)
                if kind == Kind.PREEMPTED:
                    entry.stop_by = row[8]
            changed[attempt] = kind
        return changed

    def forget(self) -> None:
        """Of what ended long ago nothing is told again: how far its site was read is kept with the log. Memory grows with what is open."""
        while len(self._ended) > KEPT:
            attempt = self._ended.popleft()
            if self._entries.pop(attempt, None) is not None:
                for which in (*((kind, attempt) for kind in _OF_ATTEMPT), *((Kind.LOST, attempt, cause) for cause in _CAUSES)):
                    self._said.pop(which, None)
        while len(self._modes) > KEPT:
            self._said.pop(self._modes.popleft(), None)

    def _place(self, attempt: int, *, job: int, pool: int, node: int, milli: int) -> None:
        each = min(milli, self._node_milli[pool])
        entry = self._entries.setdefault(attempt, Entry(job, pool))
        entry.runs.append((node, milli // each, each))

    def refused(self, attempt: int) -> bool:
        """Whether an attempt ended because its site refused it."""
        return attempt in self._entries and self._entries[attempt].ended_by == Kind.REFUSED

    def acknowledged(self, attempt: int) -> bool:
        """Whether its site was heard to have it."""
        return (int(Kind.SENT), attempt) in self._said

    def of(self, *states: AttemptState) -> Iterator[int]:
        """The attempts in one of these states, by number."""
        return (attempt for attempt, entry in self._entries.items() if entry.state in states)


def of_use(rows: Rows) -> Rows:
    """The rows of a part of a log from which a book of attempts is made, without those that it would forget by the end of the part.

    Of what comes before the part nothing is known: an attempt that was placed there keeps its end.
    """
    rows = rows[np.isin(rows["kind"], _READ)]
    nodes = np.flatnonzero(rows["kind"] == Kind.NODE)
    if len(nodes) > KEPT:
        rows = np.delete(rows, nodes[:-KEPT])
    kinds, attempts = rows["kind"], rows["attempt"]
    ended = attempts[kinds == Kind.ENDED]
    if len(ended) <= KEPT:
        return rows
    old = np.intersect1d(np.setdiff1d(ended[:-KEPT], attempts[kinds == Kind.REFUSED]), attempts[kinds == Kind.PLACED])
    return rows[~np.isin(attempts, old)]


def identity(row: tuple[int, ...]) -> tuple[int, ...]:
    """Of which fact a row speaks: two rows of one fact are one fact told twice."""
    _, at, kind, _, attempt, _, node, count, _, cause, _ = row
    if kind == Kind.NODE:
        return kind, node, count, at, cause
    return (kind, attempt, cause) if kind == Kind.LOST else (kind, attempt)


def content(row: tuple[int, ...]) -> tuple[int, ...]:
    """What a row says of its fact. That a site has a placement says nothing more, whenever it was heard."""
    return () if row[2] == Kind.SENT else (row[1], row[8], row[9])
