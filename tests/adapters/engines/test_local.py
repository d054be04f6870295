"""Real processes: what a program sees, what it may use, and that nothing of it is left behind."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from dure.adapters.engines.local_folder import Folder
from dure.model.events import Kind, Outcome
from dure.operate.ports import Answer, Launch, Limits, Presence, Program, Refusal, Upkeep
from tests.adapters.engines.rigs import DEVICES, LocalRig, told


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[LocalRig]:
    made = LocalRig(tmp_path / "site")
    yield made
    made.close()


def end_record(rig: LocalRig, key: str) -> dict[str, object]:
    """The wrapper's last word, once it is put away."""
    rig.ended(key)
    folder = Folder(rig.home / "done" / key)
    rig.until(lambda: bool(rig.engine.observe(0, rig.now())) and folder.path.exists())
    found = folder.record("end")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("script", "outcome", "code", "number"),
    [
        ("exit 0", "COMPLETED", 0, 0),
        ("exit 42", "FAILED", 42, 0),
        ("kill -9 $$", "FAILED", 0, 9),
        ("kill -SEGV $$", "FAILED", 0, 11),
        ("kill -TERM $$", "FAILED", 0, 15),
    ],
)
def test_codes_and_signals(rig: LocalRig, script: str, outcome: str, code: int, number: int) -> None:
    rig.shell("dure-0-1", script)
    end = end_record(rig, "dure-0-1")
    assert (end["outcome"], end["code"], end["signal"]) == (outcome, code, number)


@pytest.mark.parametrize("command", [("/no/such/program",), ("no-such-program-anywhere",), ("/etc/passwd",)])
def test_a_program_that_is_none_fails_and_the_log_says_why(rig: LocalRig, command: tuple[str, ...]) -> None:
    rig.run("dure-0-1", Program(command))
    assert end_record(rig, "dure-0-1")["code"] == 127
    assert "cannot run this program" in rig.log("dure-0-1")


def test_arguments_are_not_a_shell(rig: LocalRig) -> None:
    rig.run("dure-0-1", Program(("printf", "%s|%s", "$(id); `id` > x", "한글 '\"\\")))
    rig.ended("dure-0-1")
    assert rig.log("dure-0-1") == "$(id); `id` > x|한글 '\"\\"


def test_both_streams_in_the_order_of_writing_and_from_any_byte(rig: LocalRig) -> None:
    rig.shell("dure-0-1", "echo one; echo two >&2; echo three; cat")
    rig.ended("dure-0-1")
    assert rig.log("dure-0-1") == "one\ntwo\nthree\n", "standard input is empty: cat ended at once"
    assert rig.engine.logs("dure-0-1", 4) == b"two\nthree\n"
    assert rig.engine.logs("dure-0-1", 4, 3) == b"two"
    assert rig.engine.logs("dure-0-1", 999) == b""


