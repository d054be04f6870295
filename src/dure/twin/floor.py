"""The floor of a run: the public nodes of every pool, cut where whole servers are dedicated to a project for a term.

Nodes are numbered through the fleet in the order of sites and pools. Own use is not part of the floor: its nodes are counted beside.
Dedicated nodes are the lowest-numbered of their pool, so that what is delivered first is theirs and what an event takes is theirs last.

A server whose term begins or ends inside the run belongs to two pools of the State, its holder's and the common one of its pool, and is
in exactly one of them at any second (`dure.twin.handover`): otherwise a gang that needs the whole pool could not even run after the term.
So a State may have more nodes than the fleet; `Floor.physical` says which server each of them is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from dure.model.catalog import Accelerator, fold
from dure.model.units import MICRO, round_div
from dure.wire.scenario import Scenario
from dure.wire.scenario_programme import Allocation
from dure.wire.scenario_sites import Pool, Site

Ints = npt.NDArray[np.int64]


class Machine(Protocol):
    """What the servers of a pool are made of, resolved in the catalogue; None is unknown."""

    @property
    def accelerator(self) -> Accelerator: ...
    @property
    def devices(self) -> int: ...
    @property
    def weight_ppm(self) -> int | None: ...
    @property
    def value_won(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class FloorPool:
    """The public part of a pool of the scenario. `first_node` is its first node in the numbering of the fleet."""

    path: str
    site: str
    operator: str
    model: str
    vendor: str
    first_node: int
    nodes: int
    devices: int
    own_use_nodes: int
    domain_nodes: int
    start_delay_s: int
    weight_ppm: int
    value_won: int | None
    ahead_s: int = 0

    def public(self, nodes: int) -> int:
        """How many of so many nodes of the whole pool are public ones, by proportion."""
        return round_div(nodes * self.nodes, self.nodes + self.own_use_nodes)


@dataclass(frozen=True, slots=True)
class Term:
    """Nodes of a piece belong to a project from one second to before another (None: to the end)."""

    project: str
    from_s: int
    to_s: int | None
    lent: bool
    notice_s: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Nodes of a pool with the same terms: one pool of the State.

    `first_node` counts the State's nodes, `runs` are (first, number) of servers in the numbering of the fleet. The common piece of a pool
    also has those servers that are dedicated for a part of the run; `most` is how many nodes it has at any one time.
    """

    pool: int
    first_node: int
    nodes: int
    terms: tuple[Term, ...]
    runs: tuple[tuple[int, int], ...]
    most: int

    def owner(self, at_s: int) -> Term | None:
        """The term that runs at a second."""
        return next((term for term in self.terms if term.from_s <= at_s and (term.to_s is None or at_s < term.to_s)), None)

    @property
    def never_public(self) -> bool:
        """Whether it belongs to one holder for the whole run."""
        return len(self.terms) == 1 and self.always_held

    @property
    def always_held(self) -> bool:
        """Whether it belongs to somebody at every second of the run."""
        ends = [0, *(term.to_s for term in self.terms)]
        return bool(self.terms) and ends[-1] is None and all(one.from_s == end for one, end in zip(self.terms, ends, strict=False))


@dataclass(frozen=True, slots=True)
class Floor:
    """Pools of the scenario, and the pieces that the State knows as pools, in the order of node numbers."""

    pools: tuple[FloorPool, ...]
    pieces: tuple[Piece, ...]
    notes: tuple[str, ...] = ()

    @property
    def nodes(self) -> int:
        return sum(pool.nodes for pool in self.pools)

    @property
    def devices(self) -> int:
        return sum(pool.nodes * pool.devices for pool in self.pools)

    @property
    def models(self) -> tuple[str, ...]:
        """The models of its pools; the place of one is the number that the State knows it by."""
        return tuple(dict.fromkeys(pool.model for pool in self.pools))

    def piece_pool(self) -> Ints:
        """The pool of each piece."""
        return np.array([piece.pool for piece in self.pieces], np.int64)

    def physical(self) -> Ints:
        """Which server of the fleet each node of the State is."""
        runs = [np.arange(first, first + nodes) for piece in self.pieces for first, nodes in piece.runs]
        return np.concatenate(runs) if runs else np.zeros(0, np.int64)

    @property
    def moves(self) -> bool:
        """Whether some server changes between two pools of the State."""
        return sum(piece.nodes for piece in self.pieces) > self.nodes


