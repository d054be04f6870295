"""Beside running jobs, on the real broker: notices of the log, shells, services that stay, gangs, and what a program finds."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from dure.adapters.engines.local_shell import LocalShell, LocalShells
from dure.adapters.notices import Notices
from dure.adapters.store.engine import connect
from dure.bootstrap.serve import Keeper
from dure.model.work import JobState
from tests.bootstrap.test_jobs import gate, outcomes, row, until_state
from tests.bootstrap.test_serve import Programme


@pytest.fixture
def programme(tmp_path: Path) -> Programme:
    made = Programme(tmp_path / "data")
    made.ask("project", project=1, name="univ-vision", share=1)
    made.ask("credit", project=1, micro=50_000_000_000)
    return made


def test_notices_follow_the_log_with_a_mark_of_their_own(programme: Programme) -> None:
    notices = Notices(connect(programme.served.address))
    notices.gather()
    notify = {"mail": ["on-start", "on-end", "on-fail"], "webhook": "https://example.kr/in"}
    good = programme.submit(notify=notify)
    bad = programme.submit(run="exit 1", array="1-3", notify=notify)
    programme.submit()
    programme.ended(good)
    programme.ended(bad)
    while notices.gather():
        pass
    told = sorted((one.job, one.event, one.channel, one.target) for one in notices.due(1 << 40))
    pairs = (("mail", "1"), ("webhook", "https://example.kr/in"))
    wanted = [(f"j{good}", event, *pair) for event in ("on-end", "on-start") for pair in pairs]
    wanted += [(f"j{bad}", event, *pair) for event in ("on-end", "on-fail", "on-start") for pair in pairs]
    assert told == sorted(wanted), "of an array one for each event"
    first = notices.due(1 << 40)[0]
    notices.later(first, first.at, "no answer")
    assert first.number not in [one.number for one in notices.due(first.at)]
    notices.done(first, first.at)
    assert len(notices.due(1 << 40)) == len(wanted) - 1
    assert Notices(connect(programme.served.address)).gather() == 0, "another one goes on where this one was"


SEEN = "while [ ! -e here ]; do sleep 0.05; done; cat here; stty size; echo $LR $DURE_JOB; exit 7"


def shown(shell: LocalShell) -> str:
    text, given_up = b"", time.monotonic() + 30
    while (content := shell.read()) is not None:
        text += content
        assert time.monotonic() < given_up, text
    return text.decode().replace("\r\n", "\n")


def test_a_shell_stands_in_the_folder_of_its_job(programme: Programme, tmp_path: Path) -> None:
    id = programme.submit(run=f"echo made > here; {gate(tmp_path, 'go')}", variables={"LR": "3"})
    until_state(programme, id, JobState.ACTIVE)
    job = row(programme, id)
    assert job.pool is not None
    assert job.key is not None
    shells = LocalShells(programme.served.data / "sites" / job.pool.partition("/")[0])
    one = shells.open(
        job.key,
        (30, 90),
        "xterm",
        ("sh", "-c", SEEN),
    )
    assert one is not None
    assert shown(one) == f"made\n30 90\n3 j{id}\n"
    assert one.code == 7
    one.close()
    typed = shells.open(job.key, (30, 90), "xterm", ("cat",))
    assert typed is not None
    typed.write(b"hello\n\x04")
    assert "hello" in shown(typed)
    typed.close()
    left = shells.open(job.key, (30, 90), "dumb", ("sh", "-c", "trap '' HUP; echo ready; sleep 1000"))
    assert left is not None
    said = b""
    while b"ready" not in said:
        said += left.read() or b""
    (tmp_path / "go").touch()
    programme.ended(id)
    shown(left)
    assert left.code is None, "its job took it along"
    assert left._child.returncode == -signal.SIGKILL, "who does not listen to a hang-up is killed"
    assert shells.open(job.key, (30, 90), "dumb", ()) is None
    assert shells.open("../x", (30, 90), "dumb", ()) is None


def test_an_interactive_job_holds_its_devices_until_its_time_is_over(programme: Programme) -> None:
    spec = {"name": "look", "kind": "interactive", "time": "3s", "time_on": "machine"}
    id = programme.ask("submit", spec=spec, project=1, person=1, files=[])
    job = programme.ended(id)
    assert (job.state, outcomes(programme, id)) == (JobState.COMPLETED, ["COMPLETED"])
    assert f"dure ssh j{id}" in programme.log(job)


def test_what_a_program_finds(programme: Programme) -> None:
    words = "$DURE_JOB $SLURM_JOB_ID $DURE_PROJECT $DURE_POOL $DURE_TASK $SLURM_ARRAY_TASK_ID $SLURM_ARRAY_TASK_COUNT"
    words += " $MASTER_ADDR $WORLD_SIZE $SLURM_NTASKS"
    id = programme.submit(run=f'echo "{words}"; test "$DURE_ENDS_AT" -gt "$(date +%s)"', array="4-6:2", accelerators="h100:1")
    assert programme.ended(id).state == JobState.COMPLETED
    assert programme.log(programme.current.tasks(id)[1]) == f"j{id}.6 {id}  north/a 6 6 2 127.0.0.1 1 1\n"


@pytest.mark.parametrize(("launch", "ranks"), [("node", ["0/2", "1/2"]), ("first", ["0/1"]), ("accelerator", ["0/4", "1/4", "2/4", "3/4"])])
def test_a_gang_starts_as_its_spec_says(programme: Programme, launch: str, ranks: list[str]) -> None:
    id = programme.submit(run='echo "$RANK/$WORLD_SIZE on $SLURM_NNODES"', accelerators="h100:4", nodes=2, launch=launch)
    job = programme.ended(id)
    assert job.state == JobState.COMPLETED
    assert sorted(programme.log(job).splitlines()) == [f"{rank} on 2" for rank in ranks]


def test_a_service_is_started_again_unless_it_cannot_stay(programme: Programme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dure.bootstrap.intake.STAYED_S", 1)
    stays = programme.ask("submit", spec={"name": "s", "kind": "service", "run": "sleep 2"}, project=1, person=1, files=[])
    broken = programme.ask("submit", spec={"name": "b", "kind": "service", "run": "exit 1"}, project=1, person=1, files=[])
    assert programme.ended(broken).state == JobState.FAILED
    programme.until(lambda: row(programme, stays).attempts == 2)
    assert outcomes(programme, stays)[0] == "RETRIED"
    programme.ask("cancel", job=stays)
    assert programme.ended(stays).state == JobState.CANCELED


def test_who_is_asked_to_end_is_told_why(programme: Programme, tmp_path: Path) -> None:
    script = f"trap 'cat $DURE_NOTICE > {tmp_path}/why; exit' TERM; echo ready; while :; do sleep 0.05; done"
    id = programme.submit(run=script)
    until_state(programme, id, JobState.ACTIVE)
    programme.until(lambda: "ready" in programme.log(row(programme, id)))
    programme.ask("cancel", job=id)
    programme.ended(id)
    assert '"why": "canceled"' in (tmp_path / "why").read_text()
    assert "dure: canceled: asked to end by 20" in programme.log(row(programme, id))


def test_old_logs_go_and_what_is_said_of_jobs_stays(programme: Programme) -> None:
    id = programme.submit()
    job = programme.ended(id)
    programme.until(lambda: programme.log(job) == "hello hello \n")
    keeper = Keeper(programme.served, programme.driver)
    assert keeper.tidy(int(time.time())) == 0
    assert job.ended_at is not None
    programme.until(lambda: keeper.tidy(job.ended_at + 31 * 86_400) == 1)
    assert programme.log(job) == ""
    assert row(programme, id).state == JobState.COMPLETED
