"""What people ask of jobs beside machines, on the real broker and real programs: waiting for jobs, tasks at once, retries, pauses."""

from __future__ import annotations

from pathlib import Path

import pytest

from dure.adapters.store.current import JobRow
from dure.adapters.store.engine import connect
from dure.bootstrap.gate import why_held
from dure.bootstrap.serve import driver_of
from dure.model.reasons import Code, reason
from dure.model.work import JobState
from tests.bootstrap.test_serve import Programme


@pytest.fixture
def programme(tmp_path: Path) -> Programme:
    made = Programme(tmp_path / "data")
    made.ask("project", project=1, name="univ-vision", share=1)
    made.ask("credit", project=1, micro=50_000_000)
    return made


def row(programme: Programme, id: int, task: int | None = None) -> JobRow:
    found = programme.current.job(id, task)
    assert found is not None
    return found


def waits(programme: Programme, id: int) -> tuple[object, ...]:
    number = row(programme, id).number
    assert number is not None
    return why_held(connect(programme.served.address), number)


def outcomes(programme: Programme, id: int) -> list[str]:
    return [one.outcome.name for one in programme.current.attempts(id) if one.outcome is not None]


def until_state(programme: Programme, id: int, state: JobState) -> None:
    programme.until(lambda: row(programme, id).state == state)


def gate(folder: Path, name: str) -> str:
    """A program that ends when the file is there."""
    return f"while [ ! -e {folder}/{name} ]; do sleep 0.05; done"


def test_jobs_wait_for_jobs(programme: Programme, tmp_path: Path) -> None:
    first = programme.submit(run=gate(tmp_path, "go"))
    after = {condition: programme.ask_after(first, condition) for condition in ("ok", "any", "notok", "started")}
    until_state(programme, first, JobState.ACTIVE)
    programme.ended(after["started"])
    assert waits(programme, after["ok"]) == (reason(Code.WAITS_FOR_JOB, job=f"j{first}", condition="ok"),)
    programme.driver = driver_of(programme.served)  # another broker knows it too
    programme.driver.begin()
    assert row(programme, after["ok"]).held == -1
    (tmp_path / "go").touch()
    states = {condition: programme.ended(id).state.name for condition, id in after.items()}
    assert states == {"ok": "COMPLETED", "any": "COMPLETED", "notok": "CANCELED", "started": "COMPLETED"}
    assert waits(programme, after["notok"]) == (reason(Code.NEVER_COMES, job=f"j{first}", condition="notok"),)
    assert row(programme, after["notok"]).withdrawn == 2


def test_what_failed_is_not_waited_for(programme: Programme) -> None:
    failed = programme.submit(run="exit 3", array="1-2")
    ok, notok = programme.ask_after(failed, "ok"), programme.ask_after(failed, "notok")
    chained = programme.ask_after(ok, "ok")
    assert programme.ended(notok).state == JobState.COMPLETED
    assert programme.ended(ok).state == JobState.CANCELED
    assert programme.ended(chained).state == JobState.CANCELED
    assert row(programme, failed).counts == {"FAILED": 2}


def test_an_array_is_one_row_and_runs_so_many_at_once(programme: Programme, tmp_path: Path) -> None:
    id = programme.submit(array="1-5%2", run=gate(tmp_path, "go-$DURE_TASK"))
    programme.until(lambda: row(programme, id).counts.get("ACTIVE") == 2)
    for _ in range(3):
        programme.driver.turn()
    whole = row(programme, id)
    assert (whole.tasks, whole.state, dict(whole.counts), whole.held) == (5, JobState.ACTIVE, {"QUEUED": 3, "ACTIVE": 2}, 0)
    assert [one.held for one in programme.current.tasks(id)] == [0, 0, -1, -1, -1]
    assert [one.id for one in programme.current.jobs()] == [id]
    assert why_held(connect(programme.served.address), programme.current.tasks(id)[4].number or 0) == (reason(Code.TASKS_AT_ONCE, most=2),)
    programme.ask("cancel", job=id, task=4)
    programme.until(lambda: row(programme, id, 4).state == JobState.CANCELED)
    most = 0

    def over() -> bool:
        nonlocal most
        most = max(most, row(programme, id).counts.get("ACTIVE", 0))
        return row(programme, id).state.final

    for task in range(1, 6):
        (tmp_path / f"go-{task}").touch()
    programme.until(over)
    assert most <= 2
    assert dict(row(programme, id).counts) == {"COMPLETED": 4, "CANCELED": 1}
    assert row(programme, id).state == JobState.CANCELED


