"""A waiting job takes its seat: choose the nodes, pay what the head's hold demands, place."""

from __future__ import annotations

from dure.jit import step
from dure.policy.admit import duration
from dure.policy.apply import place
from dure.policy.layout import NONE
from dure.policy.place import choose_node, is_kept, moves_date, pay
from dure.policy.state import Log, State
from dure.policy.turn import refresh_limits


@step
def seat(s: State, log: Log, slot: int, fit: int, held: int) -> None:
    """Place a job on a fit; where it ends later than a pool is held until, it pays from what the holder may spare."""
    f = s.fit[fit]
    meta = s.meta[0]
    seconds = duration(s, fit, s.job[slot]["request"])
    kept = is_kept(s, f["pool"], s.job[slot]["order"], s.job[slot]["qos"])
    if meta["reserved"] and moves_date(s, slot, f["pool"], seconds):
        meta["again"] = 1
    node = NONE
    if f["nodes"] == 1:
        node = choose_node(s, fit, seconds, held, kept)
    else:
        pay(s, f["pool"], seconds, held, kept, f["nodes"])
    place(s, log, slot, fit, node)
    meta["stamp"] += 1
    if meta["limits_stale"]:
        refresh_limits(s)
