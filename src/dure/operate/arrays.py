"""Arrays of jobs: one row with a count, made into jobs as they are needed.

An array of a million tasks is accepted as one act. At most `SLICE` of its tasks wait as jobs at one moment; the rest is a number. How its
tasks stand is counted as they change, so nobody ever looks through them. Pure: what a store keeps, and what the next turn has to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from dure.model.work import JobState
from dure.operate.current import JobNow

SLICE = 5_000
"""Tasks of one array that wait as jobs at most, and tasks that one turn makes or changes: a fleet of 50,000 free accelerators is full
after ten turns, and a turn stays below a second.
"""


class Doing(IntEnum):
    """What is still being done to the tasks of an array, part by part."""

    NOTHING = 0
    CANCEL = 1
    PAUSE = 2
    RESUME = 3


@dataclass(slots=True)
class ArrayNow:
    """One array. `made` of its `tasks` are jobs, `dropped` never will be; `at`: tasks before this place were made or passed over.

    `klass`, `party`: of its jobs, as they were when it was accepted. `paused`: the act that keeps it from going on, or 0; `held_by`: the
    latest act that paused a task. The others count its jobs: by state, `own` held back by its spec, `put_off` by people, `unbegun` open
    and never started. `withdrawn`: why its tasks are not wanted any more, as of a job.
    """

    number: int
    tasks: int
    klass: int
    party: int
    project: int
    person: int
    made: int = 0
    at: int = 0
    dropped: int = 0
    doing: int = 0
    paused: int = 0
    held_by: int = 0
    withdrawn: int = 0
    queued: int = 0
    active: int = 0
    completed: int = 0
    failed: int = 0
    canceled: int = 0
    own: int = 0
    put_off: int = 0
    unbegun: int = 0
    attempts: int = 0
    started_at: int | None = None
    ended_at: int | None = None

    @property
    def left(self) -> int:
        """Tasks that are not jobs yet."""
        return self.tasks - self.made - self.dropped

    @property
    def open(self) -> int:
        """Jobs that have not ended."""
        return self.queued + self.active

    @property
    def over(self) -> bool:
        """Whether nothing of it is to come."""
        return not self.left and self.made == self.completed + self.failed + self.canceled

    def count(self, before: JobNow | None, after: JobNow) -> None:
        """A job of it has become another."""
        if before is not None:
            self._add(before, -1)
        self._add(after, 1)
        self.attempts += after.attempts - (0 if before is None else before.attempts)
        self.withdrawn = max(self.withdrawn, after.withdrawn)
        self.held_by = max(self.held_by, after.held)
        if after.started_at is not None:
            self.started_at = after.started_at if self.started_at is None else min(self.started_at, after.started_at)
        if after.ended_at is not None:
            self.ended_at = after.ended_at if self.ended_at is None else max(self.ended_at, after.ended_at)

    def _add(self, job: JobNow, n: int) -> None:
        name = job.state.name.lower()
        setattr(self, name, getattr(self, name) + n)
        if not job.state.final:
            self.own += n * (job.held < 0)
            self.put_off += n * (job.held > 0)
            self.unbegun += n * (job.started_at is None)


def to_make(array: ArrayNow, waiting: int, most: int = SLICE) -> int:
    """Tasks that should become jobs now. `waiting`: jobs of it without a placement."""
    if array.doing or array.paused:
        return 0
    return max(0, min(array.left, most - waiting))


def shared(wanted: Sequence[int], most: int) -> list[int]:
    """What each gets of so many, none more than it wants, in equal parts as far as they go."""
    given, left = [0] * len(wanted), most
    open_ = [place for place, want in enumerate(wanted) if want]
    while open_ and left:
        each = max(1, left // len(open_))
        for place in open_:
            more = min(each, wanted[place] - given[place], left)
            given[place] += more
            left -= more
        open_ = [place for place in open_ if given[place] < wanted[place]]
    return given


def touched(doing: Doing, jobs: Iterator[JobNow], saves: bool) -> Iterator[int]:
    """Jobs of an array that what is being done to it still has to reach. `saves`: whether they save their work."""
    for job in jobs:
        if job.state.final or job.withdrawn:
            continue
        waits = job.held <= 0 and (saves or job.state != JobState.ACTIVE)
        if {Doing.CANCEL: True, Doing.RESUME: job.held > 0, Doing.PAUSE: waits}[doing]:
            yield job.job