def build_floor(scenario: Scenario, machines: Mapping[str, Machine]) -> Floor:
    """The floor of a scenario; `machines` by `site/pool`. A pool that the operator keeps wholly has no place on it."""
    pools: list[FloorPool] = []
    notes: list[str] = []
    first = 0
    for site in scenario.sites:
        for pool in site.pools:
            found = _pool(site, pool, machines[f"{site.name}/{pool.name}"], first, notes)
            if found.nodes:
                pools.append(found)
                first += found.nodes
    horizon_s = scenario.programme.horizon_s
    allocations = [
        one for one in scenario.programme.allocations if horizon_s is None or (one.from_s < horizon_s and one.from_s != one.to_s)
    ]
    pieces: list[Piece] = []
    state_node = 0
    for index, pool_of in enumerate(pools):
        cut = _pieces(index, pool_of, [one for one in allocations if one.pool == pool_of.path], horizon_s)
        for piece in _with_common(index, cut):
            pieces.append(replace(piece, first_node=state_node))
            state_node += piece.nodes
    return Floor(tuple(pools), tuple(pieces), tuple(dict.fromkeys(notes)))


def _pool(site: Site, pool: Pool, machine: Machine, first_node: int, notes: list[str]) -> FloorPool:
    weight_ppm = machine.weight_ppm
    if weight_ppm is None:
        notes.append(f"no source states a billing weight of {machine.accelerator.id}: it counts as 1 in quotas, credits and fair-share")
        weight_ppm = MICRO
    nodes = pool.nodes - pool.own_use_nodes
    if not nodes:
        notes.append(f"{site.name}/{pool.name} is wholly its operator's own use: no job of the programme runs there")
    return FloorPool(
        path=f"{site.name}/{pool.name}",
        site=site.name,
        operator=site.operator,
        model=machine.accelerator.id,
        vendor=fold(machine.accelerator.vendor),
        first_node=first_node,
        nodes=nodes,
        devices=machine.devices,
        own_use_nodes=pool.own_use_nodes,
        domain_nodes=pool.domain_nodes or 0,
        start_delay_s=pool.start_delay_s,
        ahead_s=pool.ahead_s or 0,
        weight_ppm=weight_ppm,
        value_won=machine.value_won,
    )


def _pieces(index: int, pool: FloorPool, allocations: Sequence[Allocation], horizon_s: int | None) -> list[Piece]:
    """Each allocation takes the lowest-numbered nodes that are free throughout its term; equal neighbours become one piece."""
    terms: list[list[Term]] = [[] for _ in range(pool.nodes)]
    for one in sorted(allocations, key=lambda one: one.from_s):
        to_s = None if one.to_s is not None and horizon_s is not None and one.to_s >= horizon_s else one.to_s
        term = Term(one.project, max(0, one.from_s), to_s, one.lend, one.notice_s)
        free = (n for n in range(pool.nodes) if not terms[n] or _is_over(terms[n][-1], term.from_s))
        taken = [n for n, _ in zip(free, range(one.nodes), strict=False)]
        assert len(taken) == one.nodes, f"{pool.path}: {one.nodes} nodes dedicated, {len(taken)} there"
        for n in taken:
            terms[n].append(term)
    starts = [n for n in range(pool.nodes) if n == 0 or terms[n] != terms[n - 1]]
    return [
        Piece(index, pool.first_node + n, end - n, tuple(terms[n]), ((pool.first_node + n, end - n),), end - n)
        for n, end in zip(starts, [*starts[1:], pool.nodes], strict=True)
    ]


def _with_common(index: int, cut: list[Piece]) -> list[Piece]:
    """With the common piece: the servers that are nobody's for a part of the run, in one piece while they are nobody's.

    Those that stay there come first, so that jobs keep off the servers that will leave as long as others are free. Where all are in one
    piece anyway, that piece changes hands as it is.
    """
    open_ = [piece for piece in cut if not piece.always_held]
    if len(open_) < 2:
        return cut
    times = {0} | {second for piece in open_ for term in piece.terms for second in (term.from_s, term.to_s) if second is not None}
    most = max(sum(piece.nodes for piece in open_ if piece.owner(at_s) is None) for at_s in times)
    runs = tuple(run for piece in sorted(open_, key=lambda piece: bool(piece.terms)) for run in piece.runs)
    common = Piece(index, 0, sum(nodes for _, nodes in runs), (), runs, most)
    return [*(piece for piece in cut if piece.terms), common]


def _is_over(term: Term, at_s: int) -> bool:
    return term.to_s is not None and term.to_s <= at_s
