"""Whatever dies: the engine's process, a wrapper, the machine, the disk. Nothing starts twice, nothing is lost, nothing runs on unseen."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dure.adapters.engines import local, local_folder
from dure.adapters.engines.local_folder import Folder
from dure.adapters.engines.local_process import spawn
from dure.model.events import Kind, Outcome
from dure.operate.ports import Answer, Limits, Presence, Program, Receipt, Refusal
from tests.adapters.engines.rigs import LocalRig, python, told

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[LocalRig]:
    made = LocalRig(tmp_path / "site")
    yield made
    made.close()


@pytest.fixture
def sender(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds an engine on the same place and sends twelve attempts."""
    command = [sys.executable, "-m", "tests.adapters.engines.sender", str(tmp_path / "site"), "12"]
    path = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path}) as process:
        yield process
        process.kill()


def start_of(rig: LocalRig, key: str) -> dict[str, object]:
    rig.until(lambda: bool(told(rig, key, Kind.STARTED)))
    found = Folder(rig.home / "open" / key).record("start")
    assert found is not None
    return found


def nobody(*pids: int) -> bool:
    return not [pid for pid in pids if Path(f"/proc/{pid}").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text()]


@pytest.mark.parametrize("sent", ["5", "11", "all"])
def test_its_process_is_killed_with_attempts_in_flight(rig: LocalRig, sender: subprocess.Popen[str], sent: str, tmp_path: Path) -> None:
    """`kill -9` after some sends, while the next is on its way: what was accepted is all there, once, and what was not can be sent."""
    accepted = []
    assert sender.stdout is not None
    for line in sender.stdout:
        accepted.append(line.strip())
        if line.strip() in (sent, f"dure-0-{sent}"):
            break
    sender.send_signal(signal.SIGKILL)
    sender.wait()
    keys = [key for key in accepted if key != "all"]
    assert [rig.engine.lookup(key, rig.now()) for key in keys] == [Presence.FOUND] * len(keys)
    every = [f"dure-0-{number}" for number in range(12)]
    for number, key in enumerate(every):
        rig.shell_on(key, f"echo {key} >> {rig.home}.ran", number % 4)
    for key in every:
        assert rig.ended(key).cause == Outcome.COMPLETED
    facts, end = rig.engine.observe(0, rig.now())
    assert Counter(fact.key for fact in facts if fact.kind == Kind.STARTED) == Counter(every)
    assert Counter((tmp_path / "site.ran").read_text().split()) == Counter(every), "no program ran twice"
    rig.again()
    assert rig.engine.observe(0, rig.now()) == (list(facts), end)


def test_a_deadline_and_a_limit_hold_with_nobody_there(rig: LocalRig, tmp_path: Path) -> None:
    """The engine is gone; the wrapper kills by itself. Nobody asks until all is over."""
    rig.shell("dure-0-1", "trap '' TERM; echo ready; while :; do sleep 0.1; done")
    rig.shell("dure-0-2", "trap '' TERM; while :; do sleep 0.1; done", Limits(time_s=1))
    rig.wrote("dure-0-1", "ready")
    rig.engine.stop("dure-0-1", rig.now() + 2, rig.now())
    del rig.engine
    ends = [tmp_path / "site" / "open" / key / "end.json" for key in ("dure-0-1", "dure-0-2")]
    rig.until(lambda: all(end.exists() for end in ends))
    assert [json.loads(end.read_text())["outcome"] for end in ends] == ["PREEMPTED", "TIME_LIMIT"]
    rig.again()
    assert rig.ended("dure-0-1").cause == Outcome.PREEMPTED


def test_copies_that_come_late_find_the_fence(rig: LocalRig, tmp_path: Path) -> None:
    """Ten wrappers on one attempt: one runs it."""
    rig.shell("dure-0-1", f"echo ran >> {tmp_path}/ran; sleep 1")
    folder = Folder(rig.home / "open" / "dure-0-1")
    copies = [spawn(python(), folder) for _ in range(10)]
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in copies]
    rig.ended("dure-0-1")
    assert sum(code == 0 for code in codes) <= 1
    assert set(codes) <= {0, 3}
    assert (tmp_path / "ran").read_text() == "ran\n"


