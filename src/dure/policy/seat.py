"""A waiting job takes its seat: choose the nodes, pay what the head's hold demands, place."""

from __future__ import annotations

from dure.jit import step
from dure.policy.admit import duration
from dure.policy.apply import place
from dure.policy.layout import NONE
from dure.policy.place import choose_node
from dure.policy.state import Log, State
from dure.policy.turn import refresh_limits


@step
def seat(s: State, log: Log, slot: int, fit: int, held: int) -> None:
    """Place a job on a fit; on the held pool a job that ends after the shadow pays from the head's surplus."""
    f = s.fit[fit]
    meta = s.meta[0]
    seconds = duration(s, fit, s.job[slot]["request"])
    node = NONE
    if f["nodes"] == 1:
        node = choose_node(s, fit, seconds, held)
    elif f["pool"] == held and meta["now"] + seconds > meta["shadow"]:
        meta["extra"] -= f["nodes"]
    place(s, log, slot, fit, node)
    meta["stamp"] += 1
    if meta["limits_stale"]:
        refresh_limits(s)
