"""A simulated site that outlives its broker: what it was told lies in a journal, and whoever reads that has the same site.

No program runs here. How long a job takes is drawn from its time limit, or stands in its spec (`variables: DURE_SIMULATED_S`). Every
call that changes something is a line with its second, under a lock of the site that two brokers cannot both hold; the second in which
something was seen is one too. So two brokers on one place, and one that starts again, agree on every fact and on its position.
A line is in the file when the call returns; on the disk it is at the next look at the site. What is old is left out of the journal now and
then: a shorter one is written aside and renamed, and whoever has read the one of before reads the new one.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from dure.adapters.engines.local_folder import is_key
from dure.adapters.engines.simulated import PPM, SimulatedJobs, SimulatedSite, id_of
from dure.adapters.engines.simulated_forgets import Line, holds, shorter
from dure.adapters.files import write_bytes
from dure.model.datasets import Copy
from dure.model.events import Outcome
from dure.model.units import ceil_div
from dure.operate.ports import (
    Answer,
    Capabilities,
    DataUse,
    Fact,
    Held,
    Placement,
    Presence,
    Program,
    Receipt,
    Refusal,
    Standing,
    StopWhy,
    Upkeep,
    Used,
)

GIVEN = "DURE_SIMULATED_S"
"""Variable of a job spec: seconds that an attempt takes, from its start to its end."""
ENDS = "DURE_SIMULATED_OUTCOME"
"""Variable of a job spec: how it ends, COMPLETED or FAILED."""
UNLIMITED_S = 3_600
"""What is taken as the time limit of a job that has none, or a longer one than a day."""
DAY_S = 86_400
LEAST_PPM, MOST_PPM = 100_000, 900_000
"""Of its time limit a job takes at least and at most so much, where nothing is said."""


class _Told(SimulatedJobs):
    """The truth about jobs as lines tell it: work on the reference accelerator, and speed where the job is placed."""

    def __init__(self) -> None:
        super().__init__((), (), (), (), ())
        self.left_s: dict[int, int] = {}  # type: ignore[assignment]
        self._speed: dict[tuple[int, int], int] = {}
        self._epoch: dict[int, str] = {}
        self._ends: dict[int, Outcome] = {}

    def tell(self, epoch: str, job: int, pool: int, work_s: int, speed_ppm: int, ends: str) -> None:
        """`epoch`: after a restore a number may be another job's."""
        self._ends[job] = Outcome[ends]
        if self._epoch.get(job) != epoch:
            self._epoch[job], self.left_s[job] = epoch, work_s
        self._speed[job, pool] = speed_ppm

    def speed_ppm(self, job: int, pool: int) -> int:
        return self._speed[job, pool]

    def checkpoint_s(self, job: int) -> int:
        return 0

    def outcome(self, job: int) -> Outcome:
        return self._ends[job]


