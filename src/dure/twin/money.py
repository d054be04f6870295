"""Money as a plant beside the fleet: between slices it sees what was drawn, and says which servers are unfunded from now on.

It looks at every Korean midnight, at whatever length the run is cut into slices: hours are metered by themselves, so slices change nothing.
What it says are windows of supply like those of a scenario's events; given to another run, or to a live broker, they make the same log.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from dure.ledger.running import begin_of, day_of
from dure.model.fleet import Mode
from dure.model.units import HOUR_S
from dure.twin.floor import Floor
from dure.twin.funds import Funds
from dure.twin.site_money import SiteMoney
from dure.twin.supply import FOREVER, Supply, Window

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Money:
    """The money of all sites that have a budget."""

    def __init__(self, funds: Funds, floor: Floor, supply: Supply) -> None:
        self._epoch_s, self._base = funds.epoch_s, supply
        self.sites = [SiteMoney(one, funds.epoch_s, floor, supply.windows) for one in funds.sites]
        self._dark_since = np.full(floor.nodes, FOREVER, np.int64)  # by server: since when money leaves it dark
        self._notice = np.zeros(floor.nodes, np.int64)
        self._over: list[Window] = []
        self._look_s = 0

    def due_s(self, now_s: int) -> int:
        """The second up to which the run may go on: the end of the hour, for which electricity has one price."""
        return now_s + HOUR_S - (self._epoch_s + now_s) % HOUR_S

    def take(self, sums: Ints, now_s: int) -> None:
        """What the State counted since the last call, in the slice that began at `now_s`; it may pass no hour."""
        for site in self.sites:
            site.take(sums, now_s)

    def turn(self, now_s: int) -> bool:
        """At midnight: pays for the day and lights what the money carries. True if the supply changed."""
        if now_s < self._look_s:
            return False
        self._look_s = begin_of(day_of(self._epoch_s + now_s) + 1) - self._epoch_s
        changed = False
        for site in self.sites:
            site.settle(now_s)
            dark, lit = site.turn(now_s)
            changed |= self._note(site, dark, lit, now_s)
        return changed

    def close(self, end_s: int) -> None:
        """The run is over."""
        for site in self.sites:
            site.settle(end_s, last=True)

    @property
    def supply(self) -> Supply:
        """Everything known about the supply, with what money has said so far."""
        dark = np.flatnonzero(self._dark_since < FOREVER)
        return replace(self._base, windows=(*self._base.windows, *self._over, *self._windows(dark, FOREVER)))

    def _note(self, site: SiteMoney, dark: Flags, lit: Flags, now_s: int) -> bool:
        returned = site.first + np.flatnonzero(lit)
        returned = returned[self._dark_since[returned] < FOREVER]
        self._over += self._windows(returned, now_s)
        self._dark_since[returned] = FOREVER
        gone = site.first + np.flatnonzero(dark)
        gone = gone[self._dark_since[gone] == FOREVER]
        self._dark_since[gone] = now_s
        self._notice[gone] = site.funds.notice_s if now_s else 0
        return bool(len(returned) or len(gone))

    def _windows(self, servers: Ints, to_s: int) -> list[Window]:
        """Dark from their second on: nothing new at once, and what still runs when the notice is over ends."""
        found = []
        since, notice = self._dark_since[servers], self._notice[servers]
        new = np.ones(len(servers), np.bool_)
        new[1:] = (np.diff(servers) != 1) | (np.diff(since) != 0) | (np.diff(notice) != 0)
        heads = np.flatnonzero(new)
        for at, count in zip(heads.tolist(), np.diff(np.append(heads, len(servers))).tolist(), strict=True):
            first, from_s, evict_s = int(servers[at]), int(since[at]), int(since[at] + notice[at])
            if from_s < evict_s:
                found.append(Window(first, count, from_s, to_s, int(Mode.UNFUNDED), False))
            if evict_s < to_s:
                found.append(Window(first, count, evict_s, to_s, int(Mode.UNFUNDED), True))
        return found
