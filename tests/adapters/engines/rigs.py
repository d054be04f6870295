"""One way to play on every engine: say what an attempt does, let time pass until something holds, ask a new engine object.

A new engine gets a rig here and is under the whole contract. A rig owns its clock: virtual where the engine's is, else the real one,
and then it waits for conditions, never for a time.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from dure.adapters.engines.local import LocalSite
from dure.adapters.engines.local_devices import LocalNode
from dure.adapters.engines.simulated import SimulatedJobs, SimulatedSite
from dure.adapters.engines.simulated_kept import ENDS, GIVEN, KeptSite
from dure.model.events import Kind, Outcome
from dure.operate.ports import Engine, Fact, Limits, Placement, Program, Receipt

PATIENCE_S = 60
"""Real seconds after which a condition that does not come is a failure."""
FOREVER_S = 100_000
MILLI = 1_000
NODES, DEVICES = 4, 16


@dataclass(frozen=True)
class Doing:
    """What an attempt does: it works so long and ends so. `limit_s`: its time limit, 0: none."""

    work_s: int = 0
    outcome: Outcome = Outcome.COMPLETED
    limit_s: int = 0


class Rig(Protocol):
    engine: Engine

    def again(self) -> None:
        """The broker's process was made anew: another engine object on the same site."""

    def now(self) -> int:
        """The rig's second."""

    def send(self, key: str, doing: Doing = ..., milli: int = ..., node: int = ...) -> Receipt:
        """Send an attempt."""

    def lose(self, key: str) -> None:
        """A send that never comes to the site; afterwards the site can prove it."""

    def queue(self) -> None:
        """From now on the site takes what it is sent and does not start it."""

    def until(self, condition: Callable[[], bool]) -> None:
        """Let time pass until it holds."""

    def past(self, second: int) -> None:
        """Let time pass until this second is over."""

    def close(self) -> None:
        """Leave nothing running."""


@dataclass
class SimulatedRig:
    """Time is a number; the site itself is what outlives a broker."""

    engine: SimulatedSite = field(init=False)
    _now: int = 1_000
    _jobs: int = 0

    def __post_init__(self) -> None:
        self._work: list[int] = []
        self._outcomes: list[int] = []
        self._until: list[int] = []
        jobs = SimulatedJobs(self._work, [[1_000_000]], _Zeros(), _Zeros(), self._outcomes)
        jobs.left_s = self._work  # attempts are described as they come
        self.engine = SimulatedSite(jobs, enforce=True)

    def again(self) -> None:
        pass

    def now(self) -> int:
        return self._now

    def send(self, key: str, doing: Doing = Doing(), milli: int = MILLI, node: int = 0) -> Receipt:
        self._work.append(max(1, doing.work_s))
        self._outcomes.append(doing.outcome)
        limit_s = doing.limit_s or FOREVER_S * 10
        self._jobs += 1
        return self.engine.send(key, Placement(self._jobs, self._jobs - 1, 0, ((node, 1, milli),), limit_s), self._now)

    def lose(self, key: str) -> None:
        self.engine._proofs[key] = self._now

    def queue(self) -> None:
        self.engine._delay_s = {0: FOREVER_S}

    def until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            after = self.engine.next_at()
            assert after < 1 << 62, "nothing happens any more"
            self._now = max(self._now, after)

    def past(self, second: int) -> None:
        self._now = max(self._now, second + 1)

    def close(self) -> None:
        pass


class _Zeros(Sequence[int]):
    """As many zeros as there are jobs."""

    def __len__(self) -> int:
        return 0

    def __getitem__(self, at: object) -> int:  # type: ignore[override]
        return 0