def test_a_program_that_failed_is_tried_again_as_often_as_asked(programme: Programme, tmp_path: Path) -> None:
    third = f"echo x >> {tmp_path}/tries; [ $(wc -l < {tmp_path}/tries) -ge 3 ]"
    lucky, unlucky, plain = (programme.submit(run=run, retries=n) for run, n in ((third, 5), ("exit 1", 1), ("exit 1", 0)))
    assert programme.ended(lucky).state == JobState.COMPLETED
    assert outcomes(programme, lucky) == ["RETRIED", "RETRIED", "COMPLETED"]
    assert programme.ended(unlucky).state == JobState.FAILED
    assert outcomes(programme, unlucky) == ["RETRIED", "FAILED"]
    assert programme.ended(plain).state == JobState.FAILED
    assert (outcomes(programme, plain), row(programme, plain).attempts) == (["FAILED"], 1)


def test_a_job_that_waits_is_paused_and_goes_on(programme: Programme) -> None:
    id = programme.submit()
    act = programme.ask("pause", job=id)  # before the broker has read either
    programme.until(lambda: bool(programme.current.tasks(id)) and row(programme, id).held == act)
    for _ in range(3):
        programme.driver.turn()
    assert (row(programme, id).state, row(programme, id).attempts) == (JobState.QUEUED, 0)
    assert waits(programme, id) == (reason(Code.PAUSED, who="p1"),)
    programme.ask("resume", job=id)
    assert programme.ended(id).state == JobState.COMPLETED


def test_a_job_that_runs_is_paused_where_it_saves_its_work(programme: Programme, tmp_path: Path) -> None:
    saves = programme.submit(run=gate(tmp_path, "go"), checkpoint="1m")
    loses = programme.submit(run=gate(tmp_path, "go"))
    for id in (saves, loses):
        until_state(programme, id, JobState.ACTIVE)
        programme.ask("pause", job=id)
    until_state(programme, saves, JobState.QUEUED)
    for _ in range(3):
        programme.driver.turn()
    assert outcomes(programme, saves) == ["PREEMPTED"]
    assert (row(programme, saves).state, row(programme, loses).state) == (JobState.QUEUED, JobState.ACTIVE)
    programme.driver = driver_of(programme.served)
    programme.driver.begin()
    programme.ask("resume", job=saves)
    until_state(programme, saves, JobState.ACTIVE)
    (tmp_path / "go").touch()
    assert programme.ended(saves).state == JobState.COMPLETED
    assert programme.ended(loses).state == JobState.COMPLETED


def test_who_waits_for_jobs_and_is_paused_waits_for_both(programme: Programme, tmp_path: Path) -> None:
    first = programme.submit(run=gate(tmp_path, "go"))
    second = programme.ask_after(first, "ok")
    programme.until(lambda: bool(programme.current.tasks(second)))
    programme.ask("pause", job=second)
    programme.until(lambda: row(programme, second).held > 0)
    (tmp_path / "go").touch()
    programme.ended(first)
    for _ in range(3):
        programme.driver.turn()
    assert row(programme, second).state == JobState.QUEUED
    programme.ask("resume", job=second)
    assert programme.ended(second).state == JobState.COMPLETED


def test_a_job_is_cancelled_in_the_breath_in_which_it_is_submitted(programme: Programme) -> None:
    id = programme.submit(run="sleep 100")
    programme.ask("cancel", job=id)
    assert programme.ended(id).state == JobState.CANCELED
    assert row(programme, id).attempts <= 1


def test_labels_find_jobs(programme: Programme) -> None:
    red, blue = programme.submit(labels={"run": "red", "x": "1"}), programme.submit(labels={"run": "blue"}, array="1-2")
    for _ in range(2):  # before and after the broker has read them
        assert [one.id for one in programme.current.jobs(labels={"run": "red"})] == [red]
        assert [one.id for one in programme.current.jobs(labels={"run": "blue"})] == [blue]
        assert programme.current.jobs(labels={"run": "red", "x": "2"}) == []
        assert programme.current.jobs(labels={'x"': "1"}) == []
        programme.ended(blue)
    assert programme.current.named("hello", 1) == blue
    assert programme.current.named("nobody", 1) is None