class KeptSite:
    """An engine over `home`. Seconds are Unix time; nodes and pools are those of the State."""

    def __init__(self, home: Path, delay_s: Mapping[int, int] | None = None, link_bytes_per_s: int | None = None) -> None:
        """`delay_s` by pool, from a send to its start. A copy of a data set takes what the link says; where it is not stated, no time."""
        self._home, self._delay_s, self._link = Path(home).absolute(), delay_s or {}, link_bytes_per_s
        self._file = self._home / "simulated.jsonl"
        self._inode = -1
        self._dirty = False
        self._begin()

    def _begin(self) -> None:
        """As before the first line."""
        self._jobs = _Told()
        self._site = SimulatedSite(self._jobs, delay_s=self._delay_s, enforce=True, proof_s=0)
        self._copies: dict[str, Copy] = {}
        self._forgot: Line = {"keys": {}, "absent": {}, "facts": 0}
        self._end = self._at = 0

    def capabilities(self) -> Capabilities:
        return self._site.capabilities()

    def next_at(self) -> int:
        """The next second in which something happens here; NEVER if nothing does by itself."""
        with self._locked():
            return self._site.next_at()

    def send(self, key: str, placement: Placement, now: int, program: Program | None = None) -> Receipt:
        if not is_key(key):
            return Receipt(Answer.REFUSED, now + 3_600, Refusal.BAD_KEY)
        with self._locked():
            if holds(self._forgot["keys"], key):
                return Receipt(Answer.ACCEPTED)
            if holds(self._forgot["absent"], key):
                return Receipt(Answer.REFUSED, 0, Refusal.GIVEN_UP)
            if self._site.lookup_only(key) == Presence.UNKNOWN:
                said = dict(program.environment) if program is not None else {}
                work_s, speed_ppm = self._drawn(placement, program, said.get(GIVEN, ""))
                ends = Outcome.FAILED if said.get(ENDS) == Outcome.FAILED.name else Outcome.COMPLETED
                line = {"do": "send", "key": key, "at": now, "to": _listed(placement), "work": work_s, "speed": speed_ppm}
                data = () if program is None else program.data
                self._write(
                    line
                    | {"ends": ends.name, "id": id_of(program)}
                    | (self._staged(data, max(now, self._at) + self._delay_s.get(placement.pool, 0)) if data else {})
                )
            return self._site.send(key, placement, self._at)

    def stop(self, key: str, by: int, now: int, cause: Outcome = Outcome.PREEMPTED, why: StopWhy = StopWhy.PREEMPTED) -> None:
        with self._locked():
            if self._site.lookup_only(key) == Presence.FOUND:
                self._write({"do": "stop", "key": key, "at": now, "by": by, "cause": int(cause)})

    def recall(self, key: str, now: int) -> None:
        with self._locked():
            if self._site.lookup_only(key) == Presence.FOUND:
                self._write({"do": "recall", "key": key, "at": now})

    def observe(self, since: int, now: int) -> tuple[Sequence[Fact], int]:
        with self._locked() as there:
            if self._site.next_at() <= now:
                self._write({"do": "see", "at": now})
            if self._dirty:
                os.fsync(there)
                self._dirty = False
            left_out = self._forgot["facts"]
            facts, position = self._site.told(max(0, since - left_out))
            return facts, position + left_out

    def lookup(self, key: str, now: int) -> Presence:
        """A key that is not there is fenced off by asking: it is proved absent, and stays so."""
        if not is_key(key):
            return Presence.ABSENT
        with self._locked():
            if holds(self._forgot["keys"], key):
                return Presence.FOUND
            if holds(self._forgot["absent"], key):
                return Presence.ABSENT
            if self._site.lookup_only(key) == Presence.UNKNOWN:
                self._write({"do": "absent", "key": key, "at": now})
            return self._site.lookup_only(key)

    def held(self, since: int, now: int) -> Sequence[Held]:
        with self._locked():
            return self._site.held(max(0, since - self._forgot["facts"]), self._at)

    def forget(self, until: int) -> int:
        """Leave out of the journal what ended before `until`, and what says nothing more; how many attempts. Their keys stay fenced.

        Killed before the new journal has its name, the old one stands; after it, the new one: nothing lies between. Facts that no broker
        has read since `until` are told no more: a copy of the store that is older than that cannot be brought up to date from here.
        """
        with self._locked() as there:
            lines = [json.loads(line) for line in os.pread(there, self._end, 0).splitlines()]
            over = self._site.over_before(until)
            if not lines or not over:
                return 0
            made = shorter(lines, over, self._site.facts(), self._forgot, until)
            if len(made) >= len(lines):
                return 0
            write_bytes(self._file, b"".join(_text(line) for line in made))
            sends = [len([line for line in some if line["do"] == "send"]) for some in (lines, made)]
            return sends[0] - sends[1]

    def logs(self, key: str, since: int, most: int = 1 << 20) -> bytes:
        """Nothing: no program runs here."""
        return b""

    def usage(self, since: int, until: int) -> Sequence[Used]:
        with self._locked():
            return self._site.usage(since, until)

    def node(self, node: int, upkeep: Upkeep, now: int) -> None:
        with self._locked():
            self._write({"do": "node", "at": now, "node": node, "upkeep": upkeep.value})

    def copies(self) -> Sequence[Copy]:
        """Data sets of which a copy has come by the last second that was seen here."""
        with self._locked():
            return [one for one in self._copies.values() if one.since <= self._at]

    def account(self, user: str, standing: Standing) -> bool:
        return False

    def _staged(self, data: Sequence[DataUse], starts_at: int) -> Line:
        """Copies that are there or come, one after the other, and how long an attempt waits for them; one on its way is waited for."""
        at, rows = starts_at, []
        for one in data:
            known, took_s = self._copies.get(one.sha256), ceil_div(one.size_bytes, self._link) if self._link else 0
            since = at + took_s if known is None else known.since
            rows.append([one.sha256, one.size_bytes, since])
            at = max(at, since)
        return {"stage": at - starts_at, "data": rows}

    def _drawn(self, placement: Placement, program: Program | None, given: str) -> tuple[int, int]:
        """(work in seconds on the reference accelerator, speed here in ppm) of a job. The same job is the same at every site."""
        if given.isascii() and given.isdecimal():
            return max(1, min(int(given[:9]), DAY_S * 366)), PPM
        limit_s = program.limits.time_s if program is not None else placement.request_s
        asked_s = placement.request_s
        if not 0 < limit_s <= DAY_S:
            asked_s = limit_s = UNLIMITED_S
        draw = int.from_bytes(hashlib.sha256(f"dure {placement.job}".encode()).digest()[:8], "big")
        part_ppm = LEAST_PPM + draw % (MOST_PPM - LEAST_PPM + 1)
        return max(1, asked_s * part_ppm // PPM), max(1, asked_s * PPM // limit_s)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """One writer at a time, of any process; what others wrote meanwhile is known before anything is done."""
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        there = self._opened()
        try:
            self._catch_up(there)
            self._there = there
            yield there
        finally:
            os.close(there)

    def _opened(self) -> int:
        """The journal that has its name, locked: while this waited for the lock, another one may have taken its place."""
        while True:
            there = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            fcntl.flock(there, fcntl.LOCK_EX)
            inode = os.fstat(there).st_ino
            with suppress(FileNotFoundError):
                if self._file.stat().st_ino == inode:
                    if inode != self._inode:
                        self._begin()
                        self._inode = inode
                    return there
            os.close(there)

    def _catch_up(self, there: int) -> None:
        """Do what the lines say that came since; a last one that a crash cut short was nobody's answer and is taken away."""
        size = os.fstat(there).st_size
        if size == self._end:
            return
        whole = os.pread(there, size - self._end, self._end)
        text = whole[: whole.rfind(b"\n") + 1]
        if len(text) < len(whole):
            os.ftruncate(there, self._end + len(text))
        for line in text.splitlines():
            self._do(json.loads(line))
        self._end += len(text)

    def _write(self, line: Line) -> None:
        """Lines are in the order of their seconds, and what happens at the site in the order of its lines. Keeps none where it raises."""
        line["at"] = max(line["at"], self._at)
        text = _text(line)
        if os.write(self._there, text) != len(text):
            os.ftruncate(self._there, self._end)
            raise OSError(28, "No space left on device")
        self._end += len(text)
        self._dirty = True
        self._do(line)

    def _do(self, line: Line) -> None:
        at, what, site = line["at"], line["do"], self._site
        self._at = at
        if what == "send":
            attempt, job, pool, runs, request_s = line["to"]
            epoch = line["key"].rpartition("-")[0]
            site.stage_s[line["key"]] = line.get("stage", 0)
            for sha256, size_bytes, since in line.get("data", ()):
                self._copies.setdefault(sha256, Copy(sha256, size_bytes, since))
            self._jobs.tell(epoch, job, pool, line["work"], line["speed"], line["ends"])
            program = Program((), environment=(("DURE_JOB", line.get("id", "")),))
            site.send(line["key"], Placement(attempt, job, pool, tuple((a, b, c) for a, b, c in runs), request_s), at, program)
        elif what == "stop":
            site.stop(line["key"], line["by"], at, Outcome(line["cause"]))
        elif what == "recall":
            site.recall(line["key"], at)
        elif what == "node":
            site.node(line["node"], Upkeep(line["upkeep"]), at)
        elif what == "absent":
            site.lookup(line["key"], at)
        elif what == "forgot":
            self._forgot = line
        else:
            site.observe(0, at)


def _text(line: Line) -> bytes:
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def _listed(placement: Placement) -> list[Any]:
    return [placement.attempt, placement.job, placement.pool, placement.runs, placement.request_s]
