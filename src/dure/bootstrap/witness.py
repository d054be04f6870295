"""Two witnesses compared: what the log says of attempts, and what the sites saw themselves.

The promise is: no job is lost, no key runs twice, no device-second is charged twice. The figures are 0 or the promise is broken.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dure.ledger.attempts import Gathering
from dure.model.events import Kind, Outcome
from dure.operate.keys import Keys
from dure.operate.ports import Rows, Used


@dataclass(frozen=True, slots=True)
class Witnessed:
    """Counts, and milli-device-seconds."""

    jobs: int
    lost: int
    """Jobs that were submitted, have not ended, and are not open either."""
    run_twice: int
    """Attempts that a site started more than once, and jobs of which two attempts ran in one second."""
    unseen: int
    """Attempts that ran at a site and of whose start the log knows nothing."""
    charged: int
    """What the log charges, from STARTED to ENDED."""
    charged_twice: int
    """What was charged for one device in one second beyond the whole of it."""
    differs: int
    """What the log charges and the site did not see, or the other way round."""

    @property
    def kept(self) -> bool:
        """Whether the promise holds."""
        return not (self.lost or self.run_twice or self.unseen or self.charged_twice or self.differs)


def witnessed(rows: Rows, open_jobs: Collection[int], used: Mapping[str, Sequence[Used]], now: int, keys: Keys | None = None) -> Witnessed:
    """Compare the log with what each site (by name) saw up to second `now`. `open_jobs`: numbers of jobs that the State still holds."""
    keys = keys or Keys()
    submitted = set(rows["job"][rows["kind"] == Kind.SUBMITTED].tolist())
    ended = set(rows["job"][(rows["kind"] == Kind.ENDED) & (rows["cause"] <= Outcome.TIME_LIMIT)].tolist())
    gathering = Gathering()
    gathering.add(rows)
    table = gathering.attempts(horizon_s=now)
    charged = dict(zip(table.attempt.tolist(), (table.ran_s * table.milli).tolist(), strict=True))
    job_of = dict(zip(table.attempt.tolist(), table.job.tolist(), strict=True))
    started = set(table.attempt[table.started].tolist())
    every = [one for seen in used.values() for one in seen]
    runs = Counter(keys.attempt(one.key) for one in every)
    ran = dict.fromkeys(charged, 0)
    spans: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for one in every:
        attempt, end = keys.attempt(one.key), now if one.ended_at is None else one.ended_at
        if attempt is not None and attempt in ran:
            ran[attempt] += (end - one.started_at) * one.milli
            spans[job_of[attempt]].append((one.started_at, end, 1))
    return Witnessed(
        jobs=len(submitted),
        lost=len(submitted - ended - set(open_jobs)),
        run_twice=sum(times - 1 for times in runs.values()) + sum(_beyond(each, 1) > 0 for each in spans.values()),
        unseen=sum(attempt not in started for attempt in runs),
        charged=int(np.sum(table.ran_s * table.milli)),
        charged_twice=_twice(used, now),
        differs=sum(abs(charged[attempt] - ran[attempt]) for attempt in charged),
    )


def _twice(used: Mapping[str, Sequence[Used]], now: int) -> int:
    spans: defaultdict[tuple[str, int, int], list[tuple[int, int, int]]] = defaultdict(list)
    for name, seen in used.items():
        for one in seen:
            for node, device, milli in one.devices:
                spans[name, node, device].append((one.started_at, now if one.ended_at is None else one.ended_at, milli))
    return sum(_beyond(each, 1_000) for each in spans.values())


def _beyond(spans: Sequence[tuple[int, int, int]], whole: int) -> int:
    """The area of (from, until, amount) above `whole`."""
    changes: Counter[int] = Counter()
    for start, end, amount in spans:
        changes[start] += amount
        changes[end] -= amount
    level = area = before = 0
    for at in sorted(changes):
        area += max(0, level - whole) * (at - before)
        level, before = level + changes[at], at
    return area