@dataclass
class KeptRig:
    """A simulated site with a journal: time is a number, and every new object reads the journal from its beginning."""

    home: Path
    engine: KeptSite = field(init=False)
    _now: int = 1_000
    _delay_s: int = 0

    def __post_init__(self) -> None:
        self.again()

    def again(self) -> None:
        self.engine = KeptSite(self.home, delay_s={0: self._delay_s})

    def now(self) -> int:
        return self._now

    def send(self, key: str, doing: Doing = Doing(), milli: int = MILLI, node: int = 0) -> Receipt:
        number = int(key.rpartition("-")[2]) if key.rpartition("-")[2].isdecimal() else 0
        said = ((ENDS, doing.outcome.name), (GIVEN, str(max(1, doing.work_s))))
        placement = Placement(number, number, 0, ((node, 1, milli),), doing.limit_s or FOREVER_S * 10)
        return self.engine.send(key, placement, self._now, Program(("true",), environment=said))

    def lose(self, key: str) -> None:
        """Nothing: what was never sent can be proved at any time."""

    def queue(self) -> None:
        self._delay_s = FOREVER_S
        self.again()

    def until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            after = self.engine.next_at()
            assert after < 1 << 62, "nothing happens any more"
            self._now = max(self._now, after)

    def past(self, second: int) -> None:
        self._now = max(self._now, second + 1)

    def close(self) -> None:
        pass


@dataclass
class LocalRig:
    """Real processes: time is real, and so is what they do."""

    home: Path
    engine: LocalSite = field(init=False)
    _python: str = ""

    def __post_init__(self) -> None:
        self.again()

    def again(self) -> None:
        self.engine = new_site(self.home, self._python)

    def now(self) -> int:
        return int(time.time())

    def send(self, key: str, doing: Doing = Doing(), milli: int = MILLI, node: int = 0) -> Receipt:
        return self.run(key, program_of(doing), milli, node)

    def run(self, key: str, program: Program, milli: int = MILLI, node: int = 0, nodes: int = 1) -> Receipt:
        number = int(key.rpartition("-")[2]) if key.rpartition("-")[2].isdecimal() else 0
        return self.engine.send(key, Placement(number, number, 0, ((node, nodes, milli),), 1), self.now(), program)

    def lose(self, key: str) -> None:
        """Nothing: what was never sent can be proved at any time."""

    def queue(self) -> None:
        """No wrapper comes up."""
        self._python = "/bin/false"
        self.again()

    def until(self, condition: Callable[[], bool]) -> None:
        given_up = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < given_up, "it does not come"
            time.sleep(0.02)

    def past(self, second: int) -> None:
        self.until(lambda: self.now() > second)

    def shell(self, key: str, script: str, limits: Limits | None = None, grace_s: int = 1) -> Receipt:
        """Run a script."""
        return self.run(key, Program(("sh", "-c", script), limits=limits or Limits(), grace_s=grace_s))

    def shell_on(self, key: str, script: str, node: int) -> Receipt:
        return self.run(key, Program(("sh", "-c", script), grace_s=1), node=node)

    def ended(self, key: str) -> Fact:
        """The ENDED fact of a key, waited for."""
        self.until(lambda: bool(told(self, key, Kind.ENDED)))
        return told(self, key, Kind.ENDED)[0]

    def close(self) -> None:
        """Leave nothing behind, whatever a test that failed left."""
        for name in os.listdir(self.home / "open") if (self.home / "open").is_dir() else ():
            self.engine.stop(name, self.now(), self.now())

    def log(self, key: str) -> str:
        return self.engine.logs(key, 0).decode()

    def wrote(self, key: str, text: str) -> None:
        """Wait until an attempt has written this."""
        self.until(lambda: text in self.log(key))


def new_site(home: Path, with_python: str = "") -> LocalSite:
    nodes = {n: LocalNode(tuple(str(device) for device in range(DEVICES)), "cuda") for n in range(NODES)}
    return LocalSite(home, nodes, python=with_python or python())


def python() -> str:
    """The wrapper needs no more than any Python: Debian's starts quicker than one of a virtual environment."""
    return shutil.which("python3", path="/usr/bin:/bin") or shutil.which("python3") or "python3"


def program_of(doing: Doing) -> Program:
    code = 0 if doing.outcome == Outcome.COMPLETED else 1
    return Program(("sh", "-c", f"sleep {doing.work_s}; exit {code}"), limits=Limits(time_s=doing.limit_s), grace_s=1)


def told(rig: Rig, key: str, *kinds: Kind) -> list[Fact]:
    """Facts of a key that the site tells now."""
    facts, _ = rig.engine.observe(0, rig.now())
    return [fact for fact in facts if fact.key == key and (not kinds or fact.kind in kinds)]
