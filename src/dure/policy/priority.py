"""Multifactor priority: usage decays, fair-share follows the tree, heads of lists are priced anew (POLICY.md §8).

Fixed point throughout: 2^-x is an integer table of 1,025 values, because `exp2` and `pow` differ in the last bit between
machines.
"""

from __future__ import annotations

from dure.jit import leaf, step
from dure.policy.apply import accrue
from dure.policy.layout import MULTIFACTOR, NONE, PPM
from dure.policy.state import State
from dure.policy.turn import price_all, price_lists

_ONE = 1 << 30


@leaf
def pow2(s: State, x: int) -> int:
    """2^-x in units of 2^-30, for x ≥ 0 in the same units."""
    halvings = x >> 30
    if halvings > 30:
        return 0
    i = (x >> 20) & 1023
    fraction = x & ((1 << 20) - 1)
    return (s.halves[i] - ((s.halves[i] - s.halves[i + 1]) * fraction >> 20)) >> halvings


@leaf
def _decayed(value: int, factor: int) -> int:
    """value · factor >> 30 without leaving 64 bits."""
    return (value >> 30) * factor + ((value & (_ONE - 1)) * factor >> 30)


@step
def fair_shares(s: State) -> None:
    """F of every project from its usage and those above it. Parents stand before their children in the table."""
    n = s.project.size
    for x in range(n):
        if s.project[x]["leaf"] == 0:
            s.project[x]["usage"] = 0
    for x in range(n - 1, 0, -1):
        parent = s.project[x]["parent"]
        if parent != NONE:
            s.project[parent]["usage"] += s.project[x]["usage"]
    total = s.project[0]["usage"]
    root = s.project[0]
    root["norm_usage"] = PPM if total > 0 else 0
    root["effective"] = root["norm_usage"]
    root["norm_share"] = PPM
    for x in range(1, n):
        p = s.project[x]
        up = s.project[p["parent"]]
        p["norm_usage"] = p["usage"] * PPM // total if total > 0 else 0
        part, siblings = p["share"], p["siblings"]
        from_parent = (up["effective"] - p["norm_usage"]) * part // siblings if siblings > 0 else 0
        p["effective"] = p["norm_usage"] + from_parent
        p["norm_share"] = max(1, up["norm_share"] * part // siblings if siblings > 0 else 0)
    weight = s.rules[0]["fair_weight"]
    for x in range(n):
        p = s.project[x]
        p["fair"] = weight * pow2(s, max(0, p["effective"]) * _ONE // p["norm_share"]) >> 30


@step
def tick(s: State, at: int) -> None:
    """One priority tick: decay, fair shares, and every waiting list priced anew."""
    rules = s.rules[0]
    s.meta[0]["tick_at"] = at
    for x in range(s.project.size):
        p = s.project[x]
        if p["leaf"]:
            accrue(s, x)
            p["usage"] = _decayed(p["usage"], rules["decay"]) + p["gathered"] // PPM
            p["gathered"] %= PPM
    fair_shares(s)
    price_all(s)
    price_lists(s)
    s.meta[0]["due"] = 1
    if s.meta[0]["dedicated"]:
        s.meta[0]["all_fresh"] = 1


@step
def tick_if_due(s: State) -> None:
    """Ticks fall on multiples of the period, the first at second 0."""
    rules = s.rules[0]
    if rules["order"] != MULTIFACTOR:
        return
    due = s.meta[0]["now"] // rules["period"] * rules["period"]
    if due == s.meta[0]["now"] and s.meta[0]["tick_at"] < due:
        tick(s, due)
