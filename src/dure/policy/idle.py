"""Why devices are free, O(pools) an instant: the split of DESIGN.md §2 by the demand that is stopped (docs/IDLE.md).

The demand nearest to running explains first. A cause explains no more devices than the waiting jobs it stops ask for,
and each waiting job counts once in the fleet, so the split depends on the order of pools; its totals do not exceed what
is really stopped.
"""

from __future__ import annotations

from dure.jit import step
from dure.policy import layout as L
from dure.policy.apply import integrate
from dure.policy.floor import whole_nodes
from dure.policy.layout import MILLI
from dure.policy.state import State


@step
def tell_demand(s: State) -> None:
    """Bring what is asked of each pool up to date: one addition per eligible pool of each class that changed."""
    meta = s.meta[0]
    for t in range(meta["touched"]):
        k = s.klass[s.touched[t]]
        asked, over = k["asked"] - k["asked_told"], k["over"] - k["over_told"]
        k["asked_told"] = k["asked"]
        k["over_told"] = k["over"]
        k["touched"] = 0
        for i in range(k["fit_at"], k["fit_at"] + k["fit_n"]):
            f = s.fit[i]
            s.shape[f["shape"]]["asked"] += asked
            s.pool[f["pool"]]["capped"] += over
    meta["touched"] = 0


@step
def _no_demand(s: State) -> None:
    for pool in range(s.pool.size):
        integrate(s, pool)
        for c in range(L.C_HELD, L.C_NO_DEMAND):
            s.count[pool, c] = 0
        s.count[pool, L.C_NO_DEMAND] = s.count[pool, L.C_UP]


@step
def _explain_pool(s: State, pool: int, asked: int, capped: int) -> tuple[int, int]:
    """Split one pool's free devices; returns what is left of the fleet's demand that waits and of what is over a limit."""
    p = s.pool[pool]
    free = s.count[pool, L.C_UP]
    fits, fragmented, too_small = 0, 0, 0
    whole = whole_nodes(s, pool)
    for i in range(p["shape_at"], p["shape_at"] + p["shapes"]):
        shape = s.shape[i]
        if shape["asked"] == 0:
            continue
        if shape["devices"] * MILLI > free:
            too_small += shape["asked"]
        elif (shape["nodes"] == 1 and p["top"] >= shape["need"]) or (shape["nodes"] > 1 and whole >= shape["nodes"]):
            fits += shape["asked"]
        else:
            fragmented += shape["asked"]
    x = min(free, fits, asked)
    kept = s.meta[0]["hold_pool"] == pool or s.rules[0]["backfill"] != L.BACKFILL_EASY
    s.count[pool, L.C_HELD] = x if kept else 0
    limited = 0 if kept else x  # it fits and nothing is held: its project's limits stop it on this pool
    free -= x
    asked -= x
    y = min(free, fragmented, asked)
    s.count[pool, L.C_FRAGMENTED] = y
    free -= y
    asked -= y
    z = min(free, too_small, asked)
    s.count[pool, L.C_TOO_SMALL] = z
    free -= z
    asked -= z
    c = min(free, p["capped"], capped)
    s.count[pool, L.C_CAPPED] = c + limited
    s.count[pool, L.C_NO_DEMAND] = free - c
    return asked, capped - c


@step
def split(s: State) -> None:
    """Make the split true for the instants from now on; call it after `decide`, before the clock moves."""
    meta = s.meta[0]
    meta["split_stale"] = 0
    if meta["touched"] > 0:
        tell_demand(s)
    if meta["asked"] + meta["capped"] == 0:
        _no_demand(s)
        return
    asked, capped = meta["asked"], meta["capped"]
    for pool in range(s.pool.size):
        integrate(s, pool)
        if s.count[pool, L.C_UP] > 0:
            asked, capped = _explain_pool(s, pool, asked, capped)
        else:
            for c in range(L.C_HELD, L.C_NO_DEMAND + 1):
                s.count[pool, c] = 0
    elsewhere = asked + capped
    total = meta["asked"] + meta["capped"]
    for pool in range(s.pool.size):
        rest = s.count[pool, L.C_NO_DEMAND]
        if rest == 0 or elsewhere == 0:
            s.count[pool, L.C_INCOMPATIBLE] = 0
            continue
        p = s.pool[pool]
        for i in range(p["shape_at"], p["shape_at"] + p["shapes"]):
            total -= s.shape[i]["asked"]
        x = max(0, min(rest, total - p["capped"], elsewhere))
        total = meta["asked"] + meta["capped"]
        s.count[pool, L.C_INCOMPATIBLE] = x
        s.count[pool, L.C_NO_DEMAND] = rest - x
        elsewhere -= x
