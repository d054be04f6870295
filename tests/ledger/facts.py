"""Small made-up logs for the ledger, and the same recounted second by second, sharing nothing with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from dure.model.events import Kind, Outcome

ROW = np.dtype(
    [
        ("at", "i8"),
        ("job", "i8"),
        ("attempt", "i8"),
        ("value", "i8"),
        ("pool", "i4"),
        ("node", "i4"),
        ("count", "i4"),
        ("kind", "i1"),
        ("cause", "i1"),
    ]
)
GOES_ON = (Outcome.PREEMPTED, Outcome.EVICTED)


@dataclass(frozen=True)
class Try:
    """One attempt as a story: seconds from placement on. `parts`: milli-devices by run of nodes."""

    job: int
    pool: int
    placed: int
    delay: int
    up: int
    kept: int
    lost: int
    outcome: Outcome
    parts: tuple[int, ...]
    open: bool = False

    @property
    def started(self) -> int:
        return self.placed + self.delay

    @property
    def ended(self) -> int:
        return self.started + self.up + self.kept + self.lost


def rows_of(tries: list[Try]) -> npt.NDArray[np.void]:
    """The event rows of the stories, attempt by attempt."""
    rows: list[tuple[int, ...]] = []

    def row(at: int, kind: Kind, a: int, count: int, value: int = 0, cause: int = 0) -> None:
        rows.append((at, tries[a].job, a + 1, value, tries[a].pool, -1, count, int(kind), cause))

    for a, one in enumerate(tries):
        for part in one.parts:
            row(one.placed, Kind.PLACED, a, part, 10**6)
        milli = sum(one.parts)
        row(one.started, Kind.STARTED, a, milli)
        if one.open:
            continue
        if one.up:
            row(one.ended, Kind.LOST, a, milli, one.up, 1)
        if one.lost:
            row(one.ended, Kind.LOST, a, milli, one.lost, 2 if one.outcome in (Outcome.FAILED, Outcome.TIME_LIMIT) else 0)
        row(one.ended, Kind.ENDED, a, milli, one.kept, int(one.outcome))
    return np.array(rows, ROW)


@st.composite
def stories(draw: st.DrawFn, pools: int = 3) -> list[Try]:
    """A few jobs with one to three attempts each, one after another; the last may be open."""
    tries: list[Try] = []
    for job in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, 40))
        count = draw(st.integers(1, 3))
        for number in range(count):
            last = number == count - 1
            outcome = (
                draw(st.sampled_from((Outcome.COMPLETED, Outcome.FAILED, Outcome.CANCELED))) if last else draw(st.sampled_from(GOES_ON))
            )
            lost = 0 if outcome in (Outcome.COMPLETED, Outcome.CANCELED) else draw(st.integers(0, 9))
            one = Try(
                job=job,
                pool=draw(st.integers(0, pools - 1)),
                placed=at,
                delay=draw(st.integers(0, 3)),
                up=draw(st.integers(0, 4)),
                kept=draw(st.integers(0, 30)),
                lost=lost,
                outcome=outcome,
                parts=tuple(draw(st.lists(st.integers(1, 9000), min_size=1, max_size=3))),
                open=last and draw(st.booleans()),
            )
            tries.append(one)
            at = one.ended + draw(st.integers(0, 5))
    order = sorted(range(len(tries)), key=lambda k: tries[k].placed)
    return [tries[k] for k in order]


def second_by_second(tries: list[Try], horizon: int, bin_s: int, pools: int, start_up: int) -> dict[str, npt.NDArray[np.int64]]:
    """What every second of every attempt was, added up in Python integers."""
    names = ("dispatch", "productive", "rework", "overhead", "job_error")
    bins = -(-horizon // bin_s)
    found = {name: np.zeros((bins, pools), np.int64) for name in names}
    for one in tries:
        milli = sum(one.parts)
        end = horizon if one.open else one.ended
        up = min(start_up, end - one.started) if one.open else one.up
        kept = end - one.started - up if one.open else one.kept
        for second in range(one.placed, end):
            into = second - one.started
            if into < 0:
                name = "dispatch"
            elif into < up:
                name = "overhead"
            elif into < up + kept:
                name = "productive"
            else:
                name = "job_error" if one.outcome in (Outcome.FAILED, Outcome.TIME_LIMIT) else "rework"
            found[name][second // bin_s, one.pool] += milli
    return found
