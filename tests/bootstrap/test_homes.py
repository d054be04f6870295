"""Servers that were one holder's and are another's: what a site says of one is said of the node that it is now."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

from dure.adapters.store.registry import Ground, KnownPiece
from dure.bootstrap.homes import Homes
from dure.model.events import Kind
from dure.model.fleet import Mode
from dure.operate.ports import Fact
from dure.policy.build import ClassSpec, PoolSpec, Spec, build
from dure.policy.layout import PPM
from dure.policy.state import State


class Pieces(SimpleNamespace):
    """A registry as far as `Homes` looks at it; counts how often pieces are asked for."""


def world() -> tuple[Homes, Any, State]:
    """Two servers in a pool; server 1 was of grant g1, which ended, and is of g2."""
    away = [int(Mode.NOT_DELIVERED)]
    own = PoolSpec(nodes=1, devices=8, parent=0, modes=away)
    spec = Spec(pools=[PoolSpec(nodes=2, devices=8), own, own], classes=[ClassSpec(devices=1, speeds=[PPM] * 3)])
    first = KnownPiece(1, "g1", "a/a", 1, 1, (1,), 120, lent=False, released=5)
    second = KnownPiece(2, "g2", "a/a", 2, 2, (1,), 120, lent=False)
    registry = Pieces(grounds=(Ground("a/a", 2, 8),), pieces={"g1": first, "g2": second}, unsettled={"g1", "g2"})
    return Homes(cast("Any", registry)), registry, build(spec)


def carry(state: State, facts: list[Fact]) -> None:
    for fact in facts:
        state.node[fact.node]["mode"] = fact.cause


def test_a_server_that_was_two_holders_one_after_the_other_is_one_node() -> None:
    homes, registry, state = world()
    carry(state, list(homes.moves(state, 10)))
    assert state.node["mode"].tolist() == [Mode.UP, Mode.NOT_DELIVERED, Mode.NOT_DELIVERED, Mode.UP]
    carry(state, list(homes.moves(state, 11)))
    assert registry.unsettled == set()
    told = homes.told(Fact(Kind.NODE, 12, node=1, count=1, cause=int(Mode.FAILED)), state)
    assert (told.node, told.cause) == (3, Mode.FAILED)


def test_who_is_there_is_not_looked_at_again_until_something_changes() -> None:
    homes, registry, state = world()
    for second in (10, 11):
        carry(state, list(homes.moves(state, second)))
    state.node[1]["mode"] = int(Mode.UP)  # nobody says so: it would be seen where every piece is looked at in every turn
    assert list(homes.moves(state, 12)) == []
    state.node[1]["mode"] = int(Mode.NOT_DELIVERED)
    registry.pieces["g2"] = replace(registry.pieces["g2"], released=13)
    registry.unsettled.add("g2")
    carry(state, list(homes.moves(state, 13)))
    assert state.node["mode"].tolist() == [Mode.UP, Mode.UP, Mode.NOT_DELIVERED, Mode.NOT_DELIVERED]


def test_a_server_that_is_down_altogether_is_waited_for() -> None:
    homes, registry, state = world()
    state.node["mode"] = int(Mode.NOT_DELIVERED)
    assert list(homes.moves(state, 10)) == []
    assert registry.unsettled == {"g1", "g2"}, "neither node is there yet"
