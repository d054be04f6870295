"""Arrays as the intake takes them: tasks become jobs slice by slice, and what people ask of a whole array is done part by part.

What is made, left and still to be done stands in the row of the array, which is kept by the commit that keeps its jobs; so a broker that
starts again goes on where the last one was, and no task is made twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from sqlalchemy import Engine, select

from dure.adapters.store.current_rows import CurrentRows, Origin
from dure.adapters.store.schema import inbox, work
from dure.bootstrap.gate import OWN, Gate, at_once_of, waited_of
from dure.bootstrap.grounds import Grounds
from dure.model.events import Kind
from dure.operate.arrays import SLICE, ArrayNow, Doing, shared, to_make, touched
from dure.operate.ports import Fact, Submission
from dure.policy.layout import HELD_BACK
from dure.wire.jobspec import JobSpec
from dure.wire.jobspec_parts import ArrayRange


@dataclass(frozen=True, slots=True)
class _Mold:
    """What all jobs of an array have in common."""

    array: ArrayRange
    body: Mapping[str, Any]
    origin: Origin
    first: Submission


class Slices:
    """The arrays of one leader. `number`: gives a job its number; `new`: told of every job that is made, its task and what holds it."""

    def __init__(
        self,
        engine: Engine,
        grounds: Grounds,
        rows: CurrentRows,
        gate: Gate,
        number: Callable[[], int],
        new: Callable[[int, int, int | None, int], None],
        most: int = SLICE,
    ) -> None:
        """`most`: tasks of an array that wait as jobs, and that one turn makes or changes."""
        self._engine, self._grounds, self._rows, self._gate = engine, grounds, rows, gate
        self._number, self._new, self._most = number, new, most
        self._molds: dict[int, _Mold] = {}
        self._room = most
        self._fresh: set[tuple[int, int]] = set()
        """Tasks made since the last commit."""

    @property
    def due(self) -> bool:
        """Whether the next turn has something to do here."""
        return any(one.doing or self._wanted(one) for one in self._rows.arrays)

    def turn(self, now: int) -> Iterator[Submission | Fact]:
        """A part of what is still to be done, and the next slices."""
        self._room = self._most
        self._fresh.clear()
        self._molds = {number: mold for number, mold in self._molds.items() if self._rows.arrays.get(number) is not None}
        for one in self._rows.arrays:
            if one.doing:
                yield from self._sweep(one, now)
        arrays = [one for one in self._rows.arrays if one.left]
        for one, count in zip(arrays, shared([self._wanted(one) for one in arrays], self._room), strict=True):
            yield from self._make(one, count)

    def begin(self, array: ArrayNow) -> Iterator[Submission]:
        """An array that was accepted: its first slice, one job at least, so that there is something to be seen and told of."""
        self._rows.arrays.begin(array)
        yield from self._make(array, max(1, min(self._room, self._wanted(array))))

    def cancel(self, array: ArrayNow) -> Iterator[Submission]:
        """The rest is dropped at once; jobs are withdrawn from the next turn on. One there has to be, so that the log tells of it."""
        if array.made == array.completed + array.failed + array.canceled:
            yield from self._make(array, min(1, array.left))
        self.drop(array)
        array.doing, array.paused = Doing.CANCEL, 0

    def drop(self, array: ArrayNow) -> None:
        """What is not made never will be."""
        array.dropped += array.left

    def pause(self, array: ArrayNow, act: int) -> None:
        """No more is made, and jobs are held back from the next turn on."""
        array.doing, array.paused = Doing.PAUSE, act

    def resume(self, array: ArrayNow) -> None:
        array.doing, array.paused = Doing.RESUME, 0

    def ensure(self, number: int, task: int) -> Iterator[Submission]:
        """A task that somebody names becomes a job before its turn."""
        one = self._rows.arrays.get(number)
        if one is None or not one.left or (number, task) in self._fresh or task not in self._mold(one).array:
            return
        if self._there(number, [task]):
            return
        mold = self._mold(one)
        held = at_once_of(mold.body) is not None or bool(waited_of(mold.body))
        yield self._submission(mold, task, OWN if held else 0)

    def _wanted(self, array: ArrayNow) -> int:
        return to_make(array, self._rows.arrays.waiting(array.number), self._most)

    def _sweep(self, one: ArrayNow, now: int) -> Iterator[Fact]:
        doing, saves = Doing(one.doing), self._mold(one).first.checkpoint_s > 0
        jobs = list(islice(touched(doing, self._rows.arrays.jobs(one.number), saves), self._room))
        if len(jobs) < self._room:
            one.doing = Doing.NOTHING
        self._room -= len(jobs)
        for job in jobs:
            if doing == Doing.CANCEL:
                yield Fact(Kind.WITHDRAWN, now, job=job)
            else:
                yield Fact(Kind.HELD_BACK, now, job=job, value=one.paused if doing == Doing.PAUSE else OWN)

    def _make(self, one: ArrayNow, count: int) -> Iterator[Submission]:
        """The next tasks in their order; those that somebody has named are jobs already.

        A leader that was replaced in its sleep may find all of them made: what it makes then is never kept.
        """
        if not count:
            return
        mold, early = self._mold(one), one.made - one.at
        ahead = [mold.array.task(place) for place in range(one.at, min(one.tasks, one.at + count + early))] if early else []
        there = self._there(one.number, ahead) | {task for number, task in self._fresh if number == one.number}
        held = self._gate.held_at_first(mold.body, count, one.open - one.own - one.put_off)
        self._room -= count
        while count and one.at < one.tasks:
            task = mold.array.task(one.at)
            one.at += 1
            if task not in there:
                yield self._submission(mold, task, OWN if count <= held else 0)
                count -= 1

    def _submission(self, mold: _Mold, task: int, held: int) -> Submission:
        job = self._number()
        self._fresh.add((mold.origin.inbox, task))
        self._rows.announce({job: replace(mold.origin, task=task)})
        self._new(mold.origin.inbox, job, task, held)
        return replace(mold.first, job=job, dependencies=HELD_BACK if held else 0)

    def _there(self, number: int, tasks: list[int]) -> set[int]:
        if not tasks:
            return set()
        with self._engine.connect() as connection:
            return set(connection.execute(select(work.c.task).where(work.c.inbox == number, work.c.task.in_(tasks))).scalars())

    def _mold(self, array: ArrayNow) -> _Mold:
        if array.number not in self._molds:
            with self._engine.connect() as connection:
                row = connection.execute(select(inbox.c.at, inbox.c.body).where(inbox.c.number == array.number)).one()
            spec = JobSpec.model_validate(row.body["spec"])
            assert spec.array is not None, f"act {array.number} is no array"
            meant = self._grounds.meant(spec)
            origin = Origin(array.number, None, spec.name, array.project, array.person, meant.klass.devices)
            first = Submission(row.at, -1, array.klass, meant.request_s, array.party, self._grounds.qos(spec.qos), spec.checkpoint_s or 0)
            self._molds[array.number] = _Mold(spec.array, row.body, origin, first)
        return self._molds[array.number]
