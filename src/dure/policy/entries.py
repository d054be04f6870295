"""The functions of the kernel that Python calls one by one; each is compiled and kept on disk."""

from __future__ import annotations

from typing import Any

from dure.jit import entry
from dure.policy import apply as door
from dure.policy.admit import mark_ceilings
from dure.policy.decide import decide as _decide
from dure.policy.floor import refresh_open
from dure.policy.idle import split as _split
from dure.policy.queue import list_slot
from dure.policy.state import Log, State
from dure.policy.turn import forget, price_all, refresh_feasible


@entry
def open_floor(s: State, modes: Any) -> None:
    """Give every node its first supply mode; ceilings on models bind from the beginning."""
    mark_ceilings(s)
    for node in range(s.node.size):
        door.enter_mode(s, node, modes[node])
    for pool in range(s.pool.size):
        refresh_open(s, pool)
        refresh_feasible(s, pool)
    price_all(s)


@entry
def rehash(s: State) -> None:
    """Enter every list into an empty hash."""
    for ls in range(s.meta[0]["lists"]):
        lst = s.list[ls]
        at = list_slot(s, lst["klass"], lst["project"], lst["qos"])
        s.lists_at[at] = ls


@entry
def decide(s: State, log: Log) -> bool:
    """One decide at `meta.now`, then the idle split. False: the log is full, take its rows and call again."""
    if not _decide(s, log):
        return False
    if s.meta[0]["split_stale"]:
        _split(s)
    return True


@entry
def split_now(s: State) -> None:
    """Why devices are free as of now; after `decide`, or on a State that follows."""
    _split(s)


@entry
def look_at_everything(s: State) -> None:
    """Forget what need not be looked at again: the next decide examines every list on every pool."""
    forget(s)
    s.meta[0]["due"] = 1
    s.meta[0]["line_stale"] = 1
    for pool in range(s.pool.size):
        door.soil(s, pool)