def test_what_a_program_finds(rig: LocalRig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files, its own variables, ours, its devices, and nothing of the broker's environment."""
    monkeypatch.setenv("DATABASE_PASSWORD", "secret")
    files = (("train.py", b"print('hi')"), ("configs/a.yaml", b"lr: 1"))
    script = 'cat train.py configs/a.yaml; echo; env; pwd; umask; cat "/proc/$PPID/environ" | tr "\\0" "\\n"'
    program = Program(("sh", "-c", script), environment=(("LR", "3"), ("DURE_KEY", "forged")), files=files, limits=Limits(time_s=60))
    rig.run("dure-0-7", program, milli=2000, node=2)
    rig.ended("dure-0-7")
    said = rig.log("dure-0-7").splitlines()
    assert said[0] == "print('hi')lr: 1"
    wanted = {"LR=3", "DURE_KEY=dure-0-7", "CUDA_VISIBLE_DEVICES=0,1", "DURE_VISIBLE_DEVICES=0,1", "DURE_TIME_LIMIT_S=60", "SLURM_JOB_ID=7"}
    assert wanted <= set(said)
    assert not any("secret" in line or line.startswith("PYTHONPATH") for line in said)
    assert str(rig.home / "open" / "dure-0-7" / "work") in said


def test_it_works_where_it_is_told(rig: LocalRig, tmp_path: Path) -> None:
    rig.run("dure-0-1", Program(("sh", "-c", "echo done > result"), folder=str(tmp_path)))
    assert rig.ended("dure-0-1").cause == Outcome.COMPLETED
    assert (tmp_path / "result").read_text() == "done\n"
    rig.run("dure-0-2", Program(("true",), folder=str(tmp_path / "nowhere")))
    assert rig.ended("dure-0-2").cause == Outcome.FAILED


def test_limits_hold(rig: LocalRig) -> None:
    limits = Limits(files=32, memory_bytes=1 << 28, cpu_s=77, processes=500)
    rig.shell("dure-0-1", "ulimit -n; ulimit -v; ulimit -t; ulimit -c", limits)
    rig.ended("dure-0-1")
    assert rig.log("dure-0-1").split() == ["32", str(1 << 18), "77", "0"]
    rig.shell("dure-0-2", "while :; do :; done", Limits(cpu_s=1))
    assert end_record(rig, "dure-0-2")["signal"] in (9, 24), "more than its processor seconds: killed"


def test_daemons_are_killed_with_it(rig: LocalRig, tmp_path: Path) -> None:
    """Processes that left its group, its session and its parent are still its own."""
    script = f"""
        (setsid sh -c 'echo $$ >> {tmp_path}/pids; trap "" TERM HUP; while :; do sleep 1000; done' &)
        (setsid setsid env -i sleep 1000 & echo $! >> {tmp_path}/pids)
        sh -c 'echo $$ >> {tmp_path}/pids; sleep 1000' &
        while [ $(wc -l < {tmp_path}/pids) -lt 3 ]; do :; done
        exit 0"""
    rig.shell("dure-0-1", script)
    assert rig.ended("dure-0-1").cause == Outcome.COMPLETED
    pids = [int(line) for line in (tmp_path / "pids").read_text().split()]
    assert len(pids) == 3
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_who_does_not_listen_is_killed_at_the_deadline(rig: LocalRig) -> None:
    rig.shell("dure-0-1", "trap 'echo asked' TERM; echo ready; while :; do sleep 0.05; done")
    rig.wrote("dure-0-1", "ready")
    by = rig.now() + 2
    rig.engine.stop("dure-0-1", by, rig.now())
    end = rig.ended("dure-0-1")
    assert (end.cause, by <= end.at <= by + 2) == (Outcome.PREEMPTED, True)
    assert "asked" in rig.log("dure-0-1")


def test_who_listens_has_the_whole_notice(rig: LocalRig, tmp_path: Path) -> None:
    """The shell goes at once, the trainer in its group writes a checkpoint; the attempt ends with it, long before the deadline."""
    trainer = f"trap 'sleep 1; touch $DURE_CHECKPOINT; echo saved > {tmp_path}/saved; exit' TERM; echo ready; while :; do sleep 0.05; done"
    (tmp_path / "trainer.sh").write_text(trainer)
    rig.shell("dure-0-1", f"sh {tmp_path}/trainer.sh; echo after")
    rig.wrote("dure-0-1", "ready")
    rig.engine.stop("dure-0-1", rig.now() + 500, rig.now())
    end = rig.ended("dure-0-1")
    assert (tmp_path / "saved").exists()
    assert "after" not in rig.log("dure-0-1")
    start = told(rig, "dure-0-1", Kind.STARTED)[0]
    assert end.at - start.at < 100
    assert end.value >= 1, "what was done up to the checkpoint is kept"


def test_stopped_processes_end_too(rig: LocalRig) -> None:
    rig.shell("dure-0-1", "echo ready; kill -STOP $$")
    rig.wrote("dure-0-1", "ready")
    rig.engine.stop("dure-0-1", rig.now() + 100, rig.now())
    assert rig.ended("dure-0-1").cause == Outcome.PREEMPTED


def test_the_log_holds_100_mb(rig: LocalRig) -> None:
    rig.shell("dure-0-1", "head -c 100000000 /dev/zero; echo end")
    assert rig.ended("dure-0-1").cause == Outcome.COMPLETED
    assert rig.engine.logs("dure-0-1", 100_000_000) == b"end\n"
    assert len(rig.engine.logs("dure-0-1", 0)) == 1 << 20, "a piece at a time"


def test_no_device_is_given_twice(rig: LocalRig) -> None:
    """Halves share a device, whole ones are nobody else's, and a new engine object knows what is taken."""
    asked = {1: 500, 2: 2000, 3: 500, 4: 300, 5: 12_000, 6: 700}
    for number, milli in asked.items():
        if number == 4:
            rig.again()
        rig.run(f"dure-0-{number}", Program(("sh", "-c", "echo $CUDA_VISIBLE_DEVICES; sleep 1000"), grace_s=0), milli)
        rig.wrote(f"dure-0-{number}", "\n")
    given = [rig.log(f"dure-0-{number}").strip() for number in asked]
    assert given == ["0", "1,2", "0", "3", "4,5,6,7,8,9,10,11,12,13,14,15", "3"]
    assert rig.shell("dure-0-7", "true").reason == Refusal.NO_DEVICES
    rig.engine.stop("dure-0-3", rig.now(), rig.now())
    rig.ended("dure-0-3")
    assert rig.run("dure-0-8", Program(("true",)), 500).answer == Answer.ACCEPTED, "what has ended gives back its part"
    for number in asked:
        rig.engine.stop(f"dure-0-{number}", rig.now(), rig.now())
        rig.ended(f"dure-0-{number}")
    most: Counter[tuple[int, int]] = Counter()
    for used in rig.engine.usage(0, rig.now() + 10):
        if used.key not in ("dure-0-3", "dure-0-8"):
            most.update({(node, device): milli for node, device, milli in used.devices})
    assert max(most.values()) == 1000


def test_a_gang_is_one_process_a_node_and_all_or_nothing(rig: LocalRig) -> None:
    script = (
        'echo "$DURE_NODE_RANK of $DURE_NODES: $CUDA_VISIBLE_DEVICES $MASTER_PORT"; test $DURE_NODE_RANK = 1 && sleep 1 && exit 5; sleep 99'
    )
    rig.run("dure-0-1", Program(("sh", "-c", script)), milli=3000, node=1, nodes=3)
    end = end_record(rig, "dure-0-1")
    assert (end["outcome"], end["code"]) == ("FAILED", 5)
    assert sorted(rig.log("dure-0-1").splitlines()) == [f"{rank} of 3: 0,1,2 20001" for rank in range(3)]
    (used,) = rig.engine.usage(0, rig.now() + 10)
    assert used.devices == tuple((node, device, 1000) for node in (1, 2, 3) for device in range(3))
    assert used.milli == 9000


@pytest.mark.parametrize(
    ("launch", "lines"),
    [
        (Launch.FIRST, ["0/1 0/1 0/2 0,1"]),
        (Launch.NODE, ["0/2 0/1 0/2 0,1", "1/2 0/1 1/2 0,1"]),
        (Launch.ACCELERATOR, ["0/4 0/2 0/2 0", "1/4 1/2 0/2 1", "2/4 0/2 1/2 0", "3/4 1/2 1/2 1"]),
    ],
)
def test_a_program_is_started_as_its_spec_says(rig: LocalRig, launch: Launch, lines: list[str]) -> None:
    script = "echo $RANK/$WORLD_SIZE $LOCAL_RANK/$LOCAL_WORLD_SIZE $SLURM_NODEID/$PET_NNODES $CUDA_VISIBLE_DEVICES; exec sleep 0.5"
    rig.run("dure-0-1", Program(("sh", "-c", script), launch=launch), milli=2000, node=1, nodes=2)
    assert rig.ended("dure-0-1").cause == Outcome.COMPLETED
    assert sorted(rig.log("dure-0-1").splitlines()) == lines
    (used,) = rig.engine.usage(0, rig.now() + 10)
    assert used.milli == 4000, "what it holds, whatever it starts"


def test_a_gang_completes_when_all_have(rig: LocalRig) -> None:
    rig.run("dure-0-1", Program(("sh", "-c", "[ $DURE_NODE_RANK = 0 ] && sleep 1; exit 0")), node=0, nodes=3)
    end = rig.ended("dure-0-1")
    assert (end.cause, end.value >= 1) == (Outcome.COMPLETED, True)


def test_too_many_devices_are_refused_and_a_drained_node_takes_nothing(rig: LocalRig) -> None:
    assert rig.shell("dure-0-1", "true").answer == Answer.ACCEPTED
    refused = rig.run("dure-0-2", Program(("true",)), milli=(DEVICES + 1) * 1000)
    assert (refused.answer, refused.reason) == (Answer.REFUSED, Refusal.NO_DEVICES)
    assert refused.barred_until > rig.now()
    assert rig.run("dure-0-3", Program(("true",)), node=99).reason == Refusal.NO_DEVICES
    rig.engine.node(0, Upkeep.DRAIN, rig.now())
    assert rig.shell("dure-0-4", "true").reason == Refusal.DRAINED
    rig.engine.node(0, Upkeep.RESUME, rig.now())
    assert rig.shell("dure-0-5", "true").answer == Answer.ACCEPTED
    for key in ("dure-0-1", "dure-0-5"):
        rig.ended(key)


def test_what_was_refused_never_starts(rig: LocalRig) -> None:
    """Its broker has gone on without the key: a copy of the send that another leader still had on its lips must not start it."""
    rig.engine.node(0, Upkeep.DRAIN, rig.now())
    refused = rig.shell("dure-0-1", "true")
    assert refused.reason == Refusal.DRAINED
    rig.engine.node(0, Upkeep.RESUME, rig.now())
    for again in (lambda: None, rig.again):
        again()
        assert rig.shell("dure-0-1", "true") == refused
        assert rig.engine.lookup("dure-0-1", rig.now()) == Presence.ABSENT
    assert told(rig, "dure-0-1") == []
    assert rig.shell("dure-0-2", "true").answer == Answer.ACCEPTED
    rig.ended("dure-0-2")


@pytest.mark.parametrize("key", ["", ".", "..", "../x", "a/b", "/etc", "-rf", "a\0", "x" * 101, "a b", "a\n", "dure-0-1/../../x"])
def test_keys_that_lead_elsewhere_are_refused(rig: LocalRig, key: str, tmp_path: Path) -> None:
    refused = rig.shell(key, "true")
    assert (refused.answer, refused.reason) == (Answer.REFUSED, Refusal.BAD_KEY)
    assert list(tmp_path.rglob("attempt.json")) == []


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "", "a//b", ".", "a/.", "a\0b", "x" * 256])
def test_files_that_lead_elsewhere_are_refused(rig: LocalRig, name: str, tmp_path: Path) -> None:
    refused = rig.run("dure-0-1", Program(("true",), files=((name, b"x"),)))
    assert (refused.answer, refused.reason) == (Answer.REFUSED, Refusal.BAD_PROGRAM)
    assert repr(name) in refused.detail
    assert list(tmp_path.rglob("attempt.json")) == []


