"""A State from the log: the web, an audit, a standby and a broker that starts again all read it here. No decide.

A snapshot only shortens the way: State and directory as of a `seq`. What is derived need not be in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dure.policy.build import Spec, build, grown, sizes_of
from dure.policy.entries import look_at_everything
from dure.policy.fold import WANTED, Directory, fold, new_directory, nothing_told
from dure.policy.layout import BACKFILL_CONSERVATIVE, MULTIFACTOR, NEVER, NONE
from dure.policy.rebuild import rebuild
from dure.policy.state import Longs, Records, State, copy


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that the first `seq` rows of a log made, sharing nothing with the State it was taken of."""

    seq: int
    state: State
    wanted: Records
    told: Records
    odd: Longs
    jobs: int = 0
    """How many jobs the log knows, where its broker says so."""


class Follower:
    """The State of a log that is still written, up to row `seq`."""

    def __init__(self, spec: Spec, snapshot: Snapshot | None = None) -> None:
        """`snapshot`: of this spec, or of what that was before it grew."""
        self._spec, self.seq = spec, 0
        if snapshot is None:
            self.state: State = build(spec)
            self.directory: Directory = new_directory(self.state, np.zeros(0, WANTED))
        else:
            self.seq = snapshot.seq
            self.state = copy(snapshot.state)
            self.directory = new_directory(self.state, snapshot.wanted.copy(), snapshot.told.copy(), snapshot.odd.copy())
            if sizes_of(self.state) != (len(spec.pools), len(spec.classes), len(spec.projects)):
                self.widen(spec)

    @property
    def due(self) -> bool:
        """Whether something has happened that has not been decided on, or a promise, a recall or the end of a bar has come."""
        meta = self.state.meta[0]
        return bool(meta["due"] or min(meta["promise_next"], meta["late_next"]) <= meta["now"])

    @property
    def now(self) -> int:
        """The second in which the last row was recorded."""
        return int(self.state.meta[0]["now"])

    def learn(self, first: int, jobs: Records) -> None:
        """What is asked of jobs from number `first` on; before the rows that submit them."""
        last = first + len(jobs)
        wanted = self.directory.wanted
        if last > len(wanted):
            room = np.zeros(max(last, 2 * len(wanted), 64), WANTED)
            room[: len(wanted)] = wanted
            self.directory = self.directory.replaced(wanted=room)
        self.directory.wanted[first:last] = jobs

    def apply(self, rows: Records) -> None:
        """Fold the rows that come next in the log."""
        assert not len(rows) or int(rows["seq"][0]) == self.seq, f"row {int(rows['seq'][0])} does not follow row {self.seq - 1}"
        at = fold(self.state, self.directory, rows, 0)
        while at < len(rows):
            self.state = grown(self.state)
            d = self.directory
            self.directory = new_directory(self.state, d.wanted, d.told, d.odd)
            at = fold(self.state, self.directory, rows, at)
        self.seq += len(rows)

    def decided(self, rows: int) -> None:
        """Rows that `decide` wrote on this State are in it already."""
        self.seq += rows

    def refresh(self) -> None:
        """Make ready to decide: after a replay nothing is known of what need not be looked at again, nor of the profile of promises."""
        due, d = self.due, self.directory
        if self.state.rules[0]["backfill"] == BACKFILL_CONSERVATIVE:
            self.state = rebuild(self._spec, self.state)
            self.directory = new_directory(self.state, d.wanted, d.told, d.odd)
        look_at_everything(self.state)
        self.state.meta[0]["due"] = due

    def widen(self, spec: Spec) -> None:
        """Go on with more pools, classes or projects, behind those of before: nothing that has a number gets another one."""
        due, d = self.due, self.directory
        self._spec = spec
        self.state = rebuild(spec, self.state)
        told = nothing_told(len(self.state.node))
        told[: len(d.told)] = d.told
        self.directory = new_directory(self.state, d.wanted, told, d.odd)
        look_at_everything(self.state)
        self.state.meta[0]["due"] = due

    def snapshot(self, jobs: int = 0) -> Snapshot:
        """The State as it stands; `jobs`: how many the log knows."""
        d = self.directory
        return Snapshot(self.seq, copy(self.state), d.wanted.copy(), d.told.copy(), d.odd.copy(), jobs)

    @property
    def odd(self) -> dict[int, int]:
        """Rows that did not fit, by kind."""
        return {kind: int(n) for kind, n in enumerate(self.directory.odd) if n}


def next_tick_s(state: State) -> int:
    """The next second at which priorities change by themselves; NEVER if they do not."""
    if state.rules[0]["order"] != MULTIFACTOR:
        return NEVER
    period, now = int(state.rules[0]["period"]), int(state.meta[0]["now"])
    return now if missed_ticks_s(state, now) else (now // period + 1) * period


def missed_ticks_s(state: State, now: int) -> range:
    """The ticks that are due at `now`: each multiple of the period since the last one, or the latest if there was none."""
    if state.rules[0]["order"] != MULTIFACTOR:
        return range(0)
    period, before = int(state.rules[0]["period"]), int(state.meta[0]["tick_at"])
    last = now // period * period
    return range(last if before == NONE else before + period, last + 1, period)
