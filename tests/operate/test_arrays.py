"""How many tasks become jobs, who gets how many, and how the tasks of an array are counted."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from dure.model.work import JobState
from dure.operate.arrays import ArrayNow, Doing, shared, to_make, touched
from dure.operate.current import JobNow
from dure.wire.jobspec_parts import read_array

STATES = (JobState.QUEUED, JobState.ACTIVE, JobState.COMPLETED, JobState.FAILED, JobState.CANCELED)
JOBS = st.builds(
    JobNow,
    job=st.integers(0, 5),
    submitted_at=st.just(0),
    state=st.sampled_from(STATES),
    attempts=st.integers(0, 3),
    started_at=st.none() | st.integers(1, 9),
    held=st.integers(-1, 4),
)


def array(**told: int) -> ArrayNow:
    return ArrayNow(number=1, tasks=100, klass=0, party=1, project=1, person=1, **told)


@given(st.lists(st.integers(0, 50), max_size=8), st.integers(0, 100))
def test_nobody_gets_more_than_it_wants_and_nothing_is_left_over(wanted: list[int], most: int) -> None:
    given_ = shared(wanted, most)
    assert all(0 <= got <= want for got, want in zip(given_, wanted, strict=True))
    assert sum(given_) == min(most, sum(wanted))
    if most >= len(wanted):
        assert all(got or not want for got, want in zip(given_, wanted, strict=True)), "one array starves another"


@given(st.lists(JOBS, max_size=40))
def test_counts_are_those_of_the_jobs(told: list[JobNow]) -> None:
    counted, jobs = array(), dict[int, JobNow]()
    for job in told:
        before = jobs.get(job.job)
        after = job if before is None else replace(job, attempts=max(before.attempts, job.attempts))
        counted.count(before, after)
        jobs[job.job] = after
    for state in STATES:
        assert getattr(counted, state.name.lower()) == sum(one.state == state for one in jobs.values())
    open_ = [one for one in jobs.values() if not one.state.final]
    assert counted.open == len(open_)
    assert counted.own == sum(one.held < 0 for one in open_)
    assert counted.put_off == sum(one.held > 0 for one in open_)
    assert counted.unbegun == sum(one.started_at is None for one in open_)
    assert counted.attempts == sum(one.attempts for one in jobs.values())


def test_a_slice_waits_and_no_more() -> None:
    assert to_make(array(), 0, 10) == 10
    assert to_make(array(made=50), 7, 10) == 3
    assert to_make(array(made=50), 12, 10) == 0
    assert to_make(array(made=60, dropped=38), 0, 10) == 2
    assert to_make(array(paused=7), 0, 10) == 0
    assert to_make(array(doing=Doing.CANCEL), 0, 10) == 0


def test_what_is_done_to_an_array_reaches_every_job_once() -> None:
    runs = JobNow(0, 0, JobState.ACTIVE)
    waits = JobNow(1, 0)
    paused = JobNow(2, 0, held=9)
    over = JobNow(3, 0, JobState.COMPLETED)
    jobs = [runs, waits, paused, over, replace(waits, job=4, withdrawn=1)]
    assert list(touched(Doing.CANCEL, iter(jobs), saves=False)) == [0, 1, 2]
    assert list(touched(Doing.PAUSE, iter(jobs), saves=False)) == [1]
    assert list(touched(Doing.PAUSE, iter(jobs), saves=True)) == [0, 1]
    assert list(touched(Doing.RESUME, iter(jobs), saves=True)) == [2]


@given(st.sampled_from(["1-9", "0-16:2", "7,1-3,20-30:5%4"]))
def test_tasks_have_places_in_their_order(text: str) -> None:
    told = read_array(text)
    tasks = [told.task(place) for place in range(told.tasks)]
    assert tasks == [n for first, last, step in told.ranges for n in range(first, last + 1, step)]
    assert [n for n in range(40) if n in told] == sorted(tasks)