def test_a_broker_that_died_before_the_wrapper_came_up(rig: LocalRig, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is there, nobody runs it: the next engine lets a wrapper go."""
    with monkeypatch.context() as dead:
        dead.setattr(local, "spawn", lambda *_: 1 << 22)
        assert rig.shell("dure-0-1", "echo hi").answer == Answer.ACCEPTED
    rig.again()
    assert rig.engine.lookup("dure-0-1", rig.now()) == Presence.FOUND
    assert rig.ended("dure-0-1").cause == Outcome.COMPLETED


def test_a_wrapper_that_never_comes_up_is_a_refusal(tmp_path: Path) -> None:
    """Given up by its fence, so that a copy that would still come finds it taken."""
    rig = LocalRig(tmp_path / "site")
    rig.engine = local.LocalSite(rig.home, rig.engine._nodes, python="/bin/false")
    rig.shell("dure-0-1", "echo hi")
    rig.until(lambda: bool(told(rig, "dure-0-1")))
    (fact,) = told(rig, "dure-0-1")
    assert (fact.kind, fact.value > rig.now()) == (Kind.REFUSED, True)
    again = rig.shell("dure-0-1", "echo hi")
    assert (again.answer, again.reason) == (Answer.REFUSED, Refusal.NOT_STARTED)
    copy = spawn(python(), Folder(rig.home / "done" / "dure-0-1"))
    assert os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1]) == 3


def test_a_wrapper_is_killed(rig: LocalRig, tmp_path: Path) -> None:
    """Its program dies with it, what slipped away is found and killed, and only then is the end told."""
    script = f"(setsid sleep 1000 & echo $! >> {tmp_path}/pids); echo $$ >> {tmp_path}/pids; sleep 1000"
    rig.shell("dure-0-1", script)
    start = start_of(rig, "dure-0-1")
    rig.until(lambda: (tmp_path / "pids").exists() and len((tmp_path / "pids").read_text().split()) == 2)
    pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
    os.kill(int(str(start["pid"])), signal.SIGKILL)
    end = rig.ended("dure-0-1")
    assert (end.cause, nobody(*pids)) == (Outcome.EVICTED, True)
    assert len(told(rig, "dure-0-1", Kind.ENDED)) == 1


def test_a_number_that_now_names_another_process_is_left_alone(rig: LocalRig) -> None:
    """The record names a process by number and birth; a stranger with that number is neither signalled nor taken for alive."""
    rig.shell("dure-0-1", "sleep 1000")
    start = start_of(rig, "dure-0-1")
    os.kill(int(str(start["pid"])), signal.SIGKILL)
    with subprocess.Popen(["sleep", "1000"], start_new_session=True) as stranger:
        mains = [[stranger.pid, 1]]
        local_folder.keep(rig.home / "open" / "dure-0-1" / "start.json", {**start, "pid": stranger.pid, "born": 1, "mains": mains})
        rig.engine.stop("dure-0-1", rig.now(), rig.now())
        assert rig.ended("dure-0-1").cause == Outcome.PREEMPTED
        assert stranger.poll() is None
        stranger.kill()


def test_the_machine_went_down(rig: LocalRig) -> None:
    """Another boot: the attempt is evicted, at its last heartbeat, and no process of today is touched."""
    rig.shell("dure-0-1", "sleep 1000")
    start = start_of(rig, "dure-0-1")
    os.kill(int(str(start["pid"])), signal.SIGKILL)
    folder = Folder(rig.home / "open" / "dure-0-1")
    rig.until(lambda: not folder.watched())
    local_folder.keep(folder.path / "start.json", {**start, "boot": "another", "at": 1_000})
    for name in ("lock", "fence"):
        os.utime(folder.path / name, (1_600, 1_600))
    end = rig.ended("dure-0-1")
    assert (end.cause, end.at, end.value) == (Outcome.EVICTED, 1_600, 0)
    lost = told(rig, "dure-0-1", Kind.LOST)[0]
    assert (lost.value, lost.cause) == (600, 0), "to be done again"


def test_a_shutdown_is_an_eviction(rig: LocalRig) -> None:
    rig.shell("dure-0-1", "sleep 1000")
    os.kill(int(str(start_of(rig, "dure-0-1")["pid"])), signal.SIGTERM)
    assert rig.ended("dure-0-1").cause == Outcome.EVICTED


def three_ended(rig: LocalRig) -> tuple[list[object], int]:
    for number in range(3):
        rig.shell(f"dure-0-{number}", f"sleep 1; exit {number}")
    for number in range(3):
        rig.ended(f"dure-0-{number}")
    facts, end = rig.engine.observe(0, rig.now())
    return list(facts), end


def test_a_journal_that_was_lost_is_made_again(rig: LocalRig) -> None:
    before = three_ended(rig)
    (rig.home / "journal").unlink()
    assert rig.engine.observe(0, rig.now()) == before, "by the engine that wrote it"
    (rig.home / "journal").unlink()
    rig.again()
    assert rig.engine.observe(0, rig.now()) == before
    rig.shell("dure-0-9", "exit 0")
    rig.ended("dure-0-9")
    facts, _ = rig.engine.observe(before[1], rig.now())
    assert {fact.key for fact in facts} == {"dure-0-9"}


def test_a_folder_that_was_lost_with_the_journal_leaves_a_gap_and_moves_nothing(rig: LocalRig) -> None:
    facts, end = three_ended(rig)
    (rig.home / "journal").unlink()
    for path in sorted((rig.home / "done" / "dure-0-1").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (rig.home / "done" / "dure-0-1").rmdir()
    rig.again()
    for since in range(end):
        left = [fact for fact in facts[since:] if getattr(fact, "key", "") != "dure-0-1"]
        found, position = rig.engine.observe(since, rig.now())
        assert list(found) == left
        assert position == end or facts[-1] not in left


def test_a_line_that_a_crash_cut_short_was_told_to_nobody(rig: LocalRig) -> None:
    before = three_ended(rig)
    with open(rig.home / "journal", "a") as journal:
        journal.write('{"kind":3,"at":1,"ke')
    rig.again()
    assert rig.engine.observe(0, rig.now()) == before


def test_two_engines_on_one_place_tell_one_story(rig: LocalRig) -> None:
    other = LocalRig(rig.home)
    for number in range(4):
        (rig if number % 2 else other).shell(f"dure-0-{number}", "sleep 1")
    for number in range(4):
        other.ended(f"dure-0-{number}")
        rig.ended(f"dure-0-{number}")
    assert rig.engine.observe(0, rig.now()) == other.engine.observe(0, rig.now())
    assert rig.engine.observe(0, rig.now())[1] == 8


def test_no_fact_lies_after_the_second_in_which_it_is_told(rig: LocalRig) -> None:
    """And the positions are dense all the same: what lies ahead is told from the same position later."""
    facts, end = three_ended(rig)
    for now in sorted({fact.at for fact in facts}):  # type: ignore[attr-defined]
        found, position = rig.engine.observe(0, now - 1)
        assert all(fact.at < now for fact in found)
        rest, last = rig.engine.observe(position, rig.now())
        assert ([*found, *rest], last) == (facts, end)


class Full(OSError):
    pass


@pytest.mark.parametrize("nth", range(1, 8))
def test_a_disk_that_is_full_refuses_and_leaves_nothing_half_done(rig: LocalRig, monkeypatch: pytest.MonkeyPatch, nth: int) -> None:
    """The nth write to the disk of a send fails: it is refused with the reason, or whole. Then there is space, and the key can run."""
    calls = [0]

    def failing(real: Callable[..., None]) -> Callable[..., None]:
        def call(*arguments: object) -> None:
            calls[0] += 1
            if calls[0] == nth:
                raise Full(errno.ENOSPC, "No space left on device")
            real(*arguments)

        return call

    program = Program(("sh", "-c", "cat a b"), files=(("a", b"1"), ("b", b"2")))
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", failing(os.fsync))
        full.setattr(os, "rename", failing(os.rename))
        receipt = rig.run("dure-0-1", program)
    assert (receipt.answer == Answer.REFUSED) == (nth <= 6), "two files, the record, their folder, its name, the folder of that"
    whole = (rig.home / "open" / "dure-0-1" / "attempt.json").exists()
    if receipt.answer == Answer.REFUSED:
        assert receipt == Receipt(Answer.REFUSED, receipt.barred_until, Refusal.NO_SPACE, receipt.detail)
        assert "No space left" in receipt.detail
        assert not whole, "refused, and it would run"
        assert receipt.barred_until > rig.now()
        rig.again()
        assert rig.run("dure-0-1", program).answer == Answer.ACCEPTED
    else:
        assert whole
    assert rig.ended("dure-0-1").cause == Outcome.COMPLETED
    assert rig.log("dure-0-1") == "12"
    assert len(told(rig, "dure-0-1", Kind.STARTED)) == 1


def test_a_place_that_cannot_be_written_refuses(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    rig = LocalRig(tmp_path / "file" / "site")
    refused = rig.shell("dure-0-1", "true")
    assert (refused.answer, refused.reason) == (Answer.REFUSED, Refusal.NO_SPACE)
    assert rig.engine.lookup("dure-0-1", rig.now()) == Presence.UNKNOWN, "nothing was proved"
    with pytest.raises(OSError, match="Not a directory"):
        rig.engine.observe(0, rig.now())


def test_facts_that_cannot_be_kept_are_told_later(rig: LocalRig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.shell("dure-0-1", "exit 0")
    end = rig.home / "open" / "dure-0-1" / "end.json"
    rig.until(end.exists)

    def fsync(there: int) -> None:
        raise Full(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", fsync)
        with pytest.raises(OSError, match="No space"):
            rig.engine.observe(0, rig.now())
    facts, position = rig.engine.observe(0, rig.now())
    assert ([fact.kind for fact in facts], position) == ([Kind.STARTED, Kind.ENDED], 2)
