"""The second witness: one process that starts an attempt once, watches it, ends it in time and writes down what it saw.

    python wrapper.py FOLDER

FOLDER holds `attempt.json` (what to run). The wrapper is nobody's child in any way that matters: it has its own session and no pipe to
anybody, so a broker may die and come back. It keeps a lock on `lock` while it lives (the kernel frees it, whatever kills it), creates
`fence` before the user's program runs (the second copy finds it and leaves), and writes `start.json` and `end.json` aside and renames
them. `stop.json` is what it is told: a deadline and why; `notice.json` is what it then tells the program. Standard library only, Python
3.6 or later: login nodes are old.

Exit codes: 0 the end is written; 3 another copy has the attempt; 4 it could not begin, and did not take the fence; 5 somebody deleted
the folder, so there is nobody to tell.
"""

import contextlib
import ctypes
import errno
import fcntl
import json
import os
import resource
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

    Record = Dict[str, Any]

POLL_S = 1.0
"""How often it looks for what it is told; a signal only makes it look at once."""
LINGER_S = 0.1
"""After a notice, how often it looks whether the program has gone."""
HEARD = (signal.SIGCHLD, signal.SIGUSR1, signal.SIGTERM, signal.SIGINT)
DEATH_SIGNAL, SUBREAPER = 1, 36  # prctl(2)
SPARE = 4096  # bytes kept for the end record, so that a disk that filled up meanwhile still takes it


def prctl(option: int, value: int) -> bool:
    """Whether the kernel did it."""
    try:
        return int(ctypes.CDLL(None).prctl(option, value, 0, 0, 0)) == 0
    except (OSError, AttributeError):
        return False


def keep(name: str, record: "Record", spare: str = "") -> None:
    """Write a record aside, to the disk, and give it its name: it is there whole or not at all."""
    aside = spare or name + ".new"
    there = os.open(aside, os.O_WRONLY | os.O_CREAT | (0 if spare else os.O_TRUNC), 0o600)
    try:
        text = json.dumps(record).encode()
        os.write(there, text)
        os.ftruncate(there, len(text))
        os.fsync(there)
    finally:
        os.close(there)
    os.rename(aside, name)
    settle(".")


def settle(folder: str) -> None:
    """What was made or renamed in a folder is on the disk."""
    there = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(there)
    finally:
        os.close(there)


def born(pid: int) -> int:
    """Field 22 of /proc/PID/stat: with the number it names a process for as long as the machine is up."""
    with open(f"/proc/{pid}/stat") as stat:
        return int(stat.read().rpartition(")")[2].split()[19])


