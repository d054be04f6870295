"""Small clusters for tests of what did happen, and the same waterfall counted second by second, without any code of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from dure.ledger.observed import Window
from dure.ledger.records import NEVER, Fate, JobRows, NodeSpell, Place, Spell
from dure.ledger.waterfall import LINES


class Row(NamedTuple):
    """One row of accounting; `model` 0 is not named."""

    ready: int
    start: int
    end: int
    devices: int
    nodes: tuple[str, ...]
    model: int = 0
    asked_nodes: int = 1
    fate: int = 0
    suspended: int = 0
    limited: int = 0
    tasks: int = 1


def job_rows(rows: Sequence[Row], models: tuple[str, ...]) -> JobRows:
    lists = tuple(dict.fromkeys(((), *(row.nodes for row in rows))))

    def of(values: list[int]) -> Any:
        return np.array(values, np.int64)

    zero = np.zeros(len(rows), np.int64)
    return JobRows(
        job=np.arange(len(rows)),
        submit_s=of([row.ready for row in rows]),
        ready_s=of([row.ready for row in rows]),
        start_s=of([row.start for row in rows]),
        end_s=of([row.end for row in rows]),
        known_s=of([row.end for row in rows]),
        suspended_s=of([row.suspended for row in rows]),
        milli=of([row.devices * 1000 for row in rows]),
        model=of([row.model for row in rows]),
        nodes=of([row.asked_nodes for row in rows]),
        node_list=of([lists.index(row.nodes) for row in rows]),
        fate=of([row.fate for row in rows]),
        state=zero,
        limited=of([row.limited for row in rows]),
        tasks=of([row.tasks for row in rows]),
        user=zero,
        account=zero,
        partition=zero,
        line=zero,
        models=models,
        node_lists=lists,
    )


def shares(devices: int, sizes: Sequence[int | None]) -> list[int]:
    """Whole devices by the size of each node, what is left over to the largest remainders, the first on ties."""
    if len(sizes) == 1:
        return [devices]
    weights = [1 for _ in sizes] if None in sizes or not sum(size or 0 for size in sizes) else [size or 0 for size in sizes]
    whole = [devices * weight // sum(weights) for weight in weights]
    rest = [devices * weight % sum(weights) for weight in weights]
    for _ in range(devices - sum(whole)):
        best = max(range(len(rest)), key=lambda at: (rest[at], -at))
        whole[best] += 1
        rest[best] = -1
    return whole


class Counted:
    """Device-seconds by (bin, pool, line), overlap by place, busy by row (working, suspended), and what lay outside."""

    def __init__(self, bins: int, pools: int, places: int, rows: int) -> None:
        self.lines = np.zeros((bins, pools, len(LINES)), np.int64)
        self.overlap = np.zeros(places, np.int64)
        self.busy = np.zeros((rows, 2), np.int64)
        self.outside = 0


def count(rows: Sequence[Row], models: tuple[str, ...], places: Sequence[Place], spells: Sequence[NodeSpell], window: Window) -> Counted:
    """Every second of the window on its own."""
    pools = list(dict.fromkeys(place.model for place in places))
    found = Counted(len(window.bins), len(pools), len(places), len(rows))
    sizes: dict[str, int] = {}
    for place in places:
        sizes[place.node] = max(sizes.get(place.node, 0), place.devices)
    order = sorted(range(len(rows)), key=lambda at: (rows[at].start, at))
    for second in range(window.from_s, window.to_s):
        at_bin = max(at for at, begin in enumerate(window.bins) if begin <= second)
        free = _busy(found, rows, order, places, pools, sizes, second, at_bin)
        up: dict[int, list[int]] = {pool: [] for pool in range(len(pools))}
        for at, place in enumerate(places):
            if not place.from_s <= second < place.to_s:
                continue
            line = _mode(place, spells, window, second)
            if line == "up":
                up[pools.index(place.model)].append(free[at])
            else:
                found.lines[at_bin, pools.index(place.model), LINES.index(line)] += free[at]
        _explain(found, up, rows, models, pools, places, second, at_bin)
    return found


def _busy(
    found: Counted,
    rows: Sequence[Row],
    order: list[int],
    places: Sequence[Place],
    pools: list[str],
    sizes: dict[str, int],
    second: int,
    at_bin: int,
) -> list[int]:
    free = [place.devices for place in places]
    for index in order:
        row = rows[index]
        if not row.start <= second < row.end or row.start == NEVER:
            continue
        suspended = second >= row.end - row.suspended
        line = "overhead" if suspended else {Fate.KEPT: "productive", Fate.REWORK: "rework", Fate.JOB_ERROR: "job_error"}[Fate(row.fate)]
        for node, part in zip(row.nodes, shares(row.devices, [sizes.get(one) for one in row.nodes]), strict=True):
            here = [at for at, place in enumerate(places) if place.node == node and place.from_s <= second < place.to_s]
            if not here:
                found.outside += part
                continue
            given = min(free[here[0]], part)
            free[here[0]] -= given
            found.overlap[here[0]] += part - given
            found.busy[index, int(suspended)] += given
            found.lines[at_bin, pools.index(places[here[0]].model), LINES.index(line)] += given
    return free


def _mode(place: Place, spells: Sequence[NodeSpell], window: Window, second: int) -> str:
    if second < place.installed_s:
        return "not_delivered"
    holds = {one.kind for one in spells if one.node == place.node and one.from_s <= second < one.to_s}
    if Spell.FAILED in holds:
        return "failed"
    if Spell.MAINTENANCE in holds:
        return "maintenance"
    if not window.states_known or not window.reach[0] <= second < window.reach[1]:
        return "unobserved"
    return "held" if Spell.RESERVED in holds else "up"


def _explain(
    found: Counted,
    up: dict[int, list[int]],
    rows: Sequence[Row],
    models: tuple[str, ...],
    pools: list[str],
    places: Sequence[Place],
    second: int,
    at_bin: int,
) -> None:
    """The split of free devices that were up, as docs/RATE.md words it. Models of these tests are called as their pools, or of no pool."""
    waiting = []
    for row in rows:
        until = row.start if row.start != NEVER else row.end
        if row.ready <= second < until:
            waiting.append(row)
    asked = sum(row.devices * row.tasks for row in waiting if not row.limited)
    over = sum(row.devices * row.tasks for row in waiting if row.limited)
    left: dict[int, int] = {}
    for pool, name in enumerate(pools):
        free = sum(up[pool])
        sums = {"held": 0, "fragmented": 0, "too_small": 0, "capped": 0}
        for row in waiting:
            if row.model and models[row.model] != name:
                continue
            each = -(-row.devices // row.asked_nodes)
            if row.limited:
                kind = "capped"
            elif sum(1 for one in up[pool] if one >= each) >= row.asked_nodes:
                kind = "held"
            else:
                kind = "fragmented" if free >= row.devices else "too_small"
            sums[kind] += row.devices * row.tasks
        for kind in ("held", "fragmented", "too_small"):
            part = min(free, sums[kind], asked)
            free, asked = free - part, asked - part
            found.lines[at_bin, pool, LINES.index(kind)] += part
        part = min(free, sums["capped"], over)
        free, over = free - part, over - part
        found.lines[at_bin, pool, LINES.index("capped")] += part
        left[pool] = free
    for pool, name in enumerate(pools):
        elsewhere = sum(row.devices * row.tasks for row in waiting if not row.limited and row.model and models[row.model] != name)
        part = min(left[pool], elsewhere, asked)
        asked -= part
        found.lines[at_bin, pool, LINES.index("incompatible")] += part
        found.lines[at_bin, pool, LINES.index("no_demand")] += left[pool] - part