@pytest.mark.parametrize(
    "program",
    [
        Program(()),
        Program(("",)),
        Program(("a\0b",)),
        Program(("true",), environment=(("A=B", "x"),)),
        Program(("true",), environment=(("A", "x\0y"),)),
        Program(("true",), folder="relative"),
        Program(("true",), user="somebody-else"),
        Program(("true",), limits=Limits(files=-1)),
        None,
    ],
)
def test_programs_that_cannot_be_run_are_refused(rig: LocalRig, program: Program) -> None:
    refused = rig.run("dure-0-1", program)
    assert (refused.answer, refused.reason, bool(refused.detail)) == (Answer.REFUSED, Refusal.BAD_PROGRAM, True)


def test_secrets_stand_in_no_process_list_and_no_text(rig: LocalRig) -> None:
    program = Program(
        ("sh", "-c", "echo ready; cat /proc/*/cmdline 2> /dev/null | tr '\\0' '\\n' | grep -c hunter[2]"),
        environment=(("TOKEN", "hunter2"),),
    )
    assert "hunter2" not in repr(program)
    rig.run("dure-0-1", program)
    rig.ended("dure-0-1")
    assert rig.log("dure-0-1").split() == ["ready", "0"]
    modes = {path.stat().st_mode & 0o077 for path in (rig.home / "open", rig.home / "done", *rig.home.rglob("dure-0-1/**/*"))}
    assert modes == {0}, "nobody else reads it"


