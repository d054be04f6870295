"""Late binding (POLICY.md §6b): who lies at a site and has not started, and to which classes a pool is barred.

Kept only for pools that limit it (`ahead`). What was placed there stands in a list in the order of placement, so the first is due first.
"""

from __future__ import annotations

import numpy as np

from dure.jit import step
from dure.policy.layout import NEVER, NONE
from dure.policy.state import State
from dure.policy.turn import forget, refresh_feasible

_ONE = np.uint64(1)


@step
def lie_down(s: State, a: int) -> None:
    """An attempt was placed on a pool that limits how long it may lie there."""
    attempt, meta = s.attempt[a], s.meta[0]
    p = s.pool[attempt["pool"]]
    attempt["late_next"] = NONE
    attempt["late_previous"] = p["late_last"]
    if p["late_last"] == NONE:
        p["late_first"] = a
    else:
        s.attempt[p["late_last"]]["late_next"] = a
    p["late_last"] = a
    meta["late_next"] = min(meta["late_next"], attempt["placed_at"] + p["ahead"])


@step
def stand_up(s: State, a: int) -> None:
    """It has started, or ended, or was recalled: it is not waited for any more."""
    attempt = s.attempt[a]
    p = s.pool[attempt["pool"]]
    if attempt["late_next"] == NONE:
        p["late_last"] = attempt["late_previous"]
    else:
        s.attempt[attempt["late_next"]]["late_previous"] = attempt["late_previous"]
    if attempt["late_previous"] != NONE:
        s.attempt[attempt["late_previous"]]["late_next"] = attempt["late_next"]
        return
    p["late_first"] = attempt["late_next"]
    if attempt["placed_at"] + p["ahead"] == s.meta[0]["late_next"]:
        look_ahead(s)


@step
def look_ahead(s: State) -> None:
    """The next second in which somebody is due or a bar ends."""
    meta = s.meta[0]
    meta["late_next"] = meta["bar_next"]
    for pool in range(s.pool.size):
        p = s.pool[pool]
        if p["late_first"] != NONE:
            meta["late_next"] = min(meta["late_next"], s.attempt[p["late_first"]]["placed_at"] + p["ahead"])


@step
def _next_bar(s: State) -> None:
    """The first second in which a bar ends. Whoever was found to be able to start, or not to, is looked at again."""
    s.meta[0]["bar_next"] = NEVER
    for fit in range(s.fit.size):
        if s.fit[fit]["barred_until"] > 0:
            s.meta[0]["bar_next"] = min(s.meta[0]["bar_next"], s.fit[fit]["barred_until"])
    look_ahead(s)
    forget(s)


@step
def mark(s: State, fit: int, until: int) -> None:
    """The pool of a fit is barred to its class until then; 0: it is not. What the class asks of it is not asked there meanwhile."""
    f = s.fit[fit]
    k, p, pool = s.klass[f["klass"]], s.pool[f["pool"]], f["pool"]
    bit = _ONE << np.uint64(pool & 63)
    if (f["barred_until"] > 0) != (until > 0):
        sign = 1 if until == 0 else -1
        s.shape[f["shape"]]["asked"] += sign * k["asked_told"]
        p["asked"] += sign * k["asked_told"]
        p["capped"] += sign * k["over_told"]
    if until > 0:
        s.eligible[f["klass"], pool >> 6] &= ~bit
    else:
        s.eligible[f["klass"], pool >> 6] |= bit
    f["barred_until"] = until
    f["known"] = 0


@step
def bar(s: State, klass: int, pool: int) -> None:
    """For as long as an attempt may lie at the site, none of this class is placed there again."""
    fit = s.fit_of[klass, pool]
    if fit != NONE and s.pool[pool]["ahead"] > 0:
        mark(s, fit, s.meta[0]["now"] + s.pool[pool]["ahead"])
        refresh_feasible(s, pool)
        _next_bar(s)


@step
def lift(s: State, fit: int) -> None:
    """A bar has ended."""
    mark(s, fit, 0)
    refresh_feasible(s, s.fit[fit]["pool"])
    _next_bar(s)
