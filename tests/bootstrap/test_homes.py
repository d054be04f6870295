"""Servers that were one holder's and are another's: what a site says of one is said of the node that it is now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from dure.adapters.store.registry import Ground, KnownPiece
from dure.bootstrap.homes import Homes
from dure.model.events import WITHHELD, Kind
from dure.model.fleet import Mode
from dure.operate.ports import Fact
from dure.policy.build import ClassSpec, PoolSpec, Spec, build
from dure.policy.fold import nothing_told
from dure.policy.layout import NONE, PPM
from dure.policy.state import State


class Pieces(SimpleNamespace):
    """A registry as far as `Homes` looks at it; counts how often pieces are asked for."""


class Nodes:
    """What a broker knows of nodes; takes words about them as its log would."""

    def __init__(self, state: State) -> None:
        self.state, self.told = state, nothing_told(len(state.node))

    def carry(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            if self.told[fact.node]["at"] <= fact.at:
                self.told[fact.node] = fact.at, fact.at, fact.value == WITHHELD
                self.state.node[fact.node]["mode"] = fact.cause

    @property
    def modes(self) -> list[Mode]:
        return [Mode(mode) for mode in self.state.node["mode"].tolist()]


def said(at: int, node: int, mode: Mode) -> Fact:
    return Fact(Kind.NODE, at, node=node, count=1, cause=int(mode))


def world() -> tuple[Homes, Any, Nodes]:
    """Two servers in a pool; server 1 was of grant g1, which ended, and is of g2."""
    away = [int(Mode.NOT_DELIVERED)]
    own = PoolSpec(nodes=1, devices=8, parent=0, modes=away)
    spec = Spec(pools=[PoolSpec(nodes=2, devices=8), own, own], classes=[ClassSpec(devices=1, speeds=[PPM] * 3)])
    first = KnownPiece(1, "g1", "a/a", 1, 1, (1,), 120, lent=False, released=5)
    second = KnownPiece(2, "g2", "a/a", 2, 2, (1,), 120, lent=False)
    registry = Pieces(grounds=(Ground("a/a", 2, 8),), pieces={"g1": first, "g2": second}, unsettled={"g1", "g2"})
    return Homes(cast("Any", registry)), registry, Nodes(build(spec))


def test_a_server_that_was_two_holders_one_after_the_other_is_one_node() -> None:
    homes, registry, nodes = world()
    nodes.carry(homes.moves(nodes, 10))
    assert nodes.modes == [Mode.UP, Mode.NOT_DELIVERED, Mode.NOT_DELIVERED, Mode.UP]
    nodes.carry(homes.moves(nodes, 11))
    assert registry.unsettled == set()
    told = homes.told(said(12, 1, Mode.FAILED), nodes.state)
    assert (told.node, told.cause) == (3, Mode.FAILED)


def test_who_is_there_is_not_looked_at_again_until_something_changes() -> None:
    homes, registry, nodes = world()
    for second in (10, 11):
        nodes.carry(homes.moves(nodes, second))
    nodes.state.node[1]["mode"] = int(Mode.UP)  # nobody says so: it would be seen where every piece is looked at in every turn
    assert list(homes.moves(nodes, 12)) == []
    nodes.state.node[1]["mode"] = int(Mode.NOT_DELIVERED)
    registry.pieces["g2"] = replace(registry.pieces["g2"], released=13)
    registry.unsettled.add("g2")
    nodes.carry(homes.moves(nodes, 13))
    assert nodes.modes == [Mode.UP, Mode.UP, Mode.NOT_DELIVERED, Mode.NOT_DELIVERED]


def test_a_server_that_is_down_altogether_is_waited_for() -> None:
    homes, registry, nodes = world()
    nodes.state.node["mode"] = int(Mode.NOT_DELIVERED)
    assert list(homes.moves(nodes, 10)) == []
    assert registry.unsettled == {"g1", "g2"}, "neither node is there yet"


def busy() -> tuple[Homes, Any, Nodes]:
    """Server 1 is asked for by g2 and something runs on it."""
    homes, registry, nodes = world()
    nodes.carry([said(1_000, 1, Mode.UP)])
    nodes.state.node[1]["parts"] = 0
    nodes.carry(homes.moves(nodes, 1_010))
    assert nodes.modes[1] == Mode.MAINTENANCE, "it takes nothing new"
    return homes, registry, nodes


def test_a_server_that_was_given_back_before_it_had_left_works_again_at_home() -> None:
    homes, registry, nodes = busy()
    registry.pieces["g2"] = replace(registry.pieces["g2"], released=1_020)
    nodes.carry(homes.moves(nodes, 1_020))
    assert nodes.modes == [Mode.UP, Mode.UP, Mode.NOT_DELIVERED, Mode.NOT_DELIVERED]
    nodes.carry(homes.moves(nodes, 1_021))
    assert registry.unsettled == set()


@pytest.mark.parametrize("given_back", [False, True])
def test_what_its_site_says_of_a_server_that_waits_to_leave_goes_with_it(given_back: bool) -> None:
    """Maintenance of the site's own is not lifted by us, wherever the server is then."""
    homes, registry, nodes = busy()
    nodes.carry([homes.told(said(1_015, 1, Mode.MAINTENANCE), nodes.state)])
    if given_back:
        registry.pieces["g2"] = replace(registry.pieces["g2"], released=1_020)
    nodes.state.node[1]["parts"] = NONE
    nodes.carry(homes.moves(nodes, 1_020))
    assert nodes.modes[1 if given_back else 3] == Mode.MAINTENANCE
    nodes.carry([homes.told(said(1_030, 1, Mode.UP), nodes.state)])
    assert nodes.modes[1 if given_back else 3] == Mode.UP


def test_a_clock_that_is_behind_ours_is_heard_after_a_move() -> None:
    homes, _, nodes = world()
    nodes.carry([said(1_000, 1, Mode.UP)])
    nodes.carry(homes.moves(nodes, 1_100))
    nodes.carry([homes.told(said(1_050, 1, Mode.FAILED), nodes.state)])
    assert nodes.modes[3] == Mode.FAILED