def test_a_log_that_is_a_link_is_not_followed(rig: LocalRig) -> None:
    rig.shell("dure-0-1", "rm ../log; ln -s /etc/passwd ../log")
    rig.ended("dure-0-1")
    with pytest.raises(OSError, match="symbolic"):
        rig.engine.logs("dure-0-1", 0)


def test_old_logs_are_forgotten_and_keys_are_not(rig: LocalRig) -> None:
    rig.shell("dure-0-1", "echo hi; echo x > kept")
    end = end_record(rig, "dure-0-1")
    facts = rig.engine.observe(0, rig.now())
    assert rig.engine.forget(int(str(end["at"]))) == 0
    assert rig.log("dure-0-1") == "hi\n"
    assert [rig.engine.forget(rig.now() + 1) for _ in range(2)] == [1, 0]
    assert (rig.log("dure-0-1"), list(rig.home.rglob("kept"))) == ("", [])
    (rig.home / "journal").unlink()
    assert rig.engine.observe(0, rig.now()) == facts
    assert rig.shell("dure-0-1", "echo again").answer == Answer.ACCEPTED
    assert len(told(rig, "dure-0-1", Kind.STARTED)) == 1


def test_the_engine_leaves_no_descriptor_open(rig: LocalRig) -> None:
    rig.shell("dure-0-1", "ls /proc/self/fd | wc -l")
    rig.ended("dure-0-1")
    assert int(rig.log("dure-0-1")) <= 4, "the three streams and the folder that ls reads"
    before = len(os.listdir("/proc/self/fd"))
    rig.shell("dure-0-2", "true")
    rig.ended("dure-0-2")
    assert len(os.listdir("/proc/self/fd")) == before
