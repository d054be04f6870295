"""When each node is in which supply mode: deliveries, planned windows and drawn failures, one winner at every second.

Windows overlap; the first mode that holds counts (the order of `Mode`). Consecutive nodes that enter a mode in the same
second are one event. The events before a second do not depend on how far ahead they are worked out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dure.model.fleet import Mode
from dure.model.units import MICRO, round_div
from dure.twin.draws import failures
from dure.twin.floor import Floor, FloorPool
from dure.twin.world import SUPPLY
from dure.wire.scenario import Scenario
from dure.wire.scenario_sites import Failures, Site, SiteEvent

Ints = npt.NDArray[np.int64]

FOREVER = 1 << 60
_MODES = {"down": Mode.FAILED, "maintenance": Mode.MAINTENANCE, "unpowered": Mode.UNPOWERED, "unfunded": Mode.UNFUNDED}


class Window(NamedTuple):
    """Nodes `first` to before `first + nodes` are in a mode from one second to before another."""

    first: int
    nodes: int
    from_s: int
    to_s: int
    mode: int
    evict: bool


@dataclass(frozen=True, slots=True)
class Supply:
    """Everything known about the supply of a run; `events(until)` works it out."""

    floor: Floor
    seed: int
    windows: tuple[Window, ...]
    hazards: tuple[tuple[int, int, Failures], ...]
    """(first node, nodes, law) of each site whose servers fail."""

    def events(self, until_s: int) -> npt.NDArray[np.void]:
        """Rows of SUPPLY before `until_s`, by second, then node."""
        node, at, mode, change, evict = self._edges(until_s)
        order = np.lexsort((at, node))
        node, at, mode, change, evict = node[order], at[order], mode[order], change[order], evict[order]
        winner = _winners(mode, change)
        last = np.append((node[1:] != node[:-1]) | (at[1:] != at[:-1]), True) if len(node) else np.zeros(0, np.bool_)
        first = np.append(True, last[:-1]) if len(node) else last
        stops = np.logical_or.reduceat(evict, np.flatnonzero(first)) if len(node) else evict
        node, at, winner = node[last], at[last], winner[last]
        same_node = np.append(False, node[1:] == node[:-1]) if len(node) else last
        was = np.where(same_node, np.append(0, winner[:-1]), int(Mode.UP)) if len(node) else winner
        wanted = ((winner != was) | (stops & (winner != Mode.UP))) & (at < until_s)
        return self._rows(node[wanted], at[wanted], winner[wanted], was[wanted], stops[wanted])

    def _edges(self, until_s: int) -> tuple[Ints, Ints, Ints, Ints, npt.NDArray[np.bool_]]:
        """Begin (+1) and end (−1) of every window of every node; every window ends, so that sums close within a node."""
        parts: list[tuple[Ints, Ints, Ints, int, bool]] = []
        for window in self.windows:
            nodes = np.arange(window.first, window.first + window.nodes)
            parts.append((nodes, np.full(window.nodes, window.from_s), np.full(window.nodes, window.to_s), window.mode, window.evict))
        for first, count, law in self.hazards:
            rate = law.per_1000_node_days_micro
            drawn = failures(self.seed, count, until_s, rate, law.repair_min_s, law.repair_max_s, first)
            parts.append((drawn.node, drawn.at, drawn.up_at, int(Mode.FAILED), True))
        if not parts:
            empty = np.zeros(0, np.int64)
            return empty, empty, empty, empty, np.zeros(0, np.bool_)
        node = np.concatenate([part[0] for part in parts] * 2)
        at = np.concatenate([part[1] for part in parts] + [part[2] for part in parts])
        mode = np.concatenate([np.full(len(part[0]), part[3]) for part in parts] * 2)
        change = np.repeat(np.array([1, -1]), len(node) // 2)
        evict = np.concatenate([np.full(len(part[0]), part[4]) for part in parts] + [np.zeros(len(node) // 2, np.bool_)])
        return node.astype(np.int64), at.astype(np.int64), mode.astype(np.int64), change.astype(np.int64), evict

    def _rows(self, node: Ints, at: Ints, mode: Ints, was: Ints, evict: npt.NDArray[np.bool_]) -> npt.NDArray[np.void]:
        starts = np.unique(np.array([first for piece in self.floor.pieces for first, _ in piece.runs], np.int64))
        return supply_rows(node, at, mode, was, evict, starts)


def supply_rows(node: Ints, at: Ints, mode: Ints, was: Ints, evict: npt.NDArray[np.bool_], starts: Ints) -> npt.NDArray[np.void]:
    """Rows of SUPPLY by second, then node; consecutive nodes that change alike are one, but never across one of `starts`."""
    order = np.lexsort((node, at))
    node, at, mode, was, evict = node[order], at[order], mode[order], was[order], evict[order]
    piece = np.searchsorted(starts, node, side="right")
    keys = (at, mode, was, evict, piece, node - np.arange(len(node)))
    new = np.zeros(len(node), np.bool_)
    new[:1] = True
    for key in keys:
        new[1:] |= key[1:] != key[:-1]
    heads = np.flatnonzero(new)
    rows = np.zeros(len(heads), SUPPLY)
    rows["at"], rows["node"], rows["mode"], rows["was"], rows["evict"] = at[heads], node[heads], mode[heads], was[heads], evict[heads]
    rows["nodes"] = np.diff(np.append(heads, len(node)))
    return rows


def _winners(mode: Ints, change: Ints) -> Ints:
    """After each edge, the first mode that holds on its node."""
    winner = np.zeros(len(mode), np.int64)
    for one in sorted(Mode, reverse=True):
        if one != Mode.UP:
            holds = np.cumsum(np.where(mode == one, change, 0)) > 0
            winner[holds] = one
    return winner


def build_supply(scenario: Scenario, floor: Floor, seed: int) -> Supply:
    """Windows of all pools and the failure law of each site."""
    windows: list[Window] = []
    hazards: list[tuple[int, int, Failures]] = []
    by_site: dict[str, list[FloorPool]] = {}
    for pool in floor.pools:
        by_site.setdefault(pool.site, []).append(pool)
    for site in scenario.sites:
        pools = by_site.get(site.name, [])
        for pool in pools:
            windows += _deliveries(scenario, pool)
            windows += [window for event in site.events if (window := _window(event, pool, site)) is not None]
        if site.failures is not None and pools:
            hazards.append((pools[0].first_node, sum(pool.nodes for pool in pools), site.failures))
    return Supply(floor, seed, tuple(windows), tuple(hazards))


def _deliveries(scenario: Scenario, pool: FloorPool) -> Iterator[Window]:
    """Nodes that are not there yet; the lowest-numbered arrive first, and what no delivery brings never comes."""
    written = scenario.pools[pool.path].delivered
    if not written:
        return
    arrived = whole = 0
    for delivery in sorted(written, key=lambda one: one.at_s):
        whole += delivery.nodes
        nodes = pool.public(whole) - arrived
        if nodes and delivery.at_s > 0:
            yield Window(pool.first_node + arrived, nodes, 0, delivery.at_s, int(Mode.NOT_DELIVERED), True)
        arrived += nodes
    if arrived < pool.nodes:
        yield Window(pool.first_node + arrived, pool.nodes - arrived, 0, FOREVER, int(Mode.NOT_DELIVERED), True)


def _window(event: SiteEvent, pool: FloorPool, site: Site) -> Window | None:
    """What an event takes of one pool: its highest-numbered nodes."""
    if event.pool is not None and f"{site.name}/{event.pool}" != pool.path:
        return None
    nodes = pool.nodes
    if event.nodes is not None:
        nodes = pool.public(event.nodes)
    elif event.share_ppm is not None:
        nodes = round_div(pool.nodes * event.share_ppm, MICRO)
    from_s, to_s = max(0, event.at_s), FOREVER if event.for_s is None else event.at_s + event.for_s
    if not nodes or to_s <= from_s:
        return None
    return Window(pool.first_node + pool.nodes - nodes, nodes, from_s, to_s, int(_MODES[event.mode]), event.evict)
