"""Mistakes that somebody could make in the code, made on purpose: the seeds have to find every one of them.

A mutant is a piece of text in one function and what stands there instead. The text must be there, once: who changes the code is told.
"""

from __future__ import annotations

import importlib
import inspect
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.simulation.seeds import play


@dataclass(frozen=True, slots=True)
class Mutant:
    name: str
    where: str
    """module:Class.function"""
    old: str
    new: str
    seed: int
    """The first one, from 0 on, that finds it."""

    def target(self) -> Any:
        """What stands in its place now."""
        owner, last = self.owner()
        return inspect.getattr_static(owner, last)

    def owner(self) -> tuple[Any, str]:
        module, _, path = self.where.partition(":")
        owner: Any = importlib.import_module(module)
        *outer, last = path.split(".")
        for name in outer:
            owner = getattr(owner, name)
        return owner, last


MUTANTS = (
    Mutant(
        "takes silence for absence",
        "dure.bootstrap.drive:Driver._presences",
        "if presence != Presence.UNKNOWN:",
        "presence = Presence.ABSENT if presence == Presence.UNKNOWN else presence\n        if True:",
        0,
    ),
    Mutant(
        "retries what was not answered as another attempt",
        "dure.operate.broker:Broker._answers",
        "self._doubted.add(attempt)",
        "yield Fact(Kind.ENDED, now, key, cause=Outcome.LOST)",
        0,
    ),
    Mutant(
        "forgets its outbox when it starts again",
        "dure.operate.broker:Broker.outbox",
        "placed = tuple(self.attempts.of(AttemptState.PLACED))",
        "placed = ()",
        1,
    ),
    Mutant(
        "marks a site as read before its facts are kept",
        "dure.operate.broker:Broker._keep",
        "self._store.commit(rows, jobs, marks)",
        "self._store.commit(rows[:0], jobs[:0], marks); self._store.commit(rows, jobs, {})",
        26,
    ),
    Mutant(
        "takes a fact twice",
        "dure.operate.broker:Broker._of_facts",
        "if before is None:",
        "if True:",
        9,
    ),
    Mutant(
        "charges from placement",
        "dure.ledger.attempts:Gathering.attempts",
        'np.where(started, table["ended_s"] - table["started_s"], 0)',
        'np.where(started, table["ended_s"] - table["placed_s"], 0)',
        0,
    ),
    Mutant(
        "does not hear a cancel that comes with its job",
        "dure.bootstrap.intake:Acts._jobs_of",
        "return recorded or ",
        "return recorded and ",
        0,
    ),
    Mutant(
        "forgets quotas",
        "dure.bootstrap.intake:Acts._quota",
        "value=NO_QUOTA if milli is None else milli * 1_000",
        "value=NO_QUOTA",
        0,
    ),
    Mutant(
        "takes a ceiling on a model for one on another",
        "dure.bootstrap.grounds:Grounds.pool_of",
        "if pool.model == model",
        "if pool.model",
        0,
    ),
    Mutant(
        "stops at once, without notice",
        "dure.bootstrap.drive:Driver._stop",
        ".stop(stop.key, stop.by, now, why=stop.why)",
        ".stop(stop.key, now, now, why=stop.why)",
        2,
    ),
    Mutant(
        "writes on though another leads",
        "dure.adapters.store.sql:SqlStore.commit",
        'if change(connection, head, ("term", "seq", "jobs"), ("seq", "jobs"), [(last, self._jobs + len(jobs), *ours)]) != 1:',
        """if change(connection, head, ("term", "seq", "jobs"), ("seq", "jobs"), [(last, self._jobs + len(jobs), *ours)]) != 1:
            now = connection.execute(select(head)).one()
            first, last, self._jobs = now.seq, now.seq + len(rows), now.jobs
            connection.execute(update(head).values(seq=last, jobs=now.jobs + len(jobs)))
        if False:""",
        1,
    ),
    Mutant(
        "a site that starts what it has given up",
        "dure.adapters.engines.simulated:SimulatedSite.lookup",
        "self._given_up.add(key)",
        "pass",
        0,
    ),
    Mutant(
        "a site that starts a key as often as it comes",
        "dure.adapters.engines.simulated:SimulatedSite.send",
        "if key in self._runs:",
        "if False:",
        1,
    ),
)


@contextmanager
def mutated(mutant: Mutant) -> Iterator[None]:
    """The code with this mistake in it."""
    owner, last = mutant.owner()
    module = importlib.import_module(mutant.where.partition(":")[0])
    right = mutant.target()
    source = textwrap.dedent(inspect.getsource(right))
    old = textwrap.dedent(mutant.old)
    assert source.count(old) == 1, f"{mutant.name}: `{mutant.old}` stands {source.count(old)} times in {mutant.where}"
    scope = dict(vars(module))
    text = "from __future__ import annotations\n" + source.replace(old, textwrap.dedent(mutant.new))
    exec(compile(text, mutant.where, "exec"), scope)
    made = scope[last]
    setattr(owner, last, made)
    try:
        yield
    finally:
        setattr(owner, last, right)


def found_within(mutant: Mutant, most: int = 400) -> tuple[int, str]:
    """(the first seed that finds it, what it says); −1 where none of so many does."""
    with mutated(mutant):
        for seed in range(most):
            _, broke, _ = play(seed)
            if broke:
                return seed, broke
    return -1, ""


if __name__ == "__main__":
    for one in MUTANTS:
        seed, broke = found_within(one)
        sys.stdout.write(f"{seed:4d}  {one.name}: {broke[:160]}\n")
        sys.stdout.flush()