def descendants(root: int) -> "list[tuple[int, int]]":
    """(process, its group) of all that came from `root`. As subreaper it inherits whoever loses a parent, so nobody slips away."""
    children: dict[int, list[tuple[int, int]]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as stat:
                    state, parent, group = stat.read().rpartition(")")[2].split()[:3]
            except OSError:
                continue
            if state not in "ZX":
                children.setdefault(int(parent), []).append((int(name), int(group)))
            else:
                children.setdefault(int(parent), [])
    found, todo = [], [root]
    while todo:
        for one in children.get(todo.pop(), []):
            found.append(one)
            todo.append(one[0])
    return found


def tell(pid: int, number: int, group: bool = False) -> None:
    with contextlib.suppress(ProcessLookupError):
        (os.killpg if group else os.kill)(pid, number)


class Attempt:
    """One attempt, from its fence to its end record."""

    def __init__(self, order: "Record", lock: int) -> None:
        self.order, self.lock = order, lock
        self.mains: dict[int, int] = {}
        self.codes: dict[int, int] = {}
        self.first_failed = 0
        self.why = ""
        self.deadline = float("inf")
        self.told = 0
        self.beat_at = 0.0
        self.wall = self.began = 0.0

    def number(self, name: str) -> int:
        return int(self.order.get(name) or 0)

    def begin(self) -> None:
        """All processes exist and wait; then it is written down that they start; then they run."""
        reads, writes = os.pipe()
        ranks = self.order["ranks"]
        for rank, one in enumerate(ranks):
            pid = os.fork()
            if pid == 0:
                os.close(writes)
                become(one, self.order, reads)
            self.mains[pid] = rank
        os.close(reads)
        with open("end.spare", "wb") as spare:
            spare.write(b" " * SPARE)
            spare.flush()
            os.fsync(spare.fileno())
        self.wall, self.began = max(time.time(), self.number("not_before")), time.monotonic()
        who = {"pid": os.getpid(), "born": born(os.getpid()), "mains": [[pid, born(pid)] for pid in self.mains]}
        with open("/proc/sys/kernel/random/boot_id") as boot:
            keep("start.json", dict(who, at=int(self.wall), boot=boot.read().strip()))
        os.write(writes, b"g" * len(self.mains))
        os.close(writes)

    def watch(self) -> None:
        """Until nothing of it has to run any more."""
        grace_s = self.number("grace_s")
        while not self.over():
            now, limit = time.monotonic(), self.limit()
            if now >= self.deadline:
                return
            if now >= limit and not self.why:
                self.notice("TIME_LIMIT", limit + grace_s, "time_limit")
            self.listen()
            self.beat(now)
            next_s = LINGER_S if self.why and len(self.codes) == len(self.mains) else POLL_S
            wait_s = min(next_s, self.deadline - now, limit - now if not self.why else next_s)
            heard = signal.sigtimedwait(HEARD, max(0.0, wait_s))
            if heard is not None and heard.si_signo in (signal.SIGTERM, signal.SIGINT):
                self.notice("EVICTED", time.monotonic() + grace_s)
            self.reap()

    def limit(self) -> float:
        """When its time is over: it counts from where everything that its program needs is there."""
        limit_s = self.number("limit_s")
        if not limit_s:
            return float("inf")
        came = self.staged()
        return self.began + limit_s + (self.number("stage_s") if came is None else came)

    def staged(self) -> "float | None":
        """Seconds until what all its processes need had come; None while it has not."""
        if not self.number("stage_s"):
            return 0.0
        try:
            with open("staged") as lines:
                came = [float(line) for line in lines.read().split()]
        except (OSError, ValueError):
            return None
        return max(0.0, max(came) - self.began) if len(came) >= len(self.mains) else None

    def over(self) -> bool:
        """By itself: when all ranks have ended, or one failed. After a notice: when nothing is left in the groups of the ranks."""
        if not self.why:
            return len(self.codes) == len(self.mains) or bool(self.first_failed)
        if len(self.codes) < len(self.mains):
            return False
        return not any(group in self.mains for _, group in descendants(os.getpid()))

    def listen(self) -> None:
        """What it was told since it last looked. The earlier deadline counts; why it ends, the first one says."""
        try:
            changed = os.stat("stop.json").st_mtime_ns
            if changed == self.told:
                return
            with open("stop.json") as record:
                stop = json.load(record)
        except (OSError, ValueError):
            return
        self.told = changed
        self.notice(str(stop["cause"]), time.monotonic() + max(0.0, stop["by"] - time.time()), str(stop.get("why") or ""))

    def notice(self, why: str, deadline: float, told: str = "") -> None:
        """The program is asked to end. Why stands in `notice.json` (its variable DURE_NOTICE) before it is, and in its log."""
        first, self.deadline = not self.why, min(self.deadline, deadline)
        self.why = self.why or why
        if first:
            if self.mains:
                self.announce(told or why.lower())
            for group in {group for _, group in descendants(os.getpid())} & set(self.mains):
                tell(group, signal.SIGTERM, group=True)
                tell(group, signal.SIGCONT, group=True)

    def announce(self, why: str) -> None:
        by = int(time.time() + max(0.0, self.deadline - time.monotonic()))
        until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(by))
        with contextlib.suppress(OSError):
            keep("notice.json", {"why": why, "by": by, "at": int(time.time())})
            stream = os.open("log", os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            with open(stream, "w") as log:
                log.write(f"dure: {why}: asked to end by {until}\n")

    def beat(self, now: float) -> None:
        """The time of the lock file says when it was last alive."""
        if now >= self.beat_at:
            self.beat_at = now + max(1, self.number("beat_s"))
            try:
                os.utime(self.lock)
                os.fsync(self.lock)
            except OSError:
                pass  # a beat that is not kept makes the end look earlier, never later
            self.look_at_log()

    def look_at_log(self) -> None:
        """A log that has no end fills the disk of everybody: its job fails."""
        most = self.number("log_bytes")
        with contextlib.suppress(OSError):
            if most and not self.why and os.stat("log").st_size > most:
                self.notice("FAILED", time.monotonic() + self.number("grace_s"), f"log larger than {most} bytes")

    def reap(self) -> bool:
        """Take what has ended; False when nothing is left."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return False
            if pid == 0:
                return True
            if pid in self.mains:
                self.codes[pid] = status
                if status and not self.first_failed:
                    self.first_failed = pid

    def kill(self) -> None:
        """Everything, daemons included: it returns when no process of the attempt exists."""
        pause_s = 0.001
        while self.reap():
            found = descendants(os.getpid())
            for group in {group for _, group in found} - {os.getpgrp()}:
                tell(group, signal.SIGKILL, group=True)
            for pid, _ in found:
                tell(pid, signal.SIGKILL)
            signal.sigtimedwait((signal.SIGCHLD,), pause_s)
            self.beat(time.monotonic())
            pause_s = min(1.0, 2 * pause_s)

    def end(self) -> "Record":
        """What the end record says. Its second is the start's second and what a clock that nobody sets says has passed."""
        status = self.codes.get(self.first_failed, 0)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        ran_s, came = time.monotonic() - self.began, self.staged()
        return {
            "outcome": self.why or ("FAILED" if self.first_failed else "COMPLETED"),
            "started": int(self.wall),
            "at": int(self.wall + ran_s),
            "staged_s": int(self.wall + (ran_s if came is None else came)) - int(self.wall),
            "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0,
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
            "cpu_ms": int(1000 * (used.ru_utime + used.ru_stime)),
            "rss_kib": used.ru_maxrss,
            "checkpoint": changed_at(str(self.order.get("checkpoint") or "")),
            "by": "wrapper",
        }


def changed_at(path: str) -> "int | None":
    try:
        return int(os.stat(path).st_mtime)
    except OSError:
        return None


def become(rank: "Record", order: "Record", go: int) -> None:
    """In the child: wait for the start record, then be the user's program. Never returns."""
    code = 126
    try:
        wrapper = os.getppid()
        os.setsid()
        prctl(DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != wrapper or os.read(go, 1) != b"g":
            os._exit(125)
        stream = os.open("log", os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for at, there in enumerate((nothing, stream, stream)):
            os.dup2(there, at)
        os.close(stream)
        os.close(nothing)
        os.umask(0o022)
        os.chdir(str(order["folder"]))
        limit(order["limits"])
        if rank.get("cpus"):
            os.sched_setaffinity(0, rank["cpus"])
        for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        argv = rank["argv"]
        if order.get("limit_s"):
            ends = str(int(time.time()) + int(order["limit_s"]))
            rank["env"].update(DURE_ENDS_AT=ends, SLURM_JOB_END_TIME=ends)
        code = 127
        os.execvpe(argv[0], argv, rank["env"])
    except BaseException as error:  # noqa: BLE001 - whatever it is, this process must not become a second wrapper
        try:
            os.write(2, f"dure: cannot run this program: {error}\n".encode("utf-8", "replace"))
        finally:
            os._exit(code)


def limit(limits: "Record") -> None:
    """Limits of each process. A limit that the system holds lower stays; no process leaves a core."""
    kinds = {"memory_bytes": resource.RLIMIT_AS, "cpu_s": resource.RLIMIT_CPU, "files": resource.RLIMIT_NOFILE}
    kinds.update(processes=resource.RLIMIT_NPROC, file_bytes=resource.RLIMIT_FSIZE)
    for name, kind in kinds.items():
        if limits.get(name):
            hard = resource.getrlimit(kind)[1]
            most = limits[name] if hard == resource.RLIM_INFINITY else min(limits[name], hard)
            resource.setrlimit(kind, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def fenced() -> "tuple[int, int]":
    """(exit code, lock): the lock is held and the fence is ours where the code is 0."""
    lock = os.open("lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(os.open("fence", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        settle(".")
    except OSError as error:
        taken = error.errno in (errno.EEXIST, errno.EAGAIN, errno.EACCES)
        return (3 if taken else 4), lock
    return 0, lock


def alone() -> None:
    """No descriptor of whoever let us go stays open: nobody may wait for a pipe of ours, nor we hold a lock of theirs."""
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 2:
            with contextlib.suppress(OSError):
                os.close(int(name))


def main(folder: str) -> int:
    os.umask(0o077)
    alone()
    os.chdir(folder)
    with open("attempt.json") as there:
        order = json.load(there)
    signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
    prctl(SUBREAPER, 1)
    code, lock = fenced()
    if code:
        return code
    attempt = Attempt(order, lock)
    attempt.listen()
    if not attempt.why:
        try:
            attempt.begin()
            attempt.watch()
        finally:
            attempt.kill()
        record: Record = attempt.end()
    else:  # it was told to stop before it could start
        now = int(time.time())
        record = {"outcome": attempt.why, "started": None, "at": now, "by": "wrapper"}
    while True:
        try:
            keep("end.json", record, "end.spare")
        except FileNotFoundError:
            return 5
        except OSError:
            time.sleep(POLL_S)  # the devices stay its own until the end is written
        else:
            return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
