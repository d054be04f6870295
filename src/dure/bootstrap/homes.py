"""Servers that pass between a pool and a holder while the broker runs.

Such a server is a node of two pools of the State and at home in exactly one of them; in the other it stands as not delivered. It passes
when nothing runs on it; until then it takes nothing new. Sites know servers, the State knows nodes: what one says is put into the
words of the other here. Where each is at home is read from the State, so a broker that starts again finds it as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from dure.adapters.store.registry import Registry
from dure.bootstrap.said import Nodes, said_by_us
from dure.model.events import WITHHELD, Kind
from dure.model.fleet import Mode
from dure.operate.ports import Fact, Placement
from dure.policy.layout import NONE
from dure.policy.state import State


class Homes:
    """Which node each server is. Servers are numbered through the pools of the scenario, as the State numbers those pools' nodes."""

    def __init__(self, registry: Registry, kept: Mapping[int, Mode] | None = None) -> None:
        """`kept`: servers that people keep out of work, and how."""
        self._registry, self.kept = registry, kept or {}
        self._servers = sum(one.nodes for one in registry.grounds)
        self._first: dict[int, int] = {}
        self._physical = np.zeros(0, np.int64)
        self._pieces: dict[int, list[str]] = {}
        self.refresh()

    def refresh(self) -> None:
        """Number the nodes of pieces that were added, and know of each server whose it was and is."""
        pieces = sorted(self._registry.pieces.values(), key=lambda one: one.number)
        runs = [np.arange(self._servers)]
        node = self._servers
        for one in pieces:
            self._first[one.number] = node
            runs.append(np.array(one.nodes, np.int64))
            node += len(one.nodes)
        self._pieces = {}
        for one in pieces:
            for server in one.nodes:
                self._pieces.setdefault(server, []).append(one.grant)
        self._physical = np.concatenate(runs)

    def free(self, state: State, pool: str, count: int) -> list[int] | None:
        """Servers of a pool that may be given to a holder: empty ones before others, then the highest-numbered; None: too few."""
        first = 0
        for one in self._registry.grounds:
            if one.pool == pool:
                break
            first += one.nodes
        else:
            return None
        nodes = np.arange(first, first + one.nodes)
        rows = state.node[nodes]
        given = {server for piece in self._registry.pieces.values() if not piece.released for server in piece.nodes}
        there = [(int(row["parts"] != NONE), -node) for node, row in zip(nodes.tolist(), rows, strict=True) if self._open(row, node, given)]
        return [-node for _, node in sorted(there)[:count]] if len(there) >= count else None

    def _open(self, row: np.void, node: int, given: set[int]) -> bool:
        return bool(row["mode"] == Mode.UP) and node not in given

    def moves(self, broker: Nodes, now: int) -> Iterator[Fact]:
        """What has to change so that every server gets to whom it belongs; only pieces that changed and are not there yet are looked at."""
        state = broker.state
        for grant in sorted(self._registry.unsettled):
            piece = self._registry.pieces[grant]
            first = self._first.get(piece.number, len(state.node))
            if first + len(piece.nodes) > len(state.node):
                continue
            there = True
            for own, server in enumerate(piece.nodes, first):
                leaves, enters = (own, server) if piece.released else (server, own)
                withheld = bool(broker.told[enters]["withheld"])  # it had not even left
                there = there and not withheld and bool(state.node[leaves]["mode"] == Mode.NOT_DELIVERED != state.node[enters]["mode"])
                yield from _pass_on(broker, leaves, enters, now, self.kept.get(server, Mode.UP))
            if there:
                self._registry.unsettled.discard(grant)

    def told(self, fact: Fact, state: State) -> Fact:
        """What a site says of a server, as of the node that it is now; one that is on its way takes nothing new, whatever is said."""
        if fact.kind != Kind.NODE or fact.node < 0:
            return fact
        pieces = [self._registry.pieces[grant] for grant in self._pieces.get(fact.node, ())]
        for piece in pieces:
            own = self._first[piece.number] + piece.nodes.index(fact.node)
            if own < len(state.node) and state.node[own]["mode"] != Mode.NOT_DELIVERED:
                return _withheld(replace(fact, node=own), leaving=bool(piece.released))
        return _withheld(fact, leaving=any(not piece.released for piece in pieces))

    def nodes_of(self, server: int, state: State) -> list[int]:
        """The nodes that a server can be, the one that it is now first."""
        own = [self._first[piece.number] + piece.nodes.index(server) for piece in self._registry.pieces.values() if server in piece.nodes]
        nodes = [node for node in (*own, server) if node < len(state.node)]
        return sorted(nodes, key=lambda node: bool(state.node[node]["mode"] == Mode.NOT_DELIVERED))

    def placed(self, placement: Placement) -> Placement:
        """A placement in the words of its site: server by server, neighbours together."""
        runs: list[tuple[int, int, int]] = []
        for first, count, each in placement.runs:
            for node in range(first, first + count):
                server = int(self._physical[node])
                if runs and runs[-1][0] + runs[-1][1] == server and runs[-1][2] == each:
                    runs[-1] = (runs[-1][0], runs[-1][1] + 1, each)
                else:
                    runs.append((server, 1, each))
        return replace(placement, runs=tuple(runs))


def _withheld(fact: Fact, *, leaving: bool) -> Fact:
    return replace(fact, cause=int(Mode.MAINTENANCE), value=WITHHELD) if leaving and fact.cause == Mode.UP else fact


def _pass_on(broker: Nodes, leaves: int, enters: int, now: int, kept: Mode) -> Iterator[Fact]:
    """`kept`: how people keep the server."""
    told, here = broker.told, broker.state.node[leaves]
    mode = Mode(int(here["mode"]))
    if mode == Mode.NOT_DELIVERED:
        if told[enters]["withheld"]:
            yield said_by_us(enters, kept, told, now, twin=leaves)
    elif here["parts"] == NONE:
        yield said_by_us(leaves, Mode.NOT_DELIVERED, told, now, twin=enters)
        yield said_by_us(enters, kept if told[leaves]["withheld"] else mode, told, now, twin=leaves)
    elif mode == Mode.UP:
        yield said_by_us(leaves, Mode.MAINTENANCE, told, now, twin=enters, withheld=True)
