"""Servers that pass between the common pool and their holder's where a term begins or ends inside the run.

Such a server is a node of two pools of the State (`dure.twin.floor`). It is at home in exactly one of them; in the other it stands as not
delivered, and those seconds are taken off the sums again: what was contracted is counted once.

A server passes when nothing runs on it. Until then it takes nothing new, and what is free of it is in maintenance, as on every server that
is being emptied. Where a term begins, jobs of others get the notice of the term; where it ends, what runs goes on to its end.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from dure.jit import entry
from dure.model.fleet import Mode
from dure.model.units import HOUR_S, MILLI
from dure.policy import apply as door
from dure.policy import layout
from dure.policy.apply import write
from dure.policy.layout import NEVER, NONE
from dure.policy.state import Log, State
from dure.twin.floor import Floor
from dure.twin.supply import supply_rows
from dure.twin.world import World

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.void]


@entry
def enter(s: State, log: Log, node: int, nodes: int, mode: int) -> None:
    """Nodes of one pool enter a mode, with their row; what runs on them goes on."""
    write(s, log, layout.K_NODE, NONE, NONE, s.node[node]["pool"], node, nodes, 0, mode)
    for n in range(node, node + nodes):
        door.set_mode(s, n, mode)


@entry
def call_in(s: State, log: Log, node: int, holder: int, notice: int) -> None:
    """What others run on a node gets notice."""
    part = s.node[node]["parts"]
    while part != NONE:
        a = s.part[part]["attempt"]
        if s.attempt[a]["state"] == layout.RUNNING and s.job[s.attempt[a]["job"]]["project"] != holder:
            door.preempt(s, log, a, notice)
        part = s.part[part]["node_next"]


class Handover:
    """Where each server is at home, and which are on their way."""

    def __init__(self, floor: Floor) -> None:
        self._physical = floor.physical()
        self._starts = np.array([piece.first_node for piece in floor.pieces], np.int64)
        self._piece = np.repeat(np.arange(len(floor.pieces)), [piece.nodes for piece in floor.pieces])
        self._milli = np.array([floor.pools[piece.pool].devices * MILLI for piece in floor.pieces], np.int64)
        self._home = np.zeros(floor.nodes, np.int64)
        self._home[self._physical] = np.arange(len(self._physical))  # of two, the later: the common pool stands last
        self._common = self._home.copy()
        self._own: dict[int, Ints] = {}
        for index, piece in enumerate(floor.pieces):
            mine = np.arange(piece.first_node, piece.first_node + piece.nodes)
            if piece.terms and (self._common[self._physical[mine]] != mine).all():
                self._own[index] = mine
                if piece.owner(0) is not None:
                    self._home[self._physical[mine]] = mine
        self._target = self._home.copy()
        self._leaving: Flags = np.zeros(floor.nodes, np.bool_)
        self._called: dict[int, tuple[int, int]] = {}  # by piece that waits for its servers: its holder and the notice
        self.due_s = NEVER
        """The second at which to look again."""

    @property
    def away(self) -> Ints:
        """Milli-devices of each pool of the State that are at home in another."""
        gone = np.ones(len(self._physical), np.int64)
        gone[self._home] = 0
        nodes: Ints = np.bincount(self._piece[gone > 0], minlength=len(self._milli))
        return nodes * self._milli

    def begin(self, state: State, log: Log) -> None:
        """Second 0: each server is in one pool only."""
        gone = np.ones(len(self._physical), np.bool_)
        gone[self._home] = False
        nodes = np.flatnonzero(gone)
        self._enter(state, log, nodes, np.full(len(nodes), int(Mode.NOT_DELIVERED)))

    def turn(self, piece: int, holder: int, notice_s: int) -> None:
        """From now on the servers of a piece belong to a holder, or (NONE) to nobody."""
        own = self._own.get(piece)
        if own is None:
            return
        servers = self._physical[own]
        self._called.pop(piece, None)
        if holder != NONE:
            self._called[piece] = (holder, notice_s)
        self._target[servers] = self._common[servers] if holder == NONE else own
        self.due_s = 0

    def settle(self, state: State, world: World, log: Log, known: Rows, now_s: int) -> None:
        """Passes on every server that is empty; the others take nothing new. `known`: all supply events by server of the fleet."""
        moving = np.flatnonzero((self._home != self._target) | self._leaving)
        mode = _modes(known, now_s, len(self._home))[moving]
        empty = state.node["parts"][self._home[moving]] == NONE
        stays, goes = self._home[moving] == self._target[moving], self._home[moving] != self._target[moving]
        back, gone, busy = moving[stays], moving[goes & empty], moving[goes & ~empty]
        self._enter(state, log, self._home[back], mode[stays])
        newly = goes & ~empty & ~self._leaving[moving]
        self._enter(state, log, self._home[moving[newly]], np.where(mode == Mode.UP, int(Mode.MAINTENANCE), mode)[newly])
        self._enter(state, log, self._home[gone], np.full(len(gone), int(Mode.NOT_DELIVERED)))
        self._home[gone] = self._target[gone]
        self._enter(state, log, self._home[gone], mode[goes & empty])
        self._leaving[:] = False
        self._leaving[busy] = True
        for server in busy.tolist():
            called = self._called.get(int(self._piece[self._target[server]]))
            if called is not None:
                call_in(state, log, int(self._home[server]), *called)
        self.due_s = min((self._empty_s(state, world, int(self._home[server]), now_s) for server in busy.tolist()), default=NEVER)
        if len(busy):  # what runs there may be stopped by others before its end
            self.due_s = min(self.due_s, (now_s // HOUR_S + 1) * HOUR_S)

    def directed(self, rows: Rows) -> Rows:
        """Supply events of servers as those of the nodes where they are at home."""
        server = np.repeat(rows["node"], rows["nodes"]) + _counted(rows["nodes"])
        at, mode, was, evict = (np.repeat(rows[name], rows["nodes"]) for name in ("at", "mode", "was", "evict"))
        leaving = self._leaving[server]
        mode, was = (np.where(leaving & (one == Mode.UP), int(Mode.MAINTENANCE), one) for one in (mode, was))
        return supply_rows(self._home[server], at, mode, was, evict != 0, self._starts)

    def _enter(self, state: State, log: Log, nodes: Ints, modes: npt.NDArray[np.integer]) -> None:
        for first, count, mode in _runs(nodes, modes, self._piece):
            enter(state, log, first, count, mode)

    def _empty_s(self, state: State, world: World, node: int, now_s: int) -> int:
        """The second after the last end on a node, as the world has it; a start that is on its way is looked at when it is due."""
        last_s, part = now_s, int(state.node[node]["parts"])
        while part != NONE:
            a = int(state.part[part]["attempt"])
            end_s = min(int(world.end_at[a]), int(state.attempt[a]["deadline"]))
            waits_s = int(state.attempt[a]["placed_at"]) + int(state.pool[state.attempt[a]["pool"]]["delay"])
            last_s = max(last_s, waits_s if end_s >= NEVER else end_s)
            part = int(state.part[part]["node_next"])
        return last_s + 1


def _counted(lengths: npt.NDArray[np.integer]) -> Ints:
    """0, 1, … within each of consecutive groups of these lengths."""
    ends = np.cumsum(lengths, dtype=np.int64)
    found: Ints = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - lengths, lengths)
    return found


def _modes(known: Rows, now_s: int, servers: int) -> Ints:
    """The mode of every server as of the events before a second."""
    rows = known[known["at"] < now_s]
    mode = np.zeros(servers, np.int64)
    mode[np.repeat(rows["node"], rows["nodes"]) + _counted(rows["nodes"])] = np.repeat(rows["mode"], rows["nodes"])
    return mode


def _runs(nodes: Ints, modes: npt.NDArray[np.integer], piece: Ints) -> Iterator[tuple[int, int, int]]:
    """Consecutive nodes of one pool that enter the same mode: (first, number, mode)."""
    order = np.argsort(nodes, kind="stable")
    nodes, modes = nodes[order], modes[order]
    new = np.ones(len(nodes), np.bool_)
    new[1:] = (np.diff(nodes) != 1) | (np.diff(modes) != 0) | (np.diff(piece[nodes]) != 0)
    heads = np.flatnonzero(new)
    yield from zip(nodes[heads].tolist(), np.diff(np.append(heads, len(nodes))).tolist(), modes[heads].tolist(), strict=True)
