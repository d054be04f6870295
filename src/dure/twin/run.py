"""A run: the compiled loop in slices, with counts per bin, rows for whoever wants them, and a snapshot for whoever watches.

No clock and no file: the caller brings a sink for event rows and an observer for snapshots. Between slices everything is consistent, so
Ctrl-C leaves nothing half done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dure.model.events import Kind
from dure.model.fleet import Mode
from dure.model.units import DAY_S, HOUR_S, WEEK_S
from dure.policy import layout
from dure.policy.build import build, grown
from dure.policy.rules import set_owner, set_stopped
from dure.policy.state import State, new_log
from dure.twin.build import Act, Plan
from dure.twin.handover import Handover
from dure.twin.loop import GROW, REACHED, advance
from dure.twin.money import Money
from dure.twin.supply import FOREVER, Supply
from dure.twin.world import SUPPLY, new_world

Ints = npt.NDArray[np.int64]
Rows = npt.NDArray[np.void]
Sink = Callable[[Rows], None]
Observer = Callable[[Mapping[str, Any]], None]

LOG_ROWS = 1 << 18
BINS_MAX = 2_500
HOURS_MAX_S = 4 * DAY_S
"""Up to this length a bin is an hour, beyond it a day, beyond 2,500 days a week."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run leaves. `sums[bin, piece, column]` are milli-device-seconds by column of the kernel's counts.

    `away[bin, piece]` are those of nodes that were at home in another piece; they are in no column.
    """

    horizon_s: int
    bin_s: int
    sums: Ints
    away: Ints
    dedicated: Ints
    """[project of the tree, (used by the holder, lent to others, idle)] of dedicated nodes, milli-device-seconds."""
    state: State
    jobs_done: int
    jobs_submitted: int
    first_submit_s: int
    last_end_s: int
    supply: Supply
    """All that happened to servers as facts: what money said is part of it."""
    money: Money | None = None


def bin_length_s(span_s: int) -> int:
    """The length of a bin for a run of about so many seconds."""
    if span_s <= HOURS_MAX_S:
        return HOUR_S
    return DAY_S if span_s <= BINS_MAX * DAY_S else WEEK_S


def run(plan: Plan, sink: Sink | None = None, observer: Observer | None = None) -> RunResult:
    """Plays the plan to its horizon, or until the last job has ended or nothing can happen any more.

    `sink` gets the event rows in order, in chunks that it must copy; `observer` a snapshot after every slice.
    """
    return _Run(plan, sink, observer).play()


class _Run:
    """A run under way."""

    def __init__(self, plan: Plan, sink: Sink | None, observer: Observer | None) -> None:
        self._plan, self._sink, self._observer = plan, sink, observer
        self._state = build(plan.spec)
        submits = plan.jobs.submit_s
        self._last_submit_s = int(submits[-1]) if len(submits) else 0
        self._known_until_s = self._first_outlook_s()
        self._handover = Handover(plan.floor) if plan.floor.moves else None
        self._supply = plan.supply
        self._money = None if plan.funds is None else Money(plan.funds, plan.floor, plan.supply)
        supply = self._known_supply()
        self._world = new_world(self._state, dict(plan.columns), supply, plan.start_up_s, plan.enforce)
        self._log = new_log(max(LOG_ROWS, 4 * int(self._state.rules[0]["row_room"])))
        self._bin_s = bin_length_s(plan.horizon_s if plan.horizon_s is not None else self._last_submit_s + 1)
        self._sums: list[Ints] = []
        self._away: list[Ints] = []
        self._now_s = 0
        self._total = np.zeros(layout.COUNTS, np.int64)
        self._dedicated = np.zeros((len(plan.people.tree), 3), np.int64)

    def play(self) -> RunResult:
        acts = list(self._plan.acts)
        end_s = self._plan.horizon_s
        if self._handover is not None:
            self._handover.begin(self._state, self._log)
        while end_s is None or self._now_s < end_s:
            while acts and acts[0].at_s <= self._now_s:
                self._act(acts.pop(0))
            self._spend()
            self._hand_over()
            over_s = self._slice(self._boundary(acts, end_s))
            if over_s is not None and not acts:
                end_s = self._now_s = over_s
            self._show()
        if self._money is not None:
            self._money.close(end_s)
        cursor = self._world.cursor[0]
        return RunResult(
            horizon_s=end_s,
            bin_s=self._bin_s,
            sums=self._closed(self._sums, end_s),
            away=self._closed(self._away, end_s),
            dedicated=self._dedicated,
            state=self._state,
            jobs_done=int(cursor["done"]),
            jobs_submitted=int(cursor["job"]),
            first_submit_s=int(cursor["first_submit"]),
            last_end_s=int(cursor["last_end"]),
            supply=self._supply,
            money=self._money,
        )

    def _first_outlook_s(self) -> int:
        """How far supply is worked out at first: to the horizon, or about twice as long as jobs are submitted."""
        if self._plan.horizon_s is not None:
            return self._plan.horizon_s
        return FOREVER if not self._plan.supply.hazards else 2 * self._last_submit_s + 30 * DAY_S

    def _boundary(self, acts: list[Act], end_s: int | None) -> int:
        """The second at which Python next has something to do."""
        until_s = (self._now_s // self._bin_s + 1) * self._bin_s
        if self._bin_s > HOUR_S and self._observer is not None:
            until_s = min(until_s, (self._now_s // HOUR_S + 1) * HOUR_S)
        if self._known_until_s <= self._now_s:
            self._known_until_s *= 2
            self._world = self._world.replaced(supply=self._known_supply())
        if acts:
            until_s = min(until_s, acts[0].at_s)
        if self._handover is not None:
            until_s = min(until_s, self._handover.due_s)
        if self._money is not None:
            until_s = min(until_s, self._money.due_s(self._now_s))
        return min(until_s, self._known_until_s, FOREVER if end_s is None else end_s)

    def _slice(self, until_s: int) -> int | None:
        """Advances to `until_s` and books the counts. Returns the second at which a run without a horizon was over, if it is."""
        outcome = -1
        while outcome != REACHED:
            outcome = int(advance(self._state, self._world, self._log, until_s))
            if outcome == GROW:
                self._grow()
            else:
                self._drain()
        over_s = self._over() if self._plan.horizon_s is None else None
        if over_s is not None:
            self._take_back(over_s, until_s)
        self._book((until_s if over_s is None else max(over_s, self._now_s)) - self._now_s)
        self._now_s = until_s
        return over_s

    def _grow(self) -> None:
        before = len(self._state.job)
        self._state = grown(self._state)
        more = np.zeros(len(self._state.job) - before, np.int64)
        self._world = self._world.replaced(job_work=np.concatenate([self._world.job_work, more]))

    def _drain(self) -> None:
        count = int(self._log.n[0])
        rows = self._log.rows[:count]
        over_s = self._over() if self._plan.horizon_s is None else None
        if over_s is not None:
            rows = rows[rows["at"] <= over_s]
        if self._sink is not None and len(rows):
            self._sink(rows)
        self._log.n[0] = 0

    def _over(self) -> int | None:
        """Where a run without a horizon ended: with its last job, or where nothing can happen any more."""
        cursor = self._world.cursor[0]
        jobs = len(self._world.submit)
        if cursor["job"] < jobs:
            return None
        if cursor["done"] == jobs:
            return max(int(cursor["last_end"]), self._last_submit_s)
        busy = self._state.count[:, layout.C_BUSY].any() or self._state.count[:, layout.C_DISPATCH].any()
        if busy or self._plan.supply.hazards or cursor["supply"] < len(self._world.supply):
            return None
        supply = self._world.supply["at"]
        return max(int(cursor["last_end"]), self._last_submit_s, int(supply[-1]) if len(supply) else 0)

    def _take_back(self, over_s: int, until_s: int) -> None:
        """Takes the seconds from the end of the run to the end of the slice off the sums: nothing ran, only supply changed."""
        over_s = max(over_s, self._now_s)  # acts may still have been to come in the slices before
        excess = self._state.count * (until_s - over_s)
        rows = self._world.supply
        pieces = self._state.pool["first_node"]
        for row in rows[(rows["at"] > over_s) & (rows["at"] < until_s)]:
            piece = int(np.searchsorted(pieces, row["node"], side="right")) - 1
            milli = int(row["nodes"]) * int(self._state.pool[piece]["devices"]) * layout.MILLI
            free = (layout.C_UP, layout.C_NO_DEMAND) if self._state.pool[piece]["owner"] == layout.NONE else (layout.C_DEDICATED_IDLE,)
            for mode, sign in ((int(row["mode"]), -1), (int(row["was"]), 1)):
                for column in free if mode == Mode.UP else (mode,):
                    excess[piece, column] += sign * milli * (int(row["at"]) - over_s)
        self._state.sum[:] -= excess

    def _known_supply(self) -> Rows:
        """The supply events that are known, by node of the State."""
        rows = self._supply.events(self._known_until_s)
        return rows if self._handover is None else self._handover.directed(rows)

    def _spend(self) -> None:
        """Servers that money leaves dark, or lights again, from this second on."""
        if self._money is None or not self._money.turn(self._now_s):
            return
        self._supply = self._money.supply
        supply = self._known_supply()
        self._world.cursor["supply"] = np.searchsorted(supply["at"], self._now_s)
        self._world = self._world.replaced(supply=supply)

    def _hand_over(self) -> None:
        """Passes servers on whose term began or ended; what comes later follows them to where they are at home now."""
        if self._handover is None or self._now_s < self._handover.due_s:
            return
        known = self._supply.events(self._known_until_s)
        self._handover.settle(self._state, self._world, self._log, known, self._now_s)
        supply = self._handover.directed(known)
        self._world.cursor["supply"] = np.searchsorted(supply["at"], self._now_s)
        self._world = self._world.replaced(supply=supply)

    def _book(self, length_s: int) -> None:
        """Adds the sums of a slice to its bin."""
        index = self._now_s // self._bin_s
        while len(self._sums) <= index:
            self._sums.append(np.zeros_like(self._state.sum))
            self._away.append(np.zeros(len(self._state.sum), np.int64))
        if self._handover is not None:
            away = self._handover.away
            self._away[index] += away * length_s
            self._state.sum[:, layout.C_NOT_DELIVERED] -= away * length_s
        if self._money is not None:
            self._money.take(self._state.sum, self._now_s)
        self._sums[index] += self._state.sum
        self._total += self._state.sum.sum(axis=0)
        for piece in np.flatnonzero(self._state.pool["owner"] != layout.NONE).tolist():
            busy, lent, idle = (int(self._state.sum[piece, column]) for column in (layout.C_BUSY, layout.C_LENT, layout.C_DEDICATED_IDLE))
            self._dedicated[int(self._state.pool[piece]["owner"])] += (busy - lent, lent, idle)
        self._state.sum[:] = 0

    def _closed(self, booked: list[Ints], end_s: int) -> Ints:
        """What was booked by bin, up to the end."""
        bins = -(-end_s // self._bin_s)
        like = self._state.sum if booked is self._sums else self._state.sum[:, 0]
        return np.stack(booked[:bins]) if bins else np.zeros((0, *like.shape), np.int64)

    def _act(self, act: Act) -> None:
        """An act of people and its row, before anything else of its second."""
        if act.stopped != layout.NONE:
            set_stopped(self._state, act.stopped, 1)
            self._note(Kind.STOP, job=act.stopped, value=1)
            return
        term = act.term
        owner = layout.NONE if term is None else self._plan.people.index(term.project)
        lent, notice_s = (0, 0) if term is None else (int(term.lent), term.notice_s)
        set_owner(self._state, act.piece, owner, lent, notice_s)
        if self._handover is not None:
            self._handover.turn(act.piece, owner, notice_s)
        self._note(Kind.DEDICATED, job=owner, pool=act.piece, value=notice_s, cause=lent)

    def _note(self, kind: Kind, **cells: int) -> None:
        """A row that the loop does not write itself; the log was drained before."""
        row = self._log.rows[int(self._log.n[0])]
        given = {"at": self._now_s, "kind": int(kind), "count": 0, "value": 0, "cause": 0, **cells}
        for name in row.dtype.names:
            row[name] = given.get(name, layout.NONE)
        self._log.n[0] += 1

    def _show(self) -> None:
        if self._observer is not None:
            self._observer(self.snapshot())

    def snapshot(self) -> dict[str, Any]:
        """What the live view draws; `present.live` says what it holds."""
        total = self._total
        installed = int(total[: layout.C_NO_DEMAND + 1].sum() - total[layout.C_UP] - total[layout.C_NOT_DELIVERED])
        lost = int(total[layout.C_UNFUNDED : layout.C_MAINTENANCE + 1].sum())
        busy = int(total[layout.C_BUSY])
        return {
            "now_s": self._now_s,
            "horizon_s": self._plan.horizon_s or 0,
            "jobs_done": int(self._world.cursor[0]["done"]),
            "jobs_total": len(self._plan.jobs),
            "operating_rate": busy / installed if installed else None,
            "occupancy": busy / (installed - lost) if installed > lost else None,
            "sites": [{"name": name, "states": states} for name, states in self._sites()],
        }

    def _sites(self) -> Iterator[tuple[str, dict[str, int]]]:
        pools = [self._plan.floor.pools[piece.pool] for piece in self._plan.floor.pieces]
        now = self._state.count.copy()
        if self._handover is not None:
            now[:, layout.C_NOT_DELIVERED] -= self._handover.away
        for name in dict.fromkeys(pool.site for pool in pools):
            counts = now[[pool.site == name for pool in pools]].sum(axis=0) // layout.MILLI
            yield name, {state: int(counts[column]) for state, column in _STATES if counts[column]}


_STATES = (
    ("busy", layout.C_BUSY),
    ("dispatch", layout.C_DISPATCH),
    ("dedicated_idle", layout.C_DEDICATED_IDLE),
    ("free", layout.C_UP),
    *((mode.name.lower(), int(mode)) for mode in Mode if mode != Mode.UP),
)


def warm_up() -> None:
    """Compiles the loop by one job on one device, so that what follows runs at once."""
    from dure.policy.build import ClassSpec, PoolSpec, Spec

    state = build(Spec(pools=(PoolSpec(nodes=1, devices=1),), classes=(ClassSpec(devices=1, speeds=(layout.PPM,)),)))
    names = ("submit", "klass", "project", "qos", "request", "work", "checkpoint", "outcome")
    columns = {name: np.array([1 if name in ("request", "work") else 0]) for name in names}
    types = {"klass": np.int32, "project": np.int32, "qos": np.int8, "checkpoint": np.int32, "outcome": np.int8}
    world = new_world(state, {name: column.astype(types.get(name, np.int64)) for name, column in columns.items()}, np.zeros(0, SUPPLY))
    advance(state, world, new_log(1 << 10), 2)
