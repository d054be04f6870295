"""How many jobs may be open at once, of a project and of a person: beyond that a submit is answered 429 with Retry-After.

The rows say how many there are; what this process has accepted and the broker has not read yet is added, so that the limit holds from one
request to the next. Other web processes see what this one accepts as soon as the broker has read it.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from typing import NamedTuple

from dure.web.problems import TOO_MANY_JOBS, Refused

LOOK_EVERY_S = 1.0
AGAIN_S = 30
"""When to come back: jobs end in minutes."""


class Open(NamedTuple):
    """Open jobs by (project, person), and the number of the act that the broker reads next."""

    counts: Mapping[tuple[int, int], int]
    read: int


class JobLimits(NamedTuple):
    """Open jobs at most, tasks of arrays counted each."""

    project: int = 1_000_000
    person: int = 1_000_000


class Room:
    """Counts of one web process. `look` asks the store."""

    def __init__(self, look: Callable[[], Open], limits: JobLimits) -> None:
        self._look, self.limits = look, limits
        self._lock = threading.Lock()
        self._new: deque[tuple[int, int, int, int]] = deque()
        self._projects: Counter[int] = Counter()
        self._persons: Counter[int] = Counter()
        self._due = 0.0

    @property
    def stale(self) -> bool:
        """Whether the next question asks the store."""
        return time.monotonic() >= self._due

    def need(self, project: int, person: int, tasks: int) -> None:
        """Raises Refused (429) where so many more would be too many."""
        with self._lock:
            if self.stale:
                self._refresh()
            for kind, had, most in (
                ("project", self._projects[project], self.limits.project),
                ("person", self._persons[person], self.limits.person),
            ):
                if had + tasks > most:
                    raise Refused(TOO_MANY_JOBS, retry_after_s=AGAIN_S, who=kind, had=had, tasks=tasks, most=most)

    def took(self, number: int, project: int, person: int, tasks: int) -> None:
        """An act was kept."""
        with self._lock:
            self._new.append((number, project, person, tasks))
            self._projects[project] += tasks
            self._persons[person] += tasks

    def _refresh(self) -> None:
        """The slower the store answers, the less often it is asked."""
        began = time.monotonic()
        counts, read = self._look()
        while self._new and self._new[0][0] < read:
            self._new.popleft()
        self._projects, self._persons = Counter(), Counter()
        for (project, person), count in counts.items():
            self._projects[project] += count
            self._persons[person] += count
        for _, project, person, tasks in self._new:
            self._projects[project] += tasks
            self._persons[person] += tasks
        now = time.monotonic()
        self._due = now + max(LOOK_EVERY_S, 20 * (now - began))
