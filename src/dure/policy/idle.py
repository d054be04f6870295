"""Why devices are free, O(pools) an instant: the split of docs/MEASURES.md §2 by the demand that is stopped.

The demand nearest to running explains first. A cause explains no more devices than the waiting jobs it stops ask for,
and each waiting job counts once in the fleet, so the split depends on the order of pools; its totals do not exceed what
is really stopped.
"""

from __future__ import annotations

from dure.jit import leaf, step
from dure.policy import layout as L
from dure.policy.apply import integrate
from dure.policy.floor import whole_nodes
from dure.policy.layout import MILLI, NONE
from dure.policy.place import has_room
from dure.policy.state import State

_HELD, _FRAGMENTED, _TOO_SMALL, _CAPPED, _INCOMPATIBLE, _NO_DEMAND = range(L.CAUSES)


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
            if f["barred_until"] > 0:
                continue
            s.shape[f["shape"]]["asked"] += asked
            s.pool[f["pool"]]["asked"] += asked
            s.pool[f["pool"]]["capped"] += over
    meta["touched"] = 0


@leaf
def _say(s: State, pool: int) -> None:
    """Make the pool's counts say what is explained; a split that stands is not touched."""
    kept = s.explained[pool, _HELD]
    if s.pool[pool]["kept_for"] == L.NONE or s.meta[0]["hold_pool"] == pool:
        kept = 0  # what the head holds would be held without the date too
    same = s.count[pool, L.C_KEPT] == kept
    for c in range(L.CAUSES):
        same &= s.count[pool, L.C_HELD + c] == s.explained[pool, c]
    if not same:
        integrate(s, pool)
        s.count[pool, L.C_KEPT] = kept
        for c in range(L.CAUSES):
            s.count[pool, L.C_HELD + c] = s.explained[pool, c]


@leaf
def _kept_from(s: State, pool: int, fitting: int) -> int:
    """How much of the demand that fits in a pool is stopped because the policy keeps room for others, or lets nobody pass."""
    backfill = s.rules[0]["backfill"]
    if backfill == L.BACKFILL_EASY:
        return fitting if s.meta[0]["hold_pool"] == pool or s.pool[pool]["kept_for"] != NONE else 0
    if backfill == L.BACKFILL_CONSERVATIVE:
        return fitting
    first = s.meta[0]["blocking"]
    if first == NONE:
        return 0
    fit = s.fit_of[s.job[first]["klass"], pool]
    own = s.klass[s.job[first]["klass"]]["devices"] * MILLI if fit != NONE and has_room(s, fit) else 0
    return max(0, fitting - own)


@step
def _explain_pool(s: State, pool: int, asked: int, capped: int) -> tuple[int, int]:
    """Split one pool's free devices; returns what is left of the fleet's demand that waits and of what is over a limit."""
    p = s.pool[pool]
    free = s.count[pool, L.C_UP]
    fits, fragmented, too_small = 0, 0, 0
    whole = whole_nodes(s, pool)
    for i in range(p["shape_at"], p["shape_at"] + (p["shapes"] if p["asked"] > 0 else 0)):
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
    held = _kept_from(s, pool, x)
    s.explained[pool, _HELD] = held
    limited = x - held  # it fits and nothing is held: its project's limits stop it on this pool
    free -= x
    asked -= x
    y = min(free, fragmented, asked)
    s.explained[pool, _FRAGMENTED] = y
    free -= y
    asked -= y
    z = min(free, too_small, asked)
    s.explained[pool, _TOO_SMALL] = z
    free -= z
    asked -= z
    c = min(free, p["capped"], capped)
    s.explained[pool, _CAPPED] = c + limited
    s.explained[pool, _INCOMPATIBLE] = 0
    s.explained[pool, _NO_DEMAND] = free - c
    return asked, capped - c


@leaf
def _wrong_kind(s: State, pool: int, elsewhere: int) -> int:
    """How much of a pool's free devices is explained by demand that may not run there."""
    rest = s.explained[pool, _NO_DEMAND]
    if rest == 0 or elsewhere == 0:
        return 0
    p = s.pool[pool]
    others = s.meta[0]["asked"] + s.meta[0]["capped"] - p["asked"] - p["capped"]
    return max(0, min(rest, others, elsewhere))


@step
def split(s: State) -> None:
    """Make the split true for the instants from now on; call it after `decide`, before the clock moves."""
    meta = s.meta[0]
    meta["split_stale"] = 0
    if meta["touched"] > 0:
        tell_demand(s)
    asked, capped = meta["asked"], meta["capped"]
    for pool in range(s.pool.size):
        if asked + capped > 0 and s.count[pool, L.C_UP] > 0:
            asked, capped = _explain_pool(s, pool, asked, capped)
        else:
            for c in range(_NO_DEMAND):
                s.explained[pool, c] = 0
            s.explained[pool, _NO_DEMAND] = s.count[pool, L.C_UP]
    elsewhere = asked + capped
    for pool in range(s.pool.size):
        x = _wrong_kind(s, pool, elsewhere)
        s.explained[pool, _INCOMPATIBLE] = x
        s.explained[pool, _NO_DEMAND] -= x
        elsewhere -= x
        _say(s, pool)
