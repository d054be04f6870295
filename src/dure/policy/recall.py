"""Taking back what lies at a site and does not start (POLICY.md §6b). A fact always wins: what has started runs on."""

from __future__ import annotations

from dure.jit import leaf, step
from dure.policy import layout as L
from dure.policy.apply import soil, write
from dure.policy.late import lift, stand_up
from dure.policy.layout import NONE
from dure.policy.state import Log, State


@leaf
def take_back(s: State, a: int) -> None:
    """The attempt is asked back. It keeps its devices until its site says what came of that."""
    s.attempt[a]["state"] = L.RECALLED
    stand_up(s, a)


@step
def lift_bars(s: State) -> None:
    """Bars that have ended: their pools are looked at again."""
    for fit in range(s.fit.size):
        if 0 < s.fit[fit]["barred_until"] <= s.meta[0]["now"]:
            lift(s, fit)
            soil(s, s.fit[fit]["pool"])


@leaf
def _next_due(s: State) -> int:
    """Of those that have lain at their sites for too long the one that was placed first; NONE if there is none."""
    first = NONE
    for pool in range(s.pool.size):
        p = s.pool[pool]
        a = p["late_first"]
        if a == NONE or s.attempt[a]["placed_at"] + p["ahead"] > s.meta[0]["now"]:
            continue
        if first == NONE or s.attempt[a]["id"] < s.attempt[first]["id"]:
            first = a
    return first


@step
def call_back(s: State, log: Log) -> None:
    """Recall whatever is due, in the order of placement."""
    meta = s.meta[0]
    if meta["bar_next"] <= meta["now"]:
        lift_bars(s)
    a = _next_due(s)
    while a != NONE:
        attempt = s.attempt[a]
        lay = meta["now"] - attempt["placed_at"]
        write(s, log, L.K_RECALLED, s.job[attempt["job"]]["id"], attempt["id"], attempt["pool"], NONE, attempt["milli"], lay, 0)
        s.stop[meta["stop"]] = a
        meta["stop"] += 1
        take_back(s, a)
        a = _next_due(s)
