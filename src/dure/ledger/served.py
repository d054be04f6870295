"""What services got done: requests offered against what the replicas that ran could do, exact to the millionth of a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dure.ledger.attempts import Attempts

Ints = npt.NDArray[np.int64]


class Span(NamedTuple):
    """From a second to another, so many millionths a second."""

    from_s: int
    to_s: int
    micro_per_s: int


@dataclass(frozen=True, slots=True)
class Served:
    """Millionths of requests (or tokens): asked for, answered, and what the replicas that ran could have answered."""

    offered: int
    served: int
    capacity: int


@dataclass(frozen=True, slots=True)
class ReplicaSeconds:
    """Seconds of replicas, from their submission to their end by the clock.

    `serving`: started up and running; `starting`: placed and not yet serving; `again`: neither, after an attempt that ended early. The
    rest of what was needed waited for its first placement.
    """

    serving: int
    starting: int
    again: int


def served(offered: Sequence[Span], running: Sequence[Span]) -> Served:
    """At every second the lesser of what is asked and of what all running replicas do together, summed up.

    Spans of `offered` do not overlap; those of `running` may. Empty spans count for nothing.
    """
    changes: dict[int, list[int]] = {}
    for column, spans in enumerate((offered, running)):
        for span in spans:
            if span.to_s > span.from_s:
                changes.setdefault(span.from_s, [0, 0])[column] += span.micro_per_s
                changes.setdefault(span.to_s, [0, 0])[column] -= span.micro_per_s
    asked = able = last_s = 0
    total = [0, 0, 0]
    for at_s in sorted(changes):
        length = at_s - last_s
        for place, rate in enumerate((asked, min(asked, able), able)):
            total[place] += rate * length
        asked, able, last_s = asked + changes[at_s][0], able + changes[at_s][1], at_s
    assert asked == able == 0, "what begins ends"
    return Served(*total)


def serving_spans(attempts: Attempts, rows: Ints, until_s: Ints, start_up_s: int, micro_per_s: Ints) -> list[Span]:
    """When the attempts `rows` served: from the end of their start-up to their end, and never beyond `until_s` of their job.

    `until_s` is by job, `micro_per_s` by pool.
    """
    begins = attempts.started_s[rows] + start_up_s
    ends = np.minimum(attempts.ended_s[rows], until_s[attempts.job[rows]])
    rates = micro_per_s[attempts.pool[rows]]
    there = attempts.started[rows] & (ends > begins)
    return [Span(*one) for one in zip(begins[there].tolist(), ends[there].tolist(), rates[there].tolist(), strict=True)]


def replica_seconds(attempts: Attempts, rows: Ints, submit_s: Ints, until_s: Ints, start_up_s: int, horizon_s: int) -> ReplicaSeconds:
    """What became of the seconds of the replicas that attempts `rows` are of; `submit_s` and `until_s` by job."""
    job = attempts.job[rows]
    over = np.minimum(until_s[job], horizon_s)
    ended, placed = np.minimum(attempts.ended_s[rows], over), attempts.placed_s[rows]
    begins = np.where(attempts.started[rows], attempts.started_s[rows] + start_up_s, ended)
    serving = np.maximum(ended - np.minimum(begins, ended), 0)
    held = np.maximum(ended - np.minimum(placed, ended), 0)
    replicas, number = np.unique(job, return_inverse=True)
    first = np.full(len(replicas), np.iinfo(np.int64).max, np.int64)
    np.minimum.at(first, number.reshape(-1), placed)
    since = np.maximum(np.minimum(until_s[replicas], horizon_s) - first, 0)
    assert (first >= submit_s[replicas]).all(), "no replica is placed before it is submitted"
    return ReplicaSeconds(int(serving.sum()), int((held - serving).sum()), int(since.sum() - held.sum()))
