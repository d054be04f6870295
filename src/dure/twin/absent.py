"""Why servers of a pool are not there at a second: their supply mode, or the term of a holder, and until when the scenario says.

A drawn failure has no end here: nobody knows it but the world of the twin.
"""

from __future__ import annotations

from collections import Counter

from dure.model.fleet import Mode
from dure.model.reasons import Code, Reason, reason
from dure.policy.state import State
from dure.twin.build import Plan
from dure.twin.supply import FOREVER

_Gone = tuple[Code, str, int | None]
"""What is said of a server, of which mode or project, and its end."""


def absent(plan: Plan, state: State, pool: int, now_s: int) -> tuple[Reason, ...]:
    """A clause for each cause and end, most servers first; those of the mode that nobody can date last."""
    p = state.pool[pool]
    first, physical = int(p["first_node"]), plan.floor.physical().tolist()
    modes = state.node["mode"][first : first + int(p["nodes"])].tolist()
    found = Counter(_cause(plan, physical[first + n], Mode(mode), now_s) for n, mode in enumerate(modes) if mode != Mode.UP)
    return tuple(
        _said(gone, nodes, pool, now_s) for gone, nodes in sorted(found.items(), key=lambda one: (one[0][2] is None, -one[1], one[0][1]))
    )


def _cause(plan: Plan, server: int, mode: Mode, now_s: int) -> _Gone:
    windows = [one for one in plan.supply.windows if one.mode == mode and one.from_s <= now_s < one.to_s]
    ends = [one.to_s for one in windows if one.first <= server < one.first + one.nodes]
    if not ends and mode in (Mode.NOT_DELIVERED, Mode.MAINTENANCE):
        return _passing(plan, server, now_s)
    end_s = max(ends, default=FOREVER)
    return Code.SERVERS_WAIT, mode.name.lower(), None if end_s == FOREVER else end_s


def _passing(plan: Plan, server: int, now_s: int) -> _Gone:
    """Of a server that is neither undelivered nor in maintenance: it is another's, or on its way from one to the other."""
    pieces = [piece for piece in plan.floor.pieces if piece.terms and any(first <= server < first + n for first, n in piece.runs)]
    term = pieces[0].owner(now_s) if pieces else None
    return (Code.SERVERS_EMPTYING, "", None) if term is None else (Code.SERVERS_DEDICATED, term.project, term.to_s)


def _said(gone: _Gone, nodes: int, pool: int, now_s: int) -> Reason:
    code, name, end_s = gone
    params: dict[str, int | str] = {"nodes": nodes, "pool": pool}
    if code is Code.SERVERS_EMPTYING:
        return reason(code, **params)
    params["mode" if code is Code.SERVERS_WAIT else "project"] = name
    if end_s is None:
        return reason(Code.SERVERS_WAIT_OPEN if code is Code.SERVERS_WAIT else Code.SERVERS_DEDICATED_OPEN, **params)
    return reason(code, **params, until_s=end_s - now_s)
