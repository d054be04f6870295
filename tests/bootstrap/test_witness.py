"""The comparison of the two witnesses can fail: each broken promise is worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dure.bootstrap.witness import Witnessed, witnessed
from dure.model.events import Kind, Outcome
from dure.operate.ports import Rows, Used
from dure.policy.fold import LIVE

GOOD = [(Kind.SUBMITTED, 0, 0, 0), (Kind.PLACED, 0, 0, 0), (Kind.STARTED, 10, 0, 0), (Kind.ENDED, 30, 0, 20)]
SEEN = Used("dure-0-0", 10, 30, 2000, ((0, 0, 1000), (0, 1, 1000)))


def log(*facts: tuple[int, int, int, int]) -> Rows:
    """(kind, at, job and attempt, value): two devices each."""
    rows = np.zeros(len(facts), LIVE)
    for row, (kind, at, number, value) in zip(rows, facts, strict=True):
        row["kind"], row["at"], row["job"], row["attempt"], row["value"], row["count"] = kind, at, number, number, value, 2000
    return rows


def test_two_witnesses_agree() -> None:
    found = witnessed(log(*GOOD), [], {"a": [SEEN]}, 100)
    assert found == Witnessed(jobs=1, lost=0, run_twice=0, unseen=0, charged=40_000, charged_twice=0, differs=0)
    assert found.kept


def test_a_job_that_is_nowhere_is_lost() -> None:
    submitted = log((Kind.SUBMITTED, 0, 0, 0), (Kind.SUBMITTED, 0, 1, 0))
    assert witnessed(submitted, [0], {}, 100).lost == 1
    evicted = log(*GOOD)
    evicted["cause"][3] = Outcome.EVICTED
    assert witnessed(evicted, [], {"a": [SEEN]}, 100).lost == 1, "an eviction sends it back, it has to be open"


def test_what_ran_twice() -> None:
    assert witnessed(log(*GOOD), [], {"a": [SEEN], "b": [replace(SEEN, started_at=40, ended_at=50)]}, 100).run_twice == 1, "one key twice"
    second = [(Kind.PLACED, 0, 1, 0), (Kind.STARTED, 29, 1, 0), (Kind.ENDED, 31, 1, 2)]
    rows = log(*GOOD, *second)
    rows["job"] = 0
    two = {"a": [SEEN], "b": [replace(SEEN, key="dure-0-1", started_at=29, ended_at=31)]}
    assert witnessed(rows, [], two, 100).run_twice == 1, "two attempts of one job in one second"


def test_what_nobody_told() -> None:
    assert witnessed(log(*GOOD[:2]), [0], {"a": [SEEN]}, 100).unseen == 1
    assert witnessed(log(), [], {"a": [replace(SEEN, key="dure-1-0")]}, 100).unseen == 1, "of another epoch"


def test_a_device_of_two_at_once() -> None:
    later = [(Kind.SUBMITTED, 0, 1, 0), (Kind.PLACED, 0, 1, 0), (Kind.STARTED, 25, 1, 0), (Kind.ENDED, 45, 1, 20)]
    other = Used("dure-0-1", 25, 45, 2000, ((0, 1, 1000), (0, 2, 1000)))
    found = witnessed(log(*GOOD, *later), [], {"a": [SEEN, other]}, 100)
    assert found.charged_twice == 5 * 1000, "device 1, from second 25 to 30"
    assert witnessed(log(*GOOD, *later), [], {"a": [SEEN], "b": [other]}, 100).charged_twice == 0, "another site, another device"
    halves = [replace(one, milli=1000, devices=((0, 1, 500), (0, 3, 500))) for one in (SEEN, other)]
    assert witnessed(log(*GOOD, *later), [], {"a": halves}, 100).charged_twice == 0, "two halves are one"


def test_what_the_log_charges_and_the_site_did_not_see() -> None:
    assert witnessed(log(*GOOD), [], {"a": [replace(SEEN, ended_at=28)]}, 100).differs == 2 * 2000
    assert witnessed(log(*GOOD), [], {}, 100).differs == 40_000
    assert not witnessed(log(*GOOD), [], {}, 100).kept
